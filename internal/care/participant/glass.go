package participant

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
	"waymark.example/internal/platform/secret"
)

// Breaking the glass: somebody of the case team opens a case that is not theirs
// because a life or somebody's safety is at risk and nobody of theirs can be
// asked. It lasts half an hour, it is in the log, the team's supervisor sees it
// at once, the data-protection officer reviews it, and the person is told. The
// police have nothing of the kind.

// GlassTime is how long a case stays open to whoever broke the glass.
const GlassTime = 30 * time.Minute

// Glance is what is shown of somebody found by name in an emergency: enough to
// ring who walks with them, or to open the case.
type Glance struct {
	ID, Name, Team, Worker string
	State                  State
}

// Emergency is what somebody says before they look for a person who is not on
// their caseload.
type Emergency struct {
	Name   string // the whole name the person is called by
	Reason string
	Risk   bool // they confirm that a life or somebody's safety is at risk
}

// Check returns a lead.Invalid naming each answer that breaks a rule, or nil.
func (e Emergency) Check() error {
	bad := lead.Invalid{}
	if len(secret.Words(e.Name)) == 0 {
		bad["name"] = "Enter the whole name they are called by"
	}
	bad.TooLong("name", e.Name, 80)
	checkReason(bad, e.Reason)
	if !e.Risk {
		bad["risk"] = "This is for a risk to life or safety only. For anything else, ask who walks with them or their supervisor"
	}
	return bad.OrNil()
}

func checkReason(bad lead.Invalid, reason string) {
	if len([]rune(strings.TrimSpace(reason))) < 10 {
		bad["reason"] = "Say what happened, in a sentence: the person will be told"
	}
	bad.TooLong("reason", reason, 500)
}

// mostGlances is how many people of one name are shown.
const mostGlances = 5

// InEmergency finds people of any team by their whole name. Everybody it shows
// is named in the log.
func (s *Service) InEmergency(ctx context.Context, actor lead.Actor, e Emergency) ([]Glance, error) {
	var out []Glance
	entry := ledger.Entry{Actor: actor, Verb: ledger.Consulted, Act: "case.find_in_emergency", Purpose: string(access.Safeguarding)}
	err := s.Book.Record(ctx, entry, func(tx *db.Tx, en *ledger.Entry) error {
		if err := s.Access.Check(actor, "case.break_glass", access.Screen{}); err != nil {
			return err
		}
		if err := e.Check(); err != nil {
			return err
		}
		index, err := s.Keys.Search(ctx)
		if err != nil {
			return err
		}
		now, before := index.Token(secret.Words(e.Name)[0])
		people, err := s.list(ctx, tx, anybodyByToken, now, before)
		if err != nil {
			return fmt.Errorf("find in emergency: %w", err)
		}
		for _, n := range people {
			if fold(n.Name) != fold(e.Name) || len(out) == mostGlances {
				continue
			}
			worker, err := colleagueName(ctx, tx, n.WorkerID)
			if err != nil {
				return err
			}
			out = append(out, Glance{n.ID, n.Name, n.Team, worker, n.State})
			en.Subjects = append(en.Subjects, n.ID)
		}
		return nil
	})
	return out, err
}

// BreakGlass opens a case to the actor for half an hour.
func (s *Service) BreakGlass(ctx context.Context, actor lead.Actor, form ledger.Form, participantID, reason string) error {
	entry := ledger.Entry{Actor: actor, Verb: ledger.Consulted, Act: "case.break_glass", Subjects: []string{participantID}, Purpose: string(access.Safeguarding)}
	_, err := s.Book.Once(ctx, form, entry, func(tx *db.Tx, en *ledger.Entry) (string, error) {
		n, err := s.one(ctx, tx, nowByID, participantID)
		if err != nil {
			return "", err
		}
		if err := s.Access.Check(actor, "case.break_glass", n.resource()); err != nil {
			return "", err
		}
		bad := lead.Invalid{}
		checkReason(bad, reason)
		if err := bad.OrNil(); err != nil {
			return "", err
		}
		now := s.Book.Now()
		id := lead.NewID("gla")
		box, err := s.Keys.Shared(ctx, n.ID, id) // the reviewer reads it too
		if err != nil {
			return "", fmt.Errorf("break glass: %w", err)
		}
		if _, err := tx.Exec(ctx, insertGlass, id, n.ID, actor.ID, box.Seal("care_glass.reason", reason), db.At(now), db.At(now.Add(GlassTime))); err != nil {
			return "", fmt.Errorf("break glass: %w", err)
		}
		en.Subjects = append(en.Subjects, id)
		return n.ID, nil
	})
	return err
}

// may decides about one case. Whoever has no other ground may cover for its
// worker or have broken the glass, which is looked up only then.
func (s *Service) may(ctx context.Context, tx *db.Tx, actor lead.Actor, action access.Action, n Now) error {
	if actor.Side == lead.Subject { // to the person themself it is their own record
		return s.Access.Check(actor, action, access.Own{ID: n.ID})
	}
	err := s.Access.Check(actor, action, n.resource())
	if err == nil || actor.Side != lead.Care {
		return err
	}
	var open int
	if err := tx.One(ctx, glassOpen, n.ID, actor.ID, db.At(s.Book.Now())).Scan(&open); err != nil {
		return fmt.Errorf("glass: %w", err)
	}
	c := n.resource()
	c.Glass = open > 0
	if c.Cover, err = s.covers(ctx, tx, actor, n); err != nil {
		return err
	}
	return s.Access.Check(actor, action, c)
}

// CheckIn decides about one case inside another service's own transaction.
func (s *Service) CheckIn(ctx context.Context, tx *db.Tx, actor lead.Actor, action access.Action, n Now) error {
	return s.may(ctx, tx, actor, action, n)
}

// Broken is one time that somebody broke the glass on a case.
type Broken struct {
	ParticipantID string
	Name          string // of the person
	By            string
	Reason        string
	At            time.Time
}

// brokenOf returns the latest times since a moment that the glass was broken on
// the cases that q finds: a team's, or one person's.
func (s *Service) brokenOf(ctx context.Context, tx *db.Tx, q db.Query, of string, since time.Time) ([]Broken, error) {
	var glasses, people []string
	out, err := db.All(ctx, tx, func(r db.Row) (Broken, error) {
		var b Broken
		var glass string
		var at db.Time
		err := r.Scan(&glass, &b.ParticipantID, &b.Name, &b.By, &b.Reason, &at)
		b.At = at.Time
		glasses, people = append(glasses, glass), append(people, b.ParticipantID)
		return b, err
	}, q, of, db.At(since))
	if err != nil {
		return nil, fmt.Errorf("broken glass: %w", err)
	}
	boxes, err := s.Keys.All(ctx, people)
	if err != nil {
		return nil, fmt.Errorf("broken glass: %w", err)
	}
	for i := range out {
		reason, err := s.Keys.OpenShared(ctx, glasses[i])
		if err != nil && !errors.Is(err, secret.ErrDestroyed) {
			return nil, fmt.Errorf("broken glass: %w", err)
		}
		if out[i].Reason, err = reason.Read("care_glass.reason", out[i].Reason); err != nil {
			return nil, fmt.Errorf("broken glass: %w", err)
		}
		if out[i].Name, err = boxes[out[i].ParticipantID].Read("care_now.name", out[i].Name); err != nil {
			return nil, fmt.Errorf("broken glass: %w", err)
		}
	}
	return out, nil
}
