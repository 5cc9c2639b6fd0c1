package deliberation

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"waymark.example/internal/lead"
	"waymark.example/internal/partnership/partner"
	"waymark.example/internal/platform/access"
	"waymark.example/internal/platform/db"
	"waymark.example/internal/platform/ledger"
	"waymark.example/internal/reference/policy"
)

// Way is how a decision came about.
type Way string

// The ways. Nobody is outvoted: where somebody stands aside their reasons are on
// record, and where it cannot be agreed that is what was decided.
const (
	Consensus   Way = "consensus"
	WithDissent Way = "dissent"
	NoAgreement Way = "not_agreed"
)

// Words says how it came about.
func (w Way) Words() string {
	return map[Way]string{Consensus: "By consensus", WithDissent: "Agreed, with dissent on record", NoAgreement: "Not agreed"}[w]
}

// Stance is where an organisation stood.
type Stance string

// The stances.
const (
	Agrees   Stance = "agrees"
	Dissents Stance = "dissents"
	Abstains Stance = "abstains"
)

// Words says where it stood.
func (s Stance) Words() string {
	return map[Stance]string{Agrees: "Agrees", Dissents: "Does not agree", Abstains: "Stands aside"}[s]
}

// Voice is an organisation that took part.
type Voice struct {
	Organisation string
	Stance       Stance
	Words        string
}

// Second is what the second person said of a decision.
type Second struct {
	Confirmed bool
	Words     string
	Version   int64 // of the policy that came of it, or 0
	Name      string
	At        time.Time
}

// Decision is what a body of the partnership decided.
type Decision struct {
	ID          string
	DraftID     string // the policy that was decided, or ""
	Wording     int64
	Against     int64
	Title, What string
	Body, MetOn string
	Way         Way
	Lived       bool // a voice of lived experience took part (R53)
	LivedWords  string
	Reasons     string
	InForceFrom string
	RecorderID  string
	Recorder    string
	At          time.Time
	Voices      []Voice
	Second      *Second // nil while it waits
}

// Dissent returns the voices that did not agree.
func (d Decision) Dissent() []Voice {
	return slices.DeleteFunc(slices.Clone(d.Voices), func(v Voice) bool { return v.Stance != Dissents })
}

func (d Decision) check(today string) lead.Invalid {
	bad := lead.Invalid{}
	if strings.TrimSpace(d.Title) == "" {
		bad["title"] = "Say in a few words what it is about"
	}
	bad.TooLong("title", d.Title, 120)
	if strings.TrimSpace(d.What) == "" {
		bad["what"] = "Write down what was decided"
	}
	bad.TooLong("what", d.What, 4000)
	bad.NoCondition("what", d.What)
	switch _, err := time.Parse(time.DateOnly, d.MetOn); {
	case err != nil:
		bad["met_on"] = "Enter the day of the meeting"
	case d.MetOn > today:
		bad["met_on"] = "This day is in the future: enter the day of the meeting"
	}
	if strings.TrimSpace(d.Reasons) == "" {
		bad["reasons"] = "Write down the reasons"
	}
	bad.TooLong("reasons", d.Reasons, 4000)
	if !d.Lived && strings.TrimSpace(d.LivedWords) == "" {
		bad["lived"] = "Say whether somebody with lived experience took part; if not, say why not"
	}
	bad.TooLong("lived_words", d.LivedWords, 1000)
	d.checkVoices(bad)
	if d.DraftID != "" && d.Way != NoAgreement {
		if _, err := time.Parse(time.DateOnly, d.InForceFrom); err != nil || d.InForceFrom < today {
			bad["in_force_from"] = "Choose from which day it is in force: today or later"
		}
	}
	return bad
}

func (d Decision) checkVoices(bad lead.Invalid) {
	dissent := len(d.Dissent()) > 0
	switch {
	case len(d.Voices) < 2:
		bad["voices"] = "Say who took part: two organisations at least"
	case d.Way == Consensus && dissent:
		bad["way"] = "Somebody did not agree: choose \"agreed, with dissent on record\", or \"not agreed\""
	case d.Way == WithDissent && !dissent:
		bad["way"] = "Nobody dissents: choose \"by consensus\", or say who does"
	case d.Way != Consensus && d.Way != WithDissent && d.Way != NoAgreement:
		bad["way"] = "Choose how it came about"
	}
	for _, v := range d.Voices {
		if v.Stance == Dissents && strings.TrimSpace(v.Words) == "" {
			bad["voices"] = "Write down why, for whoever did not agree: in their words"
		}
		if v.Stance != Agrees && v.Stance != Dissents && v.Stance != Abstains {
			bad["voices"] = "Say where each stood"
		}
		bad.TooLong("voices", v.Words, 2000)
	}
}

// Decide writes down what a body decided, of a draft or of anything else. It
// counts once a second person has confirmed it.
func (s *Service) Decide(ctx context.Context, actor lead.Actor, form ledger.Form, d Decision) (string, error) {
	entry := ledger.Entry{Actor: actor, Verb: ledger.Administered, Act: "deliberation.decide", Detail: string(d.Way)}
	return s.Book.Once(ctx, form, entry, func(tx *db.Tx, e *ledger.Entry) (string, error) {
		if err := s.Access.Check(actor, "deliberation.decide", access.Screen{}); err != nil {
			return "", err
		}
		d.ID = lead.NewID("dec")
		e.Subjects = []string{d.ID}
		bad := d.check(db.Day(s.Book.Now()))
		known, err := bodies(ctx, tx)
		if err != nil {
			return "", err
		}
		if !slices.Contains(known, d.Body) {
			bad["body"] = "Choose which body decided"
		}
		var of any
		if d.DraftID != "" {
			about, err := draft(ctx, tx, d.DraftID)
			if err != nil {
				return "", err
			}
			if !about.State().Open() && about.State() != NotAgreed || about.Wording != d.Wording {
				return "", lead.ErrConflict
			}
			if about.State() == Drafting {
				bad["draft"] = "Put the draft to everybody first: whoever holds a seat is heard before it is decided"
			}
			if d.MetOn != "" && bad["met_on"] == "" && d.Way != NoAgreement && d.MetOn < db.Day(about.Changed) {
				bad["met_on"] = "The draft was changed after that day: this wording was not before that meeting"
			}
			of, d.Against = d.DraftID, about.Newest.Version
			e.Subjects = append(e.Subjects, d.DraftID)
		} else {
			d.Wording, d.Against, d.InForceFrom = 0, 0, ""
		}
		if d.Way == NoAgreement {
			d.InForceFrom = ""
		}
		if err := bad.OrNil(); err != nil {
			return "", err
		}
		lived := map[bool]string{true: "present", false: "absent"}[d.Lived]
		n, err := tx.Exec(ctx, insertDecision, d.ID, of, d.Wording, d.Against, strings.TrimSpace(d.Title), strings.TrimSpace(d.What), d.Body, d.MetOn, d.Way, lived,
			strings.TrimSpace(d.LivedWords), strings.TrimSpace(d.Reasons), d.InForceFrom, actor.ID, actor.Name, db.At(s.Book.Now()), strings.ToLower(d.Title+"\n"+d.What+"\n"+d.Reasons))
		if err != nil || n == 0 {
			return "", errors.Join(fmt.Errorf("decide: %d rows", n), err)
		}
		for _, v := range d.Voices {
			if _, err := tx.Exec(ctx, insertVoice, d.ID, v.Organisation, v.Stance, strings.TrimSpace(v.Words)); err != nil {
				return "", fmt.Errorf("decide: %w", err)
			}
		}
		return d.ID, nil
	})
}

// Second is the second person's word: that this is what was decided, or that it
// is not. The yes to a policy puts it in force from its day on, or from today where
// that day has passed. It returns the version, or 0.
func (s *Service) Second(ctx context.Context, actor lead.Actor, form ledger.Form, decisionID string, confirmed bool, words string) (int64, error) {
	entry := ledger.Entry{Actor: actor, Verb: ledger.Administered, Act: "deliberation.second", Subjects: []string{decisionID}, Detail: map[bool]string{true: "yes", false: "no"}[confirmed]}
	kept, err := s.Book.Once(ctx, form, entry, func(tx *db.Tx, e *ledger.Entry) (string, error) {
		d, err := decision(ctx, tx, decisionID)
		if err != nil {
			return "", err
		}
		if err := s.maySecond(ctx, tx, actor, d); err != nil {
			return "", err
		}
		if d.Second != nil {
			return "", lead.ErrConflict
		}
		if !confirmed && strings.TrimSpace(words) == "" {
			return "", lead.Invalid{"words": "Say what is not as it was decided"}
		}
		bad := lead.Invalid{}
		if bad.TooLong("words", words, 1000); len(bad) > 0 {
			return "", bad
		}
		var version int64
		if confirmed && d.DraftID != "" && d.Way != NoAgreement {
			if version, err = s.enact(ctx, tx, d); err != nil {
				return "", err
			}
			e.Detail = fmt.Sprintf("yes, version %d", version)
		}
		n, err := tx.Exec(ctx, insertSecond, d.ID, confirmed, strings.TrimSpace(words), version, actor.ID, actor.Name, db.At(s.Book.Now()))
		if err != nil {
			return "", fmt.Errorf("second: %w", err)
		}
		if n == 0 {
			return "", lead.ErrConflict
		}
		return fmt.Sprint(version), nil
	})
	if err != nil {
		return 0, err
	}
	var version int64
	if _, err := fmt.Sscan(kept, &version); err != nil {
		return 0, fmt.Errorf("second: %w", err)
	}
	return version, nil
}

// maySecond asks whether the actor holds a seat on the body that decided and is
// neither who drafted nor who wrote it down.
func (s *Service) maySecond(ctx context.Context, tx *db.Tx, actor lead.Actor, d Decision) error {
	of := access.Deliberation{ID: d.ID, Recorder: d.RecorderID}
	if d.DraftID != "" {
		about, err := draft(ctx, tx, d.DraftID)
		if err != nil {
			return err
		}
		of.Drafter = about.DrafterID
	}
	seats, err := partner.SeatsOf(ctx, tx, actor.ID, s.Book.Now())
	if err != nil {
		return err
	}
	of.Seat = slices.ContainsFunc(seats, func(seat partner.Seat) bool { return seat.Body == d.Body })
	return s.Access.Check(actor, "deliberation.second", of)
}

// MaySecond reports whether the actor may confirm a decision.
func (s *Service) MaySecond(ctx context.Context, actor lead.Actor, d Decision) (bool, error) {
	if d.Second != nil {
		return false, nil
	}
	err := s.Book.Look(ctx, func(tx *db.Tx) error { return s.maySecond(ctx, tx, actor, d) })
	if errors.Is(err, lead.ErrForbidden) {
		return false, nil
	}
	return err == nil, err
}

// enact makes the wording that was decided the next version.
func (s *Service) enact(ctx context.Context, tx *db.Tx, d Decision) (int64, error) {
	newest, err := policy.Newest(ctx, tx)
	if err != nil {
		return 0, err
	}
	if newest.Version != d.Against { // another version came in between, which nobody weighed
		return 0, lead.ErrConflict
	}
	p, _, err := wordingOf(ctx, tx, d.DraftID, d.Wording)
	if err != nil {
		return 0, err
	}
	p.InForceFrom = max(d.InForceFrom, db.Day(s.Book.Now()))
	met, err := time.Parse(time.DateOnly, d.MetOn)
	if err != nil {
		return 0, fmt.Errorf("enact: %w", err)
	}
	p.DecidedBy = d.Body + ", " + met.Format("2 January 2006")
	return policy.Enact(ctx, tx, d.RecorderID, s.Book.Now(), p)
}

// Organisation is one that takes part, or did until it withdrew.
type Organisation struct {
	Name string
	Away bool
}

// Organisations returns every organisation, in order.
func (s *Service) Organisations(ctx context.Context) ([]Organisation, error) {
	var out []Organisation
	err := s.Book.Look(ctx, func(tx *db.Tx) error {
		var err error
		out, err = db.All(ctx, tx, func(row db.Row) (Organisation, error) {
			var o Organisation
			var away int
			err := row.Scan(&o.Name, &away)
			o.Away = away == 1
			return o, err
		}, organisations)
		return err
	})
	return out, err
}

// Decision returns one decision.
func (s *Service) Decision(ctx context.Context, decisionID string) (Decision, error) {
	var d Decision
	err := s.Book.Look(ctx, func(tx *db.Tx) error {
		var err error
		d, err = decision(ctx, tx, decisionID)
		return err
	})
	return d, err
}

func decision(ctx context.Context, tx *db.Tx, decisionID string) (Decision, error) {
	found, err := decisions(ctx, tx, decisionByID, decisionID)
	if err != nil {
		return Decision{}, err
	}
	if len(found) == 0 {
		return Decision{}, lead.ErrNotFound
	}
	return found[0], nil
}

// PerPage is how many decisions the register shows at once.
const PerPage = 20

// Register returns decisions, the latest meeting first, that hold words, after the
// one that day and id name ("" for the first). One more than PerPage means that
// there are more.
func (s *Service) Register(ctx context.Context, words, beforeDay, beforeID string) ([]Decision, error) {
	if beforeDay == "" {
		beforeDay = "9999"
	}
	like := strings.NewReplacer("!", "!!", "%", "!%", "_", "!_").Replace(strings.ToLower(strings.TrimSpace(words)))
	var out []Decision
	err := s.Book.Look(ctx, func(tx *db.Tx) error {
		var err error
		out, err = decisions(ctx, tx, register, "%"+like+"%", beforeDay, beforeID, PerPage+1)
		return err
	})
	return out, err
}

// Behind returns the decision that a version of the policy came of, by version.
func (s *Service) Behind(ctx context.Context) (map[int64]Decision, error) {
	out := map[int64]Decision{}
	err := s.Book.Look(ctx, func(tx *db.Tx) error {
		found, err := decisions(ctx, tx, decisionsWithVersion)
		for _, d := range found {
			out[d.Second.Version] = d
		}
		return err
	})
	return out, err
}

// decisions reads decisions with their voices.
func decisions(ctx context.Context, tx *db.Tx, q db.Query, args ...any) ([]Decision, error) {
	out, err := db.All(ctx, tx, func(row db.Row) (Decision, error) {
		var d Decision
		var lived, seconder, said string
		var at, secondAt db.Time
		var seconded, confirmed bool
		var version int64
		err := row.Scan(&d.ID, &d.DraftID, &d.Wording, &d.Against, &d.Title, &d.What, &d.Body, &d.MetOn, &d.Way, &lived, &d.LivedWords, &d.Reasons, &d.InForceFrom,
			&d.RecorderID, &d.Recorder, &at, &seconded, &confirmed, &said, &version, &seconder, &secondAt)
		d.Lived, d.At = lived == "present", at.Time
		if seconded {
			d.Second = &Second{confirmed, said, version, seconder, secondAt.Time}
		}
		return d, err
	}, q, args...)
	if err != nil {
		return nil, fmt.Errorf("decisions: %w", err)
	}
	for i := range out {
		out[i].Voices, err = db.All(ctx, tx, func(row db.Row) (Voice, error) {
			var v Voice
			return v, row.Scan(&v.Organisation, &v.Stance, &v.Words)
		}, voicesOf, out[i].ID)
		if err != nil {
			return nil, fmt.Errorf("voices: %w", err)
		}
	}
	return out, nil
}
