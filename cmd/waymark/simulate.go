package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"strings"
	"text/tabwriter"

	"waymark.example/internal/evidence/analysis"
	"waymark.example/internal/evidence/cohort"
	"waymark.example/internal/evidence/simulate"
)

// simulateCmd makes up an area whose truth is known, or asks how often an evaluation would have found it.
type simulateCmd struct {
	People int    `help:"How many people the area has." default:"1000"`
	Seed   uint64 `help:"The same seed makes the same area, byte for byte." default:"1"`
	Effect string `help:"JSON file of what is true there: how much LEAD helps, whom officers choose, what bias is planted, what records lack. Without it: the built-in one, which --show-effect prints." type:"existingfile" placeholder:"FILE"`
	Out    string `help:"Folder for the five tables of a study and truth.json; it has to be empty or not there." type:"path" placeholder:"DIR"`

	Power bool `help:"Make --runs areas instead, evaluate each as a report would, and say how often the effect that is there was found."`
	Runs  int  `help:"How many areas --power makes." default:"200"`

	ShowEffect bool `help:"Print the effect as JSON and stop: a file to begin from."`
}

func (c simulateCmd) Run(ctx context.Context) error {
	e, err := c.effect()
	if err != nil {
		return err
	}
	if c.ShowEffect {
		out := json.NewEncoder(os.Stdout)
		out.SetIndent("", "  ")
		return out.Encode(e)
	}
	if c.Power {
		return c.power(ctx, e)
	}
	if c.Out == "" {
		return errors.New("--out is missing: name a folder for the study")
	}
	truth, err := simulate.Write(c.Out, c.People, c.Seed, e)
	if err != nil {
		return err
	}
	return writeTruth(truth)
}

// power says how often the plan's primary analysis would have found what is there.
func (c simulateCmd) power(ctx context.Context, e simulate.Effect) error {
	plan := simulate.Plan()
	f, err := simulate.Trial{People: c.People, Areas: c.Runs, Seed: c.Seed, Effect: e, Definition: plan}.Run(ctx)
	if err != nil {
		return err
	}
	return writePower(os.Stdout, f, c.People, plan, e.OddsRatio == 1 && len(e.ByGroup) == 0)
}

// writePower says what is true in the areas, and in how many of a hundred an evaluation finds it, with what chance does to that number.
func writePower(out io.Writer, f *simulate.Found, people int, plan cohort.Definition, nothing bool) error {
	w := tabwriter.NewWriter(out, 0, 4, 2, ' ', 0)
	say := func(format string, args ...any) { fmt.Fprintf(w, format+"\n", args...) } //nolint:errcheck // Flush tells
	say("%d areas of %d people were made up. In each about %.0f people whom LEAD was decided for are compared with %.0f others.", f.Areas, people, f.Arms[0], f.Arms[1])
	if f.Refused > 0 {
		say("In %d of them there were too few people or events for a model.", f.Refused)
	}
	h := f.Headline
	if h.Areas == 0 {
		say("None was large enough for a report to say whether fewer people were arrested again.")
		return w.Flush()
	}
	found := fmt.Sprintf("in %.0f of 100 such areas (95 %% interval %.0f to %.0f, because %d were tried)", 100*h.Power, 100*h.PowerCI.Lo, 100*h.PowerCI.Hi, h.Areas)
	points := func(v float64) string { return strings.Replace(fmt.Sprintf("%+.1f points", 100*v), "-0.0", "0.0", 1) }
	if nothing {
		say("\nWhat is true: LEAD does nothing. The first page of a report says that it does %s: false alarms, of which 5 are to be expected.", found)
	} else {
		fewer := map[bool]string{true: "more", false: "fewer"}[h.Truth > 0]
		say("\nWhat is true: of 100 people %.0f %s are arrested again within %d days with LEAD than without (difference of risks %s).", math.Abs(100*h.Truth), fewer, plan.PrimaryWindow, points(h.Truth))
		say("The first page of a report shows an effect %s.", found)
	}
	say("It shows one where the interval of the difference leaves out nought. More --runs make that share more exact, more people make it larger.\n")
	say("worked out\tareas\twhat is true\tshows an effect\t95 %% interval\tinterval holds the truth\t95 %% interval\t")
	row := func(name, truth string, v simulate.Cover) {
		say("%s\t%d\t%s\t%.1f %%\t%.1f to %.1f\t%.1f %%\t%.1f to %.1f\t", name, v.Areas, truth, 100*v.Power, 100*v.PowerCI.Lo, 100*v.PowerCI.Hi, 100*v.Share, 100*v.Interval.Lo, 100*v.Interval.Hi)
	}
	how := map[analysis.Method]string{analysis.Crude: "as they are", analysis.WeighATT: "weighted to the people of LEAD"}[h.Method]
	row("first page: arrested again, "+how, points(h.Truth), h)
	for _, m := range []struct {
		method analysis.Method
		words  string
	}{{analysis.Period, "months with an arrest, change against change"}, {analysis.Both, "the same, weighted to the people of LEAD"}} {
		if v, ok := f.Find(m.method, analysis.OddsRatio, true); ok {
			row(m.words, fmt.Sprintf("odds ratio %.2f", math.Exp(v.Truth)), v)
		}
	}
	return w.Flush()
}

func (c simulateCmd) effect() (e simulate.Effect, err error) {
	if c.Effect == "" {
		return simulate.Default(), nil
	}
	in, err := os.Open(c.Effect)
	if err != nil {
		return e, fmt.Errorf("--effect: %w", err)
	}
	defer in.Close() //nolint:errcheck // it was only read
	return simulate.ReadEffect(in)
}

// writeTruth says in short what an evaluation of the area should find; truth.json has all of it.
func writeTruth(t *simulate.Truth) error {
	w := tabwriter.NewWriter(os.Stdout, 0, 4, 2, ' ', 0)
	fmt.Fprintf(w, "%d people, of whom %d in LEAD and %d in the comparison are compared\n\n", t.People, t.Arms[0], t.Arms[1]) //nolint:errcheck // Flush tells
	fmt.Fprintln(w, "true share arrested again\tdays\tall in LEAD\tnobody in LEAD\tdifference\todds ratio\t")                 //nolint:errcheck // Flush tells
	for _, r := range t.Risks {
		if r.Outcome == cohort.Rearrest {
			fmt.Fprintf(w, "%s\t%d\t%.1f %%\t%.1f %%\t%+.1f points\t%.2f\t\n", among(r.Among), r.Window, 100*r.Lead, 100*r.Usual, 100*r.Difference, r.OddsRatio) //nolint:errcheck // Flush tells
		}
	}
	for _, m := range t.Monthly {
		fmt.Fprintf(w, "months with an arrest, %s\t%d months\t%.1f %%\t%.1f %%\t%+.1f points\t%.2f\t\n", among(m.Among), m.Months, 100*m.Lead, 100*m.Usual, 100*(m.Lead-m.Usual), m.OddsRatio) //nolint:errcheck // Flush tells
	}
	return w.Flush()
}

func among(s string) string {
	if s == "lead" {
		return "people in LEAD"
	}
	return s
}
