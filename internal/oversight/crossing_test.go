package oversight_test

import (
	"errors"
	"testing"
	"time"

	"waymark.example/internal/app"
	"waymark.example/internal/care/consent"
	"waymark.example/internal/care/participant"
	"waymark.example/internal/handoff/disclosure"
	"waymark.example/internal/handoff/keeping"
	"waymark.example/internal/identity"
	"waymark.example/internal/lead"
	"waymark.example/internal/oversight"
	"waymark.example/internal/platform/ledger"
	"waymark.example/internal/practice"
	"waymark.example/internal/webtest"
)

// shares has somebody let their housing provider know what they need, and the
// worker write to it.
func shares(t testing.TB, a *app.App, staff practice.Area, person string, letters int) {
	t.Helper()
	manager, housing := staff.Actors["manager"], staff.Actors["housing"].Organisation
	until := a.Now().AddDate(0, 1, 0).Format(time.DateOnly)
	must(t, a.Care.Consents.Give(t.Context(), manager, none, person, consent.Given{Recipient: housing, Topics: []disclosure.Topic{disclosure.Needs, disclosure.Reach}, Purpose: "home", Until: until, How: "signed", Language: "English"}))
	for range letters {
		_, err := a.Care.Consents.Prepare(t.Context(), manager, none, person, consent.Letter{Recipient: housing, Topics: []disclosure.Topic{disclosure.Needs}, Purpose: "home", Channel: disclosure.Account, Agreed: true, Words: "A room on the ground floor, please", Until: until})
		must(t, err)
	}
}

func crossings(t testing.TB, a *app.App, actor lead.Actor, find oversight.CrossingSearch, limit int) oversight.Crossings {
	t.Helper()
	found, err := a.Oversight.Crossings(t.Context(), actor, find, limit)
	must(t, err)
	return found
}

func TestEveryCrossingShowsItsBasisAndNeverItsWords(t *testing.T) {
	webtest.EachArea(t, func(t *testing.T, a *app.App, staff practice.Area) {
		person := received(t, a, staff)
		manager, supervisor, dpo, clinic := staff.Actors["manager"], staff.Actors["supervisor"], staff.Actors["dpo"], staff.Actors["clinician"].Organisation
		today := a.Now().UTC().Format(time.DateOnly)
		shares(t, a, staff, person, 1)
		must(t, a.Care.Consents.Give(t.Context(), manager, none, person, consent.Given{Recipient: staff.Actors["prosecutor"].Organisation, Topics: []disclosure.Topic{disclosure.Status}, Purpose: "outcome",
			Until: a.Now().AddDate(0, 1, 0).Format(time.DateOnly), How: "signed", Language: "English"}))
		must(t, a.Care.People.TakeIntake(t.Context(), manager, none, person, 0, participant.Intake{Done: true, ConsentHow: "signed", ConsentLanguage: "English"}))
		legal := consent.Letter{Recipient: clinic, Topics: []disclosure.Topic{disclosure.Risk}, Basis: "adult", Ground: "Bruises", Channel: disclosure.Account, Words: "Please see them alone", Until: today}
		id, err := a.Care.Consents.Prepare(t.Context(), manager, none, person, legal)
		must(t, err)
		must(t, a.Care.Consents.Confirm(t.Context(), supervisor, none, person, id))

		list := crossings(t, a, dpo, oversight.CrossingSearch{}, 10).List
		if len(list) != 3 {
			t.Fatalf("%d crossings: %+v", len(list), list)
		}
		law, word, yes := list[0], list[1], list[2]
		if law.Basis != "adult" || law.SecondWords() != supervisor.Name+" agreed first" || law.Told || law.BasisSource() == "" || law.To != "Harbour Health Trust" || law.Classes() != "F" || len(law.Consents) != 0 || !law.ReadAt.IsZero() {
			t.Errorf("on a legal basis: %+v", law)
		}
		if !word.Attested || word.BasisWords() != "Their own yes" || word.Classes() != "C" || word.To != "Northmoor Prosecution Service" || len(word.Consents) != 1 {
			t.Errorf("the one word: %+v", word)
		}
		if yes.Basis != "" || yes.By != manager.Name || yes.To != "Lantern Housing" || len(yes.Consents) != 1 || yes.Purpose != "home" || yes.Standing(today) != "Open" {
			t.Errorf("on a yes: %+v", yes)
		}
		if _, err := a.Inbox.Read(t.Context(), staff.Actors["housing"], yes.ID); err != nil {
			t.Fatal(err)
		}
		must(t, a.Care.Consents.Tell(t.Context(), manager, none, person, id, true, ""))
		must(t, a.Care.Consents.Stop(t.Context(), manager, none, person, staff.Actors["housing"].Organisation, ""))
		list = crossings(t, a, dpo, oversight.CrossingSearch{ParticipantID: person}, 10).List
		if !list[0].Told || list[2].ReadAt.IsZero() || list[2].Standing(today) != "Closed: the yes was taken back" {
			t.Errorf("afterwards: %+v", list)
		}

		// To look is an entry about the person; police officers' overseers see none.
		trail, err := a.Oversight.Entries(t.Context(), staff.Actors["auditor"], "audit.search", ledger.Search{Subject: person, Act: "audit.crossings"}, 10)
		if err != nil || len(trail.Entries) != 2 {
			t.Errorf("looking at crossings made %d entries: %v", len(trail.Entries), err)
		}
		of := func(name string, kind identity.Kind) lead.Actor {
			o, err := a.Accounts.FirstOrganisation(t.Context(), name, kind)
			must(t, err)
			return lead.Actor{ID: "acc_dpo2", Side: lead.Oversight, Organisation: o.ID, Roles: []lead.Role{lead.DPO}}
		}
		if list := crossings(t, a, of("Northmoor Police", identity.PoliceForce), oversight.CrossingSearch{}, 10).List; len(list) != 0 {
			t.Errorf("the force's officer sees what the case team sent: %+v", list)
		}
		if _, err := a.Oversight.Crossings(t.Context(), of("Lantern Housing", identity.Housing), oversight.CrossingSearch{}, 10); !errors.Is(err, lead.ErrForbidden) {
			t.Errorf("a housing provider's officer: %v", err)
		}

		// Erased: that it crossed stays, and that it can be read no more.
		propose(t, a, staff, person, keeping.Erase)
		must(t, a.Care.People.Settle(t.Context(), supervisor, none, person, 1, true))
		if list := crossings(t, a, dpo, oversight.CrossingSearch{ParticipantID: person}, 10).List; len(list) != 3 || list[0].Standing(today) != "Erased: nobody can read it" {
			t.Errorf("after an erasure: %+v", list)
		}
		p, err := a.Oversight.Processing(t.Context(), dpo, nil)
		must(t, err)
		if len(p.Crossed) != 3 || p.Crossed[0].Count() != "fewer than 10" || len(p.Tables()) != 6 {
			t.Errorf("the record of processing: %+v", p.Crossed)
		}
		if p, err := a.Oversight.Processing(t.Context(), of("Northmoor Police", identity.PoliceForce), nil); err != nil || len(p.Crossed) != 0 {
			t.Errorf("the force's officer counts what the case team sent: %+v, %v", p.Crossed, err)
		}
	})
}

func TestCrossingsPageWithoutGapOrRepeat(t *testing.T) {
	webtest.EachArea(t, func(t *testing.T, a *app.App, staff practice.Area) {
		one, other := received(t, a, staff), received(t, a, staff)
		shares(t, a, staff, one, 7)
		shares(t, a, staff, other, 4)
		for who, want := range map[string]int{"": 11, one: 7, other: 4, "par_none": 0} {
			seen := map[string]bool{}
			find := oversight.CrossingSearch{ParticipantID: who}
			for {
				page := crossings(t, a, staff.Actors["dpo"], find, 3)
				for _, c := range page.List {
					if seen[c.ID] || who != "" && c.ParticipantID != who {
						t.Errorf("%s shows again, or is somebody else's", c.ID)
					}
					seen[c.ID] = true
				}
				if page.Before == "" {
					break
				}
				find.Before, find.BeforeID = page.Before, page.BeforeID
			}
			if len(seen) != want {
				t.Errorf("%q: %d of %d crossings show", who, len(seen), want)
			}
		}
		if list := crossings(t, a, staff.Actors["dpo"], oversight.CrossingSearch{To: "2020-01-01"}, 10).List; len(list) != 0 {
			t.Errorf("days are not looked at: %+v", list)
		}
	})
}

// A card is a crossing too: for which force, on which yes, until when. Not its
// code, and not whom it says to call.
func TestACardThatSomebodyCarriesIsListedWithItsYes(t *testing.T) {
	webtest.EachArea(t, func(t *testing.T, a *app.App, staff practice.Area) {
		person := received(t, a, staff)
		_, err := a.Care.Cards.Make(t.Context(), staff.Actors["manager"], none, person, consent.CardGiven{Force: staff.Actors["officer"].Organisation, Name: "Asha Fern", Phone: "07700 900177",
			Until: a.Now().AddDate(0, 1, 0).UTC().Format(time.DateOnly), How: "signed", Language: "English"})
		must(t, err)
		today := a.Now().UTC().Format(time.DateOnly)
		for _, find := range []oversight.CrossingSearch{{}, {ParticipantID: person}} {
			list := crossings(t, a, staff.Actors["dpo"], find, 10).List
			if len(list) != 1 || list[0].Letter() || list[0].To != "Northmoor Police" || list[0].Classes() != "C" || list[0].BasisWords() != "Their own yes" || list[0].By != staff.Actors["manager"].Name || list[0].Standing(today) != "Open" {
				t.Fatalf("%+v", list)
			}
		}
		must(t, a.Care.Cards.Stop(t.Context(), staff.Actors["manager"], none, person))
		if list := crossings(t, a, staff.Actors["dpo"], oversight.CrossingSearch{}, 10).List; list[0].Standing(today) != "Closed: the yes was taken back" {
			t.Errorf("after the stop: %+v", list)
		}
	})
}
