package oncall

import (
	"context"
	"errors"
	"fmt"
	"time"

	"waymark.example/internal/lead"
	"waymark.example/internal/platform/db"
)

// Both ends read who is on duty.
const (
	// Somebody whose account was stopped, or who no longer answers the phone, is
	// not on the rota any more.
	shiftsBetween db.Query = `
		SELECT s.shift_id, s.worker_id, s.name, s.phone, s.place, s.starts_at, s.ends_at FROM handoff_shift s
		WHERE s.ends_at > $1 AND s.starts_at < $2
		AND NOT EXISTS (SELECT 1 FROM handoff_shift_off o WHERE o.shift_id = s.shift_id)
		AND (SELECT t.active FROM identity_standing t WHERE t.account_id = s.worker_id ORDER BY t.version DESC LIMIT 1)
		AND EXISTS (SELECT 1 FROM identity_role r WHERE r.account_id = s.worker_id AND r.role IN ('on_call', 'supervisor') AND r.held
			AND r.version = (SELECT MAX(version) FROM identity_role WHERE account_id = r.account_id AND role = r.role))
		ORDER BY s.shift_id LIMIT 2000`
	latestTurn db.Query = `
		SELECT c.turn_id, c.worker_id, c.name, c.phone, c.set_at, c.until_at,
			EXISTS (SELECT 1 FROM handoff_on_call_back b WHERE b.turn_id = c.turn_id),
			COALESCE((SELECT t.active FROM identity_standing t WHERE t.account_id = c.worker_id ORDER BY t.version DESC LIMIT 1), FALSE)
		FROM handoff_on_call c ORDER BY c.turn_id DESC LIMIT 1`
)

// The police end.
const (
	insertNoAnswer db.Query = `INSERT INTO handoff_no_answer (no_answer_id, referral_id, rang_at, recorded_by) VALUES ($1, $2, $3, $4)`
	estimateFor    db.Query = `
		SELECT e.kind, e.name, e.there_at, e.said_at FROM handoff_estimate e JOIN handoff_referral r ON r.referral_id = e.referral_id
		WHERE e.referral_id = $1 AND r.meeting IN ('here_now', 'meet_at') AND r.made_at > $2
		ORDER BY e.estimate_id DESC LIMIT 1`
)

// The care end.
const (
	insertShift    db.Query = `INSERT INTO handoff_shift (shift_id, worker_id, name, phone, place, starts_at, ends_at, planned_by, planned_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`
	insertShiftOff db.Query = `INSERT INTO handoff_shift_off (shift_id, off_by, off_at) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING`
	shiftExists    db.Query = `SELECT ends_at FROM handoff_shift WHERE shift_id = $1`
	insertTurn     db.Query = `INSERT INTO handoff_on_call (turn_id, worker_id, name, phone, set_by, set_at, until_at) VALUES ($1, $2, $3, $4, $5, $6, $7)`
	insertBack     db.Query = `INSERT INTO handoff_on_call_back (turn_id, back_by, back_at) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING`
	insertEstimate db.Query = `INSERT INTO handoff_estimate (estimate_id, referral_id, kind, name, there_at, said_by, said_at) VALUES ($1, $2, $3, $4, $5, $6, $7)`
	// What waited longer than $1 and was told to somebody is on the page, and wakes
	// nobody any more.
	callsWaiting db.Query = `
		SELECT w.referral_id, w.since, COALESCE((SELECT MAX(rang_at) FROM handoff_no_answer n WHERE n.referral_id = w.referral_id), '')
		FROM handoff_waiting w
		WHERE w.since > $1 OR NOT EXISTS (SELECT 1 FROM handoff_step s WHERE s.referral_id = w.referral_id)
		ORDER BY w.since LIMIT 500`
	stepsOf       db.Query = `SELECT kind, why, worker_id, told_at FROM handoff_step WHERE referral_id = $1 ORDER BY step`
	insertStep    db.Query = `INSERT INTO handoff_step (referral_id, step, kind, why, worker_id, told_at) SELECT w.referral_id, $1, $2, $3, $4, $5 FROM handoff_waiting w WHERE w.referral_id = $6 ON CONFLICT DO NOTHING`
	insertNotice  db.Query = `INSERT INTO handoff_notice (notice_id, account_id, why, made_at) VALUES ($1, $2, $3, $4)`
	insertMissed  db.Query = `INSERT INTO handoff_missed (referral_id, reference, waiting_since, missed_at) SELECT r.referral_id, r.reference, $1, $2 FROM handoff_referral r WHERE r.referral_id = $3 ON CONFLICT DO NOTHING`
	missedAndOver db.Query = `
		SELECT m.referral_id, COALESCE((SELECT MIN(e.happened_at) FROM handoff_event e WHERE e.referral_id = m.referral_id AND e.kind = 'accepted'), '')
		FROM handoff_missed m
		WHERE NOT EXISTS (SELECT 1 FROM handoff_missed_end d WHERE d.referral_id = m.referral_id)
		AND NOT EXISTS (SELECT 1 FROM handoff_waiting w WHERE w.referral_id = m.referral_id)
		ORDER BY m.referral_id LIMIT 200`
	insertMissedEnd db.Query = `INSERT INTO handoff_missed_end (referral_id, accepted_at) VALUES ($1, $2) ON CONFLICT DO NOTHING`
	alarmGoesTo     db.Query = `
		SELECT DISTINCT r.account_id FROM identity_role r
		WHERE r.role IN ('supervisor', 'coordinator') AND r.held
		AND r.version = (SELECT MAX(version) FROM identity_role WHERE account_id = r.account_id AND role = r.role)
		AND (SELECT t.active FROM identity_standing t WHERE t.account_id = r.account_id ORDER BY t.version DESC LIMIT 1)
		ORDER BY r.account_id LIMIT 100`
	whoAnswers db.Query = `
		SELECT a.account_id, a.name FROM identity_account a
		WHERE a.side = 'care' AND (SELECT t.active FROM identity_standing t WHERE t.account_id = a.account_id ORDER BY t.version DESC LIMIT 1)
		AND EXISTS (SELECT 1 FROM identity_role r WHERE r.account_id = a.account_id AND r.role IN ('on_call', 'supervisor') AND r.held
			AND r.version = (SELECT MAX(version) FROM identity_role WHERE account_id = r.account_id AND role = r.role))
		ORDER BY a.name, a.account_id LIMIT 200`
)

// The partnership's end.
const (
	missedBefore db.Query = `
		SELECT m.referral_id, m.reference, m.waiting_since, m.missed_at, COALESCE(d.accepted_at, ''), d.referral_id IS NOT NULL
		FROM handoff_missed m LEFT JOIN handoff_missed_end d ON d.referral_id = m.referral_id
		WHERE m.missed_at < $1 OR (m.missed_at = $1 AND m.referral_id < $2)
		ORDER BY m.missed_at DESC, m.referral_id DESC LIMIT $3`
	stepTimes db.Query = `SELECT kind, why, told_at FROM handoff_step WHERE referral_id = $1 ORDER BY step`
)

// Between returns the shifts that reach into a stretch of time, in the order in
// which they were planned.
func Between(ctx context.Context, tx *db.Tx, from, until time.Time) ([]Shift, error) {
	out, err := db.All(ctx, tx, func(row db.Row) (Shift, error) {
		var s Shift
		var starts, ends db.Time
		err := row.Scan(&s.ID, &s.WorkerID, &s.Name, &s.Phone, &s.Place, &starts, &ends)
		s.From, s.Until = starts.Time, ends.Time
		return s, err
	}, shiftsBetween, db.At(from), db.At(until))
	if err != nil {
		return nil, fmt.Errorf("rota: %w", err)
	}
	return out, nil
}

// Now returns whom to ring now, in order.
func Now(ctx context.Context, tx *db.Tx, at time.Time) ([]Duty, error) {
	shifts, err := Between(ctx, tx, at, at.Add(time.Second))
	if err != nil {
		return nil, err
	}
	var t Turn
	var since, until db.Time
	var back, active bool
	err = tx.One(ctx, latestTurn).Scan(&t.ID, &t.WorkerID, &t.Name, &t.Phone, &since, &until, &back, &active)
	t.Since, t.Until = since.Time, until.Time
	switch {
	case errors.Is(err, lead.ErrNotFound) || err == nil && (back || !active):
		return OnDuty(shifts, nil, at), nil
	case err != nil:
		return nil, fmt.Errorf("on call: %w", err)
	}
	return OnDuty(shifts, &t, at), nil
}

// First returns whom to ring first, nil when nobody is on call.
func First(ctx context.Context, tx *db.Tx, at time.Time) (*Duty, error) {
	on, err := Now(ctx, tx, at)
	if err != nil || len(on) == 0 {
		return nil, err
	}
	return &on[0], nil
}

// RangInVain notes that the officer rang and nobody answered.
func RangInVain(ctx context.Context, tx *db.Tx, referralID, by string, at time.Time) error {
	if _, err := tx.Exec(ctx, insertNoAnswer, lead.NewID("noa"), referralID, db.At(at), by); err != nil {
		return fmt.Errorf("no answer: %w", err)
	}
	return nil
}

// EstimateFor returns the latest word on the worker's way, for the officer;
// lead.ErrNotFound when there is none, or none that they may still hear.
func EstimateFor(ctx context.Context, tx *db.Tx, referralID string, now time.Time) (Estimate, error) {
	var e Estimate
	var kind string
	var there, said db.Time
	err := tx.One(ctx, estimateFor, referralID, db.At(now.Add(-EstimateLasts))).Scan(&kind, &e.Name, &there, &said)
	e.Phone, e.ThereAt, e.SaidAt = kind == "phone", there.Time, said.Time
	return e, err
}

// Say keeps a word on the worker's way.
func Say(ctx context.Context, tx *db.Tx, referralID string, e Estimate, by string) error {
	kind := "coming"
	if e.Phone {
		kind = "phone"
	}
	if _, err := tx.Exec(ctx, insertEstimate, lead.NewID("est"), referralID, kind, e.Name, db.At(e.ThereAt), by, db.At(e.SaidAt)); err != nil {
		return fmt.Errorf("estimate: %w", err)
	}
	return nil
}

// Plan puts a shift on the rota.
func Plan(ctx context.Context, tx *db.Tx, s Shift, by string, at time.Time) error {
	if _, err := tx.Exec(ctx, insertShift, lead.NewID("shf"), s.WorkerID, s.Name, s.Phone, s.Place, db.At(s.From), db.At(s.Until), by, db.At(at)); err != nil {
		return fmt.Errorf("plan: %w", err)
	}
	return nil
}

// TakeOff takes a shift off the rota. One that is off already stays so; one that
// is over is a conflict.
func TakeOff(ctx context.Context, tx *db.Tx, shiftID, by string, at time.Time) error {
	var ends db.Time
	if err := tx.One(ctx, shiftExists, shiftID).Scan(&ends); err != nil {
		return err
	}
	if !ends.After(at) {
		return lead.ErrConflict
	}
	if _, err := tx.Exec(ctx, insertShiftOff, shiftID, by, db.At(at)); err != nil {
		return fmt.Errorf("take off the rota: %w", err)
	}
	return nil
}

// Take gives somebody the phone outside the plan, until the shift that they
// stand in for ends.
func Take(ctx context.Context, tx *db.Tx, t Turn, by string) error {
	shifts, err := Between(ctx, tx, t.Since, t.Since.AddDate(0, 0, 8))
	if err != nil {
		return err
	}
	if _, err := tx.Exec(ctx, insertTurn, lead.NewID("onc"), t.WorkerID, t.Name, t.Phone, by, db.At(t.Since), db.At(TurnEnds(shifts, t.Since))); err != nil {
		return fmt.Errorf("take the phone: %w", err)
	}
	return nil
}

// HandBack ends a turn: the rota counts again.
func HandBack(ctx context.Context, tx *db.Tx, turnID, by string, at time.Time) error {
	if _, err := tx.Exec(ctx, insertBack, turnID, by, db.At(at)); err != nil {
		return fmt.Errorf("hand the phone back: %w", err)
	}
	return nil
}

// Calls returns the hand-offs that wait and that somebody may still have to be
// told of.
func Calls(ctx context.Context, tx *db.Tx, since time.Time) ([]Call, error) {
	out, err := db.All(ctx, tx, func(row db.Row) (Call, error) {
		var c Call
		var since, rang db.Time
		err := row.Scan(&c.ReferralID, &since, &rang)
		c.Since, c.NoAnswer = since.Time, rang.Time
		return c, err
	}, callsWaiting, db.At(since))
	for i := range out {
		if err == nil {
			out[i].Steps, err = db.All(ctx, tx, func(row db.Row) (Step, error) {
				var s Step
				var kind string
				var at db.Time
				err := row.Scan(&kind, &s.Why, &s.WorkerID, &at)
				s.Alarm, s.At = kind == "alarm", at.Time
				return s, err
			}, stepsOf, out[i].ReferralID)
		}
	}
	if err != nil {
		return nil, fmt.Errorf("calls: %w", err)
	}
	return out, nil
}

// Tell keeps the next step of a call, and puts a notice for each of those whom
// it goes to into the outbox. When another server was first, or somebody has
// accepted meanwhile, it is a conflict and nothing is kept.
func Tell(ctx context.Context, tx *db.Tx, c Call, s Step) (to []string, err error) {
	kind, why, to := "told", "hand_off", []string{s.WorkerID}
	if s.Alarm {
		kind, why = "alarm", "alarm"
		if to, err = db.All(ctx, tx, func(row db.Row) (string, error) {
			var id string
			return id, row.Scan(&id)
		}, alarmGoesTo); err != nil {
			return nil, fmt.Errorf("tell: %w", err)
		}
	}
	n, err := tx.Exec(ctx, insertStep, len(c.Steps)+1, kind, s.Why, s.WorkerID, db.At(s.At), c.ReferralID)
	if err != nil {
		return nil, fmt.Errorf("tell: %w", err)
	}
	if n == 0 {
		return nil, lead.ErrConflict
	}
	for _, id := range to {
		if _, err := tx.Exec(ctx, insertNotice, lead.NewID("ntc"), id, why, db.At(s.At)); err != nil {
			return nil, fmt.Errorf("tell: %w", err)
		}
	}
	if s.Why == New {
		return to, nil
	}
	if _, err := tx.Exec(ctx, insertMissed, db.At(c.Since), db.At(s.At), c.ReferralID); err != nil {
		return nil, fmt.Errorf("tell: %w", err)
	}
	return to, nil
}

// Over is a missed call that waits no longer: somebody has accepted it since, or
// the hand-off was taken back or let go.
type Over struct {
	ReferralID string
	AcceptedAt time.Time // zero when nobody did
}

// MissedAndOver returns the missed calls that wait no longer and are not marked
// so yet.
func MissedAndOver(ctx context.Context, tx *db.Tx) ([]Over, error) {
	out, err := db.All(ctx, tx, func(row db.Row) (Over, error) {
		var o Over
		var at db.Time
		err := row.Scan(&o.ReferralID, &at)
		o.AcceptedAt = at.Time
		return o, err
	}, missedAndOver)
	if err != nil {
		return nil, fmt.Errorf("missed calls: %w", err)
	}
	return out, nil
}

// End marks a missed call as over.
func End(ctx context.Context, tx *db.Tx, o Over) error {
	n, err := tx.Exec(ctx, insertMissedEnd, o.ReferralID, db.At(o.AcceptedAt))
	if err != nil {
		return fmt.Errorf("missed call: %w", err)
	}
	if n == 0 {
		return lead.ErrConflict
	}
	return nil
}

// Worker is somebody who may be on the rota.
type Worker struct{ ID, Name string }

// Workers returns who may be on the rota, by name.
func Workers(ctx context.Context, tx *db.Tx) ([]Worker, error) {
	out, err := db.All(ctx, tx, func(row db.Row) (Worker, error) {
		var w Worker
		return w, row.Scan(&w.ID, &w.Name)
	}, whoAnswers)
	if err != nil {
		return nil, fmt.Errorf("who answers the phone: %w", err)
	}
	return out, nil
}

// MissedCalls returns missed calls, newest first, before one of them.
func MissedCalls(ctx context.Context, tx *db.Tx, before time.Time, beforeID string, limit int) ([]Missed, error) {
	out, err := db.All(ctx, tx, func(row db.Row) (Missed, error) {
		var m Missed
		var since, at, accepted db.Time
		err := row.Scan(&m.ReferralID, &m.Reference, &since, &at, &accepted, &m.Over)
		m.Since, m.At, m.AcceptedAt = since.Time, at.Time, accepted.Time
		return m, err
	}, missedBefore, db.At(before), beforeID, limit)
	for i := range out {
		if err == nil {
			out[i].Steps, err = db.All(ctx, tx, func(row db.Row) (Step, error) {
				var s Step
				var kind string
				var at db.Time
				err := row.Scan(&kind, &s.Why, &at)
				s.Alarm, s.At = kind == "alarm", at.Time
				return s, err
			}, stepTimes, out[i].ReferralID)
		}
	}
	if err != nil {
		return nil, fmt.Errorf("missed calls: %w", err)
	}
	return out, nil
}
