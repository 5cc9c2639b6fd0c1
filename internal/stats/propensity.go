package stats

import (
	"math"
	"math/rand/v2"
	"slices"
)

// Estimand says whom an effect is about.
type Estimand string

// Estimands, with the weights of treated and others; e is the propensity score, p
// the share of the treated.
const (
	ATE           Estimand = "ate"            // everybody: 1/e and 1/(1-e)
	ATT           Estimand = "att"            // the treated: 1 and e/(1-e)
	ATEStabilised Estimand = "ate_stabilised" // everybody: p/e and (1-p)/(1-e)
	ATO           Estimand = "ato"            // where both are likely: 1-e and e
)

// Propensity says how people are made comparable: a logistic model of who was
// treated, and weights from it. Scores and weights stay inside one calculation.
type Propensity struct {
	Formula  Formula // treated ~ what was known before
	Estimand Estimand
	Truncate bool   // weights below their 1st and above their 99th percentile become those
	Baseline *Data  // one row a person; nil is the first row of each in the data itself
	Outcome  string // a column to compare, "" is none
	// Learned lets the errors of a weighted model allow for scores that were learned from the same people: narrower than with weights taken as known.
	Learned bool
}

// Balance is what the weights achieve, in numbers about groups.
type Balance struct {
	Estimand     Estimand         `json:"estimand"`
	N            int              `json:"n"`
	Missing      int              `json:"missing"`
	Treated      int              `json:"treated"`
	Others       int              `json:"others"`
	Model        *Fit             `json:"model"`
	CStatistic   float64          `json:"c_statistic"`
	Overlap      Overlap          `json:"overlap"`
	SumTreated   float64          `json:"sum_treated"`
	SumOthers    float64          `json:"sum_others"`
	MaxWeight    float64          `json:"max_weight"`
	ESSTreated   float64          `json:"ess_treated"` // Kish: (sum w)^2 / sum w^2
	ESSOthers    float64          `json:"ess_others"`
	Columns      []ColumnBalance  `json:"balance"`
	Outcome      *WeightedOutcome `json:"outcome,omitempty"`
	Warnings     []string         `json:"warnings,omitempty"`
	allTreated   []float64        // quartiles with the lowest and highest score, which are single people's
	allUntreated []float64
}

// Overlap is the quartiles of the propensity score in both groups.
type Overlap struct {
	Treated [3]float64 `json:"treated"`
	Others  [3]float64 `json:"others"`
}

// ColumnBalance compares the groups in one column. Standardised differences
// divide by the unweighted deviation: of both groups (pooled, the root of the mean
// of their variances) or of the treated; the variance of yes and no is p(1-p).
type ColumnBalance struct {
	Name             string   `json:"name"`
	MeanTreated      float64  `json:"mean_treated"`
	MeanOthers       float64  `json:"mean_others"`
	SMD              float64  `json:"smd_pooled"`
	SMDTreated       float64  `json:"smd_treated"`
	WMeanTreated     float64  `json:"weighted_mean_treated"`
	WMeanOthers      float64  `json:"weighted_mean_others"`
	WSMD             float64  `json:"weighted_smd_pooled"`
	WSMDTreated      float64  `json:"weighted_smd_treated"`
	VarianceRatio    *float64 `json:"variance_ratio"` // nil for yes and no
	WVarianceRatio   *float64 `json:"weighted_variance_ratio"`
	AboveTenth       bool     `json:"above_0_10"` // after weighting
	AboveFourthPart  bool     `json:"above_0_25"`
	BeforeAboveTenth bool     `json:"before_above_0_10"`
}

// WeightedOutcome compares the outcome: the difference of weighted means with
// errors that take the weights as known, and for yes and no the odds ratio and the
// risk ratio, on the log scale.
type WeightedOutcome struct {
	Name        string   `json:"name"`
	MeanTreated float64  `json:"mean_treated"`
	MeanOthers  float64  `json:"mean_others"`
	Difference  float64  `json:"difference"`
	SEHC0       float64  `json:"se_hc0"`
	SEHC1       float64  `json:"se_hc1"`
	SEHC3       float64  `json:"se_hc3"`
	Lo          float64  `json:"lo"`
	Hi          float64  `json:"hi"`
	P           float64  `json:"p"`
	LogOR       *float64 `json:"log_or,omitempty"`
	LogORSE     *float64 `json:"log_or_se,omitempty"`
	LogRR       *float64 `json:"log_rr,omitempty"`
	LogRRSE     *float64 `json:"log_rr_se,omitempty"`
	// Errors that allow for scores that were learned from the same people, of the difference, the odds ratio and the risk ratio.
	SELearned      float64  `json:"se_learned"`
	LogORSELearned *float64 `json:"log_or_se_learned,omitempty"`
	LogRRSELearned *float64 `json:"log_rr_se_learned,omitempty"`
}

// scored is a propensity model with what it says about each row: never exported.
type scored struct {
	fit     *fitted
	treated []float64
	score   []float64
	weight  []float64
}

// scores fits the model to the people who lack nothing that is needed.
func (p *Propensity) scores(d *Data, needed ...string) (*scored, error) {
	m, err := d.newDesign(p.Formula, needed, true, nil)
	if err != nil {
		return nil, err
	}
	for _, v := range m.y {
		if v != 0 && v != 1 {
			return nil, problem(BadData, "who was treated must be 0 or 1, and is %v in some row", v)
		}
	}
	k, err := m.fit(d, GLM{Formula: p.Formula, Family: Logistic}, nil, false)
	if err != nil {
		return nil, err
	}
	s := &scored{fit: k, treated: m.y}
	return s, s.weigh(p, nil)
}

// weigh works out scores and weights from the model; times is how often each row
// was drawn, in a bootstrap.
func (s *scored) weigh(p *Propensity, times []float64) error {
	n := len(s.treated)
	s.score, s.weight = make([]float64, n), make([]float64, n)
	share, all := 0.0, 0.0
	for i, t := range s.treated {
		f := 1.0
		if times != nil {
			f = times[i]
		}
		share += f * t
		all += f
	}
	share /= all
	for i, t := range s.treated {
		e, _, _ := Logistic.at(s.fit.q.eta(i, s.fit.b), 0)
		s.score[i] = e
		var w float64
		switch {
		case p.Estimand == ATT && t == 1:
			w = 1
		case p.Estimand == ATT:
			w = e / (1 - e)
		case p.Estimand == ATE && t == 1:
			w = 1 / e
		case p.Estimand == ATE:
			w = 1 / (1 - e)
		case p.Estimand == ATEStabilised && t == 1:
			w = share / e
		case p.Estimand == ATEStabilised:
			w = (1 - share) / (1 - e)
		case p.Estimand == ATO && t == 1:
			w = 1 - e
		case p.Estimand == ATO:
			w = e
		default:
			return problem(BadFormula, "there is no estimand %q: ate, att, ate_stabilised and ato are", p.Estimand)
		}
		if !finite(w) {
			return problem(Separation, "somebody was certain to be treated, or not to be: nobody can be compared with them")
		}
		s.weight[i] = w
	}
	if p.Truncate {
		sorted := slices.Clone(s.weight)
		slices.Sort(sorted)
		lo, hi := quantile(sorted, 0.01), quantile(sorted, 0.99)
		for i, w := range s.weight {
			s.weight[i] = min(max(w, lo), hi)
		}
	}
	return nil
}

// quantile is R's type 7, of sorted values.
func quantile(sorted []float64, p float64) float64 {
	h := p * float64(len(sorted)-1)
	i := int(math.Floor(h))
	if i+1 >= len(sorted) {
		return sorted[len(sorted)-1]
	}
	return sorted[i] + (h-float64(i))*(sorted[i+1]-sorted[i])
}

// Weigh fits the propensity model and says how far its weights make the groups
// alike. Source: P. R. Rosenbaum and D. B. Rubin, Biometrika 70 (1983) 41-55;
// P. C. Austin and E. A. Stuart, Statistics in Medicine 34 (2015) 3661-3679;
// overlap weights: F. Li et al., JASA 113 (2018) 390-400.
func Weigh(d *Data, p Propensity) (*Balance, error) {
	var of []string
	if p.Outcome != "" {
		of = []string{p.Outcome}
	}
	b, each, err := WeighEach(d, p, of...)
	if err != nil || len(each) == 0 {
		return b, err
	}
	b.Outcome = each[0].Outcome
	return b, each[0].Err
}

// Each is one outcome of several, or why it could not be compared.
type Each struct {
	Outcome *WeightedOutcome
	Err     error
}

// WeighEach is Weigh for several outcomes of the same people, instead of p.Outcome: the model is fitted once, to those who lack none.
func WeighEach(d *Data, p Propensity, outcomes ...string) (*Balance, []Each, error) {
	if p.Baseline != nil {
		d = p.Baseline
	}
	s, err := p.scores(d, outcomes...)
	if err != nil {
		return nil, nil, err
	}
	k := s.fit
	out := &Balance{Estimand: p.Estimand, N: k.m.n, Missing: k.m.missing}
	if out.Model, err = k.report(GLM{Errors: ModelErrors}); err != nil {
		return nil, nil, err
	}
	var w, e [2][]float64
	for i, t := range s.treated {
		g := int(t)
		w[g], e[g] = append(w[g], s.weight[i]), append(e[g], s.score[i])
		out.MaxWeight = max(out.MaxWeight, s.weight[i])
	}
	out.Treated, out.Others = len(w[1]), len(w[0])
	out.SumTreated, out.ESSTreated = kish(w[1])
	out.SumOthers, out.ESSOthers = kish(w[0])
	slices.Sort(e[0])
	slices.Sort(e[1])
	for _, q := range []float64{0, .25, .5, .75, 1} {
		out.allTreated = append(out.allTreated, quantile(e[1], q))
		out.allUntreated = append(out.allUntreated, quantile(e[0], q))
	}
	copy(out.Overlap.Treated[:], out.allTreated[1:4])
	copy(out.Overlap.Others[:], out.allUntreated[1:4])
	out.CStatistic = cStatistic(e[1], e[0])
	for j := range k.m.p {
		if j == 0 && k.m.intercept {
			continue
		}
		out.Columns = append(out.Columns, s.balance(j))
	}
	if small := min(out.Treated, out.Others); small < 10*(k.m.p-1) {
		out.Warnings = append(out.Warnings, "The smaller group has fewer than 10 people for each column of the model: take columns out.")
	}
	for _, c := range out.Columns {
		if c.AboveTenth {
			out.Warnings = append(out.Warnings, "After weighting the groups still differ by more than a tenth of a standard deviation in "+c.Name+".")
		}
	}
	each := make([]Each, len(outcomes))
	for i, name := range outcomes {
		each[i].Outcome, each[i].Err = s.compare(d, &p, name)
	}
	return out, each, nil
}

func (s *scored) compare(d *Data, p *Propensity, outcome string) (*WeightedOutcome, error) {
	y, err := d.numbers(outcome, s.fit.m.rows)
	if err != nil {
		return nil, err
	}
	o, err := s.outcome(outcome, y)
	if err != nil {
		return nil, err
	}
	return o, s.learnedErrors(p, y, o)
}

func kish(w []float64) (sum, ess float64) {
	squares := 0.0
	for _, v := range w {
		sum += v
		squares += v * v
	}
	return sum, sum * sum / squares
}

// cStatistic is the share of pairs in which the treated one has the higher score.
func cStatistic(treated, others []float64) float64 {
	higher := 0.0
	lo, hi := 0, 0
	for _, e := range treated {
		for lo < len(others) && others[lo] < e {
			lo++
		}
		hi = max(hi, lo)
		for hi < len(others) && others[hi] == e {
			hi++
		}
		higher += float64(lo) + float64(hi-lo)/2
	}
	return higher / float64(len(treated)) / float64(len(others))
}

func (s *scored) balance(j int) ColumnBalance {
	m, q := s.fit.m, s.fit.q
	var x, w [2][]float64
	for g := range 2 {
		x[g], w[g] = make([]float64, 0, len(s.treated)), make([]float64, 0, len(s.treated))
	}
	yesNo := true
	for i, t := range s.treated {
		v := q.x[i*q.p+j]*m.scale[j] + m.centre[j]
		if r := math.Round(v); math.Abs(v-r) < 1e-9*m.scale[j] {
			v = r
		}
		yesNo = yesNo && (v == 0 || v == 1)
		x[int(t)], w[int(t)] = append(x[int(t)], v), append(w[int(t)], s.weight[i])
	}
	var mean, wmean, variance, wvariance [2]float64
	for g := range 2 {
		mean[g], variance[g] = moments(x[g], nil)
		wmean[g], wvariance[g] = moments(x[g], w[g])
		if yesNo {
			variance[g] = mean[g] * (1 - mean[g])
		}
	}
	pooled, treated := math.Sqrt((variance[1]+variance[0])/2), math.Sqrt(variance[1])
	c := ColumnBalance{Name: m.names[j], MeanTreated: mean[1], MeanOthers: mean[0], WMeanTreated: wmean[1], WMeanOthers: wmean[0]}
	c.SMD, c.WSMD = ratio(mean[1]-mean[0], pooled), ratio(wmean[1]-wmean[0], pooled)
	c.SMDTreated, c.WSMDTreated = ratio(mean[1]-mean[0], treated), ratio(wmean[1]-wmean[0], treated)
	if !yesNo && variance[0] > 0 && wvariance[0] > 0 {
		c.VarianceRatio, c.WVarianceRatio = ptr(variance[1]/variance[0]), ptr(wvariance[1]/wvariance[0])
	}
	c.BeforeAboveTenth = math.Abs(c.SMD) > 0.10
	c.AboveTenth, c.AboveFourthPart = math.Abs(c.WSMD) > 0.10, math.Abs(c.WSMD) > 0.25
	return c
}

func ratio(a, b float64) float64 {
	if b == 0 {
		return 0
	}
	return a / b
}

// moments are mean and variance; weighted, the variance is sum w (x-m)^2 / (1 - sum w^2)
// with weights that sum to 1.
func moments(x, w []float64) (mean, variance float64) {
	all, squares := 0.0, 0.0
	at := func(i int) float64 {
		if w == nil {
			return 1
		}
		return w[i]
	}
	for i, v := range x {
		all += at(i)
		mean += at(i) * v
	}
	mean /= all
	for i, v := range x {
		variance += at(i) / all * (v - mean) * (v - mean)
		squares += at(i) / all * at(i) / all
	}
	return mean, variance / (1 - squares)
}

func (s *scored) outcome(name string, y []float64) (*WeightedOutcome, error) {
	d := NewData()
	if err := d.Numbers("outcome", y); err != nil {
		return nil, err
	}
	if err := d.Numbers("treated", s.treated); err != nil {
		return nil, err
	}
	f, err := ParseFormula("outcome ~ treated")
	if err != nil {
		return nil, err
	}
	effect := func(family Family, kinds ...Errors) (float64, []float64, error) {
		m, err := d.newDesign(f, nil, true, nil)
		if err != nil {
			return 0, nil, err
		}
		k, err := m.fit(d, GLM{Formula: f, Family: family}, s.weight, false)
		if err != nil {
			return 0, nil, err
		}
		var se []float64
		for _, kind := range kinds {
			cov, err := k.robust(kind, GLM{})
			if err != nil {
				return 0, nil, err
			}
			_, cov = k.m.units(k.b, cov)
			se = append(se, math.Sqrt(cov[3]))
		}
		coef, _ := k.m.units(k.b, nil)
		return coef[1], se, nil
	}
	out := &WeightedOutcome{Name: name}
	var sum, all [2]float64
	yesNo := true
	for i, v := range y {
		g := int(s.treated[i])
		sum[g] += s.weight[i] * v
		all[g] += s.weight[i]
		yesNo = yesNo && (v == 0 || v == 1)
	}
	out.MeanTreated, out.MeanOthers = sum[1]/all[1], sum[0]/all[0]
	diff, se, err := effect(Linear, HC0, HC1, HC3)
	if err != nil {
		return nil, err
	}
	out.Difference, out.SEHC0, out.SEHC1, out.SEHC3 = diff, se[0], se[1], se[2]
	out.Lo, out.Hi, out.P = diff-z975*se[0], diff+z975*se[0], pNormal(diff/se[0])
	if yesNo {
		or, orSE, err := effect(Logistic, HC0)
		if err != nil {
			return nil, err
		}
		rr, rrSE, err := effect(Poisson, HC0)
		if err != nil {
			return nil, err
		}
		out.LogOR, out.LogORSE, out.LogRR, out.LogRRSE = &or, &orSE[0], &rr, &rrSE[0]
	}
	return out, nil
}

// base is the data of the propensity model: one row a person.
func (p *Propensity) base(d *Data, cluster string, rows rowSet) (*Data, error) {
	if p.Baseline != nil {
		return p.Baseline, nil
	}
	c, err := d.mustColumn(cluster)
	if err != nil {
		return nil, err
	}
	code, labels := c.groups(rows)
	seen := make([]bool, len(labels))
	var first []int32
	for i, g := range code {
		if g >= 0 && !seen[g] {
			seen[g] = true
			first = append(first, int32(rows.at(i))) // #nosec G115 -- rows are limited
		}
	}
	return d.pick(first), nil
}

// forRows gives every row the weight of its person.
func (p *Propensity) forRows(d *Data, cluster string, rows rowSet) ([]float64, *learned, error) {
	base, err := p.base(d, cluster, rows)
	if err != nil {
		return nil, nil, err
	}
	s, err := p.scores(base, p.Outcome)
	if err != nil {
		return nil, nil, err
	}
	place, err := match(d, base, cluster, rows, s.fit.m.rows)
	if err != nil {
		return nil, nil, err
	}
	out := make([]float64, len(place))
	for i, at := range place {
		out[i] = s.weight[at]
	}
	if !p.Learned {
		return out, nil, nil
	}
	return out, &learned{s, s.slopes(p), place}, nil
}

// match finds the row of the baseline that each row belongs to.
func match(d, base *Data, cluster string, rows, baseRows rowSet) ([]int32, error) {
	c, err := d.mustColumn(cluster)
	if err != nil {
		return nil, err
	}
	b, err := base.mustColumn(cluster)
	if err != nil {
		return nil, err
	}
	where := map[string]int32{}
	for i := range baseRows.len() {
		id := b.text(baseRows.at(i))
		if _, twice := where[id]; twice {
			return nil, problem(BadData, "the baseline has two rows for one %s", cluster)
		}
		where[id] = int32(i) // #nosec G115 -- rows are limited
	}
	code, labels := c.groups(rows)
	place := make([]int32, len(labels))
	absent := 0
	for g, l := range labels {
		at, ok := where[l]
		if !ok {
			absent++
		}
		place[g] = at
	}
	if absent > 0 {
		return nil, problem(BadData, "the baseline has no complete row for some %s: %d of %d", cluster, absent, len(labels))
	}
	for i, g := range code {
		code[i] = place[g]
	}
	return code, nil
}

// Bootstrap is the error of an effect when people are drawn again and the
// propensity model is fitted anew each time.
type Bootstrap struct {
	Term     string  `json:"term"`
	Estimate float64 `json:"estimate"`
	SE       float64 `json:"se"`
	Lo       float64 `json:"lo"` // percentiles 2.5 and 97.5
	Hi       float64 `json:"hi"`
	Draws    int     `json:"draws"`
	Lost     int     `json:"lost"` // draws in which a model had no solution
}

// BootstrapGEE draws people with replacement. The same seed gives the same result
// on any number of processors. Source: P. C. Austin, Statistics in Medicine 35
// (2016) 5642-5655.
func BootstrapGEE(d *Data, g GEE, term string, draws int, seed uint64) (*Bootstrap, error) {
	p := g.Propensity
	if p == nil || g.Correlation != Independence && g.Correlation != "" {
		return nil, problem(BadFormula, "the bootstrap is for propensity weights with independence")
	}
	if draws < 50 || draws > 100_000 {
		return nil, problem(BadFormula, "the number of draws goes from 50 to 100000")
	}
	m, err := d.newDesign(g.Formula, []string{g.Cluster}, true, nil)
	if err != nil {
		return nil, err
	}
	at := slices.Index(m.names, term)
	if at < 0 {
		return nil, problem(BadFormula, "the model has no term %s", term)
	}
	base, err := p.base(d, g.Cluster, m.rows)
	if err != nil {
		return nil, err
	}
	s, err := p.scores(base, p.Outcome)
	if err != nil {
		return nil, err
	}
	place, err := match(d, base, g.Cluster, m.rows, s.fit.m.rows)
	if err != nil {
		return nil, err
	}
	whole, err := m.fit(d, GLM{Formula: g.Formula, Family: g.Family, Cluster: g.Cluster}, nil, true)
	if err != nil {
		return nil, err
	}
	person := make([]int32, len(whole.from)-1) // the baseline row of each cluster
	for c := range person {
		row := int(whole.from[c])
		if whole.order != nil {
			row = int(whole.order[row])
		}
		person[c] = place[row]
	}
	estimate := func(times []float64) (float64, error) {
		ps := &scored{treated: s.treated, fit: &fitted{m: s.fit.m, family: Logistic}}
		q := *s.fit.q
		q.w = times
		ps.fit.q = &q
		if err := ps.fit.irls(s.fit.b); err != nil {
			return 0, err
		}
		if err := ps.weigh(p, times); err != nil {
			return 0, err
		}
		o := *whole.q
		o.w = make([]float64, o.runs)
		for c, who := range person {
			for r := o.start[c]; r < o.start[c+1]; r++ {
				o.w[r] = times[who] * ps.weight[who]
			}
		}
		k := &fitted{m: m, family: g.Family, q: &o}
		if err := k.irls(whole.b); err != nil {
			return 0, err
		}
		coef, _ := m.units(k.b, nil)
		return coef[at], nil
	}
	n := len(s.treated)
	once := make([]float64, n)
	for i := range once {
		once[i] = 1
	}
	out := &Bootstrap{Term: term}
	if out.Estimate, err = estimate(once); err != nil {
		return nil, err
	}
	values := make([]float64, draws)
	inBlocks(draws, func(b int) {
		r := rand.New(rand.NewPCG(seed, uint64(b))) // #nosec G404 G115 -- drawing again, not a secret; b counts from nought
		times := make([]float64, n)
		for range n {
			times[r.IntN(n)]++
		}
		v, err := estimate(times)
		if err != nil {
			v = math.NaN()
		}
		values[b] = v
	})
	values = slices.DeleteFunc(values, math.IsNaN)
	out.Draws, out.Lost = len(values), draws-len(values)
	if out.Lost*20 > draws {
		return nil, problem(NotConverged, "in %d of %d draws a model had no solution: the groups are too small", out.Lost, draws)
	}
	_, variance := moments(values, nil)
	slices.Sort(values)
	out.SE, out.Lo, out.Hi = math.Sqrt(variance), quantile(values, .025), quantile(values, .975)
	return out, nil
}
