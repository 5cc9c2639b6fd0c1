package voice

import (
	"context"
	"fmt"
	"time"

	"waymark.example/internal/lead"
	"waymark.example/internal/platform/db"
)

func scanProposal(row db.Row) (Proposal, error) {
	var p Proposal
	var at, answered db.Time
	err := row.Scan(&p.ID, &p.Account, &p.By, &p.Org, &p.Voice, &p.Stage, &p.Words, &p.Named, &at, &p.Version, &p.Standing, &p.Answer, &answered)
	p.At, p.Answered = at.Time, answered.Time
	return p, err
}

func proposals(ctx context.Context, tx *db.Tx, q db.Query, args ...any) ([]Proposal, error) {
	out, err := db.All(ctx, tx, scanProposal, q, args...)
	if err != nil {
		return nil, fmt.Errorf("proposals: %w", err)
	}
	return out, nil
}

func proposalsBy(ctx context.Context, tx *db.Tx, accountID string) ([]Proposal, error) {
	return proposals(ctx, tx, proposalsOf, accountID)
}

func proposalsShown(ctx context.Context, tx *db.Tx) ([]Proposal, error) {
	out, err := proposals(ctx, tx, proposalsAnswered)
	newest(out)
	return out, err
}

func proposalsWaiting(ctx context.Context, tx *db.Tx) ([]Proposal, error) {
	return proposals(ctx, tx, proposalsOpen)
}

func oneProposal(ctx context.Context, tx *db.Tx, id string) (Proposal, error) {
	return scanProposal(tx.One(ctx, proposalByID, id))
}

func addProposal(ctx context.Context, tx *db.Tx, p Proposal) error {
	if _, err := tx.Exec(ctx, insertProposal, p.ID, p.Account, p.Org, p.Voice, p.Stage, p.Words, p.Named, db.At(p.At)); err != nil {
		return fmt.Errorf("propose: %w", err)
	}
	return nil
}

func addAnswer(ctx context.Context, tx *db.Tx, id string, version int64, r Reply, by string, at time.Time) error {
	n, err := tx.Exec(ctx, insertAnswer, id, version, r.Standing, r.Shown, r.Answer, r.MeetingID, by, db.At(at))
	if err != nil {
		return fmt.Errorf("answer: %w", err)
	}
	if n == 0 {
		return lead.ErrConflict
	}
	return nil
}

func countVoices(ctx context.Context, tx *db.Tx, since, now time.Time, into *Balance) error {
	from, until := db.At(since), db.At(now)
	for _, c := range []struct {
		q   db.Query
		out *int
	}{
		{attendedLived, &into.Lived.Attended}, {attendedOthers, &into.Others.Attended}, {raisedLived, &into.Lived.Raised}, {raisedOthers, &into.Others.Raised},
		{changedLived, &into.Lived.Changed}, {changedOthers, &into.Others.Changed}, {held, &into.Meetings}, {heldWithout, &into.Without},
	} {
		if err := tx.One(ctx, c.q, from, until).Scan(c.out); err != nil {
			return fmt.Errorf("balance: %w", err)
		}
	}
	return nil
}

func involvements(ctx context.Context, tx *db.Tx, accountID string) ([]Involvement, error) {
	out, err := db.All(ctx, tx, func(row db.Row) (Involvement, error) {
		var i Involvement
		var at db.Time
		err := row.Scan(&i.ID, &i.Account, &i.Who, &i.Stage, &i.Words, &i.Support, &i.On, &at)
		i.At = at.Time
		return i, err
	}, involvementsOf, accountID)
	if err != nil {
		return nil, fmt.Errorf("involvement: %w", err)
	}
	return out, nil
}

func addInvolvement(ctx context.Context, tx *db.Tx, i Involvement, by string) error {
	if _, err := tx.Exec(ctx, insertInvolvement, i.ID, i.Account, i.Stage, i.Words, i.Support, i.On, by, db.At(i.At)); err != nil {
		return fmt.Errorf("involvement: %w", err)
	}
	return nil
}

func scanPayment(row db.Row) (Payment, error) {
	var p Payment
	var asked, yes, no, paid db.Time
	err := row.Scan(&p.ID, &p.Account, &p.Who, &p.Kind, &p.Pence, &p.Words, &p.On, &p.AskedBy, &asked, &yes, &p.YesBy, &no, &p.Why, &paid)
	p.Asked, p.Yes, p.No, p.Paid = asked.Time, yes.Time, no.Time, paid.Time
	return p, err
}

func payments(ctx context.Context, tx *db.Tx, accountID string) ([]Payment, error) {
	out, err := db.All(ctx, tx, scanPayment, paymentsOf, accountID)
	if err != nil {
		return nil, fmt.Errorf("payments: %w", err)
	}
	return out, nil
}

func onePayment(ctx context.Context, tx *db.Tx, id string) (Payment, error) {
	return scanPayment(tx.One(ctx, paymentByID, id))
}

func addPayment(ctx context.Context, tx *db.Tx, p Payment) error {
	if _, err := tx.Exec(ctx, insertPayment, p.ID, p.Account, p.Kind, p.Pence, p.Words, p.On, p.AskedBy, db.At(p.Asked)); err != nil {
		return fmt.Errorf("ask for payment: %w", err)
	}
	return nil
}

func addStep(ctx context.Context, tx *db.Tx, id, kind, words, by string, at time.Time) error {
	n, err := tx.Exec(ctx, insertStep, id, kind, words, by, db.At(at))
	if err != nil {
		return fmt.Errorf("payment: %w", err)
	}
	if n == 0 {
		return lead.ErrConflict
	}
	return nil
}

func people(ctx context.Context, tx *db.Tx) ([]Person, error) {
	out, err := db.All(ctx, tx, func(row db.Row) (Person, error) {
		var p Person
		return p, row.Scan(&p.ID, &p.Name)
	}, peopleOfExperience)
	if err != nil {
		return nil, fmt.Errorf("people of lived experience: %w", err)
	}
	return out, nil
}

const answerRow = ` FROM partnership_proposal p LEFT JOIN partnership_proposal_answer n ON n.proposal_id = p.proposal_id
			AND n.version = (SELECT MAX(v.version) FROM partnership_proposal_answer v WHERE v.proposal_id = p.proposal_id)
		LEFT JOIN identity_account a ON a.account_id = p.account_id`

const ownWords = `SELECT p.proposal_id, p.account_id, COALESCE(a.name, ''), p.organisation_id, p.voice, p.stage, p.words, p.named, p.made_at,
			COALESCE(n.version, 0), COALESCE(n.standing, ''), COALESCE(n.answer, ''), COALESCE(n.recorded_at, '')` + answerRow

const paymentRow = `
		SELECT p.payment_id, p.account_id, COALESCE(a.name, ''), p.kind, p.pence, p.words, p.on_day, p.asked_by, p.asked_at,
			COALESCE(y.recorded_at, ''), COALESCE(b.name, ''), COALESCE(x.recorded_at, ''), COALESCE(x.words, ''), COALESCE(d.recorded_at, '')
		FROM partnership_payment p LEFT JOIN identity_account a ON a.account_id = p.account_id
		LEFT JOIN partnership_payment_step y ON y.payment_id = p.payment_id AND y.kind = 'approved' LEFT JOIN identity_account b ON b.account_id = y.recorded_by
		LEFT JOIN partnership_payment_step x ON x.payment_id = p.payment_id AND x.kind = 'not_agreed'
		LEFT JOIN partnership_payment_step d ON d.payment_id = p.payment_id AND d.kind = 'paid'`

const (
	proposalsOf   db.Query = ownWords + ` WHERE p.account_id = $1 ORDER BY p.proposal_id DESC LIMIT 50`
	proposalsOpen db.Query = ownWords + ` WHERE n.standing IS NULL OR n.standing IN ('looking', 'meeting') ORDER BY p.proposal_id LIMIT 100`
	proposalByID  db.Query = ownWords + ` WHERE p.proposal_id = $1`
	// For everybody: the words that the answer gives, and a name only where it is wanted.
	proposalsAnswered db.Query = `
		SELECT p.proposal_id, '', CASE WHEN p.named THEN COALESCE(a.name, '') ELSE '' END, '', p.voice, p.stage, n.shown, p.named, p.made_at,
			n.version, n.standing, n.answer, n.recorded_at` + answerRow + ` WHERE n.version IS NOT NULL ORDER BY n.recorded_at DESC, p.proposal_id DESC LIMIT 100`
	insertProposal db.Query = `
		INSERT INTO partnership_proposal (proposal_id, account_id, organisation_id, voice, stage, words, named, made_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`
	insertAnswer db.Query = `
		INSERT INTO partnership_proposal_answer (proposal_id, version, standing, shown, answer, meeting_id, recorded_by, recorded_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT DO NOTHING`

	attendedLived  db.Query = `SELECT COUNT(*) FROM partnership_meeting_attendance WHERE lived AND recorded_at >= $1 AND recorded_at <= $2`
	attendedOthers db.Query = `SELECT COUNT(*) FROM partnership_meeting_attendance WHERE NOT lived AND recorded_at >= $1 AND recorded_at <= $2`
	// What was raised at a table, and what was proposed and is on none yet.
	raisedLived db.Query = `
		SELECT (SELECT COUNT(*) FROM partnership_meeting_topic WHERE lived AND proposal_id = '' AND raised_at >= $1 AND raised_at <= $2)
			+ (SELECT COUNT(*) FROM partnership_proposal WHERE voice = 'lived' AND made_at >= $1 AND made_at <= $2)`
	raisedOthers db.Query = `
		SELECT (SELECT COUNT(*) FROM partnership_meeting_topic WHERE NOT lived AND proposal_id = '' AND raised_at >= $1 AND raised_at <= $2)
			+ (SELECT COUNT(*) FROM partnership_proposal WHERE voice <> 'lived' AND made_at >= $1 AND made_at <= $2)`
	changedLived db.Query = `
		SELECT COUNT(DISTINCT p.proposal_id) FROM partnership_proposal p JOIN partnership_proposal_answer n ON n.proposal_id = p.proposal_id
		WHERE p.voice = 'lived' AND n.standing = 'changed' AND n.recorded_at >= $1 AND n.recorded_at <= $2`
	changedOthers db.Query = `
		SELECT COUNT(DISTINCT p.proposal_id) FROM partnership_proposal p JOIN partnership_proposal_answer n ON n.proposal_id = p.proposal_id
		WHERE p.voice <> 'lived' AND n.standing = 'changed' AND n.recorded_at >= $1 AND n.recorded_at <= $2`
	// A meeting was held when somebody was there.
	held        db.Query = `SELECT COUNT(DISTINCT meeting_id) FROM partnership_meeting_attendance WHERE recorded_at >= $1 AND recorded_at <= $2`
	heldWithout db.Query = `
		SELECT COUNT(DISTINCT t.meeting_id) FROM partnership_meeting_attendance t WHERE t.recorded_at >= $1 AND t.recorded_at <= $2
		AND NOT EXISTS (SELECT 1 FROM partnership_meeting_attendance l WHERE l.meeting_id = t.meeting_id AND l.lived)`

	involvementsOf db.Query = `
		SELECT i.involvement_id, i.account_id, COALESCE(a.name, ''), i.stage, i.words, i.support, i.on_day, i.recorded_at
		FROM partnership_involvement i LEFT JOIN identity_account a ON a.account_id = i.account_id
		WHERE i.account_id = $1 OR $1 = '' ORDER BY i.on_day DESC, i.involvement_id DESC LIMIT 100`
	insertInvolvement db.Query = `
		INSERT INTO partnership_involvement (involvement_id, account_id, stage, words, support, on_day, recorded_by, recorded_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`
	paymentsOf    db.Query = paymentRow + ` WHERE p.account_id = $1 OR $1 = '' ORDER BY CASE WHEN x.kind IS NULL AND d.kind IS NULL THEN 0 ELSE 1 END, p.asked_at, p.payment_id LIMIT 100`
	paymentByID   db.Query = paymentRow + ` WHERE p.payment_id = $1`
	insertPayment db.Query = `
		INSERT INTO partnership_payment (payment_id, account_id, kind, pence, words, on_day, asked_by, asked_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`
	insertStep db.Query = `
		INSERT INTO partnership_payment_step (payment_id, kind, words, recorded_by, recorded_at) VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING`
	// Whoever has the panel's role, or a seat with lived experience.
	peopleOfExperience db.Query = `
		SELECT a.account_id, a.name FROM identity_account a
		WHERE EXISTS (SELECT 1 FROM identity_role r WHERE r.account_id = a.account_id AND r.role = 'panel_member' AND r.held
			AND r.version = (SELECT MAX(v.version) FROM identity_role v WHERE v.account_id = r.account_id AND v.role = r.role))
		OR EXISTS (SELECT 1 FROM partnership_seat s WHERE s.account_id = a.account_id AND s.lived)
		ORDER BY a.name, a.account_id LIMIT 100`
)
