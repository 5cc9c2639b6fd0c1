package safety

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"waymark.example/internal/care/consent"
	"waymark.example/internal/care/internal/choice"
	"waymark.example/internal/care/participant"
	"waymark.example/internal/lead"
	"waymark.example/internal/platform/db"
	"waymark.example/internal/platform/ledger"
)

// Concern is a safeguarding concern about the person or a child (C20).
type Concern struct {
	ID    string
	Who   string // adult or child
	Words string // what the worker saw or heard
	Told  bool   // the person knows that it is recorded
	Why   string // why it is not safe to tell them
	By    string
	At    time.Time
	Steps []Step
}

// WhoWords says whom it is about.
func (c Concern) WhoWords() string { return choice.Words(Whose(), c.Who) }

// Whose lists whom a concern is about, with words.
func Whose() [][2]string {
	return [][2]string{{"adult", "An adult at risk"}, {"child", "A child"}}
}

// Step is one line of what became of a concern.
type Step struct {
	Kind     string // told, referred, outcome or no_referral
	Words    string
	LetterID string // what was sent, of a referral
	LetterOf string // the record it was sent from
	By       string
	At       time.Time
}

// Title says what was done.
func (s Step) Title() string {
	return map[string]string{"told": "The person was told", "referred": "Taken to somebody else", "outcome": "What came of it", "no_referral": "Kept with the team: not taken further"}[s.Kind]
}

// ToTell reports whether the person still has to be told, once that is safe (R24).
func (c Concern) ToTell() bool {
	return !c.Told && !slices.ContainsFunc(c.Steps, func(s Step) bool { return s.Kind == "told" })
}

// Referred reports whether it was taken to somebody.
func (c Concern) Referred() bool {
	return slices.ContainsFunc(c.Steps, func(s Step) bool { return s.Kind == "referred" })
}

// Open reports whether nobody has decided yet what becomes of it.
func (c Concern) Open() bool {
	return !slices.ContainsFunc(c.Steps, func(s Step) bool { return s.Kind == "referred" || s.Kind == "no_referral" })
}

// concernAct is every act on a concern: restricted, and with its purpose in the log.
func concernAct(name string, verb ledger.Verb) participant.Act {
	return participant.Act{Action: "safety.concern", Name: name, Verb: verb}
}

// Raise keeps a concern and returns its id.
func (s *Service) Raise(ctx context.Context, actor lead.Actor, form ledger.Form, participantID string, c Concern, told string) (string, error) {
	return s.People.Write(ctx, actor, form, concernAct("safety.concern", ledger.Collected), participantID, func(tx *db.Tx, n *participant.Now) (string, error) {
		bad := lead.Invalid{}
		if !choice.Has(Whose(), c.Who) {
			bad["who"] = "Choose whom it is about"
		}
		if strings.TrimSpace(c.Words) == "" {
			bad["words"] = "Say what you saw or heard, and what worries you"
		}
		bad.TooLong("words", c.Words, 4000)
		bad.TooLong("why", c.Why, 1000)
		switch {
		case told != "yes" && told != "not_safe":
			bad["told"] = "Choose whether they know"
		case told == "not_safe" && strings.TrimSpace(c.Why) == "":
			bad["why"] = "Say why it is not safe to tell them, and when you will look again"
		case told == "yes":
			c.Why = ""
		}
		if err := bad.OrNil(); err != nil {
			return "", err
		}
		id := lead.NewID("sgc")
		if _, err := tx.Exec(ctx, insertConcern, id, n.ID, c.Who, n.Seal("care_concern.words", c.Words), told, n.Seal("care_concern.why", c.Why), actor.ID, db.At(s.People.Book.Now())); err != nil {
			return "", fmt.Errorf("concern: %w", err)
		}
		return id, nil
	})
}

func concerns(ctx context.Context, tx *db.Tx, n participant.Now) ([]Concern, error) {
	out, err := db.All(ctx, tx, func(row db.Row) (Concern, error) {
		var c Concern
		var told string
		var at db.Time
		if err := row.Scan(&c.ID, &c.Who, &c.Words, &told, &c.Why, &c.By, &at); err != nil {
			return c, err
		}
		c.Told, c.At = told == "yes", at.Time
		return c, n.Open(map[string]*string{"care_concern.words": &c.Words, "care_concern.why": &c.Why})
	}, concernsOf, n.ID)
	if err != nil {
		return nil, fmt.Errorf("concerns: %w", err)
	}
	for i := range out {
		out[i].Steps, err = db.All(ctx, tx, func(row db.Row) (Step, error) {
			var x Step
			var at db.Time
			if err := row.Scan(&x.Kind, &x.Words, &x.LetterID, &x.LetterOf, &x.By, &at); err != nil {
				return x, err
			}
			x.At = at.Time
			return x, n.Open(map[string]*string{"care_concern_step.words": &x.Words})
		}, concernSteps, out[i].ID)
		if err != nil {
			return nil, fmt.Errorf("concerns: %w", err)
		}
	}
	return out, nil
}

func concern(ctx context.Context, tx *db.Tx, n participant.Now, id string) (Concern, error) {
	all, err := concerns(ctx, tx, n)
	if err != nil {
		return Concern{}, err
	}
	i := slices.IndexFunc(all, func(c Concern) bool { return c.ID == id })
	if i < 0 {
		return Concern{}, lead.ErrNotFound
	}
	return all[i], nil
}

// Concern returns one concern of one person.
func (s *Service) Concern(ctx context.Context, actor lead.Actor, participantID, concernID string) (participant.Now, Concern, error) {
	var now participant.Now
	var c Concern
	err := s.People.Read(ctx, actor, concernAct("safety.concern_read", ""), participantID, func(tx *db.Tx, n participant.Now) error {
		now = n
		var err error
		c, err = concern(ctx, tx, n, concernID)
		return err
	})
	return now, c, err
}

// Settle adds what became of a concern: the person was told, it stays with the
// team and why, or what came of a referral.
func (s *Service) Settle(ctx context.Context, actor lead.Actor, form ledger.Form, participantID, concernID, kind, words string) error {
	_, err := s.People.Write(ctx, actor, form, concernAct("safety.concern_"+kind, ledger.Altered), participantID, func(tx *db.Tx, n *participant.Now) (string, error) {
		c, err := concern(ctx, tx, *n, concernID)
		if err != nil {
			return "", err
		}
		bad := lead.Invalid{}
		bad.TooLong("words", words, 2000)
		empty := strings.TrimSpace(words) == ""
		switch kind {
		case "told":
			if !c.ToTell() {
				return "", lead.ErrConflict
			}
		case "no_referral":
			if empty {
				bad["words"] = "Say why nobody else has to know, and with whom you talked it over"
			}
			if !c.Open() {
				return "", lead.ErrConflict
			}
		case "outcome":
			if empty {
				bad["words"] = "Say what came of it"
			}
			if !c.Referred() {
				return "", lead.ErrConflict
			}
		default:
			return "", errors.New("concern: no such step")
		}
		if err := bad.OrNil(); err != nil {
			return "", err
		}
		return c.ID, s.step(ctx, tx, actor, *n, c.ID, Step{Kind: kind, Words: words})
	})
	return err
}

func (s *Service) step(ctx context.Context, tx *db.Tx, actor lead.Actor, n participant.Now, concernID string, x Step) error {
	_, err := tx.Exec(ctx, insertConcernStep, lead.NewID("sgs"), concernID, x.Kind, n.Seal("care_concern_step.words", x.Words), x.LetterID, actor.ID, db.At(s.People.Book.Now()))
	if err != nil {
		return fmt.Errorf("concern: %w", err)
	}
	return nil
}

// Refer takes a concern to somebody: as a letter that stands on the person's live
// yes, or on a legal basis, which a second person agrees to before it goes unless
// a life is at risk (R20, R24). It returns the letter's id.
func (s *Service) Refer(ctx context.Context, actor lead.Actor, form ledger.Form, participantID, concernID string, l consent.Letter) (string, error) {
	now, _, err := s.Concern(ctx, actor, participantID, concernID)
	if err != nil {
		return "", err
	}
	letterID, err := s.Consents.Prepare(ctx, actor, form, now.Whole(), l) // what is new goes from the record that goes on (R58)
	if err != nil {
		return "", err
	}
	// The same form again finds the same letter, so this is made up for when it
	// was cut off in between.
	linked := ledger.Form{}
	if form.Key != "" {
		linked = ledger.Form{Key: form.Key + "-concern", Hash: form.Hash}
	}
	_, err = s.People.Write(ctx, actor, linked, concernAct("safety.concern_referred", ledger.Altered), participantID, func(tx *db.Tx, n *participant.Now) (string, error) {
		return concernID, s.step(ctx, tx, actor, *n, concernID, Step{Kind: "referred", LetterID: letterID})
	})
	return letterID, err
}
