package equity

import (
	"fmt"
	"math"
	"slices"
	"strconv"

	"waymark.example/internal/platform/chart"
	"waymark.example/internal/stats"
)

// source says of whom the numbers are.
func (r *Result) source() string {
	rounded := ""
	if r.Rounded {
		rounded = " Numbers below ten are not shown, the others are rounded to five; shares and intervals hold whatever the numbers may have been before."
	}
	people := "people, whose number is not shown,"
	if !r.People.Hidden {
		people = strconv.Itoa(r.People.N) + " people"
	}
	shifts := ""
	if r.Lot {
		shifts = " in LEAD shifts"
	}
	return fmt.Sprintf("First contacts%s of %s where LEAD was possible, %s to %s. Definitions %s.%s", shifts, people, r.From, r.Until, r.Version, rounded)
}

// Left says which contacts are in nothing here, because no officer decided about LEAD at them.
func (r *Result) Left() []string {
	var out []string
	if r.Lot {
		out = append(out, "Shifts were drawn by lot, and in a shift with process as usual nobody decides about LEAD. So only contacts in LEAD shifts are counted here. Contacts left out for that: "+said(r.Usual)+".")
	}
	if r.Community.Hidden || r.Community.N > 0 {
		out = append(out, "At the community door no officer decides, so contacts by it are left out here: "+said(r.Community)+".")
	}
	return out
}

func said(n Number) string {
	if n.Hidden {
		return "not shown"
	}
	return chart.Thousands(n.N)
}

func (n Number) chart() chart.Count { return chart.Count{N: n.N, Hidden: n.Hidden} }

// Panel returns a dimension's panel.
func (r *Result) Panel(dimension string) (Panel, bool) {
	for _, p := range r.Panels {
		if p.Dimension == dimension {
			return p, true
		}
	}
	return Panel{}, false
}

// Name is a group in words. An area of which nothing is shown has no name: a code that a few rows have may be words about one person.
func (p Panel) Name(group string) string {
	for _, g := range p.Groups {
		if g.Key == group {
			if p.Dimension == "area" && group != "" && !slices.ContainsFunc(g.Steps, func(s Step) bool { return !s.N.Hidden }) {
				return "Another"
			}
			return g.Words
		}
	}
	return group
}

// StepsChart is how many of each group came so far (F4). The later steps, which only count those whose records go that far, stand in LaterTable.
func (r *Result) StepsChart(dimension string) chart.Steps {
	p, _ := r.Panel(dimension)
	c := chart.Steps{Frame: chart.Frame{ID: "steps-" + dimension, Title: "How far people came, by " + lower(p.Words), About: "Bars for each step from the contact where LEAD was possible to the intake, one panel for each group. A bar's length is the share of those where it was possible.", Source: r.source(), Rounded: r.Rounded,
		Notes: []string{"Support is on record of those alone who agreed to be studied. How the others who said yes were met is unknown: they are in no later step."}}}
	for i, g := range append([]Group{r.All}, p.Groups...) {
		of := chart.StepGroup{Name: g.Words}
		if i > 0 {
			of.Name = p.Name(g.Key)
		}
		for i, s := range Stages() {
			if s.Months == 0 {
				of.Steps = append(of.Steps, chart.Step{Name: s.Words, N: g.Steps[i].N.chart()})
			}
		}
		c.Groups = append(c.Groups, of)
	}
	return c
}

// RatiosChart is each group beside the reference at each step (F4).
func (r *Result) RatiosChart(dimension, against string) chart.Ratios {
	p, _ := r.Panel(dimension)
	same := "Same as " + p.Name(p.Reference)
	c := chart.Ratios{Frame: chart.Frame{ID: "ratios-" + dimension + "-" + against, About: "A row for each group at each step: its rate over that of the group compared with, and the interval of 95 %, on an axis where twice is as far as half.", Source: r.source()}, Same: same, Across: "Less often ← → more often"}
	alarms, tested := 0, false
	for _, s := range Stages() {
		first := true
		for _, of := range r.Comparisons {
			if of.Dimension != dimension || of.Against != against || of.Decision != s.Key {
				continue
			}
			row := ratio(p.Name(of.Group), of.Compared)
			tested = tested || !row.Untested
			if first {
				row.Heading = s.Words
				if against == "previous" {
					row.Heading += ", " + s.Of
				}
				first = false
			}
			if row.Alarm {
				alarms++
			}
			c.Rows = append(c.Rows, row)
		}
	}
	switch {
	case against == "eligible":
		c.Title = "Each step next to all where LEAD was possible, by " + lower(p.Words)
	case !tested:
		c.Title = "How groups stand at each step, by " + lower(p.Words)
	case alarms == 0:
		c.Title = fmt.Sprintf("No group differs by more than chance explains once %d comparisons are allowed for, by %s", r.Tested, lower(p.Words))
	case alarms == 1:
		c.Title = "At one step a group differs by more than chance explains, by " + lower(p.Words)
	default:
		c.Title = fmt.Sprintf("At %d steps a group differs by more than chance explains, by %s", alarms, lower(p.Words))
	}
	c.Notes = []string{"Nothing here is tested for whether it differs by more than chance: these ratios stand beside the tested ones, to be seen."}
	if tested {
		c.Notes = []string{fmt.Sprintf("A filled square is a difference that stays when all %d comparisons that were tested are taken into account (Holm), and whose interval leaves out 1. An interval that is wide is no sign that all is well. Whose support is on record is shown and not tested.", r.Tested)}
	}
	if undrawn := (len(Stages())-1)*(len(p.Groups)-1) - len(c.Rows); against == "previous" && undrawn > 0 {
		c.Notes = append(c.Notes, fmt.Sprintf("Comparisons that are not drawn, because a number of theirs is not shown: %d.", undrawn))
	}
	return c
}

func ratio(name string, c stats.Compared) chart.Ratio {
	row := chart.Ratio{Name: name, Within: chart.Interval{Lo: 1}, Alarm: c.Alarm, Untested: c.Holm == nil, Why: c.Problem, N: fmt.Sprintf("%d of %d", c.X, c.N)}
	if c.Ratio != nil {
		row.Value = *c.Ratio
	}
	if c.CI != nil {
		row.Within = chart.Interval{Lo: c.CI.Lo, Hi: c.CI.Hi}
	}
	return row
}

// TeamsChart is the share of contacts that ended with a yes, by team (F5).
func (r *Result) TeamsChart() chart.Spread {
	c := chart.Spread{Frame: chart.Frame{ID: "teams", About: "Each mark is a team: farther to the right with more contacts, higher with a greater share diverted. Lines show what chance alone would do.", Source: r.source(), Rounded: r.Rounded},
		Across: "Contacts where LEAD was possible", Up: "Share that ended with a yes", Target: r.Teams.Target, TargetName: "All teams", Over: r.Teams.Overdispersion}
	most, out := 0, 0
	for _, u := range r.Teams.Units {
		if u.Name == "" || u.Yes.Hidden || u.Eligible.Hidden || u.Eligible.N < stats.Fewest {
			continue
		}
		most = max(most, u.Eligible.N)
		if u.Outside > 0 {
			out++
		}
		c.Units = append(c.Units, chart.Unit{Name: u.Name, X: u.Yes.N, N: u.Eligible.N, Outside: u.Outside})
	}
	if r.Teams.Problem == "" {
		for _, l := range stats.FunnelLines(r.Teams.Target, most) {
			c.Limits = append(c.Limits, chart.Limit{N: l.N, W95: chart.Interval(l.Within95), W998: chart.Interval(l.Within99)})
		}
	}
	c.Title = map[bool]string{true: "Teams divert about as often as each other, as far as chance lets one tell", false: "Some teams divert more or less often than chance explains"}[out == 0]
	if r.Teams.Left > 0 {
		c.Notes = append(c.Notes, fmt.Sprintf("Not drawn, because there are fewer than ten contacts, a number that is not shown, or no team on record: %d.", r.Teams.Left))
	}
	return c
}

// ReasonsChart is why people were not diverted, by team; words puts a reason's code into words.
func (r *Result) ReasonsChart(words func(code string) string) chart.Dots {
	c := chart.Dots{Frame: chart.Frame{ID: "reasons", Title: "Why people were not diverted, by team", About: "A row for each reason, a mark for each team: the share of its contacts that did not end with a yes.", Source: r.source(), Rounded: r.Rounded}, Across: "Share of contacts that did not end with a yes"}
	share := func(x, of Number) float64 {
		if x.Hidden || of.Hidden || of.N == 0 {
			return -1
		}
		return math.Min(1, float64(x.N)/float64(of.N))
	}
	c.Series = []string{"All teams"}
	for _, t := range r.Reasons.Teams {
		name := t.Name
		if name == "" {
			name = "No team on record"
		}
		c.Series = append(c.Series, name)
	}
	for i, reason := range r.Reasons.All {
		row := chart.DotRow{Name: "Not recorded", Shares: []float64{share(reason.N, r.Reasons.Of)}, Said: []string{chart.Share(reason.N.N, r.Reasons.Of.N, r.Rounded)}}
		if reason.Code != "" {
			row.Name = words(reason.Code)
		}
		for _, t := range r.Reasons.Teams {
			row.Shares, row.Said = append(row.Shares, share(t.Reasons[i].N, t.Of)), append(row.Said, chart.Share(t.Reasons[i].N.N, t.Of.N, r.Rounded))
		}
		c.Rows = append(c.Rows, row)
	}
	if r.Rounded {
		unname(&c)
	}
	return c
}

// Together is the one team of contacts that are too few for several.
const Together = "all teams"

// unname takes the names from reasons and teams of which nothing is shown, and puts them together.
func unname(c *chart.Dots) {
	rows, hidden := c.Rows[:0:0], func(v float64) bool { return v < 0 }
	drawn := func(shares []float64) bool {
		return slices.ContainsFunc(shares, func(v float64) bool { return !hidden(v) })
	}
	told := false
	for _, row := range c.Rows {
		if row.Name != "Not recorded" && !drawn(row.Shares) {
			if told {
				continue
			}
			row.Name, told = "Another", true
		}
		rows = append(rows, row)
	}
	c.Rows, told = rows, false
	for i := len(c.Series) - 1; i > 0; i-- {
		if c.Series[i] == "No team on record" || c.Series[i] == Together || slices.ContainsFunc(c.Rows, func(row chart.DotRow) bool { return !hidden(row.Shares[i]) }) {
			continue
		}
		if told {
			*c = c.Without(i)
			continue
		}
		c.Series[i], told = "Another team", true
	}
}

// MissingTable is what is not on record (R41).
func (r *Result) MissingTable() chart.Table {
	t := chart.Table{Head: []string{"Fact", "Not recorded", "Of", "Share"}}
	for _, m := range r.Missing {
		row := []string{m.Words, said(m.Missing), said(m.Of), ""}
		if !m.Missing.Hidden && !m.Of.Hidden && m.Of.N > 0 {
			row[3] = chart.Share(m.Missing.N, m.Of.N, r.Rounded)
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}

// LaterTable is who was still in touch later, of those whose intake was completed, who were there long enough and whose months are on record.
func (r *Result) LaterTable(dimension string) chart.Table {
	t := chart.Table{Head: []string{"Group"}}
	p, _ := r.Panel(dimension)
	for i, g := range append([]Group{r.All}, p.Groups...) {
		row := []string{g.Words}
		if i > 0 {
			row[0] = p.Name(g.Key)
		}
		for k, s := range Stages() {
			if s.Months == 0 {
				continue
			}
			if i == 0 {
				t.Head = append(t.Head, s.Words)
			}
			row = append(row, g.Steps[k].share(r.Rounded))
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}

// share is a step in words: how many, of how many, with the 95 % interval (Wilson's) of their share.
func (s Step) share(rounded bool) string {
	p, err := stats.NewProportion(min(s.N.N, s.Previous.N), s.Previous.N)
	switch {
	case s.N.Hidden || s.Previous.Hidden:
		return "not shown"
	case err != nil:
		return "nobody was there so long"
	}
	within := p.Wilson
	if rounded {
		_, within = stats.ShareRounded(min(s.N.N, s.Previous.N), s.Previous.N)
	}
	return fmt.Sprintf("%s of %s: %s (%.0f to %.0f)", chart.Thousands(s.N.N), chart.Thousands(s.Previous.N), chart.Share(s.N.N, s.Previous.N, rounded), 100*within.Lo, 100*within.Hi)
}

// PowerTable is what so many people could show at all about who is asked: an alarm that is not raised says little where it would hardly ever be.
func (r *Result) PowerTable(dimension string) chart.Table {
	t := chart.Table{Head: []string{"Group", "Where LEAD was possible", "Next to", "Found, if the others are asked 1.5 times as often", "Found in 80 of 100 only when asked"}}
	p, _ := r.Panel(dimension)
	for _, c := range r.Comparisons {
		if c.Dimension != dimension || c.Against != "previous" || c.Decision != "offered" {
			continue
		}
		row := []string{p.Name(c.Group), chart.Thousands(c.N), fmt.Sprintf("%s (%s)", chart.Thousands(c.N0), p.Name(c.Reference)), "cannot be said", ""}
		if c.Found != nil {
			row[3] = of100(*c.Found) + " of 100 such areas"
		}
		if c.Detectable != nil {
			row[4] = fmt.Sprintf("%.0f %% less often, or more", math.Floor(100*(1-*c.Detectable)))
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}

// of100 writes a chance as how many of a hundred.
func of100(chance float64) string {
	switch n := math.Round(100 * chance); {
	case n < 1:
		return "fewer than 1"
	case n > 99:
		return "more than 99"
	default:
		return strconv.Itoa(int(n))
	}
}

// Table is T5: every comparison in a row, crude beside adjusted.
func (r *Result) Table() chart.Table {
	t := chart.Table{Head: []string{"dimension", "step", "of those", "group", "compared with", "x", "n", "x0", "n0", "ratio", "ratio_lo", "ratio_hi", "difference", "difference_lo", "difference_hi", "index", "p", "p_holm", "more_than_chance", "chance_of_finding_1.5", "least_ratio_found", "odds_ratio_by_offence", "or_lo", "or_hi", "adjusted_difference", "adjusted_lo", "adjusted_hi", "adjusted_for", "problem"}}
	f := func(v *float64) string {
		if v == nil || math.IsNaN(*v) || math.IsInf(*v, 0) {
			return ""
		}
		return strconv.FormatFloat(*v, 'g', 6, 64)
	}
	two := func(v float64) string { return strconv.FormatFloat(v, 'f', 2, 64) } // what was worked out from exact counts
	within := func(i *stats.Interval) (string, string) {
		if i == nil {
			return "", ""
		}
		return two(i.Lo), two(i.Hi)
	}
	ends := func(i *stats.Interval) (string, string) {
		if i == nil {
			return "", ""
		}
		return f(&i.Lo), f(&i.Hi)
	}
	for _, c := range r.Comparisons {
		row := []string{c.Dimension, c.Decision, c.Against, r.label(c.Dimension, c.Group), c.Reference, strconv.Itoa(c.X), strconv.Itoa(c.N), strconv.Itoa(c.X0), strconv.Itoa(c.N0), f(c.Ratio)}
		lo, hi := ends(c.CI)
		row = append(row, lo, hi, f(c.Difference))
		lo, hi = ends(c.Newcombe)
		row = append(row, lo, hi, f(c.Index), f(c.P), f(c.Holm), chance(c), f(c.Found), f(c.Detectable))
		if c.Strata != nil {
			lo, hi = within(&c.Strata.CI)
			row = append(row, two(c.Strata.OR), lo, hi)
		} else {
			row = append(row, "", "", "")
		}
		if a := c.Adjusted; a != nil {
			lo, hi = within(a.CI)
			difference := ""
			if a.Difference != nil {
				difference = two(*a.Difference)
			}
			row = append(row, difference, lo, hi, fmt.Sprint(a.For), cmpWords(c.Problem, a.Problem))
		} else {
			row = append(row, "", "", "", "", c.Problem)
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}

func chance(c Comparison) string {
	if c.Holm == nil {
		return "not tested"
	}
	return strconv.FormatBool(c.Alarm)
}

func cmpWords(a, b string) string {
	if a != "" && b != "" {
		return a + "; " + b
	}
	return a + b
}

// label is a group as the file of comparisons names it.
func (r *Result) label(dimension, group string) string {
	if dimension == "area" && group != "" {
		if p, ok := r.Panel(dimension); ok && p.Name(group) == "Another" {
			return "another"
		}
	}
	return orMissing(group)
}

func orMissing(group string) string {
	if group == "" {
		return "not recorded"
	}
	return group
}

func lower(s string) string { return chart.Lower(s) }
