package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"text/tabwriter"

	"waymark.example/internal/evidence/cohort"
	"waymark.example/internal/evidence/simulate"
)

// simulateCmd makes up an area whose truth is known, or asks how often an evaluation would have found it.
type simulateCmd struct {
	People int    `help:"How many people the area has." default:"1000"`
	Seed   uint64 `help:"The same seed makes the same area, byte for byte." default:"1"`
	Effect string `help:"JSON file of what is true there: how much LEAD helps, whom officers choose, what bias is planted, what records lack. Without it: the built-in one, which --show-effect prints." type:"existingfile" placeholder:"FILE"`
	Out    string `help:"Folder, made if need be, for the five tables of a study and truth.json." type:"path" placeholder:"DIR"`

	ShowEffect bool `help:"Print the effect as JSON and stop: a file to begin from."`
}

func (c simulateCmd) Run() error {
	e, err := c.effect()
	if err != nil {
		return err
	}
	if c.ShowEffect {
		out := json.NewEncoder(os.Stdout)
		out.SetIndent("", "  ")
		return out.Encode(e)
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
