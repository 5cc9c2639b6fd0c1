package calendar_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/fstest"
	"time"
	"unicode/utf8"

	ics "github.com/arran4/golang-ical"
	"pgregory.net/rapid"

	"waymark.example/internal/app"
	"waymark.example/internal/care/calendar"
	"waymark.example/internal/care/legal"
	"waymark.example/internal/identity"
	"waymark.example/internal/lead"
	"waymark.example/internal/platform/access"
	"waymark.example/internal/platform/db"
	"waymark.example/internal/platform/ledger"
	"waymark.example/internal/platform/notice"
	"waymark.example/internal/practice"
	"waymark.example/internal/schema"
	"waymark.example/internal/webtest"
)

var none = ledger.Form{} //nolint:gochecknoglobals // a form without a key is sent once

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func invalid(err error) lead.Invalid {
	bad, _ := errors.AsType[lead.Invalid](err)
	return bad
}

// appointment is one at a moment, with a place and words that point at somebody.
func appointment(a *app.App, at time.Time) calendar.Appointment {
	return calendar.Appointment{Kind: "health", Standing: "planned", On: a.Care.People.DayOf(at), At: at.Truncate(time.Minute), Minutes: 45, Place: "Harbour recovery clinic; room 3, \"quiet\"", Who: "Dr Lowe", Words: "Kestrel is nervous"}
}

func coming(t testing.TB, a *app.App, who lead.Actor) []calendar.Item {
	t.Helper()
	weeks, err := a.Care.Calendar.Coming(t.Context(), who, false)
	must(t, err)
	var out []calendar.Item
	for _, w := range weeks {
		out = append(out, w.Items...)
	}
	return out
}

// C24: one list of what is coming up, for those who walk with the person alone;
// the same hours elsewhere, with nobody's name.
func TestC24_OneListOfWhatIsComingUpAndACalendarElsewhereThatNamesNobody(t *testing.T) {
	webtest.EachArea(t, func(t *testing.T, a *app.App, staff practice.Area) {
		manager := staff.Actors["manager"]
		person := webtest.Received(t, a, staff)
		at := a.Now().Add(50 * time.Hour)
		must(t, a.Care.Calendar.Save(t.Context(), manager, none, person, "", 0, appointment(a, at)))
		m := legal.Matter{Kind: "hearing", Standing: "ahead", Source: "person", On: a.Care.People.DayOf(at.Add(48 * time.Hour)), Court: "Northmoor Magistrates' Court", Place: "Court 2", Todo: "Find the letter"}
		_, err := a.Care.Legal.Save(t.Context(), manager, none, person, "", 0, m, true)
		must(t, err)
		items := coming(t, a, manager)
		if len(items) != 3 || items[0].Source != calendar.FromAppointment || items[0].Who != "Dr Lowe" {
			t.Fatalf("coming up: %+v", items)
		}
		if n := len(coming(t, a, staff.Actors["manager3"])); n != 0 {
			t.Errorf("somebody else's worker sees %d", n)
		}
		for _, who := range []string{"officer", "prosecutor", "coordinator", "dpo"} {
			if _, err := a.Care.Calendar.Coming(t.Context(), staff.Actors[who], false); !errors.Is(err, lead.ErrForbidden) {
				t.Errorf("%s: %v", who, err)
			}
		}
		token, err := a.Care.Calendar.MakeFeed(t.Context(), manager, none, false)
		must(t, err)
		text, err := a.Care.Calendar.Read(t.Context(), token, "elsewhere")
		must(t, err)
		for _, word := range []string{"Kestrel", "clinic", "Harbour", "Lowe", "nervous", "Court", "Northmoor", "letter", "Go along", "LOCATION", "DESCRIPTION", person, items[0].ID} {
			if strings.Contains(text, word) {
				t.Errorf("the calendar says %q:\n%s", word, text)
			}
		}
		first := events(t, text)
		if len(first) != 3 {
			t.Fatalf("%d events:\n%s", len(first), text)
		}
		// A change keeps the name of the event and counts on; what is off is cancelled.
		moved := appointment(a, at.Add(3*time.Hour))
		moved.Standing = "off"
		must(t, a.Care.Calendar.Save(t.Context(), manager, none, person, items[0].ID, 1, moved))
		text, err = a.Care.Calendar.Read(t.Context(), token, "elsewhere")
		must(t, err)
		found := false
		for id, e := range events(t, text) {
			was, ok := first[id]
			if !ok {
				t.Errorf("a new name: %s", id)
			}
			if value(e, "STATUS") == "CANCELLED" {
				found = value(e, "SEQUENCE") == "1" && value(was, "SEQUENCE") == "0"
			}
		}
		if !found {
			t.Errorf("not cancelled:\n%s", text)
		}
		if n := len(coming(t, a, manager)); n != 2 {
			t.Errorf("%d are coming up after one is off", n)
		}
		looked(t, a, manager.ID, person, 1)
		// A new address stops the one before; with places it shows them, escaped.
		second, err := a.Care.Calendar.MakeFeed(t.Context(), manager, none, true)
		must(t, err)
		if _, err := a.Care.Calendar.Read(t.Context(), token, ""); !errors.Is(err, lead.ErrNotFound) {
			t.Errorf("the old address: %v", err)
		}
		text, err = a.Care.Calendar.Read(t.Context(), second, "elsewhere")
		must(t, err)
		if !slices.ContainsFunc(all(events(t, text)), func(e *ics.VEvent) bool { return value(e, "LOCATION") == `Harbour recovery clinic; room 3, "quiet"` }) || strings.Contains(text, "Kestrel") {
			t.Errorf("with places:\n%s", text)
		}
		must(t, a.Store.Handle(schema.Care).Look(t.Context(), func(tx *db.Tx) error {
			var kept int
			err := tx.One(t.Context(), `SELECT COUNT(*) FROM care_calendar_feed WHERE token_hash = $1 OR token_hash = $2`, token, second).Scan(&kept)
			if kept != 0 {
				t.Error("the address itself is kept")
			}
			return err
		}))
		var last error
		for range 40 {
			_, last = a.Care.Calendar.Read(t.Context(), second, "")
		}
		if !errors.Is(last, calendar.ErrPace) {
			t.Errorf("read on and on: %v", last)
		}
		must(t, a.Care.Calendar.StopFeed(t.Context(), manager, none))
		for _, wrong := range []string{second, "", "x", strings.Repeat("a", 52)} {
			if _, err := a.Care.Calendar.Read(t.Context(), wrong, ""); !errors.Is(err, lead.ErrNotFound) {
				t.Errorf("%q: %v", wrong, err)
			}
		}
	})
}

// looked counts the entries about reading the calendar that name a person.
func looked(t testing.TB, a *app.App, worker, person string, want int) {
	t.Helper()
	must(t, a.Store.Handle(schema.Oversight).Look(t.Context(), func(tx *db.Tx) error {
		found, err := ledger.Find(t.Context(), tx, ledger.Search{Actor: worker, Subject: person}, 200)
		n := 0
		for _, e := range found {
			if e.Act == "calendar.feed" {
				n++
			}
		}
		if n != want {
			t.Errorf("%d entries about the calendar, want %d", n, want)
		}
		return err
	}))
}

func all(m map[string]*ics.VEvent) []*ics.VEvent {
	var out []*ics.VEvent
	for _, e := range m {
		out = append(out, e)
	}
	return out
}

func value(e *ics.VEvent, name string) string {
	p := e.GetProperty(ics.ComponentProperty(name))
	if p == nil {
		return ""
	}
	return p.Value
}

type tester interface {
	Helper()
	Fatalf(string, ...any)
}

// events reads a calendar back, and holds every line against RFC 5545.
func events(t tester, text string) map[string]*ics.VEvent {
	t.Helper()
	if !strings.HasSuffix(text, "\r\n") || strings.Contains(strings.ReplaceAll(text, "\r\n", ""), "\n") || strings.Contains(strings.ReplaceAll(text, "\r\n", ""), "\r") {
		t.Fatalf("a line does not end as it must:\n%q", text)
	}
	for _, l := range strings.Split(strings.TrimSuffix(text, "\r\n"), "\r\n") {
		if len(l) > 75 || l == "" || !utf8.ValidString(l) {
			t.Fatalf("a line of %d bytes: %q", len(l), l)
		}
	}
	cal, err := ics.ParseCalendar(strings.NewReader(text))
	if err != nil {
		t.Fatalf("it cannot be read back: %v\n%s", err, text)
	}
	out := map[string]*ics.VEvent{}
	for _, e := range cal.Events() {
		for _, name := range []string{"UID", "DTSTAMP", "DTSTART", "SUMMARY", "SEQUENCE", "STATUS", "CLASS"} {
			if value(e, name) == "" {
				t.Fatalf("no %s:\n%s", name, text)
			}
		}
		if value(e, "SUMMARY") != "Appointment" {
			t.Fatalf("it is called %q", value(e, "SUMMARY"))
		}
		if out[e.Id()] != nil {
			t.Fatalf("two of the same name")
		}
		out[e.Id()] = e
	}
	return out
}

// A lost phone signed out everywhere reads no calendar either, not even once its
// owner has a new one.
func TestC24_ALostPhoneReadsNoCalendarElsewhere(t *testing.T) {
	webtest.EachArea(t, func(t *testing.T, a *app.App, staff practice.Area) {
		ctx, manager := t.Context(), staff.Actors["manager"]
		token, err := a.Care.Calendar.MakeFeed(ctx, manager, none, true)
		must(t, err)
		_, err = a.Care.Calendar.Read(ctx, token, "elsewhere")
		must(t, err)
		must(t, a.Accounts.RevokeDevices(ctx, staff.Actors["supervisor"], none, manager.ID))
		if _, err := a.Care.Calendar.Read(ctx, token, "elsewhere"); !errors.Is(err, lead.ErrNotFound) {
			t.Errorf("read on after the phone was lost: %v", err)
		}
		if f, err := a.Care.Calendar.OwnFeed(ctx, manager); err != nil || f != nil {
			t.Errorf("the page offers an address that stopped: %+v %v", f, err)
		}
	})
}

// The calendar of somebody whose organisation withdrew answers no more from that
// moment on, and is back no sooner than they are; that their people could not be taken
// up keeps nobody's account open.
func TestR54_TheCalendarOfAWithdrawnOrganisationIsSilent(t *testing.T) {
	webtest.EachArea(t, func(t *testing.T, a *app.App, staff practice.Area) {
		ctx, manager := t.Context(), staff.Actors["manager"]
		token, err := a.Care.Calendar.MakeFeed(ctx, manager, none, true)
		must(t, err)
		_, err = a.Care.Calendar.Read(ctx, token, "elsewhere")
		must(t, err)
		away := func(do db.Query, with ...any) {
			must(t, a.Store.Handle(schema.Partnership).Transact(ctx, func(tx *db.Tx) error {
				_, err := tx.Exec(ctx, do, with...)
				return err
			}))
		}
		away(`INSERT INTO reference_partner_away (organisation_id, since_at) VALUES ($1, $2)`, manager.Organisation, db.At(a.Now()))
		if _, err := a.Care.Calendar.Read(ctx, token, "elsewhere"); !errors.Is(err, lead.ErrNotFound) {
			t.Errorf("away, with its accounts not stopped yet: %v", err)
		}
		away(`DELETE FROM reference_partner_away WHERE organisation_id = $1`, manager.Organisation)

		held := a.Care.People.Access
		a.Care.People.Access = nothing(t) // taking up fails
		err = a.Partners.Left(ctx, manager.Organisation, "")
		a.Care.People.Access = held
		if err == nil {
			t.Fatal("taking up did not fail: the test shows nothing")
		}
		if people, err := a.Accounts.PeopleOf(ctx, manager.Organisation); err != nil || slices.ContainsFunc(people, func(p identity.Account) bool { return p.Side == lead.Care }) {
			t.Errorf("accounts of a case team that withdrew are open: %+v, %v", people, err)
		}
	})
}

// nothing permits nobody anything.
func nothing(t testing.TB) *access.Decider {
	t.Helper()
	d, err := access.Read(fstest.MapFS{})
	must(t, err)
	return d
}

// Whatever is written as a place, the calendar reads back as it was, and nothing
// in it becomes a line of its own.
func TestC24_WhateverAPlaceIsTheCalendarReadsBack(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		base := time.Date(2026, 11, 26, 9, 0, 0, 0, time.UTC)
		var items []calendar.Item
		for n := range rapid.IntRange(0, 4).Draw(rt, "items") {
			i := calendar.Item{Source: rapid.SampledFrom([]calendar.Source{calendar.FromAppointment, calendar.FromLegal, calendar.FromPromise}).Draw(rt, "source"), ID: fmt.Sprintf("apt_%d", n),
				Seq: rapid.IntRange(0, 9).Draw(rt, "seq"), On: "2026-12-24", Place: rapid.String().Draw(rt, "place"), Off: rapid.Bool().Draw(rt, "off"), Changed: base, Minutes: rapid.IntRange(0, 600).Draw(rt, "minutes")}
			if rapid.Bool().Draw(rt, "hour") {
				i.At = base.Add(time.Duration(rapid.IntRange(-99999, 99999).Draw(rt, "at")) * time.Minute)
			}
			items = append(items, i)
		}
		readsBack(rt, items, base)
	})
}

func readsBack(t tester, items []calendar.Item, now time.Time) {
	t.Helper()
	read := events(t, calendar.Write("fee_1", items, now))
	if len(read) != len(items) {
		t.Fatalf("%d of %d", len(read), len(items))
	}
	places := map[string]int{}
	for _, e := range read {
		places[value(e, "LOCATION")]++
	}
	for _, i := range items {
		want := calendar.Plain(i.Place)
		if places[want]--; places[want] < 0 {
			t.Fatalf("%q is not there: %v", want, places)
		}
	}
}

func FuzzAnyPlaceReadsBack(f *testing.F) {
	for _, place := range []string{"", "a,b;c\\d", "line\r\nBEGIN:VEVENT", "Łódź " + strings.Repeat("ÿ", 90), "\\n\\N \\, ;", "a:b\"c", "\x00\x7f\u2028\ufeff", "\\", strings.Repeat("word ", 60)} {
		f.Add(place)
	}
	f.Fuzz(func(t *testing.T, place string) {
		readsBack(t, []calendar.Item{{Source: calendar.FromAppointment, ID: "apt_1", On: "2026-12-24", Place: place}}, time.Unix(1.7e9, 0))
	})
}

// phone notes what it is asked to send.
type phone struct {
	mu      sync.Mutex
	sent    []string
	outcome notice.Outcome
}

func (p *phone) Send(_ context.Context, to notice.To, m notice.Message) notice.Answer {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.sent = append(p.sent, to.Address+" "+m.String())
	return notice.Answer{Outcome: p.outcome, Words: "200"}
}

// C24: a reminder goes to whoever asked for it, once, the day before, by day, in
// words that name nobody; and not at all once they stop or said never by text.
func TestC24_AReminderGoesOnceToWhoeverAskedAndNamesNobody(t *testing.T) {
	webtest.EachArea(t, func(t *testing.T, a *app.App, staff practice.Area) {
		manager := staff.Actors["manager"]
		person := webtest.Received(t, a, staff)
		text := &phone{outcome: notice.Sent}
		c := a.Care.Calendar
		c.Text = text
		noon := time.Now().UTC().Truncate(24 * time.Hour).Add(36 * time.Hour) // tomorrow at noon
		clock := noon
		a.Care.People.Book = ledger.New(a.Store.Handle(schema.Care), func() time.Time { return clock })
		at := noon.Add(22 * time.Hour) // the day after at ten
		must(t, c.Save(t.Context(), manager, none, person, "", 0, appointment(a, at)))
		sweep := func(want int) {
			t.Helper()
			if _, err := c.Sweep(t.Context()); err != nil {
				t.Fatal(err)
			}
			if len(text.sent) != want {
				t.Errorf("%d sent, want %d: %v", len(text.sent), want, text.sent)
			}
		}
		sweep(0) // nobody asked
		wish := calendar.Wish{Number: "+44 7700 900123", Part: "any", How: "spoken", Witness: "A volunteer"}
		for field, w := range map[string]calendar.Wish{"number": {Number: "07700", Part: "any", How: "signed"}, "part": {Number: wish.Number, Part: "night", How: "signed"},
			"how": {Number: wish.Number, Part: "any"}, "witness": {Number: wish.Number, Part: "any", How: "spoken"}} {
			if err := c.Want(t.Context(), manager, none, person, 0, w); invalid(err)[field] == "" {
				t.Errorf("%s: %v", field, err)
			}
		}
		must(t, c.Want(t.Context(), manager, none, person, 0, wish))
		clock = noon.Add(9 * time.Hour) // nine in the evening
		sweep(0)
		must(t, a.Care.People.Tell(t.Context(), manager, none, person, "safe", 0, map[string]string{"text": "never"}))
		clock = noon
		sweep(0) // never by text
		if err := c.Want(t.Context(), manager, none, person, 1, wish); invalid(err)["number"] == "" {
			t.Errorf("kept against never: %v", err)
		}
		must(t, a.Care.People.Tell(t.Context(), manager, none, person, "safe", 1, map[string]string{"text": "yes"}))
		var both sync.WaitGroup
		for range 2 { // two servers at once
			both.Go(func() {
				if _, err := c.Sweep(t.Context()); err != nil {
					t.Error(err)
				}
			})
		}
		both.Wait()
		want := "+447700900123 Reminder: " + at.Weekday().String() + " 10:00. Reply or ring if you need to change it."
		if !slices.Equal(text.sent, []string{want}) {
			t.Fatalf("sent %q", text.sent)
		}
		sweep(1)
		// Moved to another hour it is another reminder; a provider who says "later" is
		// asked again, three times and no more.
		items := coming(t, a, manager)
		text.outcome = notice.Later
		must(t, c.Save(t.Context(), manager, none, person, items[0].ID, 1, appointment(a, at.Add(time.Hour))))
		for _, n := range []int{2, 3, 4, 4} {
			sweep(n)
		}
		must(t, c.Unwant(t.Context(), manager, none, person))
		must(t, c.Save(t.Context(), manager, none, person, items[0].ID, 2, appointment(a, at.Add(2*time.Hour))))
		sweep(4)
		_, w, err := c.WishOf(t.Context(), manager, person)
		must(t, err)
		if w.Wanted || w.Number != "" || len(w.Tries) != 4 {
			t.Errorf("%+v", w)
		}
		looked(t, a, manager.ID, person, 0)
	})
}

// However much stands on one day, a phone is not flooded: one text a day for one
// person, and a few for one number.
func TestC24_OneTextADayForOnePersonAndAFewForOneNumber(t *testing.T) {
	webtest.EachArea(t, func(t *testing.T, a *app.App, staff practice.Area) {
		manager, c, text := staff.Actors["manager"], a.Care.Calendar, &phone{outcome: notice.Sent}
		c.Text = text
		clock := time.Now().UTC().Truncate(24 * time.Hour).Add(36 * time.Hour) // tomorrow at noon
		a.Care.People.Book = ledger.New(a.Store.Handle(schema.Care), func() time.Time { return clock })
		at := clock.Add(20 * time.Hour)
		sweep := func(want int) {
			t.Helper()
			if _, err := c.Sweep(t.Context()); err != nil {
				t.Fatal(err)
			}
			if len(text.sent) != want {
				t.Errorf("%d sent, want %d: %v", len(text.sent), want, text.sent)
			}
		}
		add := func() string {
			person := webtest.Received(t, a, staff)
			for i := range 4 {
				must(t, c.Save(t.Context(), manager, none, person, "", 0, appointment(a, at.Add(time.Duration(i)*time.Minute))))
			}
			must(t, c.Want(t.Context(), manager, none, person, 0, calendar.Wish{Number: "+44 7700 900123", Part: "any", How: "signed"}))
			return person
		}
		add()
		sweep(1)
		sweep(1)
		for range 5 {
			add()
		}
		sweep(4) // a phone that six share
		sweep(4)
	})
}

func TestC24_NoTextComesAtNightOrTooLate(t *testing.T) {
	zone, err := time.LoadLocation("Europe/London")
	must(t, err)
	rapid.Check(t, func(rt *rapid.T) {
		now := time.Date(2026, 1, 1, 0, 0, 0, 0, zone).Add(time.Duration(rapid.IntRange(0, 366*24*60).Draw(rt, "minute")) * time.Minute)
		at := now.Add(time.Duration(rapid.IntRange(-60, 60*60).Draw(rt, "ahead")) * time.Minute)
		part := rapid.SampledFrom([]string{"any", "morning", "afternoon"}).Draw(rt, "part")
		hour := rapid.Bool().Draw(rt, "hour")
		on, moment := at.In(zone).Format(time.DateOnly), at
		if !hour {
			moment = time.Time{}
		}
		if !calendar.Due(on, moment, part, now, zone) {
			return
		}
		h := now.In(zone).Hour()
		from, till := map[string]int{"any": 9, "morning": 9, "afternoon": 12}[part], map[string]int{"any": 20, "morning": 12, "afternoon": 18}[part]
		if h < from || h >= till {
			rt.Fatalf("at %v", now)
		}
		if hour && at.Sub(now) < time.Hour {
			rt.Fatalf("at %v for %v", now, at)
		}
		if on < now.In(zone).Format(time.DateOnly) || !hour && on == now.In(zone).Format(time.DateOnly) {
			rt.Fatalf("at %v for %s", now, on)
		}
	})
	if !calendar.Due("2026-11-28", time.Time{}, "any", time.Date(2026, 11, 27, 10, 0, 0, 0, zone), zone) {
		t.Error("not the day before")
	}
}
