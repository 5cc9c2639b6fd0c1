package secret_test

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"pgregory.net/rapid"

	"waymark.example/internal/dbtest"
	"waymark.example/internal/lead"
	"waymark.example/internal/platform/db"
	"waymark.example/internal/platform/secret"
	"waymark.example/internal/schema"
)

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func box(t testing.TB, owner string, fill byte) *secret.Box {
	t.Helper()
	b, err := secret.NewBox(owner, bytes.Repeat([]byte{fill}, secret.KeySize))
	must(t, err)
	return b
}

// vector is one line of testdata/vectors.json, which other programs can use too.
type vector struct {
	Says   string `json:"says"`
	Key    string `json:"key"` // hexadecimal
	Owner  string `json:"owner"`
	Field  string `json:"field"`
	Sealed string `json:"sealed"`
	Opens  bool   `json:"opens"`
	Plain  string `json:"plain"`
}

func TestThePublishedVectors(t *testing.T) {
	text, err := os.ReadFile(filepath.Join("testdata", "vectors.json"))
	must(t, err)
	var vectors []vector
	must(t, json.Unmarshal(text, &vectors))
	opens, fails := 0, 0
	for _, v := range vectors {
		key, err := hex.DecodeString(v.Key)
		must(t, err)
		b, err := secret.NewBox(v.Owner, key)
		must(t, err)
		plain, err := b.Open(v.Field, v.Sealed)
		switch {
		case v.Opens && (err != nil || plain != v.Plain):
			t.Errorf("%s: got %q, %v", v.Says, plain, err)
		case !v.Opens && !errors.Is(err, secret.ErrSealed):
			t.Errorf("%s: opened as %q, %v", v.Says, plain, err)
		case !v.Opens && plain != "":
			t.Errorf("%s: something of it came out", v.Says)
		}
		if v.Opens {
			opens++
		} else {
			fails++
		}
	}
	if opens < 3 || fails < 10 {
		t.Fatalf("%d that open, %d that must not: the test looks in the wrong place", opens, fails)
	}
}

func TestWhatIsSealedOpensInItsOwnPlaceOnly(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		plain := rapid.String().Draw(t, "plain")
		field, owner := rapid.String().Draw(t, "field"), rapid.String().Draw(t, "owner")
		other := rapid.String().Filter(func(s string) bool { return s != field && s != owner }).Draw(t, "other")
		key := bytes.Repeat([]byte{7}, secret.KeySize)
		b, err := secret.NewBox(owner, key)
		if err != nil {
			t.Fatal(err)
		}
		sealed := b.Seal(field, plain)
		if got, err := b.Open(field, sealed); err != nil || got != plain {
			t.Fatalf("got %q, %v", got, err)
		}
		if plain == "" {
			if sealed != "" {
				t.Fatal("the empty text did not stay empty")
			}
			return
		}
		if len(plain) > 3 && strings.Contains(sealed, plain) {
			t.Fatal("the text can be read")
		}
		if _, err := b.Open(other, sealed); !errors.Is(err, secret.ErrSealed) {
			t.Fatalf("opened in another field: %v", err)
		}
		someone, err := secret.NewBox(other, key)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := someone.Open(field, sealed); !errors.Is(err, secret.ErrSealed) {
			t.Fatalf("opened as another person's: %v", err)
		}
		if again := b.Seal(field, plain); again == sealed {
			t.Fatal("the same text sealed twice is the same")
		}
	})
}

func TestASealedTextSaysOnlyRoughlyHowLongItIs(t *testing.T) {
	b := box(t, "par_1", 1)
	for n := 1; n < 31; n++ {
		if a, b := b.Seal("care_note.narrative", strings.Repeat("x", n)), b.Seal("care_note.narrative", "y"); len(a) != len(b) {
			t.Fatalf("%d bytes can be told from 1", n)
		}
	}
}

func FuzzOpen(f *testing.F) {
	b := box(f, "par_1", 1)
	f.Add("care_note.narrative", b.Seal("care_note.narrative", "Went along"))
	f.Add("care_note.narrative", "k1.")
	f.Add("care_note.place", "k1.AAAA")
	f.Add("", "k2.AAAA")
	f.Add("x", "\xff")
	f.Fuzz(func(t *testing.T, field, sealed string) {
		plain, err := b.Open(field, sealed)
		if err != nil && (plain != "" || !errors.Is(err, secret.ErrSealed)) {
			t.Errorf("%q, %v", plain, err)
		}
		if err == nil && sealed != "" && field != "care_note.narrative" {
			t.Errorf("%q opened", sealed)
		}
	})
}

// ring returns the key store as a handle reaches it.
func ring(t testing.TB, s *db.Store, handle string) *secret.Ring {
	t.Helper()
	k, err := secret.OpenKeeper("file:" + filepath.Join(t.TempDir(), "keeper.keys"))
	must(t, err)
	return secret.NewRing(s, handle, k)
}

func TestEachPersonHasTheirOwnKeyAndKeepsIt(t *testing.T) {
	dbtest.EachKeys(t, func(t *testing.T, s *db.Store) {
		r := ring(t, s, schema.Care)
		one, err := r.Of(t.Context(), "par_1")
		must(t, err)
		sealed := one.Seal("care_note.narrative", "Went along")
		again, err := r.Of(t.Context(), "par_1")
		must(t, err)
		if got, err := again.Open("care_note.narrative", sealed); err != nil || got != "Went along" {
			t.Errorf("got %q, %v", got, err)
		}
		two, err := r.Of(t.Context(), "par_2")
		must(t, err)
		if _, err := two.Open("care_note.narrative", sealed); !errors.Is(err, secret.ErrSealed) {
			t.Errorf("another person's key opened it: %v", err)
		}
		if _, err := ring(t, s, schema.Care).Of(t.Context(), "par_1"); err == nil {
			t.Error("another keeper unwrapped the key")
		}
	})
}

func TestManyAtOnceMakeOneKey(t *testing.T) {
	dbtest.EachKeys(t, func(t *testing.T, s *db.Store) {
		r := ring(t, s, schema.Care)
		sealed := make([]string, 8)
		var all sync.WaitGroup
		for i := range sealed {
			all.Go(func() {
				b, err := r.Of(t.Context(), "par_1")
				if err != nil {
					t.Error(err)
					return
				}
				sealed[i] = b.Seal("f", "word")
			})
		}
		all.Wait()
		b, err := r.Of(t.Context(), "par_1")
		must(t, err)
		for _, text := range sealed {
			if got, err := b.Open("f", text); err != nil || got != "word" {
				t.Errorf("got %q, %v", got, err)
			}
		}
	})
}

func TestADestroyedKeyIsNeverMadeAgain(t *testing.T) {
	dbtest.EachKeys(t, func(t *testing.T, s *db.Store) {
		r := ring(t, s, schema.Care)
		_, err := r.Of(t.Context(), "par_1")
		must(t, err)
		_, err = r.Shared(t.Context(), "par_1", "dis_1")
		must(t, err)
		_, err = r.Shared(t.Context(), "par_2", "dis_2")
		must(t, err)
		must(t, r.Destroy(t.Context(), "par_1"))
		must(t, r.Destroy(t.Context(), "par_1"))
		for what, try := range map[string]func() (*secret.Box, error){
			"their key":                  func() (*secret.Box, error) { return r.Of(t.Context(), "par_1") },
			"what they shared":           func() (*secret.Box, error) { return r.OpenShared(t.Context(), "dis_1") },
			"something new to be shared": func() (*secret.Box, error) { return r.Shared(t.Context(), "par_1", "dis_3") },
		} {
			if b, err := try(); !errors.Is(err, secret.ErrDestroyed) || b != nil {
				t.Errorf("%s: %v", what, err)
			}
		}
		if _, err := r.OpenShared(t.Context(), "dis_2"); err != nil {
			t.Errorf("somebody else's went too: %v", err)
		}
		boxes, err := r.All(t.Context(), []string{"par_1"})
		must(t, err)
		if got, err := boxes["par_1"].Read("f", "k1.AAAA"); err != nil || got != secret.Removed {
			t.Errorf("got %q, %v", got, err)
		}
	})
}

// The walls of the key store: who may open what, asked of the database.
func TestWallsOfTheKeyStore(t *testing.T) {
	dbtest.EachKeys(t, func(t *testing.T, s *db.Store) {
		for _, handle := range []string{schema.Police, schema.Partnership, schema.Evidence, schema.Identity, schema.Reference} {
			func() {
				defer func() {
					if recover() == nil {
						t.Errorf("%s has a handle to the key store", handle)
					}
				}()
				s.Handle(handle)
			}()
		}
		k, err := secret.OpenKeeper("file:" + filepath.Join(t.TempDir(), "keeper.keys"))
		must(t, err)
		care := secret.NewRing(s, schema.Care, k)
		_, err = care.Of(t.Context(), "par_1")
		must(t, err)
		_, err = care.Shared(t.Context(), "par_1", "dis_1")
		must(t, err)
		for _, handle := range []string{schema.Recipient, schema.Oversight} {
			r := secret.NewRing(s, handle, k)
			if _, err := r.OpenShared(t.Context(), "dis_1"); err != nil {
				t.Errorf("%s cannot open what was shared: %v", handle, err)
			}
			if _, err := r.Find(t.Context(), "par_1"); !errors.Is(err, db.ErrWall) {
				t.Errorf("%s reached a person's key: %v", handle, err)
			}
			if _, err := r.Shared(t.Context(), "par_1", "dis_9"); !errors.Is(err, db.ErrWall) {
				t.Errorf("%s made a key: %v", handle, err)
			}
			if err := r.Destroy(t.Context(), "par_1"); !errors.Is(err, db.ErrWall) {
				t.Errorf("%s destroyed a key: %v", handle, err)
			}
		}
		person := secret.NewRing(s, schema.Participant, k)
		if _, err := person.Find(t.Context(), "par_1"); err != nil {
			t.Error(err)
		}
		if _, err := person.Shared(t.Context(), "par_1", "req_1"); err != nil {
			t.Error(err)
		}
		if _, err := person.Of(t.Context(), "par_new"); !errors.Is(err, db.ErrWall) {
			t.Errorf("the participant's handle made a person's key: %v", err)
		}
		if err := person.Destroy(t.Context(), "par_1"); !errors.Is(err, db.ErrWall) {
			t.Errorf("the participant's handle destroyed a key: %v", err)
		}
	})
}

func TestAKeeperIsReadAndNeverGuessed(t *testing.T) {
	good := "k1 " + base64.StdEncoding.EncodeToString(bytes.Repeat([]byte{1}, 32)) + "\n"
	for what, text := range map[string]string{
		"nothing": "", "a comment only": "# none\n", "a short key": "k1 AAAA\n", "no id": strings.Fields(good)[1] + "\n",
		"one id twice": good + good, "no base64": "k1 !!!!\n",
	} {
		path := filepath.Join(t.TempDir(), "keeper.keys")
		must(t, os.WriteFile(path, []byte(text), 0o600))
		if _, err := secret.OpenKeeper("file:" + path); err == nil {
			t.Errorf("%s: taken for a key", what)
		}
		t.Setenv("WAYMARK_TEST_KEYS", text)
		if _, err := secret.OpenKeeper("env:WAYMARK_TEST_KEYS"); err == nil {
			t.Errorf("%s: taken for a key", what)
		}
	}
	for _, name := range []string{"", "file:", "env:", "exec: ", "vault:x", "exec:/does/not/exist"} {
		if _, err := secret.OpenKeeper(name); err == nil {
			t.Errorf("%q: taken for a keeper", name)
		}
	}
	path := filepath.Join(t.TempDir(), "keeper.keys")
	must(t, os.WriteFile(path, []byte(good), 0o644)) //nolint:gosec // that is the mistake
	if _, err := secret.OpenKeeper("file:" + path); err == nil || !strings.Contains(err.Error(), "chmod") {
		t.Errorf("a file that others can read was taken: %v", err)
	}
}

// A program of the operator's choice holds the keys: here a script that keeps
// what it is given under names, as a token would.
func TestAProgramCanBeTheKeeper(t *testing.T) {
	dir := t.TempDir()
	script := filepath.Join(dir, "token")
	must(t, os.WriteFile(script, []byte(`#!/bin/sh
read verb a b c
case "$verb" in
current) echo "ok slot-9" ;;
wrap) n=$(ls "$1" | wc -l); echo "$a $b" > "$1/$n"; echo "ok slot-9 $(printf %s "$n" | base64)" ;;
unwrap) read key bound < "$1/$(printf %s "$b" | base64 -d)"; test "$bound" = "$c" || exit 1; echo "ok $key" ;;
esac
`), 0o700)) //nolint:gosec // a program has to run
	kept := filepath.Join(dir, "kept")
	must(t, os.Mkdir(kept, 0o700))
	k, err := secret.OpenKeeper("exec:" + script + " " + kept)
	must(t, err)
	if k.Current() != "slot-9" {
		t.Errorf("current is %q", k.Current())
	}
	key := bytes.Repeat([]byte{5}, secret.KeySize)
	wrapped, id, err := k.Wrap(t.Context(), key, "participant par_1")
	must(t, err)
	for range 2 { // asked, then remembered
		got, err := k.Unwrap(t.Context(), wrapped, id, "participant par_1")
		if err != nil || !bytes.Equal(got, key) {
			t.Errorf("got %v, %v", got, err)
		}
	}
	if _, err := k.Unwrap(t.Context(), wrapped, id, "participant par_2"); err == nil {
		t.Error("a key was unwrapped for another person")
	}
	s := dbtest.Keys(t)
	if _, err := secret.NewRing(s, schema.Care, k).Of(t.Context(), lead.NewID("par")); err != nil {
		t.Error(err)
	}
}

// The keeper's key changes while people are read, met and erased: nobody meets
// a key that does not open, and afterwards the old one can go.
func TestRotationGoesOnUnderReadersAndWriters(t *testing.T) {
	dbtest.EachKeys(t, func(t *testing.T, s *db.Store) {
		path := filepath.Join(t.TempDir(), "keeper.keys")
		server, err := secret.OpenKeeper("file:" + path)
		must(t, err)
		operator, err := secret.OpenKeeper("file:" + path)
		must(t, err)
		care := secret.NewRing(s, schema.Care, server)
		sealed := map[string]string{}
		ids := make([]string, 450) // more than two batches
		for i := range ids {
			ids[i] = fmt.Sprintf("par_%03d", i)
		}
		boxes, err := care.Import(t.Context(), ids)
		must(t, err)
		for i, id := range ids {
			sealed[id] = boxes[i].Seal("f", id)
		}
		if _, err := care.Import(t.Context(), ids[:1]); !errors.Is(err, lead.ErrConflict) {
			t.Errorf("a key was made twice: %v", err)
		}
		_, err = care.Shared(t.Context(), "par_001", "dis_1")
		must(t, err)
		old := server.Current()
		var all sync.WaitGroup
		for w := range 3 {
			all.Go(func() {
				for i := range 300 {
					id := fmt.Sprintf("par_%03d", (i*7+w)%450)
					b, err := care.Of(t.Context(), id)
					if err != nil {
						t.Error(err)
						return
					}
					if got, err := b.Open("f", sealed[id]); err != nil || got != id {
						t.Errorf("%s: %q, %v", id, got, err)
						return
					}
				}
			})
		}
		all.Go(func() {
			for i := range 20 {
				if _, err := care.Of(t.Context(), fmt.Sprintf("new_%03d", i)); err != nil {
					t.Error(err)
				}
			}
		})
		must(t, secret.AddKey(operator))
		rotating := secret.NewRing(s, schema.Care, operator)
		n, err := rotating.Rewrap(t.Context())
		must(t, err)
		all.Wait()
		rest, err := rotating.Rewrap(t.Context()) // what was made with the old key in the meantime
		must(t, err)
		if n < 451 || n+rest > 451+20 {
			t.Errorf("wrapped %d and %d again", n, rest)
		}
		counts, err := rotating.Count(t.Context())
		must(t, err)
		if counts[old] != 0 || counts[operator.Current()] != 471 {
			t.Errorf("counts: %v", counts)
		}
		if err := secret.DropKey(operator, operator.Current()); err == nil {
			t.Error("the newest key was dropped")
		}
		must(t, secret.DropKey(operator, old))
		fresh, err := secret.OpenKeeper("file:" + path)
		must(t, err)
		for id, text := range sealed {
			b, err := secret.NewRing(s, schema.Care, fresh).Of(t.Context(), id)
			must(t, err)
			if got, err := b.Open("f", text); err != nil || got != id {
				t.Fatalf("%s: %q, %v", id, got, err)
			}
		}
		if _, err := secret.NewRing(s, schema.Care, fresh).OpenShared(t.Context(), "dis_1"); err != nil {
			t.Error(err)
		}
	})
}

func TestTokensSayRoughlyHowLongANameIsAndNoMore(t *testing.T) {
	r := ring(t, dbtest.Keys(t), schema.Care)
	search, err := r.Search(t.Context())
	must(t, err)
	rapid.Check(t, func(t *rapid.T) {
		name := rapid.String().Draw(t, "name")
		tokens := search.Tokens(name)
		if len(tokens)%8 != 0 {
			t.Fatalf("%d tokens", len(tokens))
		}
		if !slices.IsSorted(tokens) {
			t.Fatal("their order says which is the shorter")
		}
		for _, w := range secret.Words(name) {
			if now, _ := search.Token(w); !slices.Contains(tokens, now) {
				t.Fatalf("not found by %q", w)
			}
		}
	})
}

// A letter opens for the case team, as the letter it was written as, and for
// nobody once its key is destroyed.
func TestALetterOpensOnceItIsTheCaseTeams(t *testing.T) {
	dbtest.EachKeys(t, func(t *testing.T, s *db.Store) {
		care := ring(t, s, schema.Care)
		post := secret.NewPostbox(care)
		one, err := post.Seal(t.Context(), "ref_1", "f", "Kestrel")
		must(t, err)
		two, err := post.Seal(t.Context(), "ref_2", "f", "Kestrel")
		must(t, err)
		if got, err := care.OpenLetter(t.Context(), "ref_1", "f", one); err != nil || got != "Kestrel" {
			t.Errorf("got %q, %v", got, err)
		}
		raw, err := base64.RawURLEncoding.DecodeString(one[3:])
		must(t, err)
		raw[len(raw)-1] ^= 1
		for what, sealed := range map[string]string{
			"another letter's": two, "altered": "h1." + base64.RawURLEncoding.EncodeToString(raw), "cut": one[:40], "another version": "h2." + one[3:],
			"not base64": "h1.!", "empty": "", "a line break": one[:9] + "\n" + one[9:],
		} {
			if got, err := care.OpenLetter(t.Context(), "ref_1", "f", sealed); !errors.Is(err, secret.ErrSealed) || got != "" {
				t.Errorf("%s: %q, %v", what, got, err)
			}
		}
		if _, err := care.OpenLetter(t.Context(), "ref_1", "g", one); !errors.Is(err, secret.ErrSealed) {
			t.Errorf("another field: %v", err)
		}
		must(t, post.Discard(t.Context(), "ref_1"))
		if _, err := care.OpenLetter(t.Context(), "ref_1", "f", one); !errors.Is(err, secret.ErrDestroyed) {
			t.Errorf("destroyed: %v", err)
		}
		if _, err := post.Seal(t.Context(), "ref_1", "f", "again"); !errors.Is(err, secret.ErrDestroyed) {
			t.Errorf("a letter was sealed under a destroyed key: %v", err)
		}
	})
}

func FuzzOpenLetter(f *testing.F) {
	care := ring(f, dbtest.Keys(f), schema.Care)
	sealed, err := secret.NewPostbox(care).Seal(f.Context(), "ref_1", "f", "Kestrel")
	must(f, err)
	f.Add(sealed)
	f.Add("h1.")
	f.Add("h1.AAAA")
	f.Fuzz(func(t *testing.T, text string) {
		got, err := care.OpenLetter(t.Context(), "ref_1", "f", text)
		if err == nil && text != sealed || err != nil && (got != "" || !errors.Is(err, secret.ErrSealed)) {
			t.Errorf("%q opened as %q, %v", text, got, err)
		}
	})
}
