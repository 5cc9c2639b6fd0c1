package note

import (
	"fmt"
	"time"

	"waymark.example/internal/care/fund"
	"waymark.example/internal/care/need"
	"waymark.example/internal/care/outreach"
	"waymark.example/internal/care/participant"
	"waymark.example/internal/care/warm"
	"waymark.example/internal/platform/db"
)

// kept says in which field the words of each kind of item are kept, and where
// its place is.
func kept(kind string) (words, place string) {
	switch kind {
	case "note":
		return "care_note.narrative", "care_note.place"
	case "outreach":
		return "care_outreach.words", "care_outreach.place"
	case "acute":
		return "care_acute_need.words", ""
	case "acute_met":
		return "care_acute_need_met.how", ""
	case "plan":
		return "care_plan.matters", ""
	case "fund":
		return "care_fund_request.words", ""
	}
	return "care_" + kind + ".words", "" // screening, intake, assessment, month, case, warm, warm_step
}

// scanItem puts a row of the timeline of somebody's records into words.
func scanItem(records map[string]participant.Now, row db.Row) (Item, error) {
	var i Item
	var at db.Time
	var code, extra, place string
	var placeKind string
	var minutes, back int
	if err := row.Scan(&i.Of, &i.Kind, &i.ID, &at, &i.By, &code, &extra, &i.Words, &place, &minutes, &i.Fix, &placeKind, &back); err != nil {
		return Item{}, err
	}
	n := records[i.Of]
	if n.Into != "" {
		i.From = n
	}
	i.At, i.Seen = at.Time, "Seen by their case manager and the supervisor"
	words, where := kept(i.Kind)
	for _, text := range []map[string]*string{{words: &i.Words}, {words: &i.Fix}, {where: &place}} {
		if err := n.Open(text); err != nil {
			return Item{}, err
		}
	}
	switch i.Kind {
	case "note":
		i.Title = outreach.Outcome(extra).Words() + ", " + lower(wordsOf(Modes(), code))
		if code == "phone" && outreach.Outcome(extra) == outreach.NotFound {
			i.Title = "Rang, no answer"
		}
		i.Meta, i.Back = place, back == 1
		if placeKind != "" {
			i.Meta = lower(wordsOf(Places(), placeKind))
			if place != "" {
				i.Meta += " (" + place + ")"
			}
		}
		if minutes > 0 {
			i.Meta = join(i.Meta, fmt.Sprintf("%d minutes", minutes))
		}
	case "outreach":
		i.Title, i.Meta = "Outreach: "+lower(outreach.Outcome(code).Words()), place
	case "acute":
		i.Title = "Needed now: " + lower(need.KindWords(code))
	case "acute_met":
		i.Title = "Met: " + lower(need.KindWords(code))
	case "screening":
		i.Title = "First check"
	case "intake":
		i.Title = "Intake, saved part-way"
		if code != "" {
			i.Title = "Intake done"
		}
	case "month":
		i.Title = "How things were in " + monthOf(code)
	case "assessment":
		i.Title = "Talked about needs"
	case "plan":
		i.Title = fmt.Sprintf("Plan drafted, version %d", minutes)
		if code == "agreed" {
			i.Title = fmt.Sprintf("Plan agreed, version %d", minutes)
			i.Seen = "Seen by their case manager, the supervisor, and on their own page"
		}
	case "warm":
		i.Title = "Brought to " + extra
		if code == warm.Sent {
			i.Seen = "Seen by their case manager and the supervisor; the service reads these words, as they agreed"
		}
	case "warm_step":
		i.Title, i.Meta = warm.Kind(code).Words(), extra
	case "fund":
		i.Title = fmt.Sprintf("From the flexible fund: %s, %s", fund.Pence(minutes), lower(fund.KindWords(code)))
		i.Meta = lower(fund.WayWords(extra))
		i.Seen = "Seen by their case manager and the supervisor. The fund's account names the sum and nobody"
	case "case":
		i.Title = participant.State(code).Words()
	}
	return i, nil
}

// monthOf writes a month (YYYY-MM) as people read it.
func monthOf(month string) string {
	t, err := time.Parse("2006-01", month)
	if err != nil {
		return month
	}
	return t.Format("January 2006")
}

func lower(s string) string {
	if s == "" || s[0] < 'A' || s[0] > 'Z' {
		return s
	}
	return string(s[0]+'a'-'A') + s[1:]
}

func join(a, b string) string {
	if a == "" {
		return b
	}
	return a + ", " + b
}

const (
	insertNote db.Query = `
		INSERT INTO care_note (note_id, participant_id, corrects, happened_at, mode, minutes, place_kind, place, started_by, outcome, narrative, recorded_by, recorded_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13) ON CONFLICT DO NOTHING`
	noteByID db.Query = `
		SELECT n.note_id, n.happened_at, n.mode, n.minutes, n.place_kind, n.place, n.started_by, n.outcome, n.narrative, COALESCE(a.name, '')
		FROM care_note n LEFT JOIN identity_account a ON a.account_id = n.recorded_by
		WHERE n.participant_id = $1 AND n.note_id = $2
		AND NOT EXISTS (SELECT 1 FROM care_note later WHERE later.corrects = n.note_id)
		AND NOT EXISTS (SELECT 1 FROM care_note_undone u WHERE u.note_id = n.note_id)`
	noteToUndo db.Query = `
		SELECT n.recorded_by, n.recorded_at FROM care_note n
		WHERE n.participant_id = $1 AND n.note_id = $2 AND n.corrects IS NULL
		AND NOT EXISTS (SELECT 1 FROM care_note later WHERE later.corrects = n.note_id)
		AND NOT EXISTS (SELECT 1 FROM care_note_undone u WHERE u.note_id = n.note_id)`
	insertUndone db.Query = `INSERT INTO care_note_undone (note_id, undone_by, undone_at) VALUES ($1, $2, $3)`
	justLogged   db.Query = `
		SELECT n.participant_id, n.note_id, n.recorded_at FROM care_note n
		WHERE n.recorded_by = $1 AND n.recorded_at > $2 AND n.corrects IS NULL
		AND NOT EXISTS (SELECT 1 FROM care_note later WHERE later.corrects = n.note_id)
		AND NOT EXISTS (SELECT 1 FROM care_note_undone u WHERE u.note_id = n.note_id)
		ORDER BY n.recorded_at DESC LIMIT 3`
	// This record and those that it goes on for (R58).
	ofPerson = `(SELECT participant_id FROM care_now WHERE participant_id = $1 UNION ALL SELECT participant_id FROM care_merged WHERE survivor = $1)`
	// Every branch is one person's rows, found by the index that starts with participant_id; the outer query pages
	// over their union.
	timeline db.Query = `
		SELECT t.person, t.kind, t.id, t.at, COALESCE(a.name, ''), t.code, t.extra, t.words, t.place, t.minutes, t.fix, t.place_kind, t.back FROM (
			SELECT n.participant_id AS person, 'note' AS kind, n.note_id AS id, n.happened_at AS at, n.recorded_by AS by_id, n.mode AS code, n.outcome AS extra, n.narrative AS words, n.place AS place, n.minutes AS minutes,
				COALESCE((SELECT e.narrative FROM care_note e WHERE e.note_id = n.corrects), '') AS fix,
				n.place_kind AS place_kind, CASE WHEN EXISTS (SELECT 1 FROM care_note_undone u WHERE u.note_id = n.note_id) THEN 1 ELSE 0 END AS back
			FROM care_note n WHERE n.participant_id IN ` + ofPerson + ` AND NOT EXISTS (SELECT 1 FROM care_note later WHERE later.corrects = n.note_id)
			UNION ALL SELECT participant_id, 'outreach', attempt_id, tried_at, recorded_by, outcome, '', words, place, 0, '', '', 0 FROM care_outreach WHERE participant_id IN ` + ofPerson + `
			UNION ALL SELECT participant_id, 'acute', need_id, noticed_at, recorded_by, kind, '', words, '', 0, '', '', 0 FROM care_acute_need WHERE participant_id IN ` + ofPerson + `
			UNION ALL SELECT c.participant_id, 'acute_met', m.need_id, m.met_at, m.recorded_by, c.kind, '', m.how, '', 0, '', '', 0 FROM care_acute_need c JOIN care_acute_need_met m ON m.need_id = c.need_id WHERE c.participant_id IN ` + ofPerson + `
			UNION ALL SELECT participant_id, 'screening', participant_id, recorded_at, recorded_by, '', '', words, '', 0, '', '', 0 FROM care_screening WHERE participant_id IN ` + ofPerson + `
			UNION ALL SELECT participant_id, 'intake', participant_id, recorded_at, recorded_by, done_on, '', words, '', 0, '', '', 0 FROM care_intake WHERE participant_id IN ` + ofPerson + `
			UNION ALL SELECT participant_id, 'assessment', assessment_id, recorded_at, recorded_by, '', '', words, '', 0, '', '', 0 FROM care_assessment WHERE participant_id IN ` + ofPerson + `
			UNION ALL SELECT participant_id, 'plan', participant_id, recorded_at, recorded_by, state, '', matters, '', version, '', '', 0 FROM care_plan WHERE participant_id IN ` + ofPerson + `
			UNION ALL SELECT participant_id, 'case', participant_id, recorded_at, recorded_by, state, '', words, '', 0, '', '', 0 FROM care_case WHERE participant_id IN ` + ofPerson + `
			UNION ALL SELECT w.participant_id, 'warm', w.warm_id, w.recorded_at, w.recorded_by, w.how, COALESCE(v.name, ''), w.words, '', 0, '', '', 0
				FROM care_warm w LEFT JOIN reference_service_now v ON v.service_id = w.service_id WHERE w.participant_id IN ` + ofPerson + `
			UNION ALL SELECT w.participant_id, 'warm_step', x.step_id, x.recorded_at, x.recorded_by, x.kind, COALESCE(v.name, ''), x.words, '', 0, '', '', 0
				FROM care_warm w JOIN care_warm_step x ON x.warm_id = w.warm_id LEFT JOIN reference_service_now v ON v.service_id = w.service_id WHERE w.participant_id IN ` + ofPerson + `
			UNION ALL SELECT r.participant_id, 'fund', r.request_id, x.recorded_at, x.recorded_by, r.kind, x.way, r.words, '', x.pence, '', '', 0
				FROM care_fund_request r JOIN care_fund_step x ON x.request_id = r.request_id AND x.kind = 'paid' WHERE r.participant_id IN ` + ofPerson + `
			UNION ALL SELECT m.participant_id, 'month', m.participant_id, m.recorded_at, m.recorded_by, m.month, '', m.words, '', 0, '', '', 0 FROM care_month m
				WHERE m.participant_id IN ` + ofPerson + ` AND NOT EXISTS (SELECT 1 FROM care_month later WHERE later.participant_id = m.participant_id AND later.month = m.month AND later.version > m.version)
		) t LEFT JOIN identity_account a ON a.account_id = t.by_id
		WHERE (t.at < $2 OR (t.at = $2 AND t.id < $3)) AND ($4 = '' OR t.kind = $4 OR ($4 = 'warm' AND t.kind = 'warm_step'))
		ORDER BY t.at DESC, t.id DESC LIMIT $5`
)
