package stats

import (
	"math"
	"slices"
)

// Ties says how events at the same time are taken.
type Ties string

// Ties.
const (
	Efron   Ties = "efron"
	Breslow Ties = "breslow"
)

// Cox says which proportional hazards to fit.
type Cox struct {
	Formula Formula // with Surv(...) and strata(...), or
	Spell   Spell
	Strata  string
	Cluster string // column of who belongs together: robust errors
	Ties    Ties   // "" is efron
	Robust  bool   // robust errors where every row is its own cluster
	Tests   bool   // proportional hazards, baseline hazard and concordance as well
}

// FitCox maximises Cox's partial likelihood, with start-stop times, strata, and
// the sandwich of score residuals (dfbeta) summed by cluster. With a cluster and
// several events per person this is the model of Andersen and Gill.
// Source: D. R. Cox, JRSS B 34 (1972) 187-220; B. Efron, JASA 72 (1977) 557-565;
// P. K. Andersen and R. D. Gill, Annals of Statistics 10 (1982) 1100-1120;
// D. Y. Lin and L. J. Wei, JASA 84 (1989) 1074-1078; survival 3.5.
func FitCox(d *Data, c Cox) (*Fit, error) {
	switch c.Ties {
	case "":
		c.Ties = Efron
	case Efron, Breslow:
	default:
		return nil, problem(BadFormula, "ties are efron or breslow, not %q", c.Ties)
	}
	spell, err := c.Spell.or(c.Formula)
	if err != nil {
		return nil, err
	}
	if c.Formula.response != nil {
		return nil, problem(BadFormula, "the left side is empty or Surv(...): time and event are columns of their own")
	}
	if len(c.Formula.offsets) > 0 {
		return nil, problem(BadFormula, "hazards take no offset here")
	}
	strata := slices.Clone(c.Formula.strata)
	if c.Strata != "" && !slices.Contains(strata, c.Strata) {
		strata = append(strata, c.Strata)
	}
	f := c.Formula
	f.intercept, f.surv = true, nil
	m, err := d.newDesign(f, append(append(spell.columns(), strata...), c.Cluster), false, nil)
	if err != nil {
		return nil, err
	}
	if m.p == 0 {
		return nil, problem(BadFormula, "the formula has nothing on its right side")
	}
	s, err := d.spells(spell, m.rows, false)
	if err != nil {
		return nil, err
	}
	if err := m.independent(); err != nil {
		return nil, err
	}
	k := &hazards{m: m, p: m.p, efron: c.Ties == Efron, events: s.events}
	if err := k.arrange(d, s, strata, c.Cluster); err != nil {
		return nil, err
	}
	if err := k.newton(); err != nil {
		return nil, err
	}
	return k.report(c, s)
}

// hazards is the rows by stratum, and in each from the last time to the first.
type hazards struct {
	m       *design
	p, n    int
	efron   bool
	events  int
	x       []float64
	start   []float64
	stop    []float64
	event   []uint8
	first   []int32 // where each stratum begins, and the end
	leave   []int32 // rows by stratum and falling start, when there is a start
	cluster []int32
	groups  int

	b, info, inverse []float64
	loglik, null     float64
	score            float64
	iterations       int
}

func (k *hazards) arrange(d *Data, s *spells, strata []string, cluster string) error {
	k.n = len(s.stop)
	stratum := make([]int32, k.n)
	count := 1
	for _, name := range strata {
		c, err := d.mustColumn(name)
		if err != nil {
			return err
		}
		code, labels := c.groups(k.m.rows)
		if count *= len(labels); count > 1_000_000 {
			return problem(BadData, "there are too many strata")
		}
		for i, g := range code {
			stratum[i] = stratum[i]*int32(len(labels)) + g // #nosec G115 -- limited above
		}
	}
	order := falling(s.stop, stratum, count)
	p := k.p
	k.x, k.stop, k.event = make([]float64, k.n*p), make([]float64, k.n), make([]uint8, k.n)
	if s.start != nil {
		k.start = make([]float64, k.n)
	}
	var code []int32
	if cluster != "" {
		c, err := d.mustColumn(cluster)
		if err != nil {
			return err
		}
		var labels []string
		if code, labels = c.groups(k.m.rows); len(labels) < 2 {
			return problem(TooFew, "all rows belong to one %s: errors by %s need at least two", cluster, cluster)
		}
		k.groups, k.cluster = len(labels), make([]int32, k.n)
	}
	for to, from := range order {
		i := int(from)
		copy(k.x[to*p:to*p+p], k.m.x[i*p:i*p+p])
		k.stop[to], k.event[to] = s.stop[i], s.event[i]
		if s.start != nil {
			k.start[to] = s.start[i]
		}
		if code != nil {
			k.cluster[to] = code[i]
		}
		if to == 0 || stratum[i] != stratum[order[to-1]] {
			k.first = append(k.first, int32(to)) // #nosec G115 -- rows are limited
		}
	}
	k.first = append(k.first, int32(k.n)) // #nosec G115 -- rows are limited
	k.m.x = nil
	if k.start != nil {
		k.leave = make([]int32, k.n)
		for i := range k.leave {
			k.leave[i] = int32(i) // #nosec G115 -- rows are limited
		}
		for g := range len(k.first) - 1 {
			part := k.leave[k.first[g]:k.first[g+1]]
			slices.SortStableFunc(part, func(a, b int32) int { return compare(k.start[b], k.start[a]) })
		}
	}
	return nil
}

// falling orders rows by stratum, and by falling time: by counting where times
// are small whole numbers.
func falling(stop []float64, stratum []int32, strata int) []int32 {
	order := make([]int32, len(stop))
	if highest, ok := smallWhole(stop); ok && strata*(highest+1) <= 4*len(stop)+1024 {
		at := make([]int32, strata*(highest+1)+1)
		key := func(i int) int { return int(stratum[i])*(highest+1) + highest - int(stop[i]) }
		for i := range stop {
			at[key(i)+1]++
		}
		for i := 1; i < len(at); i++ {
			at[i] += at[i-1]
		}
		for i := range stop {
			q := key(i)
			order[at[q]] = int32(i) // #nosec G115 -- rows are limited
			at[q]++
		}
		return order
	}
	for i := range order {
		order[i] = int32(i) // #nosec G115 -- rows are limited
	}
	slices.SortStableFunc(order, func(a, b int32) int {
		if stratum[a] != stratum[b] {
			return int(stratum[a]) - int(stratum[b])
		}
		return compare(stop[b], stop[a])
	})
	return order
}

// moment is what the risk set is summed up by at one time: sums of e, e x and
// e x x' over those at risk (s) and over those with the event (d).
type moment struct {
	time           float64
	dead           int
	s0, d0         float64
	s1, s2, d1, d2 []float64
	x1             []float64 // sum of x over those with the event
	eta            float64   // and of their linear predictor
	from, to       int       // the rows that end now
}

// walk goes through every time at which somebody ends, stratum by stratum and
// backwards, and calls visit where somebody had the event. weights gets e.
func (k *hazards) walk(b, weights []float64, second bool, begin func(stratum int), visit func(*moment)) (ok bool) {
	p := k.p
	m := &moment{s1: make([]float64, p), s2: make([]float64, p*p), d1: make([]float64, p), d2: make([]float64, p*p), x1: make([]float64, p)}
	for g := range len(k.first) - 1 {
		if begin != nil {
			begin(g)
		}
		from, end := int(k.first[g]), int(k.first[g+1])
		leaving := from
		m.s0 = 0
		clear(m.s1)
		clear(m.s2)
		for i := from; i < end; {
			t := k.stop[i]
			m.time, m.dead, m.d0, m.eta, m.from = t, 0, 0, 0, i
			clear(m.d1)
			clear(m.d2)
			clear(m.x1)
			for ; i < end && k.stop[i] == t; i++ {
				x := k.x[i*p : i*p+p]
				eta := 0.0
				for j, v := range x {
					eta += v * b[j]
				}
				e := math.Exp(eta)
				if weights != nil {
					weights[i] = e
				}
				m.s0 += e
				for j, v := range x {
					m.s1[j] += e * v
				}
				if second {
					addOuter(m.s2, x, e)
				}
				if k.event[i] != 0 {
					m.dead++
					m.d0 += e
					m.eta += eta
					for j, v := range x {
						m.d1[j] += e * v
						m.x1[j] += v
					}
					if second && k.efron {
						addOuter(m.d2, x, e)
					}
				}
			}
			m.to = i
			if k.start != nil {
				for ; leaving < end && k.start[k.leave[leaving]] >= t; leaving++ {
					l := int(k.leave[leaving])
					x := k.x[l*p : l*p+p]
					eta := 0.0
					for j, v := range x {
						eta += v * b[j]
					}
					e := math.Exp(eta)
					m.s0 -= e
					for j, v := range x {
						m.s1[j] -= e * v
					}
					if second {
						addOuter(m.s2, x, -e)
					}
				}
			}
			if m.dead > 0 {
				if !(m.s0 > 0) || math.IsInf(m.s0, 0) {
					return false
				}
				visit(m)
			}
		}
	}
	return true
}

// steps are sums over the tied events at one time, by Efron: with f = l/dead for
// the l-th, 1/(s0 - f d0) and its products. Breslow has f = 0 for all.
type steps struct{ log, a, af, b, bf, bff float64 }

func (k *hazards) steps(m *moment) steps {
	var s steps
	for l := range m.dead {
		f := 0.0
		if k.efron {
			f = float64(l) / float64(m.dead)
		}
		den := m.s0 - f*m.d0
		i := 1 / den
		s.log += math.Log(den)
		s.a += i
		s.af += f * i
		s.b += i * i
		s.bf += f * i * i
		s.bff += f * f * i * i
	}
	return s
}

// increment adds what one time says to score and information (upper triangle).
func (k *hazards) increment(m *moment, s steps, score, info []float64) {
	p := k.p
	for j := range p {
		score[j] += m.x1[j] - (m.s1[j]*s.a - m.d1[j]*s.af)
		for l := j; l < p; l++ {
			info[j*p+l] += m.s2[j*p+l]*s.a - m.d2[j*p+l]*s.af -
				(m.s1[j]*m.s1[l]*s.b - (m.s1[j]*m.d1[l]+m.d1[j]*m.s1[l])*s.bf + m.d1[j]*m.d1[l]*s.bff)
		}
	}
}

func (k *hazards) pass(b []float64) sums {
	p := k.p
	out := sums{info: make([]float64, p*p), score: make([]float64, p)}
	ok := k.walk(b, nil, true, nil, func(m *moment) {
		s := k.steps(m)
		out.loglik += m.eta - s.log
		k.increment(m, s, out.score, out.info)
	})
	mirror(out.info, p)
	out.ok = ok && finite(out.loglik)
	return out
}

func (k *hazards) newton() error {
	p := k.p
	b := make([]float64, p)
	now := k.pass(b)
	k.null = now.loglik
	l, step := make([]float64, p*p), make([]float64, p)
	for it := 1; it <= maxIterations; it++ {
		if bad := cholesky(now.info, l, p, 1e-13); bad >= 0 {
			if it > 1 {
				return k.endless(bad)
			}
			return problem(EmptyCell, "%s does not vary among those at risk when events happened", k.m.names[bad])
		}
		copy(step, now.score)
		solve(l, step, p)
		if it == 1 {
			for j := range p {
				k.score += now.score[j] * step[j]
			}
		}
		next := make([]float64, p)
		var after sums
		factor := 1.0
		for try := 0; ; try++ {
			for j := range p {
				next[j] = b[j] + factor*step[j]
			}
			if after = k.pass(next); after.ok && after.loglik >= now.loglik-1e-10*math.Abs(now.loglik)-1e-10 {
				break
			}
			if factor /= 2; try == 30 {
				return problem(NotConverged, "the model did not settle: no step makes it better")
			}
		}
		largest, worst := 0.0, 0
		for j := range p {
			if v := math.Abs(factor*step[j]) / (1 + math.Abs(next[j])); v > largest {
				largest, worst = v, j
			}
		}
		gain := after.loglik - now.loglik
		b, now = next, after
		k.iterations = it
		if largest < tolerance {
			k.b, k.info, k.loglik = b, now.info, now.loglik
			var bad int
			if k.inverse, bad = invert(now.info, p); bad >= 0 {
				return k.endless(bad)
			}
			return nil
		}
		// A step that stays long while the likelihood stands still has no end.
		if it >= 10 && math.Abs(factor*step[worst]) > 0.1 && gain < 1e-4 {
			return k.endless(worst)
		}
	}
	return problem(NotConverged, "the model did not settle after %d iterations", maxIterations)
}

func (k *hazards) endless(j int) error {
	return problem(Separation, "%s tells who had the event apart with no exception, so its hazard ratio has no finite value: merge groups or take it out", k.m.names[j])
}

func (k *hazards) report(c Cox, s *spells) (*Fit, error) {
	var robust []float64
	if c.Cluster != "" || c.Robust {
		robust = sandwich(k.inverse, k.meat(), k.p)
	}
	f, err := k.m.finish(k.b, k.inverse, robust, true)
	if err != nil {
		return nil, err
	}
	f.Errors = ModelErrors
	if robust != nil {
		f.Errors = CR0
	}
	f.Scale, f.Events, f.Iterations, f.Clusters = 1, k.events, k.iterations, k.groups
	f.LogLik, f.NullLogLik = ptr(k.loglik), ptr(k.null)
	f.ScoreTest, f.LRTest = ptr(k.score), ptr(2*(k.loglik-k.null))
	if k.groups > 0 {
		f.Warnings = fewClusters(k.groups, k.p, false)
	}
	if k.events < 10*k.p {
		f.Warnings = append(f.Warnings, "There are fewer than 10 events for each term: the intervals are too narrow.")
	}
	if c.Tests {
		f.Concordance = k.concordance()
		if len(k.first) == 2 {
			f.Proportional = k.proportional(s)
			f.BaselineHazard = k.baseline()
		}
	}
	return f, nil
}

// meat sums score residuals by cluster, or takes each row by itself.
func (k *hazards) meat() []float64 {
	p := k.p
	e := make([]float64, k.n)
	// Backwards through time: what each event time takes from everybody at risk.
	type taken struct {
		time    float64
		a       float64
		x       []float64 // sum of xbar/denominator
		da      float64   // the same for those with the event, by Efron
		dx      []float64
		mean    []float64 // mean of xbar over the tied events
		dead    int
		stratum int
	}
	var times []taken
	stratum := 0
	k.walk(k.b, e, false, func(g int) { stratum = g }, func(m *moment) {
		t := taken{time: m.time, x: make([]float64, p), dx: make([]float64, p), mean: make([]float64, p), dead: m.dead, stratum: stratum}
		for l := range m.dead {
			f := 0.0
			if k.efron {
				f = float64(l) / float64(m.dead)
			}
			i := 1 / (m.s0 - f*m.d0)
			t.a += i
			t.da += (1 - f) * i
			for j := range p {
				bar := (m.s1[j] - f*m.d1[j]) * i
				t.x[j] += bar * i
				t.dx[j] += (1 - f) * bar * i
				t.mean[j] += bar / float64(m.dead)
			}
		}
		times = append(times, t)
	})
	// Sums from the first time on, by stratum, so that each row takes a difference.
	u := make([]float64, k.n*p)
	at := 0
	for g := range len(k.first) - 1 {
		lo := at
		for at < len(times) && times[at].stratum == g {
			at++
		}
		mine := times[lo:at] // falling
		slices.Reverse(mine)
		before := make([]float64, (len(mine)+1)*(p+1))
		for i, t := range mine {
			row, next := before[i*(p+1):(i+1)*(p+1)], before[(i+1)*(p+1):(i+2)*(p+1)]
			next[p] = row[p] + t.a
			for j := range p {
				next[j] = row[j] + t.x[j]
			}
		}
		upTo := func(v float64) int { // times at or before v
			i, found := slices.BinarySearchFunc(mine, v, func(t taken, v float64) int { return compare(t.time, v) })
			if found {
				i++
			}
			return i
		}
		last := len(mine)
		for i := int(k.first[g]); i < int(k.first[g+1]); i++ {
			x, ui := k.x[i*p:i*p+p], u[i*p:i*p+p]
			for last > 0 && mine[last-1].time > k.stop[i] {
				last--
			}
			end, first := last, 0
			if k.start != nil {
				first = upTo(k.start[i])
			}
			died := k.event[i] != 0
			if died {
				end-- // its own time is taken by itself
			}
			hi, lo := before[end*(p+1):(end+1)*(p+1)], before[first*(p+1):(first+1)*(p+1)]
			a := hi[p] - lo[p]
			for j := range p {
				ui[j] = -e[i] * (x[j]*a - (hi[j] - lo[j]))
			}
			if died {
				t := mine[last-1]
				own, ownX := t.a, t.x
				if k.efron {
					own, ownX = t.da, t.dx
				}
				for j := range p {
					ui[j] += x[j] - t.mean[j] - e[i]*(x[j]*own-ownX[j])
				}
			}
		}
	}
	a := make([]float64, p*p)
	if k.cluster == nil {
		for i := range k.n {
			addOuter(a, u[i*p:i*p+p], 1)
		}
	} else {
		sum := make([]float64, k.groups*p)
		for i, g := range k.cluster {
			for j := range p {
				sum[int(g)*p+j] += u[i*p+j]
			}
		}
		for g := range k.groups {
			addOuter(a, sum[g*p:g*p+p], 1)
		}
	}
	mirror(a, p)
	return a
}

// baseline is the cumulated hazard at the last time of somebody whose columns are
// all 0.
func (k *hazards) baseline() *float64 {
	sum := 0.0
	k.walk(k.b, nil, false, nil, func(m *moment) { sum += k.steps(m).a })
	shift := 0.0
	for j, c := range k.m.centre {
		shift += k.b[j] * c / k.m.scale[j]
	}
	return finitePtr(sum * math.Exp(-shift))
}

// concordance is the share of pairs, one of whom had the event while the other
// was at risk, in which the one with the event had the higher hazard; equal
// hazards count half. Source: F. E. Harrell et al., JAMA 247 (1982) 2543-2546.
func (k *hazards) concordance() *float64 {
	p := k.p
	eta := make([]float64, k.n)
	for i := range eta {
		for j, v := range k.x[i*p : i*p+p] {
			eta[i] += v * k.b[j]
		}
	}
	values := slices.Clone(eta)
	slices.Sort(values)
	values = slices.Compact(values)
	rank := make([]int32, k.n)
	for i, v := range eta {
		r, _ := slices.BinarySearch(values, v)
		rank[i] = int32(r) // #nosec G115 -- rows are limited
	}
	tree := make([]int64, len(values)+1)
	add := func(r int32, by int64) {
		for i := int(r) + 1; i < len(tree); i += i & -i {
			tree[i] += by
		}
	}
	below := func(r int32) (n int64) { // rank < r
		for i := int(r); i > 0; i -= i & -i {
			n += tree[i]
		}
		return n
	}
	var agree, tied, all float64
	for g := range len(k.first) - 1 {
		clear(tree)
		from, end := int(k.first[g]), int(k.first[g+1])
		leaving, inside := from, int64(0)
		for i := from; i < end; {
			j := i
			for ; j < end && k.stop[j] == k.stop[i]; j++ {
				if k.event[j] == 0 { // whoever is censored now was at risk
					add(rank[j], 1)
					inside++
				}
			}
			if k.start != nil {
				for ; leaving < end && k.start[k.leave[leaving]] >= k.stop[i]; leaving++ {
					add(rank[k.leave[leaving]], -1)
					inside--
				}
			}
			for l := i; l < j; l++ {
				if k.event[l] != 0 {
					lower := below(rank[l])
					same := below(rank[l]+1) - lower
					agree += float64(lower)
					tied += float64(same)
					all += float64(inside)
				}
			}
			for l := i; l < j; l++ {
				if k.event[l] != 0 {
					add(rank[l], 1)
					inside++
				}
			}
			i = j
		}
	}
	if all == 0 {
		return nil
	}
	return ptr((agree + tied/2) / all)
}

// proportional tests each term for a hazard ratio that changes with time: the
// score test of x * g(t) added to the model, with g = 1 - S(t-) by Kaplan-Meier.
// Source: P. M. Grambsch and T. M. Therneau, Biometrika 81 (1994) 515-526;
// survival 3.5 cox.zph.
func (k *hazards) proportional(s *spells) []Proportional {
	p := k.p
	t := s.tally(nil, 1)
	before := map[float64]float64{}
	surv := 1.0
	for i, v := range t.times {
		before[v] = 1 - surv
		if t.dead[0][i] > 0 {
			surv *= (t.risk[0][i] - t.dead[0][i]) / t.risk[0][i]
		}
	}
	mean, events := 0.0, 0.0
	for i, v := range t.times {
		mean += before[v] * t.dead[0][i]
		events += t.dead[0][i]
	}
	mean /= events
	u := make([]float64, p)
	one, cross, square := make([]float64, p*p), make([]float64, p*p), make([]float64, p*p)
	score, info := make([]float64, p), make([]float64, p*p)
	k.walk(k.b, nil, true, nil, func(m *moment) {
		clear(score)
		clear(info)
		k.increment(m, k.steps(m), score, info)
		g := before[m.time] - mean
		for j := range p {
			u[j] += g * score[j]
		}
		for i, v := range info {
			one[i] += v
			cross[i] += g * v
			square[i] += g * g * v
		}
	})
	for _, a := range [][]float64{one, cross, square} {
		mirror(a, p)
	}
	inverse, bad := invert(one, p)
	if bad >= 0 {
		return nil
	}
	rest := multiply(multiply(cross, inverse, p), cross, p)
	for i := range rest {
		rest[i] = square[i] - rest[i]
	}
	var out []Proportional
	for j := range p {
		if v := rest[j*p+j]; v > 0 {
			chi := u[j] * u[j] / v
			out = append(out, Proportional{k.m.names[j], chi, pChi(chi, 1)})
		}
	}
	l := make([]float64, p*p)
	if cholesky(rest, l, p, 1e-13) < 0 {
		x := slices.Clone(u)
		solve(l, x, p)
		chi := 0.0
		for j := range p {
			chi += u[j] * x[j]
		}
		out = append(out, Proportional{"GLOBAL", chi, pChi(chi, float64(p))})
	}
	return out
}

// Proportional is the test of proportional hazards of one term.
type Proportional struct {
	Name  string  `json:"name"`
	ChiSq float64 `json:"chisq"`
	P     float64 `json:"p"`
}
