package app_test

import (
	"net/http"
	"net/url"

	"waymark.example/internal/webtest"
)

// recordsStates are the crime registrar's pages, a sergeant's gaps, a contact that
// another system recorded, and the connectors.
func recordsStates(site, empty *webtest.Site) []state {
	ready := first(site, "registrar", "/police/outcomes", "/police/outcomes/con_")
	finalised := first(site, "registrar", "/police/outcomes?state=finalised", "/police/outcomes/con_")
	return []state{
		{empty, "registrar", []page{{name: "records-outcomes-empty", path: "/police/outcomes"}, {name: "records-outcomes-waiting-empty", path: "/police/outcomes?state=waiting"}}},
		{empty, "sergeant", []page{{name: "records-gaps-empty", path: "/police/gaps"}}},
		{site, "sergeant", []page{{name: "records-gaps", path: "/police/gaps"}}},
		{site, "officer2", []page{{name: "records-contact-taken", path: taken(site)}}},
		{site, "registrar", []page{
			{name: "records-outcomes-ready", path: "/police/outcomes"},
			{name: "records-outcomes-waiting", path: "/police/outcomes?state=waiting"},
			{name: "records-outcomes-ended", path: "/police/outcomes?state=ended"},
			{name: "records-outcomes-finalised", path: "/police/outcomes?state=finalised"},
			{name: "records-outcomes-narrowed-none", path: "/police/outcomes?state=waiting&older=90"},
			{name: "records-outcome-ready", path: ready},
			{name: "records-outcome-ready-mistakes", path: ready, to: ready + "/finalise", form: url.Values{"force_reference": {""}}, want: http.StatusUnprocessableEntity},
			{name: "records-outcome-waiting", path: first(site, "registrar", "/police/outcomes?state=waiting", "/police/outcomes/con_")},
			{name: "records-outcome-ended", path: first(site, "registrar", "/police/outcomes?state=ended", "/police/outcomes/con_")},
			{name: "records-outcome-finalised", path: finalised},
			{name: "records-outcome-open-mistakes", path: finalised, to: finalised + "/open", form: url.Values{"reason": {""}}, want: http.StatusUnprocessableEntity},
		}},
	}
}

// taken is the address of the oldest contact of an officer: it came from another
// system.
func taken(site *webtest.Site) string {
	rows, err := site.App.Contacts.Mine(site.T.Context(), site.Area.Actors["officer2"], "", 100)
	if err != nil || len(rows) == 0 {
		panic(err)
	}
	return "/police/contacts/" + rows[len(rows)-1].ID
}
