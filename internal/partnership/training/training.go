// Package training keeps the courses of every role and who did which: what starting in a role takes, and what is due again. It
// reminds, and never stops anybody from recording anything. It imports lead and platform.
package training

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"waymark.example/internal/lead"
	"waymark.example/internal/platform/access"
	"waymark.example/internal/platform/db"
	"waymark.example/internal/platform/ledger"
)

// Course is one version of a course.
type Course struct {
	ID        string
	Version   int64
	Title     string
	Words     string
	Roles     []lead.Role
	FirstWeek bool // part of starting in the role
	Months    int  // after which it is due again; 0 is once
	Ended     bool // nobody is asked to do it any more
}

// For reports whether a course is meant for somebody with these roles.
func (c Course) For(roles []lead.Role) bool {
	return !c.Ended && slices.ContainsFunc(c.Roles, func(r lead.Role) bool { return slices.Contains(roles, r) })
}

// Standing is where somebody stands with a course.
type Standing struct {
	Course Course
	DoneOn string // YYYY-MM-DD, "" when never
	By     string
	DueOn  string // when it is due again, "" when never
	Due    bool   // now: never done, or done too long ago
}

// Person is somebody with an account and the courses of their roles.
type Person struct {
	ID, Name, Organisation string
	Roles                  []lead.Role
	Standing               []Standing
}

// Due reports whether any course is.
func (p Person) Due() bool {
	return slices.ContainsFunc(p.Standing, func(s Standing) bool { return s.Due })
}

// Service carries out the use cases.
type Service struct {
	Book   *ledger.Book // of the partnership handle
	Access *access.Decider
}

// Mine returns the actor's own courses.
func (s *Service) Mine(ctx context.Context, actor lead.Actor) (Person, error) {
	out := Person{ID: actor.ID, Name: actor.Name, Roles: actor.Roles}
	if err := s.Access.Check(actor, "course.own", access.Screen{}); err != nil {
		return out, err
	}
	err := s.Book.Look(ctx, func(tx *db.Tx) error {
		courses, err := latest(ctx, tx)
		if err != nil {
			return err
		}
		all, err := db.All(ctx, tx, scanDone, trainingOf, actor.ID)
		out.Standing = s.stand(out, courses, all)
		return err
	})
	if err != nil {
		return out, fmt.Errorf("own courses: %w", err)
	}
	return out, nil
}

// Courses lists every course as it stands, those that ended last.
func (s *Service) Courses(ctx context.Context, actor lead.Actor) ([]Course, error) {
	if err := s.Access.Check(actor, "course.keep", access.Screen{}); err != nil {
		return nil, err
	}
	var out []Course
	err := s.Book.Look(ctx, func(tx *db.Tx) error {
		var err error
		out, err = latest(ctx, tx)
		return err
	})
	return out, err
}

// People returns a page of the people for whom there are courses, by name, after the one with an id.
func (s *Service) People(ctx context.Context, actor lead.Actor, after string, limit int) ([]Person, error) {
	if err := s.Access.Check(actor, "course.keep", access.Screen{}); err != nil {
		return nil, err
	}
	var out []Person
	err := s.Book.Look(ctx, func(tx *db.Tx) error {
		var err error
		out, err = s.people(ctx, tx, after, limit)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("courses of everybody: %w", err)
	}
	return out, nil
}

func (s *Service) people(ctx context.Context, tx *db.Tx, after string, limit int) ([]Person, error) {
	courses, err := latest(ctx, tx)
	if err != nil {
		return nil, err
	}
	out, err := db.All(ctx, tx, func(row db.Row) (Person, error) {
		var p Person
		return p, row.Scan(&p.ID, &p.Name, &p.Organisation)
	}, accounts, after, limit)
	if err != nil {
		return nil, err
	}
	for i := range out {
		roles, err := db.All(ctx, tx, func(row db.Row) (lead.Role, error) {
			var r lead.Role
			return r, row.Scan(&r)
		}, rolesOf, out[i].ID)
		if err != nil {
			return nil, err
		}
		all, err := db.All(ctx, tx, scanDone, trainingOf, out[i].ID)
		if err != nil {
			return nil, err
		}
		out[i].Roles = roles
		out[i].Standing = s.stand(out[i], courses, all)
	}
	return out, nil
}

type done struct{ course, on, by string }

func scanDone(row db.Row) (done, error) {
	var d done
	return d, row.Scan(&d.course, &d.on, &d.by)
}

// stand works out where somebody stands from the latest record of each course of their roles.
func (s *Service) stand(p Person, courses []Course, all []done) []Standing {
	today := db.Day(s.Book.Now())
	var out []Standing
	for _, c := range courses {
		st := Standing{Course: c}
		for _, d := range all { // oldest first
			if d.course == c.ID {
				st.DoneOn, st.By = d.on, d.by
			}
		}
		mine := c.For(p.Roles)
		if !mine && st.DoneOn == "" {
			continue
		}
		if on, err := time.Parse(time.DateOnly, st.DoneOn); err == nil && c.Months > 0 && mine {
			st.DueOn = on.AddDate(0, c.Months, 0).Format(time.DateOnly)
		}
		st.Due = mine && (st.DoneOn == "" || st.DueOn != "" && st.DueOn <= today)
		out = append(out, st)
	}
	return out
}

// Record adds a course, or says what one is from now on.
func (s *Service) Record(ctx context.Context, actor lead.Actor, form ledger.Form, c Course) (string, error) {
	c.Title, c.Words = strings.TrimSpace(c.Title), strings.TrimSpace(c.Words)
	entry := ledger.Entry{Actor: actor, Verb: ledger.Administered, Act: "course.keep", Detail: "course"}
	return s.Book.Once(ctx, form, entry, func(tx *db.Tx, _ *ledger.Entry) (string, error) {
		if err := s.Access.Check(actor, "course.keep", access.Screen{}); err != nil {
			return "", err
		}
		bad := lead.Invalid{}
		if c.Title == "" {
			bad["title"] = "Enter what the course is called"
		}
		bad.TooLong("title", c.Title, 120)
		bad.TooLong("words", c.Words, 500)
		var roles []string
		for _, r := range c.Roles {
			if !slices.Contains(lead.Roles(), r) {
				bad["roles"] = "Choose roles from the list"
			}
			roles = append(roles, string(r))
		}
		if len(roles) == 0 {
			bad["roles"] = "Choose at least one role"
		}
		if c.Months < 0 || c.Months > 120 {
			bad["months"] = "Enter a number of months from 0 to 120"
		}
		if err := bad.OrNil(); err != nil {
			return "", err
		}
		if c.ID == "" {
			c.ID = lead.NewID("crs")
		} else {
			var title string
			if err := tx.One(ctx, courseByID, c.ID).Scan(&c.Version, &title); err != nil {
				return "", err
			}
		}
		n, err := tx.Exec(ctx, insertCourse, c.ID, c.Version+1, c.Title, c.Words, strings.Join(roles, ","), c.FirstWeek, c.Months, c.Ended, actor.ID, db.At(s.Book.Now()))
		if err != nil {
			return "", fmt.Errorf("keep course: %w", err)
		}
		if n == 0 {
			return "", lead.ErrConflict
		}
		return c.ID, nil
	})
}

// Note records that somebody did a course on a day.
func (s *Service) Note(ctx context.Context, actor lead.Actor, form ledger.Form, accountID, courseID, on string) error {
	return s.record(ctx, actor, form, "done", accountID, courseID, on, func(*db.Tx) lead.Invalid {
		if day, err := time.Parse(time.DateOnly, on); err != nil || day.After(s.Book.Now().AddDate(0, 0, 1)) {
			return lead.Invalid{"done_on": "Enter the day it was done, today or earlier"}
		}
		return nil
	})
}

// TakeBack takes back that somebody did a course, where it was recorded by mistake.
func (s *Service) TakeBack(ctx context.Context, actor lead.Actor, form ledger.Form, accountID, courseID string) error {
	return s.record(ctx, actor, form, "taken back", accountID, courseID, "", func(tx *db.Tx) lead.Invalid {
		var on string
		if err := tx.One(ctx, latestTraining, accountID, courseID).Scan(&on); err != nil || on == "" {
			return lead.Invalid{"course": "Nothing is recorded of this course for them"}
		}
		return nil
	})
}

// record puts a day, or that there is none, after what was recorded before, unless check says what is wrong.
func (s *Service) record(ctx context.Context, actor lead.Actor, form ledger.Form, detail, accountID, courseID, on string, check func(*db.Tx) lead.Invalid) error {
	entry := ledger.Entry{Actor: actor, Verb: ledger.Administered, Act: "course.keep", Detail: detail, Subjects: []string{accountID}}
	_, err := s.Book.Once(ctx, form, entry, func(tx *db.Tx, _ *ledger.Entry) (string, error) {
		if err := s.Access.Check(actor, "course.keep", access.Screen{}); err != nil {
			return "", err
		}
		bad := lead.Invalid{}
		var name, title string
		var version int64
		if err := tx.One(ctx, accountByID, accountID).Scan(&name); err != nil {
			bad["account"] = "Choose who it was"
		}
		if err := tx.One(ctx, courseByID, courseID).Scan(&version, &title); err != nil {
			bad["course"] = "Choose the course"
		}
		for field, words := range check(tx) {
			if bad[field] == "" {
				bad[field] = words
			}
		}
		if err := bad.OrNil(); err != nil {
			return "", err
		}
		id := lead.NewID("trn")
		_, err := tx.Exec(ctx, insertTraining, id, accountID, courseID, on, actor.ID, db.At(s.Book.Now()))
		return id, err
	})
	return err
}

// Count is for how many people a course is, and how many of them are up to date.
type Count struct {
	ID, Title  string
	People, Up int
}

// Count counts, for a set of numbers that hides what is small; nobody is shown this.
func (s *Service) Count(ctx context.Context) ([]Count, error) {
	var out []Count
	err := s.Book.Look(ctx, func(tx *db.Tx) error {
		all, err := s.people(ctx, tx, "", 10_000)
		if err != nil {
			return err
		}
		courses, err := latest(ctx, tx)
		if err != nil {
			return err
		}
		for _, c := range courses {
			n := Count{ID: c.ID, Title: c.Title}
			for _, p := range all {
				i := slices.IndexFunc(p.Standing, func(st Standing) bool { return st.Course.ID == c.ID && c.For(p.Roles) })
				if i >= 0 {
					n.People++
					if !p.Standing[i].Due {
						n.Up++
					}
				}
			}
			if !c.Ended {
				out = append(out, n)
			}
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("count courses: %w", err)
	}
	return out, nil
}

func latest(ctx context.Context, tx *db.Tx) ([]Course, error) {
	out, err := db.All(ctx, tx, func(row db.Row) (Course, error) {
		var c Course
		var roles string
		err := row.Scan(&c.ID, &c.Version, &c.Title, &c.Words, &roles, &c.FirstWeek, &c.Months, &c.Ended)
		for _, r := range strings.Split(roles, ",") {
			c.Roles = append(c.Roles, lead.Role(r))
		}
		return c, err
	}, latestCourses)
	if err != nil {
		return nil, fmt.Errorf("courses: %w", err)
	}
	return out, nil
}
