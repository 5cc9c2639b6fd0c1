package study

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Code is one of the values that a column may have, with its words.
type Code struct{ Value, Words string }

// Column describes one column of a table, for the codebook and for whoever prepares a file.
type Column struct {
	Name  string
	Type  string // text, number, day, yes or no
	Words string
	Empty bool // may be left empty
	Codes []Code
}

// Table describes one table.
type Table struct {
	Name    string // also the file, without .csv
	Words   string
	Columns []Column
}

// column is one column of rows of T.
type column[T any] struct {
	Column
	get func(*T) string
	set func(*T, string) error
}

func text[T any](name, words string, field func(*T) *string, codes ...Code) column[T] {
	c := column[T]{Column: Column{Name: name, Type: "text", Words: words, Codes: codes}}
	c.get = func(row *T) string { return *field(row) }
	c.set = func(row *T, s string) error {
		if len(s) > maxText {
			return fmt.Errorf("has more than %d characters", maxText)
		}
		if s != "" && len(codes) > 0 && !slices.ContainsFunc(codes, func(c Code) bool { return c.Value == s }) {
			return errors.New("is not one of the codes of this column")
		}
		*field(row) = intern(codes, s)
		return nil
	}
	return c
}

// code is a text that stands for something: letters, digits, _ - . / and single spaces. It is short, so that nobody's words stand in it.
func code[T any](name, words string, field func(*T) *string) column[T] {
	c := text(name, words, field)
	set := c.set
	c.set = func(row *T, s string) error {
		switch {
		case utf8.RuneCountInString(s) > maxCode:
			return fmt.Errorf("is a code, and has more than %d characters", maxCode)
		case strings.Count(s, " ") >= maxWords:
			return fmt.Errorf("is a code, and has more than %d words", maxWords)
		case s != "" && (strings.ContainsRune("-./ ", rune(s[0])) || strings.HasSuffix(s, " ") || strings.Contains(s, "  ") || strings.IndexFunc(s, notOfCode) >= 0):
			return errors.New("is a code: letters, digits, _ - . / and single spaces, and a letter, digit or _ first")
		}
		return set(row, s)
	}
	return c
}

func notOfCode(r rune) bool {
	return !unicode.IsLetter(r) && !unicode.Is(unicode.Mn, r) && !unicode.IsDigit(r) && !strings.ContainsRune("_-./ ", r)
}

// intern returns the code's own string, so that a million rows share it.
func intern(codes []Code, s string) string {
	for _, c := range codes {
		if c.Value == s {
			return c.Value
		}
	}
	return s
}

func number[T any](name, words string, field func(*T) *int, least, most int) column[T] {
	return column[T]{
		Column: Column{Name: name, Type: "number", Words: words},
		get: func(row *T) string {
			if n := *field(row); n != 0 || least <= 0 {
				return strconv.Itoa(n)
			}
			return ""
		},
		set: func(row *T, s string) error {
			n, err := strconv.Atoi(s)
			if err != nil || n < least || n > most {
				return fmt.Errorf("is not a whole number from %d to %d", least, most)
			}
			*field(row) = n
			return nil
		},
	}
}

func day[T any](name, words string, field func(*T) *Day) column[T] {
	return column[T]{
		Column: Column{Name: name, Type: "day", Words: words},
		get:    func(row *T) string { return field(row).String() },
		set: func(row *T, s string) error {
			d, err := ParseDay(s)
			switch {
			case err != nil:
				return errors.New("is not a day such as 2026-03-31")
			case d != 0 && (d < earliest || d > latest):
				return errors.New("lies outside 1900 to 2199")
			}
			*field(row) = d
			return nil
		},
	}
}

func yes[T any](name, words string, field func(*T) *bool) column[T] {
	return column[T]{
		Column: Column{Name: name, Type: "yes or no", Words: words, Codes: []Code{{"1", "Yes"}, {"0", "No"}}},
		get: func(row *T) string {
			if *field(row) {
				return "1"
			}
			return "0"
		},
		set: func(row *T, s string) error {
			if s != "0" && s != "1" {
				return errors.New("is neither 1 nor 0")
			}
			*field(row) = s == "1"
			return nil
		},
	}
}

// orEmpty says that a column may be left empty; a number is zero then.
func orEmpty[T any](c column[T]) column[T] {
	set := c.set
	c.Empty = true
	c.set = func(row *T, s string) error {
		if s == "" {
			return nil
		}
		return set(row, s)
	}
	return c
}

const (
	maxText  = 64
	maxCode  = 32
	maxWords = 4
	earliest = Day(-25567) // 1900-01-01
	latest   = Day(84005)  // 2199-12-31
)

// Broad groups of ethnicity: those of the census of England and Wales 2021 (Office for National Statistics, "Ethnic group").
func groups() []Code {
	return []Code{{"asian", "Asian or Asian British"}, {"black", "Black, Black British, Caribbean or African"}, {"mixed", "Mixed or multiple"}, {"white", "White"}, {"other", "Other"}}
}

func housing() []Code {
	return []Code{{"settled", "Settled"}, {"temporary", "Temporary or insecure"}, {"rough", "Sleeping rough"}, {"custody", "In custody"}}
}

func people() []column[Person] {
	type T = Person
	return []column[T]{
		text("person", "Pseudonym", func(r *T) *string { return &r.ID }),
		orEmpty(number("born", "Year of birth", func(r *T) *int { return &r.Born }, 1900, 2199)),
		orEmpty(text("sex", "Sex", func(r *T) *string { return &r.Sex }, Code{"F", "Female"}, Code{"M", "Male"}, Code{"X", "Another"})),
		orEmpty(text("ethnicity", "Broad group, as the person said it", func(r *T) *string { return &r.Ethnicity }, groups()...)),
		orEmpty(text("perceived", "Broad group, as an officer saw it", func(r *T) *string { return &r.Perceived }, groups()...)),
		orEmpty(text("housing", "Where they lived at the first contact", func(r *T) *string { return &r.Housing }, housing()...)),
		orEmpty(code("area", "Council area", func(r *T) *string { return &r.Area })),
		yes("linked", "Their records elsewhere were looked for, and are here or do not exist", func(r *T) *bool { return &r.Linked }),
	}
}

func contacts() []column[Contact] {
	type T = Contact
	return []column[T]{
		text("contact", "Pseudonym of the contact's number", func(r *T) *string { return &r.ID }),
		text("person", "Pseudonym", func(r *T) *string { return &r.PersonID }),
		day("on", "Day", func(r *T) *Day { return &r.On }),
		orEmpty(number("minute", "Minute of the day", func(r *T) *int { return &r.Minute }, 0, 1439)),
		text("door", "Door", func(r *T) *string { return &r.Door }, Code{"arrest_diversion", "Arrest diversion"}, Code{"social_contact", "Social contact"}, Code{"community", "Community referral"}),
		orEmpty(code("area", "Council area", func(r *T) *string { return &r.Area })),
		orEmpty(code("team", "Team of the officer", func(r *T) *string { return &r.Team })),
		orEmpty(text("officer", "Pseudonym of the officer", func(r *T) *string { return &r.Officer })),
		orEmpty(code("offence", "Group of offences", func(r *T) *string { return &r.Offence })),
		orEmpty(code("exclusion", "Why the policy did not allow to divert; empty where it did", func(r *T) *string { return &r.Exclusion })),
		orEmpty(text("shift", "What was drawn by lot for the shift", func(r *T) *string { return &r.Shift }, Code{"lead", "LEAD may be offered"}, Code{"usual", "Process as usual"})),
		orEmpty(text("decision", "What was decided; empty where an eligible contact has no decision on record", func(r *T) *string { return &r.Decision },
			Code{"diverted", "Diverted"}, Code{"not_diverted", "Not diverted"}, Code{"declined", "The person said no"}, Code{"not_eligible", "Not eligible"}, Code{"no_capacity", "No case manager could come"}, Code{"not_fit", "Not fit to be asked"})),
		orEmpty(code("reason", "Code of the main reason", func(r *T) *string { return &r.Reason })),
		yes("offered", "The person was asked", func(r *T) *bool { return &r.Offered }),
		orEmpty(number("policy", "Version of the policy", func(r *T) *int { return &r.Policy }, 0, 1<<20)),
		orEmpty(text("incident", "Pseudonym of the occurrence", func(r *T) *string { return &r.Incident })),
	}
}

// Sorts are the sorts of each kind of outcome.
func Sorts(k Kind) []string {
	return map[Kind][]string{Arrest: {"non_warrant", "warrant", "breach"}, Charge: {"summary", "either_way", "indictable"}, Custody: {"police", "remand", "sentenced", "recall"}}[k]
}

func outcomes() []column[Outcome] {
	type T = Outcome
	hours := column[T]{
		Column: Column{Name: "hours", Type: "number", Words: "Hours in police custody"},
		get: func(r *T) string {
			if r.Hours == 0 {
				return ""
			}
			return strconv.FormatFloat(r.Hours, 'f', -1, 64)
		},
		set: func(r *T, s string) error {
			f, err := strconv.ParseFloat(s, 64)
			if err != nil || !(f >= 0 && f <= 24*366) {
				return errors.New("is not a number of hours")
			}
			r.Hours = f
			return nil
		},
	}
	kind := text("kind", "Kind", func(r *T) *string { return (*string)(&r.Kind) }, Code{"arrest", "Arrest"}, Code{"charge", "Charge or postal requisition"}, Code{"proven", "Proven reoffence"},
		Code{"custody", "Spell in custody"}, Code{"death", "Death"}, Code{"moved", "Moved out of reach of the records"})
	sort := text("sort", "Of an arrest non_warrant, warrant or breach; of a charge summary, either_way or indictable; of custody police, remand, sentenced or recall", func(r *T) *string { return &r.Sort },
		Code{"non_warrant", "Not on a warrant"}, Code{"warrant", "On a warrant, or recall"}, Code{"breach", "Breach of an order or of bail"}, Code{"summary", "Summary only"}, Code{"either_way", "Either way"}, Code{"indictable", "Indictable only"},
		Code{"police", "Police custody"}, Code{"remand", "Remand"}, Code{"sentenced", "Sentenced"}, Code{"recall", "Recall"})
	return []column[T]{
		text("event", "Pseudonym of the event's number in the records it comes from", func(r *T) *string { return &r.ID }),
		text("person", "Pseudonym", func(r *T) *string { return &r.PersonID }),
		kind,
		orEmpty(sort),
		day("on", "Day on which it happened or began", func(r *T) *Day { return &r.On }),
		orEmpty(day("until", "Last day of a spell in custody", func(r *T) *Day { return &r.Until })),
		orEmpty(hours),
		orEmpty(day("committed", "Day of the offence", func(r *T) *Day { return &r.Committed })),
		orEmpty(text("incident", "Pseudonym of the occurrence", func(r *T) *string { return &r.Incident })),
		orEmpty(code("force", "Force", func(r *T) *string { return &r.Force })),
	}
}

func support() []column[Support] {
	type T = Support
	return []column[T]{
		text("person", "Pseudonym", func(r *T) *string { return &r.PersonID }),
		day("referred", "Day of the hand-off", func(r *T) *Day { return &r.Referred }),
		number("minutes", "Minutes from the decision until a case manager was there; -1 where nobody met", func(r *T) *int { return &r.Minutes }, -1, 60*24*366),
		orEmpty(day("met", "Day on which they met", func(r *T) *Day { return &r.Met })),
		orEmpty(day("intake", "Day on which the intake was completed", func(r *T) *Day { return &r.Intake })),
		orEmpty(day("consent", "Day on which the release of information was signed", func(r *T) *Day { return &r.Consent })),
		orEmpty(day("closed", "Day on which the person asked to close", func(r *T) *Day { return &r.Closed })),
		yes("research", "The person agreed that their support is studied", func(r *T) *bool { return &r.Research }),
	}
}

func months() []column[Month] {
	type T = Month
	return []column[T]{
		text("person", "Pseudonym", func(r *T) *string { return &r.PersonID }),
		day("month", "First day of the month", func(r *T) *Day { return &r.Month }),
		number("contacts", "Two-way contacts with the case manager", func(r *T) *int { return &r.Contacts }, 0, 1000),
		orEmpty(number("needs_met", "Needs met in the month", func(r *T) *int { return &r.NeedsMet }, 0, 1000)),
		orEmpty(text("housing", "Housing", func(r *T) *string { return &r.Housing }, housing()...)),
		orEmpty(text("employment", "Employment", func(r *T) *string { return &r.Employment }, Code{"employed", "Employed"}, Code{"training", "Training or learning"}, Code{"looking", "Looking for work"}, Code{"unable", "Unable to work"}, Code{"other", "Other"})),
		orEmpty(text("income", "Income", func(r *T) *string { return &r.Income }, Code{"wages", "Wages"}, Code{"benefits", "Benefits"}, Code{"none", "None"}, Code{"other", "Other"})),
	}
}

// Codebook describes the five tables.
func Codebook() []Table {
	return []Table{
		{"people", "One row for each person, as they were at their first contact.", describe(people())},
		{"contacts", "One row for each contact where an officer could have diverted.", describe(contacts())},
		{"outcomes", "One row for each event in the records of police, courts and prisons; before the first contact as well as after.", describe(outcomes())},
		{"support", "One row for each person who was handed to a case manager.", describe(support())},
		{"months", "One row for each month of somebody's support.", describe(months())},
	}
}

func describe[T any](cs []column[T]) []Column {
	out := make([]Column, len(cs))
	for i, c := range cs {
		out[i] = c.Column
	}
	return out
}
