// Package cohort makes of a study the people who are compared: who stands in which arm, from when on, for how long each was watched, what happened
// to them before and after, and how many were left out at each step and why. The clock starts at the decision about the first eligible contact, never
// at the intake (intention to treat). It imports the study and the standard library only.
package cohort

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"waymark.example/internal/evidence/study"
)

// Form is the version of the rules of this package. It is part of every definition, so that a result tells by which rules it was made.
const Form = 1

// Start is what sets somebody's clock.
type Start string

// The starts. FromIntake is a sensitivity only: whoever lived free and untroubled until the intake is in, whoever did not is out, and that favours
// LEAD whatever it does (immortal-time bias).
const (
	FromDecision Start = "decision"
	FromIntake   Start = "intake"
)

// By is what puts somebody into an arm.
type By string

// How arms are made. Auto is Assigned where any eligible first contact has a shift drawn by lot, and Decided otherwise.
const (
	Auto     By = "auto"
	Assigned By = "assigned" // by the lot of the shift, whatever was decided
	Decided  By = "decided"  // by what the officer decided, whatever the person answered
)

// Definition says who is compared with whom, and how long each is watched. It is part of the plan, which is frozen before outcomes are read.
type Definition struct {
	Form   int      `json:"form"`
	Start  Start    `json:"start"`
	Arms   By       `json:"arms"`
	Doors  []string `json:"doors"`           // contacts through other doors have nobody to be compared with
	Lead   []string `json:"lead_decisions"`  // decisions for LEAD, whatever came of them
	Usual  []string `json:"usual_decisions"` // decisions for process as usual
	Unfit  []string `json:"excluded_decisions"`
	Window []int    `json:"windows"`   // days after the start, rising: 182, 365, 730
	Back   int      `json:"look_back"` // days before the start: 730
	Months int      `json:"months"`    // months of 30 days before and after, for the panel: 24

	Primary       string   `json:"primary"`        // key of the one primary outcome
	PrimaryWindow int      `json:"primary_window"` // days, one of the windows
	Covariates    []string `json:"covariates"`     // what makes people comparable: keys of Covariates()
	Subgroups     []string `json:"subgroups"`      // by which the effect is looked at: ethnicity, sex, age, area, housing
	Draws         int      `json:"draws"`          // of the bootstrap of weighted effects; 0 is none: errors take the weights as known
	Seed          uint64   `json:"seed"`           // of the bootstrap
}

// Default is the definition that stands when nobody writes another (docs/decisions/0035).
func Default() Definition {
	return Definition{
		Form: Form, Start: FromDecision, Arms: Auto,
		Doors:  []string{"arrest_diversion", "social_contact"},
		Lead:   []string{"diverted", "declined", "no_capacity"},
		Usual:  []string{"not_diverted", "not_fit"},
		Unfit:  []string{"not_eligible"},
		Window: []int{182, 365, 730}, Back: 730, Months: 24,
		Primary: Rearrest, PrimaryWindow: 365,
		Covariates: []string{"age", "sex", "ethnicity", "housing", "area", "door", "offence", "arrests_24", "arrests_12", "custody_days_24"},
		Subgroups:  []string{"ethnicity", "sex", "age"},
		Draws:      1000, Seed: 1,
	}
}

// Check says what is wrong with a definition.
func (d Definition) Check() error {
	bad := func(format string, args ...any) error { return fmt.Errorf("definition: "+format, args...) }
	switch {
	case d.Form != Form:
		return bad("form %d is not the one this version works with, %d", d.Form, Form)
	case d.Start != FromDecision && d.Start != FromIntake:
		return bad("the clock starts at the decision, or, as a sensitivity, at the intake; not at %q", d.Start)
	case d.Arms != Auto && d.Arms != Assigned && d.Arms != Decided:
		return bad("arms are auto, assigned or decided, not %q", d.Arms)
	case len(d.Doors) == 0 || len(d.Lead) == 0 || len(d.Usual) == 0:
		return bad("doors and the decisions of both arms must be named")
	case len(d.Window) == 0 || !slices.IsSorted(d.Window) || len(slices.Compact(slices.Clone(d.Window))) != len(d.Window) || d.Window[0] < 1 || d.Window[len(d.Window)-1] > 3650:
		return bad("windows are days, rising, from 1 to 3650")
	case d.Back < 30 || d.Back > 3650:
		return bad("the look-back goes from 30 to 3650 days")
	case d.Months < 1 || d.Months > 60:
		return bad("the months go from 1 to 60")
	case !slices.Contains(d.Window, d.PrimaryWindow):
		return bad("the primary window is one of the windows")
	case d.Draws != 0 && (d.Draws < 50 || d.Draws > 100_000):
		return bad("the draws of the bootstrap are 0, or from 50 to 100000")
	}
	if !slices.ContainsFunc(Outcomes(), func(o Outcome) bool { return o.Key == d.Primary }) {
		return bad("there is no outcome %q", d.Primary)
	}
	seen := map[string]bool{}
	for _, list := range [][]string{d.Lead, d.Usual, d.Unfit} {
		for _, v := range list {
			if seen[v] || v == "" {
				return bad("the decision %q is named twice or empty", v)
			}
			seen[v] = true
		}
	}
	for _, c := range d.Covariates {
		if !slices.ContainsFunc(Covariates(), func(v Covariate) bool { return v.Key == c }) {
			return bad("there is no covariate %q", c)
		}
	}
	for _, g := range d.Subgroups {
		if !slices.Contains([]string{"ethnicity", "sex", "age", "area", "housing", "door"}, g) {
			return bad("there are no subgroups by %q", g)
		}
	}
	return nil
}

// Canonical is the definition as JSON, the same bytes for the same definition.
func (d Definition) Canonical() []byte {
	b, err := json.Marshal(d)
	if err != nil {
		panic(err) // plain fields cannot fail
	}
	return b
}

// Hash is the SHA-256 of the canonical definition, in hexadecimal.
func (d Definition) Hash() string {
	sum := sha256.Sum256(d.Canonical())
	return hex.EncodeToString(sum[:])
}

// Arm is which way somebody went.
type Arm string

// The arms. Unknown is an eligible person without a decision on record: shown, never dropped in silence.
const (
	Lead    Arm = "lead"
	Usual   Arm = "usual"
	Unknown Arm = "unknown"
)

// End is what ended somebody's watching.
type End string

// The ends.
const (
	Extract End = "extract" // the records end
	Died    End = "died"
	Moved   End = "moved" // out of reach of the records
)

// Count counts contacts and people.
type Count struct {
	Contacts int `json:"contacts"`
	People   int `json:"people"`
}

// Out is who was left out for one reason, or went one way. A person is counted where their last remaining contact went.
type Out struct {
	Key   string `json:"key"`
	Words string `json:"words"`
	Count
}

// Step is one step of the sieve: who is left, and who went out at it. Left and all Out of a step add up to Left of the step before.
type Step struct {
	Key   string `json:"key"`
	Words string `json:"words"`
	Left  Count  `json:"left"`
	Out   []Out  `json:"out,omitempty"` // in the order of their keys
}

// Stage is one stage on the way of an arm's people.
type Stage struct {
	Key    string `json:"key"`
	Words  string `json:"words"`
	People int    `json:"people"`
	Of     int    `json:"of"`            // those who could have reached it: the stage's own denominator
	Out    []Out  `json:"out,omitempty"` // where the others of Of went; with People they add up to Of. Contacts is 0
}

// ArmFlow is the way of one arm's people.
type ArmFlow struct {
	Arm     Arm     `json:"arm"`
	Words   string  `json:"words"`
	People  int     `json:"people"`
	Reasons []Out   `json:"reasons"`           // decision and main reason at the first contact; people add up to People
	Stages  []Stage `json:"stages"`            // the same stages in the same order for each arm
	Minutes []int   `json:"minutes,omitempty"` // quartiles from the decision until a case manager was there, where somebody met; none below 20 people
}

// Flow is figure F1: what became of every contact and person of the study. The people of the arms add up to the last step's.
type Flow struct {
	Steps []Step    `json:"steps"` // the first is everything on record
	Arms  []ArmFlow `json:"arms"`  // lead, usual, unknown
}

// Cohort is the people who are compared, and how they were found. It lives in memory only; Flow and the hash are what may leave.
type Cohort struct {
	Definition Definition
	Arms       By // assigned or decided: what Auto came to
	From       study.Day
	Until      study.Day
	People     []Person // by what is known of them, never by their pseudonym: the order tells nothing
	Flow       Flow
}

// Arm returns the people of one arm, in their order.
func (c *Cohort) Arm(a Arm) []*Person {
	var out []*Person
	for i := range c.People {
		if c.People[i].Arm == a {
			out = append(out, &c.People[i])
		}
	}
	return out
}

// errStudy is a study that contradicts itself.
var errStudy = errors.New("the study contradicts itself")
