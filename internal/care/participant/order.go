package participant

import (
	"context"
	"fmt"
	"slices"

	"waymark.example/internal/handoff/queue"
	"waymark.example/internal/handoff/referral"
	"waymark.example/internal/lead"
	"waymark.example/internal/platform/access"
	"waymark.example/internal/platform/db"
	"waymark.example/internal/platform/ledger"
	"waymark.example/internal/reference/policy"
)

// Queued is a hand-off that waits, in its place in the order, with what the case
// team reads of it.
type Queued struct {
	queue.Waiting
	Letter referral.Referral
}

// Order is the order in which hand-offs are seen to.
type Order struct {
	Waiting []Queued
	Minutes int    // within which somebody is promised to come to whoever is with an officer
	Rooms   []Room // who has room, of the actor's team
}

// Full reports whether nobody of the team has room below the number that warns.
func (o Order) Full() bool {
	return len(o.Rooms) > 0 && !slices.ContainsFunc(o.Rooms, func(r Room) bool { return r.Held < r.Soft })
}

// Order returns what waits, in order, and whether there is room.
func (s *Service) Order(ctx context.Context, actor lead.Actor) (Order, error) {
	var o Order
	entry := ledger.Entry{Actor: actor, Verb: ledger.Consulted, Act: "handoff.order"}
	err := s.Book.Record(ctx, entry, func(tx *db.Tx, e *ledger.Entry) error {
		if err := s.Access.Check(actor, "handoff.order", access.Screen{}); err != nil {
			return err
		}
		all, err := s.waiting(ctx, tx)
		if err != nil {
			return err
		}
		o.Waiting = all
		for _, w := range all {
			e.Subjects = append(e.Subjects, w.ID)
		}
		terms, err := policy.Terms(ctx, tx, db.Day(s.Book.Now()))
		if err != nil {
			return err
		}
		o.Minutes = terms.HandoffMinutes
		o.Rooms, err = s.rooms(ctx, tx, actor.Team)
		return err
	})
	return o, err
}

// waiting returns what waits, in order, with its letters.
func (s *Service) waiting(ctx context.Context, tx *db.Tx) ([]Queued, error) {
	order, err := queue.Now(ctx, tx)
	if err != nil {
		return nil, err
	}
	letters, err := referral.Waiting(ctx, tx, s.Keys, len(order))
	if err != nil {
		return nil, err
	}
	var out []Queued
	for _, w := range order {
		if i := slices.IndexFunc(letters, func(r referral.Referral) bool { return r.ID == w.ID }); i >= 0 {
			out = append(out, Queued{w, letters[i]})
		}
	}
	return out, nil
}

// MoveInOrder moves one that waits, for a reason from a closed list.
func (s *Service) MoveInOrder(ctx context.Context, actor lead.Actor, form ledger.Form, referralID, to, reason string) error {
	entry := ledger.Entry{Actor: actor, Verb: ledger.Altered, Act: "handoff.order", Subjects: []string{referralID}}
	_, err := s.Book.Once(ctx, form, entry, func(tx *db.Tx, _ *ledger.Entry) (string, error) {
		if err := s.Access.Check(actor, "handoff.order", access.Screen{}); err != nil {
			return "", err
		}
		if err := queue.MoveTo(ctx, tx, referralID, to, reason, actor, s.Book.Now()); err != nil {
			return "", fmt.Errorf("order: %w", err)
		}
		return referralID, nil
	})
	return err
}
