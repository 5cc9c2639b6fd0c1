package duty_test

import (
	"errors"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"waymark.example/internal/app"
	"waymark.example/internal/dbtest"
	"waymark.example/internal/handoff/oncall"
	"waymark.example/internal/handoff/referral"
	"waymark.example/internal/lead"
	"waymark.example/internal/partnership/missed"
	"waymark.example/internal/platform/db"
	"waymark.example/internal/platform/ledger"
	"waymark.example/internal/police/contact"
	"waymark.example/internal/practice"
	"waymark.example/internal/schema"
)

var none = ledger.Form{} //nolint:gochecknoglobals // a form without a key is sent once

// area is a practice area with accounts only, a clock that the test sets, and as
// many servers as it opens.
type area struct {
	t       *testing.T
	config  app.Config
	now     atomic.Int64
	staff   practice.Area
	servers []*app.App
}

func (a *area) Now() time.Time { return time.Unix(a.now.Load(), 0) }

func (a *area) pass(d time.Duration) { a.now.Add(int64(d / time.Second)) }

func (a *area) open() *app.App {
	a.t.Helper()
	server, err := app.Open(a.t.Context(), a.config)
	if err != nil {
		a.t.Fatal(err)
	}
	a.servers = append(a.servers, server)
	a.t.Cleanup(func() {
		if err := server.Close(); err != nil {
			a.t.Error(err)
		}
	})
	return server
}

func each(t *testing.T, test func(*testing.T, *area, *app.App)) {
	t.Helper()
	run := func(t *testing.T, address string) {
		a := &area{t: t}
		a.now.Store(time.Date(2026, 11, 26, 2, 0, 0, 0, time.UTC).Unix())
		a.config = app.Config{Database: address, Keys: "sqlite:" + filepath.Join(t.TempDir(), "keys.db"), Practice: true, Now: a.Now, LedgerKey: key(t)}
		server := a.open()
		var err error
		clock := &practice.Clock{}
		if a.staff, err = practice.Staff(t.Context(), server, clock); err != nil {
			t.Fatal(err)
		}
		test(t, a, server)
	}
	t.Run("sqlite", func(t *testing.T) { run(t, "sqlite:"+filepath.Join(t.TempDir(), "waymark.db")) })
	t.Run("postgres", func(t *testing.T) { run(t, dbtest.PostgresAddress(t)) })
}

func key(t *testing.T) string {
	t.Helper()
	text, err := ledger.NewKeyText("waymark-practice")
	must(t, err)
	return text
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// divert has an officer hand somebody over now.
func (a *area) divert(server *app.App, meeting referral.Meeting) (contactID, referralID string) {
	a.t.Helper()
	d := contact.Decision{
		HappenedAt: a.Now().Add(-5 * time.Minute), Place: "Fish Quay", Outcome: contact.Diverted, Reason: "needs_seen", Offences: []string{"46"}, Voluntary: true,
		Equality: contact.Equality{AgeBand: "26_35", Sex: "F", NotRecorded: contact.SaidNo},
		HandOff:  referral.Referral{Nickname: "Kestrel", Meeting: meeting, MeetWords: "The clock at nine", FindWords: "Near the quay"},
	}
	contactID, err := server.Contacts.Decide(a.t.Context(), a.staff.Actors["officer"], none, contact.ArrestDiversion, d)
	must(a.t, err)
	h, err := server.Care.People.HandOffs(a.t.Context(), a.staff.Actors["manager"])
	must(a.t, err)
	return contactID, h.Waiting[len(h.Waiting)-1].ID
}

// plan puts somebody on the rota around now.
func (a *area) plan(server *app.App, who string, place int) {
	a.t.Helper()
	shift := oncall.Shift{WorkerID: a.staff.Actors[who].ID, Phone: "07700 900123", Place: place, From: a.Now().Add(-time.Hour), Until: a.Now().Add(8 * time.Hour)}
	must(a.t, server.Care.Duty.Plan(a.t.Context(), a.staff.Actors["supervisor"], none, []oncall.Shift{shift}))
}

func (a *area) sweep(server *app.App, want int) {
	a.t.Helper()
	n, err := server.Care.Duty.Sweep(a.t.Context())
	must(a.t, err)
	if n != want {
		a.t.Errorf("%d steps, not %d", n, want)
	}
}

func (a *area) missed(server *app.App) []oncall.Missed {
	a.t.Helper()
	s := &missed.Service{Book: ledger.New(server.Store.Handle(schema.Partnership), a.Now), Access: server.Access}
	out, err := s.Calls(a.t.Context(), a.staff.Actors["coordinator"], time.Time{}, "", 10)
	must(a.t, err)
	return out
}

// told counts the notices for an account in the outbox.
func (a *area) told(server *app.App, who string) int {
	a.t.Helper()
	n := 0
	must(a.t, server.Store.Handle(schema.Identity).Look(a.t.Context(), func(tx *db.Tx) error {
		return tx.One(a.t.Context(), `SELECT COUNT(*) FROM handoff_notice WHERE account_id = $1`, a.staff.Actors[who].ID).Scan(&n)
	}))
	return n
}

func TestR13_WhatNobodyAcceptsGoesToTheNextAndThenToThoseWhoCanHelp(t *testing.T) {
	each(t, func(t *testing.T, a *area, server *app.App) {
		a.plan(server, "oncall", 1)
		a.plan(server, "manager", 2)
		_, id := a.divert(server, referral.HereNow)
		a.sweep(server, 1)
		a.sweep(server, 0)
		a.pass(9 * time.Minute)
		a.sweep(server, 0)
		if len(a.missed(server)) != 0 {
			t.Error("it counts as missed before its time")
		}
		a.pass(2 * time.Minute)
		a.sweep(server, 1)
		a.pass(11 * time.Minute)
		a.sweep(server, 1)
		a.pass(time.Hour)
		a.sweep(server, 0)
		for who, want := range map[string]int{"oncall": 1, "manager": 1, "supervisor": 1, "coordinator": 1, "officer": 0, "manager2": 0, "panel": 0} {
			if got := a.told(server, who); got != want {
				t.Errorf("%s was told %d times, not %d", who, got, want)
			}
		}
		list := a.missed(server)
		if len(list) != 1 || !list[0].Open() || len(list[0].Steps) != 3 || !list[0].Steps[2].Alarm || list[0].Unanswered(a.Now()) != 82*time.Minute {
			t.Fatalf("missed calls are %+v", list)
		}
		_, err := server.Care.People.Accept(t.Context(), a.staff.Actors["manager"], none, id)
		must(t, err)
		a.sweep(server, 1)
		if list = a.missed(server); list[0].Open() {
			t.Error("it was accepted and the page does not say so")
		}
		a.sweep(server, 0)
	})
}

func TestR13_ACallInVainGoesOnAtOnce(t *testing.T) {
	each(t, func(t *testing.T, a *area, server *app.App) {
		a.plan(server, "oncall", 1)
		a.plan(server, "manager", 2)
		id, referralID := a.divert(server, referral.HereNow)
		a.sweep(server, 1)
		a.pass(time.Minute)
		must(t, server.Contacts.NoAnswer(t.Context(), a.staff.Actors["officer"], none, id))
		if err := server.Contacts.NoAnswer(t.Context(), a.staff.Actors["officer2"], none, id); !errors.Is(err, lead.ErrForbidden) {
			t.Errorf("another officer: %v", err)
		}
		a.sweep(server, 1)
		a.sweep(server, 0)
		if a.told(server, "manager") != 1 {
			t.Error("the second was not told")
		}
		h, err := server.Care.People.Accept(t.Context(), a.staff.Actors["manager"], none, referralID)
		must(t, err)
		log, err := server.Care.People.HandOff(t.Context(), a.staff.Actors["manager"], referralID)
		must(t, err)
		if e, ok := log.Log.First(referral.RangInVain); !ok || e.By != "" || h == "" {
			t.Errorf("the log is %+v", log.Log)
		}
	})
}

func TestWithNobodyOnCallTheAlarmComesAtOnceAndTheNextShiftIsStillTold(t *testing.T) {
	each(t, func(t *testing.T, a *area, server *app.App) {
		a.divert(server, referral.HereNow)
		a.sweep(server, 1)
		if a.told(server, "supervisor") != 1 || len(a.missed(server)) != 1 {
			t.Error("no alarm")
		}
		a.pass(time.Hour)
		a.sweep(server, 0)
		a.plan(server, "oncall", 1)
		a.sweep(server, 1)
		if a.told(server, "oncall") != 1 {
			t.Error("whoever came on duty later was not told")
		}
	})
}

func TestAMissedCallThatWasTakenBackWaitsNoLonger(t *testing.T) {
	each(t, func(t *testing.T, a *area, server *app.App) {
		id, _ := a.divert(server, referral.HereNow)
		a.sweep(server, 1)
		must(t, server.Contacts.Undo(t.Context(), a.staff.Actors["officer"], none, id))
		a.sweep(server, 1)
		if list := a.missed(server); len(list) != 1 || list[0].Open() || !list[0].AcceptedAt.IsZero() {
			t.Errorf("missed calls are %+v", list)
		}
		a.pass(time.Hour)
		a.sweep(server, 0)
	})
}

func TestManyServersSweepingAtOnceTellEachOnce(t *testing.T) {
	each(t, func(t *testing.T, a *area, server *app.App) {
		a.plan(server, "oncall", 1)
		other := a.open()
		for range 5 {
			a.divert(server, referral.HereNow)
		}
		var all sync.WaitGroup
		var steps atomic.Int64
		for i := range 8 {
			all.Go(func() {
				n, err := []*app.App{server, other}[i%2].Care.Duty.Sweep(t.Context())
				if err != nil {
					t.Error(err)
				}
				steps.Add(int64(n))
			})
		}
		all.Wait()
		if steps.Load() != 5 || a.told(server, "oncall") != 5 {
			t.Errorf("%d steps, told %d times", steps.Load(), a.told(server, "oncall"))
		}
	})
}

func TestAServerThatDiesLosesNoCall(t *testing.T) {
	each(t, func(t *testing.T, a *area, server *app.App) {
		a.plan(server, "oncall", 1)
		a.plan(server, "manager", 2)
		a.divert(server, referral.HereNow)
		a.sweep(server, 1)
		a.divert(server, referral.FindLater) // and nobody sweeps for a day and more
		a.pass(25 * time.Hour)
		again := a.open()
		a.sweep(again, 1) // the one that nobody was told of yet; nobody is on duty any more
		if a.told(again, "supervisor") != 1 {
			t.Error("the call that came while no server ran is lost")
		}
	})
}

func TestTheRotaIsPlannedBySupervisorsAndDoesNotOverlap(t *testing.T) {
	each(t, func(t *testing.T, a *area, server *app.App) {
		a.plan(server, "oncall", 1)
		shift := oncall.Shift{WorkerID: a.staff.Actors["manager"].ID, Phone: "07700 900123", Place: 1, From: a.Now(), Until: a.Now().Add(time.Hour)}
		plan := func(who string, s oncall.Shift) error {
			return server.Care.Duty.Plan(t.Context(), a.staff.Actors[who], none, []oncall.Shift{s})
		}
		for name, change := range map[string]func(oncall.Shift) oncall.Shift{
			"place":  func(s oncall.Shift) oncall.Shift { return s },
			"worker": func(s oncall.Shift) oncall.Shift { s.WorkerID, s.Place = a.staff.Actors["oncall"].ID, 2; return s },
			"phone":  func(s oncall.Shift) oncall.Shift { s.Phone = "12"; return s },
			"day": func(s oncall.Shift) oncall.Shift {
				s.From, s.Until = s.From.AddDate(0, 0, -1), s.Until.AddDate(0, 0, -1)
				return s
			},
		} {
			bad, _ := errors.AsType[lead.Invalid](plan("supervisor", change(shift)))
			if bad[name] == "" {
				t.Errorf("%s: %v", name, bad)
			}
		}
		stranger := shift
		stranger.Place, stranger.WorkerID = 2, a.staff.Actors["officer"].ID
		if bad, _ := errors.AsType[lead.Invalid](plan("supervisor", stranger)); bad["worker"] == "" {
			t.Error("an officer is on the case team's rota")
		}
		for _, who := range []string{"oncall", "manager3", "officer", "coordinator"} {
			if err := plan(who, stranger); !errors.Is(err, lead.ErrForbidden) {
				t.Errorf("%s plans: %v", who, err)
			}
		}
	})
}

func TestThePhoneIsTakenHandedBackAndLeftBehind(t *testing.T) {
	each(t, func(t *testing.T, a *area, server *app.App) {
		ctx := t.Context()
		a.plan(server, "oncall", 1)
		first := func() string {
			rota, err := server.Care.Duty.Rota(ctx, a.staff.Actors["supervisor"], a.Now(), a.Now().Add(time.Second))
			must(t, err)
			if len(rota.OnDuty) == 0 {
				return ""
			}
			return rota.OnDuty[0].Name
		}
		if first() != "Jo Pike" {
			t.Error("the rota does not count")
		}
		a.pass(time.Second)
		must(t, server.Care.Duty.TakePhone(ctx, a.staff.Actors["manager"], none, "07700 900142"))
		if first() != "Asha Fern" {
			t.Error("whoever took the phone is not first")
		}
		must(t, server.Care.Duty.HandBack(ctx, a.staff.Actors["supervisor"], none))
		must(t, server.Care.Duty.HandBack(ctx, a.staff.Actors["supervisor"], none))
		if first() != "Jo Pike" {
			t.Error("the phone was handed back and the rota does not count")
		}
		must(t, server.Accounts.SetStanding(ctx, a.staff.Actors["administrator"], none, a.staff.Actors["oncall"].ID, false, "left"))
		if got := first(); got != "" {
			t.Errorf("%s left and is still rung", got)
		}
	})
}

func TestR34_AnArrivalIsAboutTheWorkerAndGoesByTheClockAlone(t *testing.T) {
	each(t, func(t *testing.T, a *area, server *app.App) {
		ctx := t.Context()
		manager, officer := a.staff.Actors["manager"], a.staff.Actors["officer"]
		contactID, id := a.divert(server, referral.HereNow) // they did not agree that the officer hears
		if err := server.Care.People.OnTheWay(ctx, manager, none, id, 20); err == nil {
			t.Error("somebody is on the way who has not accepted")
		}
		_, err := server.Care.People.Accept(ctx, manager, none, id)
		must(t, err)
		must(t, server.Care.People.OnTheWay(ctx, manager, none, id, 20))
		if err := server.Care.People.OnTheWay(ctx, manager, none, id, 21); err == nil {
			t.Error("any number of minutes is taken")
		}
		sees := func() *oncall.Estimate {
			e, err := server.Contacts.Read(ctx, officer, contactID)
			must(t, err)
			return e.Estimate
		}
		said := sees()
		if said == nil || said.Name != "Asha Fern" || !said.ThereAt.Equal(a.Now().Add(20*time.Minute)) {
			t.Fatalf("the officer sees %+v", said)
		}
		a.pass(20 * time.Minute)
		must(t, server.Care.People.Log(ctx, manager, none, id, referral.Met, "", a.Now()))
		if err := server.Care.People.OnTheWay(ctx, manager, none, id, 10); !errors.Is(err, lead.ErrConflict) {
			t.Errorf("after they met: %v", err)
		}
		if after := sees(); after == nil || *after != *said {
			t.Error("that they met can be told from the estimate")
		}
		a.pass(3 * time.Hour)
		if sees() != nil {
			t.Error("it is shown for longer than three hours")
		}
		later, find := a.divert(server, referral.FindLater)
		_, err = server.Care.People.Accept(ctx, manager, none, find)
		must(t, err)
		if err := server.Care.People.OnTheWay(ctx, manager, none, find, 10); !errors.Is(err, lead.ErrConflict) {
			t.Errorf("for somebody to find later: %v", err)
		}
		if e, err := server.Contacts.Read(ctx, officer, later); err != nil || e.Estimate != nil {
			t.Errorf("%+v, %v", e.Estimate, err)
		}
	})
}
