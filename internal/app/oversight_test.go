package app_test

import (
	"net/http"
	"net/url"
	"path/filepath"
	"strings"
	"testing"

	"waymark.example/internal/dbtest"
	"waymark.example/internal/webtest"
)

// each runs test on a practice area on each engine.
func each(t *testing.T, test func(*testing.T, *webtest.Site)) {
	t.Helper()
	t.Run("sqlite", func(t *testing.T) { test(t, webtest.Start(t, "sqlite:"+filepath.Join(t.TempDir(), "waymark.db"), nil)) })
	t.Run("postgres", func(t *testing.T) { test(t, webtest.Start(t, dbtest.PostgresAddress(t), nil)) })
}

func TestTheOfficersFirstPageShowsWhatIsLate(t *testing.T) {
	each(t, func(t *testing.T, site *webtest.Site) {
		b := site.SignIn(t, "dpo")
		if home := b.Get("/"); home.Location != "/oversight" {
			t.Errorf("home is %s", home.Location)
		}
		home := b.Get("/oversight")
		for _, text := range []string{"Overdue", "A copy of what is written about me", "Clock stopped", "Northmoor Crown Court", "Tell by", "Seal the file: waits for the supervisor"} {
			if !home.Says(text) {
				t.Errorf("the first page does not say %q\n%.3000s", text, home.Body)
			}
		}
	})
}

func TestARequestIsAnsweredOnceInThePersonsSight(t *testing.T) {
	each(t, func(t *testing.T, site *webtest.Site) {
		b := site.SignIn(t, "dpo")
		path := first(site, "dpo", "/oversight/requests", "/oversight/requests/rqt_")
		page := b.Get(path)
		if !page.Says("I want to see what you wrote about me.") || !page.Says("late") {
			t.Fatalf("the request: %d\n%s", page.Status, page.Body)
		}
		form := url.Values{"form_key": {page.Hidden("form_key")}, "from_version": {page.Hidden("from_version")}, "step": {"answered"}}
		if bad := b.Post(path, form); bad.Status != http.StatusUnprocessableEntity || !bad.Says("in words they understand") {
			t.Errorf("an answer without words: %d", bad.Status)
		}
		form.Set("words", "Here is your copy, on paper.")
		for range 2 { // the same form twice
			if a := b.Post(path, form); a.Status != http.StatusSeeOther {
				t.Fatalf("answer: %d\n%s", a.Status, a.Body)
			}
		}
		if page := b.Get(path); strings.Count(page.Body, "Here is your copy, on paper.") != 1 || page.Says("Next") {
			t.Errorf("after the answer:\n%s", page.Body)
		}
		form.Set("form_key", "frm_another")
		if a := b.Post(path, form); a.Status != http.StatusConflict {
			t.Errorf("answered twice: %d", a.Status)
		}
	})
}

// Every page of the officer's side, opened by every other role, is as absent as
// what does not exist.
func TestOnlyTheDataProtectionOfficerOpensTheOfficersPages(t *testing.T) {
	site := webtest.Start(t, "sqlite:"+filepath.Join(t.TempDir(), "waymark.db"), nil)
	for _, role := range []string{"officer", "sergeant", "manager", "supervisor", "coordinator", "auditor", "administrator", "clinician", "prosecutor", "evaluator"} {
		b := site.SignIn(t, role)
		for _, route := range site.App.Routes() {
			if !strings.HasPrefix(route.Path, "/oversight") {
				continue
			}
			for _, path := range addresses(site, route.Path) {
				a := b.Get(path)
				if route.Method == http.MethodPost {
					a = b.Post(path, url.Values{})
				}
				if a.Status != http.StatusNotFound {
					t.Errorf("%s: %s %s: %d", role, route.Method, path, a.Status)
				}
			}
		}
	}
}
