package app_test

import (
	"html"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"waymark.example/internal/platform/ui"
	"waymark.example/internal/webtest"
)

var shownText = regexp.MustCompile(`>([^<>]+)<`)

// Every page that can be looked at, in Welsh: it says so, and shows no words of
// ours in English where the catalogue has Welsh.
func TestEveryPageIsWelshThroughout(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("needs a whole practice area")
	}
	english := map[string]bool{}
	files, err := ui.Catalogue()
	if err != nil {
		t.Fatal(err)
	}
	for _, entries := range files {
		for _, e := range entries {
			if e.Done() && e.CY[""] != e.EN && strings.Contains(e.EN, " ") && !strings.Contains(e.EN, "{") {
				english[e.EN] = true
			}
		}
	}
	marked := regexp.MustCompile(`<\d+>([^<]+)</\d+>`)
	for _, entries := range files { // a part of a sentence that has no Welsh yet
		for _, e := range entries {
			for _, m := range marked.FindAllStringSubmatch(e.EN, -1) {
				if !e.Done() {
					delete(english, m[1])
				}
			}
		}
	}
	site := webtest.Start(t, "sqlite:"+filepath.Join(t.TempDir(), "waymark.db"), nil)
	empty := webtest.StartEmpty(t, "sqlite:"+filepath.Join(t.TempDir(), "waymark.db"))
	dir := t.TempDir()
	saveAssets(t, dir)
	saveWelshScripts(t, dir)
	pages := 0
	look := func(name string, a webtest.Answer, filled bool) {
		t.Helper()
		pages++
		if !strings.Contains(a.Body, `<html lang="cy">`) {
			t.Errorf("%s is not in Welsh", name)
		}
		if a.Status == http.StatusOK && !filled && !strings.Contains(a.Body, `<button class="btn quiet" type="submit" lang="en">English</button>`) {
			t.Errorf("%s has no way back to English", name)
		}
		for _, m := range shownText.FindAllStringSubmatch(a.Body, -1) {
			text := strings.Join(strings.Fields(html.UnescapeString(m[1])), " ")
			if english[text] && !strings.Contains(a.Body, ">"+m[1]+"</textarea>") && !strings.Contains(a.Body, `class="words">`+m[1]+"<") { // what was written stays as it was
				t.Errorf("%s shows %q in English", name, text)
			}
		}
		if err := os.WriteFile(filepath.Join(dir, "cy-"+name+".html"), []byte(a.Body), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for _, s := range slices.Concat(states(site, empty), ownStates(site), recordsStates(site, empty), serviceStates(site, empty), boardStates(site, empty), legalStates(site, empty), partnerStates(site)) {
		b := s.site.Visitor(t)
		if name, own := strings.CutPrefix(s.as, "own:"); own {
			b = openOwn(t, s.site, name)
		} else if s.as != "" {
			b = s.site.SignIn(t, s.as)
		}
		b.Header.Set("Accept-Language", "cy,en;q=0.5")
		for _, p := range s.pages {
			if p.form != nil && (p.want != http.StatusUnprocessableEntity || p.to != "") {
				continue // what changes something is asked for once, in English
			}
			a := b.Get(p.path)
			if p.form != nil {
				form := url.Values{"form_key": {a.Hidden("form_key")}}
				for name, values := range p.form {
					form[name] = values
				}
				a = b.Post(p.path, form)
			}
			if a.Status >= 500 || !strings.HasPrefix(a.Header.Get("Content-Type"), "text/html") || a.Status == http.StatusSeeOther {
				if a.Status != http.StatusSeeOther {
					t.Errorf("%s: %d %.200s", p.name, a.Status, a.Body)
				}
				continue
			}
			look(p.name, a, p.form != nil)
		}
	}
	// Those that change something have areas of their own.
	more, none := webtest.Start(t, "sqlite:"+filepath.Join(t.TempDir(), "waymark.db"), nil), webtest.StartEmpty(t, "sqlite:"+filepath.Join(t.TempDir(), "waymark.db"))
	more.Header.Set("Accept-Language", "cy")
	none.Header.Set("Accept-Language", "cy")
	save := func(name string, a webtest.Answer, _ int) {
		t.Helper()
		// Some make an area of their own beside these: it is in English.
		if (a.Status == http.StatusOK || a.Status == http.StatusUnprocessableEntity) && strings.Contains(a.Body, `<html lang="cy">`) {
			look(name, a, a.Status != http.StatusOK)
		}
	}
	lookStates(t, more, save)
	awayStates(t, more, none, save)
	mergeStates(t, more, none, save)
	joinedStates(t, more, none, save)
	t.Logf("%d pages", pages)
	checkPages(t, dir, "--narrow")
}

func saveWelshScripts(t *testing.T, dir string) {
	t.Helper()
	if err := os.Mkdir(filepath.Join(dir, "assets", "cy"), 0o700); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"waymark.js", "passkey.js", "notices.js", "decide.js"} {
		a, err := ui.ReadAsset(name, ui.Welsh)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, "assets", "cy", name), a.Text, 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

// What somebody chose holds in this browser, and on the next phone after signing
// in there. A participant's own pages have a choice of their own.
func TestTheChosenLanguageFollowsTheAccountAndStaysApartFromTheParticipants(t *testing.T) {
	t.Parallel()
	site := webtest.StartEmpty(t, "sqlite:"+filepath.Join(t.TempDir(), "waymark.db"))
	welsh := func(a webtest.Answer) bool { return strings.Contains(a.Body, `<html lang="cy">`) }
	b := site.SignIn(t, "officer")
	if welsh(b.Get("/police/contacts")) {
		t.Error("nobody asked for Welsh")
	}
	a := b.Post("/language", url.Values{"to": {"cy"}, "back": {"/police/contacts"}})
	if a.Status != http.StatusSeeOther || a.Location != "/police/contacts?language=cy" {
		t.Errorf("%d %s", a.Status, a.Location)
	}
	cookie := a.Header.Get("Set-Cookie")
	for _, want := range []string{"waymark-language=cy", "HttpOnly", "SameSite=Lax", "Path=/"} {
		if !strings.Contains(cookie, want) {
			t.Errorf("%q has no %s", cookie, want)
		}
	}
	if !welsh(b.Get("/police/contacts")) || !welsh(b.Get("/police/shell/decide")) || !welsh(b.Get("/nothing/here")) {
		t.Error("the choice does not hold")
	}
	if !strings.Contains(b.Get("/police/shell/decide").Body, `name="back" value="/police/decide"`) {
		t.Error("the kept page leads back to itself")
	}
	if welsh(b.Get("/me/start")) {
		t.Error("the participant's page follows the worker's choice")
	}
	own := site.Visitor(t)
	own.Post("/language", url.Values{"to": {"cy"}, "back": {"/me/start"}})
	if !welsh(own.Get("/me/start")) || welsh(own.Get("/sign-in")) {
		t.Error("the participant's choice is not their own")
	}
	next := site.SignIn(t, "officer") // another phone
	if !welsh(next.Get("/police/contacts")) {
		t.Error("the choice did not follow the account")
	}
	next.Header.Set("Accept-Language", "cy")
	if a := next.Post("/language", url.Values{"to": {"en"}, "back": {"https://elsewhere.example/"}}); a.Location != "/" {
		t.Errorf("leads to %s", a.Location)
	}
	if welsh(next.Get("/police/contacts")) || welsh(b.Get("/police/contacts")) {
		t.Error("the account's choice does not count before the browser's")
	}
	for accept, want := range map[string]bool{"cy": true, "cy-GB,en;q=0.8": true, "en-GB,cy;q=0.9": false, "en;q=0.2, CY;q=0.3": true, "cy;q=0": false, "": false, "fr,cy;q=0.1": true, "cy;q=2": false} {
		v := site.Visitor(t)
		v.Header.Set("Accept-Language", accept)
		if welsh(v.Get("/sign-in")) != want {
			t.Errorf("Accept-Language %q: Welsh is %v", accept, !want)
		}
	}
	for _, form := range []url.Values{{"to": {"xx"}}, {}, {"to": {"cy\r\nSet-Cookie: a=b"}, "back": {"//x"}}} {
		if a := site.Visitor(t).Post("/language", form); a.Status != http.StatusSeeOther || a.Location != "/" || a.Header.Get("Set-Cookie") != "" {
			t.Errorf("%v: %d %s %q", form, a.Status, a.Location, a.Header.Get("Set-Cookie"))
		}
	}
}
