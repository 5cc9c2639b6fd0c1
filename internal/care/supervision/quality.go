package supervision

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"waymark.example/internal/lead"
	"waymark.example/internal/platform/access"
	"waymark.example/internal/platform/db"
	"waymark.example/internal/platform/ledger"
)

// quietDays is after how many days without contact a hand may help.
const quietDays = 14

// Prompt is one person for whom a hand may help, and since when. It does not say
// whose worker they are: nobody is counted by it (C32).
type Prompt struct {
	ID, Name string
	Days     int
	Month    string // YYYY-MM until which naloxone is good
}

// MonthWords writes the month as people do.
func (p Prompt) MonthWords() string {
	at, err := time.Parse("2006-01", p.Month)
	if err != nil {
		return p.Month
	}
	return at.Format("January 2006")
}

// Quality is where a hand may help, each list with the longest wait first.
type Quality struct {
	Quiet    []Prompt // nobody has reached them for more than two weeks
	Promises []Prompt // a promise whose day is over
	Intakes  []Prompt // the intake window is over: outreach goes on (R15, R30)
	Concerns []Prompt // a safeguarding concern that nobody has taken further
	Naloxone []Prompt // their naloxone is good until this month, or was
}

// Quality returns the prompts of the actor's team.
func (s *Service) Quality(ctx context.Context, actor lead.Actor) (Quality, error) {
	var q Quality
	entry := ledger.Entry{Actor: actor, Verb: ledger.Consulted, Act: "case.quality"}
	err := s.People.Book.Record(ctx, entry, func(tx *db.Tx, e *ledger.Entry) error {
		if err := s.People.Access.Check(actor, "case.quality", access.Screen{}); err != nil {
			return err
		}
		now, today := s.People.Book.Now(), s.People.LocalDay()
		for _, part := range []struct {
			into  *[]Prompt
			query db.Query
			args  []any
		}{
			{&q.Quiet, quietPeople, []any{actor.Team, db.At(now.AddDate(0, 0, -quietDays))}},
			{&q.Promises, latePromises, []any{actor.Team, today}},
			{&q.Intakes, lateIntakes, []any{actor.Team, today}},
			{&q.Concerns, openConcerns, []any{actor.Team}},
			{&q.Naloxone, naloxoneEnds, []any{actor.Team, today[:len("2006-01")]}},
		} {
			var err error
			if *part.into, err = s.prompts(ctx, tx, now, part.query, part.args...); err != nil {
				return err
			}
			for _, p := range *part.into {
				e.Subjects = append(e.Subjects, p.ID)
			}
		}
		slices.Sort(e.Subjects)
		e.Subjects = slices.Compact(e.Subjects)
		return nil
	})
	return q, err
}

// prompts returns one list: a person each, with since when.
func (s *Service) prompts(ctx context.Context, tx *db.Tx, now time.Time, q db.Query, args ...any) ([]Prompt, error) {
	type row struct{ id, name, since string }
	rows, err := db.All(ctx, tx, func(r db.Row) (row, error) {
		var x row
		return x, r.Scan(&x.id, &x.name, &x.since)
	}, q, args...)
	if err != nil {
		return nil, fmt.Errorf("quality: %w", err)
	}
	ids := make([]string, len(rows))
	for i, r := range rows {
		ids[i] = r.id
	}
	boxes, err := s.People.Keys.All(ctx, ids)
	if err != nil {
		return nil, fmt.Errorf("quality: %w", err)
	}
	var out []Prompt
	for _, r := range rows {
		name, err := boxes[r.id].Read("care_now.name", r.name)
		if err != nil {
			return nil, fmt.Errorf("quality: %w", err)
		}
		p := Prompt{ID: r.id, Name: name}
		if len(r.since) == len("2006-01") {
			p.Month = r.since
		} else if day, err := time.Parse(time.DateOnly, r.since[:min(len(r.since), len(time.DateOnly))]); err == nil {
			p.Days = max(0, int(now.Sub(day).Hours()/24))
		}
		out = append(out, p)
	}
	slices.SortStableFunc(out, func(a, b Prompt) int {
		return cmp.Or(cmp.Compare(b.Days, a.Days), cmp.Compare(a.Month, b.Month), cmp.Compare(a.Name, b.Name))
	})
	return out, nil
}

// Waits returns how many deaths and other things that happened in the actor's
// team nobody has looked back on yet, for the board.
func (s *Service) Waits(ctx context.Context, actor lead.Actor) (int, error) {
	var happened, deaths int
	entry := ledger.Entry{Actor: actor, Verb: ledger.Consulted, Act: "incident.waits"}
	err := s.People.Book.Record(ctx, entry, func(tx *db.Tx, _ *ledger.Entry) error {
		if err := s.People.Access.Check(actor, "incident.review", access.Screen{}); err != nil {
			return err
		}
		if err := tx.One(ctx, countToReview, actor.Team).Scan(&happened); err != nil {
			return fmt.Errorf("waits: %w", err)
		}
		ids, err := db.All(ctx, tx, scanID, deathsToReview, actor.Team)
		deaths = len(ids)
		return err
	})
	return happened + deaths, err
}
