package stats

import (
	"math"
	"slices"
	"strconv"
)

// DiD says whose outcome is compared, before and after.
type DiD struct {
	Outcome string // an expression, such as y/pop*1e4
	Treated string // 1 for areas or people that were treated at any time
	Post    string // 1 for times after
	Unit    string // fixed effects and clusters
	Period  string // fixed effects
	Family  Family // linear or poisson
	Offset  string // an expression, such as log(pop)
	Errors  Errors // "" is cr0
}

// DiDResult is the difference of differences.
type DiDResult struct {
	Means  [2][2]float64 `json:"means"` // by treated and post
	Simple float64       `json:"did_2x2"`
	Effect Term          `json:"effect"`
	Fit    *Fit          `json:"fit"`
}

// FitDiD compares the change of the treated with the change of the others: by the
// four means, and with fixed effects of unit and period and errors by unit. All
// treated must begin at once: with staggered starts compare each cohort by itself.
// Source: J. D. Angrist and J.-S. Pischke, Mostly Harmless Econometrics, 2009, 5.2;
// A. Goodman-Bacon, Journal of Econometrics 225 (2021) 254-277.
func FitDiD(d *Data, s DiD) (*DiDResult, error) {
	text := s.Outcome + " ~ factor(`" + s.Unit + "`) + factor(`" + s.Period + "`) + `" + s.Treated + "`:`" + s.Post + "`"
	if s.Offset != "" {
		text += " + offset(" + s.Offset + ")"
	}
	f, err := ParseFormula(text)
	if err != nil {
		return nil, err
	}
	rows, err := d.complete(f.Columns()...)
	if err != nil {
		return nil, err
	}
	y, err := d.response(f.response, rows)
	if err != nil {
		return nil, err
	}
	treated, err := d.numbers(s.Treated, rows)
	if err != nil {
		return nil, err
	}
	post, err := d.numbers(s.Post, rows)
	if err != nil {
		return nil, err
	}
	out := &DiDResult{}
	var n [2][2]float64
	for i, v := range y {
		t, p := treated[i], post[i]
		if t != 0 && t != 1 || p != 0 && p != 1 {
			return nil, problem(BadData, "%s and %s must be 0 or 1", s.Treated, s.Post)
		}
		out.Means[int(t)][int(p)] += v
		n[int(t)][int(p)]++
	}
	for t := range 2 {
		for p := range 2 {
			if n[t][p] == 0 {
				return nil, problem(EmptyCell, "nobody is in the cell %s %d, %s %d", s.Treated, t, s.Post, p)
			}
			out.Means[t][p] /= n[t][p]
		}
	}
	m := out.Means
	out.Simple = m[1][1] - m[1][0] - m[0][1] + m[0][0]
	if s.Errors == "" {
		s.Errors = CR0
	}
	if out.Fit, err = FitGLM(d, GLM{Formula: f, Family: s.Family, Cluster: s.Unit, Errors: s.Errors, Few: true}); err != nil {
		return nil, err
	}
	out.Effect = out.Fit.Terms[len(out.Fit.Terms)-1]
	return out, nil
}

// EventStudy is the difference between treated and others in each period against
// the one before the start, and the test that there was none before.
type EventStudy struct {
	Periods  []Term `json:"periods"`
	PreTrend *Test  `json:"pre_trend"`
}

// FitEventStudy fits treated x period with fixed effects of unit and period, errors
// by unit; the joint Wald test is over the periods before. base is the last period
// before the start. Source: Angrist and Pischke 2009, 5.2.
func FitEventStudy(d *Data, s DiD, base float64) (*EventStudy, error) {
	rows, err := d.complete(s.Treated, s.Period)
	if err != nil {
		return nil, err
	}
	if rows.len() != d.n {
		return nil, problem(BadData, "%s or %s is missing in some row", s.Treated, s.Period)
	}
	treated, err := d.numbers(s.Treated, rows)
	if err != nil {
		return nil, err
	}
	period, err := d.numbers(s.Period, rows)
	if err != nil {
		return nil, err
	}
	periods := slices.Clone(period)
	slices.Sort(periods)
	periods = slices.Compact(periods)
	if !slices.Contains(periods, base) || len(periods) > 200 {
		return nil, problem(BadData, "%s has no period %v, or too many periods", s.Period, base)
	}
	wide := &Data{n: d.n, columns: slices.Clone(d.columns)}
	text := s.Outcome + " ~ factor(`" + s.Unit + "`) + factor(`" + s.Period + "`)"
	var pre []bool
	for _, p := range periods {
		if p == base {
			continue
		}
		name := s.Treated + ":" + s.Period + strconv.FormatFloat(p, 'g', -1, 64)
		values := make([]float64, d.n)
		for i := range values {
			if period[i] == p {
				values[i] = treated[i]
			}
		}
		if err := wide.Numbers(name, values); err != nil {
			return nil, err
		}
		text += " + `" + name + "`"
		pre = append(pre, p < base)
	}
	if s.Offset != "" {
		text += " + offset(" + s.Offset + ")"
	}
	f, err := ParseFormula(text)
	if err != nil {
		return nil, err
	}
	if s.Errors == "" {
		s.Errors = CR0
	}
	fit, err := FitGLM(wide, GLM{Formula: f, Family: s.Family, Cluster: s.Unit, Errors: s.Errors, Few: true})
	if err != nil {
		return nil, err
	}
	first := len(fit.Terms) - len(pre)
	out := &EventStudy{Periods: fit.Terms[first:]}
	var names []string
	for i, t := range out.Periods {
		if pre[i] {
			names = append(names, t.Name)
		}
	}
	// Errors by unit leave no more directions than there are units.
	if len(names) > 0 && len(names) < fit.Clusters/2 {
		out.PreTrend, err = fit.Wald(names...)
	}
	return out, err
}

// Wald tests that several coefficients are all 0: b' V^-1 b. Source: A. Wald,
// Transactions of the American Mathematical Society 54 (1943) 426-482.
func (f *Fit) Wald(terms ...string) (*Test, error) {
	p := len(terms)
	at := make([]int, p)
	b := make([]float64, p)
	for i, name := range terms {
		at[i] = slices.IndexFunc(f.Terms, func(t Term) bool { return t.Name == name })
		if at[i] < 0 {
			return nil, problem(BadFormula, "the model has no term %s", name)
		}
		b[i] = f.Terms[at[i]].Coef
	}
	v, scale := make([]float64, p*p), make([]float64, p)
	for i := range p {
		scale[i] = math.Sqrt(f.Covariance[at[i]][at[i]])
	}
	for i := range p {
		for j := range p {
			v[i*p+j] = f.Covariance[at[i]][at[j]] / scale[i] / scale[j]
		}
		b[i] /= scale[i]
	}
	l := make([]float64, p*p)
	if cholesky(v, l, p, 1e-9) >= 0 {
		return nil, problem(TooFew, "there are too few clusters to test %d terms together", p)
	}
	x := slices.Clone(b)
	solve(l, x, p)
	out := &Test{DF: p}
	for i := range p {
		out.ChiSq += b[i] * x[i]
	}
	out.P = pChi(out.ChiSq, float64(p))
	return out, nil
}
