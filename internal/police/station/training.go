package station

import (
	"context"
	"fmt"
	"slices"
	"time"

	"waymark.example/internal/lead"
	"waymark.example/internal/platform/access"
	"waymark.example/internal/platform/db"
	"waymark.example/internal/platform/ledger"
)

// Course is a training that officers do.
type Course struct{ Code, Words string }

// Courses lists the trainings.
func Courses() []Course {
	return []Course{{"lead", "Offering LEAD"}, {"fairness", "Asking about fairness"}}
}

// Standing is where somebody stands with one course.
type Standing struct {
	Course Course
	DoneOn string // YYYY-MM-DD, "" when never
	By     string // who recorded it
	DueOn  string // YYYY-MM-DD when it is due again, "" where the site reminds nobody
	Due    bool   // now: never done, or done too long ago
}

// Trainee is one officer of a team.
type Trainee struct {
	ID, Name string
	Standing []Standing
}

// Due reports whether any course is due.
func (t Trainee) Due() bool {
	return slices.ContainsFunc(t.Standing, func(s Standing) bool { return s.Due })
}

type done struct{ accountID, course, on, by string }

// stand works out where somebody stands from the latest record of each course.
func (s *Service) stand(accountID string, all []done) []Standing {
	today := db.Day(s.Book.Now())
	var out []Standing
	for _, c := range Courses() {
		st := Standing{Course: c}
		for _, d := range all {
			if d.accountID == accountID && d.course == c.Code {
				st.DoneOn, st.By = d.on, d.by
			}
		}
		if s.RefreshMonths > 0 {
			if on, err := time.Parse(time.DateOnly, st.DoneOn); err == nil {
				st.DueOn = on.AddDate(0, s.RefreshMonths, 0).Format(time.DateOnly)
			}
			st.Due = st.DueOn == "" || st.DueOn <= today
		}
		out = append(out, st)
	}
	return out
}

// Mine returns the actor's own training.
func (s *Service) Mine(ctx context.Context, actor lead.Actor) (Trainee, error) {
	out := Trainee{ID: actor.ID, Name: actor.Name}
	if err := s.Access.Check(actor, "training.own", access.Screen{}); err != nil {
		return out, err
	}
	err := s.Book.Look(ctx, func(tx *db.Tx) error {
		all, err := db.All(ctx, tx, scanDone, trainingOf, actor.ID)
		out.Standing = s.stand(actor.ID, all)
		return err
	})
	if err != nil {
		return out, fmt.Errorf("own training: %w", err)
	}
	return out, nil
}

// Team returns the training of the actor's team, in order of name.
func (s *Service) Team(ctx context.Context, actor lead.Actor) ([]Trainee, error) {
	if err := s.Access.Check(actor, "training.team", access.Screen{}); err != nil {
		return nil, err
	}
	var out []Trainee
	err := s.Book.Look(ctx, func(tx *db.Tx) error {
		var err error
		if out, err = db.All(ctx, tx, func(row db.Row) (Trainee, error) {
			var t Trainee
			return t, row.Scan(&t.ID, &t.Name)
		}, officersOfTeam, actor.Organisation, actor.Team); err != nil {
			return err
		}
		for i := range out {
			all, err := db.All(ctx, tx, scanDone, trainingOf, out[i].ID)
			if err != nil {
				return err
			}
			out[i].Standing = s.stand(out[i].ID, all)
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("training of a team: %w", err)
	}
	return out, nil
}

// Note records that a colleague of the actor's team did a course on a day; the
// empty day takes back what was recorded by mistake.
func (s *Service) Note(ctx context.Context, actor lead.Actor, form ledger.Form, accountID, course, on string) error {
	entry := ledger.Entry{Actor: actor, Verb: ledger.Administered, Act: "training.note", Subjects: []string{accountID}}
	_, err := s.Book.Once(ctx, form, entry, func(tx *db.Tx, _ *ledger.Entry) (string, error) {
		who := access.Colleague{ID: accountID, Side: lead.Police}
		var organisation string
		if err := tx.One(ctx, teamOf, accountID).Scan(&who.Team, &organisation); err != nil {
			return "", err
		}
		if organisation != actor.Organisation { // teams of two forces may be called the same
			return "", lead.ErrNotFound
		}
		if err := s.Access.Check(actor, "training.team", who); err != nil {
			return "", err
		}
		bad := lead.Invalid{}
		if !slices.ContainsFunc(Courses(), func(c Course) bool { return c.Code == course }) {
			bad["course"] = "Choose the course"
		}
		if day, err := time.Parse(time.DateOnly, on); on != "" && (err != nil || day.After(s.Book.Now().AddDate(0, 0, 1))) {
			bad["done_on"] = "Enter the day it was done, today or earlier"
		}
		if err := bad.OrNil(); err != nil {
			return "", err
		}
		if _, err := tx.Exec(ctx, insertTraining, lead.NewID("trn"), accountID, course, on, actor.ID, db.At(s.Book.Now())); err != nil {
			return "", fmt.Errorf("note training: %w", err)
		}
		return accountID, nil
	})
	return err
}

func scanDone(row db.Row) (done, error) {
	var d done
	return d, row.Scan(&d.accountID, &d.course, &d.on, &d.by)
}
