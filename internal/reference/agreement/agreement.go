// Package agreement holds what organisations agreed between them: memoranda, and
// the information-sharing agreements without which nothing about a person crosses
// from one to another. Every side reads it; the partnership writes it. It imports
// lead and platform.
package agreement

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"waymark.example/internal/lead"
	"waymark.example/internal/platform/access"
	"waymark.example/internal/platform/db"
	"waymark.example/internal/platform/ledger"
)

// Kind is what sort of agreement it is.
type Kind string

// The kinds. A memorandum says how partners work together and lets nothing cross.
const (
	Memorandum Kind = "memorandum"
	Sharing    Kind = "sharing"
)

// Words returns the kind as people say it.
func (k Kind) Words() string {
	return map[Kind]string{Memorandum: "Memorandum of understanding", Sharing: "Information-sharing agreement"}[k]
}

// Basis is a lawful basis on which organisations share, with where it is from.
type Basis struct{ Code, Words, Source string }

// Bases lists the lawful bases of the United Kingdom's law that an agreement can
// rest on. Which one holds for a site is its data-protection officers' to say.
func Bases() []Basis {
	return []Basis{
		{"public_task", "Public task, and for health and the like substantial public interest", "UK GDPR Article 6(1)(e) and 9(2)(g); Data Protection Act 2018, section 8 and Schedule 1"},
		{"legitimate_interests", "Legitimate interests, of an organisation that is no public authority", "UK GDPR Article 6(1)(f)"},
		{"care", "Health or social care by people who owe confidence", "UK GDPR Article 6(1)(e) and 9(2)(h); Data Protection Act 2018, Schedule 1 paragraph 2"},
		{"explicit_consent", "The person's explicit consent", "UK GDPR Article 6(1)(a) and 9(2)(a)"},
		{"law_enforcement", "Law enforcement, by a competent authority", "Data Protection Act 2018, Part 3, section 35"},
	}
}

// BasisOf returns the basis with a code.
func BasisOf(code string) (Basis, bool) {
	i := slices.IndexFunc(Bases(), func(b Basis) bool { return b.Code == code })
	if i < 0 {
		return Basis{}, false
	}
	return Bases()[i], true
}

// Classes lists the classes of data that an agreement can cover, as the
// disclosure of a person's data knows them; and what a study is made of.
func Classes() []access.Class {
	return []access.Class{access.ReferralClass, access.StatusClass, access.CaseFileClass, access.HealthClass, access.RestrictedClass, access.ResearchClass}
}

// Party is an organisation that is part of an agreement, and who signed for it.
type Party struct {
	Organisation string // organisation_id
	Name         string // read, never set
	SignedBy     string // name and post, "" while nobody has
	SignedOn     string // YYYY-MM-DD
	Out          bool   // its part in it ended; read, never set
}

// Agreement is one version of what was agreed.
type Agreement struct {
	ID      string
	Version int64
	Kind    Kind
	Title   string
	Words   string // what it says
	Basis   string // code, "" for a memorandum
	Ask     string // whom to ask about it, and how
	From    string // YYYY-MM-DD
	Review  string
	Until   string // the last day
	Parties []Party
	Classes []access.Class
	// Purposes are the codes of what people share for.
	Purposes []string
	Ended    bool      // for everybody; read, never set
	EndedAt  time.Time // when it ended, or the last party to leave left; read, never set
	At       time.Time
}

// Standing is where an agreement is on a day.
type Standing string

// The standings.
const (
	NotYet   Standing = "not_yet"
	InForce  Standing = "in_force"
	Lapsed   Standing = "lapsed"
	Ended    Standing = "ended"
	Unsigned Standing = "unsigned"
)

// Words returns the standing as people say it.
func (s Standing) Words() string {
	return map[Standing]string{NotYet: "Not in force yet", InForce: "In force", Lapsed: "Lapsed", Ended: "Ended", Unsigned: "Waits for signatures"}[s]
}

// Standing returns where the agreement is on a day: it holds between those who
// signed and are still part of it, and needs two of them.
func (a Agreement) Standing(today string) Standing {
	signed := 0
	for _, p := range a.Parties {
		if p.SignedOn != "" && !p.Out {
			signed++
		}
	}
	switch {
	case a.Ended:
		return Ended
	case a.Until < today:
		return Lapsed
	case signed < 2 && slices.ContainsFunc(a.Parties, func(p Party) bool { return p.Out }):
		return Ended
	case signed < 2:
		return Unsigned
	case a.From > today:
		return NotYet
	}
	return InForce
}

// DueBy reports whether the agreement is to be looked at again within days.
func (a Agreement) DueBy(today string, days int) bool {
	on, err := time.Parse(time.DateOnly, today)
	if err != nil || a.Standing(today) != InForce {
		return false
	}
	return min(a.Review, a.Until) <= on.AddDate(0, 0, days).Format(time.DateOnly)
}

// BasisWords returns the lawful basis as people say it, with its source.
func (a Agreement) BasisWords() Basis {
	b, _ := BasisOf(a.Basis)
	return b
}

// Has reports whether an organisation is part of it.
func (a Agreement) Has(organisationID string) bool {
	return slices.ContainsFunc(a.Parties, func(p Party) bool { return p.Organisation == organisationID })
}

// longest is how long an agreement may run before it is agreed anew.
const longest = 5 // years

// Check returns a lead.Invalid naming each answer that breaks a rule, or nil.
// purposes are the codes that there are.
func (a Agreement) Check(today string, purposes []string) error {
	bad := lead.Invalid{}
	if a.Kind != Memorandum && a.Kind != Sharing {
		bad["kind"] = "Choose what it is"
	}
	if strings.TrimSpace(a.Title) == "" {
		bad["title"] = "Enter its name, as people call it"
	}
	bad.TooLong("title", a.Title, 120)
	bad.NoCondition("title", a.Title)
	if strings.TrimSpace(a.Words) == "" {
		bad["words"] = "Say in a few sentences what was agreed"
	}
	bad.TooLong("words", a.Words, 4000)
	bad.NoCondition("words", a.Words)
	if strings.TrimSpace(a.Ask) == "" {
		bad["ask"] = "Say whom to ask about it, and how"
	}
	bad.TooLong("ask", a.Ask, 200)
	a.checkDays(bad)
	a.checkParties(bad, today)
	if a.Kind == Memorandum {
		if a.Basis != "" || len(a.Classes) > 0 || len(a.Purposes) > 0 {
			bad["kind"] = "A memorandum lets nothing cross: choose an information-sharing agreement for that"
		}
		return bad.OrNil()
	}
	if _, ok := BasisOf(a.Basis); !ok {
		bad["basis"] = "Choose the lawful basis"
	}
	if len(a.Classes) == 0 || slices.ContainsFunc(a.Classes, func(c access.Class) bool { return !slices.Contains(Classes(), c) }) {
		bad["classes"] = "Choose what it covers"
	}
	if len(a.Purposes) == 0 || slices.ContainsFunc(a.Purposes, func(p string) bool { return !slices.Contains(purposes, p) }) {
		bad["purposes"] = "Choose what for"
	}
	return bad.OrNil()
}

func (a Agreement) checkDays(bad lead.Invalid) {
	day := func(field, on, ask string) time.Time {
		t, err := time.Parse(time.DateOnly, on)
		if err != nil {
			bad[field] = ask
		}
		return t
	}
	from := day("from", a.From, "Enter the first day")
	review := day("review", a.Review, "Enter the day on which to look at it again")
	until := day("until", a.Until, "Enter the last day")
	switch {
	case from.IsZero() || until.IsZero() || review.IsZero():
	case until.Before(from):
		bad["until"] = "Enter a last day that is not before the first"
	case until.After(from.AddDate(longest, 0, 0)):
		bad["until"] = fmt.Sprintf("Choose at most %d years: then it is agreed anew", longest)
	case review.Before(from) || review.After(until):
		bad["review"] = "Enter a day between the first and the last"
	}
}

func (a Agreement) checkParties(bad lead.Invalid, today string) {
	seen := map[string]bool{}
	for _, p := range a.Parties {
		seen[p.Organisation] = true
		bad.TooLong("parties", p.SignedBy, 120)
		switch _, err := time.Parse(time.DateOnly, p.SignedOn); {
		case (p.SignedOn == "") != (strings.TrimSpace(p.SignedBy) == ""):
			bad["parties"] = "Enter both who signed and when, or neither"
		case p.SignedOn != "" && err != nil:
			bad["parties"] = "Enter the day of each signature"
		case p.SignedOn > today:
			bad["parties"] = "A signature is of today or earlier"
		}
	}
	if len(seen) < 2 {
		bad["parties"] = "Choose at least two partners"
	}
	if len(seen) < len(a.Parties) {
		bad["parties"] = "Name each partner once"
	}
}

// Service carries out the use cases.
type Service struct {
	Book   *ledger.Book // of the partnership handle
	Access *access.Decider
	// Purposes are the codes of what people share for.
	Purposes []string
}

// Record keeps an agreement, or the next version of one, and returns its id.
// What was signed before holds until the new version's first day.
func (s *Service) Record(ctx context.Context, actor lead.Actor, form ledger.Form, a Agreement) (string, error) {
	if err := s.Access.Check(actor, "agreement.keep", access.Screen{}); err != nil {
		return "", err
	}
	if err := a.Check(db.Day(s.Book.Now()), s.Purposes); err != nil {
		return "", err
	}
	isNew := a.ID == ""
	if isNew {
		a.ID = lead.NewID("agr")
	}
	entry := ledger.Entry{Actor: actor, Verb: ledger.Administered, Act: "agreement.keep", Subjects: []string{a.ID}}
	return s.Book.Once(ctx, form, entry, func(tx *db.Tx, e *ledger.Entry) (string, error) {
		at := db.At(s.Book.Now())
		if isNew {
			a.Version = 1
			if _, err := tx.Exec(ctx, insertAgreement, a.ID, a.Kind, a.Title, actor.ID, at); err != nil {
				return "", fmt.Errorf("agreement: %w", err)
			}
		} else {
			now, err := One(ctx, tx, a.ID)
			if err != nil {
				return "", err
			}
			if now.Kind != a.Kind {
				return "", lead.Invalid{"kind": "It stays what it was: record a new agreement"}
			}
			if a.Version != now.Version { // of the page that it was written on
				return "", lead.ErrConflict
			}
			a.Version++
		}
		e.Detail = fmt.Sprintf("version %d", a.Version)
		away, err := Away(ctx, tx)
		if err != nil {
			return "", err
		}
		for _, p := range a.Parties {
			if away[p.Organisation] {
				return "", lead.Invalid{"parties": "One of these partners has withdrawn: it comes back first"}
			}
		}
		return a.ID, insert(ctx, tx, a, actor.ID, at)
	})
}

func insert(ctx context.Context, tx *db.Tx, a Agreement, by, at string) error {
	n, err := tx.Exec(ctx, insertVersion, a.ID, a.Version, strings.TrimSpace(a.Words), a.Basis, strings.TrimSpace(a.Ask), a.From, a.Review, a.Until, by, at)
	if err != nil {
		return fmt.Errorf("agreement: %w", err)
	}
	if n == 0 {
		return lead.ErrConflict
	}
	for _, p := range a.Parties {
		if _, err := tx.Exec(ctx, insertParty, a.ID, a.Version, p.Organisation, strings.TrimSpace(p.SignedBy), p.SignedOn); err != nil {
			return fmt.Errorf("agreement: party: %w", err)
		}
	}
	for _, c := range a.Classes {
		if _, err := tx.Exec(ctx, insertClass, a.ID, a.Version, c); err != nil {
			return fmt.Errorf("agreement: class: %w", err)
		}
	}
	for _, p := range a.Purposes {
		if _, err := tx.Exec(ctx, insertPurpose, a.ID, a.Version, p); err != nil {
			return fmt.Errorf("agreement: purpose: %w", err)
		}
	}
	return nil
}

// End ends an agreement for everybody, at once.
func (s *Service) End(ctx context.Context, actor lead.Actor, form ledger.Form, agreementID string) error {
	entry := ledger.Entry{Actor: actor, Verb: ledger.Administered, Act: "agreement.end", Subjects: []string{agreementID}}
	_, err := s.Book.Once(ctx, form, entry, func(tx *db.Tx, _ *ledger.Entry) (string, error) {
		if err := s.Access.Check(actor, "agreement.keep", access.Screen{}); err != nil {
			return "", err
		}
		a, err := One(ctx, tx, agreementID)
		if err != nil {
			return "", err
		}
		if a.Ended {
			return "", lead.ErrConflict
		}
		return a.ID, leave(ctx, tx, a, "", "ended", actor.ID, s.Book.Now())
	})
	return err
}

// Leave ends an organisation's part in every agreement that it is part of in any
// version, in the transaction in which it withdraws (R54): an earlier version may hold
// until the next begins.
func Leave(ctx context.Context, tx *db.Tx, organisationID, by string, at time.Time) error {
	all, err := db.All(ctx, tx, scanAgreement, everPartOf, organisationID)
	if err != nil {
		return fmt.Errorf("agreements of a partner: %w", err)
	}
	for _, a := range all {
		if a.Ended {
			continue
		}
		if err := leave(ctx, tx, a, organisationID, "withdrew", by, at); err != nil {
			return err
		}
	}
	return nil
}

func leave(ctx context.Context, tx *db.Tx, a Agreement, organisationID, why, by string, at time.Time) error {
	if _, err := tx.Exec(ctx, insertEnd, lead.NewID("age"), a.ID, a.Version, organisationID, why, by, db.At(at)); err != nil {
		return fmt.Errorf("end an agreement: %w", err)
	}
	return nil
}

// One returns the newest version of an agreement, through any handle.
func One(ctx context.Context, tx *db.Tx, agreementID string) (Agreement, error) {
	a, err := scanAgreement(tx.One(ctx, newestOne, agreementID))
	if err != nil {
		return Agreement{}, err
	}
	return whole(ctx, tx, a)
}

// Versions returns every version of an agreement, the newest first.
func Versions(ctx context.Context, tx *db.Tx, agreementID string) ([]Agreement, error) {
	out, err := db.All(ctx, tx, scanAgreement, versionsOf, agreementID)
	for i := range out {
		if err == nil {
			out[i], err = whole(ctx, tx, out[i])
		}
	}
	if err != nil {
		return nil, fmt.Errorf("versions of an agreement: %w", err)
	}
	return out, nil
}

// All returns the newest version of every agreement, by title.
func All(ctx context.Context, tx *db.Tx) ([]Agreement, error) {
	out, err := db.All(ctx, tx, scanAgreement, newest)
	for i := range out {
		if err == nil {
			out[i], err = whole(ctx, tx, out[i])
		}
	}
	if err != nil {
		return nil, fmt.Errorf("agreements: %w", err)
	}
	return out, nil
}

// whole adds the parties, classes and purposes of one version.
func whole(ctx context.Context, tx *db.Tx, a Agreement) (Agreement, error) {
	var err error
	if a.Parties, err = db.All(ctx, tx, scanParty, partiesOf, a.ID, a.Version); err != nil {
		return Agreement{}, fmt.Errorf("parties: %w", err)
	}
	if a.Classes, err = db.All(ctx, tx, func(row db.Row) (access.Class, error) {
		var c access.Class
		return c, row.Scan(&c)
	}, classesOf, a.ID, a.Version); err != nil {
		return Agreement{}, fmt.Errorf("classes: %w", err)
	}
	if a.Purposes, err = db.All(ctx, tx, func(row db.Row) (string, error) {
		var p string
		return p, row.Scan(&p)
	}, purposesOf, a.ID, a.Version); err != nil {
		return Agreement{}, fmt.Errorf("purposes: %w", err)
	}
	return a, nil
}

// Away returns the organisations that have withdrawn, through any handle.
func Away(ctx context.Context, tx *db.Tx) (map[string]bool, error) {
	ids, err := db.All(ctx, tx, func(row db.Row) (string, error) {
		var id string
		return id, row.Scan(&id)
	}, away)
	if err != nil {
		return nil, fmt.Errorf("who is away: %w", err)
	}
	out := map[string]bool{}
	for _, id := range ids {
		out[id] = true
	}
	return out, nil
}

// Missing says why nothing crosses: which agreement is wanted, or lapsed.
type Missing struct {
	Giver, Receiver string    // names
	Lapsed          Agreement // the one that covered it and does no more, if there is one
	Standing        Standing  // of that one
}

// Words says it plainly, and whom to ask.
func (m Missing) Words() string {
	switch {
	case m.Giver == "":
		return "There is no information-sharing agreement with " + m.Receiver + " that covers this. Ask the partnership's coordinator"
	case m.Lapsed.ID == "":
		return "There is no information-sharing agreement between " + m.Giver + " and " + m.Receiver + " that covers this. Ask the partnership's coordinator"
	}
	how := map[Standing]string{NotYet: "is not in force yet", Lapsed: "has lapsed", Ended: "has ended", Unsigned: "waits for signatures"}[m.Standing]
	return "The agreement \"" + m.Lapsed.Title + "\" " + how + ". Ask " + m.Lapsed.Ask
}

// Open reports whether something of topic may cross from giver to receiver for
// a purpose today, and says what is missing where it may not. Through any handle.
func Open(ctx context.Context, tx *db.Tx, giver, receiver, topic, purpose, today string) (bool, Missing, error) {
	var found int
	if err := tx.One(ctx, open, giver, receiver, topic, purpose, today).Scan(&found); err != nil {
		return false, Missing{}, fmt.Errorf("agreement: %w", err)
	}
	if found > 0 {
		return true, Missing{}, nil
	}
	var m Missing
	for id, name := range map[string]*string{giver: &m.Giver, receiver: &m.Receiver} {
		if err := tx.One(ctx, nameOf, id).Scan(name); err != nil && !errors.Is(err, lead.ErrNotFound) {
			return false, Missing{}, fmt.Errorf("agreement: %w", err)
		}
	}
	between, err := db.All(ctx, tx, scanAgreement, covering, giver, receiver, topic, purpose)
	if err != nil {
		return false, Missing{}, fmt.Errorf("agreement: %w", err)
	}
	if len(between) == 0 {
		return false, m, nil
	}
	if m.Lapsed, err = whole(ctx, tx, between[0]); err != nil {
		return false, Missing{}, err
	}
	m.Standing = m.Lapsed.Standing(today)
	if m.Standing == InForce { // between others of its parties
		m.Standing = Unsigned
		for _, p := range m.Lapsed.Parties {
			if p.Out && (p.Organisation == giver || p.Organisation == receiver) {
				m.Standing = Ended
			}
		}
	}
	return false, m, nil
}
