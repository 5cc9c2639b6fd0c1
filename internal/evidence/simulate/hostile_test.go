package simulate

import (
	"context"
	"encoding/json"
	"math"
	"os"
	"slices"
	"strings"
	"testing"

	"waymark.example/internal/evidence/analysis"
	"waymark.example/internal/evidence/study"
)

// Whatever is wrong with an area, its evaluation ends, says why where it has no number, and tells no number that is none.
func TestHostileStudiesGetAClearWordAndNeverANumberThatIsNone(t *testing.T) {
	drop := func(kind study.Kind) func(*study.Study) {
		return func(s *study.Study) {
			s.Outcomes = slices.DeleteFunc(s.Outcomes, func(o study.Outcome) bool { return o.Kind == kind })
		}
	}
	contacts := func(f func(*study.Contact)) func(*study.Study) {
		return func(s *study.Study) {
			for i := range s.Contacts {
				f(&s.Contacts[i])
			}
		}
	}
	people := func(f func(int, *study.Person)) func(*study.Study) {
		return func(s *study.Study) {
			for i := range s.People {
				f(i, &s.People[i])
			}
		}
	}
	plan := Plan()
	plan.Months = 6
	for name, c := range map[string]struct {
		change func(*study.Study)
		number bool // the claim of the first page has a number
	}{
		"as it is":                  {func(*study.Study) {}, true},
		"nobody is arrested":        {drop(study.Arrest), true}, // a difference of none
		"nothing happens":           {func(s *study.Study) { s.Outcomes = nil }, true},
		"everybody in one arm":      {contacts(func(c *study.Contact) { c.Decision, c.Exclusion = "diverted", "" }), true}, // before and after, under a warning
		"no decision on record":     {contacts(func(c *study.Contact) { c.Decision = "" }), false},
		"nobody eligible":           {contacts(func(c *study.Contact) { c.Exclusion, c.Decision = "other", "not_eligible" }), false},
		"nobody linked":             {people(func(_ int, p *study.Person) { p.Linked = false }), false},
		"nothing known of anybody":  {people(func(_ int, p *study.Person) { p.Born, p.Sex, p.Ethnicity, p.Perceived, p.Housing = 0, "", "", "", "" }), true},
		"a covariate is the arm":    {func(s *study.Study) { arm(s) }, true},
		"everybody is in a group":   {people(func(i int, p *study.Person) { p.Ethnicity = "x" + string(rune('a'+i%26)) }), true},
		"everybody died at once":    {func(s *study.Study) { die(s) }, true},
		"records end at once":       {func(s *study.Study) { s.Until = s.From + 60 }, false},
		"no contacts":               {func(s *study.Study) { s.Contacts = nil }, false},
		"arrested ten times a day":  {func(s *study.Study) { often(s) }, true},
		"no people and no contacts": {func(s *study.Study) { *s = study.Study{From: s.From, Until: s.Until} }, false},
	} {
		s, _, err := Make(260, 4, Default())
		if err != nil {
			t.Fatal(err)
		}
		c.change(s)
		r, err := analysis.Run(context.Background(), s, plan)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if _, err := json.Marshal(r); err != nil { // NaN and infinity are no JSON
			t.Errorf("%s: %v", name, err)
		}
		head := r.Primary.Estimates[r.Primary.Headline]
		if (head.Value != nil) != c.number {
			t.Errorf("%s: %+v", name, head)
		}
		if name == "everybody in one arm" && (r.Design.Grade != 4 || len(r.Warnings) == 0 || !strings.Contains(head.Caveat, "cannot show an effect")) {
			t.Errorf("%s: grade %d, %q, %q", name, r.Design.Grade, r.Warnings, head.Caveat)
		}
		all := slices.Clone(r.Primary.Estimates)
		for _, o := range r.Second {
			all = append(all, o.Estimates...)
		}
		all = append(all, r.Monthly.Estimates...)
		for _, e := range append(all, r.Survival.Hazard) {
			switch {
			case e.Value == nil && len(e.Problem) < 15 && r.Survival.Problem == "":
				t.Errorf("%s: no number and no word why: %+v", name, e)
			case e.Value != nil && (e.Lo == nil || e.Hi == nil || !(*e.Lo <= *e.Value && *e.Value <= *e.Hi) || e.Measure != analysis.RiskDifference && (*e.Value > 1e4 || *e.Hi > 1e9 || math.Abs(*e.Value) < 1e-4)):
				t.Errorf("%s: %s %s has the number %v, %v to %v", name, e.Method, e.Measure, *e.Value, e.Lo, e.Hi)
			}
		}
	}
}

// arm writes into the housing which arm somebody is in.
func arm(s *study.Study) {
	of := map[string]string{}
	for _, c := range s.Contacts {
		of[c.PersonID] = c.Decision
	}
	for i := range s.People {
		if s.People[i].Housing = "rough"; of[s.People[i].ID] == "not_diverted" || of[s.People[i].ID] == "not_fit" {
			s.People[i].Housing = "settled"
		}
	}
}

func die(s *study.Study) {
	for _, c := range s.Contacts {
		s.Outcomes = append(s.Outcomes, study.Outcome{ID: "d" + c.ID, PersonID: c.PersonID, Kind: study.Death, On: c.On})
	}
}

func often(s *study.Study) {
	n := len(s.Outcomes)
	for i := range n {
		for k := range 9 {
			o := s.Outcomes[i]
			if o.ID += "-" + string(rune('a'+k)); o.Kind == study.Arrest {
				s.Outcomes = append(s.Outcomes, o)
			}
		}
	}
}

// A row that is there twice is told by its number and taken once: the study stays what it was.
func TestRowsThatAreThereTwiceAreToldAndTakenOnce(t *testing.T) {
	dir := t.TempDir()
	if _, err := Write(dir, 50, 2, Default()); err != nil {
		t.Fatal(err)
	}
	before, _, _, err := study.Read(os.DirFS(dir))
	if err != nil {
		t.Fatal(err)
	}
	path := dir + "/outcomes.csv"
	text, err := os.ReadFile(path) //nolint:gosec // our own folder
	if err != nil {
		t.Fatal(err)
	}
	head, rows, _ := strings.Cut(string(text), "\n")
	if err := os.WriteFile(path, []byte(head+"\n"+rows+rows), 0o600); err != nil {
		t.Fatal(err)
	}
	after, wrong, n, err := study.Read(os.DirFS(dir))
	if err != nil || n != len(before.Outcomes) || !strings.Contains(wrong[0].Error(), "there already") {
		t.Fatalf("%d of %d told, %v", n, len(before.Outcomes), err)
	}
	a, err := before.Hash()
	b, err2 := after.Hash()
	if err != nil || err2 != nil || a != b {
		t.Errorf("%s %s %v %v", a, b, err, err2)
	}
}

func TestAGroupThatNobodyIsOfIsRefusedWithTheListOfCodes(t *testing.T) {
	for text, want := range map[string]string{
		`{"by_group": [{"column": "sex", "group": "female", "odds_ratio": 0.5}]}`:                  `"female" by sex: it is one of M, F, X`,
		`{"bias": [{"stage": "diverted", "column": "ethnicity", "group": "Black", "ratio": 0.5}]}`: `"Black" by ethnicity: it is one of white, black, asian, mixed, other`,
		`{"by_group": [{"column": "housing", "group": "homeless", "odds_ratio": 0.5}]}`:            "one of settled, temporary, rough",
		`{"by_group": [{"column": "housing", "odds_ratio": 0.5}]}`:                                 "one of settled, temporary, rough",
	} {
		if _, err := ReadEffect(strings.NewReader(text)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", text, err)
		}
	}
}
