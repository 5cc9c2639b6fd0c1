package fidelity_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"waymark.example/internal/app"
	"waymark.example/internal/lead"
	"waymark.example/internal/partnership/fidelity"
	"waymark.example/internal/platform/ledger"
	"waymark.example/internal/practice"
	"waymark.example/internal/webtest"
)

func form() ledger.Form { return ledger.Form{Key: lead.NewID("frm"), Hash: "h"} }

func TestEveryPrincipleHasItsSourceAndItsMeasuresHaveWords(t *testing.T) {
	seen := map[string]bool{}
	for _, p := range fidelity.Principles() {
		if seen[p.Code] || p.Heading == "" || p.Text == "" || len(p.Sources) == 0 {
			t.Errorf("%+v", p)
		}
		seen[p.Code] = true
		for _, s := range p.Sources {
			if strings.HasPrefix(s.Name, "Copy") && !p.ToVerify && len(p.Sources) == 1 {
				t.Errorf("%s stands on a copy alone and is not marked to verify", p.Code)
			}
		}
		for _, m := range p.Measures {
			if fidelity.MeasureWords(m) == "" {
				t.Errorf("%s: no words for %s", p.Code, m)
			}
		}
	}
}

// Whatever is counted, what a round shows is the same for many counts: no count of
// people can be read from it, none or all never can, and nothing is said of fewer
// than ten (R44).
func TestR44_WhatARoundShowsTellsNoCountOfPeople(t *testing.T) {
	shown := func(are, of int) fidelity.Shown {
		e := fidelity.Worded(fidelity.Counts{Acute: fidelity.Part{Of: of, Are: are}})
		s, ok := e.Of("acute_first")
		if !ok {
			t.Fatal("the measure is gone")
		}
		return s
	}
	rapid.Check(t, func(t *rapid.T) {
		of := rapid.IntRange(0, 600).Draw(t, "of")
		are := rapid.IntRange(0, of).Draw(t, "are")
		s := shown(are, of)
		if of < 10 && s != shown(0, 0) {
			t.Errorf("%d of %d shows %+v", are, of, s)
		}
		if of < 10 {
			return
		}
		// another world, in which one person less or more is among them, looks the same
		if s != shown(are-1, of) && s != shown(are+1, of) && s != shown(are, of+1) && s != shown(are, of-1) && s != shown(are+1, of+1) && s != shown(are-1, of-1) {
			t.Errorf("%d of %d shows %+v, and no world beside it does", are, of, s)
		}
		if are == of && s != shown(of-1, of) {
			t.Errorf("that all of %d are is told: %+v", of, s)
		}
		if are == 0 && s != shown(1, of) {
			t.Errorf("that none of %d are is told: %+v", of, s)
		}
	})
}

func TestO16_ARoundIsWrittenByWhoLooksAndLeadsToSomethingDone(t *testing.T) {
	webtest.EachArea(t, func(t *testing.T, a *app.App, staff practice.Area) {
		ctx, f := t.Context(), a.Fidelity
		coordinator, visitor, panel := staff.Actors["coordinator"], staff.Actors["visitor"], staff.Actors["panel"]
		if _, err := f.Begin(ctx, panel, form(), fidelity.Round{Group: "x"}); !errors.Is(err, lead.ErrForbidden) {
			t.Errorf("a panel member began a round: %v", err)
		}
		if _, err := f.Begin(ctx, coordinator, form(), fidelity.Round{Peer: true, VisitorID: staff.Actors["manager"].ID}); !isInvalid(err, "visitor") {
			t.Errorf("a case manager was invited: %v", err)
		}
		self, err := f.Begin(ctx, coordinator, form(), fidelity.Round{Group: "All of us"})
		if err != nil {
			t.Fatal(err)
		}
		visit, err := f.Begin(ctx, coordinator, form(), fidelity.Round{Peer: true, VisitorID: visitor.ID})
		if err != nil {
			t.Fatal(err)
		}
		say := func(as lead.Actor, round string, todo fidelity.Action) error {
			return f.Say(ctx, as, form(), round, "officers", fidelity.InPart, "Two of them sit with us", todo)
		}
		for name, err := range map[string]error{
			"the coordinator wrote the visitor's words": say(coordinator, visit, fidelity.Action{}), "another wrote them": say(panel, visit, fidelity.Action{}),
			"the visitor wrote the group's": say(visitor, self, fidelity.Action{}),
		} {
			if !errors.Is(err, lead.ErrNotFound) && !errors.Is(err, lead.ErrForbidden) {
				t.Errorf("%s: %v", name, err)
			}
		}
		if err := say(visitor, visit, fidelity.Action{}); err != nil {
			t.Error(err)
		}
		if err := say(coordinator, self, fidelity.Action{Words: "Ask nights"}); !isInvalid(err, "owner") || !isInvalid(err, "due") {
			t.Errorf("an action of nobody: %v", err)
		}
		if err := say(coordinator, self, fidelity.Action{Words: "Ask nights", Owner: "Sgt Lee", Due: "2026-12-01"}); err != nil {
			t.Fatal(err)
		}
		r, err := f.Round(ctx, coordinator, self)
		if err != nil || len(r.Actions) != 1 || r.Answers["officers"].Level != fidelity.InPart || r.Answers["officers"].By != coordinator.Name {
			t.Fatalf("%+v %v", r, err)
		}
		if m, _ := r.Evidence.Of("closed_unasked"); !strings.HasPrefix(m.Share, "None") {
			t.Errorf("closed without being asked: %+v", m)
		}
		if _, err := f.Finish(ctx, coordinator, form(), r.Actions[0].ID, "Two nights, four new ideas"); err != nil {
			t.Error(err)
		}
		if _, err := f.Finish(ctx, coordinator, form(), r.Actions[0].ID, "Again"); !errors.Is(err, lead.ErrConflict) {
			t.Errorf("done twice: %v", err)
		}
		if err := f.End(ctx, coordinator, form(), self, "Nights come first"); err != nil {
			t.Error(err)
		}
		if err := say(coordinator, self, fidelity.Action{}); !errors.Is(err, lead.ErrNotFound) {
			t.Errorf("written after the end: %v", err)
		}
		rounds, err := f.Rounds(ctx, panel)
		if err != nil || len(rounds) != 2 || rounds[0].ID != visit {
			t.Errorf("%+v %v", rounds, err)
		}
	})
}

func isInvalid(err error, field string) bool {
	bad, _ := errors.AsType[lead.Invalid](err)
	return bad[field] != ""
}

func TestQuartersFollowEachOtherAndAreOver(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		now := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC).Add(time.Duration(rapid.IntRange(0, 5*365*24).Draw(t, "hour")) * time.Hour)
		from, until := fidelity.Quarter(now)
		next, _ := fidelity.Quarter(until.AddDate(0, 3, 0))
		if until.After(now) || now.Sub(until) > 93*24*time.Hour || from.AddDate(0, 3, 0) != until || next != until {
			t.Errorf("at %s: %s to %s, then from %s", now, from, until, next)
		}
	})
}
