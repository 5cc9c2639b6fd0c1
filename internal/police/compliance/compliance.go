// Package compliance holds an extract of eligible arrests against the decisions
// that were recorded, to find those that never were. It knows arrests by the
// force's references and nothing of a person. It imports lead, platform, suppress and intake.
package compliance

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"time"

	"waymark.example/internal/lead"
	"waymark.example/internal/platform/access"
	"waymark.example/internal/platform/db"
	"waymark.example/internal/platform/ledger"
	"waymark.example/internal/police/bulk"
)

// Columns lists the columns of an extract.
func Columns() []bulk.Column {
	return []bulk.Column{
		{Name: "reference", Needed: true, Words: "The force's crime or custody reference of the arrest. The same twice counts once."},
		{Name: "happened_at", Needed: true, Words: "When it happened: 2026-03-27T14:05:00Z, or local time as 2026-03-27 14:05 or 27/03/2026 14:05."},
		{Name: "offence", Needed: true, Words: "Code of the offence, as in Waymark's offence list."},
		{Name: "officer", Words: "The officer: work e-mail as in Waymark, or a collar number with --officers."},
		{Name: "unit", Words: "The team, as in Waymark: needed to count by unit where the officer is not known."},
	}
}

// near is how far two clocks, or two memories, may be apart.
const near = 2 * time.Hour

// maxArrests is how many arrests one extract may have: a year of the largest force
// many times over.
const maxArrests = 500_000

// Standing is what was found for an arrest.
type Standing string

// The standings.
const (
	Recorded Standing = "recorded" // a decision carries the reference
	Probable Standing = "probable" // one by the officer, near the time, for the offence
	Missing  Standing = "missing"  // none
)

// Words returns the standing as people say it.
func (s Standing) Words() string {
	return map[Standing]string{Recorded: "Recorded", Probable: "Probably recorded", Missing: "No decision found"}[s]
}

// Arrest is one row of an extract, with what was found for it.
type Arrest struct {
	Row       int64
	Reference string
	At        time.Time
	Offence   string
	Officer   lead.Actor // zero where the extract named none that is known
	Team      string
	Standing  Standing
	ContactID string // of the decision, "" where there is none
	// ContactReference is how the decision is called here, such as LD-7K4MQ2.
	ContactReference string
}

// Extract is a file of arrests.
type Extract struct {
	bulk.Facts
	Organisation string
	Zone         *time.Location
	Officers     func(string) (lead.Actor, bool)
}

// Unread is a row that cannot be read, and why.
type Unread struct {
	Row   int64
	Words string
}

// Report is what was found.
type Report struct {
	RunID   string
	Arrests []Arrest // each once, in the order of the file
	Doubled int64    // rows whose reference had come before
	Unread  []Unread
}

// Count returns how many arrests stand so.
func (r Report) Count(s Standing) (n int64) {
	for _, a := range r.Arrests {
		if a.Standing == s {
			n++
		}
	}
	return n
}

// Service compares, and shows the gaps of a team to its sergeant.
type Service struct {
	Book   *ledger.Book // of the police handle
	Access *access.Decider
}

// Run reads an extract, finds the decision behind each arrest and keeps what is
// missing for the sergeants.
func (s *Service) Run(ctx context.Context, actor lead.Actor, x Extract, in *bulk.Reader) (Report, error) {
	if err := s.Access.Check(actor, "gap.find", access.Screen{}); err != nil {
		return Report{}, errors.Join(err, s.Book.Deny(ctx, ledger.Entry{Actor: actor, Act: "gap.find"}))
	}
	report, err := readAll(x, in)
	if err != nil {
		return Report{}, err
	}
	report.RunID = lead.NewID("run")
	// The reading is one snapshot and takes no writer's turn; nothing of it is told
	// before its entry is in the log.
	if err := s.Book.Look(ctx, func(tx *db.Tx) error { return match(ctx, tx, x.Organisation, report.Arrests) }); err != nil {
		return Report{}, fmt.Errorf("compare: %w", err)
	}
	entry := ledger.Entry{Actor: actor, Verb: ledger.Combined, Act: "gap.find", Subjects: []string{report.RunID}, Detail: strconv.Itoa(len(report.Arrests)) + " arrests"}
	err = s.Book.Record(ctx, entry, func(tx *db.Tx, _ *ledger.Entry) error { return keep(ctx, tx, x, report, s.Book.Now()) })
	return report, err
}

func readAll(x Extract, in *bulk.Reader) (Report, error) {
	if err := in.CheckColumns(Columns()); err != nil {
		return Report{}, err
	}
	var out Report
	seen := map[string]bool{}
	for {
		rec, err := in.Next()
		if errors.Is(err, io.EOF) {
			return out, nil
		}
		if err != nil {
			return Report{}, err
		}
		a, told := arrest(x, in.Columns, rec)
		switch {
		case told != "":
			out.Unread = append(out.Unread, Unread{rec.Row, told})
		case seen[a.Reference]:
			out.Doubled++
		case len(out.Arrests) >= maxArrests:
			return Report{}, bulk.FileError(fmt.Sprintf("There are more than %d arrests: compare fewer months at a time.", maxArrests))
		default:
			seen[a.Reference] = true
			out.Arrests = append(out.Arrests, a)
		}
	}
}

func arrest(x Extract, columns []string, rec bulk.Record) (Arrest, string) {
	if told := rec.Uneven(columns); told != "" {
		return Arrest{}, told
	}
	at, told := bulk.Moment(rec.Cell(columns, "happened_at"), x.Zone)
	a := Arrest{Row: rec.Row, Reference: rec.Cell(columns, "reference"), At: at, Offence: rec.Cell(columns, "offence"), Team: rec.Cell(columns, "unit"), Standing: Missing}
	if officer, known := x.Officers(rec.Cell(columns, "officer")); known {
		a.Officer = officer
		if a.Team == "" {
			a.Team = officer.Team
		}
	}
	bad := lead.Invalid{}
	for column, text := range map[string]string{"reference": a.Reference, "offence": a.Offence} {
		if text == "" {
			bad[column] = "empty"
		}
		bad.TooLong(column, text, 80)
	}
	bad.TooLong("unit", a.Team, 120)
	switch {
	case told != "":
		return Arrest{}, told
	case bad.OrNil() != nil:
		return Arrest{}, bad.Error()
	}
	return a, ""
}

// match finds the decisions: by the reference first and for every arrest, so that
// a decision that is certainly another's is nobody's probable one; then, nearest
// in time first, by officer or team, time and offence. A decision answers for one
// arrest.
func match(ctx context.Context, tx *db.Tx, organisationID string, arrests []Arrest) error {
	used := map[string]bool{}
	for i := range arrests {
		a := &arrests[i]
		found, err := byReference(ctx, tx, organisationID, a.Reference)
		if err != nil {
			return err
		}
		for _, d := range found {
			a.take(Recorded, d, used)
		}
	}
	type guess struct {
		arrest int
		decision
		apart time.Duration
	}
	var guesses []guess
	for i, a := range arrests {
		if a.Standing != Missing || a.Officer.ID == "" && a.Team == "" {
			continue
		}
		found, err := nearby(ctx, tx, organisationID, a)
		if err != nil {
			return err
		}
		for _, d := range found {
			if !used[d.contactID] {
				guesses = append(guesses, guess{i, d, d.at.Sub(a.At).Abs()})
			}
		}
	}
	slices.SortStableFunc(guesses, func(a, b guess) int { return cmp.Compare(a.apart, b.apart) })
	for _, g := range guesses {
		arrests[g.arrest].take(Probable, g.decision, used)
	}
	return nil
}

// take answers an arrest with a decision, unless either has been.
func (a *Arrest) take(s Standing, d decision, used map[string]bool) {
	if a.Standing != Missing || used[d.contactID] {
		return
	}
	used[d.contactID] = true
	a.Standing, a.ContactID, a.ContactReference = s, d.contactID, d.reference
}

// Gap is an arrest of a team that no decision carries.
type Gap struct {
	Position  int64
	Reference string
	At        time.Time
	Offence   string // its code
	// OffenceWords is what it is called, "" where the list does not know it.
	OffenceWords string
	Officer      string // a colleague's name, "" where it is not known
	// Of the decision that is probably it; "" where none was found.
	ContactID, ContactReference string
}

// Latest is a team's part of the latest comparison.
type Latest struct {
	RunAt           time.Time // zero where there was none
	FromOn, UntilOn string
	Gaps            []Gap
}

// Gaps returns up to limit of the gaps of the actor's own team in the latest
// comparison, after the one at a position.
func (s *Service) Gaps(ctx context.Context, actor lead.Actor, after int64, limit int) (Latest, error) {
	var out Latest
	entry := ledger.Entry{Actor: actor, Verb: ledger.Consulted, Act: "gap.list"}
	err := s.Book.Record(ctx, entry, func(tx *db.Tx, e *ledger.Entry) error {
		if err := s.Access.Check(actor, "gap.list", access.Screen{}); err != nil {
			return err
		}
		var err error
		out, err = latest(ctx, tx, actor.Organisation, actor.Team, after, limit)
		for _, g := range out.Gaps {
			e.Subjects = append(e.Subjects, g.ContactID)
		}
		return err
	})
	return out, err
}
