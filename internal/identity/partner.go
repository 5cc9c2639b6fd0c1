package identity

import (
	"context"
	"fmt"
	"slices"

	"waymark.example/internal/lead"
	"waymark.example/internal/platform/access"
	"waymark.example/internal/platform/db"
	"waymark.example/internal/platform/ledger"
)

// AddPartner keeps a new organisation that the coordinator names as a partner,
// and returns it. It has no accounts until an administrator opens one.
func (s *Service) AddPartner(ctx context.Context, actor lead.Actor, form ledger.Form, o Organisation) (Organisation, error) {
	if err := s.Access.Check(actor, "partner.keep", access.Screen{}); err != nil {
		return Organisation{}, err
	}
	return s.addOrganisation(ctx, actor, form, o)
}

// PeopleOf returns who works for an organisation and may sign in, in order of
// name, each without an address.
func (s *Service) PeopleOf(ctx context.Context, organisationID string) ([]Account, error) {
	var out []Account
	err := s.Book.Look(ctx, func(tx *db.Tx) error {
		all, err := db.All(ctx, tx, scanWorker, peopleOf, organisationID)
		for _, a := range all {
			if a.Active {
				a.Organisation = organisationID
				out = append(out, a)
			}
		}
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("people of an organisation: %w", err)
	}
	return out, nil
}

// TeamsOf returns the case teams of an organisation, those whose people all
// stopped included.
func (s *Service) TeamsOf(ctx context.Context, organisationID string) ([]string, error) {
	var out []string
	err := s.Book.Look(ctx, func(tx *db.Tx) error {
		all, err := db.All(ctx, tx, scanWorker, peopleOf, organisationID)
		for _, a := range all {
			if a.Side == lead.Care && !slices.Contains(out, a.Team) {
				out = append(out, a.Team)
			}
		}
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("teams of an organisation: %w", err)
	}
	return out, nil
}

func scanWorker(row db.Row) (Account, error) {
	var a Account
	return a, row.Scan(&a.ID, &a.Side, &a.Name, &a.Team, &a.Active)
}

// CaseTeam is a case team that somebody leads.
type CaseTeam struct{ Name, Organisation string }

// CaseTeams returns the case teams that can take people up now.
func (s *Service) CaseTeams(ctx context.Context) ([]CaseTeam, error) {
	var out []CaseTeam
	err := s.Book.Look(ctx, func(tx *db.Tx) error {
		var err error
		out, err = db.All(ctx, tx, func(row db.Row) (CaseTeam, error) {
			var t CaseTeam
			return t, row.Scan(&t.Name, &t.Organisation)
		}, ledTeams)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("case teams: %w", err)
	}
	return out, nil
}

// CoordinatesAlone reports whether an organisation has a coordinator who may sign in,
// and no other that takes part has one.
func (s *Service) CoordinatesAlone(ctx context.Context, organisationID string) (bool, error) {
	var ids []string
	err := s.Book.Look(ctx, func(tx *db.Tx) error {
		var err error
		ids, err = db.All(ctx, tx, func(row db.Row) (string, error) {
			var id string
			return id, row.Scan(&id)
		}, coordinating)
		return err
	})
	if err != nil {
		return false, fmt.Errorf("organisations that coordinate: %w", err)
	}
	return slices.Equal(ids, []string{organisationID}), nil
}

// withdrew is why accounts stop whose organisation left.
const withdrew = "their organisation withdrew"

// PartnerLeft stops every account of an organisation that withdrew and ends its
// sessions, but for whoever runs the system or oversees it for everybody (R54): the
// data-protection officer never falls with their employer. That the others cannot get
// in any more is so already: it is asked at each request. It may be done twice.
func (s *Service) PartnerLeft(ctx context.Context, organisationID string) error {
	entry := ledger.Entry{Actor: lead.System(), Verb: ledger.Administered, Act: "account.partner_left", Subjects: []string{organisationID}}
	return s.Book.Record(ctx, entry, func(tx *db.Tx, e *ledger.Entry) error {
		all, err := db.All(ctx, tx, scanWorker, peopleOf, organisationID)
		if err != nil {
			return fmt.Errorf("partner left: %w", err)
		}
		for _, a := range all {
			if !a.Active || a.Side == lead.Operation || a.Side == lead.Oversight {
				continue
			}
			e.Subjects = append(e.Subjects, a.ID)
			if err := s.stand(ctx, tx, a.ID, false); err != nil {
				return err
			}
			if _, err := tx.Exec(ctx, endSessions, db.At(s.Book.Now()), "stopped", a.ID); err != nil {
				return fmt.Errorf("partner left: %w", err)
			}
		}
		return nil
	})
}

// PartnerBack lets the accounts in again that stopped because their organisation
// had withdrawn, and no others.
func (s *Service) PartnerBack(ctx context.Context, organisationID string) error {
	entry := ledger.Entry{Actor: lead.System(), Verb: ledger.Administered, Act: "account.partner_back", Subjects: []string{organisationID}}
	return s.Book.Record(ctx, entry, func(tx *db.Tx, e *ledger.Entry) error {
		ids, err := db.All(ctx, tx, func(row db.Row) (string, error) {
			var id string
			return id, row.Scan(&id)
		}, stoppedFor, organisationID, withdrew)
		if err != nil {
			return fmt.Errorf("partner back: %w", err)
		}
		for _, id := range ids {
			e.Subjects = append(e.Subjects, id)
			if err := s.stand(ctx, tx, id, true); err != nil {
				return err
			}
		}
		return nil
	})
}

func (s *Service) stand(ctx context.Context, tx *db.Tx, accountID string, active bool) error {
	var version int64
	if err := tx.One(ctx, lastStandingVersion, accountID).Scan(&version); err != nil {
		return fmt.Errorf("standing: %w", err)
	}
	reason := withdrew
	if active {
		reason = "their organisation came back"
	}
	if _, err := tx.Exec(ctx, insertStanding, accountID, version+1, active, reason, lead.System().ID, db.At(s.Book.Now())); err != nil {
		return fmt.Errorf("standing: %w", err)
	}
	return nil
}
