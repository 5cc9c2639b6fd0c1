// Package service is the directory of services that people can be referred to:
// facts about no person, in the published Open Referral UK model, read from a
// feed or written here, with who last made sure that they are right. It imports
// lead and platform.
package service

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"waymark.example/internal/lead"
	"waymark.example/internal/platform/access"
	"waymark.example/internal/platform/db"
	"waymark.example/internal/platform/ledger"
	"waymark.example/internal/platform/secret"
)

// Service keeps the directory.
type Service struct {
	Book   *ledger.Book // of the reference handle
	Access *access.Decider
	Zone   *time.Location // in which doors open and close
}

// Found is a service as it stands now.
type Found struct {
	Document
	Version    int64
	VerifiedAt time.Time
	VerifiedBy string
	Standing   Standing

	sortKey string
	kept    string // the text that is kept of it
}

// StaleDays is after how many days without anybody making sure an entry says so.
const StaleDays = 90

// Stale reports whether nobody has made sure for a while, at a moment.
func (f Found) Stale(now time.Time) bool {
	return f.VerifiedAt.IsZero() || now.Sub(f.VerifiedAt) > StaleDays*24*time.Hour
}

// Query is what somebody looks for. What is empty is not asked for.
type Query struct {
	Words     string
	Place     string
	Need      string // code of the list "need_domains"
	WalkIn    bool
	WomenOnly bool
	Dogs      bool
	OpenNow   bool
	After     string // where the page before ended
}

// Empty reports whether nothing is asked for.
func (q Query) Empty() bool {
	return strings.TrimSpace(q.Words+q.Place+q.Need) == "" && !q.WalkIn && !q.WomenOnly && !q.Dogs && !q.OpenNow
}

// batch is how many services are looked at together for who is open, and most
// how many in all: a district has a few hundred.
const (
	batch    = 200
	mostSeen = 5000
)

// Search returns up to limit services in order of name, and where the next page
// begins, "" when there is none. Services that are open now are picked from what
// the database found, because no column can say when a door opens.
func (s *Service) Search(ctx context.Context, actor lead.Actor, q Query, limit int) (out []Found, next string, err error) {
	if err := s.Access.Check(actor, "service.read", access.Screen{}); err != nil {
		return nil, "", err
	}
	now := s.Book.Now()
	words := secret.Words(short(q.Words, 200))
	like := func(i int) string {
		if i < len(words) {
			return "%" + words[i] + "%"
		}
		return "%"
	}
	place := "%" + secret.Fold(short(q.Place, 100)) + "%"
	err = s.Book.Look(ctx, func(tx *db.Tx) error {
		after := q.After
		for seen := 0; seen < mostSeen; seen += batch {
			rows, err := db.All(ctx, tx, s.scanFound(now), servicesFound, after, like(0), like(1), place, q.Need, q.WalkIn, q.WomenOnly, q.Dogs, batch)
			if err != nil {
				return fmt.Errorf("search services: %w", err)
			}
			for _, f := range rows {
				after = f.sortKey
				if q.OpenNow && !f.Standing.Open {
					continue
				}
				if len(out) == limit {
					next = out[limit-1].sortKey
					return nil
				}
				out = append(out, f)
			}
			if len(rows) < batch {
				return nil
			}
		}
		return nil
	})
	return out, next, err
}

func (s *Service) scanFound(now time.Time) func(db.Row) (Found, error) {
	return func(row db.Row) (Found, error) {
		var f Found
		var text string
		var at db.Time
		if err := row.Scan(&f.Version, &text, &at, &f.VerifiedBy, &f.sortKey); err != nil {
			return Found{}, err
		}
		return s.found(f, text, at.Time, now)
	}
}

func (s *Service) found(f Found, text string, verified, now time.Time) (Found, error) {
	d, err := Parse([]byte(text))
	if err != nil {
		return Found{}, fmt.Errorf("kept service: %w", err)
	}
	f.kept = text
	f.Document, f.VerifiedAt, f.Standing = d, verified, d.Standing(now, s.Zone)
	return f, nil
}

// Version is one line of an entry's history.
type Version struct {
	Version int64
	Act     string
	Source  string
	By      string
	At      time.Time
}

// Words says what was done.
func (v Version) Words() string {
	switch v.Act {
	case "imported":
		return "Came from " + v.Source
	case "added":
		return "Added"
	}
	return "Changed"
}

// Read returns one service with its history, newest first.
func (s *Service) Read(ctx context.Context, actor lead.Actor, id string) (Found, []Version, error) {
	if err := s.Access.Check(actor, "service.read", access.Screen{}); err != nil {
		return Found{}, nil, err
	}
	var f Found
	var history []Version
	err := s.Book.Look(ctx, func(tx *db.Tx) error {
		var err error
		if f, err = s.one(ctx, tx, id); err != nil {
			return err
		}
		history, err = db.All(ctx, tx, func(row db.Row) (Version, error) {
			var v Version
			var at db.Time
			err := row.Scan(&v.Version, &v.Act, &v.Source, &v.By, &at)
			v.At = at.Time
			return v, err
		}, versionsOf, id)
		return err
	})
	return f, history, err
}

func (s *Service) one(ctx context.Context, tx *db.Tx, id string) (Found, error) {
	var f Found
	var text string
	var at db.Time
	if err := tx.One(ctx, serviceByID, id).Scan(&f.Version, &text, &at, &f.VerifiedBy); err != nil {
		return Found{}, err
	}
	return s.found(f, text, at.Time, s.Book.Now())
}

// Named returns a service inside another side's own transaction: any handle may
// read the directory. One that has ended is lead.ErrNotFound.
func Named(ctx context.Context, tx *db.Tx, id string) (Document, error) {
	var text string
	if err := tx.One(ctx, documentNow, id).Scan(&text); err != nil {
		return Document{}, err
	}
	d, err := Parse([]byte(text))
	if err == nil && !d.Listed() {
		err = lead.ErrNotFound
	}
	return d, err
}

// ToVerify returns how many services nobody has made sure of for a while.
func (s *Service) ToVerify(ctx context.Context, actor lead.Actor) (int, error) {
	if err := s.Access.Check(actor, "service.read", access.Screen{}); err != nil {
		return 0, err
	}
	var n int
	err := s.Book.Look(ctx, func(tx *db.Tx) error {
		return tx.One(ctx, oldestChecked, db.At(s.Book.Now().AddDate(0, 0, -StaleDays))).Scan(&n)
	})
	return n, err
}

// Verify records that actor made sure today that what stood on the screen is
// right. When it was changed meanwhile, it is lead.ErrConflict: nobody vouches
// for what they have not seen.
func (s *Service) Verify(ctx context.Context, actor lead.Actor, form ledger.Form, id string, version int64) error {
	if err := s.Access.Check(actor, "service.verify", access.Screen{}); err != nil {
		return err
	}
	entry := ledger.Entry{Actor: actor, Verb: ledger.Administered, Act: "service.verify", Detail: detail(id)}
	_, err := s.Book.Once(ctx, form, entry, func(tx *db.Tx, _ *ledger.Entry) (string, error) {
		if _, err := s.one(ctx, tx, id); err != nil {
			return "", err
		}
		at := db.At(s.Book.Now())
		n, err := tx.Exec(ctx, checked, actor.ID, at, id, version)
		if err != nil {
			return "", fmt.Errorf("verify service: %w", err)
		}
		if n == 0 {
			return "", lead.ErrConflict
		}
		_, err = tx.Exec(ctx, insertCheck, lead.NewID("svk"), id, version, actor.ID, at)
		return id, err
	})
	return err
}

// detail keeps what names a service to letters of an id: an address can be typed.
func detail(id string) string {
	return strings.Map(func(r rune) rune {
		if r == '-' || r >= '0' && r <= '9' || r >= 'a' && r <= 'f' {
			return r
		}
		return -1
	}, short(id, 36))
}

// Add writes a new service and returns its id.
func (s *Service) Add(ctx context.Context, actor lead.Actor, form ledger.Form, e Edit) (string, error) {
	if err := s.Access.Check(actor, "service.keep", access.Screen{}); err != nil {
		return "", err
	}
	if err := e.Check(); err != nil {
		return "", err
	}
	d, err := e.document(Document{})
	if err != nil {
		return "", fmt.Errorf("add service: %w", err)
	}
	entry := ledger.Entry{Actor: actor, Verb: ledger.Administered, Act: "service.add", Detail: detail(d.ID)}
	return s.Book.Once(ctx, form, entry, func(tx *db.Tx, _ *ledger.Entry) (string, error) {
		return d.ID, s.keep(ctx, tx, d, 0, "added", "", actor.ID)
	})
}

// Change writes a new version of a service. from is the version that was on the
// screen.
func (s *Service) Change(ctx context.Context, actor lead.Actor, form ledger.Form, id string, from int64, e Edit) error {
	if err := s.Access.Check(actor, "service.keep", access.Screen{}); err != nil {
		return err
	}
	if err := e.Check(); err != nil {
		return err
	}
	entry := ledger.Entry{Actor: actor, Verb: ledger.Administered, Act: "service.change", Detail: detail(id)}
	_, err := s.Book.Once(ctx, form, entry, func(tx *db.Tx, _ *ledger.Entry) (string, error) {
		was, err := s.one(ctx, tx, id)
		if err != nil {
			return "", err
		}
		if was.Version != from {
			return "", lead.ErrConflict
		}
		d, err := e.document(was.Document)
		if err != nil {
			return "", fmt.Errorf("change service: %w", err)
		}
		return id, s.keep(ctx, tx, d, from, "changed", "", actor.ID)
	})
	return err
}

// keep writes the version after from and what lists are searched by.
func (s *Service) keep(ctx context.Context, tx *db.Tx, d Document, from int64, act, source, by string) error {
	at := db.At(s.Book.Now())
	text := d.JSON()
	if len(text) > most {
		return fmt.Errorf("keep service: it is larger than %d KiB", most>>10)
	}
	n, err := tx.Exec(ctx, insertVersion, d.ID, from+1, act, source, by, at)
	if err != nil {
		return fmt.Errorf("keep service: %w", err)
	}
	if n == 0 {
		return lead.ErrConflict
	}
	if _, err := tx.Exec(ctx, insertDocument, d.ID, from+1, text); err != nil {
		return fmt.Errorf("keep service: %w", err)
	}
	if d.Is(Withheld) {
		if _, err := tx.Exec(ctx, deleteDocuments, d.ID, from+1); err != nil {
			return fmt.Errorf("keep service: %w", err)
		}
	}
	if from == 0 {
		n, err = tx.Exec(ctx, insertNow, d.ID, 1, d.Name, d.sort(), d.words(), d.place(), d.Listed(), d.Is(WalkIn), d.Is(WomenOnly), d.Is(Dogs), d.Is(Withheld))
	} else {
		n, err = tx.Exec(ctx, updateNow, from+1, d.Name, d.sort(), d.words(), d.place(), d.Listed(), d.Is(WalkIn), d.Is(WomenOnly), d.Is(Dogs), d.Is(Withheld), d.ID, from)
	}
	if err != nil {
		return fmt.Errorf("keep service: %w", err)
	}
	if n == 0 {
		return lead.ErrConflict
	}
	if _, err := tx.Exec(ctx, deleteNeeds, d.ID); err != nil {
		return fmt.Errorf("keep service: %w", err)
	}
	domains, _ := d.Needs()
	for _, domain := range domains {
		if _, err := tx.Exec(ctx, insertNeed, d.ID, domain); err != nil {
			return fmt.Errorf("keep service: %w", err)
		}
	}
	return nil
}

// Taken says what became of a feed.
type Taken struct {
	Added, Changed, Same int
	Problems             []string // services that were not taken, and why
}

// Import takes services in from a feed called source, each in its own
// transaction. What was said of a service here (which need it is for, that its
// address is secret) outlives the feed; the rest of the feed's word replaces
// what stood. The same feed again changes nothing.
func (s *Service) Import(ctx context.Context, source string, services []Document) (Taken, error) {
	var t Taken
	slices.SortStableFunc(services, byName)
	for _, d := range services {
		act, err := s.take(ctx, source, d)
		switch {
		case errors.Is(err, errSame):
			t.Same++
		case err != nil:
			return t, fmt.Errorf("import service %s: %w", d.ID, err)
		case act == "added":
			t.Added++
		default:
			t.Changed++
		}
	}
	return t, nil
}

// errSame ends a transaction that has nothing to write.
var errSame = errors.New("it says the same")

func (s *Service) take(ctx context.Context, source string, d Document) (act string, err error) {
	entry := ledger.Entry{Actor: lead.System(), Verb: ledger.Administered, Act: "service.import", Detail: detail(d.ID)}
	err = s.Book.Record(ctx, entry, func(tx *db.Tx, _ *ledger.Entry) error {
		was, err := s.one(ctx, tx, d.ID)
		if errors.Is(err, lead.ErrNotFound) {
			act = "added"
			return s.keep(ctx, tx, d, 0, "imported", source, lead.System().ID)
		}
		if err != nil {
			return err
		}
		if kept := ownOf(was.whole); len(kept) > 0 {
			if d, err = fromWhole(withOwn(d.whole, kept)); err != nil {
				return err
			}
		}
		if d.JSON() == was.JSON() && (was.kept == was.JSON() || !d.Is(Withheld)) { // what was kept before a secret place was kept so is written anew
			return errSame
		}
		act = "changed"
		return s.keep(ctx, tx, d, was.Version, "imported", source, lead.System().ID)
	})
	return act, err
}
