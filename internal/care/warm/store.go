package warm

import "waymark.example/internal/platform/db"

const (
	insertWarm db.Query = `
		INSERT INTO care_warm (warm_id, participant_id, service_id, domain, how, words, disclosure_id, door, waiting_list, others_days, recorded_by, recorded_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)`
	insertStep  db.Query = `INSERT INTO care_warm_step (step_id, warm_id, kind, words, happened_on, recorded_by, recorded_at) VALUES ($1, $2, $3, $4, $5, $6, $7)`
	insertUnmet db.Query = `
		INSERT INTO care_unmet (unmet_id, participant_id, domain, why, service_id, words, noted_on, recorded_by, recorded_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`

	warmOf db.Query = `
		SELECT w.warm_id, w.service_id, COALESCE(s.name, ''), w.domain, w.how, w.words, w.disclosure_id, w.door, w.waiting_list, w.others_days, COALESCE(a.name, ''), w.recorded_at
		FROM care_warm w
		LEFT JOIN reference_service_now s ON s.service_id = w.service_id
		LEFT JOIN identity_account a ON a.account_id = w.recorded_by
		WHERE w.participant_id = $1 ORDER BY w.warm_id DESC LIMIT 100`
	oneWarm db.Query = `
		SELECT w.warm_id, w.service_id, COALESCE(s.name, ''), w.domain, w.how, w.words, w.disclosure_id, w.door, w.waiting_list, w.others_days, COALESCE(a.name, ''), w.recorded_at
		FROM care_warm w
		LEFT JOIN reference_service_now s ON s.service_id = w.service_id
		LEFT JOIN identity_account a ON a.account_id = w.recorded_by
		WHERE w.participant_id = $1 AND w.warm_id = $2`
	stepsOf db.Query = `
		SELECT x.kind, x.words, x.happened_on, COALESCE(a.name, ''), x.recorded_at
		FROM care_warm_step x LEFT JOIN identity_account a ON a.account_id = x.recorded_by
		WHERE x.warm_id = $1 ORDER BY x.recorded_at, x.step_id`
	unmetOf db.Query = `
		SELECT u.domain, u.why, COALESCE(s.name, ''), u.words, u.noted_on, COALESCE(a.name, '')
		FROM care_unmet u
		LEFT JOIN reference_service_now s ON s.service_id = u.service_id
		LEFT JOIN identity_account a ON a.account_id = u.recorded_by
		WHERE u.participant_id = $1 ORDER BY u.unmet_id DESC LIMIT 100`
	// Nobody has been heard of since a moment: the worker's own people, or the
	// supervisor's team.
	silent db.Query = `
		SELECT w.warm_id, w.participant_id, COALESCE(s.name, ''), w.recorded_at
		FROM care_now n
		JOIN care_warm w ON w.participant_id = n.participant_id
		LEFT JOIN reference_service_now s ON s.service_id = w.service_id
		WHERE (n.worker_id = $1 OR ($2 AND n.team = $3)) AND n.state IN ('active', 'inactive', 'prospective', 'merged')
			AND NOT EXISTS (SELECT 1 FROM handoff_keeping_now k WHERE k.participant_id = n.participant_id AND k.sealed)
			AND w.recorded_at < $4
			AND NOT EXISTS (SELECT 1 FROM care_warm_step x WHERE x.warm_id = w.warm_id AND (x.recorded_at >= $4 OR x.kind IN ('answered', 'got_there', 'helped', 'not_right', 'not_wanted')))
		ORDER BY w.recorded_at LIMIT 100`
	doorsSince db.Query = `
		SELECT w.service_id, COALESCE(s.name, ''), w.door, w.waiting_list, w.others_days, w.recorded_at,
			COALESCE((SELECT MIN(x.happened_on) FROM care_warm_step x WHERE x.warm_id = w.warm_id AND x.kind = 'got_there'), '')
		FROM care_warm w LEFT JOIN reference_service_now s ON s.service_id = w.service_id
		WHERE w.recorded_at >= $1 ORDER BY w.service_id`
	unmetSince db.Query = `SELECT domain, why, COUNT(*) FROM care_unmet WHERE recorded_at >= $1 GROUP BY domain, why ORDER BY domain, why`
)
