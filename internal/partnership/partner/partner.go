// Package partner knows who takes part: organisations of every kind as the
// partnership sees them, whom to ask there, and the seats that people hold on its
// bodies; and it lets any of them withdraw (R54). It imports lead, platform,
// identity and reference.
package partner

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"waymark.example/internal/identity"
	"waymark.example/internal/lead"
	"waymark.example/internal/platform/access"
	"waymark.example/internal/platform/db"
	"waymark.example/internal/platform/ledger"
	"waymark.example/internal/reference/agreement"
)

// Sort is what sort of partner an organisation is, as the partnership says it.
type Sort = identity.Sort

// asItsKind is kept of a partner that is as its kind of organisation says.
const asItsKind Sort = "other"

// sortOf is what an organisation is taken for before anybody said it.
func sortOf(k identity.Kind) Sort {
	switch k {
	case identity.Housing, identity.Provider:
		return "provider"
	case identity.PartnershipOffice:
		return "office"
	}
	for _, of := range identity.Sorts() {
		if of.Kind == k {
			return of.Sort
		}
	}
	return asItsKind
}

// kept is the sort as the list of partners keeps it: those who look from outside are
// as their kind says.
func kept(s Sort) Sort {
	if s == "evaluation" || s == "oversight" {
		return asItsKind
	}
	return s
}

// Partner is an organisation that takes part.
type Partner struct {
	ID        string // organisation_id
	Name      string
	Sort      Sort
	About     string
	Places    []string // that it covers
	Version   int64
	AwaySince time.Time // zero while it takes part
}

// Away reports whether the partner has withdrawn.
func (p Partner) Away() bool { return !p.AwaySince.IsZero() }

// Contact is somebody to ask at a partner, at work.
type Contact struct {
	ID, Partner, Name, Role, Reach string
}

// Step is that a partner withdrew, that a team took up its people, or that it
// came back.
type Step struct {
	Kind, Words, Team string
	At                time.Time
}

// Title returns the step as people say it.
func (s Step) Title() string {
	return map[string]string{"withdrew": "Withdrew", "taken_up": "Its people were taken up", "came_back": "Came back"}[s.Kind]
}

// Whole is a partner with everything the partnership knows of it.
type Whole struct {
	Partner
	Contacts   []Contact
	Seats      []Seat
	Agreements []agreement.Agreement
	Steps      []Step // newest first
	Watches    bool   // it oversees the partnership, or takes complaints the independent way
}

// Service carries out the use cases.
type Service struct {
	Book   *ledger.Book // of the partnership handle
	Seats  *ledger.Book // of the handle on which people of every side act for their own organisation
	Access *access.Decider

	// Add keeps a new organisation: accounts are not the partnership's to keep.
	Add func(context.Context, lead.Actor, ledger.Form, identity.Organisation) (identity.Organisation, error)
	// People are those of an organisation who may sign in.
	People func(ctx context.Context, organisationID string) ([]identity.Account, error)
	// Teams are the case teams that can take people up.
	Teams func(context.Context) ([]identity.CaseTeam, error)
	// Alone reports whether an organisation has the only coordinators there are.
	Alone func(ctx context.Context, organisationID string) (bool, error)
	// Left sees to it that nobody of a partner that withdrew gets in and that
	// whoever its teams walked with is not lost; Back lets its accounts in again.
	Left func(ctx context.Context, organisationID, team string) error
	Back func(ctx context.Context, organisationID string) error
}

// All lists every partner by name.
func (s *Service) All(ctx context.Context, actor lead.Actor) ([]Partner, error) {
	if err := s.Access.Check(actor, "partner.read", access.Screen{}); err != nil {
		return nil, err
	}
	var out []Partner
	err := s.Book.Look(ctx, func(tx *db.Tx) error {
		var err error
		out, err = all(ctx, tx)
		return err
	})
	return out, err
}

func all(ctx context.Context, tx *db.Tx) ([]Partner, error) {
	out, err := db.All(ctx, tx, scanPartner, partners)
	if err != nil {
		return nil, fmt.Errorf("partners: %w", err)
	}
	places, err := db.All(ctx, tx, func(row db.Row) ([2]string, error) {
		var p [2]string
		return p, row.Scan(&p[0], &p[1])
	}, placesOfAll)
	if err != nil {
		return nil, fmt.Errorf("partners: places: %w", err)
	}
	for i := range out {
		for _, p := range places {
			if p[0] == out[i].ID {
				out[i].Places = append(out[i].Places, p[1])
			}
		}
	}
	return out, nil
}

func one(ctx context.Context, tx *db.Tx, organisationID string) (Partner, error) {
	out, err := all(ctx, tx)
	if err != nil {
		return Partner{}, err
	}
	for _, p := range out {
		if p.ID == organisationID {
			return p, nil
		}
	}
	return Partner{}, lead.ErrNotFound
}

// One returns one partner.
func (s *Service) One(ctx context.Context, actor lead.Actor, organisationID string) (Whole, error) {
	if err := s.Access.Check(actor, "partner.read", access.Screen{}); err != nil {
		return Whole{}, err
	}
	var out Whole
	err := s.Book.Look(ctx, func(tx *db.Tx) error {
		var err error
		out, err = whole(ctx, tx, organisationID)
		return err
	})
	return out, err
}

func whole(ctx context.Context, tx *db.Tx, organisationID string) (Whole, error) {
	var out Whole
	var err error
	if out.Partner, err = one(ctx, tx, organisationID); err != nil {
		return Whole{}, err
	}
	if out.Watches, err = watching(ctx, tx, organisationID); err != nil {
		return Whole{}, err
	}
	if out.Contacts, err = db.All(ctx, tx, func(row db.Row) (Contact, error) {
		var c Contact
		return c, row.Scan(&c.ID, &c.Partner, &c.Name, &c.Role, &c.Reach)
	}, contactsOf, organisationID); err != nil {
		return Whole{}, fmt.Errorf("contact people: %w", err)
	}
	if out.Seats, err = SeatsFor(ctx, tx, organisationID); err != nil {
		return Whole{}, err
	}
	agreements, err := agreement.All(ctx, tx)
	if err != nil {
		return Whole{}, err
	}
	for _, a := range agreements {
		if a.Has(organisationID) {
			out.Agreements = append(out.Agreements, a)
		}
	}
	if out.Steps, err = db.All(ctx, tx, func(row db.Row) (Step, error) {
		var st Step
		var at db.Time
		err := row.Scan(&st.Kind, &st.Words, &st.Team, &at)
		st.At = at.Time
		return st, err
	}, stepsOf, organisationID); err != nil {
		return Whole{}, fmt.Errorf("steps of a partner: %w", err)
	}
	return out, nil
}

// Own is what the holder of a seat sees: their seats and their organisation.
type Own struct {
	Seats   []Seat
	Partner Whole
	Mine    bool // they hold a seat for their own organisation, and may withdraw for it
}

// Own returns the actor's seats, and their organisation as a partner.
func (s *Service) Own(ctx context.Context, actor lead.Actor) (Own, error) {
	var out Own
	if err := s.Access.Check(actor, "partner.own", access.Screen{}); err != nil {
		return out, err
	}
	err := s.Seats.Look(ctx, func(tx *db.Tx) error {
		var err error
		if out.Seats, err = SeatsOf(ctx, tx, actor.ID, s.Book.Now()); err != nil {
			return err
		}
		out.Mine = seatedFor(out.Seats, actor.Organisation)
		out.Partner, err = whole(ctx, tx, actor.Organisation)
		return err
	})
	return out, err
}

func seatedFor(seats []Seat, organisationID string) bool {
	return slices.ContainsFunc(seats, func(s Seat) bool { return s.OrganisationID == organisationID })
}

// Describe records who a partner is: a new one, when its id is "", or the next
// version of one. It returns the partner's id.
func (s *Service) Describe(ctx context.Context, actor lead.Actor, form ledger.Form, p Partner) (string, error) {
	if err := s.Access.Check(actor, "partner.keep", access.Screen{}); err != nil {
		return "", err
	}
	bad := lead.Invalid{}
	if p.ID == "" && strings.TrimSpace(p.Name) == "" {
		bad["name"] = "Enter the organisation's name, as people know it"
	}
	if p.Sort.Kind() == "" && p.ID == "" {
		bad["sort"] = "Choose what it is"
	}
	bad.TooLong("name", p.Name, 120)
	bad.TooLong("about", p.About, 1000)
	var places []string
	for _, place := range p.Places {
		if place = strings.TrimSpace(place); place != "" && !slices.Contains(places, place) {
			places = append(places, place)
		}
		bad.TooLong("places", place, 80)
	}
	if len(places) > 40 {
		bad["places"] = "Name forty places or fewer"
	}
	if err := bad.OrNil(); err != nil {
		return "", err
	}
	if p.ID == "" {
		add := form
		if add.Key != "" { // the organisation's own: both are kept under this form
			add.Key += " organisation"
		}
		o, err := s.Add(ctx, actor, add, identity.Organisation{Name: p.Name, Kind: p.Sort.Kind()})
		if err != nil {
			return "", err
		}
		p.ID = o.ID
	}
	entry := ledger.Entry{Actor: actor, Verb: ledger.Administered, Act: "partner.keep", Subjects: []string{p.ID}}
	return s.Book.Once(ctx, form, entry, func(tx *db.Tx, _ *ledger.Entry) (string, error) {
		now, err := one(ctx, tx, p.ID)
		if err != nil {
			return "", err
		}
		if p.Version != now.Version {
			return "", lead.ErrConflict
		}
		if p.Sort == "" {
			p.Sort = now.Sort
		}
		n, err := tx.Exec(ctx, insertPartner, p.ID, now.Version+1, kept(p.Sort), strings.TrimSpace(p.About), actor.ID, db.At(s.Book.Now()))
		if err != nil {
			return "", fmt.Errorf("partner: %w", err)
		}
		if n == 0 {
			return "", lead.ErrConflict
		}
		for _, place := range places {
			if _, err := tx.Exec(ctx, insertPlace, p.ID, now.Version+1, place); err != nil {
				return "", fmt.Errorf("partner: place: %w", err)
			}
		}
		return p.ID, nil
	})
}

// AddContact records whom to ask at a partner.
func (s *Service) AddContact(ctx context.Context, actor lead.Actor, form ledger.Form, c Contact) error {
	bad := lead.Invalid{}
	if strings.TrimSpace(c.Name) == "" {
		bad["name"] = "Enter their name"
	}
	if strings.TrimSpace(c.Reach) == "" {
		bad["reach"] = "Enter how to reach them at work"
	}
	bad.TooLong("name", c.Name, 100)
	bad.TooLong("role", c.Role, 100)
	bad.TooLong("reach", c.Reach, 200)
	return s.keep(ctx, actor, form, "partner.contact", c.Partner, bad, func(tx *db.Tx) error {
		_, err := tx.Exec(ctx, insertContact, lead.NewID("pct"), c.Partner, strings.TrimSpace(c.Name), strings.TrimSpace(c.Role), strings.TrimSpace(c.Reach), actor.ID, db.At(s.Book.Now()))
		return err
	})
}

// EndContact takes somebody off the list of whom to ask.
func (s *Service) EndContact(ctx context.Context, actor lead.Actor, form ledger.Form, organisationID, contactID string) error {
	return s.keep(ctx, actor, form, "partner.contact_end", organisationID, nil, func(tx *db.Tx) error {
		var of string
		if err := tx.One(ctx, partnerOfContact, contactID).Scan(&of); err != nil || of != organisationID {
			return errors.Join(err, lead.ErrNotFound)
		}
		_, err := tx.Exec(ctx, insertContactEnd, contactID, actor.ID, db.At(s.Book.Now()))
		return err
	})
}

// AddSeat gives somebody a seat on a body, for a partner.
func (s *Service) AddSeat(ctx context.Context, actor lead.Actor, form ledger.Form, seat Seat) error {
	if err := s.Access.Check(actor, "partner.keep", access.Screen{}); err != nil {
		return err
	}
	people, err := s.People(ctx, seat.OrganisationID)
	if err != nil {
		return err
	}
	if seat.AccountID != "" {
		i := slices.IndexFunc(people, func(a identity.Account) bool { return a.ID == seat.AccountID })
		if i < 0 {
			return lead.Invalid{"account": "Choose somebody who works there, or nobody"}
		}
		seat.Name = people[i].Name
	}
	return s.keep(ctx, actor, form, "partner.seat", seat.OrganisationID, nil, func(tx *db.Tx) error {
		all, err := Bodies(ctx, tx)
		if err != nil {
			return err
		}
		if err := seat.check(all, db.Day(s.Book.Now())); err != nil {
			return err
		}
		p, err := one(ctx, tx, seat.OrganisationID)
		if err != nil {
			return err
		}
		if p.Away() {
			return lead.ErrConflict
		}
		held, err := SeatsFor(ctx, tx, seat.OrganisationID)
		if err != nil {
			return err
		}
		if slices.ContainsFunc(held, func(of Seat) bool {
			return of.open(db.Day(s.Book.Now())) && of.BodyID == seat.BodyID && of.Sitter() == seat.Sitter()
		}) {
			field := "account"
			if seat.AccountID == "" {
				field = "name"
			}
			return lead.Invalid{field: "They hold a seat on this group for it already. End that one first"}
		}
		_, err = tx.Exec(ctx, insertSeat, lead.NewID("sea"), seat.BodyID, seat.OrganisationID, seat.AccountID, strings.TrimSpace(seat.Name), seat.Lived, seat.Chair, seat.From, seat.Until, actor.ID, db.At(s.Book.Now()))
		return err
	})
}

// EndSeat ends a seat today.
func (s *Service) EndSeat(ctx context.Context, actor lead.Actor, form ledger.Form, organisationID, seatID string) error {
	return s.keep(ctx, actor, form, "partner.seat_end", organisationID, nil, func(tx *db.Tx) error {
		all, err := SeatsFor(ctx, tx, organisationID)
		if err != nil {
			return err
		}
		if !slices.ContainsFunc(all, func(of Seat) bool { return of.ID == seatID }) {
			return lead.ErrNotFound
		}
		_, err = tx.Exec(ctx, insertSeatEnd, seatID, "left", actor.ID, db.At(s.Book.Now()))
		return err
	})
}

// keep runs one of the coordinator's changes with its entry.
func (s *Service) keep(ctx context.Context, actor lead.Actor, form ledger.Form, act, organisationID string, bad lead.Invalid, do func(*db.Tx) error) error {
	if err := s.Access.Check(actor, "partner.keep", access.Screen{}); err != nil {
		return err
	}
	entry := ledger.Entry{Actor: actor, Verb: ledger.Administered, Act: act, Subjects: []string{organisationID}}
	_, err := s.Book.Once(ctx, form, entry, func(tx *db.Tx, _ *ledger.Entry) (string, error) {
		if _, err := one(ctx, tx, organisationID); err != nil {
			return "", err
		}
		if err := bad.OrNil(); err != nil {
			return "", err
		}
		return organisationID, do(tx)
	})
	return err
}
