// Package door is the partnership's doors: what anybody can send without an
// account, how a flood of junk is kept from drowning it, what residents say about
// the scheme, and which doors the coordinator opened. It imports lead, platform
// and the bridge.
package door

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"waymark.example/internal/handoff/complaint"
	bridge "waymark.example/internal/handoff/door"
	"waymark.example/internal/handoff/referral"
	"waymark.example/internal/lead"
	"waymark.example/internal/platform/db"
	"waymark.example/internal/platform/ledger"
	"waymark.example/internal/platform/secret"
)

// Public carries out what anybody may do. Nobody is signed in, so there is no role
// to ask about: a door that the coordinator did not open is not there.
type Public struct {
	Book *ledger.Book // of the handle that puts in and does not read
	Post *secret.Postbox
}

// visitor is the actor of what anybody sends: from where is kept nowhere.
func visitor() lead.Actor { return lead.Actor{ID: "visitor", Name: "Somebody without an account"} }

// heldMost is how many are held back at once; more than that is told to ring.
const heldMost = 300

// ErrFull says that so much is held back that nothing more is taken.
var ErrFull = fmt.Errorf("too much is held back: %w", lead.ErrUnavailable)

// Setting returns what the site decided.
func (p *Public) Setting(ctx context.Context) (bridge.Setting, error) {
	var s bridge.Setting
	err := p.Book.Look(ctx, func(tx *db.Tx) (err error) { s, err = bridge.Now(ctx, tx); return err })
	return s, err
}

// Refer keeps what somebody asks for and returns the code under which they can see
// where it stands. The same form twice makes one referral.
func (p *Public) Refer(ctx context.Context, form ledger.Form, set bridge.Setting, r bridge.Request, held bool) (string, error) {
	if !set.Refer {
		return "", lead.ErrNotFound
	}
	if err := r.Check(set); err != nil {
		return "", err
	}
	entry := ledger.Entry{Actor: visitor(), Verb: ledger.Collected, Act: "door.refer"}
	return p.Book.Once(ctx, form, entry, func(tx *db.Tx, e *ledger.Entry) (string, error) {
		if err := p.room(ctx, tx, held); err != nil {
			return "", err
		}
		sealed, err := bridge.Seal(ctx, p.Post, r)
		if err != nil {
			return "", err
		}
		code := bridge.NewCode()
		e.Subjects = []string{sealed.ID}
		return code, bridge.Put(ctx, tx, sealed, code, held, set.PromiseDays, p.Book.Now())
	})
}

func (p *Public) room(ctx context.Context, tx *db.Tx, held bool) error {
	if !held {
		return nil
	}
	n, err := bridge.Held(ctx, tx)
	if err == nil && n >= heldMost {
		err = ErrFull
	}
	return err
}

// Referral returns where a referral stands for whoever holds its code.
func (p *Public) Referral(ctx context.Context, code string) (bridge.Stage, time.Time, error) {
	var stage bridge.Stage
	var at time.Time
	err := p.Book.Look(ctx, func(tx *db.Tx) (err error) {
		stage, at, err = bridge.StageOf(ctx, tx, code, p.Book.Now())
		return err
	})
	return stage, at, err
}

// Complain keeps what somebody complains about or praises and returns its code.
func (p *Public) Complain(ctx context.Context, form ledger.Form, set bridge.Setting, s complaint.Said) (string, error) {
	if !set.Complaint {
		return "", lead.ErrNotFound
	}
	if err := s.Check(); err != nil {
		return "", err
	}
	entry := ledger.Entry{Actor: visitor(), Verb: ledger.Collected, Act: "complaint.make", Detail: string(s.Kind)}
	return p.Book.Once(ctx, form, entry, func(tx *db.Tx, e *ledger.Entry) (string, error) {
		sealed, err := complaint.Seal(ctx, p.Post, s)
		if err != nil {
			return "", err
		}
		code := bridge.NewCode()
		e.Subjects = []string{sealed.ID}
		return code, complaint.Put(ctx, tx, sealed, code, complaint.NewReference(), set, p.Book.Now())
	})
}

// Complaint returns where a complaint stands for whoever holds its code.
func (p *Public) Complaint(ctx context.Context, code string) (complaint.File, error) {
	var f complaint.File
	err := p.Book.Look(ctx, func(tx *db.Tx) (err error) { f, err = complaint.Standing(ctx, tx, p.Post, code); return err })
	return f, err
}

// Feedback is what a resident or a business says about the scheme.
type Feedback struct {
	ID         string
	Topic      string
	Place      string // a part of town
	Words      string
	Held       bool
	ReceivedAt time.Time
}

// Topics lists what it can be about.
func Topics() []referral.Choice {
	return []referral.Choice{
		{Code: "street", Words: "Our street or park"}, {Code: "shop", Words: "Our shop or business"}, {Code: "good", Words: "Something that went well"}, {Code: "idea", Words: "An idea"}, {Code: "other", Words: "Something else"},
	}
}

// TopicWords returns the words of a topic, or the code itself.
func TopicWords(code string) string {
	for _, c := range Topics() {
		if c.Code == code {
			return c.Words
		}
	}
	return code
}

// AboutSomebody is what is said beside a field whose text may be about somebody.
const AboutSomebody = "This may be about somebody. Leave out names, numbers and addresses"

// Check returns a lead.Invalid naming each answer that breaks a rule, or nil.
// looked says that whoever wrote it looked again and it names nobody.
func (f Feedback) Check(looked bool) error {
	bad := lead.Invalid{}
	if !slices.ContainsFunc(Topics(), func(c referral.Choice) bool { return c.Code == f.Topic }) {
		bad["topic"] = "Choose what it is about"
	}
	if strings.TrimSpace(f.Words) == "" {
		bad["words"] = "Write what you want to say"
	}
	for field, text := range map[string]string{"words": f.Words, "place": f.Place} {
		found := Personal(text)
		sure := slices.ContainsFunc(found, func(p Found) bool { return p.Sure })
		if len(found) == 0 || looked && !sure {
			continue
		}
		bad[field] = AboutSomebody
	}
	bad.TooLong("words", f.Words, 2000)
	bad.TooLong("place", f.Place, 60)
	return bad.OrNil()
}

// Say keeps what somebody says.
func (p *Public) Say(ctx context.Context, form ledger.Form, set bridge.Setting, f Feedback, looked bool) error {
	if !set.Feedback {
		return lead.ErrNotFound
	}
	if err := f.Check(looked); err != nil {
		return err
	}
	entry := ledger.Entry{Actor: visitor(), Verb: ledger.Collected, Act: "feedback.say"}
	_, err := p.Book.Once(ctx, form, entry, func(tx *db.Tx, e *ledger.Entry) (string, error) {
		if f.Held {
			var n int
			if err := tx.One(ctx, countHeldFeedback).Scan(&n); err != nil {
				return "", fmt.Errorf("feedback: %w", err)
			}
			if n >= heldMost {
				return "", ErrFull
			}
		}
		f.ID = lead.NewID("fbk")
		if _, err := tx.Exec(ctx, insertFeedback, f.ID, f.Topic, f.Place, f.Words, f.Held, db.At(p.Book.Now())); err != nil {
			return "", fmt.Errorf("feedback: %w", err)
		}
		return f.ID, nil
	})
	return err
}

// Answer is "you said, we did": in general, and about nobody.
type Answer struct {
	Said, Did string
	Published bool
	At        time.Time
}

// Answers returns the latest that were published.
func (p *Public) Answers(ctx context.Context) ([]Answer, error) {
	var out []Answer
	err := p.Book.Look(ctx, func(tx *db.Tx) (err error) {
		out, err = db.All(ctx, tx, scanAnswer, publishedAnswers, 20)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("answers: %w", err)
	}
	return out, nil
}

func scanAnswer(row db.Row) (Answer, error) {
	var a Answer
	var at db.Time
	err := row.Scan(&a.Said, &a.Did, &a.Published, &at)
	a.At = at.Time
	return a, err
}
