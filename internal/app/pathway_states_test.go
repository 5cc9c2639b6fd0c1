package app_test

import (
	"net/http"
	"net/url"
	"path/filepath"
	"strings"
	"testing"

	"waymark.example/internal/lead"
	"waymark.example/internal/webtest"
)

// pathwayStates are the list of other pathways, and a decision that asks for one.
func pathwayStates(site, empty *webtest.Site) []state {
	const list = "/partnership/pathways"
	return []state{
		{empty, "coordinator", []page{{name: "pathways-none", path: list}}},
		{site, "coordinator", []page{
			{name: "pathways", path: list},
			{name: "pathways-change-mistakes", path: list, form: url.Values{"code": {"second_course"}, "from_version": {"1"}, "name": {"LEAD"}, "sort": {"other"}, "from": {"soon"}}, want: http.StatusUnprocessableEntity},
		}},
		{site, "panel", []page{{name: "pathways-read", path: list}}},
		{site, "officer", []page{{name: "pathways-decide-mistakes", path: "/police/decide", want: http.StatusUnprocessableEntity,
			form: url.Values{"outcome": {"not_diverted"}, "reason_not_diverted": {"other_pathway"}, "offence": {"46"}, "words": {"It is a condition of his bail."}}}}},
	}
}

// No page, letter or list offers LEAD as a condition, and what is written so is
// answered beside its field.
func TestR48_LEADIsNeverAConditionOfACautionBailOrOrder(t *testing.T) {
	site := webtest.Start(t, "sqlite:"+filepath.Join(t.TempDir(), "waymark.db"), nil)
	officer, coordinator := site.SignIn(t, "officer"), site.SignIn(t, "coordinator")
	beside := func(what string, a webtest.Answer) {
		t.Helper()
		if a.Status != http.StatusUnprocessableEntity || !strings.Contains(a.Body, "LEAD is never a condition of a caution, bail or an order: it is only ever") {
			t.Errorf("%s: %d, and nothing is said beside the field", what, a.Status)
		}
	}
	page := officer.Get("/police/decide")
	if lead.MakesCondition(page.Body) || strings.Contains(page.Body, `value="lead"`) {
		t.Error("the page that officers decide on offers it")
	}
	if !strings.Contains(page.Body, "Which pathway?") || !strings.Contains(page.Body, "Second Course") || strings.Contains(page.Body, "Harbour Coaches") {
		t.Error("the page does not ask which of today's pathways it is")
	}
	beside("a decision", officer.Post("/police/decide", url.Values{"form_key": {lead.NewID("frm")}, "outcome": {"diverted"}, "reason_diverted": {"needs_seen"}, "offence": {"46"}, "words": {"He must engage with LEAD."}}))
	beside("a draft of the policy", coordinator.Post("/partnership/policy/new", url.Values{"form_key": {lead.NewID("frm")}, "title": {"Firmer"}, "why": {"Attendance as a condition of the caution."}}))
	beside("an agreement", coordinator.Post("/agreements/new", url.Values{"form_key": {lead.NewID("frm")}, "title": {"With the court"}, "words": {"LEAD will be a condition of the community order."}}))
	beside("a pathway", coordinator.Post("/partnership/pathways", url.Values{"form_key": {lead.NewID("frm")}, "name": {"Coaching, as a condition of bail"}, "sort": {"other"}, "from": {"2026-11-01"}}))
	if a := coordinator.Post("/partnership/pathways", url.Values{"form_key": {lead.NewID("frm")}, "name": {"LEAD"}, "sort": {"other"}, "from": {"2026-11-01"}}); a.Status != http.StatusUnprocessableEntity || !strings.Contains(a.Body, "LEAD is not another pathway") {
		t.Errorf("LEAD is taken as another pathway: %d", a.Status)
	}
}
