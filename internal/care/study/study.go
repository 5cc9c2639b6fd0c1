// Package study takes dates of support and how somebody lived month by month out of the care side for an evaluation, of those who said yes to being
// studied and of nobody else (V12). They go to the holder of the key, by the number that was said aloud at the hand-off: no name, no word of anybody's,
// nothing that police could read. It imports lead, platform and reference.
package study

import (
	"cmp"
	"context"
	"encoding/csv"
	"fmt"
	"io"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"waymark.example/internal/lead"
	"waymark.example/internal/platform/access"
	"waymark.example/internal/platform/db"
	"waymark.example/internal/platform/export"
	"waymark.example/internal/platform/ledger"
)

// Service carries out the use cases.
type Service struct {
	Book   *ledger.Book // of the care handle
	Access *access.Decider
	Zone   *time.Location // in which days are days
}

// record is what one record of somebody holds; whole is the record that stands for the person.
type record struct {
	whole, id, reference    string
	made, met               time.Time
	intake, consent, closed string
}

type month struct {
	contacts, needs       int
	housing, work, income string
}

// File returns the dates of support of everybody who said yes, as two tables in one file, and of how many it is.
func (s *Service) File(ctx context.Context, actor lead.Actor, form ledger.Form) ([]byte, int, error) {
	var file []byte
	n := 0
	entry := ledger.Entry{Actor: actor, Verb: ledger.Disclosed, Act: "study.support", Purpose: string(access.Evaluation)}
	_, err := s.Book.Once(ctx, form, entry, func(tx *db.Tx, e *ledger.Entry) (string, error) {
		if err := s.Access.Check(actor, "study.support", access.Screen{}); err != nil {
			return "", err
		}
		all, err := db.All(ctx, tx, func(r db.Row) (record, error) {
			var p record
			var made, met db.Time
			err := r.Scan(&p.whole, &p.id, &p.reference, &made, &met, &p.intake, &p.consent, &p.closed)
			p.made, p.met = made.Time, met.Time
			return p, err
		}, supported)
		if err != nil {
			return "", fmt.Errorf("support for a study: %w", err)
		}
		support := [][]string{{"person", "referred", "minutes", "met", "intake", "consent", "closed", "research"}}
		months := [][]string{{"person", "month", "contacts", "needs_met", "housing", "employment", "income"}}
		for len(all) > 0 {
			of := all[:1] // the records of one person, by their hand-offs
			for len(of) < len(all) && all[len(of)].whole == of[0].whole {
				of = all[:len(of)+1]
			}
			all = all[len(of):]
			n++
			support = append(support, s.supportOf(of))
			rows, err := s.monthsOf(ctx, tx, of)
			if err != nil {
				return "", err
			}
			months = append(months, rows...)
			for _, p := range of {
				e.Subjects = append(e.Subjects, p.id) // each of them sees in their own log that this went out
			}
		}
		// In the order of the numbers, which says nothing of who was there first.
		slices.SortFunc(support[1:], func(a, b []string) int { return strings.Compare(a[0], b[0]) })
		slices.SortStableFunc(months[1:], func(a, b []string) int { return strings.Compare(a[0], b[0]) })
		e.Detail = fmt.Sprintf("%d people", n)
		file, err = pack(support, months)
		return strconv.Itoa(n), err
	})
	if err == nil && file == nil { // the form came again: what it made is not kept
		return nil, 0, lead.ErrConflict
	}
	return file, n, err
}

// supportOf is the one row of a person, by the number of their first hand-off: the first day of each thing on any of their records, and when the record
// that stands for them was closed.
func (s *Service) supportOf(of []record) []string {
	first := of[0]
	minutes, intake, consent, closed := "-1", "", "", of[len(of)-1].closed
	var met time.Time
	earliest := func(a, b string) string {
		if a == "" || b != "" && b < a {
			return b
		}
		return a
	}
	for _, p := range of {
		if !p.met.IsZero() && !p.met.Before(p.made) && (met.IsZero() || p.met.Before(met)) {
			met = p.met
		}
		intake, consent = earliest(intake, p.intake), earliest(consent, p.consent)
		if p.id == p.whole {
			closed = p.closed
		}
	}
	day := ""
	if !met.IsZero() {
		day = met.In(s.Zone).Format(time.DateOnly)
	}
	if !first.met.IsZero() && !first.met.Before(first.made) {
		minutes = strconv.Itoa(int(first.met.Sub(first.made) / time.Minute))
	}
	return []string{first.reference, first.made.In(s.Zone).Format(time.DateOnly), minutes, day, intake, consent, closed, "1"}
}

// monthsOf counts what is on all records of a person; how they lived in a month is what their latest record says of it.
func (s *Service) monthsOf(ctx context.Context, tx *db.Tx, of []record) ([][]string, error) {
	all := map[string]*month{}
	in := func(name string) *month {
		if all[name] == nil {
			all[name] = &month{}
		}
		return all[name]
	}
	for _, p := range of {
		_, err := db.All(ctx, tx, func(r db.Row) (string, error) {
			var name, housing, work, income string
			err := r.Scan(&name, &housing, &work, &income)
			m := in(name)
			m.housing, m.work, m.income = cmp.Or(housed(housing), m.housing), cmp.Or(working(work), m.work), cmp.Or(earning(income), m.income)
			return name, err
		}, monthsLived, p.id)
		if err != nil {
			return nil, fmt.Errorf("months for a study: %w", err)
		}
		for q, add := range map[db.Query]func(*month){contactsHad: func(m *month) { m.contacts++ }, needsMet: func(m *month) { m.needs++ }} {
			_, err := db.All(ctx, tx, func(r db.Row) (string, error) {
				var at db.Time
				err := r.Scan(&at)
				name := at.In(s.Zone).Format("2006-01") // the month of the area, as the person and their worker knew it
				add(in(name))
				return name, err
			}, q, p.id)
			if err != nil {
				return nil, fmt.Errorf("months for a study: %w", err)
			}
		}
	}
	var out [][]string
	for _, name := range slices.Sorted(maps.Keys(all)) {
		m := all[name]
		out = append(out, []string{of[0].reference, name + "-01", strconv.Itoa(m.contacts), strconv.Itoa(m.needs), m.housing, m.work, m.income})
	}
	return out, nil
}

// readMe stands in the file.
const readMe = `For the holder of the key, and nobody else. Everybody in here said yes to their support being studied; each is called by the number of their hand-off.

Turn it into pseudonyms away from any server, in one folder with what the force gave: "waymark evidence pseudonymise --study FOLDER". Then destroy this
file. Never give it to the police: they know these numbers.
`

func pack(support, months [][]string) ([]byte, error) {
	file, err := export.Zip(
		export.File{Name: "README.txt", Write: func(w io.Writer) error { _, err := io.WriteString(w, readMe); return err }},
		export.File{Name: "support.csv", Write: func(w io.Writer) error { return csv.NewWriter(w).WriteAll(support) }},
		export.File{Name: "months.csv", Write: func(w io.Writer) error { return csv.NewWriter(w).WriteAll(months) }})
	if err != nil {
		return nil, fmt.Errorf("support for a study: %w", err)
	}
	return file, nil
}

// housed, working and earning are the codes that an evaluation knows, of the lists month_housing, month_work and month_income; "" is not asked or not said.
func housed(code string) string {
	return map[string]string{"own_home": "settled", "with_others": "settled", "supported": "settled", "hostel": "temporary", "sofa": "temporary", "hospital": "temporary", "other": "temporary", "rough": "rough", "custody": "custody"}[code]
}

func working(code string) string {
	return map[string]string{"paid": "employed", "some_paid": "employed", "self_employed": "employed", "learning": "training", "volunteering": "training", "looking": "looking", "health": "unable", "caring": "other", "retired": "other", "neither": "other"}[code]
}

func earning(code string) string {
	return map[string]string{"wages": "wages", "both": "wages", "benefits": "benefits", "pension": "benefits", "waiting": "none", "informal": "other", "nothing": "none"}[code]
}
