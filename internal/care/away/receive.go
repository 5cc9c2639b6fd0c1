package away

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"time"

	"waymark.example/internal/care/internal/note"
	"waymark.example/internal/care/participant"
	"waymark.example/internal/lead"
	"waymark.example/internal/platform/access"
	"waymark.example/internal/platform/db"
	"waymark.example/internal/platform/ledger"
	"waymark.example/internal/platform/secret"
)

// Why says why a contact could not be added as it came.
type Why string

// The reasons.
const (
	NotYours     Why = "not_yours"     // somebody else walks with the person by now
	Ended        Why = "ended"         // their case has ended meanwhile
	ToMend       Why = "to_mend"       // an answer breaks a rule
	OtherAnswers Why = "other_answers" // the same item came before, with other answers
)

// The ways a delivery ends. Whichever it is, the phone may let it go.
const (
	Recorded = "recorded"
	Kept     = "held" // for whoever may see the case to look at
	Gone     = "gone" // the person is erased: nothing can be kept about them
)

// Receipt is what the phone is told.
type Receipt struct {
	State string
	Why   Why
}

// ErrOther says that somebody else's session brings what another worker logged:
// it stays on the phone until they are there.
var ErrOther = errors.New("logged by another worker")

// ErrFull says that so much of one phone waits already. It stays there, sealed.
var ErrFull = errors.New("too many contacts wait to be looked at")

// mostHeld is how much of one phone may wait to be looked at.
const mostHeld = 40

// Reader reads the answers of the form, as they were at a moment.
type Reader func(answers url.Values, at time.Time) note.Note

// skewed is from how far on a phone's clock is put right by ours.
const skewed = 2 * time.Minute

// Receive takes in one contact that was logged without signal. The same item
// with the same answers gives the same receipt however often it comes. A note is
// added and nothing overwritten; what cannot be added as it came is kept for
// somebody to look at.
func (s *Service) Receive(ctx context.Context, actor lead.Actor, del secret.Delivery, read Reader) (Receipt, error) {
	if err := s.People.Access.Check(actor, "case.note", access.Screen{}); err != nil {
		return Receipt{}, err
	}
	text, err := s.Slot.Open(ctx, del.Item, del.Sealed)
	if err != nil {
		return Receipt{}, fmt.Errorf("receive: %w", err)
	}
	answers, err := url.ParseQuery(text)
	if err != nil {
		return Receipt{}, fmt.Errorf("receive: %w: not a form", secret.ErrSealed)
	}
	if del.Item.User != actor.ID {
		return Receipt{}, ErrOther
	}
	answers.Del("pad")
	del.MadeAt, del.SentAt = within(del.MadeAt), within(del.SentAt)
	person, hash := answers.Get("person"), digest(answers.Encode())
	got, err := s.once(ctx, actor, ledger.Form{Key: del.Item.ID, Hash: hash}, del, person, answers, read)
	if errors.Is(err, lead.ErrReused) { // the same item, with other answers
		key := digest("waymark away", del.Item.ID, hash)
		return s.once(ctx, actor, ledger.Form{Key: key, Hash: key}, del, person, answers, nil)
	}
	return got, err
}

// once adds the contact, or keeps it to be looked at; without read it is kept,
// whatever it says.
func (s *Service) once(ctx context.Context, actor lead.Actor, form ledger.Form, del secret.Delivery, person string, answers url.Values, read Reader) (Receipt, error) {
	entry := ledger.Entry{Actor: actor, Verb: ledger.Collected, Act: "note.add", Detail: "without signal"}
	result, err := s.People.Book.Once(ctx, form, entry, func(tx *db.Tx, e *ledger.Entry) (string, error) {
		var took int
		if err := tx.One(ctx, tookAlong, actor.ID, person).Scan(&took); err != nil {
			return "", fmt.Errorf("receive: %w", err)
		}
		if took == 0 {
			return "", lead.ErrForbidden
		}
		e.Subjects = []string{person}
		n, err := s.People.LockWhole(ctx, tx, person) // merged meanwhile: it is added to the record that goes on (R58)
		if err != nil {
			return "", err
		}
		if n.State == participant.Erased {
			e.Detail = Gone
			return Gone, nil
		}
		why, err := s.add(ctx, tx, actor, n, del, answers, read)
		if err != nil || why == "" {
			return Recorded, err
		}
		e.Act, e.Detail = "away.hold", string(why)
		return Kept + " " + string(why), s.hold(ctx, tx, actor, n, del, answers, why)
	})
	state, why, _ := strings.Cut(result, " ")
	return Receipt{state, Why(why)}, err
}

// add adds the contact to the person's notes and returns "", or why not.
func (s *Service) add(ctx context.Context, tx *db.Tx, actor lead.Actor, n participant.Now, del secret.Delivery, answers url.Values, read Reader) (Why, error) {
	switch {
	case s.People.Access.Check(actor, "case.note", n.Resource()) != nil:
		return NotYours, nil
	case read == nil:
		return OtherAnswers, nil
	case !n.State.Open():
		return Ended, nil
	}
	what, err := s.note(ctx, tx, n, del, answers, read)
	if err != nil {
		return "", err
	}
	err = s.People.Within(ctx, tx, n, func(n *participant.Now) error {
		id, err := s.Notes.AddWithin(ctx, tx, actor, n, what)
		if err != nil {
			return err
		}
		_, err = tx.Exec(ctx, insertArrival, id, db.At(del.MadeAt), db.At(del.SentAt), db.At(s.People.Book.Now()))
		return err
	})
	if _, invalid := errors.AsType[lead.Invalid](err); invalid { // it is found before anything is written
		return ToMend, nil
	}
	return "", err
}

// note is what the answers say, with the phone's clock put right by ours, and
// without a promise that somebody has seen to meanwhile.
func (s *Service) note(ctx context.Context, tx *db.Tx, n participant.Now, del secret.Delivery, answers url.Values, read Reader) (note.Note, error) {
	now := s.People.Book.Now()
	ahead := max(del.SentAt.Sub(now), del.MadeAt.Sub(now)).Round(time.Second)
	made := del.MadeAt
	if ahead.Abs() > skewed {
		made = made.Add(-ahead)
	}
	if made.After(now) {
		made = now
	}
	what := read(answers, made)
	if answers.Get("at") != "" && ahead.Abs() > skewed && !what.At.IsZero() {
		what.At = what.At.Add(-ahead)
	}
	if what.Keeps != "" {
		open, err := participant.OpenPromises(ctx, tx, n)
		if err != nil {
			return note.Note{}, err
		}
		if !slices.ContainsFunc(open, func(p participant.Promise) bool { return p.ID == what.Keeps }) {
			what.Keeps = ""
		}
	}
	return what, nil
}

// within keeps a phone's idea of the time among the years that can be written.
func within(t time.Time) time.Time {
	if y := t.Year(); y < 2000 || y > 2200 {
		return time.Unix(0, 0).UTC()
	}
	return t
}

func digest(parts ...string) string {
	sum := sha256.Sum256([]byte(strings.Join(parts, "\n")))
	return hex.EncodeToString(sum[:])
}

// hold keeps a contact for somebody to look at, sealed under the person's key.
func (s *Service) hold(ctx context.Context, tx *db.Tx, actor lead.Actor, n participant.Now, del secret.Delivery, answers url.Values, why Why) error {
	var wait int
	if err := tx.One(ctx, countHeld, actor.ID).Scan(&wait); err != nil {
		return fmt.Errorf("hold: %w", err)
	}
	if wait >= mostHeld {
		return ErrFull
	}
	_, err := tx.Exec(ctx, insertHeld, lead.NewID("hld"), n.ID, actor.ID, why, n.Seal("care_away_held.answers", answers.Encode()), db.At(del.MadeAt), db.At(del.SentAt), db.At(s.People.Book.Now()))
	if err != nil {
		return fmt.Errorf("hold: %w", err)
	}
	return nil
}

// Held is a contact that waits to be looked at.
type Held struct {
	ID, PersonID     string
	Person           string // the name
	WorkerID, Worker string // whose phone it came from
	Why              Why
	MadeAt, SentAt   time.Time // by the phone's clock
	ReceivedAt       time.Time
}

// Waiting lists what waits to be looked at about the actor's people; for a
// supervisor, about the team's. Oldest first.
func (s *Service) Waiting(ctx context.Context, actor lead.Actor) ([]Held, error) {
	var out []Held
	entry := ledger.Entry{Actor: actor, Verb: ledger.Consulted, Act: "away.waiting"}
	err := s.People.Book.Record(ctx, entry, func(tx *db.Tx, e *ledger.Entry) error {
		if err := s.People.Access.Check(actor, "case.note", access.Screen{}); err != nil {
			return err
		}
		var err error
		if out, err = db.All(ctx, tx, scanHeld, heldOf, actor.ID, actor.Has(lead.Supervisor), actor.Team); err != nil {
			return fmt.Errorf("waiting: %w", err)
		}
		for i, h := range out {
			n, err := s.People.Find(ctx, tx, h.PersonID)
			if err != nil {
				return err
			}
			if out[i].Person = n.Name; n.Into != "" { // one person, one name
				whole, err := s.People.Find(ctx, tx, n.Into)
				if err != nil {
					return err
				}
				out[i].Person = whole.Name
			}
			e.Subjects = append(e.Subjects, h.PersonID)
		}
		return nil
	})
	return out, err
}

// OpenHeld returns what waits and its answers.
func (s *Service) OpenHeld(ctx context.Context, actor lead.Actor, person, heldID string) (Held, url.Values, error) {
	var h Held
	var answers url.Values
	act := participant.Act{Action: "case.note", Name: "away.held"}
	err := s.People.Read(ctx, actor, act, person, func(tx *db.Tx, n participant.Now) error {
		var err error
		if h, err = scanHeld(tx.One(ctx, heldByID, heldID, n.ID)); err != nil {
			return err
		}
		h.Person = n.Name
		var kept string
		if err := tx.One(ctx, heldAnswers, heldID).Scan(&kept); err != nil {
			return err
		}
		if err := n.Open(map[string]*string{"care_away_held.answers": &kept}); err != nil {
			return err
		}
		answers, err = url.ParseQuery(kept)
		return err
	})
	return h, answers, err
}

// Settle adds what waited to the notes, as somebody has now looked at it.
func (s *Service) Settle(ctx context.Context, actor lead.Actor, form ledger.Form, person, heldID string, what note.Note) error {
	act := participant.Act{Action: "case.note", Name: "note.add", Verb: ledger.Collected}
	_, err := s.People.Write(ctx, actor, form, act, person, func(tx *db.Tx, n *participant.Now) (string, error) {
		h, err := heldAmong(ctx, tx, *n, heldID)
		if err != nil {
			return "", err
		}
		id, err := s.Notes.AddWithin(ctx, tx, actor, n, what)
		if err != nil {
			return "", err
		}
		if _, err := tx.Exec(ctx, insertArrival, id, db.At(h.MadeAt), db.At(h.SentAt), db.At(h.ReceivedAt)); err != nil {
			return "", fmt.Errorf("settle: %w", err)
		}
		return id, s.settled(ctx, tx, actor, h.ID, id, "")
	})
	return err
}

// heldAmong returns what waits about any record of the person.
func heldAmong(ctx context.Context, tx *db.Tx, n participant.Now, heldID string) (Held, error) {
	for _, of := range n.Records() {
		h, err := scanHeld(tx.One(ctx, heldByID, heldID, of.ID))
		if !errors.Is(err, lead.ErrNotFound) {
			return h, err
		}
	}
	return Held{}, lead.ErrNotFound
}

// SetAside ends what waited without adding it, with why.
func (s *Service) SetAside(ctx context.Context, actor lead.Actor, form ledger.Form, person, heldID, why string) error {
	act := participant.Act{Action: "case.note", Name: "away.set_aside", Verb: ledger.Altered}
	_, err := s.People.Write(ctx, actor, form, act, person, func(tx *db.Tx, n *participant.Now) (string, error) {
		h, err := scanHeld(tx.One(ctx, heldByID, heldID, n.ID))
		if err != nil {
			return "", err
		}
		bad := lead.Invalid{}
		if strings.TrimSpace(why) == "" {
			bad["why"] = "Say in a few words why it need not be added"
		}
		bad.TooLong("why", why, 500)
		if err := bad.OrNil(); err != nil {
			return "", err
		}
		return h.ID, s.settled(ctx, tx, actor, h.ID, nil, n.Seal("care_away_settled.words", why))
	})
	return err
}

func (s *Service) settled(ctx context.Context, tx *db.Tx, actor lead.Actor, heldID string, noteID any, words string) error {
	added, err := tx.Exec(ctx, insertSettled, heldID, noteID, words, actor.ID, db.At(s.People.Book.Now()))
	if err != nil {
		return fmt.Errorf("settle: %w", err)
	}
	if added == 0 { // somebody looked at it first
		return lead.ErrConflict
	}
	return nil
}
