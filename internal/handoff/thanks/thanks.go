// Package thanks is what goes back to the police about everybody together: how
// many people were taken up, reached and still in touch, one calendar month at a
// time, in numbers that point at nobody (R34, R44). It imports lead, platform and suppress.
package thanks

import (
	"context"
	"errors"
	"fmt"
	"time"

	"waymark.example/internal/lead"
	"waymark.example/internal/platform/db"
	"waymark.example/internal/suppress"
)

// Month is one calendar month of the whole site, as it is shown. 0 is "fewer
// than ten": never a number.
type Month struct {
	Month       string // YYYY-MM
	TakenUp     int    // people the case team took up in it
	Reached     int    // of those, met or spoken to so far
	Earlier     int    // people taken up three months before
	InTouch     int    // of those, in touch in this month
	PublishedAt time.Time
}

// shown returns n as it may be shown, 0 where it may not.
func shown(n int) int {
	value, _ := suppress.Round(n)
	return value
}

// Shown returns true numbers as they may be shown. A part never shows where its
// whole does not, nor as more than it.
func Shown(exact Month) Month {
	out := exact
	out.TakenUp, out.Earlier = shown(exact.TakenUp), shown(exact.Earlier)
	out.Reached, out.InTouch = min(shown(exact.Reached), out.TakenUp), min(shown(exact.InTouch), out.Earlier)
	return out
}

// Publish is the care end: it keeps a month for the police to read, once. It
// reports whether it was the first to; a month that is there is never changed.
func Publish(ctx context.Context, tx *db.Tx, exact Month, at time.Time) (bool, error) {
	m := Shown(exact)
	n, err := tx.Exec(ctx, insertMonth, m.Month, m.TakenUp, m.Reached, m.Earlier, m.InTouch, db.At(at))
	if err != nil {
		return false, fmt.Errorf("publish %s: %w", m.Month, err)
	}
	return n > 0, nil
}

// Published reports whether a month is there already.
func Published(ctx context.Context, tx *db.Tx, month string) (bool, error) {
	var there string
	err := tx.One(ctx, oneMonth, month).Scan(&there)
	if errors.Is(err, lead.ErrNotFound) {
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("published %s: %w", month, err)
	}
	return true, nil
}

// Latest returns up to limit months, the latest first.
func Latest(ctx context.Context, tx *db.Tx, limit int) ([]Month, error) {
	out, err := db.All(ctx, tx, func(row db.Row) (Month, error) {
		var m Month
		var at db.Time
		err := row.Scan(&m.Month, &m.TakenUp, &m.Reached, &m.Earlier, &m.InTouch, &at)
		m.PublishedAt = at.Time
		return m, err
	}, latestMonths, limit)
	if err != nil {
		return nil, fmt.Errorf("months: %w", err)
	}
	return out, nil
}
