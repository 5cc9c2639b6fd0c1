package report

import (
	"fmt"
	"strings"
	"testing"

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
	p, _ := build(t, evaluated(t, st))
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
