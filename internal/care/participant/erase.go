package participant

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"waymark.example/internal/handoff/disclosure"
	"waymark.example/internal/handoff/keeping"
	"waymark.example/internal/lead"
	"waymark.example/internal/platform/access"
	"waymark.example/internal/platform/db"
	"waymark.example/internal/platform/ledger"
)

// Grounds lists why somebody's words may be erased, with words.
func Grounds() [][2]string {
	return [][2]string{
		{"request", "They asked, and it was upheld (UK GDPR Article 17)"},
		{"retention", "The time for keeping it is over"},
		{"unlawful", "It should never have been kept"},
	}
}

func checkGround(basis string) error {
	if !slices.ContainsFunc(Grounds(), func(g [2]string) bool { return g[0] == basis }) {
		return lead.Invalid{"basis": "Choose why"}
	}
	return nil
}

// AskErasure is the first of the two people that an erasure takes.
func (s *Service) AskErasure(ctx context.Context, actor lead.Actor, form ledger.Form, participantID, basis string) error {
	entry := ledger.Entry{Actor: actor, Verb: ledger.Administered, Act: "case.ask_erase", Subjects: []string{participantID}, Detail: basis}
	_, err := s.Book.Once(ctx, form, entry, func(tx *db.Tx, _ *ledger.Entry) (string, error) {
		n, err := s.toErase(ctx, tx, actor, participantID)
		if err != nil {
			return "", err
		}
		if err := checkGround(basis); err != nil {
			return "", err
		}
		if n.State == Erased {
			return "", lead.ErrConflict
		}
		if _, err := tx.Exec(ctx, insertErasureAsk, participantID, basis, actor.ID, db.At(s.Book.Now())); err != nil {
			return "", fmt.Errorf("ask for erasure: %w", err)
		}
		return participantID, nil
	})
	return err
}

// Shred is the second of the two people. It keeps a tombstone and its entry, and
// then destroys the person's key and the keys of all they shared: their words can
// be read nowhere any more, in no copy. Codes, days and the ledger stay.
func (s *Service) Shred(ctx context.Context, actor lead.Actor, form ledger.Form, participantID, basis string) error {
	entry := ledger.Entry{Actor: actor, Verb: ledger.Erased, Act: "case.erase", Subjects: []string{participantID}, Detail: basis}
	_, err := s.Book.Once(ctx, form, entry, func(tx *db.Tx, _ *ledger.Entry) (string, error) {
		n, err := s.toErase(ctx, tx, actor, participantID)
		if err != nil {
			return "", err
		}
		if err := checkGround(basis); err != nil {
			return "", err
		}
		var asked, by string
		err = tx.One(ctx, erasureAsked, participantID).Scan(&asked, &by)
		if err != nil && !errors.Is(err, lead.ErrNotFound) {
			return "", fmt.Errorf("erase: %w", err)
		}
		switch {
		case n.State == Erased:
			return "", lead.ErrConflict
		case asked != basis:
			return "", lead.Invalid{"basis": "Somebody else has to ask for this, for the same reason, before you can confirm it"}
		case by == actor.ID:
			return "", lead.Invalid{"basis": "You asked for this yourself: somebody else has to confirm it"}
		}
		if err := s.erase(ctx, tx, participantID, basis, by, actor.ID); err != nil {
			return "", err
		}
		return participantID, nil
	})
	if err != nil {
		return err
	}
	// If the program stops here, ReplayErasures finishes it at the next start.
	return s.destroy(ctx, participantID)
}

// erase keeps the tombstone and takes away what could still find them. The keys
// are destroyed once this is committed.
func (s *Service) erase(ctx context.Context, tx *db.Tx, participantID, basis, askedBy, confirmedBy string) error {
	if _, err := tx.Exec(ctx, insertErasure, participantID, basis, askedBy, confirmedBy, db.At(s.Book.Now())); err != nil {
		return fmt.Errorf("erase: %w", err)
	}
	if err := s.endConsents(ctx, tx, participantID, confirmedBy); err != nil {
		return err
	}
	if _, err := tx.Exec(ctx, deleteTokens, participantID); err != nil {
		return fmt.Errorf("erase: %w", err)
	}
	if _, err := tx.Exec(ctx, eraseNow, participantID); err != nil {
		return fmt.Errorf("erase: %w", err)
	}
	return nil
}

// endConsents takes back every yes: that an intake was completed is no sealed
// word that a destroyed key takes away, so police and prosecutors would go on
// hearing it (R21).
func (s *Service) endConsents(ctx context.Context, tx *db.Tx, participantID, by string) error {
	live, err := db.All(ctx, tx, func(row db.Row) (string, error) {
		var id string
		return id, row.Scan(&id)
	}, consentsNotStopped, participantID)
	if err != nil {
		return fmt.Errorf("erase: consents: %w", err)
	}
	for _, id := range live {
		if err := disclosure.Withdraw(ctx, tx, id, participantID, "worker", by, s.Book.Now()); err != nil {
			return fmt.Errorf("erase: %w", err)
		}
	}
	return nil
}

// toErase locks a case and decides whether actor may have to do with its erasure.
// A data-protection officer is let at the page and at no case.
func (s *Service) toErase(ctx context.Context, tx *db.Tx, actor lead.Actor, participantID string) (Now, error) {
	n, err := scanNow(tx.One(ctx, lockNow, participantID))
	if err != nil {
		return Now{}, err
	}
	var on access.Resource = access.Screen{}
	if actor.Side == lead.Care {
		on = n.resource()
	}
	if err := s.Access.Check(actor, "case.erase", on); err != nil {
		return Now{}, err
	}
	kept, err := keeping.Of(ctx, tx, participantID)
	if err == nil && kept.Held { // nothing is taken away until the hold ends
		err = lead.ErrConflict
	}
	return n, err
}

// destroy destroys the keys of one person: their own, with those of all they
// shared, and that of the letter they were handed over with.
func (s *Service) destroy(ctx context.Context, participantID string) error {
	var referralID string
	err := s.Book.Look(ctx, func(tx *db.Tx) error { return tx.One(ctx, referralOf, participantID).Scan(&referralID) })
	if err != nil {
		return fmt.Errorf("erase: %w", err)
	}
	return errors.Join(s.Keys.Destroy(ctx, participantID), s.Keys.Destroy(ctx, referralID))
}

// Any reports whether there is anybody at all.
func (s *Service) Any(ctx context.Context) (bool, error) {
	var found bool
	err := s.Book.Look(ctx, func(tx *db.Tx) error { return tx.One(ctx, anybody).Scan(&found) })
	return found, err
}

// ReplayErasures destroys again the keys of everybody who was erased. It runs at
// every start: a key store that came back from a backup knows nothing of what
// was destroyed since.
func (s *Service) ReplayErasures(ctx context.Context) (int, error) {
	var ids []string
	err := s.Book.Look(ctx, func(tx *db.Tx) error {
		var err error
		ids, err = db.All(ctx, tx, func(row db.Row) (string, error) {
			var id string
			return id, row.Scan(&id)
		}, erased)
		return err
	})
	if err != nil {
		return 0, fmt.Errorf("replay erasures: %w", err)
	}
	return s.Keys.Replay(ctx, ids)
}
