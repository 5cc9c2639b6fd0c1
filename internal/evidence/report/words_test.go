package report

import (
	"encoding/json"
	"regexp"
	"strings"
	"testing"

	"waymark.example/internal/evidence/analysis"
	"waymark.example/internal/evidence/cost"
	"waymark.example/internal/evidence/simulate"
)

// Where chance drew the shifts, nobody was put into a group by what an officer decided, and no sentence says so.
func TestInALotDesignNoGroupIsCalledByADecision(t *testing.T) {
	effect := simulate.Default()
	effect.Design = simulate.Lot
	p := published(t, 600, effect)
	if !strings.Contains(p.Claims[0].Design, "grade 1") {
		t.Fatal(p.Claims[0].Design)
	}
	text, err := json.Marshal(p)
	if err != nil {
		t.Fatal(err)
	}
	if bad := regexp.MustCompile(`(?i).{0,60}(diverted to lead|officers decided|people in the comparison|no decision on record|without a decision on record|"Comparison"|,Comparison,|>Comparison<).{0,60}`).FindAll(text, -1); len(bad) > 0 {
		for _, b := range bad {
			t.Errorf("%s", b)
		}
	}
	if words := p.Claims[0].Words; !strings.Contains(words, "people met in a LEAD shift") {
		t.Error(words)
	}
}

// What page one says of chance is what Table 3 says: one of many outcomes differs by chance alone.
func TestR46_WhatIsSaidOfASecondaryOutcomeAllowsForHowManyWereLookedAt(t *testing.T) {
	r := made(212, 148, [2]int{78, 76})
	prison := func() *analysis.Outcome { return &r.Second[1] }
	prison().Estimates[1].Lo, prison().Estimates[1].Hi, prison().Estimates[1].Holm = p(-.17), p(-.01), p(.44)
	report, _ := build(t, input(r))
	words := report.Claims[2].Words
	if strings.Contains(words, "by more than chance") || !strings.Contains(words, "the data do not show a difference") || !strings.Contains(words, "one of 3 outcomes") || !strings.Contains(words, "p of 0.44") {
		t.Error(words)
	}
	prison().Estimates[1].Holm = p(.03)
	report, _ = build(t, input(r))
	if words := report.Claims[2].Words; !strings.Contains(words, "less often in LEAD, by more than chance") || !strings.Contains(words, "one of 3 outcomes") {
		t.Error(words)
	}
	if words := report.Claims[0].Words; strings.Contains(words, "outcomes and windows looked at") {
		t.Error(words)
	}
}

// A rate is worked out without weights: it says so wherever the groups were not made by lot.
func TestR46_RatesAndCostsSayThatTheyAreNotAdjusted(t *testing.T) {
	costs, err := cost.Read([]byte(`{"programme":[{"words":"Case managers","pounds":240000,"year":"2025-26","source":"Accounts"}],"person_months":1200,"units":[{"event":"arrest","words":"An arrest","pounds":1000,"year":"2025-26","source":"An estimate"}]}`))
	if err != nil {
		t.Fatal(err)
	}
	for grade, want := range map[int]bool{1: false, 2: true} {
		in := input(made(212, 148, [2]int{78, 76}))
		in.Costs, in.Result.Design.Grade = costs, grade
		p, _ := build(t, in)
		for where, words := range map[string]string{"page one": p.Claims[3].Words, "Table 4": part(t, p, "rates").Blocks[0].Table.Note, "Table 9b": part(t, p, "cost").Blocks[1].Table.Note} {
			if strings.Contains(words, "not adjusted for who was diverted") != want {
				t.Errorf("grade %d, %s: %s", grade, where, words)
			}
		}
	}
}

// A verdict on groups tells whether their p is small: where it is hidden there is none.
func TestR44_WhereThePOfGroupsIsHiddenThereIsNoVerdict(t *testing.T) {
	for _, joint := range []float64{.001, .67} {
		r := made(212, 148, [2]int{78, 76})
		r.Subgroups[0].Joint.P = joint
		r.Subgroups[0].Levels[0].Risk[0] = shareOf(3, 51)
		r.Subgroups[0].Levels[0].Risk[1] = shareOf(3, 36)
		r.Subgroups[0].Levels[1].Risk[0] = shareOf(66, 142)
		r.Subgroups[0].Levels[1].Risk[1] = shareOf(64, 97)
		p, _ := build(t, input(r))
		for where, words := range map[string]string{"page one": p.Claims[4].Words, "Table 5": part(t, p, "groups").Blocks[0].Table.Note} {
			if !strings.Contains(words, "cannot be said") || strings.Contains(words, "no difference") || strings.Contains(words, "p 0") {
				t.Errorf("%s: %s", where, words)
			}
		}
	}
}

// Groups that went different ways before the decision: one wording wherever it is said, and no result of theirs is called more than chance.
func TestWhereGroupsWentApartBeforehandNothingIsPutDownToLEAD(t *testing.T) {
	r := made(212, 148, [2]int{78, 76})
	r.Event.PreTrend.P = .003
	p, _ := build(t, input(r))
	if words := p.Claims[0].Words; !strings.Contains(words, analysis.WentApart) || strings.Contains(words, "by more than chance") {
		t.Error(words)
	}
	for _, id := range []string{"primary", "event-study"} {
		if notes := strings.Join(part(t, p, id).Notes, " "); !strings.Contains(notes, analysis.WentApart) {
			t.Errorf("%s: %s", id, notes)
		}
	}
}

// Where only the weighted difference is hidden, page one says that it is that one, and where the other stands.
func TestPageOneSaysWhereTheCrudeDifferenceStandsIfTheWeightedOneIsHidden(t *testing.T) {
	r := made(212, 148, [2]int{78, 76})
	r.Second[1].Risk[0], r.Second[1].Risk[1] = shareOf(200, 205), shareOf(130, 145) // five of LEAD without it: how many is hidden
	p, _ := build(t, input(r))
	words := p.Claims[2].Words
	if cell(t, p, "secondary", "table-3", "Received into prison", 4) == hidden {
		t.Skip("the crude one is hidden too")
	}
	if !strings.Contains(words, "before cannot be shown") || !strings.Contains(words, "as they are, without that, stands in Table 3") {
		t.Error(words)
	}
}

// What must be said beside many numbers is said once beneath them.
func TestACaveatStandsOnceUnderATable(t *testing.T) {
	for _, part := range published(t, 2500, simulate.Default()).Parts {
		seen := map[string]bool{}
		for s := range strings.SplitSeq(strings.Join(part.Notes, " "), ". ") {
			if s = strings.TrimSuffix(s, "."); seen[s] {
				t.Errorf("%s says twice: %s", part.ID, s)
			}
			seen[s] = true
		}
	}
}

// A number of thousands is written in one way in every table and sentence.
func TestThousandsAreWrittenInOneWay(t *testing.T) {
	p := published(t, 2500, simulate.Default())
	words := func(where string, all ...string) {
		for _, s := range all {
			if found := regexp.MustCompile(`\b[0-9]{4,}\b`).FindString(s); found != "" && !strings.HasPrefix(found, "20") {
				t.Errorf("%s: %s in %q", where, found, s)
			}
		}
	}
	for _, c := range p.Claims {
		words("page one", c.Words, c.N, c.Interval, c.Caveat)
	}
	for _, f := range p.Facts {
		words("facts", f.Value)
	}
	words("warnings", p.Warnings...)
	for _, part := range p.Parts {
		if part.ID == "context" {
			continue
		}
		words(part.ID, append(part.Text, part.Notes...)...)
		for _, b := range part.Blocks {
			if b.Table != nil {
				for _, row := range b.Table.Rows {
					words(b.ID, row...)
				}
				words(b.ID, b.Table.Note)
			}
		}
	}
}

// published is a report on people who are made up.
func published(t *testing.T, people int, effect simulate.Effect) Publication {
	t.Helper()
	st, _, err := simulate.Make(people, 3, effect)
	if err != nil {
		t.Fatal(err)
	}
	p, _ := build(t, evaluated(t, st))
	return p
}

// What is not worked out is said, and is no row that is gone.
func TestWithTooFewMonthsOfSupportTheirCostIsSaidToBeMissing(t *testing.T) {
	costs, err := cost.Read([]byte(`{"programme":[{"words":"Case managers","pounds":240000,"year":"2025-26","source":"Accounts"}],"person_months":4}`))
	if err != nil {
		t.Fatal(err)
	}
	in := input(made(212, 148, [2]int{78, 76}))
	in.Costs = costs
	p, _ := build(t, in)
	if got := cell(t, p, "cost", "table-9-programme", "For each person and month of support", 1); got != "not worked out" {
		t.Error(got)
	}
}

// Tables that are taken away from a report say what they are, and the page says how their numbers are written.
func TestR46_TablesTakenAwaySayWhatTheyAre(t *testing.T) {
	in := input(made(212, 148, [2]int{78, 76}))
	in.MadeUp = true
	p, _ := build(t, in)
	about := p.About()
	for _, want := range []string{p.Title, "made up", "Data (SHA-256): 5d2f", in.Plan.Head(), "Grade 2 of 4", "12 months (days 1 to 365)", p.Claims[0].Caveat, "−", "not shown"} {
		if !strings.Contains(about, want) {
			t.Errorf("%q is not in\n%s", want, about)
		}
	}
	if !strings.Contains(strings.Join(part(t, p, "method").Text, " "), Written) {
		t.Error("the page does not say how numbers are written")
	}
}
