package app

import (
	"context"
	"time"

	"waymark.example/internal/care/quarter"
	"waymark.example/internal/lead"
	"waymark.example/internal/partnership/fidelity"
	fidelityweb "waymark.example/internal/partnership/fidelity/web"
)

// wireFidelity makes the pages on which the partnership looks at itself. What the
// case team's work shows comes as numbers for everybody together.
func (a *App) wireFidelity() {
	count := &quarter.Service{Book: a.Care.Duty.Book}
	a.Fidelity = &fidelity.Service{Book: a.Policies.Book, Access: a.Access, Names: a.Accounts.Names,
		Count: func(ctx context.Context, from, until time.Time) (fidelity.Counts, error) {
			p, err := a.policyNow(ctx)
			if err != nil {
				return fidelity.Counts{}, err
			}
			c, err := count.Count(ctx, from, until, time.Duration(p.HandoffMinutes)*time.Minute)
			return fidelity.Counts{Caseloads: c.Caseloads, Soft: p.CaseloadSoft, Hard: p.CaseloadHard, Doors: c.Doors, ClosedUnasked: c.ClosedUnasked,
				HandOffs: fidelity.Part(c.HandOffs), InPerson: fidelity.Part(c.InPerson), Acute: fidelity.Part(c.Acute), Plans: fidelity.Part(c.Plans), Back: fidelity.Part(c.Back)}, err
		},
		Visitors: func(ctx context.Context) ([]fidelity.Visitor, error) {
			all, err := a.Accounts.Holders(ctx, lead.PanelMember)
			var out []fidelity.Visitor
			for _, h := range all {
				out = append(out, fidelity.Visitor{ID: h.ID, Name: h.Name + ", " + h.Organisation})
			}
			return out, err
		}}
	a.routes = append(a.routes, fidelityweb.New(a.Fidelity).Routes()...)
}
