package contact

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"waymark.example/internal/handoff/oncall"
	"waymark.example/internal/handoff/referral"
	"waymark.example/internal/lead"
	"waymark.example/internal/platform/access"
	"waymark.example/internal/platform/db"
	"waymark.example/internal/platform/ledger"
)

// Colleague is an officer in whose name something can be recorded.
type Colleague struct{ ID, Name, Team string }

// CustodyPlace is where in custody somebody can be met.
type CustodyPlace struct{ Code, Words string }

// CustodyPlaces lists the places: a closed list, so that nothing about anybody's
// state is written down with it.
func CustodyPlaces() []CustodyPlace {
	return []CustodyPlace{
		{"cell", "In their cell"}, {"room", "In a consultation room"}, {"desk", "At the custody desk"}, {"release", "At the front door, when they are released"},
	}
}

// Custody is what a hand-off in custody adds to a decision.
type Custody struct {
	OfficerID string // whose contact it is
	Place     string // code of a custody place, or Later
}

// Later is the place of somebody who had to go and is found later.
const Later = "later"

// shift is how long a hand-off stays on the custody list.
const shift = 24 * time.Hour

// DecideFor is Decide in custody, for the officer who brought somebody in: the
// contact is that officer's, the record says who wrote it. The door is always
// arrest diversion, which waits for nobody's approval (R6).
func (s *Service) DecideFor(ctx context.Context, actor lead.Actor, form ledger.Form, in Custody, d Decision) (string, error) {
	if err := s.mayRecord(ctx, actor, "contact.record_for"); err != nil {
		return "", err
	}
	suite := Suite(actor)
	d.Place = suite
	if d.Outcome == Diverted {
		d.HandOff = meetIn(d.HandOff, suite, in.Place)
	}
	c, entry := s.begin(actor, ArrestDiversion, &d)
	entry.Act = "contact.record_for"
	return s.Book.Once(ctx, form, entry, func(tx *db.Tx, e *ledger.Entry) (string, error) {
		officer, err := scanColleague(tx.One(ctx, officerByID, actor.Organisation, in.OfficerID))
		if errors.Is(err, lead.ErrNotFound) || officer.ID == actor.ID {
			return "", lead.Invalid{"officer": "Choose the officer who brought them in"}
		}
		if err != nil {
			return "", fmt.Errorf("record for: %w", err)
		}
		c.OfficerID, c.Team = officer.ID, officer.Team
		first := d
		_, _, err = s.check(ctx, tx, c.Door, &first)
		if err := in.check(d, err); err != nil {
			return "", err
		}
		if err := s.record(ctx, tx, e, &c, d); err != nil {
			return "", err
		}
		if _, err := tx.Exec(ctx, insertCustody, c.ID, suite, actor.ID, db.At(d.RecordedAt)); err != nil {
			return "", fmt.Errorf("record for: %w", err)
		}
		return c.ID, nil
	})
}

// check adds to what is wrong with a decision that nobody said where they meet.
func (in Custody) check(d Decision, err error) error {
	places := append(CustodyPlaces(), CustodyPlace{Code: Later})
	if d.Outcome != Diverted || slices.ContainsFunc(places, func(p CustodyPlace) bool { return p.Code == in.Place }) {
		return err
	}
	bad, ok := errors.AsType[lead.Invalid](err)
	if err != nil && !ok {
		return err
	}
	if bad == nil {
		bad = lead.Invalid{}
	}
	delete(bad, "find_words") // asked only of somebody to find later
	bad["where"] = "Choose where they meet"
	return bad
}

// meetIn fills in where they meet: a place on the list, or later, wherever the
// person said.
func meetIn(r referral.Referral, suite, place string) referral.Referral {
	r.Meeting, r.MeetWords = referral.FindLater, ""
	for _, p := range CustodyPlaces() {
		if p.Code == place {
			r.Meeting, r.MeetWords = referral.MeetAt, suite+": "+strings.ToLower(p.Words[:1])+p.Words[1:]
		}
	}
	return r
}

// Suite is the custody suite that an actor works in: their team.
func Suite(actor lead.Actor) string {
	if actor.Team == "" {
		return "Custody"
	}
	return actor.Team
}

// Officers finds the officers of the actor's force by part of a name, up to
// limit of them.
func (s *Service) Officers(ctx context.Context, actor lead.Actor, part string, limit int) ([]Colleague, error) {
	if err := s.mayRecord(ctx, actor, "contact.record_for"); err != nil {
		return nil, err
	}
	literal := strings.NewReplacer("!", "!!", "%", "!%", "_", "!_").Replace(strings.ToLower(strings.TrimSpace(part)))
	var out []Colleague
	err := s.Book.Look(ctx, func(tx *db.Tx) error {
		var err error
		out, err = db.All(ctx, tx, scanColleague, officersLike, actor.Organisation, "%"+literal+"%", limit)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("officers: %w", err)
	}
	return out, nil
}

// Officer returns one officer of the actor's force.
func (s *Service) Officer(ctx context.Context, actor lead.Actor, id string) (Colleague, error) {
	if err := s.mayRecord(ctx, actor, "contact.record_for"); err != nil {
		return Colleague{}, err
	}
	var out Colleague
	err := s.Book.Look(ctx, func(tx *db.Tx) error {
		var err error
		out, err = scanColleague(tx.One(ctx, officerByID, actor.Organisation, id))
		return err
	})
	return out, err
}

// Shift is what a custody sergeant finds on arrival.
type Shift struct {
	Suite  string
	Open   []Row // handed over in the last day and not met yet, as far as that may be heard
	Met    []Row
	Others int          // recorded in the last day and not handed over
	OnCall *oncall.Duty // nil when nobody is set
}

// Shift returns what a suite recorded in the last day: state only.
func (s *Service) Shift(ctx context.Context, actor lead.Actor) (Shift, error) {
	out := Shift{Suite: Suite(actor)}
	entry := ledger.Entry{Actor: actor, Verb: ledger.Consulted, Act: "contact.shift"}
	err := s.Book.Record(ctx, entry, func(tx *db.Tx, e *ledger.Entry) error {
		if err := s.Access.Check(actor, "contact.record_for", access.Screen{}); err != nil {
			return err
		}
		since := s.Book.Now().Add(-shift)
		rows, err := db.All(ctx, tx, scanRow, contactsOfSuite, out.Suite, db.At(since), actor.Organisation) // suites of two forces may be called the same
		if err != nil {
			return fmt.Errorf("shift: %w", err)
		}
		for _, row := range rows {
			e.Subjects = append(e.Subjects, row.ID)
			switch {
			case !row.HandedOver:
				out.Others++
			case row.Met:
				out.Met = append(out.Met, row)
			default:
				out.Open = append(out.Open, row)
			}
		}
		out.OnCall, err = oncall.First(ctx, tx, s.Book.Now())
		return err
	})
	return out, err
}

// ByReference returns the actor's own contact with a reference, as it is said
// aloud, with or without its first letters; lead.ErrNotFound when they have none.
func (s *Service) ByReference(ctx context.Context, actor lead.Actor, said string) (Row, error) {
	reference := strings.ToUpper(strings.Join(strings.Fields(said), ""))
	if !strings.HasPrefix(reference, "LD-") {
		reference = "LD-" + strings.TrimPrefix(reference, "LD")
	}
	var out Row
	entry := ledger.Entry{Actor: actor, Verb: ledger.Consulted, Act: "contact.list"}
	err := s.Book.Record(ctx, entry, func(tx *db.Tx, e *ledger.Entry) error {
		if err := s.Access.Check(actor, "contact.list", access.Screen{}); err != nil {
			return err
		}
		var err error
		if out, err = scanRow(tx.One(ctx, contactByReference, actor.ID, reference)); err != nil {
			return err
		}
		e.Subjects = append(e.Subjects, out.ID)
		return nil
	})
	return out, err
}

func scanColleague(row db.Row) (Colleague, error) {
	var c Colleague
	return c, row.Scan(&c.ID, &c.Name, &c.Team)
}
