// Package scrutiny draws contacts by lot that could have gone to LEAD and did not, for the panel that looks at decisions (P21). What leaves says what was decided
// and why: no person, no officer, no team, no place, no day, no words that anybody wrote. It imports police, reference, suppress and platform.
package scrutiny

import (
	"cmp"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"slices"
	"time"

	"waymark.example/internal/lead"
	"waymark.example/internal/platform/access"
	"waymark.example/internal/platform/db"
	"waymark.example/internal/platform/ledger"
	"waymark.example/internal/reference/policy"
	"waymark.example/internal/suppress"
)

// Fewest is how many such contacts there must be in the months before a sample is drawn: of fewer, somebody might be known again.
const Fewest = 20

// Item is one contact of a sample.
type Item struct {
	Door, Outcome   string // codes
	Asked           bool
	Reason, Offence string // in words; "" where fewer than ten contacts of these months share it
}

// fewestAlike is how many contacts share everything that stands of one of them.
const fewestAlike = 5

// kinds are what an item shares with others: how it happened and was decided, that with the reason, that with the offence, and with both.
func (i Item) kinds() [4]Item {
	base := Item{Door: i.Door, Outcome: i.Outcome, Asked: i.Asked}
	reason, offence := base, base
	reason.Reason, offence.Offence = i.Reason, i.Offence
	return [4]Item{base, reason, offence, i}
}

// careful knows how many contacts of the months share what.
type careful struct {
	alike             [4]map[Item]int // by Item.kinds
	reasons, offences map[string]int
}

func newCareful(all []Item) careful {
	c := careful{[4]map[Item]int{{}, {}, {}, {}}, map[string]int{}, map[string]int{}}
	for _, i := range all {
		c.reasons[i.Reason]++
		c.offences[i.Offence]++
		for k, kind := range i.kinds() {
			c.alike[k][kind]++
		}
	}
	return c
}

// drawn reports whether an item may be in a sample: what hardly anybody shares would be recognised by itself.
func (c careful) drawn(i Item) bool { return c.alike[0][i.kinds()[0]] >= fewestAlike }

// told is what of an item may stand.
func (c careful) told(i Item) Item {
	kinds := i.kinds()
	out := i
	if c.reasons[i.Reason] < suppress.Threshold || c.alike[1][kinds[1]] < fewestAlike {
		out.Reason = ""
	}
	whole := 3
	if out.Reason == "" {
		whole = 2
	}
	if c.offences[i.Offence] < suppress.Threshold || c.alike[whole][kinds[whole]] < fewestAlike {
		out.Offence = ""
	}
	return out
}

// Sample is what was drawn.
type Sample struct {
	Of    int // contacts that could have been drawn
	Items []Item
}

// Service draws.
type Service struct {
	Book   *ledger.Book // of the police handle
	Access *access.Decider
}

// moments are the first of the months from one to another, in UTC as they are counted, and the first after them.
func moments(from, until string) (first, end string, err error) {
	a, err := time.Parse("2006-01", from)
	b, err2 := time.Parse("2006-01", until)
	if err := errors.Join(err, err2); err != nil {
		return "", "", fmt.Errorf("draw a sample: %w", err)
	}
	return db.At(a), db.At(b.AddDate(0, 1, 0)), nil
}

// Draw draws up to size contacts of the months from one to another, at most half of them. The lot is the hash of the months, the number of the pack and the
// contact, of which nobody chooses any: drawn again, it is the same. It draws nothing where there are fewer than Fewest.
//
// Whoever asked is on another side, and may; here the program draws, and the entry says for which account.
func (s *Service) Draw(ctx context.Context, asked lead.Actor, from, until string, pack int64, size int) (Sample, error) {
	var out Sample
	first, end, err := moments(from, until)
	if err != nil {
		return out, err
	}
	system := lead.System()
	entry := ledger.Entry{Actor: system, Verb: ledger.Disclosed, Act: "scrutiny.draw", Detail: fmt.Sprintf("pack %d: %s to %s, for %s", pack, from, until, asked.ID), Purpose: string(access.Governance)}
	err = s.Book.Record(ctx, entry, func(tx *db.Tx, e *ledger.Entry) error {
		if err := s.Access.Check(system, "scrutiny.draw", access.Screen{}); err != nil {
			return err
		}
		type contact struct {
			id      string
			item    Item
			version int64
			code    string
		}
		all, err := db.All(ctx, tx, func(row db.Row) (contact, error) {
			var c contact
			var offer string
			err := row.Scan(&c.id, &c.item.Door, &c.item.Outcome, &c.item.Reason, &offer, &c.version, &c.code)
			c.item.Asked = offer == "made"
			return c, err
		}, notDiverted, first, end)
		if err != nil {
			return err
		}
		out.Of = len(all)
		if len(all) < Fewest {
			return nil
		}
		var policies policy.Cache
		var items []Item
		for i := range all {
			c := &all[i]
			in, err := policies.Version(ctx, tx, c.version)
			if err != nil {
				return err
			}
			if r, ok := in.Reason(c.item.Outcome, c.item.Reason); ok {
				c.item.Reason = r.Words
			}
			if o, ok := in.Offence(c.code); ok {
				c.item.Offence = o.Group
			}
			items = append(items, c.item)
		}
		careful := newCareful(items)
		all = slices.DeleteFunc(all, func(c contact) bool { return !careful.drawn(c.item) })
		lot := func(c contact) string {
			sum := sha256.Sum256(fmt.Appendf(nil, "%s %s %d %s", from, until, pack, c.id))
			return string(sum[:])
		}
		slices.SortFunc(all, func(a, b contact) int { return cmp.Compare(lot(a), lot(b)) })
		for _, c := range all[:min(size, len(all)/2)] {
			out.Items = append(out.Items, careful.told(c.item))
			e.Subjects = append(e.Subjects, c.id)
		}
		return nil
	})
	if err != nil {
		return Sample{}, fmt.Errorf("draw a sample: %w", err)
	}
	return out, nil
}
