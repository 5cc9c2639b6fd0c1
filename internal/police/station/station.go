// Package station is what an officer finds beside their own contacts: whom to
// call for a card they are shown, what came of it all for everybody together,
// and who has done which training. It imports lead, platform and the bridge.
package station

import (
	"context"
	"errors"
	"fmt"
	"time"

	"waymark.example/internal/handoff/known"
	"waymark.example/internal/handoff/oncall"
	"waymark.example/internal/handoff/thanks"
	"waymark.example/internal/lead"
	"waymark.example/internal/platform/access"
	"waymark.example/internal/platform/db"
	"waymark.example/internal/platform/ledger"
)

// Service carries out the use cases.
type Service struct {
	Book   *ledger.Book // of the police handle
	Access *access.Decider
	Key    known.Key // what the codes of cards are hashed with

	// RefreshMonths is after how many months a training is due again; 0 where the
	// site reminds nobody. A reminder never stops anybody from recording.
	RefreshMonths int
}

// How often one account may ask for a card. Somebody who is shown cards all
// night asks less.
const (
	asksAllowed = 10
	asksWithin  = time.Hour
)

// Answer is whom to call. A card that never was, one that ended and one that was
// stopped have the same answer: the on-call number.
type Answer struct {
	Name, Phone string       // "" when there is nothing to hear
	OnCall      *oncall.Duty // nil when nobody is set
	Later       time.Time    // asked too often: when the next ask is taken
}

// Ask tells whom to call for a card that the actor is shown. Each ask is in the
// log, and where there was something to hear it is in the person's own list of
// who looked.
func (s *Service) Ask(ctx context.Context, actor lead.Actor, typed string) (Answer, error) {
	if known.Clean(typed) == "" {
		return Answer{}, lead.Invalid{"code": "Enter the code as it stands on the card, such as WAY-4KD9-7H2M-QX5T"}
	}
	var out Answer
	entry := ledger.Entry{Actor: actor, Verb: ledger.Consulted, Act: "known.ask", Purpose: string(access.Sharing)}
	err := s.Book.Record(ctx, entry, func(tx *db.Tx, e *ledger.Entry) error {
		if err := s.Access.Check(actor, "known.ask", access.Screen{}); err != nil {
			return err
		}
		var err error
		if out.OnCall, err = oncall.First(ctx, tx, s.Book.Now()); err != nil {
			return err
		}
		if out.Later, err = s.count(ctx, tx, actor); err != nil || !out.Later.IsZero() {
			e.Detail = "too often"
			return err
		}
		card, err := known.Find(ctx, tx, s.Key, typed, actor.Organisation, s.Book.Now())
		if errors.Is(err, lead.ErrNotFound) {
			return nil
		}
		if err != nil {
			return err
		}
		share := access.Share{ID: card.ParticipantID, Class: access.StatusClass, Recipient: card.RecipientID, Kind: "police", Consent: true}
		if err := s.Access.Check(actor, "known.ask", share); err != nil {
			return err
		}
		e.Subjects = append(e.Subjects, card.ParticipantID)
		out.Name, out.Phone = card.Name, card.Phone
		return nil
	})
	return out, err
}

// count takes down one more ask, unless there were too many in the last hour:
// then it returns when the next is taken.
func (s *Service) count(ctx context.Context, tx *db.Tx, actor lead.Actor) (time.Time, error) {
	now := s.Book.Now()
	var asked int
	var first db.Time
	if err := tx.One(ctx, asksSince, actor.ID, db.At(now.Add(-asksWithin))).Scan(&asked, &first); err != nil {
		return time.Time{}, fmt.Errorf("count asks: %w", err)
	}
	if asked >= asksAllowed {
		return first.Add(asksWithin), nil
	}
	if _, err := tx.Exec(ctx, insertAsk, lead.NewID("ask"), actor.ID, db.At(now)); err != nil {
		return time.Time{}, fmt.Errorf("count asks: %w", err)
	}
	return time.Time{}, nil
}

// monthsShown is how many months the thank-you page shows.
const monthsShown = 12

// Thanks returns what came of it for everybody together, the latest month first.
func (s *Service) Thanks(ctx context.Context, actor lead.Actor) ([]thanks.Month, error) {
	if err := s.Access.Check(actor, "thanks.read", access.Screen{}); err != nil {
		return nil, err
	}
	var out []thanks.Month
	err := s.Book.Look(ctx, func(tx *db.Tx) error {
		var err error
		out, err = thanks.Latest(ctx, tx, monthsShown)
		return err
	})
	return out, err
}
