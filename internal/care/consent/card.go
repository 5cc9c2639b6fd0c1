package consent

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"waymark.example/internal/care/participant"
	"waymark.example/internal/handoff/disclosure"
	"waymark.example/internal/handoff/known"
	"waymark.example/internal/identity"
	"waymark.example/internal/lead"
	"waymark.example/internal/platform/access"
	"waymark.example/internal/platform/db"
	"waymark.example/internal/platform/ledger"
	"waymark.example/internal/platform/secret"
	"waymark.example/internal/reference/agreement"
)

// Cards is where the case team makes the cards that people carry.
type Cards struct {
	Consents *Service
	Key      known.Key
}

// CardGiven is a yes to a card, as a worker records it, and whom it says to call.
type CardGiven struct {
	Force       string // organisation_id of the police force that may hear it
	Name, Phone string // of a worker, at work
	Until       string // YYYY-MM-DD
	How         string
	Witness     string
	Language    string
	AskAgain    bool
}

// given is the yes that the card stands on.
func (g CardGiven) given() Given {
	return Given{Recipient: g.Force, Topics: []disclosure.Topic{disclosure.Card}, Purpose: disclosure.Call, Until: g.Until, How: g.How,
		Witness: g.Witness, Language: g.Language, CopyGiven: true, AskAgain: g.AskAgain, card: true}
}

// check returns a lead.Invalid naming each answer that breaks a rule, or nil.
func (g CardGiven) check(force Recipient, found bool, s *Service) error {
	bad, _ := g.given().check(force, found, s.People.Book.Now()).(lead.Invalid) //nolint:errorlint // check returns lead.Invalid or nil
	if bad == nil {
		bad = lead.Invalid{}
	}
	if !found || force.Kind != string(identity.PoliceForce) {
		delete(bad, "recipient")
		bad["force"] = "Choose the police force"
	}
	if strings.TrimSpace(g.Name) == "" {
		bad["call_name"] = "Enter whom to call"
	}
	bad.TooLong("call_name", g.Name, 80)
	if !callable(g.Phone) {
		bad["call_phone"] = "Enter a number that somebody answers, with its area code"
	}
	return bad.OrNil()
}

// callable reports whether a text can be rung: digits, blanks, brackets, dashes
// and a leading plus, with enough digits.
func callable(phone string) bool {
	digits := 0
	for i, r := range phone {
		switch {
		case r >= '0' && r <= '9':
			digits++
		case r == '+' && i == 0, r == ' ', r == '(', r == ')', r == '-':
		default:
			return false
		}
	}
	return digits >= 6 && digits <= 15 && len(phone) <= 30
}

// CardPage is a person's cards and the forces that could hear of one.
type CardPage struct {
	Now    participant.Now
	Cards  []known.Card // the latest first
	Forces []Recipient
}

// Standing returns what cards a person has. No code can be read back.
func (c *Cards) Standing(ctx context.Context, actor lead.Actor, participantID string) (CardPage, error) {
	var out CardPage
	act := participant.Act{Action: "known.card", Name: "known.card"}
	err := c.Consents.People.Read(ctx, actor, act, participantID, func(tx *db.Tx, n participant.Now) error {
		out.Now = n
		var err error
		if out.Cards, err = known.Of(ctx, tx, n.ID); err != nil {
			return err
		}
		all, err := Recipients(ctx, tx, nil, n.ID) // forces only: no name of anybody outside is needed
		out.Forces = slices.DeleteFunc(all, func(r Recipient) bool { return r.Kind != string(identity.PoliceForce) })
		return err
	})
	return out, err
}

// Make records the person's yes to a card and returns its code, this once: the
// same form again gives "". A card they had for the same force ends.
func (c *Cards) Make(ctx context.Context, actor lead.Actor, form ledger.Form, participantID string, g CardGiven) (string, error) {
	code := ""
	s := c.Consents
	act := participant.Act{Action: "known.card", Name: "known.make", Verb: ledger.Collected}
	_, err := s.People.Write(ctx, actor, form, act, participantID, func(tx *db.Tx, n *participant.Now) (string, error) {
		now := s.People.Book.Now()
		box, err := s.Keys.Of(ctx, n.ID)
		if errors.Is(err, secret.ErrDestroyed) || n.State == participant.Died {
			return "", lead.ErrConflict
		}
		if err != nil {
			return "", err
		}
		force, found, err := recipient(ctx, tx, box, n.ID, g.Force)
		if err != nil {
			return "", err
		}
		if err := g.check(force, found, s); err != nil {
			return "", err
		}
		share := access.Share{ID: n.ID, Class: disclosure.Card.Class(), Recipient: force.ID, Kind: force.Kind, Worker: n.WorkerID, Team: n.Team}
		if err := s.People.Access.Check(actor, "consent.record", share); err != nil {
			return "", err
		}
		giver, err := GiverOf(ctx, tx, *n)
		if err != nil {
			return "", err
		}
		ok, missing, err := agreement.Open(ctx, tx, giver, force.ID, string(disclosure.Card), string(disclosure.Call), db.Day(now))
		if err != nil {
			return "", err
		}
		if !ok {
			return "", lead.Invalid{"force": missing.Words()}
		}
		if err := c.stop(ctx, tx, actor, n.ID, force.ID); err != nil {
			return "", err
		}
		yes := g.given()
		id := lead.NewID("cns")
		if _, err := tx.Exec(ctx, insertConsent, id, n.ID, force.ID, disclosure.Card, yes.Purpose, db.Day(now), yes.Until, yes.How,
			box.Seal("care_consent.witness", yes.Witness), yes.Language, yes.CopyGiven, yes.AskAgain, actor.ID, db.At(now)); err != nil {
			return "", fmt.Errorf("make card: %w", err)
		}
		code, err = known.Make(ctx, tx, c.Key, known.Card{ID: lead.NewID("crd"), ConsentID: id, ParticipantID: n.ID, RecipientID: force.ID, Giver: giver,
			Name: strings.TrimSpace(g.Name), Phone: strings.TrimSpace(g.Phone), Until: g.Until, MadeBy: actor.ID, MadeAt: now})
		return n.ID, err
	})
	if err != nil {
		return "", err
	}
	return code, nil
}

// Stop ends every card of a person, because they said so, or lost it.
func (c *Cards) Stop(ctx context.Context, actor lead.Actor, form ledger.Form, participantID string) error {
	act := participant.Act{Action: "known.card", Name: "known.stop", Verb: ledger.Altered}
	_, err := c.Consents.People.Write(ctx, actor, form, act, participantID, func(tx *db.Tx, n *participant.Now) (string, error) {
		return n.ID, c.stop(ctx, tx, actor, n.ID, "")
	})
	return err
}

// stop takes back the yes of each card that is for one force, or for any.
func (c *Cards) stop(ctx context.Context, tx *db.Tx, actor lead.Actor, participantID, force string) error {
	cards, err := known.Of(ctx, tx, participantID)
	if err != nil {
		return err
	}
	for _, card := range cards {
		if card.Stopped || force != "" && card.RecipientID != force {
			continue
		}
		if err := disclosure.Withdraw(ctx, tx, card.ConsentID, participantID, "worker", actor.ID, c.Consents.People.Book.Now()); err != nil {
			return err
		}
	}
	return nil
}
