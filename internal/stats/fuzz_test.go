package stats

import (
	"strings"
	"testing"
)

func FuzzFormula(f *testing.F) {
	for _, s := range []string{"y ~ a*b + c", "log(y/n*1e4) ~ factor(x, ref=2) + offset(log(t)) - 1", "Surv(a,b,c) ~ (x+z)^2 + strata(g)", "~0", "y~`a b`:c", "I(-x^2)~1", "((((", "y ~ a - a", "~"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		p, err := ParseFormula(s)
		if err != nil {
			if KindOf(err) != BadFormula {
				t.Fatalf("%q: %v", s, err)
			}
			return
		}
		for _, c := range p.Columns() {
			if c == "" && !strings.Contains(s, "``") {
				t.Fatalf("%q reads a column without a name", s)
			}
		}
	})
}

func FuzzCSV(f *testing.F) {
	for _, s := range []string{"y,x\n1,2\n0,3\n", "\xef\xbb\xbfy,x\n1,\"a\"\n", "y,x\n1\n", "y,y\n1,2\n", "x,y\n01,1\nA,2\n", "y,x\n1e999,NaN\n", "y,x\n\"", "y,x\nNA,\n0x1p-2,1_0\n"} {
		f.Add(s)
	}
	formula, err := ParseFormula("y ~ x")
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, s string) {
		d, err := ReadCSV(strings.NewReader(s), []string{"y", "x"})
		if err != nil {
			return
		}
		for _, family := range []Family{Logistic, Poisson, Linear, NegBin} {
			fit, err := FitGLM(d, GLM{Formula: formula, Family: family})
			if err != nil {
				if KindOf(err) == "" {
					t.Fatal(err)
				}
				continue
			}
			for _, x := range fit.Terms {
				if !finite(x.Coef) || !finite(x.ModelSE) || !finite(x.Z) {
					t.Fatalf("%q: %+v", s, x)
				}
			}
		}
	})
}

// R's columns: contrasts, the leftmost level fastest, every level where the margin is absent.
func TestColumnsAreThoseOfR(t *testing.T) {
	d := fromCSV(t, "y,f,g,x\n"+strings.Repeat("1,a,p,1\n0,b,q,2\n1,c,p,3\n0,a,q,4\n1,b,p,5.5\n0,c,q,7\n", 4))
	for f, want := range map[string]string{
		"y ~ f*x":                       "(Intercept) fb fc x fb:x fc:x",
		"y ~ f + x:g":                   "(Intercept) fb fc x:gp x:gq",
		"y ~ f:g":                       "(Intercept) fa:gp fb:gp fc:gp fa:gq fb:gq fc:gq",
		"y ~ 0 + f + g":                 "fa fb fc gq",
		"y ~ factor(f, ref=b)":          "(Intercept) factor(f)a factor(f)c",
		"y ~ (f + g + x)^2 - f:g":       "(Intercept) fb fc gq x fb:x fc:x gq:x",
		"y ~ log(x) + I(x^2/2) + g - 1": "log(x) I(x^2/2) gp gq",
		"y ~ x + I(x - 1) * g":          "(Intercept) x I(x - 1) gq I(x - 1):gq",
		"y/2 ~ factor(x, ref=5.5)":      "(Intercept) factor(x)1 factor(x)2 factor(x)3 factor(x)4 factor(x)7",
		"y ~ g %in% f":                  "",
		"y ~ x ~ g":                     "",
		"y ~ sin(x)":                    "",
		"y ~ 2":                         "",
		"y ~ x + (g":                    "",
	} {
		p, err := ParseFormula(f)
		if err != nil {
			if want != "" {
				t.Errorf("%s: %v", f, err)
			}
			continue
		}
		m, err := d.newDesign(p, nil, true, nil)
		if err != nil {
			t.Errorf("%s: %v", f, err)
			continue
		}
		if got := strings.Join(m.names, " "); got != want {
			t.Errorf("%s makes %s, and R makes %s", f, got, want)
		}
	}
}
