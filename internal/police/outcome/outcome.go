// Package outcome is the crime registrar's list: diversions that may be recorded
// as outcome 22 once the word is there that an intake was completed (R47). It
// imports lead and platform, and reads the bridge's one word.
package outcome

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"waymark.example/internal/lead"
	"waymark.example/internal/platform/access"
	"waymark.example/internal/platform/db"
	"waymark.example/internal/platform/ledger"
)

// State is where a diversion stands.
type State string

// The states. Without the word nothing is known: not that the person did not
// come, not that they would rather not have it confirmed.
const (
	Ready     State = "ready"     // the word is there
	Waiting   State = "waiting"   // the window is still open
	Ended     State = "ended"     // it ended without a word
	Finalised State = "finalised" // recorded, on its evidence
)

// States lists the states in the order of the page.
func States() []State { return []State{Ready, Waiting, Ended, Finalised} }

// Words returns the state as people say it.
func (s State) Words() string {
	return map[State]string{Ready: "Ready to finalise", Waiting: "Waiting for word", Ended: "Window ended without word", Finalised: "Finalised"}[s]
}

// Short returns the state in a word or two, for a row of tabs.
func (s State) Short() string {
	return map[State]string{Ready: "Ready", Waiting: "Waiting", Ended: "No word", Finalised: "Finalised"}[s]
}

// Item is one diversion. It names nobody and says nothing of why there is no
// word.
type Item struct {
	ContactID      string
	Reference      string // such as LD-7K4MQ2
	ForceReference string // as the officer gave it
	Offences       []string
	Team           string
	DecidedAt      time.Time
	DueOn          string // YYYY-MM-DD: when the window ends
	State          State
	CompletedOn    string // YYYY-MM-DD: what the word says, "" without one
	Stands         Row    // the latest row, zero where there is none

	referralID, officerID, organisationID string
}

// Row is one time that the outcome was finalised, or opened again.
type Row struct {
	Version        int64
	Kind           string // finalised or opened
	ForceReference string
	CompletedOn    string
	Reason         string
	By             string
	At             time.Time
}

// Search narrows the list.
type Search struct {
	State State
	Team  string // "" for all
	Older int    // days since it was decided; 0 for all
	// After is where the page before ended, zero for the first.
	After Place
}

// Place is a place in the list.
type Place struct{ DueOn, ContactID string }

// Service carries out the use cases.
type Service struct {
	Book   *ledger.Book // of the police handle
	Access *access.Decider
}

// List returns up to limit of the force's diversions, those that are due first at
// the top; of those that are over, the latest.
func (s *Service) List(ctx context.Context, actor lead.Actor, find Search, limit int) ([]Item, error) {
	return s.list(ctx, actor, "outcome.list", find, limit)
}

// Export is List for a file that is taken away.
func (s *Service) Export(ctx context.Context, actor lead.Actor, find Search, limit int) ([]Item, error) {
	return s.list(ctx, actor, "outcome.export", find, limit)
}

func (s *Service) list(ctx context.Context, actor lead.Actor, action access.Action, find Search, limit int) ([]Item, error) {
	var out []Item
	entry := ledger.Entry{Actor: actor, Verb: ledger.Consulted, Act: string(action), Detail: string(find.State)}
	err := s.Book.Record(ctx, entry, func(tx *db.Tx, e *ledger.Entry) error {
		if err := s.Access.Check(actor, action, access.Contact{Organisation: actor.Organisation}); err != nil {
			return err
		}
		var err error
		out, err = search(ctx, tx, actor.Organisation, find, limit, s.Book.Now())
		for _, i := range out {
			e.Subjects = append(e.Subjects, i.ContactID)
		}
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("list outcomes: %w", err)
	}
	return out, nil
}

// Teams lists the teams that have diversions, to choose from. It is no one's data.
func (s *Service) Teams(ctx context.Context, actor lead.Actor) ([]string, error) {
	var out []string
	err := s.Book.Look(ctx, func(tx *db.Tx) error {
		var err error
		out, err = db.All(ctx, tx, func(row db.Row) (string, error) {
			var team string
			return team, row.Scan(&team)
		}, teamsOf, actor.Organisation)
		return err
	})
	return out, err
}

// Read returns one diversion with every time it was finalised or opened again,
// oldest first.
func (s *Service) Read(ctx context.Context, actor lead.Actor, contactID string) (Item, []Row, error) {
	var item Item
	var rows []Row
	entry := ledger.Entry{Actor: actor, Verb: ledger.Consulted, Act: "outcome.list", Subjects: []string{contactID}}
	err := s.Book.Record(ctx, entry, func(tx *db.Tx, _ *ledger.Entry) error {
		var err error
		if item, err = s.open(ctx, tx, actor, "outcome.list", contactID); err != nil {
			return err
		}
		rows, err = rowsOf(ctx, tx, contactID)
		return err
	})
	return item, rows, err
}

// open loads a diversion and asks whether actor may do action to it.
func (s *Service) open(ctx context.Context, tx *db.Tx, actor lead.Actor, action access.Action, contactID string) (Item, error) {
	item, err := byID(ctx, tx, contactID, s.Book.Now())
	if err != nil {
		return Item{}, err
	}
	return item, s.Access.Check(actor, action, access.Contact{ID: contactID, Officer: item.officerID, Team: item.Team, Organisation: item.organisationID})
}

const maxReason, maxForce = 500, 40

// Finalise records the outcome, on the word that is live at this moment. Without
// one it is a conflict: nobody can finalise on anything else.
func (s *Service) Finalise(ctx context.Context, actor lead.Actor, form ledger.Form, contactID, forceReference string) error {
	forceReference = strings.TrimSpace(forceReference)
	entry := ledger.Entry{Actor: actor, Verb: ledger.Altered, Act: "outcome.finalise", Subjects: []string{contactID}, Detail: "22"}
	_, err := s.Book.Once(ctx, form, entry, func(tx *db.Tx, _ *ledger.Entry) (string, error) {
		item, err := s.open(ctx, tx, actor, "outcome.finalise", contactID)
		if err != nil {
			return "", err
		}
		bad := lead.Invalid{}
		if forceReference == "" {
			bad["force_reference"] = "Enter the record's reference in your force's system"
		}
		bad.TooLong("force_reference", forceReference, maxForce)
		if err := bad.OrNil(); err != nil {
			return "", err
		}
		w, err := wordFor(ctx, tx, item, s.Book.Now())
		if errors.Is(err, lead.ErrNotFound) || err == nil && item.State != Ready {
			return "", lead.ErrConflict
		}
		if err != nil {
			return "", err
		}
		return contactID, insert(ctx, tx, contactID, Row{Version: item.Stands.Version + 1, Kind: "finalised", ForceReference: forceReference, CompletedOn: w.completedOn, By: actor.ID, At: s.Book.Now()}, w.consentID)
	})
	return err
}

// Open opens a finalised outcome again, when the word turns out to be wrong. What
// was finalised stays beside it.
func (s *Service) Open(ctx context.Context, actor lead.Actor, form ledger.Form, contactID, reason string) error {
	reason = strings.TrimSpace(reason)
	entry := ledger.Entry{Actor: actor, Verb: ledger.Altered, Act: "outcome.open", Subjects: []string{contactID}, Detail: "22"}
	_, err := s.Book.Once(ctx, form, entry, func(tx *db.Tx, _ *ledger.Entry) (string, error) {
		item, err := s.open(ctx, tx, actor, "outcome.finalise", contactID)
		if err != nil {
			return "", err
		}
		bad := lead.Invalid{}
		if reason == "" {
			bad["reason"] = "Say why it is opened again"
		}
		bad.TooLong("reason", reason, maxReason)
		if err := bad.OrNil(); err != nil {
			return "", err
		}
		if item.State != Finalised {
			return "", lead.ErrConflict
		}
		return contactID, insert(ctx, tx, contactID, Row{Version: item.Stands.Version + 1, Kind: "opened", ForceReference: item.Stands.ForceReference, Reason: reason, By: actor.ID, At: s.Book.Now()}, "")
	})
	return err
}
