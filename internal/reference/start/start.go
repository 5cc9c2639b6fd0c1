// Package start guides an area from interest to launch: which tasks there are,
// where each stands, what can be checked before the beginning and what people say,
// and that it began. It holds facts about organisations and their work, and no
// participant. It imports lead and platform.
package start

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"waymark.example/internal/lead"
	"waymark.example/internal/platform/access"
	"waymark.example/internal/platform/db"
	"waymark.example/internal/platform/ledger"
)

// Facts are what can be seen of an installation: counts and settings, no person.
type Facts struct {
	Organisations map[string]int    // by kind
	Accounts      map[lead.Role]int // that can sign in, by role
	PolicyDecided bool              // it is not the starter
	PolicyFrom    string            // from when one that was decided is in force (YYYY-MM-DD), where it is not yet
	Agreements    int               // in force
	Seats         int               // held on the partnership's bodies
	ShiftsPlanned int               // of the next seven days
	Uncovered     time.Duration     // of the next seven days, without anybody
	Encrypted     bool
	KeysApart     bool
	Notices       bool
	Witness       bool

	Answers  map[string]Answer // by task, the newest
	Launched bool
	list     State // of the go-live list
}

// AnyOrganisation reports whether there is one besides the first, whose the first
// administrator is.
func (f Facts) AnyOrganisation() bool {
	n := 0
	for _, k := range f.Organisations {
		n += k
	}
	return n > 1
}

// Answer is what was last said at a task.
type Answer struct {
	Of map[string]string
	By string // a name
	At time.Time
}

// SayPrefix stands before the code of a check that somebody vouches for.
const SayPrefix = "say:"

// Launch is that the area began.
type Launch struct {
	On        string // YYYY-MM-DD
	DecidedBy string
	Words     string  // why it begins with something open
	List      []Check // as it stood
	At        time.Time
}

// Service carries out the use cases.
type Service struct {
	Book   *ledger.Book // of the reference handle: coordinators and administrators write with it alike
	Access *access.Decider
	Look   func(context.Context) (Facts, error) // what can be seen of the installation, from every side
}

// Facts returns what can be seen and what was answered.
func (s *Service) Facts(ctx context.Context) (Facts, error) {
	f, err := s.Look(ctx)
	if err != nil {
		return f, fmt.Errorf("start: %w", err)
	}
	if f.Answers, err = s.Said(ctx); err != nil {
		return f, err
	}
	_, err = s.Latest(ctx)
	f.Launched = err == nil
	if err != nil && !errors.Is(err, lead.ErrNotFound) {
		return f, err
	}
	f.list = f.stateOfList()
	return f, nil
}

// Said returns what was last answered, by task.
func (s *Service) Said(ctx context.Context) (map[string]Answer, error) {
	out := map[string]Answer{}
	err := s.Book.Look(ctx, func(tx *db.Tx) error {
		_, err := db.All(ctx, tx, func(r db.Row) (string, error) {
			var a Answer
			var task, text string
			var at db.Time
			if err := r.Scan(&task, &text, &a.By, &at); err != nil {
				return "", err
			}
			if err := json.Unmarshal([]byte(text), &a.Of); err != nil {
				return "", fmt.Errorf("%s: %w", task, err)
			}
			a.At = at.Time
			out[task] = a
			return task, nil
		}, newestAnswers)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("start: answers: %w", err)
	}
	return out, nil
}

// stateOfList is begun once anybody vouched for anything, and done when nothing
// is open.
func (f Facts) stateOfList() State {
	said, open := false, false
	for _, c := range f.Checks() {
		said = said || !c.Seen && c.Good
		open = open || !c.Good
	}
	return upTo(!open, said)
}

// State tells where a task stands.
func (f Facts) State(t Task) State {
	if t.state != nil {
		return t.state(f)
	}
	return upTo(len(f.Answers[t.Code].Of) > 0, false)
}

// OpenMusts lists what must not be open when the area begins.
func (f Facts) OpenMusts() []Check {
	return slices.DeleteFunc(f.Checks(), func(c Check) bool { return c.Good || !c.Must })
}

// OpenOthers lists what is open and can stay so, with a reason.
func (f Facts) OpenOthers() []Check {
	return slices.DeleteFunc(f.Checks(), func(c Check) bool { return c.Good || c.Must })
}

// Check returns a lead.Invalid naming each answer to q that has to be put right,
// or nil.
func check(questions []Question, answers map[string]string, today string) error {
	bad := lead.Invalid{}
	for _, q := range questions {
		text := answers[q.Name]
		longest := 2000
		if q.Kind == Line {
			longest = 200
		}
		switch {
		case text == "" && q.Must && q.Kind == One:
			bad[q.Name] = "Choose one"
		case text == "" && q.Must && q.Kind == Day:
			bad[q.Name] = "Enter the day, like 2026-03-27"
		case text == "" && q.Must:
			bad[q.Name] = "Write a few words here"
		case text == "":
		case q.Kind == One && !slices.ContainsFunc(q.Options, func(o Option) bool { return o.Value == text }):
			bad[q.Name] = "Choose one"
		case q.Kind == Day:
			if _, err := time.Parse(time.DateOnly, text); err != nil {
				bad[q.Name] = "Enter the day, like 2026-03-27"
			} else if text > today {
				bad[q.Name] = "That day is still to come"
			}
		}
		bad.TooLong(q.Name, text, longest)
	}
	return bad.OrNil()
}

// Answer keeps what was answered at a task of its own page.
func (s *Service) Answer(ctx context.Context, actor lead.Actor, form ledger.Form, t Task, answers map[string]string) error {
	return s.keep(ctx, actor, form, t.Code, t.Asks, answers)
}

// Says are the questions to somebody who vouches for what Waymark cannot check.
func Says() []Question {
	t, _ := TaskOf("practice")
	return t.Asks
}

// Say keeps that somebody vouches for a check, or no longer does: with no name.
func (s *Service) Say(ctx context.Context, actor lead.Actor, form ledger.Form, code string, answers map[string]string) error {
	if !slices.Contains(Statements(), code) {
		return lead.ErrNotFound
	}
	return s.keep(ctx, actor, form, SayPrefix+code, Says(), answers)
}

func (s *Service) keep(ctx context.Context, actor lead.Actor, form ledger.Form, task string, questions []Question, answers map[string]string) error {
	if err := s.Access.Check(actor, "start.keep", access.Screen{}); err != nil {
		return err
	}
	kept := map[string]string{}
	for _, q := range questions {
		if text := strings.TrimSpace(answers[q.Name]); text != "" {
			kept[q.Name] = text
		}
	}
	if err := check(questions, kept, db.Day(s.Book.Now())); err != nil {
		return err
	}
	text, err := json.Marshal(kept)
	if err != nil {
		return fmt.Errorf("start: %w", err)
	}
	entry := ledger.Entry{Actor: actor, Verb: ledger.Administered, Act: "start.keep", Detail: task}
	_, err = s.Book.Once(ctx, form, entry, func(tx *db.Tx, _ *ledger.Entry) (string, error) {
		var version int64
		if err := tx.One(ctx, lastAnswer, task).Scan(&version); err != nil {
			return "", fmt.Errorf("start: %w", err)
		}
		n, err := tx.Exec(ctx, insertAnswer, task, version+1, string(text), actor.ID, db.At(s.Book.Now()))
		if err != nil {
			return "", fmt.Errorf("start: %w", err)
		}
		if n == 0 {
			return "", lead.ErrConflict
		}
		return task, nil
	})
	return err
}

// Begin records that the area began. What must be there is there, and what is
// open has a reason.
func (s *Service) Begin(ctx context.Context, actor lead.Actor, form ledger.Form, l Launch) error {
	if err := s.Access.Check(actor, "start.launch", access.Screen{}); err != nil {
		return err
	}
	f, err := s.Facts(ctx)
	if err != nil {
		return err
	}
	l.List = f.Checks()
	if err := l.check(f); err != nil {
		return err
	}
	list, err := json.Marshal(l.List)
	if err != nil {
		return fmt.Errorf("launch: %w", err)
	}
	entry := ledger.Entry{Actor: actor, Verb: ledger.Administered, Act: "start.launch", Detail: l.On}
	_, err = s.Book.Once(ctx, form, entry, func(tx *db.Tx, _ *ledger.Entry) (string, error) {
		_, err := tx.Exec(ctx, insertLaunch, lead.NewIDAt("lau", s.Book.Now()), l.On, l.DecidedBy, l.Words, string(list), actor.ID, db.At(s.Book.Now()))
		if err != nil {
			return "", fmt.Errorf("launch: %w", err)
		}
		return l.On, nil
	})
	return err
}

func (l Launch) check(f Facts) error {
	bad := lead.Invalid{}
	if _, err := time.Parse(time.DateOnly, l.On); err != nil {
		bad["launched_on"] = "Enter the day, like 2026-03-27"
	}
	if strings.TrimSpace(l.DecidedBy) == "" {
		bad["decided_by"] = "Say which body decided this, and when it met"
	}
	if len(f.OpenMusts()) > 0 {
		bad["launched_on"] = "It cannot begin yet: what is marked “first” on the list is still open"
	}
	if len(f.OpenOthers()) > 0 && strings.TrimSpace(l.Words) == "" {
		bad["words"] = "Say why it can begin while something is open, and what you do about it"
	}
	bad.TooLong("decided_by", l.DecidedBy, 200)
	bad.TooLong("words", l.Words, 2000)
	return bad.OrNil()
}

// Latest returns how the area last began, or lead.ErrNotFound.
func (s *Service) Latest(ctx context.Context) (Launch, error) {
	var l Launch
	err := s.Book.Look(ctx, func(tx *db.Tx) error {
		var err error
		l, err = latest(ctx, tx)
		return err
	})
	return l, err
}

func latest(ctx context.Context, tx *db.Tx) (Launch, error) {
	var l Launch
	var list string
	var at db.Time
	if err := tx.One(ctx, latestLaunch).Scan(&l.On, &l.DecidedBy, &l.Words, &list, &at); err != nil {
		return l, fmt.Errorf("launch: %w", err)
	}
	l.At = at.Time
	return l, json.Unmarshal([]byte(list), &l.List)
}
