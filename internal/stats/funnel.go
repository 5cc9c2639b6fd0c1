package stats

import (
	"math"
)

// Funnel is units against what chance alone would do.
type Funnel struct {
	Target         float64      `json:"target"`         // all x over all n
	Overdispersion float64      `json:"overdispersion"` // mean of z^2: above 1, units differ by more than chance
	Units          []FunnelUnit `json:"units"`
}

// FunnelUnit is one unit with the limits at its size.
type FunnelUnit struct {
	X        int      `json:"x"`
	N        int      `json:"n"`
	P        float64  `json:"p"`
	Within95 Interval `json:"limits_95"`
	Within99 Interval `json:"limits_99_8"`
	Z        float64  `json:"z"`
	MidP     float64  `json:"mid_p"`
	// With limits widened by the square root of the over-dispersion, where it is above 1.
	Adjusted95 Interval `json:"adjusted_95"`
	Adjusted99 Interval `json:"adjusted_99_8"`
}

// NewFunnel draws exact binomial limits, interpolated between counts and kept in 0
// to 1, at 95 % and 99.8 %. Source: D. J. Spiegelhalter, Statistics in Medicine 24
// (2005) 1185-1202.
func NewFunnel(x, n []int) (*Funnel, error) {
	sumX, sumN := 0, 0
	for i := range x {
		if len(n) != len(x) || n[i] < 1 || x[i] < 0 || x[i] > n[i] {
			return nil, problem(BadData, "every unit needs x of n with n at least 1")
		}
		sumX, sumN = sumX+x[i], sumN+n[i]
	}
	if len(x) < 2 {
		return nil, problem(TooFew, "one unit alone cannot be compared")
	}
	if sumX == 0 || sumX == sumN {
		return nil, problem(EmptyCell, "every unit has the same proportion, 0 or 1")
	}
	t := float64(sumX) / float64(sumN)
	out := &Funnel{Target: t}
	for i := range x {
		a, b := float64(x[i]), float64(n[i])
		u := FunnelUnit{X: x[i], N: n[i], P: a / b}
		u.Within95 = Interval{binomialLimit(.025, b, t), binomialLimit(.975, b, t)}
		u.Within99 = Interval{binomialLimit(.001, b, t), binomialLimit(.999, b, t)}
		u.Z = (a/b - t) / math.Sqrt(t*(1-t)/b)
		lo := binomialCDF(a, b, t) - math.Exp(binomialLog(a, b, t))/2
		u.MidP = 2 * min(lo, 1-lo)
		out.Overdispersion += u.Z * u.Z / float64(len(x))
		out.Units = append(out.Units, u)
	}
	wider := math.Sqrt(max(1, out.Overdispersion))
	for i := range out.Units {
		u := &out.Units[i]
		grow := func(l Interval) Interval {
			return Interval{max(0, t-(t-l.Lo)*wider), min(1, t+(l.Hi-t)*wider)}
		}
		u.Adjusted95, u.Adjusted99 = grow(u.Within95), grow(u.Within99)
	}
	return out, nil
}

// binomialLimit is (r - (F(r)-p)/(F(r)-F(r-1)))/n, r the smallest count with F(r) >= p.
func binomialLimit(p, n, t float64) float64 {
	lo, hi := -1.0, n
	for hi-lo > 1 {
		mid := math.Floor((lo + hi) / 2)
		if binomialCDF(mid, n, t) >= p {
			hi = mid
		} else {
			lo = mid
		}
	}
	f, before := binomialCDF(hi, n, t), binomialCDF(hi-1, n, t)
	return min(1, max(0, (hi-(f-p)/(f-before))/n))
}
