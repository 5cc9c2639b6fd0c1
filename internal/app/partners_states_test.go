package app_test

import (
	"net/http"
	"net/url"
	"strings"

	"waymark.example/internal/webtest"
)

// partnerStates are the partnership's places, who takes part and what was agreed.
func partnerStates(site *webtest.Site) []state {
	clinic := "/partnership/partners/" + site.Area.Actors["clinician"].Organisation
	care := "/partnership/partners/" + site.Area.Actors["manager"].Organisation
	mistakes := http.StatusUnprocessableEntity
	return []state{
		{site, "coordinator", []page{
			{name: "partners-hub", path: "/partnership"},
			{name: "partners-all", path: "/partnership/partners"},
			{name: "partners-one", path: clinic},
			{name: "partners-new-mistakes", path: "/partnership/partners/new", form: url.Values{"places": {strings.Repeat("x", 90)}}, want: mistakes},
			{name: "partners-contact-mistakes", path: clinic + "/contact", form: url.Values{}, want: mistakes},
			{name: "partners-seat-mistakes", path: clinic + "/seat", form: url.Values{"until": {"2001-01-01"}}, want: mistakes},
			{name: "partners-withdraw-mistakes", path: care + "/withdraw", form: url.Values{}, want: mistakes},
			{name: "partners-agreement-new-mistakes", path: "/agreements/new", form: url.Values{"kind": {"sharing"}}, want: mistakes},
			{name: "partners-agreement-next", path: first(site, "coordinator", "/agreements", "/agreements/agr_") + "/next"},
		}},
		{site, "commissioner", []page{{name: "partners-hub-commissioner", path: "/partnership"}, {name: "partners-one-commissioner", path: "/partnership/partners/" + site.Area.Group}}},
		{site, "manager", []page{
			{name: "partners-agreements", path: "/agreements"},
			{name: "partners-agreement", path: first(site, "manager", "/agreements", "/agreements/agr_")},
		}},
		{site, "sergeant", []page{{name: "partners-mine", path: "/partnership/mine"}}},
	}
}
