package month

import "waymark.example/internal/platform/db"

const (
	insertMonth db.Query = `
		INSERT INTO care_month (participant_id, month, version, housing, work, income, words, recorded_by, recorded_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT DO NOTHING`
	monthsOf db.Query = `
		SELECT m.month, m.version, m.housing, m.work, m.income, m.words, COALESCE(a.name, ''), m.recorded_at
		FROM care_month m LEFT JOIN identity_account a ON a.account_id = m.recorded_by
		WHERE m.participant_id = $1 ORDER BY m.month DESC, m.version DESC LIMIT $2`
	askedIn db.Query = `
		SELECT DISTINCT m.participant_id FROM care_month m JOIN care_now n ON n.participant_id = m.participant_id
		WHERE n.worker_id = $1 AND m.month = $2`
)
