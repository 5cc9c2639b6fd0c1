package app

import (
	"context"
	"fmt"

	"waymark.example/internal/handoff/disclosure"
	"waymark.example/internal/partnership/partner"
	"waymark.example/internal/platform/ledger"
	"waymark.example/internal/reference/agreement"
)

// wirePartners wires who takes part, between the partnership that says so, the
// accounts that follow it and the case teams whose people must not be lost.
func (a *App) wirePartners(book, seats *ledger.Book) {
	a.Agreements = &agreement.Service{Book: book, Access: a.Access, Purposes: disclosure.Agreeable()}
	a.Partners = &partner.Service{Book: book, Seats: seats, Access: a.Access, Add: a.Accounts.AddPartner, People: a.Accounts.PeopleOf, Teams: a.Accounts.CaseTeams,
		Alone: a.Accounts.CoordinatesAlone, Left: a.partnerLeft, Back: a.Accounts.PartnerBack}
}

// partnerLeft makes a withdrawal good on the other sides: its accounts stop, first and
// whatever follows, and the people that its case teams walked with stand on the board
// of the team that takes them up. It may be done twice.
func (a *App) partnerLeft(ctx context.Context, organisationID, team string) error {
	if err := a.Accounts.PartnerLeft(ctx, organisationID); err != nil {
		return err
	}
	teams, err := a.Accounts.TeamsOf(ctx, organisationID)
	if err != nil {
		return err
	}
	for _, from := range teams {
		if err := a.Care.People.TakeUp(ctx, from, team); err != nil {
			return fmt.Errorf("a partner left: %w", err)
		}
	}
	return nil
}
