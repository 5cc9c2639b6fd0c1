package disclosure

import (
	"context"
	"fmt"

	"waymark.example/internal/platform/db"
)

func scanDisclosure(row db.Row) (Disclosure, error) {
	var d Disclosure
	var sent, read db.Time
	err := row.Scan(&d.ID, &d.ParticipantID, &d.RecipientID, &d.Purpose, &d.Basis, &d.Channel, &d.Sealed, &d.Until, &d.SentBy, &d.SentByName, &d.SentByTeam, &sent, &read)
	d.SentAt, d.ReadAt = sent.Time, read.Time
	return d, err
}

func partsOf(ctx context.Context, tx *db.Tx, disclosureID string) ([]Part, error) {
	out, err := db.All(ctx, tx, func(row db.Row) (Part, error) {
		var p Part
		return p, row.Scan(&p.Topic, &p.ConsentID)
	}, topicsOf, disclosureID)
	if err != nil {
		return nil, fmt.Errorf("topics: %w", err)
	}
	return out, nil
}

// The care end, and the participant's own.
const insertWithdrawal db.Query = `
	INSERT INTO handoff_withdrawal (consent_id, participant_id, told, recorded_by, recorded_at)
	VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING`

// The care end.
const (
	referenceOf       db.Query = `SELECT reference FROM handoff_referral WHERE referral_id = $1`
	insertAttestation db.Query = `
		INSERT INTO handoff_attestation (consent_id, referral_id, participant_id, recipient_id, reference, completed, completed_on, until_on, recorded_at, giver_id)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) ON CONFLICT DO NOTHING`
	insertDisclosure db.Query = `
		INSERT INTO handoff_disclosure (disclosure_id, participant_id, recipient_id, purpose, basis, channel, words, until_on, sent_by, sent_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`
	insertTopic db.Query = `INSERT INTO handoff_disclosure_topic (disclosure_id, topic, consent_id) VALUES ($1, $2, $3)`
	insertLink  db.Query = `INSERT INTO handoff_link (token_hash, disclosure_id, expires_at, made_at) VALUES ($1, $2, $3, $4)`
	readsOf     db.Query = `
		SELECT COALESCE(a.name, ''), r.read_at FROM handoff_read r LEFT JOIN identity_account a ON a.account_id = r.read_by
		WHERE r.disclosure_id = $1 ORDER BY r.read_at LIMIT 50`
)

// The police end.
const completedFor db.Query = `
	SELECT a.completed_on FROM handoff_attestation a
	WHERE a.referral_id = $1 AND a.recipient_id = $2 AND a.completed AND a.until_on >= $3
	AND EXISTS (SELECT 1 FROM reference_agreement_open o WHERE o.giver_id = a.giver_id AND o.receiver_id = a.recipient_id
		AND o.topic = 'status' AND o.purpose = 'outcome' AND o.from_on <= $3 AND o.until_on >= $3 AND o.next_on > $3)
	AND NOT EXISTS (SELECT 1 FROM handoff_withdrawal w WHERE w.consent_id = a.consent_id)
	ORDER BY a.completed_on LIMIT 1`

// The recipient's end. What a person said yes to is read while an agreement covers
// it: between the organisation of who sent it and theirs, for what it is about and
// for. Somebody outside, whom one person named, is no party to any.
const (
	topicsOf   db.Query = `SELECT topic, consent_id FROM handoff_disclosure_topic WHERE disclosure_id = $1 ORDER BY topic`
	insertRead db.Query = `INSERT INTO handoff_read (disclosure_id, read_by, read_at) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING`
	attestedTo db.Query = `
		SELECT a.consent_id, a.participant_id, a.reference, a.completed_on, a.until_on FROM handoff_attestation a
		WHERE a.recipient_id = $1 AND a.completed AND a.until_on >= $2 AND a.consent_id < $3
		AND EXISTS (SELECT 1 FROM reference_agreement_open o WHERE o.giver_id = a.giver_id AND o.receiver_id = a.recipient_id
			AND o.topic = 'status' AND o.purpose = 'outcome' AND o.from_on <= $2 AND o.until_on >= $2 AND o.next_on > $2)
		AND NOT EXISTS (SELECT 1 FROM handoff_withdrawal w WHERE w.consent_id = a.consent_id)
		ORDER BY a.consent_id DESC LIMIT $4`
	disclosedTo db.Query = `
		SELECT d.disclosure_id, d.participant_id, d.recipient_id, d.purpose, d.basis, d.channel, d.words, d.until_on, d.sent_by, COALESCE(a.name, ''), COALESCE(a.team, ''), d.sent_at,
			COALESCE((SELECT MIN(r.read_at) FROM handoff_read r WHERE r.disclosure_id = d.disclosure_id), '')
		FROM handoff_disclosure d LEFT JOIN identity_account a ON a.account_id = d.sent_by
		WHERE d.recipient_id = $1 AND d.channel = 'account' AND d.until_on >= $2 AND d.disclosure_id < $3
		AND (d.basis <> '' OR NOT EXISTS (SELECT 1 FROM handoff_disclosure_topic t WHERE t.disclosure_id = d.disclosure_id
			AND NOT EXISTS (SELECT 1 FROM reference_agreement_open o WHERE o.giver_id = a.organisation_id AND o.receiver_id = d.recipient_id
				AND o.topic = t.topic AND o.purpose = d.purpose AND o.from_on <= $2 AND o.until_on >= $2 AND o.next_on > $2)))
		AND NOT EXISTS (SELECT 1 FROM handoff_disclosure_topic p JOIN handoff_withdrawal w ON w.consent_id = p.consent_id WHERE p.disclosure_id = d.disclosure_id)
		ORDER BY d.disclosure_id DESC LIMIT $4`
	disclosedOne db.Query = `
		SELECT d.disclosure_id, d.participant_id, d.recipient_id, d.purpose, d.basis, d.channel, d.words, d.until_on, d.sent_by, COALESCE(a.name, ''), COALESCE(a.team, ''), d.sent_at,
			COALESCE((SELECT MIN(r.read_at) FROM handoff_read r WHERE r.disclosure_id = d.disclosure_id), '')
		FROM handoff_disclosure d LEFT JOIN identity_account a ON a.account_id = d.sent_by
		WHERE d.recipient_id = $1 AND d.disclosure_id = $2 AND d.channel = 'account' AND d.until_on >= $3
		AND (d.basis <> '' OR NOT EXISTS (SELECT 1 FROM handoff_disclosure_topic t WHERE t.disclosure_id = d.disclosure_id
			AND NOT EXISTS (SELECT 1 FROM reference_agreement_open o WHERE o.giver_id = a.organisation_id AND o.receiver_id = d.recipient_id
				AND o.topic = t.topic AND o.purpose = d.purpose AND o.from_on <= $3 AND o.until_on >= $3 AND o.next_on > $3)))
		AND NOT EXISTS (SELECT 1 FROM handoff_disclosure_topic p JOIN handoff_withdrawal w ON w.consent_id = p.consent_id WHERE p.disclosure_id = d.disclosure_id)`
	linkKnown       db.Query = `SELECT EXISTS (SELECT 1 FROM handoff_link WHERE token_hash = $1)`
	disclosedByLink db.Query = `
		SELECT d.disclosure_id, d.participant_id, d.recipient_id, d.purpose, d.basis, d.channel, d.words, d.until_on, d.sent_by, COALESCE(a.name, ''), COALESCE(a.team, ''), d.sent_at, ''
		FROM handoff_link l JOIN handoff_disclosure d ON d.disclosure_id = l.disclosure_id LEFT JOIN identity_account a ON a.account_id = d.sent_by
		WHERE l.token_hash = $1 AND l.expires_at > $2 AND d.channel = 'link' AND d.until_on >= $3
		AND NOT EXISTS (SELECT 1 FROM reference_partner_away x WHERE x.organisation_id = d.recipient_id)
		AND (d.basis <> '' OR NOT EXISTS (SELECT 1 FROM identity_organisation x WHERE x.organisation_id = d.recipient_id) OR NOT EXISTS (SELECT 1 FROM handoff_disclosure_topic t WHERE t.disclosure_id = d.disclosure_id
			AND NOT EXISTS (SELECT 1 FROM reference_agreement_open o WHERE o.giver_id = a.organisation_id AND o.receiver_id = d.recipient_id
				AND o.topic = t.topic AND o.purpose = d.purpose AND o.from_on <= $3 AND o.until_on >= $3 AND o.next_on > $3)))
		AND NOT EXISTS (SELECT 1 FROM handoff_link later WHERE later.disclosure_id = l.disclosure_id AND later.made_at > l.made_at)
		AND NOT EXISTS (SELECT 1 FROM handoff_read r WHERE r.disclosure_id = d.disclosure_id AND r.read_by = 'link')
		AND NOT EXISTS (SELECT 1 FROM handoff_disclosure_topic p JOIN handoff_withdrawal w ON w.consent_id = p.consent_id WHERE p.disclosure_id = d.disclosure_id)`
)
