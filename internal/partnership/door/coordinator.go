package door

import (
	"context"
	"fmt"
	"strings"

	"waymark.example/internal/handoff/door"
	"waymark.example/internal/handoff/keeping"
	"waymark.example/internal/lead"
	"waymark.example/internal/platform/access"
	"waymark.example/internal/platform/db"
	"waymark.example/internal/platform/ledger"
	"waymark.example/internal/reference/codelist"
)

// Desk carries out what the coordinator does with the doors. It sees no person.
type Desk struct {
	Book   *ledger.Book // of the partnership handle
	Access *access.Decider
}

// Body is an organisation that is neither police nor case team.
type Body struct{ ID, Name string }

// bodiesOf lists the organisations that may take complaints: oversight bodies,
// whose people can have no account with the police or the case team (R33).
func bodiesOf(ctx context.Context, tx *db.Tx) ([]Body, error) {
	out, err := db.All(ctx, tx, func(row db.Row) (Body, error) {
		var b Body
		return b, row.Scan(&b.ID, &b.Name)
	}, bodies)
	if err != nil {
		return nil, fmt.Errorf("oversight bodies: %w", err)
	}
	return out, nil
}

// Settings returns what the site decided, and which bodies may take complaints.
func (d *Desk) Settings(ctx context.Context, actor lead.Actor) (door.Setting, []Body, error) {
	if err := d.Access.Check(actor, "door.set", access.Screen{}); err != nil {
		return door.Setting{}, nil, err
	}
	var s door.Setting
	var all []Body
	err := d.Book.Look(ctx, func(tx *db.Tx) error {
		var err error
		if s, err = door.Now(ctx, tx); err != nil {
			return err
		}
		all, err = bodiesOf(ctx, tx)
		return err
	})
	return s, all, err
}

// Set opens and closes doors, on top of a version. Nobody of the police, the case
// team or the scheme can be the independent route.
func (d *Desk) Set(ctx context.Context, actor lead.Actor, form ledger.Form, from int64, s door.Setting) error {
	entry := ledger.Entry{Actor: actor, Verb: ledger.Administered, Act: "door.set"}
	_, err := d.Book.Once(ctx, form, entry, func(tx *db.Tx, _ *ledger.Entry) (string, error) {
		if err := d.Access.Check(actor, "door.set", access.Screen{}); err != nil {
			return "", err
		}
		all, err := bodiesOf(ctx, tx)
		if err != nil {
			return "", err
		}
		known := s.IndependentID == ""
		for _, b := range all {
			known = known || b.ID == s.IndependentID
		}
		if !known {
			return "", lead.Invalid{"independent_id": "Choose from the list: neither police nor case team can be the independent route"}
		}
		return "", door.Set(ctx, tx, from, s, actor.ID, d.Book.Now())
	})
	return err
}

// Referrals lists the community referrals by reference, newest first.
func (d *Desk) Referrals(ctx context.Context, actor lead.Actor, beforeID string, limit int) ([]door.Line, error) {
	var out []door.Line
	entry := ledger.Entry{Actor: actor, Verb: ledger.Consulted, Act: "door.register"}
	err := d.Book.Record(ctx, entry, func(tx *db.Tx, e *ledger.Entry) error {
		if err := d.Access.Check(actor, "door.register", access.Screen{}); err != nil {
			return err
		}
		var err error
		out, err = door.Register(ctx, tx, beforeID, limit)
		for _, l := range out {
			e.Subjects = append(e.Subjects, l.ID)
		}
		return err
	})
	return out, err
}

// Feedback returns what residents said, newest first, and what was answered. They were
// asked to write of nobody; whoever reads it is entered, in case they did.
func (d *Desk) Feedback(ctx context.Context, actor lead.Actor, beforeID string, limit int) ([]Feedback, []Answer, error) {
	var out []Feedback
	var answers []Answer
	err := d.Book.Record(ctx, ledger.Entry{Actor: actor, Verb: ledger.Consulted, Act: "feedback.read"}, func(tx *db.Tx, _ *ledger.Entry) error {
		if err := d.Access.Check(actor, "feedback.read", access.Screen{}); err != nil {
			return err
		}
		var err error
		out, err = db.All(ctx, tx, func(row db.Row) (Feedback, error) {
			var f Feedback
			var at db.Time
			err := row.Scan(&f.ID, &f.Topic, &f.Place, &f.Words, &f.Held, &at)
			f.ReceivedAt = at.Time
			return f, err
		}, feedback, beforeID, limit)
		if err != nil {
			return err
		}
		answers, err = db.All(ctx, tx, scanAnswer, allAnswers, 20)
		return err
	})
	if err != nil {
		return nil, nil, fmt.Errorf("feedback: %w", err)
	}
	return out, answers, nil
}

// Answer keeps "you said, we did".
func (d *Desk) Answer(ctx context.Context, actor lead.Actor, form ledger.Form, a Answer) error {
	entry := ledger.Entry{Actor: actor, Verb: ledger.Administered, Act: "feedback.answer"}
	_, err := d.Book.Once(ctx, form, entry, func(tx *db.Tx, _ *ledger.Entry) (string, error) {
		if err := d.Access.Check(actor, "feedback.read", access.Screen{}); err != nil {
			return "", err
		}
		bad := lead.Invalid{}
		for field, text := range map[string][2]string{"said": {a.Said, "Write what people said, in general"}, "did": {a.Did, "Write what you did, or why not"}} {
			if strings.TrimSpace(text[0]) == "" {
				bad[field] = text[1]
			}
			for _, p := range Personal(text[0]) {
				if p.Sure {
					bad[field] = AboutSomebody
				}
			}
			bad.TooLong(field, text[0], 600)
		}
		if err := bad.OrNil(); err != nil {
			return "", err
		}
		_, err := tx.Exec(ctx, insertAnswer, lead.NewID("ans"), a.Said, a.Did, a.Published, actor.ID, db.At(d.Book.Now()))
		if err != nil {
			return "", fmt.Errorf("answer: %w", err)
		}
		return "", nil
	})
	return err
}

// Expire lets feedback go whose time in the schedule is over.
func (d *Desk) Expire(ctx context.Context) (int, error) {
	var n int64
	err := d.Book.Look(ctx, func(tx *db.Tx) error {
		lists, err := codelist.Load(ctx, tx, keeping.Schedule)
		if err != nil {
			return err
		}
		before, ok := keeping.DueBefore(lists.Codes(keeping.Schedule), "FEEDBACK", d.Book.Now())
		if !ok {
			return nil
		}
		return tx.One(ctx, countOldFeedback, db.At(before)).Scan(&n)
	})
	if err != nil || n == 0 {
		return 0, err
	}
	entry := ledger.Entry{Actor: lead.System(), Verb: ledger.Erased, Act: "feedback.let_go"}
	err = d.Book.Record(ctx, entry, func(tx *db.Tx, e *ledger.Entry) error {
		if err := d.Access.Check(lead.System(), "door.expire", access.Screen{}); err != nil {
			return err
		}
		lists, err := codelist.Load(ctx, tx, keeping.Schedule)
		if err != nil {
			return err
		}
		before, ok := keeping.DueBefore(lists.Codes(keeping.Schedule), "FEEDBACK", d.Book.Now())
		if !ok {
			return nil
		}
		n, err = tx.Exec(ctx, deleteOldFeedback, db.At(before))
		e.Detail = fmt.Sprint(n)
		return err
	})
	return int(n), err
}
