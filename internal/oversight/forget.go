package oversight

import (
	"context"
	"fmt"

	"waymark.example/internal/handoff/keeping"
	"waymark.example/internal/lead"
	"waymark.example/internal/platform/access"
	"waymark.example/internal/platform/db"
	"waymark.example/internal/platform/ledger"
)

// Forget takes somebody whose file is erased out of the log: every entry stays,
// and none leads to them any more. sure is that the officer knows what it means.
func (s *Service) Forget(ctx context.Context, actor lead.Actor, form ledger.Form, participantID string, sure bool) error {
	entry := ledger.Entry{Actor: actor, Verb: ledger.Erased, Act: "record.forget", Subjects: []string{participantID}, Purpose: string(access.OwnRecord)}
	_, err := s.Book.Once(ctx, form, entry, func(tx *db.Tx, e *ledger.Entry) (string, error) {
		if err := s.participants(ctx, tx, actor, "record.forget"); err != nil {
			return "", err
		}
		f, err := scanFile(tx.One(ctx, fileByID, participantID))
		if err != nil {
			return "", err
		}
		leading, err := ledger.Leading(ctx, tx, participantID)
		if err != nil {
			return "", err
		}
		switch {
		case !f.Erased || leading == 0:
			return "", lead.ErrConflict
		case !sure:
			return "", lead.Invalid{"sure": "Confirm that you know this cannot be undone"}
		}
		return "forgotten", ledger.Forget(ctx, tx, e, participantID)
	})
	return err
}

// named returns those of ids that an entry may name as whom it was about: not
// people who were taken out of the log, or looking for them would put them back.
func (s *Service) named(ctx context.Context, tx *db.Tx, ids ...string) ([]string, error) {
	var out []string
	for _, id := range ids {
		k, err := keeping.Of(ctx, tx, id)
		if err != nil {
			return nil, fmt.Errorf("named: %w", err)
		}
		if k.Erased {
			leading, err := ledger.Leading(ctx, tx, id)
			if err != nil {
				return nil, err
			}
			if leading == 0 {
				continue
			}
		}
		out = append(out, id)
	}
	return out, nil
}
