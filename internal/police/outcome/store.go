package outcome

import (
	"context"
	"fmt"
	"time"

	"waymark.example/internal/lead"
	"waymark.example/internal/platform/db"
)

// search returns the page of a list, each item with its offences.
func search(ctx context.Context, tx *db.Tx, organisationID string, find Search, limit int, now time.Time) ([]Item, error) {
	today, decided := db.Day(now), db.At(now)
	if find.Older > 0 {
		decided = db.At(now.AddDate(0, 0, -find.Older))
	}
	after := find.After
	q := readyOf
	switch find.State {
	case Waiting:
		q = waitingOf
	case Ended:
		q = endedOf
	case Finalised:
		q = finalisedOf
	}
	if (find.State == Ended || find.State == Finalised) && after.ContactID == "" {
		after = Place{"9999-12-31", "z"} // after every day, in every order of letters
	}
	out, err := db.All(ctx, tx, func(row db.Row) (Item, error) { return scan(row, now) }, q, today, organisationID, find.Team, decided, after.DueOn, after.ContactID, limit)
	if err != nil {
		return nil, fmt.Errorf("search: %w", err)
	}
	for i := range out {
		if err := fill(ctx, tx, &out[i]); err != nil {
			return nil, err
		}
	}
	return out, nil
}

func byID(ctx context.Context, tx *db.Tx, contactID string, now time.Time) (Item, error) {
	item, err := scan(tx.One(ctx, diversionByID, db.Day(now), contactID), now)
	if err != nil {
		return Item{}, err
	}
	return item, fill(ctx, tx, &item)
}

func fill(ctx context.Context, tx *db.Tx, item *Item) error {
	var err error
	item.Offences, err = db.All(ctx, tx, func(row db.Row) (string, error) {
		var label string
		return label, row.Scan(&label)
	}, offencesOf, item.ContactID)
	if err != nil {
		return fmt.Errorf("offences: %w", err)
	}
	return nil
}

func scan(row db.Row, now time.Time) (Item, error) {
	var i Item
	var decided, at db.Time
	s := &i.Stands
	err := row.Scan(&i.ContactID, &i.Reference, &i.officerID, &i.organisationID, &i.referralID, &i.Team, &i.DueOn, &i.ForceReference, &decided, &i.CompletedOn,
		&s.Version, &s.Kind, &s.ForceReference, &s.CompletedOn, &s.Reason, &s.By, &at)
	i.DecidedAt, s.At = decided.Time, at.Time
	switch {
	case s.Kind == "finalised":
		i.State, i.CompletedOn = Finalised, s.CompletedOn
	case i.CompletedOn != "":
		i.State = Ready
	case i.DueOn < db.Day(now):
		i.State = Ended
	default:
		i.State = Waiting
	}
	return i, err
}

func rowsOf(ctx context.Context, tx *db.Tx, contactID string) ([]Row, error) {
	out, err := db.All(ctx, tx, func(row db.Row) (Row, error) {
		var r Row
		var at db.Time
		err := row.Scan(&r.Version, &r.Kind, &r.ForceReference, &r.CompletedOn, &r.Reason, &r.By, &at)
		r.At = at.Time
		return r, err
	}, outcomesOf, contactID)
	if err != nil {
		return nil, fmt.Errorf("outcomes: %w", err)
	}
	return out, nil
}

// word is that an intake was completed, and on which yes it stands.
type word struct{ consentID, completedOn string }

func wordFor(ctx context.Context, tx *db.Tx, item Item, now time.Time) (word, error) {
	var w word
	return w, tx.One(ctx, liveWord, item.referralID, item.organisationID, db.Day(now)).Scan(&w.consentID, &w.completedOn)
}

func insert(ctx context.Context, tx *db.Tx, contactID string, r Row, consentID string) error {
	n, err := tx.Exec(ctx, insertOutcome, contactID, r.Version, r.Kind, r.ForceReference, consentID, r.CompletedOn, r.Reason, r.By, db.At(r.At))
	if err != nil {
		return fmt.Errorf("record outcome: %w", err)
	}
	if n == 0 {
		return lead.ErrConflict
	}
	return nil
}

const (
	insertOutcome db.Query = `
		INSERT INTO police_outcome (contact_id, version, kind, code, list_version, force_reference, consent_id, completed_on, reason, recorded_by, recorded_at)
		SELECT $1, $2, $3, '22', COALESCE(MAX(list_version), ''), $4, $5, $6, $7, $8, $9 FROM reference_code WHERE list = 'crime_outcomes' AND code = '22'
		ON CONFLICT DO NOTHING`
	liveWord db.Query = `
		SELECT a.consent_id, a.completed_on FROM handoff_attestation a
		WHERE a.referral_id = $1 AND a.recipient_id = $2 AND a.completed AND a.until_on >= $3
		AND NOT EXISTS (SELECT 1 FROM handoff_withdrawal w WHERE w.consent_id = a.consent_id)
		ORDER BY a.completed_on, a.consent_id LIMIT 1`
	teamsOf    db.Query = `SELECT DISTINCT team FROM police_outcome_due WHERE organisation_id = $1 ORDER BY team LIMIT 200`
	offencesOf db.Query = `
		SELECT o.code || ' ' || c.label FROM police_offence o JOIN reference_code c ON c.list = 'offences' AND c.code = o.code AND c.list_version = o.list_version
		WHERE o.contact_id = $1 AND o.version = (SELECT MAX(version) FROM police_decision WHERE contact_id = o.contact_id) ORDER BY o.code`
	outcomesOf db.Query = `
		SELECT o.version, o.kind, o.force_reference, o.completed_on, o.reason, a.name, o.recorded_at
		FROM police_outcome o JOIN identity_account a ON a.account_id = o.recorded_by WHERE o.contact_id = $1 ORDER BY o.version`

	// What the list shows of a diversion, on the day $1.
	diversion = `
		SELECT u.contact_id, c.reference, c.officer_id, u.organisation_id, u.referral_id, u.team, u.due_on, d.force_reference, d.happened_at,
			COALESCE((SELECT MIN(a.completed_on) FROM handoff_attestation a WHERE a.referral_id = u.referral_id AND a.recipient_id = u.organisation_id AND a.completed AND a.until_on >= $1
				AND NOT EXISTS (SELECT 1 FROM handoff_withdrawal w WHERE w.consent_id = a.consent_id)), ''),
			COALESCE(o.version, 0), COALESCE(o.kind, ''), COALESCE(o.force_reference, ''), COALESCE(o.completed_on, ''), COALESCE(o.reason, ''), COALESCE(b.name, ''), COALESCE(o.recorded_at, '')
		FROM police_outcome_due u JOIN police_contact c ON c.contact_id = u.contact_id
		JOIN police_decision d ON d.contact_id = u.contact_id AND d.version = (SELECT MAX(version) FROM police_decision WHERE contact_id = u.contact_id)
		LEFT JOIN police_outcome o ON o.contact_id = u.contact_id AND o.version = (SELECT MAX(version) FROM police_outcome WHERE contact_id = u.contact_id)
		LEFT JOIN identity_account b ON b.account_id = o.recorded_by`
	// The force's own, of a team where one is asked for, decided before a moment.
	ofForce = diversion + `
		WHERE u.organisation_id = $2 AND NOT EXISTS (SELECT 1 FROM police_undone z WHERE z.contact_id = u.contact_id) AND ($3 = '' OR u.team = $3) AND d.happened_at <= $4
		AND `
	unfinished = `COALESCE(o.kind, '') <> 'finalised' AND d.outcome = 'diverted' AND `
	// A live word that the intake was completed.
	word22 = `EXISTS (SELECT 1 FROM handoff_attestation a WHERE a.referral_id = u.referral_id AND a.recipient_id = u.organisation_id AND a.completed AND a.until_on >= $1
			AND NOT EXISTS (SELECT 1 FROM handoff_withdrawal w WHERE w.consent_id = a.consent_id))`
	upwards = `
		AND (u.due_on, u.contact_id) > ($5, $6)
		ORDER BY u.due_on, u.contact_id LIMIT $7`
	downwards = `
		AND (u.due_on, u.contact_id) < ($5, $6)
		ORDER BY u.due_on DESC, u.contact_id DESC LIMIT $7`

	diversionByID db.Query = diversion + `
		WHERE u.contact_id = $2 AND NOT EXISTS (SELECT 1 FROM police_undone z WHERE z.contact_id = u.contact_id) AND (d.outcome = 'diverted' OR o.kind = 'finalised')`
	readyOf     db.Query = ofForce + unfinished + word22 + upwards
	waitingOf   db.Query = ofForce + unfinished + `u.due_on >= $1 AND NOT ` + word22 + upwards
	endedOf     db.Query = ofForce + unfinished + `u.due_on < $1 AND NOT ` + word22 + downwards
	finalisedOf db.Query = ofForce + `o.kind = 'finalised'` + downwards
)
