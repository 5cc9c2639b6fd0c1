package deliberation

import "waymark.example/internal/platform/db"

const (
	insertDraft   db.Query = `INSERT INTO partnership_draft (draft_id, title, why, base, restores, drafted_by, author, drafted_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`
	insertWording db.Query = `INSERT INTO partnership_draft_wording (draft_id, wording, terms, recorded_by, recorded_at) VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING`
	insertStep    db.Query = `INSERT INTO partnership_draft_step (step_id, draft_id, kind, until_on, words, recorded_by, recorded_at) VALUES ($1, $2, $3, $4, $5, $6, $7)`
	insertComment db.Query = `INSERT INTO partnership_comment (comment_id, draft_id, wording, account_id, name, organisation, words, recorded_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`
	insertAnswer  db.Query = `INSERT INTO partnership_answer (comment_id, words, recorded_by, recorded_at) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING`
	insertTrial   db.Query = `INSERT INTO partnership_trial (draft_id, wording, against, until_month, recorded_by, recorded_at) VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING`

	draftIDs  db.Query = `SELECT draft_id FROM partnership_draft ORDER BY drafted_at DESC, draft_id DESC LIMIT 100`
	draftByID db.Query = `
		SELECT d.title, d.why, d.base, d.restores, d.drafted_by, d.author, d.drafted_at, (SELECT MAX(w.wording) FROM partnership_draft_wording w WHERE w.draft_id = d.draft_id)
		FROM partnership_draft d WHERE d.draft_id = $1`
	wordingByNumber db.Query = `SELECT terms, recorded_at FROM partnership_draft_wording WHERE draft_id = $1 AND wording = $2`
	stepsOf         db.Query = `SELECT kind, until_on, words, recorded_at FROM partnership_draft_step WHERE draft_id = $1 ORDER BY recorded_at, step_id`
	commentsOf      db.Query = `
		SELECT c.comment_id, c.wording, c.account_id, c.name, c.organisation, c.words, c.recorded_at, COALESCE(a.words, ''), COALESCE(a.recorded_at, '')
		FROM partnership_comment c LEFT JOIN partnership_answer a ON a.comment_id = c.comment_id WHERE c.draft_id = $1 ORDER BY c.recorded_at, c.comment_id`
	trialByWording db.Query = `SELECT against, until_month FROM partnership_trial WHERE draft_id = $1 AND wording = $2`
)

const decisionColumns = `
		SELECT d.decision_id, COALESCE(d.draft_id, ''), d.wording, d.against, d.title, d.what, d.body, d.met_on, d.way, d.lived, d.lived_words, d.reasons, d.in_force_from,
			d.recorded_by, d.recorder, d.recorded_at, s.decision_id IS NOT NULL, COALESCE(s.confirmed, FALSE), COALESCE(s.words, ''), COALESCE(s.policy_version, 0), COALESCE(s.seconder, ''), COALESCE(s.seconded_at, '')
		FROM partnership_decision d LEFT JOIN partnership_decision_second s ON s.decision_id = d.decision_id`

const (
	insertDecision db.Query = `
		INSERT INTO partnership_decision (decision_id, draft_id, wording, against, title, what, body, met_on, way, lived, lived_words, reasons, in_force_from, recorded_by, recorder, recorded_at, search)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)`
	insertVoice  db.Query = `INSERT INTO partnership_voice (decision_id, organisation, stance, words) VALUES ($1, $2, $3, $4)`
	insertSecond db.Query = `
		INSERT INTO partnership_decision_second (decision_id, confirmed, words, policy_version, seconded_by, seconder, seconded_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT DO NOTHING`
	decisionByID         db.Query = decisionColumns + ` WHERE d.decision_id = $1`
	decisionsOfDraft     db.Query = decisionColumns + ` WHERE d.draft_id = $1 ORDER BY d.recorded_at, d.decision_id`
	decisionsWithVersion db.Query = decisionColumns + ` WHERE s.policy_version > 0 ORDER BY s.policy_version`
	register             db.Query = decisionColumns + ` WHERE d.search LIKE $1 ESCAPE '!' AND (d.met_on < $2 OR d.met_on = $2 AND d.decision_id < $3)
		ORDER BY d.met_on DESC, d.decision_id DESC LIMIT $4`
	organisations db.Query = `
		SELECT o.name, CASE WHEN w.organisation_id IS NULL THEN 0 ELSE 1 END FROM identity_organisation o
		LEFT JOIN reference_partner_away w ON w.organisation_id = o.organisation_id ORDER BY o.name, o.organisation_id LIMIT 200`
	voicesOf db.Query = `SELECT organisation, stance, words FROM partnership_voice WHERE decision_id = $1 ORDER BY organisation`
)
