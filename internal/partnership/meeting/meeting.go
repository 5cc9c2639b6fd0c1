// Package meeting is the table of the partnership: its bodies' meetings, what is on
// the agenda, who was there, what was decided and who does what by when. People of
// every side sit at it, each hearing what somebody agreed that their own
// organisation may hear, and nothing else (R35). It imports lead, platform,
// partnership/partner and the bridge.
package meeting

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"waymark.example/internal/lead"
	"waymark.example/internal/partnership/partner"
	"waymark.example/internal/platform/access"
	"waymark.example/internal/platform/db"
	"waymark.example/internal/platform/ledger"
	"waymark.example/internal/platform/secret"
)

// Meeting is one meeting of a body.
type Meeting struct {
	ID        string
	BodyID    string
	Body      string // its name
	SeriesID  string
	People    bool // items about people who agreed to it can be on the agenda
	Version   int64
	StartsAt  time.Time
	EndsAt    time.Time
	Place     string
	ChairID   string // account_id
	Chair     string // a name
	CalledOff bool
}

// stays is for how long after its end a meeting's items can still be read, and so
// how long a printed copy is good for.
const stays = 2 * time.Hour

// doors is how long before its beginning people can say that they are there.
const doors = time.Hour

// Closes is when what was said about people goes from every page and paper.
func (m Meeting) Closes() time.Time { return m.EndsAt.Add(stays) }

// Over reports whether a meeting's items are closed.
func (m Meeting) Over(now time.Time) bool { return m.CalledOff || now.After(m.Closes()) }

// On reports whether people are in the room, or about to be.
func (m Meeting) On(now time.Time) bool {
	return !m.Over(now) && !now.Before(m.StartsAt.Add(-doors))
}

// Reminder is the version of the words that each member confirms.
const Reminder = "1"

// ReminderWords are what each member confirms before anything about a person is
// shown to them.
func ReminderWords() []string {
	return []string{
		"What I hear about anybody here stays at this table. I use it only to help that person, and only as they agreed.",
		"I do not pass it on, do not write it into another system, and do not use it to enforce anything.",
		"If I know somebody outside this work, I say so and step out.",
	}
}

// Service carries out the use cases.
type Service struct {
	Book   *ledger.Book // of the meeting handle
	Access *access.Decider
	Keys   *secret.Ring // of the meeting handle: shared keys only
	Zone   *time.Location
}

// Place is where the actor stands at one meeting.
type Place struct {
	Meeting
	Seat        partner.Seat
	Seated      bool
	Coordinator bool
	Confirmed   time.Time // they confirmed the reminder; zero: not yet
}

// Chairs reports whether the actor has the chair.
func (p Place) Chairs(actor lead.Actor) bool { return p.Seated && p.ChairID == actor.ID }

func (p Place) resource(actor lead.Actor, brought bool) access.Meeting {
	return access.Meeting{ID: p.ID, Seated: p.Seated, Chair: p.Chairs(actor), Brought: brought}
}

// place finds a meeting and where the actor stands at it. Who has neither a seat
// nor the partnership's coordination finds nothing.
func (s *Service) place(ctx context.Context, tx *db.Tx, actor lead.Actor, meetingID string) (Place, error) {
	m, err := oneMeeting(ctx, tx, meetingID)
	if err != nil {
		return Place{}, err
	}
	out := Place{Meeting: m, Coordinator: actor.Has(lead.Coordinator)}
	seats, err := partner.SeatsOf(ctx, tx, actor.ID, s.Book.Now())
	if err != nil {
		return Place{}, err
	}
	if i := slices.IndexFunc(seats, func(x partner.Seat) bool { return x.BodyID == m.BodyID }); i >= 0 {
		out.Seat, out.Seated = seats[i], true
	}
	if err := s.Access.Check(actor, "meeting.read", out.resource(actor, false)); err != nil {
		return Place{}, err
	}
	out.Confirmed, err = confirmed(ctx, tx, meetingID, actor.ID)
	return out, err
}

// Listing is the meetings that the actor has something to do with.
type Listing struct {
	Ahead []Place
	Past  []Meeting
	Seats []partner.Seat
	May   bool // they call meetings
}

// List returns the meetings of the bodies that the actor sits on; of every body
// for the coordinator.
func (s *Service) List(ctx context.Context, actor lead.Actor) (Listing, error) {
	var out Listing
	now := s.Book.Now()
	entry := ledger.Entry{Actor: actor, Verb: ledger.Consulted, Act: "meeting.list"}
	err := s.Book.Record(ctx, entry, func(tx *db.Tx, _ *ledger.Entry) error {
		if err := s.Access.Check(actor, "meeting.list", access.Screen{}); err != nil {
			return err
		}
		var err error
		if out.Seats, err = partner.SeatsOf(ctx, tx, actor.ID, now); err != nil {
			return err
		}
		out.May = s.Access.Check(actor, "meeting.keep", access.Screen{}) == nil
		all, err := meetingsFrom(ctx, tx, now.AddDate(0, -3, 0))
		for _, m := range all {
			seat := slices.IndexFunc(out.Seats, func(x partner.Seat) bool { return x.BodyID == m.BodyID })
			if seat < 0 && !out.May {
				continue
			}
			if m.Over(now) {
				if !m.CalledOff || m.Closes().After(now) {
					out.Past = append(out.Past, m)
				}
				continue
			}
			p := Place{Meeting: m, Coordinator: out.May, Seated: seat >= 0}
			if p.Seated {
				p.Seat = out.Seats[seat]
			}
			out.Ahead = append(out.Ahead, p)
		}
		slices.Reverse(out.Past)
		return err
	})
	return out, err
}

// Call is a meeting, or a series of them, as the coordinator calls it.
type Call struct {
	BodyID  string
	People  bool
	On      string // YYYY-MM-DD
	At      string // HH:MM
	Minutes int
	Place   string
	ChairID string // account_id
	Every   string // once, week, fortnight or month
	Times   int
}

// Rhythms lists how often a series meets, with words.
func Rhythms() [][2]string {
	return [][2]string{{"once", "Once"}, {"week", "Every week"}, {"fortnight", "Every two weeks"}, {"month", "Every four weeks"}}
}

const mostTimes = 13

// moments returns when each meeting of a series begins.
func (c Call) moments(zone *time.Location) []time.Time {
	first, err := time.ParseInLocation("2006-01-02 15:04", c.On+" "+c.At, zone)
	if err != nil {
		return nil
	}
	out := []time.Time{first}
	for n := 1; n < c.Times && c.Every != "once"; n++ {
		next := map[string]time.Time{"week": first.AddDate(0, 0, 7*n), "fortnight": first.AddDate(0, 0, 14*n), "month": first.AddDate(0, 0, 28*n)}[c.Every]
		out = append(out, next)
	}
	return out
}

func (c Call) check(zone *time.Location, bodies []partner.Body, seats []partner.Seat, now time.Time) error {
	bad := lead.Invalid{}
	if !slices.ContainsFunc(bodies, func(b partner.Body) bool { return b.ID == c.BodyID }) {
		bad["body"] = "Choose who meets"
	}
	switch at := c.moments(zone); {
	case len(at) == 0:
		bad["on"] = "Enter the day and the time"
	case at[0].Before(now):
		bad["on"] = "Enter a day and a time to come"
	}
	if c.Minutes < 15 || c.Minutes > 480 {
		bad["minutes"] = "Enter how long it is, between 15 minutes and 8 hours"
	}
	if strings.TrimSpace(c.Place) == "" {
		bad["place"] = "Enter where it is: a room, or how to call in"
	}
	bad.TooLong("place", c.Place, 200)
	if c.ChairID != "" && !slices.ContainsFunc(seats, func(x partner.Seat) bool { return x.AccountID == c.ChairID }) {
		bad["chair"] = "Choose somebody who sits on this body"
	}
	if !slices.ContainsFunc(Rhythms(), func(r [2]string) bool { return r[0] == c.Every }) {
		bad["every"] = "Choose how often"
	}
	if c.Every != "once" && (c.Times < 2 || c.Times > mostTimes) {
		bad["times"] = fmt.Sprintf("Enter how many meetings, 2 to %d", mostTimes)
	}
	return bad.OrNil()
}

// Calling is what the form that calls a meeting needs.
type Calling struct {
	Bodies []partner.Body
	Seats  []partner.Seat // with an account: who can have the chair
}

// Prepare returns what the form that calls a meeting needs.
func (s *Service) Prepare(ctx context.Context, actor lead.Actor) (Calling, error) {
	var out Calling
	if err := s.Access.Check(actor, "meeting.keep", access.Screen{}); err != nil {
		return out, err
	}
	err := s.Book.Look(ctx, func(tx *db.Tx) error {
		var err error
		out, err = s.calling(ctx, tx)
		return err
	})
	return out, err
}

func (s *Service) calling(ctx context.Context, tx *db.Tx) (Calling, error) {
	var out Calling
	var err error
	if out.Bodies, err = partner.Bodies(ctx, tx); err != nil {
		return out, err
	}
	for _, b := range out.Bodies {
		seats, err := partner.SeatsIn(ctx, tx, b.ID, s.Book.Now())
		if err != nil {
			return out, err
		}
		for _, x := range seats {
			if x.AccountID != "" {
				out.Seats = append(out.Seats, x)
			}
		}
	}
	return out, nil
}

// CallFor calls a meeting or a series and returns the id of the first.
func (s *Service) CallFor(ctx context.Context, actor lead.Actor, form ledger.Form, c Call) (string, error) {
	entry := ledger.Entry{Actor: actor, Verb: ledger.Administered, Act: "meeting.call"}
	return s.Book.Once(ctx, form, entry, func(tx *db.Tx, e *ledger.Entry) (string, error) {
		if err := s.Access.Check(actor, "meeting.keep", access.Screen{}); err != nil {
			return "", err
		}
		with, err := s.calling(ctx, tx)
		if err != nil {
			return "", err
		}
		with.Seats = slices.DeleteFunc(with.Seats, func(x partner.Seat) bool { return x.BodyID != c.BodyID })
		if err := c.check(s.Zone, with.Bodies, with.Seats, s.Book.Now()); err != nil {
			return "", err
		}
		first, series := "", lead.NewID("ser")
		for _, at := range c.moments(s.Zone) {
			m := Meeting{ID: lead.NewID("mtg"), BodyID: c.BodyID, SeriesID: series, People: c.People, Version: 1, StartsAt: at, EndsAt: at.Add(time.Duration(c.Minutes) * time.Minute),
				Place: c.Place, ChairID: c.ChairID}
			if err := addMeeting(ctx, tx, m, actor.ID, s.Book.Now()); err != nil {
				return "", err
			}
			if first == "" {
				first = m.ID
			}
		}
		e.Detail = c.BodyID
		return first, nil
	})
}

// Move changes when and where a meeting is, who has the chair, or calls it off.
// from is the version that was on the screen.
func (s *Service) Move(ctx context.Context, actor lead.Actor, form ledger.Form, meetingID string, from int64, c Call, off bool) error {
	entry := ledger.Entry{Actor: actor, Verb: ledger.Altered, Act: "meeting.move", Detail: map[bool]string{true: "called off"}[off]}
	_, err := s.Book.Once(ctx, form, entry, func(tx *db.Tx, _ *ledger.Entry) (string, error) {
		if err := s.Access.Check(actor, "meeting.keep", access.Screen{}); err != nil {
			return "", err
		}
		m, err := oneMeeting(ctx, tx, meetingID)
		if err != nil {
			return "", err
		}
		if m.Version != from || m.CalledOff || m.Over(s.Book.Now()) { // what was heard at a meeting that is over was agreed for that one
			return "", lead.ErrConflict
		}
		if off {
			m.CalledOff = true
		} else {
			with, err := s.calling(ctx, tx)
			if err != nil {
				return "", err
			}
			with.Seats = slices.DeleteFunc(with.Seats, func(x partner.Seat) bool { return x.BodyID != m.BodyID })
			c.BodyID, c.Every = m.BodyID, "once"
			if err := c.check(s.Zone, with.Bodies, with.Seats, s.Book.Now().AddDate(0, 0, -1)); err != nil {
				return "", err
			}
			m.StartsAt = c.moments(s.Zone)[0]
			m.EndsAt, m.Place, m.ChairID = m.StartsAt.Add(time.Duration(c.Minutes)*time.Minute), c.Place, c.ChairID
		}
		m.Version++
		return m.ID, addPlan(ctx, tx, m, actor.ID, s.Book.Now())
	})
	return err
}

// Confirm keeps that the actor confirmed the reminder, and that they are there
// when the meeting is on.
func (s *Service) Confirm(ctx context.Context, actor lead.Actor, form ledger.Form, meetingID string, agreed bool) error {
	entry := ledger.Entry{Actor: actor, Verb: ledger.Administered, Act: "meeting.confirm"}
	_, err := s.Book.Once(ctx, form, entry, func(tx *db.Tx, e *ledger.Entry) (string, error) {
		p, err := s.place(ctx, tx, actor, meetingID)
		if err != nil {
			return "", err
		}
		now := s.Book.Now()
		if !p.Seated || p.Over(now) {
			return "", lead.ErrConflict
		}
		if !agreed {
			return "", lead.Invalid{"agreed": "Read the reminder and confirm it. Nothing about anybody is shown before"}
		}
		if err := addWord(ctx, tx, meetingID, actor.ID, now); err != nil {
			return "", err
		}
		if !p.On(now) {
			return meetingID, nil
		}
		e.Detail = "there"
		return meetingID, addAttendance(ctx, tx, meetingID, p.Seat, actor.ID, now)
	})
	return err
}

// Attend keeps who was there without an account of their own, or without having
// signed in: the reminder was read out to them.
func (s *Service) Attend(ctx context.Context, actor lead.Actor, form ledger.Form, meetingID string, seatIDs []string) error {
	entry := ledger.Entry{Actor: actor, Verb: ledger.Administered, Act: "meeting.attend"}
	_, err := s.Book.Once(ctx, form, entry, func(tx *db.Tx, _ *ledger.Entry) (string, error) {
		if err := s.Access.Check(actor, "meeting.keep", access.Screen{}); err != nil {
			return "", err
		}
		m, err := oneMeeting(ctx, tx, meetingID)
		if err != nil {
			return "", err
		}
		now := s.Book.Now()
		if m.CalledOff || now.Before(m.StartsAt.Add(-doors)) {
			return "", lead.Invalid{"seats": "Who is there is written down on the day"}
		}
		seats, err := partner.SeatsIn(ctx, tx, m.BodyID, now)
		if err != nil {
			return "", err
		}
		for _, id := range seatIDs {
			i := slices.IndexFunc(seats, func(x partner.Seat) bool { return x.ID == id })
			if i < 0 {
				return "", lead.Invalid{"seats": "Choose from those who have a seat"}
			}
			if err := addAttendance(ctx, tx, meetingID, seats[i], actor.ID, now); err != nil {
				return "", err
			}
		}
		return meetingID, nil
	})
	return err
}

// Topic is something on an agenda that is about nobody.
type Topic struct {
	ID         string
	MeetingID  string
	Title      string
	Words      string
	ProposalID string
	By         string
	OrgName    string
	Lived      bool
	At         time.Time
}

// Raise puts a matter of the partnership on the agenda. Everybody with a seat can.
func (s *Service) Raise(ctx context.Context, actor lead.Actor, form ledger.Form, meetingID string, t Topic) (string, error) {
	entry := ledger.Entry{Actor: actor, Verb: ledger.Collected, Act: "meeting.raise"}
	return s.Book.Once(ctx, form, entry, func(tx *db.Tx, _ *ledger.Entry) (string, error) {
		p, err := s.place(ctx, tx, actor, meetingID)
		if err != nil {
			return "", err
		}
		if p.Over(s.Book.Now()) {
			return "", lead.ErrConflict
		}
		bad := lead.Invalid{}
		if strings.TrimSpace(t.Title) == "" {
			bad["title"] = "Say in a few words what it is about"
		}
		bad.TooLong("title", t.Title, 120)
		bad.TooLong("words", t.Words, 2000)
		if err := bad.OrNil(); err != nil {
			return "", err
		}
		t.ID, t.MeetingID, t.At = lead.NewID("top"), meetingID, s.Book.Now()
		organisation := actor.Organisation
		if p.Seated {
			organisation = p.Seat.OrganisationID
		}
		return t.ID, addTopic(ctx, tx, t, actor.ID, organisation, p.Seat.Lived)
	})
}

// Ahead lists the meetings to come that take items about people, with the
// organisations that have a seat: facts about nobody, for the case team.
func (s *Service) Ahead(ctx context.Context) ([]Meeting, map[string][]partner.Seat, error) {
	var out []Meeting
	seats := map[string][]partner.Seat{}
	err := s.Book.Look(ctx, func(tx *db.Tx) error {
		now := s.Book.Now()
		all, err := meetingsFrom(ctx, tx, now.AddDate(0, 0, -1))
		if err != nil {
			return err
		}
		for _, m := range all {
			if !m.People || m.Over(now) || len(out) == 12 {
				continue
			}
			out = append(out, m)
			if seats[m.BodyID] == nil {
				if seats[m.BodyID], err = partner.SeatsIn(ctx, tx, m.BodyID, now); err != nil {
					return err
				}
			}
		}
		return nil
	})
	if err != nil {
		return nil, nil, fmt.Errorf("meetings ahead: %w", err)
	}
	return out, seats, nil
}

func notFound(err error) bool { return errors.Is(err, lead.ErrNotFound) }
