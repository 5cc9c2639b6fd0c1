package oversight

import "waymark.example/internal/platform/db"

const (
	kindOf db.Query = `SELECT kind FROM identity_organisation WHERE organisation_id = $1`

	glasses db.Query = `
		SELECT g.glass_id, g.participant_id, g.account_id, COALESCE(a.name, ''), g.reason, g.opened_at, g.until,
			COALESCE(r.version, 0), COALESCE(r.verdict, ''), COALESCE(r.words, ''), COALESCE(r.told_on, ''), COALESCE(r.not_told, ''), COALESCE(b.name, '')
		FROM care_glass g LEFT JOIN identity_account a ON a.account_id = g.account_id
		LEFT JOIN oversight_glass_review r ON r.glass_id = g.glass_id
			AND r.version = (SELECT MAX(version) FROM oversight_glass_review WHERE glass_id = g.glass_id)
		LEFT JOIN identity_account b ON b.account_id = r.reviewed_by
		WHERE $1 = '' OR g.glass_id < $1
		ORDER BY g.glass_id DESC LIMIT $2`
	glassByID db.Query = `
		SELECT g.glass_id, g.participant_id, g.account_id, COALESCE(a.name, ''), g.reason, g.opened_at, g.until,
			COALESCE(r.version, 0), COALESCE(r.verdict, ''), COALESCE(r.words, ''), COALESCE(r.told_on, ''), COALESCE(r.not_told, ''), COALESCE(b.name, '')
		FROM care_glass g LEFT JOIN identity_account a ON a.account_id = g.account_id
		LEFT JOIN oversight_glass_review r ON r.glass_id = g.glass_id
			AND r.version = (SELECT MAX(version) FROM oversight_glass_review WHERE glass_id = g.glass_id)
		LEFT JOIN identity_account b ON b.account_id = r.reviewed_by
		WHERE g.glass_id = $1`
	insertReview db.Query = `
		INSERT INTO oversight_glass_review (glass_id, version, verdict, words, told_on, not_told, reviewed_by, reviewed_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT DO NOTHING`

	insertLegal db.Query = `
		INSERT INTO oversight_legal (legal_id, version, organisation_id, asker, power, scope, subject_id, received_on, due_on, lawyer, decision, given, disclosure_id, told, told_words, recorded_by, recorded_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17) ON CONFLICT DO NOTHING`
	legals db.Query = `
		SELECT l.legal_id, l.version, l.asker, l.power, l.scope, l.subject_id, l.received_on, l.due_on, l.lawyer, l.decision, l.given, l.disclosure_id, l.told, l.told_words, COALESCE(a.name, ''), l.recorded_at
		FROM oversight_legal l LEFT JOIN identity_account a ON a.account_id = l.recorded_by
		WHERE l.organisation_id = $1 AND ($2 = '' OR l.legal_id < $2)
		AND l.version = (SELECT MAX(version) FROM oversight_legal WHERE legal_id = l.legal_id)
		ORDER BY l.legal_id DESC LIMIT $3`
	legalVersions db.Query = `
		SELECT l.legal_id, l.version, l.asker, l.power, l.scope, l.subject_id, l.received_on, l.due_on, l.lawyer, l.decision, l.given, l.disclosure_id, l.told, l.told_words, COALESCE(a.name, ''), l.recorded_at
		FROM oversight_legal l LEFT JOIN identity_account a ON a.account_id = l.recorded_by
		WHERE l.legal_id = $1 AND l.organisation_id = $2 ORDER BY l.version DESC LIMIT 100`

	insertBreach db.Query = `
		INSERT INTO oversight_breach (breach_id, version, organisation_id, happened, discovered_at, affected, risk, ico_told_at, ico_words, people_told_at, people_words, recorded_by, recorded_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13) ON CONFLICT DO NOTHING`
	breaches db.Query = `
		SELECT b.breach_id, b.version, b.happened, b.discovered_at, b.affected, b.risk, b.ico_told_at, b.ico_words, b.people_told_at, b.people_words, COALESCE(a.name, ''), b.recorded_at
		FROM oversight_breach b LEFT JOIN identity_account a ON a.account_id = b.recorded_by
		WHERE b.organisation_id = $1 AND ($2 = '' OR b.breach_id < $2)
		AND b.version = (SELECT MAX(version) FROM oversight_breach WHERE breach_id = b.breach_id)
		ORDER BY b.breach_id DESC LIMIT $3`
	breachVersions db.Query = `
		SELECT b.breach_id, b.version, b.happened, b.discovered_at, b.affected, b.risk, b.ico_told_at, b.ico_words, b.people_told_at, b.people_words, COALESCE(a.name, ''), b.recorded_at
		FROM oversight_breach b LEFT JOIN identity_account a ON a.account_id = b.recorded_by
		WHERE b.breach_id = $1 AND b.organisation_id = $2 ORDER BY b.version DESC LIMIT 100`

	// That a case is there and since when nobody was in touch; never its content.
	// A record that another goes on for is kept as long as that one.
	filesToSeal db.Query = `
		SELECT n.participant_id, n.state, n.received_at, n.reached_at, COALESCE(k.version, 0), COALESCE(k.sealed, FALSE), COALESCE(k.held, FALSE), COALESCE(k.erased, FALSE), COALESCE(k.pending, '')
		FROM care_now n LEFT JOIN handoff_keeping_now k ON k.participant_id = n.participant_id
		WHERE (CASE WHEN n.reached_at = '' THEN n.received_at ELSE n.reached_at END) < $1
		AND n.state NOT IN ('merged', 'erased')
		AND COALESCE(k.pending, '') = '' AND NOT COALESCE(k.sealed, FALSE) AND NOT COALESCE(k.held, FALSE) AND NOT COALESCE(k.erased, FALSE)
		ORDER BY n.participant_id LIMIT $2`
	filesToErase db.Query = `
		SELECT n.participant_id, n.state, n.received_at, n.reached_at, COALESCE(k.version, 0), COALESCE(k.sealed, FALSE), COALESCE(k.held, FALSE), COALESCE(k.erased, FALSE), COALESCE(k.pending, '')
		FROM care_now n JOIN handoff_keeping_now k ON k.participant_id = n.participant_id
		WHERE (CASE WHEN n.reached_at = '' THEN n.received_at ELSE n.reached_at END) < $1
		AND n.state NOT IN ('merged', 'erased') AND k.pending = '' AND k.sealed AND NOT k.held AND NOT k.erased
		ORDER BY n.participant_id LIMIT $2`
	fileByID db.Query = `
		SELECT n.participant_id, n.state, n.received_at, n.reached_at, COALESCE(k.version, 0), COALESCE(k.sealed, FALSE), COALESCE(k.held, FALSE), COALESCE(k.erased, FALSE), COALESCE(k.pending, '')
		FROM care_now n LEFT JOIN handoff_keeping_now k ON k.participant_id = n.participant_id
		WHERE n.participant_id = $1`
	referralsUntaken db.Query = `
		SELECT r.referral_id, r.made_at, FALSE FROM handoff_waiting w JOIN handoff_referral r ON r.referral_id = w.referral_id
		WHERE r.made_at < $1
		UNION ALL SELECT r.referral_id, r.made_at, TRUE FROM handoff_approval p JOIN handoff_referral r ON r.referral_id = p.referral_id
		WHERE NOT p.approved AND r.made_at < $1 AND NOT EXISTS (SELECT 1 FROM handoff_let_go l WHERE l.referral_id = r.referral_id)
		ORDER BY 2, 1 LIMIT $2`
	referralsLetGo db.Query = `
		SELECT l.referral_id, r.made_at, l.said_no, l.let_go_at, COALESCE(a.name, '')
		FROM handoff_let_go l JOIN handoff_referral r ON r.referral_id = l.referral_id LEFT JOIN identity_account a ON a.account_id = l.let_go_by
		ORDER BY l.let_go_at DESC, l.referral_id DESC LIMIT $1`

	// What crossed and on what basis; never the words.
	disclosures db.Query = `
		SELECT d.disclosure_id, d.participant_id, COALESCE(o.name, ''), d.purpose, d.basis, d.channel, d.until_on, COALESCE(a.name, ''), d.sent_at,
			COALESCE((SELECT MIN(r.read_at) FROM handoff_read r WHERE r.disclosure_id = d.disclosure_id), ''),
			EXISTS (SELECT 1 FROM handoff_disclosure_topic p JOIN handoff_withdrawal w ON w.consent_id = p.consent_id WHERE p.disclosure_id = d.disclosure_id),
			COALESCE(c.no_time, FALSE), COALESCE(k.erased, FALSE)
		FROM handoff_disclosure d LEFT JOIN identity_organisation o ON o.organisation_id = d.recipient_id
		LEFT JOIN identity_account a ON a.account_id = d.sent_by LEFT JOIN care_disclosure c ON c.disclosure_id = d.disclosure_id
		LEFT JOIN handoff_keeping_now k ON k.participant_id = d.participant_id
		WHERE (d.sent_at, d.disclosure_id) < ($1, $2) AND d.sent_at >= $3 AND d.sent_at <= $4
		ORDER BY d.sent_at DESC, d.disclosure_id DESC LIMIT $5`
	disclosuresAbout db.Query = `
		SELECT d.disclosure_id, d.participant_id, COALESCE(o.name, ''), d.purpose, d.basis, d.channel, d.until_on, COALESCE(a.name, ''), d.sent_at,
			COALESCE((SELECT MIN(r.read_at) FROM handoff_read r WHERE r.disclosure_id = d.disclosure_id), ''),
			EXISTS (SELECT 1 FROM handoff_disclosure_topic p JOIN handoff_withdrawal w ON w.consent_id = p.consent_id WHERE p.disclosure_id = d.disclosure_id),
			COALESCE(c.no_time, FALSE), COALESCE(k.erased, FALSE)
		FROM handoff_disclosure d LEFT JOIN identity_organisation o ON o.organisation_id = d.recipient_id
		LEFT JOIN identity_account a ON a.account_id = d.sent_by LEFT JOIN care_disclosure c ON c.disclosure_id = d.disclosure_id
		LEFT JOIN handoff_keeping_now k ON k.participant_id = d.participant_id
		WHERE d.participant_id = $1 AND (d.sent_at, d.disclosure_id) < ($2, $3) AND d.sent_at >= $4 AND d.sent_at <= $5
		ORDER BY d.sent_at DESC, d.disclosure_id DESC LIMIT $6`
	attestations db.Query = `
		SELECT t.consent_id, t.participant_id, COALESCE(o.name, ''), t.until_on, t.recorded_at,
			EXISTS (SELECT 1 FROM handoff_withdrawal w WHERE w.consent_id = t.consent_id), COALESCE(k.erased, FALSE)
		FROM handoff_attestation t LEFT JOIN identity_organisation o ON o.organisation_id = t.recipient_id
		LEFT JOIN handoff_keeping_now k ON k.participant_id = t.participant_id
		WHERE (t.recorded_at, t.consent_id) < ($1, $2) AND t.recorded_at >= $3 AND t.recorded_at <= $4
		ORDER BY t.recorded_at DESC, t.consent_id DESC LIMIT $5`
	attestationsAbout db.Query = `
		SELECT t.consent_id, t.participant_id, COALESCE(o.name, ''), t.until_on, t.recorded_at,
			EXISTS (SELECT 1 FROM handoff_withdrawal w WHERE w.consent_id = t.consent_id), COALESCE(k.erased, FALSE)
		FROM handoff_attestation t LEFT JOIN identity_organisation o ON o.organisation_id = t.recipient_id
		LEFT JOIN handoff_keeping_now k ON k.participant_id = t.participant_id
		WHERE t.participant_id = $1 AND (t.recorded_at, t.consent_id) < ($2, $3) AND t.recorded_at >= $4 AND t.recorded_at <= $5
		ORDER BY t.recorded_at DESC, t.consent_id DESC LIMIT $6`
	cards db.Query = `
		SELECT t.consent_id, t.participant_id, COALESCE(o.name, ''), t.until_on, COALESCE(a.name, ''), t.made_at,
			EXISTS (SELECT 1 FROM handoff_withdrawal w WHERE w.consent_id = t.consent_id)
		FROM handoff_known t LEFT JOIN identity_organisation o ON o.organisation_id = t.recipient_id LEFT JOIN identity_account a ON a.account_id = t.made_by
		WHERE (t.made_at, t.consent_id) < ($1, $2) AND t.made_at >= $3 AND t.made_at <= $4
		ORDER BY t.made_at DESC, t.consent_id DESC LIMIT $5`
	cardsAbout db.Query = `
		SELECT t.consent_id, t.participant_id, COALESCE(o.name, ''), t.until_on, COALESCE(a.name, ''), t.made_at,
			EXISTS (SELECT 1 FROM handoff_withdrawal w WHERE w.consent_id = t.consent_id)
		FROM handoff_known t LEFT JOIN identity_organisation o ON o.organisation_id = t.recipient_id LEFT JOIN identity_account a ON a.account_id = t.made_by
		WHERE t.participant_id = $1 AND (t.made_at, t.consent_id) < ($2, $3) AND t.made_at >= $4 AND t.made_at <= $5
		ORDER BY t.made_at DESC, t.consent_id DESC LIMIT $6`
	crossingTopics db.Query = `SELECT topic, consent_id FROM handoff_disclosure_topic WHERE disclosure_id = $1 ORDER BY topic`
	crossingSteps  db.Query = `
		SELECT s.kind, COALESCE(a.name, '') FROM care_disclosure_step s LEFT JOIN identity_account a ON a.account_id = s.recorded_by
		WHERE s.disclosure_id = $1 ORDER BY s.step_id`
	disclosuresCounted db.Query = `
		SELECT COALESCE(o.name, ''), d.basis, COUNT(*)
		FROM handoff_disclosure d LEFT JOIN identity_organisation o ON o.organisation_id = d.recipient_id
		GROUP BY COALESCE(o.name, ''), d.basis ORDER BY COALESCE(o.name, ''), d.basis`
	attestationsCounted db.Query = `
		SELECT COALESCE(o.name, ''), COUNT(*)
		FROM handoff_attestation t LEFT JOIN identity_organisation o ON o.organisation_id = t.recipient_id
		GROUP BY COALESCE(o.name, '') ORDER BY COALESCE(o.name, '')`

	accountsByRole db.Query = `
		SELECT o.name, o.kind, r.role, COUNT(*)
		FROM identity_role r JOIN identity_account a ON a.account_id = r.account_id
		JOIN identity_organisation o ON o.organisation_id = a.organisation_id
		WHERE r.held AND r.version = (SELECT MAX(version) FROM identity_role WHERE account_id = r.account_id AND role = r.role)
		GROUP BY o.name, o.kind, r.role ORDER BY o.name, r.role`
)
