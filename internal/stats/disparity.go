package stats

import "math"

// StageGroup is one group at one decision. RRI is its rate over that of the group
// it is compared with; Index its share of those with the outcome over its share of
// all; DifferencePP the difference of the rates in percentage points.
type StageGroup struct {
	Group        string   `json:"group"`
	X            int      `json:"x"`
	N            int      `json:"n"`
	Rate         float64  `json:"rate"`
	RRI          *float64 `json:"rri"`
	Lo           *float64 `json:"lo"` // nil for the group compared with
	Hi           *float64 `json:"hi"`
	Index        *float64 `json:"disproportionality_index"`
	DifferencePP float64  `json:"rate_diff_pp"`
}

// RelativeRates is the relative rate index at one decision: x of n in each group,
// against a reference group, with variance 1/x - 1/n + 1/x0 - 1/n0 of its logarithm;
// where everybody of a group has the outcome, with Koopman's interval.
// Counts against the stage before and against the population both go in here.
// Source: N. Uhrig, Black, Asian and Minority Ethnic disproportionality in the
// Criminal Justice System, Ministry of Justice 2016; OJJDP Disproportionate Minority
// Contact Technical Assistance Manual, ch. 1.
func RelativeRates(groups []string, x, n []int, reference string) ([]StageGroup, error) {
	if len(groups) != len(x) || len(x) != len(n) || len(groups) == 0 {
		return nil, problem(BadData, "every group needs its two counts")
	}
	ref, allX, allN := -1, 0, 0
	for i, g := range groups {
		if x[i] < 0 || n[i] < x[i] {
			return nil, problem(BadData, "the counts of %s are not x of n", g)
		}
		if g == reference {
			ref = i
		}
		allX, allN = allX+x[i], allN+n[i]
	}
	if ref < 0 {
		return nil, problem(BadData, "there is no group %s to compare with", reference)
	}
	if x[ref] == 0 {
		return nil, problem(EmptyCell, "nobody in %s has the outcome: nothing can be compared with it", reference)
	}
	x0, n0 := float64(x[ref]), float64(n[ref])
	var out []StageGroup
	for i, g := range groups {
		if n[i] == 0 {
			return nil, problem(EmptyCell, "there is nobody in %s", g)
		}
		a, b := float64(x[i]), float64(n[i])
		s := StageGroup{Group: g, X: x[i], N: n[i], Rate: a / b, DifferencePP: 100 * (a/b - x0/n0), Index: ptr(a / float64(allX) / (b / float64(allN)))}
		rri := a / b / (x0 / n0)
		s.RRI = &rri
		if i != ref && x[i] > 0 {
			ci := riskRatioInterval(a, b, x0, n0)
			s.Lo, s.Hi = &ci.Lo, &ci.Hi
		}
		out = append(out, s)
	}
	return out, nil
}

// Standardised is the risk if everybody were in one group, and in the other, all
// else as it is (g-computation), with errors by the delta method.
type Standardised struct {
	P0      float64 `json:"p0"`
	P1      float64 `json:"p1"`
	RD      float64 `json:"rd"`
	RDSE    float64 `json:"rd_se"`
	LogRR   float64 `json:"log_rr"`
	LogRRSE float64 `json:"log_rr_se"`
}

// Standardise compares the risks at 1 and 0 of a column of a logistic model,
// averaged over everybody. Source: S. Greenland, American Journal of Epidemiology
// 160 (2004) 301-305.
func Standardise(d *Data, g GLM, column string) (*Standardised, error) {
	g.Family = Logistic
	k, err := fitGLM(d, g, false)
	if err != nil {
		return nil, err
	}
	p := k.q.p
	coef, cov := k.m.units(k.b, k.inverse)
	var risk [2]float64
	var slope [2][]float64
	for v := range 2 {
		m, err := d.newDesign(g.Formula, []string{g.Weights, g.Cluster, g.Order}, true, map[string]float64{column: float64(v)})
		if err != nil {
			return nil, err
		}
		slope[v] = make([]float64, p)
		n := float64(m.n)
		for i := range m.n {
			eta := 0.0
			for j := range p {
				eta += coef[j] * m.x[i*p+j]
			}
			mu, w, _ := Logistic.at(eta, 0)
			risk[v] += mu / n
			for j := range p {
				slope[v][j] += m.x[i*p+j] * w / n
			}
		}
	}
	rd, rr := make([]float64, p), make([]float64, p)
	for j := range p {
		rd[j] = slope[1][j] - slope[0][j]
		rr[j] = slope[1][j]/risk[1] - slope[0][j]/risk[0]
	}
	room := make([]float64, p)
	return &Standardised{P0: risk[0], P1: risk[1], RD: risk[1] - risk[0], RDSE: math.Sqrt(quadratic(cov, rd, room)),
		LogRR: math.Log(risk[1] / risk[0]), LogRRSE: math.Sqrt(quadratic(cov, rr, room))}, nil
}
