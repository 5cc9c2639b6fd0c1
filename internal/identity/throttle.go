package identity

import (
	"context"
	"errors"
	"fmt"
	"time"

	"waymark.example/internal/lead"
	"waymark.example/internal/platform/db"
	"waymark.example/internal/platform/ledger"
)

// How many tries may go wrong before the next has to wait: few for one who
// tries one account, more for an address that a whole station may share, and a
// budget for all strangers to an account together. Half a minute is slow for a
// guesser and short for a tired person; after a quiet hour all is forgotten.
const (
	freePair     = 5
	freePlace    = 30
	freeStranger = 40
	pause        = 30 * time.Second
	forgotten    = time.Hour
)

// tally is one count of tries, and how many it lets go wrong.
type tally struct {
	key  string
	free int
}

// tallies returns what a try at an account is counted under. A browser that the
// account knows is counted alone, so that nothing strangers do makes it wait.
// The account is named by what was typed, whether or not it exists.
func tallies(v Visit, known bool, typed string) []tally {
	if known {
		return []tally{{hashToken("device\n" + v.Device + "\n" + typed), freePair}}
	}
	out := []tally{{hashToken("place\n" + v.Place), freePlace}}
	if typed != "" {
		out = append(out, tally{hashToken("pair\n" + v.Place + "\n" + typed), freePair}, tally{hashToken("strangers\n" + typed), freeStranger})
	}
	return out
}

// mayTry returns ErrWait when one of the tallies has had its free tries and the
// last was just now.
func (s *Service) mayTry(ctx context.Context, tx *db.Tx, counts []tally) error {
	for _, c := range counts {
		var failures int
		var last db.Time
		err := tx.One(ctx, throttleOf, c.key).Scan(&failures, &last)
		if errors.Is(err, lead.ErrNotFound) {
			continue
		}
		if err != nil {
			return fmt.Errorf("sign in: %w", err)
		}
		if failures >= c.free && s.Book.Now().Before(last.Add(pause)) {
			return ErrWait
		}
	}
	return nil
}

// refuse counts a try that went wrong and enters it, and returns why.
func (s *Service) refuse(ctx context.Context, v Visit, accountID string, counts []tally, why error) error {
	entry := ledger.Entry{Actor: lead.Actor{ID: accountID, From: v.Place}, Act: "session.refuse", Subjects: []string{accountID}}
	if accountID == "" {
		entry.Actor.ID = "unknown"
	}
	if err := s.Book.Deny(ctx, entry); err != nil {
		return err
	}
	now := s.Book.Now()
	err := s.Book.Keep(ctx, func(tx *db.Tx) error {
		for _, c := range counts {
			if _, err := tx.Exec(ctx, addFailure, c.key, db.At(now), db.At(now.Add(-forgotten))); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("sign in: %w", err)
	}
	return why
}

// knows reports whether an account signed in from this browser before.
func knows(ctx context.Context, tx *db.Tx, accountID, device string) (bool, error) {
	if device == "" { // an account that does not exist is asked about all the same: both take as long
		return false, nil
	}
	var n int
	if err := tx.One(ctx, deviceKnown, accountID, hashToken(device)).Scan(&n); err != nil {
		return false, fmt.Errorf("sign in: device: %w", err)
	}
	return n > 0, nil
}
