package door

import "waymark.example/internal/platform/db"

// What anybody puts in.
const (
	insertFeedback    db.Query = `INSERT INTO partnership_feedback (feedback_id, topic, place, words, held, received_at) VALUES ($1, $2, $3, $4, $5, $6)`
	countHeldFeedback db.Query = `SELECT COUNT(*) FROM partnership_feedback WHERE held`
	publishedAnswers  db.Query = `SELECT said, did, published, said_at FROM partnership_feedback_answer WHERE published ORDER BY answer_id DESC LIMIT $1`
)

// What the coordinator does with it.
const (
	feedback db.Query = `
		SELECT feedback_id, topic, place, words, held, received_at FROM partnership_feedback
		WHERE $1 = '' OR feedback_id < $1 ORDER BY feedback_id DESC LIMIT $2`
	bodies            db.Query = `SELECT organisation_id, name FROM identity_organisation WHERE kind = 'oversight' ORDER BY name, organisation_id`
	allAnswers        db.Query = `SELECT said, did, published, said_at FROM partnership_feedback_answer ORDER BY answer_id DESC LIMIT $1`
	insertAnswer      db.Query = `INSERT INTO partnership_feedback_answer (answer_id, said, did, published, by_id, said_at) VALUES ($1, $2, $3, $4, $5, $6)`
	countOldFeedback  db.Query = `SELECT COUNT(*) FROM partnership_feedback WHERE received_at < $1`
	deleteOldFeedback db.Query = `DELETE FROM partnership_feedback WHERE received_at < $1`
)
