package calendar

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"waymark.example/internal/care/consent"
	"waymark.example/internal/care/internal/choice"
	"waymark.example/internal/care/participant"
	"waymark.example/internal/identity/alert"
	"waymark.example/internal/lead"
	"waymark.example/internal/platform/access"
	"waymark.example/internal/platform/db"
	"waymark.example/internal/platform/ledger"
	"waymark.example/internal/platform/notice"
)

// Wish is whether somebody wants to be reminded by text, and how.
type Wish struct {
	Version int64
	Wanted  bool
	Number  string
	Part    string // of the day in which a text may come
	How     string // signed or spoken
	Witness string
	By      string
	At      time.Time
	// What stands beside it on the page:
	Never bool   // they said: never by text
	Hours string // what they said about when
	Tries []Try  // newest first
}

// Try is one reminder that went, or did not.
type Try struct {
	At      time.Time
	Outcome notice.Outcome // "" while it is on its way
}

// Parts lists when a text may come, with words. No text ever comes at night.
func Parts() [][2]string {
	return [][2]string{{"any", "Any time between 9 in the morning and 8 in the evening"}, {"morning", "Only between 9 and noon"}, {"afternoon", "Only between noon and 6"}}
}

// quiet is the hours in which no text goes.
func quiet(part string) alert.Quiet {
	switch part {
	case "morning":
		return alert.Quiet{From: 12 * 60, Till: 9 * 60}
	case "afternoon":
		return alert.Quiet{From: 18 * 60, Till: 12 * 60}
	}
	return alert.Quiet{From: 20 * 60, Till: 9 * 60}
}

// wishOf returns what counts for one record; the zero Wish when nobody asked them.
// What was said on the record that goes on counts for all of the person's; a yes
// on another is for what stands there alone. A no on any holds for all: "never by
// text", and a stop that is newer (R58).
func (s *Service) wishOf(ctx context.Context, tx *db.Tx, n participant.Now) (Wish, error) {
	records, err := s.People.All(ctx, tx, n)
	if err != nil {
		return Wish{}, err
	}
	var own, out, stop Wish
	var never bool
	var hours []string
	for _, of := range records {
		w, err := scanWish(of)(tx.One(ctx, latestWish, of.ID))
		if err != nil && !errors.Is(err, lead.ErrNotFound) {
			return Wish{}, fmt.Errorf("reminders: %w", err)
		}
		safe, err := participant.WaysSafe(ctx, tx, of)
		if err != nil {
			return Wish{}, err
		}
		if of.ID == n.ID {
			own, out = w, w
		} else if of.ID == n.Into && w.Version > 0 {
			out = w
		}
		if w.Version > 0 && !w.Wanted && w.At.After(stop.At) {
			stop = w
		}
		never = never || safe["text"] == "never"
		if safe["hours"] != "" && !slices.Contains(hours, safe["hours"]) {
			hours = append(hours, safe["hours"])
		}
	}
	out.Version, out.Never, out.Hours = own.Version, never, strings.Join(hours, ". ")
	out.Wanted = out.Wanted && out.At.After(stop.At)
	return out, nil
}

func scanWish(n participant.Now) func(db.Row) (Wish, error) {
	return func(row db.Row) (Wish, error) {
		var w Wish
		var at db.Time
		if err := row.Scan(&w.Version, &w.Wanted, &w.Number, &w.Part, &w.How, &w.Witness, &w.By, &at); err != nil {
			return Wish{}, err
		}
		w.At = at.Time
		return w, n.Open(map[string]*string{"care_reminder_wish.number": &w.Number, "care_reminder_wish.witness": &w.Witness})
	}
}

// WishOf returns how one person is reminded, with what went lately.
func (s *Service) WishOf(ctx context.Context, actor lead.Actor, participantID string) (participant.Now, Wish, error) {
	var now participant.Now
	var out Wish
	act := participant.Act{Action: "case.read", Name: "reminder.read"}
	err := s.People.Read(ctx, actor, act, participantID, func(tx *db.Tx, n participant.Now) error {
		now = n
		var err error
		if out, err = s.wishOf(ctx, tx, n); err != nil {
			return err
		}
		for _, of := range n.Records() {
			tries, err := db.All(ctx, tx, func(row db.Row) (Try, error) {
				var t Try
				var at db.Time
				err := row.Scan(&at, &t.Outcome)
				t.At = at.Time
				return t, err
			}, triesOf, of.ID)
			if err != nil {
				return fmt.Errorf("reminders: %w", err)
			}
			out.Tries = append(out.Tries, tries...)
		}
		slices.SortStableFunc(out.Tries, func(a, b Try) int { return b.At.Compare(a.At) })
		return nil
	})
	return now, out, err
}

// Want keeps that somebody wants to be reminded by text, because they said so.
// from is the version that was on the screen.
func (s *Service) Want(ctx context.Context, actor lead.Actor, form ledger.Form, participantID string, from int64, w Wish) error {
	act := participant.Act{Action: "case.write", Name: "reminder.want", Verb: ledger.Altered}
	_, err := s.People.Write(ctx, actor, form, act, participantID, func(tx *db.Tx, n *participant.Now) (string, error) {
		bad := lead.Invalid{}
		number, err := notice.CheckNumber(w.Number)
		if err != nil {
			bad["number"] = "Enter a mobile number with its country code, like +44 7700 900123"
		}
		if !choice.Has(Parts(), w.Part) {
			bad["part"] = "Choose when a text may come"
		}
		if !choice.Has(consent.Ways(), w.How) {
			bad["how"] = "Choose how they said yes"
		}
		if w.How == "spoken" && strings.TrimSpace(w.Witness) == "" {
			bad["witness"] = "Name who else heard it"
		}
		bad.TooLong("witness", w.Witness, 100)
		said, err := s.wishOf(ctx, tx, *n)
		if err != nil {
			return "", err
		}
		if said.Never {
			bad["number"] = "They said: never by text. If that has changed, change it first on their About page"
		}
		w.Wanted, w.Number = true, number
		if err := bad.OrNil(); err != nil {
			return "", err
		}
		return n.ID, s.keepWish(ctx, tx, actor, *n, from+1, w)
	})
	return err
}

// Unwant stops the reminders at once, on every record of the person. No reason is
// asked.
func (s *Service) Unwant(ctx context.Context, actor lead.Actor, form ledger.Form, participantID string) error {
	act := participant.Act{Action: "case.write", Name: "reminder.stop", Verb: ledger.Altered}
	_, err := s.People.Write(ctx, actor, form, act, participantID, func(tx *db.Tx, n *participant.Now) (string, error) {
		records, err := s.People.All(ctx, tx, *n)
		if err != nil {
			return "", err
		}
		for _, of := range records {
			was, err := s.wishOf(ctx, tx, of)
			if err != nil {
				return "", err
			}
			if of.ID != n.ID && !was.Wanted {
				continue
			}
			was.Wanted, was.Number, was.Part, was.How = false, "", "", cmp.Or(was.How, "spoken")
			if err := s.keepWish(ctx, tx, actor, of, was.Version+1, was); err != nil {
				return "", err
			}
		}
		return n.ID, nil
	})
	return err
}

func (s *Service) keepWish(ctx context.Context, tx *db.Tx, actor lead.Actor, n participant.Now, version int64, w Wish) error {
	added, err := tx.Exec(ctx, insertWish, n.ID, version, w.Wanted, n.Seal("care_reminder_wish.number", w.Number), w.Part, w.How,
		n.Seal("care_reminder_wish.witness", w.Witness), actor.ID, db.At(s.People.Book.Now()))
	if err != nil {
		return fmt.Errorf("reminders: %w", err)
	}
	if added == 0 {
		return lead.ErrConflict
	}
	return nil
}

// When a reminder goes: a day before, and never when less than an hour is left.
const (
	before  = 24 * time.Hour
	tooLate = time.Hour
	dayHour = 10 // of a day without an hour, the day before
	mostTry = 3
	aBatch  = 100
)

// Due reports whether a reminder of something that starts at a moment, or on a
// day, is to go now: from a day before, outside the quiet hours.
func Due(on string, at time.Time, part string, now time.Time, zone *time.Location) bool {
	start := at
	if at.IsZero() {
		day, err := time.ParseInLocation(time.DateOnly, on, zone)
		if err != nil {
			return false
		}
		start = time.Date(day.Year(), day.Month(), day.Day(), dayHour, 0, 0, 0, zone)
	}
	from := quiet(part).Over(start.Add(-before), zone)
	if now.Before(from) || now.After(start.Add(-tooLate)) {
		return false
	}
	if at.IsZero() && now.In(zone).Format(time.DateOnly) >= on { // the day itself is too late for a day
		return false
	}
	return quiet(part).Over(now, zone).Equal(now)
}

// Sweep sends the reminders that are due and returns how many it tried. It looks
// at how things stand, so nothing is lost when a server stops; each try is
// claimed under a key of its own before it goes, so two servers at once send it
// once, and one that stops in between sends it never, rather than twice.
func (s *Service) Sweep(ctx context.Context) (int, error) {
	if s.Text == nil {
		return 0, nil
	}
	tried, after := 0, ""
	numbers, err := s.numbers(ctx)
	if err != nil {
		return 0, err
	}
	var wrong []error // one that cannot be told does not keep the others
	for {
		var people []string
		err := s.People.Book.Look(ctx, func(tx *db.Tx) error {
			var err error
			people, err = db.All(ctx, tx, func(row db.Row) (string, error) {
				var id string
				return id, row.Scan(&id)
			}, wanting, after, aBatch)
			return err
		})
		if err != nil {
			return tried, fmt.Errorf("reminders: %w", err)
		}
		for _, id := range people {
			n, err := s.remind(ctx, id, numbers)
			tried += n
			if err != nil {
				wrong = append(wrong, err)
			}
		}
		if len(people) < aBatch || ctx.Err() != nil {
			return tried, errors.Join(wrong...)
		}
		after = people[len(people)-1]
	}
}

// numbers returns who wants to be reminded at each number: several may share a
// phone, and it is one phone that a text disturbs.
func (s *Service) numbers(ctx context.Context) (map[string][]string, error) {
	out := map[string][]string{}
	for after := ""; ; {
		var people []string
		err := s.People.Book.Look(ctx, func(tx *db.Tx) error {
			var err error
			people, err = db.All(ctx, tx, func(row db.Row) (string, error) {
				var id string
				return id, row.Scan(&id)
			}, wanting, after, aBatch)
			if err != nil {
				return err
			}
			for _, id := range people {
				n, err := s.People.Find(ctx, tx, id)
				if err != nil {
					continue // whoever is reminded next says what is wrong with this one
				}
				if w, err := scanWish(n)(tx.One(ctx, latestWish, id)); err == nil {
					out[w.Number] = append(out[w.Number], id)
				}
			}
			return nil
		})
		if err != nil {
			return nil, fmt.Errorf("reminders: %w", err)
		}
		if len(people) < aBatch {
			return out, nil
		}
		after = people[len(people)-1]
	}
}

// mostADay is how many texts go to one number on one day, whoever they are for.
const mostADay = 4

// enough reports whether no more texts go today for a person, or to a number: one
// thing is told of on a day, and again only when it was moved.
func (s *Service) enough(ctx context.Context, tx *db.Tx, whole participant.Now, itemID string, sharing []string) (bool, error) {
	local := s.People.Book.Now().In(s.zone())
	from := db.At(time.Date(local.Year(), local.Month(), local.Day(), 0, 0, 0, 0, s.zone()))
	var own []string
	for _, of := range whole.Records() {
		own = append(own, of.ID)
	}
	total := 0
	for _, id := range slices.Compact(slices.Sorted(slices.Values(slices.Concat(own, sharing)))) {
		var all, others int
		if err := tx.One(ctx, triesToday, itemID, id, from).Scan(&all, &others); err != nil {
			return false, fmt.Errorf("reminders today: %w", err)
		}
		if total += all; others > 0 && slices.Contains(own, id) {
			return true, nil
		}
	}
	return total >= mostADay, nil
}

func (s *Service) zone() *time.Location {
	if s.People.Zone == nil {
		return time.UTC
	}
	return s.People.Zone
}

// remind sends one person what is due for them.
func (s *Service) remind(ctx context.Context, participantID string, numbers map[string][]string) (int, error) {
	now := s.People.Book.Now()
	var items []Item
	err := s.People.Book.Look(ctx, func(tx *db.Tx) error {
		n, err := s.People.Find(ctx, tx, participantID)
		if err != nil {
			return err
		}
		for _, of := range n.Records() {
			w, err := s.wishOf(ctx, tx, of)
			if err != nil {
				return err
			}
			if !w.Wanted || w.Never {
				continue
			}
			all, err := db.All(ctx, tx, scanItem, comingForOne, of.ID, s.People.LocalDay(), s.daysOn(2))
			if err != nil {
				return fmt.Errorf("reminders: %w", err)
			}
			items = append(items, slices.DeleteFunc(all, func(i Item) bool {
				return i.Source == FromPromise || i.Off || i.Done || !Due(i.On, i.At, w.Part, now, s.zone())
			})...)
		}
		return nil
	})
	if err != nil {
		return 0, err
	}
	tried := 0
	for _, i := range items {
		switch err := s.sendOne(ctx, i.Now.ID, i, numbers); {
		case errors.Is(err, lead.ErrConflict): // it went already, another server was first, or it is enough for today
		case err != nil:
			return tried, err
		default:
			tried++
		}
	}
	return tried, nil
}

// starts is what a reminder is for: moved, it is another one.
func (i Item) starts() string {
	if i.At.IsZero() {
		return i.On
	}
	return db.At(i.At)
}

// sendOne claims a try, sends it, and keeps what the provider said. Whether the
// person still wants it is looked at in the transaction that claims.
func (s *Service) sendOne(ctx context.Context, participantID string, i Item, numbers map[string][]string) error {
	var number string
	var attempt int
	err := s.asSystem(ctx, participantID, "reminder.send", func(tx *db.Tx, e *ledger.Entry) error {
		// One person is told by one server at a time, whichever record it is about.
		whole, err := s.People.LockWhole(ctx, tx, participantID)
		if err != nil {
			return err
		}
		n, err := s.People.Find(ctx, tx, participantID)
		if err != nil {
			return err
		}
		w, err := s.wishOf(ctx, tx, n)
		if err != nil {
			return err
		}
		if !w.Wanted || w.Never || !whole.State.Open() {
			return lead.ErrConflict
		}
		full, err := s.enough(ctx, tx, whole, i.ID, numbers[w.Number])
		if err != nil {
			return err
		}
		if full {
			return lead.ErrConflict
		}
		for _, of := range whole.Records() {
			var told bool
			if err := tx.One(ctx, toldOfMoment, of.ID, i.starts(), i.ID).Scan(&told); err != nil {
				return fmt.Errorf("reminder: %w", err)
			}
			if told { // one hour, one text: the same hearing may be written down twice
				return lead.ErrConflict
			}
		}
		var count, last, settled int
		if err := tx.One(ctx, triesAt, i.ID, i.starts()).Scan(&count, &last, &settled); err != nil {
			return fmt.Errorf("reminder: %w", err)
		}
		if settled == 1 || count >= mostTry {
			return lead.ErrConflict
		}
		number, attempt = w.Number, last+1
		added, err := tx.Exec(ctx, insertTry, i.ID, i.starts(), attempt, n.ID, db.At(s.People.Book.Now()))
		if err != nil {
			return fmt.Errorf("reminder: %w", err)
		}
		if added == 0 {
			return lead.ErrConflict
		}
		return nil
	})
	if err != nil {
		return err
	}
	local := i.At.In(s.zone())
	if i.At.IsZero() {
		if local, err = time.ParseInLocation(time.DateOnly, i.On, s.zone()); err != nil {
			return fmt.Errorf("reminder: %w", err)
		}
	}
	a := s.Text.Send(ctx, notice.To{Address: number}, notice.Reminder(local, !i.At.IsZero()))
	return s.asSystem(context.WithoutCancel(ctx), participantID, "reminder.sent", func(tx *db.Tx, e *ledger.Entry) error {
		e.Detail = string(a.Outcome)
		_, err := tx.Exec(ctx, insertAnswer, i.ID, i.starts(), attempt, a.Outcome, a.Words, db.At(s.People.Book.Now()))
		if err != nil {
			return fmt.Errorf("reminder: %w", err)
		}
		return nil
	})
}

// asSystem runs one act of the product's own.
func (s *Service) asSystem(ctx context.Context, participantID, name string, write func(*db.Tx, *ledger.Entry) error) error {
	actor := lead.System()
	actor.Side = lead.Care
	entry := ledger.Entry{Actor: actor, Verb: ledger.Administered, Act: name, Subjects: []string{participantID}}
	return s.People.Book.Record(ctx, entry, func(tx *db.Tx, e *ledger.Entry) error {
		if err := s.People.Access.Check(actor, "reminder.send", access.Screen{}); err != nil {
			return err
		}
		return write(tx, e)
	})
}
