// Package deliberation is how the partnership comes to its decisions: a draft of
// the next version of the policy, what people of every side say about it, what it
// would have changed, and what a body decided, by consensus or with dissent on
// record (R7, R53). Nothing in it is about a participant. It imports lead, platform,
// reference and the bridge.
package deliberation

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"waymark.example/internal/handoff/judged"
	"waymark.example/internal/lead"
	"waymark.example/internal/partnership/partner"
	"waymark.example/internal/platform/access"
	"waymark.example/internal/platform/db"
	"waymark.example/internal/platform/ledger"
	"waymark.example/internal/reference/policy"
)

// Service carries out the use cases.
type Service struct {
	Book   *ledger.Book // of the bodies' handle: people of every side sit on them
	Access *access.Decider
	// Publish publishes what the policy judged, if that has not been done, and
	// returns the last month of the set. It is the police side's to do.
	Publish func(ctx context.Context) (until string, err error)
}

// Bodies lists who decides, by their names.
func (s *Service) Bodies(ctx context.Context) ([]string, error) {
	var out []string
	err := s.Book.Look(ctx, func(tx *db.Tx) error {
		var err error
		out, err = bodies(ctx, tx)
		return err
	})
	return out, err
}

func bodies(ctx context.Context, tx *db.Tx) ([]string, error) {
	all, err := partner.Bodies(ctx, tx)
	var out []string
	for _, b := range all {
		out = append(out, b.Name)
	}
	return out, err
}

// State is where a draft stands.
type State string

// The states of a draft.
const (
	Drafting  State = "drafting"
	Consulted State = "consulted" // put to everybody
	Decided   State = "decided"   // written down, and waits for its second person
	Enacted   State = "enacted"   // a version of the policy came of it
	NotAgreed State = "not_agreed"
	Withdrawn State = "withdrawn"
)

// Words says where a draft stands.
func (s State) Words() string {
	return map[State]string{
		Drafting: "Being drafted", Consulted: "Open for everybody's comments", Decided: "Decided, and waits for a second person", Enacted: "Decided and confirmed",
		NotAgreed: "Not agreed", Withdrawn: "Taken back",
	}[s]
}

// Open reports whether the draft can still be changed and decided about.
func (s State) Open() bool { return s == Drafting || s == Consulted }

// Draft is a draft of the next version of the policy.
type Draft struct {
	ID, Title, Why string
	Base           int64 // the version that it began from
	Restores       int64 // the earlier version that it brings back, or 0
	DrafterID      string
	Author         string
	At             time.Time
	Wording        int64 // the newest
	Changed        time.Time
	Terms          policy.Policy // of that wording
	Newest         policy.Policy // the newest version of the policy
	Steps          []Step
	Comments       []Comment
	Trial          *Trial // of the newest wording, nil where nobody tried it
	Decisions      []Decision
}

// Step is one thing that became of a draft.
type Step struct {
	Kind    string
	UntilOn string
	Words   string
	At      time.Time
}

// Comment is what somebody said about a wording, and what was answered.
type Comment struct {
	ID                        string
	Wording                   int64
	AccountID                 string
	Name, Organisation, Words string
	At                        time.Time
	Answer                    string
	AnsweredAt                time.Time
}

// State says where the draft stands.
func (d Draft) State() State {
	state := Drafting
	for _, s := range d.Steps {
		switch s.Kind {
		case "consulted":
			state = Consulted
		case "withdrawn":
			return Withdrawn
		}
	}
	for _, c := range d.Decisions {
		switch {
		case c.Second == nil && c.Way == NoAgreement:
			state = NotAgreed
		case c.Second == nil:
			return Decided
		case c.Second.Confirmed && c.Way == NoAgreement:
			state = NotAgreed
		case c.Second.Confirmed:
			return Enacted
		}
	}
	return state
}

// UntilOn returns the last day to comment, or "".
func (d Draft) UntilOn() string {
	until := ""
	for _, s := range d.Steps {
		if s.Kind == "consulted" {
			until = s.UntilOn
		}
	}
	return until
}

// Listens reports whether comments are taken on a day.
func (d Draft) Listens(today string) bool { return d.State() == Consulted && today <= d.UntilOn() }

// Changes lists what is different from the newest version of the policy.
func (d Draft) Changes() []policy.Change { return policy.Compare(d.Newest, d.Terms) }

// Overtaken reports whether a version was decided since the draft began, which
// the draft would take back where the two differ.
func (d Draft) Overtaken() bool { return d.State().Open() && d.Newest.Version != d.Base }

// Begin begins a draft from the newest version, or from an earlier one that it is
// to bring back.
func (s *Service) Begin(ctx context.Context, actor lead.Actor, form ledger.Form, title, why string, restores int64) (string, error) {
	bad := lead.Invalid{}
	if strings.TrimSpace(title) == "" {
		bad["title"] = "Say in a few words what it is about"
	}
	bad.TooLong("title", title, 120)
	bad.NoCondition("title", title)
	if strings.TrimSpace(why) == "" {
		bad["why"] = "Say why it is proposed"
	}
	bad.TooLong("why", why, 2000)
	bad.NoCondition("why", why)
	entry := ledger.Entry{Actor: actor, Verb: ledger.Administered, Act: "deliberation.draft"}
	return s.Book.Once(ctx, form, entry, func(tx *db.Tx, e *ledger.Entry) (string, error) {
		if err := s.Access.Check(actor, "deliberation.draft", access.Screen{}); err != nil {
			return "", err
		}
		newest, err := policy.Newest(ctx, tx)
		if err != nil {
			return "", err
		}
		terms := newest
		if restores != 0 {
			terms, err = policy.Version(ctx, tx, restores)
			switch {
			case errors.Is(err, lead.ErrNotFound):
				bad["restores"] = "There is no such version"
			case err != nil:
				return "", err
			case restores == newest.Version:
				bad["restores"] = "That is the newest version already"
			}
		}
		if err := bad.OrNil(); err != nil {
			return "", err
		}
		id := lead.NewID("dra")
		e.Subjects = []string{id}
		at := db.At(s.Book.Now())
		if _, err := tx.Exec(ctx, insertDraft, id, strings.TrimSpace(title), strings.TrimSpace(why), newest.Version, restores, actor.ID, actor.Name, at); err != nil {
			return "", fmt.Errorf("begin draft: %w", err)
		}
		return id, s.word(ctx, tx, actor, id, 1, terms)
	})
}

// word adds a wording.
func (s *Service) word(ctx context.Context, tx *db.Tx, actor lead.Actor, draftID string, wording int64, p policy.Policy) error {
	p.Version, p.RecordedAt, p.DecidedBy = 0, time.Time{}, ""
	text, err := json.Marshal(p)
	if err != nil {
		return fmt.Errorf("wording: %w", err)
	}
	n, err := tx.Exec(ctx, insertWording, draftID, wording, string(text), actor.ID, db.At(s.Book.Now()))
	if err != nil {
		return fmt.Errorf("wording: %w", err)
	}
	if n == 0 {
		return lead.ErrConflict
	}
	return nil
}

// on runs an act on a draft that is still open, as the coordinator.
func (s *Service) on(ctx context.Context, actor lead.Actor, form ledger.Form, draftID, what string, act func(*db.Tx, Draft) error) error {
	entry := ledger.Entry{Actor: actor, Verb: ledger.Administered, Act: "deliberation.draft", Subjects: []string{draftID}, Detail: what}
	_, err := s.Book.Once(ctx, form, entry, func(tx *db.Tx, _ *ledger.Entry) (string, error) {
		if err := s.Access.Check(actor, "deliberation.draft", access.Screen{}); err != nil {
			return "", err
		}
		d, err := draft(ctx, tx, draftID)
		if err != nil {
			return "", err
		}
		if !d.State().Open() {
			return "", lead.ErrConflict
		}
		return draftID, act(tx, d)
	})
	return err
}

// Change adds a wording to a draft. from is the wording that the author was
// looking at.
func (s *Service) Change(ctx context.Context, actor lead.Actor, form ledger.Form, draftID string, from int64, p policy.Policy) error {
	return s.on(ctx, actor, form, draftID, "wording", func(tx *db.Tx, d Draft) error {
		if from != d.Wording {
			return lead.ErrConflict
		}
		p.InForceFrom, p.DecidedBy = db.Day(s.Book.Now()), "-" // neither is the draft's to say
		p.ApproveSocial = p.ApproveBy != policy.Nobody
		if err := p.Check(); err != nil {
			return err
		}
		if len(policy.Compare(d.Terms, p)) == 0 {
			return nil
		}
		return s.word(ctx, tx, actor, draftID, from+1, p)
	})
}

// Consult puts a draft to everybody until a day. Later it can be put to them for
// longer.
func (s *Service) Consult(ctx context.Context, actor lead.Actor, form ledger.Form, draftID, untilOn string) error {
	return s.on(ctx, actor, form, draftID, "consulted", func(tx *db.Tx, d Draft) error {
		today := db.Day(s.Book.Now())
		_, err := time.Parse(time.DateOnly, untilOn)
		switch {
		case err != nil || untilOn < today:
			return lead.Invalid{"until_on": "Choose the last day to comment: today or later"}
		case len(d.Changes()) == 0:
			return lead.Invalid{"until_on": "Nothing is different from the version in force: change the draft first"}
		}
		return s.step(ctx, tx, actor, draftID, "consulted", untilOn, "")
	})
}

// Withdraw takes a draft back. It stays readable, with why.
func (s *Service) Withdraw(ctx context.Context, actor lead.Actor, form ledger.Form, draftID, words string) error {
	return s.on(ctx, actor, form, draftID, "withdrawn", func(tx *db.Tx, _ Draft) error {
		bad := lead.Invalid{}
		if strings.TrimSpace(words) == "" {
			bad["words"] = "Say why it is taken back: everybody can go on reading it"
		}
		bad.TooLong("words", words, 1000)
		if err := bad.OrNil(); err != nil {
			return err
		}
		return s.step(ctx, tx, actor, draftID, "withdrawn", "", strings.TrimSpace(words))
	})
}

func (s *Service) step(ctx context.Context, tx *db.Tx, actor lead.Actor, draftID, kind, untilOn, words string) error {
	if _, err := tx.Exec(ctx, insertStep, lead.NewID("dst"), draftID, kind, untilOn, words, actor.ID, db.At(s.Book.Now())); err != nil {
		return fmt.Errorf("draft %s: %w", kind, err)
	}
	return nil
}

// Comment adds what somebody who holds a seat says about the newest wording.
func (s *Service) Comment(ctx context.Context, actor lead.Actor, form ledger.Form, draftID, words string) error {
	entry := ledger.Entry{Actor: actor, Verb: ledger.Collected, Act: "deliberation.comment", Subjects: []string{draftID}}
	_, err := s.Book.Once(ctx, form, entry, func(tx *db.Tx, _ *ledger.Entry) (string, error) {
		d, err := draft(ctx, tx, draftID)
		if err != nil {
			return "", err
		}
		seats, err := partner.SeatsOf(ctx, tx, actor.ID, s.Book.Now())
		if err != nil {
			return "", err
		}
		if err := s.Access.Check(actor, "deliberation.comment", access.Deliberation{ID: draftID, Drafter: d.DrafterID, Seat: len(seats) > 0}); err != nil {
			return "", err
		}
		if !d.Listens(db.Day(s.Book.Now())) {
			return "", lead.ErrConflict
		}
		bad := lead.Invalid{}
		if strings.TrimSpace(words) == "" {
			bad["words"] = "Write what you think of it, in your own words"
		}
		bad.TooLong("words", words, 4000)
		if err := bad.OrNil(); err != nil {
			return "", err
		}
		_, err = tx.Exec(ctx, insertComment, lead.NewID("com"), draftID, d.Wording, actor.ID, actor.Name, seats[0].Organisation, strings.TrimSpace(words), db.At(s.Book.Now()))
		if err != nil {
			return "", fmt.Errorf("comment: %w", err)
		}
		return draftID, nil
	})
	return err
}

// Answer adds the author's answer to a comment. There is one.
func (s *Service) Answer(ctx context.Context, actor lead.Actor, form ledger.Form, draftID, commentID, words string) error {
	return s.on(ctx, actor, form, draftID, "answered", func(tx *db.Tx, d Draft) error {
		if !slices.ContainsFunc(d.Comments, func(c Comment) bool { return c.ID == commentID }) {
			return lead.ErrNotFound
		}
		bad := lead.Invalid{}
		if strings.TrimSpace(words) == "" {
			bad["answer_"+commentID] = "Write your answer"
		}
		bad.TooLong("answer_"+commentID, words, 4000)
		if err := bad.OrNil(); err != nil {
			return err
		}
		n, err := tx.Exec(ctx, insertAnswer, commentID, strings.TrimSpace(words), actor.ID, db.At(s.Book.Now()))
		if err != nil {
			return fmt.Errorf("answer: %w", err)
		}
		if n == 0 {
			return lead.ErrConflict
		}
		return nil
	})
}

// Draft returns one draft with all that was said and decided about it.
func (s *Service) Draft(ctx context.Context, draftID string) (Draft, error) {
	var d Draft
	err := s.Book.Look(ctx, func(tx *db.Tx) error {
		var err error
		d, err = draft(ctx, tx, draftID)
		return err
	})
	return d, err
}

// Earlier returns one wording of a draft.
func (s *Service) Earlier(ctx context.Context, draftID string, wording int64) (policy.Policy, error) {
	var p policy.Policy
	err := s.Book.Look(ctx, func(tx *db.Tx) error {
		var err error
		p, _, err = wordingOf(ctx, tx, draftID, wording)
		return err
	})
	return p, err
}

// Drafts returns drafts, newest first, without what was said about them.
func (s *Service) Drafts(ctx context.Context) ([]Draft, error) {
	var out []Draft
	err := s.Book.Look(ctx, func(tx *db.Tx) error {
		ids, err := db.All(ctx, tx, func(row db.Row) (string, error) {
			var id string
			return id, row.Scan(&id)
		}, draftIDs)
		if err != nil {
			return fmt.Errorf("drafts: %w", err)
		}
		for _, id := range ids {
			d, err := draft(ctx, tx, id)
			if err != nil {
				return err
			}
			out = append(out, d)
		}
		return nil
	})
	return out, err
}

// SeatsOf returns the seats that the actor holds.
func (s *Service) SeatsOf(ctx context.Context, actor lead.Actor) ([]partner.Seat, error) {
	var out []partner.Seat
	err := s.Book.Look(ctx, func(tx *db.Tx) error {
		var err error
		out, err = partner.SeatsOf(ctx, tx, actor.ID, s.Book.Now())
		return err
	})
	return out, err
}

// draft reads one draft.
func draft(ctx context.Context, tx *db.Tx, draftID string) (Draft, error) {
	d := Draft{ID: draftID}
	var at, changed db.Time
	err := tx.One(ctx, draftByID, draftID).Scan(&d.Title, &d.Why, &d.Base, &d.Restores, &d.DrafterID, &d.Author, &at, &d.Wording)
	if err != nil {
		return d, err
	}
	d.At = at.Time
	var when time.Time
	if d.Terms, when, err = wordingOf(ctx, tx, draftID, d.Wording); err != nil {
		return d, err
	}
	changed.Time = when
	d.Changed = changed.Time
	if d.Newest, err = policy.Newest(ctx, tx); err != nil {
		return d, err
	}
	d.Steps, err = db.All(ctx, tx, func(row db.Row) (Step, error) {
		var st Step
		var at db.Time
		err := row.Scan(&st.Kind, &st.UntilOn, &st.Words, &at)
		st.At = at.Time
		return st, err
	}, stepsOf, draftID)
	if err != nil {
		return d, fmt.Errorf("draft: steps: %w", err)
	}
	d.Comments, err = db.All(ctx, tx, func(row db.Row) (Comment, error) {
		var c Comment
		var at, answered db.Time
		err := row.Scan(&c.ID, &c.Wording, &c.AccountID, &c.Name, &c.Organisation, &c.Words, &at, &c.Answer, &answered)
		c.At, c.AnsweredAt = at.Time, answered.Time
		return c, err
	}, commentsOf, draftID)
	if err != nil {
		return d, fmt.Errorf("draft: comments: %w", err)
	}
	if d.Decisions, err = decisions(ctx, tx, decisionsOfDraft, draftID); err != nil {
		return d, err
	}
	for _, c := range d.Decisions { // once it is decided, the comparison is with what was in force then
		if c.Against != 0 && d.State() == Enacted {
			if d.Newest, err = policy.Version(ctx, tx, c.Against); err != nil {
				return d, err
			}
		}
	}
	d.Trial, err = trialOf(ctx, tx, draftID, d.Wording, d.Terms)
	return d, err
}

func wordingOf(ctx context.Context, tx *db.Tx, draftID string, wording int64) (policy.Policy, time.Time, error) {
	var text string
	var at db.Time
	if err := tx.One(ctx, wordingByNumber, draftID, wording).Scan(&text, &at); err != nil {
		return policy.Policy{}, time.Time{}, err
	}
	var p policy.Policy
	if err := json.Unmarshal([]byte(text), &p); err != nil {
		return policy.Policy{}, time.Time{}, fmt.Errorf("wording: %w", err)
	}
	return p, at.Time, nil
}

// Trial is what a wording would have changed for the contacts of twelve whole
// months. All of it is worked out from what police published in tens, so that no
// draft, and no two drafts, tell more than that (R44).
type Trial struct {
	From, Until  string // YYYY-MM
	Against      int64  // the version that it is compared with
	Counted      int
	Before       int // of those, eligible under that version
	After        int // and under the draft
	More         []Turn
	Fewer        []Turn
	MoreContacts int
	FewContacts  int
}

// Turn is a group of contacts that the draft judges otherwise.
type Turn struct {
	Door               string
	Offences, Criteria []string // in words
	Contacts           int
}

// Compare works a trial out of a published set. It is a function of that set and
// the two policies, and looks at nothing else.
func Compare(set judged.Set, before, after policy.Policy) Trial {
	t := Trial{From: set.From(), Until: set.Until, Against: before.Version}
	for _, g := range set.Groups {
		j := policy.Judged{Door: g.Door, Offences: g.Offences, Criteria: g.Criteria}
		was, is := before.Eligible(j), after.Eligible(j)
		t.Counted += g.Contacts
		if was {
			t.Before += g.Contacts
		}
		if is {
			t.After += g.Contacts
		}
		turn := Turn{Door: g.Door, Contacts: g.Contacts}
		for _, code := range g.Offences {
			turn.Offences = append(turn.Offences, wordsOf(code, before, after))
		}
		for _, code := range g.Criteria {
			turn.Criteria = append(turn.Criteria, criterionOf(code, before, after))
		}
		switch {
		case is && !was:
			t.More, t.MoreContacts = append(t.More, turn), t.MoreContacts+g.Contacts
		case was && !is:
			t.Fewer, t.FewContacts = append(t.Fewer, turn), t.FewContacts+g.Contacts
		}
	}
	return t
}

func wordsOf(code string, in ...policy.Policy) string {
	for _, p := range in {
		if o, ok := p.Offence(code); ok {
			return o.Label
		}
	}
	return code
}

func criterionOf(code string, in ...policy.Policy) string {
	for _, p := range in {
		if c, ok := p.Criterion(code); ok {
			return c.Words
		}
	}
	return code
}

// Try holds the newest wording against what was recorded, once. What it shows
// stays with the wording.
func (s *Service) Try(ctx context.Context, actor lead.Actor, form ledger.Form, draftID string) error {
	if err := s.Access.Check(actor, "deliberation.draft", access.Screen{}); err != nil {
		return err
	}
	until, err := s.Publish(ctx)
	if err != nil {
		return fmt.Errorf("try draft: %w", err)
	}
	return s.on(ctx, actor, form, draftID, "tried", func(tx *db.Tx, d Draft) error {
		_, err := tx.Exec(ctx, insertTrial, draftID, d.Wording, d.Newest.Version, until, actor.ID, db.At(s.Book.Now()))
		if err != nil {
			return fmt.Errorf("try draft: %w", err)
		}
		return nil
	})
}

func trialOf(ctx context.Context, tx *db.Tx, draftID string, wording int64, terms policy.Policy) (*Trial, error) {
	var against int64
	var until string
	err := tx.One(ctx, trialByWording, draftID, wording).Scan(&against, &until)
	if errors.Is(err, lead.ErrNotFound) {
		return nil, nil //nolint:nilnil // nobody tried it
	}
	if err != nil {
		return nil, fmt.Errorf("trial: %w", err)
	}
	before, err := policy.Version(ctx, tx, against)
	if err != nil {
		return nil, err
	}
	set, err := judged.Read(ctx, tx, until)
	if err != nil {
		return nil, err
	}
	t := Compare(set, before, terms)
	return &t, nil
}
