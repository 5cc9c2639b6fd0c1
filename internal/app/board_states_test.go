package app_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"waymark.example/internal/webtest"
)

// boardStates are the pages of the board, supervision, looking back and safety.
func boardStates(site, empty *webtest.Site) []state {
	kestrel, merlin := "/care/people/"+site.Area.People["Kestrel"], "/care/people/"+site.Area.People["Merlin"]
	concern, talk, incident := kestrel+"/safety/concern/"+site.Area.Safety["concern"], "/care/talks/"+site.Area.Safety["talk"], "/care/incidents/"+site.Area.Safety["incident"]
	manager, long := site.Area.Actors["manager"].ID, strings.Repeat("word ", 900)
	wrong := http.StatusUnprocessableEntity
	return []state{
		{empty, "supervisor", []page{
			{name: "board-empty", path: "/care/board"},
			{name: "board-quality-empty", path: "/care/quality"},
			{name: "board-incidents-empty", path: "/care/incidents"},
			{name: "board-caseload-empty", path: "/care/board/" + empty.Area.Actors["manager"].ID},
		}},
		{site, "supervisor", []page{
			{name: "board", path: "/care/board"},
			{name: "board-caseload-of", path: "/care/board/" + site.Area.Actors["manager2"].ID},
			{name: "board-move", path: kestrel + "/allocate"},
			{name: "board-move-mistakes", path: kestrel + "/allocate", form: url.Values{"worker": {site.Area.Actors["manager3"].ID}, "gone": {"yes"}}, want: wrong},
			{name: "board-cover", path: "/care/cover"},
			{name: "board-cover-mistakes", path: "/care/cover", form: url.Values{"away": {manager}, "coverer": {manager}, "from": {"2001-01-01"}, "until": {""}}, want: wrong},
			{name: "board-quality", path: "/care/quality"},
			{name: "board-supervision", path: "/care/supervision"},
			{name: "board-supervision-with", path: "/care/supervision/" + manager},
			{name: "board-supervision-none", path: "/care/supervision/" + site.Area.Actors["manager3"].ID},
			{name: "board-supervision-new", path: "/care/supervision/" + manager + "/new"},
			{name: "board-supervision-mistakes", path: "/care/supervision/" + manager + "/new", form: url.Values{"held_on": {"2099-01-01"}}, want: wrong},
			{name: "board-supervision-talk", path: talk},
			{name: "board-supervision-change", path: talk + "/change"},
			{name: "board-incidents", path: "/care/incidents"},
			{name: "board-incident", path: incident},
			{name: "board-incident-learnt-mistakes", path: incident, to: incident + "/learnt", form: url.Values{"words": {""}}, want: wrong},
			{name: "board-incident-action-mistakes", path: incident, to: incident + "/action", form: url.Values{"words": {""}}, want: wrong},
			{name: "board-death", path: "/care/incidents/new?for=" + site.Area.People["Avocet"]},
			{name: "board-person-died", path: "/care/people/" + site.Area.People["Avocet"]},
		}},
		{site, "manager", []page{
			{name: "board-today-warned", path: "/care/today"},
			{name: "board-supervision-worker", path: "/care/supervision"},
			{name: "board-supervision-worker-talk", path: talk},
			{name: "board-incidents-worker", path: "/care/incidents"},
			{name: "board-incident-worker", path: incident},
			{name: "board-incident-new", path: "/care/incidents/new"},
			{name: "board-incident-new-mistakes", path: "/care/incidents/new", form: url.Values{"kind": {"death"}, "happened_at": {"2099-01-01T10:00"}}, want: wrong},
			{name: "board-safety", path: kestrel + "/safety"},
			{name: "board-safety-none", path: merlin + "/safety"},
			{name: "board-safety-sheet", path: kestrel + "/safety/sheet"},
			{name: "board-safety-sheet-none", path: merlin + "/safety/sheet"},
			{name: "board-safety-plan", path: kestrel + "/safety/plan"},
			{name: "board-safety-plan-mistakes", path: merlin + "/safety/plan", form: url.Values{"helps": {long}}, want: wrong},
			{name: "board-safety-plan-conflict", path: kestrel + "/safety/plan", form: url.Values{"from_version": {"0"}, "helps": {"Music"}}, want: http.StatusConflict},
			{name: "board-naloxone", path: kestrel + "/safety/naloxone"},
			{name: "board-naloxone-mistakes", path: merlin + "/safety/naloxone", form: url.Values{"good_until": {"soon"}}, want: wrong},
			{name: "board-concern", path: concern},
			{name: "board-concern-mistakes", path: concern, form: url.Values{"kind": {"no_referral"}}, want: wrong},
			{name: "board-concern-new", path: kestrel + "/safety/concern"},
			{name: "board-concern-new-mistakes", path: kestrel + "/safety/concern", form: url.Values{"told": {"not_safe"}}, want: wrong},
			{name: "board-concern-refer", path: concern + "/refer"},
			{name: "board-concern-refer-mistakes", path: concern + "/refer", form: url.Values{"basis": {"yes"}, "recipient": {site.Area.Actors["clinician"].Organisation}, "channel": {"account"}}, want: wrong},
			{name: "board-alerts", path: "/care/alerts?for=" + site.Area.People["Kestrel"]},
			{name: "board-alerts-mistakes", path: "/care/alerts", form: url.Values{"days": {"90"}}, want: wrong},
		}},
		{site, "manager3", []page{
			{name: "board-today-covering", path: "/care/today"},
			{name: "board-supervision-worker-none", path: "/care/supervision"},
		}},
		{empty, "manager", []page{{name: "board-alerts-none", path: "/care/alerts"}}},
		{site, "own:Kestrel", []page{{name: "board-own-home", path: "/me"}, {name: "board-own-safety", path: "/me/safety"}}},
		{site, "own:Linnet", []page{{name: "board-own-safety-none", path: "/me/safety"}}},
	}
}

// followed opens the first link on a page that holds part.
func followed(t *testing.T, b *webtest.Browser, path, part string) webtest.Answer {
	t.Helper()
	return b.Get(linkWith(t, b.Get(path), part))
}
