package oversight

import (
	"context"

	"waymark.example/internal/handoff/keeping"
	"waymark.example/internal/handoff/rights"
	"waymark.example/internal/lead"
	"waymark.example/internal/platform/db"
	"waymark.example/internal/platform/ledger"
)

// Home is what waits for a data-protection officer.
type Home struct {
	Participants bool // whether the actor's organisation answers participants
	Requests     []rights.Row
	Glasses      []Glass
	Breaches     []Breach
	Legals       []Legal
	Pending      []keeping.Row
}

// atOnce is how many of each kind the first page looks at.
const atOnce = 50

// Home returns what waits, each list with the most pressing first.
func (s *Service) Home(ctx context.Context, actor lead.Actor) (Home, error) {
	var h Home
	entry := ledger.Entry{Actor: actor, Verb: ledger.Consulted, Act: "oversight.home"}
	err := s.Book.Record(ctx, entry, func(tx *db.Tx, e *ledger.Entry) error {
		err := s.register(actor, "legal.keep", actor.Organisation)
		if err != nil {
			return err
		}
		legals, err := db.All(ctx, tx, scanLegal, legals, actor.Organisation, "", atOnce)
		if err != nil {
			return err
		}
		for _, l := range legals {
			if l.Decision == "" {
				h.Legals = append(h.Legals, l)
				e.Subjects = append(e.Subjects, l.SubjectID)
			}
		}
		breaches, err := db.All(ctx, tx, scanBreach, breaches, actor.Organisation, "", atOnce)
		if err != nil {
			return err
		}
		for _, b := range breaches {
			if b.Open() {
				h.Breaches = append(h.Breaches, b)
			}
		}
		if s.participants(ctx, tx, actor, "rights.list") != nil {
			return nil // a police force's officer: nothing of participants is theirs
		}
		h.Participants = true
		return s.homeOfParticipants(ctx, tx, e, &h)
	})
	return h, err
}

func (s *Service) homeOfParticipants(ctx context.Context, tx *db.Tx, e *ledger.Entry, h *Home) error {
	var err error
	if h.Requests, err = rights.Waits(ctx, tx, "", "", 5); err != nil {
		return err
	}
	for _, r := range h.Requests {
		e.Subjects = append(e.Subjects, r.ParticipantID)
	}
	all, err := db.All(ctx, tx, scanGlass, glasses, "", atOnce)
	if err != nil {
		return err
	}
	for _, g := range all {
		if !g.Reviewed() {
			h.Glasses = append(h.Glasses, g)
			e.Subjects = append(e.Subjects, g.ParticipantID)
		}
	}
	kept, err := keeping.Files(ctx, tx, keeping.Last, "", atOnce)
	for _, k := range kept {
		if k.Pending != "" {
			h.Pending = append(h.Pending, k)
			e.Subjects = append(e.Subjects, k.ParticipantID)
		}
	}
	return err
}
