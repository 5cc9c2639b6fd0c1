// Package order shows the partnership in which order hand-offs wait when there is
// not room for all at once, and lets its coordinator move one for a reason: by
// references, times and the team that asked, and by nobody's name (R43). It imports
// lead, platform and the bridge.
package order

import (
	"context"

	"waymark.example/internal/handoff/queue"
	"waymark.example/internal/lead"
	"waymark.example/internal/platform/access"
	"waymark.example/internal/platform/db"
	"waymark.example/internal/platform/ledger"
	"waymark.example/internal/reference/policy"
)

// Service carries out the use cases.
type Service struct {
	Book   *ledger.Book // of the partnership handle
	Access *access.Decider
}

// Waiting returns what waits, in order, and within how many minutes somebody is
// promised to come to those who are with an officer.
func (s *Service) Waiting(ctx context.Context, actor lead.Actor) (all []queue.Waiting, minutes int, err error) {
	entry := ledger.Entry{Actor: actor, Verb: ledger.Consulted, Act: "handoff.order"}
	err = s.Book.Record(ctx, entry, func(tx *db.Tx, e *ledger.Entry) error {
		if err := s.Access.Check(actor, "handoff.order_by_reference", access.Screen{}); err != nil {
			return err
		}
		var err error
		if all, err = queue.Now(ctx, tx); err != nil {
			return err
		}
		for _, w := range all {
			e.Subjects = append(e.Subjects, w.ID)
		}
		terms, err := policy.Terms(ctx, tx, db.Day(s.Book.Now()))
		minutes = terms.HandoffMinutes
		return err
	})
	return all, minutes, err
}

// Move moves one that waits, for a reason from a closed list.
func (s *Service) Move(ctx context.Context, actor lead.Actor, form ledger.Form, referralID, to, reason string) error {
	entry := ledger.Entry{Actor: actor, Verb: ledger.Altered, Act: "handoff.order", Subjects: []string{referralID}}
	_, err := s.Book.Once(ctx, form, entry, func(tx *db.Tx, _ *ledger.Entry) (string, error) {
		if err := s.Access.Check(actor, "handoff.order_by_reference", access.Screen{}); err != nil {
			return "", err
		}
		return referralID, queue.MoveTo(ctx, tx, referralID, to, reason, actor, s.Book.Now())
	})
	return err
}
