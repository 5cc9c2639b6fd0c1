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

const referralOfParticipant db.Query = `SELECT referral_id FROM care_participant WHERE participant_id = $1`
