package ledger

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/mod/sumdb/note"

	"waymark.example/internal/dbtest"
	"waymark.example/internal/lead"
	"waymark.example/internal/platform/db"
	"waymark.example/internal/schema"
)

func enter(t testing.TB, s *db.Store, n int) {
	t.Helper()
	for range n {
		e := Entry{Actor: lead.Actor{ID: "acc_1", Side: lead.Care}, Verb: Consulted, Act: "case.read", Subjects: []string{"par_1"}}
		if err := New(s.Handle(schema.Care), time.Now).Record(t.Context(), e, func(*db.Tx, *Entry) error { return nil }); err != nil {
			t.Fatal(err)
		}
	}
}

func latest(t testing.TB, k *Keeper) Checkpoint {
	t.Helper()
	signed, err := k.Latest(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	c, err := openStored(string(signed), note.VerifierList(verifierOf(t, k.key)))
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestTheHeadIsSignedWhileItMovesAndOnlyThen(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, s *db.Store) {
		k := NewKeeper(s.Handle(schema.Ledger), testKey(t), time.Now)
		if _, err := k.Latest(t.Context()); !errors.Is(err, lead.ErrNotFound) {
			t.Errorf("before the first: %v", err)
		}
		for turn, n := range []int{0, 1, 0, 4} {
			enter(t, s, n)
			if err := k.Sign(t.Context()); err != nil {
				t.Fatal(err)
			}
			if turn == 0 {
				continue
			}
			want := []Checkpoint{{}, {Number: 1, Size: 1}, {Number: 1, Size: 1}, {Number: 2, Size: 5}}[turn]
			if c := latest(t, k); c.Number != want.Number || c.Size != want.Size || c.Origin != k.key.Name() {
				t.Errorf("turn %d: %+v", turn, c)
			}
		}
		if other, err := k.SignedByAnother(t.Context()); other || err != nil {
			t.Errorf("%v, %v", other, err)
		}
		if other, err := NewKeeper(s.Handle(schema.Ledger), testKey(t), time.Now).SignedByAnother(t.Context()); !other || err != nil {
			t.Errorf("another key went unnoticed: %v, %v", other, err)
		}
	})
}

// Stopping signs what was written last, so that a database at rest is signed to
// its end.
func TestAKeeperThatStopsSignsTheEnd(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, s *db.Store) {
		k := NewKeeper(s.Handle(schema.Ledger), testKey(t), time.Now)
		ctx, stop := context.WithCancel(t.Context())
		done := make(chan struct{})
		go func() { k.Run(ctx); close(done) }()
		enter(t, s, 7)
		stop()
		<-done
		if c := latest(t, k); c.Size != 7 {
			t.Errorf("got %+v", c)
		}
	})
}

func TestTheKeeperReadsNoEntry(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, s *db.Store) {
		for _, q := range []db.Query{`SELECT actor_id FROM ledger_entry`, `SELECT subject_id FROM ledger_subject`, `DELETE FROM ledger_checkpoint`, `UPDATE ledger_head SET seq = 0`} {
			err := s.Handle(schema.Ledger).Transact(t.Context(), func(tx *db.Tx) error {
				_, err := tx.Exec(t.Context(), q)
				return err
			})
			if !errors.Is(err, db.ErrWall) {
				t.Errorf("%s: %v", q, err)
			}
		}
	})
}

// Servers that share a database sign one after another, and what many writers
// wrote meanwhile verifies.
func TestManyWritersAndSignersMakeOneLogThatVerifies(t *testing.T) {
	each(t, func(t *testing.T, s *db.Store, address string) {
		key := testKey(t)
		var wg sync.WaitGroup
		for range 4 {
			wg.Go(func() { enter(t, s, 25) })
		}
		for range 2 {
			k := NewKeeper(s.Handle(schema.Ledger), key, time.Now)
			wg.Go(func() {
				for range 20 {
					if err := k.Sign(t.Context()); err != nil {
						t.Error(err)
					}
				}
			})
		}
		wg.Wait()
		k := NewKeeper(s.Handle(schema.Ledger), key, time.Now)
		if err := k.Sign(t.Context()); err != nil {
			t.Fatal(err)
		}
		r := verifyAt(t, address, Evidence{Keys: []note.Verifier{verifierOf(t, key)}})
		if len(r.Findings) != 0 || r.Entries != 100 || r.Unsigned != 0 || r.Root != latest(t, k).Root {
			t.Errorf("got %+v", r)
		}
	})
}

// each is dbtest.Each with the address, for a second look past the walls.
func each(t *testing.T, test func(*testing.T, *db.Store, string)) {
	t.Helper()
	t.Run("sqlite", func(t *testing.T) {
		address := "sqlite:" + filepath.Join(t.TempDir(), "waymark.db")
		test(t, dbtest.Open(t, address), address)
	})
	t.Run("postgres", func(t *testing.T) {
		address := dbtest.PostgresAddress(t)
		test(t, dbtest.Open(t, address), address)
	})
}

func verifyAt(t testing.TB, address string, e Evidence) Report {
	t.Helper()
	store, err := db.OpenCopy(t.Context(), address)
	if err != nil {
		t.Fatal(err)
	}
	defer store.Close() //nolint:errcheck // it was only read
	r, err := Verify(t.Context(), store.Handle(db.Copy), e)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// A running database and a removal by law verify on both engines, more than one
// page of them.
func TestALogOfManyPagesVerifiesWhileItRuns(t *testing.T) {
	each(t, func(t *testing.T, s *db.Store, address string) {
		b := New(s.Handle(schema.Oversight), time.Now)
		e := Entry{Actor: lead.Actor{ID: "acc_1", Side: lead.Oversight}, Verb: Consulted, Act: "audit.search"}
		for range 10 { // not one by one, which takes long, nor all at once
			err := b.Keep(t.Context(), func(tx *db.Tx) error {
				for i := range pageSize / 5 {
					e.Subjects = []string{fmt.Sprint("par_", i%3)}
					if err := b.append(t.Context(), tx, e); err != nil {
						return err
					}
				}
				return nil
			})
			if err != nil {
				t.Fatal(err)
			}
		}
		err := b.Record(t.Context(), e, func(tx *db.Tx, e *Entry) error { return Forget(t.Context(), tx, e, "par_1") })
		if err != nil {
			t.Fatal(err)
		}
		key := testKey(t)
		k := NewKeeper(s.Handle(schema.Ledger), key, time.Now)
		if err := k.Sign(t.Context()); err != nil {
			t.Fatal(err)
		}
		enter(t, s, 1)
		r := verifyAt(t, address, Evidence{Keys: []note.Verifier{verifierOf(t, key)}})
		if len(r.Findings) != 0 || r.Entries != 2*pageSize+2 || r.Erased == 0 || r.Checkpoints != 1 || r.Unsigned != 1 {
			t.Errorf("got %+v", r)
		}
	})
}

// What is wrong is told with the number of the entry.
func TestVerifyTellsWhere(t *testing.T) {
	a := audit(t)
	for change, want := range map[string]string{
		`UPDATE ledger_entry SET act = 'case.write' WHERE seq = 17`:                                                           "entry 17: does not match its own hash: it was changed after it was written",
		`DELETE FROM ledger_entry WHERE seq = 40`:                                                                             "entry 40: missing: the next one is number 41",
		`DELETE FROM ledger_entry WHERE seq > 85`:                                                                             "entries 86 to 90 are missing from the end: checkpoint 10 covers them",
		`DELETE FROM ledger_subject WHERE seq = 4`:                                                                            "entry 4: whom it was about was removed and no entry declares it",
		`UPDATE ledger_subject SET subject_id = 'par_x' WHERE seq = 2`:                                                        "entry 2: whom it was about was changed",
		`DELETE FROM ledger_checkpoint WHERE number = 5`:                                                                      "checkpoint 5 is missing: the next one is number 6",
		`UPDATE ledger_head SET seq = 89`:                                                                                     "the head says 89 entries and there are 90",
		`DELETE FROM ledger_subject WHERE seq = 2; INSERT INTO ledger_erased VALUES (2, 0)`:                                   "entry 66: the removals it declares are not those that were made",
		`UPDATE ledger_checkpoint SET size = 3 WHERE number = 1`:                                                              "checkpoint 1 was changed: its row does not say what was signed",
		`DELETE FROM ledger_checkpoint WHERE number > 8`:                                                                      "checkpoints 9 to 10 are missing: the witness's checkpoint is number 10",
		`UPDATE ledger_entry SET hashes = (SELECT x.hashes FROM ledger_entry x WHERE x.seq = 6) WHERE seq = 8`:                "entry 8: does not match its own hash: it was changed after it was written",
		`UPDATE ledger_entry SET hashes = 'x' WHERE seq = 8`:                                                                  "entry 8: its hashes cannot be read",
		`INSERT INTO ledger_subject VALUES ('par_x', 1000, 0, 'x')`:                                                           "there are rows that belong to no entry",
		`INSERT INTO ledger_entry SELECT -1, '', '', '', '', '', '', '', '', '', '', '' FROM ledger_head`:                     "there are 91 rows for 90 entries",
		`DELETE FROM ledger_head`:                                                                                             "the log has 0 heads where it must have one",
		`UPDATE ledger_entry SET hashes = substr(hashes, 1, 43) || substr(hashes, 1, 43) || substr(hashes, 87) WHERE seq = 8`: "entry 8: its place in the tree of hashes is wrong: it, or an entry before it, was changed, moved or put in",
	} {
		copied := filepath.Join(t.TempDir(), "copy.db")
		whole, err := os.ReadFile(a.file)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(copied, whole, 0o600); err != nil {
			t.Fatal(err)
		}
		exec(t, copied, change)
		r := verifyFile(t, copied, a.evidence)
		var all []string
		for _, f := range r.Findings {
			all = append(all, f.String())
		}
		if text := strings.Join(all, "\n"); !strings.Contains(text, want) {
			t.Errorf("%s\nwant: %s\ngot:  %s", change, want, text)
		}
	}
}

// A copy that nobody may write to, in a folder that takes no files, is enough.
func TestAReadOnlyCopyVerifies(t *testing.T) {
	a := audit(t)
	dir := t.TempDir()
	whole, err := os.ReadFile(a.file)
	if err != nil {
		t.Fatal(err)
	}
	copied := filepath.Join(dir, "copy.db")
	if err := os.WriteFile(copied, whole, 0o400); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(dir, 0o500); err != nil { //nolint:gosec // a folder that takes no files
		t.Fatal(err)
	}
	if r := verifyFile(t, copied, a.evidence); len(r.Findings) != 0 {
		t.Errorf("got %+v", r)
	}
	files, err := os.ReadDir(dir)
	after, err2 := os.ReadFile(copied)
	if err != nil || err2 != nil || len(files) != 1 || !bytes.Equal(whole, after) {
		t.Errorf("verifying left something behind: %v, %v, %v", files, err, err2)
	}
}

func TestAWitnessFollowsALogThatGrowsAndNoOther(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, s *db.Store) {
		key, me := testKey(t), testKey(t)
		site := verifierOf(t, key)
		k := NewKeeper(s.Handle(schema.Ledger), key, time.Now)
		ask := func(from int64) []byte {
			t.Helper()
			body, err := k.Proof(t.Context(), from)
			if err != nil {
				t.Fatal(err)
			}
			return body
		}
		var last []byte
		var size int64
		for _, n := range []int{1, 1, 0, 5, 9, 31} {
			enter(t, s, n)
			if err := k.Sign(t.Context()); err != nil {
				t.Fatal(err)
			}
			c, cosigned, err := Advance(last, ask(size), site, me)
			if err != nil {
				t.Fatal(err)
			}
			last, size = cosigned, c.Size
			both, err := note.Open(cosigned, note.VerifierList(site, verifierOf(t, me)))
			if err != nil || len(both.Sigs) != 2 {
				t.Fatalf("cosigned: %v", err)
			}
		}
		if n, err := SizeOf(last, site); n != 47 || err != nil {
			t.Errorf("%d, %v", n, err)
		}
		// The same key signs another history, as a site that had its log rewritten would.
		other := dbtest.SQLite(t)
		enter(t, other, 60)
		forged := NewKeeper(other.Handle(schema.Ledger), key, time.Now)
		for range 7 {
			if err := forged.Sign(t.Context()); err != nil {
				t.Fatal(err)
			}
			enter(t, other, 1)
		}
		body, err := forged.Proof(t.Context(), size)
		if err != nil {
			t.Fatal(err)
		}
		if _, _, err := Advance(last, body, site, me); !errors.Is(err, ErrRewritten) {
			t.Errorf("another history: %v", err)
		}
		short := dbtest.SQLite(t)
		enter(t, short, 3)
		cut := NewKeeper(short.Handle(schema.Ledger), key, time.Now)
		if err := cut.Sign(t.Context()); err != nil {
			t.Fatal(err)
		}
		if body, err = cut.Proof(t.Context(), size); err != nil {
			t.Fatal(err)
		}
		if _, _, err := Advance(last, body, site, me); !errors.Is(err, ErrRewritten) {
			t.Errorf("a shorter log: %v", err)
		}
		if _, _, err := Advance(last, ask(size), verifierOf(t, me), me); err == nil {
			t.Error("a checkpoint of another key was taken")
		}
	})
}

func TestTheKeyIsMadeOnceForItsOwnersEyes(t *testing.T) {
	file := filepath.Join(t.TempDir(), "data", "ledger.key")
	first, err := KeepKey(file, "waymark")
	if err != nil {
		t.Fatal(err)
	}
	again, err := KeepKey(file, "waymark")
	if err != nil || again.Public != first.Public {
		t.Errorf("%v, %v", again.Public, err)
	}
	info, err := os.Stat(file)
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("%v, %v", info.Mode(), err)
	}
	public, err := os.ReadFile(file + ".pub")
	if err != nil || strings.TrimSpace(string(public)) != first.Public {
		t.Errorf("%q, %v", public, err)
	}
	for _, text := range []string{"", "x", "PRIVATE+KEY+a+00000000+AAAA"} {
		if _, err := ReadKey(text); err == nil {
			t.Errorf("%q is a key", text)
		}
	}
}

func FuzzCheckpoint(f *testing.F) {
	c := Checkpoint{Origin: "waymark-1", Size: 7, Number: 2, Made: "2026-11-26T10:00:00.000000Z"}
	f.Add(c.text())
	f.Add("waymark\n-1\n\nnumber 0\nmade \n")
	f.Fuzz(func(t *testing.T, text string) {
		if c, err := parseCheckpoint(text); err == nil && (c.text() != text || c.Size < 0 || c.Number < 1) {
			t.Errorf("%q became %+v", text, c)
		}
	})
}

func FuzzProof(f *testing.F) {
	f.Add([]byte("old 7\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n\nwaymark\n"))
	f.Add([]byte("old 0\n\n"))
	f.Fuzz(func(t *testing.T, body []byte) {
		p, err := parseProof(body)
		if err == nil && (p.old < 0 || len(p.hashes) > longestProof || !bytes.HasSuffix(body, p.signed)) {
			t.Errorf("%q became %+v", body, p)
		}
	})
}

// Whatever a site answers, a witness neither breaks nor vouches for what the
// site's key did not sign.
func FuzzAdvance(f *testing.F) {
	skey, vkey, err := note.GenerateKey(zeros{}, "fuzz")
	if err != nil {
		f.Fatal(err)
	}
	me, err := note.NewSigner(skey)
	if err != nil {
		f.Fatal(err)
	}
	site, err := note.NewVerifier(vkey)
	if err != nil {
		f.Fatal(err)
	}
	sign := func(c Checkpoint) []byte {
		signed, err := note.Sign(&note.Note{Text: c.text()}, me)
		if err != nil {
			f.Fatal(err)
		}
		return signed
	}
	old := sign(Checkpoint{Origin: "fuzz", Size: 3, Number: 1})
	f.Add([]byte("old 3\n\n" + string(sign(Checkpoint{Origin: "fuzz", Size: 3, Number: 1}))))
	f.Add([]byte("old 3\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n\n" + string(sign(Checkpoint{Origin: "fuzz", Size: 4, Number: 2}))))
	f.Fuzz(func(t *testing.T, body []byte) {
		_, cosigned, err := Advance(old, body, site, me)
		if err != nil {
			return
		}
		if _, err := OpenCheckpoint(cosigned, note.VerifierList(site)); err != nil {
			t.Errorf("%q was vouched for: %v", body, err)
		}
	})
}

func FuzzHashes(f *testing.F) {
	f.Add(hashText(peaks{emptyRoot, emptyRoot}))
	f.Fuzz(func(t *testing.T, text string) {
		if hashes, err := readHashes(text); err == nil && hashText(hashes) != text {
			t.Errorf("%q became %q", text, hashText(hashes))
		}
	})
}

func FuzzKey(f *testing.F) {
	skey, _, err := note.GenerateKey(zeros{}, "fuzz")
	if err != nil {
		f.Fatal(err)
	}
	f.Add(skey)
	f.Fuzz(func(t *testing.T, text string) {
		key, err := ReadKey(text)
		if err != nil {
			return
		}
		v, err := note.NewVerifier(key.Public)
		if err != nil {
			t.Fatalf("%q: %v", text, err)
		}
		sig, err := key.Sign([]byte("x"))
		if err != nil || !v.Verify([]byte("x"), sig) {
			t.Errorf("%q: the halves do not fit", text)
		}
	})
}
