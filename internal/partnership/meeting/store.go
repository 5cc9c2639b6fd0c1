package meeting

import (
	"context"
	"fmt"
	"time"

	"waymark.example/internal/lead"
	"waymark.example/internal/partnership/partner"
	"waymark.example/internal/platform/db"
)

func scanMeeting(row db.Row) (Meeting, error) {
	var m Meeting
	var starts, ends db.Time
	err := row.Scan(&m.ID, &m.BodyID, &m.Body, &m.SeriesID, &m.People, &m.Version, &starts, &ends, &m.Place, &m.ChairID, &m.Chair, &m.CalledOff)
	m.StartsAt, m.EndsAt = starts.Time, ends.Time
	return m, err
}

func oneMeeting(ctx context.Context, tx *db.Tx, meetingID string) (Meeting, error) {
	return scanMeeting(tx.One(ctx, meetingByID, meetingID))
}

func meetingsFrom(ctx context.Context, tx *db.Tx, from time.Time) ([]Meeting, error) {
	out, err := db.All(ctx, tx, scanMeeting, meetingsSince, db.At(from))
	if err != nil {
		return nil, fmt.Errorf("meetings: %w", err)
	}
	return out, nil
}

func addMeeting(ctx context.Context, tx *db.Tx, m Meeting, by string, at time.Time) error {
	if _, err := tx.Exec(ctx, insertMeeting, m.ID, m.BodyID, m.SeriesID, m.People, by, db.At(at)); err != nil {
		return fmt.Errorf("call a meeting: %w", err)
	}
	return addPlan(ctx, tx, m, by, at)
}

func addPlan(ctx context.Context, tx *db.Tx, m Meeting, by string, at time.Time) error {
	n, err := tx.Exec(ctx, insertPlan, m.ID, m.Version, db.At(m.StartsAt), db.At(m.EndsAt), m.Place, m.ChairID, m.CalledOff, by, db.At(at))
	if err != nil {
		return fmt.Errorf("plan a meeting: %w", err)
	}
	if n == 0 {
		return lead.ErrConflict
	}
	return nil
}

func confirmed(ctx context.Context, tx *db.Tx, meetingID, accountID string) (time.Time, error) {
	var at db.Time
	err := tx.One(ctx, wordOf, meetingID, accountID).Scan(&at)
	if err != nil && !notFound(err) {
		return time.Time{}, fmt.Errorf("reminder: %w", err)
	}
	return at.Time, nil
}

func addWord(ctx context.Context, tx *db.Tx, meetingID, accountID string, at time.Time) error {
	if _, err := tx.Exec(ctx, insertWord, meetingID, accountID, Reminder, db.At(at)); err != nil {
		return fmt.Errorf("reminder: %w", err)
	}
	return nil
}

func addAttendance(ctx context.Context, tx *db.Tx, meetingID string, seat partner.Seat, by string, at time.Time) error {
	if _, err := tx.Exec(ctx, insertAttendance, meetingID, seat.ID, seat.AccountID, seat.OrganisationID, seat.Name, seat.Lived, by, db.At(at)); err != nil {
		return fmt.Errorf("attendance: %w", err)
	}
	return nil
}

func present(ctx context.Context, tx *db.Tx, meetingID string) ([]Present, error) {
	out, err := db.All(ctx, tx, func(row db.Row) (Present, error) {
		var p Present
		var at db.Time
		err := row.Scan(&p.Name, &p.Organisation, &p.OrgID, &p.Lived, &at)
		p.At = at.Time
		return p, err
	}, attendanceOf, meetingID)
	if err != nil {
		return nil, fmt.Errorf("attendance: %w", err)
	}
	return out, nil
}

func topicsOf(ctx context.Context, tx *db.Tx, meetingID string) ([]Topic, error) {
	out, err := db.All(ctx, tx, func(row db.Row) (Topic, error) {
		t := Topic{MeetingID: meetingID}
		var at db.Time
		err := row.Scan(&t.ID, &t.Title, &t.Words, &t.ProposalID, &t.By, &t.OrgName, &t.Lived, &at)
		t.At = at.Time
		return t, err
	}, topicsOn, meetingID)
	if err != nil {
		return nil, fmt.Errorf("topics: %w", err)
	}
	return out, nil
}

func addTopic(ctx context.Context, tx *db.Tx, t Topic, by, organisationID string, lived bool) error {
	if _, err := tx.Exec(ctx, insertTopic, t.ID, t.MeetingID, t.Title, t.Words, t.ProposalID, by, organisationID, lived, db.At(t.At)); err != nil {
		return fmt.Errorf("raise: %w", err)
	}
	return nil
}

func addCopy(ctx context.Context, tx *db.Tx, c Copy) error {
	n, err := tx.Exec(ctx, insertCopy, c.ID, c.MeetingID, c.AccountID, c.OrgID, db.At(c.ExpiresAt), db.At(c.MadeAt))
	if err != nil {
		return fmt.Errorf("copy: %w", err)
	}
	if n == 0 { // somebody took the number first
		return lead.ErrConflict
	}
	return nil
}

func addCopyItem(ctx context.Context, tx *db.Tx, copyID, itemID string) error {
	if _, err := tx.Exec(ctx, insertCopyItem, copyID, itemID); err != nil {
		return fmt.Errorf("copy: %w", err)
	}
	return nil
}

func copyItems(ctx context.Context, tx *db.Tx, copyID string) ([]string, error) {
	out, err := db.All(ctx, tx, func(row db.Row) (string, error) {
		var id string
		return id, row.Scan(&id)
	}, itemsOfCopy, copyID)
	if err != nil {
		return nil, fmt.Errorf("copy: %w", err)
	}
	return out, nil
}

func scanCopy(row db.Row) (Copy, error) {
	var c Copy
	var expires, made, back db.Time
	err := row.Scan(&c.ID, &c.MeetingID, &c.Number, &c.AccountID, &c.For, &c.OrgID, &c.Organisation, &expires, &made, &back)
	c.ExpiresAt, c.MadeAt, c.BackAt = expires.Time, made.Time, back.Time
	return c, err
}

func oneCopy(ctx context.Context, tx *db.Tx, copyID, accountID string) (Copy, error) {
	return scanCopy(tx.One(ctx, copyOf, copyID, accountID))
}

func copies(ctx context.Context, tx *db.Tx, meetingID string) ([]Copy, error) {
	out, err := db.All(ctx, tx, scanCopy, copiesOf, meetingID)
	if err != nil {
		return nil, fmt.Errorf("copies: %w", err)
	}
	return out, nil
}

func addBack(ctx context.Context, tx *db.Tx, copyID, by string, at time.Time) error {
	if _, err := tx.Exec(ctx, insertBack, copyID, by, db.At(at)); err != nil {
		return fmt.Errorf("copy: %w", err)
	}
	return nil
}

const meetingRow = `
		SELECT m.meeting_id, m.body_id, b.name, m.series_id, m.people, p.version, p.starts_at, p.ends_at, p.place, p.chair_id, COALESCE(a.name, ''), p.called_off
		FROM partnership_meeting m JOIN partnership_body b ON b.body_id = m.body_id
		JOIN partnership_meeting_plan p ON p.meeting_id = m.meeting_id
			AND p.version = (SELECT MAX(q.version) FROM partnership_meeting_plan q WHERE q.meeting_id = m.meeting_id)
		LEFT JOIN identity_account a ON a.account_id = p.chair_id`

const copyRow = `
		SELECT c.copy_id, c.meeting_id, c.number, c.account_id, COALESCE(a.name, ''), c.organisation_id, COALESCE(o.name, ''), c.expires_at, c.made_at, COALESCE(k.recorded_at, '')
		FROM partnership_meeting_copy c LEFT JOIN identity_account a ON a.account_id = c.account_id
		LEFT JOIN identity_organisation o ON o.organisation_id = c.organisation_id LEFT JOIN partnership_meeting_copy_back k ON k.copy_id = c.copy_id`

const (
	meetingByID   db.Query = meetingRow + ` WHERE m.meeting_id = $1`
	meetingsSince db.Query = meetingRow + ` WHERE p.starts_at >= $1 ORDER BY p.starts_at, m.meeting_id LIMIT 300`
	insertMeeting db.Query = `
		INSERT INTO partnership_meeting (meeting_id, body_id, series_id, people, made_by, made_at) VALUES ($1, $2, $3, $4, $5, $6)`
	insertPlan db.Query = `
		INSERT INTO partnership_meeting_plan (meeting_id, version, starts_at, ends_at, place, chair_id, called_off, recorded_by, recorded_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT DO NOTHING`
	wordOf     db.Query = `SELECT confirmed_at FROM partnership_meeting_word WHERE meeting_id = $1 AND account_id = $2`
	insertWord db.Query = `
		INSERT INTO partnership_meeting_word (meeting_id, account_id, reminder, confirmed_at) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING`
	insertAttendance db.Query = `
		INSERT INTO partnership_meeting_attendance (meeting_id, seat_id, account_id, organisation_id, name, lived, recorded_by, recorded_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT DO NOTHING`
	attendanceOf db.Query = `
		SELECT t.name, COALESCE(o.name, ''), t.organisation_id, t.lived, t.recorded_at
		FROM partnership_meeting_attendance t LEFT JOIN identity_organisation o ON o.organisation_id = t.organisation_id
		WHERE t.meeting_id = $1 ORDER BY o.name, t.name, t.seat_id LIMIT 200`
	insertTopic db.Query = `
		INSERT INTO partnership_meeting_topic (topic_id, meeting_id, title, words, proposal_id, raised_by, organisation_id, lived, raised_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`
	topicsOn db.Query = `
		SELECT t.topic_id, t.title, t.words, t.proposal_id, COALESCE(a.name, ''), COALESCE(o.name, ''), t.lived, t.raised_at
		FROM partnership_meeting_topic t LEFT JOIN identity_account a ON a.account_id = t.raised_by LEFT JOIN identity_organisation o ON o.organisation_id = t.organisation_id
		WHERE t.meeting_id = $1 ORDER BY t.topic_id LIMIT 100`
	insertCopy db.Query = `
		INSERT INTO partnership_meeting_copy (copy_id, meeting_id, number, account_id, organisation_id, expires_at, made_at)
		SELECT $1, $2, COALESCE(MAX(c.number), 0) + 1, $3, $4, $5, $6 FROM partnership_meeting_copy c WHERE c.meeting_id = $2 ON CONFLICT DO NOTHING`
	insertCopyItem db.Query = `INSERT INTO partnership_meeting_copy_item (copy_id, item_id) VALUES ($1, $2)`
	itemsOfCopy    db.Query = `SELECT item_id FROM partnership_meeting_copy_item WHERE copy_id = $1 ORDER BY item_id`
	copyOf         db.Query = copyRow + ` WHERE c.copy_id = $1 AND c.account_id = $2`
	copiesOf       db.Query = copyRow + ` WHERE c.meeting_id = $1 ORDER BY c.number`
	insertBack     db.Query = `
		INSERT INTO partnership_meeting_copy_back (copy_id, recorded_by, recorded_at) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING`
)
