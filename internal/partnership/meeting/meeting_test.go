package meeting_test

import (
	"bytes"
	"errors"
	"log/slog"
	"net/http"
	"net/url"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"waymark.example/internal/app"
	care "waymark.example/internal/care/agenda"
	"waymark.example/internal/care/consent"
	"waymark.example/internal/handoff/agenda"
	"waymark.example/internal/handoff/disclosure"
	"waymark.example/internal/handoff/referral"
	"waymark.example/internal/lead"
	"waymark.example/internal/partnership/meeting"
	"waymark.example/internal/platform/db"
	"waymark.example/internal/platform/ledger"
	"waymark.example/internal/platform/secret"
	"waymark.example/internal/police/contact"
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

// seat gives an account of the area a seat at the Operational Work Group.
func seat(t testing.TB, a *app.App, who lead.Actor, lived bool) {
	t.Helper()
	must(t, ledger.New(a.Store.Handle(schema.Partnership), a.Now).Keep(t.Context(), func(tx *db.Tx) error {
		_, err := tx.Exec(t.Context(), `INSERT INTO partnership_seat (seat_id, body_id, organisation_id, account_id, name, lived, chair, from_on, until_on, recorded_by, recorded_at)
			VALUES ($1, 'owg', $2, $3, $4, $5, FALSE, '2020-01-01', '', 'test', $6)`, "sea_"+who.ID, who.Organisation, who.ID, who.Name, lived, db.At(a.Now()))
		return err
	}))
}

func leave(t testing.TB, a *app.App, who lead.Actor) {
	t.Helper()
	must(t, ledger.New(a.Store.Handle(schema.Partnership), a.Now).Keep(t.Context(), func(tx *db.Tx) error {
		_, err := tx.Exec(t.Context(), `INSERT INTO partnership_seat_end (seat_id, why, ended_by, ended_at) VALUES ($1, 'withdrew', 'test', $2)`, "sea_"+who.ID, db.At(a.Now()))
		return err
	}))
}

// table is an area with seats, a meeting that is about to begin, and somebody who
// wants to be spoken of there.
type table struct {
	a       *app.App
	staff   practice.Area
	meeting string
	person  string
	item    string
}

const (
	facts = "Kestrel sleeps at the quay and would like a room. Halibut."
	ask   = "Who has a room with a door that locks? Turbot."
	name  = "Sandpiper"
)

func set(t testing.TB, a *app.App, staff practice.Area) *table {
	t.Helper()
	w := &table{a: a, staff: staff}
	ctx := t.Context()
	for _, who := range []string{"manager", "clinician", "housing", "officer", "prosecutor", "coordinator", "panel"} {
		seat(t, a, staff.Actors[who], who == "panel")
	}
	at := a.Now().Add(30 * time.Minute)
	var err error
	w.meeting, err = a.Meetings.CallFor(ctx, staff.Actors["coordinator"], none, meeting.Call{BodyID: "owg", People: true, On: at.UTC().Format(time.DateOnly), At: at.UTC().Format("15:04"),
		Minutes: 60, Place: "The quay room", ChairID: staff.Actors["manager"].ID, Every: "once"})
	must(t, err)
	_, err = a.Contacts.Decide(ctx, staff.Actors["officer"], none, contact.ArrestDiversion, contact.Decision{
		HappenedAt: a.Now().Add(-5 * time.Minute), Place: "Fish Quay", Outcome: contact.Diverted, Reason: "needs_seen", Offences: []string{"46"}, Voluntary: true,
		Equality: contact.Equality{AgeBand: "26_35", Sex: "F", NotRecorded: contact.SaidNo},
		HandOff:  referral.Referral{Nickname: "Kestrel", Meeting: referral.HereNow}})
	must(t, err)
	h, err := a.Care.People.HandOffs(ctx, staff.Actors["manager"])
	must(t, err)
	w.person, err = a.Care.People.Accept(ctx, staff.Actors["manager"], none, h.Waiting[len(h.Waiting)-1].ID)
	must(t, err)
	for to, topics := range map[string][]disclosure.Topic{"clinician": {disclosure.Reach, disclosure.Needs}, "housing": {disclosure.Reach, disclosure.Needs}, "officer": {disclosure.Status}} {
		w.yes(t, to, agenda.Purpose, topics...)
	}
	return w
}

func (w *table) yes(t testing.TB, to string, purpose disclosure.Purpose, topics ...disclosure.Topic) {
	t.Helper()
	must(t, w.a.Care.Consents.Give(t.Context(), w.staff.Actors["manager"], none, w.person, consent.Given{Recipient: w.staff.Actors[to].Organisation, Topics: topics, Purpose: purpose,
		Until: db.Day(w.a.Now().AddDate(0, 2, 0)), How: "signed", Language: "English"}))
}

func (w *table) stop(t testing.TB, who string) {
	t.Helper()
	must(t, w.a.Care.Consents.Stop(t.Context(), w.staff.Actors["manager"], none, w.person, w.staff.Actors[who].Organisation, ""))
}

func (w *table) draft() care.Draft {
	d := care.Draft{MeetingID: w.meeting, Topics: []disclosure.Topic{disclosure.Reach, disclosure.Needs}, Name: name, Facts: facts, Ask: ask, Agreed: true}
	d.Shown = d.Words()
	return d
}

func (w *table) bring(t testing.TB) {
	t.Helper()
	var err error
	w.item, err = w.a.Care.Agenda.Bring(t.Context(), w.staff.Actors["manager"], none, w.person, w.draft())
	must(t, err)
}

func (w *table) confirm(t testing.TB, who ...string) {
	t.Helper()
	for _, name := range who {
		must(t, w.a.Meetings.Confirm(t.Context(), w.staff.Actors[name], none, w.meeting, true))
	}
}

func (w *table) read(t testing.TB, who string) meeting.Agenda {
	t.Helper()
	out, err := w.a.Meetings.Read(t.Context(), w.staff.Actors[who], w.meeting)
	must(t, err)
	return out
}

func (w *table) pulse(t testing.TB, who string) string {
	t.Helper()
	out, err := w.a.Meetings.Pulse(t.Context(), w.staff.Actors[who], w.meeting, "", false)
	must(t, err)
	return out
}

func (w *table) looks(t testing.TB, who string) int {
	t.Helper()
	n := 0
	must(t, w.a.Store.Handle(schema.Oversight).Look(t.Context(), func(tx *db.Tx) error {
		return tx.One(t.Context(), `SELECT COUNT(*) FROM ledger_entry e JOIN ledger_subject s ON s.seq = e.seq WHERE e.actor_id = $1 AND s.subject_id = $2 AND e.act LIKE 'meeting.%'`,
			w.staff.Actors[who].ID, w.person).Scan(&n)
	}))
	return n
}

func TestR35_WhatIsOnTheAgendaIsWhatWasAgreedAndGoesWhenItIsTakenBack(t *testing.T) {
	webtest.EachArea(t, func(t *testing.T, a *app.App, staff practice.Area) {
		w := set(t, a, staff)
		ctx, manager, clinician := t.Context(), staff.Actors["manager"], staff.Actors["clinician"]

		// Only words that the person said yes to, to somebody who may hear them.
		for change, field := range map[string]string{"not agreed": "agreed", "other words": "agreed", "a word that prompts": "facts", "another meeting": "meeting"} {
			d := w.draft()
			switch change {
			case "not agreed":
				d.Agreed = false
			case "other words":
				d.Facts = "Something else"
			case "a word that prompts":
				d.Facts = "There is a warrant"
			case "another meeting":
				d.MeetingID = "mtg_1"
			}
			_, err := a.Care.Agenda.Bring(ctx, manager, none, w.person, d)
			if bad, _ := errors.AsType[lead.Invalid](err); bad[field] == "" {
				t.Errorf("%s: %v", change, err)
			}
		}
		if p, err := a.Care.Agenda.Look(ctx, manager, w.person, w.draft()); err != nil || len(p.Hear) != 6 {
			t.Errorf("the preview: %d organisations, %v", len(p.Hear), err)
		} else {
			for _, h := range p.Hear {
				wantWords := slices.Contains([]string{"health", "housing", "care"}, h.Kind)
				if h.Words() != wantWords || h.Status() != (h.Kind == "police") {
					t.Errorf("the preview says of %s: words %v, status %v", h.Name, h.Words(), h.Status())
				}
			}
		}
		w.bring(t)

		// Nothing before the reminder is confirmed; then what the organisation may hear.
		if got := w.read(t, "clinician"); len(got.Items) != 0 || got.Count != 1 {
			t.Errorf("before the reminder: %d items of %d", len(got.Items), got.Count)
		}
		w.confirm(t, "manager", "clinician", "housing")
		if got := w.read(t, "clinician"); len(got.Items) != 1 || got.Items[0].Facts != facts || got.Items[0].Ask != ask || got.Items[0].Name != name {
			t.Errorf("the clinic hears %+v", got.Items)
		}
		if n := w.looks(t, "clinician"); n != 1 {
			t.Errorf("one look left %d entries", n)
		}

		// The room's screen shows what everybody who is there may hear.
		for _, step := range []struct {
			comes      string
			words, any bool
		}{{"", true, true}, {"officer", false, true}, {"prosecutor", false, false}} {
			if step.comes != "" {
				w.confirm(t, step.comes)
			}
			got, err := a.Meetings.Show(ctx, manager, w.meeting, w.item, true)
			must(t, err)
			if got.Hidden == step.any || (got.Item.Facts == facts) != step.words || got.MayWrite {
				t.Errorf("with the %s: hidden %v, %+v", step.comes, got.Hidden, got.Item)
			}
		}
		if got := w.read(t, "officer"); len(got.Items) != 1 || !got.Items[0].Wordless || got.Items[0].Name+got.Items[0].Facts+got.Items[0].Ask != "" {
			t.Errorf("the police hear %+v", got.Items)
		}
		for _, who := range []string{"prosecutor", "coordinator", "panel"} {
			if got := w.read(t, who); len(got.Items) != 0 {
				t.Errorf("%s hears %+v", who, got.Items)
			}
		}

		// Minutes: by the chair, for those who may hear the words.
		due := db.Day(a.Now().AddDate(0, 0, 7))
		act := agenda.Line{Kind: agenda.Action, Words: "Lantern holds a room. Plaice.", OwnerID: staff.Actors["housing"].Organisation, Due: due}
		must(t, a.Meetings.Minute(ctx, manager, none, w.meeting, w.item, act))
		act.OwnerID = staff.Actors["officer"].Organisation
		if bad, _ := errors.AsType[lead.Invalid](a.Meetings.Minute(ctx, manager, none, w.meeting, w.item, act)); bad["owner"] == "" {
			t.Error("an action about a person can be given to police")
		}
		if err := a.Meetings.Minute(ctx, clinician, none, w.meeting, w.item, act); !errors.Is(err, lead.ErrForbidden) {
			t.Errorf("whoever has no chair writes minutes: %v", err)
		}
		for who, want := range map[string]string{"housing": "Lantern holds a room. Plaice.", "clinician": "", "coordinator": "nothing"} {
			got, err := a.Meetings.Actions(ctx, staff.Actors[who])
			must(t, err)
			switch {
			case want == "" && len(got.Lines) != 0, want != "" && len(got.Lines) != 1, want == "nothing" && got.Lines[0].Words != "", want != "" && want != "nothing" && got.Lines[0].Words != want:
				t.Errorf("%s has the actions %+v", who, got.Lines)
			}
		}

		// A numbered copy, for one reader.
		copyID, err := a.Meetings.Print(ctx, clinician, none, w.meeting)
		must(t, err)
		if got, err := a.Meetings.Copy(ctx, clinician, copyID); err != nil || len(got.Items) != 1 || got.Copy.Number != 1 {
			t.Errorf("the copy: %+v, %v", got.Copy, err)
		}
		if _, err := a.Meetings.Copy(ctx, staff.Actors["housing"], copyID); !errors.Is(err, lead.ErrNotFound) {
			t.Errorf("another reads the copy: %v", err)
		}

		// Taken back while it is on the screen.
		before := w.pulse(t, "clinician")
		housing := w.pulse(t, "housing")
		w.stop(t, "clinician")
		if w.pulse(t, "clinician") == before || w.pulse(t, "housing") != housing {
			t.Error("the pulse does not tell who may no longer hear it")
		}
		if got := w.read(t, "clinician"); len(got.Items) != 0 {
			t.Errorf("taken back, the clinic hears %+v", got.Items)
		}
		if _, err := a.Meetings.Show(ctx, clinician, w.meeting, w.item, false); !errors.Is(err, lead.ErrNotFound) {
			t.Errorf("taken back, its page: %v", err)
		}
		if got, err := a.Meetings.Copy(ctx, clinician, copyID); err != nil || len(got.Items) != 0 {
			t.Errorf("taken back, it is still on the copy: %v", err)
		}
		if _, all, err := a.Meetings.Register(ctx, staff.Actors["coordinator"], w.meeting); err != nil || len(all) != 1 || all[0].Taken != 1 {
			t.Errorf("the register does not ask for the paper: %+v, %v", all, err)
		}
		if got := w.read(t, "housing"); len(got.Items) != 1 {
			t.Error("what others may hear went too")
		}

		// A partner that leaves the table hears nothing more.
		leave(t, a, staff.Actors["housing"])
		if _, err := a.Meetings.Read(ctx, staff.Actors["housing"], w.meeting); !errors.Is(err, lead.ErrForbidden) {
			t.Errorf("without a seat: %v", err)
		}
		if _, err := a.Meetings.Pulse(ctx, staff.Actors["housing"], w.meeting, "", false); !errors.Is(err, lead.ErrForbidden) {
			t.Errorf("without a seat, the pulse: %v", err)
		}

		// Everybody's yes taken back, it is on nobody's page, not even its own team's.
		w.stop(t, "housing")
		w.stop(t, "officer")
		if got := w.read(t, "manager"); len(got.Items) != 0 || got.Count != 0 {
			t.Errorf("with no yes left: %d items of %d", len(got.Items), got.Count)
		}
		// Erased, no key is left, and the case team reads no word of it either.
		must(t, secret.NewRing(a.Keys, schema.Care, a.Keeper).Destroy(ctx, w.person))
		if _, err := a.Care.Agenda.Bring(ctx, manager, none, w.person, w.draft()); !errors.Is(err, lead.ErrConflict) {
			t.Errorf("erased, somebody is brought: %v", err)
		}
		p, err := a.Care.Agenda.Look(ctx, manager, w.person, care.Draft{})
		must(t, err)
		for _, b := range p.Brought {
			if strings.Contains(b.Words, "Halibut") {
				t.Error("erased, and still readable")
			}
		}
	})
}

// Real browsers at a real table: the words of an item are canaries, and nobody
// whom the person did not say yes to meets one, on whatever page.
func TestR35_NobodyAtTheTableMeetsAWordThatTheyMayNotHear(t *testing.T) {
	var lines bytes.Buffer
	logged := slog.Default()
	slog.SetDefault(slog.New(slog.NewTextHandler(&lines, nil)))
	t.Cleanup(func() { slog.SetDefault(logged) })
	site := webtest.StartEmpty(t, "sqlite:"+t.TempDir()+"/waymark.db")
	w := set(t, site.App, site.Area)
	w.bring(t)
	base := "/partnership/meetings/" + w.meeting
	must(t, site.App.Meetings.Confirm(t.Context(), site.Area.Actors["manager"], none, w.meeting, true))
	must(t, site.App.Meetings.Minute(t.Context(), site.Area.Actors["manager"], none, w.meeting, w.item,
		agenda.Line{Kind: agenda.Action, Words: "Hold a room. Plaice.", OwnerID: site.Area.Actors["housing"].Organisation, Due: db.Day(site.App.Now().AddDate(0, 0, 7))}))
	canaries := []string{"Halibut", "Turbot", name, "Plaice"}
	look := func(b *webtest.Browser, who string, want bool) {
		t.Helper()
		if want {
			b.Post(base+"/confirm", url.Values{"agreed": {"yes"}})
		}
		paths := []string{"/partnership/meetings", base, base + "/pulse", base + "/points/" + w.item, base + "/points/" + w.item + "?room=yes&name=show", base + "/points/" + w.item + "?name=show", "/partnership/actions",
			base + "/copies", base + "/change", "/partnership", "/proposals"}
		if made := b.Post(base+"/copies", url.Values{}); made.Status == http.StatusSeeOther {
			paths = append(paths, made.Location)
		}
		found := map[string]bool{}
		for _, path := range paths {
			got := b.Get(path)
			if got.Status >= 500 {
				t.Errorf("%s: %s: %d", who, path, got.Status)
			}
			for _, c := range canaries {
				if got.Says(c) {
					found[c] = true
				}
			}
		}
		if !want && len(found) > 0 || want && (!found["Halibut"] || !found[name]) {
			t.Errorf("%s meets %v", who, found)
		}
	}
	clinician := site.SignIn(t, "clinician")
	look(clinician, "the clinic before the reminder", false)
	look(clinician, "the clinic", true)
	for _, who := range []string{"officer", "prosecutor", "coordinator", "panel", "commissioner", "officer2", "manager2", "evaluator", "auditor", "administrator"} {
		b := site.SignIn(t, who)
		if slices.Contains([]string{"officer", "prosecutor", "coordinator", "panel"}, who) {
			b.Post(base+"/confirm", url.Values{"agreed": {"yes"}})
		}
		look(b, who, false)
	}
	if got := site.SignIn(t, "officer").Get(base + "/points/" + w.item); got.Status != http.StatusOK || !got.Says("This person takes part") {
		t.Errorf("the police hear: %d", got.Status)
	}
	// After its end the same address says that the copy has expired.
	made := clinician.Post(base+"/copies", url.Values{})
	if got := clinician.Get(made.Location); !got.Says("Halibut") || !got.Says("hand it back then") {
		t.Error("the copy does not say what it is for")
	}
	site.Clock.Set(site.App.Now().Add(5 * time.Hour))
	clinician = site.SignIn(t, "clinician")
	if got := clinician.Get(made.Location); got.Status != http.StatusGone || !got.Says("This copy has expired") {
		t.Errorf("after its end the copy answers %d", got.Status)
	}
	look(clinician, "the clinic, after the meeting", false)
	for _, c := range canaries {
		if strings.Contains(lines.String(), c) {
			t.Errorf("the log of the program holds %s", c)
		}
	}
}

// What a meeting decided about somebody goes no further than what it heard of them: not
// to an account of the same organisation that stands on another side, and not to the
// case team's other seat-holders once nobody may hear of the person any more.
func TestR35_AnActionAboutSomebodyGoesNoFurtherThanTheItem(t *testing.T) {
	webtest.EachArea(t, func(t *testing.T, a *app.App, staff practice.Area) {
		w := set(t, a, staff)
		w.bring(t)
		w.confirm(t, "manager", "housing")
		manager, housing := staff.Actors["manager"], staff.Actors["housing"]
		for _, owner := range []string{housing.Organisation, manager.Organisation} {
			must(t, a.Meetings.Minute(t.Context(), manager, none, w.meeting, w.item, agenda.Line{Kind: agenda.Action, Words: "Find a room", OwnerID: owner, Due: db.Day(a.Now().AddDate(0, 0, 5))}))
		}
		actions := func(who lead.Actor) []meeting.Line {
			t.Helper()
			d, err := a.Meetings.Actions(t.Context(), who)
			must(t, err)
			return d.Lines
		}
		for _, who := range []lead.Actor{housing, manager} {
			if got := actions(who); len(got) != 1 || got[0].Words != "Find a room" {
				t.Fatalf("%s does not read what their organisation is to do: %+v", who.Name, got)
			}
		}
		line := actions(housing)[0].ID
		for _, who := range []lead.Actor{
			{ID: "acc_council", Name: "Of the council's panel", Side: lead.Partnership, Organisation: housing.Organisation, Roles: []lead.Role{lead.PanelMember}},
			{ID: "acc_keeper", Name: "Who keeps the accounts", Side: lead.Operation, Organisation: manager.Organisation, Roles: []lead.Role{lead.Administrator}},
		} {
			seat(t, a, who, false)
			if got := actions(who); len(got) != 0 {
				t.Errorf("%s reads %+v", who.Name, got)
			}
			if err := a.Meetings.Finish(t.Context(), who, none, line, "done"); err == nil {
				t.Errorf("%s finished an action about somebody", who.Name)
			}
		}
		for _, who := range []string{"housing", "clinician", "officer"} {
			w.stop(t, who)
		}
		if got := actions(manager); len(got) != 0 {
			t.Errorf("after every yes was taken back the case team's seat reads %+v", got)
		}
	})
}

// A meeting that is over cannot be moved: what was heard there was agreed for that day.
func TestR35_AMeetingThatIsOverIsNotOpenedAgain(t *testing.T) {
	site := webtest.Start(t, "sqlite:"+filepath.Join(t.TempDir(), "waymark.db"), nil)
	w := set(t, site.App, site.Area)
	w.bring(t)
	w.confirm(t, "housing")
	if len(w.read(t, "housing").Items) != 1 {
		t.Fatal("nothing is heard to begin with")
	}
	site.Clock.Set(w.a.Now().AddDate(0, 0, 30))
	at := w.a.Now().AddDate(0, 0, 10)
	from := w.read(t, "coordinator").Version
	err := w.a.Meetings.Move(t.Context(), w.staff.Actors["coordinator"], none, w.meeting, from, meeting.Call{On: at.UTC().Format(time.DateOnly), At: "10:00", Minutes: 60, Place: "The quay room"}, false)
	if !errors.Is(err, lead.ErrConflict) {
		t.Errorf("moved: %v", err)
	}
	if got := w.read(t, "housing").Items; len(got) != 0 {
		t.Errorf("heard again: %+v", got)
	}
}
