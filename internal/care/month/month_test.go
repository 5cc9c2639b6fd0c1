package month_test

import (
	"errors"
	"slices"
	"testing"

	"waymark.example/internal/app"
	"waymark.example/internal/care/month"
	"waymark.example/internal/care/participant"
	"waymark.example/internal/lead"
	"waymark.example/internal/platform/db"
	"waymark.example/internal/platform/ledger"
	"waymark.example/internal/practice"
	"waymark.example/internal/webtest"
)

var none = ledger.Form{} //nolint:gochecknoglobals // a form without a key is sent once

func TestC12_AMonthIsThreeAnswersOnceAndNotAskedIsOne(t *testing.T) {
	webtest.EachArea(t, func(t *testing.T, a *app.App, staff practice.Area) {
		manager, person := staff.Actors["manager"], webtest.Received(t, a, staff)
		months := a.Care.Months
		this := a.Care.People.LocalDay()[:7]
		note := func(from int64, s month.Status) error {
			return months.Note(t.Context(), manager, none, person, from, s)
		}
		// The form as it opens, and Save: nothing was asked, nothing is kept.
		if bad, _ := errors.AsType[lead.Invalid](note(0, month.Status{Month: this, Housing: month.NotAsked, Words: " "})); bad["housing"] != "Nothing was answered. Choose one, or leave it for now." {
			t.Errorf("a month without an answer: %v", bad)
		}
		if err := note(0, month.Status{Month: this, Work: "looking"}); err != nil {
			t.Fatal(err)
		}
		if err := note(0, month.Status{Month: this, Housing: "rough"}); !errors.Is(err, lead.ErrConflict) {
			t.Errorf("one month twice: %v", err)
		}
		if err := note(1, month.Status{Month: this}); err != nil { // it was about somebody else: nobody asked after all
			t.Fatal(err)
		}
		said := month.Status{Month: this, Housing: "rough", Income: "nothing", Words: "Behind the fish market"}
		for from := range int64(2) {
			if err := note(2+from, said); err != nil { // the second time nothing changed
				t.Fatal(err)
			}
		}
		for _, wrong := range []struct {
			field string
			s     month.Status
		}{{"month", month.Status{Month: "2999-01"}}, {"month", month.Status{Month: "last"}}, {"housing", month.Status{Month: this, Housing: "the moon"}}, {"income", month.Status{Month: this, Income: "rough"}}} {
			bad, _ := errors.AsType[lead.Invalid](note(0, wrong.s))
			if bad[wrong.field] == "" {
				t.Errorf("%+v was taken", wrong.s)
			}
		}
		_, got, err := months.Read(t.Context(), manager, person)
		if err != nil || len(got) != 1 || got[0].Housing != "rough" || got[0].Work != month.NotAsked || got[0].Words != "Behind the fish market" || got[0].Version != 3 || len(got[0].Earlier) != 2 || got[0].Earlier[0].Work != month.NotAsked || got[0].Earlier[1].Work != "looking" {
			t.Errorf("%v %+v", err, got)
		}
		for _, name := range []string{"manager3", "officer", "coordinator", "dpo"} { // R18
			_, _, read := months.Read(t.Context(), staff.Actors[name], person)
			wrote := months.Note(t.Context(), staff.Actors[name], none, person, 0, month.Status{Month: this})
			if !errors.Is(read, lead.ErrForbidden) || !errors.Is(wrote, lead.ErrForbidden) {
				t.Errorf("%s: %v, %v", name, read, wrote)
			}
		}

		// The reminder: in the first week, of one's own people, and never again.
		unasked := func(actor lead.Actor, today string) []string {
			var out []string
			_, err := a.Care.People.Today(t.Context(), actor, false, func(tx *db.Tx, scope participant.Scope, people []participant.Now) error {
				all, err := month.Unasked(t.Context(), tx, scope, people, today)
				for _, n := range all {
					out = append(out, n.ID)
				}
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
			return out
		}
		if err := a.Care.People.TakeIntake(t.Context(), manager, none, person, 0, participant.Intake{Done: true, Words: "A door", ConsentHow: "spoken", ConsentWitness: "A friend", ConsentLanguage: "English"}); err != nil {
			t.Fatal(err)
		}
		if err := a.Care.People.Allocate(t.Context(), staff.Actors["supervisor"], none, person, participant.Allocation{WorkerID: manager.ID, Wish: "Fine"}); err != nil {
			t.Fatal(err)
		}
		if slices.Contains(unasked(manager, this+"-03"), person) {
			t.Error("reminded of a month that was asked about")
		}
		if !slices.Contains(unasked(manager, "2031-03-07"), person) {
			t.Error("not reminded in the first week")
		}
		if slices.Contains(unasked(manager, "2031-03-08"), person) || slices.Contains(unasked(staff.Actors["manager2"], "2031-03-01"), person) {
			t.Error("chased, or reminded of somebody else's people")
		}
	})
}
