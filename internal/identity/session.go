package identity

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/pquerna/otp"
	"github.com/pquerna/otp/totp"

	"waymark.example/internal/lead"
	"waymark.example/internal/platform/db"
	"waymark.example/internal/platform/ledger"
)

// The ways signing in can be refused.
var (
	ErrWrong   = errors.New("the address and password do not match an account") // which of the two is not told
	ErrWait    = errors.New("too many tries")
	ErrCode    = errors.New("the code is wrong or was used")
	ErrExpired = errors.New("the session has ended")
)

// Limits of a session: how long it may rest and how long it may last.
type limits struct{ idle, whole time.Duration }

func limitsOf(side lead.Side) limits {
	switch side {
	case lead.Police:
		return limits{15 * time.Minute, 12 * time.Hour} // a shift
	case lead.Operation:
		return limits{10 * time.Minute, time.Hour}
	}
	return limits{30 * time.Minute, 12 * time.Hour}
}

// freeTries is how many wrong passwords an address may have before it waits.
const freeTries = 5

// absentHash stands in for the password of an address without an account, so
// that both take as long.
const absentHash = "$argon2id$v=19$m=19456,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"

// SignIn checks the password and returns a token that is good for one thing:
// to send the one-time code with.
func (s *Service) SignIn(ctx context.Context, email, password string) (string, error) {
	key := strings.ToLower(strings.TrimSpace(email))
	var accountID, hash string
	active := false
	err := s.Book.Look(ctx, func(tx *db.Tx) error {
		if err := s.mayTry(ctx, tx, key); err != nil {
			return err
		}
		return tx.One(ctx, secretsByEmail, key).Scan(&accountID, &hash, &active)
	})
	switch {
	case errors.Is(err, lead.ErrNotFound):
		hash = absentHash
	case err != nil:
		return "", err
	}
	right, err := checkPassword(hash, password)
	if err != nil {
		return "", err
	}
	if !right || !active {
		return "", s.refuse(ctx, accountID, key, ErrWrong)
	}
	return s.begin(ctx, accountID, "password")
}

// mayTry tells whether key has waited long enough after its failures.
func (s *Service) mayTry(ctx context.Context, tx *db.Tx, key string) error {
	var failures int
	var retry db.Time
	err := tx.One(ctx, throttleOf, key).Scan(&failures, &retry)
	switch {
	case errors.Is(err, lead.ErrNotFound):
		return nil
	case err != nil:
		return fmt.Errorf("sign in: %w", err)
	case failures >= freeTries && s.Book.Now().Before(retry.Time):
		return ErrWait
	}
	return nil
}

// refuse counts a failure and enters it, and returns why.
func (s *Service) refuse(ctx context.Context, accountID, key string, why error) error {
	entry := ledger.Entry{Actor: lead.Actor{ID: accountID}, Act: "session.refuse"}
	if accountID == "" {
		entry.Actor.ID = "unknown"
	}
	if err := s.Book.Deny(ctx, entry); err != nil {
		return err
	}
	// Half a minute: slow for a guesser, short for a tired person.
	retry := db.At(s.Book.Now().Add(30 * time.Second))
	if err := s.Book.Keep(ctx, func(tx *db.Tx) error {
		_, err := tx.Exec(ctx, addFailure, key, retry)
		return err
	}); err != nil {
		return fmt.Errorf("sign in: %w", err)
	}
	return why
}

// Confirm checks the one-time code for the token that SignIn gave, and returns
// the token of the session. Each code counts once.
func (s *Service) Confirm(ctx context.Context, token, code string) (string, Account, error) {
	a, stage, err := s.session(ctx, token)
	if err != nil {
		return "", Account{}, err
	}
	if stage != "password" {
		return "", Account{}, ErrExpired
	}
	key := strings.ToLower(a.Email)
	var right bool
	err = s.Book.Keep(ctx, func(tx *db.Tx) error {
		if err := s.mayTry(ctx, tx, key); err != nil {
			return err
		}
		var secret string
		if err := tx.One(ctx, codeSecret, a.ID).Scan(&secret); err != nil {
			return fmt.Errorf("sign in: %w", err)
		}
		right, err = s.useCode(ctx, tx, a.ID, secret, code)
		if err != nil || !right {
			return err
		}
		_, err := tx.Exec(ctx, clearFailed, key)
		return err
	})
	if err != nil {
		return "", Account{}, err
	}
	if !right {
		return "", Account{}, s.refuse(ctx, a.ID, key, ErrCode)
	}
	if err := s.SignOut(ctx, token); err != nil {
		return "", Account{}, err
	}
	full, err := s.begin(ctx, a.ID, "full")
	if err != nil {
		return "", Account{}, err
	}
	entry := ledger.Entry{Actor: a.Actor(), Verb: ledger.SignedIn, Act: "session.begin", Subjects: []string{a.ID}}
	return full, a, s.Book.Record(ctx, entry, func(*db.Tx, *ledger.Entry) error { return nil })
}

// codeStep is how long a one-time code lives, in seconds.
const codeStep = 30

// useCode reports whether code is that of now, or of the step before or after
// for clocks that disagree, and spends it.
func (s *Service) useCode(ctx context.Context, tx *db.Tx, accountID, secret, code string) (bool, error) {
	code = strings.Map(func(r rune) rune {
		if r == ' ' || r == '-' {
			return -1
		}
		return r
	}, code)
	for _, off := range []time.Duration{0, -codeStep, codeStep} {
		at := s.Book.Now().Add(off * time.Second)
		want, err := codeAt(secret, at)
		if err != nil {
			return false, err
		}
		if subtle.ConstantTimeCompare([]byte(want), []byte(code)) != 1 {
			continue
		}
		n, err := tx.Exec(ctx, useCode, accountID, at.Unix()/codeStep)
		if err != nil {
			return false, fmt.Errorf("sign in: %w", err)
		}
		return n == 1, nil
	}
	return false, nil
}

func codeAt(secret string, at time.Time) (string, error) {
	code, err := totp.GenerateCodeCustom(secret, at, totp.ValidateOpts{Period: codeStep, Digits: otp.DigitsSix, Algorithm: otp.AlgorithmSHA1})
	if err != nil {
		return "", fmt.Errorf("one-time code: %w", err)
	}
	return code, nil
}

// PracticeCode returns the code that an account would type now. Only a
// practice area, whose people are made up, may show it.
func (s *Service) PracticeCode(ctx context.Context, token string) (string, error) {
	a, stage, err := s.session(ctx, token)
	if err != nil || stage != "password" {
		return "", errors.Join(err, ErrExpired)
	}
	var secret string
	if err := s.Book.Look(ctx, func(tx *db.Tx) error {
		return tx.One(ctx, codeSecret, a.ID).Scan(&secret)
	}); err != nil {
		return "", fmt.Errorf("practice code: %w", err)
	}
	return codeAt(secret, s.Book.Now())
}

// begin starts a session and returns its token, of which only a hash is kept.
func (s *Service) begin(ctx context.Context, accountID, stage string) (string, error) {
	token := rand.Text() + rand.Text()
	err := s.Book.Keep(ctx, func(tx *db.Tx) error {
		_, err := tx.Exec(ctx, insertSession, hashToken(token), accountID, stage, db.At(s.Book.Now()))
		return err
	})
	if err != nil {
		return "", fmt.Errorf("begin session: %w", err)
	}
	return token, nil
}

func hashToken(token string) string {
	sum := sha256.Sum256([]byte(token))
	return hex.EncodeToString(sum[:])
}

// Who returns the account behind a full session. A session that ended returns
// ErrExpired together with the account it was, so that unsent text is given
// back to the same person only.
func (s *Service) Who(ctx context.Context, token string) (Account, error) {
	a, stage, err := s.session(ctx, token)
	if err == nil && stage != "full" {
		return Account{}, ErrExpired
	}
	return a, err
}

func (s *Service) session(ctx context.Context, token string) (Account, string, error) {
	if token == "" {
		return Account{}, "", ErrExpired
	}
	var a Account
	var stage, accountID, ended string
	var started, seen db.Time
	err := s.Book.Look(ctx, func(tx *db.Tx) error {
		err := tx.One(ctx, sessionByHash, hashToken(token)).Scan(&accountID, &stage, &started, &seen, &ended)
		if err != nil {
			return err
		}
		a, err = byID(ctx, tx, accountID)
		return err
	})
	if errors.Is(err, lead.ErrNotFound) {
		return Account{}, "", ErrExpired
	}
	if err != nil {
		return Account{}, "", fmt.Errorf("session: %w", err)
	}
	now, limit := s.Book.Now(), limitsOf(a.Side)
	if stage == "password" {
		limit = limits{10 * time.Minute, 10 * time.Minute}
	}
	if ended != "" || !a.Active || now.Sub(seen.Time) > limit.idle || now.Sub(started.Time) > limit.whole {
		return a, stage, ErrExpired
	}
	if now.Sub(seen.Time) > time.Minute { // often enough to know when it was idle
		err := s.Book.Keep(ctx, func(tx *db.Tx) error {
			_, err := tx.Exec(ctx, touchSession, db.At(now), hashToken(token))
			return err
		})
		// A page can still be read when the disk is full or read-only.
		if err != nil && !errors.Is(err, lead.ErrUnavailable) {
			return Account{}, "", fmt.Errorf("session: %w", err)
		}
	}
	return a, stage, nil
}

// SignOut ends a session.
func (s *Service) SignOut(ctx context.Context, token string) error {
	err := s.Book.Keep(ctx, func(tx *db.Tx) error {
		_, err := tx.Exec(ctx, endSession, db.At(s.Book.Now()), hashToken(token))
		return err
	})
	if err != nil {
		return fmt.Errorf("sign out: %w", err)
	}
	return nil
}

// Key returns the product's own key called name, 32 random bytes in
// hexadecimal, making it the first time.
func (s *Service) Key(ctx context.Context, name string) (string, error) {
	var secret string
	err := s.Book.Keep(ctx, func(tx *db.Tx) error {
		fresh := make([]byte, 32)
		rand.Read(fresh) //nolint:errcheck // crypto/rand never fails
		if _, err := tx.Exec(ctx, insertKey, name, hex.EncodeToString(fresh), db.At(s.Book.Now())); err != nil {
			return err
		}
		return tx.One(ctx, keyByName, name).Scan(&secret)
	})
	if err != nil {
		return "", fmt.Errorf("key %s: %w", name, err)
	}
	return secret, nil
}

// practiceMark is the key whose presence says that everybody here is made up.
const practiceMark = "practice area"

// MarkPractice says for good that this database is a practice area.
func (s *Service) MarkPractice(ctx context.Context) error {
	_, err := s.Key(ctx, practiceMark)
	return err
}

// IsPractice reports whether this database is a practice area, whose accounts
// anybody can use.
func (s *Service) IsPractice(ctx context.Context) (bool, error) {
	var secret string
	err := s.Book.Look(ctx, func(tx *db.Tx) error { return tx.One(ctx, keyByName, practiceMark).Scan(&secret) })
	if errors.Is(err, lead.ErrNotFound) {
		return false, nil
	}
	return err == nil, err
}
