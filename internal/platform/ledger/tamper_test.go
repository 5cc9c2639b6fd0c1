package ledger

import (
	"context"
	"database/sql"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"golang.org/x/mod/sumdb/note"
	_ "modernc.org/sqlite" // registers "sqlite"

	"waymark.example/internal/lead"
	"waymark.example/internal/platform/db"
	"waymark.example/internal/schema"
)

// audited is a log at rest, without the triggers that would keep a tamperer
// from it, and what honest people hold outside.
type audited struct {
	file, older string // the database, and the same some time before
	key         Key
	evidence    Evidence
}

func testKey(t testing.TB) Key {
	t.Helper()
	text, err := NewKeyText("test")
	if err != nil {
		t.Fatal(err)
	}
	key, err := ReadKey(text)
	if err != nil {
		t.Fatal(err)
	}
	return key
}

func verifierOf(t testing.TB, k Key) note.Verifier {
	t.Helper()
	v, err := note.NewVerifier(k.Public)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// audit writes a log of some length, with removals by law and checkpoints, and
// lets a witness see its end.
func audit(t testing.TB) audited {
	t.Helper()
	dir := t.TempDir()
	a := audited{file: filepath.Join(dir, "waymark.db"), older: filepath.Join(dir, "older.db"), key: testKey(t)}
	store, err := db.Open(t.Context(), "sqlite:"+a.file, schema.Layout())
	if err != nil {
		t.Fatal(err)
	}
	keeper := NewKeeper(store.Handle(schema.Ledger), a.key, time.Now)
	for i := range 90 {
		side := []lead.Side{lead.Care, lead.Police, lead.Oversight}[i%3]
		e := Entry{Actor: lead.Actor{ID: fmt.Sprintf("acc_%d", i%5), Side: side, From: "192.0.2.1 s1"}, Verb: Consulted, Act: "case.read", Detail: "ok"}
		for p := range i % 4 {
			e.Subjects = append(e.Subjects, fmt.Sprintf("par_%d", (i+p)%7))
		}
		err := New(store.Handle(string(side)), time.Now).Record(t.Context(), e, func(tx *db.Tx, e *Entry) error {
			if i == 32 || i == 65 {
				return Forget(t.Context(), tx, e, fmt.Sprintf("par_%d", i%7))
			}
			return nil
		})
		if err == nil && i%9 == 8 {
			err = keeper.Sign(t.Context())
		}
		if err != nil {
			t.Fatal(err)
		}
		if i == 50 {
			raw, err := sql.Open("sqlite", "file:"+a.file) // as a backup does, while it runs
			if err != nil {
				t.Fatal(err)
			}
			if _, err := raw.ExecContext(t.Context(), `VACUUM INTO ?`, a.older); err != nil {
				t.Fatal(err)
			}
			if err := raw.Close(); err != nil {
				t.Fatal(err)
			}
		}
	}
	latest, err := keeper.Proof(t.Context(), 0)
	if err != nil {
		t.Fatal(err)
	}
	site := verifierOf(t, a.key)
	_, cosigned, err := Advance(nil, latest, site, testKey(t))
	if err != nil {
		t.Fatal(err)
	}
	a.evidence = Evidence{Keys: []note.Verifier{site}, Kept: []Kept{{"the witness's checkpoint", cosigned}}}
	if err := store.Close(); err != nil {
		t.Fatal(err)
	}
	var drops []string
	for _, name := range texts(t, a.file, `SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name LIKE 'ledger_%'`) {
		drops = append(drops, `DROP TRIGGER `+name)
	}
	exec(t, a.file, strings.Join(drops, ";"))
	exec(t, a.older, strings.Join(drops, ";"))
	return a
}

func open(t testing.TB, file string) *sql.DB {
	t.Helper()
	raw, err := sql.Open("sqlite", "file:"+file+"?_pragma=ignore_check_constraints(1)&_pragma=synchronous(off)&_pragma=journal_mode(delete)")
	if err != nil {
		t.Fatal(err)
	}
	raw.SetMaxOpenConns(1)
	return raw
}

func exec(t testing.TB, file, q string) {
	t.Helper()
	raw := open(t, file)
	defer raw.Close() //nolint:errcheck // nothing is pending
	if _, err := raw.ExecContext(t.Context(), q); err != nil {
		t.Fatalf("%s: %v", q, err)
	}
}

func texts(t testing.TB, file, q string, args ...any) []string {
	t.Helper()
	raw := open(t, file)
	defer raw.Close() //nolint:errcheck // it was only read
	out, err := column(raw, q, args...)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func column(raw *sql.DB, q string, args ...any) ([]string, error) {
	rows, err := raw.QueryContext(context.Background(), q, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close() //nolint:errcheck // rows.Err tells
	var out []string
	for rows.Next() {
		var s string
		if err := rows.Scan(&s); err != nil {
			return nil, err
		}
		out = append(out, s)
	}
	return out, rows.Err()
}

func verifyFile(t testing.TB, file string, e Evidence) Report {
	t.Helper()
	store, err := db.OpenCopy(t.Context(), "sqlite:"+file)
	if err != nil {
		t.Fatal(err)
	}
	defer store.Close() //nolint:errcheck // it was only read
	r, err := Verify(t.Context(), store.Handle(db.Copy), e)
	if err != nil { // the database itself cannot be read any more: seen too
		r.Findings = append(r.Findings, Finding{0, err.Error()})
	}
	return r
}

// A tamper is a way to change a log; it reports false where it came to nothing,
// because the database has no such row or refused.
type tamper func(raw *sql.DB, rnd *rand.Rand, a audited) (bool, error)

var auditTables = []string{"ledger_entry", "ledger_subject", "ledger_erased", "ledger_checkpoint", "ledger_head"}

// tampers lists the ways: those of somebody who can change the file, and the
// careful ones of somebody who also recomputes every hash.
func tampers() map[string]tamper {
	return map[string]tamper{
		"flip a bit": flipBit,
		"remove a row": func(raw *sql.DB, rnd *rand.Rand, _ audited) (bool, error) {
			return did(raw.Exec(`DELETE FROM ` + aRow(rnd)))
		},
		"reorder rows":            reorder,
		"insert a row":            insertRow,
		"duplicate a row":         duplicateRow,
		"cut the end off":         cutEnd,
		"change a checkpoint":     changeCheckpoint,
		"go back to an old head":  oldHead,
		"rewrite, hashes and all": rewrite,
	}
}

func aRow(rnd *rand.Rand) string {
	table := auditTables[rnd.IntN(len(auditTables))]
	return fmt.Sprintf(`%s WHERE rowid = (SELECT rowid FROM %s LIMIT 1 OFFSET %d %% (SELECT COUNT(*) FROM %s))`, table, table, rnd.IntN(1000), table)
}

func did(res sql.Result, err error) (bool, error) {
	if err != nil {
		return false, err
	}
	n, err := res.RowsAffected()
	return n > 0, err
}

func flipBit(raw *sql.DB, rnd *rand.Rand, _ audited) (bool, error) {
	row := aRow(rnd)
	table, _, _ := strings.Cut(row, " ")
	columns, err := column(raw, `SELECT name FROM pragma_table_info(?)`, table)
	if err != nil {
		return false, err
	}
	name := columns[rnd.IntN(len(columns))]
	var before, after any
	if err := raw.QueryRow(`SELECT ` + name + ` FROM ` + row).Scan(&before); err != nil {
		return false, err
	}
	switch v := before.(type) {
	case int64:
		after = v ^ 1<<rnd.IntN(62)
	case string:
		if v == "" {
			return false, nil
		}
		b := []byte(v)
		b[rnd.IntN(len(b))] ^= 1 << rnd.IntN(8)
		after = string(b)
	}
	return did(raw.Exec(`UPDATE `+strings.Replace(row, " WHERE", " SET "+name+" = ? WHERE", 1), after))
}

func reorder(raw *sql.DB, rnd *rand.Rand, _ audited) (bool, error) {
	t := []struct{ table, key string }{{"ledger_entry", "seq"}, {"ledger_subject", "salt"}, {"ledger_checkpoint", "number"}}[rnd.IntN(3)]
	keys, err := column(raw, `SELECT `+t.key+` FROM `+t.table)
	if err != nil {
		return false, err
	}
	i, j := rnd.IntN(len(keys)), rnd.IntN(len(keys))
	if i == j {
		return false, nil
	}
	for _, step := range [][2]string{{keys[i], "-1"}, {keys[j], keys[i]}, {"-1", keys[j]}} {
		if _, err := raw.Exec(`UPDATE `+t.table+` SET `+t.key+` = ? WHERE `+t.key+` = ?`, step[1], step[0]); err != nil {
			return false, err
		}
	}
	return true, nil
}

func insertRow(raw *sql.DB, rnd *rand.Rand, _ audited) (bool, error) {
	n := rnd.IntN(90) + 1
	switch rnd.IntN(5) {
	case 0: // in the middle: the rest moves on
		for i := 90; i > n; i-- {
			if _, err := raw.Exec(`UPDATE ledger_entry SET seq = ? WHERE seq = ?`, i+1, i); err != nil {
				return false, err
			}
		}
		return did(raw.Exec(`INSERT INTO ledger_entry SELECT seq + 1, recorded_at, 'acc_x', actor_side, verb, act, purpose, origin, detail, nonce, commitments, hashes FROM ledger_entry WHERE seq = ?`, n))
	case 1: // before the first
		return did(raw.Exec(`INSERT INTO ledger_entry SELECT 0, recorded_at, actor_id, actor_side, verb, act, purpose, origin, detail, nonce, commitments, hashes FROM ledger_entry WHERE seq = ?`, n))
	case 2:
		return did(raw.Exec(`INSERT INTO ledger_subject VALUES ('par_x', ?, ?, 'salt')`, n+rnd.IntN(2)*90, rnd.IntN(3)))
	case 3:
		return did(raw.Exec(`INSERT INTO ledger_erased VALUES (?, ?)`, n+rnd.IntN(2)*90, rnd.IntN(3)))
	}
	return did(raw.Exec(`INSERT INTO ledger_checkpoint SELECT number + 100, size + 1, note FROM ledger_checkpoint WHERE number = ?`, n%9+1))
}

func duplicateRow(raw *sql.DB, rnd *rand.Rand, _ audited) (bool, error) {
	n := rnd.IntN(90) + 1
	switch rnd.IntN(3) {
	case 0:
		if _, err := raw.Exec(`UPDATE ledger_head SET seq = 91`); err != nil {
			return false, err
		}
		return did(raw.Exec(`INSERT INTO ledger_entry SELECT 91, recorded_at, actor_id, actor_side, verb, act, purpose, origin, detail, nonce, commitments, hashes FROM ledger_entry WHERE seq = ?`, n))
	case 1:
		return did(raw.Exec(`INSERT OR IGNORE INTO ledger_subject SELECT subject_id, ?, place, salt FROM ledger_subject WHERE seq = ?`, rnd.IntN(90)+1, n))
	}
	return did(raw.Exec(`INSERT INTO ledger_checkpoint SELECT 11, size, note FROM ledger_checkpoint WHERE number = ?`, n%10+1))
}

// cutEnd takes away the last entries and everything that tells of them.
func cutEnd(raw *sql.DB, rnd *rand.Rand, _ audited) (bool, error) {
	keep := 30 + rnd.IntN(60)
	for _, q := range []string{
		`DELETE FROM ledger_subject WHERE seq > ?`, `DELETE FROM ledger_erased WHERE seq > ?`, `DELETE FROM ledger_entry WHERE seq > ?`, `DELETE FROM ledger_checkpoint WHERE size > ?`,
	} {
		if _, err := raw.Exec(q, keep); err != nil {
			return false, err
		}
	}
	return true, rehash(raw)
}

func changeCheckpoint(raw *sql.DB, rnd *rand.Rand, _ audited) (bool, error) {
	number := rnd.IntN(10) + 1
	switch rnd.IntN(4) {
	case 0:
		return did(raw.Exec(`UPDATE ledger_checkpoint SET size = size + ? WHERE number = ?`, rnd.IntN(9)+1, number))
	case 1:
		return did(raw.Exec(`UPDATE ledger_checkpoint SET note = (SELECT note FROM ledger_checkpoint WHERE number = ?) WHERE number = ?`, number%10+1, number))
	case 2:
		return did(raw.Exec(`DELETE FROM ledger_checkpoint WHERE number >= ?`, number))
	}
	return true, resign(raw, number)
}

// resign signs a checkpoint with a key of the tamperer's own.
func resign(raw *sql.DB, number int) error {
	skey, _, err := note.GenerateKey(zeros{}, "test-forged")
	if err != nil {
		return err
	}
	signer, err := note.NewSigner(skey)
	if err != nil {
		return err
	}
	var signed string
	if err := raw.QueryRow(`SELECT note FROM ledger_checkpoint WHERE number = ?`, number).Scan(&signed); err != nil {
		return err
	}
	text, _, _ := strings.Cut(signed, "\n\n")
	forged, err := note.Sign(&note.Note{Text: text + "\n"}, signer)
	if err != nil {
		return err
	}
	_, err = raw.Exec(`UPDATE ledger_checkpoint SET note = ? WHERE number = ?`, string(forged), number)
	return err
}

// zeros is a source of bytes for a key that nobody needs to keep secret.
type zeros struct{}

func (zeros) Read(p []byte) (int, error) { return len(p), nil }

// oldHead sets the head back, or the whole database.
func oldHead(raw *sql.DB, rnd *rand.Rand, a audited) (bool, error) {
	if rnd.IntN(4) == 0 {
		for _, table := range auditTables {
			for _, q := range []string{`ATTACH '` + a.older + `' AS older`, `DELETE FROM main.` + table, `INSERT INTO main.` + table + ` SELECT * FROM older.` + table, `DETACH older`} {
				if _, err := raw.Exec(q); err != nil {
					return false, err
				}
			}
		}
		return true, nil
	}
	return did(raw.Exec(`UPDATE ledger_head SET seq = ?`, rnd.IntN(90)))
}

// rewrite changes what an entry says and recomputes all that follows from it,
// as somebody would who knows this program and lacks only the key.
func rewrite(raw *sql.DB, rnd *rand.Rand, _ audited) (bool, error) {
	n := rnd.IntN(90) + 1
	name := []string{"actor_id", "act", "purpose", "origin", "detail", "recorded_at", "actor_side"}[rnd.IntN(7)]
	if _, err := raw.Exec(`UPDATE ledger_entry SET `+name+` = 'changed' WHERE seq = ?`, n); err != nil {
		return false, err
	}
	if rnd.IntN(2) == 0 { // and takes away every checkpoint that would tell
		if _, err := raw.Exec(`DELETE FROM ledger_checkpoint WHERE size >= ?`, n); err != nil {
			return false, err
		}
	}
	return true, rehash(raw)
}

// rehash makes every hash fit the entries as they stand.
func rehash(raw *sql.DB) error {
	rows, err := raw.Query(`SELECT seq, recorded_at, actor_id, actor_side, verb, act, purpose, origin, detail, nonce, commitments FROM ledger_entry ORDER BY seq`)
	if err != nil {
		return err
	}
	var all []row
	for rows.Next() {
		var r row
		if err := rows.Scan(&r.seq, &r.at, &r.actor, &r.side, &r.verb, &r.act, &r.purpose, &r.origin, &r.detail, &r.nonce, &r.whose); err != nil {
			return err
		}
		all = append(all, r)
	}
	if err := rows.Close(); err != nil {
		return err
	}
	var p peaks
	for i, r := range all {
		after, own := p.add(int64(i), r.leaf())
		p = after
		if _, err := raw.Exec(`UPDATE ledger_entry SET hashes = ? WHERE seq = ?`, hashText(own), r.seq); err != nil {
			return err
		}
	}
	_, err = raw.Exec(`UPDATE ledger_head SET seq = ?, peaks = ?`, len(all), hashText(p))
	return err
}

// Changes to a log, each at random, with a witness's checkpoint in hand: every one
// is found, and an honest copy is whole. WAYMARK_CHANGES says how many; make tamper
// takes 1,000.
func TestEveryChangeToTheLogIsFound(t *testing.T) {
	changes := 250
	if n, err := strconv.Atoi(os.Getenv("WAYMARK_CHANGES")); err == nil {
		changes = n
	}
	a := audit(t)
	if r := verifyFile(t, a.file, a.evidence); len(r.Findings) != 0 || r.Entries != 90 || r.Checkpoints != 10 || r.Erased == 0 || r.Unsigned != 0 {
		t.Fatalf("an honest copy: %+v", r)
	}
	whole, err := os.ReadFile(a.file)
	if err != nil {
		t.Fatal(err)
	}
	ways := tampers()
	names := slices.Sorted(maps.Keys(ways))
	copied := filepath.Join(t.TempDir(), "copy.db")
	seed := uint64(time.Now().UnixNano()) //nolint:gosec // any will do
	rnd := rand.New(rand.NewPCG(seed, 0)) //nolint:gosec // not a secret
	made, found := map[string]int{}, map[string]int{}
	for i := 0; i < changes; {
		if err := os.WriteFile(copied, whole, 0o600); err != nil {
			t.Fatal(err)
		}
		name := names[i%len(names)]
		raw := open(t, copied)
		changed, err := ways[name](raw, rnd, a)
		if cerr := raw.Close(); cerr != nil {
			t.Fatal(cerr)
		}
		if err != nil && !strings.Contains(err.Error(), "UNIQUE constraint") {
			t.Fatalf("%s: %v", name, err)
		}
		if err != nil || !changed {
			continue
		}
		i++
		made[name]++
		if r := verifyFile(t, copied, a.evidence); len(r.Findings) > 0 {
			found[name]++
		} else {
			t.Errorf("%s (seed %d, change %d): not found", name, seed, i)
		}
	}
	for _, name := range names {
		t.Logf("%-24s %4d made, %4d found", name, made[name], found[name])
	}
}
