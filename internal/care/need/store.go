package need

import "waymark.example/internal/platform/db"

const (
	insertAcute db.Query = `
		INSERT INTO care_acute_need (need_id, participant_id, kind, words, noticed_at, recorded_by, recorded_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7)`
	insertMet  db.Query = `INSERT INTO care_acute_need_met (need_id, how, met_at, recorded_by, recorded_at) VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING`
	acuteOwner db.Query = `SELECT participant_id FROM care_acute_need WHERE need_id = $1`
	openAcute  db.Query = `
		SELECT n.need_id, n.kind, n.words, n.noticed_at FROM care_acute_need n
		WHERE n.participant_id = $1 AND NOT EXISTS (SELECT 1 FROM care_acute_need_met m WHERE m.need_id = n.need_id)
		ORDER BY n.noticed_at LIMIT 100`
	acuteToday db.Query = `
		SELECT c.participant_id, c.need_id, c.kind, c.words, c.noticed_at FROM care_acute_need c JOIN care_now n ON n.participant_id = c.participant_id
		WHERE n.participant_id IN (SELECT participant_id FROM care_now WHERE worker_id = $1 UNION SELECT participant_id FROM care_now WHERE team = $2)
		AND n.state IN ('active', 'inactive', 'prospective', 'merged')
		AND NOT EXISTS (SELECT 1 FROM care_acute_need_met m WHERE m.need_id = c.need_id)
		ORDER BY c.noticed_at, c.need_id`

	insertAssessment db.Query = `INSERT INTO care_assessment (assessment_id, participant_id, talked_on, words, recorded_by, recorded_at) VALUES ($1, $2, $3, $4, $5, $6)`
	insertRating     db.Query = `INSERT INTO care_assessment_domain (assessment_id, domain, whose_view, level, words) VALUES ($1, $2, $3, $4, '')`
	assessmentsOf    db.Query = `
		SELECT s.assessment_id, s.talked_on, s.words, COALESCE(a.name, '')
		FROM care_assessment s LEFT JOIN identity_account a ON a.account_id = s.recorded_by
		WHERE s.participant_id = $1 ORDER BY s.talked_on, s.assessment_id`
	ratingsOf db.Query = `SELECT domain, whose_view, level FROM care_assessment_domain WHERE assessment_id = $1 ORDER BY domain, whose_view`
)
