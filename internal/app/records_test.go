package app_test

import (
	"net/http"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"waymark.example/internal/webtest"
)

var copyText = regexp.MustCompile(`(?s)<pre class="copy" id="copy">(.*?)</pre>`)

// What is copied into the force's own record is the decision: nobody's name, and
// nothing of a hand-over or of what came of it. What is taken away as a file is
// the registrar's alone, after a fresh proof, and names nobody either.
func TestWhatLeavesForTheForcesRecordNamesNobody(t *testing.T) {
	t.Parallel()
	site := webtest.Start(t, "sqlite:"+filepath.Join(t.TempDir(), "waymark.db"), nil)
	officer := site.SignIn(t, "officer")
	blocks := 0
	for _, link := range officer.Get("/police/contacts").Links() {
		if !strings.HasPrefix(link, "/police/contacts/con_") {
			continue
		}
		m := copyText.FindStringSubmatch(officer.Get(link).Body)
		if m == nil {
			t.Fatalf("%s has no block to copy", link)
		}
		lines := strings.Split(m[1], "\n")
		for i, want := range []string{"LEAD reference: LD-", "Decision: ", "Reason: ", "Offence codes: ", "Policy version: ", "Decided: 20"} {
			if len(lines) != 6 || !strings.HasPrefix(lines[i], want) {
				t.Errorf("%s: %q", link, lines)
				break
			}
		}
		namesNobody(t, site, m[1])
		blocks++
	}
	if blocks < 10 {
		t.Fatalf("%d blocks: the test looks in the wrong place", blocks)
	}
	registrar := site.SignIn(t, "registrar")
	for _, state := range []string{"ready", "waiting", "ended", "finalised"} {
		file := registrar.Get("/police/outcomes.csv?state=" + state)
		if file.Status != http.StatusOK || !strings.HasPrefix(file.Header.Get("Content-Type"), "text/csv") || strings.Count(file.Body, "LD-") == 0 {
			t.Errorf("%s: %d %.200s", state, file.Status, file.Body)
		}
		namesNobody(t, site, file.Body)
		namesNobody(t, site, registrar.Get("/police/outcomes?state="+state).Body)
	}
	for _, name := range []string{"officer", "sergeant", "custody", "administrator", "prosecutor"} {
		if a := site.SignIn(t, name).Get("/police/outcomes.csv"); a.Status != http.StatusNotFound {
			t.Errorf("%s: %d", name, a.Status)
		}
	}
	site.Clock.Set(site.Clock.Now().Add(6 * time.Minute))
	if a := registrar.Get("/police/outcomes.csv"); a.Status == http.StatusOK {
		t.Error("the file is given without a fresh proof")
	}
}

func namesNobody(t *testing.T, site *webtest.Site, text string) {
	t.Helper()
	text = strings.ReplaceAll(text, site.Area.Actors["registrar"].Name, "") // who shares a participant's name
	for name := range site.Area.People {
		if strings.Contains(text, name) {
			t.Errorf("it names %s: %.300s", name, text)
		}
	}
	for _, word := range []string{"met", "handed", "hand-off", "withdr"} {
		if regexp.MustCompile(`(?i)\b`+word).MatchString(text) && !strings.Contains(text, "<html") {
			t.Errorf("it says %q: %.300s", word, text)
		}
	}
}
