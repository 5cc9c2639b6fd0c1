// Package stats works out the numbers of an evaluation: models of repeated
// outcomes, survival, propensity weights, intervals, disparity and power. It is
// pure, and imports the standard library and gonum only.
//
// Nothing here tells about one person: no prediction, fitted value, residual,
// weight or propensity score leaves the package. What cannot be worked out is a
// [Problem] in plain words, never a number.
package stats

import (
	"errors"
	"fmt"
)

// Kind says what stands in the way of a result.
type Kind string

// What can stand in the way.
const (
	BadFormula   Kind = "formula"       // the formula cannot be read
	BadData      Kind = "data"          // a column is missing, or holds what the method cannot take
	Separation   Kind = "separation"    // a group has the outcome always or never: its effect has no finite value
	Collinear    Kind = "collinearity"  // columns say the same thing
	EmptyCell    Kind = "empty cell"    // a group has nobody, or an outcome that does not vary
	TooFew       Kind = "too few"       // not enough people or groups for the method
	NotConverged Kind = "not converged" // the iterations did not settle
)

// Problem is why there is no number.
type Problem struct {
	Kind  Kind
	Words string
}

func (p *Problem) Error() string { return p.Words }

func problem(k Kind, format string, args ...any) error {
	return &Problem{k, fmt.Sprintf(format, args...)}
}

// General is a problem without the names of columns and levels: a level's name beside "with no exception" tells what happened to everybody of it.
func General(err error) string {
	switch KindOf(err) {
	case Separation:
		return "a group had the outcome always or never, so the effect has no finite value"
	case Collinear:
		return "what is known of the people does not tell them apart enough for this model"
	case EmptyCell:
		return "one of the groups has nobody, or the outcome does not vary in it"
	}
	return err.Error()
}

// KindOf says what kind of problem an error is; "" when it is none of ours.
func KindOf(err error) Kind {
	if p, ok := errors.AsType[*Problem](err); ok {
		return p.Kind
	}
	return ""
}
