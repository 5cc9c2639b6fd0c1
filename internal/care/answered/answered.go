// Package answered keeps what somebody answered in questionnaires, as far as
// they wanted: nobody has to, each question can be passed over, and it can stop at
// any. It imports lead, platform, reference and care/participant.
package answered

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"waymark.example/internal/care/participant"
	"waymark.example/internal/lead"
	"waymark.example/internal/platform/access"
	"waymark.example/internal/platform/db"
	"waymark.example/internal/platform/ledger"
	"waymark.example/internal/platform/secret"
	"waymark.example/internal/reference/instrument"
)

// Answered is one time that somebody answered a questionnaire.
type Answered struct {
	ID         string
	Of         string // the record it stands in
	Instrument instrument.Definition
	On         string // YYYY-MM-DD
	Answers    instrument.Answers
	Words      string
	By         string
	At         time.Time
	Mistake    string // why it does not count, "" when it does
	Gone       bool   // the person's key is destroyed

	id, version string
}

// Results works the scores out: none where it was a mistake or the answers are
// gone.
func (a Answered) Results() []instrument.Result {
	if a.Mistake != "" || a.Gone {
		return nil
	}
	return a.Instrument.Score(a.Answers)
}

// Warnings returns what the worker is told at once about these answers.
func (a Answered) Warnings() []string {
	if a.Mistake != "" || a.Gone {
		return nil
	}
	return a.Instrument.Warnings(a.Answers)
}

// Service carries out the use cases.
type Service struct{ People *participant.Service }

// may is what an actor has to be permitted for a questionnaire.
func may(d instrument.Definition) access.Action {
	if d.SeenBy == "worker" {
		return "case.answers_own"
	}
	return "case.answers"
}

// most is how many times of one person are read.
const most = 200

// Overview is the questionnaires that can be offered to somebody, and what they
// answered, newest first, then what stands in their other records (R58). What the
// actor may not see is absent.
type Overview struct {
	Now     participant.Now
	Offered []instrument.Definition
	Given   []Answered
}

// Of returns the overview of n for the actor, in a transaction of the caller's.
func (s *Service) Of(ctx context.Context, tx *db.Tx, actor lead.Actor, n participant.Now) (Overview, error) {
	out := Overview{Now: n}
	usable, err := instrument.Usable(ctx, tx)
	if err != nil {
		return out, err
	}
	for _, d := range usable {
		ok, err := s.People.May(ctx, tx, actor, may(d), n)
		if err != nil {
			return out, err
		}
		if ok {
			out.Offered = append(out.Offered, d)
		}
	}
	for _, of := range n.Records() {
		given, err := db.All(ctx, tx, scanOf(of), answeredOf, of.ID, most)
		if err != nil {
			return out, fmt.Errorf("answered: %w", err)
		}
		for _, a := range given {
			if a, err = s.whole(ctx, tx, a); err != nil {
				return out, err
			}
			ok, err := s.People.May(ctx, tx, actor, may(a.Instrument), of)
			if err != nil {
				return out, err
			}
			if ok {
				out.Given = append(out.Given, a)
			}
		}
	}
	return out, nil
}

func scanOf(n participant.Now) func(db.Row) (Answered, error) {
	return func(row db.Row) (Answered, error) {
		var a Answered
		var answers string
		var at, mistakeAt db.Time
		if err := row.Scan(&a.ID, &a.id, &a.version, &a.On, &answers, &a.Words, &a.By, &at, &a.Mistake, &mistakeAt); err != nil {
			return Answered{}, err
		}
		a.Of, a.At = n.ID, at.Time
		if err := n.Open(map[string]*string{"care_answered.answers": &answers, "care_answered.words": &a.Words, "care_answered_mistake.words": &a.Mistake}); err != nil {
			return Answered{}, err
		}
		if answers == secret.Removed {
			a.Gone = true
			return a, nil
		}
		if err := json.Unmarshal([]byte(answers), &a.Answers); err != nil {
			return Answered{}, fmt.Errorf("answered: %w", err)
		}
		return a, nil
	}
}

func (s *Service) whole(ctx context.Context, tx *db.Tx, a Answered) (Answered, error) {
	var err error
	a.Instrument, err = instrument.Load(ctx, tx, a.id, a.version)
	if err != nil {
		return a, fmt.Errorf("answered: %s %s: %w", a.id, a.version, err)
	}
	return a, nil
}

// Read returns the overview of one person.
func (s *Service) Read(ctx context.Context, actor lead.Actor, participantID string) (Overview, error) {
	var out Overview
	act := participant.Act{Action: "case.answers", Name: "answers.list"}
	err := s.People.Read(ctx, actor, act, participantID, func(tx *db.Tx, n participant.Now) error {
		var err error
		out, err = s.Of(ctx, tx, actor, n)
		return err
	})
	return out, err
}

// Offer returns a questionnaire that the site may use and the actor may offer.
func (s *Service) Offer(ctx context.Context, actor lead.Actor, participantID, id string) (participant.Now, instrument.Definition, error) {
	var d instrument.Definition
	over, err := s.Read(ctx, actor, participantID)
	if err != nil {
		return over.Now, d, err
	}
	for _, d := range over.Offered {
		if d.ID == id {
			return over.Now, d, nil
		}
	}
	return over.Now, d, lead.ErrNotFound
}

// Take keeps what somebody answered, as far as they did. version is the one whose
// questions they saw.
func (s *Service) Take(ctx context.Context, actor lead.Actor, form ledger.Form, participantID, id, version string, a Answered) (string, error) {
	act := participant.Act{Action: "case.answers", Name: "answers.take", Verb: ledger.Collected}
	return s.People.Write(ctx, actor, form, act, participantID, func(tx *db.Tx, n *participant.Now) (string, error) {
		d, err := s.usable(ctx, tx, actor, *n, id, version)
		if err != nil {
			return "", err
		}
		bad := lead.Invalid{}
		for _, item := range d.Check(a.Answers) {
			bad["item_"+item] = "Choose one of the answers, or pass this question over"
		}
		if len(a.Answers) == 0 {
			bad["words"] = "Nothing was answered. That is fine: there is nothing to save"
		}
		switch _, err := time.Parse(time.DateOnly, a.On); {
		case err != nil:
			bad["on"] = "Enter the day"
		case a.On > s.People.LocalDay():
			bad["on"] = "This day is in the future: enter the day it was"
		}
		bad.TooLong("words", a.Words, 1000)
		if err := bad.OrNil(); err != nil {
			return "", err
		}
		answers, err := json.Marshal(a.Answers)
		if err != nil {
			return "", fmt.Errorf("answered: %w", err)
		}
		key := lead.NewID("ans")
		if _, err := tx.Exec(ctx, insertAnswered, key, n.ID, d.ID, d.Version, a.On, n.Seal("care_answered.answers", string(answers)),
			n.Seal("care_answered.words", a.Words), actor.ID, db.At(s.People.Book.Now())); err != nil {
			return "", fmt.Errorf("answered: %w", err)
		}
		return key, nil
	})
}

// usable returns the version of a questionnaire that was on the screen, if the
// site may still use it and the actor may see its answers.
func (s *Service) usable(ctx context.Context, tx *db.Tx, actor lead.Actor, n participant.Now, id, version string) (instrument.Definition, error) {
	all, err := instrument.All(ctx, tx)
	if err != nil {
		return instrument.Definition{}, err
	}
	for _, st := range all {
		if st.ID != id || st.Version != version {
			continue
		}
		ok, err := s.People.May(ctx, tx, actor, may(st.Definition), n)
		switch {
		case err != nil:
			return instrument.Definition{}, err
		case !ok:
			return instrument.Definition{}, lead.ErrNotFound
		case !st.MayUse: // withdrawn since the page was opened, or never allowed
			return instrument.Definition{}, lead.ErrConflict
		}
		return st.Definition, nil
	}
	return instrument.Definition{}, lead.ErrNotFound
}

// One returns one time, with its scores.
func (s *Service) One(ctx context.Context, actor lead.Actor, participantID, answeredID string) (participant.Now, Answered, error) {
	var now participant.Now
	var out Answered
	act := participant.Act{Action: "case.answers", Name: "answers.read"}
	err := s.People.Read(ctx, actor, act, participantID, func(tx *db.Tx, n participant.Now) error {
		now = n
		var err error
		out, err = s.one(ctx, tx, actor, n, answeredID)
		return err
	})
	return now, out, err
}

func (s *Service) one(ctx context.Context, tx *db.Tx, actor lead.Actor, n participant.Now, answeredID string) (Answered, error) {
	a, err := scanOf(n)(tx.One(ctx, answeredOne, n.ID, answeredID))
	if err != nil {
		return Answered{}, err
	}
	if a, err = s.whole(ctx, tx, a); err != nil {
		return Answered{}, err
	}
	ok, err := s.People.May(ctx, tx, actor, may(a.Instrument), n)
	if err == nil && !ok {
		err = lead.ErrNotFound
	}
	if err != nil {
		return Answered{}, err
	}
	return a, nil
}

// Wrong says that one time was a mistake: it stays, marked, and counts for
// nothing.
func (s *Service) Wrong(ctx context.Context, actor lead.Actor, form ledger.Form, participantID, answeredID, why string) error {
	act := participant.Act{Action: "case.answers", Name: "answers.wrong", Verb: ledger.Altered}
	_, err := s.People.Write(ctx, actor, form, act, participantID, func(tx *db.Tx, n *participant.Now) (string, error) {
		if _, err := s.one(ctx, tx, actor, *n, answeredID); err != nil {
			return "", err
		}
		bad := lead.Invalid{}
		if strings.TrimSpace(why) == "" {
			bad["why"] = "Say what was wrong, in a few words"
		}
		bad.TooLong("why", why, 300)
		if err := bad.OrNil(); err != nil {
			return "", err
		}
		added, err := tx.Exec(ctx, insertMistake, answeredID, n.Seal("care_answered_mistake.words", why), actor.ID, db.At(s.People.Book.Now()))
		if err != nil {
			return "", fmt.Errorf("answered: wrong: %w", err)
		}
		if added == 0 {
			return "", lead.ErrConflict
		}
		return answeredID, nil
	})
	return err
}
