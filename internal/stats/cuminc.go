package stats

import (
	"math"
	"slices"
)

// Competing says which events compete; the column of events is 0 for those whose
// watching stopped, and 1, 2, ... for each cause.
type Competing struct {
	Spell Spell
	By    string
	Times []float64
}

// Incidence is what was found.
type Incidence struct {
	Curves  []IncidenceCurve `json:"curves"`
	Gray    []Gray           `json:"gray"`
	N       int              `json:"n"`
	Missing int              `json:"missing"`
}

// IncidenceCurve is the chance of one cause in one group by each time.
type IncidenceCurve struct {
	Group  string           `json:"group"`
	Cause  int              `json:"cause"`
	N      int              `json:"n"`
	Events int              `json:"events"`
	Times  []IncidencePoint `json:"times"`
}

// IncidencePoint is the curve at one time.
type IncidencePoint struct {
	Time     float64 `json:"time"`
	Est      float64 `json:"est"`
	Variance float64 `json:"variance"`
}

// Gray is the test that groups have the same curve of one cause.
type Gray struct {
	Cause int     `json:"cause"`
	ChiSq float64 `json:"chisq"`
	DF    int     `json:"df"`
	P     float64 `json:"p"`
}

// moments in time at which something ended, of one group.
type ending struct {
	time float64
	risk float64
	dead []float64 // by cause, from 1
}

// CumulativeIncidence is the estimator of Aalen and Johansen: F(t) = sum S(t-) d1/n,
// with the delta-method variance, and the test of Gray with rho = 0. Source: O. O.
// Aalen and S. Johansen, Scandinavian Journal of Statistics 5 (1978) 141-150; R. J.
// Gray, Annals of Statistics 16 (1988) 1141-1154; cmprsk 2.2.
func CumulativeIncidence(d *Data, c Competing) (*Incidence, error) {
	if c.Spell.Start != "" {
		return nil, problem(BadFormula, "cumulative incidence takes people from the start")
	}
	rows, err := d.complete(append(c.Spell.columns(), c.By)...)
	if err != nil {
		return nil, err
	}
	if rows.len() == 0 {
		return nil, problem(TooFew, "no row has a time and an event")
	}
	s, err := d.spells(c.Spell, rows, true)
	if err != nil {
		return nil, err
	}
	group, labels := make([]int32, rows.len()), []string{"all"}
	if c.By != "" {
		col, err := d.mustColumn(c.By)
		if err != nil {
			return nil, err
		}
		if group, labels = col.groups(rows); len(labels) > 200 {
			return nil, problem(BadData, "the column %s has %d groups: too many to compare", c.By, len(labels))
		}
	}
	causes := int(slices.Max(s.event))
	out := &Incidence{N: rows.len(), Missing: d.n - rows.len()}
	for cause := 1; cause <= causes; cause++ {
		for g, l := range labels {
			ends, n := s.endings(group, int32(g), causes) // #nosec G115 -- groups are few
			curve := IncidenceCurve{Group: l, Cause: cause, N: n}
			for _, e := range ends {
				curve.Events += int(e.dead[cause])
			}
			curve.Times = incidence(ends, cause, c.Times)
			out.Curves = append(out.Curves, curve)
		}
		if len(labels) > 1 {
			test, err := s.gray(group, len(labels), uint8(cause)) // #nosec G115 -- causes are few
			if err != nil {
				return nil, err
			}
			out.Gray = append(out.Gray, *test)
		}
	}
	return out, nil
}

func (s *spells) order() []int32 {
	order := make([]int32, len(s.stop))
	for i := range order {
		order[i] = int32(i) // #nosec G115 -- rows are limited
	}
	slices.SortStableFunc(order, func(a, b int32) int { return compare(s.stop[a], s.stop[b]) })
	return order
}

func (s *spells) endings(group []int32, g int32, causes int) (ends []ending, n int) {
	for _, i := range s.order() {
		if group[i] != g {
			continue
		}
		if len(ends) == 0 || ends[len(ends)-1].time != s.stop[i] {
			ends = append(ends, ending{time: s.stop[i], risk: -float64(n), dead: make([]float64, causes+1)})
		}
		ends[len(ends)-1].dead[s.event[i]]++
		n++
	}
	for k := range ends {
		ends[k].risk += float64(n)
	}
	return ends, n
}

func incidence(ends []ending, cause int, times []float64) []IncidencePoint {
	var out []IncidencePoint
	surv, f, variance := 1.0, 0.0, 0.0
	var v1, v2, v3 float64
	at := 0
	for _, t := range times {
		for ; at < len(ends) && ends[at].time <= t; at++ {
			e := ends[at]
			own, other := e.dead[cause], 0.0
			for k := 1; k < len(e.dead); k++ {
				if k != cause {
					other += e.dead[k]
				}
			}
			if own+other == 0 {
				continue
			}
			after := surv * (e.risk - own - other) / e.risk
			f += surv * own / e.risk
			add := func(d, t4 float64) {
				t5 := 1.0
				if d > 1 {
					t5 = 1 - (d-1)/(e.risk-1)
				}
				t6, t3 := surv*surv*t5*d/(e.risk*e.risk), 0.0
				if after > 0 {
					t3 = 1 / after
				}
				v1 += t4 * t4 * t6
				v2 += t3 * t4 * t6
				v3 += t3 * t3 * t6
			}
			if other > 0 && after > 0 {
				add(other, f/after)
			}
			if own > 0 {
				t3 := 0.0
				if after > 0 {
					t3 = 1 / after
				}
				add(own, 1+t3*f)
				variance = v1 + f*f*v3 - 2*f*v2
			}
			surv = after
		}
		out = append(out, IncidencePoint{t, f, variance})
	}
	return out
}

// gray scores each group by its events of the cause less those expected if the hazards
// of the subdistribution were the same; its variance follows Gray's section 2.
func (s *spells) gray(group []int32, groups int, cause uint8) (*Gray, error) {
	ng := groups
	order := s.order()
	risk := make([]float64, ng)
	for _, g := range group {
		risk[g]++
	}
	square := func() [][]float64 {
		m := make([][]float64, ng)
		for i := range m {
			m[i] = make([]float64, ng)
		}
		return m
	}
	a, c, v, v2 := square(), square(), square(), square()
	v3, score := make([]float64, ng), make([]float64, ng)
	f1, before1 := make([]float64, ng), make([]float64, ng)
	km, kmBefore := make([]float64, ng), make([]float64, ng)
	for g := range ng {
		km[g], kmBefore[g] = 1, 1
	}
	f, fBefore := 0.0, 0.0
	for at := 0; at < len(order); {
		end := at
		own, other, gone := make([]float64, ng), make([]float64, ng), make([]float64, ng)
		nd1, nd2 := 0.0, 0.0
		for ; end < len(order) && s.stop[order[end]] == s.stop[order[at]]; end++ {
			i := order[end]
			g := group[i]
			gone[g]++
			switch s.event[i] {
			case 0:
			case cause:
				own[g]++
				nd1++
			default:
				other[g]++
				nd2++
			}
		}
		at = end
		if nd1+nd2 > 0 {
			tr, tq := 0.0, 0.0
			for g := range ng {
				if risk[g] <= 0 {
					continue
				}
				km[g] = kmBefore[g] * (risk[g] - own[g] - other[g]) / risk[g]
				f1[g] = before1[g] + kmBefore[g]*own[g]/risk[g]
				tr += risk[g] / kmBefore[g]
				tq += risk[g] * (1 - before1[g]) / kmBefore[g]
			}
			f = fBefore + nd1/tr
			for i := range ng {
				for j := range ng {
					a[i][j] = 0
					if risk[i] <= 0 || risk[j] <= 0 {
						continue
					}
					t1, t2 := risk[i]/kmBefore[i], risk[j]/kmBefore[j]
					if i == j {
						a[i][i] = t1 * (1 - t1/tr)
					} else {
						a[i][j] = -t1 * t2 / tr
					}
					c[i][j] += a[i][j] * nd1 / (tr * (1 - fBefore))
				}
			}
			for g := range ng {
				if risk[g] > 0 {
					score[g] += own[g] - nd1*risk[g]*(1-before1[g])/(kmBefore[g]*tq)
				}
			}
			if nd1 > 0 {
				for k := range ng {
					if risk[k] <= 0 {
						continue
					}
					t4, t5 := 1.0, 1.0
					if km[k] > 0 {
						t4 = 1 - (1-f)/km[k]
					}
					if nd1 > 1 {
						t5 = 1 - (nd1-1)/(tr*kmBefore[k]-1)
					}
					t3 := t5 * kmBefore[k] * nd1 / (tr * risk[k])
					v3[k] += t4 * t4 * t3
					for i := range ng {
						t1 := a[i][k] - t4*c[i][k]
						v2[i][k] += t1 * t4 * t3
						for j := range ng {
							v[i][j] += t1 * (a[j][k] - t4*c[j][k]) * t3
						}
					}
				}
			}
			for k := range ng {
				if nd2 == 0 || km[k] <= 0 || other[k] <= 0 {
					continue
				}
				t4, t5 := (1-f)/km[k], 1.0
				if other[k] > 1 {
					t5 = 1 - (other[k]-1)/(risk[k]-1)
				}
				t3 := t5 * kmBefore[k] * kmBefore[k] * other[k] / (risk[k] * risk[k])
				v3[k] += t4 * t4 * t3
				for i := range ng {
					t1 := t4 * c[i][k]
					v2[i][k] -= t1 * t4 * t3
					for j := range ng {
						v[i][j] += t1 * t4 * c[j][k] * t3
					}
				}
			}
			fBefore = f
			copy(before1, f1)
			copy(kmBefore, km)
		}
		for g := range ng {
			risk[g] -= gone[g]
		}
	}
	p := ng - 1
	m, u := make([]float64, p*p), make([]float64, p)
	for i := range p {
		u[i] = score[i]
		for j := range p {
			m[i*p+j] = v[i][j]
			for k := range ng {
				m[i*p+j] += c[i][k]*c[j][k]*v3[k] + c[i][k]*v2[j][k] + c[j][k]*v2[i][k]
			}
		}
	}
	l := make([]float64, p*p)
	if cholesky(m, l, p, 1e-12) >= 0 {
		return nil, problem(EmptyCell, "the groups cannot be compared for the cause %d", cause)
	}
	x := slices.Clone(u)
	solve(l, x, p)
	out := &Gray{Cause: int(cause), DF: p}
	for i := range p {
		out.ChiSq += u[i] * x[i]
	}
	if math.IsNaN(out.ChiSq) {
		return nil, problem(EmptyCell, "the groups cannot be compared for the cause %d", cause)
	}
	out.P = pChi(out.ChiSq, float64(p))
	return out, nil
}
