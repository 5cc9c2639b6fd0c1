package app_test

import (
	"bytes"
	"image"
	"image/png"
	"path/filepath"
	"testing"
	"time"

	"waymark.example/internal/care/calendar"
	"waymark.example/internal/care/document"
	"waymark.example/internal/care/legal"
	"waymark.example/internal/care/month"
	"waymark.example/internal/care/participant"
	"waymark.example/internal/care/safety"
	"waymark.example/internal/platform/ledger"
	"waymark.example/internal/webtest"
)

// joinedStates are the pages of somebody of whom everything stands in another
// record of theirs.
func joinedStates(t *testing.T, _, _ *webtest.Site, save func(string, webtest.Answer, int)) {
	t.Helper()
	site := webtest.StartEmpty(t, "sqlite:"+filepath.Join(t.TempDir(), "waymark.db"))
	a, asha, form := site.App, site.Area.Actors["manager"], ledger.Form{}
	ctx, care := t.Context(), a.Care
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	old, again := webtest.Received(t, a, site.Area), webtest.Received(t, a, site.Area)
	must(care.People.Describe(ctx, asha, form, old, 1, participant.Person{Name: "Wren Abara", SafeContact: "Ring in the morning"}))
	must(care.People.Describe(ctx, asha, form, again, 1, participant.Person{Name: "Ren Abara", SafeContact: "Never leave word with anybody"}))
	at := a.Now().Add(40 * time.Hour).Truncate(time.Hour)
	var photo bytes.Buffer
	must(png.Encode(&photo, image.NewGray(image.Rect(0, 0, 1, 1))))
	must(care.Months.Note(ctx, asha, form, again, 0, month.Status{Month: care.People.LocalDay()[:7], Words: "On my brother's sofa."}))
	paper, err := care.Documents.Add(ctx, asha, form, again, document.Document{Kind: "id", Original: "with_us", Name: "Passport"}, photo.Bytes())
	must(err)
	must(care.Safety.Write(ctx, asha, form, old, 0, safety.Plan{Signs: "I stop sleeping.", Helps: "Walking by the water."}))
	must(care.Safety.Write(ctx, asha, form, again, 0, safety.Plan{Signs: "I stop answering the phone.", People: "My brother."}))
	must(care.Safety.Note(ctx, asha, form, again, 0, safety.Naloxone{Offered: "given", Trained: "yes", GoodUntil: "2027-03"}))
	concern, err := care.Safety.Raise(ctx, asha, form, again, safety.Concern{Who: "adult", Words: "A bruise, and a story that changes."}, "yes")
	must(err)
	matter, err := care.Legal.Save(ctx, asha, form, again, "", 0, legal.Matter{Kind: "hearing", Standing: "ahead", Source: "person", On: care.People.DayOf(at), At: at, Court: "Northmoor Magistrates' Court", Todo: "Find the letter."}, false)
	must(err)
	must(care.Calendar.Save(ctx, asha, form, again, "", 0, calendar.Appointment{Kind: "health", Standing: "planned", On: care.People.DayOf(at.Add(2 * time.Hour)), At: at.Add(2 * time.Hour), Place: "11 Fish Street"}))
	must(care.Calendar.Want(ctx, asha, form, again, 0, calendar.Wish{Number: "+44 7700 900456", Part: "any", How: "signed"}))
	id, err := care.People.ProposeMerge(ctx, asha, form, again, old, "They told me", "")
	must(err)
	must(care.People.SettleMerge(ctx, site.Area.Actors["supervisor"], form, old, id, true, ""))
	manager := site.SignIn(t, "manager")
	for name, path := range map[string]string{"person": old, "months": old + "/months", "papers": old + "/papers", "paper": again + "/papers/" + paper, "safety": old + "/safety", "concern": again + "/safety/concern/" + concern,
		"legal": old + "/legal", "matter": again + "/legal/" + matter, "coming": old + "/coming", "reminders": old + "/reminders"} {
		page := manager.Get("/care/people/" + path)
		save("joined-"+name, page, 200)
	}
	save("joined-coming-worker", manager.Get("/care/coming"), 200)
}
