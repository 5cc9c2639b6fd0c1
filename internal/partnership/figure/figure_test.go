package figure

import (
	"fmt"
	"reflect"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"waymark.example/internal/suppress"
)

// counted draws what the sides counted of a few months.
func counted(t *rapid.T, months []string) Counted {
	c := Counted{Months: months, Promise: 30, Soft: 20, Hard: 25, Paid: rapid.IntRange(0, 40).Draw(t, "paid"), Pence: 123_456, Costs: 600_000}
	n := rapid.SampledFrom([]int{0, 1, 2, 3, 5, 9, 10, 12, 25, 60})
	for _, m := range months {
		for _, door := range Doors() {
			for _, outcome := range []string{"diverted", "declined", "not_diverted", "not_eligible"} {
				for _, group := range []string{"White", "Black", ""} {
					c.Contacts = append(c.Contacts, Contact{m, door, outcome, outcome == "declined" || outcome == "diverted", false, group, rapid.SampledFrom([]string{"North", "South", ""}).Draw(t, "team"), rapid.SampledFrom([]string{"", "", "no_time", "victim"}).Draw(t, "reason"), n.Draw(t, "contacts")})
				}
			}
		}
		c.Care = append(c.Care, Month{Month: m, Within: n.Draw(t, "within"), Later: n.Draw(t, "later"), NotMet: n.Draw(t, "not met"), Others: n.Draw(t, "others"), Intakes: n.Draw(t, "intakes"),
			Active: n.Draw(t, "active"), Quiet: n.Draw(t, "quiet"), PeoplePaid: n.Draw(t, "people paid"), PencePaid: 41_152, CaseManagers: 4})
	}
	c.Trained = []Trained{{"crs_000001", "What LEAD is", 14, 12}}
	return c
}

// Everything that a scheme publishes, over several sets: a reader who has all of them narrows no small number down.
func TestUX21_NoSmallNumberIsToldByAllPublishedSetsTogether(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var past []suppress.Release
		for i := range 2 {
			c := counted(t, Months(fmt.Sprintf("2026-%02d", 3*i+1), fmt.Sprintf("2026-%02d", 3*i+3)))
			set, r, err := weigh(past, c)
			if err != nil {
				t.Fatal(err)
			}
			past = append(past, r)
			for key, n := range set.Shown {
				if n < suppress.Threshold || n%suppress.Base != 0 {
					t.Errorf("%s is shown as %d", key, n)
				}
			}
			if len(set.Pence) > 0 && !set.Of("paid/%s", set.Span()).Shown {
				t.Errorf("an amount is shown in which fewer than ten share: %v", set.Pence)
			}
			if set.Money().PerMonth != 0 && !set.Money().Months.Shown {
				t.Error("a cost is shown of months that are not")
			}
		}
		small := map[string]int{}
		for _, r := range past {
			for _, f := range r.Figures {
				if f.Count < suppress.Threshold {
					small[f.Key] = f.Count
				}
			}
		}
		for _, b := range suppress.Recover(past) {
			if n, ok := small[b.Name]; ok && b.Tight() {
				t.Errorf("%s, %d, is told to be %d to %d", b.Name, n, b.Lo, b.Hi)
			}
		}
	})
}

// Every number goes with what it counts, over which months, and what is missing; shares with their interval (R41, R46).
func TestR46_EveryNumberSaysWhatItCounts(t *testing.T) {
	c := Counted{Months: Months("2026-01", "2026-03"), Promise: 30, Soft: 20, Hard: 25, Costs: 90_000_00}
	for _, m := range c.Months {
		c.Contacts = append(c.Contacts, Contact{m, "arrest_diversion", "diverted", true, false, "White", "", "", 40}, Contact{m, "social_contact", "declined", true, false, "White", "", "", 20},
			Contact{m, "arrest_diversion", "not_eligible", false, false, "", "", "", 30})
		c.Care = append(c.Care, Month{Month: m, Within: 20, Later: 20, Intakes: 30, Active: 100, CaseManagers: 5})
	}
	set, _, err := weigh(nil, c)
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range set.Rows() {
		if row.Method() == "" || row.Period == "" {
			t.Errorf("%+v says not what or when", row)
		}
		if row.N.Shown && row.N.Value < 10 {
			t.Errorf("%+v is small", row)
		}
	}
	if m := set.Missing(); m.N.Value != 90 || m.Share.Percent != 33 || m.Share.Lo >= 33 || m.Share.Hi <= 33 {
		t.Errorf("not recorded: %+v", m)
	}
	if k := set.PromiseKept(); k.Here.Value != 120 || k.Share.Percent != 50 || k.Share.Lo != 39 || k.Share.Hi != 61 {
		t.Errorf("the promise: %+v", k)
	}
	if m := set.Money(); m.Months.Value != 300 || m.PerMonthWords() != "£300" {
		t.Errorf("money: %+v", m)
	}
	funnel := set.Funnel()
	if funnel[1].N.Value != 180 || funnel[3].Share.Percent != 67 || !strings.Contains(fmt.Sprint(set.Groups), NotRecorded) {
		t.Errorf("funnel %+v of %v", funnel, set.Groups)
	}
	if yearOf("2027-03") != "2026-27" || yearOf("2026-04") != "2026-27" || Pounds(1_234_567_00) != "£1,234,567" {
		t.Error("a year or an amount is written wrong")
	}
}

// A draft can be looked at for any span, and nobody weighs it next to another: it is the same for any numbers of which the same would be
// shown, and holds neither a count nor an amount.
func TestR44_ADraftTellsNoNumber(t *testing.T) {
	draft := func(until string, times int) Draft {
		c := Counted{Months: Months("2026-01", until), Promise: 30, Soft: 20, Hard: 25, Costs: int64(90_000_00 * times), Paid: 12 * times, Pence: int64(84_000 * times)}
		for _, m := range c.Months {
			c.Contacts = append(c.Contacts, Contact{m, "arrest_diversion", "diverted", true, false, "White", "", "", 40 * times}, Contact{m, "social_contact", "not_eligible", false, false, "", "", "", 30 * times},
				Contact{m, "community", "declined", true, false, "Black", "", "", 20 * times})
			c.Care = append(c.Care, Month{Month: m, Within: 20 * times, Later: 30 * times, Intakes: 30 * times, Active: 100 * times, PeoplePaid: 12 * times, PencePaid: int64(21_000 * times), CaseManagers: 5})
		}
		d, err := foresee(nil, c)
		if err != nil {
			t.Fatal(err)
		}
		return d
	}
	for _, until := range []string{"2026-01", "2026-04", "2026-05"} {
		d := draft(until, 1)
		if !reflect.DeepEqual(d, draft(until, 7)) {
			t.Errorf("until %s: a draft tells other numbers apart", until)
		}
		if d.Until() != until || len(d.Shown()) < 5 || len(d.Hidden()) < 5 || len(d.Shown())+len(d.Hidden()) != len(d.Keys) {
			t.Errorf("until %s: %d shown, %d hidden", until, len(d.Shown()), len(d.Hidden()))
		}
	}
	// What the type cannot hold, no page can show.
	for _, of := range []reflect.Type{reflect.TypeFor[Draft](), reflect.TypeFor[Foreseen]()} {
		for i := range of.NumField() {
			if kind := of.Field(i).Type.Kind(); kind != reflect.String && kind != reflect.Bool && kind != reflect.Slice {
				t.Errorf("%s.%s can hold a number", of.Name(), of.Field(i).Name)
			}
		}
	}
}
