package stats

import (
	"math"
)

// Correlation is how rows of one cluster are taken to hang together.
type Correlation string

// Working correlations.
const (
	Independence Correlation = "independence"
	Exchangeable Correlation = "exchangeable" // the same between any two rows
	AR1          Correlation = "ar1"          // alpha to the power of the distance
)

// GEE says which generalised estimating equations to solve.
type GEE struct {
	Formula     Formula
	Family      Family // logistic, poisson or linear
	Cluster     string
	Correlation Correlation // "" is independence
	Weights     string      // column of weights, the same for all rows of a cluster
	Propensity  *Propensity // weights that are worked out from a propensity model instead
	Order       string      // column of time, for ar1; "" is the order of the rows
	ScaleFix    bool        // the dispersion is 1, and not estimated
}

// FitGEE solves sum D' V^-1 (y - mu) = 0 over clusters, with V = phi A^(1/2) R(alpha) A^(1/2) / w,
// phi = sum(w r^2) / sum(w) and, for exchangeable, alpha = sum(w^2 C) / sum(w^2 n(n-1)/2) / phi,
// C the sum of products of pairs of Pearson residuals r; no correction for the number of
// terms. For ar1, alpha solves sum w^2 d alpha^(d-1) (r_j r_k / phi - alpha^d) = 0 over pairs at
// distance d. The covariance is the sandwich, the model's is phi H^-1.
// Source: K.-Y. Liang and S. L. Zeger, Biometrika 73 (1986) 13-22; conventions of
// U. Halekoh et al., Journal of Statistical Software 15/2 (2006), geepack 1.3.9. QIC: W. Pan,
// Biometrics 57 (2001) 120-125.
func FitGEE(d *Data, g GEE) (*Fit, error) {
	switch g.Correlation {
	case "":
		g.Correlation = Independence
	case Independence, Exchangeable, AR1:
	default:
		return nil, problem(BadFormula, "there is no working correlation %q: independence, exchangeable and ar1 are", g.Correlation)
	}
	if g.Cluster == "" {
		return nil, problem(BadFormula, "estimating equations need a column that names the clusters")
	}
	if g.Family == NegBin {
		return nil, problem(BadFormula, "estimating equations are for the families logistic, poisson and linear; their errors allow for counts that vary more")
	}
	if g.Formula.response == nil {
		return nil, problem(BadFormula, "the formula has no outcome on its left side")
	}
	m, err := d.newDesign(g.Formula, []string{g.Weights, g.Cluster, g.Order}, true, nil)
	if err != nil {
		return nil, err
	}
	var w []float64
	var l *learned
	switch {
	case g.Propensity != nil && g.Propensity.Learned && g.Correlation != Independence:
		return nil, problem(BadFormula, "errors allow for learned scores with independence only")
	case g.Propensity != nil:
		w, l, err = g.Propensity.forRows(d, g.Cluster, m.rows)
	case g.Weights != "":
		w, err = d.weights(g.Weights, m.rows)
	}
	if err != nil {
		return nil, err
	}
	return m.gee(d, g, w, l)
}

func (m *design) gee(d *Data, g GEE, w []float64, l *learned) (*Fit, error) {
	order := g.Order
	if g.Correlation != AR1 {
		order = ""
	}
	k, err := m.fit(d, GLM{Formula: g.Formula, Family: g.Family, Cluster: g.Cluster, Order: order}, w, g.Correlation != AR1)
	if err != nil {
		return nil, err
	}
	m.x = nil // the panel has what is needed
	e := &equations{fitted: k, GEE: g, learned: l}
	if err := e.prepare(); err != nil {
		return nil, err
	}
	return e.solve()
}

type equations struct {
	*fitted
	GEE
	size       []float64 // rows by cluster
	pairs      float64   // sum w^2 n(n-1)/2
	lagged     []float64 // for ar1: sum w^2 (n-d) by distance d
	total      float64   // sum w
	phi, alpha float64
	longest    int
	learned    *learned // nil where weights are taken as known
}

func (e *equations) prepare() error {
	q := e.q
	e.size = make([]float64, len(q.start)-1)
	for c := range e.size {
		w := q.weight(int(q.start[c]))
		for r := int(q.start[c]); r < int(q.start[c+1]); r++ {
			e.size[c] += q.m[r]
			e.total += q.weight(r) * q.m[r]
			if q.weight(r) != w && e.Correlation != Independence {
				return problem(BadData, "the weights differ within one %s: with a working correlation they must be the same", e.Cluster)
			}
		}
		n := e.size[c]
		e.pairs += w * w * n * (n - 1) / 2
		e.longest = max(e.longest, int(n))
	}
	if e.Correlation != Independence && e.pairs == 0 {
		return problem(TooFew, "every %s has one row only: there is no correlation to work out", e.Cluster)
	}
	if e.Correlation == AR1 {
		e.lagged = make([]float64, e.longest)
		for c, n := range e.size {
			w := q.weight(int(q.start[c]))
			for d := 1; d < int(n); d++ {
				e.lagged[d] += w * w * (n - float64(d))
			}
		}
	}
	return nil
}

// round is one pass over the clusters at b, with the alpha of the round before.
type round struct {
	info, score, meat []float64
	squares           float64   // sum w r^2
	products          float64   // sum w^2 C
	lagged            []float64 // sum w^2 of products by distance
}

func (e *equations) round(b []float64, meat bool) round {
	p, q := e.q.p, e.q
	edges := q.clusterBlocks()
	parts := make([][]float64, len(edges)-1)
	lags := len(e.lagged)
	inBlocks(len(parts), func(block int) {
		a := make([]float64, 2*p*p+p+2+lags)
		info, mt, score := a[:p*p], a[p*p:2*p*p], a[2*p*p:2*p*p+p]
		moments := a[2*p*p+p:]
		u := make([]float64, p)
		sx := make([]float64, p)
		var room ar1Room
		for c := edges[block]; c < edges[block+1]; c++ {
			clear(u)
			if e.Correlation == AR1 {
				e.ar1Cluster(c, b, info, u, moments, &room)
			} else {
				e.evenCluster(c, b, info, u, sx, moments)
			}
			for j, v := range u {
				score[j] += v
			}
			if meat {
				addOuter(mt, u, 1)
			}
		}
		parts[block] = a
	})
	a := addAll(parts, 2*p*p+p+2+lags)
	out := round{info: a[:p*p], meat: a[p*p : 2*p*p], score: a[2*p*p : 2*p*p+p], squares: a[2*p*p+p], products: a[2*p*p+p+1], lagged: a[2*p*p+p+2:]}
	mirror(out.info, p)
	mirror(out.meat, p)
	return out
}

// evenCluster is for independence and exchangeable, where
// R^-1 = (I - alpha/(1+(n-1)alpha) 11') / (1-alpha).
func (e *equations) evenCluster(c int, b, info, u, sx, moments []float64) {
	p, q := e.q.p, e.q
	n := e.size[c]
	clear(sx)
	sumR, sumR2, w := 0.0, 0.0, 1.0
	f := 1 / (1 - e.alpha)
	for r := int(q.start[c]); r < int(q.start[c+1]); r++ {
		mu, variance, _ := e.family.at(q.eta(r, b), 0)
		m, sy := q.m[r], q.sy[r]
		w = q.weight(r)
		s := math.Sqrt(variance)
		x := q.x[r*p : r*p+p]
		res := sy - m*mu
		if s > 0 {
			sumR += res / s
			r2 := (q.s2[r] - 2*mu*sy + m*mu*mu) / variance
			sumR2 += r2
			moments[0] += w * r2
		}
		addOuter(info, x, w*f*m*variance)
		for j, v := range x {
			u[j] += w * f * res * v
			sx[j] += m * s * v
		}
	}
	moments[1] += w * w * (sumR*sumR - sumR2) / 2
	if e.alpha != 0 {
		g := w * f * e.alpha / (1 + (n-1)*e.alpha)
		addOuter(info, sx, -g)
		for j, v := range sx {
			u[j] -= g * sumR * v
		}
	}
}

type ar1Room struct{ r, z, before []float64 }

// ar1Cluster takes from each row alpha times the one before it, which leaves rows
// that do not hang together.
func (e *equations) ar1Cluster(c int, b, info, u, moments []float64, room *ar1Room) {
	p, q := e.q.p, e.q
	if room.z == nil {
		room.z, room.before, room.r = make([]float64, p), make([]float64, p), make([]float64, e.longest)
	}
	first := int(q.start[c])
	n := int(q.start[c+1]) - first
	w := q.weight(first)
	last := 0.0
	f := w / (1 - e.alpha*e.alpha)
	for i := range n {
		mu, variance, _ := e.family.at(q.eta(first+i, b), 0)
		s := math.Sqrt(variance)
		res := 0.0
		if s > 0 {
			res = (q.sy[first+i] - mu) / s
		}
		room.r[i] = res
		moments[0] += w * res * res
		z := room.z
		for j, v := range q.x[(first+i)*p : (first+i+1)*p] {
			z[j] = s * v
		}
		g := f
		if i == 0 {
			g = w
		}
		el := res
		if i > 0 {
			el -= e.alpha * last
		}
		for j := range z {
			now := z[j]
			if i > 0 {
				z[j] -= e.alpha * room.before[j]
			}
			room.before[j] = now
			u[j] += g * el * z[j]
		}
		addOuter(info, z, g)
		last = res
	}
	for d := 1; d < n; d++ {
		s := 0.0
		for i := d; i < n; i++ {
			s += room.r[i] * room.r[i-d]
		}
		moments[2+d] += w * w * s
	}
}

func (e *equations) nuisance(m round) error {
	if e.phi = m.squares / e.total; e.ScaleFix {
		e.phi = 1
	}
	switch e.Correlation {
	case Exchangeable:
		e.alpha = m.products / e.pairs / e.phi
		if !(e.alpha < 1-1e-9) || !(1+float64(e.longest-1)*e.alpha > 1e-9) {
			return problem(NotConverged, "the working correlation leaves its range: use independence")
		}
	case AR1:
		return e.solveAR1(m.lagged)
	}
	return nil
}

// solveAR1 goes up or down from the last alpha to the nearest root.
func (e *equations) solveAR1(products []float64) error {
	at := func(a float64) (slope, info float64) {
		power := 1.0 // a^(d-1)
		for d := 1; d < len(products); d++ {
			g := float64(d) * power
			slope += g * (products[d]/e.phi - e.lagged[d]*power*a)
			info += g * g * e.lagged[d]
			power *= a
		}
		return slope, info
	}
	a := e.alpha
	for range 500 {
		slope, info := at(a)
		if info <= 0 {
			break
		}
		step := slope / info
		a += step
		if !(math.Abs(a) < 1) {
			return problem(NotConverged, "the working correlation leaves its range: use independence")
		}
		if math.Abs(step) < 1e-14 {
			break
		}
	}
	e.alpha = a
	return nil
}

func (e *equations) solve() (*Fit, error) {
	p := e.q.p
	b := e.b
	l := make([]float64, p*p)
	if e.Correlation != Independence {
		if err := e.nuisance(e.round(b, false)); err != nil {
			return nil, err
		}
	}
	for it := 1; ; it++ {
		if it > 2*maxIterations {
			return nil, problem(NotConverged, "the estimating equations did not settle after %d iterations", it-1)
		}
		m := e.round(b, false)
		before := e.alpha
		if bad := cholesky(m.info, l, p, 1e-13); bad >= 0 {
			return nil, problem(NotConverged, "%s cannot be told apart from the columns before it", e.m.names[bad])
		}
		step := m.score
		solve(l, step, p)
		largest := 0.0
		next := make([]float64, p)
		for j := range p {
			next[j] = b[j] + step[j]
			if !finite(next[j]) {
				return nil, problem(NotConverged, "the estimating equations did not settle")
			}
			largest = max(largest, math.Abs(step[j])/(1+math.Abs(next[j])))
		}
		if err := e.nuisance(m); err != nil {
			return nil, err
		}
		b = next
		e.iterations++
		if largest < tolerance && math.Abs(e.alpha-before) < tolerance {
			break
		}
	}
	last := e.round(b, true)
	if err := e.nuisance(last); err != nil {
		return nil, err
	}
	inverse, bad := invert(last.info, p)
	if bad >= 0 {
		return nil, problem(NotConverged, "%s cannot be told apart from the columns before it", e.m.names[bad])
	}
	if e.learned != nil {
		var err error
		if last.meat, err = e.influence(b, e.learned); err != nil {
			return nil, err
		}
	}
	robust := sandwich(inverse, last.meat, p)
	model := inverse
	times(model, e.phi)
	f, err := e.m.finish(b, model, robust, e.family != Linear)
	if err != nil {
		return nil, err
	}
	f.Errors, f.Scale, f.Clusters, f.Iterations = CR0, e.phi, len(e.size), e.iterations
	if e.Correlation != Independence {
		f.Alpha = ptr(e.alpha)
	}
	f.QIC = e.qic(b, robust)
	f.Warnings = fewClusters(f.Clusters, p, false)
	return f, nil
}

// qic is -2 Q + 2 trace(H_I V): Q the quasi-likelihood under independence, H_I the
// inverse of the model's covariance there, V the sandwich here.
func (e *equations) qic(b, robust []float64) *float64 {
	p, q := e.q.p, e.q
	quasi := 0.0
	for r := range q.runs {
		eta := q.eta(r, b)
		mu, _, _ := e.family.at(eta, 0)
		quasi += e.family.loglik(eta, mu, q.m[r], q.sy[r], q.s2[r], 0)
	}
	phi := e.pearson / e.total
	if e.ScaleFix {
		phi = 1
	}
	trace := 0.0
	for i := range p {
		for j := range p {
			trace += e.info[i*p+j] / phi * robust[j*p+i]
		}
	}
	return ptr(-2*quasi + 2*trace)
}
