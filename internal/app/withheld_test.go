package app_test

import (
	"path/filepath"
	"strings"
	"testing"

	"waymark.example/internal/app"
	"waymark.example/internal/platform/ledger"
	"waymark.example/internal/reference/service"
	"waymark.example/internal/webtest"
)

// Whoever fetches the directory learns nowhere in it where a service is whose
// place stays secret.
func TestASecretPlaceIsNowhereInTheDirectoryThatAnybodyMayFetch(t *testing.T) {
	t.Parallel()
	site := webtest.StartWith(t, app.Config{Database: "sqlite:" + filepath.Join(t.TempDir(), "waymark.db"), OpenReferral: true})
	a, supervisor, ctx := site.App, site.Area.Actors["supervisor"], t.Context()
	const id = "ac148810-d857-441c-9679-408f346de14b"
	at := `[{"id":"cc148810-d857-441c-9679-408f346de14b","location_type":"physical","latitude":54.97,"longitude":-1.61,"addresses":[{"id":"dc148810-d857-441c-9679-408f346de14b","address_1":"9 Hidden Lane","city":"Northmoor","country":"GB","address_type":"physical"}]}]`
	feed, err := service.ReadFeed([]byte(`[{"id":"` + id + `","name":"Anchor","status":"active","organization":{"id":"bc148810-d857-441c-9679-408f346de14b","name":"Anchor Trust","locations":` + at + `},
 "phones":[{"id":"ec148810-d857-441c-9679-408f346de14b","number":"01632960000"}],"contacts":[{"id":"ec148810-d857-441c-9679-408f346de24b","name":"9 Hidden Lane"}],
 "schedules":[{"id":"fc148810-d857-441c-9679-408f346de14b","description":"at 9 Hidden Lane"}]}]`))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := a.Directory.Import(ctx, "feed", feed.Services); err != nil {
		t.Fatal(err)
	}
	paths := []string{"/open-referral/", "/open-referral/services", "/open-referral/services/" + id, "/open-referral/service_at_locations", "/open-referral/taxonomies", "/open-referral/taxonomy_terms"}
	all := func() string {
		out := ""
		for _, path := range paths {
			got := site.Visitor(t).Get(path)
			if got.Status != 200 {
				t.Fatalf("%s: %d", path, got.Status)
			}
			out += got.Body
		}
		return out
	}
	if !strings.Contains(all(), "Hidden Lane") {
		t.Fatal("this looks in the wrong place")
	}
	f, _, err := a.Directory.Read(ctx, supervisor, id)
	if err != nil {
		t.Fatal(err)
	}
	e := service.EditOf(f.Document, "")
	e.Needs, e.Ways = []string{"safety"}, []service.Way{service.Withheld}
	if err := a.Directory.Change(ctx, supervisor, ledger.Form{}, id, f.Version, e); err != nil {
		t.Fatal(err)
	}
	if got := all(); strings.Contains(got, "Hidden Lane") || strings.Contains(got, "latitude") || !strings.Contains(got, "01632960000") {
		t.Errorf("what anybody may fetch: %s", got)
	}
}
