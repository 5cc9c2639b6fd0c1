package db_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"waymark.example/internal/dbtest"
	"waymark.example/internal/platform/db"
	"waymark.example/internal/schema"
)

// The walls stand in the database itself: no policy is asked here. Each handle
// tries to read and to write every table that is not granted to it, in the ways
// a hostile statement would.
func TestWallsHoldInTheDatabase(t *testing.T) {
	walls := schema.Layout().Walls
	dbtest.Each(t, func(t *testing.T, s *db.Store) {
		tables := schemaTables(t)
		tried := 0
		for handle, grants := range walls {
			h := s.Handle(handle)
			if s.Engine == db.Postgres && eachRefused(t, h, []string{`SELECT 1`}) == nil {
				t.Fatal("what is let through is not told: the test cannot fail")
			}
			for table, columns := range tables {
				all := attacks(table, columns, grants)
				tried += len(all)
				if s.Engine == db.Postgres {
					if err := eachRefused(t, h, all); err != nil {
						t.Errorf("%s: %v", handle, err)
					}
					continue
				}
				for _, attack := range all {
					if err := h.Prepare(t.Context(), db.Query(attack)); err == nil {
						t.Errorf("%s may: %s", handle, attack)
					}
				}
			}
			for _, attack := range []string{
				`CREATE TABLE police_mine (x TEXT)`, `DROP TABLE care_note`, `ALTER TABLE care_note ADD COLUMN x TEXT`,
				`CREATE TRIGGER t AFTER INSERT ON police_contact BEGIN SELECT 1; END`,
				`CREATE TEMP VIEW care_x AS SELECT * FROM goose_db_version; SELECT * FROM care_x`,
				`ATTACH DATABASE ':memory:' AS other`, `PRAGMA writable_schema = 1`, `SELECT name FROM sqlite_master`,
				`SET ROLE NONE; SELECT secret FROM wall_secret`, `RESET ROLE; SELECT secret FROM wall_secret`,
				`SET SESSION AUTHORIZATION DEFAULT; SELECT secret FROM wall_secret`,
			} {
				tried++
				err := h.Transact(t.Context(), func(tx *db.Tx) error {
					_, err := tx.Exec(t.Context(), db.Query(attack))
					return err
				})
				if err == nil {
					t.Errorf("%s may: %s", handle, attack)
				}
			}
		}
		if tried < 500 {
			t.Fatalf("only %d attempts: the test looks in the wrong place", tried)
		}
		t.Logf("%d attempts refused", tried)
	})
}

// eachRefused tries statements one after the other, on the server and as the role of h:
// rights are checked when a statement runs, and tens of thousands of ways there and back
// would take minutes. It tells which one was let through.
func eachRefused(t *testing.T, h *db.Handle, attacks []string) error {
	t.Helper()
	if len(attacks) == 0 {
		return nil
	}
	var block strings.Builder
	block.WriteString("DO $do$ DECLARE done BOOLEAN; BEGIN\n")
	for _, attack := range attacks {
		block.WriteString("BEGIN EXECUTE $a$" + attack + "$a$; done := TRUE; EXCEPTION WHEN OTHERS THEN done := FALSE; END; IF done THEN RAISE EXCEPTION 'let through: %', $a$" + attack + "$a$; END IF;\n")
	}
	block.WriteString("END $do$")
	return h.Transact(t.Context(), func(tx *db.Tx) error {
		_, err := tx.Exec(t.Context(), db.Query(block.String()))
		return err
	})
}

// attacks returns statements on table that grants do not cover.
func attacks(table string, columns []string, grants []db.Grant) []string {
	var out []string
	may := func(v db.Verbs) (db.Grant, bool) {
		for _, g := range grants { // an exact name first, as the walls are read
			if g.Table == table {
				return g, g.Verbs&v != 0
			}
		}
		for _, g := range grants {
			if p, ok := strings.CutSuffix(g.Table, "*"); ok && strings.HasPrefix(table, p) {
				return g, g.Verbs&v != 0
			}
		}
		return db.Grant{}, false
	}
	g, readable := may(db.Select)
	for _, c := range columns {
		hidden := len(g.Columns) > 0 && !contains(g.Columns, c)
		if readable && !hidden {
			continue
		}
		out = append(out,
			fmt.Sprintf(`SELECT %s FROM %s`, c, table),
			fmt.Sprintf(`SELECT 1 WHERE EXISTS (SELECT 1 FROM %s WHERE %s IS NOT NULL)`, table, c),
			fmt.Sprintf(`WITH ledger_head AS (SELECT %s AS x FROM %s) SELECT x FROM ledger_head`, c, table),
			fmt.Sprintf(`SELECT 1 UNION ALL SELECT 1 FROM (SELECT %s FROM %s) AS reference_code`, c, table),
			fmt.Sprintf(`UPDATE ledger_head SET peaks = (SELECT CAST(MAX(%s) AS TEXT) FROM %s)`, c, table))
	}
	if _, ok := may(db.Insert); !ok {
		out = append(out, fmt.Sprintf(`INSERT INTO %s (%s) SELECT NULL WHERE 1 = 0`, table, columns[0]))
	}
	if _, ok := may(db.Update); !ok {
		out = append(out, fmt.Sprintf(`UPDATE %s SET %s = NULL`, table, columns[0]))
	}
	if _, ok := may(db.Delete); !ok {
		out = append(out, fmt.Sprintf(`DELETE FROM %s`, table))
	}
	return out
}

func contains(list []string, s string) bool {
	for _, v := range list {
		if v == s {
			return true
		}
	}
	return false
}

// A handle that is refused is refused with ErrWall, so that the program can
// tell a wall from a mistake.
func TestWallsRefuseWithTheirOwnError(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, s *db.Store) {
		err := s.Handle(schema.Police).Look(t.Context(), func(tx *db.Tx) error {
			_, err := tx.Exec(t.Context(), `SELECT narrative FROM care_note`)
			return err
		})
		if !errors.Is(err, db.ErrWall) {
			t.Errorf("got %v, want %v", err, db.ErrWall)
		}
	})
}
