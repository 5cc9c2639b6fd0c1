package identity_test

import (
	"errors"
	"fmt"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"waymark.example/internal/app"
	"waymark.example/internal/identity"
	"waymark.example/internal/lead"
	"waymark.example/internal/platform/ledger"
	"waymark.example/internal/practice"
	"waymark.example/internal/webtest"
)

// anotherAdmin opens a second administrator, as the command line does.
func anotherAdmin(t *testing.T, a *app.App, staff practice.Area) lead.Actor {
	t.Helper()
	account, _, err := a.Accounts.OpenFirst(t.Context(), identity.Account{Email: "second@practice.example", Name: "Ada Second", Organisation: staff.Actors["administrator"].Organisation, Roles: []lead.Role{lead.Administrator}})
	if err != nil {
		t.Fatal(err)
	}
	return account.Actor()
}

func TestRecoveryTakesTwoPeopleAndNeverTheOwner(t *testing.T) {
	webtest.EachArea(t, func(t *testing.T, a *app.App, staff practice.Area) {
		ctx := t.Context()
		admin, owner := staff.Actors["administrator"], staff.Actors["manager"]
		second := anotherAdmin(t, a, staff)
		if err := a.Accounts.AskRecovery(ctx, admin, ledger.Form{}, admin.ID, "mine"); err == nil {
			t.Error("an administrator asked for themselves")
		}
		for _, who := range []string{"manager", "supervisor", "sergeant", "auditor"} {
			if err := a.Accounts.AskRecovery(ctx, staff.Actors[who], ledger.Form{}, owner.ID, "x"); !errors.Is(err, lead.ErrForbidden) {
				t.Errorf("%s asked: %v", who, err)
			}
		}
		if err := a.Accounts.AskRecovery(ctx, admin, ledger.Form{}, owner.ID, "lost phone"); err != nil {
			t.Fatal(err)
		}
		waiting, err := a.Accounts.Waiting(ctx, second)
		if err != nil || len(waiting) != 1 {
			t.Fatalf("%+v %v", waiting, err)
		}
		id := waiting[0].ID
		for name, who := range map[string]lead.Actor{"who asked": admin, "the owner": owner, "another team's sergeant": staff.Actors["sergeant"], "an auditor": staff.Actors["auditor"]} {
			if _, code, err := a.Accounts.Answer(ctx, who, ledger.Form{}, id, true); !errors.Is(err, lead.ErrForbidden) || code != "" {
				t.Errorf("%s confirmed: %q %v", name, code, err)
			}
		}
		if list, err := a.Accounts.Waiting(ctx, staff.Actors["sergeant"]); err != nil || len(list) != 0 {
			t.Errorf("the sergeant sees the case team's: %+v %v", list, err)
		}
		form := ledger.Form{Key: "frm_once", Hash: "h"}
		_, code, err := a.Accounts.Answer(ctx, second, form, id, true)
		if err != nil || code == "" {
			t.Fatalf("%q %v", code, err)
		}
		if _, again, err := a.Accounts.Answer(ctx, second, form, id, true); err != nil || again != "" {
			t.Errorf("the code was shown twice: %q %v", again, err)
		}
		if _, _, err := a.Accounts.Answer(ctx, staff.Actors["supervisor"], ledger.Form{}, id, false); !errors.Is(err, lead.ErrConflict) {
			t.Errorf("answered twice: %v", err)
		}
		if entered(t, a, "recovery.ask", owner.ID) != 1 || entered(t, a, "recovery.answer", owner.ID) < 1 {
			t.Error("the log does not tell who did it")
		}
		if notices, err := a.Accounts.Notices(ctx, owner); err != nil || len(notices) != 1 || notices[0].Kind != identity.NoticeRecovered {
			t.Errorf("%+v %v", notices, err)
		}
	})
}

func TestARoleThatSeesMuchTakesTwoAdministrators(t *testing.T) {
	webtest.EachArea(t, func(t *testing.T, a *app.App, staff practice.Area) {
		ctx := t.Context()
		admin, manager := staff.Actors["administrator"], staff.Actors["manager3"]
		second := anotherAdmin(t, a, staff)
		if err := a.Accounts.SetRoles(ctx, admin, ledger.Form{}, manager.ID, []lead.Role{lead.CaseManager, lead.OnCall, lead.Supervisor}); err != nil {
			t.Fatal(err)
		}
		roles := func() string {
			account, err := a.Accounts.Account(ctx, admin, manager.ID)
			if err != nil {
				t.Fatal(err)
			}
			return fmt.Sprint(account.Roles)
		}
		if got := roles(); got != "[case_manager on_call]" {
			t.Errorf("before the second: %s", got)
		}
		waiting, err := a.Accounts.Waiting(ctx, second)
		if err != nil || len(waiting) != 1 {
			t.Fatalf("%+v %v", waiting, err)
		}
		for _, who := range []lead.Actor{admin, manager, staff.Actors["supervisor"]} {
			if _, _, err := a.Accounts.Answer(ctx, who, ledger.Form{}, waiting[0].ID, true); !errors.Is(err, lead.ErrForbidden) {
				t.Errorf("%s confirmed: %v", who.Name, err)
			}
		}
		if _, _, err := a.Accounts.Answer(ctx, second, ledger.Form{}, waiting[0].ID, true); err != nil {
			t.Fatal(err)
		}
		if got := roles(); got != "[case_manager on_call supervisor]" {
			t.Errorf("after: %s", got)
		}
		if err := a.Accounts.SetRoles(ctx, admin, ledger.Form{}, admin.ID, []lead.Role{lead.Administrator}); err == nil {
			t.Error("an administrator changed their own roles")
		}
	})
}

// Whatever two careless people do in whatever order, nobody ever holds a role
// that takes two without two different people, neither of them the owner,
// having given it.
func TestNobodyGetsASensitiveRoleFromOnePerson(t *testing.T) {
	site := webtest.StartEmpty(t, "sqlite:"+t.TempDir()+"/waymark.db")
	a, staff := site.App, site.Area
	admins := []lead.Actor{staff.Actors["administrator"], anotherAdmin(t, a, staff)}
	people := []lead.Actor{staff.Actors["manager"], staff.Actors["manager2"], staff.Actors["oncall"]}
	given := map[string]bool{} // accounts that two people made a supervisor
	rapid.Check(t, func(t *rapid.T) {
		for range rapid.IntRange(1, 10).Draw(t, "steps") {
			by := admins[rapid.IntRange(0, 1).Draw(t, "by")]
			of := people[rapid.IntRange(0, 2).Draw(t, "of")]
			switch rapid.IntRange(0, 2).Draw(t, "step") {
			case 0: // give, which is asking where it is not held
				if err := a.Accounts.SetRoles(t.Context(), by, ledger.Form{}, of.ID, []lead.Role{lead.CaseManager, lead.Supervisor}); err != nil {
					t.Fatal(err)
				}
			case 1: // take away
				if err := a.Accounts.SetRoles(t.Context(), by, ledger.Form{}, of.ID, []lead.Role{lead.OnCall}); err != nil {
					t.Fatal(err)
				}
				delete(given, of.ID)
			case 2: // answer everything, also one's own
				waiting, err := a.Accounts.Waiting(t.Context(), by)
				if err != nil {
					t.Fatal(err)
				}
				for _, r := range waiting {
					yes := rapid.Bool().Draw(t, "yes")
					_, _, err := a.Accounts.Answer(t.Context(), by, ledger.Form{}, r.ID, yes)
					if refused := errors.Is(err, lead.ErrForbidden); refused != (yes && r.Asker == by.ID) || err != nil && !refused {
						t.Fatalf("asked by %s, answered by %s: %v", r.Asker, by.ID, err)
					}
					if err == nil && yes {
						given[r.Account.ID] = true
					}
				}
			}
			for _, p := range people {
				account, err := a.Accounts.Account(t.Context(), by, p.ID)
				if err != nil {
					t.Fatal(err)
				}
				if slices.Contains(account.Roles, lead.Supervisor) != given[p.ID] {
					t.Fatalf("%s: %v, two said so: %v", p.Name, account.Roles, given[p.ID])
				}
			}
		}
	})
}
