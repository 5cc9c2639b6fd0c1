package plan

import "waymark.example/internal/platform/db"

const (
	insertPlan db.Query = `
		INSERT INTO care_plan (participant_id, version, state, matters, agreed_how, agreed_words, copy_given, recorded_by, recorded_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT DO NOTHING`
	insertGoal db.Query = `INSERT INTO care_goal (participant_id, version, position, words, domain, standing) VALUES ($1, $2, $3, $4, $5, $6)`
	insertStep db.Query = `INSERT INTO care_step (participant_id, version, goal, position, words, who, by_when, due_on, standing) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`
	plansOf    db.Query = `
		SELECT p.version, p.state, p.matters, p.agreed_how, p.agreed_words, p.copy_given, COALESCE(a.name, ''), p.recorded_at
		FROM care_plan p LEFT JOIN identity_account a ON a.account_id = p.recorded_by
		WHERE p.participant_id = $1 ORDER BY p.version DESC LIMIT 200`
	planNow db.Query = `
		SELECT p.version, p.state, p.matters, p.agreed_how, p.agreed_words, p.copy_given, COALESCE(a.name, ''), p.recorded_at
		FROM care_plan p LEFT JOIN identity_account a ON a.account_id = p.recorded_by
		WHERE p.participant_id = $1 ORDER BY p.version DESC LIMIT 1`
	planAgreed db.Query = `
		SELECT p.version, p.state, p.matters, p.agreed_how, p.agreed_words, p.copy_given, COALESCE(a.name, ''), p.recorded_at
		FROM care_plan p LEFT JOIN identity_account a ON a.account_id = p.recorded_by
		WHERE p.participant_id = $1 AND p.state = 'agreed' ORDER BY p.version DESC LIMIT 1`
	planVersion db.Query = `
		SELECT p.version, p.state, p.matters, p.agreed_how, p.agreed_words, p.copy_given, COALESCE(a.name, ''), p.recorded_at
		FROM care_plan p LEFT JOIN identity_account a ON a.account_id = p.recorded_by
		WHERE p.participant_id = $1 AND p.version = $2`
	goalsOf db.Query = `SELECT words, domain, standing FROM care_goal WHERE participant_id = $1 AND version = $2 ORDER BY position`
	stepsOf db.Query = `SELECT goal, words, who, by_when, due_on, standing FROM care_step WHERE participant_id = $1 AND version = $2 ORDER BY goal, position`
	// Steps of a plan that was agreed, as its latest version has them: a draft made
	// since says what is done already.
	stepsToday db.Query = `
		SELECT s.participant_id, s.words, s.who, s.by_when, s.due_on, s.standing
		FROM care_now n JOIN care_step s ON s.participant_id = n.participant_id
		JOIN care_goal g ON g.participant_id = s.participant_id AND g.version = s.version AND g.position = s.goal
		WHERE n.participant_id IN (SELECT participant_id FROM care_now WHERE worker_id = $1 UNION SELECT participant_id FROM care_now WHERE team = $2)
		AND n.state IN ('active', 'inactive', 'prospective', 'merged')
		AND s.version = (SELECT MAX(version) FROM care_plan l WHERE l.participant_id = s.participant_id)
		AND EXISTS (SELECT 1 FROM care_plan a WHERE a.participant_id = s.participant_id AND a.state = 'agreed')
		AND s.standing = 'to_do' AND g.standing = 'active' AND s.due_on <> '' AND s.due_on <= $3
		ORDER BY s.due_on, s.participant_id, s.goal, s.position`
)
