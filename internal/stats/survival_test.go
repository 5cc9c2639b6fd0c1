package stats

import (
	"math"
	"testing"
)

func TestCoxAgreesWithSurvival(t *testing.T) {
	ref := readReference(t, "cox_rossi")
	f := formula(t, "Surv(week,arrest) ~ fin+age+black+wexp+mar+paro+prio")
	d := table(t, "rossi", f, "id")
	for _, ties := range []Ties{Efron, Breslow} {
		r := at(t, ref, "fit."+string(ties))
		fit, err := FitCox(d, Cox{Formula: f, Ties: ties, Tests: true})
		if err != nil {
			t.Fatal(err)
		}
		sameTerms(t, string(ties), fit, r, "fit", 1e-7)
		nearAll(t, "loglik", []float64{*fit.NullLogLik, *fit.LogLik}, numbersAt(t, r, "loglik"), 1e-9)
		near(t, "concordance", *fit.Concordance, numberAt(t, r, "concordance"), 1e-9)
		near(t, "score", *fit.ScoreTest, numberAt(t, r, "score_test"), 1e-7)
		near(t, "lr", *fit.LRTest, numberAt(t, r, "lr_test"), 1e-7)
		near(t, "baseline", *fit.BaselineHazard, numberAt(t, r, "basehaz_last.H0"), 1e-7)
		chi, p := numbersAt(t, r, "cox_zph_km.chisq"), numbersAt(t, r, "cox_zph_km.p")
		for i, name := range at(t, r, "cox_zph_km.term").([]any) {
			if fit.Proportional[i].Name != name {
				t.Errorf("zph term %d is %s", i, fit.Proportional[i].Name)
			}
			near(t, "zph", fit.Proportional[i].ChiSq, chi[i], 1e-6)
			near(t, "zph p", fit.Proportional[i].P, p[i], 1e-6)
		}
		if float64(fit.N) != numberAt(t, r, "n") || float64(fit.Events) != numberAt(t, r, "events") {
			t.Errorf("%d people, %d events", fit.N, fit.Events)
		}
		robust, err := FitCox(d, Cox{Formula: f, Ties: ties, Cluster: "id"})
		if err != nil {
			t.Fatal(err)
		}
		nearAll(t, "robust", robustSE(robust), numbersAt(t, r, "robust_se"), 1e-7)
	}
}

func TestRepeatedEventsAgreeWithSurvival(t *testing.T) {
	ref := at(t, readReference(t, "recurrent_bladder2"), "ag_cox_efron")
	f := formula(t, "Surv(start, stop, event) ~ treat+number+size")
	d := table(t, "bladder2", f, "id")
	fit, err := FitCox(d, Cox{Formula: f, Cluster: "id"})
	if err != nil {
		t.Fatal(err)
	}
	sameTerms(t, "andersen-gill", fit, ref, "fit", 1e-7)
	nearAll(t, "model se", modelSE(fit), numbersAt(t, ref, "model_se"), 1e-7)
	nearAll(t, "loglik", []float64{*fit.NullLogLik, *fit.LogLik}, numbersAt(t, ref, "loglik"), 1e-9)
}

func TestKaplanMeierAgreesWithSurvival(t *testing.T) {
	ref := readReference(t, "km_rossi")
	d := table(t, "rossi", formula(t, "Surv(week, arrest) ~ fin"))
	km, err := KaplanMeier(d, KM{Spell: Spell{Time: "week", Event: "arrest"}, By: "fin", Times: []float64{13, 26, 39, 52}, Tau: 52})
	if err != nil {
		t.Fatal(err)
	}
	const tolerance = 1e-9
	for g, name := range []string{"0", "1"} {
		r, s := at(t, ref, "groups."+name), km.Strata[g]
		if s.Name != "fin="+name || float64(s.N) != numberAt(t, r, "n") || float64(s.Events) != numberAt(t, r, "events") {
			t.Errorf("group %+v", s)
		}
		for i, p := range s.Times {
			near(t, "risk", float64(p.NRisk), numbersAt(t, r, "at_risk")[i], tolerance)
			near(t, "surv", p.Surv, numbersAt(t, r, "surv")[i], tolerance)
			near(t, "se", p.SE, numbersAt(t, r, "se_greenwood")[i], tolerance)
			near(t, "lo", *p.Lo, numbersAt(t, r, "loglog_lo")[i], tolerance)
			near(t, "hi", *p.Hi, numbersAt(t, r, "loglog_hi")[i], tolerance)
			near(t, "log lo", *p.LogLo, numbersAt(t, r, "log_lo")[i], tolerance)
			near(t, "log hi", *p.LogHi, numbersAt(t, r, "log_hi")[i], tolerance)
		}
		for i, q := range []*float64{s.Lower, s.Median, s.Upper} {
			want := numbersAt(t, r, "quartiles")[i]
			if math.IsNaN(want) != (q == nil) || q != nil && *q != want {
				t.Errorf("quartile %d: %v, R has %v", i, q, want)
			}
		}
		near(t, "rmst", *s.RMST, numberAt(t, r, "rmst"), tolerance)
		near(t, "rmst se", *s.RMSTSE, numberAt(t, r, "rmst_se"), tolerance)
		near(t, "observed", km.LogRank.Observed[g], numbersAt(t, ref, "logrank.obs")[g], tolerance)
		near(t, "expected", km.LogRank.Expected[g], numbersAt(t, ref, "logrank.exp")[g], tolerance)
		near(t, "variance", km.LogRank.Variance[g], numbersAt(t, at(t, ref, "logrank.var").([]any)[g], "")[g], tolerance)
	}
	near(t, "chisq", km.LogRank.ChiSq, numberAt(t, ref, "logrank.chisq"), tolerance)
	near(t, "p", km.LogRank.P, numberAt(t, ref, "logrank.p"), tolerance)
	near(t, "peto", km.Peto.ChiSq, numberAt(t, ref, "peto_rho1.chisq"), tolerance)
	if km.LogRank.DF != 1 {
		t.Error(km.LogRank.DF)
	}
}
