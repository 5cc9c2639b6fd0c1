package decided

import (
	"testing"
	"time"
)

// Whoever looks twice in a month reads the same team: nothing enters or leaves between two looks, at either end, also where the day begins at another hour than in UTC.
func TestR42_TwoLooksInOneMonthAreAboutTheSameMonths(t *testing.T) {
	london, err := time.LoadLocation("Europe/London")
	if err != nil {
		t.Fatal(err)
	}
	first := time.Date(2026, 6, 30, 23, 0, 0, 0, time.UTC) // midnight in London
	from, until := span(first, london)
	if want := time.Date(2026, 7, 1, 0, 0, 0, 0, london); !until.Equal(want) || !from.Equal(want.AddDate(-1, 0, 0)) {
		t.Errorf("%v to %v", from, until)
	}
	for at := first; at.Before(first.AddDate(0, 0, 31)); at = at.Add(61 * time.Minute) {
		if a, b := span(at, london); !a.Equal(from) || !b.Equal(until) {
			t.Fatalf("at %v: %v to %v", at, a, b)
		}
	}
	if _, next := span(first.AddDate(0, 0, 31), london); next.Equal(until) {
		t.Error("the next month does not begin")
	}
}
