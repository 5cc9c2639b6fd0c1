package legal

import (
	"context"
	"errors"
	"fmt"

	"waymark.example/internal/lead"
	"waymark.example/internal/platform/db"
)

// nameOf returns the name of a worker, "" for nobody.
func nameOf(ctx context.Context, tx *db.Tx, accountID string) (string, error) {
	var name string
	err := tx.One(ctx, accountName, accountID).Scan(&name)
	if err != nil && !errors.Is(err, lead.ErrNotFound) {
		return "", fmt.Errorf("worker: %w", err)
	}
	return name, nil
}

const columns = `c.legal_id, c.version, c.kind, c.standing, c.source, c.next_on, c.next_at, c.court, c.reference, c.place, c.todo, c.words, COALESCE(a.name, ''), c.recorded_at
		FROM care_legal c LEFT JOIN identity_account a ON a.account_id = c.recorded_by`

const letterColumns = `SELECT l.letter_id, l.legal_id, l.addressee, l.words, l.agreed_how, l.witness, COALESCE(a.name, ''), l.recorded_at,
			CASE WHEN EXISTS (SELECT 1 FROM care_letter_stop x WHERE x.letter_id = l.letter_id) THEN 1 ELSE 0 END
		FROM care_letter l LEFT JOIN identity_account a ON a.account_id = l.recorded_by`

const (
	accountName db.Query = `SELECT name FROM identity_account WHERE account_id = $1`
	officeName  db.Query = `SELECT name FROM identity_organisation WHERE organisation_id = $1`
	insertLegal db.Query = `
		INSERT INTO care_legal (legal_id, version, participant_id, kind, standing, source, next_on, next_at, court, reference, place, todo, words, recorded_by, recorded_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15) ON CONFLICT DO NOTHING`
	latestOf db.Query = `
		SELECT ` + columns + `
		WHERE c.participant_id = $1 AND c.version = (SELECT MAX(version) FROM care_legal l WHERE l.legal_id = c.legal_id)
		ORDER BY CASE WHEN c.standing = 'ahead' THEN 0 ELSE 1 END, CASE WHEN c.standing = 'ahead' AND c.next_on <> '' THEN c.next_on ELSE '9999' END, c.next_at, c.recorded_at DESC, c.legal_id DESC LIMIT 100`
	oneLatest db.Query = `
		SELECT ` + columns + `
		WHERE c.participant_id = $1 AND c.legal_id = $2 ORDER BY c.version DESC LIMIT 1`
	versionsOf db.Query = `
		SELECT ` + columns + `
		WHERE c.participant_id = $1 AND c.legal_id = $2 ORDER BY c.version DESC LIMIT 50`
	dueToday db.Query = `
		SELECT c.participant_id, ` + columns + ` JOIN care_now n ON n.participant_id = c.participant_id
		WHERE c.participant_id IN (SELECT participant_id FROM care_now WHERE worker_id = $1 UNION SELECT participant_id FROM care_now WHERE team = $2)
		AND n.state IN ('active', 'inactive', 'prospective', 'merged') AND c.standing = 'ahead' AND c.next_on <> '' AND c.next_on <= $3
		AND c.version = (SELECT MAX(version) FROM care_legal l WHERE l.legal_id = c.legal_id)
		ORDER BY c.next_on, c.next_at, c.legal_id`

	insertLetter db.Query = `
		INSERT INTO care_letter (letter_id, participant_id, legal_id, addressee, words, agreed_how, witness, recorded_by, recorded_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`
	insertStop   db.Query = `INSERT INTO care_letter_stop (letter_id, recorded_by, recorded_at) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING`
	lettersAbout db.Query = letterColumns + ` WHERE l.participant_id = $1 AND l.legal_id = $2 ORDER BY l.letter_id DESC LIMIT 50`
	oneLetter    db.Query = letterColumns + ` WHERE l.participant_id = $1 AND l.letter_id = $2`
)
