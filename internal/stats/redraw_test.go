package stats

import (
	"math"
	"math/rand/v2"
	"runtime"
	"testing"
)

func TestBootstrapOfRisksIsTheBootstrapOfItsModels(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	n := 300
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
