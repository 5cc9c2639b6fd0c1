package app_test

import (
	"net/http"
	"net/url"
	"testing"

	"waymark.example/internal/webtest"
)

// policyStates are the pages of drafts, decisions and the order of what waits.
func policyStates(t *testing.T, site, empty *webtest.Site) []state {
	t.Helper()
	drafts, err := site.App.Deliberation.Drafts(t.Context())
	if err != nil || len(drafts) < 2 {
		t.Fatal(drafts, err)
	}
	decisions, err := site.App.Deliberation.Register(t.Context(), "", "", "")
	if err != nil || len(decisions) < 2 {
		t.Fatal(decisions, err)
	}
	waiting, _, err := site.App.Order.Waiting(t.Context(), site.Area.Actors["coordinator"])
	if err != nil || len(waiting) == 0 {
		t.Fatal(waiting, err)
	}
	open, done, wrong := "/partnership/policy/"+drafts[0].ID, "/partnership/policy/"+drafts[1].ID, http.StatusUnprocessableEntity
	return []state{
		{empty, "panel", []page{{name: "deliberation-drafts-empty", path: "/partnership/policy"}, {name: "deliberation-register-empty", path: "/partnership/decisions"}}},
		{site, "coordinator", []page{
			{name: "deliberation-drafts", path: "/partnership/policy"},
			{name: "deliberation-new-mistakes", path: "/partnership/policy/new", form: url.Values{"title": {""}}, want: wrong},
			{name: "deliberation-draft", path: open},
			{name: "deliberation-change", path: open + "/change"},
			{name: "deliberation-change-mistakes", path: open + "/change", form: url.Values{"from_version": {"2"}, "window_days": {"x"}}, want: wrong},
			{name: "deliberation-decide-mistakes", path: open + "/decide", form: url.Values{"wording": {"2"}, "voice_0": {"dissents"}}, want: wrong},
			{name: "deliberation-register", path: "/partnership/decisions"},
			{name: "deliberation-decision", path: "/partnership/decisions/" + decisions[0].ID},
			{name: "deliberation-waiting-mistakes", path: "/partnership/waiting", to: "/partnership/waiting/" + waiting[0].ID, form: url.Values{"to": {"last"}}, want: wrong},
		}},
		{site, "panel", []page{
			{name: "deliberation-say-mistakes", path: open, to: open + "/comment", form: url.Values{"words": {""}}, want: wrong},
			{name: "deliberation-enacted", path: done},
			{name: "deliberation-policy", path: "/policy"},
		}},
		{site, "supervisor", []page{{name: "deliberation-order", path: "/care/order"}}},
	}
}
