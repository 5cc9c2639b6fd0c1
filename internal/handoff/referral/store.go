package referral

import "waymark.example/internal/platform/db"

// The police end.
const (
	insertReferral db.Query = `
		INSERT INTO handoff_referral (referral_id, contact_id, officer_id, reference, door, letter, meeting,
			may_tell, needs_approval, policy_version, window_days, made_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)`
	insertFrom      db.Query = `INSERT INTO handoff_from (referral_id, team) VALUES ($1, $2)`
	insertToApprove db.Query = `INSERT INTO handoff_to_approve (referral_id, letter) VALUES ($1, $2)`
	insertToConfirm db.Query = `INSERT INTO handoff_to_confirm (referral_id, reference, door, team, since) VALUES ($1, $2, $3, $4, $5)`
	stillUndecided  db.Query = `
		SELECT 'sergeant' FROM handoff_to_approve WHERE referral_id = $1
		UNION ALL SELECT 'coordinator' FROM handoff_to_confirm WHERE referral_id = $1`
	insertWaiting     db.Query = `INSERT INTO handoff_waiting (referral_id, since) VALUES ($1, $2)`
	insertTakenBack   db.Query = `INSERT INTO handoff_taken_back (referral_id, taken_at) VALUES ($1, $2)`
	insertApproval    db.Query = `INSERT INTO handoff_approval (referral_id, approved, reason, approved_by, approved_at) VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING`
	referralOfContact db.Query = `
		SELECT referral_id, needs_approval, made_at, window_days, EXISTS (SELECT 1 FROM handoff_taken_back b WHERE b.referral_id = r.referral_id)
		FROM handoff_referral r WHERE contact_id = $1`
	approvalOf db.Query = `SELECT approved, reason FROM handoff_approval WHERE referral_id = $1`
	toldOf     db.Query = `SELECT met_on FROM handoff_told WHERE referral_id = $1`
	// Police read who was handed over only while their own sergeant decides.
	approvalsWaiting db.Query = `
		SELECT r.referral_id, r.reference, r.door, h.letter, r.meeting, r.made_at, r.contact_id, r.officer_id, a.name, a.team
		FROM handoff_to_approve h JOIN handoff_referral r ON r.referral_id = h.referral_id JOIN identity_account a ON a.account_id = r.officer_id
		WHERE r.needs_approval AND a.team = $1 AND NOT EXISTS (SELECT 1 FROM handoff_approval p WHERE p.referral_id = r.referral_id)
		ORDER BY r.made_at LIMIT 200`
	approvalWaiting db.Query = `
		SELECT r.referral_id, r.reference, r.door, h.letter, r.meeting, r.made_at, r.contact_id, r.officer_id, a.name, a.team
		FROM handoff_to_approve h JOIN handoff_referral r ON r.referral_id = h.referral_id JOIN identity_account a ON a.account_id = r.officer_id
		WHERE r.referral_id = $1 AND r.needs_approval AND NOT EXISTS (SELECT 1 FROM handoff_approval p WHERE p.referral_id = r.referral_id)`
)

// The partnership's end.
const (
	confirmsWaiting db.Query = `SELECT referral_id, reference, door, team, since FROM handoff_to_confirm ORDER BY since, referral_id LIMIT $1`
	confirmWaiting  db.Query = `SELECT referral_id FROM handoff_to_confirm WHERE referral_id = $1`
)

// More than one end.
const (
	deleteToApprove db.Query = `DELETE FROM handoff_to_approve WHERE referral_id = $1`
	deleteToConfirm db.Query = `DELETE FROM handoff_to_confirm WHERE referral_id = $1`
	insertEvent     db.Query = `
		INSERT INTO handoff_event (event_id, referral_id, kind, words, happened_at, recorded_by, recorded_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT DO NOTHING`
)

// The care end.
const (
	referralsWaiting db.Query = `
		SELECT r.referral_id, r.reference, r.door, r.letter, r.meeting, r.may_tell, r.needs_approval, r.window_days, r.made_at
		FROM handoff_waiting w JOIN handoff_referral r ON r.referral_id = w.referral_id
		ORDER BY w.since LIMIT $1`
	referralByID db.Query = `
		SELECT referral_id, reference, door, letter, meeting, may_tell, needs_approval, window_days, made_at
		FROM handoff_referral r WHERE referral_id = $1 AND NOT EXISTS (SELECT 1 FROM handoff_taken_back b WHERE b.referral_id = r.referral_id)`
	waitingSince  db.Query = `SELECT since FROM handoff_waiting WHERE referral_id = $1`
	deleteWaiting db.Query = `DELETE FROM handoff_waiting WHERE referral_id = $1`
	insertTold    db.Query = `INSERT INTO handoff_told (referral_id, met_on) VALUES ($1, $2) ON CONFLICT DO NOTHING`
	eventsOf      db.Query = `
		SELECT e.event_id, e.referral_id, e.kind, e.words, e.happened_at,
			CASE WHEN e.kind IN ('called', 'officer_corrected') THEN '' ELSE e.recorded_by END,
			CASE WHEN e.kind IN ('called', 'officer_corrected') THEN '' ELSE COALESCE(a.name, '') END
		FROM handoff_event e LEFT JOIN identity_account a ON a.account_id = e.recorded_by AND a.side = 'care'
		WHERE e.referral_id = $1
		UNION ALL SELECT n.no_answer_id, n.referral_id, 'no_answer', '', n.rang_at, '', '' FROM handoff_no_answer n WHERE n.referral_id = $1
		ORDER BY 5, 1`
	untakenBefore db.Query = `
		SELECT r.referral_id, r.reference, r.made_at, FALSE, TRUE, TRUE, FALSE, FALSE
		FROM handoff_waiting w JOIN handoff_referral r ON r.referral_id = w.referral_id
		WHERE r.made_at < $1
		UNION ALL SELECT r.referral_id, r.reference, r.made_at, TRUE, FALSE, FALSE, FALSE, FALSE
		FROM handoff_approval p JOIN handoff_referral r ON r.referral_id = p.referral_id
		WHERE NOT p.approved AND r.made_at < $1 AND NOT EXISTS (SELECT 1 FROM handoff_let_go l WHERE l.referral_id = r.referral_id)
		UNION ALL SELECT r.referral_id, r.reference, r.made_at, FALSE, FALSE, FALSE, FALSE, TRUE
		FROM (SELECT referral_id FROM handoff_to_approve UNION ALL SELECT referral_id FROM handoff_to_confirm) q
		JOIN handoff_referral r ON r.referral_id = q.referral_id WHERE r.made_at < $2
		ORDER BY 3, 1 LIMIT $3`
	untakenByID db.Query = `
		SELECT r.referral_id, r.reference, r.made_at, COALESCE(NOT p.approved, FALSE), w.referral_id IS NOT NULL, COALESCE(p.approved, NOT r.needs_approval), l.referral_id IS NOT NULL,
			EXISTS (SELECT 1 FROM handoff_to_approve q WHERE q.referral_id = r.referral_id) OR EXISTS (SELECT 1 FROM handoff_to_confirm q WHERE q.referral_id = r.referral_id)
		FROM handoff_referral r LEFT JOIN handoff_approval p ON p.referral_id = r.referral_id LEFT JOIN handoff_waiting w ON w.referral_id = r.referral_id
		LEFT JOIN handoff_let_go l ON l.referral_id = r.referral_id
		WHERE r.referral_id = $1`
	insertLetGo db.Query = `INSERT INTO handoff_let_go (referral_id, said_no, let_go_by, let_go_at) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING`
)
