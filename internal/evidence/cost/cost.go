// Package cost works out what a month of support costs and what the difference in events would have cost (V09, table T9), in pence, with the
// interval that the difference has. It imports the analysis' results; it reads no row of anybody.
//
// What an event costs is data: with its source, its price year and whether anybody looked the number up. Nothing here makes a number up, raises
// one to another year's prices without a published index, or shows an amount without its interval.
package cost

import (
	"bytes"
	_ "embed"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"math"
	"math/bits"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"waymark.example/internal/evidence/analysis"
)

// The events of which the analysis has a difference with an interval. Others may stand in the table of units, for the reader to know.
const (
	Arrest     = "arrest"      // of the primary outcome: mean number for a person up to the end of the curve
	CustodyDay = "custody_day" // days in custody for a person-year
)

// Unit is what one event costs the public.
type Unit struct {
	Event     string
	Words     string
	Pence     int64
	Prices    string // the year of the prices, such as 2022-23
	Country   string
	Source    string
	Where     string // an address or a document
	Checked   string // who looked: source, second hand, to verify
	LeavesOut string
	Repriced  string // by which index and from which year, "" where it stands as it was published
}

// The ways in which a number was looked up.
const (
	AtSource   = "source"
	SecondHand = "second hand"
	ToVerify   = "to verify"
)

//go:embed units.csv
var units []byte

// Units lists what comes with the program.
func Units() ([]Unit, error) { return ReadUnits(units) }

const most = 100_000_000_00 // pence: no event costs more than a hundred million pounds

var (
	yearShape  = regexp.MustCompile(`^\d{4}-\d{2}$`)
	monthShape = regexp.MustCompile(`^\d{4}-(0[1-9]|1[0-2])$`)
)

func aYear(s string) bool {
	if !yearShape.MatchString(s) {
		return false
	}
	from, err := strconv.Atoi(s[:4])
	return err == nil && fmt.Sprintf("%d-%02d", from, (from+1)%100) == s
}

// ReadUnits reads a table of units. A row that lacks its source, its price year or what it leaves out is an error.
func ReadUnits(text []byte) ([]Unit, error) {
	rows, err := table(text, "event", "words", "pence", "per", "prices", "country", "source", "where", "checked", "leaves_out")
	if err != nil {
		return nil, fmt.Errorf("unit costs: %w", err)
	}
	var out []Unit
	for i, r := range rows {
		u := Unit{Event: r[0], Words: r[1], Prices: r[4], Country: r[5], Source: r[6], Where: r[7], Checked: r[8], LeavesOut: r[9]}
		u.Pence, err = strconv.ParseInt(r[2], 10, 64)
		switch {
		case err != nil || u.Pence <= 0 || u.Pence > most:
			err = errors.New("pence is a whole number above nought")
		case slices.Contains([]string{u.Event, u.Words, u.Country, u.Source, u.Where, u.LeavesOut}, ""):
			err = errors.New("it lacks its event, words, country, source, where to find it or what it leaves out")
		case r[3] != "event":
			err = errors.New("per is event")
		case !aYear(u.Prices):
			err = errors.New("prices is a year such as 2022-23")
		case !slices.Contains([]string{AtSource, SecondHand, ToVerify}, u.Checked):
			err = errors.New("checked is source, second hand or to verify")
		}
		if err != nil {
			return nil, fmt.Errorf("unit costs: row %d: %w", i+2, err)
		}
		out = append(out, u)
	}
	return out, nil
}

// table reads a CSV file with just these columns.
func table(text []byte, columns ...string) ([][]string, error) {
	r := csv.NewReader(bytes.NewReader(bytes.TrimPrefix(text, []byte("\ufeff"))))
	r.FieldsPerRecord = len(columns)
	head, err := r.Read()
	if err != nil {
		return nil, fmt.Errorf("the columns are %s: %w", strings.Join(columns, ", "), err)
	}
	if !slices.Equal(head, columns) {
		return nil, fmt.Errorf("the columns are %s", strings.Join(columns, ", "))
	}
	var out [][]string
	for {
		row, err := r.Read()
		if errors.Is(err, io.EOF) {
			return out, nil
		}
		if err != nil {
			return nil, err
		}
		for i := range row {
			row[i] = strings.TrimSpace(row[i])
		}
		out = append(out, row)
	}
}

// Index is a published index of prices by financial year, in thousandths: a GDP deflator of 97.123 is 97123.
type Index struct {
	Name   string
	Source string
	Of     map[string]int64
}

// ReadIndex reads a published index: year, index, with its name and source. None comes with the program: it changes with every release.
func ReadIndex(text []byte, name, source string) (Index, error) {
	x := Index{name, source, map[string]int64{}}
	if strings.TrimSpace(name) == "" || strings.TrimSpace(source) == "" {
		return x, errors.New("index of prices: it needs its name and its source")
	}
	rows, err := table(text, "year", "index")
	if err != nil {
		return x, fmt.Errorf("index of prices: %w", err)
	}
	for i, r := range rows {
		v, err := strconv.ParseFloat(r[1], 64)
		if _, twice := x.Of[r[0]]; err != nil || !(v > 0 && v < 1e6) || !aYear(r[0]) || twice {
			return x, fmt.Errorf("index of prices: row %d: a year such as 2022-23, once, and a number above nought", i+2)
		}
		x.Of[r[0]] = int64(math.Round(v * 1000))
	}
	return x, nil
}

// In returns the unit in the prices of another year, to the nearest penny (half a penny up).
func (u Unit) In(year string, x Index) (Unit, error) {
	if year == u.Prices {
		return u, nil
	}
	from, to := x.Of[u.Prices], x.Of[year]
	if from == 0 || to == 0 {
		return u, fmt.Errorf("%s has no figure for %s or %s: the cost stays in the prices in which it was published", x.Name, u.Prices, year)
	}
	hi, lo := bits.Mul64(uint64(u.Pence), uint64(to)) // #nosec G115 -- both are above nought
	if hi >= uint64(from) {                           // #nosec G115 -- above nought
		return u, errors.New("the cost is too large to be put into other prices")
	}
	whole, rest := bits.Div64(hi, lo, uint64(from)) // #nosec G115 -- above nought
	if rest*2 >= uint64(from) {                     // #nosec G115 -- above nought
		whole++
	}
	if whole > most {
		return u, errors.New("the cost is too large to be put into other prices")
	}
	u.Repriced = fmt.Sprintf("%s, from the prices of %s", x.Name, u.Prices)
	u.Pence, u.Prices = int64(whole), year // #nosec G115 -- at most a hundred million pounds
	return u, nil
}

// Spent is what one kind of cost came to in a financial year, as the coordinator entered it.
type Spent struct {
	Year  string
	Kind  string
	Pence int64
}

// Month is how many people were supported in a calendar month.
type Month struct {
	Month  string // YYYY-MM
	People int
}

// Support is what a month of support for one person cost.
type Support struct {
	Pence        int64 // all of it, over the months
	PersonMonths int
	PerMonth     int64 // to the nearest penny
	Problem      string
}

// PerMonth shares the costs of whole years out among their months, a twelfth each, and divides what falls on these months by the months of
// support. A year of which nothing is entered is a problem and no nought; below ten months of support nothing is said.
func PerMonth(spent []Spent, months []Month) Support {
	var s Support
	if len(months) == 0 {
		s.Problem = "There is no month to count."
		return s
	}
	byYear, in := map[string]int64{}, map[string]int64{}
	for _, x := range spent {
		if !aYear(x.Year) || x.Pence < 0 || x.Pence > most {
			s.Problem = "A cost has no financial year, or is no amount."
			return s
		}
		byYear[x.Year] += x.Pence
	}
	seen := map[string]bool{}
	for _, m := range months {
		if !monthShape.MatchString(m.Month) || seen[m.Month] || m.People < 0 {
			s.Problem = "A month is no month, stands there twice, or has fewer than no people."
			return s
		}
		seen[m.Month] = true
		in[financial(m.Month)]++
		s.PersonMonths += m.People
	}
	var twelfths int64
	for year, n := range in {
		total, ok := byYear[year]
		if !ok {
			return Support{Problem: "Nobody entered what the programme cost in every year of these months, so the cost of a month cannot be said."}
		}
		twelfths += total * n
	}
	if s.PersonMonths < 10 {
		return Support{Problem: "There are fewer than ten months of support, so the cost of one is not shown."}
	}
	s.Pence = divide(twelfths, 12)
	s.PerMonth = divide(twelfths, 12*int64(s.PersonMonths))
	return s
}

// financial is the financial year of a month: April to March.
func financial(month string) string {
	year, _ := strconv.Atoi(month[:4]) // its shape was looked at
	if month[5:] < "04" {
		year--
	}
	return fmt.Sprintf("%d-%02d", year, (year+1)%100)
}

// divide divides to the nearest, half up; neither is below nought.
func divide(a, b int64) int64 { return (a + b/2) / b }

// Difference is what the difference in one event would have cost for each person, with everything that must stand beside it (R46). A minus means less
// spent on people of LEAD, a plus more: both are shown alike.
type Difference struct {
	Unit     Unit
	Of       string // what the difference is of, in words
	Per      string // for whom: each person, over how long
	Events   *float64
	Pence    *int64 // nil where Problem says why there is none
	Lo       *int64 // 95 %
	Hi       *int64
	N        [2]int // people
	Window   int    // days
	Design   int
	Interval string
	Caveat   string
	Problem  string
	Warnings []string
}

// Differences multiplies the analysis' differences by what events cost. A unit whose event has no difference is left out: it stands in the table of units
// only. An estimate without an interval gives no amount.
func Differences(r *analysis.Result, all []Unit) []Difference {
	var out []Difference
	for _, u := range all {
		e, per, ok := difference(r, u.Event)
		if !ok {
			continue
		}
		d := Difference{Unit: u, Of: e.Words, Per: per, N: e.N, Window: e.Window, Design: e.Design, Interval: e.Interval, Caveat: e.Caveat, Problem: e.Problem, Warnings: e.Warnings}
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
			d.Events, d.Pence, d.Lo, d.Hi = e.Value, &amounts[0], &amounts[1], &amounts[2]
		}
		out = append(out, d)
	}
	return out
}

func difference(r *analysis.Result, event string) (analysis.Estimate, string, bool) {
	switch event {
	case Arrest:
		return r.Survival.MeanDiff, fmt.Sprintf("each person over %d days", r.Survival.Tau), true
	case CustodyDay:
		for _, x := range r.Rates {
			if x.Key == "custody_days" && x.Window == r.Definition.PrimaryWindow {
				return x.Ratio, fmt.Sprintf("each person and year, watched over %d days", x.Window), true
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

// Pounds writes pence as pounds to the penny below a thousand pounds and to the pound above, with a minus sign where it is below nought.
func Pounds(pence int64) string {
	sign := ""
	if pence < 0 {
		sign, pence = "−", -pence
	}
	if pence < 100_000 {
		return fmt.Sprintf("%s£%d.%02d", sign, pence/100, pence%100)
	}
	digits := strconv.FormatInt(divide(pence, 100), 10)
	for i := len(digits) - 3; i > 0; i -= 3 {
		digits = digits[:i] + "," + digits[i:]
	}
	return sign + "£" + digits
}
