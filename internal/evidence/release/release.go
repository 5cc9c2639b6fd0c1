// Package release keeps the plans of evaluations and the reports that were made by them: who may read which, and that nothing of it changes once it is
// there. It imports plan, report, analysis and study, lead and platform.
package release

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"waymark.example/internal/evidence/analysis"
	"waymark.example/internal/evidence/plan"
	"waymark.example/internal/evidence/report"
	"waymark.example/internal/evidence/study"
	"waymark.example/internal/lead"
	"waymark.example/internal/platform/access"
	"waymark.example/internal/platform/db"
	"waymark.example/internal/platform/ledger"
)

// Service carries out the use cases.
type Service struct {
	Book     *ledger.Book // of the evidence handle
	Access   *access.Decider
	Study    func(ctx context.Context, extractID string) (*study.Study, error) // the rows of an extract, in memory only
	Software string
	Practice bool
}

// Plan is a plan as it stands: a draft, or frozen with what departs from it.
type Plan struct {
	ID         string
	Version    int64
	Draft      plan.Plan
	Frozen     *plan.Frozen // nil of a draft
	RecordedAt time.Time
}

// Now is the plan, frozen or not.
func (p Plan) Now() plan.Plan {
	if p.Frozen != nil {
		return p.Frozen.Plan
	}
	return p.Draft
}

func scanPlan(row db.Row) (Plan, error) {
	var p Plan
	var state, text, hash string
	var at db.Time
	if err := row.Scan(&p.ID, &p.Version, &state, &text, &hash, &at); err != nil {
		return p, err
	}
	p.RecordedAt = at.Time
	if state == "draft" {
		var err error
		p.Draft, err = plan.ReadDraft([]byte(text))
		return p, err
	}
	f, err := plan.Read([]byte(text))
	if err == nil && f.Head() != hash {
		err = plan.ErrUntrue
	}
	p.Frozen = &f
	if err != nil {
		return p, errors.Join(errSpoilt, err)
	}
	return p, nil
}

// errSpoilt is a frozen plan that is kept here and cannot be read any more.
var errSpoilt = errors.New("the plan is not as it was frozen, or this version of the program cannot read it")

// Plans lists up to limit plans, the latest first.
func (s *Service) Plans(ctx context.Context, actor lead.Actor, limit int) ([]Plan, error) {
	if err := s.may(ctx, actor, "report.make"); err != nil {
		return nil, err
	}
	var out []Plan
	err := s.Book.Look(ctx, func(tx *db.Tx) error {
		var err error
		out, err = db.All(ctx, tx, scanPlan, latestPlans, limit)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("plans: %w", err)
	}
	return out, nil
}

// Plan returns one plan.
func (s *Service) Plan(ctx context.Context, actor lead.Actor, planID string) (Plan, error) {
	if err := s.may(ctx, actor, "report.make"); err != nil {
		return Plan{}, err
	}
	var p Plan
	err := s.Book.Look(ctx, func(tx *db.Tx) error {
		var err error
		p, err = scanPlan(tx.One(ctx, onePlan, planID))
		return err
	})
	if err != nil {
		return p, fmt.Errorf("plan: %w", err)
	}
	return p, nil
}

func (s *Service) may(ctx context.Context, actor lead.Actor, action access.Action) error {
	if err := s.Access.Check(actor, action, access.Screen{}); err != nil {
		return errors.Join(err, s.Book.Deny(ctx, ledger.Entry{Actor: actor, Act: string(action)}))
	}
	return nil
}

// once changes a plan: write returns its next version.
func (s *Service) once(ctx context.Context, actor lead.Actor, form ledger.Form, planID, detail string, write func(was Plan) (plan.Plan, *plan.Frozen, error)) (string, error) {
	id := planID
	if id == "" {
		id = lead.NewID("evp")
	}
	entry := ledger.Entry{Actor: actor, Verb: ledger.Administered, Act: "report.make", Subjects: []string{id}, Detail: detail, Purpose: string(access.Evaluation)}
	return s.Book.Once(ctx, form, entry, func(tx *db.Tx, _ *ledger.Entry) (string, error) {
		if err := s.Access.Check(actor, "report.make", access.Screen{}); err != nil {
			return "", err
		}
		var was Plan
		if planID != "" {
			var err error
			if was, err = scanPlan(tx.One(ctx, onePlan, planID)); err != nil {
				return "", err
			}
		}
		draft, frozen, err := write(was)
		if err != nil {
			return "", err
		}
		state, hash := "draft", ""
		text, err := json.Marshal(draft)
		if frozen != nil {
			state, hash, text = "frozen", frozen.Head(), frozen.Bytes()
		}
		if err != nil {
			return "", err
		}
		_, err = tx.Exec(ctx, insertPlan, id, was.Version+1, state, string(text), hash, actor.ID, db.At(s.Book.Now()))
		return id, err
	})
}

func isFrozen() lead.Invalid {
	return lead.Invalid{"title": "This plan is frozen. What is done otherwise is recorded as a departure"}
}

// Write keeps a draft; a plan without an id is a new one.
func (s *Service) Write(ctx context.Context, actor lead.Actor, form ledger.Form, planID string, p plan.Plan) (string, error) {
	return s.once(ctx, actor, form, planID, "draft", func(was Plan) (plan.Plan, *plan.Frozen, error) {
		bad := lead.Invalid{}
		if was.Frozen != nil {
			return p, nil, isFrozen()
		}
		if p.Title == "" {
			bad["title"] = "Enter a title"
		}
		bad.TooLong("title", p.Title, 200)
		bad.TooLong("hypothesis", p.Hypothesis, 2000)
		if err := p.Definition.Check(); err != nil {
			bad["primary"] = "Choose an outcome and one of its windows"
		}
		return p, nil, bad.OrNil()
	})
}

// Freeze freezes a plan.
func (s *Service) Freeze(ctx context.Context, actor lead.Actor, form ledger.Form, planID string) (string, error) {
	return s.once(ctx, actor, form, planID, "frozen", func(was Plan) (plan.Plan, *plan.Frozen, error) {
		if was.Frozen != nil {
			return was.Draft, nil, isFrozen()
		}
		f, err := plan.Freeze(was.Draft, s.Book.Now())
		if err != nil {
			return was.Draft, nil, lead.Invalid{"freeze": err.Error()}
		}
		return was.Draft, &f, nil
	})
}

// Deviate records what is done otherwise than the frozen plan says.
func (s *Service) Deviate(ctx context.Context, actor lead.Actor, form ledger.Form, planID string, d plan.Deviation) (string, error) {
	return s.once(ctx, actor, form, planID, "departure", func(was Plan) (plan.Plan, *plan.Frozen, error) {
		if was.Frozen == nil {
			return was.Draft, nil, lead.Invalid{"what": "Freeze the plan first: a draft is simply written anew"}
		}
		bad := lead.Invalid{}
		if len(d.What) < 5 || len(d.Why) < 5 {
			bad["what"] = "Say what is done otherwise, and why, in a sentence each"
		}
		bad.TooLong("what", d.What, 500)
		bad.TooLong("why", d.Why, 1000)
		bad.TooLong("by", d.By, 200)
		if d.By == "" {
			bad["by"] = "Enter who says so"
		}
		f, err := was.Frozen.Deviate(d, s.Book.Now())
		if err != nil && len(bad) == 0 {
			bad["what"] = err.Error()
		}
		return was.Draft, &f, bad.OrNil()
	})
}

// Report is a report that was asked for, and what became of it.
type Report struct {
	ID, PlanID, ExtractID string
	PlanVersion           int64
	AskedAt               time.Time
	Title                 string
	Problem               string // why there is none
	Hash                  string
	EndedAt, ReleasedAt   time.Time
}

// Waits reports whether it is still being worked out.
func (r Report) Waits() bool { return r.EndedAt.IsZero() }

// Released reports whether everybody of the partnership may read it.
func (r Report) Released() bool { return !r.ReleasedAt.IsZero() }

func scanReport(row db.Row) (Report, error) {
	var r Report
	var asked, ended, released db.Time
	err := row.Scan(&r.ID, &r.PlanID, &r.PlanVersion, &r.ExtractID, &asked, &r.Title, &r.Problem, &r.Hash, &ended, &released)
	r.AskedAt, r.EndedAt, r.ReleasedAt = asked.Time, ended.Time, released.Time
	return r, err
}

// Ask asks for a report by a frozen plan on an extract. It is worked out by and by: see Work.
func (s *Service) Ask(ctx context.Context, actor lead.Actor, form ledger.Form, planID, extractID string) (string, error) {
	entry := ledger.Entry{Actor: actor, Verb: ledger.Consulted, Act: "report.make", Purpose: string(access.Evaluation)}
	return s.Book.Once(ctx, form, entry, func(tx *db.Tx, e *ledger.Entry) (string, error) {
		if err := s.Access.Check(actor, "report.make", access.Screen{}); err != nil {
			return "", err
		}
		bad := lead.Invalid{}
		p, err := scanPlan(tx.One(ctx, onePlan, planID))
		if errors.Is(err, lead.ErrNotFound) || err == nil && p.Frozen == nil {
			bad["plan"] = "Choose a plan that is frozen"
		} else if err != nil {
			return "", err
		}
		var first db.Time
		if extractID == "" {
			bad["extract"] = "Choose an extract"
		} else if err := tx.One(ctx, opened, extractID).Scan(&first); err != nil {
			return "", err
		} else if first.IsZero() {
			bad["extract"] = "Choose an extract that is there, with outcomes in it"
		} else if len(bad) == 0 {
			if err := p.Frozen.Before(first.Time); err != nil {
				bad["plan"] = "Outcomes were taken in before this plan was frozen. Record that as a departure from the plan, with the reason: the report will say so"
			}
		}
		if err := bad.OrNil(); err != nil {
			return "", err
		}
		id := lead.NewID("evr")
		e.Subjects = []string{id, extractID}
		_, err = tx.Exec(ctx, insertReport, id, p.ID, p.Version, extractID, actor.ID, db.At(s.Book.Now()))
		return id, err
	})
}

// Work works the next report out that was asked for, and reports how many it did: one, or none where none waits.
func (s *Service) Work(ctx context.Context) (int, error) {
	var next Report
	var by Plan
	var first db.Time
	var before []released
	var beside report.Site
	spoilt := false
	err := s.Book.Look(ctx, func(tx *db.Tx) error {
		var asked db.Time
		if err := tx.One(ctx, waiting).Scan(&next.ID, &next.PlanID, &next.PlanVersion, &next.ExtractID, &asked); err != nil {
			return err
		}
		next.AskedAt = asked.Time
		var err error
		by, err = scanPlan(tx.One(ctx, planVersion, next.PlanID, next.PlanVersion))
		if spoilt = errors.Is(err, errSpoilt); err != nil && !spoilt {
			return err
		}
		if err := tx.One(ctx, opened, next.ExtractID).Scan(&first); err != nil {
			return err
		}
		if err := tx.One(ctx, otherPlans, next.PlanID).Scan(&beside.Plans); err != nil {
			return err
		}
		var ever db.Time
		if err := tx.One(ctx, firstOutcomes).Scan(&ever); err != nil {
			return err
		}
		beside.First = ever.Time
		if err := tx.One(ctx, putAway).Scan(&beside.Reports); err != nil {
			return err
		}
		before, err = db.All(ctx, tx, scanReleased, keptOfReleased)
		return err
	})
	if errors.Is(err, lead.ErrNotFound) {
		return 0, nil
	}
	if err != nil {
		return 0, fmt.Errorf("next report: %w", err)
	}
	var past []report.Kept
	for _, b := range before {
		past = append(past, b.kept)
	}
	var p report.Publication
	var kept report.Kept
	problem := spoiltPlan
	if !spoilt {
		if p, kept, problem, err = s.make(ctx, next, *by.Frozen, first.Time, past, beside); err != nil {
			return 0, err
		}
	}
	published, err := json.Marshal(p)
	if err != nil {
		return 0, fmt.Errorf("keep report: %w", err)
	}
	remembered, err := json.Marshal(kept)
	if err != nil {
		return 0, fmt.Errorf("keep report: %w", err)
	}
	hash := ""
	if problem == "" {
		sum := sha256.Sum256(published)
		hash = hex.EncodeToString(sum[:])
	}
	entry := ledger.Entry{Actor: lead.System(), Verb: ledger.Administered, Act: "report.work", Subjects: []string{next.ID}, Detail: hash, Purpose: string(access.Evaluation)}
	err = s.Book.Record(ctx, entry, func(tx *db.Tx, _ *ledger.Entry) error {
		if err := s.Access.Check(lead.System(), "report.work", access.Screen{}); err != nil {
			return err
		}
		now, err := db.All(ctx, tx, scanReleased, keptOfReleased)
		if err != nil {
			return err
		}
		if len(now) != len(before) {
			return errMeanwhile
		}
		_, err = tx.Exec(ctx, insertEnd, next.ID, by.Now().Title, problem, string(published), string(remembered), hash, db.At(s.Book.Now()))
		return err
	})
	if errors.Is(err, errMeanwhile) {
		return 0, nil
	}
	if err != nil {
		return 0, fmt.Errorf("keep report: %w", err)
	}
	return 1, nil
}

// errMeanwhile is another report that was released while one was worked out: its numbers were not weighed beside those, so it is worked out again.
var errMeanwhile = errors.New("another report was released meanwhile")

func scanKept(row db.Row) (report.Kept, error) {
	var text string
	if err := row.Scan(&text); err != nil {
		return report.Kept{}, err
	}
	var k report.Kept
	if err := json.Unmarshal([]byte(text), &k); err != nil {
		return k, fmt.Errorf("kept counts: %w", err)
	}
	return k, nil
}

// released is what must be remembered of a report, with when it was released.
type released struct {
	kept report.Kept
	at   time.Time
}

func scanReleased(row db.Row) (released, error) {
	var text string
	var at db.Time
	if err := row.Scan(&text, &at); err != nil {
		return released{}, err
	}
	r := released{at: at.Time}
	if err := json.Unmarshal([]byte(text), &r.kept); err != nil {
		return r, fmt.Errorf("kept counts: %w", err)
	}
	return r, nil
}

// What an evaluator reads where trying again would not help.
const (
	spoiltExtract = "The extract is not what was frozen, or this version of the program cannot read it, so no report is made on it. Tell whoever runs the site, for nothing in the program changes an extract. To go on, freeze a new extract of the same run and ask for the report again, by the same plan."
	spoiltPlan    = "The plan is not as it was frozen, or this version of the program cannot read it, so no report is made by it. Tell whoever runs the site, for nothing in the program changes a frozen plan. Whoever kept its file can still make the report from files."
)

// make works a report out. What stands in its way and lies with the plan or the data is a problem in words; anything else is an error, and it is tried
// again.
func (s *Service) make(ctx context.Context, next Report, f plan.Frozen, opened time.Time, past []report.Kept, beside report.Site) (report.Publication, report.Kept, string, error) {
	st, err := s.Study(ctx, next.ExtractID)
	if errors.Is(err, study.ErrChanged) {
		return report.Publication{}, report.Kept{}, spoiltExtract, nil
	}
	if err != nil {
		return report.Publication{}, report.Kept{}, "", fmt.Errorf("make report: %w", err)
	}
	r, err := analysis.Run(ctx, st, f.Definition())
	if ctx.Err() != nil {
		return report.Publication{}, report.Kept{}, "", fmt.Errorf("make report: %w", ctx.Err())
	}
	if err != nil {
		return report.Publication{}, report.Kept{}, err.Error(), nil
	}
	fair, err := report.Discretion(st)
	if err != nil {
		return report.Publication{}, report.Kept{}, err.Error(), nil
	}
	p, kept, err := report.Make(report.Input{Plan: f, Result: r, Equity: fair, Opened: opened, Past: past, Site: &beside, Software: s.Software, Made: next.AskedAt, MadeUp: s.Practice})
	if err != nil {
		return report.Publication{}, report.Kept{}, err.Error(), nil
	}
	return p, kept, "", nil
}

// Reports lists up to limit reports that were asked for, the latest first.
func (s *Service) Reports(ctx context.Context, actor lead.Actor, limit int) ([]Report, error) {
	return s.list(ctx, actor, "report.make", allReports, limit)
}

// Released lists up to limit reports that the partnership may read, the latest first.
func (s *Service) Released(ctx context.Context, actor lead.Actor, limit int) ([]Report, error) {
	return s.list(ctx, actor, "report.read", releasedReports, limit)
}

func (s *Service) list(ctx context.Context, actor lead.Actor, action access.Action, q db.Query, limit int) ([]Report, error) {
	if err := s.Access.Check(actor, action, access.Screen{}); err != nil {
		return nil, err
	}
	var out []Report
	err := s.Book.Look(ctx, func(tx *db.Tx) error {
		var err error
		out, err = db.All(ctx, tx, scanReport, q, limit)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("reports: %w", err)
	}
	return out, nil
}

// Report returns a report that was asked for, as whoever evaluates sees it.
func (s *Service) Report(ctx context.Context, actor lead.Actor, reportID string) (Report, *report.Publication, error) {
	return s.one(ctx, actor, "report.make", reportID, false)
}

// ReleasedReport returns a report that was released; one that was not is not there.
func (s *Service) ReleasedReport(ctx context.Context, actor lead.Actor, reportID string) (Report, *report.Publication, error) {
	return s.one(ctx, actor, "report.read", reportID, true)
}

func (s *Service) one(ctx context.Context, actor lead.Actor, action access.Action, reportID string, released bool) (Report, *report.Publication, error) {
	if err := s.Access.Check(actor, action, access.Screen{}); err != nil {
		return Report{}, nil, err
	}
	var r Report
	var text string
	err := s.Book.Look(ctx, func(tx *db.Tx) error {
		var err error
		if r, err = scanReport(tx.One(ctx, oneReport, reportID)); err != nil {
			return err
		}
		if released && !r.Released() {
			return lead.ErrNotFound
		}
		if r.Waits() || r.Problem != "" {
			return nil
		}
		return tx.One(ctx, publication, reportID).Scan(&text)
	})
	if err != nil || text == "" {
		return r, nil, err
	}
	if sum := sha256.Sum256([]byte(text)); hex.EncodeToString(sum[:]) != r.Hash {
		return r, nil, errors.New("report: it is not as it was made: its hash is another")
	}
	var p report.Publication
	if err := json.Unmarshal([]byte(text), &p); err != nil {
		return r, nil, fmt.Errorf("report: %w", err)
	}
	return r, &p, nil
}

// Release lets the partnership read a report. Nothing takes it back: what was read was read. A report that stands too near to one released since it
// was made is not released.
func (s *Service) Release(ctx context.Context, actor lead.Actor, form ledger.Form, reportID string) error {
	entry := ledger.Entry{Actor: actor, Verb: ledger.Disclosed, Act: "report.make", Subjects: []string{reportID}, Purpose: string(access.Governance)}
	_, err := s.Book.Once(ctx, form, entry, func(tx *db.Tx, e *ledger.Entry) (string, error) {
		if err := s.Access.Check(actor, "report.make", access.Screen{}); err != nil {
			return "", err
		}
		r, err := scanReport(tx.One(ctx, oneReport, reportID))
		if err != nil {
			return "", err
		}
		if r.Waits() || r.Problem != "" {
			return "", lead.ErrNotFound
		}
		own, err := scanKept(tx.One(ctx, keptOf, reportID))
		if err != nil {
			return "", err
		}
		past, err := db.All(ctx, tx, scanReleased, keptOfReleased)
		if err != nil {
			return "", err
		}
		for _, p := range past {
			if report.Near([]report.Kept{p.kept}, own) {
				return "", lead.Invalid{"release": "A report on nearly the same people was released before. What differs between the two would tell about a few of them"}
			}
			if p.kept.Study == own.Study && !p.at.Before(r.EndedAt) { // its numbers were not weighed beside those
				return "", lead.Invalid{"release": "Another report on the same people was released since this one was made. Ask for this one again: its numbers have to be weighed beside those"}
			}
		}
		e.Detail = r.Hash
		_, err = tx.Exec(ctx, insertRelease, reportID, actor.ID, db.At(s.Book.Now()))
		return reportID, err
	})
	return err
}
