package app_test

import (
	"bytes"
	"fmt"
	"io"
	"log"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"waymark.example/internal/care/consent"
	"waymark.example/internal/handoff/disclosure"
	"waymark.example/internal/platform/db"
	"waymark.example/internal/platform/ledger"
	"waymark.example/internal/platform/ui"
	"waymark.example/internal/practice"
	"waymark.example/internal/webtest"
)

// ask sends a request whose target goes out letter for letter.
func ask(t *testing.T, b *webtest.Browser, site *webtest.Site, method, target, body string, headers ...string) webtest.Answer {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), method, site.URL, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	path, query, _ := strings.Cut(target, "?")
	r.URL.Opaque, r.URL.RawQuery = "//"+r.URL.Host+path, query
	if body == "" {
		r.Body = http.NoBody
	}
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	return b.Do(r)
}

const form = "application/x-www-form-urlencoded"

func TestEveryAnswerCarriesItsHeadersWhateverMadeIt(t *testing.T) {
	site := webtest.StartEmpty(t, "sqlite:"+filepath.Join(t.TempDir(), "waymark.db"))
	v := site.Visitor(t)
	for what, a := range map[string]webtest.Answer{
		"page":               v.Get("/sign-in"),
		"nothing there":      v.Get("/no-such-page"),
		"to sign-in":         v.Get("/care/caseload"),
		"cleaned path":       ask(t, v, site, "GET", "/care//caseload", ""),
		"asset":              v.Get("/assets/waymark.css"),
		"no asset":           v.Get("/assets/none.js"),
		"folder of assets":   v.Get("/assets/"),
		"health":             v.Get("/healthz"),
		"method":             ask(t, v, site, "PUT", "/sign-in", ""),
		"method nobody has":  ask(t, v, site, "WAYMARK", "/sign-in", ""),
		"another site":       ask(t, v, site, "POST", "/sign-in", "email=x", "Content-Type", form, "Sec-Fetch-Site", "cross-site"),
		"no form":            ask(t, v, site, "POST", "/sign-in", "{}", "Content-Type", "application/json"),
		"no sense":           ask(t, v, site, "POST", "/sign-in", "a=%zz", "Content-Type", form),
		"too much":           v.Post("/sign-in", url.Values{"email": {strings.Repeat("x", 300<<10)}}),
		"put right":          v.Post("/sign-in", url.Values{"email": {"x"}}),
		"session has ended":  v.Post("/care/on-call", url.Values{"phone": {"x"}}),
		"strange query":      v.Get("/sign-in?next=%00"),
		"query of no sense":  ask(t, v, site, "GET", "/sign-in?next=%zz", ""),
		"query of two minds": ask(t, v, site, "GET", "/sign-in?a=1;b=2", ""),
	} {
		if a.Status >= 500 {
			t.Errorf("%s: %d", what, a.Status)
		}
		csp := a.Header.Get("Content-Security-Policy")
		for _, part := range []string{"default-src 'none'", "object-src 'none'", "base-uri 'none'", "frame-ancestors 'none'", "form-action 'self'", "require-trusted-types-for 'script'"} {
			if !strings.Contains(csp, part) {
				t.Errorf("%s: %d: no %s", what, a.Status, part)
			}
		}
		if strings.Contains(csp, "unsafe") || strings.Contains(csp, "*") || strings.Contains(csp, "http") {
			t.Errorf("%s: %s", what, csp)
		}
		for name, want := range map[string]string{"X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer", "X-Frame-Options": "DENY", "Cross-Origin-Opener-Policy": "same-origin",
			"Cross-Origin-Resource-Policy": "same-origin", "Cache-Control": "no-store", "Access-Control-Allow-Origin": "", "Server": "", "X-Powered-By": "", "Strict-Transport-Security": ""} {
			if got := a.Header.Get(name); got != want {
				t.Errorf("%s: %d: %s is %q, want %q", what, a.Status, name, got, want)
			}
		}
		if kind := a.Header.Get("Content-Type"); a.Body != "" && !strings.Contains(kind, "charset=utf-8") {
			t.Errorf("%s: a body of %q", what, kind)
		}
	}
	if a := v.Get("/assets/waymark.css?v=1"); a.Header.Get("Cache-Control") != "public, max-age=31536000, immutable" {
		t.Errorf("an asset is not kept: %v", a.Header)
	}
	if a := v.Get("/assets/"); a.Status != http.StatusNotFound || strings.Contains(a.Body, "waymark.js") {
		t.Errorf("the folder of assets is listed: %d", a.Status)
	}
}

func TestNothingButAFormIsTaken(t *testing.T) {
	site := webtest.StartEmpty(t, "sqlite:"+filepath.Join(t.TempDir(), "waymark.db"))
	v := site.Visitor(t)
	for _, kind := range []string{"", "application/json", "text/plain", "multipart/form-data; boundary=x", "application/xml", "text/xml", "application/x-www-form-urlencoded; charset=utf-7", "application/x-www-form-urlencoded, text/plain", ";"} {
		if a := ask(t, v, site, "POST", "/sign-in", "email=a&password=b", "Content-Type", kind); a.Status != http.StatusUnsupportedMediaType {
			t.Errorf("%q: %d", kind, a.Status)
		}
	}
	if a := ask(t, v, site, "POST", "/sign-in", "email=a", "Content-Type", form, "Content-Encoding", "gzip"); a.Status != http.StatusUnsupportedMediaType {
		t.Errorf("a packed form: %d", a.Status)
	}
	for _, kind := range []string{form, "application/x-www-form-urlencoded; charset=UTF-8"} {
		if a := ask(t, v, site, "POST", "/sign-in", "email=a&password=b", "Content-Type", kind); a.Status != http.StatusUnprocessableEntity {
			t.Errorf("%q: %d", kind, a.Status)
		}
	}
	for _, body := range []string{"a=%zz", "a=1;b=2", "%"} {
		if a := ask(t, v, site, "POST", "/sign-in", body, "Content-Type", form); a.Status != http.StatusBadRequest {
			t.Errorf("%q: %d", body, a.Status)
		}
	}
}

func TestAFormHasAnEnd(t *testing.T) {
	site := webtest.StartEmpty(t, "sqlite:"+filepath.Join(t.TempDir(), "waymark.db"))
	v := site.Visitor(t)
	if a := ask(t, v, site, "POST", "/sign-in", strings.Repeat("a=1&", 1001), "Content-Type", form); a.Status != http.StatusRequestEntityTooLarge {
		t.Errorf("a form of 1001 answers: %d", a.Status)
	}
	if a := ask(t, v, site, "POST", "/sign-in", strings.Repeat("a=1&", 900)+"email=x", "Content-Type", form); a.Status != http.StatusUnprocessableEntity {
		t.Errorf("a form of 901 answers: %d", a.Status)
	}
	// A body that does not say how long it is ends all the same.
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, site.URL+"/sign-in", io.MultiReader(strings.NewReader("email="), strings.NewReader(strings.Repeat("x", 300<<10))))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", form)
	if a := v.Do(r); a.Status != http.StatusRequestEntityTooLarge {
		t.Errorf("a body without a length: %d", a.Status)
	}
}

// A route answers its own method and no other, whatever a form or a header says
// that the method was meant to be.
func TestNoMethodIsTakenForAnother(t *testing.T) {
	site := webtest.Start(t, "sqlite:"+filepath.Join(t.TempDir(), "waymark.db"), nil)
	visitor, b := site.Visitor(t), site.SignIn(t, "manager")
	for _, route := range site.App.Routes() {
		path := addresses(site, route.Path)[0]
		for _, method := range []string{"PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT", "get", "PROPFIND"} {
			if method == "CONNECT" { // a path of its own in the client
				continue
			}
			if a := ask(t, b, site, method, path, ""); a.Status != http.StatusMethodNotAllowed || a.Header.Get("Allow") == "" {
				t.Errorf("%s %s: %d", method, path, a.Status)
			}
		}
		if route.Method == http.MethodGet && route.Action != "" {
			if a := ask(t, visitor, site, "HEAD", path, ""); a.Status != http.StatusSeeOther || a.Body != "" {
				t.Errorf("HEAD %s tells a stranger something: %d", path, a.Status)
			}
		}
	}
	person := "/care/people/" + site.Area.People["Kestrel"]
	note := noteForm("", "sent as something else").Encode()
	for what, a := range map[string]webtest.Answer{
		"GET with a method in the query":  b.Get(person + "/contact?_method=POST&" + note),
		"GET with a method in the header": ask(t, b, site, "GET", person+"/contact?"+note, "", "X-HTTP-Method-Override", "POST"),
		"GET with a body":                 ask(t, b, site, "GET", person+"/contact", note, "Content-Type", form),
		"POST with the form in the query": ask(t, b, site, "POST", person+"/contact?"+note, ""),
		"HEAD with the form in the query": ask(t, b, site, "HEAD", person+"/contact?"+note, ""),
	} {
		if a.Status == http.StatusSeeOther || a.Status >= 500 {
			t.Errorf("%s: %d", what, a.Status)
		}
	}
	if strings.Contains(b.Get(person).Body, "sent as something else") {
		t.Error("a note was saved that nobody posted")
	}
}

// However a path is written, it leads to the same page, asked for in the same
// way, or to none.
func TestNoWayOfWritingAPathGetsAroundTheDoor(t *testing.T) {
	site := webtest.Start(t, "sqlite:"+filepath.Join(t.TempDir(), "waymark.db"), func(s string) string { return strings.TrimSpace(s + " canary0000x") })
	person := site.Area.People["Kestrel"]
	tricks := []string{
		"/care/people/%s", "//care/people/%s", "/care//people/%s", "/./care/people/%s", "/police/../care/people/%s", "/police/%%2e%%2e/care/people/%s", "/police/%%2E%%2E/care/people/%s", "/police/..%%2fcare/people/%s",
		"/care%%2fpeople%%2f%s", "/care/people%%2f%s", "/care/people/%%2f%s", "/care/people/%s%%00", "/care/people/%s%%00.css", "/care/people/%s%%20", "/care/people/%s/", "/care/people/%s/.", "/care/people/%s;x=1",
		"/care/people/%s?", "/care/people/%s%%3f", "/CARE/PEOPLE/%s", "/care/people/%s/../%[1]s", "/assets/../care/people/%s", "/assets/%%2e%%2e/care/people/%s", "/assets/..%%2f..%%2fcare/people/%s", "/care/people/%%c0%%af%s",
		"/care/people/%%c0%%ae%%c0%%ae/%s", `/care\people\%s`, "/care/people/%s%%0d%%0aX-Injected:%%20yes", "/sign-in/../care/people/%s", "/sign-in%%2f..%%2fcare/people/%s", "/healthz/../care/people/%s", "/.//care/people/%s",
	}
	manager := site.SignIn(t, "manager")
	if a := manager.Get("/care/people/" + person); a.Status != http.StatusOK || !strings.Contains(a.Body, "canary0000x") {
		t.Fatal("the page is not there for the one whose it is")
	}
	for _, role := range []string{"", "officer", "manager3", "administrator", "auditor"} {
		b := site.Visitor(t)
		if role != "" {
			b = site.SignIn(t, role)
		}
		for _, trick := range tricks {
			for _, method := range []string{"GET", "HEAD", "POST"} {
				path := fmt.Sprintf(trick, person)
				a := ask(t, b, site, method, path, "")
				if a.Status == http.StatusOK && method != "HEAD" && !strings.Contains(a.Body, "Sign in") || a.Status >= 500 || strings.Contains(a.Body, "canary0000x") {
					t.Errorf("%s: %s %s: %d", role, method, path, a.Status)
				}
				if a.Location != "" && (!strings.HasPrefix(a.Location, "/") || strings.HasPrefix(a.Location, "//")) || a.Header.Get("X-Injected") != "" {
					t.Errorf("%s: %s %s leads to %q", role, method, path, a.Location)
				}
			}
		}
	}
}

func TestNoRedirectLeadsElsewhere(t *testing.T) {
	const harmless = "/%0d%0aSet-Cookie:%20stolen=1" // a path of ours, if an odd one
	site := webtest.StartEmpty(t, "sqlite:"+filepath.Join(t.TempDir(), "waymark.db"))
	for _, next := range []string{"//elsewhere.example", "https://elsewhere.example", "https:elsewhere.example", `/\elsewhere.example`, `\\elsewhere.example`, "/\t/elsewhere.example", "/\n/elsewhere.example", "/x\r\nSet-Cookie: stolen=1",
		"javascript:alert(1)", "elsewhere.example", " //elsewhere.example", harmless} {
		b := site.Visitor(t)
		page := b.Get("/sign-in?next=" + url.QueryEscape(next))
		if kept := page.Hidden("next"); kept != "" && next != harmless {
			t.Errorf("%q stays on the page as %q", next, kept)
		}
		site.Clock.Set(site.Clock.Now().Add(31 * time.Second)) // for a code that is not spent
		shown := b.Post("/sign-in", url.Values{"email": {"officer@practice.example"}, "password": {practice.Password}, "next": {next}})
		_, rest, ok := strings.Cut(shown.Body, "The code now is <strong>")
		if !ok {
			t.Fatalf("no code: %d", shown.Status)
		}
		a := b.Post("/sign-in/code", url.Values{"code": {rest[:6]}, "next": {next}})
		if to := a.Location; a.Status != http.StatusSeeOther || to != "/" && to != harmless || strings.Contains(a.Header.Get("Set-Cookie"), "stolen") {
			t.Errorf("%q: %d leads to %q, %v", next, a.Status, to, a.Header)
		}
	}
}

// An address that a worker passes on to somebody comes from how the site was
// set up: whoever bends the name that a request is sent to gets no link, and no
// code, sent to a site of theirs.
func TestAnAddressToPassOnIsNotTheCallersToSay(t *testing.T) {
	site := webtest.Start(t, "sqlite:"+filepath.Join(t.TempDir(), "waymark.db"), nil)
	manager, person := site.Area.Actors["manager"], site.Area.People["Kestrel"]
	clinic := site.Area.Actors["clinician"].Organisation
	day := db.Day(time.Now().AddDate(0, 0, 7))
	err := site.App.Care.Consents.Give(t.Context(), manager, ledger.Form{}, person, consent.Given{Recipient: clinic, Topics: []disclosure.Topic{disclosure.Needs}, Purpose: "health", Until: day, How: "signed", Language: "English"})
	if err != nil {
		t.Fatal(err)
	}
	id, err := site.App.Care.Consents.Prepare(t.Context(), manager, ledger.Form{}, person, consent.Letter{Recipient: clinic, Topics: []disclosure.Topic{disclosure.Needs}, Purpose: "health",
		Channel: disclosure.Link, Words: "A room on the ground floor.", Agreed: true, Until: day})
	if err != nil {
		t.Fatal(err)
	}
	b := site.SignIn(t, "manager")
	for path, want := range map[string]string{"/sharing/words/" + id + "/link": "http://localhost/shared/", "/code": "localhost/me"} {
		r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, site.URL+"/care/people/"+person+path, strings.NewReader("form_key=frm_"+want[:4]))
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		r.Header.Set("X-Forwarded-Proto", "https")
		r.Header.Set("X-Forwarded-Host", "elsewhere.example")
		r.Host = "elsewhere.example" // for which the browser has no cookies
		r.Header.Set("Cookie", "waymark="+b.Cookie("waymark")+"; waymark-device="+b.Cookie("waymark-device"))
		if a := b.Do(r); a.Status != http.StatusOK || !a.Says(want) || a.Says("elsewhere.example") {
			t.Errorf("%s: %d, leads elsewhere: %v", path, a.Status, a.Says("elsewhere.example"))
		}
	}
}

// Whom somebody looks for stays out of addresses, and so out of the history of a
// shared browser and of the logs of whatever stands in front.
func TestASearchForANameIsInNoAddress(t *testing.T) {
	site := webtest.Start(t, "sqlite:"+filepath.Join(t.TempDir(), "waymark.db"), nil)
	b := site.SignIn(t, "supervisor")
	page := b.Get("/care/people")
	if strings.Contains(page.Body, `method="get"`) {
		t.Error("the search sends the name in its address")
	}
	a := b.Post("/care/people", url.Values{"form_key": {page.Hidden("form_key")}, "name": {"kest"}})
	if a.Status != http.StatusOK || !a.Says("Kestrel") || a.Says("Finch") {
		t.Errorf("searched: %d, finds Kestrel: %v, others too: %v", a.Status, a.Says("Kestrel"), a.Says("Finch"))
	}
	for _, link := range a.Links() {
		if strings.Contains(link, "kest") {
			t.Errorf("a link carries the name: %s", link)
		}
	}
}

// What a form may say is named in the code, field by field: a field that is not
// on the page changes nothing.
func TestFieldsThatAreNotOnThePageChangeNothing(t *testing.T) {
	site := webtest.Start(t, "sqlite:"+filepath.Join(t.TempDir(), "waymark.db"), nil)
	extra := url.Values{}
	for _, name := range []string{"id", "ID", "account_id", "actor", "actor_id", "officer_id", "by", "side", "roles", "role", "organisation", "team", "participant_id", "participant", "person", "PersonID", "worker_id", "referral_id",
		"contact_id", "note_id", "state", "status", "closed", "version", "Version", "recorded_at", "made_at", "agreed", "agreed_at", "approved", "needs_approval", "may_tell", "active", "confirmed", "purpose", "sealed"} {
		extra.Set(name, "forged0000x")
	}
	person := "/care/people/" + site.Area.People["Kestrel"]
	b := site.SignIn(t, "manager")
	before := stripKey(b.Get(person + "/details").Body)
	plain := noteForm(b.Get(person+"/contact").Hidden("form_key"), "an honest note")
	for name, values := range extra {
		if !plain.Has(name) {
			plain[name] = values
		}
	}
	if a := b.Post(person+"/contact", plain); a.Status != http.StatusSeeOther || a.Location != person {
		t.Fatalf("a note with more fields: %d %s", a.Status, a.Location)
	}
	if after := stripKey(b.Get(person + "/details").Body); after != before {
		t.Error("a note changed the person's details")
	}
	if page := b.Get(person); !page.Says("an honest note") || strings.Contains(page.Body, "forged0000x") {
		t.Error("the note is not there, or a forged field is")
	}
	admin := site.SignIn(t, "administrator")
	account := "/accounts/" + site.Area.Actors["officer"].ID
	if a := admin.Post(account+"/roles", url.Values{"roles": {"officer"}, "side": {"care"}, "organisation": {"org_x"}, "name": {"forged0000x"}, "email": {"forged0000x"}, "active": {"no"}, "form_key": {admin.Get(account).Hidden("form_key")}}); a.Status >= 500 {
		t.Errorf("roles with more fields: %d", a.Status)
	}
	if page := admin.Get(account); strings.Contains(page.Body, "forged0000x") {
		t.Error("a form of roles changed a name")
	}
	if site.SignIn(t, "officer").Get("/police/contacts").Status != http.StatusOK {
		t.Error("the officer's account changed by fields of another form")
	}
}

var (
	fetched   = regexp.MustCompile(`(?i)(?:\b(?:src|srcset|poster|data|background|manifest|action|formaction|ping)\s*=\s*"([^"]*)")|<link\b[^>]*\bhref="([^"]*)"`)
	inlined   = regexp.MustCompile(`(?i)<script(?:\s[^>]*)?>[^<]|<style|\sstyle="|\son[a-z]+="|javascript:|data:text`)
	fromAfar  = regexp.MustCompile(`(?i)(?:https?:)?//[a-z0-9.-]+\.[a-z]{2,}|@import|url\(\s*["']?(?:https?:|//)`)
	scripture = regexp.MustCompile(`(?i)\beval\(|new Function|innerHTML|outerHTML|insertAdjacentHTML|document\.write|localStorage|sessionStorage|indexedDB|document\.cookie|postMessage`)
)

// Every byte of every page comes from this site, and no page carries script or
// style of its own: the policy in the headers is never needed, and always there.
func TestNoPageAsksAnotherSiteForAnything(t *testing.T) {
	site := webtest.Start(t, "sqlite:"+filepath.Join(t.TempDir(), "waymark.db"), nil)
	pages := 0
	for _, role := range []string{"officer", "sergeant", "oncall", "manager", "supervisor", "coordinator", "auditor", "administrator", ""} {
		b := site.Visitor(t)
		if role != "" {
			b = site.SignIn(t, role)
		}
		walk(b, 120, func(path string, a webtest.Answer) {
			pages++
			for _, m := range fetched.FindAllStringSubmatch(a.Body, -1) {
				if to := m[1] + m[2]; !strings.HasPrefix(to, "/") || strings.HasPrefix(to, "//") {
					t.Errorf("%s: %s asks for %q", role, path, to)
				}
			}
			if inline := inlined.FindString(a.Body); inline != "" {
				t.Errorf("%s: %s carries %q", role, path, inline)
			}
		})
	}
	if pages < 200 {
		t.Fatalf("only %d pages were looked at", pages)
	}
	assets, err := filepath.Glob("../platform/ui/assets/*")
	if err != nil || len(assets) < 3 {
		t.Fatalf("%d assets: %v", len(assets), err)
	}
	for _, name := range assets {
		w := httptest.NewRecorder()
		ui.Assets().ServeHTTP(w, httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/assets/"+filepath.Base(name), nil))
		text := strings.ReplaceAll(w.Body.String(), "http://www.w3.org/2000/svg", "")
		if afar := fromAfar.FindString(text); afar != "" {
			t.Errorf("%s names %q", name, afar)
		}
		// Only the outbox, and the people that somebody took along, are kept on a phone,
		// and only sealed: the browser tests search there for words. Signing out forgets.
		outbox := slices.Contains([]string{"outbox.js", "decide.js", "away-keep.js", "away.js"}, filepath.Base(name))
		text = strings.ReplaceAll(text, `window.indexedDB?.deleteDatabase("waymark-away")`, "")
		if bad := scripture.FindString(text); bad != "" && strings.HasSuffix(name, ".js") && (!outbox || bad != "indexedDB") {
			t.Errorf("%s uses %s", name, bad)
		}
	}
}

// Whatever a person types, holds or is, none of it is in the log: not when it
// is right, not when it is wrong, not when we break.
func TestTheLogHoldsNoSecretAndNoPerson(t *testing.T) {
	var mu sync.Mutex
	var out bytes.Buffer
	write := writer(func(p []byte) (int, error) {
		mu.Lock()
		defer mu.Unlock()
		return out.Write(p)
	})
	before, beneath := slog.Default(), log.Writer()
	slog.SetDefault(slog.New(slog.NewTextHandler(write, &slog.HandlerOptions{Level: slog.LevelDebug})))
	log.SetOutput(write)
	t.Cleanup(func() {
		slog.SetDefault(before)
		log.SetOutput(beneath)
	})
	path := filepath.Join(t.TempDir(), "waymark.db")
	site := webtest.Start(t, "sqlite:"+path, nil)
	b := site.SignIn(t, "manager")
	person := site.Area.People["Kestrel"]
	secrets := url.Values{}
	for _, name := range []string{"email", "password", "code", "carried", "next", "form_key", "narrative", "name", "words", "nickname", "phone", "place", "reason", "q", "actor", "subject", "before", "after", "id"} {
		secrets.Set(name, "canary0000x")
	}
	everything := func(b *webtest.Browser) {
		for _, route := range site.App.Routes() {
			if route.Path == "/sign-out" {
				continue
			}
			for _, address := range addresses(site, route.Path)[:1] {
				ask(t, b, site, route.Method, address+"?"+secrets.Encode(), "", "Cookie", "waymark=canary0000x", "Authorization", "Bearer canary0000x", "Referer", "https://canary0000x.example", "User-Agent", "canary0000x")
				ask(t, b, site, route.Method, address, "", "X-Forwarded-For", "canary0000x")
				b.Post(address, secrets)
			}
		}
	}
	everything(site.Visitor(t))
	everything(b)
	b = site.SignIn(t, "manager")
	if err := site.App.Store.Close(); err != nil { // now every request is our failure
		t.Fatal(err)
	}
	everything(b)
	mu.Lock()
	defer mu.Unlock()
	text := out.String()
	if !strings.Contains(text, "request failed") {
		t.Fatal("nothing was logged: the test looks in the wrong place")
	}
	for _, word := range []string{"canary0000x", person, "Kestrel", "practice.example", "let everyone advance", "127.0.0.1:"} {
		if i := strings.Index(text, word); i >= 0 {
			t.Errorf("the log says %q: %s", word, text[max(0, i-200):min(len(text), i+100)])
		}
	}
}

type writer func([]byte) (int, error)

func (w writer) Write(p []byte) (int, error) { return w(p) }

// A field stands for itself: no handler reads answers from the address and the
// body mixed, where two readers could understand two things.
func TestOneAnswerHasOnePlace(t *testing.T) {
	mixed := regexp.MustCompile(`\br\.FormValue\(|\br\.Form\.Get\(|\br\.Form\[|ParseMultipartForm|FormFile\(|MultipartReader`)
	files, err := filepath.Glob("../*/web/*.go")
	if err != nil || len(files) < 8 {
		t.Fatalf("%d files: %v", len(files), err)
	}
	deeper, err := filepath.Glob("../*/*/web/*.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range slices.Concat(files, deeper) {
		text := readFile(t, name)
		if bad := mixed.FindString(text); bad != "" {
			t.Errorf("%s: %s", name, bad)
		}
	}
}

func readFile(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// withForm returns r with body as its form, letter for letter.
func withForm(t *testing.T, r *http.Request, body string) *http.Request {
	t.Helper()
	out, err := http.NewRequestWithContext(t.Context(), r.Method, r.URL.String(), strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	out.Header.Set("Content-Type", form)
	return out
}
