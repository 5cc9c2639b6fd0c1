package cohort

import (
	"slices"
	"strings"

	"waymark.example/internal/evidence/study"
)

// Few is below how many people no quartiles are told: they would be single people's.
const Few = 20

// flow follows the people of each arm through their stages.
func (c *Cohort) flow() {
	words := map[Arm]string{Lead: "LEAD was decided", Usual: "Process as usual", Unknown: "No decision on record"}
	if c.Arms == Assigned {
		words = map[Arm]string{Lead: "Shift in which LEAD may be offered", Usual: "Shift with process as usual", Unknown: "No lot on record for the shift"}
	}
	for _, arm := range []Arm{Lead, Usual, Unknown} {
		people := c.Arm(arm)
		a := ArmFlow{Arm: arm, Words: words[arm], People: len(people), Reasons: []Out{}}
		var minutes []int
		for _, p := range people {
			key, words := reason(p)
			add(&a.Reasons, key, words)
			if p.Minutes >= 0 && p.Met >= 0 {
				minutes = append(minutes, p.Minutes)
			}
		}
		sortOut(a.Reasons)
		if len(minutes) >= Few {
			slices.Sort(minutes)
			a.Minutes = []int{minutes[len(minutes)/4], minutes[len(minutes)/2], minutes[len(minutes)*3/4]}
		}
		a.stages(people, c.Definition)
		c.Flow.Arms = append(c.Flow.Arms, a)
	}
}

func reason(p *Person) (key, words string) {
	switch {
	case p.Decision == "" && p.Reason == "":
		return "", "Not recorded"
	case p.Reason == "":
		return p.Decision, plain(p.Decision)
	case p.Decision == "":
		return " " + p.Reason, plain(p.Reason)
	}
	return p.Decision + " " + p.Reason, plain(p.Decision) + ": " + plain(p.Reason)
}

func add(to *[]Out, key, words string) {
	i := slices.IndexFunc(*to, func(o Out) bool { return o.Key == key })
	if i < 0 {
		i = len(*to)
		*to = append(*to, Out{Key: key, Words: words})
	}
	(*to)[i].People++
}

func sortOut(o []Out) {
	slices.SortFunc(o, func(a, b Out) int { return strings.Compare(a.Key, b.Key) })
}

// stages are the same for each arm, so that both can stand side by side.
func (a *ArmFlow) stages(people []*Person, def Definition) {
	// stage sends everybody of from on, or out with a reason; "-" is who could not have reached it, and is not counted.
	stage := func(key, words string, from []*Person, why func(*Person) (key, words string)) []*Person {
		st := Stage{Key: key, Words: words}
		var on []*Person
		for _, p := range from {
			k, w := why(p)
			switch k {
			case "-":
				continue
			case "":
				st.People++
				on = append(on, p)
			default:
				add(&st.Out, k, w)
			}
			st.Of++
		}
		sortOut(st.Out)
		a.Stages = append(a.Stages, st)
		return on
	}
	asked := stage("offered", "Asked whether they wanted help", people, func(p *Person) (string, string) {
		if p.Offered {
			return "", ""
		}
		return "not_asked", "Not asked, by the record"
	})
	yes := stage("accepted", "Said yes", asked, func(p *Person) (string, string) {
		switch {
		case p.Decision == "diverted":
			return "", ""
		case p.Decision == "":
			return "unrecorded", "Not recorded"
		}
		return p.Decision, plain(p.Decision)
	})
	known := stage("known", "Agreed that their support is studied, so that it is known", yes, func(p *Person) (string, string) {
		switch {
		case p.Research:
			return "", ""
		case !p.Handed:
			return "unrecorded", "No support on record: not known"
		}
		return "unstudied", "Did not agree that their support is studied: not known"
	})
	met := stage("met", "A case manager was there", known, func(p *Person) (string, string) {
		if p.Met >= 0 {
			return "", ""
		}
		return "not_met", "They have not met"
	})
	stage("intake", "Intake completed within 30 days", met, func(p *Person) (string, string) {
		switch {
		case p.Intake >= 0 && p.Intake <= 30:
			return "", ""
		case p.Room < 30:
			return "-", ""
		case p.Intake >= 0:
			return "later", "Completed later"
		}
		return "no_intake", "Not completed"
	})
	stage("consent", "Release of information signed", met, func(p *Person) (string, string) {
		if p.Consent >= 0 {
			return "", ""
		}
		return "not_signed", "Not signed"
	})
	engaged := stage("engaged", "In contact with the case manager in the first 30 days", known, func(p *Person) (string, string) {
		switch {
		case p.Room < 60:
			return "-", ""
		case p.Engaged():
			return "", ""
		case p.Met < 0:
			return "not_met", "They have not met"
		}
		return "no_contact", "Not in contact"
	})
	for _, w := range []struct {
		days       int
		key, words string
	}{{182, "active_6", "Still in contact at 6 months: in that calendar month or the two before"}, {365, "active_12", "Still in contact at 12 months: in that calendar month or the two before"}, {730, "active_24", "Still in contact at 24 months: in that calendar month or the two before"}} {
		stage(w.key, w.words, engaged, func(p *Person) (string, string) {
			switch {
			case p.Room < w.days:
				return "-", ""
			case p.Last == Died && p.Follow < w.days:
				return "died", "Died"
			case p.Closed >= 0 && p.Closed <= w.days:
				return "closed", "Asked to close"
			case p.Last == Moved && p.Follow < w.days:
				return "moved", "Moved away"
			case p.Active(w.days):
				return "", ""
			}
			return "inactive", "Not in contact just now"
		})
	}
	stage("analysed", "Watched over the primary window", people, func(p *Person) (string, string) {
		switch w := p.Watched(def.Primary, def.PrimaryWindow); w {
		case Seen:
			return "", ""
		case TooRecent:
			return string(w), "Too recent: the records end before the window does"
		case Left:
			return string(w), "Moved out of reach of the records"
		default:
			return string(w), "Records elsewhere could not be looked for"
		}
	})
}

// Engaged reports a two-way contact in the first 30 days after a case manager was there, as far as calendar months tell.
func (p *Person) Engaged() bool { return p.Met >= 0 && p.contact(p.Met, p.Met+30) }

// recent is how many days back a two-way contact keeps somebody in touch.
const recent = 60

// Active reports a two-way contact in the 60 days before a day, as far as calendar months tell.
func (p *Person) Active(day int) bool { return p.contact(day-recent, day) }

// InTouch is Active by the calendar: whether a two-way contact in the month of one day keeps somebody in touch on another.
func InTouch(month, at study.Day) bool {
	return months(at-recent) <= months(month) && months(month) <= months(at)
}

// contact reports a two-way contact in a calendar month that days from and to, or any between, fall into.
func (p *Person) contact(from, to int) bool {
	first := months(p.T0)
	a, b := months(p.T0+study.Day(from))-first, months(p.T0+study.Day(to))-first // #nosec G115 -- days of a study
	for _, m := range p.Months {
		if m.Month >= a && m.Month <= b && m.Contacts > 0 {
			return true
		}
	}
	return false
}
