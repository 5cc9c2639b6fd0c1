package compliance

import (
	"context"
	"errors"
	"fmt"
	"time"

	"waymark.example/internal/lead"
	"waymark.example/internal/platform/db"
)

// decision is a recorded decision that may be the one behind an arrest.
type decision struct {
	contactID, reference string
	at                   time.Time
}

func scanDecision(row db.Row) (decision, error) {
	var d decision
	var at db.Time
	err := row.Scan(&d.contactID, &d.reference, &at)
	d.at = at.Time
	return d, err
}

func byReference(ctx context.Context, tx *db.Tx, organisationID, reference string) ([]decision, error) {
	out, err := db.All(ctx, tx, scanDecision, decisionsByReference, reference, organisationID)
	if err != nil {
		return nil, fmt.Errorf("by reference: %w", err)
	}
	return out, nil
}

func nearby(ctx context.Context, tx *db.Tx, organisationID string, a Arrest) ([]decision, error) {
	team := a.Team
	if a.Officer.ID != "" { // the officer is known, whichever team they were of then
		team = ""
	}
	out, err := db.All(ctx, tx, scanDecision, decisionsNear, db.At(a.At.Add(-near)), db.At(a.At.Add(near)), organisationID, a.Officer.ID, team, a.Offence)
	if err != nil {
		return nil, fmt.Errorf("nearby: %w", err)
	}
	return out, nil
}

func keep(ctx context.Context, tx *db.Tx, x Extract, r Report, now time.Time) error {
	var from, until string
	for _, a := range r.Arrests {
		day := db.Day(a.At)
		if from == "" || day < from {
			from = day
		}
		until = max(until, day)
	}
	if _, err := tx.Exec(ctx, insertRun, r.RunID, x.Organisation, x.Hash, from, until, len(r.Arrests), r.Count(Recorded), r.Count(Probable), r.Count(Missing), r.Doubled, db.At(now)); err != nil {
		return fmt.Errorf("keep run: %w", err)
	}
	for i, a := range r.Arrests {
		if a.Standing == Recorded {
			continue
		}
		if _, err := tx.Exec(ctx, insertGap, r.RunID, i+1, a.Team, a.Reference, db.At(a.At), a.Offence, a.Officer.Name, a.ContactID); err != nil {
			return fmt.Errorf("keep gap: %w", err)
		}
	}
	return nil
}

func latest(ctx context.Context, tx *db.Tx, organisationID, team string, after int64, limit int) (Latest, error) {
	var out Latest
	var runID string
	var at db.Time
	err := tx.One(ctx, latestRun, organisationID).Scan(&runID, &out.FromOn, &out.UntilOn, &at)
	if errors.Is(err, lead.ErrNotFound) {
		return Latest{}, nil
	}
	if err != nil {
		return Latest{}, fmt.Errorf("latest run: %w", err)
	}
	out.RunAt = at.Time
	out.Gaps, err = db.All(ctx, tx, func(row db.Row) (Gap, error) {
		var g Gap
		var happened db.Time
		err := row.Scan(&g.Position, &g.Reference, &happened, &g.Offence, &g.OffenceWords, &g.Officer, &g.ContactID, &g.ContactReference)
		g.At = happened.Time
		return g, err
	}, gapsOfTeam, runID, team, after, limit)
	if err != nil {
		return Latest{}, fmt.Errorf("gaps: %w", err)
	}
	return out, nil
}

const (
	decisionsByReference db.Query = `
		SELECT c.contact_id, c.reference, d.happened_at
		FROM police_decision d JOIN police_contact c ON c.contact_id = d.contact_id JOIN identity_account a ON a.account_id = c.officer_id
		WHERE d.force_reference = $1 AND d.force_reference <> '' AND a.organisation_id = $2
		AND d.version = (SELECT MAX(version) FROM police_decision WHERE contact_id = d.contact_id)
		AND NOT EXISTS (SELECT 1 FROM police_undone u WHERE u.contact_id = d.contact_id)
		ORDER BY d.happened_at, c.contact_id LIMIT 20`
	// The empty texts keep the database from beginning with all that an officer or a
	// team ever did: few decisions are within two hours of anything.
	decisionsNear db.Query = `
		SELECT c.contact_id, c.reference, d.happened_at
		FROM police_decision d JOIN police_contact c ON c.contact_id = d.contact_id JOIN identity_account a ON a.account_id = c.officer_id
		WHERE d.happened_at >= $1 AND d.happened_at <= $2 AND a.organisation_id = $3
		AND (c.officer_id || '' = $4 OR c.team || '' = $5)
		AND d.version = (SELECT MAX(version) FROM police_decision WHERE contact_id = d.contact_id)
		AND NOT EXISTS (SELECT 1 FROM police_undone u WHERE u.contact_id = d.contact_id)
		AND EXISTS (SELECT 1 FROM police_offence o WHERE o.contact_id = d.contact_id AND o.version = d.version AND o.code = $6)
		ORDER BY d.happened_at, c.contact_id LIMIT 100`
	insertRun db.Query = `
		INSERT INTO police_compliance_run (run_id, organisation_id, file_hash, from_on, until_on, arrests, recorded, probable, missing, doubled, run_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`
	insertGap  db.Query = `INSERT INTO police_gap (run_id, position, team, reference, happened_at, offence, officer, contact_id) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`
	latestRun  db.Query = `SELECT run_id, from_on, until_on, run_at FROM police_compliance_run WHERE organisation_id = $1 ORDER BY run_id DESC LIMIT 1`
	gapsOfTeam db.Query = `
		SELECT g.position, g.reference, g.happened_at, g.offence,
			COALESCE((SELECT r.label FROM reference_code r WHERE r.list = 'offences' AND r.code = g.offence ORDER BY r.list_version DESC LIMIT 1), ''), g.officer, g.contact_id, COALESCE(c.reference, '')
		FROM police_gap g LEFT JOIN police_contact c ON c.contact_id = g.contact_id
		WHERE g.run_id = $1 AND g.team = $2 AND g.position > $3 ORDER BY g.position LIMIT $4`
)
