package analysis_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"reflect"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"waymark.example/internal/evidence/analysis"
	"waymark.example/internal/evidence/cohort"
	"waymark.example/internal/evidence/simulate"
	"waymark.example/internal/evidence/study"
)

// walk visits everything in a value, fields that are not exported as well.
func walk(v reflect.Value, path string, visit func(path string, v reflect.Value)) {
	visit(path, v)
	switch v.Kind() {
	case reflect.Pointer, reflect.Interface:
		if !v.IsNil() {
			walk(v.Elem(), path, visit)
		}
	case reflect.Struct:
		for i := range v.NumField() {
			walk(v.Field(i), path+"."+v.Type().Field(i).Name, visit)
		}
	case reflect.Slice, reflect.Array:
		for i := range v.Len() {
			walk(v.Index(i), fmt.Sprintf("%s[%d]", path, i), visit)
		}
	case reflect.Map:
		for _, k := range v.MapKeys() {
			walk(k, path, visit)
			walk(v.MapIndex(k), path, visit)
		}
	}
}

// studies are what an evaluation may meet, the odd ones as well.
func studies() map[string]*study.Study {
	none := &study.Study{From: 19000, Until: 19800}
	alone := made(120, 3, .5, false)
	for i := range alone.Contacts {
		if alone.Contacts[i].Decision != "" {
			alone.Contacts[i].Decision = "diverted"
		}
	}
	unlinked := made(120, 4, .5, false)
	for i := range unlinked.People {
		unlinked.People[i].Linked = false
	}
	quiet := made(120, 5, .5, false)
	quiet.Outcomes = nil
	every := made(120, 6, 1, false)
	for i, c := range every.Contacts {
		every.Outcomes = append(every.Outcomes, study.Outcome{ID: fmt.Sprint("all", i), PersonID: c.PersonID, Kind: study.Arrest, Sort: "non_warrant", On: c.On + 3, Committed: c.On + 2})
	}
	short := made(300, 7, .5, false)
	short.Until = short.From + 250
	split := made(300, 8, .5, false) // each arm in a place of its own: nobody can be compared
	for i := range split.Contacts {
		c := &split.Contacts[i]
		c.Area = "north"
		if c.Decision == "not_diverted" {
			c.Area = "south"
		}
	}
	return map[string]*study.Study{
		"nobody": none, "no comparison": alone, "no records": unlinked, "no events": quiet, "everybody": every, "too recent": short, "split by area": split,
		"few": made(30, 9, .5, false), "some": made(75, 10, .5, false), "by lot": made(300, 11, .5, true), "chosen": made(400, 12, .5, false),
	}
}

// results are the runs of all of them, worked out once.
var results = sync.OnceValues(func() (map[string]*analysis.Result, error) {
	out := map[string]*analysis.Result{}
	for name, s := range studies() {
		r, err := analysis.Run(context.Background(), s, quick())
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		out[name] = r
	}
	return out, nil
})

func all(t *testing.T) map[string]*analysis.Result {
	t.Helper()
	out, err := results()
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func quick() cohort.Definition {
	def := cohort.Default()
	def.Draws = 50
	return def
}

// complete says what is wrong with a result's numbers: each stands with n, window, design, interval and caveat, and what cannot be worked out is words
// and no number.
func complete(t *testing.T, name string, r *analysis.Result) (told, refused int) {
	t.Helper()
	walk(reflect.ValueOf(r), "", func(path string, v reflect.Value) {
		if v.Kind() == reflect.Float64 && (math.IsNaN(v.Float()) || math.IsInf(v.Float(), 0)) {
			t.Errorf("%s: %s is %v", name, path, v.Float())
		}
		if v.Type() != reflect.TypeFor[analysis.Estimate]() {
			return
		}
		e, ok := v.Interface().(analysis.Estimate)
		if !ok {
			t.Fatal(path)
		}
		if (e.Value == nil) == (e.Problem == "") {
			t.Errorf("%s: %s has either a number or a problem: %+v", name, path, e)
		}
		if e.Design < 1 || e.Design > 4 || e.Measure == "" || e.Method == "" {
			t.Errorf("%s: %s has no design or no measure: %+v", name, path, e)
		}
		if e.Value == nil {
			refused++
			if e.Lo != nil || e.Hi != nil || e.P != nil || e.Holm != nil {
				t.Errorf("%s: %s has a problem and numbers: %+v", name, path, e)
			}
			return
		}
		told++
		window := e.Window > 0 || strings.Contains(path, "Harms[1]") // how people were met has no window
		if e.N[0]+e.N[1] == 0 || !window || e.Interval == "" || e.Caveat == "" || e.Words == "" || e.Lo == nil || e.Hi == nil {
			t.Errorf("%s: %s lacks what must stand beside it: %+v", name, path, e)
		} else if *e.Lo > *e.Value || *e.Hi < *e.Value {
			t.Errorf("%s: %s lies outside its interval: %v, %v to %v", name, path, *e.Value, *e.Lo, *e.Hi)
		}
		if e.Measure == analysis.OddsRatio && !strings.Contains(e.Caveat, "Odds are not risks") {
			t.Errorf("%s: %s passes odds off as risks: %q", name, path, e.Caveat)
		}
	})
	return told, refused
}

func TestR46_EveryEffectStandsWithItsSizeWindowDesignIntervalAndCaveat(t *testing.T) {
	for name, r := range all(t) {
		told, refused := complete(t, name, r)
		if r.People[0]+r.People[1] >= 250 && name != "too recent" && told < 100 || refused == 0 {
			t.Errorf("%s: %d numbers, %d refused", name, told, refused)
		}
	}
}

// Whatever a study is like, there is a right answer or a reason in words, never an error and never a number without limit.
func TestR46_AnyStudyHasAnAnswerOrAReason(t *testing.T) {
	seeds := uint64(12)
	if v, err := strconv.Atoi(os.Getenv("WAYMARK_STUDIES")); err == nil {
		seeds = uint64(v) // #nosec G115 -- a small number
	}
	for seed := range seeds {
		r := rand.New(rand.NewPCG(seed, 99))
		s := made(20+r.IntN(120), seed, math.Exp(r.NormFloat64()), r.IntN(3) == 0)
		keep := r.Float64()
		s.Outcomes = slices.DeleteFunc(s.Outcomes, func(study.Outcome) bool { return r.Float64() > keep })
		s.Until -= study.Day(r.IntN(700))
		if r.IntN(3) == 0 {
			s.Support, s.Months = nil, nil
		}
		for i := range s.People {
			if r.IntN(4) == 0 {
				s.People[i].Born, s.People[i].Ethnicity, s.People[i].Linked = 0, "", false
			}
		}
		for i := range s.Contacts {
			if r.IntN(5) == 0 {
				s.Contacts[i].Decision = []string{"", "not_fit", "no_capacity", "not_eligible", "unheard_of"}[r.IntN(5)]
			}
		}
		def := quick()
		def.Draws *= r.IntN(2)
		complete(t, fmt.Sprint("seed ", seed), run(t, s, def))
	}
}

// Nothing of a person is in a result: no pseudonym, no list as long as the people.
func TestNoResultHoldsAPseudonymOrARowOfAPerson(t *testing.T) {
	s := made(400, 12, .5, false)
	known := map[string]bool{}
	for _, p := range s.People {
		known[p.ID] = true
	}
	for _, c := range s.Contacts {
		known[c.ID], known[c.Incident], known[c.Officer] = true, true, true
	}
	for _, o := range s.Outcomes {
		known[o.ID], known[o.Incident] = true, true
	}
	delete(known, "")
	r := run(t, s, quick())
	longest := 0
	walk(reflect.ValueOf(r), "", func(path string, v reflect.Value) {
		switch v.Kind() {
		case reflect.String:
			for _, part := range strings.FieldsFunc(v.String(), func(r rune) bool { return r == ' ' || r == ',' || r == ':' }) {
				if known[part] {
					t.Errorf("%s holds %q", path, v.String())
				}
			}
		case reflect.Slice:
			longest = max(longest, v.Len())
		case reflect.Map:
			t.Errorf("%s is a map: its order is random", path)
		case reflect.Func, reflect.Chan:
			t.Errorf("%s is a %s", path, v.Kind())
		}
	})
	if longest == 0 || longest >= 100 {
		t.Errorf("the longest list has %d entries: it may be about single people", longest)
	}
	b, err := json.Marshal(r)
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(string(b), "zq-") { // what every pseudonym of a made study begins with
		t.Error("the result says a pseudonym")
	}
	var back analysis.Result
	if err := json.Unmarshal(b, &back); err != nil {
		t.Fatal(err)
	}
	if again, err := json.Marshal(&back); err != nil || string(again) != string(b) {
		t.Errorf("it does not come back from JSON as it was: %v", err)
	}
}

// The digits depend on no number of processors, no order of rows and no name of a person; the hash of the data on the order alone.
func TestTheSameDigitsOnAnyNumberOfProcessorsInAnyOrderUnderAnyName(t *testing.T) {
	s := made(250, 13, .5, false)
	text := func(s *study.Study) string {
		r := run(t, s, quick())
		r.StudyHash = ""
		b, err := json.Marshal(r)
		if err != nil {
			t.Fatal(err)
		}
		return string(b)
	}
	want := text(s)
	before := runtime.GOMAXPROCS(1)
	one := text(s)
	runtime.GOMAXPROCS(7)
	seven := text(s)
	runtime.GOMAXPROCS(before)
	if one != want || seven != want {
		t.Error("the number of processors changes digits")
	}
	r := rand.New(rand.NewPCG(1, 2))
	r.Shuffle(len(s.People), func(i, j int) { s.People[i], s.People[j] = s.People[j], s.People[i] })
	r.Shuffle(len(s.Contacts), func(i, j int) { s.Contacts[i], s.Contacts[j] = s.Contacts[j], s.Contacts[i] })
	r.Shuffle(len(s.Outcomes), func(i, j int) { s.Outcomes[i], s.Outcomes[j] = s.Outcomes[j], s.Outcomes[i] })
	names := map[string]string{}
	name := func(id *string) {
		if names[*id] == "" {
			names[*id] = fmt.Sprintf("%x", r.Uint64())
		}
		*id = names[*id]
	}
	for i := range s.People {
		name(&s.People[i].ID)
	}
	for i := range s.Contacts {
		name(&s.Contacts[i].PersonID)
	}
	for i := range s.Outcomes {
		name(&s.Outcomes[i].PersonID)
	}
	for i := range s.Support {
		name(&s.Support[i].PersonID)
	}
	for i := range s.Months {
		name(&s.Months[i].PersonID)
	}
	if text(s) != want {
		t.Error("the order of rows or the names of people change digits")
	}
}

// Missing is shown: whoever is not in a risk is counted beside it, in every outcome.
func TestR41_NobodyIsLeftOutOfAnOutcomeInSilence(t *testing.T) {
	for name, r := range all(t) {
		for _, o := range append(slices.Clone(r.Second), r.Primary) {
			for a := range 2 {
				if sum := o.Risk[a].N + o.TooRecent[a] + o.Moved[a] + o.Unlinked[a]; sum != r.People[a] {
					t.Errorf("%s: %s in %d days is about %d of %d people", name, o.Key, o.Window, sum, r.People[a])
				}
			}
		}
		rows := map[string]int{}
		for _, row := range r.Baseline.Rows {
			if !row.Number {
				rows[row.Covariate] += row.Count[0].X + row.Count[1].X
			}
		}
		for key, n := range rows {
			if n != r.People[0]+r.People[1] {
				t.Errorf("%s: the rows of %s are about %d of %v people", name, key, n, r.People)
			}
		}
		if len(r.Missing) < 10 || r.Missing[0].Arms[2].N != r.People[2] {
			t.Errorf("%s: %+v", name, r.Missing)
		}
	}
}

func TestTheDesignIsGradedAndSaysWhyItMayMislead(t *testing.T) {
	all := all(t)
	lot := all["by lot"]
	if lot.Design.Grade != 1 || lot.Primary.Estimates[lot.Primary.Headline].Method != analysis.Crude {
		t.Errorf("%+v", lot.Design)
	}
	chosen := all["chosen"]
	if h := chosen.Primary.Estimates[chosen.Primary.Headline]; chosen.Design.Grade != 2 || h.Method != analysis.WeighATT || !strings.Contains(h.Caveat, "not by lot") {
		t.Errorf("%+v", h)
	}
	i := slices.IndexFunc(chosen.Sensitivity, func(s analysis.Sensitivity) bool { return s.Key == "from_intake" })
	if i < 0 || !strings.Contains(chosen.Sensitivity[i].Words, "favours LEAD whatever it does") || !strings.Contains(chosen.Sensitivity[i].Estimate.Caveat, "favours LEAD whatever it does") {
		t.Errorf("starting at the intake is not called what it is: %+v", chosen.Sensitivity)
	}
	alone := all["no comparison"]
	if alone.Design.Grade != 4 || len(alone.Warnings) == 0 || !strings.Contains(alone.Warnings[0], "cannot show an effect") {
		t.Errorf("%+v, %q", alone.Design, alone.Warnings)
	}
	if h := alone.Primary.Estimates[alone.Primary.Headline]; h.Method != analysis.BeforeAfter || h.Value == nil || !strings.Contains(h.Caveat, "would have had fewer arrests afterwards without LEAD as well") {
		t.Errorf("%+v", h)
	}
	split := all["split by area"]
	if h := split.Primary.Estimates[split.Primary.Headline]; h.Value == nil {
		t.Errorf("%+v", h)
	}
}

func TestSmallGroupsAreDescribedAndNotModelled(t *testing.T) {
	r := all(t)["few"]
	for _, e := range r.Primary.Estimates {
		if model := e.Method != analysis.Crude || e.Measure == analysis.OddsRatio; model && (e.Value != nil || !strings.Contains(e.Problem, "described, not modelled")) {
			t.Errorf("%s %s: %+v", e.Method, e.Measure, e)
		}
	}
	if r.Primary.Estimates[0].Value == nil || r.Survival.Problem == "" || r.Event.Problem == "" || len(r.Warnings) == 0 {
		t.Errorf("%+v", r.Warnings)
	}
	for _, c := range r.Flow.Arms {
		if c.People < cohort.Few && c.Minutes != nil {
			t.Error("quartiles of a handful of people are told")
		}
	}
}

func TestAPlantedEffectIsFoundAndItsAbsenceIsNot(t *testing.T) {
	found := run(t, made(1500, 14, .4, true), quick())
	if h := found.Primary.Estimates[found.Primary.Headline]; *h.Hi >= 0 {
		t.Errorf("%+v", h)
	}
	if e := found.Monthly.Estimates[0]; *e.Lo > .4 || *e.Hi < .4 {
		t.Errorf("the odds by month fall to %v (%v to %v), and not to about .4", *e.Value, *e.Lo, *e.Hi)
	}
	if found.Event.PreTrend == nil || found.Event.PreTrend.P < .001 {
		t.Errorf("%+v", found.Event.PreTrend)
	}
	nothing := run(t, made(1500, 15, 1, true), quick())
	if h := nothing.Primary.Estimates[nothing.Primary.Headline]; *h.Hi < 0 || *h.Lo > 0 {
		t.Errorf("%+v", h)
	}
}

// The headlines of secondary outcomes are one family of questions: none is told with a p-value that is smaller than its own.
func TestSecondaryOutcomesAreOneFamilyOfQuestions(t *testing.T) {
	r := all(t)["chosen"]
	n := 0
	for _, o := range r.Second {
		for i, e := range o.Estimates {
			if i != o.Headline {
				if e.Holm != nil {
					t.Errorf("%+v", e)
				}
				continue
			}
			if e.P != nil {
				n++
				if e.Holm == nil || *e.Holm < *e.P {
					t.Errorf("%+v", e)
				}
			}
		}
	}
	if n < 20 {
		t.Errorf("%d questions", n)
	}
	for _, g := range r.Subgroups {
		for _, l := range g.Levels {
			if l.Effect.P != nil || l.Interaction.P != nil {
				t.Errorf("a group has a p-value of its own: %+v", l)
			}
		}
	}
}

func TestAnEndedRunEnds(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := analysis.Run(ctx, made(60, 1, 1, false), quick()); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
	bad := quick()
	bad.Primary = "good"
	if _, err := analysis.Run(context.Background(), made(60, 1, 1, false), bad); err == nil {
		t.Error("a definition that is none was taken")
	}
}

// An interaction is the odds ratio of one group over that of the reference, with the error of both: it follows from the counts.
func TestAnInteractionFollowsFromTheCounts(t *testing.T) {
	r := all(t)["chosen"]
	type side struct{ or, variance float64 }
	of := func(l analysis.GroupEffect) side {
		a, b := float64(l.Risk[0].X), float64(l.Risk[0].N-l.Risk[0].X)
		c, d := float64(l.Risk[1].X), float64(l.Risk[1].N-l.Risk[1].X)
		return side{a * d / (b * c), 1/a + 1/b + 1/c + 1/d}
	}
	n := 0
	for _, g := range r.Subgroups {
		i := slices.IndexFunc(g.Levels, func(l analysis.GroupEffect) bool { return l.Level == g.Reference })
		if i < 0 || g.Levels[i].Interaction.Problem != "reference" || g.Levels[i].Adjusted.Problem != "reference" {
			t.Fatalf("%s has no reference: %+v", g.By, g)
		}
		ref := of(g.Levels[i])
		for _, l := range g.Levels {
			e := l.Interaction
			if e.Value == nil {
				continue
			}
			n++
			own := of(l)
			se := math.Sqrt(own.variance + ref.variance)
			got := math.Log(*e.Hi / *e.Value) / 1.959963984540054
			exact := math.Abs(got-se) < 1e-7
			if e.N[0]+e.N[1] < 100 { // t, and it says so
				exact = got > se && got < 1.05*se && strings.Contains(e.Interval, "widened")
			}
			if want := own.or / ref.or; math.Abs(*e.Value-want) > 1e-7*want || !exact {
				t.Errorf("%s %q: %v up to %v, and not %v with error %v", g.By, l.Level, *e.Value, *e.Hi, want, se)
			}
			if l.Adjusted.Value == nil || *l.Adjusted.Value == *e.Value {
				t.Errorf("%s %q is not adjusted: %+v", g.By, l.Level, l.Adjusted)
			}
		}
	}
	if n < 4 {
		t.Errorf("%d interactions", n)
	}
}

func BenchmarkRun(b *testing.B) {
	s := made(5000, 1, .5, false)
	for b.Loop() {
		run(b, s, cohort.Default())
	}
}

// Of 1,500 people three of one sex are in LEAD: of a hundred draws five have none of them. Such a level joins others before anybody is drawn.
func TestARareLevelKeepsNobodyFromBeingDrawnAgain(t *testing.T) {
	s, _, err := simulate.Make(1500, 1, simulate.Default())
	if err != nil {
		t.Fatal(err)
	}
	def := cohort.Default()
	def.Draws = 200
	for _, e := range run(t, s, def).Primary.Estimates {
		for _, w := range e.Warnings {
			if strings.Contains(w, "could not be drawn again") {
				t.Errorf("%s %s: %s", e.Method, e.Measure, w)
			}
		}
	}
}
