// Package tally counts what the case team did, month by month, for the partnership to publish with small numbers hidden: how
// many, never whose. It imports lead, platform and the bridge.
package tally

import (
	"context"
	"fmt"
	"time"

	"waymark.example/internal/platform/db"
	"waymark.example/internal/platform/ledger"
)

// Month is what was counted of one calendar month, in UTC.
type Month struct {
	Month string // YYYY-MM

	// Hand-offs made in it: to somebody who waited there, met within the promise, later, or not yet; and all others.
	Within, Later, NotMet, Others int

	Intakes      int // completed in it, each person once
	ClosedAsked  int // closed in it because the person asked: there is no other way
	Active       int // people whose case was active when it ended
	Quiet        int // people whose case was quiet then: the door is open
	Beginning    int // people who were still being met then
	Payments     int // paid out of the flexible fund in it
	PeoplePaid   int // for how many people
	PencePaid    int64
	CaseManagers int // who could walk with somebody, today
}

// Service counts.
type Service struct{ Book *ledger.Book } // of the care handle

// Count counts one month, as it stands today.
func (s *Service) Count(ctx context.Context, month string) (Month, error) {
	m := Month{Month: month}
	begin, err := time.Parse("2006-01", month)
	if err != nil {
		return m, fmt.Errorf("count %q: %w", month, err)
	}
	from, until := db.At(begin), db.At(begin.AddDate(0, 1, 0))
	err = s.Book.Look(ctx, func(tx *db.Tx) error {
		if err := handOffs(ctx, tx, &m, from, until); err != nil {
			return err
		}
		if err := tx.One(ctx, intakes, month).Scan(&m.Intakes); err != nil {
			return fmt.Errorf("intakes: %w", err)
		}
		if err := tx.One(ctx, closed, from, until).Scan(&m.ClosedAsked); err != nil {
			return fmt.Errorf("closed: %w", err)
		}
		if err := tx.One(ctx, states, until).Scan(&m.Active, &m.Quiet, &m.Beginning); err != nil {
			return fmt.Errorf("states: %w", err)
		}
		if err := tx.One(ctx, paid, from, until).Scan(&m.Payments, &m.PeoplePaid, &m.PencePaid); err != nil {
			return fmt.Errorf("fund: %w", err)
		}
		if err := tx.One(ctx, workers).Scan(&m.CaseManagers); err != nil {
			return fmt.Errorf("case managers: %w", err)
		}
		return nil
	})
	if err != nil {
		return m, fmt.Errorf("count %s: %w", month, err)
	}
	return m, nil
}

// handOffs counts the hand-offs made in a month by how soon somebody was met. The minutes are measured and never held against anybody (R12).
func handOffs(ctx context.Context, tx *db.Tx, m *Month, from, until string) error {
	type handOff struct {
		here      bool
		from, met time.Time
		promise   time.Duration
	}
	all, err := db.All(ctx, tx, func(row db.Row) (handOff, error) {
		var h handOff
		var meeting string
		var minutes int
		var made, met db.Time
		err := row.Scan(&meeting, &made, &met, &minutes)
		h.here, h.from, h.met, h.promise = meeting == "here_now", made.Time, met.Time, time.Duration(minutes)*time.Minute
		return h, err
	}, handOffsOf, from, until)
	if err != nil {
		return fmt.Errorf("hand-offs: %w", err)
	}
	for _, h := range all {
		switch {
		case !h.here:
			m.Others++
		case h.met.IsZero():
			m.NotMet++
		case h.met.Sub(h.from) <= h.promise:
			m.Within++
		default:
			m.Later++
		}
	}
	return nil
}

// Paid counts the people for whom the flexible fund paid in the months from one to another, and what it paid.
func (s *Service) Paid(ctx context.Context, from, until string) (people int, pence int64, err error) {
	begin, err := time.Parse("2006-01", from)
	if err != nil {
		return 0, 0, fmt.Errorf("count what was paid from %q: %w", from, err)
	}
	end, err := time.Parse("2006-01", until)
	if err != nil {
		return 0, 0, fmt.Errorf("count what was paid until %q: %w", until, err)
	}
	err = s.Book.Look(ctx, func(tx *db.Tx) error {
		var payments int
		return tx.One(ctx, paid, db.At(begin), db.At(end.AddDate(0, 1, 0))).Scan(&payments, &people, &pence)
	})
	return people, pence, err
}
