package stats

import (
	"math"
	"math/rand/v2"
	"slices"
)

// Drawn is the error of one number when people are drawn again: the deviation over the draws, and percentiles 2.5 and 97.5.
type Drawn struct {
	SE float64 `json:"se"`
	Lo float64 `json:"lo"`
	Hi float64 `json:"hi"`
}

// RiskBootstrap is the errors of two weighted risks compared, for one estimand: their difference, and on the log scale the ratios of risks and odds.
type RiskBootstrap struct {
	Estimand Estimand `json:"estimand"`
	RD       Drawn    `json:"rd"`
	LogRR    Drawn    `json:"log_rr"`
	LogOR    Drawn    `json:"log_or"`
	Draws    int      `json:"draws"`
	Lost     int      `json:"lost"` // draws in which the model had no solution, or a risk was 0 or 1
}

// BootstrapRisks draws people with replacement, fits the propensity model anew in each draw, and compares the weighted risks of p.Outcome for each
// estimand. For one row a person it is what BootstrapGEE does, all at once: of two weighted means every family of a model says the same. The same seed
// gives the same result on any number of processors. Source: P. C. Austin, Statistics in Medicine 35 (2016) 5642-5655.
func BootstrapRisks(d *Data, p Propensity, estimands []Estimand, draws int, seed uint64) ([]RiskBootstrap, error) {
	if draws < 50 || draws > 100_000 {
		return nil, problem(BadFormula, "the number of draws goes from 50 to 100000")
	}
	if p.Outcome == "" {
		return nil, problem(BadFormula, "the bootstrap needs an outcome")
	}
	p.Estimand = ATE
	s, err := p.scores(d, p.Outcome)
	if err != nil {
		return nil, err
	}
	y, err := d.numbers(p.Outcome, s.fit.m.rows)
	if err != nil {
		return nil, err
	}
	n, k := len(s.treated), len(estimands)
	values := make([][3]float64, draws*k)
	inBlocks(draws, func(b int) {
		r := rand.New(rand.NewPCG(seed, uint64(b))) // #nosec G404 G115 -- drawing again, not a secret; b counts from nought
		times := make([]float64, n)
		for range n {
			times[r.IntN(n)]++
		}
		q := *s.fit.q
		q.w = times
		again := &scored{treated: s.treated, fit: &fitted{m: s.fit.m, family: Logistic, q: &q}}
		err := again.fit.irls(s.fit.b)
		for e, of := range estimands {
			own := p
			own.Estimand = of
			if err == nil {
				err = again.weigh(&own, times)
			}
			if err != nil {
				values[b*k+e][0] = math.NaN()
				continue
			}
			values[b*k+e] = compared(again, y, times)
		}
	})
	out := make([]RiskBootstrap, k)
	for e, of := range estimands {
		var lists [3][]float64
		for b := range draws {
			v := values[b*k+e]
			if !finite(v[0]) || !finite(v[1]) || !finite(v[2]) {
				continue
			}
			for j := range v {
				lists[j] = append(lists[j], v[j])
			}
		}
		out[e] = RiskBootstrap{Estimand: of, Draws: len(lists[0]), Lost: draws - len(lists[0])}
		if out[e].Lost*20 > draws {
			return nil, problem(NotConverged, "in %d of %d draws the model had no solution: the groups are too small", out[e].Lost, draws)
		}
		for j, to := range []*Drawn{&out[e].RD, &out[e].LogRR, &out[e].LogOR} {
			_, variance := moments(lists[j], nil)
			slices.Sort(lists[j])
			*to = Drawn{math.Sqrt(variance), quantile(lists[j], .025), quantile(lists[j], .975)}
		}
	}
	return out, nil
}

// compared is the difference of two weighted risks, and the logarithms of their ratio and of that of their odds.
func compared(s *scored, y, times []float64) [3]float64 {
	var sum, all [2]float64
	for i, v := range y {
		w := times[i] * s.weight[i]
		g := int(s.treated[i])
		sum[g] += w * v
		all[g] += w
	}
	p, q := sum[1]/all[1], sum[0]/all[0]
	return [3]float64{p - q, math.Log(p / q), math.Log(p / (1 - p) / (q / (1 - q)))}
}
