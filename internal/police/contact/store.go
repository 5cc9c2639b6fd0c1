package contact

import (
	"context"
	"errors"
	"fmt"

	"waymark.example/internal/handoff/referral"
	"waymark.example/internal/lead"
	"waymark.example/internal/platform/db"
	"waymark.example/internal/reference/policy"
)

func insertNew(ctx context.Context, tx *db.Tx, c Contact) error {
	n, err := tx.Exec(ctx, insertContact, c.ID, c.Reference, c.Door, c.OfficerID, c.Team, db.At(c.At))
	if err != nil {
		return fmt.Errorf("record contact: %w", err)
	}
	if n == 0 { // the reference was taken: one in 64 million; sending again makes another
		return lead.ErrUnavailable
	}
	return nil
}

// insertVersion adds one version of a decision. Two people who correct the same
// version at once: the second is a conflict.
func insertVersion(ctx context.Context, tx *db.Tx, contactID string, d Decision, p policy.Policy) error {
	offer := "not_made"
	if d.Outcome.Offered() {
		offer = "made"
	}
	n, err := tx.Exec(ctx, insertDecision, contactID, d.Version, db.At(d.HappenedAt), d.Place, d.ForceReference, p.Version, offer,
		d.Outcome, d.Reason, d.Words, d.Correction, d.RecordedBy, db.At(d.RecordedAt))
	if err != nil {
		return fmt.Errorf("record decision: %w", err)
	}
	if n == 0 {
		return lead.ErrConflict
	}
	for _, code := range d.Offences {
		o, _ := p.Offence(code) // checked before
		if _, err := tx.Exec(ctx, insertOffence, contactID, d.Version, code, o.ListVersion); err != nil {
			return fmt.Errorf("record offence: %w", err)
		}
	}
	by, why := d.OverrideBy, d.OverrideWhy
	if d.Outcome != Diverted { // it held, and nobody needed to say yes
		by, why = "", ""
	}
	for _, criterion := range d.Held(p) {
		if _, err := tx.Exec(ctx, insertExclusion, contactID, d.Version, criterion, by, why); err != nil {
			return fmt.Errorf("record exclusion: %w", err)
		}
	}
	e := d.Equality
	if _, err := tx.Exec(ctx, insertEquality, contactID, d.Version, e.AgeBand, e.Sex, EthnicityScheme, e.Ethnicity, e.NotRecorded); err != nil {
		return fmt.Errorf("record equality: %w", err)
	}
	if d.Perceived == "" {
		return nil
	}
	if _, err := tx.Exec(ctx, insertPerceived, contactID, d.Version, d.Perceived); err != nil {
		return fmt.Errorf("record perceived: %w", err)
	}
	return nil
}

// insertDue keeps until when police wait for word about an arrest that was
// diverted: the crime registrar's list is made of it.
func insertDue(ctx context.Context, tx *db.Tx, c Contact, r referral.Referral) error {
	if c.Door != ArrestDiversion {
		return nil
	}
	if _, err := tx.Exec(ctx, insertOutcomeDue, r.ID, c.Team, db.Day(r.MadeAt.AddDate(0, 0, r.WindowDays)), c.ID); err != nil {
		return fmt.Errorf("outcome due: %w", err)
	}
	return nil
}

// byID returns a contact with the latest version of its decision.
func byID(ctx context.Context, tx *db.Tx, contactID string) (Contact, error) {
	c := Contact{ID: contactID}
	var at db.Time
	if err := tx.One(ctx, contactByID, contactID).Scan(&c.Reference, &c.Door, &c.OfficerID, &c.Team, &at); err != nil {
		return Contact{}, err
	}
	c.At = at.Time
	versions, err := versionsOf(ctx, tx, contactID)
	if err != nil {
		return Contact{}, err
	}
	c.Decision = versions[len(versions)-1]
	return c, nil
}

// versionsOf returns every version of a decision, oldest first. What the person
// said about themselves is not read back.
func versionsOf(ctx context.Context, tx *db.Tx, contactID string) ([]Decision, error) {
	versions, err := db.All(ctx, tx, func(row db.Row) (Decision, error) {
		var d Decision
		var happened, recorded db.Time
		err := row.Scan(&d.Version, &happened, &d.Place, &d.ForceReference, &d.PolicyVersion, &d.Outcome, &d.Reason, &d.Words, &d.Correction, &d.RecordedBy, &d.RecordedByName, &recorded)
		d.HappenedAt, d.RecordedAt = happened.Time, recorded.Time
		return d, err
	}, decisionsOf, contactID)
	if err != nil {
		return nil, fmt.Errorf("decisions: %w", err)
	}
	if len(versions) == 0 {
		return nil, lead.ErrNotFound
	}
	for i := range versions {
		d := &versions[i]
		d.Voluntary = d.Outcome == Diverted
		d.Offences, err = db.All(ctx, tx, func(row db.Row) (string, error) {
			var code string
			return code, row.Scan(&code)
		}, offencesOf, contactID, d.Version)
		if err != nil {
			return nil, fmt.Errorf("offences: %w", err)
		}
		d.Exclusions, err = db.All(ctx, tx, func(row db.Row) (string, error) {
			var criterion string
			return criterion, row.Scan(&criterion, &d.OverrideBy, &d.OverrideWhy)
		}, exclusionsOf, contactID, d.Version)
		if err != nil {
			return nil, fmt.Errorf("exclusions: %w", err)
		}
	}
	return versions, nil
}

// takenFrom returns where a contact came from, nil for one recorded here.
func takenFrom(ctx context.Context, tx *db.Tx, contactID string) (*Taken, error) {
	var t Taken
	var at db.Time
	err := tx.One(ctx, takenOf, contactID).Scan(&t.Source, &t.ID, &at)
	if errors.Is(err, lead.ErrNotFound) {
		return nil, nil //nolint:nilnil // most are recorded here
	}
	if err != nil {
		return nil, fmt.Errorf("taken from: %w", err)
	}
	t.At = at.Time
	return &t, nil
}

func scanRow(row db.Row) (Row, error) {
	var r Row
	var at db.Time
	var version int64
	err := row.Scan(&r.ID, &r.Reference, &r.Door, &at, &version, &r.Outcome, &r.HandedOver, &r.Met, &r.OfficerName)
	r.At, r.Corrected = at.Time, version > 1
	return r, err
}

const (
	insertContact  db.Query = `INSERT INTO police_contact (contact_id, reference, door, officer_id, team, recorded_at) VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING`
	insertDecision db.Query = `
		INSERT INTO police_decision (contact_id, version, happened_at, place, force_reference, policy_version, offer, outcome, reason, words, correction, recorded_by, recorded_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13) ON CONFLICT DO NOTHING`
	insertOffence   db.Query = `INSERT INTO police_offence (contact_id, version, code, list_version) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING`
	insertExclusion db.Query = `INSERT INTO police_exclusion (contact_id, version, criterion, override_by, override_why) VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING`
	insertEquality  db.Query = `
		INSERT INTO police_equality (contact_id, version, age_band, sex, scheme, ethnicity, not_recorded, list_version)
		SELECT $1, $2, $3, $4, $5, $6, $7, COALESCE(MAX(list_version), '') FROM reference_code WHERE list = 'ethnicity_self_defined'`
	insertPerceived db.Query = `
		INSERT INTO police_perceived (contact_id, version, ethnicity, list_version)
		SELECT $1, $2, $3, COALESCE(MAX(list_version), '') FROM reference_code WHERE list = 'ethnicity_officer_defined'`

	insertOutcomeDue db.Query = `
		INSERT INTO police_outcome_due (contact_id, referral_id, organisation_id, team, due_on)
		SELECT c.contact_id, $1, a.organisation_id, $2, $3 FROM police_contact c JOIN identity_account a ON a.account_id = c.officer_id WHERE c.contact_id = $4`

	takenOf     db.Query = `SELECT r.source, r.source_id, c.recorded_at FROM police_import_row r JOIN police_contact c ON c.contact_id = r.contact_id WHERE r.contact_id = $1`
	contactByID db.Query = `SELECT reference, door, officer_id, team, recorded_at FROM police_contact WHERE contact_id = $1`
	decisionsOf db.Query = `
		SELECT d.version, d.happened_at, d.place, d.force_reference, d.policy_version, d.outcome, d.reason, d.words, d.correction, d.recorded_by, a.name, d.recorded_at
		FROM police_decision d JOIN identity_account a ON a.account_id = d.recorded_by
		WHERE d.contact_id = $1 ORDER BY d.version`
	offencesOf   db.Query = `SELECT code FROM police_offence WHERE contact_id = $1 AND version = $2 ORDER BY code`
	exclusionsOf db.Query = `SELECT criterion, override_by, override_why FROM police_exclusion WHERE contact_id = $1 AND version = $2 ORDER BY criterion`

	contactsOfOfficer db.Query = `
		SELECT c.contact_id, c.reference, c.door, d.happened_at, d.version, d.outcome,
			EXISTS (SELECT 1 FROM handoff_referral r WHERE r.contact_id = c.contact_id),
			EXISTS (SELECT 1 FROM handoff_referral r JOIN handoff_told t ON t.referral_id = r.referral_id WHERE r.contact_id = c.contact_id),
			a.name
		FROM police_contact c
		JOIN police_decision d ON d.contact_id = c.contact_id AND d.version = (SELECT MAX(version) FROM police_decision WHERE contact_id = c.contact_id)
		JOIN identity_account a ON a.account_id = c.officer_id
		WHERE c.officer_id = $1 AND c.contact_id < $2 ORDER BY c.contact_id DESC LIMIT $3`
	contactsOfTeam db.Query = `
		SELECT c.contact_id, c.reference, c.door, d.happened_at, d.version, d.outcome,
			EXISTS (SELECT 1 FROM handoff_referral r WHERE r.contact_id = c.contact_id),
			EXISTS (SELECT 1 FROM handoff_referral r JOIN handoff_told t ON t.referral_id = r.referral_id WHERE r.contact_id = c.contact_id),
			a.name
		FROM police_contact c
		JOIN police_decision d ON d.contact_id = c.contact_id AND d.version = (SELECT MAX(version) FROM police_decision WHERE contact_id = c.contact_id)
		JOIN identity_account a ON a.account_id = c.officer_id
		WHERE c.team = $1 AND c.contact_id < $2 ORDER BY c.contact_id DESC LIMIT $3`
)
