package consent

import (
	"context"
	"fmt"
	"time"

	"waymark.example/internal/handoff/disclosure"
	"waymark.example/internal/lead"
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

// keepLetter keeps a letter on the care side, sealed, and lets it wait; sending
// takes it out of the queue again.
func keepLetter(ctx context.Context, tx *db.Tx, box *secret.Box, participantID string, k Kept) error {
	send := k.SendAt
	if send.IsZero() {
		send = k.At
	}
	if _, err := tx.Exec(ctx, insertLetter, k.ID, participantID, k.To.ID, k.Purpose, k.Basis, box.Seal("care_disclosure.ground", k.Ground), k.Channel,
		box.Seal("care_disclosure.words", k.Letter.Words), k.NoTime, db.At(send), k.Until, k.PreparedBy, db.At(k.At)); err != nil {
		return fmt.Errorf("keep letter: %w", err)
	}
	for _, p := range k.Parts {
		if _, err := tx.Exec(ctx, insertLetterTopic, k.ID, p.Topic, p.ConsentID); err != nil {
			return fmt.Errorf("keep letter: %w", err)
		}
	}
	if _, err := tx.Exec(ctx, insertWaiting, k.ID, db.At(send)); err != nil {
		return fmt.Errorf("keep letter: %w", err)
	}
	return nil
}

// step adds one line to what became of a letter. A line that ends the waiting
// can be written once: lead.ErrConflict for whoever comes second.
func step(ctx context.Context, tx *db.Tx, box *secret.Box, disclosureID, kind, words, by string, at time.Time) error {
	if kind == "sent" || kind == "stopped" || kind == "cancelled" {
		n, err := tx.Exec(ctx, deleteWaiting, disclosureID)
		if err != nil {
			return fmt.Errorf("%s: %w", kind, err)
		}
		if n == 0 {
			return lead.ErrConflict
		}
	}
	if _, err := tx.Exec(ctx, insertStep, lead.NewID("stp"), disclosureID, kind, box.Seal("care_disclosure_step.words", words), by, db.At(at)); err != nil {
		return fmt.Errorf("%s: %w", kind, err)
	}
	return nil
}

func lettersAbout(ctx context.Context, tx *db.Tx, box *secret.Box, participantID, today string) ([]Kept, error) {
	ids, err := db.All(ctx, tx, func(row db.Row) (string, error) {
		var id string
		return id, row.Scan(&id)
	}, lettersOf, participantID)
	if err != nil {
		return nil, fmt.Errorf("letters: %w", err)
	}
	var out []Kept
	for _, id := range ids {
		k, err := oneLetter(ctx, tx, box, id, today)
		if err != nil {
			return nil, err
		}
		out = append(out, k)
	}
	return out, nil
}

// oneLetter returns a letter with everything that became of it.
func oneLetter(ctx context.Context, tx *db.Tx, box *secret.Box, disclosureID, today string) (Kept, error) {
	k := Kept{ID: disclosureID}
	var send, at db.Time
	var outside string
	err := tx.One(ctx, letterByID, disclosureID).Scan(&k.To.ID, &k.To.Name, &k.To.Kind, &outside, &k.Purpose, &k.Basis, &k.Ground, &k.Channel, &k.Letter.Words,
		&k.NoTime, &send, &k.Until, &k.PreparedBy, &k.By, &at)
	if err != nil {
		return Kept{}, err
	}
	k.SendAt, k.At, k.Recipient = send.Time, at.Time, k.To.ID
	for field, text := range map[string]*string{"care_disclosure.ground": &k.Ground, "care_disclosure.words": &k.Letter.Words} {
		if *text, err = box.Read(field, *text); err != nil {
			return Kept{}, err
		}
	}
	if outside != "" {
		if k.To.Name, err = box.Read("care_outside.name", outside); err != nil {
			return Kept{}, err
		}
	}
	gone := false
	k.Parts, err = db.All(ctx, tx, func(row db.Row) (disclosure.Part, error) {
		var p disclosure.Part
		var stopped bool
		err := row.Scan(&p.Topic, &p.ConsentID, &stopped)
		gone = gone || stopped
		return p, err
	}, letterTopics, disclosureID)
	if err != nil {
		return Kept{}, fmt.Errorf("letter: %w", err)
	}
	for _, p := range k.Parts {
		k.Topics = append(k.Topics, p.Topic)
	}
	k.Closed = gone || today > k.Until
	k.Steps, err = db.All(ctx, tx, func(row db.Row) (Step, error) {
		var s Step
		var at db.Time
		if err := row.Scan(&s.Kind, &s.Words, &s.By, &at); err != nil {
			return s, err
		}
		s.At = at.Time
		var err error
		s.Words, err = box.Read("care_disclosure_step.words", s.Words)
		return s, err
	}, letterSteps, disclosureID)
	if err != nil {
		return Kept{}, fmt.Errorf("letter: %w", err)
	}
	k.Reads, err = disclosure.Reads(ctx, tx, disclosureID)
	return k, err
}

const (
	insertOutside db.Query = `INSERT INTO care_outside (outside_id, participant_id, name, recorded_by, recorded_at) VALUES ($1, $2, $3, $4, $5)`
	outsideOf     db.Query = `SELECT outside_id, name FROM care_outside WHERE participant_id = $1 ORDER BY outside_id LIMIT 100`
	insertConsent db.Query = `
		INSERT INTO care_consent (consent_id, participant_id, recipient_id, topic, purpose, from_on, until_on, how, witness, language, copy_given, ask_again, recorded_by, recorded_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)`
	// All of them, however many: one that is left out is one that nobody sees and
	// no stop reaches (R21).
	consentsOf db.Query = `
		SELECT c.consent_id, c.recipient_id, COALESCE(o.name, ''), COALESCE(o.kind, ''), COALESCE(x.name, ''), c.topic, c.purpose, c.from_on, c.until_on, c.how, c.witness, c.language,
			c.copy_given, c.ask_again, COALESCE(a.name, ''), c.recorded_at, COALESCE(w.recorded_at, ''), COALESCE(w.told, '')
		FROM care_consent c
		LEFT JOIN identity_organisation o ON o.organisation_id = c.recipient_id
		LEFT JOIN care_outside x ON x.outside_id = c.recipient_id AND x.participant_id = c.participant_id
		LEFT JOIN identity_account a ON a.account_id = c.recorded_by
		LEFT JOIN handoff_withdrawal w ON w.consent_id = c.consent_id
		WHERE c.participant_id = $1 ORDER BY c.consent_id DESC`
	insertLetter db.Query = `
		INSERT INTO care_disclosure (disclosure_id, participant_id, recipient_id, purpose, basis, ground, channel, words, no_time, send_at, until_on, prepared_by, prepared_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)`
	insertLetterTopic db.Query = `INSERT INTO care_disclosure_topic (disclosure_id, topic, consent_id) VALUES ($1, $2, $3)`
	insertWaiting     db.Query = `INSERT INTO care_disclosure_waiting (disclosure_id, send_at) VALUES ($1, $2)`
	deleteWaiting     db.Query = `DELETE FROM care_disclosure_waiting WHERE disclosure_id = $1`
	insertStep        db.Query = `INSERT INTO care_disclosure_step (step_id, disclosure_id, kind, words, recorded_by, recorded_at) VALUES ($1, $2, $3, $4, $5, $6)`
	participantOf     db.Query = `SELECT participant_id FROM care_disclosure WHERE disclosure_id = $1`
	lettersOf         db.Query = `SELECT disclosure_id FROM care_disclosure WHERE participant_id = $1 ORDER BY disclosure_id DESC LIMIT 100`
	letterByID        db.Query = `
		SELECT d.recipient_id, COALESCE(o.name, ''), COALESCE(o.kind, ''), COALESCE(x.name, ''), d.purpose, d.basis, d.ground, d.channel, d.words,
			d.no_time, d.send_at, d.until_on, d.prepared_by, COALESCE(a.name, ''), d.prepared_at
		FROM care_disclosure d
		LEFT JOIN identity_organisation o ON o.organisation_id = d.recipient_id
		LEFT JOIN care_outside x ON x.outside_id = d.recipient_id AND x.participant_id = d.participant_id
		LEFT JOIN identity_account a ON a.account_id = d.prepared_by
		WHERE d.disclosure_id = $1`
	letterTopics db.Query = `
		SELECT t.topic, t.consent_id, EXISTS (SELECT 1 FROM handoff_withdrawal w WHERE w.consent_id = t.consent_id)
		FROM care_disclosure_topic t WHERE t.disclosure_id = $1 ORDER BY t.topic`
	letterSteps db.Query = `
		SELECT s.kind, s.words, COALESCE(a.name, ''), s.recorded_at
		FROM care_disclosure_step s LEFT JOIN identity_account a ON a.account_id = s.recorded_by
		WHERE s.disclosure_id = $1 ORDER BY s.step_id`
	lettersDue db.Query = `
		SELECT w.disclosure_id FROM care_disclosure_waiting w JOIN care_disclosure d ON d.disclosure_id = w.disclosure_id
		WHERE w.send_at <= $1 AND (d.basis = '' OR d.no_time
			OR EXISTS (SELECT 1 FROM care_disclosure_step s WHERE s.disclosure_id = d.disclosure_id AND s.kind = 'confirmed'))
		ORDER BY w.send_at, w.disclosure_id LIMIT 100`
	lettersToSee db.Query = `
		SELECT d.disclosure_id FROM care_disclosure d JOIN care_now n ON n.participant_id = d.participant_id
		WHERE n.team = $1 AND (n.worker_id = $2 OR $3) AND d.basis <> ''
		AND NOT EXISTS (SELECT 1 FROM handoff_keeping_now k WHERE k.participant_id = n.participant_id AND k.sealed)
		AND NOT EXISTS (SELECT 1 FROM care_disclosure_step s WHERE s.disclosure_id = d.disclosure_id AND s.kind IN ('cancelled', 'stopped'))
		AND (NOT EXISTS (SELECT 1 FROM care_disclosure_step s WHERE s.disclosure_id = d.disclosure_id AND s.kind = 'sent')
			OR NOT EXISTS (SELECT 1 FROM care_disclosure_step s WHERE s.disclosure_id = d.disclosure_id AND s.kind = 'told')
			OR (d.no_time AND NOT EXISTS (SELECT 1 FROM care_disclosure_step s WHERE s.disclosure_id = d.disclosure_id AND s.kind = 'reviewed')))
		ORDER BY d.disclosure_id LIMIT 100`
	// Whose a team is: no two organisations have a team of one name.
	organisationOfTeam db.Query = `SELECT organisation_id FROM identity_account WHERE side = 'care' AND team = $1 ORDER BY account_id LIMIT 1`

	referralOfParticipant db.Query = `SELECT referral_id FROM care_participant WHERE participant_id = $1`

	insertResearch db.Query = `
		INSERT INTO care_research (participant_id, agreed, told, recorded_by, recorded_at, version)
		SELECT $1, $2, $3, $4, $5, COALESCE(MAX(version), 0) + 1 FROM care_research WHERE participant_id = $1`
	researchNow db.Query = `SELECT agreed, told, recorded_at FROM care_research WHERE participant_id = $1 ORDER BY version DESC LIMIT 1`
)
