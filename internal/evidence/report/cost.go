package report

import (
	"cmp"
	"fmt"
	"math"
	"strings"
	"time"

	"waymark.example/internal/evidence/analysis"
	"waymark.example/internal/evidence/cost"
)

// costPart is T9.
func (b *builder) costPart() Part {
	p := Part{ID: "cost", Heading: "What it cost", Text: []string{"What the programme spent for each person and month, and what fewer events would have cost the public, if there were fewer."}}
	c := b.in.Costs
	if c == nil {
		p.Text = []string{b.noCosts()}
		return p
	}
	t := Table{Title: "Table 9a. What the programme cost", Head: []string{"", "Pounds", "Prices of", "Source"}}
	for _, x := range c.Programme {
		t.Rows = append(t.Rows, []string{x.Words, money(x.Pence), x.Prices, x.Source})
	}
	t.Rows = append(t.Rows, []string{"All together", money(c.Total()), "", ""})
	if month, ok := c.PerMonth(); ok {
		t.Rows = append(t.Rows, []string{"For each person and month of support", money(month), "", fmt.Sprintf("%s months of support", thousands((c.PersonMonths+5)/10*10))})
	} else {
		t.Rows = append(t.Rows, []string{"For each person and month of support", "not worked out", "", "Fewer than 10 months of support, or none, were handed in"})
	}
	if c.Index != nil {
		t.Note = fmt.Sprintf("Prices of another year by %s: %s.", c.Index.Name, c.Index.Source)
	}
	p.Blocks = append(p.Blocks, block("table-9-programme", t))
	if len(c.Units) == 0 {
		return p
	}
	u := Table{Title: "Table 9b. What the difference in events would have cost", Head: []string{"Event", "Cost of one", "Prices of", "For each person in LEAD (95 % interval)", "People", "Interval by"},
		Note: fmt.Sprintf("Grade %d of 4: %s.%s A minus means less spent. ", b.r.Design.Grade, lower(b.r.Design.Name), b.unadjusted()) + strings.Join(cost.NotCounted(), " ")}
	said := Table{Title: "Table 9c. Who says what an event costs", Head: []string{"Event", "Source", "Looked up", "Leaves out"}}
	var from []analysis.Estimate
	for _, d := range cost.Differences(b.r, c.Units) {
		amount, n := b.avoided(d)
		u.Rows = append(u.Rows, []string{d.Unit.Words, money(d.Unit.Pence), d.Unit.Prices, amount, n, d.Interval})
		said.Rows = append(said.Rows, []string{d.Unit.Words, d.Unit.Source, cmp.Or(d.Unit.Checked, "not said"), cmp.Or(d.Unit.LeavesOut, "not said")})
		from = append(from, analysis.Estimate{Caveat: d.Caveat, Warnings: d.Warnings})
	}
	p.Blocks = append(p.Blocks, block("table-9", u), block("table-9-sources", said))
	p.Notes = b.caveats(from)
	return p
}

// avoided is the difference in money and of how many people it is, where the people behind it may be shown: those of the curve, or of the days in custody.
func (b *builder) avoided(d cost.Difference) (amount, n string) {
	people := func(arm int) string {
		if d.Unit.Event == cost.CustodyDay {
			return rateKey(analysis.Rate{Key: "custody_days", Window: b.r.Definition.PrimaryWindow}, arm) + "/n"
		}
		return "curve/n/" + side(arm)
	}
	lead, other := people(0), people(1)
	if !b.weighed(lead) || !b.weighed(other) { // too few for a curve or for days
		return hidden, hidden
	}
	n = b.number(lead) + " and " + b.number(other)
	switch {
	case !b.all(lead, other) || d.Unit.Event != cost.CustodyDay && !b.timed():
		return hidden, n
	case d.Pence == nil:
		return sentence(d.Problem), n
	}
	return fmt.Sprintf("%s (%s to %s) %s", about(*d.Pence), about(*d.Lo), about(*d.Hi), d.Per), n
}

// about is an amount to three figures: more would tell the difference behind it to more places than its own table does.
func about(pence int64) string {
	step := math.Pow10(max(int(math.Log10(math.Max(math.Abs(float64(pence)), 1)))-2, 0))
	return money(int64(step * math.Round(float64(pence)/step)))
}

// money writes pence as pounds.
func money(pence int64) string {
	pounds := "£" + thousands(int(math.Round(math.Abs(float64(pence))/100)))
	if pence < 0 && pounds != "£0" {
		return "−" + pounds
	}
	return pounds
}

func dayWords(day string) string {
	t, err := time.Parse(time.DateOnly, day)
	if err != nil {
		return day
	}
	return t.Format("2 January 2006")
}
