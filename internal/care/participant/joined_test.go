package participant_test

import (
	"bytes"
	"context"
	"errors"
	"image"
	"image/png"
	"net/url"
	"slices"
	"testing"
	"time"

	"waymark.example/internal/app"
	"waymark.example/internal/care/answered"
	"waymark.example/internal/care/away"
	"waymark.example/internal/care/calendar"
	"waymark.example/internal/care/document"
	"waymark.example/internal/care/internal/note"
	"waymark.example/internal/care/legal"
	"waymark.example/internal/care/month"
	"waymark.example/internal/care/participant"
	"waymark.example/internal/care/safety"
	"waymark.example/internal/care/supervision"
	"waymark.example/internal/lead"
	"waymark.example/internal/platform/db"
	"waymark.example/internal/platform/ledger"
	"waymark.example/internal/platform/notice"
	"waymark.example/internal/platform/secret"
	"waymark.example/internal/practice"
	"waymark.example/internal/reference/instrument"
	"waymark.example/internal/schema"
	"waymark.example/internal/webtest"
)

// paper is a photo of a paper, as small as they come.
func paper(t testing.TB) []byte {
	t.Helper()
	var out bytes.Buffer
	must(t, png.Encode(&out, image.NewGray(image.Rect(0, 0, 1, 1))))
	return out.Bytes()
}

// texts notes what it is asked to send.
type texts struct{ sent []string }

func (p *texts) Send(_ context.Context, to notice.To, _ notice.Message) notice.Answer {
	p.sent = append(p.sent, to.Address)
	return notice.Answer{Outcome: notice.Sent, Words: "200"}
}

// Whatever kind of thing is written on either record of one person is found by
// whoever looks at the person, what stands is put right where it stands, and what
// is new goes to the record that goes on.
func TestR58_WhatIsKeptOnEitherRecordIsFoundFromTheOneThatGoesOn(t *testing.T) {
	webtest.EachArea(t, func(t *testing.T, a *app.App, staff practice.Area) {
		ctx, care := t.Context(), a.Care
		manager, supervisor := staff.Actors["manager"], staff.Actors["supervisor"]
		old, _, _ := received(t, a, staff)
		again, _, _ := received(t, a, staff)
		day := care.People.LocalDay()
		at := a.Now().Add(30 * time.Hour).Truncate(time.Minute)
		must(t, a.Instruments.Attest(ctx, staff.Actors["administrator"], none, "this-week", "1", "CC0 1.0"))
		given := answered.Answered{On: day, Answers: instrument.Answers{"safe": "0"}}
		var papers, answers, matters, concerns [2]string
		for i, person := range []string{old, again} {
			var err error
			must(t, care.Months.Note(ctx, manager, none, person, 0, month.Status{Month: day[:7], Words: person}))
			papers[i], err = care.Documents.Add(ctx, manager, none, person, document.Document{Kind: "id", Original: "with_us", Name: "Passport"}, paper(t))
			must(t, err)
			answers[i], err = care.Answered.Take(ctx, manager, none, person, "this-week", "1", given)
			must(t, err)
			must(t, care.Safety.Write(ctx, manager, none, person, 0, safety.Plan{Signs: person, OnOwn: person == again}))
			must(t, care.Safety.Note(ctx, manager, none, person, 0, safety.Naloxone{Offered: "given", Trained: "yes", GoodUntil: []string{day[:7], "2099-01"}[i]}))
			concerns[i], err = care.Safety.Raise(ctx, manager, none, person, safety.Concern{Who: "adult", Words: person}, "yes")
			must(t, err)
			matters[i], err = care.Legal.Save(ctx, manager, none, person, "", 0, legal.Matter{Kind: "hearing", Standing: "ahead", Source: "person", On: care.People.DayOf(at), At: at, Todo: person}, false)
			must(t, err)
		}
		id := together(t, a, staff, again, old)

		// Both are found from the record that goes on.
		_, months, err := care.Months.Read(ctx, manager, old)
		must(t, err)
		if len(months) != 2 || months[0].Of != old || months[1].Of != again || months[1].Words != again {
			t.Errorf("months: %+v", months)
		}
		_, kept, err := care.Documents.Read(ctx, manager, old)
		must(t, err)
		if len(kept) != 2 || kept[1].Of != again || kept[1].Name != "Passport" {
			t.Errorf("papers: %+v", kept)
		}
		over, err := care.Answered.Read(ctx, manager, old)
		must(t, err)
		if len(over.Given) != 2 || over.Given[1].Of != again {
			t.Errorf("answers: %+v", over.Given)
		}
		sheet, err := care.Safety.Read(ctx, manager, old)
		must(t, err)
		if sheet.Plan.Signs != old || len(sheet.Others) != 1 || sheet.Others[0].Plan.Signs != again || sheet.Others[0].Naloxone == nil || len(sheet.Others[0].Concerns) != 1 {
			t.Errorf("safety: %+v", sheet)
		}
		all, err := care.Legal.Read(ctx, manager, old)
		must(t, err)
		if len(all.Matters) != 2 || all.Matters[1].Of != again {
			t.Errorf("legal: %+v", all.Matters)
		}
		ahead, err := care.Calendar.Of(ctx, manager, old)
		must(t, err)
		if len(ahead.Weeks) != 1 || len(ahead.Weeks[0].Items) != 2 {
			t.Errorf("coming up: %+v", ahead.Weeks)
		}
		weeks, err := care.Calendar.Coming(ctx, manager, false)
		must(t, err)
		if len(weeks) != 1 || len(weeks[0].Items) != 2 || weeks[0].Items[0].Now.Name != weeks[0].Items[1].Now.Name {
			t.Errorf("coming up for the worker: %+v", weeks)
		}
		must(t, care.People.Book.Look(ctx, func(tx *db.Tx) error {
			n, err := care.People.Find(ctx, tx, old)
			must(t, err)
			due, err := legal.Due(ctx, tx, participant.Scope{WorkerID: manager.ID}, []participant.Now{n}, care.People.DayOf(at))
			if len(due[old]) != 2 {
				t.Errorf("legal dates on Today: %+v", due)
			}
			unasked, _ := month.Unasked(ctx, tx, participant.Scope{WorkerID: manager.ID}, []participant.Now{n}, day[:8]+"01")
			if len(unasked) != 0 {
				t.Error("a month is asked about again")
			}
			return err
		}))
		if q, err := care.Supervision.Quality(ctx, supervisor); err != nil || len(q.Concerns) != 1 || q.Concerns[0].ID != old || len(q.Naloxone) != 0 {
			t.Errorf("a concern on each is one person, and the newer naloxone counts: %+v %v", q, err)
		}

		// What stands is put right where it stands, a changed mind too.
		must(t, care.Documents.GiveBack(ctx, manager, none, again, papers[1], ""))
		must(t, care.Answered.Wrong(ctx, manager, none, again, answers[1], "Somebody else"))
		must(t, care.Safety.Settle(ctx, manager, none, again, concerns[1], "no_referral", "Talked it over"))
		_, err = care.Legal.Save(ctx, manager, none, again, matters[1], 1, legal.Matter{Kind: "hearing", Standing: "ahead", Source: "person", On: care.People.DayOf(at), At: at, Todo: "Bring the letter"}, false)
		must(t, err)
		if err := care.Safety.Write(ctx, manager, none, again, 1, safety.Plan{Signs: "New"}); !errors.Is(err, lead.ErrConflict) {
			t.Errorf("a plan was changed on the record that stays beside: %v", err)
		}

		// What is new goes to the record that goes on.
		_, err = care.Legal.Save(ctx, manager, none, again, "", 0, legal.Matter{Kind: "fine", Standing: "ahead", Source: "person"}, false)
		must(t, err)
		incident, err := care.Supervision.Record(ctx, manager, none, supervision.Incident{PersonID: again, Kind: "nearly", HappenedAt: a.Now(), Words: "Lost keys"})
		must(t, err)
		if i, err := care.Supervision.Incident(ctx, manager, incident); err != nil || i.PersonID != old {
			t.Errorf("what happened stands on %s: %v", i.PersonID, err)
		}
		_, err = care.Safety.Warn(ctx, manager, none, safety.Alert{Kind: "overdose", PersonID: again, Words: "Awake again"}, 1)
		must(t, err)
		if list, err := care.Safety.List(ctx, manager); err != nil || len(list) != 1 || list[0].PersonID != old {
			t.Errorf("warnings: %+v %v", list, err)
		}
		if all, err = care.Legal.Read(ctx, manager, old); err != nil || len(all.Matters) != 3 || all.Matters[1].Of != old {
			t.Errorf("a new matter: %+v %v", all.Matters, err)
		}
		must(t, care.People.UndoMerge(ctx, supervisor, none, old, id, "Two people"))
		if sheet, err = care.Safety.Read(ctx, manager, old); err != nil || len(sheet.Others) != 0 {
			t.Errorf("parted: %+v %v", sheet.Others, err)
		}
	})
}

func TestR58_OnePersonIsRemindedOnceAndANoOnEitherRecordHolds(t *testing.T) {
	webtest.EachArea(t, func(t *testing.T, a *app.App, staff practice.Area) {
		ctx, c, manager := t.Context(), a.Care.Calendar, staff.Actors["manager"]
		text := &texts{}
		c.Text = text
		clock := time.Now().UTC().Truncate(24 * time.Hour).Add(36 * time.Hour) // tomorrow at noon
		a.Care.People.Book = ledger.New(a.Store.Handle(schema.Care), func() time.Time { clock = clock.Add(time.Millisecond); return clock })
		old, _, _ := received(t, a, staff)
		again, _, _ := received(t, a, staff)
		appointment := func(person string) {
			t.Helper()
			at := clock.Add(20 * time.Hour).Truncate(time.Minute)
			must(t, c.Save(ctx, manager, none, person, "", 0, calendar.Appointment{Kind: "health", Standing: "planned", On: a.Care.People.DayOf(at), At: at}))
		}
		sweep := func(what string, want ...string) {
			t.Helper()
			text.sent = nil
			_, err := c.Sweep(ctx)
			must(t, err)
			if !slices.Equal(text.sent, want) {
				t.Errorf("%s: sent to %v, want %v", what, text.sent, want)
			}
		}
		const one, two = "+447700900123", "+447700900456"
		wish := func(number string) calendar.Wish { return calendar.Wish{Number: number, Part: "any", How: "signed"} }

		// A yes on the record that stays beside is for what stands there alone.
		must(t, c.Want(ctx, manager, none, again, 0, wish(two)))
		id := together(t, a, staff, again, old)
		appointment(old)
		sweep("the other record's yes")
		if ahead, err := c.Of(ctx, manager, old); err != nil || ahead.Wish.Wanted || len(ahead.Others) != 1 || ahead.Others[0].Number != two {
			t.Errorf("what the page says: %+v %v", ahead, err)
		}
		must(t, a.Care.People.UndoMerge(ctx, staff.Actors["supervisor"], none, old, id, "Two people"))
		appointment(again)
		id = together(t, a, staff, again, old)
		sweep("what stands there", two)

		// Said on the record that goes on, it is for all of them: the same hour once.
		must(t, c.Want(ctx, manager, none, old, 0, wish(one)))
		sweep("the same hour on both")
		clock = clock.Add(24 * time.Hour) // one text a day and person
		appointment(old)
		sweep("said on the record that goes on", one)
		sweep("again")

		// A stop, said on either, stops all; and so does never by text.
		next := func() {
			clock = clock.Add(24 * time.Hour)
			appointment(old)
			appointment(again)
		}
		must(t, c.Unwant(ctx, manager, none, again))
		next()
		sweep("stopped on the other record")
		_, w, err := c.WishOf(ctx, manager, old)
		must(t, err)
		must(t, c.Want(ctx, manager, none, old, w.Version, wish(one)))
		next()
		sweep("a yes that is newer", one)
		must(t, a.Care.People.UndoMerge(ctx, staff.Actors["supervisor"], none, old, id, "Two people"))
		must(t, a.Care.People.Tell(ctx, manager, none, again, "safe", 0, map[string]string{"text": "never"}))
		together(t, a, staff, again, old)
		next()
		sweep("never by text")
	})
}

func read(answers url.Values, at time.Time) note.Note {
	n := note.Note{At: at, Narrative: answers.Get("narrative"), StartedBy: "worker"}
	n.As("met")
	return n
}

func TestR58_APersonTakenAlongIsOneAndWhatIsLoggedReachesTheRecordThatGoesOn(t *testing.T) {
	webtest.EachArea(t, func(t *testing.T, a *app.App, staff practice.Area) {
		ctx, s, manager := t.Context(), a.Care.Away, staff.Actors["manager"]
		s.On = true
		old, _, _ := received(t, a, staff)
		again, _, _ := received(t, a, staff)
		say(t, a, manager, old, "I ring you", a.Now().Add(time.Hour))
		say(t, a, manager, again, "I come by", a.Now().Add(time.Hour))
		lease, err := s.Take(ctx, manager, none, away.Taking{People: []string{old, again}, Hours: 4, Parts: []string{"promises"}})
		must(t, err)
		together(t, a, staff, again, old)
		_, cards, err := s.Bundle(ctx, manager, lease)
		must(t, err)
		if len(cards) != 1 || len(cards[0].Promises) != 2 {
			t.Errorf("what goes along: %+v", cards)
		}
		rec := record(t, a, manager, old)
		must(t, a.Care.People.Book.Look(ctx, func(tx *db.Tx) error {
			out, err := s.Of(ctx, tx, rec.Now, a.Now())
			if len(out.Leases) != 1 {
				t.Errorf("taken along: %+v", out.Leases)
			}
			return err
		}))
		deliver := func(id string, answers url.Values) away.Receipt {
			t.Helper()
			answers.Set("person", again) // what the phone has kept since before they were one
			key, err := s.Slot.Current(ctx)
			must(t, err)
			item := secret.Item{ID: id, KeyID: key.ID, User: manager.ID}
			sealed, err := s.Slot.Seal(ctx, item, answers.Encode())
			must(t, err)
			got, err := s.Receive(ctx, manager, secret.Delivery{Item: item, Sealed: sealed, MadeAt: a.Now().Add(-time.Minute), SentAt: a.Now()}, read)
			must(t, err)
			return got
		}
		if got := deliver("01900000-0000-7000-8000-000000000001", url.Values{"narrative": {"onthequay"}}); got.State != away.Recorded {
			t.Errorf("logged without signal: %+v", got)
		}
		if got := lines(t, a, manager, old); got != "onthequay" {
			t.Errorf("the timeline: %q", got)
		}
		if got := deliver("01900000-0000-7000-8000-000000000001", url.Values{"narrative": {"other"}}); got.State != away.Kept {
			t.Errorf("other answers: %+v", got)
		}
		waiting, err := s.Waiting(ctx, manager)
		must(t, err)
		if len(waiting) != 1 {
			t.Fatalf("waiting: %+v", waiting)
		}
		must(t, s.Settle(ctx, manager, none, again, waiting[0].ID, read(url.Values{"narrative": {"other"}}, a.Now())))
		if got := lines(t, a, manager, old); got != "onthequay other" {
			t.Errorf("the timeline: %q", got)
		}
	})
}
