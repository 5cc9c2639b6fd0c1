package stats

import "math"

// Family is what kind of outcome is modelled, each with its canonical link (log
// for the negative binomial).
// Source: P. McCullagh and J. A. Nelder, Generalized Linear Models, 1989, ch. 2.
type Family string

// The families.
const (
	Logistic Family = "logistic" // yes or no: logit p = x'b
	Poisson  Family = "poisson"  // counts: log m = x'b
	Linear   Family = "linear"   // m = x'b
	NegBin   Family = "negbin"   // counts that vary more: variance m + m*m/theta
)

// check says why an outcome does not fit its family, and is the parts of the
// log-likelihood that do not depend on the mean.
func (f Family) check(y, w []float64, name string) (fixed, ideal float64, err error) {
	sum, all := 0.0, 0.0
	for i, v := range y {
		k := 1.0
		if w != nil {
			k = w[i]
		}
		sum += k * v
		all += k
		switch f {
		case Logistic:
			if v < 0 || v > 1 {
				return 0, 0, problem(BadData, "the outcome %s must be 0 or 1, or between them, and is %v in some row", name, v)
			}
			if v > 0 && v < 1 {
				ideal += k * (v*math.Log(v) + (1-v)*math.Log1p(-v))
			}
		case Poisson, NegBin:
			if v < 0 || f == NegBin && v != math.Trunc(v) {
				return 0, 0, problem(BadData, "the outcome %s must be a count, and is %v in some row", name, v)
			}
			fixed -= k * lgamma(v+1)
			if v > 0 {
				ideal += k * (v*math.Log(v) - v)
			}
		}
	}
	switch {
	case all == 0:
		return 0, 0, problem(BadData, "every weight is 0")
	case f == Linear:
		return fixed, ideal, nil
	case sum == 0:
		return 0, 0, problem(EmptyCell, "the outcome %s is 0 in every row", name)
	case f == Logistic && sum == all:
		return 0, 0, problem(EmptyCell, "the outcome %s is 1 in every row", name)
	case f != Logistic && f != Poisson && f != NegBin:
		return 0, 0, problem(BadFormula, "there is no family %q: logistic, poisson, linear and negbin are", f)
	}
	return fixed, ideal, nil
}

// at is the mean, the weight of a row in the information and the factor of the
// residual in the score, for one linear predictor.
func (f Family) at(eta, theta float64) (mu, weight, factor float64) {
	switch f {
	case Logistic:
		if eta >= 0 {
			e := math.Exp(-eta)
			mu = 1 / (1 + e)
			return mu, e * mu * mu, 1
		}
		e := math.Exp(eta)
		mu = e / (1 + e)
		return mu, mu / (1 + e), 1
	case Poisson:
		mu = math.Exp(eta)
		return mu, mu, 1
	case NegBin:
		mu = math.Exp(eta)
		d := 1 + mu/theta
		return mu, mu / d, 1 / d
	}
	return eta, 1, 1
}

// loglik is the part of the log-likelihood of a run that depends on the mean.
func (f Family) loglik(eta, mu, m, sy, s2, theta float64) float64 {
	switch f {
	case Logistic:
		if eta > 0 {
			return sy*eta - m*(eta+math.Log1p(math.Exp(-eta)))
		}
		return sy*eta - m*math.Log1p(math.Exp(eta))
	case Poisson:
		return sy*eta - m*mu
	case NegBin:
		return sy*eta - (sy+m*theta)*math.Log(mu+theta)
	}
	return -(s2 - 2*mu*sy + m*mu*mu) / 2
}
