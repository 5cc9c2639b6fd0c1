package calendar

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strings"
	"sync"
	"time"
	"unicode"

	ics "github.com/arran4/golang-ical"

	"waymark.example/internal/care/participant"
	"waymark.example/internal/lead"
	"waymark.example/internal/platform/access"
	"waymark.example/internal/platform/db"
	"waymark.example/internal/platform/ledger"
)

// Feed is the address at which a worker's own calendar is read from elsewhere.
type Feed struct {
	ID        string
	WithPlace bool
	MadeAt    time.Time
}

// OwnFeed returns the actor's address, without its secret part: that is kept
// nowhere. nil when there is none.
func (s *Service) OwnFeed(ctx context.Context, actor lead.Actor) (*Feed, error) {
	if err := s.People.Access.Check(actor, "calendar.own", access.Screen{}); err != nil {
		return nil, err
	}
	var all []Feed
	err := s.People.Book.Look(ctx, func(tx *db.Tx) error {
		var err error
		all, err = db.All(ctx, tx, func(row db.Row) (Feed, error) {
			var f Feed
			var at db.Time
			err := row.Scan(&f.ID, &f.WithPlace, &at)
			f.MadeAt = at.Time
			return f, err
		}, ownFeed, actor.ID)
		return err
	})
	if err != nil || len(all) == 0 {
		return nil, err
	}
	return &all[0], nil
}

// MakeFeed makes a new address and returns its secret part; the one before stops.
func (s *Service) MakeFeed(ctx context.Context, actor lead.Actor, form ledger.Form, withPlace bool) (string, error) {
	token := strings.ToLower(rand.Text() + rand.Text()) // 260 bits
	entry := ledger.Entry{Actor: actor, Verb: ledger.Administered, Act: "calendar.make_feed", Subjects: []string{actor.ID}}
	made, err := s.People.Book.Once(ctx, form, entry, func(tx *db.Tx, _ *ledger.Entry) (string, error) {
		if err := s.People.Access.Check(actor, "calendar.own", access.Screen{}); err != nil {
			return "", err
		}
		now := db.At(s.People.Book.Now())
		if _, err := tx.Exec(ctx, endFeeds, now, actor.ID); err != nil {
			return "", fmt.Errorf("calendar address: %w", err)
		}
		id := lead.NewID("fee")
		if _, err := tx.Exec(ctx, insertFeed, id, actor.ID, hashOf(token), withPlace, now); err != nil {
			return "", fmt.Errorf("calendar address: %w", err)
		}
		return hashOf(token), nil
	})
	if err != nil {
		return "", err
	}
	if made != hashOf(token) { // the same form again: that address was shown once
		return "", nil
	}
	return token, nil
}

// StopFeed stops the actor's address.
func (s *Service) StopFeed(ctx context.Context, actor lead.Actor, form ledger.Form) error {
	entry := ledger.Entry{Actor: actor, Verb: ledger.Administered, Act: "calendar.stop_feed", Subjects: []string{actor.ID}}
	_, err := s.People.Book.Once(ctx, form, entry, func(tx *db.Tx, _ *ledger.Entry) (string, error) {
		if err := s.People.Access.Check(actor, "calendar.own", access.Screen{}); err != nil {
			return "", err
		}
		if _, err := tx.Exec(ctx, endFeeds, db.At(s.People.Book.Now()), actor.ID); err != nil {
			return "", fmt.Errorf("calendar address: %w", err)
		}
		return "", nil
	})
	return err
}

func hashOf(token string) string {
	sum := sha256.Sum256([]byte(token))
	return hex.EncodeToString(sum[:])
}

// Pace limits how often each address is read. The zero Pace is ready.
type Pace struct {
	mu    sync.Mutex
	since time.Time
	reads map[string]int
}

// The pace: a calendar asks every few minutes at the most.
const (
	paceSpan  = 10 * time.Minute
	paceReads = 30
)

// Allow counts one more read of an address and reports whether it may go on.
func (p *Pace) Allow(feedID string, now time.Time) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	if now.Sub(p.since) >= paceSpan || now.Before(p.since) {
		p.since, p.reads = now, map[string]int{}
	}
	p.reads[feedID]++
	return p.reads[feedID] <= paceReads
}

// ErrPace says that an address was read too often.
var ErrPace = fmt.Errorf("this calendar was read too often: wait a while")

// How far a calendar reaches, in days.
const (
	feedBack  = 14
	feedAhead = 180
)

// Read returns the calendar behind an address, with the places where the worker
// wanted them and the name of nobody. An address that never was, was stopped, or
// whose account or role ended is lead.ErrNotFound, all alike. It is entered in the
// log once an hour, with whose hours it showed.
func (s *Service) Read(ctx context.Context, token, from string) (string, error) {
	var feed Feed
	var actor lead.Actor
	var there bool
	now := s.People.Book.Now()
	hour := now.UTC().Format("2006-01-02T15")
	err := s.People.Book.Look(ctx, func(tx *db.Tx) error {
		if err := tx.One(ctx, feedByToken, hashOf(token)).Scan(&feed.ID, &feed.WithPlace, &actor.ID, &actor.Name, &actor.Team, &actor.Organisation); err != nil {
			return err
		}
		return tx.One(ctx, readThisHour, feed.ID, hour).Scan(&there)
	})
	if err != nil {
		return "", err
	}
	if !s.Reads.Allow(feed.ID, now) {
		return "", ErrPace
	}
	actor.Side, actor.Roles, actor.From = lead.Care, []lead.Role{lead.CaseManager}, from
	if err := s.People.Access.Check(actor, "calendar.feed", access.Screen{}); err != nil {
		return "", lead.ErrNotFound
	}
	var items []Item
	gather := func(tx *db.Tx) error {
		items, err = s.feedItems(ctx, tx, actor.ID, feed.WithPlace)
		return err
	}
	if there {
		err = s.People.Book.Look(ctx, gather)
	} else {
		entry := ledger.Entry{Actor: actor, Verb: ledger.Consulted, Act: "calendar.feed"}
		err = s.People.Book.Record(ctx, entry, func(tx *db.Tx, e *ledger.Entry) error {
			if _, err := tx.Exec(ctx, insertRead, feed.ID, hour); err != nil {
				return fmt.Errorf("calendar: %w", err)
			}
			if err := gather(tx); err != nil {
				return err
			}
			seen := map[string]bool{}
			for _, i := range items {
				if !seen[i.Now.ID] {
					seen[i.Now.ID] = true
					e.Subjects = append(e.Subjects, i.Now.ID)
				}
			}
			return nil
		})
	}
	if err != nil {
		return "", err
	}
	return Write(feed.ID, items, now), nil
}

// feedItems returns the worker's own hours. Words are opened only for the places,
// and only where the worker wanted them.
func (s *Service) feedItems(ctx context.Context, tx *db.Tx, workerID string, places bool) ([]Item, error) {
	items, err := db.All(ctx, tx, scanItem, comingOf, workerID, "", s.daysOn(-feedBack), s.daysOn(feedAhead))
	if err != nil {
		return nil, fmt.Errorf("calendar: %w", err)
	}
	people := map[string]participant.Now{}
	for i := range items {
		if !places || items[i].Place == "" {
			items[i].Place = ""
			continue
		}
		n, known := people[items[i].Now.ID]
		if !known {
			if n, err = s.People.Find(ctx, tx, items[i].Now.ID); err != nil {
				return nil, err
			}
			people[n.ID] = n
		}
		if err := items[i].open(n); err != nil {
			return nil, err
		}
	}
	return items, nil
}

// title is the whole title of everything in a calendar elsewhere.
const title = "Appointment"

// Write makes the calendar of RFC 5545: hours, and a place where there is one.
func Write(feedID string, items []Item, now time.Time) string {
	cal := ics.NewCalendar()
	cal.SetProductId("-//Waymark//Calendar//EN")
	cal.SetMethod(ics.MethodPublish)
	cal.SetRefreshInterval("PT1H", ics.WithValue("DURATION"))
	for _, i := range items {
		e := cal.AddEvent(uid(feedID, i))
		changed := i.Changed
		if changed.IsZero() {
			changed = now
		}
		e.SetDtStampTime(changed)
		e.SetModifiedAt(changed)
		e.SetSequence(i.sequence())
		e.SetSummary(title)
		e.SetClass(ics.ClassificationPrivate)
		e.SetStatus(ics.ObjectStatusConfirmed)
		if i.Off {
			e.SetStatus(ics.ObjectStatusCancelled)
		}
		if i.At.IsZero() {
			day, err := time.Parse(time.DateOnly, i.On)
			if err != nil { // every day that is kept was checked
				continue
			}
			e.SetAllDayStartAt(day)
			e.SetAllDayEndAt(day.AddDate(0, 0, 1))
			e.SetTimeTransparency(ics.TransparencyTransparent)
		} else {
			e.SetStartAt(i.At)
			e.SetEndAt(i.At.Add(time.Duration(max(i.Minutes, 30)) * time.Minute))
		}
		if place := Plain(i.Place); place != "" {
			e.SetLocation(place)
		}
	}
	return cal.Serialize(ics.WithNewLine("\r\n"))
}

// sequence counts the changes; the end of a promise is one.
func (i Item) sequence() int {
	if i.Source == FromPromise && (i.Off || i.Done) {
		return i.Seq + 1
	}
	return i.Seq
}

// uid stays the same for as long as an address does, and says nothing of the
// record it stands for.
func uid(feedID string, i Item) string {
	sum := sha256.Sum256([]byte(feedID + " " + i.ID))
	return hex.EncodeToString(sum[:16])
}

// Plain is text on one line, without what no calendar can hold.
func Plain(text string) string {
	return strings.Join(strings.FieldsFunc(strings.ToValidUTF8(text, ""), func(r rune) bool { return unicode.IsSpace(r) || unicode.IsControl(r) || r == '\ufeff' }), " ")
}
