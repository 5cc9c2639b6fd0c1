package contact_test

import (
	"errors"
	"testing"
	"time"

	"waymark.example/internal/app"
	"waymark.example/internal/handoff/referral"
	"waymark.example/internal/identity"
	"waymark.example/internal/lead"
	"waymark.example/internal/platform/ledger"
	"waymark.example/internal/police/contact"
	"waymark.example/internal/practice"
	"waymark.example/internal/schema"
	"waymark.example/internal/webtest"
)

// account opens one more account of the practice area.
func account(t *testing.T, a *app.App, local, name, team, organisation string, roles ...lead.Role) lead.Actor {
	t.Helper()
	got, err := a.Accounts.OpenPractice(t.Context(), []identity.Account{{Email: local + "@practice.example", Name: name, Team: team, Organisation: organisation, Roles: roles}}, practice.Password)
	if err != nil {
		t.Fatal(err)
	}
	return got[0].Actor()
}

func inCustody() contact.Decision {
	d := diverted()
	d.Place, d.HandOff = "", referral.Referral{Nickname: "Sedge"}
	return d
}

func TestACustodySergeantRecordsForTheOfficerAndBothSeeIt(t *testing.T) {
	webtest.EachArea(t, func(t *testing.T, a *app.App, staff practice.Area) {
		officer, custody, sergeant := staff.Actors["officer"], staff.Actors["custody"], staff.Actors["sergeant"]
		form := ledger.Form{Key: lead.NewID("frm"), Hash: "a"}
		id, err := a.Contacts.DecideFor(t.Context(), custody, form, contact.Custody{OfficerID: officer.ID, Place: "cell"}, inCustody())
		if err != nil {
			t.Fatal(err)
		}
		if again, err := a.Contacts.DecideFor(t.Context(), custody, form, contact.Custody{OfficerID: officer.ID, Place: "cell"}, inCustody()); err != nil || again != id {
			t.Errorf("the same form again: %s, %v", again, err)
		}
		mine, err := a.Contacts.Mine(t.Context(), officer, "", 10)
		if err != nil || len(mine) != 1 || mine[0].For != "Sgt Kit Adeyemi" || mine[0].Door != contact.ArrestDiversion {
			t.Errorf("the officer's entries: %+v, %v", mine, err)
		}
		for name, reader := range map[string]lead.Actor{"the officer": officer, "who recorded it": custody, "the officer's sergeant": sergeant} {
			e, err := a.Contacts.Read(t.Context(), reader, id)
			if err != nil || e.OfficerID != officer.ID || e.Recorder != custody.ID || e.Team != officer.Team || e.Versions[0].RecordedBy != custody.ID {
				t.Errorf("%s: %+v, %v", name, e, err)
			}
		}
		if err := a.Contacts.Call(t.Context(), custody, ledger.Form{}, id); err != nil {
			t.Errorf("custody asks how long it takes: %v", err)
		}
		h, err := a.Care.People.HandOffs(t.Context(), staff.Actors["manager"])
		if err != nil || len(h.Waiting) != 1 || h.Waiting[0].Nickname != "Sedge" || h.Waiting[0].MeetWords != "Quayside custody: in their cell" {
			t.Errorf("the case team hears: %+v, %v", h.Waiting, err)
		}
		// Nobody else of custody opens it: they see its state on the list.
		other := account(t, a, "custody2", "Sgt Bo Lind", custody.Team, custody.Organisation, lead.CustodySergeant)
		if _, err := a.Contacts.Read(t.Context(), other, id); !errors.Is(err, lead.ErrForbidden) {
			t.Errorf("another custody sergeant read it: %v", err)
		}
		shift, err := a.Contacts.Shift(t.Context(), other)
		if err != nil || len(shift.Open) != 1 || shift.Open[0].OfficerName != officer.Name || len(shift.Met) != 0 {
			t.Errorf("their list: %+v, %v", shift, err)
		}
		elsewhere := account(t, a, "custody3", "Sgt Ash Cole", "Hill custody", custody.Organisation, lead.CustodySergeant)
		if shift, err := a.Contacts.Shift(t.Context(), elsewhere); err != nil || len(shift.Open) != 0 {
			t.Errorf("another suite's list: %+v, %v", shift, err)
		}
		if _, err := a.Contacts.Shift(t.Context(), officer); !errors.Is(err, lead.ErrForbidden) {
			t.Errorf("an officer reads the shift: %v", err)
		}
	})
}

func TestCustodyRecordsOnlyForAnOfficerOfItsOwnForceWhoWorksThere(t *testing.T) {
	webtest.EachArea(t, func(t *testing.T, a *app.App, staff practice.Area) {
		custody := staff.Actors["custody"]
		force, err := a.Accounts.FirstOrganisation(t.Context(), "Southmoor Police", identity.PoliceForce)
		if err != nil {
			t.Fatal(err)
		}
		stranger := account(t, a, "stranger", "PC Uma Ray", "South", force.ID, lead.Officer)
		for name, id := range map[string]string{"nobody": "", "no account": lead.NewID("acc"), "another force": stranger.ID, "a case manager": staff.Actors["manager"].ID,
			"somebody who is no officer": staff.Actors["registrar"].ID, "themself": custody.ID} {
			_, err := a.Contacts.DecideFor(t.Context(), custody, ledger.Form{}, contact.Custody{OfficerID: id, Place: "cell"}, inCustody())
			if bad, _ := errors.AsType[lead.Invalid](err); bad["officer"] == "" {
				t.Errorf("%s: %v", name, err)
			}
		}
		for _, who := range []string{"officer", "sergeant", "registrar", "manager", "coordinator"} {
			_, err := a.Contacts.DecideFor(t.Context(), staff.Actors[who], ledger.Form{}, contact.Custody{OfficerID: staff.Actors["officer2"].ID, Place: "cell"}, inCustody())
			if !errors.Is(err, lead.ErrForbidden) {
				t.Errorf("%s recorded for somebody: %v", who, err)
			}
		}
		if _, err := a.Contacts.Decide(t.Context(), custody, ledger.Form{}, contact.ArrestDiversion, diverted()); !errors.Is(err, lead.ErrForbidden) {
			t.Errorf("custody recorded a contact of its own: %v", err)
		}
		if n := count(t, a, schema.Police, `SELECT COUNT(*) FROM police_contact`); n != 0 {
			t.Errorf("%d contacts were written all the same", n)
		}
		found, err := a.Contacts.Officers(t.Context(), custody, "A", 20) // a letter of every name
		if err != nil || len(found) != 3 {
			t.Errorf("officers: %+v, %v", found, err)
		}
		for _, part := range []string{"%", "_", "!", "'"} {
			if found, err := a.Contacts.Officers(t.Context(), custody, part, 20); err != nil || len(found) != 0 {
				t.Errorf("%q finds %+v, %v", part, found, err)
			}
		}
	})
}

func TestR1_NotOfferedInCustodyIsADecisionWithAReasonOfThePolicy(t *testing.T) {
	webtest.EachArea(t, func(t *testing.T, a *app.App, staff practice.Area) {
		custody, in := staff.Actors["custody"], contact.Custody{OfficerID: staff.Actors["officer"].ID}
		for outcome, reason := range map[contact.Outcome]string{contact.NotFit: "adult_to_come", contact.NoCapacity: "left_custody", contact.NotEligible: "offence", contact.NotDiverted: "victim_wish"} {
			d := notDiverted()
			d.Place, d.Outcome, d.Reason = "", outcome, reason
			if _, err := a.Contacts.DecideFor(t.Context(), custody, ledger.Form{}, in, d); err != nil {
				t.Errorf("%s, %s: %v", outcome, reason, err)
			}
			d.Reason = "felt_like_it"
			if _, err := a.Contacts.DecideFor(t.Context(), custody, ledger.Form{}, in, d); err == nil {
				t.Errorf("%s with a reason that is not the policy's", outcome)
			}
		}
		if _, err := a.Contacts.DecideFor(t.Context(), custody, ledger.Form{}, in, inCustody()); err == nil {
			t.Error("a hand-off without a place was taken")
		}
		d := inCustody()
		if _, err := a.Contacts.DecideFor(t.Context(), custody, ledger.Form{}, contact.Custody{OfficerID: in.OfficerID, Place: contact.Later}, d); err == nil {
			t.Error("somebody to find later, without saying how")
		}
		d.HandOff.FindWords = "By the boathouse"
		if _, err := a.Contacts.DecideFor(t.Context(), custody, ledger.Form{}, contact.Custody{OfficerID: in.OfficerID, Place: contact.Later}, d); err != nil {
			t.Error(err)
		}
		if shift, err := a.Contacts.Shift(t.Context(), custody); err != nil || shift.Others != 4 || len(shift.Open) != 1 {
			t.Errorf("%+v, %v", shift, err)
		}
	})
}

// A contact in custody waits for nobody's approval; and whoever stood on the
// street never approves what was made of their contact by somebody else.
func TestR6_NobodyApprovesAReferralThatWasMadeForThem(t *testing.T) {
	webtest.EachArea(t, func(t *testing.T, a *app.App, staff practice.Area) {
		sergeant, custody := staff.Actors["sergeant"], staff.Actors["custody"]
		if _, err := a.Contacts.DecideFor(t.Context(), custody, ledger.Form{}, contact.Custody{OfficerID: sergeant.ID, Place: "desk"}, inCustody()); err != nil {
			t.Fatal(err)
		}
		if own, err := a.Contacts.ToApprove(t.Context(), sergeant); err != nil || len(own) != 0 {
			t.Errorf("a hand-off in custody waits for approval: %+v, %v", own, err)
		}
		second := account(t, a, "sergeant2", "Sgt Ray Moss", sergeant.Team, sergeant.Organisation, lead.Sergeant)
		id, err := a.Contacts.Decide(t.Context(), sergeant, ledger.Form{}, contact.SocialContact, notDiverted())
		if err != nil {
			t.Fatal(err)
		}
		d := diverted()
		d.Correction = "They would like it after all"
		if _, err := a.Contacts.Correct(t.Context(), second, ledger.Form{}, id, 1, d); err != nil {
			t.Fatal(err)
		}
		waiting, err := a.Contacts.ToApprove(t.Context(), sergeant)
		if err != nil || len(waiting) != 1 || !waiting[0].Own {
			t.Fatal(waiting, err)
		}
		for name, who := range map[string]lead.Actor{"whose contact it is": sergeant, "who made the referral": second} {
			if err := a.Contacts.Approve(t.Context(), who, ledger.Form{}, waiting[0].ID, true, ""); !errors.Is(err, lead.ErrForbidden) {
				t.Errorf("%s approved it: %v", name, err)
			}
		}
		third := account(t, a, "sergeant3", "Sgt Ivy Dent", sergeant.Team, sergeant.Organisation, lead.Sergeant)
		if err := a.Contacts.Approve(t.Context(), third, ledger.Form{}, waiting[0].ID, true, ""); err != nil {
			t.Errorf("a third sergeant: %v", err)
		}
	})
}

func TestAnOfficerFindsTheirOwnEntryByItsReferenceAndNobodyElses(t *testing.T) {
	webtest.EachArea(t, func(t *testing.T, a *app.App, staff practice.Area) {
		id, err := a.Contacts.Decide(t.Context(), staff.Actors["officer"], ledger.Form{}, contact.ArrestDiversion, notDiverted())
		if err != nil {
			t.Fatal(err)
		}
		e, err := a.Contacts.Read(t.Context(), staff.Actors["officer"], id)
		if err != nil {
			t.Fatal(err)
		}
		for _, said := range []string{e.Reference, " " + e.Reference[3:] + " ", "ld" + e.Reference[2:], e.Reference[:5] + " " + e.Reference[5:]} {
			if row, err := a.Contacts.ByReference(t.Context(), staff.Actors["officer"], said); err != nil || row.ID != id {
				t.Errorf("%q: %+v, %v", said, row, err)
			}
		}
		if row, err := a.Contacts.ByReference(t.Context(), staff.Actors["officer2"], e.Reference); !errors.Is(err, lead.ErrNotFound) {
			t.Errorf("another officer's: %+v, %v", row, err)
		}
		if rows, err := a.Contacts.Mine(t.Context(), staff.Actors["officer"], "", 5); err != nil || time.Since(rows[0].RecordedAt) > time.Hour {
			t.Errorf("%+v, %v", rows, err)
		}
	})
}
