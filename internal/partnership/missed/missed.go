// Package missed shows the partnership the calls that nobody took up in time, so
// that the rota can be mended. It sees a reference and moments, and no person. It
// imports lead, platform and the bridge.
package missed

import (
	"context"
	"fmt"
	"time"

	"waymark.example/internal/handoff/oncall"
	"waymark.example/internal/lead"
	"waymark.example/internal/platform/access"
	"waymark.example/internal/platform/db"
	"waymark.example/internal/platform/ledger"
)

// Service carries out the use cases.
type Service struct {
	Book   *ledger.Book // of the partnership handle
	Access *access.Decider
}

// Calls returns up to limit missed calls, newest first, before the one that was
// missed at a moment with an id; the zero moment is for the newest.
func (s *Service) Calls(ctx context.Context, actor lead.Actor, before time.Time, beforeID string, limit int) ([]oncall.Missed, error) {
	if before.IsZero() {
		before = s.Book.Now().Add(time.Hour)
	}
	var out []oncall.Missed
	entry := ledger.Entry{Actor: actor, Verb: ledger.Consulted, Act: "handoff.missed"}
	err := s.Book.Record(ctx, entry, func(tx *db.Tx, e *ledger.Entry) error {
		if err := s.Access.Check(actor, "handoff.missed", access.Screen{}); err != nil {
			return err
		}
		var err error
		out, err = oncall.MissedCalls(ctx, tx, before, beforeID, limit)
		for _, m := range out {
			e.Subjects = append(e.Subjects, m.ReferralID)
		}
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("missed calls: %w", err)
	}
	return out, nil
}
