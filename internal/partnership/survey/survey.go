// Package survey asks people how it goes: participants, officers and residents, anonymously by the way it is built. It imports lead,
// platform, suppress and stats.
//
// No answer is kept. A round has one row of counts, which every answer changes: how often each choice was made. So nothing tells which
// choices were made together, by whom, when or in which order; and nobody reads the counts before the round is over, for a count that
// runs tells what the last answer was. When it is over the counts are blurred, suppressed and published once, and then they go.
package survey

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"waymark.example/internal/lead"
	"waymark.example/internal/platform/access"
	"waymark.example/internal/platform/db"
	"waymark.example/internal/platform/ledger"
)

// Round is one time that a survey is asked.
type Round struct {
	ID       string
	Code     string // of its public address
	Survey   Survey
	Asked    int // how many people were asked; 0 is not known
	Until    string
	OpenedAt time.Time
	ClosedOn string  // "" while it is open
	Result   *Result // nil while it is open
}

// Open reports whether it is not counted yet.
func (r Round) Open() bool { return r.Result == nil }

// Answers are somebody's, by question; what is not there was left out.
type Answers map[string]string

// check returns a lead.Invalid where somebody answered nothing, or what is no choice.
func (a Answers) check(s Survey) error {
	bad := lead.Invalid{}
	any := false
	for _, q := range s.Questions {
		c := a[q.Key]
		if c != "" && !slices.ContainsFunc(Choices(), func(x Choice) bool { return x.Key == c }) {
			bad[q.Key] = "Choose one of these"
		}
		any = any || c != ""
	}
	if !any && len(bad) == 0 {
		bad[s.Questions[0].Key] = "Answer one question at least"
	}
	return bad.OrNil()
}

// Public is what anybody may do who has the address of a round. Nobody is signed in, and nothing is kept of who they are.
type Public struct {
	Book *ledger.Book // of the handle that stands open to anybody
}

// Round returns the open round of an address.
func (p *Public) Round(ctx context.Context, code string) (Round, error) {
	var r Round
	err := p.Book.Look(ctx, func(tx *db.Tx) (err error) { r, err = openRound(ctx, tx, code, p.Book.Now()); return err })
	return r, err
}

func openRound(ctx context.Context, tx *db.Tx, code string, now time.Time) (Round, error) {
	var r Round
	var key string
	var version int
	if err := tx.One(ctx, roundByCode, strings.ToUpper(code), db.Day(now)).Scan(&r.ID, &r.Code, &key, &version, &r.Until); err != nil {
		return r, fmt.Errorf("round: %w", err)
	}
	s, ok := Of(key, version)
	if !ok {
		return r, fmt.Errorf("survey %s %d: %w", key, version, lead.ErrNotFound)
	}
	r.Survey = s
	return r, nil
}

// Answer adds somebody's answers to the counts of a round. One form counts once: what comes again with its key changes nothing. The log
// says that an answer came, to no round, from nobody.
func (p *Public) Answer(ctx context.Context, key, code string, a Answers) error {
	visitor := lead.Actor{ID: "visitor", Name: "Somebody without an account"}
	form := ledger.Form{Key: key} // without a hash of the answers: they are nowhere but in the counts
	_, err := p.Book.Once(ctx, form, ledger.Entry{Actor: visitor, Verb: ledger.Collected, Act: "survey.answer"}, func(tx *db.Tx, _ *ledger.Entry) (string, error) {
		r, err := openRound(ctx, tx, code, p.Book.Now())
		if err != nil {
			return "", err
		}
		if err := a.check(r.Survey); err != nil {
			return "", err
		}
		var text string
		if err := tx.One(ctx, addOne, r.ID).Scan(&text); err != nil { // counted in the meantime: it is over
			return "", fmt.Errorf("answer: %w", err)
		}
		t, err := readTally(text)
		if err != nil {
			return "", err
		}
		t.add(r.Survey, a)
		if _, err := tx.Exec(ctx, setTally, t.text(), r.ID); err != nil {
			return "", fmt.Errorf("answer: %w", err)
		}
		return "", nil
	})
	return err
}

// tally is how often each choice was made, by question.
type tally map[string]map[string]int

// newTally has every choice of every question from the beginning, so that what is there tells nothing.
func newTally(s Survey) tally {
	t := tally{}
	for _, q := range s.Questions {
		t[q.Key] = map[string]int{LeftOut: 0}
		for _, c := range Choices() {
			t[q.Key][c.Key] = 0
		}
	}
	return t
}

func readTally(text string) (tally, error) {
	var t tally
	if err := json.Unmarshal([]byte(text), &t); err != nil {
		return nil, fmt.Errorf("tally: %w", err)
	}
	return t, nil
}

func (t tally) add(s Survey, a Answers) {
	for _, q := range s.Questions {
		c := a[q.Key]
		if c == "" {
			c = LeftOut
		}
		t[q.Key][c]++
	}
}

// text is the same for the same counts, however they came about.
func (t tally) text() string {
	text, err := json.Marshal(t)
	if err != nil { // maps of text to numbers always can be
		panic(fmt.Sprintf("survey: %v", err))
	}
	return string(text)
}

// Desk is what the partnership does: the coordinator opens and closes rounds, everybody in it reads what came of them.
type Desk struct {
	Book   *ledger.Book // of the partnership handle
	Access *access.Decider
}

// Plan is a round to open.
type Plan struct {
	Survey string
	Asked  string // a number, or empty
	Until  string
}

// Longest is how many days a round is open at the most.
const Longest = 92

// FewestAsked is how many people are asked at the least: of fewer nothing could ever be shown.
const FewestAsked = 10

func (p Plan) check(now time.Time) (Survey, int, error) {
	bad := lead.Invalid{}
	var s Survey
	for _, x := range Latest() {
		if x.Key == p.Survey {
			s = x
		}
	}
	if s.Key == "" {
		bad["survey"] = "Choose a survey"
	}
	asked := 0
	if p.Asked != "" {
		if _, err := fmt.Sscanf(p.Asked, "%d", &asked); err != nil || fmt.Sprint(asked) != p.Asked || asked < FewestAsked || asked > 1_000_000 {
			bad["asked"] = "Write a number of ten or more, or leave it empty: of fewer than ten people nothing is ever shown"
		}
	}
	if day, err := time.Parse(time.DateOnly, p.Until); err != nil || db.Day(day) <= db.Day(now) || db.Day(day) > db.Day(now.AddDate(0, 0, Longest)) {
		bad["until"] = "Choose a day from tomorrow on, within three months"
	}
	return s, asked, bad.OrNil()
}

// Start opens a round and returns its id. Of one survey one round is open at a time: two beside each other would tell a few people apart.
func (d *Desk) Start(ctx context.Context, actor lead.Actor, form ledger.Form, p Plan) (string, error) {
	return d.Book.Once(ctx, form, ledger.Entry{Actor: actor, Verb: ledger.Administered, Act: "survey.run"}, func(tx *db.Tx, e *ledger.Entry) (string, error) {
		if err := d.Access.Check(actor, "survey.run", access.Screen{}); err != nil {
			return "", err
		}
		s, asked, err := p.check(d.Book.Now())
		if err != nil {
			return "", err
		}
		open, err := db.All(ctx, tx, scanRound, openRounds)
		if err != nil {
			return "", fmt.Errorf("rounds: %w", err)
		}
		if slices.ContainsFunc(open, func(r Round) bool { return r.Survey.Key == s.Key }) {
			return "", lead.Invalid{"survey": "A round of this survey is open. Close it first"}
		}
		id := lead.NewID("svy")
		if _, err := tx.Exec(ctx, insertRound, id, rand.Text()[:12], s.Key, s.Version, asked, p.Until, actor.ID, db.At(d.Book.Now())); err != nil {
			return "", fmt.Errorf("round: %w", err)
		}
		if _, err := tx.Exec(ctx, insertTally, id, newTally(s).text()); err != nil {
			return "", fmt.Errorf("round: %w", err)
		}
		e.Subjects, e.Detail = []string{id}, s.Key
		return id, nil
	})
}

// Close ends a round, publishes what came of it, and lets the counts go.
func (d *Desk) Close(ctx context.Context, actor lead.Actor, form ledger.Form, id string) error {
	_, err := d.Book.Once(ctx, form, ledger.Entry{Actor: actor, Verb: ledger.Disclosed, Act: "survey.run", Purpose: string(access.Governance)}, func(tx *db.Tx, e *ledger.Entry) (string, error) {
		if err := d.Access.Check(actor, "survey.run", access.Screen{}); err != nil {
			return "", err
		}
		e.Subjects = []string{id}
		return "", d.count(ctx, tx, id)
	})
	return err
}

// Expire counts the rounds whose last day is over.
func (d *Desk) Expire(ctx context.Context) (int, error) {
	var due []Round
	err := d.Book.Look(ctx, func(tx *db.Tx) error {
		all, err := db.All(ctx, tx, scanRound, openRounds)
		for _, r := range all {
			if r.Until < db.Day(d.Book.Now()) {
				due = append(due, r)
			}
		}
		return err
	})
	if err != nil {
		return 0, fmt.Errorf("rounds: %w", err)
	}
	for _, r := range due {
		entry := ledger.Entry{Actor: lead.System(), Verb: ledger.Disclosed, Act: "survey.expire", Subjects: []string{r.ID}, Purpose: string(access.Governance)}
		err := d.Book.Record(ctx, entry, func(tx *db.Tx, _ *ledger.Entry) error {
			if err := d.Access.Check(lead.System(), "survey.expire", access.Screen{}); err != nil {
				return err
			}
			return d.count(ctx, tx, r.ID)
		})
		if err != nil && !errors.Is(err, lead.ErrConflict) { // closed by hand in the meantime
			return 0, err
		}
	}
	return len(due), nil
}

func (d *Desk) count(ctx context.Context, tx *db.Tx, id string) error {
	r, err := scanRound(tx.One(ctx, oneRound, id))
	if err != nil {
		return fmt.Errorf("round: %w", err)
	}
	if !r.Open() {
		return fmt.Errorf("round: %w", lead.ErrConflict)
	}
	var answers int
	var text string
	if err := tx.One(ctx, takeTally, id).Scan(&answers, &text); errors.Is(err, lead.ErrNotFound) {
		return fmt.Errorf("round: %w", lead.ErrConflict)
	} else if err != nil {
		return fmt.Errorf("count: %w", err)
	}
	t, err := readTally(text)
	if err != nil {
		return err
	}
	result, err := publish(r.Survey, answers, t, draw)
	if err != nil {
		return err
	}
	shown, err := json.Marshal(result)
	if err != nil {
		return fmt.Errorf("count: %w", err)
	}
	if _, err := tx.Exec(ctx, insertResult, id, string(shown), db.Day(d.Book.Now())); err != nil {
		return fmt.Errorf("count: %w", err)
	}
	return nil
}

// Rounds lists rounds, newest first.
func (d *Desk) Rounds(ctx context.Context, actor lead.Actor, beforeID string, limit int) ([]Round, error) {
	var out []Round
	err := d.read(ctx, actor, nil, func(tx *db.Tx) (err error) {
		out, err = db.All(ctx, tx, scanRound, roundsBefore, beforeID, limit)
		return err
	})
	return out, err
}

// Round returns one.
func (d *Desk) Round(ctx context.Context, actor lead.Actor, id string) (Round, error) {
	var out Round
	err := d.read(ctx, actor, []string{id}, func(tx *db.Tx) (err error) { out, err = scanRound(tx.One(ctx, oneRound, id)); return err })
	return out, err
}

func (d *Desk) read(ctx context.Context, actor lead.Actor, subjects []string, read func(*db.Tx) error) error {
	entry := ledger.Entry{Actor: actor, Verb: ledger.Consulted, Act: "survey.read", Subjects: subjects}
	err := d.Book.Record(ctx, entry, func(tx *db.Tx, _ *ledger.Entry) error {
		if err := d.Access.Check(actor, "survey.read", access.Screen{}); err != nil {
			return err
		}
		return read(tx)
	})
	if err != nil {
		return fmt.Errorf("surveys: %w", err)
	}
	return nil
}

func scanRound(row db.Row) (Round, error) {
	var r Round
	var key, shown string
	var version int
	var at db.Time
	if err := row.Scan(&r.ID, &r.Code, &key, &version, &r.Asked, &r.Until, &at, &shown, &r.ClosedOn); err != nil {
		return r, err
	}
	s, ok := Of(key, version)
	if !ok {
		return r, fmt.Errorf("survey %s %d: %w", key, version, lead.ErrNotFound)
	}
	r.Survey, r.OpenedAt = s, at.Time
	if shown != "" {
		r.Result = &Result{}
		if err := json.Unmarshal([]byte(shown), r.Result); err != nil {
			return r, fmt.Errorf("result: %w", err)
		}
	}
	return r, nil
}
