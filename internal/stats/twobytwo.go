package stats

import "math"

// TwoProportions compares x1 of n1 with x2 of n2. Every odds ratio stands beside
// the risks, because odds are not risks.
type TwoProportions struct {
	First      Proportion `json:"first"`
	Second     Proportion `json:"second"`
	Difference float64    `json:"risk_difference"`
	Newcombe   Interval   `json:"newcombe"`
	RR         *float64   `json:"rr"`
	Katz       *Interval  `json:"rr_katz"` // nil where a cell is empty: it would have no width
	Koopman    *Interval  `json:"rr_koopman"`
	OR         *float64   `json:"or"`
	Woolf      *Interval  `json:"or_woolf"`
	FisherP    float64    `json:"fisher_p"`
	FisherOR   *float64   `json:"fisher_or"` // conditional maximum likelihood; nil without limit
	FisherLo   float64    `json:"fisher_lo"`
	FisherHi   *float64   `json:"fisher_hi"`
	ChiSq      *float64   `json:"chisq"`
	EValue     *EValue    `json:"evalue"`
}

// CompareProportions compares two proportions: the difference with the interval of
// Newcombe (Statistics in Medicine 17 (1998) 873-890, method 10), the risk ratio
// (D. Katz et al., Biometrics 34 (1978) 469-474; by its score, P. A. R. Koopman,
// Biometrics 40 (1984) 513-517), the odds ratio (B. Woolf, Annals of Human Genetics
// 19 (1955) 251-253), Fisher's exact test with the conditional odds ratio (R. A.
// Fisher, JRSS 98 (1935) 39-82), and Pearson's chi-squared. Where a group has no
// event there is no risk ratio; where any cell is empty there is no odds ratio.
func CompareProportions(x1, n1, x2, n2 int) (TwoProportions, error) {
	out, err := CompareRisks(x1, n1, x2, n2)
	if err != nil {
		return out, err
	}
	out.fisher(float64(x1), float64(n1-x1), float64(x2), float64(n2-x2))
	return out, nil
}

// CompareRisks is CompareProportions without Fisher's exact test, which takes time where groups are large and says nothing more there.
func CompareRisks(x1, n1, x2, n2 int) (TwoProportions, error) {
	var out TwoProportions
	var err error
	if out.First, err = NewProportion(x1, n1); err != nil {
		return out, err
	}
	if out.Second, err = NewProportion(x2, n2); err != nil {
		return out, err
	}
	a, b, c, d := float64(x1), float64(n1-x1), float64(x2), float64(n2-x2)
	p1, p2 := out.First.P, out.Second.P
	out.Difference = p1 - p2
	l, m := out.First.Wilson, out.Second.Wilson
	out.Newcombe = Interval{out.Difference - math.Hypot(p1-l.Lo, m.Hi-p2), out.Difference + math.Hypot(l.Hi-p1, p2-m.Lo)}
	if a > 0 && c > 0 {
		out.RR, out.Koopman = ptr(p1/p2), new(koopman(a, a+b, c, c+d))
		if b > 0 && d > 0 {
			out.Katz = new(katz(a, a+b, c, c+d))
			or := a * d / (b * c)
			w := around(math.Log(or), math.Sqrt(1/a+1/b+1/c+1/d))
			out.OR, out.Woolf = &or, &w
		}
		ci, _ := out.RatioInterval()
		out.EValue = new(NewEValue(*out.RR, ci))
	}
	if n := a + b + c + d; a+c > 0 && b+d > 0 {
		out.ChiSq = ptr(n * (a*d - b*c) * (a*d - b*c) / ((a + b) * (c + d) * (a + c) * (b + d)))
	}
	return out, nil
}

// RatioInterval is the interval that stands beside the risk ratio, and whose it is: Katz's; Koopman's where a cell is empty. It needs a ratio.
func (t TwoProportions) RatioInterval() (ci Interval, by string) {
	if t.Katz != nil {
		return *t.Katz, "Katz"
	}
	return *t.Koopman, "Koopman"
}

// riskRatioInterval is RatioInterval of x1 of n1 and x2 of n2, neither without an event.
func riskRatioInterval(x1, n1, x2, n2 float64) Interval {
	if x1 == n1 || x2 == n2 {
		return koopman(x1, n1, x2, n2)
	}
	return katz(x1, n1, x2, n2)
}

func katz(a, n, b, m float64) Interval {
	return around(math.Log(a/n/(b/m)), math.Sqrt(1/a-1/n+1/b-1/m))
}

// koopman holds the ratios whose score does not reach 1.96: how far the risks are from that ratio, in standard errors of the risks that are likeliest
// with it. It needs an event in both groups.
func koopman(a, n, b, m float64) Interval {
	score := func(log float64) float64 {
		r := math.Exp(log)
		far := a/n - r*b/m
		if far == 0 {
			return 0
		}
		half := (n*r + a + m + b*r) / 2
		p2 := (half - math.Sqrt(max(0, half*half-(n+m)*r*(a+b)))) / ((n + m) * r)
		p1 := r * p2
		return far / math.Sqrt(max(0, p1*(1-p1))/n+max(0, r*r*p2*(1-p2))/m)
	}
	at := math.Log(a / n / (b / m))
	const wide = 60
	return Interval{
		math.Exp(root(func(l float64) float64 { return score(l) - z975 }, at-wide, at)),
		math.Exp(root(func(l float64) float64 { return score(l) + z975 }, at, at+wide)),
	}
}

// fisher works with the hypergeometric distribution of the first cell, given the
// margins, tilted by an odds ratio.
func (t *TwoProportions) fisher(a, b, c, d float64) {
	m, n, k := a+b, c+d, a+c // rows, and the first column
	lo, hi := max(0, k-n), min(k, m)
	size := int(hi-lo) + 1
	logs := make([]float64, size)
	for i := range logs {
		x := lo + float64(i)
		logs[i] = logChoose(m, x) + logChoose(n, k-x)
	}
	at := int(a - lo)
	// tilted gives the chance of each x at a log odds ratio.
	tilted := func(w float64) []float64 {
		out := make([]float64, size)
		top, sum := math.Inf(-1), 0.0
		for i, l := range logs {
			out[i] = l + w*(lo+float64(i))
			top = max(top, out[i])
		}
		for i := range out {
			out[i] = math.Exp(out[i] - top)
			sum += out[i]
		}
		for i := range out {
			out[i] /= sum
		}
		return out
	}
	null := tilted(0)
	for _, p := range null {
		if p <= null[at]*(1+1e-7) {
			t.FisherP += p
		}
	}
	t.FisherP = min(1, t.FisherP)
	mean := func(w float64) float64 {
		s := 0.0
		for i, p := range tilted(w) {
			s += p * (lo + float64(i))
		}
		return s
	}
	upTo := func(w float64) float64 { // chance of a or less
		s := 0.0
		for _, p := range tilted(w)[:at+1] {
			s += p
		}
		return s
	}
	from := func(w float64) float64 {
		s := 0.0
		for _, p := range tilted(w)[at:] {
			s += p
		}
		return s
	}
	const wide = 60
	if a > lo {
		t.FisherLo = math.Exp(root(func(w float64) float64 { return from(w) - .025 }, -wide, wide))
	}
	if a < hi {
		t.FisherHi = ptr(math.Exp(root(func(w float64) float64 { return upTo(w) - .025 }, -wide, wide)))
	}
	switch {
	case lo == hi || a == hi: // without limit, or nothing to say
	case a == lo:
		t.FisherOR = ptr(0)
	default:
		t.FisherOR = ptr(math.Exp(root(func(w float64) float64 { return mean(w) - a }, -wide, wide)))
	}
}

// EValue is how strong something unknown would have to be, with both the treatment
// and the outcome, to explain a risk ratio away.
type EValue struct {
	Point float64 `json:"point"`
	Limit float64 `json:"limit"` // for the end of the interval that is nearer to 1
}

// NewEValue is RR + sqrt(RR (RR-1)), for the inverse where RR is below 1. Source: T.
// J. VanderWeele and P. Ding, Annals of Internal Medicine 167 (2017) 268-274.
func NewEValue(rr float64, ci Interval) EValue {
	e := func(r float64) float64 {
		if r < 1 {
			r = 1 / r
		}
		return r + math.Sqrt(r*(r-1))
	}
	out := EValue{Point: e(rr), Limit: 1}
	switch {
	case rr < 1 && ci.Hi < 1:
		out.Limit = e(ci.Hi)
	case rr > 1 && ci.Lo > 1:
		out.Limit = e(ci.Lo)
	}
	return out
}

// Stratified is a common odds ratio over strata.
type Stratified struct {
	OR    float64  `json:"or"`
	CI    Interval `json:"ci"`
	ChiSq float64  `json:"chisq"`
	P     float64  `json:"p"`
}

// MantelHaenszel puts 2 x 2 tables {{a, b}, {c, d}} together: sum ad/n over sum bc/n,
// with the variance of J. Robins, N. Breslow and S. Greenland (Biometrics 42 (1986)
// 311-323) and the chi-squared without correction. Source: N. Mantel and W. Haenszel,
// JNCI 22 (1959) 719-748.
func MantelHaenszel(tables [][2][2]int) (Stratified, error) {
	var r, s, pr, ps, qs, diff, variance float64
	for _, t := range tables {
		a, b, c, d := float64(t[0][0]), float64(t[0][1]), float64(t[1][0]), float64(t[1][1])
		n := a + b + c + d
		if n < 2 || a < 0 || b < 0 || c < 0 || d < 0 {
			continue
		}
		ri, si, pi, qi := a*d/n, b*c/n, (a+d)/n, (b+c)/n
		r += ri
		s += si
		pr += pi * ri
		ps += pi*si + qi*ri
		qs += qi * si
		diff += a - (a+b)*(a+c)/n
		variance += (a + b) * (c + d) * (a + c) * (b + d) / (n * n * (n - 1))
	}
	if r == 0 || s == 0 || variance == 0 {
		return Stratified{}, problem(EmptyCell, "no stratum has both outcomes in both groups: there is no common odds ratio")
	}
	out := Stratified{OR: r / s, ChiSq: diff * diff / variance}
	out.CI = around(math.Log(out.OR), math.Sqrt(pr/(2*r*r)+ps/(2*r*s)+qs/(2*s*s)))
	out.P = pChi(out.ChiSq, 1)
	return out, nil
}
