package station_test

import (
	"errors"
	"fmt"
	"net/url"
	"path/filepath"
	"regexp"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"waymark.example/internal/app"
	"waymark.example/internal/care/consent"
	"waymark.example/internal/care/participant"
	"waymark.example/internal/dbtest"
	"waymark.example/internal/handoff/disclosure"
	"waymark.example/internal/handoff/keeping"
	"waymark.example/internal/handoff/referral"
	"waymark.example/internal/identity"
	"waymark.example/internal/lead"
	"waymark.example/internal/platform/db"
	"waymark.example/internal/platform/ledger"
	"waymark.example/internal/platform/secret"
	"waymark.example/internal/police/contact"
	"waymark.example/internal/police/station"
	"waymark.example/internal/practice"
	"waymark.example/internal/schema"
	"waymark.example/internal/webtest"
)

var none = ledger.Form{}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// each runs test on an area of accounts, with a clock that can be set, on each
// engine.
func each(t *testing.T, c app.Config, test func(*testing.T, *webtest.Site)) {
	t.Helper()
	run := func(t *testing.T, address string) {
		c.Database = address
		site := webtest.StartWith(t, c)
		site.Clock.Set(time.Now())
		test(t, site)
	}
	t.Run("sqlite", func(t *testing.T) { run(t, "sqlite:"+filepath.Join(t.TempDir(), "waymark.db")) })
	t.Run("postgres", func(t *testing.T) { run(t, webtest.Postgres) })
}

// received is somebody whom the case manager "manager" walks with.
func received(t testing.TB, a *app.App, staff practice.Area) string {
	t.Helper()
	_, err := a.Contacts.Decide(t.Context(), staff.Actors["officer"], none, contact.ArrestDiversion, contact.Decision{
		HappenedAt: a.Now().Add(-5 * time.Minute), Place: "Fish Quay", Outcome: contact.Diverted, Reason: "needs_seen", Offences: []string{"46"}, Voluntary: true,
		Equality: contact.Equality{AgeBand: "26_35", Sex: "F", NotRecorded: contact.SaidNo},
		HandOff:  referral.Referral{Nickname: "Kestrel", Meeting: referral.HereNow}})
	must(t, err)
	h, err := a.Care.People.HandOffs(t.Context(), staff.Actors["manager"])
	must(t, err)
	person, err := a.Care.People.Accept(t.Context(), staff.Actors["manager"], none, h.Waiting[len(h.Waiting)-1].ID)
	must(t, err)
	return person
}

func cardFor(a *app.App, staff practice.Area) consent.CardGiven {
	return consent.CardGiven{Force: staff.Actors["officer"].Organisation, Name: "Asha Fern", Phone: "07700 900177", Until: db.Day(a.Now().AddDate(0, 2, 0)), How: "signed", Language: "English"}
}

func made(t testing.TB, a *app.App, staff practice.Area, person string) string {
	t.Helper()
	code, err := a.Care.Cards.Make(t.Context(), staff.Actors["manager"], none, person, cardFor(a, staff))
	must(t, err)
	if code == "" {
		t.Fatal("no code")
	}
	return code
}

// hears returns whom an officer hears to call, "" for the on-call number alone.
func hears(t testing.TB, a *app.App, officer lead.Actor, code string) string {
	t.Helper()
	answer, err := a.Station.Ask(t.Context(), officer, code)
	must(t, err)
	return answer.Name
}

func themself(person string) lead.Actor {
	return lead.Actor{ID: person, Side: lead.Subject, Roles: []lead.Role{lead.Participant}}
}

// own is the consents as the participant's own handle runs them.
func own(a *app.App) *consent.Service {
	people := &participant.Service{Book: ledger.New(a.Store.Handle(schema.Participant), a.Now), Access: a.Access}
	return &consent.Service{People: people, Keys: secret.NewRing(a.Keys, schema.Participant, a.Keeper)}
}

func TestR21_ACardSaysWhomToCallUntilTheYesEndsAndNotOneRequestLonger(t *testing.T) {
	each(t, app.Config{}, func(t *testing.T, site *webtest.Site) {
		a, staff := site.App, site.Area
		officer, force := staff.Actors["officer"], staff.Actors["officer"].Organisation
		ends := map[string]func(person string){
			"the worker stops the card": func(person string) {
				must(t, a.Care.Cards.Stop(t.Context(), staff.Actors["manager"], none, person))
			},
			"the worker stops sharing with the force": func(person string) {
				must(t, a.Care.Consents.Stop(t.Context(), staff.Actors["manager"], none, person, force, ""))
			},
			"they stop it themself": func(person string) {
				must(t, own(a).StopOwn(t.Context(), themself(person), none, force, disclosure.Card))
			},
			"a new card is made": func(person string) { made(t, a, staff, person) },
			"they are erased": func(person string) {
				must(t, a.Oversight.Propose(t.Context(), staff.Actors["dpo"], none, person, 0, keeping.Step{Act: keeping.Erase, Stage: keeping.Proposed, Reason: "request"}))
				must(t, a.Care.People.Settle(t.Context(), staff.Actors["supervisor"], none, person, 1, true))
				must(t, a.Store.Handle(schema.Care).Look(t.Context(), func(tx *db.Tx) error {
					var n int
					err := tx.One(t.Context(), `SELECT COUNT(*) FROM handoff_known WHERE participant_id = $1`, person).Scan(&n)
					if n != 0 {
						t.Errorf("%d cards of somebody erased are kept", n)
					}
					return err
				}))
			},
			"its last day has passed": func(string) { site.Clock.Set(time.Now().AddDate(0, 2, 2)) },
		}
		for how, end := range ends {
			site.Clock.Set(time.Now())
			person := received(t, a, staff)
			code := made(t, a, staff, person)
			if got := hears(t, a, officer, code); got != "Asha Fern" {
				t.Fatalf("%s, before: %q", how, got)
			}
			end(person)
			if got := hears(t, a, staff.Actors["officer2"], code); got != "" {
				t.Errorf("%s: the officer still hears %q", how, got)
			}
		}
	})
}

// While officers ask without a pause, the person stops their card. Whoever begins
// to ask after that hears nothing.
func TestR21_NoAskThatBeginsAfterTheStopHearsAName(t *testing.T) {
	each(t, app.Config{}, func(t *testing.T, site *webtest.Site) {
		a, staff := site.App, site.Area
		for range 5 {
			person := received(t, a, staff)
			code := made(t, a, staff, person)
			var stopped atomic.Bool
			done := make(chan error, 4)
			for i := range cap(done) {
				officer := lead.Actor{ID: staff.Actors["officer"].ID, Side: lead.Police, Roles: []lead.Role{lead.Officer}, Organisation: staff.Actors["officer"].Organisation}
				if i%2 == 1 {
					officer.ID = staff.Actors["officer2"].ID
				}
				site.Clock.Set(site.Clock.Now().Add(2 * time.Hour)) // nobody has asked too often
				go func() {
					for range 5 {
						after := stopped.Load()
						answer, err := a.Station.Ask(t.Context(), officer, code)
						if err == nil && after && answer.Name != "" {
							err = fmt.Errorf("an ask that began after the stop hears %q", answer.Name)
						}
						if err != nil {
							done <- err
							return
						}
					}
					done <- nil
				}()
			}
			must(t, own(a).StopOwn(t.Context(), themself(person), none, staff.Actors["officer"].Organisation, ""))
			stopped.Store(true)
			for range cap(done) {
				if err := <-done; err != nil {
					t.Error(err)
				}
			}
		}
	})
}

func TestACardIsForOneForceAndOnlyPoliceMayAsk(t *testing.T) {
	each(t, app.Config{}, func(t *testing.T, site *webtest.Site) {
		a, staff := site.App, site.Area
		person := received(t, a, staff)
		code := made(t, a, staff, person)
		other, err := a.Accounts.FirstOrganisation(t.Context(), "Southmoor Police", identity.PoliceForce)
		must(t, err)
		stranger := staff.Actors["officer"]
		stranger.Organisation = other.ID
		if got := hears(t, a, stranger, code); got != "" {
			t.Errorf("another force hears %q", got)
		}
		for _, who := range []string{"registrar", "manager", "coordinator", "dpo", "housing", "administrator"} {
			if _, err := a.Station.Ask(t.Context(), staff.Actors[who], code); !errors.Is(err, lead.ErrForbidden) {
				t.Errorf("%s asks: %v", who, err)
			}
		}
		for _, who := range []string{"manager2", "manager3", "officer", "coordinator", "dpo"} {
			if _, err := a.Care.Cards.Make(t.Context(), staff.Actors[who], none, person, cardFor(a, staff)); !errors.Is(err, lead.ErrForbidden) {
				t.Errorf("%s makes a card: %v", who, err)
			}
		}
		for _, who := range []string{"custody", "sergeant"} {
			if got := hears(t, a, staff.Actors[who], strings.ToLower(strings.ReplaceAll(code, "-", " "))); got != "Asha Fern" {
				t.Errorf("%s hears %q", who, got)
			}
		}
	})
}

func TestACardNeedsAYesThatIsWhole(t *testing.T) {
	each(t, app.Config{}, func(t *testing.T, site *webtest.Site) {
		a, staff := site.App, site.Area
		person := received(t, a, staff)
		for field, change := range map[string]func(*consent.CardGiven){
			"force":      func(g *consent.CardGiven) { g.Force = staff.Actors["housing"].Organisation },
			"call_name":  func(g *consent.CardGiven) { g.Name = " " },
			"call_phone": func(g *consent.CardGiven) { g.Phone = "ask at the desk" },
			"until":      func(g *consent.CardGiven) { g.Until = "2001-01-01" },
			"how":        func(g *consent.CardGiven) { g.How = "" },
			"witness":    func(g *consent.CardGiven) { g.How = "spoken" },
			"language":   func(g *consent.CardGiven) { g.Language = "" },
		} {
			g := cardFor(a, staff)
			change(&g)
			_, err := a.Care.Cards.Make(t.Context(), staff.Actors["manager"], none, person, g)
			if bad, _ := errors.AsType[lead.Invalid](err); len(bad) != 1 || bad[field] == "" {
				t.Errorf("%s: %v", field, err)
			}
		}
		// A card is no yes that can be given without one.
		g := consent.Given{Recipient: staff.Actors["officer"].Organisation, Topics: []disclosure.Topic{disclosure.Card}, Purpose: disclosure.Call, Until: db.Day(a.Now().AddDate(0, 1, 0)), How: "signed", Language: "English"}
		if err := a.Care.Consents.Give(t.Context(), staff.Actors["manager"], none, person, g); err == nil {
			t.Error("a yes to a card was recorded without a card")
		}
		form := ledger.Form{Key: lead.NewID("frm"), Hash: "a"}
		first, err := a.Care.Cards.Make(t.Context(), staff.Actors["manager"], form, person, cardFor(a, staff))
		must(t, err)
		if again, err := a.Care.Cards.Make(t.Context(), staff.Actors["manager"], form, person, cardFor(a, staff)); err != nil || again != "" || first == "" {
			t.Errorf("the same form twice: %q, %q, %v", first, again, err)
		}
		page, err := a.Care.Cards.Standing(t.Context(), staff.Actors["manager"], person)
		if err != nil || len(page.Cards) != 1 || !page.Cards[0].Live(db.Day(a.Now())) || len(page.Forces) == 0 {
			t.Errorf("%+v, %v", page, err)
		}
		mine, err := own(a).Mine(t.Context(), themself(person))
		if err != nil || len(mine) != 1 || consent.Rows(mine, db.Day(a.Now()))[0].Knows() != "whom to call, when I show my card" {
			t.Errorf("the person sees %+v, %v", mine, err)
		}
	})
}

func TestNobodyCanTryCodesOneAfterTheOther(t *testing.T) {
	each(t, app.Config{}, func(t *testing.T, site *webtest.Site) {
		a, staff := site.App, site.Area
		officer := staff.Actors["officer"]
		code := made(t, a, staff, received(t, a, staff))
		for range 10 {
			if got := hears(t, a, officer, "WAY-0000-0000-0000"); got != "" {
				t.Fatal(got)
			}
		}
		answer, err := a.Station.Ask(t.Context(), officer, code)
		if err != nil || answer.Later.IsZero() || answer.Name != "" {
			t.Errorf("the eleventh ask: %+v, %v", answer, err)
		}
		if got := hears(t, a, staff.Actors["officer2"], code); got != "Asha Fern" {
			t.Errorf("somebody else has to wait too: %q", got)
		}
		site.Clock.Set(answer.Later.Add(time.Second))
		if got := hears(t, a, officer, code); got != "Asha Fern" {
			t.Errorf("after an hour: %q", got)
		}
		if _, err := a.Station.Ask(t.Context(), officer, "Kestrel"); err == nil {
			t.Error("a name was taken for a code")
		}
	})
}

var formKey = regexp.MustCompile(`name="form_key" value="[^"]*"`)

// A code that never was, one that was stopped, one that ended and one of another
// force: the page is the same, byte for byte.
func TestThePageTellsNoUnknownCodeFromAStoppedOrEndedOne(t *testing.T) {
	each(t, app.Config{}, func(t *testing.T, site *webtest.Site) {
		a, staff := site.App, site.Area
		must(t, a.Care.Duty.TakePhone(t.Context(), staff.Actors["oncall"], none, "07700 900142"))
		stopped, ended := received(t, a, staff), received(t, a, staff)
		codes := map[string]string{"never was": "WAY-0000-0000-0000", "stopped": made(t, a, staff, stopped)}
		must(t, a.Care.Cards.Stop(t.Context(), staff.Actors["manager"], none, stopped))
		g := cardFor(a, staff)
		g.Until = db.Day(a.Now())
		code, err := a.Care.Cards.Make(t.Context(), staff.Actors["manager"], none, ended, g)
		must(t, err)
		codes["ended"] = code
		live := made(t, a, staff, received(t, a, staff))
		site.Clock.Set(time.Now().AddDate(0, 0, 2))
		b := site.SignIn(t, "officer")
		want := ""
		for what, code := range codes {
			got := b.Post("/police/known", url.Values{"form_key": {lead.NewID("frm")}, "code": {code}})
			page := formKey.ReplaceAllString(got.Body, "")
			if got.Status != 200 || !strings.Contains(page, "Jo Pike") || strings.Contains(page, "Asha Fern") || strings.Contains(page, code) {
				t.Errorf("%s: %d\n%s", what, got.Status, page)
			}
			if want == "" {
				want = page
			}
			if page != want {
				t.Errorf("%s: the page is another one\n%s\n%s", what, page, want)
			}
		}
		if got := b.Post("/police/known", url.Values{"form_key": {lead.NewID("frm")}, "code": {live}}); !got.Says("Call Asha Fern") || !got.Says("07700 900177") || strings.Contains(got.Body, "Kestrel") || strings.Contains(got.Body, "par_") {
			t.Errorf("a card that is alive: %d\n%s", got.Status, got.Body)
		}
	})
}

func TestThePersonSeesWhoAskedAboutTheirCard(t *testing.T) {
	each(t, app.Config{}, func(t *testing.T, site *webtest.Site) {
		a, staff := site.App, site.Area
		person := received(t, a, staff)
		hears(t, a, staff.Actors["officer"], made(t, a, staff, person))
		code, err := a.Desk.Give(t.Context(), staff.Actors["manager"], none, person)
		must(t, err)
		b := site.Visitor(t)
		b.Post("/me/start", url.Values{"code": {code}})
		page := b.Get("/me/looked")
		if !page.Says("PC Robin Hale") || !page.Says("whom to call, from your card") || !page.Says("You said they may know") {
			t.Errorf("%d\n%s", page.Status, page.Body)
		}
	})
}

func TestAMonthIsPublishedOnceAndNeverChanges(t *testing.T) {
	each(t, app.Config{}, func(t *testing.T, site *webtest.Site) {
		a, staff := site.App, site.Area
		now := time.Now().UTC()
		next := time.Date(now.Year(), now.Month(), 1, 0, 30, 0, 0, time.UTC)
		month := next.AddDate(0, -1, 0)
		site.Clock.Set(month.AddDate(0, 0, 9))
		for range 12 {
			person := received(t, a, staff)
			h, err := a.Care.People.Record(t.Context(), staff.Actors["manager"], person, nil)
			must(t, err)
			if h.ReceivedAt.UTC().Month() != month.Month() {
				t.Fatal(h.ReceivedAt)
			}
		}
		site.Clock.Set(next)
		results := make(chan bool, 4)
		for range cap(results) { // as many servers at once
			go func() {
				first, err := a.Care.Thanks.PublishDue(t.Context())
				if err != nil {
					t.Error(err)
				}
				results <- first
			}()
		}
		published := 0
		for range cap(results) {
			if <-results {
				published++
			}
		}
		months, err := a.Station.Thanks(t.Context(), staff.Actors["officer"])
		if err != nil || published != 1 || len(months) != 1 || months[0].Month != month.Format("2006-01") || months[0].TakenUp != 10 || months[0].Reached != 0 {
			t.Fatalf("published %d times: %+v, %v", published, months, err)
		}
		site.Clock.Set(month.AddDate(0, 0, 20))
		for range 8 {
			received(t, a, staff)
		}
		site.Clock.Set(next.AddDate(0, 0, 1))
		if first, err := a.Care.Thanks.PublishDue(t.Context()); first || err != nil {
			t.Errorf("published again: %v, %v", first, err)
		}
		if again, err := a.Station.Thanks(t.Context(), staff.Actors["custody"]); err != nil || again[0].TakenUp != 10 {
			t.Errorf("the month changed: %+v, %v", again, err)
		}
		for _, who := range []string{"manager", "coordinator", "registrar", "dpo"} {
			if _, err := a.Station.Thanks(t.Context(), staff.Actors[who]); !errors.Is(err, lead.ErrForbidden) {
				t.Errorf("%s: %v", who, err)
			}
		}
	})
}

// The database itself takes no number that could point at anybody.
func TestR44_TheDatabaseTakesNoSmallNumber(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, s *db.Store) {
		for _, q := range []db.Query{
			`INSERT INTO handoff_thanks (month, taken_up, reached, earlier, in_touch, published_at) VALUES ('2026-01', 9, 0, 0, 0, '')`,
			`INSERT INTO handoff_thanks (month, taken_up, reached, earlier, in_touch, published_at) VALUES ('2026-01', 20, 5, 0, 0, '')`,
			`INSERT INTO handoff_thanks (month, taken_up, reached, earlier, in_touch, published_at) VALUES ('2026-01', 10, 15, 0, 0, '')`,
			`INSERT INTO handoff_thanks (month, taken_up, reached, earlier, in_touch, published_at) VALUES ('2026-01', 12, 10, 0, 0, '')`,
		} {
			if err := s.Handle(schema.Care).Transact(t.Context(), func(tx *db.Tx) error { _, err := tx.Exec(t.Context(), q); return err }); err == nil {
				t.Errorf("taken: %s", q)
			}
		}
	})
}

func TestASergeantKeepsTheTrainingOfTheirOwnTeam(t *testing.T) {
	each(t, app.Config{RefreshMonths: 12}, func(t *testing.T, site *webtest.Site) {
		a, staff := site.App, site.Area
		officer, sergeant, today := staff.Actors["officer"], staff.Actors["sergeant"], db.Day(a.Now())
		mine, err := a.Station.Mine(t.Context(), officer)
		if err != nil || !mine.Due() || mine.Standing[0].DoneOn != "" {
			t.Fatalf("never trained: %+v, %v", mine, err)
		}
		for _, course := range station.Courses() {
			must(t, a.Station.Note(t.Context(), sergeant, none, officer.ID, course.Code, today))
		}
		if mine, err = a.Station.Mine(t.Context(), officer); err != nil || mine.Due() || mine.Standing[0].By != sergeant.Name {
			t.Errorf("trained: %+v, %v", mine, err)
		}
		site.Clock.Set(time.Now().AddDate(1, 0, 1))
		if mine, err = a.Station.Mine(t.Context(), officer); err != nil || !mine.Due() {
			t.Errorf("a year later: %+v, %v", mine, err)
		}
		site.Clock.Set(time.Now())
		must(t, a.Station.Note(t.Context(), sergeant, none, officer.ID, "lead", "")) // by mistake
		if mine, err = a.Station.Mine(t.Context(), officer); err != nil || mine.Standing[0].DoneOn != "" || mine.Standing[1].DoneOn != today {
			t.Errorf("taken back: %+v, %v", mine, err)
		}
		team, err := a.Station.Team(t.Context(), sergeant)
		if err != nil || len(team) != 3 { // two officers and the sergeant
			t.Errorf("the team: %+v, %v", team, err)
		}
		for name, err := range map[string]error{
			"an officer":   a.Station.Note(t.Context(), officer, none, officer.ID, "lead", today),
			"custody":      a.Station.Note(t.Context(), staff.Actors["custody"], none, officer.ID, "lead", today),
			"another team": a.Station.Note(t.Context(), sergeant, none, staff.Actors["custody"].ID, "lead", today),
		} {
			if !errors.Is(err, lead.ErrForbidden) {
				t.Errorf("%s: %v", name, err)
			}
		}
		if err := a.Station.Note(t.Context(), sergeant, none, staff.Actors["manager"].ID, "lead", today); !errors.Is(err, lead.ErrNotFound) {
			t.Errorf("somebody of another side: %v", err)
		}
		for name, answer := range map[string][2]string{"no such course": {"cooking", today}, "tomorrow week": {"lead", db.Day(a.Now().AddDate(0, 0, 7))}, "no day": {"lead", "yesterday"}} {
			err := a.Station.Note(t.Context(), sergeant, none, officer.ID, answer[0], answer[1])
			if _, ok := errors.AsType[lead.Invalid](err); !ok {
				t.Errorf("%s: %v", name, err)
			}
		}
	})
}

// However long ago a training was, or where there was none, a contact is taken.
func TestNoTrainingEverStopsSomebodyFromRecording(t *testing.T) {
	each(t, app.Config{RefreshMonths: 1}, func(t *testing.T, site *webtest.Site) {
		received(t, site.App, site.Area)
	})
}
