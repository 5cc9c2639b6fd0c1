package report

import (
	"strings"

	"waymark.example/internal/suppress"
)

// weighEquity makes the numbers of discretion and disparity fit to be seen beside all others of the report.
func (b *builder) weighEquity(past []suppress.Release) (suppress.Release, error) {
	if b.in.Equity == nil {
		return suppress.Release{}, nil
	}
	open, release, err := b.in.Equity.Public(append(past, b.kept))
	b.equity = &open
	return release, err
}

// equityParts are T5, F4 and F5: how far people came, by group, and how teams and reasons differ.
func (b *builder) equityParts() []Part {
	r := b.equity
	if r == nil {
		return nil
	}
	p := Part{ID: "discretion", Heading: "Whom officers thought of: discretion and disparity", Text: []string{
		"From the first contact where LEAD was possible to the intake: how many came so far, and whether groups differ at a step. What is not recorded is a group as well.",
		"A difference is a reason to look, and no verdict on anybody. No difference beyond chance is no proof that there is none."}}
	add := func(id, figure, csv string) { p.Blocks = append(p.Blocks, Block{ID: id, Figure: figure, CSV: csv}) }
	steps, ratios, all := r.StepsChart("ethnicity"), r.RatiosChart("ethnicity", "previous"), r.Table()
	add(steps.ID, steps.HTML(), steps.Table().CSV())
	add(ratios.ID, ratios.HTML(), all.CSV())
	teams := r.TeamsChart()
	if len(teams.Units) > 0 {
		add(teams.ID, teams.HTML(), teams.Table().CSV())
	}
	reasons := r.ReasonsChart(func(code string) string { return level("reason", code) })
	if len(reasons.Rows) > 0 {
		add(reasons.ID, reasons.HTML(), reasons.Table().CSV())
	}
	missing := r.MissingTable()
	p.Blocks = append(p.Blocks, block("not-recorded", Table{Title: "What officers did not record", Head: missing.Head, Rows: missing.Rows}))
	for _, c := range r.Caveats {
		p.Notes = append(p.Notes, sentence(c))
	}
	p.Notes = append(p.Notes, "The file beneath the ratios holds every comparison that was made, by "+strings.Join([]string{"ethnicity", "sex", "age", "area", "door"}, ", ")+", crude beside adjusted.")
	return []Part{p}
}
