package analysis

import (
	"cmp"
	"math"
	"slices"

	"waymark.example/internal/evidence/cohort"
	"waymark.example/internal/stats"
)

// baseline is T1: everybody of both arms as they were before, and what weights achieve among those whose primary outcome is known.
func (r *runner) baseline() (Baseline, error) {
	def := r.c.Definition
	var people [2][]*cohort.Person
	for i := range r.c.People {
		if p := &r.c.People[i]; arm(p) < 2 {
			people[arm(p)] = append(people[arm(p)], p)
		}
	}
	out := Baseline{N: [2]int{len(people[0]), len(people[1])}, Rows: []BaselineRow{},
		Caveat: "Differences are in standard deviations of both groups before weighting; above 0.10 they are marked, above 0.25 they are large. Weights are worked out among the people whose primary outcome is known. There are no p-values: chance is not the question here."}
	for _, v := range cohort.Covariates() {
		if v.Number {
			out.Rows = append(out.Rows, numberRow(v, people))
		} else {
			out.Rows = append(out.Rows, wordRows(v, people)...)
		}
	}
	s := newSet(r.c, def.Primary, def.PrimaryWindow, nil)
	_, small := s.enough()
	if small != nil && stats.KindOf(small) == "" {
		return out, small
	}
	m := newModel(s, def.Covariates)
	for _, w := range []struct {
		of    stats.Estimand
		words string
	}{{stats.ATT, "To the people of LEAD"}, {stats.ATE, "To everybody"}, {stats.ATO, "To those who could have gone either way"}} {
		g := Weights{Estimand: w.of, Words: w.words, N: s.n}
		err := small
		var b *stats.Balance
		if err == nil {
			weighed := r.weigh(s, w.of, true)
			b, err = weighed.balance, weighed.err
		}
		switch {
		case err != nil && stats.KindOf(err) == "":
			return out, err
		case err != nil:
			g.Problem = Sentence(stats.General(err))
		default:
			g.ESS, g.Max, g.CStatistic, g.Overlap = [2]float64{b.ESSTreated, b.ESSOthers}, b.MaxWeight, b.CStatistic, b.Overlap
			for i, l := range m.left {
				if i == 0 {
					g.Warnings = append(g.Warnings, "Not in the model:")
				}
				g.Warnings = append(g.Warnings, l)
			}
			if min(s.n[0], s.n[1]) < stats.EventsPerTerm*(len(b.Columns)) {
				g.Warnings = append(g.Warnings, "The smaller group has fewer than 10 people for each column of the model.")
			}
			out.weighted(m, b, &g)
		}
		out.Weights = append(out.Weights, g)
	}
	return out, nil
}

// weighted adds to each row what it came to.
func (b *Baseline) weighted(m *model, balance *stats.Balance, g *Weights) {
	mean := map[string][2]float64{}
	for _, c := range balance.Columns {
		mean[c.Name] = [2]float64{c.WMeanTreated, c.WMeanOthers}
	}
	for i := range b.Rows {
		row := &b.Rows[i]
		at := slices.IndexFunc(m.columns, func(c covariateColumn) bool { return c.key == row.Covariate })
		if at < 0 || row.SMD == nil {
			continue
		}
		c := m.columns[at]
		var w [2]float64
		if row.Number {
			w = mean[c.name]
		} else {
			level := cmp.Or(row.Level, unrecorded)
			if c.levels[level] != level {
				continue // it joined another level
			}
			if level == c.first {
				w = [2]float64{1, 1}
				seen := []string{}
				for _, to := range c.levels {
					if to != c.first && !slices.Contains(seen, to) {
						seen = append(seen, to)
					}
				}
				slices.Sort(seen)
				for _, to := range seen {
					w[0] -= mean[c.name+to][0]
					w[1] -= mean[c.name+to][1]
				}
			} else {
				w = mean[c.name+level]
			}
		}
		deviation := row.deviation()
		if deviation == 0 {
			continue
		}
		x := WeightedRow{Estimand: g.Estimand, Mean: w, SMD: (w[0] - w[1]) / deviation}
		x.Above10, x.Above25 = math.Abs(x.SMD) > 0.10, math.Abs(x.SMD) > 0.25
		if x.Above10 {
			g.Above10++
		}
		if x.Above25 {
			g.Above25++
		}
		row.Weighted = append(row.Weighted, x)
	}
}

// deviation is the pooled standard deviation before weighting.
func (row *BaselineRow) deviation() float64 {
	var v [2]float64
	for a := range 2 {
		if row.Number {
			v[a] = *row.SD[a] * *row.SD[a]
		} else {
			v[a] = *row.Count[a].Value * (1 - *row.Count[a].Value)
		}
	}
	return math.Sqrt((v[0] + v[1]) / 2)
}

func wordRows(v cohort.Covariate, people [2][]*cohort.Person) []BaselineRow {
	count := map[string][2]int{}
	for a := range 2 {
		for _, p := range people[a] {
			n := count[p.Word(v.Key)]
			n[a]++
			count[p.Word(v.Key)] = n
		}
	}
	levels := make([]string, 0, len(count))
	for l := range count {
		levels = append(levels, l)
	}
	order := []string{"under 18", "18 to 25", "26 to 34", "35 to 44", "45 to 54", "55 and over"}
	slices.SortFunc(levels, func(a, b string) int {
		last := func(s string) int { // not recorded comes last
			if s == "" {
				return 1
			}
			return 0
		}
		return cmp.Or(last(a)-last(b), cmp.Compare(slices.Index(order, a), slices.Index(order, b)), cmp.Compare(a, b))
	})
	missing := count[""]
	var out []BaselineRow
	for _, l := range levels {
		row := BaselineRow{Covariate: v.Key, Words: v.Words, Level: l, Missing: missing}
		for a := range 2 {
			row.Count[a] = share(count[l][a], len(people[a]))
		}
		if row.Count[0].Value != nil && row.Count[1].Value != nil {
			if d := row.deviation(); d > 0 {
				row.SMD = num((*row.Count[0].Value - *row.Count[1].Value) / d)
			}
		}
		out = append(out, row)
	}
	return out
}

func numberRow(v cohort.Covariate, people [2][]*cohort.Person) BaselineRow {
	row := BaselineRow{Covariate: v.Key, Words: v.Words, Number: true}
	for a := range 2 {
		var x []float64
		some := 0
		for _, p := range people[a] {
			if n, known := p.Number(v.Key); known {
				x = append(x, n)
				if n > 0 {
					some++
				}
			} else {
				row.Missing[a]++
			}
		}
		row.Count[a], row.Some[a] = Share{X: len(x), N: len(people[a])}, share(some, len(x))
		if len(x) < 2 {
			continue
		}
		mean, squares := 0.0, 0.0
		for _, n := range x {
			mean += n
		}
		mean /= float64(len(x))
		for _, n := range x {
			squares += (n - mean) * (n - mean)
		}
		row.Mean[a], row.SD[a] = num(mean), num(math.Sqrt(squares/float64(len(x)-1)))
		row.Quartiles[a] = quartiles(x)
	}
	if row.SD[0] != nil && row.SD[1] != nil {
		if d := row.deviation(); d > 0 {
			row.SMD = num((*row.Mean[0] - *row.Mean[1]) / d)
		}
	}
	return row
}

// quartiles are R's type 7; nil below twenty people, of whom they would tell too much.
func quartiles(x []float64) *[3]float64 {
	if len(x) < cohort.Few {
		return nil
	}
	x = slices.Clone(x)
	slices.Sort(x)
	var out [3]float64
	for i, p := range []float64{.25, .5, .75} {
		h := p * float64(len(x)-1)
		k := int(h)
		out[i] = x[k]
		if k+1 < len(x) {
			out[i] += (h - float64(k)) * (x[k+1] - x[k])
		}
	}
	return &out
}
