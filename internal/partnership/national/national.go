// Package national is where a partnership decides whether its published figures are
// shown beside those of other areas. It may change its mind on any day. It imports
// lead and platform.
package national

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"

	"waymark.example/internal/lead"
	"waymark.example/internal/platform/access"
	"waymark.example/internal/platform/db"
	"waymark.example/internal/platform/ledger"
)

// Decision is one of the partnership's, with its words.
type Decision struct {
	Version int64
	Joined  bool
	Words   string
	By      string
	At      time.Time
}

// Service carries out the use cases.
type Service struct {
	Book   *ledger.Book // of the partnership handle
	Access *access.Decider
}

// Decisions returns what was decided, newest first: the first of them stands.
// Without one, nothing is shown.
func (s *Service) Decisions(ctx context.Context, actor lead.Actor) ([]Decision, error) {
	var out []Decision
	entry := ledger.Entry{Actor: actor, Verb: ledger.Consulted, Act: "national.read"}
	err := s.Book.Record(ctx, entry, func(tx *db.Tx, _ *ledger.Entry) error {
		if err := s.Access.Check(actor, "national.read", access.Screen{}); err != nil {
			return err
		}
		var err error
		out, err = db.All(ctx, tx, func(r db.Row) (Decision, error) {
			var d Decision
			var at db.Time
			err := r.Scan(&d.Version, &d.Joined, &d.Words, &d.By, &at)
			d.At = at.Time
			return d, err
		}, decisions)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("national decisions: %w", err)
	}
	return out, nil
}

// mostWords is how long the words of a decision may be.
const mostWords = 500

// Decide records whether the figures are shown, from the next request on. from is
// the version that the decision follows, 0 for the first.
func (s *Service) Decide(ctx context.Context, actor lead.Actor, form ledger.Form, from int64, joined *bool, words string) error {
	words = strings.TrimSpace(words)
	entry := ledger.Entry{Actor: actor, Verb: ledger.Administered, Act: "national.decide"}
	_, err := s.Book.Once(ctx, form, entry, func(tx *db.Tx, e *ledger.Entry) (string, error) {
		if err := s.Access.Check(actor, "national.decide", access.Screen{}); err != nil {
			return "", err
		}
		bad := lead.Invalid{}
		if joined == nil {
			bad["joined"] = "Choose whether they are shown"
		}
		if words == "" {
			bad["words"] = "Say what was decided, and by whom"
		}
		bad.TooLong("words", words, mostWords)
		if err := bad.OrNil(); err != nil {
			return "", err
		}
		e.Detail = map[bool]string{true: "shown", false: "not shown"}[*joined]
		n, err := tx.Exec(ctx, insertDecision, from+1, *joined, words, actor.ID, db.At(s.Book.Now()), from)
		if err != nil {
			return "", fmt.Errorf("national decision: %w", err)
		}
		if n == 0 { // somebody decided meanwhile
			return "", lead.ErrConflict
		}
		return strconv.FormatInt(from+1, 10), nil
	})
	return err
}
