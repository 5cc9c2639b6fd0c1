package policy

import "waymark.example/internal/reference/codelist"

// Starter returns a first policy to begin from: a proposal for the partnership
// to change, never a rule of law. The offence list follows the proposal in the
// code list "offences" (attribute lead_default: Y, C or N); the numbers are
// those of the domain reference: intake in 14 days (7 to 30 are seen), a warm
// hand-off in 30 minutes, 20 people a warning and 25 the limit.
func Starter(offences []codelist.Code, from, decidedBy string) Policy {
	p := Policy{
		InForceFrom: from, WindowDays: 14, HandoffMinutes: 30, CaseloadSoft: 20, CaseloadHard: 25,
		ApproveSocial: true, DecidedBy: decidedBy, Criteria: starterCriteria(), Reasons: starterReasons(),
	}
	for _, c := range offences {
		standing := Conditional
		switch c.Attributes["lead_default"][:1] {
		case "Y":
			standing = Divertible
		case "N":
			standing = Excluded
		}
		p.Offences = append(p.Offences, Offence{Code: c.Code, ListVersion: c.Version, Label: c.Label, Group: c.Group, Standing: standing})
	}
	return p
}

func starterCriteria() []Criterion {
	return []Criterion{
		{"under_18", "They are under 18", "LEAD here is for adults. Use the youth pathway: it is support too.", Absolute},
		{"victim_at_risk", "Somebody else is at risk of harm now", "Keep people safe first. LEAD can still be offered later as a social contact.", Presumptive},
		{"supply_beyond_own_use", "Supply beyond what pays for their own use", "Small-scale supply to pay for one's own use is not meant here.", Presumptive},
		{"exploits_others", "They exploit a child or another adult", "Ask whether they may be exploited themselves.", Presumptive},
		{"weapon", "A weapon was used or shown", "", Presumptive},
		{"open_violent_case", "There is an open case for violence", "As far as you know from your own systems: nothing is looked up here.", Presumptive},
	}
}

func starterReasons() []Reason {
	return []Reason{
		{"diverted", "needs_seen", "Needs I could see", false},
		{"diverted", "asked_for_help", "They asked for help", false},
		{"diverted", "met_often", "We meet often for small things", false},
		{"diverted", "other", "Another reason", true},
		{"not_diverted", "victim_wish", "The victim's wish", false},
		{"not_diverted", "risk_of_harm", "Risk of harm to somebody", false},
		{"not_diverted", "other_pathway", "Goes by another pathway", false},
		{"not_diverted", "no_needs_seen", "Ordinary services are enough", false},
		{"not_diverted", "other", "Another reason", true},
		{"declined", "already_tried", "They have tried such help already", false},
		{"declined", "no_trust", "They do not trust it", false},
		{"declined", "penalty_small", "The usual process costs them little", false},
		{"declined", "would_not_say", "They would rather not say", false},
		{"declined", "other", "Another reason", true},
		{"not_eligible", "offence", "The offence is not on the list", false},
		{"not_eligible", "criterion", "The policy's criteria", false},
		{"not_eligible", "child", "Under 18: youth pathway", false},
		{"not_eligible", "other", "Another reason", true},
		{"no_capacity", "nobody_could_come", "Nobody could come in time", false},
		{"no_capacity", "no_answer", "On call did not answer", false},
		{"no_capacity", "team_full", "The team has no room", false},
		{"no_capacity", "left_custody", "They left custody before it could be offered", false},
		{"not_fit", "unwell", "Too unwell to decide now", false},
		{"not_fit", "language", "No shared language and no interpreter", false},
		{"not_fit", "adult_to_come", "Waiting for an appropriate adult", false},
		{"not_fit", "other", "Another reason", true},
	}
}
