package identity

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"waymark.example/internal/lead"
	"waymark.example/internal/platform/access"
	"waymark.example/internal/platform/db"
	"waymark.example/internal/platform/ledger"
)

// RequestKind is what two people are needed for.
type RequestKind string

// The kinds of request.
const (
	Recovery   RequestKind = "recovery" // a new enrolment code for somebody who lost their keys
	RoleChange RequestKind = "roles"    // a role that sees much or decides about others
)

// Request is what one person asked for and a second has to confirm.
type Request struct {
	ID      string
	Kind    RequestKind
	Account Account
	Roles   []lead.Role // to be given
	Reason  string
	Asker   string // account_id
	AskedBy string // their name
	Asked   time.Time
}

// NeedsTwo reports whether giving role r takes two people.
func NeedsTwo(r lead.Role) bool {
	return slices.Contains([]lead.Role{lead.Administrator, lead.DPO, lead.Auditor, lead.Supervisor, lead.CrimeRegistrar}, r)
}

// AskRecovery asks that an account get a new enrolment code, because its owner
// lost every way in. A second person confirms it.
func (s *Service) AskRecovery(ctx context.Context, actor lead.Actor, form ledger.Form, accountID, reason string) error {
	if err := s.Access.Check(actor, "account.manage", access.Screen{}); err != nil {
		return err
	}
	bad := lead.Invalid{}
	if strings.TrimSpace(reason) == "" {
		bad["why"] = "Say in a few words what happened"
	}
	bad.TooLong("why", reason, 200)
	if actor.ID == accountID {
		bad["why"] = "You cannot ask for yourself: ask another administrator"
	}
	if err := bad.OrNil(); err != nil {
		return err
	}
	entry := ledger.Entry{Actor: actor, Verb: ledger.Administered, Act: "recovery.ask", Subjects: []string{accountID}}
	_, err := s.Book.Once(ctx, form, entry, func(tx *db.Tx, _ *ledger.Entry) (string, error) {
		a, err := byID(ctx, tx, accountID)
		if err != nil {
			return "", err
		}
		if !a.Active {
			return "", lead.Invalid{"why": "This account is stopped: let them sign in again first"}
		}
		return s.request(ctx, tx, actor, Recovery, accountID, "", reason)
	})
	return err
}

func (s *Service) request(ctx context.Context, tx *db.Tx, actor lead.Actor, kind RequestKind, accountID, roles, reason string) (string, error) {
	id := lead.NewID("req")
	if _, err := tx.Exec(ctx, insertRequest, id, kind, accountID, roles, reason, actor.ID, db.At(s.Book.Now())); err != nil {
		return "", fmt.Errorf("ask for a second person: %w", err)
	}
	return id, nil
}

// colleague is an account as the policies see it when actor wants to act on it.
func colleague(a Account) access.Colleague {
	return access.Colleague{ID: a.ID, Team: a.Team, Side: a.Side}
}

func (r Request) colleague() access.Colleague {
	c := colleague(r.Account)
	c.Asker, c.For = r.Asker, string(r.Kind)
	return c
}

// mostWaiting is how many requests a page lists.
const mostWaiting = 100

// Waiting lists the requests that wait and that actor may confirm or asked for,
// oldest first.
func (s *Service) Waiting(ctx context.Context, actor lead.Actor) ([]Request, error) {
	var out []Request
	entry := ledger.Entry{Actor: actor, Verb: ledger.Administered, Act: "request.list"}
	err := s.Book.Record(ctx, entry, func(tx *db.Tx, _ *ledger.Entry) error {
		if err := s.Access.Check(actor, "identity.second", access.Screen{}); err != nil {
			return err
		}
		var all []Request
		var err error
		if actor.Has(lead.Administrator) {
			all, err = db.All(ctx, tx, scanRequest, waitingRequests, mostWaiting)
		} else {
			all, err = db.All(ctx, tx, scanRequest, waitingOfTeam, actor.Side, actor.Team, mostWaiting)
		}
		if err != nil {
			return fmt.Errorf("waiting requests: %w", err)
		}
		for _, r := range all {
			if r.Account, err = byID(ctx, tx, r.Account.ID); err != nil {
				return err
			}
			if r.Asker == actor.ID || s.Access.Check(actor, "identity.second", r.colleague()) == nil {
				out = append(out, r)
			}
		}
		return nil
	})
	return out, err
}

// Answer confirms or declines what somebody else asked for. Confirming a
// recovery returns the enrolment code, once, to be handed over in person;
// confirming roles gives them.
func (s *Service) Answer(ctx context.Context, actor lead.Actor, form ledger.Form, requestID string, confirm bool) (Request, string, error) {
	var r Request
	answer := map[bool]string{true: "confirmed", false: "declined"}[confirm]
	code := newCode()
	made := false
	entry := ledger.Entry{Actor: actor, Verb: ledger.Administered, Act: "request.answer", Detail: answer}
	_, err := s.Book.Once(ctx, form, entry, func(tx *db.Tx, e *ledger.Entry) (string, error) {
		var err error
		r, err = scanRequest(tx.One(ctx, requestByID, requestID))
		if err != nil {
			return "", err
		}
		if r.Account, err = byID(ctx, tx, r.Account.ID); err != nil {
			return "", err
		}
		e.Act, e.Subjects = string(r.Kind)+".answer", []string{r.Account.ID}
		// Whoever asked may take it back; only somebody else may confirm it.
		if confirm || r.Asker != actor.ID {
			if err := s.Access.Check(actor, "identity.second", r.colleague()); err != nil {
				return "", err
			}
		}
		n, err := tx.Exec(ctx, insertAnswer, requestID, answer, actor.ID, db.At(s.Book.Now()))
		if err != nil {
			return "", fmt.Errorf("answer: %w", err)
		}
		if n == 0 {
			return "", lead.ErrConflict
		}
		if !confirm {
			return "", nil
		}
		made = true
		if r.Kind == RoleChange {
			return "", s.giveRoles(ctx, tx, actor, r)
		}
		return "", s.recover(ctx, tx, actor, r, code)
	})
	if err != nil || !made || r.Kind != Recovery {
		code = ""
	}
	return r, code, err
}

// recover gives an account a new enrolment code. What it had before is
// suspended when the code is used, so that a forged request cannot lock out the
// owner unnoticed: they are told.
func (s *Service) recover(ctx context.Context, tx *db.Tx, actor lead.Actor, r Request, code string) error {
	if err := s.keepCode(ctx, tx, actor, r.Account.ID, code, recoveryTime); err != nil {
		return err
	}
	return s.tell(ctx, tx, r.Account.ID, NoticeRecovered, r.AskedBy+" asked for it and "+actor.Name+" confirmed it")
}

func (s *Service) giveRoles(ctx context.Context, tx *db.Tx, actor lead.Actor, r Request) error {
	now := slices.Clone(r.Account.Roles)
	for _, role := range r.Roles {
		if !slices.Contains(now, role) {
			now = append(now, role)
		}
	}
	if err := belongs(ctx, tx, Account{Organisation: r.Account.Organisation, Roles: now}); err != nil {
		return err
	}
	return s.keepRoles(ctx, tx, actor, r.Account, now)
}

// keepRoles makes an account's roles those of roles, and tells its owner.
func (s *Service) keepRoles(ctx context.Context, tx *db.Tx, actor lead.Actor, a Account, roles []lead.Role) error {
	changed := false
	for _, r := range lead.Roles() {
		if r.Side() != a.Side || slices.Contains(a.Roles, r) == slices.Contains(roles, r) {
			continue
		}
		changed = true
		var version int64
		if err := tx.One(ctx, lastRoleVersion, a.ID, r).Scan(&version); err != nil {
			return fmt.Errorf("set roles: %w", err)
		}
		if _, err := tx.Exec(ctx, insertRole, a.ID, a.Side, r, version+1, slices.Contains(roles, r), actor.ID, db.At(s.Book.Now())); err != nil {
			return fmt.Errorf("set roles: %w", err)
		}
	}
	if !changed {
		return nil
	}
	words := make([]string, len(roles))
	for i, r := range roles {
		words[i] = r.Words()
	}
	if len(words) == 0 {
		words = []string{"none yet"}
	}
	return s.tell(ctx, tx, a.ID, NoticeRoles, strings.Join(words, ", "))
}

// split parts roles into those that one person can give and those that need a
// second. A role that is held already needs nobody.
func split(wanted, held []lead.Role) (now, second []lead.Role) {
	for _, r := range wanted {
		if NeedsTwo(r) && !slices.Contains(held, r) {
			second = append(second, r)
		} else {
			now = append(now, r)
		}
	}
	return now, second
}

func scanRequest(row db.Row) (Request, error) {
	var r Request
	var roles string
	var asked db.Time
	err := row.Scan(&r.ID, &r.Kind, &r.Account.ID, &roles, &r.Reason, &r.Asker, &r.AskedBy, &asked)
	r.Asked = asked.Time
	for _, role := range strings.Fields(roles) {
		r.Roles = append(r.Roles, lead.Role(role))
	}
	return r, err
}

// Member is a colleague of one's own team and how they are signed in.
type Member struct {
	Account  Account
	Sessions int
	Held     bool
}

// Team lists the colleagues of actor's team whose devices actor can revoke.
func (s *Service) Team(ctx context.Context, actor lead.Actor) ([]Member, error) {
	var out []Member
	entry := ledger.Entry{Actor: actor, Verb: ledger.Administered, Act: "identity.team"}
	err := s.Book.Record(ctx, entry, func(tx *db.Tx, _ *ledger.Entry) error {
		if err := s.Access.Check(actor, "identity.revoke_team", access.Screen{}); err != nil {
			return err
		}
		accounts, err := db.All(ctx, tx, scanAccount, accountsOfTeam, actor.Side, actor.Team)
		if err != nil {
			return fmt.Errorf("team: %w", err)
		}
		for _, a := range accounts {
			if s.Access.Check(actor, "identity.revoke_team", colleague(a)) != nil {
				continue
			}
			m := Member{Account: a}
			if m.Account.Roles, err = rolesOf(ctx, tx, a.ID); err != nil {
				return err
			}
			open, err := s.open(ctx, tx, a.ID, m.Account.Roles)
			if err != nil {
				return err
			}
			if m.Held, err = isHeld(ctx, tx, a.ID); err != nil {
				return err
			}
			m.Sessions = len(open)
			out = append(out, m)
		}
		return nil
	})
	return out, err
}

// RevokeDevices ends every session of a colleague and suspends every key and
// the password of the account, for a lost device. It holds from the next
// request on, until the owner enrols again in person.
func (s *Service) RevokeDevices(ctx context.Context, actor lead.Actor, form ledger.Form, accountID string) error {
	entry := ledger.Entry{Actor: actor, Verb: ledger.Administered, Act: "identity.revoke_team", Subjects: []string{accountID}}
	_, err := s.Book.Once(ctx, form, entry, func(tx *db.Tx, _ *ledger.Entry) (string, error) {
		if err := s.Access.Check(actor, "identity.revoke_team", access.Screen{}); err != nil {
			return "", err
		}
		a, err := byID(ctx, tx, accountID)
		if errors.Is(err, lead.ErrNotFound) {
			return "", lead.ErrForbidden // alike, whether or not there is such an account
		}
		if err != nil {
			return "", err
		}
		if err := s.Access.Check(actor, "identity.revoke_team", colleague(a)); err != nil {
			return "", err
		}
		return "", s.revoke(ctx, tx, actor, a.ID)
	})
	return err
}

// revoke shuts every way in that a lost device may hold.
func (s *Service) revoke(ctx context.Context, tx *db.Tx, actor lead.Actor, accountID string) error {
	if err := s.shut(ctx, tx, accountID, "revoked"); err != nil {
		return err
	}
	if _, err := tx.Exec(ctx, spendCodes, db.At(s.Book.Now()), accountID); err != nil {
		return fmt.Errorf("revoke: codes: %w", err)
	}
	// The hold keeps out what is not ours to shut: an identity provider's open
	// session on the device.
	if err := s.hold(ctx, tx, actor, accountID, true); err != nil {
		return err
	}
	return s.tell(ctx, tx, accountID, NoticeRevoked, actor.Name)
}
