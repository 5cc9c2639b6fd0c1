package decided

import "waymark.example/internal/platform/db"

const (
	ofOfficer db.Query = `
		SELECT d.outcome, d.offer, d.reason, COUNT(*)
		FROM police_contact c JOIN police_decision d ON d.contact_id = c.contact_id AND d.version = (SELECT MAX(version) FROM police_decision WHERE contact_id = c.contact_id)
		WHERE c.officer_id = $1 AND d.happened_at >= $2 AND d.outcome <> 'not_eligible' AND NOT EXISTS (SELECT 1 FROM police_undone z WHERE z.contact_id = c.contact_id)
		GROUP BY d.outcome, d.offer, d.reason`
	// Colleagues of the same force and team who decided often enough that none of them stands out, in months that have ended: a number that moves with
	// each contact would tell whose it was.
	ofTheOthers db.Query = `
		SELECT COALESCE(SUM(t.decided), 0), COUNT(*), COALESCE(SUM(t.asked), 0) FROM (
			SELECT COUNT(*) AS decided, SUM(CASE WHEN d.offer = 'made' OR d.outcome = 'diverted' THEN 1 ELSE 0 END) AS asked
			FROM police_contact c JOIN police_decision d ON d.contact_id = c.contact_id AND d.version = (SELECT MAX(version) FROM police_decision WHERE contact_id = c.contact_id)
			JOIN identity_account a ON a.account_id = c.officer_id
			WHERE c.team = $1 AND c.officer_id <> $2 AND a.organisation_id = (SELECT organisation_id FROM identity_account WHERE account_id = $2)
			AND d.happened_at >= $3 AND d.happened_at < $4 AND d.outcome <> 'not_eligible' AND NOT EXISTS (SELECT 1 FROM police_undone z WHERE z.contact_id = c.contact_id)
			GROUP BY c.officer_id HAVING COUNT(*) >= 5) t`
	officersOfTeam db.Query = `
		SELECT a.account_id, a.name FROM identity_account a
		WHERE a.side = 'police' AND a.organisation_id = $1 AND a.team = $2
		AND EXISTS (SELECT 1 FROM identity_role r WHERE r.account_id = a.account_id AND r.role IN ('officer', 'sergeant') AND r.held
			AND r.version = (SELECT MAX(version) FROM identity_role WHERE account_id = r.account_id AND role = r.role))
		AND EXISTS (SELECT 1 FROM identity_standing s WHERE s.account_id = a.account_id AND s.active
			AND s.version = (SELECT MAX(version) FROM identity_standing WHERE account_id = s.account_id))
		ORDER BY a.name, a.account_id LIMIT 200`
)
