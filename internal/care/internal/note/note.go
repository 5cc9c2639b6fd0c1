// Package note keeps contact notes, the case team's narrative, and the timeline
// they stand in. The compiler lets only the care side import it (R18). It
// imports lead, platform and care.
package note

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"waymark.example/internal/care/outreach"
	"waymark.example/internal/care/participant"
	"waymark.example/internal/lead"
	"waymark.example/internal/platform/db"
	"waymark.example/internal/platform/ledger"
)

// Note is one contact with somebody. A mistake is put right by a new note that
// names the one it replaces.
type Note struct {
	ID        string
	Corrects  string // note_id, or ""
	At        time.Time
	Mode      string // in_person, phone, text, letter, other
	Minutes   int
	PlaceKind string // code of Places, or ""
	Place     string
	StartedBy string // worker, participant, other
	Outcome   outreach.Outcome
	Narrative string
	Next      participant.Promise // what was promised next
	Keeps     string              // the promise that this contact kept, or ""
	By        string
}

// Modes lists the ways to be in contact with words.
func Modes() [][2]string {
	return [][2]string{{"in_person", "In person"}, {"phone", "By phone"}, {"text", "By text"}, {"letter", "By letter"}, {"other", "Another way"}}
}

// Starters lists who started the contact, with words.
func Starters() [][2]string {
	return [][2]string{{"worker", "We did"}, {"participant", "They did"}, {"other", "Somebody else"}}
}

// Places lists where a contact can be, coarsely, with words.
func Places() [][2]string {
	return [][2]string{{"street", "Out and about"}, {"home", "Where they stay"}, {"ours", "Our place"}, {"service", "Another service"}, {"health", "Hospital or surgery"}, {"custody", "Custody or court"}, {"other", "Somewhere else"}}
}

// Ways lists how a contact can have been, in one tap each, with words.
func Ways() [][2]string {
	return [][2]string{{"met", "In person"}, {"spoke", "By phone"}, {"text", "By text"}, {"letter", "By letter"}, {"rang", "Rang, no answer"}, {"looked", "Looked, not found yet"}}
}

// As puts the way of one tap into the note: how we were in contact, and what
// came of it. A text or letter reached somebody when it was they who wrote.
func (n *Note) As(way string) {
	wrote := outreach.LeftWord
	if n.StartedBy == "participant" {
		wrote = outreach.Spoke
	}
	switch way {
	case "met":
		n.Mode, n.Outcome = "in_person", outreach.Met
	case "spoke":
		n.Mode, n.Outcome = "phone", outreach.Spoke
	case "text", "letter":
		n.Mode, n.Outcome = way, wrote
	case "rang":
		n.Mode, n.Outcome = "phone", outreach.NotFound
	case "looked":
		n.Mode, n.Outcome = "in_person", outreach.NotFound
	}
}

func wordsOf(list [][2]string, code string) string {
	for _, c := range list {
		if c[0] == code {
			return c[1]
		}
	}
	return code
}

// Check returns a lead.Invalid naming each answer that breaks a rule, or nil.
func (n Note) Check(now time.Time, today string) error {
	bad := lead.Invalid{}
	outreach.CheckPast(bad, "at", n.At, now)
	known := func(list [][2]string, code string) bool {
		return slices.ContainsFunc(list, func(c [2]string) bool { return c[0] == code })
	}
	if !known(Modes(), n.Mode) {
		bad["mode"] = "Choose how you were in contact"
	}
	if !known(Starters(), n.StartedBy) {
		bad["started_by"] = "Choose who started it"
	}
	if !slices.Contains(outreach.Outcomes(), n.Outcome) {
		bad["outcome"] = "Choose what came of it"
	}
	if n.Minutes < 0 || n.Minutes > 1440 {
		bad["minutes"] = "Enter minutes from 0 to 1440"
	}
	if n.PlaceKind != "" && !known(Places(), n.PlaceKind) {
		bad["place_kind"] = "Choose where from the list, or leave it"
	}
	bad.TooLong("place", n.Place, 200)
	bad.TooLong("narrative", n.Narrative, 8000)
	n.Next.Check(bad, "next", "next_on", today)
	return bad.OrNil()
}

// Service carries out the use cases.
type Service struct{ People *participant.Service }

// Add keeps a note.
func (s *Service) Add(ctx context.Context, actor lead.Actor, form ledger.Form, participantID string, note Note) error {
	act := participant.Act{Action: "case.note", Name: "note.add", Verb: ledger.Collected}
	_, err := s.People.Write(ctx, actor, form, act, participantID, func(tx *db.Tx, n *participant.Now) (string, error) {
		note.Corrects = ""
		return s.insert(ctx, tx, actor, n, note)
	})
	return err
}

// Correct keeps a note that replaces an earlier one of the same person.
func (s *Service) Correct(ctx context.Context, actor lead.Actor, form ledger.Form, participantID, noteID string, note Note) error {
	act := participant.Act{Action: "case.note", Name: "note.correct", Verb: ledger.Altered}
	_, err := s.People.Write(ctx, actor, form, act, participantID, func(tx *db.Tx, n *participant.Now) (string, error) {
		if _, err := byID(ctx, tx, *n, noteID); err != nil {
			return "", err
		}
		note.Corrects = noteID
		return s.insert(ctx, tx, actor, n, note)
	})
	return err
}

func (s *Service) insert(ctx context.Context, tx *db.Tx, actor lead.Actor, n *participant.Now, note Note) (string, error) {
	now := s.People.Book.Now()
	if err := note.Check(now, s.People.LocalDay()); err != nil {
		return "", err
	}
	id := lead.NewID("not")
	var corrects any
	if note.Corrects != "" {
		corrects = note.Corrects
	}
	added, err := tx.Exec(ctx, insertNote, id, n.ID, corrects, db.At(note.At), note.Mode, note.Minutes, note.PlaceKind, n.Seal("care_note.place", note.Place), note.StartedBy, note.Outcome,
		n.Seal("care_note.narrative", note.Narrative), actor.ID, db.At(now))
	if err != nil {
		return "", fmt.Errorf("note: %w", err)
	}
	if added == 0 { // somebody corrected the same note first
		return "", lead.ErrConflict
	}
	if note.Outcome.Reached() {
		n.Reached(note.At)
	}
	if note.Corrects != "" { // a correction promises nothing anew
		return id, nil
	}
	if note.Keeps != "" {
		if err := s.People.KeepPromise(ctx, tx, actor, n, note.Keeps, id); err != nil {
			return "", err
		}
	}
	if err := s.People.Tried(ctx, tx, actor, n, note.Outcome.Reached(), id); err != nil {
		return "", err
	}
	note.Next.NoteID = id
	if note.Next.Kind = participant.Said; !note.Outcome.Reached() {
		note.Next.Kind = participant.NextTry // nothing was said to anybody
	}
	return id, s.People.Promise(ctx, tx, actor, n, note.Next)
}

// undoFor is how long whoever wrote a note can take it back.
const undoFor = 10 * time.Minute

// Undo takes back a note within ten minutes, by whoever wrote it, with what was
// promised and kept at it. The note stays, marked; later it is corrected instead.
func (s *Service) Undo(ctx context.Context, actor lead.Actor, form ledger.Form, participantID, noteID string) error {
	act := participant.Act{Action: "case.note", Name: "note.undo", Verb: ledger.Altered}
	_, err := s.People.Write(ctx, actor, form, act, participantID, func(tx *db.Tx, n *participant.Now) (string, error) {
		now := s.People.Book.Now()
		var by string
		var at db.Time
		if err := tx.One(ctx, noteToUndo, n.ID, noteID).Scan(&by, &at); err != nil {
			return "", err
		}
		if by != actor.ID {
			return "", lead.ErrNotFound
		}
		if now.Sub(at.Time) > undoFor {
			return "", lead.ErrConflict
		}
		if _, err := tx.Exec(ctx, insertUndone, noteID, actor.ID, db.At(now)); err != nil {
			return "", fmt.Errorf("undo: %w", err)
		}
		return noteID, s.People.Unreach(ctx, tx, n)
	})
	return err
}

// Logged is a contact that somebody has just logged.
type Logged struct {
	ParticipantID, NoteID string
	At                    time.Time
}

// JustLogged returns what actor logged in the last ten minutes and can still
// take back, newest first.
func JustLogged(ctx context.Context, tx *db.Tx, actor lead.Actor, now time.Time) ([]Logged, error) {
	out, err := db.All(ctx, tx, func(row db.Row) (Logged, error) {
		var l Logged
		var at db.Time
		err := row.Scan(&l.ParticipantID, &l.NoteID, &at)
		l.At = at.Time
		return l, err
	}, justLogged, actor.ID, db.At(now.Add(-undoFor)))
	if err != nil {
		return nil, fmt.Errorf("just logged: %w", err)
	}
	return out, nil
}

// Read returns one note that nobody has corrected since.
func (s *Service) Read(ctx context.Context, actor lead.Actor, participantID, noteID string) (participant.Now, Note, error) {
	var now participant.Now
	var note Note
	act := participant.Act{Action: "case.read", Name: "note.read"}
	err := s.People.Read(ctx, actor, act, participantID, func(tx *db.Tx, n participant.Now) error {
		now = n
		var err error
		note, err = byID(ctx, tx, n, noteID)
		return err
	})
	return now, note, err
}

func byID(ctx context.Context, tx *db.Tx, now participant.Now, noteID string) (Note, error) {
	var n Note
	var at db.Time
	err := tx.One(ctx, noteByID, now.ID, noteID).Scan(&n.ID, &at, &n.Mode, &n.Minutes, &n.PlaceKind, &n.Place, &n.StartedBy, &n.Outcome, &n.Narrative, &n.By)
	if err != nil {
		return Note{}, err
	}
	n.At = at.Time
	return n, now.Open(map[string]*string{"care_note.place": &n.Place, "care_note.narrative": &n.Narrative})
}

// Item is one line of a person's timeline.
type Item struct {
	Of    string          // the record it stands in
	From  participant.Now // that record, where it is another than the one that goes on
	Kind  string          // note, outreach, acute, acute_met, screening, intake, assessment, plan, case
	ID    string
	At    time.Time
	By    string
	Title string
	Words string
	Meta  string // how long, where
	Fix   string // the earlier version of a corrected note
	Seen  string // who can see it, in words
	Mine  bool   // can still be taken back by whoever looks
	Back  bool   // was taken back
}

// Timeline returns up to limit of what happened, newest first, before the item
// at before ("" for the newest), and where the next page starts.
func Timeline(ctx context.Context, tx *db.Tx, n participant.Now, kind, before string, limit int) ([]Item, string, error) {
	at, id, _ := strings.Cut(before, "\n")
	if at == "" {
		at = "9999" // after every moment
	}
	records := participant.ByID([]participant.Now{n})
	items, err := db.All(ctx, tx, func(row db.Row) (Item, error) { return scanItem(records, row) }, timeline, n.ID, at, id, kind, limit+1)
	if err != nil {
		return nil, "", fmt.Errorf("timeline: %w", err)
	}
	if len(items) <= limit {
		return items, "", nil
	}
	last := items[limit-1]
	return items[:limit], db.At(last.At) + "\n" + last.ID, nil
}
