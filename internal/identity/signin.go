package identity

import (
	"context"
	"crypto/subtle"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/pquerna/otp"
	"github.com/pquerna/otp/totp"

	"waymark.example/internal/lead"
	"waymark.example/internal/platform/access"
	"waymark.example/internal/platform/db"
)

// absentHash stands in for the password of an address without one, so that both
// take as long. No password has it.
const absentHash = "$argon2id$v=19$m=19456,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"

// secrets is what signing in with a password needs to know of an account.
type secrets struct {
	accountID    string
	side         lead.Side
	hash         string
	active, held bool
}

// SignIn checks the password and returns a token that is good for one thing:
// to send the one-time code with.
func (s *Service) SignIn(ctx context.Context, v Visit, email, password string) (string, error) {
	typed := emailKey(email)
	var of secrets
	var counts []tally
	permitted := false
	err := s.Book.Look(ctx, func(tx *db.Tx) error {
		err := tx.One(ctx, secretsByEmail, typed).Scan(&of.accountID, &of.side, &of.hash, &of.active, &of.held)
		if err != nil && !errors.Is(err, lead.ErrNotFound) {
			return fmt.Errorf("sign in: %w", err)
		}
		known, err := knows(ctx, tx, of.accountID, v.Device)
		if err != nil {
			return err
		}
		counts = tallies(v, known, typed)
		if permitted, err = passwordsAllowed(ctx, tx, of.side); err != nil {
			return err
		}
		return s.mayTry(ctx, tx, counts)
	})
	if err != nil {
		return "", err
	}
	if of.hash == "" {
		of.hash = absentHash
	}
	right, err := checkPassword(of.hash, password)
	if err != nil {
		return "", err
	}
	if !right || !of.active || of.held || !permitted {
		return "", s.refuse(ctx, v, of.accountID, counts, ErrWrong)
	}
	return s.begin(ctx, v, of.accountID, StagePassword, "password", time.Time{})
}

func emailKey(email string) string { return strings.ToLower(strings.TrimSpace(email)) }

// Confirm checks the one-time code for the token that SignIn gave, and returns
// the token of the session. Each code counts once.
func (s *Service) Confirm(ctx context.Context, v Visit, code string) (string, Account, error) {
	of, err := s.session(ctx, v)
	if err != nil {
		return "", Account{}, err
	}
	if of.Stage != StagePassword {
		return "", Account{}, ErrExpired
	}
	if err := s.checkCode(ctx, v, of.Account, code); err != nil {
		return "", Account{}, err
	}
	token, err := s.beginFull(ctx, v, of.Account, "password", s.Book.Now())
	return token, of.Account, err
}

// ConfirmWithPassword proves once more who is at a full session, with both the
// password and a one-time code.
func (s *Service) ConfirmWithPassword(ctx context.Context, v Visit, actor lead.Actor, password, code string) error {
	if err := s.Access.Check(actor, "account.own", access.Screen{}); err != nil {
		return err
	}
	var a Account
	var of secrets
	var counts []tally
	permitted := false
	err := s.Book.Look(ctx, func(tx *db.Tx) error {
		var err error
		if a, err = byID(ctx, tx, actor.ID); err != nil {
			return err
		}
		if err := tx.One(ctx, secretsByEmail, emailKey(a.Email)).Scan(&of.accountID, &of.side, &of.hash, &of.active, &of.held); err != nil {
			return fmt.Errorf("confirm: %w", err)
		}
		if permitted, err = passwordsAllowed(ctx, tx, of.side); err != nil {
			return err
		}
		known, err := knows(ctx, tx, a.ID, v.Device)
		if err != nil {
			return err
		}
		counts = tallies(v, known, emailKey(a.Email))
		return s.mayTry(ctx, tx, counts)
	})
	if err != nil {
		return err
	}
	if of.hash == "" {
		of.hash = absentHash
	}
	right, err := checkPassword(of.hash, password)
	if err != nil {
		return err
	}
	if !right || !permitted {
		return s.refuse(ctx, v, a.ID, counts, ErrWrong)
	}
	if err := s.checkCode(ctx, v, a, code); err != nil {
		return err
	}
	return s.confirmed(ctx, v, actor, "password", s.Book.Now())
}

// checkCode spends a one-time code of an account, or counts the try.
func (s *Service) checkCode(ctx context.Context, v Visit, a Account, code string) error {
	var counts []tally
	right := false
	err := s.Book.Keep(ctx, func(tx *db.Tx) error {
		known, err := knows(ctx, tx, a.ID, v.Device)
		if err != nil {
			return err
		}
		counts = tallies(v, known, emailKey(a.Email))
		if err := s.mayTry(ctx, tx, counts); err != nil {
			return err
		}
		var secret string
		if err := tx.One(ctx, codeSecret, a.ID).Scan(&secret); err != nil {
			return fmt.Errorf("sign in: %w", err)
		}
		if right, err = s.useCode(ctx, tx, a.ID, secret, code); err != nil || !right {
			return err
		}
		// What this person got wrong is forgiven. What others tried from the same
		// address is not theirs to clear.
		for _, c := range counts {
			if c.free == freePair {
				if _, err := tx.Exec(ctx, clearFailed, c.key); err != nil {
					return fmt.Errorf("sign in: %w", err)
				}
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	if !right {
		return s.refuse(ctx, v, a.ID, counts, ErrCode)
	}
	return nil
}

// codeStep is how long a one-time code lives, in seconds.
const codeStep = 30

// useCode reports whether code is that of now, or of the step before or after
// for clocks that disagree, and spends it.
func (s *Service) useCode(ctx context.Context, tx *db.Tx, accountID, secret, code string) (bool, error) {
	step, err := s.codeStep(secret, code)
	if err != nil || step == 0 {
		return false, err
	}
	n, err := tx.Exec(ctx, useCode, accountID, step)
	if err != nil {
		return false, fmt.Errorf("sign in: %w", err)
	}
	return n == 1, nil
}

// codeStep returns the time step that code belongs to, 0 for a wrong code.
func (s *Service) codeStep(secret, code string) (int64, error) {
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
			return 0, err
		}
		if subtle.ConstantTimeCompare([]byte(want), []byte(code)) == 1 {
			return at.Unix() / codeStep, nil
		}
	}
	return 0, nil
}

func codeAt(secret string, at time.Time) (string, error) {
	code, err := totp.GenerateCodeCustom(secret, at, totp.ValidateOpts{Period: codeStep, Digits: otp.DigitsSix, Algorithm: otp.AlgorithmSHA1})
	if err != nil {
		return "", fmt.Errorf("one-time code: %w", err)
	}
	return code, nil
}

// PracticeCode returns the code that the account of v's session would type now.
// Only a practice area, whose people are made up, may show it.
func (s *Service) PracticeCode(ctx context.Context, v Visit) (string, error) {
	of, err := s.session(ctx, v)
	if err != nil || of.Stage == StageEnrol {
		return "", errors.Join(err, ErrExpired)
	}
	var secret string
	if err := s.Book.Look(ctx, func(tx *db.Tx) error {
		return tx.One(ctx, codeSecret, of.Account.ID).Scan(&secret)
	}); err != nil {
		return "", fmt.Errorf("practice code: %w", err)
	}
	return codeAt(secret, s.Book.Now())
}

// Ways is how somebody can sign in or confirm who they are.
type Ways struct {
	Passkey  bool
	Password bool
	Issuers  []string // of identity providers that the account is bound to
}

// SignInWays returns the ways that the sign-in page offers to strangers: the
// same for everybody, so that it tells nothing about an account.
func (s *Service) SignInWays(ctx context.Context) (Ways, error) {
	out := Ways{Passkey: true}
	err := s.Book.Look(ctx, func(tx *db.Tx) error {
		for _, side := range accountSides() {
			ok, err := passwordsAllowed(ctx, tx, side)
			if err != nil {
				return err
			}
			out.Password = out.Password || ok
		}
		return nil
	})
	return out, err
}

// ConfirmWays returns the ways in which actor can prove who they are.
func (s *Service) ConfirmWays(ctx context.Context, actor lead.Actor) (Ways, error) {
	var out Ways
	err := s.Book.Look(ctx, func(tx *db.Tx) error {
		keys, err := usablePasskeys(ctx, tx, actor.ID)
		if err != nil {
			return err
		}
		out.Passkey = len(keys) > 0
		if out.Password, err = hasPassword(ctx, tx, actor.ID, actor.Side); err != nil {
			return err
		}
		out.Issuers, err = db.All(ctx, tx, func(row db.Row) (string, error) {
			var issuer string
			return issuer, row.Scan(&issuer)
		}, issuersOf, actor.ID)
		return err
	})
	return out, err
}

// hasPassword reports whether an account can sign in with a password.
func hasPassword(ctx context.Context, tx *db.Tx, accountID string, side lead.Side) (bool, error) {
	ok, err := passwordsAllowed(ctx, tx, side)
	if err != nil || !ok {
		return false, err
	}
	var hash string
	err = tx.One(ctx, passwordNow, accountID).Scan(&hash)
	if errors.Is(err, lead.ErrNotFound) {
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("password: %w", err)
	}
	return hash != absentHash, nil
}
