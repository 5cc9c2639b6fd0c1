package analysis

import (
	"cmp"
	"fmt"
	"slices"

	"waymark.example/internal/evidence/cohort"
	"waymark.example/internal/stats"
)

// methods of the primary outcome, side by side.
func (r *runner) methods() []Method {
	if r.design.Grade == 4 {
		return []Method{Crude, BeforeAfter}
	}
	return []Method{Crude, Period, Adjusted, WeighATT, WeighATE, WeighATO, Both}
}

// second is the methods of every other outcome: as they are, and the headline's.
func (r *runner) second() []Method {
	if r.main == Crude {
		return []Method{Crude}
	}
	return []Method{Crude, r.main}
}

// tasks are the parts of a run; each writes to its own place in the result.
func (r *runner) tasks(out *Result) []func() error {
	def := r.c.Definition
	var tasks []func() error
	do := func(f func() error) { tasks = append(tasks, f) }
	// The longest first, so that nothing waits at the end.
	do(func() (err error) {
		q := newPanel(r.c)
		if out.Monthly, err = r.monthly(q); err == nil {
			out.Event, err = r.event(q)
		}
		return err
	})
	do(func() error {
		o, err := r.outcome(def.Primary, def.PrimaryWindow, "primary", r.methods(), nil)
		if err != nil {
			return err
		}
		s := newSet(r.c, def.Primary, def.PrimaryWindow, nil)
		if err := r.bootstrap(s, o.Estimates); err != nil {
			return err
		}
		if r.design.Grade < 4 {
			o.CACE = r.cace(s)
		}
		out.Primary = *o
		if out.Bounds, err = r.bounds(o); err != nil {
			return err
		}
		out.EValue, out.Detect = r.eValue(o), detectable(o)
		return nil
	})
	do(func() (err error) { out.Survival, err = r.survival(); return err })
	do(func() (err error) { out.Baseline, err = r.baseline(); return err })

	type question struct {
		key    string
		window int
		role   string
	}
	var second []question
	for _, o := range cohort.Outcomes() {
		if slices.Contains([]string{cohort.NotOnWarrant, cohort.ArrestByDay, cohort.Dead}, o.Key) {
			continue
		}
		for _, w := range def.Window {
			role := "secondary"
			switch {
			case o.Key == def.Primary && w == def.PrimaryWindow:
				continue
			case o.Key == cohort.Reoffence && w != 365:
				continue // proven reoffending has one window
			case o.Key == cohort.NonWarrant && w == def.PrimaryWindow && def.Primary == cohort.Rearrest:
				role = "co_primary"
			}
			second = append(second, question{o.Key, w, role})
		}
	}
	out.Second = make([]Outcome, len(second))
	for i, q := range second {
		do(func() error {
			o, err := r.outcome(q.key, q.window, q.role, r.second(), nil)
			if err == nil {
				out.Second[i] = *o
			}
			return err
		})
	}
	rates := make([]func(window int) (*Rate, error), 0, len(ratesOf())+1)
	for _, key := range ratesOf() {
		rates = append(rates, func(window int) (*Rate, error) { return r.rate(key, window, true) })
	}
	rates = append(rates, r.custody)
	out.Rates = make([]Rate, len(rates)*len(def.Window))
	for i, w := range def.Window {
		for j, of := range rates {
			do(func() error {
				rate, err := of(w)
				if err == nil {
					out.Rates[i*len(rates)+j] = *rate
				}
				return err
			})
		}
	}
	out.Subgroups = make([]Subgroup, len(def.Subgroups))
	for i, by := range def.Subgroups {
		do(func() (err error) { out.Subgroups[i], err = r.subgroup(by); return err })
	}
	do(func() (err error) { out.Harms, err = r.harms(); return err })
	do(func() (err error) { out.StudyHash, err = r.study.Hash(); return err })
	do(func() error { out.Care, out.Missing = r.care(), r.missing(); return nil })
	tasks = append(tasks, r.sensitivities(&out.Sensitivity)...)
	return tasks
}

// sensitivities are the headline in other ways.
func (r *runner) sensitivities(to *[]Sensitivity) []func() error {
	def := r.c.Definition
	type way struct {
		key, words string
		do         func() (*Outcome, error)
	}
	as := func(q *runner, outcome string, keep func(*cohort.Person) bool) func() (*Outcome, error) {
		return func() (*Outcome, error) {
			return q.outcome(outcome, def.PrimaryWindow, "sensitivity", r.second(), keep)
		}
	}
	ways := []way{
		{cohort.ArrestByDay, "The day of the arrest decides, not that of the offence", as(r, cohort.ArrestByDay, nil)},
		{cohort.NotOnWarrant, "People whose only arrests were on warrants do not count", as(r, cohort.NotOnWarrant, nil)},
	}
	if r.main == WeighATT {
		ways = append(ways, way{"untruncated", "Weights as they come, none cut", func() (*Outcome, error) {
			s := newSet(r.c, def.Primary, def.PrimaryWindow, nil)
			_, small := s.enough()
			es, err := r.weighted(s, WeighATT, small, false)
			return &Outcome{Estimates: es}, err
		}})
	}
	for _, row := range wordRows(cohort.Covariate{Key: "area"}, [2][]*cohort.Person{r.c.Arm(cohort.Lead), r.c.Arm(cohort.Usual)}) {
		if n := row.Count[0].X + row.Count[1].X; n == 0 || n == row.Count[0].N+row.Count[1].N {
			continue // one area only: nothing to leave out
		}
		area := row.Level
		ways = append(ways, way{"without_area " + area, "Without one area: " + cmp.Or(area, unrecorded), as(r, def.Primary, func(p *cohort.Person) bool { return p.Area != area })})
	}
	if len(r.c.Arm(cohort.Unknown)) > 0 && r.design.Grade < 4 {
		ways = append(ways, way{"unrecorded_usual", "People without a decision on record counted in the comparison", func() (*Outcome, error) {
			c := *r.c
			c.People = slices.Clone(c.People)
			for i := range c.People {
				if c.People[i].Arm == cohort.Unknown {
					c.People[i].Arm = cohort.Usual
				}
			}
			q := newRunner(r.study, &c)
			q.design = r.design
			return as(q, def.Primary, nil)()
		}})
	}
	if r.c.Arms == cohort.Decided && def.Start == cohort.FromDecision && r.design.Grade < 4 {
		ways = append(ways, way{"from_intake", "The clock of LEAD's people starts at their intake. This favours LEAD whatever it does: whoever was arrested before an intake is not among them. It is here so that it can be compared with studies that did so, and for nothing else", func() (*Outcome, error) {
			late := def
			late.Start = cohort.FromIntake
			c, err := cohort.Build(r.study, late)
			if err != nil {
				return nil, err
			}
			return as(newRunner(r.study, c), def.Primary, nil)()
		}})
	}
	list := make([]Sensitivity, len(ways)+1)
	*to = list
	var tasks []func() error
	for i, w := range ways {
		tasks = append(tasks, func() error {
			o, err := w.do()
			if err != nil {
				return err
			}
			e := o.Estimates[r.headline(o)]
			odds, _ := o.Find(e.Method, OddsRatio)
			list[i] = Sensitivity{w.key, w.words, e, odds}
			return nil
		})
	}
	return append(tasks, func() error {
		rate, err := r.rate(def.Primary, def.PrimaryWindow, false)
		if err != nil {
			return err
		}
		rate.Ratio.Words = "Ratio of rates for each year watched, time in prison counted as well"
		list[len(ways)] = Sensitivity{"custody_in", "Rates for each year watched, time in prison not taken out", rate.Ratio, Estimate{Method: Crude, Measure: OddsRatio, N: rate.Ratio.N, Events: rate.Ratio.Events, Window: rate.Ratio.Window, Design: r.design.Grade, Problem: "A rate has no ratio of odds."}}
		return nil
	})
}

// finish is what needs several parts.
func (r *runner) finish(out *Result) {
	// One family of questions: the headline of every secondary outcome that has one.
	var p []float64
	var at []*Estimate
	for i := range out.Second {
		e := &out.Second[i].Estimates[out.Second[i].Headline]
		if e.P != nil {
			p, at = append(p, *e.P), append(at, e)
		}
	}
	if len(p) > 0 {
		if adjusted, err := stats.AdjustP(p, stats.Holm); err == nil {
			for i, e := range at {
				e.Holm = num(adjusted[i])
			}
		}
	}
	say := func(when bool, format string, args ...any) {
		if when {
			out.Warnings = append(out.Warnings, fmt.Sprintf(format, args...))
		}
	}
	say(out.Design.Grade == 4, "%s %s", out.Design.Words, out.Design.Caveat)
	least, most := min(out.Primary.Risk[0].N, out.Primary.Risk[1].N), out.Primary.Risk[0].N+out.Primary.Risk[1].N
	say(out.Design.Grade < 4 && least < stats.PersonsRefused, "One of the groups has fewer than 20 people whose outcome is known: this is a description and no result.")
	say(out.Design.Grade < 4 && least >= stats.PersonsRefused && most < 2*fewPeople, "There are few people: only very large effects can be seen, and not seeing one does not mean that there is none.")
	say(out.Event.Apart(), "%s", Sentence(WentApart))
	for _, w := range out.Baseline.Weights {
		say(r.main == WeighATT && w.Estimand == stats.ATT && w.Above25 > 0, "Even after weighting, the groups differ by more than a quarter of a standard deviation in something that was known before.")
		say(r.main == WeighATT && w.Estimand == stats.ATT && w.Problem != "", "The groups could not be made comparable: %s", w.Problem)
	}
}
