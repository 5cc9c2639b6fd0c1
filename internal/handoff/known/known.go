package known

import (
	"context"
	"errors"
	"fmt"
	"time"

	"waymark.example/internal/lead"
	"waymark.example/internal/platform/db"
)

// Card says whom to call.
type Card struct {
	ID            string
	ConsentID     string // the yes it stands on
	ParticipantID string
	RecipientID   string // the force that may hear it
	Giver         string // organisation_id of the case team whose card it is
	Name, Phone   string // of a worker
	Until         string // YYYY-MM-DD, the last day
	MadeBy        string // account_id
	MadeAt        time.Time
	Stopped       bool // the yes was taken back
}

// Live reports whether the card still says anything on day today.
func (c Card) Live(today string) bool { return c.ID != "" && !c.Stopped && today <= c.Until }

// Make is the care end: it keeps a card under a fresh code and returns the code,
// which is kept nowhere. A card of no organisation is lead.ErrConflict, for no
// agreement covers it.
func Make(ctx context.Context, tx *db.Tx, key Key, c Card) (code string, err error) {
	if c.Giver == "" {
		return "", fmt.Errorf("make card: whose it is: %w", lead.ErrConflict)
	}
	code = newCode()
	if _, err := tx.Exec(ctx, insertCard, c.ID, c.ConsentID, c.ParticipantID, c.RecipientID, key.hash(Clean(code)), c.Name, c.Phone, c.Until, c.MadeBy, db.At(c.MadeAt), c.Giver); err != nil {
		return "", fmt.Errorf("make card: %w", err)
	}
	return code, nil
}

// Of is the care end: the cards of one person, the latest first.
func Of(ctx context.Context, tx *db.Tx, participantID string) ([]Card, error) {
	out, err := db.All(ctx, tx, func(row db.Row) (Card, error) {
		c := Card{ParticipantID: participantID}
		var at db.Time
		err := row.Scan(&c.ID, &c.ConsentID, &c.RecipientID, &c.Name, &c.Phone, &c.Until, &c.MadeBy, &at, &c.Stopped)
		c.MadeAt = at.Time
		return c, err
	}, cardsOf, participantID)
	if err != nil {
		return nil, fmt.Errorf("cards: %w", err)
	}
	return out, nil
}

// Destroy is the care end: it takes every card of a person away, for good.
func Destroy(ctx context.Context, tx *db.Tx, participantID string) error {
	if _, err := tx.Exec(ctx, deleteCards, participantID); err != nil {
		return fmt.Errorf("destroy cards: %w", err)
	}
	return nil
}

// Find is the police end: the card that a code stands on, while organisationID
// may hear of it. A code that never was, one that has ended and one that was
// stopped are all lead.ErrNotFound, found missing by the same query.
func Find(ctx context.Context, tx *db.Tx, key Key, typed, organisationID string, now time.Time) (Card, error) {
	c := Card{RecipientID: organisationID}
	err := tx.One(ctx, cardByCode, key.hash(Clean(typed)), organisationID, db.Day(now)).Scan(&c.ConsentID, &c.ParticipantID, &c.Name, &c.Phone, &c.Until)
	if err != nil && !errors.Is(err, lead.ErrNotFound) {
		return Card{}, fmt.Errorf("find card: %w", err)
	}
	return c, err
}
