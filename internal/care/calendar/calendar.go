// Package calendar keeps appointments, and shows in one list what is coming up
// for a person or for a worker's people: appointments, legal dates and promises.
// It also makes a worker's calendar for elsewhere, which names nobody, and sends
// the reminders that people asked for. It imports lead, platform,
// care/participant and identity/alert.
package calendar

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"waymark.example/internal/care/internal/choice"
	"waymark.example/internal/care/participant"
	"waymark.example/internal/lead"
	"waymark.example/internal/platform/access"
	"waymark.example/internal/platform/db"
	"waymark.example/internal/platform/ledger"
	"waymark.example/internal/platform/notice"
)

// Kinds lists the kinds of appointments with their words.
func Kinds() [][2]string {
	return [][2]string{{"us", "With us"}, {"service", "With a service"}, {"health", "Health"}, {"home", "Somewhere to live"},
		{"money", "Money and benefits"}, {"legal", "A solicitor or another legal matter"}, {"other", "Something else"}}
}

// Standings lists where an appointment can stand, with words. Nobody fails one.
func Standings() [][2]string {
	return [][2]string{{"planned", "Planned"}, {"done", "It happened"}, {"off", "Not needed or another time"}}
}

// KindWords returns a kind as people say it.
func KindWords(kind string) string { return choice.Words(Kinds(), kind) }

// Appointment is one version of one appointment.
type Appointment struct {
	ID       string
	Version  int64
	Kind     string
	Standing string
	On       string    // YYYY-MM-DD
	At       time.Time // zero for any time that day
	Minutes  int
	Place    string
	Who      string
	Words    string
	WarmID   string // the referral to a service that it belongs to, or ""
}

func (a Appointment) check(today string) lead.Invalid {
	bad := lead.Invalid{}
	if !choice.Has(Kinds(), a.Kind) {
		bad["kind"] = "Choose what it is"
	}
	if !choice.Has(Standings(), a.Standing) {
		bad["standing"] = "Choose where it stands"
	}
	switch _, err := time.Parse(time.DateOnly, a.On); {
	case err != nil:
		bad["on"] = "Enter the day"
	case a.On < today && a.Standing == "planned":
		bad["on"] = "This day has passed: choose today or later"
	}
	if a.Minutes < 0 || a.Minutes > 24*60 {
		bad["minutes"] = "Enter how many minutes, up to a day"
	}
	bad.TooLong("place", a.Place, 200)
	bad.TooLong("who", a.Who, 120)
	bad.TooLong("words", a.Words, 1000)
	return bad
}

// Service carries out the use cases.
type Service struct {
	People *participant.Service
	Text   notice.Provider // sends text messages; nil where a site has none
	Reads  Pace            // how often one address is read
}

// Save keeps a new appointment, or with id a new version of one: from is the
// version that was on the screen.
func (s *Service) Save(ctx context.Context, actor lead.Actor, form ledger.Form, participantID, id string, from int64, a Appointment) error {
	act := participant.Act{Action: "case.write", Name: "appointment.keep", Verb: ledger.Collected}
	if id != "" {
		act.Verb = ledger.Altered
	}
	_, err := s.People.Write(ctx, actor, form, act, participantID, func(tx *db.Tx, n *participant.Now) (string, error) {
		if id != "" {
			was, err := scanAppointment(*n)(tx.One(ctx, oneAppointment, n.ID, id))
			if err != nil {
				return "", err
			}
			a.WarmID = was.WarmID
		}
		bad := a.check(s.People.LocalDay())
		if a.WarmID != "" && id == "" {
			var there bool
			if err := tx.One(ctx, warmThere, n.ID, a.WarmID).Scan(&there); err != nil {
				return "", fmt.Errorf("appointment: %w", err)
			}
			if !there {
				return "", lead.ErrNotFound
			}
		}
		if err := bad.OrNil(); err != nil {
			return "", err
		}
		if !n.State.Open() && a.Standing == "planned" {
			return "", lead.ErrConflict
		}
		a.ID, a.Version = id, from+1
		if id == "" {
			a.ID, a.Version = lead.NewID("apt"), 1
		}
		added, err := tx.Exec(ctx, insertAppointment, a.ID, a.Version, n.ID, a.Kind, a.Standing, a.On, db.At(a.At), a.Minutes,
			n.Seal("care_appointment.place", a.Place), n.Seal("care_appointment.who", a.Who), n.Seal("care_appointment.words", a.Words), a.WarmID, actor.ID, db.At(s.People.Book.Now()))
		if err != nil {
			return "", fmt.Errorf("appointment: %w", err)
		}
		if added == 0 {
			return "", lead.ErrConflict
		}
		return a.ID, nil
	})
	return err
}

// One returns one appointment as it stands.
func (s *Service) One(ctx context.Context, actor lead.Actor, participantID, id string) (participant.Now, Appointment, error) {
	var now participant.Now
	var out Appointment
	act := participant.Act{Action: "case.read", Name: "appointment.read"}
	err := s.People.Read(ctx, actor, act, participantID, func(tx *db.Tx, n participant.Now) error {
		now = n
		var err error
		out, err = scanAppointment(n)(tx.One(ctx, oneAppointment, n.ID, id))
		return err
	})
	return now, out, err
}

func scanAppointment(n participant.Now) func(db.Row) (Appointment, error) {
	return func(row db.Row) (Appointment, error) {
		var a Appointment
		var at db.Time
		if err := row.Scan(&a.ID, &a.Version, &a.Kind, &a.Standing, &a.On, &at, &a.Minutes, &a.Place, &a.Who, &a.Words, &a.WarmID); err != nil {
			return Appointment{}, err
		}
		a.At = at.Time
		return a, n.Open(map[string]*string{"care_appointment.place": &a.Place, "care_appointment.who": &a.Who, "care_appointment.words": &a.Words})
	}
}

// Source is where an item comes from.
type Source string

// The sources.
const (
	FromAppointment Source = "appointment"
	FromLegal       Source = "legal"
	FromPromise     Source = "promise"
)

// Item is one thing that is coming up.
type Item struct {
	Source  Source
	ID      string
	Now     participant.Now
	Seq     int // how often it was changed
	On      string
	At      time.Time // zero for any time that day
	Minutes int
	Kind    string // of an appointment or a matter
	Place   string
	Words   string
	Who     string // with whom
	Service string // that it is with, "" for none in particular
	Off     bool   // it was to be and is not
	Done    bool
	Changed time.Time
}

// Week is what is coming up in one week.
type Week struct {
	From, Until string // YYYY-MM-DD, Monday and Sunday
	Items       []Item
}

// Weeks puts items, in the order of their days, into weeks that begin on Monday.
func Weeks(items []Item) []Week {
	var out []Week
	for _, i := range items {
		day, err := time.Parse(time.DateOnly, i.On)
		if err != nil { // every day that is kept was checked
			continue
		}
		monday := day.AddDate(0, 0, -(int(day.Weekday())+6)%7)
		from := monday.Format(time.DateOnly)
		if len(out) == 0 || out[len(out)-1].From != from {
			out = append(out, Week{From: from, Until: monday.AddDate(0, 0, 6).Format(time.DateOnly)})
		}
		out[len(out)-1].Items = append(out[len(out)-1].Items, i)
	}
	return out
}

// ahead is how many days a list looks ahead.
const ahead = 60

// Coming returns what is coming up for the actor's people, or with team for their
// team's. It asks for no name twice: whoever may see the day may see this.
func (s *Service) Coming(ctx context.Context, actor lead.Actor, team bool) ([]Week, error) {
	var out []Week
	entry := ledger.Entry{Actor: actor, Verb: ledger.Consulted, Act: "calendar.coming"}
	err := s.People.Book.Record(ctx, entry, func(tx *db.Tx, e *ledger.Entry) error {
		action, scope := access.Action("calendar.own"), participant.Scope{WorkerID: actor.ID}
		if team {
			action, scope.Team = "case.today_team", actor.Team
		}
		if err := s.People.Access.Check(actor, action, access.Screen{}); err != nil {
			return err
		}
		today := s.People.LocalDay()
		items, err := db.All(ctx, tx, scanItem, comingOf, scope.WorkerID, scope.Team, today, s.daysOn(ahead))
		if err != nil {
			return fmt.Errorf("coming up: %w", err)
		}
		people := map[string]participant.Now{}
		for i := range items {
			n, known := people[items[i].Now.ID]
			if !known {
				if n, err = s.People.Find(ctx, tx, items[i].Now.ID); err != nil {
					return err
				}
				if n.Into != "" { // one person, one name
					whole, err := s.People.Find(ctx, tx, n.Into)
					if err != nil {
						return err
					}
					n.Name = whole.Name
				}
				people[n.ID] = n
				e.Subjects = append(e.Subjects, n.ID)
			}
			if err := items[i].open(n); err != nil {
				return err
			}
		}
		out = Weeks(slices.DeleteFunc(items, func(i Item) bool { return i.Off || i.Done }))
		return nil
	})
	return out, err
}

// daysOn is the day so many days from now, where the team works.
func (s *Service) daysOn(days int) string {
	return s.People.DayOf(s.People.Book.Now().AddDate(0, 0, days))
}

// Ahead is what is coming up for one person, and how they are reminded.
type Ahead struct {
	Now    participant.Now
	Weeks  []Week
	Wish   Wish
	Others []Wish // a yes on another record, for what stands there, while nothing is said on this one
}

// Of returns what is coming up for one person.
func (s *Service) Of(ctx context.Context, actor lead.Actor, participantID string) (Ahead, error) {
	var out Ahead
	act := participant.Act{Action: "case.read", Name: "calendar.person"}
	err := s.People.Read(ctx, actor, act, participantID, func(tx *db.Tx, n participant.Now) error {
		out.Now = n
		items, err := itemsOf(ctx, tx, n, s.People.LocalDay(), s.daysOn(365))
		if err != nil {
			return err
		}
		out.Weeks = Weeks(items)
		if out.Wish, err = s.wishOf(ctx, tx, n); err != nil {
			return err
		}
		for _, of := range n.Joined() {
			w, err := s.wishOf(ctx, tx, of)
			if err != nil {
				return err
			}
			if out.Wish.Version == 0 && w.Wanted {
				out.Others = append(out.Others, w)
			}
		}
		return nil
	})
	return out, err
}

// itemsOf returns what is coming up for one person between two days, from every
// record of theirs (R58).
func itemsOf(ctx context.Context, tx *db.Tx, n participant.Now, from, until string) ([]Item, error) {
	var out []Item
	for _, of := range n.Records() {
		items, err := db.All(ctx, tx, scanItem, comingForOne, of.ID, from, until)
		if err != nil {
			return nil, fmt.Errorf("coming up: %w", err)
		}
		for i := range items {
			if err := items[i].open(of); err != nil {
				return nil, err
			}
		}
		out = append(out, items...)
	}
	slices.SortStableFunc(out, func(a, b Item) int { return cmp.Or(cmp.Compare(a.On, b.On), cmp.Compare(a.hour(), b.hour())) })
	return slices.DeleteFunc(out, func(i Item) bool { return i.Off || i.Done }), nil
}

// hour is the moment as lists sort it: any time that day comes last.
func (i Item) hour() string {
	if i.At.IsZero() {
		return "z"
	}
	return db.At(i.At)
}

func scanItem(row db.Row) (Item, error) {
	var i Item
	var at, changed db.Time
	var off, done int
	err := row.Scan(&i.Source, &i.ID, &i.Now.ID, &i.Seq, &i.On, &at, &i.Minutes, &i.Kind, &i.Place, &i.Words, &i.Who, &i.Service, &off, &done, &changed)
	i.At, i.Changed, i.Off, i.Done = at.Time, changed.Time, off == 1, done == 1
	return i, err
}

// open puts plain words where the kept ones were.
func (i *Item) open(n participant.Now) error {
	i.Now = n
	switch i.Source {
	case FromAppointment:
		return n.Open(map[string]*string{"care_appointment.place": &i.Place, "care_appointment.words": &i.Words, "care_appointment.who": &i.Who})
	case FromLegal:
		return n.Open(map[string]*string{"care_legal.place": &i.Place, "care_legal.todo": &i.Words, "care_legal.court": &i.Who})
	}
	return n.Open(map[string]*string{"care_promise.words": &i.Words})
}
