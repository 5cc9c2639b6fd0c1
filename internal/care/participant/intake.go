package participant

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"waymark.example/internal/lead"
	"waymark.example/internal/platform/db"
	"waymark.example/internal/platform/ledger"
	"waymark.example/internal/reference/codelist"
)

// Screening is the first check: three questions, and the person's words.
type Screening struct {
	Version     int64
	SafeTonight string // yes, no, not_said
	Eaten       string
	HasPhone    string
	Words       string
	By          string
	At          time.Time
}

// Answers lists the answers to a screening question: nobody must answer.
func Answers() [][2]string {
	return [][2]string{{"yes", "Yes"}, {"no", "No"}, {"not_said", "Not said"}}
}

// Check returns a lead.Invalid naming each answer that breaks a rule, or nil.
func (c Screening) Check() error {
	bad := lead.Invalid{}
	for field, answer := range map[string]string{"safe_tonight": c.SafeTonight, "eaten": c.Eaten, "has_phone": c.HasPhone} {
		if !slices.ContainsFunc(Answers(), func(a [2]string) bool { return a[0] == answer }) {
			bad[field] = "Choose an answer, or \"Not said\""
		}
	}
	bad.TooLong("words", c.Words, 2000)
	return bad.OrNil()
}

// Screen keeps a first check. It can be done again.
func (s *Service) Screen(ctx context.Context, actor lead.Actor, form ledger.Form, participantID string, c Screening) error {
	_, err := s.Write(ctx, actor, form, Act{"case.write", "screening.add", ledger.Collected}, participantID, func(tx *db.Tx, n *Now) (string, error) {
		if err := c.Check(); err != nil {
			return "", err
		}
		if n.State == Died {
			return "", lead.ErrConflict
		}
		at := s.Book.Now()
		if _, err := tx.Exec(ctx, insertScreening, n.ID, c.SafeTonight, c.Eaten, c.HasPhone, n.Seal("care_screening.words", c.Words), actor.ID, db.At(at)); err != nil {
			return "", fmt.Errorf("screen: %w", err)
		}
		n.Reached(at)
		return n.ID, nil
	})
	return err
}

// Intake is the first full conversation, in as many sittings as it takes. It is
// done when the person has agreed to be supported.
type Intake struct {
	Version         int64
	Done            bool
	DoneOn          string // YYYY-MM-DD
	Accommodation   string // code of accommodation_san
	Employment      string // code of employment_san
	Communication   string
	TrustedPerson   string
	Words           string
	ConsentHow      string // signed or spoken
	ConsentWitness  string // who heard it, when spoken
	ConsentLanguage string
	CopyGiven       bool
	By              string
	At              time.Time
}

// Check returns a lead.Invalid naming each answer that breaks a rule, or nil.
// Nothing is required before it is done, so that it can be left at any point.
func (i Intake) Check(lists codelist.Lists) error {
	bad := lead.Invalid{}
	if i.Accommodation != "" && !lists.Has("accommodation_san", i.Accommodation) {
		bad["accommodation"] = "Choose from the list"
	}
	if i.Employment != "" && !lists.Has("employment_san", i.Employment) {
		bad["employment"] = "Choose from the list"
	}
	bad.TooLong("communication", i.Communication, 300)
	bad.TooLong("trusted_person", i.TrustedPerson, 300)
	bad.TooLong("words", i.Words, 4000)
	bad.TooLong("consent_witness", i.ConsentWitness, 100)
	bad.TooLong("consent_language", i.ConsentLanguage, 60)
	switch {
	case i.ConsentHow != "" && i.ConsentHow != "signed" && i.ConsentHow != "spoken":
		bad["consent_how"] = "Choose how they agreed"
	case i.Done && i.ConsentHow == "":
		bad["consent_how"] = "Intake is done when they agreed to be supported: choose how they agreed, or save and come back"
	}
	if i.ConsentHow == "spoken" && strings.TrimSpace(i.ConsentWitness) == "" {
		bad["consent_witness"] = "Name who else heard it"
	}
	if i.ConsentHow != "" && strings.TrimSpace(i.ConsentLanguage) == "" {
		bad["consent_language"] = "Enter the language you spoke in"
	}
	return bad.OrNil()
}

// same reports whether i says what before said; nil is no intake yet. A language
// without an agreement says nothing: the form starts with one.
func (i Intake) same(before *Intake) bool {
	var was Intake
	if before != nil {
		was = *before
	}
	said := func(i Intake) Intake {
		out := Intake{Accommodation: i.Accommodation, Employment: i.Employment, Communication: strings.TrimSpace(i.Communication), TrustedPerson: strings.TrimSpace(i.TrustedPerson), Words: strings.TrimSpace(i.Words),
			ConsentHow: i.ConsentHow, ConsentWitness: strings.TrimSpace(i.ConsentWitness), CopyGiven: i.CopyGiven}
		if i.ConsentHow != "" {
			out.ConsentLanguage = strings.TrimSpace(i.ConsentLanguage)
		}
		return out
	}
	return said(i) == said(was)
}

// TakeIntake keeps a version of an intake. from is the version that was on the
// screen. When it is done the person is a participant, on whatever day that is:
// the window prompts outreach and closes no door (R14, R15).
func (s *Service) TakeIntake(ctx context.Context, actor lead.Actor, form ledger.Form, participantID string, from int64, i Intake) error {
	_, err := s.Write(ctx, actor, form, Act{"case.write", "intake.save", ledger.Collected}, participantID, func(tx *db.Tx, n *Now) (string, error) {
		lists, err := codelist.Load(ctx, tx, "accommodation_san", "employment_san")
		if err != nil {
			return "", err
		}
		if err := i.Check(lists); err != nil {
			return "", err
		}
		if n.State == Died {
			return "", lead.ErrConflict
		}
		before, err := n.intake(ctx, tx)
		if err != nil {
			return "", err
		}
		first := i.Done && n.IntakeDoneOn == ""
		if !first && i.same(before) {
			return "", ErrSame
		}
		at := s.Book.Now()
		if first {
			n.IntakeDoneOn = db.Day(at)
		}
		version := ""
		if codes := lists.Codes("accommodation_san"); len(codes) > 0 {
			version = codes[0].Version
		}
		added, err := tx.Exec(ctx, insertIntake, n.ID, from+1, n.IntakeDoneOn, i.Accommodation, i.Employment, version, n.Seal("care_intake.communication", i.Communication), n.Seal("care_intake.trusted_person", i.TrustedPerson),
			n.Seal("care_intake.words", i.Words), i.ConsentHow, n.Seal("care_intake.consent_witness", i.ConsentWitness), n.Seal("care_intake.consent_language", i.ConsentLanguage), i.CopyGiven, actor.ID, db.At(at))
		if err != nil {
			return "", fmt.Errorf("intake: %w", err)
		}
		if added == 0 {
			return "", lead.ErrConflict
		}
		n.Reached(at)
		if first && s.Completed != nil {
			if err := s.Completed(ctx, tx, n); err != nil {
				return "", err
			}
		}
		if !first || n.State != Prospective {
			return n.ID, nil
		}
		return n.ID, s.event(ctx, tx, actor, n, Active, nil, "Intake done", n.IntakeDoneOn)
	})
	return err
}

// screening returns the latest first check, or nil.
func (n Now) screening(ctx context.Context, tx *db.Tx) (*Screening, error) {
	var c Screening
	var at db.Time
	err := tx.One(ctx, screeningNow, n.ID).Scan(&c.Version, &c.SafeTonight, &c.Eaten, &c.HasPhone, &c.Words, &c.By, &at)
	if errors.Is(err, lead.ErrNotFound) {
		return nil, nil //nolint:nilnil // no screening yet
	}
	if err != nil {
		return nil, fmt.Errorf("screening: %w", err)
	}
	c.At = at.Time
	return &c, n.Open(map[string]*string{"care_screening.words": &c.Words})
}

// intake returns the latest version of the intake, or nil.
func (n Now) intake(ctx context.Context, tx *db.Tx) (*Intake, error) {
	var i Intake
	var at db.Time
	err := tx.One(ctx, intakeNow, n.ID).Scan(&i.Version, &i.DoneOn, &i.Accommodation, &i.Employment, &i.Communication, &i.TrustedPerson, &i.Words,
		&i.ConsentHow, &i.ConsentWitness, &i.ConsentLanguage, &i.CopyGiven, &i.By, &at)
	if errors.Is(err, lead.ErrNotFound) {
		return nil, nil //nolint:nilnil // no intake yet
	}
	if err != nil {
		return nil, fmt.Errorf("intake: %w", err)
	}
	i.At, i.Done = at.Time, i.DoneOn != ""
	return &i, n.Open(map[string]*string{"care_intake.communication": &i.Communication, "care_intake.trusted_person": &i.TrustedPerson, "care_intake.words": &i.Words,
		"care_intake.consent_witness": &i.ConsentWitness, "care_intake.consent_language": &i.ConsentLanguage})
}

// Lists returns the code lists of the intake form.
func (s *Service) Lists(ctx context.Context) (codelist.Lists, error) {
	var lists codelist.Lists
	err := s.Book.Look(ctx, func(tx *db.Tx) error {
		var err error
		lists, err = codelist.Load(ctx, tx, "accommodation_san", "employment_san", "need_domains", "month_housing", "month_work", "month_income")
		return err
	})
	return lists, err
}
