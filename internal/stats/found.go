package stats

import "math"

// Bias is how unequal treatment is that an audit's power is said for: the others go on half as often again.
const Bias = 1.5

// ChanceFound is how often Fisher's exact test at a level shows n people who go on at a rate of p0 times ratio next to n0 who go on at p0: with the continuity
// that makes the normal distribution as careful as the exact test. Source: J. L. Fleiss, A. Tytun and H. K. Ury, Biometrics 36 (1980) 343-346.
func ChanceFound(n, n0, p0, ratio, level float64) (float64, error) {
	p := p0 * ratio
	if err := proportions(p, p0); err != nil {
		return 0, err
	}
	if !(n > 0 && n0 > 0 && level > 0 && level < 1) {
		return 0, problem(BadData, "people in both groups are needed, and a level between 0 and 1")
	}
	parts := 1/n + 1/n0
	mean := (n*p + n0*p0) / (n + n0)
	same, apart := math.Sqrt(mean*(1-mean)*parts), math.Sqrt(p*(1-p)/n+p0*(1-p0)/n0)
	return normalCDF((math.Abs(p-p0) - parts/2 - normalQuantile(1-level/2)*same) / apart), nil
}

// power says what the comparison could have shown, with the first and strictest step of Holm's correction for so many comparisons.
func (c *Compared) power(comparisons int) {
	p0, level := float64(c.X0)/float64(c.N0), .05/float64(comparisons)
	found := func(ratio float64) float64 {
		v, err := ChanceFound(float64(c.N), float64(c.N0), p0, ratio, level)
		if err != nil { // everybody or nobody of the others went on
			return math.NaN()
		}
		return v
	}
	v := found(1 / Bias)
	if math.IsNaN(v) {
		return
	}
	c.Found = ptr(v)
	lo, hi := 0.0, 1.0
	for range 40 {
		if mid := (lo + hi) / 2; found(mid) >= .8 {
			lo = mid
		} else {
			hi = mid
		}
	}
	if lo > 0 {
		c.Detectable = ptr(lo)
	}
}
