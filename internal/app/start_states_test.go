package app_test

import (
	"net/http"
	"net/url"
	"testing"

	"waymark.example/internal/webtest"
)

// startStates are the pages from interest to launch, of fidelity and the
// accessibility statement.
func startStates(site, empty *webtest.Site) []state {
	const home = "/partnership/fidelity"
	ourselves, visit := home+"/"+site.Area.Rounds["ourselves"], home+"/"+site.Area.Rounds["visit"]
	wrong := http.StatusUnprocessableEntity
	none := url.Values{"nothing": {"chosen"}}
	return []state{
		{empty, "", []page{{name: "start-accessibility-unsaid", path: "/accessibility"}}},
		{site, "", []page{{name: "start-accessibility", path: "/accessibility"}}},
		{empty, "coordinator", []page{{name: "start-fidelity-none", path: home}, {name: "start-empty", path: "/start"}}},
		{site, "administrator", []page{{name: "start-administrator", path: "/start"}}},
		{site, "coordinator", []page{
			{name: "start-readiness", path: "/start/readiness"},
			{name: "start-area-mistakes", path: "/start/area", form: none, want: wrong},
			{name: "start-walls-officer", path: "/start/walls?role=officer"},
			{name: "start-impact-document", path: "/start/impact/document"},
			{name: "start-practice", path: "/start/practice"},
			{name: "start-go-live", path: "/start/go-live"},
			{name: "start-say-mistakes", path: "/start/go-live/tested", form: url.Values{"on": {"2099-01-01"}}, want: wrong},
			{name: "start-launch-mistakes", path: "/start/launch", form: url.Values{"launched_on": {"soon"}}, want: wrong},
			{name: "start-fidelity", path: home},
			{name: "start-fidelity-new-mistakes", path: home + "/new", form: url.Values{"kind": {"peer"}}, want: wrong},
			{name: "start-fidelity-round", path: ourselves},
		}},
		{site, "panel", []page{{name: "start-reasons-read", path: "/start/reasons"}, {name: "start-fidelity-principle-read", path: ourselves + "/voice"}}},
		{site, "visitor", []page{
			{name: "start-fidelity-visit", path: visit},
			{name: "start-fidelity-principle-mistakes", path: visit + "/acute", form: url.Values{"todo": {"Something"}}, want: wrong},
		}},
	}
}

// The guide of a site that is no practice area, before and after its beginning,
// and the first page of one that nobody has an account in.
func beginningStates(t *testing.T, save func(string, webtest.Answer, int)) {
	t.Helper()
	site := nothing(t, "sqlite")
	save("start-nobody-yet", site.Visitor(t).Get("/sign-in"), http.StatusOK)
}
