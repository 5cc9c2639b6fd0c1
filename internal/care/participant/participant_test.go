package participant_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"waymark.example/internal/app"
	"waymark.example/internal/care/need"
	"waymark.example/internal/care/outreach"
	"waymark.example/internal/care/participant"
	"waymark.example/internal/care/plan"
	careweb "waymark.example/internal/care/web"
	"waymark.example/internal/dbtest"
	"waymark.example/internal/handoff/referral"
	"waymark.example/internal/lead"
	"waymark.example/internal/platform/db"
	"waymark.example/internal/platform/ledger"
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

// divert has an officer hand somebody over, and returns the contact and the referral.
func divert(t testing.TB, a *app.App, staff practice.Area, tell bool) (contactID, referralID string) {
	t.Helper()
	d := contact.Decision{
		HappenedAt: a.Now().Add(-5 * time.Minute), Place: "Fish Quay", Outcome: contact.Diverted, Reason: "needs_seen", Offences: []string{"46"}, Voluntary: true,
		Equality: contact.Equality{AgeBand: "26_35", Sex: "F", NotRecorded: contact.SaidNo},
		HandOff:  referral.Referral{Nickname: "Kestrel", Meeting: referral.HereNow, MayTell: tell},
	}
	contactID, err := a.Contacts.Decide(t.Context(), staff.Actors["officer"], none, contact.ArrestDiversion, d)
	must(t, err)
	h, err := a.Care.People.HandOffs(t.Context(), staff.Actors["manager"])
	must(t, err)
	return contactID, h.Waiting[len(h.Waiting)-1].ID
}

// received is somebody whose hand-off the case manager "manager" accepted.
func received(t testing.TB, a *app.App, staff practice.Area) (person, contactID, referralID string) {
	t.Helper()
	contactID, referralID = divert(t, a, staff, true)
	person, err := a.Care.People.Accept(t.Context(), staff.Actors["manager"], none, referralID)
	must(t, err)
	return person, contactID, referralID
}

// enrolled is somebody whose intake is done.
func enrolled(t testing.TB, a *app.App, staff practice.Area) string {
	t.Helper()
	person, _, _ := received(t, a, staff)
	must(t, a.Care.People.TakeIntake(t.Context(), staff.Actors["manager"], none, person, 0, consented()))
	return person
}

func consented() participant.Intake {
	return participant.Intake{Done: true, Words: "A door that locks", ConsentHow: "spoken", ConsentWitness: "A friend", ConsentLanguage: "English"}
}

func record(t testing.TB, a *app.App, actor lead.Actor, person string) participant.Record {
	t.Helper()
	r, err := a.Care.People.Record(t.Context(), actor, person, nil)
	must(t, err)
	return r
}

func invalid(err error) lead.Invalid {
	bad, _ := errors.AsType[lead.Invalid](err)
	return bad
}

func TestR12_TimesAreMeasuredAndNothingFollows(t *testing.T) {
	webtest.EachArea(t, func(t *testing.T, a *app.App, staff practice.Area) {
		manager := staff.Actors["manager"]
		contactID, referralID := divert(t, a, staff, false)
		must(t, a.Contacts.Call(t.Context(), staff.Actors["officer"], none, contactID))
		_, err := a.Care.People.Accept(t.Context(), manager, none, referralID)
		must(t, err)
		met := a.Now().Add(3 * time.Minute)
		must(t, a.Care.People.Log(t.Context(), manager, none, referralID, referral.Met, "", met))
		h, err := a.Care.People.HandOff(t.Context(), manager, referralID)
		must(t, err)
		took, ok := h.Log.Took(h.MadeAt)
		if !ok || took < 2*time.Minute || took > 4*time.Minute {
			t.Errorf("took %v %v", took, ok)
		}
		for _, table := range []string{"handoff_event", "handoff_referral", "care_now"} {
			for _, c := range dbtest.Columns(t, table) {
				for _, word := range []string{"late", "breach", "sanction", "penalty", "score", "target"} {
					if strings.Contains(c, word) {
						t.Errorf("%s.%s holds a time against somebody", table, c)
					}
				}
			}
		}
	})
}

func TestR13_TheCallOutLogKeepsWhoWasCalledCameAndWhatCameOfIt(t *testing.T) {
	webtest.EachArea(t, func(t *testing.T, a *app.App, staff practice.Area) {
		manager := staff.Actors["manager"]
		contactID, referralID := divert(t, a, staff, false)
		must(t, a.Contacts.Call(t.Context(), staff.Actors["officer"], none, contactID))
		_, err := a.Care.People.Accept(t.Context(), manager, none, referralID)
		must(t, err)
		if _, err := a.Care.People.Accept(t.Context(), staff.Actors["oncall"], none, referralID); err == nil {
			t.Error("two people accepted one hand-off")
		}
		for _, kind := range []referral.EventKind{referral.Arrived, referral.NotFound, referral.Met} {
			must(t, a.Care.People.Log(t.Context(), manager, none, referralID, kind, "", a.Now()))
		}
		h, err := a.Care.People.HandOff(t.Context(), manager, referralID)
		must(t, err)
		var kinds []string
		for _, e := range h.Log {
			kinds = append(kinds, string(e.Kind))
		}
		if got, want := strings.Join(kinds, " "), "called accepted arrived not_found met"; got != want {
			t.Errorf("log %q, want %q", got, want)
		}
		if h.Log[1].ByName != manager.Name || h.Log[0].By != "" {
			t.Errorf("who accepted: %q; the officer crossed the bridge: %q", h.Log[1].ByName, h.Log[0].By)
		}
	})
}

func TestR14_TheIntakeWindowIsThePolicys(t *testing.T) {
	webtest.EachArea(t, func(t *testing.T, a *app.App, staff practice.Area) {
		p, _, err := a.Contacts.Choices(t.Context())
		must(t, err)
		p.WindowDays, p.InForceFrom, p.DecidedBy = 30, a.Now().UTC().Format(time.DateOnly), "Policy group, test meeting"
		_, err = a.Policies.RecordFirst(t.Context(), p)
		must(t, err)
		person, _, _ := received(t, a, staff)
		r := record(t, a, staff.Actors["manager"], person)
		if want := a.Now().UTC().AddDate(0, 0, 30).Format(time.DateOnly); r.IntakeDueOn != want {
			t.Errorf("intake by %s, want %s", r.IntakeDueOn, want)
		}
	})
}

func TestR15_LateIntakeGoesToOutreachAndPoliceSeeNothingOfIt(t *testing.T) {
	webtest.EachArea(t, func(t *testing.T, a *app.App, staff practice.Area) {
		manager, officer := staff.Actors["manager"], staff.Actors["officer"]
		person, contactID, _ := received(t, a, staff)
		before, err := a.Contacts.Read(t.Context(), officer, contactID)
		must(t, err)
		r := record(t, a, manager, person)
		later := a.Now().AddDate(0, 0, 40)
		if !r.Late(later.Format(time.DateOnly)) {
			t.Error("forty days on, intake is not late")
		}
		found, err := a.Care.People.ToFind(t.Context(), manager, "", 10)
		must(t, err)
		if len(found.People) != 1 || found.People[0].ID != person {
			t.Errorf("outreach list: %+v", found.People)
		}
		// Late intake is still intake: the person is in, whatever the day.
		must(t, a.Care.People.TakeIntake(t.Context(), manager, none, person, 0, consented()))
		if r := record(t, a, manager, person); r.Now.State != participant.Active {
			t.Errorf("after intake: %s", r.Now.State)
		}
		after, err := a.Contacts.Read(t.Context(), officer, contactID)
		must(t, err)
		if *before.HandOff != *after.HandOff || after.HandOff.Met {
			t.Errorf("police saw a change: %+v, then %+v", *before.HandOff, *after.HandOff)
		}
	})
}

func TestR18_PoliceRolesReadNothingOfTheCaseFile(t *testing.T) {
	webtest.EachArea(t, func(t *testing.T, a *app.App, staff practice.Area) {
		person := enrolled(t, a, staff)
		for _, who := range []string{"officer", "sergeant", "coordinator", "auditor", "administrator"} {
			actor := staff.Actors[who]
			_, err := a.Care.People.Record(t.Context(), actor, person, nil)
			_, planErr := a.Care.Plans.Read(t.Context(), actor, person)
			_, _, _, needsErr := a.Care.Needs.History(t.Context(), actor, person, nil)
			_, listErr := a.Care.People.People(t.Context(), actor, "", "", 10)
			_, loadErr := a.Care.People.MyCaseload(t.Context(), actor)
			for what, err := range map[string]error{"record": err, "plan": planErr, "needs": needsErr, "people": listErr, "caseload": loadErr} {
				if !errors.Is(err, lead.ErrForbidden) {
					t.Errorf("%s read the %s: %v", who, what, err)
				}
			}
		}
	})
}

func TestR19_TheCaseTeamSeesOnlyWhatTheHandOffCarries(t *testing.T) {
	for _, grants := range schema.Layout().Walls[schema.Care] {
		if strings.HasPrefix(grants.Table, "police") {
			t.Errorf("care may touch %s", grants.Table)
		}
		for _, c := range grants.Columns {
			for _, word := range []string{"contact_id", "officer", "offence", "pnc", "cro", "force"} {
				if strings.Contains(c, word) {
					t.Errorf("care may read %s.%s", grants.Table, c)
				}
			}
		}
	}
	for _, c := range dbtest.Columns(t, "handoff_referral") {
		for _, word := range []string{"offence", "outcome", "reason", "pnc", "cro", "intelligence", "address"} {
			if strings.Contains(c, word) {
				t.Errorf("the hand-off carries %s", c)
			}
		}
	}
}

func TestR26_AcuteNeedsAreMetBeforeAnyForm(t *testing.T) {
	webtest.EachArea(t, func(t *testing.T, a *app.App, staff practice.Area) {
		manager := staff.Actors["manager"]
		person, _, _ := received(t, a, staff) // accepted a moment ago: nothing asked, nothing filled in
		must(t, a.Care.Needs.Notice(t.Context(), manager, none, person, need.Acute{Kind: "shelter", Met: true, How: "A room for the night"}))
		must(t, a.Care.Needs.Notice(t.Context(), manager, none, person, need.Acute{Kind: "food"}))
		_, _, open, err := a.Care.Needs.History(t.Context(), manager, person, nil)
		must(t, err)
		if len(open) != 1 || open[0].Kind != "food" {
			t.Errorf("open needs: %+v", open)
		}
		must(t, a.Care.Needs.Meet(t.Context(), manager, none, person, open[0].ID, "Soup"))
		other, _, _ := received(t, a, staff)
		if err := a.Care.Needs.Meet(t.Context(), manager, none, other, open[0].ID, "x"); !errors.Is(err, lead.ErrNotFound) {
			t.Errorf("somebody else's need was met: %v", err)
		}
	})
}

func TestR27_APlanExistsOnlyWithTheirAgreement(t *testing.T) {
	webtest.EachArea(t, func(t *testing.T, a *app.App, staff practice.Area) {
		manager := staff.Actors["manager"]
		person := enrolled(t, a, staff)
		must(t, a.Care.Plans.Draft(t.Context(), manager, none, person, 0, plan.Plan{Goals: []plan.Goal{{Words: "A room", Standing: plan.Active}}}))
		h, err := a.Care.Plans.Read(t.Context(), manager, person)
		must(t, err)
		if h.Agreed != nil || h.Latest == nil || h.Latest.Agreed {
			t.Errorf("a draft counts as a plan: %+v", h)
		}
		if err := a.Care.Plans.Agree(t.Context(), manager, none, person, plan.Agreement{Version: 1}); invalid(err)["agreed_how"] == "" {
			t.Errorf("agreed without saying how: %v", err)
		}
		must(t, a.Care.Plans.Agree(t.Context(), manager, none, person, plan.Agreement{Version: 1, How: "said", Words: "Yes"}))
		if err := a.Care.Plans.Agree(t.Context(), manager, none, person, plan.Agreement{Version: 1, How: "said"}); !errors.Is(err, lead.ErrConflict) {
			t.Errorf("agreed twice: %v", err)
		}
		// Two people save from the same version: the second keeps nothing and is told.
		must(t, a.Care.Plans.Draft(t.Context(), manager, none, person, 2, plan.Plan{Matters: "theirs"}))
		if err := a.Care.Plans.Draft(t.Context(), manager, none, person, 2, plan.Plan{Matters: "mine"}); !errors.Is(err, lead.ErrConflict) {
			t.Errorf("the second save overwrote the first: %v", err)
		}
		h, err = a.Care.Plans.Read(t.Context(), manager, person)
		must(t, err)
		if h.Agreed == nil || h.Agreed.Version != 2 || h.Latest.Matters != "theirs" || len(h.Versions) != 3 {
			t.Errorf("plan in force %+v, latest %+v", h.Agreed, h.Latest)
		}
	})
}

func TestR28_AGoalCanBeSetAsideWithoutFailing(t *testing.T) {
	webtest.EachArea(t, func(t *testing.T, a *app.App, staff practice.Area) {
		manager := staff.Actors["manager"]
		person := enrolled(t, a, staff)
		must(t, a.Care.Plans.Draft(t.Context(), manager, none, person, 0, plan.Plan{Goals: []plan.Goal{{Words: "See the dentist", Standing: plan.SetAside}}}))
		for _, standing := range []plan.Standing{"failed", "missed", "breached", ""} {
			err := a.Care.Plans.Draft(t.Context(), manager, none, person, 1, plan.Plan{Goals: []plan.Goal{{Words: "x", Standing: standing}}})
			if invalid(err)["goal_1"] == "" {
				t.Errorf("a goal may be %q: %v", standing, err)
			}
		}
	})
}

func TestR29_CaseClosesOnlyAtTheParticipantsRequest(t *testing.T) {
	webtest.EachArea(t, func(t *testing.T, a *app.App, staff practice.Area) {
		manager := staff.Actors["manager"]
		person := enrolled(t, a, staff)
		today := a.Now().UTC().Format(time.DateOnly)
		for field, c := range map[string]participant.ClosureRequest{
			"words":     {AskedOn: today, How: "phone", Words: " "},
			"asked_how": {AskedOn: today, Words: "I am good"},
			"asked_on":  {AskedOn: "2099-01-01", How: "phone", Words: "I am good"},
		} {
			if err := a.Care.People.AskToClose(t.Context(), manager, none, person, c); invalid(err)[field] == "" {
				t.Errorf("closed without %s: %v", field, err)
			}
		}
		if err := a.Care.People.Relabel(t.Context(), manager, none, person, participant.Closed, ""); invalid(err)["label"] == "" {
			t.Errorf("closed by a label: %v", err)
		}
		// Nor past the program: the table refuses it.
		err := a.Store.Handle(schema.Care).Transact(t.Context(), func(tx *db.Tx) error {
			_, err := tx.Exec(t.Context(), `INSERT INTO care_case (participant_id, version, state, words, happened_on, recorded_by, recorded_at) VALUES ($1, 99, 'closed', '', '', '', '')`, person)
			return err
		})
		if err == nil {
			t.Error("the table holds a closed case without a request")
		}
		must(t, a.Care.People.AskToClose(t.Context(), manager, none, person, participant.ClosureRequest{AskedOn: today, How: "in_person", Words: "I know where you are."}))
		r := record(t, a, manager, person)
		if r.Now.State != participant.Closed || r.History[0].AskedW != "I know where you are." || r.History[0].Asked != "in_person" {
			t.Errorf("closed: %+v", r.History[0])
		}
	})
}

// No route lets staff close a case: the only one records that the person asked.
func TestR29_NoRouteLetsStaffCloseACase(t *testing.T) {
	site := webtest.StartEmpty(t, "sqlite:"+t.TempDir()+"/waymark.db")
	for _, r := range site.App.Routes() {
		for _, word := range []string{"close", "discharge", "terminate", "exit", "complete"} {
			if strings.Contains(r.Path, word) && !strings.HasSuffix(r.Path, "/asks-to-close") {
				t.Errorf("%s %s", r.Method, r.Path)
			}
		}
	}
}

func TestR30_InactiveNeverClosesAnything(t *testing.T) {
	webtest.EachArea(t, func(t *testing.T, a *app.App, staff practice.Area) {
		manager := staff.Actors["manager"]
		person := enrolled(t, a, staff)
		must(t, a.Care.People.Relabel(t.Context(), manager, none, person, participant.Inactive, "Quiet for now"))
		r := record(t, a, manager, person)
		if r.Now.State != participant.Inactive || r.WorkerID != manager.ID {
			t.Errorf("quiet: %s with %q", r.Now.State, r.WorkerID)
		}
		// A year of silence, and a try that finds nobody: still ours.
		must(t, a.Care.Outreach.Add(t.Context(), manager, none, person, outreach.Try{At: a.Now(), Outcome: outreach.NotFound}))
		page, err := a.Care.People.MyCaseload(t.Context(), manager)
		must(t, err)
		if len(page.People) != 1 || !page.People[0].State.Open() {
			t.Errorf("caseload after silence: %+v", page.People)
		}
		must(t, a.Care.People.Relabel(t.Context(), manager, none, person, participant.Active, ""))
	})
}

func TestR31_AClosedCaseReopensInOneStepWithNoReScreening(t *testing.T) {
	webtest.EachArea(t, func(t *testing.T, a *app.App, staff practice.Area) {
		manager := staff.Actors["manager"]
		person := enrolled(t, a, staff)
		today := a.Now().UTC().Format(time.DateOnly)
		must(t, a.Care.People.AskToClose(t.Context(), manager, none, person, participant.ClosureRequest{AskedOn: today, How: "phone", Words: "Bye for now"}))
		must(t, a.Care.People.Reopen(t.Context(), manager, none, person))
		r := record(t, a, manager, person)
		if r.Now.State != participant.Active || r.IntakeDoneOn == "" || r.Intake == nil {
			t.Errorf("came back: %s, intake %q", r.Now.State, r.IntakeDoneOn)
		}
		if err := a.Care.People.Reopen(t.Context(), manager, none, person); !errors.Is(err, lead.ErrConflict) {
			t.Errorf("an open case was opened: %v", err)
		}
	})
}

func TestR32_CaseloadWarnsAbove20AndStopsAt25(t *testing.T) {
	webtest.EachArea(t, func(t *testing.T, a *app.App, staff practice.Area) {
		supervisor, worker := staff.Actors["supervisor"], staff.Actors["manager3"]
		allocate := func(cover string) error {
			person := enrolled(t, a, staff)
			return a.Care.People.Allocate(t.Context(), supervisor, none, person, participant.Allocation{WorkerID: worker.ID, Cover: cover})
		}
		room := func() participant.Room {
			page, err := a.Care.People.MyCaseload(t.Context(), worker)
			must(t, err)
			return page.Room
		}
		for i := 1; i <= 25; i++ {
			must(t, allocate(""))
			if r := room(); r.Held != i || r.Over() != (i > 20) || r.Full() != (i >= 25) {
				t.Fatalf("with %d people: %+v", i, r)
			}
		}
		if err := allocate(""); invalid(err)["cover"] == "" {
			t.Errorf("a 26th person without cover: %v", err)
		}
		page, err := a.Care.People.MyCaseload(t.Context(), worker)
		must(t, err)
		must(t, a.Care.People.Relabel(t.Context(), worker, none, page.People[0].ID, participant.Inactive, ""))
		if r := room(); r.Held != 25 || r.Quiet != 1 {
			t.Errorf("quiet people do not count: %+v", r)
		}
		must(t, allocate("A colleague is in hospital"))
		if r := room(); r.Held != 26 {
			t.Errorf("cover: %+v", r)
		}
		if err := a.Care.People.Allocate(t.Context(), worker, none, page.People[1].ID, participant.Allocation{WorkerID: worker.ID}); !errors.Is(err, lead.ErrForbidden) {
			t.Errorf("a worker allocated: %v", err)
		}
	})
}

func TestR32_TwoAllocationsAtOnceAreCountedOneAfterTheOther(t *testing.T) {
	webtest.EachArea(t, func(t *testing.T, a *app.App, staff practice.Area) {
		supervisor, worker := staff.Actors["supervisor"], staff.Actors["manager3"]
		var people []string
		for range 29 {
			people = append(people, enrolled(t, a, staff))
		}
		results := make(chan error, len(people))
		for _, p := range people {
			go func() {
				results <- a.Care.People.Allocate(t.Context(), supervisor, none, p, participant.Allocation{WorkerID: worker.ID})
			}()
		}
		taken := 0
		for range people {
			switch err := <-results; {
			case err == nil:
				taken++
			case invalid(err)["cover"] == "":
				t.Error(err)
			}
		}
		if taken != 25 {
			t.Errorf("%d people on one caseload, want 25", taken)
		}
	})
}

func TestR34_TheOfficerHearsThatTheyMetOnlyWhereThePersonAgreed(t *testing.T) {
	webtest.EachArea(t, func(t *testing.T, a *app.App, staff practice.Area) {
		manager, officer := staff.Actors["manager"], staff.Actors["officer"]
		sees := func(contactID string) bool {
			e, err := a.Contacts.Read(t.Context(), officer, contactID)
			must(t, err)
			return e.HandOff.Met
		}
		meet := func(tell bool) (contactID, referralID string) {
			contactID, referralID = divert(t, a, staff, tell)
			_, err := a.Care.People.Accept(t.Context(), manager, none, referralID)
			must(t, err)
			must(t, a.Care.People.Log(t.Context(), manager, none, referralID, referral.Met, "", a.Now()))
			return contactID, referralID
		}
		if agreed, _ := meet(true); !sees(agreed) {
			t.Error("they agreed, and the officer hears nothing")
		}
		silent, referralID := meet(false)
		if sees(silent) {
			t.Error("they did not agree, and the officer heard")
		}
		must(t, a.Care.People.Log(t.Context(), manager, none, referralID, referral.MayTell, "", a.Now()))
		if !sees(silent) {
			t.Error("they agreed afterwards, and the officer hears nothing")
		}
		stopped, referralID := divert(t, a, staff, true)
		_, err := a.Care.People.Accept(t.Context(), manager, none, referralID)
		must(t, err)
		must(t, a.Care.People.Log(t.Context(), manager, none, referralID, referral.TellNoMore, "", a.Now()))
		must(t, a.Care.People.Log(t.Context(), manager, none, referralID, referral.Met, "", a.Now()))
		if sees(stopped) {
			t.Error("they took it back, and the officer heard")
		}
	})
}

func TestR57_ADeathIsARespectfulEnd(t *testing.T) {
	webtest.EachArea(t, func(t *testing.T, a *app.App, staff practice.Area) {
		manager, supervisor := staff.Actors["manager"], staff.Actors["supervisor"]
		person := enrolled(t, a, staff)
		today := a.Now().UTC().Format(time.DateOnly)
		must(t, a.Care.LogContact(t.Context(), manager, person, careweb.Contact{At: a.Now(), Outcome: outreach.Met, Next: "Meet on Friday", NextAt: a.Now().Add(time.Hour)}))
		died := participant.Ending{State: participant.Died, Day: today}
		if err := a.Care.People.End(t.Context(), manager, none, person, died); !errors.Is(err, lead.ErrForbidden) {
			t.Errorf("recorded without a supervisor: %v", err)
		}
		must(t, a.Care.People.End(t.Context(), supervisor, none, person, died))
		r := record(t, a, supervisor, person)
		if r.Now.State != participant.Died || r.NextWords != "" || !r.NextAt.IsZero() {
			t.Errorf("after a death something is still promised: %+v", r.Now)
		}
		for what, err := range map[string]error{
			"reopened":    a.Care.People.Reopen(t.Context(), supervisor, none, person),
			"closed":      a.Care.People.AskToClose(t.Context(), supervisor, none, person, participant.ClosureRequest{AskedOn: today, How: "phone", Words: "x"}),
			"relabelled":  a.Care.People.Relabel(t.Context(), supervisor, none, person, participant.Active, ""),
			"looked for":  a.Care.Outreach.Add(t.Context(), supervisor, none, person, outreach.Try{At: a.Now(), Outcome: outreach.NotFound}),
			"transferred": a.Care.People.End(t.Context(), supervisor, none, person, participant.Ending{State: participant.Transferred, Day: today, Words: "x", Wish: true}),
		} {
			if !errors.Is(err, lead.ErrConflict) {
				t.Errorf("somebody who died was %s: %v", what, err)
			}
		}
		other := enrolled(t, a, staff)
		if err := a.Care.People.End(t.Context(), supervisor, none, other, participant.Ending{State: participant.Transferred, Day: today, Words: "Northgate"}); invalid(err)["wish"] == "" {
			t.Errorf("moved without their wish: %v", err)
		}
	})
}

func TestACaseManagerReadsOnlyTheirOwnPeople(t *testing.T) {
	webtest.EachArea(t, func(t *testing.T, a *app.App, staff practice.Area) {
		person := enrolled(t, a, staff)
		other := staff.Actors["manager2"]
		if _, err := a.Care.People.Record(t.Context(), other, person, nil); !errors.Is(err, lead.ErrForbidden) {
			t.Errorf("another's case was read: %v", err)
		}
		if err := a.Care.People.Describe(t.Context(), other, none, person, 1, participant.Person{Name: "x"}); !errors.Is(err, lead.ErrForbidden) {
			t.Errorf("another's case was written: %v", err)
		}
		found, err := a.Care.People.People(t.Context(), other, "", "", 10)
		must(t, err)
		if len(found.People) != 0 {
			t.Errorf("another's people are listed: %+v", found.People)
		}
	})
}

// However a case is pushed about, it is in one of its states, its history only
// grows, the projection agrees with the history, and it closes only with a
// request.
func TestACaseIsNeverInAnImpossibleState(t *testing.T) {
	site := webtest.StartEmpty(t, "sqlite:"+t.TempDir()+"/waymark.db")
	a, staff := site.App, site.Area
	manager, supervisor := staff.Actors["manager"], staff.Actors["supervisor"]
	today := a.Now().UTC().Format(time.DateOnly)
	rapid.Check(t, func(r *rapid.T) {
		person, _, _ := received(t, a, staff)
		version := int64(0)
		length := 1
		for _, step := range rapid.SliceOfN(rapid.IntRange(0, 6), 1, 12).Draw(r, "steps") {
			before := record(t, a, supervisor, person)
			var err error
			switch step {
			case 0:
				err = a.Care.People.TakeIntake(t.Context(), manager, none, person, version, consented())
				if err == nil { // the second time nothing has changed
					version = 1
				}
			case 1:
				err = a.Care.People.Relabel(t.Context(), manager, none, person, participant.Inactive, "")
			case 2:
				err = a.Care.People.Relabel(t.Context(), manager, none, person, participant.Active, "")
			case 3:
				err = a.Care.People.AskToClose(t.Context(), manager, none, person, participant.ClosureRequest{AskedOn: today, How: "phone", Words: "Enough for now"})
			case 4:
				err = a.Care.People.Reopen(t.Context(), manager, none, person)
			case 5:
				err = a.Care.People.End(t.Context(), supervisor, none, person, participant.Ending{State: participant.Transferred, Day: today, Words: "Northgate", Wish: true})
			case 6:
				err = a.Care.People.End(t.Context(), supervisor, none, person, participant.Ending{State: participant.Died, Day: today})
			}
			if err != nil && !errors.Is(err, lead.ErrConflict) {
				r.Fatalf("step %d from %s: %v", step, before.Now.State, err)
			}
			after := record(t, a, supervisor, person)
			if err != nil && after.Now.State != before.Now.State {
				r.Fatalf("a refused step %d moved %s to %s", step, before.Now.State, after.Now.State)
			}
			if len(after.History) < length {
				r.Fatalf("history shrank from %d to %d", length, len(after.History))
			}
			length = len(after.History)
			if after.History[0].State != after.Now.State {
				r.Fatalf("the projection says %s, the history %s", after.Now.State, after.History[0].State)
			}
			if before.Now.State == participant.Died && after.Now.State != participant.Died {
				r.Fatalf("somebody who died became %s", after.Now.State)
			}
			if after.Now.State == participant.Closed && after.History[0].AskedW == "" {
				r.Fatal("closed without their words")
			}
		}
	})
}
