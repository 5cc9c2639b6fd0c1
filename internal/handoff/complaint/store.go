package complaint

import "waymark.example/internal/platform/db"

const (
	insertComplaint db.Query = `
		INSERT INTO handoff_complaint (complaint_id, reference, status_hash, kind, about, route, words, acknowledge_on, answer_on, received_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`
	complaintByCode db.Query = `SELECT complaint_id, reference, kind, route, acknowledge_on, answer_on, received_at FROM handoff_complaint WHERE status_hash = $1`
	stepsOf         db.Query = `SELECT step_id, stage, outcome, words, happened_at, version FROM handoff_complaint_step WHERE complaint_id = $1 ORDER BY version`
)

// Nobody deals with what is about themselves: the coordinator never with what is
// about the coordinator, the independent body never with what is about it. The
// table says so too.
const (
	complaintsOf db.Query = `
		SELECT c.complaint_id, c.reference, c.kind, c.about, c.route, c.words, c.acknowledge_on, c.answer_on, c.received_at, COALESCE(s.stage, ''), COALESCE(s.version, 0)
		FROM handoff_complaint c LEFT JOIN handoff_complaint_step s ON s.complaint_id = c.complaint_id
			AND s.version = (SELECT MAX(z.version) FROM handoff_complaint_step z WHERE z.complaint_id = c.complaint_id)
		WHERE c.route = $1 AND NOT (c.route = 'scheme' AND c.about = 'coordinator') AND NOT (c.route = 'independent' AND c.about = 'independent')
			AND ($2 = '' OR c.complaint_id < $2)
		ORDER BY c.complaint_id DESC LIMIT $3`
	complaintByID db.Query = `
		SELECT c.complaint_id, c.reference, c.kind, c.about, c.route, c.words, c.acknowledge_on, c.answer_on, c.received_at, COALESCE(s.stage, ''), COALESCE(s.version, 0)
		FROM handoff_complaint c LEFT JOIN handoff_complaint_step s ON s.complaint_id = c.complaint_id
			AND s.version = (SELECT MAX(z.version) FROM handoff_complaint_step z WHERE z.complaint_id = c.complaint_id)
		WHERE c.complaint_id = $1 AND c.route = $2 AND NOT (c.route = 'scheme' AND c.about = 'coordinator') AND NOT (c.route = 'independent' AND c.about = 'independent')`
	allComplaints db.Query = `
		SELECT c.complaint_id, c.reference, c.kind, '', c.route, '', c.acknowledge_on, c.answer_on, c.received_at, COALESCE(s.stage, ''), COALESCE(s.version, 0)
		FROM handoff_complaint c LEFT JOIN handoff_complaint_step s ON s.complaint_id = c.complaint_id
			AND s.version = (SELECT MAX(z.version) FROM handoff_complaint_step z WHERE z.complaint_id = c.complaint_id)
		ORDER BY c.complaint_id DESC LIMIT $1`
	insertStep db.Query = `
		INSERT INTO handoff_complaint_step (step_id, complaint_id, version, stage, outcome, words, by_id, happened_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT DO NOTHING`
	independentBody db.Query = `SELECT independent_id FROM handoff_door ORDER BY version DESC LIMIT 1`
	dueToGo         db.Query = `
		SELECT c.complaint_id FROM handoff_complaint c JOIN handoff_complaint_step s ON s.complaint_id = c.complaint_id
		WHERE c.route = $1 AND s.stage = 'answered' AND s.happened_at < $2
			AND NOT EXISTS (SELECT 1 FROM handoff_complaint_step z WHERE z.complaint_id = c.complaint_id AND z.stage = 'let_go')
		ORDER BY c.complaint_id LIMIT $3`
)
