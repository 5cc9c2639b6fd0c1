package pathway_test

import (
	"errors"
	"testing"

	"waymark.example/internal/app"
	"waymark.example/internal/lead"
	"waymark.example/internal/platform/db"
	"waymark.example/internal/platform/ledger"
	"waymark.example/internal/police/contact"
	"waymark.example/internal/police/tally"
	"waymark.example/internal/practice"
	"waymark.example/internal/reference/pathway"
	"waymark.example/internal/webtest"
)

func TestR48_LEADIsNeverAPathwayBesideItself(t *testing.T) {
	for _, name := range []string{"LEAD", "lead", "Northmoor LEAD", "L.E.A.D", "Law Enforcement Assisted Diversion", "Let Everyone Advance with Dignity", "Lead programme"} {
		bad, _ := (pathway.Pathway{Name: name, Sort: pathway.Other, From: "2026-03-27"}).Check().(lead.Invalid) //nolint:errcheck,errorlint // a lead.Invalid or nil
		if bad["name"] == "" {
			t.Errorf("%q is taken as another pathway", name)
		}
	}
	for _, name := range []string{"Checkpoint", "DIVERT", "Liaison and Diversion", "Leading Lights", "Conditional caution clinic"} {
		if err := (pathway.Pathway{Name: name, Sort: pathway.Other, From: "2026-03-27", Until: "2026-03-27"}).Check(); err != nil {
			t.Errorf("%q: %v", name, err)
		}
	}
	if bad, _ := (pathway.Pathway{Name: "Second chance, a condition of bail", Sort: "lead", From: "soon", Until: "never"}).Check().(lead.Invalid); len(bad) != 4 { //nolint:errcheck,errorlint // a lead.Invalid or nil
		t.Errorf("told %v", bad)
	}
}

// A list, a decision that points to it, its correction, and how both are counted.
func TestR48_WhoGoesByAnotherPathwayIsCountedOnceAsThat(t *testing.T) {
	webtest.EachArea(t, func(t *testing.T, a *app.App, staff practice.Area) {
		ctx, coordinator, officer := t.Context(), staff.Actors["coordinator"], staff.Actors["officer"]
		now := a.Now()
		today := db.Day(now)
		decision := func() contact.Decision {
			return contact.Decision{HappenedAt: now, Outcome: contact.NotDiverted, Reason: pathway.Reason, Offences: []string{"46"},
				Equality: contact.Equality{AgeBand: "26_35", Sex: "F", NotRecorded: contact.SaidNo}}
		}
		wrong := func(err error, field string) {
			t.Helper()
			if bad, _ := errors.AsType[lead.Invalid](err); bad[field] == "" {
				t.Errorf("nothing is said of %s: %v", field, err)
			}
		}
		decide := func(d contact.Decision) (string, error) {
			return a.Contacts.Decide(ctx, officer, ledger.Form{}, contact.ArrestDiversion, d)
		}

		// While the list is empty a few words say which.
		_, err := decide(decision())
		wrong(err, "words")
		d := decision()
		d.Words = "the diversion clinic"
		if _, err := decide(d); err != nil {
			t.Error(err)
		}

		keep := func(p pathway.Pathway) (string, error) {
			return a.Pathways.Record(ctx, coordinator, ledger.Form{}, p)
		}
		for _, who := range []string{"officer", "manager", "administrator", "panel"} {
			if _, err := a.Pathways.Record(ctx, staff.Actors[who], ledger.Form{}, pathway.Pathway{Name: "X", Sort: pathway.Other, From: today}); !errors.Is(err, lead.ErrNotFound) && !errors.Is(err, lead.ErrForbidden) {
				t.Errorf("%s keeps the list: %v", who, err)
			}
		}
		code, err := keep(pathway.Pathway{Name: "Second  Course", Sort: pathway.Deferred, From: today})
		if err != nil || code != "second_course" {
			t.Fatal(code, err)
		}
		_, err = keep(pathway.Pathway{Name: "second course", Sort: pathway.Other, From: today})
		wrong(err, "name")
		later, err := keep(pathway.Pathway{Name: "Coaches", Sort: pathway.Custody, From: db.Day(now.AddDate(0, 0, 1))})
		if err != nil {
			t.Fatal(err)
		}

		// Now one is chosen, of those of the day, and of the list alone.
		for _, choice := range []string{"", later, "lead"} {
			d := decision()
			d.Pathway = choice
			_, err := decide(d)
			wrong(err, "pathway")
		}
		d = decision()
		d.Pathway, d.Words = code, "as a condition of his bail"
		_, err = decide(d)
		wrong(err, "words")
		d.Words = ""
		id, err := decide(d)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := keep(pathway.Pathway{Code: code, Version: 1, Name: "Third Course", Sort: pathway.Deferred, From: today}); err != nil {
			t.Fatal(err)
		}
		if _, err := keep(pathway.Pathway{Code: code, Version: 1, Name: "Fourth Course", Sort: pathway.Deferred, From: today}); !errors.Is(err, lead.ErrConflict) {
			t.Errorf("two changes of one version: %v", err)
		}
		e, err := a.Contacts.Read(ctx, officer, id)
		if err != nil || e.Decision.PathwayName() != "Second Course" || e.Decision.Pathway != code {
			t.Errorf("read %q, called %q: %v", e.Decision.Pathway, e.Decision.PathwayName(), err)
		}
		count := func() (other, rest int) {
			t.Helper()
			rows, err := (&tally.Service{Book: a.Contacts.Book}).Months(ctx, today[:7], today[:7])
			if err != nil {
				t.Fatal(err)
			}
			for _, r := range rows {
				if r.Pathway {
					other += r.Count
				} else {
					rest += r.Count
				}
			}
			return other, rest
		}
		if other, rest := count(); other != 2 || rest != 0 {
			t.Errorf("%d by another pathway, %d others", other, rest)
		}
		// A correction is a version of its own: it names no pathway, and the first stays.
		d = decision()
		d.Reason, d.Pathway, d.Correction = "victim_wish", code, "Wrong reason"
		if _, err := a.Contacts.Correct(ctx, officer, ledger.Form{}, id, 1, d); err != nil {
			t.Fatal(err)
		}
		if e, err = a.Contacts.Read(ctx, officer, id); err != nil || e.Decision.Pathway != "" || e.Versions[0].Pathway != code {
			t.Errorf("after the correction: %+v %v", e.Versions, err)
		}
		if other, rest := count(); other != 1 || rest != 1 {
			t.Errorf("after the correction %d by another pathway, %d others", other, rest)
		}
	})
}
