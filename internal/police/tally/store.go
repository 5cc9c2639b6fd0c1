package tally

import "waymark.example/internal/platform/db"

const (
	// The contacts as they were counted one by one. Somebody's broad group is the letter that
	// their code begins with, as the list ethnicity_broad says: what begins otherwise is no
	// group but why there is none, which is not recorded.
	counted db.Query = `
		SELECT t.month, t.door, t.outcome, t.offer, t.pathway, COALESCE(g.label, ''), t.team, t.reason, CAST(SUM(t.contacts) AS BIGINT)
		FROM police_tally t
		LEFT JOIN reference_code g ON g.list = 'ethnicity_broad' AND g.list_version = (SELECT MAX(list_version) FROM reference_code WHERE list = 'ethnicity_broad') AND g.code = t.broad
		WHERE t.month >= $1 AND t.month <= $2
		GROUP BY t.month, t.door, t.outcome, t.offer, t.pathway, COALESCE(g.label, ''), t.team, t.reason
		HAVING SUM(t.contacts) > 0
		ORDER BY 1, 2, 3, 4, 5, 6, 7, 8`
	first db.Query = `SELECT COALESCE(MIN(month), '') FROM police_tally WHERE contacts > 0`

	// One contact as one version of its decision has it: added as it is recorded, taken off
	// as it is corrected or taken back.
	count db.Query = `
		INSERT INTO police_tally (month, door, outcome, offer, pathway, broad, team, reason, contacts)
		SELECT SUBSTR(d.happened_at, 1, 7), c.door, d.outcome, d.offer, d.outcome = 'not_diverted' AND d.reason = 'other_pathway',
			CASE WHEN e.ethnicity IS NULL THEN '' WHEN e.ethnicity = 'O1' THEN 'A' ELSE SUBSTR(e.ethnicity, 1, 1) END,
			c.team, CASE WHEN d.outcome IN ('diverted', 'not_eligible') THEN '' ELSE d.reason END, CAST($1 AS BIGINT)
		FROM police_contact c JOIN police_decision d ON d.contact_id = c.contact_id
		LEFT JOIN police_equality e ON e.contact_id = d.contact_id AND e.version = d.version
		WHERE c.contact_id = $2 AND d.version = $3
		ON CONFLICT (month, door, outcome, offer, pathway, broad, team, reason) DO UPDATE SET contacts = police_tally.contacts + excluded.contacts`
)
