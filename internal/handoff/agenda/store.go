package agenda

import (
	"context"
	"fmt"

	"waymark.example/internal/platform/db"
)

func scanItem(row db.Row) (Item, error) {
	var i Item
	var at db.Time
	err := row.Scan(&i.ID, &i.MeetingID, &i.ParticipantID, &i.OrganisationID, &i.Reference, &i.Name, &i.Facts, &i.Ask, &i.By, &at, &i.Off)
	i.At = at.Time
	return i, err
}

func scanPart(row db.Row) (Part, error) {
	var p Part
	return p, row.Scan(&p.OrganisationID, &p.Topic, &p.ConsentID, &p.Words, &p.Until)
}

func partsOf(ctx context.Context, tx *db.Tx, itemID string) ([]Part, error) {
	out, err := db.All(ctx, tx, scanPart, partsOfItem, itemID)
	if err != nil {
		return nil, fmt.Errorf("parts: %w", err)
	}
	return out, nil
}

func PartsFor(ctx context.Context, tx *db.Tx, itemID, organisationID string) ([]Part, error) {
	out, err := db.All(ctx, tx, scanPart, partsOfItemFor, itemID, organisationID)
	if err != nil {
		return nil, fmt.Errorf("parts: %w", err)
	}
	return out, nil
}

func scanLine(row db.Row) (Line, error) {
	var l Line
	var at, done db.Time
	err := row.Scan(&l.ID, &l.MeetingID, &l.ItemID, &l.ParticipantID, &l.Kind, &l.Words, &l.OwnerID, &l.Due, &l.By, &at, &l.Outcome, &done)
	l.At, l.DoneAt = at.Time, done.Time
	return l, err
}

func lines(ctx context.Context, tx *db.Tx, q db.Query, args ...any) ([]Line, error) {
	out, err := db.All(ctx, tx, scanLine, q, args...)
	if err != nil {
		return nil, fmt.Errorf("minutes: %w", err)
	}
	return out, nil
}

const itemColumns = `i.item_id, i.meeting_id, i.participant_id, i.organisation_id, i.reference, i.name, i.facts, i.ask, COALESCE(a.name, ''), i.proposed_at,
			EXISTS (SELECT 1 FROM handoff_meeting_off x WHERE x.item_id = i.item_id)
		FROM handoff_meeting_item i LEFT JOIN identity_account a ON a.account_id = i.proposed_by`

// agreed is that an agreement between the two organisations covers a part today.
const agreed = `EXISTS (SELECT 1 FROM reference_agreement_open g WHERE g.giver_id = i.organisation_id AND g.receiver_id = p.organisation_id
			AND g.topic = p.topic AND g.purpose = 'meeting'`

// alive is that somebody outside the case team may hear of an item at this moment.
const alive = `NOT EXISTS (SELECT 1 FROM handoff_meeting_off x WHERE x.item_id = i.item_id)
		AND EXISTS (SELECT 1 FROM handoff_meeting_part p WHERE p.item_id = i.item_id AND p.consent_id <> ''`

const lineColumns = `l.line_id, l.meeting_id, l.item_id, l.participant_id, l.kind, l.words, l.owner_id, l.due_on, COALESCE(a.name, ''), l.recorded_at,
			COALESCE(d.outcome, ''), COALESCE(d.recorded_at, '')
		FROM handoff_meeting_line l LEFT JOIN handoff_meeting_line_done d ON d.line_id = l.line_id
		LEFT JOIN identity_account a ON a.account_id = l.recorded_by`

// heard is that a line is about nobody, or its organisation may hear of the person
// at this moment; the case team's own, while anybody else may.
const heard = `(l.participant_id = '' OR (EXISTS (SELECT 1 FROM handoff_meeting_part p WHERE p.item_id = l.item_id AND p.organisation_id = l.owner_id)
			AND NOT EXISTS (SELECT 1 FROM handoff_meeting_part p JOIN handoff_meeting_item i ON i.item_id = p.item_id
				WHERE p.item_id = l.item_id AND p.organisation_id = l.owner_id
				AND (p.until_on < $2 OR EXISTS (SELECT 1 FROM handoff_withdrawal w WHERE w.consent_id = p.consent_id)
					OR p.consent_id <> '' AND NOT ` + agreed + ` AND g.from_on <= $2 AND g.until_on >= $2 AND g.next_on > $2)))
			AND EXISTS (SELECT 1 FROM handoff_meeting_item i WHERE i.item_id = l.item_id AND ` + alive + `
				AND p.until_on >= $2 AND NOT EXISTS (SELECT 1 FROM handoff_withdrawal w WHERE w.consent_id = p.consent_id)
				AND ` + agreed + ` AND g.from_on <= $2 AND g.until_on >= $2 AND g.next_on > $2)))))`

// The care end.
const (
	referenceOf db.Query = `SELECT reference FROM handoff_referral WHERE referral_id = $1`
	insertItem  db.Query = `
		INSERT INTO handoff_meeting_item (item_id, meeting_id, participant_id, organisation_id, reference, name, facts, ask, proposed_by, proposed_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`
	insertPart db.Query = `
		INSERT INTO handoff_meeting_part (item_id, organisation_id, topic, consent_id, words, until_on) VALUES ($1, $2, $3, $4, $5, $6)`
	insertOff   db.Query = `INSERT INTO handoff_meeting_off (item_id, recorded_by, recorded_at) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING`
	itemsAbout  db.Query = `SELECT ` + itemColumns + ` WHERE i.participant_id = $1 ORDER BY i.item_id DESC LIMIT 50`
	partsOfItem db.Query = `
		SELECT organisation_id, topic, consent_id, words, until_on FROM handoff_meeting_part WHERE item_id = $1 ORDER BY organisation_id, topic`
	linesAbout db.Query = `SELECT ` + lineColumns + ` WHERE l.participant_id = $1 ORDER BY l.line_id LIMIT 200`
)

// The table's end.
const (
	// The case team's own organisation sees an item while anybody else may.
	itemsFor db.Query = `
		SELECT ` + itemColumns + `
		WHERE i.meeting_id = $1
		AND EXISTS (SELECT 1 FROM handoff_meeting_part p WHERE p.item_id = i.item_id AND p.organisation_id = $2)
		AND NOT EXISTS (SELECT 1 FROM handoff_meeting_part p WHERE p.item_id = i.item_id AND p.organisation_id = $2
			AND (p.until_on < $3 OR EXISTS (SELECT 1 FROM handoff_withdrawal w WHERE w.consent_id = p.consent_id)
				OR p.consent_id <> '' AND NOT ` + agreed + ` AND g.from_on <= $3 AND g.until_on >= $3 AND g.next_on > $3)))
		AND NOT EXISTS (SELECT 1 FROM reference_partner_away v WHERE v.organisation_id = i.organisation_id)
		AND ` + alive + ` AND p.until_on >= $3 AND NOT EXISTS (SELECT 1 FROM handoff_withdrawal w WHERE w.consent_id = p.consent_id)
			AND ` + agreed + ` AND g.from_on <= $3 AND g.until_on >= $3 AND g.next_on > $3))
		ORDER BY i.item_id LIMIT 100`
	partsOfItemFor db.Query = `
		SELECT organisation_id, topic, consent_id, words, until_on FROM handoff_meeting_part WHERE item_id = $1 AND organisation_id = $2 ORDER BY topic`
	itemCount db.Query = `
		SELECT COUNT(*) FROM handoff_meeting_item i
		WHERE i.meeting_id = $1
		AND ` + alive + ` AND p.until_on >= $2 AND NOT EXISTS (SELECT 1 FROM handoff_withdrawal w WHERE w.consent_id = p.consent_id)
			AND ` + agreed + ` AND g.from_on <= $2 AND g.until_on >= $2 AND g.next_on > $2))`
	insertLine db.Query = `
		INSERT INTO handoff_meeting_line (line_id, meeting_id, item_id, participant_id, kind, words, owner_id, due_on, recorded_by, recorded_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`
	minutesOf   db.Query = `SELECT ` + lineColumns + ` WHERE l.meeting_id = $1 AND l.participant_id = '' ORDER BY l.line_id LIMIT 200`
	linesOfItem db.Query = `SELECT ` + lineColumns + ` WHERE l.item_id = $1 ORDER BY l.line_id LIMIT 100`
	// Only what is open, or was finished lately enough to stand on one page.
	actionsOf db.Query = `
		SELECT ` + lineColumns + ` WHERE l.kind = 'action' AND l.owner_id = $1 AND ` + heard + `
		ORDER BY CASE WHEN d.outcome IS NULL THEN 0 ELSE 1 END, l.due_on, l.line_id LIMIT 100`
	// Not a word of what is about a person.
	actionsOfAll db.Query = `
		SELECT l.line_id, l.meeting_id, l.item_id, '', l.kind, CASE WHEN l.participant_id = '' THEN l.words ELSE '' END, l.owner_id, l.due_on, COALESCE(a.name, ''), l.recorded_at,
			COALESCE(d.outcome, ''), COALESCE(d.recorded_at, '')
		FROM handoff_meeting_line l LEFT JOIN handoff_meeting_line_done d ON d.line_id = l.line_id
		LEFT JOIN identity_account a ON a.account_id = l.recorded_by
		WHERE l.kind = 'action' ORDER BY CASE WHEN d.outcome IS NULL THEN 0 ELSE 1 END, l.due_on, l.line_id LIMIT 300`
	oneAction  db.Query = `SELECT ` + lineColumns + ` WHERE l.kind = 'action' AND l.owner_id = $1 AND ` + heard + ` AND l.line_id = $3`
	insertDone db.Query = `
		INSERT INTO handoff_meeting_line_done (line_id, outcome, recorded_by, recorded_at) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING`
)
