package stats

import (
	"encoding/json"
	"math"
	"math/rand/v2"
	"runtime"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// fromCSV reads a table that a test writes out.
func fromCSV(t testing.TB, text string) *Data {
	t.Helper()
	head, _, _ := strings.Cut(text, "\n")
	d, err := ReadCSV(strings.NewReader(text), strings.Split(head, ","))
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// made is people with months, in which lead and post matter.
func made(t testing.TB, people, months int, seed uint64) *Data {
	t.Helper()
	r := rand.New(rand.NewPCG(seed, 1))
	n := people * months
	cols := map[string][]float64{}
	for _, c := range []string{"id", "month", "lead", "post", "age", "y", "count", "time", "event", "start", "cause", "w"} {
		cols[c] = make([]float64, n)
	}
	for i := range n {
		id, month := i/months, i%months
		if month == 0 {
			cols["lead"][i], cols["age"][i] = float64(r.IntN(2)), float64(18+r.IntN(40))
			cols["w"][i] = 0.5 + r.Float64()
		} else {
			for _, c := range []string{"lead", "age", "w"} {
				cols[c][i] = cols[c][i-1]
			}
		}
		cols["id"][i], cols["month"][i] = float64(id), float64(month)
		cols["post"][i] = float64(month * 2 / months)
		p := 1 / (1 + math.Exp(1.2-.02*(cols["age"][i]-30)+.5*cols["lead"][i]*cols["post"][i]))
		for range 3 {
			if r.Float64() < p {
				cols["count"][i]++
			}
		}
		if r.Float64() < p {
			cols["y"][i] = 1
		}
		cols["start"][i], cols["time"][i] = float64(month*10), float64(month*10+1+r.IntN(9))
		cols["event"][i] = cols["y"][i]
		if r.Float64() < .5 {
			cols["cause"][i] = float64(1 + r.IntN(2))
		}
	}
	d := NewData()
	for _, c := range []string{"id", "month", "lead", "post", "age", "y", "count", "time", "event", "start", "cause", "w"} {
		if err := d.Numbers(c, cols[c]); err != nil {
			t.Fatal(err)
		}
	}
	return d
}

func TestWhatHasNoNumberIsSaidInWordsAndNeverANumber(t *testing.T) {
	separated := "y,x,g,id,z,w0,neg,one,gap\n"
	for i := range 60 {
		y, x := "0", "0"
		if i >= 30 {
			y, x = "1", "1"
		}
		third := []string{"a", "b", "c"}[i%3]
		separated += y + "," + x + "," + third + "," + string(rune('A'+i%20)) + ",0,0,-1,7,\n"
	}
	sep := fromCSV(t, separated)
	quasi := "y,x,age\n"
	for i := range 200 {
		y, x := "0", "0"
		if i%3 == 0 {
			y = "1"
		}
		if i >= 180 {
			y, x = "1", "1"
		}
		quasi += y + "," + x + "," + string(rune('1'+i%7)) + "\n"
	}
	part := fromCSV(t, quasi)
	zero := fromCSV(t, "n,x,time,event,none,start\n"+strings.Repeat("0,1,5,0,0,1\n2,0,3,1,0,4\n1,0,4,1,0,4\n0,1,6,0,0,2\n", 20))
	good := made(t, 60, 6, 1)
	for name, c := range map[string]struct {
		kind Kind
		run  func() error
	}{
		"separated":               {Separation, fitErr(sep, "y ~ x", Logistic, "")},
		"separated in estimating": {Separation, geeErr(sep, "y ~ x", Logistic, "id")},
		"a group that always has": {Separation, fitErr(part, "y ~ x + age", Logistic, "")},
		"a group without counts":  {Separation, fitErr(zero, "n ~ x", Poisson, "")},
		"hazards without events":  {Separation, coxErr(zero, "Surv(time,event) ~ x")},
		"twice the same":          {Collinear, fitErr(good, "y ~ age + I(2*age)", Logistic, "")},
		"a sum of others":         {Collinear, fitErr(good, "y ~ age + lead + I(age + 3*lead)", Linear, "")},
		"every level":             {Collinear, fitErr(good, "y ~ factor(lead) + I(1-lead)", Logistic, "")},
		"the same for all":        {Collinear, fitErr(sep, "y ~ one", Logistic, "")},
		"collinear hazards":       {Collinear, coxErr(good, "Surv(time,event) ~ age + I(-age)")},
		"one cluster":             {TooFew, geeErr(sep, "y ~ g", Logistic, "one")},
		"one cluster of a model":  {TooFew, fitErr(sep, "y ~ g", Logistic, "one")},
		"one row each":            {TooFew, func() error { return geeExchangeable(fromCSV(t, "y,x,id\n1,2,a\n0,3,b\n1,1,c\n0,5,d\n1,4,e\n")) }},
		"nothing but zeroes":      {EmptyCell, fitErr(sep, "z ~ g", Logistic, "")},
		"counts of zero":          {EmptyCell, fitErr(sep, "z ~ g", Poisson, "")},
		"always":                  {EmptyCell, fitErr(fromCSV(t, "y,x\n1,2\n1,3\n1,1\n1,5\n"), "y ~ x", Logistic, "")},
		"no event":                {EmptyCell, coxErr(zero, "Surv(time,none) ~ x")},
		"all missing":             {TooFew, fitErr(sep, "y ~ gap", Logistic, "")},
		"no such column":          {BadData, fitErr(sep, "y ~ absent", Logistic, "")},
		"three words":             {BadData, fitErr(sep, "g ~ x", Logistic, "")},
		"words for a number":      {BadData, fitErr(sep, "y ~ log(g)", Logistic, "")},
		"log of nothing":          {BadData, fitErr(sep, "y ~ log(z)", Logistic, "")},
		"weights of 0":            {BadData, weightErr(sep, "w0")},
		"weights below 0":         {BadData, weightErr(sep, "neg")},
		"counts that are no more": {NotConverged, fitErr(fromCSV(t, "n,x\n"+strings.Repeat("2,1\n3,1\n2,0\n3,0\n", 30)), "n ~ x", NegBin, "")},
		"below 0":                 {BadData, fitErr(sep, "neg ~ g", Poisson, "")},
		"more terms than rows":    {TooFew, fitErr(fromCSV(t, "y,a,b\n1,2,3\n0,1,5\n"), "y ~ a + b", Linear, "")},
		"an exact fit":            {TooFew, fitErr(fromCSV(t, "y,a\n1,1\n2,2\n3,3\n4,4\n"), "y ~ a", Linear, "")},
		"ends before it begins":   {BadData, coxErr(zero, "Surv(start,time,event) ~ x")},
		"no left side":            {BadFormula, fitErr(sep, "~ x", Logistic, "")},
		"an empty stratum": {EmptyCell, func() error {
			_, err := KaplanMeier(zero, KM{Spell: Spell{Time: "time", Event: "none"}, By: "x", Times: []float64{1}})
			return err
		}},
		"single arm": {EmptyCell, func() error { _, err := Enough(sep, "", "one", "y"); return err }},
		"treated by certainty": {Separation, func() error {
			_, err := Weigh(sep, Propensity{Formula: formula(t, "y ~ x"), Estimand: ATE})
			return err
		}},
		"a small arm": {TooFew, func() error {
			_, err := Enough(fromCSV(t, "a,y\n"+strings.Repeat("1,1\n", 40)+strings.Repeat("0,1\n", 19)), "", "a", "y")
			return err
		}},
		"few events": {TooFew, func() error {
			_, err := Enough(fromCSV(t, "a,y\n"+strings.Repeat("1,0\n", 40)+strings.Repeat("0,1\n", 19)+strings.Repeat("0,1\n", 19)), "", "a", "y")
			return err
		}},
	} {
		err := c.run()
		if KindOf(err) != c.kind {
			t.Errorf("%s: %q (%v), expected %q", name, KindOf(err), err, c.kind)
		}
	}
}

func fitErr(d *Data, f string, family Family, cluster string) func() error {
	return func() error {
		p, err := ParseFormula(f)
		if err != nil {
			return err
		}
		_, err = FitGLM(d, GLM{Formula: p, Family: family, Cluster: cluster})
		return err
	}
}

func weightErr(d *Data, column string) func() error {
	return func() error {
		p, err := ParseFormula("y ~ g")
		if err != nil {
			return err
		}
		_, err = FitGLM(d, GLM{Formula: p, Family: Logistic, Weights: column})
		return err
	}
}

func geeErr(d *Data, f string, family Family, cluster string) func() error {
	return func() error {
		p, err := ParseFormula(f)
		if err != nil {
			return err
		}
		_, err = FitGEE(d, GEE{Formula: p, Family: family, Cluster: cluster, Correlation: Exchangeable})
		return err
	}
}

func geeExchangeable(d *Data) error { return geeErr(d, "y ~ x", Logistic, "id")() }

func coxErr(d *Data, f string) func() error {
	return func() error {
		p, err := ParseFormula(f)
		if err != nil {
			return err
		}
		_, err = FitCox(d, Cox{Formula: p})
		return err
	}
}

// everyModel is each model on the same data.
func everyModel(t testing.TB, d *Data) map[string]*Fit {
	t.Helper()
	parse := func(s string) Formula {
		f, err := ParseFormula(s)
		if err != nil {
			t.Fatal(err)
		}
		return f
	}
	f, c := parse("y ~ lead*post + age"), parse("count ~ lead*post + age")
	surv := parse("Surv(start, time, event) ~ lead + age")
	out := map[string]*Fit{}
	keep := func(name string, fit *Fit, err error) {
		t.Helper()
		if err != nil {
			t.Fatal(name, err)
		}
		out[name] = fit
	}
	for _, k := range []Correlation{Independence, Exchangeable, AR1} {
		fit, err := FitGEE(d, GEE{Formula: f, Family: Logistic, Cluster: "id", Correlation: k, Order: "month", Weights: "w"})
		keep("gee "+string(k), fit, err)
	}
	for _, e := range []Errors{ModelErrors, HC0, HC3, CR0, CR2} {
		fit, err := FitGLM(d, GLM{Formula: c, Family: Poisson, Cluster: "id", Errors: e})
		keep("glm "+string(e), fit, err)
	}
	fit, err := FitCox(d, Cox{Formula: surv, Cluster: "id", Tests: true})
	keep("cox", fit, err)
	return out
}

func sameFits(t testing.TB, what string, a, b map[string]*Fit, tolerance float64) {
	t.Helper()
	for name, f := range a {
		for i, x := range f.Terms {
			y := b[name].Terms[i]
			if math.Abs(x.Coef-y.Coef) > tolerance*(1e-3+math.Abs(x.Coef)) || math.Abs(*x.RobustSE-*y.RobustSE) > tolerance**x.RobustSE {
				t.Errorf("%s: %s %s %v (%v) became %v (%v)", what, name, x.Name, x.Coef, *x.RobustSE, y.Coef, *y.RobustSE)
			}
		}
	}
}

// shuffled is the rows in another order, and people under other names.
func shuffled(t testing.TB, d *Data, seed uint64) *Data {
	t.Helper()
	r := rand.New(rand.NewPCG(seed, 2))
	list := make([]int32, d.n)
	for i := range list {
		list[i] = int32(i)
	}
	r.Shuffle(len(list), func(i, j int) { list[i], list[j] = list[j], list[i] })
	out := d.pick(list)
	names := map[float64]string{}
	id := out.column("id")
	words := make([]string, out.n)
	for i := range words {
		v := id.at(i)
		if names[v] == "" {
			names[v] = "p" + string(rune('a'+r.IntN(26))) + plainNumber(v*7)
		}
		words[i] = names[v]
	}
	kept := NewData()
	if err := kept.Words("id", words); err != nil {
		t.Fatal(err)
	}
	for _, c := range out.columns {
		if c.name != "id" {
			kept.columns = append(kept.columns, c)
		}
	}
	return kept
}

func TestNoOrderOfRowsAndNoNameOfAPersonChangesAResult(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		seed := rapid.Uint64Range(1, 1<<40).Draw(rt, "seed")
		d := made(t, 60, 4, seed)
		sameFits(t, "shuffled", everyModel(t, d), everyModel(t, shuffled(t, d, seed)), 1e-8)
	})
}

func TestWeightsScalesAndRepeatsDoWhatTheyMust(t *testing.T) {
	d := made(t, 100, 6, 7)
	f := formula(t, "y ~ lead*post + age")
	fit := func(d *Data, f string, weights string) *Fit {
		t.Helper()
		out, err := FitGEE(d, GEE{Formula: formula(t, f), Family: Logistic, Cluster: "id", Correlation: Exchangeable, Weights: weights})
		if err != nil {
			t.Fatal(err)
		}
		return out
	}
	one := fit(d, "y ~ lead*post + age", "w")
	scaled := make([]float64, d.n)
	far := make([]float64, d.n)
	for i := range scaled {
		scaled[i] = 17 * d.column("w").at(i)
		far[i] = 1e9*d.column("age").at(i) + 1e11
	}
	if err := d.Numbers("w17", scaled); err != nil {
		t.Fatal(err)
	}
	if err := d.Numbers("far", far); err != nil {
		t.Fatal(err)
	}
	sameFits(t, "weights x 17", map[string]*Fit{"": one}, map[string]*Fit{"": fit(d, "y ~ lead*post + age", "w17")}, 1e-9)
	// A column in other units has its coefficient in those units; nothing else moves.
	other := fit(d, "y ~ lead*post + far", "w")
	for i, x := range one.Terms {
		y := other.Terms[i]
		switch x.Name {
		case "(Intercept)":
		case "age":
			near(t, "scaled", y.Coef*1e9, x.Coef, 1e-8)
			near(t, "scaled se", *y.RobustSE*1e9, *x.RobustSE, 1e-8)
		default:
			near(t, x.Name, y.Coef, x.Coef, 1e-8)
			near(t, x.Name, *y.RobustSE, *x.RobustSE, 1e-8)
		}
	}
	// Every row twice: the same coefficients and errors by cluster, and the model's errors smaller by the root of 2.
	list := make([]int32, 0, 2*d.n)
	for i := range d.n {
		list = append(list, int32(i), int32(i))
	}
	a, b := glm(t, d, GLM{Formula: f, Family: Logistic, Cluster: "id"}), glm(t, d.pick(list), GLM{Formula: f, Family: Logistic, Cluster: "id"})
	for i := range a.Terms {
		near(t, "twice", b.Terms[i].Coef, a.Terms[i].Coef, 1e-9)
		near(t, "twice, robust", *b.Terms[i].RobustSE, *a.Terms[i].RobustSE, 1e-9)
		near(t, "twice, model", b.Terms[i].ModelSE*math.Sqrt2, a.Terms[i].ModelSE, 1e-9)
	}
	// Missing values are left out and counted.
	gaps := fromCSV(t, "y,x\n"+strings.Repeat("1,2\n0,1\nNA,3\n,5\n1,1\n0,3\n0,\n1,4\n", 10))
	if fit := glm(t, gaps, GLM{Formula: formula(t, "y ~ x"), Family: Logistic}); fit.N != 50 || fit.Missing != 30 {
		t.Errorf("%d rows, %d missing", fit.N, fit.Missing)
	}
}

func TestTheNumberOfProcessorsChangesNothing(t *testing.T) {
	d := made(t, 3000, 6, 11) // several blocks
	before := runtime.GOMAXPROCS(1)
	defer runtime.GOMAXPROCS(before)
	results := func() string {
		fits := everyModelFast(t, d)
		b, err := json.Marshal(fits)
		if err != nil {
			t.Fatal(err)
		}
		return string(b)
	}
	one := results()
	for _, n := range []int{2, 5} {
		runtime.GOMAXPROCS(n)
		if results() != one {
			t.Errorf("with %d processors some digit is another", n)
		}
	}
}

func everyModelFast(t *testing.T, d *Data) []any {
	t.Helper()
	f := formula(t, "y ~ lead*post + age + month")
	var out []any
	for _, k := range []Correlation{Independence, Exchangeable, AR1} {
		fit, err := FitGEE(d, GEE{Formula: f, Family: Logistic, Cluster: "id", Correlation: k})
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, fit)
	}
	out = append(out, glm(t, d, GLM{Formula: f, Family: Logistic, Errors: HC3}))
	ps := &Propensity{Formula: formula(t, "lead ~ age"), Estimand: ATT}
	b, err := BootstrapGEE(d, GEE{Formula: formula(t, "y ~ lead"), Family: Logistic, Cluster: "id", Propensity: ps}, "lead", 50, 3)
	if err != nil {
		t.Fatal(err)
	}
	return append(out, b)
}
