package identity

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"time"

	"waymark.example/internal/lead"
	"waymark.example/internal/platform/db"
	"waymark.example/internal/platform/ledger"
)

// IdentityProvider is another organisation's identity provider, and what its word is
// worth here. Everything in it is the operator's decision.
type IdentityProvider struct {
	Name         string    `json:"name"`  // in addresses: lower-case letters, figures, dashes
	Label        string    `json:"label"` // on the button
	Issuer       string    `json:"issuer"`
	ClientID     string    `json:"client_id"`
	ClientSecret string    `json:"client_secret,omitempty"`
	SecretFile   string    `json:"client_secret_file,omitempty"` // instead of client_secret
	SecretEnv    string    `json:"client_secret_env,omitempty"`  // likewise
	Scopes       []string  `json:"scopes,omitempty"`             // beside openid
	ACR          []string  `json:"acr,omitempty"`                // one of these must be asserted
	AMR          []string  `json:"amr,omitempty"`                // one of these must be asserted
	NoPKCE       bool      `json:"no_pkce,omitempty"`            // for a provider that does not take it
	NameClaim    string    `json:"name_claim,omitempty"`         // "name" when empty
	EmailClaim   string    `json:"email_claim,omitempty"`        // "email" when empty
	TeamClaim    string    `json:"team_claim,omitempty"`         // no team when empty
	Claim        string    `json:"claim"`                        // whose values are mapped, such as "groups"
	Mapping      []Mapping `json:"mapping"`
}

// Mapping gives everybody whose claim has a value an organisation and roles.
type Mapping struct {
	Value        string      `json:"value"`
	Organisation string      `json:"organisation"` // its name here
	Roles        []lead.Role `json:"roles"`
}

var providerName = regexp.MustCompile(`^[a-z0-9][a-z0-9-]{0,30}$`)

// ParseProviders reads the providers file: a JSON list. A mistake in it is told
// by name; nothing in it is guessed.
func ParseProviders(text []byte) ([]IdentityProvider, error) {
	d := json.NewDecoder(bytes.NewReader(text))
	d.DisallowUnknownFields()
	var out []IdentityProvider
	if err := d.Decode(&out); err != nil {
		return nil, fmt.Errorf("identity providers: %w", err)
	}
	if d.More() {
		return nil, errors.New("identity providers: something stands after the list")
	}
	seen := map[string]bool{}
	for i := range out {
		p := &out[i]
		if err := p.check(); err != nil {
			return nil, fmt.Errorf("identity providers: number %d (%s): %w", i+1, p.Name, err)
		}
		if seen[p.Name] || seen[p.Issuer] {
			return nil, fmt.Errorf("identity providers: number %d (%s): its name or issuer stands twice", i+1, p.Name)
		}
		seen[p.Name], seen[p.Issuer] = true, true
	}
	return out, nil
}

func (p *IdentityProvider) check() error {
	u, err := url.Parse(p.Issuer)
	local := err == nil && (u.Hostname() == "localhost" || u.Hostname() == "127.0.0.1")
	switch {
	case !providerName.MatchString(p.Name):
		return errors.New("name: lower-case letters, figures and dashes")
	case p.Name == "passkey" || p.Name == "password":
		return errors.New("name: this one is taken")
	case strings.TrimSpace(p.Label) == "":
		return errors.New("label: what does the button say?")
	case err != nil || u.Host == "" || u.Scheme != "https" && !(u.Scheme == "http" && local) || u.RawQuery != "" || u.Fragment != "" || u.User != nil:
		return errors.New("issuer: an https address")
	case p.ClientID == "":
		return errors.New("client_id is missing")
	case p.Claim == "":
		return errors.New("claim: which claim says what somebody is?")
	case len(p.Mapping) == 0:
		return errors.New("mapping: nobody would be let in")
	}
	given := 0
	for _, from := range []string{p.ClientSecret, p.SecretFile, p.SecretEnv} {
		if from != "" {
			given++
		}
	}
	if given > 1 {
		return errors.New("client_secret, client_secret_file and client_secret_env: give one")
	}
	for _, m := range p.Mapping {
		if m.Value == "" || m.Organisation == "" {
			return errors.New("mapping: each needs a value and an organisation")
		}
		if text := checkRoles(m.Roles); text != "" {
			return fmt.Errorf("mapping %q: %s", m.Value, text)
		}
	}
	p.NameClaim, p.EmailClaim = either(p.NameClaim, "name"), either(p.EmailClaim, "email")
	return nil
}

func either(text, otherwise string) string {
	if text == "" {
		return otherwise
	}
	return text
}

// Person is who a provider says is there, in our terms.
type Person struct {
	Issuer, Subject string
	Name            string
	Email           string
	Team            string
	Organisation    string // its name
	Roles           []lead.Role
}

// The ways in which a provider's word is not enough. The text is for the
// person.
var (
	ErrWeakProof     = errors.New("the sign-in there was not strong enough: use your key or app, not only a password")
	ErrNoRole        = errors.New("your organisation has not given you a role in Waymark")
	ErrTwoSides      = errors.New("your organisation has given you roles of two sides that nobody can hold together (R33)")
	ErrOtherPerson   = errors.New("that is somebody else's sign-in")
	ErrNotOpen       = errors.New("this account is stopped, or waits for a new enrolment code")
	ErrAddressTaken  = errors.New("your work email is in use by an account that signs in another way")
	ErrTeamTaken     = errors.New("your team has the name of another organisation's team here")
	ErrNoSuchAccount = errors.New("your organisation is not known here, or its people cannot have that role")
)

// Person reads verified claims. It asserts nothing that the mapping does not
// say, and takes no organisation or role from the token itself.
func (p IdentityProvider) Person(claims map[string]any) (Person, error) {
	if len(p.ACR) > 0 && !slices.Contains(p.ACR, claimText(claims["acr"])) {
		return Person{}, ErrWeakProof
	}
	if len(p.AMR) > 0 && !slices.ContainsFunc(claimTexts(claims["amr"]), func(m string) bool { return slices.Contains(p.AMR, m) }) {
		return Person{}, ErrWeakProof
	}
	out := Person{Issuer: p.Issuer, Subject: claimText(claims["sub"]), Name: clip(claimText(claims[p.NameClaim]), 100), Email: clip(claimText(claims[p.EmailClaim]), 200)}
	if p.TeamClaim != "" {
		out.Team = clip(claimText(claims[p.TeamClaim]), 100)
	}
	if out.Subject == "" || len(out.Subject) > 255 {
		return Person{}, ErrNoRole
	}
	has := claimTexts(claims[p.Claim])
	for _, m := range p.Mapping {
		if !slices.Contains(has, m.Value) {
			continue
		}
		if out.Organisation != "" && out.Organisation != m.Organisation {
			return Person{}, ErrTwoSides
		}
		out.Organisation = m.Organisation
		for _, r := range m.Roles {
			if !slices.Contains(out.Roles, r) {
				out.Roles = append(out.Roles, r)
			}
		}
	}
	if len(out.Roles) == 0 {
		return out, ErrNoRole // who it is is known, so that what they had can be taken away
	}
	if checkRoles(out.Roles) != "" {
		return Person{}, ErrTwoSides
	}
	return out, nil
}

func claimText(v any) string {
	text, _ := v.(string) //nolint:errcheck // anything else is as good as absent
	return strings.TrimSpace(strings.ToValidUTF8(strings.ReplaceAll(text, "\x00", ""), ""))
}

// claimTexts reads a claim that is a text or a list of texts.
func claimTexts(v any) []string {
	if list, ok := v.([]any); ok {
		var out []string
		for _, one := range list {
			if text := claimText(one); text != "" {
				out = append(out, text)
			}
		}
		return out
	}
	if text := claimText(v); text != "" {
		return []string{text}
	}
	return nil
}

func clip(text string, most int) string {
	if runes := []rune(text); len(runes) > most {
		return string(runes[:most])
	}
	return text
}

// SignInFrom signs in whom a provider vouches for, at provider's word of when
// they proved it. The first time it opens an account; each time it makes the
// account's roles those of the claims. Roles that need two people wait for the
// second here too.
func (s *Service) SignInFrom(ctx context.Context, v Visit, provider string, p Person, proved time.Time) (string, Account, error) {
	var a Account
	actor := lead.Actor{ID: "provider:" + provider, From: v.Place}
	var refused error
	entry := ledger.Entry{Actor: actor, Verb: ledger.Administered, Act: "account.provider"}
	err := s.Book.Record(ctx, entry, func(tx *db.Tx, e *ledger.Entry) error {
		var err error
		a, err = s.bound(ctx, tx, actor, p)
		if err != nil {
			return err
		}
		e.Subjects, e.Detail = []string{a.ID}, rolesText(p.Roles)
		if len(p.Roles) == 0 {
			refused = ErrNoRole
			if _, err := tx.Exec(ctx, endSessions, db.At(s.Book.Now()), "no role any more", a.ID); err != nil {
				return fmt.Errorf("sign in from provider: %w", err)
			}
			return s.keepRoles(ctx, tx, actor, a, nil)
		}
		return s.follow(ctx, tx, actor, a, p)
	})
	if err == nil {
		err = refused
	}
	if err != nil {
		return "", Account{}, err
	}
	held := false
	if err := s.Book.Look(ctx, func(tx *db.Tx) error {
		if a, err = byID(ctx, tx, a.ID); err != nil {
			return err
		}
		held, err = isHeld(ctx, tx, a.ID)
		return err
	}); err != nil {
		return "", Account{}, fmt.Errorf("sign in from provider: %w", err)
	}
	if held || !a.Active {
		return "", Account{}, s.refuse(ctx, v, a.ID, nil, ErrNotOpen)
	}
	token, err := s.beginFull(ctx, v, a, provider, proved)
	return token, a, err
}

// bound returns the account that p is bound to, opening one the first time.
func (s *Service) bound(ctx context.Context, tx *db.Tx, actor lead.Actor, p Person) (Account, error) {
	var id string
	err := tx.One(ctx, bindingBy, p.Issuer, p.Subject).Scan(&id)
	if err == nil {
		return byID(ctx, tx, id)
	}
	if !errors.Is(err, lead.ErrNotFound) {
		return Account{}, fmt.Errorf("sign in from provider: %w", err)
	}
	if len(p.Roles) == 0 {
		return Account{}, ErrNoRole
	}
	o, err := scanOrganisation(tx.One(ctx, organisationByName, p.Organisation))
	if errors.Is(err, lead.ErrNotFound) {
		return Account{}, ErrNoSuchAccount
	}
	if err != nil {
		return Account{}, fmt.Errorf("sign in from provider: %w", err)
	}
	a := Account{ID: lead.NewID("acc"), Side: p.Roles[0].Side(), Organisation: o.ID, Email: p.Email, Name: p.Name, Team: p.Team, Roles: p.Roles, Active: true, Created: s.Book.Now()}
	if a.Check() != nil {
		return Account{}, ErrNoSuchAccount
	}
	if err := belongs(ctx, tx, a); err != nil {
		return Account{}, errors.Join(ErrNoSuchAccount, err)
	}
	if err := ownTeam(ctx, tx, a); err != nil {
		return Account{}, errors.Join(ErrTeamTaken, err)
	}
	now, second := split(p.Roles, nil)
	if err := s.insert(ctx, tx, actor, a, now); err != nil {
		// The address is somebody's. Whose word binds it here is not the
		// provider's to say: addresses are given to others.
		if _, ok := errors.AsType[lead.Invalid](err); ok {
			return Account{}, ErrAddressTaken
		}
		return Account{}, err
	}
	if len(second) > 0 {
		if _, err := s.request(ctx, tx, actor, RoleChange, a.ID, rolesText(second), "the word of "+actor.ID); err != nil {
			return Account{}, err
		}
	}
	if _, err := tx.Exec(ctx, insertBinding, p.Issuer, p.Subject, a.ID, db.At(s.Book.Now())); err != nil {
		return Account{}, fmt.Errorf("sign in from provider: %w", err)
	}
	a.Roles = now
	return a, nil
}

// follow makes the roles of an account those that its provider gives. The side
// and the organisation stay for good (R33).
func (s *Service) follow(ctx context.Context, tx *db.Tx, actor lead.Actor, a Account, p Person) error {
	if p.Roles[0].Side() != a.Side {
		return ErrTwoSides
	}
	o, err := scanOrganisation(tx.One(ctx, organisationByName, p.Organisation))
	if errors.Is(err, lead.ErrNotFound) || err == nil && o.ID != a.Organisation {
		return ErrNoSuchAccount
	}
	if err != nil {
		return fmt.Errorf("sign in from provider: %w", err)
	}
	if err := belongs(ctx, tx, Account{Organisation: a.Organisation, Roles: p.Roles}); err != nil {
		return errors.Join(ErrNoSuchAccount, err)
	}
	now, second := split(p.Roles, a.Roles)
	if len(second) > 0 {
		if err := s.requestOnce(ctx, tx, actor, a.ID, rolesText(second)); err != nil {
			return err
		}
	}
	return s.keepRoles(ctx, tx, actor, a, now)
}

// requestOnce asks for roles that a provider gives, unless that waits already:
// it says so at every sign-in.
func (s *Service) requestOnce(ctx context.Context, tx *db.Tx, actor lead.Actor, accountID, roles string) error {
	var n int
	if err := tx.One(ctx, rolesAsked, accountID, roles).Scan(&n); err != nil {
		return fmt.Errorf("sign in from provider: %w", err)
	}
	if n > 0 {
		return nil
	}
	_, err := s.request(ctx, tx, actor, RoleChange, accountID, roles, "the word of "+actor.ID)
	return err
}

// ConfirmFrom takes a provider's word as fresh proof that actor is there.
func (s *Service) ConfirmFrom(ctx context.Context, v Visit, actor lead.Actor, provider string, p Person, proved time.Time) error {
	var id string
	err := s.Book.Look(ctx, func(tx *db.Tx) error { return tx.One(ctx, bindingBy, p.Issuer, p.Subject).Scan(&id) })
	if err != nil && !errors.Is(err, lead.ErrNotFound) {
		return fmt.Errorf("confirm from provider: %w", err)
	}
	if id != actor.ID {
		return s.refuse(ctx, v, actor.ID, nil, ErrOtherPerson)
	}
	if s.Book.Now().Sub(proved) > fresh {
		return ErrWeakProof
	}
	return s.confirmed(ctx, v, actor, provider, proved)
}

// SpendState notes that the answer to a question put to a provider was used,
// and returns ErrExpired when it was before.
func (s *Service) SpendState(ctx context.Context, state string) error {
	return s.Book.Keep(ctx, func(tx *db.Tx) error {
		n, err := tx.Exec(ctx, useChallenge, hashToken("state\n"+state), db.At(s.Book.Now()))
		if err != nil {
			return fmt.Errorf("sign in from provider: %w", err)
		}
		if n == 0 {
			return ErrExpired
		}
		return nil
	})
}

// carriedTime is how long a form waits while its writer is at another site.
const carriedTime = time.Hour

// KeepCarried keeps a sealed form under a fresh name. Only the browser that it
// came from holds the key that opens it.
func (s *Service) KeepCarried(ctx context.Context, sealed string) (string, error) {
	id := lead.NewID("car")
	err := s.Book.Keep(ctx, func(tx *db.Tx) error {
		_, err := tx.Exec(ctx, insertCarried, id, sealed, db.At(s.Book.Now()))
		return err
	})
	if err != nil {
		return "", fmt.Errorf("keep form: %w", err)
	}
	return id, nil
}

// FetchCarried returns a sealed form and forgets it, and every other that
// nobody came back for.
func (s *Service) FetchCarried(ctx context.Context, id string) (string, error) {
	var sealed string
	err := s.Book.Keep(ctx, func(tx *db.Tx) error {
		if err := tx.One(ctx, carriedByID, id).Scan(&sealed); err != nil && !errors.Is(err, lead.ErrNotFound) {
			return err
		}
		_, err := tx.Exec(ctx, deleteCarried, id, db.At(s.Book.Now().Add(-carriedTime)))
		return err
	})
	if err != nil {
		return "", fmt.Errorf("fetch form: %w", err)
	}
	return sealed, nil
}
