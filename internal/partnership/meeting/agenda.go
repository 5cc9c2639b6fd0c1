package meeting

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"waymark.example/internal/handoff/agenda"
	"waymark.example/internal/handoff/disclosure"
	"waymark.example/internal/identity"
	"waymark.example/internal/lead"
	"waymark.example/internal/partnership/partner"
	"waymark.example/internal/platform/access"
	"waymark.example/internal/platform/db"
	"waymark.example/internal/platform/ledger"
	"waymark.example/internal/platform/secret"
)

// Heard is an item about somebody as one organisation may hear it.
type Heard struct {
	ID            string
	ParticipantID string
	Reference     string
	Name          string // "" where only the status may be heard
	Facts         string
	Ask           string
	Wordless      bool // the reference, and that they take part
	Own           bool // the actor's organisation brought it
	Lines         []Line
	room          level
}

// Line is a line of the minutes with the name of who does it.
type Line struct {
	agenda.Line
	Owner string
}

// named puts names to whoever does what.
func named(ctx context.Context, tx *db.Tx, lines []agenda.Line) ([]Line, error) {
	if len(lines) == 0 {
		return nil, nil
	}
	all, err := identity.Organisations(ctx, tx)
	if err != nil {
		return nil, err
	}
	out := make([]Line, 0, len(lines))
	for _, l := range lines {
		n := Line{Line: l}
		if i := slices.IndexFunc(all, func(o identity.Organisation) bool { return o.ID == l.OwnerID }); i >= 0 {
			n.Owner = all[i].Name
		}
		out = append(out, n)
	}
	return out, nil
}

// level is how much of an item the whole room may hear.
type level int

const (
	nothing level = iota
	status
	words
)

// Entry is one point of an agenda.
type Entry struct {
	Topic Topic
	Item  Heard
	Lines []Line
}

// ID returns the entry's id.
func (e Entry) ID() string {
	if e.Topic.ID != "" {
		return e.Topic.ID
	}
	return e.Item.ID
}

// Personal reports whether the entry is about somebody.
func (e Entry) Personal() bool { return e.Topic.ID == "" }

// Present is somebody who was there.
type Present struct {
	Name         string
	Organisation string
	OrgID        string
	Lived        bool
	At           time.Time
}

// Agenda is a meeting as the actor sees it.
type Agenda struct {
	Place
	Topics  []Topic
	Items   []Heard // empty until the reminder is confirmed
	Count   int     // how many items about people there are for anybody
	Seats   []partner.Seat
	Present []Present
	Minutes []Line // of what is about nobody
	Stamp   string // changes when something on the page is to be seen no more
	Now     time.Time
}

// Here reports whether somebody who holds a seat was there.
func (a Agenda) Here(seat partner.Seat) bool {
	return slices.ContainsFunc(a.Present, func(p Present) bool { return p.Name == seat.Name && p.OrgID == seat.OrganisationID })
}

// heard returns what the actor may hear of one agenda at this moment: by the yes
// given to their own organisation, once they confirmed the reminder, while they
// hold the seat for it.
func (s *Service) heard(ctx context.Context, tx *db.Tx, actor lead.Actor, p Place) ([]Heard, error) {
	if !s.hears(actor, p) {
		return nil, nil
	}
	items, err := agenda.For(ctx, tx, p.ID, actor.Organisation, s.Book.Now())
	if err != nil {
		return nil, err
	}
	var out []Heard
	for _, i := range items {
		h, err := s.open(ctx, tx, actor, p, i)
		if err != nil {
			return nil, err
		}
		if h.ID != "" {
			out = append(out, h)
		}
	}
	return out, nil
}

// hears reports whether anything about anybody may reach the actor at all.
func (s *Service) hears(actor lead.Actor, p Place) bool {
	return p.Seated && !p.Confirmed.IsZero() && !p.Over(s.Book.Now()) && p.Seat.OrganisationID == actor.Organisation &&
		hearsOfPeople(actor)
}

// hearsOfPeople reports whether the actor stands on a side that may hear of anybody at
// the table: an account of the partnership, of oversight or of operation never does,
// whatever organisation it belongs to.
func hearsOfPeople(actor lead.Actor) bool {
	return slices.Contains([]lead.Side{lead.Care, lead.Police, lead.Recipient}, actor.Side)
}

// mayHear asks the policies for each part of an item that its person agreed the
// actor's organisation may hear; kind is what sort of organisation that is.
func (s *Service) mayHear(actor lead.Actor, participantID, kind string, parts []agenda.Part) error {
	for _, part := range parts {
		class := part.Topic.Class()
		if part.Topic == agenda.Own {
			class = access.CaseFileClass
		}
		if err := s.Access.Check(actor, "meeting.item", access.Share{ID: participantID, Class: class, Recipient: part.OrganisationID, Kind: kind, Consent: true}); err != nil {
			return err
		}
	}
	return nil
}

// open opens one item for the actor. Erased, it is as if it had never been there.
func (s *Service) open(ctx context.Context, tx *db.Tx, actor lead.Actor, p Place, i agenda.Item) (Heard, error) {
	out := Heard{ID: i.ID, ParticipantID: i.ParticipantID, Reference: i.Reference, Wordless: i.Wordless(), Own: i.OrganisationID == actor.Organisation}
	if err := s.mayHear(actor, i.ParticipantID, p.Seat.OrganisationKind, i.Parts); err != nil {
		return Heard{}, err
	}
	if out.Wordless || disclosure.StatusOnly(p.Seat.OrganisationKind) { // no key is touched for them
		out.Wordless = true
		return out, nil
	}
	box, err := s.Keys.OpenShared(ctx, i.ID)
	if errors.Is(err, secret.ErrDestroyed) {
		return Heard{}, nil
	}
	if err != nil {
		return Heard{}, fmt.Errorf("open item: %w", err)
	}
	for field, of := range map[string][2]*string{agenda.NameField: {&out.Name, &i.Name}, agenda.FactsField: {&out.Facts, &i.Facts}, agenda.AskField: {&out.Ask, &i.Ask}} {
		if *of[0], err = box.Read(field, *of[1]); err != nil {
			return Heard{}, err
		}
	}
	lines, err := agenda.LinesOf(ctx, tx, i.ID)
	if err != nil {
		return Heard{}, err
	}
	for n := range lines {
		if lines[n].Words, err = box.Read(agenda.LineField, lines[n].Words); err != nil {
			return Heard{}, err
		}
	}
	out.Lines, err = named(ctx, tx, lines)
	return out, err
}

// inTheRoom works out how much of each item everybody who is there may hear, for
// the screen that all of them see.
func (s *Service) inTheRoom(ctx context.Context, tx *db.Tx, p Place, items []Heard, present []Present) error {
	for n := range items {
		items[n].room = words
	}
	seen := map[string]bool{p.Seat.OrganisationID: true}
	for _, at := range present {
		if seen[at.OrgID] {
			continue
		}
		seen[at.OrgID] = true
		theirs, err := agenda.For(ctx, tx, p.ID, at.OrgID, s.Book.Now())
		if err != nil {
			return err
		}
		for n := range items {
			i := slices.IndexFunc(theirs, func(x agenda.Item) bool { return x.ID == items[n].ID })
			switch {
			case i < 0:
				items[n].room = nothing
			case theirs[i].Wordless():
				items[n].room = min(items[n].room, status)
			}
		}
	}
	return nil
}

// stamp changes when anything that the actor has on a screen about people is to be
// seen no more; on the room's screen also when somebody came who may not hear it.
// A page of one point stands for that point alone.
func stamp(p Place, items []Heard, point string, room bool) string {
	text := fmt.Sprint(p.ID, p.Seated, p.Confirmed.IsZero(), p.CalledOff)
	for _, i := range items {
		if point != "" && i.ID != point {
			continue
		}
		text += fmt.Sprint(" ", i.ID, i.Wordless)
		if room {
			text += fmt.Sprint(i.room)
		}
	}
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:8])
}

// Read returns a meeting as the actor may see it now.
func (s *Service) Read(ctx context.Context, actor lead.Actor, meetingID string) (Agenda, error) {
	var out Agenda
	entry := ledger.Entry{Actor: actor, Verb: ledger.Consulted, Act: "meeting.read"}
	err := s.Book.Record(ctx, entry, func(tx *db.Tx, e *ledger.Entry) error {
		var err error
		out, err = s.read(ctx, tx, actor, meetingID, e)
		return err
	})
	return out, err
}

func (s *Service) read(ctx context.Context, tx *db.Tx, actor lead.Actor, meetingID string, e *ledger.Entry) (Agenda, error) {
	p, err := s.place(ctx, tx, actor, meetingID)
	if err != nil {
		return Agenda{}, err
	}
	out := Agenda{Place: p, Now: s.Book.Now()}
	if out.Topics, err = topicsOf(ctx, tx, meetingID); err != nil {
		return out, err
	}
	if out.Present, err = present(ctx, tx, meetingID); err != nil {
		return out, err
	}
	if out.Seats, err = partner.SeatsIn(ctx, tx, p.BodyID, out.Now); err != nil {
		return out, err
	}
	minutes, err := agenda.Minutes(ctx, tx, meetingID)
	if err != nil {
		return out, err
	}
	if out.Minutes, err = named(ctx, tx, minutes); err != nil {
		return out, err
	}
	if !p.Over(out.Now) {
		if out.Count, err = agenda.Count(ctx, tx, meetingID, out.Now); err != nil {
			return out, err
		}
	}
	if out.Items, err = s.heard(ctx, tx, actor, p); err != nil {
		return out, err
	}
	if err := s.inTheRoom(ctx, tx, p, out.Items, out.Present); err != nil {
		return out, err
	}
	out.Stamp = stamp(p, out.Items, "", false)
	for _, i := range out.Items {
		e.Subjects = append(e.Subjects, i.ParticipantID)
	}
	if len(out.Items) > 0 {
		e.Purpose = string(access.Sharing)
	}
	return out, nil
}

// Pulse returns the stamp that the actor's open page should have: it says nothing
// but whether what was shown there may still be.
func (s *Service) Pulse(ctx context.Context, actor lead.Actor, meetingID, point string, room bool) (string, error) {
	var out string
	err := s.Book.Look(ctx, func(tx *db.Tx) error {
		a, err := s.read(ctx, tx, actor, meetingID, &ledger.Entry{})
		out = stamp(a.Place, a.Items, point, room)
		return err
	})
	return out, err
}

// Shown is one point of an agenda on the whole screen.
type Shown struct {
	Agenda
	Entry
	At, Of   int // the third of five
	Prev     string
	Next     string
	Room     bool // the screen that everybody sees
	Hidden   bool // not everybody in the room may hear it
	Owners   []partner.Seat
	MayWrite bool
}

// Show returns one point of the agenda. For the room's screen an item is shown
// only as far as everybody who is there may hear it.
func (s *Service) Show(ctx context.Context, actor lead.Actor, meetingID, id string, room bool) (Shown, error) {
	out := Shown{Room: room}
	entry := ledger.Entry{Actor: actor, Verb: ledger.Consulted, Act: "meeting.item"}
	err := s.Book.Record(ctx, entry, func(tx *db.Tx, e *ledger.Entry) error {
		var err error
		if out.Agenda, err = s.read(ctx, tx, actor, meetingID, e); err != nil {
			return err
		}
		e.Subjects, e.Purpose = nil, ""
		all := out.entries()
		i := slices.IndexFunc(all, func(x Entry) bool { return x.ID() == id })
		if i < 0 {
			return lead.ErrNotFound
		}
		out.Entry, out.At, out.Of = all[i], i+1, len(all)
		if i > 0 {
			out.Prev = all[i-1].ID()
		}
		if i+1 < len(all) {
			out.Next = all[i+1].ID()
		}
		for _, l := range out.Minutes {
			if l.ItemID == id {
				out.Lines = append(out.Lines, l)
			}
		}
		brought := out.Item.Own
		out.MayWrite = !out.CalledOff && s.Access.Check(actor, "meeting.minute", out.resource(actor, brought)) == nil && !out.Item.Wordless
		if out.Owners, err = s.owners(ctx, tx, out); err != nil {
			return err
		}
		out.Stamp = stamp(out.Place, out.Items, id, room)
		if !out.Personal() {
			return nil
		}
		out.Lines = out.Item.Lines
		e.Subjects, e.Purpose = []string{out.Item.ParticipantID}, string(access.Sharing)
		if room {
			out.limit()
		}
		return nil
	})
	return out, err
}

// entries is the agenda in its order: what is about nobody first, so that a table
// that is not quite there yet can begin.
func (a Agenda) entries() []Entry {
	var out []Entry
	for _, t := range a.Topics {
		out = append(out, Entry{Topic: t})
	}
	for _, i := range a.Items {
		out = append(out, Entry{Item: i})
	}
	return out
}

// Entries returns the agenda in its order.
func (a Agenda) Entries() []Entry { return a.entries() }

// limit takes from an item what not everybody in the room may hear.
func (s *Shown) limit() {
	switch s.Item.room {
	case nothing:
		s.Hidden = true
		s.Item, s.Lines = Heard{ID: s.Item.ID}, nil
	case status:
		s.Item.Name, s.Item.Facts, s.Item.Ask, s.Item.Wordless, s.Lines = "", "", "", true, nil
	case words:
	}
	s.MayWrite = false
}

// owners lists who can take an action: for an item about somebody, those
// organisations that may hear its words (R18).
func (s *Service) owners(ctx context.Context, tx *db.Tx, of Shown) ([]partner.Seat, error) {
	var out []partner.Seat
	for _, seat := range of.Seats {
		if slices.ContainsFunc(out, func(x partner.Seat) bool { return x.OrganisationID == seat.OrganisationID }) {
			continue
		}
		if of.Personal() {
			theirs, err := agenda.For(ctx, tx, of.Place.ID, seat.OrganisationID, s.Book.Now())
			if err != nil {
				return nil, err
			}
			i := slices.IndexFunc(theirs, func(x agenda.Item) bool { return x.ID == of.Item.ID })
			if i < 0 || theirs[i].Wordless() || seat.OrganisationKind == "partnership" {
				continue
			}
		}
		out = append(out, seat)
	}
	return out, nil
}

// Minute keeps a decision, an action or a word of dissent.
func (s *Service) Minute(ctx context.Context, actor lead.Actor, form ledger.Form, meetingID, id string, l agenda.Line) error {
	entry := ledger.Entry{Actor: actor, Verb: ledger.Collected, Act: "meeting.minute"}
	_, err := s.Book.Once(ctx, form, entry, func(tx *db.Tx, e *ledger.Entry) (string, error) {
		of := Shown{}
		var err error
		if of.Agenda, err = s.read(ctx, tx, actor, meetingID, e); err != nil {
			return "", err
		}
		e.Subjects, e.Purpose = nil, ""
		all := of.entries()
		i := slices.IndexFunc(all, func(x Entry) bool { return x.ID() == id })
		if i < 0 {
			return "", lead.ErrNotFound
		}
		of.Entry = all[i]
		if err := s.Access.Check(actor, "meeting.minute", of.resource(actor, of.Item.Own)); err != nil {
			return "", err
		}
		if of.CalledOff || of.Item.Wordless {
			return "", lead.ErrConflict
		}
		owners, err := s.owners(ctx, tx, of)
		if err != nil {
			return "", err
		}
		if err := checkLine(l, owners, s.Book.Now()); err != nil {
			return "", err
		}
		if l.Kind != agenda.Action {
			l.OwnerID, l.Due = "", ""
		}
		l.ID, l.MeetingID, l.ItemID, l.By, l.At = lead.NewID("lin"), meetingID, id, actor.ID, s.Book.Now()
		if of.Personal() {
			box, err := s.Keys.OpenShared(ctx, id)
			if err != nil {
				return "", lead.ErrConflict // erased while it was written
			}
			l.ParticipantID, l.Words = of.Item.ParticipantID, box.Seal(agenda.LineField, l.Words)
			e.Subjects, e.Purpose = []string{l.ParticipantID}, string(access.Sharing)
		}
		e.Detail = string(l.Kind)
		return l.ID, agenda.Note(ctx, tx, l)
	})
	return err
}

func checkLine(l agenda.Line, owners []partner.Seat, now time.Time) error {
	bad := lead.Invalid{}
	if !slices.Contains([]agenda.LineKind{agenda.Decision, agenda.Action, agenda.Dissent}, l.Kind) {
		bad["kind"] = "Choose what it is"
	}
	if strings.TrimSpace(l.Words) == "" {
		bad["words"] = "Write down what was said"
	}
	bad.TooLong("words", l.Words, 600)
	if l.Kind == agenda.Action {
		if !slices.ContainsFunc(owners, func(x partner.Seat) bool { return x.OrganisationID == l.OwnerID }) {
			bad["owner"] = "Choose who does it"
		}
		if _, err := time.Parse(time.DateOnly, l.Due); err != nil || l.Due < db.Day(now) {
			bad["due"] = "Enter the day by which it is done"
		}
	}
	return bad.OrNil()
}

// Doing is what agencies said they would do.
type Doing struct {
	Lines []Line
	All   bool // every organisation's, without a word about a person
	Today string
}

// Actions returns what the actor's organisation said it would do; for the
// coordinator every organisation's, without a word of what is about a person.
func (s *Service) Actions(ctx context.Context, actor lead.Actor) (Doing, error) {
	out := Doing{Today: db.Day(s.Book.Now())}
	entry := ledger.Entry{Actor: actor, Verb: ledger.Consulted, Act: "meeting.actions"}
	err := s.Book.Record(ctx, entry, func(tx *db.Tx, e *ledger.Entry) error {
		if err := s.Access.Check(actor, "meeting.list", access.Screen{}); err != nil {
			return err
		}
		var lines []agenda.Line
		var err error
		if out.All = actor.Has(lead.Coordinator); out.All {
			lines, err = agenda.AllActions(ctx, tx)
		} else {
			lines, err = s.own(ctx, tx, actor, e)
		}
		if err != nil {
			return err
		}
		out.Lines, err = named(ctx, tx, lines)
		return err
	})
	return out, err
}

// own returns the actions of the actor's organisation, where they hold a seat for it:
// those about nobody, and those about people of whom they may hear.
func (s *Service) own(ctx context.Context, tx *db.Tx, actor lead.Actor, e *ledger.Entry) ([]agenda.Line, error) {
	seat, err := s.seatFor(ctx, tx, actor)
	if err != nil || seat == nil {
		return nil, err
	}
	all, err := agenda.Actions(ctx, tx, actor.Organisation, s.Book.Now())
	if err != nil {
		return nil, err
	}
	var lines []agenda.Line
	for _, l := range all {
		err := s.mayHearLine(ctx, tx, actor, *seat, l)
		if errors.Is(err, lead.ErrForbidden) {
			continue
		}
		if err != nil {
			return nil, err
		}
		lines = append(lines, l)
	}
	return s.openLines(ctx, lines, e)
}

// seatFor returns a seat that the actor holds for their own organisation, nil where
// they hold none.
func (s *Service) seatFor(ctx context.Context, tx *db.Tx, actor lead.Actor) (*partner.Seat, error) {
	seats, err := partner.SeatsOf(ctx, tx, actor.ID, s.Book.Now())
	i := slices.IndexFunc(seats, func(x partner.Seat) bool { return x.OrganisationID == actor.Organisation })
	if err != nil || i < 0 {
		return nil, err
	}
	return &seats[i], nil
}

// mayHearLine is lead.ErrForbidden for a line about somebody of whom the actor may not
// hear: what was said of an item goes no further than the item.
func (s *Service) mayHearLine(ctx context.Context, tx *db.Tx, actor lead.Actor, seat partner.Seat, l agenda.Line) error {
	if l.ParticipantID == "" {
		return nil
	}
	if !hearsOfPeople(actor) || disclosure.StatusOnly(seat.OrganisationKind) {
		return lead.ErrForbidden
	}
	parts, err := agenda.PartsFor(ctx, tx, l.ItemID, actor.Organisation)
	if err != nil {
		return err
	}
	return s.mayHear(actor, l.ParticipantID, seat.OrganisationKind, parts)
}

// openLines opens the words of lines about people. Those of somebody erased go.
func (s *Service) openLines(ctx context.Context, all []agenda.Line, e *ledger.Entry) ([]agenda.Line, error) {
	var out []agenda.Line
	for _, l := range all {
		if l.ParticipantID != "" {
			box, err := s.Keys.OpenShared(ctx, l.ItemID)
			if errors.Is(err, secret.ErrDestroyed) {
				continue
			}
			if err != nil {
				return nil, fmt.Errorf("open line: %w", err)
			}
			if l.Words, err = box.Read(agenda.LineField, l.Words); err != nil {
				return nil, err
			}
			e.Subjects, e.Purpose = append(e.Subjects, l.ParticipantID), string(access.Sharing)
		}
		out = append(out, l)
	}
	return out, nil
}

// Finish keeps that an action of the actor's organisation was done or set aside.
func (s *Service) Finish(ctx context.Context, actor lead.Actor, form ledger.Form, lineID, outcome string) error {
	entry := ledger.Entry{Actor: actor, Verb: ledger.Altered, Act: "meeting.finish"}
	_, err := s.Book.Once(ctx, form, entry, func(tx *db.Tx, e *ledger.Entry) (string, error) {
		if err := s.Access.Check(actor, "meeting.list", access.Screen{}); err != nil {
			return "", err
		}
		seat, err := s.seatFor(ctx, tx, actor)
		if err != nil || seat == nil {
			return "", errors.Join(err, lead.ErrNotFound)
		}
		l, err := agenda.OneAction(ctx, tx, lineID, actor.Organisation, s.Book.Now())
		if err != nil {
			return "", err
		}
		if err := s.mayHearLine(ctx, tx, actor, *seat, l); err != nil {
			return "", err
		}
		if outcome != "done" && outcome != "set_aside" {
			return "", lead.ErrNotFound // a form that is none of ours
		}
		if l.ParticipantID != "" {
			e.Subjects, e.Purpose = []string{l.ParticipantID}, string(access.Sharing)
		}
		e.Detail = outcome
		return lineID, agenda.Finish(ctx, tx, lineID, outcome, actor.ID, s.Book.Now())
	})
	return err
}
