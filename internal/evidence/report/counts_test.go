package report

import (
	"encoding/csv"
	"math"
	"slices"
	"strings"
	"testing"

	"waymark.example/internal/evidence/analysis"
	"waymark.example/internal/evidence/equity"
	"waymark.example/internal/evidence/plan"
	"waymark.example/internal/evidence/simulate"
	"waymark.example/internal/evidence/study"
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

func restOf(part, whole string) string { return "rest of " + whole + " beside " + part }

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
	rest := restOf("group/ethnicity/black/lead", "group/ethnicity/black/lead/n")
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
	key := restOf(outcomeKey(r.Primary, 0), watched(r.Primary, 0))
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

// small is a whole report on a few hundred people.
func small(t *testing.T, people int, seed uint64) (Publication, Kept) {
	t.Helper()
	st, _, err := simulate.Make(people, seed, simulate.Default())
	if err != nil {
		t.Fatal(err)
	}
	return build(t, evaluated(t, st))
}

// evaluated is what a report on a study is made of, without people drawn again.
func evaluated(t *testing.T, st *study.Study) Input {
	t.Helper()
	d := plan.Draft()
	d.Title, d.Hypothesis, d.Definition.Draws = "Made up", "Fewer people are arrested again.", 0
	d.Agreed = []plan.Agreed{{Name: "A", For: "B", On: "2026-01-10"}}
	f, err := plan.Freeze(d, noon)
	if err != nil {
		t.Fatal(err)
	}
	r, err := analysis.Run(t.Context(), st, f.Definition())
	if err != nil {
		t.Fatal(err)
	}
	fair, err := Discretion(st)
	if err != nil {
		t.Fatal(err)
	}
	return Input{Plan: f, Result: r, Equity: fair, Made: noon.AddDate(0, 6, 0)}
}

// A small area's report says what it is made for, and every table and file of it has a name of its own.
func TestASmallReportIsWhole(t *testing.T) {
	p, _ := small(t, 300, 3)
	for _, c := range p.Claims[:2] {
		if !strings.HasPrefix(c.Words, "Of every 100 people") {
			t.Errorf("%s %s", c.Question, c.Words)
		}
	}
	seen := map[string]bool{}
	for _, part := range p.Parts {
		for _, b := range part.Blocks {
			for _, name := range []string{"id " + b.ID, "file " + b.File()} {
				if seen[name] {
					t.Errorf("there are two of %s", name)
				}
				seen[name] = true
			}
			for _, noughts := range []string{"-0,", "−0,", "-0\n", "-0.0,", "−0.0,"} {
				if strings.Contains(b.CSV, noughts) {
					t.Errorf("%s: a nought below nought in\n%s", b.ID, b.CSV)
				}
			}
		}
	}
	if !seen["file table-2a-what-happened-in-each-group.csv"] {
		t.Error("a file does not say which table it is")
	}
}

// The same people under two names are shown under both or under none.
func TestR44_TheSamePeopleAreShownOrHiddenEverywhere(t *testing.T) {
	r := made(112, 131, [2]int{40, 61})
	r.Missing = append(r.Missing, analysis.Missing{Key: "research", Words: "Agreement", Arms: [3]analysis.Share{shareOf(r.Care.People-r.Care.Agreed, r.Care.People)}})
	p, _ := build(t, input(r))
	flow, err := csv.NewReader(strings.NewReader(part(t, p, "flow").Blocks[0].CSV)).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	figure := func(name string) (out []string) {
		for _, row := range flow {
			if row[0] == name {
				out = append(out, row[1])
			}
		}
		return out
	}
	for i, arm := range []string{"Diverted to LEAD", "Comparison"} {
		all := figure(arm + ": Analysed, within 12 months")
		for column, want := range map[int]string{1: all[0], 4: all[1], 5: all[2], 6: all[3]} {
			if got := cell(t, p, "primary", "table-2-risk", arm, column); got != want {
				t.Errorf("%s: %s in Table 2a and %s in Figure 1", arm, got, want)
			}
		}
		missing, _, _ := strings.Cut(cell(t, p, "missing", "table-8-missing", "Ethnicity, as the person said it", 1+i), " (")
		rows := part(t, p, "baseline").Blocks[0].Table.Rows
		at := slices.IndexFunc(rows, func(row []string) bool { return row[0] == "Ethnicity, as the person said it" })
		if got, _, _ := strings.Cut(rows[at+3][1+i], " ("); rows[at+3][0] != "Not recorded" || got != missing {
			t.Errorf("%s: %v in Table 1 and %s in Table 8a", arm, rows[at+3], missing)
		}
	}
}

// Ten arrests of three people are three people.
func TestR44_ARateIsShownByItsPeopleAndNotByItsEvents(t *testing.T) {
	r := made(212, 148, [2]int{78, 76})
	again := estimate(analysis.Crude, analysis.RateRatio, .79, .6, .99, r.Rates[0].N, [2]int{210, 190})
	r.Sensitivity = append(r.Sensitivity, analysis.Sensitivity{Key: "custody_in", Words: "Rates for each year watched", Estimate: again})
	p, _ := build(t, input(r))
	if got := cell(t, p, "missing", "table-8", "Rates for each", 3); got != "Ratio of rates: 0.79 (0.60 to 0.99)" {
		t.Error(got)
	}
	r.Rates[0].People = [2]int{3, 76}
	p, _ = build(t, input(r))
	if got := cell(t, p, "missing", "table-8", "Rates for each", 3); got != hidden {
		t.Error(got)
	}
	if got := cell(t, p, "rates", "table-4", "Arrests for offences", 2); got != hidden {
		t.Errorf("210 arrests of three people: %s", got)
	}
	if got := cell(t, p, "rates", "table-4", "Arrests for offences", 3); got != "1.46 (190 in 130 years; 75 of 145 people)" {
		t.Error(got)
	}
	i := slices.IndexFunc(p.Claims, func(c Claim) bool { return strings.HasPrefix(c.Question, "How often") })
	if strings.Contains(p.Claims[i].Words, "1.1 times") {
		t.Error(p.Claims[i].Words)
	}
}

// A key that stands for two counts is a mistake of the program, and makes no report.
func TestACountUnderAKeyOfAnotherMakesNoReport(t *testing.T) {
	r := made(212, 148, [2]int{78, 76})
	r.Second[0].Risk[0].N++
	if _, _, err := Make(input(r)); err == nil || !strings.Contains(err.Error(), "counted in two ways") {
		t.Errorf("%v", err)
	}
}

// Months in which nobody lives somewhere are not another place.
func TestMonthsAreReadByWhatIsRecordedAndNotByItsPlace(t *testing.T) {
	p, _ := build(t, input(made(612, 448, [2]int{178, 176})))
	if got := cell(t, p, "care", "table-6-months", "Temporary", 5); got != "335 (66 %)" { // 336 of 504
		t.Errorf("at 24 months: %s", got)
	}
	if got := cell(t, p, "care", "table-6-months", "Sleeping rough", 5); got != hidden {
		t.Errorf("nobody sleeps rough: %s", got)
	}
}

// Whoever has no decision on record is in Figure 1 (R41).
func TestR41_PeopleWithoutADecisionStandInTheFlow(t *testing.T) {
	p, _ := build(t, input(made(212, 148, [2]int{78, 76})))
	if csv := part(t, p, "flow").Blocks[0].CSV; !strings.Contains(csv, "In one of the two groups,15,No decision") || !strings.Contains(csv, "In one of the two groups,360,") {
		t.Error(csv)
	}
}

// What a number supposes stands beside it, also of those that come second (R46).
func TestR46_EveryMethodsCaveatIsPrinted(t *testing.T) {
	r := made(212, 148, [2]int{78, 76})
	r.Primary.CACE.Caveat = "Supposes that meeting is all"
	r.Second[1].Estimates[1].Caveat = "Supposes nothing else of prison"
	r.Survival.WeightedDiff.Caveat = "Supposes that weights are right"
	p, _ := build(t, input(r))
	for id, want := range map[string]string{"primary": "Supposes that meeting is all.", "secondary": "Supposes nothing else of prison.", "survival": "Supposes that weights are right."} {
		if !slices.Contains(part(t, p, id).Notes, want) {
			t.Errorf("%s: %q", id, part(t, p, id).Notes)
		}
	}
}
