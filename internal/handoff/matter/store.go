package matter

import "waymark.example/internal/platform/db"

// The care end.
const (
	insertMatter db.Query = `
		INSERT INTO handoff_matter (share_id, participant_id, recipient_id, consent_id, legal_id, words, until_on, shared_by, shared_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`
	mattersOf db.Query = `
		SELECT m.share_id, m.participant_id, m.recipient_id, m.consent_id, m.words, m.until_on, COALESCE(a.name, ''), m.shared_at,
			CASE WHEN EXISTS (SELECT 1 FROM handoff_withdrawal w WHERE w.consent_id = m.consent_id) THEN 1 ELSE 0 END
		FROM handoff_matter m LEFT JOIN identity_account a ON a.account_id = m.shared_by
		WHERE m.participant_id = $1 AND m.legal_id = $2 ORDER BY m.share_id DESC LIMIT 50`
	decisionsOf db.Query = `
		SELECT d.decision_id, d.kind, d.words, d.decided_on, COALESCE(a.name, ''), d.recorded_at
		FROM handoff_matter_decision d LEFT JOIN identity_account a ON a.account_id = d.decided_by
		WHERE d.share_id = $1 ORDER BY d.decision_id DESC LIMIT 50`
)

// The recipient's end.
const (
	mattersTo db.Query = `
		SELECT m.share_id, m.participant_id, m.recipient_id, m.consent_id, m.words, m.until_on, COALESCE(a.name, ''), m.shared_at, 0
		FROM handoff_matter m LEFT JOIN identity_account a ON a.account_id = m.shared_by
		WHERE m.recipient_id = $1 AND m.until_on >= $2 AND m.share_id < $3
		AND EXISTS (SELECT 1 FROM reference_agreement_open o WHERE o.giver_id = a.organisation_id AND o.receiver_id = m.recipient_id
			AND o.topic = 'status' AND o.purpose = 'legal' AND o.from_on <= $2 AND o.until_on >= $2 AND o.next_on > $2)
		AND NOT EXISTS (SELECT 1 FROM handoff_withdrawal w WHERE w.consent_id = m.consent_id)
		ORDER BY m.share_id DESC LIMIT $4`
	matterTo db.Query = `
		SELECT m.share_id, m.participant_id, m.recipient_id, m.consent_id, m.words, m.until_on, COALESCE(a.name, ''), m.shared_at, 0
		FROM handoff_matter m LEFT JOIN identity_account a ON a.account_id = m.shared_by
		WHERE m.recipient_id = $1 AND m.until_on >= $2 AND m.share_id = $3
		AND EXISTS (SELECT 1 FROM reference_agreement_open o WHERE o.giver_id = a.organisation_id AND o.receiver_id = m.recipient_id
			AND o.topic = 'status' AND o.purpose = 'legal' AND o.from_on <= $2 AND o.until_on >= $2 AND o.next_on > $2)
		AND NOT EXISTS (SELECT 1 FROM handoff_withdrawal w WHERE w.consent_id = m.consent_id)`
	insertDecision db.Query = `
		INSERT INTO handoff_matter_decision (decision_id, share_id, kind, words, decided_on, decided_by, recorded_at) VALUES ($1, $2, $3, $4, $5, $6, $7)`
)
