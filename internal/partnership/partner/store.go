package partner

import (
	"waymark.example/internal/identity"
	"waymark.example/internal/platform/db"
)

func scanSeat(row db.Row) (Seat, error) {
	var s Seat
	var over int
	err := row.Scan(&s.ID, &s.BodyID, &s.Body, &s.OrganisationID, &s.Organisation, &s.OrganisationKind, &s.AccountID, &s.Name, &s.Lived, &s.Chair, &s.From, &s.Until, &over)
	s.Over = over == 1
	return s, err
}

const (
	bodies db.Query = `SELECT body_id, name, about FROM partnership_body ORDER BY position`

	// A seat, and whether it is over: ended, or of a partner that withdrew.
	seatRow = `
		SELECT s.seat_id, s.body_id, b.name, s.organisation_id, o.name, o.kind, s.account_id, s.name, s.lived, s.chair, s.from_on, s.until_on,
			CASE WHEN EXISTS (SELECT 1 FROM partnership_seat_end e WHERE e.seat_id = s.seat_id)
				OR EXISTS (SELECT 1 FROM reference_partner_away w WHERE w.organisation_id = s.organisation_id) THEN 1 ELSE 0 END
		FROM partnership_seat s JOIN partnership_body b ON b.body_id = s.body_id JOIN identity_organisation o ON o.organisation_id = s.organisation_id`
	seatsOfAccount db.Query = seatRow + ` WHERE s.account_id = $1 ORDER BY b.position, s.seat_id LIMIT 50`
	seatsOfBody    db.Query = seatRow + ` WHERE s.body_id = $1 ORDER BY s.name, s.seat_id LIMIT 200`
	seatsOfPartner db.Query = seatRow + ` WHERE s.organisation_id = $1 ORDER BY s.seat_id DESC LIMIT 200`
	insertSeat     db.Query = `
		INSERT INTO partnership_seat (seat_id, body_id, organisation_id, account_id, name, lived, chair, from_on, until_on, recorded_by, recorded_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`
	insertSeatEnd db.Query = `INSERT INTO partnership_seat_end (seat_id, why, ended_by, ended_at) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING`
)

func scanPartner(row db.Row) (Partner, error) {
	var p Partner
	var kind identity.Kind
	var away db.Time
	err := row.Scan(&p.ID, &p.Name, &kind, &p.Sort, &p.About, &p.Version, &away)
	if p.Sort == "" || p.Sort == asItsKind {
		p.Sort = sortOf(kind)
	}
	p.AwaySince = away.Time
	return p, err
}

const (
	partners db.Query = `
		SELECT o.organisation_id, o.name, o.kind, COALESCE(p.sort, ''), COALESCE(p.about, ''), COALESCE(p.version, 0), COALESCE(w.since_at, '')
		FROM identity_organisation o
		LEFT JOIN partnership_partner p ON p.organisation_id = o.organisation_id
			AND p.version = (SELECT MAX(version) FROM partnership_partner l WHERE l.organisation_id = o.organisation_id)
		LEFT JOIN reference_partner_away w ON w.organisation_id = o.organisation_id
		ORDER BY o.name LIMIT 500`
	placesOfAll db.Query = `
		SELECT l.organisation_id, l.place FROM partnership_partner_place l
		WHERE l.version = (SELECT MAX(version) FROM partnership_partner p WHERE p.organisation_id = l.organisation_id) ORDER BY l.organisation_id, l.place`
	insertPartner db.Query = `
		INSERT INTO partnership_partner (organisation_id, version, sort, about, recorded_by, recorded_at) VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING`
	insertPlace db.Query = `INSERT INTO partnership_partner_place (organisation_id, version, place) VALUES ($1, $2, $3)`

	contactsOf db.Query = `
		SELECT c.contact_id, c.organisation_id, c.name, c.role, c.reach FROM partnership_contact c
		WHERE c.organisation_id = $1 AND NOT EXISTS (SELECT 1 FROM partnership_contact_end e WHERE e.contact_id = c.contact_id) ORDER BY c.name LIMIT 100`
	partnerOfContact db.Query = `SELECT organisation_id FROM partnership_contact WHERE contact_id = $1`
	insertContact    db.Query = `INSERT INTO partnership_contact (contact_id, organisation_id, name, role, reach, recorded_by, recorded_at) VALUES ($1, $2, $3, $4, $5, $6, $7)`
	insertContactEnd db.Query = `INSERT INTO partnership_contact_end (contact_id, ended_by, ended_at) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING`

	// Whoever oversees the partnership, and whoever takes the complaints that go the
	// independent way.
	watches db.Query = `
		SELECT EXISTS (SELECT 1 FROM identity_organisation WHERE organisation_id = $1 AND kind = 'oversight')
			OR EXISTS (SELECT 1 FROM handoff_door d WHERE d.independent_id = $1 AND d.version = (SELECT MAX(version) FROM handoff_door))`
	insertAway db.Query = `INSERT INTO reference_partner_away (organisation_id, since_at) VALUES ($1, $2) ON CONFLICT DO NOTHING`
	deleteAway db.Query = `DELETE FROM reference_partner_away WHERE organisation_id = $1`
	insertStep db.Query = `INSERT INTO partnership_withdrawal (withdrawal_id, organisation_id, kind, words, team, recorded_by, recorded_at) VALUES ($1, $2, $3, $4, $5, $6, $7)`
	stepsOf    db.Query = `SELECT kind, words, team, recorded_at FROM partnership_withdrawal WHERE organisation_id = $1 ORDER BY withdrawal_id DESC LIMIT 100`
)
