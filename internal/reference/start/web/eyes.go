package web

import (
	"slices"
	"strings"

	"waymark.example/internal/lead"
	"waymark.example/internal/platform/access"
)

// eyes is a look through the eyes of one role at a made-up person: what the
// policies, asked just now, let that role see.
type eyes struct {
	Roles []choice
	As    string
	Side  string
	Rows  []eyeRow
}

// choice is a role to choose.
type choice struct {
	Value, Label string
	Checked      bool
}

type eyeRow struct {
	Label  string // of the class of data
	Text   string // how the answer is said
	Sample string // what stands there about the made-up person; "" where the role never sees it
	Acts   []string
}

// samples are made up, one for each class of data.
func samples() map[access.Class]string {
	return map[access.Class]string{
		access.ContactClass:     "Fish Quay, 23:40. Diverted to LEAD: needs that the officer could see.",
		access.ReferralClass:    "Called Kestrel. Often near the bus station. Speak quietly.",
		access.StatusClass:      "Met on the same night. Intake done. Asha walks with her.",
		access.CaseFileClass:    "She wants a door of her own, and to see her son on Sundays.",
		access.HealthClass:      "Takes methadone. Carries naloxone.",
		access.RestrictedClass:  "Where she sleeps now, because somebody looks for her.",
		access.EqualityClass:    "A woman, 26 to 35, White British.",
		access.VictimClass:      "The shop wants no more than to be heard.",
		access.StatisticsClass:  "Of 40 people handed over, 31 were met within the promise.",
		access.ResearchClass:    "A number instead of a name, and the month of each step.",
		access.AuditClass:       "On Tuesday at 10:12 Asha read the plan.",
		access.ConfigClass:      "Version 3 of the policy.",
		access.KeyClass:         "The key that opens Kestrel's file.",
		access.SupervisionClass: "What Asha and her supervisor talked about.",
	}
}

// sample is what stands there for somebody of a side: where only a part crosses,
// that part.
func sample(c access.Class, side lead.Side) string {
	type at struct {
		class access.Class
		side  lead.Side
	}
	part, ok := map[at]string{
		{access.StatusClass, lead.Police}:        "One word, if she agreed to it: met. For a card that she shows: whom to call.",
		{access.StatusClass, lead.Partnership}:   "A reference, a team and how long it waits.",
		{access.StatusClass, lead.Oversight}:     "That there is a file, and when anybody was last in touch.",
		{access.StatusClass, lead.Recipient}:     "That an intake was completed, and on which day.",
		{access.CaseFileClass, lead.Recipient}:   "The sentence that she said yes to, until 3 March.",
		{access.HealthClass, lead.Recipient}:     "The sentence that she said yes to, until 3 March.",
		{access.RestrictedClass, lead.Recipient}: "The sentence that had to be passed on, and on what basis.",
		{access.AuditClass, lead.Subject}:        "Who looked at her own record, and when.",
	}[at{c, side}]
	if ok {
		return part
	}
	return samples()[c]
}

// eyes asks the policies what role may do with each class of data.
func (s *Site) eyes(role lead.Role) eyes {
	all := lead.Everyone()
	if !slices.Contains(all, role) {
		role = lead.Officer
	}
	e := eyes{As: role.Words(), Side: string(role.Side())}
	for _, r := range all {
		words := r.Words()
		e.Roles = append(e.Roles, choice{string(r), strings.ToUpper(words[:1]) + words[1:], r == role})
	}
	for _, sight := range s.start.Access.Sights(role) {
		row := eyeRow{Label: sight.Class.Words(), Text: says(sight.Answer), Acts: sight.Acts}
		if sight.Answer > access.Never {
			row.Sample = sample(sight.Class, role.Side())
		}
		e.Rows = append(e.Rows, row)
	}
	return e
}

// says tells what an answer means to whoever looks.
func says(a access.Answer) string {
	switch a {
	case access.Yes:
		return "Within their own work"
	case access.WithConsent:
		return "Only while the person agrees to it"
	case access.WithBasis:
		return "Only on a named legal basis, and somebody looks into it afterwards"
	}
	return "Never"
}
