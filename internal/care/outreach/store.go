package outreach

import "waymark.example/internal/platform/db"

const (
	insertTry db.Query = `
		INSERT INTO care_outreach (attempt_id, participant_id, tried_at, place, outcome, words, recorded_by, recorded_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`
	countTries db.Query = `
		SELECT COUNT(*) FROM care_outreach WHERE participant_id = $1
		AND tried_at > (SELECT reached_at FROM care_now WHERE participant_id = $1)`
)
