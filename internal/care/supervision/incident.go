package supervision

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"waymark.example/internal/care/participant"
	"waymark.example/internal/lead"
	"waymark.example/internal/platform/access"
	"waymark.example/internal/platform/db"
	"waymark.example/internal/platform/ledger"
	"waymark.example/internal/platform/secret"
)

// Kinds lists what happens, with words. A death is recorded on the person's page
// first: here the team looks back on it (R57).
func Kinds() [][2]string {
	return [][2]string{{"death", "Somebody died"}, {"overdose", "An overdose"}, {"self_harm", "Somebody hurt themself"}, {"violence", "Somebody was hurt or threatened"},
		{"information", "Information went where it should not"}, {"nearly", "Something nearly went wrong"}, {"other", "Something else"}}
}

func kindWords(kind string) string {
	for _, k := range Kinds() {
		if k[0] == kind {
			return k[1]
		}
	}
	return kind
}

// Incident is something that happened.
type Incident struct {
	ID         string
	Team       string
	PersonID   string // participant_id, "" when it is about nobody in particular
	Person     string // their name
	Kind       string
	HappenedAt time.Time
	Words      string // what happened
	Told       string // who was told
	RecordedBy string // account_id
	By         string
	At         time.Time
	Reviewed   bool
	Steps      []Step
	MayReview  bool // the actor is somebody who may look back on it

	worker string
	sealed bool
}

// KindWords returns the kind as people say it.
func (i Incident) KindWords() string { return kindWords(i.Kind) }

// Step is one line of looking back.
type Step struct {
	ID    string
	Kind  string // learnt, action, done or reviewed
	Of    string // of done: the action
	Words string
	Who   string
	DueOn string // YYYY-MM-DD
	By    string
	At    time.Time
	Done  bool // of an action
}

// Record keeps something that happened and returns its id.
func (s *Service) Record(ctx context.Context, actor lead.Actor, form ledger.Form, i Incident) (string, error) {
	entry := ledger.Entry{Actor: actor, Verb: ledger.Collected, Act: "incident.record"}
	return s.People.Book.Once(ctx, form, entry, func(tx *db.Tx, e *ledger.Entry) (string, error) {
		if err := s.People.Access.Check(actor, "incident.record", access.Screen{}); err != nil {
			return "", err
		}
		id := lead.NewID("inc")
		owner, team := id, actor.Team
		var person any
		state := participant.Active
		if i.PersonID != "" {
			n, err := s.People.LockWhole(ctx, tx, i.PersonID)
			if err != nil {
				return "", err
			}
			if err := s.People.CheckIn(ctx, tx, actor, "case.read", n); err != nil {
				return "", err
			}
			owner, team, person, state = n.ID, n.Team, n.ID, n.State
			e.Subjects = []string{n.ID}
		}
		if err := i.check(s.People.Book.Now(), state); err != nil {
			return "", err
		}
		box, err := s.box(ctx, owner)
		if err != nil {
			return "", err
		}
		if box == nil {
			return "", lead.ErrConflict
		}
		if _, err := tx.Exec(ctx, insertIncident, id, team, person, i.Kind, db.At(i.HappenedAt), box.Seal("care_incident.words", i.Words), box.Seal("care_incident.told", i.Told), actor.ID, db.At(s.People.Book.Now())); err != nil {
			return "", fmt.Errorf("incident: %w", err)
		}
		e.Subjects = append(e.Subjects, id)
		return id, nil
	})
}

func (i Incident) check(now time.Time, state participant.State) error {
	bad := lead.Invalid{}
	if !slices.ContainsFunc(Kinds(), func(k [2]string) bool { return k[0] == i.Kind }) {
		bad["kind"] = "Choose what happened"
	}
	if i.Kind == "death" && (i.PersonID == "" || state != participant.Died) {
		bad["kind"] = "Record the death on the person's page first, under Another ending. Then the team looks back on it here"
	}
	if strings.TrimSpace(i.Words) == "" {
		bad["words"] = "Say what happened"
	}
	bad.TooLong("words", i.Words, 4000)
	bad.TooLong("told", i.Told, 1000)
	switch {
	case i.HappenedAt.IsZero():
		bad["happened_at"] = "Enter when it happened"
	case i.HappenedAt.After(now.Add(5 * time.Minute)):
		bad["happened_at"] = "This is in the future: enter when it happened"
	}
	return bad.OrNil()
}

// Incidents is the list, and the deaths that nobody has looked back on yet.
type Incidents struct {
	List   []Incident // newest first
	Deaths []participant.Now
}

// Incidents returns what happened: in the team for a supervisor, else what the
// actor wrote down and what happened to people they walk with. The database
// filters.
func (s *Service) Incidents(ctx context.Context, actor lead.Actor) (Incidents, error) {
	var out Incidents
	entry := ledger.Entry{Actor: actor, Verb: ledger.Consulted, Act: "incident.list"}
	err := s.People.Book.Record(ctx, entry, func(tx *db.Tx, e *ledger.Entry) error {
		if err := s.People.Access.Check(actor, "incident.record", access.Screen{}); err != nil {
			return err
		}
		var err error
		if out.List, err = s.incidents(ctx, tx, incidentsFor, actor.ID, actor.Has(lead.Supervisor), actor.Team); err != nil {
			return err
		}
		for _, i := range out.List {
			e.Subjects = append(e.Subjects, i.PersonID)
		}
		if !actor.Has(lead.Supervisor) {
			return nil
		}
		out.Deaths, err = s.deaths(ctx, tx, actor.Team)
		for _, n := range out.Deaths {
			e.Subjects = append(e.Subjects, n.ID)
		}
		return err
	})
	return out, err
}

// deaths returns who died and whom nobody has looked back on yet (R57).
func (s *Service) deaths(ctx context.Context, tx *db.Tx, team string) ([]participant.Now, error) {
	ids, err := db.All(ctx, tx, scanID, deathsToReview, team)
	if err != nil {
		return nil, fmt.Errorf("deaths: %w", err)
	}
	out := make([]participant.Now, 0, len(ids))
	for _, id := range ids {
		n, err := s.People.Find(ctx, tx, id)
		if err != nil {
			return nil, err
		}
		out = append(out, n)
	}
	return out, nil
}

func scanID(row db.Row) (string, error) {
	var id string
	return id, row.Scan(&id)
}

func (s *Service) incidents(ctx context.Context, tx *db.Tx, q db.Query, args ...any) ([]Incident, error) {
	out, err := db.All(ctx, tx, func(row db.Row) (Incident, error) {
		var i Incident
		var happened, at db.Time
		err := row.Scan(&i.ID, &i.Team, &i.PersonID, &i.Person, &i.worker, &i.sealed, &i.Kind, &happened, &i.Words, &i.Told, &i.RecordedBy, &i.By, &at, &i.Reviewed)
		i.HappenedAt, i.At = happened.Time, at.Time
		return i, err
	}, q, args...)
	if err != nil {
		return nil, fmt.Errorf("incidents: %w", err)
	}
	for n := range out {
		i := &out[n]
		box, err := s.box(ctx, i.owner())
		if err != nil {
			return nil, err
		}
		for field, words := range map[string]*string{"care_incident.words": &i.Words, "care_incident.told": &i.Told, "care_now.name": &i.Person} {
			if *words, err = box.Read(field, *words); err != nil {
				return nil, fmt.Errorf("incidents: %w", err)
			}
		}
	}
	return out, nil
}

// owner is under whose key the words are.
func (i Incident) owner() string {
	if i.PersonID != "" {
		return i.PersonID
	}
	return i.ID
}

func (i Incident) resource() access.Incident {
	return access.Incident{ID: i.ID, Recorder: i.RecordedBy, Worker: i.worker, Team: i.Team, Sealed: i.sealed}
}

// incident returns one, with its steps, once the actor may do action to it.
func (s *Service) incident(ctx context.Context, tx *db.Tx, actor lead.Actor, action access.Action, id string) (Incident, *secret.Box, error) {
	found, err := s.incidents(ctx, tx, incidentByID, id)
	if err != nil {
		return Incident{}, nil, err
	}
	if len(found) == 0 {
		return Incident{}, nil, lead.ErrNotFound
	}
	i := found[0]
	if err := s.People.Access.Check(actor, action, i.resource()); err != nil {
		return Incident{}, nil, err
	}
	i.MayReview = s.People.Access.Check(actor, "incident.review", i.resource()) == nil
	box, err := s.box(ctx, i.owner())
	if err != nil {
		return Incident{}, nil, err
	}
	done := map[string]bool{}
	i.Steps, err = db.All(ctx, tx, func(row db.Row) (Step, error) {
		var x Step
		var at db.Time
		if err := row.Scan(&x.ID, &x.Kind, &x.Of, &x.Words, &x.Who, &x.DueOn, &x.By, &at); err != nil {
			return x, err
		}
		x.At = at.Time
		done[x.Of] = true
		var err error
		if x.Words, err = box.Read("care_incident_step.words", x.Words); err != nil {
			return x, err
		}
		x.Who, err = box.Read("care_incident_step.who", x.Who)
		return x, err
	}, stepsOf, id)
	if err != nil {
		return Incident{}, nil, fmt.Errorf("incident: %w", err)
	}
	for n := range i.Steps {
		i.Steps[n].Done = done[i.Steps[n].ID]
	}
	return i, box, nil
}

// Incident returns one.
func (s *Service) Incident(ctx context.Context, actor lead.Actor, id string) (Incident, error) {
	var out Incident
	entry := ledger.Entry{Actor: actor, Verb: ledger.Consulted, Act: "incident.read", Subjects: []string{id}}
	err := s.People.Book.Record(ctx, entry, func(tx *db.Tx, e *ledger.Entry) error {
		var err error
		out, _, err = s.incident(ctx, tx, actor, "incident.record", id)
		if out.PersonID != "" {
			e.Subjects = append(e.Subjects, out.PersonID)
		}
		return err
	})
	return out, err
}

// Look adds one step of looking back: what is learnt, an action with who and by
// when, that an action is done, or that the looking back is finished. The last
// two but one are for anybody who may read it; to finish takes a supervisor who
// did not write it down.
func (s *Service) Look(ctx context.Context, actor lead.Actor, form ledger.Form, id string, x Step) error {
	entry := ledger.Entry{Actor: actor, Verb: ledger.Altered, Act: "incident." + x.Kind, Subjects: []string{id}}
	_, err := s.People.Book.Once(ctx, form, entry, func(tx *db.Tx, e *ledger.Entry) (string, error) {
		action := access.Action("incident.review")
		if x.Kind == "done" {
			action = "incident.record"
		}
		i, box, err := s.incident(ctx, tx, actor, action, id)
		if err != nil {
			return "", err
		}
		if i.PersonID != "" {
			e.Subjects = append(e.Subjects, i.PersonID)
		}
		if err := i.checkStep(x); err != nil {
			return "", err
		}
		if box == nil {
			return "", lead.ErrConflict
		}
		added, err := tx.Exec(ctx, insertStep, lead.NewID("ist"), i.ID, x.Kind, x.Of, box.Seal("care_incident_step.words", x.Words), box.Seal("care_incident_step.who", x.Who), x.DueOn, actor.ID, db.At(s.People.Book.Now()))
		if err != nil {
			return "", fmt.Errorf("incident: %w", err)
		}
		if added == 0 {
			return "", lead.ErrConflict
		}
		return i.ID, nil
	})
	return err
}

func (i Incident) checkStep(x Step) error {
	bad := lead.Invalid{}
	bad.TooLong("words", x.Words, 2000)
	bad.TooLong("who", x.Who, 120)
	empty := strings.TrimSpace(x.Words) == ""
	switch x.Kind {
	case "learnt":
		if empty {
			bad["words"] = "Say what you learnt: about how we work, not about who was wrong"
		}
	case "action":
		if empty {
			bad["words"] = "Say what is to be done"
		}
		if strings.TrimSpace(x.Who) == "" {
			bad["who"] = "Say who does it"
		}
		if _, err := time.Parse(time.DateOnly, x.DueOn); err != nil {
			bad["due_on"] = "Enter by which day"
		}
	case "done":
		k := slices.IndexFunc(i.Steps, func(of Step) bool { return of.ID == x.Of && of.Kind == "action" })
		if k < 0 {
			return lead.ErrNotFound
		}
		if i.Steps[k].Done {
			return lead.ErrConflict
		}
	case "reviewed":
		if i.Reviewed {
			return lead.ErrConflict
		}
		if !slices.ContainsFunc(i.Steps, func(of Step) bool { return of.Kind == "learnt" }) {
			bad["reviewed"] = "Write down first what you learnt from it"
		}
	default:
		return errors.New("incident: no such step")
	}
	if x.Kind != "action" && (x.Who != "" || x.DueOn != "") || x.Kind != "done" && x.Of != "" {
		return errors.New("incident: a step with parts of another")
	}
	return bad.OrNil()
}
