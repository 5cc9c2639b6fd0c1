package identity_test

import (
	"errors"
	"fmt"
	"net/url"
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
		v := identity.Visit{Device: "a", Agent: "Firefox", Place: "192.0.2.1"}
		for _, email := range []string{"officer@practice.example", "nobody@practice.example"} {
			if _, err := a.Accounts.SignIn(ctx, v, email, "wrong"); !errors.Is(err, identity.ErrWrong) {
				t.Errorf("%s: %v", email, err)
			}
		}
		var err error
		if v.Token, err = a.Accounts.SignIn(ctx, v, "Officer@Practice.example ", practice.Password); err != nil {
			t.Fatal(err)
		}
		if _, err := a.Accounts.Who(ctx, v); !errors.Is(err, identity.ErrExpired) {
			t.Errorf("the password alone opened a session: %v", err)
		}
		if _, _, err := a.Accounts.Confirm(ctx, v, "000000"); !errors.Is(err, identity.ErrCode) {
			t.Errorf("a wrong code: %v", err)
		}
		code, err := a.Accounts.PracticeCode(ctx, v)
		if err != nil {
			t.Fatal(err)
		}
		half := v
		if v.Token, _, err = a.Accounts.Confirm(ctx, v, code); err != nil {
			t.Fatal(err)
		}
		if who, err := a.Accounts.Who(ctx, v); err != nil || who.Account.Email != "officer@practice.example" {
			t.Errorf("who: %+v %v", who, err)
		}
		if _, err := a.Accounts.Who(ctx, half); !errors.Is(err, identity.ErrExpired) || half.Token == v.Token {
			t.Errorf("the token from before the code is still good: %v", err)
		}
		again := v
		if again.Token, err = a.Accounts.SignIn(ctx, v, "officer@practice.example", practice.Password); err != nil {
			t.Fatal(err)
		}
		if _, _, err := a.Accounts.Confirm(ctx, again, code); !errors.Is(err, identity.ErrCode) {
			t.Errorf("a code counted twice: %v", err)
		}
		if err := a.Accounts.SignOut(ctx, v); err != nil {
			t.Fatal(err)
		}
		if _, err := a.Accounts.Who(ctx, v); !errors.Is(err, identity.ErrExpired) {
			t.Errorf("after signing out: %v", err)
		}
	})
}

// enter signs in with password and code.
func enter(t *testing.T, a *app.App, v identity.Visit, local string) identity.Visit {
	t.Helper()
	var err error
	if v.Token, err = a.Accounts.SignIn(t.Context(), v, local+"@practice.example", practice.Password); err != nil {
		t.Fatal(err)
	}
	code, err := a.Accounts.PracticeCode(t.Context(), v)
	if err != nil {
		t.Fatal(err)
	}
	if v.Token, _, err = a.Accounts.Confirm(t.Context(), v, code); err != nil {
		t.Fatal(err)
	}
	return v
}

// Whoever guesses has to wait: alone, from one address, or with the help of
// others. The owner does not, in a browser that they used before; nor do others.
func TestAStrangersTriesNeverMakeTheOwnerWait(t *testing.T) {
	webtest.EachArea(t, func(t *testing.T, a *app.App, _ practice.Area) {
		home := identity.Visit{Device: "home", Agent: "Firefox", Place: "192.0.2.1"}
		enter(t, a, home, "officer")
		stranger := identity.Visit{Device: "strange", Agent: "Firefox", Place: "198.51.100.7"}
		for i := range 5 {
			if _, err := a.Accounts.SignIn(t.Context(), stranger, "officer@practice.example", "wrong"); !errors.Is(err, identity.ErrWrong) {
				t.Fatalf("try %d: %v", i, err)
			}
		}
		if _, err := a.Accounts.SignIn(t.Context(), stranger, "officer@practice.example", practice.Password); !errors.Is(err, identity.ErrWait) {
			t.Errorf("after five tries, with the right password: %v", err)
		}
		// Others at the same address go on, and so does the owner elsewhere.
		if _, err := a.Accounts.SignIn(t.Context(), stranger, "sergeant@practice.example", practice.Password); err != nil {
			t.Errorf("somebody else at that address: %v", err)
		}
		other := identity.Visit{Device: "new phone", Agent: "Firefox", Place: "203.0.113.9"}
		if _, err := a.Accounts.SignIn(t.Context(), other, "officer@practice.example", practice.Password); err != nil {
			t.Errorf("the owner in a new browser elsewhere: %v", err)
		}
		// A crowd of strangers, also from the owner's own network, changes nothing
		// for the browser that the owner uses.
		for i := range 48 {
			v := identity.Visit{Device: fmt.Sprint("bot", i), Agent: "x", Place: fmt.Sprintf("198.51.100.%d", i)}
			if i%3 == 0 {
				v.Place = home.Place
			}
			_, err := a.Accounts.SignIn(t.Context(), v, "officer@practice.example", "wrong")
			if !errors.Is(err, identity.ErrWrong) && !errors.Is(err, identity.ErrWait) {
				t.Fatal(err)
			}
		}
		if _, err := a.Accounts.SignIn(t.Context(), identity.Visit{Device: "bot", Place: "203.0.113.77"}, "officer@practice.example", practice.Password); !errors.Is(err, identity.ErrWait) {
			t.Errorf("a crowd of strangers is not stopped: %v", err)
		}
		if _, err := a.Accounts.SignIn(t.Context(), home, "officer@practice.example", practice.Password); err != nil {
			t.Errorf("the owner at home has to wait: %v", err)
		}
		// An address without an account is told the very same things.
		for i := range 6 {
			_, err := a.Accounts.SignIn(t.Context(), identity.Visit{Device: "d", Place: "203.0.113.50"}, "nobody@practice.example", "wrong")
			if want := map[bool]error{true: identity.ErrWrong, false: identity.ErrWait}[i < 5]; !errors.Is(err, want) {
				t.Errorf("nobody, try %d: %v", i, err)
			}
		}
	})
}

// The same words, in a page of the same length, for an account and for none.
func TestTheSignInPageDoesNotTellWhoHasAnAccount(t *testing.T) {
	site := webtest.StartEmpty(t, "sqlite:"+t.TempDir()+"/waymark.db")
	b := site.Visitor(t)
	size := func(email string) (int, int) {
		a := b.Post("/sign-in", url.Values{"email": {email}, "password": {"wrong"}})
		return a.Status, len(a.Body)
	}
	s1, n1 := size("officer@practice.example")
	s2, n2 := size("officers@practice.exampl")
	if s1 != s2 || n1 != n2 || s1 != 422 {
		t.Errorf("an account: %d, %d bytes; none: %d, %d bytes", s1, n1, s2, n2)
	}
}

// A team is known by its name, so a name belongs to one organisation of a side:
// another force with a team of the same name would read its contacts.
func TestATeamsNameBelongsToOneOrganisation(t *testing.T) {
	webtest.EachArea(t, func(t *testing.T, a *app.App, staff practice.Area) {
		other, err := a.Accounts.FirstOrganisation(t.Context(), "Southmoor Police", identity.PoliceForce)
		if err != nil {
			t.Fatal(err)
		}
		open := func(email, team, organisation string, roles ...lead.Role) error {
			_, _, err := a.Accounts.Open(t.Context(), staff.Actors["administrator"], ledger.Form{}, identity.Account{Email: email, Name: "Somebody", Team: team, Organisation: organisation, Roles: roles})
			return err
		}
		if bad, ok := errors.AsType[lead.Invalid](open("sgt@southmoor.example", staff.Actors["officer"].Team, other.ID, lead.Sergeant)); !ok || bad["team"] == "" {
			t.Error("another force's sergeant is of the officer's team")
		}
		_, _, err = a.Accounts.SignInFrom(t.Context(), identity.Visit{}, "southmoor", identity.Person{Issuer: "https://southmoor.example", Subject: "1", Name: "Sgt South", Email: "south@southmoor.example",
			Team: staff.Actors["officer"].Team, Organisation: other.Name, Roles: []lead.Role{lead.Sergeant}}, a.Now())
		if !errors.Is(err, identity.ErrTeamTaken) {
			t.Errorf("another force's own sign-in puts somebody into the officer's team: %v", err)
		}
		for _, team := range []string{"Southmoor response", "Southmoor custody"} {
			if err := open(team[10:]+"@southmoor.example", team, other.ID, lead.Sergeant); err != nil {
				t.Errorf("a team of their own: %v", err)
			}
		}
		if err := open("pc@practice.example", staff.Actors["officer"].Team, staff.Actors["officer"].Organisation, lead.Officer); err != nil {
			t.Errorf("a colleague: %v", err)
		}
	})
}
