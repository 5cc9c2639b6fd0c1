package queue

import "waymark.example/internal/platform/db"

const (
	waitingNow db.Query = `
		SELECT w.referral_id, r.reference, r.meeting, COALESCE(f.team, ''), r.made_at, w.since
		FROM handoff_waiting w JOIN handoff_referral r ON r.referral_id = w.referral_id LEFT JOIN handoff_from f ON f.referral_id = w.referral_id
		ORDER BY w.since, w.referral_id LIMIT 200`
	movesNow db.Query = `
		SELECT m.move_id, m.referral_id, m.before_id, m.reason, m.mover, m.moved_at
		FROM handoff_moved m JOIN handoff_waiting w ON w.referral_id = m.referral_id ORDER BY m.moved_at, m.move_id`
	insertMove db.Query = `INSERT INTO handoff_moved (move_id, referral_id, before_id, reason, moved_by, mover, moved_at) VALUES ($1, $2, $3, $4, $5, $6, $7)`
)
