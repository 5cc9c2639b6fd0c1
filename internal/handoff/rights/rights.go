// Package rights is what a participant asks for about their own record, and how
// it is answered in time. A request crosses to whoever answers it and carries
// the person's own words, sealed, and nothing of the case file. It imports lead
// and platform.
package rights

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"waymark.example/internal/lead"
)

// Kind is what somebody asks for.
type Kind string

// The kinds. Pause and close are wishes for the case team, which a person may
// also simply tell their worker.
const (
	Copy        Kind = "copy"         // UK GDPR Article 15
	Correct     Kind = "correct"      // Article 16
	Erase       Kind = "erase"        // Article 17
	Restrict    Kind = "restrict"     // Article 18
	Object      Kind = "object"       // Article 21
	StopSharing Kind = "stop_sharing" // Article 7(3), and the common law of confidence
	Complaint   Kind = "complaint"    // Data (Use and Access) Act 2025, section 103: to verify
	Pause       Kind = "pause"
	Close       Kind = "close"
)

// Kinds lists every kind in the order of a form.
func Kinds() []Kind {
	return []Kind{Copy, Correct, StopSharing, Complaint, Pause, Close, Erase, Restrict, Object}
}

// Words returns the kind as the person says it.
func (k Kind) Words() string {
	return map[Kind]string{
		Copy: "A copy of what is written about me", Correct: "Put something right", Erase: "Remove what is written about me",
		Restrict: "Keep it, but do not use it", Object: "I do not want it used for this", StopSharing: "Stop sharing with somebody",
		Complaint: "Say something about how I was treated", Pause: "Pause", Close: "Close",
	}[k]
}

// Law returns where the right comes from.
func (k Kind) Law() string {
	return map[Kind]string{
		Copy: "UK GDPR Article 15", Correct: "UK GDPR Article 16", Erase: "UK GDPR Article 17", Restrict: "UK GDPR Article 18", Object: "UK GDPR Article 21",
		StopSharing: "UK GDPR Article 7(3) and confidentiality", Complaint: "Data (Use and Access) Act 2025 section 103 (to verify)",
		Pause: "Their wish", Close: "Their wish: a case closes only because they ask",
	}[k]
}

// Wish reports whether the case team sees to it by itself.
func (k Kind) Wish() bool { return k == Pause || k == Close || k == StopSharing }

// Via is how a request came.
type Via string

// The ways.
const (
	Portal   Via = "portal"
	InPerson Via = "in_person"
	Paper    Via = "paper"
	Phone    Via = "phone"
)

// Words returns the way as people say it.
func (v Via) Words() string {
	return map[Via]string{Portal: "On their own page", InPerson: "In person", Paper: "On paper", Phone: "By phone"}[v]
}

// Vias lists the ways in which a worker can hear a request.
func Vias() []Via { return []Via{InPerson, Paper, Phone} }

// Request is what somebody asked for.
type Request struct {
	ID            string
	ParticipantID string
	Kind          Kind
	Via           Via
	Words         string    // the person's own
	ReceivedOn    time.Time // the day the clock starts; the zero time is today
}

// Check returns a lead.Invalid naming each answer that breaks a rule, or nil.
func (r Request) Check(now time.Time) error {
	bad := lead.Invalid{}
	if !slices.Contains(Kinds(), r.Kind) {
		bad["kind"] = "Choose what you ask for"
	}
	if r.Via != Portal && !slices.Contains(Vias(), r.Via) {
		bad["via"] = "Choose how they asked"
	}
	switch r.Kind { // a copy, a pause and closing need no words: asking is enough
	case Correct:
		need(bad, r.Words, "Say what should be put right")
	case Complaint:
		need(bad, r.Words, "Say what happened, as much as you like")
	case StopSharing:
		need(bad, r.Words, "Say with whom sharing should stop")
	}
	bad.TooLong("words", r.Words, 4000)
	switch {
	case r.ReceivedOn.After(now):
		bad["received_on"] = "This day is in the future: enter the day they asked"
	case !r.ReceivedOn.IsZero() && r.ReceivedOn.Before(now.AddDate(-1, 0, 0)):
		bad["received_on"] = "This is more than a year ago: check the day"
	}
	return bad.OrNil()
}

func need(bad lead.Invalid, words, why string) {
	if strings.TrimSpace(words) == "" {
		bad["words"] = why
	}
}

// StepKind is one thing that happens to a request.
type StepKind string

// The steps.
const (
	Acknowledged  StepKind = "acknowledged"
	Taken         StepKind = "taken"          // somebody works on it
	IdentityAsked StepKind = "identity_asked" // the clock stops
	IdentitySure  StepKind = "identity_sure"  // and goes on
	Extended      StepKind = "extended"       // by two further months, with the reason told
	Answered      StepKind = "answered"
	NotUpheld     StepKind = "not_upheld" // with the reason, and how to complain
	TakenBack     StepKind = "taken_back" // the person no longer wants it
)

// StepKinds lists the steps in the order of a form.
func StepKinds() []StepKind {
	return []StepKind{Acknowledged, Taken, IdentityAsked, IdentitySure, Extended, Answered, NotUpheld, TakenBack}
}

// Words returns the step as people say it.
func (k StepKind) Words() string {
	return map[StepKind]string{
		Acknowledged: "Told them that it arrived", Taken: "Works on it", IdentityAsked: "Asked who they are: the clock stops", IdentitySure: "Sure who they are: the clock goes on",
		Extended: "Two more months, and why", Answered: "Answered", NotUpheld: "Not done, and why", TakenBack: "They took it back",
	}[k]
}

// Step is one line of a request's history.
type Step struct {
	Kind   StepKind
	Words  string // what was answered, or why
	By     string // account_id
	ByName string
	At     time.Time
}

// Check returns a lead.Invalid when step may not follow on what already
// happened, or nil.
func (n Now) Check(step Step, now time.Time) error {
	bad := lead.Invalid{}
	bad.TooLong("words", step.Words, 4000)
	if !slices.Contains(StepKinds(), step.Kind) {
		bad["step"] = "Choose what happened"
		return bad
	}
	if n.State == Done {
		return lead.ErrConflict // it was answered meanwhile
	}
	switch step.Kind {
	case Acknowledged:
		if n.Acknowledged {
			bad["step"] = "They were already told that it arrived"
		}
	case IdentityAsked:
		if n.Stopped || !n.Kind.month() {
			bad["step"] = "The clock cannot stop here: it is stopped already, or this request has none to stop"
		}
	case IdentitySure:
		if !n.Stopped {
			bad["step"] = "The clock is not stopped"
		}
	case Extended:
		switch {
		case !n.Kind.month():
			bad["step"] = "Only a request with a month's clock can have more time"
		case n.Extended:
			bad["step"] = "It already had its two more months: the law gives them once"
		case n.Stopped:
			bad["step"] = "The clock is stopped: first be sure who they are"
		case day(now).After(n.Due):
			bad["step"] = "The first month is over: more time must be told before it ends"
		}
		need(bad, step.Words, "Write the reason that they were told")
	case Answered, NotUpheld:
		if n.Stopped {
			bad["step"] = "The clock is stopped: first be sure who they are"
		}
		need(bad, step.Words, "Write what they were told, in words they understand")
	}
	return bad.OrNil()
}

// State is where a request stands.
type State string

// The states.
const (
	Received State = "received"
	Known    State = "acknowledged"
	Waiting  State = "waiting" // for who they are
	Longer   State = "extended"
	Done     State = "answered"
)

// Words returns the state as people say it.
func (s State) Words() string {
	return map[State]string{Received: "New", Known: "They know it arrived", Waiting: "Clock stopped: waiting to be sure who they are", Longer: "Has two more months", Done: "Answered"}[s]
}

// String makes a request's state readable in a failed test.
func (n Now) String() string {
	return fmt.Sprintf("%s %s due %s", n.Kind, n.State, n.Due.Format(time.DateOnly))
}
