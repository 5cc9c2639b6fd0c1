package figure

import (
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"

	"waymark.example/internal/stats"
)

// Step is one stage of the way from a contact to support, and how many of the stage before went on to it.
type Step struct {
	Name   string
	N      Number
	Share  Share
	Of1000 int // how long its bar is, of a thousand
}

// Share is a part of a whole with its 95 % interval (Wilson's), worked out from numbers as they are shown: the interval holds those of all numbers that
// may be shown so, and Least is the least share of these. It is unknown where either is hidden.
type Share struct {
	Known                  bool
	P                      float64
	Percent, Least, Lo, Hi int
}

// ShareOf is what part of whole is part.
func ShareOf(part, whole Number) Share {
	if !part.Shown || !whole.Shown {
		return Share{}
	}
	p, err := stats.NewProportion(min(part.Value, whole.Value), whole.Value)
	if err != nil {
		return Share{}
	}
	percent := func(x float64) int { return int(math.Round(100 * x)) }
	may, within := stats.ShareRounded(min(part.Value, whole.Value), whole.Value)
	return Share{true, p.P, percent(p.P), percent(may.Lo), percent(within.Lo), percent(within.Hi)}
}

// Funnel is the way from a contact to an intake, over the whole span.
func (s Set) Funnel() []Step {
	at := s.Span()
	var out []Step
	var before Number
	for i, name := range []string{"contacts", "eligible", "offered", "yes"} {
		n := s.Of("%s/%s", name, at)
		step := Step{Name: name, N: n}
		if i > 0 {
			step.Share = ShareOf(n, before)
		}
		out, before = append(out, step), n
	}
	met := s.Of("intakes/%s", at)
	out = append(out, Step{Name: "handoffs", N: s.Of("handoffs/%s", at)}, Step{Name: "intakes", N: met})
	for i := range out {
		if most := out[0].N; most.Shown && out[i].N.Shown {
			out[i].Of1000 = min(1000, out[i].N.Value*1000/most.Value)
		}
	}
	return out
}

// Named is a number of something: a door, a month.
type Named struct {
	Name   string
	N      Number
	Of1000 int
}

// OtherWay is how many eligible contacts go by another pathway than LEAD: a part of those that the policy allowed to divert, counted once
// and never as somebody who was not asked (R48). A set from before that was counted has none.
func (s Set) OtherWay() Lack {
	n := s.Of("another-pathway/%s", s.Span())
	return Lack{n, ShareOf(n, s.Of("eligible/%s", s.Span()))}
}

// Pathways reports whether the set counts other pathways.
func (s Set) Pathways() bool { return s.Definitions >= 2 }

// ByDoor is the contacts of each door.
func (s Set) ByDoor() []Named {
	var out []Named
	whole := s.Of("contacts/%s", s.Span())
	for _, d := range Doors() {
		n := Named{Name: d, N: s.Of("contacts/%s/%s", s.Span(), d)}
		if n.N.Shown && whole.Shown {
			n.Of1000 = min(1000, n.N.Value*1000/whole.Value)
		}
		out = append(out, n)
	}
	return out
}

// Group is how far people of one group came, with the share that went on at each step.
type Group struct {
	Name                           string
	Contacts, Eligible, Offer, Yes Number
	OfEligible, OfOffered          Share
}

// ByGroup is the way of each group. Where nobody wrote down who it was, that is a line like any other (R41).
func (s Set) ByGroup() []Group {
	var out []Group
	for _, g := range s.Groups {
		line := Group{Name: g}
		line.Contacts, line.Eligible = s.Of("contacts/%s/%s", s.Span(), g), s.Of("eligible/%s/%s", s.Span(), g)
		line.Offer, line.Yes = s.Of("offered/%s/%s", s.Span(), g), s.Of("yes/%s/%s", s.Span(), g)
		line.OfEligible, line.OfOffered = ShareOf(line.Offer, line.Eligible), ShareOf(line.Yes, line.Offer)
		out = append(out, line)
	}
	return out
}

// Missing is of how many contacts the ethnicity is not recorded.
func (s Set) Missing() Lack {
	n := s.Of("contacts/%s/%s", s.Span(), NotRecorded)
	return Lack{n, ShareOf(n, s.Of("contacts/%s", s.Span()))}
}

// Line is one month.
type Line struct {
	Month                                    string
	Contacts, Offered, Yes, HandOffs, Within Number
	Intakes, Active, Quiet, Closed           Number
	Pence                                    int64 // 0 where it is not shown
}

// ByMonth is every month of the span.
func (s Set) ByMonth() []Line {
	var out []Line
	for _, m := range s.Months {
		out = append(out, Line{Month: m, Contacts: s.Of("contacts/%s", m), Offered: s.Of("offered/%s", m), Yes: s.Of("yes/%s", m), HandOffs: s.Of("handoffs/%s", m), Within: s.Of("within/%s", m),
			Intakes: s.Of("intakes/%s", m), Active: s.Of("active/%s", m), Quiet: s.Of("quiet/%s", m), Closed: s.Of("closed/%s", m), Pence: s.Pence[m]})
	}
	return out
}

// PromiseKept is how many of those who waited for a case manager right there were met within the promise (R12).
func (s Set) PromiseKept() Kept {
	k := Kept{Within: s.Of("within/%s", s.Span()), Here: s.Of("here/%s", s.Span())}
	k.Share = ShareOf(k.Within, k.Here)
	return k
}

// Money is what a month of support for one person cost. It is worked out from numbers as they are shown, and unknown where one of them is not.
type Money struct {
	Months   Number // participant-months: people active when each month ended, added up
	Fund     int64
	Costs    int64
	PerMonth int64 // pence, to the pound; 0 where it cannot be said
}

// Money works the cost of a participant-month out.
func (s Set) Money() Money {
	m := Money{Months: Number{Shown: true}, Fund: s.Pence[s.Span()], Costs: s.Costs}
	for _, month := range s.Months {
		n := s.Of("active/%s", month)
		m.Months.Shown = m.Months.Shown && n.Shown
		m.Months.Value += n.Value
	}
	if m.Months.Shown && m.Months.Value > 0 && m.Costs > 0 {
		m.PerMonth = ((m.Costs+m.Fund)/int64(m.Months.Value) + 50) / 100 * 100
	}
	return m
}

// Rooms is how many people were walked with when the span ended, next to what the case managers have room for.
func (s Set) Rooms() Room {
	return Room{s.Of("active/%s", s.Until()), s.Soft * s.CaseManagers, s.Hard * s.CaseManagers}
}

// Pounds writes pence as people read an amount, without the pennies.
func Pounds(pence int64) string {
	digits := strconv.FormatInt((pence+50)/100, 10)
	var out []byte
	for i := range len(digits) {
		if i > 0 && (len(digits)-i)%3 == 0 {
			out = append(out, ',')
		}
		out = append(out, digits[i])
	}
	return "£" + string(out)
}

// FundWords, CostsWords and PerMonthWords are the amounts as people read them, "" where they are not shown.
func (m Money) FundWords() string     { return poundsOr(m.Fund) }
func (m Money) CostsWords() string    { return poundsOr(m.Costs) }
func (m Money) PerMonthWords() string { return poundsOr(m.PerMonth) }

// Spent is what the fund paid in the month, "" where it is not shown.
func (l Line) Spent() string { return poundsOr(l.Pence) }

// Amount is what was entered.
func (c Cost) Amount() string { return Pounds(c.Pence) }

func poundsOr(pence int64) string {
	if pence == 0 {
		return ""
	}
	return Pounds(pence)
}

// Row is one line of the file of a set.
type Row struct {
	Measure, Period, Group string
	N                      Number
}

// Rows is everything in the set that is for everybody, shown or not, in order: not what is by team, which would be a ranking.
func (s Set) Rows() []Row {
	return slices.DeleteFunc(s.AllRows(), func(r Row) bool { return strings.HasPrefix(r.Group, ofTeam("")) })
}

// AllRows is everything in the set.
func (s Set) AllRows() []Row {
	keys := slices.Collect(maps.Keys(s.Shown))
	keys = append(keys, s.Hidden...)
	slices.Sort(keys)
	out := make([]Row, 0, len(keys))
	for _, key := range keys {
		row := rowOf(key)
		row.N = s.Of("%s", key)
		out = append(out, row)
	}
	return out
}

// rowOf reads what a key is about.
func rowOf(key string) Row {
	parts := strings.SplitN(key, "/", 3)
	row := Row{Measure: parts[0]}
	if len(parts) > 1 {
		row.Period = strings.ReplaceAll(parts[1], ":", " to ")
	}
	if len(parts) > 2 {
		row.Group = parts[2]
	}
	return row
}

// Method says in a sentence how the measure of a row is counted; it goes with the file.
func (r Row) Method() string {
	return map[string]string{
		"contacts": "encounters in which an officer recorded a decision, by the month in which they happened", "eligible": "contacts that the policy in force allowed to divert",
		"not-eligible": "contacts that it did not", "offered": "eligible contacts in which the person was asked", "not-offered": "eligible contacts in which they were not",
		"another-pathway": "eligible contacts in which the person goes by another pathway than LEAD, counted as that alone",
		"without":         "eligible contacts that did not end with a yes, by the main reason on record",
		"yes":             "offered contacts in which the person said yes and was handed over", "no": "offered contacts in which they did not",
		"handoffs": "hand-offs to the case team, by the month in which they were made", "here": "hand-offs in which the person waited for a case manager right there", "elsewhere": "all other hand-offs",
		"within": "people who waited and were met within the promise of the policy", "later": "people who waited and were met later", "not-met": "people who waited and were not met until the numbers were counted",
		"intakes": "people whose intake was completed", "closed": "people whose case was closed because they asked", "active": "people whose case was active when the month ended",
		"quiet": "people whose case was quiet when the month ended", "beginning": "people who were still being met when the month ended", "paid": "people for whom the flexible fund paid",
		"complaints": "complaints by every route", "compliments": "compliments by every route",
		"trained": "people with an account for whose role the course is, and who of them are up to date, on the day of publication",
	}[r.Measure]
}

// Lack is how many contacts lack something.
type Lack struct {
	N     Number
	Share Share
}

// Kept is how far the promise of a warm hand-off was kept.
type Kept struct {
	Within, Here Number
	Share        Share
}

// Room is how many people are walked with, next to what there is room for.
type Room struct {
	Active     Number
	Soft, Hard int
}

// ByCourse is how many people each course is for and how many are up to date.
func (s Set) ByCourse() []Learnt {
	var out []Learnt
	for _, c := range s.Courses {
		out = append(out, Learnt{c.Title, s.Of("%s", c.Key), s.Of("%s, up to date", c.Key)})
	}
	return out
}

// Learnt is one course.
type Learnt struct {
	Title      string
	People, Up Number
}

// Complaints and Compliments are what people said of the scheme, by every route.
func (s Set) Complaints() Number  { return s.Of("complaints/%s", s.Span()) }
func (s Set) Compliments() Number { return s.Of("compliments/%s", s.Span()) }

// Short is the way from a contact to a yes, in three numbers.
func (s Set) Short() []Number {
	at := s.Span()
	return []Number{s.Of("contacts/%s", at), s.Of("offered/%s", at), s.Of("yes/%s", at)}
}
