package participant_test

import (
	"errors"
	"testing"
	"time"

	"waymark.example/internal/app"
	"waymark.example/internal/care/participant"
	"waymark.example/internal/lead"
	"waymark.example/internal/platform/access"
	"waymark.example/internal/platform/db"
	"waymark.example/internal/platform/ledger"
	"waymark.example/internal/practice"
	"waymark.example/internal/schema"
	"waymark.example/internal/webtest"
)

// Whoever covers sees the people of who is away, for that time and not a minute
// longer, in every list and at every door; nobody else does.
func TestC29_CoverLastsFromItsFirstDayToItsLastAndEndsByItself(t *testing.T) {
	webtest.EachArea(t, func(t *testing.T, a *app.App, staff practice.Area) {
		clock := &practice.Clock{}
		supervisor, manager, third := staff.Actors["supervisor"], staff.Actors["manager"], staff.Actors["manager3"]
		person := webtest.Received(t, a, staff)
		must(t, a.Care.People.Allocate(t.Context(), supervisor, none, person, participant.Allocation{WorkerID: manager.ID, Wish: "Asha"}))
		people := &participant.Service{Book: ledger.New(a.Store.Handle(schema.Care), clock.Now), Access: a.Access, Keys: a.Care.People.Keys, Zone: a.Care.People.Zone}
		sees := func() (page, search, day bool) {
			t.Helper()
			_, err := people.Record(t.Context(), third, person, nil)
			found, err2 := people.People(t.Context(), third, "kest", "", 10)
			must(t, err2)
			mine, err2 := people.Today(t.Context(), third, false, nil)
			must(t, err2)
			if len(mine.People) > 0 {
				t.Error("somebody covered stands among one's own")
			}
			for _, c := range mine.Covering {
				d, _, err := people.CoverToday(t.Context(), third, c.ID, nil)
				must(t, err)
				day = day || len(d.People) == 1
			}
			return err == nil, len(found.People) > 0, day
		}
		none3 := func(when string) {
			t.Helper()
			if page, search, day := sees(); page || search || day {
				t.Errorf("%s: the page %v, search %v, the day %v", when, page, search, day)
			}
		}
		none3("before anything is planned")
		day := func(n int) string { return people.DayOf(time.Now().AddDate(0, 0, n)) }
		plan := func(by lead.Actor, away, coverer, from, until string) error {
			return people.PlanCover(t.Context(), by, none, participant.Cover{AwayID: away, CovererID: coverer, From: from, Until: until})
		}
		for _, by := range []string{"manager", "manager3", "officer", "administrator", "dpo"} {
			if err := plan(staff.Actors[by], manager.ID, third.ID, day(1), day(2)); !errors.Is(err, lead.ErrForbidden) {
				t.Errorf("%s planned cover: %v", by, err)
			}
		}
		for field, c := range map[string][4]string{"coverer": {manager.ID, manager.ID, day(1), day(2)}, "from": {manager.ID, third.ID, day(-1), day(2)}, "until": {manager.ID, third.ID, day(1), day(70)}, "away": {staff.Actors["officer"].ID, third.ID, day(1), day(2)}} {
			if bad := invalid(plan(supervisor, c[0], c[1], c[2], c[3])); bad[field] == "" {
				t.Errorf("%s: %v", field, bad)
			}
		}
		must(t, plan(supervisor, manager.ID, third.ID, day(1), day(3)))
		none3("the day before")
		zone := people.Zone
		if zone == nil {
			zone = time.UTC
		}
		first, err := time.ParseInLocation(time.DateOnly, day(1), zone)
		must(t, err)
		clock.Set(first)
		if page, search, today := sees(); !page || !search || !today {
			t.Errorf("on the first day: the page %v, search %v, the day %v", page, search, today)
		}
		if _, err := people.Record(t.Context(), staff.Actors["manager2"], person, nil); !errors.Is(err, lead.ErrForbidden) {
			t.Errorf("somebody who does not cover: %v", err)
		}
		n, err := people.Record(t.Context(), third, person, nil)
		must(t, err)
		if n.Cover == nil || n.Cover.Coverer != third.Name || n.WorkerID != manager.ID {
			t.Errorf("who covers: %+v", n.Cover)
		}
		for action, may := range map[access.Action]bool{"case.private": false, "disclosure.prepare": false, "consent.record": false, "case.allocate": false, "consent.stop": true, "case.close_on_request": true, "safety.read": true} {
			got := people.Read(t.Context(), third, participant.Act{Action: action, Name: "test"}, person, func(*db.Tx, participant.Now) error { return nil }) == nil
			if got != may {
				t.Errorf("whoever covers and %s: %v", action, got)
			}
		}
		board, err := people.Board(t.Context(), supervisor)
		must(t, err)
		for _, r := range board.Rooms {
			if r.WorkerID == third.ID && r.Held != 0 {
				t.Error("cover counts towards the caseload")
			}
		}
		clock.Set(first.AddDate(0, 0, 3).Add(-time.Second))
		if page, _, _ := sees(); !page {
			t.Error("it ended before the last day was over")
		}
		covers := board.Covers
		clock.Set(first.AddDate(0, 0, 3))
		none3("the last day is over")
		if _, _, err := people.CoverToday(t.Context(), third, covers[0].ID, nil); !errors.Is(err, lead.ErrNotFound) {
			t.Errorf("the day of who was away: %v", err)
		}
		clock.Set(first.AddDate(0, 0, 1))
		must(t, people.EndCover(t.Context(), supervisor, none, covers[0].ID))
		none3("they came back early")
		if err := people.EndCover(t.Context(), supervisor, none, covers[0].ID); !errors.Is(err, lead.ErrNotFound) {
			t.Errorf("ended twice: %v", err)
		}
	})
}

// Whoever is a case manager no more reads nobody's case by having been one, as a
// worker or as cover; whoever is on call reads whom they came to.
func TestR18_TheRoleGoneClosesEveryCaseThatCameWithIt(t *testing.T) {
	webtest.EachArea(t, func(t *testing.T, a *app.App, staff practice.Area) {
		ctx, people := t.Context(), a.Care.People
		supervisor, manager, third := staff.Actors["supervisor"], staff.Actors["manager"], staff.Actors["manager3"]
		person, met := webtest.Received(t, a, staff), webtest.Received(t, a, staff)
		must(t, people.Allocate(ctx, supervisor, none, person, participant.Allocation{WorkerID: manager.ID}))
		today := people.LocalDay()
		must(t, people.PlanCover(ctx, supervisor, none, participant.Cover{AwayID: manager.ID, CovererID: third.ID, From: today, Until: today}))
		for _, by := range []lead.Actor{manager, third} {
			_, err := people.Record(ctx, by, person, nil)
			must(t, err)
		}
		may := func(by lead.Actor, action access.Action, of string) bool {
			return people.Read(ctx, by, participant.Act{Action: action, Name: "test"}, of, func(*db.Tx, participant.Now) error { return nil }) == nil
		}
		covering := func() int {
			d, err := people.Today(ctx, third, false, nil)
			must(t, err)
			return len(d.Covering)
		}
		if covering() != 1 {
			t.Fatal("nobody is covered")
		}
		// In the database alone: the session still carries the role.
		must(t, a.Accounts.SetRoles(ctx, staff.Actors["administrator"], none, third.ID, []lead.Role{lead.OnCall}))
		if may(third, "case.read", person) || covering() != 0 {
			t.Error("the cover goes on for somebody who is no case manager")
		}
		manager.Roles, third.Roles = []lead.Role{lead.OnCall}, []lead.Role{lead.OnCall}
		for _, action := range []access.Action{"case.read", "case.note", "case.write", "case.private", "case.document", "case.answers", "consent.record", "disclosure.prepare", "safety.read"} {
			if may(manager, action, person) || may(third, action, person) {
				t.Errorf("%s by somebody who is no case manager any more", action)
			}
			if want := action != "case.document" && action != "case.answers"; may(manager, action, met) != want {
				t.Errorf("%s by who came to the hand-off: want %v", action, want)
			}
		}
		if !may(supervisor, "case.read", person) || !may(supervisor, "case.document", person) {
			t.Error("the supervisor lost it")
		}
	})
}

// A supervisor moves somebody only on the person's own wish, or because their
// worker has gone: then with a reason, and they are told (R30, C30).
func TestR32_NobodyIsMovedWithoutTheirWishUnlessTheirWorkerIsGone(t *testing.T) {
	webtest.EachArea(t, func(t *testing.T, a *app.App, staff practice.Area) {
		supervisor, manager, third := staff.Actors["supervisor"], staff.Actors["manager"], staff.Actors["manager3"]
		people := a.Care.People
		person := webtest.Received(t, a, staff)
		allocate := func(x participant.Allocation) error { return people.Allocate(t.Context(), supervisor, none, person, x) }
		must(t, allocate(participant.Allocation{WorkerID: manager.ID}))
		if bad := invalid(allocate(participant.Allocation{WorkerID: third.ID})); bad["wish"] == "" {
			t.Errorf("moved without a wish: %v", bad)
		}
		gone := participant.Allocation{WorkerID: third.ID, Gone: true, Reason: "They left on Friday"}
		if bad := invalid(allocate(gone)); bad["gone"] == "" {
			t.Errorf("moved as if the worker had gone: %v", bad)
		}
		must(t, allocate(participant.Allocation{WorkerID: third.ID, Wish: "I would like Mina"}))
		must(t, allocate(participant.Allocation{WorkerID: manager.ID, Wish: "Asha after all"}))
		must(t, a.Accounts.SetStanding(t.Context(), staff.Actors["administrator"], none, manager.ID, false, "Left"))
		if bad := invalid(allocate(participant.Allocation{WorkerID: third.ID, Gone: true})); bad["reason"] == "" {
			t.Errorf("moved without a reason: %v", bad)
		}
		must(t, allocate(gone))
		board, err := people.Board(t.Context(), supervisor)
		must(t, err)
		if len(board.ToTell) != 1 || board.ToTell[0].Gone != manager.Name || board.ToTell[0].Reason != gone.Reason {
			t.Fatalf("to tell: %+v", board.ToTell)
		}
		move := board.ToTell[0].MoveID
		if err := people.TellMoved(t.Context(), staff.Actors["manager2"], none, person, move, ""); !errors.Is(err, lead.ErrForbidden) {
			t.Errorf("somebody else told: %v", err)
		}
		must(t, people.TellMoved(t.Context(), third, none, person, move, "Fine with me"))
		if err := people.TellMoved(t.Context(), third, none, person, move, "Again"); !errors.Is(err, lead.ErrConflict) {
			t.Errorf("told twice: %v", err)
		}
		rec, err := people.Record(t.Context(), third, person, nil)
		must(t, err)
		if len(rec.ToTell) != 0 {
			t.Error("it still asks to tell them")
		}
		// By name, whoever holds most: nobody is ranked.
		board, err = people.Board(t.Context(), supervisor)
		must(t, err)
		for i := 1; i < len(board.Rooms); i++ {
			if board.Rooms[i-1].Name > board.Rooms[i].Name {
				t.Errorf("%s stands before %s", board.Rooms[i-1].Name, board.Rooms[i].Name)
			}
		}
		one, err := people.CaseloadOf(t.Context(), supervisor, third.ID)
		must(t, err)
		if len(one.People) != 1 || one.Room.Held != 1 || one.Room.Finding != 1 || one.Room.Active() != 0 {
			t.Errorf("%+v", one)
		}
		if _, err := people.CaseloadOf(t.Context(), third, manager.ID); !errors.Is(err, lead.ErrForbidden) {
			t.Errorf("a worker read another's caseload: %v", err)
		}
	})
}
