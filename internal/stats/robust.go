package stats

import (
	"math"

	"gonum.org/v1/gonum/mat"
)

// robust is the covariance of the coefficients by one of the sandwiches.
func (k *fitted) robust(kind Errors, g GLM) ([]float64, error) {
	p, n := k.q.p, float64(k.m.n)
	switch kind {
	case HC0, HC1, HC2, HC3:
		if kind != HC0 && k.m.n == p {
			return nil, problem(TooFew, "the model has as many terms as rows")
		}
		cov := sandwich(k.inverse, k.meatRows(kind), p)
		if kind == HC1 {
			times(cov, n/(n-float64(p)))
		}
		return cov, nil
	case NeweyWest:
		return sandwich(k.inverse, k.meatTime(g.Lag), p), nil
	case CR0, CR1, CR1S, CR2, CR3:
		if k.from == nil {
			return nil, problem(BadFormula, "errors by cluster need a column that names the clusters")
		}
		if kind == CR2 || kind == CR3 {
			meat, err := k.meatAdjusted(kind)
			if err != nil {
				return nil, err
			}
			return sandwich(k.inverse, meat, p), nil
		}
		cov := sandwich(k.inverse, k.meatClusters(), p)
		c := float64(len(k.from) - 1)
		if kind != CR0 {
			times(cov, c/(c-1))
		}
		if kind == CR1S {
			times(cov, (n-1)/(n-float64(p)))
		}
		return cov, nil
	}
	return nil, problem(BadFormula, "there are no errors %q: model, hc0, hc1, hc2, hc3, cr0, cr1, cr1s, cr2, cr3 and neweywest are", kind)
}

func times(a []float64, f float64) {
	for i := range a {
		a[i] *= f
	}
}

// meatRows is sum u u' over rows. Equal rows of a run differ in y only.
func (k *fitted) meatRows(kind Errors) []float64 {
	p, q := k.q.p, k.q
	edges := q.runBlocks()
	parts := make([][]float64, len(edges)-1)
	inBlocks(len(parts), func(block int) {
		a := make([]float64, p*p)
		hx := make([]float64, p)
		for r := edges[block]; r < edges[block+1]; r++ {
			mu, weight, factor := k.family.at(q.eta(r, k.b), k.theta)
			w := q.weight(r)
			x := q.x[r*p : r*p+p]
			e2 := q.s2[r] - 2*mu*q.sy[r] + q.m[r]*mu*mu
			f := w * w * factor * factor * e2
			if kind == HC2 || kind == HC3 {
				leverage := 1 - w*weight*quadratic(k.inverse, x, hx)
				if leverage < 1e-12 { // the row is fitted exactly: its residual is 0
					continue
				}
				f /= leverage
				if kind == HC3 {
					f /= leverage
				}
			}
			addOuter(a, x, f)
		}
		parts[block] = a
	})
	a := addAll(parts, p*p)
	mirror(a, p)
	return a
}

// quadratic is x' a x.
func quadratic(a, x, room []float64) float64 {
	p, sum := len(x), 0.0
	for i := range p {
		s := 0.0
		for j, v := range x {
			s += a[i*p+j] * v
		}
		room[i] = s
		sum += s * x[i]
	}
	return sum
}

func (k *fitted) score(r int, u []float64) {
	p, q := k.q.p, k.q
	mu, _, factor := k.family.at(q.eta(r, k.b), k.theta)
	f := q.weight(r) * factor * (q.sy[r] - q.m[r]*mu)
	for j, v := range q.x[r*p : r*p+p] {
		u[j] += f * v
	}
}

// meatClusters is sum u u' over clusters.
func (k *fitted) meatClusters() []float64 {
	p, q := k.q.p, k.q
	edges := q.clusterBlocks()
	parts := make([][]float64, len(edges)-1)
	inBlocks(len(parts), func(block int) {
		a, u := make([]float64, p*p), make([]float64, p)
		for c := edges[block]; c < edges[block+1]; c++ {
			clear(u)
			for r := int(q.start[c]); r < int(q.start[c+1]); r++ {
				k.score(r, u)
			}
			addOuter(a, u, 1)
		}
		parts[block] = a
	})
	a := addAll(parts, p*p)
	mirror(a, p)
	return a
}

// meatTime is S0 + sum over lags of (1 - lag/(L+1)) (S + S'), rows in time order.
// Source: W. K. Newey and K. D. West, Econometrica 55 (1987) 703-708.
func (k *fitted) meatTime(lag int) []float64 {
	p, n := k.q.p, k.q.runs
	u := make([]float64, n*p)
	for r := range n {
		k.score(r, u[r*p:r*p+p])
	}
	a := make([]float64, p*p)
	for l := 0; l <= min(lag, n-1); l++ {
		w := 1 - float64(l)/float64(lag+1)
		for r := l; r < n; r++ {
			for i := range p {
				for j := range p {
					v := w * u[r*p+i] * u[(r-l)*p+j]
					a[i*p+j] += v
					if l > 0 {
						a[j*p+i] += v
					}
				}
			}
		}
	}
	return a
}

// meatAdjusted is the meat of CR2 and CR3, on the scale of the outcome: with V the
// variances over the weights, X_c = dmu/deta x the rows of a cluster and M the
// inverse information, CR3 multiplies its residuals by (I - X_c M X_c' V^-1)^-1,
// and CR2 by D B^(-1/2) D with D = V^(1/2) and B = D (V - X_c M X_c') D.
// Source: J. E. Pustejovsky and E. Tipton, Journal of Business & Economic
// Statistics 36 (2018) 672-683; clubSandwich 0.5.8.
func (k *fitted) meatAdjusted(kind Errors) ([]float64, error) {
	p, q := k.q.p, k.q
	a, u := make([]float64, p*p), make([]float64, p)
	for c := range len(q.start) - 1 {
		from, n := int(q.start[c]), int(q.start[c+1]-q.start[c])
		if n > 2000 {
			return nil, problem(BadData, "a cluster has %d rows: errors %s are for clusters of at most 2000", n, kind)
		}
		slope, v, e := make([]float64, n), make([]float64, n), make([]float64, n)
		for i := range n {
			mu, weight, factor := k.family.at(q.eta(from+i, k.b), k.theta)
			slope[i] = weight / factor
			v[i] = weight / (factor * factor) / q.weight(from+i)
			e[i] = q.sy[from+i] - mu
			if v[i] <= 0 || !finite(v[i]) {
				return nil, problem(BadData, "errors %s cannot be worked out with weights of 0 or outcomes that are certain", kind)
			}
		}
		hat := mat.NewDense(n, n, nil) // X_c M X_c'
		room := make([]float64, p)
		for i := range n {
			quadratic(k.inverse, q.x[(from+i)*p:(from+i+1)*p], room)
			for j := range n {
				s := 0.0
				for l, x := range q.x[(from+j)*p : (from+j+1)*p] {
					s += room[l] * x
				}
				hat.Set(i, j, s*slope[i]*slope[j])
			}
		}
		var adjusted []float64
		var err error
		if kind == CR3 {
			adjusted, err = leftOut(hat, v, e)
		} else {
			adjusted, err = balanced(hat, v, e)
		}
		if err != nil {
			return nil, err
		}
		clear(u)
		for i := range n {
			for j, x := range q.x[(from+i)*p : (from+i+1)*p] {
				u[j] += x * slope[i] / v[i] * adjusted[i]
			}
		}
		addOuter(a, u, 1)
	}
	mirror(a, p)
	return a, nil
}

// leftOut is the adjustment of CR3.
func leftOut(hat *mat.Dense, v, e []float64) ([]float64, error) {
	n := len(e)
	b := mat.NewDense(n, n, nil)
	for i := range n {
		for j := range n {
			x := -hat.At(i, j) / v[j]
			if i == j {
				x++
			}
			b.Set(i, j, x)
		}
	}
	var out mat.VecDense
	if err := out.SolveVec(b, mat.NewVecDense(n, e)); err != nil {
		return nil, problem(TooFew, "one cluster decides a term alone: errors cr3 cannot be worked out")
	}
	return out.RawVector().Data, nil
}

// balanced is the adjustment of CR2.
func balanced(hat *mat.Dense, v, e []float64) ([]float64, error) {
	n := len(e)
	b := mat.NewSymDense(n, nil)
	for i := range n {
		for j := i; j < n; j++ {
			x := -hat.At(i, j)
			if i == j {
				x += v[i]
			}
			b.SetSym(i, j, x*math.Sqrt(v[i]*v[j]))
		}
	}
	var eigen mat.EigenSym
	if !eigen.Factorize(b, true) {
		return nil, problem(NotConverged, "errors cr2 did not settle")
	}
	var vec mat.Dense
	eigen.VectorsTo(&vec)
	values := eigen.Values(nil)
	out := make([]float64, n)
	for l := range n {
		if values[l] <= 1e-12*values[n-1] {
			continue
		}
		s := 0.0
		for i := range n {
			s += vec.At(i, l) * e[i] * math.Sqrt(v[i])
		}
		s /= math.Sqrt(values[l])
		for i := range n {
			out[i] += vec.At(i, l) * s * math.Sqrt(v[i])
		}
	}
	return out, nil
}
