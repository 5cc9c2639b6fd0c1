package contact_test

import (
	"errors"
	"fmt"
	"path/filepath"
	"testing"
	"time"

	"waymark.example/internal/app"
	"waymark.example/internal/identity"
	"waymark.example/internal/lead"
	"waymark.example/internal/platform/db"
	"waymark.example/internal/platform/ledger"
	"waymark.example/internal/platform/secret"
	"waymark.example/internal/police/contact"
	"waymark.example/internal/practice"
	"waymark.example/internal/schema"
	"waymark.example/internal/webtest"
)

// A shared phone sends an item again through whichever session is open, whenever
// an answer was lost. However the sessions come one after the other, it is one
// record or one thing to look at.
func TestAnItemIsOneRecordThroughWhicheverSessionsItComes(t *testing.T) {
	webtest.EachArea(t, func(t *testing.T, a *app.App, staff practice.Area) {
		officer, other, third := staff.Actors["officer"], staff.Actors["officer2"], staff.Actors["sergeant"]
		receive := func(actor lead.Actor, d secret.Delivery) contact.Receipt {
			t.Helper()
			got, err := a.Contacts.Receive(t.Context(), actor, d, utc)
			if err != nil {
				t.Fatal(err)
			}
			return got
		}
		stand := func(what string, contacts, waiting int) {
			t.Helper()
			if n := count(t, a, schema.Police, `SELECT COUNT(*) FROM police_contact`); n != contacts {
				t.Errorf("%s: %d contacts, want %d", what, n, contacts)
			}
			if left, err := a.Contacts.Waiting(t.Context(), officer, false); err != nil || len(left) != waiting {
				t.Errorf("%s: %d wait, want %d; %v", what, len(left), waiting, err)
			}
		}

		recorded := sealed(t, a, officer.ID, newItem(), answers())
		receive(officer, recorded)
		if got := receive(other, recorded); got.HeldID != "" || got.ContactID != "" || got.Reference != "" {
			t.Errorf("what is recorded came through somebody else's session: %+v", got)
		}
		stand("recorded, then another's session", 1, 0)

		held := sealed(t, a, officer.ID, newItem(), answers())
		first := receive(other, held)
		if got := receive(third, held); got != first {
			t.Errorf("a third session: %+v, want %+v", got, first)
		}
		if got := receive(officer, held); got != first {
			t.Errorf("the officer's own session: %+v, want %+v", got, first)
		}
		stand("held, then its officer's session", 1, 1)
		_, kept, err := a.Contacts.OpenHeld(t.Context(), officer, first.HeldID)
		if err != nil {
			t.Fatal(err)
		}
		door, d := utc(kept)
		id, err := a.Contacts.Settle(t.Context(), officer, ledger.Form{}, first.HeldID, door, d)
		if err != nil {
			t.Fatal(err)
		}
		if got := receive(officer, held); got.ContactID != id || got.Reference == "" {
			t.Errorf("settled, then sent again: %+v, want %s", got, id)
		}
		stand("settled, then sent again", 2, 0)

		early := answers() // wrong when it came first, right when it comes again
		early.Set("happened_at", time.Now().UTC().Add(30*time.Minute).Format("2006-01-02T15:04"))
		mend := sealed(t, a, officer.ID, newItem(), early)
		wait := receive(officer, mend)
		mend.MadeAt, mend.SentAt = time.Now().Add(time.Hour), time.Now().Add(time.Hour)
		if got := receive(officer, mend); wait.HeldID == "" || got != wait {
			t.Errorf("to mend, then sent again: %+v, want %+v", got, wait)
		}
		stand("to mend, then sent again", 2, 1)
		if err := a.Contacts.SetAside(t.Context(), officer, ledger.Form{}, wait.HeldID, "Recorded on paper"); err != nil {
			t.Fatal(err)
		}
		if got := receive(officer, mend); got != wait {
			t.Errorf("set aside, then sent again: %+v, want %+v", got, wait)
		}
		stand("set aside, then sent again", 2, 0)
	})
}

// Whoever holds a phone can seal anything in anybody's name. It must not bury what
// really waits, nor reach another force.
func TestOneAccountCannotBuryWhatWaits(t *testing.T) {
	webtest.EachArea(t, func(t *testing.T, a *app.App, staff practice.Area) {
		officer, other := staff.Actors["officer"], staff.Actors["officer2"]
		full := 0
		for i := range contact.MostHeld + 5 {
			v := answers()
			v.Set("words", fmt.Sprint(i))
			d := sealed(t, a, officer.ID, newItem(), v)
			_, err := a.Contacts.Receive(t.Context(), other, d, utc)
			if errors.Is(err, contact.ErrFull) {
				full++
			} else if err != nil {
				t.Fatal(err)
			}
		}
		if full != 5 {
			t.Errorf("%d were put off, want 5", full)
		}
		if got, err := a.Contacts.Receive(t.Context(), officer, sealed(t, a, other.ID, newItem(), answers()), utc); err != nil || got.HeldID == "" {
			t.Errorf("somebody else's delivery: %+v, %v", got, err)
		}
		mine, err := a.Contacts.Waiting(t.Context(), officer, false)
		if err != nil || len(mine) != contact.MostHeld {
			t.Fatalf("%d wait: %v", len(mine), err)
		}
		if err := a.Contacts.SetAside(t.Context(), officer, ledger.Form{}, mine[0].ID, "Not mine"); err != nil {
			t.Fatal(err)
		}
		if _, err := a.Contacts.Receive(t.Context(), other, sealed(t, a, officer.ID, newItem(), answers()), utc); err != nil {
			t.Errorf("there is room again: %v", err)
		}

		force, err := a.Accounts.FirstOrganisation(t.Context(), "Southmoor Police", identity.PoliceForce)
		if err != nil {
			t.Fatal(err)
		}
		stranger := account(t, a, "stranger", "PC Uma Ray", "South", force.ID, lead.Officer)
		if _, err := a.Contacts.Receive(t.Context(), officer, sealed(t, a, stranger.ID, newItem(), answers()), utc); err != nil {
			t.Fatal(err)
		}
		if theirs, err := a.Contacts.Waiting(t.Context(), stranger, false); err != nil || len(theirs) != 0 {
			t.Errorf("another force's officer finds %d: %v", len(theirs), err)
		}
	})
}

// What a phone says of when it made an entry is anybody's word: it opens no policy
// that had ended long before the thing happened.
func TestR7_AnEntryMadeBeforeItHappenedHasNoOlderPolicy(t *testing.T) {
	site := webtest.Start(t, "sqlite:"+t.TempDir()+"/waymark.db", nil)
	a, officer := site.App, site.Area.Actors["officer"]
	p, _, err := a.Contacts.Choices(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	p.InForceFrom, p.DecidedBy = db.Day(a.Now()), "Policy Coordinating Group"
	if _, err := a.Policies.RecordFirst(t.Context(), p); err != nil {
		t.Fatal(err)
	}
	later := time.Now().AddDate(0, 0, 90)
	site.Clock.Set(later)
	for name, made := range map[string]time.Time{"long ago": later.AddDate(-3, 0, 0), "no time at all": time.Unix(0, 0), "now": later} {
		v := answers()
		v.Set("happened_at", later.Add(-time.Minute).UTC().Format("2006-01-02T15:04"))
		v.Set("policy_version", "1")
		d := sealed(t, a, officer.ID, newItem(), v)
		d.MadeAt, d.SentAt = made, later
		if got, err := a.Contacts.Receive(t.Context(), officer, d, utc); err != nil || got.Why != contact.OldPolicy {
			t.Errorf("made %s: %+v, %v", name, got, err)
		}
	}
}

// Whoever may record nothing any more does not record by settling what waited.
func TestR1_WhatWaitedIsRecordedByWhoMayRecord(t *testing.T) {
	webtest.EachArea(t, func(t *testing.T, a *app.App, staff practice.Area) {
		officer, registrar := staff.Actors["officer"], staff.Actors["registrar"]
		got, err := a.Contacts.Receive(t.Context(), officer, sealed(t, a, registrar.ID, newItem(), answers()), utc)
		if err != nil {
			t.Fatal(err)
		}
		door, d := utc(answers())
		if _, err := a.Contacts.Settle(t.Context(), registrar, ledger.Form{}, got.HeldID, door, d); !errors.Is(err, lead.ErrForbidden) {
			t.Errorf("a crime registrar recorded a contact: %v", err)
		}
		if n := count(t, a, schema.Police, `SELECT COUNT(*) FROM police_contact`); n != 0 {
			t.Errorf("%d contacts", n)
		}
	})
}

// The key store is another database: it may be away just when something is taken
// back. The same form again finishes it.
func TestWhatWasTakenBackIsUnreadableAlsoAfterTheKeyStoreWasAway(t *testing.T) {
	webtest.EachArea(t, func(t *testing.T, a *app.App, staff practice.Area) {
		officer := staff.Actors["officer"]
		id, err := a.Contacts.Decide(t.Context(), officer, ledger.Form{}, contact.ArrestDiversion, diverted())
		if err != nil {
			t.Fatal(err)
		}
		var referralID, letter string
		err = a.Store.Handle(schema.Police).Look(t.Context(), func(tx *db.Tx) error {
			return tx.One(t.Context(), `SELECT referral_id, letter FROM handoff_referral WHERE contact_id = $1`, id).Scan(&referralID, &letter)
		})
		if err != nil {
			t.Fatal(err)
		}
		gone, err := db.Open(t.Context(), "sqlite:"+filepath.Join(t.TempDir(), "gone.db"), schema.Keys())
		if err != nil {
			t.Fatal(err)
		}
		if err := gone.Close(); err != nil {
			t.Fatal(err)
		}
		away := &contact.Service{Book: a.Contacts.Book, Access: a.Contacts.Access, Post: secret.NewPostbox(secret.NewRing(gone, schema.Care, a.Keeper))}
		form := ledger.Form{Key: lead.NewID("frm"), Hash: "undo"}
		if err := away.Undo(t.Context(), officer, form, id); err == nil {
			t.Fatal("the key store was away and nobody was told")
		}
		if err := a.Contacts.Undo(t.Context(), officer, form, id); err != nil {
			t.Fatal(err)
		}
		if _, err := secret.NewRing(a.Keys, schema.Care, a.Keeper).OpenLetter(t.Context(), referralID, "handoff_referral.letter", letter); !errors.Is(err, secret.ErrDestroyed) {
			t.Errorf("its words can still be read: %v", err)
		}
	})
}

// Two forces may both call a suite by the same name, or by none.
func TestACustodyListIsOfOneForce(t *testing.T) {
	webtest.EachArea(t, func(t *testing.T, a *app.App, staff practice.Area) {
		force, err := a.Accounts.FirstOrganisation(t.Context(), "Southmoor Police", identity.PoliceForce)
		if err != nil {
			t.Fatal(err)
		}
		nameless := account(t, a, "nameless", "Sgt Ash Cole", "", staff.Actors["custody"].Organisation, lead.CustodySergeant)
		named := account(t, a, "named", "Sgt Bo Lind", "Custody", force.ID, lead.CustodySergeant)
		if _, err := a.Contacts.DecideFor(t.Context(), nameless, ledger.Form{}, contact.Custody{OfficerID: staff.Actors["officer"].ID, Place: "cell"}, inCustody()); err != nil {
			t.Fatal(err)
		}
		if shift, err := a.Contacts.Shift(t.Context(), nameless); err != nil || len(shift.Open) != 1 {
			t.Errorf("their own: %+v, %v", shift, err)
		}
		if shift, err := a.Contacts.Shift(t.Context(), named); err != nil || len(shift.Open)+len(shift.Met)+shift.Others != 0 {
			t.Errorf("another force's: %+v, %v", shift, err)
		}
	})
}
