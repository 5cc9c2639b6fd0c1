// Package oversight is the work of data-protection officers and auditors: who
// saw whom, what people ask about their records, the registers the law wants,
// what becomes of files, and the record of processing. It sees that things
// happened, never what is in a case. It imports the bridge, identity, reference
// and platform.
package oversight

import (
	"context"
	"fmt"
	"time"

	"waymark.example/internal/handoff/rights"
	"waymark.example/internal/lead"
	"waymark.example/internal/platform/access"
	"waymark.example/internal/platform/db"
	"waymark.example/internal/platform/ledger"
	"waymark.example/internal/platform/secret"
)

// Service carries out the use cases on the oversight handle.
type Service struct {
	Book   *ledger.Book
	Access *access.Decider
	Rights *rights.Service
	Ring   *secret.Ring // of the oversight handle: what was written for it to read
}

// sides lists the sides whose acts the actor may look at for action.
func (s *Service) sides(ctx context.Context, tx *db.Tx, actor lead.Actor, action access.Action) ([]lead.Side, error) {
	kind, err := watcher(ctx, tx, actor)
	if err != nil {
		return nil, err
	}
	var out []lead.Side
	for _, side := range allSides() {
		if s.Access.Check(actor, action, access.Zone{Side: side, Watcher: kind}) == nil {
			out = append(out, side)
		}
	}
	if len(out) == 0 {
		return nil, fmt.Errorf("%s: %w", action, lead.ErrForbidden)
	}
	return out, nil
}

// allSides lists every side that acts; "" is the product itself.
func allSides() []lead.Side {
	return []lead.Side{lead.Police, lead.Care, lead.Partnership, lead.Evidence, lead.Oversight, lead.Operation, lead.Recipient, lead.Subject, ""}
}

// participants decides whether the actor oversees what concerns participants.
func (s *Service) participants(ctx context.Context, tx *db.Tx, actor lead.Actor, action access.Action) error {
	kind, err := watcher(ctx, tx, actor)
	if err != nil {
		return err
	}
	return s.Access.Check(actor, action, access.Zone{Side: lead.Subject, Watcher: kind})
}

// register decides whether the actor keeps a register of an organisation.
func (s *Service) register(actor lead.Actor, action access.Action, owner string) error {
	return s.Access.Check(actor, action, access.Zone{Owner: owner})
}

// watcher returns the kind of the actor's organisation.
func watcher(ctx context.Context, tx *db.Tx, actor lead.Actor) (string, error) {
	var kind string
	if err := tx.One(ctx, kindOf, actor.Organisation).Scan(&kind); err != nil {
		return "", fmt.Errorf("organisation: %w", err)
	}
	return kind, nil
}

// workingDays returns the end of the n-th working day after t. Bank holidays
// count as working days: whoever keeps this moment is in time.
func workingDays(t time.Time, n int) time.Time {
	for n > 0 {
		t = t.AddDate(0, 0, 1)
		if t.Weekday() != time.Saturday && t.Weekday() != time.Sunday {
			n--
		}
	}
	y, m, d := t.UTC().Date()
	return time.Date(y, m, d, 23, 59, 59, 0, time.UTC)
}
