package db_test

import (
	"errors"
	"testing"

	"waymark.example/internal/dbtest"
	"waymark.example/internal/lead"
	"waymark.example/internal/platform/db"
	"waymark.example/internal/schema"
)

// A database that takes no writes says so in a way the pages understand, and
// keeps answering.
func TestAReadOnlyDatabaseIsUnavailableForWriting(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, s *db.Store) {
		h := s.Handle(schema.Identity)
		err := h.Look(t.Context(), func(tx *db.Tx) error { // a transaction that may only read
			_, err := tx.Exec(t.Context(), `INSERT INTO identity_key (name, secret, made_at) VALUES ('x', 'x', 'x')`)
			return err
		})
		if !errors.Is(err, lead.ErrUnavailable) {
			t.Errorf("got %v, want %v", err, lead.ErrUnavailable)
		}
		var n int
		err = h.Look(t.Context(), func(tx *db.Tx) error {
			return tx.One(t.Context(), `SELECT COUNT(*) FROM identity_key WHERE name = 'x'`).Scan(&n)
		})
		if err != nil || n != 0 {
			t.Errorf("%d rows, %v", n, err)
		}
	})
}
