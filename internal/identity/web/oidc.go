package web

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"encoding/hex"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"

	"waymark.example/internal/identity"
	"waymark.example/internal/lead"
	"waymark.example/internal/platform/ui"
	"waymark.example/internal/platform/web"
)

// Federation is the identity providers whose word this site takes.
type Federation struct {
	origin string
	now    func() time.Time
	http   *http.Client
	known  []*provider
}

// provider is one identity provider and what it says of itself, asked for when
// it is first needed: a provider that is down keeps nobody else out.
type provider struct {
	identity.IdentityProvider
	mu     sync.Mutex
	remote *oidc.Provider
}

// NewFederation returns the federation of a site that is reached at origin.
func NewFederation(origin string, providers []identity.IdentityProvider, now func() time.Time) *Federation {
	f := &Federation{origin: strings.TrimSuffix(origin, "/"), now: now, http: &http.Client{Timeout: 10 * time.Second}}
	for _, p := range providers {
		f.known = append(f.known, &provider{IdentityProvider: p})
	}
	return f
}

// Providers lists the providers in the order of their file.
func (f *Federation) Providers() []identity.IdentityProvider {
	var out []identity.IdentityProvider
	for _, p := range f.known {
		out = append(out, p.IdentityProvider)
	}
	return out
}

func (f *Federation) named(name string) (*provider, error) {
	i := slices.IndexFunc(f.known, func(p *provider) bool { return p.Name == name })
	if i < 0 {
		return nil, lead.ErrNotFound
	}
	return f.known[i], nil
}

// discover returns what a provider says of itself.
func (f *Federation) discover(p *provider) (*oidc.Provider, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.remote != nil {
		return p.remote, nil
	}
	// Its keys are fetched by later requests too: no request's context may end it.
	remote, err := oidc.NewProvider(oidc.ClientContext(context.Background(), f.http), p.Issuer)
	if err != nil {
		return nil, fmt.Errorf("identity provider %s: %w", p.Name, err)
	}
	p.remote = remote
	return remote, nil
}

func (f *Federation) config(p *provider, remote *oidc.Provider) *oauth2.Config {
	return &oauth2.Config{
		ClientID: p.ClientID, ClientSecret: p.ClientSecret, Endpoint: remote.Endpoint(),
		RedirectURL: f.origin + "/sign-in/with/" + p.Name + "/back", // exactly this, whatever host a request names
		Scopes:      append([]string{oidc.ScopeOpenID}, p.Scopes...),
	}
}

// signOutAt returns where to end one's session at the provider called name,
// "" where there is no such place.
func (f *Federation) signOutAt(_ context.Context, name string) (label, address string) {
	p, err := f.named(name)
	if err != nil {
		return "", ""
	}
	remote, err := f.discover(p)
	if err != nil {
		return "", "" // signing out here may not wait for somebody else
	}
	var says struct {
		End string `json:"end_session_endpoint"`
	}
	if err := remote.Claims(&says); err != nil || says.End == "" {
		return "", ""
	}
	to, err := url.Parse(says.End)
	if err != nil || to.Scheme != "https" && to.Scheme != "http" {
		return "", ""
	}
	q := to.Query()
	q.Set("client_id", p.ClientID)
	q.Set("post_logout_redirect_uri", f.origin+"/sign-in")
	to.RawQuery = q.Encode()
	return p.Label, to.String()
}

// statePath marks the sealed memory of a question put to a provider.
func statePath(name string) string { return "provider " + name }

// leave remembers in the browser what was asked, and returns where to ask it.
func (s *Site) leave(w http.ResponseWriter, r *http.Request, name string, remember url.Values) (string, error) {
	p, err := s.Federation.named(name)
	if err != nil {
		return "", err
	}
	remote, err := s.Federation.discover(p)
	if err != nil {
		return "", err
	}
	s.visitor(w, r)
	verifier := oauth2.GenerateVerifier()
	remember.Set("state", rand.Text())
	remember.Set("nonce", rand.Text())
	remember.Set("verifier", verifier)
	sealed, err := s.Ceremonies.Seal(web.Carried{Path: statePath(name), Answers: remember})
	if err != nil {
		return "", err
	}
	s.setCookie(w, "-away", sealed, 10*60)
	options := []oauth2.AuthCodeOption{oidc.Nonce(remember.Get("nonce"))}
	if !p.NoPKCE {
		options = append(options, oauth2.S256ChallengeOption(verifier))
	}
	if len(p.ACR) > 0 {
		options = append(options, oauth2.SetAuthURLParam("acr_values", strings.Join(p.ACR, " ")))
	}
	if remember.Get("confirm") != "" {
		options = append(options, oauth2.SetAuthURLParam("prompt", "login"), oauth2.SetAuthURLParam("max_age", "0"))
	}
	return s.Federation.config(p, remote).AuthCodeURL(remember.Get("state"), options...), nil
}

func (s *Site) goToProvider(w http.ResponseWriter, r *http.Request) error {
	q := r.URL.Query()
	remember := url.Values{"next": {web.LocalPath(q.Get("next"))}}
	if q.Get("confirm") == "yes" {
		remember.Set("confirm", "yes")
	}
	to, err := s.leave(w, r, r.PathValue("provider"), remember)
	if away := notThere(err); away != nil {
		return s.notVouched(w, r, remember, away)
	}
	if err != nil {
		return err
	}
	return web.SeeOther(w, r, to)
}

type goOnPage struct {
	ui.Page
	Label, Address string
}

// carryToProvider is goToProvider for somebody who typed something first. It
// waits here, sealed under a key that only their browser gets; the page between
// is there because a form may not lead to another site.
func (s *Site) carryToProvider(w http.ResponseWriter, r *http.Request) error {
	remember := url.Values{"next": {web.LocalPath(r.PostFormValue("next"))}}
	if r.PostFormValue("confirm") == "yes" {
		remember.Set("confirm", "yes")
	}
	p, err := s.Federation.named(r.PathValue("provider"))
	if err != nil {
		return err
	}
	if carried, err := s.Carrier.Open(r.PostFormValue("carried")); err == nil {
		raw := make([]byte, 32)
		rand.Read(raw) //nolint:errcheck // crypto/rand never fails
		key := hex.EncodeToString(raw)
		own, err := web.NewCarrier(key, s.Accounts.Book.Now)
		if err != nil {
			return err
		}
		sealed, err := own.Seal(carried)
		if err != nil {
			return err
		}
		id, err := s.Accounts.KeepCarried(r.Context(), sealed)
		if err != nil {
			return err
		}
		remember.Set("carried", id)
		remember.Set("carried_key", key)
	}
	to, err := s.leave(w, r, p.Name, remember)
	if away := notThere(err); away != nil {
		return s.notVouched(w, r, remember, away)
	}
	if err != nil {
		return err
	}
	return s.pages.Render(w, http.StatusOK, "go-on.html", goOnPage{alone(r, "Go on to "+p.Label), p.Label, to})
}

// errAway says that a provider cannot be reached.
var errAway = errors.New("your organisation's sign-in does not answer just now. Nothing you typed is lost: try again in a moment, or sign in another way")

func notThere(err error) error {
	if err == nil || errors.Is(err, lead.ErrNotFound) {
		return nil
	}
	return errAway
}

// backFromProvider takes a provider's answer.
func (s *Site) backFromProvider(w http.ResponseWriter, r *http.Request) error {
	name := r.PathValue("provider")
	p, err := s.Federation.named(name)
	if err != nil {
		return err
	}
	remember := s.remembered(r, name)
	s.setCookie(w, "-away", "", -1)
	person, proved, err := s.vouched(r, p, remember)
	if err == nil || errors.Is(err, identity.ErrNoRole) && person.Subject != "" {
		if remember.Get("confirm") != "" {
			return s.confirmedBy(w, r, name, remember, person, proved)
		}
		var token string
		var account identity.Account
		token, account, err = s.Accounts.SignInFrom(r.Context(), s.visitor(w, r), name, person, proved)
		if err == nil {
			s.setToken(w, token)
			if carried, ok, err := s.fetch(r, remember, account.ID); err != nil || ok {
				return errors.Join(err, s.resumeIf(w, r, ok, carried, "You are signed in again"))
			}
			return s.onward(w, r, account, remember.Get("next"))
		}
	}
	return s.notVouched(w, r, remember, err)
}

func (s *Site) resumeIf(w http.ResponseWriter, r *http.Request, ok bool, c web.Carried, title string) error {
	if !ok {
		return nil
	}
	return s.resume(w, r, c, title)
}

// confirmedBy takes a provider's answer as a fresh proof for the open session.
func (s *Site) confirmedBy(w http.ResponseWriter, r *http.Request, name string, remember url.Values, person identity.Person, proved time.Time) error {
	visit := s.Visit(r)
	of, err := s.Accounts.Who(r.Context(), visit)
	if errors.Is(err, identity.ErrExpired) {
		return web.SeeOther(w, r, "/sign-in")
	}
	if err != nil {
		return err
	}
	if err := s.Accounts.ConfirmFrom(r.Context(), visit, of.Actor(), name, person, proved); err != nil {
		return s.notVouched(w, r, remember, err)
	}
	if carried, ok, err := s.fetch(r, remember, of.Account.ID); err != nil || ok {
		return errors.Join(err, s.resumeIf(w, r, ok, carried, "Thank you, it is you"))
	}
	next := web.LocalPath(remember.Get("next"))
	if next == "" {
		next = "/account"
	}
	return web.SeeOther(w, r, next)
}

// fetch returns the form that waited for accountID, if one did.
func (s *Site) fetch(r *http.Request, remember url.Values, accountID string) (web.Carried, bool, error) {
	if remember.Get("carried") == "" {
		return web.Carried{}, false, nil
	}
	sealed, err := s.Accounts.FetchCarried(r.Context(), remember.Get("carried"))
	if err != nil {
		return web.Carried{}, false, err
	}
	own, err := web.NewCarrier(remember.Get("carried_key"), s.Accounts.Book.Now)
	if err != nil {
		return web.Carried{}, false, err
	}
	carried, err := own.Open(sealed)
	ok := err == nil && (carried.AccountID == "" || carried.AccountID == accountID)
	return carried, ok, nil
}

// remembered returns what this browser was asked to remember when it left for
// the provider called name, for ten minutes.
func (s *Site) remembered(r *http.Request, name string) url.Values {
	c, err := r.Cookie(s.cookie("-away"))
	if err != nil {
		return url.Values{}
	}
	kept, err := s.Ceremonies.Open(c.Value)
	if err != nil || kept.Path != statePath(name) || s.Accounts.Book.Now().Sub(kept.SealedAt) > 10*time.Minute {
		return url.Values{}
	}
	return kept.Answers
}

// errSaidNo says that the provider did not sign anybody in.
var errSaidNo = errors.New("you were not signed in there. Try again, or sign in another way")

// errAnswer says that an answer does not belong to a question of ours.
var errAnswer = errors.New("that sign-in does not belong to this browser, or took too long. Start again from here")

// vouched returns who a provider says is there, once everything about its
// answer holds: that this browser asked, once and just now; and that the token
// is the provider's, for this site, for this question, and not past its time.
func (s *Site) vouched(r *http.Request, p *provider, remember url.Values) (identity.Person, time.Time, error) {
	q := r.URL.Query()
	state := remember.Get("state")
	if state == "" || subtle.ConstantTimeCompare([]byte(q.Get("state")), []byte(state)) != 1 {
		return identity.Person{}, time.Time{}, errAnswer
	}
	if iss := q.Get("iss"); iss != "" && iss != p.Issuer { // RFC 9207: an answer of another provider
		return identity.Person{}, time.Time{}, errAnswer
	}
	if err := s.Accounts.SpendState(r.Context(), state); err != nil {
		if errors.Is(err, identity.ErrExpired) {
			err = errAnswer
		}
		return identity.Person{}, time.Time{}, err
	}
	if q.Get("code") == "" { // "access_denied" and its like: they changed their mind there
		return identity.Person{}, time.Time{}, errSaidNo
	}
	remote, err := s.Federation.discover(p)
	if err != nil {
		return identity.Person{}, time.Time{}, errAway
	}
	var options []oauth2.AuthCodeOption
	if !p.NoPKCE {
		options = append(options, oauth2.VerifierOption(remember.Get("verifier")))
	}
	ctx := oidc.ClientContext(r.Context(), s.Federation.http)
	tokens, err := s.Federation.config(p, remote).Exchange(ctx, q.Get("code"), options...)
	if err != nil {
		return identity.Person{}, time.Time{}, errAnswer
	}
	raw, ok := tokens.Extra("id_token").(string)
	if !ok {
		return identity.Person{}, time.Time{}, errAnswer
	}
	token, err := remote.Verifier(&oidc.Config{ClientID: p.ClientID, Now: s.Federation.now, SupportedSigningAlgs: signedWith()}).Verify(ctx, raw)
	if err != nil || subtle.ConstantTimeCompare([]byte(token.Nonce), []byte(remember.Get("nonce"))) != 1 {
		return identity.Person{}, time.Time{}, errAnswer
	}
	claims := map[string]any{}
	if err := token.Claims(&claims); err != nil {
		return identity.Person{}, time.Time{}, errAnswer
	}
	// A token for several parties names the one it was made for.
	if azp, ok := claims["azp"].(string); ok && azp != p.ClientID || !ok && len(token.Audience) > 1 {
		return identity.Person{}, time.Time{}, errAnswer
	}
	person, err := p.Person(claims)
	proved := time.Time{} // unless it says, a sign-in there may be a day old
	if at, ok := claims["auth_time"].(float64); ok && at > 0 && at < 1e11 {
		proved = time.Unix(int64(at), 0)
		if now := s.Accounts.Book.Now(); proved.After(now) {
			proved = now
		}
	}
	return person, proved, err
}

// signedWith lists the signatures that are taken: by the provider's own key,
// never none and never a shared secret.
func signedWith() []string {
	return []string{oidc.RS256, oidc.RS384, oidc.RS512, oidc.ES256, oidc.ES384, oidc.ES512, oidc.PS256, oidc.PS384, oidc.PS512, oidc.EdDSA}
}

// notVouched tells why a provider's word was not enough, where it was asked.
// What somebody typed goes on waiting with the page.
func (s *Site) notVouched(w http.ResponseWriter, r *http.Request, remember url.Values, err error) error {
	words := wordsOf(err)
	if words == "" {
		return err
	}
	sealed := ""
	if carried, _, err := s.fetch(r, remember, ""); err != nil {
		return err
	} else if carried.Path != "" { // sealed anew for the same person
		if sealed, err = s.Carrier.Seal(carried); err != nil {
			return err
		}
	}
	bad := lead.Invalid{"provider": strings.ToUpper(words[:1]) + words[1:]}
	if of, err := s.Accounts.Who(r.Context(), s.Visit(r)); err == nil && remember.Get("confirm") != "" {
		r = r.WithContext(web.WithActor(r.Context(), of.Actor()))
		return s.showConfirm(w, r, http.StatusUnprocessableEntity, bad, remember.Get("next"), sealed)
	}
	return s.showSignIn(w, r, http.StatusUnprocessableEntity, ui.NewForm(nil, bad), signInPage{Next: web.LocalPath(remember.Get("next")), Carried: sealed})
}

// wordsOf returns what to tell a person about err, "" when it is not about them.
func wordsOf(err error) string {
	for _, known := range []error{errAnswer, errSaidNo, errAway, identity.ErrWeakProof, identity.ErrNoRole, identity.ErrTwoSides, identity.ErrOtherPerson,
		identity.ErrNotOpen, identity.ErrAddressTaken, identity.ErrTeamTaken, identity.ErrNoSuchAccount} {
		if errors.Is(err, known) {
			return known.Error()
		}
	}
	return ""
}
