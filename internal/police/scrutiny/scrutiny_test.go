package scrutiny

import (
	"strings"
	"testing"

	"pgregory.net/rapid"

	"waymark.example/internal/dbtest"
	"waymark.example/internal/platform/db"
)

// However many years of contacts there are, a pack reads those of its months.
func TestThePacksMonthsAreFoundByTheirIndex(t *testing.T) {
	s, err := db.OpenCopy(t.Context(), "sqlite:"+dbtest.SQLiteFile(t))
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close() //nolint:errcheck // it was only read
	first, end, err := moments("2026-11", "2026-12")
	if err != nil || first != "2026-11-01T00:00:00.000000Z" || end != "2027-01-01T00:00:00.000000Z" {
		t.Fatal(first, end, err)
	}
	var plan string
	err = s.Handle(db.Copy).Look(t.Context(), func(tx *db.Tx) error {
		steps, err := db.All(t.Context(), tx, func(row db.Row) (string, error) {
			var id, parent, unused int
			var step string
			return step, row.Scan(&id, &parent, &unused, &step)
		}, "EXPLAIN QUERY PLAN "+notDiverted, first, end)
		plan = strings.Join(steps, "; ")
		return err
	})
	if err != nil || !strings.Contains(plan, "SEARCH d USING INDEX police_decision_by_time (happened_at>? AND happened_at<?)") || strings.Contains(plan, "SCAN") {
		t.Errorf("%s %v", plan, err)
	}
	if _, _, err := moments("2026-13", "2026-12"); err == nil {
		t.Error("a month that is none was taken")
	}
}

// Whatever stands of a contact in a pack is shared by five at least, all of it together.
func TestP21_NobodyIsRecognisedByWhatAPackSaysOfAContact(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		one := func(of ...string) *rapid.Generator[string] { return rapid.SampledFrom(of) }
		all := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) Item {
			return Item{Door: one("a", "a", "a", "c").Draw(t, "door"), Outcome: one("n", "n", "f").Draw(t, "outcome"), Asked: rapid.Bool().Draw(t, "asked"),
				Reason: one("r", "r", "s").Draw(t, "reason"), Offence: one("t", "t", "u", "").Draw(t, "offence")}
		}), 1, 80).Draw(t, "contacts")
		c := newCareful(all)
		for _, i := range all {
			if !c.drawn(i) {
				continue
			}
			told, shared := c.told(i), 0
			for _, other := range all {
				if other.Door == told.Door && other.Outcome == told.Outcome && other.Asked == told.Asked && (told.Reason == "" || other.Reason == told.Reason) && (told.Offence == "" || other.Offence == told.Offence) {
					shared++
				}
			}
			if shared < fewestAlike {
				t.Fatalf("%+v is shared by %d", told, shared)
			}
		}
	})
}
