package contact

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"time"

	"waymark.example/internal/handoff/referral"
	"waymark.example/internal/lead"
	"waymark.example/internal/platform/db"
	"waymark.example/internal/police/tally"
	"waymark.example/internal/reference/codelist"
	"waymark.example/internal/reference/policy"
)

// insertNew writes a new contact under a reference that nobody has yet, and notes
// it in c.
func insertNew(ctx context.Context, tx *db.Tx, c *Contact) error {
	const tries = 20 // one that is taken is rare, and twenty in a row are not
	for range tries {
		c.Reference = newReference()
		n, err := tx.Exec(ctx, insertContact, c.ID, c.Reference, c.Door, c.OfficerID, c.Team, db.At(c.At))
		if err != nil {
			return fmt.Errorf("record contact: %w", err)
		}
		if n > 0 {
			return nil
		}
	}
	return lead.ErrUnavailable
}

// insertVersion adds one version of a decision. Two people who correct the same
// version at once: the second is a conflict.
func insertVersion(ctx context.Context, tx *db.Tx, contactID string, d Decision, p policy.Policy, lists codelist.Lists) error {
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
	if d.Pathway != "" {
		if _, err := tx.Exec(ctx, insertPathway, contactID, d.Version, d.Pathway, d.pathway.Version); err != nil {
			return fmt.Errorf("record pathway: %w", err)
		}
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
	list := map[string]string{EthnicityScheme: "ethnicity_self_defined", BroadScheme: "ethnicity_broad"}[e.scheme(lists)]
	if _, err := tx.Exec(ctx, insertEquality, contactID, d.Version, e.AgeBand, e.Sex, e.scheme(lists), e.Ethnicity, e.NotRecorded, list); err != nil {
		return fmt.Errorf("record equality: %w", err)
	}
	if d.Perceived != "" {
		if _, err := tx.Exec(ctx, insertPerceived, contactID, d.Version, d.Perceived); err != nil {
			return fmt.Errorf("record perceived: %w", err)
		}
	}
	if d.Version > 1 {
		if err := tally.Remove(ctx, tx, contactID, d.Version-1); err != nil {
			return err
		}
		// Whoever takes it back at the same moment was waited for just now.
		if now, err := byID(ctx, tx, contactID); err != nil || now.Undone {
			return cmp.Or(err, lead.ErrConflict)
		}
	}
	return tally.Add(ctx, tx, contactID, d.Version)
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
	if err := tx.One(ctx, contactByID, contactID).Scan(&c.Reference, &c.Door, &c.OfficerID, &c.Team, &at, &c.Undone); err != nil {
		return Contact{}, err
	}
	c.At = at.Time
	versions, err := versionsOf(ctx, tx, contactID)
	if err != nil {
		return Contact{}, err
	}
	c.Decision, c.Recorder = versions[len(versions)-1], versions[0].RecordedBy
	return c, nil
}

// versionsOf returns every version of a decision, oldest first. What the person
// said about themselves is not read back.
func versionsOf(ctx context.Context, tx *db.Tx, contactID string) ([]Decision, error) {
	versions, err := db.All(ctx, tx, func(row db.Row) (Decision, error) {
		var d Decision
		var happened, recorded db.Time
		err := row.Scan(&d.Version, &happened, &d.Place, &d.ForceReference, &d.PolicyVersion, &d.Outcome, &d.Reason, &d.Words, &d.Correction, &d.RecordedBy, &d.RecordedByName, &recorded, &d.Pathway, &d.pathway.Name)
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

// Arrival says when a decision was made on a phone and when it came in.
type Arrival struct {
	MadeAt, SentAt time.Time // by the phone's clock
	ReceivedAt     time.Time
	AheadBy        time.Duration // of the phone's clock to ours
}

// made is when it was made, by our clock.
func (a Arrival) made() time.Time { return a.MadeAt.Add(-a.AheadBy) }

// clockSlack is how far apart two clocks may be before it is worth a word.
const clockSlack = 2 * time.Minute

// Skewed reports whether the phone's clock was so far off that it is told.
func (a Arrival) Skewed() bool { return a.AheadBy.Abs() > clockSlack }

func keepArrival(ctx context.Context, tx *db.Tx, contactID string, a *Arrival) error {
	if a == nil {
		return nil
	}
	if _, err := tx.Exec(ctx, insertArrival, contactID, db.At(a.MadeAt), db.At(a.SentAt), db.At(a.ReceivedAt), int64(a.AheadBy/time.Second)); err != nil {
		return fmt.Errorf("record arrival: %w", err)
	}
	return nil
}

func arrival(ctx context.Context, tx *db.Tx, contactID string) (*Arrival, error) {
	var made, sent, received db.Time
	var ahead int64
	err := tx.One(ctx, arrivalOf, contactID).Scan(&made, &sent, &received, &ahead)
	if errors.Is(err, lead.ErrNotFound) {
		return nil, nil //nolint:nilnil // typed into the page: there was no phone
	}
	if err != nil {
		return nil, fmt.Errorf("arrival: %w", err)
	}
	return &Arrival{made.Time, sent.Time, received.Time, time.Duration(ahead) * time.Second}, nil
}

func scanHeld(row db.Row) (Held, error) {
	var h Held
	var made, sent, received db.Time
	err := row.Scan(&h.ID, &h.Why, &h.OfficerID, &h.DeliveredBy, &h.Team, &made, &sent, &received, &h.OfficerName)
	h.MadeAt, h.SentAt, h.ReceivedAt = made.Time, sent.Time, received.Time
	return h, err
}

func scanRow(row db.Row) (Row, error) {
	var r Row
	var at, recorded db.Time
	var version int64
	err := row.Scan(&r.ID, &r.Reference, &r.Door, &at, &version, &r.Outcome, &r.HandedOver, &r.Met, &r.Approval, &r.Undone, &r.OfficerName, &r.Recorder, &r.For, &recorded)
	r.At, r.Corrected, r.RecordedAt = at.Time, version > 1, recorded.Time
	return r, err
}

const (
	insertContact  db.Query = `INSERT INTO police_contact (contact_id, reference, door, officer_id, team, recorded_at) VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING`
	insertDecision db.Query = `
		INSERT INTO police_decision (contact_id, version, happened_at, place, force_reference, policy_version, offer, outcome, reason, words, correction, recorded_by, recorded_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13) ON CONFLICT DO NOTHING`
	insertOffence   db.Query = `INSERT INTO police_offence (contact_id, version, code, list_version) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING`
	insertPathway   db.Query = `INSERT INTO police_pathway (contact_id, version, pathway, pathway_version) VALUES ($1, $2, $3, $4)`
	insertExclusion db.Query = `INSERT INTO police_exclusion (contact_id, version, criterion, override_by, override_why) VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING`
	insertEquality  db.Query = `
		INSERT INTO police_equality (contact_id, version, age_band, sex, scheme, ethnicity, not_recorded, list_version)
		SELECT $1, $2, $3, $4, $5, $6, $7, COALESCE(MAX(list_version), '') FROM reference_code WHERE list = $8`
	insertPerceived db.Query = `
		INSERT INTO police_perceived (contact_id, version, ethnicity, list_version)
		SELECT $1, $2, $3, COALESCE(MAX(list_version), '') FROM reference_code WHERE list = 'ethnicity_officer_defined'`

	insertOutcomeDue db.Query = `
		INSERT INTO police_outcome_due (contact_id, referral_id, organisation_id, team, due_on)
		SELECT c.contact_id, $1, a.organisation_id, $2, $3 FROM police_contact c JOIN identity_account a ON a.account_id = c.officer_id WHERE c.contact_id = $4`

	takenOf db.Query = `SELECT r.source, r.source_id, c.recorded_at FROM police_import_row r JOIN police_contact c ON c.contact_id = r.contact_id WHERE r.contact_id = $1`

	contactByID db.Query = `
		SELECT reference, door, officer_id, team, recorded_at, EXISTS (SELECT 1 FROM police_undone u WHERE u.contact_id = c.contact_id)
		FROM police_contact c WHERE contact_id = $1`

	insertArrival db.Query = `INSERT INTO police_arrival (contact_id, made_at, sent_at, received_at, ahead_by) VALUES ($1, $2, $3, $4, $5)`
	arrivalOf     db.Query = `SELECT made_at, sent_at, received_at, ahead_by FROM police_arrival WHERE contact_id = $1`
	insertUndone  db.Query = `INSERT INTO police_undone (contact_id, undone_by, undone_at) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING`
	// Served by the primary key: ids are in the order of time.
	offencesSince db.Query = `
		SELECT code FROM police_offence WHERE contact_id >= $1 AND version = 1
		GROUP BY code HAVING COUNT(*) >= $2 ORDER BY COUNT(*) DESC, code LIMIT $3`

	insertHeld db.Query = `
		INSERT INTO police_held (held_id, item_hash, content_hash, why, officer_id, delivered_by, team, made_at, sent_at, received_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`
	insertHeldAnswers db.Query = `INSERT INTO police_held_answers (held_id, item_id, key_id, owner, sealed) VALUES ($1, $2, $3, $4, $5)`
	deleteHeldAnswers db.Query = `DELETE FROM police_held_answers WHERE held_id = $1`
	insertHeldEnd     db.Query = `INSERT INTO police_held_end (held_id, contact_id, why, ended_by, ended_at) VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING`
	// What a list shows of what waits.
	heldRow = `
		SELECT h.held_id, h.why, h.officer_id, h.delivered_by, h.team, h.made_at, h.sent_at, h.received_at, COALESCE(a.name, '')
		FROM police_held h LEFT JOIN identity_account a ON a.account_id = h.officer_id`
	heldOfOfficer db.Query = heldRow + `
		WHERE h.officer_id = $1 AND NOT EXISTS (SELECT 1 FROM police_held_end e WHERE e.held_id = h.held_id)
		ORDER BY h.held_id LIMIT $2`
	heldOfTeam db.Query = heldRow + `
		WHERE h.team = $1 AND NOT EXISTS (SELECT 1 FROM police_held_end e WHERE e.held_id = h.held_id)
		ORDER BY h.held_id LIMIT $2`
	countHeldOfOfficer db.Query = `SELECT COUNT(*) FROM police_held h WHERE officer_id = $1 AND NOT EXISTS (SELECT 1 FROM police_held_end e WHERE e.held_id = h.held_id)`
	countHeldOfTeam    db.Query = `SELECT COUNT(*) FROM police_held h WHERE team = $1 AND NOT EXISTS (SELECT 1 FROM police_held_end e WHERE e.held_id = h.held_id)`
	countHeldFrom      db.Query = `SELECT COUNT(*) FROM police_held h WHERE team = $1 AND delivered_by = $2 AND NOT EXISTS (SELECT 1 FROM police_held_end e WHERE e.held_id = h.held_id)`
	heldBefore         db.Query = `
		SELECT h.held_id, h.why, h.officer_id, COALESCE(e.contact_id, ''), COALESCE(c.reference, '')
		FROM police_held h LEFT JOIN police_held_end e ON e.held_id = h.held_id LEFT JOIN police_contact c ON c.contact_id = e.contact_id
		WHERE h.item_hash = $1 AND h.content_hash = $2`

	heldByID db.Query = heldRow + `
		WHERE h.held_id = $1 AND NOT EXISTS (SELECT 1 FROM police_held_end e WHERE e.held_id = h.held_id)`
	heldAnswers db.Query = `SELECT item_id, key_id, owner, sealed FROM police_held_answers WHERE held_id = $1`
	teamOf      db.Query = `SELECT team FROM identity_account WHERE account_id = $1 AND side = 'police' AND organisation_id = $2`
	decisionsOf db.Query = `
		SELECT d.version, d.happened_at, d.place, d.force_reference, d.policy_version, d.outcome, d.reason, d.words, d.correction, d.recorded_by, a.name, d.recorded_at, COALESCE(w.pathway, ''), COALESCE(x.name, '')
		FROM police_decision d JOIN identity_account a ON a.account_id = d.recorded_by
		LEFT JOIN police_pathway w ON w.contact_id = d.contact_id AND w.version = d.version
		LEFT JOIN reference_pathway x ON x.code = w.pathway AND x.version = w.pathway_version
		WHERE d.contact_id = $1 ORDER BY d.version`
	offencesOf   db.Query = `SELECT code FROM police_offence WHERE contact_id = $1 AND version = $2 ORDER BY code`
	exclusionsOf db.Query = `SELECT criterion, override_by, override_why FROM police_exclusion WHERE contact_id = $1 AND version = $2 ORDER BY criterion`

	// What a list shows of a contact.
	contactColumns = `
		SELECT c.contact_id, c.reference, c.door, d.happened_at, d.version, d.outcome,
			EXISTS (SELECT 1 FROM handoff_referral r WHERE r.contact_id = c.contact_id),
			EXISTS (SELECT 1 FROM handoff_referral r JOIN handoff_told t ON t.referral_id = r.referral_id WHERE r.contact_id = c.contact_id),
			COALESCE((SELECT CASE WHEN NOT r.needs_approval OR p.approved THEN '' WHEN p.approved IS NULL THEN 'waiting' ELSE 'no' END
				FROM handoff_referral r LEFT JOIN handoff_approval p ON p.referral_id = r.referral_id WHERE r.contact_id = c.contact_id), ''),
			EXISTS (SELECT 1 FROM police_undone u WHERE u.contact_id = c.contact_id),
			a.name, COALESCE(k.recorded_by, ''), COALESCE(b.name, ''), c.recorded_at`
	contactRow = contactColumns + `
		FROM police_contact c
		JOIN police_decision d ON d.contact_id = c.contact_id AND d.version = (SELECT MAX(version) FROM police_decision WHERE contact_id = c.contact_id)
		JOIN identity_account a ON a.account_id = c.officer_id
		LEFT JOIN police_custody k ON k.contact_id = c.contact_id
		LEFT JOIN identity_account b ON b.account_id = k.recorded_by`
	contactsOfOfficer db.Query = contactRow + `
		WHERE c.officer_id = $1 AND c.contact_id < $2 ORDER BY c.contact_id DESC LIMIT $3`
	contactsOfTeam db.Query = contactRow + `
		WHERE c.team = $1 AND c.contact_id < $2 ORDER BY c.contact_id DESC LIMIT $3`
	contactByReference db.Query = contactRow + `
		WHERE c.officer_id = $1 AND c.reference = $2`
	contactsOfSuite db.Query = contactColumns + `
		FROM police_custody k JOIN police_contact c ON c.contact_id = k.contact_id
		JOIN police_decision d ON d.contact_id = c.contact_id AND d.version = (SELECT MAX(version) FROM police_decision WHERE contact_id = c.contact_id)
		JOIN identity_account a ON a.account_id = c.officer_id
		JOIN identity_account b ON b.account_id = k.recorded_by
		WHERE k.suite = $1 AND k.recorded_at >= $2 AND a.organisation_id = $3 ORDER BY k.recorded_at DESC, k.contact_id DESC LIMIT 200`
	insertCustody db.Query = `INSERT INTO police_custody (contact_id, suite, recorded_by, recorded_at) VALUES ($1, $2, $3, $4)`
	officersLike  db.Query = `
		SELECT a.account_id, a.name, a.team FROM identity_account a
		WHERE a.side = 'police' AND a.organisation_id = $1 AND LOWER(a.name) LIKE $2 ESCAPE '!'
		AND EXISTS (SELECT 1 FROM identity_role r WHERE r.account_id = a.account_id AND r.role IN ('officer', 'sergeant') AND r.held
			AND r.version = (SELECT MAX(version) FROM identity_role WHERE account_id = r.account_id AND role = r.role))
		AND EXISTS (SELECT 1 FROM identity_standing s WHERE s.account_id = a.account_id AND s.active
			AND s.version = (SELECT MAX(version) FROM identity_standing WHERE account_id = s.account_id))
		ORDER BY a.name, a.account_id LIMIT $3`
	officerByID db.Query = `
		SELECT a.account_id, a.name, a.team FROM identity_account a
		WHERE a.side = 'police' AND a.organisation_id = $1 AND a.account_id = $2
		AND EXISTS (SELECT 1 FROM identity_role r WHERE r.account_id = a.account_id AND r.role IN ('officer', 'sergeant') AND r.held
			AND r.version = (SELECT MAX(version) FROM identity_role WHERE account_id = r.account_id AND role = r.role))
		AND EXISTS (SELECT 1 FROM identity_standing s WHERE s.account_id = a.account_id AND s.active
			AND s.version = (SELECT MAX(version) FROM identity_standing WHERE account_id = s.account_id))`
)
