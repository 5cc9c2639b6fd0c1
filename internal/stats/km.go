package stats

import (
	"math"
	"sort"
)

// KM says what to follow to the event.
type KM struct {
	Spell Spell
	By    string    // column of groups; "" is everybody
	Times []float64 // at which the curve is told
	Tau   float64   // until when the mean time is taken; 0 is not at all
}

// Survival is what was found.
type Survival struct {
	Strata  []Stratum `json:"strata"`
	LogRank *Test     `json:"logrank"`
	Peto    *Test     `json:"peto,omitempty"`
	N       int       `json:"n"`
	Missing int       `json:"missing"`
}

// Stratum is the curve of one group.
type Stratum struct {
	Name   string   `json:"name"`
	N      int      `json:"n"`
	Events int      `json:"events"`
	Times  []Point  `json:"times"`
	Lower  *float64 `json:"lower_quartile"`
	Median *float64 `json:"median"` // nil when fewer than half had the event
	Upper  *float64 `json:"upper_quartile"`
	RMST   *float64 `json:"rmst,omitempty"`
	RMSTSE *float64 `json:"rmst_se,omitempty"`
}

// Point is the curve at one time. Lo and Hi are the 95 % band on the scale of
// log(-log S), LogLo and LogHi on that of log S; nil where S is 0 or 1.
type Point struct {
	Time  float64  `json:"time"`
	NRisk int      `json:"n_risk"`
	Surv  float64  `json:"surv"`
	SE    float64  `json:"se"`
	Lo    *float64 `json:"lo"`
	Hi    *float64 `json:"hi"`
	LogLo *float64 `json:"log_lo"`
	LogHi *float64 `json:"log_hi"`
}

// Test is one chi-squared test.
type Test struct {
	ChiSq    float64   `json:"chisq"`
	DF       int       `json:"df"`
	P        float64   `json:"p"`
	Observed []float64 `json:"observed,omitempty"`
	Expected []float64 `json:"expected,omitempty"`
	Variance []float64 `json:"variance,omitempty"` // of observed - expected, by group
}

// KaplanMeier follows groups to an event: S(t) = prod (1 - d/n), Greenwood's
// variance S^2 sum d/(n(n-d)), quartiles (the smallest t with S <= 1-p, the middle
// where S is exactly that for a while), the mean time up to tau, and the log-rank
// test, with Peto and Peto's, which weighs early events more (rho = 1).
// Source: E. L. Kaplan and P. Meier, JASA 53 (1958) 457-481; N. Mantel, Cancer
// Chemotherapy Reports 50 (1966) 163-170; D. P. Harrington and T. R. Fleming,
// Biometrika 69 (1982) 553-566; survival 3.5.
func KaplanMeier(d *Data, k KM) (*Survival, error) {
	rows, err := d.complete(append(k.Spell.columns(), k.By)...)
	if err != nil {
		return nil, err
	}
	if rows.len() == 0 {
		return nil, problem(TooFew, "no row has a time and an event")
	}
	s, err := d.spells(k.Spell, rows, false)
	if err != nil {
		return nil, err
	}
	group, labels := []int32(nil), []string{"all"}
	if k.By != "" {
		c, err := d.mustColumn(k.By)
		if err != nil {
			return nil, err
		}
		if group, labels = c.groups(rows); len(labels) > 200 {
			return nil, problem(BadData, "the column %s has %d groups: too many to compare", k.By, len(labels))
		}
		for i := range labels {
			labels[i] = k.By + "=" + labels[i]
		}
	}
	t := s.tally(group, len(labels))
	out := &Survival{N: rows.len(), Missing: d.n - rows.len()}
	sizes := make([]int, len(labels))
	for i := range s.stop {
		g := int32(0)
		if group != nil {
			g = group[i]
		}
		sizes[g]++
	}
	for g, name := range labels {
		st := t.curve(g, k)
		st.Name, st.N = name, sizes[g]
		for i, q := range k.Times {
			st.Times[i].NRisk = s.atRisk(group, int32(g), q) // #nosec G115 -- groups are few
		}
		out.Strata = append(out.Strata, st)
	}
	if len(labels) > 1 {
		if out.LogRank, err = t.logRank(0); err != nil {
			return nil, err
		}
		if out.Peto, err = t.logRank(1); err != nil {
			return nil, err
		}
	}
	return out, nil
}

func (s *spells) atRisk(group []int32, g int32, t float64) int {
	n := 0
	for i, v := range s.stop {
		if v >= t && (group == nil || group[i] == g) && (s.start == nil || s.start[i] < t) {
			n++
		}
	}
	return n
}

func (t tally) curve(g int, k KM) Stratum {
	n := len(t.times)
	surv, green := make([]float64, n), make([]float64, n) // after each time
	s, v := 1.0, 0.0
	events := 0.0
	for i := range n {
		if d, r := t.dead[g][i], t.risk[g][i]; d > 0 {
			s *= (r - d) / r
			v += d / (r * (r - d)) // without limit once everybody had the event
			events += d
		}
		surv[i], green[i] = s, v
	}
	out := Stratum{Events: int(events), Times: make([]Point, 0, len(k.Times))}
	for _, q := range k.Times {
		i := sort.Search(n, func(i int) bool { return t.times[i] > q }) - 1
		p := Point{Time: q, Surv: 1}
		if i >= 0 {
			p.Surv = surv[i]
			if p.Surv > 0 {
				p.SE = p.Surv * math.Sqrt(green[i])
			}
		}
		if p.Surv > 0 && p.Surv < 1 {
			l, e := math.Log(p.Surv), math.Sqrt(green[i])
			p.Lo, p.Hi = ptr(math.Exp(l*math.Exp(-z975*e/l))), ptr(math.Exp(l*math.Exp(z975*e/l)))
			p.LogLo, p.LogHi = ptr(math.Exp(l-z975*e)), ptr(math.Min(1, math.Exp(l+z975*e)))
		}
		out.Times = append(out.Times, p)
	}
	out.Lower, out.Median, out.Upper = t.quantile(g, surv, 0.25), t.quantile(g, surv, 0.5), t.quantile(g, surv, 0.75)
	if k.Tau > 0 {
		out.RMST, out.RMSTSE = t.mean(g, surv, k.Tau)
	}
	return out
}

func (t tally) quantile(g int, surv []float64, p float64) *float64 {
	const slack = 1e-9
	for i, s := range surv {
		if s > 1-p+slack {
			continue
		}
		at := t.times[i]
		if s >= 1-p-slack {
			for j := i + 1; j < len(surv); j++ {
				if t.dead[g][j] > 0 {
					return ptr((at + t.times[j]) / 2)
				}
			}
		}
		return &at
	}
	return nil
}

// mean is the area under the curve up to tau; its variance is the sum of
// (area to the right)^2 d/(n(n-d)).
func (t tally) mean(g int, surv []float64, tau float64) (mean, se *float64) {
	var steps []int
	for i := range t.times {
		if t.dead[g][i] > 0 && t.times[i] < tau {
			steps = append(steps, i)
		}
	}
	area, variance := 0.0, 0.0
	right := tau
	for k := len(steps) - 1; k >= 0; k-- {
		i := steps[k]
		area += surv[i] * (right - t.times[i])
		right = t.times[i]
		if d, r := t.dead[g][i], t.risk[g][i]; r > d {
			variance += area * area * d / (r * (r - d))
		}
	}
	return ptr(area + right), ptr(math.Sqrt(variance))
}

// logRank compares observed with expected events, weighted by S(t-)^rho of
// everybody together.
func (t tally) logRank(rho float64) (*Test, error) {
	k := len(t.risk)
	risk, dead := t.pooled()
	out := &Test{DF: k - 1, Observed: make([]float64, k), Expected: make([]float64, k)}
	v := make([]float64, k*k)
	s := 1.0
	for i := range t.times {
		d, n := dead[i], risk[i]
		if d == 0 {
			continue
		}
		w := math.Pow(s, rho)
		for g := range k {
			rg := t.risk[g][i]
			out.Observed[g] += w * t.dead[g][i]
			out.Expected[g] += w * d * rg / n
			if n > 1 {
				f := w * w * d * (n - d) / (n - 1) * rg / n
				for h := range k {
					v[g*k+h] -= f * t.risk[h][i] / n
				}
				v[g*k+g] += f
			}
		}
		s *= (n - d) / n
	}
	for g := range k {
		out.Variance = append(out.Variance, v[g*k+g])
	}
	p := k - 1
	a, u := make([]float64, p*p), make([]float64, p)
	for g := range p {
		u[g] = out.Observed[g] - out.Expected[g]
		copy(a[g*p:g*p+p], v[g*k:g*k+p])
	}
	l := make([]float64, p*p)
	if bad := cholesky(a, l, p, 1e-12); bad >= 0 {
		return nil, problem(EmptyCell, "the groups were never watched at the same time as an event: they cannot be compared")
	}
	x := append([]float64(nil), u...)
	solve(l, x, p)
	for g := range p {
		out.ChiSq += u[g] * x[g]
	}
	out.P = pChi(out.ChiSq, float64(p))
	return out, nil
}
