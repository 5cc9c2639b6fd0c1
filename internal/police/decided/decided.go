// Package decided shows officers what they decided themselves, and a sergeant what one officer of the team did, for the two of them to talk about: never beside
// another officer, never in an order, never split by who was met, and only from twenty decisions on. It imports police, reference, stats and platform.
package decided

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"slices"
	"time"

	"waymark.example/internal/lead"
	"waymark.example/internal/platform/access"
	"waymark.example/internal/platform/db"
	"waymark.example/internal/platform/ledger"
	"waymark.example/internal/reference/policy"
	"waymark.example/internal/stats"
)

// Fewest is from how many decisions on there is something to see: below it, chance says more than the officer.
const Fewest = 20

// fewestOthers is how many colleagues the rest of the team is at the least: of fewer, it would tell what one of them does.
const fewestOthers = 3

// Own is what one officer decided in the last twelve months that ended and since, where LEAD was possible. Below Fewest it holds no number at all.
type Own struct {
	Officer     string // the name
	From, Until string // days
	Enough      bool
	N           int
	Asked, Yes  Share
	Reasons     []Reason
	Team        *Share // who were asked by the rest of the team together; nil where that is too few
}

// Share is x of n, with its 95 % interval (Wilson), in per cent.
type Share struct{ X, N, Percent, Lo, Hi int }

// Reason is how often one reason was the main one, where nobody said yes.
type Reason struct {
	Words string
	Count int
}

// Officer is somebody of a team.
type Officer struct{ ID, Name string }

// Service carries out the use cases.
type Service struct {
	Book   *ledger.Book // of the police handle
	Access *access.Decider
	Zone   *time.Location // in which months are months
}

// Mine is what whoever asks decided.
func (s *Service) Mine(ctx context.Context, actor lead.Actor) (Own, error) {
	var out Own
	entry := ledger.Entry{Actor: actor, Verb: ledger.Consulted, Act: "decided.own"}
	err := s.Book.Record(ctx, entry, func(tx *db.Tx, _ *ledger.Entry) error {
		if err := s.Access.Check(actor, "decided.own", access.Screen{}); err != nil {
			return err
		}
		var err error
		out, err = s.of(ctx, tx, Officer{actor.ID, actor.Name}, actor.Team)
		return err
	})
	if err != nil {
		return Own{}, fmt.Errorf("own decisions: %w", err)
	}
	return out, nil
}

// Team lists the officers of the sergeant's team by name, which is no order of anything else.
func (s *Service) Team(ctx context.Context, actor lead.Actor) ([]Officer, error) {
	var out []Officer
	entry := ledger.Entry{Actor: actor, Verb: ledger.Consulted, Act: "decided.talk"}
	err := s.Book.Record(ctx, entry, func(tx *db.Tx, _ *ledger.Entry) error {
		if err := s.Access.Check(actor, "decided.talk", access.Screen{}); err != nil {
			return err
		}
		var err error
		out, err = officers(ctx, tx, actor)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("officers of the team: %w", err)
	}
	return out, nil
}

// Talk is what one officer of the sergeant's team decided. That it was looked at is in the log, with whose it was.
func (s *Service) Talk(ctx context.Context, actor lead.Actor, officer string) (Own, error) {
	var out Own
	entry := ledger.Entry{Actor: actor, Verb: ledger.Consulted, Act: "decided.talk", Detail: officer}
	err := s.Book.Record(ctx, entry, func(tx *db.Tx, _ *ledger.Entry) error {
		if err := s.Access.Check(actor, "decided.talk", access.Screen{}); err != nil {
			return err
		}
		all, err := officers(ctx, tx, actor)
		if err != nil {
			return err
		}
		i := slices.IndexFunc(all, func(o Officer) bool { return o.ID == officer })
		if i < 0 {
			return lead.ErrNotFound
		}
		out, err = s.of(ctx, tx, all[i], actor.Team)
		return err
	})
	if err != nil {
		return Own{}, fmt.Errorf("an officer's decisions: %w", err)
	}
	return out, nil
}

func officers(ctx context.Context, tx *db.Tx, actor lead.Actor) ([]Officer, error) {
	return db.All(ctx, tx, func(row db.Row) (Officer, error) {
		var o Officer
		return o, row.Scan(&o.ID, &o.Name)
	}, officersOfTeam, actor.Organisation, actor.Team)
}

// span is the last twelve months that ended, as days are counted in the zone. Both ends stand still while a month lasts: with a minute's step at either of them,
// two looks would tell what one colleague decided.
func span(now time.Time, zone *time.Location) (from, until time.Time) {
	now = now.In(zone)
	until = time.Date(now.Year(), now.Month(), 1, 0, 0, 0, 0, zone)
	return until.AddDate(-1, 0, 0), until
}

// of counts, through the index of an officer's own contacts.
func (s *Service) of(ctx context.Context, tx *db.Tx, officer Officer, team string) (Own, error) {
	now := s.Book.Now().In(s.Zone)
	from, until := span(now, s.Zone)
	out := Own{Officer: officer.Name, From: from.Format(time.DateOnly), Until: now.Format(time.DateOnly)}
	type line struct {
		outcome, offer, reason string
		n                      int
	}
	lines, err := db.All(ctx, tx, func(row db.Row) (line, error) {
		var l line
		return l, row.Scan(&l.outcome, &l.offer, &l.reason, &l.n)
	}, ofOfficer, officer.ID, db.At(from))
	if err != nil {
		return out, err
	}
	in, err := policy.InForce(ctx, tx, db.Day(now))
	if err != nil {
		return out, err
	}
	n, asked, yes := 0, 0, 0
	why := map[string]int{}
	for _, l := range lines {
		n += l.n
		if l.offer == "made" || l.outcome == "diverted" {
			asked += l.n
		}
		if l.outcome == "diverted" {
			yes += l.n
			continue
		}
		words := l.reason
		if r, ok := in.Reason(l.outcome, l.reason); ok {
			words = r.Words
		}
		why[words] += l.n
	}
	if n < Fewest {
		return out, nil
	}
	out.Enough, out.N, out.Asked, out.Yes = true, n, share(asked, n), share(yes, n)
	for words, count := range why {
		out.Reasons = append(out.Reasons, Reason{words, count})
	}
	slices.SortFunc(out.Reasons, func(a, b Reason) int { return cmp.Or(cmp.Compare(b.Count, a.Count), cmp.Compare(a.Words, b.Words)) })
	var others, people, theirs int
	if err := tx.One(ctx, ofTheOthers, team, officer.ID, db.At(from), db.At(until)).Scan(&others, &people, &theirs); err != nil {
		return out, err
	}
	if others >= Fewest && people >= fewestOthers {
		rest := share(5*((theirs+2)/5), 5*((others+2)/5)) // to the nearest five, as every number about others
		out.Team = &rest
	}
	return out, nil
}

func share(x, n int) Share {
	p, err := stats.NewProportion(x, n)
	if err != nil {
		return Share{}
	}
	percent := func(v float64) int { return int(math.Round(100 * v)) }
	return Share{x, n, percent(p.P), percent(p.Wilson.Lo), percent(p.Wilson.Hi)}
}
