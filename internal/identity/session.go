package identity

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"
	"time"

	"waymark.example/internal/lead"
	"waymark.example/internal/platform/access"
	"waymark.example/internal/platform/db"
	"waymark.example/internal/platform/ledger"
)

// The ways signing in can be refused.
var (
	ErrWrong   = errors.New("the address and password do not match an account") // which of the two is not told
	ErrWait    = errors.New("too many tries")
	ErrCode    = errors.New("the code is wrong or was used")
	ErrExpired = errors.New("the session has ended")
	ErrPasskey = errors.New("the passkey was not accepted")
)

// Visit is where a request comes from: which browser, over which address, and
// with which session token.
type Visit struct {
	Token  string
	Device string // of a cookie that DeviceToken made, "" for a browser that is new here
	Agent  string // the User-Agent header
	Place  string // network address
}

// Session is one browser signed in to one account.
type Session struct {
	ID        string
	Account   Account
	Stage     Stage
	Method    string // "passkey", "password", or an identity provider's name
	Device    string // in words
	Place     string
	Started   time.Time
	Seen      time.Time
	Confirmed time.Time
	hash      string // of the token
}

// Stage is how far a session has come.
type Stage string

// The stages.
const (
	StagePassword Stage = "password" // the password was right, the code is still to come
	StageEnrol    Stage = "enrol"    // came with an enrolment code, has still to make a key
	StageFull     Stage = "full"
)

// Actor returns who asks through this session, from where, and when they last
// proved who they are.
func (s Session) Actor() lead.Actor {
	a := s.Account.Actor()
	a.From, a.Confirmed = s.from(s.Place), s.Confirmed
	return a
}

// from is what the ledger keeps of where a request came from: enough to tell
// two sessions apart, too little to take one over.
func (s Session) from(place string) string {
	if s.hash == "" {
		return place
	}
	return strings.TrimSpace(place + " s:" + s.hash[:8])
}

// limits of a session: how long it may rest and how long it may last.
type limits struct{ idle, whole time.Duration }

// limitsOf returns the limits of an account: of each, the strictest that one of
// its roles asks for.
func limitsOf(roles []lead.Role) limits {
	out := limits{30 * time.Minute, 12 * time.Hour}
	for _, r := range roles {
		of := limitsOfRole(r)
		out = limits{min(out.idle, of.idle), min(out.whole, of.whole)}
	}
	return out
}

func limitsOfRole(r lead.Role) limits {
	switch r.Side() {
	case lead.Police:
		return limits{15 * time.Minute, 12 * time.Hour} // a shift
	case lead.Operation:
		return limits{10 * time.Minute, time.Hour}
	case lead.Oversight:
		return limits{10 * time.Minute, 4 * time.Hour}
	case lead.Recipient, lead.Partnership, lead.Evidence:
		return limits{15 * time.Minute, 8 * time.Hour}
	}
	return limits{30 * time.Minute, 12 * time.Hour}
}

// unfinished is how long signing in may take from the first step to the last.
var unfinished = limits{10 * time.Minute, 10 * time.Minute}

// fresh is how long a proof of who is there counts for sensitive acts.
const fresh = 5 * time.Minute

// Fresh reports whether actor proved who they are so lately that they may do
// something sensitive now.
func (s *Service) Fresh(actor lead.Actor) bool {
	return !actor.Confirmed.IsZero() && s.Book.Now().Sub(actor.Confirmed) <= fresh
}

// begin starts a session and returns its token, of which only a hash is kept.
// confirmed is the zero time when nothing was proved yet.
func (s *Service) begin(ctx context.Context, v Visit, accountID string, stage Stage, method string, confirmed time.Time) (string, error) {
	token := rand.Text() + rand.Text()
	hash := hashToken(token)
	err := s.Book.Keep(ctx, func(tx *db.Tx) error {
		_, err := tx.Exec(ctx, insertSession, hash, "ses_"+hash[:24], accountID, stage, method, browserHash(v), DeviceWords(v.Agent), v.Place, db.At(s.Book.Now()), db.At(confirmed))
		return err
	})
	if err != nil {
		return "", fmt.Errorf("begin session: %w", err)
	}
	return token, nil
}

// beginFull ends the unfinished session of v, starts a full one under a new
// token, and remembers the browser, so that strangers' tries never make it wait.
func (s *Service) beginFull(ctx context.Context, v Visit, a Account, method string, confirmed time.Time) (string, error) {
	if err := s.end(ctx, v, "another began"); err != nil {
		return "", err
	}
	token, err := s.begin(ctx, v, a.ID, StageFull, method, confirmed)
	if err != nil {
		return "", err
	}
	actor := Session{Account: a, Place: v.Place, hash: hashToken(token)}.Actor()
	entry := ledger.Entry{Actor: actor, Verb: ledger.SignedIn, Act: "session.begin", Subjects: []string{a.ID}, Detail: method}
	return token, s.Book.Record(ctx, entry, func(tx *db.Tx, _ *ledger.Entry) error {
		if v.Device == "" {
			return nil
		}
		if _, err := tx.Exec(ctx, insertDevice, a.ID, hashToken(v.Device), db.At(s.Book.Now())); err != nil {
			return fmt.Errorf("begin session: device: %w", err)
		}
		return nil
	})
}

func hashToken(token string) string {
	sum := sha256.Sum256([]byte(token))
	return hex.EncodeToString(sum[:])
}

// browserHash tells browsers apart: by the secret in its device cookie, and by
// its kind without version numbers, which change under an open session.
func browserHash(v Visit) string {
	kind := strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' || r == '.' {
			return -1
		}
		return r
	}, v.Agent)
	return hashToken(v.Device + "\n" + kind)
}

// Who returns the full session that a request belongs to. A session that ended
// returns ErrExpired together with the session it was, so that unsent text is
// given back to the same person only.
func (s *Service) Who(ctx context.Context, v Visit) (Session, error) {
	of, err := s.session(ctx, v)
	if err == nil && of.Stage != StageFull {
		return Session{}, ErrExpired
	}
	return of, err
}

func (s *Service) session(ctx context.Context, v Visit) (Session, error) {
	if v.Token == "" {
		return Session{}, ErrExpired
	}
	var of Session
	var browser, ended string
	err := s.Book.Look(ctx, func(tx *db.Tx) error {
		var err error
		of, browser, ended, err = scanSession(tx.One(ctx, sessionByHash, hashToken(v.Token)))
		if err != nil {
			return err
		}
		of.Account, err = byID(ctx, tx, of.Account.ID)
		return err
	})
	if errors.Is(err, lead.ErrNotFound) {
		return Session{}, ErrExpired
	}
	if err != nil {
		return Session{}, fmt.Errorf("session: %w", err)
	}
	now, limit := s.Book.Now(), limitsOf(of.Account.Roles)
	if of.Stage != StageFull {
		limit = unfinished
	}
	over := ended != "" || !of.Account.Active || now.Sub(of.Seen) > limit.idle || now.Sub(of.Started) > limit.whole
	if browser != browserHash(v) {
		if over {
			return Session{}, ErrExpired
		}
		return Session{}, s.moved(ctx, v, of)
	}
	if over {
		return of, ErrExpired
	}
	of.Place = v.Place
	if now.Sub(of.Seen) > time.Minute { // often enough to know when it was idle
		err := s.Book.Keep(ctx, func(tx *db.Tx) error {
			_, err := tx.Exec(ctx, touchSession, db.At(now), v.Place, of.hash)
			return err
		})
		// A page can still be read when the disk is full or read-only.
		if err != nil && !errors.Is(err, lead.ErrUnavailable) {
			return Session{}, fmt.Errorf("session: %w", err)
		}
	}
	return of, nil
}

// moved ends a session whose token came from another browser than the one it
// began in: one of the two is not its owner. Whoever asks learns nothing.
func (s *Service) moved(ctx context.Context, v Visit, of Session) error {
	actor := of.Account.Actor()
	actor.From = of.from(v.Place)
	entry := ledger.Entry{Actor: actor, Verb: ledger.Denied, Act: "session.moved", Subjects: []string{actor.ID}}
	err := s.Book.Record(ctx, entry, func(tx *db.Tx, _ *ledger.Entry) error {
		n, err := tx.Exec(ctx, endSession, db.At(s.Book.Now()), "moved", of.hash)
		if err != nil || n == 0 { // another request ended it just now
			return err
		}
		return s.tell(ctx, tx, actor.ID, NoticeMoved, DeviceWords(v.Agent)+", "+v.Place)
	})
	if err != nil {
		return fmt.Errorf("end moved session: %w", err)
	}
	return ErrExpired
}

// SignOut ends the session of v.
func (s *Service) SignOut(ctx context.Context, v Visit) error { return s.end(ctx, v, "signed out") }

// LostSince reports whether whoever holds the phones of an account may be
// somebody else than its owner, or its owner no longer one of ours: it is held or
// stopped, or since a moment it was held, or any full session of it was ended by
// its owner, by whoever looks after them, or because its token moved. A session
// that lapsed, or that another followed in the same browser, was ended by nobody.
func (s *Service) LostSince(ctx context.Context, accountID string, since time.Time) (bool, error) {
	lost := false
	err := s.Book.Look(ctx, func(tx *db.Tx) error { return tx.One(ctx, lostSince, accountID, db.At(since)).Scan(&lost) })
	if err != nil {
		return false, fmt.Errorf("lost since: %w", err)
	}
	return lost, nil
}

func (s *Service) end(ctx context.Context, v Visit, why string) error {
	if v.Token == "" {
		return nil
	}
	err := s.Book.Keep(ctx, func(tx *db.Tx) error {
		_, err := tx.Exec(ctx, endSession, db.At(s.Book.Now()), why, hashToken(v.Token))
		return err
	})
	if err != nil {
		return fmt.Errorf("sign out: %w", err)
	}
	return nil
}

// Sessions lists the sessions of one's own account that are open, newest first,
// and marks the one that asks by returning its id.
func (s *Service) Sessions(ctx context.Context, actor lead.Actor, v Visit) (list []Session, current string, err error) {
	if err := s.Access.Check(actor, "account.own", access.Screen{}); err != nil {
		return nil, "", err
	}
	err = s.Book.Look(ctx, func(tx *db.Tx) error {
		var err error
		list, err = s.open(ctx, tx, actor.ID, actor.Roles)
		return err
	})
	for _, of := range list {
		if of.hash == hashToken(v.Token) {
			current = of.ID
		}
	}
	return list, current, err
}

// open returns the sessions of an account that would still be let in.
func (s *Service) open(ctx context.Context, tx *db.Tx, accountID string, roles []lead.Role) ([]Session, error) {
	limit, now := limitsOf(roles), s.Book.Now()
	list, err := db.All(ctx, tx, func(row db.Row) (Session, error) {
		of, _, _, err := scanSession(row)
		return of, err
	}, openSessions, accountID, db.At(now.Add(-limit.whole)), db.At(now.Add(-limit.idle)))
	if err != nil {
		return nil, fmt.Errorf("sessions: %w", err)
	}
	return list, nil
}

// EndSession ends one session of one's own account.
func (s *Service) EndSession(ctx context.Context, actor lead.Actor, form ledger.Form, sessionID string) error {
	if err := s.Access.Check(actor, "account.own", access.Screen{}); err != nil {
		return err
	}
	entry := ledger.Entry{Actor: actor, Verb: ledger.Administered, Act: "session.end", Subjects: []string{actor.ID}}
	_, err := s.Book.Once(ctx, form, entry, func(tx *db.Tx, _ *ledger.Entry) (string, error) {
		n, err := tx.Exec(ctx, endOwnSession, db.At(s.Book.Now()), sessionID, actor.ID)
		if err != nil {
			return "", fmt.Errorf("end session: %w", err)
		}
		if n == 0 {
			return "", lead.ErrNotFound
		}
		return sessionID, nil
	})
	return err
}

// EndOtherSessions ends every session of one's own account but the one of v.
func (s *Service) EndOtherSessions(ctx context.Context, actor lead.Actor, form ledger.Form, v Visit) error {
	if err := s.Access.Check(actor, "account.own", access.Screen{}); err != nil {
		return err
	}
	entry := ledger.Entry{Actor: actor, Verb: ledger.Administered, Act: "session.end_others", Subjects: []string{actor.ID}}
	_, err := s.Book.Once(ctx, form, entry, func(tx *db.Tx, _ *ledger.Entry) (string, error) {
		if _, err := tx.Exec(ctx, endOtherSessions, db.At(s.Book.Now()), actor.ID, hashToken(v.Token)); err != nil {
			return "", fmt.Errorf("end sessions: %w", err)
		}
		return actor.ID, nil
	})
	return err
}

// confirmed notes that the person of a full session proved who they are, now.
func (s *Service) confirmed(ctx context.Context, v Visit, actor lead.Actor, method string, at time.Time) error {
	entry := ledger.Entry{Actor: actor, Verb: ledger.SignedIn, Act: "session.confirm", Subjects: []string{actor.ID}, Detail: method}
	return s.Book.Record(ctx, entry, func(tx *db.Tx, _ *ledger.Entry) error {
		if _, err := tx.Exec(ctx, confirmSession, db.At(at), hashToken(v.Token)); err != nil {
			return fmt.Errorf("confirm: %w", err)
		}
		return nil
	})
}

// Key returns the product's own key called name, 32 random bytes in
// hexadecimal, making it the first time.
func (s *Service) Key(ctx context.Context, name string) (string, error) {
	var secret string
	err := s.Book.Keep(ctx, func(tx *db.Tx) error {
		raw := make([]byte, 32)
		rand.Read(raw) //nolint:errcheck // crypto/rand never fails
		if _, err := tx.Exec(ctx, insertKey, name, hex.EncodeToString(raw), db.At(s.Book.Now())); err != nil {
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

// MarkPractice says for good that this database is a practice area, where
// everybody may sign in with a password: nobody has a key for a made-up person.
func (s *Service) MarkPractice(ctx context.Context) error {
	if _, err := s.Key(ctx, practiceMark); err != nil {
		return err
	}
	for _, side := range accountSides() {
		if err := s.set(ctx, lead.System(), ledger.Form{}, passwordsOf(side), allowed); err != nil {
			return err
		}
	}
	return nil
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
