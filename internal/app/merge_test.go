package app_test

import (
	"net/http"
	"net/url"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"waymark.example/internal/care/participant"
	"waymark.example/internal/platform/ledger"
	"waymark.example/internal/webtest"
)

var aParameter = regexp.MustCompile(`\{[a-z]+\}`)

// That two records are of one person changes no answer of the police side, to
// the letter, when it is said, agreed and undone; and the person's own code
// opens the record that goes on, for as long as they are together.
func TestR58_NoPoliceAnswerChangesOnAMergeAndAnOldCodeOpensTheRecordThatGoesOn(t *testing.T) {
	site := webtest.StartEmpty(t, "sqlite:"+filepath.Join(t.TempDir(), "waymark.db"))
	ctx, care, manager, supervisor := t.Context(), site.App.Care.People, site.Area.Actors["manager"], site.Area.Actors["supervisor"]
	people, _ := peopleHandedOver(t, site, 2)
	old, again := people[0], people[1]
	for id, name := range map[string]string{old.participant: "Wren", again.participant: "Robin"} {
		if err := care.Describe(ctx, manager, ledger.Form{}, id, 1, participant.Person{Name: name}); err != nil {
			t.Fatal(err)
		}
	}
	visitors := map[string]*webtest.Browser{}
	for _, who := range []string{"officer", "officer2", "sergeant", "registrar", "prosecutor"} {
		visitors[who] = site.SignIn(t, who)
	}
	noTag := regexp.MustCompile(`frm_[0-9a-f]+(-[a-z0-9]+)*`)
	answers := func() map[string]string {
		out := map[string]string{}
		for _, r := range site.App.Routes() {
			if r.Path == "/confirm" || r.Path == "/police/outbox/key" { // they say something else each time
				continue
			}
			if r.Method != http.MethodGet || strings.HasPrefix(r.Path, "/sign-") || strings.HasPrefix(r.Path, "/account") || strings.HasPrefix(r.Path, "/care") || strings.HasPrefix(r.Path, "/me") || strings.HasPrefix(r.Path, "/oversight") || strings.HasPrefix(r.Path, "/public") { // what everybody reads counts how often it is asked for
				continue
			}
			paths := []string{r.Path}
			if strings.Contains(r.Path, "{contact}") {
				paths = []string{strings.Replace(r.Path, "{contact}", old.contact, 1), strings.Replace(r.Path, "{contact}", again.contact, 1)}
			}
			for _, path := range paths {
				if aParameter.MatchString(path) {
					continue
				}
				for who, b := range visitors {
					a := b.Get(path)
					out[who+" "+path] = http.StatusText(a.Status) + a.Location + noTag.ReplaceAllString(stripNames(a.Body), "")
				}
			}
		}
		return out
	}
	same := func(when string, before map[string]string) {
		t.Helper()
		after := answers()
		for what, was := range before {
			if after[what] != was {
				t.Errorf("%s: another answer to %s", when, what)
			}
		}
	}
	site.Clock.Set(time.Now()) // stands still: pages show the time
	before := answers()
	if len(before) < 50 {
		t.Fatalf("only %d answers are compared", len(before))
	}
	t.Logf("%d answers compared three times", len(before))
	id, err := care.ProposeMerge(ctx, manager, ledger.Form{}, again.participant, old.participant, "They told me so", "")
	if err != nil {
		t.Fatal(err)
	}
	code, err := site.App.Desk.Give(ctx, manager, ledger.Form{}, again.participant)
	if err != nil {
		t.Fatal(err)
	}
	same("said", before)
	if err := care.SettleMerge(ctx, supervisor, ledger.Form{}, old.participant, id, true, ""); err != nil {
		t.Fatal(err)
	}
	same("agreed", before)
	own := site.Visitor(t)
	if got := own.Post("/me/start", url.Values{"code": {code}}); got.Status != http.StatusSeeOther {
		t.Fatalf("the code of the other record: %d", got.Status)
	}
	if page := own.Get("/me"); !strings.Contains(page.Body, "Wren") {
		t.Errorf("their own page: %d, not of the record that goes on", page.Status)
	}
	if err := care.UndoMerge(ctx, supervisor, ledger.Form{}, old.participant, id, "They are cousins"); err != nil {
		t.Fatal(err)
	}
	same("undone", before)
	if page := own.Get("/me"); page.Status != http.StatusOK || strings.Contains(page.Body, "Wren") || !strings.Contains(page.Body, "Robin") {
		t.Errorf("after they were parted one person sees the other's page: %d", page.Status)
	}
}
