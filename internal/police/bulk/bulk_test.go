package bulk_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"waymark.example/internal/app"
	"waymark.example/internal/dbtest"
	"waymark.example/internal/handoff/referral"
	"waymark.example/internal/lead"
	"waymark.example/internal/platform/db"
	"waymark.example/internal/platform/ledger"
	"waymark.example/internal/police/bulk"
	"waymark.example/internal/police/contact"
	"waymark.example/internal/practice"
	"waymark.example/internal/schema"
	"waymark.example/internal/webtest"
)

const headings = "reference,happened_at,officer,door,outcome,reason,words,offences,place,force_reference,age_band,sex,ethnicity,ethnicity_not_recorded,voluntary\n"

// line is one row that breaks no rule, with some cells changed.
func line(reference string, changes ...string) string {
	cells := []string{reference, time.Now().AddDate(0, 0, -20).UTC().Truncate(24 * time.Hour).Format(time.RFC3339), "officer@practice.example", "arrest_diversion", "not_diverted", "victim_wish", "", "46", "Fish Quay",
		"NM/1/26", "26_35", "F", "W1", "", ""}
	names := strings.Split(strings.TrimSpace(headings), ",")
	for i := 0; i+1 < len(changes); i += 2 {
		for n, name := range names {
			if name == changes[i] {
				cells[n] = changes[i+1]
			}
		}
	}
	return strings.Join(cells, ",") + "\n"
}

// take takes a text in and returns what came of it and what was not taken.
func take(t *testing.T, a *app.App, area practice.Area, text string, change ...func(*bulk.File)) (bulk.Result, []bulk.Problem, error) {
	t.Helper()
	force := area.Actors["officer"].Organisation
	officers, err := a.Accounts.OfficersOf(t.Context(), force)
	if err != nil {
		t.Fatal(err)
	}
	f := bulk.File{Organisation: force, Source: "niche", Encoding: bulk.UTF8, Zone: time.UTC, Officers: officers.Find}
	for _, c := range change {
		c(&f)
	}
	f.Facts, err = bulk.Inspect(strings.NewReader(text), f.Encoding, bulk.Columns())
	if err != nil {
		return bulk.Result{}, nil, err
	}
	var problems []bulk.Problem
	f.Report = func(p bulk.Problem) error { problems = append(problems, p); return nil }
	r, err := a.Bulk.Import(t.Context(), lead.System(), f, strings.NewReader(text))
	return r, problems, err
}

func must(t *testing.T, r bulk.Result, problems []bulk.Problem, err error) bulk.Result {
	t.Helper()
	if err != nil || len(problems) > 0 {
		t.Fatalf("%+v, %v, %v", r, problems, err)
	}
	return r
}

func count(t *testing.T, a *app.App, handle string, q db.Query, args ...any) (n int) {
	t.Helper()
	err := a.Store.Handle(handle).Look(t.Context(), func(tx *db.Tx) error { return tx.One(t.Context(), q, args...).Scan(&n) })
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func contacts(t *testing.T, a *app.App) int {
	t.Helper()
	return count(t, a, schema.Police, `SELECT COUNT(*) FROM police_contact`)
}

func TestAFileIsTakenInOnceHoweverOftenItComes(t *testing.T) {
	webtest.EachArea(t, func(t *testing.T, a *app.App, area practice.Area) {
		var text strings.Builder
		text.WriteString(headings)
		for i := range bulk.BatchRows + 20 {
			text.WriteString(line(fmt.Sprintf("N-%d", i)))
		}
		all := int64(bulk.BatchRows + 20)
		dry, problems, err := take(t, a, area, text.String(), func(f *bulk.File) { f.Try = true })
		if must(t, dry, problems, err).Taken != all || contacts(t, a) != 0 {
			t.Fatalf("a try says %+v and left %d contacts", dry, contacts(t, a))
		}
		first, problems, err := take(t, a, area, text.String())
		if must(t, first, problems, err).Taken != all || contacts(t, a) != int(all) {
			t.Fatalf("%+v, %d contacts", first, contacts(t, a))
		}
		again, problems, err := take(t, a, area, text.String())
		first.Earlier = all
		if must(t, again, problems, err) != first {
			t.Errorf("the same file again says %+v, first it said %+v", again, first)
		}
		more, problems, err := take(t, a, area, text.String()+line("N-new")+line("N-new"))
		if r := must(t, more, problems, err); r.Taken != 1 || r.Already != all+1 {
			t.Errorf("a file with one new row, twice: %+v", r)
		}
		// Another system numbers its records from one too.
		other, problems, err := take(t, a, area, headings+line("N-0"), func(f *bulk.File) { f.Source = "athena" })
		if must(t, other, problems, err).Taken != 1 || contacts(t, a) != int(all)+2 {
			t.Errorf("another system: %+v, %d contacts", other, contacts(t, a))
		}
	})
}

func TestOtherWordsForTheSameRecordAreToldAndNeverOverwrite(t *testing.T) {
	webtest.EachArea(t, func(t *testing.T, a *app.App, area practice.Area) {
		for _, try := range []bool{false, true} {
			r, problems, err := take(t, a, area, headings+line("N-1")+line("N-2")+line("N-2", "place", "Elsewhere"), func(f *bulk.File) { f.Try = try })
			if err != nil || r.Conflicts != 1 || len(problems) != 1 || problems[0].Row != 3 || !problems[0].Conflict {
				t.Errorf("try %v: %+v %+v %v", try, r, problems, err)
			}
		}
		r, _, err := take(t, a, area, headings+line("N-1", "reason", "risk_of_harm"))
		if err != nil || r.Conflicts != 1 {
			t.Errorf("%+v %v", r, err)
		}
		if n := count(t, a, schema.Police, `SELECT COUNT(*) FROM police_decision WHERE reason = 'victim_wish' AND place = 'Fish Quay'`); n != 2 || contacts(t, a) != 2 {
			t.Errorf("%d decisions as they were, of %d", n, contacts(t, a))
		}
	})
}

func TestR1_ARowFromAnotherSystemObeysTheRulesOfTheRoadside(t *testing.T) {
	webtest.EachArea(t, func(t *testing.T, a *app.App, area practice.Area) {
		for _, c := range []struct{ column, row string }{
			{"reference", line("")}, {"reason", line("N", "reason", "")}, {"reason", line("N", "reason", "no_trust")}, {"outcome", line("N", "outcome", "charged")},
			{"door", line("N", "door", "community")}, {"offences", line("N", "offences", "")}, {"offences", line("N", "offences", "46 XX-9")},
			{"happened_at", line("N", "happened_at", "yesterday")}, {"happened_at", line("N", "happened_at", "2099-01-01 10:00")}, {"happened_at", line("N", "happened_at", "2001-01-01 10:00")},
			{"age_band", line("N", "age_band", "34")}, {"sex", line("N", "sex", "X")}, {"ethnicity", line("N", "ethnicity", "Z9")}, {"ethnicity", line("N", "ethnicity", "")},
			{"officer", line("N", "officer", "nobody@practice.example")}, {"officer", line("N", "officer", "manager@practice.example")},
			{"voluntary", line("N", "outcome", "diverted", "reason", "needs_seen")}, {"voluntary", line("N", "voluntary", "perhaps")},
			{"override_by", line("N", "outcome", "diverted", "reason", "needs_seen", "voluntary", "yes", "offences", "28E")},
			{"outcome", line("N", "outcome", "diverted", "reason", "needs_seen", "voluntary", "yes", "age_band", "under_18")},
			{"row", strings.TrimSpace(line("N")) + ",one more\n"}, {"row", "N,2026-01-01\n"}, {"words", line("N", "reason", "other")},
		} {
			r, problems, err := take(t, a, area, headings+c.row)
			if err != nil || r.Errors != 1 || len(problems) != 1 || problems[0].Wrong[c.column] == "" || problems[0].Row != 1 {
				t.Errorf("%q: %+v %+v %v, want a word at %s", c.row, r, problems, err, c.column)
			}
		}
		if contacts(t, a) != 0 {
			t.Errorf("%d contacts were taken", contacts(t, a))
		}
		r, problems, err := take(t, a, area, headings+line("N", "officer", "nobody@practice.example"), func(f *bulk.File) { f.SkipUnknown = true })
		if must(t, r, problems, err).Skipped != 1 {
			t.Errorf("%+v", r)
		}
	})
}

func TestR7_ARowIsCheckedByThePolicyOfItsDay(t *testing.T) {
	webtest.EachArea(t, func(t *testing.T, a *app.App, area practice.Area) {
		p, _, err := a.Contacts.Choices(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		p.InForceFrom, p.DecidedBy = time.Now().UTC().AddDate(0, 0, 1).Format(time.DateOnly), "Policy group, test meeting"
		p.Reasons = p.Reasons[1:]
		if _, err := a.Policies.RecordFirst(t.Context(), p); err != nil {
			t.Fatal(err)
		}
		r, problems, err := take(t, a, area, headings+line("N"))
		must(t, r, problems, err)
		if n := count(t, a, schema.Police, `SELECT policy_version FROM police_decision`); n != 1 {
			t.Errorf("checked by version %d", n)
		}
	})
}

// Nobody is handed over by a file, and a correction of what came from one hands
// nobody over either.
func TestR19_NoFileAndNoCorrectionOfOneHandsAnybodyOver(t *testing.T) {
	webtest.EachArea(t, func(t *testing.T, a *app.App, area practice.Area) {
		r, problems, err := take(t, a, area, headings+line("N", "outcome", "diverted", "reason", "needs_seen", "voluntary", "yes"))
		must(t, r, problems, err)
		rows, err := a.Contacts.Mine(t.Context(), area.Actors["officer"], "", 5)
		if err != nil || len(rows) != 1 || rows[0].HandedOver {
			t.Fatalf("%+v %v", rows, err)
		}
		e, err := a.Contacts.Read(t.Context(), area.Actors["officer"], rows[0].ID)
		if err != nil || e.Taken == nil || e.Taken.Source != "niche" || e.Taken.ID != "N" || e.HandOff != nil {
			t.Fatalf("%+v %v", e, err)
		}
		if err := a.Contacts.Undo(t.Context(), area.Actors["officer"], ledger.Form{}, e.ID); err == nil {
			t.Error("what another system holds was taken back")
		}
		d := e.Decision
		d.Place, d.Correction = "North pier", "The place was wrong"
		d.Equality = contact.Equality{AgeBand: "26_35", Sex: "F", Ethnicity: "W1"}
		d.HandOff = referral.Referral{Nickname: "Somebody", Meeting: referral.HereNow}
		if _, err := a.Contacts.Correct(t.Context(), area.Actors["officer"], ledger.Form{}, e.ID, 1, d); err != nil {
			t.Fatal(err)
		}
		// Nor do two, there and back again.
		no := d
		no.Outcome, no.Reason, no.Voluntary = contact.NotDiverted, "victim_wish", false
		if _, err := a.Contacts.Correct(t.Context(), area.Actors["officer"], ledger.Form{}, e.ID, 2, no); err != nil {
			t.Fatal(err)
		}
		if _, err := a.Contacts.Correct(t.Context(), area.Actors["officer"], ledger.Form{}, e.ID, 3, d); err != nil {
			t.Fatal(err)
		}
		if n := count(t, a, schema.Police, `SELECT COUNT(*) FROM handoff_referral`); n != 0 {
			t.Errorf("%d referrals", n)
		}
	})
}

func TestNoColumnAboutAPersonAndNoUnknownColumnIsTaken(t *testing.T) {
	for _, c := range []string{"name", "surname", "Forename", "first_name", "date_of_birth", "dob", "home address", "phone", "nickname", "pnc_id", "suspect_name", "victim", "nhs_number", "health_notes", "colour"} {
		_, err := bulk.Inspect(strings.NewReader(strings.TrimSpace(headings)+","+c+"\n"+strings.TrimSpace(line("N"))+",x\n"), bulk.UTF8, bulk.Columns())
		told, ok := errors.AsType[bulk.FileError](err)
		if !ok || c != "colour" && !strings.Contains(string(told), "who somebody is") {
			t.Errorf("%s: %v", c, err)
		}
	}
	for _, c := range bulk.Columns() {
		if _, err := bulk.Inspect(strings.NewReader(headings), bulk.UTF8, bulk.Columns()); err != nil {
			t.Errorf("%s: %v", c.Name, err)
		}
	}
	for what, text := range map[string]string{
		"nothing": "", "no headings": "1,2,3\n", "the same twice": "reference," + headings, "a quote that never ends": headings + line("N") + "\"" + strings.Repeat("x", 1<<20),
		"quotes that do not match": headings + "a \"quote,\n", "not a letter": headings + line("caf\xe9"), "zero bytes": headings + line("a\x00b"), "UTF-16": "\xff\xfer\x00e\x00", "a long first line": strings.Repeat("reference", 2000),
	} {
		if _, err := bulk.Inspect(strings.NewReader(text), bulk.UTF8, bulk.Columns()); err == nil {
			t.Errorf("%s was taken", what)
		} else if _, ok := errors.AsType[bulk.FileError](err); !ok {
			t.Errorf("%s: %v is not said in words", what, err)
		}
	}
}

func TestSpreadsheetsOfEveryKindAreRead(t *testing.T) {
	webtest.EachArea(t, func(t *testing.T, a *app.App, area practice.Area) {
		quoted := strings.Replace(line("Q-1"), "Fish Quay", "\"Fish Quay,\r\nby the \"\"Anchor\"\"\"", 1)
		for i, text := range []string{
			"\xef\xbb\xbf" + headings + line("B-1"), strings.ReplaceAll(headings+line("C-1"), "\n", "\r\n"), strings.ReplaceAll(headings+line("S-1"), ",", ";"), strings.ReplaceAll(headings+line("T-1"), ",", "\t"),
			headings + quoted, headings + "\n" + line("E-1") + ",,,,,,,,,,,,,,\n", strings.TrimSpace(headings) + ",row,problem\n" + strings.TrimSpace(line("M-1", "place", "'=1 Quay")) + ",7,place: none\n",
		} {
			r, problems, err := take(t, a, area, text)
			if must(t, r, problems, err).Taken != 1 {
				t.Errorf("%d: %+v", i, r)
			}
		}
		r, problems, err := take(t, a, area, headings+line("W-1", "place", "Caf\xe9 \x96 Quay"), func(f *bulk.File) { f.Encoding = bulk.Windows1252 })
		must(t, r, problems, err)
		for place, want := range map[string]int{"Café – Quay": 1, "=1 Quay": 1, "Fish Quay,\nby the \"Anchor\"": 1} {
			if n := count(t, a, schema.Police, `SELECT COUNT(*) FROM police_decision WHERE place = $1`, place); n != want {
				t.Errorf("%q: %d", place, n)
			}
		}
	})
}

// Whoever asks what happened to a contact finds where it came from.
func TestTheLogNamesEveryContactThatWasTakenIn(t *testing.T) {
	webtest.EachArea(t, func(t *testing.T, a *app.App, area practice.Area) {
		r, problems, err := take(t, a, area, headings+line("N-1")+line("N-2"))
		must(t, r, problems, err)
		q := db.Query(`SELECT COUNT(*) FROM ledger_subject s JOIN ledger_entry e ON e.seq = s.seq WHERE e.act = 'contact.import' AND e.verb = 'collected' AND e.actor_id = 'system' AND s.subject_id IN (SELECT contact_id FROM police_contact)`)
		if n := count(t, a, schema.Oversight, q); n != 2 {
			t.Errorf("%d of 2 contacts are in the log", n)
		}
		officer := area.Actors["officer"]
		f := bulk.File{Organisation: officer.Organisation, Source: "niche", Zone: time.UTC, Try: true}
		if _, err := a.Bulk.Import(t.Context(), officer, f, strings.NewReader(headings)); !errors.Is(err, lead.ErrForbidden) {
			t.Errorf("an officer may import: %v", err)
		}
	})
}

func TestOneNameForTwoRequestsIsRefused(t *testing.T) {
	webtest.EachArea(t, func(t *testing.T, a *app.App, area practice.Area) {
		named := func(f *bulk.File) { f.Key = "the same" }
		file := headings + line("N-1") // the same in both
		r, problems, err := take(t, a, area, file, named)
		must(t, r, problems, err)
		again, problems, err := take(t, a, area, file, named)
		r.Earlier = 1
		if must(t, again, problems, err) != r {
			t.Errorf("%+v, first %+v", again, r)
		}
		if _, _, err := take(t, a, area, headings+line("N-2"), named); !errors.Is(err, lead.ErrReused) {
			t.Errorf("%v", err)
		}
	})
}

func TestARowIsFoundByAnIndex(t *testing.T) {
	path := dbtest.SQLiteFile(t)
	s, err := db.OpenCopy(t.Context(), "sqlite:"+filepath.Clean(path))
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close() //nolint:errcheck // it was only read
	var plan string
	err = s.Handle(db.Copy).Look(t.Context(), func(tx *db.Tx) error {
		steps, err := db.All(t.Context(), tx, func(row db.Row) (string, error) {
			var id, parent, unused int
			var step string
			return step, row.Scan(&id, &parent, &unused, &step)
		}, "EXPLAIN QUERY PLAN "+bulk.RowByReference, "o", "s", "r")
		plan = strings.Join(steps, "; ")
		return err
	})
	if err != nil || !strings.Contains(plan, "SEARCH police_import_row USING") {
		t.Errorf("%s %v", plan, err)
	}
}

// Whatever is written as CSV is read as it was, by any separator.
func TestWhatIsWrittenIsRead(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		cells := rapid.SliceOfN(rapid.StringMatching(`[a-zé0-9,;"\t ]{1,12}x`), 2, 6).Draw(t, "cells")
		sep := rapid.SampledFrom([]string{",", ";", "\t"}).Draw(t, "separator")
		quoted := make([]string, len(cells))
		heads := make([]string, len(cells))
		for i, c := range cells {
			quoted[i], heads[i] = `"`+strings.ReplaceAll(c, `"`, `""`)+`"`, fmt.Sprintf("c%d", i)
		}
		r, err := bulk.NewReader(strings.NewReader(strings.Join(heads, sep)+"\r\n"+strings.Join(quoted, sep)), bulk.UTF8)
		if err != nil {
			t.Fatal(err)
		}
		rec, err := r.Next()
		if err != nil || strings.Join(rec.Cells, "|") != strings.Join(cells, "|") {
			t.Fatalf("%q %v", rec.Cells, err)
		}
	})
}

// Any bytes are a file, or something is said about them in words; and it takes
// no more memory than one record may.
func FuzzImportFile(f *testing.F) {
	for _, seed := range []string{headings + line("N-1"), "\xef\xbb\xbf" + headings, "a;b\n\"x", "\xff\xfea\x00", "a\tb\r\n1\t2\r\n", "reference\n\"\"\"\"\n", headings + "\x00"} {
		f.Add([]byte(seed), false)
		f.Add([]byte(seed), true)
	}
	f.Fuzz(func(t *testing.T, text []byte, windows bool) {
		as := bulk.UTF8
		if windows {
			as = bulk.Windows1252
		}
		if _, err := bulk.Inspect(bytes.NewReader(text), as, bulk.Columns()); err != nil {
			if _, ok := errors.AsType[bulk.FileError](err); !ok {
				t.Fatalf("%v is not said in words", err)
			}
		}
		r, err := bulk.NewReader(bytes.NewReader(text), as)
		for err == nil {
			var rec bulk.Record
			rec, err = r.Next()
			for _, c := range rec.Cells {
				if len(c) > 64<<10 {
					t.Fatalf("a cell of %d bytes", len(c))
				}
			}
		}
		if _, ok := errors.AsType[bulk.FileError](err); !ok && !errors.Is(err, io.EOF) {
			t.Fatal(err)
		}
	})
}
