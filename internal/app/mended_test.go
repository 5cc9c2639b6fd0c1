package app_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	bridge "waymark.example/internal/handoff/door"
	"waymark.example/internal/partnership/partner"
	"waymark.example/internal/platform/db"
	"waymark.example/internal/platform/ledger"
	"waymark.example/internal/webtest"
)

// Nobody stands before a page that leads nowhere, offers what is over, or says what
// is not so.
func TestThePartnershipsPagesLeadOnAndSayWhatIsSo(t *testing.T) {
	t.Parallel()
	site := webtest.Start(t, "sqlite:"+t.TempDir()+"/waymark.db", nil)
	says := func(what string, a webtest.Answer, status int, want, never []string) {
		t.Helper()
		if a.Status != status {
			t.Errorf("%s: %d, want %d", what, a.Status, status)
		}
		for _, w := range want {
			if !strings.Contains(a.Body, w) {
				t.Errorf("%s does not say %q", what, w)
			}
		}
		for _, w := range never {
			if strings.Contains(a.Body, w) {
				t.Errorf("%s says %q", what, w)
			}
		}
	}
	officer, coordinator, anybody := site.SignIn(t, "officer"), site.SignIn(t, "coordinator"), site.Visitor(t)

	// Whoever holds a seat finds the meetings, and how their organisation withdraws.
	for _, path := range []string{"/account", "/policy", "/partnership/meetings"} {
		says(path, officer.Get(path), 200, []string{`href="/partnership/mine"`}, nil)
	}
	says("my seats", officer.Get("/partnership/mine"), 200, []string{`href="/partnership/meetings"`, "We withdraw"}, nil)

	// The public page leads to the doors, and they lead back; both name one body outside.
	for _, path := range []string{"/public", "/public/cy", "/public/easy", "/public/easy-cy"} {
		says(path, anybody.Get(path), 200, []string{`href="/refer"`, `href="/feedback"`, `href="/complain"`, "01632 960 111", "Northmoor Audit"}, nil)
	}
	says("easy read", anybody.Get("/public/easy"), 200, []string{"Police officers asked"}, []string{"The policy allowed to divert", "Contacts that officers recorded"})
	for _, path := range []string{"/refer", "/feedback", "/complain"} {
		says(path, anybody.Get(path), 200, []string{`href="/public"`}, nil)
	}
	for origin, want := range map[string]string{"": "01632 960 111", "https://waymark.example.org": `href="https://waymark.example.org/complain"`} {
		files, err := site.App.PublicFiles(t.Context(), origin)
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range []string{"index.html", "easy-cy.html"} {
			if text := string(files[name]); !strings.Contains(text, want) || strings.Contains(text, `href="/`) {
				t.Errorf("exported for %q, %s leads elsewhere", origin, name)
			}
		}
	}

	// A training is recorded of somebody, on a day; it is taken back by its own button.
	form := func(more url.Values) url.Values {
		more.Set("form_key", coordinator.Get("/partnership/training").Hidden("form_key"))
		return more
	}
	says("recording at once", coordinator.Post("/partnership/training", form(url.Values{"account": {""}, "course": {""}, "done_on": {""}})), 422, []string{"Choose who it was", "Choose the course", "Enter the day it was done"}, nil)
	courses, err := site.App.Training.Courses(t.Context(), site.Area.Actors["coordinator"])
	if err != nil {
		t.Fatal(err)
	}
	back := url.Values{"account": {site.Area.Actors["manager"].ID}, "course": {courses[0].ID}, "then": {"back"}}
	if a := coordinator.Post("/partnership/training", form(back)); a.Status != http.StatusSeeOther || a.Header.Get("Location") != "/partnership/training?saved=back" {
		t.Errorf("taking it back: %d %s", a.Status, a.Header.Get("Location"))
	}
	says("taking back what is not there", coordinator.Post("/partnership/training", form(back)), 422, []string{"Nothing is recorded of this course for them"}, nil)

	// A point that went leads back to its meeting; a meeting that is over offers nothing more.
	housing := site.SignIn(t, "housing")
	says("a point that is gone", housing.Get("/partnership/meetings/"+site.Area.Meetings["ahead"]+"/points/agi_gone"), 404,
		[]string{"This point is no longer shown", `href="/partnership/meetings/` + site.Area.Meetings["ahead"] + `"`}, []string{"supervisor"})
	says("a meeting that is over", coordinator.Get("/partnership/meetings/"+site.Area.Meetings["before"]), 200, nil, []string{"They are here", "/change\"", "for you yet"})

	// An agreement that ended says when, and whoever withdrew is not asked how they stood.
	agreement := first(site, "coordinator", "/agreements", "/agreements/agr_")
	if a := coordinator.Post(agreement+"/end", url.Values{"form_key": {"frm_end"}}); a.Status != http.StatusSeeOther {
		t.Fatalf("ending an agreement: %d", a.Status)
	}
	today := site.Clock.Now().In(site.App.Zone).Format("2 January 2006")
	says("agreements", coordinator.Get("/agreements"), 200, []string{"Ended on " + today}, nil)
	says("the agreement", coordinator.Get(agreement), 200, []string{"on " + today + ". It was in force from"}, nil)
	if a := coordinator.Get("/partnership/decisions/new"); !a.Says("Fish Quay Residents") {
		t.Error("a partner is not asked how they stood")
	}
	if err := site.App.Partners.Withdraw(t.Context(), site.Area.Actors["coordinator"], ledger.Form{}, site.Area.Group, "We leave.", ""); err != nil {
		t.Fatal(err)
	}
	says("a decision, after they withdrew", coordinator.Get("/partnership/decisions/new"), 200, nil, []string{"Fish Quay Residents"})
}

// In an area that begins, pages say what is missing and lead there.
func TestAnEmptyAreaSaysWhatIsMissing(t *testing.T) {
	t.Parallel()
	site := webtest.StartEmpty(t, "sqlite:"+t.TempDir()+"/waymark.db")
	coordinator, actor := site.SignIn(t, "coordinator"), site.Area.Actors["coordinator"]
	if a := coordinator.Get("/partnership/publish"); !a.Says("No month has ended yet") || a.Says("Every month that has ended is published") {
		t.Errorf("nothing to publish: %d", a.Status)
	}
	if err := site.App.Doors.Desk.Set(t.Context(), actor, ledger.Form{}, 0, bridge.Setting{Refer: true, Phone: "01632 960 111", PromiseDays: 3, AcknowledgeDays: 5, AnswerDays: 28}); err != nil {
		t.Fatal(err)
	}
	if a := site.Visitor(t).Get("/refer"); strings.Contains(a.Body, `href="/public"`) {
		t.Error("a door leads to a page that is closed")
	}
	// A policy that is decided and not in force yet.
	policy, _, err := site.App.Contacts.Choices(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	policy.InForceFrom, policy.DecidedBy = db.Day(site.App.Now().AddDate(0, 0, 14)), "Policy Coordinating Group"
	if _, err := site.App.Policies.RecordFirst(t.Context(), policy); err != nil {
		t.Fatal(err)
	}
	if a := coordinator.Get("/start"); !a.Says("Decided, in force from " + site.App.Now().AddDate(0, 0, 14).UTC().Format("2 January 2006")) {
		t.Errorf("a policy that waits: %d\n%s", a.Status, a.Body)
	}
	// One list of what an organisation is, and one person counts once.
	for _, path := range []string{"/organisations/new", "/partnership/partners/new"} {
		b := coordinator
		if strings.HasPrefix(path, "/organisations") {
			b = site.SignIn(t, "administrator")
		}
		a := b.Get(path)
		for _, want := range []string{"Group of people with lived experience", "Evaluator", "Community group", "Case-management organisation, independent of the police"} {
			if !a.Says(want) {
				t.Errorf("%s does not offer %q", path, want)
			}
		}
	}
	id, err := site.App.Partners.Describe(t.Context(), actor, ledger.Form{}, partner.Partner{Name: "Audit Moorside", Sort: "oversight"})
	if err != nil {
		t.Fatal(err)
	}
	if of, err := site.App.Partners.One(t.Context(), actor, id); err != nil || of.Sort != "oversight" {
		t.Errorf("an auditor as a partner is %q: %v", of.Sort, err)
	}
}
