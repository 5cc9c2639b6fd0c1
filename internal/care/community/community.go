// Package community is where a supervisor looks at what came through the third
// door and decides: it becomes a hand-off, or it does not. It imports lead,
// platform, the bridge and reference.
package community

import (
	"context"
	"fmt"
	"slices"
	"time"

	"waymark.example/internal/handoff/door"
	"waymark.example/internal/handoff/keeping"
	"waymark.example/internal/handoff/referral"
	"waymark.example/internal/lead"
	"waymark.example/internal/platform/access"
	"waymark.example/internal/platform/db"
	"waymark.example/internal/platform/ledger"
	"waymark.example/internal/platform/secret"
	"waymark.example/internal/reference/codelist"
)

// Service carries out the use cases.
type Service struct {
	Book   *ledger.Book // of the care handle
	Access *access.Decider
	Keys   *secret.Ring
}

// List is what waits, in the order in which it was promised.
type List struct {
	Waiting []door.Waiting
	Held    int // how many are held back
}

// atOnce is how many are shown at once.
const atOnce = 100

// List returns what waits, or what came in a flood and is held back.
func (s *Service) List(ctx context.Context, actor lead.Actor, held bool) (List, error) {
	var out List
	entry := ledger.Entry{Actor: actor, Verb: ledger.Consulted, Act: "door.list"}
	err := s.Book.Record(ctx, entry, func(tx *db.Tx, e *ledger.Entry) error {
		if err := s.Access.Check(actor, "door.triage", access.Screen{}); err != nil {
			return err
		}
		var err error
		if out.Waiting, err = door.ToLookAt(ctx, tx, s.Keys, held, atOnce); err != nil {
			return err
		}
		for _, w := range out.Waiting {
			e.Subjects = append(e.Subjects, w.ID)
		}
		out.Held, err = door.Held(ctx, tx)
		return err
	})
	return out, err
}

// One returns one that waits.
func (s *Service) One(ctx context.Context, actor lead.Actor, id string) (door.Waiting, error) {
	var out door.Waiting
	entry := ledger.Entry{Actor: actor, Verb: ledger.Consulted, Act: "door.read", Subjects: []string{id}}
	err := s.Book.Record(ctx, entry, func(tx *db.Tx, _ *ledger.Entry) error {
		if err := s.Access.Check(actor, "door.triage", access.Screen{}); err != nil {
			return err
		}
		var err error
		out, err = door.ByID(ctx, tx, s.Keys, id)
		return err
	})
	return out, err
}

// Decide records what becomes of one: it is released from those held back,
// accepted as a hand-off, or ends, and then its words can be read nowhere any more.
func (s *Service) Decide(ctx context.Context, actor lead.Actor, form ledger.Form, id string, kind door.Kind, reason string) error {
	entry := ledger.Entry{Actor: actor, Verb: ledger.Altered, Act: "door.decide", Subjects: []string{id}, Detail: string(kind)}
	_, err := s.Book.Once(ctx, form, entry, func(tx *db.Tx, _ *ledger.Entry) (string, error) {
		if err := s.Access.Check(actor, "door.triage", access.Screen{}); err != nil {
			return "", err
		}
		w, err := door.ByID(ctx, tx, s.Keys, id)
		if err != nil {
			return "", err
		}
		if err := check(kind, reason); err != nil {
			return "", err
		}
		if kind != door.NotNow {
			reason = ""
		}
		return id, door.Decide(ctx, tx, w, kind, reason, actor.ID, s.Book.Now())
	})
	if err != nil || kind == door.Accepted || kind == door.Released {
		return err
	}
	return s.Keys.Destroy(ctx, id)
}

func check(kind door.Kind, reason string) error {
	switch kind {
	case door.Released, door.Accepted, door.Duplicate, door.Junk:
		return nil
	case door.NotNow:
		if slices.ContainsFunc(door.NotNows(), func(c referral.Choice) bool { return c.Code == reason }) {
			return nil
		}
		return lead.Invalid{"reason": "Choose why not now"}
	}
	return lead.ErrNotFound // a form that is none of ours
}

// ThrowAway ends all that is held back, as junk, in one go.
func (s *Service) ThrowAway(ctx context.Context, actor lead.Actor, form ledger.Form) error {
	var gone []string
	entry := ledger.Entry{Actor: actor, Verb: ledger.Altered, Act: "door.throw_away"}
	_, err := s.Book.Once(ctx, form, entry, func(tx *db.Tx, e *ledger.Entry) (string, error) {
		if err := s.Access.Check(actor, "door.triage", access.Screen{}); err != nil {
			return "", err
		}
		all, err := door.ToLookAt(ctx, tx, s.Keys, true, 1000)
		if err != nil {
			return "", err
		}
		for _, w := range all {
			if err := door.Decide(ctx, tx, w, door.Junk, "", actor.ID, s.Book.Now()); err != nil {
				return "", err
			}
			gone = append(gone, w.ID)
		}
		e.Detail = fmt.Sprint(len(gone))
		return "", nil
	})
	if err != nil {
		return err
	}
	return s.destroy(ctx, gone)
}

// Expire lets those go whose time is over (R55) and returns how many.
func (s *Service) Expire(ctx context.Context) (int, error) {
	actor := lead.System()
	due := func(tx *db.Tx) ([]door.Waiting, error) {
		lists, err := codelist.Load(ctx, tx, keeping.Schedule)
		if err != nil {
			return nil, err
		}
		before, ok := keeping.DueBefore(lists.Codes(keeping.Schedule), "COMMUNITY_UNTAKEN", s.Book.Now())
		if !ok {
			before = time.Time{}
		}
		return door.Due(ctx, tx, before, s.Book.Now(), atOnce)
	}
	var waiting []door.Waiting
	if err := s.Book.Look(ctx, func(tx *db.Tx) (err error) { waiting, err = due(tx); return err }); err != nil || len(waiting) == 0 {
		return 0, err
	}
	var gone []string
	entry := ledger.Entry{Actor: actor, Verb: ledger.Erased, Act: "door.let_go"}
	err := s.Book.Record(ctx, entry, func(tx *db.Tx, e *ledger.Entry) error {
		if err := s.Access.Check(actor, "door.expire", access.Screen{}); err != nil {
			return err
		}
		all, err := due(tx)
		if err != nil {
			return err
		}
		for _, w := range all {
			if err := door.Decide(ctx, tx, w, door.LetGo, "", actor.ID, s.Book.Now()); err != nil {
				return err
			}
			gone = append(gone, w.ID)
		}
		e.Subjects = gone
		return nil
	})
	if err != nil {
		return 0, err
	}
	return len(gone), s.destroy(ctx, gone)
}

func (s *Service) destroy(ctx context.Context, ids []string) error {
	for _, id := range ids {
		if err := s.Keys.Destroy(ctx, id); err != nil {
			return err
		}
	}
	return nil
}
