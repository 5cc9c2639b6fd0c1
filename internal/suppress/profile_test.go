package suppress

import (
	"fmt"
	"testing"

	"pgregory.net/rapid"
)

// The vectors of the reference data: what the second profile makes of counts and of parts.
func TestTheRuleOfTheNHSIsKeptToTheLetter(t *testing.T) {
	for raw, want := range map[int]string{0: "0", 1: "*", 2: "*", 3: "*", 4: "*", 5: "*", 6: "*", 7: "*", 8: "10", 9: "10", 10: "10", 11: "10", 12: "10", 13: "15", 17: "15", 18: "20", 22: "20", 23: "25",
		27: "25", 28: "30", 37: "35", 38: "40", 42: "40", 43: "45", 99: "100", 203: "205", 318: "320", 1002: "1000", 1003: "1005"} {
		got := "*"
		if v, shown := NHS.Round(raw); shown {
			got = fmt.Sprint(v)
		}
		if got != want {
			t.Errorf("%d is shown as %s, want %s", raw, got, want)
		}
	}
	for _, c := range []struct {
		x, n int
		want string
	}{{0, 40, "0"}, {3, 40, "*"}, {8, 12, "100"}, {58, 203, "29"}, {61, 115, "52"}, {7, 7, "*"}, {9, 9, "100"}, {40, 43, "89"}, {120, 318, "38"}} {
		part, whole := Shown{}, Shown{}
		part.Value, part.Shown = NHS.Round(c.x)
		whole.Value, whole.Shown = NHS.Round(c.n)
		got := "*"
		if v, shown := NHS.Percent(part, whole); shown {
			got = fmt.Sprint(v)
		}
		if got != c.want {
			t.Errorf("%d of %d is shown as %s %%, want %s", c.x, c.n, got, c.want)
		}
	}
	for people, want := range map[int]bool{1: false, 7: false, 8: true, 20: true} {
		if NHS.Enough(people) != want {
			t.Errorf("a mean of %d people: %v", people, !want)
		}
	}
	if Ten.Enough(9) || !Ten.Enough(10) {
		t.Error("the usual profile lets a mean of nine people out")
	}
}

// The second profile keeps the same promise: what is hidden is not told by what stands beside it.
func TestUX21_NoSmallCountIsToldUnderTheRuleOfTheNHSEither(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		size := rapid.SampledFrom([][]int{{0, 0, 1, 2, 3, 9, 10, 14, 40}, {0, 1, 2, 5}, {6, 7, 8, 9, 11, 12}, {0, 300, 1}}).Draw(t, "size")
		table := Cross("n", []string{"r", "s", "u"}, []string{"x", "y"}, func(r, c string) int { return rapid.SampledFrom(size).Draw(t, r+c) })
		release, err := NHS.Publish(nil, table)
		if err != nil {
			t.Fatal(err)
		}
		unsafe(t, []Release{release})
	})
}
