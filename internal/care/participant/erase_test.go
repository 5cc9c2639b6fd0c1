package participant_test

import (
	"bytes"
	"database/sql"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"waymark.example/internal/app"
	"waymark.example/internal/care/need"
	"waymark.example/internal/care/outreach"
	"waymark.example/internal/care/participant"
	"waymark.example/internal/care/plan"
	careweb "waymark.example/internal/care/web"
	"waymark.example/internal/handoff/keeping"
	"waymark.example/internal/handoff/referral"
	"waymark.example/internal/lead"
	"waymark.example/internal/platform/secret"
	"waymark.example/internal/practice"
	"waymark.example/internal/webtest"
)

// word is in every free text that these tests have the care side keep.
const word = "zaunkoenig"

// tell has the case team keep every kind of text about a person.
func tell(t testing.TB, a *app.App, staff practice.Area, person string) {
	t.Helper()
	ctx, manager, care := t.Context(), staff.Actors["manager"], a.Care
	now := a.Now()
	must(t, care.People.Describe(ctx, manager, none, person, 1, participant.Person{Name: "Wren " + word, Pronouns: word, Phone: word, SafeContact: word, FindWords: word}))
	for _, card := range participant.Cards() {
		answers := map[string]string{}
		for _, q := range card.Questions {
			if !q.Way {
				answers[q.Name] = word
			}
		}
		must(t, care.People.Tell(ctx, manager, none, person, card.Code, 0, answers))
	}
	must(t, care.People.Screen(ctx, manager, none, person, participant.Screening{SafeTonight: "yes", Eaten: "no", HasPhone: "yes", Words: word}))
	must(t, care.People.TakeIntake(ctx, manager, none, person, 0, participant.Intake{Done: true, Communication: word, TrustedPerson: word, Words: word, ConsentHow: "spoken", ConsentWitness: word, ConsentLanguage: word}))
	must(t, care.People.Relabel(ctx, manager, none, person, participant.Inactive, word))
	must(t, care.People.Allocate(ctx, staff.Actors["supervisor"], none, person, participant.Allocation{WorkerID: manager.ID, Wish: word}))
	must(t, care.Outreach.Add(ctx, manager, none, person, outreach.Try{At: now, Place: word, Outcome: outreach.LeftWord, Words: word, Next: participant.Promise{Words: word, On: a.Care.People.LocalDay()}}))
	must(t, care.Needs.Notice(ctx, manager, none, person, need.Acute{Kind: "food", Words: word, Met: true, How: word}))
	must(t, care.Needs.Notice(ctx, manager, none, person, need.Acute{Kind: "phone", Words: word}))
	must(t, care.Needs.Assess(ctx, manager, none, person, need.Assessment{TalkedOn: now.UTC().Format(time.DateOnly), Words: word}))
	must(t, care.Plans.Draft(ctx, manager, none, person, 0, plan.Plan{Matters: word, Goals: []plan.Goal{{Words: word, Standing: plan.Active,
		Steps: []plan.Step{{Words: word, Who: word, ByWhen: word, Standing: "to_do"}}}}}))
	must(t, care.Plans.Agree(ctx, manager, none, person, plan.Agreement{Version: 1, How: "said", Words: word}))
	must(t, care.LogContact(ctx, manager, person, careweb.Contact{At: now, Place: word, Outcome: outreach.Met, Narrative: word, Next: word, NextAt: now.Add(time.Hour)}))
	for _, p := range day(t, a, manager).Promises[person] {
		must(t, care.People.SettlePromise(ctx, manager, none, person, p.ID, participant.Settling{How: "let_go", Words: word}))
	}
	must(t, care.People.AskToClose(ctx, manager, none, person, participant.ClosureRequest{AskedOn: now.UTC().Format(time.DateOnly), How: "phone", Words: word}))
	must(t, care.People.Reopen(ctx, manager, none, person))
}

// erasure is what oversight proposes when somebody asked for it.
func erasure() keeping.Step {
	return keeping.Step{Act: keeping.Erase, Stage: keeping.Proposed, Reason: "request"}
}

// shred takes the two people that it takes.
func shred(t testing.TB, a *app.App, staff practice.Area, person string) {
	t.Helper()
	must(t, a.Oversight.Propose(t.Context(), staff.Actors["dpo"], none, person, 0, erasure()))
	must(t, a.Care.People.Settle(t.Context(), staff.Actors["supervisor"], none, person, 1, true))
}

// open opens the program on the files of a folder, and closes it with the test.
func open(t testing.TB, dir string) *app.App {
	t.Helper()
	a, err := app.Open(t.Context(), app.Config{Database: "sqlite:" + filepath.Join(dir, "waymark.db")})
	must(t, err)
	t.Cleanup(func() { a.Close() }) //nolint:errcheck,gosec // some tests close it before
	return a
}

// bytesOf returns every byte of the files of a folder whose name starts so.
func bytesOf(t testing.TB, dir, prefix string) []byte {
	t.Helper()
	names, err := filepath.Glob(filepath.Join(dir, prefix+"*"))
	must(t, err)
	var all []byte
	for _, name := range names {
		b, err := os.ReadFile(name)
		must(t, err)
		all = append(all, b...)
	}
	return all
}

func copyFiles(t testing.TB, from, to string, names ...string) {
	t.Helper()
	for _, name := range names {
		b, err := os.ReadFile(filepath.Join(from, name))
		must(t, err)
		must(t, os.WriteFile(filepath.Join(to, name), b, 0o600))
	}
}

// Everything that the care side was told, in every table, is sealed: not a byte
// of it stands in the database or its write-ahead log.
func TestG15_TheRawFilesHoldNoWordOfTheCareSide(t *testing.T) {
	dir := t.TempDir()
	a := open(t, dir)
	staff, err := practice.Staff(t.Context(), a, &practice.Clock{})
	must(t, err)
	person, _, referralID := received(t, a, staff)
	tell(t, a, staff, person)
	must(t, a.Care.People.Log(t.Context(), staff.Actors["manager"], none, referralID, referral.Arranged, word, a.Now()))
	if h, err := a.Care.People.HandOff(t.Context(), staff.Actors["manager"], referralID); err != nil || h.Nickname != "Kestrel" || h.Log[1].Words != word {
		t.Fatalf("the case team cannot read the hand-off: %+v, %v", h, err)
	}
	r := record(t, a, staff.Actors["manager"], person)
	if r.Person.Name != "Wren "+word || r.Person.Phone != word || r.Screening.Words != word || r.Intake.TrustedPerson != word {
		t.Fatalf("the case team cannot read it: %+v", r)
	}
	raw := bytesOf(t, dir, "waymark.db")
	if len(raw) < 100_000 || !bytes.Contains(raw, []byte(person)) {
		t.Fatal("the test looks in the wrong place")
	}
	for _, text := range []string{word, strings.ToUpper(word), "Wren", "Kestrel"} {
		if bytes.Contains(raw, []byte(text)) {
			t.Errorf("%q stands in the files", text)
		}
	}
	if keys := bytesOf(t, dir, "keys.db"); bytes.Contains(keys, []byte(word)) {
		t.Error("the key store holds a word")
	}
	db, err := sql.Open("sqlite", filepath.Join(dir, "waymark.db"))
	must(t, err)
	defer db.Close() //nolint:errcheck // it was only read
	for table, column := range map[string]string{"care_note": "narrative", "care_person": "safe_contact", "care_step": "who", "care_closure_request": "words", "care_now": "name", "care_outreach": "place", "handoff_event": "words"} {
		var text string
		must(t, db.QueryRowContext(t.Context(), `SELECT `+column+` FROM `+table+` WHERE `+column+` <> '' LIMIT 1`).Scan(&text))
		if !strings.HasPrefix(text, "k1.") {
			t.Errorf("%s.%s: %q", table, column, text)
		}
	}
}

// A destroyed key makes somebody's words unreadable in the live database and in
// a copy that was taken before, and leaves the ledger alone.
func TestG15_ADestroyedKeyMakesWordsUnreadableEverywhere(t *testing.T) {
	dir, backup := t.TempDir(), t.TempDir()
	a := open(t, dir)
	staff, err := practice.Staff(t.Context(), a, &practice.Clock{})
	must(t, err)
	person, _, referralID := received(t, a, staff)
	other, _, _ := received(t, a, staff)
	tell(t, a, staff, person)
	tell(t, a, staff, other)
	must(t, a.Close()) // so that the copy is whole
	copyFiles(t, dir, backup, "waymark.db", "keys.db")
	before := bytesOf(t, dir, "waymark.db")
	var wrapped string
	keys, err := sql.Open("sqlite", filepath.Join(backup, "keys.db"))
	must(t, err)
	must(t, keys.QueryRowContext(t.Context(), `SELECT wrapped FROM key_participant WHERE participant_id = $1`, person).Scan(&wrapped))
	must(t, keys.Close())

	a = open(t, dir)
	entries := countEntries(t, dir)
	shred(t, a, staff, person)
	if got := countEntries(t, dir); got != entries+2 {
		t.Errorf("the ledger went from %d to %d entries: two were made, none may go", entries, got)
	}
	supervisor := staff.Actors["supervisor"]
	r := record(t, a, supervisor, person)
	if r.Now.Name != secret.Removed || r.Person.Phone != secret.Removed || r.Intake.Words != secret.Removed || r.History[0].Words == word {
		t.Errorf("still readable: %+v", r)
	}
	if h, err := a.Care.People.HandOff(t.Context(), supervisor, referralID); err == nil && h.Nickname != secret.Removed {
		t.Errorf("the hand-off is still readable: %+v", h)
	}
	if r := record(t, a, supervisor, other); r.Person.Phone != word {
		t.Errorf("somebody else's words went too: %+v", r.Person)
	}
	if err := a.Care.Outreach.Add(t.Context(), supervisor, none, person, outreach.Try{At: a.Now(), Outcome: outreach.Met, Words: word}); !errors.Is(err, lead.ErrConflict) {
		t.Errorf("something new was kept about somebody erased: %v", err)
	}
	found, err := a.Care.People.People(t.Context(), supervisor, "", "", 50)
	must(t, err)
	if len(found.People) != 1 || found.People[0].ID != other {
		t.Errorf("found %+v", found.People)
	}
	if bytes.Contains(bytesOf(t, dir, "keys.db"), []byte(wrapped)) {
		t.Error("the wrapped key is still among the bytes of the key store")
	}
	must(t, a.Close())

	// The main database comes back from the copy; the key store goes on.
	restored := t.TempDir()
	copyFiles(t, backup, restored, "waymark.db")
	copyFiles(t, dir, restored, "keys.db", "keeper.keys")
	if !bytes.Equal(bytesOf(t, restored, "waymark.db"), before) {
		t.Fatal("the copy is not the one from before")
	}
	if r := record(t, open(t, restored), supervisor, person); r.Person.Phone != secret.Removed || r.Now.Name != secret.Removed {
		t.Errorf("readable in the copy: %+v", r.Person)
	}
	// An old key store comes back: the tombstone destroys the key again at the start.
	old := t.TempDir()
	copyFiles(t, dir, old, "waymark.db", "keeper.keys")
	copyFiles(t, backup, old, "keys.db")
	if r := record(t, open(t, old), supervisor, person); r.Person.Phone != secret.Removed {
		t.Errorf("readable with the old key store: %+v", r.Person)
	}
	if bytes.Contains(bytesOf(t, old, "keys.db"), []byte(wrapped)) {
		t.Error("the old key store kept the key")
	}
}

func countEntries(t testing.TB, dir string) (n int) {
	t.Helper()
	db, err := sql.Open("sqlite", filepath.Join(dir, "waymark.db"))
	must(t, err)
	defer db.Close() //nolint:errcheck // it was only read
	must(t, db.QueryRowContext(t.Context(), `SELECT COUNT(*) FROM ledger_entry`).Scan(&n))
	return n
}

// An erasure takes two people from two sides, whoever tries whatever in whichever
// order; and a no is the end of it.
func TestG22_NobodyErasesAlone(t *testing.T) {
	webtest.EachArea(t, func(t *testing.T, a *app.App, staff practice.Area) {
		everybody := []string{"dpo", "auditor", "supervisor", "manager", "officer"}
		erased := func(person string) bool {
			return record(t, a, staff.Actors["supervisor"], person).State == participant.Erased
		}
		for _, ask := range append(everybody, "") {
			for _, confirm := range everybody {
				person, _, _ := received(t, a, staff)
				if ask != "" {
					err := a.Oversight.Propose(t.Context(), staff.Actors[ask], none, person, 0, erasure())
					if (err == nil) != (ask == "dpo") {
						t.Errorf("%s proposes: %v", ask, err)
					}
				}
				alone := a.Oversight.Propose(t.Context(), staff.Actors[confirm], none, person, 1, keeping.Step{Act: keeping.Erase, Stage: keeping.Confirmed, Reason: "request"})
				if alone == nil || erased(person) {
					t.Errorf("%q, then %s through the door of oversight: erased", ask, confirm)
				}
				err := a.Care.People.Settle(t.Context(), staff.Actors[confirm], none, person, 1, true)
				if want := ask == "dpo" && confirm == "supervisor"; (err == nil) != want || erased(person) != want {
					t.Errorf("%q, then %s: %v", ask, confirm, err)
				}
			}
		}
		person, _, _ := received(t, a, staff)
		must(t, a.Oversight.Propose(t.Context(), staff.Actors["dpo"], none, person, 0, erasure()))
		must(t, a.Care.People.Settle(t.Context(), staff.Actors["supervisor"], none, person, 1, false))
		if err := a.Care.People.Settle(t.Context(), staff.Actors["supervisor"], none, person, 2, true); !errors.Is(err, lead.ErrConflict) || erased(person) {
			t.Errorf("a no, and then a yes of the same person: %v", err)
		}
	})
}

func TestPeopleAreFoundByHowTheirNameStartsAndByNothingElse(t *testing.T) {
	webtest.EachArea(t, func(t *testing.T, a *app.App, staff practice.Area) {
		manager := staff.Actors["manager"]
		people := map[string]string{}
		for _, name := range []string{"Kestrel Jones", "Kes", "Łukasz O’Brien-Smith", "Bartholomewandrews", "J"} {
			id, _, _ := received(t, a, staff)
			people[id] = name
			must(t, a.Care.People.Describe(t.Context(), manager, none, id, 1, participant.Person{Name: name}))
		}
		for search, want := range map[string]int{
			"": 5, "k": 0, "ke": 2, "KES": 2, "kest": 1, "jon": 1, "kes jon": 1, "jones kestrel": 1, "kestrel smith": 0, "estrel": 0,
			"łu": 1, "bri": 1, "smith": 1, "bartholomewandrews": 1, "bartholomewsomebody": 0, "j": 1, "nobody": 0, "%": 5, "_e": 0,
		} {
			for _, who := range []string{"manager", "supervisor"} {
				found, err := a.Care.People.People(t.Context(), staff.Actors[who], search, "", 50)
				must(t, err)
				if found.Alike { // spelt like it: see TestSomebodyIsFoundByAnyName…
					found.People = nil
				}
				if len(found.People) != want {
					t.Errorf("%s finds %d by %q, not %d", who, len(found.People), search, want)
				}
			}
			if found, err := a.Care.People.People(t.Context(), staff.Actors["manager2"], search, "", 50); err != nil || len(found.People) != 0 {
				t.Errorf("another worker finds %v, %v", found.People, err)
			}
		}
		// Pages of two, newest first, nobody twice.
		seen := map[string]bool{}
		after := ""
		for range 10 {
			found, err := a.Care.People.People(t.Context(), manager, "", after, 2)
			must(t, err)
			for _, n := range found.People {
				if seen[n.ID] || n.Name != people[n.ID] {
					t.Errorf("%s again, or %q", n.ID, n.Name)
				}
				seen[n.ID] = true
			}
			if after = found.More; after == "" {
				break
			}
		}
		if len(seen) != len(people) {
			t.Errorf("the pages show %d of %d", len(seen), len(people))
		}
		// The search key changes, and everybody is still found.
		must(t, a.Care.People.Reindex(t.Context()))
		if found, err := a.Care.People.People(t.Context(), manager, "kes", "", 50); err != nil || len(found.People) != 2 {
			t.Errorf("with a new search key found %d, %v", len(found.People), err)
		}
		// A new name is found, the old one is not.
		for id, name := range people {
			if name == "Kes" {
				must(t, a.Care.People.Describe(t.Context(), manager, none, id, 2, participant.Person{Name: "Robin"}))
			}
		}
		for search, want := range map[string]int{"kes": 1, "robin": 1} {
			if found, err := a.Care.People.People(t.Context(), manager, search, "", 50); err != nil || len(found.People) != want {
				t.Errorf("%q finds %d, %v", search, len(found.People), err)
			}
		}
	})
}

// With the wrong key store the program does not start: it would make everybody a
// new key and show every text as removed.
func TestAnotherKeyStoreIsNotTaken(t *testing.T) {
	dir, other := t.TempDir(), t.TempDir()
	a := open(t, dir)
	staff, err := practice.Staff(t.Context(), a, &practice.Clock{})
	must(t, err)
	received(t, a, staff)
	must(t, a.Close())
	must(t, open(t, other).Close())
	for what, keys := range map[string]string{"another database's": filepath.Join(other, "keys.db"), "an empty one": filepath.Join(t.TempDir(), "keys.db")} {
		c := app.Config{Database: "sqlite:" + filepath.Join(dir, "waymark.db"), Keys: "sqlite:" + keys, Keeper: "file:" + filepath.Join(dir, "keeper.keys")}
		if a, err := app.Open(t.Context(), c); !errors.Is(err, secret.ErrOtherStore) {
			t.Errorf("%s: %v", what, err)
			if err == nil {
				must(t, a.Close())
			}
		}
	}
	must(t, open(t, dir).Close())
}
