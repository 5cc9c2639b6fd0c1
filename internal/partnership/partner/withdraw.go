package partner

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"waymark.example/internal/identity"
	"waymark.example/internal/lead"
	"waymark.example/internal/platform/access"
	"waymark.example/internal/platform/db"
	"waymark.example/internal/platform/ledger"
	"waymark.example/internal/reference/agreement"
)

// Leaving is what has to be known before a partner withdraws.
type Leaving struct {
	Partner Partner
	Teams   []identity.CaseTeam // that can take up the people its own teams walk with
	Walks   bool                // it has case teams of its own
	Alone   bool                // it has the only coordinators: it cannot leave before another has one
}

// Leaving returns what a withdrawal would ask: for the coordinator, and for
// whoever holds a seat for the partner.
func (s *Service) Leaving(ctx context.Context, actor lead.Actor, organisationID string) (Leaving, error) {
	err := s.Seats.Look(ctx, func(tx *db.Tx) error { return s.mayLeave(ctx, tx, actor, organisationID) })
	if err != nil {
		return Leaving{}, err
	}
	out, err := s.leaving(ctx, organisationID)
	if err != nil {
		return Leaving{}, err
	}
	out.Alone, err = s.Alone(ctx, organisationID)
	return out, err
}

// HandingOver returns, to the coordinator, which teams can take up the people of a
// partner that is away.
func (s *Service) HandingOver(ctx context.Context, actor lead.Actor, organisationID string) (Leaving, error) {
	if err := s.Access.Check(actor, "partner.keep", access.Screen{}); err != nil {
		return Leaving{}, err
	}
	return s.leaving(ctx, organisationID)
}

func (s *Service) leaving(ctx context.Context, organisationID string) (Leaving, error) {
	var out Leaving
	err := s.Seats.Look(ctx, func(tx *db.Tx) error {
		var err error
		out.Partner, err = one(ctx, tx, organisationID)
		return err
	})
	if err != nil {
		return Leaving{}, err
	}
	people, err := s.People(ctx, organisationID)
	if err != nil {
		return Leaving{}, err
	}
	out.Walks = slices.ContainsFunc(people, func(a identity.Account) bool { return a.Side == lead.Care })
	teams, err := s.Teams(ctx)
	if err != nil {
		return Leaving{}, err
	}
	for _, t := range teams {
		if t.Organisation != organisationID {
			out.Teams = append(out.Teams, t)
		}
	}
	return out, nil
}

func (s *Service) mayLeave(ctx context.Context, tx *db.Tx, actor lead.Actor, organisationID string) error {
	seats, err := SeatsOf(ctx, tx, actor.ID, s.Book.Now())
	if err != nil {
		return err
	}
	watches, err := watching(ctx, tx, organisationID)
	if err != nil {
		return err
	}
	return s.Access.Check(actor, "partner.withdraw", access.Partner{ID: organisationID, Seated: seatedFor(seats, organisationID), Watches: watches})
}

// watching reports whether an organisation oversees the partnership or is the one that
// takes complaints the independent way: it leaves by its own word alone.
func watching(ctx context.Context, tx *db.Tx, organisationID string) (bool, error) {
	var yes bool
	if err := tx.One(ctx, watches, organisationID).Scan(&yes); err != nil {
		return false, fmt.Errorf("who oversees the partnership: %w", err)
	}
	return yes, nil
}

// stays is what whoever works for the only organisation with a coordinator reads.
const stays = "Nobody would be left to coordinate the partnership, nor to let this organisation come back. Ask an administrator to make somebody at another partner coordinator first"

// Withdraw takes a partner out at once, in its own words (R54). In the one
// transaction its seats end, its agreements end, and it is away: from then on no
// account of it gets in and nothing that was shared with it is read there. What
// follows makes that good everywhere else, and may be done again: no person's case
// ends with it.
func (s *Service) Withdraw(ctx context.Context, actor lead.Actor, form ledger.Form, organisationID, words, team string) error {
	look, err := s.Leaving(ctx, actor, organisationID)
	if err != nil {
		return err
	}
	bad := lead.Invalid{}
	if strings.TrimSpace(words) == "" {
		bad["words"] = "Write down what the partner says, in its own words"
	}
	bad.TooLong("words", words, 2000)
	switch known := slices.ContainsFunc(look.Teams, func(t identity.CaseTeam) bool { return t.Name == team }); {
	case !look.Walks:
		team = ""
	case len(look.Teams) > 0 && !known:
		bad["team"] = "Choose the team that takes up the people its teams walk with: nobody is left alone"
	case len(look.Teams) == 0:
		team = ""
	}
	if err := bad.OrNil(); err != nil {
		return err
	}
	entry := ledger.Entry{Actor: actor, Verb: ledger.Administered, Act: "partner.withdraw", Subjects: []string{organisationID}}
	_, err = s.Seats.Once(ctx, form, entry, func(tx *db.Tx, _ *ledger.Entry) (string, error) {
		now := s.Book.Now()
		if err := s.mayLeave(ctx, tx, actor, organisationID); err != nil {
			return "", err
		}
		if alone, err := s.Alone(ctx, organisationID); err != nil {
			return "", err
		} else if alone {
			return "", lead.Invalid{"words": stays}
		}
		n, err := tx.Exec(ctx, insertAway, organisationID, db.At(now))
		if err != nil {
			return "", fmt.Errorf("withdraw: %w", err)
		}
		if n == 0 { // it has withdrawn already
			return "", lead.ErrConflict
		}
		seats, err := SeatsFor(ctx, tx, organisationID)
		if err != nil {
			return "", err
		}
		for _, seat := range seats {
			if _, err := tx.Exec(ctx, insertSeatEnd, seat.ID, "withdrew", actor.ID, db.At(now)); err != nil {
				return "", fmt.Errorf("withdraw: seat: %w", err)
			}
		}
		if err := agreement.Leave(ctx, tx, organisationID, actor.ID, now); err != nil {
			return "", err
		}
		return organisationID, s.step(ctx, tx, actor, organisationID, "withdrew", words, team)
	})
	if err != nil {
		return err
	}
	return s.Left(ctx, organisationID, team)
}

func (s *Service) step(ctx context.Context, tx *db.Tx, actor lead.Actor, organisationID, kind, words, team string) error {
	if _, err := tx.Exec(ctx, insertStep, lead.NewID("wdr"), organisationID, kind, strings.TrimSpace(words), team, actor.ID, db.At(s.Book.Now())); err != nil {
		return fmt.Errorf("withdrawal: %w", err)
	}
	return nil
}

// HandOver names the team that takes up the people of a partner that is away, now
// that there is one, or once more.
func (s *Service) HandOver(ctx context.Context, actor lead.Actor, form ledger.Form, organisationID, team string) error {
	look, err := s.HandingOver(ctx, actor, organisationID)
	if err != nil {
		return err
	}
	if !look.Partner.Away() {
		return lead.ErrConflict
	}
	if !slices.ContainsFunc(look.Teams, func(t identity.CaseTeam) bool { return t.Name == team }) {
		return lead.Invalid{"team": "Choose the team that takes them up"}
	}
	if err := s.keep(ctx, actor, form, "partner.hand_over", organisationID, nil, func(tx *db.Tx) error {
		return s.step(ctx, tx, actor, organisationID, "taken_up", "", team)
	}); err != nil {
		return err
	}
	return s.Left(ctx, organisationID, team)
}

// ComeBack lets a partner take part again. Its accounts get in; nothing is shared
// with it and nobody has a seat for it until that is agreed anew.
func (s *Service) ComeBack(ctx context.Context, actor lead.Actor, form ledger.Form, organisationID, words string) error {
	bad := lead.Invalid{}
	bad.TooLong("words", words, 2000)
	err := s.keep(ctx, actor, form, "partner.come_back", organisationID, bad, func(tx *db.Tx) error {
		n, err := tx.Exec(ctx, deleteAway, organisationID)
		if err != nil {
			return fmt.Errorf("come back: %w", err)
		}
		if n == 0 {
			return lead.ErrConflict
		}
		return s.step(ctx, tx, actor, organisationID, "came_back", words, "")
	})
	if err != nil {
		return err
	}
	return s.Back(ctx, organisationID)
}
