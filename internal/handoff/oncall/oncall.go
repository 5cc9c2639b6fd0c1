// Package oncall is the bridge's rota: whom an officer rings, in order, who is
// told that somebody waits, and what the officer hears of the worker's way. It
// holds nothing about the person who waits. It imports lead and platform/db.
package oncall

import (
	"slices"
	"time"

	"waymark.example/internal/lead"
)

// Places is how many people a shift may name: first, second and third.
const Places = 3

// Shift is one person's time on the rota.
type Shift struct {
	ID, WorkerID, Name, Phone string
	Place                     int // 1 is rung first
	From, Until               time.Time
}

// Covers reports whether at lies in the shift. Its end does not.
func (s Shift) Covers(at time.Time) bool { return !at.Before(s.From) && at.Before(s.Until) }

// Meets reports whether two shifts have a moment in common.
func (s Shift) Meets(o Shift) bool { return s.From.Before(o.Until) && o.From.Before(s.Until) }

// Check returns a lead.Invalid naming each answer that breaks a rule, or nil.
func (s Shift) Check(now time.Time) error {
	bad := lead.Invalid{}
	if s.WorkerID == "" {
		bad["worker"] = "Choose who takes the phone"
	}
	CheckPhone(bad, s.Phone)
	if s.Place < 1 || s.Place > Places {
		bad["place"] = "Choose who is rung first, second or third"
	}
	switch {
	case !s.Until.After(s.From):
		bad["from"] = "That hour is not there on that day, because the clocks change: choose another"
	case !s.Until.After(now):
		bad["day"] = "This is over: choose a day to come"
	}
	return bad.OrNil()
}

// CheckPhone notes in bad when phone is no number to ring.
func CheckPhone(bad lead.Invalid, phone string) {
	digits := 0
	for _, r := range phone {
		if r >= '0' && r <= '9' {
			digits++
		}
	}
	if digits < 5 || len(phone) > 30 {
		bad["phone"] = "Enter the number that officers should ring, like 07700 900123"
	}
}

// Repeat returns the shifts of a weekly turn, from a day and a time of day to
// another, for so many weeks. Times are what the clock on the wall says: when
// the clocks change, a night is an hour longer or shorter and nobody is left
// out. An end that is not after the beginning is on the next day.
func Repeat(s Shift, day time.Time, from, until time.Duration, weeks int, zone *time.Location) []Shift {
	wall := func(days int, of time.Duration) time.Time {
		return time.Date(day.Year(), day.Month(), day.Day()+days, 0, int(of/time.Minute), 0, 0, zone)
	}
	over := 0
	if until <= from {
		over = 1
	}
	var out []Shift
	for week := range weeks {
		s.From, s.Until = wall(7*week, from), wall(7*week+over, until)
		if weeks == 1 || s.Until.After(s.From) { // an hour that the clocks jump over is nobody's
			out = append(out, s)
		}
	}
	return out
}

// Turn is the phone taken outside the plan.
type Turn struct {
	ID, WorkerID, Name, Phone string
	Since                     time.Time
	Until                     time.Time // zero: until somebody else takes it
}

// Duty is one person to ring.
type Duty struct {
	WorkerID, Name, Phone string
	Since, Until          time.Time // Until is zero where nothing ends it
	Turn                  string    // turn_id of a phone taken outside the plan
}

// Order returns in words when somebody is rung: first, second, third.
func Order(i int) string {
	if i < 0 || i > Places {
		return "next"
	}
	return [...]string{"first", "second", "third", "fourth"}[i]
}

// OnDuty returns whom to ring at a moment, in order, each person once. shifts
// are in the order in which they were planned. Whoever took the phone is first,
// unless a shift of the first place has begun since.
func OnDuty(shifts []Shift, turn *Turn, at time.Time) []Duty {
	now := map[int]Shift{}
	for _, s := range shifts {
		if s.Covers(at) {
			now[s.Place] = s // the one planned last
		}
	}
	var out []Duty
	if turn != nil && !at.Before(turn.Since) && (turn.Until.IsZero() || at.Before(turn.Until)) && (now[1].ID == "" || !now[1].From.After(turn.Since)) {
		out = append(out, Duty{turn.WorkerID, turn.Name, turn.Phone, turn.Since, turn.Until, turn.ID})
	}
	for place := 1; place <= Places; place++ {
		s, ok := now[place]
		if ok && !slices.ContainsFunc(out, func(d Duty) bool { return d.WorkerID == s.WorkerID }) {
			out = append(out, Duty{s.WorkerID, s.Name, s.Phone, s.From, s.Until, ""})
		}
	}
	return out
}

// TurnEnds returns until when somebody who takes the phone at a moment has it:
// to the end of the shift they stand in for, or to the next one's beginning.
// Zero is until somebody else takes it.
func TurnEnds(shifts []Shift, at time.Time) time.Time {
	var first, next Shift
	for _, s := range shifts {
		switch {
		case s.Covers(at) && (first.ID == "" || s.Place <= first.Place):
			first = s
		case s.From.After(at) && (next.ID == "" || s.From.Before(next.From)):
			next = s
		}
	}
	if first.ID != "" {
		return first.Until
	}
	return next.From
}

// Span is a stretch of time.
type Span struct{ From, Until time.Time }

// Gaps returns the stretches between two moments in which nobody is on the rota.
func Gaps(shifts []Shift, from, until time.Time) []Span {
	byStart := slices.Clone(shifts)
	slices.SortFunc(byStart, func(a, b Shift) int { return a.From.Compare(b.From) })
	var out []Span
	at := from
	for _, s := range byStart {
		if !s.From.Before(until) {
			break
		}
		if s.From.After(at) {
			out = append(out, Span{at, s.From})
		}
		if s.Until.After(at) {
			at = s.Until
		}
	}
	if at.Before(until) {
		out = append(out, Span{at, until})
	}
	return out
}

// Why somebody was told.
type Why string

// The reasons.
const (
	New      Why = "new"       // it has just come
	Late     Why = "time"      // nobody accepted in time
	NoAnswer Why = "no_answer" // the officer rang in vain
	Nobody   Why = "nobody"    // nobody is on call
)

// Words returns the reason as people say it.
func (w Why) Words() string {
	return map[Why]string{New: "it had just come", Late: "nobody had accepted it in time", NoAnswer: "the officer rang and nobody answered", Nobody: "nobody was on call"}[w]
}

// Step is one telling: of somebody on call, or the alarm to supervisors and
// coordinators.
type Step struct {
	Alarm    bool
	Why      Why
	WorkerID string
	At       time.Time
}

// Call is a hand-off that waits, as the escalation sees it.
type Call struct {
	ReferralID string
	Since      time.Time
	Steps      []Step
	NoAnswer   time.Time // when the officer last rang in vain
}

// Next returns what is due for a call at a moment, if anything is: the first on
// call is told at once, each next one when nobody accepted within so long or the
// officer rang in vain; when nobody is left, the alarm, once. Whoever comes on
// duty afterwards is still told.
func (c Call) Next(onDuty []Duty, at time.Time, within time.Duration) (Step, bool) {
	last, alarmed, why := c.Since, false, Late
	told := map[string]bool{}
	for _, s := range c.Steps {
		last, alarmed = s.At, alarmed || s.Alarm
		told[s.WorkerID] = true
	}
	switch {
	case len(c.Steps) == 0 && len(onDuty) == 0:
		return Step{Alarm: true, Why: Nobody, At: at}, true
	case len(c.Steps) == 0:
		why = New
	case c.NoAnswer.After(last):
		why = NoAnswer
	case at.Sub(last) < within:
		return Step{}, false
	}
	for _, d := range onDuty {
		if !told[d.WorkerID] {
			return Step{Why: why, WorkerID: d.WorkerID, At: at}, true
		}
	}
	if alarmed {
		return Step{}, false
	}
	return Step{Alarm: true, Why: why, At: at}, true
}

// Estimate is the worker's way to where the person is.
type Estimate struct {
	Phone   bool // they cannot come, and will ring instead
	Name    string
	ThereAt time.Time
	SaidAt  time.Time
}

// EstimateLasts is how long after the hand-over an estimate is shown, whatever
// came of it meanwhile: its going away must say nothing about the person (R34).
const EstimateLasts = 3 * time.Hour

// Minutes lists the times on the way that can be said with one tap.
func Minutes() []int { return []int{10, 20, 30, 45, 60} }

// Missed is a hand-off that the first on call did not take up in time.
type Missed struct {
	ReferralID, Reference string
	Since                 time.Time
	At                    time.Time
	AcceptedAt            time.Time // zero: nobody did
	Over                  bool      // accepted, taken back or let go
	Steps                 []Step    // without the worker
}

// Open reports whether it still waits.
func (m Missed) Open() bool { return !m.Over }

// Unanswered is how long it waited, or waits at a moment.
func (m Missed) Unanswered(now time.Time) time.Duration {
	if m.AcceptedAt.IsZero() {
		return now.Sub(m.Since)
	}
	return m.AcceptedAt.Sub(m.Since)
}
