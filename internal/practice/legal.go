package practice

import (
	"time"

	"waymark.example/internal/care/calendar"
	"waymark.example/internal/care/consent"
	"waymark.example/internal/care/legal"
	"waymark.example/internal/handoff/disclosure"
	"waymark.example/internal/handoff/matter"
	"waymark.example/internal/lead"
	"waymark.example/internal/platform/access"
	"waymark.example/internal/platform/ledger"
)

// legal gives somebody a hearing ahead that a prosecutor's office was told of, a
// fine, an old record that is done, a letter, and appointments.
func (w *writer) legal(now time.Time) {
	manager, prosecutor := w.area.Actors["manager"], w.area.Actors["prosecutor"]
	person := w.area.People["Linnet"]
	keep := func(days int, name string, m legal.Matter, along bool) {
		w.at(now.AddDate(0, 0, -days))
		w.do("a legal matter", func() error {
			m.Court, m.Todo, m.Words = w.as(access.StatusClass, m.Court), w.mark(m.Todo), w.mark(m.Words) // a prosecutor is told where it is
			id, err := w.app.Care.Legal.Save(w.ctx, manager, ledger.Form{}, person, "", 0, m, along)
			w.area.Legal[name] = id
			return err
		})
	}
	hearing := now.AddDate(0, 0, 6).Truncate(24 * time.Hour).Add(10 * time.Hour)
	keep(7, "hearing", legal.Matter{Kind: "hearing", Standing: "ahead", Source: "person", On: w.app.Care.People.DayOf(hearing), At: hearing, Court: "Northmoor Magistrates' Court",
		Reference: "NM-2041", Place: "12 Castle Street, court 2", Todo: "Ring the solicitor by Monday. Find the letter in the blue bag.", Words: "I want somebody to sit next to me."}, true)
	keep(6, "fine", legal.Matter{Kind: "fine", Standing: "ahead", Source: "person", Court: "Northmoor Magistrates' Court", Todo: "Ask to pay a little each month."}, false)
	keep(5, "record", legal.Matter{Kind: "record", Standing: "done", Source: "person", Words: "For the kitchen job."}, false)
	w.at(now.AddDate(0, 0, -5))
	w.yes(person, manager, consent.Given{Recipient: prosecutor.Organisation, Topics: []disclosure.Topic{disclosure.Status}, Purpose: "legal"})
	w.do("tell a prosecutor", func() error {
		t, err := w.app.Care.Legal.LookTelling(w.ctx, manager, person, w.area.Legal["hearing"], prosecutor.Organisation)
		if err != nil {
			return err
		}
		return w.app.Care.Legal.Tell(w.ctx, manager, ledger.Form{}, person, w.area.Legal["hearing"], prosecutor.Organisation, t.Words, true)
	})
	w.at(now.AddDate(0, 0, -2))
	w.do("a prosecutor's decision", func() error {
		told, err := w.app.Inbox.Matters(w.ctx, prosecutor, "", 10)
		if err != nil || len(told) == 0 {
			return err
		}
		w.area.Legal["share"] = told[0].ID
		return w.app.Inbox.DecideMatter(w.ctx, prosecutor, ledger.Form{}, told[0].ID, matter.Decision{Kind: "out_of_court", On: w.app.Care.People.DayOf(now.AddDate(0, 0, -2))}, w.as(access.StatusClass, "A first matter of small value."))
	})
	w.do("a letter", func() error {
		d := legal.Draft{Addressee: w.mark("Northmoor Magistrates' Court"), Name: w.mark("L. Sand"), Facts: []string{"since", "worker"}, Own: w.mark("I would like to keep my room."), How: "signed", Agreed: true}
		p, err := w.app.Care.Legal.Look(w.ctx, manager, person, w.area.Legal["hearing"], d)
		if err != nil {
			return err
		}
		d.Shown = p.Words
		w.area.Legal["letter"], err = w.app.Care.Legal.Write(w.ctx, manager, ledger.Form{}, person, w.area.Legal["hearing"], d)
		return err
	})
	w.do("reminders", func() error {
		return w.app.Care.Calendar.Want(w.ctx, manager, ledger.Form{}, person, 0, calendar.Wish{Number: "+44 7700 900456", Part: "afternoon", How: "spoken", Witness: w.mark("A volunteer at the drop-in")})
	})
	for _, a := range []struct {
		who         lead.Actor
		name        string
		days, hour  int
		appointment calendar.Appointment
	}{
		{manager, "Linnet", 1, 14, calendar.Appointment{Kind: "service", Minutes: 45, Place: "2 Station Yard", Who: "Bea Stone", Words: "Bring the tenancy form. The dog may come.", WarmID: w.area.Warm["sent"]}},
		{manager, "Linnet", 9, 0, calendar.Appointment{Kind: "health", Place: "11 Fish Street", Words: "Any time before noon."}},
		{manager, "Kestrel", 3, 11, calendar.Appointment{Kind: "us", Minutes: 30, Place: "The cafe by the library"}},
	} {
		w.do("an appointment", func() error {
			at := now.AddDate(0, 0, a.days).Truncate(24 * time.Hour).Add(time.Duration(a.hour) * time.Hour)
			one := a.appointment
			one.Standing, one.On = "planned", w.app.Care.People.DayOf(at)
			if a.hour > 0 {
				one.At = at
			}
			one.Place, one.Words, one.Who = w.mark(one.Place), w.mark(one.Words), w.mark(one.Who)
			return w.app.Care.Calendar.Save(w.ctx, a.who, ledger.Form{}, w.area.People[a.name], "", 0, one)
		})
	}
}
