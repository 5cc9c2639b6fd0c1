package report

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"strings"
	"time"

	"waymark.example/internal/evidence/analysis"
	"waymark.example/internal/evidence/cost"
)

// Costs is what the programme cost over the study period, and what an event costs, each with its source and price year: data, and none of it ours.
type Costs struct {
	Programme    []Cost `json:"programme"`
	PersonMonths int    `json:"person_months"` // of support in the same time
	Units        []Unit `json:"units"`
}

// Cost is one kind of cost.
type Cost struct {
	Words  string `json:"words"`
	Pounds int    `json:"pounds"`
	Year   string `json:"year"` // of prices, such as 2025-26
	Source string `json:"source"`
}

// Unit is what one event costs the public.
type Unit struct {
	Event  string  `json:"event"` // arrest or custody_day
	Words  string  `json:"words"`
	Pounds float64 `json:"pounds"`
	Year   string  `json:"year"`
	Source string  `json:"source"`
}

// ReadCosts reads a file of costs. Nothing in it may lack its source and price year.
func ReadCosts(text []byte) (*Costs, error) {
	var c Costs
	d := json.NewDecoder(bytes.NewReader(text))
	d.DisallowUnknownFields()
	if err := d.Decode(&c); err != nil {
		return nil, fmt.Errorf("read costs: %w", err)
	}
	if len(c.Programme) == 0 || c.PersonMonths < 1 {
		return nil, errors.New("read costs: programme lists what it cost, and person_months says how many months of support that paid for")
	}
	bad := func(words, year, source string) bool {
		return strings.TrimSpace(words) == "" || strings.TrimSpace(year) == "" || strings.TrimSpace(source) == ""
	}
	for _, p := range c.Programme {
		if bad(p.Words, p.Year, p.Source) || p.Pounds < 0 || p.Pounds > 1_000_000_000 {
			return nil, fmt.Errorf("read costs: %q lacks its words, year of prices or source, or is no amount", p.Words)
		}
	}
	for _, u := range c.Units {
		if bad(u.Words, u.Year, u.Source) || !(u.Pounds >= 0 && u.Pounds < 10_000_000) {
			return nil, fmt.Errorf("read costs: %q lacks its words, year of prices or source, or is no amount", u.Words)
		}
		if u.Event != cost.Arrest && u.Event != cost.CustodyDay {
			return nil, fmt.Errorf("read costs: there is no difference of %q to multiply; arrest and custody_day are those there are", u.Event)
		}
	}
	return &c, nil
}

// costPart is T9.
func (b *builder) costPart() Part {
	p := Part{ID: "cost", Heading: "What it cost", Text: []string{"What the programme spent for each person and month, and what fewer events would have cost the public, if there were fewer."}}
	c := b.in.Costs
	if c == nil {
		p.Text = []string{b.noCosts()}
		return p
	}
	t := Table{Title: "Table 9a. What the programme cost", Head: []string{"", "Pounds", "Prices of", "Source"}}
	total := 0
	for _, x := range c.Programme {
		total += x.Pounds
		t.Rows = append(t.Rows, []string{x.Words, "£" + thousands(x.Pounds), x.Year, x.Source})
	}
	t.Rows = append(t.Rows, []string{"All together", "£" + thousands(total), "", ""})
	if c.PersonMonths >= 10 {
		t.Rows = append(t.Rows, []string{"For each person and month of support", "£" + thousands(int(math.Round(float64(total)/float64(c.PersonMonths)))), "", fmt.Sprintf("%s months of support", thousands((c.PersonMonths+5)/10*10))})
	}
	p.Blocks = append(p.Blocks, block("table-9-programme", t))
	if len(c.Units) == 0 {
		return p
	}
	u := Table{Title: "Table 9b. What the difference in events would have cost", Head: []string{"Event", "Cost of one", "Prices of", "Source", "For each person in LEAD (95 % interval)"},
		Note: "A minus means less spent. " + strings.Join(cost.NotCounted(), " ")}
	var from []analysis.Estimate
	for _, x := range c.Units {
		for _, d := range cost.Differences(b.r, []cost.Unit{{Event: x.Event, Words: x.Words, Pence: int64(math.Round(x.Pounds * 100)), Prices: x.Year, Source: x.Source}}) {
			u.Rows = append(u.Rows, []string{x.Words, "£" + thousands(int(math.Round(x.Pounds))), x.Year, x.Source, b.avoided(x.Event, d)})
			from = append(from, analysis.Estimate{Caveat: d.Caveat, Warnings: d.Warnings})
		}
	}
	p.Blocks = append(p.Blocks, block("table-9", u))
	p.Notes = b.caveats(from)
	return p
}

// avoided is the difference in money, where the people behind it may be shown: those of the curve, or of the days in custody.
func (b *builder) avoided(event string, d cost.Difference) string {
	behind, over := "curve/n/", fmt.Sprintf("over %d days", b.r.Survival.Tau)
	if event == cost.CustodyDay {
		behind, over = fmt.Sprintf("rate/custody_days/%d/n/", b.r.Definition.PrimaryWindow), "and year"
	}
	if !b.all(behind+side(0), behind+side(1)) || event != cost.CustodyDay && !b.timed() {
		return hidden
	}
	if d.Pence == nil || d.Lo == nil || d.Hi == nil {
		return sentence(d.Problem)
	}
	money := func(pence int64) string {
		s := "£" + thousands(int(math.Round(math.Abs(float64(pence))/100)))
		if pence < 0 {
			return "−" + s
		}
		return s
	}
	return fmt.Sprintf("%s (%s to %s) %s", money(*d.Pence), money(*d.Lo), money(*d.Hi), over)
}

func dayWords(day string) string {
	t, err := time.Parse(time.DateOnly, day)
	if err != nil {
		return day
	}
	return t.Format("2 January 2006")
}
