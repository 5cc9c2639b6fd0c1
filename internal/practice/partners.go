package practice

import (
	"context"
	"fmt"
	"time"

	"waymark.example/internal/app"
	"waymark.example/internal/lead"
	"waymark.example/internal/partnership/partner"
	"waymark.example/internal/platform/access"
	"waymark.example/internal/platform/ledger"
	"waymark.example/internal/reference/agreement"
)

// agree records what the made-up organisations agreed between them, so that what
// people say yes to can cross.
func agree(ctx context.Context, a *app.App, area Area) error {
	org := func(local string) string { return area.Actors[local].Organisation }
	every := []string{"home", "health", "money", "legal", "together", "meeting", "outcome"}
	for _, of := range []struct {
		title, words string
		with         string
		classes      []access.Class
		purposes     []string
	}{
		{"Sharing with Harbour Health Trust", "What people say yes to about their care, so that the clinic and their case manager work together.", "clinician", agreement.Classes(), every},
		{"Sharing with Lantern Housing", "What people say yes to about somewhere to live, and what has to be known to live there safely.", "housing", agreement.Classes(), every},
		{"Sharing with Northmoor Police", "That an intake is completed, where the person says yes, and whom to call for a card that they show. Nothing else.", "officer",
			[]access.Class{access.StatusClass}, append([]string{"call"}, every...)},
		{"Sharing with Northmoor Prosecution Service", "That an intake is completed and which matter is theirs, where the person says yes. Nothing else.", "prosecutor", []access.Class{access.StatusClass}, every},
		{"Sharing with the partnership's meetings", "Facts about taking part, where the person says yes, for the Operational Work Group.", "coordinator",
			[]access.Class{access.ReferralClass, access.StatusClass}, every},
	} {
		if err := Agree(ctx, a, area.Actors["coordinator"], of.title, of.words, org("manager"), org(of.with), of.classes, of.purposes); err != nil {
			return err
		}
	}
	return Agree(ctx, a, area.Actors["coordinator"], "Research with Northmoor Audit", "Contacts and decisions, for whoever holds the key to turn into pseudonyms. The force learns nothing of what comes of it.", org("officer"), org("auditor"),
		[]access.Class{access.ResearchClass}, []string{"research"})
}

// Agree records an information-sharing agreement between two organisations that
// has held for a year and holds for some more.
func Agree(ctx context.Context, a *app.App, coordinator lead.Actor, title, words, giver, receiver string, classes []access.Class, purposes []string) error {
	day := func(years int) string { return a.Now().AddDate(years, 0, 0).UTC().Format(time.DateOnly) }
	signed := func(organisation, by string) agreement.Party {
		return agreement.Party{Organisation: organisation, SignedBy: by, SignedOn: day(-1)}
	}
	_, err := a.Agreements.Record(ctx, coordinator, ledger.Form{}, agreement.Agreement{
		Kind: agreement.Sharing, Title: title, Words: words, Basis: "public_task", Ask: "Priya Nair, Partnership office, 0113 496 0100",
		From: day(-1), Review: day(1), Until: day(3), Classes: classes, Purposes: purposes,
		Parties: []agreement.Party{signed(giver, "Ada Marsh, chief executive"), signed(receiver, "Noor Bell, director")}})
	if err != nil {
		return fmt.Errorf("practice agreement: %w", err)
	}
	return nil
}

// partners tells more of who takes part: places, whom to ask, seats, and a group
// that has no account here.
func (w *writer) partners() {
	coordinator, org := w.area.Actors["coordinator"], func(local string) string { return w.area.Actors[local].Organisation }
	today := w.app.Now().UTC().Format(time.DateOnly)
	w.do("partners", func() error {
		for local, p := range map[string]partner.Partner{
			"officer":   {Sort: "police_force", About: "Officers and custody staff decide at the point of contact.", Places: []string{"Northmoor", "Fish Quay", "Moorside"}},
			"clinician": {Sort: "health", About: "A recovery clinic and a mental health team.", Places: []string{"Northmoor", "Harbourside"}},
			"manager":   {Sort: "care", About: "Case managers, independent of the police.", Places: []string{"Northmoor"}},
		} {
			p.ID = org(local)
			if _, err := w.app.Partners.Describe(w.ctx, coordinator, ledger.Form{}, p); err != nil {
				return err
			}
		}
		group, err := w.app.Partners.Describe(w.ctx, coordinator, ledger.Form{}, partner.Partner{Name: "Fish Quay Residents", Sort: "community_group", Places: []string{"Fish Quay"}})
		if err != nil {
			return err
		}
		w.area.Group = group
		if err := w.app.Partners.AddContact(w.ctx, coordinator, ledger.Form{}, partner.Contact{Partner: group, Name: "Edie Marr", Role: "Chair", Reach: "0113 496 0123"}); err != nil {
			return err
		}
		for _, seat := range []partner.Seat{
			{BodyID: partner.PolicyGroup, OrganisationID: org("officer"), AccountID: w.area.Actors["sergeant"].ID},
			{BodyID: partner.WorkGroup, OrganisationID: org("clinician"), AccountID: w.area.Actors["clinician"].ID},
			{BodyID: partner.WorkGroup, OrganisationID: org("officer"), AccountID: w.area.Actors["sergeant"].ID},
			{BodyID: partner.WorkGroup, OrganisationID: org("manager"), AccountID: w.area.Actors["supervisor"].ID},
			{BodyID: partner.WorkGroup, OrganisationID: org("prosecutor"), AccountID: w.area.Actors["prosecutor"].ID},
			{BodyID: partner.CommunityLeader, OrganisationID: group, Name: "Edie Marr", Chair: true},
		} {
			seat.From = today
			if err := w.app.Partners.AddSeat(w.ctx, coordinator, ledger.Form{}, seat); err != nil {
				return err
			}
		}
		return nil
	})
}
