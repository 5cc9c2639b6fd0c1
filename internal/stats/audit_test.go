package stats

import (
	"math"
	"math/rand/v2"
	"testing"
)

// An audit says of each comparison what RelativeRates and CompareProportions say.
func TestAnAuditAgreesWithItsParts(t *testing.T) {
	groups, x, n := []string{"white", "black", "asian", "tiny"}, []int{300, 60, 44, 2}, []int{500, 150, 70, 5}
	got, err := Audit([]Decision{{Name: "offered", Reference: "white", Groups: groups, X: x, N: n}})
	if err != nil || len(got) != 3 {
		t.Fatalf("%d comparisons, %v", len(got), err)
	}
	rates, err := RelativeRates(groups, x, n, "white")
	if err != nil {
		t.Fatal(err)
	}
	for i, c := range got[:2] {
		r := rates[i+1]
		two, err := CompareProportions(c.X, c.N, c.X0, c.N0)
		if err != nil {
			t.Fatal(err)
		}
		for _, pair := range [][2]float64{{*c.Ratio, *r.RRI}, {c.CI.Lo, *r.Lo}, {c.CI.Hi, *r.Hi}, {*c.Index, *r.Index}, {*c.Difference, two.Difference}, {c.Newcombe.Lo, two.Newcombe.Lo}, {c.Newcombe.Hi, two.Newcombe.Hi}, {*c.P, two.FisherP}} {
			if math.Abs(pair[0]-pair[1]) > 1e-9*max(1e-3, math.Abs(pair[1])) {
				t.Errorf("%s: %v, want %v", c.Group, pair[0], pair[1])
			}
		}
		if p, err := TwoProportionPower(2/(1/float64(c.N)+1/float64(c.N0)), *c.Detectable*.6, .6); err != nil || math.Abs(p-.8) > 1e-6 {
			t.Errorf("%s: the ratio that can be found has power %v, %v", c.Group, p, err)
		}
	}
	if !got[0].Alarm || got[1].Alarm || got[2].Ratio != nil || got[2].Problem == "" {
		t.Errorf("alarms: %+v", got)
	}
}

// Where decisions know no group, at most one audit in twenty raises an alarm; a group that is passed over by half as much again is found.
func TestR42_AnAuditFindsWhatIsThereAndRaisesNoFalseAlarm(t *testing.T) {
	const areas = 400
	r := rand.New(rand.NewPCG(42, 1)) // #nosec G404 -- a simulation
	draw := func(n int, p float64) int {
		x := 0
		for range n {
			if r.Float64() < p {
				x++
			}
		}
		return x
	}
	alarms := func(bias float64) (any, found int) {
		for range areas {
			groups, n := []string{"white", "asian", "black", "mixed", ""}, []int{600, 120, 150, 40, 90}
			var all []Decision
			at := n
			for k, p := range []float64{.6, .75, .7, .65, .55} {
				d := Decision{Name: string(rune('a' + k)), Reference: "white", Groups: groups, N: at, X: make([]int, len(n))}
				for g := range n {
					q := p
					if k == 0 && g == 2 {
						q /= bias
					}
					d.X[g] = draw(at[g], q)
				}
				all, at = append(all, d), d.X
			}
			out, err := Audit(all)
			if err != nil {
				t.Fatal(err)
			}
			raised := false
			for _, c := range out {
				raised = raised || c.Alarm
				if c.Alarm && c.Decision == "a" && c.Group == "black" && *c.Ratio < 1 {
					found++
				}
			}
			if raised {
				any++
			}
		}
		return any, found
	}
	quiet, _ := alarms(1)
	_, found := alarms(1.5)
	t.Logf("of %d areas without bias %d raised an alarm; a bias of 1.5 was found in %d", areas, quiet, found)
	if quiet > areas/20 || found < areas*9/10 {
		t.Errorf("%d false alarms and %d found of %d", quiet, found, areas)
	}
}
