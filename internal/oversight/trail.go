package oversight

import (
	"context"
	"fmt"
	"strconv"

	"waymark.example/internal/lead"
	"waymark.example/internal/platform/access"
	"waymark.example/internal/platform/db"
	"waymark.example/internal/platform/ledger"
)

// Trail is some entries of the log, newest first, and whether there are more.
type Trail struct {
	Entries []ledger.Recorded
	More    bool
}

// Entries returns what find asks for, of the sides that the actor oversees. The
// search is itself an entry, with whom it was about.
func (s *Service) Entries(ctx context.Context, actor lead.Actor, action access.Action, find ledger.Search, limit int) (Trail, error) {
	return s.entries(ctx, actor, ledger.Entry{Actor: actor, Verb: ledger.Consulted, Act: string(action)}, action, find, limit)
}

// Export returns the same, to take away; the entry says how many.
func (s *Service) Export(ctx context.Context, actor lead.Actor, find ledger.Search, limit int) (Trail, error) {
	return s.entries(ctx, actor, ledger.Entry{Actor: actor, Verb: ledger.Disclosed, Act: "audit.export"}, "audit.export", find, limit)
}

func (s *Service) entries(ctx context.Context, actor lead.Actor, entry ledger.Entry, action access.Action, find ledger.Search, limit int) (Trail, error) {
	var out Trail
	err := s.Book.Record(ctx, entry, func(tx *db.Tx, e *ledger.Entry) error {
		e.Subjects = append(e.Subjects, find.Subject, find.Actor) // whom they looked for is part of the account
		var err error
		if find.Sides, err = s.sides(ctx, tx, actor, action); err != nil {
			return err
		}
		if e.Subjects, err = s.named(ctx, tx, find.Subject, find.Actor); err != nil {
			return err
		}
		out.Entries, err = ledger.Find(ctx, tx, find, limit+1)
		if err != nil {
			return err
		}
		if out.More = len(out.Entries) > limit; out.More {
			out.Entries = out.Entries[:limit]
		}
		if action == "audit.export" {
			e.Detail = strconv.Itoa(len(out.Entries))
		}
		return nil
	})
	if err != nil {
		return Trail{}, fmt.Errorf("search the log: %w", err)
	}
	return out, nil
}
