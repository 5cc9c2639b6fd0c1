// Package legal keeps the legal matters of a person (what is ahead, what has to
// happen, who goes along), the letters that say only what they agreed to, and
// what they let a prosecutor know. It imports lead, platform, care/participant,
// care/consent and the bridge.
package legal

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"waymark.example/internal/care/internal/choice"
	"waymark.example/internal/care/participant"
	"waymark.example/internal/lead"
	"waymark.example/internal/platform/db"
	"waymark.example/internal/platform/ledger"
)

// Kinds lists the kinds of matters with their words.
func Kinds() [][2]string {
	return [][2]string{{"hearing", "Court hearing"}, {"warrant", "Warrant"}, {"fine", "A fine"}, {"order", "Community order or another order"},
		{"recall", "Licence recall"}, {"record", "DBS check or an old record"}, {"other", "Something else"}}
}

// Standings lists where a matter can stand, with words.
func Standings() [][2]string {
	return [][2]string{{"ahead", "Ahead"}, {"done", "Done"}, {"over", "Over"}}
}

// Sources lists who may tell us of a matter, with words. Nothing is ever looked up
// or taken in from anywhere else (R38).
func Sources() [][2]string {
	return [][2]string{{"person", "They told us, or showed a paper"}, {"solicitor", "Their solicitor"}, {"prosecutor", "The prosecutor"}, {"police", "The police"}}
}

// Matter is one version of one legal matter.
type Matter struct {
	ID        string
	Of        string // the record it stands on
	Version   int64
	Kind      string
	Standing  string
	Source    string
	On        string    // YYYY-MM-DD, "" when there is no date
	At        time.Time // zero for any time that day
	Court     string    // or another body
	Reference string
	Place     string
	Todo      string // what has to happen
	Words     string
	By        string
	Recorded  time.Time
}

// KindWords returns the kind as people say it.
func (m Matter) KindWords() string { return choice.Words(Kinds(), m.Kind) }

// StandingWords returns where it stands as people say it.
func (m Matter) StandingWords() string { return choice.Words(Standings(), m.Standing) }

// SourceWords returns who told us of it.
func (m Matter) SourceWords() string { return choice.Words(Sources(), m.Source) }

// Title is the matter in a few words: its kind and where.
func (m Matter) Title() string {
	if m.Court == "" {
		return m.KindWords()
	}
	return m.KindWords() + ", " + m.Court
}

// check returns a lead.Invalid naming each answer that breaks a rule, or nil.
func (m Matter) check(today string) error {
	bad := lead.Invalid{}
	if !choice.Has(Kinds(), m.Kind) {
		bad["kind"] = "Choose what it is"
	}
	if !choice.Has(Standings(), m.Standing) {
		bad["standing"] = "Choose where it stands"
	}
	if !choice.Has(Sources(), m.Source) {
		bad["source"] = "Choose who told us: nothing is looked up anywhere"
	}
	if m.On != "" {
		switch _, err := time.Parse(time.DateOnly, m.On); {
		case err != nil:
			bad["on"] = "Enter the day"
		case m.On < today && m.Standing == "ahead":
			bad["on"] = "This day has passed: enter the next one, or say below that it is done"
		}
	}
	bad.TooLong("court", m.Court, 200)
	bad.TooLong("reference", m.Reference, 100)
	bad.TooLong("place", m.Place, 200)
	bad.TooLong("todo", m.Todo, 1000)
	bad.TooLong("words", m.Words, 2000)
	return bad.OrNil()
}

// Service carries out the use cases.
type Service struct{ People *participant.Service }

// Save keeps a new matter, or with id a new version of one: from is the version
// that was on the screen. With along the worker promises to go with them on the
// day.
func (s *Service) Save(ctx context.Context, actor lead.Actor, form ledger.Form, participantID, id string, from int64, m Matter, along bool) (string, error) {
	act := participant.Act{Action: "case.write", Name: "legal.keep", Verb: ledger.Collected}
	if id != "" {
		act.Verb = ledger.Altered
	}
	return s.People.Write(ctx, actor, form, act, participantID, func(tx *db.Tx, n *participant.Now) (string, error) {
		if id != "" {
			if _, err := one(ctx, tx, *n, id); err != nil {
				return "", err
			}
		}
		if m.On != "" && !m.At.IsZero() { // the hour belongs to the day
			m.At = s.onDay(m.On, m.At)
		} else {
			m.At = time.Time{}
		}
		if err := m.check(s.People.LocalDay()); err != nil {
			return "", err
		}
		if along && m.On == "" {
			return "", lead.Invalid{"on": "Enter the day on which you go along"}
		}
		m.ID, m.Version = id, from+1
		if id == "" {
			m.ID, m.Version = lead.NewID("leg"), 1
		}
		added, err := tx.Exec(ctx, insertLegal, m.ID, m.Version, n.ID, m.Kind, m.Standing, m.Source, m.On, db.At(m.At),
			n.Seal("care_legal.court", m.Court), n.Seal("care_legal.reference", m.Reference), n.Seal("care_legal.place", m.Place),
			n.Seal("care_legal.todo", m.Todo), n.Seal("care_legal.words", m.Words), actor.ID, db.At(s.People.Book.Now()))
		if err != nil {
			return "", fmt.Errorf("legal matter: %w", err)
		}
		if added == 0 {
			return "", lead.ErrConflict
		}
		if !along {
			return m.ID, nil
		}
		return m.ID, s.People.Promise(ctx, tx, actor, n, participant.Promise{Kind: participant.Said, Words: m.goAlong(), On: m.On, At: m.At})
	})
}

// goAlong is the promise to go with them.
func (m Matter) goAlong() string {
	out := []rune("Go along: " + m.Title())
	return string(out[:min(len(out), 200)])
}

// onDay is the hour of at on a day, where the team works.
func (s *Service) onDay(day string, at time.Time) time.Time {
	zone := s.People.Zone
	if zone == nil {
		zone = time.UTC
	}
	d, err := time.Parse(time.DateOnly, day)
	if err != nil { // the check says so
		return at
	}
	local := at.In(zone)
	return time.Date(d.Year(), d.Month(), d.Day(), local.Hour(), local.Minute(), 0, 0, zone)
}

// All is every matter of one person.
type All struct {
	Now     participant.Now
	Matters []Matter // of each record: what is ahead first, by day; then the rest, newest first
}

// Read returns the matters of one person as they stand.
func (s *Service) Read(ctx context.Context, actor lead.Actor, participantID string) (All, error) {
	var out All
	act := participant.Act{Action: "case.read", Name: "legal.list"}
	err := s.People.Read(ctx, actor, act, participantID, func(tx *db.Tx, n participant.Now) error {
		out.Now = n
		for _, of := range n.Records() {
			matters, err := db.All(ctx, tx, scanMatter(of), latestOf, of.ID)
			if err != nil {
				return fmt.Errorf("legal matters: %w", err)
			}
			out.Matters = append(out.Matters, matters...)
		}
		return nil
	})
	return out, err
}

// Ahead returns what is ahead for one person, the soonest first, in the caller's
// own transaction.
func Ahead(ctx context.Context, tx *db.Tx, n participant.Now) ([]Matter, error) {
	all, err := db.All(ctx, tx, scanMatter(n), latestOf, n.ID)
	if err != nil {
		return nil, fmt.Errorf("legal matters ahead: %w", err)
	}
	return slices.DeleteFunc(all, func(m Matter) bool { return m.Standing != "ahead" }), nil
}

// Due returns the matters of the people of a list whose day is today, or has
// passed without a word of what came of it, by participant.
func Due(ctx context.Context, tx *db.Tx, scope participant.Scope, people []participant.Now, today string) (map[string][]Matter, error) {
	known, out := participant.ByID(people), map[string][]Matter{}
	_, err := db.All(ctx, tx, func(row db.Row) (string, error) {
		var id string
		m, err := scan(prefixed{row, &id})
		if err != nil {
			return "", err
		}
		n, ok := known[id]
		if !ok { // sealed, or beyond the length of the list
			return id, nil
		}
		if err := m.open(n); err != nil {
			return "", err
		}
		out[n.Whole()] = append(out[n.Whole()], m)
		return id, nil
	}, dueToday, scope.WorkerID, scope.Team, today)
	if err != nil {
		return nil, fmt.Errorf("legal dates today: %w", err)
	}
	return out, nil
}

// prefixed scans one more column in front of those that scan knows.
type prefixed struct {
	row   db.Row
	first any
}

func (p prefixed) Scan(into ...any) error { return p.row.Scan(append([]any{p.first}, into...)...) }

// One is one matter with all that belongs to it.
type One struct {
	Now     participant.Now
	Matter  Matter
	Earlier []Matter // newest first
	Letters []Letter // newest first
	Shared  []Shared // newest first
	May     []Prosecutor
}

// One returns one matter, its earlier versions, its letters and who was told.
func (s *Service) One(ctx context.Context, actor lead.Actor, participantID, legalID string) (One, error) {
	var out One
	act := participant.Act{Action: "case.read", Name: "legal.read"}
	err := s.People.Read(ctx, actor, act, participantID, func(tx *db.Tx, n participant.Now) error {
		out.Now = n
		versions, err := db.All(ctx, tx, scanMatter(n), versionsOf, n.ID, legalID)
		if err != nil {
			return fmt.Errorf("legal matter: %w", err)
		}
		if len(versions) == 0 {
			return lead.ErrNotFound
		}
		out.Matter, out.Earlier = versions[0], versions[1:]
		if out.Letters, err = db.All(ctx, tx, scanLetter(n), lettersAbout, n.ID, legalID); err != nil {
			return fmt.Errorf("letters: %w", err)
		}
		if out.Shared, err = s.sharedOf(ctx, tx, n.ID, legalID); err != nil {
			return err
		}
		if out.Matter.held() {
			out.May, err = s.prosecutors(ctx, tx, n)
		}
		return err
	})
	return out, err
}

// one returns a matter of n as it stands.
func one(ctx context.Context, tx *db.Tx, n participant.Now, legalID string) (Matter, error) {
	return scanMatter(n)(tx.One(ctx, oneLatest, n.ID, legalID))
}

func scanMatter(n participant.Now) func(db.Row) (Matter, error) {
	return func(row db.Row) (Matter, error) {
		m, err := scan(row)
		if err != nil {
			return Matter{}, err
		}
		return m, m.open(n)
	}
}

func scan(row interface{ Scan(...any) error }) (Matter, error) {
	var m Matter
	var at, recorded db.Time
	err := row.Scan(&m.ID, &m.Version, &m.Kind, &m.Standing, &m.Source, &m.On, &at, &m.Court, &m.Reference, &m.Place, &m.Todo, &m.Words, &m.By, &recorded)
	m.At, m.Recorded = at.Time, recorded.Time
	return m, err
}

func (m *Matter) open(n participant.Now) error {
	m.Of = n.ID
	return n.Open(map[string]*string{"care_legal.court": &m.Court, "care_legal.reference": &m.Reference, "care_legal.place": &m.Place,
		"care_legal.todo": &m.Todo, "care_legal.words": &m.Words})
}

// line puts text on one line.
func line(text string) string { return strings.Join(strings.Fields(text), " ") }
