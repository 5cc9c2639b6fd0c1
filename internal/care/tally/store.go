package tally

import "waymark.example/internal/platform/db"

const (
	// Whoever is waiting for a yes is not handed over yet, and what was taken back never was.
	handOffsOf db.Query = `
		SELECT r.meeting, r.made_at, COALESCE((SELECT MIN(e.happened_at) FROM handoff_event e WHERE e.referral_id = r.referral_id AND e.kind IN ('met', 'phone_met')), ''), p.handoff_minutes
		FROM handoff_referral r JOIN reference_policy p ON p.policy_version = r.policy_version
		WHERE r.made_at >= $1 AND r.made_at < $2
			AND NOT EXISTS (SELECT 1 FROM handoff_taken_back b WHERE b.referral_id = r.referral_id)
			AND (NOT r.needs_approval OR EXISTS (SELECT 1 FROM handoff_approval a WHERE a.referral_id = r.referral_id AND a.approved))`
	intakes db.Query = `SELECT COUNT(*) FROM (SELECT MIN(done_on) AS first_on FROM care_intake WHERE done_on <> '' GROUP BY participant_id) d WHERE SUBSTR(d.first_on, 1, 7) = $1`
	closed  db.Query = `SELECT COUNT(DISTINCT participant_id) FROM care_case WHERE state = 'closed' AND recorded_at >= $1 AND recorded_at < $2`
	// Where each case stood at a moment; of two records of one person, the one that goes on.
	states db.Query = `
		SELECT COALESCE(SUM(CASE WHEN c.state = 'active' THEN 1 ELSE 0 END), 0), COALESCE(SUM(CASE WHEN c.state = 'inactive' THEN 1 ELSE 0 END), 0), COALESCE(SUM(CASE WHEN c.state = 'prospective' THEN 1 ELSE 0 END), 0)
		FROM care_case c WHERE c.version = (SELECT MAX(v.version) FROM care_case v WHERE v.participant_id = c.participant_id AND v.recorded_at < $1)
			AND NOT EXISTS (SELECT 1 FROM care_merged m WHERE m.participant_id = c.participant_id)`
	paid db.Query = `
		SELECT COUNT(*), COUNT(DISTINCT r.participant_id), COALESCE(SUM(l.pence), 0)
		FROM care_fund_line l JOIN care_fund_request r ON r.request_id = l.request_id
		WHERE l.kind = 'pay' AND l.recorded_at >= $1 AND l.recorded_at < $2`
	workers db.Query = `
		SELECT COUNT(*) FROM identity_account a JOIN identity_role r ON r.account_id = a.account_id AND r.role = 'case_manager' AND r.held
			AND r.version = (SELECT MAX(version) FROM identity_role WHERE account_id = r.account_id AND role = r.role)
		WHERE a.side = 'care' AND EXISTS (SELECT 1 FROM identity_standing s WHERE s.account_id = a.account_id AND s.active
			AND s.version = (SELECT MAX(version) FROM identity_standing WHERE account_id = s.account_id))`
)
