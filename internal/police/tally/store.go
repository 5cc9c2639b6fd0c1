package tally

import "waymark.example/internal/platform/db"

const (
	// Somebody's broad group is the letter that their code begins with, as the list
	// ethnicity_broad says; O1, Chinese before 2011, is A4 today. What begins otherwise is
	// no group but why there is none: not recorded.
	contacts db.Query = `
		SELECT SUBSTR(d.happened_at, 1, 7), c.door, d.outcome, d.offer, d.outcome = 'not_diverted' AND d.reason = 'other_pathway', COALESCE(g.label, ''), c.team, CASE WHEN d.outcome IN ('diverted', 'not_eligible') THEN '' ELSE d.reason END, COUNT(*)
		FROM police_contact c
		JOIN police_decision d ON d.contact_id = c.contact_id AND d.version = (SELECT MAX(version) FROM police_decision WHERE contact_id = c.contact_id)
		LEFT JOIN police_equality e ON e.contact_id = d.contact_id AND e.version = d.version AND e.ethnicity <> ''
		LEFT JOIN reference_code g ON g.list = 'ethnicity_broad' AND g.list_version = (SELECT MAX(list_version) FROM reference_code WHERE list = 'ethnicity_broad')
			AND g.code = CASE WHEN e.ethnicity = 'O1' THEN 'A' ELSE SUBSTR(e.ethnicity, 1, 1) END
		WHERE SUBSTR(d.happened_at, 1, 7) >= $1 AND SUBSTR(d.happened_at, 1, 7) <= $2
			AND NOT EXISTS (SELECT 1 FROM police_undone z WHERE z.contact_id = c.contact_id)
		GROUP BY SUBSTR(d.happened_at, 1, 7), c.door, d.outcome, d.offer, d.outcome = 'not_diverted' AND d.reason = 'other_pathway', COALESCE(g.label, ''), c.team, CASE WHEN d.outcome IN ('diverted', 'not_eligible') THEN '' ELSE d.reason END
		ORDER BY 1, 2, 3, 4, 5, 6, 7, 8`
	first db.Query = `SELECT COALESCE(MIN(SUBSTR(happened_at, 1, 7)), '') FROM police_decision`
)
