package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
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
	Out    string `help:"Folder, made if need be, for the five tables of a study and truth.json." type:"path" placeholder:"DIR"`

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
	w := tabwriter.NewWriter(os.Stdout, 0, 4, 2, ' ', 0)
	fmt.Fprintf(w, "%d areas of %d people each; in %d of them there were too few people or events for a model\n\n", f.Areas, c.People, f.Refused) //nolint:errcheck // Flush tells
	fmt.Fprintln(w, "what is asked\tareas\tfound an effect\t95 % interval\theld the truth\t95 % interval\t")                                      //nolint:errcheck // Flush tells
	row := func(name string, v simulate.Cover) {
		fmt.Fprintf(w, "%s\t%d\t%.1f %%\t%.1f to %.1f\t%.1f %%\t%.1f to %.1f\t\n", name, v.Areas, 100*v.Power, 100*v.PowerCI.Lo, 100*v.PowerCI.Hi, 100*v.Share, 100*v.Interval.Lo, 100*v.Interval.Hi) //nolint:errcheck // Flush tells
	}
	if f.Headline.Areas > 0 {
		row(fmt.Sprintf("the claim of the first page: arrested again within %d days, difference of risks (%s)", plan.PrimaryWindow, f.Headline.Method), f.Headline)
	}
	for _, m := range []analysis.Method{analysis.Period, analysis.Both} {
		if v, ok := f.Find(m, analysis.OddsRatio, true); ok {
			row(fmt.Sprintf("months with an arrest, %d before and after, ratio of odds (%s)", plan.Months, m), v)
		}
	}
	if e.OddsRatio == 1 && len(e.ByGroup) == 0 {
		fmt.Fprintln(w, "\nLEAD does nothing here: what was found is a false alarm.") //nolint:errcheck // Flush tells
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
