package referral

import (
	"context"
	"fmt"
	"time"

	"waymark.example/internal/lead"
	"waymark.example/internal/platform/db"
)

// What follows is the partnership's end of the bridge. It runs inside the
// partnership's own transaction and sees references, never anybody (R6).

// ToConfirm is a referral that waits for the coordinator: all they see of it.
type ToConfirm struct {
	ID, Reference, Door, Team string
	Since                     time.Time
}

// Confirmable returns the referrals that wait for the coordinator, oldest first.
func Confirmable(ctx context.Context, tx *db.Tx, limit int) ([]ToConfirm, error) {
	out, err := db.All(ctx, tx, func(row db.Row) (ToConfirm, error) {
		var c ToConfirm
		var since db.Time
		err := row.Scan(&c.ID, &c.Reference, &c.Door, &c.Team, &since)
		c.Since = since.Time
		return c, err
	}, confirmsWaiting, limit)
	if err != nil {
		return nil, fmt.Errorf("referrals to confirm: %w", err)
	}
	return out, nil
}

// Declines lists why a coordinator says no, with words that the officer reads. It
// is a closed list: there is nowhere to write about anybody.
func Declines() []Choice {
	return []Choice{
		{"no_room", "The case team has no room now", ""},
		{"not_meant", "Not what the policy means by a social contact", ""},
		{"talk", "Please talk it over with your sergeant and ask again", ""},
	}
}

// Confirm records the coordinator's yes, or a no with a reason from Declines. One
// that does not wait for them, or not any more, is lead.ErrNotFound.
func Confirm(ctx context.Context, tx *db.Tx, referralID string, yes bool, reason, by string, at time.Time) error {
	var waits string
	if err := tx.One(ctx, confirmWaiting, referralID).Scan(&waits); err != nil {
		return fmt.Errorf("confirm: %w", err)
	}
	words := ""
	if !yes {
		for _, c := range Declines() {
			if c.Code == reason {
				words = c.Words
			}
		}
		if words == "" {
			return lead.Invalid{"reason": "Choose why not"}
		}
	}
	return decide(ctx, tx, deleteToConfirm, referralID, yes, words, by, at)
}
