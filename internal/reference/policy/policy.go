// Package policy holds the eligibility policy: who may be offered LEAD, for
// which offences, with which reasons, decided by the partnership, versioned and
// dated (R7). Every contact keeps the version it was decided under. It imports
// lead and platform.
package policy

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"waymark.example/internal/lead"
	"waymark.example/internal/platform/access"
	"waymark.example/internal/platform/db"
	"waymark.example/internal/platform/ledger"
)

// Standing is how the policy treats an offence.
type Standing string

// The standings. An excluded offence is presumptively so: a named person can
// say yes all the same (R8).
const (
	Divertible  Standing = "divertible"
	Conditional Standing = "conditional"
	Excluded    Standing = "excluded"
)

// Kind is how firm a criterion is.
type Kind string

// The kinds of criteria.
const (
	Presumptive Kind = "presumptive" // can be overridden, with a name and a reason
	Absolute    Kind = "absolute"    // cannot
)

// Who says yes to a social contact referral.
const (
	Nobody        = "nobody"
	BySergeant    = "sergeant"
	ByCoordinator = "coordinator"
)

// approver returns who says yes, for versions from before that was a choice too.
func (p Policy) approver() string {
	switch {
	case !p.ApproveSocial:
		return Nobody
	case p.ApproveBy == "" || p.ApproveBy == Nobody:
		return BySergeant
	}
	return p.ApproveBy
}

// Offence is one entry of the divertible offence list.
type Offence struct {
	Code, ListVersion string // of the code list "offences"
	Label, Group      string
	Standing          Standing
}

// Criterion is one reason why LEAD may not be the right offer.
type Criterion struct {
	Code, Words, Help string
	Kind              Kind
}

// Reason is one coded reason for one outcome.
type Reason struct {
	Outcome, Code, Words string
	Explain              bool // asks for a few words
}

// Policy is one version.
type Policy struct {
	Version        int64
	InForceFrom    string // YYYY-MM-DD
	WindowDays     int    // days from hand-off to intake (R14)
	HandoffMinutes int    // the promise of a warm hand-off (R12)
	CaseloadSoft   int    // people; above it, a warning (R32)
	CaseloadHard   int    // people; above it, only a supervisor's emergency cover
	ApproveSocial  bool   // a social contact referral needs somebody's yes (R6)
	ApproveBy      string // whose: BySergeant or ByCoordinator; Nobody where it needs none
	DecidedBy      string // the body and the meeting
	RecordedAt     time.Time
	Offences       []Offence
	Criteria       []Criterion
	Reasons        []Reason
}

// NobodyYet stands for who decided the starter that an installation begins with.
const NobodyYet = "nobody yet: a starter that comes with Waymark, for the partnership to change"

// Ours reports whether p is that starter.
func (p Policy) Ours() bool { return p.DecidedBy == NobodyYet }

// Offence returns the entry for code.
func (p Policy) Offence(code string) (Offence, bool) {
	i := slices.IndexFunc(p.Offences, func(o Offence) bool { return o.Code == code })
	if i < 0 {
		return Offence{}, false
	}
	return p.Offences[i], true
}

// Criterion returns the criterion with code.
func (p Policy) Criterion(code string) (Criterion, bool) {
	i := slices.IndexFunc(p.Criteria, func(c Criterion) bool { return c.Code == code })
	if i < 0 {
		return Criterion{}, false
	}
	return p.Criteria[i], true
}

// ReasonsFor returns the reasons of outcome, in order.
func (p Policy) ReasonsFor(outcome string) []Reason {
	var out []Reason
	for _, r := range p.Reasons {
		if r.Outcome == outcome {
			out = append(out, r)
		}
	}
	return out
}

// Reason returns the reason of outcome with code.
func (p Policy) Reason(outcome, code string) (Reason, bool) {
	i := slices.IndexFunc(p.Reasons, func(r Reason) bool { return r.Outcome == outcome && r.Code == code })
	if i < 0 {
		return Reason{}, false
	}
	return p.Reasons[i], true
}

// Check returns a lead.Invalid naming each answer that breaks a rule, or nil.
func (p Policy) Check() error {
	bad := lead.Invalid{}
	if _, err := time.Parse(time.DateOnly, p.InForceFrom); err != nil {
		bad["in_force_from"] = "Enter the day it starts, like 2026-03-27"
	}
	if p.WindowDays < 1 || p.WindowDays > 90 {
		bad["window_days"] = "Enter a number of days from 1 to 90"
	}
	if p.HandoffMinutes < 5 || p.HandoffMinutes > 240 {
		bad["handoff_minutes"] = "Enter a number of minutes from 5 to 240"
	}
	if strings.TrimSpace(p.DecidedBy) == "" {
		bad["decided_by"] = "Say which body decided this, and when it met"
	}
	bad.TooLong("decided_by", p.DecidedBy, 300)
	if !slices.ContainsFunc(p.Offences, func(o Offence) bool { return o.Standing != Excluded }) {
		bad["offences"] = "Choose at least one offence that can be diverted"
	}
	if !slices.Contains([]string{"", Nobody, BySergeant, ByCoordinator}, p.ApproveBy) {
		bad["approve_by"] = "Choose who says yes to a social contact"
	}
	p.checkLists(bad)
	if p.CaseloadSoft < 1 || p.CaseloadHard < p.CaseloadSoft {
		bad["caseload_hard"] = "The limit cannot be below the number that warns"
	}
	return bad.OrNil()
}

// checkLists holds the criteria and reasons to what the Decide page needs: words
// for each, and at least one reason for every outcome that has any (R1).
func (p Policy) checkLists(bad lead.Invalid) {
	for _, c := range p.Criteria {
		if strings.TrimSpace(c.Words) == "" || c.Kind != Presumptive && c.Kind != Absolute {
			bad["criteria"] = "Give each criterion its words and say how firm it is"
		}
		bad.TooLong("criteria", c.Words, 200)
		bad.TooLong("criteria", c.Help, 300)
		bad.NoCondition("criteria", c.Words+". "+c.Help)
	}
	for _, r := range p.Reasons {
		if strings.TrimSpace(r.Words) == "" {
			bad["reasons"] = "Give each reason its words"
		}
		bad.TooLong("reasons", r.Words, 200)
		bad.NoCondition("reasons", r.Words)
	}
	if len(p.Reasons) == 0 {
		return // a version for tests of other things
	}
	for _, outcome := range OutcomesWithReasons() {
		if len(p.ReasonsFor(outcome)) == 0 {
			bad["reasons"] = "Leave at least one reason for every outcome: officers always say why"
		}
	}
}

// OutcomesWithReasons lists the outcomes of a contact, each of which asks why.
func OutcomesWithReasons() []string {
	return []string{"diverted", "not_diverted", "declined", "not_eligible", "no_capacity", "not_fit"}
}

// Service reads and records policies.
type Service struct {
	Book   *ledger.Book // of the partnership handle
	Access *access.Decider
}

// Record adds p as the first version that the partnership decided itself, in
// force from its day on: for setting up. Once there is one, a version comes only
// out of a decision (Enact), and Record is lead.ErrConflict.
func (s *Service) Record(ctx context.Context, actor lead.Actor, form ledger.Form, p Policy) (int64, error) {
	if err := s.Access.Check(actor, "policy.record", access.Screen{}); err != nil {
		return 0, err
	}
	bad, _ := p.Check().(lead.Invalid) //nolint:errcheck // nil when nothing is wrong
	if bad == nil {
		bad = lead.Invalid{}
	}
	if bad["in_force_from"] == "" && p.InForceFrom < db.Day(s.Book.Now()) {
		bad["in_force_from"] = "A policy cannot start in the past: choose today or later"
	}
	if err := bad.OrNil(); err != nil {
		return 0, err
	}
	var settled bool
	if err := s.Book.Look(ctx, func(tx *db.Tx) error {
		var err error
		settled, err = Settled(ctx, tx)
		return err
	}); err != nil {
		return 0, err
	}
	if settled {
		return 0, lead.ErrConflict
	}
	return s.record(ctx, actor, form, p)
}

// Settled reports whether the partnership has decided a version of its own.
func Settled(ctx context.Context, tx *db.Tx) (bool, error) {
	all, err := All(ctx, tx)
	if err != nil {
		return false, fmt.Errorf("policy settled: %w", err)
	}
	return slices.ContainsFunc(all, func(p Policy) bool { return !p.Ours() }), nil
}

// Enact adds p as the next version within the act of the decision that it came
// of, and returns its number. Nothing that was decided under an earlier version
// changes.
func Enact(ctx context.Context, tx *db.Tx, by string, at time.Time, p Policy) (int64, error) {
	if err := p.Check(); err != nil {
		return 0, err
	}
	if err := tx.One(ctx, nextVersion).Scan(&p.Version); err != nil {
		return 0, fmt.Errorf("enact policy: %w", err)
	}
	return p.Version, insert(ctx, tx, by, at, p)
}

// Newest returns the version recorded last, whether it has started or not.
func Newest(ctx context.Context, tx *db.Tx) (Policy, error) {
	all, err := All(ctx, tx)
	if err != nil || len(all) == 0 {
		return Policy{}, errors.Join(err, lead.ErrNotFound)
	}
	return Version(ctx, tx, all[0].Version)
}

// RecordFirst adds a version without asking who: for setting up.
func (s *Service) RecordFirst(ctx context.Context, p Policy) (int64, error) {
	if err := p.Check(); err != nil {
		return 0, err
	}
	return s.record(ctx, lead.System(), ledger.Form{}, p)
}

func (s *Service) record(ctx context.Context, actor lead.Actor, form ledger.Form, p Policy) (int64, error) {
	entry := ledger.Entry{Actor: actor, Verb: ledger.Administered, Act: "policy.record"}
	version, err := s.Book.Once(ctx, form, entry, func(tx *db.Tx, e *ledger.Entry) (string, error) {
		if err := tx.One(ctx, nextVersion).Scan(&p.Version); err != nil {
			return "", fmt.Errorf("record policy: %w", err)
		}
		e.Detail = fmt.Sprintf("version %d", p.Version)
		return fmt.Sprint(p.Version), insert(ctx, tx, actor.ID, s.Book.Now(), p)
	})
	if err != nil {
		return 0, err
	}
	if _, err := fmt.Sscan(version, &p.Version); err != nil {
		return 0, fmt.Errorf("record policy: %w", err)
	}
	return p.Version, nil
}

func insert(ctx context.Context, tx *db.Tx, by string, at time.Time, p Policy) error {
	n, err := tx.Exec(ctx, insertPolicy, p.Version, p.InForceFrom, p.WindowDays, p.HandoffMinutes, p.CaseloadSoft, p.CaseloadHard,
		p.ApproveSocial, p.approver(), p.DecidedBy, by, db.At(at))
	if err != nil {
		return fmt.Errorf("record policy: %w", err)
	}
	if n == 0 {
		return lead.ErrConflict
	}
	for _, o := range p.Offences {
		if _, err := tx.Exec(ctx, insertOffence, p.Version, o.Code, o.ListVersion, o.Standing); err != nil {
			return fmt.Errorf("record policy: offence %s: %w", o.Code, err)
		}
	}
	for i, c := range p.Criteria {
		if _, err := tx.Exec(ctx, insertCriterion, p.Version, c.Code, c.Kind, c.Words, c.Help, i); err != nil {
			return fmt.Errorf("record policy: criterion %s: %w", c.Code, err)
		}
	}
	for i, r := range p.Reasons {
		if _, err := tx.Exec(ctx, insertReason, p.Version, r.Outcome, r.Code, r.Words, r.Explain, i); err != nil {
			return fmt.Errorf("record policy: reason %s: %w", r.Code, err)
		}
	}
	return nil
}

// InForce returns the policy in force on day (YYYY-MM-DD): the latest version
// that had started. Any handle may read it.
func InForce(ctx context.Context, tx *db.Tx, day string) (Policy, error) {
	p, err := scan(tx.One(ctx, policyOn, day))
	if err != nil {
		return Policy{}, fmt.Errorf("policy in force: %w", err)
	}
	err = fill(ctx, tx, &p)
	return p, err
}

// Cache keeps policies that were read: a version never changes once it is
// recorded. The zero Cache is ready.
type Cache struct{ versions sync.Map } // int64 -> Policy

// InForce is the function InForce, reading each version once.
func (c *Cache) InForce(ctx context.Context, tx *db.Tx, day string) (Policy, error) {
	terms, err := Terms(ctx, tx, day)
	if err != nil {
		return Policy{}, err
	}
	if p, ok := c.versions.Load(terms.Version); ok {
		return p.(Policy), nil //nolint:forcetypeassert // only policies are stored
	}
	if err := fill(ctx, tx, &terms); err != nil {
		return Policy{}, err
	}
	c.versions.Store(terms.Version, terms)
	return terms, nil
}

// Version is the function Version, reading each version once.
func (c *Cache) Version(ctx context.Context, tx *db.Tx, version int64) (Policy, error) {
	if p, ok := c.versions.Load(version); ok {
		return p.(Policy), nil //nolint:forcetypeassert // only policies are stored
	}
	p, err := Version(ctx, tx, version)
	if err != nil {
		return Policy{}, err
	}
	c.versions.Store(version, p)
	return p, nil
}

// Version returns one version.
func Version(ctx context.Context, tx *db.Tx, version int64) (Policy, error) {
	p, err := scan(tx.One(ctx, policyByVersion, version))
	if err != nil {
		return Policy{}, fmt.Errorf("policy %d: %w", version, err)
	}
	err = fill(ctx, tx, &p)
	return p, err
}

// Terms returns the policy in force on day without its lists: the numbers only.
func Terms(ctx context.Context, tx *db.Tx, day string) (Policy, error) {
	p, err := scan(tx.One(ctx, policyOn, day))
	if err != nil {
		return Policy{}, fmt.Errorf("policy terms: %w", err)
	}
	return p, nil
}

// All returns every version without its lists, newest first.
func All(ctx context.Context, tx *db.Tx) ([]Policy, error) {
	return db.All(ctx, tx, scan, allPolicies)
}

func scan(row db.Row) (Policy, error) {
	var p Policy
	var at db.Time
	err := row.Scan(&p.Version, &p.InForceFrom, &p.WindowDays, &p.HandoffMinutes, &p.CaseloadSoft, &p.CaseloadHard, &p.ApproveSocial, &p.ApproveBy, &p.DecidedBy, &at)
	p.RecordedAt, p.ApproveBy = at.Time, p.approver()
	return p, err
}

func fill(ctx context.Context, tx *db.Tx, p *Policy) error {
	var err error
	p.Offences, err = db.All(ctx, tx, func(row db.Row) (Offence, error) {
		var o Offence
		return o, row.Scan(&o.Code, &o.ListVersion, &o.Standing, &o.Label, &o.Group)
	}, offencesOf, p.Version)
	if err != nil {
		return fmt.Errorf("policy offences: %w", err)
	}
	p.Criteria, err = db.All(ctx, tx, func(row db.Row) (Criterion, error) {
		var c Criterion
		return c, row.Scan(&c.Code, &c.Kind, &c.Words, &c.Help)
	}, criteriaOf, p.Version)
	if err != nil {
		return fmt.Errorf("policy criteria: %w", err)
	}
	p.Reasons, err = db.All(ctx, tx, func(row db.Row) (Reason, error) {
		var r Reason
		return r, row.Scan(&r.Outcome, &r.Code, &r.Words, &r.Explain)
	}, reasonsOf, p.Version)
	if err != nil {
		return fmt.Errorf("policy reasons: %w", err)
	}
	return nil
}
