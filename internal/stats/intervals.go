package stats

import (
	"math"
)

// Interval is a 95 % interval.
type Interval struct {
	Lo float64 `json:"lo"`
	Hi float64 `json:"hi"`
}

// Proportion is x of n with its intervals.
type Proportion struct {
	X              int      `json:"x"`
	N              int      `json:"n"`
	P              float64  `json:"p"`
	Wilson         Interval `json:"wilson"`
	WilsonCC       Interval `json:"wilson_cc"` // with continuity correction
	ClopperPearson Interval `json:"clopper_pearson"`
	Jeffreys       Interval `json:"jeffreys"`
}

// NewProportion works out the intervals of a proportion: Wilson's score interval
// (the default; E. B. Wilson, JASA 22 (1927) 209-212), with correction (R. G.
// Newcombe, Statistics in Medicine 17 (1998) 857-872), the exact one of C. J.
// Clopper and E. S. Pearson (Biometrika 26 (1934) 404-413), and Jeffreys' (L. D.
// Brown et al., Statistical Science 16 (2001) 101-133).
func NewProportion(x, n int) (Proportion, error) {
	if n < 1 || x < 0 || x > n {
		return Proportion{}, problem(BadData, "a proportion is x of n with x from 0 to n, and n at least 1")
	}
	a, b := float64(x), float64(n)
	out := Proportion{X: x, N: n, P: a / b, Wilson: wilson(a, b, 0), WilsonCC: wilson(a, b, min(0.5, math.Abs(a-b/2)))}
	out.ClopperPearson, out.Jeffreys = Interval{0, 1}, Interval{0, 1}
	if x > 0 {
		out.ClopperPearson.Lo, out.Jeffreys.Lo = betaQuantile(.025, a, b-a+1), betaQuantile(.025, a+.5, b-a+.5)
	}
	if x < n {
		out.ClopperPearson.Hi, out.Jeffreys.Hi = betaQuantile(.975, a+1, b-a), betaQuantile(.975, a+.5, b-a+.5)
	}
	return out, nil
}

// wilson with correction follows R's prop.test.
func wilson(x, n, correction float64) Interval {
	p, z2n := x/n, z975*z975/(2*n)
	side := func(sign float64) float64 {
		c := p + sign*correction/n
		return (c + z2n + sign*z975*math.Sqrt(c*(1-c)/n+z2n/(2*n))) / (1 + 2*z2n)
	}
	out := Interval{max(0, side(-1)), min(1, side(1))}
	if x == 0 {
		out.Lo = 0
	}
	if x == n {
		out.Hi = 1
	}
	return out
}

// Rate is x events in an amount of time with its intervals.
type Rate struct {
	X     int      `json:"x"`
	Time  float64  `json:"time"`
	Rate  float64  `json:"rate"`
	Exact Interval `json:"exact"`
	Byar  Interval `json:"byar"`
}

// NewRate works out the intervals of a rate: exact (F. Garwood, Biometrika 28
// (1936) 437-442) and Byar's approximation (N. E. Breslow and N. E. Day,
// Statistical Methods in Cancer Research II, 1987, 2.12).
func NewRate(x int, time float64) (Rate, error) {
	if x < 0 || !(time > 0) || math.IsInf(time, 0) {
		return Rate{}, problem(BadData, "a rate is events, 0 or more, in an amount of time above 0")
	}
	a := float64(x)
	out := Rate{X: x, Time: time, Rate: a / time}
	if x > 0 {
		out.Exact.Lo = gammaQuantile(.025, a) / time
		out.Byar.Lo = a * math.Pow(1-1/(9*a)-z975/(3*math.Sqrt(a)), 3) / time
	}
	out.Exact.Hi = gammaQuantile(.975, a+1) / time
	out.Byar.Hi = (a + 1) * math.Pow(1-1/(9*(a+1))+z975/(3*math.Sqrt(a+1)), 3) / time
	return out, nil
}

// TwoRates compares two rates.
type TwoRates struct {
	Ratio float64  `json:"ratio"`
	LogSE float64  `json:"log_se"`
	Wald  Interval `json:"wald"`
	Exact Interval `json:"exact"`
	P     float64  `json:"p"` // exact, two-sided
}

// CompareRates compares x1 events in t1 with x2 in t2: on the log scale, with
// variance 1/x1 + 1/x2, and exactly, given the sum of both (J. Przyborowski and H.
// Wilenski, Biometrika 31 (1940) 313-323; R's poisson.test).
func CompareRates(x1 int, t1 float64, x2 int, t2 float64) (TwoRates, error) {
	if x1 < 0 || x2 < 0 || !(t1 > 0) || !(t2 > 0) || math.IsInf(t1, 0) || math.IsInf(t2, 0) {
		return TwoRates{}, problem(BadData, "a rate is events, 0 or more, in an amount of time above 0")
	}
	if x1 == 0 || x2 == 0 {
		return TwoRates{}, problem(EmptyCell, "one of the groups has no event: the ratio of the rates has no finite interval")
	}
	a, b := float64(x1), float64(x2)
	n := a + b
	out := TwoRates{Ratio: a / t1 / (b / t2), LogSE: math.Sqrt(1/a + 1/b)}
	out.Wald = around(math.Log(out.Ratio), out.LogSE)
	odds := func(p float64) float64 { return p / (1 - p) * t2 / t1 }
	out.Exact = Interval{odds(betaQuantile(.025, a, b+1)), odds(betaQuantile(.975, a+1, b))}
	p := t1 / (t1 + t2)
	mine := binomialLog(a, n, p) + math.Log1p(1e-7)
	for x := 0.0; x <= n; x++ {
		if l := binomialLog(x, n, p); l <= mine {
			out.P += math.Exp(l)
		}
	}
	out.P = min(1, out.P)
	return out, nil
}

// around is exp of an estimate's 95 % interval.
func around(log, se float64) Interval {
	return Interval{math.Exp(log - z975*se), math.Exp(log + z975*se)}
}

// Counted is x of n in one group.
type Counted struct {
	Name string
	X, N int
}

// CountOutcome counts an outcome of 0 and 1 by "outcome ~ group", or "outcome ~ 1".
func CountOutcome(d *Data, f Formula) (groups []Counted, missing int, err error) {
	if f.response == nil || len(f.vars) > 1 || len(f.vars) == 1 && f.vars[0].value.op != 'v' {
		return nil, 0, problem(BadFormula, "name the outcome on the left, and one column of groups or 1 on the right")
	}
	rows, err := d.complete(f.Columns()...)
	if err != nil {
		return nil, 0, err
	}
	y, err := d.response(f.response, rows)
	if err != nil {
		return nil, 0, err
	}
	code, labels := make([]int32, len(y)), []string{""}
	if len(f.vars) == 1 {
		c, err := d.mustColumn(f.vars[0].value.name)
		if err != nil {
			return nil, 0, err
		}
		if code, labels = c.groups(rows); len(labels) > 200 {
			return nil, 0, problem(BadData, "the column %s has %d groups: too many", c.name, len(labels))
		}
		for i, l := range labels {
			labels[i] = c.name + "=" + l
		}
	}
	if len(y) == 0 {
		return nil, 0, problem(TooFew, "no row has an outcome and a group")
	}
	for _, l := range labels {
		groups = append(groups, Counted{Name: l})
	}
	for i, v := range y {
		if v != 0 && v != 1 {
			return nil, 0, problem(BadData, "the outcome must be 0 or 1, and is %v in some row", v)
		}
		groups[code[i]].N++
		groups[code[i]].X += int(v)
	}
	return groups, d.n - len(y), nil
}
