// Package bulk takes in contacts that a force's own record system holds: read
// from a file, checked by the rules of the roadside, kept once however often the
// file comes. It imports lead, platform, reference and contact.
package bulk

import "strings"

// Column is one column of a file.
type Column struct {
	Name   string
	Needed bool
	Words  string // what goes in it
}

// Columns lists the columns that are read, in the order in which they are told.
func Columns() []Column {
	return []Column{
		{"reference", true, "What the record is called in the other system. With the system and the force it says which contact this is: the same again is known, other words for the same are told and not taken."},
		{"happened_at", true, "When it happened: 2026-03-27T14:05:00Z, or local time as 2026-03-27 14:05 or 27/03/2026 14:05."},
		{"officer", true, "Who decided: their work e-mail as in Waymark, or a collar number with --officers."},
		{"door", true, "arrest_diversion or social_contact."},
		{"outcome", true, "diverted, not_diverted, declined, not_eligible, no_capacity or not_fit."},
		{"reason", true, "Code of the reason, from the policy in force when it happened."},
		{"words", false, "A few words, where the reason asks for them. About the decision; up to 500 characters."},
		{"pathway", false, "Code of the other pathway, where the reason is other_pathway: the partnership's list shows it."},
		{"offences", false, "Codes of the policy's offence list, a blank or | between. Needed for arrest_diversion."},
		{"place", false, "Street, place or area."},
		{"force_reference", false, "The force's crime or custody reference."},
		{"age_band", true, "under_18, 18_25, 26_35, 36_45, 46_55, 56_plus or not_known."},
		{"sex", true, "Code of the list \"sex\": M, F or N."},
		{"ethnicity", false, "Code of the list \"ethnicity_self_defined\", as the person said it, or of \"ethnicity_broad\" where only that is known."},
		{"ethnicity_not_recorded", false, "not_asked or said_no, where there is no ethnicity."},
		{"perceived", false, "The officer's own perception: a code of the list \"ethnicity_officer_defined\"."},
		{"exclusions", false, "Codes of the policy's criteria that held, a blank or | between."},
		{"override_by", false, "Name and rank of who said yes all the same."},
		{"override_why", false, "Why they said yes."},
		{"voluntary", false, "yes, where somebody was diverted: they knew that it was their choice."},
	}
}

// ignored are the columns that this program itself adds to a file of what was not
// taken, so that the file can be mended and taken in as it is.
func ignored(name string) bool { return name == "row" || name == "problem" }

// aboutAPerson reports whether a column's name says that it holds who somebody
// is. No such thing is taken: a contact names nobody, and whom somebody was handed
// over to is between them.
func aboutAPerson(name string) bool {
	for _, part := range []string{"name", "surname", "forename", "dob", "birth", "address", "postcode", "phone", "mobile", "telephone", "nino", "insurance", "nhs", "pnc", "cro", "passport", "nickname", "alias",
		"person", "subject", "suspect", "offender", "detainee", "nominal", "victim", "next_of_kin", "health", "medical", "photo"} {
		for _, word := range strings.FieldsFunc(name, func(r rune) bool { return r == '_' || r == ' ' || r == '-' || r == '.' }) {
			if word == part {
				return true
			}
		}
		if strings.Contains(part, "_") && strings.Contains(name, part) || len(part) > 4 && strings.HasPrefix(name, part) || len(part) > 3 && strings.HasSuffix(name, part) {
			return true
		}
	}
	return false
}
