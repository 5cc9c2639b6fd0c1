package oversight

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"waymark.example/internal/lead"
	"waymark.example/internal/platform/db"
	"waymark.example/internal/platform/ledger"
)

// Breach is something that went wrong with personal data (L6).
type Breach struct {
	ID           string
	Version      int64
	Happened     string // what happened, without names
	DiscoveredAt time.Time
	Affected     int
	Risk         string // to the people: "" not judged yet, "unlikely", "likely", "high"
	ICOToldAt    time.Time
	ICOWords     string // why not, or why late
	PeopleToldAt time.Time
	PeopleWords  string
	By           string
	At           time.Time
}

// Risks lists how likely harm is, with what the law then asks.
func Risks() [][2]string {
	return [][2]string{{"", "Not judged yet"}, {"unlikely", "Harm is unlikely: kept here, nobody need be told"}, {"likely", "A risk: the Information Commissioner is told"}, {"high", "A high risk: the people are told too"}}
}

// RiskWords returns the words of a risk.
func (b Breach) RiskWords() string { return wordsOf(Risks(), b.Risk) }

// icoHours is how long there is from discovery until the Information
// Commissioner knows: UK GDPR Article 33(1), DPA 2018 section 67. To verify.
const icoHours = 72

// Due returns when the Information Commissioner must know.
func (b Breach) Due() time.Time { return b.DiscoveredAt.Add(icoHours * time.Hour) }

// Open reports whether something is still owed.
func (b Breach) Open() bool {
	switch b.Risk {
	case "unlikely":
		return false
	case "likely":
		return b.ICOToldAt.IsZero()
	case "high":
		return b.ICOToldAt.IsZero() || b.PeopleToldAt.IsZero()
	}
	return true
}

// Overdue reports whether the seventy-two hours are over and the Commissioner
// does not know.
func (b Breach) Overdue(now time.Time) bool {
	return b.Risk != "unlikely" && b.ICOToldAt.IsZero() && now.After(b.Due())
}

func (b Breach) check(now time.Time) error {
	bad := lead.Invalid{}
	if strings.TrimSpace(b.Happened) == "" {
		bad["happened"] = "Write what happened"
	}
	bad.TooLong("happened", b.Happened, 2000)
	bad.TooLong("ico_words", b.ICOWords, 1000)
	bad.TooLong("people_words", b.PeopleWords, 1000)
	switch {
	case b.DiscoveredAt.IsZero():
		bad["discovered_at"] = "Enter when it was discovered: the seventy-two hours run from then"
	case b.DiscoveredAt.After(now):
		bad["discovered_at"] = "This is in the future: enter when it was"
	}
	if b.Affected < 0 || b.Affected > 100_000_000 {
		bad["affected"] = "Enter how many people, as far as you know: a number"
	}
	if !slices.ContainsFunc(Risks(), func(r [2]string) bool { return r[0] == b.Risk }) {
		bad["risk"] = "Choose from the list"
	}
	for field, at := range map[string]time.Time{"ico_told_at": b.ICOToldAt, "people_told_at": b.PeopleToldAt} {
		if at.After(now) {
			bad[field] = "This is in the future: enter when it was"
		} else if !at.IsZero() && at.Before(b.DiscoveredAt) {
			bad[field] = "This is before it was discovered"
		}
	}
	if b.Risk == "unlikely" && b.ICOWords == "" {
		bad["ico_words"] = "Write why harm is unlikely: the law wants the reason kept"
	}
	if !b.ICOToldAt.IsZero() && b.ICOToldAt.After(b.Due()) && b.ICOWords == "" {
		bad["ico_words"] = "The seventy-two hours were over: write why it took longer"
	}
	return bad.OrNil()
}

// Breaches lists the register of the actor's organisation, newest first.
func (s *Service) Breaches(ctx context.Context, actor lead.Actor, beforeID string, limit int) ([]Breach, error) {
	var out []Breach
	entry := ledger.Entry{Actor: actor, Verb: ledger.Consulted, Act: "breach.list"}
	err := s.Book.Record(ctx, entry, func(tx *db.Tx, _ *ledger.Entry) error {
		if err := s.register(actor, "breach.keep", actor.Organisation); err != nil {
			return err
		}
		var err error
		if out, err = db.All(ctx, tx, scanBreach, breaches, actor.Organisation, beforeID, limit); err != nil {
			return fmt.Errorf("breaches: %w", err)
		}
		return nil
	})
	return out, err
}

// Breach returns every version of one, newest first.
func (s *Service) Breach(ctx context.Context, actor lead.Actor, id string) ([]Breach, error) {
	var out []Breach
	entry := ledger.Entry{Actor: actor, Verb: ledger.Consulted, Act: "breach.read", Subjects: []string{id}}
	err := s.Book.Record(ctx, entry, func(tx *db.Tx, _ *ledger.Entry) error {
		if err := s.register(actor, "breach.keep", actor.Organisation); err != nil {
			return err
		}
		var err error
		if out, err = db.All(ctx, tx, scanBreach, breachVersions, id, actor.Organisation); err != nil {
			return fmt.Errorf("breach: %w", err)
		}
		if len(out) == 0 {
			return lead.ErrNotFound
		}
		return nil
	})
	return out, err
}

// KeepBreach keeps a new version of one, or a new one where id is "", and
// returns its id.
func (s *Service) KeepBreach(ctx context.Context, actor lead.Actor, form ledger.Form, id string, from int64, b Breach) (string, error) {
	verb := ledger.Altered
	if id == "" {
		id, verb = lead.NewID("brc"), ledger.Collected
	} else if _, err := s.Breach(ctx, actor, id); err != nil {
		return "", err
	}
	entry := ledger.Entry{Actor: actor, Verb: verb, Act: "breach.keep", Subjects: []string{id}, Detail: b.Risk}
	return s.Book.Once(ctx, form, entry, func(tx *db.Tx, _ *ledger.Entry) (string, error) {
		if err := s.register(actor, "breach.keep", actor.Organisation); err != nil {
			return "", err
		}
		if err := b.check(s.Book.Now()); err != nil {
			return "", err
		}
		n, err := tx.Exec(ctx, insertBreach, id, from+1, actor.Organisation, b.Happened, db.At(b.DiscoveredAt), b.Affected, b.Risk, db.At(b.ICOToldAt), b.ICOWords,
			db.At(b.PeopleToldAt), b.PeopleWords, actor.ID, db.At(s.Book.Now()))
		if err == nil && n == 0 {
			err = lead.ErrConflict
		}
		return id, err
	})
}

func scanBreach(row db.Row) (Breach, error) {
	var b Breach
	var discovered, ico, people, at db.Time
	err := row.Scan(&b.ID, &b.Version, &b.Happened, &discovered, &b.Affected, &b.Risk, &ico, &b.ICOWords, &people, &b.PeopleWords, &b.By, &at)
	b.DiscoveredAt, b.ICOToldAt, b.PeopleToldAt, b.At = discovered.Time, ico.Time, people.Time, at.Time
	return b, err
}
