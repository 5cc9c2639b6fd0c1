package referral

import (
	"context"
	"fmt"
	"time"

	"waymark.example/internal/lead"
	"waymark.example/internal/platform/db"
)

// Untaken is a referral that nobody took up: somebody said no, nobody decided, or
// it waited for the case team all that time (R55). It says nothing of whom it was
// about.
type Untaken struct {
	ID, Reference string
	MadeAt        time.Time
	SaidNo        bool // whoever approves did
	Undecided     bool // nobody said yes or no
	Waiting       bool // for somebody of the case team to accept
	Approved      bool // whether the case team may know of it as a hand-off
	Gone          bool // its words were let go
}

// UntakenBefore lists those made before a moment whose words were not let go
// yet, oldest first, and those made before undecided that nobody decided about;
// for the care end. The zero moment lists none.
func UntakenBefore(ctx context.Context, tx *db.Tx, before, undecided time.Time, limit int) ([]Untaken, error) {
	out, err := db.All(ctx, tx, scanUntaken, untakenBefore, db.At(before), db.At(undecided), limit)
	if err != nil {
		return nil, fmt.Errorf("referrals not taken up: %w", err)
	}
	return out, nil
}

// OneUntaken returns where one referral stands, taken up or not.
func OneUntaken(ctx context.Context, tx *db.Tx, referralID string) (Untaken, error) {
	return scanUntaken(tx.One(ctx, untakenByID, referralID))
}

// LetGo records that the words of a referral are let go, and takes it off the
// list of those that wait. Whoever calls it destroys the letter's key once this
// is committed. Somebody who accepted it first, or let it go, is a conflict.
func LetGo(ctx context.Context, tx *db.Tx, u Untaken, by string, at time.Time) error {
	if u.Waiting {
		n, err := tx.Exec(ctx, deleteWaiting, u.ID)
		if err != nil {
			return fmt.Errorf("let go: %w", err)
		}
		if n == 0 {
			return lead.ErrConflict
		}
	}
	if u.Undecided {
		n := int64(0)
		for _, queue := range []db.Query{deleteToApprove, deleteToConfirm} {
			gone, err := tx.Exec(ctx, queue, u.ID)
			if err != nil {
				return fmt.Errorf("let go: %w", err)
			}
			n += gone
		}
		if n == 0 {
			return lead.ErrConflict
		}
	}
	n, err := tx.Exec(ctx, insertLetGo, u.ID, u.SaidNo, by, db.At(at))
	if err != nil {
		return fmt.Errorf("let go: %w", err)
	}
	if n == 0 {
		return lead.ErrConflict
	}
	return nil
}

func scanUntaken(row db.Row) (Untaken, error) {
	var u Untaken
	var at db.Time
	err := row.Scan(&u.ID, &u.Reference, &at, &u.SaidNo, &u.Waiting, &u.Approved, &u.Gone, &u.Undecided)
	u.MadeAt = at.Time
	return u, err
}
