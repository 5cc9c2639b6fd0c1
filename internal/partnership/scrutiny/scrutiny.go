// Package scrutiny keeps the packs with which a panel looks at decisions that did not lead to LEAD (P21): drawn by lot, without a person or an officer, each month
// in one pack only, each copy with its number. It imports lead, platform and suppress.
package scrutiny

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"time"

	"waymark.example/internal/lead"
	"waymark.example/internal/platform/access"
	"waymark.example/internal/platform/db"
	"waymark.example/internal/platform/ledger"
	"waymark.example/internal/suppress"
)

// Item is one contact as the panel reads it.
type Item struct {
	Door    string `json:"door"`
	Outcome string `json:"outcome"`
	Asked   bool   `json:"asked"`
	Reason  string `json:"reason"`  // "" where too few share it
	Offence string `json:"offence"` // group; "" likewise
}

// Pack is one sample. Of is how many contacts it was drawn from, to the nearest five.
type Pack struct {
	Number      int64     `json:"-"`
	From, Until string    `json:"-"`
	At          time.Time `json:"-"`
	Of          int       `json:"of"`
	Items       []Item    `json:"items"`
}

// Copy is a numbered copy.
type Copy struct {
	Pack   Pack
	Number int64
	At     time.Time
}

// Service carries out the use cases. Draw asks the police side for a sample; First is the month of the first contact.
type Service struct {
	Book   *ledger.Book // of the partnership handle
	Access *access.Decider
	First  func(ctx context.Context) (string, error)
	Draw   func(ctx context.Context, actor lead.Actor, from, until string, pack int64, size int) (of int, items []Item, err error)
}

// Open is the months that the next pack is about: those that ended and are in none yet; "" and "" where there are none.
func (s *Service) Open(ctx context.Context, actor lead.Actor) (from, until string, err error) {
	if err := s.Access.Check(actor, "scrutiny.draw", access.Screen{}); err != nil {
		return "", "", err
	}
	err = s.Book.Look(ctx, func(tx *db.Tx) error {
		_, from, until, err = s.next(ctx, tx)
		return err
	})
	return from, until, err
}

func (s *Service) next(ctx context.Context, tx *db.Tx) (number int64, from, until string, err error) {
	var last string
	if err := tx.One(ctx, latestPack).Scan(&number, &last); err != nil {
		return 0, "", "", err
	}
	now := s.Book.Now().UTC()
	until = time.Date(now.Year(), now.Month(), 1, 0, 0, 0, 0, time.UTC).AddDate(0, -1, 0).Format("2006-01")
	if last == "" {
		from, err = s.First(ctx)
	} else {
		var at time.Time
		at, err = time.Parse("2006-01", last)
		from = at.AddDate(0, 1, 0).Format("2006-01")
	}
	if err != nil || from == "" || from > until {
		return number + 1, "", "", err
	}
	return number + 1, from, until, nil
}

// Sizes are how many contacts a pack can have at the most.
func Sizes() []int { return []int{10, 20, 30} }

// Make draws the next pack. The police side draws, through its own handle and with its own entry, before the pack is kept.
func (s *Service) Make(ctx context.Context, actor lead.Actor, form ledger.Form, size int) error {
	if err := s.Access.Check(actor, "scrutiny.draw", access.Screen{}); err != nil {
		return err
	}
	if !slices.Contains(Sizes(), size) {
		return lead.Invalid{"size": "Choose how many contacts the pack is to have"}
	}
	var number int64
	var from, until string
	err := s.Book.Look(ctx, func(tx *db.Tx) error {
		var err error
		number, from, until, err = s.next(ctx, tx)
		return err
	})
	if err != nil {
		return fmt.Errorf("next pack: %w", err)
	}
	if from == "" {
		return lead.Invalid{"size": "Every month that ended is in a pack already"}
	}
	of, items, err := s.Draw(ctx, actor, from, until, number, size)
	if err != nil {
		return err
	}
	if len(items) == 0 {
		return lead.Invalid{"size": "There are too few such contacts in these months. Wait until another month has ended"}
	}
	p := Pack{Items: items}
	p.Of, _ = suppress.Round(of)
	shown, err := json.Marshal(p)
	if err != nil {
		return fmt.Errorf("keep pack: %w", err)
	}
	entry := ledger.Entry{Actor: actor, Verb: ledger.Disclosed, Act: "scrutiny.draw", Detail: fmt.Sprintf("pack %d: %s to %s", number, from, until), Purpose: string(access.Governance)}
	_, err = s.Book.Once(ctx, form, entry, func(tx *db.Tx, _ *ledger.Entry) (string, error) {
		n, err := tx.Exec(ctx, insertPack, number, from, until, string(shown), actor.ID, db.At(s.Book.Now()))
		if err != nil {
			return "", fmt.Errorf("keep pack: %w", err)
		}
		if n == 0 { // somebody drew meanwhile
			return "", lead.ErrConflict
		}
		return strconv.FormatInt(number, 10), nil
	})
	return err
}

// Packs lists the packs, the latest first.
func (s *Service) Packs(ctx context.Context, actor lead.Actor) ([]Pack, error) {
	var out []Pack
	entry := ledger.Entry{Actor: actor, Verb: ledger.Consulted, Act: "scrutiny.read"}
	err := s.Book.Record(ctx, entry, func(tx *db.Tx, _ *ledger.Entry) error {
		if err := s.Access.Check(actor, "scrutiny.read", access.Screen{}); err != nil {
			return err
		}
		var err error
		out, err = db.All(ctx, tx, scanPack, packs)
		return err
	})
	return out, err
}

// Take makes the next numbered copy of a pack, for whoever asks, and returns its number.
func (s *Service) Take(ctx context.Context, actor lead.Actor, form ledger.Form, number int64) (int64, error) {
	var got int64
	entry := ledger.Entry{Actor: actor, Verb: ledger.Disclosed, Act: "scrutiny.read", Detail: fmt.Sprintf("copy of pack %d", number), Purpose: string(access.Governance)}
	said, err := s.Book.Once(ctx, form, entry, func(tx *db.Tx, e *ledger.Entry) (string, error) {
		if err := s.Access.Check(actor, "scrutiny.read", access.Screen{}); err != nil {
			return "", err
		}
		if _, err := scanPack(tx.One(ctx, onePack, number)); err != nil {
			return "", err
		}
		if _, err := tx.Exec(ctx, insertCopy, number, actor.ID, db.At(s.Book.Now()), number); err != nil {
			return "", fmt.Errorf("number a copy: %w", err)
		}
		if err := tx.One(ctx, lastCopy, number, actor.ID).Scan(&got); err != nil {
			return "", err
		}
		e.Detail = fmt.Sprintf("pack %d, copy %d", number, got)
		return strconv.FormatInt(got, 10), nil
	})
	if err != nil {
		return 0, err
	}
	return strconv.ParseInt(said, 10, 64)
}

// Read is one's own numbered copy.
func (s *Service) Read(ctx context.Context, actor lead.Actor, number, copyNo int64) (Copy, error) {
	var out Copy
	entry := ledger.Entry{Actor: actor, Verb: ledger.Consulted, Act: "scrutiny.read", Detail: fmt.Sprintf("pack %d, copy %d", number, copyNo)}
	err := s.Book.Record(ctx, entry, func(tx *db.Tx, _ *ledger.Entry) error {
		if err := s.Access.Check(actor, "scrutiny.read", access.Screen{}); err != nil {
			return err
		}
		var at db.Time
		if err := tx.One(ctx, ownCopy, number, copyNo, actor.ID).Scan(&at); err != nil {
			return err
		}
		var err error
		out.Pack, err = scanPack(tx.One(ctx, onePack, number))
		out.Number, out.At = copyNo, at.Time
		return err
	})
	return out, err
}

func scanPack(row db.Row) (Pack, error) {
	var p Pack
	var text string
	var at db.Time
	if err := row.Scan(&p.Number, &p.From, &p.Until, &text, &at); err != nil {
		return p, err
	}
	p.At = at.Time
	if err := json.Unmarshal([]byte(text), &p); err != nil {
		return p, fmt.Errorf("pack %d: %w", p.Number, err)
	}
	return p, nil
}
