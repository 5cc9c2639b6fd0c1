package inbox

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"waymark.example/internal/handoff/matter"
	"waymark.example/internal/lead"
	"waymark.example/internal/platform/access"
	"waymark.example/internal/platform/db"
	"waymark.example/internal/platform/ledger"
	"waymark.example/internal/platform/secret"
)

// Matter is what a prosecutor reads of one matter, and what their office decided.
type Matter struct {
	matter.Share
	Words     string
	Decisions []MatterDecision
}

// MatterDecision is a decision with its words.
type MatterDecision struct {
	matter.Decision
	Words string
}

// Matters lists the matters that people wanted the actor's office to know of.
func (s *Service) Matters(ctx context.Context, actor lead.Actor, before string, limit int) ([]Matter, error) {
	var out []Matter
	entry := ledger.Entry{Actor: actor, Verb: ledger.Consulted, Act: "matter.list"}
	err := s.Book.Record(ctx, entry, func(tx *db.Tx, e *ledger.Entry) error {
		if err := s.Access.Check(actor, "matter.read", access.Screen{}); err != nil {
			return err
		}
		shares, err := matter.To(ctx, tx, actor.Organisation, before, limit, s.Book.Now())
		if err != nil {
			return err
		}
		for _, share := range shares {
			e.Subjects = append(e.Subjects, share.ParticipantID)
			one, _, err := s.openMatter(ctx, tx, actor, "matter.read", share)
			if err != nil {
				return err
			}
			out = append(out, one)
		}
		return nil
	})
	return out, err
}

// MatterOf returns one of them.
func (s *Service) MatterOf(ctx context.Context, actor lead.Actor, shareID string) (Matter, error) {
	var out Matter
	entry := ledger.Entry{Actor: actor, Verb: ledger.Consulted, Act: "matter.read"}
	err := s.Book.Record(ctx, entry, func(tx *db.Tx, e *ledger.Entry) error {
		if err := s.Access.Check(actor, "matter.read", access.Screen{}); err != nil {
			return err
		}
		share, err := matter.One(ctx, tx, actor.Organisation, shareID, s.Book.Now())
		if err != nil {
			return err
		}
		e.Subjects = []string{share.ParticipantID}
		out, _, err = s.openMatter(ctx, tx, actor, "matter.read", share)
		return err
	})
	return out, err
}

// openMatter asks the policies and opens the words. The query has just seen that
// the yes is live.
func (s *Service) openMatter(ctx context.Context, tx *db.Tx, actor lead.Actor, action access.Action, share matter.Share) (Matter, *secret.Box, error) {
	resource := access.Share{ID: share.ParticipantID, Class: access.StatusClass, Recipient: share.RecipientID, Consent: true}
	if err := s.Access.Check(actor, action, resource); err != nil {
		return Matter{}, nil, err
	}
	box, err := s.Keys.OpenShared(ctx, share.ID)
	if err != nil && !errors.Is(err, secret.ErrDestroyed) {
		return Matter{}, nil, fmt.Errorf("open a matter: %w", err)
	}
	out := Matter{Share: share}
	if out.Words, err = box.Read(matter.Field, share.Sealed); err != nil {
		return Matter{}, nil, err
	}
	out.Sealed = ""
	decisions, err := matter.Decisions(ctx, tx, share.ID)
	if err != nil {
		return Matter{}, nil, err
	}
	for _, d := range decisions {
		text, err := box.Read(matter.DecisionField, d.Sealed)
		if err != nil {
			return Matter{}, nil, err
		}
		d.Sealed = ""
		out.Decisions = append(out.Decisions, MatterDecision{d, text})
	}
	return out, box, nil
}

// DecideMatter records what the actor decided about one matter, at their own
// discretion (R36).
func (s *Service) DecideMatter(ctx context.Context, actor lead.Actor, form ledger.Form, shareID string, d matter.Decision, words string) error {
	entry := ledger.Entry{Actor: actor, Verb: ledger.Collected, Act: "matter.decide"}
	_, err := s.Book.Once(ctx, form, entry, func(tx *db.Tx, e *ledger.Entry) (string, error) {
		if err := s.Access.Check(actor, "matter.decide", access.Screen{}); err != nil {
			return "", err
		}
		share, err := matter.One(ctx, tx, actor.Organisation, shareID, s.Book.Now())
		if err != nil {
			return "", err
		}
		e.Subjects = []string{share.ParticipantID}
		_, box, err := s.openMatter(ctx, tx, actor, "matter.decide", share)
		if err != nil {
			return "", err
		}
		if box == nil { // erased meanwhile
			return "", lead.ErrNotFound
		}
		bad := lead.Invalid{}
		if !slices.ContainsFunc(matter.Kinds(), func(w [2]string) bool { return w[0] == d.Kind }) {
			bad["kind"] = "Choose what you decided"
		}
		switch _, err := time.Parse(time.DateOnly, d.On); {
		case err != nil:
			bad["on"] = "Enter the day"
		case d.On > db.Day(s.Book.Now()):
			bad["on"] = "This day is in the future: enter the day you decided"
		}
		if strings.TrimSpace(words) == "" {
			bad["words"] = "Say why in a few words"
		}
		bad.TooLong("words", words, 1000)
		if err := bad.OrNil(); err != nil {
			return "", err
		}
		d.ID, d.By, d.At, d.Sealed = lead.NewID("mdc"), actor.ID, s.Book.Now(), box.Seal(matter.DecisionField, strings.TrimSpace(words))
		return d.ID, matter.Decide(ctx, tx, share.ID, d)
	})
	return err
}
