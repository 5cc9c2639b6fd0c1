// Package inbox is what a recipient sees: the words that were sent to their
// organisation, for as long as they may be read, and nothing else. It imports
// lead, platform and the bridge.
package inbox

import (
	"context"
	"errors"
	"fmt"

	"waymark.example/internal/handoff/disclosure"
	"waymark.example/internal/lead"
	"waymark.example/internal/platform/access"
	"waymark.example/internal/platform/db"
	"waymark.example/internal/platform/ledger"
	"waymark.example/internal/platform/secret"
)

// Service carries out the use cases.
type Service struct {
	Book   *ledger.Book // of the recipient handle
	Access *access.Decider
	Keys   *secret.Ring // of the recipient handle: shared keys only
}

// Received is an organisation's inbox.
type Received struct {
	Letters  []disclosure.Disclosure  // newest first, without their words
	Attested []disclosure.Attestation // for a prosecutor: intakes that are completed
}

// Received lists what the actor's organisation may read now.
func (s *Service) Received(ctx context.Context, actor lead.Actor, before string, limit int) (Received, error) {
	var out Received
	entry := ledger.Entry{Actor: actor, Verb: ledger.Consulted, Act: "disclosure.received"}
	err := s.Book.Record(ctx, entry, func(tx *db.Tx, e *ledger.Entry) error {
		if err := s.Access.Check(actor, "disclosure.received", access.Screen{}); err != nil {
			return err
		}
		var err error
		if actor.Has(lead.Prosecutor) {
			out.Attested, err = disclosure.Attested(ctx, tx, actor.Organisation, before, limit, s.Book.Now())
			for _, a := range out.Attested {
				e.Subjects = append(e.Subjects, a.ParticipantID)
				share := access.Share{ID: a.ParticipantID, Class: access.StatusClass, Recipient: a.RecipientID, Consent: true}
				if err := s.Access.Check(actor, "disclosure.received", share); err != nil {
					return err
				}
			}
			return err
		}
		out.Letters, err = disclosure.To(ctx, tx, actor.Organisation, before, limit, s.Book.Now())
		for i, d := range out.Letters {
			e.Subjects = append(e.Subjects, d.ParticipantID)
			if err := s.permit(actor, "disclosure.received", d); err != nil {
				return err
			}
			out.Letters[i].Sealed = ""
		}
		return err
	})
	return out, err
}

// Letter is one disclosure with its words.
type Letter struct {
	disclosure.Disclosure
	Words string
}

// Read returns the words of one disclosure to the actor's organisation. Whether
// they may still be read is looked at again each time.
func (s *Service) Read(ctx context.Context, actor lead.Actor, disclosureID string) (Letter, error) {
	var out Letter
	entry := ledger.Entry{Actor: actor, Verb: ledger.Consulted, Act: "disclosure.read"}
	err := s.Book.Record(ctx, entry, func(tx *db.Tx, e *ledger.Entry) error {
		if err := s.Access.Check(actor, "disclosure.read", access.Screen{}); err != nil {
			return err
		}
		d, err := disclosure.One(ctx, tx, actor.Organisation, disclosureID, actor.ID, s.Book.Now())
		if err != nil {
			return err
		}
		e.Subjects = []string{d.ParticipantID}
		if err := s.permit(actor, "disclosure.read", d); err != nil {
			return err
		}
		out, err = s.open(ctx, d)
		return err
	})
	return out, err
}

// permit asks the policies about each class that words touch. That every yes is
// live the query has just seen.
func (s *Service) permit(actor lead.Actor, action access.Action, d disclosure.Disclosure) error {
	for _, p := range d.Parts {
		share := access.Share{ID: d.ParticipantID, Class: p.Topic.Class(), Recipient: d.RecipientID, Consent: d.Basis == "", Basis: d.Basis, Seconded: true}
		if err := s.Access.Check(actor, action, share); err != nil {
			return err
		}
	}
	return nil
}

// Visitor is whoever opens a link: nobody knows who, so the log names the link.
func Visitor(from string) lead.Actor {
	return lead.Actor{ID: "link", Name: "Whoever holds the link", Side: lead.Recipient, From: from}
}

// Spend opens what a link leads to, once. Every link that does not open is
// lead.ErrNotFound, whatever the cause.
func (s *Service) Spend(ctx context.Context, token, from string) (Letter, error) {
	known := false
	err := s.Book.Look(ctx, func(tx *db.Tx) error {
		var err error
		known, err = disclosure.Known(ctx, tx, token)
		return err
	})
	if err != nil {
		return Letter{}, err
	}
	if !known {
		return Letter{}, lead.ErrNotFound
	}
	var out Letter
	entry := ledger.Entry{Actor: Visitor(from), Verb: ledger.Consulted, Act: "disclosure.open_link"}
	err = s.Book.Record(ctx, entry, func(tx *db.Tx, e *ledger.Entry) error {
		d, err := disclosure.Spend(ctx, tx, token, s.Book.Now())
		if err != nil {
			return err
		}
		e.Subjects = []string{d.ParticipantID}
		out, err = s.open(ctx, d)
		if out.Words == secret.Removed { // erased: the link answers like any other that does not open
			return lead.ErrNotFound
		}
		return err
	})
	return out, err
}

func (s *Service) open(ctx context.Context, d disclosure.Disclosure) (Letter, error) {
	out := Letter{Disclosure: d, Words: secret.Removed}
	out.Sealed = ""
	box, err := s.Keys.OpenShared(ctx, d.ID)
	if errors.Is(err, secret.ErrDestroyed) {
		return out, nil
	}
	if err != nil {
		return Letter{}, fmt.Errorf("open words: %w", err)
	}
	out.Words, err = box.Read(disclosure.Field, d.Sealed)
	return out, err
}
