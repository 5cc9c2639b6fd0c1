package app_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"waymark.example/internal/webtest"
)

// goodReferral is what somebody types into the community form.
func goodReferral(called string) url.Values {
	return url.Values{"asked_by": {"community"}, "agreed": {"asked"}, "called": {called}, "where": {"The library steps, afternoons"}, "helps": {"place", "company"}, "language": {"en"}}
}

// sendForm opens a public form, takes its time and sends it.
func sendForm(site *webtest.Site, b *webtest.Browser, path string, answers url.Values, takes time.Duration) webtest.Answer {
	answers.Set("form_key", b.Get(path).Hidden("form_key"))
	site.Clock.Set(site.Clock.Now().Add(takes))
	return b.Post(path, answers)
}

// doorCode is the code that a page shows to note down.
func doorCode(a webtest.Answer) string {
	_, rest, ok := strings.Cut(a.Body, `lead"><strong>`)
	if !ok || len(rest) < 19 {
		return ""
	}
	return rest[:19]
}

// doorStates are the forms that anybody may send, and what those see who deal
// with what was sent.
func doorStates(t *testing.T, site, empty *webtest.Site, save func(string, webtest.Answer, int)) {
	t.Helper()
	anybody := site.Visitor(t)
	save("doors-closed", empty.Visitor(t).Get("/refer"), 200)
	save("doors-refer", anybody.Get("/refer"), 200)
	save("doors-refer-mistakes", sendForm(site, anybody, "/refer", url.Values{"asked_by": {"partner"}}, time.Minute), 422)
	save("doors-refer-hasty", sendForm(site, anybody, "/refer", goodReferral("Siskin"), time.Second), 422)
	done := sendForm(site, anybody, "/refer", goodReferral("Siskin"), time.Minute)
	save("doors-refer-sent", done, 200)
	save("doors-refer-status", anybody.Post("/refer/status", url.Values{"code": {doorCode(done)}}), 200)
	save("doors-feedback-personal", sendForm(site, anybody, "/feedback", url.Values{"topic": {"shop"}, "words": {"Martin Finch sits in our doorway."}}, time.Minute), 422)
	save("doors-feedback-said", sendForm(site, anybody, "/feedback", url.Values{"topic": {"idea"}, "words": {"More light on the steps."}}, time.Minute), 200)
	save("doors-complain", anybody.Get("/complain"), 200)
	save("doors-complain-hasty", sendForm(site, anybody, "/complain", url.Values{"kind": {"complaint"}, "about": {"police"}, "route": {"scheme"}, "words": {"Too fast."}}, 10*time.Second), 422)
	praised := sendForm(site, anybody, "/complain", url.Values{"kind": {"complaint"}, "about": {"police"}, "route": {"independent"}, "words": {"Nobody listened."}}, time.Minute)
	save("doors-complain-status", anybody.Post("/complain/status", url.Values{"code": {doorCode(praised)}}), 200)
	supervisor := site.SignIn(t, "supervisor")
	save("doors-community", supervisor.Get("/care/community"), 200)
	one := followed(t, supervisor, "/care/community", "/care/community/asked/ref_")
	save("doors-community-one", one, 200)
	coordinator := site.SignIn(t, "coordinator")
	save("doors-settings", coordinator.Get("/partnership/doors"), 200)
	save("doors-register", coordinator.Get("/partnership/referrals"), 200)
	save("doors-complaint", followed(t, coordinator, "/partnership/complaints", "/partnership/complaints/cmp_"), 200)
	save("doors-feedback-list", coordinator.Get("/partnership/feedback"), 200)
}

// Over real HTTP: a door that is closed takes nothing; a form without a token, or
// one in which a trap is filled in, makes nothing and loses nothing; sent twice it
// is one; too big a form is not read; and no cookie is set for anybody.
func TestAnybodyRefersWithoutAnAccountAndNothingTypedIsLost(t *testing.T) {
	t.Parallel()
	site := webtest.Start(t, "sqlite:"+t.TempDir()+"/waymark.db", nil)
	b := site.Visitor(t)
	count := func() int {
		t.Helper()
		list, err := site.App.Doors.Community.List(t.Context(), site.Area.Actors["supervisor"], false)
		if err != nil {
			t.Fatal(err)
		}
		return len(list.Waiting)
	}
	before := count()
	for name, change := range map[string]func(url.Values){
		"no token": func(f url.Values) { f.Del("form_key") }, "a forged token": func(f url.Values) { f.Set("form_key", strings.Repeat("A", 43)) },
		"a filled trap": func(f url.Values) { f.Set("website", "http://junk.example") }, "no name": func(f url.Values) { f.Set("called", " ") }} {
		f := goodReferral("Siskin")
		f.Set("form_key", b.Get("/refer").Hidden("form_key"))
		site.Clock.Set(site.Clock.Now().Add(time.Minute))
		change(f)
		a := b.Post("/refer", f)
		if a.Status != http.StatusUnprocessableEntity || !a.Says("The library steps, afternoons") || count() != before {
			t.Errorf("%s: %d, %d wait", name, a.Status, count()-before)
		}
		if name == "no name" || name == "a filled trap" {
			continue
		}
		f.Set("form_key", a.Hidden("form_key")) // pressed once more, as the page says
		f.Set("called", "Siskin "+name)
		site.Clock.Set(site.Clock.Now().Add(30 * time.Second))
		if a := b.Post("/refer", f); a.Status != http.StatusOK || doorCode(a) == "" || count() != before+1 {
			t.Errorf("%s, pressed once more: %d, %d wait", name, a.Status, count()-before)
		}
		before++
	}
	f := goodReferral("Redpoll")
	f.Set("form_key", b.Get("/refer").Hidden("form_key"))
	site.Clock.Set(site.Clock.Now().Add(time.Minute))
	first, second := b.Post("/refer", f), b.Post("/refer", f)
	if doorCode(first) == "" || doorCode(first) != doorCode(second) || count() != before+1 {
		t.Errorf("sent twice: %q and %q, %d wait", doorCode(first), doorCode(second), count()-before)
	}
	if a := sendForm(site, b, "/refer", goodReferral("Redpoll"), time.Minute); a.Status != http.StatusOK || !a.Says("We have this already") || count() != before+1 {
		t.Errorf("the same words again: %d", a.Status)
	}
	if a := b.Post("/refer/status", url.Values{"code": {doorCode(first)}}); !a.Says("We have it") || a.Says("Redpoll") {
		t.Errorf("its code: %d\n%.400s", a.Status, a.Body)
	}
	if a := b.Post("/refer/status", url.Values{"code": {"AAAA-BBBB-CCCC-DDDD"}}); a.Status != http.StatusUnprocessableEntity {
		t.Errorf("another code: %d", a.Status)
	}
	f = goodReferral("Twite")
	f.Set("reach", strings.Repeat("x", 70_000))
	tooMuch := b.Post("/refer", f)
	if tooMuch.Status != http.StatusRequestEntityTooLarge || tooMuch.Says("10 MB") || tooMuch.Says("Go to your first page") {
		t.Errorf("too much at once: %d\n%s", tooMuch.Status, tooMuch.Body)
	}
	if a := b.Get("/refer"); len(a.Header["Set-Cookie"]) > 0 || !strings.Contains(a.Header.Get("Cache-Control"), "no-store") {
		t.Errorf("cookies %v", a.Header["Set-Cookie"])
	}
	empty := webtest.StartEmpty(t, "sqlite:"+t.TempDir()+"/waymark.db")
	for _, path := range []string{"/refer", "/feedback", "/complain"} {
		if a := empty.Visitor(t).Post(path, f); a.Status != http.StatusOK && a.Status != http.StatusRequestEntityTooLarge || strings.Contains(a.Body, "<form method=\"post\" action=\""+path) {
			t.Errorf("%s is closed, and takes a form: %d", path, a.Status)
		}
	}
}

// A complaint of the longest that may be written is taken in any script; one that
// is hasty or has links is shown once more and taken then, and no untrue word says
// that too much is coming in. A page that is closed sends nobody to a supervisor.
func TestNoComplaintIsLostForItsScriptItsLinksOrItsHaste(t *testing.T) {
	t.Parallel()
	site := webtest.Start(t, "sqlite:"+t.TempDir()+"/waymark.db", nil)
	b := site.Visitor(t)
	says := func(words string) url.Values {
		return url.Values{"kind": {"complaint"}, "about": {"case_team"}, "route": {"scheme"}, "words": {words}}
	}
	for _, letter := range []string{"\u0634", "\u6c34", "\U0001f426"} {
		f := says(strings.Repeat(letter, 4000))
		f.Set("wish", strings.Repeat(letter, 1000))
		f.Set("name", strings.Repeat(letter, 80))
		f.Set("reach", strings.Repeat(letter, 120))
		if a := sendForm(site, b, "/complain", f, time.Minute); a.Status != http.StatusOK || doorCode(a) == "" {
			t.Errorf("at full length in %s: %d", letter, a.Status)
		}
	}
	for name, c := range map[string]struct {
		f     url.Values
		takes time.Duration
	}{"hasty": {says("Nobody rang me back."), 10 * time.Second}, "two links": {says("See https://a.example and https://b.example"), time.Minute}} {
		a := sendForm(site, b, "/complain", c.f, c.takes)
		if a.Status != http.StatusUnprocessableEntity || !a.Says("Please look through it once more") || !a.Says(c.f.Get("words")) {
			t.Errorf("%s: %d", name, a.Status)
		}
		if a = b.Post("/complain", c.f); a.Status != http.StatusOK || doorCode(a) == "" {
			t.Errorf("%s, pressed once more: %d", name, a.Status)
		}
	}
	empty := webtest.StartEmpty(t, "sqlite:"+t.TempDir()+"/waymark.db")
	if a := empty.Visitor(t).Get("/public"); a.Status != http.StatusNotFound || a.Says("supervisor") || a.Says("Go to your first page") {
		t.Errorf("a page that is closed: %d\n%s", a.Status, a.Body)
	}
}
