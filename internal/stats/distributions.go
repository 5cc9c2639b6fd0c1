package stats

import (
	"math"

	"gonum.org/v1/gonum/mathext"
	"gonum.org/v1/gonum/stat/distuv"
)

// pChi is the chance of a chi-squared above x.
func pChi(x, df float64) float64 {
	if !(x > 0) {
		return 1
	}
	if df == 1 {
		return math.Erfc(math.Sqrt(x / 2))
	}
	return mathext.GammaIncRegComp(df/2, x/2)
}

func normalCDF(z float64) float64      { return math.Erfc(-z/math.Sqrt2) / 2 }
func normalQuantile(p float64) float64 { return distuv.UnitNormal.Quantile(p) }

// root finds where f, which rises or falls through 0 between lo and hi, is 0:
// halving, with the Illinois rule for speed.
func root(f func(float64) float64, lo, hi float64) float64 {
	flo, fhi := f(lo), f(hi)
	if flo == 0 {
		return lo
	}
	if fhi == 0 {
		return hi
	}
	if (flo > 0) == (fhi > 0) {
		return math.NaN()
	}
	side := 0
	for i := range 300 {
		mid := (lo + hi) / 2
		if i%3 != 2 {
			if m := (lo*fhi - hi*flo) / (fhi - flo); m > lo && m < hi {
				mid = m
			}
		}
		if hi-lo <= 4e-16*math.Abs(lo+hi) || mid == lo || mid == hi {
			return mid
		}
		fm := f(mid)
		switch {
		case fm == 0:
			return mid
		case (fm > 0) == (fhi > 0):
			hi, fhi = mid, fm
			if side == 1 {
				flo /= 2
			}
			side = 1
		default:
			lo, flo = mid, fm
			if side == -1 {
				fhi /= 2
			}
			side = -1
		}
	}
	return (lo + hi) / 2
}

// betaQuantile is where the regularised incomplete beta function is p.
func betaQuantile(p, a, b float64) float64 {
	return root(func(x float64) float64 { return mathext.RegIncBeta(a, b, x) - p }, 0, 1)
}

// gammaQuantile is where the regularised lower incomplete gamma function is p.
func gammaQuantile(p, a float64) float64 {
	hi := a + 10
	for mathext.GammaIncReg(a, hi) < p {
		hi *= 2
	}
	return root(func(x float64) float64 { return mathext.GammaIncReg(a, x) - p }, 0, hi)
}

func studentQuantile(p, df float64) float64 {
	t := distuv.StudentsT{Mu: 0, Sigma: 1, Nu: df}
	hi := 10.0
	for t.CDF(hi) < p {
		hi *= 2
	}
	return root(func(x float64) float64 { return t.CDF(x) - p }, -hi, hi)
}

func logChoose(n, k float64) float64 {
	return lgamma(n+1) - lgamma(k+1) - lgamma(n-k+1)
}

// binomialLog is the logarithm of the chance of x in n.
func binomialLog(x, n, p float64) float64 {
	switch {
	case p <= 0:
		if x == 0 {
			return 0
		}
		return math.Inf(-1)
	case p >= 1:
		if x == n {
			return 0
		}
		return math.Inf(-1)
	}
	return logChoose(n, x) + x*math.Log(p) + (n-x)*math.Log1p(-p)
}

// binomialCDF is the chance of at most x in n.
func binomialCDF(x, n, p float64) float64 {
	switch {
	case x < 0:
		return 0
	case x >= n:
		return 1
	}
	return mathext.RegIncBeta(n-x, x+1, 1-p)
}
