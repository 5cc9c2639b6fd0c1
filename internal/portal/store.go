package portal

import "waymark.example/internal/platform/db"

func scanGiven(row db.Row) (Given, error) {
	var g Given
	var at, until, ended db.Time
	var open string
	err := row.Scan(&at, &until, &g.By, &g.Ended, &ended, &open)
	g.At, g.Until, g.EndedAt, g.PageOpen = at.Time, until.Time, ended.Time, open == "open"
	return g, err
}

const (
	// Through the care handle.
	insertCode db.Query = `INSERT INTO portal_code (code_id, participant_id, code_hash, given_by, given_at, expires_at) VALUES ($1, $2, $3, $4, $5, $6)`
	endCodes   db.Query = `
		INSERT INTO portal_code_end (code_id, how, ended_at)
		SELECT c.code_id, $1, $2 FROM portal_code c
		WHERE c.participant_id = $3 AND NOT EXISTS (SELECT 1 FROM portal_code_end e WHERE e.code_id = c.code_id)`
	latestCode db.Query = `
		SELECT c.given_at, c.expires_at, COALESCE(a.name, ''), COALESCE(e.how, ''), COALESCE(e.ended_at, ''),
			CASE WHEN s.ended_at = '' THEN 'open' ELSE '' END
		FROM portal_code c
		LEFT JOIN portal_code_end e ON e.code_id = c.code_id
		LEFT JOIN portal_session s ON s.code_id = c.code_id
		LEFT JOIN identity_account a ON a.account_id = c.given_by
		WHERE c.participant_id = $1 ORDER BY c.given_at DESC LIMIT 1`
	endPages db.Query = `UPDATE portal_session SET ended_at = $1 WHERE participant_id = $2 AND ended_at = ''`

	// Through the participant's handle.
	codeByHash    db.Query = `SELECT code_id, participant_id, expires_at FROM portal_code WHERE code_hash = $1`
	insertCodeEnd db.Query = `INSERT INTO portal_code_end (code_id, how, ended_at) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING`
	insertSession db.Query = `INSERT INTO portal_session (token_hash, participant_id, code_id, browser_hash, started_at, last_seen_at, ended_at) VALUES ($1, $2, $3, $4, $5, $5, '')`
	sessionByHash db.Query = `SELECT participant_id, browser_hash, started_at, last_seen_at, ended_at FROM portal_session WHERE token_hash = $1`
	touchSession  db.Query = `UPDATE portal_session SET last_seen_at = $1 WHERE token_hash = $2`
	endSession    db.Query = `UPDATE portal_session SET ended_at = $1 WHERE token_hash = $2 AND ended_at = ''`
	countWrong    db.Query = `
		INSERT INTO portal_throttle (network_hash, wrong, since) VALUES ($1, 1, $2)
		ON CONFLICT (network_hash) DO UPDATE SET
			wrong = CASE WHEN portal_throttle.since < $3 THEN 1 ELSE portal_throttle.wrong + 1 END,
			since = CASE WHEN portal_throttle.since < $3 THEN $2 ELSE portal_throttle.since END
		RETURNING wrong`
)
