package answered

import "waymark.example/internal/platform/db"

const (
	insertAnswered db.Query = `
		INSERT INTO care_answered (answered_id, participant_id, instrument, version, answered_on, answers, words, recorded_by, recorded_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`
	insertMistake db.Query = `INSERT INTO care_answered_mistake (answered_id, words, recorded_by, recorded_at) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING`

	columns = `
		SELECT c.answered_id, c.instrument, c.version, c.answered_on, c.answers, c.words, COALESCE(a.name, ''), c.recorded_at, COALESCE(m.words, ''), COALESCE(m.recorded_at, '')
		FROM care_answered c LEFT JOIN identity_account a ON a.account_id = c.recorded_by LEFT JOIN care_answered_mistake m ON m.answered_id = c.answered_id`
	answeredOf  db.Query = columns + ` WHERE c.participant_id = $1 ORDER BY c.instrument, c.recorded_at DESC, c.answered_id DESC LIMIT $2`
	answeredOne db.Query = columns + ` WHERE c.participant_id = $1 AND c.answered_id = $2`
)
