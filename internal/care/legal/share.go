package legal

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"waymark.example/internal/care/consent"
	"waymark.example/internal/care/participant"
	"waymark.example/internal/handoff/disclosure"
	"waymark.example/internal/handoff/matter"
	"waymark.example/internal/lead"
	"waymark.example/internal/platform/access"
	"waymark.example/internal/platform/db"
	"waymark.example/internal/platform/ledger"
	"waymark.example/internal/platform/secret"
	"waymark.example/internal/reference/agreement"
)

// Prosecutor is a prosecutor's office that the person said yes to, for a legal
// matter.
type Prosecutor struct {
	ID        string // organisation_id
	Name      string
	ConsentID string
	Until     string
}

// Shared is what one office was told of a matter, and what it decided.
type Shared struct {
	matter.Share
	To        string
	Words     string
	Decisions []Decision
}

// Decision is what a prosecutor recorded, with its words.
type Decision struct {
	matter.Decision
	Words string
}

// prosecutors lists whom the person said yes to. Nothing new goes out from a record
// that stays beside another, and a stop there holds here too (R58).
func (s *Service) prosecutors(ctx context.Context, tx *db.Tx, n participant.Now) ([]Prosecutor, error) {
	if n.Into != "" {
		return nil, nil
	}
	all, err := consent.Unbarred(ctx, tx, n)
	if err != nil {
		return nil, err
	}
	var out []Prosecutor
	today := db.Day(s.People.Book.Now())
	for _, c := range all {
		if c.Live(today) && c.Recipient.Kind == "prosecution" && c.Topic == disclosure.Status && c.Purpose == "legal" &&
			!slices.ContainsFunc(out, func(p Prosecutor) bool { return p.ID == c.Recipient.ID }) {
			out = append(out, Prosecutor{c.Recipient.ID, c.Recipient.Name, c.ID, c.Until})
		}
	}
	return out, nil
}

// held reports whether a prosecutor's office holds matters of this kind. Of a
// warrant, a recall or an old record it hears nothing from here.
func (m Matter) held() bool { return slices.Contains([]string{"hearing", "fine", "order"}, m.Kind) }

// reference is what a court's or an office's reference looks like; words have no
// room in it.
var (
	reference = regexp.MustCompile(`^[A-Z0-9/ -]{3,30}$`) //nolint:gochecknoglobals // compiled once
	letters   = regexp.MustCompile(`[A-Z]`)               //nolint:gochecknoglobals // compiled once
	digits    = regexp.MustCompile(`[0-9]`)               //nolint:gochecknoglobals // compiled once
)

// mostLetters is how many letters a reference has: the rest are figures.
const mostLetters = 6

// called returns the reference when it is one, and else "".
func (m Matter) called() string {
	r := line(m.Reference)
	if !reference.MatchString(r) || !digits.MatchString(r) || len(letters.FindAllString(r, -1)) > mostLetters {
		return ""
	}
	return r
}

// tell is exactly what a prosecutor reads of a matter: what they hold already,
// and that the person in it takes part. Not a word that somebody typed goes: the
// yes is to that alone (R18, R22).
func (m Matter) tell() string {
	out := []string{m.KindWords(), "Reference: " + m.called()}
	if m.On != "" {
		out = append(out, "Next date: "+long(m.On))
	}
	return strings.Join(append(out, "The person in this matter takes part with us, and asked us to let you know."), "\n")
}

// Telling is what would be told, before anything is kept.
type Telling struct {
	Now   participant.Now
	About Matter
	To    Prosecutor
	Words string
}

// LookTelling returns what an office would read, and keeps nothing.
func (s *Service) LookTelling(ctx context.Context, actor lead.Actor, participantID, legalID, officeID string) (Telling, error) {
	var out Telling
	act := participant.Act{Action: "matter.share", Name: "matter.preview"}
	err := s.People.Read(ctx, actor, act, participantID, func(tx *db.Tx, n participant.Now) error {
		var err error
		out, err = s.telling(ctx, tx, n, legalID, officeID)
		return err
	})
	return out, err
}

func (s *Service) telling(ctx context.Context, tx *db.Tx, n participant.Now, legalID, officeID string) (Telling, error) {
	out := Telling{Now: n}
	var err error
	if out.About, err = one(ctx, tx, n, legalID); err != nil {
		return out, err
	}
	if !out.About.held() {
		return out, lead.ErrNotFound
	}
	may, err := s.prosecutors(ctx, tx, n)
	if err != nil {
		return out, err
	}
	i := slices.IndexFunc(may, func(p Prosecutor) bool { return p.ID == officeID })
	if i < 0 {
		return out, lead.ErrNotFound // nothing is offered to whom nothing was agreed
	}
	out.To, out.Words = may[i], out.About.tell()
	return out, nil
}

// Tell lets an office that the person said yes to know which matter is theirs, in
// the words the person saw.
func (s *Service) Tell(ctx context.Context, actor lead.Actor, form ledger.Form, participantID, legalID, officeID, shown string, agreed bool) error {
	act := participant.Act{Action: "matter.share", Name: "matter.share", Verb: ledger.Disclosed}
	_, err := s.People.Write(ctx, actor, form, act, participantID, func(tx *db.Tx, n *participant.Now) (string, error) {
		t, err := s.telling(ctx, tx, *n, legalID, officeID)
		if err != nil {
			return "", err
		}
		share := access.Share{ID: n.ID, Class: access.StatusClass, Recipient: t.To.ID, Kind: "prosecution", Worker: n.WorkerID, Team: n.Team, Consent: true}
		if err := s.People.Access.Check(actor, "matter.share", share); err != nil {
			return "", err
		}
		if n.State == participant.Died {
			return "", lead.ErrConflict
		}
		if strings.TrimSpace(t.About.Reference) == "" {
			return "", lead.Invalid{"agreed": "Write down the court's reference first: without it nobody knows which matter it is"}
		}
		if t.About.called() == "" {
			return "", lead.Invalid{"agreed": "Write the reference as it stands on their paper, such as NM-1234: in capital letters and figures, and nothing else with it"}
		}
		if risky := disclosure.Enforcing(t.Words); len(risky) > 0 {
			return "", lead.Invalid{"agreed": "This could prompt somebody to enforce something: " + strings.Join(risky, ", ") + ". Take it out of the reference"}
		}
		giver, err := consent.GiverOf(ctx, tx, *n)
		if err != nil {
			return "", err
		}
		ok, missing, err := agreement.Open(ctx, tx, giver, t.To.ID, string(disclosure.Status), "legal", db.Day(s.People.Book.Now()))
		if err != nil {
			return "", err
		}
		if !ok {
			return "", lead.Invalid{"agreed": missing.Words()}
		}
		if !agreed || shown != t.Words {
			return "", lead.Invalid{"agreed": "Read these words out. They go only when the person says yes to them"}
		}
		id := lead.NewID("shm")
		box, err := s.People.Keys.Shared(ctx, n.ID, id)
		if err != nil {
			return "", fmt.Errorf("tell a prosecutor: %w", err)
		}
		return id, matter.Tell(ctx, tx, matter.Share{ID: id, ParticipantID: n.ID, RecipientID: t.To.ID, ConsentID: t.To.ConsentID, LegalID: legalID,
			Sealed: box.Seal(matter.Field, t.Words), Until: t.To.Until, By: actor.ID, At: s.People.Book.Now()})
	})
	return err
}

// sharedOf returns who was told of one matter, and what they decided.
func (s *Service) sharedOf(ctx context.Context, tx *db.Tx, participantID, legalID string) ([]Shared, error) {
	shares, err := matter.Of(ctx, tx, participantID, legalID)
	if err != nil {
		return nil, err
	}
	var out []Shared
	for _, share := range shares {
		one := Shared{Share: share}
		if err := tx.One(ctx, officeName, share.RecipientID).Scan(&one.To); err != nil {
			return nil, fmt.Errorf("office: %w", err)
		}
		box, err := s.People.Keys.OpenShared(ctx, share.ID)
		if err != nil && !errors.Is(err, secret.ErrDestroyed) {
			return nil, err
		}
		if one.Words, err = box.Read(matter.Field, share.Sealed); err != nil {
			return nil, err
		}
		decisions, err := matter.Decisions(ctx, tx, share.ID)
		if err != nil {
			return nil, err
		}
		for _, d := range decisions {
			text, err := box.Read(matter.DecisionField, d.Sealed)
			if err != nil {
				return nil, err
			}
			one.Decisions = append(one.Decisions, Decision{d, text})
		}
		out = append(out, one)
	}
	return out, nil
}
