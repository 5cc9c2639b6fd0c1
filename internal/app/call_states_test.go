package app_test

import (
	"net/url"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"waymark.example/internal/app"
	"waymark.example/internal/handoff/referral"
	"waymark.example/internal/platform/ledger"
	"waymark.example/internal/platform/notice"
	"waymark.example/internal/police/contact"
	"waymark.example/internal/webtest"
)

// callStates are the pages of being on call, of being told, and of a worker on
// the way, with what the officer sees of it.
func callStates(t *testing.T, site *webtest.Site, save func(string, webtest.Answer, int)) {
	t.Helper()
	supervisor := site.SignIn(t, "supervisor")
	save("call-rota", supervisor.Get("/care/rota"), 200)
	save("call-rota-empty", supervisor.Get("/care/rota?week=2020-01-01"), 200)
	save("call-rota-plan", supervisor.Get("/care/rota/plan"), 200)
	save("call-rota-plan-mistakes", supervisor.Post("/care/rota/plan", url.Values{"day": {"yesterday"}, "from": {"late"}, "until": {""}, "weeks": {"900"}}), 422)
	today := time.Now().Format(time.DateOnly)
	save("call-rota-plan-clash", supervisor.Post("/care/rota/plan", url.Values{"worker": {site.Area.Actors["manager"].ID}, "phone": {"07700 900142"}, "place": {"1"}, "day": {today}, "from": {"09:00"}, "until": {"21:00"}, "weeks": {"1"}}), 422)
	save("call-missed", site.SignIn(t, "coordinator").Get("/missed-calls"), 200)
	save("call-told-nothing-set-up", supervisor.Get("/account/notices-to-me"), 200)

	small := webtest.StartWith(t, app.Config{Database: "sqlite:" + filepath.Join(t.TempDir(), "waymark.db"), Notices: notice.Config{File: filepath.Join(t.TempDir(), "notices.txt")}})
	save("call-missed-empty", small.SignIn(t, "coordinator").Get("/missed-calls"), 200)
	jo := small.SignIn(t, "manager")
	save("call-told-nowhere-yet", jo.Get("/account/notices-to-me"), 200)
	jo.Post("/account/notices-to-me/push", url.Values{"endpoint": {"https://push.example.org/1"}, "auth": {"BTBZMqHH6r4Tts7J_aSIgg"},
		"public_key": {"BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4"}})
	save("call-told-mistakes", jo.Post("/account/notices-to-me/number", url.Values{"number": {"07700 900123"}}), 422)
	jo.Post("/account/notices-to-me/number", url.Values{"number": {"+44 7700 900123"}})
	jo.Post("/account/notices-to-me/quiet", url.Values{"quiet_from": {"22:00"}, "quiet_till": {"07:00"}})
	jo.Post("/account/notices-to-me/test", url.Values{})
	if _, err := small.App.Alerts.Deliver(t.Context()); err != nil {
		t.Fatal(err)
	}
	page := jo.Get("/account/notices-to-me?done=test")
	save("call-told", page, 200)
	prove := regexp.MustCompile(`/account/notices-to-me/chn_[0-9a-f]+/prove`).FindString(page.Body)
	save("call-told-wrong-code", jo.Post(prove, url.Values{"code": {"x"}}), 422)

	jo.Post("/care/on-call", url.Values{"phone": {"07700 900142"}})
	save("call-phone-taken", jo.Get("/care/on-call"), 200)
	d := contact.Decision{HappenedAt: small.App.Now().Add(-5 * time.Minute), Place: "Fish Quay", Outcome: contact.Diverted, Reason: "needs_seen", Offences: []string{"46"}, Voluntary: true,
		Equality: contact.Equality{AgeBand: "26_35", Sex: "F", NotRecorded: contact.SaidNo}, HandOff: referral.Referral{Nickname: "Kestrel", Meeting: referral.HereNow}}
	id, err := small.App.Contacts.Decide(t.Context(), small.Area.Actors["officer"], ledger.Form{}, contact.ArrestDiversion, d)
	if err != nil {
		t.Fatal(err)
	}
	officer := small.SignIn(t, "officer")
	save("call-officer-nobody-answered", officer.Get(officer.Post("/police/contacts/"+id+"/no-answer", url.Values{}).Location), 200)
	var handOff string
	for _, link := range jo.Get("/care/hand-offs").Links() {
		if strings.HasPrefix(link, "/care/hand-offs/ref_") {
			handOff = link
		}
	}
	jo.Post(handOff+"/accept", url.Values{})
	save("call-when-are-you-there", jo.Get(handOff), 200)
	save("call-when-mistakes", jo.Post(handOff+"/on-the-way", url.Values{"minutes": {"7"}}), 422)
	jo.Post(handOff+"/on-the-way", url.Values{"minutes": {"20"}})
	save("call-on-the-way", jo.Get(handOff), 200)
	save("call-officer-on-the-way", officer.Get("/police/contacts/"+id), 200)
	jo.Post(handOff+"/on-the-way", url.Values{"minutes": {"0"}})
	save("call-officer-will-ring", officer.Get("/police/contacts/"+id), 200)
	looked := jo.Post(handOff+"/log", url.Values{"kind": {"not_found"}, "at": {small.App.Now().UTC().Format("2006-01-02T15:04")}})
	if !strings.HasSuffix(looked.Location, "/outreach") {
		t.Errorf("not found leads to %q", looked.Location)
	}
}
