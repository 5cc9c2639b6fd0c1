// Package participant is the heart of the care side: who the case team walks
// with, from the hand-off to the day they ask to close, and whoever comes back.
// It imports lead, platform, reference and the bridge.
package participant

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"waymark.example/internal/lead"
	"waymark.example/internal/platform/access"
	"waymark.example/internal/platform/db"
	"waymark.example/internal/platform/ledger"
	"waymark.example/internal/platform/secret"
)

// State is where a case stands. Active and inactive are labels for the team's
// own work: neither is a sanction, and no timer moves a case (R30).
type State string

// The states.
const (
	Prospective State = "prospective" // handed over, no intake yet
	Active      State = "active"
	Inactive    State = "inactive"
	Closed      State = "closed"      // at the participant's own request, and only so (R29)
	Died        State = "died"        // ended (R57)
	Transferred State = "transferred" // supported elsewhere, as they wished
	Erased      State = "erased"      // their key is destroyed; only in care_now, never in the history
	Merged      State = "merged"      // another record goes on for it (R58); only in care_now, never in the history
)

// Words returns the state as people say it.
func (s State) Words() string {
	switch s {
	case Prospective:
		return "Not met for intake yet"
	case Active:
		return "Active"
	case Inactive:
		return "Quiet"
	case Closed:
		return "Closed at their request"
	case Died:
		return "Died"
	case Transferred:
		return "Moved to another team"
	case Erased:
		return "Erased"
	case Merged:
		return "Goes on in another record"
	}
	return string(s)
}

// Open reports whether the team still walks with the person.
func (s State) Open() bool { return s == Prospective || s == Active || s == Inactive }

// Hold is how a worker holds a case.
type Hold string

// The ways to hold a case.
const (
	Waiting    Hold = "waiting"    // the team has them, nobody yet
	Responding Hold = "responding" // came to the hand-off; does not count towards the caseload
	Caseload   Hold = "caseload"
)

// Now is where a case stands, worked out from its history.
type Now struct {
	ID           string // participant_id
	Revision     int64
	Team         string
	Hold         Hold
	WorkerID     string
	State        State
	Name         string
	ReceivedAt   time.Time
	IntakeDueOn  string // YYYY-MM-DD
	IntakeDoneOn string // YYYY-MM-DD, "" until intake is done
	ReachedAt    time.Time
	NextWords    string // what was promised next
	NextAt       time.Time

	Into string // of a merged record: the one that goes on for it

	joined *joined     // other records of the same person, nil for none
	box    *secret.Box // opens and seals what is kept about them; nil once their key is destroyed
	sealed bool        // after years without contact: nobody opens it until the person comes back
}

// Late reports whether the intake window has passed without intake. It means
// outreach goes on (R15), and nothing else.
func (n Now) Late(today string) bool {
	return n.State == Prospective && n.IntakeDoneOn == "" && n.IntakeDueOn < today
}

// Quiet returns how many whole days nobody has reached them.
func (n Now) Quiet(now time.Time) int {
	since := n.ReachedAt
	if since.IsZero() {
		since = n.ReceivedAt
	}
	return int(now.Sub(since).Hours() / 24)
}

// Resource is the case as the policies see it.
func (n Now) Resource() access.Case { return n.resource() }

func (n Now) resource() access.Case {
	return access.Case{ID: n.ID, Worker: n.WorkerID, Team: n.Team, State: string(n.State), Sealed: n.sealed, Responding: n.Hold == Responding}
}

// Service carries out the use cases. Each asks who may before it reads.
type Service struct {
	Book   *ledger.Book // of the care handle
	Access *access.Decider
	Keys   *secret.Ring // of the care handle too
	// Zone is where the team reads the clock; nil for UTC.
	Zone *time.Location
	// Completed is told, in the same transaction, that somebody's intake is done;
	// nil when nobody needs to hear it.
	Completed func(context.Context, *db.Tx, *Now) error
}

// LocalDay is the present day where the team works.
func (s *Service) LocalDay() string { return s.DayOf(s.Book.Now()) }

// DayOf is the day of a moment where the team works.
func (s *Service) DayOf(at time.Time) string {
	if s.Zone == nil {
		return db.Day(at)
	}
	return at.In(s.Zone).Format(time.DateOnly)
}

// Act names one use case for the policies and the ledger.
type Act struct {
	Action access.Action // what the policies must permit
	Name   string        // what the ledger says was done, such as "note.add"
	Verb   ledger.Verb
}

// ErrSame is what the act of a Write returns when it was given only what stands
// already: somebody pressed Save and changed nothing.
var ErrSame = errors.New("nothing has changed")

// Write runs do on one person's case in one transaction with its entry: the
// case is locked, access decided, and what do changes of Now is kept. The same
// form twice runs once and gives the same result. Where do returns ErrSame
// nothing is kept, and the entry says what happened: it was read.
func (s *Service) Write(ctx context.Context, actor lead.Actor, form ledger.Form, act Act, participantID string, do func(*db.Tx, *Now) (string, error)) (string, error) {
	entry := ledger.Entry{Actor: actor, Verb: act.Verb, Act: act.Name, Subjects: []string{participantID}}
	return s.Book.Once(ctx, form, entry, func(tx *db.Tx, e *ledger.Entry) (string, error) {
		n, err := s.one(ctx, tx, lockNow, participantID)
		if err != nil {
			return "", err
		}
		if err := s.may(ctx, tx, actor, act.Action, n); err != nil {
			return "", err
		}
		if n.State == Merged && !act.aboutWhatIsThere() {
			if act.Verb != ledger.Collected { // decided on a page that is out of date
				return "", lead.ErrConflict
			}
			// What is new is written on the record that goes on.
			if n, err = s.one(ctx, tx, lockNow, n.Into); err != nil {
				return "", err
			}
			if err := s.may(ctx, tx, actor, act.Action, n); err != nil {
				return "", err
			}
			e.Subjects = append(e.Subjects, n.ID)
		}
		if n.box == nil { // their key is destroyed: nothing can be kept about them any more
			return "", lead.ErrConflict
		}
		before := n
		result, err := do(tx, &n)
		if errors.Is(err, ErrSame) {
			e.Verb = ledger.Consulted
			return n.ID, nil
		}
		if err != nil {
			return "", err
		}
		if n == before {
			return result, nil
		}
		return result, s.keep(ctx, tx, before, n)
	})
}

// Within runs do on one person's case inside another service's own transaction
// and keeps what it changes, as Write does. Who may is asked by the caller.
func (s *Service) Within(ctx context.Context, tx *db.Tx, before Now, do func(*Now) error) error {
	n := before
	if err := do(&n); err != nil {
		return err
	}
	if n == before {
		return nil
	}
	return s.keep(ctx, tx, before, n)
}

// KnownBy returns how somebody wants to be known, and in one line how it is safe
// to reach them.
func (s *Service) KnownBy(ctx context.Context, tx *db.Tx, n Now) (Person, string, error) {
	p, err := n.person(ctx, tx)
	if errors.Is(err, lead.ErrNotFound) { // just received: nothing is known yet
		p, err = Person{Name: n.Name}, nil
	}
	if err != nil {
		return Person{}, "", fmt.Errorf("person: %w", err)
	}
	safe, err := n.safeOfAll(ctx, tx, p)
	return p, SafeLine(safe), err
}

// Read runs look on one person's case in one transaction with its entry.
func (s *Service) Read(ctx context.Context, actor lead.Actor, act Act, participantID string, look func(*db.Tx, Now) error) error {
	entry := ledger.Entry{Actor: actor, Verb: ledger.Consulted, Act: act.Name, Subjects: []string{participantID}}
	return s.Book.Record(ctx, entry, func(tx *db.Tx, e *ledger.Entry) error {
		n, err := s.one(ctx, tx, nowByID, participantID)
		if err != nil {
			return err
		}
		if err := s.may(ctx, tx, actor, act.Action, n); err != nil {
			return err
		}
		for _, j := range n.Joined() { // shown with it: seen too
			e.Subjects = append(e.Subjects, j.ID)
		}
		return look(tx, n)
	})
}

// Find returns where one case stands, inside another service's own transaction.
func (s *Service) Find(ctx context.Context, tx *db.Tx, participantID string) (Now, error) {
	return s.one(ctx, tx, nowByID, participantID)
}

// Lock is Find for whoever is about to write: no other write about this person
// goes on until the transaction ends.
func (s *Service) Lock(ctx context.Context, tx *db.Tx, participantID string) (Now, error) {
	return s.one(ctx, tx, lockNow, participantID)
}

// keep writes the projection of one case.
func (s *Service) keep(ctx context.Context, tx *db.Tx, before, n Now) error {
	if _, err := tx.Exec(ctx, updateNow, n.Team, n.Hold, n.WorkerID, n.State, n.Seal("care_now.name", n.Name), n.IntakeDueOn, n.IntakeDoneOn,
		db.At(n.ReachedAt), n.Seal("care_now.next_words", n.NextWords), db.At(n.NextAt), n.ID); err != nil {
		return fmt.Errorf("keep where the case stands: %w", err)
	}
	if len(n.Joined()) > 0 && (n.Team != before.Team || n.Hold != before.Hold || n.WorkerID != before.WorkerID) {
		if _, err := tx.Exec(ctx, followSurvivor, n.Team, n.Hold, n.WorkerID, n.ID); err != nil {
			return fmt.Errorf("keep where the case stands: %w", err)
		}
	}
	if n.Name == before.Name && n.Team == before.Team {
		return nil
	}
	return s.index(ctx, tx, n)
}

// event adds one line to a case's history and brings Now in step.
func (s *Service) event(ctx context.Context, tx *db.Tx, actor lead.Actor, n *Now, state State, requestID any, words, day string) error {
	if _, err := tx.Exec(ctx, insertCase, n.ID, state, requestID, n.Seal("care_case.words", words), day, actor.ID, db.At(s.Book.Now())); err != nil {
		return fmt.Errorf("case history: %w", err)
	}
	n.State = state
	return nil
}

// allocation adds one line to who walks with the person.
func (s *Service) allocation(ctx context.Context, tx *db.Tx, by string, n *Now, hold Hold, workerID, wish, cover string) error {
	if _, err := tx.Exec(ctx, insertAllocation, n.ID, n.Team, hold, workerID, n.Seal("care_allocation.wish", wish), n.Seal("care_allocation.cover", cover), by, db.At(s.Book.Now())); err != nil {
		return fmt.Errorf("allocation: %w", err)
	}
	n.Hold, n.WorkerID = hold, workerID
	return nil
}

// Person is how somebody wants to be known and reached.
type Person struct {
	Version     int64
	Name        string // the one they chose
	Pronouns    string
	Phone       string
	SafeContact string // how it is safe to reach them
	FindWords   string // where they often are
	By          string
	At          time.Time
}

// Check returns a lead.Invalid naming each answer that breaks a rule, or nil.
func (p Person) Check() error {
	bad := lead.Invalid{}
	if strings.TrimSpace(p.Name) == "" {
		bad["name"] = "Enter the name they want to be called by"
	}
	bad.TooLong("name", p.Name, 80)
	bad.TooLong("pronouns", p.Pronouns, 40)
	bad.TooLong("phone", p.Phone, 40)
	bad.TooLong("safe_contact", p.SafeContact, 300)
	bad.TooLong("find_words", p.FindWords, 300)
	return bad.OrNil()
}

// Event is one line of a case's history.
type Event struct {
	State  State
	Words  string
	Day    string // YYYY-MM-DD
	By     string
	At     time.Time
	Asked  string // how the participant asked to close
	AskedW string // and their words
}

// Record is what the person's page shows beside the timeline.
type Record struct {
	Now
	Person
	WorkerName string
	Safe       []SafeWord // how it is safe to reach them
	History    []Event    // newest first
	Screening  *Screening
	Intake     *Intake
	Broken     []Broken // who broke the glass on it lately
	Cover      *Cover   // who covers for their worker just now, nil for nobody
	ToTell     []ToTell // a move that they have not been told of yet
}

// Record returns one person's page.
func (s *Service) Record(ctx context.Context, actor lead.Actor, participantID string, also func(*db.Tx, Now) error) (Record, error) {
	var rec Record
	err := s.Read(ctx, actor, Act{Action: "case.read", Name: "case.read"}, participantID, func(tx *db.Tx, n Now) error {
		rec.Now = n
		var err error
		if rec.Person, err = n.person(ctx, tx); err != nil {
			return fmt.Errorf("person: %w", err)
		}
		if rec.Safe, err = n.safeOfAll(ctx, tx, rec.Person); err != nil {
			return err
		}
		if rec.WorkerName, err = colleagueName(ctx, tx, n.WorkerID); err != nil {
			return err
		}
		if rec.History, err = n.history(ctx, tx); err != nil {
			return fmt.Errorf("case history: %w", err)
		}
		if rec.Screening, err = n.screening(ctx, tx); err != nil {
			return err
		}
		if rec.Intake, err = n.intake(ctx, tx); err != nil {
			return err
		}
		if rec.Broken, err = s.brokenOf(ctx, tx, glassOfCase, n.ID, s.Book.Now().AddDate(0, 0, -90)); err != nil {
			return err
		}
		if rec.Cover, err = s.coverOf(ctx, tx, n); err != nil {
			return err
		}
		for _, of := range n.Records() {
			tell, err := s.toTell(ctx, tx, n.Team, of.ID)
			if err != nil {
				return err
			}
			rec.ToTell = append(rec.ToTell, tell...)
		}
		if also == nil {
			return nil
		}
		return also(tx, n)
	})
	return rec, err
}

// Describe keeps a new version of how somebody wants to be known. from is the
// version that was on the screen.
func (s *Service) Describe(ctx context.Context, actor lead.Actor, form ledger.Form, participantID string, from int64, p Person) error {
	_, err := s.Write(ctx, actor, form, Act{"case.write", "person.describe", ledger.Altered}, participantID, func(tx *db.Tx, n *Now) (string, error) {
		if err := p.Check(); err != nil {
			return "", err
		}
		added, err := n.insertPerson(ctx, tx, from+1, p, actor.ID, db.At(s.Book.Now()))
		if err != nil {
			return "", fmt.Errorf("describe: %w", err)
		}
		if added == 0 {
			return "", lead.ErrConflict
		}
		n.Name = p.Name
		return n.ID, s.index(ctx, tx, *n) // they are found by their phone and places too
	})
	return err
}

// Relabel says that somebody is active or quiet. It closes nothing, ever (R30).
func (s *Service) Relabel(ctx context.Context, actor lead.Actor, form ledger.Form, participantID string, to State, words string) error {
	_, err := s.Write(ctx, actor, form, Act{"case.write", "case.label", ledger.Altered}, participantID, func(tx *db.Tx, n *Now) (string, error) {
		bad := lead.Invalid{}
		if to != Active && to != Inactive {
			bad["label"] = "Choose active or quiet"
		}
		bad.TooLong("words", words, 500)
		if err := bad.OrNil(); err != nil {
			return "", err
		}
		if n.State != Active && n.State != Inactive {
			return "", lead.ErrConflict
		}
		if n.State == to {
			return n.ID, nil
		}
		return n.ID, s.event(ctx, tx, actor, n, to, nil, words, db.Day(s.Book.Now()))
	})
	return err
}

// ClosureRequest is the participant's own wish to close: how they said it, when,
// and their words (R29).
type ClosureRequest struct {
	AskedOn string // YYYY-MM-DD
	How     string // code
	Words   string
}

// WaysOfAsking lists how somebody can ask, with words.
func WaysOfAsking() [][2]string {
	return [][2]string{{"in_person", "In person"}, {"phone", "By phone"}, {"message", "By message or letter"}, {"advocate", "Through somebody they chose to speak for them"}}
}

// Check returns a lead.Invalid naming each answer that breaks a rule, or nil.
func (c ClosureRequest) Check(today string) error {
	bad := lead.Invalid{}
	if !slices.ContainsFunc(WaysOfAsking(), func(w [2]string) bool { return w[0] == c.How }) {
		bad["asked_how"] = "Choose how they asked"
	}
	if strings.TrimSpace(c.Words) == "" {
		bad["words"] = "Write down what they said, in their words: a case closes only because they asked"
	}
	bad.TooLong("words", c.Words, 2000)
	checkDay(bad, "asked_on", c.AskedOn, today)
	return bad.OrNil()
}

func checkDay(bad lead.Invalid, field, day, today string) {
	switch _, err := time.Parse(time.DateOnly, day); {
	case err != nil:
		bad[field] = "Enter the day"
	case day > today:
		bad[field] = "This day is in the future: enter the day it was"
	}
}

// AskToClose closes a case the same day, because the participant asked. There is no
// other way to close one.
func (s *Service) AskToClose(ctx context.Context, actor lead.Actor, form ledger.Form, participantID string, c ClosureRequest) error {
	_, err := s.Write(ctx, actor, form, Act{"case.close_on_request", "case.close_on_request", ledger.Altered}, participantID, func(tx *db.Tx, n *Now) (string, error) {
		if err := c.Check(db.Day(s.Book.Now())); err != nil {
			return "", err
		}
		return n.ID, s.closeAsAsked(ctx, tx, actor, n, c)
	})
	return err
}

// closeAsAsked keeps the request and closes the case with it.
func (s *Service) closeAsAsked(ctx context.Context, tx *db.Tx, actor lead.Actor, n *Now, c ClosureRequest) error {
	if !n.State.Open() {
		return lead.ErrConflict
	}
	id := lead.NewID("clo")
	if _, err := tx.Exec(ctx, insertClosureRequest, id, n.ID, c.AskedOn, c.How, n.Seal("care_closure_request.words", c.Words), actor.ID, db.At(s.Book.Now())); err != nil {
		return fmt.Errorf("ask to close: %w", err)
	}
	n.NextWords, n.NextAt = "", time.Time{}
	return s.event(ctx, tx, actor, n, Closed, id, "", db.Day(s.Book.Now()))
}

// Reopen is one step: they came back. Nothing is screened again (R31).
func (s *Service) Reopen(ctx context.Context, actor lead.Actor, form ledger.Form, participantID string) error {
	_, err := s.Write(ctx, actor, form, Act{"case.write", "case.reopen", ledger.Altered}, participantID, func(tx *db.Tx, n *Now) (string, error) {
		return n.ID, s.reopen(ctx, tx, actor, n, "They came back")
	})
	return err
}

func (s *Service) reopen(ctx context.Context, tx *db.Tx, actor lead.Actor, n *Now, words string) error {
	if n.State != Closed && n.State != Transferred {
		return lead.ErrConflict
	}
	to := Active
	if n.IntakeDoneOn == "" {
		to = Prospective
	}
	today := db.Day(s.Book.Now())
	if err := s.event(ctx, tx, actor, n, to, nil, words, today); err != nil {
		return err
	}
	if n.Hold != Caseload {
		return nil
	}
	// A full caseload never keeps anybody out: then the team finds a worker.
	room, err := s.room(ctx, tx, n.WorkerID, today)
	if err != nil || room.Held < room.Hard {
		return err
	}
	return s.allocation(ctx, tx, actor.ID, n, Waiting, "", "Came back while their worker's caseload was full", "")
}

// Ending is one of the two other ways a case ends.
type Ending struct {
	State State // Died or Transferred
	Day   string
	Words string // what was learnt, or where they are supported now
	Wish  bool   // for a transfer: they want it
}

// End records a death or a transfer, by a supervisor, with care (R57). After a
// death nothing is promised or due any more.
func (s *Service) End(ctx context.Context, actor lead.Actor, form ledger.Form, participantID string, e Ending) error {
	_, err := s.Write(ctx, actor, form, Act{"case.end", "case.end", ledger.Altered}, participantID, func(tx *db.Tx, n *Now) (string, error) {
		bad := lead.Invalid{}
		switch {
		case e.State != Died && e.State != Transferred:
			bad["ending"] = "Choose what happened"
		case e.State == Transferred && strings.TrimSpace(e.Words) == "":
			bad["words"] = "Say who supports them now"
		case e.State == Transferred && !e.Wish:
			bad["wish"] = "A transfer needs their own wish: confirm that they want it"
		}
		bad.TooLong("words", e.Words, 2000)
		checkDay(bad, "day", e.Day, db.Day(s.Book.Now()))
		if err := bad.OrNil(); err != nil {
			return "", err
		}
		if n.State == Died || n.State == e.State {
			return "", lead.ErrConflict
		}
		n.NextWords, n.NextAt = "", time.Time{}
		return n.ID, s.event(ctx, tx, actor, n, e.State, nil, e.Words, e.Day)
	})
	return err
}
