// Package dbtest gives tests a real, empty, migrated database of each engine.
// It imports platform/db and schema.
package dbtest

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"io/fs"
	"maps"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	_ "github.com/jackc/pgx/v5/stdlib" // registers "pgx"
	_ "modernc.org/sqlite"             // registers "sqlite"

	"waymark.example/internal/lead"
	"waymark.example/internal/platform/db"
	"waymark.example/internal/schema"
)

// Each runs test once on SQLite and once on PostgreSQL. Without
// WAYMARK_TEST_POSTGRES the second is skipped, except in CI, where it fails.
func Each(t *testing.T, test func(*testing.T, *db.Store)) {
	t.Helper()
	t.Run("sqlite", func(t *testing.T) { test(t, SQLite(t)) })
	t.Run("postgres", func(t *testing.T) { test(t, Open(t, PostgresAddress(t))) })
}

// SQLite returns an empty SQLite store.
func SQLite(t testing.TB) *db.Store {
	t.Helper()
	return Open(t, "sqlite:"+SQLiteFile(t))
}

// Open opens the store at address and closes it when the test ends.
func Open(t testing.TB, address string) *db.Store {
	t.Helper()
	return open(t, address, schema.Layout())
}

// EachKeys runs test with an empty key store of each engine.
func EachKeys(t *testing.T, test func(*testing.T, *db.Store)) {
	t.Helper()
	t.Run("sqlite", func(t *testing.T) { test(t, Keys(t)) })
	t.Run("postgres", func(t *testing.T) { test(t, open(t, CopyPostgres(t, "template1"), schema.Keys())) })
}

// Keys returns an empty key store.
func Keys(t testing.TB) *db.Store {
	t.Helper()
	return open(t, "sqlite:"+sqliteFile(t, "keys.db", schema.Keys()), schema.Keys())
}

func open(t testing.TB, address string, l db.Layout) *db.Store {
	t.Helper()
	s, err := db.Open(t.Context(), address, l)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

// PostgresAddress makes an empty, migrated database for this test and returns its
// address; it skips the test where there is no server, and fails it in CI.
func PostgresAddress(t testing.TB) string {
	t.Helper()
	admin := server(t)
	// Migrating takes many times as long as copying: it is done once a server and
	// set of migrations, by whichever test comes first.
	name := "waymark_migrated_" + fingerprint(t, schema.Layout().Migrations)
	conn, err := admin.Conn(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close() //nolint:errcheck // it goes back to its pool
	run(t, conn, `SELECT pg_advisory_lock(7763928)`)
	defer run(t, conn, `SELECT pg_advisory_unlock(7763928)`)
	var made bool
	if err := conn.QueryRowContext(t.Context(), `SELECT EXISTS (SELECT 1 FROM pg_database WHERE datname = $1)`, name).Scan(&made); err != nil {
		t.Fatal(err)
	}
	if !made {
		half := lead.NewID("h") // renamed when whole: a test that is killed leaves no half behind
		run(t, conn, `CREATE DATABASE `+half)
		s, err := db.Open(t.Context(), on(t, half), schema.Layout())
		if err != nil {
			t.Fatal(err)
		}
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
		run(t, conn, `ALTER DATABASE `+half+` RENAME TO `+name)
	}
	return CopyPostgres(t, name)
}

// EachAreas runs test with two areas of one installation: two files in one folder,
// or two schemas in one database.
func EachAreas(t *testing.T, test func(t *testing.T, a, b *db.Store)) {
	t.Helper()
	both := func(t *testing.T, address string) {
		t.Helper()
		var stores []*db.Store
		for _, name := range []string{"a", "b"} {
			at, err := db.InArea(address, name)
			if err != nil {
				t.Fatal(err)
			}
			stores = append(stores, Open(t, at))
		}
		test(t, stores[0], stores[1])
	}
	t.Run("sqlite", func(t *testing.T) { both(t, "sqlite:"+filepath.Join(t.TempDir(), "waymark.db")) })
	t.Run("postgres", func(t *testing.T) { both(t, CopyPostgres(t, "template1")) })
}

// CopyPostgres makes a copy of the database called template, for this test, and
// returns its address. Nobody may be connected to the template.
func CopyPostgres(t testing.TB, template string) string {
	t.Helper()
	name := lead.NewID("t") // short: the roles of its handles have it in their names
	if _, err := server(t).ExecContext(t.Context(), `CREATE DATABASE `+name+` TEMPLATE `+template); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { dropPostgres(t, name) })
	return on(t, name)
}

// NewArea makes an empty database that outlives the test, for what many tests
// copy, and returns its address and name. One of an hour ago is removed.
func NewArea(t testing.TB) (address, name string) {
	t.Helper()
	admin := server(t)
	const prefix = "waymark_area_"
	rows, err := admin.QueryContext(t.Context(), `SELECT datname FROM pg_database WHERE starts_with(datname, $1)`, prefix)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close() //nolint:errcheck // rows.Err tells
	var old []string
	for rows.Next() {
		if err := rows.Scan(&name); err != nil {
			t.Fatal(err)
		}
		if made, err := strconv.ParseInt(strings.Split(name, "_")[2], 10, 64); err == nil && time.Since(time.Unix(made, 0)) > time.Hour {
			old = append(old, name)
		}
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	for _, name := range old {
		dropPostgres(t, name)
	}
	name = prefix + strconv.FormatInt(time.Now().Unix(), 10) + "_" + strings.ToLower(rand.Text()[:8])
	if _, err := admin.ExecContext(t.Context(), `CREATE DATABASE `+name); err != nil {
		t.Fatal(err)
	}
	return on(t, name), name
}

// dropPostgres removes a database and the roles of its handles.
func dropPostgres(t testing.TB, name string) {
	t.Helper()
	admin, err := sql.Open("pgx", os.Getenv("WAYMARK_TEST_POSTGRES"))
	if err != nil {
		t.Error(err)
		return
	}
	defer admin.Close() //nolint:errcheck // nothing is pending
	_, err = admin.ExecContext(context.Background(), `DROP DATABASE `+name+` WITH (FORCE)`)
	if err != nil {
		t.Error(err)
	}
	_, err = admin.ExecContext(context.Background(), `DO $$ DECLARE r TEXT; BEGIN
		FOR r IN SELECT rolname FROM pg_roles WHERE starts_with(rolname, 'waymark_`+name+`_') OR strpos(rolname, '.`+name+`.') > 0 LOOP EXECUTE 'DROP ROLE ' || quote_ident(r); END LOOP; END $$`)
	if err != nil {
		t.Error(err)
	}
}

// server connects to the tests' server, or skips the test where there is none.
func server(t testing.TB) *sql.DB {
	t.Helper()
	address := os.Getenv("WAYMARK_TEST_POSTGRES")
	if address == "" {
		if os.Getenv("CI") != "" {
			t.Fatal("WAYMARK_TEST_POSTGRES is not set: run the tests with scripts/with-postgres")
		}
		t.Skip("WAYMARK_TEST_POSTGRES is not set: run the tests with scripts/with-postgres")
	}
	admin, err := sql.Open("pgx", address)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := admin.Close(); err != nil {
			t.Error(err)
		}
	})
	return admin
}

// on is the address of a database of the tests' server.
func on(t testing.TB, name string) string {
	t.Helper()
	u, err := url.Parse(os.Getenv("WAYMARK_TEST_POSTGRES"))
	if err != nil {
		t.Fatal(err)
	}
	u.Path = "/" + name
	return u.String()
}

func run(t testing.TB, conn *sql.Conn, statement string) {
	t.Helper()
	if _, err := conn.ExecContext(context.WithoutCancel(t.Context()), statement); err != nil {
		t.Fatal(err)
	}
}

// fingerprint tells one set of migrations from another.
func fingerprint(t testing.TB, files fs.FS) string {
	t.Helper()
	sum := sha256.New()
	err := fs.WalkDir(files, ".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		text, err := fs.ReadFile(files, path)
		sum.Write([]byte(path))
		sum.Write(text)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return hex.EncodeToString(sum.Sum(nil)[:8])
}

// Tables returns every table of the product, by name.
func Tables(t testing.TB) []string {
	t.Helper()
	return slices.Sorted(maps.Keys(columns(t)))
}

// Columns returns the columns of table.
func Columns(t testing.TB, table string) []string {
	t.Helper()
	out := columns(t)[table]
	if len(out) == 0 {
		t.Fatalf("no columns of %s", table)
	}
	return out
}

func columns(t testing.TB) map[string][]string {
	t.Helper()
	raw, err := sql.Open("sqlite", SQLiteFile(t))
	if err != nil {
		t.Fatal(err)
	}
	defer raw.Close() //nolint:errcheck // it was only read
	rows, err := raw.QueryContext(t.Context(), `SELECT m.name, c.name FROM sqlite_master m, pragma_table_info(m.name) c
		WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite_%' AND m.name NOT LIKE 'goose_%' ORDER BY m.name, c.cid`)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close() //nolint:errcheck // rows.Err tells
	out := map[string][]string{}
	for rows.Next() {
		var table, column string
		if err := rows.Scan(&table, &column); err != nil {
			t.Fatal(err)
		}
		out[table] = append(out[table], column)
	}
	if rows.Err() != nil || len(out) < 30 {
		t.Fatalf("%d tables: %v", len(out), rows.Err())
	}
	return out
}

// migrated are this process's files of an empty area and of an empty key store, made
// once: to migrate takes as long as many a test.
var migrated = struct {
	sync.Mutex
	files map[string][]byte
}{files: map[string][]byte{}}

// SQLiteFile returns the path of a migrated SQLite file, for tests that look
// past the walls.
func SQLiteFile(t testing.TB) string {
	t.Helper()
	return sqliteFile(t, "waymark.db", schema.Layout())
}

func sqliteFile(t testing.TB, name string, l db.Layout) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	migrated.Lock()
	defer migrated.Unlock()
	if migrated.files[name] == nil {
		s, err := db.Open(t.Context(), "sqlite:"+path, l)
		if err != nil {
			t.Fatal(err)
		}
		if err := s.Close(); err != nil { // the last to leave puts everything into the one file
			t.Fatal(err)
		}
		if migrated.files[name], err = os.ReadFile(path); err != nil {
			t.Fatal(err)
		}
		return path
	}
	if err := os.WriteFile(path, migrated.files[name], 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}
