package equity_test

import (
	"encoding/json"
	"fmt"
	"math"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"waymark.example/internal/evidence/equity"
	"waymark.example/internal/evidence/simulate"
	"waymark.example/internal/evidence/study"
	"waymark.example/internal/stats"
	"waymark.example/internal/suppress"
)

// made is an area of made-up people, where officers ask Black people less often by a factor.
func made(people int, bias float64, seed uint64) *study.Study {
	r := rand.New(rand.NewPCG(seed, 7)) // #nosec G404 -- made-up people
	pick := func(of ...string) string { return of[r.IntN(len(of))] }
	from := study.DayOf(time.Date(2024, 1, 1, 0, 0, 0, 0, time.UTC))
	s := &study.Study{From: from, Until: from + 1000}
	for i := range people {
		id := fmt.Sprintf("p%05d", i)
		p := study.Person{ID: id, Born: 1960 + r.IntN(45), Sex: pick("M", "M", "M", "F", ""), Area: pick("north", "south"), Linked: true}
		p.Ethnicity = pick("white", "white", "white", "white", "white", "white", "black", "black", "asian", "mixed", "")
		p.Perceived = p.Ethnicity
		s.People = append(s.People, p)
		c := study.Contact{ID: "c" + id, PersonID: id, On: from + study.Day(r.IntN(900)), Minute: r.IntN(1440), Door: pick("arrest_diversion", "arrest_diversion", "social_contact"), Area: p.Area,
			Team: pick("Alder", "Birch", "Cedar", "Durmast", "Elm", "Fir", ""), Offence: pick("theft", "drugs", "order"), Policy: 1}
		ask := .65
		if p.Ethnicity == "black" {
			ask /= bias
		}
		switch {
		case r.Float64() < .1:
			c.Exclusion = "weapon"
			c.Decision = "not_eligible"
		case r.Float64() < .03:
		case r.Float64() < ask:
			c.Offered, c.Decision = true, "diverted"
			if r.Float64() < .2 {
				c.Decision, c.Reason = "declined", "no_interest"
			}
		default:
			c.Decision, c.Reason = "not_diverted", pick("no_time", "victim", "history", "history", "")
		}
		s.Contacts = append(s.Contacts, c)
		if c.Decision != "diverted" {
			continue
		}
		h := study.Support{PersonID: id, Referred: c.On, Minutes: -1, Research: true}
		if r.Float64() < .75 {
			h.Minutes, h.Met = 20, c.On
			if r.Float64() < .7 {
				h.Intake = c.On + 10
				for m := range 30 {
					month := study.DayOf(time.Date(c.On.Time().Year(), c.On.Time().Month()+time.Month(m), 1, 0, 0, 0, 0, time.UTC))
					if month > s.Until || r.Float64() < .04 {
						break
					}
					s.Months = append(s.Months, study.Month{PersonID: id, Month: month, Contacts: r.IntN(4)})
				}
			}
		}
		s.Support = append(s.Support, h)
	}
	return s
}

func run(t *testing.T, s *study.Study) equity.Result {
	t.Helper()
	r, err := equity.Run(s, equity.Default())
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// Every step is measured for every group next to those where LEAD was possible; groups add up to everybody, and what is not recorded is a group of its own.
func TestR42_EveryStepIsMeasuredNextToThoseWhereItWasPossible(t *testing.T) {
	r := run(t, made(4000, 1.5, 1))
	for _, p := range r.Panels {
		if last := p.Groups[len(p.Groups)-1]; last.Key != "" || last.Words != "Not recorded" {
			t.Errorf("%s: what is not recorded (R41) is not shown", p.Dimension)
		}
		for i, stage := range equity.Stages() {
			var n, previous, eligible int
			for _, g := range p.Groups {
				s := g.Steps[i]
				n, previous, eligible = n+s.N.N, previous+s.Previous.N, eligible+s.Eligible.N
				if s.N.N > s.Previous.N || !s.Eligible.Hidden && s.Previous.N > s.Eligible.N {
					t.Errorf("%s %s: %d of %d of %d", g.Words, stage.Key, s.N.N, s.Previous.N, s.Eligible.N)
				}
			}
			if all := r.All.Steps[i]; n != all.N.N || previous != all.Previous.N || eligible != all.Eligible.N {
				t.Errorf("%s at %s: groups do not add up to everybody", p.Dimension, stage.Key)
			}
		}
	}
	c, ok := r.Find("ethnicity", "previous", "offered", "black")
	if !ok || !c.Alarm || *c.Ratio > .8 || c.Adjusted == nil || c.Adjusted.Difference == nil || *c.Adjusted.Difference > -.1 || c.Strata == nil || c.Strata.OR > .7 {
		t.Errorf("the bias that is there was not found: %+v", c)
	}
	for _, stage := range []string{"yes", "met", "intake", "engaged_3", "engaged_24"} {
		if _, ok := r.Find("ethnicity", "eligible", stage, "black"); !ok {
			t.Errorf("%s is not laid beside those where LEAD was possible", stage)
		}
	}
	for _, m := range r.Missing {
		if m.Key == "ethnicity" && (m.Missing.N == 0 || m.Of.N != r.People.N) {
			t.Errorf("missing: %+v", m)
		}
	}
}

// Somebody diverted at a later contact was not reached at the first, and whoever was there too recently is not counted at a later step; nor is anybody there as
// somebody who met nobody of whose support nothing is on record: unknown is counted as unknown.
func TestR41_HowFarSomebodyCameCountsFromTheFirstContact(t *testing.T) {
	day := func(s string) study.Day {
		d, err := study.ParseDay(s)
		if err != nil {
			t.Fatal(err)
		}
		return d
	}
	s := &study.Study{From: day("2025-01-01"), Until: day("2025-12-31"), People: []study.Person{{ID: "a"}, {ID: "b"}, {ID: "c"}, {ID: "d"}, {ID: "e"}},
		Contacts: []study.Contact{
			{ID: "0", PersonID: "a", On: day("2024-06-01"), Decision: "diverted"}, // before the period
			{ID: "1", PersonID: "a", On: day("2025-02-01"), Exclusion: "weapon", Decision: "not_eligible"},
			{ID: "2", PersonID: "a", On: day("2025-03-01"), Minute: 9, Decision: "diverted", Offered: true},
			{ID: "3", PersonID: "a", On: day("2025-03-01"), Minute: 5, Decision: "not_diverted"},
			{ID: "4", PersonID: "b", On: day("2025-08-10"), Decision: "diverted", Offered: true},
			{ID: "5", PersonID: "c", On: day("2025-02-10"), Decision: "diverted", Offered: true}, // did not agree to be studied: nothing is on record
			{ID: "6", PersonID: "d", On: day("2025-02-10"), Decision: "diverted", Offered: true}, // a row, though they did not agree: it tells nothing
			{ID: "7", PersonID: "e", On: day("2025-02-10"), Decision: "diverted", Offered: true}, // met nobody, and is known to have met nobody
		},
		Support: []study.Support{{PersonID: "a", Referred: day("2025-03-01"), Met: day("2025-03-01"), Intake: day("2025-03-05"), Research: true}, {PersonID: "b", Referred: day("2025-08-10"), Met: day("2025-08-10"), Intake: day("2025-08-20"), Research: true},
			{PersonID: "d", Referred: day("2025-02-10"), Met: day("2025-02-10"), Intake: day("2025-02-20")}, {PersonID: "e", Referred: day("2025-02-10"), Research: true}},
		Months: []study.Month{{PersonID: "b", Month: day("2025-10-01"), Contacts: 1}},
	}
	r := run(t, s)
	want := map[string][3]int{"eligible": {5, 5, 5}, "offered": {4, 5, 5}, "yes": {4, 4, 5}, "known": {2, 4, 5}, "met": {1, 2, 0}, "intake": {1, 1, 0}, "engaged_3": {1, 1, 0}, "engaged_6": {0, 0, 0}, "engaged_12": {}, "engaged_24": {}}
	for _, step := range r.All.Steps {
		if got := [3]int{step.N.N, step.Previous.N, step.Eligible.N}; got != want[step.Stage] {
			t.Errorf("%s: %v, want %v", step.Stage, got, want[step.Stage])
		}
	}
	if c, ok := r.Find("sex", "eligible", "met", ""); ok {
		t.Errorf("laid beside all where LEAD was possible, though of one nothing is on record: %+v", c)
	}
	if r.Excluded.N != 1 || r.Contacts.N != 6 {
		t.Errorf("%d excluded, %d contacts", r.Excluded.N, r.Contacts.N)
	}
}

// What is published shows no count below ten, nor one that can be worked out from the page, its file, or what was published before (R44, UX-21).
func TestR44_UX21_NothingSmallCanBeWorkedOutOfThePublishedResult(t *testing.T) {
	r := run(t, made(500, 1.2, 3))
	start := time.Now()
	public, release, err := r.Public(nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%d figures weighed in %v", len(release.Figures), time.Since(start).Round(time.Millisecond))
	hidden := 0
	for _, b := range suppress.Recover([]suppress.Release{release}) {
		hidden++
		if b.Tight() && b.Lo < suppress.Threshold {
			t.Errorf("%s lies between %d and %d", b.Name, b.Lo, b.Hi)
		}
	}
	if hidden == 0 {
		t.Error("nothing small in the made-up area: the test proves nothing")
	}
	text, err := json.Marshal(public)
	if err != nil {
		t.Fatal(err)
	}
	var back equity.Result
	if err := json.Unmarshal(text, &back); err != nil || !reflect.DeepEqual(public, back) {
		t.Errorf("does not go through JSON and back: %v", err)
	}
	walk(reflect.ValueOf(public), func(n equity.Number) {
		if n.Hidden && n.N != 0 || !n.Hidden && (n.N < 10 || n.N%5 != 0) {
			t.Errorf("%+v is published", n)
		}
	})
	for _, c := range public.Comparisons {
		for _, n := range []int{c.X, c.N, c.X0, c.N0} {
			if n%5 != 0 || n < 10 && n != 0 {
				t.Errorf("%s %s %s tells %d", c.Dimension, c.Decision, c.Group, n)
			}
		}
		if counted, _ := r.Find(c.Dimension, c.Against, c.Decision, c.Group); c.Alarm && !counted.Alarm {
			t.Errorf("rounding raised an alarm at %s %s", c.Decision, c.Group)
		}
	}
	// Asked again, the same is published; of other people in the same period, nothing.
	if _, again, err := r.Public([]suppress.Release{release}); err != nil || !reflect.DeepEqual(again.Public(), release.Public()) {
		t.Errorf("published twice: %v", err)
	}
	if _, _, err := run(t, made(490, 1.2, 3)).Public([]suppress.Release{release}); err == nil {
		t.Error("a period was published again with a few people fewer")
	}
}

// walk calls f with every number in a value.
func walk(v reflect.Value, f func(equity.Number)) {
	if n, ok := v.Interface().(equity.Number); ok {
		f(n)
		return
	}
	switch v.Kind() {
	case reflect.Struct:
		for i := range v.NumField() {
			walk(v.Field(i), f)
		}
	case reflect.Slice:
		for i := range v.Len() {
			walk(v.Index(i), f)
		}
	}
}

// Nothing in a result is about one person: no pseudonym of a person, a contact or an officer, and no list as long as there are people. The order of rows and the
// names of pseudonyms change nothing.
func TestNothingInAResultIsAboutOnePerson(t *testing.T) {
	s := made(1000, 1, 5)
	text, err := json.Marshal(run(t, s))
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range s.People {
		if strings.Contains(string(text), p.ID) {
			t.Fatalf("%s is in the result", p.ID)
		}
	}
	other := *s
	other.People, other.Contacts, other.Support, other.Months = slices.Clone(s.People), slices.Clone(s.Contacts), slices.Clone(s.Support), slices.Clone(s.Months)
	turn := func(id string) string { return "z" + id[len(id)-1:] + id }
	for i := range other.People {
		other.People[i].ID = turn(other.People[i].ID)
	}
	for i := range other.Contacts {
		other.Contacts[i].PersonID = turn(other.Contacts[i].PersonID)
	}
	for i := range other.Support {
		other.Support[i].PersonID = turn(other.Support[i].PersonID)
	}
	for i := range other.Months {
		other.Months[i].PersonID = turn(other.Months[i].PersonID)
	}
	slices.Reverse(other.People)
	slices.Reverse(other.Contacts)
	slices.Reverse(other.Support)
	slices.Reverse(other.Months)
	again, err := json.Marshal(run(t, &other))
	if err != nil {
		t.Fatal(err)
	}
	if string(again) != string(text) {
		t.Error("the order of rows or the names of pseudonyms change the result")
	}
}

// Groups are put together only by a rule that says why, and what is not recorded with none.
func TestGroupsArePutTogetherByAPublishedRuleOnly(t *testing.T) {
	s := made(1000, 1, 2)
	def := equity.Default()
	def.Merges = []equity.Merge{{Dimension: "ethnicity", Groups: []string{"asian", "mixed", "other"}, Into: "others", Words: "Asian, mixed or other", Why: "Fewer than fifty people each in the pilot year."}}
	r, err := equity.Run(s, def)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, g := range r.Panels[0].Groups {
		got = append(got, g.Key)
	}
	slices.Sort(got)
	if !slices.Equal(got, []string{"", "black", "others", "white"}) {
		t.Errorf("groups: %q", got)
	}
	for _, bad := range []equity.Merge{{Dimension: "ethnicity", Groups: []string{"asian", ""}, Into: "x", Words: "x", Why: "x"}, {Dimension: "ethnicity", Groups: []string{"asian", "mixed"}, Into: "x", Words: "x"}, {Dimension: "officer", Groups: []string{"a", "b"}, Into: "x", Words: "x", Why: "x"}} {
		if _, err := equity.Run(s, equity.Definition{Merges: []equity.Merge{bad}}); err == nil {
			t.Errorf("%+v was taken", bad)
		}
	}
}

// Every figure says of how many, of which time and by which definitions it is, and its words hold together.
func TestEveryPictureSaysOfWhomItIs(t *testing.T) {
	r := run(t, made(1200, 1.5, 4))
	for _, text := range []string{new(r.StepsChart("ethnicity")).HTML(), new(r.RatiosChart("ethnicity", "previous")).HTML(), new(r.RatiosChart("sex", "eligible")).HTML(), new(r.TeamsChart()).HTML(), new(r.ReasonsChart(strings.ToUpper)).HTML()} {
		for _, want := range []string{"people where LEAD was possible, 2024-01-01 to 2026-09-27", "Definitions " + equity.Version, "<table>"} {
			if !strings.Contains(text, want) {
				t.Errorf("no %q in %.300s", want, text)
			}
		}
		if strings.Contains(text, "NaN") {
			t.Errorf("NaN in %.200s", text)
		}
	}
	if table := r.Table(); len(table.Rows) != len(r.Comparisons) || slices.ContainsFunc(table.Rows, func(row []string) bool { return len(row) != len(table.Head) }) {
		t.Error("the table has not a row for each comparison, or not a cell for each column")
	}
	if last := r.MissingTable().Rows; len(last) != len(r.Missing) || !strings.HasSuffix(last[0][3], "%") {
		t.Errorf("what is not recorded: %q", last)
	}
}

// What is printed of the audit's power is how often made-up areas of that size raise the alarm, for every comparison together and for one alone.
func TestR42_ThePowerThatIsPrintedIsHowOftenTheBiasIsFound(t *testing.T) {
	const areas, people = 120, 800
	e := simulate.Default()
	e.Lean, e.Community = simulate.Lean{}, 0 // where no officer decides, nobody is passed over
	e.Bias = []simulate.Bias{{Stage: "diverted", Column: "ethnicity", Group: "black", Ratio: 1 / stats.Bias}}
	var found, said [2]float64
	for i := range areas {
		s, _, err := simulate.Make(people, 42+uint64(i), e) // #nosec G115 -- few
		if err != nil {
			t.Fatal(err)
		}
		r, err := equity.Run(s, equity.For(people))
		if err != nil {
			t.Fatal(err)
		}
		c, ok := r.Find("ethnicity", "previous", "offered", "black")
		if !ok || c.Found == nil || r.Tested < 10 {
			t.Fatalf("%d tested, %+v", r.Tested, c)
		}
		alone, err := stats.ChanceFound(float64(c.N), float64(c.N0), float64(c.X0)/float64(c.N0), 1/stats.Bias, .05)
		if err != nil {
			t.Fatal(err)
		}
		said[0], said[1] = said[0]+*c.Found/areas, said[1]+alone/areas
		if c.Alarm {
			found[0] += 1. / areas
		}
		if *c.P < .05 {
			found[1] += 1. / areas
		}
		if last := r.PowerTable("ethnicity").Rows; len(last) < 3 || !strings.Contains(last[1][3], "of 100 such areas") && last[1][3] != "cannot be said" {
			t.Fatalf("%q", last)
		}
	}
	for i, of := range []string{"with every comparison allowed for", "alone"} {
		t.Logf("%d people, %s: said %.0f %%, found %.0f %%", people, of, 100*said[i], 100*found[i])
		if math.Abs(found[i]-said[i]) > .02+3*math.Sqrt(said[i]*(1-said[i])/areas) {
			t.Errorf("%s: said %.2f, found %.2f", of, said[i], found[i])
		}
	}
}

// Where shifts are drawn by lot, nobody decides about LEAD in a usual shift: such contacts neither dilute a bias nor stand among the reasons. Nor does an officer
// decide at the community door.
func TestR42_ABiasInLEADShiftsIsNotDilutedByUsualShiftsNorByTheCommunityDoor(t *testing.T) {
	e := simulate.Default()
	e.Design, e.Lean, e.Community = simulate.Lot, simulate.Lean{}, .1
	e.Bias = []simulate.Bias{{Stage: "diverted", Column: "ethnicity", Group: "black", Ratio: .6}}
	s, _, err := simulate.Make(4000, 12, e)
	if err != nil {
		t.Fatal(err)
	}
	var lead, usual, community int
	for _, c := range s.Contacts {
		switch {
		case !c.Eligible() || c.On < s.From || c.On > s.Until:
		case c.Door == "community":
			community++
		case c.Shift == "lead":
			lead++
		default:
			usual++
		}
	}
	r := run(t, s)
	if r.Contacts.N != lead || r.Usual.N != usual || r.Community.N != community || lead == 0 || usual == 0 || community == 0 {
		t.Errorf("%d in LEAD shifts, %d in others, %d by the community door: counted %+v %+v %+v", lead, usual, community, r.Contacts, r.Usual, r.Community)
	}
	c, ok := r.Find("ethnicity", "previous", "offered", "black")
	if !ok || !c.Alarm || math.Abs(*c.Ratio-.6) > .12 {
		t.Errorf("the bias of .6 is told as %+v", c)
	}
	for _, why := range r.Reasons.All {
		if why.Code == "usual_shift" {
			t.Errorf("%+v is told as a reason", why)
		}
	}
	for _, m := range r.Missing {
		if (m.Key == "team" || m.Key == "offence") && (m.Of.N != lead || m.Missing.N > lead/10) {
			t.Errorf("%+v, of officers at %d contacts", m, lead)
		}
	}
	if open, _, err := r.Public(nil); err != nil || len(open.Left()) != 2 || open.Usual.N%5 != 0 || !strings.Contains(open.StepsChart("ethnicity").Source, "in LEAD shifts") {
		t.Errorf("%v: %q", err, open.Left())
	}
}

// Only what is tested is told as tested: not how groups come to be on record, nor the ways to make groups that stand beside the tested ones.
func TestR42_WhatIsOutsideTheFamilyIsToldAsNotTested(t *testing.T) {
	r := run(t, made(1200, 1.5, 4))
	tested := 0
	for _, c := range r.Comparisons {
		outside := c.Against == "eligible" || c.Decision == equity.Known || c.Dimension == "perceived" || c.Dimension == "door"
		if outside && (c.Holm != nil || c.Alarm || c.Found != nil) {
			t.Errorf("%s %s %s is tested", c.Dimension, c.Against, c.Decision)
		}
		if c.Holm != nil {
			tested++
		}
	}
	if tested == 0 || tested != r.Tested {
		t.Errorf("%d tested, %d said", tested, r.Tested)
	}
	chart := func(dimension, against string) (title, notes, table string) {
		c := r.RatiosChart(dimension, against)
		return c.Title, strings.Join(c.Notes, " "), c.Table().CSV()
	}
	if title, notes, table := chart("door", "previous"); strings.Contains(title, "chance") || strings.Contains(notes, "Holm") || strings.Contains(table, ",no\n") || !strings.Contains(table, "not tested") {
		t.Errorf("by door: %s %s\n%s", title, notes, table)
	}
	if _, notes, table := chart("ethnicity", "previous"); !strings.Contains(notes, fmt.Sprintf("all %d comparisons", tested)) || !strings.Contains(table, ",yes\n") || !strings.Contains(table, "not tested") {
		t.Errorf("by ethnicity: %s\n%s", notes, table)
	}
}

func BenchmarkRun(b *testing.B) {
	s := made(50000, 1.2, 9)
	for b.Loop() {
		r, err := equity.Run(s, equity.Default())
		if err != nil {
			b.Fatal(err)
		}
		if _, _, err := r.Public(nil); err != nil {
			b.Fatal(err)
		}
	}
}
