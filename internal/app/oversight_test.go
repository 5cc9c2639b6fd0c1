package app_test

import (
	"errors"
	"net/http"
	"net/url"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/mod/sumdb/note"

	"waymark.example/internal/app"
	"waymark.example/internal/identity"
	"waymark.example/internal/lead"
	"waymark.example/internal/platform/db"
	"waymark.example/internal/platform/ledger"
	"waymark.example/internal/platform/secret"
	"waymark.example/internal/practice"
	"waymark.example/internal/schema"
	"waymark.example/internal/webtest"
)

// each runs test on a practice area on each engine.
func each(t *testing.T, test func(*testing.T, *webtest.Site)) {
	t.Helper()
	t.Run("sqlite", func(t *testing.T) { test(t, webtest.Start(t, "sqlite:"+filepath.Join(t.TempDir(), "waymark.db"), nil)) })
	t.Run("postgres", func(t *testing.T) { test(t, webtest.Start(t, webtest.Postgres, nil)) })
}

func TestTheOfficersFirstPageShowsWhatIsLate(t *testing.T) {
	each(t, func(t *testing.T, site *webtest.Site) {
		b := site.SignIn(t, "dpo")
		if home := b.Get("/"); home.Location != "/oversight" {
			t.Errorf("home is %s", home.Location)
		}
		home := b.Get("/oversight")
		for _, text := range []string{"Overdue", "A copy of what is written about me", "Clock stopped", "Northmoor Crown Court", "Tell by", "Seal the file: waits for the supervisor"} {
			if !home.Says(text) {
				t.Errorf("the first page does not say %q\n%.3000s", text, home.Body)
			}
		}
	})
}

func TestARequestIsAnsweredOnceInThePersonsSight(t *testing.T) {
	each(t, func(t *testing.T, site *webtest.Site) {
		b := site.SignIn(t, "dpo")
		path := first(site, "dpo", "/oversight/requests", "/oversight/requests/rqt_")
		page := b.Get(path)
		if !page.Says("I want to see what you wrote about me.") || !page.Says("late") {
			t.Fatalf("the request: %d\n%s", page.Status, page.Body)
		}
		form := url.Values{"form_key": {page.Hidden("form_key")}, "from_version": {page.Hidden("from_version")}, "step": {"answered"}}
		if bad := b.Post(path, form); bad.Status != http.StatusUnprocessableEntity || !bad.Says("in words they understand") {
			t.Errorf("an answer without words: %d", bad.Status)
		}
		form.Set("words", "Here is your copy, on paper.")
		for range 2 { // the same form twice
			if a := b.Post(path, form); a.Status != http.StatusSeeOther {
				t.Fatalf("answer: %d\n%s", a.Status, a.Body)
			}
		}
		if page := b.Get(path); strings.Count(page.Body, "Here is your copy, on paper.") != 1 || page.Says("Next") {
			t.Errorf("after the answer:\n%s", page.Body)
		}
		form.Set("form_key", "frm_another")
		if a := b.Post(path, form); a.Status != http.StatusConflict {
			t.Errorf("answered twice: %d", a.Status)
		}
	})
}

// Every page of the officer's side, opened by every other role, is as absent as
// what does not exist.
func TestOnlyTheDataProtectionOfficerOpensTheOfficersPages(t *testing.T) {
	site := webtest.Start(t, "sqlite:"+filepath.Join(t.TempDir(), "waymark.db"), nil)
	for _, role := range []string{"officer", "sergeant", "manager", "supervisor", "coordinator", "auditor", "administrator", "clinician", "prosecutor", "evaluator"} {
		b := site.SignIn(t, role)
		for _, route := range site.App.Routes() {
			if !strings.HasPrefix(route.Path, "/oversight") {
				continue
			}
			if role == "auditor" && strings.HasPrefix(route.Path, "/oversight/complaints") && route.Path != "/oversight/complaints/register" {
				continue // the way for complaints that is independent of the scheme
			}
			for _, path := range addresses(site, route.Path) {
				a := b.Get(path)
				if route.Method == http.MethodPost {
					a = b.Post(path, url.Values{})
				}
				if a.Status != http.StatusNotFound {
					t.Errorf("%s: %s %s: %d", role, route.Method, path, a.Status)
				}
			}
		}
	}
}

// A worker writes down what somebody asks, the officer reads those words, and a
// wish is seen to by the team itself.
func TestTheCaseTeamHearsARequestAndSeesToAWish(t *testing.T) {
	each(t, func(t *testing.T, site *webtest.Site) {
		person := "/care/people/" + site.Area.People["Merlin"]
		b := site.SignIn(t, "manager")
		for _, ask := range []url.Values{{"kind": {"correct"}, "words": {"I was born in May"}}, {"kind": {"pause"}}} {
			ask.Set("form_key", b.Get(person+"/asks").Hidden("form_key"))
			ask.Set("via", "in_person")
			ask.Set("received_on", site.Clock.Now().UTC().Format("2006-01-02"))
			for range 2 { // the same form twice asks once
				if a := b.Post(person+"/asks", ask); a.Status != http.StatusSeeOther {
					t.Fatalf("ask: %d\n%.800s", a.Status, a.Body)
				}
			}
		}
		page := b.Get(person)
		if strings.Count(page.Body, "/asks/rqt_") != 1 || !page.Says("The data-protection officer answers by") || page.Says("I was born in May") {
			t.Errorf("the person's page:\n%.3000s", page.Body)
		}
		_, rest, _ := strings.Cut(page.Body, person+"/asks/")
		wish, _, _ := strings.Cut(rest, `"`)
		if a := b.Post(person+"/asks/"+wish, url.Values{}); a.Status != http.StatusSeeOther || b.Get(person).Says("This is for you to see to") {
			t.Errorf("the wish: %d", a.Status)
		}
		dpo := site.SignIn(t, "dpo")
		found := false
		for _, link := range dpo.Get("/oversight/requests").Links() {
			found = found || strings.HasPrefix(link, "/oversight/requests/rqt_") && dpo.Get(link).Says("I was born in May")
		}
		if !found {
			t.Error("the officer does not find the words")
		}
		other := site.SignIn(t, "manager3")
		if a := other.Post("/care/people/"+site.Area.People["Heron"]+"/asks/"+wish, url.Values{}); a.Status != http.StatusNotFound {
			t.Errorf("a wish is ended through somebody else's page: %d", a.Status)
		}
	})
}

func TestAFileTakenAwayIsAnEntry(t *testing.T) {
	site := webtest.Start(t, "sqlite:"+filepath.Join(t.TempDir(), "waymark.db"), nil)
	b := site.SignIn(t, "dpo")
	file := b.Get("/audit.csv?subject=" + site.Area.People["Kestrel"])
	if file.Status != http.StatusOK || !strings.HasPrefix(file.Body, "number,when,account") || strings.Count(file.Body, "\n") < 10 {
		t.Fatalf("the file: %d\n%.500s", file.Status, file.Body)
	}
	if strings.Contains(file.Body, ",police,") {
		t.Error("the care organisation's officer takes police acts away")
	}
	crossed := b.Get("/oversight/trail/crossings.csv?subject=" + site.Area.People["Kestrel"])
	for _, text := range []string{"when,sent by,to", "Lantern Housing", "Their own yes", "That the intake is completed", site.Area.People["Kestrel"]} {
		if !strings.Contains(crossed.Body, text) {
			t.Errorf("the file of what crossed does not hold %q: %d\n%.2000s", text, crossed.Status, crossed.Body)
		}
	}
	if log := site.SignIn(t, "auditor").Get("/audit?act=audit.export"); strings.Count(log.Body, "<tr><td>") != 2 || !log.Says("crossings ") {
		t.Errorf("taking a file away is no entry\n%.3000s", log.Body)
	}
}

// erase has oversight propose and the supervisor confirm that a file is erased.
func erase(t *testing.T, site *webtest.Site, name string) {
	t.Helper()
	id := site.Area.People[name]
	dpo, supervisor := site.SignIn(t, "dpo"), site.SignIn(t, "supervisor")
	path := "/oversight/files/" + id
	page := dpo.Get(path)
	if a := dpo.Post(path, url.Values{"form_key": {page.Hidden("form_key")}, "from_version": {page.Hidden("from_version")}, "act": {"erase"}, "reason": {"request"}}); a.Status != http.StatusSeeOther {
		t.Fatalf("propose: %d\n%.600s", a.Status, a.Body)
	}
	if !supervisor.Get("/care/keeping").Says("every word about them is gone") {
		t.Fatal("the supervisor is not told what a yes does")
	}
	if a := supervisor.Post("/care/keeping/"+id, url.Values{"form_key": {"frm_erase_" + name}, "from_version": {"1"}, "answer": {"yes"}}); a.Status != http.StatusSeeOther {
		t.Fatalf("confirm: %d\n%.600s", a.Status, a.Body)
	}
}

// The log forgets whom it was about, and can still be proved whole.
func TestAnErasedPersonLeavesTheLogAndTheLogStillVerifies(t *testing.T) {
	each(t, func(t *testing.T, site *webtest.Site) {
		id := site.Area.People["Siskin"]
		path := "/oversight/files/" + id
		dpo, auditor := site.SignIn(t, "dpo"), site.SignIn(t, "auditor")
		if a := dpo.Post(path+"/forget", url.Values{"sure": {"yes"}}); a.Status != http.StatusConflict {
			t.Errorf("taken out of the log while there is a file: %d", a.Status)
		}
		erase(t, site, "Siskin")
		if !dpo.Get("/oversight/trail?subject=" + id).Says("Asha Fern") {
			t.Fatal("the log does not lead to the person: the test looks in the wrong place")
		}
		page := dpo.Get(path)
		if !page.Says("Take them out of the log too") || !page.Says("This cannot be undone") {
			t.Fatalf("the page of an erased file:\n%s", page.Body)
		}
		form := url.Values{"form_key": {page.Hidden("form_key")}}
		if a := dpo.Post(path+"/forget", form); a.Status != http.StatusUnprocessableEntity || !a.Says("Confirm that you know this cannot be undone") {
			t.Errorf("without being sure: %d", a.Status)
		}
		for _, role := range []string{"supervisor", "auditor", "administrator"} {
			if a := site.SignIn(t, role).Post("/oversight/files/par_other/forget", url.Values{"sure": {"yes"}}); a.Status != http.StatusNotFound {
				t.Errorf("%s takes somebody out of the log: %d", role, a.Status)
			}
		}
		form.Set("sure", "yes")
		for range 2 { // the same form twice
			if a := dpo.Post(path+"/forget", form); a.Status != http.StatusSeeOther || a.Location != path {
				t.Fatalf("forget: %d\n%.600s", a.Status, a.Body)
			}
		}
		for range 2 { // looking again does not put them back
			for who, address := range map[*webtest.Browser]string{dpo: "/oversight/trail?subject=" + id, auditor: "/audit?subject=" + id} {
				if a := who.Get(address); strings.Contains(a.Body, "<tbody>") || !a.Says("Nothing") {
					t.Errorf("%s still leads somewhere\n%.2000s", address, a.Body)
				}
			}
			if !dpo.Get(path).Says("no entry leads to this person") || dpo.Get("/oversight/files").Status != http.StatusOK {
				t.Error("the page does not say that they are out of the log")
			}
		}
		if a := dpo.Post(path+"/forget", url.Values{"sure": {"yes"}}); a.Status != http.StatusConflict {
			t.Errorf("taken out twice: %d", a.Status)
		}
		if a := auditor.Get("/audit?act=record.forget"); strings.Contains(a.Body, "subject="+id) || !a.Says("Anders Holm") {
			t.Error("that it was done is no entry, or the entry leads to them")
		}
		wholeLog(t, site)
	})
}

// wholeLog verifies the log of a site as whoever holds a copy would.
func wholeLog(t *testing.T, site *webtest.Site) {
	t.Helper()
	key, err := note.NewVerifier(site.App.LedgerKeyPublic())
	if err != nil {
		t.Fatal(err)
	}
	copied, err := db.OpenCopy(t.Context(), site.App.Config.Database)
	if err != nil {
		t.Fatal(err)
	}
	defer copied.Close() //nolint:errcheck // it was only read
	r, err := ledger.Verify(t.Context(), copied.Handle(db.Copy), ledger.Evidence{Keys: []note.Verifier{key}})
	if err != nil || len(r.Findings) > 0 || r.Erased == 0 || r.Entries < 100 {
		t.Errorf("verify: %+v, %v", r, err)
	}
}

func ring(a *app.App) *secret.Ring { return secret.NewRing(a.Keys, schema.Care, a.Keeper) }

// What nobody took up is listed when the schedule says so, and its words go on
// a supervisor's word alone: nothing goes by itself.
func TestR55_TheWordsOfAReferralThatNobodyTookUpAreLetGo(t *testing.T) {
	each(t, func(t *testing.T, site *webtest.Site) {
		ctx, a, sergeant := t.Context(), site.App, site.Area.Actors["sergeant"]
		toApprove, err := a.Contacts.ToApprove(ctx, sergeant)
		if err != nil || len(toApprove) != 1 {
			t.Fatalf("%d referrals to approve: %v", len(toApprove), err)
		}
		declined := toApprove[0].ID
		letGo := func(role, id, key string) int {
			return site.SignIn(t, role).Post("/care/let-go/"+id, url.Values{"form_key": {key}}).Status
		}
		if got := letGo("supervisor", declined, "frm_early"); got != http.StatusNotFound {
			t.Errorf("a referral that its sergeant still has to decide about: %d", got)
		}
		if err := a.Contacts.Approve(ctx, sergeant, ledger.Form{}, declined, false, "Not now"); err != nil {
			t.Fatal(err)
		}
		waiting, err := a.Care.People.HandOffs(ctx, site.Area.Actors["manager"])
		if err != nil || len(waiting.Waiting) != 2 { // on the street, and in custody
			t.Fatalf("%d hand-offs wait: %v", len(waiting.Waiting), err)
		}
		unaccepted := waiting.Waiting[0].ID
		for _, id := range []string{declined, unaccepted, waiting.Waiting[1].ID} {
			if got := letGo("supervisor", id, "frm_early"+id); got != http.StatusConflict {
				t.Errorf("before it is due: %d", got)
			}
		}
		if page := site.SignIn(t, "supervisor").Get("/care/keeping"); !page.Says("None is as old as the schedule allows") {
			t.Errorf("something is due already:\n%s", page.Body)
		}

		site.Clock.Set(time.Now().AddDate(0, 4, 0))
		b, dpo := site.SignIn(t, "supervisor"), site.SignIn(t, "dpo")
		page := b.Get("/care/keeping")
		if !page.Says("Nobody accepted it.") || !page.Says("Whoever approves said no.") || page.Says("Jay") || page.Says("Martin") {
			t.Errorf("the list of what is due:\n%s", page.Body)
		}
		for role, id := range map[string]string{"manager": unaccepted, "oncall": unaccepted, "dpo": unaccepted, "sergeant": declined, "supervisor": site.Area.Referrals["Kestrel"]} {
			if got := letGo(role, id, "frm_not_theirs"+role); got != http.StatusNotFound {
				t.Errorf("%s lets go: %d", role, got)
			}
		}
		for _, id := range []string{declined, unaccepted, waiting.Waiting[1].ID} {
			for range 2 { // the same form twice
				if got := b.Post("/care/let-go/"+id, url.Values{"form_key": {"frm_go" + id}}).Status; got != http.StatusSeeOther {
					t.Errorf("let go: %d", got)
				}
			}
			if got := b.Post("/care/let-go/"+id, url.Values{"form_key": {"frm_again" + id}}).Status; got != http.StatusConflict {
				t.Errorf("let go twice: %d", got)
			}
			if _, err := ring(a).OpenLetter(ctx, id, "handoff_referral.letter", "h1.AAAA"); !errors.Is(err, secret.ErrDestroyed) {
				t.Errorf("the letter can still be opened: %v", err)
			}
			if log := site.SignIn(t, "auditor").Get("/audit?verb=erased&act=referral.let_go&subject=" + id); strings.Count(log.Body, "<tr><td>") != 1 {
				t.Errorf("letting go of %s is not one entry:\n%s", id, log.Body)
			}
		}
		if page := b.Get("/care/keeping"); !page.Says("None is as old as the schedule allows") {
			t.Errorf("still due:\n%s", page.Body)
		}
		if waiting, err := a.Care.People.HandOffs(ctx, site.Area.Actors["manager"]); err != nil || len(waiting.Waiting) != 0 {
			t.Errorf("it still waits to be accepted: %+v, %v", waiting.Waiting, err)
		}
		files := dpo.Get("/oversight/files")
		if !files.Says("Sam Okoro let its words go") || !files.Says("The sergeant had said no") || strings.Contains(files.Body, "Its words are due to go") {
			t.Errorf("oversight does not see it done:\n%s", files.Body)
		}
		// No key is ever made for it again.
		if _, err := ring(a).Shared(ctx, unaccepted, unaccepted); !errors.Is(err, secret.ErrDestroyed) {
			t.Errorf("a key is made again: %v", err)
		}
	})
}

// Another organisation's officer is shown no way to what is not theirs to do.
func TestOnlyTheCareOrganisationsOfficerIsShownRequestsAndFiles(t *testing.T) {
	site := webtest.StartEmpty(t, "sqlite:"+filepath.Join(t.TempDir(), "waymark.db"))
	if _, err := site.App.Accounts.OpenPractice(t.Context(), []identity.Account{{Email: "dpo2@practice.example", Name: "Oda Lund", Organisation: site.Area.Actors["officer"].Organisation, Roles: []lead.Role{lead.DPO}}}, practice.Password); err != nil {
		t.Fatal(err)
	}
	for who, want := range map[string]bool{"dpo": true, "dpo2": false} {
		b := site.SignIn(t, who)
		links := b.Get("/oversight").Links()
		if !slices.Contains(links, "/oversight/trail") {
			t.Errorf("%s has no way to who saw whom: %v", who, links)
		}
		for _, path := range []string{"/oversight/requests", "/oversight/files"} {
			if slices.Contains(links, path) != want || (b.Get(path).Status == http.StatusOK) != want {
				t.Errorf("%s: %s: shown %v, opens with %d", who, path, slices.Contains(links, path), b.Get(path).Status)
			}
		}
	}
}
