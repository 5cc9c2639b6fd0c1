package equity

import (
	"fmt"
	"math"
	"slices"

	"waymark.example/internal/stats"
	"waymark.example/internal/suppress"
)

// Public is the result as everybody may see it: with no count below ten and none that can be worked out from the others or from what was published before, the
// rest to the nearest five, and every share, ratio and interval from the numbers as shown and what these may have been before. The release is kept, so that the next is weighed beside it.
func (r Result) Public(past []suppress.Release) (Result, suppress.Release, error) {
	release, err := suppress.Publish(past, r.tables()...)
	if err != nil {
		return Result{}, suppress.Release{}, fmt.Errorf("equity: %w", err)
	}
	shown := map[string]suppress.Shown{}
	for _, f := range release.Public() {
		shown[f.Key] = f
	}
	of := func(key string) Number {
		f := shown[r.span()+key] // what is in no table is not shown
		return Number{N: f.Value, Hidden: !f.Shown}
	}
	alone := func(n Number) Number {
		v, ok := suppress.Round(n.N)
		return Number{N: v, Hidden: !ok}
	}
	out := r
	out.Rounded = true
	out.People, out.Contacts, out.Excluded = of("people/eligible"), of("contacts/eligible"), alone(r.Excluded)
	out.Usual, out.Community = alone(r.Usual), alone(r.Community)
	group := func(path string, g Group) Group {
		g.Steps = slices.Clone(g.Steps)
		for i, stage := range Stages() {
			s := &g.Steps[i]
			s.N, s.Eligible = of(path+stage.Key), of(path+"eligible")
			s.Previous = of(path + stage.Previous)
			switch {
			case i == 0:
				s.Previous = s.N
			case i > 3:
				s.Eligible = Number{Hidden: true} // what is there would tell of whom everybody agreed to be studied
				if r.recent(i) {
					s.Previous = of(path + stage.Key + "/from")
				}
			}
		}
		return g
	}
	out.All = group("people/", r.All)
	out.Panels = slices.Clone(r.Panels)
	for i, p := range r.Panels {
		out.Panels[i].Groups = nil
		for _, g := range p.Groups {
			out.Panels[i].Groups = append(out.Panels[i].Groups, group("people/"+p.Dimension+"="+g.Key+"/", g))
		}
	}
	if err := out.compare(); err != nil {
		return Result{}, suppress.Release{}, fmt.Errorf("equity: %w", err)
	}
	// An alarm stands where it was raised by what was counted and what is shown bears it out: rounding raises none.
	out.Alarms = 0
	for i := range out.Comparisons {
		c := &out.Comparisons[i]
		counted, ok := r.Find(c.Dimension, c.Against, c.Decision, c.Group)
		c.Alarm = c.Alarm && ok && counted.Alarm
		if c.Alarm {
			out.Alarms++
		}
		if ok && c.P != nil && (counted.Strata != nil || counted.Adjusted != nil) {
			if parted(of, *c) {
				c.Strata, c.Adjusted = twoDigits(counted.Strata, counted.Adjusted)
			} else {
				c.Adjusted = &Adjusted{Problem: "a number behind it is too small to be shown"}
			}
		}
	}
	out.Teams.Units = slices.Clone(r.Teams.Units)
	for i := range out.Teams.Units {
		u := &out.Teams.Units[i]
		u.Yes, u.Eligible = of("contacts/team="+u.Name+"/yes"), of("contacts/team="+u.Name+"/eligible")
	}
	out.Teams.weigh()
	out.Reasons.Of, out.Reasons.All = of("contacts/not"), slices.Clone(r.Reasons.All)
	for i, reason := range out.Reasons.All {
		out.Reasons.All[i].N = of("contacts/not=" + reason.Code)
	}
	out.Reasons.Teams = slices.Clone(r.Reasons.Teams)
	for i := range out.Reasons.Teams {
		t := &out.Reasons.Teams[i]
		t.Of, t.Reasons = of("contacts/team="+t.Name+"/not"), slices.Clone(t.Reasons)
		for k, reason := range t.Reasons {
			t.Reasons[k].N = of("contacts/team=" + t.Name + "/not=" + reason.Code)
		}
	}
	out.Missing = slices.Clone(r.Missing)
	for i := range out.Missing {
		m := &out.Missing[i]
		switch {
		case slices.Contains(keys(dimensions()), m.Key):
			m.Missing, m.Of = of("people/"+m.Key+"=/eligible"), out.People
		case m.Key == "support":
			m.Missing, m.Of = of("people/"+Known+"/not"), of("people/yes")
		case m.Key == "decision":
			m.Missing, m.Of = of("contacts/undecided"), out.Contacts
		case m.Key == "team":
			m.Missing, m.Of = of("contacts/team=/eligible"), out.Contacts
		case m.Key == "reason":
			m.Missing, m.Of = of("contacts/not="), out.Reasons.Of
		default:
			m.Missing, m.Of = of("contacts/offence-missing"), out.Contacts
		}
	}
	return out, release, nil
}

// parted reports whether of both groups of a comparison are shown: those who went on, those who did not, and all. What is worked out from the exact counts is as
// sure as one over each of the four says, so whoever knows three reads the fourth.
func parted(of func(string) Number, c Comparison) bool {
	i := slices.IndexFunc(Stages(), func(s Stage) bool { return s.Key == c.Decision })
	for _, group := range []string{c.Group, c.Reference} {
		path := "people/" + c.Dimension + "=" + group + "/"
		need := []string{path + c.Decision, path + c.Decision + "/not", path + Stages()[i].Previous}
		if c.Against == "eligible" { // those who did not are who left at each step before
			for s := Stages()[i]; s.Previous != ""; s = Stages()[slices.IndexFunc(Stages(), func(b Stage) bool { return b.Key == s.Previous })] {
				need = append(need, path+s.Key+"/not", path+s.Previous)
			}
		}
		if slices.ContainsFunc(need, func(key string) bool { return of(key).Hidden }) {
			return false
		}
	}
	return true
}

// twoDigits is what was worked out from the exact counts, as exact as everybody may see it.
func twoDigits(s *stats.Stratified, a *Adjusted) (*stats.Stratified, *Adjusted) {
	two := func(v float64) float64 { return math.Round(100*v) / 100 }
	both := func(i stats.Interval) stats.Interval { return stats.Interval{Lo: two(i.Lo), Hi: two(i.Hi)} }
	if s != nil {
		s = &stats.Stratified{OR: two(s.OR), CI: both(s.CI), ChiSq: two(s.ChiSq), P: two(s.P)}
	}
	if a != nil {
		of := *a
		if a.Difference != nil {
			v := two(*a.Difference)
			of.Difference = &v
		}
		if a.CI != nil {
			v := both(*a.CI)
			of.CI = &v
		}
		a = &of
	}
	return s, a
}

// recent reports whether the records of some end before a step: only then are those who could be there another number than those at the step before.
func (r Result) recent(i int) bool {
	stages := Stages()
	before := slices.IndexFunc(stages, func(s Stage) bool { return s.Key == stages[i].Previous })
	return stages[i].Months > 0 && r.All.Steps[i].Previous.N < r.All.Steps[before].N.N
}

// span is what keys begin with: what is published of a period is published once.
func (r Result) span() string { return "equity/" + r.From + ":" + r.Until + "/" }

// tables writes every count of the result down, and how they add up: groups to everybody, those who went on and those who did not to the step before, teams and
// reasons to all contacts.
func (r Result) tables() []suppress.Table {
	var people, contacts suppress.Table
	at := r.span()
	cell := func(t *suppress.Table, key string, count int, headline bool) string {
		t.Cells = append(t.Cells, suppress.Cell{Key: at + key, Count: count, Headline: headline})
		return at + key
	}
	sum := func(t *suppress.Table, whole string, parts ...string) {
		t.Sums = append(t.Sums, suppress.Sum{Whole: whole, Parts: parts})
	}
	names := []string{}
	group := func(path string, g Group, headline bool) {
		n := func(key string, count int, head bool) string {
			if path == "people/" {
				names = append(names, key)
			}
			return cell(&people, path+key, count, head && headline)
		}
		count := map[string]int{}
		for i, stage := range Stages() {
			s := g.Steps[i]
			count[stage.Key] = s.N.N
			whole := at + path + stage.Previous
			reached := n(stage.Key, s.N.N, true)
			switch {
			case i == 0:
			case !r.recent(i):
				sum(&people, whole, reached, n(stage.Key+"/not", count[stage.Previous]-s.N.N, false))
			default:
				from := n(stage.Key+"/from", s.Previous.N, false)
				sum(&people, from, reached, n(stage.Key+"/not", s.Previous.N-s.N.N, false))
				sum(&people, whole, from, n(stage.Key+"/later", count[stage.Previous]-s.Previous.N, false))
			}
		}
	}
	group("people/", r.All, true)
	for _, p := range r.Panels {
		parts := map[string][]string{}
		for _, g := range p.Groups {
			if g.Steps[0].N.N == 0 { // nobody at all: it is about nobody, and weighs nothing
				continue
			}
			path := "people/" + p.Dimension + "=" + g.Key + "/"
			group(path, g, false)
			for _, name := range names {
				parts[name] = append(parts[name], at+path+name)
			}
		}
		for _, name := range names {
			sum(&people, at+"people/"+name, parts[name]...)
		}
	}
	r.contactTable(&contacts, cell, sum)
	return []suppress.Table{people, contacts}
}

func (r Result) contactTable(t *suppress.Table, cell func(*suppress.Table, string, int, bool) string, sum func(*suppress.Table, string, ...string)) {
	yes := 0
	for _, u := range r.Teams.Units {
		yes += u.Yes.N
	}
	undecided, offence := 0, 0
	for _, m := range r.Missing {
		switch m.Key {
		case "decision":
			undecided = m.Missing.N
		case "offence":
			offence = m.Missing.N
		}
	}
	all := cell(t, "contacts/eligible", r.Contacts.N, true)
	parts := []string{cell(t, "contacts/yes", yes, true), cell(t, "contacts/not", r.Reasons.Of.N, true), cell(t, "contacts/undecided", undecided, false)}
	sum(t, all, parts...)
	sum(t, all, cell(t, "contacts/offence-missing", offence, false), cell(t, "contacts/offence-known", r.Contacts.N-offence, false))
	var reasons []string
	byReason := map[string][]string{}
	for _, reason := range r.Reasons.All {
		reasons = append(reasons, cell(t, "contacts/not="+reason.Code, reason.N.N, false))
	}
	sum(t, parts[1], reasons...)
	var of [4][]string
	for i, u := range r.Teams.Units {
		why := r.Reasons.Teams[i]
		path := "contacts/team=" + u.Name + "/"
		own := [4]string{cell(t, path+"eligible", u.Eligible.N, false), cell(t, path+"yes", u.Yes.N, false), cell(t, path+"not", why.Of.N, false), cell(t, path+"undecided", u.Eligible.N-u.Yes.N-why.Of.N, false)}
		sum(t, own[0], own[1:]...)
		for k := range own {
			of[k] = append(of[k], own[k])
		}
		var codes []string
		for _, reason := range why.Reasons {
			key := cell(t, path+"not="+reason.Code, reason.N.N, false)
			codes = append(codes, key)
			byReason[reason.Code] = append(byReason[reason.Code], key)
		}
		sum(t, own[2], codes...)
	}
	for k, whole := range append([]string{all}, parts...) {
		sum(t, whole, of[k]...)
	}
	for i, reason := range r.Reasons.All {
		sum(t, reasons[i], byReason[reason.Code]...)
	}
}
