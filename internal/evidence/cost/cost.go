// Package cost works out what a month of support costs and what the difference in events would have cost (V09, table T9), in pence, with the
// interval that the difference has. It imports the analysis' results; it reads no row of anybody.
//
// What the programme and an event cost is data, in a file: with its source, its price year and whether anybody looked the number up. Nothing here makes a number
// up, puts one into another year's prices without a published index, or shows an amount without its interval.
package cost

import (
	"fmt"
	"math"

	"waymark.example/internal/evidence/analysis"
)

// The events of which the analysis has a difference with an interval.
const (
	Arrest     = "arrest"      // of the primary outcome: mean number for a person up to the end of the curve
	CustodyDay = "custody_day" // days in custody for a person-year
)

// Difference is what the difference in one event would have cost for each person, with everything that must stand beside it (R46). A minus means less
// spent on people of LEAD, a plus more: both are shown alike.
type Difference struct {
	Unit     Unit
	Per      string // over how long
	Pence    *int64 // nil where Problem says why there is none
	Lo       *int64 // 95 %
	Hi       *int64
	Interval string // by which method
	Caveat   string
	Problem  string
	Warnings []string
}

// Differences multiplies the analysis' differences by what events cost. A unit whose event has no difference is left out. An estimate without an interval gives no amount.
func Differences(r *analysis.Result, all []Unit) []Difference {
	var out []Difference
	for _, u := range all {
		e, per, ok := difference(r, u.Event)
		if !ok {
			continue
		}
		d := Difference{Unit: u, Per: per, Interval: e.Interval, Caveat: e.Caveat, Problem: e.Problem, Warnings: e.Warnings}
		switch {
		case e.Problem != "":
		case e.Value == nil || e.Lo == nil || e.Hi == nil:
			d.Problem = "The difference has no interval, so no amount is given."
		default:
			amounts, fine := [3]int64{}, true
			for i, v := range []*float64{e.Value, e.Lo, e.Hi} {
				x := math.Round(*v * float64(u.Pence))
				fine = fine && math.Abs(x) < 1e15 // not a number, or beyond any money
				if fine {
					amounts[i] = int64(x)
				}
			}
			if !fine {
				d.Problem = "The difference is no number that money could be worked out from."
				break
			}
			d.Pence, d.Lo, d.Hi = &amounts[0], &amounts[1], &amounts[2]
		}
		out = append(out, d)
	}
	return out
}

func difference(r *analysis.Result, event string) (analysis.Estimate, string, bool) {
	switch event {
	case Arrest:
		return r.Survival.MeanDiff, fmt.Sprintf("over %d days", r.Survival.Tau), true
	case CustodyDay:
		for _, x := range r.Rates {
			if x.Key == "custody_days" && x.Window == r.Definition.PrimaryWindow {
				return x.Ratio, "and year", true
			}
		}
	}
	return analysis.Estimate{}, "", false
}

// NotCounted says what no line counts, in whole sentences: it stands beside the table.
func NotCounted() []string {
	return []string{
		"An amount is a difference in events times what one event costs. Its interval is that of the difference; it does not know how unsure the cost itself is.",
		"What is avoided on paper is money saved only where somebody then spends less: a cell that stands empty costs nearly as much as a full one.",
		"Arrests and days in custody overlap with crimes and with each other, so the lines are not added up.",
		"Not counted: what it is worth to the person and to those around them, health and housing that cost more because people get what they need, the police's time for LEAD, courts, and whoever was harmed.",
		"Costs in the prices of different years stand as they were published, unless a published index was handed in.",
	}
}
