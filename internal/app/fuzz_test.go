package app_test

import (
	"net/http"
	"net/url"
	"path/filepath"
	"regexp"
	"testing"
	"time"

	"waymark.example/internal/platform/web"
	"waymark.example/internal/webtest"
)

// Whatever stands in an address or a form of any page, the answer is one of
// ours: never a failure, never another page's reader. It goes through everything
// that reads what people send: searches, places in a list, moments, policies,
// decisions, code lists, requests.
func FuzzAnyAddressAndAnyFormHaveAnAnswer(f *testing.F) {
	site := webtest.Start(f, "sqlite:"+filepath.Join(f.TempDir(), "waymark.db"), nil)
	roles := []string{"officer", "sergeant", "manager", "supervisor", "coordinator", "auditor", "administrator"}
	people := map[string]*webtest.Browser{}
	for _, role := range roles {
		people[role] = site.SignIn(f, role)
	}
	var routes []web.Route
	closing := regexp.MustCompile(`/(sign-out|standing|roles|devices|recover\w*|settings|leave)\b`) // they end the sessions that this needs
	for _, r := range site.App.Routes() {
		if r.Action != "" && !closing.MatchString(r.Path) {
			routes = append(routes, r)
		}
	}
	bodies := []string{"", "before=2026-11-26T09:00:00.000Z", "before=-1&after=%ff&from=2026-13-40&to=x&verb=%00", "before=99999999999999999999", "name=%25_%27%22%3B--", "form_key=x&from_version=-1&at=2026-02-30T25:61&minutes=1e9",
		"outcome=diverted&door=arrest_diversion&offence=28E&offence=28E&safety=dog&safety=%5B%22x%22%5D&happened_at=0000-00-00T00:00", "in_force_from=9999-12-31&window_days=-1&handoff_minutes=99999999999&caseload_soft=%D9%A3&caseload_hard=0x10&offences=",
		"evidence=%EF%BB%BF&roles=administrator&roles=officer&active=maybe", "kind=%00&before=acc_", "step=1&step=2&goal=&words=%F0%9F%8C%88&number=%E2%80%AE"}
	for i := range routes {
		f.Add(uint(i), bodies[i%len(bodies)], bodies[(i+1)%len(bodies)])
	}
	for _, body := range bodies {
		f.Add(uint(len(body)), body, body)
	}
	f.Fuzz(func(t *testing.T, n uint, query, body string) {
		route := routes[n%uint(len(routes))]
		path := addresses(site, route.Path)[0]
		for _, role := range roles {
			r, err := http.NewRequestWithContext(t.Context(), route.Method, site.URL+path, nil)
			if err != nil {
				t.Fatal(err)
			}
			r.URL.RawQuery = url.PathEscape(query) // what a client can send at all
			if plain, err := url.ParseQuery(query); err == nil {
				r.URL.RawQuery = plain.Encode()
			}
			if route.Method == http.MethodPost {
				r = withForm(t, r, body)
			}
			a := people[role].In(t).Do(r)
			if a.Status == http.StatusSeeOther && a.Location == "/sign-in" || a.Status == http.StatusUnauthorized { // signed out, or the role is another's now
				site.Clock.Set(site.Clock.Now().Add(31 * time.Second))
				people[role] = site.SignIn(t, role)
			}
			if a.Status >= 500 || a.Header.Get("Content-Security-Policy") == "" {
				t.Fatalf("%s: %s %s?%q %q: %d", role, route.Method, path, query, body, a.Status)
			}
		}
	})
}
