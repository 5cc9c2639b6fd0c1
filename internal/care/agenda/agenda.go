// Package agenda brings somebody to a meeting of the partnership when they want
// to be spoken of there: in the words they heard, before the organisations that
// they said yes to, and while each yes holds (R35). It imports lead, platform,
// care/participant, care/consent and the bridge.
package agenda

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"waymark.example/internal/care/consent"
	"waymark.example/internal/care/participant"
	"waymark.example/internal/handoff/agenda"
	"waymark.example/internal/handoff/disclosure"
	"waymark.example/internal/identity"
	"waymark.example/internal/lead"
	"waymark.example/internal/platform/access"
	"waymark.example/internal/platform/db"
	"waymark.example/internal/platform/ledger"
	"waymark.example/internal/platform/secret"
	"waymark.example/internal/reference/agreement"
)

// Meeting is a meeting to come at which somebody can be spoken of.
type Meeting struct {
	ID    string
	Body  string
	At    time.Time
	Place string
	Sit   []Sitting // the organisations that have a seat
}

// Sitting is an organisation that has a seat at a meeting.
type Sitting struct{ ID, Name, Kind string }

// Draft is what is to be brought, as the worker writes it.
type Draft struct {
	MeetingID string
	Topics    []disclosure.Topic // what the words are about
	Name      string             // what they want to be called there
	Facts     string
	Ask       string
	Shown     string // the words that were on the page when the person said yes
	Agreed    bool
}

// Words returns every word of it, as it is read out.
func (d Draft) Words() string { return strings.Join([]string{d.Name, d.Facts, d.Ask}, "\n") }

// Hears is what one organisation at the table would hear.
type Hears struct {
	Sitting
	Parts []agenda.Part
	Own   bool // the case team's own organisation
	// Missing is which agreement between the organisations is missing or has lapsed,
	// where the person said yes and nothing may cross all the same.
	Missing string
}

// Words reports whether they would hear the words of it.
func (h Hears) Words() bool { return len(h.Parts) > 0 && h.Parts[0].Words }

// Room reports whether they would hear it in the room alone: what the partnership's
// own people have before them holds nobody.
func (h Hears) Room() bool { return h.Kind == "partnership" && h.Words() }

// Status reports whether they would hear that the person takes part, and no more.
func (h Hears) Status() bool { return len(h.Parts) > 0 && !h.Parts[0].Words }

// Brought is an item as the case team reads it again.
type Brought struct {
	agenda.Item
	Meeting Meeting // the zero Meeting when it is over
	To      []string
	Words   string
	Lines   []Line // their words opened
}

// Line is a line of the minutes with the name of who does it.
type Line struct {
	agenda.Line
	Owner string
}

// Service carries out the use cases.
type Service struct {
	People *participant.Service
	// Ahead lists the meetings to come that take items about people: facts about
	// nobody, from the partnership's side. It is set by whoever wires the site.
	Ahead func(ctx context.Context) ([]Meeting, error)
}

// Preview is what would be brought, and who would hear what of it.
type Preview struct {
	Now     participant.Now
	Draft   Draft
	Meeting Meeting
	Hear    []Hears
	Ahead   []Meeting
	Brought []Brought
}

// Any reports whether anybody outside the case team would hear the words.
func (p Preview) Any() bool {
	return slices.ContainsFunc(p.Hear, func(h Hears) bool { return h.Words() && !h.Own && !h.Room() })
}

const (
	maxName  = 60
	maxFacts = 600
	maxAsk   = 300
)

// check returns a lead.Invalid naming each answer that breaks a rule, or nil.
func (d Draft) check(found bool) error {
	bad := lead.Invalid{}
	if !found {
		bad["meeting"] = "Choose a meeting"
	}
	if len(d.Topics) == 0 {
		bad["topics"] = "Choose what the words are about: who may hear them follows from it"
	}
	for _, t := range d.Topics {
		if !t.Known() {
			bad["topics"] = "Choose from the list"
		}
	}
	need := func(field, text, words string, most int) {
		if strings.TrimSpace(text) == "" {
			bad[field] = words
		}
		bad.TooLong(field, text, most)
	}
	need("name", d.Name, "Enter what they want to be called there", maxName)
	need("facts", d.Facts, "Write down what they want said", maxFacts)
	need("ask", d.Ask, "Write down what they ask of the table", maxAsk)
	// Police and prosecutors sit in the same room (R22).
	for field, text := range map[string]string{"facts": d.Facts, "ask": d.Ask, "name": d.Name} {
		if risky := disclosure.Enforcing(text); len(risky) > 0 {
			bad[field] = "This could prompt somebody to enforce something: " + strings.Join(risky, ", ") + ". Leave it out"
		}
	}
	return bad.OrNil()
}

// hearing works out what each organisation at the table would hear: the words,
// where it has a live yes to every topic; of police and prosecutors that the
// person takes part; and else nothing.
func hearing(all []consent.Consent, d Draft, sit []Sitting, own, today string) []Hears {
	var out []Hears
	live := func(organisation string, t disclosure.Topic) (consent.Consent, bool) {
		best := consent.Consent{}
		for _, c := range all {
			if c.Recipient.ID == organisation && c.Topic == t && c.Purpose == agenda.Purpose && c.Live(today) && c.Until > best.Until {
				best = c
			}
		}
		return best, best.ID != ""
	}
	for _, o := range sit {
		h := Hears{Sitting: o, Own: o.ID == own}
		topics := d.Topics
		if disclosure.StatusOnly(o.Kind) {
			topics = []disclosure.Topic{disclosure.Status}
		}
		if h.Own {
			topics = nil
			h.Parts = []agenda.Part{{OrganisationID: o.ID, Topic: agenda.Own, Words: true, Until: "9999-12-31"}}
		}
		for _, t := range topics {
			c, ok := live(o.ID, t)
			if !ok {
				h.Parts = nil
				break
			}
			h.Parts = append(h.Parts, agenda.Part{OrganisationID: o.ID, Topic: t, ConsentID: c.ID, Words: !disclosure.StatusOnly(o.Kind), Until: c.Until})
		}
		out = append(out, h)
	}
	return out
}

// Look works out who would hear what, and keeps nothing. With the zero Draft it
// is the empty form, and what was brought before.
func (s *Service) Look(ctx context.Context, actor lead.Actor, participantID string, d Draft) (Preview, error) {
	ahead, err := s.ahead(ctx)
	if err != nil {
		return Preview{}, err
	}
	out := Preview{Draft: d, Ahead: ahead}
	act := participant.Act{Action: "meeting.propose", Name: "meeting.preview"}
	err = s.People.Read(ctx, actor, act, participantID, func(tx *db.Tx, n participant.Now) error {
		out.Now = n
		if d.MeetingID == "" && d.Words() == (Draft{}).Words() {
			out.Brought, err = s.brought(ctx, tx, n, ahead)
			return err
		}
		m, found := meetingOf(ahead, d.MeetingID)
		out.Meeting = m
		if err := d.check(found); err != nil {
			return err
		}
		out.Hear, err = s.hear(ctx, tx, n, d, m, actor.Organisation)
		return err
	})
	return out, err
}

func (s *Service) ahead(ctx context.Context) ([]Meeting, error) {
	if s.Ahead == nil {
		return nil, nil
	}
	return s.Ahead(ctx)
}

func meetingOf(all []Meeting, id string) (Meeting, bool) {
	i := slices.IndexFunc(all, func(m Meeting) bool { return m.ID == id })
	if i < 0 {
		return Meeting{}, false
	}
	return all[i], true
}

func (s *Service) hear(ctx context.Context, tx *db.Tx, n participant.Now, d Draft, m Meeting, own string) ([]Hears, error) {
	all, err := consent.Unbarred(ctx, tx, n)
	if err != nil {
		return nil, err
	}
	today := db.Day(s.People.Book.Now())
	out := hearing(all, d, m.Sit, own, today)
	for n := range out {
		for _, p := range out[n].Parts {
			if out[n].Own {
				continue
			}
			ok, missing, err := agreement.Open(ctx, tx, own, out[n].ID, string(p.Topic), string(agenda.Purpose), today)
			if err != nil {
				return nil, err
			}
			if !ok {
				out[n].Missing = missing.Words()
			}
		}
		if out[n].Missing != "" {
			out[n].Parts = nil
		}
	}
	return out, nil
}

// Bring puts somebody on an agenda in the words they said yes to, and returns the
// item's id.
func (s *Service) Bring(ctx context.Context, actor lead.Actor, form ledger.Form, participantID string, d Draft) (string, error) {
	ahead, err := s.ahead(ctx)
	if err != nil {
		return "", err
	}
	act := participant.Act{Action: "meeting.propose", Name: "meeting.propose", Verb: ledger.Disclosed}
	return s.People.Write(ctx, actor, form, act, participantID, func(tx *db.Tx, n *participant.Now) (string, error) {
		if n.State == participant.Died || n.Into != "" {
			return "", lead.ErrConflict
		}
		m, found := meetingOf(ahead, d.MeetingID)
		if err := d.check(found); err != nil {
			return "", err
		}
		hear, err := s.hear(ctx, tx, *n, d, m, actor.Organisation)
		if err != nil {
			return "", err
		}
		if !(Preview{Hear: hear}).Any() {
			return "", lead.Invalid{"agreed": "Nobody at that table has their yes to hear this. Record it first, for the purpose of the partners' meeting"}
		}
		if !d.Agreed || d.Shown != d.Words() {
			return "", lead.Invalid{"agreed": "Read these words out. They go only when the person says yes to them"}
		}
		i := agenda.Item{ID: lead.NewID("itm"), MeetingID: m.ID, ParticipantID: n.ID, OrganisationID: actor.Organisation, By: actor.ID, At: s.People.Book.Now()}
		for _, h := range hear {
			i.Parts = append(i.Parts, h.Parts...)
			for _, p := range h.Parts {
				if h.Own {
					continue
				}
				share := access.Share{ID: n.ID, Class: p.Topic.Class(), Recipient: h.ID, Kind: h.Kind, Worker: n.WorkerID, Team: n.Team, Consent: true}
				if err := s.People.Access.Check(actor, "meeting.propose", share); err != nil {
					return "", err
				}
			}
		}
		referralID, err := referralOf(ctx, tx, n.ID)
		if err != nil {
			return "", err
		}
		if i.Reference, err = agenda.ReferenceOf(ctx, tx, referralID); err != nil {
			return "", err
		}
		box, err := s.People.Keys.Shared(ctx, n.ID, i.ID)
		if err != nil {
			return "", fmt.Errorf("bring to a meeting: %w", err)
		}
		i.Name, i.Facts, i.Ask = box.Seal(agenda.NameField, d.Name), box.Seal(agenda.FactsField, d.Facts), box.Seal(agenda.AskField, d.Ask)
		return i.ID, agenda.Propose(ctx, tx, i)
	})
}

// TakeOff takes an item off its agenda, because the person or their worker
// thought better of it.
func (s *Service) TakeOff(ctx context.Context, actor lead.Actor, form ledger.Form, participantID, itemID string) error {
	act := participant.Act{Action: "meeting.propose", Name: "meeting.take_off", Verb: ledger.Altered}
	_, err := s.People.Write(ctx, actor, form, act, participantID, func(tx *db.Tx, n *participant.Now) (string, error) {
		items, err := agenda.About(ctx, tx, n.ID)
		if err != nil {
			return "", err
		}
		if !slices.ContainsFunc(items, func(i agenda.Item) bool { return i.ID == itemID }) {
			return "", lead.ErrNotFound
		}
		return itemID, agenda.TakeOff(ctx, tx, itemID, actor.ID, s.People.Book.Now())
	})
	return err
}

// brought returns what was brought about one person, its words opened.
func (s *Service) brought(ctx context.Context, tx *db.Tx, n participant.Now, ahead []Meeting) ([]Brought, error) {
	items, err := agenda.About(ctx, tx, n.ID)
	if err != nil {
		return nil, err
	}
	lines, err := agenda.LinesAbout(ctx, tx, n.ID)
	if err != nil {
		return nil, err
	}
	names := map[string]string{}
	organisations, err := identity.Organisations(ctx, tx)
	if err != nil {
		return nil, err
	}
	for _, o := range organisations {
		names[o.ID] = o.Name
	}
	var out []Brought
	for _, i := range items {
		b := Brought{Item: i}
		b.Meeting, _ = meetingOf(ahead, i.MeetingID)
		box, err := s.People.Keys.OpenShared(ctx, i.ID)
		if err != nil && !errors.Is(err, secret.ErrDestroyed) {
			return nil, err
		}
		d := Draft{}
		for field, of := range map[string][2]*string{agenda.NameField: {&d.Name, &i.Name}, agenda.FactsField: {&d.Facts, &i.Facts}, agenda.AskField: {&d.Ask, &i.Ask}} {
			if *of[0], err = box.Read(field, *of[1]); err != nil {
				return nil, err
			}
		}
		b.Words = d.Words()
		for _, p := range i.Parts {
			if name := names[p.OrganisationID]; p.ConsentID != "" && name != "" && !slices.Contains(b.To, name) {
				b.To = append(b.To, name)
			}
		}
		slices.Sort(b.To)
		for _, l := range lines {
			if l.ItemID == i.ID {
				if l.Words, err = box.Read(agenda.LineField, l.Words); err != nil {
					return nil, err
				}
				b.Lines = append(b.Lines, Line{l, names[l.OwnerID]})
			}
		}
		out = append(out, b)
	}
	return out, nil
}
