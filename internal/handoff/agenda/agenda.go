// Package agenda carries to the partnership's table what somebody agreed may be
// spoken of there, to the organisations they said yes to and in the words they
// heard, readable while every yes holds and no longer (R35). It carries back what
// was decided. It imports lead, platform and handoff/disclosure.
package agenda

import (
	"context"
	"fmt"
	"time"

	"waymark.example/internal/handoff/disclosure"
	"waymark.example/internal/platform/db"
)

// The fields that words are sealed for, under the key of the item.
const (
	NameField  = "handoff_meeting_item.name"
	FactsField = "handoff_meeting_item.facts"
	AskField   = "handoff_meeting_item.ask"
	LineField  = "handoff_meeting_line.words"
)

// Purpose is what people say yes to here: to be spoken of at the table.
const Purpose disclosure.Purpose = "meeting"

// Own is the topic of the case team's own organisation, which needs no yes.
const Own disclosure.Topic = "own"

// Part is that one organisation may see an item, or hear that somebody takes
// part, on one yes.
type Part struct {
	OrganisationID string
	Topic          disclosure.Topic
	ConsentID      string
	Words          bool   // false: the reference and the status alone (R18)
	Until          string // YYYY-MM-DD
}

// Item is somebody's part of an agenda. Its words are sealed.
type Item struct {
	ID             string
	MeetingID      string
	ParticipantID  string
	OrganisationID string // of the case team that brings it
	Reference      string
	Name           string
	Facts          string
	Ask            string
	By             string // account_id on the way in, a name on the way out
	At             time.Time
	Parts          []Part
	Off            bool // the case team took it off
}

// Line is one line of the minutes.
type Line struct {
	ID            string
	MeetingID     string
	ItemID        string
	ParticipantID string
	Kind          LineKind
	Words         string // sealed where it is about somebody
	OwnerID       string
	Due           string // YYYY-MM-DD
	By            string
	At            time.Time
	Outcome       string // done, set_aside, or "" while it is open
	DoneAt        time.Time
}

// LineKind is what a line of the minutes is.
type LineKind string

// The kinds of line. Whoever does not agree has it written down beside what was
// decided, and nobody has to give way.
const (
	Decision LineKind = "decision"
	Action   LineKind = "action"
	Dissent  LineKind = "dissent"
)

// Overdue reports whether the day of an open action has passed.
func (l Line) Overdue(today string) bool {
	return l.Kind == Action && l.Outcome == "" && l.Due < today
}

// Propose puts an item on an agenda, inside the care side's own transaction, which
// has just found every yes alive.
func Propose(ctx context.Context, tx *db.Tx, i Item) error {
	var err error
	if _, err = tx.Exec(ctx, insertItem, i.ID, i.MeetingID, i.ParticipantID, i.OrganisationID, i.Reference, i.Name, i.Facts, i.Ask, i.By, db.At(i.At)); err != nil {
		return fmt.Errorf("propose: %w", err)
	}
	for _, p := range i.Parts {
		if _, err = tx.Exec(ctx, insertPart, i.ID, p.OrganisationID, p.Topic, p.ConsentID, p.Words, p.Until); err != nil {
			return fmt.Errorf("propose: %w", err)
		}
	}
	return nil
}

// ReferenceOf returns the reference that police know somebody's hand-off by.
func ReferenceOf(ctx context.Context, tx *db.Tx, referralID string) (string, error) {
	var out string
	if err := tx.One(ctx, referenceOf, referralID).Scan(&out); err != nil {
		return "", fmt.Errorf("reference: %w", err)
	}
	return out, nil
}

// TakeOff takes an item off its agenda. Doing it twice does nothing more.
func TakeOff(ctx context.Context, tx *db.Tx, itemID, by string, at time.Time) error {
	if _, err := tx.Exec(ctx, insertOff, itemID, by, db.At(at)); err != nil {
		return fmt.Errorf("take off: %w", err)
	}
	return nil
}

// About returns what was brought about one person, newest first; for the care end.
func About(ctx context.Context, tx *db.Tx, participantID string) ([]Item, error) {
	out, err := db.All(ctx, tx, scanItem, itemsAbout, participantID)
	if err != nil {
		return nil, fmt.Errorf("items about: %w", err)
	}
	for n := range out {
		if out[n].Parts, err = partsOf(ctx, tx, out[n].ID); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// LinesAbout returns what was decided about one person, oldest first; for the care end.
func LinesAbout(ctx context.Context, tx *db.Tx, participantID string) ([]Line, error) {
	return lines(ctx, tx, linesAbout, participantID)
}

// What follows is the table's end. Every query looks at the day and at every yes
// again: what stood on the screen a moment ago is gone when it was taken back.

// For lists what an organisation may see of one agenda now, in the order in which
// it was brought.
func For(ctx context.Context, tx *db.Tx, meetingID, organisationID string, now time.Time) ([]Item, error) {
	out, err := db.All(ctx, tx, scanItem, itemsFor, meetingID, organisationID, db.Day(now))
	if err != nil {
		return nil, fmt.Errorf("agenda: %w", err)
	}
	for n := range out {
		if out[n].Parts, err = PartsFor(ctx, tx, out[n].ID, organisationID); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// Wordless reports whether the reader of an item hears the reference and the
// status alone.
func (i Item) Wordless() bool {
	for _, p := range i.Parts {
		if !p.Words {
			return true
		}
	}
	return len(i.Parts) == 0
}

// Count returns how many items are on an agenda for anybody: a number and nobody.
func Count(ctx context.Context, tx *db.Tx, meetingID string, now time.Time) (int, error) {
	var n int
	if err := tx.One(ctx, itemCount, meetingID, db.Day(now)).Scan(&n); err != nil {
		return 0, fmt.Errorf("agenda: %w", err)
	}
	return n, nil
}

// Note keeps one line of the minutes.
func Note(ctx context.Context, tx *db.Tx, l Line) error {
	if _, err := tx.Exec(ctx, insertLine, l.ID, l.MeetingID, l.ItemID, l.ParticipantID, l.Kind, l.Words, l.OwnerID, l.Due, l.By, db.At(l.At)); err != nil {
		return fmt.Errorf("minutes: %w", err)
	}
	return nil
}

// Minutes returns the lines of one meeting that are about nobody.
func Minutes(ctx context.Context, tx *db.Tx, meetingID string) ([]Line, error) {
	return lines(ctx, tx, minutesOf, meetingID)
}

// LinesOf returns the lines about one item.
func LinesOf(ctx context.Context, tx *db.Tx, itemID string) ([]Line, error) {
	return lines(ctx, tx, linesOfItem, itemID)
}

// Actions returns the actions of one organisation, those that are open first.
func Actions(ctx context.Context, tx *db.Tx, organisationID string, now time.Time) ([]Line, error) {
	return lines(ctx, tx, actionsOf, organisationID, db.Day(now))
}

// AllActions returns every organisation's actions, for the coordinator. Those
// about a person come without a word of them.
func AllActions(ctx context.Context, tx *db.Tx) ([]Line, error) {
	return lines(ctx, tx, actionsOfAll)
}

// OneAction returns one action of an organisation.
func OneAction(ctx context.Context, tx *db.Tx, lineID, organisationID string, now time.Time) (Line, error) {
	return scanLine(tx.One(ctx, oneAction, organisationID, db.Day(now), lineID))
}

// Finish keeps that an action was done, or set aside: neither counts against
// anybody.
func Finish(ctx context.Context, tx *db.Tx, lineID, outcome, by string, at time.Time) error {
	if _, err := tx.Exec(ctx, insertDone, lineID, outcome, by, db.At(at)); err != nil {
		return fmt.Errorf("action: %w", err)
	}
	return nil
}
