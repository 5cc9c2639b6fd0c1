package fund_test

import (
	"errors"
	"path/filepath"
	"sync"
	"testing"

	"pgregory.net/rapid"

	"waymark.example/internal/app"
	"waymark.example/internal/care/fund"
	"waymark.example/internal/lead"
	"waymark.example/internal/platform/db"
	"waymark.example/internal/platform/ledger"
	"waymark.example/internal/practice"
	"waymark.example/internal/schema"
	"waymark.example/internal/webtest"
)

var none = ledger.Form{} //nolint:gochecknoglobals // a form without a key is sent once

type tester interface {
	Helper()
	Fatal(...any)
}

func must(t tester, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func invalid(err error) lead.Invalid {
	bad, _ := errors.AsType[lead.Invalid](err)
	return bad
}

// balance works out every place from the account alone.
func balance(t tester, a *app.App, ctx testing.TB) map[string]int64 {
	t.Helper()
	out := map[string]int64{}
	must(t, ledger.New(a.Store.Handle(schema.Care), a.Now).Look(ctx.Context(), func(tx *db.Tx) error {
		_, err := db.All(ctx.Context(), tx, func(row db.Row) (bool, error) {
			var from, to string
			var pence int64
			err := row.Scan(&from, &to, &pence)
			out[from] -= pence
			out[to] += pence
			return true, err
		}, `SELECT taken_from, put_into, pence FROM care_fund_line`)
		return err
	}))
	return out
}

// What was asked for when more was allowed is looked at again by what holds when
// the second person says yes.
func TestR40_TheMostForOneRequestHoldsWhenItIsApprovedToo(t *testing.T) {
	webtest.EachArea(t, func(t *testing.T, a *app.App, staff practice.Area) {
		manager, supervisor := staff.Actors["manager"], staff.Actors["supervisor"]
		person := webtest.Received(t, a, staff)
		must(t, a.Care.Fund.MoneyIn(t.Context(), supervisor, none, "100", "20", "City Trust"))
		id, err := a.Care.Fund.Ask(t.Context(), manager, none, person, "food", "20", "")
		must(t, err)
		must(t, a.Care.Fund.MoneyIn(t.Context(), supervisor, none, "1", "5", "City Trust"))
		if err := a.Care.Fund.Approve(t.Context(), supervisor, none, person, id); invalid(err)["pence"] == "" {
			t.Errorf("approved beyond the most: %v", err)
		}
		has, _, err := a.Care.Fund.Read(t.Context(), supervisor)
		must(t, err)
		if has.Promised != 0 || has.Available != 10100 {
			t.Errorf("money moved all the same: %+v", has)
		}
		must(t, a.Care.Fund.MoneyIn(t.Context(), supervisor, none, "1", "20", "City Trust"))
		must(t, a.Care.Fund.Approve(t.Context(), supervisor, none, person, id))
	})
}

func TestR40_OneAsksAnotherSaysYesAndNobodyIsTheirOwnSecondPerson(t *testing.T) {
	webtest.EachArea(t, func(t *testing.T, a *app.App, staff practice.Area) {
		manager, supervisor := staff.Actors["manager"], staff.Actors["supervisor"]
		person := webtest.Received(t, a, staff)
		if _, err := a.Care.Fund.Ask(t.Context(), manager, none, person, "food", "10", ""); invalid(err)["pence"] == "" {
			t.Errorf("asked of nothing: %v", err)
		}
		must(t, a.Care.Fund.MoneyIn(t.Context(), supervisor, none, "100", "£60", "City Trust"))
		for _, sum := range []string{"60.01", "0", "-1", "1.5", "ten", ""} {
			if _, err := a.Care.Fund.Ask(t.Context(), manager, none, person, "food", sum, ""); invalid(err)["pence"] == "" {
				t.Errorf("%q: %v", sum, err)
			}
		}
		first, err := a.Care.Fund.Ask(t.Context(), manager, none, person, "food", "60", "Nothing in the house")
		must(t, err)
		if err := a.Care.Fund.Approve(t.Context(), manager, none, person, first); !errors.Is(err, lead.ErrForbidden) {
			t.Errorf("approved their own: %v", err)
		}
		for _, name := range []string{"manager3", "oncall", "officer", "coordinator"} {
			if err := a.Care.Fund.Approve(t.Context(), staff.Actors[name], none, person, first); !errors.Is(err, lead.ErrForbidden) {
				t.Errorf("%s approved: %v", name, err)
			}
		}
		if err := a.Care.Fund.Pay(t.Context(), manager, none, person, first, "60", "cash"); !errors.Is(err, lead.ErrConflict) {
			t.Errorf("paid before a yes: %v", err)
		}
		must(t, a.Care.Fund.Approve(t.Context(), supervisor, none, person, first))
		second, err := a.Care.Fund.Ask(t.Context(), manager, none, person, "travel", "50", "")
		must(t, err)
		if err := a.Care.Fund.Approve(t.Context(), supervisor, none, person, second); invalid(err)["pence"] == "" {
			t.Errorf("promised more than there is: %v", err)
		}
		if err := a.Care.Fund.Pay(t.Context(), manager, none, person, first, "61", "cash"); invalid(err)["pence"] == "" {
			t.Errorf("paid more than was approved: %v", err)
		}
		must(t, a.Care.Fund.Pay(t.Context(), manager, none, person, first, "45.50", "bought"))
		must(t, a.Care.Fund.Approve(t.Context(), supervisor, none, person, second))
		f, waiting, err := a.Care.Fund.Read(t.Context(), manager)
		must(t, err)
		if f != (fund.Fund{Available: 450, Promised: 5000, Spent: 4550, Most: 6000}) || len(waiting) != 1 {
			t.Errorf("%+v, %d wait", f, len(waiting))
		}
		if got := balance(t, a, t); got["available"] != 450 || got["promised"] != 5000 || got["spent"] != 4550 || got["funder"] != -10000 {
			t.Errorf("the account says %v", got)
		}
	})
}

// Two second persons at once promise the last of the money once.
func TestTheLastOfTheMoneyIsPromisedOnce(t *testing.T) {
	webtest.EachArea(t, func(t *testing.T, a *app.App, staff practice.Area) {
		manager, supervisor := staff.Actors["manager"], staff.Actors["supervisor"]
		must(t, a.Care.Fund.MoneyIn(t.Context(), supervisor, none, "50", "50", "City Trust"))
		people := []string{webtest.Received(t, a, staff), webtest.Received(t, a, staff)}
		var asks []string
		for _, p := range people {
			id, err := a.Care.Fund.Ask(t.Context(), manager, none, p, "food", "40", "")
			must(t, err)
			asks = append(asks, id)
		}
		var both sync.WaitGroup
		errs := make([]error, 2)
		for i := range 2 {
			both.Go(func() { errs[i] = a.Care.Fund.Approve(t.Context(), supervisor, none, people[i], asks[i]) })
		}
		both.Wait()
		if (errs[0] == nil) == (errs[1] == nil) {
			t.Errorf("%v and %v", errs[0], errs[1])
		}
		if got := balance(t, a, t); got["available"] != 1000 || got["promised"] != 4000 {
			t.Errorf("%v", got)
		}
	})
}

// Whatever is asked, approved, paid and given back in whatever order: the
// account and the sums agree, nothing falls below nothing, all is always nothing.
func TestTheAccountAlwaysBalances(t *testing.T) {
	site := webtest.StartEmpty(t, "sqlite:"+filepath.Join(t.TempDir(), "waymark.db"))
	a, staff := site.App, site.Area
	manager, supervisor := staff.Actors["manager"], staff.Actors["supervisor"]
	person := webtest.Received(t, a, staff)
	must(t, a.Care.Fund.MoneyIn(t.Context(), supervisor, none, "30", "25", "City Trust"))
	var asks []string
	rapid.Check(t, func(rt *rapid.T) {
		for range rapid.IntRange(1, 6).Draw(rt, "acts") {
			sum := fund.Pence(rapid.IntRange(1, 3000).Draw(rt, "pence")).String()
			var err error
			pick := func() string {
				if len(asks) == 0 {
					return "fnd_none"
				}
				return asks[rapid.IntRange(max(0, len(asks)-5), len(asks)-1).Draw(rt, "which")]
			}
			switch rapid.IntRange(0, 5).Draw(rt, "act") {
			case 0:
				err = a.Care.Fund.MoneyIn(t.Context(), supervisor, none, sum, "25", "City Trust")
			case 1:
				var id string
				if id, err = a.Care.Fund.Ask(t.Context(), manager, none, person, "food", sum, ""); err == nil {
					asks = append(asks, id)
				}
			case 2:
				err = a.Care.Fund.Approve(t.Context(), supervisor, none, person, pick())
			case 3:
				err = a.Care.Fund.Pay(t.Context(), manager, none, person, pick(), sum, "card")
			case 4:
				err = a.Care.Fund.NotNeeded(t.Context(), manager, none, person, pick())
			case 5:
				err = a.Care.Fund.NotNow(t.Context(), supervisor, none, person, pick(), "Not this week")
			}
			if err != nil && invalid(err) == nil && !errors.Is(err, lead.ErrConflict) && !errors.Is(err, lead.ErrNotFound) {
				rt.Fatal(err)
			}
			f, _, err := a.Care.Fund.Read(t.Context(), supervisor)
			must(rt, err)
			got := balance(rt, a, t)
			if got["available"] != int64(f.Available) || got["promised"] != int64(f.Promised) || got["spent"] != int64(f.Spent) || f.Available < 0 || f.Promised < 0 ||
				got["funder"]+got["available"]+got["promised"]+got["spent"] != 0 {
				rt.Fatalf("account %v, fund %+v", got, f)
			}
		}
	})
}

func TestTheDatabaseItselfKeepsTheAccountWhole(t *testing.T) {
	webtest.EachArea(t, func(t *testing.T, a *app.App, staff practice.Area) {
		must(t, a.Care.Fund.MoneyIn(t.Context(), staff.Actors["supervisor"], none, "30", "25", "City Trust"))
		book := ledger.New(a.Store.Handle(schema.Care), a.Now)
		for _, q := range []db.Query{
			`UPDATE care_fund_now SET available = available - 3001`, `UPDATE care_fund_now SET promised = -1`,
			`UPDATE care_fund_line SET pence = 1`, `DELETE FROM care_fund_line`,
			`INSERT INTO care_fund_line (line_id, team, kind, taken_from, put_into, pence, request_id, source, recorded_by, recorded_at) SELECT 'x', team, 'pay', 'spent', 'spent', 1, '', '', '', '' FROM care_fund_now`,
			`INSERT INTO care_fund_line (line_id, team, kind, taken_from, put_into, pence, request_id, source, recorded_by, recorded_at) SELECT 'y', team, 'pay', 'promised', 'spent', 0, '', '', '', '' FROM care_fund_now`,
		} {
			err := book.Record(t.Context(), ledger.Entry{Actor: lead.System(), Verb: ledger.Administered, Act: "fund.test"}, func(tx *db.Tx, _ *ledger.Entry) error {
				_, err := tx.Exec(t.Context(), q)
				return err
			})
			if err == nil {
				t.Errorf("%s was let through", q)
			}
		}
	})
}

func TestSumsAreReadAsPeopleWriteThem(t *testing.T) {
	for text, want := range map[string]fund.Pence{"12": 1200, "12.50": 1250, "£12.50": 1250, "£ 1,200": 120000, "0.01": 1} {
		if got, ok := fund.Read(text); !ok || got != want {
			t.Errorf("%q: %d %v", text, got, ok)
		}
	}
	for _, text := range []string{"", "0", "0.00", "-1", "1.5", "1.505", "ten", "1e3", ".50", "99999999", "£", "1.2.3", "٣"} {
		if got, ok := fund.Read(text); ok {
			t.Errorf("%q became %s", text, got)
		}
	}
}

func FuzzASumIsReadBackAsItIsWritten(f *testing.F) {
	for _, seed := range []string{"12", "£12.50", "1,200", "0", "9999999.99"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if p, ok := fund.Read(text); ok {
			if again, ok := fund.Read(p.String()); !ok || again != p || p <= 0 {
				t.Errorf("%q: %s", text, p)
			}
		}
	})
}
