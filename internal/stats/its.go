package stats

// serial adds what residuals of a series say about each other: Durbin and
// Watson's sum (e_t - e_t-1)^2 / sum e^2, and the autocorrelation at lags 1 to 12.
// Source: J. Durbin and G. S. Watson, Biometrika 37 (1950) 409-428.
func (k *fitted) serial(f *Fit) {
	q := k.q
	n := q.runs
	if n != k.m.n || n < 14 {
		return
	}
	e := make([]float64, n)
	mean, squares, steps := 0.0, 0.0, 0.0
	for r := range n {
		mu, _, _ := k.family.at(q.eta(r, k.b), k.theta)
		e[r] = q.sy[r] - mu
		mean += e[r] / float64(n)
		squares += e[r] * e[r]
		if r > 0 {
			steps += (e[r] - e[r-1]) * (e[r] - e[r-1])
		}
	}
	if squares == 0 {
		return
	}
	f.DurbinWatson = ptr(steps / squares)
	all := 0.0
	for _, v := range e {
		all += (v - mean) * (v - mean)
	}
	for lag := 1; lag <= 12; lag++ {
		s := 0.0
		for r := lag; r < n; r++ {
			s += (e[r] - mean) * (e[r-lag] - mean)
		}
		f.Autocorrelate = append(f.Autocorrelate, s/all)
	}
}

// ITS fits an interrupted time series: a level, a trend, a step and a change of
// trend at the interruption, all of them columns of the formula, with errors that
// allow for residuals that hang together up to a lag.
// Source: J. Lopez Bernal et al., International Journal of Epidemiology 46 (2017)
// 348-355; errors by Newey and West 1987.
func ITS(d *Data, f Formula, family Family, time string, lag int) (*Fit, error) {
	if lag < 0 || lag > 1000 {
		return nil, problem(BadFormula, "the lag goes from 0 to 1000")
	}
	fit, err := FitGLM(d, GLM{Formula: f, Family: family, Errors: NeweyWest, Lag: lag, Order: time})
	if err != nil {
		return nil, err
	}
	if fit.N < 24 {
		fit.Warnings = append(fit.Warnings, "The series has fewer than 24 points: season and trend cannot be told apart.")
	}
	return fit, nil
}
