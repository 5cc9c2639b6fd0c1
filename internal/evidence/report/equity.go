package report

import (
	"errors"
	"fmt"
	"slices"

	"waymark.example/internal/evidence/equity"
	"waymark.example/internal/evidence/study"
	"waymark.example/internal/suppress"
)

// together is the one team of a study that is too small for several.
const together = equity.Together

// Discretion works out how far people came, by group, as a report tells it.
func Discretion(s *study.Study) (*equity.Result, error) {
	def := equity.For(len(s.People))
	if len(def.Dimensions) > 0 { // too few to tell teams apart
		joined := *s
		joined.Contacts = slices.Clone(s.Contacts)
		for i := range joined.Contacts {
			if joined.Contacts[i].Team != "" {
				joined.Contacts[i].Team = together
			}
		}
		s = &joined
	}
	r, err := equity.Run(s, def)
	if err != nil {
		return nil, fmt.Errorf("discretion: %w", err)
	}
	return &r, nil
}

// weighEquity makes the numbers of discretion and disparity fit to be seen beside all others of the report.
func (b *builder) weighEquity(past []suppress.Release) (suppress.Release, error) {
	if b.in.Equity == nil {
		return suppress.Release{}, nil
	}
	open, release, err := b.in.Equity.Public(append(past, b.kept))
	if errors.Is(err, suppress.ErrTold) { // so few that nothing of it can be shown
		return suppress.Release{}, nil
	}
	b.equity = &open
	return release, err
}

const discretion = "Whom officers thought of: discretion and disparity"

// equityParts are T5, F4 and F5: how far people came, by group, and how teams and reasons differ.
func (b *builder) equityParts() []Part {
	r := b.equity
	if b.in.Equity == nil {
		return nil
	}
	if r == nil {
		return []Part{{ID: "discretion", Heading: discretion, Text: []string{"The groups are too small: nothing can be shown without telling about a few people. That is no sign that all is well."}}}
	}
	p := Part{ID: "discretion", Heading: discretion, Text: []string{
		"From the first contact where LEAD was possible to the intake: how many came so far, and whether groups differ at a step. What is not recorded is a group as well.",
		"A difference is a reason to look, and no verdict on anybody. No difference beyond chance is no proof that there is none."}}
	p.Text = append(p.Text, r.Left()...)
	add := func(id, figure, csv string) { p.Blocks = append(p.Blocks, Block{ID: id, Figure: figure, CSV: csv}) }
	steps, ratios, all := r.StepsChart("ethnicity"), r.RatiosChart("ethnicity", "previous"), r.Table()
	add(steps.ID, steps.HTML(), steps.Table().CSV())
	add(ratios.ID, ratios.HTML(), all.CSV())
	later, power := r.LaterTable("ethnicity"), r.PowerTable("ethnicity")
	p.Blocks = append(p.Blocks, block("in-touch-later", Table{Title: "Who was still in touch later", Head: later.Head, Rows: later.Rows, Note: "Of those whose intake was completed, who were there long enough, and who agreed that their months are studied."}),
		block("audit-power", Table{Title: "What so many people could show at all", Head: power.Head, Rows: power.Rows,
			Note: fmt.Sprintf("In so many of 100 areas with as many people an alarm would be raised where the others are asked 1.5 times as often. It allows for all %d comparisons that are tested here. Rounded numbers raise it a little less often still. Where the number is low, no alarm says next to nothing.", r.Tested)}))
	teams := r.TeamsChart()
	if len(teams.Units) > 1 {
		add(teams.ID, teams.HTML(), teams.Table().CSV())
	}
	reasons := r.ReasonsChart(func(code string) string { return level("reason", code) })
	if i := slices.Index(reasons.Series, together); i >= 0 { // it is everybody once more
		reasons = reasons.Without(i)
		reasons.Title = "Why people were not diverted"
		p.Notes = append(p.Notes, "There are too few people to tell teams apart.")
	}
	if len(reasons.Rows) > 0 {
		add(reasons.ID, reasons.HTML(), reasons.Table().CSV())
	}
	missing := r.MissingTable()
	p.Blocks = append(p.Blocks, block("not-recorded", Table{Title: "What officers did not record", Head: missing.Head, Rows: missing.Rows}))
	for _, c := range r.Caveats {
		p.Notes = append(p.Notes, sentence(c))
	}
	p.Notes = append(p.Notes, "The file beneath the ratios holds every comparison that was made, crude beside adjusted.")
	return []Part{p}
}
