package quarter

import "waymark.example/internal/platform/db"

const (
	// The lengths of caseloads, one a worker, without whose they are.
	caseloads db.Query = `
		SELECT COUNT(*) FROM care_now WHERE hold = 'caseload' AND state IN ('prospective', 'active', 'inactive')
		AND participant_id NOT IN (SELECT participant_id FROM care_merged) GROUP BY worker_id ORDER BY 1 DESC LIMIT 500`

	// When somebody was handed over, and when they were first met or spoken with.
	handOffs db.Query = `
		SELECT r.made_at, COALESCE((SELECT MIN(e.happened_at) FROM handoff_event e WHERE e.referral_id = r.referral_id AND e.kind IN ('met', 'phone_met')), '')
		FROM handoff_referral r WHERE r.made_at >= $1 AND r.made_at < $2 ORDER BY r.made_at LIMIT 20000`
	doors db.Query = `SELECT door, COUNT(*) FROM handoff_referral WHERE made_at >= $1 AND made_at < $2 GROUP BY door ORDER BY door`

	contacts db.Query = `
		SELECT COUNT(*), COALESCE(SUM(CASE WHEN mode = 'in_person' THEN 1 ELSE 0 END), 0) FROM care_note n
		WHERE outcome IN ('met', 'spoke') AND happened_at >= $1 AND happened_at < $2
		AND NOT EXISTS (SELECT 1 FROM care_note c WHERE c.corrects = n.note_id)`

	// People whose acute need was met, and those of them for whom that was before
	// their intake was done.
	acute db.Query = `
		SELECT COUNT(*), COALESCE(SUM(CASE WHEN n.intake_done_on = '' OR SUBSTR(f.first_at, 1, 10) <= n.intake_done_on THEN 1 ELSE 0 END), 0)
		FROM (SELECT a.participant_id, MIN(m.met_at) AS first_at FROM care_acute_need a JOIN care_acute_need_met m ON m.need_id = a.need_id GROUP BY a.participant_id) f
		JOIN care_now n ON n.participant_id = f.participant_id WHERE f.first_at >= $1 AND f.first_at < $2`

	// People whose intake was done, and those of them with a plan that they agreed to.
	plans db.Query = `
		SELECT COUNT(*), COALESCE(SUM(CASE WHEN EXISTS (SELECT 1 FROM care_plan p WHERE p.participant_id = n.participant_id AND p.state = 'agreed') THEN 1 ELSE 0 END), 0)
		FROM care_now n WHERE n.intake_done_on >= $1 AND n.intake_done_on < $2`

	// People who asked to close, and those of them who are with somebody again.
	closed db.Query = `
		SELECT COUNT(*), COALESCE(SUM(CASE WHEN n.state IN ('prospective', 'active', 'inactive') THEN 1 ELSE 0 END), 0)
		FROM care_now n WHERE EXISTS (SELECT 1 FROM care_case c WHERE c.participant_id = n.participant_id AND c.state = 'closed')`
	closedUnasked db.Query = `SELECT COUNT(*) FROM care_case WHERE state = 'closed' AND request_id IS NULL`
)
