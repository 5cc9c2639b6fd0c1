// Package equity tells whether people come to LEAD alike: how many of each group were asked, said yes, met somebody, finished the intake and were still in touch
// later (R42), how far groups differ and by how much chance alone would let them, what was given as a reason, and what is not on record (R41). It is about groups
// only. It imports the study, the cohort's terms, stats, suppress and the charts.
package equity

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"waymark.example/internal/evidence/cohort"
	"waymark.example/internal/evidence/study"
	"waymark.example/internal/stats"
)

// Version is the version of the definitions; a change of any number raises it.
const Version = "2" // 2: whose support is not known is in no later step; ages in the bands of the cohort; in touch as the cohort has it

// Definition says how groups are made. It belongs to the plan.
type Definition struct {
	References map[string]string `json:"references"` // by dimension, the group that the others are laid beside
	Merges     []Merge           `json:"merges"`     // groups that are put together, by a rule that is published before anything is counted
	Dimensions []string          `json:"dimensions"` // by which groups are made; all, where it is empty
}

// Merge puts groups of one dimension together.
type Merge struct {
	Dimension string   `json:"dimension"`
	Groups    []string `json:"groups"`
	Into      string   `json:"into"` // its key
	Words     string   `json:"words"`
	Why       string   `json:"why"`
}

// Default compares with the group that is the largest in most of the United Kingdom, and puts those of 45 and over together.
func Default() Definition {
	return Definition{References: map[string]string{"ethnicity": "white", "perceived": "white", "sex": "M", "age": "26 to 34", "door": "arrest_diversion"},
		Merges: []Merge{{"age", []string{"45 to 54", "55 and over"}, "45 and over", "45 and over", "Each comparison more makes a difference harder to find, and so would two small groups in place of one."}}}
}

// many is from how many people on teams and all dimensions are told apart. With fewer most of such small numbers would be hidden, and each comparison more makes a
// difference harder to find.
const many = 2000

// For is the definition for so many people: of few, by what they said of their ethnicity alone.
func For(people int) Definition {
	d := Default()
	if people < many {
		d.Dimensions = []string{"ethnicity"}
	}
	return d
}

// into says which group each of a dimension's is put into.
func (d Definition) into(dimension string) map[string]string {
	out := map[string]string{}
	for _, m := range d.Merges {
		for _, g := range m.Groups {
			if m.Dimension == dimension {
				out[g] = m.Into
			}
		}
	}
	return out
}

// group is a way to make groups, with those put together that the definition puts together.
func (d Definition) group(of dimension) func(way) string {
	into := d.into(of.key)
	return func(w way) string {
		g := of.of(w.person, w.contact)
		if m, ok := into[g]; ok {
			return m
		}
		return g
	}
}

// dimensions are those of the definition.
func (d Definition) dimensions() []dimension {
	return slices.DeleteFunc(dimensions(), func(x dimension) bool { return len(d.Dimensions) > 0 && !slices.Contains(d.Dimensions, x.key) })
}

// Check says what is wrong with a definition.
func (d Definition) Check() error {
	for _, key := range d.Dimensions {
		if !slices.Contains(keys(dimensions()), key) {
			return fmt.Errorf("there is no way %q to make groups", key)
		}
	}
	seen := map[string]bool{}
	for _, m := range d.Merges {
		if !slices.Contains(keys(dimensions()), m.Dimension) || m.Into == "" || m.Words == "" || m.Why == "" || len(m.Groups) < 2 {
			return errors.New("groups are put together with a dimension, at least two groups, a key, words and the reason")
		}
		for _, g := range m.Groups {
			if g == "" {
				return errors.New("what is not recorded is a group of its own, and is put together with none")
			}
			if seen[m.Dimension+"/"+g] {
				return fmt.Errorf("the group %q is put into two", g)
			}
			seen[m.Dimension+"/"+g] = true
		}
	}
	return nil
}

// Number is a count of people, or that it is not shown.
type Number struct {
	N      int
	Hidden bool
}

// MarshalJSON writes null for what is not shown.
func (n Number) MarshalJSON() ([]byte, error) {
	if n.Hidden {
		return []byte("null"), nil
	}
	return json.Marshal(n.N)
}

// UnmarshalJSON reads what MarshalJSON wrote.
func (n *Number) UnmarshalJSON(b []byte) error {
	if string(b) == "null" {
		*n = Number{Hidden: true}
		return nil
	}
	return json.Unmarshal(b, &n.N)
}

// Stage is a step on the way. Months is of those that come so long after the contact: only people count whose records go that far.
type Stage struct {
	Key      string `json:"key"`
	Words    string `json:"words"`
	Of       string `json:"of,omitempty"`       // of whom it is a share, in words: those of the step before
	Previous string `json:"previous,omitempty"` // the step before; "" of the first
	Months   int    `json:"months,omitempty"`
}

// Known is the step from those who said yes to those whose support is on record, because they agreed to be studied. It says how much is not known, and of nobody how
// they were met.
const Known = "known"

// Stages are the steps, from the contact where LEAD was possible.
func Stages() []Stage {
	return []Stage{
		{"eligible", "LEAD was possible", "", "", 0},
		{"offered", "Asked", "of those where LEAD was possible", "eligible", 0},
		{"yes", "Said yes", "of those asked", "offered", 0},
		{Known, "Support on record", "of those who said yes", "yes", 0},
		{"met", "Met a case manager", "of those whose support is on record", Known, 0},
		{"intake", "Intake completed", "of those who met a case manager", "met", 0},
		{"engaged_3", "In touch after 3 months", "of those whose intake was completed", "intake", 3},
		{"engaged_6", "In touch after 6 months", "of those whose intake was completed", "intake", 6},
		{"engaged_12", "In touch after 12 months", "of those whose intake was completed", "intake", 12},
		{"engaged_24", "In touch after 24 months", "of those whose intake was completed", "intake", 24},
	}
}

// Result is what a report and a page show. It goes through JSON and back unchanged, and holds nothing about one person.
type Result struct {
	Version     string       `json:"version"`
	Definition  Definition   `json:"definition"`
	From        string       `json:"from"`
	Until       string       `json:"until"`
	Rounded     bool         `json:"rounded"` // below ten not shown, the rest to the nearest five
	People      Number       `json:"people"`  // whose first contact of the period where LEAD was possible is counted
	Contacts    Number       `json:"contacts"`
	Excluded    Number       `json:"excluded"` // contacts where the policy did not allow it
	All         Group        `json:"all"`
	Panels      []Panel      `json:"panels"`
	Comparisons []Comparison `json:"comparisons"`
	Tested      int          `json:"tested"` // comparisons that an alarm allows for
	Alarms      int          `json:"alarms"`
	Teams       Teams        `json:"teams"`
	Reasons     Reasons      `json:"reasons"`
	Missing     []Missing    `json:"missing"`
	Caveats     []string     `json:"caveats"`
}

// Panel is the steps of each group of one dimension.
type Panel struct {
	Dimension string  `json:"dimension"`
	Words     string  `json:"words"`
	Reference string  `json:"reference"`
	Groups    []Group `json:"groups"`
}

// Group is one group. Its key is "" where the fact is not recorded: a group as good as any.
type Group struct {
	Key   string `json:"key"`
	Words string `json:"words"`
	Steps []Step `json:"steps"` // in the order of Stages
}

// Step is how many of a group came so far: N, of those who came as far as the step before, of all where LEAD was possible. Of how many of these somebody came so
// far is not said, Eligible is hidden, where that is not on record of everybody who said yes.
type Step struct {
	Stage    string `json:"stage"`
	N        Number `json:"n"`
	Previous Number `json:"previous"`
	Eligible Number `json:"eligible"`
}

// Comparison is one group beside the reference, at one step.
type Comparison struct {
	Dimension string `json:"dimension"`
	Against   string `json:"against"` // previous or eligible: of whom the rates are
	stats.Compared
	Strata   *stats.Stratified `json:"by_offence"` // odds ratio over groups of offences (Mantel and Haenszel)
	Adjusted *Adjusted         `json:"adjusted"`
}

// Adjusted is the difference of two rates in points if everybody were of one group and then of the other, all else on record as it is. It stands beside the crude
// one and never instead of it: what is adjusted for may itself be a part of the unequal treatment.
type Adjusted struct {
	Difference *float64        `json:"difference"`
	CI         *stats.Interval `json:"ci"`
	For        []string        `json:"for"`
	Problem    string          `json:"problem,omitempty"`
}

// Teams is the share of contacts that ended with a yes, by team.
type Teams struct {
	Target         float64 `json:"target"`
	Overdispersion float64 `json:"overdispersion"`
	Units          []Team  `json:"units"`
	Left           int     `json:"left"` // teams with fewer than ten contacts, which are not compared
	Problem        string  `json:"problem,omitempty"`
}

// Team is one team. Outside is 0 within the limits, 1 outside 95 %, 2 outside 99.8 %.
type Team struct {
	Name     string `json:"name"`
	Yes      Number `json:"yes"`
	Eligible Number `json:"eligible"`
	Outside  int    `json:"outside"`
}

// Reasons is why people who could have been diverted were not, by team: contacts, not people.
type Reasons struct {
	All   []Reason `json:"all"`
	Teams []struct {
		Name    string   `json:"name"`
		Reasons []Reason `json:"reasons"` // in the order of All
		Of      Number   `json:"of"`
	} `json:"teams"`
	Of Number `json:"of"`
}

// Reason is one reason; its code is "" where none is on record.
type Reason struct {
	Code string `json:"code"`
	N    Number `json:"n"`
}

// Missing is how often something is not on record.
type Missing struct {
	Key     string `json:"key"`
	Words   string `json:"words"`
	Missing Number `json:"missing"`
	Of      Number `json:"of"`
}

// dimension is a way to make groups.
type dimension struct {
	key, words string
	of         func(p *study.Person, c *study.Contact) string
	codes      []study.Code
	main       bool // whether differences by it can be an alarm
}

func keys(ds []dimension) []string {
	var out []string
	for _, d := range ds {
		out = append(out, d.key)
	}
	return out
}

func dimensions() []dimension {
	codes := func(table, column string) []study.Code {
		for _, t := range study.Codebook() {
			for _, c := range t.Columns {
				if t.Name == table && c.Name == column {
					return c.Codes
				}
			}
		}
		return nil
	}
	return []dimension{
		{"ethnicity", "Ethnicity, as the person said it", func(p *study.Person, _ *study.Contact) string { return p.Ethnicity }, codes("people", "ethnicity"), true},
		{"perceived", "Ethnicity, as an officer saw it", func(p *study.Person, _ *study.Contact) string { return p.Perceived }, codes("people", "perceived"), false},
		{"sex", "Sex", func(p *study.Person, _ *study.Contact) string { return p.Sex }, codes("people", "sex"), true},
		{"age", "Age at the contact", age, nil, true},
		{"area", "Area", func(_ *study.Person, c *study.Contact) string { return c.Area }, nil, true},
		{"door", "Door", func(_ *study.Person, c *study.Contact) string { return c.Door }, codes("contacts", "door"), false},
	}
}

func age(p *study.Person, c *study.Contact) string {
	if p.Born == 0 {
		return ""
	}
	return cohort.AgeBand(c.On.Time().Year() - p.Born)
}

// way is how far one person came. It stays in memory.
type way struct {
	person  *study.Person
	contact *study.Contact
	reached [10]bool
	seen    [10]bool // their records go as far as the step
}

// Run works out the result.
func Run(s *study.Study, def Definition) (Result, error) {
	if err := def.Check(); err != nil {
		return Result{}, fmt.Errorf("equity: %w", err)
	}
	ways, eligible, excluded := follow(s)
	r := Result{Version: Version, Definition: def, From: s.From.String(), Until: s.Until.String(), People: Number{N: len(ways)}, Contacts: Number{N: len(eligible)}, Excluded: Number{N: excluded}}
	r.All = count("", "Everybody", ways)
	for _, d := range def.dimensions() {
		r.Panels = append(r.Panels, panel(d, def, ways))
	}
	if err := r.compare(); err != nil {
		return Result{}, fmt.Errorf("equity: %w", err)
	}
	for i := range r.Comparisons {
		r.Comparisons[i].adjust(def, ways)
	}
	r.byTeam(eligible)
	r.missing(ways, eligible)
	r.Caveats = caveats()
	return r, nil
}

func caveats() []string {
	return []string{
		"A ratio says that groups differ, not why. Where it differs by more than chance, people have to talk about it.",
		"Crude and adjusted stand side by side, because what is adjusted for can itself be unequal.",
		"Small groups have wide intervals or none. That is no sign that all is well.",
		"What support somebody had is known only of those who agreed to be studied, and whoever met nobody could hardly be asked to. So the steps from meeting a case manager on are of those who agreed, and tell little of whom nobody reached.",
	}
}

// follow takes the first contact of each person in the period where the policy allowed to divert, and says how far that person came from it.
func follow(s *study.Study) (ways []way, eligible []*study.Contact, excluded int) {
	people, support := make(map[string]*study.Person, len(s.People)), make(map[string]*study.Support, len(s.Support))
	for i := range s.People {
		people[s.People[i].ID] = &s.People[i]
	}
	for i := range s.Support {
		support[s.Support[i].PersonID] = &s.Support[i]
	}
	touched := map[string][]study.Day{}
	for i := range s.Months {
		if m := &s.Months[i]; m.Contacts > 0 {
			touched[m.PersonID] = append(touched[m.PersonID], m.Month)
		}
	}
	first := map[string]*study.Contact{}
	for i := range s.Contacts {
		c := &s.Contacts[i]
		if c.On < s.From || c.On > s.Until || people[c.PersonID] == nil {
			continue
		}
		if !c.Eligible() {
			excluded++
			continue
		}
		eligible = append(eligible, c)
		if f := first[c.PersonID]; f == nil || earlier(c, f) {
			first[c.PersonID] = c
		}
	}
	for id, c := range first {
		w := way{person: people[id], contact: c}
		yes := c.Decision == "diverted"
		w.reached[0], w.reached[1], w.reached[2] = true, yes || c.Offered || c.Decision == "declined", yes
		h := support[id]
		w.reached[3] = yes && h != nil && h.Research
		if w.reached[3] && h.Referred >= c.On { // what was given before is not of this contact
			w.reached[4] = h.Met != 0
			w.reached[5] = w.reached[4] && h.Intake != 0
		}
		for i, stage := range Stages() {
			at := after(c.On, stage.Months)
			w.seen[i] = stage.Months == 0 || at <= s.Until
			if stage.Months > 0 {
				w.reached[i] = w.seen[i] && w.reached[5] && inTouch(touched[id], at)
			}
		}
		ways = append(ways, w)
	}
	// In an order that no pseudonym decides, so that sums come out the same to the last digit.
	slices.SortFunc(ways, func(a, b way) int {
		x, y := a.contact, b.contact
		order := cmp.Or(cmp.Compare(x.On, y.On), cmp.Compare(x.Minute, y.Minute), cmp.Compare(x.Offence, y.Offence), cmp.Compare(x.Door, y.Door), cmp.Compare(x.Area, y.Area), cmp.Compare(x.Decision, y.Decision),
			cmp.Compare(a.person.Born, b.person.Born), cmp.Compare(a.person.Sex, b.person.Sex), cmp.Compare(a.person.Ethnicity, b.person.Ethnicity), cmp.Compare(a.person.Perceived, b.person.Perceived))
		for i := range a.reached {
			if order == 0 && a.reached[i] != b.reached[i] {
				order = -1
				if b.reached[i] {
					order = 1
				}
			}
		}
		return order
	})
	return ways, eligible, excluded
}

func earlier(a, b *study.Contact) bool {
	return cmp.Or(cmp.Compare(a.On, b.On), cmp.Compare(a.Minute, b.Minute), cmp.Compare(a.ID, b.ID)) < 0
}

func after(d study.Day, months int) study.Day { return study.DayOf(d.Time().AddDate(0, months, 0)) }

// inTouch reports whether any of the months with a two-way contact is one in which somebody is in touch on a day.
func inTouch(months []study.Day, at study.Day) bool {
	return slices.ContainsFunc(months, func(m study.Day) bool { return cohort.InTouch(m, at) })
}

// panel counts the groups of a dimension.
func panel(d dimension, def Definition, ways []way) Panel {
	p := Panel{Dimension: d.key, Words: d.words, Reference: def.References[d.key]}
	words := map[string]string{"": "Not recorded"}
	order := []string{}
	for _, c := range d.codes {
		words[c.Value] = c.Words
		order = append(order, c.Value)
	}
	for _, m := range def.Merges {
		if m.Dimension == d.key {
			words[m.Into] = m.Words
		}
	}
	by, group := map[string][]way{}, def.group(d)
	for _, w := range ways {
		by[group(w)] = append(by[group(w)], w)
	}
	known := make([]string, 0, len(by))
	for g := range by {
		if g != "" {
			known = append(known, g)
		}
	}
	place := func(g string) int {
		if i := slices.Index(order, g); i >= 0 {
			return i
		}
		return len(order)
	}
	slices.SortFunc(known, func(a, b string) int { return cmp.Or(cmp.Compare(place(a), place(b)), cmp.Compare(a, b)) })
	if m, ok := def.into(d.key)[p.Reference]; ok {
		p.Reference = m
	}
	if p.Reference == "" { // the largest, where none is named
		for _, g := range known {
			if len(by[g]) > len(by[p.Reference]) || p.Reference == "" {
				p.Reference = g
			}
		}
	}
	for _, g := range append(known, "") {
		said := words[g]
		if said == "" {
			said = g
		}
		p.Groups = append(p.Groups, count(g, said, by[g]))
	}
	return p
}

func count(key, words string, ways []way) Group {
	g := Group{Key: key, Words: words}
	stages := Stages()
	for i, stage := range stages {
		step := Step{Stage: stage.Key}
		unknown := false
		before := max(0, slices.IndexFunc(stages, func(s Stage) bool { return s.Key == stage.Previous }))
		for _, w := range ways {
			if !w.seen[i] {
				continue
			}
			unknown = unknown || i > 3 && w.reached[2] && !w.reached[3]
			step.Eligible.N++
			if w.reached[before] {
				step.Previous.N++
			}
			if w.reached[i] {
				step.N.N++
			}
		}
		if unknown {
			step.Eligible = Number{Hidden: true}
		}
		g.Steps = append(g.Steps, step)
	}
	return g
}

// compare lays each group beside the reference: at each step of those who came to the step before, where a difference by more than chance is an alarm, and of all
// where LEAD was possible, as long as nothing on the way is unknown. Only the first are tested, and only in the main dimensions; of the others Holm is nil.
func (r *Result) compare() error {
	r.Comparisons, r.Tested, r.Alarms = nil, 0, 0
	for _, main := range []bool{true, false} {
		var family []stats.Decision
		var of []Comparison
		for _, p := range r.Panels {
			d := dimensions()[slices.Index(keys(dimensions()), p.Dimension)]
			for _, against := range []string{"previous", "eligible"} {
				for i, stage := range Stages() {
					if i == 0 || against == "eligible" && (i == 1 || stage.Key == Known) || main != (d.main && against == "previous" && stage.Key != Known) {
						continue // the step before the first is where LEAD was possible
					}
					decision := stats.Decision{Name: stage.Key, Reference: p.Reference}
					for _, g := range p.Groups {
						step := g.Steps[i]
						n := step.Previous
						if against == "eligible" {
							n = step.Eligible
						}
						if step.N.Hidden || n.Hidden || step.N.N > n.N { // rounding can put a part above its whole
							continue
						}
						decision.Groups, decision.X, decision.N = append(decision.Groups, g.Key), append(decision.X, step.N.N), append(decision.N, n.N)
					}
					family = append(family, decision)
					for _, g := range decision.Groups {
						if g != p.Reference {
							of = append(of, Comparison{Dimension: p.Dimension, Against: against})
						}
					}
				}
			}
		}
		said, err := stats.Audit(family)
		if err != nil {
			return err
		}
		for i, c := range said {
			of[i].Compared = c
			of[i].Alarm = main && c.Alarm
			if !main {
				of[i].Holm, of[i].Found, of[i].Detectable = nil, nil, nil
			}
			if of[i].Holm != nil {
				r.Tested++
			}
			if of[i].Alarm {
				r.Alarms++
			}
			r.Comparisons = append(r.Comparisons, of[i])
		}
	}
	return nil
}

// Find returns the comparison of a group at a step.
func (r *Result) Find(dimension, against, stage, group string) (Comparison, bool) {
	for _, c := range r.Comparisons {
		if c.Dimension == dimension && c.Against == against && c.Decision == stage && c.Group == group {
			return c, true
		}
	}
	return Comparison{}, false
}

// adjust puts beside a comparison what it is within groups of offences, and with all else on record as it is: at the two steps that officers decide.
func (c *Comparison) adjust(def Definition, ways []way) {
	if c.Against != "previous" && c.Decision != "yes" || c.Decision != "offered" && c.Decision != "yes" || c.Dimension != "ethnicity" && c.Dimension != "sex" {
		return
	}
	d := dimensions()[slices.Index(keys(dimensions()), c.Dimension)]
	groupOf, old := def.group(d), def.group(dimensions()[slices.Index(keys(dimensions()), "age")])
	stage, before := 1, 0
	if c.Decision == "yes" {
		stage = 2
		if c.Against == "previous" {
			before = 1
		}
	}
	tables := map[string]*[2][2]int{}
	var went, group []float64
	columns := map[string][]string{}
	for _, w := range ways {
		g := groupOf(w)
		if !w.reached[before] || g != c.Group && g != c.Reference {
			continue
		}
		t := tables[w.contact.Offence]
		if t == nil {
			t = &[2][2]int{}
			tables[w.contact.Offence] = t
		}
		row, column := 1, 1
		if g == c.Group {
			row = 0
		}
		if w.reached[stage] {
			column = 0
		}
		t[row][column]++
		went, group = append(went, float64(1-column)), append(group, float64(1-row))
		for _, k := range []string{"offence", "age", "sex", "door", "area"} {
			if k != d.key {
				said := map[string]string{"offence": w.contact.Offence, "age": old(w), "sex": w.person.Sex, "door": w.contact.Door, "area": w.contact.Area}[k]
				columns[k] = append(columns[k], cmp.Or(said, "not recorded"))
			}
		}
	}
	offences := make([]string, 0, len(tables))
	for o := range tables {
		offences = append(offences, o)
	}
	slices.Sort(offences)
	var list [][2][2]int
	for _, o := range offences {
		list = append(list, *tables[o])
	}
	if c.P == nil {
		return
	}
	if m, err := stats.MantelHaenszel(list); err == nil {
		c.Strata = &m
	}
	c.Adjusted = standardise(went, group, columns)
}

func standardise(went, group []float64, columns map[string][]string) *Adjusted {
	a := &Adjusted{}
	var events, people [2]int
	for i, g := range group {
		people[int(g)]++
		if went[i] == 1 {
			events[int(g)]++
		}
	}
	for k := range 2 {
		if people[k] < 20 || events[k] < 10 || people[k]-events[k] < 10 {
			a.Problem = "fewer than 20 people, or than 10 who went on or did not, in one of the groups: no model"
			return a
		}
	}
	d := stats.NewData()
	formula, terms := "went ~ g", 1
	fewest := min(events[0]+events[1], people[0]+people[1]-events[0]-events[1])
	if err := errors.Join(d.Numbers("went", went), d.Numbers("g", group)); err != nil {
		a.Problem = stats.General(err)
		return a
	}
	for _, k := range []string{"offence", "age", "sex", "door", "area"} {
		values := columns[k]
		levels := slices.Compact(slices.Sorted(slices.Values(values)))
		if len(levels) < 2 || fewest < 10*(terms+len(levels)-1) { // ten events for each term
			continue
		}
		if err := d.Words(k, values); err != nil {
			a.Problem = stats.General(err)
			return a
		}
		formula, terms = formula+" + "+k, terms+len(levels)-1
		a.For = append(a.For, k)
	}
	f, err := stats.ParseFormula(formula)
	if err == nil {
		var s *stats.Standardised
		if s, err = stats.Standardise(d, stats.GLM{Formula: f}, "g"); err == nil {
			a.Difference, a.CI = &s.RD, &stats.Interval{Lo: s.RD - 1.959963984540054*s.RDSE, Hi: s.RD + 1.959963984540054*s.RDSE}
			return a
		}
	}
	a.Problem = stats.General(err)
	return a
}

// byTeam counts contacts by team, and why they did not end with a yes.
func (r *Result) byTeam(eligible []*study.Contact) {
	type tally struct {
		yes, n, not int
		reasons     map[string]int
	}
	teams, all := map[string]*tally{}, map[string]int{}
	not := 0
	for _, c := range eligible {
		t := teams[c.Team]
		if t == nil {
			t = &tally{reasons: map[string]int{}}
			teams[c.Team] = t
		}
		t.n++
		switch c.Decision {
		case "diverted":
			t.yes++
		case "":
		default:
			not++
			t.not++
			t.reasons[c.Reason]++
			all[c.Reason]++
		}
	}
	names, codes := make([]string, 0, len(teams)), make([]string, 0, len(all))
	for name := range teams {
		names = append(names, name)
	}
	for code := range all {
		codes = append(codes, code)
	}
	slices.Sort(names)
	slices.SortFunc(codes, func(a, b string) int { return cmp.Or(cmp.Compare(all[b], all[a]), cmp.Compare(a, b)) })
	r.Reasons.Of = Number{N: not}
	for _, code := range codes {
		r.Reasons.All = append(r.Reasons.All, Reason{code, Number{N: all[code]}})
	}
	for _, name := range names {
		t := teams[name]
		r.Teams.Units = append(r.Teams.Units, Team{Name: name, Yes: Number{N: t.yes}, Eligible: Number{N: t.n}})
		of := struct {
			Name    string   `json:"name"`
			Reasons []Reason `json:"reasons"`
			Of      Number   `json:"of"`
		}{Name: name, Of: Number{N: t.not}}
		for _, code := range codes {
			of.Reasons = append(of.Reasons, Reason{code, Number{N: t.reasons[code]}})
		}
		r.Reasons.Teams = append(r.Reasons.Teams, of)
	}
	r.Teams.weigh()
}

// weigh draws the limits around the teams that have ten contacts or more. Contacts that name no team stand beside them.
func (t *Teams) weigh() {
	t.Left, t.Problem = 0, ""
	var x, n, at []int
	for i := range t.Units {
		u := &t.Units[i]
		u.Outside = 0
		if u.Name == "" || u.Yes.Hidden || u.Eligible.Hidden || u.Eligible.N < stats.Fewest || u.Yes.N > u.Eligible.N {
			t.Left++
			continue
		}
		x, n, at = append(x, u.Yes.N), append(n, u.Eligible.N), append(at, i)
	}
	f, err := stats.NewFunnel(x, n)
	if err != nil {
		t.Target, t.Overdispersion, t.Problem = 0, 0, stats.General(err)
		return
	}
	t.Target, t.Overdispersion = f.Target, f.Overdispersion
	for k, u := range f.Units {
		t.Units[at[k]].Outside = u.Outside()
	}
}

// missing counts what is not on record, the first thing that a reader should know.
func (r *Result) missing(ways []way, eligible []*study.Contact) {
	of := func(key, words string, n int, is func(int) bool) {
		m := Missing{Key: key, Words: words, Of: Number{N: n}}
		for i := range n {
			if is(i) {
				m.Missing.N++
			}
		}
		r.Missing = append(r.Missing, m)
	}
	for _, d := range r.Definition.dimensions() {
		of(d.key, d.words, len(ways), func(i int) bool { return d.of(ways[i].person, ways[i].contact) == "" })
	}
	var yes []way
	for _, w := range ways {
		if w.reached[2] {
			yes = append(yes, w)
		}
	}
	of("support", "What support they had, of those who said yes", len(yes), func(i int) bool { return !yes[i].reached[3] })
	of("decision", "What was decided", len(eligible), func(i int) bool { return eligible[i].Decision == "" })
	of("team", "Team of the officer", len(eligible), func(i int) bool { return eligible[i].Team == "" })
	of("offence", "Group of offences", len(eligible), func(i int) bool { return eligible[i].Offence == "" })
	var not []*study.Contact
	for _, c := range eligible {
		if c.Decision != "" && c.Decision != "diverted" {
			not = append(not, c)
		}
	}
	of("reason", "Why somebody was not diverted", len(not), func(i int) bool { return not[i].Reason == "" })
}
