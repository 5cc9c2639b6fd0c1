package stats

import (
	"testing"

	"pgregory.net/rapid"
)

// Whatever was counted, the intervals that are printed of the rounded counts hold those of what was counted.
func TestR44_AnIntervalOfRoundedCountsHoldsTheIntervalOfWhatWasCounted(t *testing.T) {
	five := func(n int) int { return (n + 2) / 5 * 5 }
	rapid.Check(t, func(t *rapid.T) {
		n, m := rapid.IntRange(10, 300).Draw(t, "n"), rapid.IntRange(10, 300).Draw(t, "n0")
		x, y := rapid.IntRange(10, n).Draw(t, "x"), rapid.IntRange(10, m).Draw(t, "x0")
		of := func(n, m, x, y int) []Decision {
			return []Decision{{Name: "asked", Reference: "a", Groups: []string{"a", "b"}, X: []int{y, x}, N: []int{m, n}}}
		}
		raw, err := Audit(of(n, m, x, y))
		if err != nil {
			t.Fatal(err)
		}
		shown, err := AuditRounded(of(five(n), five(m), five(x), five(y)))
		if err != nil {
			t.Fatal(err)
		}
		if r, s := raw[0], shown[0]; s.CI.Lo > r.CI.Lo || s.CI.Hi < r.CI.Hi || s.Newcombe.Lo > r.Newcombe.Lo || s.Newcombe.Hi < r.Newcombe.Hi || *s.Ratio < s.CI.Lo || *s.Ratio > s.CI.Hi {
			t.Fatalf("%v and %v of what was counted, %v and %v printed", r.CI, r.Newcombe, s.CI, s.Newcombe)
		} else if (r.CI.Lo <= 1 && r.CI.Hi >= 1) && s.Alarm {
			t.Fatalf("rounding raised an alarm: %+v", s)
		}
		share, within := ShareRounded(five(x), five(n))
		p, err := NewProportion(x, n)
		if err != nil || p.P < share.Lo || p.P > share.Hi || p.Wilson.Lo < within.Lo || p.Wilson.Hi > within.Hi {
			t.Fatalf("%+v, printed %v %v, %v", p, share, within, err)
		}
	})
}

// 18 of 22 next to 55 of 70 is no difference, though both are shown as 20 of 20 and 55 of 70.
func TestR44_RoundingMakesNoDifferenceBetweenGroups(t *testing.T) {
	shown, err := AuditRounded([]Decision{{Name: "asked", Reference: "a", Groups: []string{"a", "b"}, X: []int{55, 20}, N: []int{70, 20}}})
	if err != nil {
		t.Fatal(err)
	}
	if c := shown[0]; c.Alarm || c.CI.Lo > 1 || c.CI.Hi < 1 {
		t.Errorf("%+v leaves 1 out", c.CI)
	}
}
