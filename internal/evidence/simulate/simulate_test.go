package simulate

import (
	"bytes"
	"math"
	"os"
	"path/filepath"
	"reflect"
	"runtime"
	"strings"
	"testing"

	"waymark.example/internal/evidence/cost"
	"waymark.example/internal/evidence/study"
)

func TestTheSameSeedMakesTheSameBytesOnAnyNumberOfProcessors(t *testing.T) {
	const people = together + 700
	one, two := t.TempDir(), t.TempDir()
	before := runtime.GOMAXPROCS(1)
	a, err := Write(one, people, 7, Default())
	runtime.GOMAXPROCS(4)
	b, err2 := Write(two, people, 7, Default())
	runtime.GOMAXPROCS(before)
	if err != nil || err2 != nil {
		t.Fatal(err, err2)
	}
	if !reflect.DeepEqual(a, b) {
		t.Error("the truth depends on the number of processors")
	}
	files, err := os.ReadDir(one)
	if err != nil || len(files) != 8 {
		t.Fatalf("%d files, %v", len(files), err)
	}
	for _, f := range files {
		x, err := os.ReadFile(filepath.Join(one, f.Name()))  //nolint:gosec // our own folder
		y, err2 := os.ReadFile(filepath.Join(two, f.Name())) //nolint:gosec // our own folder
		if err != nil || err2 != nil || !bytes.Equal(x, y) {
			t.Errorf("%s differs: %v %v", f.Name(), err, err2)
		}
	}
	if text, err := os.ReadFile(filepath.Join(one, "costs.json")); err != nil { //nolint:gosec // our own folder
		t.Error(err)
	} else if c, err := cost.Read(text); err != nil || len(c.Units) != 2 {
		t.Errorf("the made-up costs are not taken: %v", err)
	} else if month, ok := c.PerMonth(); !ok || month != 400_00 {
		t.Errorf("a month of support: %d", month)
	}
	s, wrong, n, err := study.Read(os.DirFS(one))
	if err != nil || n != 0 {
		t.Fatalf("what was written cannot be read: %v %v", wrong, err)
	}
	made, truth, err := Make(people, 7, Default())
	if err != nil || !reflect.DeepEqual(truth, a) {
		t.Fatalf("the truth in memory is another: %v", err)
	}
	x, err := s.Hash()
	y, err2 := made.Hash()
	if err != nil || err2 != nil || x != y {
		t.Errorf("memory and files differ: %s %s %v %v", x, y, err, err2)
	}
	if _, err := Write(one, 3, 7, Default()); err == nil || !strings.Contains(err.Error(), "is not empty") {
		t.Errorf("an area was written over: %v", err)
	}
	other, _, err := Make(people, 8, Default())
	if err != nil {
		t.Fatal(err)
	}
	if z, _ := other.Hash(); z == x {
		t.Error("another seed makes the same area")
	}
}

// The truth is a matter of averaging. In an area by lot that is large enough, what happened in each arm lies on it.
func TestWhatHappensInALargeAreaIsTheTruthThatIsTold(t *testing.T) {
	e := Default()
	e.Design, e.Deaths, e.Moves = Lot, 0.004, 0.004
	e.Missing = Missing{Decision: 0.05}
	e.Bias = []Bias{{"diverted", "ethnicity", "black", 0.667}}
	s, truth, err := Make(12_000, 3, e)
	if err != nil {
		t.Fatal(err)
	}
	type life struct {
		arm    int
		start  study.Day
		leaves int
		moved  bool
		first  int // arrest for an offence after the start
		months map[int]bool
		count  int
	}
	of := map[string]*life{}
	for _, c := range s.Contacts {
		if c.Shift != "" {
			arm := 1
			if c.Shift == "lead" {
				arm = 0
			}
			of[c.PersonID] = &life{arm: arm, start: c.On, leaves: int(s.Until - c.On), first: math.MaxInt, months: map[int]bool{}}
		}
	}
	for _, o := range s.Outcomes {
		p := of[o.PersonID]
		if p == nil {
			continue
		}
		day := int(o.On - p.start)
		switch {
		case o.Kind == study.Death || o.Kind == study.Moved:
			p.leaves, p.moved = day, o.Kind == study.Moved
		case o.Kind == study.Arrest && o.Committed > p.start && day <= 730 && !strings.HasPrefix(o.Incident, "i"):
			p.first = min(p.first, day)
			p.months[(day-1)/30] = true
			if day <= 365 {
				p.count++
			}
		}
	}
	var n, hit, months, inMonths, counts [2]float64
	for _, p := range of {
		if !p.moved || p.leaves >= 365 {
			n[p.arm]++
			if p.first <= 365 {
				hit[p.arm]++
			}
		}
		counts[p.arm] += float64(p.count)
		whole := min(12, p.leaves/30)
		months[p.arm] += float64(whole)
		for k := range p.months {
			if k < whole {
				inMonths[p.arm]++
			}
		}
	}
	risk, _ := truth.Risk("rearrest", 365, "everybody")
	month, _ := truth.Month(12, "everybody")
	if int(n[0]+n[1]) != risk.People || truth.Arms[0]+truth.Arms[1] != len(of) {
		t.Errorf("%v people are told as %d, %d as %v", n, risk.People, len(of), truth.Arms)
	}
	for arm, want := range [2]float64{risk.Lead, risk.Usual} {
		got := hit[arm] / n[arm]
		if se := math.Sqrt(want * (1 - want) / n[arm]); math.Abs(got-want) > 4*se {
			t.Errorf("arm %d: %.4f were arrested within a year, and the truth is %.4f ± %.4f", arm, got, want, se)
		}
		want = [2]float64{month.Lead, month.Usual}[arm]
		got = inMonths[arm] / months[arm]
		if se := math.Sqrt(want * (1 - want) * 2 / months[arm]); math.Abs(got-want) > 4*se {
			t.Errorf("arm %d: %.4f of months have an arrest, and the truth is %.4f ± %.4f", arm, got, want, se)
		}
	}
	for _, d := range truth.Disparities {
		want := 1.0
		if d.Stage == "diverted" && d.Group == "black" {
			want = 0.667
		}
		if d.Column == "ethnicity" && math.Abs(d.Ratio/want-1) > 0.03 {
			t.Errorf("%+v, planted was %g", d, want)
		}
	}
	if len(truth.Rates) == 0 || truth.Rates[2].Ratio >= 1 {
		t.Errorf("rates %+v", truth.Rates)
	}
}

func TestAnEffectIsReadWithWhatItLeavesOutAndNothingUnknown(t *testing.T) {
	e, err := ReadEffect(strings.NewReader(`{"odds_ratio": 0.7, "lean": {"hidden": 1}}`))
	want := Default()
	want.OddsRatio, want.Lean.Hidden = 0.7, 1
	if err != nil || !reflect.DeepEqual(e, want) {
		t.Errorf("%+v, %v", e, err)
	}
	for text, say := range map[string]string{
		`{"odds": 1}`:              "unknown field",
		`{"odds_ratio": 0}`:        "odds_ratio lies",
		`{"design": "choice"}`:     "lot or judgement",
		`{"accept": 1.2}`:          "accept is a chance",
		`{"from": "1970-01-01"}`:   "from is a day",
		`{"recruit_months": 1000}`: "1 to 120",
		`{"bias": [{"stage": "diverted", "column": "ethnicity", "group": "black", "ratio": 1.5}]}`: "above 0 and up to 1",
		`{} {}`: "more after",
		``:      "the file is empty",
	} {
		if _, err := ReadEffect(strings.NewReader(text)); err == nil || !strings.Contains(err.Error(), say) {
			t.Errorf("%s: %v", text, err)
		}
	}
	if _, _, err := Make(0, 1, Default()); err == nil {
		t.Error("an area without people was made")
	}
}

func FuzzReadEffect(f *testing.F) {
	f.Add(`{"odds_ratio": 0.7, "bias": [{"stage": "diverted", "column": "sex", "group": "F", "ratio": 0.5}]}`)
	f.Add(`{"recruit_months": 1, "follow_months": 1, "spread": 20, "again": 0.9, "prison": 1}`)
	f.Fuzz(func(t *testing.T, text string) {
		e, err := ReadEffect(strings.NewReader(text))
		if err != nil {
			return
		}
		if _, truth, err := Make(5, 1, e); err != nil || truth == nil {
			t.Errorf("an effect that was taken makes no area: %v", err)
		}
	})
}

func TestEveryFieldOfAnEffectIsInTheDataDictionary(t *testing.T) {
	text, err := os.ReadFile("../../../docs/data-dictionary.md")
	if err != nil {
		t.Fatal(err)
	}
	_, part, _ := strings.Cut(string(text), "## Made-up areas")
	for _, v := range []any{Effect{}, GroupRatio{}, Lean{}, Bias{}, Missing{}} {
		for _, f := range reflect.VisibleFields(reflect.TypeOf(v)) {
			if name := f.Tag.Get("json"); name == "" || !strings.Contains(part, "`"+name+"`") {
				t.Errorf("%T.%s (%s) is not explained", v, f.Name, name)
			}
		}
	}
}

func TestSupportIsOfThoseWhoAgreedToBeStudiedAsTheCaseTeamHandsItOut(t *testing.T) {
	s, _, err := Make(600, 7, Default())
	if err != nil {
		t.Fatal(err)
	}
	yes, there := 0, map[string]bool{}
	for _, c := range s.Contacts {
		if c.Decision == "diverted" {
			yes++
		}
	}
	for _, v := range s.Support {
		there[v.PersonID] = true
		if !v.Research {
			t.Fatalf("%s did not agree to be studied", v.PersonID)
		}
	}
	if n := len(s.Support); n < yes*6/10 || n >= yes {
		t.Errorf("support of %d, and %d said yes", n, yes)
	}
	for _, m := range s.Months {
		if !there[m.PersonID] {
			t.Fatalf("a month of %s, whose support is not there", m.PersonID)
		}
	}
}
