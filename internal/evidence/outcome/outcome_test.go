package outcome_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"waymark.example/internal/dbtest"
	"waymark.example/internal/evidence/outcome"
	"waymark.example/internal/evidence/pseudonym"
	"waymark.example/internal/evidence/study"
	"waymark.example/internal/lead"
	"waymark.example/internal/platform/access"
	"waymark.example/internal/platform/db"
	"waymark.example/internal/platform/ledger"
	"waymark.example/internal/schema"
)

var now = time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC)

func service(t testing.TB, s *db.Store) *outcome.Service {
	t.Helper()
	decider, err := access.New()
	if err != nil {
		t.Fatal(err)
	}
	at := now
	return &outcome.Service{Book: ledger.New(s.Handle(schema.Evidence), func() time.Time { at = at.Add(time.Millisecond); return at }), Access: decider}
}

func evaluator() lead.Actor {
	return lead.Actor{ID: "acc_evaluator", Name: "Dr Ruth Oyelaran", Side: lead.Evidence, Roles: []lead.Role{lead.Evaluator}}
}

func key(t testing.TB) pseudonym.Key {
	t.Helper()
	k, err := pseudonym.New(filepath.Join(t.TempDir(), "key"))
	if err != nil {
		t.Fatal(err)
	}
	return k
}

func on(s string) study.Day {
	d, err := study.ParseDay(s)
	if err != nil {
		panic(err)
	}
	return d
}

// made is a small study of n people under a key: every second one diverted, every third one linked, and an arrest for every second.
func made(k pseudonym.Key, n int) *study.Study {
	s := &study.Study{From: on("2025-01-01"), Until: on("2026-06-30")}
	for i := range n {
		name := fmt.Sprint("N", i)
		id := k.Of(pseudonym.Person, name)
		p := study.Person{ID: id, Born: 1960 + i%40, Sex: []string{"F", "M"}[i%2], Linked: i%3 != 0}
		if i%4 != 0 {
			p.Ethnicity = "white"
		}
		s.People = append(s.People, p)
		s.Contacts = append(s.Contacts, study.Contact{ID: k.Of(pseudonym.Contact, name), PersonID: id, On: s.From + study.Day(i%300), Minute: i % 1440, Door: "arrest_diversion", Decision: []string{"diverted", "not_diverted"}[i%2], Reason: "r", Offered: i%2 == 0, Policy: 1})
		if i%2 == 0 {
			s.Outcomes = append(s.Outcomes, study.Outcome{ID: k.Of(pseudonym.Event, name), PersonID: id, Kind: study.Arrest, Sort: "non_warrant", On: s.From + study.Day(300+i%100), Committed: s.From + study.Day(300+i%100)},
				study.Outcome{ID: k.Of(pseudonym.Event, "c"+name), PersonID: id, Kind: study.Custody, Sort: "police", On: s.From + study.Day(301), Until: s.From + study.Day(302), Hours: 12.25})
			s.Support = append(s.Support, study.Support{PersonID: id, Referred: s.From + study.Day(i%300), Minutes: -1, Research: true})
			s.Months = append(s.Months, study.Month{PersonID: id, Month: on("2025-03-01"), Contacts: i % 9, Housing: "settled"}, study.Month{PersonID: id, Month: on("2025-04-01"), Contacts: 2})
		}
	}
	return s
}

func text[T study.Person | study.Contact | study.Outcome | study.Support | study.Month](rows []T) string {
	var b bytes.Buffer
	if err := study.WriteRows(&b, rows); err != nil {
		panic(err)
	}
	return b.String()
}

func file(kind outcome.Kind, text string) outcome.File {
	return outcome.File{Kind: kind, Open: func() (io.ReadCloser, error) { return io.NopCloser(strings.NewReader(text)), nil }}
}

// whole imports a study and returns what came of each table.
func whole(t testing.TB, s *outcome.Service, st *study.Study) map[outcome.Kind]outcome.Result {
	t.Helper()
	out := map[outcome.Kind]outcome.Result{}
	for _, f := range []outcome.File{file(outcome.People, text(st.People)), file(outcome.Contacts, text(st.Contacts)), file(outcome.Outcomes, text(st.Outcomes)),
		file(outcome.Supports, text(st.Support)), file(outcome.Months, text(st.Months))} {
		r, err := s.Import(t.Context(), lead.System(), f)
		if err != nil {
			t.Fatal(f.Kind, err)
		}
		out[f.Kind] = r
	}
	return out
}

// What was imported, frozen and read again is the study that was sent, without what is about nobody; and nothing that comes later changes it.
func TestAnExtractIsWhatWasImportedAndStaysSo(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, store *db.Store) {
		s, k := service(t, store), key(t)
		st := made(k, 40)
		if _, err := s.Import(t.Context(), lead.System(), file(outcome.Contacts, text(st.Contacts))); err == nil || !strings.Contains(err.Error(), "people.csv") {
			t.Errorf("contacts of a run without people: %v", err)
		}
		stray := append(st.Outcomes[:len(st.Outcomes):len(st.Outcomes)], study.Outcome{ID: k.Of(pseudonym.Event, "stray"), PersonID: k.Of(pseudonym.Person, "nobody"), Kind: study.Death, On: st.From})
		sent := *st
		sent.Outcomes = stray
		for kind, r := range whole(t, s, &sent) {
			if r.Taken == 0 || r.Changed+r.Already+r.Wrong != 0 || r.KeyID != k.ID() {
				t.Errorf("%s: %+v", kind, r)
			}
		}
		if _, err := s.Freeze(t.Context(), evaluator(), ledger.Form{}, k.ID(), "2025-01-01", "2027-01-01"); !errors.As(err, &lead.Invalid{}) {
			t.Errorf("records are whole up to a day to come: %v", err)
		}
		id, err := s.Freeze(t.Context(), evaluator(), ledger.Form{}, k.ID(), "2025-01-01", "2026-06-30")
		if err != nil {
			t.Fatal(err)
		}
		sorted(st)
		got, x, err := s.Study(t.Context(), evaluator(), id)
		if err != nil || !reflect.DeepEqual(got, st) {
			t.Fatalf("%v\n%+v\n%+v", err, got, st)
		}
		if hash, _ := st.Hash(); hash != x.Hash {
			t.Error("the hash is not the study's")
		}
		if x.Summary.Tables[2].LeftOut != 1 || x.Summary.Tables[0].Rows != 40 {
			t.Errorf("%+v", x.Summary.Tables)
		}
		if a := x.Summary.Arms; a[0].People != 20 || a[1].People != 20 || a[0].Linked+a[1].Linked != 26 {
			t.Errorf("arms: %+v", a)
		}
		for _, m := range x.Summary.Missing {
			if m.Kind == outcome.People && m.Column == "ethnicity" && (m.ByArm[0] != outcome.MissingOf{Rows: 20, Missing: 10} || m.ByArm[1].Missing != 0 || m.ByArm[0].Percent() != 50) {
				t.Errorf("R41: what is missing by arm: %+v", m)
			}
		}
		// A correction is the next version: it is told, and the extract stays what it was.
		st.Outcomes[0].Force = "northmoor"
		r, err := s.Import(t.Context(), lead.System(), file(outcome.Outcomes, text(st.Outcomes)))
		if err != nil || r.Changed != 1 || r.Taken != 0 || int(r.Already) != len(st.Outcomes)-1 {
			t.Errorf("a correction: %+v %v", r, err)
		}
		again, y, err := s.Study(t.Context(), evaluator(), id)
		if err != nil || !reflect.DeepEqual(again, got) || y.Hash != x.Hash {
			t.Errorf("an extract changed: %v", err)
		}
		next, err := s.Freeze(t.Context(), evaluator(), ledger.Form{}, k.ID(), "2025-01-01", "2026-06-30")
		if err != nil {
			t.Fatal(err)
		}
		if last, _, err := s.Study(t.Context(), evaluator(), next); err != nil || last.Outcomes[0].Force != "northmoor" || len(last.Outcomes) != len(st.Outcomes) {
			t.Errorf("the next extract does not have the correction: %v", err)
		}
		runs, err := s.Runs(t.Context(), evaluator())
		if err != nil || len(runs) != 1 || runs[0].People() != 40 || runs[0].Tables[2].Changed != 1 || runs[0].Open {
			t.Errorf("%+v %v", runs, err)
		}
		copyIsGoverned(t, store, s, id)
	})
}

// sorted puts the rows in the order of their pseudonyms, as an extract has them.
func sorted(st *study.Study) {
	by := func(a, b string) int { return strings.Compare(a, b) }
	slices.SortFunc(st.People, func(a, b study.Person) int { return by(a.ID, b.ID) })
	slices.SortFunc(st.Contacts, func(a, b study.Contact) int { return by(a.ID, b.ID) })
	slices.SortFunc(st.Outcomes, func(a, b study.Outcome) int { return by(a.ID, b.ID) })
	slices.SortFunc(st.Support, func(a, b study.Support) int { return by(a.PersonID, b.PersonID) })
	slices.SortFunc(st.Months, func(a, b study.Month) int { return by(a.PersonID+a.Month.String(), b.PersonID+b.Month.String()) })
}

// A copy goes to whoever said what for and until when, until that day, and every time with an entry.
func copyIsGoverned(t *testing.T, store *db.Store, s *outcome.Service, extractID string) {
	t.Helper()
	for _, bad := range [][2]string{{"", "2026-12-31"}, {"evaluation", ""}, {"evaluation", "2026-11-01"}, {"evaluation", "2029-01-01"}, {"profit", "2026-12-31"}} {
		if _, err := s.Ask(t.Context(), evaluator(), ledger.Form{}, extractID, bad[0], bad[1]); !errors.As(err, &lead.Invalid{}) {
			t.Errorf("%v: %v", bad, err)
		}
	}
	d, err := s.Ask(t.Context(), evaluator(), ledger.Form{}, extractID, "evaluation", "2026-12-31")
	if err != nil {
		t.Fatal(err)
	}
	x, file, err := s.Fetch(t.Context(), evaluator(), d)
	if err != nil || int64(len(file)) != x.Size {
		t.Errorf("%d bytes, %v", len(file), err)
	}
	other := evaluator()
	other.ID = "acc_other"
	if _, _, err := s.Fetch(t.Context(), other, d); !errors.Is(err, lead.ErrNotFound) {
		t.Errorf("somebody else's copy: %v", err)
	}
	later := &outcome.Service{Book: ledger.New(store.Handle(schema.Evidence), func() time.Time { return now.AddDate(0, 3, 0) }), Access: s.Access}
	if _, _, err := later.Fetch(t.Context(), evaluator(), d); !errors.Is(err, lead.ErrNotFound) {
		t.Errorf("after the day that was named: %v", err)
	}
	for _, who := range []lead.Actor{{ID: "acc_x", Side: lead.Police, Roles: []lead.Role{lead.CrimeRegistrar}}, {ID: "acc_y", Side: lead.Evidence}, lead.System()} {
		if _, err := s.Ask(t.Context(), who, ledger.Form{}, extractID, "evaluation", "2026-12-31"); !errors.Is(err, lead.ErrForbidden) {
			t.Errorf("%v takes an extract: %v", who.Roles, err)
		}
	}
}

// The same file again is nothing; one that was cut off anywhere goes on and doubles nothing.
func TestAnImportThatIsCutOffGoesOnAndDoublesNothing(t *testing.T) {
	store := dbtest.SQLite(t)
	s, k := service(t, store), key(t)
	st := made(k, 5*outcome.BatchRows/2)
	if _, err := s.Import(t.Context(), lead.System(), file(outcome.People, text(st.People))); err != nil {
		t.Fatal(err)
	}
	csv := text(st.Contacts)
	cuts := 0
	for {
		ctx, stop := context.WithCancel(t.Context())
		f := file(outcome.Contacts, csv)
		left := rand.IntN(3) //nolint:gosec // any moment will do
		f.Progress = func(_, _ int64) {
			if left--; left < 0 && cuts < 4 {
				stop()
			}
		}
		r, err := s.Import(ctx, lead.System(), f)
		stop()
		if err == nil {
			if int(r.Taken) != len(st.Contacts) || r.Rows != r.Taken {
				t.Errorf("after %d cuts: %+v", cuts, r)
			}
			break
		}
		if cuts++; cuts > 20 {
			t.Fatal(err)
		}
	}
	if cuts == 0 {
		t.Error("it was never cut off")
	}
	r, err := s.Import(t.Context(), lead.System(), file(outcome.Contacts, csv))
	if err != nil || int(r.Already) != len(st.Contacts) || r.Taken+r.Changed != 0 {
		t.Errorf("the same file again: %+v %v", r, err)
	}
	all, err := s.Imports(t.Context(), evaluator(), "", 50)
	if err != nil || len(all) != 3 || int(all[1].Taken) != len(st.Contacts) || all[1].Open() {
		t.Errorf("%d imports, %+v, %v", len(all), all, err)
	}
}

// Whatever is imported in whatever order, the newest word about each event counts, a row that is there is nothing, and a dry run keeps nothing.
func TestImportingIsIdempotent(t *testing.T) {
	store := dbtest.SQLite(t)
	s := service(t, store)
	runs := 0
	rapid.Check(t, func(rt *rapid.T) {
		if runs++; runs > 20 { // each writes a database: twenty histories are enough to tell
			return
		}
		k := key(t)
		st := made(k, 6)
		if _, err := s.Import(t.Context(), lead.System(), file(outcome.People, text(st.People))); err != nil {
			rt.Fatal(err)
		}
		want, versions := map[string]study.Outcome{}, map[string]int{}
		for range rapid.IntRange(1, 6).Draw(rt, "files") {
			var rows []study.Outcome
			var taken, changed, already int64
			for _, i := range rapid.SliceOfNDistinct(rapid.IntRange(0, 5), 1, 6, rapid.ID[int]).Draw(rt, "events") {
				o := study.Outcome{ID: k.Of(pseudonym.Event, fmt.Sprint(i)), PersonID: st.People[i].ID, Kind: study.Arrest, Sort: rapid.SampledFrom([]string{"warrant", "breach"}).Draw(rt, "sort"), On: on("2025-05-05")}
				rows = append(rows, o)
				switch was, ok := want[o.ID]; {
				case !ok:
					taken++
				case was == o:
					already++
				default:
					changed++
				}
				if was, ok := want[o.ID]; !ok || was != o {
					want[o.ID], versions[o.ID] = o, versions[o.ID]+1
				}
			}
			try := file(outcome.Outcomes, text(rows))
			try.Try = true
			for _, f := range []outcome.File{try, file(outcome.Outcomes, text(rows))} {
				if r, err := s.Import(t.Context(), lead.System(), f); err != nil || r.Taken != taken || r.Changed != changed || r.Already != already {
					rt.Fatalf("%+v, want %d %d %d, %v", r, taken, changed, already, err)
				}
			}
		}
		id, err := s.Freeze(t.Context(), evaluator(), ledger.Form{}, k.ID(), "2025-01-01", "2026-06-30")
		if err != nil {
			rt.Fatal(err)
		}
		got, _, err := s.Study(t.Context(), evaluator(), id)
		if err != nil || len(got.Outcomes) != len(want) {
			rt.Fatalf("%d events, want %d, %v", len(got.Outcomes), len(want), err)
		}
		for _, o := range got.Outcomes {
			if o != want[o.ID] {
				rt.Fatalf("%+v, want %+v", o, want[o.ID])
			}
		}
	})
}

// R45: who evaluates holds no key and no name. What is no pseudonym is not taken in, whatever column it stands in; what is wrong is said without it; and
// what came in under one key does not mix with another.
func TestR45_NothingButPseudonymsComesIn(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, store *db.Store) {
		s, k := service(t, store), key(t)
		st := made(k, 4)
		if _, err := s.Import(t.Context(), lead.System(), file(outcome.People, text(st.People))); err != nil {
			t.Fatal(err)
		}
		p, e := st.People[0].ID, func(n string) string { return k.Of(pseudonym.Event, n) }
		const secret = "Kestrel Marsh 1999/0123456X"
		var said []string
		f := file(outcome.Outcomes, "event,person,kind,sort,on,until,hours,committed,incident,force\n"+
			e("1")+","+p+",arrest,warrant,2025-05-01,,,,,\n"+
			e("2")+","+secret+",arrest,warrant,2025-05-01,,,,,\n"+ // a name where a pseudonym belongs
			secret+","+p+",arrest,warrant,2025-05-01,,,,,\n"+
			e("3")+","+p+",arrest,warrant,2025-05-01,,,,"+secret+",\n"+
			e("4")+","+p+",arrest,"+secret+",2025-05-01,,,,,\n"+ // columns that have slipped
			e("5")+","+p+",arrest,warrant,"+secret+",,,,,\n"+
			e("1")+","+p+",arrest,breach,2025-05-01,,,,,\n") // there already
		f.Report = func(w study.Wrong) { said = append(said, w.Error()) }
		r, err := s.Import(t.Context(), lead.System(), f)
		if err != nil || r.Taken != 1 || r.Wrong != 6 || len(said) != 6 {
			t.Fatalf("%+v %v %q", r, err, said)
		}
		i, told, err := s.One(t.Context(), evaluator(), r.ID)
		if err != nil || len(told) != 6 || i.Wrong != 6 {
			t.Errorf("%+v %+v %v", i, told, err)
		}
		if all := fmt.Sprint(said, told); strings.Contains(all, "Kestrel") || strings.Contains(all, "1999") || !strings.Contains(all, "row 2, person: is no pseudonym") {
			t.Errorf("what is wrong is told with what it said: %s", all)
		}
		for _, bad := range []string{"person,linked\n" + secret + ",1\n", "person,linked\n" + p + ",1\n" + key(t).Of(pseudonym.Person, "x") + ",1\n", "person,name\n" + p + "," + secret + "\n"} {
			var whole outcome.FileError
			if _, err := s.Import(t.Context(), lead.System(), file(outcome.People, bad)); !errors.As(err, &whole) || strings.Contains(err.Error(), "Kestrel") {
				t.Errorf("%q: %v", bad, err)
			}
		}
		// The tables have no column for a name or a sentence, and nothing in them is longer than a pseudonym but hashes and the summary of an extract.
		for _, table := range dbtest.Tables(t) {
			if !strings.HasPrefix(table, "evidence_") {
				continue
			}
			for _, column := range dbtest.Columns(t, table) {
				for _, word := range []string{"name", "address", "phone", "email", "secret", "birth", "note", "pnc"} {
					if strings.Contains(column, word) {
						t.Errorf("%s.%s", table, column)
					}
				}
			}
		}
	})
}

// An operator who imports is not an evaluator who reads, and nobody else is either.
func TestR45_OnlyEvaluatorsSeeWhatCameIn(t *testing.T) {
	s := service(t, dbtest.SQLite(t))
	for _, role := range lead.Roles() {
		actor := lead.Actor{ID: "acc_somebody", Side: role.Side(), Roles: []lead.Role{role}}
		_, err := s.Runs(t.Context(), actor)
		if may := role == lead.Evaluator; may != (err == nil) || !may && !errors.Is(err, lead.ErrForbidden) {
			t.Errorf("%s: %v", role, err)
		}
		if _, err := s.Import(t.Context(), actor, file(outcome.People, "person,linked\n")); !errors.Is(err, lead.ErrForbidden) {
			t.Errorf("%s imports: %v", role, err)
		}
	}
}

// Who took back that they are studied is in no later file of support, and so in no later extract; and no copy of an earlier one is given any more.
func TestWhoTookTheYesBackIsInNoLaterExtract(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, store *db.Store) {
		s, k := service(t, store), key(t)
		st := made(k, 200)
		whole(t, s, st)
		freeze := func() string {
			t.Helper()
			x, err := s.Freeze(t.Context(), evaluator(), ledger.Form{}, k.ID(), st.From.String(), st.Until.String())
			if err != nil {
				t.Fatal(err)
			}
			return x
		}
		first := freeze()
		d, err := s.Ask(t.Context(), evaluator(), ledger.Form{}, first, "evaluation", "2026-12-31")
		if err != nil {
			t.Fatal(err)
		}
		if r, err := s.Import(t.Context(), lead.System(), file(outcome.Supports, text(st.Support))); err != nil || r.Already != int64(len(st.Support)) {
			t.Fatalf("%+v, %v", r, err)
		}
		if _, _, err := s.Fetch(t.Context(), evaluator(), d); err != nil {
			t.Errorf("everybody still agrees: %v", err)
		}
		gone := st.Support[0].PersonID
		if _, err := s.Import(t.Context(), lead.System(), file(outcome.Supports, text(st.Support[1:]))); err != nil {
			t.Fatal(err)
		}
		got, _, err := s.Study(t.Context(), evaluator(), freeze())
		if err != nil {
			t.Fatal(err)
		}
		if len(got.Support) != len(st.Support)-1 || len(got.Months) != len(st.Months)-2 {
			t.Errorf("%d of %d rows of support and %d of %d months", len(got.Support), len(st.Support), len(got.Months), len(st.Months))
		}
		if slices.ContainsFunc(got.Support, func(v study.Support) bool { return v.PersonID == gone }) || slices.ContainsFunc(got.Months, func(v study.Month) bool { return v.PersonID == gone }) {
			t.Error("who took it back is in a later extract")
		}
		if _, file, err := s.Fetch(t.Context(), evaluator(), d); !errors.As(err, &lead.Invalid{}) || len(file) > 0 {
			t.Errorf("a copy of the extract before: %d bytes, %v", len(file), err)
		}
		if _, err := s.Ask(t.Context(), evaluator(), ledger.Form{}, first, "evaluation", "2026-12-31"); !errors.As(err, &lead.Invalid{}) {
			t.Errorf("another copy of the extract before: %v", err)
		}
		runs, err := s.Runs(t.Context(), evaluator())
		if err != nil || runs[0].Tables[3].Rows != len(st.Support)-1 {
			t.Errorf("%+v, %v", runs, err)
		}
	})
}
