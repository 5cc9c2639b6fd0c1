package door

import (
	"context"
	"errors"
	"fmt"
	"time"

	"waymark.example/internal/handoff/referral"
	"waymark.example/internal/lead"
	"waymark.example/internal/platform/db"
	"waymark.example/internal/platform/secret"
	"waymark.example/internal/reference/policy"
)

// What follows is the case team's end, inside the care side's own transaction.

// Waiting is a referral that somebody of the case team has to look at.
type Waiting struct {
	ID, Reference string
	AskedBy       Asking
	Agreed        Agreement
	Held          bool
	PromiseOn     string // YYYY-MM-DD
	ReceivedAt    time.Time
	Handoff       referral.Referral // what to call them, where to find them
	Words         Words
	letter, words string
}

// ToLookAt returns what waits, the soonest promised first, opened; or what is held
// back. There is no score (R43): time and place are all there is.
func ToLookAt(ctx context.Context, tx *db.Tx, keys *secret.Ring, held bool, limit int) ([]Waiting, error) {
	out, err := db.All(ctx, tx, scanWaiting, waiting, held, limit)
	if err != nil {
		return nil, fmt.Errorf("community referrals: %w", err)
	}
	for i := range out {
		if err := out[i].open(ctx, keys); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// ByID returns one that waits; lead.ErrNotFound once somebody decided.
func ByID(ctx context.Context, tx *db.Tx, keys *secret.Ring, id string) (Waiting, error) {
	w, err := scanWaiting(tx.One(ctx, waitingByID, id))
	if err != nil {
		return Waiting{}, err
	}
	return w, w.open(ctx, keys)
}

func scanWaiting(row db.Row) (Waiting, error) {
	var w Waiting
	var at db.Time
	err := row.Scan(&w.ID, &w.Reference, &w.AskedBy, &w.Agreed, &w.letter, &w.words, &at, &w.Held, &w.PromiseOn)
	w.ReceivedAt = at.Time
	return w, err
}

func (w *Waiting) open(ctx context.Context, keys *secret.Ring) error {
	text, err := keys.OpenLetter(ctx, w.ID, letterField, w.letter)
	if errors.Is(err, secret.ErrDestroyed) {
		w.Handoff.Nickname = secret.Removed
		return nil
	}
	if err != nil {
		return fmt.Errorf("community referral: %w", err)
	}
	if err := w.Handoff.Read(text); err != nil {
		return err
	}
	if text, err = keys.OpenLetter(ctx, w.ID, wordsField, w.words); err != nil {
		return fmt.Errorf("community referral: %w", err)
	}
	w.Words, err = readWords(text)
	return err
}

// WordsOf returns what else was written in a referral that became a hand-off, and
// who asked; lead.ErrNotFound where it came through another door.
func WordsOf(ctx context.Context, tx *db.Tx, keys *secret.Ring, id string) (Asking, Agreement, Words, error) {
	var by Asking
	var agreed Agreement
	var sealed string
	if err := tx.One(ctx, wordsByID, id).Scan(&by, &agreed, &sealed); err != nil {
		return "", "", Words{}, err
	}
	text, err := keys.OpenLetter(ctx, id, wordsField, sealed)
	if errors.Is(err, secret.ErrDestroyed) {
		return by, agreed, Words{}, nil
	}
	if err != nil {
		return "", "", Words{}, fmt.Errorf("community referral: %w", err)
	}
	words, err := readWords(text)
	return by, agreed, words, err
}

// Decide takes a referral out of the list and keeps what was decided. The second
// who tries gets lead.ErrConflict. What is accepted waits for the case team as a
// hand-off whose door is fixed (R5); whoever calls it destroys the key of anything
// else once this is committed.
func Decide(ctx context.Context, tx *db.Tx, w Waiting, kind Kind, reason, by string, now time.Time) error {
	if kind == Released {
		n, err := tx.Exec(ctx, releaseWaiting, w.ID)
		if err == nil && n == 0 {
			err = lead.ErrConflict
		}
		if err != nil {
			return fmt.Errorf("release: %w", err)
		}
		return step(ctx, tx, w.ID, kind, "", by, now)
	}
	n, err := tx.Exec(ctx, deleteWaiting, w.ID)
	if err == nil && n == 0 {
		err = lead.ErrConflict
	}
	if err != nil {
		return fmt.Errorf("decide: %w", err)
	}
	if kind == Accepted {
		terms, err := policy.Terms(ctx, tx, db.Day(now))
		if err != nil {
			return fmt.Errorf("accept: %w", err)
		}
		if err := referral.MakeCommunity(ctx, tx, w.ID, w.Reference, Name, w.letter, terms.Version, terms.WindowDays, now); err != nil {
			return err
		}
	}
	return step(ctx, tx, w.ID, kind, reason, by, now)
}

func step(ctx context.Context, tx *db.Tx, id string, kind Kind, reason, by string, now time.Time) error {
	var last int64
	if err := tx.One(ctx, stepsSoFar, id).Scan(&last); err != nil {
		return fmt.Errorf("decide: %w", err)
	}
	n, err := tx.Exec(ctx, insertStep, id, last+1, kind, reason, by, db.At(now))
	if err == nil && n == 0 {
		err = lead.ErrConflict
	}
	if err != nil {
		return fmt.Errorf("decide: %w", err)
	}
	return nil
}

// Due lists those whose time is over (R55): held back for a week, about somebody
// who does not know for two, or waiting since before a moment of the schedule.
func Due(ctx context.Context, tx *db.Tx, schedule time.Time, now time.Time, limit int) ([]Waiting, error) {
	out, err := db.All(ctx, tx, scanWaiting, dueToGo, db.At(now.Add(-KeepHeld)), db.At(now.Add(-KeepNotTold)), db.At(schedule), limit)
	if err != nil {
		return nil, fmt.Errorf("community referrals due: %w", err)
	}
	return out, nil
}
