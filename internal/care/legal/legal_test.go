package legal_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"waymark.example/internal/app"
	"waymark.example/internal/care/consent"
	"waymark.example/internal/care/legal"
	"waymark.example/internal/care/participant"
	"waymark.example/internal/handoff/disclosure"
	"waymark.example/internal/handoff/matter"
	"waymark.example/internal/lead"
	"waymark.example/internal/oversight"
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

func hearing(a *app.App, days int) legal.Matter {
	at := a.Now().AddDate(0, 0, days)
	return legal.Matter{Kind: "hearing", Standing: "ahead", Source: "person", On: a.Care.People.DayOf(at), At: at, Court: "Northmoor Magistrates' Court", Reference: "NM-1234", Place: "Court 2", Todo: "Find the letter", Words: "I am afraid of that room."}
}

// C15: what is ahead comes up where the work is, and going along is a promise.
func TestC15_AMatterComesUpWithItsPromiseAndKeepsEveryVersion(t *testing.T) {
	webtest.EachArea(t, func(t *testing.T, a *app.App, staff practice.Area) {
		manager := staff.Actors["manager"]
		person := webtest.Received(t, a, staff)
		for field, m := range map[string]legal.Matter{
			"kind": {Standing: "ahead", Source: "person"}, "source": {Kind: "fine", Standing: "ahead"},
			"standing": {Kind: "fine", Source: "person"}, "on": {Kind: "fine", Standing: "ahead", Source: "person", On: "2001-01-01"},
		} {
			if _, err := a.Care.Legal.Save(t.Context(), manager, none, person, "", 0, m, false); invalid(err)[field] == "" {
				t.Errorf("%s: %v", field, err)
			}
		}
		id, err := a.Care.Legal.Save(t.Context(), manager, none, person, "", 0, hearing(a, 0), true)
		must(t, err)
		all, err := a.Care.Legal.Read(t.Context(), manager, person)
		must(t, err)
		if len(all.Matters) != 1 || all.Matters[0].Words != "I am afraid of that room." || all.Now.NextWords != "Go along: Court hearing, Northmoor Magistrates' Court" {
			t.Errorf("%+v, next %q", all.Matters, all.Now.NextWords)
		}
		later := hearing(a, 9)
		later.Standing = "done"
		_, err = a.Care.Legal.Save(t.Context(), manager, none, person, id, 1, later, false)
		must(t, err)
		if _, err := a.Care.Legal.Save(t.Context(), manager, none, person, id, 1, later, false); !errors.Is(err, lead.ErrConflict) {
			t.Errorf("a second version two: %v", err)
		}
		one, err := a.Care.Legal.One(t.Context(), manager, person, id)
		must(t, err)
		if one.Matter.Standing != "done" || len(one.Earlier) != 1 || one.Earlier[0].On != hearing(a, 0).On {
			t.Errorf("%+v", one)
		}
		for _, who := range []string{"manager3", "officer", "prosecutor", "housing", "coordinator", "dpo", "auditor"} {
			if _, err := a.Care.Legal.One(t.Context(), staff.Actors[who], person, id); !errors.Is(err, lead.ErrForbidden) {
				t.Errorf("%s reads it: %v", who, err)
			}
		}
		must(t, a.Store.Handle(schema.Care).Look(t.Context(), func(tx *db.Tx) error {
			kept, err := db.All(t.Context(), tx, func(row db.Row) (string, error) {
				var court, reference, place, todo, words string
				err := row.Scan(&court, &reference, &place, &todo, &words)
				return court + reference + place + todo + words, err
			}, `SELECT court, reference, place, todo, words FROM care_legal`)
			for _, text := range kept {
				if strings.Contains(text, "Northmoor") || strings.Contains(text, "1234") || strings.Contains(text, "afraid") || strings.Contains(text, "letter") {
					t.Errorf("it lies open: %s", text)
				}
			}
			return err
		}))
	})
}

// R38: the database itself knows nobody else who could have told us.
func TestR38_AMatterComesOnlyFromThePersonTheirSolicitorAProsecutorOrThePolice(t *testing.T) {
	webtest.EachArea(t, func(t *testing.T, a *app.App, staff practice.Area) {
		person := webtest.Received(t, a, staff)
		book := ledger.New(a.Store.Handle(schema.Care), a.Now)
		err := book.Record(t.Context(), ledger.Entry{Actor: lead.System(), Verb: ledger.Administered, Act: "legal.test"}, func(tx *db.Tx, _ *ledger.Entry) error {
			_, err := tx.Exec(t.Context(), `INSERT INTO care_legal (legal_id, version, participant_id, kind, standing, source, next_on, next_at, court, reference, place, todo, words, recorded_by, recorded_at)
				VALUES ('leg_x', 1, $1, 'warrant', 'ahead', 'scraped', '', '', '', '', '', '', '', '', '')`, person)
			return err
		})
		if err == nil {
			t.Error("a matter from nowhere was let through")
		}
	})
}

func letter(d legal.Draft) legal.Draft {
	d.Addressee, d.Name = "Northmoor Magistrates' Court", "K. Reed"
	d.Agreed, d.How, d.Witness = true, "spoken", "A volunteer"
	return d
}

// L05: the letter says what the person saw and what the record holds, and no
// opinion, no attendance and no promise, whoever would like it.
func TestL05_ALetterSaysOnlyWhatTheySawAndWhatIsTrue(t *testing.T) {
	webtest.EachArea(t, func(t *testing.T, a *app.App, staff practice.Area) {
		manager := staff.Actors["manager"]
		person := webtest.Received(t, a, staff)
		id, err := a.Care.Legal.Save(t.Context(), manager, none, person, "", 0, hearing(a, 3), false)
		must(t, err)
		d := letter(legal.Draft{Facts: []string{"since", "worker"}, Own: "I would like to keep my flat."})
		p, err := a.Care.Legal.Look(t.Context(), manager, person, id, d)
		must(t, err)
		want := "To: Northmoor Magistrates' Court\nAbout: K. Reed, NM-1234\n\nK. Reed asked us to write this letter, and read every word of it first.\nK. Reed has been in touch with our team since " +
			a.Now().UTC().Format("2 January 2006") + ".\nAsha Fern of Harbour support team is their worker.\nIn their own words: \u201cI would like to keep my flat.\u201d\n" +
			"Being in touch with us is their own choice. This letter gives no opinion, and says nothing of what they talk about with us."
		if p.Words != want {
			t.Errorf("the letter:\n%s", p.Words)
		}
		if _, err := a.Care.Legal.Write(t.Context(), manager, none, person, id, d); invalid(err)["agreed"] == "" {
			t.Errorf("made without the words on the screen: %v", err)
		}
		d.Shown = p.Words
		for change, do := range map[string]func(*legal.Draft){
			"agreed": func(d *legal.Draft) { d.Agreed = false }, "witness": func(d *legal.Draft) { d.Witness = "" }, "how": func(d *legal.Draft) { d.How = "" },
			"facts": func(d *legal.Draft) { d.Facts = append(d.Facts, "intake") }, // it is not completed
		} {
			wrong := d
			wrong.Facts = append([]string{}, d.Facts...)
			do(&wrong)
			if _, err := a.Care.Legal.Write(t.Context(), manager, none, person, id, wrong); invalid(err)[change] == "" {
				t.Errorf("%s: %v", change, err)
			}
		}
		for _, own := range []string{"She attended every week.", "He is low risk", "They are fully compliant", "six clean drug tests: drug test", "engaging well", "will not be prosecuted", "grants immunity", "will never be charged", "the risk of reoffending"} {
			wrong := d
			wrong.Own = own
			if _, err := a.Care.Legal.Look(t.Context(), manager, person, id, wrong); invalid(err)["own"] == "" {
				t.Errorf("%q: %v", own, err)
			}
		}
		for _, to := range []string{"Northmoor Police", "The Chief Constable", "Custody, Castle Street", "The officer in the case", "Sergeant Miller", "CID Northmoor", "PC 1234 Reed", "Northmoor police station", "Northmoor Constabulary", "Detective Inspector Lowe"} {
			police := d
			police.Addressee = to
			if _, err := a.Care.Legal.Look(t.Context(), manager, person, id, police); invalid(err)["addressee"] == "" {
				t.Errorf("to %s: %v", to, err)
			}
		}
		kept, err := a.Care.Legal.Write(t.Context(), manager, none, person, id, d)
		must(t, err)
		_, l, err := a.Care.Legal.Letter(t.Context(), manager, person, kept)
		must(t, err)
		if l.Words != want || l.By != "Asha Fern" || l.Stopped {
			t.Errorf("kept %+v", l)
		}
		must(t, a.Care.Legal.TakeBack(t.Context(), manager, none, person, kept))
		if _, l, err = a.Care.Legal.Letter(t.Context(), manager, person, kept); err != nil || !l.Stopped {
			t.Errorf("taken back: %+v %v", l, err)
		}
		for _, who := range []string{"manager3", "oncall", "officer", "prosecutor"} {
			if _, _, err := a.Care.Legal.Letter(t.Context(), staff.Actors[who], person, kept); !errors.Is(err, lead.ErrForbidden) {
				t.Errorf("%s: %v", who, err)
			}
		}
	})
}

// R36: a prosecutor hears of a matter only on a yes, in the words the person saw,
// and what they decide is a record of their own discretion that moves nothing.
func TestR36_AProsecutorHearsOnAYesDecidesAtTheirDiscretionAndNothingFollows(t *testing.T) {
	webtest.EachArea(t, func(t *testing.T, a *app.App, staff practice.Area) {
		manager, prosecutor := staff.Actors["manager"], staff.Actors["prosecutor"]
		person := webtest.Received(t, a, staff)
		id, err := a.Care.Legal.Save(t.Context(), manager, none, person, "", 0, hearing(a, 3), false)
		must(t, err)
		office := prosecutor.Organisation
		if _, err := a.Care.Legal.LookTelling(t.Context(), manager, person, id, office); !errors.Is(err, lead.ErrNotFound) {
			t.Errorf("offered without a yes: %v", err)
		}
		give := func(purpose disclosure.Purpose) {
			must(t, a.Care.Consents.Give(t.Context(), manager, none, person, consent.Given{Recipient: office, Topics: []disclosure.Topic{disclosure.Status}, Purpose: purpose,
				Until: db.Day(a.Now().AddDate(0, 2, 0)), How: "signed", Language: "English"}))
		}
		give("outcome")
		if err := a.Care.Legal.Tell(t.Context(), manager, none, person, id, office, "", true); !errors.Is(err, lead.ErrNotFound) {
			t.Errorf("told on a yes to something else: %v", err)
		}
		give("legal")
		p, err := a.Care.Legal.LookTelling(t.Context(), manager, person, id, office)
		must(t, err)
		if strings.Contains(p.Words, "Kestrel") || strings.Contains(p.Words, "afraid") || strings.Contains(p.Words, "Find") || !strings.Contains(p.Words, "NM-1234") {
			t.Errorf("the words: %s", p.Words)
		}
		if err := a.Care.Legal.Tell(t.Context(), manager, none, person, id, office, p.Words, false); invalid(err)["agreed"] == "" {
			t.Errorf("told without their yes: %v", err)
		}
		if got, err := a.Inbox.Matters(t.Context(), prosecutor, "", 30); err != nil || len(got) != 0 {
			t.Errorf("sees something by default: %v %v", got, err)
		}
		must(t, a.Care.Legal.Tell(t.Context(), manager, none, person, id, office, p.Words, true))
		got, err := a.Inbox.Matters(t.Context(), prosecutor, "", 30)
		must(t, err)
		if len(got) != 1 || got[0].Words != p.Words {
			t.Fatalf("reads %+v", got)
		}
		share := got[0].ID
		for _, who := range []string{"housing", "clinician", "officer", "manager", "supervisor", "dpo"} {
			if _, err := a.Inbox.MatterOf(t.Context(), staff.Actors[who], share); !errors.Is(err, lead.ErrForbidden) {
				t.Errorf("%s reads it: %v", who, err)
			}
		}
		before := now(t, a, person)
		for field, d := range map[string]matter.Decision{"kind": {Kind: "immunity", On: db.Day(a.Now())}, "on": {Kind: "no_charge", On: "2999-01-01"}} {
			if err := a.Inbox.DecideMatter(t.Context(), prosecutor, none, share, d, "Why"); invalid(err)[field] == "" {
				t.Errorf("%s: %v", field, err)
			}
		}
		must(t, a.Inbox.DecideMatter(t.Context(), prosecutor, none, share, matter.Decision{Kind: "diversion", On: db.Day(a.Now())}, "In the public interest."))
		one, err := a.Care.Legal.One(t.Context(), manager, person, id)
		must(t, err)
		if len(one.Shared) != 1 || len(one.Shared[0].Decisions) != 1 || one.Shared[0].Decisions[0].Words != "In the public interest." || one.Shared[0].Decisions[0].By != prosecutor.Name {
			t.Errorf("the case team sees %+v", one.Shared)
		}
		if one.Matter.Version != 1 || one.Matter.Standing != "ahead" || now(t, a, person) != before {
			t.Errorf("a decision moved something: %+v", one.Matter)
		}
		must(t, a.Care.Consents.Stop(t.Context(), manager, none, person, office, ""))
		if _, err := a.Inbox.MatterOf(t.Context(), prosecutor, share); !errors.Is(err, lead.ErrNotFound) {
			t.Errorf("read after the stop: %v", err)
		}
		if err := a.Inbox.DecideMatter(t.Context(), prosecutor, none, share, matter.Decision{Kind: "charge", On: db.Day(a.Now())}, "x"); !errors.Is(err, lead.ErrNotFound) {
			t.Errorf("decided after the stop: %v", err)
		}
	})
}

// R18, R22: a yes to the status carries the status. No word that anybody typed
// about a matter reaches a prosecutor, and of some matters nothing does.
func TestR22_NoTypedWordOfAMatterReachesAProsecutor(t *testing.T) {
	webtest.EachArea(t, func(t *testing.T, a *app.App, staff practice.Area) {
		manager, prosecutor := staff.Actors["manager"], staff.Actors["prosecutor"]
		office, person := prosecutor.Organisation, webtest.Received(t, a, staff)
		must(t, a.Care.Consents.Give(t.Context(), manager, none, person, consent.Given{Recipient: office, Topics: []disclosure.Topic{disclosure.Status}, Purpose: "legal",
			Until: db.Day(a.Now().AddDate(0, 2, 0)), How: "signed", Language: "English"}))
		save := func(kind, reference string) string {
			t.Helper()
			id, err := a.Care.Legal.Save(t.Context(), manager, none, person, "", 0, legal.Matter{Kind: kind, Standing: "ahead", Source: "person", Court: "sleeps at 12 Fish Quay with Kim, using again", Reference: reference}, false)
			must(t, err)
			return id
		}
		tell := func(kind, reference string) error {
			t.Helper()
			id := save(kind, reference)
			p, err := a.Care.Legal.LookTelling(t.Context(), manager, person, id, office)
			if err != nil {
				return err
			}
			if strings.Contains(p.Words, "Quay") || strings.Contains(p.Words, "Kim") || strings.Contains(p.Words, "heroin") {
				t.Errorf("would be told: %s", p.Words)
			}
			return a.Care.Legal.Tell(t.Context(), manager, none, person, id, office, p.Words, true)
		}
		for _, kind := range []string{"warrant", "record", "recall", "other"} {
			if err := tell(kind, "NM-1234"); !errors.Is(err, lead.ErrNotFound) {
				t.Errorf("told of a %s: %v", kind, err)
			}
			if one, err := a.Care.Legal.One(t.Context(), manager, person, save(kind, "NM-1234")); err != nil || len(one.May) != 0 {
				t.Errorf("offered for a %s: %v %v", kind, one.May, err)
			}
		}
		for _, reference := range []string{"", "Kim Example 1.2.1990, heroin, dealing", "NM", "NOFIGURES", "nm-1234", "KIM SLEEPS AT 12 FISH QUAY", "GUN 12", "NM-1\nKim"} {
			if err := tell("hearing", reference); invalid(err)["agreed"] == "" {
				t.Errorf("told of %q: %v", reference, err)
			}
		}
		for kind, reference := range map[string]string{"hearing": "NM-1234", "fine": "01TW0123423", "order": "PF/ED/24-001234"} {
			must(t, tell(kind, reference))
		}
		got, err := a.Inbox.Matters(t.Context(), prosecutor, "", 30)
		must(t, err)
		if len(got) != 3 {
			t.Errorf("%d matters", len(got))
		}
		for _, g := range got {
			if len(disclosure.Enforcing(g.Words)) > 0 || strings.Contains(g.Words, "Quay") {
				t.Errorf("the prosecutor reads: %s", g.Words)
			}
		}
	})
}

// R58: the strictest word counts for what is to come, on any record.
func TestR58_AStopOnAnotherRecordBarsTellingAProsecutor(t *testing.T) {
	webtest.EachArea(t, func(t *testing.T, a *app.App, staff practice.Area) {
		ctx, manager, office := t.Context(), staff.Actors["manager"], staff.Actors["prosecutor"].Organisation
		from, into := webtest.Received(t, a, staff), webtest.Received(t, a, staff)
		give := func(person string) {
			must(t, a.Care.Consents.Give(ctx, manager, none, person, consent.Given{Recipient: office, Topics: []disclosure.Topic{disclosure.Status}, Purpose: "legal",
				Until: db.Day(a.Now().AddDate(0, 2, 0)), How: "signed", Language: "English"}))
		}
		give(into)
		give(from)
		must(t, a.Care.Consents.Stop(ctx, manager, none, from, office, ""))
		merge, err := a.Care.People.ProposeMerge(ctx, manager, none, from, into, "They said so", "")
		must(t, err)
		must(t, a.Care.People.SettleMerge(ctx, staff.Actors["supervisor"], none, into, merge, true, ""))
		id, err := a.Care.Legal.Save(ctx, manager, none, into, "", 0, hearing(a, 3), false)
		must(t, err)
		if _, err := a.Care.Legal.LookTelling(ctx, manager, into, id, office); !errors.Is(err, lead.ErrNotFound) {
			t.Errorf("offered against a newer stop: %v", err)
		}
		if err := a.Care.Legal.Tell(ctx, manager, none, into, id, office, "", true); !errors.Is(err, lead.ErrNotFound) {
			t.Errorf("told against a newer stop: %v", err)
		}
		if one, err := a.Care.Legal.One(ctx, manager, into, id); err != nil || len(one.May) != 0 {
			t.Errorf("offered: %v %v", one.May, err)
		}
		give(into) // a yes said again counts
		if p, err := a.Care.Legal.LookTelling(ctx, manager, into, id, office); err != nil || p.To.ID != office {
			t.Errorf("after another yes: %v", err)
		}
	})
}

// now is what the record holds of where a case stands.
func now(t testing.TB, a *app.App, person string) [4]string {
	t.Helper()
	var out [4]string
	must(t, a.Store.Handle(schema.Care).Look(t.Context(), func(tx *db.Tx) error {
		return tx.One(t.Context(), `SELECT state, hold, worker_id, next_at FROM care_now WHERE participant_id = $1`, person).Scan(&out[0], &out[1], &out[2], &out[3])
	}))
	return out
}

// What is due today and what has passed without a word both stand on Today, and
// an erased person's words are gone from every list.
func TestAHearingTodayStandsOnTodayUntilItIsSaidWhatCameOfIt(t *testing.T) {
	webtest.EachArea(t, func(t *testing.T, a *app.App, staff practice.Area) {
		manager := staff.Actors["manager"]
		person := webtest.Received(t, a, staff)
		id, err := a.Care.Legal.Save(t.Context(), manager, none, person, "", 0, hearing(a, 0), false)
		must(t, err)
		due := func(day string) int {
			n := 0
			_, err := a.Care.People.Today(t.Context(), manager, false, func(tx *db.Tx, scope participant.Scope, people []participant.Now) error {
				got, err := legal.Due(t.Context(), tx, scope, people, day)
				n = len(got[person])
				return err
			})
			must(t, err)
			return n
		}
		today := a.Care.People.LocalDay()
		tomorrow := a.Care.People.DayOf(a.Now().Add(24 * time.Hour))
		yesterday := a.Care.People.DayOf(a.Now().Add(-24 * time.Hour))
		if due(today) != 1 || due(tomorrow) != 1 || due(yesterday) != 0 {
			t.Errorf("today %d, tomorrow %d, yesterday %d", due(today), due(tomorrow), due(yesterday))
		}
		m := hearing(a, 0)
		m.Standing = "over"
		_, err = a.Care.Legal.Save(t.Context(), manager, none, person, id, 1, m, false)
		must(t, err)
		if due(today) != 0 {
			t.Error("it stands on Today after it is over")
		}
		must(t, a.Care.People.Keys.Destroy(t.Context(), person)) // as an erasure does
		all, err := a.Care.Legal.Read(t.Context(), manager, person)
		must(t, err)
		if m := all.Matters[0]; m.Court != secret.Removed || m.Words != secret.Removed || m.Reference != secret.Removed || m.Todo != secret.Removed {
			t.Errorf("after the key is destroyed: %+v", m)
		}
	})
}

// R51: everything that crossed stands on the data-protection officer's page,
// without its words.
func TestR51_WhatAProsecutorHeardAndALetterOnPaperAreCrossings(t *testing.T) {
	webtest.EachArea(t, func(t *testing.T, a *app.App, staff practice.Area) {
		manager, office := staff.Actors["manager"], staff.Actors["prosecutor"].Organisation
		person := webtest.Received(t, a, staff)
		id, err := a.Care.Legal.Save(t.Context(), manager, none, person, "", 0, hearing(a, 3), false)
		must(t, err)
		must(t, a.Care.Consents.Give(t.Context(), manager, none, person, consent.Given{Recipient: office, Topics: []disclosure.Topic{disclosure.Status}, Purpose: "legal",
			Until: db.Day(a.Now().AddDate(0, 2, 0)), How: "signed", Language: "English"}))
		p, err := a.Care.Legal.LookTelling(t.Context(), manager, person, id, office)
		must(t, err)
		must(t, a.Care.Legal.Tell(t.Context(), manager, none, person, id, office, p.Words, true))
		d := letter(legal.Draft{Facts: []string{"since"}})
		seen, err := a.Care.Legal.Look(t.Context(), manager, person, id, d)
		must(t, err)
		d.Shown = seen.Words
		_, err = a.Care.Legal.Write(t.Context(), manager, none, person, id, d)
		must(t, err)
		for _, find := range []oversight.CrossingSearch{{}, {ParticipantID: person}} {
			got, err := a.Oversight.Crossings(t.Context(), staff.Actors["dpo"], find, 10)
			must(t, err)
			if len(got.List) != 2 || got.List[0].Channel != disclosure.OnPaper || got.List[1].Withdrawn || got.List[1].To != "Northmoor Prosecution Service" || got.List[0].By != "Asha Fern" {
				t.Errorf("%+v", got.List)
			}
		}
		must(t, a.Care.Consents.Stop(t.Context(), manager, none, person, office, ""))
		got, err := a.Oversight.Crossings(t.Context(), staff.Actors["dpo"], oversight.CrossingSearch{ParticipantID: person}, 10)
		must(t, err)
		if len(got.List) != 2 || !got.List[1].Withdrawn || got.List[1].Standing(db.Day(a.Now())) != "Closed: the yes was taken back" {
			t.Errorf("after the stop: %+v", got.List)
		}
	})
}
