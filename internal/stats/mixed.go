package stats

import (
	"math"
)

// Mixed is a linear model with a random intercept for each cluster: the analysis of a
// stepped wedge.
type Mixed struct {
	Terms     []Term    `json:"terms"`
	ClusterSD float64   `json:"cluster_sd"`
	Sigma     float64   `json:"sigma"`
	REML      float64   `json:"reml"`
	Cluster   []float64 `json:"cluster"` // deviation of each, in the order of their names
	N         int       `json:"n"`
	Missing   int       `json:"missing"`
}

// FitMixed maximises the restricted likelihood over the ratio of the two variances,
// all else being its closed form. Source: N. M. Laird and J. H. Ware, Biometrics 38
// (1982) 963-974; D. Bates et al., Journal of Statistical Software 67/1 (2015).
func FitMixed(d *Data, f Formula, cluster string) (*Mixed, error) {
	if f.response == nil {
		return nil, problem(BadFormula, "the formula has no outcome on its left side")
	}
	m, err := d.newDesign(f, []string{cluster}, true, nil)
	if err != nil {
		return nil, err
	}
	if err := m.independent(); err != nil {
		return nil, err
	}
	c, err := d.mustColumn(cluster)
	if err != nil {
		return nil, err
	}
	code, labels := c.groups(m.rows)
	if len(labels) < 2 {
		return nil, problem(TooFew, "a random intercept needs at least two clusters")
	}
	if m.n <= m.p+1 {
		return nil, problem(TooFew, "the model has as many terms as rows")
	}
	g, p := len(labels), m.p
	size, sumY, sumX := make([]float64, g), make([]float64, g), make([]float64, g*p)
	xx, xy, yy := make([]float64, p*p), make([]float64, p), 0.0
	for i, k := range code {
		x := m.x[i*p : i*p+p]
		addOuter(xx, x, 1)
		yy += m.y[i] * m.y[i]
		size[k]++
		sumY[k] += m.y[i]
		for j, v := range x {
			xy[j] += v * m.y[i]
			sumX[int(k)*p+j] += v
		}
	}
	// At a ratio r of variances, V^-1 is I - r/(1+n r) 11' in each cluster.
	type state struct {
		b, l       []float64
		rss, value float64
	}
	at := func(r float64) (state, bool) {
		a, b := append([]float64(nil), xx...), append([]float64(nil), xy...)
		q, det := yy, 0.0
		for k := range g {
			f := r / (1 + size[k]*r)
			addOuter(a, sumX[k*p:k*p+p], -f)
			q -= f * sumY[k] * sumY[k]
			for j := range p {
				b[j] -= f * sumX[k*p+j] * sumY[k]
			}
			det += math.Log1p(size[k] * r)
		}
		mirror(a, p)
		l := make([]float64, p*p)
		if cholesky(a, l, p, 1e-13) >= 0 {
			return state{}, false
		}
		s := append([]float64(nil), b...)
		solve(l, s, p)
		for j := range p {
			q -= s[j] * b[j]
			det += 2 * math.Log(l[j*p+j])
		}
		df := float64(m.n - p)
		return state{s, l, q, det + df*(1+math.Log(2*math.Pi*q/df))}, q > 0
	}
	value := func(t float64) float64 {
		s, ok := at(t * t)
		if !ok {
			return math.Inf(1)
		}
		return s.value
	}
	ratio := goldenMin(value)
	s, ok := at(ratio * ratio)
	if !ok {
		return nil, problem(NotConverged, "the mixed model did not settle")
	}
	sigma2 := s.rss / float64(m.n-p)
	inverse := make([]float64, p*p)
	col := make([]float64, p)
	shift := 0.0 // the determinant in the units of the data
	for j := range p {
		clear(col)
		col[j] = 1
		solve(s.l, col, p)
		for i := range p {
			inverse[i*p+j] = col[i] * sigma2
		}
		shift += 2 * math.Log(m.scale[j])
	}
	fit, err := m.finish(s.b, inverse, nil, false)
	if err != nil {
		return nil, err
	}
	out := &Mixed{Terms: fit.Terms, ClusterSD: ratio * math.Sqrt(sigma2), Sigma: math.Sqrt(sigma2), REML: -(s.value + shift) / 2, N: m.n, Missing: m.missing}
	for k := range g {
		rest := sumY[k]
		for j := range p {
			rest -= sumX[k*p+j] * s.b[j]
		}
		r := ratio * ratio
		out.Cluster = append(out.Cluster, r*rest/(1+size[k]*r))
	}
	return out, nil
}

// goldenMin minimises over t >= 0: a coarse look first, then the golden section, and
// at the end the bottom of a parabola, which is where the digits are.
func goldenMin(f func(float64) float64) float64 {
	best, at := math.Inf(1), 0.0
	lo, hi := 0.0, 0.0
	last := 0.0
	for t := 0.0; t < 1e4; {
		next := t*1.3 + 0.01
		if v := f(t); v < best {
			best, at, lo, hi = v, t, last, next
		}
		last, t = t, next
	}
	const g = 0.6180339887498949
	a, b := hi-g*(hi-lo), lo+g*(hi-lo)
	fa, fb := f(a), f(b)
	for hi-lo > 1e-4*(1e-3+at) {
		if fa < fb {
			hi, b, fb = b, a, fa
			a = hi - g*(hi-lo)
			fa = f(a)
		} else {
			lo, a, fa = a, b, fb
			b = lo + g*(hi-lo)
			fb = f(b)
		}
	}
	at = (lo + hi) / 2
	if at < 1e-6 {
		return 0
	}
	for range 3 {
		h := 1e-3 * at
		l, c, r := f(at-h), f(at), f(at+h)
		if d := l - 2*c + r; d > 0 {
			at += h * (l - r) / (2 * d)
		}
	}
	return max(0, at)
}
