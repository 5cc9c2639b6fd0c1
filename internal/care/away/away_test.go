package away_test

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"testing"
	"time"

	"waymark.example/internal/app"
	"waymark.example/internal/care/away"
	"waymark.example/internal/care/internal/note"
	"waymark.example/internal/care/need"
	"waymark.example/internal/care/participant"
	"waymark.example/internal/handoff/keeping"
	"waymark.example/internal/lead"
	"waymark.example/internal/platform/db"
	"waymark.example/internal/platform/ledger"
	"waymark.example/internal/platform/secret"
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

// look counts something in the database.
func look(t testing.TB, a *app.App, handle string, q db.Query, args ...any) (n int) {
	t.Helper()
	must(t, ledger.New(a.Store.Handle(handle), a.Now).Look(t.Context(), func(tx *db.Tx) error { return tx.One(t.Context(), q, args...).Scan(&n) }))
	return n
}

func TestC27_AtMostTenPeopleForAtMostTwelveHoursAndOnlyOnesOwn(t *testing.T) {
	webtest.EachArea(t, func(t *testing.T, a *app.App, staff practice.Area) {
		manager, supervisor, s := staff.Actors["manager"], staff.Actors["supervisor"], a.Care.Away
		manager.From = "10.0.0.1 s:abcdef12"
		var people []string
		for range away.MostPeople + 1 {
			people = append(people, webtest.Received(t, a, staff))
		}
		for what, c := range map[string]away.Taking{"people": {Hours: 4}, "hours": {People: people[:1], Hours: 13}, "parts": {People: people[:1], Hours: 1, Parts: []string{"family"}}} {
			if _, err := s.Take(t.Context(), manager, none, c); invalid(err)[what] == "" {
				t.Errorf("%s: %v", what, err)
			}
		}
		if _, err := s.Take(t.Context(), manager, none, away.Taking{People: people, Hours: 4}); invalid(err)["people"] == "" {
			t.Errorf("eleven: %v", err)
		}
		for _, who := range []string{"manager3", "supervisor", "oncall", "officer", "dpo"} {
			if _, err := s.Take(t.Context(), staff.Actors[who], none, away.Taking{People: people[:1], Hours: 4}); !errors.Is(err, lead.ErrForbidden) {
				t.Errorf("%s took them along: %v", who, err)
			}
		}
		// Paper and phone count together, and whoever is on both counts once.
		paper, err := s.Take(t.Context(), manager, none, away.Taking{People: people[:6], Hours: 12, Paper: true})
		must(t, err)
		first, err := s.Take(t.Context(), manager, none, away.Taking{People: people[4:10], Hours: 4, Parts: []string{"needs", "promises"}})
		must(t, err)
		if _, err := s.Take(t.Context(), manager, none, away.Taking{People: people[6:], Hours: 4}); invalid(err)["people"] == "" {
			t.Errorf("eleven over two leases: %v", err)
		}
		if live, err := s.Live(t.Context(), first); err != nil || !live {
			t.Errorf("a mistake ended what was there: %v %v", live, err)
		}
		must(t, a.Care.Needs.Notice(t.Context(), manager, none, people[4], need.Acute{Kind: "food", Words: "Nothing since Sunday"}))
		l, cards, err := s.Bundle(t.Context(), manager, first)
		must(t, err)
		if len(cards) != 6 || l.Has("places") || l.UntilAt.Sub(l.MadeAt) != 4*time.Hour {
			t.Errorf("%d cards until %v", len(cards), l.UntilAt)
		}
		found := ""
		for _, c := range cards {
			found += c.Name + strings.Join(c.Needs, " ")
		}
		if !strings.Contains(found, "Kestrel") || !strings.Contains(found, "Nothing since Sunday") {
			t.Errorf("cards hold %q", found)
		}
		for _, id := range []string{people[4], people[9]} { // each an entry of its own
			if n := look(t, a, schema.Oversight, `SELECT COUNT(*) FROM ledger_entry e JOIN ledger_subject s ON s.seq = e.seq
				WHERE s.subject_id = $1 AND e.act = 'away.phone' AND (SELECT COUNT(*) FROM ledger_subject o WHERE o.seq = e.seq) = 1`, id); n != 1 {
				t.Errorf("%d entries", n)
			}
		}
		for _, who := range []string{"manager2", "supervisor"} {
			if _, _, err := s.Bundle(t.Context(), staff.Actors[who], first); err == nil {
				t.Errorf("%s fetched it", who)
			}
		}
		// A new taking replaces what was on the phone, not the sheet.
		second, err := s.Take(t.Context(), manager, none, away.Taking{People: people[:2], Hours: 1})
		must(t, err)
		lives := func(id string, want bool) {
			t.Helper()
			if live, err := s.Live(t.Context(), id); err != nil || live != want {
				t.Errorf("live %v, want %v (%v)", live, want, err)
			}
		}
		lives(first, false)
		lives(paper, true)
		lives(second, true)
		lives("awy_none", false)
		if err := s.End(t.Context(), staff.Actors["manager3"], none, second); !errors.Is(err, lead.ErrNotFound) {
			t.Errorf("another worker ended it: %v", err)
		}
		list, err := s.Leases(t.Context(), supervisor, true)
		must(t, err)
		if len(list) != 3 || len(list[0].Names) != 2 || list[1].Ended != "replaced" {
			t.Errorf("the supervisor sees %+v", list)
		}
		must(t, s.End(t.Context(), supervisor, none, second))
		lives(second, false)
		if _, _, err := s.Bundle(t.Context(), manager, second); !errors.Is(err, lead.ErrNotFound) {
			t.Errorf("fetched after it was ended: %v", err)
		}
		// Signing out in any browser ends what is on the phone; so does whoever signs
		// them out.
		third, err := s.Take(t.Context(), manager, none, away.Taking{People: people[:1], Hours: 1})
		must(t, err)
		lives(third, true)
		lost := s.LostSince
		s.LostSince = func(_ context.Context, account string, since time.Time) (bool, error) {
			return account == manager.ID && !since.After(a.Now()), nil
		}
		lives(third, false)
		lives(paper, true)
		s.LostSince = lost
		elsewhere := manager
		elsewhere.From = "10.0.0.1 s:00000000"
		must(t, s.SignedOut(t.Context(), elsewhere))
		lives(third, false)
		lives(paper, true)
		if list, err := s.Leases(t.Context(), manager, false); err != nil || list[0].Ended != "signed_out" {
			t.Errorf("%v %+v", err, list[0])
		}
		s.On = false
		if _, err := s.Take(t.Context(), manager, none, away.Taking{People: people[:1], Hours: 1}); !errors.Is(err, lead.ErrNotFound) {
			t.Errorf("taken along where the site did not switch it on: %v", err)
		}
		lives(paper, false)
	})
}

func TestC27_ALeaseEndsWithTheRoleTheAccountAndWhoeverOnItIsGone(t *testing.T) {
	webtest.EachArea(t, func(t *testing.T, a *app.App, staff practice.Area) {
		ctx, m, sup, admin, s := t.Context(), staff.Actors["manager"], staff.Actors["supervisor"], staff.Actors["administrator"], a.Care.Away
		left, gone, shut, stays := webtest.Received(t, a, staff), webtest.Received(t, a, staff), webtest.Received(t, a, staff), webtest.Received(t, a, staff)
		keep := func(act keeping.Act, reason, person string) func() {
			return func() {
				must(t, a.Oversight.Propose(ctx, staff.Actors["dpo"], none, person, 0, keeping.Step{Act: act, Stage: keeping.Proposed, Reason: reason}))
				must(t, a.Care.People.Settle(ctx, sup, none, person, 1, true))
			}
		}
		for _, c := range []struct {
			why, person string
			change      func()
		}{
			{"with another worker", left, func() {
				must(t, a.Care.People.Allocate(ctx, sup, none, left, participant.Allocation{WorkerID: staff.Actors["manager3"].ID, Wish: "somebody else"}))
			}},
			{"erased", gone, keep(keeping.Erase, "request", gone)},
			{"sealed", shut, keep(keeping.Seal, "no_contact", shut)},
			{"no case manager any more", stays, func() { must(t, a.Accounts.SetRoles(ctx, admin, none, m.ID, []lead.Role{lead.OnCall})) }},
			{"stopped", stays, func() {
				must(t, a.Accounts.SetStanding(ctx, admin, none, m.ID, false, "left"))
				must(t, a.Accounts.SetRoles(ctx, admin, none, m.ID, []lead.Role{lead.CaseManager}))
			}},
		} {
			must(t, a.Accounts.SetRoles(ctx, admin, none, m.ID, []lead.Role{lead.CaseManager}))
			l, err := s.Take(ctx, m, none, away.Taking{People: []string{c.person, stays}, Hours: 12})
			must(t, err)
			if live, err := s.Live(ctx, l); err != nil || !live {
				t.Fatalf("before %s: %v %v", c.why, live, err)
			}
			c.change()
			if live, err := s.Live(ctx, l); err != nil || live {
				t.Errorf("%s: %v %v", c.why, live, err)
			}
			if _, cards, err := s.Bundle(ctx, m, l); !errors.Is(err, lead.ErrNotFound) {
				t.Errorf("%s: fetched again: %d, %v", c.why, len(cards), err)
			}
			list, err := s.Leases(ctx, sup, true)
			if err != nil || list[0].Ended == "" || len(list[0].Names) != 0 {
				t.Errorf("%s: the supervisor sees %+v %v", c.why, list[0], err)
			}
		}
	})
}

// sealed is a contact as a phone seals it.
func sealed(t testing.TB, a *app.App, actor lead.Actor, item string, made time.Time, answers url.Values) secret.Delivery {
	t.Helper()
	key, err := a.Care.Away.Slot.Current(t.Context())
	must(t, err)
	d := secret.Delivery{Item: secret.Item{ID: item, KeyID: key.ID, User: actor.ID}, MadeAt: made, SentAt: a.Now()}
	d.Sealed, err = a.Care.Away.Slot.Seal(t.Context(), d.Item, answers.Encode())
	must(t, err)
	return d
}

func item(n int) string { return fmt.Sprintf("01900000-0000-7000-8000-%012d", n) }

func read(answers url.Values, at time.Time) note.Note {
	n := note.Note{At: at, StartedBy: "worker", Narrative: answers.Get("narrative"), Keeps: answers.Get("keeps")}
	n.As(answers.Get("how"))
	return n
}

func TestC27_AContactLoggedWithoutSignalIsOneNoteAndNothingIsOverwrittenOrLost(t *testing.T) {
	webtest.EachArea(t, func(t *testing.T, a *app.App, staff practice.Area) {
		manager, supervisor, s := staff.Actors["manager"], staff.Actors["supervisor"], a.Care.Away
		person, other := webtest.Received(t, a, staff), webtest.Received(t, a, staff)
		_, err := s.Take(t.Context(), manager, none, away.Taking{People: []string{person, other}, Hours: 4})
		must(t, err)
		notes := func(of string) int {
			return look(t, a, schema.Care, `SELECT COUNT(*) FROM care_note WHERE participant_id = $1`, of)
		}
		receive := func(d secret.Delivery, state string, why away.Why) {
			t.Helper()
			got, err := s.Receive(t.Context(), manager, d, read)
			if err != nil || got.State != state || got.Why != why {
				t.Errorf("%+v %v, want %s %s", got, err, state, why)
			}
		}
		made := a.Now().Add(-30 * time.Minute)
		met := url.Values{"person": {person}, "how": {"met"}, "narrative": {"By the quay"}}
		first := sealed(t, a, manager, item(1), made, met)
		for range 3 { // sent again, because the answer was lost
			receive(first, away.Recorded, "")
		}
		// A promise that somebody has seen to meanwhile holds nothing up.
		receive(sealed(t, a, manager, item(2), made, url.Values{"person": {person}, "how": {"spoke"}, "keeps": {"prm_kept_meanwhile"}}), away.Recorded, "")
		if n := notes(person); n != 2 {
			t.Errorf("%d notes", n)
		}
		if n := look(t, a, schema.Care, `SELECT COUNT(*) FROM care_away_note w JOIN care_note n ON n.note_id = w.note_id WHERE w.made_at = $1 AND w.received_at >= w.sent_at AND n.happened_at = $1`, db.At(made)); n != 2 {
			t.Errorf("both clocks are kept for %d", n)
		}
		// The phone's clock ran an hour ahead: when it was is put right.
		late := sealed(t, a, manager, item(3), a.Now().Add(50*time.Minute), met)
		late.SentAt = a.Now().Add(time.Hour)
		receive(late, away.Recorded, "")
		if n := look(t, a, schema.Care, `SELECT COUNT(*) FROM care_note WHERE participant_id = $1 AND happened_at > $2`, person, db.At(a.Now())); n != 0 {
			t.Error("a contact lies in the future")
		}
		// The same item with other answers waits to be looked at, once.
		again := sealed(t, a, manager, item(1), made, url.Values{"person": {person}, "how": {"spoke"}})
		receive(again, away.Kept, away.OtherAnswers)
		receive(again, away.Kept, away.OtherAnswers)
		receive(sealed(t, a, manager, item(4), made, url.Values{"person": {person}, "how": {"by pigeon"}}), away.Kept, away.ToMend)
		// Closed, and moved to somebody else, meanwhile.
		must(t, a.Care.People.AskToClose(t.Context(), manager, none, person, participant.ClosureRequest{AskedOn: db.Day(a.Now()), How: "phone", Words: "Enough for now"}))
		receive(sealed(t, a, manager, item(5), made, met), away.Kept, away.Ended)
		must(t, a.Care.People.Allocate(t.Context(), supervisor, none, other, participant.Allocation{WorkerID: staff.Actors["manager2"].ID, Wish: "Wants a change"}))
		receive(sealed(t, a, manager, item(6), made, url.Values{"person": {other}, "how": {"met"}, "narrative": {"Their new worker reads this"}}), away.Kept, away.NotYours)
		if notes(person) != 3 || notes(other) != 0 {
			t.Errorf("%d and %d notes", notes(person), notes(other))
		}
		// Whoever may see the case looks at it; nobody else does.
		waits := func(who string, want int) []away.Held {
			t.Helper()
			rows, err := s.Waiting(t.Context(), staff.Actors[who])
			if err != nil || len(rows) != want {
				t.Errorf("%s sees %d waiting, want %d (%v)", who, len(rows), want, err)
			}
			return rows
		}
		waits("manager", 3)
		waits("manager3", 0)
		waits("supervisor", 4)
		held := waits("manager2", 1)[0]
		if _, _, err := s.OpenHeld(t.Context(), manager, other, held.ID); !errors.Is(err, lead.ErrForbidden) {
			t.Errorf("opened by whom it is not: %v", err)
		}
		_, answers, err := s.OpenHeld(t.Context(), staff.Actors["manager2"], other, held.ID)
		if err != nil || answers.Get("narrative") != "Their new worker reads this" {
			t.Errorf("%v %v", answers, err)
		}
		must(t, s.Settle(t.Context(), staff.Actors["manager2"], none, other, held.ID, read(answers, held.MadeAt)))
		if err := s.Settle(t.Context(), staff.Actors["manager2"], none, other, held.ID, read(answers, held.MadeAt)); err == nil {
			t.Error("added twice")
		}
		mine := waits("manager", 3)[0]
		if err := s.SetAside(t.Context(), manager, none, person, mine.ID, " "); invalid(err)["why"] == "" {
			t.Errorf("set aside without a word: %v", err)
		}
		must(t, s.SetAside(t.Context(), manager, none, person, mine.ID, "It is in the notes already"))
		waits("manager", 2)
		if notes(other) != 1 {
			t.Error("it was not added")
		}
		// What waits is sealed under the person's key.
		if n := look(t, a, schema.Care, `SELECT COUNT(*) FROM care_away_held WHERE answers LIKE '%how%' OR answers LIKE '%worker%'`); n != 0 {
			t.Error("answers lie in the open")
		}
	})
}

func TestC27_WhatAPhoneSealedOpensForNobodyElse(t *testing.T) {
	webtest.EachArea(t, func(t *testing.T, a *app.App, staff practice.Area) {
		manager, s := staff.Actors["manager"], a.Care.Away
		person := webtest.Received(t, a, staff)
		_, err := s.Take(t.Context(), manager, none, away.Taking{People: []string{person}, Hours: 4})
		must(t, err)
		d := sealed(t, a, manager, item(1), a.Now(), url.Values{"person": {person}, "how": {"met"}})
		// An officer who found the phone cannot have the police side open it.
		if _, err := a.Contacts.Slot.Open(t.Context(), d.Item, d.Sealed); !errors.Is(err, secret.ErrSealed) {
			t.Errorf("the police side opened it: %v", err)
		}
		if _, err := s.Receive(t.Context(), staff.Actors["manager2"], d, read); !errors.Is(err, away.ErrOther) {
			t.Errorf("through somebody else's session: %v", err)
		}
		stolen := d
		stolen.Item.User = staff.Actors["manager2"].ID
		if _, err := s.Receive(t.Context(), staff.Actors["manager2"], stolen, read); !errors.Is(err, secret.ErrSealed) {
			t.Errorf("under another name: %v", err)
		}
		if _, err := s.Receive(t.Context(), staff.Actors["officer"], d, read); !errors.Is(err, lead.ErrForbidden) {
			t.Errorf("an officer: %v", err)
		}
		// About somebody whom the worker never took along.
		if _, err := s.Receive(t.Context(), manager, sealed(t, a, manager, item(2), a.Now(), url.Values{"person": {"par_somebody"}, "how": {"met"}}), read); !errors.Is(err, lead.ErrForbidden) {
			t.Errorf("about a stranger: %v", err)
		}
		if n := look(t, a, schema.Care, `SELECT COUNT(*) FROM care_note WHERE participant_id = $1`, person); n != 0 {
			t.Errorf("%d notes", n)
		}
	})
}
