// Package away lets a case manager take a few people along for some hours, on
// their own phone or on a printed sheet, and takes in what they logged without
// signal. A site decides whether it is offered, a worker whether they use it. It
// imports lead, platform, care/participant and what goes along.
package away

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"waymark.example/internal/care/internal/note"
	"waymark.example/internal/care/need"
	"waymark.example/internal/care/participant"
	"waymark.example/internal/care/plan"
	"waymark.example/internal/lead"
	"waymark.example/internal/platform/access"
	"waymark.example/internal/platform/db"
	"waymark.example/internal/platform/ledger"
	"waymark.example/internal/platform/secret"
)

// The bounds of what one worker has with them: few people, and not for long.
const (
	MostPeople = 10
	MostHours  = 12
)

// Service carries out the use cases.
type Service struct {
	People *participant.Service
	Notes  *note.Service
	// On says that the site offers it; it does not unless somebody decided so.
	On bool
	// Slot is where phones put what they logged, sealed.
	Slot *secret.Slot
	// LostSince reports whether whoever holds the phones of an account may be
	// somebody else: it is held, was stopped, or a session of it was ended by
	// somebody since.
	LostSince func(ctx context.Context, accountID string, since time.Time) (bool, error)
}

// Parts lists what can go along beside a name and how it is safe to reach
// somebody, with words. Nothing told in confidence is among them.
func Parts() [][2]string {
	return [][2]string{{"needs", "What they need now"}, {"promises", "What was promised"}, {"plan", "The next steps of their plan"}, {"places", "Where they often are"}}
}

// Hours lists for how long, with words.
func Hours() [][2]string {
	return [][2]string{{"2", "2 hours"}, {"4", "4 hours"}, {"8", "8 hours"}, {"12", "12 hours"}}
}

// Taking is what a worker chose.
type Taking struct {
	People []string // participant ids
	Parts  []string // codes of Parts
	Hours  int
	Paper  bool // a printed sheet in place of the phone
}

// Lease is that a worker has people with them.
type Lease struct {
	ID       string
	WorkerID string
	Worker   string // the name
	How      string // phone or paper
	Parts    []string
	People   []string // participant ids
	Names    []string // of the people, while it lasts
	MadeAt   time.Time
	UntilAt  time.Time
	Ended    string // returned, replaced, revoked, signed_out, not_standing; "" while it lasts
	EndedAt  time.Time
}

// Live reports whether the people are still with the worker.
func (l Lease) Live(now time.Time) bool { return l.Ended == "" && now.Before(l.UntilAt) }

// Has reports whether a part goes along.
func (l Lease) Has(part string) bool { return slices.Contains(l.Parts, part) }

// Take begins a lease and returns its id. Whatever was on the worker's phone
// before is replaced.
func (s *Service) Take(ctx context.Context, actor lead.Actor, form ledger.Form, t Taking) (string, error) {
	if !s.On {
		return "", lead.ErrNotFound
	}
	entry := ledger.Entry{Actor: actor, Verb: ledger.Consulted, Act: "away.take"}
	return s.People.Book.Once(ctx, form, entry, func(tx *db.Tx, e *ledger.Entry) (string, error) {
		if err := s.People.Access.Check(actor, "away.take", access.Screen{}); err != nil {
			return "", err
		}
		slices.Sort(t.People)
		t.People = slices.Compact(t.People)
		if err := t.check(); err != nil {
			return "", err
		}
		now, id := s.People.Book.Now(), lead.NewID("awy")
		// From here on takings of this worker queue up, so the count is true.
		if _, err := tx.Exec(ctx, setNewest, actor.ID, id); err != nil {
			return "", fmt.Errorf("take along: %w", err)
		}
		how := "paper"
		if !t.Paper {
			how = "phone"
			if _, err := tx.Exec(ctx, replacePhone, db.At(now), actor.ID); err != nil {
				return "", fmt.Errorf("take along: %w", err)
			}
		}
		_, session, _ := strings.Cut(actor.From, "s:")
		until := now.Add(time.Duration(t.Hours) * time.Hour)
		if _, err := tx.Exec(ctx, insertLease, id, actor.ID, actor.Team, how, strings.Join(t.Parts, " "), session, db.At(now), db.At(until)); err != nil {
			return "", fmt.Errorf("take along: %w", err)
		}
		for _, person := range t.People {
			n, err := s.People.Find(ctx, tx, person)
			if err != nil {
				return "", err
			}
			if n.Into != "" { // chosen on a page that is out of date: one person, taken once
				if slices.Contains(t.People, n.Into) {
					continue
				}
				if n, err = s.People.Find(ctx, tx, n.Into); err != nil {
					return "", err
				}
				person = n.ID
			}
			if err := s.People.Access.Check(actor, "away.take", n.Resource()); err != nil {
				return "", err
			}
			added, err := tx.Exec(ctx, insertPerson, id, person, actor.ID, db.At(now), MostPeople)
			if err != nil {
				return "", fmt.Errorf("take along: %w", err)
			}
			if added == 0 {
				return "", lead.Invalid{"people": fmt.Sprintf("At most %d people can be out with you at once, sheets included: bring somebody back first, or choose fewer", MostPeople)}
			}
			e.Subjects = append(e.Subjects, person)
		}
		return id, nil
	})
}

func (t Taking) check() error {
	bad := lead.Invalid{}
	switch {
	case len(t.People) == 0:
		bad["people"] = "Choose whom to take along"
	case len(t.People) > MostPeople:
		bad["people"] = fmt.Sprintf("Choose at most %d people", MostPeople)
	}
	if t.Hours < 1 || t.Hours > MostHours {
		bad["hours"] = fmt.Sprintf("Choose for how long: at most %d hours", MostHours)
	}
	for _, part := range t.Parts {
		if !slices.ContainsFunc(Parts(), func(p [2]string) bool { return p[0] == part }) {
			bad["parts"] = "Choose from the list"
		}
	}
	return bad.OrNil()
}

// Card is what goes along of one person.
type Card struct {
	ID       string    `json:"id"`
	Name     string    `json:"name"`
	Pronouns string    `json:"pronouns"`
	Safe     string    `json:"safe"`
	Needs    []string  `json:"needs"`
	Promises []Promise `json:"promises"`
	Steps    []string  `json:"steps"`
	Places   string    `json:"places"`
}

// Promise is something that was said to the person.
type Promise struct {
	ID    string    `json:"id"`
	Words string    `json:"words"`
	On    string    `json:"on"` // YYYY-MM-DD
	At    time.Time `json:"-"`
	Clock string    `json:"clock"` // the hour where the team works, "" for any time
}

// Bundle returns what goes along, for the worker whose lease it is and while it
// lasts. Each person is an entry of its own, so that each sees it in their own
// list of who looked.
func (s *Service) Bundle(ctx context.Context, actor lead.Actor, leaseID string) (Lease, []Card, error) {
	if !s.On {
		return Lease{}, nil, lead.ErrNotFound
	}
	var l Lease
	err := s.People.Book.Look(ctx, func(tx *db.Tx) error {
		var err error
		if l, err = one(ctx, tx, leaseID, actor.ID, ""); err != nil {
			return err
		}
		live, err := s.live(ctx, tx, l)
		if err == nil && !live {
			err = lead.ErrNotFound
		}
		return err
	})
	if err != nil {
		return Lease{}, nil, err
	}
	var out []Card
	var seen []string
	for _, id := range l.People {
		card, whole, err := s.card(ctx, actor, l, id)
		if errors.Is(err, lead.ErrForbidden) || errors.Is(err, lead.ErrNotFound) { // meanwhile with somebody else
			continue
		}
		if err != nil {
			return Lease{}, nil, err
		}
		if slices.Contains(seen, whole) { // two records that turned out to be of one person (R58)
			continue
		}
		seen = append(seen, whole)
		out = append(out, card)
	}
	return l, out, nil
}

// card returns what goes along of one person, and the record that stands for them.
// It keeps the id that was taken along, by which the phone sends what is logged.
func (s *Service) card(ctx context.Context, actor lead.Actor, l Lease, id string) (Card, string, error) {
	var whole string
	c := Card{ID: id, Needs: []string{}, Promises: []Promise{}, Steps: []string{}}
	act := participant.Act{Action: "away.take", Name: "away." + l.How}
	err := s.People.Read(ctx, actor, act, id, func(tx *db.Tx, n participant.Now) error {
		if whole = n.Whole(); n.Into != "" {
			var err error
			if n, err = s.People.Find(ctx, tx, n.Into); err != nil {
				return err
			}
			if err := s.People.Access.Check(actor, "away.take", n.Resource()); err != nil {
				return err
			}
		}
		if n.State == participant.Erased { // the phone forgets them the next time it asks
			return lead.ErrNotFound
		}
		p, safe, err := s.People.KnownBy(ctx, tx, n)
		if err != nil {
			return err
		}
		c.Name, c.Pronouns, c.Safe = p.Name, p.Pronouns, safe
		if l.Has("places") {
			c.Places = p.FindWords
		}
		for _, of := range n.Records() {
			if err := s.fill(ctx, tx, l, of, &c); err != nil {
				return err
			}
		}
		return nil
	})
	return c, whole, err
}

// fill adds to a card what one record of the person holds.
func (s *Service) fill(ctx context.Context, tx *db.Tx, l Lease, n participant.Now, c *Card) error {
	if l.Has("needs") {
		open, err := need.OpenAcute(ctx, tx, n)
		if err != nil {
			return err
		}
		for _, a := range open {
			c.Needs = append(c.Needs, joined(a.KindWords(), a.Words))
		}
	}
	if l.Has("promises") {
		open, err := participant.OpenPromises(ctx, tx, n)
		if err != nil {
			return err
		}
		for _, p := range open {
			c.Promises = append(c.Promises, Promise{ID: p.ID, Words: p.Words, On: p.On, At: p.At, Clock: s.clock(p.At)})
		}
	}
	if !l.Has("plan") {
		return nil
	}
	steps, err := plan.Next(ctx, tx, n)
	for _, step := range steps {
		c.Steps = append(c.Steps, joined(step.Words, step.Who))
	}
	return err
}

func joined(first, second string) string {
	if second == "" {
		return first
	}
	return first + " (" + second + ")"
}

func (s *Service) clock(at time.Time) string {
	if at.IsZero() {
		return ""
	}
	if s.People.Zone != nil {
		at = at.In(s.People.Zone)
	}
	return at.Format("15:04")
}

// Live reports whether a lease still lasts, to whoever knows its id: the phone
// that it was made for asks, also when nobody is signed in on it any more. It
// does not once the worker or whoever looks after them ended any session of
// theirs, once their account is held or stopped or they are no case manager any
// more, nor once somebody on it is with somebody else, erased or sealed.
func (s *Service) Live(ctx context.Context, leaseID string) (bool, error) {
	live := false
	err := s.People.Book.Look(ctx, func(tx *db.Tx) error {
		l, err := one(ctx, tx, leaseID, "", "")
		if err == nil {
			live, err = s.live(ctx, tx, l)
		}
		return err
	})
	if errors.Is(err, lead.ErrNotFound) {
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("lease: %w", err)
	}
	return live, nil
}

func (s *Service) live(ctx context.Context, tx *db.Tx, l Lease) (bool, error) {
	if !s.On || !l.Live(s.People.Book.Now()) {
		return false, nil
	}
	stands := false
	if err := tx.One(ctx, leaseStands, l.WorkerID, l.ID).Scan(&stands); err != nil {
		return false, fmt.Errorf("lease stands: %w", err)
	}
	if !stands || s.LostSince == nil || l.How != "phone" {
		return stands, nil
	}
	lost, err := s.LostSince(ctx, l.WorkerID, l.MadeAt)
	return !lost, err
}

// Leases lists who of the actor's team has whom with them, newest first; without
// team the actor's own. Those of the last week are among them.
func (s *Service) Leases(ctx context.Context, actor lead.Actor, team bool) ([]Lease, error) {
	var out []Lease
	action, workerID, ofTeam := access.Action("away.take"), actor.ID, ""
	if team {
		action, workerID, ofTeam = "away.team", "", actor.Team
	}
	entry := ledger.Entry{Actor: actor, Verb: ledger.Consulted, Act: "away.list"}
	err := s.People.Book.Record(ctx, entry, func(tx *db.Tx, e *ledger.Entry) error {
		if err := s.People.Access.Check(actor, action, access.Screen{}); err != nil {
			return err
		}
		now := s.People.Book.Now()
		leases, err := db.All(ctx, tx, scanLease, leasesOf, workerID, ofTeam, db.At(now.AddDate(0, 0, -7)))
		if err != nil {
			return fmt.Errorf("leases: %w", err)
		}
		for _, l := range leases {
			if l, err = withPeople(ctx, tx, l); err != nil {
				return err
			}
			live, err := s.live(ctx, tx, l)
			if err != nil {
				return err
			}
			if !live && l.Live(now) {
				l.Ended = "not_standing"
			}
			for _, id := range l.People {
				if !live {
					break
				}
				n, err := s.People.Find(ctx, tx, id)
				if err != nil {
					return err
				}
				if n.Into != "" && slices.Contains(l.People, n.Into) {
					continue
				}
				if s.People.Access.Check(actor, "case.read", n.Resource()) == nil {
					l.Names = append(l.Names, n.Name)
					e.Subjects = append(e.Subjects, id)
				}
			}
			out = append(out, l)
		}
		return nil
	})
	return out, err
}

// End ends a lease before its time: the worker's own, or for a supervisor one of
// the team. The phone forgets it the next time it reaches the site.
func (s *Service) End(ctx context.Context, actor lead.Actor, form ledger.Form, leaseID string) error {
	entry := ledger.Entry{Actor: actor, Verb: ledger.Altered, Act: "away.end"}
	_, err := s.People.Book.Once(ctx, form, entry, func(tx *db.Tx, e *ledger.Entry) (string, error) {
		how, team := "returned", ""
		if s.People.Access.Check(actor, "away.team", access.Screen{}) == nil {
			team = actor.Team
		} else if err := s.People.Access.Check(actor, "away.take", access.Screen{}); err != nil {
			return "", err
		}
		l, err := one(ctx, tx, leaseID, actor.ID, team)
		if err != nil {
			return "", err
		}
		if l.WorkerID != actor.ID {
			how = "revoked"
		}
		e.Subjects = l.People
		if _, err := tx.Exec(ctx, insertEnd, l.ID, how, actor.ID, db.At(s.People.Book.Now())); err != nil {
			return "", fmt.Errorf("end lease: %w", err)
		}
		return l.ID, nil
	})
	return err
}

// SignedOut ends whatever the actor has on a phone: they signed out, here or in
// another browser.
func (s *Service) SignedOut(ctx context.Context, actor lead.Actor) error {
	if !s.On || actor.Side != lead.Care {
		return nil
	}
	entry := ledger.Entry{Actor: actor, Verb: ledger.Altered, Act: "away.end", Detail: "signed_out"}
	return s.People.Book.Record(ctx, entry, func(tx *db.Tx, _ *ledger.Entry) error {
		_, err := tx.Exec(ctx, endPhone, db.At(s.People.Book.Now()), actor.ID)
		return err
	})
}

// one returns a lease: of the worker, or of the team; of anybody when both are
// empty.
func one(ctx context.Context, tx *db.Tx, leaseID, workerID, team string) (Lease, error) {
	l, err := scanLease(tx.One(ctx, leaseByID, leaseID, workerID, team))
	if err != nil {
		return Lease{}, err
	}
	return withPeople(ctx, tx, l)
}

func withPeople(ctx context.Context, tx *db.Tx, l Lease) (Lease, error) {
	var err error
	l.People, err = db.All(ctx, tx, func(row db.Row) (string, error) {
		var id string
		return id, row.Scan(&id)
	}, peopleOf, l.ID)
	if err != nil {
		return Lease{}, fmt.Errorf("lease: %w", err)
	}
	return l, nil
}
