package cohort

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"waymark.example/internal/evidence/study"
)

// Build makes the cohort of a study. The order of the study's rows and the names of its pseudonyms change nothing in it.
func Build(s *study.Study, def Definition) (*Cohort, error) {
	if err := def.Check(); err != nil {
		return nil, fmt.Errorf("build cohort: %w", err)
	}
	all, err := gather(s)
	if err != nil {
		return nil, fmt.Errorf("build cohort: %w", err)
	}
	c := &Cohort{Definition: def, Arms: def.Arms, From: s.From, Until: s.Until}
	if c.Arms == Auto {
		c.Arms = Decided
		for _, v := range s.Contacts {
			if v.Shift != "" && v.Eligible() && s.Covers(v.On) && slices.Contains(def.Doors, v.Door) {
				c.Arms = Assigned
				break
			}
		}
	}
	in := c.sieve(s, all)
	c.People = make([]Person, len(in))
	for i, f := range in {
		c.People[i] = c.person(f)
	}
	slices.SortFunc(c.People, compare)
	c.flow()
	return c, nil
}

// file is what the study has about one person.
type file struct {
	*study.Person
	contacts []*study.Contact // in their order
	outcomes []*study.Outcome
	support  *study.Support
	months   []*study.Month
	start    study.Day
	every    []*study.Contact // before any was left out
}

// gather puts the rows of each person together.
func gather(s *study.Study) ([]file, error) {
	if s.From == 0 || s.Until <= s.From {
		return nil, fmt.Errorf("%w: it ends before it begins", errStudy)
	}
	at := make(map[string]int, len(s.People))
	all := make([]file, len(s.People))
	for i := range s.People {
		id := s.People[i].ID
		if _, twice := at[id]; twice {
			return nil, fmt.Errorf("%w: row %d of people is about somebody who is there already", errStudy, i+1)
		}
		at[id] = i
		all[i].Person = &s.People[i]
	}
	of := func(table string, row int, id string) (*file, error) {
		i, ok := at[id]
		if !ok {
			return nil, fmt.Errorf("%w: row %d of %s is about somebody who is not in people", errStudy, row+1, table)
		}
		return &all[i], nil
	}
	for i := range s.Contacts {
		f, err := of("contacts", i, s.Contacts[i].PersonID)
		if err != nil {
			return nil, err
		}
		f.contacts = append(f.contacts, &s.Contacts[i])
	}
	for i := range s.Outcomes {
		f, err := of("outcomes", i, s.Outcomes[i].PersonID)
		if err != nil {
			return nil, err
		}
		f.outcomes = append(f.outcomes, &s.Outcomes[i])
	}
	for i := range s.Support {
		f, err := of("support", i, s.Support[i].PersonID)
		if err != nil {
			return nil, err
		}
		if f.support != nil {
			return nil, fmt.Errorf("%w: row %d of support is about somebody who has one already", errStudy, i+1)
		}
		f.support = &s.Support[i]
	}
	for i := range s.Months {
		f, err := of("months", i, s.Months[i].PersonID)
		if err != nil {
			return nil, err
		}
		f.months = append(f.months, &s.Months[i])
	}
	for i := range all {
		slices.SortFunc(all[i].contacts, study.Earlier)
		all[i].every = all[i].contacts
	}
	return all, nil
}

func yesNo(a, b bool) int {
	switch {
	case a == b:
		return 0
	case b:
		return -1
	}
	return 1
}

// sieve takes away contacts and people step by step, and writes down how many.
func (c *Cohort) sieve(s *study.Study, all []file) []*file {
	def := c.Definition
	c.Flow.Steps = []Step{{Key: "recorded", Words: "On record", Left: Count{len(s.Contacts), len(all)}}}
	left := make([]*file, len(all))
	for i := range all {
		left[i] = &all[i]
	}
	// step keeps of each person the contacts for which why is "", and of the people those who have some left.
	step := func(key, words string, why func(f *file, i int, v *study.Contact) (key, words string)) {
		st := Step{Key: key, Words: words}
		out := func(key, words string, contacts, people int) {
			i := slices.IndexFunc(st.Out, func(o Out) bool { return o.Key == key })
			if i < 0 {
				i = len(st.Out)
				st.Out = append(st.Out, Out{Key: key, Words: words})
			}
			st.Out[i].Contacts += contacts
			st.Out[i].People += people
		}
		next := left[:0:0]
		for _, f := range left {
			keep := f.contacts[:0:0]
			lastKey, lastWords := "none", "No contact on record"
			for i, v := range f.contacts {
				k, w := why(f, i, v)
				if k == "" {
					keep = append(keep, v)
					continue
				}
				out(k, w, 1, 0)
				lastKey, lastWords = k, w
			}
			f.contacts = keep
			if len(keep) == 0 {
				out(lastKey, lastWords, 0, 1)
				continue
			}
			next = append(next, f)
			st.Left.Contacts += len(keep)
		}
		st.Left.People = len(next)
		slices.SortFunc(st.Out, func(a, b Out) int { return strings.Compare(a.Key, b.Key) })
		left = next
		c.Flow.Steps = append(c.Flow.Steps, st)
	}
	step("contact", "With a contact", func(*file, int, *study.Contact) (string, string) { return "", "" })
	step("period", "In the study period", func(_ *file, _ int, v *study.Contact) (string, string) {
		switch {
		case v.On < s.From:
			return "early", "Before the study period"
		case v.On > s.Until:
			return "late", "After the end of the records"
		}
		return "", ""
	})
	step("door", "Through a door that has a comparison", func(_ *file, _ int, v *study.Contact) (string, string) {
		if slices.Contains(def.Doors, v.Door) {
			return "", ""
		}
		return "door_" + v.Door, "Came another way: " + plain(v.Door)
	})
	step("eligible", "Eligible by the policy", func(_ *file, _ int, v *study.Contact) (string, string) {
		if !v.Eligible() {
			return "exclusion_" + v.Exclusion, plain(v.Exclusion)
		}
		if c.Arms == Decided && slices.Contains(def.Unfit, v.Decision) {
			return "decision_" + v.Decision, "Decided: " + plain(v.Decision)
		}
		return "", ""
	})
	step("first", "First eligible contact", func(_ *file, i int, _ *study.Contact) (string, string) {
		if i > 0 {
			return "later", "A later contact of the same person"
		}
		return "", ""
	})
	step("present", "Alive and within reach of the records", func(f *file, _ int, v *study.Contact) (string, string) {
		f.start = v.On
		for _, o := range f.outcomes {
			if o.On < v.On && (o.Kind == study.Death || o.Kind == study.Moved) {
				return "gone", "Died or moved before the contact, by the records"
			}
		}
		return "", ""
	})
	if def.Start == FromIntake {
		step("intake", "With an intake, where LEAD was decided", func(f *file, _ int, v *study.Contact) (string, string) {
			if c.armOf(v) != Lead {
				return "", ""
			}
			if f.support == nil && v.Decision == "diverted" {
				return "unknown_intake", "No support on record"
			}
			if f.support == nil || f.support.Intake < v.On || f.support.Intake > s.Until {
				return "no_intake", "No intake"
			}
			f.start = f.support.Intake
			for _, o := range f.outcomes {
				if o.On < f.start && (o.Kind == study.Death || o.Kind == study.Moved) {
					return "gone", "Died or moved before the intake, by the records"
				}
			}
			return "", ""
		})
	}
	return left
}

// plain makes a code readable, where it has no words of its own.
func plain(code string) string { return strings.ReplaceAll(code, "_", " ") }

func (c *Cohort) armOf(v *study.Contact) Arm {
	switch {
	case c.Arms == Assigned && v.Shift == "lead", c.Arms == Decided && slices.Contains(c.Definition.Lead, v.Decision):
		return Lead
	case c.Arms == Assigned && v.Shift == "usual", c.Arms == Decided && slices.Contains(c.Definition.Usual, v.Decision):
		return Usual
	}
	return Unknown
}

// person is somebody with the one contact that is left.
func (c *Cohort) person(f *file) Person {
	v := f.contacts[0]
	p := Person{
		Arm: c.armOf(v), Decision: v.Decision, Reason: v.Reason, T0: f.start, Door: v.Door, Area: cmp.Or(v.Area, f.Area), Offence: v.Offence,
		Age: -1, Sex: f.Sex, Ethnicity: f.Ethnicity, Perceived: f.Perceived, Housing: f.Housing, Linked: f.Linked,
		Room: int(c.Until - f.start), Last: Extract, Offered: v.Offered, Yes: -1, Met: -1, Minutes: -1, Intake: -1, Consent: -1, Closed: -1,
	}
	if f.Born > 0 {
		p.Age = max(0, f.start.Time().Year()-f.Born)
	}
	for _, later := range f.every {
		if later.On >= v.On && later.Decision == "diverted" {
			p.Yes = max(0, int(later.On-f.start))
			break
		}
	}
	p.Follow = p.Room
	for _, o := range f.outcomes {
		at := int(o.On - f.start)
		switch {
		case at < 0 || at > p.Follow:
		case o.Kind == study.Death:
			p.Follow, p.Last = at, Died
		case o.Kind == study.Moved && (at < p.Follow || p.Last != Died):
			p.Follow, p.Last = at, Moved
		}
	}
	p.events(c, f)
	p.supported(c, f)
	return p
}

func (p *Person) events(c *Cohort, f *file) {
	// What had come to notice by the start is no new offence, whenever somebody is arrested for it.
	old := func(incident string) bool {
		return incident != "" && slices.ContainsFunc(f.every, func(v *study.Contact) bool { return v.On <= f.start && v.Incident == incident })
	}
	// The arrest that led to the contact may be of the day before it: it is no earlier one.
	own := func(incident string) bool {
		return incident != "" && slices.ContainsFunc(f.every, func(v *study.Contact) bool { return v.On == f.contacts[0].On && v.Incident == incident })
	}
	for _, o := range f.outcomes {
		day := int(o.On - f.start)
		if o.Kind == study.Custody && o.Sort != "police" {
			until := p.Follow + 1
			if o.Until != 0 {
				until = min(until, int(o.Until-f.start))
			}
			if from := max(day, -c.Definition.Back); until > from {
				p.prison = append(p.prison, span{from, until})
			}
		}
		if day < -c.Definition.Back || day > p.Follow || o.Kind == study.Moved || day <= 0 && o.Kind != study.Death && own(o.Incident) {
			continue
		}
		e := Event{Day: day, Kind: o.Kind, Sort: o.Sort, Committed: undated, Hours: o.Hours, After: day > 0}
		if o.Committed != 0 {
			e.Committed = int(o.Committed - f.start)
			e.After = e.Committed > 0
		}
		e.After = e.After && !old(o.Incident)
		p.Events = append(p.Events, e)
	}
	slices.SortFunc(p.Events, compareEvents)
	slices.SortFunc(p.prison, func(a, b span) int { return cmp.Or(a.from-b.from, a.to-b.to) })
	merged := p.prison[:0]
	for _, s := range p.prison {
		if n := len(merged); n > 0 && s.from <= merged[n-1].to {
			merged[n-1].to = max(merged[n-1].to, s.to)
		} else {
			merged = append(merged, s)
		}
	}
	p.prison = merged
	p.known = [3]int{p.before(365), p.before(730), p.nights(-730, 0)}
}

func (p *Person) supported(c *Cohort, f *file) {
	s := f.support
	if s == nil {
		return
	}
	day := func(d study.Day) int {
		if d < f.start || d > c.Until {
			return -1
		}
		return int(d - f.start)
	}
	p.Minutes, p.Met, p.Intake, p.Consent, p.Closed, p.Research = s.Minutes, day(s.Met), day(s.Intake), day(s.Consent), day(s.Closed), s.Research
	p.Handed = true
	if !s.Research {
		return
	}
	first := months(f.start)
	for _, m := range f.months {
		if m.Month <= c.Until && months(m.Month) >= first {
			p.Months = append(p.Months, Support{months(m.Month) - first, m.Contacts, m.NeedsMet, m.Housing, m.Employment, m.Income})
		}
	}
	slices.SortFunc(p.Months, compareMonths)
}

// months numbers calendar months.
func months(d study.Day) int {
	t := d.Time()
	return t.Year()*12 + int(t.Month())
}

// compare orders people by everything that is known of them, so that whoever stands where is no trace of a pseudonym or of a file's order. Two people
// of whom the same is known are the same to every number.
func compare(a, b Person) int {
	return cmp.Or(cmp.Compare(a.T0, b.T0), strings.Compare(string(a.Arm), string(b.Arm)), strings.Compare(a.Decision, b.Decision), strings.Compare(a.Reason, b.Reason),
		strings.Compare(a.Door, b.Door), strings.Compare(a.Area, b.Area), strings.Compare(a.Offence, b.Offence), a.Age-b.Age, strings.Compare(a.Sex, b.Sex),
		strings.Compare(a.Ethnicity, b.Ethnicity), strings.Compare(a.Perceived, b.Perceived), strings.Compare(a.Housing, b.Housing), yesNo(a.Linked, b.Linked),
		a.Follow-b.Follow, strings.Compare(string(a.Last), string(b.Last)), yesNo(a.Offered, b.Offered), a.Yes-b.Yes, yesNo(a.Handed, b.Handed), a.Met-b.Met, a.Minutes-b.Minutes, a.Intake-b.Intake,
		a.Consent-b.Consent, a.Closed-b.Closed, yesNo(a.Research, b.Research), slices.CompareFunc(a.Events, b.Events, compareEvents),
		slices.CompareFunc(a.Months, b.Months, compareMonths), slices.CompareFunc(a.prison, b.prison, func(x, y span) int { return cmp.Or(x.from-y.from, x.to-y.to) }))
}

func compareEvents(a, b Event) int {
	return cmp.Or(a.Day-b.Day, strings.Compare(string(a.Kind), string(b.Kind)), strings.Compare(a.Sort, b.Sort), a.Committed-b.Committed, cmp.Compare(a.Hours, b.Hours), yesNo(a.After, b.After))
}

func compareMonths(a, b Support) int {
	return cmp.Or(a.Month-b.Month, a.Contacts-b.Contacts, a.NeedsMet-b.NeedsMet, strings.Compare(a.Housing, b.Housing), strings.Compare(a.Employment, b.Employment), strings.Compare(a.Income, b.Income))
}
