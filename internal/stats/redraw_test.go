package stats

import (
	"math"
	"math/rand/v2"
	"runtime"
	"testing"
)

// leaning is n people of whom some lean to the treatment and to the outcome alike.
func leaning(t *testing.T, n int, seed uint64) *Data {
	t.Helper()
	r := rand.New(rand.NewPCG(seed, 4))
	person, lead, x, y := make([]float64, n), make([]float64, n), make([]float64, n), make([]float64, n)
	for i := range n {
		person[i], x[i] = float64(i), r.NormFloat64()
		if r.Float64() < 1/(1+math.Exp(-x[i])) {
			lead[i] = 1
		}
		if r.Float64() < 1/(1+math.Exp(-x[i]+lead[i])) {
			y[i] = 1
		}
	}
	d := NewData()
	for name, v := range map[string][]float64{"person": person, "lead": lead, "x": x, "y": y} {
		if err := d.Numbers(name, v); err != nil {
			t.Fatal(err)
		}
	}
	return d
}

func TestBootstrapOfRisksIsTheBootstrapOfItsModels(t *testing.T) {
	d := leaning(t, 300, 3)
	score, err := ParseFormula("lead ~ x")
	if err != nil {
		t.Fatal(err)
	}
	model, err := ParseFormula("y ~ lead")
	if err != nil {
		t.Fatal(err)
	}
	p := Propensity{Formula: score, Truncate: true, Outcome: "y"}
	risks, err := BootstrapRisks(d, p, []Estimand{ATT, ATO}, 200, 9)
	if err != nil {
		t.Fatal(err)
	}
	for i, of := range []Estimand{ATT, ATO} {
		for family, got := range map[Family]Drawn{Linear: risks[i].RD, Poisson: risks[i].LogRR, Logistic: risks[i].LogOR} {
			q := Propensity{Formula: score, Truncate: true, Estimand: of, Baseline: d}
			want, err := BootstrapGEE(d, GEE{Formula: model, Family: family, Cluster: "person", Propensity: &q}, "lead", 200, 9)
			if err != nil {
				t.Fatal(err)
			}
			if math.Abs(got.SE-want.SE) > 1e-8 || math.Abs(got.Lo-want.Lo) > 1e-8 || math.Abs(got.Hi-want.Hi) > 1e-8 {
				t.Errorf("%s %s: %v and %v", of, family, got, want)
			}
		}
	}
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
	again, err := BootstrapRisks(d, p, []Estimand{ATT, ATO}, 200, 9)
	if err != nil || again[0] != risks[0] || again[1] != risks[1] {
		t.Errorf("on one processor %v, and %v on more: %v", again, risks, err)
	}
}

func TestErrorsThatAllowForLearnedScoresAreThoseOfTheModels(t *testing.T) {
	d := leaning(t, 250, 5)
	score, err := ParseFormula("lead ~ x")
	if err != nil {
		t.Fatal(err)
	}
	model, err := ParseFormula("y ~ lead")
	if err != nil {
		t.Fatal(err)
	}
	for _, of := range []Estimand{ATE, ATT, ATO} {
		b, err := Weigh(d, Propensity{Formula: score, Truncate: true, Estimand: of, Outcome: "y"})
		if err != nil {
			t.Fatal(err)
		}
		o := b.Outcome
		for family, got := range map[Family]float64{Linear: o.SELearned, Poisson: *o.LogRRSELearned, Logistic: *o.LogORSELearned} {
			fit, err := FitGEE(d, GEE{Formula: model, Family: family, Cluster: "person", Propensity: &Propensity{Formula: score, Truncate: true, Estimand: of, Baseline: d, Learned: true}})
			if err != nil {
				t.Fatal(err)
			}
			if want := *fit.Terms[1].RobustSE; math.Abs(got-want) > 1e-9 {
				t.Errorf("%s %s: %.12g and %.12g", of, family, got, want)
			}
		}
	}
}
