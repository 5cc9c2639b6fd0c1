package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"waymark.example/internal/stats"
)

// The command reads only what a formula names, and gives what the package gives.
func TestStatsFromAFile(t *testing.T) {
	var text strings.Builder
	text.WriteString("id,lead,y,time,event,age\n")
	for i := range 240 {
		id, y := i/4, "0"
		if i%3 == 0 || i%7 == 1 {
			y = "1"
		}
		text.WriteString(strings.Join([]string{"p" + string(rune('A'+id/26)) + string(rune('a'+id%26)), string(rune('0' + id%2)), y, string(rune('1' + i%9)), y, "3" + string(rune('0'+id%7))}, ",") + "\n")
	}
	file := statsFile{CSV: filepath.Join(t.TempDir(), "panel.csv")}
	if err := os.WriteFile(file.CSV, []byte(text.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	gee, err := statsGEECmd{statsFile: file, Formula: "y ~ lead + age", Family: "logistic", Cluster: "id", Corr: "exchangeable", propensityFlags: propensityFlags{Treat: "lead"}}.fit()
	if err != nil || gee.Clusters != 60 || gee.N != 240 || gee.Alpha == nil || len(gee.Warnings) == 0 {
		t.Errorf("gee: %+v, %v", gee, err)
	}
	weighted, err := statsGEECmd{statsFile: file, Formula: "y ~ lead", Family: "logistic", Cluster: "id", Corr: "independence",
		propensityFlags: propensityFlags{Propensity: "lead ~ age", Estimand: "att"}}.fit()
	if err != nil || weighted.Clusters != 60 {
		t.Errorf("weighted: %+v, %v", weighted, err)
	}
	km, err := statsKMCmd{statsFile: file, Formula: "Surv(time, event) ~ lead", Times: []float64{3, 6}}.follow()
	if err != nil || len(km.Strata) != 2 || len(km.Strata[0].Times) != 2 {
		t.Errorf("km: %+v, %v", km, err)
	}
	if _, err := (statsCoxCmd{statsFile: file, Formula: "lead + age", spellFlags: spellFlags{Time: "time", Event: "event"}, Ties: "efron"}).fit(); err != nil {
		t.Error(err)
	}
	balance, err := statsWeightsCmd{statsFile: file, Formula: "y ~ age", Treat: "lead", Estimand: "ate"}.weigh()
	if err != nil || balance.Outcome == nil || balance.Outcome.Name != "y" {
		t.Errorf("weights: %+v, %v", balance, err)
	}
	ci, err := statsCICmd{CSV: file.CSV, Formula: "y ~ lead"}.work()
	if err != nil || ci.Compared == nil {
		t.Errorf("ci: %+v, %v", ci, err)
	}
	_, err = statsGLMCmd{statsFile: file, Formula: "y ~ age + I(2*age)", Family: "logistic"}.fit()
	if stats.KindOf(err) != stats.Collinear {
		t.Errorf("collinear columns: %v", err)
	}
}
