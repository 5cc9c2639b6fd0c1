package identity

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"time"

	"github.com/go-webauthn/webauthn/protocol"
	"github.com/go-webauthn/webauthn/webauthn"

	"waymark.example/internal/lead"
	"waymark.example/internal/platform/access"
	"waymark.example/internal/platform/db"
	"waymark.example/internal/platform/ledger"
)

// NewRelyingParty returns who passkeys are made for: the site at origin, such
// as "https://waymark.example.org". A key made for one origin works at no
// other, which is what makes it safe from look-alike sites.
func NewRelyingParty(origin string) (*webauthn.WebAuthn, error) {
	u, err := url.Parse(origin)
	if err != nil || u.Hostname() == "" || u.Scheme != "https" && u.Scheme != "http" || strings.TrimSuffix(u.Path, "/") != "" {
		return nil, fmt.Errorf("passkeys: %q is not an origin such as https://waymark.example.org", origin)
	}
	rp, err := webauthn.New(&webauthn.Config{
		RPID: u.Hostname(), RPDisplayName: "Waymark", RPOrigins: []string{strings.TrimSuffix(origin, "/")},
		AttestationPreference: protocol.PreferNoAttestation,
		AuthenticatorSelection: protocol.AuthenticatorSelection{
			ResidentKey: protocol.ResidentKeyRequirementRequired, RequireResidentKey: protocol.ResidentKeyRequired(),
			UserVerification: protocol.VerificationRequired,
		},
	})
	if err != nil {
		return nil, fmt.Errorf("passkeys: %w", err)
	}
	return rp, nil
}

// Passkey is one key of an account.
type Passkey struct {
	ID        string
	Name      string
	Made      time.Time
	Used      time.Time
	Suspended bool
	known     webauthn.Credential
}

// Ceremony is a question that one answer of an authenticator fits. It travels
// sealed through the browser; nothing of it is kept until it is answered.
type Ceremony struct {
	Kind      string // "sign in", "confirm" or "make"
	AccountID string // whose, "" when signing in
	Device    string // the browser that was asked
	Asked     time.Time
	Data      webauthn.SessionData
}

// answerTime is how long a ceremony waits for its answer.
const answerTime = 10 * time.Minute

// owner is an account as the passkey library wants to see it. The handle that
// authenticators keep is the account's id, which says nothing about the person.
type owner struct {
	account Account
	keys    []Passkey
}

func (o owner) WebAuthnID() []byte          { return []byte(o.account.ID) }
func (o owner) WebAuthnName() string        { return o.account.Email }
func (o owner) WebAuthnDisplayName() string { return o.account.Name }
func (o owner) WebAuthnCredentials() []webauthn.Credential {
	var out []webauthn.Credential
	for _, k := range o.keys {
		out = append(out, k.known)
	}
	return out
}

// AskPasskey returns the question for signing in with whatever passkey of this
// site the authenticator holds, as JSON for the browser.
func (s *Service) AskPasskey(v Visit) ([]byte, Ceremony, error) {
	question, data, err := s.RelyingParty.BeginDiscoverableLogin()
	if err != nil {
		return nil, Ceremony{}, fmt.Errorf("ask for a passkey: %w", err)
	}
	return s.ask("sign in", v, "", question.Response, data)
}

// AskOwnPasskey returns the question for proving once more that actor is there.
func (s *Service) AskOwnPasskey(ctx context.Context, v Visit, actor lead.Actor) ([]byte, Ceremony, error) {
	o, err := s.owner(ctx, actor.ID)
	if err != nil {
		return nil, Ceremony{}, err
	}
	question, data, err := s.RelyingParty.BeginLogin(o)
	if err != nil {
		return nil, Ceremony{}, fmt.Errorf("ask for a passkey: %w", err)
	}
	return s.ask("confirm", v, actor.ID, question.Response, data)
}

// AskNewPasskey returns the question for making a passkey for an account. Its
// other keys are named, so that an authenticator does not make a second.
func (s *Service) AskNewPasskey(ctx context.Context, v Visit, accountID string) ([]byte, Ceremony, error) {
	o, err := s.owner(ctx, accountID)
	if err != nil {
		return nil, Ceremony{}, err
	}
	question, data, err := s.RelyingParty.BeginRegistration(o, webauthn.WithExclusions(webauthn.Credentials(o.WebAuthnCredentials()).CredentialDescriptors()))
	if err != nil {
		return nil, Ceremony{}, fmt.Errorf("ask for a new passkey: %w", err)
	}
	return s.ask("make", v, accountID, question.Response, data)
}

func (s *Service) ask(kind string, v Visit, accountID string, question any, data *webauthn.SessionData) ([]byte, Ceremony, error) {
	text, err := json.Marshal(question)
	if err != nil {
		return nil, Ceremony{}, fmt.Errorf("ask for a passkey: %w", err)
	}
	asked := s.Book.Now().Truncate(time.Second) // as long in writing at every moment: a page of the same length tells nothing
	return text, Ceremony{kind, accountID, v.Device, asked, *data}, nil
}

// answerable spends a ceremony: it is answered once, in time, by the browser
// that was asked, for what it was asked.
func (s *Service) answerable(ctx context.Context, c Ceremony, kind string, v Visit, accountID string) error {
	if c.Kind != kind || c.AccountID != accountID || c.Device != v.Device || s.Book.Now().Sub(c.Asked) > answerTime {
		return ErrPasskey
	}
	return s.Book.Keep(ctx, func(tx *db.Tx) error {
		n, err := tx.Exec(ctx, useChallenge, hashToken(c.Data.Challenge), db.At(s.Book.Now()))
		if err != nil {
			return fmt.Errorf("passkey: %w", err)
		}
		if n == 0 {
			return ErrPasskey
		}
		return nil
	})
}

// SignInWithPasskey takes an authenticator's answer and returns the token of a
// full session.
func (s *Service) SignInWithPasskey(ctx context.Context, v Visit, c Ceremony, answer []byte) (string, Account, error) {
	if err := s.answerable(ctx, c, "sign in", v, ""); err != nil {
		return "", Account{}, err
	}
	parsed, err := protocol.ParseCredentialRequestResponseBytes(answer)
	if err != nil {
		return "", Account{}, ErrPasskey
	}
	var o owner
	var ours error // the library would take a failure of ours for a wrong answer
	_, credential, err := s.RelyingParty.ValidatePasskeyLogin(func(_, handle []byte) (webauthn.User, error) {
		o, ours = s.owner(ctx, string(handle))
		return o, ours
	}, c.Data, parsed)
	if ours != nil && !errors.Is(ours, lead.ErrNotFound) {
		return "", Account{}, ours
	}
	if err != nil {
		return "", Account{}, s.notThePasskey(ctx, v, o.account)
	}
	if err := s.usePasskey(ctx, v, o, credential); err != nil {
		return "", Account{}, err
	}
	token, err := s.beginFull(ctx, v, o.account, "passkey", s.Book.Now())
	return token, o.account, err
}

// ConfirmWithPasskey takes an authenticator's answer as fresh proof that actor
// is there.
func (s *Service) ConfirmWithPasskey(ctx context.Context, v Visit, actor lead.Actor, c Ceremony, answer []byte) error {
	if err := s.answerable(ctx, c, "confirm", v, actor.ID); err != nil {
		return err
	}
	parsed, err := protocol.ParseCredentialRequestResponseBytes(answer)
	if err != nil {
		return ErrPasskey
	}
	o, err := s.owner(ctx, actor.ID)
	if err != nil {
		return err
	}
	credential, err := s.RelyingParty.ValidateLogin(o, c.Data, parsed)
	if err != nil {
		return s.notThePasskey(ctx, v, o.account)
	}
	if err := s.usePasskey(ctx, v, o, credential); err != nil {
		return err
	}
	return s.confirmed(ctx, v, actor, "passkey", s.Book.Now())
}

// notThePasskey enters an answer that named an account and did not hold.
func (s *Service) notThePasskey(ctx context.Context, v Visit, a Account) error {
	if a.ID == "" { // a key of nobody here: nothing to say about anybody
		return ErrPasskey
	}
	return s.refuse(ctx, v, a.ID, nil, ErrPasskey)
}

// usePasskey counts the use of a key. A counter that went back means that there
// are two of it: the key is suspended and nobody is let in with it.
func (s *Service) usePasskey(ctx context.Context, v Visit, o owner, credential *webauthn.Credential) error {
	if !o.account.Active {
		return s.notThePasskey(ctx, v, o.account)
	}
	id := base64.RawURLEncoding.EncodeToString(credential.ID)
	if credential.Authenticator.CloneWarning {
		actor := o.account.Actor()
		actor.From = v.Place
		entry := ledger.Entry{Actor: actor, Verb: ledger.Denied, Act: "passkey.copied", Subjects: []string{actor.ID}}
		err := s.Book.Record(ctx, entry, func(tx *db.Tx, _ *ledger.Entry) error {
			name := ""
			for _, k := range o.keys {
				if string(k.known.ID) == string(credential.ID) {
					name = k.Name
				}
			}
			if _, err := tx.Exec(ctx, suspendPasskey, db.At(s.Book.Now()), id); err != nil {
				return fmt.Errorf("passkey: %w", err)
			}
			return s.tell(ctx, tx, actor.ID, NoticeKeyCopied, name)
		})
		return errors.Join(err, ErrPasskey)
	}
	kept, err := json.Marshal(credential)
	if err != nil {
		return fmt.Errorf("passkey: %w", err)
	}
	held := false
	err = s.Book.Keep(ctx, func(tx *db.Tx) error {
		var err error
		if held, err = isHeld(ctx, tx, o.account.ID); err != nil || held {
			return err
		}
		// Two answers at once may not both count from the same place.
		n, err := tx.Exec(ctx, countPasskey, string(kept), int64(credential.Authenticator.SignCount), db.At(s.Book.Now()), id)
		if err != nil {
			return fmt.Errorf("passkey: %w", err)
		}
		if n == 0 {
			return ErrPasskey
		}
		return nil
	})
	if err == nil && held {
		return s.notThePasskey(ctx, v, o.account)
	}
	return err
}

// EnrolPasskey keeps the first key of the account that v's session may enrol,
// and returns a full session.
func (s *Service) EnrolPasskey(ctx context.Context, v Visit, c Ceremony, name string, answer []byte) (string, Account, error) {
	a, _, err := s.Enrolling(ctx, v)
	if err != nil {
		return "", Account{}, err
	}
	actor := a.Actor()
	actor.From = v.Place
	if _, err := s.keepPasskey(ctx, v, actor, c, name, answer, func(tx *db.Tx) error { return s.enrolled(ctx, tx, a.ID) }); err != nil {
		return "", Account{}, err
	}
	token, err := s.beginFull(ctx, v, a, "passkey", s.Book.Now())
	return token, a, err
}

// AddPasskey keeps one more key of one's own account.
func (s *Service) AddPasskey(ctx context.Context, v Visit, actor lead.Actor, c Ceremony, name string, answer []byte) error {
	if err := s.Access.Check(actor, "account.own", access.Screen{}); err != nil {
		return err
	}
	_, err := s.keepPasskey(ctx, v, actor, c, name, answer, func(tx *db.Tx) error {
		return s.tell(ctx, tx, actor.ID, NoticeKeyAdded, name)
	})
	return err
}

// CheckPasskeyName says what is wrong with the name of a key.
func CheckPasskeyName(name string) error {
	bad := lead.Invalid{}
	if strings.TrimSpace(name) == "" {
		bad["name"] = "Name it, so that you know it when you see it on a list"
	}
	bad.TooLong("name", name, 60)
	return bad.OrNil()
}

func (s *Service) keepPasskey(ctx context.Context, v Visit, actor lead.Actor, c Ceremony, name string, answer []byte, before func(*db.Tx) error) (string, error) {
	if err := CheckPasskeyName(name); err != nil {
		return "", err
	}
	if err := s.answerable(ctx, c, "make", v, actor.ID); err != nil {
		return "", err
	}
	parsed, err := protocol.ParseCredentialCreationResponseBytes(answer)
	if err != nil {
		return "", ErrPasskey
	}
	o, err := s.owner(ctx, actor.ID)
	if err != nil {
		return "", err
	}
	credential, err := s.RelyingParty.CreateCredential(o, c.Data, parsed)
	if err != nil {
		return "", ErrPasskey
	}
	kept, err := json.Marshal(credential)
	if err != nil {
		return "", fmt.Errorf("new passkey: %w", err)
	}
	id := lead.NewID("key")
	entry := ledger.Entry{Actor: actor, Verb: ledger.Administered, Act: "passkey.add", Subjects: []string{actor.ID}}
	return id, s.Book.Record(ctx, entry, func(tx *db.Tx, _ *ledger.Entry) error {
		if err := before(tx); err != nil {
			return err
		}
		n, err := tx.Exec(ctx, insertPasskey, id, actor.ID, base64.RawURLEncoding.EncodeToString(credential.ID), string(kept), name, db.At(s.Book.Now()), int64(credential.Authenticator.SignCount))
		if err != nil {
			return fmt.Errorf("new passkey: %w", err)
		}
		if n == 0 { // somebody has this key already
			return ErrPasskey
		}
		return nil
	})
}

// Passkeys lists the keys of one's own account, oldest first.
func (s *Service) Passkeys(ctx context.Context, actor lead.Actor) ([]Passkey, error) {
	if err := s.Access.Check(actor, "account.own", access.Screen{}); err != nil {
		return nil, err
	}
	var out []Passkey
	err := s.Book.Look(ctx, func(tx *db.Tx) error {
		var err error
		out, err = db.All(ctx, tx, scanPasskey, passkeysOf, actor.ID)
		return err
	})
	return out, err
}

// RemovePasskey removes a key of one's own account. The last way in stays: who
// has lost it needs two people to get back in.
func (s *Service) RemovePasskey(ctx context.Context, actor lead.Actor, form ledger.Form, passkeyID string) error {
	if err := s.Access.Check(actor, "account.own", access.Screen{}); err != nil {
		return err
	}
	entry := ledger.Entry{Actor: actor, Verb: ledger.Administered, Act: "passkey.remove", Subjects: []string{actor.ID}}
	_, err := s.Book.Once(ctx, form, entry, func(tx *db.Tx, _ *ledger.Entry) (string, error) {
		keys, err := db.All(ctx, tx, scanPasskey, passkeysOf, actor.ID)
		if err != nil {
			return "", fmt.Errorf("remove passkey: %w", err)
		}
		var gone *Passkey
		others := 0
		for i, k := range keys {
			switch {
			case k.ID == passkeyID:
				gone = &keys[i]
			case !k.Suspended:
				others++
			}
		}
		if gone == nil {
			return "", lead.ErrNotFound
		}
		if others == 0 && !gone.Suspended {
			other, err := s.otherWayIn(ctx, tx, actor)
			if err != nil {
				return "", err
			}
			if !other {
				return "", lead.Invalid{"passkey": "This is your only way in: add another passkey first"}
			}
		}
		if _, err := tx.Exec(ctx, removePasskey, db.At(s.Book.Now()), passkeyID, actor.ID); err != nil {
			return "", fmt.Errorf("remove passkey: %w", err)
		}
		return "", s.tell(ctx, tx, actor.ID, NoticeKeyGone, gone.Name)
	})
	return err
}

// otherWayIn reports whether an account can sign in without any passkey.
func (s *Service) otherWayIn(ctx context.Context, tx *db.Tx, actor lead.Actor) (bool, error) {
	password, err := hasPassword(ctx, tx, actor.ID, actor.Side)
	if err != nil || password {
		return password, err
	}
	issuers, err := db.All(ctx, tx, func(row db.Row) (string, error) {
		var issuer string
		return issuer, row.Scan(&issuer)
	}, issuersOf, actor.ID)
	return len(issuers) > 0, err
}

// owner reads an account and the keys that it can use.
func (s *Service) owner(ctx context.Context, accountID string) (owner, error) {
	var o owner
	err := s.Book.Look(ctx, func(tx *db.Tx) error {
		var err error
		if o.account, err = byID(ctx, tx, accountID); err != nil {
			return err
		}
		o.keys, err = usablePasskeys(ctx, tx, accountID)
		return err
	})
	return o, err
}

func usablePasskeys(ctx context.Context, tx *db.Tx, accountID string) ([]Passkey, error) {
	all, err := db.All(ctx, tx, scanPasskey, passkeysOf, accountID)
	if err != nil {
		return nil, fmt.Errorf("passkeys: %w", err)
	}
	var out []Passkey
	for _, k := range all {
		if !k.Suspended {
			out = append(out, k)
		}
	}
	return out, nil
}

func scanPasskey(row db.Row) (Passkey, error) {
	var k Passkey
	var kept string
	var count int64
	var made, used, suspended db.Time
	if err := row.Scan(&k.ID, &kept, &k.Name, &made, &count, &used, &suspended); err != nil {
		return k, err
	}
	k.Made, k.Used, k.Suspended = made.Time, used.Time, !suspended.IsZero()
	if err := json.Unmarshal([]byte(kept), &k.known); err != nil {
		return k, fmt.Errorf("passkey %s: %w", k.ID, err)
	}
	k.known.Authenticator.SignCount = uint32(count) // #nosec G115 -- written from a uint32
	return k, nil
}
