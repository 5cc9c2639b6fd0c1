package stats

import (
	"math"
	"math/rand/v2"
	"testing"
)

func curveData(t *testing.T, columns map[string][]float64) *Data {
	t.Helper()
	d := NewData()
	for name, v := range columns {
		if err := d.Numbers(name, v); err != nil {
			t.Fatal(err)
		}
	}
	return d
}

// survfit(Surv(t, e) ~ g, weights = w, robust = TRUE, cluster = row) of survival 3.5, with the weights to the treated that x gives: 1; 5/6 and 5/4.
func TestWeightedCurvesAreRs(t *testing.T) {
	d := curveData(t, map[string][]float64{
		"t": {3, 5, 5, 8, 9, 12, 12, 15, 20, 20, 2, 4, 6, 6, 7, 10, 11, 13, 18, 20},
		"e": {1, 0, 1, 1, 0, 1, 1, 0, 0, 0, 1, 1, 0, 1, 1, 1, 0, 1, 1, 0},
		"g": {1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0},
		"x": {1, 0, 1, 1, 0, 0, 1, 0, 1, 0, 1, 1, 0, 1, 0, 1, 1, 0, 1, 0},
	})
	f, err := ParseFormula("g ~ x")
	if err != nil {
		t.Fatal(err)
	}
	s, err := WeightedKM(d, KM{Spell: Spell{Time: "t", Event: "e"}, Times: []float64{6, 12}}, Propensity{Formula: f, Estimand: ATT})
	if err != nil {
		t.Fatal(err)
	}
	for i, want := range [][2]float64{{0.8, 0.12649110640674}, {0.41142857142857, 0.17559029971149}} {
		if p := s.Treated[i]; math.Abs(p.Surv-want[0]) > 1e-9 || math.Abs(p.SE-want[1]) > 1e-9 {
			t.Errorf("the treated: %+v and not %v", p, want)
		}
	}
	for i, want := range [][2]float64{{0.75, 0.13010412496663}, {0.5, 0.17085027016313}} {
		if p := s.Others[i]; math.Abs(p.Surv-want[0]) > 1e-8 || math.Abs(p.SE-want[1]) > 1e-8 {
			t.Errorf("the others: %+v and not %v", p, want)
		}
	}
}

// Without censoring S(t) is a share, and the mean up to tau a mean: the errors are those of weighted means.
func TestWeightedCurvesWithoutCensoringAreWeightedShares(t *testing.T) {
	r := rand.New(rand.NewPCG(8, 9))
	n := 300
	lead, x, y, time, event, capped := make([]float64, n), make([]float64, n), make([]float64, n), make([]float64, n), make([]float64, n), make([]float64, n)
	const at = 40.0
	for i := range n {
		x[i] = r.NormFloat64()
		if r.Float64() < 1/(1+math.Exp(-x[i])) {
			lead[i] = 1
		}
		time[i], event[i] = math.Ceil(100*r.Float64()*math.Exp(.3*x[i]+.2*lead[i])), 1
		if time[i] <= at {
			y[i] = 1
		}
		capped[i] = min(time[i], at)
	}
	d := curveData(t, map[string][]float64{"lead": lead, "x": x, "y": y, "time": time, "event": event, "capped": capped})
	f, err := ParseFormula("lead ~ x")
	if err != nil {
		t.Fatal(err)
	}
	for _, of := range []Estimand{ATT, ATE, ATO} {
		p := Propensity{Formula: f, Estimand: of, Learned: true, Truncate: true}
		s, err := WeightedKM(d, KM{Spell: Spell{Time: "time", Event: "event"}, Times: []float64{at}, Tau: at}, p)
		if err != nil {
			t.Fatal(err)
		}
		p.Outcome = "capped"
		means, err := Weigh(d, p)
		if err != nil {
			t.Fatal(err)
		}
		p.Outcome = "y"
		risks, err := Weigh(d, p)
		if err != nil {
			t.Fatal(err)
		}
		if got, want := 1-s.Treated[0].Surv, risks.Outcome.MeanTreated; math.Abs(got-want) > 1e-9 {
			t.Errorf("%s: %v and %v", of, got, want)
		}
		if o := means.Outcome; math.Abs(s.Diff-o.Difference) > 1e-8 || math.Abs(s.DiffSE-o.SELearned) > 1e-8 {
			t.Errorf("%s: %v (%v) and %v (%v)", of, s.Diff, s.DiffSE, o.Difference, o.SELearned)
		}
	}
}

func TestWeightedCurvesTakeCompleteRowsWithEvents(t *testing.T) {
	f, err := ParseFormula("g ~ x")
	if err != nil {
		t.Fatal(err)
	}
	x := []float64{1, 0, 1, 0, 1, 0, 1, 0}
	g := []float64{1, 1, 1, 1, 0, 0, 0, 0}
	for kind, c := range map[Kind][2][]float64{EmptyCell: {{1, 2, 3, 4, 5, 6, 7, 8}, {1, 0, 1, 0, 0, 0, 0, 0}}, BadData: {{1, math.NaN(), 3, 4, 5, 6, 7, 8}, {1, 0, 1, 0, 1, 0, 0, 0}}} {
		d := curveData(t, map[string][]float64{"g": g, "x": x, "t": c[0], "e": c[1]})
		if _, err := WeightedKM(d, KM{Spell: Spell{Time: "t", Event: "e"}, Times: []float64{3}}, Propensity{Formula: f, Estimand: ATT}); KindOf(err) != kind {
			t.Errorf("%v, and not %s", err, kind)
		}
	}
}
