package why

import "waymark.example/internal/platform/db"

const (
	accountByID db.Query = `
		SELECT a.name, a.side, a.team, a.organisation_id, s.active
		FROM identity_account a JOIN identity_standing s ON s.account_id = a.account_id
		WHERE a.account_id = $1 AND s.version = (SELECT MAX(version) FROM identity_standing WHERE account_id = a.account_id)`
	rolesHeld db.Query = `
		SELECT role FROM identity_role r WHERE account_id = $1 AND held
		AND version = (SELECT MAX(version) FROM identity_role WHERE account_id = r.account_id AND role = r.role)
		ORDER BY role`
	caseFacts    db.Query = `SELECT worker_id, team, state, hold = 'responding' FROM care_now WHERE participant_id = $1`
	contactFacts db.Query = `
		SELECT c.officer_id, c.team, COALESCE(k.recorded_by, c.officer_id)
		FROM police_contact c LEFT JOIN police_custody k ON k.contact_id = c.contact_id WHERE c.contact_id = $1`
	referralFacts db.Query = `
		SELECT r.officer_id, COALESCE(a.team, ''), EXISTS (SELECT 1 FROM handoff_waiting w WHERE w.referral_id = r.referral_id)
		FROM handoff_referral r LEFT JOIN identity_account a ON a.account_id = r.officer_id WHERE r.referral_id = $1`
)
