package oversight

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"waymark.example/internal/lead"
	"waymark.example/internal/platform/db"
	"waymark.example/internal/platform/ledger"
)

// Legal is one request by a court, the police or anybody else who names a power
// to be told what is held.
type Legal struct {
	ID           string
	Version      int64
	Asker        string
	Power        string
	Scope        string
	SubjectID    string // participant_id, "" where it names nobody
	ReceivedOn   string // YYYY-MM-DD
	DueOn        string
	Lawyer       string // who was asked, and when
	Decision     string
	Given        string // what exactly
	DisclosureID string
	Told         string // "", "told", "not_yet"
	ToldWords    string // when, or why not
	By           string
	At           time.Time
}

// Decisions lists what can be decided, with words.
func Decisions() [][2]string {
	return [][2]string{{"", "Not decided yet"}, {"given", "Given, in full"}, {"part", "Given in part"}, {"nothing_held", "We hold nothing of the kind"}, {"not_given", "Not given"}}
}

// DecisionWords returns the words of a decision.
func (l Legal) DecisionWords() string { return wordsOf(Decisions(), l.Decision) }

func wordsOf(list [][2]string, code string) string {
	for _, c := range list {
		if c[0] == code {
			return c[1]
		}
	}
	return code
}

// Overdue reports whether it is late on day.
func (l Legal) Overdue(today string) bool {
	return l.Decision == "" && l.DueOn != "" && l.DueOn < today
}

func (l Legal) check(today string) error {
	bad := lead.Invalid{}
	for field, answer := range map[string][2]string{
		"asker": {l.Asker, "Enter who asks"}, "power": {l.Power, "Enter the legal power that they name, or \"none named\""}, "scope": {l.Scope, "Enter what they ask for, in their words"},
		"received_on": {l.ReceivedOn, "Enter the day it came"}} {
		if strings.TrimSpace(answer[0]) == "" {
			bad[field] = answer[1]
		}
		bad.TooLong(field, answer[0], 1000)
	}
	bad.TooLong("given", l.Given, 2000)
	bad.TooLong("lawyer", l.Lawyer, 300)
	bad.TooLong("told_words", l.ToldWords, 500)
	checkDay(bad, "received_on", l.ReceivedOn, today)
	if _, err := time.Parse(time.DateOnly, l.DueOn); l.DueOn != "" && err != nil {
		bad["due_on"] = "Enter a day, like 2026-03-27"
	}
	if l.DueOn != "" && bad["due_on"] == "" && bad["received_on"] == "" && l.DueOn < l.ReceivedOn {
		bad["due_on"] = "This is before the day it came"
	}
	if !slices.ContainsFunc(Decisions(), func(d [2]string) bool { return d[0] == l.Decision }) {
		bad["decision"] = "Choose from the list"
	}
	if l.Decision != "" { // decided: then the law wants to know why and what
		if l.Lawyer == "" {
			bad["lawyer"] = "Write which lawyer was asked, or why none was"
		}
		if (l.Decision == "given" || l.Decision == "part") && l.Given == "" {
			bad["given"] = "Write what exactly was given"
		}
		if l.Told != "told" && l.Told != "not_yet" {
			bad["told"] = "Choose whether the person knows"
		}
		if l.ToldWords == "" {
			bad["told_words"] = "Write when they were told, or why not"
		}
	}
	return bad.OrNil()
}

// Legals lists the register of the actor's organisation, newest first.
func (s *Service) Legals(ctx context.Context, actor lead.Actor, beforeID string, limit int) ([]Legal, error) {
	var out []Legal
	entry := ledger.Entry{Actor: actor, Verb: ledger.Consulted, Act: "legal.list"}
	err := s.Book.Record(ctx, entry, func(tx *db.Tx, e *ledger.Entry) error {
		if err := s.register(actor, "legal.keep", actor.Organisation); err != nil {
			return err
		}
		var err error
		if out, err = db.All(ctx, tx, scanLegal, legals, actor.Organisation, beforeID, limit); err != nil {
			return fmt.Errorf("legal requests: %w", err)
		}
		for _, l := range out {
			e.Subjects = append(e.Subjects, l.SubjectID)
		}
		return nil
	})
	return out, err
}

// Legal returns every version of one request, newest first.
func (s *Service) Legal(ctx context.Context, actor lead.Actor, id string) ([]Legal, error) {
	var out []Legal
	entry := ledger.Entry{Actor: actor, Verb: ledger.Consulted, Act: "legal.read", Subjects: []string{id}}
	err := s.Book.Record(ctx, entry, func(tx *db.Tx, e *ledger.Entry) error {
		if err := s.register(actor, "legal.keep", actor.Organisation); err != nil {
			return err
		}
		var err error
		if out, err = db.All(ctx, tx, scanLegal, legalVersions, id, actor.Organisation); err != nil {
			return fmt.Errorf("legal request: %w", err)
		}
		if len(out) == 0 {
			return lead.ErrNotFound
		}
		e.Subjects = append(e.Subjects, out[0].SubjectID)
		return nil
	})
	return out, err
}

// KeepLegal keeps a new version of a request, or a new request where id is "",
// and returns its id.
func (s *Service) KeepLegal(ctx context.Context, actor lead.Actor, form ledger.Form, id string, from int64, l Legal) (string, error) {
	verb := ledger.Altered
	if id == "" {
		id, verb = lead.NewID("lgl"), ledger.Collected
	} else if _, err := s.Legal(ctx, actor, id); err != nil {
		return "", err
	}
	entry := ledger.Entry{Actor: actor, Verb: verb, Act: "legal.keep", Subjects: []string{id, l.SubjectID}, Detail: l.Decision}
	return s.Book.Once(ctx, form, entry, func(tx *db.Tx, _ *ledger.Entry) (string, error) {
		if err := s.register(actor, "legal.keep", actor.Organisation); err != nil {
			return "", err
		}
		if err := l.check(db.Day(s.Book.Now())); err != nil {
			return "", err
		}
		n, err := tx.Exec(ctx, insertLegal, id, from+1, actor.Organisation, l.Asker, l.Power, l.Scope, l.SubjectID, l.ReceivedOn, l.DueOn, l.Lawyer, l.Decision,
			l.Given, l.DisclosureID, l.Told, l.ToldWords, actor.ID, db.At(s.Book.Now()))
		if err == nil && n == 0 {
			err = lead.ErrConflict
		}
		return id, err
	})
}

func scanLegal(row db.Row) (Legal, error) {
	var l Legal
	var at db.Time
	err := row.Scan(&l.ID, &l.Version, &l.Asker, &l.Power, &l.Scope, &l.SubjectID, &l.ReceivedOn, &l.DueOn, &l.Lawyer, &l.Decision, &l.Given, &l.DisclosureID, &l.Told, &l.ToldWords, &l.By, &at)
	l.At = at.Time
	return l, err
}
