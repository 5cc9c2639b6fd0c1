package disclosure

import "waymark.example/internal/platform/db"

// The care end, and the participant's own.
const insertWithdrawal db.Query = `
	INSERT INTO handoff_withdrawal (consent_id, participant_id, told, recorded_by, recorded_at)
	VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING`

// The care end.
const (
	referenceOf       db.Query = `SELECT reference FROM handoff_referral WHERE referral_id = $1`
	insertAttestation db.Query = `
		INSERT INTO handoff_attestation (consent_id, referral_id, participant_id, recipient_id, reference, completed, completed_on, until_on, recorded_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT DO NOTHING`
)

// The police end.
const completedFor db.Query = `
	SELECT a.completed_on FROM handoff_attestation a
	WHERE a.referral_id = $1 AND a.recipient_id = $2 AND a.completed AND a.until_on >= $3
	AND NOT EXISTS (SELECT 1 FROM handoff_withdrawal w WHERE w.consent_id = a.consent_id)
	ORDER BY a.completed_on LIMIT 1`

// The recipient's end.
const attestedTo db.Query = `
	SELECT a.consent_id, a.participant_id, a.reference, a.completed_on, a.until_on FROM handoff_attestation a
	WHERE a.recipient_id = $1 AND a.completed AND a.until_on >= $2 AND a.consent_id < $3
	AND NOT EXISTS (SELECT 1 FROM handoff_withdrawal w WHERE w.consent_id = a.consent_id)
	ORDER BY a.consent_id DESC LIMIT $4`
