package report

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"waymark.example/internal/evidence/analysis"
	"waymark.example/internal/evidence/plan"
	"waymark.example/internal/evidence/simulate"
)

// A code that one row has is printed nowhere: it may be words about one person.
func TestNoWordsOfOneRowAreALabelOfAReport(t *testing.T) {
	st, _, err := simulate.Make(600, 3, simulate.Default())
	if err != nil {
		t.Fatal(err)
	}
	const words = "Jane Doe 12 Mill Lane"
	excluded, decided := false, false
	for i := range st.Contacts {
		c := &st.Contacts[i]
		switch {
		case c.Exclusion != "" && !excluded:
			c.Exclusion, excluded = words, true
		case c.Eligible() && c.Decision == "not_diverted" && !decided:
			c.Reason, c.Area, c.Offence, c.Team, decided = words, words, words, words, true
		}
	}
	st.People[0].Area = words
	d := plan.Draft()
	d.Title, d.Hypothesis, d.Definition.Draws = "Codes", "Fewer people are arrested again.", 0
	d.Agreed = []plan.Agreed{{Name: "A", For: "B", On: "2026-01-10"}}
	f, err := plan.Freeze(d, time.Date(2026, 1, 15, 12, 0, 0, 0, time.UTC))
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
	p, _, err := Make(Input{Plan: f, Result: r, Equity: fair, Made: time.Date(2026, 11, 20, 0, 0, 0, 0, time.UTC)})
	if err != nil {
		t.Fatal(err)
	}
	for _, part := range p.Parts {
		if all := fmt.Sprint(part); strings.Contains(strings.ToLower(all), "jane doe") {
			t.Errorf("%s names it", part.ID)
		}
		for _, b := range part.Blocks {
			if strings.Contains(strings.ToLower(b.CSV+fmt.Sprint(b.Table)), "jane doe") {
				t.Errorf("%s, %s names it", part.ID, b.ID)
			}
		}
	}
}
