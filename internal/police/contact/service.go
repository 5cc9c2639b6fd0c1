package contact

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"strings"
	"time"

	"crypto/rand"

	"waymark.example/internal/handoff/disclosure"
	"waymark.example/internal/handoff/oncall"
	"waymark.example/internal/handoff/referral"
	"waymark.example/internal/lead"
	"waymark.example/internal/platform/access"
	"waymark.example/internal/platform/db"
	"waymark.example/internal/platform/ledger"
	"waymark.example/internal/platform/secret"
	"waymark.example/internal/reference/codelist"
	"waymark.example/internal/reference/pathway"
	"waymark.example/internal/reference/policy"
)

// Service carries out the use cases. Each method asks who may first.
type Service struct {
	Book   *ledger.Book // of the police handle
	Access *access.Decider
	Post   *secret.Postbox // letters to the case team
	Slot   *secret.Slot    // what officers' phones sealed

	policies policy.Cache
	lists    codelist.Cache
	frequent frequent
}

// listed are the code lists of a decision.
func listed() []string {
	return []string{"sex", "ethnicity_broad", "ethnicity_self_defined", "ethnicity_officer_defined"}
}

// Decide records a contact and what was decided, and returns the contact's id.
// When they said yes, the hand-off is made in the same transaction.
func (s *Service) Decide(ctx context.Context, actor lead.Actor, form ledger.Form, door Door, d Decision) (string, error) {
	c, err := s.decide(ctx, actor, form, door, d)
	return c.ID, err
}

// decide is Decide; of the contact it returns the id and the reference.
func (s *Service) decide(ctx context.Context, actor lead.Actor, form ledger.Form, door Door, d Decision) (Contact, error) {
	if err := s.mayRecord(ctx, actor, "contact.record"); err != nil {
		return Contact{}, err
	}
	c, entry := s.begin(actor, door, &d)
	kept, err := s.Book.Once(ctx, form, entry, func(tx *db.Tx, e *ledger.Entry) (string, error) {
		err := s.record(ctx, tx, e, &c, d)
		return c.ID + " " + c.Reference, err
	})
	if err != nil {
		return Contact{}, err
	}
	c.ID, c.Reference, _ = strings.Cut(kept, " ") // of the first time, when the form came twice
	return c, nil
}

// begin makes a new contact of the actor's, and the entry for it.
func (s *Service) begin(actor lead.Actor, door Door, d *Decision) (Contact, ledger.Entry) {
	now := s.Book.Now()
	d.Version, d.RecordedBy, d.RecordedAt = 1, actor.ID, now
	c := Contact{ID: lead.NewID("con"), Door: door, OfficerID: actor.ID, Team: actor.Team, At: now}
	return c, ledger.Entry{Actor: actor, Verb: ledger.Collected, Act: "contact.record", Subjects: []string{c.ID}, Detail: string(d.Outcome)}
}

// record writes a new contact with its decision, and hands over whoever said yes.
func (s *Service) record(ctx context.Context, tx *db.Tx, e *ledger.Entry, c *Contact, d Decision) error {
	p, lists, err := s.check(ctx, tx, c.Door, &d)
	if err != nil {
		return err
	}
	if err := insertNew(ctx, tx, c); err != nil {
		return err
	}
	if err := insertVersion(ctx, tx, c.ID, d, p, lists); err != nil {
		return err
	}
	if err := keepArrival(ctx, tx, c.ID, d.Arrival); err != nil {
		return err
	}
	if d.Outcome != Diverted {
		return nil
	}
	r, err := s.handOver(ctx, tx, *c, d, p)
	e.Subjects = append(e.Subjects, r)
	return err
}

// Correct records a new version of a contact's decision, with why. from is the
// version that the officer was looking at: if another came meanwhile, it is a
// conflict and nothing is lost.
func (s *Service) Correct(ctx context.Context, actor lead.Actor, form ledger.Form, contactID string, from int64, d Decision) (string, error) {
	entry := ledger.Entry{Actor: actor, Verb: ledger.Altered, Act: "contact.correct", Subjects: []string{contactID}, Detail: string(d.Outcome)}
	return s.Book.Once(ctx, form, entry, func(tx *db.Tx, e *ledger.Entry) (string, error) {
		c, err := s.open(ctx, tx, actor, "contact.correct", contactID)
		if err != nil {
			return "", err
		}
		if c.Decision.Version != from || c.Undone {
			return "", lead.ErrConflict
		}
		d.Version, d.RecordedBy, d.RecordedAt = from+1, actor.ID, s.Book.Now()
		status, err := referral.StatusOf(ctx, tx, contactID)
		taken, takenErr := takenFrom(ctx, tx, contactID)
		if takenErr != nil {
			return "", takenErr
		}
		handedOver := err == nil
		if err != nil && !errors.Is(err, lead.ErrNotFound) {
			return "", err
		}
		// Whom another system handed over is handed over: a correction here does not
		// do it again, nor does a correction of that.
		elsewhere := false
		if taken != nil {
			versions, err := versionsOf(ctx, tx, contactID)
			if err != nil {
				return "", err
			}
			elsewhere = versions[0].Outcome == Diverted
		}
		if handedOver || elsewhere { // what crossed the bridge is the case team's now
			d.HandOff = referral.Referral{Nickname: "-", Meeting: referral.HereNow}
		}
		p, lists, err := s.check(ctx, tx, c.Door, &d)
		if err != nil {
			return "", err
		}
		if err := insertVersion(ctx, tx, c.ID, d, p, lists); err != nil {
			return "", err
		}
		switch {
		case d.Outcome == Diverted && !handedOver && !elsewhere:
			id, err := s.handOver(ctx, tx, c, d, p)
			e.Subjects = append(e.Subjects, id)
			return c.ID, err
		case d.Outcome != Diverted && handedOver:
			return c.ID, referral.Corrected(ctx, tx, status.ReferralID, actor.ID, d.RecordedAt)
		}
		return c.ID, nil
	})
}

// check applies the policy of the decision, and notes its version in d (R7).
func (s *Service) check(ctx context.Context, tx *db.Tx, door Door, d *Decision) (policy.Policy, codelist.Lists, error) {
	p, err := s.policyOf(ctx, tx, *d)
	if err != nil {
		return policy.Policy{}, codelist.Lists{}, err
	}
	lists, err := s.lists.Load(ctx, tx, listed()...)
	if err != nil {
		return policy.Policy{}, codelist.Lists{}, err
	}
	d.PolicyVersion = p.Version
	return p, lists, s.checkAll(ctx, tx, door, d, *d, p, lists, s.Book.Now())
}

// checkAll checks shown, which is d but for what is not looked at again, and notes
// in d which pathway is meant.
func (s *Service) checkAll(ctx context.Context, tx *db.Tx, door Door, d *Decision, shown Decision, p policy.Policy, lists codelist.Lists, now time.Time) error {
	err := shown.Check(door, p, lists, now)
	var all []pathway.Pathway
	if d.OtherPathway() {
		var readErr error
		if all, readErr = pathway.All(ctx, tx); readErr != nil {
			return readErr
		}
	}
	bad, ok := d.checkPathway(all, db.Day(dayOf(d.HappenedAt, now))).(lead.Invalid) //nolint:errorlint // a lead.Invalid or nil
	if !ok {
		return err
	}
	if more, ok := err.(lead.Invalid); ok { //nolint:errorlint // a lead.Invalid or nil
		maps.Copy(bad, more)
	}
	return bad
}

// policyOf returns the policy that a decision was made under: the version that
// the form showed, or else the one in force when it happened.
func (s *Service) policyOf(ctx context.Context, tx *db.Tx, d Decision) (policy.Policy, error) {
	if d.FormPolicy > 0 {
		return s.shown(ctx, tx, d)
	}
	return s.inForce(ctx, tx, d.HappenedAt, s.Book.Now())
}

// oldForm is how long a policy that was replaced still counts on a form that
// showed it: a phone may have been without signal for that long.
const oldForm = 30 * 24 * time.Hour

// shown returns the version that the form showed, if it was in force when the
// decision was made or not long before.
func (s *Service) shown(ctx context.Context, tx *db.Tx, d Decision) (policy.Policy, error) {
	made := s.Book.Now()
	if d.Arrival != nil {
		made = d.Arrival.made()
	}
	if happened := dayOf(d.HappenedAt, s.Book.Now()); happened.After(made) { // nothing is decided before it happens, whatever the phone says
		made = happened
	}
	then, err := policy.Terms(ctx, tx, db.Day(made))
	if errors.Is(err, lead.ErrNotFound) { // made before the first policy
		then, err = policy.Terms(ctx, tx, db.Day(s.Book.Now()))
	}
	if err != nil {
		return policy.Policy{}, err
	}
	oldest, err := policy.Terms(ctx, tx, db.Day(made.Add(-oldForm)))
	if err != nil && !errors.Is(err, lead.ErrNotFound) {
		return policy.Policy{}, err
	}
	if d.FormPolicy > then.Version || d.FormPolicy < oldest.Version {
		return policy.Policy{}, lead.Invalid{"policy_version": "The policy has changed since this page was opened: look at your answers again, then save"}
	}
	return s.policies.Version(ctx, tx, d.FormPolicy)
}

// inForce returns the policy that was in force when something happened.
func (s *Service) inForce(ctx context.Context, tx *db.Tx, happened, now time.Time) (policy.Policy, error) {
	p, err := s.policies.InForce(ctx, tx, db.Day(dayOf(happened, now)))
	if errors.Is(err, lead.ErrNotFound) { // it happened before the first policy
		p, err = s.policies.InForce(ctx, tx, db.Day(now))
	}
	return p, err
}

// dayOf is when something happened, or now where that is not said or not yet.
func dayOf(happened, now time.Time) time.Time {
	if happened.IsZero() || happened.After(now) {
		return now
	}
	return happened
}

// handOver makes the referral of a diversion and returns its id.
func (s *Service) handOver(ctx context.Context, tx *db.Tx, c Contact, d Decision, p policy.Policy) (string, error) {
	r := d.HandOff
	r.ID, r.Reference, r.Door = lead.NewID("ref"), c.Reference, string(c.Door)
	r.WindowDays, r.MadeAt = p.WindowDays, s.Book.Now()
	r.NeedsApproval = c.Door == SocialContact && p.ApproveSocial
	r.ByCoordinator = p.ApproveBy == policy.ByCoordinator
	// Whoever decided to hand over, which after a correction need not be whoever
	// stood on the street: nobody approves their own (R6).
	made := referral.Made{ContactID: c.ID, OfficerID: d.RecordedBy, Team: c.Team, PolicyVersion: p.Version}
	if err := referral.Make(ctx, tx, s.Post, r, made); err != nil {
		return "", err
	}
	return r.ID, insertDue(ctx, tx, c, r)
}

// Choices returns what the form offers today: the policy in force and the lists.
func (s *Service) Choices(ctx context.Context) (policy.Policy, codelist.Lists, error) {
	var p policy.Policy
	var lists codelist.Lists
	err := s.Book.Look(ctx, func(tx *db.Tx) error {
		var err error
		if p, err = s.policies.InForce(ctx, tx, db.Day(s.Book.Now())); err != nil {
			return err
		}
		lists, err = s.lists.Load(ctx, tx, listed()...)
		return err
	})
	return p, lists, err
}

// Pathways returns the list of other pathways, for a form to offer those of a day.
func (s *Service) Pathways(ctx context.Context) ([]pathway.Pathway, error) {
	var all []pathway.Pathway
	err := s.Book.Look(ctx, func(tx *db.Tx) error {
		var err error
		all, err = pathway.All(ctx, tx)
		return err
	})
	return all, err
}

// Entry is a contact with all that its officer may know of it.
type Entry struct {
	Contact
	Versions []Decision // oldest first
	Policy   policy.Policy
	HandOff  *referral.Status // nil when there was none
	// Intake is the day on which the intake was completed, "" where that was not
	// confirmed to this force, whatever the cause (R15, R34).
	Intake string
	Late   bool          // the window has ended without that word
	OnCall []oncall.Duty // whom to ring, in order
	// Estimate is the worker's way to them, nil for no word of it. It says nothing
	// of the person, and goes by the clock alone (R34).
	Estimate *oncall.Estimate
	Taken    *Taken // nil unless it was recorded in another system
	// Arrival is how it came from a phone, nil where it was typed into the page.
	Arrival *Arrival
}

// OnCall returns whom an officer can ring, in order.
func (s *Service) OnCall(ctx context.Context) ([]oncall.Duty, error) {
	var on []oncall.Duty
	err := s.Book.Look(ctx, func(tx *db.Tx) error {
		var err error
		on, err = oncall.Now(ctx, tx, s.Book.Now())
		return err
	})
	return on, err
}

// Read returns one contact with its history.
func (s *Service) Read(ctx context.Context, actor lead.Actor, contactID string) (Entry, error) {
	var out Entry
	entry := ledger.Entry{Actor: actor, Verb: ledger.Consulted, Act: "contact.read", Subjects: []string{contactID}}
	err := s.Book.Record(ctx, entry, func(tx *db.Tx, _ *ledger.Entry) error {
		c, err := s.open(ctx, tx, actor, "contact.read", contactID)
		if err != nil {
			return err
		}
		out.Contact = c
		if out.Versions, err = versionsOf(ctx, tx, contactID); err != nil {
			return err
		}
		if out.Arrival, err = arrival(ctx, tx, contactID); err != nil {
			return err
		}
		if out.Policy, err = policy.Version(ctx, tx, c.Decision.PolicyVersion); err != nil {
			return err
		}
		if out.Taken, err = takenFrom(ctx, tx, contactID); err != nil {
			return err
		}
		status, err := referral.StatusOf(ctx, tx, contactID)
		switch {
		case err == nil:
			out.HandOff = &status
			now := s.Book.Now()
			if out.Intake, err = disclosure.CompletedOn(ctx, tx, status.ReferralID, actor.Organisation, now); err != nil {
				return err
			}
			out.Late = out.Intake == "" && status.DueOn < db.Day(now)
			said, err := oncall.EstimateFor(ctx, tx, status.ReferralID, now)
			switch {
			case err == nil:
				out.Estimate = &said
			case !errors.Is(err, lead.ErrNotFound):
				return err
			}
		case !errors.Is(err, lead.ErrNotFound):
			return err
		}
		out.OnCall, err = oncall.Now(ctx, tx, s.Book.Now())
		return err
	})
	return out, err
}

// open loads a contact's latest version and asks whether actor may do action.
func (s *Service) open(ctx context.Context, tx *db.Tx, actor lead.Actor, action access.Action, contactID string) (Contact, error) {
	c, err := byID(ctx, tx, contactID)
	if err != nil {
		return Contact{}, err
	}
	if err := s.Access.Check(actor, action, access.Contact{ID: c.ID, Officer: c.OfficerID, Team: c.Team, Recorder: c.Recorder}); err != nil {
		return Contact{}, err
	}
	return c, nil
}

// Row is a contact as the list of entries shows it: reference, time and state,
// nobody's description.
type Row struct {
	ID, Reference string
	Door          Door
	Outcome       Outcome
	At            time.Time
	Corrected     bool
	HandedOver    bool
	Met           bool
	Approval      string // of a social contact: "waiting" where nobody has said yes, "no" where somebody said not this time
	Undone        bool   // taken back within ten minutes
	OfficerName   string
	Recorder      string // account_id of who recorded it in custody, "" elsewhere
	For           string // who recorded it for the officer, in custody; "" where they did themself
	RecordedAt    time.Time
}

// Mine returns up to limit of the actor's own contacts, newest first, before
// the contact with id before ("" for the newest).
func (s *Service) Mine(ctx context.Context, actor lead.Actor, before string, limit int) ([]Row, error) {
	return s.list(ctx, actor, "contact.list", contactsOfOfficer, actor.ID, before, limit)
}

// Team returns up to limit of the team's contacts, for its sergeant.
func (s *Service) Team(ctx context.Context, actor lead.Actor, before string, limit int) ([]Row, error) {
	return s.list(ctx, actor, "contact.team", contactsOfTeam, actor.Team, before, limit)
}

func (s *Service) list(ctx context.Context, actor lead.Actor, action access.Action, q db.Query, of, before string, limit int) ([]Row, error) {
	if before == "" {
		before = "z" // after every id, in every order of letters
	}
	var out []Row
	entry := ledger.Entry{Actor: actor, Verb: ledger.Consulted, Act: string(action)}
	err := s.Book.Record(ctx, entry, func(tx *db.Tx, e *ledger.Entry) error {
		if err := s.Access.Check(actor, action, access.Screen{}); err != nil {
			return err
		}
		var err error
		out, err = db.All(ctx, tx, scanRow, q, of, before, limit)
		for _, row := range out {
			e.Subjects = append(e.Subjects, row.ID)
		}
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("list contacts: %w", err)
	}
	return out, nil
}

// Call notes that the officer rang the on-call case manager (R13).
func (s *Service) Call(ctx context.Context, actor lead.Actor, form ledger.Form, contactID string) error {
	entry := ledger.Entry{Actor: actor, Verb: ledger.Altered, Act: "contact.call", Subjects: []string{contactID}}
	_, err := s.Book.Once(ctx, form, entry, func(tx *db.Tx, _ *ledger.Entry) (string, error) {
		if _, err := s.open(ctx, tx, actor, "contact.call", contactID); err != nil {
			return "", err
		}
		status, err := referral.StatusOf(ctx, tx, contactID)
		if err != nil {
			return "", err
		}
		return contactID, referral.Called(ctx, tx, status.ReferralID, actor.ID, s.Book.Now())
	})
	return err
}

// NoAnswer notes that the officer rang and nobody answered: the next on call is
// told at once (R13).
func (s *Service) NoAnswer(ctx context.Context, actor lead.Actor, form ledger.Form, contactID string) error {
	entry := ledger.Entry{Actor: actor, Verb: ledger.Altered, Act: "contact.no_answer", Subjects: []string{contactID}}
	_, err := s.Book.Once(ctx, form, entry, func(tx *db.Tx, _ *ledger.Entry) (string, error) {
		if _, err := s.open(ctx, tx, actor, "contact.call", contactID); err != nil {
			return "", err
		}
		status, err := referral.StatusOf(ctx, tx, contactID)
		if err != nil {
			return "", err
		}
		return contactID, oncall.RangInVain(ctx, tx, status.ReferralID, actor.ID, s.Book.Now())
	})
	return err
}

// ToApprove returns the team's referrals that wait for a sergeant (R6).
func (s *Service) ToApprove(ctx context.Context, actor lead.Actor) ([]referral.Approval, error) {
	var out []referral.Approval
	entry := ledger.Entry{Actor: actor, Verb: ledger.Consulted, Act: "referral.to_approve"}
	err := s.Book.Record(ctx, entry, func(tx *db.Tx, e *ledger.Entry) error {
		if err := s.Access.Check(actor, "referral.approve", access.Screen{}); err != nil {
			return err
		}
		var err error
		out, err = referral.ToApprove(ctx, tx, s.Post, actor.Team)
		for i, a := range out {
			c, err := byID(ctx, tx, a.ContactID)
			if err != nil {
				return err
			}
			out[i].Own = actor.ID == a.OfficerID || actor.ID == c.OfficerID
			e.Subjects = append(e.Subjects, a.ID)
		}
		return err
	})
	return out, err
}

// Approve records a sergeant's yes or no to a referral, with a reason for a no.
func (s *Service) Approve(ctx context.Context, actor lead.Actor, form ledger.Form, referralID string, yes bool, reason string) error {
	entry := ledger.Entry{Actor: actor, Verb: ledger.Altered, Act: "referral.approve", Subjects: []string{referralID}, Detail: map[bool]string{true: "yes", false: "no"}[yes]}
	_, err := s.Book.Once(ctx, form, entry, func(tx *db.Tx, _ *ledger.Entry) (string, error) {
		a, err := referral.OneToApprove(ctx, tx, referralID)
		if err != nil {
			return "", err
		}
		if err := s.Access.Check(actor, "referral.approve", access.Referral{ID: referralID, Officer: a.OfficerID, Team: a.Team}); err != nil {
			return "", err
		}
		// Nor one that was made for them: whoever stood there is whose contact it is.
		c, err := byID(ctx, tx, a.ContactID)
		if err != nil {
			return "", err
		}
		if err := s.Access.Check(actor, "referral.approve", access.Referral{ID: referralID, Officer: c.OfficerID, Team: a.Team}); err != nil {
			return "", err
		}
		bad := lead.Invalid{}
		if !yes && strings.TrimSpace(reason) == "" {
			bad["reason"] = "Say why not, in words the officer can use"
		}
		bad.TooLong("reason", reason, maxWords)
		if err := bad.OrNil(); err != nil {
			return "", err
		}
		return referralID, referral.Decide(ctx, tx, referralID, yes, reason, actor.ID, s.Book.Now())
	})
	if err != nil {
		return err
	}
	return referral.Decided(ctx, s.Post, referralID, yes)
}

// mayRecord is asked before the transaction, so a refusal is entered here.
func (s *Service) mayRecord(ctx context.Context, actor lead.Actor, action access.Action) error {
	err := s.Access.Check(actor, action, access.Screen{})
	if err != nil && actor.ID != "" {
		return errors.Join(err, s.Book.Deny(ctx, ledger.Entry{Actor: actor, Act: string(action)}))
	}
	return err
}

// newReference returns a name for a contact that is easy to say on the radio:
// six characters without those that sound or look alike.
func newReference() string {
	const letters = "ACDEFHJKMNPRTWXY3479"
	b := make([]byte, 6)
	rand.Read(b) //nolint:errcheck // crypto/rand never fails
	for i := range b {
		b[i] = letters[int(b[i])%len(letters)]
	}
	return "LD-" + string(b)
}
