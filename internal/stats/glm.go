package stats

import (
	"math"
)

// Errors says which standard errors z, p and the interval are made of.
type Errors string

// Standard errors. H is the information, u the scores, h the leverage, e the
// residuals, G clusters and p terms.
const (
	ModelErrors Errors = "model"     // from H alone
	HC0         Errors = "hc0"       // White 1980: H^-1 (sum u u') H^-1
	HC1         Errors = "hc1"       // HC0 times n/(n-p)
	HC2         Errors = "hc2"       // residuals divided by sqrt(1-h)
	HC3         Errors = "hc3"       // residuals divided by 1-h: MacKinnon and White 1985
	CR0         Errors = "cr0"       // Liang and Zeger 1986: scores summed by cluster, no factor
	CR1         Errors = "cr1"       // CR0 times G/(G-1)
	CR1S        Errors = "cr1s"      // CR0 times G/(G-1) * (n-1)/(n-p)
	CR2         Errors = "cr2"       // Bell and McCaffrey 2002, Pustejovsky and Tipton 2018
	CR3         Errors = "cr3"       // Mancl and DeRouen 2001: each cluster as if it were left out
	NeweyWest   Errors = "neweywest" // Newey and West 1987: Bartlett weights, no prewhitening, no factor
)

// GLM says which generalised linear model to fit.
type GLM struct {
	Formula Formula
	Family  Family
	Weights string // column of prior weights
	Cluster string // column that names who belongs together
	Errors  Errors // "" is CR0 with a cluster, HC0 for negbin, and the model's otherwise
	Lag     int    // of Newey and West
	Order   string // column of time, for Newey and West; "" is the order of the rows

	// Few raises no alarm about few clusters: areas of a difference in differences.
	Few bool
}

// Term is one coefficient. Lo and Hi are its 95 % interval, z = coef/se, and Exp
// is exp(coef): an odds, rate or hazard ratio, with the same interval.
type Term struct {
	Name     string   `json:"name"`
	Coef     float64  `json:"coef"`
	ModelSE  float64  `json:"model_se"`
	RobustSE *float64 `json:"robust_se"`
	Z        float64  `json:"z"`
	P        float64  `json:"p"`
	Exp      *float64 `json:"exp"`
	Lo       float64  `json:"lo"`
	Hi       float64  `json:"hi"`
	ExpLo    *float64 `json:"exp_lo"`
	ExpHi    *float64 `json:"exp_hi"`
}

// Fit is what a model found. It holds nothing about single rows.
type Fit struct {
	Terms      []Term   `json:"terms"`
	Alpha      *float64 `json:"alpha"` // working correlation
	Scale      float64  `json:"scale"` // dispersion
	N          int      `json:"n"`
	Clusters   int      `json:"clusters"`
	LogLik     *float64 `json:"loglik"`
	Iterations int      `json:"iterations"`
	Converged  bool     `json:"converged"`

	Errors        Errors    `json:"errors,omitempty"`
	Missing       int       `json:"missing"` // rows left out, because something in them is missing
	Events        int       `json:"events,omitempty"`
	NullLogLik    *float64  `json:"loglik_null,omitempty"`
	Deviance      *float64  `json:"deviance,omitempty"`
	AIC           *float64  `json:"aic,omitempty"`
	QIC           *float64  `json:"qic,omitempty"`
	Theta         *float64  `json:"theta,omitempty"`
	ThetaSE       *float64  `json:"theta_se,omitempty"`
	Dispersion    *float64  `json:"pearson_dispersion,omitempty"`
	Concordance   *float64  `json:"concordance,omitempty"`
	ScoreTest     *float64  `json:"score_test,omitempty"`
	LRTest        *float64  `json:"lr_test,omitempty"`
	DurbinWatson  *float64  `json:"durbin_watson,omitempty"`
	Autocorrelate []float64 `json:"autocorrelation,omitempty"` // of residuals, lags 1 to 12

	Covariance     [][]float64    `json:"covariance"` // what z, p and the interval are made of
	Proportional   []Proportional `json:"proportional_hazards,omitempty"`
	BaselineHazard *float64       `json:"baseline_hazard_last,omitempty"`
	Warnings       []string       `json:"warnings,omitempty"`
}

func ptr(v float64) *float64 { return &v }

// z975 is the normal quantile of a 95 % interval.
const z975 = 1.959963984540054

// pNormal is the two-sided p-value of z, to its full precision in the tail.
func pNormal(z float64) float64 { return math.Erfc(math.Abs(z) / math.Sqrt2) }

// finish turns scaled coefficients and covariances into a Fit.
func (m *design) finish(b, model, robust []float64, exp bool) (*Fit, error) {
	p := m.p
	coef, modelCov := m.units(b, model)
	used := modelCov
	var robustCov []float64
	if robust != nil {
		_, robustCov = m.units(b, robust)
		used = robustCov
	}
	f := &Fit{N: m.n, Converged: true, Missing: m.missing}
	for j := range p {
		t := Term{Name: m.names[j], Coef: coef[j], ModelSE: math.Sqrt(modelCov[j*p+j])}
		se := math.Sqrt(used[j*p+j])
		if robustCov != nil {
			t.RobustSE = ptr(se)
		}
		if !finite(coef[j]) || !finite(t.ModelSE) || !finite(se) || se <= 0 {
			return nil, problem(NotConverged, "the standard error of %s cannot be worked out from these rows", t.Name)
		}
		t.withError(se, exp)
		f.Terms = append(f.Terms, t)
	}
	for i := range p {
		f.Covariance = append(f.Covariance, used[i*p:i*p+p])
	}
	return f, nil
}

func (t *Term) withError(se float64, exp bool) {
	t.Z = t.Coef / se
	t.P = pNormal(t.Z)
	t.Lo, t.Hi = t.Coef-z975*se, t.Coef+z975*se
	t.Exp, t.ExpLo, t.ExpHi = nil, nil, nil
	if exp {
		t.Exp, t.ExpLo, t.ExpHi = finitePtr(math.Exp(t.Coef)), finitePtr(math.Exp(t.Lo)), finitePtr(math.Exp(t.Hi))
	}
}

// finitePtr leaves out what JSON has no number for.
func finitePtr(v float64) *float64 {
	if !finite(v) {
		return nil
	}
	return &v
}

// fitted is a model before its errors are chosen.
type fitted struct {
	m           *design
	q           *panel
	family      Family
	theta       float64
	b           []float64
	info        []float64 // information, H
	inverse     []float64
	loglik      float64
	pearson     float64 // sum w (y-mu)^2/V
	iterations  int
	order, from []int32
}

// FitGLM fits a generalised linear model by iteratively reweighted least squares.
// Source: McCullagh and Nelder 1989, 2.5; R 4.2 glm and sandwich 3.0.
func FitGLM(d *Data, g GLM) (*Fit, error) {
	if g.Errors == "" {
		switch {
		case g.Cluster != "":
			g.Errors = CR0
		case g.Family == NegBin:
			g.Errors = HC0
		default:
			g.Errors = ModelErrors
		}
	}
	packed := g.Errors != NeweyWest && g.Errors != CR2 && g.Errors != CR3
	k, err := fitGLM(d, g, packed)
	if err != nil {
		return nil, err
	}
	return k.report(g)
}

func fitGLM(d *Data, g GLM, packed bool) (*fitted, error) {
	if g.Formula.response == nil {
		return nil, problem(BadFormula, "the formula has no outcome on its left side")
	}
	m, err := d.newDesign(g.Formula, []string{g.Weights, g.Cluster, g.Order}, true, nil)
	if err != nil {
		return nil, err
	}
	var w []float64
	if g.Weights != "" {
		if w, err = d.weights(g.Weights, m.rows); err != nil {
			return nil, err
		}
	}
	return m.fit(d, g, w, packed)
}

func (d *Data) weights(name string, rows rowSet) ([]float64, error) {
	w, err := d.numbers(name, rows)
	for _, v := range w {
		if v < 0 || math.IsInf(v, 0) {
			return nil, problem(BadData, "the weight %s is below 0 in some row", name)
		}
	}
	return w, err
}

func (m *design) fit(d *Data, g GLM, w []float64, packed bool) (*fitted, error) {
	fixed, ideal, err := g.Family.check(m.y, w, g.Formula.response.String())
	if err != nil {
		return nil, err
	}
	if err := m.independent(); err != nil {
		return nil, err
	}
	k := &fitted{m: m, family: g.Family}
	var sort []float64
	if g.Order != "" {
		if sort, err = d.numbers(g.Order, m.rows); err != nil {
			return nil, err
		}
	}
	switch {
	case g.Cluster != "":
		c, err := d.mustColumn(g.Cluster)
		if err != nil {
			return nil, err
		}
		code, labels := c.groups(m.rows)
		if len(labels) < 2 {
			return nil, problem(TooFew, "all rows belong to one %s: errors by %s need at least two", g.Cluster, g.Cluster)
		}
		k.order, k.from = byCluster(code, sort)
	case sort != nil:
		k.order, _ = byCluster(make([]int32, m.n), sort)
	}
	k.q = newPanel(m, w, k.order, k.from, packed && g.Family != NegBin)
	k.q.fixed, k.q.ideal = fixed, ideal
	if g.Family == NegBin {
		return k, k.negbin()
	}
	return k, k.irls(nil)
}

// sums is one pass over the runs at b.
type sums struct {
	info, score []float64
	loglik      float64
	pearson     float64
	ok          bool
}

func (k *fitted) pass(b []float64, edges []int) sums {
	p, q := k.q.p, k.q
	parts := make([][]float64, len(edges)-1)
	inBlocks(len(parts), func(block int) {
		a := make([]float64, p*p+p+2)
		info, score := a[:p*p], a[p*p:p*p+p]
		for r := edges[block]; r < edges[block+1]; r++ {
			eta := q.eta(r, b)
			mu, weight, factor := k.family.at(eta, k.theta)
			m, sy, w := q.m[r], q.sy[r], q.weight(r)
			x := q.x[r*p : r*p+p]
			addOuter(info, x, w*m*weight)
			u := w * factor * (sy - m*mu)
			for j, v := range x {
				score[j] += u * v
			}
			a[p*p+p] += w * k.family.loglik(eta, mu, m, sy, q.s2[r], k.theta)
			if variance := weight / (factor * factor); variance > 0 {
				if k.family == NegBin {
					variance = mu + mu*mu/k.theta
				}
				a[p*p+p+1] += w * (q.s2[r] - 2*mu*sy + m*mu*mu) / variance
			}
		}
		parts[block] = a
	})
	a := addAll(parts, p*p+p+2)
	s := sums{info: a[:p*p], score: a[p*p : p*p+p], loglik: a[p*p+p], pearson: a[p*p+p+1]}
	mirror(s.info, p)
	s.ok = finite(s.loglik)
	return s
}

const (
	maxIterations = 60
	tolerance     = 1e-10
)

// irls maximises the likelihood from b, or from the mean alone.
func (k *fitted) irls(b []float64) error {
	p, q := k.q.p, k.q
	edges := q.runBlocks()
	if b == nil {
		b = make([]float64, p)
		if k.m.intercept && k.family != Linear {
			sy, all := 0.0, 0.0
			for r := range q.runs {
				w := q.weight(r)
				sy += w * q.sy[r]
				size := q.m[r]
				if q.off != nil && k.family != Logistic {
					size *= math.Exp(q.off[r])
				}
				all += w * size
			}
			if mean := sy / all; k.family == Logistic {
				b[0] = math.Log(mean / (1 - mean))
			} else {
				b[0] = math.Log(mean)
			}
		}
	}
	now := k.pass(b, edges)
	if !now.ok {
		return problem(NotConverged, "the model has no likelihood to start from: look at the size of the offset")
	}
	l := make([]float64, p*p)
	step := make([]float64, p)
	for it := 1; it <= maxIterations; it++ {
		if bad := cholesky(now.info, l, p, 1e-13); bad >= 0 {
			if it > 1 {
				if err := k.separated(step, 0.05); err != nil {
					return err
				}
			}
			return problem(Collinear, "%s cannot be told apart from the columns before it", k.m.names[bad])
		}
		copy(step, now.score)
		solve(l, step, p)
		next := make([]float64, p)
		var after sums
		factor := 1.0
		for try := 0; ; try++ {
			for j := range p {
				next[j] = b[j] + factor*step[j]
			}
			after = k.pass(next, edges)
			if after.ok && after.loglik >= now.loglik-1e-10*math.Abs(now.loglik)-1e-10 {
				break
			}
			if factor /= 2; try == 30 {
				return problem(NotConverged, "the model did not settle: no step makes it better")
			}
		}
		largest := 0.0
		for j := range p {
			largest = max(largest, math.Abs(factor*step[j])/(1+math.Abs(next[j])))
		}
		b, now = next, after
		k.iterations = it
		if largest < tolerance || k.family == Linear && it == 2 {
			return k.keep(b, now)
		}
		if it >= 8 && k.family != Linear {
			if err := k.separated(step, 1e-3); err != nil {
				return err
			}
		}
	}
	if err := k.separated(step, 0.05); err != nil {
		return err
	}
	return problem(NotConverged, "the model did not settle after %d iterations", maxIterations)
}

func (k *fitted) keep(b []float64, s sums) error {
	k.b, k.info, k.loglik, k.pearson = b, s.info, s.loglik, s.pearson
	var bad int
	if k.inverse, bad = invert(s.info, k.q.p); bad >= 0 {
		return problem(Collinear, "%s cannot be told apart from the columns before it", k.m.names[bad])
	}
	return nil
}

// separated proves that the likelihood rises for ever in the direction of the
// last step: no outcome speaks against it.
// Source: A. Albert and J. A. Anderson, Biometrika 71 (1984) 1-10.
func (k *fitted) separated(step []float64, slack float64) error {
	p, q := k.q.p, k.q
	largest := 0.0
	dir := make([]float64, q.runs)
	for r := range q.runs {
		for j, v := range q.x[r*p : r*p+p] {
			dir[r] += v * step[j]
		}
		largest = max(largest, math.Abs(dir[r]))
	}
	if largest < 0.3 {
		return nil
	}
	limit := slack * largest
	for r := range q.runs {
		if q.weight(r) == 0 {
			continue
		}
		up, down := dir[r] > limit, dir[r] < -limit
		switch {
		case q.sy[r] == 0:
			if up {
				return nil
			}
		case k.family == Logistic && q.sy[r] == q.m[r]:
			if down {
				return nil
			}
		case up || down:
			return nil
		}
	}
	worst, at := -1.0, 0
	for j, s := range step {
		if j == 0 && k.m.intercept {
			continue
		}
		if math.Abs(s) > worst {
			worst, at = math.Abs(s), j
		}
	}
	return problem(Separation, "%s tells the outcome apart with no exception in some group, so its effect has no finite value: merge groups or take it out", k.m.names[at])
}

// report chooses the errors and puts the fit together.
func (k *fitted) report(g GLM) (*Fit, error) {
	p := k.q.p
	scale := 1.0
	dispersion := k.pearson / float64(max(k.m.n-p, 1))
	if k.family == Linear {
		scale = dispersion
		if k.m.n == p || k.pearson <= 1e-20*float64(k.m.n) {
			return nil, problem(TooFew, "the model fits every row exactly: nothing is left to judge its error by")
		}
	}
	model := make([]float64, p*p)
	for i, v := range k.inverse {
		model[i] = v * scale
	}
	kind := g.Errors
	shown := kind
	if kind == ModelErrors {
		shown = HC0
		if k.from != nil {
			shown = CR0
		}
	}
	robust, err := k.robust(shown, g)
	if err != nil {
		return nil, err
	}
	f, err := k.m.finish(k.b, model, robust, k.family != Linear)
	if err != nil {
		return nil, err
	}
	if kind == ModelErrors {
		_, cov := k.m.units(k.b, model)
		for j := range f.Terms {
			f.Terms[j].withError(f.Terms[j].ModelSE, k.family != Linear)
			copy(f.Covariance[j], cov[j*p:j*p+p])
		}
	}
	f.Errors, f.Scale, f.Iterations, f.Dispersion = kind, scale, k.iterations, &dispersion
	ll := k.loglik + k.q.fixed
	f.Deviance = ptr(2 * (k.q.ideal - k.loglik))
	if k.family == Linear {
		rss := -2 * k.loglik
		n := float64(k.m.n)
		f.Deviance = &rss
		ll = -n / 2 * (math.Log(2*math.Pi*rss/n) + 1)
		f.AIC = ptr(-2*ll + 2*float64(p+1))
	} else {
		f.AIC = ptr(-2*ll + 2*float64(p))
	}
	if k.family == NegBin {
		k.negbinReport(f)
	} else {
		f.LogLik = &ll
	}
	if k.from != nil {
		f.Clusters = len(k.from) - 1
		f.Warnings = fewClusters(f.Clusters, p, g.Few)
	}
	if g.Errors == NeweyWest || g.Order != "" {
		k.serial(f)
	}
	return f, nil
}

// fewClusters is what to know about robust errors of few clusters: below 50 they
// are too small, by up to 2 points of a 5 % test at 20.
func fewClusters(clusters, terms int, known bool) []string {
	var out []string
	if clusters < 50 && !known {
		out = append(out, "There are fewer than 50 clusters: robust errors are too small, and only very large effects can be seen.")
	}
	if clusters <= terms {
		out = append(out, "There are not more clusters than terms: robust errors cannot be trusted.")
	}
	return out
}
