// Package thanks counts, once a month and for everybody together, what came of
// the hand-offs, and publishes it for the police. It imports lead, platform and
// the bridge.
package thanks

import (
	"context"
	"errors"
	"fmt"
	"time"

	"waymark.example/internal/handoff/thanks"
	"waymark.example/internal/lead"
	"waymark.example/internal/platform/access"
	"waymark.example/internal/platform/db"
	"waymark.example/internal/platform/ledger"
)

// Service publishes.
type Service struct {
	Book   *ledger.Book // of the care handle
	Access *access.Decider
}

// errThere ends a transaction that has nothing to write.
var errThere = errors.New("already published")

// PublishDue publishes the calendar month that ended last, where nobody has yet.
// The product does it by itself, so that no month is chosen or left out; a month
// that is there is never counted again, so that no two numbers of it can be
// subtracted. It reports whether it published.
func (s *Service) PublishDue(ctx context.Context) (bool, error) {
	now := s.Book.Now().UTC()
	this := time.Date(now.Year(), now.Month(), 1, 0, 0, 0, 0, time.UTC)
	last := this.AddDate(0, -1, 0)
	there, err := s.there(ctx, last)
	if err != nil || there {
		return false, err
	}
	entry := ledger.Entry{Actor: lead.System(), Verb: ledger.Disclosed, Act: "thanks.publish", Detail: last.Format("2006-01"), Purpose: string(access.Governance)}
	err = s.Book.Record(ctx, entry, func(tx *db.Tx, _ *ledger.Entry) error {
		if err := s.Access.Check(lead.System(), "thanks.publish", access.Screen{}); err != nil {
			return err
		}
		exact := thanks.Month{Month: last.Format("2006-01")}
		if err := tx.One(ctx, takenUp, db.At(last), db.At(this)).Scan(&exact.TakenUp, &exact.Reached); err != nil {
			return fmt.Errorf("count the month: %w", err)
		}
		if err := tx.One(ctx, inTouch, db.At(last), db.At(last.AddDate(0, -3, 0)), db.At(last.AddDate(0, -2, 0))).Scan(&exact.Earlier, &exact.InTouch); err != nil {
			return fmt.Errorf("count the earlier month: %w", err)
		}
		first, err := thanks.Publish(ctx, tx, exact, s.Book.Now())
		if err == nil && !first { // another server was quicker
			return errThere
		}
		return err
	})
	if errors.Is(err, errThere) {
		return false, nil
	}
	return err == nil, err
}

func (s *Service) there(ctx context.Context, month time.Time) (bool, error) {
	var there bool
	err := s.Book.Look(ctx, func(tx *db.Tx) error {
		var err error
		there, err = thanks.Published(ctx, tx, month.Format("2006-01"))
		return err
	})
	return there, err
}
