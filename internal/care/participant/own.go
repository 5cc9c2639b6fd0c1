package participant

import (
	"context"
	"fmt"
	"strings"

	"waymark.example/internal/lead"
	"waymark.example/internal/platform/db"
	"waymark.example/internal/platform/ledger"
)

// Mine is what somebody sees first on their own page.
type Mine struct {
	Now
	Name   string // what they like to be called
	Worker string // who walks with them, "" for nobody yet
}

// Mine returns the actor's own record, and runs also in the same transaction.
// Whose it is comes from the session alone: no address and no form names it.
func (s *Service) Mine(ctx context.Context, actor lead.Actor, name string, also func(*db.Tx, Now) error) (Mine, error) {
	var m Mine
	err := s.Read(ctx, actor, Act{Action: "own.read", Name: name}, actor.ID, func(tx *db.Tx, n Now) error {
		m.Now, m.Name = n, n.Name
		var err error
		if m.Worker, err = colleagueName(ctx, tx, n.WorkerID); err != nil {
			return err
		}
		if also == nil {
			return nil
		}
		return also(tx, n)
	})
	return m, err
}

// The words that stand for a wish when somebody adds none of their own: those
// of the button they pressed.
const (
	closeWords  = "I want my support to stop."
	pauseWords  = "I want a break for now."
	resumeWords = "I want to carry on."
	returnWords = "I want to come back."
)

// CloseMine closes the actor's own case the same day, because they asked (R29).
func (s *Service) CloseMine(ctx context.Context, actor lead.Actor, form ledger.Form, words string) error {
	return s.writeOwn(ctx, actor, form, "own.close", words, closeWords, func(tx *db.Tx, n *Now, words string) error {
		c := ClosureRequest{AskedOn: db.Day(s.Book.Now()), How: "own_page", Words: words}
		return s.closeAsAsked(ctx, tx, actor, n, c)
	})
}

// PauseMine notes that the actor wants a break. They keep their place and
// their worker, and nothing closes (R30).
func (s *Service) PauseMine(ctx context.Context, actor lead.Actor, form ledger.Form, words string) error {
	return s.writeOwn(ctx, actor, form, "own.pause", words, pauseWords, func(tx *db.Tx, n *Now, words string) error {
		if n.State != Active {
			return lead.ErrConflict
		}
		return s.event(ctx, tx, actor, n, Inactive, nil, words, db.Day(s.Book.Now()))
	})
}

// ResumeMine ends a break.
func (s *Service) ResumeMine(ctx context.Context, actor lead.Actor, form ledger.Form, words string) error {
	return s.writeOwn(ctx, actor, form, "own.resume", words, resumeWords, func(tx *db.Tx, n *Now, words string) error {
		if n.State != Inactive {
			return lead.ErrConflict
		}
		return s.event(ctx, tx, actor, n, Active, nil, words, db.Day(s.Book.Now()))
	})
}

// ReturnMine takes up a closed case again. Nothing is screened again (R31).
func (s *Service) ReturnMine(ctx context.Context, actor lead.Actor, form ledger.Form, words string) error {
	return s.writeOwn(ctx, actor, form, "own.return", words, returnWords, func(tx *db.Tx, n *Now, words string) error {
		return s.reopen(ctx, tx, actor, n, words)
	})
}

func (s *Service) writeOwn(ctx context.Context, actor lead.Actor, form ledger.Form, name, words, otherwise string, do func(*db.Tx, *Now, string) error) error {
	bad := lead.Invalid{}
	bad.TooLong("words", words, 2000)
	if err := bad.OrNil(); err != nil {
		return err
	}
	if strings.TrimSpace(words) == "" {
		words = otherwise
	}
	_, err := s.Write(ctx, actor, form, Act{"own.close", name, ledger.Altered}, actor.ID, func(tx *db.Tx, n *Now) (string, error) {
		if err := do(tx, n, words); err != nil {
			return "", fmt.Errorf("%s: %w", name, err)
		}
		return n.ID, nil
	})
	return err
}
