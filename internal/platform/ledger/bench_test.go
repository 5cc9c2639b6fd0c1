package ledger

import (
	"fmt"
	"path/filepath"
	"testing"
	"time"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"

	"waymark.example/internal/dbtest"
	"waymark.example/internal/lead"
	"waymark.example/internal/platform/db"
	"waymark.example/internal/schema"
)

func engines(b *testing.B, run func(*testing.B, *db.Store, string)) {
	b.Helper()
	b.Run("sqlite", func(b *testing.B) {
		address := "sqlite:" + filepath.Join(b.TempDir(), "waymark.db")
		run(b, dbtest.Open(b, address), address)
	})
	b.Run("postgres", func(b *testing.B) {
		address := dbtest.PostgresAddress(b)
		run(b, dbtest.Open(b, address), address)
	})
}

func benchEntry() Entry {
	return Entry{Actor: lead.Actor{ID: "acc_1", Side: lead.Care, From: "192.0.2.1 s1"}, Verb: Consulted, Act: "case.read", Subjects: []string{"par_0190f3a2b4c57d8e9f0a1b2c3d4e5f60"}}
}

// The work of the tree alone, without a database: what an entry costs more than
// its rows.
func BenchmarkTree(b *testing.B) {
	for _, with := range []bool{false, true} {
		b.Run(map[bool]string{false: "rows alone", true: "rows and tree"}[with], func(b *testing.B) {
			var p peaks
			text := ""
			for n := int64(0); b.Loop(); n++ {
				r, _ := newRow(n+1, "2026-11-26T10:00:00.000000Z", benchEntry())
				if with {
					var own []tlog.Hash
					var err error
					if p, err = readPeaks(text, n); err != nil {
						b.Fatal(err)
					}
					p, own = p.add(n, r.leaf())
					text = hashText(p)
					_ = hashText(own)
				}
			}
		})
	}
}

// One act after another, each durable, and eight writers at once.
func BenchmarkAppend(b *testing.B) {
	engines(b, func(b *testing.B, s *db.Store, _ string) {
		book := New(s.Handle(schema.Care), time.Now)
		b.Run("one writer", func(b *testing.B) {
			for b.Loop() {
				if err := book.Record(b.Context(), benchEntry(), func(*db.Tx, *Entry) error { return nil }); err != nil {
					b.Fatal(err)
				}
			}
		})
		b.Run("eight writers", func(b *testing.B) {
			b.SetParallelism(4)
			b.RunParallel(func(pb *testing.PB) {
				for pb.Next() {
					if err := book.Record(b.Context(), benchEntry(), func(*db.Tx, *Entry) error { return nil }); err != nil {
						b.Error(err)
						return
					}
				}
			})
		})
	})
}

// verified is how many entries BenchmarkVerify reads each time.
const verified = 40_000

func BenchmarkVerify(b *testing.B) {
	engines(b, func(b *testing.B, s *db.Store, address string) {
		book := New(s.Handle(schema.Care), time.Now)
		for from := 0; from < verified; from += 500 { // PostgreSQL tidies a row that is updated often only between transactions
			err := book.Keep(b.Context(), func(tx *db.Tx) error {
				for i := range 500 {
					e := benchEntry()
					e.Subjects = []string{fmt.Sprint("par_", i)}
					if err := book.append(b.Context(), tx, e); err != nil {
						return err
					}
				}
				return nil
			})
			if err != nil {
				b.Fatal(err)
			}
		}
		key := testKey(b)
		if err := NewKeeper(s.Handle(schema.Ledger), key, time.Now).Sign(b.Context()); err != nil {
			b.Fatal(err)
		}
		evidence := Evidence{Keys: []note.Verifier{verifierOf(b, key)}}
		for b.Loop() {
			if r := verifyAt(b, address, evidence); len(r.Findings) > 0 || r.Entries != verified {
				b.Fatalf("%+v", r)
			}
		}
		b.ReportMetric(float64(verified*b.N)/b.Elapsed().Seconds(), "entries/s")
	})
}
