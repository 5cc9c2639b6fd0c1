// Package practice fills a new database with made-up, obviously fictional people,
// through the same services that the pages use. It imports app and the services.
package practice

import (
	"context"
	"fmt"
	"time"

	"waymark.example/internal/app"
	"waymark.example/internal/identity"
	"waymark.example/internal/lead"
	"waymark.example/internal/platform/access"
)

// Password opens every account of a practice area.
const Password = "let everyone advance"

// Clock is a clock that can be set back while the past is written. The zero
// Clock tells the time.
type Clock struct{ at time.Time }

// Now returns the moment the clock is set to, or the present.
func (c *Clock) Now() time.Time {
	if c.at.IsZero() {
		return time.Now()
	}
	return c.at
}

// Set stops the clock at t; the zero time lets it run again.
func (c *Clock) Set(t time.Time) { c.at = t }

// Days is how far back a practice area's past reaches.
const Days = 90

// SignIn is one account as it is printed for whoever practises.
type SignIn struct {
	Role  string
	Email string
	Name  string
	Page  string // what to try first
}

// Area is a filled practice area.
type Area struct {
	SignIns   []SignIn
	Actors    map[string]lead.Actor // by the part of the address before the @
	People    map[string]string     // participant_id by the name they were handed over with
	Referrals map[string]string     // referral_id by the same name
	Services  map[string]string     // service_id by the service's name
	Rounds    map[string]string     // round_id of two looks at fidelity, by who looks
	Fund      map[string]string     // request_id of three requests to the fund for Linnet, by where each stands
	Safety    map[string]string     // ids of a concern, a talk and an incident, by what they are
	Legal     map[string]string     // ids of Linnet's matters, letter and share with a prosecutor, by name
	Group     string                // organisation_id of a community group without accounts
	Meetings  map[string]string     // ids of two meetings, an item and a proposal, by what they are
	Plan      string                // plan_id of an evaluation's frozen plan
	Report    string                // report_id of the report that was asked for by it
	Warm      map[string]string     // warm_id of three of Linnet's referrals to services, by how each goes
}

// member is somebody with an account, and what to try first as them.
type member struct {
	account identity.Account
	page    string
}

// staff are the accounts of a practice area.
func staff() []member {
	police, care := "Quayside response", "Harbour support team"
	acc := func(local, name, team string, roles ...lead.Role) identity.Account {
		return identity.Account{Email: local + "@practice.example", Name: name, Team: team, Roles: roles}
	}
	return []member{
		{acc("officer", "PC Robin Hale", police, lead.Officer), "record a contact"},
		{acc("officer2", "PC Dana Wells", police, lead.Officer), "see only your own entries"},
		{acc("sergeant", "Sgt Morgan Lee", police, lead.Sergeant), "approve a social contact"},
		{acc("custody", "Sgt Kit Adeyemi", "Quayside custody", lead.CustodySergeant), "see the hand-offs of this shift"},
		{acc("registrar", "Ellis Ashby", "Crime registry", lead.CrimeRegistrar), "finalise an outcome on its evidence"},
		{acc("oncall", "Jo Pike", care, lead.OnCall), "accept a hand-off"},
		{acc("manager", "Asha Fern", care, lead.CaseManager, lead.OnCall), "log a contact, write a plan"},
		{acc("manager2", "Lee Moor", care, lead.CaseManager), "a full caseload"},
		{acc("manager3", "Mina Vale", care, lead.CaseManager), "room for more people"},
		{acc("supervisor", "Sam Okoro", care, lead.Supervisor), "allocate somebody who waits"},
		{acc("clinician", "Dr Nia Lowe", "Harbour recovery clinic", lead.ClinicalPartner), "read what somebody agreed to share"},
		{acc("housing", "Bea Stone", "Lettings", lead.ServicePartner), "read what somebody agreed to share"},
		{acc("prosecutor", "Colm Reid", "", lead.Prosecutor), "see that an intake was completed"},
		{acc("coordinator", "Priya Nair", "Partnership office", lead.Coordinator), "draft a change of the policy, publish numbers"},
		{acc("panel", "Mo Lane", "", lead.PanelMember), "sit at a meeting, propose something"},
		{acc("visitor", "Rhona Beck", "", lead.PanelMember), "look at fidelity, as a visitor from another area"},
		{acc("commissioner", "Hester Boyle", "", lead.Commissioner), "read the state of the scheme"},
		{acc("evaluator", "Dr Ruth Oyelaran", "", lead.Evaluator), "see what is here, and take an extract"},
		{acc("auditor", "Ines Quill", "", lead.Auditor), "search who did what"},
		{acc("dpo", "Anders Holm", "", lead.DPO), "see who looked at whom"},
		{acc("administrator", "Tomas Reed", "", lead.Administrator), "open an account"},
	}
}

// Fill writes ninety days of made-up work. mark is asked for every free text of
// the care side and may add to it; nil leaves the texts as they are.
func Fill(ctx context.Context, a *app.App, clock *Clock, mark func(string) string) (Area, error) {
	return FillMarked(ctx, a, clock, func(class access.Class, text string) string {
		if mark == nil || class != access.CaseFileClass {
			return text
		}
		return mark(text)
	})
}

// Marker is asked for every free text, with its class of data, and may add to it.
type Marker func(class access.Class, text string) string

// FillMarked is Fill with every free text of every side marked.
func FillMarked(ctx context.Context, a *app.App, clock *Clock, as Marker) (Area, error) {
	area, err := Staff(ctx, a, clock)
	if err != nil {
		return Area{}, err
	}
	return fill(ctx, a, clock, area, as, false)
}

func fill(ctx context.Context, a *app.App, clock *Clock, area Area, as Marker, many bool) (Area, error) {
	w := &writer{ctx: ctx, app: a, clock: clock, area: area, as: as, mark: func(text string) string { return as(access.CaseFileClass, text) }, many: many}
	defer clock.Set(time.Time{})
	w.past(time.Now())
	return w.area, w.err
}

// Staff opens the accounts of a practice area and lets the clock run.
func Staff(ctx context.Context, a *app.App, clock *Clock) (Area, error) {
	return open(ctx, a, clock, staff(), employer)
}

// open opens accounts at the organisations that employ them.
func open(ctx context.Context, a *app.App, clock *Clock, people []member, employs func(identity.Account) (string, identity.Kind)) (Area, error) {
	defer clock.Set(time.Time{})
	if err := a.Accounts.MarkPractice(ctx); err != nil {
		return Area{}, err
	}
	area := Area{Actors: map[string]lead.Actor{}, People: map[string]string{}, Referrals: map[string]string{}, Services: map[string]string{}, Warm: map[string]string{}, Fund: map[string]string{}, Safety: map[string]string{}, Legal: map[string]string{}, Meetings: map[string]string{}, Rounds: map[string]string{}}
	var accounts []identity.Account
	for _, s := range people {
		name, kind := employs(s.account)
		o, err := a.Accounts.FirstOrganisation(ctx, name, kind)
		if err != nil {
			return Area{}, fmt.Errorf("practice organisation: %w", err)
		}
		s.account.Organisation = o.ID
		accounts = append(accounts, s.account)
	}
	opened, err := a.Accounts.OpenPractice(ctx, accounts, Password)
	if err != nil {
		return Area{}, fmt.Errorf("practice accounts: %w", err)
	}
	for i, account := range opened {
		local := account.Email[:len(account.Email)-len("@practice.example")]
		area.Actors[local] = account.Actor()
		area.SignIns = append(area.SignIns, SignIn{account.Roles[0].Words(), account.Email, account.Name, people[i].page})
	}
	return area, agree(ctx, a, area)
}

// employer is the made-up organisation that somebody works for: by their role, but
// for the visitor from another area.
func employer(a identity.Account) (string, identity.Kind) {
	if a.Email == "visitor@practice.example" {
		return "Southmoor LEAD Partnership", identity.PartnershipOffice
	}
	r := a.Roles[0]
	switch r {
	case lead.ClinicalPartner:
		return "Harbour Health Trust", identity.HealthService
	case lead.ServicePartner:
		return "Lantern Housing", identity.Housing
	case lead.Prosecutor:
		return "Northmoor Prosecution Service", identity.Prosecution
	case lead.DPO:
		return "Harbour Support", identity.CareOrganisation
	}
	switch r.Side() {
	case lead.Police:
		return "Northmoor Police", identity.PoliceForce
	case lead.Care:
		return "Harbour Support", identity.CareOrganisation
	case lead.Evidence:
		return "University of Northmoor", identity.EvaluationBody
	case lead.Oversight:
		return "Northmoor Audit", identity.OversightBody
	}
	return "Northmoor LEAD Partnership", identity.PartnershipOffice
}
