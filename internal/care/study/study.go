// Package study takes dates of support and how somebody lived month by month out of the care side for an evaluation, of those who said yes to being
// studied and of nobody else (V12). They go to the holder of the key, by the number that was said aloud when the person was handed over: no name, no word
// of anybody's, nothing that police could read. It imports lead, platform and reference.
package study

import (
	"archive/zip"
	"bytes"
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strconv"
	"time"

	"waymark.example/internal/lead"
	"waymark.example/internal/platform/access"
	"waymark.example/internal/platform/db"
	"waymark.example/internal/platform/ledger"
)

// Service carries out the use cases.
type Service struct {
	Book   *ledger.Book // of the care handle
	Access *access.Decider
	Zone   *time.Location // in which days are days
}

type person struct {
	id, reference           string
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
		all, err := db.All(ctx, tx, func(r db.Row) (person, error) {
			var p person
			var made, met db.Time
			err := r.Scan(&p.id, &p.reference, &made, &met, &p.intake, &p.consent, &p.closed)
			p.made, p.met = made.Time, met.Time
			return p, err
		}, supported)
		if err != nil {
			return "", fmt.Errorf("support for a study: %w", err)
		}
		support := [][]string{{"person", "referred", "minutes", "met", "intake", "consent", "closed", "research"}}
		months := [][]string{{"person", "month", "contacts", "needs_met", "housing", "employment", "income"}}
		for _, p := range all {
			support = append(support, s.supportOf(p))
			of, err := monthsOf(ctx, tx, p)
			if err != nil {
				return "", err
			}
			months = append(months, of...)
			e.Subjects = append(e.Subjects, p.id) // each of them sees in their own log that this went out
		}
		n, e.Detail = len(all), fmt.Sprintf("%d people", len(all))
		file, err = pack(support, months)
		return strconv.Itoa(n), err
	})
	if err == nil && file == nil { // the form came again: what it made is not kept
		return nil, 0, lead.ErrConflict
	}
	return file, n, err
}

func (s *Service) supportOf(p person) []string {
	minutes, met := "-1", ""
	if !p.met.IsZero() && !p.met.Before(p.made) {
		minutes, met = strconv.Itoa(int(p.met.Sub(p.made)/time.Minute)), p.met.In(s.Zone).Format(time.DateOnly)
	}
	return []string{p.reference, p.made.In(s.Zone).Format(time.DateOnly), minutes, met, p.intake, p.consent, p.closed, "1"}
}

func monthsOf(ctx context.Context, tx *db.Tx, p person) ([][]string, error) {
	all := map[string]*month{}
	of := func(name string) *month {
		if all[name] == nil {
			all[name] = &month{}
		}
		return all[name]
	}
	_, err := db.All(ctx, tx, func(r db.Row) (string, error) {
		var name, housing, work, income string
		err := r.Scan(&name, &housing, &work, &income)
		m := of(name)
		m.housing, m.work, m.income = housed(housing), working(work), earning(income)
		return name, err
	}, monthsLived, p.id)
	if err != nil {
		return nil, fmt.Errorf("months for a study: %w", err)
	}
	for q, add := range map[db.Query]func(*month, int){contactsHad: func(m *month, n int) { m.contacts = n }, needsMet: func(m *month, n int) { m.needs = n }} {
		_, err := db.All(ctx, tx, func(r db.Row) (string, error) {
			var name string
			var n int
			err := r.Scan(&name, &n)
			add(of(name), n)
			return name, err
		}, q, p.id)
		if err != nil {
			return nil, fmt.Errorf("months for a study: %w", err)
		}
	}
	var out [][]string
	for _, name := range slices.Sorted(maps.Keys(all)) {
		m := all[name]
		out = append(out, []string{p.reference, name + "-01", strconv.Itoa(m.contacts), strconv.Itoa(m.needs), m.housing, m.work, m.income})
	}
	return out, nil
}

// readMe stands in the file.
const readMe = `For the holder of the key, and nobody else. Everybody in here said yes to their support being studied; each is called by the number of their hand-over.

Turn it into pseudonyms away from any server, in one folder with what the force gave: "waymark evidence pseudonymise --study FOLDER". Then destroy this
file. Never give it to the police: they know these numbers.
`

func pack(support, months [][]string) ([]byte, error) {
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	write := func(name string, fill func(io.Writer) error) error {
		w, err := z.CreateHeader(&zip.FileHeader{Name: name, Method: zip.Deflate})
		if err != nil {
			return err
		}
		return fill(w)
	}
	err := errors.Join(
		write("README.txt", func(w io.Writer) error { _, err := io.WriteString(w, readMe); return err }),
		write("support.csv", func(w io.Writer) error { return csv.NewWriter(w).WriteAll(support) }),
		write("months.csv", func(w io.Writer) error { return csv.NewWriter(w).WriteAll(months) }), z.Close())
	if err != nil {
		return nil, fmt.Errorf("support for a study: %w", err)
	}
	return b.Bytes(), nil
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
