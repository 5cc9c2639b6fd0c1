package voice_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"waymark.example/internal/app"
	"waymark.example/internal/lead"
	"waymark.example/internal/partnership/meeting"
	"waymark.example/internal/partnership/partner"
	"waymark.example/internal/partnership/voice"
	"waymark.example/internal/platform/db"
	"waymark.example/internal/platform/ledger"
	"waymark.example/internal/practice"
	"waymark.example/internal/schema"
	"waymark.example/internal/webtest"
)

var none = ledger.Form{} // a form without a key is sent once

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func seat(t testing.TB, a *app.App, who lead.Actor, lived bool) {
	t.Helper()
	must(t, ledger.New(a.Store.Handle(schema.Partnership), a.Now).Keep(t.Context(), func(tx *db.Tx) error {
		_, err := tx.Exec(t.Context(), `INSERT INTO partnership_seat (seat_id, body_id, organisation_id, account_id, name, lived, chair, from_on, until_on, recorded_by, recorded_at)
			VALUES ($1, 'owg', $2, $3, $4, $5, FALSE, '2020-01-01', '', 'test', $6)`, "sea_"+who.ID, who.Organisation, who.ID, who.Name, lived, db.At(a.Now()))
		return err
	}))
}

func TestR53_TheBalanceOfVoicesIsCountedAndWhatWasSaidIsAnswered(t *testing.T) {
	webtest.EachArea(t, func(t *testing.T, a *app.App, staff practice.Area) {
		ctx := t.Context()
		panel, officer, coordinator, commissioner := staff.Actors["panel"], staff.Actors["officer"], staff.Actors["coordinator"], staff.Actors["commissioner"]
		for _, who := range []lead.Actor{panel, officer, coordinator} {
			seat(t, a, who, who.ID == panel.ID)
		}
		must(t, a.Partners.AddSeat(ctx, coordinator, none, partner.Seat{BodyID: partner.PolicyGroup, OrganisationID: officer.Organisation, AccountID: officer.ID, From: db.Day(a.Now())})) // on two bodies, and one person
		at := a.Now().Add(20 * time.Minute).UTC()
		id, err := a.Meetings.CallFor(ctx, coordinator, none, meeting.Call{BodyID: "owg", On: at.Format(time.DateOnly), At: at.Format("15:04"), Minutes: 60, Place: "Here", Every: "once"})
		must(t, err)
		must(t, a.Meetings.Confirm(ctx, officer, none, id, true))
		p, err := a.Voices.Lived(ctx, panel)
		must(t, err)
		if b := p.Balance; b.Meetings != 1 || b.Without != 1 || b.Lived.People != 1 || b.Others.People != 2 || b.Lived.Attended != 0 || b.Others.Attended != 1 {
			t.Errorf("a table without lived experience: %+v", b)
		}
		must(t, a.Meetings.Confirm(ctx, panel, none, id, true))

		// From the front line, without a name; from lived experience, with one.
		hidden, err := a.Voices.Propose(ctx, officer, none, voice.Proposal{Words: "PC Hale says: the form asks twice. Herring.", Stage: "implementation"})
		must(t, err)
		shown, err := a.Voices.Propose(ctx, panel, none, voice.Proposal{Words: "Ask what somebody is called.", Stage: "design", Named: true})
		must(t, err)
		if got, err := a.Voices.Proposals(ctx, staff.Actors["manager"]); err != nil || len(got.Shown)+len(got.Mine)+len(got.Wait) != 0 {
			t.Errorf("unanswered, others read it: %+v %v", got, err)
		}
		if got, err := a.Voices.Proposals(ctx, coordinator); err != nil || len(got.Wait) != 2 {
			t.Errorf("the coordinator has %d to answer: %v", len(got.Wait), err)
		}
		reply := voice.Reply{Standing: voice.Changed, Shown: "The form asks twice.", Answer: "It asks once."}
		if err := a.Voices.Answer(ctx, officer, none, hidden, 0, reply); !errors.Is(err, lead.ErrForbidden) {
			t.Errorf("somebody answers themself: %v", err)
		}
		must(t, a.Voices.Answer(ctx, coordinator, none, hidden, 0, reply))
		must(t, a.Voices.Answer(ctx, coordinator, none, shown, 0, voice.Reply{Standing: voice.Looking, Shown: "Ask what somebody is called.", Answer: "We try it."}))
		if err := a.Voices.Answer(ctx, coordinator, none, shown, 0, reply); !errors.Is(err, lead.ErrConflict) {
			t.Errorf("an answer writes over another: %v", err)
		}
		must(t, a.Voices.Answer(ctx, coordinator, none, shown, 1, voice.Reply{Standing: voice.Changed, Shown: "Ask what somebody is called.", Answer: "We do."}))
		got, err := a.Voices.Proposals(ctx, staff.Actors["manager"])
		must(t, err)
		for _, one := range got.Shown {
			if strings.Contains(one.Words, "Herring") || one.By == officer.Name || one.Account != "" || one.Named && one.By != panel.Name {
				t.Errorf("everybody reads %+v", one)
			}
		}
		if mine, err := a.Voices.Proposals(ctx, officer); err != nil || len(mine.Mine) != 1 || mine.Mine[0].Standing != voice.Changed || mine.Mine[0].Answer != "It asks once." {
			t.Errorf("whoever proposed it hears: %+v %v", mine.Mine, err)
		}
		p, err = a.Voices.Lived(ctx, commissioner)
		must(t, err)
		if b := p.Balance; b.Without != 0 || b.Lived != (voice.Share{People: 1, Attended: 1, Raised: 1, Changed: 1}) || b.Others != (voice.Share{People: 2, Attended: 1, Raised: 1, Changed: 1}) {
			t.Errorf("the balance is %+v", b)
		}

		// Paid for it: asked, agreed by a second person, paid, without a receipt.
		must(t, a.Voices.Involve(ctx, coordinator, none, voice.Involvement{Account: panel.ID, Stage: "design", Words: "Wrote the leaflet", Support: "A talk afterwards", On: db.Day(a.Now())}))
		must(t, a.Voices.Ask(ctx, panel, none, voice.Payment{Account: officer.ID, Kind: "time", Pence: 2550, On: db.Day(a.Now())}))
		p, err = a.Voices.Lived(ctx, panel)
		must(t, err)
		if len(p.Payments) != 1 || p.Payments[0].Account != panel.ID || p.Payments[0].Pounds() != "£25.50" || len(p.Involvement) != 1 {
			t.Fatalf("their own part is %+v", p)
		}
		pay := p.Payments[0].ID
		for _, wrong := range []struct {
			who  lead.Actor
			kind string
			want error
		}{{panel, "approved", lead.ErrForbidden}, {officer, "approved", lead.ErrForbidden}, {coordinator, "paid", lead.ErrConflict}, {coordinator, "given", lead.ErrNotFound}} {
			if err := a.Voices.Step(ctx, wrong.who, none, pay, wrong.kind, ""); !errors.Is(err, wrong.want) {
				t.Errorf("%s by %s: %v", wrong.kind, wrong.who.Name, err)
			}
		}
		must(t, a.Voices.Ask(ctx, coordinator, none, voice.Payment{Account: panel.ID, Kind: "travel", Pence: 480, On: db.Day(a.Now())}))
		p, err = a.Voices.Lived(ctx, coordinator)
		must(t, err)
		for _, one := range p.Payments {
			if a.Voices.Approvable(coordinator, one) != (one.ID == pay) {
				t.Errorf("the coordinator may agree to what they asked for: %+v", one)
			}
		}
		must(t, a.Voices.Step(ctx, coordinator, none, pay, "approved", ""))
		if err := a.Voices.Step(ctx, commissioner, none, pay, "not_agreed", "late"); !errors.Is(err, lead.ErrConflict) {
			t.Errorf("decided twice: %v", err)
		}
		must(t, a.Voices.Step(ctx, commissioner, none, pay, "paid", ""))
		if err := a.Voices.Step(ctx, commissioner, none, pay, "paid", ""); !errors.Is(err, lead.ErrConflict) {
			t.Errorf("paid twice: %v", err)
		}
		if _, err := a.Voices.Lived(ctx, officer); !errors.Is(err, lead.ErrForbidden) {
			t.Errorf("an officer reads payments: %v", err)
		}
	})
}

func FuzzReadPounds(f *testing.F) {
	for _, seed := range []string{"12", "12.50", "£3.05", "", ".", "1.5", "-3", "1e9", "999999.99", "12,50", " 7 "} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		n := voice.ReadPounds(text)
		if n < 0 || n > 99_999_999 {
			t.Fatalf("%q is %d pence", text, n)
		}
		if n > 0 && voice.ReadPounds(voice.Payment{Pence: n}.Pounds()) != n {
			t.Fatalf("%q is %d pence, and reads back as something else", text, n)
		}
	})
}
