package analysis

import (
	"cmp"
	"slices"
	"strings"
	"sync"

	"waymark.example/internal/evidence/cohort"
	"waymark.example/internal/stats"
)

// set is the people of both arms whose outcome is known, in the cohort's order.
type set struct {
	people  []*cohort.Person
	lead    []float64
	y       []float64 // 1 with the outcome in the window
	before  []float64 // 1 with the outcome in as many days before
	n       [2]int
	events  [2]int
	outcome string
	window  int
	all     bool // nobody else was left out
}

// arm is the place of somebody's arm in a pair.
func arm(p *cohort.Person) int {
	switch p.Arm {
	case cohort.Lead:
		return 0
	case cohort.Usual:
		return 1
	}
	return 2
}

// newSet takes everybody of both arms whose outcome is known, and whom keep keeps.
func newSet(c *cohort.Cohort, outcome string, window int, keep func(*cohort.Person) bool) *set {
	s := &set{outcome: outcome, window: window, all: keep == nil}
	for i := range c.People {
		p := &c.People[i]
		a := arm(p)
		if a > 1 || p.Watched(outcome, window) != cohort.Seen || keep != nil && !keep(p) {
			continue
		}
		s.people = append(s.people, p)
		s.lead = append(s.lead, float64(1-a))
		y := 0.0
		if p.Counted(outcome, window) > 0 {
			y = 1
			s.events[a]++
		}
		b := 0.0
		if p.Earlier(outcome, window) > 0 {
			b = 1
		}
		s.y, s.before = append(s.y, y), append(s.before, b)
		s.n[a]++
	}
	return s
}

// data is one row a person, with what makes people comparable.
func (s *set) data(m *model) (*stats.Data, error) {
	d := stats.NewData()
	person := make([]float64, len(s.people))
	for i := range person {
		person[i] = float64(i)
	}
	if err := d.Numbers("person", person); err != nil {
		return nil, err
	}
	if err := d.Numbers("lead", s.lead); err != nil {
		return nil, err
	}
	if err := d.Numbers("y", s.y); err != nil {
		return nil, err
	}
	if m != nil {
		return d, m.into(d)
	}
	return d, nil
}

// twice is two rows a person: before and after.
func (s *set) twice() (*stats.Data, error) {
	n := len(s.people)
	person, lead, post, y := make([]float64, 2*n), make([]float64, 2*n), make([]float64, 2*n), make([]float64, 2*n)
	for i := range n {
		person[2*i], person[2*i+1] = float64(i), float64(i)
		lead[2*i], lead[2*i+1] = s.lead[i], s.lead[i]
		post[2*i+1] = 1
		y[2*i], y[2*i+1] = s.before[i], s.y[i]
	}
	d := stats.NewData()
	for _, c := range []struct {
		name   string
		values []float64
	}{{"person", person}, {"lead", lead}, {"post", post}, {"y", y}} {
		if err := d.Numbers(c.name, c.values); err != nil {
			return nil, err
		}
	}
	return d, nil
}

// unrecorded is the level of words that are not on record, and others that of levels too small to stand alone.
const (
	unrecorded = "not recorded"
	others     = "others"
	least      = 10 // people of a level
	leastInArm = 5  // of them in each arm: of fewer, people who are drawn again too often leave an arm without anybody, and the model without a solution
)

// covariateColumn is one covariate as a model reads it.
type covariateColumn struct {
	key     string
	name    string
	words   []string
	numbers []float64
	first   string            // of words: the level that has no column
	levels  map[string]string // of words: which level of the model each level became
}

// model is what a propensity model, or an adjustment, reads.
type model struct {
	columns []covariateColumn
	right   string   // of the formula: " + `sex: ` + ..."
	left    []string // covariates that could not be used, with the reason
}

// newModel prepares the covariates of some people. A level with fewer than ten people, or fewer than five in one arm, joins the others; a covariate that
// then does not vary is left out.
func newModel(s *set, keys []string) *model {
	m := &model{}
	for _, v := range cohort.Covariates() {
		if !slices.Contains(keys, v.Key) {
			continue
		}
		c := covariateColumn{key: v.Key, name: v.Key}
		if v.Number {
			c.numbers = make([]float64, len(s.people))
			varies := false
			for i, p := range s.people {
				x, known := p.Number(v.Key)
				if !known {
					x = 0 // of linked people only the age can be unknown; the band has a level for it
				}
				c.numbers[i] = x
				varies = varies || x != c.numbers[0]
			}
			if !varies {
				m.left = append(m.left, v.Words+": the same for everybody")
				continue
			}
		} else {
			c.name += ": "
			c.fill(s)
			if c.first == "" {
				m.left = append(m.left, v.Words+": no two levels with enough people of both arms")
				continue
			}
		}
		m.columns = append(m.columns, c)
		m.right += " + `" + c.name + "`"
	}
	return m
}

func (c *covariateColumn) fill(s *set) {
	type level struct {
		name string
		n    [2]int
	}
	var all []level
	count := func(name string, n [2]int) {
		i := slices.IndexFunc(all, func(l level) bool { return l.name == name })
		if i < 0 {
			i = len(all)
			all = append(all, level{name: name})
		}
		all[i].n[0] += n[0]
		all[i].n[1] += n[1]
	}
	c.words = make([]string, len(s.people))
	for i, p := range s.people {
		c.words[i] = cmp.Or(p.Word(c.key), unrecorded)
		var n [2]int
		n[arm(p)] = 1
		count(c.words[i], n)
	}
	slices.SortFunc(all, func(a, b level) int { return strings.Compare(a.name, b.name) })
	small := func(l level) bool { return l.n[0]+l.n[1] < least || min(l.n[0], l.n[1]) < leastInArm }
	c.levels = map[string]string{}
	var kept []level
	rest := level{name: others}
	for _, l := range all {
		if small(l) {
			c.levels[l.name] = others
			rest.n[0] += l.n[0]
			rest.n[1] += l.n[1]
		} else {
			c.levels[l.name] = l.name
			kept = append(kept, l)
		}
	}
	if rest.n != [2]int{} {
		if small(rest) && len(kept) > 0 {
			largest := slices.MaxFunc(kept, func(a, b level) int {
				return cmp.Or(a.n[0]+a.n[1]-b.n[0]-b.n[1], strings.Compare(b.name, a.name))
			}).name
			for k, v := range c.levels {
				if v == others {
					c.levels[k] = largest
				}
			}
		} else {
			kept = append(kept, rest)
		}
	}
	if len(kept) < 2 {
		return
	}
	for i, w := range c.words {
		c.words[i] = c.levels[w]
	}
	c.first = slices.MinFunc(kept, func(a, b level) int { return strings.Compare(a.name, b.name) }).name
}

// into adds the covariates to the data.
func (m *model) into(d *stats.Data) error {
	for _, c := range m.columns {
		var err error
		if c.words != nil {
			err = d.Words(c.name, c.words)
		} else {
			err = d.Numbers(c.name, c.numbers)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// propensity is the model of who went to LEAD.
func (m *model) propensity(e stats.Estimand, truncate bool, outcome string) (stats.Propensity, error) {
	if m.right == "" {
		return stats.Propensity{}, &stats.Problem{Kind: stats.TooFew, Words: "no covariate is left that could make people comparable"}
	}
	f, err := stats.ParseFormula("lead ~ 1" + m.right)
	return stats.Propensity{Formula: f, Estimand: e, Truncate: truncate, Outcome: outcome}, err
}

// weighing is one way to weigh the people who are watched over a window.
type weighing struct {
	proven   bool // over which the court's months are waited for as well
	window   int
	estimand stats.Estimand
	truncate bool
}

// weighed is what weights achieve, and what they make of each outcome. It is about groups.
type weighed struct {
	balance *stats.Balance
	each    map[string]stats.Each
	err     error
}

func (w weighed) of(outcome string) (*stats.WeightedOutcome, error) {
	if w.err != nil {
		return nil, w.err
	}
	return w.each[outcome].Outcome, w.each[outcome].Err
}

// weigh fits the propensity model of a set of people. Everybody who is watched over a window is the same whichever the outcome, so their model is fitted
// once, for all outcomes of which the headline's method tells.
func (r *runner) weigh(s *set, of stats.Estimand, truncate bool) weighed {
	if !s.all {
		return r.fitWeights(s, of, truncate, []*set{s})
	}
	key := weighing{s.outcome == cohort.Reoffence, s.window, of, truncate}
	r.weighing.Lock()
	once, ok := r.weighed[key]
	if !ok {
		once = sync.OnceValue(func() weighed {
			sets := []*set{s}
			for _, o := range cohort.Outcomes() {
				if o.Key == s.outcome || o.Key == cohort.Dead || o.Key == cohort.Reoffence || key.proven || of != estimand(r.main) || !truncate {
					continue
				}
				other := newSet(r.c, o.Key, s.window, nil)
				if _, small := other.enough(); small == nil {
					sets = append(sets, other)
				}
			}
			return r.fitWeights(s, of, truncate, sets)
		})
		r.weighed[key] = once
	}
	r.weighing.Unlock()
	return once()
}

// fitWeights weighs the outcomes of sets of the same people.
func (r *runner) fitWeights(s *set, of stats.Estimand, truncate bool, sets []*set) weighed {
	m := newModel(s, r.c.Definition.Covariates)
	p, err := m.propensity(of, truncate, "")
	if err != nil {
		return weighed{err: err}
	}
	d, err := s.data(m)
	if err != nil {
		return weighed{err: err}
	}
	names := make([]string, len(sets))
	for i, o := range sets {
		names[i] = "y: " + o.outcome
		if err := d.Numbers(names[i], o.y); err != nil {
			return weighed{err: err}
		}
	}
	b, each, err := stats.WeighEach(d, p, names...)
	out := weighed{b, map[string]stats.Each{}, err}
	for i, e := range each { // in the order of names
		out.each[sets[i].outcome] = e // #nosec G602 -- a name for each set
	}
	return out
}
