// Package report makes of a frozen plan and the result of its analysis a report that can be published: claims in plain words, tables and pictures in
// a fixed order, whatever they say, with small numbers kept small over all of it together. It imports plan, cohort, analysis, equity, study,
// stats, suppress and chart.
package report

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"waymark.example/internal/evidence/analysis"
	"waymark.example/internal/evidence/cost"
	"waymark.example/internal/evidence/equity"
	"waymark.example/internal/evidence/plan"
	"waymark.example/internal/suppress"
)

// Form is the version of how a report is made.
const Form = 1

// Input is what a report is made of.
type Input struct {
	Plan     plan.Frozen
	Result   *analysis.Result
	Opened   time.Time      // when the outcomes were here; zero where nobody can say
	Costs    *cost.Costs    // what it cost; nil where nobody entered it
	Equity   *equity.Result // discretion and disparity, exact; nil leaves it out
	Past     []Kept         // what was published before
	Site     *Site          // what stands beside it on the site; nil where it is made from files
	Software string         // which version of the program
	Made     time.Time
	MadeUp   bool // the people are made up: the report says so on every sheet
}

// Site is what the site that keeps plans and reports knows of others than this one. A study comes in anew under another key, so all of the site count.
type Site struct {
	Plans   int // other plans that were frozen
	Reports int // reports that were made before and not released

	First time.Time // when outcomes were first taken in, of whichever run; zero where nobody can say
}

// Publication is a report as it leaves the house: everything in it may be read by anybody.
type Publication struct {
	Form       int       `json:"form"`
	Title      string    `json:"title"`
	Hypothesis string    `json:"hypothesis"`
	Made       time.Time `json:"made"`
	MadeUp     bool      `json:"made_up,omitempty"`
	Facts      []Fact    `json:"facts"`      // R0
	Departures []string  `json:"departures"` // from the plan
	Warnings   []string  `json:"warnings"`
	Claims     []Claim   `json:"claims"`
	Parts      []Part    `json:"parts"`
	Hashes     []Fact    `json:"hashes"`
}

// Written is how numbers are written in a report and its files.
const Written = `"not shown" stands where a number is small or covers one that is; an empty cell, where there is none to give. Other numbers of people are rounded, and shares and plain differences are worked out from the rounded ones. Tables write thousands with a comma, and what lies below nought with a minus sign ("−"), which is no hyphen; the numbers of pictures have a hyphen.`

// About says what the tables of a report are, for whoever has them without it.
func (p Publication) About() string {
	all := []Fact{{"Evaluation report", p.Title}, {"Made on", p.Made.Format("2 January 2006")}}
	if p.MadeUp {
		all = append(all, Fact{"People", "Everybody in this report is made up. It says nothing about LEAD."})
	}
	all = append(all, p.Facts...)
	if len(p.Claims) > 0 {
		all = append(all, Fact{"But", p.Claims[0].Caveat})
	}
	all = append(append(all, p.Hashes...), Fact{"How numbers are written", Written})
	var out strings.Builder
	for _, f := range all {
		fmt.Fprintf(&out, "%s: %s\n", f.Name, f.Value)
	}
	return out.String()
}

// Fact is a name and a value.
type Fact struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

// Claim is one thing that a report says, with everything without which it may not be said (R46).
type Claim struct {
	Question string `json:"question"`
	Words    string `json:"words"`
	N        string `json:"n"`
	Window   string `json:"window"`
	Design   string `json:"design"`
	Interval string `json:"interval"`
	Caveat   string `json:"caveat"`
}

// Check refuses a claim that stands alone.
func (c Claim) Check() error {
	for _, f := range []Fact{{"the question", c.Question}, {"the words", c.Words}, {"n", c.N}, {"the window", c.Window}, {"the design", c.Design}, {"the interval", c.Interval}, {"the caveat", c.Caveat}} {
		if strings.TrimSpace(f.Value) == "" {
			return fmt.Errorf("the claim %q stands without %s", c.Words, f.Name)
		}
	}
	return nil
}

// Part is one part of a report.
type Part struct {
	ID      string   `json:"id"`
	Heading string   `json:"heading"`
	Text    []string `json:"text,omitempty"`
	Blocks  []Block  `json:"blocks,omitempty"`
	Notes   []string `json:"notes,omitempty"`
}

// Block is a table, or a picture with its own table beneath it. CSV is the same numbers as a file.
type Block struct {
	ID     string `json:"id"`
	Figure string `json:"figure,omitempty"` // HTML of package chart, and of nobody else
	Table  *Table `json:"table,omitempty"`
	CSV    string `json:"csv"`
}

// File is under which name its numbers are taken away: it says which table they are.
func (b Block) File() string {
	name := b.ID
	if b.Table != nil {
		name = strings.Join(strings.FieldsFunc(strings.ToLower(b.Table.Title), func(r rune) bool { return !('a' <= r && r <= 'z' || '0' <= r && r <= '9') }), "-")
	}
	return name + ".csv"
}

// Table is words in rows. The first cell of a row names it; a row of one cell heads the rows beneath.
type Table struct {
	Title string     `json:"title"`
	Head  []string   `json:"head"`
	Rows  [][]string `json:"rows"`
	Note  string     `json:"note,omitempty"`
}

// Kept is what must be remembered of a publication, so that later ones tell no small number by difference. It never leaves the house.
type Kept struct {
	Study      string           `json:"study"`      // hash of the data
	Definition string           `json:"definition"` // hash of the cohort
	People     [3]int           `json:"people"`
	Counts     suppress.Release `json:"counts"`
	Equity     suppress.Release `json:"equity"`
}

// nearest is by how many people two published cohorts differ at least.
const nearest = suppress.Threshold

// ErrNear is a report that differs from an earlier one by so few people that the difference would tell about them.
var ErrNear = errors.New("a report on nearly the same people was published before: what differs between the two would tell about a few of them. Wait until more people have joined")

// ErrFew is a report on so few people that whatever stood in it would tell about some of them.
var ErrFew = errors.New("there are so few people in this study that whatever a report showed would tell about some of them: wait until more have joined")

// ErrOtherwise is a report that counts people of an earlier one in another way, or by another rule for small numbers.
var ErrOtherwise = errors.New("a report on the same data was published before, under a plan that counts people otherwise or hides small numbers by another rule: the two side by side would tell about a few of them. Keep to the earlier plan's definition and rule, or wait for new data")

// otherwise reports whether an earlier release and this report cannot stand side by side.
func (b *builder) otherwise(earlier suppress.Release) bool {
	return earlier.Profile != b.profile || slices.ContainsFunc(earlier.Figures, func(f suppress.Figure) bool {
		i, ok := b.at[b.own(f.Key)]
		return ok && b.cells[i].Count != f.Count
	})
}

// Near reports whether a report beside earlier ones tells about a few people. As many people in other rows are no reason to let it pass: they are the
// same people of whom a little more is known, or a few went and as many came.
func Near(past []Kept, next Kept) bool {
	for _, k := range past {
		if k.Study == next.Study && k.Definition == next.Definition {
			continue // the same people
		}
		for i, n := range next.People {
			d := n - k.People[i]
			switch {
			case d == 0 && (k.Study == next.Study || n == 0): // the same rows are weighed beside each other: see Make
			case d == 0 && i == 2: // without a decision on record: nothing is told of what became of them
			case -nearest < d && d < nearest:
				return true
			}
		}
	}
	return false
}

// Make makes a report. It refuses where the plan was frozen after the outcomes were there and does not say so, where the result is of another
// definition than the plan's, and where an earlier report stands too near.
func Make(in Input) (Publication, Kept, error) {
	if err := in.Plan.Before(in.Opened); err != nil {
		return Publication{}, Kept{}, fmt.Errorf("make report: %w", err)
	}
	r := in.Result
	if want := in.Plan.Definition().Hash(); r.DefinitionHash != want || r.Definition.Hash() != want {
		return Publication{}, Kept{}, errors.New("make report: the result was worked out by another definition than the plan's")
	}
	kept := Kept{Study: r.StudyHash, Definition: r.DefinitionHash, People: r.People}
	if Near(in.Past, kept) {
		return Publication{}, Kept{}, fmt.Errorf("make report: %w", ErrNear)
	}
	b := &builder{profile: in.Plan.Plan.Suppression(), in: in, r: r, at: map[string]int{}, same: map[string]string{}}
	b.register()
	if err := b.sound(); err != nil {
		return Publication{}, Kept{}, err
	}
	var same, equal []suppress.Release // what was published of the same people before: a hidden number stays hidden
	for _, k := range in.Past {
		if k.Study == kept.Study { // whatever their plans ask: the same rows
			if b.otherwise(k.Counts) {
				return Publication{}, Kept{}, fmt.Errorf("make report: %w", ErrOtherwise)
			}
			same, equal = append(same, k.Counts), append(equal, k.Equity)
		}
	}
	var err error
	b.kept, err = b.profile.Publish(same, suppress.Table{Cells: b.cells, Sums: b.sums})
	if errors.Is(err, suppress.ErrTold) && len(same) == 0 { // nothing was published before
		return Publication{}, Kept{}, fmt.Errorf("make report: %w", ErrFew)
	}
	if err != nil {
		return Publication{}, Kept{}, fmt.Errorf("make report: %w", err)
	}
	kept.Counts = b.kept
	if kept.Equity, err = b.weighEquity(equal); err != nil {
		return Publication{}, Kept{}, fmt.Errorf("make report: %w", err)
	}
	b.shown = map[string]suppress.Shown{}
	for _, s := range b.kept.Public() {
		b.shown[s.Key] = s
	}
	p := Publication{Form: Form, Title: in.Plan.Plan.Title, Hypothesis: in.Plan.Plan.Hypothesis, Made: in.Made.UTC().Truncate(time.Second), MadeUp: in.MadeUp,
		Facts: b.protocol(), Departures: b.departures(), Warnings: b.warnings(), Claims: b.claims(), Parts: b.parts(), Hashes: b.hashes()}
	for _, c := range p.Claims {
		if err := c.Check(); err != nil {
			return Publication{}, Kept{}, fmt.Errorf("make report: %w", err)
		}
	}
	if err := b.sound(); err != nil {
		return Publication{}, Kept{}, err
	}
	return p, kept, nil
}

// sound refuses a report with a number that was not weighed against the others as what it is.
func (b *builder) sound() error {
	if len(b.astray) > 0 {
		return fmt.Errorf("make report: numbers that were not weighed against each other: %s", strings.Join(b.astray, ", "))
	}
	return nil
}

// parts are the parts in their order: first what anybody wants to know, last how it was worked out.
func (b *builder) parts() []Part {
	out := []Part{b.flowPart(), b.comparedPart(), b.baselinePart(), b.primaryPart(), b.secondPart(), b.ratesPart(), b.survivalPart(), b.eventPart(), b.groupsPart()}
	out = append(out, b.equityParts()...)
	return append(out, b.carePart(), b.harmsPart(), b.costPart(), b.missingPart(), b.contextPart(), b.methodPart())
}
