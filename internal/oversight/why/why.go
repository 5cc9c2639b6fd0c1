// Package why explains any single decision about access: who asks, for what, of
// whose record, which policy permits it and which facts make it hold. It reads
// no content of any record. It imports lead and platform.
package why

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"waymark.example/internal/lead"
	"waymark.example/internal/platform/access"
	"waymark.example/internal/platform/db"
	"waymark.example/internal/platform/ledger"
)

// Question is what is to be explained.
type Question struct {
	AccountID string
	Action    access.Action
	RecordID  string // of a participant, contact or referral; "" for the page before any record
}

// Fact is one thing the policies looked at, in words.
type Fact struct{ What, Is string }

// Explanation is how the decision would fall now.
type Explanation struct {
	Who     lead.Actor
	Meaning access.Meaning
	Allowed bool
	Because []access.Policy // those that permit it
	Others  []access.Policy // those that name the action and do not
	Facts   []Fact
}

// Service explains.
type Service struct {
	Book   *ledger.Book // of the oversight handle
	Access *access.Decider
}

// Explain works a decision out again from today's policies and facts.
func (s *Service) Explain(ctx context.Context, actor lead.Actor, q Question) (Explanation, error) {
	var out Explanation
	entry := ledger.Entry{Actor: actor, Verb: ledger.Consulted, Act: "access.explain", Subjects: []string{q.AccountID, q.RecordID}, Detail: string(q.Action)}
	err := s.Book.Record(ctx, entry, func(tx *db.Tx, _ *ledger.Entry) error {
		if err := s.Access.Check(actor, "access.explain", access.Screen{}); err != nil {
			return err
		}
		bad := lead.Invalid{}
		meaning, ok := access.Meanings()[q.Action]
		if !ok {
			bad["action"] = "Choose what was asked for"
		}
		who, err := account(ctx, tx, q.AccountID)
		if errors.Is(err, lead.ErrNotFound) {
			bad["actor"] = "There is no account with this id: copy it from an entry of the log"
		} else if err != nil {
			return err
		}
		resource, facts, err := record(ctx, tx, q.RecordID)
		if errors.Is(err, lead.ErrNotFound) {
			bad["record"] = "There is no record with this id: copy it from an entry of the log, or leave this empty"
		} else if err != nil {
			return err
		}
		if err := bad.OrNil(); err != nil {
			return err
		}
		because, allowed := s.Access.Decide(who, q.Action, resource)
		out = Explanation{Who: who, Meaning: meaning, Allowed: allowed, Facts: append(factsOf(who), facts...)}
		for _, p := range s.Access.About(q.Action) {
			if allowed && slices.Contains(because, p.ID) {
				out.Because = append(out.Because, p)
			} else {
				out.Others = append(out.Others, p)
			}
		}
		return nil
	})
	return out, err
}

func factsOf(who lead.Actor) []Fact {
	roles := make([]string, len(who.Roles))
	for i, r := range who.Roles {
		roles[i] = r.Words()
	}
	held := strings.Join(roles, ", ")
	if held == "" {
		held = "none: the account is stopped, or holds no role any more"
	}
	return []Fact{{"Their side", string(who.Side)}, {"Their roles", held}, {"Their team", or(who.Team, "none")}, {"Their account", who.ID}}
}

func or(s, otherwise string) string {
	if s == "" {
		return otherwise
	}
	return s
}

// account loads who asks, as the policies would see them.
func account(ctx context.Context, tx *db.Tx, id string) (lead.Actor, error) {
	a := lead.Actor{ID: id}
	var active bool
	if err := tx.One(ctx, accountByID, id).Scan(&a.Name, &a.Side, &a.Team, &a.Organisation, &active); err != nil {
		return lead.Actor{}, err
	}
	if !active {
		return a, nil
	}
	var err error
	a.Roles, err = db.All(ctx, tx, func(row db.Row) (lead.Role, error) {
		var r lead.Role
		return r, row.Scan(&r)
	}, rolesHeld, id)
	if err != nil {
		return lead.Actor{}, fmt.Errorf("roles: %w", err)
	}
	return a, nil
}

// record loads the facts of one record that policies look at: whose it is, and
// nothing of what is in it.
func record(ctx context.Context, tx *db.Tx, id string) (access.Resource, []Fact, error) {
	kind, _, _ := strings.Cut(id, "_")
	switch kind {
	case "":
		return access.Screen{}, []Fact{{"The record", "none: the page before it is about anybody"}}, nil
	case "par":
		c := access.Case{ID: id}
		if err := tx.One(ctx, caseFacts, id).Scan(&c.Worker, &c.Team, &c.State, &c.Responding); err != nil {
			return nil, nil, err
		}
		return c, []Fact{{"Who walks with the person", or(c.Worker, "nobody yet")}, {"The case's team", c.Team}, {"Where the case stands", c.State}}, nil
	case "con":
		c := access.Contact{ID: id}
		if err := tx.One(ctx, contactFacts, id).Scan(&c.Officer, &c.Team, &c.Recorder); err != nil {
			return nil, nil, err
		}
		return c, []Fact{{"Whose contact it is", c.Officer}, {"Who recorded it", c.Recorder}, {"The contact's team", c.Team}}, nil
	case "ref":
		r := access.Referral{ID: id}
		if err := tx.One(ctx, referralFacts, id).Scan(&r.Officer, &r.Team, &r.Waiting); err != nil {
			return nil, nil, err
		}
		r.Approved = r.Waiting // only an approved hand-off waits for the case team
		return r, []Fact{{"Who made the referral", r.Officer}, {"Their team", r.Team}, {"It waits for the case team", map[bool]string{true: "yes", false: "no"}[r.Waiting]}}, nil
	}
	return nil, nil, lead.ErrNotFound
}
