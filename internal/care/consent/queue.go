package consent

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"waymark.example/internal/care/participant"
	"waymark.example/internal/handoff/disclosure"
	"waymark.example/internal/lead"
	"waymark.example/internal/platform/access"
	"waymark.example/internal/platform/db"
	"waymark.example/internal/platform/ledger"
	"waymark.example/internal/platform/secret"
)

// SendDue sends every letter whose time has come, and stops those whose yes has
// gone. It is worked at each start and each minute; two servers at once send a
// letter once.
func (s *Service) SendDue(ctx context.Context) (sent, stopped int, err error) {
	for {
		var due []string
		now := s.People.Book.Now()
		err := s.People.Book.Look(ctx, func(tx *db.Tx) error {
			var err error
			due, err = db.All(ctx, tx, func(row db.Row) (string, error) {
				var id string
				return id, row.Scan(&id)
			}, lettersDue, db.At(now))
			return err
		})
		if err != nil {
			return sent, stopped, fmt.Errorf("letters due: %w", err)
		}
		var wrong []error // one letter that cannot go does not keep the others
		for _, id := range due {
			went, err := s.sendOne(ctx, id)
			switch {
			case errors.Is(err, lead.ErrConflict): // somebody else saw to it
			case err != nil:
				wrong = append(wrong, fmt.Errorf("send %s: %w", id, err))
			case went:
				sent++
			default:
				stopped++
			}
		}
		if len(due) == 0 || wrong != nil {
			return sent, stopped, errors.Join(wrong...)
		}
	}
}

func (s *Service) sendOne(ctx context.Context, disclosureID string) (went bool, err error) {
	actor := lead.System()
	actor.Side = lead.Care
	entry := ledger.Entry{Actor: actor, Verb: ledger.Disclosed, Act: "disclosure.send"}
	err = s.People.Book.Record(ctx, entry, func(tx *db.Tx, e *ledger.Entry) error {
		n, k, err := s.letter(ctx, tx, disclosureID, true)
		if err != nil {
			return err
		}
		e.Subjects = []string{n.ID}
		went, err = s.cross(ctx, tx, e, actor, "disclosure.send_due", n, k)
		return err
	})
	return went, err
}

// letter returns one letter with the case it is about, both locked when it is
// to be changed.
func (s *Service) letter(ctx context.Context, tx *db.Tx, disclosureID string, lock bool) (participant.Now, Kept, error) {
	var participantID string
	if err := tx.One(ctx, participantOf, disclosureID).Scan(&participantID); err != nil {
		return participant.Now{}, Kept{}, err
	}
	find := s.People.Find
	if lock {
		find = s.People.Lock
	}
	n, err := find(ctx, tx, participantID)
	if err != nil {
		return participant.Now{}, Kept{}, err
	}
	box, err := s.box(ctx, participantID)
	if err != nil {
		return participant.Now{}, Kept{}, err
	}
	k, err := oneLetter(ctx, tx, box, disclosureID, db.Day(s.People.Book.Now()))
	return n, k, err
}

// Letters returns what was written for others about one person, newest first.
func (s *Service) Letters(ctx context.Context, actor lead.Actor, participantID string) ([]Kept, error) {
	var out []Kept
	act := participant.Act{Action: "disclosure.history", Name: "disclosure.list"}
	err := s.People.Read(ctx, actor, act, participantID, func(tx *db.Tx, n participant.Now) error {
		box, err := s.box(ctx, n.ID)
		if err != nil {
			return err
		}
		out, err = lettersAbout(ctx, tx, box, n.ID, db.Day(s.People.Book.Now()))
		return err
	})
	return out, err
}

// Letter returns one letter and the case it is about.
func (s *Service) Letter(ctx context.Context, actor lead.Actor, participantID, disclosureID string) (participant.Now, Kept, error) {
	var now participant.Now
	var k Kept
	act := participant.Act{Action: "disclosure.history", Name: "disclosure.read"}
	err := s.People.Read(ctx, actor, act, participantID, func(tx *db.Tx, n participant.Now) error {
		of, letter, err := s.letter(ctx, tx, disclosureID, false)
		if err != nil {
			return err
		}
		if of.ID != participantID {
			return lead.ErrNotFound
		}
		now, k = n, letter
		return nil
	})
	return now, k, err
}

// change does one thing to one letter about one person, with its entry.
func (s *Service) change(ctx context.Context, actor lead.Actor, form ledger.Form, action access.Action, participantID, disclosureID string,
	do func(tx *db.Tx, e *ledger.Entry, n participant.Now, k Kept, box *secret.Box) error,
) error {
	entry := ledger.Entry{Actor: actor, Verb: ledger.Altered, Act: string(action), Subjects: []string{participantID}}
	_, err := s.People.Book.Once(ctx, form, entry, func(tx *db.Tx, e *ledger.Entry) (string, error) {
		n, k, err := s.letter(ctx, tx, disclosureID, true)
		if err != nil {
			return "", err
		}
		if n.ID != participantID {
			return "", lead.ErrNotFound
		}
		if err := s.People.Access.Check(actor, action, n.Resource()); err != nil {
			return "", err
		}
		box, err := s.Keys.Of(ctx, n.ID)
		if errors.Is(err, secret.ErrDestroyed) {
			return "", lead.ErrConflict
		}
		if err != nil {
			return "", err
		}
		e.Detail = detail(k)
		return k.ID, do(tx, e, n, k, box)
	})
	return err
}

// Confirm is the second person's yes to a letter on a legal basis; it goes at
// once when its time has come. Nobody confirms their own (R24).
func (s *Service) Confirm(ctx context.Context, actor lead.Actor, form ledger.Form, participantID, disclosureID string) error {
	return s.change(ctx, actor, form, "disclosure.confirm", participantID, disclosureID, func(tx *db.Tx, e *ledger.Entry, n participant.Now, k Kept, _ *secret.Box) error {
		if k.PreparedBy == actor.ID {
			return lead.ErrForbidden
		}
		if k.Standing() != ToConfirm {
			return lead.ErrConflict
		}
		now := s.People.Book.Now()
		if err := step(ctx, tx, nil, k.ID, "confirmed", "", actor.ID, now); err != nil {
			return err
		}
		k.Steps = append(k.Steps, Step{Kind: "confirmed"})
		if k.SendAt.After(now) {
			return nil
		}
		_, err := s.cross(ctx, tx, e, actor, "disclosure.send", n, k)
		return err
	})
}

// Cancel takes off a letter that was not sent yet.
func (s *Service) Cancel(ctx context.Context, actor lead.Actor, form ledger.Form, participantID, disclosureID string) error {
	return s.change(ctx, actor, form, "disclosure.cancel", participantID, disclosureID, func(tx *db.Tx, _ *ledger.Entry, _ participant.Now, k Kept, _ *secret.Box) error {
		return step(ctx, tx, nil, k.ID, "cancelled", "", actor.ID, s.People.Book.Now())
	})
}

// Tell records that the person was told of what was shared without their yes, or
// why it is not safe to tell them yet (R24).
func (s *Service) Tell(ctx context.Context, actor lead.Actor, form ledger.Form, participantID, disclosureID string, told bool, words string) error {
	return s.change(ctx, actor, form, "disclosure.tell", participantID, disclosureID, func(tx *db.Tx, _ *ledger.Entry, _ participant.Now, k Kept, box *secret.Box) error {
		bad := lead.Invalid{}
		if !told && strings.TrimSpace(words) == "" {
			bad["words"] = "Say why it is not safe to tell them yet, and when you will look again"
		}
		bad.TooLong("words", words, 1000)
		if err := bad.OrNil(); err != nil {
			return err
		}
		if !k.ToTell() {
			return lead.ErrConflict
		}
		kind := "not_told"
		if told {
			kind = "told"
		}
		return step(ctx, tx, box, k.ID, kind, words, actor.ID, s.People.Book.Now())
	})
}

// Review is a second person's look at a letter that went without one.
func (s *Service) Review(ctx context.Context, actor lead.Actor, form ledger.Form, participantID, disclosureID, words string) error {
	return s.change(ctx, actor, form, "disclosure.confirm", participantID, disclosureID, func(tx *db.Tx, e *ledger.Entry, _ participant.Now, k Kept, box *secret.Box) error {
		e.Act = "disclosure.review"
		if k.PreparedBy == actor.ID {
			return lead.ErrForbidden
		}
		bad := lead.Invalid{}
		if strings.TrimSpace(words) == "" {
			bad["words"] = "Say what you think of it: was it needed, was it the least that would do?"
		}
		bad.TooLong("words", words, 1000)
		if err := bad.OrNil(); err != nil {
			return err
		}
		if !k.ToReview() {
			return lead.ErrConflict
		}
		return step(ctx, tx, box, k.ID, "reviewed", words, actor.ID, s.People.Book.Now())
	})
}

// MakeLink makes the address for a letter that goes by link, and returns its
// token. It is shown once: sending the same form again makes none.
func (s *Service) MakeLink(ctx context.Context, actor lead.Actor, form ledger.Form, participantID, disclosureID string) (string, error) {
	token := ""
	err := s.change(ctx, actor, form, "disclosure.link", participantID, disclosureID, func(tx *db.Tx, _ *ledger.Entry, _ participant.Now, k Kept, _ *secret.Box) error {
		if k.Channel != disclosure.Link || k.Standing() != Sent || k.Closed || len(k.Reads) > 0 {
			return lead.ErrConflict
		}
		var err error
		token, err = disclosure.NewLink(ctx, tx, k.ID, s.People.Book.Now())
		return err
	})
	if err == nil && token == "" {
		return "", lead.ErrReused
	}
	return token, err
}

// Task is a letter that waits for somebody: to confirm, to look at afterwards,
// or to tell the person.
type Task struct {
	Now    participant.Now
	Letter Kept
}

// Tasks returns the team's letters on a legal basis that wait for somebody,
// oldest first.
func (s *Service) Tasks(ctx context.Context, actor lead.Actor) ([]Task, error) {
	var out []Task
	entry := ledger.Entry{Actor: actor, Verb: ledger.Consulted, Act: "disclosure.tasks"}
	err := s.People.Book.Record(ctx, entry, func(tx *db.Tx, e *ledger.Entry) error {
		if err := s.People.Access.Check(actor, "disclosure.tasks", access.Screen{}); err != nil {
			return err
		}
		ids, err := db.All(ctx, tx, func(row db.Row) (string, error) {
			var id string
			return id, row.Scan(&id)
		}, lettersToSee, actor.Team, actor.ID, actor.Has(lead.Supervisor))
		if err != nil {
			return fmt.Errorf("tasks: %w", err)
		}
		for _, id := range ids {
			n, k, err := s.letter(ctx, tx, id, false)
			if err != nil {
				return err
			}
			e.Subjects = append(e.Subjects, n.ID)
			out = append(out, Task{n, k})
		}
		return nil
	})
	return out, err
}
