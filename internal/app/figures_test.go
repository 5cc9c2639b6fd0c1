package app_test

import (
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"waymark.example/internal/partnership/front"
	"waymark.example/internal/platform/db"
	"waymark.example/internal/platform/ledger"
	"waymark.example/internal/schema"
	"waymark.example/internal/webtest"
)

// The numbers of an area, from what each side counted to what anybody may read.
func TestTheStateOfTheSchemeIsPublished(t *testing.T) {
	each(t, func(t *testing.T, site *webtest.Site) {
		commissioner, coordinator, anybody := site.SignIn(t, "commissioner"), site.SignIn(t, "coordinator"), site.Visitor(t)

		a := commissioner.Get("/partnership/figures")
		for _, want := range []string{"State of the scheme", "What is not recorded", "Month by month", "£", "How to read this"} {
			if !strings.Contains(a.Body, want) {
				t.Errorf("the commissioner does not read %q", want)
			}
		}
		file := commissioner.Get("/partnership/figures/1/csv")
		if file.Status != http.StatusOK || !strings.HasPrefix(file.Body, "measure,period,group,value,standing,set,definitions,method\r\n") {
			t.Errorf("CSV: %d %.200s", file.Status, file.Body)
		}
		if regexp.MustCompile(`(?m),[1-9],rounded`).MatchString(file.Body) {
			t.Error("R44: a number below ten is in the file")
		}
		// The numbers are the sum of what the sides counted.
		set, err := site.App.Figures.Set(t.Context(), site.Area.Actors["commissioner"], 1)
		if err != nil {
			t.Fatal(err)
		}
		rows, err := site.App.Figures.Sources.Contacts(t.Context(), set.From(), set.Until())
		if err != nil {
			t.Fatal(err)
		}
		contacts := 0
		for _, r := range rows {
			contacts += r.Count
		}
		if n := set.Of("contacts/%s", set.Span()); !n.Shown || n.Value < contacts-2 || n.Value > contacts+2 {
			t.Errorf("%d contacts are shown as %+v", contacts, n)
		}
		for _, refused := range []string{"/partnership/publish", "/partnership/costs", "/partnership/public", "/partnership/training"} {
			if a := commissioner.Get(refused); a.Status != http.StatusNotFound {
				t.Errorf("the commissioner opens %s: %d", refused, a.Status)
			}
		}
		if a := site.SignIn(t, "officer").Get("/partnership/figures"); a.Status != http.StatusNotFound {
			t.Errorf("an officer opens the numbers: %d", a.Status)
		}
		if a := site.SignIn(t, "manager").Get("/training"); a.Status != http.StatusOK || !strings.Contains(a.Body, "What stays with the case team") {
			t.Errorf("a case manager's training: %d", a.Status)
		}

		// Anybody reads the public page: no account, no cookie, no script, and it may be kept in between.
		for _, path := range []string{"/public", "/public/cy", "/public/easy", "/public/easy-cy", "/public/data.csv"} {
			a := anybody.Get(path)
			if a.Status != http.StatusOK || a.Header.Get("Set-Cookie") != "" || a.Header.Get("Cache-Control") != "public, max-age=60" || strings.Contains(a.Body, "<script") || strings.Contains(a.Body, "<form") {
				t.Errorf("%s: %d %v", path, a.Status, a.Header)
			}
		}
		const origin = "https://waymark.example.org"
		files, err := site.App.PublicFiles(t.Context(), origin)
		if err != nil || len(files) != 8 {
			t.Fatalf("%d files: %v", len(files), err)
		}
		address := regexp.MustCompile(`(?:href|src|action)="([^"]*)"|url\(([^)]*)\)`)
		for name, text := range files {
			for _, m := range address.FindAllStringSubmatch(string(text), -1) {
				if to, _, _ := strings.Cut(m[1]+m[2], "#"); to != "" && files[to] == nil && to != origin+"/refer" && to != origin+"/feedback" && to != origin+"/complain" {
					t.Errorf("%s leads to %q, which is none of the files", name, to)
				}
			}
		}

		// Closed again, it is as if it were not there.
		coordinatorOf := site.Area.Actors["coordinator"]
		if err := site.App.Front.Record(t.Context(), coordinatorOf, ledger.Form{}, "false", front.Setting{}); err != nil {
			t.Fatal(err)
		}
		site.Clock.Set(time.Now().Add(time.Minute))
		if a := anybody.Get("/public"); a.Status != http.StatusNotFound || a.Header.Get("Set-Cookie") != "" {
			t.Errorf("closed, the page answers %d", a.Status)
		}
		if _, err := site.App.PublicFiles(t.Context(), ""); err == nil {
			t.Error("closed, it is exported")
		}

		// What is published is published once; the next set begins after it.
		if err := site.App.Figures.Publish(t.Context(), coordinatorOf, ledger.Form{}, set.Until()); err == nil {
			t.Error("a month was published twice")
		}
		a = coordinator.Get("/partnership/publish")
		if !strings.Contains(a.Body, "Every month that has ended is published") {
			t.Errorf("there is something to publish: %.300s", a.Body)
		}
		again, err := site.App.Figures.Set(t.Context(), site.Area.Actors["commissioner"], 1)
		if err != nil || len(again.Shown) != len(set.Shown) {
			t.Errorf("the set changed: %v", err)
		}
		publishNext(t, site)
	})
}

// An area that has nothing yet, and mistakes on the forms; the first set is published over HTTP.
func figureStates(site, empty *webtest.Site) []state {
	none := url.Values{}
	return []state{
		{empty, "coordinator", []page{
			{name: "figures-empty", path: "/partnership/figures"},
			{name: "figures-publish-empty", path: "/partnership/publish"},
			{name: "figures-costs-empty", path: "/partnership/costs"},
			{name: "figures-training-empty", path: "/partnership/training"},
			{name: "figures-public-closed", path: "/partnership/public"},
		}},
		{site, "commissioner", []page{{name: "figures-state", path: "/partnership/figures"}}},
		{site, "manager", []page{{name: "figures-training-mine", path: "/training"}}},
		{site, "coordinator", []page{
			{name: "figures-costs-mistakes", path: "/partnership/costs", form: none, want: 422},
			{name: "figures-training", path: "/partnership/training"},
			{name: "figures-training-mistakes", path: "/partnership/training", to: "/partnership/training/courses", form: url.Values{"months": {"x"}}, want: 422},
			{name: "figures-public-mistakes", path: "/partnership/public", form: url.Values{"open": {"true"}}, want: 422},
		}},
		{site, "", []page{{name: "figures-public", path: "/public"}, {name: "figures-public-cy", path: "/public/cy"}, {name: "figures-public-easy", path: "/public/easy"}}},
	}
}

// publishNext is the coordinator publishing one more month, when it has ended: seen first, then published, over the pages.
func publishNext(t *testing.T, site *webtest.Site) {
	t.Helper()
	site.Clock.Set(time.Now().AddDate(0, 1, 5))
	b := site.SignIn(t, "coordinator")
	months, err := site.App.Figures.Span(t.Context(), site.Area.Actors["coordinator"])
	if err != nil || len(months) == 0 {
		t.Fatalf("%v to publish: %v", months, err)
	}
	if a := b.Get("/partnership/publish?until=2001-01"); a.Status != http.StatusUnprocessableEntity || !strings.Contains(a.Body, "Choose a month that has ended") {
		t.Errorf("a month long published can be chosen: %d", a.Status)
	}
	draft := b.Get("/partnership/publish?until=" + months[0])
	if draft.Status != http.StatusOK || !strings.Contains(draft.Body, "would be shown") || !strings.Contains(draft.Body, "What would not be shown") {
		t.Fatalf("the draft: %d %.400s", draft.Status, draft.Body)
	}
	told := regexp.MustCompile(`£|Month by month|<td>\s*\d|<dd>`)
	if found := told.FindString(draft.Body); found != "" {
		t.Errorf("R44: a draft tells a number: %s", found)
	}
	if err := site.App.Store.Handle(schema.Oversight).Look(t.Context(), func(tx *db.Tx) error {
		found, err := ledger.Find(t.Context(), tx, ledger.Search{Actor: site.Area.Actors["coordinator"].ID}, 20)
		if !slices.ContainsFunc(found, func(e ledger.Recorded) bool { return e.Act == "figure.publish" && e.Detail == "draft until "+months[0] }) {
			t.Error("the log does not say how far the coordinator looked")
		}
		return err
	}); err != nil {
		t.Error(err)
	}
	form := url.Values{"until": {months[0]}, "form_key": {draft.Hidden("form_key")}}
	for range 2 { // sent twice, it is published once
		if a := b.Post("/partnership/publish", form); a.Status != http.StatusSeeOther {
			t.Fatalf("publish: %d %.300s", a.Status, a.Body)
		}
	}
	sets, err := site.App.Figures.Published(t.Context(), 10)
	if err != nil || len(sets) != 2 || sets[0].From() != months[0] {
		t.Errorf("%d sets after two: %v", len(sets), err)
	}
}
