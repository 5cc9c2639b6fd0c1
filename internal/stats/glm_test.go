package stats

import (
	"math"
	"testing"
)

func glm(t *testing.T, d *Data, g GLM) *Fit {
	t.Helper()
	f, err := FitGLM(d, g)
	if err != nil {
		t.Fatal(g, err)
	}
	return f
}

func TestGLMAndItsErrorsAgreeWithR(t *testing.T) {
	ref := at(t, readReference(t, "glm_ohio_cluster"), "fit")
	f := formula(t, "resp ~ age*smoke")
	d := table(t, "ohio", f, "id")
	fit := glm(t, d, GLM{Formula: f, Family: Logistic})
	sameTerms(t, "ohio", fit, ref, "model", 1e-7)
	near(t, "deviance", *fit.Deviance, numberAt(t, ref, "deviance"), 1e-9)
	near(t, "loglik", *fit.LogLik, numberAt(t, ref, "logLik"), 1e-9)
	near(t, "aic", *fit.AIC, numberAt(t, ref, "aic"), 1e-9)
	for kind, name := range map[Errors]string{HC0: "se_HC0", HC1: "se_HC1", HC3: "se_HC3", CR0: "se_cluster_HC0_noadj", CR1: "se_cluster_HC0_Gadj", CR1S: "se_cluster_HC1",
		CR2: "se_clubSandwich_CR2", CR3: "se_clubSandwich_CR3"} {
		fit := glm(t, d, GLM{Formula: f, Family: Logistic, Cluster: "id", Errors: kind})
		nearAll(t, name, robustSE(fit), numbersAt(t, ref, name), 1e-7)
	}
	for kind, name := range map[Errors]string{CR0: "se_clubSandwich_CR0", CR1: "se_clubSandwich_CR1"} {
		nearAll(t, name, robustSE(glm(t, d, GLM{Formula: f, Family: Logistic, Cluster: "id", Errors: kind})), numbersAt(t, ref, name), 1e-7)
	}
	if n := numberAt(t, ref, "n"); float64(fit.N) != n {
		t.Errorf("%d rows, R has %v", fit.N, n)
	}

	ref = readReference(t, "count_quine")
	f = formula(t, "Days ~ Eth+Sex+Age+Lrn")
	d = table(t, "quine", f)
	fit = glm(t, d, GLM{Formula: f, Family: Poisson})
	sameTerms(t, "quine", fit, ref, "poisson.model", 1e-7)
	near(t, "deviance", *fit.Deviance, numberAt(t, ref, "poisson.deviance"), 1e-9)
	near(t, "loglik", *fit.LogLik, numberAt(t, ref, "poisson.logLik"), 1e-9)
	near(t, "aic", *fit.AIC, numberAt(t, ref, "poisson.aic"), 1e-9)
	for kind, name := range map[Errors]string{HC0: "se_HC0", HC1: "se_HC1", HC3: "se_HC3"} {
		nearAll(t, name, robustSE(glm(t, d, GLM{Formula: f, Family: Poisson, Errors: kind})), numbersAt(t, ref, "poisson."+name), 1e-7)
	}
	fit = glm(t, d, GLM{Formula: f, Family: NegBin, Errors: ModelErrors})
	sameTerms(t, "negbin", fit, ref, "negbin.fit", 1e-7)
	near(t, "theta", *fit.Theta, numberAt(t, ref, "negbin.theta"), 1e-7)
	near(t, "theta se", *fit.ThetaSE, numberAt(t, ref, "negbin.theta_se"), 1e-5) // R evaluates it one step before its last
	near(t, "loglik", *fit.LogLik, numberAt(t, ref, "negbin.logLik"), 1e-9)
	nearAll(t, "negbin HC0", robustSE(fit), numbersAt(t, ref, "negbin.se_HC0"), 1e-7)
}

func TestAnInterruptedSeriesAgreesWithR(t *testing.T) {
	ref := at(t, readReference(t, "its_seatbelts"), "fit")
	f := formula(t, "DriversKilled ~ t + post + since + s1+c1+s2+c2")
	d := table(t, "seatbelts", f)
	fit := glm(t, d, GLM{Formula: f, Family: Poisson})
	sameTerms(t, "poisson", fit, ref, "poisson", 1e-7)
	near(t, "dispersion", *fit.Dispersion, numberAt(t, ref, "pearson_dispersion"), 1e-7)
	for i, v := range numbersAt(t, ref, "quasi_se") {
		near(t, "quasi", fit.Terms[i].ModelSE*math.Sqrt(*fit.Dispersion), v, 1e-7)
	}
	for lag, name := range map[int]string{3: "NW_se_lag3_noadj", 12: "NW_se_lag12_noadj"} {
		fit, err := ITS(d, f, Poisson, "t", lag)
		if err != nil {
			t.Fatal(err)
		}
		nearAll(t, name, robustSE(fit), numbersAt(t, ref, name), 1e-7)
	}
	nb := glm(t, d, GLM{Formula: f, Family: NegBin, Errors: ModelErrors})
	sameTerms(t, "negbin", nb, ref, "negbin", 1e-7)
	near(t, "theta", *nb.Theta, numberAt(t, ref, "theta"), 1e-4)
	lf := formula(t, "log(DriversKilled) ~ t + post + since + s1+c1+s2+c2")
	linear := glm(t, d, GLM{Formula: lf, Family: Linear})
	linear.Terms[0].Exp = nil
	sameTerms(t, "loglinear", linear, ref, "loglinear", 1e-7)
	its, err := ITS(d, lf, Linear, "t", 12)
	if err != nil {
		t.Fatal(err)
	}
	nearAll(t, "loglinear_NW12", robustSE(its), numbersAt(t, ref, "loglinear_NW12"), 1e-7)
	near(t, "durbin_watson", *its.DurbinWatson, numberAt(t, ref, "durbin_watson"), 1e-9)
	nearAll(t, "acf", its.Autocorrelate, numbersAt(t, ref, "acf_resid_1_12"), 1e-9)
}
