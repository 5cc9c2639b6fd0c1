package participant

import (
	"context"
	"errors"
	"fmt"

	"waymark.example/internal/lead"
	"waymark.example/internal/platform/access"
	"waymark.example/internal/platform/db"
	"waymark.example/internal/platform/ledger"
)

// TakeUp passes everybody whom a team walks with to another, because the team's
// organisation withdrew (R54). Their whole record goes on; nobody's case ends.
// Each stands on the other team's board until its supervisor finds who walks with
// them. With no other team they stay where they are, and nobody holds them. It may
// be done twice, and again with a team once there is one.
func (s *Service) TakeUp(ctx context.Context, from, to string) error {
	actor := lead.System()
	actor.Side = lead.Care
	if err := s.Access.Check(actor, "case.take_up", access.Screen{}); err != nil {
		return err
	}
	var after string
	for {
		var ids []string
		err := s.Book.Look(ctx, func(tx *db.Tx) error {
			var err error
			ids, err = db.All(ctx, tx, func(row db.Row) (string, error) {
				var id string
				return id, row.Scan(&id)
			}, everybodyOfTeam, from, after)
			return err
		})
		if err != nil {
			return fmt.Errorf("take up: %w", err)
		}
		if len(ids) == 0 {
			return nil
		}
		for _, id := range ids {
			if err := s.takeUp(ctx, actor, id, from, to); err != nil {
				return fmt.Errorf("take up: %w", err)
			}
		}
		after = ids[len(ids)-1]
	}
}

func (s *Service) takeUp(ctx context.Context, actor lead.Actor, participantID, from, to string) error {
	entry := ledger.Entry{Actor: actor, Verb: ledger.Altered, Act: "case.take_up", Subjects: []string{participantID}}
	err := s.Book.Record(ctx, entry, func(tx *db.Tx, _ *ledger.Entry) error {
		n, err := s.one(ctx, tx, lockNow, participantID)
		if err != nil {
			return err
		}
		if n.Team != from || n.box == nil { // gone meanwhile, or erased
			return ErrSame
		}
		before := n
		if to != "" {
			n.Team = to
		}
		if n.Team == before.Team && n.WorkerID == "" {
			return ErrSame
		}
		if err := s.allocation(ctx, tx, actor.ID, &n, Waiting, "", "", ""); err != nil {
			return err
		}
		return s.keep(ctx, tx, before, n)
	})
	if errors.Is(err, ErrSame) {
		return nil
	}
	return err
}
