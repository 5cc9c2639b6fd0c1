package identity_test

import (
	"errors"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"waymark.example/internal/app"
	"waymark.example/internal/identity"
	"waymark.example/internal/lead"
	"waymark.example/internal/platform/db"
	"waymark.example/internal/platform/ledger"
	"waymark.example/internal/practice"
	"waymark.example/internal/schema"
	"waymark.example/internal/webtest"
)

// A token that shows up in another browser ends the session for both, is
// entered, and is told to the owner.
func TestAStolenTokenEndsTheSessionAndTheOwnerIsTold(t *testing.T) {
	webtest.EachArea(t, func(t *testing.T, a *app.App, _ practice.Area) {
		ctx := t.Context()
		home := enter(t, a, identity.Visit{Device: "home", Agent: "Mozilla/5.0 (Windows NT 10.0) Firefox/140.0", Place: "192.0.2.1"}, "manager")
		// A browser that updates itself stays the same one.
		home.Agent = "Mozilla/5.0 (Windows NT 10.0) Firefox/141.0.2"
		of, err := a.Accounts.Who(ctx, home)
		if err != nil {
			t.Fatal(err)
		}
		for name, thief := range map[string]identity.Visit{
			"another device cookie": {Token: home.Token, Device: "thief", Agent: home.Agent, Place: "198.51.100.7"},
			"no device cookie":      {Token: home.Token, Agent: home.Agent, Place: "198.51.100.7"},
			"another browser":       {Token: home.Token, Device: "home", Agent: "curl/8", Place: home.Place},
		} {
			got, err := a.Accounts.Who(ctx, thief)
			if !errors.Is(err, identity.ErrExpired) || got.Account.ID != "" {
				t.Errorf("%s: let in or told whose it is: %+v %v", name, got.Account, err)
			}
		}
		if _, err := a.Accounts.Who(ctx, home); !errors.Is(err, identity.ErrExpired) {
			t.Errorf("the session goes on after its token was stolen: %v", err)
		}
		notices, err := a.Accounts.Notices(ctx, of.Actor())
		if err != nil || len(notices) != 1 || notices[0].Kind != identity.NoticeMoved {
			t.Errorf("the owner is told: %+v %v", notices, err)
		}
		if n := entered(t, a, "session.moved", of.Account.ID); n != 1 {
			t.Errorf("%d entries in the log, want 1", n)
		}
		if err := a.Accounts.ReadNotices(ctx, of.Actor(), ledger.Form{}, notices[0].ID); err != nil {
			t.Fatal(err)
		}
		if left, err := a.Accounts.Notices(ctx, of.Actor()); err != nil || len(left) != 0 {
			t.Errorf("told twice: %+v %v", left, err)
		}
	})
}

// entered counts entries of an act about somebody, as an auditor finds them.
func entered(t *testing.T, a *app.App, act, subject string) int {
	t.Helper()
	n := 0
	err := a.Store.Handle(schema.Oversight).Look(t.Context(), func(tx *db.Tx) error {
		list, err := ledger.Find(t.Context(), tx, ledger.Search{Act: act, Subject: subject}, 100)
		n = len(list)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func TestASessionRestsAndLastsAsLongAsTheStrictestRoleAllows(t *testing.T) {
	for who, limit := range map[string]struct{ idle, whole time.Duration }{
		"officer": {15 * time.Minute, 12 * time.Hour}, "manager": {30 * time.Minute, 12 * time.Hour}, "administrator": {10 * time.Minute, time.Hour},
		"dpo": {10 * time.Minute, 4 * time.Hour}, "auditor": {10 * time.Minute, 4 * time.Hour}, "clinician": {15 * time.Minute, 8 * time.Hour},
	} {
		t.Run(who, func(t *testing.T) {
			t.Parallel()
			site := webtest.StartEmpty(t, "sqlite:"+t.TempDir()+"/waymark.db")
			ask := func(b *webtest.Browser) int { return b.Get("/account").Status }
			start := time.Now().Truncate(time.Second) // moments are kept to the microsecond
			site.Clock.Set(start)
			b := site.SignIn(t, who)
			site.Clock.Set(start.Add(limit.idle))
			if got := ask(b); got != http.StatusOK {
				t.Errorf("at its idle limit: %d", got)
			}
			site.Clock.Set(site.Clock.Now().Add(limit.idle + time.Second))
			if got := ask(b); got != http.StatusSeeOther {
				t.Errorf("past its idle limit: %d", got)
			}
			start = site.Clock.Now().Add(time.Minute)
			site.Clock.Set(start)
			b = site.SignIn(t, who)
			for at := start; at.Before(start.Add(limit.whole)); at = at.Add(limit.idle - time.Minute) {
				site.Clock.Set(at)
				if got := ask(b); got != http.StatusOK {
					t.Fatalf("in use, after %v: %d", at.Sub(start), got)
				}
			}
			site.Clock.Set(start.Add(limit.whole + time.Second))
			if got := ask(b); got != http.StatusSeeOther {
				t.Errorf("past its whole limit: %d", got)
			}
		})
	}
}

// A token that was in the browser before signing in is never the session's.
func TestASessionCannotBeFixedBeforehand(t *testing.T) {
	site := webtest.StartEmpty(t, "sqlite:"+t.TempDir()+"/waymark.db")
	b := site.Visitor(t)
	planted := strings.Repeat("A", 52)
	b.SetCookie("waymark", planted)
	shown := b.Post("/sign-in", url.Values{"email": {"officer@practice.example"}, "password": {practice.Password}})
	half := b.Cookie("waymark")
	_, code, _ := strings.Cut(shown.Body, "The code now is <strong>")
	b.Post("/sign-in/code", url.Values{"code": {code[:6]}})
	full := b.Cookie("waymark")
	if half == planted || full == half || full == planted || full == "" {
		t.Errorf("planted %.8s, half %.8s, full %.8s", planted, half, full)
	}
	if got := b.Get("/police/decide").Status; got != http.StatusOK {
		t.Errorf("signed in: %d", got)
	}
	for _, token := range []string{planted, half} {
		b.SetCookie("waymark", token)
		if got := b.Get("/police/decide").Status; got != http.StatusSeeOther {
			t.Errorf("with %.8s: %d", token, got)
		}
	}
}

func TestOnesOwnSessionsAreListedAndEndedOneByOneOrAll(t *testing.T) {
	site := webtest.StartEmpty(t, "sqlite:"+t.TempDir()+"/waymark.db")
	phone, desk, third := site.SignIn(t, "manager"), site.SignIn(t, "manager"), site.SignIn(t, "manager")
	page := desk.Get("/account")
	if strings.Count(page.Body, "/account/sessions/ses_") != 2 || !page.Says("This one") {
		t.Fatalf("the list: %s", page.Body)
	}
	_, rest, _ := strings.Cut(page.Body, `action="/account/sessions/`)
	id, _, _ := strings.Cut(rest, "/")
	if got := site.SignIn(t, "manager2").Post("/account/sessions/"+id+"/end", url.Values{}); got.Status != http.StatusNotFound {
		t.Errorf("somebody else ended it: %d", got.Status)
	}
	if got := desk.Post("/account/sessions/"+id+"/end", url.Values{}); got.Status != http.StatusSeeOther {
		t.Errorf("ending one: %d", got.Status)
	}
	in := func(b *webtest.Browser) bool { return b.Get("/care/caseload").Status == http.StatusOK }
	if in(phone) == in(third) || !in(desk) {
		t.Errorf("one was to end: %v %v %v", in(phone), in(third), in(desk))
	}
	desk.Post("/account/sessions/end-others", url.Values{})
	if in(phone) || in(third) || !in(desk) {
		t.Errorf("all others were to end: %v %v %v", in(phone), in(third), in(desk))
	}
}

// A lost phone: one tap, and the very next request is out; so is every key.
func TestASupervisorSignsOutALostPhoneWithOneTap(t *testing.T) {
	site := webtest.StartEmpty(t, "sqlite:"+t.TempDir()+"/waymark.db")
	manager, sergeant := site.Area.Actors["manager"], site.Area.Actors["sergeant"]
	phone := site.SignIn(t, "manager")
	key := site.AddPasskey(t, phone, "Phone")
	boss := site.SignIn(t, "supervisor")
	page := boss.Get("/team/devices")
	if !page.Says("Asha Fern") || page.Says("Robin Hale") || page.Says("of Sam Okoro:") || !page.Says("Signed in on 1 device") {
		t.Errorf("the team: %s", page.Body)
	}
	for role, path := range map[string]string{"sergeant": "/team/devices/" + manager.ID, "manager2": "/team/devices/" + manager.ID, "supervisor": "/team/devices/" + sergeant.ID} {
		if got := site.SignIn(t, role).Post(path, url.Values{}); got.Status != http.StatusNotFound {
			t.Errorf("%s may: %d", role, got.Status)
		}
	}
	if got := phone.Get("/care/caseload").Status; got != http.StatusOK {
		t.Fatalf("before: %d", got)
	}
	if got := boss.Post("/team/devices/"+manager.ID, url.Values{}); got.Status != http.StatusSeeOther {
		t.Fatalf("the tap: %d", got.Status)
	}
	if got := phone.Get("/care/caseload").Status; got != http.StatusSeeOther {
		t.Errorf("the next request: %d", got)
	}
	if got := site.SignInWithPasskey(t, site.Visitor(t), key); got.Status != http.StatusUnprocessableEntity {
		t.Errorf("the key still opens: %d", got.Status)
	}
	if _, err := site.App.Accounts.SignIn(t.Context(), identity.Visit{}, "manager@practice.example", practice.Password); !errors.Is(err, identity.ErrWrong) {
		t.Errorf("the password still opens: %v", err)
	}
	if n := entered(t, site.App, "identity.revoke_team", manager.ID); n < 2 {
		t.Errorf("%d entries", n)
	}
	// Back in: two people, a code, a new key, and the old one stays out.
	admin := site.Area.Actors["administrator"]
	if err := site.App.Accounts.AskRecovery(t.Context(), admin, ledger.Form{}, manager.ID, "lost phone"); err != nil {
		t.Fatal(err)
	}
	code := recoveryCode(t, site.App, site.Area.Actors["supervisor"])
	fresh := site.Visitor(t)
	newKey := site.Enrol(t, fresh, code, "New phone")
	if got := fresh.Get("/account/notices"); !got.Says("as for a lost device") || !got.Says("asked for it and Sam Okoro confirmed it") {
		t.Errorf("the owner is told: %s", got.Body)
	}
	if got := site.SignInWithPasskey(t, site.Visitor(t), key); got.Status != http.StatusUnprocessableEntity {
		t.Errorf("the old key opens again: %d", got.Status)
	}
	if got := site.SignInWithPasskey(t, site.Visitor(t), newKey); got.Status != http.StatusSeeOther {
		t.Errorf("the new key: %d", got.Status)
	}
}

func recoveryCode(t *testing.T, a *app.App, second lead.Actor) string {
	t.Helper()
	waiting, err := a.Accounts.Waiting(t.Context(), second)
	if err != nil || len(waiting) != 1 {
		t.Fatalf("waiting: %+v %v", waiting, err)
	}
	_, code, err := a.Accounts.Answer(t.Context(), second, ledger.Form{}, waiting[0].ID, true)
	if err != nil || code == "" {
		t.Fatalf("confirm: %q %v", code, err)
	}
	return code
}

// What is sensitive asks for a fresh proof, and gives back what was typed.
func TestASensitiveActAsksForAFreshProofAndLosesNothing(t *testing.T) {
	site := webtest.StartEmpty(t, "sqlite:"+t.TempDir()+"/waymark.db")
	start := time.Now()
	site.Clock.Set(start)
	b := site.SignIn(t, "administrator")
	form := url.Values{"name": {"Harbour Food Bank"}, "kind": {"provider"}, "form_key": {"frm_once"}}
	site.Clock.Set(start.Add(5*time.Minute + time.Second))
	if got := b.Get("/account/passkeys/new"); got.Status != http.StatusSeeOther || got.Location != "/confirm?next=%2Faccount%2Fpasskeys%2Fnew" {
		t.Errorf("a page: %d %s", got.Status, got.Location)
	}
	asked := b.Post("/organisations/new", form)
	if asked.Status != http.StatusUnauthorized || !asked.Says("Nothing you typed is lost") || asked.Says("Harbour Food Bank") {
		t.Fatalf("a form: %d\n%s", asked.Status, asked.Body)
	}
	if site.SignIn(t, "administrator").Get("/organisations").Says("Harbour Food Bank") {
		t.Fatal("it was done without the proof")
	}
	confirm := func(password, code string) webtest.Answer {
		return b.Post("/confirm", url.Values{"password": {password}, "code": {code}, "carried": {asked.Hidden("carried")}})
	}
	site.Clock.Set(site.Clock.Now().Add(time.Minute)) // a code counts once, and one was used just now
	asked = b.Post("/organisations/new", form)
	_, code, _ := strings.Cut(asked.Body, "The code now is <strong>")
	if got := confirm("wrong", code[:6]); got.Status != http.StatusUnprocessableEntity || got.Hidden("carried") == "" {
		t.Errorf("a wrong password: %d", got.Status)
	}
	if got := confirm(practice.Password, "000000"); got.Status != http.StatusUnprocessableEntity {
		t.Errorf("a wrong code: %d", got.Status)
	}
	back := confirm(practice.Password, code[:6])
	if back.Status != http.StatusOK || back.Hidden("name") != "Harbour Food Bank" {
		t.Fatalf("after the proof: %d\n%s", back.Status, back.Body)
	}
	again := url.Values{}
	for name := range form {
		again.Set(name, back.Hidden(name))
	}
	if got := b.Post("/organisations/new", again); got.Status != http.StatusSeeOther {
		t.Errorf("sending it: %d", got.Status)
	}
	if !b.Get("/organisations").Says("Harbour Food Bank") {
		t.Error("it was not kept")
	}
	// Somebody else cannot have it carried into their session.
	thief := site.SignIn(t, "auditor")
	site.Clock.Set(site.Clock.Now().Add(31 * time.Second))
	page := thief.Get("/confirm")
	_, code, _ = strings.Cut(page.Body, "The code now is <strong>")
	if got := thief.Post("/confirm", url.Values{"password": {practice.Password}, "code": {code[:6]}, "carried": {asked.Hidden("carried")}}); got.Says("Harbour Food Bank") || got.Hidden("name") != "" {
		t.Error("somebody else was given the form")
	}
}

// The address comes from the connection; a header counts only from our proxy.
func TestWhereARequestCameFromIsNotTheCallersToSay(t *testing.T) {
	for _, trust := range []bool{false, true} {
		site := webtest.StartWith(t, app.Config{Database: "sqlite:" + t.TempDir() + "/waymark.db", TrustProxy: trust})
		b := site.Visitor(t)
		b.Header.Set("X-Forwarded-For", "203.0.113.5, 198.51.100.9")
		site.SignInIn(t, b, "manager")
		want := map[bool]string{false: "127.0.0.1", true: "198.51.100.9"}[trust]
		if got := b.Get("/account"); !got.Says("From " + want) {
			t.Errorf("trust %v: the page does not say %s", trust, want)
		}
		// Some proxies add a line of their own to the one they were sent.
		site.Clock.Set(site.Clock.Now().Add(2 * time.Minute))
		b.Header["X-Forwarded-For"] = []string{"203.0.113.5", "198.51.100.9"}
		if got := b.Get("/account"); !got.Says("From " + want) {
			t.Errorf("trust %v: a line of the caller's own counts", trust)
		}
	}
}
