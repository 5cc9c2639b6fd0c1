package report

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"waymark.example/internal/evidence/analysis"
	"waymark.example/internal/evidence/cohort"
	"waymark.example/internal/evidence/cost"
	"waymark.example/internal/evidence/plan"
	"waymark.example/internal/stats"
	"waymark.example/internal/suppress"
)

var golden = flag.Bool("golden", false, "write the golden files anew")

func build(t testing.TB, in Input) (Publication, Kept) {
	t.Helper()
	p, kept, err := Make(in)
	if err != nil {
		t.Fatal(err)
	}
	return p, kept
}

// The numbers of every table and picture, as files; a change of any shows in review.
func TestTheTablesOfAReportAreAsTheyWere(t *testing.T) {
	p, _ := build(t, input(made(212, 148, [2]int{78, 76})))
	var out strings.Builder
	for _, c := range p.Claims {
		fmt.Fprintf(&out, "%s\n%s\n%s | %s | %s | %s | %s\n\n", c.Question, c.Words, c.N, c.Window, c.Design, c.Interval, c.Caveat)
	}
	for _, part := range p.Parts {
		fmt.Fprintf(&out, "== %s\n", part.Heading)
		for _, b := range part.Blocks {
			fmt.Fprintf(&out, "-- %s\n%s", b.ID, b.CSV)
		}
	}
	path := filepath.Join("testdata", "report.golden")
	if *golden {
		if err := os.WriteFile(path, []byte(out.String()), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if got := out.String(); got != string(want) {
		a, b := strings.Split(got, "\n"), strings.Split(string(want), "\n")
		for i := range min(len(a), len(b)) {
			if a[i] != b[i] {
				t.Fatalf("line %d:\n%s\nwas\n%s\n(go test -golden writes it anew)", i+1, a[i], b[i])
			}
		}
		t.Fatalf("%d lines, were %d", len(a), len(b))
	}
}

// Each claim carries n, window, design, interval and caveat, whatever the data are like; one that does not stops the report.
func TestR46_NoClaimStandsAlone(t *testing.T) {
	p, _ := build(t, input(made(212, 148, [2]int{78, 76})))
	for _, c := range p.Claims {
		if err := c.Check(); err != nil {
			t.Error(err)
		}
	}
	c := p.Claims[0]
	for _, without := range []func(*Claim){func(c *Claim) { c.N = "" }, func(c *Claim) { c.Window = " " }, func(c *Claim) { c.Design = "" }, func(c *Claim) { c.Interval = "" }, func(c *Claim) { c.Caveat = "" }} {
		bare := c
		without(&bare)
		if bare.Check() == nil {
			t.Errorf("stands alone: %+v", bare)
		}
	}
	// No odds ratio without the shares beside it, and never called a risk.
	primary := part(t, p, "primary")
	text := primary.Blocks[0].CSV + primary.Blocks[1].CSV
	if !strings.Contains(text, "39 %") || !strings.Contains(text, "52 %") || !strings.Contains(text, "Odds ratio (odds are not risk)") {
		t.Error("odds stand without the shares")
	}
	// Published results are context, and no number of them is in a claim.
	for _, c := range p.Claims {
		if strings.Contains(c.Words, "58 ") {
			t.Errorf("a published result in a claim: %s", c.Words)
		}
	}
}

func part(t testing.TB, p Publication, id string) Part {
	t.Helper()
	i := slices.IndexFunc(p.Parts, func(x Part) bool { return x.ID == id })
	if i < 0 {
		t.Fatalf("there is no part %s", id)
	}
	return p.Parts[i]
}

// The same questions in the same order and place, whichever way it came out.
func TestWhatSpeaksAgainstLEADStandsWhereWhatSpeaksForItWould(t *testing.T) {
	better, _ := build(t, input(made(212, 148, [2]int{78, 76})))
	none, _ := build(t, input(made(212, 148, [2]int{90, 63})))
	worse, _ := build(t, input(made(212, 148, [2]int{120, 50})))
	for i := range better.Claims {
		if a, b, c := better.Claims[i].Question, none.Claims[i].Question, worse.Claims[i].Question; a != b || b != c {
			t.Errorf("question %d: %q, %q, %q", i, a, b, c)
		}
	}
	for words, p := range map[string]Publication{"less often in LEAD": better, "do not show a difference; neither do they show that there is none": none, "more often in LEAD": worse} {
		if !strings.Contains(p.Claims[0].Words, words) {
			t.Errorf("%q is not in %q", words, p.Claims[0].Words)
		}
	}
	for i := range better.Parts {
		if better.Parts[i].ID != worse.Parts[i].ID || len(better.Parts[i].Blocks) != len(worse.Parts[i].Blocks) {
			t.Errorf("part %s is another one where LEAD does worse", better.Parts[i].ID)
		}
	}
}

var whole = regexp.MustCompile(`^([0-9][0-9,]*)(?: of ([0-9][0-9,]*))?(?: \([0-9]+ %\))?$`)

// Over all tables and files together no number of people below the threshold is shown, and none can be worked out.
func TestR44_NoSmallNumberIsInAReportNorFollowsFromIt(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		lead, usual := rapid.IntRange(110, 400).Draw(t, "lead"), rapid.IntRange(80, 300).Draw(t, "usual")
		in := input(made(lead, usual, [2]int{rapid.IntRange(20, lead/2).Draw(t, "x lead"), rapid.IntRange(20, usual/2).Draw(t, "x usual")}))
		if rapid.Bool().Draw(t, "nhs") {
			d := plan.Draft()
			d.Title, d.Hypothesis, d.Profile, d.Agreed = in.Plan.Plan.Title, in.Plan.Plan.Hypothesis, "nhs", in.Plan.Plan.Agreed
			f, err := plan.Freeze(d, noon)
			if err != nil {
				t.Fatal(err)
			}
			in.Plan = f
		}
		p, kept, err := Make(in)
		if err != nil {
			t.Fatal(err)
		}
		small := map[string]int{}
		for _, f := range kept.Counts.Figures {
			if _, shown := in.Plan.Plan.Suppression().Round(f.Count); !shown {
				small[f.Key] = f.Count
				if f.Shown {
					t.Errorf("%s, %d, is shown", f.Key, f.Count)
				}
			}
		}
		for _, bound := range suppress.Recover([]suppress.Release{kept.Counts}) {
			if n, ok := small[bound.Name]; ok && bound.Tight() {
				t.Errorf("%s, %d, is told to be %d to %d", bound.Name, n, bound.Lo, bound.Hi)
			}
		}
		// The files, read as somebody would who never saw the code.
		for _, part := range p.Parts {
			for _, b := range part.Blocks {
				if b.ID == "figure-2" || b.ID == "figure-2-weighted" || b.ID == "figure-3" || b.ID == "weights" { // days, months and weights
					continue
				}
				rows, err := csv.NewReader(strings.NewReader(b.CSV)).ReadAll()
				if err != nil {
					t.Fatalf("%s: %v", b.ID, err)
				}
				for _, row := range rows[1:] {
					for _, cell := range row[1:] {
						for i, number := range whole.FindStringSubmatch(cell) {
							n, err := strconv.Atoi(strings.ReplaceAll(number, ",", ""))
							if i > 0 && number != "" && (err != nil || n != 0 && n < 10 || n%5 != 0) {
								t.Errorf("%s: %q in %v", b.ID, cell, row)
							}
						}
					}
				}
			}
		}
	})
}

// A second report on nearly the same people is refused; on the same people, and on many more, it is not.
func TestUX21_AReportOnNearlyTheSamePeopleIsRefused(t *testing.T) {
	_, kept := build(t, input(made(212, 148, [2]int{78, 76})))
	other := func(lead, usual int) error {
		in := input(made(lead, usual, [2]int{78, 76}))
		in.Result.StudyHash = "another"
		in.Past = []Kept{kept}
		_, _, err := Make(in)
		return err
	}
	if err := other(215, 190); !errors.Is(err, ErrNear) {
		t.Errorf("three people more: %v", err)
	}
	if err := other(212, 148); !errors.Is(err, ErrNear) {
		t.Errorf("as many people in other rows: %v", err)
	}
	if err := other(260, 148); !errors.Is(err, ErrNear) {
		t.Errorf("the same comparison in other rows: %v", err)
	}
	if err := other(260, 190); err != nil {
		t.Error(err)
	}
	again := input(made(212, 148, [2]int{78, 76}))
	again.Past = []Kept{kept}
	_, second := build(t, again)
	if a, b := kept.Counts.Public(), second.Counts.Public(); !slices.Equal(a, b) {
		t.Error("the same people are told in other numbers the second time")
	}
}

// Two plans on the same rows are weighed together, whatever they ask: what one hides does not stand in the other.
func TestUX21_TheSameRowsAreCountedInOneWayAndByOneRule(t *testing.T) {
	_, kept := build(t, input(made(212, 148, [2]int{78, 76})))
	beside := func(k Kept) error {
		in := input(made(212, 148, [2]int{78, 76}))
		in.Past = []Kept{k}
		_, _, err := Make(in)
		return err
	}
	kept.Definition = "of another plan"
	if err := beside(kept); err != nil {
		t.Errorf("another plan that counts alike: %v", err)
	}
	nhs := kept
	nhs.Counts.Profile = suppress.NHS
	if err := beside(nhs); !errors.Is(err, ErrOtherwise) {
		t.Errorf("by another rule: %v", err)
	}
	counted := kept
	counted.Counts.Figures = slices.Clone(kept.Counts.Figures)
	counted.Counts.Figures[0].Count++
	if err := beside(counted); !errors.Is(err, ErrOtherwise) {
		t.Errorf("counted otherwise: %v", err)
	}
}

// What the first page says stands while something further in can be hidden in its place.
func TestWhatTheFirstPageSaysIsHiddenLast(t *testing.T) {
	for _, people := range [][2]int{{212, 148}, {600, 640}, {90, 120}} {
		p, _ := build(t, input(made(people[0], people[1], [2]int{people[0] / 3, people[1] / 2})))
		if words := p.Claims[0].Words; !strings.HasPrefix(words, "Of every 100 people") {
			t.Errorf("%v: %s", people, words)
		}
	}
}

// Too few people are described and not modelled; what cannot be worked out is words and never a number, and no word tells a count that is hidden.
func TestR44_AReportOnFewPeopleSaysSoAndShowsNoModel(t *testing.T) {
	r := made(112, 84, [2]int{30, 30})
	why := analysis.Estimate{Problem: "fewer than 20 people or 10 events in one of the groups: they can be described, not modelled", Caveat: "Few people"}
	r.Primary.Risk = [2]analysis.Share{shareOf(4, 16), shareOf(6, 15)}
	r.Primary.TooRecent, r.Primary.Moved, r.Primary.Unlinked = [2]int{96, 69}, [2]int{}, [2]int{}
	r.Primary.Estimates, r.Primary.Headline, r.Primary.CACE = []analysis.Estimate{why, why}, 1, &why
	r.Second, r.Subgroups, r.Sensitivity, r.Bounds, r.EValue = nil, nil, nil, nil, nil
	r.Survival = analysis.Survival{Problem: "Too few people."}
	r.Event = analysis.EventStudy{Problem: "Too few people."}
	p, _ := build(t, input(r))
	if !strings.Contains(p.Claims[0].Words, "nothing can be said either way") {
		t.Errorf("%q", p.Claims[0].Words)
	}
	// That there are too few for a model would tell how few have what is not shown.
	if text := part(t, p, "primary").Blocks[1].CSV; !strings.Contains(text, unshown) || strings.Contains(text, "described, not modelled") {
		t.Error(text)
	}
}

// What was done otherwise than planned stands on the first page.
func TestWhatDepartsFromThePlanIsSaid(t *testing.T) {
	in := input(made(212, 148, [2]int{78, 76}))
	in.Opened = noon.AddDate(0, 0, -3)
	if _, _, err := Make(in); !errors.Is(err, plan.ErrOpened) {
		t.Fatalf("a plan that came after the outcomes: %v", err)
	}
	var err error
	if in.Plan, err = in.Plan.Deviate(plan.Deviation{Kind: "opened", What: "Outcomes were here first", Why: "The plan was agreed in words", By: "Ruth Oyelaran"}, noon.AddDate(0, 1, 0)); err != nil {
		t.Fatal(err)
	}
	in.Result.Design.Grade = 4
	p, _ := build(t, in)
	all := strings.Join(p.Departures, "\n")
	for _, want := range []string{"Outcomes were here first", "could have known them", "the plan's claim cannot be made"} {
		if !strings.Contains(all, want) {
			t.Errorf("%q is not in %q", want, all)
		}
	}
	in.Result.Definition.PrimaryWindow = 182
	if _, _, err := Make(in); err == nil {
		t.Error("a result by another definition than the plan's was reported")
	}
}

// Whatever its writer calls it, a changed definition is told field by field, and so is that outcomes were here by then.
func TestAChangedDefinitionIsToldFieldByField(t *testing.T) {
	in := input(made(212, 148, [2]int{78, 76}))
	def := in.Plan.Plan.Definition
	def.PrimaryWindow, def.Seed = 730, 7
	var err error
	if in.Plan, err = in.Plan.Deviate(plan.Deviation{Kind: "other", What: "Teams were told late", Why: "The post was slow", By: "R. O."}, noon.AddDate(0, 1, 0)); err != nil {
		t.Fatal(err)
	}
	if in.Plan, err = in.Plan.Deviate(plan.Deviation{Kind: "change", What: "Wording made clearer", Why: "Readers asked", By: "R. O.", Definition: &def}, noon.AddDate(0, 4, 0)); err != nil {
		t.Fatal(err)
	}
	in.Result.Definition, in.Result.DefinitionHash = def, def.Hash()
	p, _ := build(t, in)
	if len(p.Departures) != 2 || strings.Contains(p.Departures[0], "Changed by it") || strings.Contains(p.Departures[0], "before this was written") {
		t.Fatalf("%q", p.Departures)
	}
	for _, want := range []string{"Changed by it: window of the primary outcome in days, from 365 to 730; seed of the bootstrap, from 1 to 7.", "The outcomes were here before this was written."} {
		if !strings.Contains(p.Departures[1], want) {
			t.Errorf("%q is not in %q", want, p.Departures[1])
		}
	}
}

// A file's own date has no witness; a site dates a plan itself, and knows what was planned and looked at besides.
func TestAReportSaysWhoKnowsWhenItsPlanWasFrozen(t *testing.T) {
	facts := func(in Input) string {
		p, _ := build(t, in)
		return fmt.Sprint(p.Facts)
	}
	const alone = "The time of freezing is the file's own and nobody witnessed it"
	in := input(made(212, 148, [2]int{78, 76}))
	if got := facts(in); !strings.Contains(got, alone) || !strings.Contains(got, "is not known") {
		t.Error(got)
	}
	in.Site = &Site{Plans: 3, Reports: 1}
	if got := facts(in); strings.Contains(got, alone) || !strings.Contains(got, "3 other plans were frozen on this site, and 1 other report was made and not released.") || !strings.Contains(got, "Nowhere, says the plan") || !strings.Contains(got, "No outcome had been taken in") {
		t.Error(got)
	}
	// The same outcomes may have been here before, under another key.
	in.Site.First = in.Plan.At.AddDate(0, -2, 0)
	if got := facts(in); !strings.Contains(got, "before that: whoever wrote the plan could have known them") {
		t.Error(got)
	}
	in.Plan.Plan.Outside = &plan.Outside{Where: "https://register.example/7", On: "2026-01-14"}
	if got := facts(in); !strings.Contains(got, "Since 14 January 2026 at https://register.example/7") {
		t.Error(got)
	}
}

// The same input is the same report; what it keeps goes through JSON unchanged; nothing in it is about one person.
func TestAReportIsTheSameEveryTime(t *testing.T) {
	in := input(made(212, 148, [2]int{78, 76}))
	a, _ := build(t, in)
	b, kept := build(t, in)
	x, err := json.Marshal(a)
	if err != nil {
		t.Fatal(err)
	}
	if y, _ := json.Marshal(b); !bytes.Equal(x, y) {
		t.Error("the same input is another report")
	}
	var back Publication
	if err := json.Unmarshal(x, &back); err != nil {
		t.Fatal(err)
	}
	if y, _ := json.Marshal(back); !bytes.Equal(x, y) {
		t.Error("a report does not come back as it was")
	}
	if bytes.Contains(x, []byte("rest of ")) || len(kept.Counts.Figures) == 0 {
		t.Error("what is remembered of a report is in it")
	}
}

func TestMoneyStandsWithItsSourceAndInterval(t *testing.T) {
	costs, err := cost.Read([]byte(`{"programme":[{"words":"Case managers","pounds":240000,"year":"2025-26","source":"Accounts of the partnership"}],"person_months":1200,"units":[{"event":"arrest","words":"An arrest","pounds":1000,"year":"2025-26","source":"An agreed estimate"}]}`))
	if err != nil {
		t.Fatal(err)
	}
	in := input(made(212, 148, [2]int{78, 76}))
	in.Costs = costs
	p, _ := build(t, in)
	text := ""
	for _, b := range part(t, p, "cost").Blocks {
		text += b.CSV
	}
	for _, want := range []string{"£240,000", "For each person and month of support,£200", "−£410 (−£720 to −£100) over 730 days", "An agreed estimate", "not said"} {
		if !strings.Contains(text, want) {
			t.Errorf("%q is not in\n%s", want, text)
		}
	}
}

// Without costs a report says where they are, and not that nobody has them.
func TestAReportWithoutCostsSaysWhereTheyAre(t *testing.T) {
	in := input(made(212, 148, [2]int{78, 76}))
	p, _ := build(t, in)
	in.Site = &Site{}
	q, _ := build(t, in)
	for words, p := range map[string]Publication{"no costs were handed in": p, "stands in its published numbers": q} {
		if text := part(t, p, "cost").Text[0]; !strings.Contains(text, words) || !strings.Contains(text, "--costs") {
			t.Error(text)
		}
	}
}

func TestNumbersAreWrittenSoThatNobodyMisreadsThem(t *testing.T) {
	for got, want := range map[string]string{fixed(-0.04, 1): "0.0", fixed(-12.34, 1): "−12.3", thousands(1234567): "1,234,567", thousands(999): "999", ratio(0.418): "0.42", ratio(12.34): "12.3", ratio(4210): "4,210",
		plainP(p(0.0000001)): "<0.001", plainP(p(0.0123)): "0.012", plainP(p(0.456)): "0.46", fewer(-.121): "12 fewer in every 100", fewer(.004): "none in every 100"} {
		if got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
	if s := level("sex", ""); s != "Not recorded" {
		t.Error(s)
	}
	if e := effect(analysis.Estimate{Problem: string(stats.Separation)}); strings.ContainsAny(e, "0123456789") {
		t.Error(e)
	}
	if did(cohort.Prison) != "were received into prison" {
		t.Error(did(cohort.Prison))
	}
}

// Means, spreads, differences and changes are told only where the people they hang on are.
func TestR44_NoMomentOfANumberTellsOfFewPeople(t *testing.T) {
	r := made(212, 148, [2]int{78, 76})
	mean, sd := 2.6, 15.2
	for i := range r.Baseline.Rows {
		x := &r.Baseline.Rows[i]
		if x.Number && x.Covariate != "age_years" {
			x.Mean, x.SD = [2]*float64{&mean, &mean}, [2]*float64{&sd, &sd}
			x.Some[0] = shareOf(1, x.Some[0].N)
		}
	}
	r.Primary.Before = [2]int{205, 144} // seven and four were not arrested before
	change, lo, hi := -0.06, -0.2, 0.1
	r.Primary.Estimates = append(r.Primary.Estimates, analysis.Estimate{Method: analysis.Period, Measure: analysis.RiskDifference, Value: &change, Lo: &lo, Hi: &hi})
	p, _ := build(t, input(r))
	for _, b := range part(t, p, "baseline").Blocks {
		if strings.Contains(b.CSV, "15.2") {
			t.Errorf("one person's own number is told:\n%s", b.CSV)
		}
	}
	for _, b := range part(t, p, "primary").Blocks {
		if strings.Contains(b.CSV, "−6.0") {
			t.Errorf("a change tells who was not arrested before:\n%s", b.CSV)
		}
	}
}

// How many people a weighted group is still worth is no count of them, and a level that joined others reads like one that is hidden.
func TestR44_WhatWeightingAchievedTellsNoCount(t *testing.T) {
	r := made(212, 148, [2]int{78, 76})
	for i := range r.Baseline.Weights {
		r.Baseline.Weights[i].ESS = [2]float64{203, 101.3}
	}
	for i := range r.Baseline.Rows {
		r.Baseline.Rows[i].Weighted = nil
	}
	p, _ := build(t, input(r))
	for _, b := range part(t, p, "baseline").Blocks {
		for _, row := range b.Table.Rows {
			switch {
			case b.ID == "weights" && (slices.Contains(row, "203") || slices.Contains(row, "101") || !slices.Contains(row, "100")):
				t.Errorf("to the person: %q", row)
			case b.ID == "table-1" && len(row) == len(b.Table.Head) && strings.HasPrefix(row[0], "Arrests") && row[len(row)-1] == "":
				t.Errorf("an empty cell beside hidden ones: %q", row)
			}
		}
	}
}

// A cost where there is no curve, and to no more places than the difference behind it.
func TestACostIsHiddenOrRoundedAsWhatItIsOf(t *testing.T) {
	costs, err := cost.Read([]byte(`{"programme":[{"words":"Case managers","pounds":240000,"year":"2025-26","source":"Accounts"}],"person_months":1200,"units":[{"event":"arrest","words":"An arrest","pounds":1000000,"year":"2025-26","source":"An estimate"}]}`))
	if err != nil {
		t.Fatal(err)
	}
	in := input(made(212, 148, [2]int{78, 76}))
	in.Costs = costs
	p, _ := build(t, in)
	for _, b := range part(t, p, "cost").Blocks {
		if b.ID == "table-9" && !strings.Contains(b.CSV, "−£410,000 (") {
			t.Error(b.CSV)
		}
	}
	in.Result.Survival = analysis.Survival{Problem: "Too few people."}
	if p, _ = build(t, in); !strings.Contains(fmt.Sprint(part(t, p, "cost").Blocks), hidden) {
		t.Error("a cost of nobody's arrests")
	}
}
