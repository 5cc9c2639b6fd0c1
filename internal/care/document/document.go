// Package document keeps copies of somebody's papers: what proves who they are,
// letters, a tenancy. Each is read by what is in it, cleaned, scanned where there
// is a scanner, and sealed in parts under the person's key. It imports lead,
// platform and care/participant.
package document

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode"

	"waymark.example/internal/care/participant"
	"waymark.example/internal/lead"
	"waymark.example/internal/platform/db"
	"waymark.example/internal/platform/ledger"
	"waymark.example/internal/platform/secret"
)

// MaxSize is how many bytes a file may have: a long letter, photographed.
const MaxSize = 10 << 20

const (
	partSize = 512 << 10 // of what is sealed at once
	most     = 200       // papers of one person
	mostADay = 200 << 20 // bytes that one account keeps in a day
)

// Document is a copy of a paper.
type Document struct {
	ID       string
	Of       string // the record it stands in
	Kind     string // code of Kinds
	Original string // who has the paper itself: code of Originals
	Name     string
	Words    string // whose it is and what it is for, where that needs saying
	Type     Type
	Size     int64
	Scanned  bool
	Cleaned  bool // what a camera wrote into it was taken out
	By       string
	At       time.Time

	GivenBack *Step // the paper itself
	TakenAway *Step // this copy: its content is gone

	parts int64
}

// Step is what became of a paper or its copy.
type Step struct {
	Words string
	By    string
	At    time.Time
}

// Held reports whether the paper itself is still with the team.
func (d Document) Held() bool { return d.Original == "with_us" && d.GivenBack == nil }

// KindWords returns the words of its kind.
func (d Document) KindWords() string {
	for _, k := range Kinds() {
		if k[0] == d.Kind {
			return k[1]
		}
	}
	return d.Kind
}

// Kilobytes is its size as people read it.
func (d Document) Kilobytes() int64 { return (d.Size + 1023) / 1024 }

// Kinds lists the kinds of papers with words.
func Kinds() [][2]string {
	return [][2]string{{"id", "Proof of who they are"}, {"benefit", "Benefit letter"}, {"tenancy", "Tenancy or housing letter"}, {"court", "Court or police letter"}, {"health", "Letter about health"}, {"other", "Something else"}}
}

// Originals lists who can have the paper itself, with words.
func Originals() [][2]string {
	return [][2]string{{"theirs", "They keep it: this is a copy"}, {"with_us", "We keep it for them, until they want it back"}}
}

// Service carries out the use cases.
type Service struct {
	People  *participant.Service
	Scanner Scanner
}

// Add keeps a copy of a paper. The file is read, cleaned and scanned before
// anything is locked.
func (s *Service) Add(ctx context.Context, actor lead.Actor, form ledger.Form, participantID string, d Document, body []byte) (string, error) {
	bad := lead.Invalid{}
	var failed error
	if s.may(ctx, actor, participantID) == nil { // who may not is told nothing of the file: see Write
		body, failed = s.receive(ctx, &d, body, bad)
	}
	act := participant.Act{Action: "case.document", Name: "document.add", Verb: ledger.Collected}
	return s.People.Write(ctx, actor, form, act, participantID, func(tx *db.Tx, n *participant.Now) (string, error) {
		d.check(bad)
		var held int64
		if err := tx.One(ctx, countOf, n.ID).Scan(&held); err != nil {
			return "", fmt.Errorf("document: %w", err)
		}
		if held >= most {
			bad["file"] = "There are too many papers here already. Take away those that are not needed"
		}
		var today int64
		if err := tx.One(ctx, keptSince, actor.ID, db.At(s.People.Book.Now().AddDate(0, 0, -1))).Scan(&today); err != nil {
			return "", fmt.Errorf("document: %w", err)
		}
		if today+d.Size > mostADay {
			bad["file"] = "You have kept more than 200 MB of papers since yesterday. Go on tomorrow, or ask a colleague to keep this one"
		}
		if err := bad.OrNil(); err != nil {
			return "", err
		}
		if failed != nil {
			return "", failed
		}
		d.ID = lead.NewID("doc")
		return d.ID, s.insert(ctx, tx, actor, *n, d, body)
	})
}

// may reports whether actor may keep papers of somebody, leaving the telling and
// the entry to Write.
func (s *Service) may(ctx context.Context, actor lead.Actor, participantID string) error {
	return s.People.Book.Look(ctx, func(tx *db.Tx) error {
		n, err := s.People.Find(ctx, tx, participantID)
		if err != nil {
			return err
		}
		ok, err := s.People.May(ctx, tx, actor, "case.document", n)
		if err == nil && !ok {
			err = lead.ErrForbidden
		}
		return err
	})
}

// receive reads what a file is, cleans it and has it scanned.
func (s *Service) receive(ctx context.Context, d *Document, body []byte, bad lead.Invalid) ([]byte, error) {
	switch {
	case len(body) == 0:
		bad["file"] = "Choose a file, or take a photo"
		return nil, nil
	case len(body) > MaxSize:
		bad["file"] = "This file is larger than 10 MB. Take the photo again, smaller"
		return nil, nil
	}
	kind, clean, cleaned, err := Clean(body)
	if why := refusal(""); errors.As(err, &why) {
		bad["file"] = string(why)
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("document: %w", err)
	}
	d.Type, d.Cleaned, d.Size = kind, cleaned, int64(len(clean))
	d.Scanned, err = s.Scanner.Scan(ctx, body) // as it came: what is hidden is found there
	if errors.Is(err, ErrFound) {
		bad["file"] = "The scanner knows this file as harmful, so it is not taken. Take a photo of the paper instead"
		return nil, nil
	}
	return clean, err
}

func (d *Document) check(bad lead.Invalid) {
	known := func(list [][2]string, code string) bool {
		return slices.ContainsFunc(list, func(c [2]string) bool { return c[0] == code })
	}
	if !known(Kinds(), d.Kind) {
		bad["kind"] = "Choose what it is"
	}
	if !known(Originals(), d.Original) {
		bad["original"] = "Choose who has the paper itself"
	}
	d.Name = tidy(d.Name)
	if d.Name == "" {
		bad["name"] = "Enter what it is called, such as \"Passport\""
	}
	bad.TooLong("name", d.Name, 100)
	bad.TooLong("words", d.Words, 500)
}

// tidy returns a name that no program reads as more than one, and that reads as
// it is written: nothing in it turns letters around or hides among them.
func tidy(name string) string {
	seen := strings.Map(func(r rune) rune {
		if unicode.Is(unicode.Cf, r) {
			return -1
		}
		return r
	}, name)
	return strings.Join(strings.FieldsFunc(seen, func(r rune) bool {
		return r < ' ' || r == 0x7f || unicode.In(r, unicode.Zl, unicode.Zp) || strings.ContainsRune(` /\:*?"<>|`, r)
	}), " ")
}

// field names what is sealed, so that no part opens in another's place.
func field(documentID string, part, parts int64) string {
	return fmt.Sprintf("care_document_part.body %s %d/%d", documentID, part, parts)
}

func (s *Service) insert(ctx context.Context, tx *db.Tx, actor lead.Actor, n participant.Now, d Document, body []byte) error {
	parts := slices.Collect(slices.Chunk(body, partSize))
	scan := "not_scanned"
	if d.Scanned {
		scan = "clean"
	}
	if _, err := tx.Exec(ctx, insertDocument, d.ID, n.ID, d.Kind, d.Original, n.Seal("care_document.name", d.Name), n.Seal("care_document.words", d.Words),
		d.Type, d.Size, len(parts), scan, d.Cleaned, actor.ID, db.At(s.People.Book.Now())); err != nil {
		return fmt.Errorf("document: %w", err)
	}
	for i, part := range parts {
		if _, err := tx.Exec(ctx, insertPart, d.ID, i+1, n.Seal(field(d.ID, int64(i+1), int64(len(parts))), string(part))); err != nil {
			return fmt.Errorf("document: part %d: %w", i+1, err)
		}
	}
	return nil
}

// Of returns the papers of n, newest first, then those of their other records
// (R58). Who may see them the caller decides.
func Of(ctx context.Context, tx *db.Tx, n participant.Now) ([]Document, error) {
	var out []Document
	for _, of := range n.Records() {
		papers, err := db.All(ctx, tx, scanOf(of), documentsOf, of.ID, most)
		if err != nil {
			return nil, fmt.Errorf("documents: %w", err)
		}
		if err := steps(ctx, tx, of, papers); err != nil {
			return nil, err
		}
		out = append(out, papers...)
	}
	return out, nil
}

func scanOf(n participant.Now) func(db.Row) (Document, error) {
	return func(row db.Row) (Document, error) {
		var d Document
		var scan string
		var at db.Time
		if err := row.Scan(&d.ID, &d.Kind, &d.Original, &d.Name, &d.Words, &d.Type, &d.Size, &d.parts, &scan, &d.Cleaned, &d.By, &at); err != nil {
			return Document{}, err
		}
		d.Of, d.At, d.Scanned = n.ID, at.Time, scan == "clean"
		return d, n.Open(map[string]*string{"care_document.name": &d.Name, "care_document.words": &d.Words})
	}
}

// steps puts what became of papers beside them.
func steps(ctx context.Context, tx *db.Tx, n participant.Now, papers []Document) error {
	_, err := db.All(ctx, tx, func(row db.Row) (string, error) {
		var id, kind string
		var step Step
		var at db.Time
		if err := row.Scan(&id, &kind, &step.Words, &step.By, &at); err != nil {
			return "", err
		}
		step.At = at.Time
		for i := range papers {
			switch {
			case papers[i].ID != id:
			case kind == "given_back":
				papers[i].GivenBack = &step
			default:
				papers[i].TakenAway = &step
			}
		}
		return id, n.Open(map[string]*string{"care_document_step.words": &step.Words})
	}, stepsOf, n.ID)
	if err != nil {
		return fmt.Errorf("what became of documents: %w", err)
	}
	return nil
}

// Read returns somebody's papers.
func (s *Service) Read(ctx context.Context, actor lead.Actor, participantID string) (participant.Now, []Document, error) {
	var now participant.Now
	var out []Document
	act := participant.Act{Action: "case.document", Name: "document.list"}
	err := s.People.Read(ctx, actor, act, participantID, func(tx *db.Tx, n participant.Now) error {
		now = n
		var err error
		out, err = Of(ctx, tx, n)
		return err
	})
	return now, out, err
}

// One returns one paper without its content.
func (s *Service) One(ctx context.Context, actor lead.Actor, participantID, documentID string) (participant.Now, Document, error) {
	var now participant.Now
	var d Document
	act := participant.Act{Action: "case.document", Name: "document.read"}
	err := s.People.Read(ctx, actor, act, participantID, func(tx *db.Tx, n participant.Now) error {
		now = n
		var err error
		d, err = one(ctx, tx, n, documentID)
		return err
	})
	return now, d, err
}

func one(ctx context.Context, tx *db.Tx, n participant.Now, documentID string) (Document, error) {
	d, err := scanOf(n)(tx.One(ctx, documentOf, n.ID, documentID))
	if err != nil {
		return Document{}, err
	}
	all := []Document{d}
	err = steps(ctx, tx, n, all)
	return all[0], err
}

// Content returns one paper whole. A part that is missing, altered or in
// another's place is an error, never half a file.
func (s *Service) Content(ctx context.Context, actor lead.Actor, participantID, documentID string) (Document, []byte, error) {
	var d Document
	var body []byte
	act := participant.Act{Action: "case.document", Name: "document.download"}
	err := s.People.Read(ctx, actor, act, participantID, func(tx *db.Tx, n participant.Now) error {
		var err error
		if d, err = one(ctx, tx, n, documentID); err != nil {
			return err
		}
		if d.TakenAway != nil {
			return lead.ErrNotFound
		}
		var part int64
		_, err = db.All(ctx, tx, func(row db.Row) (bool, error) {
			var text string
			if err := row.Scan(&text); err != nil {
				return false, err
			}
			part++
			if err := n.Open(map[string]*string{field(d.ID, part, d.parts): &text}); err != nil {
				return false, err
			}
			if text == secret.Removed { // the person's key is destroyed
				return false, lead.ErrNotFound
			}
			body = append(body, text...)
			return true, nil
		}, partsOf, n.ID, d.ID)
		if err != nil {
			return fmt.Errorf("document: %w", err)
		}
		if part != d.parts || int64(len(body)) != d.Size {
			return fmt.Errorf("document: %d of %d parts: %w", part, d.parts, secret.ErrSealed)
		}
		return nil
	})
	if err != nil {
		return Document{}, nil, err
	}
	return d, body, nil
}

// GiveBack says that the paper itself went back to the person.
func (s *Service) GiveBack(ctx context.Context, actor lead.Actor, form ledger.Form, participantID, documentID, words string) error {
	return s.step(ctx, actor, form, participantID, documentID, "given_back", words, func(d Document, bad lead.Invalid) error {
		bad.TooLong("given", words, 300)
		if d.Original != "with_us" {
			return lead.ErrConflict
		}
		return nil
	})
}

// TakeAway takes the content of a copy away for good, because the person asks or
// it was a mistake. That it was there, and why it went, stays.
func (s *Service) TakeAway(ctx context.Context, actor lead.Actor, form ledger.Form, participantID, documentID, why string) error {
	return s.step(ctx, actor, form, participantID, documentID, "taken_away", why, func(_ Document, bad lead.Invalid) error {
		if strings.TrimSpace(why) == "" {
			bad["why"] = "Say why it goes, in a few words"
		}
		bad.TooLong("why", why, 300)
		return nil
	})
}

func (s *Service) step(ctx context.Context, actor lead.Actor, form ledger.Form, participantID, documentID, kind, words string, check func(Document, lead.Invalid) error) error {
	act := participant.Act{Action: "case.document", Name: "document." + kind, Verb: ledger.Altered}
	if kind == "taken_away" {
		act.Verb = ledger.Erased
	}
	_, err := s.People.Write(ctx, actor, form, act, participantID, func(tx *db.Tx, n *participant.Now) (string, error) {
		d, err := one(ctx, tx, *n, documentID)
		if err != nil {
			return "", err
		}
		bad := lead.Invalid{}
		if err := check(d, bad); err != nil {
			return "", err
		}
		if err := bad.OrNil(); err != nil {
			return "", err
		}
		added, err := tx.Exec(ctx, insertStep, d.ID, kind, n.Seal("care_document_step.words", words), actor.ID, db.At(s.People.Book.Now()))
		if err != nil {
			return "", fmt.Errorf("document: %s: %w", kind, err)
		}
		if added == 0 {
			return "", lead.ErrConflict
		}
		if kind != "taken_away" {
			return d.ID, nil
		}
		if _, err := tx.Exec(ctx, deleteParts, d.ID); err != nil {
			return "", fmt.Errorf("document: take away: %w", err)
		}
		return d.ID, nil
	})
	return err
}
