package stats

import (
	"math"
	"os"
	"testing"
)

func TestPropensityWeightsAgreeWithR(t *testing.T) {
	for _, c := range []struct {
		file, data, formula string
		outcomes            []string
	}{
		{"ps_lead_panel_a", "lead_baseline_a", "lead ~ age+female+black+prior+homeless+pre_arrest", []string{"any6"}},
		{"ps_lalonde", "lalonde", "treat ~ age+educ+black+hispan+married+nodegree+re74+re75", []string{"re78", "employed78"}},
	} {
		ref := readReference(t, c.file)
		f := formula(t, c.formula)
		d := table(t, c.data, f, c.outcomes...)
		for name, e := range map[string]Estimand{"ATT": ATT, "ATE": ATE, "ATE_stab": ATEStabilised, "ATO": ATO, "ATE_stab_trunc_1_99": ATEStabilised} {
			for _, outcome := range c.outcomes {
				b, err := Weigh(d, Propensity{Formula: f, Estimand: e, Truncate: name == "ATE_stab_trunc_1_99", Outcome: outcome})
				if err != nil {
					t.Fatal(err)
				}
				sameBalance(t, c.file+" "+name, b, ref, at(t, ref, "weights."+name), outcome)
			}
		}
	}
}

func sameBalance(t *testing.T, what string, b *Balance, ref, r any, outcome string) {
	t.Helper()
	const tolerance = 2e-7 // scores come from a model
	sameTerms(t, what, b.Model, ref, "ps_model", 1e-7)
	near(t, "c", b.CStatistic, numberAt(t, ref, "c_statistic"), 1e-9)
	nearAll(t, "treated", b.allTreated, numbersAt(t, ref, "ps_summary_treated"), tolerance)
	nearAll(t, "control", b.allUntreated, numbersAt(t, ref, "ps_summary_control"), tolerance)
	for name, got := range map[string]float64{"sum_t": b.SumTreated, "sum_c": b.SumOthers, "max": b.MaxWeight, "ess_t": b.ESSTreated, "ess_c": b.ESSOthers} {
		near(t, what+" "+name, got, numberAt(t, r, name), tolerance)
	}
	for i, v := range at(t, r, "balance").([]any) {
		x := b.Columns[i]
		if x.Name != at(t, v, "term") {
			t.Fatalf("%s: %s", what, x.Name)
		}
		for name, got := range map[string]float64{"mean_t": x.MeanTreated, "mean_c": x.MeanOthers, "smd_pooled": x.SMD, "smd_treated": x.SMDTreated,
			"wmean_t": x.WMeanTreated, "wmean_c": x.WMeanOthers, "wsmd_pooled": x.WSMD, "wsmd_treated": x.WSMDTreated} {
			near(t, what+" "+x.Name+" "+name, got, numberAt(t, v, name), tolerance)
		}
		for name, got := range map[string]*float64{"vr_unw": x.VarianceRatio, "vr_w": x.WVarianceRatio} {
			if want := at(t, v, name); want == nil != (got == nil) {
				t.Errorf("%s %s: %v, R has %v", x.Name, name, got, want)
			} else if got != nil {
				near(t, what+" "+x.Name+" "+name, *got, want.(float64), tolerance)
			}
		}
	}
	o, w := b.Outcome, at(t, r, "outcomes."+outcome)
	for name, got := range map[string]float64{"mean_t": o.MeanTreated, "mean_c": o.MeanOthers, "diff": o.Difference, "se_HC0": o.SEHC0, "se_HC1": o.SEHC1, "se_HC3": o.SEHC3} {
		near(t, what+" "+name, got, numberAt(t, w, name), tolerance)
	}
	if o.LogOR != nil {
		for name, got := range map[string]float64{"logOR": *o.LogOR, "logOR_se_HC0": *o.LogORSE, "logRR": *o.LogRR, "logRR_se_HC0": *o.LogRRSE} {
			near(t, what+" "+name, got, numberAt(t, w, name), tolerance)
		}
	}
}

func TestWeightedGEEAgreesWithR(t *testing.T) {
	ref := readReference(t, "gee_lead_panel_a")
	f := formula(t, "arrest ~ lead*post")
	ps := formula(t, "lead ~ age+female+black+prior+homeless+pre_arrest")
	d, base := table(t, "lead_panel_a", f, "id"), table(t, "lead_baseline_a", ps, "id")
	for e, path := range map[Estimand]string{ATT: "ATT_weighted", ATE: "ATE_weighted"} {
		for name, r := range at(t, ref, path).(map[string]any) {
			fit, err := FitGEE(d, GEE{Formula: f, Family: Logistic, Cluster: "id", Correlation: Correlation(name), Propensity: &Propensity{Formula: ps, Estimand: e, Baseline: base}})
			if err != nil {
				t.Fatal(err)
			}
			sameGEE(t, path+" "+name, fit, r)
		}
	}
	g := GEE{Formula: f, Family: Logistic, Cluster: "id", Propensity: &Propensity{Formula: ps, Estimand: ATT, Baseline: base}}
	fit, err := FitGEE(d, g)
	if err != nil {
		t.Fatal(err)
	}
	cluster := at(t, readReference(t, "glm_lead_panel_a_weighted_cluster"), "fit")
	nearAll(t, "coef", ofTerms(fit, func(t Term) float64 { return t.Coef }), numbersAt(t, cluster, "coef"), 1e-7)
	nearAll(t, "vcovCL", robustSE(fit), numbersAt(t, cluster, "se_cluster_HC0_noadj"), 1e-7)
	nearAll(t, "CR0", robustSE(fit), numbersAt(t, cluster, "CR0"), 1e-7)

	boot := at(t, readReference(t, "bootstrap_ps"), "lead_a")
	draws, tolerance := 200, 0.15
	if os.Getenv("WAYMARK_STATS") == "full" {
		draws, tolerance = 1000, 0.06
	}
	b, err := BootstrapGEE(d, g, "lead:post", draws, 58)
	if err != nil {
		t.Fatal(err)
	}
	near(t, "estimate", b.Estimate, numberAt(t, boot, "est"), 1e-7)
	near(t, "bootstrap se", b.SE, numberAt(t, boot, "boot_se"), tolerance)
	if math.Abs(b.Lo-numberAt(t, boot, "pct_lo")) > 3*tolerance*b.SE || math.Abs(b.Hi-numberAt(t, boot, "pct_hi")) > 3*tolerance*b.SE {
		t.Errorf("percentiles %v to %v", b.Lo, b.Hi)
	}

	// Errors that allow for learned scores are those of the bootstrap, without the draws; the coefficients stay.
	for _, e := range []Estimand{ATT, ATE} {
		known := GEE{Formula: f, Family: Logistic, Cluster: "id", Propensity: &Propensity{Formula: ps, Estimand: e, Baseline: base}}
		taken, err := FitGEE(d, known)
		if err != nil {
			t.Fatal(err)
		}
		known.Propensity.Learned = true
		learned, err := FitGEE(d, known)
		if err != nil {
			t.Fatal(err)
		}
		want := numberAt(t, boot, "boot_se")
		if e != ATT {
			b, err := BootstrapGEE(d, known, "lead:post", draws, 58)
			if err != nil {
				t.Fatal(err)
			}
			want = b.SE
		}
		got, fixed := *learned.Terms[3].RobustSE, *taken.Terms[3].RobustSE
		near(t, string(e)+" learned se", got, want, max(tolerance, 0.06))
		if got >= fixed || learned.Terms[3].Coef != taken.Terms[3].Coef {
			t.Errorf("%s: learned %v, taken as known %v", e, got, fixed)
		}
	}
	g.Propensity.Learned, g.Correlation = true, Exchangeable
	if _, err := FitGEE(d, g); KindOf(err) != BadFormula {
		t.Errorf("learned scores with a working correlation: %v", err)
	}
}
