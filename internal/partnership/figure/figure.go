// Package figure is the state of the scheme in numbers: counted by each side, published for a span of months that have ended,
// with small numbers hidden, and never changed once published. It imports lead, platform, suppress and stats.
package figure

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"waymark.example/internal/suppress"
)

// Contact is how many contacts of one month went one way, as the police side counts them.
type Contact struct {
	Month   string // YYYY-MM
	Door    string
	Outcome string
	Offered bool
	Pathway bool   // goes by another pathway than LEAD
	Group   string // as the person gave it, "" where it is not recorded
	Team    string // of the officer
	Reason  string // code of why nobody said yes where LEAD was possible, "" otherwise
	Count   int
}

// Month is what the case team counts of one month.
type Month struct {
	Month                         string
	Within, Later, NotMet, Others int
	Intakes                       int
	ClosedAsked                   int
	Active, Quiet, Beginning      int
	Payments, PeoplePaid          int
	PencePaid                     int64
	CaseManagers                  int
}

// Said is how many complaints or compliments came in a month, by every route.
type Said struct {
	Month string
	Kind  string // complaint or compliment
	Count int
}

// Trained is for how many people of the scheme a course is, and how many are up to date.
type Trained struct {
	ID, Title  string
	People, Up int
}

// Counted is everything that the sides counted of a span of months.
type Counted struct {
	Months   []string // YYYY-MM, in order
	Contacts []Contact
	Care     []Month // one for each
	Paid     int     // people for whom the fund paid in the span
	Pence    int64
	Trained  []Trained
	Said     []Said            // complaints and compliments
	Words    map[string]string // of reasons, by code

	Promise, Soft, Hard int   // of the policy: minutes to a hand-off, people on a caseload
	Costs               int64 // pence of the span, as the coordinator entered them; 0 when a year is missing
}

// NotRecorded stands for the group of those whose ethnicity is not recorded. It is a group as good as any (R41).
const NotRecorded = "not recorded"

// Doors and Stages name what contacts are split by.
func Doors() []string { return []string{"arrest_diversion", "social_contact", "community"} }

// Definitions is the version of how things are counted; it goes up when that changes.
const Definitions = 4 // 2: other pathways apart; 3: groups as recorded, which 1 and 2 counted as not recorded; 4: teams and reasons

// Set is a published set: what everybody may see of a span of months, and never changes.
type Set struct {
	Number      int64             `json:"-"`
	PublishedAt time.Time         `json:"-"`
	By          string            `json:"-"`
	Definitions int               `json:"definitions"`
	Months      []string          `json:"months"`
	Groups      []string          `json:"groups"`
	Shown       map[string]int    `json:"shown"`  // by key; ten or more, rounded to five
	Hidden      []string          `json:"hidden"` // keys of what is not shown
	Courses     []Taught          `json:"courses"`
	Teams       []string          `json:"teams,omitempty"`   // since definitions 4; read on the page of fairness only
	Reasons     []string          `json:"reasons,omitempty"` // codes, the commonest first
	Words       map[string]string `json:"words,omitempty"`   // of the reasons, as the policy had them

	Promise      int              `json:"promise"`
	Soft         int              `json:"soft"`
	Hard         int              `json:"hard"`
	CaseManagers int              `json:"case_managers"`
	Pence        map[string]int64 `json:"pence"` // what the fund paid, to ten pounds, by month and in all, where enough people share in it
	Costs        int64            `json:"costs"`
}

// Taught is a course, and the keys of its numbers.
type Taught struct {
	Title string `json:"title"`
	Key   string `json:"key"`
}

// From and Until are the first and the last month.
func (s Set) From() string  { return s.Months[0] }
func (s Set) Until() string { return s.Months[len(s.Months)-1] }

// Span is the months in a word, as keys have it.
func (s Set) Span() string { return span(s.Months) }

func span(months []string) string { return months[0] + ":" + months[len(months)-1] }

// Number is one count as everybody may see it.
type Number struct {
	Shown bool
	Value int
}

// Of is the number of a key.
func (s Set) Of(format string, of ...any) Number {
	n, ok := s.Shown[fmt.Sprintf(format, of...)]
	return Number{ok, n}
}

// stages are the ways of a contact, each the part of the one before that went on.
func stages(c Contact) []string {
	switch {
	case c.Outcome == "not_eligible":
		return []string{"contacts", "not-eligible"}
	case c.Outcome == "diverted":
		return []string{"contacts", "eligible", "offered", "yes"}
	case c.Offered:
		return []string{"contacts", "eligible", "offered", "no"}
	case c.Pathway: // once, as that (R48)
		return []string{"contacts", "eligible", "another-pathway"}
	}
	return []string{"contacts", "eligible", "not-offered"}
}

// parts says which stages a stage consists of.
func parts() [][]string {
	return [][]string{{"contacts", "eligible", "not-eligible"}, {"eligible", "offered", "not-offered", "another-pathway"}, {"offered", "yes", "no"}}
}

func allStages() []string {
	return []string{"contacts", "eligible", "not-eligible", "offered", "not-offered", "another-pathway", "yes", "no"}
}

// tables writes what was counted down as cells and sums. What adds up with what is said here, so that nothing is told by adding up.
func tables(c Counted) ([]suppress.Table, split) {
	counts := map[string]int{}
	var groups []string
	whole := span(c.Months)
	for _, row := range c.Contacts {
		group := row.Group
		if group == "" {
			group = NotRecorded
		} else if !slices.Contains(groups, group) {
			groups = append(groups, group)
		}
		for _, stage := range stages(row) {
			counts[stage+"/"+row.Month] += row.Count
			counts[stage+"/"+whole] += row.Count
			counts[stage+"/"+whole+"/"+group] += row.Count
		}
		counts["contacts/"+row.Month+"/"+row.Door] += row.Count
		counts["contacts/"+whole+"/"+row.Door] += row.Count
	}
	slices.Sort(groups)
	groups = append(groups, NotRecorded)
	by := split{Groups: groups}

	var t suppress.Table
	said := map[string]bool{}
	cell := func(key string, headline bool) string {
		if !said[key] {
			said[key] = true
			t.Cells = append(t.Cells, suppress.Cell{Key: key, Count: counts[key], Headline: headline})
		}
		return key
	}
	sum := func(of string, parts ...string) { t.Sums = append(t.Sums, suppress.Sum{Whole: of, Parts: parts}) }
	for _, stage := range allStages() {
		var months, of []string
		for _, m := range c.Months {
			months = append(months, cell(stage+"/"+m, false))
		}
		for _, g := range groups {
			of = append(of, cell(stage+"/"+whole+"/"+g, false))
		}
		sum(cell(stage+"/"+whole, true), months...)
		sum(stage+"/"+whole, of...)
	}
	for _, p := range parts() {
		for _, m := range append(slices.Clone(c.Months), whole) {
			sum(p[0]+"/"+m, each(p[1:], "/"+m)...)
		}
		for _, g := range groups {
			at := "/" + whole + "/" + g
			sum(p[0]+at, each(p[1:], at)...)
		}
	}
	var doorsOf [3][]string
	for _, m := range append(slices.Clone(c.Months), whole) {
		var doors []string
		for i, d := range Doors() {
			doors = append(doors, cell("contacts/"+m+"/"+d, false))
			if m != whole {
				doorsOf[i] = append(doorsOf[i], "contacts/"+m+"/"+d)
			}
		}
		sum("contacts/"+m, doors...)
	}
	for i, d := range Doors() {
		sum("contacts/"+whole+"/"+d, doorsOf[i]...)
	}
	by.reasons(c, counts, cell, sum)
	out := []suppress.Table{t, careTable(c)}
	for _, n := range c.Trained {
		key := trainedKey(whole, n)
		out = append(out, suppress.Split(suppress.Cell{Key: key, Count: n.People, Headline: true}, suppress.Cell{Key: key + ", up to date", Count: n.Up}, suppress.Cell{Key: key + ", due", Count: n.People - n.Up}))
	}
	return out, by
}

// split is by what a set is split.
type split struct{ Groups, Teams, Reasons []string }

// ofTeam and ofWhy are how the group of a key says which team, and for which reason, it is of.
func ofTeam(name string) string { return "team: " + name }
func ofWhy(code string) string  { return "why: " + code }

// reasons writes down, of the whole span, how many of each team's contacts where LEAD was possible ended with a yes, and why the others did not. They add up to
// the same wholes as the groups do.
func (by *split) reasons(c Counted, counts map[string]int, cell func(string, bool) string, sum func(string, ...string)) {
	whole := span(c.Months)
	why := map[string]int{}
	for _, row := range c.Contacts {
		stage := stages(row)
		if stage[1] != "eligible" {
			continue
		}
		team, reason := cmp.Or(row.Team, NotRecorded), cmp.Or(row.Reason, NotRecorded)
		if !slices.Contains(by.Teams, team) {
			by.Teams = append(by.Teams, team)
		}
		counts["eligible/"+whole+"/"+ofTeam(team)] += row.Count
		if stage[len(stage)-1] == "yes" {
			counts["yes/"+whole+"/"+ofTeam(team)] += row.Count
			continue
		}
		if !slices.Contains(by.Reasons, reason) {
			by.Reasons = append(by.Reasons, reason)
		}
		why[reason] += row.Count
		counts["without/"+whole] += row.Count
		counts["without/"+whole+"/"+ofTeam(team)] += row.Count
		counts["without/"+whole+"/"+ofWhy(reason)] += row.Count
	}
	slices.Sort(by.Teams)
	slices.SortFunc(by.Reasons, func(a, b string) int { return cmp.Or(cmp.Compare(why[b], why[a]), cmp.Compare(a, b)) })
	var eligible, yes, without, reasons []string
	for _, t := range by.Teams {
		at := "/" + whole + "/" + ofTeam(t)
		eligible, yes, without = append(eligible, cell("eligible"+at, false)), append(yes, cell("yes"+at, false)), append(without, cell("without"+at, false))
		sum("eligible"+at, "yes"+at, "without"+at)
	}
	for _, r := range by.Reasons {
		reasons = append(reasons, cell("without/"+whole+"/"+ofWhy(r), false))
	}
	if len(by.Teams) == 0 {
		return
	}
	sum("eligible/"+whole, eligible...)
	sum("yes/"+whole, yes...)
	sum(cell("without/"+whole, true), without...)
	if len(reasons) > 0 {
		sum("without/"+whole, reasons...)
	}
	sum("eligible/"+whole, "yes/"+whole, "without/"+whole)
}

// each puts what comes after to every name.
func each(names []string, after string) []string {
	var out []string
	for _, n := range names {
		out = append(out, n+after)
	}
	return out
}

func trainedKey(whole string, n Trained) string {
	return "trained/" + whole + "/" + strings.ReplaceAll(n.Title, "/", " ") + " (" + n.ID[len(n.ID)-6:] + ")"
}

// careTable is what the case team counted: hand-offs add up, and so do the months of what happens once.
func careTable(c Counted) suppress.Table {
	var t suppress.Table
	whole := span(c.Months)
	total, months := map[string]int{}, map[string][]string{}
	var order []string
	cell := func(name, month string, n int, flows bool) string {
		key := name + "/" + month
		t.Cells = append(t.Cells, suppress.Cell{Key: key, Count: n})
		if flows {
			if months[name] == nil {
				order = append(order, name)
			}
			total[name] += n
			months[name] = append(months[name], key)
		}
		return key
	}
	split := func(at string) {
		t.Sums = append(t.Sums, suppress.Sum{Whole: "handoffs/" + at, Parts: []string{"here/" + at, "elsewhere/" + at}},
			suppress.Sum{Whole: "here/" + at, Parts: []string{"within/" + at, "later/" + at, "not-met/" + at}})
	}
	for _, m := range c.Care {
		here := m.Within + m.Later + m.NotMet
		cell("handoffs", m.Month, here+m.Others, true)
		cell("here", m.Month, here, true)
		cell("elsewhere", m.Month, m.Others, true)
		cell("within", m.Month, m.Within, true)
		cell("later", m.Month, m.Later, true)
		cell("not-met", m.Month, m.NotMet, true)
		split(m.Month)
		cell("intakes", m.Month, m.Intakes, true)
		cell("closed", m.Month, m.ClosedAsked, true)
		cell("active", m.Month, m.Active, false)
		cell("quiet", m.Month, m.Quiet, false)
		cell("beginning", m.Month, m.Beginning, false)
		cell("paid", m.Month, m.PeoplePaid, false)
	}
	for _, name := range order {
		key := name + "/" + whole
		t.Cells = append(t.Cells, suppress.Cell{Key: key, Count: total[name], Headline: true})
		t.Sums = append(t.Sums, suppress.Sum{Whole: key, Parts: months[name]})
	}
	split(whole)
	for _, kind := range []string{"complaint", "compliment"} {
		n := 0
		for _, said := range c.Said {
			if said.Kind == kind {
				n += said.Count
			}
		}
		t.Cells = append(t.Cells, suppress.Cell{Key: kind + "s/" + whole, Count: n}) // of the span alone: there are few
	}
	t.Cells = append(t.Cells, suppress.Cell{Key: "paid/" + whole, Count: c.Paid})
	return t
}

// weigh makes a set of what was counted, next to everything that was published before.
func weigh(past []suppress.Release, c Counted) (Set, suppress.Release, error) {
	t, by := tables(c)
	r, err := suppress.Publish(past, t...)
	if err != nil {
		return Set{}, r, err
	}
	s := Set{Definitions: Definitions, Months: c.Months, Groups: by.Groups, Teams: by.Teams, Reasons: by.Reasons, Shown: map[string]int{}, Promise: c.Promise, Soft: c.Soft, Hard: c.Hard, Costs: c.Costs, Pence: map[string]int64{}}
	for _, n := range c.Trained {
		s.Courses = append(s.Courses, Taught{n.Title, trainedKey(s.Span(), n)})
	}
	for _, code := range by.Reasons {
		if words := c.Words[code]; words != "" {
			if s.Words == nil {
				s.Words = map[string]string{}
			}
			s.Words[code] = words
		}
	}
	for _, f := range r.Public() {
		if f.Shown {
			s.Shown[f.Key] = f.Value
		} else {
			s.Hidden = append(s.Hidden, f.Key)
		}
	}
	// An amount is shown where ten or more people share in it, and month by month only where that holds for every month: what is
	// left of the whole would be one month's.
	every := true
	for _, m := range c.Care {
		every = every && s.Of("paid/%s", m.Month).Shown
		s.CaseManagers = m.CaseManagers
	}
	if s.Of("paid/%s", s.Span()).Shown {
		s.Pence[s.Span()] = tenPounds(c.Pence)
		for _, m := range c.Care {
			if every {
				s.Pence[m.Month] = tenPounds(m.PencePaid)
			}
		}
	}
	return s, r, nil
}

// Draft is what a set would be: which numbers it would show. It holds no count, no amount and not why one of them is hidden. Whoever
// drafts can choose any span, and nobody weighs a span next to those that were only looked at: two that overlap would tell what lies
// between. And beside the ten to twelve of a whole, that one part is ten or more tells that the other is two at the most.
type Draft struct {
	Months []string
	Keys   []Foreseen
}

// Foreseen is one number of a draft, without the number.
type Foreseen struct {
	Measure, From, Until, Group string
	Shown                       bool
}

// From and Until are the first and the last month.
func (d Draft) From() string  { return d.Months[0] }
func (d Draft) Until() string { return d.Months[len(d.Months)-1] }

// Shown and Hidden are the numbers that would be shown, and those that would not.
func (d Draft) Shown() []Foreseen  { return d.those(true) }
func (d Draft) Hidden() []Foreseen { return d.those(false) }

func (d Draft) those(shown bool) []Foreseen {
	return slices.DeleteFunc(slices.Clone(d.Keys), func(f Foreseen) bool { return f.Shown != shown })
}

// foresee weighs what was counted as Publish would, and keeps of it only what would be shown.
func foresee(past []suppress.Release, c Counted) (Draft, error) {
	_, r, err := weigh(past, c)
	if err != nil {
		return Draft{}, err
	}
	d := Draft{Months: c.Months}
	for _, f := range r.Public() {
		row := rowOf(f.Key)
		from, until, _ := strings.Cut(row.Period, " to ")
		if until == "" {
			until = from
		}
		d.Keys = append(d.Keys, Foreseen{row.Measure, from, until, row.Group, f.Shown})
	}
	return d, nil
}

func tenPounds(pence int64) int64 { return (pence + 500) / 1000 * 1000 }

// Months lists the months from one to another, both with it.
func Months(from, until string) []string {
	var out []string
	at, err := time.Parse("2006-01", from)
	for err == nil && at.Format("2006-01") <= until && len(out) < 240 {
		out = append(out, at.Format("2006-01"))
		at = at.AddDate(0, 1, 0)
	}
	return out
}
