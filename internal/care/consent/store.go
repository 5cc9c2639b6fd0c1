package consent

import (
	"context"
	"fmt"

	"waymark.example/internal/platform/db"
	"waymark.example/internal/platform/secret"
)

func scanConsent(row db.Row, box *secret.Box) (Consent, error) {
	var c Consent
	var outside string
	var at, stopped db.Time
	err := row.Scan(&c.ID, &c.Recipient.ID, &c.Recipient.Name, &c.Recipient.Kind, &outside, &c.Topic, &c.Purpose, &c.From, &c.Until, &c.How, &c.Witness, &c.Language,
		&c.CopyGiven, &c.AskAgain, &c.By, &at, &stopped, &c.Told)
	if err != nil {
		return Consent{}, err
	}
	c.At, c.StoppedAt = at.Time, stopped.Time
	if outside != "" {
		if c.Recipient.Name, err = box.Read("care_outside.name", outside); err != nil {
			return Consent{}, err
		}
	}
	c.Witness, err = box.Read("care_consent.witness", c.Witness)
	return c, err
}

func referralOf(ctx context.Context, tx *db.Tx, participantID string) (string, error) {
	var id string
	if err := tx.One(ctx, referralOfParticipant, participantID).Scan(&id); err != nil {
		return "", fmt.Errorf("referral: %w", err)
	}
	return id, nil
}

const (
	insertOutside db.Query = `INSERT INTO care_outside (outside_id, participant_id, name, recorded_by, recorded_at) VALUES ($1, $2, $3, $4, $5)`
	outsideOf     db.Query = `SELECT outside_id, name FROM care_outside WHERE participant_id = $1 ORDER BY outside_id LIMIT 100`
	insertConsent db.Query = `
		INSERT INTO care_consent (consent_id, participant_id, recipient_id, topic, purpose, from_on, until_on, how, witness, language, copy_given, ask_again, recorded_by, recorded_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)`
	consentsOf db.Query = `
		SELECT c.consent_id, c.recipient_id, COALESCE(o.name, ''), COALESCE(o.kind, ''), COALESCE(x.name, ''), c.topic, c.purpose, c.from_on, c.until_on, c.how, c.witness, c.language,
			c.copy_given, c.ask_again, COALESCE(a.name, ''), c.recorded_at, COALESCE(w.recorded_at, ''), COALESCE(w.told, '')
		FROM care_consent c
		LEFT JOIN identity_organisation o ON o.organisation_id = c.recipient_id
		LEFT JOIN care_outside x ON x.outside_id = c.recipient_id AND x.participant_id = c.participant_id
		LEFT JOIN identity_account a ON a.account_id = c.recorded_by
		LEFT JOIN handoff_withdrawal w ON w.consent_id = c.consent_id
		WHERE c.participant_id = $1 ORDER BY c.consent_id DESC LIMIT 500`
	referralOfParticipant db.Query = `SELECT referral_id FROM care_participant WHERE participant_id = $1`
)
