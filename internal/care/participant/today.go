package participant

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"waymark.example/internal/handoff/rights"
	"waymark.example/internal/lead"
	"waymark.example/internal/platform/access"
	"waymark.example/internal/platform/db"
	"waymark.example/internal/platform/ledger"
)

// Day is what a worker, or a whole team, has before them today.
type Day struct {
	People   []Now                    // everybody the list is about, in order of name
	Often    map[string]string        // where they often are, by participant
	Promises map[string][]Promise     // open and due today or earlier, by participant
	Planned  map[string]bool          // something is promised or planned for a later day
	Given    map[string]time.Time     // allocated since anybody last reached them
	Asked    map[string][]rights.Kind // what they asked about their record and nobody has answered
	Waiting  int                      // hand-offs that nobody has taken up, for whoever may
	Room     Room
}

// Scope is whose people a list is about.
type Scope struct {
	WorkerID string
	Team     string // "" for the worker's own people alone
}

// Today returns the actor's day, or with team their whole team's. also runs in the same transaction, for what other
// services know about the same people.
func (s *Service) Today(ctx context.Context, actor lead.Actor, team bool, also func(*db.Tx, Scope, []Now) error) (Day, error) {
	out := Day{Often: map[string]string{}, Promises: map[string][]Promise{}, Planned: map[string]bool{}, Given: map[string]time.Time{}, Asked: map[string][]rights.Kind{}}
	entry := ledger.Entry{Actor: actor, Verb: ledger.Consulted, Act: "case.today"}
	err := s.Book.Record(ctx, entry, func(tx *db.Tx, e *ledger.Entry) error {
		action, scope := access.Action("case.today"), Scope{WorkerID: actor.ID}
		if team {
			action, scope.Team = "case.today_team", actor.Team
		}
		if err := s.Access.Check(actor, action, access.Screen{}); err != nil {
			return err
		}
		var err error
		if out.People, err = s.list(ctx, tx, peopleToday, scope.WorkerID, scope.Team); err != nil {
			return fmt.Errorf("today: %w", err)
		}
		slices.SortFunc(out.People, func(a, b Now) int { return cmp.Or(cmp.Compare(fold(a.Name), fold(b.Name)), cmp.Compare(a.ID, b.ID)) })
		if err := s.joinAll(ctx, tx, scope, out.People); err != nil {
			return err
		}
		for _, n := range out.People {
			for _, of := range n.Records() {
				e.Subjects = append(e.Subjects, of.ID)
			}
		}
		if err := out.fill(ctx, tx, scope, s.LocalDay()); err != nil {
			return err
		}
		if actor.Has(lead.OnCall) {
			if err := tx.One(ctx, handOffsWaiting).Scan(&out.Waiting); err != nil {
				return fmt.Errorf("hand-offs waiting: %w", err)
			}
		}
		if out.Room, err = s.room(ctx, tx, actor.ID, db.Day(s.Book.Now())); err != nil || also == nil {
			return err
		}
		return also(tx, scope, out.People)
	})
	return out, err
}

// ByID returns people by the id of each of their records.
func ByID(people []Now) map[string]Now {
	out := make(map[string]Now, len(people))
	for _, n := range people {
		for _, of := range n.Records() {
			out[of.ID] = of
		}
	}
	return out
}

func (d *Day) fill(ctx context.Context, tx *db.Tx, scope Scope, today string) error {
	people := ByID(d.People)
	_, err := db.All(ctx, tx, func(row db.Row) (string, error) {
		var id, often string
		if err := row.Scan(&id, &often); err != nil {
			return "", err
		}
		n, ok := people[id]
		if !ok { // beyond the length of the list
			return id, nil
		}
		err := n.Open(map[string]*string{"care_person.find_words": &often})
		d.Often[id] = often
		return id, err
	}, oftenToday, scope.WorkerID, scope.Team)
	if err != nil {
		return fmt.Errorf("where people often are: %w", err)
	}
	_, err = db.All(ctx, tx, func(row db.Row) (string, error) {
		var id string
		p, err := scanPromise(prefixed{row, &id})
		if err != nil {
			return "", err
		}
		n, ok := people[id]
		switch {
		case !ok:
		case p.On > today:
			d.Planned[n.Whole()] = true
		default:
			if err := n.Open(map[string]*string{"care_promise.words": &p.Words}); err != nil {
				return "", err
			}
			p.Of = id
			d.Promises[n.Whole()] = append(d.Promises[n.Whole()], p)
		}
		return id, nil
	}, promisesToday, scope.WorkerID, scope.Team)
	if err != nil {
		return fmt.Errorf("promises today: %w", err)
	}
	_, err = db.All(ctx, tx, func(row db.Row) (string, error) {
		var id string
		var at db.Time
		err := row.Scan(&id, &at)
		d.Given[id] = at.Time
		return id, err
	}, givenToday, scope.WorkerID, scope.Team)
	if err != nil {
		return fmt.Errorf("newly allocated: %w", err)
	}
	_, err = db.All(ctx, tx, func(row db.Row) (string, error) {
		var id string
		var kind rights.Kind
		if err := row.Scan(&id, &kind); err != nil {
			return "", err
		}
		if n, ok := people[id]; ok {
			d.Asked[n.Whole()] = append(d.Asked[n.Whole()], kind)
		}
		return id, nil
	}, askedToday, scope.WorkerID, scope.Team)
	if err != nil {
		return fmt.Errorf("what people asked: %w", err)
	}
	return nil
}

// prefixed scans one more column in front of those that a scan function knows.
type prefixed struct {
	row   db.Row
	first any
}

func (p prefixed) Scan(into ...any) error { return p.row.Scan(append([]any{p.first}, into...)...) }
