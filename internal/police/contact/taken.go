package contact

import (
	"context"
	"time"

	"waymark.example/internal/handoff/referral"
	"waymark.example/internal/lead"
	"waymark.example/internal/platform/db"
	"waymark.example/internal/reference/codelist"
	"waymark.example/internal/reference/policy"
)

// Taken says where a contact came from that was recorded in another system.
type Taken struct {
	Source string // the other system
	ID     string // what the record is called there
	At     time.Time
}

// Taking takes contacts that were decided elsewhere, by the same rules as Decide,
// and never hands anybody over: what crosses the bridge is said by the person, not
// by a file. It keeps what it read, so it lasts for one transaction.
type Taking struct {
	service  *Service
	policies map[string]policy.Policy
	lists    *codelist.Lists
	now      time.Time
}

// Taking begins.
func (s *Service) Taking() *Taking {
	return &Taking{service: s, policies: map[string]policy.Policy{}, now: s.Book.Now()}
}

// Check applies the policy that was in force when it happened and notes its
// version in d, as Decide does.
func (t *Taking) Check(ctx context.Context, tx *db.Tx, door Door, d *Decision) error {
	if t.lists == nil {
		lists, err := t.service.lists.Load(ctx, tx, listed()...)
		if err != nil {
			return err
		}
		t.lists = &lists
	}
	p, err := t.policy(ctx, tx, d.HappenedAt)
	if err != nil {
		return err
	}
	d.Version, d.PolicyVersion = 1, p.Version
	checked := *d
	checked.HandOff = referral.Referral{Nickname: "-", Meeting: referral.HereNow} // there is none to look at
	return t.service.checkAll(ctx, tx, door, d, checked, p, *t.lists, t.now)
}

func (t *Taking) policy(ctx context.Context, tx *db.Tx, happened time.Time) (policy.Policy, error) {
	day := db.Day(dayOf(happened, t.now))
	if p, ok := t.policies[day]; ok {
		return p, nil
	}
	p, err := t.service.inForce(ctx, tx, happened, t.now)
	if err == nil {
		t.policies[day] = p
	}
	return p, err
}

// Insert keeps a contact that Check let through, as its officer's own, and returns its
// id.
func (t *Taking) Insert(ctx context.Context, tx *db.Tx, door Door, officer lead.Actor, d Decision) (string, error) {
	p, err := t.policy(ctx, tx, d.HappenedAt)
	if err != nil {
		return "", err
	}
	d.RecordedBy, d.RecordedAt = officer.ID, t.now
	c := Contact{ID: lead.NewIDAt("con", d.HappenedAt), Door: door, OfficerID: officer.ID, Team: officer.Team, At: t.now}
	if err := insertNew(ctx, tx, &c); err != nil {
		return "", err
	}
	return c.ID, insertVersion(ctx, tx, c.ID, d, p, *t.lists)
}
