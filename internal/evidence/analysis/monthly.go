package analysis

import (
	"math"
	"strconv"

	"waymark.example/internal/evidence/cohort"
	"waymark.example/internal/stats"
)

// panel is the primary outcome by person and month of 30 days.
type panel struct {
	set
	months int // before; and after, as far as somebody was watched
	after  []int
	hit    [][]bool // by person: the months before, then those after
}

// newPanel takes every linked person of both arms.
func newPanel(c *cohort.Cohort) *panel {
	def := c.Definition
	q := &panel{months: min(def.Months, def.Back/30)}
	q.outcome, q.window = def.Primary, def.Months*30
	outcome := def.Primary
	for i := range c.People {
		p := &c.People[i]
		a := arm(p)
		if a > 1 || !p.Linked {
			continue
		}
		whole := p.Whole(def.Months)
		hit := make([]bool, q.months+whole)
		any := false
		for _, day := range p.Days(outcome) {
			if at := cohort.Month(day) + q.months; at >= 0 && at < len(hit) {
				hit[at] = true
				any = any || at >= q.months
			}
		}
		q.people, q.lead = append(q.people, p), append(q.lead, float64(1-a))
		q.after, q.hit = append(q.after, whole), append(q.hit, hit)
		q.n[a]++
		y := 0.0
		if any {
			q.events[a]++
			y = 1
		}
		q.y = append(q.y, y)
	}
	return q
}

// monthly is the primary outcome by person-month.
func (r *runner) monthly(q *panel) (Monthly, error) {
	def := r.c.Definition
	out := Monthly{Before: q.months, After: def.Months}
	var x, n [2][2]int
	for i, p := range q.people {
		for k, h := range q.hit[i] {
			post := 0
			if k >= q.months {
				post = 1
			}
			n[arm(p)][post]++
			if h {
				x[arm(p)][post]++
			}
		}
	}
	for a := range 2 {
		for post := range 2 {
			out.Risk[a][post] = Share{X: x[a][post], N: n[a][post]}
			if n[a][post] > 0 {
				out.Risk[a][post].Value = num(float64(x[a][post]) / float64(n[a][post]))
			}
			out.Months += n[a][post]
		}
	}
	how := "estimating equations of group by period over person-months, robust by person"
	out.Estimates = []Estimate{r.estimate(&q.set, Period, OddsRatio, how), r.estimate(&q.set, Both, OddsRatio, how), r.estimate(&q.set, Method("period_ate"), OddsRatio, how)}
	out.Estimates[2].Words, out.Estimates[2].Caveat = "Change since before, weighted to everybody: ratio of odds", out.Estimates[1].Caveat
	_, small := q.enough()
	if small != nil {
		if stats.KindOf(small) == "" {
			return out, small
		}
		_, err := refused(out.Estimates, small)
		return out, err
	}
	d, err := q.data()
	if err != nil {
		return out, err
	}
	m := newModel(&q.set, def.Covariates)
	for i, of := range []stats.Estimand{"", stats.ATT, stats.ATE} {
		var p *stats.Propensity
		if of != "" {
			w, err := m.propensity(of, true, "")
			if err == nil {
				w.Learned = true
				w.Baseline, err = q.set.data(m)
			}
			if err != nil {
				if err := out.Estimates[i].fail(err); err != nil {
					return out, err
				}
				continue
			}
			p = &w
		}
		fit, err := solve(d, q.n, stats.Logistic, "y ~ lead*post", p)
		if err != nil {
			if err := out.Estimates[i].fail(err); err != nil {
				return out, err
			}
			continue
		}
		out.Estimates[i].term(fit, "lead:post", true)
	}
	f, err := stats.ParseFormula("y ~ lead*post")
	if err != nil {
		return out, err
	}
	fit, err := stats.FitGEE(d, stats.GEE{Formula: f, Family: stats.Logistic, Cluster: "person", Correlation: stats.Exchangeable})
	if err == nil {
		out.Alpha = fit.Alpha
	} else if stats.KindOf(err) == "" {
		return out, err
	}
	return out, nil
}

// data is one row a person-month.
func (q *panel) data() (*stats.Data, error) {
	n := 0
	for _, h := range q.hit {
		n += len(h)
	}
	person, lead, post, y := make([]float64, 0, n), make([]float64, 0, n), make([]float64, 0, n), make([]float64, 0, n)
	for i, h := range q.hit {
		for k, v := range h {
			person, lead = append(person, float64(i)), append(lead, q.lead[i])
			after, event := 0.0, 0.0
			if k >= q.months {
				after = 1
			}
			if v {
				event = 1
			}
			post, y = append(post, after), append(y, event)
		}
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

// event is F3. In each month the people watched over the whole of it are compared with themselves in the month before the start: the mean of these
// differences in LEAD less that in the comparison. With everybody watched throughout that is group x month with effects of person and month; errors
// are the same sandwich by person, in closed form because the model is saturated.
func (r *runner) event(q *panel) (EventStudy, error) {
	out := EventStudy{Base: -1, N: q.n, Caveat: "Each month is compared with the month before the decision. Months before it should lie around nothing: if they do not, the groups were already changing differently. After the decision, arrests for offences from before it do not count. " + r.design.Caveat}
	base := q.months - 1
	if q.n[0] < stats.PersonsRefused || q.n[1] < stats.PersonsRefused || base < 0 {
		out.Problem = "Fewer than 20 people in one of the groups: they can be described, not modelled."
		return out, nil
	}
	total := q.months + r.c.Definition.Months
	type cell struct {
		n, hits [2]int
		mean    [2]float64
	}
	cells := make([]cell, total)
	for i, h := range q.hit {
		a := 1 - int(q.lead[i])
		for k, v := range h {
			c := &cells[k]
			c.n[a]++
			if v {
				c.hits[a]++
			}
			c.mean[a] += unit(v) - unit(h[base])
		}
	}
	fit := &stats.Fit{Clusters: len(q.people)}
	var at []int // the months that have a difference
	var pre []string
	for k := range cells {
		c := &cells[k]
		pt := EventPoint{Month: k - q.months, N: c.n}
		for a := range 2 {
			if c.n[a] > 0 {
				pt.Share[a] = num(float64(c.hits[a]) / float64(c.n[a]))
				c.mean[a] /= float64(c.n[a])
			}
		}
		if k != base && c.n[0] >= stats.PersonsRefused && c.n[1] >= stats.PersonsRefused {
			at = append(at, k)
			name := strconv.Itoa(pt.Month)
			fit.Terms = append(fit.Terms, stats.Term{Name: name, Coef: c.mean[0] - c.mean[1]})
			if k < base {
				pre = append(pre, name)
			}
		}
		out.Points = append(out.Points, pt)
	}
	fit.Covariance = make([][]float64, len(at))
	for j := range fit.Covariance {
		fit.Covariance[j] = make([]float64, len(at))
	}
	adds := make([]float64, len(at))
	for i, h := range q.hit {
		a := 1 - int(q.lead[i])
		last := 0
		for j, k := range at {
			if k >= len(h) {
				break
			}
			adds[j] = (unit(h[k]) - unit(h[base]) - cells[k].mean[a]) / float64(cells[k].n[a])
			last = j + 1
		}
		for j := range last {
			if adds[j] == 0 {
				continue
			}
			row := fit.Covariance[j]
			for l := range j + 1 {
				row[l] += adds[j] * adds[l]
			}
		}
	}
	for j := range fit.Covariance {
		for l := range j {
			fit.Covariance[l][j] = fit.Covariance[j][l]
		}
	}
	z := quantile(q.n, 2)
	varies := true
	for j, k := range at {
		se := math.Sqrt(fit.Covariance[j][j])
		v := fit.Terms[j].Coef
		out.Points[k].Value, out.Points[k].Lo, out.Points[k].Hi = num(v), num(v-z*se), num(v+z*se)
		if se == 0 && k < base {
			varies = false
		}
	}
	switch {
	case len(pre) == 0 || !varies || len(pre) >= fit.Clusters/2:
		return out, nil
	default:
		test, err := fit.Wald(pre...)
		if err != nil && stats.KindOf(err) == "" {
			return out, err
		}
		out.PreTrend = test
	}
	return out, nil
}

func unit(v bool) float64 {
	if v {
		return 1
	}
	return 0
}
