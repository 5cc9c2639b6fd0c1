package main

import (
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"waymark.example/internal/stats"
)

// hostileFile is a file of 30 people with 8 rows each, with columns that go wrong in every way.
func hostileFile(t *testing.T, times int) statsFile {
	t.Helper()
	names := []string{"id", "one", "lead", "age", "huge", "tiny", "twice", "same", "y", "sure", "zero", "gone", "half", "time"}
	var text strings.Builder
	text.WriteString(strings.Join(names, ",") + "\n")
	for i := range 240 {
		id := i / 8
		h := (i*7919 + i*i*31) % 97
		age := 20 + (id*13)%40
		lead := id % 2
		yes := func(b bool) string {
			if b {
				return "1"
			}
			return "0"
		}
		row := map[string]string{"id": "p" + strconv.Itoa(id), "one": "all", "lead": strconv.Itoa(lead), "age": strconv.Itoa(age), "huge": strconv.Itoa(age) + "000000000", "tiny": fmt.Sprintf("%de-9", age), "twice": strconv.Itoa(2*age + 1),
			"same": "5", "y": yes(h < 30+10*lead), "sure": yes(lead == 1), "zero": "0", "gone": "", "half": strconv.Itoa(h), "time": strconv.Itoa(1 + h)}
		if i%2 == 0 {
			row["half"] = "NA"
		}
		for range times {
			for k, n := range names {
				if k > 0 {
					text.WriteByte(',')
				}
				text.WriteString(row[n])
			}
			text.WriteByte('\n')
		}
	}
	f := statsFile{CSV: filepath.Join(t.TempDir(), "hostile.csv")}
	if err := os.WriteFile(f.CSV, []byte(text.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	return f
}

func TestHostileFilesGetAClearWordAndNeverANumberThatIsNone(t *testing.T) {
	f := hostileFile(t, 1)
	gee := func(formula, cluster, corr string) func() (*stats.Fit, error) {
		return statsGEECmd{statsFile: f, Formula: formula, Family: "logistic", Cluster: cluster, Corr: corr}.fit
	}
	cox := func(formula string) func() (*stats.Fit, error) {
		return statsCoxCmd{statsFile: f, Formula: formula, Ties: "efron"}.fit
	}
	glm := func(formula, family string) func() (*stats.Fit, error) {
		return statsGLMCmd{statsFile: f, Formula: formula, Family: family}.fit
	}
	for name, c := range map[string]struct {
		fit  func() (*stats.Fit, error)
		kind stats.Kind
	}{
		"separated, repeated":        {gee("sure ~ lead", "id", "exchangeable"), stats.Separation},
		"separated":                  {glm("sure ~ lead + age", "logistic"), stats.Separation},
		"separated, over time":       {cox("Surv(time, sure) ~ lead"), stats.Separation},
		"collinear, repeated":        {gee("y ~ age + twice", "id", "independence"), stats.Collinear},
		"collinear":                  {glm("y ~ age + twice", "poisson"), stats.Collinear},
		"collinear, over time":       {cox("Surv(time, y) ~ age + twice"), stats.Collinear},
		"the same for everybody":     {gee("y ~ same", "id", "independence"), stats.Collinear},
		"one cluster":                {gee("y ~ age", "one", "independence"), stats.TooFew},
		"no outcome, repeated":       {gee("zero ~ lead", "id", "exchangeable"), stats.EmptyCell},
		"no outcome":                 {glm("zero ~ lead", "logistic"), stats.EmptyCell},
		"no outcome, over time":      {cox("Surv(time, zero) ~ lead"), stats.EmptyCell},
		"everything missing":         {gee("y ~ gone", "id", "independence"), stats.TooFew},
		"everything of time missing": {cox("Surv(gone, y) ~ lead"), stats.TooFew},
		"a word where a number is":   {glm("id ~ lead", "poisson"), stats.BadData},
		"no such column":             {glm("y ~ nothing", "logistic"), stats.BadData},
		"no formula":                 {glm("y ~ ~", "logistic"), stats.BadFormula},
	} {
		fit, err := c.fit()
		if stats.KindOf(err) != c.kind || fit != nil || len(err.Error()) < 20 {
			t.Errorf("%s: %+v, %q (%s), want %s", name, fit, err, stats.KindOf(err), c.kind)
		}
	}
	if km, err := (statsKMCmd{statsFile: f, Formula: "Surv(time, zero) ~ lead"}).follow(); stats.KindOf(err) != stats.EmptyCell {
		t.Errorf("nobody had the event: %+v, %v", km, err)
	}
	if w, err := (statsWeightsCmd{statsFile: f, Formula: "y ~ sure", Treat: "lead", Estimand: "att"}).weigh(); stats.KindOf(err) != stats.Separation {
		t.Errorf("a column that is the treatment: %+v, %v", w, err)
	}
	half, err := gee("y ~ half", "id", "independence")()
	if err != nil || half.N != 120 || half.Missing != 120 {
		t.Errorf("half of a column is missing: %+v, %v", half, err)
	}
}

// Scales and repeats change what they must, and nothing else: the same z, and with every row three times the same coefficients and, by person, the same
// robust errors.
func TestHugeAndTinyColumnsAndRepeatedRowsGiveTheRightAnswer(t *testing.T) {
	f := hostileFile(t, 1)
	thrice := hostileFile(t, 3)
	close := func(what string, a, b float64) {
		if math.Abs(a-b) > 1e-8*math.Max(1e-3, math.Abs(b)) {
			t.Errorf("%s: %.12g and %.12g", what, a, b)
		}
	}
	for _, corr := range []string{"independence", "exchangeable"} {
		fit := func(f statsFile, column string) *stats.Fit {
			g, err := statsGEECmd{statsFile: f, Formula: "y ~ lead + " + column, Family: "logistic", Cluster: "id", Corr: corr}.fit()
			if err != nil {
				t.Fatal(err)
			}
			return g
		}
		plain := fit(f, "age")
		for column, scale := range map[string]float64{"huge": 1e9, "tiny": 1e-9} {
			g := fit(f, column)
			close(column, g.Terms[2].Coef*scale, plain.Terms[2].Coef)
			close(column+" z", g.Terms[2].Coef / *g.Terms[2].RobustSE, plain.Terms[2].Coef / *plain.Terms[2].RobustSE)
			close(column+" lead", g.Terms[1].Coef, plain.Terms[1].Coef)
		}
		if corr == "independence" { // rows that are there three times hang together, which an exchangeable correlation sees
			again := fit(thrice, "age")
			close("repeated", again.Terms[1].Coef, plain.Terms[1].Coef)
			close("repeated, error", *again.Terms[1].RobustSE, *plain.Terms[1].RobustSE)
		}
	}
	cox := func(f statsFile, column string) *stats.Fit {
		g, err := statsCoxCmd{statsFile: f, Formula: "Surv(time, y) ~ lead + " + column, Ties: "breslow"}.fit()
		if err != nil {
			t.Fatal(err)
		}
		return g
	}
	plain := cox(f, "age")
	close("hazard, huge", cox(f, "huge").Terms[1].Coef*1e9, plain.Terms[1].Coef)
	close("hazard, repeated", cox(thrice, "age").Terms[0].Coef, plain.Terms[0].Coef)
}
