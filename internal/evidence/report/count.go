package report

import (
	"fmt"
	"slices"
	"strconv"

	"waymark.example/internal/evidence/analysis"
	"waymark.example/internal/evidence/cohort"
	"waymark.example/internal/evidence/equity"
	"waymark.example/internal/suppress"
)

// builder holds every count of a report under one key, so that they are weighed against each other before any is shown.
type builder struct {
	profile suppress.Profile
	in      Input
	r       *analysis.Result

	cells []suppress.Cell
	sums  []suppress.Sum
	at    map[string]int

	same    map[string]string // keys of the same people under another name: what is shown of one is shown of the other
	kept    suppress.Release
	shown   map[string]suppress.Shown
	equity  *equity.Result
	unknown []string // keys that were asked for and never weighed
}

// side is the name of an arm within keys.
func side(arm int) string { return [3]string{"lead", "usual", "unknown"}[arm] }

// add weighs a count under a key. The same key is the same people everywhere.
func (b *builder) add(key string, n int) string {
	if _, ok := b.at[key]; !ok {
		b.at[key] = len(b.cells)
		b.cells = append(b.cells, suppress.Cell{Key: key, Count: n})
	}
	return key
}

func (b *builder) count(key string) int { return b.cells[b.at[key]].Count }

// sum says that a whole is the sum of its parts, where it is.
func (b *builder) sum(whole string, parts ...string) {
	n := b.count(whole)
	for _, p := range parts {
		n -= b.count(p)
	}
	if n == 0 && len(parts) > 0 {
		b.sums = append(b.sums, suppress.Sum{Whole: whole, Parts: parts})
	}
}

// rest weighs what of a whole is in none of its parts: whoever reads both can subtract.
func (b *builder) rest(whole string, parts ...string) {
	n := b.count(whole)
	for _, p := range parts {
		n -= b.count(p)
	}
	if n >= 0 {
		b.sum(whole, append(slices.Clone(parts), b.add(left(parts[0], whole), n))...)
	}
}

// share weighs x of n; n under a key of its own, because many shares have the same people beneath them.
func (b *builder) share(key, n string, s analysis.Share) {
	b.add(n, s.N)
	b.add(key, s.X)
	if b.count(n) == s.N {
		b.rest(n, key)
	}
}

// people is the key of an arm.
func people(arm int) string { return "people/" + side(arm) }

// watched is the key of the people whose outcome is known: it depends on the outcome only where the court needs longer.
func watched(o analysis.Outcome, arm int) string {
	window := o.Window
	if o.Key == cohort.Reoffence {
		return "watched/proven/" + strconv.Itoa(window) + "/" + side(arm)
	}
	return "watched/" + strconv.Itoa(window) + "/" + side(arm)
}

func outcomeKey(o analysis.Outcome, arm int) string {
	return fmt.Sprintf("outcome/%s/%d/%s", o.Key, o.Window, side(arm))
}

// register weighs every count that any part of the report shows.
func (b *builder) register() {
	r := b.r
	var of []string
	for i, n := range r.People {
		of = append(of, b.add(people(i), n))
		b.share("linked/"+side(i), people(i), r.Linkage[i])
	}
	b.add("people", r.People[0]+r.People[1]+r.People[2])
	b.sum("people", of...)
	b.registerFlow()
	b.registerBaseline()
	for _, o := range append([]analysis.Outcome{r.Primary}, r.Second...) {
		for i := range 2 {
			b.share(outcomeKey(o, i), watched(o, i), o.Risk[i])
			base := watched(o, i)
			unlinked := b.add("unlinked of "+base, o.Unlinked[i])
			if rest := "rest of " + people(i) + " beside linked/" + side(i); b.at[rest] > 0 && b.count(rest) == o.Unlinked[i] { // the same people, said twice
				b.sum(rest, unlinked)
			}
			b.sum(people(i), base, b.add("recent of "+base, o.TooRecent[i]), b.add("moved of "+base, o.Moved[i]), unlinked)
		}
	}
	for i := range 2 {
		for j, when := range []string{"before", "after"} {
			b.share("months/"+when+"/"+side(i), "months/"+when+"/n/"+side(i), r.Monthly.Risk[i][j])
		}
	}
	for _, rate := range r.Rates {
		for i := range 2 {
			b.add(fmt.Sprintf("rate/%s/%d/%s", rate.Key, rate.Window, side(i)), int(rate.Count[i]+.5))
			b.add(fmt.Sprintf("rate/%s/%d/n/%s", rate.Key, rate.Window, side(i)), rate.N[i])
		}
	}
	for _, set := range [][]analysis.Curve{r.Survival.Free, r.Survival.Incidence, r.Survival.Deaths, r.Survival.Mean} {
		for _, c := range set {
			b.add("curve/n/"+string(c.Arm), c.N)
			for _, p := range c.Points {
				b.add(curveKey(c, p), p.AtRisk)
			}
		}
	}
	for _, c := range r.Survival.Deaths {
		b.add("curve/deaths/"+string(c.Arm), c.Events)
	}
	for i := range 2 {
		b.add("event/n/"+side(i), r.Event.N[i])
	}
	for _, g := range r.Subgroups {
		for i := range 2 {
			var n, x []string
			for _, l := range g.Levels {
				b.share(groupKey(g, l, i), groupKey(g, l, i)+"/n", l.Risk[i])
				n, x = append(n, groupKey(g, l, i)+"/n"), append(x, groupKey(g, l, i))
			}
			b.sum(watched(r.Primary, i), n...)
			b.sum(outcomeKey(r.Primary, i), x...)
		}
	}
	b.registerCare()
	for _, h := range r.Harms {
		for i := range 2 {
			n := harmKey(h, i) + "/n"
			if whole := fmt.Sprintf("watched/%d/%s", h.Window, side(i)); b.at[whole] > 0 && b.count(whole) == h.Risk[i].N {
				b.same[n], n = whole, whole
			}
			b.share(harmKey(h, i), n, h.Risk[i])
		}
	}
	for _, m := range r.Missing {
		for i, s := range m.Arms {
			b.share("missing/"+m.Key+"/"+side(i), "missing/"+m.Key+"/n/"+side(i), s)
			if b.count(people(i)) == s.N {
				b.sum(people(i), "missing/"+m.Key+"/n/"+side(i))
			}
		}
	}
	for _, s := range r.Sensitivity {
		b.registerEstimate("sensitivity/"+s.Key, s.Estimate)
	}
	if r.Bounds != nil {
		for i := range 2 {
			b.add("bounds/"+side(i), r.Bounds.Missing[i])
			b.sum(people(i), watched(r.Primary, i), "bounds/"+side(i))
		}
	}
	if c := r.Primary.CACE; c != nil {
		b.registerEstimate("cace", *c)
	}
	b.keepFirstPage()
}

// keepFirstPage says which counts are hidden last: where a small one has to be covered, something further in is, not what the first page says.
func (b *builder) keepFirstPage() {
	keys := []string{"people"}
	for i := range 2 {
		keys = append(keys, people(i))
	}
	for _, o := range append([]analysis.Outcome{b.r.Primary}, b.r.Second...) {
		if o.Window == b.r.Definition.PrimaryWindow {
			x, n := pair(o)
			keys = append(keys, x[0], x[1], n[0], n[1])
		}
	}
	for _, k := range keys {
		if i, ok := b.at[k]; ok {
			b.cells[i].Headline = true
		}
	}
}

// registerEstimate weighs the people and events behind a number that is worked out on other people than the primary one: what is left of those must
// be no small number either.
func (b *builder) registerEstimate(key string, e analysis.Estimate) {
	for i := range 2 {
		whole, events := watched(b.r.Primary, i), outcomeKey(b.r.Primary, i)
		n, x := key+"/n/"+side(i), key+"/x/"+side(i)
		if e.N[i] == b.count(whole) {
			b.same[n], n = whole, whole
		} else {
			b.add(n, e.N[i])
		}
		if n == whole && e.Events[i] == b.count(events) {
			b.same[x] = events
			continue
		}
		b.add(x, e.Events[i])
		if n != whole && e.N[i] <= b.count(whole) {
			b.rest(whole, n)
		}
		if e.Events[i] <= e.N[i] {
			b.rest(n, x)
		}
	}
}

func curveKey(c analysis.Curve, p analysis.Point) string {
	return fmt.Sprintf("curve/risk/%s/%d", c.Arm, p.Day)
}

func groupKey(g analysis.Subgroup, l analysis.GroupEffect, arm int) string {
	return fmt.Sprintf("group/%s/%s/%s", g.By, l.Level, side(arm))
}

func harmKey(h analysis.Harm, arm int) string {
	return fmt.Sprintf("harm/%s/%d/%s", h.Key, h.Window, side(arm))
}

func (b *builder) registerFlow() {
	before := ""
	for _, s := range b.r.Flow.Steps {
		key := "flow/" + s.Key
		left := b.add(key, s.Left.People)
		parts := []string{left}
		for _, o := range s.Out {
			parts = append(parts, b.add(key+"/out/"+o.Key, o.People))
		}
		if before != "" {
			b.sum(before, parts...)
		}
		before = left
	}
	var ways []string
	for _, a := range b.r.Flow.Arms {
		key := "people/" + string(a.Arm)
		ways = append(ways, b.add(key, a.People))
		var reasons []string
		for _, o := range a.Reasons {
			reasons = append(reasons, b.add(key+"/why/"+o.Key, o.People))
		}
		b.sum(key, reasons...)
		came := key
		for _, s := range a.Stages {
			at := stageKey(a, s)
			b.add(at, s.People)
			of := b.add(at+"/of", s.Of)
			var parts []string
			for _, o := range s.Out {
				parts = append(parts, b.add(at+"/out/"+o.Key, o.People))
			}
			if len(parts) > 0 {
				b.sum(of, append(parts, at)...)
			} else {
				b.rest(of, at)
			}
			// Where the same people are counted twice, a reader knows it.
			if b.count(key) == s.Of {
				b.sum(key, of)
			} else if b.count(came) == s.Of {
				b.sum(came, of)
			}
			came = at
		}
	}
	if before != "" && len(ways) > 0 {
		b.sum(before, ways...)
	}
}

func stageKey(a cohort.ArmFlow, s cohort.Stage) string {
	return "stage/" + string(a.Arm) + "/" + s.Key
}

func baselineKey(row analysis.BaselineRow, arm int) string {
	return "baseline/" + row.Covariate + "/" + row.Level + "/" + side(arm)
}

func (b *builder) registerBaseline() {
	var levels [2][]string
	covariate := ""
	end := func() {
		for i := range 2 {
			if len(levels[i]) > 0 {
				b.sum("baseline/n/"+side(i), levels[i]...)
			}
			levels[i] = nil
		}
	}
	for i := range 2 {
		b.add("baseline/n/"+side(i), b.r.Baseline.N[i])
		b.sum(people(i), "baseline/n/"+side(i))
	}
	for _, row := range b.r.Baseline.Rows {
		if row.Covariate != covariate {
			end()
			covariate = row.Covariate
		}
		for i := range 2 {
			if row.Number {
				b.add(baselineKey(row, i)+"/missing", row.Missing[i])
				b.rest("baseline/n/"+side(i), baselineKey(row, i)+"/missing")
			} else {
				b.add(baselineKey(row, i), row.Count[i].X)
				levels[i] = append(levels[i], baselineKey(row, i))
			}
		}
	}
	end()
}

// careMonths are the months of support that a report shows: more would tell the same people again and again.
func (b *builder) careMonths() []analysis.CareMonth {
	var out []analysis.CareMonth
	for _, m := range b.r.Care.Months {
		if m.Month <= 24 && m.Month%6 == 0 {
			out = append(out, m)
		}
	}
	return out
}

func (b *builder) registerCare() {
	c := b.r.Care
	b.add("care", c.People)
	b.add("care/agreed", c.Agreed)
	b.rest("care", "care/agreed")
	for _, s := range careShares(c) {
		b.share("care/"+s.key, "care/"+s.key+"/n", s.of)
	}
	for _, m := range b.careMonths() {
		at := fmt.Sprintf("care/month/%d", m.Month)
		b.share(at+"/contact", at, m.InContact)
		for _, list := range monthLists(m) {
			var parts []string
			for _, l := range list.levels {
				parts = append(parts, b.add(at+"/"+list.key+"/"+l.Value, l.N))
			}
			b.sum(at, parts...)
		}
	}
}

type careShare struct {
	key, words string
	of         analysis.Share
}

func careShares(c analysis.Care) []careShare {
	return []careShare{
		{"met", "A case manager was there", c.Met},
		{"within", "Within 30 minutes of the decision", c.Within30},
		{"intake", "Intake completed within 30 days", c.Intake30},
		{"engaged", "In contact with their case manager in the first 30 days", c.Engaged},
	}
}

type monthList struct {
	key, words string
	levels     []analysis.LevelOf
}

func monthLists(m analysis.CareMonth) []monthList {
	return []monthList{{"housing", "Where they lived", m.Housing}, {"employment", "Work", m.Employment}, {"income", "Income", m.Income}}
}

// own is the key under which people are weighed: their own, or another name of the same people.
func (b *builder) own(key string) string {
	if other, ok := b.same[key]; ok {
		return other
	}
	return key
}

// get is a count as it may be shown.
func (b *builder) get(key string) suppress.Shown {
	key = b.own(key)
	s, ok := b.shown[key]
	if !ok {
		b.unknown = append(b.unknown, key)
	}
	return s
}

// left is the key of what of a whole is not in its part.
func left(part, whole string) string { return "rest of " + whole + " beside " + part }

// parted reports whether of both groups the people, those with what is counted, and those without it are shown. Only then is a number that was worked out from the
// exact counts: its interval is as wide as one over each of the four says, so whoever knows three reads the fourth.
func (b *builder) parted(x, n [2]string) bool {
	for i := range 2 {
		rest := left(b.own(x[i]), b.own(n[i]))
		if _, weighed := b.at[rest]; !weighed || !b.all(x[i], n[i], rest) {
			return false
		}
	}
	return true
}

// others reports whether those of a whole who are not in its part are shown, or are nobody.
func (b *builder) others(part, whole string) bool {
	rest := left(b.own(part), b.own(whole))
	_, weighed := b.at[rest]
	return !weighed || b.count(rest) == 0 || b.all(rest)
}

// modelled reports whether a number of people other than those of the primary outcome is shown: see registerEstimate.
func (b *builder) modelled(key string) bool {
	var x, n [2]string
	ok := true
	for i := range 2 {
		x[i], n[i] = key+"/x/"+side(i), key+"/n/"+side(i)
		ok = ok && b.others(n[i], watched(b.r.Primary, i))
	}
	return ok && b.parted(x, n)
}

// monthly reports whether the months of people with an arrest and without one are shown.
func (b *builder) monthly() bool {
	for _, when := range []string{"before", "after"} {
		var x, n [2]string
		for i := range 2 {
			x[i], n[i] = "months/"+when+"/"+side(i), "months/"+when+"/n/"+side(i)
		}
		if !b.parted(x, n) {
			return false
		}
	}
	return true
}

// timed reports whether numbers of the time until the outcome are shown: enough people had it, and enough did not.
func (b *builder) timed() bool {
	s := b.r.Survival
	for _, c := range s.Incidence {
		if !b.all("curve/n/"+string(c.Arm)) || !b.profile.Enough(c.Events) || !b.profile.Enough(c.N-c.Events) {
			return false
		}
	}
	return len(s.Incidence) == 2 && (s.Tau != b.r.Primary.Window || b.parted(pair(b.r.Primary)))
}

// grouped reports whether the effect within a group is shown.
func (b *builder) grouped(g analysis.Subgroup, l analysis.GroupEffect) bool {
	var x, n [2]string
	for i := range 2 {
		x[i], n[i] = groupKey(g, l, i), groupKey(g, l, i)+"/n"
	}
	return b.parted(x, n)
}

// reference reports whether a level is the one that the others are compared with.
func reference(g analysis.Subgroup, l analysis.GroupEffect) bool {
	return l.Level == g.Reference || l.Level == "" && g.Reference == "not recorded"
}

// jointly reports whether the p of all groups together is shown: each that is compared is.
func (b *builder) jointly(g analysis.Subgroup) bool {
	for _, l := range g.Levels {
		if (reference(g, l) || l.Interaction.Value != nil) && !b.grouped(g, l) {
			return false
		}
	}
	return true
}

// all reports whether every one of the counts is shown: only then a statistic of these people is.
func (b *builder) all(keys ...string) bool {
	for _, k := range keys {
		if !b.get(k).Shown {
			return false
		}
	}
	return true
}
