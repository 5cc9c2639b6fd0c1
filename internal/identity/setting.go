package identity

import (
	"context"
	"errors"
	"fmt"

	"waymark.example/internal/lead"
	"waymark.example/internal/platform/access"
	"waymark.example/internal/platform/db"
	"waymark.example/internal/platform/ledger"
)

const (
	allowed = "allowed"
	off     = "off"
)

// passwordsOf names the setting that says whether people of a side may sign in
// with a password and a one-time code. They may not until somebody decides it.
func passwordsOf(side lead.Side) string { return "passwords:" + string(side) }

// accountSides lists the sides that accounts stand on.
func accountSides() []lead.Side {
	return []lead.Side{lead.Police, lead.Care, lead.Recipient, lead.Partnership, lead.Evidence, lead.Oversight, lead.Operation}
}

// AccountSides lists the sides that accounts stand on, in the order of pages.
func AccountSides() []lead.Side { return accountSides() }

// PasswordSides returns the sides whose people may sign in with a password.
func (s *Service) PasswordSides(ctx context.Context, actor lead.Actor) ([]lead.Side, error) {
	if err := s.Access.Check(actor, "identity.settings", access.Screen{}); err != nil {
		return nil, err
	}
	var out []lead.Side
	err := s.Book.Look(ctx, func(tx *db.Tx) error {
		for _, side := range accountSides() {
			ok, err := passwordsAllowed(ctx, tx, side)
			if err != nil {
				return err
			}
			if ok {
				out = append(out, side)
			}
		}
		return nil
	})
	return out, err
}

// AllowPasswords says for which sides passwords are allowed, and for no other.
func (s *Service) AllowPasswords(ctx context.Context, actor lead.Actor, form ledger.Form, sides []lead.Side) error {
	if err := s.Access.Check(actor, "identity.settings", access.Screen{}); err != nil {
		return err
	}
	want := map[lead.Side]bool{}
	for _, side := range sides {
		want[side] = true
	}
	entry := ledger.Entry{Actor: actor, Verb: ledger.Administered, Act: "identity.settings"}
	_, err := s.Book.Once(ctx, form, entry, func(tx *db.Tx, e *ledger.Entry) (string, error) {
		for _, side := range accountSides() {
			is, err := passwordsAllowed(ctx, tx, side)
			if err != nil {
				return "", err
			}
			if is == want[side] {
				continue
			}
			value := off
			if want[side] {
				value = allowed
			}
			e.Detail += passwordsOf(side) + "=" + value + " "
			if err := s.keepSetting(ctx, tx, actor, passwordsOf(side), value); err != nil {
				return "", err
			}
		}
		return "", nil
	})
	return err
}

func (s *Service) set(ctx context.Context, actor lead.Actor, form ledger.Form, name, value string) error {
	entry := ledger.Entry{Actor: actor, Verb: ledger.Administered, Act: "identity.settings", Detail: name + "=" + value}
	_, err := s.Book.Once(ctx, form, entry, func(tx *db.Tx, _ *ledger.Entry) (string, error) {
		return "", s.keepSetting(ctx, tx, actor, name, value)
	})
	return err
}

func (s *Service) keepSetting(ctx context.Context, tx *db.Tx, actor lead.Actor, name, value string) error {
	var version int64
	if err := tx.One(ctx, lastSettingVersion, name).Scan(&version); err != nil {
		return fmt.Errorf("setting: %w", err)
	}
	if _, err := tx.Exec(ctx, insertSetting, name, version+1, value, actor.ID, db.At(s.Book.Now())); err != nil {
		return fmt.Errorf("setting: %w", err)
	}
	return nil
}

// passwordsAllowed reports whether people of a side may use a password.
func passwordsAllowed(ctx context.Context, tx *db.Tx, side lead.Side) (bool, error) {
	var value string
	err := tx.One(ctx, settingNow, passwordsOf(side)).Scan(&value)
	if errors.Is(err, lead.ErrNotFound) {
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("setting: %w", err)
	}
	return value == allowed, nil
}
