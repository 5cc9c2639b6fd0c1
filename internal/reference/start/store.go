package start

import "waymark.example/internal/platform/db"

const (
	newestAnswers db.Query = `
		SELECT s.task, s.answers, COALESCE(a.name, ''), s.recorded_at
		FROM reference_start_answer s LEFT JOIN identity_account a ON a.account_id = s.recorded_by
		WHERE s.version = (SELECT MAX(version) FROM reference_start_answer WHERE task = s.task) ORDER BY s.task LIMIT 200`
	lastAnswer   db.Query = `SELECT COALESCE(MAX(version), 0) FROM reference_start_answer WHERE task = $1`
	insertAnswer db.Query = `
		INSERT INTO reference_start_answer (task, version, answers, recorded_by, recorded_at) VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING`
	insertLaunch db.Query = `
		INSERT INTO reference_start_launch (launch_id, launched_on, decided_by, open_words, list, recorded_by, recorded_at) VALUES ($1, $2, $3, $4, $5, $6, $7)`
	latestLaunch db.Query = `SELECT launched_on, decided_by, open_words, list, recorded_at FROM reference_start_launch ORDER BY launch_id DESC LIMIT 1`
)
