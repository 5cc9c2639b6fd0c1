package web

import (
	"math"
	"slices"
	"strconv"
	"strings"
	"testing"

	"waymark.example/internal/partnership/figure"
	"waymark.example/internal/platform/ui"
	"waymark.example/internal/stats"
)

// The pictures draw the shares that the state of the scheme tells, and none that it does not: hand-offs and intakes are counted in other months and by every door,
// and are a share of no step; what is hidden there is hidden here.
func TestR44_ThePicturesDrawNoShareThatTheStateOfTheSchemeDoesNotTell(t *testing.T) {
	at := "2026-01:2026-02"
	set := figure.Set{Number: 1, Definitions: figure.Definitions, Months: []string{"2026-01", "2026-02"}, Groups: []string{"Black", "White", figure.NotRecorded}, Reasons: []string{"no_time", "other"},
		Shown: map[string]int{"eligible/" + at: 200, "offered/" + at: 100, "yes/" + at: 60, "handoffs/" + at: 150, "intakes/" + at: 90, "eligible/" + at + "/Black": 50, "eligible/" + at + "/White": 140, "offered/" + at + "/White": 80,
			"without/" + at: 140, "without/" + at + "/why: no_time": 100, "eligible/2026-01": 100, "offered/2026-01": 60, "eligible/2026-02": 100}}
	drawn, _, err := pictures(ui.English, []figure.Set{set}, 0)
	if err != nil {
		t.Fatal(err)
	}
	whole := func(v float64) string { return strconv.Itoa(int(math.Round(100 * v))) }
	percent := func(x, n figure.Number) string {
		may, _ := stats.ShareRounded(x.Value, n.Value)
		return whole(may.Lo) + " to " + whole(may.Hi) + " %"
	}
	told := map[string]string{}
	funnel := set.Funnel()
	for i, s := range funnel[2:4] {
		told["Everybody/"+map[string]string{"offered": "Asked", "yes": "Said yes"}[s.Name]] = percent(s.N, funnel[1+i].N)
	}
	for _, g := range set.ByGroup() {
		if g.OfEligible.Known {
			told[groupWords(g.Name)+"/Asked"] = percent(g.Offer, g.Eligible)
		}
		if g.OfOffered.Known {
			told[groupWords(g.Name)+"/Said yes"] = percent(g.Yes, g.Offer)
		}
	}
	drew := 0
	for _, row := range drawn["steps"].Table().Rows {
		if strings.Contains(row[1], "case team") || strings.Contains(row[1], "Intake") {
			t.Errorf("a step that is no share of another: %q", row)
		}
		if row[3] != "" {
			drew++
			if key := row[0] + "/" + row[1]; told[key] != row[3] {
				t.Errorf("%s: drawn %s, told %q", key, row[3], told[key])
			}
		}
	}
	if drew != len(told) {
		t.Errorf("%d drawn, %d told: %v", drew, len(told), told)
	}
	why := drawn["reasons"].Table()
	if !slices.ContainsFunc(why.Rows, func(row []string) bool { return slices.Contains(row, "69 to 74 %") }) || !slices.ContainsFunc(why.Rows, func(row []string) bool { return slices.Contains(row, "not shown") }) {
		t.Errorf("reasons: %q", why.Rows)
	}
}
