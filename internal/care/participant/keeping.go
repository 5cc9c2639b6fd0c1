package participant

import (
	"context"
	"fmt"

	"waymark.example/internal/handoff/keeping"
	"waymark.example/internal/lead"
	"waymark.example/internal/platform/access"
	"waymark.example/internal/platform/db"
	"waymark.example/internal/platform/ledger"
)

// Kept is a file that waits for a supervisor's yes, or is sealed.
type Kept struct {
	Now
	keeping.Row
}

// Kept lists the team's files that wait for a second person, and those that are
// sealed: by name, so that somebody who comes back is found.
func (s *Service) Kept(ctx context.Context, actor lead.Actor) ([]Kept, error) {
	var out []Kept
	entry := ledger.Entry{Actor: actor, Verb: ledger.Consulted, Act: "keeping.team"}
	err := s.Book.Record(ctx, entry, func(tx *db.Tx, e *ledger.Entry) error {
		if err := s.Access.Check(actor, "keeping.confirm", access.Screen{}); err != nil {
			return err
		}
		people, err := s.list(ctx, tx, keptOfTeam, actor.Team)
		if err != nil {
			return fmt.Errorf("kept files: %w", err)
		}
		for _, n := range people {
			row, err := keeping.Of(ctx, tx, n.ID)
			if err != nil {
				return fmt.Errorf("kept files: %w", err)
			}
			out = append(out, Kept{n, row})
			e.Subjects = append(e.Subjects, n.ID)
		}
		return nil
	})
	return out, err
}

// Settle is the second person's word on what oversight proposed for a file: yes,
// and it is done; no, and it is dropped. from is the version that was on the
// screen. A yes to an erasure destroys the person's keys: their words can be read
// nowhere any more, in no copy.
func (s *Service) Settle(ctx context.Context, actor lead.Actor, form ledger.Form, participantID string, from int64, yes bool) error {
	const erased = "erased" // what a yes to an erasure returns, the first time and again
	result, err := s.Write(ctx, actor, form, Act{"keeping.confirm", "keeping.settle", ledger.Altered}, participantID, func(tx *db.Tx, n *Now) (string, error) {
		steps, err := keeping.History(ctx, tx, n.ID)
		if err != nil {
			return "", err
		}
		pending := keeping.Standing(steps).Pending
		if pending == nil {
			return "", lead.ErrConflict
		}
		step := keeping.Step{Act: pending.Act, Stage: keeping.Dropped, Reason: pending.Reason, By: actor.ID, Side: actor.Side}
		if yes {
			step.Stage = keeping.Confirmed
		}
		if _, err := keeping.Add(ctx, tx, n.ID, from, step, s.Book.Now()); err != nil {
			return "", err
		}
		if yes && pending.Act == keeping.Erase {
			return erased, s.erase(ctx, tx, n.ID, groundOf(pending.Reason), pending.By, actor.ID)
		}
		return n.ID, nil
	})
	if err != nil || result != erased {
		return err
	}
	// If the program stops here, the same form again finishes it, or ReplayErasures
	// at the next start.
	return s.destroy(ctx, participantID)
}

// groundOf is the ground of an erasure that a proposal's reason stands for.
func groundOf(reason string) string {
	if reason == "request" || reason == "unlawful" {
		return reason
	}
	return "retention"
}

// CameBack opens the sealed file of somebody who is there, or asks. One person
// is enough for that.
func (s *Service) CameBack(ctx context.Context, actor lead.Actor, form ledger.Form, participantID string, from int64) error {
	_, err := s.Write(ctx, actor, form, Act{"keeping.return", "keeping.return", ledger.Altered}, participantID, func(tx *db.Tx, n *Now) (string, error) {
		step := keeping.Step{Act: keeping.Unseal, Stage: keeping.Confirmed, Reason: keeping.CameBack, By: actor.ID, Side: actor.Side}
		_, err := keeping.Add(ctx, tx, n.ID, from, step, s.Book.Now())
		return n.ID, err
	})
	return err
}
