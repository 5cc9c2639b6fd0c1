package web_test

import (
	"fmt"
	"net/http"
	"net/url"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"waymark.example/internal/lead"
	"waymark.example/internal/platform/db"
	"waymark.example/internal/platform/ledger"
	portalweb "waymark.example/internal/portal/web"
	"waymark.example/internal/schema"
	"waymark.example/internal/webtest"
)

// area is a filled practice area, in which Kestrel lets a housing association
// and a health service know things.
type area struct {
	*webtest.Site
	t       *testing.T
	housing string // organisation_id
}

func each(t *testing.T, test func(area)) {
	t.Helper()
	t.Run("sqlite", func(t *testing.T) { test(start(t, "sqlite:"+filepath.Join(t.TempDir(), "waymark.db"), nil)) })
	t.Run("postgres", func(t *testing.T) { test(start(t, webtest.Postgres, nil)) })
}

func start(t *testing.T, address string, mark func(string) string) area {
	t.Helper()
	a := area{Site: webtest.Start(t, address, mark), t: t}
	a.Clock.Set(time.Now())
	a.housing = a.Area.Actors["housing"].Organisation
	return a
}

// open returns a browser in which somebody has their own page open.
func (a area) open(name string) *webtest.Browser {
	a.t.Helper()
	as := "manager"
	if name == "Heron" {
		as = "manager3"
	}
	code, err := a.App.Desk.Give(a.t.Context(), a.Area.Actors[as], ledger.Form{}, a.Area.People[name])
	if err != nil {
		a.t.Fatal(err)
	}
	b := a.Visitor(a.t)
	if got := b.Post("/me/start", url.Values{"code": {code}}); got.Status != http.StatusSeeOther || got.Location != portalweb.Home {
		a.t.Fatalf("open %s: %d %s\n%s", name, got.Status, got.Location, got.Body)
	}
	return b
}

func (a area) shows(answer webtest.Answer, words ...string) {
	a.t.Helper()
	for _, w := range words {
		if answer.Status != http.StatusOK || !answer.Says(w) {
			a.t.Errorf("the page does not say %q: %d\n%s", w, answer.Status, visible(answer.Body))
		}
	}
}

var tag = regexp.MustCompile(`(?s)<head>.*?</head>|<script.*?</script>|<[^>]+>`)

func visible(body string) string {
	return strings.Join(strings.Fields(tag.ReplaceAllString(body, " ")), " ")
}

func TestAPersonReadsTheirOwnPlanAndNeverADraft(t *testing.T) {
	each(t, func(a area) {
		b := a.open("Kestrel")
		a.shows(b.Get("/me"), "Hello, Kestrel", "Who may know what", "Leave now")
		a.shows(b.Get("/me/plan"), "A kettle of my own", "Get a room where I can shut the door", "You said yes to this on")
		manager := a.SignIn(a.t, "manager")
		edit := "/care/people/" + a.Area.People["Kestrel"] + "/plan/edit"
		form := url.Values{"from_version": {manager.Get(edit).Hidden("from_version")}, "matters": {"A draft that nobody agreed to"}}
		if got := manager.Post(edit, form); got.Status != http.StatusSeeOther {
			a.t.Fatalf("draft: %d", got.Status)
		}
		if got := b.Get("/me/plan"); got.Says("A draft that nobody agreed to") || !got.Says("A kettle of my own") {
			a.t.Error("a draft shows as the plan")
		}
	})
}

// Home, "Stop", "Yes, stop": three taps, and it holds at once.
func TestR21_StoppingTakesThreeTapsAndHoldsAtOnce(t *testing.T) {
	each(t, func(a area) {
		b := a.open("Kestrel")
		taps := 0
		tap := func(page webtest.Answer, prefix, suffix string) webtest.Answer {
			a.t.Helper()
			for _, link := range page.Links() {
				if strings.HasPrefix(link, prefix) && strings.HasSuffix(link, suffix) {
					taps++
					return b.Get(link)
				}
			}
			a.t.Fatalf("no link %s…%s", prefix, suffix)
			return webtest.Answer{}
		}
		sharing := tap(b.Get("/me"), "/me/sharing", "")
		a.shows(sharing, "Lantern Housing may know:", "who I am and how to reach me", "what I need", "Harbour Health Trust may know:", "my health")
		preview := tap(sharing, "/me/sharing/"+a.housing, "/stop")
		a.shows(preview, "They will not hear anything new.", "What they already know they may keep; we will ask them.")
		taps++
		form := url.Values{"what": {"all"}, "form_key": {preview.Hidden("form_key")}}
		for range 2 { // a double tap stops once
			if got := b.Post("/me/sharing/"+a.housing+"/stop", form); got.Status != http.StatusSeeOther || got.Location != "/me/sharing?done=stopped" {
				a.t.Fatalf("stop: %d %s\n%s", got.Status, got.Location, got.Body)
			}
		}
		if taps > 3 {
			a.t.Errorf("stopping takes %d taps, want 3 or fewer", taps)
		}
		after := b.Get("/me/sharing")
		if after.Says("Lantern Housing may know") || !after.Says("Harbour Health Trust may know") || !after.Says("Lantern Housing: what I need. Stopped on") {
			a.t.Errorf("after stopping:\n%s", visible(after.Body))
		}
		if n := strings.Count(b.Get("/me/sent").Body, "I have stopped what Lantern Housing may know"); n != 1 {
			a.t.Errorf("the team is asked %d times to tell them, want once", n)
		}
		// Nothing else of the case changes.
		a.shows(b.Get("/me/support"), "Your support goes on")
	})
}

func TestOnePartCanBeStoppedAlone(t *testing.T) {
	each(t, func(a area) {
		b := a.open("Kestrel")
		stop := "/me/sharing/" + a.housing + "/stop"
		if got := b.Post(stop, url.Values{"what": {"everything there is"}}); got.Status != http.StatusUnprocessableEntity {
			a.t.Errorf("an unknown part: %d", got.Status)
		}
		if got := b.Post(stop, url.Values{"what": {"needs"}}); got.Status != http.StatusSeeOther {
			a.t.Fatalf("stop a part: %d", got.Status)
		}
		a.shows(b.Get("/me/sharing"), "Lantern Housing may know:", "who I am and how to reach me", "Lantern Housing: what I need. Stopped on")
	})
}

// Closing from their own page is the person's own request: the case closes the
// same day with their words, and they come back without a referral.
func TestR29_R31_APersonClosesTheirCaseAndComesBack(t *testing.T) {
	each(t, func(a area) {
		b := a.open("Kestrel")
		today := a.Clock.Now().UTC().Format(time.DateOnly)
		a.shows(b.Get("/me/support/stop"), "You can come back any time. You need no referral.")
		if got := b.Post("/me/support/stop", url.Values{"words": {"I am moving to the coast"}}); got.Status != http.StatusSeeOther {
			a.t.Fatalf("stop: %d\n%s", got.Status, got.Body)
		}
		a.shows(b.Get("/me?done=closed"), "Your support has stopped, as you asked.", "I want to come back")
		rec, err := a.App.Care.People.Record(a.t.Context(), a.Area.Actors["manager"], a.Area.People["Kestrel"], nil)
		if err != nil {
			a.t.Fatal(err)
		}
		if h := rec.History[0]; h.State != "closed" || h.Asked != "own_page" || h.AskedW != "I am moving to the coast" || h.Day != today {
			a.t.Errorf("the case's history says %+v", h)
		}
		if got := b.Post("/me/support/stop", nil); got.Status != http.StatusConflict {
			a.t.Errorf("closing twice: %d", got.Status)
		}
		if got := b.Get("/me/support/stop"); got.Status != http.StatusSeeOther {
			a.t.Errorf("the page that closes, when closed: %d", got.Status)
		}
		if got := b.Post("/me/support/come-back", nil); got.Status != http.StatusSeeOther {
			a.t.Fatalf("come back: %d\n%s", got.Status, got.Body)
		}
		a.shows(b.Get("/me?done=returned"), "Welcome back")
		rec, err = a.App.Care.People.Record(a.t.Context(), a.Area.Actors["manager"], a.Area.People["Kestrel"], nil)
		if err != nil || rec.Now.State != "active" || rec.WorkerID != a.Area.Actors["manager"].ID {
			a.t.Errorf("after coming back: %s with %s: %v", rec.Now.State, rec.WorkerName, err)
		}
		for _, step := range []string{"break", "carry-on"} {
			if got := b.Post("/me/support/"+step, url.Values{"words": {strings.Repeat("x", 2001)}}); got.Status != http.StatusUnprocessableEntity {
				a.t.Errorf("%s with too many words: %d", step, got.Status)
			}
			if got := b.Post("/me/support/"+step, nil); got.Status != http.StatusSeeOther {
				a.t.Errorf("%s: %d", step, got.Status)
			}
		}
	})
}

// What a worker does shows on the very next request, with their name,
// organisation, part and reason; what the person did themself does not.
func TestR51_APersonSeesWhoHasLookedAndAsksAboutIt(t *testing.T) {
	each(t, func(a area) {
		b := a.open("Kestrel")
		a.SignIn(a.t, "manager").Get("/care/people/" + a.Area.People["Kestrel"] + "/plan")
		page := b.Get("/me/looked")
		a.shows(page, "Asha Fern, Harbour Support", "Looked at your plan", "Why: To help you", "Ask about this")
		if page.Says("The person themself") {
			a.t.Error("their own looks are on the page")
		}
		i := slices.IndexFunc(page.Links(), func(l string) bool { return strings.HasPrefix(l, "/me/ask/look?entry=") })
		link := page.Links()[i]
		_, entry, _ := strings.Cut(link, "entry=")
		a.shows(b.Get(link), "Ask about this", "Asha Fern, Harbour Support")
		if got := b.Post("/me/ask/look", url.Values{"entry": {entry}}); got.Status != http.StatusUnprocessableEntity {
			a.t.Errorf("asking with no words: %d", got.Status)
		}
		if got := b.Post("/me/ask/look", url.Values{"entry": {entry}, "words": {"Why was this?"}}); got.Status != http.StatusSeeOther {
			a.t.Fatalf("ask: %d\n%s", got.Status, got.Body)
		}
		a.shows(b.Get("/me/sent"), "About entry "+entry+" of the log", "Why was this?")
		// However far back, every page shows only others, and pages end.
		for next, pages := "/me/looked", 0; next != ""; pages++ {
			if pages > 20 {
				a.t.Fatal("the pages never end")
			}
			got := b.Get(next)
			next = ""
			for _, l := range got.Links() {
				if strings.HasPrefix(l, "/me/looked?before=") {
					next = l
				}
			}
		}
	})
}

func TestR52_APersonAsksForACopyAndToPutSomethingRight(t *testing.T) {
	each(t, func(a area) {
		b := a.open("Kestrel")
		key := b.Get("/me/ask/copy").Hidden("form_key")
		for range 2 {
			if got := b.Post("/me/ask/copy", url.Values{"form_key": {key}}); got.Status != http.StatusSeeOther {
				a.t.Fatalf("copy: %d\n%s", got.Status, got.Body)
			}
		}
		wrong := b.Post("/me/ask/correct", url.Values{"words": {"  "}})
		if wrong.Status != http.StatusUnprocessableEntity || !wrong.Says("Write a few words first") || !strings.Contains(wrong.Body, `href="#words"`) {
			a.t.Errorf("nothing to put right: %d", wrong.Status)
		}
		for kind, words := range map[string]string{"correct": "My birthday is in May", "treated": "I waited an hour in the rain", "remove": ""} {
			if got := b.Post("/me/ask/"+kind, url.Values{"words": {words}}); got.Status != http.StatusSeeOther {
				a.t.Errorf("%s: %d\n%s", kind, got.Status, got.Body)
			}
		}
		sent := b.Get("/me/sent")
		a.shows(sent, "My birthday is in May", "I waited an hour in the rain", "You will hear by")
		if n := strings.Count(sent.Body, "A copy of what is written about me"); n != 1 {
			a.t.Errorf("%d copies asked for, want 1", n)
		}
	})
}

// Another person's ids, in an address or in a form, answer like ids that never
// were; a form that names another person acts on the one whose page it is.
func TestNobodyReachesAnothersRecordFromTheirOwnPage(t *testing.T) {
	each(t, func(a area) {
		kestrel, wren := a.open("Kestrel"), a.open("Wren")
		a.SignIn(a.t, "manager").Get("/care/people/" + a.Area.People["Kestrel"] + "/plan")
		page := kestrel.Get("/me/looked")
		i := slices.IndexFunc(page.Links(), func(l string) bool { return strings.HasPrefix(l, "/me/ask/look?entry=") })
		theirs := page.Links()[i]
		_, entry, _ := strings.Cut(theirs, "entry=")
		for _, pair := range [][2]string{
			{theirs, "/me/ask/look?entry=999999999"},
			{"/me/sharing/" + a.housing + "/stop", "/me/sharing/org_none/stop"},
			{"/me/" + a.Area.People["Kestrel"], "/me/par_none"},
		} {
			got, none := wren.Get(pair[0]), wren.Get(pair[1])
			if got.Status != http.StatusNotFound || stripKey(got.Body) != stripKey(none.Body) {
				a.t.Errorf("%s (%d) and %s (%d) differ", pair[0], got.Status, pair[1], none.Status)
			}
		}
		for path, form := range map[string]url.Values{
			"/me/sharing/" + a.housing + "/stop": {"what": {"all"}},
			"/me/ask/look":                       {"entry": {entry}, "words": {"mine?"}},
		} {
			if got := wren.Post(path, form); got.Status != http.StatusNotFound {
				a.t.Errorf("POST %s: %d", path, got.Status)
			}
		}
		other := a.Area.People["Kestrel"]
		named := url.Values{"words": {"x"}, "participant_id": {other}, "person": {other}, "id": {other}, "actor": {other}}
		for _, path := range []string{"/me/support/carry-on", "/me/support/stop", "/me/ask/copy"} {
			wren.Post(path, named)
		}
		a.shows(kestrel.Get("/me/support"), "Your support goes on")
		if kestrel.Get("/me/sent").Says("A copy of what is written about me") {
			a.t.Error("a form that names Kestrel asks for Kestrel")
		}
		a.shows(kestrel.Get("/me/sharing"), "Lantern Housing may know:")
		a.shows(wren.Get("/me"), "Your support has stopped")
	})
}

var formKey = regexp.MustCompile(`frm_[0-9a-f]{32}`)

func stripKey(body string) string { return formKey.ReplaceAllString(body, "") }

// No account opens a participant's page, and a participant's page opens nothing
// of anybody's work.
func TestAccountsAndOwnPagesNeverMeet(t *testing.T) {
	a := start(t, "sqlite:"+filepath.Join(t.TempDir(), "waymark.db"), nil)
	own := a.open("Kestrel")
	manager := a.SignIn(t, "manager")
	id := regexp.MustCompile(`\{[a-z]+\}`)
	ours, others := 0, 0
	for _, route := range a.App.Routes() {
		path := id.ReplaceAllString(strings.ReplaceAll(route.Path, "{person}", a.Area.People["Kestrel"]), "x")
		if route.Action == "" {
			continue
		}
		visit := func(b *webtest.Browser) webtest.Answer {
			if route.Method == http.MethodGet {
				return b.Get(path)
			}
			return b.Post(path, url.Values{"words": {"x"}})
		}
		if portalweb.Own(route.Path) {
			ours++
			if got := visit(manager); got.Status != http.StatusUnauthorized && (got.Status != http.StatusSeeOther || got.Location != "/me/start") {
				t.Errorf("an account at %s %s: %d %s", route.Method, path, got.Status, got.Location)
			}
			continue
		}
		others++
		if got := visit(own); got.Status != http.StatusUnauthorized && (got.Status != http.StatusSeeOther || !strings.HasPrefix(got.Location, "/sign-in")) {
			t.Errorf("their own page at %s %s: %d %s", route.Method, path, got.Status, got.Location)
		}
	}
	if ours < 10 || others < 50 {
		t.Fatalf("%d and %d routes: the test looks in the wrong place", ours, others)
	}
}

// Whatever is wrong with a code, the answer is the same, to the letter.
func TestEveryCodeThatOpensNothingAnswersAlike(t *testing.T) {
	each(t, func(a area) {
		give := func() string {
			code, err := a.App.Desk.Give(a.t.Context(), a.Area.Actors["manager"], ledger.Form{}, a.Area.People["Kestrel"])
			if err != nil {
				a.t.Fatal(err)
			}
			return code
		}
		replaced, used := give(), give()
		a.Visitor(a.t).Post("/me/start", url.Values{"code": {used}})
		expired := give()
		a.Clock.Set(a.Clock.Now().Add(8 * 24 * time.Hour))
		bodies := map[string]string{}
		for name, code := range map[string]string{"replaced": replaced, "used": used, "expired": expired, "never was": "0123-4567-89AB", "nonsense": "no-such-code!"} {
			got := a.Visitor(a.t).Post("/me/start", url.Values{"code": {code}})
			if got.Status != http.StatusUnprocessableEntity || len(got.Header["Set-Cookie"]) > 0 {
				a.t.Errorf("%s: %d %v", name, got.Status, got.Header)
			}
			bodies[name] = strings.ReplaceAll(stripKey(got.Body), code, "")
		}
		for name, body := range bodies {
			if body != bodies["never was"] {
				a.t.Errorf("a code that is %s answers differently", name)
			}
		}
	})
}

func TestLeavingClosesThePageAndGoesSomewhereNeutral(t *testing.T) {
	each(t, func(a area) {
		b := a.open("Kestrel")
		page := b.Get("/me/plan")
		if !strings.Contains(page.Body, "<title>My page</title>") || strings.Contains(visible(page.Body), "Waymark") {
			a.t.Error("the page names the service")
		}
		if page.Header.Get("Cache-Control") != "no-store" {
			a.t.Error("the page may be kept by a browser")
		}
		for _, path := range []string{"/me", "/me/plan", "/me/sharing", "/me/looked", "/me/ask", "/me/ask/copy", "/me/sent", "/me/support", "/me/support/stop", "/me/sharing/" + a.housing + "/stop", "/me/none", "/me/start"} {
			if !strings.Contains(b.Get(path).Body, `href="/me/leave"`) {
				a.t.Errorf("%s has no way out", path)
			}
		}
		if got := b.Get("/me/leave"); got.Status != http.StatusSeeOther || got.Location != "https://www.bbc.co.uk/weather" {
			a.t.Errorf("leave: %d %s", got.Status, got.Location)
		}
		if got := b.Get("/me/plan"); got.Status != http.StatusSeeOther || got.Location != "/me/start" {
			a.t.Errorf("after leaving: %d %s", got.Status, got.Location)
		}
		// What somebody else on this phone sends afterwards is not kept for anybody.
		if got := b.Post("/me/ask/treated", url.Values{"words": {"my private words"}}); got.Status != http.StatusUnauthorized || got.Hidden("carried") != "" {
			a.t.Errorf("a form after leaving: %d", got.Status)
		}
	})
}

// A page that closed while somebody wrote keeps their words for them alone.
func TestWhatWasWrittenSurvivesANewCode(t *testing.T) {
	each(t, func(a area) {
		b := a.open("Kestrel")
		key := b.Get("/me/ask/treated").Hidden("form_key")
		a.Clock.Set(a.Clock.Now().Add(20 * time.Minute))
		asked := b.Post("/me/ask/treated", url.Values{"form_key": {key}, "words": {"It took me all night to write this"}})
		if asked.Status != http.StatusUnauthorized || !asked.Says("What you wrote is not lost") || strings.Contains(asked.Body, "all night") {
			a.t.Fatalf("closed: %d\n%s", asked.Status, asked.Body)
		}
		again := func(name string) webtest.Answer {
			code, err := a.App.Desk.Give(a.t.Context(), a.Area.Actors["manager"], ledger.Form{}, a.Area.People[name])
			if err != nil {
				a.t.Fatal(err)
			}
			return b.Post("/me/start", url.Values{"code": {code}, "carried": {asked.Hidden("carried")}})
		}
		if other := again("Wren"); strings.Contains(other.Body, "all night") {
			a.t.Error("somebody else was given the words")
		}
		back := again("Kestrel")
		if back.Hidden("words") != "It took me all night to write this" {
			a.t.Fatalf("with a new code: %d\n%s", back.Status, back.Body)
		}
		if got := b.Post("/me/ask/treated", url.Values{"form_key": {back.Hidden("form_key")}, "words": {back.Hidden("words")}}); got.Status != http.StatusSeeOther {
			a.t.Errorf("send it: %d", got.Status)
		}
		a.shows(b.Get("/me/sent"), "It took me all night to write this")
	})
}

// Everything that the case team wrote carries a word of its own. Of all of it a
// person's own pages show the plan they agreed to, and what they said when they
// closed or paused: never a note, a need, an outreach or a first check.
func TestNoNoteReachesTheirOwnPage(t *testing.T) {
	written := map[string]string{}
	a := start(t, "sqlite:"+filepath.Join(t.TempDir(), "waymark.db"), func(text string) string {
		mark := fmt.Sprintf("canary%04dx", len(written))
		written[mark] = text
		return strings.TrimSpace(text + " " + mark)
	})
	canary := regexp.MustCompile(`canary\d{4}x`)
	plan := map[string]bool{}
	for _, mark := range canary.FindAllString(a.SignIn(t, "manager").Get("/care/people/"+a.Area.People["Kestrel"]+"/plan").Body, -1) {
		plan[mark] = true
	}
	seen := map[string]string{}
	for _, name := range []string{"Kestrel", "Wren", "Linnet", "Plover", "Tern", "Merlin"} {
		b := a.open(name)
		for path, page := range crawl(b) {
			for _, mark := range canary.FindAllString(page.Body, -1) {
				seen[mark] = name + " " + path
			}
		}
	}
	kestrels := 0
	for mark, where := range seen {
		if strings.HasPrefix(where, "Kestrel") && plan[mark] {
			kestrels++
			continue
		}
		if !strings.HasSuffix(where, "/me/plan") || strings.HasPrefix(where, "Kestrel") {
			t.Errorf("%s shows %q", where, written[mark])
		}
	}
	if kestrels < 5 {
		t.Errorf("only %d marked words of the plan are seen: the test sees too little", kestrels)
	}
	t.Logf("%d marked texts written, %d seen, all of agreed plans", len(written), len(seen))
}

// crawl follows every link of somebody's own pages but the way out.
func crawl(b *webtest.Browser) map[string]webtest.Answer {
	seen := map[string]webtest.Answer{}
	queue := []string{"/me"}
	for len(queue) > 0 && len(seen) < 80 {
		path := queue[0]
		queue = queue[1:]
		if _, ok := seen[path]; ok || !portalweb.Own(path) || path == portalweb.LeavePath {
			continue
		}
		seen[path] = b.Get(path)
		queue = append(queue, seen[path].Links()...)
	}
	return seen
}

// Each thing a person does on their page is in the ledger, as theirs.
func TestWhatAPersonDoesIsEntered(t *testing.T) {
	each(t, func(a area) {
		b := a.open("Kestrel")
		for _, path := range []string{"/me", "/me/plan", "/me/sharing", "/me/looked", "/me/sent"} {
			b.Get(path)
		}
		b.Post("/me/ask/copy", nil)
		b.Post("/me/support/break", nil)
		var found []ledger.Recorded
		err := a.App.Store.Handle(schema.Oversight).Look(a.t.Context(), func(tx *db.Tx) error {
			var err error
			found, err = ledger.Find(a.t.Context(), tx, ledger.Search{Subject: a.Area.People["Kestrel"], Actor: ledger.Themself}, 50)
			return err
		})
		if err != nil {
			a.t.Fatal(err)
		}
		var acts []string
		for _, e := range found {
			acts = append(acts, e.Act)
			if e.Side != lead.Subject || e.Purpose != "own_record" || !slices.Contains(e.Subjects, a.Area.People["Kestrel"]) {
				a.t.Errorf("entered as %+v", e)
			}
		}
		for _, act := range []string{"own.begin", "own.home", "own.plan", "own.consents", "own.looked", "rights.mine", "rights.ask", "own.pause"} {
			if !slices.Contains(acts, act) {
				a.t.Errorf("%s is not entered: %v", act, acts)
			}
		}
	})
}

// Whoever has no phone gets the same pages on paper, and what they tick comes
// back to the same place.
func TestPaperSaysWhatTheirOwnPageSays(t *testing.T) {
	each(t, func(a area) {
		paper := "/care/people/" + a.Area.People["Kestrel"] + "/paper"
		manager := a.SignIn(a.t, "manager")
		page := manager.Get(paper)
		a.shows(page, "A kettle of my own", "Lantern Housing may know:", "who I am and how to reach me", "I want a copy of what is written about me", "I want my support to stop.", "I signed this")
		one := manager.Get(paper + "?print=yes&sheet=support")
		if one.Says("A kettle of my own") || one.Says("Lantern Housing") || !one.Says("I want my support to stop.") {
			a.t.Error("sheets that were not asked for are printed")
		}
		other := a.SignIn(a.t, "manager2")
		for _, path := range []string{paper, strings.Replace(paper, "/paper", "/asks", 1), strings.Replace(paper, "/paper", "/code", 1)} {
			none := other.Get(strings.Replace(path, a.Area.People["Kestrel"], "par_none", 1))
			if got := other.Get(path); got.Status != http.StatusNotFound || stripKey(got.Body) != stripKey(none.Body) {
				a.t.Errorf("somebody else's worker at %s: %d", path, got.Status)
			}
		}
		asks := strings.Replace(paper, "/paper", "/asks", 1)
		form := url.Values{"kind": {"correct"}, "via": {"paper"}, "received_on": {a.Clock.Now().AddDate(0, 0, -2).Format(time.DateOnly)}, "words": {"My name has two Ls"}}
		for range 2 {
			form.Set("form_key", "frm_paper")
			if got := manager.Post(asks, form); got.Status != http.StatusSeeOther {
				a.t.Fatalf("write it down: %d\n%s", got.Status, got.Body)
			}
		}
		if n := strings.Count(a.open("Kestrel").Get("/me/sent").Body, "My name has two Ls"); n != 1 {
			a.t.Errorf("it shows %d times on their own page, want once", n)
		}
	})
}
