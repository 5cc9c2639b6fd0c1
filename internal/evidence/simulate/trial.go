package simulate

import (
	"context"
	"fmt"
	"math"
	"runtime"
	"slices"
	"sync"

	"waymark.example/internal/evidence/analysis"
	"waymark.example/internal/evidence/cohort"
	"waymark.example/internal/evidence/equity"
	"waymark.example/internal/stats"
)

// Trial is many areas of one truth, each evaluated as a report would be: it says how often an evaluation would have been right.
type Trial struct {
	People     int
	Areas      int
	Seed       uint64 // of the first area; the others follow
	Effect     Effect
	Definition cohort.Definition
}

// Plan is the definition that a trial goes by: the default one, with errors that take weights as known, for a bootstrap in each of a thousand areas takes
// hours.
func Plan() cohort.Definition {
	d := cohort.Default()
	d.Draws = 0
	return d
}

// Found is how a trial went. It is about areas, and tells nothing of anybody in them.
type Found struct {
	Areas    int        `json:"areas"`
	Arms     [2]float64 `json:"arms"`    // mean number of people compared: in LEAD, in the comparison
	Refused  int        `json:"refused"` // areas whose first page has no model, because there are too few people or events
	Grade    int        `json:"grade"`   // design grade that the reports print; 0 where they differ
	Warned   int        `json:"warned"`  // areas whose report warns before anything else
	EValues  int        `json:"e_values"`
	Headline Cover      `json:"headline"` // the claim of the first page: a risk difference
	Methods  []Cover    `json:"methods"`
}

// Cover is how often the 95 % interval of one number held the truth, and how often it showed an effect.
type Cover struct {
	Method   analysis.Method  `json:"method"`
	Measure  analysis.Measure `json:"measure"`
	Monthly  bool             `json:"monthly"` // by person-month
	Among    string           `json:"among"`   // whom the truth is about
	Areas    int              `json:"areas"`   // with a number
	Covered  int              `json:"covered"`
	Share    float64          `json:"share"` // covered
	Interval stats.Interval   `json:"interval"`
	Shown    int              `json:"shown"`    // intervals without the value of no effect
	Power    float64          `json:"power"`    // share shown; where LEAD does nothing, the share of false alarms
	PowerCI  stats.Interval   `json:"power_ci"` // Wilson
	Truth    float64          `json:"truth"`    // mean of what is true; of ratios, of their logarithms
	Bias     float64          `json:"bias"`     // mean of the estimate less the truth; of ratios, of their logarithms
	Spread   float64          `json:"spread"`   // standard deviation of that
	Error    float64          `json:"error"`    // mean standard error that the intervals suppose
}

// one is a number of one area with its truth.
type one struct {
	cover         Cover
	value, lo, hi float64
	truth         float64
}

// look is what is kept of one area.
type look struct {
	refused, warned, evalue bool
	grade                   int
	arms                    [2]int
	headline                *one
	ones                    []one
}

// truthOf is the true value of an estimate, where it has one: a conditional odds ratio and the overlap population have none that averaging gives.
func truthOf(t *Truth, e analysis.Estimate, monthly bool, def cohort.Definition) (v float64, among string, ok bool) {
	among = "everybody"
	if e.Method == analysis.WeighATT || e.Method == analysis.Both {
		among = "lead"
	}
	if e.Method == analysis.WeighATO || e.Method == analysis.Adjusted && e.Measure == analysis.OddsRatio {
		return 0, "", false
	}
	if monthly {
		m, ok := t.Month(def.Months, among)
		return m.OddsRatio, among, ok
	}
	r, ok := t.Risk(def.Primary, def.PrimaryWindow, among)
	switch e.Measure {
	case analysis.RiskDifference:
		return r.Difference, among, ok
	case analysis.RiskRatio:
		return r.Ratio, among, ok
	case analysis.OddsRatio:
		return r.OddsRatio, among, ok
	}
	return 0, "", false
}

func (t Trial) look(i int) (look, error) {
	s, truth, err := Make(t.People, t.Seed+uint64(i), t.Effect) // #nosec G115 -- areas are few
	if err != nil {
		return look{}, err
	}
	c, err := analysis.Claim(s, t.Definition)
	if err != nil {
		return look{}, fmt.Errorf("area %d: %w", i, err)
	}
	out := look{grade: c.Design.Grade, warned: len(c.Warned) > 0, evalue: c.EValue != nil, refused: true, arms: truth.Arms}
	take := func(e analysis.Estimate, monthly bool) *one {
		v, among, ok := truthOf(truth, e, monthly, t.Definition)
		if !ok || e.Value == nil || e.Lo == nil || e.Hi == nil {
			return nil
		}
		if e.Measure == analysis.OddsRatio {
			out.refused = false
		}
		o := one{Cover{Method: e.Method, Measure: e.Measure, Monthly: monthly, Among: among}, *e.Value, *e.Lo, *e.Hi, v}
		if e.Measure != analysis.RiskDifference {
			o.value, o.lo, o.hi, o.truth = math.Log(o.value), math.Log(o.lo), math.Log(o.hi), math.Log(o.truth)
		}
		out.ones = append(out.ones, o)
		return &o
	}
	for i, e := range c.Primary.Estimates {
		if o := take(e, false); i == c.Primary.Headline {
			out.headline = o
		}
	}
	for _, e := range c.Monthly.Estimates {
		take(e, true)
	}
	return out, nil
}

// Run makes and evaluates the areas, on all processors, and adds up in their order.
func (t Trial) Run(ctx context.Context) (*Found, error) {
	if t.Areas < 1 || t.Areas > 100_000 {
		return nil, fmt.Errorf("trial: from 1 to 100000 areas can be tried")
	}
	looks, err := each(ctx, t.Areas, t.look)
	if err != nil {
		return nil, fmt.Errorf("trial: %w", err)
	}
	out := &Found{Areas: t.Areas, Grade: looks[0].grade}
	all := map[Cover][]one{}
	var order []Cover
	var headlines []one
	for _, l := range looks {
		if l.grade != out.Grade {
			out.Grade = 0
		}
		for i, n := range l.arms {
			out.Arms[i] += float64(n) / float64(t.Areas)
		}
		out.Refused += toInt(l.refused)
		out.Warned += toInt(l.warned)
		out.EValues += toInt(l.evalue)
		if l.headline != nil {
			headlines = append(headlines, *l.headline)
		}
		for _, o := range l.ones {
			if all[o.cover] == nil {
				order = append(order, o.cover)
			}
			all[o.cover] = append(all[o.cover], o)
		}
	}
	for _, c := range order {
		v, err := c.over(all[c])
		if err != nil {
			return nil, err
		}
		out.Methods = append(out.Methods, v)
	}
	if len(headlines) > 0 {
		if out.Headline, err = headlines[0].cover.over(headlines); err != nil {
			return nil, err
		}
	}
	return out, nil
}

func toInt(b bool) int {
	if b {
		return 1
	}
	return 0
}

// each does n things on all processors and returns them in their order.
func each[T any](ctx context.Context, n int, do func(int) (T, error)) ([]T, error) {
	out, errs := make([]T, n), make([]error, n)
	next := make(chan int)
	var wait sync.WaitGroup
	for range min(n, runtime.GOMAXPROCS(0)) {
		wait.Go(func() {
			for i := range next {
				if errs[i] = ctx.Err(); errs[i] == nil {
					out[i], errs[i] = do(i)
				}
			}
		})
	}
	for i := range n {
		next <- i
	}
	close(next)
	wait.Wait()
	if i := slices.IndexFunc(errs, func(err error) bool { return err != nil }); i >= 0 {
		return nil, errs[i]
	}
	return out, nil
}

// over adds up what was found in several areas.
func (c Cover) over(list []one) (Cover, error) {
	c.Areas = len(list)
	n := float64(len(list))
	for _, o := range list {
		c.Covered += toInt(o.lo <= o.truth && o.truth <= o.hi)
		c.Shown += toInt(o.lo > 0 || o.hi < 0)
		c.Truth += o.truth / n
		c.Bias += (o.value - o.truth) / n
		c.Error += (o.hi - o.lo) / (2 * 1.959963984540054) / n
	}
	for _, o := range list {
		d := o.value - o.truth - c.Bias
		c.Spread += d * d
	}
	c.Spread = math.Sqrt(c.Spread / math.Max(1, n-1))
	covered, err := stats.NewProportion(c.Covered, c.Areas)
	if err != nil {
		return c, fmt.Errorf("trial: %w", err)
	}
	shown, err := stats.NewProportion(c.Shown, c.Areas)
	if err != nil {
		return c, fmt.Errorf("trial: %w", err)
	}
	c.Share, c.Interval, c.Power, c.PowerCI = covered.P, covered.Wilson, shown.P, shown.Wilson
	return c, nil
}

// Find returns how one number did.
func (f *Found) Find(m analysis.Method, of analysis.Measure, monthly bool) (Cover, bool) {
	i := slices.IndexFunc(f.Methods, func(c Cover) bool { return c.Method == m && c.Measure == of && c.Monthly == monthly })
	if i < 0 {
		return Cover{}, false
	}
	return f.Methods[i], true
}

// Audit is many areas in which the equity part of a report is looked at: whether it raises an alarm about a group of people by what they said of their
// ethnicity, at the step from those where LEAD was possible to those who were asked.
type Audit struct {
	People int
	Areas  int
	Seed   uint64
	Effect Effect
	Group  string
}

// Audited is how the audits went. Alarms allow for every comparison that is made.
type Audited struct {
	Areas   int            `json:"areas"`
	Found   int            `json:"found"` // with an alarm about the group, at the step
	FoundCI stats.Interval `json:"found_ci"`
	Any     int            `json:"any"` // with an alarm about any group, at any step
	AnyCI   stats.Interval `json:"any_ci"`
	Covered int            `json:"covered"` // the interval of the relative rate holds the true one
	Ratios  int            `json:"ratios"`  // areas with a relative rate
	Mean    float64        `json:"mean"`    // of the relative rates, by their logarithms
	Group   float64        `json:"group"`   // mean number of people of the group at the step
	Said    float64        `json:"said"`    // mean of how often the audits say that they would find a group passed over by [stats.Bias]
}

// Run makes the areas up and audits each.
func (a Audit) Run(ctx context.Context) (*Audited, error) {
	type seen struct {
		found, any, covered, ratio bool
		log, said                  float64
		n                          int
	}
	looks, err := each(ctx, a.Areas, func(i int) (out seen, err error) {
		s, truth, err := Make(a.People, a.Seed+uint64(i), a.Effect) // #nosec G115 -- areas are few
		if err != nil {
			return out, err
		}
		r, err := equity.Run(s, equity.For(a.People))
		if err != nil {
			return out, err
		}
		out.any = r.Alarms > 0
		c, ok := r.Find("ethnicity", "previous", "offered", a.Group)
		if !ok {
			return out, nil
		}
		out.found, out.n = c.Alarm, c.N
		if c.Found != nil {
			out.said = *c.Found
		}
		at := slices.IndexFunc(truth.Disparities, func(r TrueRatio) bool {
			return r.Stage == "diverted" && r.Column == "ethnicity" && r.Group == a.Group
		})
		if c.Ratio != nil && c.CI != nil && at >= 0 {
			out.ratio, out.log = true, math.Log(*c.Ratio)
			out.covered = c.CI.Lo <= truth.Disparities[at].Ratio && truth.Disparities[at].Ratio <= c.CI.Hi
		}
		return out, nil
	})
	if err != nil {
		return nil, fmt.Errorf("audit: %w", err)
	}
	out := &Audited{Areas: a.Areas}
	for _, l := range looks {
		out.Group += float64(l.n) / float64(a.Areas)
		out.Said += l.said / float64(a.Areas)
		out.Found += toInt(l.found)
		out.Any += toInt(l.any)
		out.Ratios += toInt(l.ratio)
		out.Covered += toInt(l.covered)
		out.Mean += l.log
	}
	out.Mean = math.Exp(out.Mean / math.Max(1, float64(out.Ratios)))
	found, err := stats.NewProportion(out.Found, out.Areas)
	if err != nil {
		return nil, fmt.Errorf("audit: %w", err)
	}
	anywhere, err := stats.NewProportion(out.Any, out.Areas)
	if err != nil {
		return nil, fmt.Errorf("audit: %w", err)
	}
	out.FoundCI, out.AnyCI = found.Wilson, anywhere.Wilson
	return out, nil
}
