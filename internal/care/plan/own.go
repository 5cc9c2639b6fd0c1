package plan

import (
	"context"
	"errors"

	"waymark.example/internal/care/participant"
	"waymark.example/internal/lead"
	"waymark.example/internal/platform/db"
)

// Mine returns the actor's own plan as they agreed it, nil when there is none.
// A draft is nobody's plan (R27), so it is not shown.
func (s *Service) Mine(ctx context.Context, actor lead.Actor) (participant.Mine, *Plan, error) {
	var p *Plan
	m, err := s.People.Mine(ctx, actor, "own.plan", func(tx *db.Tx, n participant.Now) error {
		v, err := scanPlanOf(n)(tx.One(ctx, planAgreed, n.ID))
		if errors.Is(err, lead.ErrNotFound) {
			return nil
		}
		if err != nil {
			return err
		}
		p, err = whole(ctx, tx, n, v)
		return err
	})
	return m, p, err
}
