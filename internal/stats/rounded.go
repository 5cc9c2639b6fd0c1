package stats

import "math"

// Rounding is how far a count that was rounded to the nearest five may lie from what was counted.
const Rounding = 2

// AuditRounded is Audit of counts that were rounded to the nearest five and from nothing else. An interval holds the intervals of all counts that may have been
// rounded so, and p is that of the counts among them that are the most alike: rounding makes no difference and no alarm.
func AuditRounded(decisions []Decision) ([]Compared, error) {
	return audit(decisions, (*Compared).rounded)
}

// ShareRounded is from where to where a share of rounded counts may lie, and every Wilson interval of it together.
func ShareRounded(x, n int) (share, wilsons Interval) {
	share, wilsons = Interval{1, 0}, Interval{1, 0}
	beforeRounding(x, n, func(x, n float64) {
		share, wilsons = share.with(Interval{x / n, x / n}), wilsons.with(wilson(x, n, 0))
	})
	return share, wilsons
}

// beforeRounding calls with every x of n that may have been rounded to these. Nought is never rounded to.
func beforeRounding(x, n int, with func(x, n float64)) {
	for m := max(1, n-Rounding); m <= n+Rounding; m++ {
		from, to := max(1, x-Rounding), min(m, x+Rounding)
		if x == 0 {
			from, to = 0, 0
		}
		for k := from; k <= to; k++ {
			with(float64(k), float64(m))
		}
	}
}

func (i Interval) with(o Interval) Interval { return Interval{min(i.Lo, o.Lo), max(i.Hi, o.Hi)} }

func (c *Compared) rounded() {
	if c.P == nil {
		return
	}
	beforeRounding(c.X, c.N, func(a, n float64) {
		beforeRounding(c.X0, c.N0, func(b, m float64) {
			*c.Newcombe = c.Newcombe.with(newcombe(a, n, b, m))
			if c.CI != nil {
				*c.CI = c.CI.with(riskRatioInterval(a, n, b, m))
			}
		})
	})
	more := [2]int{c.X, c.N}
	less := [2]int{c.X0, c.N0}
	if c.X*c.N0 < c.X0*c.N {
		more, less = less, more
	}
	a, n := float64(max(0, more[0]-Rounding)), float64(more[1]+Rounding)
	b := float64(less[0] + Rounding)
	m := max(b, float64(less[1]-Rounding))
	c.P = ptr(1.)
	if a/n > b/m {
		c.P = ptr(fisherP(a, n-a, b, m-b))
	}
}

func newcombe(a, n, b, m float64) Interval {
	p, p0 := a/n, b/m
	l, l0 := wilson(a, n, 0), wilson(b, m, 0)
	return Interval{p - p0 - math.Hypot(p-l.Lo, l0.Hi-p0), p - p0 + math.Hypot(l.Hi-p, p0-l0.Lo)}
}
