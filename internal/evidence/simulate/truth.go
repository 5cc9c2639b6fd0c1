package simulate

import (
	"cmp"
	"math"
	"slices"

	"waymark.example/internal/evidence/cohort"
)

// Truth is what an evaluation of the area should find. Everything in it is an average of chances over people, each under both arms: nothing tells about
// one of them. Among is "everybody" (the effect on all who were compared) or "lead" (the effect on those in LEAD).
type Truth struct {
	People      int           `json:"people"`
	Seed        uint64        `json:"seed"`
	Effect      Effect        `json:"effect"`
	Arms        [2]int        `json:"arms"` // compared and linked: LEAD, comparison
	Risks       []TrueRisk    `json:"risks"`
	Monthly     []TrueMonthly `json:"monthly"`
	Rates       []TrueRate    `json:"rates"`
	Disparities []TrueRatio   `json:"disparities"`
}

// TrueRisk is the share of people with an outcome in a window, if all were in LEAD and if none were. People who move away in the window are not counted,
// nor those whose records end before it; a death ends what can happen.
type TrueRisk struct {
	Outcome    string  `json:"outcome"` // a key of cohort.Outcomes
	Window     int     `json:"window"`  // days
	Among      string  `json:"among"`
	People     int     `json:"people"`
	Lead       float64 `json:"lead"`
	Usual      float64 `json:"usual"`
	Difference float64 `json:"difference"`
	Ratio      float64 `json:"ratio"`
	OddsRatio  float64 `json:"odds_ratio"` // of the two shares: averaged over people, and so nearer to 1 than that of one and the same person
	Engaged    float64 `json:"engaged"`    // share who engage, if all were in LEAD
	OfEngaged  float64 `json:"of_engaged"` // difference among those who do
}

// TrueMonthly is the same by person-month: months of 30 days that were watched whole, those in prison among them.
type TrueMonthly struct {
	Months    int     `json:"months"` // after the start
	Among     string  `json:"among"`
	Lead      float64 `json:"lead"`
	Usual     float64 `json:"usual"`
	OddsRatio float64 `json:"odds_ratio"`
}

// TrueRate is arrests per person-year at liberty.
type TrueRate struct {
	Window int     `json:"window"`
	Among  string  `json:"among"`
	Lead   float64 `json:"lead"`
	Usual  float64 `json:"usual"`
	Ratio  float64 `json:"ratio"`
}

// TrueRatio is how a group fares at a decision against others: its mean chance over theirs.
type TrueRatio struct {
	Stage   string  `json:"stage"`
	Column  string  `json:"column"`
	Group   string  `json:"group"`
	Against string  `json:"against"`
	N       int     `json:"n"`
	Rate    float64 `json:"rate"`
	Other   float64 `json:"rate_against"`
	Ratio   float64 `json:"ratio"`
}

func windows() [3]int { return [3]int{182, 365, 730} }
func panels() [3]int  { return [3]int{6, 12, 24} }

// pair is a sum under LEAD and under process as usual.
type pair struct{ n, lead, usual, engaging, gain float64 }

func (p *pair) add(o pair) {
	p.n += o.n
	p.lead += o.lead
	p.usual += o.usual
	p.engaging += o.engaging
	p.gain += o.gain
}

type group struct{ stage, column, name string }

type share struct{ n, chance float64 }

// sums is what the truth is made of; index 1 is those in LEAD only.
type sums struct {
	rows    int // events of the person who is being made
	arms    [2]int
	risks   [2][3][2]pair // re-arrest and non-warrant, by window
	monthly [3][2]pair
	rates   [2][3][2]pair // arrests and years, by window
	groups  map[group]share
}

func (s *sums) stage(p *someone, stage string, chance float64, counts bool) {
	if !counts {
		return
	}
	if s.groups == nil {
		s.groups = map[group]share{}
	}
	for _, g := range []group{{stage, "ethnicity", p.Ethnicity}, {stage, "sex", p.Sex}} {
		v := s.groups[g]
		s.groups[g] = share{v.n + 1, v.chance + chance}
	}
}

// add adds the sums of other people. Chances are added in the order of people, so that the last digit is always the same.
func (s *sums) add(o *sums) {
	for i := range s.arms {
		s.arms[i] += o.arms[i]
	}
	for i := range s.risks {
		for j := range s.risks[i] {
			for k := range s.risks[i][j] {
				s.risks[i][j][k].add(o.risks[i][j][k])
				s.rates[i][j][k].add(o.rates[i][j][k])
			}
		}
	}
	for i := range s.monthly {
		for k := range s.monthly[i] {
			s.monthly[i][k].add(o.monthly[i][k])
		}
	}
	if s.groups == nil {
		s.groups = map[group]share{}
	}
	for g, v := range o.groups {
		w := s.groups[g]
		s.groups[g] = share{w.n + v.n, w.chance + v.chance}
	}
}

// risk is the chance of an arrest on days 1 to days, each month having one with the same chance; keep is the share of arrests that count.
func (e *Effect) risk(chance float64, days int, keep float64) float64 {
	none := func(part float64) float64 { // no arrest that counts in this part of a month with arrests
		s := 1 - keep*part
		return (1 - e.Again) * s / (1 - e.Again*s)
	}
	free := math.Pow(1-chance*(1-none(1)), float64(days/30))
	return 1 - free*(1-chance*(1-none(float64(days%30)/30)))
}

// liberty fills in the chance of being at liberty in each month.
func (e *Effect) liberty(chance float64, at []float64) {
	for k := range at {
		at[k] = 1
		for back := 1; back <= 6 && back <= k; back++ {
			at[k] -= at[k-back] * chance * e.Prison * stays(back)
		}
	}
}

// truth adds a person to the sums, if they are compared.
func (m *maker) truth(p *someone) {
	if !p.counts || !p.known || !p.Linked {
		return
	}
	arm := 1
	if p.lead {
		arm = 0
	}
	m.sum.arms[arm]++
	usual, lead := expit(p.eta), expit(p.eta+math.Log(p.ratio))
	both := func(to *[2]pair, f func(chance float64, free []float64) float64) {
		a, b := f(lead, m.months[:]), f(usual, m.other[:])
		v := pair{1, p.engaging*a + (1-p.engaging)*b, b, p.engaging, p.engaging * (a - b)}
		to[0].add(v)
		if p.lead {
			to[1].add(v)
		}
	}
	m.liberty(lead, m.months[:most+2])
	m.liberty(usual, m.other[:most+2])
	room := int(m.until - p.start)
	for i, days := range windows() {
		watched := min(days, p.leaves)
		if room < days || p.how == "moved" && p.leaves < days {
			continue
		}
		both(&m.sum.risks[0][i], func(c float64, _ []float64) float64 { return m.risk(c, watched, 1) })
		both(&m.sum.risks[1][i], func(c float64, _ []float64) float64 { return m.risk(c, watched, fresh) })
	}
	for i, days := range windows() {
		watched := min(days, p.leaves)
		both(&m.sum.rates[0][i], func(c float64, free []float64) float64 {
			n := 0.0
			for k := range watched / 30 {
				n += free[k]
			}
			return c / (1 - m.Again) * (n + free[watched/30]*float64(watched%30)/30)
		})
		both(&m.sum.rates[1][i], func(_ float64, free []float64) float64 {
			n := 0.0
			for d := 1; d <= watched; d++ {
				n += free[d/30]
			}
			return n / 365.25
		})
	}
	for i, months := range panels() {
		whole := min(months, p.leaves/30)
		for k := range whole {
			both(&m.sum.monthly[i], func(c float64, free []float64) float64 { return c * free[k] })
		}
	}
}

// tell turns sums into the truth.
func (s *sums) tell(people int, seed uint64, e Effect) *Truth {
	t := &Truth{People: people, Seed: seed, Effect: e, Arms: s.arms}
	among := [2]string{"everybody", "lead"}
	odds := func(a, b float64) float64 { return a / (1 - a) / (b / (1 - b)) }
	for o, outcome := range []string{cohort.Rearrest, cohort.NonWarrant} {
		for i, days := range windows() {
			for k, of := range among {
				if v := s.risks[o][i][k]; v.n > 0 {
					a, b := v.lead/v.n, v.usual/v.n
					r := TrueRisk{outcome, days, of, int(v.n), a, b, a - b, a / b, odds(a, b), v.engaging / v.n, 0}
					if v.engaging > 0 {
						r.OfEngaged = v.gain / v.engaging
					}
					t.Risks = append(t.Risks, r)
				}
			}
		}
	}
	for i, months := range panels() {
		for k, of := range among {
			if v := s.monthly[i][k]; v.n > 0 {
				a, b := v.lead/v.n, v.usual/v.n
				t.Monthly = append(t.Monthly, TrueMonthly{months, of, a, b, odds(a, b)})
			}
		}
	}
	for i, days := range windows() {
		for k, of := range among {
			if n, years := s.rates[0][i][k], s.rates[1][i][k]; n.n > 0 {
				a, b := n.lead/years.lead, n.usual/years.usual
				t.Rates = append(t.Rates, TrueRate{days, of, a, b, a / b})
			}
		}
	}
	against := map[string]string{"ethnicity": "white", "sex": "M"}
	for g, v := range s.groups {
		other := s.groups[group{g.stage, g.column, against[g.column]}]
		if g.name == against[g.column] || other.n == 0 {
			continue
		}
		a, b := v.chance/v.n, other.chance/other.n
		t.Disparities = append(t.Disparities, TrueRatio{g.stage, g.column, g.name, against[g.column], int(v.n), a, b, a / b})
	}
	slices.SortFunc(t.Disparities, func(a, b TrueRatio) int {
		return cmp.Or(cmp.Compare(slices.Index(stages(), a.Stage), slices.Index(stages(), b.Stage)), cmp.Compare(a.Column, b.Column), cmp.Compare(a.Group, b.Group))
	})
	return t
}

// Risk returns the truth of one outcome and window among some.
func (t *Truth) Risk(outcome string, window int, among string) (TrueRisk, bool) {
	i := slices.IndexFunc(t.Risks, func(r TrueRisk) bool { return r.Outcome == outcome && r.Window == window && r.Among == among })
	if i < 0 {
		return TrueRisk{}, false
	}
	return t.Risks[i], true
}

// Month returns the truth by person-month among some.
func (t *Truth) Month(months int, among string) (TrueMonthly, bool) {
	i := slices.IndexFunc(t.Monthly, func(r TrueMonthly) bool { return r.Months == months && r.Among == among })
	if i < 0 {
		return TrueMonthly{}, false
	}
	return t.Monthly[i], true
}
