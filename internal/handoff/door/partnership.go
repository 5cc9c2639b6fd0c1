package door

import (
	"context"
	"fmt"
	"time"

	"waymark.example/internal/lead"
	"waymark.example/internal/platform/db"
)

// What follows is the partnership's end: settings, references and moments.

// Line is a referral as the coordinator sees it: that it waits, or was looked at. Not what
// became of it: whoever knows when somebody was referred would learn whether the case
// team knows them (R34).
type Line struct {
	ID, Reference string
	AskedBy       Asking
	Agreed        Agreement
	Waits         bool
	Held          bool
	PromiseOn     string // while it waits
	ReceivedAt    time.Time
}

// Register lists the referrals, newest first, before the one with an id.
func Register(ctx context.Context, tx *db.Tx, beforeID string, limit int) ([]Line, error) {
	out, err := db.All(ctx, tx, func(row db.Row) (Line, error) {
		var l Line
		var at db.Time
		err := row.Scan(&l.ID, &l.Reference, &l.AskedBy, &l.Agreed, &l.Waits, &l.Held, &l.PromiseOn, &at)
		l.ReceivedAt = at.Time
		return l, err
	}, register, beforeID, limit)
	if err != nil {
		return nil, fmt.Errorf("community referrals: %w", err)
	}
	return out, nil
}

// Set keeps what the coordinator decided about the doors, on top of a version.
func Set(ctx context.Context, tx *db.Tx, from int64, s Setting, by string, now time.Time) error {
	if err := s.Check(); err != nil {
		return err
	}
	n, err := tx.Exec(ctx, insertSetting, from+1, s.Refer, s.Self, s.Feedback, s.Complaint, s.Phone, s.PromiseDays, s.AcknowledgeDays, s.AnswerDays, s.Independent, s.IndependentAt, s.IndependentID, by, db.At(now))
	if err == nil && n == 0 {
		err = lead.ErrConflict
	}
	if err != nil {
		return fmt.Errorf("doors: %w", err)
	}
	return nil
}
