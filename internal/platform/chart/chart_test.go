package chart_test

import (
	"encoding/csv"
	"flag"
	"fmt"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"waymark.example/internal/platform/chart"
)

var update = flag.Bool("update", false, "write the golden files")

func of(n int) chart.Count { return chart.Count{N: n} }

// drawn is every kind of chart, with numbers that bring out what each can show.
func drawn() map[string]interface {
	HTML() string
	Table() chart.Table
} {
	frame := func(id, title, about string) chart.Frame {
		return chart.Frame{ID: id, Title: title, About: about, Source: "Contacts of January to June 2026. Counted by definitions 2.", CSV: "/x.csv"}
	}
	steps := func(n ...int) []chart.Step {
		var out []chart.Step
		for i, name := range []string{"LEAD was possible", "Asked", "Said yes", "Met a case manager", "Engaged after 12 months"} {
			s := chart.Step{Name: name, N: of(n[i])}
			s.N.Hidden = n[i] < 10
			out = append(out, s)
		}
		return out
	}
	var limits []chart.Limit
	for n := 5.0; n <= 250; n += 5 {
		e := math.Sqrt(.6 * .4 / n)
		limits = append(limits, chart.Limit{N: n, W95: chart.Interval{Lo: max(0, .6-1.96*e), Hi: min(1, .6+1.96*e)}, W998: chart.Interval{Lo: max(0, .6-3.09*e), Hi: min(1, .6+3.09*e)}})
	}
	var months []chart.RunPoint
	for i := range 24 {
		share := .45 + .04*math.Sin(float64(i)*2)
		if i > 13 {
			share += .15
		}
		months = append(months, chart.RunPoint{Month: fmt.Sprintf("%d-%02d", 2025+i/12, i%12+1), X: int(share * 60), N: 60, Share: share, Hidden: i == 5})
	}
	chart.Shifts(months, .5)
	curve := func(rate float64) []chart.CurvePoint {
		var out []chart.CurvePoint
		for t := 10.0; t <= 730; t += 10 {
			s := math.Exp(-rate * t / 365)
			out = append(out, chart.CurvePoint{T: t, Share: s, Lo: s - .05*math.Sqrt(t/730), Hi: s + .05*math.Sqrt(t/730)})
		}
		return out
	}
	var around []chart.AroundPoint
	for m := -24; m <= 24; m++ {
		v := .02 * math.Sin(float64(m))
		if m > 0 {
			v -= .08
		}
		around = append(around, chart.AroundPoint{Month: m, Value: v, Within: chart.Interval{Lo: v - .05, Hi: v + .05}, Base: m == -1})
	}
	same := chart.Interval{Lo: 1, Hi: 0}
	all := map[string]interface {
		HTML() string
		Table() chart.Table
	}{
		"steps": chart.Steps{Frame: frame("c-steps", "Most of those who are not reached are lost between the yes and the meeting", "Bars for five steps, one panel for each group."),
			Groups: []chart.StepGroup{{"Everybody", steps(1240, 800, 610, 420, 260)}, {"Asian or Asian British", steps(120, 80, 61, 42, 20)}, {"Black, Black British, Caribbean or African", steps(140, 60, 40, 25, 5)}, {"Not recorded", steps(90, 30, 12, 8, 3)}}},
		"spread": chart.Spread{Frame: frame("c-spread", "One team offers LEAD less often than chance explains", "Each mark is a team: to the right with more contacts, higher with a greater share asked."),
			Across: "Contacts where LEAD was possible", Up: "Share who were asked", Target: .6, TargetName: "All teams", Limits: limits, Over: 2.31,
			Units: []chart.Unit{{"North response", 130, 220, 0}, {"Station Road", 38, 100, 2}, {"Harbour", 60, 80, 1}, {"Custody", 22, 40, 0}, {"Market", 90, 150, 0}}},
		"run": chart.Run{Frame: frame("c-run", "More people were asked from spring 2026 on", "A point for each month around the middle of all of them."), Up: "Share who were asked", Points: months, Middle: .5},
		"ratios": chart.Ratios{Frame: frame("c-ratios", "Black people are asked less often; other differences may be chance", "A row for each group at each step: the ratio with its interval."), Same: "As often as White", Across: "Less often than White ← → more often",
			Rows: []chart.Ratio{{Heading: "Asked, of those where it was possible", Name: "Asian or Asian British", Value: 1.03, Within: chart.Interval{Lo: .9, Hi: 1.18}, N: "120"}, {Name: "Black, Black British, Caribbean or African", Value: .66, Within: chart.Interval{Lo: .55, Hi: .8}, Alarm: true, N: "140"},
				{Name: "Mixed or multiple", Within: same, Why: "too few to compare"}, {Heading: "Said yes, of those asked", Name: "Asian or Asian British", Value: 1.2, Within: chart.Interval{Lo: .4, Hi: 3.6}, N: "80"}, {Name: "Not recorded", Value: .9, Within: chart.Interval{Lo: .7, Hi: 1.16}, Untested: true}}},
		"curves": chart.Curves{Frame: frame("c-curves", "After two years 45 % of those diverted and 30 % of the others were not arrested again", "Two lines that fall in steps, each with the band of its 95 % interval."), Across: "Days since the contact", Up: "Not arrested again", Until: 730, Every: 182.5,
			Risk: []float64{0, 182.5, 365, 547.5, 730},
			Series: []chart.Curve{{"Diverted", 1, curve(.4), []chart.Count{of(200), of(161), of(130), of(61), {Hidden: true}}},
				{"Not diverted", 1, curve(.6), []chart.Count{of(1118), of(86), of(61), of(27), of(11)}}}},
		"around": chart.Around{Frame: frame("c-around", "Before the contact both groups went the same way", "A point for each month with its interval."), Across: "Months before and after the contact", Up: "Difference in the share who were arrested", Event: "The contact", Points: around},
		"dots": chart.Dots{Frame: frame("c-dots", "Station Road gives lack of time as a reason twice as often as other teams", "A row for each reason, a mark for each team."), Across: "Share of those not diverted", Series: []string{"North response", "Station Road", "Harbour"},
			Rows: []chart.DotRow{{Name: "The person was taken to hospital or was not fit to be asked", Shares: []float64{.1, .12, .08}}, {Name: "No time on the shift", Shares: []float64{.11, .31, .15}}, {Name: "Asked, and said no", Shares: []float64{.4, .2, .35}}, {Name: "Not recorded", Shares: []float64{.05, -1, .2}}, {Name: "Goes by another pathway", Shares: []float64{-1, -1, -1}}}},
		"flow": chart.Flow{Frame: frame("c-flow", "Of 1,240 people 611 are compared", "Boxes from top to bottom: who was there at each point, and who left."),
			Trunk: []chart.FlowBox{{"Contacts on record", of(1240), []chart.FlowOut{{"The policy did not allow it", of(300)}, {"No decision on record", of(22)}}}, {"First contact of a person where it was possible", of(918), nil}},
			Arms: []chart.FlowArm{{"Diverted", []chart.FlowBox{{"Decided", of(420), []chart.FlowOut{{"Records not found", of(20)}}}, {"Compared, as decided", of(400), nil}}},
				{"Not diverted", []chart.FlowBox{{"Decided", of(498), []chart.FlowOut{{"Records not found", chart.Count{Hidden: true}}}}, {"Compared, as decided", of(211), nil}}}}},
		"lines": chart.Lines{Frame: frame("c-lines", "More people live somewhere settled", "Steps over time in small pictures."), Series: []string{"Settled", "Sleeping rough"}, Top: 100,
			Panels: []chart.LinePanel{{"Housing", [][]chart.LinePoint{{{"2026-01", 20}, {"2026-04", 45}, {"2026-08", 62}}, {{"2026-01", 60}, {"2026-05", 30}}}}, {"Work", [][]chart.LinePoint{{{"2026-01", 5}, {"2026-06", 20}}}}}},
	}
	return all
}

func TestEveryChartIsDrawnAsBefore(t *testing.T) {
	for name, c := range drawn() {
		file := filepath.Join("testdata", name+".golden")
		if *update {
			if err := os.WriteFile(file, []byte(c.HTML()), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if got := c.HTML(); got != string(want) {
			t.Errorf("%s is drawn in another way: look at it, then go test ./internal/platform/chart -update", name)
		}
	}
}

// Whatever names and numbers come, what comes out is well-formed, holds no NaN, and every word is escaped; the table is a file that can be read back.
func TestNoNumberAndNoNameBreaksAChart(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		name := rapid.StringMatching(`[<>&"'=+ a-zé-]{0,40}`)
		number := rapid.OneOf(rapid.Float64Range(0, 1), rapid.SampledFrom([]float64{0, 1, 1e-9, .5}))
		f := chart.Frame{ID: "x", Title: name.Draw(r, "title"), About: name.Draw(r, "about"), Source: "n"}
		n := rapid.IntRange(0, 7).Draw(r, "n")
		var rows []chart.Ratio
		var points []chart.RunPoint
		var units []chart.Unit
		var dots []chart.DotRow
		var curve []chart.CurvePoint
		var around []chart.AroundPoint
		for i := range n {
			v := number.Draw(r, "v")
			rows = append(rows, chart.Ratio{Name: name.Draw(r, "row"), Value: v * 3, Within: chart.Interval{Lo: v, Hi: v * 9}, Alarm: i%2 == 0})
			points = append(points, chart.RunPoint{Month: "2026-01", Share: v, Hidden: i == 2})
			size := rapid.IntRange(0, 1000).Draw(r, "size")
			units = append(units, chart.Unit{Name: name.Draw(r, "unit"), X: size / 2, N: size, Outside: i % 3})
			dots = append(dots, chart.DotRow{Name: name.Draw(r, "reason"), Shares: []float64{v, -1, v / 2, v, v, v, v}})
			curve = append(curve, chart.CurvePoint{T: float64(i) * v, Share: v, Lo: v / 2, Hi: v})
			around = append(around, chart.AroundPoint{Month: i - 3, Value: v - .5, Within: chart.Interval{Lo: v - 1, Hi: v}})
		}
		for _, c := range []interface {
			HTML() string
			Table() chart.Table
		}{
			chart.Ratios{Frame: f, Same: name.Draw(r, "same"), Rows: rows}, chart.Run{Frame: f, Points: points, Middle: .5}, chart.Spread{Frame: f, Units: units, Target: .5, Over: 2},
			chart.Dots{Frame: f, Series: []string{"a", "b", "c", "d", "e", "f", "g"}, Rows: dots}, chart.Curves{Frame: f, Until: 10, Risk: []float64{0, 5, 10}, Series: []chart.Curve{{Name: name.Draw(r, "curve"), Start: 1, Points: curve, AtRisk: []chart.Count{of(n)}}}},
			chart.Around{Frame: f, Points: around}, chart.Steps{Frame: f, Groups: []chart.StepGroup{{Name: name.Draw(r, "group"), Steps: []chart.Step{{Name: name.Draw(r, "step"), N: of(n)}, {N: chart.Count{Hidden: true}}}}}},
			chart.Flow{Frame: f, Trunk: []chart.FlowBox{{Name: name.Draw(r, "box"), N: of(n), Out: []chart.FlowOut{{Why: name.Draw(r, "why"), N: of(1)}}}}}, chart.Lines{Frame: f, Panels: []chart.LinePanel{{Name: name.Draw(r, "panel"), Lines: [][]chart.LinePoint{{{Month: "2026-01", V: 1}}}}}},
		} {
			got := c.HTML()
			for _, bad := range []string{"NaN", "Inf", "<a>", "%!"} {
				if strings.Contains(got, bad) {
					r.Fatalf("%T holds %s:\n%s", c, bad, got)
				}
			}
			wellFormed(r, got)
			back, err := csv.NewReader(strings.NewReader(c.Table().CSV())).ReadAll()
			if err != nil || len(back) != len(c.Table().Rows)+1 {
				r.Fatalf("%T: the file cannot be read back: %d rows, %v", c, len(back), err)
			}
			for _, row := range back {
				for _, cell := range row {
					if strings.HasPrefix(cell, "=") || strings.HasPrefix(cell, "@") {
						r.Fatalf("%q would be a formula", cell)
					}
				}
			}
		}
	})
}

// What is hidden is in no part of a chart: not in the picture, not in the table, not in the file.
func TestR44_AHiddenCountIsInNoPartOfAChart(t *testing.T) {
	secret := chart.Count{N: 7654321, Hidden: true}
	f := chart.Frame{ID: "x"}
	for _, c := range []interface {
		HTML() string
		Table() chart.Table
	}{
		chart.Steps{Frame: f, Groups: []chart.StepGroup{{Name: "All", Steps: []chart.Step{{Name: "a", N: of(100)}, {Name: "b", N: secret}, {Name: "c", N: of(10)}}}}},
		chart.Flow{Frame: f, Trunk: []chart.FlowBox{{Name: "a", N: secret, Out: []chart.FlowOut{{Why: "b", N: secret}}}}, Arms: []chart.FlowArm{{Name: "x", Boxes: []chart.FlowBox{{Name: "a", N: secret}}}}},
		chart.Curves{Frame: f, Until: 2, Risk: []float64{0}, Series: []chart.Curve{{Name: "a", AtRisk: []chart.Count{secret}}}},
		chart.Run{Frame: f, Points: []chart.RunPoint{{Month: "2026-01", X: 7654321, N: 7654321, Share: .7654321, Hidden: true}}},
	} {
		text := c.HTML() + c.Table().CSV()
		if strings.Contains(strings.ReplaceAll(text, ",", ""), "76543") || strings.Contains(text, "76.5") {
			t.Errorf("%T tells a hidden count:\n%s", c, text)
		}
	}
}

// What is not shown is not drawn as nought, teams lie where their shares are, and no line runs through words on a phone.
func TestAPictureTellsUnknownFromNoughtAndIsDrawnToTheScaleOfItsNumbers(t *testing.T) {
	steps := chart.Steps{Groups: []chart.StepGroup{{Steps: []chart.Step{{Name: "a", N: of(100)}, {Name: "b", N: chart.Count{Hidden: true}}}}}}.HTML()
	if strings.Count(steps, `class="soft"`) != 2 || strings.Count(steps, "curve other d2") != 2 { // in each of the two widths
		t.Errorf("a step that is not shown: %s", steps)
	}
	teams := chart.Spread{Target: .18, Units: []chart.Unit{{"Alder", 100, 1000, 2}, {"Birch", 101, 1000, 2}, {"Cedar", 250, 1000, 0}}}.HTML()
	if strings.Contains(teams, "60 %") || !strings.Contains(teams, "Only teams outside the limits") {
		t.Errorf("teams from 10 to 25 %%: %s", teams)
	}
	at := regexp.MustCompile(`y="([0-9.]+)"[^>]*>(Alder|Birch)<`).FindAllStringSubmatch(teams, -1)
	if len(at) != 4 || at[0][1] == at[1][1] {
		t.Errorf("names of teams lie on each other: %q", at)
	}
	reasons := chart.Dots{Series: []string{"All teams", "Alder"}, Rows: []chart.DotRow{{Name: "No time", Shares: []float64{.2, -1}, Said: []string{"18 to 22 %", ""}}}}
	if got := reasons.Table().Rows; len(got) != 2 || !slices.Equal(got[0], []string{"No time", "All teams", "18 to 22 %"}) || !slices.Equal(got[1], []string{"No time", "Alder", "not shown"}) {
		t.Errorf("reasons: %q", got)
	}
}

// A share of counts that were rounded is told as from where to where it may lie: all are all only where nothing else may have been.
func TestR44_AShareOfRoundedCountsIsToldAsARange(t *testing.T) {
	for _, c := range []struct {
		x, n int
		want string
	}{{20, 20, "82 % or more"}, {50, 200, "24 to 26 %"}, {5000, 10000, "50 %"}} {
		if got := chart.Share(c.x, c.n, true); got != c.want {
			t.Errorf("%d of %d: %s, want %s", c.x, c.n, got, c.want)
		}
	}
}

func TestARunOfEightIsMarkedAndOneOfSevenIsNot(t *testing.T) {
	run := func(sides string) string {
		var points []chart.RunPoint
		for _, s := range sides {
			p := chart.RunPoint{Share: map[rune]float64{'+': .6, '-': .4, '0': .5, 'h': .9}[s], Hidden: s == 'h'}
			points = append(points, p)
		}
		chart.Shifts(points, .5)
		out := ""
		for _, p := range points {
			out += map[bool]string{true: "m", false: "."}[p.Marked]
		}
		return out
	}
	for given, want := range map[string]string{"+++++++-": "........", "-++++++++-": ".mmmmmmmm.", "++++0++++": "mmmm.mmmm", "++++h++++": "mmmm.mmmm", "--------": "mmmmmmmm", "": ""} {
		if got := run(given); got != want {
			t.Errorf("%s is marked %s, want %s", given, got, want)
		}
	}
}

// A page of all charts is valid and accessible, light and dark, narrow and wide, and no word of a picture is smaller than 12 pixels on a phone of 390.
func TestUX12_WordsInPicturesCanBeReadOnAPhone(t *testing.T) {
	if testing.Short() {
		t.Skip("needs a browser")
	}
	dir := t.TempDir()
	if shots := os.Getenv("WAYMARK_SHOTS"); shots != "" {
		dir = shots
	}
	css := ""
	for _, name := range []string{"waymark.css", "more.css"} {
		text, err := os.ReadFile(filepath.Join("..", "ui", "assets", name))
		if err != nil {
			t.Fatal(err)
		}
		css += string(text)
	}
	page := `<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>Charts</title><link rel="stylesheet" href="all.css"></head><body><main class="page"><h1>Charts</h1>`
	all := drawn()
	for _, name := range []string{"steps", "ratios", "spread", "run", "dots", "flow", "curves", "around", "lines"} {
		page += `<section class="card pad">` + all[name].HTML() + "</section>"
	}
	for name, text := range map[string]string{"all.css": css, "charts.html": page + "</main></body></html>\n"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for _, args := range [][]string{{"../../../test/browser/pages.mjs", dir}, {"../../../test/browser/charts.mjs", filepath.Join(dir, "charts.html")}} {
		if shots := os.Getenv("WAYMARK_SHOTS"); shots != "" && strings.HasSuffix(args[0], "pages.mjs") {
			args = append(args, "--screenshots", shots)
		}
		if out, err := exec.CommandContext(t.Context(), "node", args...).CombinedOutput(); err != nil {
			t.Errorf("%v\n%s", err, out)
		}
	}
}

func TestThereIsNoNoughtBelowNought(t *testing.T) {
	nought := math.Copysign(0, -1)
	around := chart.Around{Points: []chart.AroundPoint{{Month: 1, Value: nought, Within: chart.Interval{Lo: nought, Hi: 1}}}}
	if csv := around.Table().CSV(); strings.Contains(csv, "-0") {
		t.Error(csv)
	}
}
