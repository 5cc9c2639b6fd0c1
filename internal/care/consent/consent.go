// Package consent keeps what a person lets others know: to whom, about what,
// for what, until when; and takes a yes back at once, whoever it was given to
// and whatever waits to be sent. It imports lead, platform, identity,
// care/participant and the bridge.
package consent

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"waymark.example/internal/care/participant"
	"waymark.example/internal/handoff/disclosure"
	"waymark.example/internal/identity"
	"waymark.example/internal/lead"
	"waymark.example/internal/platform/access"
	"waymark.example/internal/platform/db"
	"waymark.example/internal/platform/ledger"
	"waymark.example/internal/platform/secret"
)

// Recipient is who may know something: an organisation that takes part, or
// somebody outside whom the person named.
type Recipient struct {
	ID   string // organisation_id, or outside_id
	Name string
	Kind string // of the organisation; "" for somebody outside
}

// Outside reports whether the recipient has no account here.
func (r Recipient) Outside() bool { return r.Kind == "" }

// Consent is one yes: one topic, one recipient, one purpose.
type Consent struct {
	ID        string
	Recipient Recipient
	Topic     disclosure.Topic
	Purpose   disclosure.Purpose
	From      string // YYYY-MM-DD
	Until     string // YYYY-MM-DD, the last day
	How       string // signed or spoken
	Witness   string
	Language  string
	CopyGiven bool
	AskAgain  bool // in crisis or intoxicated when asked
	By        string
	At        time.Time
	StoppedAt time.Time
	Told      string // who heard the stop: worker or self
}

// Live reports whether the yes holds on day today.
func (c Consent) Live(today string) bool {
	return c.StoppedAt.IsZero() && c.From <= today && today <= c.Until
}

// Standing says where the yes stands, in words.
func (c Consent) Standing(today string) string {
	switch {
	case !c.StoppedAt.IsZero():
		return "Stopped"
	case today > c.Until:
		return "Ended by its date"
	case today < c.From:
		return "Begins later"
	}
	return "Holds"
}

// Row is what one recipient may know now, as one sentence says it.
type Row struct {
	Recipient Recipient
	Consents  []Consent
	Until     string // the first day on which any of it ends
	Various   bool   // its parts end on different days
	AskAgain  bool
}

// Topics returns what the recipient may know, each once.
func (r Row) Topics() []disclosure.Topic {
	var out []disclosure.Topic
	for _, t := range append(disclosure.Topics(), disclosure.Card) {
		if slices.ContainsFunc(r.Consents, func(c Consent) bool { return c.Topic == t }) {
			out = append(out, t)
		}
	}
	return out
}

// Knows returns what the recipient may know, in the person's own words.
func (r Row) Knows() string {
	var words []string
	for _, t := range r.Topics() {
		words = append(words, t.Mine())
	}
	return strings.Join(words, "; ")
}

// Writable reports whether words can be written to the recipient: to police and
// prosecutors none can, they hear one fact and it goes by itself.
func (r Row) Writable() bool { return !disclosure.StatusOnly(r.Recipient.Kind) }

// For returns what the recipient may use it for.
func (r Row) For() string {
	var words []string
	for _, c := range r.Consents {
		if w := c.Purpose.Words(); !slices.Contains(words, w) {
			words = append(words, w)
		}
	}
	return strings.Join(words, "; ")
}

// Rows returns one row for each recipient who may know something on day today,
// in order of name.
func Rows(all []Consent, today string) []Row {
	var out []Row
	for _, c := range all {
		if !c.Live(today) {
			continue
		}
		i := slices.IndexFunc(out, func(r Row) bool { return r.Recipient.ID == c.Recipient.ID })
		if i < 0 {
			out = append(out, Row{Recipient: c.Recipient})
			i = len(out) - 1
		}
		out[i].AskAgain, out[i].Consents = out[i].AskAgain || c.AskAgain, append(out[i].Consents, c)
	}
	for i := range out {
		out[i].Until, out[i].Various = ends(out[i])
	}
	slices.SortFunc(out, func(a, b Row) int {
		return cmp.Or(strings.Compare(strings.ToLower(a.Recipient.Name), strings.ToLower(b.Recipient.Name)), strings.Compare(a.Recipient.ID, b.Recipient.ID))
	})
	return out
}

// ends returns the first day on which something of a row ends, and whether the
// rest goes on. A topic that was agreed to twice ends with the later yes.
func ends(r Row) (until string, various bool) {
	for _, t := range r.Topics() {
		last := ""
		for _, c := range r.Consents {
			if c.Topic == t {
				last = max(last, c.Until)
			}
		}
		various = various || until != "" && until != last
		if until == "" || last < until {
			until = last
		}
	}
	return until, various
}

// Given is a yes as a worker records it.
type Given struct {
	Recipient string // organisation_id or outside_id; "" with Outside for somebody new
	Outside   string // a name, for somebody who has no account here
	Topics    []disclosure.Topic
	Purpose   disclosure.Purpose
	Until     string // YYYY-MM-DD
	How       string // signed or spoken
	Witness   string
	Language  string
	CopyGiven bool
	AskAgain  bool

	card bool // a yes to a card, which is made with it
}

// The longest that a yes holds before it is asked again, in days: a year, or a
// fortnight where the person was in crisis or intoxicated when asked.
const (
	longest = 366
	short   = 14
)

// Ways lists how a yes is given, with words.
func Ways() [][2]string {
	return [][2]string{{"signed", "They signed it"}, {"spoken", "They said so, and somebody else heard it"}}
}

// check returns a lead.Invalid naming each answer that breaks a rule, or nil.
// to is the recipient, as far as one was found.
func (g Given) check(to Recipient, found bool, now time.Time) error {
	bad := lead.Invalid{}
	switch {
	case !found && g.Outside == "":
		bad["recipient"] = "Choose who may know, or name somebody else"
	case g.Outside != "" && g.Recipient != "":
		bad["outside"] = "Choose from the list or name somebody else, one of the two"
	case found && len(disclosure.Offered(to.Kind)) == 0:
		bad["recipient"] = "Nothing can be shared with them this way"
	}
	bad.TooLong("outside", g.Outside, 120)
	if len(g.Topics) == 0 {
		bad["topics"] = "Choose what they may know"
	}
	for _, t := range g.Topics {
		switch {
		case g.card: // it says whom to call, and nothing about the person
		case !t.Known():
			bad["topics"] = "Choose from the list"
		case found && disclosure.StatusOnly(to.Kind) && t != disclosure.Status:
			bad["topics"] = "Police and prosecutors can only ever hear that somebody takes part and that the intake is done"
		case found && !slices.Contains(disclosure.Offered(to.Kind), t):
			bad["topics"] = to.Name + " cannot be told this"
		}
	}
	if !g.card && !slices.ContainsFunc(disclosure.Purposes(), func(p [2]string) bool { return p[0] == string(g.Purpose) }) {
		bad["purpose"] = "Choose what it is for"
	}
	most := longest
	if g.AskAgain {
		most = short
	}
	switch until, err := time.Parse(time.DateOnly, g.Until); {
	case err != nil:
		bad["until"] = "Enter the last day: every yes has an end, and can be given again"
	case g.Until < db.Day(now):
		bad["until"] = "This day has passed: enter a day to come"
	case until.After(now.AddDate(0, 0, most)) && g.AskAgain:
		bad["until"] = "They were in crisis or intoxicated: choose a day within a fortnight, and ask again when things are steadier"
	case until.After(now.AddDate(0, 0, most)):
		bad["until"] = "Choose a day within a year, and ask again then"
	}
	if !slices.ContainsFunc(Ways(), func(w [2]string) bool { return w[0] == g.How }) {
		bad["how"] = "Choose how they said yes"
	}
	if g.How == "spoken" && strings.TrimSpace(g.Witness) == "" {
		bad["witness"] = "Name who else heard it"
	}
	bad.TooLong("witness", g.Witness, 100)
	if strings.TrimSpace(g.Language) == "" {
		bad["language"] = "Enter the language you spoke in"
	}
	bad.TooLong("language", g.Language, 60)
	return bad.OrNil()
}

// Service carries out the use cases. With people of the care handle it serves
// the case team; with people of the participant's own handle it serves Mine and
// StopOwn.
type Service struct {
	People *participant.Service
	Keys   *secret.Ring // of the same handle
}

// box returns the key of one person; the nil Box where it is destroyed or was
// never made, so that their page still opens.
func (s *Service) box(ctx context.Context, participantID string) (*secret.Box, error) {
	box, err := s.Keys.Find(ctx, participantID)
	if errors.Is(err, secret.ErrDestroyed) || errors.Is(err, lead.ErrNotFound) {
		return nil, nil //nolint:nilnil // the nil Box opens nothing and says so
	}
	return box, err
}

// Sharing is everything about who may know what of one person.
type Sharing struct {
	Now    participant.Now
	All    []Consent // newest first
	Rows   []Row     // what holds today
	Who    []Recipient
	Barred bool // some of it was stopped on another record of the same person: it is asked again first
}

// Read returns who may know what of one person, and who could be told.
func (s *Service) Read(ctx context.Context, actor lead.Actor, participantID string) (Sharing, error) {
	var out Sharing
	act := participant.Act{Action: "consent.read", Name: "consent.read"}
	err := s.People.Read(ctx, actor, act, participantID, func(tx *db.Tx, n participant.Now) error {
		out.Now = n
		box, err := s.box(ctx, n.ID)
		if err != nil {
			return err
		}
		if out.All, err = Of(ctx, tx, box, n.ID); err != nil {
			return err
		}
		stopped, err := stoppedElsewhere(ctx, tx, n)
		if err != nil {
			return err
		}
		out.Barred = slices.ContainsFunc(out.All, func(c Consent) bool { return c.Live(db.Day(s.People.Book.Now())) && bars(stopped, c) })
		out.Rows = Rows(out.All, db.Day(s.People.Book.Now()))
		out.Who, err = Recipients(ctx, tx, box, n.ID)
		return err
	})
	return out, err
}

// Give records a yes: a line for each topic. It changes nothing else of the
// case. A yes to a force or a prosecutor's office carries the word that the
// intake is completed, once it is.
func (s *Service) Give(ctx context.Context, actor lead.Actor, form ledger.Form, participantID string, g Given) error {
	act := participant.Act{Action: "consent.record", Name: "consent.give", Verb: ledger.Collected}
	_, err := s.People.Write(ctx, actor, form, act, participantID, func(tx *db.Tx, n *participant.Now) (string, error) {
		now := s.People.Book.Now()
		box, err := s.Keys.Of(ctx, n.ID)
		if errors.Is(err, secret.ErrDestroyed) {
			return "", lead.ErrConflict
		}
		if err != nil {
			return "", err
		}
		to, found, err := recipient(ctx, tx, box, n.ID, g.Recipient)
		if err != nil {
			return "", err
		}
		if err := g.check(to, found, now); err != nil {
			return "", err
		}
		if n.State == participant.Died {
			return "", lead.ErrConflict
		}
		for _, t := range g.Topics {
			share := access.Share{ID: n.ID, Class: t.Class(), Recipient: to.ID, Kind: to.Kind, Worker: n.WorkerID, Team: n.Team}
			if err := s.People.Access.Check(actor, "consent.record", share); err != nil {
				return "", err
			}
		}
		if !found {
			to.ID = lead.NewID("out")
			if _, err := tx.Exec(ctx, insertOutside, to.ID, n.ID, box.Seal("care_outside.name", g.Outside), actor.ID, db.At(now)); err != nil {
				return "", fmt.Errorf("somebody outside: %w", err)
			}
		}
		for _, t := range slices.Compact(slices.Sorted(slices.Values(g.Topics))) {
			c := Consent{ID: lead.NewID("cns"), Recipient: to, Topic: t, Purpose: g.Purpose, From: db.Day(now), Until: g.Until, How: g.How,
				Witness: g.Witness, Language: g.Language, CopyGiven: g.CopyGiven, AskAgain: g.AskAgain}
			if _, err := tx.Exec(ctx, insertConsent, c.ID, n.ID, to.ID, c.Topic, c.Purpose, c.From, c.Until, c.How,
				box.Seal("care_consent.witness", c.Witness), c.Language, c.CopyGiven, c.AskAgain, actor.ID, db.At(now)); err != nil {
				return "", fmt.Errorf("give: %w", err)
			}
			if err := attest(ctx, tx, n, c, now); err != nil {
				return "", err
			}
		}
		return n.ID, nil
	})
	return err
}

// Stop takes back everything that one recipient may know, or one topic of it,
// because the person said so. No reason is asked, and nothing of the case
// changes (R21).
func (s *Service) Stop(ctx context.Context, actor lead.Actor, form ledger.Form, participantID, recipientID string, topic disclosure.Topic) error {
	// Not through People.Write, which keeps nothing about somebody whose key is
	// destroyed: a stop is always taken.
	entry := ledger.Entry{Actor: actor, Verb: ledger.Altered, Act: "consent.stop", Subjects: []string{participantID}}
	_, err := s.People.Book.Once(ctx, form, entry, func(tx *db.Tx, _ *ledger.Entry) (string, error) {
		n, err := s.People.Lock(ctx, tx, participantID)
		if err != nil {
			return "", err
		}
		if err := s.People.Access.Check(actor, "consent.stop", n.Resource()); err != nil {
			return "", err
		}
		return n.ID, s.withdrawAll(ctx, tx, actor, n.ID, recipientID, topic, "worker")
	})
	return err
}

// Mine returns who may know what of the actor, who is the person themself, on
// any of their records.
func (s *Service) Mine(ctx context.Context, actor lead.Actor) ([]Consent, error) {
	var out []Consent
	entry := ledger.Entry{Actor: actor, Verb: ledger.Consulted, Act: "own.consents", Subjects: []string{actor.ID}}
	err := s.People.Book.Record(ctx, entry, func(tx *db.Tx, _ *ledger.Entry) error {
		if err := s.People.Access.Check(actor, "own.consents", access.Own{ID: actor.ID}); err != nil {
			return err
		}
		records, err := participant.RecordIDs(ctx, tx, actor.ID)
		if err != nil {
			return err
		}
		for _, id := range records {
			box, err := s.box(ctx, id)
			if err != nil {
				return err
			}
			of, err := Of(ctx, tx, box, id)
			if err != nil {
				return err
			}
			out = append(out, of...)
		}
		slices.SortStableFunc(out, func(a, b Consent) int { return strings.Compare(b.ID, a.ID) })
		return nil
	})
	return out, err
}

// StopOwn is Stop by the person themself: of the actor's own consents and no
// other's.
func (s *Service) StopOwn(ctx context.Context, actor lead.Actor, form ledger.Form, recipientID string, topic disclosure.Topic) error {
	entry := ledger.Entry{Actor: actor, Verb: ledger.Altered, Act: "own.stop_sharing", Subjects: []string{actor.ID}}
	_, err := s.People.Book.Once(ctx, form, entry, func(tx *db.Tx, _ *ledger.Entry) (string, error) {
		if err := s.People.Access.Check(actor, "own.stop_sharing", access.Own{ID: actor.ID}); err != nil {
			return "", err
		}
		return actor.ID, s.withdrawAll(ctx, tx, actor, actor.ID, recipientID, topic, "self")
	})
	return err
}

// withdrawAll takes back what the person said yes to on any of their records: it
// is one person who says stop (R58). Somebody outside has a name of their own on
// each record, and so is stopped on that one.
func (s *Service) withdrawAll(ctx context.Context, tx *db.Tx, actor lead.Actor, participantID, recipientID string, topic disclosure.Topic, told string) error {
	records, err := participant.RecordIDs(ctx, tx, participantID) // no key is needed: a stop is always taken
	if err != nil {
		return err
	}
	found := false
	for _, id := range records {
		err := s.withdraw(ctx, tx, actor, id, recipientID, topic, told)
		if err != nil && !errors.Is(err, lead.ErrNotFound) {
			return err
		}
		found = found || err == nil
	}
	if !found {
		return lead.ErrNotFound
	}
	return nil
}

// stoppedElsewhere returns the yeses on other records of the same person that
// were taken back. The strictest word counts for what is to come: until the
// person says yes again, nothing of that kind goes to that recipient (R58).
func stoppedElsewhere(ctx context.Context, tx *db.Tx, n participant.Now) ([]Consent, error) {
	var out []Consent
	for _, of := range n.Joined() {
		all, err := Of(ctx, tx, nil, of.ID) // no name is needed
		if err != nil {
			return nil, err
		}
		for _, c := range all {
			if !c.StoppedAt.IsZero() {
				out = append(out, c)
			}
		}
	}
	return out, nil
}

// Unbarred returns what n said yes to, without what a stop on another record bars.
func Unbarred(ctx context.Context, tx *db.Tx, n participant.Now) ([]Consent, error) {
	all, err := Of(ctx, tx, nil, n.ID) // no name outside is needed
	if err != nil {
		return nil, err
	}
	stopped, err := stoppedElsewhere(ctx, tx, n)
	if err != nil {
		return nil, err
	}
	return slices.DeleteFunc(all, func(c Consent) bool { return bars(stopped, c) }), nil
}

// bars reports whether a stop on another record bars a yes: the same recipient
// and topic, and the yes is not newer than the stop.
func bars(stopped []Consent, c Consent) bool {
	return slices.ContainsFunc(stopped, func(s Consent) bool {
		return s.Recipient.ID == c.Recipient.ID && s.Topic == c.Topic && !c.At.After(s.StoppedAt)
	})
}

// withdraw ends what has not ended yet. Stopping what is stopped already does
// nothing; a recipient to whom nothing was ever given is not found.
func (s *Service) withdraw(ctx context.Context, tx *db.Tx, actor lead.Actor, participantID, recipientID string, topic disclosure.Topic, told string) error {
	all, err := Of(ctx, tx, nil, participantID) // no name is needed
	if err != nil {
		return err
	}
	found := false
	for _, c := range all {
		if c.Recipient.ID != recipientID || topic != "" && c.Topic != topic {
			continue
		}
		found = true
		if !c.StoppedAt.IsZero() {
			continue
		}
		if err := disclosure.Withdraw(ctx, tx, c.ID, participantID, told, actor.ID, s.People.Book.Now()); err != nil {
			return err
		}
	}
	if !found {
		return lead.ErrNotFound
	}
	return nil
}

// Of returns every yes one person gave, newest first, inside the caller's own
// transaction. With the nil Box names and witnesses stay unread.
func Of(ctx context.Context, tx *db.Tx, box *secret.Box, participantID string) ([]Consent, error) {
	out, err := db.All(ctx, tx, func(row db.Row) (Consent, error) { return scanConsent(row, box) }, consentsOf, participantID)
	if err != nil {
		return nil, fmt.Errorf("consents: %w", err)
	}
	return out, nil
}

// Recipients returns who one person could share with: the organisations that
// take part, and those outside whom they named before.
func Recipients(ctx context.Context, tx *db.Tx, box *secret.Box, participantID string) ([]Recipient, error) {
	organisations, err := identity.Organisations(ctx, tx)
	if err != nil {
		return nil, err
	}
	var out []Recipient
	for _, o := range organisations {
		if len(disclosure.Offered(string(o.Kind))) > 0 {
			out = append(out, Recipient{o.ID, o.Name, string(o.Kind)})
		}
	}
	outside, err := db.All(ctx, tx, func(row db.Row) (Recipient, error) {
		var r Recipient
		if err := row.Scan(&r.ID, &r.Name); err != nil {
			return r, err
		}
		var err error
		r.Name, err = box.Read("care_outside.name", r.Name)
		return r, err
	}, outsideOf, participantID)
	if err != nil {
		return nil, fmt.Errorf("people outside: %w", err)
	}
	return append(out, outside...), nil
}

// recipient finds one of those that a person could share with.
func recipient(ctx context.Context, tx *db.Tx, box *secret.Box, participantID, recipientID string) (Recipient, bool, error) {
	if recipientID == "" {
		return Recipient{}, false, nil
	}
	all, err := Recipients(ctx, tx, box, participantID)
	if err != nil {
		return Recipient{}, false, err
	}
	i := slices.IndexFunc(all, func(r Recipient) bool { return r.ID == recipientID })
	if i < 0 {
		return Recipient{}, false, nil
	}
	return all[i], true, nil
}

// attest carries the word that the intake is completed to a force or a
// prosecutor's office that may hear it (R47). Nothing goes before it is.
func attest(ctx context.Context, tx *db.Tx, n *participant.Now, c Consent, now time.Time) error {
	if c.Topic != disclosure.Status || !disclosure.StatusOnly(c.Recipient.Kind) || n.IntakeDoneOn == "" || c.Purpose == "meeting" { // a yes to the table is none to an outcome
		return nil
	}
	referralID, err := referralOf(ctx, tx, n.ID)
	if err != nil {
		return err
	}
	giver, err := GiverOf(ctx, tx, *n)
	if err != nil {
		return err
	}
	if giver == "" { // a team of no organisation agreed with nobody: its intakes are done all the same
		return nil
	}
	return disclosure.Attest(ctx, tx, disclosure.Attestation{ConsentID: c.ID, ReferralID: referralID, ParticipantID: n.ID, RecipientID: c.Recipient.ID, GiverID: giver,
		CompletedOn: n.IntakeDoneOn, Until: c.Until}, now)
}

// IntakeDone carries the word to everybody who may hear it, in the transaction
// in which an intake is done.
func IntakeDone(ctx context.Context, tx *db.Tx, n *participant.Now, now time.Time) error {
	all, err := Unbarred(ctx, tx, *n)
	if err != nil {
		return err
	}
	for _, c := range all {
		if !c.Live(db.Day(now)) {
			continue
		}
		if err := attest(ctx, tx, n, c, now); err != nil {
			return err
		}
	}
	return nil
}
