package cohort

import (
	"slices"

	"waymark.example/internal/evidence/study"
)

// Person is somebody in the cohort. It holds no pseudonym. Days of events count from the start: 1 is the day after it, -1 the day before.
type Person struct {
	Arm      Arm
	Decision string
	Reason   string
	T0       study.Day
	Door     string
	Area     string
	Offence  string // group, of the first contact

	Age       int // in years at the start, -1 where it is not known
	Sex       string
	Ethnicity string // as the person said it
	Perceived string // as an officer saw it
	Housing   string
	Linked    bool

	Follow int // days watched after the start
	Last   End // what ended it
	Room   int // days from the start to the end of the records: who was there long enough to be watched over a window

	Offered  bool
	Yes      int  // day of the first contact, from the one that counts on, at which they said yes to LEAD, -1 for never
	Handed   bool // there is a row about their support: only those who agreed to be studied have one
	Met      int  // day on which a case manager was there, -1 for never
	Minutes  int  // until then, -1 for nobody came or not known
	Intake   int  // day, -1 for none
	Consent  int  // day of the release of information, -1 for none
	Closed   int  // day on which the person asked to close, -1 for none
	Research bool
	Months   []Support // months of support, rising; only of those who agreed to research

	Events []Event // from the look-back to the end of watching, by day
	known  [3]int  // arrests in 12 and in 24 months before, and nights in prison in 24: asked for by every model
	prison []span  // nights, merged, from the look-back to the end of watching
}

// Event is something that happened.
type Event struct {
	Day       int
	Kind      study.Kind
	Sort      string
	Committed int // day of the offence, as Day counts; undated where it is not known
	Hours     float64
	After     bool // for an offence committed after the start, and not of the occurrence of the first contact
}

// undated is the day of an offence whose day is not known.
const undated = -1 << 30

// Support is one month of somebody's support, as counted from the start.
type Support struct {
	Month      int // 0 is the calendar month of the start
	Contacts   int
	NeedsMet   int
	Housing    string
	Employment string
	Income     string
}

// span is nights in prison, from and to (without), counted as days from the start.
type span struct{ from, to int }

// Keys of outcomes.
const (
	Rearrest       = "rearrest"       // primary: any arrest for an offence committed after the start
	NonWarrant     = "non_warrant"    // co-primary: of those, not on a warrant, for recall or for breach
	NotOnWarrant   = "not_on_warrant" // sensitivity: people whose only arrests were on warrants do not count
	ArrestByDay    = "arrest_by_day"  // sensitivity: the day of the arrest decides, not that of the offence
	Charged        = "charge"
	Indictable     = "charge_indictable" // indictable only or either way: the nearest to "felony"
	IndictableOnly = "charge_indictable_only"
	Reoffence      = "proven" // committed within 12 months, proven within 6 more
	Prison         = "prison"
	Remand         = "prison_remand"
	Sentence       = "prison_sentenced"
	Recall         = "prison_recall"
	Dead           = "death"
)

// Outcome is something that is counted in a window.
type Outcome struct {
	Key   string `json:"key"`
	Words string `json:"words"` // "arrested again ..."
	Noun  string `json:"noun"`  // "arrests ..."
}

// Outcomes are what may become of people, in the order of the tables.
func Outcomes() []Outcome {
	return []Outcome{
		{Rearrest, "Arrested for an offence committed after the decision", "Arrests for offences committed after the decision"},
		{NonWarrant, "The same, without arrests on a warrant, for recall or for breach", "Arrests without those on a warrant, for recall or for breach"},
		{Charged, "Charged or postally requisitioned", "Charges and postal requisitions"},
		{Indictable, "Charged with an offence that is indictable only or triable either way", "Charges that are indictable only or triable either way"},
		{IndictableOnly, "Charged with an offence that is indictable only", "Charges that are indictable only"},
		{Reoffence, "Proven reoffence: committed within 12 months, proven within 6 more", "Proven reoffences"},
		{Prison, "Received into prison", "Receptions into prison"},
		{Remand, "Received into prison on remand", "Receptions on remand"},
		{Sentence, "Received into prison under sentence", "Receptions under sentence"},
		{Recall, "Received into prison on recall", "Receptions on recall"},
		{Dead, "Died", "Deaths"},
		{NotOnWarrant, "Arrested again, people whose only arrests were on warrants not counted", "Arrests without those on a warrant"},
		{ArrestByDay, "Arrested at all after the decision, whenever the offence was committed", "Arrests by their own day"},
	}
}

// OutcomeOf returns an outcome by its key.
func OutcomeOf(key string) Outcome {
	all := Outcomes()
	if i := slices.IndexFunc(all, func(o Outcome) bool { return o.Key == key }); i >= 0 {
		return all[i]
	}
	return Outcome{Key: key, Words: key, Noun: key}
}

// wait is how many days more a proven reoffence has to be proven.
const wait = 182

// Covariate is something known before the start that may make people comparable.
type Covariate struct {
	Key    string `json:"key"`
	Words  string `json:"words"`
	Number bool   `json:"number"` // a number; otherwise words, in which "" is a level of its own: not recorded
}

// Covariates are what the baseline table shows, in its order.
func Covariates() []Covariate {
	return []Covariate{
		{"age", "Age in years, in bands", false},
		{"sex", "Sex", false},
		{"ethnicity", "Ethnicity, as the person said it", false},
		{"perceived", "Ethnicity, as an officer saw it", false},
		{"housing", "Where they lived", false},
		{"area", "Area", false},
		{"door", "Door", false},
		{"offence", "Offence of the first contact", false},
		{"age_years", "Age in years", true},
		{"arrests_12", "Arrests in the 12 months before", true},
		{"arrests_24", "Arrests in the 24 months before", true},
		{"custody_days_24", "Nights in prison in the 24 months before", true},
	}
}

// AgeBand is the band of an age, "" where it is not known.
func AgeBand(years int) string {
	switch {
	case years < 0:
		return ""
	case years < 18:
		return "under 18"
	case years < 26:
		return "18 to 25"
	case years < 35:
		return "26 to 34"
	case years < 45:
		return "35 to 44"
	case years < 55:
		return "45 to 54"
	}
	return "55 and over"
}

// Word is a covariate that is words, "" where it is not recorded.
func (p *Person) Word(key string) string {
	switch key {
	case "age":
		return AgeBand(p.Age)
	case "sex":
		return p.Sex
	case "ethnicity":
		return p.Ethnicity
	case "perceived":
		return p.Perceived
	case "housing":
		return p.Housing
	case "area":
		return p.Area
	case "door":
		return p.Door
	case "offence":
		return p.Offence
	}
	return ""
}

// Number is a covariate that is a number; known is false where it is not recorded. What was found in linked records is not known of people who could
// not be linked.
func (p *Person) Number(key string) (v float64, known bool) {
	switch key {
	case "age_years":
		return float64(p.Age), p.Age >= 0
	case "arrests_12":
		return float64(p.known[0]), p.Linked
	case "arrests_24":
		return float64(p.known[1]), p.Linked
	case "custody_days_24":
		return float64(p.known[2]), p.Linked
	}
	return 0, false
}

// MetKnown reports whether it is known that a case manager was there within so many days, or was not. Of who said yes, only the support of those who agreed
// to be studied is on record; who did not say yes was handed to nobody.
func (p *Person) MetKnown(days int) bool { return p.Research || !p.SaidYes(days) }

// SaidYes reports whether they said yes to LEAD within so many days.
func (p *Person) SaidYes(days int) bool { return p.Yes >= 0 && p.Yes <= days }

// before counts arrests in so many days before the start.
func (p *Person) before(days int) int {
	n := 0
	for _, e := range p.Events {
		if e.Day >= 0 {
			break
		}
		if e.Kind == study.Arrest && e.Day >= -days {
			n++
		}
	}
	return n
}

// nights counts nights in prison from one day up to another, without it.
func (p *Person) nights(from, to int) int {
	n := 0
	for _, s := range p.prison {
		if a, b := max(s.from, from), min(s.to, to); b > a {
			n += b - a
		}
	}
	return n
}

// Watch says what is known of one outcome of one person over a window.
type Watch string

// What is known. Only Seen enters a risk; the others are counted and shown.
const (
	Seen      Watch = "seen"     // watched over the whole window, or until death
	TooRecent Watch = "recent"   // the records end before the window does, whatever happened
	Left      Watch = "moved"    // moved out of reach of the records within the window
	NotLinked Watch = "unlinked" // their records could not be looked for
)

// Watched says whether an outcome of a window of days is known. A proven reoffence needs the court's six months more. Death ends the window: what
// happened until then counts, and nothing after.
func (p *Person) Watched(outcome string, days int) Watch {
	if outcome == Reoffence {
		days += wait
	}
	switch {
	case p.Room < days:
		return TooRecent
	case !p.Linked:
		return NotLinked
	case p.Last == Moved && p.Follow < days:
		return Left
	}
	return Seen
}

// is reports whether an event counts for an outcome.
func (e Event) is(outcome string) bool {
	switch outcome {
	case Rearrest:
		return e.Kind == study.Arrest && e.After
	case NonWarrant:
		return e.Kind == study.Arrest && e.After && e.Sort == "non_warrant"
	case NotOnWarrant:
		return e.Kind == study.Arrest && e.After && e.Sort != "warrant"
	case ArrestByDay:
		return e.Kind == study.Arrest
	case Charged:
		return e.Kind == study.Charge && e.After
	case Indictable:
		return e.Kind == study.Charge && e.After && e.Sort != "summary"
	case IndictableOnly:
		return e.Kind == study.Charge && e.After && e.Sort == "indictable"
	case Reoffence:
		return e.Kind == study.Proven && e.After
	case Prison:
		return e.Kind == study.Custody && e.Sort != "police"
	case Remand:
		return e.Kind == study.Custody && e.Sort == "remand"
	case Sentence:
		return e.Kind == study.Custody && e.Sort == "sentenced"
	case Recall:
		return e.Kind == study.Custody && e.Sort == "recall"
	case Dead:
		return e.Kind == study.Death
	}
	return false
}

// Counted counts events of an outcome on days 1 to days.
func (p *Person) Counted(outcome string, days int) int {
	n := 0
	for _, e := range p.Events {
		if e.Day < 1 && (e.Day < 0 || outcome != Dead) || !e.is(outcome) {
			continue // who died on the day itself did die after the decision
		}
		if outcome == Reoffence {
			if at := e.Committed; (at == undated && e.Day <= days) || (at != undated && at <= days && e.Day <= days+wait) {
				n++
			}
		} else if e.Day <= days {
			n++
		}
	}
	return n
}

// First is the day of the first event of an outcome after the start, 0 for none while watched.
func (p *Person) First(outcome string) int {
	for _, e := range p.Events {
		if e.Day >= 1 && e.is(outcome) {
			return e.Day
		}
	}
	return 0
}

// Earlier counts events of a kind of outcome in days -days to -1, by their own day: before the start no offence can have been committed after it.
func (p *Person) Earlier(outcome string, days int) int {
	n := 0
	for _, e := range p.Events {
		if e.Day >= 0 {
			break
		}
		e.After = true
		if e.Day >= -days && e.is(outcome) {
			n++
		}
	}
	return n
}

// Liberty is how many days of 1 to days somebody was watched and not in prison.
func (p *Person) Liberty(days int) int {
	to := min(days, p.Follow)
	return to - p.nights(1, to+1)
}

// CustodyDays is nights in prison and hours in police custody divided by 24, on days 1 to days, while watched.
func (p *Person) CustodyDays(days int) float64 {
	to := min(days, p.Follow)
	hours := 0.0
	for _, e := range p.Events {
		if e.Day >= 1 && e.Day <= to && e.Kind == study.Custody && e.Sort == "police" {
			hours += e.Hours
		}
	}
	return float64(p.nights(1, to+1)) + hours/24
}

// Month is the month of the panel in which a day falls: 0 is days 1 to 30, 1 is 31 to 60, -1 is -30 to -1. The day of the start is in none.
func Month(day int) int {
	if day > 0 {
		return (day - 1) / 30
	}
	return -((-day - 1) / 30) - 1
}

// Whole is how many whole months of 30 days somebody was watched after the start, and not more than most.
func (p *Person) Whole(most int) int { return min(most, p.Follow/30) }

// Days are the days of an outcome's events: before the start by their own day, afterwards as [Person.Counted] counts. The day of the start is none.
func (p *Person) Days(outcome string) []int {
	var out []int
	for _, e := range p.Events {
		if e.Day < 0 {
			e.After = true
		}
		if e.Day != 0 && e.is(outcome) {
			out = append(out, e.Day)
		}
	}
	return out
}

// Dated reports whether the day of the offence is known.
func (e Event) Dated() bool { return e.Committed != undated }
