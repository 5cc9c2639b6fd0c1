package figure

import (
	"fmt"
	"strings"
	"testing"
)

// From published numbers alone the page says who is asked less often, which team lies outside what chance does, and why not; and it says nothing of what is hidden.
func TestR42_R44_FairnessComesFromPublishedNumbersAlone(t *testing.T) {
	c := Counted{Months: Months("2026-01", "2026-02"), Promise: 30, Soft: 20, Hard: 25, Words: map[string]string{"no_time": "No time on the shift"}}
	for _, m := range c.Months {
		for i, team := range []string{"Alder", "Birch", "Cedar"} {
			asked := []int{90, 85, 30}[i]
			c.Contacts = append(c.Contacts, Contact{m, "arrest_diversion", "diverted", true, false, "White", team, "", asked}, Contact{m, "arrest_diversion", "not_diverted", false, false, "White", team, "no_time", 120 - asked},
				Contact{m, "arrest_diversion", "diverted", true, false, "Black", team, "", 12}, Contact{m, "arrest_diversion", "not_diverted", false, false, "Black", team, "victim_wish", 30},
				Contact{m, "social_contact", "diverted", true, false, "Mixed", team, "", 1}, Contact{m, "social_contact", "not_diverted", false, false, "", team, "", 6})
		}
		c.Care = append(c.Care, Month{Month: m})
	}
	set, _, err := weigh(nil, c)
	if err != nil {
		t.Fatal(err)
	}
	f, err := set.Fairness()
	if err != nil {
		t.Fatal(err)
	}
	found, tested := false, 0
	for _, of := range f.Comparisons {
		if of.Holm != nil {
			tested++
		}
		if of.Decision == "eligible-yes" && (of.Alarm || of.Holm != nil || of.Found != nil) {
			t.Errorf("the two steps together are tested once more: %+v", of)
		}
		if of.Decision == "offered" && of.Group == "Black" && (of.Found == nil || *of.Found < .5 || of.Detectable == nil || *of.Detectable < .5) {
			t.Errorf("what could have been found is not said: %+v", of)
		}
		if of.Group == "Black" && of.Decision == "offered" {
			found = of.Alarm && *of.Ratio < .7 && of.Reference == "White"
		}
		if of.Group == "Mixed" {
			t.Errorf("a group of six is compared: %+v", of)
		}
		for _, n := range []int{of.X, of.N, of.X0, of.N0} {
			if n%5 != 0 || n > 0 && n < 10 {
				t.Errorf("%s tells %d", of.Group, n)
			}
		}
	}
	if !found || f.Alarms == 0 {
		t.Errorf("that Black people are asked less often was not found: %+v", f.Comparisons)
	}
	if want := 3*(len(set.Groups)-1) - len(f.Comparisons); f.Undrawn != want || want == 0 {
		t.Errorf("%d are not drawn, %d said", want, f.Undrawn)
	}
	if tested == 0 || tested != f.Tested {
		t.Errorf("%d tested, %d said", tested, f.Tested)
	}
	outside := map[string]int{}
	for _, u := range f.Teams {
		outside[u.Name] = u.Outside
	}
	if len(f.Teams) != 3 || outside["Cedar"] != 2 {
		t.Errorf("teams: %+v", f.Teams)
	}
	if len(f.Reasons) < 2 || f.Reasons[0].Code != "no_time" || set.Words["no_time"] == "" || !f.Reasons[0].Share.Known {
		t.Errorf("reasons: %+v", f.Reasons)
	}
	for _, row := range set.Rows() {
		if strings.Contains(fmt.Sprint(row), "Alder") {
			t.Errorf("what everybody may read holds a team: %+v", row)
		}
	}
}
