package analysis

import (
	"errors"
	"math"
	"slices"

	"waymark.example/internal/evidence/cohort"
	"waymark.example/internal/stats"
)

// wordsOf say how arms were made comparable.
func wordsOf(m Method) string {
	switch m {
	case Crude:
		return "As they are"
	case Period:
		return "Change since before, against the change of the comparison"
	case Adjusted:
		return "Adjusted for what was known before"
	case WeighATT:
		return "Weighted to the people of LEAD"
	case WeighATE:
		return "Weighted to everybody"
	case WeighATO:
		return "Weighted to those who could have gone either way"
	case Both:
		return "Change since before, weighted to the people of LEAD"
	case Engaged:
		return "Among those whom the decision led to meet a case manager"
	case BeforeAfter:
		return "After against before, people of LEAD only"
	}
	return string(m)
}

func measureWords(m Measure) string {
	switch m {
	case RiskDifference:
		return "difference of risks"
	case RiskRatio:
		return "ratio of risks"
	case OddsRatio:
		return "ratio of odds"
	case RateRatio:
		return "ratio of rates"
	case HazardRatio:
		return "ratio of hazards"
	}
	return "difference"
}

// caveat is what must be said beside a number of a method.
func (r *runner) caveat(m Method, of Measure) string {
	c := ""
	switch m {
	case Period:
		c = "Supposes that both groups would have changed alike without LEAD. "
	case Both, WeighATT, WeighATE, WeighATO, Adjusted:
		c = "Allows for what is on record only. "
	case Engaged:
		c = "Supposes that the decision works through meeting a case manager alone. "
	case BeforeAfter:
		c = "Nobody is compared with: people come when things are at their worst, and would have had fewer arrests afterwards without LEAD as well. "
	}
	c += r.design.Caveat
	if of == OddsRatio {
		c += " Odds are not risks: read this beside the risks."
	}
	return c
}

// estimate begins one number with everything that stands beside it (R46).
func (r *runner) estimate(s *set, m Method, of Measure, interval string) Estimate {
	e := Estimate{Method: m, Measure: of, Words: wordsOf(m) + ": " + measureWords(of), N: s.n, Events: s.events, Window: s.window, Design: r.design.Grade, Interval: interval, Caveat: r.caveat(m, of)}
	if s.n[0]+s.n[1] < fewPeople && (m != Crude || of != RiskDifference && of != RiskRatio) {
		e.Interval += ", widened because there are few people"
	}
	return e
}

// enough says whether an outcome may be modelled at all: by the numbers of stats.Enough. Rates count events, everything else people with one.
func (s *set) enough() (warnings []string, err error) {
	if s.n[0] == 0 || s.n[1] == 0 {
		return nil, &stats.Problem{Kind: stats.EmptyCell, Words: "one of the groups has nobody: there is nobody to compare with"}
	}
	for a := range 2 {
		switch {
		case s.n[a] < stats.PersonsRefused || s.events[a] < stats.EventsRefused:
			return nil, &stats.Problem{Kind: stats.TooFew, Words: "fewer than 20 people or 10 events in one of the groups: they can be described, not modelled"}
		case s.n[a] < stats.PersonsWarned && warnings == nil:
			warnings = append(warnings, "Fewer than 50 people are in one of the groups: only very large effects can be seen.")
		}
	}
	return warnings, nil
}

// outcome works one outcome over one window out, by some methods.
func (r *runner) outcome(key string, window int, role string, methods []Method, keep func(*cohort.Person) bool) (*Outcome, error) {
	s := newSet(r.c, key, window, keep)
	out := &Outcome{Key: key, Words: cohort.OutcomeOf(key).Words, Role: role, Window: window, Estimates: []Estimate{}}
	for a := range 2 {
		out.Risk[a] = share(s.events[a], s.n[a])
	}
	for i, p := range s.people {
		out.Before[arm(p)] += int(s.before[i])
	}
	for i := range r.c.People {
		p := &r.c.People[i]
		a := arm(p)
		if a > 1 || keep != nil && !keep(p) {
			continue
		}
		switch p.Watched(key, window) {
		case cohort.TooRecent:
			out.TooRecent[a]++
		case cohort.Left:
			out.Moved[a]++
		case cohort.NotLinked:
			out.Unlinked[a]++
		}
	}
	warnings, small := s.enough()
	if small != nil && stats.KindOf(small) == "" {
		return nil, small
	}
	for _, m := range methods {
		es, err := r.method(s, m, small)
		if err != nil {
			return nil, err
		}
		for i := range es {
			if es[i].Value != nil {
				es[i].Warnings = append(es[i].Warnings, warnings...)
			}
		}
		out.Estimates = append(out.Estimates, es...)
	}
	out.Headline = r.headline(out)
	return out, nil
}

// headline is the risk difference by the method that the design asks for, where there is one, and as they are otherwise.
func (r *runner) headline(o *Outcome) int {
	at := 0
	for i, e := range o.Estimates {
		if e.Measure == RiskDifference && e.Method == r.main && e.Value != nil {
			return i
		}
	}
	return at
}

func (r *runner) method(s *set, m Method, small error) ([]Estimate, error) {
	switch m {
	case Crude:
		return r.crude(s, small)
	case Period, Both:
		return r.period(s, m, small)
	case Adjusted:
		return r.adjusted(s, small)
	case WeighATT, WeighATE, WeighATO:
		return r.weighted(s, m, small, true)
	case BeforeAfter:
		return r.beforeAfter(s)
	}
	return nil, errors.New("analyse: no method " + string(m))
}

// refused are the estimates of a method that cannot be worked out.
func refused(es []Estimate, err error) ([]Estimate, error) {
	for i := range es {
		if err := es[i].fail(err); err != nil {
			return nil, err
		}
	}
	return es, nil
}

// crude compares the arms as they are. Risks are described in any size; the odds ratio is a model.
func (r *runner) crude(s *set, small error) ([]Estimate, error) {
	rd := r.estimate(s, Crude, RiskDifference, "Newcombe's, from Wilson's of both risks")
	rr := r.estimate(s, Crude, RiskRatio, "on the log scale (Katz)")
	or := r.estimate(s, Crude, OddsRatio, "estimating equations, robust by person")
	es := []Estimate{rd, rr, or}
	if s.n[0] == 0 || s.n[1] == 0 {
		return refused(es, &stats.Problem{Kind: stats.EmptyCell, Words: "one of the groups has nobody: there is nobody to compare with"})
	}
	two, err := stats.CompareRisks(s.events[0], s.n[0], s.events[1], s.n[1])
	if err != nil {
		return refused(es, err)
	}
	es[0].Value, es[0].Lo, es[0].Hi = num(two.Difference), num(two.Newcombe.Lo), num(two.Newcombe.Hi)
	es[0].P, err = riskP(s, two)
	if err != nil {
		return nil, err
	}
	if two.RR != nil {
		ci, by := two.RatioInterval()
		es[1].Value, es[1].Lo, es[1].Hi, es[1].P = num(*two.RR), num(ci.Lo), num(ci.Hi), es[0].P
		if by != "Katz" {
			es[1].Interval = "by its score (" + by + "), because everybody of a group had the outcome"
		}
	} else {
		es[1].Problem = "One of the groups has no event: there is no ratio."
	}
	fit, err := r.fit(s, small, stats.Logistic, "y ~ lead", nil)
	if err != nil {
		return es, es[2].fail(err)
	}
	es[2].term(fit, "lead", true)
	return es, nil
}

// riskP is Pearson's chi-squared without correction; Fisher's exact test where a count of less than five is expected.
func riskP(s *set, two stats.TwoProportions) (*float64, error) {
	n, x := float64(s.n[0]+s.n[1]), float64(s.events[0]+s.events[1])
	expected := min(x, n-x) * float64(min(s.n[0], s.n[1])) / n
	if two.ChiSq == nil || expected < 5 {
		exact, err := stats.CompareProportions(s.events[0], s.n[0], s.events[1], s.n[1])
		return num(exact.FisherP), err
	}
	return num(math.Erfc(math.Sqrt(*two.ChiSq / 2))), nil
}

// term takes a coefficient of a model.
func (e *Estimate) term(f *stats.Fit, name string, ratio bool) {
	for _, t := range f.Terms {
		if t.Name == name {
			se := t.ModelSE
			if t.RobustSE != nil {
				se = *t.RobustSE
			}
			e.around(t.Coef, se, ratio, len(f.Terms))
			return
		}
	}
	e.Problem = "The model has no such term."
}

// fit is a model of one row a person: estimating equations with independence; with few people, errors that allow for them (CR2).
func (r *runner) fit(s *set, small error, family stats.Family, formula string, m *model) (*stats.Fit, error) {
	if small != nil {
		return nil, small
	}
	d, err := s.data(m)
	if err != nil {
		return nil, err
	}
	return solve(d, s.n, family, formula, nil)
}

func solve(d *stats.Data, n [2]int, family stats.Family, formula string, p *stats.Propensity) (*stats.Fit, error) {
	f, err := stats.ParseFormula(formula)
	if err != nil {
		return nil, err
	}
	if n[0]+n[1] < fewPeople && p == nil {
		return stats.FitGLM(d, stats.GLM{Formula: f, Family: family, Cluster: "person", Errors: stats.CR2, Few: true})
	}
	return stats.FitGEE(d, stats.GEE{Formula: f, Family: family, Cluster: "person", Propensity: p})
}

// period compares changes: the outcome in as many days after as before, group x period, two rows a person.
func (r *runner) period(s *set, m Method, small error) ([]Estimate, error) {
	how := "estimating equations of group by period, robust by person"
	es := []Estimate{r.estimate(s, m, RiskDifference, how), r.estimate(s, m, RiskRatio, how), r.estimate(s, m, OddsRatio, how)}
	if small == nil && s.window > r.c.Definition.Back {
		small = &stats.Problem{Kind: stats.BadData, Words: "the records do not go back as far as the window goes forward"}
	}
	if small != nil {
		return refused(es, small)
	}
	d, err := s.twice()
	if err != nil {
		return nil, err
	}
	var p *stats.Propensity
	if m == Both {
		model := newModel(s, r.c.Definition.Covariates)
		q, err := model.propensity(stats.ATT, true, "")
		if err == nil {
			q.Learned = true
			q.Baseline, err = s.data(model)
		}
		if err != nil {
			return refused(es, err)
		}
		p = &q
	}
	for i, family := range []stats.Family{stats.Linear, stats.Poisson, stats.Logistic} {
		fit, err := solve(d, s.n, family, "y ~ lead*post", p)
		if err != nil {
			if err := es[i].fail(err); err != nil {
				return nil, err
			}
			continue
		}
		es[i].term(fit, "lead:post", i > 0)
	}
	return es, nil
}

// adjusted compares at the same covariates; risks are standardised over everybody.
func (r *runner) adjusted(s *set, small error) ([]Estimate, error) {
	how := "logistic model, risks standardised over everybody, delta method"
	es := []Estimate{r.estimate(s, Adjusted, RiskDifference, how), r.estimate(s, Adjusted, RiskRatio, how), r.estimate(s, Adjusted, OddsRatio, "estimating equations, robust by person")}
	if small != nil {
		return refused(es, small)
	}
	m := newModel(s, r.c.Definition.Covariates)
	formula := "y ~ lead" + m.right
	fit, err := r.fit(s, nil, stats.Logistic, formula, m)
	if err != nil {
		return refused(es, err)
	}
	es[2].term(fit, "lead", true)
	es[2].Caveat += " It compares people who are alike, and is further from 1 than the ratio for everybody."
	terms := len(fit.Terms)
	f, err := stats.ParseFormula(formula)
	if err != nil {
		return nil, err
	}
	d, err := s.data(m)
	if err != nil {
		return nil, err
	}
	std, err := stats.Standardise(d, stats.GLM{Formula: f}, "lead")
	if err != nil {
		return refused(es[:2], err)
	}
	es[0].around(std.RD, std.RDSE, false, terms)
	es[1].around(std.LogRR, std.LogRRSE, true, terms)
	return es, nil
}

func estimand(m Method) stats.Estimand {
	return map[Method]stats.Estimand{WeighATT: stats.ATT, WeighATE: stats.ATE, WeighATO: stats.ATO}[m]
}

// weighted compares with propensity weights. Errors allow for weights that were worked out from the same people; the bootstrap of the primary outcome
// replaces them. With few people they take the weights as known, which is conservative.
func (r *runner) weighted(s *set, m Method, small error, truncate bool) ([]Estimate, error) {
	how := "robust, allowing for weights that were worked out from the same people"
	few := s.n[0]+s.n[1] < fewPeople
	if few {
		how = "weights taken as known, robust (conservative)"
	}
	es := []Estimate{r.estimate(s, m, RiskDifference, how), r.estimate(s, m, RiskRatio, how), r.estimate(s, m, OddsRatio, how)}
	if small != nil {
		return refused(es, small)
	}
	w := r.weigh(s, estimand(m), truncate)
	o, err := w.of(s.outcome)
	if err != nil {
		return refused(es, err)
	}
	se, ratios := o.SELearned, [2][2]*float64{{o.LogRR, o.LogRRSELearned}, {o.LogOR, o.LogORSELearned}}
	if few {
		se, ratios = o.SEHC3, [2][2]*float64{{o.LogRR, o.LogRRSE}, {o.LogOR, o.LogORSE}}
	}
	es[0].around(o.Difference, se, false, 2)
	for i, v := range ratios {
		if v[0] == nil || v[1] == nil {
			es[1+i].Problem = "The weighted risks have no ratio."
			continue
		}
		es[1+i].around(*v[0], *v[1], true, 2)
	}
	unlike := 0
	for _, c := range w.balance.Columns {
		if c.AboveFourthPart {
			unlike++
		}
	}
	if unlike > 0 {
		for i := range es {
			es[i].Warnings = append(es[i].Warnings, "After weighting the groups still differ by more than a quarter of a standard deviation in something that was known before.")
		}
	}
	return es, nil
}

// bootstrapLimit is up to how many people weights are worked out anew in each draw; above it errors that take them as known are told.
const bootstrapLimit = 2000

// bootstrap replaces the intervals of weighted estimates: people are drawn again and weighed anew.
func (r *runner) bootstrap(s *set, es []Estimate) error {
	def := r.c.Definition
	if def.Draws == 0 || len(s.people) > bootstrapLimit {
		return nil
	}
	if _, small := s.enough(); small != nil {
		return nil
	}
	model := newModel(s, def.Covariates)
	p, err := model.propensity(stats.ATE, true, "y")
	if err != nil {
		return nil //nolint:nilerr // the estimates say already that nothing makes people comparable
	}
	d, err := s.data(model)
	if err != nil {
		return err
	}
	of := []stats.Estimand{stats.ATT, stats.ATE, stats.ATO}
	drawn, err := stats.BootstrapRisks(d, p, of, def.Draws, def.Seed)
	if err != nil && stats.KindOf(err) == "" {
		return err
	}
	for i := range es {
		e := &es[i]
		at := slices.Index(of, estimand(e.Method))
		if at < 0 || e.Value == nil {
			continue
		}
		if err != nil {
			e.Warnings = append(e.Warnings, "People could not be drawn again and weighed anew: "+Sentence(err.Error()))
			continue
		}
		b, value, ratio := drawn[at].RD, *e.Value, false
		switch e.Measure {
		case RiskRatio:
			b, value, ratio = drawn[at].LogRR, math.Log(value), true
		case OddsRatio:
			b, value, ratio = drawn[at].LogOR, math.Log(value), true
		}
		lo, hi := b.Lo, b.Hi
		if ratio {
			lo, hi = math.Exp(lo), math.Exp(hi)
		}
		e.Lo, e.Hi, e.P = num(lo), num(hi), num(pValue(value/b.SE, s.n, 2))
		e.Interval = "people drawn again and weighed anew"
	}
	return nil
}

// cace divides the difference in risks by the difference in meeting a case manager; its error is the delta method's, both being seen in the same people.
func (r *runner) cace(s *set) *Estimate {
	e := r.estimate(s, Engaged, RiskDifference, "delta method")
	if _, err := s.enough(); err != nil {
		if err := e.fail(err); err != nil {
			e.Problem = "It could not be worked out."
		}
		return &e
	}
	part, why := s.met(&e)
	if why != "" {
		e.Problem = why
		return &e
	}
	var y, met [2]float64
	for i, p := range s.people {
		y[arm(p)] += s.y[i] / float64(s.n[arm(p)])
		met[arm(p)] += part[i] / float64(s.n[arm(p)])
	}
	more := met[0] - met[1]
	if more < 0.1 {
		e.Problem = "The decision hardly changed who met a case manager: there is nothing to divide by."
		return &e
	}
	value := (y[0] - y[1]) / more
	var squares [2]float64
	for i, p := range s.people {
		a := arm(p)
		d := (s.y[i] - y[a]) - value*(part[i]-met[a])
		squares[a] += d * d
	}
	variance := 0.0
	for a := range 2 {
		variance += squares[a] / float64(s.n[a]) / float64(s.n[a])
	}
	e.around(value, math.Sqrt(variance)/more, false, 2)
	return &e
}

// met is 1 for who met a case manager in the window and 0 for who did not. Of some who said yes it is not known: they count as the others of their arm who
// said yes did, and those others for as many more, so that the error allows for it.
func (s *set) met(e *Estimate) (part []float64, why string) {
	part = make([]float64, len(s.people))
	var yes, known, met [2]float64
	for i, p := range s.people {
		if p.Met >= 0 && p.Met <= s.window {
			part[i] = 1
		}
		if p.SaidYes(s.window) {
			yes[arm(p)]++
			if p.MetKnown(s.window) {
				known[arm(p)]++
				met[arm(p)] += part[i]
			}
		}
	}
	if yes == known {
		return part, ""
	}
	for a := range 2 {
		if 2*known[a] < yes[a] {
			return nil, "Of more than half of those who said yes in one of the groups it is not known whether they met a case manager: only the support of who agreed to be studied is on record."
		}
	}
	e.Caveat += " Whether a case manager was met is known only of those who agreed to be studied; the others who said yes are taken to have met one as often. Who met nobody could hardly be asked to agree, so the number may lie nearer to nothing than it should."
	for i, p := range s.people {
		if a := arm(p); p.SaidYes(s.window) && known[a] < yes[a] {
			share := met[a] / known[a]
			if p.MetKnown(s.window) {
				part[i] = share + (part[i]-share)*yes[a]/known[a]
			} else {
				part[i] = share
			}
		}
	}
	return part, ""
}

// beforeAfter is all there is without a comparison: LEAD's people after against before.
func (r *runner) beforeAfter(s *set) ([]Estimate, error) {
	how := "estimating equations, robust by person"
	es := []Estimate{r.estimate(s, BeforeAfter, RiskDifference, how), r.estimate(s, BeforeAfter, RiskRatio, how), r.estimate(s, BeforeAfter, OddsRatio, how)}
	before := 0
	for i, p := range s.people {
		if arm(p) == 0 && s.before[i] == 1 {
			before++
		}
	}
	if s.n[0] < stats.PersonsRefused || s.events[0] < stats.EventsRefused || before < stats.EventsRefused {
		return refused(es, &stats.Problem{Kind: stats.TooFew, Words: "fewer than 20 people or 10 events: they can be described, not modelled"})
	}
	d, err := s.twice()
	if err != nil {
		return nil, err
	}
	if d, err = d.Where("lead", "1"); err != nil {
		return nil, err
	}
	for i, family := range []stats.Family{stats.Linear, stats.Poisson, stats.Logistic} {
		fit, err := solve(d, [2]int{s.n[0], 0}, family, "y ~ post", nil)
		if err != nil {
			if err := es[i].fail(err); err != nil {
				return nil, err
			}
			continue
		}
		es[i].term(fit, "post", i > 0)
	}
	return es, nil
}
