package stats

import (
	"math"
	"slices"
	"sort"
)

// WeightedSurvival is the curves of the treated and of the others with propensity weights.
type WeightedSurvival struct {
	Treated []Point    `json:"treated"` // at the times asked for; NRisk counts people, not weights
	Others  []Point    `json:"others"`
	RMST    [2]float64 `json:"rmst"` // mean time up to tau: the treated, the others
	Diff    float64    `json:"rmst_difference"`
	DiffSE  float64    `json:"rmst_difference_se"`
	N       int        `json:"n"`
}

// WeightedKM follows people, one row each, to an event: S(t) = prod (1 - d/n) with d and n sums of weights. Errors are those of the infinitesimal
// jackknife (survival 3.5's robust ones): how log S changes with each person's weight, squared and summed; with p.Learned they allow for scores that were
// learned from the same people. Bands are on the scale of log(-log S). p.Formula names the treatment on its left. Source: S. R. Cole and M. A. Hernan,
// Computer Methods and Programs in Biomedicine 75 (2004) 45-49; T. M. Therneau, survival, vignette on methods.
func WeightedKM(d *Data, k KM, p Propensity) (*WeightedSurvival, error) {
	if k.Spell.Start != "" {
		return nil, problem(BadFormula, "weighted curves take people from the start")
	}
	rows, err := d.complete(append(k.Spell.columns(), p.Formula.Columns()...)...)
	if err != nil {
		return nil, err
	}
	if rows.len() != d.n {
		return nil, problem(BadData, "a time, an event or a covariate is missing in some row: weighted curves take complete rows")
	}
	s, err := p.scores(d, p.Outcome)
	if err != nil {
		return nil, err
	}
	time, err := d.spells(k.Spell, rows, false)
	if err != nil {
		return nil, err
	}
	var slope []float64
	var inverse []float64
	if p.Learned {
		slope = s.slopes(&p)
		var bad int
		if inverse, bad = invert(s.fit.info, s.fit.q.p); bad >= 0 {
			return nil, problem(NotConverged, "the propensity model's columns cannot be told apart")
		}
	}
	out := &WeightedSurvival{N: rows.len()}
	var mean [2][]float64 // what each person adds to the mean time of their group
	for g, to := range []*[]Point{&out.Treated, &out.Others} {
		c := newWeightedCurve(s, time, float64(1-g))
		if len(c.times) == 0 {
			return nil, problem(EmptyCell, "nobody in one of the groups had the event")
		}
		for _, t := range k.Times {
			adds := c.adds(t)
			s.learn(adds, slope, inverse)
			*to = append(*to, c.point(t, adds))
		}
		if k.Tau > 0 {
			out.RMST[g], mean[g] = c.mean(k.Tau)
			s.learn(mean[g], slope, inverse)
		}
	}
	if k.Tau > 0 {
		out.Diff = out.RMST[0] - out.RMST[1]
		for i := range mean[0] {
			a := mean[0][i] - mean[1][i]
			out.DiffSE += a * a
		}
		out.DiffSE = math.Sqrt(out.DiffSE)
	}
	return out, nil
}

// learn adds to what each person adds with known weights what they add through the propensity model.
func (s *scored) learn(adds, slope, inverse []float64) {
	if slope == nil {
		return
	}
	q := s.fit.q
	w := q.p
	change, by := make([]float64, w), make([]float64, w)
	for i, v := range adds {
		if v *= slope[i]; v != 0 {
			for h, z := range q.x[i*w : i*w+w] {
				change[h] += v * z
			}
		}
	}
	for h := range w {
		for g := range w {
			by[h] += change[g] * inverse[g*w+h]
		}
	}
	more := math.Sqrt(raised(len(adds), 2+w))
	for i := range adds {
		r := s.treated[i] - s.score[i]
		for h, z := range q.x[i*w : i*w+w] {
			adds[i] += by[h] * z * r
		}
		adds[i] *= more
	}
}

// weightedCurve is one group's steps.
type weightedCurve struct {
	s     *scored
	spell *spells
	group float64
	times []float64 // with an event
	surv  []float64 // after each
	step  []float64 // 1/(n (1-h)) at each: what an event of weight 1 takes from log S
	hold  []float64 // h/(n (1-h)), summed up to each: what being at risk with weight 1 adds to it
}

func newWeightedCurve(s *scored, spell *spells, group float64) *weightedCurve {
	c := &weightedCurve{s: s, spell: spell, group: group}
	var order []int32
	for _, i := range spell.order() {
		if s.treated[i] == group {
			order = append(order, i)
		}
	}
	risk := 0.0
	at := map[float64][2]float64{} // events and, of those who end then, all
	for k := len(order) - 1; k >= 0; k-- {
		i := order[k]
		v := at[spell.stop[i]]
		v[0] += s.weight[i] * float64(spell.event[i])
		v[1] += s.weight[i]
		at[spell.stop[i]] = v
	}
	var ends []float64
	for t := range at {
		ends = append(ends, t)
	}
	slices.Sort(ends)
	// At risk are all who end then or later.
	behind := make([]float64, len(ends))
	for k := len(ends) - 1; k >= 0; k-- {
		risk += at[ends[k]][1]
		behind[k] = risk
	}
	surv, sum := 1.0, 0.0
	for k, t := range ends {
		dead := at[t][0]
		if dead == 0 {
			continue
		}
		h := min(1, dead/behind[k])
		surv *= 1 - h
		left := behind[k] * (1 - h)
		step := 0.0
		if h < 1-1e-12 {
			step = 1 / left
		} else {
			surv = 0 // everybody had the event: nothing varies any more
		}
		sum += h * step
		c.times, c.surv, c.step, c.hold = append(c.times, t), append(c.surv, surv), append(c.step, step), append(c.hold, sum)
	}
	return c
}

// upTo is the last step at or before t, -1 for none.
func (c *weightedCurve) upTo(t float64) int {
	return sort.Search(len(c.times), func(i int) bool { return c.times[i] > t }) - 1
}

// adds is what each person adds to log S(t).
func (c *weightedCurve) adds(t float64) []float64 {
	out := make([]float64, len(c.s.treated))
	for i, g := range c.s.treated {
		if g != c.group {
			continue
		}
		stop := c.spell.stop[i]
		v := 0.0
		if k := c.upTo(min(t, stop)); k >= 0 {
			v = c.hold[k]
			if c.spell.event[i] == 1 && stop <= t {
				v -= c.step[k]
			}
		}
		out[i] = c.s.weight[i] * v
	}
	return out
}

func (c *weightedCurve) point(t float64, adds []float64) Point {
	p := Point{Time: t, Surv: 1}
	for i, g := range c.s.treated {
		if g == c.group && c.spell.stop[i] >= t {
			p.NRisk++
		}
	}
	if k := c.upTo(t); k >= 0 {
		p.Surv = c.surv[k]
	}
	squares := 0.0
	for _, a := range adds {
		squares += a * a
	}
	if p.Surv > 0 && p.Surv < 1 {
		e := math.Sqrt(squares)
		p.SE = p.Surv * e
		l := math.Log(p.Surv)
		p.Lo, p.Hi = ptr(math.Exp(l*math.Exp(-z975*e/l))), ptr(math.Exp(l*math.Exp(z975*e/l)))
		p.LogLo, p.LogHi = ptr(math.Exp(l-z975*e)), ptr(math.Min(1, math.Exp(l+z975*e)))
	}
	return p
}

// mean is the area under the curve up to tau, and what each person adds to it: the area to the right of each step, for what they take from it.
func (c *weightedCurve) mean(tau float64) (area float64, adds []float64) {
	last := c.upTo(tau)
	right := make([]float64, len(c.times)) // area from each step to tau
	end, sum := tau, 0.0
	for k := last; k >= 0; k-- {
		sum += c.surv[k] * (end - c.times[k])
		right[k], end = sum, c.times[k]
	}
	area = sum + end
	hold := make([]float64, len(c.times)) // area to the right, for what being at risk adds, summed
	at, before := 0.0, 0.0
	for k := 0; k <= last; k++ {
		at += (c.hold[k] - before) * right[k]
		before = c.hold[k]
		hold[k] = at
	}
	adds = make([]float64, len(c.s.treated))
	for i, g := range c.s.treated {
		if g != c.group {
			continue
		}
		stop := c.spell.stop[i]
		k := c.upTo(min(tau, stop))
		if k < 0 {
			continue
		}
		v := hold[k]
		if c.spell.event[i] == 1 && stop <= tau {
			v -= c.step[k] * right[k]
		}
		adds[i] = c.s.weight[i] * v
	}
	return area, adds
}
