package cost

import (
	"bytes"
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// Costs is a file of costs: what the programme cost, how many months of support that paid for, and what an event costs the public.
type Costs struct {
	Prices       string `json:"prices,omitempty"` // the year into whose prices everything is put, "" where it stands as it was published
	Index        *Index `json:"index,omitempty"`  // by which
	Programme    []Line `json:"programme"`
	PersonMonths int    `json:"person_months"` // people supported in each month, added up over the months that the programme's costs are of
	Units        []Unit `json:"units"`
}

// Line is an amount, with the year of its prices and who says so.
type Line struct {
	Words  string  `json:"words"`
	Pounds float64 `json:"pounds"`
	Year   string  `json:"year"` // such as 2025-26
	Source string  `json:"source"`

	Pence  int64  `json:"-"` // in the prices of Prices
	Prices string `json:"-"` // of which year, and by which index
}

// Unit is what one event costs the public.
type Unit struct {
	Event string `json:"event"` // arrest or custody_day
	Line
	Checked   string `json:"checked,omitempty"` // how the number was looked up: source, second hand, to verify
	LeavesOut string `json:"leaves_out,omitempty"`
}

// Index is a published index of prices by financial year, such as a GDP deflator. None comes with the program: each release revises it.
type Index struct {
	Name   string             `json:"name"`
	Source string             `json:"source"`
	Years  map[string]float64 `json:"years"`
}

//go:embed draft.json
var draft []byte

// Draft is a file to begin from: what events cost stands in it with its source, what the programme cost is for those to fill in who know.
func Draft() []byte { return bytes.Clone(draft) }

const most = 1_000_000_000 // pounds

var yearShape = regexp.MustCompile(`^\d{4}-\d{2}$`)

func aYear(s string) bool {
	if !yearShape.MatchString(s) {
		return false
	}
	from, err := strconv.Atoi(s[:4])
	return err == nil && fmt.Sprintf("%d-%02d", from, (from+1)%100) == s
}

// Read reads a file of costs and puts it into the prices that it asks for. Nothing in it may lack its source and price year.
func Read(text []byte) (*Costs, error) {
	var c Costs
	d := json.NewDecoder(bytes.NewReader(text))
	d.DisallowUnknownFields()
	if err := d.Decode(&c); err != nil {
		return nil, fmt.Errorf("costs: this is no file of costs (waymark evidence costs prints one to begin from): %w", err)
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return nil, errors.New("costs: something stands after the end of the file of costs")
	}
	if err := c.Index.check(); err != nil {
		return nil, err
	}
	if c.Prices != "" && !aYear(c.Prices) {
		return nil, fmt.Errorf("costs: prices is a financial year such as 2025-26, not %q", c.Prices)
	}
	if len(c.Programme) == 0 || c.PersonMonths < 1 || c.PersonMonths > most {
		return nil, errors.New("costs: programme lists what it cost, and person_months says how many months of support that paid for")
	}
	for i := range c.Programme {
		if err := c.settle(&c.Programme[i]); err != nil {
			return nil, err
		}
	}
	for i := range c.Units {
		u := &c.Units[i]
		if u.Event != Arrest && u.Event != CustodyDay {
			return nil, fmt.Errorf("costs: there is no difference of %q to multiply; arrest and custody_day are those there are", u.Event)
		}
		if u.Checked != "" && !slices.Contains([]string{"source", "second hand", "to verify"}, u.Checked) {
			return nil, fmt.Errorf("costs: %q: checked says how the number was looked up: source, second hand or to verify", u.Words)
		}
		if err := c.settle(&u.Line); err != nil {
			return nil, err
		}
	}
	return &c, nil
}

// settle checks a line, and puts its amount into the prices asked for.
func (c *Costs) settle(l *Line) error {
	switch {
	case strings.TrimSpace(l.Words) == "" || strings.TrimSpace(l.Source) == "":
		return fmt.Errorf("costs: %q lacks its words or its source", l.Words)
	case !aYear(l.Year):
		return fmt.Errorf("costs: %q: year is the financial year of its prices, such as 2025-26, not %q", l.Words, l.Year)
	case !(l.Pounds > 0 && l.Pounds <= most):
		return fmt.Errorf("costs: %q: pounds is an amount above nought", l.Words)
	}
	l.Pence, l.Prices = int64(math.Round(100*l.Pounds)), l.Year
	if c.Prices == "" || c.Prices == l.Year {
		return nil
	}
	if c.Index == nil {
		return fmt.Errorf("costs: %q is in the prices of %s; to put it into those of %s takes an index with its name and source", l.Words, l.Year, c.Prices)
	}
	from, to := c.Index.Years[l.Year], c.Index.Years[c.Prices]
	if from == 0 || to == 0 {
		return fmt.Errorf("costs: %s has no figure for %s or %s", c.Index.Name, l.Year, c.Prices)
	}
	pounds := l.Pounds * to / from
	if !(pounds <= most) {
		return fmt.Errorf("costs: %q is too large to be put into other prices", l.Words)
	}
	l.Pence, l.Prices = int64(math.Round(100*pounds)), fmt.Sprintf("%s (from %s by %s)", c.Prices, l.Year, c.Index.Name)
	return nil
}

func (x *Index) check() error {
	if x == nil {
		return nil
	}
	if strings.TrimSpace(x.Name) == "" || strings.TrimSpace(x.Source) == "" {
		return errors.New("costs: an index of prices needs its name and its source")
	}
	for year, v := range x.Years {
		if !aYear(year) || !(v > 0 && v < 1e6) {
			return fmt.Errorf("costs: the index of prices: %q is no financial year such as 2025-26, or its number is not above nought", year)
		}
	}
	return nil
}

// Total is what the programme cost, in pence.
func (c *Costs) Total() int64 {
	total := int64(0)
	for _, l := range c.Programme {
		total += l.Pence
	}
	return total
}

// PerMonth is what a month of support for one person cost, in pence; below ten months of support nothing is said.
func (c *Costs) PerMonth() (pence int64, ok bool) {
	if c.PersonMonths < 10 {
		return 0, false
	}
	n := int64(c.PersonMonths)
	return (c.Total() + n/2) / n, true
}
