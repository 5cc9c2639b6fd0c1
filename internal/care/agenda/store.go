package agenda

import (
	"context"
	"fmt"

	"waymark.example/internal/platform/db"
)

func referralOf(ctx context.Context, tx *db.Tx, participantID string) (string, error) {
	var id string
	if err := tx.One(ctx, referralOfParticipant, participantID).Scan(&id); err != nil {
		return "", fmt.Errorf("referral: %w", err)
	}
	return id, nil
}

func organisationNames(ctx context.Context, tx *db.Tx, into map[string]string) error {
	_, err := db.All(ctx, tx, func(row db.Row) (struct{}, error) {
		var id, name string
		err := row.Scan(&id, &name)
		into[id] = name
		return struct{}{}, err
	}, allOrganisations)
	if err != nil {
		return fmt.Errorf("organisations: %w", err)
	}
	return nil
}

const (
	referralOfParticipant db.Query = `SELECT referral_id FROM care_participant WHERE participant_id = $1`
	allOrganisations      db.Query = `SELECT organisation_id, name FROM identity_organisation`
)
