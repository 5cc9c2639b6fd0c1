package app_test

import (
	"bytes"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"

	"waymark.example/internal/lead"
	"waymark.example/internal/platform/access"
	"waymark.example/internal/webtest"
)

// Every free text carries a word of its own that says its class of data. Signed
// in as each role of every side but the case team's, a crawl of every page, every
// form, every address of somebody else's record and every error never shows one
// of the case team's, but where it was shared with them (mayRead).
func TestNoCareTextReachesAnotherSide(t *testing.T) {
	t.Parallel()
	t.Run("sqlite", func(t *testing.T) { noCareText(t, "sqlite:"+filepath.Join(t.TempDir(), "waymark.db")) })
	t.Run("postgres", func(t *testing.T) {
		if !everything() { // the pages are the same, and what each handle may read is proven on both engines beside the walls
			t.Skip("make walls crawls it on PostgreSQL too")
		}
		noCareText(t, webtest.Postgres)
	})
}

func noCareText(t *testing.T, address string) {
	t.Helper()
	var mu sync.Mutex
	marks := 0
	mark := marker()
	site := webtest.StartMarked(t, address, func(class access.Class, text string) string {
		mu.Lock()
		defer mu.Unlock()
		if class == access.CaseFileClass {
			marks++
		}
		return mark(class, text)
	})
	if marks < 200 {
		t.Fatalf("only %d texts are marked: the test looks in the wrong place", marks)
	}
	// They are sealed: nobody who holds the files reads one (G15).
	if path, ok := strings.CutPrefix(address, "sqlite:"); ok {
		var raw []byte
		for _, name := range []string{path, path + "-wal"} {
			part, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			raw = append(raw, part...)
		}
		if !bytes.Contains(raw, []byte(site.Area.People["Kestrel"])) {
			t.Fatal("the files do not hold the people: the test looks in the wrong place")
		}
		for _, found := range classed.FindAllSubmatch(raw, -1) {
			if string(found[1]) != string(access.ContactClass) { // what officers write of a contact is their own
				t.Errorf("the files hold %q", found[0])
			}
		}
	}
	// The canaries are there to be seen by those whose they are.
	if seen := crawl(t, site, "supervisor"); len(seen.canaries) < 50 {
		t.Fatalf("the supervisor's crawl of %d pages shows only %d marked texts: the crawl sees too little", seen.answers, len(seen.canaries))
	}
	total := 0
	shared := map[string]int{}
	for _, role := range visitors() {
		side := site.Area.Actors[role].Side
		if side == lead.Care {
			continue
		}
		seen := crawl(t, site, role)
		total += seen.answers
		for word, places := range seen.canaries {
			class := access.Class(classed.FindStringSubmatch(word)[1])
			for _, where := range places {
				if !mayRead(side, class, where) || role == "prosecutor" && class != access.StatusClass {
					t.Errorf("%s sees %s at %s", role, word, where)
				}
			}
			shared[role]++
		}
		if role != "" && seen.answers < 100 {
			t.Errorf("%s: only %d answers", role, seen.answers)
		}
	}
	for _, role := range []string{"housing", "clinician", "dpo", "prosecutor"} {
		if shared[role] == 0 {
			t.Errorf("what was shared is read by %v, and not by %s: the test looks in the wrong place", shared, role)
		}
	}
	t.Logf("%d answers without a word of the case file, %d marked texts; what crossed was read by %v", total, marks, shared)
}

type crawled struct {
	answers  int
	canaries map[string][]string // where each marked text was seen
}

// crawl follows every link from the role's home, and then tries every route of
// the product with the ids of real records, as a page and as a form.
func crawl(t *testing.T, site *webtest.Site, role string) crawled {
	t.Helper()
	b := site.Visitor(t)
	if role != "" {
		b = site.SignIn(t, role)
	}
	out := crawled{canaries: map[string][]string{}}
	look := func(where string, a webtest.Answer) {
		out.answers++
		for _, word := range classed.FindAllString(a.Body+a.Location+fmt.Sprint(a.Header), -1) {
			out.canaries[word] = append(out.canaries[word], where)
		}
		if a.Status >= 500 {
			t.Errorf("%s: %s: %d", role, where, a.Status)
		}
	}
	walk(b, 400, look)
	for _, route := range site.App.Routes() {
		// Signing in is tried by whoever has not: many tries from one network make everybody wait.
		if route.Path == "/sign-out" || role != "" && route.Method == http.MethodPost && strings.HasPrefix(route.Path, "/sign-in") {
			continue
		}
		for _, path := range addresses(site, route.Path) {
			if route.Method == http.MethodGet {
				look(path, b.Get(path))
				continue
			}
			look("POST "+path, b.Post(path, url.Values{"narrative": {"x"}, "from_version": {"1"}}))
		}
	}
	return out
}

// walk follows every link from a role's home, up to most pages.
func walk(b *webtest.Browser, most int, visit func(path string, a webtest.Answer)) {
	seen := map[string]bool{}
	queue := []string{"/", "/account"}
	for len(queue) > 0 && len(seen) < most {
		path := queue[0]
		queue = queue[1:]
		if seen[path] || strings.HasPrefix(path, "/assets/") {
			continue
		}
		seen[path] = true
		a := b.Get(path)
		visit(path, a)
		queue = append(queue, a.Links()...)
		if a.Location != "" {
			queue = append(queue, a.Location)
		}
	}
}

var parameter = regexp.MustCompile(`\{[a-z]+\}`)

// addresses fills a route's parameters with real ids: of people, referrals, and
// whatever else the name asks for.
func addresses(site *webtest.Site, route string) []string {
	names := []string{"Kestrel", "Finch", "Plover"}
	if !strings.Contains(route, "{") {
		return []string{route}
	}
	var out []string
	for _, name := range names {
		out = append(out, parameter.ReplaceAllStringFunc(route, func(p string) string {
			switch {
			case p == "{person}" && site.Area.People[name] != "":
				return site.Area.People[name]
			case p == "{referral}" && site.Area.Referrals[name] != "":
				return site.Area.Referrals[name]
			case p == "{account}":
				return site.Area.Actors["manager"].ID
			case p == "{version}":
				return "1"
			case p == "{list}":
				return "sex"
			case p == "{code}":
				return "M"
			}
			return lead.NewID("x")
		}))
	}
	return out
}

// The wall does not say what lies behind it: a record that is somebody else's
// and one that does not exist answer alike, to the letter.
func TestForbiddenAndAbsentLookAlike(t *testing.T) {
	site := webtest.Start(t, "sqlite:"+filepath.Join(t.TempDir(), "waymark.db"), nil)
	for role, pairs := range map[string][][2]string{
		"officer":  {{"/care/people/" + site.Area.People["Kestrel"], "/care/people/par_none"}, {"/care/hand-offs/" + site.Area.Referrals["Kestrel"], "/care/hand-offs/ref_none"}},
		"officer2": {{first(site, "officer", "/police/contacts", "/police/contacts/con_"), "/police/contacts/con_none"}},
		"manager3": {{"/care/people/" + site.Area.People["Kestrel"], "/care/people/par_none"}, {"/care/people/" + site.Area.People["Kestrel"] + "/plan", "/care/people/par_none/plan"}},
		"auditor":  {{"/care/people/" + site.Area.People["Kestrel"], "/care/people/par_none"}},
	} {
		b := site.SignIn(t, role)
		for _, pair := range pairs {
			theirs, absent := b.Get(pair[0]), b.Get(pair[1])
			if theirs.Status != http.StatusNotFound || absent.Status != http.StatusNotFound || stripKey(theirs.Body) != stripKey(absent.Body) {
				t.Errorf("%s can tell %s (%d) from %s (%d)", role, pair[0], theirs.Status, pair[1], absent.Status)
			}
		}
	}
}

var formKey = regexp.MustCompile(`frm_[0-9a-f]{32}`)

func stripKey(body string) string { return formKey.ReplaceAllString(body, "") }

// Words that never reach a screen, from the glossary of the domain. The
// administrator's code lists hold the law's own words and are left out.
func TestBannedWordsNeverReachAScreen(t *testing.T) {
	t.Parallel()
	banned := regexp.MustCompile(`(?i)\b(offender|suspect|client|nominal|non-complian\w*|complian\w*|failed to engage|failed|discharged|breached|dropped? out|drop-out|relapse|clean test|dirty test|unsuccessful\w*|treatment offer|refused|rejected|disengaged)\b`)
	site := webtest.Start(t, "sqlite:"+filepath.Join(t.TempDir(), "waymark.db"), nil)
	pages := 0
	for _, role := range append(visitors(), "manager2") {
		if role == "administrator" {
			continue
		}
		b := site.Visitor(t)
		if role != "" {
			b = site.SignIn(t, role)
		}
		walk(b, 150, func(path string, a webtest.Answer) {
			pages++
			if word := banned.FindString(visible(a.Body)); word != "" {
				t.Errorf("%s: %s says %q", role, path, word)
			}
		})
	}
	t.Logf("%d pages", pages)
}

var tag = regexp.MustCompile(`(?s)<script.*?</script>|<[^>]+>`)

func visible(body string) string { return tag.ReplaceAllString(body, " ") }
