package pseudonym_test

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"pgregory.net/rapid"

	"waymark.example/internal/evidence/pseudonym"
	"waymark.example/internal/evidence/study"
)

func key(t testing.TB) pseudonym.Key {
	t.Helper()
	k, err := pseudonym.New(filepath.Join(t.TempDir(), "key"))
	if err != nil {
		t.Fatal(err)
	}
	return k
}

// R45: whoever has the key can link, and nobody else: the same person is the same under one key however the number is written, another under another key
// or label, and no print of a key tells it.
func TestR45_OnlyTheKeyLinks(t *testing.T) {
	k, other := key(t), key(t)
	for _, same := range [][2]string{{"2002/0073319Z", " 2002/73319z "}, {"ref  12/a", "REF 12/A"}, {"02/73319Z", "2002/0073319Z"}} {
		if a, b := k.Of(pseudonym.Person, same[0]), k.Of(pseudonym.Person, same[1]); a != b {
			t.Errorf("%q and %q are two people", same[0], same[1])
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		a, b := rapid.String().Draw(t, "a"), rapid.String().Draw(t, "b")
		p := k.Of(pseudonym.Person, a)
		if pseudonym.Normal(a) == "" {
			if p != "" {
				t.Fatal("nothing has a pseudonym")
			}
			return
		}
		if (p == k.Of(pseudonym.Person, b)) != (pseudonym.Normal(a) == pseudonym.Normal(b)) || p == other.Of(pseudonym.Person, a) || p == k.Of(pseudonym.Officer, a) {
			t.Fatalf("%q, %q", a, b)
		}
		if id, ok := pseudonym.Made(p); !ok || id != k.ID() || len(p) > 64 {
			t.Fatalf("%q is no pseudonym", p)
		}
	})
	file := filepath.Join(t.TempDir(), "key")
	kept, err := pseudonym.New(file)
	if err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	secret := strings.Fields(string(text))[4]
	if all := fmt.Sprintf("%v %+v %#v %s %q", kept, kept, kept, kept, kept); strings.Contains(all, secret) || len(secret) != 64 {
		t.Error("a print of a key tells it")
	}
	again, err := pseudonym.Read(file)
	if err != nil || again.Of(pseudonym.Person, "x") != kept.Of(pseudonym.Person, "x") {
		t.Error(err)
	}
	if info, err := os.Stat(file); err != nil || info.Mode().Perm() != 0o600 {
		t.Error("others can read a key")
	}
	if _, err := pseudonym.New(file); err == nil {
		t.Error("a key was written over")
	}
	if err := os.Chmod(file, 0o644); err != nil { //nolint:gosec // that is what is tried
		t.Fatal(err)
	}
	if _, err := pseudonym.Read(file); err == nil {
		t.Error("a key that others can read is taken")
	}
}

// R45: the key and the server's data never lie together.
func TestR45_AKeyIsNotKeptWhereAServerIs(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "waymark.db"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := pseudonym.New(filepath.Join(dir, "key")); err == nil {
		t.Error("a key was made beside a database")
	}
	t.Setenv("WAYMARK_DATABASE", "postgres://waymark@db/waymark")
	if _, err := pseudonym.New(filepath.Join(t.TempDir(), "key")); err == nil {
		t.Error("a key was made on a server")
	}
}

// Police know a reference, the case team knows a contact's number, and only the holder's list makes one person of them.
func TestTheHolderMakesOnePersonOfWhatEachSideKnows(t *testing.T) {
	k := key(t)
	dir := fstest.MapFS{
		"people.csv":   {Data: []byte("person,sex,linked\nNM/1,F,0\nNM/2,F,0\nNM/3,M,0\n")},
		"contacts.csv": {Data: []byte("contact,person,on,door,officer,decision,offered,incident\nLD-B,NM/2,2025-03-01,arrest_diversion,acc_1,diverted,1,NM/2\nLD-A,NM/1,2025-02-01,arrest_diversion,acc_1,not_diverted,0,NM/1\nLD-C,NM/3,2025-02-01,arrest_diversion,acc_2,not_diverted,0,NM/3\n")},
		"support.csv":  {Data: []byte("person,referred,minutes,research\nld-b,2025-03-01,12,1\n")},
	}
	known, err := pseudonym.ReadKnown(strings.NewReader("known_as,person\nnm/1,2002/0073319Z\nNM/2,2002/73319z\n"))
	if err != nil {
		t.Fatal(err)
	}
	st, done, wrong, err := k.Folder(dir, known)
	if err != nil || len(wrong) > 0 {
		t.Fatal(err, wrong)
	}
	who := k.Of(pseudonym.Person, "2002/0073319Z")
	if len(st.People) != 2 || st.People[0].ID != who || !st.People[0].Linked || st.People[1].Linked || st.Contacts[0].PersonID != who || st.Contacts[1].PersonID != who || st.Support[0].PersonID != who || done.Resolved != 4 {
		t.Errorf("%+v %+v", st, done)
	}
	if st.Contacts[0].Officer != st.Contacts[1].Officer || st.Contacts[0].Officer == st.Contacts[2].Officer {
		t.Error("officers are not told apart by their pseudonyms")
	}
	var all bytes.Buffer
	if err := study.WriteRows(&all, st.Contacts); err != nil {
		t.Fatal(err)
	}
	for _, left := range []string{"NM/", "LD-", "acc_", "73319"} {
		if strings.Contains(all.String(), left) {
			t.Errorf("%s is left", left)
		}
	}
}

func FuzzColumn(f *testing.F) {
	k := key(f)
	f.Add("person,on\nNM/1,2025-01-01\n,2025-01-02\n")
	f.Add("\ufeffperson\n\"a\nb\"\n")
	f.Fuzz(func(t *testing.T, text string) {
		var out bytes.Buffer
		done, err := k.Column(strings.NewReader(text), &out, "person", pseudonym.Person, nil)
		if err != nil {
			return
		}
		if _, err := k.Column(strings.NewReader(out.String()), &bytes.Buffer{}, "person", pseudonym.Person, nil); err == nil && done.Rows > done.Empty {
			t.Error("pseudonyms were turned into pseudonyms again")
		}
	})
}

// Pseudonyms are made of what somebody is known by, never of pseudonyms: those of another key neither, which would make another run of the same rows.
func TestPseudonymsAreMadeOfNoPseudonyms(t *testing.T) {
	k, other := key(t), key(t)
	for _, p := range []string{k.Of(pseudonym.Person, "NM/1"), other.Of(pseudonym.Person, "NM/1"), strings.ToUpper(other.Of(pseudonym.Person, "NM/1")) + " "} {
		if _, err := k.Column(strings.NewReader("person\n"+p+"\n"), &bytes.Buffer{}, "person", pseudonym.Person, nil); err == nil {
			t.Errorf("a column with %q is taken", p)
		}
		for _, row := range []string{p + ",o", "NM/1," + p} {
			dir := fstest.MapFS{"contacts.csv": {Data: []byte("contact,on,door,offered,person,officer\nLD-A,2025-02-01,arrest_diversion,0," + row + "\n")}}
			if _, _, wrong, err := k.Folder(dir, nil); err == nil {
				t.Errorf("a folder with %q is taken: %v", row, wrong)
			}
		}
	}
}

// A name that leads to where a server's data is, is there.
func TestAKeyIsNotReachedThroughALink(t *testing.T) {
	server, elsewhere := t.TempDir(), t.TempDir()
	if _, err := pseudonym.New(filepath.Join(server, "key")); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(server, "waymark.db"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(filepath.Join(server, "key"), filepath.Join(elsewhere, "key")); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(server, filepath.Join(elsewhere, "folder")); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{filepath.Join(elsewhere, "key"), filepath.Join(elsewhere, "folder", "key")} {
		if _, err := pseudonym.Read(path); err == nil {
			t.Errorf("%s is taken", path)
		}
	}
	if _, err := pseudonym.New(filepath.Join(elsewhere, "folder", "another")); err == nil {
		t.Error("a key was made beside a database")
	}
}
