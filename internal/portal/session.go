package portal

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"time"

	"waymark.example/internal/care/participant"
	"waymark.example/internal/lead"
	"waymark.example/internal/platform/access"
	"waymark.example/internal/platform/db"
	"waymark.example/internal/platform/ledger"
)

// The ways a page does not open. A code that is wrong, too old, used, replaced
// or never was is the same ErrCode: an answer that told them apart would tell a
// guesser which codes were real.
var (
	ErrCode  = errors.New("this code does not open a page")
	ErrMany  = errors.New("this code does not open a page, and many wrong ones came from there")
	ErrEnded = errors.New("the page was closed")
)

// How long a page may rest and how long it may stay open.
const (
	sessionIdle  = 15 * time.Minute
	sessionWhole = 2 * time.Hour
)

// How many wrong codes a network may send before it is told to wait. A right
// code always opens its page, so that nobody can lock another person out; what
// keeps guessers out is that a code has 60 bits.
const (
	freeWrong  = 10
	wrongSpell = 10 * time.Minute
)

// Service opens and closes pages, through the participant's handle.
type Service struct {
	Book *ledger.Book
	Key  Key
}

// Visitor is from where somebody asks: their network address and what their
// browser says of itself.
type Visitor struct{ Address, Browser string }

// Actor is the person behind an open page. They hold no account.
func Actor(participantID, from string) lead.Actor {
	return lead.Actor{ID: participantID, Side: lead.Subject, Roles: []lead.Role{lead.Participant}, From: from}
}

// Begin spends a code and opens the page it was given for. It returns the token
// of the page, of which only a hash is kept, and whose page it is.
func (s *Service) Begin(ctx context.Context, typed string, v Visitor) (token, participantID string, err error) {
	code := clean(typed)
	token = rand.Text() + rand.Text()
	entry := ledger.Entry{Verb: ledger.SignedIn, Act: "own.begin", Purpose: string(access.OwnRecord)}
	err = s.Book.Record(ctx, entry, func(tx *db.Tx, e *ledger.Entry) error {
		var codeID string
		var until db.Time
		err := tx.One(ctx, codeByHash, s.Key.hash("code", code)).Scan(&codeID, &participantID, &until)
		now := s.Book.Now()
		if errors.Is(err, lead.ErrNotFound) || (err == nil && !now.Before(until.Time)) {
			return ErrCode
		}
		if err != nil {
			return fmt.Errorf("begin: %w", err)
		}
		// One row for each code: of two uses at once, one is too late.
		n, err := tx.Exec(ctx, insertCodeEnd, codeID, "used", db.At(now))
		if err != nil {
			return fmt.Errorf("begin: %w", err)
		}
		if n == 0 {
			return ErrCode
		}
		if _, err := tx.Exec(ctx, endPages, db.At(now), participantID); err != nil {
			return fmt.Errorf("begin: %w", err)
		}
		if _, err := tx.Exec(ctx, insertSession, s.Key.hash("token", token), participantID, codeID, s.Key.hash("browser", v.Browser), db.At(now)); err != nil {
			return fmt.Errorf("begin: %w", err)
		}
		e.Actor, e.Subjects = Actor(participantID, v.Address), []string{participantID}
		participantID, err = participant.Survivor(ctx, tx, participantID)
		return err
	})
	if errors.Is(err, ErrCode) {
		return "", "", s.wrong(ctx, v.Address)
	}
	if err != nil {
		return "", "", err
	}
	return token, participantID, nil
}

// wrong counts a code that opened nothing, and enters it: up to a number for
// each network, so that a flood cannot fill the ledger.
func (s *Service) wrong(ctx context.Context, address string) error {
	var count int
	now := s.Book.Now()
	err := s.Book.Keep(ctx, func(tx *db.Tx) error {
		return tx.One(ctx, countWrong, s.Key.hash("network", address), db.At(now), db.At(now.Add(-wrongSpell))).Scan(&count)
	})
	if err != nil {
		return fmt.Errorf("count wrong code: %w", err)
	}
	if count > freeWrong {
		return ErrMany
	}
	if err := s.Book.Deny(ctx, ledger.Entry{Actor: lead.Actor{ID: "unknown", From: address}, Act: "own.begin"}); err != nil {
		return err
	}
	return ErrCode
}

// Who returns whose page a token opens. A page that has closed gives ErrEnded
// together with whose it was, so that unsent words go back to nobody else.
func (s *Service) Who(ctx context.Context, token string, v Visitor) (participantID string, err error) {
	if token == "" {
		return "", ErrEnded
	}
	hash := s.Key.hash("token", token)
	var browser, ended string
	var started, seen db.Time
	err = s.Book.Look(ctx, func(tx *db.Tx) error {
		if err := tx.One(ctx, sessionByHash, hash).Scan(&participantID, &browser, &started, &seen, &ended); err != nil {
			return err
		}
		// A code given for one of two records of a person opens the one that goes on,
		// for as long as they are together (R58).
		participantID, err = participant.Survivor(ctx, tx, participantID)
		return err
	})
	if errors.Is(err, lead.ErrNotFound) {
		return "", ErrEnded
	}
	if err != nil {
		return "", fmt.Errorf("own page: %w", err)
	}
	if browser != s.Key.hash("browser", v.Browser) { // the token was carried off: close the page for both
		if ended == "" {
			if err := s.Book.Deny(ctx, ledger.Entry{Actor: Actor(participantID, v.Address), Act: "own.moved", Subjects: []string{participantID}}); err != nil {
				return "", err
			}
		}
		return "", errors.Join(ErrEnded, s.Leave(ctx, token))
	}
	now := s.Book.Now()
	if ended != "" || now.Sub(seen.Time) > sessionIdle || now.Sub(started.Time) > sessionWhole {
		return participantID, ErrEnded
	}
	if now.Sub(seen.Time) > time.Minute { // often enough to know when it rested
		err := s.Book.Keep(ctx, func(tx *db.Tx) error {
			_, err := tx.Exec(ctx, touchSession, db.At(now), hash)
			return err
		})
		// A page can still be read when the disk is full or read-only.
		if err != nil && !errors.Is(err, lead.ErrUnavailable) {
			return "", fmt.Errorf("own page: %w", err)
		}
	}
	return participantID, nil
}

// Leave closes the page of a token.
func (s *Service) Leave(ctx context.Context, token string) error {
	err := s.Book.Keep(ctx, func(tx *db.Tx) error {
		_, err := tx.Exec(ctx, endSession, db.At(s.Book.Now()), s.Key.hash("token", token))
		return err
	})
	if err != nil {
		return fmt.Errorf("leave: %w", err)
	}
	return nil
}
