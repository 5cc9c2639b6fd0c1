package report

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"waymark.example/internal/evidence/analysis"
	"waymark.example/internal/evidence/cohort"
	"waymark.example/internal/evidence/plan"
	"waymark.example/internal/platform/export"
	"waymark.example/internal/stats"
)

// block makes a table that can also be taken away as a file.
func block(id string, t Table) Block {
	return Block{ID: id, Table: &t, CSV: t.csv()}
}

// csv is the table as a file. A cell that a spreadsheet would take for a formula is taken for text.
func (t Table) csv() string {
	var out bytes.Buffer
	w := csv.NewWriter(&out)
	write := func(row []string) {
		safe := make([]string, len(t.Head))
		for i, cell := range row {
			safe[i] = export.AsText(cell)
		}
		w.Write(safe) //nolint:errcheck // a buffer takes everything
	}
	write(t.Head)
	for _, row := range t.Rows {
		write(row)
	}
	w.Flush()
	return out.String()
}

// protocol is R0.
func (b *builder) protocol() []Fact {
	r, p := b.r, b.in.Plan
	def := r.Definition
	main := cohort.OutcomeOf(def.Primary)
	facts := []Fact{
		{"The one primary outcome", main.Words},
		{"Over", span(def.PrimaryWindow)},
		{"Design", fmt.Sprintf("Grade %d of 4: %s", r.Design.Grade, lower(r.Design.Name))},
		{"Design asked for by the plan", fmt.Sprintf("Grade %d of 4 or better", p.Plan.Grade)},
		{"Plan frozen on", p.At.Format("2 January 2006") + b.witness()},
		{"On record outside", b.outside()},
		{"Beside this report", b.beside()},
		{"Agreed by", agreedBy(b)},
		{"Contacts from", dayWords(r.From)},
		{"Records complete up to", dayWords(r.Until)},
		{"People compared", fmt.Sprintf("%s: %s. %s: %s", b.group(0), b.number(people(0)), b.group(1), b.number(people(1)))},
		{"Eligible people in neither group: " + lower(b.group(2)), b.number(people(2))},
		{"Records found or known not to exist", fmt.Sprintf("%s: %s. %s: %s", b.group(0), b.of("linked/"+side(0), people(0)), b.group(1), b.of("linked/"+side(1), people(1)))},
		{"Small numbers", b.profileWords()},
	}
	return facts
}

// witness says who knows when the plan was frozen: a site dates it itself, a file says what it says.
func (b *builder) witness() string {
	switch {
	case b.in.Site != nil && !b.in.Site.First.IsZero() && b.in.Site.First.Before(b.in.Plan.At):
		return fmt.Sprintf(". Outcomes were first taken in on this site on %s, before that: whoever wrote the plan could have known them, if under another key.", b.in.Site.First.UTC().Format("2 January 2006"))
	case b.in.Site != nil:
		return ". No outcome had been taken in on this site before that, of whichever run."
	case b.in.Opened.IsZero():
		return ". The time of freezing is the file's own and nobody witnessed it."
	}
	return ". The time of freezing is the file's own and nobody witnessed it; so is the time at which the outcomes were here."
}

// outside says where anybody can compare the plan with what was on record, and since when.
func (b *builder) outside() string {
	o := b.in.Plan.Plan.Outside
	if o == nil {
		return "Nowhere, says the plan: that it came first rests on those who keep it."
	}
	return fmt.Sprintf("Since %s at %s, says the plan. Whoever reads this can compare the two.", dayWords(o.On), o.Where)
}

// beside says what was planned and looked at besides: of many plans one always finds something.
func (b *builder) beside() string {
	if b.in.Site == nil {
		return "How many other plans were frozen, and how many reports were made and not released, is not known: this one was made from files."
	}
	count := func(n int, none, one, many string) string {
		switch n {
		case 0:
			return none
		case 1:
			return one
		}
		return strconv.Itoa(n) + many
	}
	return fmt.Sprintf("When this report was made, %s on this site, and %s. What came later is not counted.", count(b.in.Site.Plans, "no other plan was frozen", "1 other plan was frozen", " other plans were frozen"),
		count(b.in.Site.Reports, "no other report was made and not released", "1 other report was made and not released", " other reports were made and not released"))
}

func agreedBy(b *builder) string {
	var names []string
	for _, a := range b.in.Plan.Plan.Agreed {
		names = append(names, a.Name+" ("+a.For+")")
	}
	return strings.Join(names, ", ")
}

func (b *builder) profileWords() string {
	if b.profile.Enough(8) {
		return "Counts from 1 to 7 are not shown, others to the nearest 5, and nothing from which a hidden one could be worked out"
	}
	return "Counts below 10 are not shown, others to the nearest 5, and nothing from which a hidden one could be worked out"
}

// departures says in words what was done otherwise than the plan says.
func (b *builder) departures() []string {
	var out []string
	p := b.in.Plan
	for i, d := range p.Deviations {
		words := fmt.Sprintf("%s: %s Why: %s (%s)", d.At.Format("2 January 2006"), sentence(d.What), sentence(d.Why), d.By)
		if d.Definition != nil { // by machine: the words above are the writer's own
			words += " " + changed(p.Changes(i))
		}
		if !b.in.Opened.IsZero() && !d.At.Before(b.in.Opened) {
			words += " The outcomes were here before this was written."
		}
		out = append(out, words)
	}
	if !b.in.Opened.IsZero() && p.At.After(b.in.Opened) {
		out = append(out, fmt.Sprintf("The outcomes were here on %s, before the plan was frozen on %s: whoever wrote it could have known them.", b.in.Opened.UTC().Format("2 January 2006"), p.At.Format("2 January 2006")))
	}
	if b.r.Design.Grade > p.Plan.Grade {
		out = append(out, fmt.Sprintf("The plan asks for a design of grade %d or better. What was there is grade %d: the plan's claim cannot be made on it.", p.Plan.Grade, b.r.Design.Grade))
	}
	return out
}

// changed says what a departure sets otherwise.
func changed(all []plan.Change) string {
	if len(all) == 0 {
		return "Nothing of the definition changed by it."
	}
	var words []string
	for _, c := range all {
		words = append(words, fmt.Sprintf("%s, from %s to %s", c.Field, c.From, c.To))
	}
	return "Changed by it: " + strings.Join(words, "; ") + "."
}

// flowPart is F1.
func (b *builder) flowPart() Part {
	p := Part{ID: "flow", Heading: "Who was counted, and who was not", Text: []string{"Every contact on record stands here. Nobody is dropped in silence: whoever left the count at a step stands beside it, with the reason."}}
	p.Blocks = append(p.Blocks, b.flowFigure())
	ways := Table{Title: "What became of the people of each group", Head: []string{"Stage", b.group(0), "Of", b.group(1), "Of"}, Note: "Of: those who could have come as far as that."}
	armsOf := slices.DeleteFunc(slices.Clone(b.r.Flow.Arms), func(a cohort.ArmFlow) bool { return a.Arm == cohort.Unknown })
	if len(armsOf) == 2 {
		for i, s := range stages(armsOf[0]) { // the same stages in the same order
			ways.Rows = append(ways.Rows, b.stageRows(armsOf, i, s.Words)...)
		}
	}
	why := Table{Title: "What was decided at the first contact, and the main reason", Head: []string{"Decision and reason", "People"}}
	for _, a := range b.r.Flow.Arms {
		if len(a.Reasons) == 0 {
			continue
		}
		why.Rows = append(why.Rows, []string{b.arm(a.Arm)})
		from := len(why.Rows)
		for _, o := range a.Reasons {
			key := "people/" + string(a.Arm) + "/why/" + o.Key
			row := []string{b.reasonOf(o, key), b.number(key)}
			if row[0] != o.Words && slices.ContainsFunc(why.Rows[from:], func(r []string) bool { return r[0] == row[0] }) {
				continue
			}
			why.Rows = append(why.Rows, row)
		}
	}
	p.Blocks = append(p.Blocks, block("stages", ways), block("decisions", why))
	return p
}

// stageRows is one stage of both groups, and where the others went.
func (b *builder) stageRows(arms []cohort.ArmFlow, i int, words string) [][]string {
	rows := [][]string{{words}}
	at := map[string]int{}
	for j, a := range arms {
		all := stages(a)
		if i >= len(all) {
			return nil
		}
		s := all[i]
		key := stageKey(a, s.Key)
		if !b.all(key + "/of") { // fewer came as far as that than may be shown, or nobody did
			rows[0] = append(rows[0], "", "")
			continue
		}
		rows[0] = append(rows[0], b.of(key, key+"/of"), b.number(key+"/of"))
		for _, o := range s.Out {
			row, ok := at[o.Key]
			if !ok {
				row = len(rows)
				at[o.Key] = row
				rows = append(rows, []string{"– " + lower(o.Words), "", "", "", ""})
			}
			rows[row][1+2*j] = b.number(key + "/out/" + o.Key)
		}
	}
	return rows
}

func sentenceless(s string) string { return strings.TrimSuffix(s, ".") }

func (b *builder) comparedPart() Part {
	d := b.r.Design
	p := Part{ID: "compared", Heading: "Who is compared with whom, and why this may mislead", Text: []string{sentence(d.Words), sentence(d.Caveat)}}
	const stayed = "whether or not they ever met a case manager. Counting only those who stayed would make LEAD look better than it is."
	if b.lot() {
		p.Text = append(p.Text, "The clock starts at the first contact, and everybody stays in the group of the shift in which it was, whatever was decided then, and "+stayed)
	} else {
		p.Text = append(p.Text, "The clock starts at the officer's decision, and everybody stays in the group in which that decision put them, "+stayed)
	}
	if words := b.smallest(); words != "" {
		p.Text = append(p.Text, words)
	}
	return p
}

// smallest says how large a difference must be for so many people to show it.
func (b *builder) smallest() string {
	o := b.r.Primary
	n, ok := b.get(watched(o, 0)), b.get(watched(o, 1))
	risk, known := b.percentOf(outcomeKey(o, 1), watched(o, 1))
	if !n.Shown || !ok.Shown || !known || risk == 0 || risk == 100 {
		return ""
	}
	least := float64(min(n.Value, ok.Value))
	p1 := float64(risk) / 100
	for points := 1; points < risk; points++ {
		power, err := stats.TwoProportionPower(least, p1, p1-float64(points)/100)
		if err == nil && power >= .8 {
			return fmt.Sprintf("With so many people, a real difference is likely to be seen (in 8 of 10 such studies) only if it is %d in every 100 people or larger. A smaller one could easily be missed: not seeing it is no proof that there is none.", points)
		}
	}
	return "So few people could show only the very largest of differences: not seeing one is no proof that there is none."
}

func (b *builder) baselinePart() Part {
	r := b.r.Baseline
	p := Part{ID: "baseline", Heading: "How alike the groups were at the start", Text: []string{"A difference of 0.10 or less (in standard deviations) is small; above 0.25 the groups are unlike, and weighting has to make up for it. There are no p-values: likeness is not a matter of chance."}}
	t := Table{Title: "Table 1. The people at their first contact, before and after weighting", Head: []string{"", b.group(0), b.group(1), "Difference before (SD)"}, Note: r.Caveat}
	for _, w := range r.Weights {
		t.Head = append(t.Head, "After, "+estimand(w.Estimand)+" (SD)")
	}
	row := []string{"People", b.number("baseline/n/" + side(0)), b.number("baseline/n/" + side(1)), ""}
	t.Rows = append(t.Rows, padded(row, len(t.Head)))
	covariate := ""
	from := 0
	for i, x := range r.Rows {
		if x.Covariate != covariate && !x.Number {
			t.Rows = append(t.Rows, []string{x.Words})
			from = len(t.Rows)
		}
		covariate = x.Covariate
		row := []string{level(x.Covariate, x.Level)}
		ok := true
		if x.Number {
			row[0] = x.Words + ": mean (SD)"
			for i := range 2 {
				row = append(row, b.meanOf(x, i))
			}
			ok = b.numbered(x)
		} else {
			for i := range 2 {
				row = append(row, b.of(baselineKey(x, i), "baseline/n/"+side(i)))
			}
			ok = b.all(baselineKey(x, 0), baselineKey(x, 1)) && b.profile.Enough(x.Count[0].N-x.Count[0].X) && b.profile.Enough(x.Count[1].N-x.Count[1].X)
		}
		row = append(row, difference(x.SMD, ok))
		for _, w := range r.Weights {
			i := slices.IndexFunc(x.Weighted, func(y analysis.WeightedRow) bool { return y.Estimand == w.Estimand })
			if i < 0 { // it was put together with others: an empty cell would tell that nobody in one group has it
				row = append(row, hidden)
				continue
			}
			row = append(row, difference(&x.Weighted[i].SMD, ok))
		}
		t.Rows = append(t.Rows, row)
		if free(x.Covariate) && (i+1 == len(r.Rows) || r.Rows[i+1].Covariate != x.Covariate) {
			t.Rows = append(t.Rows[:from:from], fold(t.Rows[from:], 2)...)
		}
		if x.Number {
			b.moreOf(&t, x)
		}
	}
	p.Blocks = append(p.Blocks, block("table-1", t))
	if len(r.Weights) > 0 {
		w := Table{Title: "What each way of weighting achieved", Head: []string{"Weighted to", "Still worth, of LEAD", "Still worth, of the comparison", "Largest weight", "How well the groups can be told apart (c)", "Rows above 0.10", "Rows above 0.25"},
			Note: "Weighting makes groups alike and pays for it with information: the remaining worth is in people. A c of 0.5 means that nothing known told the groups apart, 1 that they do not overlap at all."}
		for _, x := range r.Weights {
			if x.Problem != "" {
				w.Rows = append(w.Rows, []string{sentenceless(x.Words), sentence(x.Problem), "", "", "", "", ""})
				continue
			}
			w.Rows = append(w.Rows, []string{sentenceless(x.Words), b.worth(x, 0), b.worth(x, 1), ratio(x.Max), fixed(x.CStatistic, 2), fmt.Sprint(x.Above10), fmt.Sprint(x.Above25)})
			for _, words := range x.Warnings {
				p.Notes = append(p.Notes, sentence(words))
			}
		}
		p.Blocks = append(p.Blocks, block("weights", w))
	}
	p.Notes = slices.Compact(p.Notes)
	return p
}

// worth is how many people a weighted group is still worth, to the nearest five: where nobody's weight changes it is a count of people.
func (b *builder) worth(w analysis.Weights, arm int) string {
	n := watched(b.r.Primary, arm)
	if !b.all(n) {
		return hidden
	}
	if w.Estimand == stats.ATT && arm == 0 {
		return "all"
	}
	return fixed(5*math.Round(w.ESS[arm]/5), 0)
}

func padded(row []string, n int) []string {
	for len(row) < n {
		row = append(row, "")
	}
	return row
}

func estimand(e stats.Estimand) string {
	switch e {
	case stats.ATT:
		return "ATT"
	case stats.ATO:
		return "overlap"
	}
	return "ATE"
}

func difference(v *float64, ok bool) string {
	switch {
	case v == nil || !ok:
		return hidden
	case *v > .25 || *v < -.25:
		return fixed(*v, 2) + " unlike"
	case *v > .1 || *v < -.1:
		return fixed(*v, 2) + " some"
	}
	return fixed(*v, 2)
}

func (b *builder) meanOf(x analysis.BaselineRow, arm int) string {
	if x.Mean[arm] == nil || x.SD[arm] == nil || !b.numbered(x) {
		return hidden
	}
	return fixed(*x.Mean[arm], 1) + " (" + fixed(*x.SD[arm], 1) + ")"
}

// numbered reports whether means, spreads and differences of a number are shown: where few people had any of it, or few none, they are those people's own.
func (b *builder) numbered(x analysis.BaselineRow) bool {
	if !b.all("baseline/n/"+side(0), "baseline/n/"+side(1)) {
		return false
	}
	if x.Covariate == "age_years" { // everybody has one
		return true
	}
	var some, known [2]string
	for i := range 2 {
		some[i], known[i] = baselineKey(x, i)+"/some", baselineKey(x, i)+"/known"
	}
	return b.parted(some, known)
}

// moreOf are the quartiles of a number, how many people have any of it, and of how many it is missing.
func (b *builder) moreOf(t *Table, x analysis.BaselineRow) {
	row, any := []string{"– median (quartiles)"}, false
	for i := range 2 {
		if q := x.Quartiles[i]; q != nil && b.numbered(x) {
			row, any = append(row, fmt.Sprintf("%s (%s to %s)", fixed(q[1], 0), fixed(q[0], 0), fixed(q[2], 0))), true
		} else {
			row = append(row, hidden)
		}
	}
	if any {
		t.Rows = append(t.Rows, padded(row, len(t.Head)))
	}
	if x.Some != [2]analysis.Share{} && x.Covariate != "age_years" {
		row := []string{"– one or more"}
		for i := range 2 {
			row = append(row, b.outOf(baselineKey(x, i)+"/some", baselineKey(x, i)+"/known"))
		}
		t.Rows = append(t.Rows, padded(row, len(t.Head)))
	}
	if x.Missing[0]+x.Missing[1] > 0 {
		t.Rows = append(t.Rows, padded([]string{"– not known", b.number(baselineKey(x, 0) + "/missing"), b.number(baselineKey(x, 1) + "/missing")}, len(t.Head)))
	}
}

// pair are the keys of both arms of an outcome.
func pair(o analysis.Outcome) (x, n [2]string) {
	for i := range 2 {
		x[i], n[i] = outcomeKey(o, i), watched(o, i)
	}
	return x, n
}

func interval(i stats.Interval, write func(float64) string) string {
	return write(i.Lo) + " to " + write(i.Hi)
}

func points(v float64) string { return fixed(100*v, 1) }

// crudeRows are the plain comparison: difference, ratio and odds ratio.
func (b *builder) crudeRows(o analysis.Outcome) [][]string {
	c, ok := b.crude(pair(o))
	if !ok {
		return [][]string{{"As they are", unshown, "", "", ""}}
	}
	name := method(analysis.Crude)
	rows := [][]string{{name, "Difference, in every 100 people", points(c.Difference) + " (" + interval(c.Newcombe, points) + ")", "Newcombe", plainP(&c.FisherP)}}
	if c.RR != nil {
		ci, by := c.RatioInterval()
		rows = append(rows, []string{name, "Ratio of risks", ratio(*c.RR) + " (" + interval(ci, ratio) + ")", by, ""})
	}
	if c.OR != nil {
		rows = append(rows, []string{name, "Odds ratio (odds are not risk)", ratio(*c.OR) + " (" + interval(*c.Woolf, ratio) + ")", "Woolf", ""})
	}
	return rows
}

func measure(m analysis.Measure) string {
	return map[analysis.Measure]string{
		analysis.RiskDifference: "Difference, in every 100 people",
		analysis.RiskRatio:      "Ratio of risks",
		analysis.OddsRatio:      "Odds ratio (odds are not risk)",
		analysis.RateRatio:      "Ratio of rates",
		analysis.HazardRatio:    "Hazard ratio",
		analysis.Difference:     "Difference",
	}[m]
}

// estimateRow is a modelled number. It is shown where the people with and without events behind it are.
func (b *builder) estimateRow(e analysis.Estimate, shown bool) []string {
	if !shown {
		return []string{named(e), measure(e.Measure), unshown, "", ""}
	}
	return []string{named(e), measure(e.Measure), effect(e), e.Interval, plainP(e.P)}
}

// riskTable shows what happened in each group.
func (b *builder) riskRows(o analysis.Outcome) [][]string {
	var rows [][]string
	for i, name := range []string{b.group(0), b.group(1)} {
		x, n := outcomeKey(o, i), watched(o, i)
		row := []string{name, b.number(n), b.number(x), hidden}
		if p, ok := b.percentOf(x, n); ok {
			row[3] = fmt.Sprintf("%d %%", p)
			if w, err := stats.NewProportion(min(b.get(x).Value, b.get(n).Value), b.get(n).Value); err == nil {
				row[3] = fmt.Sprintf("%d %% (%s to %s)", p, fixed(100*w.Wilson.Lo, 0), fixed(100*w.Wilson.Hi, 0))
			}
		}
		row = append(row, b.number("recent of "+n), b.number("moved of "+n), b.number("unlinked of "+n))
		rows = append(rows, row)
	}
	return rows
}

func (b *builder) primaryPart() Part {
	o := b.r.Primary
	shown := b.parted(pair(o))
	p := Part{ID: "primary", Heading: "The primary outcome", Text: []string{fmt.Sprintf("%s, %s. This is the one question that the plan puts first.", sentenceless(o.Words), within(o.Window))}}
	p.Blocks = append(p.Blocks, block("table-2-risk", Table{Title: "Table 2a. What happened in each group", Head: []string{"Group", "People", "With the outcome", "Share (95 % interval, Wilson)", "Records end too early", "Moved away", "Not linked"}, Rows: b.riskRows(o),
		Note: "People whose records end too early, who moved out of reach or could not be linked are in no share; they stand in their own columns."}))
	t := Table{Title: "Table 2b. The same comparison in every way that the plan names", Head: []string{"How", "What", "Estimate (95 % interval)", "Interval by", "p"}, Rows: b.crudeRows(o),
		Note: "Below 1 in a ratio, or below 0 in a difference, means less often in LEAD. Every odds ratio stands beside the shares of Table 2a: if 60 of 100 people of the comparison are arrested, an odds ratio of 0.42 means 39 of 100, not 58 % fewer people."}
	for _, e := range o.Estimates {
		if e.Method != analysis.Crude {
			t.Rows = append(t.Rows, b.estimateRow(e, b.told(o, e)))
		}
	}
	for _, e := range b.r.Monthly.Estimates {
		row := b.estimateRow(e, shown && b.monthly())
		row[1] = "Odds ratio of months, LEAD after against before, over the comparison's"
		t.Rows = append(t.Rows, row)
	}
	if o.CACE != nil {
		row := b.estimateRow(*o.CACE, shown && b.modelled("cace", *o.CACE))
		t.Rows = append(t.Rows, []string{"Second, and never first"}, row)
	}
	p.Blocks = append(p.Blocks, block("table-2", t))
	all := append(slices.Clone(o.Estimates), b.r.Monthly.Estimates...)
	if o.CACE != nil {
		all = append(all, *o.CACE)
	}
	p.Notes = b.caveats(all)
	if b.r.Event.Apart() {
		p.Notes = append(p.Notes, "Change against change: "+analysis.WentApart+".")
	}
	if m := b.r.Monthly; m.Months > 0 {
		p.Notes = append(p.Notes, fmt.Sprintf("By month: %d months of 30 days before the decision and %d after, %s months of people in all. Several months of one person hang together; the errors take that into account.", m.Before, m.After, thousands((m.Months+50)/100*100)))
	}
	return p
}

// caveats are what must be said beside estimates: each sentence once, whatever number of them it is about.
func (b *builder) caveats(all []analysis.Estimate) []string {
	var out []string
	said := map[string]bool{}
	for _, e := range all {
		for _, s := range append([]string{e.Caveat}, e.Warnings...) {
			var more []string
			for part := range strings.SplitSeq(sentence(s), ". ") {
				if key := sentence(part); key != "" && !said[key] {
					said[key], more = true, append(more, key)
				}
			}
			if len(more) > 0 {
				out = append(out, strings.Join(more, " "))
			}
		}
	}
	return out
}

func (b *builder) secondPart() Part {
	p := Part{ID: "secondary", Heading: "Other outcomes", Text: []string{"Every outcome of the plan stands here over every window, whatever it shows. With so many questions some differences come by chance alone; the corrected p takes that into account (Holm)."}}
	t := Table{Title: "Table 3. Secondary outcomes", Head: []string{"Outcome", "Window", b.group(0), b.group(1), "Difference in every 100 people, as they are (95 % interval)", "By the plan's method", "p, corrected"}}
	last := ""
	var all []analysis.Estimate
	for _, o := range b.r.Second {
		x, n := pair(o)
		row := []string{sentenceless(o.Words), windowShort(o.Window), b.outOf(x[0], n[0]), b.outOf(x[1], n[1]), hidden, hidden, hidden}
		if o.Role == "co_primary" {
			row[0] += " (beside the primary)"
		}
		if row[0] == last {
			row[0] = "– " + windowShort(o.Window)
		} else {
			last = row[0]
		}
		if c, ok := b.crude(x, n); ok {
			row[4] = points(c.Difference) + " (" + interval(c.Newcombe, points) + ")"
		}
		if e, ok := headline(o); ok && e.Method != analysis.Crude {
			row[5] = hidden
			if b.told(o, e) {
				row[5] = effect(e)
			}
			all = append(all, e)
		}
		if e, ok := holm(o); ok && b.parted(x, n) {
			row[6] = plainP(e.Holm)
		}
		t.Rows = append(t.Rows, row)
	}
	p.Blocks = append(p.Blocks, block("table-3", t))
	p.Notes = b.caveats(all)
	return p
}

func windowShort(days int) string {
	return strings.TrimPrefix(within(days), "within ")
}

func headline(o analysis.Outcome) (analysis.Estimate, bool) {
	if o.Headline < 0 || o.Headline >= len(o.Estimates) {
		return analysis.Estimate{}, false
	}
	return o.Estimates[o.Headline], true
}

func holm(o analysis.Outcome) (analysis.Estimate, bool) {
	for _, e := range o.Estimates {
		if e.Holm != nil {
			return e, true
		}
	}
	return analysis.Estimate{}, false
}

func (b *builder) ratesPart() Part {
	p := Part{ID: "rates", Heading: "How often, for each year at liberty", Text: []string{"A share counts people once. A rate counts every event, and takes out the time that people spent in prison, when nobody can be arrested in the street."}}
	t := Table{Title: "Table 4. Rates for each person and year", Head: []string{"Events", "Window", b.group(0), b.group(1), "Ratio of rates (95 % interval)", "By negative binomial counts"},
		Note: "In brackets: events in all years, and how many people they were of. Days in custody are compared by their difference." + b.unadjusted()}
	last := ""
	for _, r := range b.r.Rates {
		name := sentenceless(r.Words)
		row := []string{name, windowShort(r.Window)}
		if name == last {
			row[0] = "– " + windowShort(r.Window)
		}
		last = name
		ok := true
		for i := range 2 {
			key, n := rateKey(r, i), rateKey(r, i)+"/n"
			if r.Rate[i] == nil || !b.all(key, n) {
				row, ok = append(row, hidden), false
				continue
			}
			cell := fmt.Sprintf("%s (%s in %s years; %s of %s people)", fixed(*r.Rate[i], 2), b.round(r.Count[i]), thousands(int(r.Years[i]+.5)), b.number(key), b.number(n))
			row = append(row, cell)
		}
		if ok {
			row = append(row, effect(r.Ratio))
		} else {
			row = append(row, hidden)
		}
		switch {
		case r.NegBin == nil:
			row = append(row, "")
		case ok:
			row = append(row, effect(*r.NegBin))
		default:
			row = append(row, hidden)
		}
		t.Rows = append(t.Rows, row)
	}
	p.Blocks = append(p.Blocks, block("table-4", t))
	var all []analysis.Estimate
	for _, r := range b.r.Rates {
		all = append(all, r.Ratio)
	}
	p.Notes = b.caveats(all)
	return p
}

func (b *builder) survivalPart() Part {
	s := b.r.Survival
	p := Part{ID: "survival", Heading: "How long until", Text: []string{fmt.Sprintf("%s, as time goes on. Death before it is counted as death, not as having stayed out of trouble.", sentenceless(s.Words))}}
	if s.Problem != "" {
		p.Text = append(p.Text, sentence(s.Problem))
		return p
	}
	p.Blocks = append(p.Blocks, b.curveFigure())
	if len(s.Weighted) > 0 {
		p.Blocks = append(p.Blocks, b.weightedFigure())
	}
	shown := b.timed()
	t := Table{Title: "The curves in a few numbers", Head: []string{"What", b.group(0), b.group(1), "Comparison (95 % interval)"}}
	rmst := []string{"", ""}
	for i := range 2 {
		rmst[i] = hidden
		if s.RMST[i] != nil && shown {
			rmst[i] = fixed(*s.RMST[i], 0) + " days"
		}
	}
	cell := func(e analysis.Estimate) string {
		if e.Value != nil && !shown {
			return hidden
		}
		return effect(e)
	}
	days := func(e analysis.Estimate) string {
		if e.Value == nil || e.Lo == nil || e.Hi == nil || !shown {
			return cell(e)
		}
		return fmt.Sprintf("%s days (%s to %s)", fixed(*e.Value, 0), fixed(*e.Lo, 0), fixed(*e.Hi, 0))
	}
	t.Rows = append(t.Rows, []string{"People", b.number("curve/n/" + side(0)), b.number("curve/n/" + side(1)), ""},
		[]string{fmt.Sprintf("Mean days without, of the first %d", s.Tau), rmst[0], rmst[1], days(s.RMSTDiff)})
	all := []analysis.Estimate{s.RMSTDiff, s.MeanDiff, s.Hazard}
	if s.WeightedDiff != nil {
		t.Rows, all = append(t.Rows, []string{"– weighted to the people of LEAD", "", "", days(*s.WeightedDiff)}), append(all, *s.WeightedDiff)
	}
	t.Rows = append(t.Rows, []string{fmt.Sprintf("Arrests for each person in the first %d days", s.Tau), b.meanAt(s.Mean, 0), b.meanAt(s.Mean, 1), cell(s.MeanDiff)},
		[]string{"Hazard ratio", "", "", cell(s.Hazard)})
	if s.LogRank != nil && shown {
		t.Rows = append(t.Rows, []string{"Log-rank test", "", "", fmt.Sprintf("chi-squared %s, p %s", fixed(s.LogRank.ChiSq, 2), plainP(&s.LogRank.P))})
	}
	p.Blocks = append(p.Blocks, block("figure-2-numbers", t))
	p.Notes = b.caveats(all)
	return p
}

func (b *builder) meanAt(curves []analysis.Curve, arm int) string {
	for _, c := range curves {
		if string(c.Arm) == side(arm) && len(c.Points) > 0 {
			last := c.Points[len(c.Points)-1]
			if !b.all(curveN(c), meanKey(c, last)) {
				return hidden
			}
			return fixed(last.Value, 1)
		}
	}
	return hidden
}

func (b *builder) eventPart() Part {
	e := b.r.Event
	p := Part{ID: "event-study", Heading: "Month by month, before and after", Text: []string{"If the groups had gone the same way before the decision, the points before nought would lie around nought. Where they do not, the difference after it may have begun earlier."}}
	if e.Problem != "" || len(e.Points) == 0 {
		p.Text = append(p.Text, sentence(orWords(e.Problem, "There are not enough months to draw it")))
		return p
	}
	if !b.all("event/n/"+side(0), "event/n/"+side(1)) || b.r.Monthly.Months > 0 && !b.monthly() {
		p.Text = append(p.Text, "There are too few people to draw it.")
		return p
	}
	p.Blocks = append(p.Blocks, b.eventFigure())
	p.Notes = append(p.Notes, fmt.Sprintf("Of %s people of LEAD and %s of the comparison, each month of those who were watched all through it.", b.number("event/n/"+side(0)), b.number("event/n/"+side(1))))
	if e.PreTrend != nil {
		words := "no sign that the groups went different ways before the decision; small groups show little"
		if e.Apart() {
			words = analysis.WentApart
		}
		p.Notes = append(p.Notes, fmt.Sprintf("All months before taken together: chi-squared %s on %d degrees of freedom, p %s; %s.", fixed(e.PreTrend.ChiSq, 2), e.PreTrend.DF, plainP(&e.PreTrend.P), words))
	}
	if s := sentence(e.Caveat); s != "" {
		p.Notes = append(p.Notes, s)
	}
	return p
}

func orWords(s, or string) string {
	if s == "" {
		return or
	}
	return s
}

func (b *builder) groupsPart() Part {
	p := Part{ID: "groups", Heading: "Is it the same for everybody?", Text: []string{"The primary outcome within groups. What counts is whether the effect differs between groups, with its interval; a group of its own being beyond chance or not says nothing about that, and there is no p-value for it."}}
	for _, g := range b.r.Subgroups {
		if g.Problem != "" {
			p.Notes = append(p.Notes, g.Words+": "+sentence(g.Problem))
		}
		if len(g.Levels) == 0 {
			continue
		}
		t := Table{Title: "Table 5. The primary outcome by " + lower(g.Words), Head: []string{g.Words, b.group(0), b.group(1), "Difference in every 100 people (95 % interval)", "Odds ratio against that of " + lower(level(g.By, g.Reference)) + " (95 % interval)"}, Note: g.Caveat}
		ref := !slices.ContainsFunc(g.Levels, func(l analysis.GroupEffect) bool { return reference(g, l) && !b.grouped(g, l) })
		for _, l := range g.Levels {
			var x, n [2]string
			for i := range 2 {
				x[i], n[i] = groupKey(g, l, i), groupKey(g, l, i)+"/n"
			}
			row := []string{level(g.By, l.Level), b.outOf(x[0], n[0]), b.outOf(x[1], n[1]), hidden, hidden}
			if c, ok := b.crude(x, n); ok {
				row[3] = points(c.Difference) + " (" + interval(c.Newcombe, points) + ")"
			}
			if b.grouped(g, l) && ref {
				row[4] = effect(l.Interaction)
			}
			if reference(g, l) {
				row[4] = "the others are compared with it"
			}
			t.Rows = append(t.Rows, row)
		}
		if free(g.By) {
			t.Rows = fold(t.Rows, 2)
		}
		switch {
		case g.Joint == nil:
		case b.jointly(g):
			t.Note = strings.TrimSpace(t.Note + fmt.Sprintf(" All differences between groups taken together: p %s.", plainP(&g.Joint.P)))
		default:
			t.Note = strings.TrimSpace(t.Note + " " + notTold + ".")
		}
		p.Blocks = append(p.Blocks, block("table-5-"+g.By, t))
	}
	return p
}

func (b *builder) carePart() Part {
	c := b.r.Care
	p := Part{ID: "care", Heading: "What the support was", Text: []string{fmt.Sprintf("Of %s people with support on record, %s agreed that it is studied. What follows is about all of those, also who never met a case manager, and about nobody else. It has nobody to be compared with, and cannot show an effect.", b.number("care"), b.number("care/agreed"))}}
	t := Table{Title: "Table 6. How it began", Head: []string{"", "People", "Of"}}
	for _, s := range careShares(c) {
		t.Rows = append(t.Rows, []string{s.words, b.of("care/"+s.key, "care/"+s.key+"/n"), b.number("care/" + s.key + "/n")})
	}
	for _, q := range []struct {
		words string
		v     *[3]float64
		unit  int
	}{{"Minutes until a case manager was there: median (quartiles)", c.Minutes, 0}, {"Days until they met: median (quartiles)", c.DaysToFirst, 0}, {"Contacts a month in the first six: median over people (quartiles)", c.Contacts, 1}} {
		row := []string{q.words, hidden, ""}
		if q.v != nil && b.all("care/agreed") {
			row[1] = fmt.Sprintf("%s (%s to %s)", fixed(q.v[1], q.unit), fixed(q.v[0], q.unit), fixed(q.v[2], q.unit))
		}
		t.Rows = append(t.Rows, row)
	}
	p.Blocks = append(p.Blocks, block("table-6", t))
	months := b.careMonths()
	if len(months) > 0 {
		m := Table{Title: "How people were doing, month by month since the decision", Head: []string{""}}
		people, contact, mean := []string{"People with a record of the month"}, []string{"In contact"}, []string{"Contacts, mean"}
		for _, x := range months {
			at := careMonth(x)
			m.Head = append(m.Head, fmt.Sprintf("Month %d", x.Month))
			people, contact = append(people, b.number(at)), append(contact, b.of(at+"/contact", at))
			if x.Contacts != nil && b.all(at, at+"/contact") && b.others(at+"/contact", at) {
				mean = append(mean, fixed(*x.Contacts, 1))
			} else {
				mean = append(mean, hidden)
			}
		}
		m.Rows = append(m.Rows, people, contact, mean)
		for _, list := range monthLists(months) {
			m.Rows = append(m.Rows, []string{list.words})
			for _, value := range list.values {
				row := []string{level(list.key, value)}
				for _, x := range months {
					row = append(row, b.of(careMonth(x)+"/"+list.key+"/"+value, careMonth(x)))
				}
				m.Rows = append(m.Rows, row)
			}
		}
		p.Blocks = append(p.Blocks, block("table-6-months", m))
	}
	p.Notes = append(p.Notes, sentence(c.Caveat))
	return p
}

func (b *builder) harmsPart() Part {
	p := Part{ID: "harms", Heading: "Was anybody worse off?", Text: []string{"Nobody may be worse off because of LEAD. Where a number is too small to be shown, that is said, and it is no sign that all is well. What nobody handed in is not the same as none."}}
	t := Table{Title: "Table 7. Harm", Head: []string{"", "Window", b.group(0), b.group(1), "Difference in every 100 people (95 % interval)"}}
	for _, h := range b.r.Harms {
		row := []string{sentenceless(h.Words), windowShort(h.Window)}
		if h.Window == 0 {
			row[1] = ""
		}
		if h.Problem != "" && h.Risk[0].N+h.Risk[1].N == 0 {
			t.Rows = append(t.Rows, append(row, sentence(h.Problem), "", ""))
			continue
		}
		var x, n [2]string
		for i := range 2 {
			x[i], n[i] = harmKey(h, i), harmKey(h, i)+"/n"
			row = append(row, b.outOf(x[i], n[i]))
		}
		cell := hidden
		if c, ok := b.crude(x, n); ok {
			cell = points(c.Difference) + " (" + interval(c.Newcombe, points) + ")"
		}
		t.Rows = append(t.Rows, append(row, cell))
	}
	p.Blocks = append(p.Blocks, block("table-7", t))
	return p
}

// noCosts says where costs are, or how they are handed in.
func (b *builder) noCosts() string {
	if b.in.Site != nil {
		return "This report says nothing about money. What the programme cost is entered by the partnership and stands in its published numbers, to which an evaluation on this site has no way. A report made from files takes it in, with costs of events and their sources: waymark evidence report --costs."
	}
	return "This report says nothing about money: no costs were handed in. They are, each with its source and year of prices, with --costs."
}

func (b *builder) missingPart() Part {
	p := Part{ID: "missing", Heading: "What is missing, and how firm the result stands", Text: []string{"What is missing is counted, never dropped. Then the main result is worked out again under other assumptions: if it turns with them, it is not firm."}}
	t := Table{Title: "Table 8a. Not recorded", Head: []string{"", b.group(0), b.group(1), b.group(2)}}
	for _, m := range b.r.Missing {
		row := []string{m.Words}
		for i := range m.Arms {
			row = append(row, b.of("missing/"+m.Key+"/"+side(i), "missing/"+m.Key+"/n/"+side(i)))
		}
		t.Rows = append(t.Rows, row)
	}
	p.Blocks = append(p.Blocks, block("table-8-missing", t))
	s := Table{Title: "Table 8b. The main result in other ways", Head: []string{"", "People: " + lower(b.group(0)), "People: " + lower(b.group(1)), "Difference in every 100 people (95 % interval)", "Odds ratio beside it"}}
	var all []analysis.Estimate
	for _, x := range b.r.Sensitivity {
		x.Words = b.without(x)
		n := []string{"sensitivity/" + x.Key + "/n/" + side(0), "sensitivity/" + x.Key + "/n/" + side(1)}
		row := []string{sentenceless(x.Words), b.number(n[0]), b.number(n[1]), effect(x.Estimate), effect(x.Odds)}
		if x.Estimate.Value != nil && !b.modelled("sensitivity/"+x.Key, x.Estimate) {
			row[3], row[4] = hidden, hidden
		}
		if x.Estimate.Measure != analysis.RiskDifference && row[3] != hidden {
			row[3] = measure(x.Estimate.Measure) + ": " + row[3]
		}
		if x.Odds.Value == nil {
			row[4] = ""
		}
		s.Rows, all = append(s.Rows, row), append(all, x.Estimate)
	}
	if k := b.r.Bounds; k != nil {
		s.Rows = append(s.Rows, []string{"If those who moved away or could not be linked were counted"})
		known := true // how many they are: the intervals tell it
		for i := range 2 {
			known = known && b.all("moved of "+watched(b.r.Primary, i), "unlinked of "+watched(b.r.Primary, i))
		}
		for _, x := range []struct {
			words string
			e     analysis.Estimate
		}{{"in the best way for LEAD", k.Best}, {"in the worst way for LEAD", k.Worst}} {
			cell := effect(x.e)
			if !known || !b.parted(pair(b.r.Primary)) {
				cell = "Not shown; " + stays(k.Complete, x.e)
			}
			s.Rows = append(s.Rows, []string{"– " + x.words, "", "", cell, ""})
		}
		s.Note = "How many people the last rows count beside the others stands in Table 2a."
	}
	p.Blocks = append(p.Blocks, block("table-8", s))
	p.Notes = b.caveats(all)
	if e := b.r.EValue; e != nil {
		x, n := pair(b.r.Primary)
		if b.parted(x, n) {
			p.Notes = append(p.Notes, fmt.Sprintf("E-value: %s for the result, %s for the end of its interval that lies nearer to no difference. %s", fixed(e.Point, 2), fixed(e.Limit, 2), sentence(e.Words)))
		}
	}
	return p
}

// stays says whether another way of counting leads to another answer: about the answer, not about how many people make the difference.
func stays(first, other analysis.Estimate) string {
	way := func(e analysis.Estimate) int {
		switch {
		case e.Lo == nil || e.Hi == nil:
			return 2
		case *e.Lo > 0:
			return 1
		case *e.Hi < 0:
			return -1
		}
		return 0
	}
	if way(first) == way(other) {
		return "the answer stays the same"
	}
	return "the answer becomes another"
}

func (b *builder) contextPart() Part {
	return Part{ID: "context", Heading: "What others found", Text: []string{
		"Published results are context, and no target: other places, other people, other ways of comparing.",
		"Seattle, 2017: 58 % lower odds of arrest over the longer term (odds are not risk), from a comparison of 203 people in LEAD with 115 others that was not randomised and was weighted. Collins, Lonczak and Clifasefi, Evaluation and Program Planning, doi 10.1016/j.evalprogplan.2017.05.008. The United States review site CrimeSolutions rates it \"promising\", on one study, with no significant effect on arrests other than on warrants.",
		"Seattle, 2019: 88 % lower odds of prison incarceration, 202 people with 114 others, not randomised.",
		"England, Liaison and Diversion, RAND Europe 2021: large linked records, and no overall reduction in reoffending.",
		"Durham, Checkpoint: a randomised trial with fewer reoffending in the diverted group; the published accounts give three different numbers of people, which is why the flow of this report is frozen with it.",
	}}
}

func (b *builder) methodPart() Part {
	def := b.r.Definition
	var windows []string
	for _, w := range def.Window {
		windows = append(windows, fmt.Sprint(w))
	}
	var names []string
	for _, key := range def.Covariates {
		i := slices.IndexFunc(cohort.Covariates(), func(c cohort.Covariate) bool { return c.Key == key })
		if i >= 0 {
			names = append(names, lower(cohort.Covariates()[i].Words))
		}
	}
	return Part{ID: "method", Heading: "Method", Text: []string{
		fmt.Sprintf("The clock starts at the first eligible contact in the study period, once for each person. Windows of %s days after it, and %d days before it. Watching ends with death, with moving out of reach of the records, and with the records.", strings.Join(windows, ", "), def.Back),
		"Made comparable by: " + strings.Join(names, "; ") + ".",
		"Shares: Wilson's interval. Differences as they are: Newcombe; their ratios: Katz, and Koopman where everybody of a group had the outcome; odds ratios: Woolf, all from the rounded numbers. Models of repeated outcomes: logistic estimating equations with independence and errors that are robust by person (dispersion and correlation without a correction for the number of terms, as in geepack). Weights: from a logistic propensity model; errors by drawing people again and fitting the weights anew where that was asked for. Rates: Poisson and negative binomial counts with robust errors. Time: Kaplan-Meier with log-log bands, Aalen-Johansen with death competing, Cox with Efron's ties. No model below 20 people or 10 events in a group.",
		"Curves are drawn only where ten or more people are still watched, and in steps of five people. Models use the exact numbers, and are shown only where in both groups those with and those without the outcome are; how many people are behind them is shown rounded.",
		"What the dates prove: the hash, that the plan and its departures are those that were frozen; the date of freezing, that the plan was there before outcomes of this run came in. They do not prove that nobody had seen these outcomes elsewhere, or here under another key before. Only a copy on record outside, with somebody who cannot change it, shows to others when it was written.",
		"How numbers are written, here and in the files: " + Written,
		"Nothing in this report is about one person, and no score or prediction of anybody was kept.",
	}}
}

func (b *builder) hashes() []Fact {
	return []Fact{
		{"Data (SHA-256)", b.r.StudyHash},
		{"Plan with what departs from it (SHA-256)", b.in.Plan.Head()},
		{"Definition of the people and outcomes (SHA-256)", b.r.DefinitionHash},
		{"Methods, version", b.r.Version},
		{"Program", b.in.Software},
	}
}
