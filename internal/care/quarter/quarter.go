// Package quarter counts, for everybody together, what a look at fidelity asks of
// the case team's work. What leaves it are numbers: no id, no name, no word. It
// imports lead and platform.
package quarter

import (
	"context"
	"fmt"
	"time"

	"waymark.example/internal/lead"
	"waymark.example/internal/platform/access"
	"waymark.example/internal/platform/db"
	"waymark.example/internal/platform/ledger"
)

// Part is how many of a whole.
type Part struct{ Of, Are int }

// Counts are what a quarter of work came to.
type Counts struct {
	Caseloads     []int          // people on each, the longest first, now
	HandOffs      Part           // of those met, within the promise
	Doors         map[string]int // hand-offs by door
	InPerson      Part           // of contacts that came about
	Acute         Part           // of people whose acute need was met, before intake was done
	Plans         Part           // of people whose intake was done, with a plan they agreed to
	Back          Part           // of people who ever asked to close, with somebody again
	ClosedUnasked int            // none: the table refuses it
}

// Service counts.
type Service struct {
	Book *ledger.Book // of the care handle
}

// Count counts from a day until another, which is not counted, with how long a
// hand-off is promised to take.
func (s *Service) Count(ctx context.Context, from, until time.Time, promise time.Duration) (Counts, error) {
	c := Counts{Doors: map[string]int{}}
	a, z := db.At(from), db.At(until)
	entry := ledger.Entry{Actor: lead.System(), Verb: ledger.Consulted, Act: "fidelity.read", Detail: from.Format(time.DateOnly), Purpose: string(access.Governance)}
	err := s.Book.Record(ctx, entry, func(tx *db.Tx, _ *ledger.Entry) error {
		var err error
		if c.Caseloads, err = db.All(ctx, tx, func(r db.Row) (int, error) { var n int; return n, r.Scan(&n) }, caseloads); err != nil {
			return fmt.Errorf("caseloads: %w", err)
		}
		if err := handOffTimes(ctx, tx, a, z, promise, &c.HandOffs); err != nil {
			return err
		}
		_, err = db.All(ctx, tx, func(r db.Row) (string, error) {
			var door string
			var n int
			err := r.Scan(&door, &n)
			c.Doors[door] = n
			return door, err
		}, doors, a, z)
		if err != nil {
			return fmt.Errorf("doors: %w", err)
		}
		for _, p := range []struct {
			q    db.Query
			args []any
			into *Part
		}{{contacts, []any{a, z}, &c.InPerson}, {acute, []any{a, z}, &c.Acute}, {plans, []any{db.Day(from), db.Day(until)}, &c.Plans}, {closed, nil, &c.Back}} {
			if err := tx.One(ctx, p.q, p.args...).Scan(&p.into.Of, &p.into.Are); err != nil {
				return fmt.Errorf("count: %w", err)
			}
		}
		return tx.One(ctx, closedUnasked).Scan(&c.ClosedUnasked)
	})
	if err != nil {
		return Counts{}, fmt.Errorf("quarter: %w", err)
	}
	return c, nil
}

func handOffTimes(ctx context.Context, tx *db.Tx, from, until string, promise time.Duration, into *Part) error {
	_, err := db.All(ctx, tx, func(r db.Row) (struct{}, error) {
		var made, met db.Time
		if err := r.Scan(&made, &met); err != nil || met.Time.IsZero() {
			return struct{}{}, err
		}
		into.Of++
		if met.Time.Sub(made.Time) <= promise {
			into.Are++
		}
		return struct{}{}, nil
	}, handOffs, from, until)
	if err != nil {
		return fmt.Errorf("hand-offs: %w", err)
	}
	return nil
}
