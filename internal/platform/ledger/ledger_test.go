package ledger_test

import (
	"errors"
	"slices"
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

func TestManyWritersKeepOneChain(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, s *db.Store) {
		const writers, each = 6, 40
		var wg sync.WaitGroup
		for w := range writers {
			book := ledger.New(s.Handle([]string{schema.Care, schema.Police}[w%2]), time.Now)
			wg.Go(func() {
				for range each {
					if err := book.Record(t.Context(), ledger.Entry{Actor: actor, Verb: ledger.Consulted, Act: "x"}, func(*db.Tx, *ledger.Entry) error { return nil }); err != nil {
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
