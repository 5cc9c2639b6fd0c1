package supervision

import "waymark.example/internal/platform/db"

const talkColumns = `t.talk_id, t.version, t.worker_id, COALESCE(w.name, ''), t.supervisor_id, COALESCE(s.name, ''), t.held_on, t.words, t.agreed, t.recorded_at
		FROM care_supervision t LEFT JOIN identity_account w ON w.account_id = t.worker_id LEFT JOIN identity_account s ON s.account_id = t.supervisor_id`

const (
	insertTalk db.Query = `
		INSERT INTO care_supervision (talk_id, version, worker_id, supervisor_id, held_on, words, agreed, recorded_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT DO NOTHING`
	talkOwners db.Query = `SELECT worker_id, supervisor_id FROM care_supervision WHERE talk_id = $1 AND version = 1`
	talksAbout db.Query = `SELECT ` + talkColumns + ` WHERE t.worker_id = $1
		AND t.version = (SELECT MAX(version) FROM care_supervision l WHERE l.talk_id = t.talk_id) ORDER BY t.held_on DESC, t.talk_id DESC LIMIT 100`
	talksOfTwo db.Query = `SELECT ` + talkColumns + ` WHERE t.worker_id = $1 AND t.supervisor_id = $2
		AND t.version = (SELECT MAX(version) FROM care_supervision l WHERE l.talk_id = t.talk_id) ORDER BY t.held_on DESC, t.talk_id DESC LIMIT 100`
	versionsOf  db.Query = `SELECT ` + talkColumns + ` WHERE t.talk_id = $1 ORDER BY t.version DESC LIMIT 50`
	careAccount db.Query = `SELECT name, team FROM identity_account WHERE account_id = $1 AND side = 'care'`
	// The team by name: nobody is ranked.
	teamOf db.Query = `
		SELECT a.account_id, a.name, COALESCE((SELECT MAX(t.held_on) FROM care_supervision t WHERE t.worker_id = a.account_id AND t.supervisor_id = $1), '')
		FROM identity_account a WHERE a.side = 'care' AND a.team = $2 AND a.account_id <> $1
		AND EXISTS (SELECT 1 FROM identity_standing s WHERE s.account_id = a.account_id AND s.active
			AND s.version = (SELECT MAX(version) FROM identity_standing WHERE account_id = a.account_id))
		ORDER BY a.name, a.account_id LIMIT 200`
)

const incidentColumns = `i.incident_id, i.team, COALESCE(i.participant_id, ''), COALESCE(n.name, ''), COALESCE(n.worker_id, ''),
			EXISTS (SELECT 1 FROM handoff_keeping_now k WHERE k.participant_id = i.participant_id AND k.sealed),
			i.kind, i.happened_at, i.words, i.told, i.recorded_by, COALESCE(a.name, ''), i.recorded_at,
			EXISTS (SELECT 1 FROM care_incident_step x WHERE x.incident_id = i.incident_id AND x.kind = 'reviewed')
		FROM care_incident i LEFT JOIN care_now n ON n.participant_id = i.participant_id LEFT JOIN identity_account a ON a.account_id = i.recorded_by`

const (
	insertIncident db.Query = `
		INSERT INTO care_incident (incident_id, team, participant_id, kind, happened_at, words, told, recorded_by, recorded_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`
	incidentByID db.Query = `SELECT ` + incidentColumns + ` WHERE i.incident_id = $1`
	incidentsFor db.Query = `SELECT ` + incidentColumns + ` WHERE (i.recorded_by = $1 OR n.worker_id = $1 OR ($2 AND i.team = $3))
		AND NOT EXISTS (SELECT 1 FROM handoff_keeping_now k WHERE k.participant_id = i.participant_id AND k.sealed)
		AND COALESCE(n.state, '') <> 'erased'
		ORDER BY i.incident_id DESC LIMIT 100`
	countToReview db.Query = `
		SELECT COUNT(*) FROM care_incident i WHERE i.team = $1
		AND NOT EXISTS (SELECT 1 FROM care_incident_step x WHERE x.incident_id = i.incident_id AND x.kind = 'reviewed')
		AND NOT EXISTS (SELECT 1 FROM handoff_keeping_now k WHERE k.participant_id = i.participant_id AND (k.sealed OR k.erased))`
	insertStep db.Query = `
		INSERT INTO care_incident_step (step_id, incident_id, kind, action_id, words, who, due_on, recorded_by, recorded_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`
	stepsOf db.Query = `
		SELECT x.step_id, x.kind, x.action_id, x.words, x.who, x.due_on, COALESCE(a.name, ''), x.recorded_at
		FROM care_incident_step x LEFT JOIN identity_account a ON a.account_id = x.recorded_by
		WHERE x.incident_id = $1 ORDER BY x.recorded_at, x.step_id`
	deathsToReview db.Query = `
		SELECT n.participant_id FROM care_now n WHERE n.team = $1 AND n.state = 'died'
		AND NOT EXISTS (SELECT 1 FROM care_incident i WHERE i.participant_id = n.participant_id AND i.kind = 'death')
		AND NOT EXISTS (SELECT 1 FROM handoff_keeping_now k WHERE k.participant_id = n.participant_id AND k.sealed)
		ORDER BY n.participant_id LIMIT 50`
)

// Prompts to help: a person each, their name, and since when. What stands in
// another record of theirs counts for the one that goes on (R58).
const (
	openHere = ` AND n.state IN ('active', 'inactive', 'prospective')
		AND NOT EXISTS (SELECT 1 FROM handoff_keeping_now k WHERE k.participant_id = n.participant_id AND k.sealed)`

	quietPeople db.Query = `
		SELECT n.participant_id, n.name, CASE WHEN n.reached_at = '' THEN n.received_at ELSE n.reached_at END FROM care_now n
		WHERE n.team = $1 AND (n.reached_at <> '' AND n.reached_at < $2 OR n.reached_at = '' AND n.received_at < $2)` + openHere + `
		ORDER BY n.reached_at, n.participant_id LIMIT 100`
	latePromises db.Query = `
		SELECT n.participant_id, n.name, MIN(p.due_on) FROM care_promise p JOIN care_now n ON n.participant_id = COALESCE((SELECT survivor FROM care_merged g WHERE g.participant_id = p.participant_id), p.participant_id)
		WHERE n.team = $1 AND p.due_on < $2` + openHere + `
		AND NOT EXISTS (SELECT 1 FROM care_note_undone u WHERE u.note_id = p.note_id)
		AND NOT EXISTS (SELECT 1 FROM care_promise_end e WHERE e.promise_id = p.promise_id AND NOT EXISTS (SELECT 1 FROM care_note_undone u WHERE u.note_id = e.note_id))
		AND NOT EXISTS (SELECT 1 FROM care_case c WHERE c.participant_id = p.participant_id AND c.state IN ('closed', 'died', 'transferred') AND c.recorded_at > p.recorded_at)
		GROUP BY n.participant_id, n.name ORDER BY MIN(p.due_on), n.participant_id LIMIT 100`
	lateIntakes db.Query = `
		SELECT n.participant_id, n.name, n.intake_due_on FROM care_now n
		WHERE n.team = $1 AND n.state = 'prospective' AND n.intake_done_on = '' AND n.intake_due_on < $2` + openHere + `
		ORDER BY n.intake_due_on, n.participant_id LIMIT 100`
	openConcerns db.Query = `
		SELECT n.participant_id, n.name, MIN(c.recorded_at) FROM care_concern c JOIN care_now n ON n.participant_id = COALESCE((SELECT survivor FROM care_merged g WHERE g.participant_id = c.participant_id), c.participant_id)
		WHERE n.team = $1` + openHere + `
		AND NOT EXISTS (SELECT 1 FROM care_concern_step s WHERE s.concern_id = c.concern_id AND s.kind IN ('referred', 'no_referral'))
		GROUP BY n.participant_id, n.name ORDER BY MIN(c.recorded_at), n.participant_id LIMIT 100`
	naloxoneEnds db.Query = `
		SELECT n.participant_id, n.name, x.good_until FROM care_naloxone x JOIN care_now n ON n.participant_id = COALESCE((SELECT survivor FROM care_merged g WHERE g.participant_id = x.participant_id), x.participant_id)
		WHERE n.team = $1 AND x.good_until <> '' AND x.good_until <= $2 AND x.offered IN ('given', 'has_own')` + openHere + `
		AND NOT EXISTS (SELECT 1 FROM care_naloxone l WHERE (l.recorded_at > x.recorded_at OR l.participant_id = x.participant_id AND l.version > x.version)
			AND (l.participant_id = n.participant_id OR l.participant_id IN (SELECT g.participant_id FROM care_merged g WHERE g.survivor = n.participant_id)))
		ORDER BY x.good_until, n.participant_id LIMIT 100`
)
