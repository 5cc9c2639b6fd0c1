package door

import "waymark.example/internal/platform/db"

// The end that anybody stands at.
const (
	setting db.Query = `
		SELECT version, refer_open, self_open, feedback_open, complaint_open, phone, promise_days, acknowledge_days, answer_days, independent, independent_reach, independent_id, set_at
		FROM handoff_door ORDER BY version DESC LIMIT 1`
	insertCommunity db.Query = `
		INSERT INTO handoff_community (referral_id, reference, status_hash, asked_by, agreed, letter, words, received_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`
	insertWaiting   db.Query = `INSERT INTO handoff_community_waiting (referral_id, held, promise_on, since) VALUES ($1, $2, $3, $4)`
	countHeld       db.Query = `SELECT COUNT(*) FROM handoff_community_waiting WHERE held`
	communityByCode db.Query = `SELECT referral_id, received_at FROM handoff_community WHERE status_hash = $1`
	lastStep        db.Query = `SELECT kind, happened_at FROM handoff_community_step WHERE referral_id = $1 ORDER BY version DESC LIMIT 1`
)

// The case team's end.
const (
	waiting db.Query = `
		SELECT c.referral_id, c.reference, c.asked_by, c.agreed, c.letter, c.words, c.received_at, w.held, w.promise_on
		FROM handoff_community_waiting w JOIN handoff_community c ON c.referral_id = w.referral_id
		WHERE w.held = $1 ORDER BY w.promise_on, w.since, w.referral_id LIMIT $2`
	waitingByID db.Query = `
		SELECT c.referral_id, c.reference, c.asked_by, c.agreed, c.letter, c.words, c.received_at, w.held, w.promise_on
		FROM handoff_community_waiting w JOIN handoff_community c ON c.referral_id = w.referral_id WHERE w.referral_id = $1`
	dueToGo db.Query = `
		SELECT c.referral_id, c.reference, c.asked_by, c.agreed, c.letter, c.words, c.received_at, w.held, w.promise_on
		FROM handoff_community_waiting w JOIN handoff_community c ON c.referral_id = w.referral_id
		WHERE (w.held AND w.since < $1) OR (c.agreed = 'not_told' AND w.since < $2) OR w.since < $3 ORDER BY w.since, w.referral_id LIMIT $4`
	wordsByID      db.Query = `SELECT asked_by, agreed, words FROM handoff_community WHERE referral_id = $1`
	deleteWaiting  db.Query = `DELETE FROM handoff_community_waiting WHERE referral_id = $1`
	releaseWaiting db.Query = `UPDATE handoff_community_waiting SET held = FALSE WHERE referral_id = $1 AND held`
	stepsSoFar     db.Query = `SELECT COALESCE(MAX(version), 0) FROM handoff_community_step WHERE referral_id = $1`
	insertStep     db.Query = `
		INSERT INTO handoff_community_step (referral_id, version, kind, reason, by_id, happened_at) VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING`
)

// The partnership's end.
const (
	register db.Query = `
		SELECT c.referral_id, c.reference, c.asked_by, c.agreed, w.referral_id IS NOT NULL, COALESCE(w.held, FALSE), COALESCE(w.promise_on, ''), c.received_at
		FROM handoff_community c LEFT JOIN handoff_community_waiting w ON w.referral_id = c.referral_id
		WHERE $1 = '' OR c.referral_id < $1 ORDER BY c.referral_id DESC LIMIT $2`
	insertSetting db.Query = `
		INSERT INTO handoff_door (version, refer_open, self_open, feedback_open, complaint_open, phone, promise_days, acknowledge_days, answer_days, independent, independent_reach, independent_id, set_by, set_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14) ON CONFLICT DO NOTHING`
)
