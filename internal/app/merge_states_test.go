package app_test

import (
	"net/http"
	"net/url"
	"path/filepath"
	"regexp"
	"testing"

	"waymark.example/internal/care/participant"
	"waymark.example/internal/platform/ledger"
	"waymark.example/internal/webtest"
)

var mergeLink = regexp.MustCompile(`/care/people/par_[0-9a-f]+/same/mrg_[0-9a-f]+`)

// mergeStates are the pages of two records that may be of one person, and of a
// plan in easy words and between its versions.
func mergeStates(t *testing.T, filled, empty *webtest.Site, save func(string, webtest.Answer, int)) {
	t.Helper()
	save("merge-none-waiting", empty.SignIn(t, "supervisor").Get("/care/merges"), 200)
	asked, kestrel := filled.SignIn(t, "manager"), "/care/people/"+filled.Area.People["Kestrel"]
	save("merge-plan", asked.Get(kestrel+"/plan"), 200)
	save("merge-plan-easy", asked.Get(kestrel+"/plan/easy"), 200)
	// A draft is not handed out: the plan's own page says that it is one.
	if got, plan := filled.SignIn(t, "supervisor").Get("/care/people/"+filled.Area.People["Swift"]+"/plan/easy"), "/care/people/"+filled.Area.People["Swift"]+"/plan"; got.Status != http.StatusSeeOther || got.Location != plan {
		t.Errorf("a plan that nobody agreed to, in easy words: %d %s", got.Status, got.Location)
	}
	save("merge-plan-versions", asked.Get(kestrel+"/plan/2"), 200)
	save("merge-timeline-services", asked.Get("/care/people/"+filled.Area.People["Linnet"]+"?kind=warm"), 200)
	save("merge-timeline-fund", asked.Get("/care/people/"+filled.Area.People["Linnet"]+"?kind=fund"), 200)
	save("merge-today-silent", asked.Get("/care/today"), 200)
	site := webtest.StartEmpty(t, "sqlite:"+filepath.Join(t.TempDir(), "waymark.db"))
	a, asha := site.App, site.Area.Actors["manager"]
	old, again := webtest.Received(t, a, site.Area), webtest.Received(t, a, site.Area)
	describe := func(id, name string) {
		if err := a.Care.People.Describe(t.Context(), asha, ledger.Form{}, id, 1, participant.Person{Name: name, Phone: "07700 900111", FindWords: "Fish market"}); err != nil {
			t.Fatal(err)
		}
	}
	describe(old, "Wren Abara")
	manager := site.SignIn(t, "manager")
	same := "/care/people/" + again + "/same"
	describe(again, "Somebody Else")
	if err := a.Care.People.Describe(t.Context(), asha, ledger.Form{}, again, 2, participant.Person{Name: "Zed"}); err != nil {
		t.Fatal(err)
	}
	save("merge-nobody-alike", manager.Get(same), 200)
	if err := a.Care.People.Describe(t.Context(), asha, ledger.Form{}, again, 3, participant.Person{Name: "Ren Abara", Phone: "07700 900111", FindWords: "Fish market"}); err != nil {
		t.Fatal(err)
	}
	save("merge-alike", manager.Get(same), 200)
	save("merge-say", manager.Get(same+"?with="+old), 200)
	save("merge-say-mistakes", manager.Post(same+"?with="+old, url.Values{"into": {old}}), 422)
	said := manager.Post(same+"?with="+old, url.Values{"into": {old}, "why": {"They told me: the police wrote their name down wrong."}})
	page := manager.Get(said.Location)
	save("merge-said", page, 200)
	save("merge-person-waiting", manager.Get("/care/people/"+old), 200)
	supervisor := site.SignIn(t, "supervisor")
	list := supervisor.Get("/care/merges")
	save("merge-waiting", list, 200)
	one := mergeLink.FindString(list.Body)
	save("merge-second-person", supervisor.Get(one), 200)
	supervisor.Post(one, url.Values{"answer": {"yes"}, "words": {"I met them with Asha."}})
	if moved := manager.Get("/care/people/" + again); moved.Status != 303 || moved.Location != "/care/people/"+old {
		t.Errorf("an old link: %d to %q", moved.Status, moved.Location)
	}
	save("merge-person", manager.Get("/care/people/"+old), 200)
	save("merge-other-record", manager.Get("/care/people/"+again+"/plan"), 200)
	save("merge-together", supervisor.Get(one), 200)
	save("merge-undo-mistakes", supervisor.Post(one+"/undo", url.Values{"why": {""}}), 422)
	supervisor.Post(one+"/undo", url.Values{"why": {"They are cousins."}})
	save("merge-parted", supervisor.Get(one), 200)
}
