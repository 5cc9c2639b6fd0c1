package report

import (
	"time"

	"waymark.example/internal/evidence/analysis"
	"waymark.example/internal/evidence/cohort"
	"waymark.example/internal/evidence/plan"
	"waymark.example/internal/stats"
)

func p(v float64) *float64 { return &v }

func shareOf(x, n int) analysis.Share {
	s := analysis.Share{X: x, N: n}
	if n > 0 {
		w, _ := stats.NewProportion(x, n)
		s.Value, s.Lo, s.Hi = p(w.P), p(w.Wilson.Lo), p(w.Wilson.Hi)
	}
	return s
}

func estimate(m analysis.Method, of analysis.Measure, v, lo, hi float64, n, x [2]int) analysis.Estimate {
	return analysis.Estimate{Method: m, Measure: of, Value: p(v), Lo: p(lo), Hi: p(hi), P: p(.012), N: n, Events: x, Window: 365, Design: 2, Interval: "robust errors by person, 95 %", Caveat: "People chose neither group; what is not recorded may differ between them"}
}

// made is a result with everything in it, of people lead and usual, of whom x had the primary outcome.
func made(lead, usual int, x [2]int) *analysis.Result {
	def := cohort.Default()
	people := [3]int{lead, usual, 14}
	n := [2]int{lead - 7, usual - 3}
	r := &analysis.Result{Version: "1", Definition: def, DefinitionHash: def.Hash(), StudyHash: "5d2f", From: "2024-01-01", Until: "2026-06-30", People: people,
		Design:   analysis.Design{Grade: 2, Name: "comparison at the same time, with records before", Words: "People whom officers decided to divert are compared with people whom they could have diverted and did not", Caveat: "Officers chose whom to divert, for reasons of which some are on no record"},
		Warnings: []string{"Officers decided whom to divert: the groups differ in ways that weighting mends only as far as they are recorded."}}
	for i := range 3 {
		r.Linkage[i] = shareOf(people[i]-[3]int{2, 1, 1}[i], people[i])
	}
	all := lead + usual + 14
	r.Flow = cohort.Flow{Steps: []cohort.Step{
		{Key: "all", Words: "On record", Left: cohort.Count{Contacts: 2 * (all + 75), People: all + 75}},
		{Key: "period", Words: "Contact in the study period", Left: cohort.Count{Contacts: 2 * (all + 55), People: all + 55}, Out: []cohort.Out{{Key: "early", Words: "Before it", Count: cohort.Count{Contacts: 20, People: 20}}}},
		{Key: "eligible", Words: "The policy allowed to divert", Left: cohort.Count{Contacts: all + 20, People: all}, Out: []cohort.Out{{Key: "serious", Words: "Serious offence", Count: cohort.Count{Contacts: 52, People: 52}}, {Key: "victim", Words: "Victim's wish", Count: cohort.Count{Contacts: 3, People: 3}}}}},
		Arms: []cohort.ArmFlow{
			{Arm: cohort.Lead, Words: "Diverted", People: lead, Reasons: []cohort.Out{{Key: "diverted/need", Words: "Diverted: need", Count: cohort.Count{People: lead - 12}}, {Key: "declined/", Words: "The person said no", Count: cohort.Count{People: 12}}},
				Stages: []cohort.Stage{{Key: "offered", Words: "Asked", People: lead - 4, Of: lead, Out: []cohort.Out{{Key: "not", Words: "Not asked", Count: cohort.Count{People: 4}}}}, {Key: "accepted", Words: "Met a case manager", People: lead - 30, Of: lead - 4, Out: []cohort.Out{{Key: "no", Words: "Said no", Count: cohort.Count{People: 12}}, {Key: "missed", Words: "Not met", Count: cohort.Count{People: 14}}}}, analysed(people[0], n[0], 4, 1, 2)}},
			{Arm: cohort.Usual, Words: "Not diverted", People: usual, Reasons: []cohort.Out{{Key: "not_diverted/capacity", Words: "Not diverted: no room", Count: cohort.Count{People: usual}}}, Stages: []cohort.Stage{{Key: "offered", Words: "Asked", People: 0, Of: usual, Out: []cohort.Out{{Key: "not", Words: "Not asked", Count: cohort.Count{People: usual}}}}, analysed(people[1], n[1], 2, 0, 1)}},
			{Arm: cohort.Unknown, Words: "No decision", People: 14},
		}}
	r.Baseline = analysis.Baseline{N: [2]int{lead, usual}, Caveat: "What is not recorded cannot be balanced."}
	word := func(key, words string, levels []string, counts [][2]int) {
		for i, l := range levels {
			row := analysis.BaselineRow{Covariate: key, Words: words, Level: l, Count: [2]analysis.Share{shareOf(counts[i][0], lead), shareOf(counts[i][1], usual)}, SMD: p(.18)}
			for _, e := range []stats.Estimand{stats.ATT, stats.ATE, stats.ATO} {
				row.Weighted = append(row.Weighted, analysis.WeightedRow{Estimand: e, SMD: .03})
			}
			r.Baseline.Rows = append(r.Baseline.Rows, row)
		}
	}
	word("sex", "Sex", []string{"F", "M", ""}, [][2]int{{lead / 3, usual / 4}, {lead - lead/3 - 4, usual - usual/4 - 2}, {4, 2}})
	word("ethnicity", "Ethnicity, as the person said it", []string{"black", "white", ""}, [][2]int{{lead / 4, usual / 5}, {lead - lead/4 - 30, usual - usual/5 - 25}, {30, 25}})
	r.Baseline.Rows = append(r.Baseline.Rows, analysis.BaselineRow{Covariate: "arrests_12", Words: "Arrests in the 12 months before", Number: true, Mean: [2]*float64{p(3.4), p(2.8)}, SD: [2]*float64{p(2.9), p(2.4)}, Quartiles: [2]*[3]float64{{1, 3, 5}, {1, 2, 4}}, Missing: [2]int{2, 1}, Some: [2]analysis.Share{shareOf(lead*7/10, lead-2), shareOf(usual*6/10, usual-1)}, SMD: p(.29)})
	for _, e := range []stats.Estimand{stats.ATT, stats.ATE, stats.ATO} {
		r.Baseline.Weights = append(r.Baseline.Weights, analysis.Weights{Estimand: e, Words: "To " + string(e), N: [2]int{lead, usual}, ESS: [2]float64{.9 * float64(lead), .7 * float64(usual)}, Max: 4.2, CStatistic: .66})
	}
	outcome := func(key, role string, window int, x [2]int) analysis.Outcome {
		o := analysis.Outcome{Key: key, Words: cohort.OutcomeOf(key).Words, Role: role, Window: window, Risk: [2]analysis.Share{shareOf(x[0], n[0]), shareOf(x[1], n[1])}, TooRecent: [2]int{4, 2}, Moved: [2]int{1, 0}, Unlinked: [2]int{2, 1}, Headline: 1}
		c, err := stats.CompareProportions(x[0], n[0], x[1], n[1])
		if err == nil {
			o.Estimates = append(o.Estimates, estimate(analysis.Crude, analysis.RiskDifference, c.Difference, c.Newcombe.Lo, c.Newcombe.Hi, n, x))
			w := estimate(analysis.WeighATT, analysis.RiskDifference, c.Difference*.8, c.Newcombe.Lo-.01, c.Newcombe.Hi+.01, n, x)
			w.Holm = p(.04)
			o.Estimates = append(o.Estimates, w, estimate(analysis.WeighATT, analysis.OddsRatio, .62, .42, .91, n, x), estimate(analysis.Period, analysis.OddsRatio, .55, .36, .84, n, x))
		}
		return o
	}
	r.Primary = outcome(cohort.Rearrest, "primary", 365, x)
	cace := estimate(analysis.Engaged, analysis.RiskDifference, -.17, -.31, -.03, n, x)
	r.Primary.CACE = &cace
	r.Second = []analysis.Outcome{outcome(cohort.NonWarrant, "co_primary", 365, [2]int{x[0] * 8 / 10, x[1] * 8 / 10}), outcome(cohort.Prison, "secondary", 365, [2]int{x[0] / 4, x[1] / 3}), outcome(cohort.Dead, "secondary", 365, [2]int{3, 2})}
	r.Monthly = analysis.Monthly{Before: 12, After: 12, Months: 24 * (n[0] + n[1]), Risk: [2][2]analysis.Share{{shareOf(900, 12*n[0]), shareOf(600, 12*n[0])}, {shareOf(500, 12*n[1]), shareOf(430, 12*n[1])}}, Estimates: []analysis.Estimate{estimate(analysis.Period, analysis.OddsRatio, .66, .5, .87, n, x), estimate(analysis.Both, analysis.OddsRatio, .7, .52, .95, n, x)}}
	r.Rates = []analysis.Rate{{Key: cohort.Rearrest, Words: "Arrests for offences committed after the decision", Window: 365, N: n, People: x, Count: [2]float64{210, 190}, Years: [2]float64{187.2, 130.4}, Rate: [2]*float64{p(1.12), p(1.46)}, Ratio: estimate(analysis.Crude, analysis.RateRatio, .77, .61, .97, n, [2]int{210, 190})},
		{Key: cohort.Recall, Words: "Receptions on recall", Window: 365, N: n, People: [2]int{3, 3}, Count: [2]float64{4, 3}, Years: [2]float64{187.2, 130.4}, Rate: [2]*float64{p(.021), p(.023)}, Ratio: analysis.Estimate{Problem: "fewer than 10 events belong to lead 1: they can be described, not modelled"}}}
	s := analysis.Survival{Words: "Arrested for an offence committed after the decision", Tau: 730, RMST: [2]*float64{p(498.2), p(441.7)}, RMSTDiff: estimate(analysis.Crude, analysis.Difference, 56.5, 12.1, 100.9, n, x), MeanDiff: estimate(analysis.Crude, analysis.Difference, -.41, -.72, -.1, n, x), Hazard: estimate(analysis.Crude, analysis.HazardRatio, .71, .54, .93, n, x), LogRank: &stats.Test{ChiSq: 6.3, DF: 1, P: .012}}
	for i, a := range []cohort.Arm{cohort.Lead, cohort.Usual} {
		linked := r.Linkage[i].X
		c, d, m, w := analysis.Curve{Arm: a, N: linked, Events: x[i]}, analysis.Curve{Arm: a, N: linked, Events: 3}, analysis.Curve{Arm: a, N: linked, Events: 210}, analysis.Curve{Arm: a, N: linked, Events: x[i]}
		for day := 30; day <= 720; day += 30 {
			v := float64(x[i]) / float64(n[i]) * float64(day) / 500
			v /= 1 + .3*v
			c.Points = append(c.Points, analysis.Point{Day: day, AtRisk: int(float64(n[i]) * (1 - v)), Value: v, Lo: p(.85 * v), Hi: p(1.15 * v)})
			d.Points = append(d.Points, analysis.Point{Day: day, AtRisk: int(float64(n[i]) * (1 - v)), Value: .003})
			m.Points = append(m.Points, analysis.Point{Day: day, AtRisk: linked - day/20, Value: float64(day) / 365 * 1.2})
			w.Points = append(w.Points, analysis.Point{Day: day, AtRisk: int(float64(n[i]) * (1 - v)), Value: 1 - .95*v, Lo: p(1 - 1.1*v), Hi: p(1 - .8*v)})
		}
		s.Incidence, s.Deaths, s.Mean, s.Weighted = append(s.Incidence, c), append(s.Deaths, d), append(s.Mean, m), append(s.Weighted, w)
	}
	weighted := estimate(analysis.WeighATT, analysis.Difference, 48.5, 2.1, 94.9, n, x)
	s.WeightedDiff = &weighted
	r.Survival = s
	e := analysis.EventStudy{Base: -1, N: [2]int{r.Linkage[0].X, r.Linkage[1].X}, PreTrend: &stats.Test{ChiSq: 21.4, DF: 23, P: .56}, Caveat: "Months of one person hang together"}
	for m := -24; m <= 23; m++ {
		pt := analysis.EventPoint{Month: m, N: n, Share: [2]*float64{p(.1), p(.11)}}
		if m != -1 {
			v := .01 * float64((m*7)%5) / 5
			if m >= 0 {
				v -= .05
			}
			pt.Value, pt.Lo, pt.Hi = p(v), p(v-.05), p(v+.05)
		}
		e.Points = append(e.Points, pt)
	}
	r.Event = e
	g := analysis.Subgroup{By: "ethnicity", Words: "Ethnicity, as the person said it", Reference: "white", Joint: &stats.Test{ChiSq: .8, DF: 2, P: .67}, Caveat: "Small groups have wide intervals."}
	part := func(n, i int) int { return []int{n / 4, n - n/4 - 12, 12}[i] }
	for i, l := range []string{"black", "white", ""} {
		risk := [2]analysis.Share{shareOf(part(x[0], i)-map[bool]int{true: 9}[i == 2]+map[bool]int{true: 9}[i == 1], part(n[0], i)), shareOf(part(x[1], i)-map[bool]int{true: 9}[i == 2]+map[bool]int{true: 9}[i == 1], part(n[1], i))}
		g.Levels = append(g.Levels, analysis.GroupEffect{Level: l, Risk: risk, Interaction: estimate(analysis.Crude, analysis.OddsRatio, .9, .5, 1.7, n, x)})
	}
	r.Subgroups = []analysis.Subgroup{g}
	r.Care = analysis.Care{People: lead - 30, Agreed: lead - 60, Caveat: "Nobody to compare with", Minutes: &[3]float64{18, 31, 55}, Contacts: &[3]float64{1.5, 3, 5.2}, DaysToFirst: &[3]float64{0, 0, 2}, Met: shareOf(lead-64, lead-60), Within30: shareOf(lead/2-30, lead-60), Intake30: shareOf(lead-70, lead-60), Engaged: shareOf(lead-80, lead-60)}
	for m := 0; m <= 24; m++ {
		k := max(0, lead-60-m*2)
		r.Care.Months = append(r.Care.Months, analysis.CareMonth{Month: m, People: k, InContact: shareOf(k*7/10, k), Contacts: p(3.1), NeedsMet: p(.4), Housing: housing(m, k), Employment: []analysis.LevelOf{{Value: "employed", N: 6}, {N: k - min(6, k)}}, Income: []analysis.LevelOf{{Value: "benefits", N: k}}})
	}
	r.Harms = []analysis.Harm{{Key: "death", Words: "Died", Window: 365, Risk: [2]analysis.Share{shareOf(3, n[0]), shareOf(2, n[1])}, Effect: estimate(analysis.Crude, analysis.RiskDifference, 0, -.01, .01, n, x)}, {Key: "overdose", Words: "Overdose", Window: 365, Problem: "is not in the study"}}
	r.Missing = []analysis.Missing{{Key: "ethnicity", Words: "Ethnicity, as the person said it", Arms: [3]analysis.Share{shareOf(30, lead), shareOf(25, usual), shareOf(5, 14)}}}
	r.Sensitivity = []analysis.Sensitivity{{Key: "arrest_day", Words: "By the day of the arrest, not of the offence", Estimate: estimate(analysis.WeighATT, analysis.RiskDifference, -.09, -.19, .01, n, x), Odds: estimate(analysis.WeighATT, analysis.OddsRatio, .66, .43, 1.02, n, x)},
		{Key: "without_north", Words: "Without one area: North", Estimate: estimate(analysis.WeighATT, analysis.RiskDifference, -.1, -.21, .01, [2]int{n[0] - 6, n[1] - 40}, [2]int{x[0] - 2, x[1] - 15}), Odds: estimate(analysis.WeighATT, analysis.OddsRatio, .66, .43, 1.02, n, x)}}
	r.Bounds = &analysis.Bounds{Missing: [2]int{3, 1}, Complete: estimate(analysis.Crude, analysis.RiskDifference, -.1, -.2, 0, n, x), Best: estimate(analysis.Crude, analysis.RiskDifference, -.14, -.24, -.04, n, x), Worst: estimate(analysis.Crude, analysis.RiskDifference, -.07, -.17, .03, n, x)}
	r.EValue = &analysis.EValue{Point: 1.9, Limit: 1.2, Words: "Something unknown that goes with both the group and the outcome by a ratio of that size could explain the result away"}
	return r
}

// analysed is the last stage: the people whose outcome is known.
func analysed(people, seen, recent, moved, unlinked int) cohort.Stage {
	out := func(w cohort.Watch, n int) cohort.Out {
		return cohort.Out{Key: string(w), Words: "Not seen: " + string(w), Count: cohort.Count{People: n}}
	}
	return cohort.Stage{Key: "analysed", Words: "Watched over the primary window", People: seen, Of: people, Out: []cohort.Out{out(cohort.Left, moved), out(cohort.TooRecent, recent), out(cohort.NotLinked, unlinked)}}
}

// housing is where k people live: nobody sleeps rough after a year.
func housing(month, k int) []analysis.LevelOf {
	all := []analysis.LevelOf{{}, {Value: "rough", N: k / 5}, {Value: "settled", N: k / 3}, {Value: "temporary", N: k - k/3 - k/5}}
	if month > 12 {
		all[3].N += all[1].N
		all = append(all[:1:1], all[2:]...)
	}
	return all
}

var noon = time.Date(2026, 1, 15, 12, 0, 0, 0, time.UTC)

func frozen() plan.Frozen {
	d := plan.Draft()
	d.Title, d.Hypothesis = "LEAD in Practice: the first two years", "Fewer people whom officers divert to LEAD are arrested again within a year than people whom they could have diverted and did not."
	d.Agreed = []plan.Agreed{{Name: "Dr Ruth Oyelaran", For: "University of Practice", On: "2026-01-10"}, {Name: "Community Leadership Team", For: "people with lived experience", On: "2026-01-12"}}
	f, err := plan.Freeze(d, noon)
	if err != nil {
		panic(err)
	}
	return f
}

func input(r *analysis.Result) Input {
	return Input{Plan: frozen(), Result: r, Opened: noon.AddDate(0, 3, 0), Software: "waymark test", Made: noon.AddDate(0, 6, 0)}
}
