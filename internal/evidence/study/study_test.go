package study

import (
	"bytes"
	"io"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"
)

func some() *Study {
	d := func(s string) Day { v, _ := ParseDay(s); return v }
	return &Study{From: d("2025-01-01"), Until: d("2026-12-31"),
		People:   []Person{{ID: "p1", Born: 1990, Sex: "F", Ethnicity: "black", Housing: "rough", Area: "north", Linked: true}, {ID: "p2"}},
		Contacts: []Contact{{ID: "c1", PersonID: "p1", On: d("2025-02-03"), Minute: 120, Door: "arrest_diversion", Team: "t1", Officer: "o1", Offence: "theft", Decision: "diverted", Reason: "x", Offered: true, Policy: 2, Incident: "i1"}, {ID: "c2", PersonID: "p2", On: d("2025-03-03"), Door: "social_contact"}},
		Outcomes: []Outcome{{ID: "e1", PersonID: "p1", Kind: Arrest, Sort: "warrant", On: d("2025-05-01"), Committed: d("2025-04-30")}, {ID: "e2", PersonID: "p1", Kind: Custody, Sort: "police", On: d("2025-05-01"), Until: d("2025-05-02"), Hours: 12.5}, {ID: "e3", PersonID: "p2", Kind: Death, On: d("2025-09-01")}},
		Support:  []Support{{PersonID: "p1", Referred: d("2025-02-03"), Minutes: 42, Met: d("2025-02-03"), Research: true}},
		Months:   []Month{{PersonID: "p1", Month: d("2025-03-01"), Contacts: 3, NeedsMet: 1, Housing: "temporary", Employment: "looking", Income: "benefits"}},
	}
}

func TestAStudyComesBackFromItsFilesAsItWas(t *testing.T) {
	s := some()
	dir := t.TempDir()
	if err := s.Write(dir); err != nil {
		t.Fatal(err)
	}
	got, wrong, n, err := Read(os.DirFS(dir))
	if err != nil || n != 0 {
		t.Fatalf("%v, %v", wrong, err)
	}
	if !reflect.DeepEqual(got, s) {
		t.Errorf("wrote %+v\nread %+v", s, got)
	}
	a, err := s.Hash()
	b, _ := got.Hash()
	if err != nil || a != b || len(a) != 64 {
		t.Errorf("hashes %q and %q, %v", a, b, err)
	}
	got.Outcomes[0].Sort = "breach"
	if c, _ := got.Hash(); c == a {
		t.Error("another study has the same hash")
	}
}

func TestAStudyIsNeverWrittenOver(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "people.csv")
	if err := os.WriteFile(file, []byte("somebody's\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for place, want := range map[string]string{dir: "is not empty", file: "is a file"} {
		if err := some().Write(place); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", place, err)
		}
	}
	if text, err := os.ReadFile(file); err != nil || string(text) != "somebody's\n" { //nolint:gosec // our own folder
		t.Errorf("it was written over: %q, %v", text, err)
	}
	if err := some().Write(filepath.Join(dir, "new", "study")); err != nil {
		t.Error(err)
	}
}

func TestWhatIsWrongInAFileIsSaidByRowAndColumn(t *testing.T) {
	head := "event,person,kind,sort,on,until,hours,committed,incident,force\n"
	for text, want := range map[string]string{
		"e,p,arrest,warrant,2025-13-01,,,,,":           "outcomes, row 1, on: is not a day",
		"e,p,arrest,,2025-01-01,,,,,":                  "the sort of arrest is one of",
		"e,p,death,warrant,2025-01-01,,,,,":            "death has no sort",
		"e,p,custody,police,2025-01-02,2025-01-01,,,":  "more or fewer columns",
		"e,p,custody,police,2025-01-02,2025-01-01,,,,": "ends before it begins",
		"e,,arrest,warrant,2025-01-01,,,,,":            "row 1, person: is empty",
		"e,p,flight,,2025-01-01,,,,,":                  "not one of the codes",
		"e,p,custody,police,2025-01-01,,NaN,,,":        "not a number of hours",
		"e,p,arrest,warrant,2025-01-01,2025-01-02,,,,": "only a spell in custody",
	} {
		var said []string
		err := Rows(strings.NewReader(head+text+"\n"), func(int, Outcome) error { said = append(said, "taken"); return nil }, func(w Wrong) { said = append(said, w.Error()) })
		if err != nil || len(said) != 1 || !strings.Contains(said[0], want) || strings.Contains(said[0], "flight") {
			t.Errorf("%s: %q, %v", text, said, err)
		}
	}
	for text, want := range map[string]string{"": "empty", "person,name\n": "missing", head[:len(head)-1] + ",name\n": "not in the codebook", head[:len(head)-1] + ",person\n": "twice"} {
		err := Rows(strings.NewReader(text), func(int, Outcome) error { return nil }, func(Wrong) {})
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v", text, err)
		}
	}
}

// A study holds nothing that names anybody: no column is called so, and free text has no place.
func TestR45_AStudyHasNoPlaceForANameOrForWords(t *testing.T) {
	for _, table := range Codebook() {
		for _, c := range table.Columns {
			for _, bad := range []string{"name", "address", "phone", "email", "note", "words", "birth_date"} {
				if strings.Contains(c.Name, bad) {
					t.Errorf("%s.%s", table.Name, c.Name)
				}
			}
			if c.Words == "" {
				t.Errorf("%s.%s has no words", table.Name, c.Name)
			}
		}
	}
	row := "p1," + strings.Repeat("x", maxText+1) + "\n"
	n := 0
	if err := Rows(strings.NewReader("person,area,linked\n"+strings.TrimSuffix(row, "\n")+",1\n"), func(int, Person) error { return nil }, func(Wrong) { n++ }); err != nil || n != 1 {
		t.Errorf("long text was taken: %d, %v", n, err)
	}
}

func TestADayIsADayInItsOwnZone(t *testing.T) {
	zone := time.FixedZone("east", 3*3600)
	if got := DayOf(time.Date(2025, 3, 1, 1, 0, 0, 0, zone)).String(); got != "2025-03-01" {
		t.Error(got)
	}
	if Day(0).String() != "" || earliest.String() != "1900-01-01" || latest.String() != "2199-12-31" {
		t.Errorf("%s %s", earliest, latest)
	}
}

func FuzzRows(f *testing.F) {
	var b bytes.Buffer
	s := some()
	_ = WriteRows(&b, s.Outcomes)
	f.Add(b.String())
	f.Fuzz(func(t *testing.T, text string) {
		var rows []Outcome
		if err := Rows(strings.NewReader(text), func(_ int, v Outcome) error { rows = append(rows, v); return nil }, func(Wrong) {}); err != nil {
			return
		}
		var out bytes.Buffer
		if err := WriteRows(&out, rows); err != nil {
			t.Fatal(err)
		}
		var again []Outcome
		if err := Rows(&out, func(_ int, v Outcome) error { again = append(again, v); return nil }, func(w Wrong) { t.Error(w) }); err != nil || !reflect.DeepEqual(rows, again) {
			t.Errorf("%v: %+v, %+v", err, rows, again)
		}
	})
}

// Columns of codes take codes and nobody's words.
func TestACodeIsNoWords(t *testing.T) {
	for code, ok := range map[string]bool{
		"": true, "north": true, "serious_violence": true, "Ynys Môn": true, "1.2/b": true, "Newcastle upon Tyne": true, "force 1": true,
		"=1+1": false, "+1": false, "-1": false, "@x": false, " north": false, "north ": false, "a  b": false, "a,b": false, "a\tb": false, "a\nb": false,
		"Jane Doe 12 Mill Lane": false, strings.Repeat("a", 33): false, "J. O'Neill": false,
	} {
		var c Contact
		for _, col := range contacts() {
			switch col.Name {
			case "area", "team", "offence", "exclusion", "reason":
				if err := col.set(&c, code); (err == nil) != ok {
					t.Errorf("%s %q: %v", col.Name, code, err)
				}
			}
		}
	}
}

// Whoever is counted by the first contact at which LEAD was possible is counted by the same one everywhere: within the study period on both ends, and at
// one minute by what was decided, never by a pseudonym.
func TestTheFirstEligibleContactIsOneWhateverItsNumber(t *testing.T) {
	for _, ids := range [][2]string{{"c1", "c2"}, {"c2", "c1"}} {
		s := some()
		at := s.From + 10
		s.Contacts = []Contact{
			{ID: "c0", PersonID: "p1", On: s.From - 1, Decision: "diverted"},
			{ID: "c9", PersonID: "p1", On: at - 1, Exclusion: "violence"},
			{ID: ids[0], PersonID: "p1", On: at, Decision: "not_diverted"},
			{ID: ids[1], PersonID: "p1", On: at, Decision: "diverted"},
			{ID: "c8", PersonID: "p2", On: s.Until + 1, Decision: "diverted"},
		}
		first := s.FirstEligible()
		if len(first) != 1 || first["p1"].On != at || first["p1"].Decision != "diverted" {
			t.Errorf("%v: %+v", ids, first)
		}
	}
}

// Every column that the codebook calls a pseudonym is walked, and nothing else.
func TestR45_EveryIDOfAStudyIsWalked(t *testing.T) {
	s := some()
	s.Outcomes[0].Incident = "i1"
	text := func() string {
		var b strings.Builder
		if err := s.Each(func(_ string, write func(io.Writer) error) error { return write(&b) }); err != nil {
			t.Fatal(err)
		}
		return b.String()
	}
	before, n := text(), 0
	s.IDs(func(_ string, _ int, _ ID, id *string) {
		n++
		*id = strings.ToUpper(*id)
	})
	columns := 0
	for _, table := range Codebook() {
		for _, c := range table.Columns {
			if strings.HasPrefix(c.Words, "Pseudonym") {
				columns++
			}
		}
	}
	if after := text(); n != 17 || columns != 10 || after == before || strings.Contains(after, "p1") || strings.Contains(after, "c1") || strings.Contains(after, "i1") || strings.Contains(after, "o1") {
		t.Errorf("%d ids in %d columns\n%s", n, columns, text())
	}
}
