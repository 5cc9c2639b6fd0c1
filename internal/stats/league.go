package stats

import (
	"math"

	"gonum.org/v1/gonum/mat"
)

// League shrinks the proportions of units to what they have in common, the more the
// smaller a unit is: so that a small unit is not first or last by chance.
type League struct {
	Pooled float64 `json:"pooled"`
	// Beta-binomial by moments (J. C. Kleinman, JASA 68 (1973) 46-54).
	Rho    float64   `json:"rho"`
	Shrunk []float64 `json:"shrunk"`
}

// Intercepts is a logistic model with a random intercept for each unit.
type Intercepts struct {
	Mu     float64   `json:"mu"`
	MuSE   float64   `json:"mu_se"`
	Sigma  float64   `json:"sigma"`
	LogLik float64   `json:"loglik"`
	Unit   []float64 `json:"unit"` // most likely deviation of each, on the log-odds scale
	UnitSD []float64 `json:"unit_sd"`
	Shrunk []float64 `json:"shrunk"`
}

// NewLeague shrinks by moments: rho = (S - A(k-1)) / (A (N - sum n^2/N - (k-1))), with
// A = P(1-P) and S = sum n (p-P)^2; each unit becomes (x + M P)/(n + M), M = (1-rho)/rho.
func NewLeague(x, n []int) (*League, error) {
	f, err := NewFunnel(x, n)
	if err != nil {
		return nil, err
	}
	p := f.Target
	var all, squares, s float64
	for _, u := range f.Units {
		b := float64(u.N)
		all, squares, s = all+b, squares+b*b, s+b*(u.P-p)*(u.P-p)
	}
	k, a := float64(len(x)), p*(1-p)
	out := &League{Pooled: p}
	if d := all - squares/all - (k - 1); d > 0 {
		out.Rho = min(1, max(0, (s-a*(k-1))/(a*d)))
	}
	for _, u := range f.Units {
		shrunk := p
		if out.Rho > 0 {
			m := (1 - out.Rho) / out.Rho
			shrunk = (float64(u.X) + m*p) / (float64(u.N) + m)
		}
		out.Shrunk = append(out.Shrunk, shrunk)
	}
	return out, nil
}

// FitIntercepts maximises the likelihood over mu and sigma, the unit's deviation taken
// out by adaptive Gauss-Hermite quadrature with so many points; 1 is Laplace's
// approximation. Source: J. C. Pinheiro and D. M. Bates, JCGS 4 (1995) 12-35; lme4 1.1
// glmer.
func FitIntercepts(x, n []int, points int) (*Intercepts, error) {
	if _, err := NewFunnel(x, n); err != nil {
		return nil, err
	}
	if points < 1 || points > 50 {
		return nil, problem(BadFormula, "quadrature takes 1 to 50 points")
	}
	nodes, weights := hermite(points)
	f := func(v []float64) float64 { return -unitsLogLik(x, n, v[0], math.Abs(v[1]), nodes, weights, nil) }
	p := 0.0
	sum := 0.0
	for i := range x {
		p, sum = p+float64(x[i]), sum+float64(n[i])
	}
	p /= sum
	at, ok := simplex(f, []float64{math.Log(p / (1 - p)), 0.3}, 0.2)
	if !ok {
		return nil, problem(NotConverged, "the model of units did not settle")
	}
	at[1] = math.Abs(at[1])
	out := &Intercepts{Mu: at[0], Sigma: at[1]}
	if out.Sigma < 1e-4 {
		return nil, problem(NotConverged, "units differ no more than chance makes them: there is nothing to shrink")
	}
	out.LogLik = unitsLogLik(x, n, at[0], at[1], nodes, weights, out)
	h := hessian(f, at)
	inverse, bad := invert(h, 2)
	if bad >= 0 {
		return nil, problem(NotConverged, "the model of units did not settle")
	}
	out.MuSE = math.Sqrt(inverse[0])
	return out, nil
}

// hermite is the nodes and weights of Gauss-Hermite quadrature for the normal density
// (G. H. Golub and J. H. Welsch, Mathematics of Computation 23 (1969) 221-230).
func hermite(k int) (nodes, weights []float64) {
	a := mat.NewSymDense(k, nil)
	for i := 1; i < k; i++ {
		a.SetSym(i-1, i, math.Sqrt(float64(i)))
	}
	var e mat.EigenSym
	e.Factorize(a, true)
	var v mat.Dense
	e.VectorsTo(&v)
	nodes = e.Values(nil)
	for i := range k {
		weights = append(weights, v.At(0, i)*v.At(0, i))
	}
	return nodes, weights
}

func unitsLogLik(x, n []int, mu, sigma float64, nodes, weights []float64, out *Intercepts) float64 {
	total := 0.0
	for i := range x {
		a, b := float64(x[i]), float64(n[i])
		// The most likely u, on the scale of standard deviations.
		log := func(u float64) float64 {
			eta := mu + sigma*u
			return logChoose(b, a) + Logistic.loglik(eta, 0, b, a, 0, 0) - u*u/2
		}
		u, curve := 0.0, 1.0
		for range 100 {
			p, w, _ := Logistic.at(mu+sigma*u, 0)
			curve = b*w*sigma*sigma + 1
			step := (sigma*(a-b*p) - u) / curve
			u += step
			if math.Abs(step) < 1e-14 {
				break
			}
		}
		sd := 1 / math.Sqrt(curve)
		top := log(u)
		sum := 0.0
		for j, z := range nodes {
			sum += weights[j] * math.Exp(log(u+sd*z)-top+z*z/2)
		}
		total += top + math.Log(sd*sum)
		if out != nil {
			out.Unit = append(out.Unit, sigma*u)
			out.UnitSD = append(out.UnitSD, sigma*sd)
			p, _, _ := Logistic.at(mu+sigma*u, 0)
			out.Shrunk = append(out.Shrunk, p)
		}
	}
	return total
}

// simplex minimises a function of few variables (J. A. Nelder and R. Mead, Computer
// Journal 7 (1965) 308-313), started again until nothing moves.
func simplex(f func([]float64) float64, start []float64, size float64) ([]float64, bool) {
	best := append([]float64(nil), start...)
	for range 6 {
		next, ok := simplexOnce(f, best, size)
		if !ok {
			return nil, false
		}
		best, size = next, size/4
	}
	return best, true
}

func simplexOnce(f func([]float64) float64, start []float64, size float64) ([]float64, bool) {
	d := len(start)
	points, values := make([][]float64, d+1), make([]float64, d+1)
	for i := range points {
		points[i] = append([]float64(nil), start...)
		if i > 0 {
			points[i][i-1] += size
		}
		values[i] = f(points[i])
	}
	move := func(centre, from []float64, by float64) ([]float64, float64) {
		p := make([]float64, d)
		for j := range p {
			p[j] = centre[j] + by*(from[j]-centre[j])
		}
		return p, f(p)
	}
	for range 2000 {
		for i := 1; i <= d; i++ {
			for j := i; j > 0 && values[j] < values[j-1]; j-- {
				values[j], values[j-1] = values[j-1], values[j]
				points[j], points[j-1] = points[j-1], points[j]
			}
		}
		spread := 0.0
		for j := range d {
			spread = max(spread, math.Abs(points[d][j]-points[0][j]))
		}
		if spread < 1e-11 {
			break
		}
		centre := make([]float64, d)
		for i := range d {
			for j := range centre {
				centre[j] += points[i][j] / float64(d)
			}
		}
		p, v := move(centre, points[d], -1)
		switch {
		case v < values[0]:
			if q, w := move(centre, points[d], -2); w < v {
				p, v = q, w
			}
			points[d], values[d] = p, v
		case v < values[d-1]:
			points[d], values[d] = p, v
		default:
			by := 0.5
			if v < values[d] {
				by = -0.5
			}
			if q, w := move(centre, points[d], by); w < min(v, values[d]) {
				points[d], values[d] = q, w
				continue
			}
			for i := 1; i <= d; i++ {
				points[i], values[i] = move(points[0], points[i], 0.5)
			}
		}
	}
	return points[0], finite(values[0])
}

// hessian by differences of the fourth order.
func hessian(f func([]float64) float64, at []float64) []float64 {
	d := len(at)
	const h = 2e-3
	g := func(j, k int, a, b float64) float64 {
		p := append([]float64(nil), at...)
		p[j] += a * h
		p[k] += b * h
		return f(p)
	}
	out := make([]float64, d*d)
	second := func(h1, j, k int) float64 {
		s := float64(h1)
		if j == k {
			return (g(j, j, s, 0) - 2*f(at) + g(j, j, -s, 0)) / (s * s * h * h)
		}
		return (g(j, k, s, s) - g(j, k, s, -s) - g(j, k, -s, s) + g(j, k, -s, -s)) / (4 * s * s * h * h)
	}
	for j := range d {
		for k := range d {
			out[j*d+k] = (4*second(1, j, k) - second(2, j, k)) / 3
		}
	}
	return out
}
