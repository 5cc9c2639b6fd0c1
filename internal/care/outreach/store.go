package outreach

import "waymark.example/internal/platform/db"

const (
	insertTry db.Query = `
		INSERT INTO care_outreach (attempt_id, participant_id, tried_at, place, outcome, words, recorded_by, recorded_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`
	// A contact logged as not found is a try too, unless it was taken back.
	countTries db.Query = `
		SELECT COUNT(*) FROM (
			SELECT tried_at AS at FROM care_outreach WHERE participant_id = $1
			UNION ALL SELECT n.happened_at FROM care_note n WHERE n.participant_id = $1 AND n.outcome = 'not_found'
				AND NOT EXISTS (SELECT 1 FROM care_note later WHERE later.corrects = n.note_id)
				AND NOT EXISTS (SELECT 1 FROM care_note_undone u WHERE u.note_id = n.note_id)
		) t WHERE t.at > (SELECT reached_at FROM care_now WHERE participant_id = $1)`
)
