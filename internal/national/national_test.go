package national_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"waymark.example/internal/dbtest"
	"waymark.example/internal/national"
	"waymark.example/internal/platform/db"
	"waymark.example/internal/schema"
)

// Nothing of an area is read but what it published and wants shown: that stands in
// the walls of its database. Taking it back holds from the next reading, and an area
// that cannot answer keeps none of the others.
func TestTheNationalViewReadsOnlyWhatWasPublished(t *testing.T) {
	dbtest.EachAreas(t, func(t *testing.T, a, b *db.Store) {
		areas := []national.Source{{Name: "b", Title: "Borough", Handle: b.Handle(schema.National)}, {Name: "a", Title: "Ashdown", Handle: a.Handle(schema.National)}}
		publish(t, a, 1, "2026-01", "2026-02", `{"contacts/2026-01:2026-02": 120, "eligible/2026-01:2026-02": 80, "offered/2026-01:2026-02": 60}`)
		publish(t, a, 2, "2026-03", "2026-03", `{"contacts/2026-03:2026-03": 55, "eligible/2026-03:2026-03": 40, "yes/2026-03:2026-03": 10}`)
		publish(t, b, 1, "2026-03", "2026-03", `{"contacts/2026-03:2026-03": 30}`)
		if all := national.Read(t.Context(), areas); all.Shown != 0 || all.Numbers != nil || all.Areas[0].Joined || all.Areas[0].Title != "Ashdown" {
			t.Errorf("nobody decided to show anything: %+v", all)
		}
		decide(t, a, 1, true)
		all := national.Read(t.Context(), areas)
		if got := fmt.Sprint(all.Areas[0].Numbers); got != "[{175 true false} {120 true false} {60 true true} {10 true true} {0 false true}]" || all.Shown != 1 || all.Areas[0].From != "2026-01" || all.Areas[0].Until != "2026-03" {
			t.Errorf("%+v", all)
		}
		decide(t, b, 1, true)
		if all = national.Read(t.Context(), areas); fmt.Sprint(all.Numbers) != "[{205 true false} {120 true true} {60 true true} {10 true true} {0 false true}]" || all.Shown != 2 {
			t.Errorf("together: %+v", all.Numbers)
		}
		decide(t, a, 2, false)
		if all = national.Read(t.Context(), areas); all.Shown != 1 || all.Areas[0].Sets != 0 || strings.Contains(fmt.Sprint(all), "175") {
			t.Errorf("what was taken back is shown: %+v", all)
		}
		for _, q := range []db.Query{`SELECT kept FROM partnership_set`, `SELECT published_by FROM partnership_set`, `SELECT words FROM partnership_national`, `SELECT contact_id FROM police_contact`,
			`SELECT participant_id FROM care_now`, `SELECT name FROM identity_account`, `INSERT INTO partnership_national (version, joined, words, decided_by, decided_at) VALUES (9, TRUE, 'x', 'x', 'x')`, `DELETE FROM partnership_set`} {
			err := a.Handle(schema.National).Transact(t.Context(), func(tx *db.Tx) error {
				_, err := tx.Exec(t.Context(), q)
				return err
			})
			if !errors.Is(err, db.ErrWall) {
				t.Errorf("%s: %v", q, err)
			}
		}
		if err := a.Close(); err != nil {
			t.Fatal(err)
		}
		if all = national.Read(t.Context(), areas); !all.Areas[0].Away || all.Shown != 1 || all.Areas[1].Numbers[0].Value != 30 {
			t.Errorf("one area is away: %+v", all)
		}
	})
}

func publish(t *testing.T, s *db.Store, number int, from, until, shown string) {
	t.Helper()
	write(t, s, `INSERT INTO partnership_set (set_no, from_month, until_month, kept, shown, published_by, published_at) VALUES ($1, $2, $3, 'kept', $4, 'acc_x', '2026-04-02T10:00:00.000000Z')`,
		number, from, until, fmt.Sprintf(`{"definitions": 1, "months": [%q, %q], "shown": %s}`, from, until, shown))
}

func decide(t *testing.T, s *db.Store, version int, joined bool) {
	t.Helper()
	write(t, s, `INSERT INTO partnership_national (version, joined, words, decided_by, decided_at) VALUES ($1, $2, 'We agreed', 'acc_x', 'x')`, version, joined)
}

func write(t *testing.T, s *db.Store, q db.Query, args ...any) {
	t.Helper()
	if err := s.Handle(schema.Partnership).Transact(t.Context(), func(tx *db.Tx) error {
		_, err := tx.Exec(t.Context(), q, args...)
		return err
	}); err != nil {
		t.Fatal(err)
	}
}

// A sum is exact only where all of it was shown, it never says less than what was
// hidden could make it, and the order of adding does not matter.
func TestASumOfPublishedNumbersClaimsNoMoreThanIsKnown(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var sum, backwards national.Number
		truth, hidden := 0, false
		counts := rapid.SliceOfN(rapid.IntRange(0, 60), 1, 8).Draw(t, "counts")
		var all []national.Number
		for _, n := range counts {
			truth += n
			hidden = hidden || n < 10
			number := national.Number{}
			if n >= 10 {
				number = national.Number{Value: n, Shown: true}
			}
			all = append(all, number)
		}
		sum, backwards = all[0], all[len(all)-1]
		for i := 1; i < len(all); i++ {
			sum, backwards = sum.Plus(all[i]), backwards.Plus(all[len(all)-1-i])
		}
		switch {
		case sum != backwards && len(all) > 1:
			t.Fatalf("%+v and backwards %+v", sum, backwards)
		case !hidden && (sum.AtLeast || sum.Value != truth):
			t.Fatalf("all is shown, and the sum is %+v of %d", sum, truth)
		case sum.Shown && hidden && !sum.AtLeast:
			t.Fatalf("%+v claims to be the whole", sum)
		case sum.Value > truth:
			t.Fatalf("%+v is more than %d", sum, truth)
		}
	})
}
