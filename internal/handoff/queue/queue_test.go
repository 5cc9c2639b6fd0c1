package queue_test

import (
	"errors"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"waymark.example/internal/app"
	"waymark.example/internal/handoff/queue"
	"waymark.example/internal/handoff/referral"
	"waymark.example/internal/lead"
	"waymark.example/internal/platform/ledger"
	"waymark.example/internal/police/contact"
	"waymark.example/internal/practice"
	"waymark.example/internal/webtest"
)

func ids(all []queue.Waiting) []string {
	var out []string
	for _, w := range all {
		out = append(out, w.ID)
	}
	return out
}

// Whatever waits and however it was moved, everybody keeps a place, whoever stands
// with an officer comes before whoever is to be found unless somebody moved one,
// and the order does not depend on how the list came.
func TestR43_TheOrderIsThePromiseThenTheWaitThenTheMoves(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var all []queue.Waiting
		for i := range rapid.IntRange(1, 8).Draw(t, "waiting") {
			all = append(all, queue.Waiting{ID: string(rune('a' + i)), Meeting: rapid.SampledFrom([]referral.Meeting{referral.HereNow, referral.MeetAt, referral.FindLater}).Draw(t, "meeting"),
				Since: time.Unix(int64(rapid.IntRange(0, 5).Draw(t, "since")), 0)})
		}
		plain := queue.Order(all, nil)
		for i := 1; i < len(plain); i++ {
			a, b := plain[i-1], plain[i]
			if a.Meeting == b.Meeting && a.Since.After(b.Since) || a.Meeting == referral.FindLater && b.Meeting != referral.FindLater || a.Meeting == referral.MeetAt && b.Meeting == referral.HereNow {
				t.Fatalf("%v stands before %v", a, b)
			}
		}
		var moves []queue.Move
		for range rapid.IntRange(0, 6).Draw(t, "moves") {
			moves = append(moves, queue.Move{ReferralID: string(rune('a' + rapid.IntRange(0, 9).Draw(t, "moved"))), BeforeID: rapid.SampledFrom([]string{"", "a", "b", "c", "j"}).Draw(t, "before")})
		}
		got := queue.Order(all, moves)
		if sorted, want := slices.Sorted(slices.Values(ids(got))), slices.Sorted(slices.Values(ids(all))); !slices.Equal(sorted, want) {
			t.Fatalf("%v became %v", want, sorted)
		}
		shuffled := rapid.Permutation(all).Draw(t, "shuffled")
		if !slices.Equal(ids(queue.Order(shuffled, moves)), ids(got)) {
			t.Fatalf("the order depends on how the list came: %v", ids(got))
		}
		if n := len(moves); n > 0 {
			last := moves[n-1]
			i, j := slices.Index(ids(got), last.ReferralID), slices.Index(ids(got), last.BeforeID)
			if i >= 0 && j >= 0 && last.ReferralID != last.BeforeID && i != j-1 {
				t.Fatalf("the last move put %s at %d and %s is at %d", last.ReferralID, i, last.BeforeID, j)
			}
		}
	})
}

// The same six hand-offs, with age, sex, ethnicity, offence, name and place
// handed round among them, wait in the same order, for the supervisor, for who is on
// call and for the coordinator.
func TestR43_TheOrderIsTheSameWhoeverThePeopleAre(t *testing.T) {
	webtest.EachArea(t, func(t *testing.T, a *app.App, staff practice.Area) {
		type person struct{ age, sex, ethnicity, offence, name string }
		people := []person{{"18_25", "F", "B1", "46", "Kestrel"}, {"56_plus", "M", "W1", "49", "Heron"}, {"26_35", "M", "A1", "49A", "Wren"}}
		meetings := []referral.Meeting{referral.FindLater, referral.HereNow, referral.HereNow}
		var orders [][]referral.Meeting
		var made [][]string
		for turn := range people {
			var these []string
			for i, meeting := range meetings {
				p := people[(i+turn)%len(people)]
				id, err := a.Contacts.Decide(t.Context(), staff.Actors["officer"], ledger.Form{}, contact.ArrestDiversion, contact.Decision{
					HappenedAt: a.Now().Add(-time.Minute), Place: "Fish Quay", Outcome: contact.Diverted, Reason: "needs_seen", Offences: []string{p.offence}, Voluntary: true,
					Equality: contact.Equality{AgeBand: p.age, Sex: p.sex, Ethnicity: p.ethnicity},
					HandOff:  referral.Referral{Nickname: p.name, Meeting: meeting, FindWords: "By " + p.name}})
				if err != nil {
					t.Fatal(err)
				}
				these = append(these, id)
			}
			made = append(made, these)
			o, err := a.Care.People.Order(t.Context(), staff.Actors["supervisor"])
			if err != nil {
				t.Fatal(err)
			}
			var order []referral.Meeting
			for _, w := range o.Waiting {
				order = append(order, w.Waiting.Meeting)
				if err := a.Care.People.MoveInOrder(t.Context(), staff.Actors["supervisor"], ledger.Form{}, w.ID, "nowhere", ""); err == nil {
					t.Error("a move without a reason was taken")
				}
			}
			orders = append(orders, order)
			if turn == 0 { // by both, and each sees why the other moved one
				coordinator := staff.Actors["coordinator"]
				all, minutes, err := a.Order.Waiting(t.Context(), coordinator)
				if err != nil || minutes != 30 || len(all) != 3 || all[0].Meeting != referral.HereNow || all[0].Team != "Quayside response" || !all[0].Since.Before(all[1].Since) {
					t.Fatalf("the coordinator sees %+v, %d, %v", all, minutes, err)
				}
				if err := a.Order.Move(t.Context(), coordinator, ledger.Form{}, all[2].ID, queue.First, "near"); err != nil {
					t.Fatal(err)
				}
				o, err := a.Care.People.Order(t.Context(), staff.Actors["supervisor"])
				if err != nil || o.Waiting[0].ID != all[2].ID || o.Waiting[0].Moved == nil || o.Waiting[0].Moved.Reason != "near" || o.Waiting[0].Moved.By != coordinator.Name {
					t.Fatalf("the move is not there: %+v %v", o.Waiting[0], err)
				}
				h, err := a.Care.People.HandOffs(t.Context(), staff.Actors["oncall"])
				if err != nil || h.Waiting[0].ID != all[2].ID {
					t.Errorf("who is on call sees another order: %v", err)
				}
				for _, who := range []string{"officer", "manager", "panel"} {
					if _, _, err := a.Order.Waiting(t.Context(), staff.Actors[who]); !errors.Is(err, lead.ErrForbidden) {
						t.Errorf("%s sees the order: %v", who, err)
					}
				}
			}
			for _, w := range o.Waiting { // the next turn starts with nobody waiting
				if _, err := a.Care.People.Accept(t.Context(), staff.Actors["oncall"], ledger.Form{}, w.ID); err != nil {
					t.Fatal(err)
				}
			}
			if err := a.Order.Move(t.Context(), staff.Actors["coordinator"], ledger.Form{}, o.Waiting[0].ID, queue.Last, "near"); !errors.Is(err, lead.ErrNotFound) {
				t.Errorf("one that nobody waits for any more was moved: %v", err)
			}
		}
		for _, order := range orders {
			if !slices.Equal(order, orders[0]) {
				t.Errorf("the order depends on who the people are: %v", orders)
			}
		}
		if len(made) != 3 {
			t.Fatal(made)
		}
	})
}

// No column, no field of what is ordered and no sort that anybody can ask for
// holds a judgement of a person in a number or a rank. What has such a word in its
// name is listed here with what it is.
func TestR43_NothingScoresAPerson(t *testing.T) {
	known := map[string]string{
		"oversight_breach.risk": "how bad a breach of data protection is for people, as the law asks, about no one of them",
	}
	word := regexp.MustCompile(`(?i)(score|rank|risk|priorit|weight|points|level|rating|grade|tier|severity)`)
	levels := map[string]bool{"level": true}
	table, column := regexp.MustCompile(`(?s)CREATE TABLE (\w+) \((.*?)\n\);`), regexp.MustCompile(`(?m)^\t(\w+)\s+(TEXT|BIGINT|BOOLEAN|REAL|NUMERIC)`)
	files, err := filepath.Glob("../../schema/migrations/*.sql")
	if err != nil || len(files) < 30 {
		t.Fatal(files, err)
	}
	columns := 0
	for _, file := range files {
		text, err := os.ReadFile(file) //nolint:gosec // a migration of ours
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range table.FindAllStringSubmatch(string(text), -1) {
			for _, c := range column.FindAllStringSubmatch(m[2], -1) {
				columns++
				name := m[1] + "." + c[1]
				if c[2] == "REAL" || c[2] == "NUMERIC" {
					t.Errorf("%s is %s: a person is no fraction", name, c[2])
				}
				if word.MatchString(c[1]) && known[name] == "" && (c[2] != "TEXT" || !levels[c[1]]) {
					t.Errorf("%s may score a person: say here what it is", name)
				}
			}
		}
	}
	if columns < 400 {
		t.Fatalf("found %d columns: the test looks in the wrong place", columns)
	}
	for _, v := range []any{queue.Waiting{}, queue.Move{}} { // all that the order can look at
		of := reflect.TypeOf(v)
		for i := range of.NumField() {
			f := of.Field(i)
			switch f.Type.Kind() { //nolint:exhaustive // numbers only
			case reflect.Int, reflect.Int64, reflect.Float64, reflect.Bool:
				t.Errorf("%s.%s is a number", of.Name(), f.Name)
			}
		}
	}
	if got := reflect.TypeOf(queue.Waiting{}).NumField(); got != 7 {
		t.Errorf("the order may look at %d things: is the new one about a person?", got)
	}
	asked := regexp.MustCompile(`Get\("(sort|order|by|rank)"\)`)
	_ = filepath.WalkDir("../..", func(path string, _ os.DirEntry, err error) error {
		if err == nil && strings.HasSuffix(path, ".go") && !strings.HasSuffix(path, "_test.go") {
			if text, err := os.ReadFile(path); err == nil && asked.Match(text) { //nolint:gosec // our own source
				t.Errorf("%s lets somebody sort", path)
			}
		}
		return nil
	})
}
