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

// What follows is the care end of the bridge. It runs inside the care side's
// own transaction.

// Waiting returns the approved hand-offs that nobody has accepted yet, oldest
// first, their letters opened.
func Waiting(ctx context.Context, tx *db.Tx, keys *secret.Ring, limit int) ([]Referral, error) {
	out, err := db.All(ctx, tx, scanReferral, referralsWaiting, limit)
	if err != nil {
		return nil, fmt.Errorf("waiting hand-offs: %w", err)
	}
	for i := range out {
		if err := out[i].open(ctx, keys); err != nil {
			return nil, fmt.Errorf("waiting hand-offs: %w", err)
		}
	}
	return out, nil
}

// ByID returns one referral, whether it still waits, and whether it is
// approved. A referral without its approval does not exist for the case team.
func ByID(ctx context.Context, tx *db.Tx, keys *secret.Ring, referralID string) (r Referral, waiting bool, err error) {
	r, err = scanReferral(tx.One(ctx, referralByID, referralID))
	if err != nil {
		return Referral{}, false, err
	}
	if err := r.open(ctx, keys); err != nil {
		return Referral{}, false, fmt.Errorf("hand-off: %w", err)
	}
	var since string
	err = tx.One(ctx, waitingSince, referralID).Scan(&since)
	if err != nil && !errors.Is(err, lead.ErrNotFound) {
		return Referral{}, false, fmt.Errorf("hand-off: %w", err)
	}
	return r, err == nil, nil
}

// MakeCommunity makes a hand-off of what came through the third door and somebody
// of the case team accepted: no contact, no officer, and nobody to tell that they
// met. Its letter was sealed under the same id.
func MakeCommunity(ctx context.Context, tx *db.Tx, id, reference, door, sealed string, policyVersion int64, windowDays int, now time.Time) error {
	if _, err := tx.Exec(ctx, insertReferral, id, id, "", reference, door, sealed, FindLater, false, false, policyVersion, windowDays, db.At(now)); err != nil {
		return fmt.Errorf("make hand-off: %w", err)
	}
	return wait(ctx, tx, id, now)
}

// Accept takes a waiting hand-off for by. The second who tries gets
// lead.ErrConflict.
func Accept(ctx context.Context, tx *db.Tx, referralID, by string, at time.Time) error {
	n, err := tx.Exec(ctx, deleteWaiting, referralID)
	if err != nil {
		return fmt.Errorf("accept: %w", err)
	}
	if n == 0 {
		return lead.ErrConflict
	}
	return addEvent(ctx, tx, Event{ReferralID: referralID, Kind: Accepted, At: at, By: by}, at)
}

// Add writes one line of the call-out log. When the person was met and agreed
// to it, the officer hears that one word.
func Add(ctx context.Context, tx *db.Tx, r Referral, e Event, recorded time.Time) error {
	e.ReferralID = r.ID
	if err := addEvent(ctx, tx, e, recorded); err != nil {
		return err
	}
	log, err := LogOf(ctx, tx, r.ID)
	if err != nil {
		return err
	}
	met, ok := log.First(Met, PhoneMet)
	if !ok || !mayTell(r, log) {
		return nil
	}
	if _, err := tx.Exec(ctx, insertTold, r.ID, db.Day(met.At)); err != nil {
		return fmt.Errorf("tell the officer: %w", err)
	}
	return nil
}

// mayTell follows the person's latest word on whether the officer may hear.
func mayTell(r Referral, log Log) bool {
	may := r.MayTell
	for _, e := range log {
		switch e.Kind {
		case MayTell:
			may = true
		case TellNoMore:
			may = false
		}
	}
	return may
}

// LogOf returns the call-out log of one referral, in order.
func LogOf(ctx context.Context, tx *db.Tx, referralID string) (Log, error) {
	out, err := db.All(ctx, tx, func(row db.Row) (Event, error) {
		var e Event
		var at db.Time
		err := row.Scan(&e.ID, &e.ReferralID, &e.Kind, &e.Words, &at, &e.By, &e.ByName)
		e.At = at.Time
		return e, err
	}, eventsOf, referralID)
	if err != nil {
		return nil, fmt.Errorf("call-out log: %w", err)
	}
	return out, nil
}

func scanReferral(row db.Row) (Referral, error) {
	var r Referral
	var at db.Time
	err := row.Scan(&r.ID, &r.Reference, &r.Door, &r.sealed, &r.Meeting, &r.MayTell, &r.NeedsApproval, &r.WindowDays, &at)
	r.MadeAt = at.Time
	return r, err
}

// open reads the letter. When its key is destroyed there is nothing to read.
func (r *Referral) open(ctx context.Context, keys *secret.Ring) error {
	text, err := keys.OpenLetter(ctx, r.ID, letterField, r.sealed)
	if errors.Is(err, secret.ErrDestroyed) {
		r.Nickname = secret.Removed
		return nil
	}
	if err != nil {
		return err
	}
	return r.read(text)
}
