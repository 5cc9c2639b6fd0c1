package app_test

import (
	"net/http"
	"net/url"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"waymark.example/internal/app"
	"waymark.example/internal/care/away"
	"waymark.example/internal/platform/secret"
	"waymark.example/internal/webtest"
)

// awayStates are the pages of taking people along without signal.
func awayStates(t *testing.T, site, empty *webtest.Site, save func(string, webtest.Answer, int)) {
	t.Helper()
	off := webtest.StartWith(t, app.Config{Database: "sqlite:" + filepath.Join(t.TempDir(), "waymark.db")})
	save("away-off", off.SignIn(t, "manager").Get("/care/away"), 200)
	save("away-nobody", empty.SignIn(t, "manager").Get("/care/away"), 200)
	save("away-team-nobody", empty.SignIn(t, "supervisor").Get("/care/away/team"), 200)
	save("away-waiting-nothing", empty.SignIn(t, "manager").Get("/care/away/waiting"), 200)
	manager, people := site.SignIn(t, "manager"), []string{site.Area.People["Kestrel"], site.Area.People["Merlin"]}
	save("away", manager.Get("/care/away"), 200)
	save("away-mistakes", manager.Post("/care/away", url.Values{"to": {"phone"}, "hours": {"99"}, "parts": {"needs"}}), 422)
	take := func(to string) webtest.Answer {
		t.Helper()
		a := manager.Post("/care/away", url.Values{"form_key": {"frm_away_" + to}, "to": {to}, "hours": {"4"}, "people": people, "parts": {"needs", "promises", "plan", "places"}})
		if a.Status != http.StatusSeeOther {
			t.Fatalf("taking along: %d\n%.400s", a.Status, a.Body)
		}
		return manager.Get(a.Location)
	}
	save("away-pack", take("phone"), 200)
	save("away-sheet", take("paper"), 200)
	save("away-out", manager.Get("/care/away"), 200)
	save("away-with-you", manager.Get("/care/away/people"), 200)
	save("away-no-signal", manager.Get("/care/away/shell/offline"), 200)
	save("away-team", site.SignIn(t, "supervisor").Get("/care/away/team"), 200)
	save("oversight-away", site.SignIn(t, "dpo").Get("/oversight/away"), 200)
	held := deliver(t, site, manager, people[0])
	save("away-person", manager.Get("/care/people/"+people[0]), 200)
	save("away-waiting", manager.Get("/care/away/waiting"), 200)
	save("away-held", manager.Get(held), 200)
	save("away-held-mistakes", manager.Post(held, url.Values{"how": {""}, "started_by": {"worker"}}), 422)
	save("away-held-aside-mistakes", manager.Post(held+"/aside", url.Values{"why": {""}}), 422)
}

// deliver brings a contact, as a phone does, that needs a second look, and
// returns where it is looked at.
func deliver(t *testing.T, site *webtest.Site, b *webtest.Browser, person string) string {
	t.Helper()
	slot := site.App.Care.Away.Slot
	key, err := slot.Current(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	it := secret.Item{ID: "01900000-0000-7000-8000-000000000001", KeyID: key.ID, User: site.Area.Actors["manager"].ID}
	sealed, err := slot.Seal(t.Context(), it, url.Values{"person": {person}, "how": {"met"}, "started_by": {"worker"}, "minutes_exact": {"9999"}, "narrative": {"By the quay, in good spirits"}}.Encode())
	if err != nil {
		t.Fatal(err)
	}
	now := site.Clock.Now().UnixMilli()
	form := url.Values{"item": {it.ID}, "key": {it.KeyID}, "user": {it.User}, "made_at": {strconv.FormatInt(now-3_600_000, 10)}, "sent_at": {strconv.FormatInt(now, 10)}, "sealed": {sealed}}
	if a := b.Post("/care/away/outbox", form); a.Status != http.StatusAccepted || !strings.Contains(a.Body, string(away.ToMend)) {
		t.Fatalf("%d %s", a.Status, a.Body)
	}
	return linkWith(t, b.Get("/care/away/waiting"), "/away/")
}

func TestC27_ThePhoneHearsThatALeaseEndedAndTheShellNamesNobody(t *testing.T) {
	site := webtest.Start(t, "sqlite:"+filepath.Join(t.TempDir(), "waymark.db"), nil)
	b, person := site.SignIn(t, "manager"), site.Area.People["Kestrel"]
	a := b.Post("/care/away", url.Values{"to": {"phone"}, "hours": {"1"}, "people": {person}, "parts": {"needs"}})
	lease := strings.TrimPrefix(a.Location, "/care/away/pack/")
	bundle := b.Post("/care/away/bundle", url.Values{"lease": {lease}})
	if bundle.Status != http.StatusOK || !strings.Contains(bundle.Body, "Kestrel") || bundle.Header.Get("Cache-Control") != "no-store" {
		t.Fatalf("%d %v %s", bundle.Status, bundle.Header, bundle.Body)
	}
	if pack := b.Get(a.Location); pack.Says("Kestrel") {
		t.Error("the page that asks for a PIN names somebody")
	}
	if got := site.SignIn(t, "manager2").Post("/care/away/bundle", url.Values{"lease": {lease}}); got.Status != http.StatusNotFound {
		t.Errorf("another worker fetches it: %d", got.Status)
	}
	live := func(want string) {
		t.Helper()
		if got := site.Visitor(t).Post("/care/away/standing", url.Values{"lease": {lease}}); got.Status != http.StatusOK || got.Body != want {
			t.Errorf("%d %s, want %s", got.Status, got.Body, want)
		}
	}
	live(`{"live":true}`)
	// Somebody signs the worker out everywhere because the phone is lost.
	supervisor := site.SignIn(t, "supervisor")
	out := supervisor.Post("/team/devices/"+site.Area.Actors["manager"].ID, url.Values{})
	if out.Status != http.StatusSeeOther {
		t.Fatalf("signing a colleague out: %d", out.Status)
	}
	live(`{"live":false}`)
	if got := b.Post("/care/away/bundle", url.Values{"lease": {lease}}); got.Status == http.StatusOK {
		t.Error("fetched after the phone was lost")
	}
	// The shell is the same whoever fetches it.
	key := regexp.MustCompile(`frm_[0-9a-f]{32}`)
	one, two := site.SignIn(t, "manager2").Get("/care/away/shell/people"), site.SignIn(t, "manager3").Get("/care/away/shell/people")
	if one.Body != two.Body || key.MatchString(one.Body) || one.Status != http.StatusOK {
		t.Error("the shell differs from one worker to the next")
	}
}

// However often the worker signed in again on the phone: once somebody ended any
// session of theirs, the phone forgets.
func TestC27_ALostPhoneForgetsItsPeopleWhateverBeganInBetween(t *testing.T) {
	site := webtest.Start(t, "sqlite:"+filepath.Join(t.TempDir(), "waymark.db"), nil)
	person, manager := site.Area.People["Kestrel"], site.Area.Actors["manager"]
	phone := site.SignIn(t, "manager")
	key := site.AddPasskey(t, phone, "Phone")
	for _, c := range []struct {
		why  string
		wait time.Duration
		end  func() int
	}{
		{"signed out of the session that followed", time.Minute, func() int { return phone.Post("/sign-out", url.Values{}).Status }},
		{"signed out of one that followed a lapse", 40 * time.Minute, func() int { return phone.Post("/sign-out", url.Values{}).Status }},
		{"signed out from another device", time.Minute, func() int {
			return site.SignIn(t, "manager").Post("/account/sessions/end-others", url.Values{}).Status
		}},
		{"the supervisor's tap", 40 * time.Minute, func() int {
			return site.SignIn(t, "supervisor").Post("/team/devices/"+manager.ID, url.Values{}).Status
		}},
	} {
		site.Clock.Set(site.Clock.Now().Add(time.Minute)) // what ended before is not held against what begins now
		site.SignInWithPasskey(t, phone, key)
		a := phone.Post("/care/away", url.Values{"to": {"phone"}, "hours": {"12"}, "people": {person}, "parts": {"needs"}})
		lease := strings.TrimPrefix(a.Location, "/care/away/pack/")
		site.Clock.Set(site.Clock.Now().Add(c.wait))
		site.SignInWithPasskey(t, phone, key)
		standing := func() string {
			return site.Visitor(t).Post("/care/away/standing", url.Values{"lease": {lease}}).Body
		}
		if got := standing(); got != `{"live":true}` {
			t.Errorf("%s: it ended when another session began: %s", c.why, got)
		}
		if status := c.end(); status != http.StatusSeeOther {
			t.Fatalf("%s: %d", c.why, status)
		}
		if got := standing(); got != `{"live":false}` {
			t.Errorf("%s: %s", c.why, got)
		}
	}
}
