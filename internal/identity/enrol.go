package identity

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/pquerna/otp/totp"

	"waymark.example/internal/lead"
	"waymark.example/internal/platform/db"
	"waymark.example/internal/platform/ledger"
)

// How long an enrolment code is good: a new colleague may start on Monday;
// somebody who lost their key stands before you.
const (
	newcomerTime = 7 * 24 * time.Hour
	recoveryTime = 24 * time.Hour
)

// newCode returns a fresh enrolment code of a hundred random bits, in groups
// that can be read out.
func newCode() string {
	text := rand.Text()[:20]
	return text[:5] + "-" + text[5:10] + "-" + text[10:15] + "-" + text[15:]
}

// codeHash returns what is kept of an enrolment code, however it was typed. The
// alphabet has no 0, 1 or 8, so those can only be meant as letters.
func codeHash(code string) string {
	code = strings.Map(func(r rune) rune {
		switch {
		case r == '0':
			return 'O'
		case r == '1':
			return 'I'
		case r == '8':
			return 'B'
		case r >= 'A' && r <= 'Z' || r >= '2' && r <= '7':
			return r
		}
		return -1
	}, strings.ToUpper(code))
	return hashToken("enrolment\n" + code)
}

// keepCode makes code good for an account, and no other code: a page that an
// earlier one opened could otherwise spend this one.
func (s *Service) keepCode(ctx context.Context, tx *db.Tx, actor lead.Actor, accountID, code string, good time.Duration) error {
	now := s.Book.Now()
	if _, err := tx.Exec(ctx, spendCodes, db.At(now), accountID); err != nil {
		return fmt.Errorf("enrolment code: %w", err)
	}
	if _, err := tx.Exec(ctx, endEnrolling, db.At(now), accountID); err != nil {
		return fmt.Errorf("enrolment code: %w", err)
	}
	if _, err := tx.Exec(ctx, insertCode, codeHash(code), accountID, actor.ID, db.At(now), db.At(now.Add(good))); err != nil {
		return fmt.Errorf("enrolment code: %w", err)
	}
	return nil
}

// EnterCode takes an enrolment code and returns a token that is good for one
// thing: to make a key with. The code is spent when the key is made.
func (s *Service) EnterCode(ctx context.Context, v Visit, code string) (string, error) {
	counts := tallies(v, false, "")
	var accountID string
	var expires db.Time
	active := false
	err := s.Book.Look(ctx, func(tx *db.Tx) error {
		if err := s.mayTry(ctx, tx, counts); err != nil {
			return err
		}
		err := tx.One(ctx, codeByHash, codeHash(code)).Scan(&accountID, &expires, &active)
		if err != nil && !errors.Is(err, lead.ErrNotFound) {
			return fmt.Errorf("enrol: %w", err)
		}
		return nil
	})
	if err != nil {
		return "", err
	}
	if accountID == "" || !active || s.Book.Now().After(expires.Time) {
		return "", s.refuse(ctx, v, accountID, counts, ErrCode)
	}
	return s.begin(ctx, v, accountID, StageEnrol, "", time.Time{})
}

// Enrolling returns the account that v's session may make a key for, and
// whether a password will do as well.
func (s *Service) Enrolling(ctx context.Context, v Visit) (a Account, password bool, err error) {
	of, err := s.session(ctx, v)
	if err != nil {
		return Account{}, false, err
	}
	if of.Stage != StageEnrol {
		return Account{}, false, ErrExpired
	}
	err = s.Book.Look(ctx, func(tx *db.Tx) error {
		var err error
		password, err = passwordsAllowed(ctx, tx, of.Account.Side)
		return err
	})
	return of.Account, password, err
}

// enrolled makes way for the first key: it spends the codes of an account,
// suspends what it had before (if it is lost, somebody else may hold it) and
// lifts its hold, for its owner was here in person. It returns ErrExpired when
// another browser was quicker.
func (s *Service) enrolled(ctx context.Context, tx *db.Tx, accountID string) error {
	now := db.At(s.Book.Now())
	n, err := tx.Exec(ctx, spendCodes, now, accountID)
	if err != nil {
		return fmt.Errorf("enrol: %w", err)
	}
	if n == 0 {
		return ErrExpired
	}
	if err := s.shut(ctx, tx, accountID, "enrolled anew"); err != nil {
		return err
	}
	return s.hold(ctx, tx, lead.Actor{ID: accountID}, accountID, false)
}

// shut ends every session of an account and suspends every key and its
// password.
func (s *Service) shut(ctx context.Context, tx *db.Tx, accountID, why string) error {
	at := db.At(s.Book.Now())
	if _, err := tx.Exec(ctx, endSessions, at, why, accountID); err != nil {
		return fmt.Errorf("shut: sessions: %w", err)
	}
	if _, err := tx.Exec(ctx, suspendPasskeys, at, accountID); err != nil {
		return fmt.Errorf("shut: passkeys: %w", err)
	}
	return s.keepPassword(ctx, tx, accountID, absentHash, "")
}

// hold holds an account or lifts it, if it is not so already.
func (s *Service) hold(ctx context.Context, tx *db.Tx, actor lead.Actor, accountID string, held bool) error {
	var version int64
	is := false
	err := tx.One(ctx, holdNow, accountID).Scan(&version, &is)
	if err != nil && !errors.Is(err, lead.ErrNotFound) {
		return fmt.Errorf("hold: %w", err)
	}
	if is == held {
		return nil
	}
	if _, err := tx.Exec(ctx, insertHold, accountID, version+1, held, actor.ID, db.At(s.Book.Now())); err != nil {
		return fmt.Errorf("hold: %w", err)
	}
	return nil
}

func isHeld(ctx context.Context, tx *db.Tx, accountID string) (bool, error) {
	var version int64
	held := false
	err := tx.One(ctx, holdNow, accountID).Scan(&version, &held)
	if err != nil && !errors.Is(err, lead.ErrNotFound) {
		return false, fmt.Errorf("hold: %w", err)
	}
	return held, nil
}

// NewCodeSecret returns a key for an authenticator app, not kept yet.
func (s *Service) NewCodeSecret(email string) (string, error) {
	key, err := totp.Generate(totp.GenerateOpts{Issuer: "Waymark", AccountName: email})
	if err != nil {
		return "", fmt.Errorf("authenticator key: %w", err)
	}
	return key.Secret(), nil
}

// EnrolPassword keeps a password and an authenticator key for the account that
// v's session may enrol, where its side may use them, and returns a full
// session. The code proves that the app holds the key.
func (s *Service) EnrolPassword(ctx context.Context, v Visit, password, secret, code string) (string, Account, error) {
	a, permitted, err := s.Enrolling(ctx, v)
	if err != nil {
		return "", Account{}, err
	}
	if !permitted {
		return "", Account{}, lead.ErrForbidden
	}
	bad := lead.Invalid{}
	if text := weakPassword(password, a); text != "" {
		bad["password"] = text
	}
	step, err := s.codeStep(secret, code)
	if err != nil {
		return "", Account{}, err
	}
	if step == 0 {
		bad["code"] = "This code does not match the key above. Wait for the next one and enter that"
	}
	if err := bad.OrNil(); err != nil {
		return "", Account{}, err
	}
	hash := hashPassword(password)
	actor := a.Actor()
	actor.From = v.Place
	entry := ledger.Entry{Actor: actor, Verb: ledger.Administered, Act: "password.set", Subjects: []string{a.ID}}
	err = s.Book.Record(ctx, entry, func(tx *db.Tx, _ *ledger.Entry) error {
		if err := s.enrolled(ctx, tx, a.ID); err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, useCode, a.ID, step); err != nil {
			return fmt.Errorf("set password: %w", err)
		}
		return s.keepPassword(ctx, tx, a.ID, hash, secret)
	})
	if err != nil {
		return "", Account{}, err
	}
	token, err := s.beginFull(ctx, v, a, "password", s.Book.Now())
	return token, a, err
}

// keepPassword keeps a new version of an account's password and key.
func (s *Service) keepPassword(ctx context.Context, tx *db.Tx, accountID, hash, secret string) error {
	at := db.At(s.Book.Now())
	var version int64
	if err := tx.One(ctx, lastPasswordVersion, accountID).Scan(&version); err != nil {
		return fmt.Errorf("password: %w", err)
	}
	if _, err := tx.Exec(ctx, insertPassword, accountID, version+1, hash, at); err != nil {
		return fmt.Errorf("password: %w", err)
	}
	if secret == "" {
		return nil
	}
	if err := tx.One(ctx, lastSecretVersion, accountID).Scan(&version); err != nil {
		return fmt.Errorf("password: key: %w", err)
	}
	if _, err := tx.Exec(ctx, insertCodeSecret, accountID, version+1, secret, at); err != nil {
		return fmt.Errorf("password: key: %w", err)
	}
	return nil
}
