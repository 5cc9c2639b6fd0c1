package identity

import (
	"context"
	"fmt"
	"strings"

	"waymark.example/internal/lead"
	"waymark.example/internal/platform/db"
)

// Officers finds the police accounts of one force by how a record system names
// them.
type Officers struct{ by map[string]lead.Actor }

// OfficersOf returns the officers of a force by their work e-mail. Colleagues'
// addresses stay in here: whoever looks one up has it already.
func (s *Service) OfficersOf(ctx context.Context, organisationID string) (Officers, error) {
	o := Officers{map[string]lead.Actor{}}
	err := s.Book.Look(ctx, func(tx *db.Tx) error {
		_, err := db.All(ctx, tx, func(row db.Row) (string, error) {
			a := lead.Actor{Side: lead.Police, Organisation: organisationID}
			var email string
			err := row.Scan(&email, &a.ID, &a.Name, &a.Team)
			o.by[email] = a
			return email, err
		}, policeOfForce, organisationID)
		return err
	})
	if err != nil {
		return Officers{}, fmt.Errorf("officers: %w", err)
	}
	return o, nil
}

// Also lets a collar number stand for a work e-mail. It reports whether there is
// such an account.
func (o Officers) Also(collar, email string) bool {
	a, ok := o.by[emailKey(email)]
	if ok {
		o.by[emailKey(collar)] = a
	}
	return ok
}

// Find returns whose account is meant.
func (o Officers) Find(named string) (lead.Actor, bool) {
	a, ok := o.by[emailKey(strings.TrimSpace(named))]
	return a, ok
}
