// Package plan keeps the Individual Intervention Plan: goals in the person's
// own words, steps, and who does what. It is a draft until the person agrees,
// and every version stays. It imports lead, platform and care/participant.
package plan

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"waymark.example/internal/care/participant"
	"waymark.example/internal/lead"
	"waymark.example/internal/platform/db"
	"waymark.example/internal/platform/ledger"
	"waymark.example/internal/reference/codelist"
)

// Standing is where a goal stands. None of them means that anybody failed (R28).
type Standing string

// The standings of a goal.
const (
	Active   Standing = "active"
	Met      Standing = "met"
	Changed  Standing = "changed"
	SetAside Standing = "set_aside"
)

// Standings lists the standings of a goal.
func Standings() []Standing { return []Standing{Active, Met, Changed, SetAside} }

// Words returns the standing as people say it.
func (s Standing) Words() string {
	return map[Standing]string{Active: "Working on it", Met: "Reached", Changed: "Changed", SetAside: "Put aside for now"}[s]
}

// Step is one agreed action on a goal.
type Step struct {
	Words    string
	Who      string // "me", "my worker" or a name
	ByWhen   string // optional, as said
	DueOn    string // YYYY-MM-DD, optional: from that day on it stands on Today
	Standing string // to_do, done or parked
	Of       string // on Today: whose plan it stands in
}

func (s *Step) open(n participant.Now) error {
	return n.Open(map[string]*string{"care_step.words": &s.Words, "care_step.who": &s.Who, "care_step.by_when": &s.ByWhen})
}

// trimmed is what the step says, as a form sends it.
func (s Step) trimmed() Step {
	s.Words, s.Who, s.ByWhen = strings.TrimSpace(s.Words), strings.TrimSpace(s.Who), strings.TrimSpace(s.ByWhen)
	return s
}

// Steps lists the standings of a step with words.
func Steps() [][2]string {
	return [][2]string{{"to_do", "To do"}, {"done", "Done"}, {"parked", "Parked"}}
}

// Goal is what somebody wants, in their own words.
type Goal struct {
	Words    string
	Domain   string // code of the list "need_domains", optional
	Standing Standing
	Steps    []Step
}

// Plan is one version.
type Plan struct {
	Version     int64
	Agreed      bool
	Matters     string // what matters to me
	Goals       []Goal
	AgreedHow   string // said, signed or tapped
	AgreedWords string
	CopyGiven   bool
	By          string
	At          time.Time
}

// The bounds of a plan that can be said and remembered.
const (
	maxGoals = 12
	maxSteps = 12
)

// Check returns a lead.Invalid naming each answer that breaks a rule, or nil.
func (p Plan) Check(domains codelist.Lists) error {
	bad := lead.Invalid{}
	bad.TooLong("matters", p.Matters, 2000)
	if len(p.Goals) == 0 && strings.TrimSpace(p.Matters) == "" {
		bad["matters"] = "Write what matters to them, or at least one goal, in their words"
	}
	if len(p.Goals) > maxGoals {
		bad["goal_1"] = fmt.Sprintf("A plan has at most %d goals: put some aside for now", maxGoals)
	}
	for i, g := range p.Goals {
		field := fmt.Sprintf("goal_%d", i+1)
		if strings.TrimSpace(g.Words) == "" {
			bad[field] = "Write the goal in their words, or take its steps away"
		}
		bad.TooLong(field, g.Words, 500)
		if g.Domain != "" && !domains.Has("need_domains", g.Domain) {
			bad[field] = "Choose the part of life from the list"
		}
		if !slices.Contains(Standings(), g.Standing) {
			bad[field] = "Choose where this goal stands"
		}
		if len(g.Steps) > maxSteps {
			bad[field] = fmt.Sprintf("A goal has at most %d steps", maxSteps)
		}
		for j, step := range g.Steps {
			at := fmt.Sprintf("step_%d_%d", i+1, j+1)
			if strings.TrimSpace(step.Words) == "" {
				bad[at] = "Write what will be done"
			}
			bad.TooLong(at, step.Words, 300)
			bad.TooLong(at, step.Who, 80)
			bad.TooLong(at, step.ByWhen, 80)
			if _, err := time.Parse(time.DateOnly, step.DueOn); step.DueOn != "" && err != nil {
				bad[at] = "Enter the day of this step as a date, or leave it"
			}
			if !slices.ContainsFunc(Steps(), func(s [2]string) bool { return s[0] == step.Standing }) {
				bad[at] = "Choose where this step stands"
			}
		}
	}
	return bad.OrNil()
}

// same reports whether p says what before said, agreed to or not.
func (p Plan) same(before Plan) bool {
	return strings.TrimSpace(p.Matters) == strings.TrimSpace(before.Matters) && slices.EqualFunc(p.Goals, before.Goals, func(a, b Goal) bool {
		return strings.TrimSpace(a.Words) == strings.TrimSpace(b.Words) && a.Domain == b.Domain && a.Standing == b.Standing &&
			slices.EqualFunc(a.Steps, b.Steps, func(a, b Step) bool { return a.trimmed() == b.trimmed() })
	})
}

// AgreedWay returns how the person agreed, in words.
func (p Plan) AgreedWay() string {
	for _, w := range Ways() {
		if w[0] == p.AgreedHow {
			return w[1]
		}
	}
	return ""
}

// Service carries out the use cases.
type Service struct{ People *participant.Service }

// Draft keeps a new version as a draft. from is the version that was on the
// screen: when another was saved meanwhile it is lead.ErrConflict, and the caller
// shows both.
func (s *Service) Draft(ctx context.Context, actor lead.Actor, form ledger.Form, participantID string, from int64, p Plan) error {
	act := participant.Act{Action: "case.plan", Name: "plan.draft", Verb: ledger.Altered}
	_, err := s.People.Write(ctx, actor, form, act, participantID, func(tx *db.Tx, n *participant.Now) (string, error) {
		domains, err := codelist.Load(ctx, tx, "need_domains")
		if err != nil {
			return "", err
		}
		if err := p.Check(domains); err != nil {
			return "", err
		}
		if n.State == participant.Died {
			return "", lead.ErrConflict
		}
		switch before, err := latest(ctx, tx, *n); {
		case err == nil && p.same(before):
			return "", participant.ErrSame
		case err != nil && !errors.Is(err, lead.ErrConflict): // which is that there is none yet
			return "", err
		}
		p.Version, p.Agreed = from+1, false
		return n.ID, s.insert(ctx, tx, actor, *n, p)
	})
	return err
}

// Agreement is how the person agreed to the version they were shown (R27).
type Agreement struct {
	Version   int64
	How       string // said, signed or tapped
	Words     string
	CopyGiven bool
}

// Ways lists how somebody can agree, with words.
func Ways() [][2]string {
	return [][2]string{{"said", "They said so"}, {"signed", "They signed it"}, {"tapped", "They tapped agree on this screen"}}
}

// Agree makes the draft the plan, because the person agreed to it.
func (s *Service) Agree(ctx context.Context, actor lead.Actor, form ledger.Form, participantID string, a Agreement) error {
	act := participant.Act{Action: "case.plan", Name: "plan.agree", Verb: ledger.Altered}
	_, err := s.People.Write(ctx, actor, form, act, participantID, func(tx *db.Tx, n *participant.Now) (string, error) {
		bad := lead.Invalid{}
		if !slices.ContainsFunc(Ways(), func(w [2]string) bool { return w[0] == a.How }) {
			bad["agreed_how"] = "Choose how they agreed. \"Not agreed yet\" is fine too: leave it a draft"
		}
		bad.TooLong("agreed_words", a.Words, 1000)
		if err := bad.OrNil(); err != nil {
			return "", err
		}
		p, err := latest(ctx, tx, *n)
		if err != nil {
			return "", err
		}
		if p.Version != a.Version || p.Agreed {
			return "", lead.ErrConflict
		}
		p.Version, p.Agreed, p.AgreedHow, p.AgreedWords, p.CopyGiven = p.Version+1, true, a.How, a.Words, a.CopyGiven
		return n.ID, s.insert(ctx, tx, actor, *n, p)
	})
	return err
}

func (s *Service) insert(ctx context.Context, tx *db.Tx, actor lead.Actor, now participant.Now, p Plan) error {
	state := "draft"
	if p.Agreed {
		state = "agreed"
	} else {
		p.AgreedHow, p.AgreedWords, p.CopyGiven = "", "", false
	}
	n, err := tx.Exec(ctx, insertPlan, now.ID, p.Version, state, now.Seal("care_plan.matters", p.Matters), p.AgreedHow, now.Seal("care_plan.agreed_words", p.AgreedWords), p.CopyGiven, actor.ID, db.At(s.People.Book.Now()))
	if err != nil {
		return fmt.Errorf("plan: %w", err)
	}
	if n == 0 {
		return lead.ErrConflict
	}
	for i, g := range p.Goals {
		if _, err := tx.Exec(ctx, insertGoal, now.ID, p.Version, i+1, now.Seal("care_goal.words", g.Words), g.Domain, g.Standing); err != nil {
			return fmt.Errorf("goal: %w", err)
		}
		for j, step := range g.Steps {
			if _, err := tx.Exec(ctx, insertStep, now.ID, p.Version, i+1, j+1, now.Seal("care_step.words", step.Words),
				now.Seal("care_step.who", step.Who), now.Seal("care_step.by_when", step.ByWhen), step.DueOn, step.Standing); err != nil {
				return fmt.Errorf("step: %w", err)
			}
		}
	}
	return nil
}

// History is every version of one person's plan.
type History struct {
	Now      participant.Now
	Latest   *Plan  // draft or agreed; nil when there is none yet
	Agreed   *Plan  // the plan in force, if any
	Versions []Plan // newest first, without goals
}

// Read returns the plan, the draft if there is one, and the list of versions.
func (s *Service) Read(ctx context.Context, actor lead.Actor, participantID string) (History, error) {
	var h History
	act := participant.Act{Action: "case.read", Name: "plan.read"}
	err := s.People.Read(ctx, actor, act, participantID, func(tx *db.Tx, n participant.Now) error {
		h.Now = n
		var err error
		if h.Versions, err = db.All(ctx, tx, scanPlanOf(n), plansOf, n.ID); err != nil {
			return fmt.Errorf("plans: %w", err)
		}
		for _, v := range h.Versions {
			if h.Latest == nil {
				if h.Latest, err = whole(ctx, tx, n, v); err != nil {
					return err
				}
			}
			if v.Agreed {
				h.Agreed, err = whole(ctx, tx, n, v)
				return err
			}
		}
		return nil
	})
	return h, err
}

// Version returns one version of a plan, and the one before it where there is one.
func (s *Service) Version(ctx context.Context, actor lead.Actor, participantID string, version int64) (participant.Now, Plan, *Plan, error) {
	var now participant.Now
	var p Plan
	var before *Plan
	act := participant.Act{Action: "case.read", Name: "plan.read_version"}
	err := s.People.Read(ctx, actor, act, participantID, func(tx *db.Tx, n participant.Now) error {
		now = n
		v, err := scanPlanOf(n)(tx.One(ctx, planVersion, n.ID, version))
		if err != nil {
			return err
		}
		full, err := whole(ctx, tx, n, v)
		if err != nil {
			return err
		}
		p = *full
		if version == 1 {
			return nil
		}
		earlier, err := scanPlanOf(n)(tx.One(ctx, planVersion, n.ID, version-1))
		if err != nil {
			return err
		}
		before, err = whole(ctx, tx, n, earlier)
		return err
	})
	return now, p, before, err
}

func latest(ctx context.Context, tx *db.Tx, n participant.Now) (Plan, error) {
	p, err := scanPlanOf(n)(tx.One(ctx, planNow, n.ID))
	if err != nil {
		if errors.Is(err, lead.ErrNotFound) {
			return Plan{}, lead.ErrConflict
		}
		return Plan{}, err
	}
	full, err := whole(ctx, tx, n, p)
	if err != nil {
		return Plan{}, err
	}
	return *full, nil
}

// whole adds the goals and steps of a version.
func whole(ctx context.Context, tx *db.Tx, n participant.Now, p Plan) (*Plan, error) {
	type step struct {
		goal int
		Step
	}
	goals, err := db.All(ctx, tx, func(row db.Row) (Goal, error) {
		var g Goal
		if err := row.Scan(&g.Words, &g.Domain, &g.Standing); err != nil {
			return Goal{}, err
		}
		return g, n.Open(map[string]*string{"care_goal.words": &g.Words})
	}, goalsOf, n.ID, p.Version)
	if err != nil {
		return nil, fmt.Errorf("goals: %w", err)
	}
	steps, err := db.All(ctx, tx, func(row db.Row) (step, error) {
		var s step
		if err := row.Scan(&s.goal, &s.Words, &s.Who, &s.ByWhen, &s.DueOn, &s.Standing); err != nil {
			return step{}, err
		}
		return s, s.open(n)
	}, stepsOf, n.ID, p.Version)
	if err != nil {
		return nil, fmt.Errorf("steps: %w", err)
	}
	for _, s := range steps {
		goals[s.goal-1].Steps = append(goals[s.goal-1].Steps, s.Step)
	}
	p.Goals = goals
	return &p, nil
}

// Due returns the steps whose day has come of the people of a list, by
// participant, the earliest first.
func Due(ctx context.Context, tx *db.Tx, scope participant.Scope, people []participant.Now, today string) (map[string][]Step, error) {
	known, out := participant.ByID(people), map[string][]Step{}
	_, err := db.All(ctx, tx, func(row db.Row) (string, error) {
		var id string
		var s Step
		if err := row.Scan(&id, &s.Words, &s.Who, &s.ByWhen, &s.DueOn, &s.Standing); err != nil {
			return "", err
		}
		n, ok := known[id]
		if !ok { // sealed, or beyond the length of the list
			return id, nil
		}
		if err := s.open(n); err != nil {
			return "", err
		}
		s.Of = id
		out[n.Whole()] = append(out[n.Whole()], s)
		return id, nil
	}, stepsToday, scope.WorkerID, scope.Team, today)
	if err != nil {
		return nil, fmt.Errorf("steps today: %w", err)
	}
	return out, nil
}

// Next returns the steps still to do of the plan that somebody agreed to, in the
// plan's order; none where there is no such plan.
func Next(ctx context.Context, tx *db.Tx, n participant.Now) ([]Step, error) {
	v, err := scanPlanOf(n)(tx.One(ctx, planAgreed, n.ID))
	if errors.Is(err, lead.ErrNotFound) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("next steps: %w", err)
	}
	p, err := whole(ctx, tx, n, v)
	if err != nil {
		return nil, err
	}
	var out []Step
	for _, g := range p.Goals {
		for _, step := range g.Steps {
			if g.Standing == Active && step.Standing == "to_do" {
				out = append(out, step)
			}
		}
	}
	return out, nil
}

// scanPlanOf reads a version of the plan of n, its words opened.
func scanPlanOf(n participant.Now) func(db.Row) (Plan, error) {
	return func(row db.Row) (Plan, error) {
		var p Plan
		var state string
		var at db.Time
		if err := row.Scan(&p.Version, &state, &p.Matters, &p.AgreedHow, &p.AgreedWords, &p.CopyGiven, &p.By, &at); err != nil {
			return Plan{}, err
		}
		p.Agreed, p.At = state == "agreed", at.Time
		return p, n.Open(map[string]*string{"care_plan.matters": &p.Matters, "care_plan.agreed_words": &p.AgreedWords})
	}
}
