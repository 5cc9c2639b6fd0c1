package contact

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"time"

	"waymark.example/internal/lead"
	"waymark.example/internal/platform/access"
	"waymark.example/internal/platform/db"
	"waymark.example/internal/platform/ledger"
	"waymark.example/internal/platform/secret"
)

// Why says why something delivered could not be recorded as it stands.
type Why string

// The reasons.
const (
	OtherAnswers Why = "other_answers" // the same item came before, with other answers
	OtherOfficer Why = "other_officer" // delivered through somebody else's session
	ToMend       Why = "to_mend"       // an answer breaks a rule
	OldPolicy    Why = "old_policy"    // the form showed a policy that was replaced long before
)

// Receipt is what the phone is told: that it was recorded, and as what, or that
// it is kept for its officer to look at. Either way the phone may let it go. It is
// empty where somebody else's session brings what its officer has recorded.
type Receipt struct {
	ContactID, Reference string
	HeldID               string
	Why                  Why
}

// Reader reads the answers of a form.
type Reader func(url.Values) (Door, Decision)

// Receive takes in a delivery. The same item with the same answers gives the
// same receipt however often it comes.
func (s *Service) Receive(ctx context.Context, actor lead.Actor, del secret.Delivery, read Reader) (Receipt, error) {
	if err := s.mayRecord(ctx, actor, "contact.record"); err != nil {
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
	del.MadeAt, del.SentAt = within(del.MadeAt), within(del.SentAt)
	form := ledger.Form{Key: del.Item.ID, Hash: digest(answers.Encode())}
	if was, again, err := s.before(ctx, actor, del, form.Hash); err != nil || again {
		return was, err
	}
	if del.Item.User != actor.ID {
		return s.hold(ctx, actor, del, form.Hash, OtherOfficer)
	}
	door, d := read(answers)
	s.arrive(&d, del)
	c, err := s.decide(ctx, actor, form, door, d)
	bad, invalid := errors.AsType[lead.Invalid](err)
	switch {
	case errors.Is(err, lead.ErrReused):
		return s.hold(ctx, actor, del, form.Hash, OtherAnswers)
	case invalid && bad["policy_version"] != "":
		return s.hold(ctx, actor, del, form.Hash, OldPolicy)
	case invalid:
		return s.hold(ctx, actor, del, form.Hash, ToMend)
	case err != nil:
		return Receipt{}, err
	}
	return Receipt{ContactID: c.ID, Reference: c.Reference}, nil
}

// before returns what became of the same item with the same answers, where it
// came before through whichever session. A shared phone sends again whenever an
// answer was lost, and by then somebody else may be signed in, or what was wrong
// with it be right: it is still one record, or one thing to look at.
func (s *Service) before(ctx context.Context, actor lead.Actor, del secret.Delivery, content string) (was Receipt, again bool, err error) {
	err = s.Book.Look(ctx, func(tx *db.Tx) error {
		var officer string
		err := tx.One(ctx, heldBefore, digest("waymark item", del.Item.ID), digest(del.Item.ID, content)).Scan(&was.HeldID, &was.Why, &officer, &was.ContactID, &was.Reference)
		switch {
		case err == nil && was.ContactID != "" && officer == actor.ID:
			was.HeldID, was.Why, again = "", "", true
			return nil
		case err == nil:
			was.ContactID, was.Reference, again = "", "", true
			return nil
		case !errors.Is(err, lead.ErrNotFound):
			return err
		}
		if del.Item.User == actor.ID { // the receipt of the form says what became of it
			return nil
		}
		by, hash, err := ledger.Received(ctx, tx, del.Item.ID)
		if errors.Is(err, lead.ErrNotFound) {
			return nil
		}
		again = err == nil && by == del.Item.User && hash == content
		return err
	})
	if err != nil {
		return Receipt{}, false, fmt.Errorf("delivered before: %w", err)
	}
	return was, again, nil
}

// within keeps a phone's idea of the time among the years that can be written.
func within(t time.Time) time.Time {
	if y := t.Year(); y < 2000 || y > 2200 {
		return time.Unix(0, 0).UTC()
	}
	return t
}

// arrive notes both clocks in d, and puts when it happened, which the phone
// wrote by its own, right by ours where the two are apart.
func (s *Service) arrive(d *Decision, del secret.Delivery) {
	now := s.Book.Now()
	a := Arrival{MadeAt: del.MadeAt, SentAt: del.SentAt, ReceivedAt: now, AheadBy: aheadBy(del.MadeAt, del.SentAt, now)}
	if a.Skewed() && !d.HappenedAt.IsZero() {
		d.HappenedAt = d.HappenedAt.Add(-a.AheadBy)
	}
	d.Arrival = &a
}

// aheadBy is how far a phone's clock ran ahead of ours. If it was put right
// between making and sending, the making still cannot lie after now.
func aheadBy(made, sent, now time.Time) time.Duration {
	return max(sent.Sub(now), made.Sub(now)).Round(time.Second)
}

func digest(parts ...string) string {
	sum := sha256.Sum256([]byte(strings.Join(parts, "\n")))
	return hex.EncodeToString(sum[:])
}

// MostHeld is how many deliveries of one account may wait in a team: many a shift's
// worth, and too few to bury what anybody else's phone brought.
const MostHeld = 40

// ErrFull says that so many deliveries of one account wait already. The phone
// keeps the item, sealed, and tries again.
var ErrFull = errors.New("too many deliveries wait to be looked at")

// hold keeps a delivery for its officer to look at.
func (s *Service) hold(ctx context.Context, actor lead.Actor, del secret.Delivery, content string, why Why) (Receipt, error) {
	h := Held{ID: lead.NewID("hld"), Why: why, OfficerID: del.Item.User, DeliveredBy: actor.ID, Team: actor.Team, MadeAt: del.MadeAt, SentAt: del.SentAt, ReceivedAt: s.Book.Now()}
	if h.OfficerID == "" { // nobody was signed in when it was made: whoever brings it says whose it is
		h.OfficerID = actor.ID
	}
	// The item's id is the key under which receipts are sealed, so only hashes of it are kept in the open.
	key := digest("waymark held", del.Item.ID, content)
	entry := ledger.Entry{Actor: actor, Verb: ledger.Collected, Act: "contact.hold", Subjects: []string{h.ID}, Detail: string(why)}
	id, err := s.Book.Once(ctx, ledger.Form{Key: key, Hash: key}, entry, func(tx *db.Tx, _ *ledger.Entry) (string, error) {
		if h.OfficerID != actor.ID {
			err := tx.One(ctx, teamOf, h.OfficerID, actor.Organisation).Scan(&h.Team)
			if errors.Is(err, lead.ErrNotFound) { // no such officer in this force: it stays with who brought it
				h.OfficerID, err = actor.ID, nil
			}
			if err != nil {
				return "", fmt.Errorf("hold: %w", err)
			}
		}
		var wait int
		if err := tx.One(ctx, countHeldFrom, h.Team, actor.ID).Scan(&wait); err != nil {
			return "", fmt.Errorf("hold: %w", err)
		}
		if wait >= MostHeld {
			return "", ErrFull
		}
		if _, err := tx.Exec(ctx, insertHeld, h.ID, digest("waymark item", del.Item.ID), digest(del.Item.ID, content), h.Why, h.OfficerID, h.DeliveredBy, h.Team,
			db.At(h.MadeAt), db.At(h.SentAt), db.At(h.ReceivedAt)); err != nil {
			return "", fmt.Errorf("hold: %w", err)
		}
		if _, err := tx.Exec(ctx, insertHeldAnswers, h.ID, del.Item.ID, del.Item.KeyID, del.Item.User, del.Sealed); err != nil {
			return "", fmt.Errorf("hold: %w", err)
		}
		return h.ID, nil
	})
	return Receipt{HeldID: id, Why: why}, err
}

// Held is something that a phone delivered and that waits for its officer.
type Held struct {
	ID             string
	Why            Why
	OfficerID      string
	OfficerName    string
	DeliveredBy    string
	Team           string
	MadeAt, SentAt time.Time // by the phone's clock
	ReceivedAt     time.Time
}

// Waiting lists what waits for the actor to look at; for a sergeant with team,
// what waits for anybody of theirs. Oldest first.
func (s *Service) Waiting(ctx context.Context, actor lead.Actor, team bool) ([]Held, error) {
	var out []Held
	action, q, of := access.Action("contact.list"), heldOfOfficer, actor.ID
	if team {
		action, q, of = "contact.team", heldOfTeam, actor.Team
	}
	entry := ledger.Entry{Actor: actor, Verb: ledger.Consulted, Act: "contact.held"}
	err := s.Book.Record(ctx, entry, func(tx *db.Tx, e *ledger.Entry) error {
		if err := s.Access.Check(actor, action, access.Screen{}); err != nil {
			return err
		}
		var err error
		out, err = db.All(ctx, tx, scanHeld, q, of, 200)
		for _, h := range out {
			e.Subjects = append(e.Subjects, h.ID)
		}
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("waiting: %w", err)
	}
	return out, nil
}

// CountWaiting is how many Waiting would list.
func (s *Service) CountWaiting(ctx context.Context, actor lead.Actor, team bool) (int, error) {
	q, of := countHeldOfOfficer, actor.ID
	if team {
		q, of = countHeldOfTeam, actor.Team
	}
	var n int
	err := s.Book.Look(ctx, func(tx *db.Tx) error { return tx.One(ctx, q, of).Scan(&n) })
	if err != nil {
		return 0, fmt.Errorf("count waiting: %w", err)
	}
	return n, nil
}

// OpenHeld returns what waits and its answers, for its officer or their sergeant.
func (s *Service) OpenHeld(ctx context.Context, actor lead.Actor, heldID string) (Held, url.Values, error) {
	var h Held
	var answers url.Values
	entry := ledger.Entry{Actor: actor, Verb: ledger.Consulted, Act: "contact.held", Subjects: []string{heldID}}
	err := s.Book.Record(ctx, entry, func(tx *db.Tx, _ *ledger.Entry) error {
		var err error
		if h, err = s.held(ctx, tx, actor, heldID); err != nil {
			return err
		}
		answers, err = s.answersOf(ctx, tx, heldID)
		return err
	})
	return h, answers, err
}

func (s *Service) held(ctx context.Context, tx *db.Tx, actor lead.Actor, heldID string) (Held, error) {
	h, err := scanHeld(tx.One(ctx, heldByID, heldID))
	if err != nil {
		return Held{}, err
	}
	return h, s.Access.Check(actor, "contact.correct", access.Contact{ID: h.ID, Officer: h.OfficerID, Team: h.Team})
}

func (s *Service) answersOf(ctx context.Context, tx *db.Tx, heldID string) (url.Values, error) {
	var item secret.Item
	var sealed string
	if err := tx.One(ctx, heldAnswers, heldID).Scan(&item.ID, &item.KeyID, &item.User, &sealed); err != nil {
		return nil, err
	}
	text, err := s.Slot.Open(ctx, item, sealed)
	if errors.Is(err, secret.ErrDestroyed) { // it waited for half a year: what is left is that it was there
		return url.Values{}, nil
	}
	if err != nil {
		return nil, fmt.Errorf("held answers: %w", err)
	}
	return url.ParseQuery(text)
}

// Settle records what waited, with its answers as its officer has now looked at
// them. It keeps when the phone made it.
func (s *Service) Settle(ctx context.Context, actor lead.Actor, form ledger.Form, heldID string, door Door, d Decision) (string, error) {
	c, entry := s.begin(actor, door, &d)
	entry.Subjects = append(entry.Subjects, heldID)
	return s.Book.Once(ctx, form, entry, func(tx *db.Tx, e *ledger.Entry) (string, error) {
		if err := s.Access.Check(actor, "contact.record", access.Screen{}); err != nil {
			return "", err
		}
		h, err := s.held(ctx, tx, actor, heldID)
		if err != nil {
			return "", err
		}
		d.Arrival = &Arrival{MadeAt: h.MadeAt, SentAt: h.SentAt, ReceivedAt: h.ReceivedAt, AheadBy: aheadBy(h.MadeAt, h.SentAt, h.ReceivedAt)}
		c.OfficerID, c.Team = h.OfficerID, h.Team
		if err := s.record(ctx, tx, e, &c, d); err != nil {
			return "", err
		}
		return c.ID, s.end(ctx, tx, heldID, c.ID, "", actor)
	})
}

// SetAside ends what waited without recording it, with why.
func (s *Service) SetAside(ctx context.Context, actor lead.Actor, form ledger.Form, heldID, why string) error {
	entry := ledger.Entry{Actor: actor, Verb: ledger.Altered, Act: "contact.set_aside", Subjects: []string{heldID}}
	_, err := s.Book.Once(ctx, form, entry, func(tx *db.Tx, _ *ledger.Entry) (string, error) {
		if _, err := s.held(ctx, tx, actor, heldID); err != nil {
			return "", err
		}
		bad := lead.Invalid{}
		if strings.TrimSpace(why) == "" {
			bad["why"] = "Say in a few words why it need not be recorded"
		}
		bad.TooLong("why", why, maxWords)
		if err := bad.OrNil(); err != nil {
			return "", err
		}
		return heldID, s.end(ctx, tx, heldID, "", why, actor)
	})
	return err
}

func (s *Service) end(ctx context.Context, tx *db.Tx, heldID, contactID, why string, actor lead.Actor) error {
	n, err := tx.Exec(ctx, insertHeldEnd, heldID, contactID, why, actor.ID, db.At(s.Book.Now()))
	if err != nil {
		return fmt.Errorf("settle: %w", err)
	}
	if n == 0 {
		return lead.ErrConflict
	}
	if _, err := tx.Exec(ctx, deleteHeldAnswers, heldID); err != nil {
		return fmt.Errorf("settle: %w", err)
	}
	return nil
}
