package warm

import (
	"fmt"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// No number of a report says how many fewer than ten there are, no part is more
// than its whole, and nobody alone changes more than one step of it.
func TestNoNumberOfTheReportPointsAtOnePerson(t *testing.T) {
	doors := []string{"same", "own", "ahead"}
	rapid.Check(t, func(t *rapid.T) {
		var all []one
		at := time.Date(2026, 5, 1, 9, 0, 0, 0, time.UTC)
		for i := range rapid.IntRange(0, 60).Draw(t, "referrals") {
			o := one{id: fmt.Sprint("s", rapid.IntRange(0, 2).Draw(t, "service")), door: rapid.SampledFrom(doors).Draw(t, "door"), list: "yes", others: rapid.IntRange(-1, 20).Draw(t, "others"), at: at.AddDate(0, 0, i%7)}
			if rapid.Bool().Draw(t, "there") {
				o.there = at.AddDate(0, 0, 10).Format(time.DateOnly)
			}
			all = append(all, o)
		}
		total, lines, hidden := count(all)
		if len(lines)+hidden > 3 {
			t.Fatalf("%d lines and %d hidden of 3 services", len(lines), hidden)
		}
		for _, l := range append(lines, total) {
			for _, n := range []Number{l.All, l.Same, l.Own, l.Ahead, l.Listed, l.Sooner} {
				if n%step != 0 || n != 0 && n < fewest || n > l.All {
					t.Fatalf("%d in %+v", n, l)
				}
			}
			if (l.Waited < 0) != (l.Others < 0) {
				t.Fatalf("one wait without the other: %+v", l)
			}
		}
	})
}

func TestALineIsTalkedAboutWhenPeopleGoBeforeOthers(t *testing.T) {
	var ahead, fair []one
	at := time.Date(2026, 5, 1, 9, 0, 0, 0, time.UTC)
	for range 12 {
		ahead = append(ahead, one{id: "a", door: "ahead", list: "yes", others: 30, at: at, there: "2026-05-03"})
		fair = append(fair, one{id: "b", door: "same", list: "yes", others: 2, at: at, there: "2026-05-03"})
	}
	if l := line(ahead); !l.Look() || l.Waited != 2 || l.Others != 30 || l.Sooner != 10 {
		t.Errorf("%+v", l)
	}
	if l := line(fair); l.Look() || l.Waited != 2 {
		t.Errorf("%+v", l)
	}
}
