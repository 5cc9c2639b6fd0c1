package answered_test

import (
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"testing"

	"waymark.example/internal/app"
	"waymark.example/internal/care/answered"
	"waymark.example/internal/lead"
	"waymark.example/internal/platform/db"
	"waymark.example/internal/platform/ledger"
	"waymark.example/internal/practice"
	"waymark.example/internal/reference/instrument"
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

func TestC18_AQuestionnaireIsOfferedOnlyWhileSomebodyAttestsItsLicenceAndNobodyHasToAnswer(t *testing.T) {
	webtest.EachArea(t, func(t *testing.T, a *app.App, staff practice.Area) {
		manager, supervisor, admin, person := staff.Actors["manager"], staff.Actors["supervisor"], staff.Actors["administrator"], webtest.Received(t, a, staff)
		answers, licences := a.Care.Answered, a.Instruments
		offered := func(actor lead.Actor) (out []string) {
			over, err := answers.Read(t.Context(), actor, person)
			must(t, err)
			for _, d := range over.Offered {
				out = append(out, d.ID)
			}
			return out
		}
		today := a.Care.People.LocalDay()
		some := answered.Answered{On: today, Answers: instrument.Answers{"1": "2", "9": "1"}, Words: "canarywords"}
		if len(offered(manager)) != 0 {
			t.Fatal("offered before anybody read a licence")
		}
		if _, err := answers.Take(t.Context(), manager, none, person, "phq-9", "1", some); !errors.Is(err, lead.ErrConflict) {
			t.Errorf("answered before anybody read a licence: %v", err)
		}
		for _, name := range []string{"manager", "supervisor", "coordinator", "officer"} {
			if err := licences.Attest(t.Context(), staff.Actors[name], none, "phq-9", "1", "It is free"); !errors.Is(err, lead.ErrForbidden) {
				t.Errorf("%s attested: %v", name, err)
			}
		}
		if err := licences.Attest(t.Context(), admin, none, "phq-9", "1", " "); invalid(err)["licence"] == "" {
			t.Errorf("attested without a word: %v", err)
		}
		must(t, licences.Attest(t.Context(), admin, none, "phq-9", "1", "No permission required to reproduce, translate, display or distribute."))
		must(t, licences.Attest(t.Context(), admin, none, "this-week", "1", "CC0 1.0"))
		if one, err := licences.One(t.Context(), admin, "phq-9", "1"); err != nil || !one.MayUse || one.Licences[0].By == "" || one.Licences[0].At.IsZero() {
			t.Errorf("who attested it when: %+v %v", one.Licences, err)
		}
		if !slices.Equal(offered(manager), []string{"phq-9", "this-week"}) || !slices.Equal(offered(supervisor), []string{"phq-9"}) {
			t.Errorf("offered %v, to the supervisor %v", offered(manager), offered(supervisor))
		}

		first, err := answers.Take(t.Context(), manager, none, person, "phq-9", "1", some)
		must(t, err)
		_, one, err := answers.One(t.Context(), supervisor, person, first)
		must(t, err)
		if r := one.Results(); r[0].Scored || r[0].Missing != 7 || len(one.Warnings()) != 1 || one.Words != "canarywords" {
			t.Errorf("%+v %v", r, one.Warnings())
		}
		whole := answered.Answered{On: today, Answers: instrument.Answers{}}
		for _, id := range strings.Split("123456789", "") {
			whole.Answers[id] = "1"
		}
		_, err = answers.Take(t.Context(), manager, none, person, "phq-9", "1", whole)
		must(t, err)
		private, err := answers.Take(t.Context(), manager, none, person, "this-week", "1", answered.Answered{On: today, Answers: instrument.Answers{"safe": "0"}})
		must(t, err)
		over, err := answers.Read(t.Context(), manager, person)
		must(t, err)
		if len(over.Given) != 3 || over.Given[0].Results()[0].Value != 9 || over.Given[0].Results()[0].Words != "mild" {
			t.Errorf("%+v", over.Given)
		}
		if over, err := answers.Read(t.Context(), supervisor, person); err != nil || len(over.Given) != 2 {
			t.Errorf("the supervisor sees %d: %v", len(over.Given), err)
		}
		if _, _, err := answers.One(t.Context(), supervisor, person, private); !errors.Is(err, lead.ErrNotFound) {
			t.Errorf("the supervisor reads what is for the worker alone: %v", err)
		}
		for _, name := range []string{"manager3", "oncall", "officer", "administrator", "dpo"} { // R18
			if _, err := answers.Read(t.Context(), staff.Actors[name], person); !errors.Is(err, lead.ErrForbidden) {
				t.Errorf("%s reads: %v", name, err)
			}
		}
		for field, wrong := range map[string]answered.Answered{"item_1": {On: today, Answers: instrument.Answers{"1": "8"}}, "item_x": {On: today, Answers: instrument.Answers{"x": "1"}},
			"words": {On: today}, "on": {On: "2999-01-01", Answers: instrument.Answers{"1": "1"}}} {
			if _, err := answers.Take(t.Context(), manager, none, person, "phq-9", "1", wrong); invalid(err)[field] == "" {
				t.Errorf("%s: %v", field, err)
			}
		}

		must(t, answers.Wrong(t.Context(), manager, none, person, first, "Asked somebody else"))
		if _, one, err := answers.One(t.Context(), manager, person, first); err != nil || one.Mistake == "" || one.Results() != nil || one.Warnings() != nil {
			t.Errorf("%+v %v", one, err)
		}
		must(t, licences.Withdraw(t.Context(), admin, none, "phq-9", "1", "Its owner asked"))
		if slices.Contains(offered(manager), "phq-9") {
			t.Error("offered after the licence was withdrawn")
		}
		if _, err := answers.Take(t.Context(), manager, none, person, "phq-9", "1", some); !errors.Is(err, lead.ErrConflict) {
			t.Errorf("answered after the licence was withdrawn: %v", err)
		}
		if over, err := answers.Read(t.Context(), manager, person); err != nil || len(over.Given) != 3 {
			t.Errorf("what was answered is gone with the licence: %v", err)
		}

		must(t, ledger.New(a.Store.Handle(schema.Care), a.Now).Look(t.Context(), func(tx *db.Tx) error {
			kept, err := db.All(t.Context(), tx, func(row db.Row) (string, error) {
				var s string
				return s, row.Scan(&s)
			}, `SELECT answers || words FROM care_answered`)
			for _, text := range kept {
				if !strings.HasPrefix(text, "k1.") || strings.Contains(text, "canary") {
					t.Errorf("kept in plain words: %s", text)
				}
			}
			return err
		}))
		must(t, a.Care.People.Keys.Destroy(t.Context(), person))
		if over, err := answers.Read(t.Context(), manager, person); err != nil || len(over.Given) != 3 || !over.Given[0].Gone || over.Given[0].Results() != nil {
			t.Errorf("the key is destroyed: %+v %v", over.Given, err)
		}

		// A version never changes, and one whose licence forbids screens is not taken into use.
		texts, err := instrument.Shipped()
		must(t, err)
		var d instrument.Definition
		must(t, json.Unmarshal(texts[0], &d))
		d.Title = "Other words"
		changed, err := json.Marshal(d)
		must(t, err)
		if _, err := licences.Import(t.Context(), changed); err == nil {
			t.Error("a version was changed")
		}
		d.Version, d.Licence.Electronic = "2-paper", false
		paper, err := json.Marshal(d)
		must(t, err)
		for range 2 {
			_, err = licences.Import(t.Context(), paper)
			must(t, err)
		}
		if err := licences.Attest(t.Context(), admin, none, d.ID, "2-paper", "Paper only"); invalid(err)["licence"] == "" {
			t.Errorf("used on a screen against its licence: %v", err)
		}
	})
}
