package stats

import (
	"fmt"
	"math"
	"testing"
)

func both(i Interval) []float64 { return []float64{i.Lo, i.Hi} }

func integers(t *testing.T, v any, path string) []int {
	t.Helper()
	var out []int
	for _, f := range numbersAt(t, v, path) {
		out = append(out, int(f))
	}
	return out
}

func whole(t *testing.T, v any, path string) int { t.Helper(); return integers(t, v, path)[0] }

func TestIntervalsAgreeWithR(t *testing.T) {
	const tolerance = 1e-9
	ref := readReference(t, "rates")
	for _, r := range at(t, ref, "binomial").([]any) {
		p, err := NewProportion(whole(t, r, "x"), whole(t, r, "n"))
		if err != nil {
			t.Fatal(err)
		}
		near(t, "p", p.P, numberAt(t, r, "p"), tolerance)
		for name, ci := range map[string]Interval{"wilson": p.Wilson, "wilson_cc": p.WilsonCC, "clopper_pearson": p.ClopperPearson, "jeffreys": p.Jeffreys} {
			nearAll(t, fmt.Sprint(name, " ", p.X, "/", p.N), both(ci), numbersAt(t, r, name), tolerance)
		}
	}
	for _, r := range at(t, ref, "poisson").([]any) {
		p, err := NewRate(whole(t, r, "x"), numberAt(t, r, "pt"))
		if err != nil {
			t.Fatal(err)
		}
		near(t, "rate", p.Rate, numberAt(t, r, "rate"), tolerance)
		nearAll(t, "garwood", both(p.Exact), numbersAt(t, r, "exact_garwood"), tolerance)
		nearAll(t, "byar", both(p.Byar), numbersAt(t, r, "byar"), tolerance)
	}
	for _, r := range at(t, ref, "two_proportion").([]any) {
		sameTwo(t, r)
	}
	for _, r := range at(t, ref, "two_rate").([]any) {
		c, err := CompareRates(whole(t, r, "x1"), numberAt(t, r, "t1"), whole(t, r, "x2"), numberAt(t, r, "t2"))
		if err != nil {
			t.Fatal(err)
		}
		near(t, "irr", c.Ratio, numberAt(t, r, "irr"), tolerance)
		nearAll(t, "wald", both(c.Wald), numbersAt(t, r, "wald"), tolerance)
		nearAll(t, "exact", both(c.Exact), numbersAt(t, r, "exact_cond_ci"), tolerance)
		near(t, "p", c.P, numberAt(t, r, "exact_p"), tolerance)
	}
	ref = readReference(t, "intervals")
	for _, r := range at(t, ref, "wilson").([]any) {
		p, err := NewProportion(whole(t, r, "x"), whole(t, r, "n"))
		if err != nil {
			t.Fatal(err)
		}
		nearAll(t, "wilson", both(p.Wilson), numbersAt(t, r, "ci"), 1e-9)
	}
	for _, r := range at(t, ref, "clopper").([]any) {
		p, err := NewProportion(whole(t, r, "x"), whole(t, r, "n"))
		if err != nil {
			t.Fatal(err)
		}
		nearAll(t, "clopper", both(p.ClopperPearson), numbersAt(t, r, "ci"), 1e-9)
	}
	for _, r := range at(t, ref, "poisson_exact").([]any) {
		p, err := NewRate(whole(t, r, "x"), numberAt(t, r, "t"))
		if err != nil {
			t.Fatal(err)
		}
		nearAll(t, "poisson", both(p.Exact), numbersAt(t, r, "ci"), 1e-9)
	}
	a, b := integers(t, at(t, ref, "fisher.table.0"), ""), integers(t, at(t, ref, "fisher.table.1"), "")
	// R reads the table by columns: x of n are the first column's parts.
	two, err := CompareProportions(a[0], a[0]+a[1], b[0], b[0]+b[1])
	if err != nil {
		t.Fatal(err)
	}
	near(t, "fisher p", two.FisherP, numberAt(t, ref, "fisher.p"), 1e-9)
	near(t, "fisher or", *two.FisherOR, numberAt(t, ref, "fisher.or"), 1e-6) // R stops early here
	x, time := integers(t, ref, "rate_ratio.x"), numbersAt(t, ref, "rate_ratio.t")
	rates, err := CompareRates(x[0], time[0], x[1], time[1])
	if err != nil {
		t.Fatal(err)
	}
	near(t, "rate ratio", rates.Ratio, numberAt(t, ref, "rate_ratio.ratio"), 1e-9)
	near(t, "log se", rates.LogSE, numberAt(t, ref, "rate_ratio.log_se"), 1e-9)
	n, err := TwoProportionSize(numberAt(t, ref, "two_prop_power.p1"), numberAt(t, ref, "two_prop_power.p2"), numberAt(t, ref, "two_prop_power.power"))
	if err != nil {
		t.Fatal(err)
	}
	near(t, "size", n, numberAt(t, ref, "two_prop_power.n_per_arm"), 1e-6)
}

func sameTwo(t *testing.T, r any) {
	t.Helper()
	const tolerance = 1e-9
	c, err := CompareProportions(whole(t, r, "x1"), whole(t, r, "n1"), whole(t, r, "x2"), whole(t, r, "n2"))
	if err != nil {
		t.Fatal(err)
	}
	for name, got := range map[string]float64{"risk_diff": c.Difference, "rr": *c.RR, "or": *c.OR, "fisher_p": c.FisherP, "chisq_pearson": *c.ChiSq, "evalue_rr_point": c.EValue.Point, "evalue_rr_ci": c.EValue.Limit} {
		near(t, name, got, numberAt(t, r, name), tolerance)
	}
	nearP(t, "fisher_p", c.FisherP, numberAt(t, r, "fisher_p"))
	for name, got := range map[string]Interval{"newcombe": c.Newcombe, "rr_katz": *c.Katz, "or_woolf": *c.Woolf} {
		nearAll(t, name, both(got), numbersAt(t, r, name), tolerance)
	}
	// R's uniroot stops at about 1e-4 of the parameter here; ours goes on.
	near(t, "fisher or", *c.FisherOR, numberAt(t, r, "fisher_or_cmle"), 2e-4)
	nearAll(t, "fisher ci", []float64{c.FisherLo, *c.FisherHi}, numbersAt(t, r, "fisher_or_ci"), 2e-4)
}

func TestDisparityAgreesWithR(t *testing.T) {
	ref := readReference(t, "disparity_decision_points")
	same := func(r any) {
		var groups []string
		for _, g := range at(t, r, "group").([]any) {
			groups = append(groups, g.(string))
		}
		out, err := RelativeRates(groups, integers(t, r, "x"), integers(t, r, "n"), "White")
		if err != nil {
			t.Fatal(err)
		}
		for i, g := range out {
			for name, got := range map[string]*float64{"rate": &g.Rate, "rri": g.RRI, "lo": g.Lo, "hi": g.Hi, "disproportionality_index": g.Index, "rate_diff_pp": &g.DifferencePP} {
				want := numbersAt(t, r, name)[i]
				if math.IsNaN(want) {
					if got != nil {
						t.Errorf("%s %s: %v, R has none", g.Group, name, *got)
					}
					continue
				}
				near(t, g.Group+" "+name, *got, want, 1e-9)
			}
		}
	}
	for _, part := range []string{"rri_vs_previous_stage", "rri_vs_population"} {
		for _, r := range at(t, ref, part).(map[string]any) {
			same(r)
		}
	}
	ref = readReference(t, "disparity_arrests")
	same(at(t, ref, "crude"))
	sameTwo(t, at(t, ref, "crude_2x2"))
	f := formula(t, "diverted ~ black+emp+cit+checks+female+age+factor(year)")
	d := table(t, "arrests_toronto", f)
	fit := glm(t, d, GLM{Formula: f, Family: Logistic})
	sameTerms(t, "adjusted", fit, ref, "adjusted.model", 1e-7)
	near(t, "deviance", *fit.Deviance, numberAt(t, ref, "adjusted.deviance"), 1e-9)
	near(t, "loglik", *fit.LogLik, numberAt(t, ref, "adjusted.logLik"), 1e-9)
	near(t, "aic", *fit.AIC, numberAt(t, ref, "adjusted.aic"), 1e-9)
	nearAll(t, "HC0", robustSE(fit), numbersAt(t, ref, "adjusted.se_HC0"), 1e-7)
	s, err := Standardise(d, GLM{Formula: f}, "black")
	if err != nil {
		t.Fatal(err)
	}
	for name, got := range map[string]float64{"p0": s.P0, "p1": s.P1, "rd": s.RD, "rd_se_delta": s.RDSE, "log_rr": s.LogRR, "log_rr_se_delta": s.LogRRSE} {
		near(t, name, got, numberAt(t, ref, "standardised."+name), 1e-7)
	}
	var tables [][2][2]int
	for checks := range 7 {
		var cell [2][2]int
		part, err := d.Where("checks", fmt.Sprint(checks))
		if err != nil {
			t.Fatal(err)
		}
		for i := range part.n {
			cell[int(part.column("black").at(i))][int(part.column("diverted").at(i))]++
		}
		tables = append(tables, cell)
	}
	mh, err := MantelHaenszel(tables)
	if err != nil {
		t.Fatal(err)
	}
	near(t, "mh", mh.OR, numberAt(t, ref, "mantel_haenszel_by_checks.or"), 1e-9)
	nearAll(t, "mh ci", both(mh.CI), numbersAt(t, ref, "mantel_haenszel_by_checks.ci"), 1e-9)
	near(t, "mh chisq", mh.ChiSq, numberAt(t, ref, "mantel_haenszel_by_checks.chisq"), 1e-9)
}

func TestTheFunnelAndTheLeagueAgreeWithR(t *testing.T) {
	ref := readReference(t, "funnel_league_a")
	x, n := integers(t, ref, "funnel.x"), integers(t, ref, "funnel.n")
	f, err := NewFunnel(x, n)
	if err != nil {
		t.Fatal(err)
	}
	near(t, "theta", f.Target, numberAt(t, ref, "funnel.theta"), 1e-9)
	near(t, "phi", f.Overdispersion, numberAt(t, ref, "funnel.phi_overdispersion"), 1e-9)
	for i, u := range f.Units {
		for name, got := range map[string]float64{"p": u.P, "lo95": u.Within95.Lo, "hi95": u.Within95.Hi, "lo998": u.Within99.Lo, "hi998": u.Within99.Hi, "z": u.Z, "p_mid": u.MidP} {
			near(t, fmt.Sprint(name, i), got, numbersAt(t, ref, "funnel."+name)[i], 1e-9)
		}
	}
	l, err := NewLeague(x, n)
	if err != nil {
		t.Fatal(err)
	}
	near(t, "pooled", l.Pooled, numberAt(t, ref, "league.pooled"), 1e-9)
	near(t, "rho", l.Rho, numberAt(t, ref, "league.mom_rho"), 1e-9)
	nearAll(t, "shrunk", l.Shrunk, numbersAt(t, ref, "league.mom_eb"), 1e-9)
	for points, name := range map[int]string{1: "glmer_laplace", 25: "glmer_agq25"} {
		m, err := FitIntercepts(x, n, points)
		if err != nil {
			t.Fatal(err)
		}
		r := at(t, ref, "league."+name)
		// lme4 stops a little before the top; the likelihood is higher at ours.
		if diff := math.Abs(m.Mu - numberAt(t, r, "mu")); diff > 1e-4*m.MuSE {
			t.Errorf("%s mu: %v is off by %g", name, m.Mu, diff)
		}
		near(t, name+" mu se", m.MuSE, numberAt(t, r, "mu_se"), 1e-4)
		near(t, name+" sigma", m.Sigma, numberAt(t, r, "sigma"), 1e-4)
		if points > 1 { // with quadrature lme4 leaves the likelihood of a perfect fit out
			for i := range x {
				m.LogLik -= binomialLog(float64(x[i]), float64(n[i]), float64(x[i])/float64(n[i]))
			}
		}
		near(t, name+" loglik", m.LogLik, numberAt(t, r, "logLik"), 1e-7)
		nearAll(t, name+" units", m.Unit, numbersAt(t, r, "blup"), 1e-3)
		nearAll(t, name+" sd", m.UnitSD, numbersAt(t, r, "cond_sd"), 1e-3)
		nearAll(t, name+" shrunk", m.Shrunk, numbersAt(t, r, "shrunk_p"), 1e-3)
	}
}

func TestDifferencesInDifferencesAgreeWithR(t *testing.T) {
	ref := readReference(t, "did_a")
	s := DiD{Outcome: "y/pop*1e4", Treated: "treated", Post: "post", Unit: "area", Period: "month", Family: Linear}
	d := table(t, "did_a", formula(t, "y ~ treated + post + area + month + pop"))
	out, err := FitDiD(d, s)
	if err != nil {
		t.Fatal(err)
	}
	for i := range 2 {
		nearAll(t, "means", out.Means[i][:], numbersAt(t, at(t, ref, "cell_means").([]any)[i], ""), 1e-9)
	}
	near(t, "2x2", out.Simple, numberAt(t, ref, "did_2x2"), 1e-9)
	near(t, "twfe", out.Effect.Coef, numberAt(t, ref, "twfe_rate.coef"), 1e-7)
	near(t, "ols", out.Effect.ModelSE, numberAt(t, ref, "twfe_rate.se_ols"), 1e-7)
	near(t, "HC0", *out.Effect.RobustSE, numberAt(t, ref, "twfe_rate.se_cluster_HC0_noadj"), 1e-7)
	s.Errors = CR1S
	if out, err = FitDiD(d, s); err != nil {
		t.Fatal(err)
	}
	near(t, "HC1", *out.Effect.RobustSE, numberAt(t, ref, "twfe_rate.se_cluster_HC1"), 1e-7)
	out, err = FitDiD(d, DiD{Outcome: "y", Treated: "treated", Post: "post", Unit: "area", Period: "month", Family: Poisson, Offset: "log(pop)"})
	if err != nil {
		t.Fatal(err)
	}
	r := at(t, ref, "twfe_poisson")
	near(t, "poisson", out.Effect.Coef, numberAt(t, r, "coef"), 1e-7)
	near(t, "irr", *out.Effect.Exp, numberAt(t, r, "irr"), 1e-7)
	near(t, "model", out.Effect.ModelSE, numberAt(t, r, "se_model"), 1e-7)
	near(t, "robust", *out.Effect.RobustSE, numberAt(t, r, "se_cluster_HC0_noadj"), 1e-7)
	near(t, "deviance", *out.Fit.Deviance, numberAt(t, r, "deviance"), 1e-9)
	study, err := FitEventStudy(d, DiD{Outcome: "y/pop*1e4", Treated: "treated", Unit: "area", Period: "month", Family: Linear}, 12)
	if err != nil {
		t.Fatal(err)
	}
	if len(study.Periods) != 23 || study.PreTrend != nil {
		t.Errorf("%d periods; eleven before cannot be tested with 16 areas: %v", len(study.Periods), study.PreTrend)
	}
}

func TestPowerAgreesWithR(t *testing.T) {
	for _, r := range readReference(t, "power").([]any) {
		in := func(name string) float64 { return numberAt(t, r, "input."+name) }
		check := func(name string, tolerance float64) func(float64, error) {
			return func(got float64, err error) {
				t.Helper()
				if err != nil {
					t.Fatal(err)
				}
				near(t, name, got, numberAt(t, r, name), tolerance)
			}
		}
		size, err := TwoProportionSize(in("p1"), in("p2"), .8)
		check("n_per_arm_prop_80", 1e-6)(size, err)
		check("power_at_n", 1e-9)(TwoProportionPower(in("n"), in("p1"), in("p2")))
		effect, err := DesignEffect(in("m"), in("icc"))
		check("design_effect", 1e-9)(effect, err)
		check("n_per_arm_cluster", 1e-6)(size*effect, nil)
		check("schoenfeld_events_1to1_80", 1e-9)(HazardEvents(in("hr"), 1, .8))
		check("schoenfeld_events_alloc_k_80", 1e-9)(HazardEvents(in("hr"), in("k"), .8))
		check("n_poisson_persontime_per_arm_80", 1e-9)(RateTime(in("r1"), in("r2"), .8))
	}
	for _, r := range readReference(t, "stepped_wedge_power").([]any) {
		p, err := NewSteppedWedgePower(SteppedWedge{First: integers(t, r, "first_treated_period"), Periods: whole(t, r, "T"), PerCell: numberAt(t, r, "N_per_cell"),
			Within: numberAt(t, r, "sigma2_e"), Between: numberAt(t, r, "tau2"), Effect: numberAt(t, r, "delta")})
		if err != nil {
			t.Fatal(err)
		}
		for name, got := range map[string]float64{"icc": p.ICC, "var_theta": p.Variance, "se": p.SE, "se_by_gls": p.SE, "power": p.Power, "mde_80": p.MDE} {
			near(t, name, got, numberAt(t, r, name), 1e-9)
		}
	}
}

func TestPoolingAndMixedModelsAgreeWithR(t *testing.T) {
	ref := readReference(t, "mi_pool_a")
	f := formula(t, "chl ~ bmi + age")
	d := table(t, "nhanes2_imputed_a", f, ".imp")
	var fits []*Fit
	for i := 1; i <= 5; i++ {
		part, err := d.Where(".imp", fmt.Sprint(i))
		if err != nil {
			t.Fatal(err)
		}
		fits = append(fits, glm(t, part, GLM{Formula: f, Family: Linear}))
	}
	pooled, err := Pool(fits, 21)
	if err != nil {
		t.Fatal(err)
	}
	for i, p := range pooled {
		if p.Name != at(t, ref, "term").([]any)[i] {
			t.Fatal(p.Name)
		}
		for name, got := range map[string]float64{"est": p.Coef, "se": p.SE, "df_barnard_rubin": p.DF, "lo": p.Lo, "hi": p.Hi, "riv": p.RIV, "lambda": p.Lambda, "fmi": p.FMI, "ubar": p.Within, "b": p.Betw} {
			near(t, p.Name+" "+name, got, numbersAt(t, ref, name)[i], 1e-8)
		}
	}
	ref = readReference(t, "sw_lmm_a")
	f = formula(t, "y ~ factor(period) + tx")
	m, err := FitMixed(table(t, "sw_a", f, "cluster"), f, "cluster")
	if err != nil {
		t.Fatal(err)
	}
	sameTerms(t, "lmm", &Fit{Terms: m.Terms}, ref, "fixed", 1e-6)
	near(t, "sd cluster", m.ClusterSD, numberAt(t, ref, "sd_cluster"), 1e-6)
	near(t, "sigma", m.Sigma, numberAt(t, ref, "sigma"), 1e-6)
	near(t, "reml", m.REML, numberAt(t, ref, "reml"), 1e-9)
	nearAll(t, "blup", m.Cluster, numbersAt(t, ref, "blup"), 1e-5)
}

func TestCompetingAndRepeatedEventsAgreeWithR(t *testing.T) {
	ref := readReference(t, "cuminc_mgus2")
	d := table(t, "mgus2", formula(t, "Surv(etime, ev) ~ sex"))
	out, err := CumulativeIncidence(d, Competing{Spell: Spell{Time: "etime", Event: "ev"}, By: "sex", Times: numbersAt(t, ref, "times")})
	if err != nil {
		t.Fatal(err)
	}
	for i, name := range at(t, ref, "curve").([]any) {
		c := out.Curves[i]
		if got := fmt.Sprint(c.Group, " ", c.Cause); got != name {
			t.Fatalf("curve %s, R has %s", got, name)
		}
		for k, p := range c.Times {
			near(t, "incidence", p.Est, numbersAt(t, at(t, ref, "est").([]any)[i], "")[k], 1e-9)
			near(t, "variance", p.Variance, numbersAt(t, at(t, ref, "var").([]any)[i], "")[k], 1e-9)
		}
	}
	for i, g := range out.Gray {
		near(t, "gray", g.ChiSq, numbersAt(t, ref, "gray_test")[i], 1e-9)
		near(t, "gray p", g.P, numbersAt(t, ref, "gray_p")[i], 1e-9)
	}
	ref = at(t, readReference(t, "recurrent_bladder2"), "nelson_aalen_mcf")
	d = table(t, "bladder2", formula(t, "Surv(start, stop, event) ~ treat"), "id")
	mcf, err := MeanCumulativeCount(d, Recurrent{Spell: Spell{"start", "stop", "event"}, Person: "id", By: "treat", Times: []float64{12, 24, 36, 48}})
	if err != nil {
		t.Fatal(err)
	}
	for i, name := range at(t, ref, "strata").([]any) {
		c := mcf[i/4]
		p := c.Times[i%4]
		if c.Name != name || p.Time != numbersAt(t, ref, "time")[i] {
			t.Fatal(c.Name, p.Time)
		}
		near(t, "mean", p.Mean, numbersAt(t, ref, "cumhaz")[i], 1e-9)
		near(t, "se", p.SE, numbersAt(t, ref, "se")[i], 1e-9)
		near(t, "risk", float64(p.NRisk), numbersAt(t, ref, "n_risk")[i], 1e-9)
	}
}

// Fagerland, Lydersen and Laake, "Recommended confidence intervals for two independent binomial proportions", Statistical Methods in Medical Research 24
// (2015) 224-254, table 8: 7 of 34 against 1 of 34 has a ratio of 7.0, by Katz from 0.91 to 54, by Koopman from 1.21 to 43.
func TestKoopmansIntervalIsThePublishedOneAndHasAWidthWhereKatzHasNone(t *testing.T) {
	c, err := CompareProportions(7, 34, 1, 34)
	if err != nil {
		t.Fatal(err)
	}
	nearAll(t, "Katz", both(*c.Katz), []float64{.91, 54}, .01)
	nearAll(t, "Koopman", both(*c.Koopman), []float64{1.21, 43}, .01)
	// Where everybody of both groups had the outcome the score can be solved by hand: n1/(n1+z2) and (n2+z2)/n2.
	if c, err = CompareProportions(30, 30, 12, 12); err != nil {
		t.Fatal(err)
	}
	z2 := z975 * z975
	ci, by := c.RatioInterval()
	nearAll(t, "everybody", both(ci), []float64{30 / (30 + z2), (12 + z2) / 12}, 1e-9)
	if c.Katz != nil || by != "Koopman" {
		t.Errorf("%v by %s", c.Katz, by)
	}
	// By any counts it lies around the ratio, and turned over it is that of the groups the other way round.
	for _, x := range [][4]int{{1, 1, 1, 1}, {5, 5, 1, 9}, {1, 9, 5, 5}, {400, 1000, 1000, 1000}, {1, 1e6, 1e6, 1e6}} {
		c, err := CompareProportions(x[0], x[1], x[2], x[3])
		o, oerr := CompareProportions(x[2], x[3], x[0], x[1])
		if err != nil || oerr != nil {
			t.Fatal(err, oerr)
		}
		if !(c.Koopman.Lo > 0 && c.Koopman.Lo < *c.RR && *c.RR < c.Koopman.Hi && !math.IsInf(c.Koopman.Hi, 0)) {
			t.Errorf("%v: %v around %v", x, *c.Koopman, *c.RR)
		}
		nearAll(t, fmt.Sprint("turned over ", x), both(*c.Koopman), []float64{1 / o.Koopman.Hi, 1 / o.Koopman.Lo}, 1e-9)
	}
	a, err := Audit([]Decision{{Name: "offered", Reference: "white", Groups: []string{"white", "black"}, X: []int{40, 12}, N: []int{40, 12}}})
	if err != nil || a[0].CI == nil || !(a[0].CI.Lo < 1 && a[0].CI.Hi > 1) {
		t.Errorf("an audit where everybody went on: %+v, %v", a, err)
	}
}
