package stats

import "math"

// learned is what the errors of a weighted model need to know of the propensity model that its weights come from: never exported.
type learned struct {
	s     *scored
	slope []float64 // by row of the baseline: how the logarithm of the weight changes with the linear predictor; 0 where it was cut
	place []int32   // row of the baseline of each row of the model
}

func (s *scored) slopes(p *Propensity) []float64 {
	out := make([]float64, len(s.treated))
	uncut := &scored{fit: s.fit, treated: s.treated}
	plain := Propensity{Estimand: p.Estimand}
	if err := uncut.weigh(&plain, nil); err != nil {
		return out // it was possible before
	}
	for i, t := range s.treated {
		e := s.score[i]
		switch {
		case s.weight[i] != uncut.weight[i] || p.Estimand == ATT && t == 1: // a constant
		case p.Estimand == ATT:
			out[i] = 1
		case p.Estimand == ATO:
			out[i] = 1 - t - e
		default: // 1/e and 1/(1-e)
			out[i] = e - t
		}
	}
	return out
}

// influence is the middle of the sandwich when the propensity model is estimated as well: with u what each cluster adds to the equations and v what each
// row of the baseline adds to those of the propensity model, sum (u + A I^-1 v)(u + A I^-1 v)', A being how the equations change with the propensity
// model's coefficients and I its information. It is raised by n/(n-q), q the columns of both models: with 25 columns and 500 people, without it, intervals
// held the truth in 93 of 100 made-up areas. Source: J. K. Lunceford and M. Davidian, Statistics in Medicine 23 (2004) 2937-2960; L. A. Stefanski and
// D. D. Boos, American Statistician 56 (2002) 29-38.
func (e *equations) influence(b []float64, l *learned) ([]float64, error) {
	p, k := e.q.p, l.s.fit
	n, w := len(l.s.treated), k.q.p
	u := make([]float64, n*p) // by row of the baseline: all its clusters
	change := make([]float64, p*w)
	one, sx, unused := make([]float64, p), make([]float64, p), make([]float64, 2)
	info := make([]float64, p*p)
	for c := range e.size {
		clear(one)
		e.evenCluster(c, b, info, one, sx, unused)
		row := int(e.from[c])
		if e.order != nil {
			row = int(e.order[row])
		}
		at := int(l.place[row])
		for j, v := range one {
			u[at*p+j] += v
		}
		x := k.q.x[at*w : at*w+w]
		for j, v := range one {
			for h, z := range x {
				change[j*w+h] += l.slope[at] * v * z
			}
		}
	}
	inverse, bad := invert(k.info, w)
	if bad >= 0 {
		return nil, problem(NotConverged, "the propensity model's columns cannot be told apart")
	}
	// change I^-1, once
	by := make([]float64, p*w)
	for j := range p {
		for h := range w {
			for g := range w {
				by[j*w+h] += change[j*w+g] * inverse[g*w+h]
			}
		}
	}
	meat := make([]float64, p*p)
	for i := range n {
		x := k.q.x[i*w : i*w+w]
		v := u[i*p : i*p+p]
		r := l.s.treated[i] - l.s.score[i]
		for j := range p {
			for h, z := range x {
				v[j] += by[j*w+h] * z * r
			}
		}
		addOuter(meat, v, 1)
	}
	mirror(meat, p)
	times(meat, raised(n, p+w))
	return meat, nil
}

// raised is by how much a variance that allows for learned scores is raised for the columns of both models.
func raised(n, columns int) float64 {
	if n > columns {
		return float64(n) / float64(n-columns)
	}
	return 1
}

// learnedErrors is influence for two weighted means and one row a person, where it has a closed form that serves every family: what a person adds to the
// mean of a group is w (y - m) / W, and through the propensity model A I^-1 x (treated - score).
func (s *scored) learnedErrors(p *Propensity, y []float64, o *WeightedOutcome) error {
	q := s.fit.q
	w := q.p
	slope := s.slopes(p)
	mean := [2]float64{o.MeanOthers, o.MeanTreated}
	var all [2]float64
	for i, t := range s.treated {
		all[int(t)] += s.weight[i]
	}
	inverse, bad := invert(s.fit.info, w)
	if bad >= 0 {
		return problem(NotConverged, "the propensity model's columns cannot be told apart")
	}
	own := func(i int) (g int, v float64) {
		g = int(s.treated[i])
		return g, s.weight[i] * (y[i] - mean[g]) / all[g]
	}
	var change, by [2][]float64
	for g := range 2 {
		change[g], by[g] = make([]float64, w), make([]float64, w)
	}
	for i := range s.treated {
		g, v := own(i)
		for h, z := range q.x[i*w : i*w+w] {
			change[g][h] += slope[i] * v * z
		}
	}
	for g := range 2 {
		for h := range w {
			for k := range w {
				by[g][h] += change[g][k] * inverse[k*w+h]
			}
		}
	}
	var meat [3]float64 // others, treated, both
	for i := range s.treated {
		var add [2]float64
		g, v := own(i)
		add[g] = v
		r := s.treated[i] - s.score[i]
		for h, z := range q.x[i*w : i*w+w] {
			add[0] += by[0][h] * z * r
			add[1] += by[1][h] * z * r
		}
		meat[0] += add[0] * add[0]
		meat[1] += add[1] * add[1]
		meat[2] += add[0] * add[1]
	}
	times(meat[:], raised(len(s.treated), 2+w))
	se := func(a, b float64) float64 { return math.Sqrt(a*a*meat[0] + b*b*meat[1] - 2*a*b*meat[2]) }
	o.SELearned = se(1, 1)
	if o.LogOR != nil {
		o.LogRRSELearned = ptr(se(1/mean[0], 1/mean[1]))
		o.LogORSELearned = ptr(se(1/(mean[0]*(1-mean[0])), 1/(mean[1]*(1-mean[1]))))
	}
	return nil
}
