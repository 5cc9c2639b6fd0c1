package complaint

import (
	"context"
	"errors"
	"fmt"
	"time"

	"waymark.example/internal/handoff/door"
	"waymark.example/internal/handoff/keeping"
	"waymark.example/internal/lead"
	"waymark.example/internal/platform/access"
	"waymark.example/internal/platform/db"
	"waymark.example/internal/platform/ledger"
	"waymark.example/internal/platform/secret"
	"waymark.example/internal/reference/codelist"
)

// Service carries out the use cases of whoever deals with complaints: on the
// partnership's handle for the scheme, on oversight's for the independent route.
type Service struct {
	Book   *ledger.Book
	Access *access.Decider
	Post   *secret.Postbox
	Ring   *secret.Ring // of oversight, for the independent route; nil for the scheme
	Route  Route
}

// may asks whether the actor deals with complaints of this service's route: the
// coordinator with the scheme's, whoever belongs to the body that the site named
// with the others.
func (s *Service) may(ctx context.Context, tx *db.Tx, actor lead.Actor) error {
	if s.Route == Scheme {
		return s.Access.Check(actor, "complaint.scheme", access.Screen{})
	}
	if err := s.Access.Check(actor, "complaint.independent", access.Screen{}); err != nil {
		return err
	}
	var named string
	if err := tx.One(ctx, independentBody).Scan(&named); err != nil && !errors.Is(err, lead.ErrNotFound) {
		return fmt.Errorf("independent body: %w", err)
	}
	if named == "" {
		return lead.ErrForbidden
	}
	return s.Access.Check(actor, "complaint.independent", access.Zone{Side: lead.Oversight, Watcher: "oversight", Owner: named})
}

// List returns what the actor deals with, newest first, without its words.
func (s *Service) List(ctx context.Context, actor lead.Actor, beforeID string, limit int) ([]File, error) {
	var out []File
	entry := ledger.Entry{Actor: actor, Verb: ledger.Consulted, Act: "complaint.list"}
	err := s.Book.Record(ctx, entry, func(tx *db.Tx, e *ledger.Entry) error {
		if err := s.may(ctx, tx, actor); err != nil {
			return err
		}
		var err error
		if out, err = db.All(ctx, tx, scanFile, complaintsOf, s.Route, beforeID, limit); err != nil {
			return fmt.Errorf("complaints: %w", err)
		}
		for _, f := range out {
			e.Subjects = append(e.Subjects, f.ID)
		}
		return nil
	})
	return out, err
}

// Fact is a complaint in the register: that it came, which way it went and when,
// for the coordinator and the data-protection officer. Not whom it is about.
type Fact struct {
	Reference  string
	Kind       Kind
	Route      Route
	Stage      Stage
	AnswerOn   string
	ReceivedAt time.Time
}

// Register lists every complaint and compliment, newest first.
func (s *Service) Register(ctx context.Context, actor lead.Actor, limit int) ([]Fact, error) {
	var out []Fact
	entry := ledger.Entry{Actor: actor, Verb: ledger.Consulted, Act: "complaint.register"}
	err := s.Book.Record(ctx, entry, func(tx *db.Tx, _ *ledger.Entry) error {
		action := access.Action("complaint.register")
		if s.Route == Scheme {
			action = "complaint.scheme"
		}
		if err := s.Access.Check(actor, action, access.Screen{}); err != nil {
			return err
		}
		all, err := db.All(ctx, tx, scanFile, allComplaints, limit)
		if err != nil {
			return fmt.Errorf("complaints: %w", err)
		}
		for _, f := range all {
			out = append(out, Fact{Reference: f.Reference, Kind: f.Kind, Route: f.Route, Stage: f.Stage, AnswerOn: f.AnswerOn, ReceivedAt: f.ReceivedAt})
		}
		return nil
	})
	return out, err
}

// Open returns one with its words and its history.
func (s *Service) Open(ctx context.Context, actor lead.Actor, id string) (File, error) {
	var f File
	entry := ledger.Entry{Actor: actor, Verb: ledger.Consulted, Act: "complaint.read", Subjects: []string{id}}
	err := s.Book.Record(ctx, entry, func(tx *db.Tx, _ *ledger.Entry) error {
		if err := s.may(ctx, tx, actor); err != nil {
			return err
		}
		var err error
		f, err = s.open(ctx, tx, id)
		return err
	})
	return f, err
}

func (s *Service) open(ctx context.Context, tx *db.Tx, id string) (File, error) {
	f, err := scanFile(tx.One(ctx, complaintByID, id, s.Route))
	if err != nil {
		return File{}, err
	}
	if err := f.readSteps(ctx, tx, s.Post); err != nil {
		return File{}, err
	}
	var text string
	if s.Ring != nil {
		text, err = s.Ring.OpenLetter(ctx, id, wordsField, f.sealed)
	} else {
		text, err = s.Post.Held(ctx, id, wordsField, f.sealed)
	}
	if errors.Is(err, secret.ErrDestroyed) {
		f.Words = secret.Removed
		return f, nil
	}
	if err != nil {
		return File{}, fmt.Errorf("complaint: %w", err)
	}
	return f, f.read(text)
}

// Go takes it a step further, on top of a version. What is answered is read by
// whoever wrote, with their code. Nothing follows for anybody's support.
func (s *Service) Go(ctx context.Context, actor lead.Actor, form ledger.Form, id string, from int64, to Step) error {
	to.ID = lead.NewID("cst")
	sealed := ""
	entry := ledger.Entry{Actor: actor, Verb: ledger.Altered, Act: "complaint.go", Subjects: []string{id}, Detail: string(to.Stage)}
	_, err := s.Book.Once(ctx, form, entry, func(tx *db.Tx, _ *ledger.Entry) (string, error) {
		if err := s.may(ctx, tx, actor); err != nil {
			return "", err
		}
		f, err := s.open(ctx, tx, id)
		if err != nil {
			return "", err
		}
		if f.Version != from {
			return "", lead.ErrConflict
		}
		if err := to.check(f.Stage); err != nil {
			return "", err
		}
		if to.Words != "" {
			if sealed, err = s.Post.Hold(ctx, to.ID, answerField, to.Words); err != nil {
				return "", err
			}
		}
		n, err := tx.Exec(ctx, insertStep, to.ID, id, from+1, to.Stage, to.Outcome, sealed, actor.ID, db.At(s.Book.Now()))
		if err == nil && n == 0 {
			err = lead.ErrConflict
		}
		if err != nil {
			return "", fmt.Errorf("complaint: %w", err)
		}
		return id, nil
	})
	return err
}

// Expire lets the words of those go whose time in the schedule is over, and returns
// how many. That they came, and when they were answered, stays.
func (s *Service) Expire(ctx context.Context) (int, error) {
	const atOnce = 100
	var gone []string
	entry := ledger.Entry{Actor: lead.System(), Verb: ledger.Erased, Act: "complaint.let_go"}
	due := func(tx *db.Tx) ([]string, error) {
		lists, err := codelist.Load(ctx, tx, keeping.Schedule)
		if err != nil {
			return nil, err
		}
		before, ok := keeping.DueBefore(lists.Codes(keeping.Schedule), "COMPLAINT", s.Book.Now())
		if !ok {
			return nil, nil
		}
		return db.All(ctx, tx, func(row db.Row) (string, error) { var id string; return id, row.Scan(&id) }, dueToGo, s.Route, db.At(before), atOnce)
	}
	var waiting []string
	if err := s.Book.Look(ctx, func(tx *db.Tx) (err error) { waiting, err = due(tx); return err }); err != nil || len(waiting) == 0 {
		return 0, err
	}
	err := s.Book.Record(ctx, entry, func(tx *db.Tx, e *ledger.Entry) error {
		ids, err := due(tx)
		if err != nil {
			return err
		}
		for _, id := range ids {
			f := File{ID: id}
			if err := f.readSteps(ctx, tx, s.Post); err != nil {
				return err
			}
			if _, err := tx.Exec(ctx, insertStep, lead.NewID("cst"), id, f.Version+1, LetGo, "", "", lead.System().ID, db.At(s.Book.Now())); err != nil {
				return fmt.Errorf("complaint: %w", err)
			}
			gone = append(gone, id)
			for _, step := range f.Steps {
				gone = append(gone, step.ID)
			}
		}
		e.Subjects = ids
		return nil
	})
	if err != nil {
		return 0, err
	}
	for _, id := range gone {
		if err := s.Post.Discard(ctx, id); err != nil {
			return 0, err
		}
	}
	return len(waiting), nil
}

// NewReference returns what a complaint is called aloud.
func NewReference() string { return "CO-" + door.NewCode()[:4] }

func scanFile(row db.Row) (File, error) {
	var f File
	var at db.Time
	err := row.Scan(&f.ID, &f.Reference, &f.Kind, &f.About, &f.Route, &f.sealed, &f.AcknowledgeOn, &f.AnswerOn, &at, &f.Stage, &f.Version)
	f.ReceivedAt = at.Time
	return f, err
}
