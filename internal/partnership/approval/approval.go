// Package approval is where the partnership's coordinator says yes or no to a
// social contact, where the policy asks them to: to a reference, its team and how
// long it waits, and to nobody's name. It imports lead, platform and the bridge.
package approval

import (
	"context"

	"waymark.example/internal/handoff/referral"
	"waymark.example/internal/lead"
	"waymark.example/internal/platform/access"
	"waymark.example/internal/platform/db"
	"waymark.example/internal/platform/ledger"
	"waymark.example/internal/platform/secret"
)

// Service carries out the use cases.
type Service struct {
	Book   *ledger.Book // of the partnership handle
	Access *access.Decider
	Post   *secret.Postbox // to destroy a letter that goes to nobody: no letter is opened here
}

// atOnce is how many are shown at once, the longest waiting first.
const atOnce = 100

// Waiting returns what waits for the coordinator, oldest first.
func (s *Service) Waiting(ctx context.Context, actor lead.Actor) ([]referral.ToConfirm, error) {
	var out []referral.ToConfirm
	entry := ledger.Entry{Actor: actor, Verb: ledger.Consulted, Act: "referral.to_confirm"}
	err := s.Book.Record(ctx, entry, func(tx *db.Tx, e *ledger.Entry) error {
		if err := s.Access.Check(actor, "referral.confirm", access.Screen{}); err != nil {
			return err
		}
		var err error
		out, err = referral.Confirmable(ctx, tx, atOnce)
		for _, c := range out {
			e.Subjects = append(e.Subjects, c.ID)
		}
		return err
	})
	return out, err
}

// Decide records the coordinator's yes, or a no with a reason from a closed list.
func (s *Service) Decide(ctx context.Context, actor lead.Actor, form ledger.Form, referralID string, yes bool, reason string) error {
	entry := ledger.Entry{Actor: actor, Verb: ledger.Altered, Act: "referral.confirm", Subjects: []string{referralID}, Detail: map[bool]string{true: "yes", false: "no"}[yes]}
	_, err := s.Book.Once(ctx, form, entry, func(tx *db.Tx, _ *ledger.Entry) (string, error) {
		if err := s.Access.Check(actor, "referral.confirm", access.Screen{}); err != nil {
			return "", err
		}
		return referralID, referral.Confirm(ctx, tx, referralID, yes, reason, actor.ID, s.Book.Now())
	})
	if err != nil {
		return err
	}
	return referral.Decided(ctx, s.Post, referralID, yes)
}
