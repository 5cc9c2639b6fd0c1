package identity

import (
	"context"
	"fmt"

	"waymark.example/internal/lead"
	"waymark.example/internal/platform/db"
)

// CountByRole returns how many accounts that may sign in hold each role: numbers,
// no names.
func (s *Service) CountByRole(ctx context.Context) (map[lead.Role]int, error) {
	out := map[lead.Role]int{}
	err := s.Book.Look(ctx, func(tx *db.Tx) error {
		_, err := db.All(ctx, tx, func(row db.Row) (lead.Role, error) {
			var r lead.Role
			var n int
			err := row.Scan(&r, &n)
			out[r] = n
			return r, err
		}, countByRole)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("count accounts: %w", err)
	}
	return out, nil
}

// Holder is a colleague who holds a role, and for whom they work.
type Holder struct{ ID, Name, Organisation string }

// Holders returns who holds a role, by organisation.
func (s *Service) Holders(ctx context.Context, r lead.Role) ([]Holder, error) {
	var out []Holder
	err := s.Book.Look(ctx, func(tx *db.Tx) error {
		var err error
		out, err = db.All(ctx, tx, func(row db.Row) (Holder, error) {
			var h Holder
			return h, row.Scan(&h.ID, &h.Name, &h.Organisation)
		}, holdersOf, r)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("holders of a role: %w", err)
	}
	return out, nil
}
