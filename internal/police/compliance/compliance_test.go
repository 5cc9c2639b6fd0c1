package compliance_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"waymark.example/internal/app"
	"waymark.example/internal/dbtest"
	"waymark.example/internal/lead"
	"waymark.example/internal/platform/db"
	"waymark.example/internal/platform/ledger"
	"waymark.example/internal/police/bulk"
	"waymark.example/internal/police/compliance"
	"waymark.example/internal/police/contact"
	"waymark.example/internal/practice"
	"waymark.example/internal/webtest"
)

const headings = "reference,happened_at,offence,officer,unit\n"

var noon = time.Now().AddDate(0, 0, -10).UTC().Truncate(24 * time.Hour).Add(12 * time.Hour)

// decided records a decision and returns its id.
func decided(t *testing.T, a *app.App, officer lead.Actor, at time.Time, reference, offence string) string {
	t.Helper()
	id, err := a.Contacts.Decide(t.Context(), officer, ledger.Form{}, contact.ArrestDiversion, contact.Decision{
		HappenedAt: at, Place: "Fish Quay", Outcome: contact.NotDiverted, Reason: "victim_wish", Offences: []string{offence}, ForceReference: reference,
		Equality: contact.Equality{AgeBand: "26_35", Sex: "F", NotRecorded: contact.SaidNo}})
	if err != nil {
		t.Fatal(err)
	}
	return id
}

func arrest(reference string, at time.Time, offence, officer, unit string) string {
	return strings.Join([]string{reference, at.Format(time.RFC3339), offence, officer, unit}, ",") + "\n"
}

// compare runs an extract and returns the report with how each arrest stands.
func compare(t *testing.T, a *app.App, area practice.Area, text string) (compliance.Report, map[string]string) {
	t.Helper()
	force := area.Actors["officer"].Organisation
	officers, err := a.Accounts.OfficersOf(t.Context(), force)
	if err != nil {
		t.Fatal(err)
	}
	facts, err := bulk.Inspect(strings.NewReader(text), bulk.UTF8, compliance.Columns())
	if err != nil {
		t.Fatal(err)
	}
	rows, err := bulk.NewReader(strings.NewReader(text), bulk.UTF8)
	if err != nil {
		t.Fatal(err)
	}
	r, err := a.Compliance.Run(t.Context(), lead.System(), compliance.Extract{Facts: facts, Organisation: force, Zone: time.UTC, Officers: officers.Find}, rows)
	if err != nil {
		t.Fatal(err)
	}
	stands := map[string]string{}
	for _, one := range r.Arrests {
		stands[one.Reference] = string(one.Standing)
		if (one.Standing == compliance.Missing) != (one.ContactID == "") {
			t.Errorf("%+v", one)
		}
	}
	return r, stands
}

func TestAnArrestIsFoundByItsReferenceElseProbablyByOfficerTimeAndOffence(t *testing.T) {
	webtest.EachArea(t, func(t *testing.T, a *app.App, area practice.Area) {
		one, two := area.Actors["officer"], area.Actors["officer2"]
		decided(t, a, one, noon, "NM/1", "46")
		decided(t, a, one, noon.Add(3*time.Hour), "", "92D")
		decided(t, a, two, noon, "", "X-BEG")
		_, stands := compare(t, a, area, headings+
			arrest("NM/1", noon.AddDate(0, -1, 0), "X-DD", "", "Elsewhere")+ // the reference is certain, whatever the clock, the code and the unit say
			arrest("NM/2", noon.Add(4*time.Hour), "92D", one.Name+"@", "")+ // a name is no account, and there is no unit
			arrest("NM/3", noon.Add(4*time.Hour), "92D", "OFFICER@practice.example", "")+ // an hour off
			arrest("NM/4", noon.Add(150*time.Minute), "X-BEG", "officer2@practice.example", "")+ // two hours and a half
			arrest("NM/5", noon.Add(time.Hour), "X-BEG", "officer@practice.example", "")+ // another officer's
			arrest("NM/6", noon.Add(time.Hour), "46", "officer2@practice.example", "")+ // another offence
			arrest("NM/7", noon.Add(-time.Hour), "X-BEG", "", "Quayside response")) // by the unit alone
		want := "map[NM/1:recorded NM/2:missing NM/3:probable NM/4:missing NM/5:missing NM/6:missing NM/7:probable]"
		if got := fmt.Sprint(stands); got != want {
			t.Errorf("got  %s\nwant %s", got, want)
		}
	})
}

func TestADecisionAnswersForOneArrest(t *testing.T) {
	webtest.EachArea(t, func(t *testing.T, a *app.App, area practice.Area) {
		officer := area.Actors["officer"]
		decided(t, a, officer, noon, "NM/1", "46")
		near := decided(t, a, officer, noon.Add(time.Hour), "", "92D")
		r, stands := compare(t, a, area, headings+
			arrest("NM/2", noon, "46", "officer@practice.example", "")+ // two people, one decision: it is certainly the other's
			arrest("NM/1", noon, "46", "officer@practice.example", "")+
			arrest("NM/1", noon, "46", "officer@practice.example", "")+ // the same row twice
			arrest("NM/3", noon, "92D", "officer@practice.example", "")+
			arrest("NM/4", noon.Add(50*time.Minute), "92D", "officer@practice.example", "")) // nearer in time
		if got := fmt.Sprint(stands); got != "map[NM/1:recorded NM/2:missing NM/3:missing NM/4:probable]" || r.Doubled != 1 || r.Arrests[3].ContactID != near {
			t.Errorf("%s, %d doubled", got, r.Doubled)
		}
	})
}

func TestR2_OnlyTheLatestVersionOfADecisionCounts(t *testing.T) {
	webtest.EachArea(t, func(t *testing.T, a *app.App, area practice.Area) {
		officer := area.Actors["officer"]
		id := decided(t, a, officer, noon, "NM/WRONG", "46")
		e, err := a.Contacts.Read(t.Context(), officer, id)
		if err != nil {
			t.Fatal(err)
		}
		d := e.Decision
		d.ForceReference, d.Correction, d.Equality = "NM/1", "The reference was wrong", contact.Equality{AgeBand: "26_35", Sex: "F", NotRecorded: contact.SaidNo}
		if _, err := a.Contacts.Correct(t.Context(), officer, ledger.Form{}, id, 1, d); err != nil {
			t.Fatal(err)
		}
		_, stands := compare(t, a, area, headings+arrest("NM/WRONG", noon.Add(-5*time.Hour), "46", "officer@practice.example", "")+arrest("NM/1", noon, "46", "", ""))
		if got := fmt.Sprint(stands); got != "map[NM/1:recorded NM/WRONG:missing]" {
			t.Error(got)
		}
	})
}

func TestADecisionThatWasTakenBackAnswersForNothing(t *testing.T) {
	webtest.EachArea(t, func(t *testing.T, a *app.App, area practice.Area) {
		officer := area.Actors["officer"]
		for _, reference := range []string{"NM/1", ""} {
			if err := a.Contacts.Undo(t.Context(), officer, ledger.Form{}, decided(t, a, officer, noon, reference, "46")); err != nil {
				t.Fatal(err)
			}
		}
		_, stands := compare(t, a, area, headings+arrest("NM/1", noon, "46", "officer@practice.example", ""))
		if got := fmt.Sprint(stands); got != "map[NM/1:missing]" {
			t.Error(got)
		}
	})
}

func TestRowsThatCannotBeReadAreToldAndNotCounted(t *testing.T) {
	webtest.EachArea(t, func(t *testing.T, a *app.App, area practice.Area) {
		r, _ := compare(t, a, area, headings+",2026-01-01 10:00,46,,\nNM/1,yesterday,46,,\nNM/2,2026-01-01 10:00,,,\nNM/3,2026-01-01 10:00,46\n"+arrest("NM/4", noon, "46", "", "Q"))
		if len(r.Unread) != 4 || len(r.Arrests) != 1 || r.Unread[3].Row != 4 {
			t.Errorf("%+v", r)
		}
	})
}

func TestASergeantSeesTheGapsOfTheirOwnTeamAndNobodyElseDoes(t *testing.T) {
	webtest.EachArea(t, func(t *testing.T, a *app.App, area practice.Area) {
		sergeant := area.Actors["sergeant"]
		if l, err := a.Compliance.Gaps(t.Context(), sergeant, 0, 10); err != nil || !l.RunAt.IsZero() {
			t.Errorf("before any: %+v %v", l, err)
		}
		decided(t, a, area.Actors["officer"], noon, "", "46")
		compare(t, a, area, headings+arrest("OLD", noon, "46", "", "Quayside response"))
		var text strings.Builder
		text.WriteString(headings + arrest("P", noon.Add(time.Hour), "46", "officer@practice.example", "") + arrest("E", noon, "46", "", "Elsewhere"))
		for i := range 5 {
			text.WriteString(arrest(fmt.Sprintf("M-%d", i), noon, "92D", "officer2@practice.example", ""))
		}
		compare(t, a, area, text.String())
		var got []string
		after := int64(0)
		for {
			l, err := a.Compliance.Gaps(t.Context(), sergeant, after, 2)
			if err != nil {
				t.Fatal(err)
			}
			for _, g := range l.Gaps {
				got = append(got, g.Reference)
				after = g.Position
				if (g.Reference == "P") != (g.ContactReference != "") {
					t.Errorf("%+v", g)
				}
			}
			if len(l.Gaps) < 2 {
				break
			}
		}
		if fmt.Sprint(got) != "[P M-0 M-1 M-2 M-3 M-4]" {
			t.Error(got)
		}
		for name, who := range area.Actors {
			if _, err := a.Compliance.Gaps(t.Context(), who, 0, 10); name != "sergeant" && !errors.Is(err, lead.ErrForbidden) {
				t.Errorf("%s: %v", name, err)
			}
		}
		other := sergeant
		other.Team = "Elsewhere"
		if l, err := a.Compliance.Gaps(t.Context(), other, 0, 10); err != nil || len(l.Gaps) != 1 || l.Gaps[0].Reference != "E" {
			t.Errorf("%+v %v", l, err)
		}
		other.Organisation = lead.NewID("org")
		if l, err := a.Compliance.Gaps(t.Context(), other, 0, 10); err != nil || len(l.Gaps) != 0 {
			t.Errorf("another force: %+v %v", l, err)
		}
		if _, err := a.Compliance.Run(t.Context(), sergeant, compliance.Extract{}, nil); !errors.Is(err, lead.ErrForbidden) {
			t.Errorf("a sergeant runs it: %v", err)
		}
	})
}

// No number in what is passed on is small, and none can be worked out.
func TestNoSmallNumberCanBeReadOrWorkedOut(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var arrests []compliance.Arrest
		units := rapid.IntRange(1, 6).Draw(t, "units")
		for u := range units {
			for _, s := range []compliance.Standing{compliance.Recorded, compliance.Probable, compliance.Missing} {
				for range rapid.SampledFrom([]int{0, 0, 1, 4, 9, 10, 12, 30}).Draw(t, "n") {
					arrests = append(arrests, compliance.Arrest{Team: fmt.Sprint(u), Standing: s})
				}
			}
		}
		lines := compliance.Summary(arrests)
		all := lines[len(lines)-1]
		fine := func(what string, n int64) {
			if n > 0 && n < 10 {
				t.Fatalf("%s is %d: %+v", what, n, lines)
			}
		}
		for _, of := range []func(compliance.Line) int64{
			func(l compliance.Line) int64 { return l.Arrests }, func(l compliance.Line) int64 { return l.Recorded },
			func(l compliance.Line) int64 { return l.Probable }, func(l compliance.Line) int64 { return l.Missing },
		} {
			rest := of(all)
			for _, l := range lines {
				fine("a number", of(l))
			}
			for _, l := range lines[:len(lines)-1] {
				if n := of(l); n != compliance.Hidden {
					rest -= n
				}
			}
			if of(all) != compliance.Hidden {
				fine("what is left of all", rest)
			}
		}
		for _, l := range lines {
			hidden := 0
			for _, n := range []int64{l.Recorded, l.Probable, l.Missing} {
				if n == compliance.Hidden {
					hidden++
				}
			}
			if hidden != 0 && hidden != 3 {
				t.Fatalf("one part can be worked out: %+v", l)
			}
		}
	})
}

func TestDecisionsAndGapsAreFoundByTheirIndexes(t *testing.T) {
	s, err := db.OpenCopy(t.Context(), "sqlite:"+dbtest.SQLiteFile(t))
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close() //nolint:errcheck // it was only read
	for want, c := range map[string]struct {
		q    db.Query
		args []any
	}{
		"SEARCH d USING INDEX police_decision_by_reference":                       {compliance.DecisionsByReference, []any{"r", "o"}},
		"SEARCH d USING INDEX police_decision_by_time":                            {compliance.DecisionsNear, []any{"2026", "2027", "o", "a", "t", "46"}},
		"SEARCH police_compliance_run USING INDEX police_compliance_run_by_force": {compliance.LatestRun, []any{"o"}},
		"SEARCH g USING INDEX police_gap_by_team":                                 {compliance.GapsOfTeam, []any{"r", "t", 0, 10}},
	} {
		var plan string
		err := s.Handle(db.Copy).Look(t.Context(), func(tx *db.Tx) error {
			steps, err := db.All(t.Context(), tx, func(row db.Row) (string, error) {
				var id, parent, unused int
				var step string
				return step, row.Scan(&id, &parent, &unused, &step)
			}, "EXPLAIN QUERY PLAN "+c.q, c.args...)
			plan = strings.Join(steps, "; ")
			return err
		})
		if err != nil || !strings.Contains(plan, want) {
			t.Errorf("%s: %s %v", want, plan, err)
		}
	}
}
