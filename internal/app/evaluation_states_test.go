package app_test

import (
	"context"
	"net/http"
	"net/url"
	"testing"

	"waymark.example/internal/evidence/study"
	"waymark.example/internal/webtest"
)

// evaluationStates are plans and reports of evaluations, from a draft to what the partnership reads.
func evaluationStates(t *testing.T, site, empty *webtest.Site, save func(string, webtest.Answer, int)) {
	t.Helper()
	evaluator, commissioner := site.SignIn(t, "evaluator"), site.SignIn(t, "commissioner")
	nobody, newcomer := empty.SignIn(t, "evaluator"), empty.SignIn(t, "commissioner")
	save("evaluation-plans-empty", nobody.Get("/evidence/plans"), 200)
	save("evaluation-reports-empty", nobody.Get("/evidence/reports"), 200)
	save("evaluation-released-empty", newcomer.Get("/partnership/evaluations"), 200)

	send := func(path string, form url.Values) webtest.Answer {
		a := evaluator.Get(path)
		form.Set("form_key", a.Hidden("form_key"))
		return evaluator.Post(path, form)
	}
	draft := first(site, "evaluator", "/evidence/plans", "/evidence/plans/evp_") // the latest is the draft or the frozen one
	plan, report := "/evidence/plans/"+site.Area.Plan, "/evidence/reports/"+site.Area.Report
	save("evaluation-plans", evaluator.Get("/evidence/plans"), 200)
	save("evaluation-plan-edit", evaluator.Get("/evidence/plans/new"), 200)
	save("evaluation-plan-mistakes", send("/evidence/plans/new", url.Values{"title": {""}, "primary": {"cost"}, "window": {"5"}, "grade": {"2"}, "profile": {"ten"}, "agreed": {"Ama"}}), http.StatusUnprocessableEntity)
	save("evaluation-plan-draft", evaluator.Get(draft), 200)
	save("evaluation-plan-frozen", evaluator.Get(plan), 200)
	a := evaluator.Get(plan)
	save("evaluation-departure-mistakes", evaluator.Post(plan+"/departures", url.Values{"form_key": {a.Hidden("form_key")}, "kind": {"other"}}), http.StatusUnprocessableEntity)
	save("evaluation-ask-mistakes", send("/evidence/reports", url.Values{}), http.StatusUnprocessableEntity)
	save("evaluation-report-waits", evaluator.Get(report), 200)
	if n, err := site.App.Releases.Work(t.Context()); err != nil || n != 1 {
		t.Fatalf("%d reports were worked out: %v", n, err)
	}
	save("evaluation-report", evaluator.Get(report), 200)
	save("evaluation-reports", evaluator.Get("/evidence/reports"), 200)
	again := func() string {
		a := evaluator.Get("/evidence/reports")
		one, _, err := site.App.Releases.Report(t.Context(), site.Area.Actors["evaluator"], site.Area.Report)
		if err != nil {
			t.Fatal(err)
		}
		a = evaluator.Post("/evidence/reports", url.Values{"form_key": {a.Hidden("form_key")}, "plan": {site.Area.Plan}, "extract": {one.ExtractID}})
		if n, err := site.App.Releases.Work(t.Context()); err != nil || n != 1 {
			t.Fatalf("%d reports were worked out: %v", n, err)
		}
		return a.Location
	}
	second := again()
	a = evaluator.Get(report + "/release")
	save("evaluation-release", a, 200)
	for range 2 { // the same form again changes nothing
		if a := evaluator.Post(report+"/release", url.Values{"form_key": {a.Hidden("form_key")}}); a.Status != http.StatusSeeOther {
			t.Errorf("release: %d\n%.400s", a.Status, a.Body)
		}
	}
	if a := evaluator.Get(report + "/release"); a.Status != http.StatusSeeOther {
		t.Errorf("a report that was released is asked about again: %d", a.Status)
	}
	save("evaluation-report-released", evaluator.Get(report), 200)

	// One that was made before is not weighed beside it.
	a = evaluator.Get(second + "/release")
	save("evaluation-release-refused", evaluator.Post(second+"/release", url.Values{"form_key": {a.Hidden("form_key")}}), http.StatusUnprocessableEntity)
	// An extract that was changed behind the program's back makes no report, and says so.
	read := site.App.Releases.Study
	site.App.Releases.Study = func(context.Context, string) (*study.Study, error) { return nil, study.ErrChanged }
	save("evaluation-report-none", evaluator.Get(again()), 200)
	site.App.Releases.Study = read
	released := "/partnership/evaluations/" + site.Area.Report
	save("evaluation-released", commissioner.Get("/partnership/evaluations"), 200)
	save("evaluation-released-report", commissioner.Get(released), 200)
	if a := commissioner.Get(report); a.Status != http.StatusNotFound {
		t.Errorf("the commissioner opens the evaluator's page: %d", a.Status)
	}
	for path, kind := range map[string]string{released + "/file": "text/html", released + "/numbers/table-1": "text/csv"} {
		if a := commissioner.Get(path); a.Status != 200 {
			t.Errorf("%s (%s): %d", path, kind, a.Status)
		}
	}
}
