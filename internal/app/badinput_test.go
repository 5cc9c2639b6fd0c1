package app_test

import (
	"database/sql"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	_ "modernc.org/sqlite" // registers "sqlite", to hold a lock from outside

	"waymark.example/internal/webtest"
)

func noteForm(key, text string) url.Values {
	return url.Values{"form_key": {key}, "how": {"met"}, "started_by": {"worker"}, "at": {time.Now().UTC().Add(-time.Hour).Format("2006-01-02T15:04")}, "minutes": {"20"}, "narrative": {text}}
}

func TestWhatWasTypedSurvivesSigningInAgain(t *testing.T) {
	site := webtest.Start(t, "sqlite:"+filepath.Join(t.TempDir(), "waymark.db"), nil)
	person := "/care/people/" + site.Area.People["Kestrel"]
	b := site.SignIn(t, "manager")
	key := b.Get(person + "/contact").Hidden("form_key")
	site.Clock.Set(site.Clock.Now().Add(45 * time.Minute)) // longer than a session may rest
	asked := b.Post(person+"/contact", noteForm(key, "Two hours of careful listening"))
	if asked.Status != http.StatusUnauthorized || !asked.Says("Nothing is lost") || strings.Contains(asked.Body, "careful listening") {
		t.Fatalf("session ended: %d\n%s", asked.Status, asked.Body)
	}
	carried := asked.Hidden("carried")
	signIn := func(local string) webtest.Answer {
		shown := b.Post("/sign-in", url.Values{"email": {local + "@practice.example"}, "password": {"let everyone advance"}, "carried": {carried}})
		_, rest, _ := strings.Cut(shown.Body, "The code now is <strong>")
		return b.Post("/sign-in/code", url.Values{"code": {rest[:6]}, "carried": {shown.Hidden("carried")}})
	}
	// Somebody else on the same machine gets nothing of it.
	if other := signIn("manager2"); strings.Contains(other.Body, "careful listening") || other.Status != http.StatusSeeOther {
		t.Errorf("somebody else was given the text: %d", other.Status)
	}
	back := signIn("manager")
	if !back.Says("What you typed is still here") || back.Hidden("narrative") != "Two hours of careful listening" {
		t.Fatalf("after signing in: %d\n%s", back.Status, back.Body)
	}
	form := url.Values{}
	for _, name := range []string{"form_key", "how", "started_by", "at", "minutes", "narrative"} {
		form.Set(name, back.Hidden(name))
	}
	if sent := b.Post(person+"/contact", form); sent.Status != http.StatusSeeOther {
		t.Errorf("sending it: %d", sent.Status)
	}
	if page := b.Get(person); !page.Says("Two hours of careful listening") {
		t.Error("the note is not on the timeline")
	}
}

func TestTheSameFormTwiceOverHTTPMakesOneNoteAndOneReceipt(t *testing.T) {
	site := webtest.Start(t, "sqlite:"+filepath.Join(t.TempDir(), "waymark.db"), nil)
	person := "/care/people/" + site.Area.People["Kestrel"]
	b := site.SignIn(t, "manager")
	form := noteForm(b.Get(person+"/contact").Hidden("form_key"), "only once, please")
	for range 3 {
		if a := b.Post(person+"/contact", form); a.Status != http.StatusSeeOther || a.Location != person {
			t.Errorf("%d %s", a.Status, a.Location)
		}
	}
	if n := strings.Count(b.Get(person).Body, "only once, please"); n != 1 {
		t.Errorf("%d notes, want 1", n)
	}
	form.Set("narrative", "other words")
	if a := b.Post(person+"/contact", form); a.Status != http.StatusConflict || !a.Says("already sent") {
		t.Errorf("the same key with other words: %d", a.Status)
	}
}

func TestAMistakeKeepsWhatWasTypedAndLinksToTheField(t *testing.T) {
	site := webtest.Start(t, "sqlite:"+filepath.Join(t.TempDir(), "waymark.db"), nil)
	person := "/care/people/" + site.Area.People["Kestrel"]
	b := site.SignIn(t, "manager")
	form := noteForm("", `She said "<b>later</b>"`)
	form.Set("minutes_exact", "many")
	a := b.Post(person+"/contact", form)
	if a.Status != http.StatusUnprocessableEntity || !strings.Contains(a.Body, `<a href="#minutes_exact">`) || !a.Says(`She said "<b>later</b>"`) || strings.Contains(a.Body, "<b>later") {
		t.Errorf("%d\n%s", a.Status, a.Body)
	}
	if !strings.Contains(a.Body, "<title>Error: ") {
		t.Error("the title does not say that there is an error")
	}
	long := noteForm("", strings.Repeat("x", 300<<10))
	if a := b.Post(person+"/contact", long); a.Status != http.StatusRequestEntityTooLarge {
		t.Errorf("a form of 300 KiB: %d", a.Status)
	}
}

// Another program holds the database: nothing is half written, the person is
// told, and what they typed can be sent again as it was.
func TestALockedDatabaseLosesNothing(t *testing.T) {
	path := filepath.Join(t.TempDir(), "waymark.db")
	site := webtest.Start(t, "sqlite:"+path, nil)
	person := "/care/people/" + site.Area.People["Kestrel"]
	b := site.SignIn(t, "manager")
	form := noteForm(b.Get(person+"/contact").Hidden("form_key"), "written while locked")
	raw, err := sql.Open("sqlite", "file:"+path+"?_txlock=immediate")
	if err != nil {
		t.Fatal(err)
	}
	defer raw.Close() //nolint:errcheck // nothing is pending
	lock, err := raw.BeginTx(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	a := b.Post(person+"/contact", form)
	if a.Status != http.StatusServiceUnavailable || !a.Says("Nothing was saved") || a.Hidden("narrative") != "written while locked" {
		t.Fatalf("locked: %d\n%s", a.Status, a.Body)
	}
	if err := lock.Rollback(); err != nil {
		t.Fatal(err)
	}
	again := url.Values{}
	for name := range form {
		again.Set(name, a.Hidden(name))
	}
	if a := b.Post(person+"/contact", again); a.Status != http.StatusSeeOther {
		t.Errorf("again: %d", a.Status)
	}
	if n := strings.Count(b.Get(person).Body, "written while locked"); n != 1 {
		t.Errorf("%d notes, want 1", n)
	}
}

// The disk is full: a clear refusal, no half record, and work goes on when
// there is room again.
func TestAFullDiskLosesNothing(t *testing.T) {
	dir := t.TempDir()
	if out, err := exec.CommandContext(t.Context(), "mount", "-t", "tmpfs", "-o", "size=24m", "tmpfs", dir).CombinedOutput(); err != nil {
		t.Skipf("needs a small file system of its own, which this machine does not let us mount: %s", out)
	}
	t.Cleanup(func() {
		if out, err := exec.Command("umount", "-l", dir).CombinedOutput(); err != nil {
			t.Errorf("umount: %v %s", err, out)
		}
	})
	site := webtest.Start(t, "sqlite:"+filepath.Join(dir, "waymark.db"), nil)
	person := "/care/people/" + site.Area.People["Kestrel"]
	b := site.SignIn(t, "manager")
	form := noteForm(b.Get(person+"/contact").Hidden("form_key"), "written on a full disk")
	ballast := filepath.Join(dir, "ballast")
	if err := os.WriteFile(ballast, make([]byte, 24<<20), 0o600); err == nil {
		t.Fatal("the disk is not full")
	}
	// The log has some room of its own; write until that is gone, to the last
	// short note.
	var a webtest.Answer
	for _, size := range []int{7900, 20} {
		a.Status = http.StatusSeeOther
		for tries := 0; a.Status == http.StatusSeeOther && tries < 3000; tries++ {
			a = b.Post(person+"/contact", noteForm("", strings.Repeat("x", size)))
		}
	}
	a = b.Post(person+"/contact", form)
	if a.Status != http.StatusServiceUnavailable || !a.Says("Nothing was saved") || a.Hidden("narrative") != "written on a full disk" {
		t.Errorf("full: %d\n%.300s", a.Status, a.Body)
	}
	if err := os.Remove(ballast); err != nil {
		t.Fatal(err)
	}
	if a := b.Post(person+"/contact", form); a.Status != http.StatusSeeOther {
		t.Errorf("with room again: %d\n%s", a.Status, a.Body)
	}
	if n := strings.Count(b.Get(person).Body, "written on a full disk"); n != 1 {
		t.Errorf("%d notes, want 1", n)
	}
}

func TestAFormFromAnotherSiteIsRefused(t *testing.T) {
	site := webtest.StartEmpty(t, "sqlite:"+filepath.Join(t.TempDir(), "waymark.db"))
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, site.URL+"/sign-out", nil)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Sec-Fetch-Site", "cross-site")
	r.Header.Set("Origin", "https://elsewhere.example")
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	if err := resp.Body.Close(); err != nil {
		t.Fatal(err)
	}
	if resp.StatusCode != http.StatusForbidden {
		t.Errorf("got %d", resp.StatusCode)
	}
}

func TestEveryAnswerCarriesItsSafetyHeaders(t *testing.T) {
	site := webtest.StartEmpty(t, "sqlite:"+filepath.Join(t.TempDir(), "waymark.db"))
	for _, path := range []string{"/sign-in", "/no-such-page", "/assets/waymark.css"} {
		h := site.Visitor(t).Get(path).Header
		if !strings.Contains(h.Get("Content-Security-Policy"), "default-src 'none'") || h.Get("X-Content-Type-Options") != "nosniff" || h.Get("Referrer-Policy") != "no-referrer" {
			t.Errorf("%s: %v", path, h)
		}
	}
	if h := site.SignIn(t, "manager").Get("/care/caseload").Header; h.Get("Cache-Control") != "no-store" {
		t.Errorf("a page about people may be kept: %v", h)
	}
}

// Nobody opens a page without signing in, and each role only its own: the
// route table says what is asked, the policies who may.
// The few doors that a stranger may knock at are named here, one by one: a
// new route that asks for no action must be added by somebody who thought of it.
func TestEveryRouteAsksWho(t *testing.T) {
	strangers := []string{
		"/refer", "/refer/status", "/feedback", "/complain", "/complain/status", // the doors, where the coordinator opened them
		"/survey/{code}",                                                               // whoever was given the address of a round, while it is open
		"/accessibility",                                                               // how the site can be used, and what cannot yet
		"/public", "/public/cy", "/public/easy", "/public/easy-cy", "/public/data.csv", // what the scheme says of itself, where the coordinator opened it
		"/me/start", "/me/leave", // a participant begins with a code, and leaves
		"/shared/{token}",     // whoever holds the link
		"/calendar/{token}",   // a calendar program, at the address its owner gave it
		"/care/away/standing", // a phone asks whether people may still be on it, by an id that cannot be guessed
	}
	site := webtest.StartEmpty(t, "sqlite:"+filepath.Join(t.TempDir(), "waymark.db"))
	visitor := site.Visitor(t)
	for _, r := range site.App.Routes() {
		if r.Action == "" {
			if !strings.HasPrefix(r.Path, "/sign-") && !slices.Contains(strangers, r.Path) {
				t.Errorf("%s %s asks nobody", r.Method, r.Path)
			}
			continue
		}
		for _, path := range addresses(site, r.Path)[:1] {
			var a webtest.Answer
			if r.Method == http.MethodGet {
				a = visitor.Get(path)
			} else {
				a = visitor.Post(path, url.Values{})
			}
			if a.Status != http.StatusSeeOther && a.Status != http.StatusUnauthorized {
				t.Errorf("%s %s answers a stranger with %d", r.Method, path, a.Status)
			}
		}
	}
}

// Bytes that nobody types are refused or left out, on both engines, and never a
// failure of ours.
func TestStrangeBytesAreNoFailureOfOurs(t *testing.T) {
	for engine, address := range map[string]func(*testing.T) string{
		"sqlite":   func(t *testing.T) string { t.Helper(); return "sqlite:" + filepath.Join(t.TempDir(), "waymark.db") },
		"postgres": func(t *testing.T) string { t.Helper(); return webtest.Postgres },
	} {
		t.Run(engine, func(t *testing.T) {
			site := webtest.Start(t, address(t), nil)
			b := site.SignIn(t, "supervisor")
			for _, path := range []string{"/care/people/%00", "/care/people/%ff", "/care/people?after=%00", "/care/people?name=%ff", "/care/outreach?after=%ff%00", "/care/people/" + strings.Repeat("x", 5000)} {
				if a := b.Get(path); a.Status >= 500 {
					t.Errorf("GET %.40s: %d", path, a.Status)
				}
			}
			person := "/care/people/" + site.Area.People["Kestrel"]
			if a := b.Post(person+"/contact", noteForm("", "before\x00after \xff end")); a.Status != http.StatusSeeOther {
				t.Errorf("a note with strange bytes: %d", a.Status)
			}
			if page := b.Get(person); !page.Says("beforeafter  end") {
				t.Error("the rest of the note was lost")
			}
			for _, form := range []url.Values{{"outcome": {"met", "spoke"}}, {"form_key": {strings.Repeat("k", 5000)}}, {"at": {"99999-99-99T99:99"}}, {"next_at": {"tomorrow"}}} {
				if a := b.Post(person+"/contact", form); a.Status >= 500 {
					t.Errorf("%.60v: %d", form, a.Status)
				}
			}
		})
	}
}

// Two people change the same thing: the second keeps nothing, is told, and finds
// their words on the page to copy.
func TestAConflictShowsWhatWasTyped(t *testing.T) {
	site := webtest.Start(t, "sqlite:"+filepath.Join(t.TempDir(), "waymark.db"), nil)
	person := "/care/people/" + site.Area.People["Kestrel"]
	b := site.SignIn(t, "manager")
	form := func(words string) url.Values {
		return url.Values{"from_version": {b.Get(person + "/details").Hidden("from_version")}, "name": {"Kestrel"}, "safe_contact": {words}}
	}
	first, second := form("Text in the evening"), form("Ring before noon")
	if a := b.Post(person+"/details", first); a.Status != http.StatusSeeOther {
		t.Fatal(a.Status)
	}
	if a := b.Post(person+"/details", second); a.Status != http.StatusConflict || !a.Says("Ring before noon") {
		t.Errorf("the second: %d\n%s", a.Status, a.Body)
	}
	if !b.Get(person).Says("Text in the evening") {
		t.Error("the first was overwritten")
	}
}

// Each role's first place in the way around is where its work begins.
func TestWorkBeginsWhereEachRoleWorks(t *testing.T) {
	t.Parallel()
	site := webtest.StartEmpty(t, "sqlite:"+filepath.Join(t.TempDir(), "waymark.db"))
	for who, home := range map[string]string{"officer": "/police/decide", "custody": "/police/custody", "registrar": "/police/outcomes", "manager": "/care/today", "supervisor": "/care/board",
		"coordinator": "/partnership/approvals", "dpo": "/oversight", "auditor": "/audit", "administrator": "/accounts"} {
		if a := site.SignIn(t, who).Get("/"); a.Location != home {
			t.Errorf("%s begins at %s, not %s", who, a.Location, home)
		}
	}
}
