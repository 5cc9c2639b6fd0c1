package station

import "waymark.example/internal/platform/db"

const (
	asksSince db.Query = `SELECT COUNT(*), COALESCE(MIN(asked_at), '') FROM police_known_ask WHERE account_id = $1 AND asked_at > $2`
	insertAsk db.Query = `INSERT INTO police_known_ask (ask_id, account_id, asked_at) VALUES ($1, $2, $3)`

	// Oldest first, so that the latest of a course is the last.
	trainingOf db.Query = `
		SELECT t.account_id, t.course, t.done_on, a.name FROM police_training t JOIN identity_account a ON a.account_id = t.recorded_by
		WHERE t.account_id = $1 ORDER BY t.account_id, t.course, t.training_id`
	officersOfTeam db.Query = `
		SELECT a.account_id, a.name FROM identity_account a
		WHERE a.side = 'police' AND a.organisation_id = $1 AND a.team = $2 AND a.team <> ''
		AND EXISTS (SELECT 1 FROM identity_standing s WHERE s.account_id = a.account_id AND s.active
			AND s.version = (SELECT MAX(version) FROM identity_standing WHERE account_id = s.account_id))
		ORDER BY a.name, a.account_id LIMIT 200`
	teamOf         db.Query = `SELECT team, organisation_id FROM identity_account WHERE account_id = $1 AND side = 'police'`
	insertTraining db.Query = `INSERT INTO police_training (training_id, account_id, course, done_on, recorded_by, recorded_at) VALUES ($1, $2, $3, $4, $5, $6)`
)
