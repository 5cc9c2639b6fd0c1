package rights

import (
	"context"
	"errors"
	"fmt"
	"time"

	"waymark.example/internal/lead"
	"waymark.example/internal/platform/access"
	"waymark.example/internal/platform/db"
	"waymark.example/internal/platform/ledger"
	"waymark.example/internal/platform/secret"
)

// Service carries out the use cases on one handle: the participant's own, the
// case team's or oversight's. Each asks who may before it reads.
type Service struct {
	Book   *ledger.Book
	Access *access.Decider
	Ring   *secret.Ring // of the same side
}

// Mine is a request as the person who made it sees it.
type Mine struct {
	Request
	Now
	Steps []Step // oldest first, without who works on it
}

// Ask keeps what a participant asks for from their own page and returns the
// request's id. The same form twice asks once.
func (s *Service) Ask(ctx context.Context, actor lead.Actor, form ledger.Form, participantID string, r Request) (string, error) {
	r.Via, r.ReceivedOn = Portal, time.Time{}
	entry := ledger.Entry{Actor: actor, Verb: ledger.Collected, Act: "rights.ask", Subjects: []string{participantID}, Detail: string(r.Kind)}
	return s.Book.Once(ctx, form, entry, func(tx *db.Tx, _ *ledger.Entry) (string, error) {
		if err := s.Access.Check(actor, "own.ask", access.Own{ID: participantID}); err != nil {
			return "", err
		}
		return s.add(ctx, tx, actor, participantID, r)
	})
}

// Mine returns what the participant who asks has asked for, newest first.
func (s *Service) Mine(ctx context.Context, actor lead.Actor) ([]Mine, error) {
	var out []Mine
	entry := ledger.Entry{Actor: actor, Verb: ledger.Consulted, Act: "rights.mine", Subjects: []string{actor.ID}}
	err := s.Book.Record(ctx, entry, func(tx *db.Tx, _ *ledger.Entry) error {
		if err := s.Access.Check(actor, "own.asked", access.Own{ID: actor.ID}); err != nil {
			return err
		}
		requests, err := db.All(ctx, tx, scanRequest, requestsOf, actor.ID)
		if err != nil {
			return fmt.Errorf("requests: %w", err)
		}
		for _, r := range requests {
			m, err := s.whole(ctx, tx, r)
			if err != nil {
				return err
			}
			for i := range m.Steps {
				m.Steps[i].By, m.Steps[i].ByName = "", ""
			}
			out = append(out, m)
		}
		return nil
	})
	return out, err
}

// Heard keeps a request that a worker heard or read, inside the case team's own
// transaction, which has decided that they may.
func (s *Service) Heard(ctx context.Context, tx *db.Tx, actor lead.Actor, participantID string, r Request) (string, error) {
	if r.Via == Portal { // only the person's own page can say so
		r.Via = ""
	}
	return s.add(ctx, tx, actor, participantID, r)
}

// WishDone notes that the case team saw to a wish: a pause, closing, no more
// sharing. Everything else is for the data-protection officer to answer.
func (s *Service) WishDone(ctx context.Context, tx *db.Tx, actor lead.Actor, participantID, requestID string) error {
	m, err := s.Read(ctx, tx, requestID)
	if err != nil {
		return err
	}
	if m.ParticipantID != participantID || !m.Request.Kind.Wish() {
		return lead.ErrNotFound
	}
	_, err = s.AddStep(ctx, tx, actor, requestID, len(m.Steps), Step{Kind: Answered, Words: "It is done, as you wished."})
	return err
}

// add keeps a request.
func (s *Service) add(ctx context.Context, tx *db.Tx, actor lead.Actor, participantID string, r Request) (string, error) {
	now := s.Book.Now()
	if err := r.Check(now); err != nil {
		return "", err
	}
	if r.ReceivedOn.IsZero() {
		r.ReceivedOn = now
	}
	id := lead.NewID("rqt")
	sealed, err := s.sealNew(ctx, participantID, id, "handoff_request.words", r.Words)
	if err != nil {
		return "", fmt.Errorf("ask: %w", err)
	}
	if _, err := tx.Exec(ctx, insertRequest, id, participantID, r.Kind, r.Via, sealed, db.Day(r.ReceivedOn), actor.ID, db.At(now)); err != nil {
		return "", fmt.Errorf("ask: %w", err)
	}
	n := Standing(r.Kind, r.ReceivedOn, nil)
	if _, err := tx.Exec(ctx, insertNow, id, participantID, r.Kind, n.State, db.Day(n.Due), ""); err != nil {
		return "", fmt.Errorf("ask: %w", err)
	}
	return id, nil
}

// Open is a request that still waits, for the case team: that it is there, not
// what it says.
type Open struct {
	ID         string
	Kind       Kind
	State      State
	ReceivedOn time.Time
	Due        time.Time
}

// OpenFor returns the requests of one person that still wait, inside the
// caller's own transaction, which has decided that they may know.
func OpenFor(ctx context.Context, tx *db.Tx, participantID string) ([]Open, error) {
	out, err := db.All(ctx, tx, func(row db.Row) (Open, error) {
		var o Open
		var received, due string
		err := row.Scan(&o.ID, &o.Kind, &o.State, &received, &due)
		o.ReceivedOn, o.Due = parseDay(received), parseDay(due)
		return o, err
	}, openOf, participantID)
	if err != nil {
		return nil, fmt.Errorf("open requests: %w", err)
	}
	return out, nil
}

// whole adds the steps and opens the words of a request.
func (s *Service) whole(ctx context.Context, tx *db.Tx, r Request) (Mine, error) {
	m := Mine{Request: r}
	box, err := s.Ring.OpenShared(ctx, r.ID)
	if err != nil && !errors.Is(err, secret.ErrDestroyed) {
		return Mine{}, fmt.Errorf("open words: %w", err)
	}
	if m.Request.Words, err = box.Read("handoff_request.words", r.Words); err != nil {
		return Mine{}, fmt.Errorf("open words: %w", err)
	}
	if m.Steps, err = db.All(ctx, tx, scanStep, stepsOf, r.ID); err != nil {
		return Mine{}, fmt.Errorf("steps: %w", err)
	}
	for i, step := range m.Steps {
		if m.Steps[i].Words, err = box.Read("handoff_request_step.words", step.Words); err != nil {
			return Mine{}, fmt.Errorf("open words: %w", err)
		}
	}
	m.Now = Standing(r.Kind, r.ReceivedOn, m.Steps)
	return m, nil
}
