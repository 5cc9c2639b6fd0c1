package safety_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"waymark.example/internal/app"
	"waymark.example/internal/care/consent"
	"waymark.example/internal/care/participant"
	"waymark.example/internal/care/safety"
	"waymark.example/internal/handoff/disclosure"
	"waymark.example/internal/lead"
	"waymark.example/internal/platform/db"
	"waymark.example/internal/platform/ledger"
	"waymark.example/internal/portal"
	"waymark.example/internal/practice"
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

func walked(t *testing.T, a *app.App, staff practice.Area) string {
	t.Helper()
	person := webtest.Received(t, a, staff)
	must(t, a.Care.People.Allocate(t.Context(), staff.Actors["supervisor"], none, person, participant.Allocation{WorkerID: staff.Actors["manager"].ID}))
	return person
}

// The plan is the person's: every version stays, their own page has it only if
// they want it there, and nothing of it lies in the database in plain.
func TestR52_ASafetyPlanIsTheirsAndOnTheirOwnPageOnlyIfTheyWantIt(t *testing.T) {
	webtest.EachArea(t, func(t *testing.T, a *app.App, staff practice.Area) {
		manager, person := staff.Actors["manager"], walked(t, a, staff)
		self := portal.Actor(person, "192.0.2.1")
		own := &safety.Service{People: &participant.Service{Book: ledger.New(a.Store.Handle(schema.Participant), a.Now), Access: a.Access, Keys: a.Care.People.Keys}}
		write := func(by lead.Actor, from int64, p safety.Plan) error {
			return a.Care.Safety.Write(t.Context(), by, none, person, from, p)
		}
		if bad := invalid(write(manager, 0, safety.Plan{})); bad["signs"] == "" {
			t.Errorf("an empty plan: %v", bad)
		}
		if bad := invalid(write(manager, 0, safety.Plan{Away: strings.Repeat("x", 2001)})); bad["away"] == "" {
			t.Errorf("a long one: %v", bad)
		}
		must(t, write(manager, 0, safety.Plan{Signs: "canaryplan I stay in", Helps: "Music"}))
		if _, p, err := own.Mine(t.Context(), self, "own.safety"); err != nil || p != nil {
			t.Errorf("on their own page without their wish: %+v %v", p, err)
		}
		must(t, write(manager, 1, safety.Plan{Signs: "canaryplan I stay in", Helps: "Music", OnOwn: true}))
		must(t, write(manager, 2, safety.Plan{Signs: "canaryplan I stay in\n", Helps: "Music", OnOwn: true})) // Save, and nothing changed: no version 3
		if _, p, err := own.Mine(t.Context(), self, "own.safety"); err != nil || p == nil || p.Helps != "Music" {
			t.Errorf("they wanted it: %+v %v", p, err)
		}
		if err := write(manager, 1, safety.Plan{Helps: "Later, from an old screen"}); !errors.Is(err, lead.ErrConflict) {
			t.Errorf("an old screen: %v", err)
		}
		for _, name := range []string{"manager2", "oncall", "officer", "sergeant", "coordinator", "dpo", "administrator", "clinician", "prosecutor"} {
			if _, err := a.Care.Safety.Read(t.Context(), staff.Actors[name], person); !errors.Is(err, lead.ErrForbidden) {
				t.Errorf("%s read it: %v", name, err)
			}
		}
		// Whoever opens the file in an emergency needs just this; not the concerns.
		must(t, a.Care.People.BreakGlass(t.Context(), staff.Actors["oncall"], none, person, "They rang and said goodbye"))
		sheet, err := a.Care.Safety.Read(t.Context(), staff.Actors["oncall"], person)
		if err != nil || sheet.Plan == nil || sheet.Restrict || sheet.Versions != 2 {
			t.Errorf("in an emergency: %+v %v", sheet, err)
		}
		must(t, write(staff.Actors["supervisor"], 2, safety.Plan{})) // they want it emptied
		if _, p, err := own.Mine(t.Context(), self, "own.safety"); err != nil || p != nil {
			t.Errorf("emptied: %+v %v", p, err)
		}
		for _, good := range []string{"", "2027-03"} {
			s, err := a.Care.Safety.Read(t.Context(), manager, person)
			must(t, err)
			var from int64
			if s.Naloxone != nil {
				from = s.Naloxone.Version
			}
			must(t, a.Care.Safety.Note(t.Context(), manager, none, person, from, safety.Naloxone{Offered: "given", Trained: "yes", GoodUntil: good}))
		}
		for _, month := range []string{"2027-13", "soon", "2027-3", "03/2027"} {
			if bad := invalid(a.Care.Safety.Note(t.Context(), manager, none, person, 2, safety.Naloxone{Offered: "given", Trained: "yes", GoodUntil: month})); bad["good_until"] == "" {
				t.Errorf("%q: %v", month, bad)
			}
		}
		plain(t, a, "care_safety_plan", "signs", "canaryplan")
		unchanging(t, a, `UPDATE care_safety_plan SET on_own = TRUE`, `DELETE FROM care_naloxone`, `DELETE FROM care_alert`, `UPDATE care_concern SET told = 'yes'`)
	})
}

// plain fails when a column holds word.
func plain(t *testing.T, a *app.App, table, column, word string) {
	t.Helper()
	must(t, ledger.New(a.Store.Handle(schema.Care), a.Now).Look(t.Context(), func(tx *db.Tx) error {
		texts, err := db.All(t.Context(), tx, func(row db.Row) (string, error) {
			var text string
			return text, row.Scan(&text)
		}, db.Query("SELECT "+column+" FROM "+table))
		if len(texts) == 0 || strings.Contains(strings.Join(texts, ""), word) {
			t.Errorf("%s.%s: %q", table, column, texts)
		}
		return err
	}))
}

// unchanging fails when the database lets history be changed.
func unchanging(t *testing.T, a *app.App, queries ...db.Query) {
	t.Helper()
	for _, q := range queries {
		err := ledger.New(a.Store.Handle(schema.Care), a.Now).Record(t.Context(), ledger.Entry{Actor: lead.System(), Verb: ledger.Administered, Act: "safety.test"}, func(tx *db.Tx, _ *ledger.Entry) error {
			_, err := tx.Exec(t.Context(), q)
			return err
		})
		if err == nil {
			t.Errorf("%s was let through", q)
		}
	}
}

// A warning reaches everybody of the team, names nobody to whoever may not see
// the file, is noted as seen, ends by itself, and stays on the care side.
func TestR17_AWarningStaysWithinTheCareTeamAndEnds(t *testing.T) {
	webtest.EachArea(t, func(t *testing.T, a *app.App, staff practice.Area) {
		manager, third, person := staff.Actors["manager"], staff.Actors["manager3"], walked(t, a, staff)
		clock := &practice.Clock{}
		s := &safety.Service{People: &participant.Service{Book: ledger.New(a.Store.Handle(schema.Care), clock.Now), Access: a.Access, Keys: a.Care.People.Keys}}
		for field, c := range map[string]safety.Alert{"kind": {Kind: "stop_and_search", Words: "x"}, "words": {Kind: "overdose"}} {
			if _, err := s.Warn(t.Context(), manager, none, c, 1); invalid(err)[field] == "" {
				t.Errorf("%s: %v", field, err)
			}
		}
		if _, err := s.Warn(t.Context(), manager, none, safety.Alert{Kind: "bad_drugs", Words: "x", PersonID: person}, 1); invalid(err)["kind"] == "" {
			t.Errorf("a warning about drugs names somebody: %v", err)
		}
		if _, err := s.Warn(t.Context(), third, none, safety.Alert{Kind: "overdose", Words: "x", PersonID: person}, 1); !errors.Is(err, lead.ErrForbidden) {
			t.Errorf("about somebody else's: %v", err)
		}
		general, err := s.Warn(t.Context(), third, none, safety.Alert{Kind: "bad_drugs", Words: "canarywarning blue tablets"}, 1)
		must(t, err)
		_, err = s.Warn(t.Context(), manager, none, safety.Alert{Kind: "overdose", Words: "canarywarning came round", PersonID: person}, 3)
		must(t, err)
		list := func(by lead.Actor) []safety.Alert {
			t.Helper()
			out, err := s.List(t.Context(), by)
			must(t, err)
			return out
		}
		if got := list(manager); len(got) != 2 || got[0].Name != "Kestrel" || got[0].Words != "canarywarning came round" {
			t.Errorf("who walks with them: %+v", got)
		}
		if got := list(third); len(got) != 2 || got[0].Name != "" || got[0].PersonID != "" || got[0].KindWords() == "" {
			t.Errorf("a colleague: %+v", got)
		}
		must(t, s.Saw(t.Context(), manager, none, general))
		must(t, s.Saw(t.Context(), manager, none, general))
		if got := list(manager); !got[1].Mine || got[1].Seen != 1 || got[1].MayEnd {
			t.Errorf("seen: %+v", got[1])
		}
		if err := s.Over(t.Context(), manager, none, general); !errors.Is(err, lead.ErrForbidden) {
			t.Errorf("ended by somebody else: %v", err)
		}
		for _, name := range []string{"officer", "sergeant", "custody", "registrar", "coordinator", "dpo", "auditor", "clinician", "housing", "prosecutor", "administrator"} {
			if _, err := s.List(t.Context(), staff.Actors[name]); !errors.Is(err, lead.ErrForbidden) {
				t.Errorf("%s was warned: %v", name, err)
			}
		}
		// The police's own handle of the database reads no such table.
		for _, handle := range []string{schema.Police, schema.Partnership, schema.Recipient, schema.Participant, schema.Oversight, schema.Evidence} {
			for _, q := range []db.Query{`SELECT words FROM care_alert`, `SELECT words FROM care_incident`, `SELECT words FROM care_supervision`, `SELECT words FROM care_concern`, `SELECT offered FROM care_naloxone`} {
				err := a.Store.Handle(handle).Look(t.Context(), func(tx *db.Tx) error {
					_, err := db.All(t.Context(), tx, func(db.Row) (bool, error) { return true, nil }, q)
					return err
				})
				if err == nil {
					t.Errorf("%s answered %s", handle, q)
				}
			}
		}
		plain(t, a, "care_alert", "words", "canarywarning")
		clock.Set(time.Now().Add(25 * time.Hour))
		if got := list(manager); len(got) != 1 {
			t.Errorf("a day later: %+v", got)
		}
		must(t, s.Over(t.Context(), staff.Actors["supervisor"], none, list(manager)[0].ID))
		if got := list(manager); len(got) != 0 {
			t.Errorf("over: %+v", got)
		}
	})
}

// Without a yes a concern goes only on a basis in law that covers it, after a
// second person agreed, and then the person is told; with a yes it goes on that.
func TestR24_AConcernGoesToSomebodyOnAYesOrOnABasisThatASecondPersonAgreedTo(t *testing.T) {
	webtest.EachArea(t, func(t *testing.T, a *app.App, staff practice.Area) {
		manager, supervisor, person := staff.Actors["manager"], staff.Actors["supervisor"], walked(t, a, staff)
		s, to := a.Care.Safety, staff.Actors["clinician"].Organisation
		for field, c := range map[string]struct {
			c    safety.Concern
			told string
		}{"who": {safety.Concern{Words: "x"}, "yes"}, "words": {safety.Concern{Who: "adult"}, "yes"}, "told": {safety.Concern{Who: "adult", Words: "x"}, ""}, "why": {safety.Concern{Who: "child", Words: "x"}, "not_safe"}} {
			if _, err := s.Raise(t.Context(), manager, none, person, c.c, c.told); invalid(err)[field] == "" {
				t.Errorf("%s: %v", field, err)
			}
		}
		for _, name := range []string{"manager2", "oncall", "officer", "dpo", "administrator"} {
			if _, err := s.Raise(t.Context(), staff.Actors[name], none, person, safety.Concern{Who: "adult", Words: "x"}, "yes"); !errors.Is(err, lead.ErrForbidden) {
				t.Errorf("%s: %v", name, err)
			}
		}
		id, err := s.Raise(t.Context(), manager, none, person, safety.Concern{Who: "adult", Words: "canaryconcern money goes", Why: "He is in the room"}, "not_safe")
		must(t, err)
		q, err := a.Care.Supervision.Quality(t.Context(), supervisor)
		must(t, err)
		if len(q.Concerns) != 1 || q.Concerns[0].Name != "Kestrel" {
			t.Errorf("to decide: %+v", q.Concerns)
		}
		until := db.Day(a.Now().AddDate(0, 0, 7))
		letter := consent.Letter{Recipient: to, Topics: []disclosure.Topic{disclosure.Risk}, Purpose: disclosure.Safe, Basis: "adult", Ground: "Money is taken by force", Channel: disclosure.Account, Words: "Please call me about an adult at risk.", Until: until}
		noYes := letter
		noYes.Basis, noYes.Ground, noYes.Purpose, noYes.Agreed = "", "", "together", true
		if _, err := s.Refer(t.Context(), manager, none, person, id, noYes); invalid(err)["topics"] == "" {
			t.Errorf("with no yes: %v", err)
		}
		form := ledger.Form{Key: "frm_refer_once", Hash: "same"}
		sent, err := s.Refer(t.Context(), manager, form, person, id, letter)
		must(t, err)
		if again, err := s.Refer(t.Context(), manager, form, person, id, letter); err != nil || again != sent {
			t.Errorf("the same form again: %s %v", again, err)
		}
		_, k, err := a.Care.Consents.Letter(t.Context(), manager, person, sent)
		must(t, err)
		if k.Standing() != consent.ToConfirm {
			t.Errorf("it went without a second person: %s", k.Standing())
		}
		if err := a.Care.Consents.Confirm(t.Context(), manager, none, person, sent); err == nil {
			t.Error("the worker was their own second person")
		}
		must(t, a.Care.Consents.Confirm(t.Context(), supervisor, none, person, sent))
		must(t, s.Settle(t.Context(), manager, none, person, id, "outcome", "They visit on Monday"))
		must(t, s.Settle(t.Context(), manager, none, person, id, "told", "Relieved"))
		if err := s.Settle(t.Context(), manager, none, person, id, "told", ""); !errors.Is(err, lead.ErrConflict) {
			t.Errorf("told twice: %v", err)
		}
		if err := s.Settle(t.Context(), manager, none, person, id, "no_referral", "Kept"); !errors.Is(err, lead.ErrConflict) {
			t.Errorf("kept, after it went: %v", err)
		}
		_, c, err := s.Concern(t.Context(), supervisor, person, id)
		must(t, err)
		if len(c.Steps) != 3 || c.Steps[0].LetterID != sent || c.Open() || c.ToTell() {
			t.Errorf("what became of it: %+v", c)
		}
		plain(t, a, "care_concern", "words", "canaryconcern")
		// Erased: their key is gone, and with it every word of all this.
		must(t, a.Care.People.Keys.Destroy(t.Context(), person))
		sheet, err := s.Read(t.Context(), supervisor, person)
		if err != nil || sheet.Concerns[0].Words != "[removed]" {
			t.Errorf("with the key destroyed: %+v %v", sheet.Concerns, err)
		}
	})
}
