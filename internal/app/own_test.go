package app_test

import (
	"net/http"
	"net/url"
	"testing"

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
