package app_test

import (
	"net/url"
	"path/filepath"
	"testing"
	"time"

	"waymark.example/internal/app"
	"waymark.example/internal/handoff/referral"
	"waymark.example/internal/lead"
	"waymark.example/internal/platform/ledger"
	"waymark.example/internal/police/contact"
	"waymark.example/internal/reference/policy"
	"waymark.example/internal/webtest"
)

// stationStates are the pages of a police station, of a card, and of a coordinator
// who says yes to references.
func stationStates(t *testing.T, save func(string, webtest.Answer, int)) {
	t.Helper()
	site := webtest.Start(t, "sqlite:"+filepath.Join(t.TempDir(), "waymark.db"), nil)
	empty := webtest.StartWith(t, app.Config{Database: "sqlite:" + filepath.Join(t.TempDir(), "waymark.db"), RefreshMonths: 12})
	empty.Clock.Set(time.Time{})
	key := func(form url.Values) url.Values {
		form.Set("form_key", lead.NewID("frm"))
		return form
	}

	b := empty.SignIn(t, "custody")
	save("station-custody-empty", b.Get("/police/custody"), 200)
	save("station-known-nobody-on-call", b.Post("/police/known", key(url.Values{"code": {"WAY-0000-0000-0000"}})), 200)
	b = empty.SignIn(t, "officer")
	save("station-thanks-empty", b.Get("/police/thanks"), 200)
	save("station-training-due", b.Get("/police/training"), 200)
	save("station-training-team-due", empty.SignIn(t, "sergeant").Get("/police/training/team"), 200)
	coordinator := empty.SignIn(t, "coordinator")
	save("station-coordinator-empty", coordinator.Get("/partnership/approvals"), 200)

	b = site.SignIn(t, "custody")
	officer := "/police/custody/decide?officer=" + site.Area.Actors["officer"].ID
	save("station-custody", b.Get("/police/custody"), 200)
	save("station-custody-found", b.Post("/police/custody", key(url.Values{"officer": {"dana"}})), 200)
	save("station-custody-not-found", b.Post("/police/custody", key(url.Values{"officer": {"zebra"}})), 200)
	save("station-custody-too-short", b.Post("/police/custody", key(url.Values{"officer": {"d"}})), 422)
	save("station-custody-decide", b.Get(officer), 200)
	save("station-custody-not-offered", b.Get(officer+"&offered=no"), 200)
	save("station-custody-nothing-chosen", b.Post("/police/custody/decide", key(url.Values{"officer": {site.Area.Actors["officer"].ID}})), 422)
	save("station-custody-divert-mistakes", b.Post("/police/custody/decide", key(url.Values{"officer": {site.Area.Actors["officer"].ID}, "outcome": {"diverted"}, "offence": {"46"}, "happened_at": {"2099-01-01T10:00"}})), 422)
	save("station-custody-nobody", b.Post("/police/custody/decide", key(url.Values{"officer": {"acc_none"}})), 422)
	save("station-custody-contact", b.Get(first(site, "custody", "/police/custody", "/police/contacts/con_")+"?saved=yes"), 200)
	save("station-known", b.Get("/police/known"), 200)
	save("station-known-no-code", b.Post("/police/known", key(url.Values{"code": {"Kestrel"}})), 422)

	manager := site.SignIn(t, "manager")
	card := "/care/people/" + site.Area.People["Kestrel"] + "/card"
	save("station-card", manager.Get(card), 200)
	save("station-card-none", manager.Get("/care/people/"+site.Area.People["Merlin"]+"/card"), 200)
	save("station-card-mistakes", manager.Post(card, key(url.Values{"call_phone": {"x"}, "how": {"spoken"}, "until": {"2001-01-01"}})), 422)
	yes := key(url.Values{"force": {site.Area.Actors["officer"].Organisation}, "call_name": {"Asha Fern"}, "call_phone": {"07700 900177"}, "until": {time.Now().AddDate(0, 3, 0).Format(time.DateOnly)}, "how": {"signed"}, "language": {"English"}})
	page := manager.Post(card, yes)
	save("station-card-made", page, 200)
	save("station-card-made-again", manager.Post(card, yes), 200)
	save("station-sharing-with-a-card", manager.Get("/care/people/"+site.Area.People["Kestrel"]+"/sharing"), 200)
	b = site.SignIn(t, "officer2")
	save("station-known-found", b.Post("/police/known", key(url.Values{"code": {codeOn(page)}})), 200)
	save("station-known-nothing", b.Post("/police/known", key(url.Values{"code": {"WAY-0000-0000-0000"}})), 200)
	for range 9 {
		b.Post("/police/known", key(url.Values{"code": {"WAY-0000-0000-0000"}}))
	}
	save("station-known-too-often", b.Post("/police/known", key(url.Values{"code": {"WAY-0000-0000-0000"}})), 200)
	save("station-entries-recorded-for-you", b.Get("/police/contacts"), 200)
	b = site.SignIn(t, "officer")
	save("station-entries-older", b.Get("/police/contacts?older=yes"), 200)
	save("station-entries-no-such-reference", b.Get("/police/contacts?reference=LD-000000"), 200)
	save("station-thanks", b.Get("/police/thanks"), 200)
	save("station-training", b.Get("/police/training"), 200)
	b = site.SignIn(t, "sergeant")
	save("station-training-team", b.Get("/police/training/team?saved=yes"), 200)
	save("station-training-team-mistakes", b.Post("/police/training/team", key(url.Values{"account": {site.Area.Actors["officer"].ID}, "done_on": {"2099-01-01"}})), 422)
	save("station-training-team-nobody", b.Post("/police/training/team", key(url.Values{})), 422)

	save("policy-new", coordinator.Get("/policy/new"), 200)
	save("policy-new-mistakes", coordinator.Post("/policy/new", key(url.Values{"in_force_from": {"2001-01-01"}, "window_days": {"x"}})), 422)
	p, _, err := empty.App.Contacts.Choices(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	earliest := time.Now().Add(-200 * time.Minute) // when the first of them was met: yesterday, shortly after midnight
	p.InForceFrom, p.DecidedBy, p.ApproveBy = earliest.UTC().Format(time.DateOnly), "Policy group", policy.ByCoordinator
	if _, err := empty.App.Policies.RecordFirst(t.Context(), p); err != nil {
		t.Fatal(err)
	}
	for i := range 2 {
		empty.Clock.Set(time.Now().Add(time.Duration(-200+190*i) * time.Minute))
		if _, err := empty.App.Contacts.Decide(t.Context(), empty.Area.Actors["officer"], ledger.Form{}, contact.SocialContact, contact.Decision{
			HappenedAt: empty.Clock.Now(), Place: "Fish Quay", Outcome: contact.Diverted, Reason: "needs_seen", Voluntary: true,
			Equality: contact.Equality{AgeBand: "26_35", Sex: "F", NotRecorded: contact.SaidNo}, HandOff: referral.Referral{Nickname: "Kestrel", Meeting: referral.HereNow}}); err != nil {
			t.Fatal(err)
		}
	}
	empty.Clock.Set(time.Time{})
	list := coordinator.Get("/partnership/approvals")
	save("station-coordinator", list, 200)
	waiting, err := empty.App.Approval.Waiting(t.Context(), empty.Area.Actors["coordinator"])
	if err != nil {
		t.Fatal(err)
	}
	save("station-coordinator-no-reason", coordinator.Post("/partnership/approvals/"+waiting[1].ID, key(url.Values{"answer": {"no"}})), 422)
	save("station-contact-waits-for-coordinator", empty.SignIn(t, "officer").Get(first(empty, "officer", "/police/contacts", "/police/contacts/con_")), 200)
	empty.Clock.Set(time.Now().Add(25 * time.Hour))
	save("station-keeping-undecided", empty.SignIn(t, "supervisor").Get("/care/keeping"), 200)
}

// codeOn is the code of a card that a page shows.
func codeOn(page webtest.Answer) string {
	const mark = "WAY-"
	for i := 0; i+18 <= len(page.Body); i++ {
		if page.Body[i:i+4] == mark && page.Body[i+8] == '-' {
			return page.Body[i : i+18]
		}
	}
	return ""
}
