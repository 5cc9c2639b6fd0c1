package ledger_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"waymark.example/internal/dbtest"
	"waymark.example/internal/lead"
	"waymark.example/internal/platform/db"
	"waymark.example/internal/platform/ledger"
	"waymark.example/internal/schema"
)

var actor = lead.Actor{ID: "acc_1", Side: lead.Care}

func entries(t *testing.T, s *db.Store, find ledger.Search) []ledger.Recorded {
	t.Helper()
	var out []ledger.Recorded
	err := s.Handle(schema.Oversight).Look(t.Context(), func(tx *db.Tx) error {
		var err error
		out, err = ledger.Find(t.Context(), tx, find, 1000)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func TestAnActAndItsEntryCommitTogetherOrNotAtAll(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, s *db.Store) {
		book := ledger.New(s.Handle(schema.Care), time.Now)
		e := ledger.Entry{Actor: actor, Verb: ledger.Consulted, Act: "case.read", Subjects: []string{"par_1", "par_1", ""}}
		broken := errors.New("broken")
		if err := book.Record(t.Context(), e, func(*db.Tx, *ledger.Entry) error { return broken }); !errors.Is(err, broken) {
			t.Errorf("got %v", err)
		}
		if got := entries(t, s, ledger.Search{}); len(got) != 0 {
			t.Errorf("an act that failed left %+v", got)
		}
		if err := book.Record(t.Context(), e, func(_ *db.Tx, e *ledger.Entry) error { e.Subjects = append(e.Subjects, "par_2"); return nil }); err != nil {
			t.Fatal(err)
		}
		got := entries(t, s, ledger.Search{Subject: "par_2"})
		if len(got) != 1 || got[0].Act != "case.read" || got[0].ActorID != "acc_1" || !slices.Equal(got[0].Subjects, []string{"par_1", "par_2"}) {
			t.Errorf("got %+v", got)
		}
		// A list of people is entered whole, however many it has.
		var list []string
		for i := range 19 {
			list = append(list, fmt.Sprintf("par_%02d", i))
		}
		e.Subjects = list
		if err := book.Record(t.Context(), e, func(*db.Tx, *ledger.Entry) error { return nil }); err != nil {
			t.Fatal(err)
		}
		for _, of := range list {
			if got := entries(t, s, ledger.Search{Subject: of}); len(got) != 1 || !slices.Equal(got[0].Subjects, list) {
				t.Fatalf("%s: %+v", of, got)
			}
		}
	})
}

// Whatever a policy says, a side's database works for that side alone.
func TestASidesHandleLetsNobodyOfAnotherSideIn(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, s *db.Store) {
		for _, own := range lead.Sides() {
			if own == lead.Operation { // it has no database of its own
				continue
			}
			book := ledger.New(s.Handle(string(own)), time.Now)
			for _, side := range lead.Sides() {
				e := ledger.Entry{Actor: lead.Actor{ID: "acc_1", Side: side}, Verb: ledger.Consulted, Act: "x"}
				ran := 0
				record := book.Record(t.Context(), e, func(*db.Tx, *ledger.Entry) error { ran++; return nil })
				_, once := book.Once(t.Context(), ledger.Form{}, e, func(*db.Tx, *ledger.Entry) (string, error) { ran++; return "", nil })
				if side == own && (record != nil || once != nil || ran != 2) {
					t.Errorf("%s on its own handle: %v, %v", side, record, once)
				}
				if side != own && (!errors.Is(record, lead.ErrForbidden) || !errors.Is(once, lead.ErrForbidden) || ran != 0) {
					t.Errorf("%s on the handle of %s: %v, %v, ran %d times", side, own, record, once, ran)
				}
			}
		}
	})
}

func TestARefusedAttemptChangesNothingAndIsEntered(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, s *db.Store) {
		book := ledger.New(s.Handle(schema.Care), time.Now)
		e := ledger.Entry{Actor: actor, Verb: ledger.Altered, Act: "note.add", Subjects: []string{"par_1"}}
		_, err := book.Once(t.Context(), ledger.Form{Key: "k", Hash: "h"}, e, func(*db.Tx, *ledger.Entry) (string, error) { return "", lead.ErrForbidden })
		if !errors.Is(err, lead.ErrForbidden) {
			t.Errorf("got %v", err)
		}
		got := entries(t, s, ledger.Search{Verb: ledger.Denied})
		if len(got) != 1 || got[0].Act != "note.add" || got[0].Subjects[0] != "par_1" {
			t.Errorf("got %+v", got)
		}
	})
}

func TestEntriesAreFoundByWhoWhatWhoseAndWhen(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, s *db.Store) {
		at := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
		book := ledger.New(s.Handle(schema.Care), func() time.Time { return at })
		for i, act := range []string{"case.read", "note.add", "case.read", "plan.agree"} {
			at = time.Date(2026, 3, 1+i, 12, 0, 0, 0, time.UTC)
			e := ledger.Entry{Actor: lead.Actor{ID: []string{"acc_1", "acc_2"}[i%2], Side: lead.Care}, Verb: ledger.Consulted, Act: act, Subjects: []string{"par_1"}}
			if err := book.Record(t.Context(), e, func(*db.Tx, *ledger.Entry) error { return nil }); err != nil {
				t.Fatal(err)
			}
		}
		for _, tt := range []struct {
			find ledger.Search
			want int
		}{
			{ledger.Search{}, 4}, {ledger.Search{Actor: "acc_1"}, 2}, {ledger.Search{Act: "case.read"}, 2}, {ledger.Search{Subject: "par_1", Actor: "acc_2"}, 2}, {ledger.Search{Subject: "par_9"}, 0},
			{ledger.Search{From: "2026-03-02", To: "2026-03-03"}, 2}, {ledger.Search{From: "2026-03-04"}, 1}, {ledger.Search{To: "2026-03-01"}, 1}, {ledger.Search{Before: 3}, 2},
		} {
			if got := entries(t, s, tt.find); len(got) != tt.want {
				t.Errorf("%+v: %d entries, want %d", tt.find, len(got), tt.want)
			}
		}
	})
}

func TestAnEntrySaysWhatForAndFromWhere(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, s *db.Store) {
		for _, a := range []struct {
			handle string
			actor  lead.Actor
		}{
			{schema.Care, lead.Actor{ID: "acc_1", Side: lead.Care, From: "192.0.2.7 s3"}},
			{schema.Police, lead.Actor{ID: "acc_2", Side: lead.Police}},
			{schema.Participant, lead.Actor{ID: "par_1", Side: lead.Subject, From: "192.0.2.8"}},
		} {
			e := ledger.Entry{Actor: a.actor, Verb: ledger.Consulted, Act: "case.read", Subjects: []string{"par_1"}}
			if err := ledger.New(s.Handle(a.handle), time.Now).Record(t.Context(), e, func(*db.Tx, *ledger.Entry) error { return nil }); err != nil {
				t.Fatal(err)
			}
		}
		got := entries(t, s, ledger.Search{Sides: []lead.Side{lead.Care, lead.Subject}})
		if len(got) != 2 || got[1].Purpose != "support" || got[1].From != "192.0.2.7 s3" || got[1].Side != lead.Care || got[0].ActorID != ledger.Themself || got[0].From != "" {
			t.Errorf("got %+v", got)
		}
		for find, want := range map[string]int{"diversion": 1, "own_record": 1, "research": 0} {
			if got := entries(t, s, ledger.Search{Purpose: find, Subject: "par_1"}); len(got) != want {
				t.Errorf("%s: %+v", find, got)
			}
		}
		if got := entries(t, s, ledger.Search{Actor: "acc_1", Sides: []lead.Side{lead.Police}}); len(got) != 0 {
			t.Errorf("got %+v", got)
		}
	})
}

func TestThePersonSeesWhoLookedAtTheirRecord(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, s *db.Store) {
		for _, whose := range []string{"par_1", "par_2", "par_1"} {
			e := ledger.Entry{Actor: actor, Verb: ledger.Consulted, Act: "case.read", Subjects: []string{whose}}
			if err := ledger.New(s.Handle(schema.Care), time.Now).Record(t.Context(), e, func(*db.Tx, *ledger.Entry) error { return nil }); err != nil {
				t.Fatal(err)
			}
		}
		err := s.Handle(schema.Participant).Look(t.Context(), func(tx *db.Tx) error {
			all, err := ledger.LooksAt(t.Context(), tx, "par_1", 0, 10)
			if err != nil || len(all) != 2 || all[0].Seq != 3 || all[0].Act != "case.read" || all[0].Purpose != "support" || all[0].Side != lead.Care {
				t.Errorf("got %+v, %v", all, err)
			}
			rest, err := ledger.LooksAt(t.Context(), tx, "par_1", 3, 10)
			if err != nil || len(rest) != 1 || rest[0].Seq != 1 {
				t.Errorf("after the first: %+v, %v", rest, err)
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	})
}

// No act without its entry: a log that cannot be written undoes the act.
func TestWhenTheLogCannotBeWrittenTheActIsUndone(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, s *db.Store) {
		book := ledger.New(s.Handle(schema.Identity), time.Now)
		err := book.Keep(t.Context(), func(tx *db.Tx) error {
			_, err := tx.Exec(t.Context(), `UPDATE ledger_head SET peaks = 'spoilt'`)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		err = book.Record(t.Context(), ledger.Entry{Actor: actor, Verb: ledger.Administered, Act: "x"}, func(tx *db.Tx, _ *ledger.Entry) error {
			_, err := tx.Exec(t.Context(), `INSERT INTO identity_key (name, secret, made_at) VALUES ('x', 'x', 'x')`)
			return err
		})
		if err == nil {
			t.Error("the act went through")
		}
		var n int
		err = book.Look(t.Context(), func(tx *db.Tx) error {
			return tx.One(t.Context(), `SELECT COUNT(*) FROM identity_key WHERE name = 'x'`).Scan(&n)
		})
		if err != nil || n != 0 {
			t.Errorf("%d rows, %v", n, err)
		}
	})
}

func TestWhatTheLawHadRemovedIsGoneAndDeclared(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, s *db.Store) {
		for _, whose := range [][]string{{"par_1"}, {"par_2", "par_1"}, {"par_2"}} {
			e := ledger.Entry{Actor: actor, Verb: ledger.Consulted, Act: "case.read", Subjects: whose}
			if err := ledger.New(s.Handle(schema.Care), time.Now).Record(t.Context(), e, func(*db.Tx, *ledger.Entry) error { return nil }); err != nil {
				t.Fatal(err)
			}
		}
		for _, handle := range []string{schema.Care, schema.Police, schema.Identity, schema.Participant} {
			err := ledger.New(s.Handle(handle), time.Now).Record(t.Context(), ledger.Entry{Actor: lead.System(), Act: "record.erase"}, func(tx *db.Tx, e *ledger.Entry) error {
				return ledger.Forget(t.Context(), tx, e, "par_1")
			})
			if err == nil {
				t.Errorf("%s may remove from the log", handle)
			}
		}
		book := ledger.New(s.Handle(schema.Oversight), time.Now)
		err := book.Keep(t.Context(), func(tx *db.Tx) error {
			_, err := tx.Exec(t.Context(), `DELETE FROM ledger_subject WHERE subject_id = 'par_2'`)
			return err
		})
		if err == nil {
			t.Error("a removal that nobody declared went through")
		}
		e := ledger.Entry{Actor: lead.Actor{ID: "acc_9", Side: lead.Oversight}, Act: "record.erase", Subjects: []string{"par_1"}}
		err = book.Record(t.Context(), e, func(tx *db.Tx, e *ledger.Entry) error { return ledger.Forget(t.Context(), tx, e, "par_1") })
		if err != nil {
			t.Fatal(err)
		}
		if got := entries(t, s, ledger.Search{Subject: "par_1"}); len(got) != 0 {
			t.Errorf("still leads to them: %+v", got)
		}
		got := entries(t, s, ledger.Search{})
		if len(got) != 4 || got[0].Verb != ledger.Erased || !strings.HasPrefix(got[0].Detail, "2 openings, 2 in all, sha256 ") || len(got[0].Subjects) != 0 || !slices.Equal(got[2].Subjects, []string{"par_2"}) {
			t.Errorf("got %+v", got)
		}
	})
}

func TestManyWritersKeepOneChain(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, s *db.Store) {
		const writers, each = 6, 40
		var wg sync.WaitGroup
		for w := range writers {
			side := []lead.Side{lead.Care, lead.Police}[w%2]
			book := ledger.New(s.Handle(string(side)), time.Now)
			wg.Go(func() {
				for range each {
					if err := book.Record(t.Context(), ledger.Entry{Actor: lead.Actor{ID: "acc_1", Side: side}, Verb: ledger.Consulted, Act: "x"}, func(*db.Tx, *ledger.Entry) error { return nil }); err != nil {
						t.Error(err)
						return
					}
				}
			})
		}
		wg.Wait()
		got := entries(t, s, ledger.Search{})
		if len(got) != writers*each || got[0].Seq != writers*each {
			t.Errorf("%d entries, the last is number %d", len(got), got[0].Seq)
		}
		err := s.Handle(schema.Oversight).Transact(t.Context(), func(tx *db.Tx) error {
			_, err := tx.Exec(t.Context(), `UPDATE ledger_entry SET act = 'y'`)
			return err
		})
		if err == nil {
			t.Error("an entry was changed")
		}
	})
}
