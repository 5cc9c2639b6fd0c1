// Package access is the one place that decides who may do what. The policies
// are the .cedar files beside it, one per class of data, written to be read by
// an auditor; what no policy permits is refused. It imports lead and Cedar.
package access

import (
	"embed"
	"fmt"
	"io/fs"
	"path"
	"regexp"
	"slices"
	"strings"
	"sync"

	"github.com/cedar-policy/cedar-go"
	"github.com/cedar-policy/cedar-go/types"

	"waymark.example/internal/lead"
)

//go:embed policies/*.cedar
var policies embed.FS

// Action is what is asked for, as the policies name it: "contact.record".
type Action string

// Resource is what it is asked of.
type Resource interface{ entity() types.Entity }

// Screen is a page before it is about anybody. Being let through the screen's
// door is not being let at a record: the service asks again with the record.
type Screen struct{}

// Contact is a police contact.
type Contact struct {
	ID       string
	Officer  string // account_id of whose contact it is
	Team     string
	Recorder string // account_id of who recorded it: in custody somebody else

	Organisation string // organisation_id of the force; "" where that decides nothing
}

// Referral is a hand-off on the bridge.
type Referral struct {
	ID       string
	Officer  string // account_id of who made it; "" when care asks
	Team     string // police team
	Waiting  bool   // nobody has accepted yet
	Approved bool
}

// Case is a person on the care side: who walks with them now.
type Case struct {
	ID     string
	Worker string // account_id, "" when nobody yet
	Team   string
	State  string
	Glass  bool // the actor broke the glass on this case in the last half hour
	Cover  bool // the actor covers for its worker just now
	Sealed bool // after years without contact: nobody opens it until the person comes back

	Responding bool // its worker came to the hand-off, and nobody was found yet to walk with the person
}

// Supervision is what a supervisor and a worker talked about: of the two of them.
type Supervision struct {
	Worker     string // account_id
	Supervisor string // account_id of who writes
	Team       string // of the worker
}

// Incident is something that happened and is to be learnt from.
type Incident struct {
	ID       string
	Recorder string // account_id
	Worker   string // account_id of who walks with the person it is about, "" for nobody
	Team     string
	Sealed   bool // the file of the person it is about is sealed
}

// Meeting is a meeting of a body of the partnership, to whoever asks.
type Meeting struct {
	ID      string
	Seated  bool // the actor sits on the body today
	Chair   bool // the actor has the chair
	Brought bool // the actor's organisation brought the item that it is about
}

// Share is something about a person that crosses to an organisation, before or
// after it crosses.
type Share struct {
	ID        string // of the participant
	Class     Class
	Recipient string // organisation_id
	Kind      string // of the recipient's organisation, such as "health"
	Worker    string // account_id of who walks with the person
	Team      string
	Consent   bool   // a live consent covers recipient, purpose and class
	Basis     string // the named legal basis, "" for none
	Seconded  bool   // a second person agreed, or there was no time
}

// Zone is what one side did or is asked for, before somebody who oversees it
// from an organisation of a kind.
type Zone struct {
	Side    lead.Side
	Watcher string // kind of the organisation, such as "care"
	Owner   string // organisation_id whose register it is, "" where it is nobody's
}

// Colleague is an account, to somebody who would act on it: end its sessions, or
// be the second of two people who change it.
type Colleague struct {
	ID    string // account_id
	Team  string
	Side  lead.Side
	Asker string // account_id of who asked first, "" where nobody has to
	For   string // what was asked: "recovery" or "roles"
}

// Deliberation is a draft or a decision of the partnership, to somebody who may
// sit on the body that it is before.
type Deliberation struct {
	ID       string
	Drafter  string // account_id of who drafted it, "" for nobody
	Recorder string // account_id of who wrote the decision down, "" while there is none
	Seat     bool   // the actor holds a seat
}

// Partner is an organisation that takes part in the partnership.
type Partner struct {
	ID     string // organisation_id
	Seated bool   // the actor holds a seat for it now
	// Watches says that it oversees the partnership, or takes the complaints that go
	// the independent way: only its own people say that it leaves.
	Watches bool
}

// Own is a participant's own record.
type Own struct{ ID string } // participant_id

func (Screen) entity() types.Entity {
	return types.Entity{UID: types.NewEntityUID("Screen", "screen")}
}

func (c Contact) entity() types.Entity {
	return entity("Contact", c.ID, types.RecordMap{
		"officer": types.String(c.Officer), "team": types.String(c.Team), "recorder": types.String(c.Recorder), "organisation": types.String(c.Organisation)})
}

func (r Referral) entity() types.Entity {
	return entity("Referral", r.ID, types.RecordMap{
		"officer": types.String(r.Officer), "team": types.String(r.Team),
		"waiting": types.Boolean(r.Waiting), "approved": types.Boolean(r.Approved)})
}

func (c Case) entity() types.Entity {
	return entity("Case", c.ID, types.RecordMap{
		"worker": types.String(c.Worker), "team": types.String(c.Team), "state": types.String(c.State),
		"glass": types.Boolean(c.Glass), "cover": types.Boolean(c.Cover), "sealed": types.Boolean(c.Sealed), "responding": types.Boolean(c.Responding)})
}

func (s Supervision) entity() types.Entity {
	return entity("Supervision", s.Worker, types.RecordMap{
		"worker": types.String(s.Worker), "supervisor": types.String(s.Supervisor), "team": types.String(s.Team)})
}

func (d Deliberation) entity() types.Entity {
	return entity("Deliberation", d.ID, types.RecordMap{"drafter": types.String(d.Drafter), "recorder": types.String(d.Recorder), "seat": types.Boolean(d.Seat)})
}

func (i Incident) entity() types.Entity {
	return entity("Incident", i.ID, types.RecordMap{
		"recorder": types.String(i.Recorder), "worker": types.String(i.Worker), "team": types.String(i.Team), "sealed": types.Boolean(i.Sealed)})
}

func (m Meeting) entity() types.Entity {
	return entity("Meeting", m.ID, types.RecordMap{"seated": types.Boolean(m.Seated), "chair": types.Boolean(m.Chair), "brought": types.Boolean(m.Brought)})
}

func (s Share) entity() types.Entity {
	return entity("Share", s.ID, types.RecordMap{
		"class": types.String(s.Class), "recipient": types.String(s.Recipient), "kind": types.String(s.Kind), "worker": types.String(s.Worker),
		"team": types.String(s.Team), "consent": types.Boolean(s.Consent), "basis": types.String(s.Basis), "seconded": types.Boolean(s.Seconded)})
}

func (z Zone) entity() types.Entity {
	return entity("Zone", string(z.Side), types.RecordMap{"side": types.String(z.Side), "watcher": types.String(z.Watcher), "owner": types.String(z.Owner)})
}

func (c Colleague) entity() types.Entity {
	return entity("Colleague", c.ID, types.RecordMap{
		"id": types.String(c.ID), "team": types.String(c.Team), "side": types.String(c.Side), "asker": types.String(c.Asker), "for": types.String(c.For)})
}

func (p Partner) entity() types.Entity {
	return entity("Partner", p.ID, types.RecordMap{"id": types.String(p.ID), "seated": types.Boolean(p.Seated), "watches": types.Boolean(p.Watches)})
}

func (o Own) entity() types.Entity {
	return entity("Own", o.ID, types.RecordMap{"id": types.String(o.ID)})
}

func entity(kind types.EntityType, id string, attrs types.RecordMap) types.Entity {
	return types.Entity{UID: types.NewEntityUID(kind, types.String(id)), Attributes: types.NewRecord(attrs)}
}

// Decider answers who may do what.
type Decider struct {
	set      *cedar.PolicySet
	about    map[Action]*cedar.PolicySet // of set, those that can matter to an action
	actions  []Action
	kinds    map[Action]map[string]bool // what sorts of resource some policy permits it on, such as "Case"
	policies []Policy
	matrix   func() Matrix // worked out the first time somebody asks
	sights   sync.Map      // lead.Role -> []Sight, likewise
}

// Policy is one rule as it stands in its file.
type Policy struct {
	ID   string // reads like a sentence
	File string // such as "casefile.cedar"
	Text string
}

// New reads the policies. It fails when one cannot be read, and when a policy
// and a meaning do not match.
func New() (*Decider, error) {
	d, err := Read(policies)
	if err != nil {
		return nil, err
	}
	return d, d.checkMeanings()
}

// Read reads the policies in the folder "policies" of files.
func Read(files fs.FS) (*Decider, error) {
	d := &Decider{set: cedar.NewPolicySet(), kinds: map[Action]map[string]bool{}}
	d.matrix = sync.OnceValue(d.workOut)
	names, err := fs.Glob(files, "policies/*.cedar")
	if err != nil {
		return nil, fmt.Errorf("access: %w", err)
	}
	for _, name := range names {
		text, err := fs.ReadFile(files, name)
		if err != nil {
			return nil, fmt.Errorf("access: %w", err)
		}
		list, err := cedar.NewPolicyListFromBytes(name, text)
		if err != nil {
			return nil, fmt.Errorf("access: %s: %w", name, err)
		}
		for _, p := range list {
			id, ok := p.Annotations()["id"]
			if !ok {
				return nil, fmt.Errorf("access: %s: every policy needs an @id", name)
			}
			if !d.set.Add(cedar.PolicyID(id), p) {
				return nil, fmt.Errorf("access: %s: two policies are called %s", name, id)
			}
			rule := Policy{string(id), path.Base(name), strings.TrimSpace(string(p.MarshalCedar()))}
			d.policies = append(d.policies, rule)
			if p.Effect() == cedar.Permit {
				d.noteKind(rule)
			}
		}
		d.actions = append(d.actions, actionsIn(string(text))...)
	}
	slices.Sort(d.actions)
	d.actions = slices.Compact(d.actions)
	d.about = d.byAction()
	return d, nil
}

// byAction puts beside each action the policies whose scope names it, and those whose
// scope names none: no other can permit or forbid it, and asking hundreds that cannot
// matter takes longer than the rest of a decision. What stands in a condition is no scope.
func (d *Decider) byAction() map[Action]*cedar.PolicySet {
	about := map[Action]*cedar.PolicySet{}
	for _, action := range d.actions {
		about[action] = cedar.NewPolicySet()
	}
	for id, p := range d.set.All() {
		named := actionsIn(condition.Split(string(p.MarshalCedar()), 2)[0])
		if len(named) == 0 {
			named = d.actions
		}
		for _, action := range named {
			about[action].Add(id, p)
		}
	}
	return about
}

// noteKind keeps what sort of resource a rule permits its actions on.
func (d *Decider) noteKind(rule Policy) {
	m := resourceKind.FindStringSubmatch(rule.Text)
	if m == nil {
		return
	}
	for _, action := range actionsIn(rule.Text) {
		if d.kinds[action] == nil {
			d.kinds[action] = map[string]bool{}
		}
		d.kinds[action][m[1]] = true
	}
}

// checkMeanings refuses an action that no policy names, or that nobody has said
// the meaning of.
func (d *Decider) checkMeanings() error {
	meanings := Meanings()
	for _, a := range d.actions {
		if _, ok := meanings[a]; !ok {
			return fmt.Errorf("access: a policy names %q: say in meaning.go what it is", a)
		}
	}
	for a := range meanings {
		if !slices.Contains(d.actions, a) {
			return fmt.Errorf("access: no policy names %q", a)
		}
	}
	return nil
}

// Policies lists every policy in the order of the files.
func (d *Decider) Policies() []Policy { return slices.Clone(d.policies) }

// About returns the policies that name action.
func (d *Decider) About(action Action) []Policy {
	return slices.DeleteFunc(d.Policies(), func(p Policy) bool { return !slices.Contains(actionsIn(p.Text), action) })
}

// Actions lists every action that some policy names.
func (d *Decider) Actions() []Action { return slices.Clone(d.actions) }

// Check returns nil when a policy permits actor to do action to r, and
// lead.ErrForbidden when none does.
func (d *Decider) Check(actor lead.Actor, action Action, r Resource) error {
	if _, ok := d.Decide(actor, action, r); !ok {
		return fmt.Errorf("%s: %w", action, lead.ErrForbidden)
	}
	return nil
}

// Decide tells whether actor may do action to r, and which policies say so.
func (d *Decider) Decide(actor lead.Actor, action Action, r Resource) (because []string, ok bool) {
	resource := r.entity()
	roles := make([]types.EntityUID, 0, len(actor.Roles))
	for _, role := range actor.Roles {
		roles = append(roles, types.NewEntityUID("Role", types.String(role)))
	}
	principal := types.Entity{
		UID:     types.NewEntityUID("Account", types.String(actor.ID)),
		Parents: types.NewEntityUIDSet(roles...),
		Attributes: types.NewRecord(types.RecordMap{
			"id": types.String(actor.ID), "team": types.String(actor.Team), "side": types.String(actor.Side),
			"organisation": types.String(actor.Organisation)}),
	}
	set := d.about[action]
	if set == nil { // named by no policy: what names none decides
		set = d.set
	}
	decision, why := cedar.Authorize(set, types.EntityMap{principal.UID: principal, resource.UID: resource}, cedar.Request{
		Principal: principal.UID, Action: types.NewEntityUID("Action", types.String(action)), Resource: resource.UID})
	for _, reason := range why.Reasons {
		because = append(because, string(reason.PolicyID))
	}
	return because, decision == cedar.Allow
}

var condition = regexp.MustCompile(`\b(when|unless)\s*\{`)

var resourceKind = regexp.MustCompile(`resource is (\w+)`)

var actionName = regexp.MustCompile(`Action::"([^"]+)"`)

// actionsIn finds the actions named in a policy file.
func actionsIn(text string) []Action {
	var out []Action
	for _, m := range actionName.FindAllStringSubmatch(text, -1) {
		out = append(out, Action(m[1]))
	}
	return out
}
