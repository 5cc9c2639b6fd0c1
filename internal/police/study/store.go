package study

import "waymark.example/internal/platform/db"

const (
	// What is taken back is no contact. Whoever decided is an account's id, which is in no
	// other file that leaves; the holder of the key makes a pseudonym of it.
	contactsOf db.Query = `
		SELECT c.reference, c.door, c.team, c.officer_id, d.happened_at, d.force_reference, d.outcome, d.reason, d.offer, d.policy_version,
			COALESCE((SELECT MIN(o.code) FROM police_offence o WHERE o.contact_id = d.contact_id AND o.version = d.version), ''),
			COALESCE((SELECT MIN(x.criterion) FROM police_exclusion x WHERE x.contact_id = d.contact_id AND x.version = d.version AND x.override_by = ''), ''),
			COALESCE(e.sex, ''), COALESCE(e.ethnicity, ''), COALESCE(p.ethnicity, '')
		FROM police_contact c
		JOIN identity_account a ON a.account_id = c.officer_id AND a.organisation_id = $1
		JOIN police_decision d ON d.contact_id = c.contact_id AND d.version = (SELECT MAX(version) FROM police_decision WHERE contact_id = c.contact_id)
		LEFT JOIN police_equality e ON e.contact_id = d.contact_id AND e.version = d.version
		LEFT JOIN police_perceived p ON p.contact_id = d.contact_id AND p.version = d.version
		WHERE d.happened_at >= $2 AND d.happened_at < $3 AND NOT EXISTS (SELECT 1 FROM police_undone z WHERE z.contact_id = c.contact_id)
		ORDER BY d.happened_at, c.contact_id`
	organisations db.Query = `SELECT organisation_id, name FROM identity_organisation WHERE kind IN ('evaluation', 'partnership', 'oversight') ORDER BY name, organisation_id`
)
