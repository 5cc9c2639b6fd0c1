package practice

import (
	"time"

	"waymark.example/internal/care/agenda"
	"waymark.example/internal/care/consent"
	"waymark.example/internal/handoff/disclosure"
	"waymark.example/internal/lead"
	"waymark.example/internal/partnership/meeting"
	"waymark.example/internal/partnership/partner"
	"waymark.example/internal/partnership/voice"
	"waymark.example/internal/platform/db"
	"waymark.example/internal/platform/ledger"
)

// meetings seats people at the Operational Work Group, which met a week ago and
// meets again in a few minutes, with somebody who wants to be spoken of there; and
// lets a few people say what they would change.
func (w *writer) meetings(now time.Time) {
	none := ledger.Form{}
	coordinator, manager, housing, panel, commissioner, officer := w.area.Actors["coordinator"], w.area.Actors["manager"], w.area.Actors["housing"], w.area.Actors["panel"], w.area.Actors["commissioner"], w.area.Actors["officer"]
	w.at(now.AddDate(0, 0, -9))
	for _, who := range []lead.Actor{coordinator, manager, housing, panel, officer} {
		w.do("a seat", func() error {
			return w.app.Partners.AddSeat(w.ctx, coordinator, none, partner.Seat{BodyID: partner.WorkGroup, OrganisationID: who.Organisation, AccountID: who.ID, Lived: who.ID == panel.ID, From: db.Day(w.app.Now())})
		})
	}
	call := func(at time.Time, every string, times int) (id string) {
		w.do("a meeting", func() error {
			at = at.In(w.app.Zone)
			var err error
			id, err = w.app.Meetings.CallFor(w.ctx, coordinator, none, meeting.Call{BodyID: partner.WorkGroup, People: true, On: at.Format(time.DateOnly), At: at.Format("15:04"),
				Minutes: 90, Place: "The quay room, and by phone", ChairID: manager.ID, Every: every, Times: times})
			return err
		})
		return id
	}
	before, ahead := call(now.AddDate(0, 0, -7), "once", 1), call(now.Add(20*time.Minute), "fortnight", 3)
	w.area.Meetings["before"], w.area.Meetings["ahead"] = before, ahead
	w.at(now.AddDate(0, 0, -7))
	for _, who := range []lead.Actor{manager, housing, panel} {
		w.do("somebody is there", func() error { return w.app.Meetings.Confirm(w.ctx, who, none, before, true) })
	}
	w.at(now.AddDate(0, 0, -3))
	w.do("a topic", func() error {
		_, err := w.app.Meetings.Raise(w.ctx, panel, none, ahead, meeting.Topic{Title: "What people are called", Words: "Everybody is asked what they want to be called, by everybody they meet."})
		return err
	})
	for _, p := range []struct {
		who   lead.Actor
		words string
		named bool
		reply voice.Reply
	}{
		{panel, "Ask what somebody wants to be called, and use it.", true, voice.Reply{Standing: voice.Changed, Shown: "Ask what somebody wants to be called, and use it.", Answer: "It is the first question now, and every page shows it."}},
		{officer, "The form asks for the place twice.", false, voice.Reply{Standing: voice.Looking, Shown: "The form asks for the place twice.", Answer: "We are trying it out on two shifts."}},
		{manager, "A number that is answered at the weekend.", false, voice.Reply{}},
	} {
		w.do("a proposal", func() error {
			id, err := w.app.Voices.Propose(w.ctx, p.who, none, voice.Proposal{Words: p.words, Stage: "implementation", Named: p.named})
			w.area.Meetings[p.who.ID] = id
			if err != nil || p.reply.Standing == voice.Waiting {
				return err
			}
			return w.app.Voices.Answer(w.ctx, coordinator, none, id, 0, p.reply)
		})
	}
	w.area.Meetings["proposal"] = w.area.Meetings[manager.ID]
	w.do("involvement", func() error {
		return w.app.Voices.Involve(w.ctx, coordinator, none, voice.Involvement{Account: panel.ID, Stage: "design", Words: "Wrote the leaflet that officers hand over.", Support: "Somebody came along, and a talk afterwards.", On: db.Day(now.AddDate(0, 0, -20))})
	})
	for _, p := range []voice.Payment{{Kind: "time", Pence: 4500, Words: "Two hours at the work group", On: db.Day(now.AddDate(0, 0, -7))}, {Kind: "travel", Pence: 480, On: db.Day(now.AddDate(0, 0, -7))}} {
		w.do("a payment", func() error { return w.app.Voices.Ask(w.ctx, panel, none, p) })
	}
	w.do("a second person", func() error {
		p, err := w.app.Voices.Lived(w.ctx, coordinator)
		if err != nil {
			return err
		}
		return w.app.Voices.Step(w.ctx, commissioner, none, p.Payments[0].ID, "approved", "")
	})
	w.at(now.Add(-10 * time.Minute))
	person := w.area.People["Linnet"]
	w.yes(person, manager, consent.Given{Recipient: housing.Organisation, Topics: []disclosure.Topic{disclosure.Reach, disclosure.Needs}, Purpose: "meeting"})
	w.yes(person, manager, consent.Given{Recipient: officer.Organisation, Topics: []disclosure.Topic{disclosure.Status}, Purpose: "meeting"})
	w.do("bring somebody", func() error {
		d := agenda.Draft{MeetingID: ahead, Topics: []disclosure.Topic{disclosure.Reach, disclosure.Needs}, Name: w.mark("Linnet"), Facts: w.mark("Linnet has a room until the end of the month, and a dog."),
			Ask: w.mark("Who knows a room where a dog may stay?"), Agreed: true}
		d.Shown = d.Words()
		var err error
		w.area.Meetings["item"], err = w.app.Care.Agenda.Bring(w.ctx, manager, none, person, d)
		return err
	})
}
