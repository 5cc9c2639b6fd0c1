package thanks

import (
	"testing"

	"pgregory.net/rapid"
)

// What is shown is never a small number, never finer than five, and never lets a
// part be told apart from its whole.
func TestR44_NoNumberOfAMonthPointsAtAnybody(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		exact := Month{Month: "2026-10", TakenUp: rapid.IntRange(0, 120).Draw(t, "taken up"), Earlier: rapid.IntRange(0, 120).Draw(t, "earlier")}
		exact.Reached = rapid.IntRange(0, exact.TakenUp).Draw(t, "reached")
		exact.InTouch = rapid.IntRange(0, exact.Earlier).Draw(t, "in touch")
		m := Shown(exact)
		for what, n := range map[string]int{"taken up": m.TakenUp, "reached": m.Reached, "earlier": m.Earlier, "in touch": m.InTouch} {
			if n != 0 && (n < 10 || n%5 != 0) {
				t.Fatalf("%s is shown as %d", what, n)
			}
		}
		if m.Reached > m.TakenUp || m.InTouch > m.Earlier {
			t.Fatalf("a part is more than its whole: %+v", m)
		}
		if exact.TakenUp < 10 && m.TakenUp+m.Reached != 0 || exact.Earlier < 10 && m.Earlier+m.InTouch != 0 {
			t.Fatalf("fewer than ten people are shown: %+v of %+v", m, exact)
		}
		if m.TakenUp-exact.TakenUp > 2 || m.TakenUp != 0 && exact.TakenUp-m.TakenUp > 2 {
			t.Fatalf("%d is shown as %d", exact.TakenUp, m.TakenUp)
		}
	})
}

// Subtracting what is shown of a part from what is shown of its whole, in one
// month or between two versions of it, tells of nobody: every shown pair stands for
// at least three different numbers of people who were not reached.
func TestR44_NothingIsLearntBySubtracting(t *testing.T) {
	type pair struct{ whole, part int }
	rest := map[pair]map[int]bool{}
	for whole := range 121 {
		for part := range whole + 1 {
			m := Shown(Month{TakenUp: whole, Reached: part})
			p := pair{m.TakenUp, m.Reached}
			if rest[p] == nil {
				rest[p] = map[int]bool{}
			}
			rest[p][whole-part] = true
		}
	}
	for p, of := range rest {
		if p.whole < 115 && len(of) < 3 { // near the end of the table some are cut off
			t.Errorf("about %d of about %d: the rest can only be %v", p.part, p.whole, of)
		}
	}
	// And one person more or fewer moves a number by a whole step or not at all.
	for n := range 200 {
		if d := shown(n+1) - shown(n); d != 0 && d != 5 && d != 10 {
			t.Errorf("from %d to %d it moves by %d", n, n+1, d)
		}
	}
}
