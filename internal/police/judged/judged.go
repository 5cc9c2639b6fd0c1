// Package judged counts the contacts of twelve whole months by what a policy
// judges, for the partnership to try a draft on. It imports lead, platform and the
// bridge.
package judged

import (
	"context"
	"fmt"
	"slices"
	"strings"

	published "waymark.example/internal/handoff/judged"
	"waymark.example/internal/lead"
	"waymark.example/internal/platform/access"
	"waymark.example/internal/platform/db"
	"waymark.example/internal/platform/ledger"
)

// Service carries out the use case.
type Service struct {
	Book   *ledger.Book // of the police handle
	Access *access.Decider
}

// Publish publishes the counts of the twelve months that end with the last whole
// one, if that has not been done, and returns that month.
func (s *Service) Publish(ctx context.Context) (string, error) {
	system := lead.System()
	if err := s.Access.Check(system, "judged.publish", access.Screen{}); err != nil {
		return "", err
	}
	until := published.LastWhole(s.Book.Now().UTC())
	var there bool
	err := s.Book.Look(ctx, func(tx *db.Tx) error {
		var err error
		there, err = published.Published(ctx, tx, until)
		return err
	})
	if err != nil || there {
		return until, err
	}
	entry := ledger.Entry{Actor: system, Verb: ledger.Combined, Act: "judged.publish", Detail: "until " + until}
	err = s.Book.Record(ctx, entry, func(tx *db.Tx, _ *ledger.Entry) error {
		exact, err := groups(ctx, tx, published.From(until), until)
		if err != nil {
			return err
		}
		_, err = published.Publish(ctx, tx, until, exact, s.Book.Now())
		return err
	})
	if err != nil {
		return "", fmt.Errorf("publish what the policy judged: %w", err)
	}
	return until, nil
}

// offencePrefix marks the exclusion that comes with an excluded offence: the
// offence itself is counted.
const offencePrefix = "offence:"

// child stands for a criterion that somebody ticked by its reason alone.
const child = "under_18"

// groups counts the contacts between two months, both included.
func groups(ctx context.Context, tx *db.Tx, from, until string) ([]published.Group, error) {
	type contact struct {
		id, door           string
		child              bool
		offences, criteria []string
	}
	var order []*contact
	byID := map[string]*contact{}
	rows, err := db.All(ctx, tx, func(row db.Row) (contact, error) {
		var c contact
		return c, row.Scan(&c.id, &c.door, &c.child)
	}, contactsOf, from, until+"~") // "~" sorts after every day of the month
	if err != nil {
		return nil, fmt.Errorf("contacts judged: %w", err)
	}
	for _, c := range rows {
		if c.child {
			c.criteria = []string{child}
		}
		order, byID[c.id] = append(order, &c), &c
	}
	type fact struct{ id, code string }
	each := func(q db.Query, add func(*contact, string)) error {
		facts, err := db.All(ctx, tx, func(row db.Row) (fact, error) {
			var f fact
			return f, row.Scan(&f.id, &f.code)
		}, q, from, until+"~")
		for _, f := range facts {
			if c := byID[f.id]; c != nil {
				add(c, f.code)
			}
		}
		return err
	}
	if err := each(offencesJudged, func(c *contact, code string) { c.offences = append(c.offences, code) }); err != nil {
		return nil, fmt.Errorf("offences judged: %w", err)
	}
	err = each(criteriaJudged, func(c *contact, code string) {
		if !strings.HasPrefix(code, offencePrefix) && !slices.Contains(c.criteria, code) {
			c.criteria = append(c.criteria, code)
		}
	})
	if err != nil {
		return nil, fmt.Errorf("criteria judged: %w", err)
	}
	counted := map[string]*published.Group{}
	for _, c := range order {
		slices.Sort(c.offences)
		slices.Sort(c.criteria)
		key := c.door + "|" + strings.Join(c.offences, " ") + "|" + strings.Join(c.criteria, " ")
		if counted[key] == nil {
			counted[key] = &published.Group{Door: c.door, Offences: c.offences, Criteria: c.criteria}
		}
		counted[key].Contacts++
	}
	var out []published.Group
	for _, g := range counted {
		out = append(out, *g)
	}
	return out, nil
}
