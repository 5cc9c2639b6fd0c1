package participant

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"waymark.example/internal/lead"
	"waymark.example/internal/platform/access"
	"waymark.example/internal/platform/db"
	"waymark.example/internal/platform/ledger"
	"waymark.example/internal/reference/policy"
)

// Room is how full a worker's caseload is. Quiet people count: they may ring
// tonight (R32).
type Room struct {
	WorkerID, Name string
	Held           int // people on the caseload, active or quiet
	Quiet          int
	Responding     int
	Finding        int // on the caseload and not met for intake yet
	Soft, Hard     int // the policy's numbers
}

// Active is how many are in touch.
func (r Room) Active() int { return r.Held - r.Quiet - r.Finding }

// Full reports whether only a supervisor's emergency cover can add to it.
func (r Room) Full() bool { return r.Held >= r.Hard }

// Over reports whether it is above the number that warns.
func (r Room) Over() bool { return r.Held > r.Soft }

// CaseloadPage is one worker's caseload.
type CaseloadPage struct {
	People []Now // in order of name, open cases first
	Room   Room
}

// MyCaseload returns the actor's own caseload.
func (s *Service) MyCaseload(ctx context.Context, actor lead.Actor) (CaseloadPage, error) {
	var out CaseloadPage
	entry := ledger.Entry{Actor: actor, Verb: ledger.Consulted, Act: "case.caseload"}
	err := s.Book.Record(ctx, entry, func(tx *db.Tx, e *ledger.Entry) error {
		if err := s.Access.Check(actor, "case.caseload", access.Screen{}); err != nil {
			return err
		}
		var err error
		if out.People, err = s.list(ctx, tx, caseloadOf, actor.ID); err != nil {
			return fmt.Errorf("caseload: %w", err)
		}
		slices.SortFunc(out.People, func(a, b Now) int { return cmp.Or(cmp.Compare(fold(a.Name), fold(b.Name)), cmp.Compare(a.ID, b.ID)) })
		for _, n := range out.People {
			e.Subjects = append(e.Subjects, n.ID)
		}
		out.Room, err = s.room(ctx, tx, actor.ID, db.Day(s.Book.Now()))
		return err
	})
	return out, err
}

// room counts one worker's caseload against the policy in force.
func (s *Service) room(ctx context.Context, tx *db.Tx, workerID, today string) (Room, error) {
	p, err := policy.Terms(ctx, tx, today)
	if err != nil {
		return Room{}, err
	}
	r := Room{WorkerID: workerID, Soft: p.CaseloadSoft, Hard: p.CaseloadHard}
	if err := tx.One(ctx, loadOf, workerID).Scan(&r.Held, &r.Quiet, &r.Responding, &r.Finding); err != nil {
		return Room{}, fmt.Errorf("load: %w", err)
	}
	return r, nil
}

// Board is who has room, for the supervisor.
type Board struct {
	Rooms   []Room
	Waiting []Now    // nobody walks with them yet, or only whoever came to the hand-off
	Broken  []Broken // who broke the glass on the team's cases in the last fortnight
	Covers  []Cover  // those that run or are to come
	ToTell  []ToTell // who has another worker without having been asked, and was not told yet
}

// Board returns the supervisor's team. Workers stand in order of name: nobody
// is ranked.
func (s *Service) Board(ctx context.Context, actor lead.Actor) (Board, error) {
	var out Board
	entry := ledger.Entry{Actor: actor, Verb: ledger.Consulted, Act: "case.board"}
	err := s.Book.Record(ctx, entry, func(tx *db.Tx, e *ledger.Entry) error {
		if err := s.Access.Check(actor, "case.board", access.Screen{}); err != nil {
			return err
		}
		var err error
		if out.Rooms, err = s.rooms(ctx, tx, actor.Team); err != nil {
			return err
		}
		if out.Waiting, err = s.list(ctx, tx, toAllocate, actor.Team); err != nil {
			return fmt.Errorf("to allocate: %w", err)
		}
		for _, n := range out.Waiting {
			e.Subjects = append(e.Subjects, n.ID)
		}
		if out.Broken, err = s.brokenOf(ctx, tx, glassOfTeam, actor.Team, s.Book.Now().AddDate(0, 0, -14)); err != nil {
			return err
		}
		for _, b := range out.Broken {
			e.Subjects = append(e.Subjects, b.ParticipantID)
		}
		if out.ToTell, err = s.toTell(ctx, tx, actor.Team, ""); err != nil {
			return err
		}
		for _, t := range out.ToTell {
			e.Subjects = append(e.Subjects, t.ParticipantID)
		}
		now := db.At(s.Book.Now())
		if out.Covers, err = db.All(ctx, tx, scanCover, coversOfTeam, actor.Team, now); err != nil {
			return fmt.Errorf("covers: %w", err)
		}
		today := s.LocalDay()
		for i := range out.Covers {
			out.Covers[i].Now = out.Covers[i].From <= today
		}
		return nil
	})
	return out, err
}

// CaseloadOf is the caseload of one worker, as their supervisor sees it.
type CaseloadOf struct {
	Name   string
	Room   Room
	People []Now // in order of name
}

// CaseloadOf returns the people of one worker of the actor's team.
func (s *Service) CaseloadOf(ctx context.Context, actor lead.Actor, workerID string) (CaseloadOf, error) {
	var out CaseloadOf
	entry := ledger.Entry{Actor: actor, Verb: ledger.Consulted, Act: "case.caseload_of"}
	err := s.Book.Record(ctx, entry, func(tx *db.Tx, e *ledger.Entry) error {
		if err := s.Access.Check(actor, "case.board", access.Screen{}); err != nil {
			return err
		}
		if err := tx.One(ctx, colleagueOf, workerID, actor.Team).Scan(&out.Name); err != nil {
			return err
		}
		var err error
		if out.People, err = s.list(ctx, tx, peopleWith, actor.Team, workerID); err != nil {
			return fmt.Errorf("caseload of: %w", err)
		}
		sortByName(out.People)
		for _, n := range out.People {
			e.Subjects = append(e.Subjects, n.ID)
		}
		out.Room, err = s.room(ctx, tx, workerID, db.Day(s.Book.Now()))
		return err
	})
	return out, err
}

func sortByName(people []Now) {
	slices.SortFunc(people, func(a, b Now) int { return cmp.Or(cmp.Compare(fold(a.Name), fold(b.Name)), cmp.Compare(a.ID, b.ID)) })
}

func (s *Service) rooms(ctx context.Context, tx *db.Tx, team string) ([]Room, error) {
	workers, err := db.All(ctx, tx, func(row db.Row) (Room, error) {
		var r Room
		return r, row.Scan(&r.WorkerID, &r.Name)
	}, caseManagersOf, team)
	if err != nil {
		return nil, fmt.Errorf("case managers: %w", err)
	}
	for i, w := range workers {
		room, err := s.room(ctx, tx, w.WorkerID, db.Day(s.Book.Now()))
		if err != nil {
			return nil, err
		}
		room.Name = w.Name
		workers[i] = room
	}
	return workers, nil
}

// AllocationPage is what a supervisor sees before allocating.
type AllocationPage struct {
	Now   Now
	Rooms []Room
}

// Allocating returns the person and who has room.
func (s *Service) Allocating(ctx context.Context, actor lead.Actor, participantID string) (AllocationPage, error) {
	var out AllocationPage
	err := s.Read(ctx, actor, Act{Action: "case.allocate", Name: "case.allocating"}, participantID, func(tx *db.Tx, n Now) error {
		out.Now = n
		var err error
		out.Rooms, err = s.rooms(ctx, tx, n.Team)
		return err
	})
	return out, err
}

// Allocation is a supervisor's choice of who walks with somebody.
type Allocation struct {
	WorkerID string
	Wish     string // what the person wants, in their words
	Cover    string // why a full caseload takes one more, in an emergency
	Gone     bool   // their worker is gone, and they could not be asked
	Reason   string // why they could not be asked
	Told     string // what they said when they were told; "" while they are not
}

// Allocate says who walks with somebody from now on. Above the policy's limit it
// needs a supervisor's reason (R32); moving somebody from a worker they know
// needs their own wish on record, or that the worker is gone: then a reason, and
// they are told.
func (s *Service) Allocate(ctx context.Context, actor lead.Actor, form ledger.Form, participantID string, a Allocation) error {
	_, err := s.Write(ctx, actor, form, Act{"case.allocate", "case.allocate", ledger.Altered}, participantID, func(tx *db.Tx, n *Now) (string, error) {
		bad := lead.Invalid{}
		bad.TooLong("wish", a.Wish, 500)
		bad.TooLong("cover", a.Cover, 500)
		if !n.State.Open() {
			return "", lead.ErrConflict
		}
		var name string
		switch err := tx.One(ctx, caseManagerOf, n.Team, a.WorkerID).Scan(&name); {
		case err != nil:
			bad["worker"] = "Choose a case manager of this team"
			return "", bad
		case n.Hold == Caseload && n.WorkerID == a.WorkerID:
			bad["worker"] = name + " walks with them already"
		case n.Hold == Caseload && a.Gone:
			if err := checkGone(ctx, tx, bad, *n, a); err != nil {
				return "", err
			}
		case n.Hold == Caseload && strings.TrimSpace(a.Wish) == "":
			bad["wish"] = "They know somebody already: ask them, and write down whom they want, in their words"
		}
		// From here on allocations to this worker queue up, so the count is true.
		if _, err := tx.Exec(ctx, touchLoad, a.WorkerID); err != nil {
			return "", fmt.Errorf("allocate: %w", err)
		}
		room, err := s.room(ctx, tx, a.WorkerID, db.Day(s.Book.Now()))
		if err != nil {
			return "", err
		}
		if room.Full() && strings.TrimSpace(a.Cover) == "" {
			bad["cover"] = fmt.Sprintf("%s has %d people, and %d is the limit. Choose somebody else, or say what emergency this covers", name, room.Held, room.Hard)
		}
		if err := bad.OrNil(); err != nil {
			return "", err
		}
		cover := a.Cover
		if !room.Full() {
			cover = ""
		}
		if n.Hold == Caseload && a.Gone {
			if err := s.moveUnasked(ctx, tx, actor, *n, a); err != nil {
				return "", err
			}
		}
		return n.ID, s.allocation(ctx, tx, actor.ID, n, Caseload, a.WorkerID, a.Wish, cover)
	})
	return err
}

// moveUnasked keeps why somebody moves without having been asked, and what they
// said to it when they have been told already.
func (s *Service) moveUnasked(ctx context.Context, tx *db.Tx, actor lead.Actor, n Now, a Allocation) error {
	id := lead.NewID("mov")
	if _, err := tx.Exec(ctx, insertMoved, id, n.ID, n.WorkerID, n.Seal("care_moved.reason", a.Reason), actor.ID, db.At(s.Book.Now())); err != nil {
		return fmt.Errorf("allocate: %w", err)
	}
	if strings.TrimSpace(a.Told) == "" {
		return nil
	}
	return s.toldMoved(ctx, tx, actor, n, id, a.Told)
}

// Found is one page of people.
type Found struct {
	People []Now
	More   string // where the next page starts, "" at the end
	Alike  bool   // nobody's name starts so: these are spelt like it
}

// People returns people who are found by words that start as the words of search
// do, newest first, from after on; when there are none, those whose names are
// spelt like it. A supervisor sees the team, a worker their own: the database
// filters, so nobody else's name is ever opened.
func (s *Service) People(ctx context.Context, actor lead.Actor, search, after string, limit int) (Found, error) {
	var out Found
	entry := ledger.Entry{Actor: actor, Verb: ledger.Consulted, Act: "case.people"}
	err := s.Book.Record(ctx, entry, func(tx *db.Tx, e *ledger.Entry) error {
		if err := s.Access.Check(actor, "case.people", access.Screen{}); err != nil {
			return err
		}
		var err error
		if out.People, err = s.find(ctx, tx, actor, search, after, limit+1); err != nil {
			return fmt.Errorf("people: %w", err)
		}
		if len(out.People) == 0 && after == "" {
			if out.People, err = s.alike(ctx, tx, actor, search); err != nil {
				return fmt.Errorf("people: %w", err)
			}
			out.Alike = len(out.People) > 0
		}
		if len(out.People) > limit {
			out.People = out.People[:limit]
			out.More = out.People[limit-1].ID
		}
		for _, n := range out.People {
			e.Subjects = append(e.Subjects, n.ID)
		}
		return nil
	})
	return out, err
}

// ToFind returns the people whose intake is not done, those waiting longest
// first: the outreach list (R15, R30). There is no end to it and no failing.
func (s *Service) ToFind(ctx context.Context, actor lead.Actor, after string, limit int) (Found, error) {
	var out Found
	entry := ledger.Entry{Actor: actor, Verb: ledger.Consulted, Act: "case.outreach"}
	err := s.Book.Record(ctx, entry, func(tx *db.Tx, e *ledger.Entry) error {
		if err := s.Access.Check(actor, "case.outreach", access.Screen{}); err != nil {
			return err
		}
		due, id, _ := strings.Cut(after, "\n")
		// A supervisor finds the whole team's; a worker their own; on call also
		// those whom nobody walks with yet.
		others := actor.Has(lead.Supervisor)
		unheld := others || actor.Has(lead.OnCall)
		var err error
		out.People, err = s.list(ctx, tx, peopleToFind, actor.Team, actor.ID, others, unheld, due, id, limit+1)
		if err != nil {
			return fmt.Errorf("outreach: %w", err)
		}
		if len(out.People) > limit {
			out.People = out.People[:limit]
			last := out.People[limit-1]
			out.More = last.IntakeDueOn + "\n" + last.ID
		}
		for _, n := range out.People {
			e.Subjects = append(e.Subjects, n.ID)
		}
		return nil
	})
	return out, err
}
