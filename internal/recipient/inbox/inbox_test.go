package inbox_test

import (
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"regexp"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"pgregory.net/rapid"

	"waymark.example/internal/app"
	"waymark.example/internal/care/consent"
	"waymark.example/internal/care/participant"
	"waymark.example/internal/handoff/disclosure"
	"waymark.example/internal/handoff/keeping"
	"waymark.example/internal/handoff/referral"
	"waymark.example/internal/lead"
	"waymark.example/internal/platform/db"
	"waymark.example/internal/platform/ledger"
	"waymark.example/internal/platform/secret"
	"waymark.example/internal/police/contact"
	"waymark.example/internal/practice"
	"waymark.example/internal/recipient/inbox"
	"waymark.example/internal/schema"
	"waymark.example/internal/webtest"
)

var none = ledger.Form{} // a form without a key is sent once

// fatal is what tests and property tests share.
type fatal interface {
	Helper()
	Fatal(args ...any)
}

func must(t fatal, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func received(t testing.TB, a *app.App, staff practice.Area) (person, contactID string) {
	t.Helper()
	contactID, err := a.Contacts.Decide(t.Context(), staff.Actors["officer"], none, contact.ArrestDiversion, contact.Decision{
		HappenedAt: a.Now().Add(-5 * time.Minute), Place: "Fish Quay", Outcome: contact.Diverted, Reason: "needs_seen", Offences: []string{"46"}, Voluntary: true,
		Equality: contact.Equality{AgeBand: "26_35", Sex: "F", NotRecorded: contact.SaidNo},
		HandOff:  referral.Referral{Nickname: "Kestrel", Meeting: referral.HereNow}})
	must(t, err)
	h, err := a.Care.People.HandOffs(t.Context(), staff.Actors["manager"])
	must(t, err)
	person, err = a.Care.People.Accept(t.Context(), staff.Actors["manager"], none, h.Waiting[len(h.Waiting)-1].ID)
	must(t, err)
	return person, contactID
}

func give(t testing.TB, a *app.App, staff practice.Area, person, to string, topics ...disclosure.Topic) {
	t.Helper()
	must(t, a.Care.Consents.Give(t.Context(), staff.Actors["manager"], none, person, consent.Given{Recipient: to, Topics: topics, Purpose: "home",
		Until: db.Day(a.Now().AddDate(0, 2, 0)), How: "signed", Language: "English"}))
}

// letter is one that breaks no rule, where the person said yes to its topics.
func letter(a *app.App, to string, topics ...disclosure.Topic) consent.Letter {
	return consent.Letter{Recipient: to, Topics: topics, Purpose: "home", Channel: disclosure.Account, Words: "Kestrel would like a room on the ground floor.", Agreed: true, Until: db.Day(a.Now().AddDate(0, 1, 0))}
}

func send(t testing.TB, a *app.App, staff practice.Area, person string, l consent.Letter) string {
	t.Helper()
	id, err := a.Care.Consents.Prepare(t.Context(), staff.Actors["manager"], none, person, l)
	must(t, err)
	return id
}

func invalid(err error) lead.Invalid {
	bad, _ := errors.AsType[lead.Invalid](err)
	return bad
}

func TestR20_WordsReachOnlyTheirRecipientAndTheCrossingIsLogged(t *testing.T) {
	webtest.EachArea(t, func(t *testing.T, a *app.App, staff practice.Area) {
		housing := staff.Actors["housing"]
		person, _ := received(t, a, staff)
		give(t, a, staff, person, housing.Organisation, disclosure.Reach, disclosure.Needs)
		id := send(t, a, staff, person, letter(a, housing.Organisation, disclosure.Needs))
		got, err := a.Inbox.Read(t.Context(), housing, id)
		must(t, err)
		if got.Words != "Kestrel would like a room on the ground floor." || got.SentByName != "Asha Fern" {
			t.Errorf("read %+v", got)
		}
		for _, role := range []string{"clinician", "prosecutor", "officer", "manager", "auditor", "dpo", "administrator", "coordinator"} {
			if _, err := a.Inbox.Read(t.Context(), staff.Actors[role], id); !errors.Is(err, lead.ErrForbidden) && !errors.Is(err, lead.ErrNotFound) {
				t.Errorf("%s reads it: %v", role, err)
			}
		}
		if in, err := a.Inbox.Received(t.Context(), staff.Actors["clinician"], "", 30); err != nil || len(in.Letters) != 0 {
			t.Errorf("the clinic's inbox: %v %v", in, err)
		}
		must(t, a.Store.Handle(schema.Oversight).Look(t.Context(), func(tx *db.Tx) error {
			found, err := ledger.Find(t.Context(), tx, ledger.Search{Verb: ledger.Disclosed}, 10)
			if err != nil {
				return err
			}
			if len(found) != 1 || found[0].Subjects[0] != person || found[0].Detail != "class D to "+housing.Organisation+" basis consent by account" {
				t.Errorf("log %+v", found)
			}
			return nil
		}))
		must(t, a.Store.Handle(schema.Recipient).Look(t.Context(), func(tx *db.Tx) error {
			var words string
			err := tx.One(t.Context(), `SELECT words FROM handoff_disclosure`).Scan(&words)
			if !strings.HasPrefix(words, "k1.") {
				t.Errorf("the words lie open: %q", words)
			}
			return err
		}))
		_, k, err := a.Care.Consents.Letter(t.Context(), staff.Actors["manager"], person, id)
		must(t, err)
		if k.Standing() != consent.Sent || len(k.Reads) != 1 || k.Reads[0].By != housing.Name {
			t.Errorf("the receipt: %+v", k)
		}
	})
}

func TestR21_WithdrawalHoldsOnTheNextRequestOfFiftyReaders(t *testing.T) {
	webtest.EachArea(t, func(t *testing.T, a *app.App, staff practice.Area) {
		housing := staff.Actors["housing"]
		person, _ := received(t, a, staff)
		give(t, a, staff, person, housing.Organisation, disclosure.Needs)
		id := send(t, a, staff, person, letter(a, housing.Organisation, disclosure.Needs))
		l := letter(a, housing.Organisation, disclosure.Needs)
		l.Channel = disclosure.Link
		linked := send(t, a, staff, person, l)
		token, err := a.Care.Consents.MakeLink(t.Context(), staff.Actors["manager"], none, person, linked)
		must(t, err)

		var stopped atomic.Bool
		var before, after, wrong atomic.Int64
		var readers sync.WaitGroup
		started := make(chan struct{}, 50)
		for range 50 {
			readers.Go(func() {
				for first := true; ; first = false {
					was := stopped.Load() // the stop had returned before this request began
					_, err := a.Inbox.Read(t.Context(), housing, id)
					if first {
						started <- struct{}{}
					}
					switch {
					case err != nil && !errors.Is(err, lead.ErrNotFound):
						t.Error(err)
						return
					case was && err == nil:
						wrong.Add(1)
						return
					case was:
						after.Add(1)
						return
					case err == nil:
						before.Add(1)
					}
				}
			})
		}
		<-started // somebody has read it
		must(t, a.Care.Consents.Stop(t.Context(), staff.Actors["manager"], none, person, housing.Organisation, ""))
		stopped.Store(true)
		readers.Wait()
		if wrong.Load() != 0 || after.Load() != 50 || before.Load() == 0 {
			t.Errorf("%d read it before, %d of 50 were turned away after, %d still read it", before.Load(), after.Load(), wrong.Load())
		}
		var openers sync.WaitGroup
		for range 50 {
			openers.Go(func() {
				if _, err := a.Inbox.Spend(t.Context(), token, ""); !errors.Is(err, lead.ErrNotFound) {
					t.Errorf("a link opened after the stop: %v", err)
				}
			})
		}
		openers.Wait()
		if in, err := a.Inbox.Received(t.Context(), housing, "", 30); err != nil || len(in.Letters) != 0 {
			t.Errorf("inbox after the stop: %+v %v", in, err)
		}
	})
}

func TestALinkOpensOnceHoweverManyPress(t *testing.T) {
	webtest.EachArea(t, func(t *testing.T, a *app.App, staff practice.Area) {
		person, _ := received(t, a, staff)
		give(t, a, staff, person, staff.Actors["housing"].Organisation, disclosure.Needs)
		l := letter(a, staff.Actors["housing"].Organisation, disclosure.Needs)
		l.Channel = disclosure.Link
		id := send(t, a, staff, person, l)
		token, err := a.Care.Consents.MakeLink(t.Context(), staff.Actors["manager"], none, person, id)
		must(t, err)
		var opened atomic.Int64
		var openers sync.WaitGroup
		for range 50 {
			openers.Go(func() {
				got, err := a.Inbox.Spend(t.Context(), token, "")
				if err == nil && strings.HasPrefix(got.Words, "Kestrel") {
					opened.Add(1)
				} else if !errors.Is(err, lead.ErrNotFound) {
					t.Error(err)
				}
			})
		}
		openers.Wait()
		if opened.Load() != 1 {
			t.Errorf("opened %d times", opened.Load())
		}
	})
}

func TestEveryLinkThatDoesNotOpenAnswersAlike(t *testing.T) {
	webtest.EachArea(t, func(t *testing.T, a *app.App, staff practice.Area) {
		housing, manager := staff.Actors["housing"].Organisation, staff.Actors["manager"]
		person, _ := received(t, a, staff)
		give(t, a, staff, person, housing, disclosure.Needs)
		give(t, a, staff, person, housing, disclosure.Plan)
		link := func(topic disclosure.Topic) (id, token string) {
			l := letter(a, housing, topic)
			l.Channel = disclosure.Link
			id = send(t, a, staff, person, l)
			token, err := a.Care.Consents.MakeLink(t.Context(), manager, none, person, id)
			must(t, err)
			return id, token
		}
		server := httptest.NewServer(a.Handler())
		t.Cleanup(server.Close)
		ask := func(method, token string) (int, string) {
			t.Helper()
			r, err := http.NewRequestWithContext(t.Context(), method, server.URL+"/shared/"+token, nil)
			must(t, err)
			resp, err := http.DefaultClient.Do(r)
			must(t, err)
			defer resp.Body.Close() //nolint:errcheck // it was read
			body := readAll(t, resp)
			if resp.Header.Get("Cache-Control") != "no-store" {
				t.Errorf("%s %s may be kept by a cache", method, token)
			}
			return resp.StatusCode, strings.ReplaceAll(body, token, "TOKEN")
		}
		_, used := link(disclosure.Needs)
		replacedID, replaced := link(disclosure.Needs)
		fresh, err := a.Care.Consents.MakeLink(t.Context(), manager, none, person, replacedID)
		must(t, err)
		_, withdrawn := link(disclosure.Plan)
		must(t, a.Care.Consents.Stop(t.Context(), manager, none, person, housing, disclosure.Plan))
		// A scanner that opens every address, and twice, spends nothing.
		for range 2 {
			if status, body := ask("GET", used); status != 200 || strings.Contains(body, "Kestrel") || !strings.Contains(body, "Press to open") {
				t.Errorf("GET: %d", status)
			}
		}
		if status, body := ask("POST", used); status != 200 || !strings.Contains(body, "Kestrel would like") {
			t.Fatalf("POST: %d %s", status, body)
		}
		wantStatus, want := ask("POST", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA") // never was
		if wantStatus != 404 || strings.Contains(want, "Kestrel") {
			t.Errorf("never was: %d", wantStatus)
		}
		want = stripKeys(want)
		for name, token := range map[string]string{"used": used, "replaced": replaced, "withdrawn": withdrawn, "cut short": fresh[:len(fresh)-1], "lower case": strings.ToLower(fresh), "long": strings.Repeat("A", 4000)} {
			if status, body := ask("POST", token); status != wantStatus || stripKeys(body) != want {
				t.Errorf("%s answers otherwise: %d", name, status)
			}
			if status, body := ask("GET", token); status != 200 || strings.Contains(body, "Kestrel") {
				t.Errorf("GET %s: %d", name, status)
			}
		}
		// Its time passes.
		late := *a.Inbox
		late.Book = ledger.New(a.Store.Handle(schema.Recipient), func() time.Time { return a.Now().Add(disclosure.LinkHours*time.Hour + time.Minute) })
		if _, err := late.Spend(t.Context(), fresh, ""); !errors.Is(err, lead.ErrNotFound) {
			t.Errorf("an old link opened: %v", err)
		}
		// Erased with the person's key.
		must(t, secret.NewRing(a.Keys, schema.Care, a.Keeper).Destroy(t.Context(), person))
		if status, body := ask("POST", fresh); status != wantStatus || stripKeys(body) != want {
			t.Errorf("erased answers otherwise: %d", status)
		}
		must(t, a.Store.Handle(schema.Recipient).Look(t.Context(), func(tx *db.Tx) error {
			var n int
			err := tx.One(t.Context(), `SELECT COUNT(*) FROM handoff_link WHERE token_hash IN ($1, $2, $3)`, used, fresh, withdrawn).Scan(&n)
			if n != 0 {
				t.Error("a token is kept as it is")
			}
			return err
		}))
	})
}

func TestOnlyWhatThePersonSaidYesToIsTakenWhateverIsPosted(t *testing.T) {
	webtest.EachArea(t, func(t *testing.T, a *app.App, staff practice.Area) {
		housing, manager := staff.Actors["housing"].Organisation, staff.Actors["manager"]
		person, _ := received(t, a, staff)
		other, _ := received(t, a, staff)
		give(t, a, staff, person, housing, disclosure.Reach)
		give(t, a, staff, other, housing, disclosure.Health)
		for field, change := range map[string]func(*consent.Letter){
			"topics":    func(l *consent.Letter) { l.Topics = append(l.Topics, disclosure.Health) },
			"recipient": func(l *consent.Letter) { l.Recipient = staff.Actors["prosecutor"].Organisation },
			"agreed":    func(l *consent.Letter) { l.Agreed = false },
			"until":     func(l *consent.Letter) { l.Until = db.Day(a.Now().AddDate(0, 6, 0)) },
			"channel":   func(l *consent.Letter) { l.Channel = disclosure.Phone },
			"basis":     func(l *consent.Letter) { l.Basis, l.Ground = "because", "x" },
			"ground":    func(l *consent.Letter) { l.Basis = "harm" },
			"words":     func(l *consent.Letter) { l.Words = "Kestrel missed the last meeting." },
			"no_time":   func(l *consent.Letter) { l.NoTime = true },
			"send_at":   func(l *consent.Letter) { l.SendAt = a.Now().Add(-time.Hour) },
		} {
			l := letter(a, housing, disclosure.Reach)
			change(&l)
			if _, err := a.Care.Consents.Prepare(t.Context(), manager, none, person, l); invalid(err)[field] == "" {
				t.Errorf("%s: %v", field, err)
			}
		}
		l := letter(a, housing, disclosure.Reach)
		l.Purpose = "money"
		if _, err := a.Care.Consents.Prepare(t.Context(), manager, none, person, l); invalid(err)["topics"] == "" {
			t.Errorf("another purpose: %v", err)
		}
		for _, role := range []string{"manager2", "oncall", "officer", "housing", "dpo"} {
			if _, err := a.Care.Consents.Prepare(t.Context(), staff.Actors[role], none, person, letter(a, housing, disclosure.Reach)); !errors.Is(err, lead.ErrForbidden) {
				t.Errorf("%s: %v", role, err)
			}
		}
		if in, err := a.Inbox.Received(t.Context(), staff.Actors["housing"], "", 30); err != nil || len(in.Letters) != 0 {
			t.Errorf("something crossed: %+v %v", in, err)
		}
	})
}

func TestR22_DetailThatCouldPromptEnforcementIsBlockedUntilSomebodyLooks(t *testing.T) {
	for _, words := range []string{"Kestrel was using again", "there is a WARRANT", "sex work near the quay", "did not attend"} {
		if len(disclosure.Enforcing(words)) == 0 {
			t.Errorf("%q goes unseen", words)
		}
	}
	if w := disclosure.Enforcing(disclosure.Helpful + " Kestrel would like a room."); len(w) != 0 {
		t.Errorf("harmless words are held: %v", w)
	}
}

func TestAScheduledLetterWhoseYesIsTakenBackIsNotSent(t *testing.T) {
	webtest.EachArea(t, func(t *testing.T, a *app.App, staff practice.Area) {
		housing, clinic, manager := staff.Actors["housing"], staff.Actors["clinician"], staff.Actors["manager"]
		person, _ := received(t, a, staff)
		give(t, a, staff, person, housing.Organisation, disclosure.Needs)
		give(t, a, staff, person, clinic.Organisation, disclosure.Needs)
		l, m := letter(a, housing.Organisation, disclosure.Needs), letter(a, clinic.Organisation, disclosure.Needs)
		l.SendAt, m.SendAt = a.Now().Add(time.Hour), a.Now().Add(time.Hour)
		stopped, kept := send(t, a, staff, person, l), send(t, a, staff, person, m)
		if sent, held, err := a.Care.Consents.SendDue(t.Context()); sent+held != 0 || err != nil {
			t.Fatalf("before its time: %d %d %v", sent, held, err)
		}
		if _, err := a.Inbox.Read(t.Context(), clinic, kept); !errors.Is(err, lead.ErrNotFound) {
			t.Errorf("read before its time: %v", err)
		}
		must(t, a.Care.Consents.Stop(t.Context(), manager, none, person, housing.Organisation, ""))
		later := func() time.Time { return time.Now().Add(2 * time.Hour) }
		people := *a.Care.People
		people.Book = ledger.New(a.Store.Handle(schema.Care), later)
		queue := &consent.Service{People: &people, Keys: a.Care.Consents.Keys}
		var sent, held atomic.Int64
		var servers sync.WaitGroup
		for range 4 { // several servers at once send a letter once
			servers.Go(func() {
				s, h, err := queue.SendDue(t.Context())
				if err != nil {
					t.Error(err)
				}
				sent.Add(int64(s))
				held.Add(int64(h))
			})
		}
		servers.Wait()
		if sent.Load() != 1 || held.Load() != 1 {
			t.Errorf("%d sent, %d stopped", sent.Load(), held.Load())
		}
		_, k, err := a.Care.Consents.Letter(t.Context(), manager, person, stopped)
		must(t, err)
		if k.Standing() != consent.Stopped {
			t.Errorf("standing %s", k.Standing())
		}
		if _, err := a.Inbox.Read(t.Context(), clinic, kept); err != nil {
			t.Errorf("what was agreed is there: %v", err)
		}
		if _, err := a.Inbox.Read(t.Context(), housing, stopped); !errors.Is(err, lead.ErrNotFound) {
			t.Errorf("what was stopped is there: %v", err)
		}
	})
}

func TestR24_ALegalBasisTakesASecondPersonAndThePersonIsTold(t *testing.T) {
	webtest.EachArea(t, func(t *testing.T, a *app.App, staff practice.Area) {
		clinic, manager, supervisor := staff.Actors["clinician"], staff.Actors["manager"], staff.Actors["supervisor"]
		person, _ := received(t, a, staff)
		l := consent.Letter{Recipient: clinic.Organisation, Topics: []disclosure.Topic{disclosure.Risk}, Basis: "adult", Ground: "Somebody hurts them", Channel: disclosure.Account,
			Words: "Please see Kestrel today.", Until: db.Day(a.Now())}
		id := send(t, a, staff, person, l)
		if _, err := a.Inbox.Read(t.Context(), clinic, id); !errors.Is(err, lead.ErrNotFound) {
			t.Errorf("it went without a second person: %v", err)
		}
		if sent, held, err := a.Care.Consents.SendDue(t.Context()); sent+held != 0 || err != nil {
			t.Errorf("the queue sent it: %d %d %v", sent, held, err)
		}
		if err := a.Care.Consents.Confirm(t.Context(), manager, none, person, id); !errors.Is(err, lead.ErrForbidden) {
			t.Errorf("one's own second person: %v", err)
		}
		must(t, a.Care.Consents.Confirm(t.Context(), supervisor, none, person, id))
		if _, err := a.Inbox.Read(t.Context(), clinic, id); err != nil {
			t.Errorf("after the second person: %v", err)
		}
		if err := a.Care.Consents.Confirm(t.Context(), supervisor, none, person, id); !errors.Is(err, lead.ErrConflict) {
			t.Errorf("confirmed twice: %v", err)
		}
		if err := a.Care.Consents.Tell(t.Context(), manager, none, person, id, false, " "); invalid(err)["words"] == "" {
			t.Errorf("not told, and no reason: %v", err)
		}
		must(t, a.Care.Consents.Tell(t.Context(), manager, none, person, id, false, "He reads their phone. Look again on Friday."))
		tasks, err := a.Care.Consents.Tasks(t.Context(), manager)
		must(t, err)
		if len(tasks) != 1 || !tasks[0].Letter.ToTell() || tasks[0].Letter.ToReview() {
			t.Errorf("tasks %+v", tasks)
		}
		must(t, a.Care.Consents.Tell(t.Context(), manager, none, person, id, true, ""))

		l.NoTime, l.Basis, l.Recipient, l.Channel, l.Words = true, "life", staff.Actors["officer"].Organisation, disclosure.Phone, "Said on 999: a person is at the quay wall."
		said := send(t, a, staff, person, l)
		tasks, err = a.Care.Consents.Tasks(t.Context(), supervisor)
		must(t, err)
		if len(tasks) != 1 || !tasks[0].Letter.ToReview() || tasks[0].Letter.Standing() != consent.Sent {
			t.Errorf("the review afterwards: %+v", tasks)
		}
		if err := a.Care.Consents.Review(t.Context(), manager, none, person, said, "Fine"); !errors.Is(err, lead.ErrForbidden) {
			t.Errorf("one's own review: %v", err)
		}
		must(t, a.Care.Consents.Review(t.Context(), supervisor, none, person, said, "Needed, and the least that would do."))
		for _, channel := range []disclosure.Channel{disclosure.Account, disclosure.Link} {
			l.Channel = channel
			if _, err := a.Care.Consents.Prepare(t.Context(), manager, none, person, l); invalid(err)["channel"] == "" {
				t.Errorf("words to a police screen by %s: %v", channel, err)
			}
		}
		l.Channel, l.Basis = disclosure.Phone, "adult"
		if _, err := a.Care.Consents.Prepare(t.Context(), manager, none, person, l); invalid(err)["recipient"] == "" {
			t.Errorf("police on a basis that does not cover them: %v", err)
		}
	})
}

func TestR47_PoliceAndProsecutorsHearOneFactAndOnlyOnAYes(t *testing.T) {
	webtest.EachArea(t, func(t *testing.T, a *app.App, staff practice.Area) {
		officer, prosecutor, manager := staff.Actors["officer"], staff.Actors["prosecutor"], staff.Actors["manager"]
		person, contactID := received(t, a, staff)
		hears := func() string {
			t.Helper()
			e, err := a.Contacts.Read(t.Context(), officer, contactID)
			must(t, err)
			return e.Intake
		}
		attested := func() int {
			t.Helper()
			in, err := a.Inbox.Received(t.Context(), prosecutor, "", 30)
			must(t, err)
			return len(in.Attested)
		}
		give(t, a, staff, person, officer.Organisation, disclosure.Status)
		if hears() != "" {
			t.Error("heard before the intake was done")
		}
		must(t, a.Care.People.TakeIntake(t.Context(), manager, none, person, 0, participant.Intake{Done: true, ConsentHow: "signed", ConsentLanguage: "English"}))
		if hears() != db.Day(a.Now()) {
			t.Errorf("after the intake: %q", hears())
		}
		if attested() != 0 {
			t.Error("the prosecutor hears without a yes")
		}
		give(t, a, staff, person, prosecutor.Organisation, disclosure.Status) // after the intake
		if attested() != 1 {
			t.Error("the prosecutor does not hear")
		}
		must(t, a.Care.Consents.Stop(t.Context(), manager, none, person, officer.Organisation, ""))
		if hears() != "" || attested() != 1 {
			t.Errorf("after the stop: %q %d", hears(), attested())
		}
		must(t, a.Care.Consents.Stop(t.Context(), manager, none, person, prosecutor.Organisation, ""))
		if attested() != 0 {
			t.Error("the prosecutor hears after the stop")
		}
		for _, q := range []db.Query{`SELECT participant_id FROM handoff_attestation`, `SELECT recorded_at FROM handoff_withdrawal`, `SELECT words FROM handoff_disclosure`, `SELECT consent_id FROM care_consent`} {
			if err := a.Store.Handle(schema.Police).Prepare(t.Context(), q); err == nil {
				// SQLite refuses while it prepares; PostgreSQL when it runs.
				if err := a.Store.Handle(schema.Police).Look(t.Context(), func(tx *db.Tx) error {
					var text string
					return tx.One(t.Context(), q).Scan(&text)
				}); !errors.Is(err, db.ErrWall) {
					t.Errorf("police may ask %s: %v", q, err)
				}
			}
		}
	})
}

// A stop reaches the oldest yes, however many came after it.
func TestR21_AStopReachesAYesBehindFiveHundredOthers(t *testing.T) {
	webtest.EachArea(t, func(t *testing.T, a *app.App, staff practice.Area) {
		clinic, housing := staff.Actors["clinician"], staff.Actors["housing"]
		person, _ := received(t, a, staff)
		give(t, a, staff, person, clinic.Organisation, disclosure.Needs)
		id := send(t, a, staff, person, letter(a, clinic.Organisation, disclosure.Needs))
		for range 125 {
			give(t, a, staff, person, housing.Organisation, disclosure.Reach, disclosure.Status, disclosure.Needs, disclosure.Plan)
		}
		must(t, a.Care.Consents.Stop(t.Context(), staff.Actors["manager"], none, person, clinic.Organisation, ""))
		if _, err := a.Inbox.Read(t.Context(), clinic, id); !errors.Is(err, lead.ErrNotFound) {
			t.Errorf("still read: %v", err)
		}
	})
}

// An erasure ends every yes: nobody goes on hearing that somebody took part
// whose record is gone.
func TestR21_AnErasureEndsEveryYes(t *testing.T) {
	webtest.EachArea(t, func(t *testing.T, a *app.App, staff practice.Area) {
		officer, prosecutor, housing, supervisor := staff.Actors["officer"], staff.Actors["prosecutor"], staff.Actors["housing"], staff.Actors["supervisor"]
		person, contactID := received(t, a, staff)
		must(t, a.Care.People.TakeIntake(t.Context(), staff.Actors["manager"], none, person, 0, participant.Intake{Done: true, ConsentHow: "signed", ConsentLanguage: "English"}))
		give(t, a, staff, person, officer.Organisation, disclosure.Status)
		give(t, a, staff, person, prosecutor.Organisation, disclosure.Status)
		give(t, a, staff, person, housing.Organisation, disclosure.Needs)
		send(t, a, staff, person, letter(a, housing.Organisation, disclosure.Needs))
		must(t, a.Oversight.Propose(t.Context(), staff.Actors["dpo"], none, person, 0, keeping.Step{Act: keeping.Erase, Stage: keeping.Proposed, Reason: "request"}))
		must(t, a.Care.People.Settle(t.Context(), supervisor, none, person, 1, true))
		e, err := a.Contacts.Read(t.Context(), officer, contactID)
		must(t, err)
		if e.Intake != "" {
			t.Errorf("police still hear that the intake was completed on %s", e.Intake)
		}
		in, err := a.Inbox.Received(t.Context(), prosecutor, "", 30)
		must(t, err)
		if len(in.Attested) != 0 {
			t.Error("the prosecutor still hears that the intake was completed")
		}
		in, err = a.Inbox.Received(t.Context(), housing, "", 30)
		must(t, err)
		if len(in.Letters) != 0 {
			t.Error("the landlord still sees that something was shared")
		}
	})
}

// Whatever is agreed, taken back, sent and read, and however the days pass:
// what can be read is exactly what a simple model says, which knows only the
// yeses and what was sent on them.
func TestNothingIsReadableWithoutALiveYesOrABasis(t *testing.T) {
	webtest.EachArea(t, func(t *testing.T, a *app.App, staff practice.Area) {
		manager := staff.Actors["manager"]
		people := *a.Care.People
		day := 0
		now := func() time.Time { return time.Now().AddDate(0, 0, day) }
		people.Book = ledger.New(a.Store.Handle(schema.Care), now)
		care := &consent.Service{People: &people, Keys: a.Care.Consents.Keys}
		in := &inbox.Service{Book: ledger.New(a.Store.Handle(schema.Recipient), now), Access: a.Access, Keys: a.Inbox.Keys}
		readers := []lead.Actor{staff.Actors["housing"], staff.Actors["clinician"]}
		ctx := t.Context()
		rapid.Check(t, func(rt *rapid.T) {
			day = 0
			person, _ := received(t, a, staff)
			type yes struct {
				to, topic, until int
				stopped          bool
			}
			type sent struct {
				id         string
				to         int
				yeses      []*yes
				until      int
				basis, due bool
			}
			topics := []disclosure.Topic{disclosure.Reach, disclosure.Needs, disclosure.Health}
			var yeses []*yes
			var all []*sent
			live := func(y *yes) bool { return !y.stopped && day <= y.until }
			for range rapid.IntRange(4, 10).Draw(rt, "steps") {
				to := rapid.IntRange(0, 1).Draw(rt, "to")
				switch rapid.SampledFrom([]string{"yes", "yes", "send", "send", "schedule", "stop", "basis", "day"}).Draw(rt, "step") {
				case "yes":
					y := &yes{to: to, topic: rapid.IntRange(0, 2).Draw(rt, "topic"), until: day + rapid.IntRange(0, 3).Draw(rt, "until")}
					if slices.ContainsFunc(yeses, func(o *yes) bool { return o.to == y.to && o.topic == y.topic && live(o) }) {
						continue // which of two a letter stands on is no matter of this test
					}
					must(rt, care.Give(ctx, manager, none, person, consent.Given{Recipient: readers[to].Organisation, Topics: []disclosure.Topic{topics[y.topic]}, Purpose: "home",
						Until: db.Day(time.Now().AddDate(0, 0, y.until)), How: "signed", Language: "English"}))
					yeses = append(yeses, y)
				case "stop":
					err := care.Stop(ctx, manager, none, person, readers[to].Organisation, "")
					if err != nil && !errors.Is(err, lead.ErrNotFound) {
						rt.Fatal(err)
					}
					for _, y := range yeses {
						y.stopped = y.stopped || y.to == to
					}
				case "send", "schedule":
					l := letter(a, readers[to].Organisation)
					s := &sent{to: to, until: day + 1}
					ok := true
					for _, i := range rapid.SliceOfNDistinct(rapid.IntRange(0, 2), 1, 2, rapid.ID[int]).Draw(rt, "topics") {
						l.Topics = append(l.Topics, topics[i])
						found := false
						for _, y := range yeses {
							if y.to == to && y.topic == i && live(y) {
								s.yeses, found = append(s.yeses, y), true
								ok = ok && s.until <= y.until
							}
						}
						ok = ok && found
					}
					l.Until = db.Day(now().AddDate(0, 0, 1))
					if rapid.Bool().Draw(rt, "later") {
						l.SendAt, s.due = now().Add(time.Minute), true
					}
					id, err := care.Prepare(ctx, manager, none, person, l)
					if ok != (err == nil) {
						rt.Fatalf("prepare: %v, the model says %v", err, ok)
					}
					if s.id = id; ok {
						all = append(all, s)
					}
				case "basis":
					if to != 1 {
						continue // no basis covers housing
					}
					id, err := care.Prepare(ctx, manager, none, person, consent.Letter{Recipient: readers[to].Organisation, Topics: []disclosure.Topic{disclosure.Risk}, Basis: "life", Ground: "x", NoTime: true,
						Channel: disclosure.Account, Words: "Please see them.", Until: db.Day(now())})
					must(rt, err)
					all = append(all, &sent{id: id, to: to, until: day, basis: true})
				case "day":
					day++
					_, _, err := care.SendDue(ctx)
					must(rt, err)
					for _, s := range all { // sent if every yes still holds, and otherwise never
						if s.due {
							s.due = false
							for _, y := range s.yeses {
								if !live(y) {
									s.until = -1
								}
							}
						}
					}
				}
				for _, s := range all {
					for i, reader := range readers {
						want := i == s.to && !s.due && day <= s.until
						for _, y := range s.yeses {
							want = want && live(y)
						}
						_, err := in.Read(ctx, reader, s.id)
						if err != nil && !errors.Is(err, lead.ErrNotFound) {
							rt.Fatal(err)
						}
						if want != (err == nil) {
							rt.Fatalf("day %d: reader %d reads %+v: %v, the model says %v", day, i, s, err, want)
						}
					}
				}
			}
		})
	})
}

func readAll(t testing.TB, resp *http.Response) string {
	t.Helper()
	body, err := io.ReadAll(resp.Body)
	must(t, err)
	return string(body)
}

var keys = regexp.MustCompile(`frm_[0-9a-f]{32}`)

func stripKeys(body string) string { return keys.ReplaceAllString(body, "") }
