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
		if p, err := ChanceFound(float64(c.N), float64(c.N0), .6, *c.Detectable, .05/2); err != nil || math.Abs(p-.8) > 1e-6 {
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

// What is said of an audit's power is what audits of made-up people show: for one comparison alone, and for the strictest of many. The exact test counts in whole
// people, so that it is a few points off the smooth curve where groups are small.
func TestR42_TheChanceOfFindingABiasIsHowOftenItIsFound(t *testing.T) {
	const areas = 4000
	r := rand.New(rand.NewPCG(42, 2)) // #nosec G404 -- a simulation
	for _, c := range []struct {
		n, n0       int
		p0          float64
		comparisons float64
	}{{40, 220, .6, 1}, {80, 450, .6, 1}, {160, 900, .6, 1}, {80, 450, .6, 60}, {160, 900, .6, 60}, {320, 1800, .6, 60}, {60, 500, .3, 1}, {60, 500, .85, 20}, {200, 200, .45, 5}} {
		level := .05 / c.comparisons
		p, err := ChanceFound(float64(c.n), float64(c.n0), c.p0, 1/Bias, level)
		if err != nil {
			t.Fatal(err)
		}
		draw := func(n int, p float64) (x float64) {
			for range n {
				if r.Float64() < p {
					x++
				}
			}
			return x
		}
		found := 0
		for range areas {
			a, b := draw(c.n, c.p0/Bias), draw(c.n0, c.p0)
			if fisherP(a, float64(c.n)-a, b, float64(c.n0)-b) < level {
				found++
			}
		}
		got := float64(found) / areas
		t.Logf("%d beside %d, %.0f comparisons: said %.1f %%, found %.1f %%", c.n, c.n0, c.comparisons, 100*p, 100*got)
		if math.Abs(got-p) > .03+3*math.Sqrt(p*(1-p)/areas) {
			t.Errorf("%+v: said %.3f, found %.3f", c, p, got)
		}
	}
	for _, bad := range [][5]float64{{0, 10, .5, .5, .05}, {10, 10, 1, .5, .05}, {10, 10, 0, .5, .05}, {10, 10, .5, 1, .05}, {10, 10, .5, .5, 0}, {10, 10, .5, 3, .05}} {
		if v, err := ChanceFound(bad[0], bad[1], bad[2], bad[3], bad[4]); err == nil {
			t.Errorf("%v: %v", bad, v)
		}
	}
}
