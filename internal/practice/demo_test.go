package practice_test

import (
	"strings"
	"testing"
	"time"

	"waymark.example/internal/app"
	"waymark.example/internal/practice"
)

// An area to show has numbers that can be shown: the way from a contact to support
// with its shares, some groups by themselves and some that stay hidden.
func TestADemoHasNumbersToShow(t *testing.T) {
	clock := &practice.Clock{}
	clock.Set(time.Now().AddDate(0, 0, -practice.Days-1))
	a, err := app.Open(t.Context(), app.Config{Database: "sqlite:" + t.TempDir() + "/waymark.db", Practice: true, Now: clock.Now, TakeWithMe: true})
	if err != nil {
		t.Fatal(err)
	}
	defer a.Close() //nolint:errcheck // a folder that goes
	area, err := practice.Demo(t.Context(), a, clock)
	if err != nil {
		t.Fatal(err)
	}
	if area.Actors["panel"].Organisation == area.Actors["coordinator"].Organisation || area.Actors["commissioner"].Organisation == area.Actors["coordinator"].Organisation {
		t.Error("those at the table belong to the office")
	}
	set, err := a.Figures.Set(t.Context(), area.Actors["commissioner"], 1)
	if err != nil {
		t.Fatal(err)
	}
	shown := 0
	for _, stage := range set.Funnel() {
		if stage.N.Shown {
			shown++
		}
	}
	groups, hidden := 0, 0
	for _, g := range set.ByGroup() {
		if g.OfOffered.Known {
			groups++
		} else {
			hidden++
		}
	}
	if shown < 5 || groups < 2 || hidden == 0 {
		t.Errorf("of the stages %d are shown, of the groups %d, and %d are not", shown, groups, hidden)
	}

	// Who pays for it and who looks into it find an evaluation that is finished and says what it found.
	all, err := a.Releases.Released(t.Context(), area.Actors["commissioner"], 10)
	if err != nil || len(all) != 1 || all[0].ID != area.Report {
		t.Fatalf("%+v, %v", all, err)
	}
	_, report, err := a.Releases.ReleasedReport(t.Context(), area.Actors["commissioner"], area.Report)
	if err != nil {
		t.Fatal(err)
	}
	if first := report.Claims[0]; strings.Contains(first.Words+first.N+first.Interval, "not shown") || strings.Contains(first.Interval, "none") {
		t.Errorf("the report of the demo does not say what it found: %+v", first)
	}
}
