package supervision_test

import (
	"errors"
	"reflect"
	"strings"
	"testing"
	"time"

	"waymark.example/internal/app"
	"waymark.example/internal/care/participant"
	"waymark.example/internal/care/supervision"
	"waymark.example/internal/lead"
	"waymark.example/internal/platform/db"
	"waymark.example/internal/platform/ledger"
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

// A talk is of the two who talked: no other supervisor, no administrator, nobody
// who oversees, and not in plain in the database (C31).
func TestC31_WhatASupervisorAndAWorkerTalkedAboutIsOfTheTwoOfThem(t *testing.T) {
	webtest.EachArea(t, func(t *testing.T, a *app.App, staff practice.Area) {
		supervisor, manager, s := staff.Actors["supervisor"], staff.Actors["manager"], a.Care.Supervision
		today := a.Care.People.LocalDay()
		write := func(by lead.Actor, x supervision.Talk, from int64) (string, error) {
			return s.Write(t.Context(), by, none, x, from)
		}
		talk := supervision.Talk{WorkerID: manager.ID, HeldOn: today, Words: "canarytalk a heavy month", Agreed: "Two free days"}
		id, err := write(supervisor, talk, 0)
		must(t, err)
		for field, x := range map[string]supervision.Talk{"held_on": {WorkerID: manager.ID, HeldOn: "2099-01-01", Words: "x"}, "words": {WorkerID: manager.ID, HeldOn: today}} {
			if _, err := write(supervisor, x, 0); invalid(err)[field] == "" {
				t.Errorf("%s: %v", field, err)
			}
		}
		changed := talk
		changed.ID, changed.Agreed = id, "Three free days"
		if _, err := write(supervisor, changed, 1); err != nil {
			t.Error(err)
		}
		if _, err := write(supervisor, changed, 1); !errors.Is(err, lead.ErrConflict) {
			t.Errorf("from an old screen: %v", err)
		}
		for _, by := range []lead.Actor{supervisor, manager} {
			versions, err := s.One(t.Context(), by, id)
			must(t, err)
			if len(versions) != 2 || versions[0].Agreed != "Three free days" || versions[1].Agreed != "Two free days" {
				t.Errorf("%s reads %+v", by.Name, versions)
			}
		}
		// Another supervisor of the very same team.
		other := staff.Actors["manager3"]
		other.Roles = []lead.Role{lead.Supervisor}
		for name, by := range map[string]lead.Actor{"another supervisor": other, "a colleague": staff.Actors["manager2"], "an administrator": staff.Actors["administrator"], "the officer": staff.Actors["dpo"], "the auditor": staff.Actors["auditor"], "police": staff.Actors["sergeant"]} {
			if _, err := s.One(t.Context(), by, id); err == nil {
				t.Errorf("%s reads it", name)
			}
			if _, err := write(by, changed, 2); err == nil {
				t.Errorf("%s wrote in it", name)
			}
		}
		_, theirs, err := s.With(t.Context(), other, manager.ID)
		if err != nil || len(theirs) != 0 {
			t.Errorf("another supervisor lists %+v %v", theirs, err)
		}
		if _, err := write(manager, supervision.Talk{WorkerID: supervisor.ID, HeldOn: today, Words: "x"}, 0); !errors.Is(err, lead.ErrForbidden) {
			t.Errorf("a worker wrote: %v", err)
		}
		home, err := s.Home(t.Context(), manager)
		must(t, err)
		if len(home.Mine) != 1 || home.Team != nil {
			t.Errorf("the worker's page: %+v", home)
		}
		home, err = s.Home(t.Context(), supervisor)
		must(t, err)
		for i := 1; i < len(home.Team); i++ { // by name: nobody is ranked
			if home.Team[i-1].Name > home.Team[i].Name {
				t.Errorf("%s before %s", home.Team[i-1].Name, home.Team[i].Name)
			}
		}
		sealed(t, a, "care_supervision", "canarytalk")
		if err := ledger.New(a.Store.Handle(schema.Care), a.Now).Record(t.Context(), ledger.Entry{Actor: lead.System(), Verb: ledger.Administered, Act: "supervision.test"}, func(tx *db.Tx, _ *ledger.Entry) error {
			_, err := tx.Exec(t.Context(), `DELETE FROM care_supervision`)
			return err
		}); err == nil {
			t.Error("a talk can be removed")
		}
	})
}

func sealed(t *testing.T, a *app.App, table, word string) {
	t.Helper()
	must(t, ledger.New(a.Store.Handle(schema.Care), a.Now).Look(t.Context(), func(tx *db.Tx) error {
		texts, err := db.All(t.Context(), tx, func(row db.Row) (string, error) {
			var text string
			return text, row.Scan(&text)
		}, db.Query("SELECT words FROM "+table))
		if len(texts) == 0 || strings.Contains(strings.Join(texts, ""), word) {
			t.Errorf("%s: %q", table, texts)
		}
		return err
	}))
}

// A death ends the case with care first; then the team is asked to look back on
// it, restricted, and not alone (R57, C33).
func TestR57_AfterADeathTheTeamIsAskedToLookBackOnIt(t *testing.T) {
	webtest.EachArea(t, func(t *testing.T, a *app.App, staff practice.Area) {
		supervisor, manager, s := staff.Actors["supervisor"], staff.Actors["manager"], a.Care.Supervision
		person := webtest.Received(t, a, staff)
		must(t, a.Care.People.Allocate(t.Context(), supervisor, none, person, participant.Allocation{WorkerID: manager.ID}))
		death := supervision.Incident{PersonID: person, Kind: "death", HappenedAt: a.Now().Add(-time.Hour), Words: "canarydeath found at home", Told: "Their sister"}
		if _, err := s.Record(t.Context(), manager, none, death); invalid(err)["kind"] == "" {
			t.Errorf("a death before the person's page says so: %v", err)
		}
		must(t, a.Care.People.End(t.Context(), supervisor, none, person, participant.Ending{State: participant.Died, Day: db.Day(a.Now())}))
		waits, err := s.Waits(t.Context(), supervisor)
		if err != nil || waits != 1 {
			t.Errorf("%d wait, %v", waits, err)
		}
		list, err := s.Incidents(t.Context(), supervisor)
		must(t, err)
		if len(list.Deaths) != 1 || list.Deaths[0].ID != person {
			t.Errorf("prompted: %+v", list.Deaths)
		}
		if _, err := s.Record(t.Context(), staff.Actors["manager2"], none, death); !errors.Is(err, lead.ErrForbidden) {
			t.Errorf("a colleague who does not walk with them: %v", err)
		}
		id, err := s.Record(t.Context(), supervisor, none, death)
		must(t, err)
		if err := s.Look(t.Context(), supervisor, none, id, supervision.Step{Kind: "learnt", Words: "Alone on my own words"}); !errors.Is(err, lead.ErrForbidden) {
			t.Errorf("looked back alone: %v", err)
		}
		second, err := s.Record(t.Context(), manager, none, death)
		must(t, err)
		if err := s.Look(t.Context(), manager, none, second, supervision.Step{Kind: "learnt", Words: "x"}); !errors.Is(err, lead.ErrForbidden) {
			t.Errorf("a worker looked back: %v", err)
		}
		look := func(x supervision.Step) error { return s.Look(t.Context(), supervisor, none, second, x) }
		if bad := invalid(look(supervision.Step{Kind: "reviewed"})); bad["reviewed"] == "" {
			t.Errorf("finished with nothing learnt: %v", bad)
		}
		if bad := invalid(look(supervision.Step{Kind: "action"})); bad["words"] == "" || bad["who"] == "" || bad["due_on"] == "" {
			t.Errorf("an action of nobody: %v", bad)
		}
		must(t, look(supervision.Step{Kind: "learnt", Words: "Ring earlier"}))
		must(t, look(supervision.Step{Kind: "action", Words: "A second number", Who: "Asha", DueOn: db.Day(a.Now())}))
		i, err := s.Incident(t.Context(), manager, second)
		must(t, err)
		action := i.Steps[1].ID
		must(t, s.Look(t.Context(), manager, none, second, supervision.Step{Kind: "done", Of: action}))
		if err := s.Look(t.Context(), manager, none, second, supervision.Step{Kind: "done", Of: action}); !errors.Is(err, lead.ErrConflict) {
			t.Errorf("done twice: %v", err)
		}
		must(t, look(supervision.Step{Kind: "reviewed"}))
		for _, name := range []string{"manager2", "oncall", "officer", "coordinator", "dpo", "administrator"} {
			if _, err := s.Incident(t.Context(), staff.Actors[name], second); !errors.Is(err, lead.ErrForbidden) {
				t.Errorf("%s reads it: %v", name, err)
			}
		}
		others, err := s.Incidents(t.Context(), staff.Actors["manager2"])
		if err != nil || len(others.List) != 0 || others.Deaths != nil {
			t.Errorf("a colleague's list: %+v %v", others, err)
		}
		// About nobody in particular: whoever wrote it and the supervisor.
		alone, err := s.Record(t.Context(), staff.Actors["oncall"], none, supervision.Incident{Kind: "nearly", HappenedAt: a.Now(), Words: "canarydeath the van"})
		must(t, err)
		for name, may := range map[string]bool{"oncall": true, "supervisor": true, "manager": false} {
			if _, err := s.Incident(t.Context(), staff.Actors[name], alone); (err == nil) != may {
				t.Errorf("%s: %v", name, err)
			}
		}
		sealed(t, a, "care_incident", "canarydeath")
	})
}

// Prompts are about people and the longest wait; they have no worker at all, so
// nobody can be counted by them (C32).
func TestC32_PromptsToHelpNameNoWorkerAndCloseNothing(t *testing.T) {
	prompt := reflect.TypeFor[supervision.Prompt]()
	for i := range prompt.NumField() {
		if name := prompt.Field(i).Name; strings.Contains(name, "Worker") || strings.Contains(name, "By") {
			t.Errorf("a prompt has %s", name)
		}
	}
	webtest.EachArea(t, func(t *testing.T, a *app.App, staff practice.Area) {
		clock := &practice.Clock{}
		people := &participant.Service{Book: ledger.New(a.Store.Handle(schema.Care), clock.Now), Access: a.Access, Keys: a.Care.People.Keys}
		s := &supervision.Service{People: people}
		person := webtest.Received(t, a, staff)
		q, err := s.Quality(t.Context(), staff.Actors["supervisor"])
		must(t, err)
		if len(q.Quiet)+len(q.Promises)+len(q.Intakes)+len(q.Naloxone)+len(q.Concerns) != 0 {
			t.Errorf("on the first day: %+v", q)
		}
		clock.Set(time.Now().AddDate(0, 0, 60))
		if q, err = s.Quality(t.Context(), staff.Actors["supervisor"]); err != nil || len(q.Quiet) != 1 || len(q.Intakes) != 1 || q.Quiet[0].ID != person || q.Quiet[0].Days < 59 {
			t.Errorf("after 60 days: %+v %v", q, err)
		}
		n, err := people.Record(t.Context(), staff.Actors["supervisor"], person, nil)
		if err != nil || n.State != participant.Prospective { // R30: no timer closes anything
			t.Errorf("%s %v", n.State, err)
		}
		for _, name := range []string{"manager", "oncall", "coordinator", "administrator", "commissioner"} {
			if _, err := s.Quality(t.Context(), staff.Actors[name]); !errors.Is(err, lead.ErrForbidden) {
				t.Errorf("%s: %v", name, err)
			}
		}
	})
}
