package identity

import (
	"context"
	"fmt"
	"time"

	"waymark.example/internal/lead"
	"waymark.example/internal/platform/access"
	"waymark.example/internal/platform/db"
	"waymark.example/internal/platform/ledger"
)

// Notice is something that happened to an account and that its owner may not
// have done themselves.
type Notice struct {
	ID     string
	Kind   NoticeKind
	Detail string
	Made   time.Time
}

// NoticeKind is what happened.
type NoticeKind string

// The kinds of notice.
const (
	NoticeMoved     NoticeKind = "session_moved"
	NoticeRevoked   NoticeKind = "devices_revoked"
	NoticeRecovered NoticeKind = "recovery_confirmed"
	NoticeKeyAdded  NoticeKind = "key_added"
	NoticeKeyGone   NoticeKind = "key_removed"
	NoticeKeyCopied NoticeKind = "key_copied"
	NoticeRoles     NoticeKind = "roles_changed"
)

// Words says what happened, to the owner of the account.
func (n Notice) Words() string {
	switch n.Kind {
	case NoticeMoved:
		return "Your session was used from another browser (" + n.Detail + ") and was ended. If that was not you, tell your administrator now."
	case NoticeRevoked:
		return n.Detail + " signed you out everywhere and suspended your passkeys, as for a lost device."
	case NoticeRecovered:
		return "Two people gave you a new enrolment code: " + n.Detail + "."
	case NoticeKeyAdded:
		return "A passkey was added to your account: " + n.Detail + "."
	case NoticeKeyGone:
		return "A passkey was removed from your account: " + n.Detail + "."
	case NoticeKeyCopied:
		return "The passkey " + n.Detail + " counted backwards, as a copy of it would. It is suspended: make a new one, and tell your administrator."
	case NoticeRoles:
		return "Your roles were changed. You now have: " + n.Detail + "."
	}
	return string(n.Kind)
}

// tell keeps a notice for the owner of an account.
func (s *Service) tell(ctx context.Context, tx *db.Tx, accountID string, kind NoticeKind, detail string) error {
	if _, err := tx.Exec(ctx, insertNotice, lead.NewID("not"), accountID, kind, detail, db.At(s.Book.Now())); err != nil {
		return fmt.Errorf("notice: %w", err)
	}
	return nil
}

// Notices lists what actor was not told yet, oldest first.
func (s *Service) Notices(ctx context.Context, actor lead.Actor) ([]Notice, error) {
	if err := s.Access.Check(actor, "account.own", access.Screen{}); err != nil {
		return nil, err
	}
	var out []Notice
	err := s.Book.Look(ctx, func(tx *db.Tx) error {
		var err error
		out, err = db.All(ctx, tx, func(row db.Row) (Notice, error) {
			var n Notice
			var made db.Time
			err := row.Scan(&n.ID, &n.Kind, &n.Detail, &made)
			n.Made = made.Time
			return n, err
		}, unreadNotices, actor.ID)
		return err
	})
	return out, err
}

// ReadNotices notes that actor was told everything up to the notice lastID.
func (s *Service) ReadNotices(ctx context.Context, actor lead.Actor, form ledger.Form, lastID string) error {
	if err := s.Access.Check(actor, "account.own", access.Screen{}); err != nil {
		return err
	}
	entry := ledger.Entry{Actor: actor, Verb: ledger.Administered, Act: "account.told", Subjects: []string{actor.ID}}
	_, err := s.Book.Once(ctx, form, entry, func(tx *db.Tx, _ *ledger.Entry) (string, error) {
		// Identifiers sort by the time they were made.
		_, err := tx.Exec(ctx, markRead, db.At(s.Book.Now()), actor.ID, lastID)
		return "", err
	})
	return err
}
