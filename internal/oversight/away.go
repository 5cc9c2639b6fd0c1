package oversight

import (
	"context"
	"fmt"
	"time"

	"waymark.example/internal/lead"
	"waymark.example/internal/platform/db"
	"waymark.example/internal/platform/ledger"
)

// Away is that a worker had people with them, to work without signal.
type Away struct {
	ID              string
	AccountID       string
	Name            string   // of the worker
	How             string   // phone or paper
	People          []string // participant ids
	MadeAt, UntilAt time.Time
	Ended           string // how, before its time
	EndedAt         time.Time
}

// Live reports whether the people are still with the worker.
func (a Away) Live(now time.Time) bool { return a.Ended == "" && now.Before(a.UntilAt) }

// TakenAlong lists who took whom along, newest first, before the row of that id.
func (s *Service) TakenAlong(ctx context.Context, actor lead.Actor, beforeID string, limit int) ([]Away, error) {
	var out []Away
	entry := ledger.Entry{Actor: actor, Verb: ledger.Consulted, Act: "away.register"}
	err := s.Book.Record(ctx, entry, func(tx *db.Tx, e *ledger.Entry) error {
		err := s.participants(ctx, tx, actor, "away.register")
		if err != nil {
			return err
		}
		if out, err = db.All(ctx, tx, scanAway, takenAlong, beforeID, limit); err != nil {
			return fmt.Errorf("taken along: %w", err)
		}
		for i := range out {
			out[i].People, err = db.All(ctx, tx, func(row db.Row) (string, error) {
				var id string
				return id, row.Scan(&id)
			}, takenPeople, out[i].ID)
			if err != nil {
				return fmt.Errorf("taken along: %w", err)
			}
			e.Subjects = append(e.Subjects, out[i].People...)
		}
		return nil
	})
	return out, err
}

func scanAway(row db.Row) (Away, error) {
	var a Away
	var made, until, ended db.Time
	err := row.Scan(&a.ID, &a.AccountID, &a.Name, &a.How, &made, &until, &a.Ended, &ended)
	a.MadeAt, a.UntilAt, a.EndedAt = made.Time, until.Time, ended.Time
	return a, err
}
