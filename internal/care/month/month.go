// Package month keeps how somebody lives, month by month: housing, work and
// income. It is asked when it fits and never chased. It imports lead, platform,
// reference and care/participant.
package month

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"waymark.example/internal/care/participant"
	"waymark.example/internal/lead"
	"waymark.example/internal/platform/db"
	"waymark.example/internal/platform/ledger"
	"waymark.example/internal/reference/codelist"
)

// NotAsked is the answer that nobody asked. It is as good as any other.
const NotAsked = "not_asked"

// Layout is how a month is written.
const Layout = "2006-01"

// Lists names the code lists of the three answers.
func Lists() []string { return []string{"month_housing", "month_work", "month_income"} }

// Status is one version of how somebody lived in one month.
type Status struct {
	Month   string // YYYY-MM
	Of      string // the record it stands in
	Version int64
	Housing string // codes of the lists of those names; "" is not asked
	Work    string
	Income  string
	Words   string // in their words, optional
	By      string
	At      time.Time
	Earlier []Status // put right since, newest first
}

// Code returns the answer of one list.
func (s Status) Code(list string) string {
	switch list {
	case "month_housing":
		return s.Housing
	case "month_work":
		return s.Work
	}
	return s.Income
}

func (s *Status) check(lists codelist.Lists, today string) error {
	bad := lead.Invalid{}
	switch _, err := time.Parse(Layout, s.Month); {
	case err != nil:
		bad["month"] = "Choose the month"
	case s.Month > today[:len(Layout)]:
		bad["month"] = "This month has not begun: choose one that has"
	}
	for _, a := range []struct {
		list, field string
		code        *string
	}{{"month_housing", "housing", &s.Housing}, {"month_work", "work", &s.Work}, {"month_income", "income", &s.Income}} {
		*a.code = cmp.Or(*a.code, NotAsked)
		if !lists.Has(a.list, *a.code) {
			bad[a.field] = "Choose an answer from the list, or leave it"
		}
	}
	bad.TooLong("words", s.Words, 1000)
	return bad.OrNil()
}

// Service carries out the use cases.
type Service struct{ People *participant.Service }

// Note adds a version of one month. from is the version that was on the screen,
// 0 for a month nobody has asked about.
func (s *Service) Note(ctx context.Context, actor lead.Actor, form ledger.Form, participantID string, from int64, status Status) error {
	act := participant.Act{Action: "case.write", Name: "month.note", Verb: ledger.Collected}
	_, err := s.People.Write(ctx, actor, form, act, participantID, func(tx *db.Tx, n *participant.Now) (string, error) {
		lists, err := codelist.Load(ctx, tx, Lists()...)
		if err != nil {
			return "", err
		}
		if err := status.check(lists, s.People.LocalDay()); err != nil {
			return "", err
		}
		added, err := tx.Exec(ctx, insertMonth, n.ID, status.Month, from+1, status.Housing, status.Work, status.Income,
			n.Seal("care_month.words", status.Words), actor.ID, db.At(s.People.Book.Now()))
		if err != nil {
			return "", fmt.Errorf("month: %w", err)
		}
		if added == 0 {
			return "", lead.ErrConflict
		}
		return n.ID, nil
	})
	return err
}

// most is how many rows of one person are read: five years with corrections.
const most = 120

// Of returns the months of n and of their other records that were asked about,
// newest first, each with what was put right. Where both know of a month, that of
// n comes first (R58).
func Of(ctx context.Context, tx *db.Tx, n participant.Now) ([]Status, error) {
	var out []Status
	for _, of := range n.Records() {
		months, err := ofOne(ctx, tx, of)
		if err != nil {
			return nil, err
		}
		out = append(out, months...)
	}
	slices.SortStableFunc(out, func(a, b Status) int { return strings.Compare(b.Month, a.Month) })
	return out, nil
}

func ofOne(ctx context.Context, tx *db.Tx, n participant.Now) ([]Status, error) {
	rows, err := db.All(ctx, tx, func(row db.Row) (Status, error) {
		var s Status
		var at db.Time
		if err := row.Scan(&s.Month, &s.Version, &s.Housing, &s.Work, &s.Income, &s.Words, &s.By, &at); err != nil {
			return Status{}, err
		}
		s.Of, s.At = n.ID, at.Time
		return s, n.Open(map[string]*string{"care_month.words": &s.Words})
	}, monthsOf, n.ID, most)
	if err != nil {
		return nil, fmt.Errorf("months: %w", err)
	}
	var out []Status
	for _, s := range rows {
		if last := len(out) - 1; last >= 0 && out[last].Month == s.Month {
			out[last].Earlier = append(out[last].Earlier, s)
			continue
		}
		out = append(out, s)
	}
	return out, nil
}

// Read returns the months of one person.
func (s *Service) Read(ctx context.Context, actor lead.Actor, participantID string) (participant.Now, []Status, error) {
	var now participant.Now
	var out []Status
	act := participant.Act{Action: "case.read", Name: "month.read"}
	err := s.People.Read(ctx, actor, act, participantID, func(tx *db.Tx, n participant.Now) error {
		now = n
		var err error
		out, err = Of(ctx, tx, n)
		return err
	})
	return now, out, err
}

// askedUntil is the day of a month after which nobody is reminded of it.
const askedUntil = 7

// Unasked returns those of a worker's people whose month nobody has asked about
// yet, in the first week of it and never after: it is a reminder, no task.
func Unasked(ctx context.Context, tx *db.Tx, scope participant.Scope, people []participant.Now, today string) ([]participant.Now, error) {
	if day, err := time.Parse(time.DateOnly, today); err != nil || day.Day() > askedUntil || scope.Team != "" {
		return nil, err
	}
	asked := map[string]bool{}
	_, err := db.All(ctx, tx, func(row db.Row) (string, error) {
		var id string
		err := row.Scan(&id)
		asked[id] = true
		return id, err
	}, askedIn, scope.WorkerID, today[:len(Layout)])
	if err != nil {
		return nil, fmt.Errorf("months not asked about: %w", err)
	}
	var out []participant.Now
	for _, n := range people {
		if n.WorkerID == scope.WorkerID && n.Hold == participant.Caseload && (n.State == participant.Active || n.State == participant.Inactive) &&
			!slices.ContainsFunc(n.Records(), func(of participant.Now) bool { return asked[of.ID] }) {
			out = append(out, n)
		}
	}
	return out, nil
}
