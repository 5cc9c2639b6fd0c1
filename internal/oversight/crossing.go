package oversight

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"waymark.example/internal/handoff/disclosure"
	"waymark.example/internal/lead"
	"waymark.example/internal/platform/db"
	"waymark.example/internal/platform/ledger"
)

// Crossing is one thing that went from the case team to somebody else, without
// its words: a letter, the one word that an intake is completed, a card that says
// whom to call, or which legal matter is theirs.
type Crossing struct {
	ID            string // of the disclosure, or of the yes that an attestation stands on
	ParticipantID string
	Attested      bool // it was that word, which goes by itself
	Matter        bool // a prosecutor was told which matter is theirs, or a letter about one went out on paper
	At            time.Time
	By            string // a name
	To            string // the organisation, "" for somebody outside
	Topics        []disclosure.Topic
	Consents      []string // the yes behind each topic
	Purpose       disclosure.Purpose
	Basis         string // code of a legal basis, "" where the person said yes
	Channel       disclosure.Channel
	Second        string // who agreed first, or looked afterwards
	NoTime        bool   // life at risk: nobody was asked first
	Told          bool   // of what they did not say yes to
	Until         string // YYYY-MM-DD, the last day it can be read
	ReadAt        time.Time
	Withdrawn     bool // a yes it stands on was taken back
	Erased        bool // the person's keys are destroyed, and the words with them
}

// BasisWords returns what it stands on, as people say it.
func (c Crossing) BasisWords() string {
	if c.Basis == "" {
		return "Their own yes"
	}
	b, _ := disclosure.BasisOf(c.Basis)
	return cmp.Or(b.Words, c.Basis) // a basis that is on the list no more is still told
}

// BasisSource returns where the law says so, "" for a yes.
func (c Crossing) BasisSource() string {
	b, _ := disclosure.BasisOf(c.Basis)
	if b.Verify {
		return b.Source + " (to verify)"
	}
	return b.Source
}

// Letter reports whether words crossed, which somebody reads or not.
func (c Crossing) Letter() bool { return !c.Attested && !c.Matter && c.Channel != disclosure.Shown }

// ToWords returns who it went to.
func (c Crossing) ToWords() string { return cmp.Or(c.To, "Somebody outside") }

// ByWords returns who sent it.
func (c Crossing) ByWords() string {
	if c.Attested {
		return "By itself, when the intake was completed"
	}
	return c.By
}

// SecondWords returns what a second person did, "" where none is asked for.
func (c Crossing) SecondWords() string {
	switch {
	case c.Basis == "":
		return ""
	case c.NoTime && c.Second == "":
		return "There was no time for a second person, and nobody has looked since"
	case c.NoTime:
		return "There was no time; " + c.Second + " looked afterwards"
	}
	return c.Second + " agreed first"
}

// About returns what it was about, with the classes of data.
func (c Crossing) About() string {
	if c.Attested {
		return "That the intake is completed"
	}
	if c.Matter {
		return "A legal matter, and that they take part"
	}
	var out []string
	for _, t := range c.Topics {
		out = append(out, t.Theirs())
	}
	return strings.Join(out, "; ")
}

// Classes lists the classes of data that it touched.
func (c Crossing) Classes() string {
	if c.Attested || c.Matter {
		return string(disclosure.Status.Class())
	}
	var out []string
	for _, t := range c.Topics {
		out = append(out, string(t.Class()))
	}
	slices.Sort(out)
	return strings.Join(slices.Compact(out), ", ")
}

// Standing returns whether it can still be read today.
func (c Crossing) Standing(today string) string {
	switch {
	case c.Erased && !c.Attested:
		return "Erased: nobody can read it"
	case c.Channel == disclosure.OnPaper:
		return "On paper, with whoever was handed it"
	case c.Withdrawn:
		return "Closed: the yes was taken back"
	case c.Channel == disclosure.Phone:
		return "Said aloud"
	case c.Until < today:
		return "Closed: its last day is over"
	}
	return "Open"
}

// CrossingSearch says which crossings are wanted.
type CrossingSearch struct {
	ParticipantID string // "" for everybody
	From, To      string // YYYY-MM-DD, both included, UTC
	Before        string // the moment and the id of the last one already seen
	BeforeID      string
}

// Crossings is one page of them, newest first.
type Crossings struct {
	List             []Crossing
	Before, BeforeID string // where the next page starts, "" at the end
}

// Crossings returns what went from the case team to others, and on what basis.
// The act and whose record it was are entered.
func (s *Service) Crossings(ctx context.Context, actor lead.Actor, find CrossingSearch, limit int) (Crossings, error) {
	return s.crossings(ctx, actor, ledger.Entry{Actor: actor, Verb: ledger.Consulted, Act: "audit.crossings"}, find, limit)
}

// ExportCrossings returns the same, to take away; the entry says how many.
func (s *Service) ExportCrossings(ctx context.Context, actor lead.Actor, find CrossingSearch, limit int) (Crossings, error) {
	return s.crossings(ctx, actor, ledger.Entry{Actor: actor, Verb: ledger.Disclosed, Act: "audit.export"}, find, limit)
}

func (s *Service) crossings(ctx context.Context, actor lead.Actor, entry ledger.Entry, find CrossingSearch, limit int) (Crossings, error) {
	var out Crossings
	err := s.Book.Record(ctx, entry, func(tx *db.Tx, e *ledger.Entry) error {
		e.Subjects = []string{find.ParticipantID}
		sides, err := s.sides(ctx, tx, actor, "audit.crossings")
		if err == nil && entry.Verb == ledger.Disclosed {
			_, err = s.sides(ctx, tx, actor, "audit.export")
		}
		if err != nil {
			return err
		}
		if !slices.Contains(sides, lead.Care) { // nothing that crossed was an act of theirs
			return nil
		}
		if out.List, err = findCrossings(ctx, tx, find, limit+1); err != nil {
			return err
		}
		if len(out.List) > limit {
			out.List = out.List[:limit]
			out.Before, out.BeforeID = db.At(out.List[limit-1].At), out.List[limit-1].ID
		}
		shown := []string{find.ParticipantID}
		for _, c := range out.List {
			shown = append(shown, c.ParticipantID)
		}
		slices.Sort(shown)
		if e.Subjects, err = s.named(ctx, tx, slices.Compact(shown)...); err != nil {
			return err
		}
		if entry.Verb == ledger.Disclosed {
			e.Detail = "crossings " + strconv.Itoa(len(out.List))
		}
		return nil
	})
	if err != nil {
		return Crossings{}, fmt.Errorf("crossings: %w", err)
	}
	return out, nil
}

// findCrossings puts letters, attestations and cards into one order.
func findCrossings(ctx context.Context, tx *db.Tx, find CrossingSearch, limit int) ([]Crossing, error) {
	before, from, to := cmp.Or(find.Before, "9999"), "", "9999" // after and before every moment
	if find.From != "" {
		from = find.From + "T00:00:00"
	}
	if find.To != "" {
		to = find.To + "T99"
	}
	args := []any{before, find.BeforeID, from, to, limit}
	letters, attested, shown, told := disclosures, attestations, cards, legalTold
	if find.ParticipantID != "" { // one query for each index that can serve
		args = append([]any{find.ParticipantID}, args...)
		letters, attested, shown, told = disclosuresAbout, attestationsAbout, cardsAbout, legalToldAbout
	}
	out, err := db.All(ctx, tx, scanDisclosure, letters, args...)
	if err != nil {
		return nil, err
	}
	others, err := db.All(ctx, tx, scanAttestation, attested, args...)
	if err != nil {
		return nil, err
	}
	carried, err := db.All(ctx, tx, scanCard, shown, args...)
	if err != nil {
		return nil, err
	}
	legal, err := db.All(ctx, tx, scanTold, told, args...)
	if err != nil {
		return nil, err
	}
	out = slices.Concat(out, others, carried, legal)
	slices.SortFunc(out, func(a, b Crossing) int { return cmp.Or(b.At.Compare(a.At), cmp.Compare(b.ID, a.ID)) })
	out = out[:min(limit, len(out))]
	for i := range out {
		if !out[i].Letter() {
			continue
		}
		if err := out[i].complete(ctx, tx); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// complete adds what a letter was about and what a second person did.
func (c *Crossing) complete(ctx context.Context, tx *db.Tx) error {
	_, err := db.All(ctx, tx, func(row db.Row) (struct{}, error) {
		var topic disclosure.Topic
		var consent string
		err := row.Scan(&topic, &consent)
		c.Topics = append(c.Topics, topic)
		if consent != "" {
			c.Consents = append(c.Consents, consent)
		}
		return struct{}{}, err
	}, crossingTopics, c.ID)
	if err != nil || c.Basis == "" {
		return err
	}
	_, err = db.All(ctx, tx, func(row db.Row) (struct{}, error) {
		var kind, by string
		err := row.Scan(&kind, &by)
		switch kind {
		case "confirmed", "reviewed":
			c.Second = by
		case "told":
			c.Told = true
		}
		return struct{}{}, err
	}, crossingSteps, c.ID)
	return err
}

func scanDisclosure(row db.Row) (Crossing, error) {
	var c Crossing
	var at, read db.Time
	err := row.Scan(&c.ID, &c.ParticipantID, &c.To, &c.Purpose, &c.Basis, &c.Channel, &c.Until, &c.By, &at, &read, &c.Withdrawn, &c.NoTime, &c.Erased)
	c.At, c.ReadAt = at.Time, read.Time
	return c, err
}

func scanAttestation(row db.Row) (Crossing, error) {
	c := Crossing{Attested: true, Purpose: "outcome", Channel: disclosure.Account}
	var at db.Time
	err := row.Scan(&c.ID, &c.ParticipantID, &c.To, &c.Until, &at, &c.Withdrawn, &c.Erased)
	c.At, c.Consents = at.Time, []string{c.ID}
	return c, err
}

func scanCard(row db.Row) (Crossing, error) {
	c := Crossing{Topics: []disclosure.Topic{disclosure.Card}, Purpose: disclosure.Call, Channel: disclosure.Shown}
	var at db.Time
	err := row.Scan(&c.ID, &c.ParticipantID, &c.To, &c.Until, &c.By, &at, &c.Withdrawn)
	c.At, c.Consents = at.Time, []string{c.ID}
	return c, err
}

func scanTold(row db.Row) (Crossing, error) {
	c := Crossing{Matter: true, Purpose: "legal", Channel: disclosure.Account}
	var at db.Time
	var consent string
	err := row.Scan(&c.ID, &c.ParticipantID, &c.To, &c.Until, &c.By, &at, &consent, &c.Withdrawn, &c.Erased)
	c.At = at.Time
	if consent == "" { // they said yes to the letter itself
		c.Channel = disclosure.OnPaper
		return c, err
	}
	c.Consents = []string{consent}
	return c, err
}

// Crossed is how much crossed to one recipient on one basis.
type Crossed struct {
	To, Basis string
	N         int
}

// few is the number below which a count is not told: the record of processing
// may be shown to anybody.
const few = 10

// Count returns the number as it may be told.
func (c Crossed) Count() string {
	if c.N < few {
		return "fewer than " + strconv.Itoa(few)
	}
	return strconv.Itoa(c.N)
}

// crossed counts what crossed, by recipient and basis.
func crossed(ctx context.Context, tx *db.Tx) ([]Crossed, error) {
	out, err := db.All(ctx, tx, func(row db.Row) (Crossed, error) {
		var c Crossing
		var n int
		err := row.Scan(&c.To, &c.Basis, &n)
		return Crossed{c.ToWords(), c.BasisWords(), n}, err
	}, disclosuresCounted)
	if err != nil {
		return nil, fmt.Errorf("count what crossed: %w", err)
	}
	attested, err := db.All(ctx, tx, func(row db.Row) (Crossed, error) {
		var c Crossing
		var n int
		err := row.Scan(&c.To, &n)
		return Crossed{c.ToWords(), "Their own yes to one word: that the intake is completed", n}, err
	}, attestationsCounted)
	if err != nil {
		return nil, fmt.Errorf("count what crossed: %w", err)
	}
	return append(out, attested...), nil
}
