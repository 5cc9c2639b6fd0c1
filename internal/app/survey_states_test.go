package app_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"waymark.example/internal/partnership/survey"
	"waymark.example/internal/webtest"
)

// openSurvey is the public address of the round that is open in a practice area.
func openSurvey(t *testing.T, site *webtest.Site) string {
	t.Helper()
	all, err := site.App.Doors.Surveys.Rounds(t.Context(), site.Area.Actors["coordinator"], "", 10)
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range all {
		if r.Open() {
			return "/survey/" + r.Code
		}
	}
	t.Fatal("no survey is open")
	return ""
}

// surveyStates are what somebody sees who is asked, and the partnership's pages.
func surveyStates(t *testing.T, site, empty *webtest.Site, save func(string, webtest.Answer, int)) {
	t.Helper()
	anybody, path := site.Visitor(t), openSurvey(t, site)
	save("survey-form", anybody.Get(path), 200)
	save("survey-form-nothing-ticked", sendForm(site, anybody, path, url.Values{}, time.Minute), 422)
	save("survey-form-hasty", sendForm(site, anybody, path, url.Values{"respect": {"4"}}, time.Second), 422)
	save("survey-thanks", sendForm(site, anybody, path, url.Values{"respect": {"4"}, "safe": {"3"}}, time.Minute), 200)
	save("survey-closed", anybody.Get("/survey/ABCDEFGHIJKL"), 200)
	coordinator := site.SignIn(t, "coordinator")
	save("survey-list", coordinator.Get("/partnership/surveys"), 200)
	save("survey-list-mistakes", sendForm(site, coordinator, "/partnership/surveys", url.Values{"asked": {"3"}}, time.Second), 422)
	save("survey-list-empty", empty.SignIn(t, "commissioner").Get("/partnership/surveys"), 200)
	all, err := site.App.Doors.Surveys.Rounds(t.Context(), site.Area.Actors["coordinator"], "", 10)
	if err != nil || len(all) < 3 {
		t.Fatalf("%d rounds, %v", len(all), err)
	}
	save("survey-round-open", coordinator.Get("/partnership/surveys/"+all[0].ID), 200)
	save("survey-round-few", coordinator.Get("/partnership/surveys/"+all[1].ID), 200)
	save("survey-round-over", coordinator.Get("/partnership/surveys/"+all[2].ID), 200)
	site.Clock.Set(site.Clock.Now().Add(time.Minute)) // whoever signs in next does not come in a row with those before
}

// Over real HTTP: no cookie, no account; what has no token counts nothing and loses nothing; sent twice it counts once, and the same ticks from somebody
// else count again; nobody reads a number while it is open; an address that never was looks as one that is over.
func TestAnybodyAnswersASurveyAndNothingOfThemIsKept(t *testing.T) {
	t.Parallel()
	site := webtest.Start(t, "sqlite:"+t.TempDir()+"/waymark.db", nil)
	b, path := site.Visitor(t), openSurvey(t, site)
	answers := func() url.Values { return url.Values{"respect": {"4"}, "safe": {"1"}} }
	for name, change := range map[string]func(url.Values){"no token": func(f url.Values) { f.Del("form_key") }, "a filled trap": func(f url.Values) { f.Set("website", "x") }, "nothing ticked": func(f url.Values) { f.Del("respect"); f.Del("safe") },
		"no such choice": func(f url.Values) { f.Set("fair", "9") }} {
		f := answers()
		f.Set("form_key", b.Get(path).Hidden("form_key"))
		site.Clock.Set(site.Clock.Now().Add(time.Minute))
		change(f)
		if a := b.Post(path, f); a.Status != http.StatusUnprocessableEntity || name != "nothing ticked" && !strings.Contains(a.Body, "checked") {
			t.Errorf("%s: %d", name, a.Status)
		}
	}
	for i := range 30 { // people in one room, of two minds
		f := url.Values{"form_key": {b.Get(path).Hidden("form_key")}}
		for j, q := range survey.Latest()[2].Questions {
			f.Set(q.Key, []string{"4", "2"}[(i+j)%2])
		}
		site.Clock.Set(site.Clock.Now().Add(time.Minute))
		for range 1 + (30-i)/30 { // the first sends it twice
			if a := b.Post(path, f); a.Status != http.StatusOK || !a.Says("Your answers are added") || len(a.Header["Set-Cookie"]) > 0 {
				t.Fatalf("%d %v %.300s", a.Status, a.Header, a.Body)
			}
		}
	}
	coordinator := site.SignIn(t, "coordinator")
	all, err := site.App.Doors.Surveys.Rounds(t.Context(), site.Area.Actors["coordinator"], "", 1)
	if err != nil {
		t.Fatal(err)
	}
	page := "/partnership/surveys/" + all[0].ID
	open := coordinator.Get(page)
	if open.Says("People who answered") || !open.Says(path) || coordinator.Get(page+"/csv").Status != http.StatusNotFound {
		t.Errorf("while it is open: %.600s", open.Body)
	}
	if a := site.SignIn(t, "panel").Post(page+"/end", url.Values{"form_key": {open.Hidden("form_key")}}); a.Status != http.StatusNotFound {
		t.Errorf("a panel member closes it: %d", a.Status)
	}
	if a := coordinator.Post(page+"/end", url.Values{"form_key": {open.Hidden("form_key")}}); a.Status != http.StatusSeeOther {
		t.Fatalf("close: %d", a.Status)
	}
	over := site.SignIn(t, "commissioner").Get(page)
	if !over.Says("about 30") || !over.Says("People who answered") || !strings.Contains(over.Body, ">15<") {
		t.Errorf("when it is over: %s", over.Body)
	}
	if a := coordinator.Get(page + "/csv"); !strings.Contains(a.Body, "relations,1,") || !strings.Contains(a.Body, "Wilson") {
		t.Errorf("as a file: %d %.300s", a.Status, a.Body)
	}
	never := strings.ReplaceAll(b.Get("/survey/ABCDEFGHIJKL").Body, "ABCDEFGHIJKL", "")
	if done := strings.ReplaceAll(b.Get(path).Body, strings.TrimPrefix(path, "/survey/"), ""); done != never {
		t.Error("a round that is over can be told from one that never was")
	}
	if a := site.SignIn(t, "officer").Get(page); a.Status != http.StatusNotFound {
		t.Errorf("an officer reads it: %d", a.Status)
	}
}
