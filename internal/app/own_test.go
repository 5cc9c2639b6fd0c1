package app_test

import (
	"net/http"
	"net/url"
	"path/filepath"
	"testing"

	"waymark.example/internal/app"
	"waymark.example/internal/platform/ledger"
	"waymark.example/internal/webtest"
)

// openOwn returns a browser in which somebody of the practice area has their own
// page open, with a code from whoever walks with them.
func openOwn(t testing.TB, site *webtest.Site, name string) *webtest.Browser {
	t.Helper()
	b := site.Visitor(t)
	if got := b.Post("/me/start", url.Values{"code": {ownCode(t, site, name)}}); got.Status != http.StatusSeeOther {
		t.Fatalf("open the page of %s: %d\n%s", name, got.Status, got.Body)
	}
	return b
}

func ownCode(t testing.TB, site *webtest.Site, name string) string {
	t.Helper()
	for _, as := range []string{"manager", "manager2", "manager3", "supervisor"} {
		if code, err := site.App.Desk.Give(t.Context(), site.Area.Actors[as], ledger.Form{}, site.Area.People[name]); err == nil {
			return code
		}
	}
	t.Fatalf("nobody may give %s a code", name)
	return ""
}

// Behind a proxy everybody comes from its address: wrong codes from one network
// still make nobody else wait, and are still entered one network at a time.
func TestWrongCodesOfOneNetworkMakeNoOtherWaitBehindAProxy(t *testing.T) {
	site := webtest.StartWith(t, app.Config{Database: "sqlite:" + filepath.Join(t.TempDir(), "waymark.db"), TrustProxy: true})
	from := func(network string) int {
		b := site.Visitor(t)
		b.Header.Set("X-Forwarded-For", network)
		return b.Post("/me/start", url.Values{"code": {"ABCD-EFGH-JKMN"}}).Status
	}
	for range 11 {
		from("203.0.113.5")
	}
	if got := from("203.0.113.5"); got != http.StatusTooManyRequests {
		t.Errorf("the network that guesses: %d", got)
	}
	if got := from("198.51.100.9"); got != http.StatusUnprocessableEntity {
		t.Errorf("another network: %d", got)
	}
}
