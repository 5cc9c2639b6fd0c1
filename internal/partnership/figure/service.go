package figure

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"waymark.example/internal/lead"
	"waymark.example/internal/platform/access"
	"waymark.example/internal/platform/db"
	"waymark.example/internal/platform/ledger"
	"waymark.example/internal/suppress"
)

// Sources count, each on its own side and through its own handle; nothing but numbers comes back.
type Sources struct {
	First    func(ctx context.Context) (string, error) // the month of the first contact, "" before there is one
	Contacts func(ctx context.Context, from, until string) ([]Contact, error)
	Care     func(ctx context.Context, month string) (Month, error)
	Paid     func(ctx context.Context, from, until string) (people int, pence int64, err error)
	Trained  func(ctx context.Context) ([]Trained, error)
	Terms    func(ctx context.Context) (promise, soft, hard int, err error) // of the policy in force
	Words    func(ctx context.Context) (map[string]string, error)           // of its reasons, by code
}

// Service publishes sets and reads them.
type Service struct {
	Book    *ledger.Book // of the partnership handle
	Access  *access.Decider
	Sources Sources
}

// Span is which months the next set is about: those that ended and are in no set yet.
func (s *Service) Span(ctx context.Context, actor lead.Actor) ([]string, error) {
	if err := s.Access.Check(actor, "figure.publish", access.Screen{}); err != nil {
		return nil, err
	}
	sets, err := s.sets(ctx, 1)
	if err != nil {
		return nil, err
	}
	return s.open(ctx, sets)
}

func (s *Service) open(ctx context.Context, sets []Set) ([]string, error) {
	now := s.Book.Now().UTC()
	last := time.Date(now.Year(), now.Month(), 1, 0, 0, 0, 0, time.UTC).AddDate(0, -1, 0).Format("2006-01")
	from, err := s.Sources.First(ctx)
	if err != nil || from == "" {
		return nil, err
	}
	if len(sets) > 0 {
		until, err := time.Parse("2006-01", sets[0].Until())
		if err != nil {
			return nil, fmt.Errorf("set %d: %w", sets[0].Number, err)
		}
		from = until.AddDate(0, 1, 0).Format("2006-01")
	}
	return Months(from, last), nil
}

// Draft says which numbers a set until a month would show and which it would not. It keeps nothing, and it tells no number: those
// come with Publish, which weighs them. That somebody looked, and how far, is in the log.
func (s *Service) Draft(ctx context.Context, actor lead.Actor, until string) (Draft, error) {
	entry := ledger.Entry{Actor: actor, Verb: ledger.Consulted, Act: "figure.publish"}
	err := s.Book.Record(ctx, entry, func(_ *db.Tx, e *ledger.Entry) error {
		if err := s.Access.Check(actor, "figure.publish", access.Screen{}); err != nil {
			return err
		}
		if _, err := time.Parse("2006-01", until); err != nil { // what is in the log is a month, and nothing that somebody typed
			return notOpen()
		}
		e.Detail = "draft until " + until
		return nil
	})
	if err != nil {
		return Draft{}, err
	}
	counted, err := s.count(ctx, until)
	if err != nil {
		return Draft{}, err
	}
	past, err := s.past(ctx)
	if err != nil {
		return Draft{}, err
	}
	return foresee(past, counted)
}

func notOpen() lead.Invalid {
	return lead.Invalid{"until": "Choose a month that has ended and is not published yet"}
}

// count asks every side for what it counted of the months up to one.
func (s *Service) count(ctx context.Context, until string) (Counted, error) {
	sets, err := s.sets(ctx, 1)
	if err != nil {
		return Counted{}, err
	}
	months, err := s.open(ctx, sets)
	if err != nil {
		return Counted{}, err
	}
	var c Counted
	for _, m := range months {
		if m <= until {
			c.Months = append(c.Months, m)
		}
	}
	if len(c.Months) == 0 || c.Months[len(c.Months)-1] != until {
		return c, notOpen()
	}
	if c.Contacts, err = s.Sources.Contacts(ctx, c.Months[0], until); err != nil {
		return c, err
	}
	for _, m := range c.Months {
		month, err := s.Sources.Care(ctx, m)
		if err != nil {
			return c, err
		}
		c.Care = append(c.Care, month)
	}
	if c.Paid, c.Pence, err = s.Sources.Paid(ctx, c.Months[0], until); err != nil {
		return c, err
	}
	if c.Trained, err = s.Sources.Trained(ctx); err != nil {
		return c, err
	}
	if c.Promise, c.Soft, c.Hard, err = s.Sources.Terms(ctx); err != nil {
		return c, err
	}
	if c.Words, err = s.Sources.Words(ctx); err != nil {
		return c, err
	}
	if c.Costs, err = s.costsOf(ctx, c.Months); err != nil {
		return c, err
	}
	err = s.Book.Look(ctx, func(tx *db.Tx) error {
		var err error
		c.Said, err = db.All(ctx, tx, func(row db.Row) (Said, error) {
			var said Said
			return said, row.Scan(&said.Month, &said.Kind, &said.Count)
		}, saidIn, c.Months[0], until)
		return err
	})
	return c, err
}

// Publish counts the months up to one and publishes them, for good.
func (s *Service) Publish(ctx context.Context, actor lead.Actor, form ledger.Form, until string) error {
	entry := ledger.Entry{Actor: actor, Verb: ledger.Disclosed, Act: "figure.publish", Detail: until, Purpose: string(access.Governance)}
	_, err := s.Book.Once(ctx, form, entry, func(tx *db.Tx, _ *ledger.Entry) (string, error) {
		if err := s.Access.Check(actor, "figure.publish", access.Screen{}); err != nil {
			return "", err
		}
		counted, err := s.count(ctx, until) // by the sides, each through its own handle
		if err != nil {
			return "", err
		}
		past, err := keptBefore(ctx, tx)
		if err != nil {
			return "", err
		}
		set, release, err := weigh(past, counted)
		if err != nil {
			return "", err
		}
		kept, err := json.Marshal(release)
		if err != nil {
			return "", fmt.Errorf("keep set: %w", err)
		}
		shown, err := json.Marshal(set)
		if err != nil {
			return "", fmt.Errorf("keep set: %w", err)
		}
		n, err := tx.Exec(ctx, insertSet, len(past)+1, set.From(), set.Until(), string(kept), string(shown), actor.ID, db.At(s.Book.Now()))
		if err != nil {
			return "", fmt.Errorf("publish set: %w", err)
		}
		if n == 0 { // somebody published meanwhile
			return "", lead.ErrConflict
		}
		return strconv.Itoa(len(past) + 1), nil
	})
	return err
}

func (s *Service) past(ctx context.Context) ([]suppress.Release, error) {
	var past []suppress.Release
	err := s.Book.Look(ctx, func(tx *db.Tx) error {
		var err error
		past, err = keptBefore(ctx, tx)
		return err
	})
	return past, err
}

func keptBefore(ctx context.Context, tx *db.Tx) ([]suppress.Release, error) {
	past, err := db.All(ctx, tx, func(row db.Row) (suppress.Release, error) {
		var text string
		var r suppress.Release
		if err := row.Scan(&text); err != nil {
			return r, err
		}
		return r, json.Unmarshal([]byte(text), &r)
	}, keptSets)
	if err != nil {
		return nil, fmt.Errorf("sets before: %w", err)
	}
	return past, nil
}

// Sets returns up to limit published sets, the latest first.
func (s *Service) Sets(ctx context.Context, actor lead.Actor, limit int) ([]Set, error) {
	if err := s.read(ctx, actor, ""); err != nil {
		return nil, err
	}
	return s.sets(ctx, limit)
}

// Set returns one published set.
func (s *Service) Set(ctx context.Context, actor lead.Actor, number int64) (Set, error) {
	if err := s.read(ctx, actor, strconv.FormatInt(number, 10)); err != nil {
		return Set{}, err
	}
	var out Set
	err := s.Book.Look(ctx, func(tx *db.Tx) error {
		var err error
		out, err = scanSet(tx.One(ctx, oneSet, number))
		return err
	})
	return out, err
}

func (s *Service) read(ctx context.Context, actor lead.Actor, which string) error {
	return s.look(ctx, actor, "figure.read", which)
}

func (s *Service) look(ctx context.Context, actor lead.Actor, action access.Action, which string) error {
	entry := ledger.Entry{Actor: actor, Verb: ledger.Consulted, Act: string(action), Detail: which}
	return s.Book.Record(ctx, entry, func(*db.Tx, *ledger.Entry) error {
		return s.Access.Check(actor, action, access.Screen{})
	})
}

// Fair returns the published sets, the latest first, for the page that lays groups and teams beside each other. A number that was not published is not found.
func (s *Service) Fair(ctx context.Context, actor lead.Actor, number int64) ([]Set, error) {
	which := ""
	if number > 0 {
		which = strconv.FormatInt(number, 10)
	}
	// An evaluator is on another side, and nobody of another side writes through this handle; what is published is nobody's secret.
	err := s.Access.Check(actor, "figure.fair", access.Screen{})
	if err == nil && actor.Side == lead.Partnership {
		err = s.look(ctx, actor, "figure.fair", which)
	}
	if err != nil {
		return nil, err
	}
	all, err := s.sets(ctx, 120)
	if err == nil && number > 0 && !slices.ContainsFunc(all, func(set Set) bool { return set.Number == number }) {
		return nil, lead.ErrNotFound
	}
	return all, err
}

// Published returns up to limit published sets, the latest first, as anybody may see them: what is published is nobody's secret.
func (s *Service) Published(ctx context.Context, limit int) ([]Set, error) { return s.sets(ctx, limit) }

func (s *Service) sets(ctx context.Context, limit int) ([]Set, error) {
	var out []Set
	err := s.Book.Look(ctx, func(tx *db.Tx) error {
		var err error
		out, err = db.All(ctx, tx, scanSet, latestSets, limit)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("published sets: %w", err)
	}
	return out, nil
}

func scanSet(row db.Row) (Set, error) {
	var s Set
	var number int64
	var text, by string
	var at db.Time
	if err := row.Scan(&number, &text, &by, &at); err != nil {
		return s, err
	}
	if err := json.Unmarshal([]byte(text), &s); err != nil {
		return s, fmt.Errorf("set %d: %w", number, err)
	}
	s.Number, s.PublishedAt, s.By = number, at.Time, by
	return s, nil
}

// Cost is what a kind of cost came to in a financial year. The latest entry for a year and kind counts; the earlier ones stay.
type Cost struct {
	Year  string // such as 2026-27, April to March
	Kind  string
	Pence int64
	Words string
	By    string
	At    time.Time
}

// Kinds lists the kinds of cost.
func Kinds() []string { return []string{"staff", "premises", "other"} }

var yearShape = regexp.MustCompile(`^20\d\d-\d\d$`)

// yearOf is the financial year of a month.
func yearOf(month string) string {
	at, err := time.Parse("2006-01", month)
	if err != nil {
		return ""
	}
	y := at.Year()
	if at.Month() < time.April {
		y--
	}
	return fmt.Sprintf("%d-%02d", y, (y+1)%100)
}

// Years lists the financial years that somebody may want to enter: last year, this one and the next.
func (s *Service) Years() []string {
	now := s.Book.Now()
	var out []string
	for _, d := range []int{-1, 0, 1} {
		out = append(out, yearOf(now.AddDate(d, 0, 0).Format("2006-01")))
	}
	return out
}

// Costs lists what was entered, the latest first.
func (s *Service) Costs(ctx context.Context, actor lead.Actor) ([]Cost, error) {
	if err := s.Access.Check(actor, "figure.publish", access.Screen{}); err != nil {
		return nil, err
	}
	return s.costs(ctx)
}

func (s *Service) costs(ctx context.Context) ([]Cost, error) {
	var out []Cost
	err := s.Book.Look(ctx, func(tx *db.Tx) error {
		var err error
		out, err = db.All(ctx, tx, func(row db.Row) (Cost, error) {
			var c Cost
			var at db.Time
			err := row.Scan(&c.Year, &c.Kind, &c.Pence, &c.Words, &c.By, &at)
			c.At = at.Time
			return c, err
		}, costsEntered)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("costs: %w", err)
	}
	return out, nil
}

// costsOf is what the months cost: a twelfth of their years' costs each; 0 when the staff costs of a year are not entered.
func (s *Service) costsOf(ctx context.Context, months []string) (int64, error) {
	all, err := s.costs(ctx)
	if err != nil {
		return 0, err
	}
	var total int64
	for _, m := range months {
		staff := false
		for _, kind := range Kinds() {
			for _, c := range all { // the latest first
				if c.Year == yearOf(m) && c.Kind == kind {
					total += c.Pence / 12
					staff = staff || kind == "staff"
					break
				}
			}
		}
		if !staff {
			return 0, nil
		}
	}
	return total, nil
}

// Enter records what a kind of cost came to in a year.
func (s *Service) Enter(ctx context.Context, actor lead.Actor, form ledger.Form, c Cost) error {
	c.Words = strings.TrimSpace(c.Words)
	entry := ledger.Entry{Actor: actor, Verb: ledger.Administered, Act: "figure.publish", Detail: "cost " + c.Year}
	_, err := s.Book.Once(ctx, form, entry, func(tx *db.Tx, _ *ledger.Entry) (string, error) {
		if err := s.Access.Check(actor, "figure.publish", access.Screen{}); err != nil {
			return "", err
		}
		bad := lead.Invalid{}
		if !yearShape.MatchString(c.Year) {
			bad["year"] = "Choose the financial year"
		}
		if !slices.Contains(Kinds(), c.Kind) {
			bad["kind"] = "Choose what the money was for"
		}
		if c.Pence <= 0 || c.Pence > 100_000_000_00 {
			bad["pounds"] = "Enter the amount in pounds, such as 84000"
		}
		bad.TooLong("words", c.Words, 300)
		if err := bad.OrNil(); err != nil {
			return "", err
		}
		id := lead.NewID("cst")
		_, err := tx.Exec(ctx, insertCost, id, c.Year, c.Kind, c.Pence, c.Words, actor.ID, db.At(s.Book.Now()))
		return id, err
	})
	return err
}

// IsTold reports whether a set cannot be published because what was published before would then tell a small number.
func IsTold(err error) bool { return errors.Is(err, suppress.ErrTold) }
