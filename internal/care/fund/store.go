package fund

import "waymark.example/internal/platform/db"

const (
	makeFund db.Query = `INSERT INTO care_fund_now (team, available, promised, spent, most) VALUES ($1, 0, 0, 0, $2) ON CONFLICT DO NOTHING`
	setMost  db.Query = `UPDATE care_fund_now SET most = $1 WHERE team = $2`
	fundOf   db.Query = `SELECT available, promised, spent, most FROM care_fund_now WHERE team = $1`
	// The row is locked by the update; the conditions and the table's own checks
	// keep each place at nothing or above.
	moveIn     db.Query = `UPDATE care_fund_now SET available = available + $1 WHERE team = $2`
	promise    db.Query = `UPDATE care_fund_now SET available = available - $1, promised = promised + $1 WHERE team = $2 AND available >= $1`
	payOut     db.Query = `UPDATE care_fund_now SET promised = promised - $1, spent = spent + $1 WHERE team = $2 AND promised >= $1`
	giveBack   db.Query = `UPDATE care_fund_now SET promised = promised - $1, available = available + $1 WHERE team = $2 AND promised >= $1`
	insertLine db.Query = `
		INSERT INTO care_fund_line (line_id, team, kind, taken_from, put_into, pence, request_id, source, recorded_by, recorded_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`
	linesOf db.Query = `
		SELECT l.line_id, l.recorded_at, l.kind, l.taken_from, l.put_into, l.pence, l.request_id, l.source, COALESCE(a.name, '')
		FROM care_fund_line l LEFT JOIN identity_account a ON a.account_id = l.recorded_by
		WHERE l.team = $1 AND l.line_id > $2 ORDER BY l.line_id LIMIT $3`

	insertRequest db.Query = `
		INSERT INTO care_fund_request (request_id, participant_id, team, kind, pence, words, asked_by, asked_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`
	insertStep db.Query = `
		INSERT INTO care_fund_step (request_id, version, kind, pence, way, words, recorded_by, recorded_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT DO NOTHING`
	oneRequest db.Query = `
		SELECT r.request_id, r.participant_id, r.team, r.kind, r.pence, r.words, r.asked_by, COALESCE(a.name, ''), r.asked_at
		FROM care_fund_request r LEFT JOIN identity_account a ON a.account_id = r.asked_by
		WHERE r.request_id = $1 AND r.participant_id = $2`
	stepsOf db.Query = `
		SELECT s.version, s.kind, s.pence, s.way, s.words, COALESCE(a.name, ''), s.recorded_at
		FROM care_fund_step s LEFT JOIN identity_account a ON a.account_id = s.recorded_by
		WHERE s.request_id = $1 ORDER BY s.version`
	// What waits for somebody, of the worker's own people or the supervisor's team.
	openRequests db.Query = `
		SELECT r.request_id, r.participant_id
		FROM care_fund_request r JOIN care_now n ON n.participant_id = r.participant_id
		WHERE (n.worker_id = $1 OR ($2 AND n.team = $3)) AND n.state <> 'erased'
			AND NOT EXISTS (SELECT 1 FROM handoff_keeping_now k WHERE k.participant_id = n.participant_id AND k.sealed)
			AND NOT EXISTS (SELECT 1 FROM care_fund_step s WHERE s.request_id = r.request_id AND s.kind IN ('not_now', 'paid', 'not_needed'))
		ORDER BY r.request_id LIMIT 100`
)
