package study_test

import (
	"archive/zip"
	"bytes"
	"encoding/csv"
	"slices"
	"testing"
	"time"

	"waymark.example/internal/app"
	"waymark.example/internal/care/month"
	"waymark.example/internal/care/need"
	"waymark.example/internal/care/outreach"
	"waymark.example/internal/care/participant"
	careweb "waymark.example/internal/care/web"
	"waymark.example/internal/platform/ledger"
	"waymark.example/internal/practice"
	"waymark.example/internal/webtest"
)

var none = ledger.Form{} //nolint:gochecknoglobals // a form without a key is sent once

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// taken returns the rows of support.csv and months.csv, without their headings.
func taken(t *testing.T, a *app.App, staff practice.Area) (support, months [][]string) {
	t.Helper()
	file, n, err := a.Care.Studies.File(t.Context(), staff.Actors["supervisor"], none)
	must(t, err)
	z, err := zip.NewReader(bytes.NewReader(file), int64(len(file)))
	must(t, err)
	rows := func(name string) [][]string {
		f, err := z.Open(name)
		must(t, err)
		all, err := csv.NewReader(f).ReadAll()
		must(t, err)
		return all[1:]
	}
	support, months = rows("support.csv"), rows("months.csv")
	if n != len(support) {
		t.Errorf("%d people, and %d rows", n, len(support))
	}
	return support, months
}

func TestR58_TwoRecordsOfOnePersonAreOneRowOfSupportAndANoOnEitherHolds(t *testing.T) {
	webtest.EachArea(t, func(t *testing.T, a *app.App, staff practice.Area) {
		ctx, manager, supervisor := t.Context(), staff.Actors["manager"], staff.Actors["supervisor"]
		people := []string{webtest.Received(t, a, staff), webtest.Received(t, a, staff), webtest.Received(t, a, staff)}
		for _, person := range people {
			must(t, a.Care.LogContact(ctx, manager, person, careweb.Contact{At: a.Now(), Outcome: outreach.Met, Narrative: "tea"}))
			must(t, a.Care.Consents.AgreeToResearch(ctx, manager, none, person))
		}
		must(t, a.Care.Months.Note(ctx, manager, none, people[0], 0, month.Status{Month: a.Care.People.LocalDay()[:7], Housing: "rough", Work: "looking"}))
		if support, _ := taken(t, a, staff); len(support) != 3 {
			t.Fatalf("three people: %v", support)
		}
		together := func(from, into string) {
			id, err := a.Care.People.ProposeMerge(ctx, manager, none, from, into, "They told me so", "")
			must(t, err)
			must(t, a.Care.People.SettleMerge(ctx, supervisor, none, into, id, true, ""))
		}
		together(people[1], people[0])
		support, months := taken(t, a, staff)
		if len(support) != 2 || len(months) != 2 {
			t.Fatalf("two people: %v %v", support, months)
		}
		i := slices.IndexFunc(months, func(m []string) bool { return m[4] == "rough" })
		if i < 0 || months[i][2] != "2" || months[i][5] != "looking" {
			t.Errorf("contacts of both records, in one month of one person: %v", months)
		}
		// Of three records a no on one holds for all, whichever goes on.
		together(people[2], people[0])
		if support, _ := taken(t, a, staff); len(support) != 1 {
			t.Errorf("one person: %v", support)
		}
		// It ends when the record that goes on is closed: the other has no end of its own.
		must(t, a.Care.People.AskToClose(ctx, supervisor, none, people[0], participant.ClosureRequest{AskedOn: a.Care.People.LocalDay(), How: "phone", Words: "I want it to stop"}))
		if support, _ := taken(t, a, staff); !slices.ContainsFunc(support, func(s []string) bool { return s[6] == a.Care.People.LocalDay() }) {
			t.Errorf("closed: %v", support)
		}
		must(t, a.Care.Consents.StopResearch(ctx, manager, none, people[2]))
		if support, months := taken(t, a, staff); len(support)+len(months) != 0 {
			t.Errorf("a no does not hold: %v %v", support, months)
		}
	})
}

func TestAMonthOfSupportIsAMonthWhereThePersonLives(t *testing.T) {
	webtest.EachArea(t, func(t *testing.T, a *app.App, staff practice.Area) {
		ctx, manager, person := t.Context(), staff.Actors["manager"], webtest.Received(t, a, staff)
		a.Care.Studies.Zone = time.FixedZone("far", 40*24*3600) // where it is another month, whenever this runs
		must(t, a.Care.LogContact(ctx, manager, person, careweb.Contact{At: a.Now(), Outcome: outreach.Met, Narrative: "tea"}))
		must(t, a.Care.Needs.Notice(ctx, manager, none, person, need.Acute{Kind: "food", Words: "hot"}))
		must(t, a.Care.Consents.AgreeToResearch(ctx, manager, none, person))
		_, months := taken(t, a, staff)
		if want := a.Now().In(a.Care.Studies.Zone).Format("2006-01") + "-01"; len(months) != 1 || months[0][1] != want || months[0][2] != "1" {
			t.Errorf("%v, want %s", months, want)
		}
	})
}
