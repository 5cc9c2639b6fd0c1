package stats

import (
	"go/ast"
	goparser "go/parser"
	gotoken "go/token"
	"io/fs"
	"os"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// Nothing that the package gives back is about one person: no result holds as many
// numbers as there are people, anywhere in it, exported or not; no name promises a
// prediction; what goes into Data does not come out; and nothing is written anywhere.
func TestNoResultIsAboutOnePerson(t *testing.T) {
	const people, months = 300, 4
	d := made(t, people, months, 5)
	f := formula(t, "y ~ lead*post + age")
	ps := Propensity{Formula: formula(t, "lead ~ age"), Estimand: ATE, Outcome: "y"}
	first, err := d.Where("month", "0")
	if err != nil {
		t.Fatal(err)
	}
	spell := Spell{Start: "start", Time: "time", Event: "event"}
	times := []float64{10, 20, 30}
	results := map[string]func() (any, error){
		"FitGLM": func() (any, error) { return FitGLM(d, GLM{Formula: f, Family: Logistic, Cluster: "id"}) },
		"ITS":    func() (any, error) { return ITS(d, f, Linear, "", 3) },
		"FitGEE": func() (any, error) {
			return FitGEE(d, GEE{Formula: f, Family: Logistic, Cluster: "id", Correlation: Exchangeable, Propensity: &ps})
		},
		"FitCox": func() (any, error) {
			return FitCox(d, Cox{Formula: formula(t, "~ lead + age"), Spell: spell, Cluster: "id", Tests: true})
		},
		"KaplanMeier": func() (any, error) { return KaplanMeier(d, KM{Spell: spell, By: "lead", Times: times, Tau: 30}) },
		"Weigh":       func() (any, error) { return Weigh(first, ps) },
		"WeighEach":   func() (any, error) { b, each, err := WeighEach(first, ps, "y", "post"); return []any{b, each}, err },
		"BootstrapGEE": func() (any, error) {
			return BootstrapGEE(d, GEE{Formula: formula(t, "y ~ lead"), Family: Logistic, Cluster: "id", Propensity: &ps}, "lead", 50, 1)
		},
		"Incidence": func() (any, error) {
			return CumulativeIncidence(d, Competing{Spell: Spell{Time: "time", Event: "cause"}, By: "lead", Times: times})
		},
		"MeanCount": func() (any, error) {
			return MeanCumulativeCount(d, Recurrent{Spell: spell, Person: "id", By: "lead", Times: times})
		},
		"Standardise":  func() (any, error) { return Standardise(d, GLM{Formula: f}, "lead") },
		"CountMissing": func() (any, error) { return CountMissing(d, "lead", "y", "age") },
		"FitDiD": func() (any, error) {
			return FitDiD(d, DiD{Outcome: "y", Treated: "lead", Post: "post", Unit: "age", Period: "month", Family: Linear})
		},
		"FitMixed":     func() (any, error) { return FitMixed(d, f, "age") },
		"CountOutcome": func() (any, error) { g, _, err := CountOutcome(d, formula(t, "y ~ lead")); return g, err },
		"Enough":       func() (any, error) { return Enough(d, "id", "lead", "y") },
	}
	for name, run := range results {
		out, err := run()
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if n := longest(reflect.ValueOf(out)); n >= 100 {
			t.Errorf("%s gives back %d values of one kind: that is one for each person", name, n)
		}
	}
}

// longest is the length of the longest list anywhere in a value.
func longest(v reflect.Value) int {
	n := 0
	switch v.Kind() {
	case reflect.Pointer, reflect.Interface:
		if !v.IsNil() {
			n = longest(v.Elem())
		}
	case reflect.Struct:
		for i := range v.NumField() {
			n = max(n, longest(v.Field(i)))
		}
	case reflect.Slice, reflect.Array, reflect.Map:
		n = v.Len()
		if v.Kind() != reflect.Map {
			for i := range v.Len() {
				n = max(n, longest(v.Index(i)))
			}
		}
	}
	return n
}

func TestTheAPIPromisesNoPredictionAndWritesNothing(t *testing.T) {
	var in, methods []string
	err := fs.WalkDir(os.DirFS("."), ".", func(path string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() || strings.HasSuffix(path, "_test.go") || !strings.HasSuffix(path, ".go") {
			return err
		}
		file, err := goparser.ParseFile(gotoken.NewFileSet(), path, nil, goparser.SkipObjectResolution)
		if err != nil {
			return err
		}
		for _, im := range file.Imports {
			in = append(in, strings.Trim(im.Path.Value, `"`))
		}
		ast.Inspect(file, func(n ast.Node) bool {
			var names []*ast.Ident
			switch x := n.(type) {
			case *ast.FuncDecl:
				names = append(names, x.Name)
				if x.Recv != nil && len(x.Recv.List) == 1 && x.Name.IsExported() {
					if star, ok := x.Recv.List[0].Type.(*ast.StarExpr); ok {
						if id, ok := star.X.(*ast.Ident); ok && id.Name == "Data" {
							methods = append(methods, x.Name.Name)
						}
					}
				}
			case *ast.TypeSpec:
				names = append(names, x.Name)
			case *ast.Field:
				names = append(names, x.Names...)
			}
			for _, id := range names {
				if id.IsExported() && regexp.MustCompile(`(?i)predict|fitted|residual|leverage|dfbeta|propensities|scores|perrow|perperson`).MatchString(id.Name) {
					t.Errorf("%s: %s promises a value for each person", path, id.Name)
				}
			}
			return true
		})
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	slices.Sort(methods)
	if want := []string{"Len", "Numbers", "Where", "Words"}; !slices.Equal(methods, want) {
		t.Errorf("Data has the methods %v: what goes in must not come out", methods)
	}
	pure := []string{"bufio", "cmp", "encoding/csv", "errors", "fmt", "io", "math", "math/bits", "math/rand/v2", "runtime", "slices", "sort", "strconv", "strings", "sync", "sync/atomic"}
	for _, p := range in {
		if !slices.Contains(pure, p) && !strings.HasPrefix(p, "gonum.org/v1/gonum/") {
			t.Errorf("the package imports %s: it is pure, keeps nothing and logs nothing", p)
		}
	}
}
