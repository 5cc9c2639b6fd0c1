// Package study takes contacts and what was decided out of the police domain for an evaluation: comparison people come from here and from nowhere else
// (V04). They go to the holder of the key, by the force's own reference, with no officer's name; what comes of them is never told here. It imports lead,
// platform and reference.
package study

import (
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"strconv"
	"time"

	"waymark.example/internal/lead"
	"waymark.example/internal/platform/access"
	"waymark.example/internal/platform/db"
	"waymark.example/internal/platform/export"
	"waymark.example/internal/platform/ledger"
	"waymark.example/internal/reference/agreement"
)

// The topic and the purpose that an agreement covers a study by.
const (
	Topic   = "research"
	Purpose = "research"
)

// Service carries out the use cases.
type Service struct {
	Book   *ledger.Book // of the police handle
	Access *access.Decider
	Zone   *time.Location // in which days are days
}

// Holder is an organisation that may hold the key: an agreement covers it today.
type Holder struct{ ID, Name string }

// Holders returns the organisations that an agreement in force lets the actor's force give contacts to, for research.
func (s *Service) Holders(ctx context.Context, actor lead.Actor) ([]Holder, error) {
	if err := s.Access.Check(actor, "study.contacts", access.Screen{}); err != nil {
		return nil, errors.Join(err, s.Book.Deny(ctx, ledger.Entry{Actor: actor, Act: "study.contacts"}))
	}
	var out []Holder
	err := s.Book.Look(ctx, func(tx *db.Tx) error {
		all, err := db.All(ctx, tx, func(row db.Row) (Holder, error) {
			var h Holder
			return h, row.Scan(&h.ID, &h.Name)
		}, organisations)
		for _, h := range all {
			open, _, err := agreement.Open(ctx, tx, actor.Organisation, h.ID, Topic, Purpose, db.Day(s.Book.Now()))
			if err != nil {
				return err
			}
			if open {
				out = append(out, h)
			}
		}
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("holders of a key: %w", err)
	}
	return out, nil
}

type row struct {
	reference, door, team, officer, force, outcome, reason, offer, offence, exclusion, sex, ethnicity, perceived string
	policy                                                                                                       int64
	happened                                                                                                     time.Time
}

// File returns the force's contacts between two days, as two tables in one file, for one holder of the key.
func (s *Service) File(ctx context.Context, actor lead.Actor, form ledger.Form, holderID, from, until string) ([]byte, error) {
	var file []byte
	entry := ledger.Entry{Actor: actor, Verb: ledger.Disclosed, Act: "study.contacts", Purpose: string(access.Evaluation)}
	_, err := s.Book.Once(ctx, form, entry, func(tx *db.Tx, e *ledger.Entry) (string, error) {
		if err := s.Access.Check(actor, "study.contacts", access.Screen{}); err != nil {
			return "", err
		}
		begin, end, err := s.days(holderID, from, until)
		if err != nil {
			return "", err
		}
		open, missing, err := agreement.Open(ctx, tx, actor.Organisation, holderID, Topic, Purpose, db.Day(s.Book.Now()))
		if err != nil {
			return "", err
		}
		if !open {
			return "", lead.Invalid{"holder": missing.Words()}
		}
		all, err := db.All(ctx, tx, func(r db.Row) (row, error) {
			var v row
			var at db.Time
			err := r.Scan(&v.reference, &v.door, &v.team, &v.officer, &at, &v.force, &v.outcome, &v.reason, &v.offer, &v.policy, &v.offence, &v.exclusion, &v.sex, &v.ethnicity, &v.perceived)
			v.happened = at.Time
			return v, err
		}, contactsOf, actor.Organisation, db.At(begin), db.At(end))
		if err != nil {
			return "", fmt.Errorf("contacts for a study: %w", err)
		}
		e.Subjects, e.Detail = []string{holderID}, fmt.Sprintf("%d contacts, %s until %s", len(all), from, until)
		file, err = s.pack(all)
		return holderID, err
	})
	if err == nil && file == nil { // the form came again: what it made is not kept
		return nil, lead.ErrConflict
	}
	return file, err
}

func (s *Service) days(holderID, from, until string) (begin, end time.Time, err error) {
	bad := lead.Invalid{}
	if holderID == "" {
		bad["holder"] = "Choose who holds the key"
	}
	if begin, err = time.ParseInLocation(time.DateOnly, from, s.Zone); err != nil {
		bad["from"] = "Enter the first day"
	}
	if end, err = time.ParseInLocation(time.DateOnly, until, s.Zone); err != nil {
		bad["until"] = "Enter the last day"
	} else if end.Before(begin) {
		bad["until"] = "Enter a day that is not before the first"
	}
	return begin, end.AddDate(0, 0, 1), bad.OrNil()
}

// readMe stands in the file.
const readMe = `For the holder of the key, and nobody else. This names no officer and nobody who was met, but a reference of the force leads to both: treat it so.

Turn it into pseudonyms away from any server, with "waymark evidence pseudonymise --study FOLDER": the list given with --known says which references are one
person. Then destroy this file. Do not give it to an evaluator, to the case team or back to the police.
`

func (s *Service) pack(all []row) ([]byte, error) {
	people, contacts := [][]string{{"person", "sex", "ethnicity", "perceived", "linked"}}, [][]string{{"contact", "person", "on", "minute", "door", "team", "officer", "offence", "exclusion", "decision", "reason", "offered", "policy", "incident"}}
	seen := map[string]bool{}
	for _, r := range all {
		who := r.force // whoever has no reference there can be found by nobody: they are themselves alone
		if who == "" {
			who = r.reference
		}
		if !seen[who] {
			seen[who] = true
			people = append(people, []string{who, sex(r.sex), broad(r.ethnicity), perceived(r.perceived), "0"})
		}
		exclusion := r.exclusion
		switch {
		case r.outcome == "diverted": // somebody said yes all the same (R8)
			exclusion = ""
		case r.outcome == "not_eligible" && exclusion == "":
			exclusion = r.reason
		}
		offered := "0"
		if r.offer == "made" {
			offered = "1"
		}
		at := r.happened.In(s.Zone)
		contacts = append(contacts, []string{r.reference, who, at.Format(time.DateOnly), strconv.Itoa(at.Hour()*60 + at.Minute()), r.door, r.team, r.officer, r.offence, exclusion, r.outcome, r.reason, offered, strconv.FormatInt(r.policy, 10), r.force})
	}
	file, err := export.Zip(
		export.File{Name: "README.txt", Write: func(w io.Writer) error { _, err := io.WriteString(w, readMe); return err }},
		export.File{Name: "people.csv", Write: func(w io.Writer) error { return csv.NewWriter(w).WriteAll(people) }},
		export.File{Name: "contacts.csv", Write: func(w io.Writer) error { return csv.NewWriter(w).WriteAll(contacts) }})
	if err != nil {
		return nil, fmt.Errorf("contacts for a study: %w", err)
	}
	return file, nil
}

// sex is the code that an evaluation knows; "" where it was not asked or not said.
func sex(code string) string {
	if code == "F" || code == "M" {
		return code
	}
	return ""
}

// broad is the broad group by the letter that a code begins with; O1, Chinese before 2011, is A4 today. What begins otherwise says why there is none.
func broad(code string) string {
	if code == "" || code == "NS" {
		return ""
	}
	if code == "O1" {
		return "asian"
	}
	return map[byte]string{'W': "white", 'M': "mixed", 'A': "asian", 'B': "black", 'O': "other"}[code[0]]
}

// perceived is the broad group that an officer saw, by the list ethnicity_officer_defined.
func perceived(code string) string {
	return map[string]string{"IC1": "white", "IC2": "white", "IC3": "black", "IC4": "asian", "IC5": "asian", "IC6": "other"}[code]
}
