// Package judged is what the partnership may try a draft of the policy on:
// contacts of twelve whole months, counted by what a policy judges and by nothing
// about a person. Police publish the counts once a month, in tens; nobody across the
// bridge can ask for any other. It imports lead, platform/db and suppress.
package judged

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"waymark.example/internal/lead"
	"waymark.example/internal/platform/db"
	"waymark.example/internal/suppress"
)

// Group is contacts that a policy cannot tell apart.
type Group struct {
	Door     string
	Offences []string // codes, in order
	Criteria []string // likewise
	Contacts int
}

// Set is what is published of twelve whole months. It is never changed.
type Set struct {
	Until       string // YYYY-MM, the last month
	PublishedAt time.Time
	Groups      []Group
}

// From returns the first of the twelve months.
func (s Set) From() string { return From(s.Until) }

// From returns the first of the twelve months that end with until.
func From(until string) string {
	t, err := time.Parse("2006-01", until)
	if err != nil {
		return until
	}
	return t.AddDate(0, -11, 0).Format("2006-01")
}

// LastWhole returns the last month that is over at a moment.
func LastWhole(now time.Time) string {
	return time.Date(now.Year(), now.Month(), 1, 0, 0, 0, 0, time.UTC).AddDate(0, -1, 0).Format("2006-01")
}

// step is what groups are rounded to: coarser than package suppress asks for, since
// one month's set holds most of the months of the last.
const step = 10

// Shown returns exact groups as they may be published: those that package
// suppress hides left out, all others in tens, in an order that is that of their names. What is
// left out is told nowhere, not even in a total. Whatever is asked of the result
// later, it cannot tell more than the result itself (R44).
func Shown(exact []Group) []Group {
	var out []Group
	for _, g := range exact {
		value, shown := suppress.Round(g.Contacts)
		if !shown {
			continue
		}
		g.Contacts = value / step * step
		out = append(out, g)
	}
	slices.SortFunc(out, func(a, b Group) int { return strings.Compare(a.key(), b.key()) })
	return out
}

func (g Group) key() string {
	return g.Door + "|" + strings.Join(g.Offences, " ") + "|" + strings.Join(g.Criteria, " ")
}

// Publish is the police end: it keeps a set for the partnership to read, once. A
// set that is there is never changed, and false is returned.
func Publish(ctx context.Context, tx *db.Tx, until string, exact []Group, at time.Time) (bool, error) {
	n, err := tx.Exec(ctx, insertSet, until, db.At(at))
	if err != nil {
		return false, fmt.Errorf("publish judged: %w", err)
	}
	if n == 0 {
		return false, nil
	}
	for _, g := range Shown(exact) {
		if _, err := tx.Exec(ctx, insertGroup, until, g.Door, strings.Join(g.Offences, " "), strings.Join(g.Criteria, " "), g.Contacts); err != nil {
			return false, fmt.Errorf("publish judged: %w", err)
		}
	}
	return true, nil
}

// Published reports whether the set of a month is there.
func Published(ctx context.Context, tx *db.Tx, until string) (bool, error) {
	var at db.Time
	err := tx.One(ctx, setByMonth, until).Scan(&at)
	if errors.Is(err, lead.ErrNotFound) {
		return false, nil
	}
	return err == nil, err
}

// Read is the partnership's end: it returns a set.
func Read(ctx context.Context, tx *db.Tx, until string) (Set, error) {
	s := Set{Until: until}
	var at db.Time
	if err := tx.One(ctx, setByMonth, until).Scan(&at); err != nil {
		return s, fmt.Errorf("judged: %w", err)
	}
	s.PublishedAt = at.Time
	var err error
	s.Groups, err = db.All(ctx, tx, func(row db.Row) (Group, error) {
		var g Group
		var offences, criteria string
		err := row.Scan(&g.Door, &offences, &criteria, &g.Contacts)
		g.Offences, g.Criteria = strings.Fields(offences), strings.Fields(criteria)
		return g, err
	}, groupsOf, until)
	if err != nil {
		return s, fmt.Errorf("judged: %w", err)
	}
	return s, nil
}
