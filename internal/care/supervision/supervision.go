// Package supervision keeps what supervisors do for their team: talks with a
// worker, what happened and what is learnt from it, and where a hand may help. It
// counts nobody against anybody. It imports lead, platform and care/participant.
package supervision

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"waymark.example/internal/care/participant"
	"waymark.example/internal/lead"
	"waymark.example/internal/platform/access"
	"waymark.example/internal/platform/db"
	"waymark.example/internal/platform/ledger"
	"waymark.example/internal/platform/secret"
)

// Service carries out the use cases.
type Service struct{ People *participant.Service }

// Talk is one version of what a supervisor and a worker talked about.
type Talk struct {
	ID           string
	Version      int64
	WorkerID     string
	Worker       string
	SupervisorID string
	Supervisor   string
	HeldOn       string // YYYY-MM-DD
	Words        string // what they talked about
	Agreed       string // what they agreed
	At           time.Time
}

func (t Talk) check(today string) error {
	bad := lead.Invalid{}
	switch _, err := time.Parse(time.DateOnly, t.HeldOn); {
	case err != nil:
		bad["held_on"] = "Enter the day you talked"
	case t.HeldOn > today:
		bad["held_on"] = "This day is in the future: enter the day you talked"
	}
	if strings.TrimSpace(t.Words) == "" && strings.TrimSpace(t.Agreed) == "" {
		bad["words"] = "Write down what you talked about, or what you agreed"
	}
	bad.TooLong("words", t.Words, 4000)
	bad.TooLong("agreed", t.Agreed, 2000)
	return bad.OrNil()
}

// Colleague is a worker of the supervisor's team.
type Colleague struct {
	ID, Name string
	LastOn   string // when they last talked, "" for never
}

// Home is the first page of supervision: for a supervisor the team by name, for
// everybody the talks about their own work.
type Home struct {
	Team []Colleague // in order of name; for a supervisor
	Mine []Talk      // newest first
}

// Home returns what the actor finds first.
func (s *Service) Home(ctx context.Context, actor lead.Actor) (Home, error) {
	var h Home
	entry := ledger.Entry{Actor: actor, Verb: ledger.Consulted, Act: "supervision.home"}
	err := s.People.Book.Record(ctx, entry, func(tx *db.Tx, _ *ledger.Entry) error {
		if err := s.People.Access.Check(actor, "supervision.read", access.Screen{}); err != nil {
			return err
		}
		var err error
		if actor.Has(lead.Supervisor) {
			h.Team, err = db.All(ctx, tx, func(row db.Row) (Colleague, error) {
				var c Colleague
				return c, row.Scan(&c.ID, &c.Name, &c.LastOn)
			}, teamOf, actor.ID, actor.Team)
			if err != nil {
				return fmt.Errorf("team: %w", err)
			}
		}
		h.Mine, err = s.talks(ctx, tx, actor, talksAbout, actor.ID)
		return err
	})
	return h, err
}

// With returns a colleague of the actor's team and what the actor wrote down of
// their talks. What another supervisor wrote is not there.
func (s *Service) With(ctx context.Context, actor lead.Actor, workerID string) (Colleague, []Talk, error) {
	var c Colleague
	var out []Talk
	entry := ledger.Entry{Actor: actor, Verb: ledger.Consulted, Act: "supervision.read", Subjects: []string{workerID}}
	err := s.People.Book.Record(ctx, entry, func(tx *db.Tx, _ *ledger.Entry) error {
		var err error
		if c, err = s.colleague(ctx, tx, actor, workerID); err != nil {
			return err
		}
		out, err = s.talks(ctx, tx, actor, talksOfTwo, workerID, actor.ID)
		return err
	})
	return c, out, err
}

// colleague finds a worker whom the actor may write about.
func (s *Service) colleague(ctx context.Context, tx *db.Tx, actor lead.Actor, workerID string) (Colleague, error) {
	c := Colleague{ID: workerID}
	var team string
	if err := tx.One(ctx, careAccount, workerID).Scan(&c.Name, &team); err != nil {
		return c, err
	}
	return c, s.People.Access.Check(actor, "supervision.write", access.Supervision{Worker: workerID, Supervisor: actor.ID, Team: team})
}

// talks returns the latest version of talks, opened under the worker's key. The
// query filters; the policies are asked about each once more.
func (s *Service) talks(ctx context.Context, tx *db.Tx, actor lead.Actor, q db.Query, args ...any) ([]Talk, error) {
	out, err := db.All(ctx, tx, func(row db.Row) (Talk, error) {
		var t Talk
		var at db.Time
		err := row.Scan(&t.ID, &t.Version, &t.WorkerID, &t.Worker, &t.SupervisorID, &t.Supervisor, &t.HeldOn, &t.Words, &t.Agreed, &at)
		t.At = at.Time
		return t, err
	}, q, args...)
	if err != nil {
		return nil, fmt.Errorf("talks: %w", err)
	}
	for i := range out {
		t := &out[i]
		if err := s.People.Access.Check(actor, "supervision.read", access.Supervision{Worker: t.WorkerID, Supervisor: t.SupervisorID}); err != nil {
			return nil, err
		}
		box, err := s.box(ctx, t.WorkerID)
		if err != nil {
			return nil, err
		}
		if t.Words, err = box.Read("care_supervision.words", t.Words); err != nil {
			return nil, fmt.Errorf("talks: %w", err)
		}
		if t.Agreed, err = box.Read("care_supervision.agreed", t.Agreed); err != nil {
			return nil, fmt.Errorf("talks: %w", err)
		}
	}
	return out, nil
}

// box is what the words of owner are sealed in, the nil box once their key is
// destroyed.
func (s *Service) box(ctx context.Context, owner string) (*secret.Box, error) {
	box, err := s.People.Keys.Of(ctx, owner)
	if errors.Is(err, secret.ErrDestroyed) {
		return nil, nil //nolint:nilnil // the nil box is that of a destroyed key
	}
	return box, err
}

// Write keeps a talk, or with an ID and the version that was on the screen a new
// version of one. It returns the talk's id.
func (s *Service) Write(ctx context.Context, actor lead.Actor, form ledger.Form, t Talk, from int64) (string, error) {
	entry := ledger.Entry{Actor: actor, Verb: ledger.Altered, Act: "supervision.write", Subjects: []string{t.WorkerID}}
	return s.People.Book.Once(ctx, form, entry, func(tx *db.Tx, _ *ledger.Entry) (string, error) {
		if _, err := s.colleague(ctx, tx, actor, t.WorkerID); err != nil {
			return "", err
		}
		if t.ID == "" {
			t.ID, from = lead.NewID("tlk"), 0
		} else {
			var worker, supervisor string
			if err := tx.One(ctx, talkOwners, t.ID).Scan(&worker, &supervisor); err != nil {
				return "", err
			}
			if worker != t.WorkerID || supervisor != actor.ID {
				return "", lead.ErrNotFound
			}
		}
		if err := t.check(s.People.LocalDay()); err != nil {
			return "", err
		}
		box, err := s.box(ctx, t.WorkerID)
		if err != nil {
			return "", err
		}
		if box == nil {
			return "", lead.ErrConflict
		}
		added, err := tx.Exec(ctx, insertTalk, t.ID, from+1, t.WorkerID, actor.ID, t.HeldOn, box.Seal("care_supervision.words", t.Words), box.Seal("care_supervision.agreed", t.Agreed), db.At(s.People.Book.Now()))
		if err != nil {
			return "", fmt.Errorf("write supervision: %w", err)
		}
		if added == 0 {
			return "", lead.ErrConflict
		}
		return t.ID, nil
	})
}

// One returns every version of one talk, newest first.
func (s *Service) One(ctx context.Context, actor lead.Actor, talkID string) ([]Talk, error) {
	var out []Talk
	entry := ledger.Entry{Actor: actor, Verb: ledger.Consulted, Act: "supervision.read"}
	err := s.People.Book.Record(ctx, entry, func(tx *db.Tx, e *ledger.Entry) error {
		var err error
		if out, err = s.talks(ctx, tx, actor, versionsOf, talkID); err != nil {
			return err
		}
		if len(out) == 0 {
			return lead.ErrNotFound
		}
		e.Subjects = []string{out[0].WorkerID}
		return nil
	})
	return out, err
}
