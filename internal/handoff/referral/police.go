package referral

import (
	"context"
	"errors"
	"fmt"
	"time"

	"waymark.example/internal/lead"
	"waymark.example/internal/platform/db"
	"waymark.example/internal/platform/secret"
)

// What follows is the police end of the bridge. It runs inside the police
// side's own transaction, so that a decision and its hand-off are one act.

// Made is what the bridge keeps of where a referral came from. Care never
// reads it.
type Made struct {
	ContactID, OfficerID string
	Team                 string
	PolicyVersion        int64
}

// Make hands a person over. A referral that needs no approval waits for the
// case team from now on, and nobody on the police side can read its letter again.
func Make(ctx context.Context, tx *db.Tx, post *secret.Postbox, r Referral, from Made) error {
	text, err := r.letter()
	if err != nil {
		return fmt.Errorf("make referral: %w", err)
	}
	sealed, err := post.Seal(ctx, r.ID, letterField, text)
	if err != nil {
		return fmt.Errorf("make referral: %w", err)
	}
	if _, err := tx.Exec(ctx, insertReferral, r.ID, from.ContactID, from.OfficerID, r.Reference, r.Door, sealed,
		r.Meeting, r.MayTell, r.NeedsApproval, from.PolicyVersion, r.WindowDays, db.At(r.MadeAt)); err != nil {
		return fmt.Errorf("make referral: %w", err)
	}
	if _, err := tx.Exec(ctx, insertFrom, r.ID, from.Team); err != nil {
		return fmt.Errorf("make referral: %w", err)
	}
	if !r.NeedsApproval {
		return wait(ctx, tx, r.ID, r.MadeAt)
	}
	if r.ByCoordinator { // who decides about a reference needs no copy of the letter
		if _, err := tx.Exec(ctx, insertToConfirm, r.ID, r.Reference, r.Door, from.Team, db.At(r.MadeAt)); err != nil {
			return fmt.Errorf("make referral: %w", err)
		}
		return nil
	}
	held, err := post.Hold(ctx, r.ID, letterField, text)
	if err != nil {
		return fmt.Errorf("make referral: %w", err)
	}
	if _, err := tx.Exec(ctx, insertToApprove, r.ID, held); err != nil {
		return fmt.Errorf("make referral: %w", err)
	}
	return nil
}

func wait(ctx context.Context, tx *db.Tx, referralID string, since time.Time) error {
	if _, err := tx.Exec(ctx, insertWaiting, referralID, db.At(since)); err != nil {
		return fmt.Errorf("wait for the case team: %w", err)
	}
	return nil
}

// Called notes that the officer rang the on-call case manager.
func Called(ctx context.Context, tx *db.Tx, referralID, by string, at time.Time) error {
	return addEvent(ctx, tx, Event{ReferralID: referralID, Kind: EventCalled, At: at, By: by}, at)
}

// Corrected notes that the officer no longer stands by the decision to divert.
// The case team hears of it; what happens next is theirs and the person's.
func Corrected(ctx context.Context, tx *db.Tx, referralID, by string, at time.Time) error {
	return addEvent(ctx, tx, Event{ReferralID: referralID, Kind: OfficerCorrected, At: at, By: by}, at)
}

// Decide records whether a referral that needs approval gets it (R6). Once
// decided it stays so.
func Decide(ctx context.Context, tx *db.Tx, referralID string, approved bool, reason, by string, at time.Time) error {
	return decide(ctx, tx, deleteToApprove, referralID, approved, reason, by, at)
}

// decide takes a referral out of a queue and keeps what was decided. One that was
// decided or let go meanwhile is a conflict.
func decide(ctx context.Context, tx *db.Tx, queue db.Query, referralID string, approved bool, reason, by string, at time.Time) error {
	n, err := tx.Exec(ctx, queue, referralID)
	if err != nil {
		return fmt.Errorf("approve referral: %w", err)
	}
	if n == 0 {
		return lead.ErrConflict
	}
	if n, err = tx.Exec(ctx, insertApproval, referralID, approved, reason, by, db.At(at)); err != nil {
		return fmt.Errorf("approve referral: %w", err)
	}
	if n == 0 {
		return lead.ErrConflict
	}
	if !approved {
		return nil
	}
	return wait(ctx, tx, referralID, at)
}

// TakeBack takes a hand-off back that was made by mistake. It is lead.ErrConflict
// once the case team has accepted it, or somebody has decided. Whoever calls
// it destroys the letter's key once this is committed.
func TakeBack(ctx context.Context, tx *db.Tx, s Status, at time.Time) error {
	from := deleteWaiting
	switch {
	case s.Approval == "waiting" && s.Approver == "coordinator":
		from = deleteToConfirm
	case s.Approval == "waiting":
		from = deleteToApprove
	}
	n, err := tx.Exec(ctx, from, s.ReferralID)
	if err != nil {
		return fmt.Errorf("take back: %w", err)
	}
	if n == 0 {
		return lead.ErrConflict
	}
	if _, err := tx.Exec(ctx, insertTakenBack, s.ReferralID, db.At(at)); err != nil {
		return fmt.Errorf("take back: %w", err)
	}
	return nil
}

// Decided ends what police could read of a letter, once the decision is kept. A
// letter that goes to nobody can be read by nobody.
func Decided(ctx context.Context, post *secret.Postbox, referralID string, approved bool) error {
	if approved {
		return post.Release(ctx, referralID)
	}
	return post.Discard(ctx, referralID)
}

// Status is all that police ever see of a hand-off.
type Status struct {
	ReferralID string
	Approval   string // "", "waiting", "yes", "no", "lapsed": nobody decided, and its words were let go
	Approver   string // who decides: "sergeant" or "coordinator"
	Reason     string // of the approval
	Met        bool   // false also where the person wants nothing said
	MetOn      string // YYYY-MM-DD
	TakenBack  bool   // by the officer, within ten minutes
	DueOn      string // YYYY-MM-DD: when the intake window ends, as police know from the policy
}

// StatusOf returns what police may see of the hand-off that contactID led to;
// lead.ErrNotFound when it led to none.
func StatusOf(ctx context.Context, tx *db.Tx, contactID string) (Status, error) {
	var s Status
	var needs bool
	var made db.Time
	var window int
	if err := tx.One(ctx, referralOfContact, contactID).Scan(&s.ReferralID, &needs, &made, &window, &s.TakenBack); err != nil {
		return Status{}, err
	}
	s.DueOn = db.Day(made.AddDate(0, 0, window))
	if needs && !s.TakenBack {
		s.Approval = "lapsed"
		switch err := tx.One(ctx, stillUndecided, s.ReferralID).Scan(&s.Approver); {
		case err == nil:
			s.Approval = "waiting"
		case !errors.Is(err, lead.ErrNotFound):
			return Status{}, fmt.Errorf("status: %w", err)
		}
		var yes bool
		err := tx.One(ctx, approvalOf, s.ReferralID).Scan(&yes, &s.Reason)
		switch {
		case err == nil && yes:
			s.Approval = "yes"
		case err == nil:
			s.Approval = "no"
		case !errors.Is(err, lead.ErrNotFound):
			return Status{}, fmt.Errorf("status: %w", err)
		}
	}
	err := tx.One(ctx, toldOf, s.ReferralID).Scan(&s.MetOn)
	if err != nil && !errors.Is(err, lead.ErrNotFound) {
		return Status{}, fmt.Errorf("status: %w", err)
	}
	s.Met = err == nil
	return s, nil
}

// Approval is a referral that waits for a sergeant's yes.
type Approval struct {
	Referral
	ContactID, OfficerID, OfficerName, Team string
	Own                                     bool // of whoever asks: somebody else decides
}

// ToApprove returns the referrals of team that wait for a yes, oldest first.
func ToApprove(ctx context.Context, tx *db.Tx, post *secret.Postbox, team string) ([]Approval, error) {
	out, err := db.All(ctx, tx, scanApproval, approvalsWaiting, team)
	if err != nil {
		return nil, fmt.Errorf("approvals: %w", err)
	}
	for i := range out {
		text, err := post.Held(ctx, out[i].ID, letterField, out[i].sealed)
		if err != nil {
			return nil, fmt.Errorf("approvals: %w", err)
		}
		if err := out[i].read(text); err != nil {
			return nil, fmt.Errorf("approvals: %w", err)
		}
	}
	return out, nil
}

// OneToApprove returns whose referral waits for a yes, without its letter.
func OneToApprove(ctx context.Context, tx *db.Tx, referralID string) (Approval, error) {
	return scanApproval(tx.One(ctx, approvalWaiting, referralID))
}

func scanApproval(row db.Row) (Approval, error) {
	var a Approval
	var at db.Time
	err := row.Scan(&a.ID, &a.Reference, &a.Door, &a.sealed, &a.Meeting, &at, &a.ContactID, &a.OfficerID, &a.OfficerName, &a.Team)
	a.MadeAt = at.Time
	return a, err
}

func addEvent(ctx context.Context, tx *db.Tx, e Event, recorded time.Time) error {
	n, err := tx.Exec(ctx, insertEvent, lead.NewID("evt"), e.ReferralID, e.Kind, e.Words, db.At(e.At), e.By, db.At(recorded))
	if err != nil {
		return fmt.Errorf("log %s: %w", e.Kind, err)
	}
	if n == 0 {
		return lead.ErrConflict
	}
	return nil
}
