package away

import (
	"context"
	"fmt"
	"slices"
	"time"

	"waymark.example/internal/care/participant"
	"waymark.example/internal/platform/db"
)

// Out is what a person's page says of this: who has them along, and how many
// contacts about them wait to be looked at.
type Out struct {
	Leases []Lease
	Held   int
}

// Of returns it, for whoever may read the case.
func (s *Service) Of(ctx context.Context, tx *db.Tx, n participant.Now, now time.Time) (Out, error) {
	var out Out
	for _, of := range n.Records() { // a person taken along is one (R58)
		leases, err := db.All(ctx, tx, scanLease, leasesWith, of.ID, db.At(now))
		if err != nil {
			return Out{}, fmt.Errorf("taken along: %w", err)
		}
		for _, l := range leases {
			live, err := s.live(ctx, tx, l)
			if err != nil {
				return Out{}, err
			}
			if live && !slices.ContainsFunc(out.Leases, func(has Lease) bool { return has.ID == l.ID }) {
				out.Leases = append(out.Leases, l)
			}
		}
		var held int
		if err := tx.One(ctx, heldAbout, of.ID).Scan(&held); err != nil {
			return Out{}, fmt.Errorf("taken along: %w", err)
		}
		out.Held += held
	}
	return out, nil
}
