// Package voice keeps what people ask the partnership to change, from the front
// line and from lived experience, and what became of it: you said, we did; and the
// part that lived experience has in design, implementation and evaluation, with
// prompt payment for it (R53). It imports lead, platform and partnership/partner.
package voice

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"waymark.example/internal/lead"
	"waymark.example/internal/partnership/partner"
	"waymark.example/internal/platform/access"
	"waymark.example/internal/platform/db"
	"waymark.example/internal/platform/ledger"
)

// Voice is whose word a proposal is.
type Voice string

// The voices.
const (
	FrontLine Voice = "front_line"
	Lived     Voice = "lived"
	Partner   Voice = "partner"
)

// Words returns the voice as people say it.
func (v Voice) Words() string {
	return map[Voice]string{FrontLine: "From the front line", Lived: "From lived experience", Partner: "From a partner"}[v]
}

// Stages lists what a part is had in, with words.
func Stages() [][2]string {
	return [][2]string{{"design", "How the scheme is designed"}, {"implementation", "How it works day by day"}, {"evaluation", "How we find out whether it works"}}
}

// StageWords returns a stage as people say it.
func StageWords(code string) string {
	for _, s := range Stages() {
		if s[0] == code {
			return s[1]
		}
	}
	return code
}

// Standing is where a proposal stands.
type Standing string

// The standings. None of them says no for good.
const (
	Waiting Standing = ""
	Looking Standing = "looking"
	Meeting Standing = "meeting"
	Changed Standing = "changed"
	NotNow  Standing = "not_now"
)

// Answers lists what can be answered, with words.
func Answers() [][2]string {
	return [][2]string{{"looking", "We are looking into it"}, {"meeting", "A meeting takes it up"}, {"changed", "We changed something"}, {"not_now", "Not now, and why"}}
}

// Words returns where it stands, as people say it.
func (s Standing) Words() string {
	for _, a := range Answers() {
		if a[0] == string(s) {
			return a[1]
		}
	}
	return "Waits for an answer"
}

// Proposal is something that somebody asks to be changed.
type Proposal struct {
	ID       string
	Account  string
	By       string // a name, "" where they do not want it shown
	Org      string // organisation_id
	Voice    Voice
	Stage    string
	Words    string // as they were written, or as everybody reads them
	Named    bool
	At       time.Time
	Version  int64 // of the answer, 0 for none
	Standing Standing
	Answer   string
	Answered time.Time
}

// First returns its first words, to know it by.
func (p Proposal) First() string {
	const most = 8
	words := strings.Fields(p.Words)
	if len(words) <= most {
		return strings.Join(words, " ")
	}
	return strings.Join(words[:most], " ") + " …"
}

// StageWords returns what it is about, as people say it.
func (p Proposal) StageWords() string { return StageWords(p.Stage) }

// Service carries out the use cases.
type Service struct {
	Book   *ledger.Book // of the meeting handle
	Access *access.Decider
}

// Propose keeps a proposal. Anybody with an account can make one.
func (s *Service) Propose(ctx context.Context, actor lead.Actor, form ledger.Form, p Proposal) (string, error) {
	entry := ledger.Entry{Actor: actor, Verb: ledger.Collected, Act: "proposal.make"}
	return s.Book.Once(ctx, form, entry, func(tx *db.Tx, _ *ledger.Entry) (string, error) {
		if err := s.Access.Check(actor, "proposal.make", access.Screen{}); err != nil {
			return "", err
		}
		bad := lead.Invalid{}
		if strings.TrimSpace(p.Words) == "" {
			bad["words"] = "Write down what you would change"
		}
		bad.TooLong("words", p.Words, 2000)
		if !slices.ContainsFunc(Stages(), func(x [2]string) bool { return x[0] == p.Stage }) {
			bad["stage"] = "Choose what it is about"
		}
		if err := bad.OrNil(); err != nil {
			return "", err
		}
		seats, err := partner.SeatsOf(ctx, tx, actor.ID, s.Book.Now())
		if err != nil {
			return "", err
		}
		p.ID, p.Account, p.Org, p.At = lead.NewID("prp"), actor.ID, actor.Organisation, s.Book.Now()
		p.Voice = voiceOf(actor, seats)
		return p.ID, addProposal(ctx, tx, p)
	})
}

func voiceOf(actor lead.Actor, seats []partner.Seat) Voice {
	switch {
	case actor.Has(lead.PanelMember), slices.ContainsFunc(seats, func(x partner.Seat) bool { return x.Lived }):
		return Lived
	case actor.Side == lead.Police, actor.Side == lead.Care, actor.Side == lead.Recipient:
		return FrontLine
	}
	return Partner
}

// Heard is what people proposed, as the actor may read it.
type Heard struct {
	Mine   []Proposal // with every answer's newest version
	Shown  []Proposal // answered, for everybody to read
	Wait   []Proposal // for the coordinator to answer
	Answer bool       // the actor answers
}

// Proposals returns the actor's own, and those that were answered, for everybody;
// and what waits for an answer, for the coordinator.
func (s *Service) Proposals(ctx context.Context, actor lead.Actor) (Heard, error) {
	var out Heard
	entry := ledger.Entry{Actor: actor, Verb: ledger.Consulted, Act: "proposal.list"}
	err := s.Book.Record(ctx, entry, func(tx *db.Tx, _ *ledger.Entry) error {
		if err := s.Access.Check(actor, "proposal.make", access.Screen{}); err != nil {
			return err
		}
		out.Answer = s.Access.Check(actor, "proposal.answer", access.Screen{}) == nil
		var err error
		if out.Mine, err = proposalsBy(ctx, tx, actor.ID); err != nil {
			return err
		}
		if out.Shown, err = proposalsShown(ctx, tx); err != nil || !out.Answer {
			return err
		}
		out.Wait, err = proposalsWaiting(ctx, tx)
		return err
	})
	return out, err
}

// One returns one proposal to whoever made it and to the coordinator.
func (s *Service) One(ctx context.Context, actor lead.Actor, proposalID string) (Proposal, error) {
	var out Proposal
	entry := ledger.Entry{Actor: actor, Verb: ledger.Consulted, Act: "proposal.read"}
	err := s.Book.Record(ctx, entry, func(tx *db.Tx, _ *ledger.Entry) error {
		if err := s.Access.Check(actor, "proposal.answer", access.Screen{}); err != nil {
			return err
		}
		var err error
		out, err = oneProposal(ctx, tx, proposalID)
		return err
	})
	return out, err
}

// Reply is an answer to a proposal.
type Reply struct {
	Standing  Standing
	Shown     string // what everybody reads that was said
	Answer    string
	MeetingID string
}

// Answer keeps what became of a proposal. from is the version of the answer that
// was on the screen.
func (s *Service) Answer(ctx context.Context, actor lead.Actor, form ledger.Form, proposalID string, from int64, r Reply) error {
	entry := ledger.Entry{Actor: actor, Verb: ledger.Altered, Act: "proposal.answer"}
	_, err := s.Book.Once(ctx, form, entry, func(tx *db.Tx, e *ledger.Entry) (string, error) {
		if err := s.Access.Check(actor, "proposal.answer", access.Screen{}); err != nil {
			return "", err
		}
		if _, err := oneProposal(ctx, tx, proposalID); err != nil {
			return "", err
		}
		bad := lead.Invalid{}
		if !slices.ContainsFunc(Answers(), func(x [2]string) bool { return x[0] == string(r.Standing) }) {
			bad["standing"] = "Choose where it stands"
		}
		if strings.TrimSpace(r.Answer) == "" {
			bad["answer"] = "Say what became of it, or why not now"
		}
		bad.TooLong("answer", r.Answer, 2000)
		if strings.TrimSpace(r.Shown) == "" {
			bad["shown"] = "Write down what everybody reads: without names, and without anything about a person"
		}
		bad.TooLong("shown", r.Shown, 2000)
		if err := bad.OrNil(); err != nil {
			return "", err
		}
		e.Detail = string(r.Standing)
		return proposalID, addAnswer(ctx, tx, proposalID, from+1, r, actor.ID, s.Book.Now())
	})
	return err
}

// Share is one side of the balance: how many people of it have a seat, how often
// it was there, what it raised and what changed because of it. They are counts, and
// rank nobody.
type Share struct {
	People, Attended, Raised, Changed int
}

// Balance is lived experience beside everybody else, over a year.
type Balance struct {
	Lived, Others Share
	Meetings      int // that were held
	Without       int // of them, held without anybody of lived experience
}

// balance counts the two sides of the table.
func (s *Service) balance(ctx context.Context, tx *db.Tx) (Balance, error) {
	var out Balance
	now := s.Book.Now()
	bodies, err := partner.Bodies(ctx, tx)
	if err != nil {
		return out, err
	}
	lived := map[string]bool{} // by who sits there: nobody counts twice for two seats
	for _, b := range bodies {
		seats, err := partner.SeatsIn(ctx, tx, b.ID, now)
		if err != nil {
			return out, err
		}
		for _, x := range seats {
			lived[x.Sitter()] = lived[x.Sitter()] || x.Lived
		}
	}
	for _, with := range lived {
		if with {
			out.Lived.People++
		} else {
			out.Others.People++
		}
	}
	err = countVoices(ctx, tx, now.AddDate(-1, 0, 0), now, &out)
	return out, err
}

// Involvement is something that somebody of lived experience did.
type Involvement struct {
	ID      string
	Account string
	Who     string
	Stage   string
	Words   string
	Support string // what was offered with it: somebody to come along, a quiet room, a talk afterwards
	On      string // YYYY-MM-DD
	At      time.Time
}

// StageWords returns what it was part of, as people say it.
func (i Involvement) StageWords() string { return StageWords(i.Stage) }

// Payment is what somebody is paid for their time or given back for their costs.
type Payment struct {
	ID      string
	Account string
	Who     string
	Kind    string
	Pence   int64
	Words   string
	On      string
	AskedBy string // account_id
	Asked   time.Time
	Yes     time.Time
	YesBy   string
	No      time.Time
	Why     string // not agreed
	Paid    time.Time
}

// PaymentKinds lists what is paid for, with words.
func PaymentKinds() [][2]string {
	return [][2]string{{"time", "Time"}, {"travel", "Travel"}, {"care", "Somebody to look after a child, a relative or an animal"}, {"meal", "A meal"}, {"other", "Something else"}}
}

// KindWords returns what it is for, as people say it.
func (p Payment) KindWords() string {
	for _, k := range PaymentKinds() {
		if k[0] == p.Kind {
			return k[1]
		}
	}
	return p.Kind
}

// Days returns for how many whole days somebody has waited for their money.
func (p Payment) Days(now time.Time) int {
	end := now
	if !p.Paid.IsZero() {
		end = p.Paid
	}
	return int(end.Sub(p.Asked).Hours() / 24)
}

// Open reports whether it still waits for a yes or for the money.
func (p Payment) Open() bool { return p.Paid.IsZero() && p.No.IsZero() }

// Page is the part that lived experience has, as the actor may see it.
type Page struct {
	Balance     Balance
	Did         []Proposal // you said, we did
	Involvement []Involvement
	Payments    []Payment
	People      []Person // who can be paid; for the coordinator
	Own         bool     // the actor sees their own part alone
	Now         time.Time
}

// Person is somebody of lived experience with an account.
type Person struct{ ID, Name string }

// Lived returns the balance of voices to everybody who may see it; the actor's own
// part and payments, or everybody's for the coordinator and the commissioner.
func (s *Service) Lived(ctx context.Context, actor lead.Actor) (Page, error) {
	out := Page{Now: s.Book.Now(), Own: s.Access.Check(actor, "payment.approve", access.Screen{}) != nil}
	entry := ledger.Entry{Actor: actor, Verb: ledger.Consulted, Act: "involvement.read"}
	err := s.Book.Record(ctx, entry, func(tx *db.Tx, _ *ledger.Entry) error {
		if err := s.Access.Check(actor, "involvement.read", access.Screen{}); err != nil {
			return err
		}
		var err error
		if out.Balance, err = s.balance(ctx, tx); err != nil {
			return err
		}
		shown, err := proposalsShown(ctx, tx)
		if err != nil {
			return err
		}
		for _, p := range shown {
			if p.Voice == Lived {
				out.Did = append(out.Did, p)
			}
		}
		of := ""
		if out.Own {
			of = actor.ID
		}
		if out.Involvement, err = involvements(ctx, tx, of); err != nil {
			return err
		}
		if out.Payments, err = payments(ctx, tx, of); err != nil {
			return err
		}
		if s.Access.Check(actor, "involvement.keep", access.Screen{}) == nil {
			out.People, err = people(ctx, tx)
		}
		return err
	})
	return out, err
}

// Involve keeps what somebody did, with what was offered to make it fit.
func (s *Service) Involve(ctx context.Context, actor lead.Actor, form ledger.Form, i Involvement) error {
	entry := ledger.Entry{Actor: actor, Verb: ledger.Administered, Act: "involvement.keep"}
	_, err := s.Book.Once(ctx, form, entry, func(tx *db.Tx, _ *ledger.Entry) (string, error) {
		if err := s.Access.Check(actor, "involvement.keep", access.Screen{}); err != nil {
			return "", err
		}
		bad := lead.Invalid{}
		if err := s.person(ctx, tx, i.Account, bad); err != nil {
			return "", err
		}
		if !slices.ContainsFunc(Stages(), func(x [2]string) bool { return x[0] == i.Stage }) {
			bad["stage"] = "Choose what it was part of"
		}
		if strings.TrimSpace(i.Words) == "" {
			bad["words"] = "Write down what they did"
		}
		bad.TooLong("words", i.Words, 1000)
		bad.TooLong("support", i.Support, 500)
		past(bad, i.On, s.Book.Now())
		if err := bad.OrNil(); err != nil {
			return "", err
		}
		i.ID, i.At = lead.NewID("inv"), s.Book.Now()
		return i.ID, addInvolvement(ctx, tx, i, actor.ID)
	})
	return err
}

// person notes in bad when nobody of lived experience has that account.
func (s *Service) person(ctx context.Context, tx *db.Tx, accountID string, bad lead.Invalid) error {
	all, err := people(ctx, tx)
	if !slices.ContainsFunc(all, func(p Person) bool { return p.ID == accountID }) {
		bad["who"] = "Choose who"
	}
	return err
}

func past(bad lead.Invalid, day string, now time.Time) {
	if _, err := time.Parse(time.DateOnly, day); err != nil || day > db.Day(now) {
		bad["on"] = "Enter the day it was"
	}
}

// ReadPounds reads an amount such as 12 or 12.50 as whole pence; 0 for what is none.
func ReadPounds(text string) int64 {
	pounds, pence, cut := strings.Cut(strings.TrimPrefix(strings.TrimSpace(text), "£"), ".")
	if !cut {
		pence = "00"
	}
	if len(pence) != 2 || pounds == "" || len(pounds) > 6 || strings.ContainsFunc(pounds+pence, func(r rune) bool { return r < '0' || r > '9' }) {
		return 0
	}
	n, err := strconv.ParseInt(pounds+pence, 10, 64)
	if err != nil {
		return 0
	}
	return n
}

// Pounds writes an amount as people do.
func (p Payment) Pounds() string { return fmt.Sprintf("£%d.%02d", p.Pence/100, p.Pence%100) }

// mostPence is the most that one payment can be.
const mostPence = 100000

// Ask asks that somebody be paid: oneself, or with the coordinator's help. Nobody
// is asked for a receipt.
func (s *Service) Ask(ctx context.Context, actor lead.Actor, form ledger.Form, p Payment) error {
	entry := ledger.Entry{Actor: actor, Verb: ledger.Administered, Act: "payment.ask"}
	_, err := s.Book.Once(ctx, form, entry, func(tx *db.Tx, _ *ledger.Entry) (string, error) {
		if err := s.Access.Check(actor, "payment.ask", access.Screen{}); err != nil {
			return "", err
		}
		bad := lead.Invalid{}
		if !actor.Has(lead.Coordinator) {
			p.Account = actor.ID
		} else if err := s.person(ctx, tx, p.Account, bad); err != nil {
			return "", err
		}
		if !slices.ContainsFunc(PaymentKinds(), func(k [2]string) bool { return k[0] == p.Kind }) {
			bad["kind"] = "Choose what it is for"
		}
		if p.Pence <= 0 || p.Pence > mostPence {
			bad["amount"] = "Enter an amount in pounds, such as 12.50, up to 1,000"
		}
		bad.TooLong("words", p.Words, 300)
		past(bad, p.On, s.Book.Now())
		if err := bad.OrNil(); err != nil {
			return "", err
		}
		p.ID, p.AskedBy, p.Asked = lead.NewID("pay"), actor.ID, s.Book.Now()
		return p.ID, addPayment(ctx, tx, p)
	})
	return err
}

// Step approves a payment, does not agree to it, or keeps that it was paid.
func (s *Service) Step(ctx context.Context, actor lead.Actor, form ledger.Form, paymentID, kind, words string) error {
	entry := ledger.Entry{Actor: actor, Verb: ledger.Administered, Act: "payment.step"}
	_, err := s.Book.Once(ctx, form, entry, func(tx *db.Tx, e *ledger.Entry) (string, error) {
		p, err := onePayment(ctx, tx, paymentID)
		if err != nil {
			return "", err
		}
		e.Detail = map[string]string{"approved": "approved", "not_agreed": "not agreed", "paid": "paid"}[kind]
		switch kind {
		case "approved", "not_agreed":
			if err := s.Access.Check(actor, "payment.approve", access.Colleague{ID: p.Account, Asker: p.AskedBy}); err != nil {
				return "", err
			}
			if !p.Yes.IsZero() || !p.No.IsZero() {
				return "", lead.ErrConflict
			}
			if kind == "not_agreed" && strings.TrimSpace(words) == "" {
				return "", lead.Invalid{"words": "Say why: they read it"}
			}
		case "paid":
			if err := s.Access.Check(actor, "payment.pay", access.Screen{}); err != nil {
				return "", err
			}
			if p.Yes.IsZero() || !p.Paid.IsZero() {
				return "", lead.ErrConflict
			}
		default:
			return "", lead.ErrNotFound // a form that is none of ours
		}
		if len([]rune(words)) > 300 {
			return "", lead.Invalid{"words": "Shorten this to 300 characters or fewer"}
		}
		return p.ID, addStep(ctx, tx, p.ID, kind, words, actor.ID, s.Book.Now())
	})
	return err
}

// Approvable reports whether the actor can be the second person of a payment.
func (s *Service) Approvable(actor lead.Actor, p Payment) bool {
	return p.Open() && p.Yes.IsZero() && s.Access.Check(actor, "payment.approve", access.Colleague{ID: p.Account, Asker: p.AskedBy}) == nil
}

// newest puts what was answered last first.
func newest(all []Proposal) {
	slices.SortFunc(all, func(a, b Proposal) int {
		return cmp.Or(b.Answered.Compare(a.Answered), strings.Compare(b.ID, a.ID))
	})
}
