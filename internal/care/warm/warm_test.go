package warm_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"waymark.example/internal/app"
	"waymark.example/internal/care/participant"
	"waymark.example/internal/care/warm"
	"waymark.example/internal/handoff/disclosure"
	"waymark.example/internal/lead"
	"waymark.example/internal/platform/db"
	"waymark.example/internal/platform/ledger"
	"waymark.example/internal/practice"
	"waymark.example/internal/reference/service"
	"waymark.example/internal/schema"
	"waymark.example/internal/webtest"
)

var none = ledger.Form{} //nolint:gochecknoglobals // a form without a key is sent once

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func invalid(err error) lead.Invalid {
	bad, _ := errors.AsType[lead.Invalid](err)
	return bad
}

// received is somebody whose hand-off the case manager "manager" accepted, and how to reach them.
func received(t testing.TB, a *app.App, staff practice.Area) string {
	t.Helper()
	person := webtest.Received(t, a, staff)
	must(t, a.Care.People.Describe(t.Context(), staff.Actors["manager"], none, person, 1, participant.Person{Name: "Kestrel", Phone: "07700 900123", SafeContact: "Text before noon"}))
	return person
}

// place is a service of an organisation of that name.
func place(t testing.TB, a *app.App, staff practice.Area, organisation string) string {
	t.Helper()
	id, err := a.Directory.Add(t.Context(), staff.Actors["supervisor"], none, service.Edit{Name: "Homes first", Organisation: organisation, Status: "active", Phone: "01632 960000", Needs: []string{"housing"}})
	must(t, err)
	return id
}

// wish is a referral that breaks no rule, with the words that they saw.
func wish(t testing.TB, a *app.App, staff practice.Area, person, serviceID, how string, facts ...string) warm.Referral {
	t.Helper()
	r := warm.Referral{ServiceID: serviceID, Domain: "housing", Facts: facts, How: how, Door: "same", List: "yes", OthersDays: "14", Agreed: true, Way: "spoken", Witness: "A volunteer", Language: "English"}
	p, err := a.Care.Warm.Look(t.Context(), staff.Actors["manager"], person, r)
	must(t, err)
	r.Shown = p.Words
	return r
}

func TestWhatTheServiceReadsIsExactlyWhatThePersonChoseAndSaw(t *testing.T) {
	webtest.EachArea(t, func(t *testing.T, a *app.App, staff practice.Area) {
		manager := staff.Actors["manager"]
		person, to := received(t, a, staff), place(t, a, staff, "Lantern Housing")
		p, err := a.Care.Warm.Look(t.Context(), manager, person, warm.Referral{ServiceID: to})
		must(t, err)
		if p.Words != "" || len(p.Facts) < 4 {
			t.Fatalf("chosen beforehand: %q of %d facts", p.Words, len(p.Facts))
		}
		r := wish(t, a, staff, person, to, warm.Sent, "name", "need")
		if r.Shown != "I am called Kestrel\nI would like help with: Housing" {
			t.Fatalf("shown %q", r.Shown)
		}
		form := ledger.Form{Key: "frm_1", Hash: "h"}
		id, err := a.Care.Warm.Refer(t.Context(), manager, form, person, r)
		must(t, err)
		again, err := a.Care.Warm.Refer(t.Context(), manager, form, person, r)
		must(t, err)
		if again != id {
			t.Errorf("the same form made %s and %s", id, again)
		}
		list, err := inbox(t, a, staff)
		must(t, err)
		if len(list) != 1 {
			t.Fatalf("%d letters arrived", len(list))
		}
		got, err := a.Inbox.Read(t.Context(), staff.Actors["housing"], list[0].ID)
		must(t, err)
		if got.Words != r.Shown {
			t.Errorf("they read %q, the person saw %q", got.Words, r.Shown)
		}
		_, k, err := a.Care.Warm.One(t.Context(), manager, person, id)
		must(t, err)
		if k.Words != r.Shown || k.LetterID != list[0].ID || k.Service != "Homes first" {
			t.Errorf("kept %+v", k)
		}
		sharing, err := a.Care.Consents.Read(t.Context(), manager, person)
		must(t, err)
		if len(sharing.Rows) != 1 || sharing.Rows[0].Recipient.Name != "Lantern Housing" || len(sharing.All) != 2 {
			t.Errorf("consents %+v", sharing.All)
		}
		// Taking the yes back closes the letter, as any other (R21).
		must(t, a.Care.Consents.Stop(t.Context(), manager, none, person, sharing.Rows[0].Recipient.ID, ""))
		if _, err := a.Inbox.Read(t.Context(), staff.Actors["housing"], list[0].ID); !errors.Is(err, lead.ErrNotFound) {
			t.Errorf("still readable: %v", err)
		}
	})
}

func TestNothingGoesThatThePersonDidNotSeeOrAgreeTo(t *testing.T) {
	webtest.EachArea(t, func(t *testing.T, a *app.App, staff practice.Area) {
		manager := staff.Actors["manager"]
		person, to := received(t, a, staff), place(t, a, staff, "Somebody Else CIC")
		for field, change := range map[string]func(*warm.Referral){
			"agreed":      func(r *warm.Referral) { r.Agreed = false },
			"facts":       func(r *warm.Referral) { r.Facts = nil },
			"how":         func(r *warm.Referral) { r.How = warm.Nothing },
			"door":        func(r *warm.Referral) { r.Door = "" },
			"list":        func(r *warm.Referral) { r.List = "long" },
			"others_days": func(r *warm.Referral) { r.OthersDays = "-3" },
			"domain":      func(r *warm.Referral) { r.Domain = "moon" },
			"witness":     func(r *warm.Referral) { r.Witness = "" },
			"risky":       func(r *warm.Referral) { r.Own = "There is a warrant out"; r.Shown += "\nThere is a warrant out" },
		} {
			r := wish(t, a, staff, person, to, warm.Sent, "name")
			change(&r)
			if _, err := a.Care.Warm.Refer(t.Context(), manager, none, person, r); invalid(err)[field] == "" {
				t.Errorf("%s: %v", field, err)
			}
		}
		r := wish(t, a, staff, person, to, warm.Sent, "name", "safe")
		must(t, a.Care.People.Describe(t.Context(), manager, none, person, 2, participant.Person{Name: "Kestrel", SafeContact: "Never ring the house"}))
		if _, err := a.Care.Warm.Refer(t.Context(), manager, none, person, r); invalid(err)["agreed"] == "" {
			t.Errorf("words went that nobody saw: %v", err)
		}
		all, err := a.Care.Warm.Read(t.Context(), manager, person)
		must(t, err)
		letters, err := a.Care.Consents.Letters(t.Context(), manager, person)
		must(t, err)
		sharing, err := a.Care.Consents.Read(t.Context(), manager, person)
		must(t, err)
		if len(all.Warm) != 0 || len(letters) != 0 || len(sharing.All) != 0 {
			t.Errorf("kept %d referrals, %d letters, %d consents", len(all.Warm), len(letters), len(sharing.All))
		}
		// To a place without an account the same yes serves twice, by an address that opens once.
		for range 2 {
			_, err := a.Care.Warm.Refer(t.Context(), manager, none, person, wish(t, a, staff, person, to, warm.Sent, "name"))
			must(t, err)
		}
		if letters, err = a.Care.Consents.Letters(t.Context(), manager, person); err != nil || len(letters) != 2 || letters[0].Channel != disclosure.Link {
			t.Errorf("letters %+v: %v", letters, err)
		}
		if sharing, err = a.Care.Consents.Read(t.Context(), manager, person); err != nil || len(sharing.All) != 1 {
			t.Errorf("%d consents: %v", len(sharing.All), err)
		}
	})
}

func TestPaperAndTalkNeedNoYesAndNothingLeaves(t *testing.T) {
	webtest.EachArea(t, func(t *testing.T, a *app.App, staff practice.Area) {
		manager := staff.Actors["manager"]
		person, to := received(t, a, staff), place(t, a, staff, "Lantern Housing")
		for _, r := range []warm.Referral{wish(t, a, staff, person, to, warm.Paper, "name"), wish(t, a, staff, person, to, warm.Nothing)} {
			r.Agreed, r.Way, r.Witness = false, "", ""
			_, err := a.Care.Warm.Refer(t.Context(), manager, none, person, r)
			must(t, err)
		}
		if list, err := inbox(t, a, staff); err != nil || len(list) != 0 {
			t.Errorf("%d letters left: %v", len(list), err)
		}
	})
}

func TestAServiceThatIsSilentForFiveDaysIsATaskForTheWorkerAndTheirSupervisor(t *testing.T) {
	site := webtest.StartEmpty(t, "sqlite:"+t.TempDir()+"/waymark.db")
	a, staff := site.App, site.Area
	manager := staff.Actors["manager"]
	person, to := received(t, a, staff), place(t, a, staff, "Lantern Housing")
	id, err := a.Care.Warm.Refer(t.Context(), manager, none, person, wish(t, a, staff, person, to, warm.Nothing))
	must(t, err)
	start := a.Now()
	count := func(who string) int {
		tasks, err := a.Care.Warm.Silent(t.Context(), staff.Actors[who])
		must(t, err)
		for _, task := range tasks {
			if task.Now.Name != "Kestrel" || task.Service != "Homes first" {
				t.Errorf("task %+v", task)
			}
		}
		return len(tasks)
	}
	at := func(days int) { site.Clock.Set(start.Add(time.Duration(days)*24*time.Hour + time.Minute)) }
	step := func(kind warm.Kind, words string) {
		must(t, a.Care.Warm.Note(t.Context(), manager, none, person, id, warm.Step{Kind: kind, Words: words, On: db.Day(a.Now())}))
	}
	for _, c := range []struct {
		day  int
		do   warm.Kind
		want int
	}{{4, "", 0}, {5, "", 1}, {6, warm.Chased, 0}, {10, "", 0}, {12, "", 1}, {13, warm.Answered, 0}, {40, "", 0}} {
		at(c.day)
		if c.do != "" {
			step(c.do, "Rang again")
		}
		if got := count("manager"); got != c.want {
			t.Errorf("day %d: %d tasks, want %d", c.day, got, c.want)
		}
		if got := count("supervisor"); got != c.want {
			t.Errorf("day %d: the supervisor has %d tasks, want %d", c.day, got, c.want)
		}
		if got := count("manager3"); got != 0 {
			t.Errorf("day %d: another worker has %d tasks", c.day, got)
		}
	}
	step(warm.GotThere, "")
	_, k, err := a.Care.Warm.One(t.Context(), manager, person, id)
	must(t, err)
	if days, ok := k.Waited(); !ok || days != 40 || k.Standing() != "Got there" || k.Ended() {
		t.Errorf("waited %d %v, %s", days, ok, k.Standing())
	}
	for _, bad := range []warm.Step{{Kind: "rude", On: db.Day(a.Now())}, {Kind: warm.Helped, On: "2001-01-01"}, {Kind: warm.Helped, On: "2099-01-01"}, {Kind: warm.Helped}} {
		if err := a.Care.Warm.Note(t.Context(), manager, none, person, id, bad); len(invalid(err)) == 0 {
			t.Errorf("%+v: %v", bad, err)
		}
	}
}

func TestReferralsAreOnlyForWhoWalksWithThePerson(t *testing.T) {
	webtest.EachArea(t, func(t *testing.T, a *app.App, staff practice.Area) {
		person, to := received(t, a, staff), place(t, a, staff, "Lantern Housing")
		id, err := a.Care.Warm.Refer(t.Context(), staff.Actors["manager"], none, person, wish(t, a, staff, person, to, warm.Nothing))
		must(t, err)
		for _, name := range []string{"manager3", "oncall", "officer", "housing", "coordinator", "dpo"} {
			who := staff.Actors[name]
			_, err1 := a.Care.Warm.Read(t.Context(), who, person)
			_, _, err2 := a.Care.Warm.One(t.Context(), who, person, id)
			_, err3 := a.Care.Warm.Look(t.Context(), who, person, warm.Referral{ServiceID: to})
			err4 := a.Care.Warm.Note(t.Context(), who, none, person, id, warm.Step{Kind: warm.Helped, On: db.Day(a.Now())})
			err5 := a.Care.Warm.Miss(t.Context(), who, none, person, warm.Unmet{Domain: "housing", Why: "full", On: db.Day(a.Now())})
			_, err6 := a.Care.Warm.Report(t.Context(), who)
			for i, err := range []error{err1, err2, err3, err4, err5, err6} {
				if !errors.Is(err, lead.ErrForbidden) {
					t.Errorf("%s did %d: %v", name, i+1, err)
				}
			}
		}
		other := received(t, a, staff)
		if _, _, err := a.Care.Warm.One(t.Context(), staff.Actors["manager"], other, id); !errors.Is(err, lead.ErrNotFound) {
			t.Errorf("one person's referral under another's name: %v", err)
		}
		// What people said lies sealed.
		must(t, a.Care.Warm.Miss(t.Context(), staff.Actors["manager"], none, person, warm.Unmet{Domain: "housing", Why: "full", ServiceID: to, Words: "plainwords", On: db.Day(a.Now())}))
		must(t, a.Care.Warm.Note(t.Context(), staff.Actors["manager"], none, person, id, warm.Step{Kind: warm.Call, Words: "plainwords", On: db.Day(a.Now())}))
		var plain int
		must(t, ledger.New(a.Store.Handle(schema.Care), a.Now).Look(t.Context(), func(tx *db.Tx) error {
			return tx.One(t.Context(), `SELECT (SELECT COUNT(*) FROM care_unmet WHERE words LIKE '%plainwords%') + (SELECT COUNT(*) FROM care_warm_step WHERE words LIKE '%plainwords%')`).Scan(&plain)
		}))
		if plain != 0 {
			t.Errorf("%d texts lie in the clear", plain)
		}
		if err := a.Care.Warm.Miss(t.Context(), staff.Actors["manager"], none, person, warm.Unmet{Domain: "x", Why: "y", ServiceID: "z", On: "w"}); len(invalid(err)) != 4 {
			t.Errorf("%v", err)
		}
	})
}

func TestR39_TheReportShowsDoorsAndWaitingInNumbersThatPointAtNobody(t *testing.T) {
	site := webtest.Start(t, "sqlite:"+t.TempDir()+"/waymark.db", nil)
	report, err := site.App.Care.Warm.Report(t.Context(), site.Area.Actors["supervisor"])
	must(t, err)
	if len(report.Lines) != 1 || report.Lines[0].Service != "Harbour Kitchen" || report.Lines[0].All < 10 || report.Lines[0].All%5 != 0 || report.Lines[0].Ahead != 0 || report.Hidden != 3 {
		t.Errorf("%+v", report)
	}
	for _, m := range report.Missing {
		if m.Times != 0 || m.Times.String() != "fewer than 10" {
			t.Errorf("one person's unmet need shows: %+v", m)
		}
	}
	body := site.SignIn(t, "supervisor").Get("/care/services/report.csv").Body
	if !strings.Contains(body, "Harbour Kitchen") || strings.Contains(body, "Quiet Minds") {
		t.Errorf("%s", body)
	}
}

// inbox is what the housing provider can read.
func inbox(t testing.TB, a *app.App, staff practice.Area) ([]disclosure.Disclosure, error) {
	t.Helper()
	got, err := a.Inbox.Received(t.Context(), staff.Actors["housing"], "", 10)
	return got.Letters, err
}
