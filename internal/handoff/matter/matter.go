// Package matter carries to a prosecutor which matter is that of a person who
// takes part and wanted them to know, and carries back what the prosecutor
// decided at their own discretion (R36). It imports lead and platform.
package matter

import (
	"context"
	"fmt"
	"time"

	"waymark.example/internal/platform/db"
)

// The fields that words are sealed for, under the key of the share.
const (
	Field         = "handoff_matter.words"
	DecisionField = "handoff_matter_decision.words"
)

// Share is that one office was told of one matter.
type Share struct {
	ID            string
	ParticipantID string
	RecipientID   string
	ConsentID     string
	LegalID       string
	Sealed        string
	Until         string // YYYY-MM-DD, the last day it can be read
	By            string
	At            time.Time
	Closed        bool // taken back or past its day: the office reads it no more
}

// Decision is what a prosecutor decided about one matter.
type Decision struct {
	ID     string
	Kind   string
	Sealed string
	On     string // YYYY-MM-DD
	By     string // account_id on the way in, a name on the way out
	At     time.Time
}

// Kinds lists what a prosecutor can decide, with words. Each is theirs to decide
// and none is worked out or suggested by anything here.
func Kinds() [][2]string {
	return [][2]string{{"no_charge", "No charge"}, {"diversion", "Diversion"}, {"out_of_court", "An out-of-court resolution"}, {"charge", "Charge"},
		{"stopped", "Proceedings stopped"}, {"goes_on", "It goes on as it was"}, {"other", "Something else"}}
}

// KindWords returns the decision as people say it.
func (d Decision) KindWords() string {
	for _, w := range Kinds() {
		if w[0] == d.Kind {
			return w[1]
		}
	}
	return d.Kind
}

// Tell carries it across, inside the care side's own transaction, which has just
// found the yes alive.
func Tell(ctx context.Context, tx *db.Tx, s Share) error {
	if _, err := tx.Exec(ctx, insertMatter, s.ID, s.ParticipantID, s.RecipientID, s.ConsentID, s.LegalID, s.Sealed, s.Until, s.By, db.At(s.At)); err != nil {
		return fmt.Errorf("tell of a matter: %w", err)
	}
	return nil
}

// Of returns who was told of one matter, newest first; for the care end.
func Of(ctx context.Context, tx *db.Tx, participantID, legalID string) ([]Share, error) {
	out, err := db.All(ctx, tx, scanShare, mattersOf, participantID, legalID)
	if err != nil {
		return nil, fmt.Errorf("told of a matter: %w", err)
	}
	return out, nil
}

// Decisions returns what was decided about a share, newest first.
func Decisions(ctx context.Context, tx *db.Tx, shareID string) ([]Decision, error) {
	out, err := db.All(ctx, tx, func(row db.Row) (Decision, error) {
		var d Decision
		var at db.Time
		err := row.Scan(&d.ID, &d.Kind, &d.Sealed, &d.On, &d.By, &at)
		d.At = at.Time
		return d, err
	}, decisionsOf, shareID)
	if err != nil {
		return nil, fmt.Errorf("decisions: %w", err)
	}
	return out, nil
}

// To lists what an office can read now, newest first, after the one called
// before. The day and the yes are looked at again each time.
func To(ctx context.Context, tx *db.Tx, organisationID, before string, limit int, now time.Time) ([]Share, error) {
	if before == "" {
		before = "z" // after every id, in every order of letters
	}
	out, err := db.All(ctx, tx, scanShare, mattersTo, organisationID, db.Day(now), before, limit)
	if err != nil {
		return nil, fmt.Errorf("matters: %w", err)
	}
	return out, nil
}

// One returns one of them.
func One(ctx context.Context, tx *db.Tx, organisationID, shareID string, now time.Time) (Share, error) {
	return scanShare(tx.One(ctx, matterTo, organisationID, db.Day(now), shareID))
}

// Decide keeps what a prosecutor decided.
func Decide(ctx context.Context, tx *db.Tx, shareID string, d Decision) error {
	if _, err := tx.Exec(ctx, insertDecision, d.ID, shareID, d.Kind, d.Sealed, d.On, d.By, db.At(d.At)); err != nil {
		return fmt.Errorf("decision: %w", err)
	}
	return nil
}

func scanShare(row db.Row) (Share, error) {
	var s Share
	var at db.Time
	var closed int
	err := row.Scan(&s.ID, &s.ParticipantID, &s.RecipientID, &s.ConsentID, &s.Sealed, &s.Until, &s.By, &at, &closed)
	s.At, s.Closed = at.Time, closed == 1
	return s, err
}
