package tally_test

import (
	"context"
	"database/sql"
	"os"
	"path/filepath"
	"reflect"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"pgregory.net/rapid"

	"waymark.example/internal/app"
	"waymark.example/internal/lead"
	"waymark.example/internal/platform/db"
	"waymark.example/internal/platform/ledger"
	"waymark.example/internal/police/contact"
	"waymark.example/internal/police/tally"
	"waymark.example/internal/practice"
	"waymark.example/internal/webtest"
)

// recounted counts the same again from the contacts themselves, all of them: what the counts are held against. O1, Chinese before 2011, is A4 today.
const recounted db.Query = `
	SELECT SUBSTR(d.happened_at, 1, 7), c.door, d.outcome, d.offer, d.outcome = 'not_diverted' AND d.reason = 'other_pathway', COALESCE(g.label, ''), c.team, CASE WHEN d.outcome IN ('diverted', 'not_eligible') THEN '' ELSE d.reason END, COUNT(*)
	FROM police_contact c
	JOIN police_decision d ON d.contact_id = c.contact_id AND d.version = (SELECT MAX(version) FROM police_decision WHERE contact_id = c.contact_id)
	LEFT JOIN police_equality e ON e.contact_id = d.contact_id AND e.version = d.version AND e.ethnicity <> ''
	LEFT JOIN reference_code g ON g.list = 'ethnicity_broad' AND g.list_version = (SELECT MAX(list_version) FROM reference_code WHERE list = 'ethnicity_broad')
		AND g.code = CASE WHEN e.ethnicity = 'O1' THEN 'A' ELSE SUBSTR(e.ethnicity, 1, 1) END
	WHERE SUBSTR(d.happened_at, 1, 7) >= $1 AND SUBSTR(d.happened_at, 1, 7) <= $2
		AND NOT EXISTS (SELECT 1 FROM police_undone z WHERE z.contact_id = c.contact_id)
	GROUP BY SUBSTR(d.happened_at, 1, 7), c.door, d.outcome, d.offer, d.outcome = 'not_diverted' AND d.reason = 'other_pathway', COALESCE(g.label, ''), c.team, CASE WHEN d.outcome IN ('diverted', 'not_eligible') THEN '' ELSE d.reason END
	ORDER BY 1, 2, 3, 4, 5, 6, 7, 8`

func recount(ctx context.Context, a *app.App, from, until string) ([]tally.Contacts, error) {
	var out []tally.Contacts
	err := a.Contacts.Book.Look(ctx, func(tx *db.Tx) error {
		var err error
		out, err = db.All(ctx, tx, func(row db.Row) (tally.Contacts, error) {
			var c tally.Contacts
			var offer string
			err := row.Scan(&c.Month, &c.Door, &c.Outcome, &offer, &c.Pathway, &c.Group, &c.Team, &c.Reason, &c.Count)
			c.Offered = offer == "made"
			return c, err
		}, recounted, from, until)
		return err
	})
	return out, err
}

// What the person said of their ethnicity reaches the published group, exact or broad; what says why
// there is none is not recorded (R41).
func TestR41_TheGroupThatThePersonGaveIsCounted(t *testing.T) {
	webtest.EachArea(t, func(t *testing.T, a *app.App, area practice.Area) {
		month := a.Now().UTC().Format("2006-01")
		count := func() map[string]int {
			rows, err := (&tally.Service{Book: a.Contacts.Book}).Months(t.Context(), month, month)
			if err != nil {
				t.Fatal(err)
			}
			out := map[string]int{}
			for _, r := range rows {
				out[r.Group] += r.Count
			}
			return out
		}
		before := count()
		for code, no := range map[string]contact.NotRecorded{"B2": "", "B": "", "O1": "", "O": "", "W1": "", "NS": "", "": contact.NotAsked} {
			d := contact.Decision{HappenedAt: a.Now().Add(-time.Minute), Place: "High street", Offences: []string{"46"}, Outcome: contact.NotDiverted, Reason: "victim_wish",
				Equality: contact.Equality{AgeBand: "26_35", Sex: "F", Ethnicity: code, NotRecorded: no}}
			if _, err := a.Contacts.Decide(t.Context(), area.Actors["officer"], ledger.Form{}, contact.ArrestDiversion, d); err != nil {
				t.Fatalf("%q: %v", code, err)
			}
		}
		after := count()
		for group, want := range map[string]int{"Black or Black British": 2, "Asian or Asian British": 1, "Another ethnic group": 1, "White": 1, "": 2} {
			if got := after[group] - before[group]; got != want {
				t.Errorf("%q: %d more, want %d (%v)", group, got, want, after)
			}
		}
	})
}

// Whatever is recorded, corrected and taken back, one after another or at the same moment: the counts are what counting again says.
func TestTheCountsAreWhatCountingAgainSays(t *testing.T) {
	webtest.EachArea(t, func(t *testing.T, a *app.App, area practice.Area) {
		counts, officer := &tally.Service{Book: a.Contacts.Book}, area.Actors["officer"]
		same := func(t interface{ Fatalf(string, ...any) }) {
			for _, span := range [][2]string{{"2000-01", "2100-01"}, {a.Now().UTC().Format("2006-01"), "2100-01"}} {
				kept, err := counts.Months(context.Background(), span[0], span[1])
				again, err2 := recount(context.Background(), a, span[0], span[1])
				if err != nil || err2 != nil || !reflect.DeepEqual(kept, again) {
					t.Fatalf("%v, %v\nkept  %v\nagain %v", err, err2, kept, again)
				}
			}
		}
		draw := func(t *rapid.T) contact.Decision {
			d := contact.Decision{HappenedAt: a.Now().Add(-time.Duration(rapid.IntRange(1, 60*24*40).Draw(t, "minutes")) * time.Minute), Place: "High street", Offences: []string{"46"}, Outcome: contact.NotDiverted,
				Reason:   rapid.SampledFrom([]string{"victim_wish", "risk_of_harm"}).Draw(t, "reason"),
				Equality: contact.Equality{AgeBand: "26_35", Sex: "F", Ethnicity: rapid.SampledFrom([]string{"W1", "B2", "O1", "NS", ""}).Draw(t, "ethnicity")}}
			if d.Equality.Ethnicity == "" {
				d.Equality.NotRecorded = contact.NotAsked
			}
			return d
		}
		correct := func(id string, from int64, d contact.Decision) error {
			d.Correction = "It was written down wrong"
			_, err := a.Contacts.Correct(context.Background(), officer, ledger.Form{Key: lead.NewID("frm")}, id, from, d)
			return err
		}
		runs := 0
		rapid.Check(t, func(t *rapid.T) {
			if runs++; runs > 8 { // each writes a database
				return
			}
			var ids []string
			versions := map[string]int64{}
			for range rapid.IntRange(1, 8).Draw(t, "acts") {
				d := draw(t)
				switch rapid.IntRange(0, 3).Draw(t, "act") {
				case 0, 1:
					id, err := a.Contacts.Decide(context.Background(), officer, ledger.Form{Key: lead.NewID("frm")}, contact.ArrestDiversion, d)
					if err != nil {
						t.Fatal(err)
					}
					ids = append(ids, id)
					versions[id] = 1
				case 2:
					if len(ids) > 0 {
						id := rapid.SampledFrom(ids).Draw(t, "which")
						if correct(id, versions[id], d) == nil {
							versions[id]++
						}
					}
				case 3:
					if len(ids) > 0 {
						a.Contacts.Undo(context.Background(), officer, ledger.Form{Key: lead.NewID("frm")}, rapid.SampledFrom(ids).Draw(t, "which")) //nolint:errcheck // #nosec G104 -- it may be corrected or taken back already
					}
				}
			}
			if len(ids) > 0 { // two at the same moment: one of them is told that it is too late
				d := draw(t)
				id, err := a.Contacts.Decide(context.Background(), officer, ledger.Form{Key: lead.NewID("frm")}, contact.ArrestDiversion, d)
				if err != nil {
					t.Fatal(err)
				}
				var both sync.WaitGroup
				both.Go(func() { correct(id, 1, d) })                                                                       //nolint:errcheck // #nosec G104
				both.Go(func() { a.Contacts.Undo(context.Background(), officer, ledger.Form{Key: lead.NewID("frm")}, id) }) //nolint:errcheck // #nosec G104
				both.Wait()
			}
			same(t)
		})
		if all, err := counts.Months(t.Context(), "2000-01", "2100-01"); err != nil || len(all) == 0 {
			t.Errorf("nothing was counted: %v", err)
		}
	})
}

// make bench-evidence: what a page of numbers costs, from the counts and from the contacts themselves.
func TestHowLongCountingTakes(t *testing.T) {
	rows, err := strconv.Atoi(os.Getenv("WAYMARK_TALLY_ROWS"))
	if err != nil {
		t.Skip("a measurement: make bench-evidence")
	}
	path := filepath.Join(t.TempDir(), "waymark.db")
	site := webtest.Start(t, "sqlite:"+path, nil)
	raw, err := sql.Open("sqlite", "file:"+path+"?_pragma=busy_timeout(10000)")
	if err != nil {
		t.Fatal(err)
	}
	defer raw.Close() //nolint:errcheck // it was filled
	// The practice area's own contacts, over and over, a minute apart, over two years.
	for _, fill := range []string{
		`CREATE TEMP TABLE n AS WITH RECURSIVE c(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM c WHERE i < ?) SELECT i FROM c`,
		`INSERT INTO police_contact SELECT 'con_x' || i, 'LX-' || i, 'arrest_diversion', (SELECT MIN(officer_id) FROM police_contact), 'Team ' || (i % 20), '2026-01-01T00:00:00.000000Z' FROM n`,
		`INSERT INTO police_decision SELECT 'con_x' || i, 1, STRFTIME('%Y-%m-%dT%H:%M:00.000000Z', '2024-11-01', '+' || (i * 5) || ' minutes'), 'x', '', 1, 'not_made', 'not_diverted', CASE i % 3 WHEN 0 THEN 'victim_wish' ELSE 'risk_of_harm' END, '', '', (SELECT MIN(officer_id) FROM police_contact), '2026-01-01T00:00:00.000000Z' FROM n`,
		`INSERT INTO police_equality (contact_id, version, age_band, sex, scheme, list_version, ethnicity, not_recorded) SELECT 'con_x' || i, 1, '26_35', 'F', 'ethnicity_self_defined', 'x', CASE i % 4 WHEN 0 THEN 'W1' WHEN 1 THEN 'B2' WHEN 2 THEN 'A1' ELSE '' END, CASE i % 4 WHEN 3 THEN 'not_asked' ELSE '' END FROM n`,
		`DELETE FROM police_tally`,
		`INSERT INTO police_tally SELECT SUBSTR(d.happened_at, 1, 7), c.door, d.outcome, d.offer, d.outcome = 'not_diverted' AND d.reason = 'other_pathway', CASE WHEN e.ethnicity IS NULL THEN '' WHEN e.ethnicity = 'O1' THEN 'A' ELSE SUBSTR(e.ethnicity, 1, 1) END,
			c.team, CASE WHEN d.outcome IN ('diverted', 'not_eligible') THEN '' ELSE d.reason END, COUNT(*)
			FROM police_contact c JOIN police_decision d ON d.contact_id = c.contact_id AND d.version = (SELECT MAX(version) FROM police_decision WHERE contact_id = c.contact_id)
			LEFT JOIN police_equality e ON e.contact_id = d.contact_id AND e.version = d.version
			WHERE NOT EXISTS (SELECT 1 FROM police_undone z WHERE z.contact_id = c.contact_id) GROUP BY 1, 2, 3, 4, 5, 6, 7, 8`,
	} {
		args := []any{rows}
		if !strings.Contains(fill, "?") {
			args = nil
		}
		if _, err := raw.Exec(fill, args...); err != nil {
			t.Fatalf("%s: %v", fill, err)
		}
	}
	counts := &tally.Service{Book: site.App.Contacts.Book}
	var took [2]time.Duration
	again := func(ctx context.Context, from, until string) ([]tally.Contacts, error) {
		return recount(ctx, site.App, from, until)
	}
	for i, count := range []func(context.Context, string, string) ([]tally.Contacts, error){counts.Months, again} {
		began := time.Now()
		all, err := count(t.Context(), "2000-01", "2100-01")
		if took[i] = time.Since(began); err != nil || len(all) == 0 {
			t.Fatal(err)
		}
	}
	t.Logf("%d contacts: from the counts %s, from the contacts %s", rows, took[0].Round(10*time.Microsecond), took[1].Round(time.Millisecond))
}
