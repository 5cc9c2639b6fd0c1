// Package safety keeps what may keep somebody alive: their safety plan in their
// own words, naloxone, warnings within the care team, and safeguarding concerns.
// It imports lead, platform, care/participant and care/consent.
package safety

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"strings"
	"time"

	"waymark.example/internal/care/consent"
	"waymark.example/internal/care/internal/choice"
	"waymark.example/internal/care/participant"
	"waymark.example/internal/lead"
	"waymark.example/internal/platform/db"
	"waymark.example/internal/platform/ledger"
)

// Service carries out the use cases.
type Service struct {
	People   *participant.Service
	Consents *consent.Service // what goes to somebody else goes as its letters
}

// Plan is one version of a safety plan, in the person's own words.
type Plan struct {
	Version int64
	Signs   string // how it starts
	Helps   string
	People  string
	Places  string
	Away    string // what to keep away
	OnOwn   bool   // they want it on their own page
	By      string
	At      time.Time
}

// Empty reports whether nothing is written in it.
func (p Plan) Empty() bool { return p.Signs+p.Helps+p.People+p.Places+p.Away == "" }

// words lists what is sealed, by field.
func (p *Plan) words() map[string]*string {
	return map[string]*string{"care_safety_plan.signs": &p.Signs, "care_safety_plan.helps": &p.Helps, "care_safety_plan.people": &p.People,
		"care_safety_plan.places": &p.Places, "care_safety_plan.away": &p.Away}
}

// same reports whether p says what before said.
func (p Plan) same(before Plan) bool {
	was := before.words()
	for field, words := range p.words() {
		if strings.TrimSpace(*words) != strings.TrimSpace(*was[field]) {
			return false
		}
	}
	return p.OnOwn == before.OnOwn
}

// Naloxone is what is known of it.
type Naloxone struct {
	Version   int64
	Offered   string // not_yet, not_now, given or has_own
	Trained   string // yes, no or not_known
	GoodUntil string // YYYY-MM
	By        string
	At        time.Time
}

// Offers lists what can be said of naloxone, with words.
func Offers() [][2]string {
	return [][2]string{{"not_yet", "Not offered yet"}, {"not_now", "Offered, not wanted for now"}, {"given", "We gave it"}, {"has_own", "They have it from somewhere else"}}
}

// Trainings lists whether somebody has shown them how, with words.
func Trainings() [][2]string {
	return [][2]string{{"yes", "Yes"}, {"no", "Not yet"}, {"not_known", "Not known"}}
}

// OfferedWords returns what was done about it, as people say it.
func (n Naloxone) OfferedWords() string { return choice.Words(Offers(), n.Offered) }

// TrainedWords returns whether somebody has shown them how.
func (n Naloxone) TrainedWords() string { return choice.Words(Trainings(), n.Trained) }

// GoodWords returns the month until which it is good, as people write it.
func (n Naloxone) GoodWords() string {
	at, err := time.Parse("2006-01", n.GoodUntil)
	if err != nil {
		return n.GoodUntil
	}
	return at.Format("January 2006")
}

// Ends reports whether it is good until this month, or was until an earlier one.
func (n Naloxone) Ends(today string) bool {
	return n.GoodUntil != "" && n.GoodUntil <= today[:len("2006-01")] && (n.Offered == "given" || n.Offered == "has_own")
}

// Sheet is what somebody's page of safety shows.
type Sheet struct {
	Now      participant.Now
	Plan     *Plan // nil: none yet
	Versions int64
	Naloxone *Naloxone // nil: not talked about
	Concerns []Concern // newest first; only for whoever may see them
	Restrict bool      // the actor may see and record concerns
	Others   []Sheet   // of their other records (R58)
}

// Read returns one person's page of safety.
func (s *Service) Read(ctx context.Context, actor lead.Actor, participantID string) (Sheet, error) {
	var out Sheet
	act := participant.Act{Action: "safety.read", Name: "safety.read"}
	err := s.People.Read(ctx, actor, act, participantID, func(tx *db.Tx, n participant.Now) error {
		var err error
		if out, err = s.sheet(ctx, tx, actor, n); err != nil {
			return err
		}
		for _, of := range n.Joined() {
			other, err := s.sheet(ctx, tx, actor, of)
			if err != nil {
				return err
			}
			if other.Plan != nil || other.Naloxone != nil || len(other.Concerns) > 0 {
				out.Others = append(out.Others, other)
			}
		}
		return nil
	})
	return out, err
}

// sheet is the page of one record.
func (s *Service) sheet(ctx context.Context, tx *db.Tx, actor lead.Actor, n participant.Now) (Sheet, error) {
	out := Sheet{Now: n}
	var err error
	if out.Plan, err = planOf(ctx, tx, n); err != nil {
		return out, err
	}
	if out.Plan != nil {
		out.Versions = out.Plan.Version
	}
	if out.Naloxone, err = naloxone(ctx, tx, n); err != nil {
		return out, err
	}
	if out.Restrict = s.People.CheckIn(ctx, tx, actor, "safety.concern", n) == nil; out.Restrict {
		out.Concerns, err = concerns(ctx, tx, n)
	}
	return out, err
}

func planOf(ctx context.Context, tx *db.Tx, n participant.Now) (*Plan, error) {
	var p Plan
	var at db.Time
	err := tx.One(ctx, planNow, n.ID).Scan(&p.Version, &p.Signs, &p.Helps, &p.People, &p.Places, &p.Away, &p.OnOwn, &p.By, &at)
	if errors.Is(err, lead.ErrNotFound) {
		return nil, nil //nolint:nilnil // there is none yet
	}
	if err != nil {
		return nil, fmt.Errorf("safety plan: %w", err)
	}
	p.At = at.Time
	return &p, n.Open(p.words())
}

func naloxone(ctx context.Context, tx *db.Tx, n participant.Now) (*Naloxone, error) {
	var x Naloxone
	var at db.Time
	err := tx.One(ctx, naloxoneNow, n.ID).Scan(&x.Version, &x.Offered, &x.Trained, &x.GoodUntil, &x.By, &at)
	if errors.Is(err, lead.ErrNotFound) {
		return nil, nil //nolint:nilnil // nobody has talked about it yet
	}
	if err != nil {
		return nil, fmt.Errorf("naloxone: %w", err)
	}
	x.At = at.Time
	return &x, nil
}

// Write keeps a new version of a safety plan. from is the version that was on
// the screen.
func (s *Service) Write(ctx context.Context, actor lead.Actor, form ledger.Form, participantID string, from int64, p Plan) error {
	act := participant.Act{Action: "safety.write", Name: "safety.plan", Verb: ledger.Altered}
	_, err := s.People.Write(ctx, actor, form, act, participantID, func(tx *db.Tx, n *participant.Now) (string, error) {
		bad := lead.Invalid{}
		if p.Empty() && from == 0 {
			bad["signs"] = "Write down at least one thing, in their words"
		}
		for field, words := range p.words() {
			bad.TooLong(field[len("care_safety_plan."):], *words, 2000)
		}
		if err := bad.OrNil(); err != nil {
			return "", err
		}
		before, err := planOf(ctx, tx, *n)
		if err != nil {
			return "", err
		}
		if before != nil && p.same(*before) {
			return "", participant.ErrSame
		}
		seal := func(field string) string { return n.Seal(field, *p.words()[field]) }
		added, err := tx.Exec(ctx, insertPlan, n.ID, from+1, seal("care_safety_plan.signs"), seal("care_safety_plan.helps"), seal("care_safety_plan.people"),
			seal("care_safety_plan.places"), seal("care_safety_plan.away"), p.OnOwn, actor.ID, db.At(s.People.Book.Now()))
		if err != nil {
			return "", fmt.Errorf("safety plan: %w", err)
		}
		if added == 0 {
			return "", lead.ErrConflict
		}
		return n.ID, nil
	})
	return err
}

// Mine returns the actor's own safety plan, nil where there is none or they did
// not want it on their page. Of several records the first with a plan says so.
func (s *Service) Mine(ctx context.Context, actor lead.Actor, name string) (participant.Mine, *Plan, error) {
	var p *Plan
	m, err := s.People.Mine(ctx, actor, name, func(tx *db.Tx, n participant.Now) error {
		if err := s.People.CheckIn(ctx, tx, actor, "own.safety", n); err != nil {
			return err
		}
		for _, of := range n.Records() {
			var err error
			if p, err = planOf(ctx, tx, of); err != nil || p != nil {
				return err
			}
		}
		return nil
	})
	if p != nil && (p.Empty() || !p.OnOwn) {
		p = nil
	}
	return m, p, err
}

var month = regexp.MustCompile(`^20\d\d-(0[1-9]|1[0-2])$`)

// Note keeps what is known of naloxone. from is the version that was on the screen.
func (s *Service) Note(ctx context.Context, actor lead.Actor, form ledger.Form, participantID string, from int64, x Naloxone) error {
	act := participant.Act{Action: "safety.write", Name: "safety.naloxone", Verb: ledger.Altered}
	_, err := s.People.Write(ctx, actor, form, act, participantID, func(tx *db.Tx, n *participant.Now) (string, error) {
		bad := lead.Invalid{}
		if !choice.Has(Offers(), x.Offered) {
			bad["offered"] = "Choose what is so"
		}
		if !choice.Has(Trainings(), x.Trained) {
			bad["trained"] = "Choose whether somebody has shown them how"
		}
		if x.GoodUntil != "" && !month.MatchString(x.GoodUntil) {
			bad["good_until"] = "Enter the month on the box, such as 2027-03"
		}
		if err := bad.OrNil(); err != nil {
			return "", err
		}
		added, err := tx.Exec(ctx, insertNaloxone, n.ID, from+1, x.Offered, x.Trained, x.GoodUntil, actor.ID, db.At(s.People.Book.Now()))
		if err != nil {
			return "", fmt.Errorf("naloxone: %w", err)
		}
		if added == 0 {
			return "", lead.ErrConflict
		}
		return n.ID, nil
	})
	return err
}
