package participant

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"waymark.example/internal/lead"
	"waymark.example/internal/platform/access"
	"waymark.example/internal/platform/db"
	"waymark.example/internal/platform/ledger"
)

// Cover is that somebody looks after a colleague's people while the colleague is
// away. It says from when until when and never why.
type Cover struct {
	ID          string
	AwayID      string
	Away        string // the name of who is away
	CovererID   string
	Coverer     string
	From, Until string // YYYY-MM-DD, both days included
	Now         bool   // it runs just now
}

// longestCover is for how many days one cover may be planned. Longer than that
// is another worker, and then people are asked whom they want.
const longestCover = 60

// PlanCover says who covers for whom. The coverer sees those people from the
// first day to the last, and nobody has to remember to end it.
func (s *Service) PlanCover(ctx context.Context, actor lead.Actor, form ledger.Form, c Cover) error {
	entry := ledger.Entry{Actor: actor, Verb: ledger.Altered, Act: "cover.plan"}
	_, err := s.Book.Once(ctx, form, entry, func(tx *db.Tx, e *ledger.Entry) (string, error) {
		if err := s.Access.Check(actor, "case.cover", access.Screen{}); err != nil {
			return "", err
		}
		bad := lead.Invalid{}
		var name string
		if err := tx.One(ctx, caseManagerOf, actor.Team, c.AwayID).Scan(&name); err != nil {
			bad["away"] = "Choose who is away"
		}
		if err := tx.One(ctx, caseManagerOf, actor.Team, c.CovererID).Scan(&name); err != nil {
			bad["coverer"] = "Choose who covers"
		}
		if c.AwayID == c.CovererID && bad["away"] == "" {
			bad["coverer"] = "Choose somebody else: nobody covers for themself"
		}
		from, until := s.checkCover(bad, c)
		if err := bad.OrNil(); err != nil {
			return "", err
		}
		if err := s.checkRun(ctx, tx, actor.Team, c); err != nil {
			return "", err
		}
		// Whoever is looked after by somebody else is told of in the log, by name.
		people, err := db.All(ctx, tx, func(row db.Row) (string, error) {
			var id string
			return id, row.Scan(&id)
		}, heldBy, c.AwayID)
		if err != nil {
			return "", fmt.Errorf("plan cover: %w", err)
		}
		id := lead.NewID("cov")
		e.Subjects = append(e.Subjects, people...)
		e.Detail = c.CovererID + " for " + c.AwayID
		if _, err := tx.Exec(ctx, insertCover, id, actor.Team, c.AwayID, c.CovererID, c.From, c.Until, db.At(from), db.At(until), actor.ID, db.At(s.Book.Now())); err != nil {
			return "", fmt.Errorf("plan cover: %w", err)
		}
		return id, nil
	})
	return err
}

// checkCover checks the days and returns the moments they begin and end at.
func (s *Service) checkCover(bad lead.Invalid, c Cover) (from, until time.Time) {
	zone := s.Zone
	if zone == nil {
		zone = time.UTC
	}
	from, wrongFrom := time.ParseInLocation(time.DateOnly, c.From, zone)
	last, wrongUntil := time.ParseInLocation(time.DateOnly, c.Until, zone)
	switch {
	case wrongFrom != nil:
		bad["from"] = "Enter the first day"
	case c.From < s.LocalDay():
		bad["from"] = "This day is over: enter today or a day to come"
	}
	switch {
	case wrongUntil != nil:
		bad["until"] = "Enter the last day"
	case wrongFrom == nil && c.Until < c.From:
		bad["until"] = "The last day comes after the first"
	case wrongFrom == nil && last.After(from.AddDate(0, 0, longestCover)):
		bad["until"] = fmt.Sprintf("Choose %d days or fewer. For longer, ask people whom they want to walk with", longestCover)
	}
	return from, last.AddDate(0, 0, 1)
}

// apart is how many days lie between two absences at least: over a weekend, or a
// bank holiday after it, the first goes on.
const apart = 4

// checkRun returns why a cover may not stand beside those of the same two people,
// or nil: two at once would have to be ended twice, and one after the other would
// be another worker without anybody being asked.
func (s *Service) checkRun(ctx context.Context, tx *db.Tx, team string, c Cover) error {
	type run struct{ from, until time.Time }
	var others []run
	overlaps := false
	_, err := db.All(ctx, tx, func(row db.Row) (bool, error) {
		var on, until string
		var ended db.Time
		if err := row.Scan(&on, &until, &ended); err != nil {
			return false, err
		}
		if !ended.IsZero() {
			until = min(until, s.DayOf(ended.Time))
		} else if on <= c.Until && c.From <= until {
			overlaps = true
		}
		if until >= on {
			others = append(others, run{dayAt(on), dayAt(until)})
		}
		return true, nil
	}, coversOfPair, team, c.AwayID, c.CovererID)
	if err != nil {
		return fmt.Errorf("plan cover: %w", err)
	}
	if overlaps {
		return lead.Invalid{"from": "Cover between these two is planned already for some of these days. End that first, or choose other days"}
	}
	all := run{dayAt(c.From), dayAt(c.Until)}
	for grown := true; grown; {
		grown = false
		for _, o := range others {
			near := !o.from.After(all.until.AddDate(0, 0, apart)) && !all.from.After(o.until.AddDate(0, 0, apart))
			if near && (o.from.Before(all.from) || o.until.After(all.until)) {
				grown = true
				if o.from.Before(all.from) {
					all.from = o.from
				}
				if o.until.After(all.until) {
					all.until = o.until
				}
			}
		}
	}
	if all.until.After(all.from.AddDate(0, 0, longestCover)) {
		return lead.Invalid{"until": fmt.Sprintf("With the cover before or after it this is more than %d days. For longer, ask people whom they want to walk with", longestCover)}
	}
	return nil
}

// dayAt is a day that was checked before, as a moment to count from.
func dayAt(day string) time.Time {
	at, err := time.Parse(time.DateOnly, day)
	if err != nil {
		return time.Time{}
	}
	return at
}

// EndCover ends a cover before its time: the colleague is back.
func (s *Service) EndCover(ctx context.Context, actor lead.Actor, form ledger.Form, coverID string) error {
	entry := ledger.Entry{Actor: actor, Verb: ledger.Altered, Act: "cover.end"}
	_, err := s.Book.Once(ctx, form, entry, func(tx *db.Tx, _ *ledger.Entry) (string, error) {
		if err := s.Access.Check(actor, "case.cover", access.Screen{}); err != nil {
			return "", err
		}
		if _, err := scanCover(tx.One(ctx, coverOfTeam, coverID, actor.Team)); err != nil {
			return "", err
		}
		n, err := tx.Exec(ctx, insertCoverEnd, coverID, actor.ID, db.At(s.Book.Now()))
		if err != nil {
			return "", fmt.Errorf("end cover: %w", err)
		}
		if n == 0 {
			return "", lead.ErrConflict
		}
		return coverID, nil
	})
	return err
}

// covers reports whether actor covers for the worker of a case just now.
func (s *Service) covers(ctx context.Context, tx *db.Tx, actor lead.Actor, n Now) (bool, error) {
	if n.WorkerID == "" {
		return false, nil
	}
	var open int
	if err := tx.One(ctx, coverOpen, actor.ID, n.WorkerID, n.Team, db.At(s.Book.Now())).Scan(&open); err != nil {
		return false, fmt.Errorf("cover: %w", err)
	}
	return open > 0, nil
}

// covering returns for whom the actor covers just now.
func (s *Service) covering(ctx context.Context, tx *db.Tx, actor lead.Actor) ([]Cover, error) {
	out, err := db.All(ctx, tx, scanCover, coveringNow, actor.ID, db.At(s.Book.Now()))
	if err != nil {
		return nil, fmt.Errorf("covering: %w", err)
	}
	for i := range out {
		out[i].Now = true
	}
	return out, nil
}

// coverOf returns the name of who covers for the worker of a case just now.
func (s *Service) coverOf(ctx context.Context, tx *db.Tx, n Now) (*Cover, error) {
	c, err := scanCover(tx.One(ctx, coverOfWorker, n.WorkerID, db.At(s.Book.Now())))
	if errors.Is(err, lead.ErrNotFound) {
		return nil, nil //nolint:nilnil // nobody covers: most of the time
	}
	if err != nil {
		return nil, fmt.Errorf("cover: %w", err)
	}
	return &c, nil
}

// CoverToday returns the day of somebody whom the actor covers for just now, as
// Today returns one's own. Nobody else's, and not a minute longer: the cover is
// looked up in the same transaction.
func (s *Service) CoverToday(ctx context.Context, actor lead.Actor, coverID string, also func(*db.Tx, Scope, []Now) error) (Day, Cover, error) {
	var c Cover
	day, err := s.dayOf(ctx, actor, "case.today_cover", func(tx *db.Tx) (Scope, error) {
		if err := s.Access.Check(actor, "case.today", access.Screen{}); err != nil {
			return Scope{}, err
		}
		var err error
		c, err = scanCover(tx.One(ctx, coverToOpen, coverID, actor.ID, db.At(s.Book.Now())))
		c.Now = true
		return Scope{WorkerID: c.AwayID}, err
	}, also)
	return day, c, err
}

func scanCover(row db.Row) (Cover, error) {
	var c Cover
	return c, row.Scan(&c.ID, &c.AwayID, &c.Away, &c.CovererID, &c.Coverer, &c.From, &c.Until)
}

// ToTell is somebody who got another worker without being asked and was not told yet.
type ToTell struct {
	MoveID, ParticipantID, Name string
	Reason                      string
	Gone                        string // the name of the worker they had
	At                          time.Time
}

// toTell returns whom the team still has to tell, or with participantID that person.
func (s *Service) toTell(ctx context.Context, tx *db.Tx, team, participantID string) ([]ToTell, error) {
	out, err := db.All(ctx, tx, func(row db.Row) (ToTell, error) {
		var t ToTell
		var at db.Time
		err := row.Scan(&t.MoveID, &t.ParticipantID, &t.Name, &t.Reason, &t.Gone, &at)
		t.At = at.Time
		return t, err
	}, movedToTell, team, participantID)
	if err != nil {
		return nil, fmt.Errorf("to tell: %w", err)
	}
	ids := make([]string, len(out))
	for i, t := range out {
		ids[i] = t.ParticipantID
	}
	boxes, err := s.Keys.All(ctx, ids)
	if err != nil {
		return nil, fmt.Errorf("to tell: %w", err)
	}
	for i := range out {
		t := &out[i]
		if t.Name, err = boxes[t.ParticipantID].Read("care_now.name", t.Name); err != nil {
			return nil, fmt.Errorf("to tell: %w", err)
		}
		if t.Reason, err = boxes[t.ParticipantID].Read("care_moved.reason", t.Reason); err != nil {
			return nil, fmt.Errorf("to tell: %w", err)
		}
	}
	return out, nil
}

// TellMoved records that somebody was told that they have another worker, and
// what they said to it. What they want may move them again.
func (s *Service) TellMoved(ctx context.Context, actor lead.Actor, form ledger.Form, participantID, moveID, words string) error {
	_, err := s.Write(ctx, actor, form, Act{"case.note", "case.tell_moved", ledger.Altered}, participantID, func(tx *db.Tx, n *Now) (string, error) {
		bad := lead.Invalid{}
		bad.TooLong("words", words, 500)
		if err := bad.OrNil(); err != nil {
			return "", err
		}
		var whose string
		if err := tx.One(ctx, moveOwner, moveID).Scan(&whose); err != nil {
			return "", err
		}
		if whose != n.ID {
			return "", lead.ErrNotFound
		}
		return n.ID, s.toldMoved(ctx, tx, actor, *n, moveID, words)
	})
	return err
}

func (s *Service) toldMoved(ctx context.Context, tx *db.Tx, actor lead.Actor, n Now, moveID, words string) error {
	added, err := tx.Exec(ctx, insertMovedTold, moveID, n.Seal("care_moved_told.words", words), s.LocalDay(), actor.ID, db.At(s.Book.Now()))
	if err != nil {
		return fmt.Errorf("told: %w", err)
	}
	if added == 0 {
		return lead.ErrConflict
	}
	return nil
}

// checkGone checks a move for which nobody was asked: only when the worker they
// know is really gone, and with a reason.
func checkGone(ctx context.Context, tx *db.Tx, bad lead.Invalid, n Now, a Allocation) error {
	if strings.TrimSpace(a.Reason) == "" {
		bad["reason"] = "Say why they could not be asked first. It is kept, and they are told"
	}
	bad.TooLong("reason", a.Reason, 500)
	bad.TooLong("told", a.Told, 500)
	var name string
	err := tx.One(ctx, caseManagerOf, n.Team, n.WorkerID).Scan(&name)
	if errors.Is(err, lead.ErrNotFound) {
		return nil // no case manager of this team any more
	}
	if err != nil {
		return fmt.Errorf("worker gone: %w", err)
	}
	bad["gone"] = name + " is still with the team: ask the person whom they want. For leave, plan cover instead"
	return nil
}
