package figure

import "waymark.example/internal/platform/db"

const (
	insertSet db.Query = `
		INSERT INTO partnership_set (set_no, from_month, until_month, kept, shown, published_by, published_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT DO NOTHING`
	keptSets   db.Query = `SELECT kept FROM partnership_set ORDER BY set_no`
	latestSets db.Query = `
		SELECT s.set_no, s.shown, COALESCE(a.name, ''), s.published_at FROM partnership_set s LEFT JOIN identity_account a ON a.account_id = s.published_by
		ORDER BY s.set_no DESC LIMIT $1`
	oneSet db.Query = `
		SELECT s.set_no, s.shown, COALESCE(a.name, ''), s.published_at FROM partnership_set s LEFT JOIN identity_account a ON a.account_id = s.published_by
		WHERE s.set_no = $1`
	saidIn db.Query = `
		SELECT SUBSTR(received_at, 1, 7), kind, COUNT(*) FROM handoff_complaint WHERE SUBSTR(received_at, 1, 7) >= $1 AND SUBSTR(received_at, 1, 7) <= $2
		GROUP BY SUBSTR(received_at, 1, 7), kind`
	insertCost   db.Query = `INSERT INTO partnership_cost (cost_id, year, kind, pence, words, recorded_by, recorded_at) VALUES ($1, $2, $3, $4, $5, $6, $7)`
	costsEntered db.Query = `
		SELECT c.year, c.kind, c.pence, c.words, COALESCE(a.name, ''), c.recorded_at FROM partnership_cost c LEFT JOIN identity_account a ON a.account_id = c.recorded_by
		ORDER BY c.recorded_at DESC, c.cost_id DESC LIMIT 200`
)
