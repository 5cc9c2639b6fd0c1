// Command coverage makes many areas up whose truth is known, evaluates each through the code of the report, and prints how often the 95 % intervals held
// the truth: where their assumptions hold, and where they do not.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"text/tabwriter"
	"time"

	"waymark.example/internal/evidence/simulate"
)

// scenario is one truth and what is expected of it.
type scenario struct {
	name   string
	people int
	effect func(*simulate.Effect)
}

func scenarios() []scenario {
	return []scenario{
		{"A. Shifts drawn by lot, LEAD helps: every method is to hold the truth", 600, func(e *simulate.Effect) { e.Design = simulate.Lot }},
		{"B. Shifts drawn by lot, LEAD does nothing: what is shown is a false alarm", 600, func(e *simulate.Effect) { e.Design, e.OddsRatio = simulate.Lot, 1 }},
		{"C. Officers choose by what is on record: weighted intervals are to hold, unweighted ones cannot", 600, func(*simulate.Effect) {}},
		{"D. Officers choose by what no record shows: nothing can put that right, and the report must say so", 600, func(e *simulate.Effect) { e.Lean.Hidden = -1 }},
		{"E. Few people: no model", 40, func(e *simulate.Effect) { e.Design = simulate.Lot }},
	}
}

func main() {
	areas := flag.Int("areas", 1000, "areas of each kind")
	seed := flag.Uint64("seed", 20261127, "seed of the first area")
	only := flag.String("only", "", "letters of the kinds, such as AC")
	draws := flag.Int("draws", 0, "draws of the bootstrap of weighted effects; 0 takes the weights as known")
	flag.Parse()
	if err := run(*areas, *seed, *only, *draws); err != nil {
		fmt.Fprintln(os.Stderr, "coverage:", err)
		os.Exit(1)
	}
}

func run(areas int, seed uint64, only string, draws int) error {
	for _, s := range scenarios() {
		if only != "" && !contains(only, s.name[0]) {
			continue
		}
		e := simulate.Default()
		s.effect(&e)
		plan := simulate.Plan()
		plan.Draws = draws
		start := time.Now()
		f, err := simulate.Trial{People: s.people, Areas: areas, Seed: seed, Effect: e, Definition: plan}.Run(context.Background())
		if err != nil {
			return err
		}
		fmt.Printf("\n%s\n%d areas of %d people, in %.0f s. Design grade %d; no model in %d; warned on the first page in %d; E-value in %d.\n", s.name, f.Areas, s.people, time.Since(start).Seconds(), f.Grade, f.Refused, f.Warned, f.EValues)
		w := tabwriter.NewWriter(os.Stdout, 0, 4, 2, ' ', tabwriter.AlignRight)
		fmt.Fprintln(w, "\tnumber\ttruth among\tareas\theld the truth\t95 % interval\tshown\tbias\tspread\tsupposed error\t") //nolint:errcheck // standard output
		row := func(mark string, c simulate.Cover) {
			name := string(c.Method) + " " + string(c.Measure)
			if c.Monthly {
				name += " by month"
			}
			fmt.Fprintf(w, "%s\t%s\t%s\t%d\t%.1f %%\t%.1f to %.1f\t%.1f %%\t%+.4f\t%.4f\t%.4f\t\n", mark, name, c.Among, c.Areas, 100*c.Share, 100*c.Interval.Lo, 100*c.Interval.Hi, 100*c.Power, c.Bias, c.Spread, c.Error) //nolint:errcheck // standard output
		}
		if f.Headline.Areas > 0 {
			row("headline", f.Headline)
		}
		for _, c := range f.Methods {
			row("", c)
		}
		if err := w.Flush(); err != nil {
			return err
		}
	}
	if only == "" || contains(only, 'F') {
		if err := audits(areas, seed); err != nil {
			return err
		}
	}
	if only == "" || contains(only, 'G') {
		return design(areas, seed)
	}
	return nil
}

// audits asks whether a planted bias at the officer's decision is found, and whether an alarm is raised where there is none.
func audits(areas int, seed uint64) error {
	fmt.Println("\nF. Equity: others are asked 1.5 times as often as black people, or as often. An alarm allows for every comparison of a report")
	w := tabwriter.NewWriter(os.Stdout, 0, 4, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(w, "people of the area\tof the group\tplanted\tsaid to be found\tfound\t95 % interval\tany alarm\t95 % interval\tmean relative rate\theld the truth\tof\t") //nolint:errcheck // standard output
	for _, people := range []int{600, 1200, 2400} {
		for _, ratio := range []float64{1 / 1.5, 1} {
			e := simulate.Default()
			e.Lean, e.Community = simulate.Lean{}, 0 // where no officer decides, nobody is passed over: the bias at the step would be less than the one planted
			e.Bias = []simulate.Bias{{Stage: "diverted", Column: "ethnicity", Group: "black", Ratio: ratio}}
			f, err := simulate.Audit{People: people, Areas: areas, Seed: seed, Effect: e, Group: "black"}.Run(context.Background())
			if err != nil {
				return err
			}
			fmt.Fprintf(w, "%d\t%.0f\t%.2f\t%.1f %%\t%.1f %%\t%.1f to %.1f\t%.1f %%\t%.1f to %.1f\t%.2f\t%.1f %%\t%d\t\n", people, f.Group, 1/ratio, 100*f.Said, 100*float64(f.Found)/float64(areas), 100*f.FoundCI.Lo, 100*f.FoundCI.Hi, //nolint:errcheck // standard output
				100*float64(f.Any)/float64(areas), 100*f.AnyCI.Lo, 100*f.AnyCI.Hi, f.Mean, 100*float64(f.Covered)/float64(max(1, f.Ratios)), f.Ratios)
		}
		if err := w.Flush(); err != nil { // the larger ones take long
			return err
		}
	}
	return nil
}

func contains(s string, c byte) bool {
	for i := range len(s) {
		if s[i] == c {
			return true
		}
	}
	return false
}

// design holds cells of a table of small samples worked out beforehand (months before and after, people, odds ratio of one person, share shown) against areas.
func design(areas int, seed uint64) error {
	fmt.Println("\nG. A plain area (people's own log-odds -1.4 with deviation 0.9): how often months with an arrest show an effect, beside a table worked out beforehand")
	w := tabwriter.NewWriter(os.Stdout, 0, 4, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(w, "months\tpeople\todds ratio\tshown\t95 % interval\tin the table\t") //nolint:errcheck // standard output
	for _, c := range []struct {
		months, people int
		ratio, table   float64
	}{{6, 100, .42, 78}, {6, 100, .60, 36}, {6, 200, .60, 64}, {12, 100, .42, 98}, {12, 100, .60, 68}, {12, 200, .75, 49}, {12, 100, 1, 5.2}, {12, 200, 1, 5.1}} {
		plan := simulate.Plan()
		plan.Months = c.months
		f, err := simulate.Trial{People: c.people, Areas: areas, Seed: seed, Effect: simulate.Plain(c.ratio, -1.4, .9), Definition: plan}.Run(context.Background())
		if err != nil {
			return err
		}
		v, ok := f.Find("period", "odds_ratio", true)
		if !ok {
			return fmt.Errorf("no estimate by month")
		}
		fmt.Fprintf(w, "%d + %d\t%d\t%.2f\t%.1f %%\t%.1f to %.1f\t%.1f %%\t\n", c.months, c.months, c.people, c.ratio, 100*v.Power, 100*v.PowerCI.Lo, 100*v.PowerCI.Hi, c.table) //nolint:errcheck // standard output
	}
	return w.Flush()
}
