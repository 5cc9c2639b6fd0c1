package policy

import "fmt"

// Change is one thing that is different in a later version.
type Change struct {
	Part   string // which of the parts below
	What   string // what it is about: an offence, a criterion, a reason; "" for a number
	Of     string // the outcome of a reason
	Before string // a number, a code or words; "" where it is new
	After  string // likewise; "" where it is gone
}

// The parts of a policy, as changes name them.
const (
	PartWindow    = "window"
	PartMinutes   = "minutes"
	PartSoft      = "soft"
	PartHard      = "hard"
	PartApprover  = "approver"
	PartOffence   = "offence"
	PartCriterion = "criterion" // its words
	PartKind      = "kind"      // how firm it is
	PartHelp      = "help"
	PartReason    = "reason" // its words
	PartExplain   = "explain"
)

// New and Gone report whether a thing came or went altogether.
func (c Change) New() bool { return c.Before == "" && c.After != "" }

// Gone reports whether it went.
func (c Change) Gone() bool { return c.After == "" && c.Before != "" }

// Compare lists what is different in after, in the order of the policy's page.
// Equal policies give no change, and every difference that Decide can notice is
// among them.
func Compare(before, after Policy) []Change {
	var out []Change
	add := func(part, what, of, was, is string) {
		if was != is {
			out = append(out, Change{part, what, of, was, is})
		}
	}
	number := func(part string, was, is int) { add(part, "", "", fmt.Sprint(was), fmt.Sprint(is)) }
	number(PartWindow, before.WindowDays, after.WindowDays)
	number(PartMinutes, before.HandoffMinutes, after.HandoffMinutes)
	number(PartSoft, before.CaseloadSoft, after.CaseloadSoft)
	number(PartHard, before.CaseloadHard, after.CaseloadHard)
	add(PartApprover, "", "", before.approver(), after.approver())
	for _, was := range before.Criteria {
		is, ok := after.Criterion(was.Code)
		if !ok {
			add(PartCriterion, was.Words, "", was.Words, "")
			continue
		}
		add(PartCriterion, was.Words, "", was.Words, is.Words)
		add(PartKind, is.Words, "", string(was.Kind), string(is.Kind))
		add(PartHelp, is.Words, "", orNone(was.Help), orNone(is.Help))
	}
	for _, is := range after.Criteria {
		if _, ok := before.Criterion(is.Code); !ok {
			add(PartCriterion, is.Words, "", "", is.Words)
		}
	}
	for _, was := range before.Offences {
		is, ok := after.Offence(was.Code)
		switch {
		case !ok:
			add(PartOffence, was.Label, "", string(was.Standing), "")
		default:
			add(PartOffence, was.Label, "", string(was.Standing), string(is.Standing))
		}
	}
	for _, is := range after.Offences {
		if _, ok := before.Offence(is.Code); !ok {
			add(PartOffence, is.Label, "", "", string(is.Standing))
		}
	}
	for _, was := range before.Reasons {
		is, ok := after.Reason(was.Outcome, was.Code)
		if !ok {
			add(PartReason, was.Words, was.Outcome, was.Words, "")
			continue
		}
		add(PartReason, was.Words, was.Outcome, was.Words, is.Words)
		add(PartExplain, is.Words, was.Outcome, fmt.Sprint(was.Explain), fmt.Sprint(is.Explain))
	}
	for _, is := range after.Reasons {
		if _, ok := before.Reason(is.Outcome, is.Code); !ok {
			add(PartReason, is.Words, is.Outcome, "", is.Words)
		}
	}
	return out
}

// orNone stands for a help text that is not there, so that an empty one is not
// taken for a thing that came or went.
func orNone(text string) string {
	if text == "" {
		return "-"
	}
	return text
}

// Judged is what a policy judges of a contact: nothing about the person but
// what the officer ticked.
type Judged struct {
	Door     string
	Offences []string // codes
	Criteria []string // that hold
}

// Eligible reports whether a contact would be offered LEAD as a matter of course:
// no criterion of this version holds and no offence is one that it usually does
// not divert. That somebody named may say yes all the same (R8) is not counted.
// A criterion that this version does not have holds nobody back.
func (p Policy) Eligible(j Judged) bool {
	for _, code := range j.Criteria {
		if _, ok := p.Criterion(code); ok {
			return false
		}
	}
	for _, code := range j.Offences {
		if o, ok := p.Offence(code); !ok || o.Standing == Excluded {
			return false
		}
	}
	return len(j.Offences) > 0 || j.Door != "arrest_diversion"
}
