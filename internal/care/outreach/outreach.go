// Package outreach counts the tries to find somebody. There is no limit and no
// failing: a try that finds nobody is a line, and the next one is due (R30). It
// imports lead, platform and care/participant.
package outreach

import (
	"context"
	"fmt"
	"slices"
	"time"

	"waymark.example/internal/care/participant"
	"waymark.example/internal/lead"
	"waymark.example/internal/platform/db"
	"waymark.example/internal/platform/ledger"
)

// Outcome is what came of a try, or of any contact.
type Outcome string

// The outcomes.
const (
	Met      Outcome = "met"
	Spoke    Outcome = "spoke"
	LeftWord Outcome = "left_word"
	NotFound Outcome = "not_found"
)

// Outcomes lists the outcomes in the order of the page.
func Outcomes() []Outcome { return []Outcome{Met, Spoke, LeftWord, NotFound} }

// Words returns the outcome as people say it.
func (o Outcome) Words() string {
	return map[Outcome]string{Met: "Met", Spoke: "Spoke", LeftWord: "Left word", NotFound: "Looked, not found yet"}[o]
}

// Reached reports whether somebody met or spoke with them.
func (o Outcome) Reached() bool { return o == Met || o == Spoke }

// Try is one try to find somebody.
type Try struct {
	ID      string
	At      time.Time
	Place   string // coarse: a street, a place
	Outcome Outcome
	Words   string
	Next    participant.Promise // where and when we look next
	By      string
}

// Check returns a lead.Invalid naming each answer that breaks a rule, or nil.
func (t Try) Check(now time.Time, today string) error {
	bad := lead.Invalid{}
	if !slices.Contains(Outcomes(), t.Outcome) {
		bad["outcome"] = "Choose what came of it"
	}
	CheckPast(bad, "at", t.At, now)
	bad.TooLong("place", t.Place, 200)
	bad.TooLong("words", t.Words, 2000)
	t.Next.Check(bad, "next", "next_on", today)
	return bad.OrNil()
}

// CheckPast notes in bad that a moment is missing or lies in the future.
func CheckPast(bad lead.Invalid, field string, at, now time.Time) {
	switch {
	case at.IsZero():
		bad[field] = "Enter when it was"
	case at.After(now.Add(5 * time.Minute)): // clocks disagree a little
		bad[field] = "This is in the future: enter when it was"
	}
}

// Service carries out the use cases.
type Service struct{ People *participant.Service }

// Add keeps one try.
func (s *Service) Add(ctx context.Context, actor lead.Actor, form ledger.Form, participantID string, t Try) error {
	act := participant.Act{Action: "case.note", Name: "outreach.add", Verb: ledger.Collected}
	_, err := s.People.Write(ctx, actor, form, act, participantID, func(tx *db.Tx, n *participant.Now) (string, error) {
		if err := t.Check(s.People.Book.Now(), s.People.LocalDay()); err != nil {
			return "", err
		}
		if n.State == participant.Died {
			return "", lead.ErrConflict
		}
		id := lead.NewID("try")
		if _, err := tx.Exec(ctx, insertTry, id, n.ID, db.At(t.At), n.Seal("care_outreach.place", t.Place), t.Outcome, n.Seal("care_outreach.words", t.Words), actor.ID, db.At(s.People.Book.Now())); err != nil {
			return "", fmt.Errorf("outreach: %w", err)
		}
		if t.Outcome.Reached() {
			n.Reached(t.At)
		}
		if err := s.People.Tried(ctx, tx, actor, n, t.Outcome.Reached(), ""); err != nil {
			return "", err
		}
		t.Next.Kind, t.Next.NoteID = participant.NextTry, ""
		return id, s.People.Promise(ctx, tx, actor, n, t.Next)
	})
	return err
}

// Count returns how many times somebody has tried since the person was last
// reached.
func Count(ctx context.Context, tx *db.Tx, participantID string) (int, error) {
	var n int
	if err := tx.One(ctx, countTries, participantID).Scan(&n); err != nil {
		return 0, fmt.Errorf("outreach: %w", err)
	}
	return n, nil
}
