// Package dbtest gives tests a real, empty, migrated database of each engine.
// It imports platform/db and schema.
package dbtest

import (
	"context"
	"database/sql"
	"net/url"
	"os"
	"path/filepath"
	"testing"

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
	return Open(t, "sqlite:"+filepath.Join(t.TempDir(), "waymark.db"))
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
	t.Run("postgres", func(t *testing.T) { test(t, open(t, PostgresAddress(t), schema.Keys())) })
}

// Keys returns an empty key store.
func Keys(t testing.TB) *db.Store {
	t.Helper()
	return open(t, "sqlite:"+filepath.Join(t.TempDir(), "keys.db"), schema.Keys())
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

// PostgresAddress makes a schema of its own for this test and returns its
// address; it skips the test where there is no server, and fails it in CI.
func PostgresAddress(t testing.TB) string {
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
	name := lead.NewID("test")
	if _, err := admin.ExecContext(t.Context(), `CREATE SCHEMA `+name); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if _, err := admin.ExecContext(context.Background(), `DROP SCHEMA `+name+` CASCADE`); err != nil {
			t.Error(err)
		}
		if err := admin.Close(); err != nil {
			t.Error(err)
		}
	})
	u, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	q := u.Query()
	q.Set("search_path", name)
	u.RawQuery = q.Encode()
	return u.String()
}

// Tables returns every table of the product.
func Tables(t testing.TB) []string {
	t.Helper()
	raw, err := sql.Open("sqlite", SQLiteFile(t))
	if err != nil {
		t.Fatal(err)
	}
	defer raw.Close() //nolint:errcheck // it was only read
	rows, err := raw.QueryContext(t.Context(), `SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' AND name NOT LIKE 'goose_%' ORDER BY name`)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close() //nolint:errcheck // rows.Err tells
	var out []string
	for rows.Next() {
		var name string
		if err := rows.Scan(&name); err != nil {
			t.Fatal(err)
		}
		out = append(out, name)
	}
	if rows.Err() != nil || len(out) < 30 {
		t.Fatalf("%d tables: %v", len(out), rows.Err())
	}
	return out
}

// Columns returns the columns of a table.
func Columns(t testing.TB, table string) []string {
	t.Helper()
	raw, err := sql.Open("sqlite", SQLiteFile(t))
	if err != nil {
		t.Fatal(err)
	}
	defer raw.Close() //nolint:errcheck // it was only read
	rows, err := raw.QueryContext(t.Context(), `SELECT name FROM pragma_table_info(?)`, table)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close() //nolint:errcheck // rows.Err tells
	var out []string
	for rows.Next() {
		var name string
		if err := rows.Scan(&name); err != nil {
			t.Fatal(err)
		}
		out = append(out, name)
	}
	if rows.Err() != nil || len(out) == 0 {
		t.Fatalf("no columns of %s: %v", table, rows.Err())
	}
	return out
}

// SQLiteFile returns the path of a migrated SQLite file, for tests that look
// past the walls.
func SQLiteFile(t testing.TB) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "raw.db")
	Open(t, "sqlite:"+path)
	return path
}
