// Package ledger keeps the account of who did what. It owns the only way to
// change data or to read a person's data: the act and its entry commit together
// or not at all. The account is a transparency log: whoever kept a signed
// checkpoint of it can tell whether anything before was changed. It imports
// lead, platform/db and the log's library.
package ledger

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"waymark.example/internal/lead"
	"waymark.example/internal/platform/db"
)

// Verb is the kind of an act. The first six are those that section 62 of the
// Data Protection Act 2018 asks to be logged.
type Verb string

// The verbs.
const (
	Collected    Verb = "collected"
	Altered      Verb = "altered"
	Consulted    Verb = "consulted"
	Disclosed    Verb = "disclosed"
	Combined     Verb = "combined"
	Erased       Verb = "erased"
	Denied       Verb = "denied"
	SignedIn     Verb = "signed_in"
	Administered Verb = "administered"
)

// Verbs lists every verb.
func Verbs() []Verb {
	return []Verb{Collected, Altered, Consulted, Disclosed, Combined, Erased, Denied, SignedIn, Administered}
}

// Entry says who did what to whose record. It never holds personal data:
// Detail is coded words, such as an outcome or a count.
type Entry struct {
	Actor    lead.Actor
	Verb     Verb
	Act      string // such as "contact.decide"
	Subjects []string
	Detail   string
	Purpose  string // what for, an access.Purpose; empty is the usual one of the actor's side
}

// Book is the ledger as one handle writes it.
type Book struct {
	handle *db.Handle
	now    func() time.Time
}

// New returns the book of handle h; now tells the time of each entry.
func New(h *db.Handle, now func() time.Time) *Book { return &Book{h, now} }

// Now is the book's clock.
func (b *Book) Now() time.Time { return b.now() }

// Look reads facts about no one: policies, code lists, names of colleagues.
func (b *Book) Look(ctx context.Context, read func(*db.Tx) error) error {
	return b.handle.Look(ctx, read)
}

// Record runs act and appends e in the same transaction. act may complete e,
// with the subjects it met, before it returns. When act returns
// lead.ErrForbidden nothing is changed and the attempt is entered as denied.
func (b *Book) Record(ctx context.Context, e Entry, act func(*db.Tx, *Entry) error) error {
	return b.noteDenial(ctx, &e, b.handle.Transact(ctx, func(tx *db.Tx) error {
		if err := b.admit(e.Actor); err != nil {
			return err
		}
		if err := act(tx, &e); err != nil {
			return err
		}
		return b.append(ctx, tx, e)
	}))
}

// admit refuses an actor of another side, whatever a policy says: the care
// handle works for the care side, and so on. It is a fence of its own, so that
// a mistake in a policy does not open a database to somebody who is not of the
// side whose database it is. The product itself has no side and is let in;
// handles that are no side's, such as the one for signing in, let everybody in.
func (b *Book) admit(a lead.Actor) error {
	own := lead.Side(b.handle.Name)
	if a.Side == "" || a.Side == own || !slices.Contains(lead.Sides(), own) {
		return nil
	}
	return fmt.Errorf("an actor of %s on the handle of %s: %w", a.Side, own, lead.ErrForbidden)
}

// noteDenial enters a refused attempt, so that who tried is never lost.
func (b *Book) noteDenial(ctx context.Context, e *Entry, err error) error {
	if !errors.Is(err, lead.ErrForbidden) || e.Actor.ID == "" {
		return err
	}
	return errors.Join(err, b.Deny(ctx, *e))
}

// Deny enters that e was attempted and refused. Its detail is left out: nobody
// has checked yet that it is coded words and not what somebody typed.
func (b *Book) Deny(ctx context.Context, e Entry) error {
	e.Verb, e.Detail = Denied, ""
	return b.handle.Transact(ctx, func(tx *db.Tx) error { return b.append(ctx, tx, e) })
}

// Form is what makes a write safe to repeat: the key that the form carried and
// a hash of its answers.
type Form struct{ Key, Hash string }

// errRepeated ends a transaction whose form was committed by another request
// in the meantime.
var errRepeated = errors.New("form already received")

// Once is Record for a form that may arrive twice. The first time it runs act,
// keeps the result (a path to go to) and returns it; the same form again returns the kept
// result and changes nothing; the same key with other answers, or from another
// account, is lead.ErrReused.
func (b *Book) Once(ctx context.Context, f Form, e Entry, act func(*db.Tx, *Entry) (string, error)) (string, error) {
	if f.Key == "" {
		f.Key = lead.NewID("frm")
	}
	for {
		var result string
		err := b.handle.Transact(ctx, func(tx *db.Tx) error {
			var sealed string
			err := tx.One(ctx, receiptByName, f.name()).Scan(&sealed)
			if err == nil {
				was, err := f.open(sealed)
				if err != nil {
					return err
				}
				if was.by != e.Actor.ID || was.hash != f.Hash {
					return lead.ErrReused
				}
				result = was.result
				return nil
			}
			if !errors.Is(err, lead.ErrNotFound) {
				return fmt.Errorf("ledger: receipt: %w", err)
			}
			if err := b.admit(e.Actor); err != nil {
				return err
			}
			if result, err = act(tx, &e); err != nil {
				return err
			}
			if sealed, err = f.seal(receipt{e.Actor.ID, f.Hash, result}); err != nil {
				return err
			}
			n, err := tx.Exec(ctx, insertReceipt, f.name(), sealed, db.At(b.now()))
			if err != nil {
				return fmt.Errorf("ledger: receipt: %w", err)
			}
			if n == 0 {
				return errRepeated
			}
			return b.append(ctx, tx, e)
		})
		if errors.Is(err, errRepeated) {
			continue
		}
		return result, b.noteDenial(ctx, &e, err)
	}
}

// append adds e to the log. When the log cannot be written, the act is undone.
func (b *Book) append(ctx context.Context, tx *db.Tx, e Entry) error {
	// The update locks the head row, so appends queue up in both engines.
	var seq int64
	var text string
	if err := tx.One(ctx, advanceHead).Scan(&seq, &text); err != nil {
		return fmt.Errorf("ledger: advance: %w", err)
	}
	before, err := readPeaks(text, seq-1)
	if err != nil {
		return err
	}
	r, openings := newRow(seq, db.At(b.now()), e)
	after, own := before.add(seq-1, r.leaf())
	if _, err := tx.Exec(ctx, insertEntry, r.seq, r.at, r.actor, r.side, r.verb, r.act, r.purpose, r.origin, r.detail, r.nonce, r.whose, hashText(own)); err != nil {
		return fmt.Errorf("ledger: append: %w", err)
	}
	if err := addSubjects(ctx, tx, r.seq, openings); err != nil {
		return err
	}
	if _, err := tx.Exec(ctx, setHead, hashText(after)); err != nil {
		return fmt.Errorf("ledger: head: %w", err)
	}
	return nil
}

// addSubjects adds whom an entry is about, eight at a time while there are so many: a
// list of people would otherwise cost a way to the server and back for each of them.
func addSubjects(ctx context.Context, tx *db.Tx, seq int64, of []opening) error {
	for ; len(of) >= 8; of = of[8:] {
		args := []any{of[0].subject, seq, of[0].place, of[0].salt}
		for _, o := range of[1:8] {
			args = append(args, o.subject, o.place, o.salt)
		}
		if _, err := tx.Exec(ctx, insertEight, args...); err != nil {
			return fmt.Errorf("ledger: subjects: %w", err)
		}
	}
	for _, o := range of {
		if _, err := tx.Exec(ctx, insertSubject, o.subject, seq, o.place, o.salt); err != nil {
			return fmt.Errorf("ledger: subject: %w", err)
		}
	}
	return nil
}

const (
	advanceHead   db.Query = `UPDATE ledger_head SET seq = seq + 1 WHERE head_id = 1 RETURNING seq, peaks`
	setHead       db.Query = `UPDATE ledger_head SET peaks = $1 WHERE head_id = 1`
	insertEntry   db.Query = `INSERT INTO ledger_entry (seq, recorded_at, actor_id, actor_side, verb, act, purpose, origin, detail, nonce, commitments, hashes) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)`
	insertSubject db.Query = `INSERT INTO ledger_subject (subject_id, seq, place, salt) VALUES ($1, $2, $3, $4)`
	insertEight   db.Query = insertSubject + `, ($5, $2, $6, $7), ($8, $2, $9, $10), ($11, $2, $12, $13), ($14, $2, $15, $16), ($17, $2, $18, $19), ($20, $2, $21, $22), ($23, $2, $24, $25)`
	receiptByName db.Query = `SELECT result FROM ledger_receipt WHERE form_key = $1`
	insertReceipt db.Query = `INSERT INTO ledger_receipt (form_key, actor_id, content_hash, result, made_at) VALUES ($1, '', '', $2, $3) ON CONFLICT DO NOTHING`
)

// Keep writes bookkeeping that is nobody's record, such as when a session was
// last used or how often a sign-in failed. It leaves no entry.
func (b *Book) Keep(ctx context.Context, write func(*db.Tx) error) error {
	return b.handle.Transact(ctx, write)
}
