// Package identity knows who may sign in: accounts, the one side each stands
// on, roles, passwords, one-time codes and sessions. It imports lead and
// platform.
package identity

import (
	"context"
	"errors"
	"fmt"
	"net/mail"
	"slices"
	"strings"
	"time"

	"github.com/go-webauthn/webauthn/webauthn"

	"waymark.example/internal/lead"
	"waymark.example/internal/platform/access"
	"waymark.example/internal/platform/db"
	"waymark.example/internal/platform/ledger"
)

// Account is somebody who may sign in.
type Account struct {
	ID           string
	Side         lead.Side
	Organisation string // organisation_id
	Kind         Kind   // of the organisation; it is read, never set here
	Email        string
	Name         string
	Team         string
	Roles        []lead.Role
	Active       bool
	Created      time.Time
	Language     string // that they read pages in: "en", "cy", "" where they never chose; it is read, never set here
}

// Actor returns the account as it asks for things.
func (a Account) Actor() lead.Actor {
	return lead.Actor{ID: a.ID, Name: a.Name, Team: a.Team, Organisation: a.Organisation, Side: a.Side, Roles: a.Roles}
}

// Service carries out the use cases of accounts and sessions.
type Service struct {
	Book         *ledger.Book // of the identity handle
	Access       *access.Decider
	RelyingParty *webauthn.WebAuthn // who passkeys are made for
}

// Check returns a lead.Invalid naming each answer that breaks a rule, or nil.
// Roles decide the side; roles of two sides are refused (R33).
func (a Account) Check() error {
	bad := lead.Invalid{}
	if _, err := mail.ParseAddress(a.Email); err != nil || strings.ContainsAny(a.Email, "<> ") {
		bad["email"] = "Enter an email address, like name@example.org"
	}
	if strings.TrimSpace(a.Name) == "" {
		bad["name"] = "Enter the name that colleagues will see"
	}
	bad.TooLong("name", a.Name, 100)
	bad.TooLong("team", a.Team, 100)
	if err := checkRoles(a.Roles); err != "" {
		bad["roles"] = err
	}
	return bad.OrNil()
}

func checkRoles(roles []lead.Role) string {
	if len(roles) == 0 {
		return "Choose at least one role"
	}
	side := roles[0].Side()
	for _, r := range roles {
		switch {
		case !slices.Contains(lead.Roles(), r): // a connector's and a participant's are no account's
			return "Choose roles from the list"
		case r.Side() != side && (r.Side() == lead.Police || side == lead.Police):
			return "Nobody can hold a police role and any other: choose roles of one organisation"
		case r.Side() != side:
			return "Choose roles of one organisation: " + string(side) + " and " + string(r.Side()) + " do not mix"
		}
	}
	return ""
}

// Open makes an account and a code with which its owner makes their first key,
// and returns both. The side follows from the roles and never changes. Roles
// that need two people wait for the second.
func (s *Service) Open(ctx context.Context, actor lead.Actor, form ledger.Form, a Account) (Account, string, error) {
	if err := s.Access.Check(actor, "account.manage", access.Screen{}); err != nil {
		return Account{}, "", err
	}
	if err := a.Check(); err != nil {
		return Account{}, "", err
	}
	wanted := a.Roles
	now, second := split(wanted, nil)
	code := newCode()
	opened, stored, err := s.store(ctx, actor, form, a, now, func(tx *db.Tx, a Account) error {
		if len(second) > 0 {
			if _, err := s.request(ctx, tx, actor, RoleChange, a.ID, rolesText(second), "a new account"); err != nil {
				return err
			}
		}
		return s.keepCode(ctx, tx, actor, a.ID, code, newcomerTime)
	})
	if err != nil {
		return Account{}, "", err
	}
	if stored != opened.ID { // the form came twice: the first time showed the code
		code = ""
	}
	return opened, code, nil
}

// OpenFirst makes an account without asking who wants it: for the command line
// on the machine itself, where the first administrator comes from. It returns
// an enrolment code.
func (s *Service) OpenFirst(ctx context.Context, a Account) (Account, string, error) {
	if err := a.Check(); err != nil {
		return Account{}, "", err
	}
	code := newCode()
	opened, _, err := s.store(ctx, lead.System(), ledger.Form{}, a, a.Roles, func(tx *db.Tx, a Account) error {
		return s.keepCode(ctx, tx, lead.System(), a.ID, code, newcomerTime)
	})
	return opened, code, err
}

// OpenPractice makes the accounts of made-up people, with one password that
// anybody may know and authenticator keys that nobody has. The password is worked
// out once: a practice area opens many.
func (s *Service) OpenPractice(ctx context.Context, accounts []Account, password string) ([]Account, error) {
	hash := hashPassword(password) // slow on purpose: before the transactions, not in them
	var out []Account
	for _, a := range accounts {
		if err := a.Check(); err != nil {
			return nil, err
		}
		secret, err := s.NewCodeSecret(a.Email)
		if err != nil {
			return nil, err
		}
		opened, _, err := s.store(ctx, lead.System(), ledger.Form{}, a, a.Roles, func(tx *db.Tx, a Account) error {
			return s.keepPassword(ctx, tx, a.ID, hash, secret)
		})
		if err != nil {
			return nil, err
		}
		out = append(out, opened)
	}
	return out, nil
}

// store keeps a new account that holds the roles of now, and whatever also
// keeps with it. It returns the account and the id under which the form's
// account is kept: an earlier one when the same form came before.
func (s *Service) store(ctx context.Context, actor lead.Actor, form ledger.Form, a Account, now []lead.Role, also func(*db.Tx, Account) error) (Account, string, error) {
	a.ID, a.Side, a.Active, a.Created = lead.NewID("acc"), a.Roles[0].Side(), true, s.Book.Now()
	a.Email = strings.TrimSpace(a.Email)
	entry := ledger.Entry{Actor: actor, Verb: ledger.Administered, Act: "account.open", Subjects: []string{a.ID}, Detail: rolesText(a.Roles)}
	id, err := s.Book.Once(ctx, form, entry, func(tx *db.Tx, _ *ledger.Entry) (string, error) {
		if err := belongs(ctx, tx, a); err != nil {
			return "", err
		}
		if err := ownTeam(ctx, tx, a); err != nil {
			return "", err
		}
		if err := s.insert(ctx, tx, actor, a, now); err != nil {
			return "", err
		}
		return a.ID, also(tx, a)
	})
	return a, id, err
}

// insert writes the rows of a new account.
func (s *Service) insert(ctx context.Context, tx *db.Tx, actor lead.Actor, a Account, roles []lead.Role) error {
	at := db.At(a.Created)
	n, err := tx.Exec(ctx, insertAccount, a.ID, a.Side, a.Organisation, a.Email, emailKey(a.Email), a.Name, a.Team, at, actor.ID)
	if err != nil {
		return fmt.Errorf("open account: %w", err)
	}
	if n == 0 {
		return lead.Invalid{"email": "There is already an account with this address"}
	}
	for _, r := range roles {
		if _, err := tx.Exec(ctx, insertRole, a.ID, a.Side, r, 1, true, actor.ID, at); err != nil {
			return fmt.Errorf("open account: role: %w", err)
		}
	}
	if _, err := tx.Exec(ctx, insertStanding, a.ID, 1, true, "opened", actor.ID, at); err != nil {
		return fmt.Errorf("open account: standing: %w", err)
	}
	return nil
}

// belongs checks that an account's organisation may have its roles (R33).
func belongs(ctx context.Context, tx *db.Tx, a Account) error {
	o, err := scanOrganisation(tx.One(ctx, organisationByID, a.Organisation))
	if errors.Is(err, lead.ErrNotFound) {
		return lead.Invalid{"organisation": "Choose the organisation they work for"}
	}
	if err != nil {
		return fmt.Errorf("organisation: %w", err)
	}
	for _, r := range a.Roles {
		if !o.Kind.Allows(r) {
			return lead.Invalid{"organisation": "Nobody of " + o.Name + " can be a " + r.Words() + ": choose another organisation or another role"}
		}
	}
	return nil
}

// ownTeam checks that an account's team is no other organisation's. The policies
// know a team by its name, so two forces with a team of one name would read each
// other's contacts. To have none is a name too.
func ownTeam(ctx context.Context, tx *db.Tx, a Account) error {
	if a.Side != lead.Police && a.Side != lead.Care {
		return nil // nobody there sees anything for their team's sake
	}
	var others int
	if err := tx.One(ctx, teamOfAnother, a.Side, a.Team, a.Organisation).Scan(&others); err != nil {
		return fmt.Errorf("team: %w", err)
	}
	if others > 0 {
		return lead.Invalid{"team": "Another organisation has a team of this name: write the organisation's name in front"}
	}
	return nil
}

// SetRoles changes what an account may do, within its side. It takes effect
// on the account's next request; a role that needs two people waits for the
// second.
func (s *Service) SetRoles(ctx context.Context, actor lead.Actor, form ledger.Form, accountID string, roles []lead.Role) error {
	if err := s.Access.Check(actor, "account.manage", access.Screen{}); err != nil {
		return err
	}
	if text := checkRoles(roles); text != "" {
		return lead.Invalid{"roles": text}
	}
	if actor.ID == accountID {
		return lead.Invalid{"roles": "You cannot change your own roles: ask another administrator"}
	}
	entry := ledger.Entry{Actor: actor, Verb: ledger.Administered, Act: "account.roles", Subjects: []string{accountID}, Detail: rolesText(roles)}
	_, err := s.Book.Once(ctx, form, entry, func(tx *db.Tx, _ *ledger.Entry) (string, error) {
		a, err := byID(ctx, tx, accountID)
		if err != nil {
			return "", err
		}
		if roles[0].Side() != a.Side {
			return "", lead.Invalid{"roles": "This account belongs to " + string(a.Side) + " for good: open another account for another organisation"}
		}
		if err := belongs(ctx, tx, Account{Organisation: a.Organisation, Roles: roles}); err != nil {
			if bad, ok := errors.AsType[lead.Invalid](err); ok {
				return "", lead.Invalid{"roles": bad["organisation"]}
			}
			return "", err
		}
		now, second := split(roles, a.Roles)
		if len(second) > 0 {
			if _, err := s.request(ctx, tx, actor, RoleChange, accountID, rolesText(second), ""); err != nil {
				return "", err
			}
		}
		if err := s.keepRoles(ctx, tx, actor, a, now); err != nil {
			return "", err
		}
		return accountID, nil
	})
	return err
}

// SetStanding lets an account sign in or stops it, and ends its sessions when
// it is stopped.
func (s *Service) SetStanding(ctx context.Context, actor lead.Actor, form ledger.Form, accountID string, active bool, reason string) error {
	if err := s.Access.Check(actor, "account.manage", access.Screen{}); err != nil {
		return err
	}
	bad := lead.Invalid{}
	if strings.TrimSpace(reason) == "" {
		bad["reason"] = "Say in a few words why"
	}
	bad.TooLong("reason", reason, 200)
	if actor.ID == accountID {
		bad["reason"] = "You cannot stop your own account: ask another administrator"
	}
	if err := bad.OrNil(); err != nil {
		return err
	}
	entry := ledger.Entry{Actor: actor, Verb: ledger.Administered, Act: "account.standing", Subjects: []string{accountID}, Detail: map[bool]string{true: "active", false: "stopped"}[active]}
	_, err := s.Book.Once(ctx, form, entry, func(tx *db.Tx, _ *ledger.Entry) (string, error) {
		if _, err := byID(ctx, tx, accountID); err != nil {
			return "", err
		}
		var version int64
		if err := tx.One(ctx, lastStandingVersion, accountID).Scan(&version); err != nil {
			return "", fmt.Errorf("set standing: %w", err)
		}
		at := db.At(s.Book.Now())
		if _, err := tx.Exec(ctx, insertStanding, accountID, version+1, active, reason, actor.ID, at); err != nil {
			return "", fmt.Errorf("set standing: %w", err)
		}
		if !active {
			if _, err := tx.Exec(ctx, endSessions, at, "stopped", accountID); err != nil {
				return "", fmt.Errorf("set standing: %w", err)
			}
		}
		return accountID, nil
	})
	return err
}

// Accounts returns up to limit accounts in order of address, from after on.
func (s *Service) Accounts(ctx context.Context, actor lead.Actor, after string, limit int) ([]Account, error) {
	var out []Account
	entry := ledger.Entry{Actor: actor, Verb: ledger.Administered, Act: "account.list"}
	err := s.Book.Record(ctx, entry, func(tx *db.Tx, _ *ledger.Entry) error {
		if err := s.Access.Check(actor, "account.manage", access.Screen{}); err != nil {
			return err
		}
		var err error
		out, err = db.All(ctx, tx, scanAccount, accountsAfter, after, limit)
		if err != nil {
			return fmt.Errorf("list accounts: %w", err)
		}
		for i := range out {
			if out[i].Roles, err = rolesOf(ctx, tx, out[i].ID); err != nil {
				return err
			}
		}
		return nil
	})
	return out, err
}

// Account returns one account for its administrator.
func (s *Service) Account(ctx context.Context, actor lead.Actor, accountID string) (Account, error) {
	var a Account
	entry := ledger.Entry{Actor: actor, Verb: ledger.Administered, Act: "account.read", Subjects: []string{accountID}}
	err := s.Book.Record(ctx, entry, func(tx *db.Tx, _ *ledger.Entry) error {
		if err := s.Access.Check(actor, "account.manage", access.Screen{}); err != nil {
			return err
		}
		var err error
		a, err = byID(ctx, tx, accountID)
		return err
	})
	return a, err
}

func rolesText(roles []lead.Role) string {
	words := make([]string, len(roles))
	for i, r := range roles {
		words[i] = string(r)
	}
	return strings.Join(words, " ")
}

// Empty reports whether nobody has an account yet.
func (s *Service) Empty(ctx context.Context) (bool, error) {
	var n int
	err := s.Book.Look(ctx, func(tx *db.Tx) error { return tx.One(ctx, countAccounts).Scan(&n) })
	return n == 0, err
}
