package participant_test

import (
	"database/sql"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"waymark.example/internal/care/internal/note"
	"waymark.example/internal/care/outreach"
	"waymark.example/internal/care/participant"
	"waymark.example/internal/dbtest"
	"waymark.example/internal/platform/access"
	"waymark.example/internal/webtest"
)

// places returns every name that something about a person can be kept or asked
// under: columns of the sides that meet them, actions, and fields of their forms.
func places(t *testing.T, sides ...string) map[string]string {
	t.Helper()
	out := map[string]string{}
	raw, err := sql.Open("sqlite", dbtest.SQLiteFile(t))
	must(t, err)
	defer raw.Close() //nolint:errcheck // it was only read
	rows, err := raw.QueryContext(t.Context(), `SELECT m.name, p.name FROM sqlite_master m JOIN pragma_table_info(m.name) p WHERE m.type = 'table'`)
	must(t, err)
	defer rows.Close() //nolint:errcheck // rows.Err tells
	for rows.Next() {
		var table, column string
		must(t, rows.Scan(&table, &column))
		if slices.ContainsFunc(sides, func(side string) bool { return strings.HasPrefix(table, side+"_") }) {
			out[table], out[column] = "table "+table, "column "+table+"."+column
		}
	}
	must(t, rows.Err())
	for action := range access.Meanings() {
		out[string(action)] = "action " + string(action)
	}
	name := regexp.MustCompile(`(?:form\.(?:Text|Typed|Area|One|Many|Pick)\((?:"[a-z]+", )?|name=)"([a-z_]+)"`)
	pages := 0
	for _, side := range sides {
		folder := map[string]string{"care": "../web", "portal": "../../portal/web", "police": "../../police/web"}[side]
		if folder == "" {
			continue
		}
		entries, err := os.ReadDir(folder)
		must(t, err)
		for _, e := range entries {
			if e.IsDir() {
				continue
			}
			text, err := os.ReadFile(filepath.Join(folder, e.Name())) // #nosec G304 -- our own files
			must(t, err)
			for _, m := range name.FindAllStringSubmatch(string(text), -1) {
				out[m[1]], pages = "field of "+e.Name(), pages+1
			}
		}
	}
	for _, card := range participant.Cards() {
		for _, q := range card.Questions {
			out[q.Name] = "card " + card.Code
		}
	}
	if len(out) < 150 || pages < 60 {
		t.Fatalf("%d places, %d fields: the test looks in the wrong place", len(out), pages)
	}
	return out
}

// Support is never for those who stay off something: there is nowhere to keep a
// test's result or a day without, so nothing can hang on one.
func TestR10_NowhereIsKeptWhetherSomebodyUsesOrWasTested(t *testing.T) {
	for name, where := range places(t, "care", "portal", "police", "handoff") {
		for _, word := range []string{"abstin", "sober", "drug_test", "test_result", "urine", "swab", "breathal", "clean_days", "relapse"} {
			if strings.Contains(name, word) {
				t.Errorf("%s keeps %q", where, word)
			}
		}
	}
}

// There is no sanction, breach or compliance anywhere for a person to fall under:
// no table, no column, no action, no field.
func TestR11_ThereIsNothingToSanctionABreachWith(t *testing.T) {
	found := places(t, "care", "portal", "police", "handoff", "partnership")
	for name, where := range found {
		if name == "breach.keep" || strings.HasPrefix(name, "police_compliance_") { // of personal data, under the law; and whether officers recorded their decisions
			continue
		}
		for _, word := range []string{"sanction", "breach", "complian", "penalt", "punish", "violat", "infraction", "attendance_rate", "missed_appointment", "discharg", "terminat"} {
			if strings.Contains(name, word) {
				t.Errorf("%s is something to hold against somebody: %q", where, word)
			}
		}
	}
	for _, state := range []participant.State{participant.Prospective, participant.Active, participant.Inactive, participant.Closed, participant.Died, participant.Transferred} {
		if words := strings.ToLower(state.Words()); strings.Contains(words, "fail") || strings.Contains(words, "refus") {
			t.Errorf("a state blames somebody: %s", words)
		}
	}
}

// What somebody did is not asked on the care side, and has no column of its own
// there: if they tell, it stands in words that are sealed (see
// TestG15_TheRawFilesHoldNoWordOfTheCareSide).
func TestR25_OffendingIsNotAskedOnTheCareSideAndHasNoFieldThere(t *testing.T) {
	for name, where := range places(t, "care", "portal") {
		if strings.HasPrefix(where, "action") {
			continue
		}
		for _, word := range []string{"offen", "crime", "convict", "arrest", "caution", "custody_record", "pnc"} {
			if strings.Contains(name, word) {
				t.Errorf("%s asks about offending: %q", where, word)
			}
		}
	}
}

// Missed meetings, quiet weeks and talk of use stay with the case team: nothing
// is written to the bridge, to anybody's inbox or to a way of telling, and there
// is no notice that could say so.
func TestR23_NobodyIsToldOfMissedMeetingsQuietOrUse(t *testing.T) {
	path := filepath.Join(t.TempDir(), "waymark.db")
	site := webtest.StartEmpty(t, "sqlite:"+path)
	a, staff := site.App, site.Area
	manager := staff.Actors["manager"]
	person := enrolled(t, a, staff)
	raw, err := sql.Open("sqlite", path)
	must(t, err)
	defer raw.Close() //nolint:errcheck // it was only read
	tables := dbtest.Tables(t)
	count := func() map[string]int {
		out := map[string]int{}
		for _, table := range tables {
			if !strings.HasPrefix(table, "handoff_") && !strings.HasPrefix(table, "police_") && table != "identity_notice" && table != "identity_sending" && table != "identity_notified" {
				continue
			}
			var n int
			must(t, raw.QueryRowContext(t.Context(), "SELECT COUNT(*) FROM "+table).Scan(&n)) // #nosec G202 -- names of our own tables
			out[table] = n
		}
		return out
	}
	counted := count()
	if len(counted) < 30 {
		t.Fatalf("only %d tables are looked at", len(counted))
	}
	for range 3 { // said to meet, not there
		must(t, a.Care.Notes.Add(t.Context(), manager, none, person, note.Note{At: a.Now(), Mode: "in_person", StartedBy: "worker", Outcome: outreach.NotFound, Narrative: "Not at the bench as we said. Might be using again.",
			Next: participant.Promise{Words: "The bench again", On: a.Care.People.LocalDay()}}))
	}
	must(t, a.Care.Notes.Add(t.Context(), manager, none, person, note.Note{At: a.Now(), Mode: "phone", StartedBy: "participant", Outcome: outreach.Spoke, Narrative: "Used last night, is all right."}))
	must(t, a.Care.People.Relabel(t.Context(), manager, none, person, participant.Inactive, "Quiet for now"))
	site.Clock.Set(time.Now().AddDate(0, 2, 0))
	if _, err := a.Alerts.Deliver(t.Context()); err != nil {
		t.Fatal(err)
	}
	for table, n := range count() {
		if n != counted[table] {
			t.Errorf("%s: %d rows more", table, n-counted[table])
		}
	}
	for action, m := range access.Meanings() {
		for _, word := range []string{"relapse", "missed meeting", "missed appointment", "non-attend", "drug use"} {
			if strings.Contains(strings.ToLower(m.Words), word) {
				t.Errorf("%s: %s", action, fmt.Sprint(m.Words))
			}
		}
	}
}
