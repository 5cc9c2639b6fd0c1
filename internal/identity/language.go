package identity

import (
	"context"
	"fmt"

	"waymark.example/internal/lead"
	"waymark.example/internal/platform/access"
	"waymark.example/internal/platform/db"
)

// KeepLanguage keeps in which language actor reads pages.
func (s *Service) KeepLanguage(ctx context.Context, actor lead.Actor, language string) error {
	if err := s.Access.Check(actor, "account.own", access.Screen{}); err != nil {
		return err
	}
	return s.Book.Keep(ctx, func(tx *db.Tx) error {
		if _, err := tx.Exec(ctx, keepLanguage, actor.ID, language, db.At(s.Book.Now())); err != nil {
			return fmt.Errorf("keep language: %w", err)
		}
		return nil
	})
}
