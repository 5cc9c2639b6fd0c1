package cost

import (
	"bytes"
	"fmt"
	"reflect"
	"slices"
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

// Every unit that comes with the program says where it is from, in which prices, and whether anybody looked it up. What was not looked up says so.
func TestV09_EveryUnitCostHasItsSourceAndPriceYear(t *testing.T) {
	all, err := Units()
	if err != nil || len(all) < 5 {
		t.Fatal(len(all), err)
	}
	for _, event := range []string{Arrest, CustodyDay} {
		if !slices.ContainsFunc(all, func(u Unit) bool { return u.Event == event }) {
			t.Errorf("nothing says what %s costs", event)
		}
	}
	head := "event,words,pence,per,prices,country,source,where,checked,leaves_out\n"
	good := "arrest,An arrest,1000,event,2022-23,England,A report,page 3,source,courts\n"
	if u, err := ReadUnits([]byte(head + good)); err != nil || len(u) != 1 || u[0].Pence != 1000 {
		t.Errorf("%+v, %v", u, err)
	}
	for _, change := range [][2]string{{"A report", ""}, {"2022-23", "2022"}, {"2022-23", "2022-24"}, {"1000", "10.00"}, {"1000", "-1"}, {"1000", "0"}, {",event,", ",year,"}, {"source", "sure"}, {"page 3", " "}, {"courts", ""}, {"courts", "courts,more"}} {
		bad := strings.Replace(good, change[0], change[1], 1)
		if _, err := ReadUnits([]byte(head + bad)); err == nil {
			t.Errorf("taken: %s", bad)
		}
	}
}

// Worked by hand: 0.25 arrests fewer a person at £441 are £110.25 less, from 0.4 to 0.1 fewer; 30 days fewer at £141.71 are £4,251.30 less.
func TestV09_AvoidedCostIsTheDifferenceTimesTheUnitWithItsInterval(t *testing.T) {
	all := []Unit{{Event: Arrest, Words: "An arrest", Pence: 44100, Prices: "2014-15"}, {Event: CustodyDay, Words: "A day", Pence: 14171, Prices: "2022-23"}, {Event: "crime", Words: "A crime", Pence: 98000, Prices: "2015-16"}}
	got := Differences(result(of(-.25), of(-.4), of(-.1)), all)
	if len(got) != 2 || *got[0].Pence != -11025 || *got[0].Lo != -17640 || *got[0].Hi != -4410 || got[0].N != [2]int{120, 150} || got[0].Design != 2 || got[0].Caveat == "" || got[0].Interval == "" || got[0].Window != 720 {
		t.Fatalf("%+v", got)
	}
	if days := Differences(result(of(-30), of(-52), of(-8)), all)[1]; *days.Pence != -425130 || *days.Lo != -736892 || *days.Hi != -113368 {
		t.Errorf("%d (%d to %d)", *days.Pence, *days.Lo, *days.Hi)
	}
	// More spent is shown as less spent is, and so is an interval on both sides of nought.
	if more := Differences(result(of(.25), of(-.1), of(.6)), all)[0]; *more.Pence != 11025 || *more.Lo != -4410 || *more.Hi != 26460 {
		t.Errorf("%+v", more)
	}
	text := func(r *analysis.Result, shown bool) string {
		return fmt.Sprint(Table(r, Support{Problem: "none"}, all, shown))
	}
	for want, r := range map[string]*analysis.Result{"−£110.25 (−£176.40 to −£44.10)": result(of(-.25), of(-.4), of(-.1)), "£110.25 (−£44.10 to £264.60)": result(of(.25), of(-.1), of(.6)),
		"The difference has no interval": result(of(-.25), nil, nil), "Not counted:": result(nil, nil, nil)} {
		if got := text(r, true); !strings.Contains(got, want) {
			t.Errorf("no %q in %s", want, got)
		}
	}
	if got := text(result(of(-.25), of(-.4), of(-.1)), false); strings.Contains(got, "110.25") || strings.Contains(got, "120 and") {
		t.Errorf("R44: %s", got)
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

// Worked by hand: £240,000 in 2025-26 and £252,000 in 2026-27; two months of the first and one of the second are £40,000 and £21,000; 122 months of support at £500.
func TestV09_AMonthOfSupportCostsWhatWasEntered(t *testing.T) {
	spent := []Spent{{"2025-26", "staff", 200_000_00}, {"2025-26", "premises", 40_000_00}, {"2026-27", "staff", 252_000_00}}
	months := []Month{{"2026-02", 40}, {"2026-03", 42}, {"2026-04", 40}}
	if s := PerMonth(spent, months); s.Problem != "" || s.Pence != 61_000_00 || s.PersonMonths != 122 || s.PerMonth != 500_00 {
		t.Errorf("%+v", s)
	}
	for name, s := range map[string]Support{"a year is missing": PerMonth(spent[:2], months), "too few": PerMonth(spent, []Month{{"2026-02", 9}}), "no month": PerMonth(spent, nil), "twice": PerMonth(spent, append(months, months[0])),
		"no amount": PerMonth([]Spent{{"2025-26", "staff", -1}}, months), "no year": PerMonth([]Spent{{"2025", "staff", 1}}, months), "no such month": PerMonth(spent, []Month{{"2026-13", 40}})} {
		if s.Problem == "" || s.PerMonth != 0 {
			t.Errorf("%s: %+v", name, s)
		}
	}
}

// Worked by hand: £441 at an index of 80 are £551.25 at 100; nothing is guessed for a year that the index does not have.
func TestV09_PricesOfAnotherYearOnlyByAPublishedIndex(t *testing.T) {
	x, err := ReadIndex([]byte("year,index\n2014-15,80\n2022-23,100\n2023-24,106.125\n"), "A made-up index", "made up")
	if err != nil {
		t.Fatal(err)
	}
	u := Unit{Event: Arrest, Pence: 44100, Prices: "2014-15"}
	got, err := u.In("2022-23", x)
	if err != nil || got.Pence != 55125 || got.Prices != "2022-23" || !strings.Contains(got.prices(), "2014-15") {
		t.Errorf("%+v, %v", got, err)
	}
	if got, err := u.In("2014-15", Index{}); err != nil || got != u {
		t.Errorf("%+v, %v", got, err)
	}
	if got, err := u.In("2024-25", x); err == nil || got != u {
		t.Errorf("%+v, %v", got, err)
	}
	for _, bad := range []string{"", "year,index\n2014-15,0\n", "year,index\n2014-15,x\n", "year,index\n2014,80\n", "year,index\n2014-15,80\n2014-15,81\n"} {
		if _, err := ReadIndex([]byte(bad), "n", "s"); err == nil {
			t.Errorf("taken: %q", bad)
		}
	}
}

func FuzzUnits(f *testing.F) {
	f.Add(units)
	f.Add([]byte("event,words,pence,per,prices,country,source,where,checked,leaves_out\na,b,1,event,2022-23,c,d,e,source,f\n"))
	f.Fuzz(func(t *testing.T, text []byte) {
		all, err := ReadUnits(text)
		for _, u := range all {
			if err == nil && (u.Pence <= 0 || u.Source == "" || !aYear(u.Prices) || bytes.ContainsRune([]byte(u.Prices), '\n')) {
				t.Fatalf("%+v", u)
			}
		}
		x, err := ReadIndex(text, "n", "s")
		for _, u := range all {
			if err == nil {
				for year := range x.Of {
					if got, err := u.In(year, x); err == nil && got.Pence < 0 {
						t.Fatalf("%+v", got)
					}
				}
			}
		}
	})
}

func TestPoundsAreWrittenAsPeopleWriteThem(t *testing.T) {
	for pence, want := range map[int64]string{0: "£0.00", -5: "−£0.05", 44100: "£441.00", 99999: "£999.99", 100000: "£1,000", 123456789: "£1,234,568", -425130: "−£4,251"} {
		if got := Pounds(pence); got != want {
			t.Errorf("%d is %q, want %q", pence, got, want)
		}
	}
}
