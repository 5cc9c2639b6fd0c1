package identity_test

import (
	"errors"
	"testing"

	"waymark.example/internal/app"
	"waymark.example/internal/identity"
	"waymark.example/internal/lead"
	"waymark.example/internal/platform/db"
	"waymark.example/internal/platform/ledger"
	"waymark.example/internal/practice"
	"waymark.example/internal/schema"
	"waymark.example/internal/webtest"
)

func TestR33_NobodyHoldsAPoliceAndACareRole(t *testing.T) {
	webtest.EachArea(t, func(t *testing.T, a *app.App, staff practice.Area) {
		admin := staff.Actors["administrator"]
		for _, roles := range [][]lead.Role{{lead.Officer, lead.CaseManager}, {lead.CaseManager, lead.Sergeant}, {lead.Officer, lead.Auditor}, {lead.OnCall, lead.Administrator}, {"chief"}, {}} {
			_, _, err := a.Accounts.Open(t.Context(), admin, ledger.Form{}, identity.Account{Email: "both@example.org", Name: "Both", Organisation: admin.Organisation, Roles: roles})
			if bad, ok := errors.AsType[lead.Invalid](err); !ok || bad["roles"] == "" {
				t.Errorf("%v: %v", roles, err)
			}
		}
		manager := staff.Actors["manager"]
		err := a.Accounts.SetRoles(t.Context(), admin, ledger.Form{}, manager.ID, []lead.Role{lead.Officer})
		if bad, ok := errors.AsType[lead.Invalid](err); !ok || bad["roles"] == "" {
			t.Errorf("a case manager became an officer: %v", err)
		}
		// Nor past the program: the table refuses it.
		for _, q := range []db.Query{
			`INSERT INTO identity_role (account_id, side, role, version, held, set_by, set_at) VALUES ($1, 'police', 'officer', 1, $2, '', '')`,
			`INSERT INTO identity_role (account_id, side, role, version, held, set_by, set_at) VALUES ($1, 'care', 'officer', 1, $2, '', '')`,
		} {
			err := a.Store.Handle(schema.Identity).Transact(t.Context(), func(tx *db.Tx) error {
				_, err := tx.Exec(t.Context(), q, manager.ID, true)
				return err
			})
			if err == nil {
				t.Errorf("the table took: %s", q)
			}
		}
	})
}

func TestRolesHoldFromTheNextRequestAndAStoppedAccountIsOut(t *testing.T) {
	site := webtest.StartEmpty(t, "sqlite:"+t.TempDir()+"/waymark.db")
	admin, officer := site.Area.Actors["administrator"], site.Area.Actors["officer"]
	b := site.SignIn(t, "officer")
	if got := b.Get("/police/approvals"); got.Status != 404 {
		t.Errorf("an officer opened approvals: %d", got.Status)
	}
	if err := site.App.Accounts.SetRoles(t.Context(), admin, ledger.Form{}, officer.ID, []lead.Role{lead.Officer, lead.Sergeant}); err != nil {
		t.Fatal(err)
	}
	if got := b.Get("/police/approvals"); got.Status != 200 {
		t.Errorf("a new sergeant cannot open approvals: %d", got.Status)
	}
	if err := site.App.Accounts.SetStanding(t.Context(), admin, ledger.Form{}, officer.ID, false, "left the force"); err != nil {
		t.Fatal(err)
	}
	if got := b.Get("/police/decide"); got.Status != 303 || got.Location != "/sign-in?next=%2Fpolice%2Fdecide" {
		t.Errorf("a stopped account is still in: %d %s", got.Status, got.Location)
	}
}

func TestSigningInNeedsBothAndEachCodeCountsOnce(t *testing.T) {
	webtest.EachArea(t, func(t *testing.T, a *app.App, _ practice.Area) {
		ctx := t.Context()
		for _, email := range []string{"officer@practice.example", "nobody@practice.example"} {
			if _, err := a.Accounts.SignIn(ctx, email, "wrong"); !errors.Is(err, identity.ErrWrong) {
				t.Errorf("%s: %v", email, err)
			}
		}
		token, err := a.Accounts.SignIn(ctx, "Officer@Practice.example ", practice.Password)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := a.Accounts.Who(ctx, token); !errors.Is(err, identity.ErrExpired) {
			t.Errorf("the password alone opened a session: %v", err)
		}
		if _, _, err := a.Accounts.Confirm(ctx, token, "000000"); !errors.Is(err, identity.ErrCode) {
			t.Errorf("a wrong code: %v", err)
		}
		code, err := a.Accounts.PracticeCode(ctx, token)
		if err != nil {
			t.Fatal(err)
		}
		full, _, err := a.Accounts.Confirm(ctx, token, code)
		if err != nil {
			t.Fatal(err)
		}
		if who, err := a.Accounts.Who(ctx, full); err != nil || who.Email != "officer@practice.example" {
			t.Errorf("who: %+v %v", who, err)
		}
		again, err := a.Accounts.SignIn(ctx, "officer@practice.example", practice.Password)
		if err != nil {
			t.Fatal(err)
		}
		if _, _, err := a.Accounts.Confirm(ctx, again, code); !errors.Is(err, identity.ErrCode) {
			t.Errorf("a code counted twice: %v", err)
		}
		if err := a.Accounts.SignOut(ctx, full); err != nil {
			t.Fatal(err)
		}
		if _, err := a.Accounts.Who(ctx, full); !errors.Is(err, identity.ErrExpired) {
			t.Errorf("after signing out: %v", err)
		}
	})
}

func TestManyWrongPasswordsMakeTheAddressWait(t *testing.T) {
	webtest.EachArea(t, func(t *testing.T, a *app.App, _ practice.Area) {
		var err error
		for range 6 {
			_, err = a.Accounts.SignIn(t.Context(), "officer@practice.example", "wrong")
		}
		if !errors.Is(err, identity.ErrWait) {
			t.Errorf("after many tries: %v", err)
		}
		if _, err := a.Accounts.SignIn(t.Context(), "sergeant@practice.example", practice.Password); err != nil {
			t.Errorf("somebody else has to wait too: %v", err)
		}
	})
}
