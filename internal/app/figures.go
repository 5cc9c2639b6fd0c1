package app

import (
	"context"
	"maps"
	"slices"

	caretally "waymark.example/internal/care/tally"
	"waymark.example/internal/partnership/figure"
	figureweb "waymark.example/internal/partnership/figure/web"
	"waymark.example/internal/partnership/front"
	"waymark.example/internal/partnership/training"
	trainingweb "waymark.example/internal/partnership/training/web"
	"waymark.example/internal/platform/db"
	policetally "waymark.example/internal/police/tally"
	"waymark.example/internal/reference/agreement"
	"waymark.example/internal/reference/policy"
)

// wireFigures wires the numbers: each side counts through its own handle, and nothing but counts reaches the partnership.
func (a *App) wireFigures() {
	police, care := &policetally.Service{Book: a.Contacts.Book}, &caretally.Service{Book: a.Care.People.Book}
	a.Training = &training.Service{Book: a.Policies.Book, Access: a.Access}
	a.Figures = &figure.Service{Book: a.Policies.Book, Access: a.Access, Sources: figure.Sources{
		First: police.First,
		Contacts: func(ctx context.Context, from, until string) ([]figure.Contact, error) {
			rows, err := police.Months(ctx, from, until)
			var out []figure.Contact
			for _, r := range rows {
				out = append(out, figure.Contact(r))
			}
			return out, err
		},
		Care: func(ctx context.Context, month string) (figure.Month, error) {
			m, err := care.Count(ctx, month)
			return figure.Month(m), err
		},
		Paid: care.Paid,
		Trained: func(ctx context.Context) ([]figure.Trained, error) {
			all, err := a.Training.Count(ctx)
			var out []figure.Trained
			for _, c := range all {
				out = append(out, figure.Trained(c))
			}
			return out, err
		},
		Terms: func(ctx context.Context) (promise, soft, hard int, err error) {
			err = a.Policies.Book.Look(ctx, func(tx *db.Tx) error {
				terms, err := policy.Terms(ctx, tx, db.Day(a.Now()))
				promise, soft, hard = terms.HandoffMinutes, terms.CaseloadSoft, terms.CaseloadHard
				return err
			})
			return promise, soft, hard, err
		},
		Words: func(ctx context.Context) (map[string]string, error) {
			words := map[string]string{}
			err := a.Policies.Book.Look(ctx, func(tx *db.Tx) error {
				in, err := policy.InForce(ctx, tx, db.Day(a.Now()))
				for _, r := range in.Reasons {
					words[r.Code] = r.Words
				}
				return err
			})
			return words, err
		},
	}}
	a.Front = &front.Service{Book: a.Policies.Book, Access: a.Access, Agreements: a.agreementsInForce, Decisions: a.policyDecided, Doors: a.doorsNow}
	a.public = figureweb.New(a.Figures, a.Front, a.TrustProxy)
	a.routes = append(a.routes, a.public.Routes()...)
	a.routes = append(a.routes, trainingweb.New(a.Training).Routes()...)
}

// PublicFiles returns the public page as plain files that stand beside each other, for another site to serve; not found where it is
// closed. They lead to the doors of this site where origin says how browsers reach it, and give the number to ring otherwise.
func (a *App) PublicFiles(ctx context.Context, origin string) (map[string][]byte, error) {
	return a.public.Files(ctx, origin, a.Zone, a.Practice)
}

// doorsNow says, for everybody, which doors stand open.
func (a *App) doorsNow(ctx context.Context) (front.Doors, error) {
	set, err := a.Doors.Public.Setting(ctx)
	return front.Doors{Refer: set.Refer, Feedback: set.Feedback, Complaint: set.Complaint, Phone: set.Phone, Outside: set.Independent, OutsideAt: set.IndependentAt}, err
}

// policyDecided lists the decisions that a version of the policy came of, the newest first.
func (a *App) policyDecided(ctx context.Context) ([]front.Listed, error) {
	behind, err := a.Deliberation.Behind(ctx)
	var out []front.Listed
	for _, version := range slices.Backward(slices.Sorted(maps.Keys(behind))) {
		out = append(out, front.Listed{Title: behind[version].Title, On: behind[version].MetOn})
	}
	return out, err
}

// agreementsInForce lists, for everybody, what organisations agreed and holds today: its title and since when.
func (a *App) agreementsInForce(ctx context.Context) ([]front.Listed, error) {
	var out []front.Listed
	err := a.Policies.Book.Look(ctx, func(tx *db.Tx) error {
		all, err := agreement.All(ctx, tx)
		for _, g := range all {
			if g.Standing(db.Day(a.Now())) == agreement.InForce {
				out = append(out, front.Listed{Title: g.Title, On: g.From})
			}
		}
		return err
	})
	return out, err
}
