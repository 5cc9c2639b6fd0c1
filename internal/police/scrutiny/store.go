package scrutiny

import "waymark.example/internal/platform/db"

// Through the index of decisions by time (police_decision_by_time): the first moment of the months, and that after them.
const notDiverted db.Query = `
	SELECT c.contact_id, c.door, d.outcome, d.reason, d.offer, d.policy_version, COALESCE((SELECT MIN(o.code) FROM police_offence o WHERE o.contact_id = d.contact_id AND o.version = d.version), '')
	FROM police_contact c JOIN police_decision d ON d.contact_id = c.contact_id AND d.version = (SELECT MAX(version) FROM police_decision WHERE contact_id = c.contact_id)
	WHERE d.happened_at >= $1 AND d.happened_at < $2 AND d.outcome IN ('not_diverted', 'no_capacity', 'not_fit')
		AND NOT EXISTS (SELECT 1 FROM police_undone z WHERE z.contact_id = c.contact_id)
	ORDER BY c.contact_id`
