package main

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"waymark.example/internal/platform/db"
)

// outcomesFolder writes a study by the force's own references: rows outcomes of a tenth as many people.
func outcomesFolder(t *testing.T, rows int) string {
	t.Helper()
	dir := t.TempDir()
	people, outcomes := []byte("person,born,linked\n"), []byte("event,person,kind,sort,on,committed,incident,force\n")
	n := max(rows/10, 1)
	for i := range n {
		people = fmt.Appendf(people, "NM/%d,%d,1\n", i, 1950+i%50)
	}
	for i := range rows {
		on := time.Date(2024, 1, 1+i%900, 0, 0, 0, 0, time.UTC).Format(time.DateOnly)
		outcomes = fmt.Appendf(outcomes, "E%d,NM/%d,arrest,non_warrant,%s,%s,I%d,northmoor\n", i, i%n, on, on, i)
	}
	for name, text := range map[string][]byte{"people.csv": people, "outcomes.csv": outcomes, "study.json": []byte(`{"from":"2024-01-01","until":"2026-09-30"}`)} {
		if err := os.WriteFile(filepath.Join(dir, name), text, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// From references to pseudonyms to the database: killed at moments that nobody chose and started again, nothing is lost and nothing doubled, no reference
// and no key is left in the database, and no print of the program tells one. WAYMARK_IMPORT_ROWS sets how many rows; make bench-evidence asks for a hundred
// thousand and prints how fast it went.
func TestR45_OutcomesThatAreKilledGoOnAndNothingLeadsBack(t *testing.T) {
	if testing.Short() {
		t.Skip("builds the program and kills it")
	}
	bin, rows := program(t), importRows(t)
	data, raw, holder := newForce(t, bin), outcomesFolder(t, rows), t.TempDir()
	key, run := filepath.Join(holder, "run.key"), filepath.Join(holder, "run")
	said, code := command(t, bin, "evidence", "pseudonymise", "--key", key, "--new-key", "--study", raw, "--out", run)
	if code != 0 {
		t.Fatal(said)
	}
	if again, code := command(t, bin, "evidence", "pseudonymise", "--key", filepath.Join(data, "run.key"), "--new-key"); code == 0 || !strings.Contains(again, "beside a server's data") {
		t.Errorf("a key beside the database: %d %s", code, again)
	}
	if told, code := command(t, bin, "evidence", "import", "--table", "outcomes", "--csv", filepath.Join(run, "outcomes.csv"), "--data", data); code != exitFile || !strings.Contains(told, "people.csv") {
		t.Errorf("outcomes before people: %d %s", code, told)
	}
	if told, code := command(t, bin, "evidence", "import", "--table", "people", "--csv", filepath.Join(raw, "people.csv"), "--data", data); code != exitFile || strings.Contains(told, "NM/") {
		t.Errorf("references in place of pseudonyms: %d %s", code, told)
	}
	all, code := command(t, bin, "evidence", "import", "--table", "people", "--csv", filepath.Join(run, "people.csv"), "--data", data)
	if code != 0 {
		t.Fatal(all)
	}
	outcomes := []string{"evidence", "import", "--table", "outcomes", "--csv", filepath.Join(run, "outcomes.csv"), "--data", data}
	tried, code := command(t, bin, append(outcomes, "--dry-run")...)
	if code != 0 || !strings.Contains(tried, fmt.Sprintf("%d would be taken", rows)) || inFile(t, data, `SELECT COUNT(*) FROM evidence_outcome`) != 0 {
		t.Errorf("a dry run: %d %s", code, tried)
	}
	most, began := 2, time.Now()
	if rows > 50_000 { // how fast it goes is asked
		most = 0
	}
	told, code, kills := killed(t, most, func(kills int) time.Duration {
		return time.Duration(200+rand.IntN(100+rows/20*(kills+1))) * time.Millisecond //nolint:gosec // any moment will do
	}, bin, outcomes...)
	all += told
	if code != 0 || !strings.Contains(told, fmt.Sprintf("%d taken, 0 as another version", rows)) {
		t.Fatalf("after %d kills it ended with %d\n%s", kills, code, all)
	}
	t.Logf("%d rows, killed %d times, %.0f a second\n%s", rows, kills, float64(rows)/time.Since(began).Seconds(), all)
	for q, want := range map[db.Query]int{
		`SELECT COUNT(*) FROM evidence_outcome`:                                   rows,
		`SELECT COUNT(DISTINCT event_id) FROM evidence_outcome WHERE version = 1`: rows,
		`SELECT COUNT(*) FROM evidence_import`:                                    2,
		`SELECT COUNT(*) FROM evidence_import_end`:                                2,
		`SELECT SUM(taken) FROM evidence_import_batch`:                            rows + max(rows/10, 1),
	} {
		if n := inFile(t, data, q); n != want {
			t.Errorf("%s: %d, want %d", q, n, want)
		}
	}
	text, err := os.ReadFile(key)
	if err != nil {
		t.Fatal(err)
	}
	secret := strings.Fields(string(text))[4]
	files, err := filepath.Glob(filepath.Join(data, "*"))
	if err != nil || len(files) < 3 {
		t.Fatal(files, err)
	}
	for _, file := range files {
		held, err := os.ReadFile(file)
		if err != nil {
			continue // a folder
		}
		for _, leads := range []string{secret, "NM/" + strconv.Itoa(rows/20), "E" + strconv.Itoa(rows-1) + ","} {
			if bytes.Contains(held, []byte(leads)) {
				t.Errorf("%s holds %q", filepath.Base(file), leads)
			}
		}
	}
	if strings.Contains(said+all+tried, secret) || strings.Contains(all+tried, "NM/") {
		t.Error("a print of the program tells the key or a reference")
	}
}
