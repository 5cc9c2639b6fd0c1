package cohort_test

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"waymark.example/internal/evidence/cohort"
	"waymark.example/internal/evidence/study"
)

func day(t *testing.T, s string) study.Day {
	t.Helper()
	d, err := study.ParseDay(s)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// tiny is nine people, each there for one rule.
func tiny(t *testing.T) *study.Study {
	d := func(s string) study.Day { return day(t, s) }
	start := d("2024-01-01")
	at := func(n int) study.Day { return start + study.Day(n) } // n days after everybody's first contact
	s := &study.Study{From: d("2023-06-01"), Until: at(800)}
	person := func(id string, linked bool) {
		s.People = append(s.People, study.Person{ID: id, Born: 1990, Sex: "F", Ethnicity: "white", Linked: linked})
	}
	contact := func(id, who string, on study.Day, decision string) *study.Contact {
		s.Contacts = append(s.Contacts, study.Contact{ID: id, PersonID: who, On: on, Minute: 600, Door: "arrest_diversion", Area: "north", Offence: "theft", Decision: decision, Offered: decision == "diverted" || decision == "declined", Incident: "i-" + id})
		return &s.Contacts[len(s.Contacts)-1]
	}
	n := 0
	event := func(who string, kind study.Kind, sort string, on, committed study.Day, incident string) *study.Outcome {
		n++
		s.Outcomes = append(s.Outcomes, study.Outcome{ID: fmt.Sprint("e", n), PersonID: who, Kind: kind, Sort: sort, On: on, Committed: committed, Incident: incident})
		return &s.Outcomes[len(s.Outcomes)-1]
	}
	for _, id := range []string{"a", "b", "c", "d", "e", "g", "h"} {
		person(id, true)
	}
	person("f", false)
	person("x", true) // no contact at all

	contact("c0", "a", start-400, "diverted")                              // before the study period
	contact("c1", "a", start-1, "").Exclusion = "violence"                 // not eligible
	contact("c2", "a", start, "diverted")                                  // the first
	contact("c3", "a", at(40), "not_diverted")                             // a later one
	event("a", study.Arrest, "non_warrant", start-731, 0, "")              // outside the look-back
	event("a", study.Arrest, "warrant", start-730, 0, "")                  // its first day
	event("a", study.Arrest, "non_warrant", start-1, 0, "")                // the day before
	event("a", study.Arrest, "non_warrant", start-2, start-2, "i-c2")      // the arrest that led to the first contact
	event("a", study.Arrest, "non_warrant", at(2), start, "i-c2")          // the first contact's own occurrence
	event("a", study.Arrest, "non_warrant", at(5), at(1), "i-c1")          // an occurrence that was known already
	event("a", study.Arrest, "non_warrant", at(9), start-3, "i-old")       // for an offence from before
	event("a", study.Arrest, "non_warrant", at(15), start, "i-day")        // for an offence of the very day of the decision
	event("a", study.Arrest, "warrant", at(20), 0, "i-new")                // undated: its own day stands in
	event("a", study.Arrest, "non_warrant", at(365), at(364), "i-new2")    // last day of the year
	event("a", study.Arrest, "non_warrant", at(366), at(365), "i-new3")    // the day after it
	event("a", study.Charge, "either_way", at(30), at(19), "")             // indictable, not indictable only
	event("a", study.Proven, "", at(540), at(365), "")                     // committed within the year, proven within half a year more
	event("a", study.Proven, "", at(540), at(366), "")                     // committed too late
	event("a", study.Proven, "", at(548), at(300), "")                     // proven too late
	event("a", study.Custody, "remand", at(100), 0, "").Until = at(110)    // ten nights
	event("a", study.Custody, "sentenced", at(105), 0, "").Until = at(115) // five more
	event("a", study.Custody, "police", at(20), 0, "").Hours = 12          // half a day
	s.Support = append(s.Support, study.Support{PersonID: "a", Referred: start, Minutes: 25, Met: start, Intake: at(10), Consent: at(12), Research: true})
	s.Months = append(s.Months, study.Month{PersonID: "a", Month: start, Contacts: 2}, study.Month{PersonID: "a", Month: d("2024-06-01"), Contacts: 1})

	contact("c4", "b", start, "not_diverted")
	event("b", study.Death, "", at(100), 0, "")
	event("b", study.Arrest, "non_warrant", at(101), at(101), "") // after death: an error of the records

	contact("c5", "c", start, "")             // no decision on record
	contact("c6", "d", start, "not_eligible") // by the officer
	contact("c7", "e", at(500), "declined")   // too recent for a year; the person said no
	contact("c8", "f", start, "not_diverted") // not linked
	contact("c9", "g", start, "not_fit")      // moves within the year
	event("g", study.Moved, "", at(364), 0, "")
	event("g", study.Arrest, "breach", at(50), at(49), "")
	contact("c10", "h", start, "diverted").Door = "community"
	return s
}

func find(t *testing.T, c *cohort.Cohort, match func(cohort.Person) bool) cohort.Person {
	t.Helper()
	i := slices.IndexFunc(c.People, match)
	if i < 0 {
		t.Fatal("nobody is like that")
	}
	return c.People[i]
}

func TestACohortIsWhatItsRulesSay(t *testing.T) {
	c, err := cohort.Build(tiny(t), cohort.Default())
	if err != nil {
		t.Fatal(err)
	}
	var steps []string
	for _, s := range c.Flow.Steps {
		line := fmt.Sprintf("%s %d/%d", s.Key, s.Left.Contacts, s.Left.People)
		for _, o := range s.Out {
			line += fmt.Sprintf(" -%s %d/%d", o.Key, o.Contacts, o.People)
		}
		steps = append(steps, line)
	}
	want := []string{
		"recorded 11/9",
		"contact 11/8 -none 0/1",
		"period 10/8 -early 1/0",
		"door 9/7 -door_community 1/1",
		"eligible 7/6 -decision_not_eligible 1/1 -exclusion_violence 1/0",
		"first 6/6 -later 1/0",
		"present 6/6",
	}
	if !slices.Equal(steps, want) {
		t.Errorf("the flow is\n%s\nand not\n%s", strings.Join(steps, "\n"), strings.Join(want, "\n"))
	}
	var arms []string
	for _, a := range c.Flow.Arms {
		line := fmt.Sprintf("%s %d:", a.Arm, a.People)
		for _, s := range a.Stages {
			line += fmt.Sprintf(" %s %d/%d", s.Key, s.People, s.Of)
		}
		arms = append(arms, line)
	}
	want = []string{
		"lead 2: offered 2/2 accepted 1/2 known 1/1 met 1/1 intake 1/1 consent 1/1 engaged 1/1 active_6 1/1 active_12 0/1 active_24 0/1 analysed 1/2",
		"usual 3: offered 0/3 accepted 0/0 known 0/0 met 0/0 intake 0/0 consent 0/0 engaged 0/0 active_6 0/0 active_12 0/0 active_24 0/0 analysed 1/3",
		"unknown 1: offered 0/1 accepted 0/0 known 0/0 met 0/0 intake 0/0 consent 0/0 engaged 0/0 active_6 0/0 active_12 0/0 active_24 0/0 analysed 1/1",
	}
	if !slices.Equal(arms, want) {
		t.Errorf("the arms are\n%s\nand not\n%s", strings.Join(arms, "\n"), strings.Join(want, "\n"))
	}

	a := find(t, c, func(p cohort.Person) bool { return p.Arm == cohort.Lead && p.Follow == 800 })
	for _, tt := range []struct {
		outcome    string
		days, want int
	}{
		{cohort.Rearrest, 19, 0}, {cohort.Rearrest, 20, 1}, {cohort.Rearrest, 364, 1}, {cohort.Rearrest, 365, 2}, {cohort.Rearrest, 730, 3},
		{cohort.NonWarrant, 182, 0}, {cohort.NonWarrant, 365, 1}, {cohort.NotOnWarrant, 365, 1}, {cohort.ArrestByDay, 19, 4},
		{cohort.Charged, 365, 1}, {cohort.Indictable, 365, 1}, {cohort.IndictableOnly, 365, 0}, {cohort.Reoffence, 365, 1},
		{cohort.Prison, 365, 2}, {cohort.Remand, 365, 1}, {cohort.Sentence, 365, 1}, {cohort.Recall, 365, 0}, {cohort.Dead, 730, 0},
	} {
		if got := a.Counted(tt.outcome, tt.days); got != tt.want {
			t.Errorf("%s in %d days is %d and not %d", tt.outcome, tt.days, got, tt.want)
		}
	}
	if got := a.Earlier(cohort.Rearrest, 730); got != 2 {
		t.Errorf("%d arrests before, and not 2", got)
	}
	if got := a.Earlier(cohort.Rearrest, 729); got != 1 {
		t.Errorf("%d arrests in 729 days before, and not 1", got)
	}
	if got := a.First(cohort.Rearrest); got != 20 {
		t.Errorf("first on day %d", got)
	}
	if got := a.Liberty(365); got != 350 {
		t.Errorf("%d days at liberty, and not 350", got)
	}
	if got := a.Liberty(107); got != 99 {
		t.Errorf("%d of the first 107 days at liberty: nights 100 to 107 are not", got)
	}
	if got := a.CustodyDays(365); got != 15.5 {
		t.Errorf("%v days in custody", got)
	}
	if a.Age != 34 || a.Sex != "F" || a.Intake != 10 || a.Consent != 12 || a.Minutes != 25 {
		t.Errorf("%+v", a)
	}
	dead := find(t, c, func(p cohort.Person) bool { return p.Last == cohort.Died })
	if dead.Follow != 100 || dead.Watched(cohort.Rearrest, 365) != cohort.Seen || dead.Counted(cohort.Rearrest, 365) != 0 || dead.Counted(cohort.Dead, 365) != 1 || dead.Liberty(365) != 100 {
		t.Errorf("whoever died is watched until then: %+v", dead)
	}
	moved := find(t, c, func(p cohort.Person) bool { return p.Last == cohort.Moved })
	if moved.Watched(cohort.Rearrest, 365) != cohort.Left || moved.Watched(cohort.Rearrest, 182) != cohort.Seen || moved.Counted(cohort.Rearrest, 182) != 1 || moved.Counted(cohort.NonWarrant, 182) != 0 {
		t.Errorf("whoever moved is known as long as they were here: %+v", moved)
	}
	late := find(t, c, func(p cohort.Person) bool { return p.Decision == "declined" })
	if late.Arm != cohort.Lead || late.Watched(cohort.Rearrest, 182) != cohort.Seen || late.Watched(cohort.Rearrest, 365) != cohort.TooRecent {
		t.Errorf("whoever said no stays where the decision put them: %+v", late)
	}
	lost := find(t, c, func(p cohort.Person) bool { return !p.Linked })
	if lost.Watched(cohort.Rearrest, 182) != cohort.NotLinked {
		t.Errorf("%+v", lost)
	}
	if late.Watched(cohort.Reoffence, 182) != cohort.TooRecent {
		t.Error("a proven reoffence needs the court's six months more")
	}
}

func TestTheClockNeverStartsAtTheIntakeButInASensitivity(t *testing.T) {
	def := cohort.Default()
	def.Start = cohort.FromIntake
	c, err := cohort.Build(tiny(t), def)
	if err != nil {
		t.Fatal(err)
	}
	a := find(t, c, func(p cohort.Person) bool { return p.Arm == cohort.Lead })
	if len(c.Arm(cohort.Lead)) != 1 || a.T0 != day(t, "2024-01-11") || a.First(cohort.Rearrest) != 10 {
		t.Errorf("%+v", a)
	}
	last := c.Flow.Steps[len(c.Flow.Steps)-1]
	if last.Key != "intake" || len(last.Out) != 1 || last.Out[0].People != 1 {
		t.Errorf("%+v", last)
	}
	if c, err = cohort.Build(tiny(t), cohort.Default()); err != nil || find(t, c, func(p cohort.Person) bool { return p.Intake == 10 }).T0 != day(t, "2024-01-01") {
		t.Error("the clock starts at the decision")
	}
}

func TestWhereChanceDecidedTheShiftItIsTheArmWhateverWasDecided(t *testing.T) {
	s := tiny(t)
	for i := range s.Contacts {
		s.Contacts[i].Shift = "usual"
	}
	s.Contacts[5].Shift = "lead" // of somebody who was not diverted
	s.Contacts[6].Shift = ""
	c, err := cohort.Build(s, cohort.Default())
	if err != nil {
		t.Fatal(err)
	}
	if c.Arms != cohort.Assigned || len(c.Arm(cohort.Lead)) != 1 || len(c.Arm(cohort.Unknown)) != 0 && len(c.Arm(cohort.Unknown)) != 1 {
		t.Errorf("%s: %d, %d", c.Arms, len(c.Arm(cohort.Lead)), len(c.Arm(cohort.Unknown)))
	}
	if len(c.People) != 7 {
		t.Errorf("%d people: after the lot nobody is excluded by what an officer found", len(c.People))
	}
}

// drawn is any study, contradictions of the records included.
func drawn(t *rapid.T) *study.Study {
	s := &study.Study{From: 19000, Until: 19000 + study.Day(rapid.IntRange(1, 900).Draw(t, "until"))}
	n := rapid.IntRange(0, 12).Draw(t, "people")
	word := func(label string, of ...string) string { return rapid.SampledFrom(of).Draw(t, label) }
	on := func(label string) study.Day { return study.Day(rapid.IntRange(18200, 20000).Draw(t, label)) }
	for i := range n {
		id := fmt.Sprint("p", i)
		s.People = append(s.People, study.Person{ID: id, Born: rapid.SampledFrom([]int{0, 1980, 2001}).Draw(t, "born"), Sex: word("sex", "", "F", "M"), Ethnicity: word("ethnicity", "", "black", "white"), Area: word("area", "", "n", "s"), Linked: rapid.Bool().Draw(t, "linked")})
		for j := range rapid.IntRange(0, 3).Draw(t, "contacts") {
			s.Contacts = append(s.Contacts, study.Contact{ID: fmt.Sprint(id, "c", j), PersonID: id, On: on("on"), Minute: rapid.IntRange(0, 1).Draw(t, "minute"), Door: word("door", "arrest_diversion", "social_contact", "community"),
				Exclusion: word("exclusion", "", "", "violence", "age"), Shift: word("shift", "", "", "lead", "usual"), Decision: word("decision", "", "diverted", "not_diverted", "declined", "not_eligible", "no_capacity", "not_fit"), Offered: rapid.Bool().Draw(t, "offered"), Incident: word("incident", "", "i1", "i2")})
		}
		for j := range rapid.IntRange(0, 6).Draw(t, "outcomes") {
			o := study.Outcome{ID: fmt.Sprint(id, "o", j), PersonID: id, Kind: study.Kind(word("kind", "arrest", "arrest", "charge", "proven", "custody", "death", "moved")), On: on("day"), Incident: word("of", "", "i1", "i2")}
			if rapid.Bool().Draw(t, "dated") {
				o.Committed = on("committed")
			}
			if sorts := study.Sorts(o.Kind); len(sorts) > 0 {
				o.Sort = word("sort", sorts...)
			}
			if o.Kind == study.Custody && rapid.Bool().Draw(t, "ended") {
				o.Until = o.On + study.Day(rapid.IntRange(0, 400).Draw(t, "nights"))
			}
			s.Outcomes = append(s.Outcomes, o)
		}
		if rapid.Bool().Draw(t, "support") {
			r := on("referred")
			s.Support = append(s.Support, study.Support{PersonID: id, Referred: r, Minutes: rapid.IntRange(-1, 90).Draw(t, "minutes"), Met: r, Intake: r + study.Day(rapid.IntRange(0, 60).Draw(t, "intake")), Research: rapid.Bool().Draw(t, "research")})
			s.Months = append(s.Months, study.Month{PersonID: id, Month: r, Contacts: rapid.IntRange(0, 3).Draw(t, "dose")})
		}
	}
	return s
}

func TestNobodyIsLostAndNobodyIsThereTwice(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := drawn(t)
		def := cohort.Default()
		def.Start = rapid.SampledFrom([]cohort.Start{cohort.FromDecision, cohort.FromIntake}).Draw(t, "start")
		def.Arms = rapid.SampledFrom([]cohort.By{cohort.Auto, cohort.Assigned, cohort.Decided}).Draw(t, "arms")
		c, err := cohort.Build(s, def)
		if err != nil {
			t.Fatal(err)
		}
		left := c.Flow.Steps[0].Left
		if left.Contacts != len(s.Contacts) || left.People != len(s.People) {
			t.Fatalf("it begins with %+v", left)
		}
		for _, step := range c.Flow.Steps[1:] {
			sum := step.Left
			for _, o := range step.Out {
				sum.Contacts += o.Contacts
				sum.People += o.People
			}
			if sum != left {
				t.Fatalf("%s: %+v and not %+v", step.Key, sum, left)
			}
			left = step.Left
		}
		if left.People != len(c.People) || left.Contacts != len(c.People) {
			t.Fatalf("%+v are left, and %d people are in the cohort", left, len(c.People))
		}
		all := 0
		for _, a := range c.Flow.Arms {
			all += a.People
			reasons := 0
			for _, o := range a.Reasons {
				reasons += o.People
			}
			if a.People != len(c.Arm(a.Arm)) || reasons != a.People {
				t.Fatalf("%s: %d people, %d reasons", a.Arm, a.People, reasons)
			}
			for _, st := range a.Stages {
				sum := st.People
				for _, o := range st.Out {
					sum += o.People
				}
				if sum != st.Of {
					t.Fatalf("%s %s: %d and not %d", a.Arm, st.Key, sum, st.Of)
				}
			}
		}
		if all != len(c.People) {
			t.Fatalf("the arms have %d people of %d", all, len(c.People))
		}
		for _, p := range c.People {
			if p.Follow < 0 || p.Follow > p.Room || p.Liberty(730) < 0 || p.Liberty(730) > p.Follow {
				t.Fatalf("%+v", p)
			}
			last := 0
			for _, w := range []int{1, 182, 365, 730} {
				n := p.Counted(cohort.Rearrest, w)
				if n < last || n > p.Counted(cohort.ArrestByDay, w) || p.Counted(cohort.NonWarrant, w) > n || p.Counted(cohort.IndictableOnly, w) > p.Counted(cohort.Indictable, w) || p.Counted(cohort.Indictable, w) > p.Counted(cohort.Charged, w) {
					t.Fatalf("%+v", p)
				}
				last = n
			}
		}
	})
}

func TestTheOrderOfRowsAndTheNamesOfPeopleChangeNothing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := drawn(t)
		a, err := cohort.Build(s, cohort.Default())
		if err != nil {
			t.Fatal(err)
		}
		seed := rapid.Uint64().Draw(t, "seed")
		b, err := cohort.Build(relabelled(shuffled(s, seed), seed), cohort.Default())
		if err != nil {
			t.Fatal(err)
		}
		if !reflect.DeepEqual(a, b) {
			t.Fatalf("%+v\n%+v", a, b)
		}
	})
}

func shuffled(s *study.Study, seed uint64) *study.Study {
	r := rand.New(rand.NewPCG(seed, 1))
	out := &study.Study{From: s.From, Until: s.Until, People: slices.Clone(s.People), Contacts: slices.Clone(s.Contacts), Outcomes: slices.Clone(s.Outcomes), Support: slices.Clone(s.Support), Months: slices.Clone(s.Months)}
	r.Shuffle(len(out.People), func(i, j int) { out.People[i], out.People[j] = out.People[j], out.People[i] })
	r.Shuffle(len(out.Contacts), func(i, j int) { out.Contacts[i], out.Contacts[j] = out.Contacts[j], out.Contacts[i] })
	r.Shuffle(len(out.Outcomes), func(i, j int) { out.Outcomes[i], out.Outcomes[j] = out.Outcomes[j], out.Outcomes[i] })
	r.Shuffle(len(out.Support), func(i, j int) { out.Support[i], out.Support[j] = out.Support[j], out.Support[i] })
	r.Shuffle(len(out.Months), func(i, j int) { out.Months[i], out.Months[j] = out.Months[j], out.Months[i] })
	return out
}

func relabelled(s *study.Study, seed uint64) *study.Study {
	names := map[string]string{}
	r := rand.New(rand.NewPCG(seed, 2))
	name := func(old string) string {
		if old == "" {
			return ""
		}
		if names[old] == "" {
			names[old] = fmt.Sprintf("%x-%d", r.Uint64(), len(names))
		}
		return names[old]
	}
	for i := range s.People {
		s.People[i].ID = name(s.People[i].ID)
	}
	for i := range s.Contacts {
		v := &s.Contacts[i]
		v.ID, v.PersonID, v.Incident, v.Officer = name(v.ID), name(v.PersonID), name(v.Incident), name(v.Officer)
	}
	for i := range s.Outcomes {
		v := &s.Outcomes[i]
		v.ID, v.PersonID, v.Incident = name(v.ID), name(v.PersonID), name(v.Incident)
	}
	for i := range s.Support {
		s.Support[i].PersonID = name(s.Support[i].PersonID)
	}
	for i := range s.Months {
		s.Months[i].PersonID = name(s.Months[i].PersonID)
	}
	return s
}

func TestADefinitionHasOneHash(t *testing.T) {
	a := cohort.Default()
	var b cohort.Definition
	if err := json.Unmarshal(a.Canonical(), &b); err != nil || a.Hash() != b.Hash() || len(a.Hash()) != 64 {
		t.Errorf("%s and %s: %v", a.Hash(), b.Hash(), err)
	}
	b.Window[0] = 183
	if a.Hash() == b.Hash() {
		t.Error("another definition has the same hash")
	}
	for name, change := range map[string]func(*cohort.Definition){
		"form": func(d *cohort.Definition) { d.Form = 2 }, "start": func(d *cohort.Definition) { d.Start = "handoff" }, "arms": func(d *cohort.Definition) { d.Arms = "chosen" },
		"windows": func(d *cohort.Definition) { d.Window = []int{365, 182} }, "primary window": func(d *cohort.Definition) { d.PrimaryWindow = 100 }, "outcome": func(d *cohort.Definition) { d.Primary = "good" },
		"twice": func(d *cohort.Definition) { d.Usual = append(d.Usual, "diverted") }, "covariate": func(d *cohort.Definition) { d.Covariates = []string{"shoe"} }, "subgroup": func(d *cohort.Definition) { d.Subgroups = []string{"officer"} },
		"months": func(d *cohort.Definition) { d.Months = 0 }, "back": func(d *cohort.Definition) { d.Back = 1 }, "doors": func(d *cohort.Definition) { d.Doors = nil }, "draws": func(d *cohort.Definition) { d.Draws = 3 },
	} {
		d := cohort.Default()
		change(&d)
		if d.Check() == nil {
			t.Errorf("a definition with a bad %s is taken", name)
		}
	}
}

func TestAMonthIsThirtyDaysAndTheDayOfTheDecisionIsInNone(t *testing.T) {
	for d, want := range map[int]int{1: 0, 30: 0, 31: 1, 720: 23, 721: 24, -1: -1, -30: -1, -31: -2, -720: -24} {
		if got := cohort.Month(d); got != want {
			t.Errorf("day %d is in month %d and not %d", d, got, want)
		}
	}
}

// Whether somebody was met or in contact is known of who agreed to be studied: the others are not counted as not in contact.
func TestR41_WhoDidNotAgreeToBeStudiedIsNotCountedAsNotInContact(t *testing.T) {
	s := tiny(t)
	s.Support[0].Research = false
	c, err := cohort.Build(s, cohort.Default())
	if err != nil {
		t.Fatal(err)
	}
	for _, st := range c.Flow.Arms[0].Stages {
		switch st.Key {
		case "known":
			if st.People != 0 || st.Of != 1 || len(st.Out) != 1 || st.Out[0].Key != "unstudied" {
				t.Errorf("%+v", st)
			}
		case "met", "intake", "consent", "engaged", "active_6":
			if st.Of != 0 {
				t.Errorf("%+v", st)
			}
		}
	}
}
