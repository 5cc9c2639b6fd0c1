// Package outcome takes in what became of people, under pseudonyms only: files of the five tables that an evaluation reads, checked row by row; and it
// freezes them into extracts, which nothing changes afterwards. It holds no key and no name (R45). It imports lead, platform and evidence.
package outcome

import (
	"context"
	"errors"
	"fmt"
	"time"

	"waymark.example/internal/lead"
	"waymark.example/internal/platform/access"
	"waymark.example/internal/platform/db"
	"waymark.example/internal/platform/ledger"
)

// Kind is one of the five tables.
type Kind string

// The tables.
const (
	People   Kind = "people"
	Contacts Kind = "contacts"
	Outcomes Kind = "outcomes"
	Supports Kind = "support"
	Months   Kind = "months"
)

// Kinds lists the tables in the order in which they are imported: people first.
func Kinds() []Kind { return []Kind{People, Contacts, Outcomes, Supports, Months} }

// Replaced reports whether a later file stands in the place of the ones before: who is not in it any more took back that they are studied.
func (k Kind) Replaced() bool { return k == Supports || k == Months }

// Service carries out the use cases.
type Service struct {
	Book   *ledger.Book // of the evidence handle
	Access *access.Decider
}

// Import is one file that was taken in, in numbers.
type Import struct {
	ID               string
	Kind             Kind
	KeyID            string
	Rows             int
	Taken            int // rows that were not there before
	Changed          int // rows that said something else before
	Already          int
	Wrong            int
	From, Until      string // first and last day that its rows are about
	BegunAt, EndedAt time.Time
}

// Open reports whether the file was cut off and not gone on with.
func (i Import) Open() bool { return i.EndedAt.IsZero() }

// Told is a row that was not taken, and why.
type Told struct {
	Row         int64
	Column, Why string
}

// Here is what there is of one run: what was imported under one key.
type Here struct {
	KeyID  string
	Tables []TableHere
	Open   bool // an import was cut off
}

// TableHere is what there is of one table.
type TableHere struct {
	Kind        Kind
	Rows        int // of which the newest version counts; of support and months, those of the latest whole file
	Changed     int
	Wrong       int
	From, Until string
	Imports     int
}

// People reports how many people there are.
func (h Here) People() int { return h.Tables[0].Rows }

func (s *Service) may(ctx context.Context, actor lead.Actor, action access.Action) error {
	if err := s.Access.Check(actor, action, access.Screen{}); err != nil {
		return errors.Join(err, s.Book.Deny(ctx, ledger.Entry{Actor: actor, Act: string(action)}))
	}
	return nil
}

// Imports returns up to limit imports before one, the latest first; before "" begins.
func (s *Service) Imports(ctx context.Context, actor lead.Actor, before string, limit int) ([]Import, error) {
	if before == "" {
		before = "~"
	}
	return looked(ctx, s, actor, func(tx *db.Tx) ([]Import, error) { return db.All(ctx, tx, scanImport, imports, before, limit) })
}

// One returns an import with the rows that were not taken.
func (s *Service) One(ctx context.Context, actor lead.Actor, importID string) (Import, []Told, error) {
	var told []Told
	i, err := looked(ctx, s, actor, func(tx *db.Tx) (Import, error) {
		i, err := scanImport(tx.One(ctx, oneImport, importID))
		if err != nil {
			return i, err
		}
		told, err = db.All(ctx, tx, func(row db.Row) (Told, error) {
			var t Told
			return t, row.Scan(&t.Row, &t.Column, &t.Why)
		}, wrongOf, importID, 200)
		return i, err
	})
	return i, told, err
}

// Runs lists what there is of each run, the latest first.
func (s *Service) Runs(ctx context.Context, actor lead.Actor) ([]Here, error) {
	return looked(ctx, s, actor, func(tx *db.Tx) ([]Here, error) {
		keys, err := db.All(ctx, tx, func(row db.Row) (string, error) {
			var key string
			return key, row.Scan(&key)
		}, runs)
		var out []Here
		for _, key := range keys {
			if err == nil {
				var h Here
				h, err = hereOf(ctx, tx, key)
				out = append(out, h)
			}
		}
		return out, err
	})
}

// hereOf adds up what the imports of a run brought: the rows themselves are not read.
func hereOf(ctx context.Context, tx *db.Tx, keyID string) (Here, error) {
	h := Here{KeyID: keyID}
	all, err := db.All(ctx, tx, scanImport, importsOf, keyID)
	if err != nil {
		return h, fmt.Errorf("imports of a run: %w", err)
	}
	for _, kind := range Kinds() {
		t, counted := TableHere{Kind: kind}, false
		for _, i := range all {
			if i.Kind != kind {
				continue
			}
			t.Imports++
			switch {
			case !kind.Replaced():
				t.Rows += i.Taken
			case !counted && !i.Open():
				t.Rows, counted = i.Taken+i.Changed+i.Already, true
			}
			t.Changed, t.Wrong = t.Changed+i.Changed, t.Wrong+i.Wrong
			if i.From != "" && (t.From == "" || i.From < t.From) {
				t.From = i.From
			}
			t.Until = max(t.Until, i.Until)
			h.Open = h.Open || i.Open()
		}
		h.Tables = append(h.Tables, t)
	}
	return h, nil
}

// looked reads as the actor, who may, with an entry in the log.
func looked[T any](ctx context.Context, s *Service, actor lead.Actor, read func(*db.Tx) (T, error)) (T, error) {
	var out T
	entry := ledger.Entry{Actor: actor, Verb: ledger.Consulted, Act: "evidence.read", Purpose: string(access.Evaluation)}
	err := s.Book.Record(ctx, entry, func(tx *db.Tx, _ *ledger.Entry) error {
		if err := s.Access.Check(actor, "evidence.read", access.Screen{}); err != nil {
			return err
		}
		var err error
		out, err = read(tx)
		return err
	})
	if err != nil {
		return out, fmt.Errorf("read evidence: %w", err)
	}
	return out, nil
}
