package survey

import "waymark.example/internal/platform/db"

// What anybody does. The first of the two that count locks the row, so that no answer is lost beside another.
const (
	roundByCode db.Query = `
		SELECT r.round_id, r.code, r.survey, r.version, r.until_on FROM partnership_survey_round r
		JOIN partnership_survey_tally t ON t.round_id = r.round_id WHERE r.code = $1 AND r.until_on >= $2`
	addOne   db.Query = `UPDATE partnership_survey_tally SET answers = answers + 1 WHERE round_id = $1 RETURNING tally`
	setTally db.Query = `UPDATE partnership_survey_tally SET tally = $1 WHERE round_id = $2`
)

// What the partnership does. The tally is read once, by what takes it away.
const (
	insertRound db.Query = `
		INSERT INTO partnership_survey_round (round_id, code, survey, version, asked, until_on, opened_by, opened_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`
	insertTally  db.Query = `INSERT INTO partnership_survey_tally (round_id, answers, tally) VALUES ($1, 0, $2)`
	takeTally    db.Query = `DELETE FROM partnership_survey_tally WHERE round_id = $1 RETURNING answers, tally`
	insertResult db.Query = `INSERT INTO partnership_survey_result (round_id, shown, closed_on) VALUES ($1, $2, $3)`
	roundColumns          = `
		SELECT r.round_id, r.code, r.survey, r.version, r.asked, r.until_on, r.opened_at, COALESCE(u.shown, ''), COALESCE(u.closed_on, '')
		FROM partnership_survey_round r LEFT JOIN partnership_survey_result u ON u.round_id = r.round_id`
	roundsBefore db.Query = roundColumns + ` WHERE $1 = '' OR r.round_id < $1 ORDER BY r.round_id DESC LIMIT $2`
	oneRound     db.Query = roundColumns + ` WHERE r.round_id = $1`
	openRounds   db.Query = roundColumns + ` WHERE u.round_id IS NULL ORDER BY r.round_id`
)
