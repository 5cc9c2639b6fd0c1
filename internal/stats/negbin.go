package stats

import (
	"math"

	"gonum.org/v1/gonum/mathext"
)

func digamma(x float64) float64  { return mathext.Digamma(x) }
func trigamma(x float64) float64 { return mathext.Zeta(2, x) }

// negbin alternates the coefficients at a theta with the likeliest theta at the
// coefficients. Errors take theta as known, with expected information.
// Source: Venables and Ripley, Modern Applied Statistics with S, 7.4; MASS glm.nb.
func (k *fitted) negbin() error {
	k.family, k.theta = Poisson, 1
	if err := k.irls(nil); err != nil {
		return err
	}
	q := k.q
	excess := 0.0
	for r := range q.runs {
		mu := math.Exp(q.eta(r, k.b))
		excess += q.weight(r) * ((q.sy[r]-mu)*(q.sy[r]-mu) - q.sy[r]) / (mu * mu)
	}
	if excess <= 0 {
		return problem(NotConverged, "the counts vary no more than Poisson counts do: use the family poisson")
	}
	k.family, k.theta = NegBin, float64(q.n)/excess
	for range 200 {
		if err := k.irls(k.b); err != nil {
			return err
		}
		theta, err := k.likelyTheta()
		if err != nil {
			return err
		}
		moved := math.Abs(theta-k.theta) / theta
		k.theta = theta
		if moved < 1e-11 {
			return k.irls(k.b)
		}
	}
	return problem(NotConverged, "the spread of the counts did not settle")
}

// likelyTheta maximises the likelihood over theta by Newton steps on its logarithm.
func (k *fitted) likelyTheta() (float64, error) {
	theta := k.theta
	for range 100 {
		slope, info := k.thetaScore(theta)
		// On the scale of log theta: slope*theta, and the curvature -(info*theta^2 - slope*theta).
		curve := info*theta*theta - slope*theta
		step := slope * theta
		if curve > 0 {
			step /= curve
		}
		step = max(-1, min(1, step))
		theta *= math.Exp(step)
		if theta > 1e7 {
			return 0, problem(NotConverged, "the counts vary no more than Poisson counts do: use the family poisson")
		}
		if math.Abs(step) < 1e-13 {
			break
		}
	}
	return theta, nil
}

func (k *fitted) thetaScore(theta float64) (slope, info float64) {
	q := k.q
	psi, tri := digamma(theta), trigamma(theta)
	for r := range q.runs {
		y, w := q.sy[r], q.weight(r)
		mu := math.Exp(q.eta(r, k.b))
		slope += w * (digamma(theta+y) - psi + math.Log(theta) + 1 - math.Log(theta+mu) - (y+theta)/(mu+theta))
		info += w * (-trigamma(theta+y) + tri - 1/theta + 2/(mu+theta) - (y+theta)/((mu+theta)*(mu+theta)))
	}
	return slope, info
}

func (k *fitted) negbinReport(f *Fit) {
	q, t := k.q, k.theta
	ll, ideal := k.loglik+q.fixed, 0.0
	for r := range q.runs {
		y, w := q.sy[r], q.weight(r)
		ll += w * (lgamma(t+y) - lgamma(t) + t*math.Log(t))
		ideal -= w * (y + t) * math.Log(y+t)
		if y > 0 {
			ideal += w * y * math.Log(y)
		}
	}
	_, info := k.thetaScore(t)
	f.LogLik, f.Theta, f.ThetaSE = &ll, ptr(t), ptr(1/math.Sqrt(info))
	f.Deviance = ptr(2 * (ideal - k.loglik))
	f.AIC = ptr(-2*ll + 2*float64(q.p+1))
}
