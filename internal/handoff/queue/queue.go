// Package queue is the order in which hand-offs that wait are seen to when there
// is not room for all at once: by what was promised and since when, and by nothing
// about the person (R43). Whoever moves one says why, from a closed list. It imports
// lead, platform/db and the bridge.
package queue

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"waymark.example/internal/handoff/referral"
	"waymark.example/internal/lead"
	"waymark.example/internal/platform/db"
)

// Waiting is a hand-off that waits, as whoever orders them sees it: all that the
// order may look at, and no more.
type Waiting struct {
	ID        string
	Reference string
	Meeting   referral.Meeting
	Team      string // of the police, which asked: where it is
	MadeAt    time.Time
	Since     time.Time // when it was approved, or made
	Moved     *Move     // the last one that put it where it stands
}

// MeetingWords says how they are to meet.
func (w Waiting) MeetingWords() string {
	switch w.Meeting {
	case referral.HereNow:
		return "With an officer now"
	case referral.MeetAt:
		return "A place and time were agreed"
	}
	return "To be found later"
}

// Promised returns until when somebody was promised to come, for those with an
// officer now.
func (w Waiting) Promised(minutes int) time.Time {
	return w.Since.Add(time.Duration(minutes) * time.Minute)
}

// Move is one change of the order.
type Move struct {
	ID         string
	ReferralID string
	BeforeID   string // "" for the end
	Reason     string
	By         string // their name
	At         time.Time
}

// Reasons lists why one may be moved. It is closed: there is nowhere to write
// about anybody, and none of them is a judgement of a person.
func Reasons() []referral.Choice {
	return []referral.Choice{
		{Code: "officer_leaves", Words: "The officer cannot stay much longer"},
		{Code: "near", Words: "Somebody of the team is near there now"},
		{Code: "time_agreed", Words: "The agreed time comes first"},
		{Code: "asked_later", Words: "It was asked for later than it stands here"},
		{Code: "unsafe_place", Words: "It is not a place to wait at"},
		{Code: "together", Words: "It goes together with another on the way"},
	}
}

// Words says why it was moved.
func (m Move) Words() string {
	for _, r := range Reasons() {
		if r.Code == m.Reason {
			return r.Words
		}
	}
	return m.Reason
}

// rank is which promise comes first: somebody who stands with an officer, then an
// agreed time, then whoever is looked for.
func rank(m referral.Meeting) int {
	return slices.Index([]referral.Meeting{referral.HereNow, referral.MeetAt, referral.FindLater}, m)
}

// Order puts what waits in order: the promise first, then since when, then the
// moves, one after the other. What is no longer waiting moves nothing.
func Order(all []Waiting, moves []Move) []Waiting {
	out := slices.Clone(all)
	slices.SortStableFunc(out, func(a, b Waiting) int {
		if a.Meeting != b.Meeting {
			return rank(a.Meeting) - rank(b.Meeting)
		}
		if !a.Since.Equal(b.Since) {
			return a.Since.Compare(b.Since)
		}
		return strings.Compare(a.ID, b.ID)
	})
	find := func(id string) int { return slices.IndexFunc(out, func(w Waiting) bool { return w.ID == id }) }
	for _, m := range moves {
		at := find(m.ReferralID)
		if at < 0 || m.ReferralID == m.BeforeID {
			continue
		}
		w := out[at]
		w.Moved = &m
		rest := slices.Delete(slices.Clone(out), at, at+1)
		out = rest
		to := find(m.BeforeID)
		switch {
		case m.BeforeID == "":
			to = len(out)
		case to < 0: // the one it was to go before has been seen to since
			to = at
		}
		out = slices.Insert(out, to, w)
	}
	return out
}

// Now returns what waits, in order. Care and the partnership both may.
func Now(ctx context.Context, tx *db.Tx) ([]Waiting, error) {
	all, err := db.All(ctx, tx, func(row db.Row) (Waiting, error) {
		var w Waiting
		var made, since db.Time
		err := row.Scan(&w.ID, &w.Reference, &w.Meeting, &w.Team, &made, &since)
		w.MadeAt, w.Since = made.Time, since.Time
		return w, err
	}, waitingNow)
	if err != nil {
		return nil, fmt.Errorf("order of what waits: %w", err)
	}
	moves, err := db.All(ctx, tx, func(row db.Row) (Move, error) {
		var m Move
		var at db.Time
		err := row.Scan(&m.ID, &m.ReferralID, &m.BeforeID, &m.Reason, &m.By, &at)
		m.At = at.Time
		return m, err
	}, movesNow)
	if err != nil {
		return nil, fmt.Errorf("order of what waits: %w", err)
	}
	return Order(all, moves), nil
}

// First stands, in a form, for the front of the order.
const First, Last = "first", "last"

// MoveTo moves one that waits to the front, to the end, or before another, and
// keeps why. What does not wait, or not any more, is lead.ErrNotFound.
func MoveTo(ctx context.Context, tx *db.Tx, referralID, to, reason string, by lead.Actor, at time.Time) error {
	now, err := Now(ctx, tx)
	if err != nil {
		return err
	}
	waits := func(id string) bool { return slices.ContainsFunc(now, func(w Waiting) bool { return w.ID == id }) }
	if !waits(referralID) { // somebody has come, or there is none
		return lead.ErrNotFound
	}
	bad := lead.Invalid{}
	if !slices.ContainsFunc(Reasons(), func(c referral.Choice) bool { return c.Code == reason }) {
		bad["reason"] = "Choose why"
	}
	before := to
	switch {
	case to == First:
		before = now[0].ID
		if before == referralID {
			bad["to"] = "It is the first already"
		}
	case to == Last:
		before = ""
	case to == referralID || !waits(to):
		bad["to"] = "Choose where it goes"
	}
	if err := bad.OrNil(); err != nil {
		return err
	}
	if _, err := tx.Exec(ctx, insertMove, lead.NewID("mov"), referralID, before, reason, by.ID, by.Name, db.At(at)); err != nil {
		return fmt.Errorf("move in the order: %w", err)
	}
	return nil
}

// Places lists where one that waits may go, with words: the front, before another,
// the end. named says how another is called on the page.
func Places(all []Waiting, id string, named func(Waiting) string) []referral.Choice {
	var out []referral.Choice
	for i, w := range all {
		switch {
		case w.ID == id:
		case i > 0 && all[i-1].ID == id: // where it stands
		case i == 0:
			out = append(out, referral.Choice{Code: First, Words: "To the front"})
		default:
			out = append(out, referral.Choice{Code: w.ID, Words: fmt.Sprintf("Before %s", named(w))})
		}
	}
	if len(all) > 0 && all[len(all)-1].ID != id {
		out = append(out, referral.Choice{Code: Last, Words: "To the end"})
	}
	return out
}
