// Package study is what an evaluation reads: five plain tables about people who are known by a pseudonym only, how they stand in files, what each
// column means, and one hash over all of it. It holds no name, no address, no free text and no key that leads back (R45). It imports the standard
// library only.
package study

import (
	"cmp"
	"fmt"
	"strconv"
	"strings"
	"time"
)

// Day is a calendar day of the area, as days since 1970-01-01. Zero is no day.
type Day int32

// DayOf returns the day on which a moment falls in its own zone.
func DayOf(t time.Time) Day {
	y, m, d := t.Date()
	return Day(time.Date(y, m, d, 0, 0, 0, 0, time.UTC).Unix() / 86400) // #nosec G115 -- days since 1970 of any year that is written with four digits
}

// ParseDay reads YYYY-MM-DD; "" is no day.
func ParseDay(s string) (Day, error) {
	if s == "" {
		return 0, nil
	}
	t, err := time.Parse(time.DateOnly, s)
	if err != nil {
		return 0, fmt.Errorf("%q is not a day such as 2026-03-31", s)
	}
	return DayOf(t), nil
}

// Time is the start of the day, in UTC.
func (d Day) Time() time.Time { return time.Unix(int64(d)*86400, 0).UTC() }

// String is the day as YYYY-MM-DD, "" for no day.
func (d Day) String() string {
	if d == 0 {
		return ""
	}
	return d.Time().Format(time.DateOnly)
}

// Person is somebody at their first contact of the study.
type Person struct {
	ID        string // the pseudonym
	Born      int    // year, 0 where it is not known
	Sex       string
	Ethnicity string // broad group, as the person said it; "" where it was not asked or not said (R41)
	Perceived string // broad group, as an officer saw it: a different fact
	Housing   string
	Area      string
	Linked    bool // the holder of the key looked for their records elsewhere and found the person, or is sure that there is none
}

// Contact is an encounter where an officer could have diverted somebody, with what was decided.
type Contact struct {
	ID        string
	PersonID  string
	On        Day
	Minute    int // of the day, 0 to 1439: the order within a day, and what hand-off times count from
	Door      string
	Area      string
	Team      string
	Officer   string // a pseudonym of its own
	Offence   string // group
	Exclusion string // why the policy did not allow to divert, "" where the contact is eligible
	Shift     string // what chance gave the shift, "" where nothing was drawn by lot
	Decision  string // "" where an eligible contact has no decision on record: missing, never dropped
	Reason    string
	Offered   bool
	Policy    int    // version
	Incident  string // pseudonym of the occurrence: what follows from the same one is no new offence
}

// Eligible reports whether the policy allowed to divert.
func (c Contact) Eligible() bool { return c.Exclusion == "" }

// Earlier orders contacts by time, and at one minute by what was decided; never by their number, which means nothing.
func Earlier(a, b *Contact) int {
	if by := cmp.Or(cmp.Compare(a.On, b.On), cmp.Compare(a.Minute, b.Minute)); by != 0 {
		return by
	}
	return cmp.Or(strings.Compare(a.Exclusion, b.Exclusion), strings.Compare(a.Door, b.Door), strings.Compare(a.Shift, b.Shift), strings.Compare(a.Decision, b.Decision),
		strings.Compare(a.Reason, b.Reason), strings.Compare(a.Area, b.Area), strings.Compare(a.Offence, b.Offence), strings.Compare(strconv.FormatBool(a.Offered), strconv.FormatBool(b.Offered)))
}

// Outcome is something that happened to a person afterwards or before, in records of police, courts and prisons.
type Outcome struct {
	ID        string
	PersonID  string
	Kind      Kind
	Sort      string  // of an arrest: non_warrant, warrant, breach; of a charge: summary, either_way, indictable; of custody: police, remand, sentenced, recall
	On        Day     // when it happened or began
	Until     Day     // the last day of a spell in custody; none while it lasts
	Hours     float64 // in police custody
	Committed Day     // of the offence
	Incident  string  // pseudonym of the occurrence
	Force     string
}

// Kind is a kind of outcome.
type Kind string

// The kinds.
const (
	Arrest  Kind = "arrest"
	Charge  Kind = "charge"
	Proven  Kind = "proven" // an offence that led to a conviction or a caution
	Custody Kind = "custody"
	Death   Kind = "death"
	Moved   Kind = "moved" // out of reach of the records
)

// Support is how somebody who was diverted was helped: dates, never what was said.
type Support struct {
	PersonID string
	Referred Day // the hand-off was asked for
	Minutes  int // from the decision until a case manager was there; -1 where nobody met
	Met      Day
	Intake   Day
	Consent  Day // the release of information was signed
	Closed   Day // at the person's own request
	Research bool
}

// Month is one month of somebody's support.
type Month struct {
	PersonID   string
	Month      Day // its first day
	Contacts   int // two-way contacts with the case manager
	NeedsMet   int
	Housing    string
	Employment string
	Income     string
}

// ID is what an id stands for.
type ID string

// What ids stand for.
const (
	OfPerson   ID = "person"
	OfOfficer  ID = "officer"
	OfContact  ID = "contact"
	OfEvent    ID = "event"
	OfIncident ID = "incident"
)

// Study is everything that one evaluation reads.
type Study struct {
	From, Until Day // the study period: contacts are taken from From on; records are complete up to Until
	People      []Person
	Contacts    []Contact
	Outcomes    []Outcome
	Support     []Support
	Months      []Month
}

// Covers reports whether a day lies in the study period.
func (s *Study) Covers(d Day) bool { return d >= s.From && d <= s.Until }

// FirstEligible is, by person, the first contact of the study period where the policy allowed to divert.
func (s *Study) FirstEligible() map[string]*Contact {
	first := make(map[string]*Contact, len(s.People))
	for i := range s.Contacts {
		c := &s.Contacts[i]
		if !s.Covers(c.On) || !c.Eligible() {
			continue
		}
		if was := first[c.PersonID]; was == nil || Earlier(c, was) < 0 {
			first[c.PersonID] = c
		}
	}
	return first
}

// IDs calls f with every id of the study that is there: in which table and row it stands (0 is the first), what it is of, and where it can be changed.
func (s *Study) IDs(f func(table string, row int, of ID, id *string)) {
	id := func(table string, row int, of ID, id *string) {
		if *id != "" {
			f(table, row, of, id)
		}
	}
	for i := range s.People {
		id("people", i, OfPerson, &s.People[i].ID)
	}
	for i := range s.Contacts {
		c := &s.Contacts[i]
		id("contacts", i, OfContact, &c.ID)
		id("contacts", i, OfPerson, &c.PersonID)
		id("contacts", i, OfOfficer, &c.Officer)
		id("contacts", i, OfIncident, &c.Incident)
	}
	for i := range s.Outcomes {
		o := &s.Outcomes[i]
		id("outcomes", i, OfEvent, &o.ID)
		id("outcomes", i, OfPerson, &o.PersonID)
		id("outcomes", i, OfIncident, &o.Incident)
	}
	for i := range s.Support {
		id("support", i, OfPerson, &s.Support[i].PersonID)
	}
	for i := range s.Months {
		id("months", i, OfPerson, &s.Months[i].PersonID)
	}
}
