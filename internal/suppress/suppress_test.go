package suppress

import (
	"fmt"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

func TestR44_ACountBelowTenIsNeverShownAndTheOthersAreRounded(t *testing.T) {
	for count, want := range map[int]int{10: 10, 11: 10, 12: 10, 13: 15, 17: 15, 18: 20, 102: 100, 103: 105} {
		if got, shown := Round(count); !shown || got != want {
			t.Errorf("%d is shown as %d, %v; want %d", count, got, shown, want)
		}
	}
	for count := range Threshold {
		if got, shown := Round(count); shown || got != 0 {
			t.Errorf("%d is shown as %d", count, got)
		}
	}
	if _, err := Publish(nil, Table{Cells: []Cell{{Key: "a", Count: 12}, {Key: "b", Count: 13}}, Sums: []Sum{{"a", []string{"b"}}}}); err == nil {
		t.Error("a total that does not add up was published")
	}
}

// What the rule "10-5" alone would publish is told by subtraction: the reader finds it, and Publish hides one figure more.
func TestUX21_ASmallCountThatRoundingAloneWouldTellIsCovered(t *testing.T) {
	table := Split(Cell{Key: "all", Count: 11, Headline: true}, Cell{Key: "arrest", Count: 10}, Cell{Key: "street", Count: 1})
	naive, _, err := Ten.gather(nil, []Table{table})
	if err != nil {
		t.Fatal(err)
	}
	bounds := Recover([]Release{naive})
	if i := slices.IndexFunc(bounds, func(b Bound) bool { return b.Name == "street" && b.Tight() }); i < 0 {
		t.Fatalf("the reader does not see what rounding alone tells: %+v", bounds)
	}
	r, err := Publish(nil, table)
	if err != nil {
		t.Fatal(err)
	}
	if !r.Of("all").Shown || r.Of("arrest").Shown || r.Of("street").Shown {
		t.Errorf("want the total alone: %+v", r.Public())
	}
	unsafe(t, []Release{r})
}

// A year of releases: each has a new month by door and decision, the same people once more by another split, what came late for
// the months before, and the total so far.
func TestUX21_NoSmallCountIsToldByTablesTotalsAndReleasesTogether(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		doors, groups := []string{"arrest", "social", "community"}, []string{"diverted", "not"}
		size := rapid.SampledFrom([][]int{{0, 0, 1, 2, 3, 9, 10, 14, 40}, {0, 1, 2, 5}, {8, 9, 10, 11, 12, 13}, {0, 300, 1}}).Draw(t, "size")
		var past []Release
		var soFar Cell
		for release := range rapid.IntRange(1, 4).Draw(t, "releases") {
			month := fmt.Sprintf("m%d", release)
			table := Cross(month, doors, groups, func(d, g string) int { return rapid.SampledFrom(size).Draw(t, d+g) })
			all := table.Cells[len(table.Cells)-1].Count
			missing := min(all, rapid.IntRange(0, 12).Draw(t, "missing"))
			late := Cell{Key: month + "-late", Count: rapid.IntRange(0, 12).Draw(t, "late")}
			now := Cell{Key: "to-" + month, Count: soFar.Count + all + late.Count, Headline: true}
			sum := Sum{Whole: now.Key, Parts: []string{month, late.Key}}
			if release > 0 {
				sum.Parts = append(sum.Parts, soFar.Key)
			}
			r, err := Publish(past, table, Split(Cell{Key: month, Count: all}, Cell{Key: month + "-missing", Count: missing}, Cell{Key: month + "-stated", Count: all - missing}),
				Table{Cells: []Cell{late, now}, Sums: []Sum{sum}})
			if err != nil {
				t.Fatal(err)
			}
			past, soFar = append(past, r), now
		}
		unsafe(t, past)
	})
}

// A reader who tries every table there is: for two rows and two columns, all worlds that would be published as the same figures.
func TestUX21_TryingEveryPossibleTableDoesNotTellASmallCount(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		draw := rapid.SampledFrom([]int{0, 1, 2, 4, 5, 8, 9, 10, 11, 12, 13, 17})
		truth := [4]int{draw.Draw(t, "a"), draw.Draw(t, "b"), draw.Draw(t, "c"), draw.Draw(t, "d")}
		r, err := Publish(nil, cross(truth))
		if err != nil {
			t.Fatal(err)
		}
		keys := []string{"n/r/x", "n/r/y", "n/s/x", "n/s/y"}
		var rules []func(n [4]int) bool
		for key, of := range map[string][]int{"n/r/x": {0}, "n/r/y": {1}, "n/s/x": {2}, "n/s/y": {3}, "n/r": {0, 1}, "n/s": {2, 3}, "n//x": {0, 2}, "n//y": {1, 3}, "n": {0, 1, 2, 3}} {
			if f := r.Of(key); f.Shown {
				rules = append(rules, func(n [4]int) bool {
					count := 0
					for _, i := range of {
						count += n[i]
					}
					value, shown := Round(count)
					return shown && value == f.Value
				})
			}
		}
		lo, hi := [4]int{99, 99, 99, 99}, [4]int{}
		const most = 22
	worlds:
		for w := range most * most * most * most {
			world := [4]int{w % most, w / most % most, w / most / most % most, w / most / most / most}
			for _, fits := range rules {
				if !fits(world) {
					continue worlds
				}
			}
			for i, x := range world {
				lo[i], hi[i] = min(lo[i], x), max(hi[i], x)
			}
		}
		for i, n := range truth {
			if n < Threshold && hi[i]-lo[i] < Slack {
				t.Errorf("%v: %s is told to be %d to %d; published %+v", truth, keys[i], lo[i], hi[i], r.Public())
			}
		}
	})
}

func cross(n [4]int) Table {
	at := map[string]int{"rx": n[0], "ry": n[1], "sx": n[2], "sy": n[3]}
	return Cross("n", []string{"r", "s"}, []string{"x", "y"}, func(r, c string) int { return at[r+c] })
}

// A figure is published once: what came late is another figure, for a difference of two releases would tell who it was.
func TestUX21_WhatIsPublishedStaysAsItIs(t *testing.T) {
	first, err := Publish(nil, Split(Cell{Key: "all", Count: 33}, Cell{Key: "a", Count: 30}, Cell{Key: "b", Count: 3}))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := Publish([]Release{first}, Table{Cells: []Cell{{Key: "all", Count: 34}}}); err == nil {
		t.Error("a figure was published again with another count")
	}
	again, err := Publish([]Release{first}, Split(Cell{Key: "all", Count: 33}, Cell{Key: "c", Count: 18}, Cell{Key: "d", Count: 15}))
	if err != nil {
		t.Fatal(err)
	}
	if again.Of("all") != first.Of("all") || !again.Of("c").Shown {
		t.Errorf("first %+v, then %+v", first.Public(), again.Public())
	}
	if n, ok := Before([]Release{first, again}, "d"); !ok || n != 15 {
		t.Errorf("d was published as %d, %v", n, ok)
	}
	// Another split of the same people, which would tell the hidden b by subtraction, is not shown.
	third, err := Publish([]Release{first, again}, Table{Cells: []Cell{{Key: "e", Count: 30}, {Key: "f", Count: 30}}, Sums: []Sum{{"e", []string{"a"}}, {"f", []string{"c", "f-c"}}}})
	if err == nil {
		t.Errorf("a sum of a part that is no cell was published: %+v", third.Public())
	}
}

// unsafe fails when a reader of the releases can narrow a small number down, or when a small number has no other world that would be published alike.
func unsafe(t interface {
	Errorf(string, ...any)
	Fatalf(string, ...any)
}, releases []Release,
) {
	for _, r := range releases {
		for _, f := range r.Figures {
			if f.Shown && (r.Profile.small(f.Count) || r.Profile.small(f.Value) || f.Value%Base != 0) {
				t.Errorf("%s, %d, is shown as %d", f.Key, f.Count, f.Value)
			}
		}
	}
	s := build(releases)
	bounds := map[string]Bound{}
	for _, b := range Recover(releases) {
		if len(s.secrets) == 0 || b.Tight() {
			bounds[b.Name] = b
		}
	}
	for _, x := range s.secrets {
		if b, tight := bounds[x.name]; tight {
			t.Errorf("%s, %d, is told to be %d to %d", x.name, x.count, b.Lo, b.Hi)
		}
		lo, hi := x.count, x.count
		for _, want := range []int{x.count - 3, x.count - 2, x.count - 1, x.count + 1, x.count + 2, x.count + 3} {
			if world := s.world(x, want); world != nil {
				alike(t, s, releases, world)
				lo, hi = min(lo, want), max(hi, want)
			}
		}
		if hi-lo < Slack {
			t.Errorf("%s, %d, was found in no world but %d to %d", x.name, x.count, lo, hi)
		}
	}
}

// alike checks a world by the rules of publishing alone: it adds up, and every figure shown would be shown as it is.
func alike(t interface{ Errorf(string, ...any) }, s system, releases []Release, world []int) {
	at := map[string]int{}
	for i, n := range world {
		at[s.vars[i].key] = n
		if n < 0 {
			t.Errorf("a world in which %s is %d is none", s.vars[i].key, n)
		}
	}
	for _, release := range releases {
		for _, f := range release.Figures {
			if value, shown := release.Profile.Round(at[f.Key]); f.Shown && (!shown || value != f.Value) {
				t.Errorf("a world in which %s is %d would not be shown as %d", f.Key, at[f.Key], f.Value)
			}
		}
		for _, sum := range release.Sums {
			total := 0
			for _, p := range sum.Parts {
				total += at[p]
			}
			if total != at[sum.Whole] {
				t.Errorf("a world in which %s is %d and its parts %d is none", sum.Whole, at[sum.Whole], total)
			}
		}
	}
}

// Two years by month, door and decision, published every month: what a scheme publishes in fact.
func BenchmarkPublish(b *testing.B) {
	doors, groups := []string{"arrest", "social", "community"}, []string{"diverted", "not", "declined"}
	for b.Loop() {
		var past []Release
		var total Cell
		hidden, shown, cells := 0, 0, 0
		for m := range 24 {
			month := fmt.Sprintf("m%d", m)
			table := Cross(month, doors, groups, func(d, g string) int { return (len(d)*7 + len(g)*5 + m*3) % 23 })
			now := Cell{Key: "to-" + month, Count: total.Count + table.Cells[len(table.Cells)-1].Count, Headline: true}
			sum := Sum{Whole: now.Key, Parts: []string{month}}
			if m > 0 {
				sum.Parts = append(sum.Parts, total.Key)
			}
			r, err := Publish(past, table, Table{Cells: []Cell{now}, Sums: []Sum{sum}})
			if err != nil {
				b.Fatal(err)
			}
			past, total = append(past, r), now
			for _, f := range r.Figures {
				cells++
				if f.Shown {
					shown++
				} else if f.Count >= Threshold {
					hidden++
				}
			}
		}
		b.ReportMetric(float64(hidden), "hidden-beside")
		b.ReportMetric(float64(shown), "shown")
		b.ReportMetric(float64(cells), "cells")
	}
}

// What must be hidden to cover a small number is looked for farther off before a headline is.
func TestAHeadlineIsHiddenLastWhereverElseSomethingIsEnough(t *testing.T) {
	cells := Table{Cells: []Cell{{Key: "people", Count: 128, Headline: true}, {Key: "seen", Count: 122, Headline: true}, {Key: "unseen", Count: 6},
		{Key: "arrest", Count: 91}, {Key: "street", Count: 37}, {Key: "again", Count: 83, Headline: true}, {Key: "not again", Count: 39, Headline: true}},
		Sums: []Sum{{"people", []string{"seen", "unseen"}}, {"people", []string{"arrest", "street"}}, {"seen", []string{"again", "not again"}}}}
	r, err := Publish(nil, cells)
	if err != nil {
		t.Fatal(err)
	}
	hid := 0
	for _, f := range r.Figures {
		if !f.Shown {
			hid++
		}
		for _, c := range cells.Cells {
			if c.Key == f.Key && c.Headline && !f.Shown {
				t.Errorf("%s is hidden", f.Key)
			}
		}
	}
	if hid < 2 {
		t.Error("nothing covers the small one: the sample is none")
	}
	for _, b := range Recover([]Release{r}) {
		if b.Name == "unseen" && b.Tight() {
			t.Errorf("%+v", b)
		}
	}
	for i := range cells.Cells { // where every other is a headline, what all is made for stays
		cells.Cells[i].First, cells.Cells[i].Headline = cells.Cells[i].Headline, true
	}
	if r, err = Publish(nil, cells); err != nil {
		t.Fatal(err)
	}
	for i, f := range r.Figures {
		if cells.Cells[i].First && !f.Shown {
			t.Errorf("%s is hidden", f.Key)
		}
	}
}
