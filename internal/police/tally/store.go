package tally

import "waymark.example/internal/platform/db"

const (
	contacts db.Query = `
		SELECT SUBSTR(d.happened_at, 1, 7), c.door, d.outcome, d.offer, d.outcome = 'not_diverted' AND d.reason = 'other_pathway', COALESCE(g.grouping, ''), COUNT(*)
		FROM police_contact c
		JOIN police_decision d ON d.contact_id = c.contact_id AND d.version = (SELECT MAX(version) FROM police_decision WHERE contact_id = c.contact_id)
		LEFT JOIN police_equality e ON e.contact_id = d.contact_id AND e.version = d.version AND e.ethnicity <> ''
		LEFT JOIN reference_code g ON g.list = e.scheme AND g.list_version = e.list_version AND g.code = e.ethnicity
		WHERE SUBSTR(d.happened_at, 1, 7) >= $1 AND SUBSTR(d.happened_at, 1, 7) <= $2
			AND NOT EXISTS (SELECT 1 FROM police_undone z WHERE z.contact_id = c.contact_id)
		GROUP BY SUBSTR(d.happened_at, 1, 7), c.door, d.outcome, d.offer, d.outcome = 'not_diverted' AND d.reason = 'other_pathway', COALESCE(g.grouping, '')
		ORDER BY 1, 2, 3, 4, 5, 6`
	first db.Query = `SELECT COALESCE(MIN(SUBSTR(happened_at, 1, 7)), '') FROM police_decision`
)
