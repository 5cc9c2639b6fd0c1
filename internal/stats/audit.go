package stats

import "math"

// Decision is one point at which people go on or do not: x of n in each group, next to
// a reference group.
type Decision struct {
	Name      string
	Reference string
	Groups    []string
	X, N      []int
}

// Compared is one group at one decision, next to the reference group. Nil stands for
// what cannot be said, and Problem then says why.
type Compared struct {
	Decision   string    `json:"decision"`
	Group      string    `json:"group"`
	Reference  string    `json:"reference"`
	X          int       `json:"x"`
	N          int       `json:"n"`
	X0         int       `json:"x0"`
	N0         int       `json:"n0"`
	Ratio      *float64  `json:"rri"` // rate over the reference group's
	CI         *Interval `json:"ci"`  // of the ratio: Katz's; Koopman's where everybody of a group went on
	Difference *float64  `json:"rate_diff"`
	Newcombe   *Interval `json:"newcombe"`
	Index      *float64  `json:"disproportionality_index"` // share of those who went on over share of all
	P          *float64  `json:"p"`                        // Fisher's exact test
	Holm       *float64  `json:"p_holm"`                   // corrected for every comparison of the audit
	Alarm      bool      `json:"alarm"`                    // the interval leaves 1 out, and p by Holm is below 0.05
	Found      *float64  `json:"found"`                    // how often an audit of groups of this size raises the alarm where the others go on Bias times as often
	Detectable *float64  `json:"detectable"`               // the least unequal ratio below 1 about which such an audit raises it four times in five
	Problem    string    `json:"problem,omitempty"`
}

// Fewest is how many a group must have at a decision for a comparison.
const Fewest = 10

// Audit compares every group at every decision with its reference. The ratio and its
// interval are those of RelativeRates; an alarm also needs Fisher's exact test to
// hold after Holm's correction over all comparisons, so that an audit of decisions that
// know no group raises any in at most one of twenty.
func Audit(decisions []Decision) ([]Compared, error) { return audit(decisions, func(*Compared) {}) }

func audit(decisions []Decision, then func(*Compared)) ([]Compared, error) {
	var out []Compared
	for _, d := range decisions {
		if len(d.Groups) != len(d.X) || len(d.X) != len(d.N) {
			return nil, problem(BadData, "every group needs its two counts at %s", d.Name)
		}
		ref, allX, allN := -1, 0, 0
		for i, g := range d.Groups {
			if d.X[i] < 0 || d.N[i] < d.X[i] {
				return nil, problem(BadData, "the counts of %s at %s are not x of n", g, d.Name)
			}
			if g == d.Reference {
				ref = i
			}
			allX, allN = allX+d.X[i], allN+d.N[i]
		}
		for i, g := range d.Groups {
			if i == ref {
				continue
			}
			c := Compared{Decision: d.Name, Group: g, Reference: d.Reference, X: d.X[i], N: d.N[i]}
			if ref >= 0 {
				c.X0, c.N0 = d.X[ref], d.N[ref]
			}
			c.compare(float64(allX), float64(allN))
			then(&c)
			out = append(out, c)
		}
	}
	var ps []float64
	for _, c := range out {
		if c.P != nil {
			ps = append(ps, *c.P)
		}
	}
	holm, err := AdjustP(ps, Holm)
	if err != nil {
		return nil, err
	}
	k := 0
	for i := range out {
		c := &out[i]
		if c.P == nil {
			continue
		}
		c.Holm = ptr(holm[k])
		k++
		c.power(len(ps))
		c.Alarm = *c.Holm < .05 && (c.CI == nil || c.CI.Lo > 1 || c.CI.Hi < 1)
	}
	return out, nil
}

func (c *Compared) compare(allX, allN float64) {
	switch {
	case c.N < Fewest:
		c.Problem = "fewer than ten to compare"
		return
	case c.N0 == 0:
		c.Problem = "the number of the group compared with is not shown"
		return
	case c.N0 < Fewest:
		c.Problem = "fewer than ten in the group compared with"
		return
	}
	a, n, b, m := float64(c.X), float64(c.N), float64(c.X0), float64(c.N0)
	p, p0 := a/n, b/m
	c.Difference = ptr(p - p0)
	c.Newcombe = new(newcombe(a, n, b, m))
	c.P = ptr(fisherP(a, n-a, b, m-b))
	if allX > 0 {
		c.Index = ptr(a / allX / (n / allN))
	}
	switch {
	case b == 0:
		c.Problem = "nobody in the group compared with went on"
	case a == 0:
		c.Ratio, c.Problem = ptr(0), "nobody in this group went on"
	default:
		c.Ratio = ptr(p / p0)
		c.CI = new(riskRatioInterval(a, n, b, m))
	}
}

// fisherP is Fisher's exact test of a 2 x 2 table, two-sided.
func fisherP(a, b, c, d float64) float64 {
	m, n, k := a+b, c+d, a+c
	lo, hi := max(0, k-n), min(k, m)
	whole := logChoose(m+n, k)
	at := logChoose(m, a) + logChoose(n, k-a) - whole
	p := 0.0
	for x := lo; x <= hi; x++ {
		if l := logChoose(m, x) + logChoose(n, k-x) - whole; l <= at+1e-7 {
			p += math.Exp(l)
		}
	}
	return min(1, p)
}
