package door

import (
	"context"
	"errors"
	"fmt"
	"time"

	"waymark.example/internal/lead"
	"waymark.example/internal/platform/db"
	"waymark.example/internal/platform/secret"
)

// What follows is the end that anybody stands at. It runs inside the transaction
// of a handle that puts in and does not read.

// The fields of what is sealed; the first is where a hand-off looks for it.
const (
	letterField = "handoff_referral.letter"
	wordsField  = "handoff_community.words"
)

// Sealed is a request as it goes into the database.
type Sealed struct {
	ID            string
	askedBy       Asking
	agreed        Agreement
	letter, words string
}

// Seal seals a request so that only the case team opens it. Where the person said
// no there is nothing to seal (R55).
func Seal(ctx context.Context, post *secret.Postbox, r Request) (Sealed, error) {
	s := Sealed{ID: lead.NewID("ref"), askedBy: r.AskedBy, agreed: r.Agreed}
	if r.Agreed == SaidNo {
		return s, nil
	}
	letter, err := r.handOff().Letter()
	if err != nil {
		return Sealed{}, err
	}
	words, err := Words{r.Helps, r.Referrer, r.ReferrerReach}.text()
	if err != nil {
		return Sealed{}, err
	}
	if s.letter, err = post.Seal(ctx, s.ID, letterField, letter); err != nil {
		return Sealed{}, err
	}
	s.words, err = post.Seal(ctx, s.ID, wordsField, words)
	return s, err
}

// Put puts a request in, for the case team to look at, or held back.
func Put(ctx context.Context, tx *db.Tx, s Sealed, code string, held bool, promiseDays int, now time.Time) error {
	if _, err := tx.Exec(ctx, insertCommunity, s.ID, newReference("LC"), HashCode(code), s.askedBy, s.agreed, s.letter, s.words, db.At(now)); err != nil {
		return fmt.Errorf("refer: %w", err)
	}
	if s.agreed == SaidNo {
		return nil
	}
	if _, err := tx.Exec(ctx, insertWaiting, s.ID, held, db.Day(now.AddDate(0, 0, promiseDays)), db.At(now)); err != nil {
		return fmt.Errorf("refer: %w", err)
	}
	return nil
}

// Held counts those held back.
func Held(ctx context.Context, tx *db.Tx) (int, error) {
	var n int
	if err := tx.One(ctx, countHeld).Scan(&n); err != nil {
		return 0, fmt.Errorf("held back: %w", err)
	}
	return n, nil
}

// StageOf returns where a referral stands for whoever holds its code;
// lead.ErrNotFound when no referral has that code.
func StageOf(ctx context.Context, tx *db.Tx, code string, now time.Time) (Stage, time.Time, error) {
	var id string
	var received db.Time
	if err := tx.One(ctx, communityByCode, HashCode(code)).Scan(&id, &received); err != nil {
		return "", time.Time{}, err
	}
	var kind Kind
	var at db.Time
	err := tx.One(ctx, lastStep, id).Scan(&kind, &at)
	if err != nil && !errors.Is(err, lead.ErrNotFound) {
		return "", time.Time{}, fmt.Errorf("where it stands: %w", err)
	}
	return stageAfter(kind, at.Time, now), received.Time, nil
}

// Now returns what the site decided, Closed where nobody decided yet.
func Now(ctx context.Context, tx *db.Tx) (Setting, error) {
	var s Setting
	var at db.Time
	err := tx.One(ctx, setting).Scan(&s.Version, &s.Refer, &s.Self, &s.Feedback, &s.Complaint, &s.Phone, &s.PromiseDays, &s.AcknowledgeDays, &s.AnswerDays, &s.Independent, &s.IndependentAt, &s.IndependentID, &at)
	if errors.Is(err, lead.ErrNotFound) {
		return Closed(), nil
	}
	if err != nil {
		return Setting{}, fmt.Errorf("doors: %w", err)
	}
	s.SetAt = at.Time
	return s, nil
}
