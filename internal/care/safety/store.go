package safety

import "waymark.example/internal/platform/db"

const planColumns = `p.version, p.signs, p.helps, p.people, p.places, p.away, p.on_own, COALESCE(a.name, ''), p.recorded_at
		FROM care_safety_plan p LEFT JOIN identity_account a ON a.account_id = p.recorded_by
		WHERE p.participant_id = $1 AND p.version = (SELECT MAX(version) FROM care_safety_plan l WHERE l.participant_id = p.participant_id)`

const (
	insertPlan db.Query = `
		INSERT INTO care_safety_plan (participant_id, version, signs, helps, people, places, away, on_own, recorded_by, recorded_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) ON CONFLICT DO NOTHING`
	planNow db.Query = `SELECT ` + planColumns

	insertNaloxone db.Query = `
		INSERT INTO care_naloxone (participant_id, version, offered, trained, good_until, recorded_by, recorded_at) VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT DO NOTHING`
	naloxoneNow db.Query = `
		SELECT x.version, x.offered, x.trained, x.good_until, COALESCE(a.name, ''), x.recorded_at
		FROM care_naloxone x LEFT JOIN identity_account a ON a.account_id = x.recorded_by
		WHERE x.participant_id = $1 ORDER BY x.version DESC LIMIT 1`

	insertAlert db.Query = `
		INSERT INTO care_alert (alert_id, team, kind, participant_id, words, until_at, recorded_by, recorded_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`
	insertSeen     db.Query = `INSERT INTO care_alert_seen (alert_id, account_id, seen_at) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING`
	insertAlertEnd db.Query = `INSERT INTO care_alert_end (alert_id, ended_by, ended_at) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING`
	alertsNow      db.Query = `
		SELECT c.alert_id, c.kind, COALESCE(c.participant_id, ''), c.words, c.until_at, c.recorded_by, COALESCE(a.name, ''), c.recorded_at,
			(SELECT COUNT(*) FROM care_alert_seen s WHERE s.alert_id = c.alert_id),
			EXISTS (SELECT 1 FROM care_alert_seen s WHERE s.alert_id = c.alert_id AND s.account_id = $1)
		FROM care_alert c LEFT JOIN identity_account a ON a.account_id = c.recorded_by
		WHERE c.team = $2 AND c.until_at > $3
		AND NOT EXISTS (SELECT 1 FROM care_alert_end e WHERE e.alert_id = c.alert_id)
		AND NOT EXISTS (SELECT 1 FROM handoff_keeping_now k WHERE k.participant_id = c.participant_id AND (k.sealed OR k.erased))
		ORDER BY c.recorded_at DESC, c.alert_id DESC LIMIT 20`

	insertConcern db.Query = `
		INSERT INTO care_concern (concern_id, participant_id, who, words, told, why, recorded_by, recorded_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`
	concernsOf db.Query = `
		SELECT c.concern_id, c.who, c.words, c.told, c.why, COALESCE(a.name, ''), c.recorded_at
		FROM care_concern c LEFT JOIN identity_account a ON a.account_id = c.recorded_by
		WHERE c.participant_id = $1 ORDER BY c.concern_id DESC LIMIT 50`
	insertConcernStep db.Query = `
		INSERT INTO care_concern_step (step_id, concern_id, kind, words, disclosure_id, recorded_by, recorded_at) VALUES ($1, $2, $3, $4, $5, $6, $7)`
	concernSteps db.Query = `
		SELECT s.kind, s.words, s.disclosure_id, COALESCE(d.participant_id, ''), COALESCE(a.name, ''), s.recorded_at
		FROM care_concern_step s LEFT JOIN handoff_disclosure d ON d.disclosure_id = s.disclosure_id LEFT JOIN identity_account a ON a.account_id = s.recorded_by
		WHERE s.concern_id = $1 ORDER BY s.recorded_at, s.step_id`
)
