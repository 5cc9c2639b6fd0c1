package decided

import "waymark.example/internal/platform/db"

const (
	ofOfficer db.Query = `
		SELECT d.outcome, d.offer, d.reason, COUNT(*)
		FROM police_contact c JOIN police_decision d ON d.contact_id = c.contact_id AND d.version = (SELECT MAX(version) FROM police_decision WHERE contact_id = c.contact_id)
		WHERE c.officer_id = $1 AND d.happened_at >= $2 AND d.outcome <> 'not_eligible' AND NOT EXISTS (SELECT 1 FROM police_undone z WHERE z.contact_id = c.contact_id)
		GROUP BY d.outcome, d.offer, d.reason`
	ofTheOthers db.Query = `
		SELECT COUNT(*), COUNT(DISTINCT c.officer_id), COALESCE(SUM(CASE WHEN d.offer = 'made' OR d.outcome = 'diverted' THEN 1 ELSE 0 END), 0)
		FROM police_contact c JOIN police_decision d ON d.contact_id = c.contact_id AND d.version = (SELECT MAX(version) FROM police_decision WHERE contact_id = c.contact_id)
		WHERE c.team = $1 AND c.officer_id <> $2 AND d.happened_at >= $3 AND d.outcome <> 'not_eligible' AND NOT EXISTS (SELECT 1 FROM police_undone z WHERE z.contact_id = c.contact_id)`
	officersOfTeam db.Query = `
		SELECT a.account_id, a.name FROM identity_account a
		WHERE a.side = 'police' AND a.organisation_id = $1 AND a.team = $2
		AND EXISTS (SELECT 1 FROM identity_role r WHERE r.account_id = a.account_id AND r.role IN ('officer', 'sergeant') AND r.held
			AND r.version = (SELECT MAX(version) FROM identity_role WHERE account_id = r.account_id AND role = r.role))
		AND EXISTS (SELECT 1 FROM identity_standing s WHERE s.account_id = a.account_id AND s.active
			AND s.version = (SELECT MAX(version) FROM identity_standing WHERE account_id = s.account_id))
		ORDER BY a.name, a.account_id LIMIT 200`
)
