package analysis

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"

	"waymark.example/internal/evidence/cohort"
	"waymark.example/internal/evidence/study"
	"waymark.example/internal/stats"
)

// subgroup is T5: does the primary effect differ by one thing? One model with an interaction; levels too small for a model are described only.
func (r *runner) subgroup(by string) (Subgroup, error) {
	def := r.c.Definition
	out := Subgroup{By: by, Levels: []GroupEffect{}, Caveat: "Whether the effect differs is the question: intervals of an interaction are wide, and a difference between two groups is not shown by one of them alone. " + r.design.Caveat}
	for _, v := range cohort.Covariates() {
		if v.Key == by {
			out.Words = v.Words
		}
	}
	s := newSet(r.c, def.Primary, def.PrimaryWindow, nil)
	rows := wordRows(cohort.Covariate{Key: by}, [2][]*cohort.Person{r.c.Arm(cohort.Lead), r.c.Arm(cohort.Usual)})
	group := make([]string, len(s.people))
	fits := []string{}
	largest := 0
	how := "logistic model of arm by group, robust by person"
	for _, row := range rows {
		sub := newSet(r.c, def.Primary, def.PrimaryWindow, func(p *cohort.Person) bool { return p.Word(by) == row.Level })
		g := GroupEffect{Level: row.Level}
		for a := range 2 {
			g.Risk[a] = share(sub.events[a], sub.n[a])
		}
		es, err := r.crude(sub, &stats.Problem{Kind: stats.TooFew, Words: "the ratio of odds is told as an interaction"})
		if err != nil {
			return out, err
		}
		g.Effect = es[0]
		g.Effect.P = nil
		g.Interaction = r.estimate(sub, Crude, OddsRatio, how)
		g.Interaction.Words = "Ratio of this group's ratio of odds to that of the reference"
		if _, err := sub.enough(); err != nil {
			if err := g.Interaction.fail(err); err != nil {
				return out, err
			}
		} else {
			for i, p := range s.people {
				if p.Word(by) == row.Level {
					group[i] = cmp.Or(row.Level, unrecorded)
				}
			}
			fits = append(fits, cmp.Or(row.Level, unrecorded))
			// Whose answer is not recorded is never what others are compared with.
			if n := sub.n[0] + sub.n[1]; n > largest && (row.Level != "" || largest == 0) {
				if row.Level != "" {
					largest = n
				}
				out.Reference = cmp.Or(row.Level, unrecorded)
			}
		}
		out.Levels = append(out.Levels, g)
	}
	if len(fits) < 2 {
		out.Problem = "Fewer than two groups have 20 people and 10 events in both arms: whether the effect differs cannot be said."
		for i := range out.Levels {
			out.Levels[i].Interaction.Problem = cmp.Or(out.Levels[i].Interaction.Problem, "There is no second group to compare with.")
		}
		return out, nil
	}
	joint, err := r.interactions(&out, s, group, nil, func(g *GroupEffect) *Estimate { return &g.Interaction })
	if err != nil {
		return out, err
	}
	out.Joint = joint
	if r.main == Crude {
		return out, nil
	}
	for i := range out.Levels {
		e := out.Levels[i].Interaction
		e.Method, e.Value, e.Lo, e.Hi, e.Caveat = Adjusted, nil, nil, nil, r.caveat(Adjusted, OddsRatio)
		e.Words += ", allowing for what was known before"
		out.Levels[i].Adjusted = &e
	}
	m := newModel(s, slices.DeleteFunc(slices.Clone(def.Covariates), func(key string) bool { return key == by }))
	_, err = r.interactions(&out, s, group, m, func(g *GroupEffect) *Estimate { return g.Adjusted })
	return out, err
}

// interactions fills one estimate of each level in, from one model.
func (r *runner) interactions(out *Subgroup, s *set, group []string, m *model, of func(*GroupEffect) *Estimate) (*stats.Test, error) {
	d, err := s.data(m)
	if err != nil {
		return nil, err
	}
	if err := d.Words("group", group); err != nil {
		return nil, err
	}
	formula := "y ~ lead*factor(group, ref=" + strconv.Quote(out.Reference) + ")"
	if m != nil {
		formula += m.right
	}
	f, err := stats.ParseFormula(formula)
	if err != nil {
		return nil, err
	}
	why := ""
	fit, err := stats.FitGEE(d, stats.GEE{Formula: f, Family: stats.Logistic, Cluster: "person"})
	if err != nil {
		if stats.KindOf(err) == "" {
			return nil, err
		}
		why = Sentence(err.Error())
	}
	var terms []string
	for i := range out.Levels {
		e := of(&out.Levels[i])
		level := cmp.Or(out.Levels[i].Level, unrecorded)
		switch {
		case e.Problem != "":
		case level == out.Reference:
			e.Problem = "reference"
		case why != "":
			e.Problem = why
		default:
			name := "lead:factor(group)" + level
			e.term(fit, name, true)
			e.P = nil
			terms = append(terms, name)
		}
	}
	if why != "" || len(terms) == 0 {
		return nil, nil //nolint:nilnil // each level says why
	}
	test, err := fit.Wald(terms...)
	if err != nil && stats.KindOf(err) == "" {
		return nil, err
	}
	return test, nil
}

// care is T6.
func (r *runner) care() Care {
	out := Care{Caveat: "Only people of LEAD who agreed that their support is studied; the others may differ. There is no comparison: it shows what happened, not what LEAD did.", Months: []CareMonth{}}
	var minutes, contacts, days []float64
	var met, half, intake, intakeOf, engaged, engagedOf int
	byMonth := map[int]*careCount{}
	for _, p := range r.c.Arm(cohort.Lead) {
		if !p.Handed {
			continue
		}
		out.People++
		if !p.Research {
			continue
		}
		out.Agreed++
		// Everybody who agreed is in every share, whether or not they ever met a case manager: only time that is not on record yet takes anybody out.
		if p.Met >= 0 {
			met++
			days = append(days, float64(p.Met))
			if p.Minutes >= 0 {
				minutes = append(minutes, float64(p.Minutes))
				if p.Minutes <= 30 {
					half++
				}
			}
		}
		if p.Room >= 30 {
			intakeOf++
			if p.Intake >= 0 && p.Intake <= 30 {
				intake++
			}
		}
		if p.Room >= 60 {
			engagedOf++
			if p.Engaged() {
				engaged++
			}
		}
		sum, six := 0, 0
		for _, m := range p.Months {
			if m.Month < 6 {
				sum += m.Contacts
				six++
			}
			if m.Month >= 0 && m.Month <= 24 {
				c := byMonth[m.Month]
				if c == nil {
					c = &careCount{}
					byMonth[m.Month] = c
				}
				c.add(m)
			}
		}
		if six > 0 {
			contacts = append(contacts, float64(sum)/float64(six))
		}
	}
	out.Met, out.Within30 = share(met, out.Agreed), share(half, out.Agreed-met+len(minutes))
	out.Intake30, out.Engaged = share(intake, intakeOf), share(engaged, engagedOf)
	out.Minutes, out.Contacts, out.DaysToFirst = quartiles(minutes), quartiles(contacts), quartiles(days)
	for m := 0; m <= 24; m++ {
		if c := byMonth[m]; c != nil {
			out.Months = append(out.Months, c.month(m))
		}
	}
	return out
}

type careCount struct {
	n, in, contacts, needs      int
	housing, employment, income map[string]int
}

func (c *careCount) add(m cohort.Support) {
	if c.housing == nil {
		c.housing, c.employment, c.income = map[string]int{}, map[string]int{}, map[string]int{}
	}
	c.n++
	if m.Contacts > 0 {
		c.in++
	}
	c.contacts += m.Contacts
	c.needs += m.NeedsMet
	c.housing[m.Housing]++
	c.employment[m.Employment]++
	c.income[m.Income]++
}

func (c *careCount) month(m int) CareMonth {
	n := float64(c.n)
	return CareMonth{Month: m, People: c.n, InContact: share(c.in, c.n), Contacts: num(float64(c.contacts) / n), NeedsMet: num(float64(c.needs) / n),
		Housing: levels(c.housing), Employment: levels(c.employment), Income: levels(c.income)}
}

func levels(count map[string]int) []LevelOf {
	out := []LevelOf{{"", count[""]}}
	for v, n := range count {
		if v != "" {
			out = append(out, LevelOf{v, n})
		}
	}
	slices.SortFunc(out, func(a, b LevelOf) int { return cmp.Compare(a.Value, b.Value) })
	return out
}

// harms is T7.
func (r *runner) harms() ([]Harm, error) {
	def := r.c.Definition
	var out []Harm
	o, err := r.outcome(cohort.Dead, def.PrimaryWindow, "harm", []Method{Crude}, nil)
	if err != nil {
		return nil, err
	}
	out = append(out, Harm{Key: cohort.Dead, Words: o.Words, Window: def.PrimaryWindow, Risk: o.Risk, Effect: o.Estimates[0]})
	// Net-widening: LEAD reaching people who would not have been arrested anyway.
	s := &set{}
	for i := range r.c.People {
		p := &r.c.People[i]
		if a := arm(p); a < 2 {
			s.n[a]++
			if p.Door == "social_contact" {
				s.events[a]++
			}
		}
	}
	net := Harm{Key: "net_widening", Words: "First met without an arrest: would not have been arrested then", Effect: r.estimate(s, Crude, RiskDifference, "Newcombe's, from Wilson's of both risks")}
	for a := range 2 {
		net.Risk[a] = share(s.events[a], s.n[a])
	}
	es, err := r.crude(s, &stats.Problem{Kind: stats.TooFew, Words: "described only"})
	if err != nil {
		return nil, err
	}
	net.Effect = es[0]
	net.Effect.Caveat = "How people were met, and no effect. Where it is higher in LEAD, LEAD reaches people whom the process as usual would not have touched."
	out = append(out, net)
	for _, h := range []struct{ key, words string }{
		{"overdose", "Overdoses"}, {"victim", "Being the victim of a crime"}, {"complaint", "Complaints"}, {"disclosure", "Enforcement after something was disclosed"},
	} {
		gone := Harm{Key: h.key, Words: h.words, Window: def.PrimaryWindow, Problem: "Is not in the study: nobody handed it in. That is not the same as none."}
		gone.Effect = r.estimate(&set{window: def.PrimaryWindow}, Crude, RiskDifference, "")
		gone.Effect.Problem = gone.Problem
		out = append(out, gone)
	}
	return out, nil
}

// missing is T8: what is not on record, by arm.
func (r *runner) missing() []Missing {
	var out []Missing
	var all [3][]*cohort.Person
	for i := range r.c.People {
		p := &r.c.People[i]
		all[arm(p)] = append(all[arm(p)], p)
	}
	row := func(key, words string, lacks func(*cohort.Person) (missing, of bool)) {
		m := Missing{Key: key, Words: words}
		for a := range all {
			x, n := 0, 0
			for _, p := range all[a] {
				lack, of := lacks(p)
				if of {
					n++
					if lack {
						x++
					}
				}
			}
			m.Arms[a] = share(x, n)
		}
		out = append(out, m)
	}
	row("decision", "Decision at the first contact", func(p *cohort.Person) (bool, bool) { return p.Decision == "", true })
	row("reason", "Reason for it", func(p *cohort.Person) (bool, bool) { return p.Reason == "", true })
	for _, v := range cohort.Covariates() {
		if v.Number && v.Key != "age_years" {
			continue // known of whoever is linked
		}
		if v.Number {
			row(v.Key, v.Words, func(p *cohort.Person) (bool, bool) { return p.Age < 0, true })
			continue
		}
		if v.Key != "age" {
			row(v.Key, v.Words, func(p *cohort.Person) (bool, bool) { return p.Word(v.Key) == "", true })
		}
	}
	row("linked", "Records elsewhere", func(p *cohort.Person) (bool, bool) { return !p.Linked, true })
	def := r.c.Definition
	row("outcome", "The primary outcome, of those whose window is over", func(p *cohort.Person) (bool, bool) {
		w := p.Watched(def.Primary, def.PrimaryWindow)
		return w != cohort.Seen, w != cohort.TooRecent
	})
	row("committed", "Day of the offence, of people arrested afterwards: any arrest without it", func(p *cohort.Person) (bool, bool) {
		any, lack := false, false
		for _, e := range p.Events {
			if e.Day > 0 && e.Kind == study.Arrest {
				any = true
				lack = lack || !e.Dated()
			}
		}
		return lack, any
	})
	row("support", "Support on record, of those who said yes to LEAD", func(p *cohort.Person) (bool, bool) { return !p.Handed, p.SaidYes(0) })
	row("research", "Agreement that the support is studied, of those with support on record", func(p *cohort.Person) (bool, bool) { return !p.Research, p.Handed })
	return out
}

// bounds counts those whose primary outcome is missing in the best and in the worst way for LEAD.
func (r *runner) bounds(o *Outcome) (*Bounds, error) {
	s := newSet(r.c, o.Key, o.Window, nil)
	b := &Bounds{Missing: [2]int{o.Moved[0] + o.Unlinked[0], o.Moved[1] + o.Unlinked[1]}}
	m, err := stats.MissingBounds(s.events[0], s.n[0], b.Missing[0], s.events[1], s.n[1], b.Missing[1])
	if err != nil {
		if stats.KindOf(err) == "" {
			return nil, err
		}
		return nil, nil //nolint:nilnil // nobody to bound
	}
	one := func(words string, t stats.TwoProportions) Estimate {
		e := r.estimate(s, Crude, RiskDifference, "Newcombe's, from Wilson's of both risks")
		e.Words = words
		e.N, e.Events = [2]int{t.First.N, t.Second.N}, [2]int{t.First.X, t.Second.X}
		e.Value, e.Lo, e.Hi = num(t.Difference), num(t.Newcombe.Lo), num(t.Newcombe.Hi)
		return e
	}
	b.Complete = one("Those whose outcome is known", m.Complete)
	b.Best = one("The missing counted as best for LEAD: none of its people arrested, all of the comparison", m.Best)
	b.Worst = one("The missing counted as worst for LEAD: all of its people arrested, none of the comparison", m.Worst)
	return b, nil
}

// eValue is of the headline's method.
func (r *runner) eValue(o *Outcome) *EValue {
	rr, ok := o.Find(o.Estimates[o.Headline].Method, RiskRatio)
	if !ok || rr.Value == nil || rr.Lo == nil || rr.Hi == nil {
		return nil
	}
	e := stats.NewEValue(*rr.Value, stats.Interval{Lo: *rr.Lo, Hi: *rr.Hi})
	words := fmt.Sprintf("Something unknown would have to make both LEAD and the outcome %.1f times as likely to explain the whole effect away, and %.1f times for its interval to reach no effect.", e.Point, e.Limit)
	if e.Limit == 1 {
		words = "The interval reaches no effect already: nothing unknown is needed to explain it away."
	}
	return &EValue{e.Point, e.Limit, words}
}

// detectable is the smallest fall that would be shown.
func detectable(o *Outcome) *Detectable {
	a, b := float64(o.Risk[0].N), float64(o.Risk[1].N)
	if o.Risk[1].Value == nil || a == 0 || b == 0 || *o.Risk[1].Value == 0 {
		return nil
	}
	risk := *o.Risk[1].Value
	n := 2 / (1/a + 1/b)
	power := func(p float64) float64 {
		v, err := stats.TwoProportionPower(n, p, risk)
		if err != nil {
			return 0
		}
		return v
	}
	lo, hi := 1e-9, risk // power falls from lo to hi
	if power(lo) < .8 {
		return &Detectable{Risk: risk, N: int(n), Risk2: 0, Words: "With so few people not even an end to all such events would be shown four times out of five."}
	}
	for range 60 {
		if mid := (lo + hi) / 2; power(mid) >= .8 {
			lo = mid
		} else {
			hi = mid
		}
	}
	return &Detectable{Risk: risk, N: int(n), Risk2: lo, Words: fmt.Sprintf("A comparison of this size shows a fall from %.0f %% to %.0f %% or less four times out of five; smaller effects would mostly be overlooked.", 100*risk, 100*lo)}
}
