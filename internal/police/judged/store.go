package judged

import "waymark.example/internal/platform/db"

// Which contacts count: the latest version of each decision, of what happened
// between two months, and nothing that was taken back.
const judgedNow = ` FROM police_decision d JOIN police_contact c ON c.contact_id = d.contact_id
		WHERE d.happened_at >= $1 AND d.happened_at < $2
		AND d.version = (SELECT MAX(l.version) FROM police_decision l WHERE l.contact_id = d.contact_id)
		AND NOT EXISTS (SELECT 1 FROM police_undone u WHERE u.contact_id = d.contact_id)`

const (
	contactsOf db.Query = `SELECT d.contact_id, c.door, d.outcome = 'not_eligible' AND d.reason = 'child'` + judgedNow
	// Of those, and all others of the same months, which offences and which criteria.
	offencesJudged db.Query = `SELECT o.contact_id, o.code FROM police_offence o JOIN police_decision d ON d.contact_id = o.contact_id AND d.version = o.version
		WHERE d.happened_at >= $1 AND d.happened_at < $2
		AND d.version = (SELECT MAX(l.version) FROM police_decision l WHERE l.contact_id = d.contact_id)`
	criteriaJudged db.Query = `SELECT o.contact_id, o.criterion FROM police_exclusion o JOIN police_decision d ON d.contact_id = o.contact_id AND d.version = o.version
		WHERE d.happened_at >= $1 AND d.happened_at < $2
		AND d.version = (SELECT MAX(l.version) FROM police_decision l WHERE l.contact_id = d.contact_id)`
)
