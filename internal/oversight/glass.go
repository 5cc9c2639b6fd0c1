package oversight

import (
	"context"
	"errors"
	"fmt"
	"time"

	"waymark.example/internal/lead"
	"waymark.example/internal/platform/db"
	"waymark.example/internal/platform/ledger"
	"waymark.example/internal/platform/secret"
)

// Glass is one opening of a case because a life was at risk, with its review.
type Glass struct {
	ID, ParticipantID, AccountID, Name string
	Reason                             string
	At, Until                          time.Time
	Version                            int64 // of the review, 0 while there is none
	Verdict                            Verdict
	Words                              string
	ToldOn                             string // YYYY-MM-DD
	NotTold                            string
	Reviewer                           string
}

// Verdict says whether it was right.
type Verdict string

// The verdicts.
const (
	Justified    Verdict = "justified"
	NotJustified Verdict = "not_justified"
)

// Words returns the verdict as people say it.
func (v Verdict) Words() string {
	return map[Verdict]string{Justified: "It was right", NotJustified: "It was not right"}[v]
}

// Due returns when the review is due: within two working days.
func (g Glass) Due() time.Time { return workingDays(g.At, 2) }

// Reviewed reports whether there is a verdict and the person knows.
func (g Glass) Reviewed() bool { return g.Verdict != "" && g.ToldOn != "" }

// Overdue reports whether the review is late.
func (g Glass) Overdue(now time.Time) bool { return g.Verdict == "" && now.After(g.Due()) }

// Glasses lists the openings, newest first, before the row of that id.
func (s *Service) Glasses(ctx context.Context, actor lead.Actor, beforeID string, limit int) ([]Glass, error) {
	var out []Glass
	entry := ledger.Entry{Actor: actor, Verb: ledger.Consulted, Act: "glass.list"}
	err := s.Book.Record(ctx, entry, func(tx *db.Tx, e *ledger.Entry) error {
		err := s.participants(ctx, tx, actor, "glass.review")
		if err != nil {
			return err
		}
		if out, err = db.All(ctx, tx, scanGlass, glasses, beforeID, limit); err != nil {
			return fmt.Errorf("break-glass: %w", err)
		}
		for i := range out {
			out[i].Reason = "" // a list says that it happened
			e.Subjects = append(e.Subjects, out[i].ParticipantID)
		}
		return nil
	})
	return out, err
}

// Glass returns one opening, with the reason that was given: it was written for
// whoever reviews it.
func (s *Service) Glass(ctx context.Context, actor lead.Actor, id string) (Glass, error) {
	var out Glass
	entry := ledger.Entry{Actor: actor, Verb: ledger.Consulted, Act: "glass.read", Subjects: []string{id}}
	err := s.Book.Record(ctx, entry, func(tx *db.Tx, e *ledger.Entry) error {
		err := s.participants(ctx, tx, actor, "glass.review")
		if err != nil {
			return err
		}
		if out, err = scanGlass(tx.One(ctx, glassByID, id)); err != nil {
			return err
		}
		e.Subjects = append(e.Subjects, out.ParticipantID)
		box, err := s.Ring.OpenShared(ctx, id)
		if err != nil && !errors.Is(err, secret.ErrDestroyed) {
			return fmt.Errorf("break-glass: %w", err)
		}
		out.Reason, err = box.Read("care_glass.reason", out.Reason)
		return err
	})
	return out, err
}

// ReviewGlass keeps a verdict, on top of the version that was on the screen.
func (s *Service) ReviewGlass(ctx context.Context, actor lead.Actor, form ledger.Form, id string, from int64, g Glass) error {
	entry := ledger.Entry{Actor: actor, Verb: ledger.Altered, Act: "glass.review", Subjects: []string{id}, Detail: string(g.Verdict)}
	_, err := s.Book.Once(ctx, form, entry, func(tx *db.Tx, e *ledger.Entry) (string, error) {
		if err := s.participants(ctx, tx, actor, "glass.review"); err != nil {
			return "", err
		}
		was, err := scanGlass(tx.One(ctx, glassByID, id))
		if err != nil {
			return "", err
		}
		e.Subjects = append(e.Subjects, was.ParticipantID, was.AccountID)
		if err := g.check(db.Day(s.Book.Now())); err != nil {
			return "", err
		}
		n, err := tx.Exec(ctx, insertReview, id, from+1, g.Verdict, g.Words, g.ToldOn, g.NotTold, actor.ID, db.At(s.Book.Now()))
		if err == nil && n == 0 {
			err = lead.ErrConflict
		}
		return id, err
	})
	return err
}

func (g Glass) check(today string) error {
	bad := lead.Invalid{}
	if g.Verdict != Justified && g.Verdict != NotJustified {
		bad["verdict"] = "Choose whether it was right"
	}
	if g.Words == "" {
		bad["words"] = "Write why you think so"
	}
	bad.TooLong("words", g.Words, 1000)
	bad.TooLong("not_told", g.NotTold, 500)
	checkDay(bad, "told_on", g.ToldOn, today)
	if g.ToldOn == "" && g.NotTold == "" {
		bad["told_on"] = "Enter the day they were told, or write below why not yet"
	}
	return bad.OrNil()
}

// checkDay refuses what is no day, or still to come. The empty day is none.
func checkDay(bad lead.Invalid, field, day, today string) {
	if day == "" {
		return
	}
	if _, err := time.Parse(time.DateOnly, day); err != nil {
		bad[field] = "Enter a day, like 2026-03-27"
	} else if day > today {
		bad[field] = "This day is in the future: enter the day it was"
	}
}

func scanGlass(row db.Row) (Glass, error) {
	var g Glass
	var at, until db.Time
	err := row.Scan(&g.ID, &g.ParticipantID, &g.AccountID, &g.Name, &g.Reason, &at, &until, &g.Version, &g.Verdict, &g.Words, &g.ToldOn, &g.NotTold, &g.Reviewer)
	g.At, g.Until = at.Time, until.Time
	return g, err
}
