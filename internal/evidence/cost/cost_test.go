package cost

import (
	"os"
	"reflect"
	"strings"
	"testing"

	"waymark.example/internal/evidence/analysis"
	"waymark.example/internal/evidence/cohort"
)

func of(x float64) *float64 { return &x }

func result(value, lo, hi *float64) *analysis.Result {
	e := analysis.Estimate{Measure: analysis.Difference, Words: "Arrests", Value: value, Lo: lo, Hi: hi, N: [2]int{120, 150}, Window: 720, Design: 2, Interval: "robust by person", Caveat: "Not by lot."}
	days := e
	days.Words = "Days"
	return &analysis.Result{Definition: cohort.Definition{PrimaryWindow: 365}, Survival: analysis.Survival{Tau: 720, MeanDiff: e}, Rates: []analysis.Rate{{Key: "custody_days", Window: 182}, {Key: "custody_days", Window: 365, Ratio: days}}}
}

const good = `{"programme":[{"words":"Case managers","pounds":240000,"year":"2025-26","source":"Accounts"},{"words":"Premises","pounds":4000.5,"year":"2025-26","source":"Accounts"}],"person_months":1220,
"units":[{"event":"arrest","words":"An arrest","pounds":441,"year":"2014-15","source":"A report","checked":"source","leaves_out":"courts"}]}`

// Whatever costs something says where that is from, in which prices, and whether anybody looked it up; what is missing is said in words.
func TestV09_EveryCostHasItsSourceAndPriceYear(t *testing.T) {
	c, err := Read([]byte(good))
	if err != nil || c.Total() != 244_000_50 || c.Units[0].Pence != 44100 || c.Units[0].Prices != "2014-15" {
		t.Fatalf("%+v, %v", c, err)
	}
	for _, change := range [][3]string{{`"source":"A report"`, `"source":" "`, "source"}, {`"2014-15"`, `"2014"`, "financial year"}, {`"2014-15"`, `"2014-16"`, "financial year"}, {`441`, `-1`, "above nought"}, {`441`, `0`, "above nought"}, {`441`, `1e12`, "above nought"},
		{`"checked":"source"`, `"checked":"sure"`, "looked up"}, {`"event":"arrest"`, `"event":"crime"`, "arrest and custody_day"}, {`"words":"An arrest"`, `"words":""`, "words"}, {`"person_months":1220`, `"person_months":0`, "person_months"},
		{`"programme"`, `"program"`, "no file of costs"}, {`"courts"}]}`, `"courts"}]}x`, "after the end"}, {`{"programme"`, `{"prices":"2025","programme"`, "prices"}, {`{"programme"`, `{"prices":"2025-26","programme"`, "takes an index"},
		{`{"programme"`, `{"index":{"name":"n","source":""},"programme"`, "source"}, {`{"programme"`, `{"index":{"name":"n","source":"s","years":{"2014":1}},"programme"`, "financial year"},
		{`{"programme"`, `{"prices":"2025-26","index":{"name":"The index","source":"s","years":{"2025-26":1}},"programme"`, "The index has no figure for 2014-15"}} {
		bad := strings.Replace(good, change[0], change[1], 1)
		if _, err := Read([]byte(bad)); err == nil || !strings.Contains(err.Error(), change[2]) {
			t.Errorf("%s: %v", bad, err)
		}
	}
	// The file to begin from is refused until somebody filled it in, and then taken.
	if _, err := Read(Draft()); err == nil {
		t.Error("a file in which nobody said what the programme cost was taken")
	}
	filled := strings.NewReplacer(`"pounds": 0, "year": "", "source": ""`, `"pounds": 1000, "year": "2025-26", "source": "Accounts"`, `"person_months": 0`, `"person_months": 20`).Replace(string(Draft()))
	if c, err := Read([]byte(filled)); err != nil || len(c.Units) != 2 || c.Units[0].Event != Arrest || c.Units[1].Event != CustodyDay || c.Units[0].Checked == "" || c.Units[1].LeavesOut == "" {
		t.Errorf("%+v, %v", c, err)
	}
}

// What the documentation shows as a whole file is one.
func TestV09_TheFileInTheDocumentationIsTaken(t *testing.T) {
	text, err := os.ReadFile("../../../docs/evidence.md")
	if err != nil {
		t.Fatal(err)
	}
	_, after, found := strings.Cut(string(text), "## Costs\n")
	_, after, fenced := strings.Cut(after, "```json\n")
	example, _, closed := strings.Cut(after, "```")
	if !found || !fenced || !closed {
		t.Fatal("there is no file of costs in the documentation")
	}
	if c, err := Read([]byte(example)); err != nil || len(c.Units) != 1 || len(c.Programme) != 2 || c.Index == nil {
		t.Errorf("%+v, %v", c, err)
	}
}

// Worked by hand: 0.25 arrests fewer a person at £441 are £110.25 less, from 0.4 to 0.1 fewer; 30 days fewer at £141.71 are £4,251.30 less.
func TestV09_AvoidedCostIsTheDifferenceTimesTheUnitWithItsInterval(t *testing.T) {
	all := []Unit{{Event: Arrest, Line: Line{Words: "An arrest", Pence: 44100}}, {Event: CustodyDay, Line: Line{Words: "A day", Pence: 14171}}, {Event: "crime", Line: Line{Words: "A crime", Pence: 98000}}}
	got := Differences(result(of(-.25), of(-.4), of(-.1)), all)
	if len(got) != 2 || *got[0].Pence != -11025 || *got[0].Lo != -17640 || *got[0].Hi != -4410 || got[0].Caveat == "" || got[0].Interval == "" || got[0].Per != "over 720 days" {
		t.Fatalf("%+v", got)
	}
	if days := Differences(result(of(-30), of(-52), of(-8)), all)[1]; *days.Pence != -425130 || *days.Lo != -736892 || *days.Hi != -113368 {
		t.Errorf("%d (%d to %d)", *days.Pence, *days.Lo, *days.Hi)
	}
	// More spent is shown as less spent is, and so is an interval on both sides of nought.
	if more := Differences(result(of(.25), of(-.1), of(.6)), all)[0]; *more.Pence != 11025 || *more.Lo != -4410 || *more.Hi != 26460 {
		t.Errorf("%+v", more)
	}
	if none := Differences(result(of(-.25), nil, nil), all)[0]; none.Pence != nil || none.Problem == "" {
		t.Errorf("an amount without an interval: %+v", none)
	}
	problem := result(nil, nil, nil)
	problem.Survival.MeanDiff.Problem = "Fewer than 20 people."
	if d := Differences(problem, all)[0]; d.Pence != nil || d.Problem != "Fewer than 20 people." {
		t.Errorf("%+v", d)
	}
	// What holds no row of anybody cannot give one away.
	for i := range reflect.TypeFor[Difference]().NumField() {
		if f := reflect.TypeFor[Difference]().Field(i); f.Type.Kind() == reflect.Slice && f.Type.Elem().Kind() != reflect.String {
			t.Errorf("%s may hold rows", f.Name)
		}
	}
}

// Worked by hand: £244,000.50 over 1,220 months of support are £200.00 each. Below ten months nothing is said.
func TestV09_AMonthOfSupportCostsWhatWasEntered(t *testing.T) {
	c, err := Read([]byte(good))
	if err != nil {
		t.Fatal(err)
	}
	if pence, ok := c.PerMonth(); !ok || pence != 200_00 {
		t.Errorf("%d, %v", pence, ok)
	}
	c.PersonMonths = 9
	if pence, ok := c.PerMonth(); ok || pence != 0 {
		t.Errorf("%d, %v", pence, ok)
	}
}

// Worked by hand: £441 at an index of 80 are £551.25 at 100.
func TestV09_PricesOfAnotherYearOnlyByAPublishedIndex(t *testing.T) {
	c, err := Read([]byte(strings.Replace(good, `{"programme"`, `{"prices":"2025-26","index":{"name":"A made-up index","source":"made up","years":{"2014-15":80,"2025-26":100}},"programme"`, 1)))
	if err != nil || c.Units[0].Pence != 55125 || c.Units[0].Prices != "2025-26 (from 2014-15 by A made-up index)" || c.Total() != 244_000_50 || c.Programme[0].Prices != "2025-26" {
		t.Errorf("%+v, %v", c, err)
	}
}

func FuzzRead(f *testing.F) {
	f.Add(Draft())
	f.Add([]byte(good))
	f.Fuzz(func(t *testing.T, text []byte) {
		c, err := Read(text)
		if err != nil {
			return
		}
		if pence, ok := c.PerMonth(); ok && pence < 0 || c.Total() < 0 {
			t.Fatalf("%+v", c)
		}
		for _, u := range c.Units {
			if u.Pence < 0 || u.Source == "" || !aYear(u.Year) || u.Prices == "" {
				t.Fatalf("%+v", u)
			}
		}
	})
}
