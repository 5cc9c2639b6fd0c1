package app_test

import (
	"net/http"
	"net/url"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"waymark.example/internal/webtest"
)

// todayStates are the pages of a worker's day and of logging a contact.
func todayStates(t *testing.T, site, empty *webtest.Site, save func(string, webtest.Answer, int)) {
	t.Helper()
	manager, kestrel := site.SignIn(t, "manager"), "/care/people/"+site.Area.People["Kestrel"]
	save("today-nothing", empty.SignIn(t, "manager").Get("/care/today"), 200)
	save("today-nobody-on-call", empty.SignIn(t, "oncall").Get("/care/today"), 200)
	save("today", manager.Get("/care/today"), 200)
	save("today-supervisor", site.SignIn(t, "supervisor").Get("/care/today"), 200)
	save("today-team", site.SignIn(t, "supervisor").Get("/care/today/team"), 200)
	save("today-people-alike", manager.Post("/care/people", url.Values{"name": {"kestral"}}), 200)
	save("today-about", manager.Get(kestrel+"/about"), 200)
	save("today-about-nothing", manager.Get("/care/people/"+site.Area.People["Tern"]+"/about"), 200)
	save("today-about-safe", manager.Get(kestrel+"/about/safe"), 200)
	save("today-about-support", manager.Get(kestrel+"/about/support"), 200)
	save("today-about-mistakes", manager.Post(kestrel+"/about/safe", url.Values{"from_version": {"1"}, "ring": {"loudly"}, "hours": {strings.Repeat("noon ", 200)}}), 422)
	save("today-about-conflict", manager.Post(kestrel+"/about/safe", url.Values{"from_version": {"0"}, "hours": {"Evenings are better"}}), 409)
	save("today-log", manager.Get(kestrel+"/contact?from=today"), 200)
	row := linkWith(t, manager.Get("/care/today"), "promise=")
	save("today-log-promise", manager.Get(row), 200)
	save("today-log-mistakes", manager.Post(kestrel+"/contact", url.Values{"minutes_exact": {"many"}, "next": {"I ring you"}, "at": {"2099-01-01T10:00"}, "place_kind": {"the moon"}, "narrative": {strings.Repeat("word ", 2000)}}), 422)
	promise := linkWith(t, manager.Get("/care/today"), "/promises/")
	save("today-promise", manager.Get(promise), 200)
	path, _, _ := strings.Cut(promise, "?")
	save("today-promise-mistakes", manager.Post(path, url.Values{"how": {"moved"}, "on": {"2001-01-01"}}), 422)
	manager.Post(kestrel+"/contact", sixTaps(manager.Get(kestrel+"/contact")))
	save("today-just-logged", manager.Get("/care/today"), 200)
	save("today-person-just-logged", manager.Get(kestrel), 200)
	undo := action(t, manager.Get(kestrel), "/undo")
	manager.Post(undo, url.Values{})
	save("today-person-taken-back", manager.Get(kestrel), 200)
	save("today-person-undo-late", manager.Get(kestrel+"?undo=late"), 200)
}

// sixTaps are the answers of a contact logged without a word.
func sixTaps(shown webtest.Answer) url.Values {
	return url.Values{"form_key": {shown.Hidden("form_key")}, "back": {"today"}, "started_by": {"worker"}, "how": {"met"}, "place_kind": {"street"}, "minutes": {"15"}, "next_day": {"tomorrow"}}
}

func linkWith(t *testing.T, a webtest.Answer, part string) string {
	t.Helper()
	for _, link := range a.Links() {
		if strings.Contains(link, part) {
			return link
		}
	}
	t.Fatalf("no link with %s", part)
	return ""
}

// action returns where the first form goes whose address ends so.
func action(t *testing.T, a webtest.Answer, end string) string {
	t.Helper()
	for _, part := range strings.Split(a.Body, `action="`)[1:] {
		if to, _, _ := strings.Cut(part, `"`); strings.HasSuffix(to, end) {
			return to
		}
	}
	t.Fatalf("no form that goes to %s", end)
	return ""
}

func TestALoggedContactCanBeTakenBackForTenMinutesAndIsCorrectedAfterwards(t *testing.T) {
	site := webtest.Start(t, "sqlite:"+filepath.Join(t.TempDir(), "waymark.db"), nil)
	b, person := site.SignIn(t, "manager"), "/care/people/"+site.Area.People["Merlin"]
	log := func() {
		if a := b.Post(person+"/contact", sixTaps(b.Get(person+"/contact"))); a.Status != http.StatusSeeOther || a.Location != "/care/today" {
			t.Fatalf("logging: %d %s\n%s", a.Status, a.Location, a.Body)
		}
	}
	log()
	undo := action(t, b.Get("/care/today"), "/undo")
	site.Clock.Set(site.Clock.Now().Add(9 * time.Minute))
	if a := b.Post(undo, url.Values{"back": {"today"}}); a.Location != "/care/today" {
		t.Fatalf("taking back: %d %s", a.Status, a.Location)
	}
	if page := b.Get(person); !page.Says("Taken back") {
		t.Error("what was taken back is gone from the timeline")
	}
	log()
	undo = action(t, b.Get("/care/today"), "/undo")
	site.Clock.Set(site.Clock.Now().Add(11 * time.Minute))
	if a := b.Post(undo, url.Values{}); !strings.HasSuffix(a.Location, "?undo=late") {
		t.Errorf("after eleven minutes: %d %s", a.Status, a.Location)
	}
	if b.Get("/care/today").Says("Undo") {
		t.Error("undo is offered for too long")
	}
}

func TestLoggingAContactKeepsThePromiseItCameFrom(t *testing.T) {
	site := webtest.Start(t, "sqlite:"+filepath.Join(t.TempDir(), "waymark.db"), nil)
	b := site.SignIn(t, "manager")
	row := linkWith(t, b.Get("/care/today"), "promise=")
	shown := b.Get(row)
	_, id, _ := strings.Cut(row, "promise=")
	if !shown.Says("This keeps it") {
		t.Fatal("the page does not ask whether this keeps the promise")
	}
	path, _, _ := strings.Cut(row, "?")
	form := sixTaps(shown)
	form.Set("keeps", id)
	if a := b.Post(path, form); a.Status != http.StatusSeeOther {
		t.Fatalf("logging: %d", a.Status)
	}
	if strings.Contains(b.Get("/care/today").Body, id) {
		t.Error("a kept promise still stands")
	}
	form.Set("form_key", "frm_another_one_of_mine")
	if a := b.Post(path, form); a.Status != http.StatusConflict {
		t.Errorf("keeping it twice: %d", a.Status)
	}
}
