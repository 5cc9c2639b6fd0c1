package app_test

import (
	"net/http"
	"net/url"

	"waymark.example/internal/webtest"
)

// meetingStates are the pages of the partnership's meetings, of proposals and of
// lived experience.
func meetingStates(site, empty *webtest.Site) []state {
	id := site.Area.Meetings
	base := "/partnership/meetings/" + id["ahead"]
	person := "/care/people/" + site.Area.People["Linnet"] + "/meeting"
	item := base + "/points/" + id["item"]
	mistakes := http.StatusUnprocessableEntity
	see := url.Values{"then": {"see"}, "meeting": {id["ahead"]}, "topics": {"reach", "needs"}, "name": {"Linnet"}, "facts": {"A room and a dog."}, "ask": {"Who knows a room?"}}
	return []state{
		{empty, "officer", []page{{name: "meetings-none", path: "/partnership/meetings"}}},
		{site, "coordinator", []page{
			{name: "meetings-coordinator", path: "/partnership/meetings"},
			{name: "meetings-call-mistakes", path: "/partnership/meetings/new", form: url.Values{"on": {"2001-01-01"}}, want: mistakes},
			{name: "meetings-actions-none", path: "/partnership/actions"},
			{name: "meetings-over", path: "/partnership/meetings/" + id["before"]},
			{name: "meetings-lived", path: "/partnership/lived"},
			{name: "meetings-proposal-answer", path: "/proposals/" + id["proposal"] + "/answer"},
		}},
		{site, "housing", []page{
			{name: "meetings-before-the-reminder", path: base},
			{name: "meetings-confirmed", path: base + "/confirm", form: url.Values{"agreed": {"yes"}}, want: http.StatusSeeOther},
			{name: "meetings-one", path: base},
			{name: "meetings-point", path: item + "?name=show"},
			{name: "meetings-point-gone", path: base + "/points/agi_gone", want: http.StatusNotFound},
		}},
		{site, "manager", []page{
			{name: "meetings-bring", path: person},
			{name: "meetings-bring-sees", path: person, form: see, want: http.StatusOK},
			{name: "meetings-proposals", path: "/proposals"},
		}},
		{site, "panel", []page{{name: "meetings-lived-own", path: "/partnership/lived"}}},
	}
}
