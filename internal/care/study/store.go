package study

import "waymark.example/internal/platform/db"

const (
	// Whose record is the person's, whichever of theirs a row is of.
	whole  = `COALESCE(g.survivor, n.participant_id)`
	saidNo = `NOT x.agreed AND x.version = (SELECT MAX(version) FROM care_research WHERE participant_id = x.participant_id)`
	// The records on which somebody said yes to being studied, where on none of theirs they
	// said no (R58) and none is erased or sealed: of one person side by side, by their hand-offs.
	supported db.Query = `
		SELECT ` + whole + `, n.participant_id, r.reference, r.made_at,
			COALESCE((SELECT MIN(e.happened_at) FROM handoff_event e WHERE e.referral_id = r.referral_id AND e.kind IN ('met', 'phone_met')), ''),
			COALESCE((SELECT MIN(i.done_on) FROM care_intake i WHERE i.participant_id = n.participant_id AND i.done_on <> ''), ''),
			COALESCE((SELECT MIN(c.from_on) FROM care_consent c WHERE c.participant_id = n.participant_id), ''),
			COALESCE((SELECT MIN(s.happened_on) FROM care_case s WHERE s.participant_id = n.participant_id AND s.state = 'closed'), '')
		FROM care_now n
		LEFT JOIN care_merged g ON g.participant_id = n.participant_id
		JOIN care_participant q ON q.participant_id = n.participant_id
		JOIN handoff_referral r ON r.referral_id = q.referral_id
		WHERE EXISTS (SELECT 1 FROM care_research y WHERE y.participant_id = n.participant_id AND y.agreed
			AND y.version = (SELECT MAX(version) FROM care_research WHERE participant_id = y.participant_id))
		AND NOT EXISTS (SELECT 1 FROM care_research x WHERE x.participant_id = ` + whole + ` AND ` + saidNo + `)
		AND NOT EXISTS (SELECT 1 FROM care_merged m JOIN care_research x ON x.participant_id = m.participant_id WHERE m.survivor = ` + whole + ` AND ` + saidNo + `)
		AND NOT EXISTS (SELECT 1 FROM handoff_keeping_now k WHERE k.participant_id = ` + whole + ` AND (k.sealed OR k.erased))
		AND NOT EXISTS (SELECT 1 FROM care_merged m JOIN handoff_keeping_now k ON k.participant_id = m.participant_id WHERE m.survivor = ` + whole + ` AND (k.sealed OR k.erased))
		ORDER BY 1, r.made_at, r.reference`
	monthsLived db.Query = `
		SELECT v.month, v.housing, v.work, v.income FROM care_month v
		WHERE v.participant_id = $1 AND v.version = (SELECT MAX(version) FROM care_month WHERE participant_id = v.participant_id AND month = v.month)`
	contactsHad db.Query = `
		SELECT o.happened_at FROM care_note o
		WHERE o.participant_id = $1 AND o.outcome IN ('met', 'spoke') AND NOT EXISTS (SELECT 1 FROM care_note l WHERE l.corrects = o.note_id)
			AND NOT EXISTS (SELECT 1 FROM care_note_undone u WHERE u.note_id = o.note_id)`
	needsMet db.Query = `
		SELECT m.met_at FROM care_acute_need_met m JOIN care_acute_need a ON a.need_id = m.need_id
		WHERE a.participant_id = $1`
)
