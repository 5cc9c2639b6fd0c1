package identity

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

// Organisation is a body that takes part: whose accounts they are, and to whom
// something can be disclosed.
type Organisation struct {
	ID   string
	Name string
	Kind Kind
}

// Kind is what sort of body an organisation is. It decides on which side of
// the wall its accounts stand (R33).
type Kind string

// The kinds of organisation.
const (
	PoliceForce       Kind = "police"
	CareOrganisation  Kind = "care"
	HealthService     Kind = "health"
	Prosecution       Kind = "prosecution"
	Housing           Kind = "housing"
	Council           Kind = "council"
	Provider          Kind = "provider"
	PartnershipOffice Kind = "partnership"
	EvaluationBody    Kind = "evaluation"
	OversightBody     Kind = "oversight"
)

// Kinds lists every kind with its words.
func Kinds() []struct {
	Kind  Kind
	Words string
} {
	return []struct {
		Kind  Kind
		Words string
	}{
		{PoliceForce, "Police force"}, {CareOrganisation, "Case-management organisation, independent of the police"}, {HealthService, "Health service"},
		{Prosecution, "Prosecutor"}, {Housing, "Housing provider"}, {Council, "Council"}, {Provider, "Other service or charity"},
		{PartnershipOffice, "Partnership office or commissioner"}, {EvaluationBody, "Evaluator"}, {OversightBody, "Auditor or regulator"},
	}
}

// Sort is what an organisation is, as people say it: finer than its kind.
type Sort string

// Sorts lists what an organisation can be, for whoever adds one, with the kind that
// each is: the kind decides whose accounts it can have (R33).
func Sorts() []struct {
	Sort  Sort
	Words string
	Kind  Kind
} {
	return []struct {
		Sort  Sort
		Words string
		Kind  Kind
	}{
		{"police_force", "Police force", PoliceForce},
		{"care", "Case-management organisation, independent of the police", CareOrganisation},
		{"office", "Partnership office", PartnershipOffice},
		{"commissioner", "Police and crime commissioner, or another who funds it", PartnershipOffice},
		{"lived_experience_group", "Group of people with lived experience", PartnershipOffice},
		{"council", "Council", Council},
		{"health", "Health service", HealthService},
		{"prosecutor", "Prosecutor", Prosecution},
		{"provider", "Housing or another service", Provider},
		{"community_group", "Community group", Provider},
		{"evaluation", "Evaluator", EvaluationBody},
		{"oversight", "Auditor or regulator", OversightBody},
	}
}

// Words returns the sort as people say it.
func (s Sort) Words() string {
	for _, of := range Sorts() {
		if of.Sort == s {
			return of.Words
		}
	}
	return "Another organisation"
}

// Kind returns the kind of an organisation of this sort, "" for none.
func (s Sort) Kind() Kind {
	for _, of := range Sorts() {
		if of.Sort == s {
			return of.Kind
		}
	}
	return ""
}

// Words returns the kind as people say it.
func (k Kind) Words() string {
	for _, of := range Kinds() {
		if of.Kind == k {
			return of.Words
		}
	}
	return string(k)
}

// Allows reports whether an organisation of this kind can have an account with
// role r. Whoever runs the system or watches over data protection may belong to
// any; the case team never to the police, and the other way round (R33).
func (k Kind) Allows(r lead.Role) bool {
	switch r.Side() {
	case lead.Police:
		return k == PoliceForce
	case lead.Care:
		return k == CareOrganisation
	case lead.Recipient:
		switch r {
		case lead.ClinicalPartner:
			return k == HealthService
		case lead.Prosecutor:
			return k == Prosecution
		}
		return k == Housing || k == Council || k == Provider
	case lead.Partnership:
		return k == PartnershipOffice || k == Council
	case lead.Evidence:
		return k == EvaluationBody
	case lead.Oversight:
		return r == lead.DPO || k == OversightBody
	case lead.Operation:
		return true
	}
	return false
}

// Check returns a lead.Invalid naming each answer that breaks a rule, or nil.
func (o Organisation) Check() error {
	bad := lead.Invalid{}
	if strings.TrimSpace(o.Name) == "" {
		bad["name"] = "Enter the organisation's name, as people know it"
	}
	bad.TooLong("name", o.Name, 120)
	if !slices.ContainsFunc(Kinds(), func(k struct {
		Kind  Kind
		Words string
	}) bool {
		return k.Kind == o.Kind
	}) {
		bad["kind"] = "Choose what it is"
	}
	return bad.OrNil()
}

// AddOrganisation keeps a new organisation and returns it.
func (s *Service) AddOrganisation(ctx context.Context, actor lead.Actor, form ledger.Form, o Organisation) (Organisation, error) {
	if err := s.Access.Check(actor, "account.manage", access.Screen{}); err != nil {
		return Organisation{}, err
	}
	return s.addOrganisation(ctx, actor, form, o)
}

// FirstOrganisation returns the organisation of that name, adding it if it is
// new: for the command line on the machine itself.
func (s *Service) FirstOrganisation(ctx context.Context, name string, kind Kind) (Organisation, error) {
	var o Organisation
	err := s.Book.Look(ctx, func(tx *db.Tx) error {
		var err error
		o, err = scanOrganisation(tx.One(ctx, organisationByName, name))
		return err
	})
	if !errors.Is(err, lead.ErrNotFound) {
		return o, err
	}
	return s.addOrganisation(ctx, lead.System(), ledger.Form{}, Organisation{Name: name, Kind: kind})
}

func (s *Service) addOrganisation(ctx context.Context, actor lead.Actor, form ledger.Form, o Organisation) (Organisation, error) {
	o.Name = strings.TrimSpace(o.Name)
	if err := o.Check(); err != nil {
		return Organisation{}, err
	}
	o.ID = lead.NewID("org")
	entry := ledger.Entry{Actor: actor, Verb: ledger.Administered, Act: "organisation.add", Subjects: []string{o.ID}, Detail: string(o.Kind)}
	id, err := s.Book.Once(ctx, form, entry, func(tx *db.Tx, _ *ledger.Entry) (string, error) {
		n, err := tx.Exec(ctx, insertOrganisation, o.ID, o.Name, o.Kind, actor.ID, db.At(s.Book.Now()))
		if err != nil {
			return "", fmt.Errorf("add organisation: %w", err)
		}
		if n == 0 {
			return "", lead.Invalid{"name": "There is already an organisation of this name"}
		}
		return o.ID, nil
	})
	o.ID = id
	return o, err
}

// Organisations lists every organisation in order of name. It is no one's
// personal data.
func (s *Service) Organisations(ctx context.Context) ([]Organisation, error) {
	var out []Organisation
	err := s.Book.Look(ctx, func(tx *db.Tx) error {
		var err error
		out, err = Organisations(ctx, tx)
		return err
	})
	return out, err
}

// OrganisationOf returns whose account a is.
func (s *Service) OrganisationOf(ctx context.Context, a Account) (Organisation, error) {
	var o Organisation
	err := s.Book.Look(ctx, func(tx *db.Tx) error {
		var err error
		o, err = scanOrganisation(tx.One(ctx, organisationByID, a.Organisation))
		return err
	})
	return o, err
}

// Organisations reads the list through any handle: every side may know who
// takes part.
func Organisations(ctx context.Context, tx *db.Tx) ([]Organisation, error) {
	out, err := db.All(ctx, tx, scanOrganisation, organisations)
	if err != nil {
		return nil, fmt.Errorf("organisations: %w", err)
	}
	return out, nil
}
