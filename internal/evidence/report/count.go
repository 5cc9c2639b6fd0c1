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

	same   map[string]string // keys of the same people under another name: what is shown of one is shown of the other
	kept   suppress.Release
	shown  map[string]suppress.Shown
	equity *equity.Result
	astray []string // what this program counts in two ways, or shows and never weighed
}

// side is the name of an arm within keys.
func side(arm int) string { return [3]string{"lead", "usual", "unknown"}[arm] }

// add weighs a count under a key. The same key is the same people everywhere: another count under it is a mistake of this program.
func (b *builder) add(key string, n int) string {
	key = b.own(key)
	i, ok := b.at[key]
	if !ok {
		b.at[key] = len(b.cells)
		b.cells = append(b.cells, suppress.Cell{Key: key, Count: n})
	} else if b.cells[i].Count != n {
		b.astray = append(b.astray, fmt.Sprintf("%s is counted in two ways", key))
	}
	return key
}

// also weighs a count that is the same people as one that is weighed already, under another name: what is shown of one is shown of the other. Where
// there is none of that name, or it counts others, it is weighed by itself.
func (b *builder) also(key, of string, n int) string {
	of = b.own(of)
	if i, ok := b.at[of]; ok && key != of && b.cells[i].Count == n {
		if _, weighed := b.at[key]; !weighed {
			b.same[key] = of
		}
	}
	return b.add(key, n)
}

func (b *builder) count(key string) int {
	i, ok := b.at[b.own(key)]
	if !ok {
		b.astray = append(b.astray, key+" was never weighed")
		return 0
	}
	return b.cells[i].Count
}

func (b *builder) weighed(key string) bool {
	_, ok := b.at[b.own(key)]
	return ok
}

// sum says that a whole is the sum of its parts, where it is.
func (b *builder) sum(whole string, parts ...string) {
	n := b.count(whole)
	own := make([]string, len(parts))
	for i, p := range parts {
		n -= b.count(p)
		own[i] = b.own(p)
	}
	if n == 0 && len(parts) > 0 && !slices.Equal(own, []string{b.own(whole)}) {
		b.sums = append(b.sums, suppress.Sum{Whole: b.own(whole), Parts: own})
	}
}

// split weighs what of a whole is not in its part: what a model tells hangs on it. See parted.
func (b *builder) split(whole, part string) {
	if n := b.count(whole) - b.count(part); n >= 0 && b.own(whole) != b.own(part) {
		b.sum(whole, part, b.add(b.left(part, whole), n))
	}
}

// rest weighs what of a whole is not in its part where that is few people: whoever reads both can subtract.
func (b *builder) rest(whole, part string) {
	if !b.profile.Enough(b.count(whole) - b.count(part)) {
		b.split(whole, part)
	}
}

// share weighs x of n; n under a key of its own, because many shares have the same people beneath them.
func (b *builder) share(key, n string, s analysis.Share) {
	b.add(n, s.N)
	b.add(key, s.X)
	b.rest(n, key)
}

// fitted weighs x of n of which models are shown as well.
func (b *builder) fitted(key, n string, s analysis.Share) {
	b.add(n, s.N)
	b.add(key, s.X)
	b.split(n, key)
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
	for _, o := range append([]analysis.Outcome{r.Primary}, r.Second...) {
		for i := range 2 {
			base := watched(o, i)
			b.fitted(outcomeKey(o, i), base, o.Risk[i])
			b.sum(people(i), base, b.add("recent of "+base, o.TooRecent[i]), b.add("moved of "+base, o.Moved[i]),
				b.also("unlinked of "+base, b.left("linked/"+side(i), people(i)), o.Unlinked[i]))
		}
	}
	for i := range 2 {
		b.fitted(beforeKey(i), watched(r.Primary, i), analysis.Share{X: r.Primary.Before[i], N: r.Primary.Risk[i].N})
	}
	b.registerFlow()
	b.registerBaseline()
	for i := range 2 {
		for j, when := range []string{"before", "after"} {
			b.fitted("months/"+when+"/"+side(i), "months/"+when+"/n/"+side(i), r.Monthly.Risk[i][j])
		}
	}
	for _, rate := range r.Rates {
		for i := range 2 { // people with an event, not events: of three people with four each nothing may be shown
			b.also(rateKey(rate, i)+"/n", "linked/"+side(i), rate.N[i])
			b.share(rateKey(rate, i), rateKey(rate, i)+"/n", analysis.Share{X: rate.People[i], N: rate.N[i]})
		}
	}
	s := r.Survival
	for _, set := range [][]analysis.Curve{s.Free, s.Incidence, s.Deaths, s.Weighted, s.Mean} {
		for _, c := range set {
			b.also(curveN(c), "linked/"+string(c.Arm), c.N)
		}
	}
	for _, set := range [][]analysis.Curve{s.Free, s.Incidence, s.Deaths, s.Weighted} { // at risk: without the outcome and watched
		for _, c := range set {
			for _, p := range c.Points {
				b.add(riskKey(c, p), p.AtRisk)
			}
		}
	}
	for _, c := range s.Mean { // watched, with the outcome or without
		for _, p := range c.Points {
			b.add(meanKey(c, p), p.AtRisk)
		}
	}
	for i := range 2 {
		b.also("event/n/"+side(i), "linked/"+side(i), r.Event.N[i])
	}
	for _, g := range r.Subgroups {
		for i := range 2 {
			var n, x []string
			for _, l := range g.Levels {
				b.fitted(groupKey(g, l, i), groupKey(g, l, i)+"/n", l.Risk[i])
				n, x = append(n, groupKey(g, l, i)+"/n"), append(x, groupKey(g, l, i))
			}
			b.sum(watched(r.Primary, i), n...)
			b.sum(outcomeKey(r.Primary, i), x...)
		}
	}
	b.registerCare()
	for _, h := range r.Harms {
		for i := range 2 {
			n, x := harmKey(h, i)+"/n", harmKey(h, i)
			if h.Window == 0 { // how everybody was met
				b.also(n, people(i), h.Risk[i].N)
				b.also(x, "baseline/door/social_contact/"+side(i), h.Risk[i].X)
			} else {
				b.also(n, fmt.Sprintf("watched/%d/%s", h.Window, side(i)), h.Risk[i].N)
				b.also(x, fmt.Sprintf("outcome/%s/%d/%s", h.Key, h.Window, side(i)), h.Risk[i].X)
			}
			b.share(x, n, h.Risk[i])
		}
	}
	b.registerMissing()
	for _, s := range r.Sensitivity {
		b.registerEstimate("sensitivity/"+s.Key, s.Estimate)
	}
	if c := r.Primary.CACE; c != nil {
		b.registerEstimate("cace", *c)
	}
	b.keepFirstPage()
}

// registerMissing weighs what is not recorded: much of it stands in Table 1 as well.
func (b *builder) registerMissing() {
	for _, m := range b.r.Missing {
		for i, s := range m.Arms {
			x, n := "missing/"+m.Key+"/"+side(i), "missing/"+m.Key+"/n/"+side(i)
			b.also(n, people(i), s.N)
			switch {
			case m.Key == "linked":
				b.also(x, b.left("linked/"+side(i), people(i)), s.X)
			case m.Key == "research" && i == 0:
				b.also(n, "care", s.N)
				b.also(x, b.left("care/agreed", "care"), s.X)
			case m.Key == "age_years":
				b.also(x, "baseline/age_years//"+side(i)+"/missing", s.X)
			default:
				b.also(x, "baseline/"+m.Key+"//"+side(i), s.X)
			}
			b.share(x, n, s)
		}
	}
}

// keepFirstPage says which counts are hidden last: where a small one has to be covered, something further in is, not what the first page says, and the
// primary outcome after all else.
func (b *builder) keepFirstPage() {
	last := func(first bool, keys ...string) {
		for _, k := range keys {
			if i, ok := b.at[b.own(k)]; ok {
				b.cells[i].Headline, b.cells[i].First = true, first || b.cells[i].First
			}
		}
	}
	for i := range 2 {
		x, n := outcomeKey(b.r.Primary, i), watched(b.r.Primary, i)
		last(true, people(i), n, x, b.left(x, n)) // without those who did not, no model of it is shown
		last(false, "people", "linked/"+side(i))
		for _, o := range b.r.Second {
			if o.Window == b.r.Definition.PrimaryWindow {
				last(false, outcomeKey(o, i), watched(o, i))
			}
		}
		if r, ok := b.mainRate(); ok {
			last(false, rateKey(r, i), rateKey(r, i)+"/n")
		}
	}
}

// registerEstimate weighs the people and events behind a number that is worked out on other people than the primary one: what is left of those must
// be no small number either.
func (b *builder) registerEstimate(key string, e analysis.Estimate) {
	for i := range 2 {
		whole, n, x := watched(b.r.Primary, i), key+"/n/"+side(i), key+"/x/"+side(i)
		if e.Measure == analysis.RateRatio { // of events: the people are those of the rate
			b.also(n, "linked/"+side(i), e.N[i])
			continue
		}
		b.also(n, whole, e.N[i])
		if b.own(n) == b.own(whole) {
			b.also(x, outcomeKey(b.r.Primary, i), e.Events[i])
		} else {
			b.rest(whole, n)
		}
		b.add(x, e.Events[i])
		b.split(n, x)
	}
}

// mainRate is how often the primary outcome happened, over its window.
func (b *builder) mainRate() (analysis.Rate, bool) {
	def := b.r.Definition
	i := slices.IndexFunc(b.r.Rates, func(r analysis.Rate) bool { return r.Key == def.Primary && r.Window == def.PrimaryWindow })
	if i < 0 {
		return analysis.Rate{}, false
	}
	return b.r.Rates[i], true
}

// rated reports whether the people of a rate, and those of them who had events, are shown in both groups.
func (b *builder) rated(r analysis.Rate) bool {
	return b.all(rateKey(r, 0), rateKey(r, 1), rateKey(r, 0)+"/n", rateKey(r, 1)+"/n")
}

func rateKey(r analysis.Rate, arm int) string {
	return fmt.Sprintf("rate/%s/%d/%s", r.Key, r.Window, side(arm))
}

func curveN(c analysis.Curve) string { return "curve/n/" + string(c.Arm) }

func riskKey(c analysis.Curve, p analysis.Point) string {
	return fmt.Sprintf("curve/risk/%s/%d", c.Arm, p.Day)
}

func meanKey(c analysis.Curve, p analysis.Point) string {
	return fmt.Sprintf("curve/watched/%s/%d", c.Arm, p.Day)
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
		for _, s := range stages(a) {
			at := stageKey(a, s.Key)
			of, parts := at+"/of", []string{b.add(at, s.People)}
			b.also(of, cameFrom(a, s.Key), s.Of)
			for _, o := range s.Out {
				parts = append(parts, b.add(at+"/out/"+o.Key, o.People))
			}
			if len(parts) > 1 {
				b.sum(of, parts...)
			} else {
				b.rest(of, at)
			}
		}
	}
	if before != "" && len(ways) > 0 {
		b.sum(before, ways...)
	}
	if len(ways) == 3 {
		b.add(compared, b.count(ways[0])+b.count(ways[1]))
		b.sum(compared, ways[:2]...)
		if before != "" {
			b.sum(before, compared, ways[2])
		}
	}
}

// compared is the key of the people of both groups.
const compared = "flow/compared"

// stages are what became of the people of a group. Of how many the outcome is known is no stage here: it stands with the outcome.
func stages(a cohort.ArmFlow) []cohort.Stage {
	return slices.DeleteFunc(slices.Clone(a.Stages), func(s cohort.Stage) bool { return s.Key == "analysed" })
}

func stageKey(a cohort.ArmFlow, stage string) string {
	return "stage/" + string(a.Arm) + "/" + stage
}

// cameFrom is the key of the people who could come as far as a stage.
func cameFrom(a cohort.ArmFlow, stage string) string {
	switch stage {
	case "accepted":
		return stageKey(a, "offered")
	case "known":
		return stageKey(a, "accepted")
	case "met", "engaged":
		return stageKey(a, "known")
	case "intake", "consent":
		return stageKey(a, "met")
	case "active_6", "active_12", "active_24":
		return stageKey(a, "engaged")
	}
	return "people/" + string(a.Arm)
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
		b.also("baseline/n/"+side(i), people(i), b.r.Baseline.N[i])
	}
	for _, row := range b.r.Baseline.Rows {
		if row.Covariate != covariate {
			end()
			covariate = row.Covariate
		}
		for i := range 2 {
			missing, known := baselineKey(row, i)+"/missing", baselineKey(row, i)+"/known"
			switch {
			case !row.Number:
				b.add(baselineKey(row, i), row.Count[i].X)
				levels[i] = append(levels[i], baselineKey(row, i))
			case row.Covariate == "age_years":
				b.also(missing, "baseline/age//"+side(i), row.Missing[i])
				b.rest("baseline/n/"+side(i), missing)
			default: // known of whom records were found
				b.also(missing, b.left("linked/"+side(i), people(i)), row.Missing[i])
				b.also(known, "linked/"+side(i), row.Some[i].N)
				b.sum("baseline/n/"+side(i), known, missing)
				b.fitted(baselineKey(row, i)+"/some", known, row.Some[i])
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
		b.also("care/"+s.key+"/n", "care/agreed", s.of.N)
		b.share("care/"+s.key, "care/"+s.key+"/n", s.of)
	}
	months := b.careMonths()
	lists := monthLists(months)
	for _, m := range months {
		at := careMonth(m)
		b.share(at+"/contact", at, m.InContact)
		for _, list := range lists {
			var parts []string
			for _, value := range list.values {
				parts = append(parts, b.add(at+"/"+list.key+"/"+value, list.of(m, value)))
			}
			b.sum(at, parts...)
		}
	}
}

func careMonth(m analysis.CareMonth) string { return fmt.Sprintf("care/month/%d", m.Month) }

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

// monthList is one thing that is recorded of a month, with every value that any of the months has.
type monthList struct {
	key, words string
	levels     func(analysis.CareMonth) []analysis.LevelOf
	values     []string
}

func monthLists(months []analysis.CareMonth) []monthList {
	all := []monthList{
		{key: "housing", words: "Where they lived", levels: func(m analysis.CareMonth) []analysis.LevelOf { return m.Housing }},
		{key: "employment", words: "Work", levels: func(m analysis.CareMonth) []analysis.LevelOf { return m.Employment }},
		{key: "income", words: "Income", levels: func(m analysis.CareMonth) []analysis.LevelOf { return m.Income }},
	}
	for i := range all {
		for _, m := range months {
			for _, l := range all[i].levels(m) {
				all[i].values = append(all[i].values, l.Value)
			}
		}
		slices.Sort(all[i].values)
		all[i].values = slices.Compact(all[i].values)
	}
	return all
}

// of is how many of a month have a value.
func (l monthList) of(m analysis.CareMonth, value string) int {
	n := 0
	for _, level := range l.levels(m) {
		if level.Value == value {
			n += level.N
		}
	}
	return n
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
	s, ok := b.shown[b.own(key)]
	if !ok {
		b.astray = append(b.astray, key+" was never weighed")
	}
	return s
}

// left is the key of what of a whole is not in its part.
func (b *builder) left(part, whole string) string {
	return "rest of " + b.own(whole) + " beside " + b.own(part)
}

// parted reports whether of both groups the people, those with what is counted, and those without it are shown. Only then is a number that was worked out from the
// exact counts: its interval is as wide as one over each of the four says, so whoever knows three reads the fourth.
func (b *builder) parted(x, n [2]string) bool {
	for i := range 2 {
		rest := b.left(x[i], n[i])
		if _, weighed := b.at[b.own(rest)]; !weighed || !b.all(x[i], n[i], rest) {
			return false
		}
	}
	return true
}

// others reports whether those of a whole who are not in its part are shown, or are nobody.
func (b *builder) others(part, whole string) bool {
	rest := b.left(part, whole)
	_, weighed := b.at[b.own(rest)]
	return !weighed || b.count(rest) == 0 || b.all(rest)
}

// warnings are what to read first. What hangs on a count is judged by the count as it is shown: else it would tell one that is not.
func (b *builder) warnings() []string {
	out := slices.Clone(b.r.Warnings)
	if p, ok := b.percentOf(people(2), "people"); ok && p > 5 {
		out = append(out, "For more than 5 % of the people nothing on record says to which group they belong. They are in neither.")
	}
	l, ok := b.percentOf("linked/"+side(0), people(0))
	u, known := b.percentOf("linked/"+side(1), people(1))
	if ok && known && min(l, u) < 80 {
		out = append(out, "For more than a fifth of a group no records could be looked for.")
	}
	if ok && known && max(l-u, u-l) > 5 {
		out = append(out, "Records were found for people of one group more often than for those of the other, by more than 5 points: what was not found may hide the difference.")
	}
	return out
}

// told reports whether an estimate of an outcome is shown. A change is worked out from how often it was before as well.
func (b *builder) told(o analysis.Outcome, e analysis.Estimate) bool {
	if !b.parted(pair(o)) {
		return false
	}
	if e.Method != analysis.Period && e.Method != analysis.Both {
		return true
	}
	return o.Role == "primary" && b.parted([2]string{beforeKey(0), beforeKey(1)}, [2]string{watched(o, 0), watched(o, 1)})
}

// beforeKey is the key of who had the primary outcome in as long a time before.
func beforeKey(arm int) string { return "before/" + side(arm) }

// modelled reports whether a number of people other than those of the primary outcome is shown: see registerEstimate.
func (b *builder) modelled(key string, e analysis.Estimate) bool {
	if e.Measure == analysis.RateRatio {
		r, ok := b.mainRate()
		return ok && b.rated(r)
	}
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
		if !b.all(curveN(c)) || !b.profile.Enough(c.Events) || !b.profile.Enough(c.N-c.Events) {
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
