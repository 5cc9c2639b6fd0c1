// Package webtest runs the whole product against a practice area for tests: a
// real database, real HTTP, a browser's worth of cookies. It imports app,
// practice and dbtest.
package webtest

import (
	"html"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"waymark.example/internal/app"
	"waymark.example/internal/dbtest"
	"waymark.example/internal/practice"
)

// Site is a running practice area.
type Site struct {
	App   *app.App
	Area  practice.Area
	Clock *practice.Clock
	URL   string
	T     testing.TB

	Header http.Header // sent with every request of every browser

	road http.RoundTripper // how its browsers reach it, nil for the usual way
}

// Start serves a filled practice area at address until the test ends. mark may
// add to every free text of the care side.
func Start(t testing.TB, address string, mark func(string) string) *Site {
	t.Helper()
	if mark == nil {
		return serve(t, filled(), app.Config{Database: address, TakeWithMe: true})
	}
	return start(t, address, func(a *app.App, clock *practice.Clock) (practice.Area, error) {
		return practice.Fill(t.Context(), a, clock, mark)
	})
}

// StartMarked is Start with every free text of every side marked.
func StartMarked(t testing.TB, address string, as practice.Marker) *Site {
	t.Helper()
	return start(t, address, func(a *app.App, clock *practice.Clock) (practice.Area, error) {
		return practice.FillMarked(t.Context(), a, clock, as)
	})
}

// Again serves another program on the same area: the same data, other fences.
func (s *Site) Again(a *app.App) *Site {
	s.T.Helper()
	s.T.Cleanup(func() {
		if err := a.Close(); err != nil {
			s.T.Error(err)
		}
	})
	server := httptest.NewServer(a.Handler())
	s.T.Cleanup(server.Close)
	return &Site{App: a, Area: s.Area, Clock: s.Clock, URL: server.URL, T: s.T, Header: s.Header}
}

// StartEmpty serves a practice area with accounts and nothing else.
func StartEmpty(t testing.TB, address string) *Site {
	t.Helper()
	return StartWith(t, app.Config{Database: address, TakeWithMe: true})
}

// StartWith is StartEmpty for a site that an operator set up in their own way.
func StartWith(t testing.TB, c app.Config) *Site {
	t.Helper()
	return serve(t, staffed(), c)
}

func filled() filler {
	return filler{"filled", func(t testing.TB, a *app.App, clock *practice.Clock) (practice.Area, error) {
		t.Helper()
		return practice.Fill(t.Context(), a, clock, nil)
	}}
}

func staffed() filler {
	return filler{"staffed", func(t testing.TB, a *app.App, clock *practice.Clock) (practice.Area, error) {
		t.Helper()
		return practice.Staff(t.Context(), a, clock)
	}}
}

// serve serves a copy of an area.
func serve(t testing.TB, f filler, c app.Config) *Site {
	t.Helper()
	c, area := copyOf(t, f, c)
	clock := &practice.Clock{}
	c.Practice, c.Now = true, clock.Now
	a := opened(t, c)
	return served(t, a, area, clock)
}

// start serves an area that only this test fills so.
func start(t testing.TB, address string, fill func(*app.App, *practice.Clock) (practice.Area, error)) *Site {
	t.Helper()
	if address == Postgres {
		address = dbtest.PostgresAddress(t)
	}
	clock := &practice.Clock{}
	clock.Set(time.Now().AddDate(0, 0, -practice.Days-1))
	a := opened(t, app.Config{Database: address, Keys: keys(t), Practice: true, TakeWithMe: true, Now: clock.Now})
	area, err := fill(a, clock)
	if err != nil {
		t.Fatal(err)
	}
	return served(t, a, area, clock)
}

func opened(t testing.TB, c app.Config) *app.App {
	t.Helper()
	a, err := app.Open(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := a.Close(); err != nil {
			t.Error(err)
		}
	})
	return a
}

func served(t testing.TB, a *app.App, area practice.Area, clock *practice.Clock) *Site {
	t.Helper()
	server := httptest.NewServer(a.Handler())
	t.Cleanup(server.Close)
	return &Site{App: a, Area: area, Clock: clock, URL: server.URL, T: t, Header: http.Header{}}
}

// keys is the address of a key store for this test: a file, whichever engine
// the main database is of.
func keys(t testing.TB) string {
	t.Helper()
	return "sqlite:" + filepath.Join(t.TempDir(), "keys.db")
}

// Browser is one person's browser.
type Browser struct {
	Header http.Header // sent with every request
	t      testing.TB
	site   *Site
	http   *http.Client
}

// Answer is what came back.
type Answer struct {
	Status   int
	Location string
	Body     string
	Header   http.Header
}

// Visitor returns a browser that is not signed in.
func (s *Site) Visitor(t testing.TB) *Browser {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	client := &http.Client{Jar: jar, Transport: s.road, Timeout: 30 * time.Second, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	return &Browser{s.Header.Clone(), t, s, client}
}

// SignIn returns a browser signed in as an account of the practice area, named
// by the part of its address before the @. A one-time code counts once, so a
// second sign-in of one account within half a minute sets the clock on.
func (s *Site) SignIn(t testing.TB, local string) *Browser {
	t.Helper()
	b := s.Visitor(t)
	s.SignInIn(t, b, local)
	return b
}

// SignInIn is SignIn in a browser that is there already.
func (s *Site) SignInIn(t testing.TB, b *Browser, local string) {
	t.Helper()
	shown := b.Post("/sign-in", url.Values{"email": {local + "@practice.example"}, "password": {practice.Password}})
	code := codeShown.FindStringSubmatch(shown.Body)
	if code == nil { // many codes came twice from here, all in the same half minute: whoever signs in waits, as people do
		s.Clock.Set(s.Clock.Now().Add(31 * time.Second))
		shown = b.Post("/sign-in", url.Values{"email": {local + "@practice.example"}, "password": {practice.Password}})
		code = codeShown.FindStringSubmatch(shown.Body)
	}
	if code == nil {
		t.Fatalf("sign in as %s: no code shown: %d\n%s", local, shown.Status, shown.Body)
	}
	if got := b.Post("/sign-in/code", url.Values{"code": {code[1]}}); got.Status == http.StatusSeeOther {
		return
	}
	s.Clock.Set(s.Clock.Now().Add(31 * time.Second))
	s.SignInIn(t, b, local)
}

var codeShown = regexp.MustCompile(`<strong>(\d{6})</strong>`)

// In returns the same browser for a test within the one that made it.
func (b *Browser) In(t testing.TB) *Browser { return &Browser{b.Header.Clone(), t, b.site, b.http} }

// Get asks for a page.
func (b *Browser) Get(path string) Answer {
	b.t.Helper()
	r, err := http.NewRequestWithContext(b.t.Context(), http.MethodGet, b.site.URL+path, nil)
	if err != nil {
		b.t.Fatal(err)
	}
	return b.Do(r)
}

// Post sends a form.
func (b *Browser) Post(path string, form url.Values) Answer {
	b.t.Helper()
	r, err := http.NewRequestWithContext(b.t.Context(), http.MethodPost, b.site.URL+path, strings.NewReader(form.Encode()))
	if err != nil {
		b.t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return b.Do(r)
}

// Send sends a request of any method, with a form as its body where the method
// has one.
func (b *Browser) Send(method, path string, form url.Values) Answer {
	b.t.Helper()
	var body io.Reader
	if method != http.MethodGet && method != http.MethodHead {
		body = strings.NewReader(form.Encode())
	}
	r, err := http.NewRequestWithContext(b.t.Context(), method, b.site.URL+path, body)
	if err != nil {
		b.t.Fatal(err)
	}
	if body != nil {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	return b.Do(r)
}

// Cookie returns the value of a cookie that the browser holds.
func (b *Browser) Cookie(name string) string {
	for _, c := range b.http.Jar.Cookies(b.home()) {
		if c.Name == name {
			return c.Value
		}
	}
	return ""
}

// Cookies returns what the browser holds.
func (b *Browser) Cookies() []*http.Cookie { return b.http.Jar.Cookies(b.home()) }

// SetCookie puts a cookie into the browser.
func (b *Browser) SetCookie(name, value string) {
	b.http.Jar.SetCookies(b.home(), []*http.Cookie{{Name: name, Value: value, Path: "/"}})
}

func (b *Browser) home() *url.URL {
	u, err := url.Parse(b.site.URL)
	if err != nil {
		b.t.Fatal(err)
	}
	return u
}

// Do sends any request as this browser's person.
func (b *Browser) Do(r *http.Request) Answer {
	b.t.Helper()
	for name, values := range b.Header {
		r.Header[name] = values
	}
	resp, err := b.http.Do(r)
	if err != nil {
		b.t.Fatal(err)
	}
	defer resp.Body.Close() //nolint:errcheck // it was read
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		b.t.Fatal(err)
	}
	return Answer{resp.StatusCode, resp.Header.Get("Location"), string(body), resp.Header}
}

// Says reports whether the page shows text, as a reader sees it.
func (a Answer) Says(text string) bool {
	return strings.Contains(html.UnescapeString(a.Body), text)
}

var hidden = regexp.MustCompile(`<input type="hidden" name="([^"]+)" value="([^"]*)">`)

// Hidden returns the first value of a hidden field.
func (a Answer) Hidden(name string) string {
	for _, m := range hidden.FindAllStringSubmatch(a.Body, -1) {
		if m[1] == name {
			return html.UnescapeString(m[2])
		}
	}
	return ""
}

var href = regexp.MustCompile(`href="(/[^"]*)"`)

// Links returns every address of this site that the page links to.
func (a Answer) Links() []string {
	var out []string
	for _, m := range href.FindAllStringSubmatch(a.Body, -1) {
		out = append(out, html.UnescapeString(m[1]))
	}
	return out
}

// EachArea runs test on an empty practice area, accounts only, on each engine.
func EachArea(t *testing.T, test func(*testing.T, *app.App, practice.Area)) {
	t.Helper()
	run := func(t *testing.T, address string) {
		t.Helper()
		c, area := copyOf(t, staffed(), app.Config{Database: address, Practice: true, TakeWithMe: true})
		test(t, opened(t, c), area)
	}
	t.Run("sqlite", func(t *testing.T) { run(t, "sqlite:"+filepath.Join(t.TempDir(), "waymark.db")) })
	t.Run("postgres", func(t *testing.T) { run(t, Postgres) })
}
