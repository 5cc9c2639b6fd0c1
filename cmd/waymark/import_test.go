package main

import (
	"bytes"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"waymark.example/internal/app"
	"waymark.example/internal/platform/db"
)

// program builds the real thing.
func program(t *testing.T) string {
	t.Helper()
	bin := filepath.Join(t.TempDir(), "waymark")
	out, err := exec.CommandContext(t.Context(), "go", "build", "-o", bin, ".").CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	return bin
}

// command runs the program and returns what it said and how it ended.
func command(t *testing.T, bin string, args ...string) (said string, code int) {
	t.Helper()
	c := exec.CommandContext(t.Context(), bin, args...)
	out, err := c.CombinedOutput()
	if _, ended := errors.AsType[*exec.ExitError](err); err != nil && !ended {
		t.Fatalf("%v: %v\n%s", args, err, out)
	}
	return string(out), c.ProcessState.ExitCode()
}

// recordsFile writes a file of n contacts, of which one in a thousand has a mistake.
func recordsFile(t *testing.T, n int) (path string, wrong int) {
	t.Helper()
	var text bytes.Buffer
	text.WriteString("reference,happened_at,officer,door,outcome,reason,words,offences,place,force_reference,age_band,sex,ethnicity,ethnicity_not_recorded,perceived,voluntary\n")
	outcomes := [][2]string{{"not_diverted", "victim_wish"}, {"declined", "no_trust"}, {"diverted", "needs_seen"}, {"not_eligible", "offence"}}
	first := time.Now().AddDate(0, 0, -300).UTC()
	for i := range n {
		o, sex := outcomes[i%len(outcomes)], "M"
		if i%1000 == 999 {
			sex, wrong = "", wrong+1
		}
		fmt.Fprintf(&text, "NM/%07d/26,%s,officer%d@practice.example,arrest_diversion,%s,%s,,46,\"Fish Quay, stall %d\",NM-CR-%d,26_35,%s,W1,,IC1,yes\n",
			i, first.Add(time.Duration(i)*4*time.Minute).Format(time.RFC3339), i%2, o[0], o[1], i%40, i, sex)
	}
	path = filepath.Join(t.TempDir(), "records.csv")
	if err := os.WriteFile(path, text.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	return path, wrong
}

// newForce makes a site with two officers and returns its folder.
func newForce(t *testing.T, bin string) string {
	t.Helper()
	data := filepath.Join(t.TempDir(), "data")
	for i := range 2 {
		said, code := command(t, bin, "account", "--data", data, "--email", fmt.Sprintf("officer%d@practice.example", i), "--name", "PC Hale", "--organisation", "Northmoor Police",
			"--organisation-kind", "police", "--team", "Quayside", "--role", "officer")
		if code != 0 {
			t.Fatal(said)
		}
	}
	return data
}

// inFile counts in the database as it lies on the disk.
func inFile(t *testing.T, data string, q db.Query) (n int) {
	t.Helper()
	s, err := db.OpenCopy(t.Context(), "sqlite:"+filepath.Join(data, "waymark.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close() //nolint:errcheck // it was only read
	if err := s.Handle(db.Copy).Look(t.Context(), func(tx *db.Tx) error { return tx.One(t.Context(), q).Scan(&n) }); err != nil {
		t.Fatal(err)
	}
	return n
}

// WAYMARK_IMPORT_ROWS sets how many rows; make bench-import asks for a hundred
// thousand, and prints how fast it went and how much memory it took.
func importRows(t *testing.T) int {
	t.Helper()
	if text := os.Getenv("WAYMARK_IMPORT_ROWS"); text != "" {
		n, err := strconv.Atoi(text)
		if err != nil {
			t.Fatal(err)
		}
		return n
	}
	return 6000
}

// killed runs a command, kills it so many times at most, each time after a wait, and starts it again until it comes through: with what the last run said,
// how it ended, and how often it was killed.
func killed(t *testing.T, most int, wait func(kills int) time.Duration, bin string, args ...string) (said string, code, kills int) {
	t.Helper()
	for {
		c := exec.CommandContext(t.Context(), bin, args...)
		var out bytes.Buffer
		c.Stdout, c.Stderr = &out, &out
		if err := c.Start(); err != nil {
			t.Fatal(err)
		}
		ended := make(chan error, 1)
		go func() { ended <- c.Wait() }()
		var enough <-chan time.Time
		if kills < most {
			enough = time.After(wait(kills))
		}
		select {
		case <-enough:
			c.Process.Kill() //nolint:errcheck // #nosec G104 -- it may have ended just now
			<-ended
			kills++
		case <-ended:
			return out.String(), c.ProcessState.ExitCode(), kills
		}
	}
}

// The program is killed at moments that nobody chose, so that no code of its own
// runs, and started again until it is through: nothing is lost, nothing doubled,
// and the log is whole.
func TestAnImportThatIsKilledGoesOnAndDoublesNothing(t *testing.T) {
	if testing.Short() {
		t.Skip("builds the program and kills it")
	}
	bin, rows := program(t), importRows(t)
	data := newForce(t, bin)
	file, wrong := recordsFile(t, rows)
	said, code, kills := killed(t, 12, func(kills int) time.Duration {
		return time.Duration(50+rand.IntN(150+rows/50*(kills+1))) * time.Millisecond //nolint:gosec // any moment will do
	}, bin, "import", "contacts", file, "--data", data, "--source", "niche", "--write")
	if code != exitLeft {
		t.Fatalf("ended with %d\n%s", code, said)
	}
	if !strings.Contains(said, fmt.Sprintf("%d taken, 0 were there already", rows-wrong)) {
		t.Errorf("after %d kills: %s", kills, said)
	}
	for q, want := range map[db.Query]int{
		`SELECT COUNT(*) FROM police_contact`:                     rows - wrong,
		`SELECT COUNT(*) FROM police_decision`:                    rows - wrong,
		`SELECT COUNT(*) FROM police_equality`:                    rows - wrong,
		`SELECT COUNT(DISTINCT source_id) FROM police_import_row`: rows - wrong,
		`SELECT COUNT(*) FROM police_import`:                      1,
		`SELECT SUM(batch_rows) FROM police_import_batch`:         rows,
		`SELECT SUM(taken) FROM police_import_batch`:              rows - wrong,
		`SELECT COUNT(*) FROM ledger_subject s JOIN ledger_entry e ON e.seq = s.seq JOIN police_contact c ON c.contact_id = s.subject_id WHERE e.act = 'contact.import'`: rows - wrong,
		`SELECT COUNT(*) FROM police_contact c WHERE NOT EXISTS (SELECT 1 FROM police_import_row r WHERE r.contact_id = c.contact_id)`:                                   0,
		`SELECT COUNT(*) FROM police_contact c WHERE NOT EXISTS (SELECT 1 FROM police_offence o WHERE o.contact_id = c.contact_id)`:                                      0,
	} {
		if n := inFile(t, data, q); n != want {
			t.Errorf("%s: %d, want %d", q, n, want)
		}
	}
	c, err := where{Data: data}.config()
	if err != nil {
		t.Fatal(err)
	}
	a, err := app.Open(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	key := a.LedgerKeyPublic()
	if err := a.Close(); err != nil { // signs the log to its end
		t.Fatal(err)
	}
	if said, code := command(t, bin, "verify", "--data", data, "--key", key); code != 0 {
		t.Errorf("the log: %s", said)
	}
	if kills == 0 && rows > 1000 {
		t.Error("it was never killed")
	}
	mended(t, bin, data, file, rows, wrong)
	t.Logf("%d rows, killed %d times", rows, kills)
}

// mended puts right what is in the file of mistakes and takes that in.
func mended(t *testing.T, bin, data, file string, rows, wrong int) {
	t.Helper()
	text, err := os.ReadFile(file + ".errors.csv")
	if err != nil {
		t.Fatal(err)
	}
	if n := strings.Count(string(text), "sex: Choose one"); n != wrong {
		t.Errorf("%d of %d mistakes are told", n, wrong)
	}
	info, err := os.Stat(file + ".errors.csv")
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("%v %v", info.Mode(), err)
	}
	right := file + ".mended.csv"
	if err := os.WriteFile(right, []byte(strings.ReplaceAll(string(text), ",26_35,,", ",26_35,M,")), 0o600); err != nil {
		t.Fatal(err)
	}
	said, code := command(t, bin, "import", "contacts", right, "--data", data, "--source", "niche", "--write")
	if code != 0 || !strings.Contains(said, fmt.Sprintf("%d taken", wrong)) || inFile(t, data, `SELECT COUNT(*) FROM police_contact`) != rows {
		t.Errorf("%d: %s", code, said)
	}
}

var atMost = regexp.MustCompile(`at most (\d+) kB of memory`)

// How fast, and with how much memory, whatever the size of the file.
func TestAnImportIsQuickAndItsMemoryIsFlat(t *testing.T) {
	if testing.Short() {
		t.Skip("builds the program")
	}
	bin, rows := program(t), importRows(t)
	var most [2]int
	var err error
	for i, n := range []int{rows / 10, rows} {
		data := newForce(t, bin)
		file, _ := recordsFile(t, n)
		began := time.Now()
		said, code := command(t, bin, "import", "contacts", file, "--data", data, "--source", "niche", "--write")
		if code != 0 && code != exitLeft {
			t.Fatal(said)
		}
		if m := atMost.FindStringSubmatch(said); m != nil { // Linux says
			if most[i], err = strconv.Atoi(m[1]); err != nil {
				t.Fatal(err)
			}
		}
		t.Logf("%d rows: %.0f a second, at most %d MiB of memory", n, float64(n)/time.Since(began).Seconds(), most[i]/1024)
	}
	if most[1] > most[0]+96<<10 { // the database's own pages are most of it
		t.Errorf("ten times the rows took %d KiB, a tenth %d KiB", most[1], most[0])
	}
}

func TestATryKeepsNothingAndSaysHowItEnds(t *testing.T) {
	if testing.Short() {
		t.Skip("builds the program")
	}
	bin := program(t)
	data := newForce(t, bin)
	file, _ := recordsFile(t, 10)
	for _, args := range [][]string{{}, {"--dry-run"}} {
		said, code := command(t, bin, append([]string{"import", "contacts", file, "--source", "niche", "--data", data}, args...)...)
		if code != 0 || !strings.Contains(said, "10 would be taken") || inFile(t, data, `SELECT COUNT(*) FROM police_contact`)+inFile(t, data, `SELECT COUNT(*) FROM police_import`) != 0 {
			t.Errorf("%v: %d %s", args, code, said)
		}
	}
	collars := filepath.Join(t.TempDir(), "collars.csv")
	if err := os.WriteFile(collars, []byte("collar;email\n4711;officer0@practice.example\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, bytes.ReplaceAll(text, []byte("officer0@practice.example"), []byte("4711")), 0o600); err != nil {
		t.Fatal(err)
	}
	if said, code := command(t, bin, "import", "contacts", file, "--source", "niche", "--data", data, "--officers", collars); code != 0 {
		t.Errorf("by collar number: %d %s", code, said)
	}
	if said, code := command(t, bin, "import", "contacts", file, "--source", "niche", "--data", data, "--officer-unknown=skip"); code != 0 || !strings.Contains(said, "5 of unknown officers passed over") {
		t.Errorf("passed over: %d %s", code, said)
	}
	if said, code := command(t, bin, "import", "contacts", file, "--source", "niche", "--data", data); code != exitLeft {
		t.Errorf("unknown officers: %d %s", code, said)
	}
	if err := os.WriteFile(file, []byte("reference,surname\nN,Smith\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if said, code := command(t, bin, "import", "contacts", file, "--source", "niche", "--data", data); code != exitFile || strings.Contains(said, "Smith") {
		t.Errorf("a column of names: %d %s", code, said)
	}
	if said, code := command(t, bin, "import", "contacts", file, "--data", data, "--write"); code != 1 || !strings.Contains(said, "--source") {
		t.Errorf("without the system's name, the same rows would count again: %d %s", code, said)
	}
	if said, code := command(t, bin, "import", "contacts", file+".none", "--source", "niche", "--data", data); code != exitFile {
		t.Errorf("a file that is not there: %d %s", code, said)
	}
	if said, code := command(t, bin, "import", "contacts", "--columns"); code != 0 || !strings.Contains(said, "happened_at") {
		t.Errorf("columns: %d %s", code, said)
	}
}
