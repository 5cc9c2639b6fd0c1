package disclosure

import (
	"context"
	"errors"
	"fmt"
	"time"

	"waymark.example/internal/lead"
	"waymark.example/internal/platform/db"
)

// Withdraw takes one yes back. From the moment it commits nothing that stands on
// it can be read or sent. Taking it back twice does nothing more.
func Withdraw(ctx context.Context, tx *db.Tx, consentID, participantID, told, by string, at time.Time) error {
	if _, err := tx.Exec(ctx, insertWithdrawal, consentID, participantID, told, by, db.At(at)); err != nil {
		return fmt.Errorf("withdraw: %w", err)
	}
	return nil
}

// Attestation is all that police and prosecutors ever hear after the hand-off:
// an intake is completed, on a day (R15, R47).
type Attestation struct {
	ConsentID     string
	ReferralID    string
	ParticipantID string
	RecipientID   string
	GiverID       string // organisation_id of the case team whose word it is
	Reference     string // of the referral, for a prosecutor's list
	CompletedOn   string // YYYY-MM-DD
	Until         string // YYYY-MM-DD, the last day it can be read
}

// Attest records that an intake is completed, for one recipient who may hear it.
// Saying it twice does nothing more. It is somebody's word: of no organisation it is
// lead.ErrConflict, for no agreement covers it.
func Attest(ctx context.Context, tx *db.Tx, a Attestation, at time.Time) error {
	if a.GiverID == "" {
		return fmt.Errorf("attest: whose word it is: %w", lead.ErrConflict)
	}
	if err := tx.One(ctx, referenceOf, a.ReferralID).Scan(&a.Reference); err != nil {
		return fmt.Errorf("attest: %w", err)
	}
	if _, err := tx.Exec(ctx, insertAttestation, a.ConsentID, a.ReferralID, a.ParticipantID, a.RecipientID, a.Reference, true, a.CompletedOn, a.Until, db.At(at), a.GiverID); err != nil {
		return fmt.Errorf("attest: %w", err)
	}
	return nil
}

// CompletedOn is the police end: the day on which the intake of a referral was
// completed, "" when organisationID may not hear it or there is nothing to
// hear. The two cannot be told apart.
func CompletedOn(ctx context.Context, tx *db.Tx, referralID, organisationID string, now time.Time) (string, error) {
	var day string
	err := tx.One(ctx, completedFor, referralID, organisationID, db.Day(now)).Scan(&day)
	if err != nil && !errors.Is(err, lead.ErrNotFound) {
		return "", fmt.Errorf("attested: %w", err)
	}
	return day, nil
}

// Attested is a prosecutor's list: the intakes that were confirmed to their
// organisation and may still be read, newest first, after the one called
// before.
func Attested(ctx context.Context, tx *db.Tx, organisationID, before string, limit int, now time.Time) ([]Attestation, error) {
	if before == "" {
		before = "z" // after every id, in every order of letters
	}
	out, err := db.All(ctx, tx, func(row db.Row) (Attestation, error) {
		a := Attestation{RecipientID: organisationID}
		return a, row.Scan(&a.ConsentID, &a.ParticipantID, &a.Reference, &a.CompletedOn, &a.Until)
	}, attestedTo, organisationID, db.Day(now), before, limit)
	if err != nil {
		return nil, fmt.Errorf("attested: %w", err)
	}
	return out, nil
}
