package db_test

import (
	"errors"
	"strings"
	"testing"

	"waymark.example/internal/dbtest"
	"waymark.example/internal/lead"
	"waymark.example/internal/platform/db"
	"waymark.example/internal/schema"
)

// Two areas in one database: the database itself refuses every handle of one on
// every table of the other, whatever way it is named, and the other has nothing
// of what the first wrote.
func TestWallsStandBetweenAreas(t *testing.T) {
	dbtest.EachAreas(t, func(t *testing.T, a, b *db.Store) {
		keep := func(s *db.Store, name string) {
			t.Helper()
			if err := s.Handle(schema.Identity).Transact(t.Context(), func(tx *db.Tx) error {
				_, err := tx.Exec(t.Context(), `INSERT INTO identity_key (name, secret, made_at) VALUES ($1, 'x', 'x')`, name)
				return err
			}); err != nil {
				t.Fatal(err)
			}
		}
		keep(a, "same")
		keep(b, "same") // the same key twice: they share no table
		keep(b, "of b")
		var n int
		if err := a.Handle(schema.Identity).Look(t.Context(), func(tx *db.Tx) error {
			return tx.One(t.Context(), `SELECT COUNT(*) FROM identity_key`).Scan(&n)
		}); err != nil || n != 1 {
			t.Errorf("area a has %d keys, %v", n, err)
		}
		tried := 0
		for handle := range schema.Layout().Walls {
			h := a.Handle(handle)
			for table, columns := range schemaTables(t) {
				for _, in := range []string{"area_b.", "public."} {
					attack := `SELECT ` + columns[0] + ` FROM ` + in + table
					tried++
					if err := h.Prepare(t.Context(), db.Query(attack)); err == nil { // rights are checked when it runs
						err = h.Transact(t.Context(), func(tx *db.Tx) error {
							_, err := tx.Exec(t.Context(), db.Query(attack))
							return err
						})
						if err == nil || (in == "area_b." && !errors.Is(err, db.ErrWall)) {
							t.Errorf("%s of area a may: %s: %v", handle, attack, err)
						}
					}
				}
			}
			for _, attack := range []string{
				`INSERT INTO area_b.identity_key (name, secret, made_at) VALUES ('a was here', 'x', 'x')`,
				`DELETE FROM area_b.identity_key`,
				`SET search_path = area_b; SELECT secret FROM identity_key`,
				`SET ROLE NONE; SELECT secret FROM area_b.wall_secret`,
				`CREATE TABLE area_a.mine (x TEXT)`, `CREATE TABLE area_b.mine (x TEXT)`, `CREATE SCHEMA area_mine`,
				`ATTACH DATABASE '../b/waymark.db' AS area_b`,
			} {
				tried++
				if err := h.Transact(t.Context(), func(tx *db.Tx) error {
					_, err := tx.Exec(t.Context(), db.Query(attack))
					return err
				}); err == nil {
					t.Errorf("%s of area a may: %s", handle, attack)
				}
			}
		}
		if err := b.Handle(schema.Identity).Look(t.Context(), func(tx *db.Tx) error {
			return tx.One(t.Context(), `SELECT COUNT(*) FROM identity_key`).Scan(&n)
		}); err != nil || n != 2 {
			t.Errorf("area b has %d keys, %v", n, err)
		}
		t.Logf("%d attempts at another area refused", tried)
	})
}

// A name that would need quoting, or could reach out of its folder, is no name.
func TestAnAreasNameIsPlain(t *testing.T) {
	for _, name := range []string{"", "..", "a/b", "a-b", "A", "1a", "a b", `a"; DROP SCHEMA b; --`, strings.Repeat("a", 21), "é"} {
		for _, address := range []string{"sqlite:data/waymark.db", "postgres://owner@host/waymark"} {
			if at, err := db.InArea(address, name); !errors.As(err, &lead.Invalid{}) {
				t.Errorf("%q in %s: %q, %v", name, address, at, err)
			}
		}
	}
	for address, want := range map[string]string{
		"sqlite:data/waymark.db":                          "sqlite:data/north/waymark.db",
		"postgres://owner@host/waymark?sslmode=require":   "postgres://owner@host/waymark?search_path=area_north&sslmode=require",
		"postgresql://owner@host/waymark?search_path=mud": "postgresql://owner@host/waymark?search_path=area_north",
	} {
		if at, err := db.InArea(address, "north"); err != nil || at != want {
			t.Errorf("%s: %s, %v", address, at, err)
		}
	}
	if _, err := db.Open(t.Context(), `postgres://owner@host/waymark?search_path=area_"x`, schema.Layout()); err == nil || strings.Contains(err.Error(), "connect") {
		t.Errorf("a schema that is no area's is opened: %v", err)
	}
}
