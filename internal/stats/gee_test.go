package stats

import (
	"encoding/json"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

const reference = "../../../shared/reference/evaluation/"

// readReference reads one file of R's numbers, or skips the test where they are absent.
func readReference(t *testing.T, name string) any {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(reference, name+".json"))
	if err != nil {
		t.Skipf("R's numbers are not at ../shared/reference/evaluation: %s was not compared", name)
	}
	var out any
	if err := json.Unmarshal(b, &out); err != nil {
		t.Fatal(err)
	}
	return out
}

// at goes down by keys and places: "fits.ar1.fit.coef".
func at(t *testing.T, v any, path string) any {
	t.Helper()
	if path == "" {
		return v
	}
	for key := range strings.SplitSeq(path, ".") {
		switch x := v.(type) {
		case map[string]any:
			next, ok := x[key]
			if !ok {
				t.Fatalf("the reference has no %s in %s", key, path)
			}
			v = next
		case []any:
			var i int
			if _, err := fmt.Sscan(key, &i); err != nil {
				t.Fatal(err)
			}
			v = x[i]
		default:
			t.Fatalf("the reference has no %s in %s", key, path)
		}
	}
	return v
}

func numbersAt(t *testing.T, v any, path string) []float64 {
	t.Helper()
	var out []float64
	switch x := at(t, v, path).(type) {
	case float64:
		return []float64{x}
	case []any:
		for _, e := range x {
			f, ok := e.(float64)
			if !ok {
				f = math.NaN()
			}
			out = append(out, f)
		}
	default:
		t.Fatalf("%s is no number", path)
	}
	return out
}

func numberAt(t *testing.T, v any, path string) float64 {
	t.Helper()
	return numbersAt(t, v, path)[0]
}

// near fails unless got is want within a relative tolerance, with a floor of 1e-3.
func near(t *testing.T, what string, got, want, tolerance float64) {
	t.Helper()
	if math.IsNaN(got) || math.Abs(got-want) > tolerance*max(math.Abs(want), 1e-3) {
		t.Errorf("%s: got %.15g, R has %.15g", what, got, want)
	}
}

func nearAll(t *testing.T, what string, got, want []float64, tolerance float64) {
	t.Helper()
	if len(got) != len(want) {
		t.Fatalf("%s: got %d numbers, R has %d", what, len(got), len(want))
	}
	for i := range got {
		near(t, fmt.Sprintf("%s[%d]", what, i), got[i], want[i], tolerance)
	}
}

// nearP compares p-values: relative down to 1e-300.
func nearP(t *testing.T, what string, got, want float64) {
	t.Helper()
	if math.Abs(got-want) > 1e-6*want+1e-300 {
		t.Errorf("%s: got %.15g, R has %.15g", what, got, want)
	}
}

func formula(t *testing.T, s string) Formula {
	t.Helper()
	f, err := ParseFormula(s)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// table reads columns of a reference CSV: those of the formula, and more.
func table(t *testing.T, name string, f Formula, more ...string) *Data {
	t.Helper()
	in, err := os.Open(filepath.Join(reference, name+".csv"))
	if err != nil {
		t.Skipf("R's data are not at ../shared/reference/evaluation: %s was not read", name)
	}
	defer in.Close() //nolint:errcheck // it was only read
	d, err := ReadCSV(in, append(f.Columns(), more...))
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func ofTerms(f *Fit, get func(Term) float64) []float64 {
	var out []float64
	for _, t := range f.Terms {
		out = append(out, get(t))
	}
	return out
}

// sameTerms compares the table that R prints, with the errors that z is made of.
func sameTerms(t *testing.T, what string, f *Fit, ref any, path string, tolerance float64) {
	t.Helper()
	r := at(t, ref, path)
	for i, name := range at(t, r, "term").([]any) {
		if i >= len(f.Terms) || f.Terms[i].Name != name {
			t.Fatalf("%s: term %d is not %v: %v", what, i, name, f.Terms)
		}
	}
	nearAll(t, what+" coef", ofTerms(f, func(t Term) float64 { return t.Coef }), numbersAt(t, r, "coef"), tolerance)
	for i, x := range f.Terms { // the end of an interval may be near 0: measured by its width
		if w := x.Hi - x.Lo; math.Abs(x.Lo-numbersAt(t, r, "lo")[i]) > tolerance*max(w, math.Abs(x.Lo)) || math.Abs(x.Hi-numbersAt(t, r, "hi")[i]) > tolerance*max(w, math.Abs(x.Hi)) {
			t.Errorf("%s %s: %v to %v, R has %v to %v", what, x.Name, x.Lo, x.Hi, numbersAt(t, r, "lo")[i], numbersAt(t, r, "hi")[i])
		}
	}
	nearAll(t, what+" se", ofTerms(f, func(t Term) float64 { return (t.Hi - t.Lo) / 2 / z975 }), numbersAt(t, r, "se"), tolerance)
	nearAll(t, what+" z", ofTerms(f, func(t Term) float64 { return t.Z }), numbersAt(t, r, "z"), tolerance)
	ps := numbersAt(t, r, "p")
	for i, x := range f.Terms {
		// A p-value far out moves more than z does.
		if w := ps[i]; math.Abs(x.P-w) > max(1e-6, 3*tolerance*x.Z*x.Z)*w+1e-300 {
			t.Errorf("%s p %s: got %g, R has %g", what, x.Name, x.P, w)
		}
	}
	if f.Terms[0].Exp != nil {
		nearAll(t, what+" exp", ofTerms(f, func(t Term) float64 { return *t.Exp }), numbersAt(t, r, "exp"), tolerance)
		nearAll(t, what+" exp_lo", ofTerms(f, func(t Term) float64 { return *t.ExpLo }), numbersAt(t, r, "exp_lo"), 2*tolerance)
		nearAll(t, what+" exp_hi", ofTerms(f, func(t Term) float64 { return *t.ExpHi }), numbersAt(t, r, "exp_hi"), 2*tolerance)
	}
}

func robustSE(f *Fit) []float64 {
	return ofTerms(f, func(t Term) float64 { return *t.RobustSE })
}

func modelSE(f *Fit) []float64 { return ofTerms(f, func(t Term) float64 { return t.ModelSE }) }

func sameGEE(t *testing.T, what string, f *Fit, ref any) {
	t.Helper()
	const tolerance = 1e-7
	sameTerms(t, what, f, ref, "fit", tolerance)
	nearAll(t, what+" naive", modelSE(f), numbersAt(t, ref, "naive_se"), tolerance)
	for i, row := range at(t, ref, "robust_vcov").([]any) {
		nearAll(t, what+" covariance", f.Covariance[i], numbersAt(t, row, ""), 1e-6)
	}
	near(t, what+" phi", f.Scale, numberAt(t, ref, "phi"), tolerance)
	near(t, what+" qic", *f.QIC, numberAt(t, ref, "qic"), tolerance)
	if f.Alpha != nil {
		near(t, what+" alpha", *f.Alpha, numberAt(t, ref, "alpha"), tolerance)
	}
	if float64(f.N) != numberAt(t, ref, "n") || float64(f.Clusters) != numberAt(t, ref, "clusters") {
		t.Errorf("%s: %d rows in %d clusters", what, f.N, f.Clusters)
	}
}

func TestGEEAgreesWithGeepack(t *testing.T) {
	for _, c := range []struct {
		file, data, formula, cluster, path string
		family                             Family
	}{
		{"gee_ohio", "ohio", "resp ~ age*smoke", "id", "fits", Logistic},
		{"gee_epil", "epil", "y ~ lbase*trt01 + lage + V4", "subject", "fits", Poisson},
		{"gee_lead_panel_a_counts", "lead_panel_a", "n_arrest ~ lead*post", "id", "fits", Poisson},
		{"gee_lead_panel_a", "lead_panel_a", "arrest ~ lead*post", "id", "unweighted", Logistic},
	} {
		ref := readReference(t, c.file)
		f := formula(t, c.formula)
		d := table(t, c.data, f, c.cluster)
		for _, corr := range []Correlation{Independence, Exchangeable, AR1} {
			fit, err := FitGEE(d, GEE{Formula: f, Family: c.family, Cluster: c.cluster, Correlation: corr})
			if err != nil {
				t.Fatal(c.file, err)
			}
			sameGEE(t, c.file+" "+string(corr), fit, at(t, ref, c.path+"."+string(corr)))
		}
	}
}
