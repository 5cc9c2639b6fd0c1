package participant

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"waymark.example/internal/handoff/door"
	"waymark.example/internal/handoff/oncall"
	"waymark.example/internal/handoff/referral"
	"waymark.example/internal/lead"
	"waymark.example/internal/platform/access"
	"waymark.example/internal/platform/db"
	"waymark.example/internal/platform/ledger"
)

// HandOff is one hand-off as the case team sees it.
type HandOff struct {
	referral.Referral
	Waiting       bool
	Log           referral.Log
	ParticipantID string           // once accepted
	Community     *Community       // who asked, where it came through the third door
	Estimate      *oncall.Estimate // what the officer was last told of the worker's way, nil for nothing

	now Now // the case it led to
}

// Community is what else was written where somebody of the area asked for the
// person to be met.
type Community struct {
	AskedBy door.Asking
	Agreed  door.Agreement
	door.Words
}

// HandOffs is the on-call screen.
type HandOffs struct {
	Waiting []referral.Referral
	Mine    []Now // those I am responding to
	OnDuty  []oncall.Duty
}

// HandOffs returns what waits for somebody on call, and what the actor is
// responding to.
func (s *Service) HandOffs(ctx context.Context, actor lead.Actor) (HandOffs, error) {
	var out HandOffs
	entry := ledger.Entry{Actor: actor, Verb: ledger.Consulted, Act: "handoff.list"}
	err := s.Book.Record(ctx, entry, func(tx *db.Tx, e *ledger.Entry) error {
		if err := s.Access.Check(actor, "handoff.list", access.Screen{}); err != nil {
			return err
		}
		var err error
		if out.Waiting, err = referral.Waiting(ctx, tx, s.Keys, 100); err != nil {
			return err
		}
		for _, r := range out.Waiting {
			e.Subjects = append(e.Subjects, r.ID)
		}
		if out.Mine, err = s.list(ctx, tx, respondingTo, actor.ID); err != nil {
			return fmt.Errorf("responding to: %w", err)
		}
		for _, n := range out.Mine {
			e.Subjects = append(e.Subjects, n.ID)
		}
		out.OnDuty, err = oncall.Now(ctx, tx, s.Book.Now())
		return err
	})
	return out, err
}

// HandOff returns one hand-off: one that waits, or one whose case is the
// actor's.
func (s *Service) HandOff(ctx context.Context, actor lead.Actor, referralID string) (HandOff, error) {
	var h HandOff
	entry := ledger.Entry{Actor: actor, Verb: ledger.Consulted, Act: "handoff.read", Subjects: []string{referralID}}
	err := s.Book.Record(ctx, entry, func(tx *db.Tx, e *ledger.Entry) error {
		var err error
		if h, err = s.handOff(ctx, tx, actor, "handoff.read", referralID); err != nil {
			return err
		}
		e.Subjects = append(e.Subjects, h.ParticipantID)
		if h.Log, err = referral.LogOf(ctx, tx, referralID); err != nil {
			return err
		}
		if h.Door == door.Name {
			by, agreed, words, err := door.WordsOf(ctx, tx, s.Keys, referralID)
			if err != nil {
				return err
			}
			h.Community = &Community{by, agreed, words}
		}
		for i := range h.Log {
			if err := h.now.Open(map[string]*string{"handoff_event.words": &h.Log[i].Words}); err != nil {
				return err
			}
		}
		said, err := oncall.EstimateFor(ctx, tx, referralID, s.Book.Now())
		switch {
		case err == nil:
			h.Estimate = &said
		case !errors.Is(err, lead.ErrNotFound):
			return fmt.Errorf("estimate: %w", err)
		}
		return nil
	})
	return h, err
}

// handOff loads a hand-off and decides access: by the referral while it waits,
// by the case once somebody has accepted.
func (s *Service) handOff(ctx context.Context, tx *db.Tx, actor lead.Actor, action access.Action, referralID string) (HandOff, error) {
	r, waiting, err := referral.ByID(ctx, tx, s.Keys, referralID)
	if err != nil {
		return HandOff{}, err
	}
	h := HandOff{Referral: r, Waiting: waiting}
	if waiting {
		return h, s.Access.Check(actor, action, access.Referral{ID: r.ID, Waiting: true, Approved: true})
	}
	n, err := s.one(ctx, tx, nowByReferral, referralID)
	if err != nil { // not approved yet: for the case team it does not exist (R6)
		return HandOff{}, err
	}
	h.ParticipantID, h.now = n.ID, n
	return h, s.Access.Check(actor, action, n.resource())
}

// Accept takes a hand-off and returns the new participant's id. The person is
// prospective: nothing is asked of them yet, and acute needs can be met at once
// (R26).
func (s *Service) Accept(ctx context.Context, actor lead.Actor, form ledger.Form, referralID string) (string, error) {
	entry := ledger.Entry{Actor: actor, Verb: ledger.Collected, Act: "handoff.accept", Subjects: []string{referralID}}
	return s.Book.Once(ctx, form, entry, func(tx *db.Tx, e *ledger.Entry) (string, error) {
		h, err := s.handOff(ctx, tx, actor, "handoff.accept", referralID)
		if err != nil {
			return "", err
		}
		now := s.Book.Now()
		if err := referral.Accept(ctx, tx, referralID, actor.ID, now); err != nil {
			return "", err
		}
		n := Now{
			ID: lead.NewID("par"), Team: actor.Team, Hold: Responding, WorkerID: actor.ID, State: Prospective, Name: h.Nickname,
			ReceivedAt: now, IntakeDueOn: db.Day(h.MadeAt.AddDate(0, 0, h.WindowDays)),
		}
		if n.box, err = s.Keys.Of(ctx, n.ID); err != nil {
			return "", err
		}
		e.Subjects = append(e.Subjects, n.ID)
		return n.ID, s.receive(ctx, tx, actor, n, h)
	})
}

// receive writes the first line of each history of a new case.
func (s *Service) receive(ctx context.Context, tx *db.Tx, actor lead.Actor, n Now, h HandOff) error {
	at := db.At(n.ReceivedAt)
	if _, err := tx.Exec(ctx, insertParticipant, n.ID, h.ID, at); err != nil {
		return fmt.Errorf("receive: %w", err)
	}
	if _, err := n.insertPerson(ctx, tx, 1, Person{Name: h.Nickname, FindWords: h.FindWords}, actor.ID, at); err != nil {
		return fmt.Errorf("receive: %w", err)
	}
	if _, err := tx.Exec(ctx, insertNow, n.ID, n.Team, n.Hold, n.WorkerID, n.State, n.Seal("care_now.name", n.Name), at, n.IntakeDueOn); err != nil {
		return fmt.Errorf("receive: %w", err)
	}
	if err := s.index(ctx, tx, n); err != nil {
		return err
	}
	if err := s.event(ctx, tx, actor, &n, Prospective, nil, "", db.Day(n.ReceivedAt)); err != nil {
		return err
	}
	return s.allocation(ctx, tx, actor.ID, &n, Responding, actor.ID, "", "")
}

// Log writes one line of the call-out log of an accepted hand-off. Meeting the
// person counts as reaching them.
func (s *Service) Log(ctx context.Context, actor lead.Actor, form ledger.Form, referralID string, kind referral.EventKind, words string, at time.Time) error {
	entry := ledger.Entry{Actor: actor, Verb: ledger.Altered, Act: "handoff.log", Subjects: []string{referralID}, Detail: string(kind)}
	_, err := s.Book.Once(ctx, form, entry, func(tx *db.Tx, e *ledger.Entry) (string, error) {
		h, err := s.handOff(ctx, tx, actor, "handoff.log", referralID)
		if err != nil {
			return "", err
		}
		if h.Waiting {
			return "", lead.ErrConflict
		}
		e.Subjects = append(e.Subjects, h.ParticipantID)
		if err := checkLog(kind, words, at, h.MadeAt, s.Book.Now()); err != nil {
			return "", err
		}
		if h.now.box == nil { // their key is destroyed: nothing can be kept about them any more
			return "", lead.ErrConflict
		}
		if err := referral.Add(ctx, tx, h.Referral, referral.Event{Kind: kind, Words: h.now.Seal("handoff_event.words", words), At: at, By: actor.ID}, s.Book.Now()); err != nil {
			return "", err
		}
		if kind == referral.Met || kind == referral.PhoneMet {
			n, err := s.one(ctx, tx, lockNow, h.ParticipantID)
			if err != nil {
				return "", err
			}
			before := n
			n.Reached(at)
			return h.ParticipantID, s.keep(ctx, tx, before, n)
		}
		return h.ParticipantID, nil
	})
	return err
}

func checkLog(kind referral.EventKind, words string, at, made, now time.Time) error {
	bad := lead.Invalid{}
	known := append(referral.Loggable(), referral.MayTell, referral.TellNoMore)
	if !slices.Contains(known, kind) {
		bad["kind"] = "Choose what happened"
	}
	if kind == referral.Arranged && strings.TrimSpace(words) == "" {
		bad["words"] = "Say where and when you arranged to meet"
	}
	bad.TooLong("words", words, 300)
	switch {
	case at.IsZero():
		bad["at"] = "Enter when it was"
	case at.After(now.Add(5 * time.Minute)):
		bad["at"] = "This is in the future: enter when it was"
	case at.Before(made.Add(-time.Hour)):
		bad["at"] = "This is before the hand-off: check the time"
	}
	return bad.OrNil()
}

// Reached notes that somebody met or spoke with them.
func (n *Now) Reached(at time.Time) {
	if at.After(n.ReachedAt) {
		n.ReachedAt = at.UTC().Truncate(time.Microsecond)
	}
}

// OnTheWay tells the officer about when the worker is there: in so many minutes,
// or, with none, that they cannot come and will ring instead. It is about the
// worker and said before anybody has met (R34).
func (s *Service) OnTheWay(ctx context.Context, actor lead.Actor, form ledger.Form, referralID string, minutes int) error {
	entry := ledger.Entry{Actor: actor, Verb: ledger.Altered, Act: "handoff.on_the_way", Subjects: []string{referralID}}
	_, err := s.Book.Once(ctx, form, entry, func(tx *db.Tx, e *ledger.Entry) (string, error) {
		h, err := s.handOff(ctx, tx, actor, "handoff.log", referralID)
		if err != nil {
			return "", err
		}
		e.Subjects = append(e.Subjects, h.ParticipantID)
		if minutes != 0 && !slices.Contains(oncall.Minutes(), minutes) {
			return "", lead.Invalid{"minutes": "Choose about how long it takes you"}
		}
		if h.Log, err = referral.LogOf(ctx, tx, referralID); err != nil {
			return "", err
		}
		if !h.MayEstimate(s.Book.Now()) {
			return "", lead.ErrConflict
		}
		said := oncall.Estimate{Phone: minutes == 0, Name: actor.Name, SaidAt: s.Book.Now()}
		if minutes > 0 {
			said.ThereAt = said.SaidAt.Add(time.Duration(minutes) * time.Minute)
		}
		return referralID, oncall.Say(ctx, tx, referralID, said, actor.ID)
	})
	return err
}

// MayEstimate reports whether the officer may still be told when somebody comes:
// while they are with the person, and before anybody has met.
func (h HandOff) MayEstimate(now time.Time) bool {
	_, settled := h.Log.First(referral.Arrived, referral.Met, referral.PhoneMet)
	return !h.Waiting && !settled && h.Door != door.Name && h.Meeting != referral.FindLater && now.Before(h.MadeAt.Add(oncall.EstimateLasts))
}
