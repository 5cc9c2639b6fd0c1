package identity

import (
	"context"
	"errors"
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

// Names puts names to accounts: for pages of a side whose database handle knows
// none.
func (s *Service) Names(ctx context.Context, ids []string) (map[string]string, error) {
	out := map[string]string{}
	err := s.Book.Look(ctx, func(tx *db.Tx) error {
		for _, id := range ids {
			var name string
			err := tx.One(ctx, nameOf, id).Scan(&name)
			if errors.Is(err, lead.ErrNotFound) {
				continue
			}
			if err != nil {
				return err
			}
			out[id] = name
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("names: %w", err)
	}
	return out, nil
}
