// Package keeping is what becomes of a file in the long run: sealed when nobody
// has been in touch for years, opened when the person comes back, held while a
// court or a complaint needs it, erased when the law says so. It stands on the
// bridge because two people from two sides decide together. It imports lead,
// platform and reference.
package keeping

import (
	"slices"
	"strings"
	"time"

	"waymark.example/internal/lead"
)

// Act is what is done to a file.
type Act string

// The acts.
const (
	Seal    Act = "seal"    // nobody opens it until the person comes back (R50)
	Unseal  Act = "unseal"  // two people open it, or whoever meets the person who came back
	Erase   Act = "erase"   // its keys are destroyed
	Hold    Act = "hold"    // neither sealed nor erased while it lasts
	Release Act = "release" // the hold ends
)

// Acts lists every act.
func Acts() []Act { return []Act{Seal, Unseal, Erase, Hold, Release} }

// Words returns the act as people say it.
func (a Act) Words() string {
	return map[Act]string{Seal: "Seal the file", Unseal: "Open the sealed file", Erase: "Erase the file", Hold: "Hold the file", Release: "End the hold"}[a]
}

// Stage is how far an act has come.
type Stage string

// The stages.
const (
	Proposed  Stage = "proposed"
	Confirmed Stage = "confirmed"
	Dropped   Stage = "dropped" // the second person did not agree, or a hold came first
)

// Words returns the stage as people say it.
func (s Stage) Words() string {
	return map[Stage]string{Proposed: "proposed", Confirmed: "done", Dropped: "not done"}[s]
}

// CameBack is the one reason for which one person alone opens a sealed file: the
// participant is there, or asks.
const CameBack = "came_back"

// Reasons lists why an act is proposed, as codes with words. They say nothing
// about the person.
func Reasons(a Act) [][2]string {
	switch a {
	case Seal:
		return [][2]string{{"no_contact", "No contact for as many years as the schedule says"}}
	case Unseal:
		return [][2]string{{"request", "A request about their rights needs it"}, {"court", "A court or the law needs it"}, {"mistake", "It was sealed by mistake"}}
	case Erase:
		return [][2]string{{"retention_over", "The time in the schedule is over"}, {"request", "They asked for it, and it was upheld"}, {"unlawful", "It should never have been kept"}}
	case Hold:
		return [][2]string{{"court", "A court or an inquest may need it"}, {"complaint", "A complaint or a review is open"}, {"legal_request", "A legal request is open"}}
	case Release:
		return [][2]string{{"over", "What it was held for is over"}}
	}
	return nil
}

// ReasonWords returns the words of a reason for an act.
func ReasonWords(a Act, code string) string {
	if code == CameBack {
		return "They came back, or asked"
	}
	for _, r := range Reasons(a) {
		if r[0] == code {
			return r[1]
		}
	}
	return code
}

// Step is one line of a file's history.
type Step struct {
	Act    Act
	Stage  Stage
	Reason string
	By     string // account_id
	Side   lead.Side
	ByName string
	At     time.Time
}

// State is where a file stands, worked out from its steps.
type State struct {
	Version              int64
	Sealed, Held, Erased bool
	Pending              *Step // waits for a second person
}

// Standing works out the state from the steps, oldest first.
func Standing(steps []Step) State {
	var s State
	for _, step := range steps {
		s = s.after(step)
	}
	return s
}

func (s State) after(step Step) State {
	s.Version++
	switch step.Stage {
	case Proposed:
		s.Pending = &step
	case Dropped:
		s.Pending = nil
	case Confirmed:
		if s.Pending != nil && (s.Pending.Act == step.Act || step.Act == Hold) {
			s.Pending = nil // a hold puts off what was about to be taken away
		}
		switch step.Act {
		case Seal:
			s.Sealed = true
		case Unseal:
			s.Sealed = false
		case Erase:
			s.Erased = true
		case Hold:
			s.Held = true
		case Release:
			s.Held = false
		}
	}
	return s
}

// Check returns why step may not follow, or nil. What takes something away is
// proposed by oversight and confirmed by somebody else on the care side; a hold
// protects, so one person is enough; and whoever meets a person who came back
// opens their file at once.
func (s State) Check(step Step) error {
	switch {
	case s.Erased:
		return lead.ErrConflict
	case step.Stage == Proposed:
		return s.checkProposal(step)
	case s.Pending != nil && step.Act == s.Pending.Act && step.Stage == Dropped:
		return nil
	case step.Stage == Dropped:
		return lead.ErrConflict
	case step.Act == Hold:
		return s.checkHold(step)
	case step.Act == Unseal && step.Reason == CameBack:
		if step.Side != lead.Care {
			return lead.ErrForbidden
		}
		if !s.Sealed {
			return lead.ErrConflict
		}
		return nil
	case s.Pending == nil || s.Pending.Act != step.Act:
		return lead.ErrConflict
	case s.Pending.By == step.By || step.Side != lead.Care:
		return lead.ErrForbidden // nobody confirms their own
	case s.Held && (step.Act == Seal || step.Act == Erase):
		return lead.ErrConflict
	}
	return nil
}

func (s State) checkHold(step Step) error {
	if step.Side != lead.Oversight {
		return lead.ErrForbidden
	}
	if s.Held {
		return lead.ErrConflict
	}
	return checkReason(step)
}

func (s State) checkProposal(step Step) error {
	if step.Side != lead.Oversight {
		return lead.ErrForbidden
	}
	bad := lead.Invalid{}
	switch {
	case !slices.Contains(Acts(), step.Act) || step.Act == Hold:
		bad["act"] = "Choose what should happen"
	case s.Pending != nil:
		bad["act"] = "Something else waits for a second person already"
	case step.Act == Seal && s.Sealed:
		bad["act"] = "The file is sealed already"
	case step.Act == Unseal && !s.Sealed:
		bad["act"] = "The file is not sealed"
	case step.Act == Release && !s.Held:
		bad["act"] = "The file is not held"
	case s.Held && (step.Act == Seal || step.Act == Erase):
		bad["act"] = "The file is held: nothing is taken away until the hold ends"
	}
	if err := bad.OrNil(); err != nil {
		return err
	}
	return checkReason(step)
}

func checkReason(step Step) error {
	known := slices.ContainsFunc(Reasons(step.Act), func(r [2]string) bool { return r[0] == step.Reason })
	if strings.TrimSpace(step.Reason) == "" || !known {
		return lead.Invalid{"reason": "Choose why"}
	}
	return nil
}
