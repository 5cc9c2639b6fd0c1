package cost

import (
	"fmt"

	"waymark.example/internal/evidence/analysis"
)

// Sheet is a table of the report.
type Sheet struct {
	Title string
	Head  []string
	Rows  [][]string
	Notes []string
}

// Table is T9: what a month of support cost, the difference in events in money, and the costs of events with source and year. shown says whether the
// numbers of people in both arms may stand in the report; where they may not, no amount does.
func Table(r *analysis.Result, support Support, all []Unit, shown bool) []Sheet {
	month := Sheet{Title: "Table 9a. What the programme cost", Head: []string{"", "Amount"}}
	if support.Problem != "" {
		month.Notes = []string{support.Problem}
	} else {
		month.Rows = [][]string{{"All together", Pounds(support.Pence)}, {"Months of support (rounded to ten)", fmt.Sprint((support.PersonMonths + 5) / 10 * 10)}, {"For each person and month of support", Pounds(support.PerMonth)}}
	}
	money := Sheet{Title: "Table 9b. What the difference in events would have cost", Head: []string{"Event", "Cost of one", "Prices of", "For whom", "Difference in cost (95 % interval)", "People", "Design", "Interval"}, Notes: NotCounted()}
	for _, d := range Differences(r, all) {
		amount, people := d.Problem, fmt.Sprintf("%d and %d", d.N[0], d.N[1])
		if !shown {
			amount, people = "not shown: too few people", "not shown"
		} else if amount == "" {
			amount = fmt.Sprintf("%s (%s to %s)", Pounds(*d.Pence), Pounds(*d.Lo), Pounds(*d.Hi))
		}
		money.Rows = append(money.Rows, []string{d.Unit.Words, Pounds(d.Unit.Pence), d.Unit.prices(), d.Per, amount, people, fmt.Sprintf("grade %d", d.Design), d.Interval})
		if d.Caveat != "" {
			money.Notes = append(money.Notes, d.Unit.Words+": "+d.Caveat)
		}
		for _, w := range d.Warnings {
			money.Notes = append(money.Notes, d.Unit.Words+": "+w)
		}
	}
	prices := Sheet{Title: "Table 9c. What events cost, and who says so", Head: []string{"Event", "Cost of one", "Prices of", "Where", "Source", "Looked up", "Leaves out"}}
	for _, u := range all {
		prices.Rows = append(prices.Rows, []string{u.Words, Pounds(u.Pence), u.prices(), u.Country, u.Source + ", " + u.Where, u.Checked, u.LeavesOut})
	}
	return []Sheet{month, money, prices}
}

func (u Unit) prices() string {
	if u.Repriced == "" {
		return u.Prices
	}
	return u.Prices + " (by " + u.Repriced + ")"
}
