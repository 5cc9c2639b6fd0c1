package report

import (
	"math"
	"slices"
	"strings"
	"testing"

	"waymark.example/internal/evidence/analysis"
	"waymark.example/internal/evidence/equity"
	"waymark.example/internal/evidence/simulate"
	"waymark.example/internal/stats"
	"waymark.example/internal/suppress"
)

// cell is what stands in a table in the row that begins with a word.
func cell(t *testing.T, p Publication, of, id, row string, column int) string {
	t.Helper()
	for _, b := range part(t, p, of).Blocks {
		if b.ID != id {
			continue
		}
		for _, r := range b.Table.Rows {
			if strings.HasPrefix(r[0], row) && len(r) > column {
				return r[column]
			}
		}
	}
	t.Fatalf("no row %q in %s", row, id)
	return ""
}

// An interval of exact counts is as wide as one over each of its cells says: where those without the outcome are hidden, so is it.
func TestTheIntervalOfAGroupsEffectTellsNoHiddenRest(t *testing.T) {
	group := func(black [2]int) (Publication, map[string]suppress.Shown) {
		r := made(212, 148, [2]int{78, 76})
		g := &r.Subgroups[0]
		g.Levels = g.Levels[:2]
		var n, x [2]int
		for i := range 2 {
			n[i], x[i] = g.Levels[0].Risk[i].N, black[i]
			g.Levels[0].Risk[i] = shareOf(x[i], n[i])
			g.Levels[1].Risk[i] = shareOf([2]int{78, 76}[i]-x[i], []int{205, 145}[i]-n[i])
		}
		p, k := build(t, input(r))
		shown := map[string]suppress.Shown{}
		for _, f := range k.Counts.Public() {
			shown[f.Key] = f
		}
		return p, shown
	}
	rest := left("group/ethnicity/black/lead", "group/ethnicity/black/lead/n")
	p, shown := group([2]int{44, 18}) // of 51 and 36
	if shown[rest].Shown || !shown["group/ethnicity/black/lead"].Shown || !shown["group/ethnicity/black/lead/n"].Shown {
		t.Fatalf("the sample is none: %+v", shown[rest])
	}
	if got := cell(t, p, "groups", "table-5-ethnicity", "Black", 4); got != hidden {
		t.Errorf("shown: %s", got)
	}
	for _, b := range part(t, p, "groups").Blocks {
		if strings.Contains(b.Table.Note, "taken together") {
			t.Error("the p of all groups is shown")
		}
	}
	if i := slices.IndexFunc(p.Claims, func(c Claim) bool { return strings.HasPrefix(c.Question, "Is it the same") }); strings.Contains(p.Claims[i].Words, "0.67") {
		t.Error("the first page shows it: " + p.Claims[i].Words)
	}
	p, shown = group([2]int{26, 18})
	if !shown[rest].Shown {
		t.Fatal("the sample is none")
	}
	if got := cell(t, p, "groups", "table-5-ethnicity", "Black", 4); got != "0.90 (0.50 to 1.70)" {
		t.Errorf("not shown: %s", got)
	}
}

// What holds of groups holds of every number that was worked out from exact counts.
func TestNoModelStandsWhereThoseWithoutTheOutcomeAreHidden(t *testing.T) {
	r := made(212, 148, [2]int{199, 110})
	r.Subgroups = nil
	r.Survival.Tau = r.Primary.Window
	second := &r.Second[1]
	*second = outcomeLike(*second, [2]int{198, 60})
	p, k := build(t, input(r))
	key := left(outcomeKey(r.Primary, 0), watched(r.Primary, 0))
	for _, f := range k.Counts.Figures {
		if f.Key == key && (f.Shown || f.Count != 6) || f.Key == outcomeKey(r.Primary, 0) && !f.Shown {
			t.Fatalf("the sample is none: %+v", f)
		}
	}
	var text strings.Builder
	for _, c := range p.Claims[:3] {
		text.WriteString(c.Words + c.Interval + "\n")
	}
	for _, id := range []string{"primary", "secondary", "survival", "missing"} {
		x := part(t, p, id)
		text.WriteString(strings.Join(x.Notes, "\n"))
		for _, b := range x.Blocks {
			if b.Table != nil {
				text.WriteString(b.CSV)
			}
		}
	}
	for _, exact := range []string{"0.62 (", "0.55 (", "0.66 (", "0.70 (", "−17.0 (", "0.71 (", "498 days", "E-value", "−14.0 (", "chi-squared"} {
		if strings.Contains(text.String(), exact) {
			t.Errorf("%q is shown in\n%s", exact, text.String())
		}
	}
	for column := 5; column <= 6; column++ {
		if got := cell(t, p, "secondary", "table-3", sentenceless(second.Words), column); got != hidden && got != "" {
			t.Errorf("shown: %s", got)
		}
	}
}

func outcomeLike(o analysis.Outcome, x [2]int) analysis.Outcome {
	for i := range 2 {
		o.Risk[i] = shareOf(x[i], o.Risk[i].N)
	}
	return o
}

// Within groups of offences the odds ratio is worked out from exact counts as well.
func TestTheOddsRatioByOffenceTellsNoHiddenCount(t *testing.T) {
	stood, hid := 0, 0
	for seed := uint64(1); seed <= 4; seed++ {
		st, _, err := simulate.Make(600*int(1+seed/4*5), seed, simulate.Default())
		if err != nil {
			t.Fatal(err)
		}
		r, err := Discretion(st)
		if err != nil {
			t.Fatal(err)
		}
		r.Panels = slices.DeleteFunc(r.Panels, func(p equity.Panel) bool { return p.Dimension != "ethnicity" })
		r.Comparisons = slices.DeleteFunc(r.Comparisons, func(c equity.Comparison) bool { return c.Dimension != "ethnicity" })
		open, kept, err := r.Public(nil)
		if err != nil {
			t.Fatal(err)
		}
		shown := map[string]bool{}
		for _, f := range kept.Figures {
			shown[f.Key] = f.Shown
		}
		for _, c := range open.Comparisons {
			exact, _ := r.Find(c.Dimension, c.Against, c.Decision, c.Group)
			if exact.Strata == nil && exact.Adjusted == nil {
				continue
			}
			all := true
			for _, g := range []string{c.Group, c.Reference} {
				path := "equity/" + r.From + ":" + r.Until + "/people/" + c.Dimension + "=" + g + "/"
				need := []string{c.Decision, c.Decision + "/not"}
				if c.Against == "eligible" {
					need = append(need, "eligible", "offered/not")
				}
				for _, k := range need {
					all = all && shown[path+k]
				}
			}
			switch {
			case c.Strata == nil && c.P != nil:
				hid++
				if c.Adjusted.Difference != nil || c.Adjusted.CI != nil || c.Adjusted.Problem == "" {
					t.Errorf("adjusted is shown: %+v", c.Adjusted)
				}
			case c.Strata != nil:
				stood++
				if !all {
					t.Errorf("seed %d, %s of %s, %s: shown beside a hidden count", seed, c.Decision, c.Against, c.Group)
				}
				for _, v := range []float64{c.Strata.OR, c.Strata.CI.Lo, c.Strata.CI.Hi} {
					if math.Abs(100*v-math.Round(100*v)) > 1e-6 {
						t.Errorf("%v has more than two digits", v)
					}
				}
			}
		}
		at := slices.Index(open.Table().Head, "odds_ratio_by_offence")
		for _, row := range open.Table().Rows {
			for _, c := range append(slices.Clone(row[at:at+3]), row[at+3:at+6]...) {
				if _, digits, ok := strings.Cut(c, "."); c != "" && (!ok || len(digits) != 2) {
					t.Errorf("printed as %s", c)
				}
			}
		}
	}
	if stood == 0 || hid == 0 {
		t.Errorf("%d stood and %d were hidden: the sample is none", stood, hid)
	}
}

// The interval in which support began is from the numbers that stand beside it.
func TestTheIntervalOfCareIsOfTheRoundedNumbers(t *testing.T) {
	p, _ := build(t, input(made(212, 148, [2]int{78, 76})))
	w, err := stats.NewProportion(130, 150) // 132 of 152
	if err != nil {
		t.Fatal(err)
	}
	i := slices.IndexFunc(p.Claims, func(c Claim) bool { return strings.HasPrefix(c.Question, "Did people get") })
	if want := fixed(100*w.Wilson.Lo, 0) + " to " + fixed(100*w.Wilson.Hi, 0); !strings.HasPrefix(p.Claims[i].Interval, want) {
		t.Errorf("%s, want %s", p.Claims[i].Interval, want)
	}
}
