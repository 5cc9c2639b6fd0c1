package warm

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

// Number is a count as it may be shown: the nearest five, and 0 for fewer than
// ten, so that no two of them can be subtracted to find one person.
type Number int

// fewest is the smallest number that is shown, step what all are rounded to.
const (
	fewest = 10
	step   = 5
)

// shown returns n as it may be shown.
func shown(n int) Number {
	if n < fewest {
		return 0
	}
	return Number((n + step/2) / step * step)
}

// String returns the number, or that it is not shown.
func (n Number) String() string {
	if n == 0 {
		return "fewer than 10"
	}
	return fmt.Sprint(int(n))
}

// Line is how people of this programme came to one service, beside how others do.
type Line struct {
	Service string // "" is all services together
	All     Number
	Same    Number
	Own     Number
	Ahead   Number
	Listed  Number // referrals to it while it had a waiting list
	// How long it took to get there, and how long others are said to wait: medians
	// in days of at least ten referrals that know both, else -1.
	Waited, Others int
	Sooner         Number // of those, how many got there sooner than others do
}

// Look reports whether the partners should look at a line (R39): people were put
// before others, or get there sooner than others where there is a queue.
func (l Line) Look() bool { return l.Ahead > 0 || l.Waited >= 0 && l.Waited < l.Others }

// Missing is how often a need was not met, by why.
type Missing struct {
	Domain string
	Unmet
	Times Number
}

// Report is by which doors people came to services, and what was missing.
type Report struct {
	From    string // YYYY-MM-DD
	Total   Line
	Lines   []Line // services with at least ten referrals
	Hidden  int    // services with fewer
	Missing []Missing
}

// ReportDays is the time that a report covers.
const ReportDays = 365

// one is one referral as it is counted: about nobody.
type one struct {
	id, name, door, list string
	others               int
	at                   time.Time
	there                string
}

// Report counts the last year of the whole site, for everybody together, in
// numbers that point at nobody.
func (s *Service) Report(ctx context.Context, actor lead.Actor) (Report, error) {
	since := s.People.Book.Now().AddDate(0, 0, -ReportDays)
	out := Report{From: db.Day(since)}
	entry := ledger.Entry{Actor: actor, Verb: ledger.Consulted, Act: "warm.report", Purpose: string(access.Governance)}
	err := s.People.Book.Record(ctx, entry, func(tx *db.Tx, _ *ledger.Entry) error {
		if err := s.People.Access.Check(actor, "service.report", access.Screen{}); err != nil {
			return err
		}
		all, err := db.All(ctx, tx, func(row db.Row) (one, error) {
			var o one
			var at db.Time
			err := row.Scan(&o.id, &o.name, &o.door, &o.list, &o.others, &at, &o.there)
			o.at = at.Time
			return o, err
		}, doorsSince, db.At(since))
		if err != nil {
			return fmt.Errorf("report: %w", err)
		}
		out.Total, out.Lines, out.Hidden = count(all)
		out.Missing, err = db.All(ctx, tx, func(row db.Row) (Missing, error) {
			var m Missing
			var n int
			err := row.Scan(&m.Domain, &m.Why, &n)
			m.Times = shown(n)
			return m, err
		}, unmetSince, db.At(since))
		return err
	})
	return out, err
}

// count makes the lines of a report: those of services with fewer than ten
// referrals are only counted.
func count(all []one) (total Line, lines []Line, hidden int) {
	by := map[string][]one{}
	for _, o := range all {
		by[o.id] = append(by[o.id], o)
	}
	for _, of := range by {
		if len(of) < fewest {
			hidden++
			continue
		}
		l := line(of)
		l.Service = of[0].name
		lines = append(lines, l)
	}
	slices.SortFunc(lines, func(a, b Line) int { return cmp.Compare(a.Service, b.Service) })
	return line(all), lines, hidden
}

func line(of []one) Line {
	doors := map[string]int{}
	listed, sooner := 0, 0
	var waited, others []int
	for _, o := range of {
		doors[o.door]++
		if o.list == "yes" {
			listed++
		}
		if o.there == "" || o.others < 0 {
			continue
		}
		days := daysBetween(o.at, o.there)
		waited, others = append(waited, days), append(others, o.others)
		if days < o.others {
			sooner++
		}
	}
	l := Line{All: shown(len(of)), Same: shown(doors["same"]), Own: shown(doors["own"]), Ahead: shown(doors["ahead"]), Listed: shown(listed), Waited: -1, Others: -1}
	if len(waited) >= fewest {
		l.Waited, l.Others, l.Sooner = median(waited), median(others), shown(sooner)
	}
	return l
}

func median(of []int) int {
	slices.Sort(of)
	return of[len(of)/2]
}
