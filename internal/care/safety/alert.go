package safety

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"waymark.example/internal/care/internal/choice"
	"waymark.example/internal/lead"
	"waymark.example/internal/platform/access"
	"waymark.example/internal/platform/db"
	"waymark.example/internal/platform/ledger"
)

// Alert is a warning to the care team. It stays on the care side, ends by itself,
// and names somebody only to those who walk with them.
type Alert struct {
	ID       string
	Kind     string // bad_drugs or overdose
	PersonID string // "" for nobody in particular, and to whoever may not see their file
	Name     string
	Words    string
	Until    time.Time
	By       string
	ByID     string
	At       time.Time
	Seen     int  // how many colleagues have seen it
	Mine     bool // the actor has seen it
	MayEnd   bool
}

// AlertKinds lists the kinds with words.
func AlertKinds() [][2]string {
	return [][2]string{{"bad_drugs", "Something bad is about"}, {"overdose", "Somebody had an overdose"}}
}

// AlertDays lists for how many days a warning may stand.
func AlertDays() []int { return []int{1, 3, 7} }

// KindWords returns the kind as people say it.
func (a Alert) KindWords() string { return choice.Words(AlertKinds(), a.Kind) }

// Warn warns the actor's team and returns the warning's id.
func (s *Service) Warn(ctx context.Context, actor lead.Actor, form ledger.Form, a Alert, days int) (string, error) {
	entry := ledger.Entry{Actor: actor, Verb: ledger.Collected, Act: "safety.warn"}
	return s.People.Book.Once(ctx, form, entry, func(tx *db.Tx, e *ledger.Entry) (string, error) {
		if err := s.People.Access.Check(actor, "safety.alert", access.Screen{}); err != nil {
			return "", err
		}
		id := lead.NewID("alr")
		owner, team := id, actor.Team
		var person any
		if a.PersonID != "" {
			n, err := s.People.LockWhole(ctx, tx, a.PersonID)
			if err != nil {
				return "", err
			}
			if err := s.People.CheckIn(ctx, tx, actor, "case.read", n); err != nil {
				return "", err
			}
			owner, team, person = n.ID, n.Team, n.ID
			e.Subjects = []string{n.ID}
		}
		if err := a.check(days); err != nil {
			return "", err
		}
		box, err := s.People.Keys.Of(ctx, owner)
		if err != nil {
			return "", fmt.Errorf("warn: %w", err)
		}
		now := s.People.Book.Now()
		if _, err := tx.Exec(ctx, insertAlert, id, team, a.Kind, person, box.Seal("care_alert.words", a.Words), db.At(now.AddDate(0, 0, days)), actor.ID, db.At(now)); err != nil {
			return "", fmt.Errorf("warn: %w", err)
		}
		return id, nil
	})
}

func (a Alert) check(days int) error {
	bad := lead.Invalid{}
	if !choice.Has(AlertKinds(), a.Kind) {
		bad["kind"] = "Choose what it is"
	}
	if a.Kind == "bad_drugs" && a.PersonID != "" {
		bad["kind"] = "A warning about what is going round names nobody: leave the person out"
	}
	if strings.TrimSpace(a.Words) == "" {
		bad["words"] = "Say what the team needs to know, in a sentence"
	}
	bad.TooLong("words", a.Words, 300)
	if !slices.Contains(AlertDays(), days) {
		bad["days"] = "Choose how long it stands"
	}
	return bad.OrNil()
}

// Alerts returns what the actor's team is warned of now, inside the transaction
// of a page: newest first. Somebody's name stands there only for those who may
// open their file.
func (s *Service) Alerts(ctx context.Context, tx *db.Tx, actor lead.Actor) ([]Alert, error) {
	if err := s.People.Access.Check(actor, "safety.alert", access.Screen{}); err != nil {
		return nil, err
	}
	out, err := db.All(ctx, tx, func(row db.Row) (Alert, error) {
		var a Alert
		var until, at db.Time
		err := row.Scan(&a.ID, &a.Kind, &a.PersonID, &a.Words, &until, &a.ByID, &a.By, &at, &a.Seen, &a.Mine)
		a.Until, a.At = until.Time, at.Time
		return a, err
	}, alertsNow, actor.ID, actor.Team, db.At(s.People.Book.Now()))
	if err != nil {
		return nil, fmt.Errorf("alerts: %w", err)
	}
	for i := range out {
		a := &out[i]
		a.MayEnd = a.ByID == actor.ID || actor.Has(lead.Supervisor)
		owner := a.ID
		if a.PersonID != "" {
			owner = a.PersonID
			n, err := s.People.Find(ctx, tx, a.PersonID)
			if err != nil {
				return nil, err
			}
			if n.Into != "" { // found by the record that goes on (R58)
				if n, err = s.People.Find(ctx, tx, n.Into); err != nil {
					return nil, err
				}
				a.PersonID = n.ID
			}
			if a.Name = n.Name; s.People.CheckIn(ctx, tx, actor, "case.read", n) != nil {
				a.PersonID, a.Name = "", ""
			}
		}
		box, err := s.People.Keys.All(ctx, []string{owner})
		if err != nil {
			return nil, fmt.Errorf("alerts: %w", err)
		}
		if a.Words, err = box[owner].Read("care_alert.words", a.Words); err != nil {
			return nil, fmt.Errorf("alerts: %w", err)
		}
	}
	return out, nil
}

// List returns the warnings that stand, for their own page.
func (s *Service) List(ctx context.Context, actor lead.Actor) ([]Alert, error) {
	var out []Alert
	entry := ledger.Entry{Actor: actor, Verb: ledger.Consulted, Act: "safety.alerts"}
	err := s.People.Book.Record(ctx, entry, func(tx *db.Tx, e *ledger.Entry) error {
		var err error
		out, err = s.Alerts(ctx, tx, actor)
		for _, a := range out {
			if a.PersonID != "" {
				e.Subjects = append(e.Subjects, a.PersonID)
			}
		}
		return err
	})
	return out, err
}

// Saw notes that the actor has seen a warning.
func (s *Service) Saw(ctx context.Context, actor lead.Actor, form ledger.Form, alertID string) error {
	return s.change(ctx, actor, form, "safety.saw", alertID, func(tx *db.Tx, _ Alert) error {
		_, err := tx.Exec(ctx, insertSeen, alertID, actor.ID, db.At(s.People.Book.Now()))
		return err
	})
}

// Over ends a warning before its time: whoever gave it may, and a supervisor.
func (s *Service) Over(ctx context.Context, actor lead.Actor, form ledger.Form, alertID string) error {
	return s.change(ctx, actor, form, "safety.over", alertID, func(tx *db.Tx, a Alert) error {
		if !a.MayEnd {
			return lead.ErrForbidden
		}
		_, err := tx.Exec(ctx, insertAlertEnd, alertID, actor.ID, db.At(s.People.Book.Now()))
		return err
	})
}

// change does something to a warning that stands for the actor's team.
func (s *Service) change(ctx context.Context, actor lead.Actor, form ledger.Form, name, alertID string, do func(*db.Tx, Alert) error) error {
	entry := ledger.Entry{Actor: actor, Verb: ledger.Altered, Act: name, Subjects: []string{alertID}}
	_, err := s.People.Book.Once(ctx, form, entry, func(tx *db.Tx, _ *ledger.Entry) (string, error) {
		all, err := s.Alerts(ctx, tx, actor)
		if err != nil {
			return "", err
		}
		i := slices.IndexFunc(all, func(a Alert) bool { return a.ID == alertID })
		if i < 0 {
			return "", lead.ErrNotFound
		}
		return alertID, do(tx, all[i])
	})
	return err
}
