package simulate

import (
	"context"
	"encoding/json"
	"reflect"
	"runtime"
	"strings"
	"testing"

	"waymark.example/internal/evidence/analysis"
)

func try(t *testing.T, areas, people int, change func(*Effect)) *Found {
	t.Helper()
	e := Default()
	change(&e)
	d := Plan() // with what officers choose by, and no more, so that it is quick
	d.Covariates, d.Months = []string{"age", "sex", "housing", "arrests_12"}, 12
	f, err := Trial{People: people, Areas: areas, Seed: 77, Effect: e, Definition: d}.Run(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// honest says whether the intervals of one number hold the truth as often as they should, and suppose the error that there is. A standard error that is
// a quarter too small or half too large fails; make coverage measures it on a thousand areas.
func honest(t *testing.T, f *Found, m analysis.Method, of analysis.Measure, monthly bool) {
	t.Helper()
	c, ok := f.Find(m, of, monthly)
	if !ok || c.Areas < f.Areas-3 {
		t.Errorf("%s %s: %d areas have a number", m, of, c.Areas)
		return
	}
	if low := c.Areas - c.Areas/9; c.Covered < low {
		t.Errorf("%s %s: %d of %d intervals hold the truth", m, of, c.Covered, c.Areas)
	}
	if r := c.Error / c.Spread; r < 0.8 || r > 1.35 {
		t.Errorf("%s %s: intervals suppose an error of %.4f, and it is %.4f", m, of, c.Error, c.Spread)
	}
}

func TestIntervalsHoldTheTruthWhereShiftsAreDrawnByLot(t *testing.T) {
	f := try(t, 60, 400, func(e *Effect) { e.Design = Lot })
	if f.Grade != 1 || f.Headline.Method != analysis.Crude || f.Refused != 0 {
		t.Errorf("%+v", f.Headline)
	}
	honest(t, f, analysis.Crude, analysis.RiskDifference, false)
	honest(t, f, analysis.Crude, analysis.OddsRatio, false)
	honest(t, f, analysis.Period, analysis.OddsRatio, true)
	honest(t, f, analysis.WeighATT, analysis.RiskDifference, false)
	honest(t, f, analysis.WeighATE, analysis.RiskDifference, false)
}

func TestWeightingPutsRightWhatOfficersChoseByAndComparingAsTheyAreDoesNot(t *testing.T) {
	f := try(t, 60, 400, func(e *Effect) { e.Lean = Lean{Arrests: -0.3, Young: 0.3, Female: 0.3, Rough: -1} })
	if f.Grade != 2 || f.Headline.Method != analysis.WeighATT {
		t.Errorf("%+v", f.Headline)
	}
	honest(t, f, analysis.WeighATT, analysis.RiskDifference, false)
	honest(t, f, analysis.WeighATE, analysis.RiskDifference, false)
	honest(t, f, analysis.Both, analysis.OddsRatio, true)
	crude, _ := f.Find(analysis.Crude, analysis.RiskDifference, false)
	if crude.Covered > 54 || crude.Bias > -0.05 {
		t.Errorf("people are compared as they are, and it looks right: %+v", crude)
	}
	months, _ := f.Find(analysis.Period, analysis.OddsRatio, true)
	if months.Bias < 0.05 {
		t.Errorf("those chosen for few arrests come back to their own level, and it does not show: %+v", months)
	}
}

// What no record shows cannot be put right: the intervals miss the truth, and the report says that they may.
func TestR46_WhatNobodyKnowsOfIsWarnedOf(t *testing.T) {
	e := Default()
	e.Lean.Hidden = -1.5
	f := try(t, 20, 400, func(x *Effect) { *x = e })
	if f.Grade != 2 || f.EValues != f.Areas || f.Headline.Covered > 14 || f.Headline.Bias > -0.06 {
		t.Errorf("grade %d, %d E-values, %+v", f.Grade, f.EValues, f.Headline)
	}
	s, _, err := Make(400, 77, e)
	if err != nil {
		t.Fatal(err)
	}
	c, err := analysis.Claim(s, Plan())
	if err != nil {
		t.Fatal(err)
	}
	head := c.Primary.Estimates[c.Primary.Headline]
	if !strings.Contains(head.Caveat, "not on record") || !strings.Contains(head.Caveat, "on record only") || c.EValue == nil || !(c.EValue.Point > 1) {
		t.Errorf("%q, %+v", head.Caveat, c.EValue)
	}
}

func TestFewPeopleAreDescribedAndNotModelled(t *testing.T) {
	f := try(t, 20, 40, func(e *Effect) { e.Design = Lot })
	if f.Refused != f.Areas || f.Warned != f.Areas {
		t.Errorf("%d of %d refused, %d warned", f.Refused, f.Areas, f.Warned)
	}
}

func TestR42_APlantedBiasIsFoundAndNoneIsSeenWhereThereIsNone(t *testing.T) {
	e := Default()
	e.Lean = Lean{}
	fair, err := Audit{People: 600, Areas: 30, Seed: 5, Effect: e, Group: "black"}.Run(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	e.Bias = []Bias{{"diverted", "ethnicity", "black", 1 / 1.5}}
	biased, err := Audit{People: 2400, Areas: 12, Seed: 5, Effect: e, Group: "black"}.Run(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	if fair.Any > 3 || fair.Found > 1 || fair.Covered < 26 || fair.Mean < 0.95 || fair.Mean > 1.05 {
		t.Errorf("without bias: %+v", fair)
	}
	if biased.Found < 8 || biased.Covered < 9 || biased.Mean < 0.62 || biased.Mean > 0.72 {
		t.Errorf("with a bias of 1.5: %+v", biased)
	}
}

func TestATrialTellsTheSameOnAnyNumberOfProcessorsAndNothingOfAnybody(t *testing.T) {
	before := runtime.GOMAXPROCS(1)
	a := try(t, 3, 200, func(*Effect) {})
	runtime.GOMAXPROCS(4)
	b := try(t, 3, 200, func(*Effect) {})
	runtime.GOMAXPROCS(before)
	if !reflect.DeepEqual(a, b) {
		t.Error("the number of processors changes a trial")
	}
	// Nothing that is told grows with the people: no list is as long as they are many, and no pseudonym is in it.
	_, truth, err := Make(300, 1, Default())
	if err != nil {
		t.Fatal(err)
	}
	for _, v := range []any{a, truth} {
		text, err := json.Marshal(v)
		if err != nil || strings.Contains(string(text), "p0000") || strings.Contains(string(text), "o0000") {
			t.Errorf("%s %v", text, err)
		}
		longest(t, reflect.ValueOf(v))
	}
}

func longest(t *testing.T, v reflect.Value) {
	switch v.Kind() {
	case reflect.Pointer, reflect.Interface:
		if !v.IsNil() {
			longest(t, v.Elem())
		}
	case reflect.Struct:
		for i := range v.NumField() {
			longest(t, v.Field(i))
		}
	case reflect.Slice, reflect.Array:
		if v.Len() > 60 {
			t.Errorf("a list of %d", v.Len())
		}
		for i := range v.Len() {
			longest(t, v.Index(i))
		}
	case reflect.Map:
		t.Error("a map has no order")
	}
}
