// Package fidelity is how a partnership looks at itself, or lets a visitor look,
// against the model's core principles (O16): in rounds, in words, with what can be
// seen of the work, and with what is to be done about it. It imports lead,
// platform, suppress and the partnership's own bodies.
package fidelity

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"waymark.example/internal/lead"
	"waymark.example/internal/partnership/partner"
	"waymark.example/internal/platform/access"
	"waymark.example/internal/platform/db"
	"waymark.example/internal/platform/ledger"
)

// Round is one look at every principle.
type Round struct {
	ID        string
	Peer      bool // by somebody who visits
	VisitorID string
	Visitor   string // their name and where they come from
	Group     string // who looks together
	Evidence  Evidence
	Began     time.Time
	BeganBy   string
	Ended     time.Time
	Takes     string // what the group takes from it

	Answers map[string]Answer // the newest, by principle
	Actions []Action
}

// Open reports whether the round still goes on.
func (r Round) Open() bool { return r.Ended.IsZero() }

// Answer is what a round says of a principle.
type Answer struct {
	Level Level
	Words string
	By    string
	At    time.Time
}

// Action is something to be done.
type Action struct {
	ID, RoundID, Principle string
	Words, Owner, Due      string
	Made                   time.Time
	Done                   time.Time
	DoneWords              string
}

// Service carries out the use cases.
type Service struct {
	Book   *ledger.Book // of the partnership handle
	Access *access.Decider

	// Count is what the other sides counted from a day until another: numbers only.
	Count func(ctx context.Context, from, until time.Time) (Counts, error)
	// Visitors is who can be invited to look, and from where they come.
	Visitors func(context.Context) ([]Visitor, error)
	// Names puts names to colleagues' accounts.
	Names func(ctx context.Context, ids []string) (map[string]string, error)
}

// Visitor is somebody who can be invited.
type Visitor struct{ ID, Name string }

// atOnce is how many rounds are shown, the newest first: years of them.
const atOnce = 12

// Rounds returns the latest rounds, newest first, with what they said.
func (s *Service) Rounds(ctx context.Context, actor lead.Actor) ([]Round, error) {
	var out []Round
	entry := ledger.Entry{Actor: actor, Verb: ledger.Consulted, Act: "fidelity.read"}
	err := s.Book.Record(ctx, entry, func(tx *db.Tx, _ *ledger.Entry) error {
		if err := s.Access.Check(actor, "fidelity.read", access.Screen{}); err != nil {
			return err
		}
		var err error
		if out, err = db.All(ctx, tx, scanRound, latestRounds, atOnce); err != nil {
			return fmt.Errorf("rounds: %w", err)
		}
		for i := range out {
			if err := fill(ctx, tx, &out[i]); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return out, s.name(ctx, out)
}

// Round returns one round.
func (s *Service) Round(ctx context.Context, actor lead.Actor, id string) (Round, error) {
	var r Round
	entry := ledger.Entry{Actor: actor, Verb: ledger.Consulted, Act: "fidelity.read", Subjects: []string{id}}
	err := s.Book.Record(ctx, entry, func(tx *db.Tx, _ *ledger.Entry) error {
		if err := s.Access.Check(actor, "fidelity.read", access.Screen{}); err != nil {
			return err
		}
		var err error
		r, err = one(ctx, tx, id)
		return err
	})
	if err != nil {
		return r, err
	}
	all := []Round{r}
	return all[0], s.name(ctx, all)
}

func one(ctx context.Context, tx *db.Tx, id string) (Round, error) {
	r, err := scanRound(tx.One(ctx, roundByID, id))
	if err != nil {
		return r, fmt.Errorf("round: %w", err)
	}
	return r, fill(ctx, tx, &r)
}

func fill(ctx context.Context, tx *db.Tx, r *Round) error {
	r.Answers = map[string]Answer{}
	_, err := db.All(ctx, tx, func(row db.Row) (string, error) {
		var principle string
		var a Answer
		var at db.Time
		err := row.Scan(&principle, &a.Level, &a.Words, &a.By, &at)
		a.At = at.Time
		r.Answers[principle] = a
		return principle, err
	}, answersOf, r.ID)
	if err != nil {
		return fmt.Errorf("answers: %w", err)
	}
	r.Actions, err = db.All(ctx, tx, scanAction, actionsOf, r.ID)
	if err != nil {
		return fmt.Errorf("actions: %w", err)
	}
	return nil
}

// name puts names where accounts stand.
func (s *Service) name(ctx context.Context, rounds []Round) error {
	var ids []string
	for _, r := range rounds {
		ids = append(ids, r.BeganBy)
		for _, a := range r.Answers {
			ids = append(ids, a.By)
		}
	}
	slices.Sort(ids)
	names, err := s.Names(ctx, slices.Compact(ids))
	if err != nil {
		return fmt.Errorf("names: %w", err)
	}
	for i, r := range rounds {
		rounds[i].BeganBy = names[r.BeganBy]
		for code, a := range r.Answers {
			a.By = names[a.By]
			r.Answers[code] = a
		}
	}
	return nil
}

// MayAnswer reports whether actor answers for round r: the coordinator for the
// group, or the visitor who was invited.
func (s *Service) MayAnswer(actor lead.Actor, r Round) bool {
	if !r.Open() {
		return false
	}
	if r.Peer {
		return r.VisitorID == actor.ID && s.Access.Check(actor, "fidelity.visit", access.Screen{}) == nil
	}
	return s.Access.Check(actor, "fidelity.assess", access.Screen{}) == nil
}

// Begin begins a round. What the work shows is counted now and kept with it; a
// second round about the same quarter shows the same.
func (s *Service) Begin(ctx context.Context, actor lead.Actor, form ledger.Form, r Round) (string, error) {
	if err := s.Access.Check(actor, "fidelity.assess", access.Screen{}); err != nil {
		return "", err
	}
	bad := lead.Invalid{}
	if !r.Peer && strings.TrimSpace(r.Group) == "" {
		bad["group"] = "Say who looks together: organisations and people with lived experience"
	}
	bad.TooLong("group", r.Group, 500)
	if r.Peer {
		all, err := s.Visitors(ctx)
		if err != nil {
			return "", err
		}
		i := slices.IndexFunc(all, func(v Visitor) bool { return v.ID == r.VisitorID })
		if i < 0 {
			bad["visitor"] = "Choose who visits"
		} else {
			r.Visitor = all[i].Name
		}
	} else {
		r.VisitorID, r.Visitor = "", ""
	}
	if err := bad.OrNil(); err != nil {
		return "", err
	}
	from, until := Quarter(s.Book.Now())
	counts, err := s.Count(ctx, from, until)
	if err != nil {
		return "", fmt.Errorf("begin a round: %w", err)
	}
	kind := map[bool]string{true: "peer", false: "self"}[r.Peer]
	entry := ledger.Entry{Actor: actor, Verb: ledger.Administered, Act: "fidelity.assess", Detail: kind}
	return s.Book.Once(ctx, form, entry, func(tx *db.Tx, e *ledger.Entry) (string, error) {
		now := s.Book.Now()
		id := lead.NewIDAt("fid", now)
		e.Subjects = []string{id}
		if err := countSeats(ctx, tx, now, &counts); err != nil {
			return "", err
		}
		seen, err := frozen(ctx, tx, evidence(counts, from, until))
		if err != nil {
			return "", err
		}
		_, err = tx.Exec(ctx, insertRound, id, kind, r.VisitorID, r.Visitor, strings.TrimSpace(r.Group), seen, actor.ID, db.At(now))
		if err != nil {
			return "", fmt.Errorf("begin a round: %w", err)
		}
		return id, nil
	})
}

func countSeats(ctx context.Context, tx *db.Tx, now time.Time, c *Counts) error {
	bodies, err := partner.Bodies(ctx, tx)
	if err != nil {
		return err
	}
	for _, b := range bodies {
		seats, err := partner.SeatsIn(ctx, tx, b.ID, now)
		if err != nil {
			return err
		}
		for _, seat := range seats {
			c.Seats++
			if seat.Lived {
				c.LivedSeats++
			}
		}
	}
	return nil
}

// frozen returns the evidence of an earlier round about the same quarter, or now's.
func frozen(ctx context.Context, tx *db.Tx, now Evidence) (string, error) {
	rounds, err := db.All(ctx, tx, scanRound, latestRounds, atOnce)
	if err != nil {
		return "", fmt.Errorf("rounds: %w", err)
	}
	for _, r := range rounds {
		if r.Evidence.From == now.From {
			for i, m := range now.Measures {
				if old, ok := r.Evidence.Of(m.Code); ok && (m.Size != "" || old.Size != "") { // what counts no people may be looked at anew
					now.Measures[i] = old
				}
			}
		}
	}
	text, err := json.Marshal(now)
	return string(text), err
}

// Say keeps what a round says of a principle, and what is to be done about it.
func (s *Service) Say(ctx context.Context, actor lead.Actor, form ledger.Form, roundID, principle string, level Level, words string, todo Action) error {
	if _, ok := PrincipleOf(principle); !ok {
		return lead.ErrNotFound
	}
	action := access.Action("fidelity.assess")
	if s.Access.Check(actor, action, access.Screen{}) != nil {
		action = "fidelity.visit"
	}
	entry := ledger.Entry{Actor: actor, Verb: ledger.Altered, Act: string(action), Subjects: []string{roundID}, Detail: principle}
	_, err := s.Book.Once(ctx, form, entry, func(tx *db.Tx, _ *ledger.Entry) (string, error) {
		if err := s.Access.Check(actor, action, access.Screen{}); err != nil {
			return "", err
		}
		r, err := one(ctx, tx, roundID)
		if err != nil {
			return "", err
		}
		if !s.MayAnswer(actor, r) {
			return "", lead.ErrNotFound // another's round, or one that is over
		}
		if err := checkAnswer(level, words, todo); err != nil {
			return "", err
		}
		var version int64
		if err := tx.One(ctx, lastAnswer, roundID, principle).Scan(&version); err != nil {
			return "", fmt.Errorf("answer: %w", err)
		}
		now := s.Book.Now()
		n, err := tx.Exec(ctx, insertAnswer, roundID, principle, version+1, level, strings.TrimSpace(words), actor.ID, db.At(now))
		if err != nil {
			return "", fmt.Errorf("answer: %w", err)
		}
		if n == 0 {
			return "", lead.ErrConflict
		}
		if todo.Words == "" {
			return roundID, nil
		}
		if _, err := tx.Exec(ctx, insertAction, lead.NewIDAt("fac", now), roundID, principle, todo.Words, todo.Owner, todo.Due, actor.ID, db.At(now)); err != nil {
			return "", fmt.Errorf("action: %w", err)
		}
		return roundID, nil
	})
	return err
}

func checkAnswer(level Level, words string, todo Action) error {
	bad := lead.Invalid{}
	if !slices.Contains(Levels(), level) {
		bad["level"] = "Choose what fits best"
	}
	if strings.TrimSpace(words) == "" {
		bad["words"] = "Say what you see: the words matter more than the level"
	}
	bad.TooLong("words", words, 2000)
	bad.TooLong("todo", todo.Words, 300)
	bad.TooLong("owner", todo.Owner, 100)
	if todo.Words != "" && todo.Owner == "" {
		bad["owner"] = "Say who does it"
	}
	if _, err := time.Parse(time.DateOnly, todo.Due); err != nil && todo.Words != "" {
		bad["due"] = "Enter the day, like 2026-03-27"
	}
	return bad.OrNil()
}

// End ends a round with what the group takes from it. What nobody looked at stays
// so, in words.
func (s *Service) End(ctx context.Context, actor lead.Actor, form ledger.Form, roundID, words string) error {
	entry := ledger.Entry{Actor: actor, Verb: ledger.Altered, Act: "fidelity.assess", Subjects: []string{roundID}, Detail: "end"}
	_, err := s.Book.Once(ctx, form, entry, func(tx *db.Tx, _ *ledger.Entry) (string, error) {
		if err := s.Access.Check(actor, "fidelity.assess", access.Screen{}); err != nil {
			return "", err
		}
		r, err := one(ctx, tx, roundID)
		if err != nil {
			return "", err
		}
		if !r.Open() {
			return "", lead.ErrNotFound
		}
		bad := lead.Invalid{}
		if strings.TrimSpace(words) == "" {
			bad["takes"] = "Say what the group takes from it"
		}
		bad.TooLong("takes", words, 2000)
		if err := bad.OrNil(); err != nil {
			return "", err
		}
		if _, err := tx.Exec(ctx, insertEnd, roundID, strings.TrimSpace(words), actor.ID, db.At(s.Book.Now())); err != nil {
			return "", fmt.Errorf("end a round: %w", err)
		}
		return roundID, nil
	})
	return err
}

// Finish says that an action was done, and what came of it.
func (s *Service) Finish(ctx context.Context, actor lead.Actor, form ledger.Form, actionID, words string) (roundID string, err error) {
	entry := ledger.Entry{Actor: actor, Verb: ledger.Altered, Act: "fidelity.assess", Detail: "done"}
	return s.Book.Once(ctx, form, entry, func(tx *db.Tx, e *ledger.Entry) (string, error) {
		if err := s.Access.Check(actor, "fidelity.assess", access.Screen{}); err != nil {
			return "", err
		}
		var round string
		if err := tx.One(ctx, roundOfAction, actionID).Scan(&round); err != nil {
			return "", fmt.Errorf("action: %w", err)
		}
		e.Subjects = []string{round}
		bad := lead.Invalid{}
		if strings.TrimSpace(words) == "" {
			bad["done"] = "Say in a few words what came of it"
		}
		bad.TooLong("done", words, 300)
		if err := bad.OrNil(); err != nil {
			return "", err
		}
		n, err := tx.Exec(ctx, insertDone, actionID, strings.TrimSpace(words), actor.ID, db.At(s.Book.Now()))
		if err != nil {
			return "", fmt.Errorf("action: %w", err)
		}
		if n == 0 {
			return "", lead.ErrConflict
		}
		return round, nil
	})
}
