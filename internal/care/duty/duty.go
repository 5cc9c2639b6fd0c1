// Package duty keeps the case team's rota and sees to it that a hand-off which
// nobody takes up is told to the next, and the next, and then to those who can do
// something about it (R13). It imports lead, platform and the bridge.
package duty

import (
	"context"
	"errors"
	"fmt"
	"time"

	"waymark.example/internal/handoff/oncall"
	"waymark.example/internal/lead"
	"waymark.example/internal/platform/access"
	"waymark.example/internal/platform/db"
	"waymark.example/internal/platform/ledger"
)

// AnswerWithin is how long the next on call waits for the one before, where a
// site does not say otherwise.
const AnswerWithin = 10 * time.Minute

// Service carries out the use cases.
type Service struct {
	Book   *ledger.Book // of the care handle
	Access *access.Decider
	Within time.Duration // how long each has to accept; 0 is AnswerWithin
}

// Rota is one stretch of the rota.
type Rota struct {
	Shifts  []oncall.Shift // in the order in which they were planned
	Gaps    []oncall.Span  // from now on, when nobody is on it
	OnDuty  []oncall.Duty  // now
	Workers []oncall.Worker
}

// Rota returns the rota between two moments. It is about colleagues and no one
// else.
func (s *Service) Rota(ctx context.Context, actor lead.Actor, from, until time.Time) (Rota, error) {
	var out Rota
	if err := s.Access.Check(actor, "handoff.on_call", access.Screen{}); err != nil {
		return Rota{}, err
	}
	err := s.Book.Look(ctx, func(tx *db.Tx) error {
		now := s.Book.Now()
		var err error
		if out.Shifts, err = oncall.Between(ctx, tx, from, until); err != nil {
			return err
		}
		if out.OnDuty, err = oncall.Now(ctx, tx, now); err != nil {
			return err
		}
		if now.After(from) {
			from = now.Truncate(time.Minute)
		}
		if from.Before(until) {
			out.Gaps = oncall.Gaps(out.Shifts, from, until)
		}
		out.Workers, err = oncall.Workers(ctx, tx)
		return err
	})
	if err != nil {
		return Rota{}, fmt.Errorf("rota: %w", err)
	}
	return out, nil
}

// Plan puts shifts on the rota, all or none.
func (s *Service) Plan(ctx context.Context, actor lead.Actor, form ledger.Form, shifts []oncall.Shift) error {
	entry := ledger.Entry{Actor: actor, Verb: ledger.Administered, Act: "handoff.rota"}
	_, err := s.Book.Once(ctx, form, entry, func(tx *db.Tx, e *ledger.Entry) (string, error) {
		if err := s.Access.Check(actor, "handoff.rota", access.Screen{}); err != nil {
			return "", err
		}
		if len(shifts) == 0 {
			return "", lead.Invalid{"from": "That hour is not there on that day, because the clocks change: choose another"}
		}
		workers, err := oncall.Workers(ctx, tx)
		if err != nil {
			return "", err
		}
		names := map[string]string{}
		for _, w := range workers {
			names[w.ID] = w.Name
		}
		there, err := oncall.Between(ctx, tx, shifts[0].From, shifts[len(shifts)-1].Until)
		if err != nil {
			return "", err
		}
		for _, shift := range shifts {
			if shift.Name = names[shift.WorkerID]; shift.Name == "" {
				shift.WorkerID = ""
			}
			if err := shift.Check(s.Book.Now()); err != nil {
				return "", err
			}
			if err := clash(shift, there); err != nil {
				return "", err
			}
			if err := oncall.Plan(ctx, tx, shift, actor.ID, s.Book.Now()); err != nil {
				return "", err
			}
			e.Subjects = append(e.Subjects, shift.WorkerID)
		}
		return "", nil
	})
	return err
}

// clash returns a lead.Invalid when a shift meets another of the same place, or
// of the same person.
func clash(shift oncall.Shift, there []oncall.Shift) error {
	for _, other := range there {
		switch {
		case !shift.Meets(other):
		case shift.WorkerID == other.WorkerID:
			return lead.Invalid{"worker": other.Name + " is on the rota then already: take that off first"}
		case shift.Place == other.Place:
			return lead.Invalid{"place": other.Name + " is " + oncall.Order(other.Place-1) + " then: take that off first, or choose another order"}
		}
	}
	return nil
}

// TakeOff takes a shift off the rota.
func (s *Service) TakeOff(ctx context.Context, actor lead.Actor, form ledger.Form, shiftID string) error {
	entry := ledger.Entry{Actor: actor, Verb: ledger.Administered, Act: "handoff.rota", Detail: "off"}
	_, err := s.Book.Once(ctx, form, entry, func(tx *db.Tx, _ *ledger.Entry) (string, error) {
		if err := s.Access.Check(actor, "handoff.rota", access.Screen{}); err != nil {
			return "", err
		}
		return "", oncall.TakeOff(ctx, tx, shiftID, actor.ID, s.Book.Now())
	})
	return err
}

// TakePhone puts the actor first from now on, until the shift they stand in for
// ends.
func (s *Service) TakePhone(ctx context.Context, actor lead.Actor, form ledger.Form, phone string) error {
	return s.onCall(ctx, actor, form, "take", func(tx *db.Tx, now time.Time) error {
		bad := lead.Invalid{}
		oncall.CheckPhone(bad, phone)
		if err := bad.OrNil(); err != nil {
			return err
		}
		return oncall.Take(ctx, tx, oncall.Turn{WorkerID: actor.ID, Name: actor.Name, Phone: phone, Since: now}, actor.ID)
	})
}

// HandBack ends the turn of whoever took the phone: the rota counts again. A
// turn that is over stays so.
func (s *Service) HandBack(ctx context.Context, actor lead.Actor, form ledger.Form) error {
	return s.onCall(ctx, actor, form, "hand_back", func(tx *db.Tx, now time.Time) error {
		on, err := oncall.Now(ctx, tx, now)
		if err != nil || len(on) == 0 || on[0].Turn == "" {
			return err
		}
		return oncall.HandBack(ctx, tx, on[0].Turn, actor.ID, now)
	})
}

func (s *Service) onCall(ctx context.Context, actor lead.Actor, form ledger.Form, detail string, act func(*db.Tx, time.Time) error) error {
	entry := ledger.Entry{Actor: actor, Verb: ledger.Administered, Act: "handoff.on_call", Subjects: []string{actor.ID}, Detail: detail}
	_, err := s.Book.Once(ctx, form, entry, func(tx *db.Tx, _ *ledger.Entry) (string, error) {
		if err := s.Access.Check(actor, "handoff.on_call", access.Screen{}); err != nil {
			return "", err
		}
		return "", act(tx, s.Book.Now())
	})
	return err
}

// forgotten is how long a hand-off goes on to be told to others. Later it is on
// the pages and wakes nobody any more.
const forgotten = 24 * time.Hour

// Sweep tells whoever is due of the hand-offs that wait, and returns how many
// steps it took. It looks at how things stand, so nothing is lost when a server
// stops; each step has a key of its own, so two servers at once take it once.
func (s *Service) Sweep(ctx context.Context) (int, error) {
	now := s.Book.Now()
	var calls []oncall.Call
	var onDuty []oncall.Duty
	var over []oncall.Over
	err := s.Book.Look(ctx, func(tx *db.Tx) error {
		var err error
		if calls, err = oncall.Calls(ctx, tx, now.Add(-forgotten)); err != nil {
			return err
		}
		if onDuty, err = oncall.Now(ctx, tx, now); err != nil {
			return err
		}
		over, err = oncall.MissedAndOver(ctx, tx)
		return err
	})
	if err != nil {
		return 0, fmt.Errorf("sweep: %w", err)
	}
	taken := 0
	var wrong []error // one that cannot be told does not keep the others
	act := func(subject string, write func(*db.Tx, *ledger.Entry) error) {
		err := s.asSystem(ctx, subject, write)
		switch {
		case errors.Is(err, lead.ErrConflict): // another server was first
		case err != nil:
			wrong = append(wrong, err)
		default:
			taken++
		}
	}
	for _, c := range calls {
		if step, due := c.Next(onDuty, now, s.within()); due {
			act(c.ReferralID, func(tx *db.Tx, e *ledger.Entry) error {
				to, err := oncall.Tell(ctx, tx, c, step)
				e.Subjects, e.Detail = append(e.Subjects, to...), string(step.Why)
				return err
			})
		}
	}
	for _, o := range over {
		act(o.ReferralID, func(tx *db.Tx, e *ledger.Entry) error {
			e.Detail = "over"
			return oncall.End(ctx, tx, o)
		})
	}
	return taken, errors.Join(wrong...)
}

func (s *Service) within() time.Duration {
	if s.Within > 0 {
		return s.Within
	}
	return AnswerWithin
}

// asSystem runs one act of the product's own.
func (s *Service) asSystem(ctx context.Context, subject string, write func(*db.Tx, *ledger.Entry) error) error {
	actor := lead.System()
	actor.Side = lead.Care
	entry := ledger.Entry{Actor: actor, Verb: ledger.Administered, Act: "handoff.tell", Subjects: []string{subject}}
	return s.Book.Record(ctx, entry, func(tx *db.Tx, e *ledger.Entry) error {
		if err := s.Access.Check(actor, "handoff.tell", access.Screen{}); err != nil {
			return err
		}
		return write(tx, e)
	})
}
