package tally_test

import (
	"testing"
	"time"

	"waymark.example/internal/app"
	"waymark.example/internal/platform/ledger"
	"waymark.example/internal/police/contact"
	"waymark.example/internal/police/tally"
	"waymark.example/internal/practice"
	"waymark.example/internal/webtest"
)

// What the person said of their ethnicity reaches the published group, exact or broad; what says why
// there is none is not recorded (R41).
func TestR41_TheGroupThatThePersonGaveIsCounted(t *testing.T) {
	webtest.EachArea(t, func(t *testing.T, a *app.App, area practice.Area) {
		month := a.Now().UTC().Format("2006-01")
		count := func() map[string]int {
			rows, err := (&tally.Service{Book: a.Contacts.Book}).Months(t.Context(), month, month)
			if err != nil {
				t.Fatal(err)
			}
			out := map[string]int{}
			for _, r := range rows {
				out[r.Group] += r.Count
			}
			return out
		}
		before := count()
		for code, no := range map[string]contact.NotRecorded{"B2": "", "B": "", "O1": "", "O": "", "W1": "", "NS": "", "": contact.NotAsked} {
			d := contact.Decision{HappenedAt: a.Now().Add(-time.Minute), Place: "High street", Offences: []string{"46"}, Outcome: contact.NotDiverted, Reason: "victim_wish",
				Equality: contact.Equality{AgeBand: "26_35", Sex: "F", Ethnicity: code, NotRecorded: no}}
			if _, err := a.Contacts.Decide(t.Context(), area.Actors["officer"], ledger.Form{}, contact.ArrestDiversion, d); err != nil {
				t.Fatalf("%q: %v", code, err)
			}
		}
		after := count()
		for group, want := range map[string]int{"Black or Black British": 2, "Asian or Asian British": 1, "Another ethnic group": 1, "White": 1, "": 2} {
			if got := after[group] - before[group]; got != want {
				t.Errorf("%q: %d more, want %d (%v)", group, got, want, after)
			}
		}
	})
}
