package participant

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"waymark.example/internal/lead"
	"waymark.example/internal/platform/db"
	"waymark.example/internal/platform/ledger"
)

// PromiseKind is what somebody is promised.
type PromiseKind string

// The kinds.
const (
	Said    PromiseKind = "said" // said to them: "I ring you Thursday at ten"
	NextTry PromiseKind = "try"  // where and when we look for them next
)

// Promise is something that is to happen on a day. It is kept, moved or let go,
// and never failed.
type Promise struct {
	ID     string
	Kind   PromiseKind
	Words  string
	On     string    // YYYY-MM-DD where the team works; "" promises nothing
	At     time.Time // zero for any time that day
	NoteID string    // the contact it was said at, or ""
	Of     string    // the record it stands in
}

// beInTouch stands for what was promised when nobody wrote it down.
const beInTouch = "Be in touch"

// Check notes in bad what is wrong with a promise, under the names its form
// uses: words and on.
func (p Promise) Check(bad lead.Invalid, words, on, today string) {
	bad.TooLong(words, p.Words, 200)
	if p.On == "" {
		if strings.TrimSpace(p.Words) != "" {
			bad[on] = "Choose the day, so that it comes back on Today"
		}
		return
	}
	switch _, err := time.Parse(time.DateOnly, p.On); {
	case err != nil:
		bad[on] = "Enter the day"
	case p.On < today:
		bad[on] = "This day has passed: choose today or later"
	}
}

// Promise keeps what was promised next, within the caller's own act, and ends
// whatever stood for the next try: there is one next try at a time.
func (s *Service) Promise(ctx context.Context, tx *db.Tx, actor lead.Actor, n *Now, p Promise) error {
	if p.On == "" || !n.State.Open() && n.State != Merged {
		return nil
	}
	if strings.TrimSpace(p.Words) == "" {
		p.Words = beInTouch
	}
	if p.Kind == NextTry {
		if err := s.endTries(ctx, tx, actor, *n, "moved", p.NoteID, ""); err != nil {
			return err
		}
	}
	_, err := tx.Exec(ctx, insertPromise, lead.NewID("prm"), n.ID, p.Kind, n.Seal("care_promise.words", strings.TrimSpace(p.Words)), p.On, db.At(p.At), orNull(p.NoteID), actor.ID, db.At(s.Book.Now()))
	if err != nil {
		return fmt.Errorf("promise: %w", err)
	}
	return s.Next(ctx, tx, n)
}

// Tried ends what stood for the next try: all of it once they were reached, and
// what was due by now when they were not.
func (s *Service) Tried(ctx context.Context, tx *db.Tx, actor lead.Actor, n *Now, reached bool, noteID string) error {
	until := s.LocalDay()
	if reached {
		until = ""
	}
	if err := s.endTries(ctx, tx, actor, *n, "kept", noteID, until); err != nil {
		return err
	}
	return s.Next(ctx, tx, n)
}

// endTries ends what stood for the next try up to the day until, "" for all.
func (s *Service) endTries(ctx context.Context, tx *db.Tx, actor lead.Actor, n Now, how, noteID, until string) error {
	open, err := OpenPromises(ctx, tx, n)
	if err != nil {
		return err
	}
	for _, p := range open {
		if p.Kind != NextTry || (until != "" && p.On > until) {
			continue
		}
		if err := s.endPromise(ctx, tx, actor, n, p.ID, how, "", noteID); err != nil {
			return err
		}
	}
	return nil
}

// KeepPromise says, within the caller's own act, that a contact kept a promise.
func (s *Service) KeepPromise(ctx context.Context, tx *db.Tx, actor lead.Actor, n *Now, promiseID, noteID string) error {
	if err := stands(ctx, tx, *n, promiseID); err != nil {
		return err
	}
	if err := s.endPromise(ctx, tx, actor, *n, promiseID, "kept", "", noteID); err != nil {
		return err
	}
	return s.Next(ctx, tx, n)
}

// stands returns nil when a promise of n is open, ErrNotFound when n was never
// promised it, and ErrConflict when somebody saw to it meanwhile.
func stands(ctx context.Context, tx *db.Tx, n Now, promiseID string) error {
	open, err := OpenPromises(ctx, tx, n)
	if err != nil {
		return err
	}
	if slices.ContainsFunc(open, func(p Promise) bool { return p.ID == promiseID }) {
		return nil
	}
	if _, err := n.promise(ctx, tx, promiseID); err != nil {
		return err
	}
	return lead.ErrConflict
}

func (s *Service) endPromise(ctx context.Context, tx *db.Tx, actor lead.Actor, n Now, promiseID, how, words, noteID string) error {
	_, err := tx.Exec(ctx, insertPromiseEnd, lead.NewID("end"), promiseID, how, n.Seal("care_promise_end.words", words), orNull(noteID), actor.ID, db.At(s.Book.Now()))
	if err != nil {
		return fmt.Errorf("end of a promise: %w", err)
	}
	return nil
}

func orNull(id string) any {
	if id == "" {
		return nil
	}
	return id
}

// Next brings what stands beside a name in line with the promises that are
// open: the one due first.
func (s *Service) Next(ctx context.Context, tx *db.Tx, n *Now) error {
	n.NextWords, n.NextAt = "", time.Time{}
	open, err := OpenPromises(ctx, tx, *n)
	if err != nil || len(open) == 0 {
		return err
	}
	n.NextWords, n.NextAt = open[0].Words, open[0].At
	return nil
}

// OpenPromises returns what somebody was promised and nobody has seen to yet,
// the one due first at the front.
func OpenPromises(ctx context.Context, tx *db.Tx, n Now) ([]Promise, error) {
	out, err := db.All(ctx, tx, scanPromiseOf(n), openPromises, n.ID)
	if err != nil {
		return nil, fmt.Errorf("promises: %w", err)
	}
	return out, nil
}

func (n Now) promise(ctx context.Context, tx *db.Tx, promiseID string) (Promise, error) {
	return scanPromiseOf(n)(tx.One(ctx, promiseByID, n.ID, promiseID))
}

func scanPromiseOf(n Now) func(db.Row) (Promise, error) {
	return func(row db.Row) (Promise, error) {
		p, err := scanPromise(row)
		if err != nil {
			return Promise{}, err
		}
		p.Of = n.ID
		return p, n.Open(map[string]*string{"care_promise.words": &p.Words})
	}
}

func scanPromise(row db.Row) (Promise, error) {
	var p Promise
	var at db.Time
	var noteID *string
	err := row.Scan(&p.ID, &p.Kind, &p.Words, &p.On, &at, &noteID)
	p.At = at.Time
	if noteID != nil {
		p.NoteID = *noteID
	}
	return p, err
}

// PromiseOf returns one promise that still stands.
func (s *Service) PromiseOf(ctx context.Context, actor lead.Actor, participantID, promiseID string) (Now, Promise, error) {
	var now Now
	var p Promise
	err := s.Read(ctx, actor, Act{Action: "case.read", Name: "promise.read"}, participantID, func(tx *db.Tx, n Now) error {
		now = n
		if err := stands(ctx, tx, n, promiseID); err != nil {
			return err
		}
		var err error
		p, err = n.promise(ctx, tx, promiseID)
		return err
	})
	return now, p, err
}

// Settling is what becomes of a promise without a contact.
type Settling struct {
	How   string // kept, moved or let_go
	Words string
	On    string // the new day, when moved
	At    time.Time
}

// Settlings lists what can become of a promise, with words.
func Settlings() [][2]string {
	return [][2]string{{"moved", "Another day"}, {"kept", "It is done"}, {"let_go", "Let it go"}}
}

// SettlePromise says what became of a promise. Moved, it stands for another day.
func (s *Service) SettlePromise(ctx context.Context, actor lead.Actor, form ledger.Form, participantID, promiseID string, to Settling) error {
	_, err := s.Write(ctx, actor, form, Act{"case.note", "promise.settle", ledger.Altered}, participantID, func(tx *db.Tx, n *Now) (string, error) {
		if err := stands(ctx, tx, *n, promiseID); err != nil {
			return "", err
		}
		p, err := n.promise(ctx, tx, promiseID)
		if err != nil {
			return "", err
		}
		bad := lead.Invalid{}
		if !slices.ContainsFunc(Settlings(), func(w [2]string) bool { return w[0] == to.How }) {
			bad["how"] = "Choose what becomes of it"
		}
		bad.TooLong("words", to.Words, 200)
		p.On, p.At, p.NoteID = to.On, to.At, ""
		if to.How == "moved" {
			if p.Check(bad, "words", "on", s.LocalDay()); p.On == "" {
				bad["on"] = "Choose the new day"
			}
		}
		if err := bad.OrNil(); err != nil {
			return "", err
		}
		if err := s.endPromise(ctx, tx, actor, *n, promiseID, to.How, to.Words, ""); err != nil {
			return "", err
		}
		if to.How == "moved" {
			return promiseID, s.Promise(ctx, tx, actor, n, p)
		}
		return promiseID, s.Next(ctx, tx, n)
	})
	return err
}

// Unreach works out again when somebody last met or spoke with them, after a
// contact was taken back.
func (s *Service) Unreach(ctx context.Context, tx *db.Tx, n *Now) error {
	var at db.Time
	if err := tx.One(ctx, reachedOf, n.ID).Scan(&at); err != nil {
		return fmt.Errorf("last reached: %w", err)
	}
	n.ReachedAt = at.Time
	return s.Next(ctx, tx, n)
}
