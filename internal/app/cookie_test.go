package app_test

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"strings"
	"testing"

	"waymark.example/internal/app"
	"waymark.example/internal/practice"
)

// Over TLS every cookie, whatever it is for, stays with this host, goes over TLS
// only, is out of reach of scripts, and does not come along from other sites.
func TestEveryCookieStaysWithThisHostAndOutOfReach(t *testing.T) {
	dir := t.TempDir()
	a, err := app.Open(t.Context(), app.Config{Database: "sqlite:" + filepath.Join(dir, "waymark.db"), Keys: "sqlite:" + filepath.Join(dir, "keys.db"), Keeper: "file:" + filepath.Join(dir, "keeper.keys"), Practice: true, Secure: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := a.Close(); err != nil {
			t.Error(err)
		}
	})
	if _, err := practice.Staff(t.Context(), a, &practice.Clock{}); err != nil {
		t.Fatal(err)
	}
	var held []*http.Cookie
	send := func(path string, answers url.Values) *httptest.ResponseRecorder {
		r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, path, strings.NewReader(answers.Encode()))
		r.Header.Set("Content-Type", form)
		for _, c := range held {
			r.AddCookie(c)
		}
		w := httptest.NewRecorder()
		a.Handler().ServeHTTP(w, r)
		for _, c := range w.Result().Cookies() {
			if !strings.HasPrefix(c.Name, "__Host-") || !c.Secure || !c.HttpOnly || c.Path != "/" || c.Domain != "" || (c.SameSite != http.SameSiteLaxMode && c.SameSite != http.SameSiteStrictMode) {
				t.Errorf("%s: %s", path, c)
			}
			if c.Value != "" && len(c.Value) < 26 {
				t.Errorf("%s: %s can be guessed", path, c.Name)
			}
		}
		if cookies := w.Result().Cookies(); len(cookies) > 0 {
			held = cookies
		}
		return w
	}
	shown := send("/sign-in", url.Values{"email": {"officer@practice.example"}, "password": {practice.Password}})
	_, rest, ok := strings.Cut(shown.Body.String(), "The code now is <strong>")
	if !ok || len(held) == 0 {
		t.Fatalf("no code, or no cookie: %d", shown.Code)
	}
	if w := send("/sign-in/code", url.Values{"code": {rest[:6]}}); w.Code != http.StatusSeeOther || len(w.Result().Cookies()) == 0 {
		t.Errorf("signing in: %d", w.Code)
	}
	if w := send("/sign-out", nil); w.Code != http.StatusSeeOther || len(w.Result().Cookies()) == 0 {
		t.Errorf("signing out: %d", w.Code)
	}
}
