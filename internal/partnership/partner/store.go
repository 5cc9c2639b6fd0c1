package partner

import "waymark.example/internal/platform/db"

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
