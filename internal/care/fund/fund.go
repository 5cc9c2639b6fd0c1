// Package fund keeps a team's flexible fund: small sums for what somebody needs
// now, asked for by one and approved by another, in an account that always
// balances. Nobody brings a receipt to be believed (R40). It imports lead,
// platform and care/participant.
package fund

import (
	"context"
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"

	"waymark.example/internal/care/internal/choice"
	"waymark.example/internal/care/participant"
	"waymark.example/internal/lead"
	"waymark.example/internal/platform/access"
	"waymark.example/internal/platform/db"
	"waymark.example/internal/platform/ledger"
)

// Service carries out the use cases.
type Service struct{ People *participant.Service }

// Pence is a sum of money in whole pence.
type Pence int64

// String writes a sum as people read it.
func (p Pence) String() string { return fmt.Sprintf("£%d.%02d", int64(p)/100, int64(p)%100) }

// Read reads "12", "12.50" or "£12.50"; false when it is no sum above nothing.
func Read(text string) (Pence, bool) {
	text = strings.TrimPrefix(strings.ReplaceAll(strings.ReplaceAll(text, " ", ""), ",", ""), "£")
	pounds, pence, cut := strings.Cut(text, ".")
	if cut && len(pence) != 2 || pounds == "" || strings.ContainsFunc(pounds+pence, func(r rune) bool { return r < '0' || r > '9' }) {
		return 0, false
	}
	n, err := strconv.ParseInt(pounds+pence, 10, 64)
	if !cut {
		n *= 100
	}
	return Pence(n), err == nil && n > 0 && len(pounds) <= 7 && n < math.MaxInt32
}

// Fund is what a team has.
type Fund struct {
	Available, Promised, Spent Pence
	Most                       Pence // for one request
}

// Kinds lists what money is asked for, with words.
func Kinds() [][2]string {
	return [][2]string{{"food", "Food or drink"}, {"shelter", "Somewhere tonight, or a deposit"}, {"clothes", "Clothes or a blanket"}, {"phone", "A phone or credit"}, {"travel", "Travel"},
		{"papers", "ID or documents"}, {"health", "Health and hygiene"}, {"work", "Work or learning"}, {"other", "Something else"}}
}

// Ways lists how it is paid, with words.
func Ways() [][2]string {
	return [][2]string{{"bought", "We bought it together"}, {"card", "A card or voucher"}, {"cash", "Cash in their hand"}, {"paid", "Paid straight to somebody"}}
}

// KindWords returns the words of what it is for.
func KindWords(kind string) string { return choice.Words(Kinds(), kind) }

// WayWords returns the words of how it was paid.
func WayWords(way string) string { return choice.Words(Ways(), way) }

// Step is what became of a request.
type Step struct {
	Version int64
	Kind    string // approved, not_now, paid or not_needed
	Pence   Pence
	Way     string
	Words   string
	By      string
	At      time.Time
}

// Title says what was done.
func (s Step) Title() string {
	switch s.Kind {
	case "approved":
		return "Approved"
	case "paid":
		return "Paid, " + s.Pence.String() + ": " + strings.ToLower(choice.Words(Ways(), s.Way))
	case "not_needed":
		return "Not needed any more"
	}
	return "Not now"
}

// Request is money asked for, for one person.
type Request struct {
	ID       string
	PersonID string
	Team     string
	Kind     string
	Pence    Pence
	Words    string
	AskedBy  string
	By       string
	At       time.Time
	Steps    []Step
}

// KindWords returns what it is for, as people say it.
func (r Request) KindWords() string { return choice.Words(Kinds(), r.Kind) }

// Standing returns the last step's kind, "asked" when there is none.
func (r Request) Standing() string {
	if len(r.Steps) == 0 {
		return "asked"
	}
	return r.Steps[len(r.Steps)-1].Kind
}

// StandingWords says where it stands.
func (r Request) StandingWords() string {
	return map[string]string{"asked": "Waits for a second person", "approved": "Approved, to be paid", "paid": "Paid", "not_now": "Not now", "not_needed": "Not needed any more"}[r.Standing()]
}

// MoneyIn puts money into the fund of the actor's team and says the most that
// one request may ask for.
func (s *Service) MoneyIn(ctx context.Context, actor lead.Actor, form ledger.Form, pence, most, source string) error {
	bad := lead.Invalid{}
	in, ok := Read(pence)
	if !ok {
		bad["pence"] = "Enter a sum, such as 500 or 500.00"
	}
	upTo, ok := Read(most)
	if !ok {
		bad["most"] = "Enter the most for one request, such as 100"
	}
	if strings.TrimSpace(source) == "" {
		bad["source"] = "Say who gave it: a body, not a person"
	}
	bad.TooLong("source", source, 120)
	entry := ledger.Entry{Actor: actor, Verb: ledger.Administered, Act: "fund.money_in"}
	_, err := s.People.Book.Once(ctx, form, entry, func(tx *db.Tx, _ *ledger.Entry) (string, error) {
		if err := s.People.Access.Check(actor, "fund.keep", access.Screen{}); err != nil {
			return "", err
		}
		if err := bad.OrNil(); err != nil {
			return "", err
		}
		if _, err := tx.Exec(ctx, makeFund, actor.Team, upTo); err != nil {
			return "", fmt.Errorf("money in: %w", err)
		}
		if _, err := tx.Exec(ctx, setMost, upTo, actor.Team); err != nil {
			return "", fmt.Errorf("money in: %w", err)
		}
		return actor.Team, s.move(ctx, tx, actor, actor.Team, "money_in", in, "", source)
	})
	return err
}

// move is the only way money moves: a line in the account and the sums it
// changes, together.
func (s *Service) move(ctx context.Context, tx *db.Tx, actor lead.Actor, team, kind string, pence Pence, requestID, source string) error {
	type way struct {
		sums     db.Query
		from, to string
	}
	w := map[string]way{"money_in": {moveIn, "funder", "available"}, "approve": {promise, "available", "promised"}, "pay": {payOut, "promised", "spent"}, "release": {giveBack, "promised", "available"}}[kind]
	n, err := tx.Exec(ctx, w.sums, pence, team)
	if err != nil {
		return fmt.Errorf("%s: %w", kind, err)
	}
	if n == 0 {
		return lead.Invalid{"pence": "The fund has not enough for this just now"}
	}
	if _, err := tx.Exec(ctx, insertLine, lead.NewID("fln"), team, kind, w.from, w.to, pence, requestID, source, actor.ID, db.At(s.People.Book.Now())); err != nil {
		return fmt.Errorf("%s: %w", kind, err)
	}
	return nil
}

// of returns what a team's fund has; an empty Fund when it was never opened.
func of(ctx context.Context, tx *db.Tx, team string) (Fund, error) {
	var f Fund
	err := tx.One(ctx, fundOf, team).Scan(&f.Available, &f.Promised, &f.Spent, &f.Most)
	if errors.Is(err, lead.ErrNotFound) {
		return Fund{}, nil
	}
	return f, err
}

// Ask asks the fund for somebody and returns the request's id.
func (s *Service) Ask(ctx context.Context, actor lead.Actor, form ledger.Form, participantID, kind, sum, why string) (string, error) {
	act := participant.Act{Action: "fund.ask", Name: "fund.ask", Verb: ledger.Collected}
	return s.People.Write(ctx, actor, form, act, participantID, func(tx *db.Tx, n *participant.Now) (string, error) {
		f, err := of(ctx, tx, n.Team)
		if err != nil {
			return "", err
		}
		bad := lead.Invalid{}
		pence, ok := Read(sum)
		switch {
		case !ok:
			bad["pence"] = "Enter a sum, such as 20 or 12.50"
		case pence > f.Most:
			bad["pence"] = "The most for one request is " + f.Most.String() + ". Talk with your supervisor about more"
		}
		if f.Most == 0 {
			bad["pence"] = "The fund has no money yet: your supervisor puts it in"
		}
		if !choice.Has(Kinds(), kind) {
			bad["kind"] = "Choose what it is for"
		}
		bad.TooLong("words", why, 500)
		if err := bad.OrNil(); err != nil {
			return "", err
		}
		if n.State == participant.Died {
			return "", lead.ErrConflict
		}
		id := lead.NewID("fnd")
		if _, err := tx.Exec(ctx, insertRequest, id, n.ID, n.Team, kind, pence, n.Seal("care_fund_request.words", why), actor.ID, db.At(s.People.Book.Now())); err != nil {
			return "", fmt.Errorf("ask the fund: %w", err)
		}
		return id, nil
	})
}

// change adds one step to a request of one person.
func (s *Service) change(ctx context.Context, actor lead.Actor, form ledger.Form, action access.Action, participantID, requestID, from string, step Step, move func(*db.Tx, Request) error) error {
	act := participant.Act{Action: action, Name: "fund." + step.Kind, Verb: ledger.Altered}
	_, err := s.People.Write(ctx, actor, form, act, participantID, func(tx *db.Tx, n *participant.Now) (string, error) {
		r, err := s.request(ctx, tx, *n, requestID)
		if err != nil {
			return "", err
		}
		if action == "fund.approve" && r.AskedBy == actor.ID { // nobody is their own second person
			return "", lead.ErrForbidden
		}
		bad := lead.Invalid{}
		bad.TooLong("words", step.Words, 500)
		if err := bad.OrNil(); err != nil {
			return "", err
		}
		if r.Standing() != from {
			return "", lead.ErrConflict
		}
		if move != nil {
			if err := move(tx, r); err != nil {
				return "", err
			}
		}
		added, err := tx.Exec(ctx, insertStep, r.ID, len(r.Steps)+1, step.Kind, step.Pence, step.Way, n.Seal("care_fund_step.words", step.Words), actor.ID, db.At(s.People.Book.Now()))
		if err != nil {
			return "", fmt.Errorf("fund: %w", err)
		}
		if added == 0 {
			return "", lead.ErrConflict
		}
		return r.ID, nil
	})
	return err
}

// Approve is the second person's yes; the money is promised from then on.
func (s *Service) Approve(ctx context.Context, actor lead.Actor, form ledger.Form, participantID, requestID string) error {
	return s.change(ctx, actor, form, "fund.approve", participantID, requestID, "asked", Step{Kind: "approved"}, func(tx *db.Tx, r Request) error {
		if err := s.move(ctx, tx, actor, r.Team, "approve", r.Pence, r.ID, ""); err != nil {
			return err
		}
		f, err := of(ctx, tx, r.Team) // its row is locked by the move: nobody changes the most meanwhile
		if err == nil && r.Pence > f.Most {
			return lead.Invalid{"pence": "The most for one request is " + f.Most.String() + " now. Say not now, and ask them to ask for less"}
		}
		return err
	})
}

// NotNow is the second person's no, with a word why that the person can hear.
func (s *Service) NotNow(ctx context.Context, actor lead.Actor, form ledger.Form, participantID, requestID, why string) error {
	if strings.TrimSpace(why) == "" {
		return lead.Invalid{"words": "Say why not now, in words that they can hear"}
	}
	return s.change(ctx, actor, form, "fund.approve", participantID, requestID, "asked", Step{Kind: "not_now", Words: why}, nil)
}

// Pay says that it was paid, how, and how much it was: what was not used goes
// back into the fund.
func (s *Service) Pay(ctx context.Context, actor lead.Actor, form ledger.Form, participantID, requestID, sum, way string) error {
	pence, ok := Read(sum)
	bad := lead.Invalid{}
	if !ok {
		bad["pence"] = "Enter what it was, such as 12.50"
	}
	if !choice.Has(Ways(), way) {
		bad["way"] = "Choose how it was paid"
	}
	if err := bad.OrNil(); err != nil {
		return err
	}
	return s.change(ctx, actor, form, "fund.ask", participantID, requestID, "approved", Step{Kind: "paid", Pence: pence, Way: way}, func(tx *db.Tx, r Request) error {
		if pence > r.Pence {
			return lead.Invalid{"pence": r.Pence.String() + " was approved. Ask again for the rest"}
		}
		if err := s.move(ctx, tx, actor, r.Team, "pay", pence, r.ID, ""); err != nil || pence == r.Pence {
			return err
		}
		return s.move(ctx, tx, actor, r.Team, "release", r.Pence-pence, r.ID, "")
	})
}

// NotNeeded gives what was promised back to the fund.
func (s *Service) NotNeeded(ctx context.Context, actor lead.Actor, form ledger.Form, participantID, requestID string) error {
	return s.change(ctx, actor, form, "fund.ask", participantID, requestID, "approved", Step{Kind: "not_needed"}, func(tx *db.Tx, r Request) error {
		return s.move(ctx, tx, actor, r.Team, "release", r.Pence, r.ID, "")
	})
}

func (s *Service) request(ctx context.Context, tx *db.Tx, n participant.Now, requestID string) (Request, error) {
	var r Request
	var at db.Time
	if err := tx.One(ctx, oneRequest, requestID, n.ID).Scan(&r.ID, &r.PersonID, &r.Team, &r.Kind, &r.Pence, &r.Words, &r.AskedBy, &r.By, &at); err != nil {
		return r, err
	}
	r.At = at.Time
	if err := n.Open(map[string]*string{"care_fund_request.words": &r.Words}); err != nil {
		return r, err
	}
	var err error
	r.Steps, err = db.All(ctx, tx, func(row db.Row) (Step, error) {
		var x Step
		var at db.Time
		if err := row.Scan(&x.Version, &x.Kind, &x.Pence, &x.Way, &x.Words, &x.By, &at); err != nil {
			return x, err
		}
		x.At = at.Time
		return x, n.Open(map[string]*string{"care_fund_step.words": &x.Words})
	}, stepsOf, r.ID)
	return r, err
}

// One returns one request of one person.
func (s *Service) One(ctx context.Context, actor lead.Actor, participantID, requestID string) (participant.Now, Request, error) {
	var now participant.Now
	var r Request
	act := participant.Act{Action: "fund.ask", Name: "fund.read"}
	err := s.People.Read(ctx, actor, act, participantID, func(tx *db.Tx, n participant.Now) error {
		now = n
		var err error
		r, err = s.request(ctx, tx, n, requestID)
		return err
	})
	return now, r, err
}

// Waiting is a request that waits for somebody.
type Waiting struct {
	Request
	Now participant.Now
}

// Read returns what the actor's team has, and the requests that wait: of the
// actor's own people, or of the team for a supervisor.
func (s *Service) Read(ctx context.Context, actor lead.Actor) (Fund, []Waiting, error) {
	var f Fund
	var out []Waiting
	entry := ledger.Entry{Actor: actor, Verb: ledger.Consulted, Act: "fund.list"}
	err := s.People.Book.Record(ctx, entry, func(tx *db.Tx, e *ledger.Entry) error {
		if err := s.People.Access.Check(actor, "fund.read", access.Screen{}); err != nil {
			return err
		}
		var err error
		if f, err = of(ctx, tx, actor.Team); err != nil {
			return fmt.Errorf("fund: %w", err)
		}
		ids, err := db.All(ctx, tx, func(row db.Row) ([2]string, error) {
			var id [2]string
			return id, row.Scan(&id[0], &id[1])
		}, openRequests, actor.ID, actor.Has(lead.Supervisor), actor.Team)
		if err != nil {
			return fmt.Errorf("fund: %w", err)
		}
		for _, id := range ids {
			n, err := s.People.Find(ctx, tx, id[1])
			if err != nil {
				return err
			}
			r, err := s.request(ctx, tx, n, id[0])
			if err != nil {
				return err
			}
			e.Subjects = append(e.Subjects, n.ID)
			out = append(out, Waiting{r, n})
		}
		return nil
	})
	return f, out, err
}

// Line is one line of the account: about a request, never about a person.
type Line struct {
	ID                      string
	At                      time.Time
	Kind, From, To          string
	Pence                   Pence
	RequestID, Source, Name string
}

// page is how many lines of the account are read together.
const page = 500

// Account hands every line of the actor's team's account to take, in order.
func (s *Service) Account(ctx context.Context, actor lead.Actor, take func(Line) error) error {
	entry := ledger.Entry{Actor: actor, Verb: ledger.Consulted, Act: "fund.account"}
	return s.People.Book.Record(ctx, entry, func(tx *db.Tx, _ *ledger.Entry) error {
		if err := s.People.Access.Check(actor, "fund.keep", access.Screen{}); err != nil {
			return err
		}
		for after := ""; ; {
			lines, err := db.All(ctx, tx, func(row db.Row) (Line, error) {
				var l Line
				var at db.Time
				err := row.Scan(&l.ID, &at, &l.Kind, &l.From, &l.To, &l.Pence, &l.RequestID, &l.Source, &l.Name)
				l.At = at.Time
				return l, err
			}, linesOf, actor.Team, after, page)
			if err != nil {
				return fmt.Errorf("account: %w", err)
			}
			for _, l := range lines {
				if err := take(l); err != nil {
					return err
				}
				after = l.ID
			}
			if len(lines) < page {
				return nil
			}
		}
	})
}
