package analysis

import (
	"fmt"

	"waymark.example/internal/evidence/cohort"
	"waymark.example/internal/evidence/study"
)

// Claimed is what a report's first page claims, and no more: the primary outcome, its person-months and the E-value.
type Claimed struct {
	Design  Design   `json:"design"`
	People  [3]int   `json:"people"`
	Primary Outcome  `json:"primary"`
	Monthly Monthly  `json:"monthly"`
	EValue  *EValue  `json:"e_value"`
	Warned  []string `json:"warnings,omitempty"`
}

// Claim works out only what Run puts on the first page, through the same code: for designs that are tried out many times.
func Claim(s *study.Study, def cohort.Definition) (*Claimed, error) {
	c, err := cohort.Build(s, def)
	if err != nil {
		return nil, fmt.Errorf("analyse: %w", err)
	}
	r := newRunner(s, c)
	out := &Result{Design: r.design}
	for i := range c.People {
		out.People[arm(&c.People[i])]++
	}
	o, err := r.outcome(def.Primary, def.PrimaryWindow, "primary", r.methods(), nil)
	if err != nil {
		return nil, fmt.Errorf("analyse: %w", err)
	}
	if err := r.bootstrap(newSet(c, def.Primary, def.PrimaryWindow, nil), o.Estimates); err != nil {
		return nil, fmt.Errorf("analyse: %w", err)
	}
	out.Primary, out.EValue = *o, r.eValue(o)
	if out.Monthly, err = r.monthly(newPanel(c)); err != nil {
		return nil, fmt.Errorf("analyse: %w", err)
	}
	r.finish(out)
	return &Claimed{out.Design, out.People, out.Primary, out.Monthly, out.EValue, out.Warnings}, nil
}
