package plan

import (
	"bytes"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"waymark.example/internal/evidence/cohort"
)

func agreed() Plan {
	p := Draft()
	p.Title, p.Hypothesis = "LEAD in Practice, first two years", "Fewer people whom officers divert to LEAD are arrested again within a year than people whom they do not divert."
	p.Agreed = []Agreed{{"Ruth Oyelaran", "University of Practice", "2026-01-10"}, {"Community Leadership Team", "People with lived experience", "2026-01-12"}}
	return p
}

var noon = time.Date(2026, 1, 15, 12, 0, 0, 0, time.UTC)

func TestAFrozenPlanComesBackAsItWasAndNoOtherWay(t *testing.T) {
	f, err := Freeze(agreed(), noon)
	if err != nil {
		t.Fatal(err)
	}
	got, err := Read(f.Bytes())
	if err != nil || !bytes.Equal(got.Bytes(), f.Bytes()) || len(f.Hash) != 64 {
		t.Fatalf("%v", err)
	}
	def := f.Plan.Definition
	def.PrimaryWindow = 182
	if f, err = f.Deviate(Deviation{Kind: "change", What: "The primary window is 6 months", Why: "The records end a year earlier than agreed", By: "Ruth Oyelaran", Definition: &def}, noon.AddDate(0, 2, 0)); err != nil {
		t.Fatal(err)
	}
	if f.Head() == f.Hash || f.Definition().PrimaryWindow != 182 || f.Plan.Definition.PrimaryWindow != 365 {
		t.Error("the deviation does not hold, or the plan under it changed")
	}
	if _, err := Read(f.Bytes()); err != nil {
		t.Fatal(err)
	}
	// Every change of the file is noticed: of the plan, of its date, of a deviation, and of their order.
	text := string(f.Bytes())
	for _, change := range [][2]string{{`"primary_window": 365`, `"primary_window": 182`}, {"2026-01-15T12:00:00Z", "2025-01-15T12:00:00Z"}, {"a year earlier", "a month earlier"}, {`"design_grade": 2`, `"design_grade": 4`}} {
		other := strings.Replace(text, change[0], change[1], 1)
		if other == text {
			t.Fatalf("%s is not in the file", change[0])
		}
		if _, err := Read([]byte(other)); !errors.Is(err, ErrUntrue) {
			t.Errorf("%v: %v", change, err)
		}
	}
	if _, err := Read([]byte(`{"plan":{}}`)); err == nil || !strings.Contains(err.Error(), "not frozen") {
		t.Errorf("a draft was read as frozen: %v", err)
	}
}

func TestWhatKeepsAPlanFromBeingFrozenIsSaid(t *testing.T) {
	for want, change := range map[string]func(*Plan){
		"title":               func(p *Plan) { p.Title = " " },
		"hypothesis":          func(p *Plan) { p.Hypothesis = "It works." },
		"agreed names who":    func(p *Plan) { p.Agreed = nil },
		"a day such as":       func(p *Plan) { p.Agreed[0].On = "last week" },
		"still to come":       func(p *Plan) { p.Agreed[0].On = "2026-02-01" },
		"design_grade":        func(p *Plan) { p.Grade = 0 },
		"outside: where":      func(p *Plan) { p.Outside = &Outside{"osf.io/abcde", "2026-01-14"} },
		"outside: on":         func(p *Plan) { p.Outside = &Outside{"https://osf.io/abcde", "14 January"} },
		"on record outside":   func(p *Plan) { p.Outside = &Outside{"https://osf.io/abcde", "2026-01-20"} },
		"profile is":          func(p *Plan) { p.Profile = "open" },
		"no outcome":          func(p *Plan) { p.Definition.Primary = "cost" },
		"starts at the decis": func(p *Plan) { p.Definition.Start = cohort.FromIntake },
		"lacks declined":      func(p *Plan) { p.Definition.Lead = []string{"diverted", "no_capacity"} },
		"lacks no_capacity": func(p *Plan) {
			p.Definition.Lead, p.Definition.Unfit = []string{"diverted", "declined"}, []string{"no_capacity"}
		},
	} {
		p := agreed()
		change(&p)
		if _, err := Freeze(p, noon); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", want, err)
		}
		if err := p.Check(noon); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("checked beforehand, %s: %v", want, err)
		}
	}
}

// Outcomes that were there first are said to have been, or there is no report.
func TestAPlanIsDatedBeforeTheOutcomesOrSaysThatItIsNot(t *testing.T) {
	f, err := Freeze(agreed(), noon)
	if err != nil {
		t.Fatal(err)
	}
	if err := f.Before(noon.Add(time.Hour)); err != nil {
		t.Error(err)
	}
	if err := f.Before(noon.Add(-time.Hour)); !errors.Is(err, ErrOpened) {
		t.Errorf("a plan after the outcomes: %v", err)
	}
	if f, err = f.Deviate(Deviation{Kind: "opened", What: "Outcomes were imported before", Why: "The plan was agreed in words only", By: "Ruth Oyelaran"}, noon.Add(time.Hour)); err != nil {
		t.Fatal(err)
	}
	if err := f.Before(noon.Add(-time.Hour)); err != nil {
		t.Error(err)
	}
	for _, d := range []Deviation{{Kind: "opened", What: "x", Why: "because of it", By: "A"}, {Kind: "secret", What: "something", Why: "because of it", By: "A"}, {Kind: "change", What: "something", Why: "because of it", By: "A"}} {
		if _, err := f.Deviate(d, noon.Add(2*time.Hour)); err == nil {
			t.Errorf("taken: %+v", d)
		}
	}
	if _, err := f.Deviate(Deviation{What: "something", Why: "because of it", By: "A"}, noon); err == nil {
		t.Error("a deviation was dated back")
	}
}

// Whoever was decided for LEAD counts with LEAD from that day, in a plan and in what departs from it: no departure starts the clock later or leaves out
// who said no, and no file with such a departure is read.
func TestNoDepartureLeavesIntentionToTreat(t *testing.T) {
	f, err := Freeze(agreed(), noon)
	if err != nil {
		t.Fatal(err)
	}
	for want, change := range map[string]func(*cohort.Definition){
		"starts at the decis": func(d *cohort.Definition) { d.Start = cohort.FromIntake },
		"lacks declined": func(d *cohort.Definition) {
			d.Lead, d.Unfit = []string{"diverted"}, []string{"not_eligible", "declined", "no_capacity"}
		},
		"lacks no_capacity": func(d *cohort.Definition) { d.Lead = []string{"diverted", "declined"} },
	} {
		def := f.Plan.Definition
		change(&def)
		d := Deviation{At: noon.AddDate(0, 1, 0), Kind: "change", What: "Wording made clearer", Why: "Readers asked", By: "R. O.", Definition: &def}
		if _, err := f.Deviate(d, d.At); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", want, err)
		}
		d.Hash = hash(f.Head(), d)
		written := f
		written.Deviations = []Deviation{d}
		if _, err := Read(written.Bytes()); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s, read from a file: %v", want, err)
		}
	}
	// A definition under another kind would change it unsaid.
	def := f.Plan.Definition
	d := Deviation{At: noon.AddDate(0, 1, 0), Kind: "other", What: "Wording made clearer", Why: "Readers asked", By: "R. O.", Definition: &def}
	d.Hash = hash(f.Head(), d)
	f.Deviations = []Deviation{d}
	if _, err := Read(f.Bytes()); err == nil {
		t.Error("a definition came in under the kind other")
	}
}

// What a departure changes is told by machine, each from what held before it.
func TestEveryFieldThatADepartureChangesIsTold(t *testing.T) {
	f, err := Freeze(agreed(), noon)
	if err != nil {
		t.Fatal(err)
	}
	first := f.Plan.Definition
	first.PrimaryWindow = 730
	second := first
	second.Primary, second.Subgroups = cohort.Prison, nil
	for i, def := range []cohort.Definition{first, second} {
		if f, err = f.Deviate(Deviation{Kind: "change", What: "Wording made clearer", Why: "Readers asked", By: "R. O.", Definition: &def}, noon.AddDate(0, 1+i, 0)); err != nil {
			t.Fatal(err)
		}
	}
	if got := f.Changes(0); !slices.Equal(got, []Change{{"window of the primary outcome in days", "365", "730"}}) {
		t.Errorf("%+v", got)
	}
	if got := f.Changes(1); !slices.Equal(got, []Change{{"primary outcome", cohort.Rearrest, cohort.Prison}, {"groups by which the effect is looked at", "ethnicity, sex, age", "none"}}) {
		t.Errorf("%+v", got)
	}
	if len(f.Deviations) != 2 {
		t.Error("looking changed the plan")
	}
}

func FuzzRead(f *testing.F) {
	frozen, err := Freeze(agreed(), noon)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(frozen.Bytes())
	f.Add([]byte(`{"plan":{"form":1},"frozen_at":"2026-01-15T12:00:00Z","sha256":"0"}`))
	f.Fuzz(func(t *testing.T, text []byte) {
		got, err := Read(text)
		if err != nil {
			return
		}
		if again, err := Read(got.Bytes()); err != nil || again.Head() != got.Head() {
			t.Errorf("%v", err)
		}
	})
}

func TestAFieldOfTheWrongKindIsNamedInWords(t *testing.T) {
	_, err := ReadDraft([]byte(`{"form":1,"agreed":["The group"]}`))
	if err == nil || !strings.Contains(err.Error(), "agreed cannot be a string") || strings.Contains(err.Error(), "Go struct") {
		t.Errorf("%v", err)
	}
}
