package identity_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"html"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"

	"waymark.example/internal/app"
	"waymark.example/internal/identity"
	"waymark.example/internal/lead"
	"waymark.example/internal/platform/ledger"
	"waymark.example/internal/webtest"
)

// issuer is a small OpenID provider: the authorisation-code flow with PKCE, as
// OpenID Connect Core and RFC 7636 ask, over real HTTP. Its fields bend it.
type issuer struct {
	t      *testing.T
	server *httptest.Server
	key    *ecdsa.PrivateKey
	noPKCE bool // refuses a challenge, as some providers do

	claims map[string]any           // who signs in there
	bend   func(map[string]any)     // changes a token before it is signed
	sign   func(body []byte) string // signs in another way
	codes  map[string]url.Values    // asked, by code; each works once
	last   url.Values               // the last question
	answer func(back url.Values)    // changes what is sent back
}

func newIssuer(t *testing.T) *issuer {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	p := &issuer{t: t, key: key, codes: map[string]url.Values{}, claims: map[string]any{"sub": "s-1", "name": "Pat Constable", "email": "pat@force.example", "groups": []any{"lead-officers"}}}
	mux := http.NewServeMux()
	mux.HandleFunc("/.well-known/openid-configuration", func(w http.ResponseWriter, _ *http.Request) {
		p.write(w, map[string]any{"issuer": p.server.URL, "authorization_endpoint": p.server.URL + "/authorize", "token_endpoint": p.server.URL + "/token", "jwks_uri": p.server.URL + "/keys",
			"end_session_endpoint": p.server.URL + "/end", "id_token_signing_alg_values_supported": []string{"ES256", "none", "HS256"}})
	})
	mux.HandleFunc("/keys", func(w http.ResponseWriter, _ *http.Request) {
		p.write(w, jose.JSONWebKeySet{Keys: []jose.JSONWebKey{{Key: key.Public(), KeyID: "k1", Algorithm: "ES256", Use: "sig"}}})
	})
	mux.HandleFunc("/authorize", p.authorize)
	mux.HandleFunc("/token", p.token)
	p.server = httptest.NewServer(mux)
	t.Cleanup(p.server.Close)
	return p
}

func (p *issuer) write(w http.ResponseWriter, v any) {
	w.Header().Set("Content-Type", "application/json")
	if err := json.NewEncoder(w).Encode(v); err != nil {
		p.t.Error(err)
	}
}

const redirect = "http://localhost/sign-in/with/force/back"

func (p *issuer) authorize(w http.ResponseWriter, r *http.Request) {
	q := r.URL.Query()
	p.last = q
	challenged := q.Get("code_challenge_method") == "S256" && q.Get("code_challenge") != ""
	if q.Get("client_id") != "waymark" || q.Get("redirect_uri") != redirect || q.Get("response_type") != "code" || !strings.Contains(q.Get("scope"), "openid") || q.Get("nonce") == "" || challenged == p.noPKCE {
		http.Error(w, "bad request", http.StatusBadRequest)
		return
	}
	code := rand.Text()
	p.codes[code] = q
	back := url.Values{"code": {code}, "state": {q.Get("state")}, "iss": {p.server.URL}}
	if p.answer != nil {
		p.answer(back)
	}
	http.Redirect(w, r, q.Get("redirect_uri")+"?"+back.Encode(), http.StatusFound)
}

func (p *issuer) token(w http.ResponseWriter, r *http.Request) {
	id, secret, ok := r.BasicAuth()
	if !ok {
		id, secret = r.PostFormValue("client_id"), r.PostFormValue("client_secret")
	}
	asked, known := p.codes[r.PostFormValue("code")]
	delete(p.codes, r.PostFormValue("code"))
	sum := sha256.Sum256([]byte(r.PostFormValue("code_verifier")))
	proved := p.noPKCE || asked.Get("code_challenge") == base64.RawURLEncoding.EncodeToString(sum[:])
	if !known || id != "waymark" || secret != "shh" || !proved || r.PostFormValue("redirect_uri") != asked.Get("redirect_uri") {
		w.WriteHeader(http.StatusBadRequest)
		p.write(w, map[string]any{"error": "invalid_grant"})
		return
	}
	now := time.Now()
	claims := map[string]any{"iss": p.server.URL, "aud": "waymark", "exp": now.Add(5 * time.Minute).Unix(), "iat": now.Unix(), "auth_time": now.Unix(), "nonce": asked.Get("nonce")}
	maps.Copy(claims, p.claims)
	if p.bend != nil {
		p.bend(claims)
	}
	body, err := json.Marshal(claims)
	if err != nil {
		p.t.Error(err)
	}
	out := map[string]any{"access_token": rand.Text(), "token_type": "Bearer", "expires_in": 300}
	sign := p.sign
	if sign == nil {
		sign = func(body []byte) string { return p.signed(body, p.key) }
	}
	if text := sign(body); text != "" {
		out["id_token"] = text
	}
	p.write(w, out)
}

func (p *issuer) signed(body []byte, key any) string {
	alg := jose.ES256
	if _, ok := key.([]byte); ok {
		alg = jose.HS256
	}
	signer, err := jose.NewSigner(jose.SigningKey{Algorithm: alg, Key: key}, (&jose.SignerOptions{}).WithHeader("kid", "k1"))
	if err != nil {
		p.t.Fatal(err)
	}
	object, err := signer.Sign(body)
	if err != nil {
		p.t.Fatal(err)
	}
	text, err := object.CompactSerialize()
	if err != nil {
		p.t.Fatal(err)
	}
	return text
}

// visit goes to the provider from an address it was sent to, and returns the
// path that it sends back to.
func (p *issuer) visit(address string) string {
	client := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	r, err := http.NewRequestWithContext(p.t.Context(), http.MethodGet, address, nil)
	if err != nil {
		p.t.Fatal(err)
	}
	resp, err := client.Do(r)
	if err != nil {
		p.t.Fatal(err)
	}
	defer resp.Body.Close() //nolint:errcheck // nothing is read
	back, err := resp.Location()
	if err != nil {
		p.t.Fatalf("the provider did not take the question: %d %s", resp.StatusCode, address)
	}
	return back.RequestURI()
}

func federated(t *testing.T, p *issuer) *webtest.Site {
	t.Helper()
	list, err := identity.ParseProviders([]byte(`[{"name": "force", "label": "Sign in with Northmoor Police", "issuer": "` + p.server.URL + `", "client_id": "waymark", "client_secret": "shh",
		"acr": ["phr", "phrh"], "claim": "groups", "team_claim": "unit", "mapping": [
			{"value": "lead-officers", "organisation": "Northmoor Police", "roles": ["officer"]},
			{"value": "lead-sergeants", "organisation": "Northmoor Police", "roles": ["sergeant"]},
			{"value": "lead-care", "organisation": "Harbour Support", "roles": ["case_manager"]},
			{"value": "lead-bosses", "organisation": "Harbour Support", "roles": ["supervisor"]},
			{"value": "lead-wrong", "organisation": "Harbour Support", "roles": ["officer"]}]}]`))
	if err != nil {
		t.Fatal(err)
	}
	list[0].NoPKCE = p.noPKCE
	p.claims["acr"] = "phr"
	return webtest.StartWith(t, app.Config{Database: "sqlite:" + t.TempDir() + "/waymark.db", Providers: list})
}

func comeIn(t *testing.T, p *issuer, b *webtest.Browser) webtest.Answer {
	t.Helper()
	left := b.Get("/sign-in/with/force")
	if left.Status != http.StatusSeeOther {
		t.Fatalf("leaving: %d\n%s", left.Status, left.Body)
	}
	return b.Get(p.visit(left.Location))
}

func TestAnotherOrganisationsSignInOpensAnAccountAndFollowsItsRoles(t *testing.T) {
	p := newIssuer(t)
	site := federated(t, p)
	b := site.Visitor(t)
	if got := comeIn(t, p, b); got.Status != http.StatusSeeOther || got.Location != "/" {
		t.Fatalf("%d %s\n%s", got.Status, got.Location, got.Body)
	}
	if b.Get("/police/decide").Status != http.StatusOK || b.Get("/police/approvals").Status != http.StatusNotFound {
		t.Error("the account is not an officer's")
	}
	if p.last.Get("acr_values") != "phr phrh" {
		t.Errorf("asked for %q", p.last.Get("acr_values"))
	}
	// The same person, promoted there, under another address: the same account.
	p.claims["groups"], p.claims["email"] = []any{"lead-officers", "lead-sergeants"}, "pat.sergeant@force.example"
	again := site.Visitor(t)
	comeIn(t, p, again)
	if again.Get("/police/approvals").Status != http.StatusOK {
		t.Error("the new role did not follow")
	}
	// Signing out says where else they are signed in.
	if got := again.Post("/sign-out", url.Values{}); got.Status != http.StatusOK || !got.Says("You may still be signed in at") || !strings.Contains(got.Body, p.server.URL+"/end?") {
		t.Errorf("signing out: %d\n%s", got.Status, got.Body)
	}
	// They leave the team there: no way in, and what is open ends.
	p.claims["groups"] = "none of ours"
	if got := comeIn(t, p, site.Visitor(t)); got.Status != http.StatusUnprocessableEntity || !got.Says("not given you a role") {
		t.Errorf("without a role: %d", got.Status)
	}
	if got := b.Get("/police/decide"); got.Status != http.StatusSeeOther {
		t.Errorf("their open session goes on: %d", got.Status)
	}
}

func TestR33_AProvidersWordNeverMixesTheSides(t *testing.T) {
	p := newIssuer(t)
	site := federated(t, p)
	for name, groups := range map[string][]any{"two sides": {"lead-officers", "lead-care"}, "a police role in the case team's organisation": {"lead-wrong"}, "none": {}} {
		p.claims["groups"] = groups
		if got := comeIn(t, p, site.Visitor(t)); got.Status != http.StatusUnprocessableEntity {
			t.Errorf("%s: %d %s", name, got.Status, got.Location)
		}
	}
	p.claims["groups"] = []any{"lead-officers"}
	comeIn(t, p, site.Visitor(t))
	p.claims["groups"] = []any{"lead-care"}
	b := site.Visitor(t)
	if got := comeIn(t, p, b); got.Status != http.StatusUnprocessableEntity || b.Get("/care/caseload").Status == http.StatusOK {
		t.Errorf("an officer came back as a case manager: %d", got.Status)
	}
}

func TestARoleThatTakesTwoIsNotAProvidersToGive(t *testing.T) {
	p := newIssuer(t)
	p.claims["groups"] = []any{"lead-care", "lead-bosses"}
	site := federated(t, p)
	b := site.Visitor(t)
	comeIn(t, p, b)
	comeIn(t, p, site.Visitor(t))
	if b.Get("/care/caseload").Status != http.StatusOK || b.Get("/care/board").Status != http.StatusNotFound {
		t.Error("a supervisor by the provider's word alone")
	}
	waiting, err := site.App.Accounts.Waiting(t.Context(), site.Area.Actors["administrator"])
	if err != nil || len(waiting) != 1 {
		t.Fatalf("waiting: %+v %v", waiting, err)
	}
	if _, _, err := site.App.Accounts.Answer(t.Context(), site.Area.Actors["administrator"], ledger.Form{}, waiting[0].ID, true); err != nil {
		t.Fatal(err)
	}
	if b.Get("/care/board").Status != http.StatusOK {
		t.Error("not a supervisor with an administrator's word")
	}
}

// An address is no proof of who somebody is: it never binds to an account.
func TestAnAccountIsNeverBoundByItsEmailAddress(t *testing.T) {
	p := newIssuer(t)
	p.claims["email"] = "Officer@practice.example"
	site := federated(t, p)
	b := site.Visitor(t)
	if got := comeIn(t, p, b); got.Status != http.StatusUnprocessableEntity || !got.Says("in use by an account") {
		t.Errorf("%d %s", got.Status, got.Location)
	}
	if got := b.Get("/police/decide").Status; got != http.StatusSeeOther {
		t.Errorf("in: %d", got)
	}
}

// Everything that can be wrong with an answer, and nobody is let in.
func TestNoForgedStaleOrMisplacedAnswerOpens(t *testing.T) {
	p := newIssuer(t)
	site := federated(t, p)
	stranger, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	set := func(name string, value any) func(map[string]any) {
		return func(c map[string]any) { c[name] = value }
	}
	none := func(body []byte) string {
		b := base64.RawURLEncoding
		return b.EncodeToString([]byte(`{"alg":"none","kid":"k1"}`)) + "." + b.EncodeToString(body) + "."
	}
	for name, bent := range map[string]struct {
		bend   func(map[string]any)
		sign   func([]byte) string
		answer func(url.Values)
	}{
		"wrong nonce":                   {bend: set("nonce", "another")},
		"no nonce":                      {bend: func(c map[string]any) { delete(c, "nonce") }},
		"wrong issuer":                  {bend: set("iss", "https://elsewhere.example")},
		"wrong audience":                {bend: set("aud", "another-site")},
		"made for another site":         {bend: func(c map[string]any) { c["aud"], c["azp"] = []string{"waymark", "another-site"}, "another-site" }},
		"for several, made for nobody":  {bend: set("aud", []string{"waymark", "another-site"})},
		"expired":                       {bend: set("exp", time.Now().Add(-time.Minute).Unix())},
		"no expiry":                     {bend: func(c map[string]any) { delete(c, "exp") }},
		"no subject":                    {bend: set("sub", "")},
		"a subject that is no text":     {bend: set("sub", 7)},
		"too weak a proof":              {bend: set("acr", "pwd")},
		"not signed":                    {sign: none},
		"signed with the shared secret": {sign: func(body []byte) string { return p.signed(body, []byte("shhshhshhshhshhshhshhshhshhshhshh")) }},
		"signed by a stranger":          {sign: func(body []byte) string { return p.signed(body, stranger) }},
		"no token":                      {sign: func([]byte) string { return "" }},
		"no token at all":               {sign: func([]byte) string { return "x.y" }},
		"wrong state":                   {answer: func(q url.Values) { q.Set("state", "another") }},
		"no state":                      {answer: func(q url.Values) { q.Del("state") }},
		"another provider's answer":     {answer: func(q url.Values) { q.Set("iss", "https://elsewhere.example") }},
		"another code":                  {answer: func(q url.Values) { q.Set("code", "another") }},
		"they changed their mind":       {answer: func(q url.Values) { q.Del("code"); q.Set("error", "access_denied") }},
	} {
		p.bend, p.sign, p.answer = bent.bend, bent.sign, bent.answer
		b := site.Visitor(t)
		if got := comeIn(t, p, b); got.Status != http.StatusUnprocessableEntity || b.Get("/police/decide").Status != http.StatusSeeOther {
			t.Errorf("%s: %d %s", name, got.Status, got.Location)
		}
	}
	p.bend, p.sign, p.answer = nil, nil, nil
	// The same answer twice, and in another browser.
	b := site.Visitor(t)
	back := p.visit(b.Get("/sign-in/with/force").Location)
	away := b.Cookie("waymark-away")
	if got := b.Get(back); got.Status != http.StatusSeeOther {
		t.Fatalf("the right answer: %d\n%s", got.Status, got.Body)
	}
	b.SetCookie("waymark-away", away)
	if got := b.Get(back); got.Status != http.StatusUnprocessableEntity {
		t.Errorf("replayed: %d", got.Status)
	}
	asked := p.visit(site.Visitor(t).Get("/sign-in/with/force").Location)
	if got := site.Visitor(t).Get(asked); got.Status != http.StatusUnprocessableEntity {
		t.Errorf("another browser's answer: %d", got.Status)
	}
	// Too late.
	late := site.Visitor(t)
	back = p.visit(late.Get("/sign-in/with/force").Location)
	site.Clock.Set(time.Now().Add(11 * time.Minute))
	if got := late.Get(back); got.Status != http.StatusUnprocessableEntity {
		t.Errorf("too late: %d", got.Status)
	}
}

// A provider that does not take PKCE is asked without.
func TestAProviderWithoutPKCEIsAskedWithout(t *testing.T) {
	p := newIssuer(t)
	p.noPKCE = true
	site := federated(t, p)
	if got := comeIn(t, p, site.Visitor(t)); got.Status != http.StatusSeeOther {
		t.Errorf("%d\n%s", got.Status, got.Body)
	}
}

// A provider that is down keeps nobody else out.
func TestAProviderThatIsDownIsSaidSo(t *testing.T) {
	p := newIssuer(t)
	site := federated(t, p)
	p.server.Close()
	if got := site.Visitor(t).Get("/sign-in/with/force"); got.Status != http.StatusUnprocessableEntity || !got.Says("does not answer just now") {
		t.Errorf("%d\n%s", got.Status, got.Body)
	}
	site.SignIn(t, "officer")
}

// Confirming through the provider: it must ask anew, and answer for the same
// person; and what was typed comes back.
func TestConfirmingAtTheProviderAsksAnewAndLosesNothing(t *testing.T) {
	p := newIssuer(t)
	site := federated(t, p)
	site.Clock.Set(time.Now())
	b := site.Visitor(t)
	p.bend = func(c map[string]any) { c["auth_time"] = time.Now().Add(-time.Hour).Unix() }
	comeIn(t, p, b) // signed in there an hour ago: no fresh proof
	asked := b.Post("/account/passkeys/new", url.Values{"name": {"My own blue key"}})
	if asked.Status != http.StatusUnauthorized {
		t.Fatalf("%d", asked.Status)
	}
	leave := func() string {
		page := b.Post("/sign-in/with/force", url.Values{"confirm": {"yes"}, "carried": {asked.Hidden("carried")}})
		_, rest, _ := strings.Cut(page.Body, `href="`+p.server.URL)
		address, _, _ := strings.Cut(rest, `"`)
		if page.Status != http.StatusOK || page.Says("My own blue key") {
			t.Fatalf("leaving: %d\n%s", page.Status, page.Body)
		}
		return p.server.URL + html.UnescapeString(address)
	}
	old := b.Get(p.visit(leave()))
	if old.Status != http.StatusUnprocessableEntity || old.Hidden("carried") == "" {
		t.Errorf("an hour-old proof: %d", old.Status)
	}
	if p.last.Get("prompt") != "login" || p.last.Get("max_age") != "0" {
		t.Errorf("asked without asking anew: %v", p.last)
	}
	asked = old
	p.bend = func(c map[string]any) { c["sub"] = "somebody else" }
	other := b.Get(p.visit(leave()))
	if other.Status != http.StatusUnprocessableEntity || !other.Says("somebody else's") {
		t.Errorf("somebody else's proof: %d\n%s", other.Status, other.Body)
	}
	asked = other
	p.bend = nil
	back := b.Get(p.visit(leave()))
	if back.Status != http.StatusOK || back.Hidden("name") != "My own blue key" {
		t.Errorf("%d\n%s", back.Status, back.Body)
	}
	if got := b.Get("/account/passkeys/new").Status; got != http.StatusOK {
		t.Errorf("after the proof: %d", got)
	}
}

// FuzzProvidersFile: a providers file is read or refused, and what is read keeps
// the rules: one side for each mapping, and an https issuer.
func FuzzProvidersFile(f *testing.F) {
	f.Add([]byte(`[{"name": "force", "label": "Police", "issuer": "https://login.example", "client_id": "w", "claim": "groups", "mapping": [{"value": "a", "organisation": "b", "roles": ["officer"]}]}]`), []byte(`{"sub":"1","groups":["a"],"acr":"x"}`))
	f.Add([]byte(`[{"name": "force", "issuer": "http://x", "mapping": [{"roles": ["officer", "case_manager"]}]}]`), []byte(`{"sub":7,"groups":{"a":1}}`))
	f.Add([]byte(`[] []`), []byte(`null`))
	f.Fuzz(func(t *testing.T, file, token []byte) {
		list, err := identity.ParseProviders(file)
		if err != nil {
			return
		}
		claims := map[string]any{}
		if json.Unmarshal(token, &claims) != nil {
			claims = nil
		}
		for _, p := range list {
			if !strings.HasPrefix(p.Issuer, "https://") && !strings.HasPrefix(p.Issuer, "http://localhost") && !strings.HasPrefix(p.Issuer, "http://127.0.0.1") {
				t.Errorf("issuer %q", p.Issuer)
			}
			person, err := p.Person(claims)
			if err != nil {
				continue
			}
			sides := map[lead.Side]bool{}
			for _, r := range person.Roles {
				sides[r.Side()] = true
			}
			if len(sides) != 1 || sides[""] || person.Subject == "" {
				t.Errorf("%+v", person)
			}
		}
	})
}
