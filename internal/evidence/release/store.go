package release

import "waymark.example/internal/platform/db"

const (
	insertPlan db.Query = `
		INSERT INTO evidence_plan (plan_id, version, state, text, plan_hash, recorded_by, recorded_at) VALUES ($1, $2, $3, $4, $5, $6, $7)`
	latestPlans db.Query = `
		SELECT p.plan_id, p.version, p.state, p.text, p.plan_hash, p.recorded_at FROM evidence_plan p
		WHERE p.version = (SELECT MAX(v.version) FROM evidence_plan v WHERE v.plan_id = p.plan_id) ORDER BY p.recorded_at DESC, p.plan_id DESC LIMIT $1`
	onePlan db.Query = `
		SELECT plan_id, version, state, text, plan_hash, recorded_at FROM evidence_plan WHERE plan_id = $1 ORDER BY version DESC LIMIT 1`
	planVersion db.Query = `
		SELECT plan_id, version, state, text, plan_hash, recorded_at FROM evidence_plan WHERE plan_id = $1 AND version = $2`
	insertReport db.Query = `
		INSERT INTO evidence_report (report_id, plan_id, plan_version, extract_id, asked_by, asked_at) VALUES ($1, $2, $3, $4, $5, $6)`
	insertEnd db.Query = `
		INSERT INTO evidence_report_end (report_id, title, problem, publication, kept, report_hash, ended_at) VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT DO NOTHING`
	insertRelease db.Query = `INSERT INTO evidence_report_release (report_id, released_by, released_at) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING`
	waiting       db.Query = `
		SELECT r.report_id, r.plan_id, r.plan_version, r.extract_id, r.asked_at FROM evidence_report r
		WHERE NOT EXISTS (SELECT 1 FROM evidence_report_end e WHERE e.report_id = r.report_id) ORDER BY r.asked_at, r.report_id LIMIT 1`
	allReports db.Query = `
		SELECT r.report_id, r.plan_id, r.plan_version, r.extract_id, r.asked_at, COALESCE(e.title, ''), COALESCE(e.problem, ''), COALESCE(e.report_hash, ''), e.ended_at, x.released_at
		FROM evidence_report r LEFT JOIN evidence_report_end e ON e.report_id = r.report_id LEFT JOIN evidence_report_release x ON x.report_id = r.report_id
		ORDER BY r.asked_at DESC, r.report_id DESC LIMIT $1`
	oneReport db.Query = `
		SELECT r.report_id, r.plan_id, r.plan_version, r.extract_id, r.asked_at, COALESCE(e.title, ''), COALESCE(e.problem, ''), COALESCE(e.report_hash, ''), e.ended_at, x.released_at
		FROM evidence_report r LEFT JOIN evidence_report_end e ON e.report_id = r.report_id LEFT JOIN evidence_report_release x ON x.report_id = r.report_id
		WHERE r.report_id = $1`
	releasedReports db.Query = `
		SELECT r.report_id, r.plan_id, r.plan_version, r.extract_id, r.asked_at, e.title, e.problem, e.report_hash, e.ended_at, x.released_at
		FROM evidence_report_release x JOIN evidence_report r ON r.report_id = x.report_id JOIN evidence_report_end e ON e.report_id = r.report_id
		ORDER BY x.released_at DESC, r.report_id DESC LIMIT $1`
	publication    db.Query = `SELECT publication FROM evidence_report_end WHERE report_id = $1`
	keptOfReleased db.Query = `
		SELECT e.kept, x.released_at FROM evidence_report_release x JOIN evidence_report_end e ON e.report_id = x.report_id ORDER BY x.released_at, x.report_id`
	otherPlans db.Query = `SELECT COUNT(DISTINCT plan_id) FROM evidence_plan WHERE state = 'frozen' AND plan_id <> $1`
	putAway    db.Query = `
		SELECT COUNT(*) FROM evidence_report_end e WHERE e.problem = '' AND NOT EXISTS (SELECT 1 FROM evidence_report_release x WHERE x.report_id = e.report_id)`
	firstOutcomes db.Query = `SELECT MIN(begun_at) FROM evidence_import WHERE kind = 'outcomes'`
	keptOf        db.Query = `SELECT kept FROM evidence_report_end WHERE report_id = $1`
	opened        db.Query = `
		SELECT MIN(i.begun_at) FROM evidence_import i JOIN evidence_extract x ON x.key_id = i.key_id WHERE x.extract_id = $1 AND i.kind = 'outcomes'`
)
