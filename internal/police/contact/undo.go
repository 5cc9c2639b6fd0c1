package contact

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"waymark.example/internal/handoff/referral"
	"waymark.example/internal/lead"
	"waymark.example/internal/platform/db"
	"waymark.example/internal/platform/ledger"
	"waymark.example/internal/police/tally"
)

// UndoTime is how long an officer can take back what they recorded by mistake.
const UndoTime = 10 * time.Minute

// The ways in which it is too late to take something back.
var (
	ErrUndoLate  = errors.New("ten minutes have passed")
	ErrUndoTaken = errors.New("the case team has it already")
)

// Undo takes back what the actor recorded less than UndoTime ago. The entry
// stays, marked; a hand-off goes with it if nobody has accepted it yet, and its
// words can be read by nobody afterwards.
func (s *Service) Undo(ctx context.Context, actor lead.Actor, form ledger.Form, contactID string) error {
	entry := ledger.Entry{Actor: actor, Verb: ledger.Altered, Act: "contact.undo", Subjects: []string{contactID}}
	kept, err := s.Book.Once(ctx, form, entry, func(tx *db.Tx, e *ledger.Entry) (string, error) {
		c, err := s.open(ctx, tx, actor, "contact.correct", contactID)
		if err != nil {
			return "", err
		}
		taken, err := takenFrom(ctx, tx, contactID)
		if err != nil {
			return "", err
		}
		now := s.Book.Now()
		switch {
		case c.Decision.RecordedBy != actor.ID, taken != nil: // what another system holds is corrected, and there too
			return "", lead.ErrForbidden
		case c.Undone, c.Decision.Version > 1:
			return "", lead.ErrConflict
		case now.Sub(c.At) > UndoTime:
			return "", ErrUndoLate
		}
		if _, err := tx.Exec(ctx, insertUndone, contactID, actor.ID, db.At(now)); err != nil {
			return "", fmt.Errorf("undo: %w", err)
		}
		if err := tally.Remove(ctx, tx, contactID, c.Decision.Version); err != nil {
			return "", err
		}
		// Whoever corrects it at the same moment was waited for just now.
		if again, err := byID(ctx, tx, contactID); err != nil || again.Decision.Version != c.Decision.Version {
			return "", cmp.Or(err, lead.ErrConflict)
		}
		status, err := referral.StatusOf(ctx, tx, contactID)
		if errors.Is(err, lead.ErrNotFound) {
			return contactID, nil
		}
		if err != nil {
			return "", err
		}
		e.Subjects = append(e.Subjects, status.ReferralID)
		err = referral.TakeBack(ctx, tx, status, now)
		if errors.Is(err, lead.ErrConflict) {
			return "", ErrUndoTaken
		}
		return contactID + " " + status.ReferralID, err
	})
	if err != nil {
		return err
	}
	// Also when the form comes again: the first time may have been cut off here.
	if _, referralID, handedOver := strings.Cut(kept, " "); handedOver {
		return s.Post.Discard(ctx, referralID)
	}
	return nil
}

// CanUndo reports whether the actor could still take c back.
func (s *Service) CanUndo(actor lead.Actor, c Contact) bool {
	return c.Decision.RecordedBy == actor.ID && c.Decision.Version == 1 && !c.Undone && s.Book.Now().Sub(c.At) <= UndoTime
}
