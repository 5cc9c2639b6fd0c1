package participant

import (
	"context"
	"errors"
	"fmt"

	"waymark.example/internal/handoff/disclosure"
	"waymark.example/internal/handoff/keeping"
	"waymark.example/internal/handoff/known"
	"waymark.example/internal/lead"
	"waymark.example/internal/platform/db"
)

// erase keeps the tombstone and takes away what could still find them. The keys
// are destroyed once this is committed: codes, days and the ledger stay.
func (s *Service) erase(ctx context.Context, tx *db.Tx, participantID, basis, askedBy, confirmedBy string) error {
	if _, err := tx.Exec(ctx, insertErasure, participantID, basis, askedBy, confirmedBy, db.At(s.Book.Now())); err != nil {
		return fmt.Errorf("erase: %w", err)
	}
	if err := s.endConsents(ctx, tx, participantID, confirmedBy); err != nil {
		return err
	}
	if err := known.Destroy(ctx, tx, participantID); err != nil {
		return fmt.Errorf("erase: %w", err)
	}
	if _, err := tx.Exec(ctx, deleteTokens, participantID); err != nil {
		return fmt.Errorf("erase: %w", err)
	}
	if _, err := tx.Exec(ctx, eraseNow, participantID); err != nil {
		return fmt.Errorf("erase: %w", err)
	}
	return nil
}

// eraseAll erases every record of a person: they are one, and one request or one
// day is for all of them (R58). A hold on any keeps all.
func (s *Service) eraseAll(ctx context.Context, tx *db.Tx, n Now, basis, askedBy, confirmedBy string) error {
	others, err := s.others(ctx, tx, n)
	if err != nil {
		return err
	}
	for _, o := range others {
		kept, err := keeping.Of(ctx, tx, o.ID)
		if err != nil {
			return fmt.Errorf("erase: %w", err)
		}
		if kept.Held {
			return lead.ErrConflict
		}
	}
	for _, o := range append(others, n) {
		if err := s.erase(ctx, tx, o.ID, basis, askedBy, confirmedBy); err != nil {
			return err
		}
	}
	return nil
}

// destroyAll destroys the keys of every record of a person.
func (s *Service) destroyAll(ctx context.Context, participantID string) error {
	var ids []string
	err := s.Book.Look(ctx, func(tx *db.Tx) error {
		var err error
		ids, err = RecordIDs(ctx, tx, participantID)
		return err
	})
	if err != nil {
		return fmt.Errorf("erase: %w", err)
	}
	var failed error
	for _, id := range ids {
		failed = errors.Join(failed, s.destroy(ctx, id))
	}
	return failed
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

// ReplayErasures destroys again the keys of everybody who was erased, and of the
// letters whose words were let go. It runs at
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
