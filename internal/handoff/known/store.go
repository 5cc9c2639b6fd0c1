package known

import "waymark.example/internal/platform/db"

// The care end.
const (
	insertCard db.Query = `
		INSERT INTO handoff_known (card_id, consent_id, participant_id, recipient_id, code_hash, call_name, call_phone, until_on, made_by, made_at, giver_id)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`
	cardsOf db.Query = `
		SELECT k.card_id, k.consent_id, k.recipient_id, k.call_name, k.call_phone, k.until_on, k.made_by, k.made_at,
			EXISTS (SELECT 1 FROM handoff_withdrawal w WHERE w.consent_id = k.consent_id)
		FROM handoff_known k WHERE k.participant_id = $1 ORDER BY k.card_id DESC LIMIT 50`
	deleteCards db.Query = `DELETE FROM handoff_known WHERE participant_id = $1`
)

// The police end.
const cardByCode db.Query = `
	SELECT k.consent_id, k.participant_id, k.call_name, k.call_phone, k.until_on FROM handoff_known k
	WHERE k.code_hash = $1 AND k.recipient_id = $2 AND k.until_on >= $3
	AND EXISTS (SELECT 1 FROM reference_agreement_open o WHERE o.giver_id = k.giver_id AND o.receiver_id = k.recipient_id
		AND o.topic = 'card' AND o.purpose = 'call' AND o.from_on <= $3 AND o.until_on >= $3 AND o.next_on > $3)
	AND NOT EXISTS (SELECT 1 FROM handoff_withdrawal w WHERE w.consent_id = k.consent_id)`
