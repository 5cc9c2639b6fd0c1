package analysis

import (
	"math"
	"slices"

	"waymark.example/internal/evidence/cohort"
	"waymark.example/internal/stats"
)

// year is the days of a year in rates.
const year = 365.25

// ratesOf are the outcomes that are counted by time at liberty.
func ratesOf() []string {
	return []string{cohort.Rearrest, cohort.NonWarrant, cohort.Charged, cohort.Indictable, cohort.Prison}
}

// rate is T4 for one outcome and window: everybody who is linked, for as long as they were watched and at liberty.
func (r *runner) rate(key string, window int, liberty bool) (*Rate, error) {
	o := cohort.OutcomeOf(key)
	out := &Rate{Key: key, Words: o.Noun, Window: window, Interval: "exact Poisson; a little too narrow, because events of one person hang together"}
	s := &set{outcome: key, window: window}
	var time []float64
	for i := range r.c.People {
		p := &r.c.People[i]
		a := arm(p)
		if a > 1 || !p.Linked {
			continue
		}
		days := min(p.Follow, window)
		if liberty {
			days = p.Liberty(window)
		}
		if days <= 0 {
			continue // never at liberty: no time in which something could have happened
		}
		n := p.Counted(key, window)
		s.people, s.lead = append(s.people, p), append(s.lead, float64(1-a))
		s.y = append(s.y, float64(n))
		time = append(time, float64(days)/year)
		s.n[a]++
		s.events[a] += n
		if n > 0 {
			out.People[a]++
		}
		out.Count[a] += float64(n)
		out.Years[a] += float64(days) / year
	}
	out.N = s.n
	for a := range 2 {
		if v, err := stats.NewRate(s.events[a], out.Years[a]); err == nil {
			out.Rate[a], out.Lo[a], out.Hi[a] = num(v.Rate), num(v.Exact.Lo), num(v.Exact.Hi)
		}
	}
	out.Ratio = r.estimate(s, Crude, RateRatio, "Poisson, robust by person")
	nb := r.estimate(s, Crude, RateRatio, "negative binomial, robust by person")
	negbin := key == r.c.Definition.Primary && liberty
	if negbin {
		out.NegBin = &nb
	}
	_, small := s.enough()
	if small != nil {
		if err := out.Ratio.fail(small); err != nil {
			return nil, err
		}
		return out, nb.fail(small)
	}
	d, err := s.data(nil)
	if err != nil {
		return nil, err
	}
	if err := d.Numbers("years", time); err != nil {
		return nil, err
	}
	f, err := stats.ParseFormula("y ~ lead + offset(log(years))")
	if err != nil {
		return nil, err
	}
	errors := stats.HC0
	if s.n[0]+s.n[1] < fewPeople {
		errors = stats.HC3
	}
	fit, err := stats.FitGLM(d, stats.GLM{Formula: f, Family: stats.Poisson, Errors: errors})
	if err != nil {
		if err := out.Ratio.fail(err); err != nil {
			return nil, err
		}
	} else {
		out.Ratio.term(fit, "lead", true)
	}
	if negbin {
		fit, err := stats.FitGLM(d, stats.GLM{Formula: f, Family: stats.NegBin})
		if err != nil {
			return out, nb.fail(err)
		}
		nb.term(fit, "lead", true)
	}
	return out, nil
}

// custody is days in custody of a person-year watched; days of one person hang together, so only the difference of means has an interval.
func (r *runner) custody(window int) (*Rate, error) {
	out := &Rate{Key: "custody_days", Words: "Nights in prison and days in police custody, by person-year watched", Window: window}
	s := &set{window: window}
	for i := range r.c.People {
		p := &r.c.People[i]
		a := arm(p)
		if a > 1 || !p.Linked || p.Follow == 0 {
			continue
		}
		days := p.CustodyDays(window)
		years := float64(min(p.Follow, window)) / year
		s.people, s.lead, s.y = append(s.people, p), append(s.lead, float64(1-a)), append(s.y, days/years)
		s.n[a]++
		if days > 0 {
			s.events[a]++
		}
		out.Count[a] += days
		out.Years[a] += years
	}
	out.N, out.People = s.n, s.events
	for a := range 2 {
		if out.Years[a] > 0 {
			out.Rate[a] = num(out.Count[a] / out.Years[a])
		}
	}
	out.Ratio = r.estimate(s, Crude, Difference, "linear model of days a person-year, robust by person")
	out.Ratio.Words = "Days a person-year: difference of the people's means"
	fit, err := func() (*stats.Fit, error) {
		if _, err := s.enough(); err != nil {
			return nil, err
		}
		return r.fit(s, nil, stats.Linear, "y ~ lead", nil)
	}()
	if err != nil {
		return out, out.Ratio.fail(err)
	}
	out.Ratio.term(fit, "lead", false)
	return out, nil
}

// times are every thirty days up to tau.
func times(tau int) []float64 {
	var out []float64
	for t := 30; t <= tau; t += 30 {
		out = append(out, float64(t))
	}
	if n := len(out); n == 0 || out[n-1] != float64(tau) {
		out = append(out, float64(tau))
	}
	return out
}

// survival is F2: everybody who is linked, from the start until the first event, death, or the end of watching.
func (r *runner) survival() (Survival, error) {
	def := r.c.Definition
	out := Survival{Words: cohort.OutcomeOf(def.Primary).Words, Caveat: r.design.Caveat,
		Bands: "Curves on the scale of log(-log); mean numbers robust by person. 95 % at each day by itself, not over the whole curve."}
	s := &set{outcome: def.Primary}
	var time, event, cause []float64
	follow := [2][]int{}
	for i := range r.c.People {
		p := &r.c.People[i]
		a := arm(p)
		if a > 1 || !p.Linked {
			continue
		}
		first := p.First(def.Primary)
		t, e, c := float64(p.Follow), 0.0, 0.0
		switch {
		case first > 0:
			t, e, c = float64(first), 1, 1
			s.events[a]++
		case p.Last == cohort.Died:
			c = 2
		}
		if t == 0 {
			t = 0.5 // died, moved, or was first seen on the last day
		}
		s.people, s.lead, s.y = append(s.people, p), append(s.lead, float64(1-a)), append(s.y, e)
		time, event, cause = append(time, t), append(event, e), append(cause, c)
		follow[a] = append(follow[a], p.Follow)
		s.n[a]++
	}
	// The longest window that twenty people of each arm are watched over.
	out.Tau = def.Window[0]
	for _, w := range def.Window {
		enough := true
		for a := range 2 {
			n := 0
			for _, f := range follow[a] {
				if f >= w {
					n++
				}
			}
			enough = enough && n >= cohort.Few
		}
		if enough {
			out.Tau = w
		}
	}
	s.window = out.Tau
	out.RMSTDiff = r.estimate(s, Crude, Difference, "Greenwood's variance")
	out.RMSTDiff.Words = "Mean days without the outcome up to the end of the curve: difference"
	out.MeanDiff = r.estimate(s, Crude, Difference, "robust by person")
	out.MeanDiff.Words = "Mean number for a person up to the end of the curve: difference"
	out.Hazard = r.estimate(s, Crude, HazardRatio, "Cox, Efron's ties, robust by person")
	if _, small := s.enough(); small != nil {
		if stats.KindOf(small) == "" {
			return out, small
		}
		return out, out.fail(small)
	}
	d, err := s.data(nil)
	if err != nil {
		return out, err
	}
	usual := make([]float64, len(s.lead)) // LEAD is 0, so that it comes first
	for i, l := range s.lead {
		usual[i] = 1 - l
	}
	for _, c := range []struct {
		name   string
		values []float64
	}{{"usual", usual}, {"time", time}, {"event", event}, {"cause", cause}} {
		if err := d.Numbers(c.name, c.values); err != nil {
			return out, err
		}
	}
	at := times(out.Tau)
	arms := []cohort.Arm{cohort.Lead, cohort.Usual}
	km, err := stats.KaplanMeier(d, stats.KM{Spell: stats.Spell{Time: "time", Event: "event"}, By: "usual", Times: at, Tau: float64(out.Tau)})
	if err != nil {
		return out, out.fail(err)
	}
	out.LogRank = km.LogRank
	out.LogRank.Observed, out.LogRank.Expected, out.LogRank.Variance = nil, nil, nil
	var se [2]float64
	for a, st := range km.Strata {
		c := Curve{Arm: arms[a], N: st.N, Events: st.Events}
		for _, p := range st.Times {
			c.Points = append(c.Points, Point{Day: int(p.Time), AtRisk: p.NRisk, Value: p.Surv, Lo: p.Lo, Hi: p.Hi})
		}
		out.Free = append(out.Free, c)
		if st.RMST != nil && st.RMSTSE != nil {
			out.RMST[a], se[a] = st.RMST, *st.RMSTSE
		}
	}
	if out.RMST[0] != nil && out.RMST[1] != nil {
		out.RMSTDiff.around(*out.RMST[0]-*out.RMST[1], math.Hypot(se[0], se[1]), false, 2)
	} else {
		out.RMSTDiff.Problem = "The curves end before the window does."
	}
	inc, err := stats.CumulativeIncidence(d, stats.Competing{Spell: stats.Spell{Time: "time", Event: "cause"}, By: "usual", Times: at})
	if err != nil {
		return out, out.fail(err)
	}
	for _, v := range inc.Curves {
		a := 0
		if v.Group == "1" {
			a = 1
		}
		c := Curve{Arm: arms[a], N: v.N, Events: v.Events}
		for i, p := range v.Times {
			lo, hi := logLog(p.Est, p.Variance)
			c.Points = append(c.Points, Point{Day: int(p.Time), AtRisk: out.Free[a].Points[i].AtRisk, Value: p.Est, Lo: lo, Hi: hi})
		}
		if v.Cause == 1 {
			out.Incidence = append(out.Incidence, c)
		} else {
			out.Deaths = append(out.Deaths, c)
		}
	}
	if i := slices.IndexFunc(inc.Gray, func(g stats.Gray) bool { return g.Cause == 1 }); i >= 0 {
		out.Gray = &inc.Gray[i]
	}
	f, err := stats.ParseFormula("Surv(time, event) ~ lead")
	if err != nil {
		return out, err
	}
	cox, err := stats.FitCox(d, stats.Cox{Formula: f, Robust: true})
	if err != nil {
		if err := out.Hazard.fail(err); err != nil {
			return out, err
		}
	} else {
		out.Hazard.term(cox, "lead", true)
	}
	if err := r.weightedCurves(s, &out, d, at); err != nil {
		return out, err
	}
	return out, r.repeated(s, &out, at)
}

// weightedCurves are the curves as they would be if the comparison were like the people of LEAD in what was known before.
func (r *runner) weightedCurves(s *set, out *Survival, d *stats.Data, at []float64) error {
	if r.main != WeighATT {
		return nil
	}
	e := r.estimate(s, WeighATT, Difference, "robust, allowing for weights that were worked out from the same people")
	e.Words = "Mean days without the outcome up to the end of the curve, weighted to the people of LEAD: difference"
	out.WeightedDiff = &e
	m := newModel(s, r.c.Definition.Covariates)
	p, err := m.propensity(stats.ATT, true, "")
	if err != nil {
		return e.fail(err)
	}
	if err := m.into(d); err != nil {
		return err
	}
	p.Learned = true
	w, err := stats.WeightedKM(d, stats.KM{Spell: stats.Spell{Time: "time", Event: "event"}, Times: at, Tau: float64(out.Tau)}, p)
	if err != nil {
		return e.fail(err)
	}
	for a, points := range [][]stats.Point{w.Treated, w.Others} {
		c := Curve{Arm: out.Free[a].Arm, N: s.n[a], Events: s.events[a]}
		for _, v := range points {
			c.Points = append(c.Points, Point{Day: int(v.Time), AtRisk: v.NRisk, Value: v.Surv, Lo: v.Lo, Hi: v.Hi})
		}
		out.Weighted = append(out.Weighted, c)
	}
	e.around(w.Diff, w.DiffSE, false, 2)
	return nil
}

// fail says of the whole figure why it is not there.
func (v *Survival) fail(err error) error {
	for _, e := range []*Estimate{&v.RMSTDiff, &v.MeanDiff, &v.Hazard} {
		if err := e.fail(err); err != nil {
			return err
		}
	}
	v.Problem = Sentence(stats.General(err))
	return nil
}

// logLog is the 95 % band of a chance on the scale of log(-log).
func logLog(f, variance float64) (lo, hi *float64) {
	if !(f > 0 && f < 1 && variance > 0) {
		return nil, nil
	}
	l := math.Log(f)
	e := math.Sqrt(variance) / (f * l)
	z := quantile([2]int{fewPeople, 0}, 0)
	a, b := math.Exp(l*math.Exp(z*e)), math.Exp(l*math.Exp(-z*e))
	return num(min(a, b)), num(max(a, b))
}

// repeated counts every event of the primary outcome, not the first alone.
func (r *runner) repeated(s *set, out *Survival, at []float64) error {
	var person, usual, start, stop, event []float64
	row := func(i int, from, to, e float64) {
		person, usual, start, stop, event = append(person, float64(i)), append(usual, 1-s.lead[i]), append(start, from), append(stop, to), append(event, e)
	}
	for i, p := range s.people {
		from := 0.0
		for _, day := range p.Days(s.outcome) {
			if day < 1 {
				continue
			}
			to := max(float64(day), from+1.0/1024) // two on one day: one a moment after the other
			row(i, from, to, 1)
			from = to
		}
		if end := max(float64(p.Follow), 0.5); end > from {
			row(i, from, end, 0)
		}
	}
	d := stats.NewData()
	for _, c := range []struct {
		name   string
		values []float64
	}{{"person", person}, {"usual", usual}, {"start", start}, {"stop", stop}, {"event", event}} {
		if err := d.Numbers(c.name, c.values); err != nil {
			return err
		}
	}
	for i := range at {
		at[i] += 0.5 // what happens on a day is within it, the moments after included
	}
	mean, err := stats.MeanCumulativeCount(d, stats.Recurrent{Spell: stats.Spell{Start: "start", Time: "stop", Event: "event"}, Person: "person", By: "usual", Times: at})
	if err != nil {
		return out.MeanDiff.fail(err)
	}
	z := quantile(s.n, 2)
	var last, se [2]float64
	for a, m := range mean {
		c := Curve{Arm: []cohort.Arm{cohort.Lead, cohort.Usual}[a], N: m.People, Events: m.Events}
		for _, p := range m.Times {
			c.Points = append(c.Points, Point{Day: int(p.Time), AtRisk: watched(s, a, int(p.Time)), Value: p.Mean, Lo: num(max(0, p.Mean-z*p.SE)), Hi: num(p.Mean + z*p.SE)})
			last[a], se[a] = p.Mean, p.SE
		}
		out.Mean = append(out.Mean, c)
	}
	out.MeanDiff.around(last[0]-last[1], math.Hypot(se[0], se[1]), false, 2)
	return nil
}

// watched counts people of an arm who were watched up to a day.
func watched(s *set, a, day int) int {
	n := 0
	for _, p := range s.people {
		if arm(p) == a && p.Follow >= day {
			n++
		}
	}
	return n
}
