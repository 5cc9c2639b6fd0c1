// Package warm brings people to services: what they agreed to share, in words
// they saw, how the two of them went about it, how long it took, and what was
// wanted and not there. It imports lead, platform, reference, the bridge,
// care/consent and care/participant.
package warm

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"waymark.example/internal/care/consent"
	"waymark.example/internal/care/participant"
	"waymark.example/internal/handoff/disclosure"
	"waymark.example/internal/lead"
	"waymark.example/internal/platform/access"
	"waymark.example/internal/platform/db"
	"waymark.example/internal/platform/ledger"
	"waymark.example/internal/reference/codelist"
	"waymark.example/internal/reference/service"
)

// Service carries out the use cases. What crosses goes through Consents, which
// asks for the yes and keeps it.
type Service struct {
	People   *participant.Service
	Consents *consent.Service
}

// Fact is one thing about the person that they may choose to share.
type Fact struct {
	Code  string
	Words string // exactly as the service reads it
	Topic disclosure.Topic
}

// Facts returns what there is to choose from for a need: none is chosen for them.
func Facts(rec participant.Record, need string) []Fact {
	var out []Fact
	add := func(code string, topic disclosure.Topic, before, words string) {
		if strings.TrimSpace(words) != "" {
			out = append(out, Fact{code, before + words, topic})
		}
	}
	add("name", disclosure.Reach, "I am called ", rec.Person.Name)
	add("pronouns", disclosure.Reach, "My pronouns are ", rec.Pronouns)
	add("phone", disclosure.Reach, "My number is ", rec.Phone)
	add("safe", disclosure.Reach, "How to reach me: ", rec.SafeContact)
	add("worker", disclosure.Status, "Somebody supports me: ", rec.WorkerName)
	add("need", disclosure.Needs, "I would like help with: ", need)
	return out
}

// The ways in which what is shared reaches the service.
const (
	Sent    = "sent"    // through what they say yes to, here
	Paper   = "paper"   // they carry it there
	Nothing = "nothing" // nothing is shared: they say what they want to themselves
)

// Hows lists the ways with their words.
func Hows() [][3]string {
	return [][3]string{{Nothing, "Nothing in writing", "They say there what they want to, with or without you"}, {Paper, "On paper, which they take along", "Nothing leaves here"},
		{Sent, "We send it", "Needs their yes to the exact words"}}
}

// Doors lists by which door somebody comes (R39), with words.
func Doors() [][3]string {
	return [][3]string{{"same", "The same door as anybody", "The usual queue"}, {"own", "A place that exists for this programme", "Paid for on top: nobody else would have had it"},
		{"ahead", "Before others who wait", "Say so plainly: it is counted, and talked about with the partners"}}
}

// WaitingLists lists what is known of a waiting list, with words.
func WaitingLists() [][2]string {
	return [][2]string{{"none", "No waiting list"}, {"yes", "There is one"}, {"not_known", "Not known"}}
}

// Referral is somebody who is brought to a service.
type Referral struct {
	ServiceID  string
	Domain     string   // code of the list "need_domains"
	Facts      []string // codes of those that they chose
	Own        string   // something in their own words
	How        string
	Door       string
	List       string
	OthersDays string // how long others wait, as typed; "" is not known
	Shown      string // the words that they saw

	// Of a letter: how they said yes to it.
	Agreed   bool
	Risky    bool // it must be said although it could prompt somebody to enforce something
	Way      string
	Witness  string
	Language string
	AskAgain bool
}

// maxDays is the longest wait that can be typed: ten years is a mistake.
const maxDays = 3650

// days reads how long others wait; -1 is not known.
func (r Referral) days() (int, bool) {
	if strings.TrimSpace(r.OthersDays) == "" {
		return -1, true
	}
	n, err := strconv.Atoi(strings.TrimSpace(r.OthersDays))
	return n, err == nil && n >= 0 && n <= maxDays
}

func has(list [][3]string, code string) bool {
	return slices.ContainsFunc(list, func(w [3]string) bool { return w[0] == code })
}

// check returns what is wrong with a referral before anything is shared.
func (r Referral) check(domains codelist.Lists) lead.Invalid {
	bad := lead.Invalid{}
	if !domains.Has("need_domains", r.Domain) {
		bad["domain"] = "Choose which need it is for"
	}
	if !has(Hows(), r.How) {
		bad["how"] = "Choose how it reaches them"
	}
	if (r.How == Sent || r.How == Paper) && len(r.Facts) == 0 && strings.TrimSpace(r.Own) == "" {
		bad["facts"] = "Choose at least one thing to share, or share nothing in writing"
	}
	if r.How == Nothing && (len(r.Facts) > 0 || strings.TrimSpace(r.Own) != "") {
		bad["how"] = "You chose something to share: say how it reaches them, or take it out"
	}
	bad.TooLong("own", r.Own, 600)
	bad.NoCondition("own", r.Own)
	if !has(Doors(), r.Door) {
		bad["door"] = "Choose by which door"
	}
	if !slices.ContainsFunc(WaitingLists(), func(w [2]string) bool { return w[0] == r.List }) {
		bad["list"] = "Choose whether there is a waiting list"
	}
	if _, ok := r.days(); !ok {
		bad["others_days"] = "Enter a number of days, or leave it empty when nobody knows"
	}
	return bad
}

// Preview is what a service will read and who it is, before anything is kept.
type Preview struct {
	Now     participant.Now
	Person  participant.Record
	Service service.Document
	Facts   []Fact // all there is to choose from
	Words   string // of those that were chosen
	To      consent.Recipient
	Risky   []string
	Lists   codelist.Lists
}

// Look works out what a referral would share, and keeps nothing. With r empty
// it is what there is to choose from.
func (s *Service) Look(ctx context.Context, actor lead.Actor, participantID string, r Referral) (Preview, error) {
	rec, err := s.People.Record(ctx, actor, participantID, nil)
	if err != nil {
		return Preview{}, err
	}
	if err := s.People.Access.Check(actor, "case.write", rec.Resource()); err != nil {
		return Preview{}, err
	}
	p := Preview{Now: rec.Now, Person: rec}
	err = s.People.Book.Look(ctx, func(tx *db.Tx) error {
		var err error
		if p.Lists, err = codelist.Load(ctx, tx, "need_domains"); err != nil {
			return err
		}
		p.Service, err = service.Named(ctx, tx, r.ServiceID)
		return err
	})
	if err != nil {
		return Preview{}, err
	}
	if r.Domain == "" { // what the service is for first
		if of, _ := p.Service.Needs(); len(of) > 0 {
			r.Domain = of[0]
		}
	}
	p.Facts = Facts(rec, p.Lists.Label("need_domains", r.Domain))
	var lines []string
	for _, f := range p.Facts {
		if slices.Contains(r.Facts, f.Code) {
			lines = append(lines, f.Words)
		}
	}
	if own := strings.TrimSpace(r.Own); own != "" {
		lines = append(lines, own)
	}
	p.Words = strings.Join(lines, "\n")
	p.Risky = disclosure.Enforcing(p.Words)
	p.To = consent.Recipient{Name: p.Service.Name + ", " + p.Service.Organization.Name}
	return p, nil
}

// Check is Look with every rule that does not need the person's yes.
func (s *Service) Check(ctx context.Context, actor lead.Actor, participantID string, r Referral) (Preview, error) {
	p, err := s.Look(ctx, actor, participantID, r)
	if err != nil {
		return p, err
	}
	return p, r.check(p.Lists).OrNil()
}

// Refer keeps a referral. A letter goes through a yes to these words, given now,
// and is sent at once; what the person did not see is never sent.
func (s *Service) Refer(ctx context.Context, actor lead.Actor, form ledger.Form, participantID string, r Referral) (string, error) {
	p, err := s.Check(ctx, actor, participantID, r)
	if err != nil {
		return "", err
	}
	if p.Now.State == participant.Died {
		return "", lead.ErrConflict
	}
	if r.How != Nothing && r.Shown != p.Words {
		return "", lead.Invalid{"agreed": "The words changed meanwhile: read them again"}
	}
	letter := ""
	if r.How == Sent {
		if letter, err = s.send(ctx, actor, form, p, r); err != nil {
			return "", err
		}
	}
	act := participant.Act{Action: "case.write", Name: "warm.refer", Verb: ledger.Collected}
	return s.People.Write(ctx, actor, form, act, participantID, func(tx *db.Tx, n *participant.Now) (string, error) {
		id := lead.NewID("wrm")
		days, _ := r.days()
		if _, err := tx.Exec(ctx, insertWarm, id, n.ID, r.ServiceID, r.Domain, r.How, n.Seal("care_warm.words", p.Words), letter, r.Door, r.List, days, actor.ID, db.At(s.People.Book.Now())); err != nil {
			return "", fmt.Errorf("refer: %w", err)
		}
		return id, nil
	})
}

// yesDays is how long a yes to a referral holds, and crisisDays when it was given
// in a crisis: long enough to be seen, and asked again after.
const (
	yesDays    = 90
	crisisDays = 14
)

// part names one of the acts that a form is made of, so that each is done once
// however often the form comes.
func part(f ledger.Form, name string) ledger.Form {
	if f.Key == "" {
		return f
	}
	return ledger.Form{Key: f.Key + "-" + name, Hash: f.Hash}
}

// send records the yes where it is not there yet, and sends the words.
func (s *Service) send(ctx context.Context, actor lead.Actor, form ledger.Form, p Preview, r Referral) (string, error) {
	now := s.People.Book.Now()
	if !r.Agreed {
		return "", lead.Invalid{"agreed": "Read the words out. They go only when " + p.Now.Name + " says yes to them"}
	}
	if len(p.Risky) > 0 && !r.Risky {
		return "", lead.Invalid{"risky": "Leave the words out, or confirm that they must be said"}
	}
	days := yesDays
	if r.AskAgain {
		days = crisisDays
	}
	until, purpose := db.Day(now.AddDate(0, 0, days)), purposeOf(r.Domain)
	topics := p.topics(r)
	to, missing, live, err := s.reach(ctx, actor, p, topics, purpose)
	if err != nil {
		return "", err
	}
	if len(missing) > 0 {
		g := consent.Given{Recipient: to.ID, Topics: missing, Purpose: purpose, Until: until, How: r.Way, Witness: r.Witness, Language: r.Language, AskAgain: r.AskAgain}
		if to.ID == "" {
			g.Outside = to.Name
		}
		if err := s.Consents.Give(ctx, actor, part(form, "yes"), p.Now.ID, g); err != nil {
			return "", err
		}
		if to, _, live, err = s.reach(ctx, actor, p, topics, purpose); err != nil {
			return "", err
		}
	}
	l := consent.Letter{Recipient: to.ID, Topics: topics, Purpose: purpose, Channel: disclosure.Link, Words: p.Words, Agreed: true, Risky: r.Risky, Until: min(until, live)}
	if !to.Outside() {
		l.Channel = disclosure.Account
	}
	return s.Consents.Prepare(ctx, actor, part(form, "letter"), p.Now.ID, l)
}

// topics returns what the chosen facts are about, each once.
func (p Preview) topics(r Referral) []disclosure.Topic {
	var out []disclosure.Topic
	for _, f := range p.Facts {
		if slices.Contains(r.Facts, f.Code) {
			out = append(out, f.Topic)
		}
	}
	if strings.TrimSpace(r.Own) != "" {
		out = append(out, disclosure.Needs)
	}
	return slices.Compact(slices.Sorted(slices.Values(out)))
}

// reach finds whom the words go to, for which topics a yes is missing, and the
// day on which the first of the others ends: the organisation, where it takes
// part here, or the service by name.
func (s *Service) reach(ctx context.Context, actor lead.Actor, p Preview, topics []disclosure.Topic, purpose disclosure.Purpose) (to consent.Recipient, missing []disclosure.Topic, live string, err error) {
	sharing, err := s.Consents.Read(ctx, actor, p.Now.ID)
	if err != nil {
		return to, nil, "", err
	}
	to, live = p.To, "9999-12-31"
	named := func(r consent.Recipient) bool {
		return r.Outside() && r.Name == p.To.Name || !r.Outside() && !disclosure.StatusOnly(r.Kind) && strings.EqualFold(r.Name, p.Service.Organization.Name)
	}
	for _, who := range sharing.Who {
		if named(who) && (to.ID == "" || !who.Outside()) {
			to = who
		}
	}
	today := db.Day(s.People.Book.Now())
	for _, t := range topics {
		i := slices.IndexFunc(sharing.All, func(c consent.Consent) bool {
			return c.Recipient.ID == to.ID && to.ID != "" && c.Topic == t && c.Purpose == purpose && c.Live(today)
		})
		if i < 0 {
			missing = append(missing, t)
			continue
		}
		live = min(live, sharing.All[i].Until)
	}
	return to, missing, live, nil
}

// purposeOf is what a service for a need may use it for.
func purposeOf(domain string) disclosure.Purpose {
	switch domain {
	case "housing":
		return "home"
	case "health", "mental_health", "substances":
		return "health"
	case "money":
		return "money"
	case "legal":
		return "legal"
	}
	return "together"
}

// Kind is a step on the way to a service, or what came of it.
type Kind string

// The kinds.
const (
	Call      Kind = "call"
	Along     Kind = "along"
	TheyCome  Kind = "they_come"
	Chased    Kind = "chased"
	Answered  Kind = "answered"
	GotThere  Kind = "got_there"
	Helped    Kind = "helped"
	NotRight  Kind = "not_right"
	Again     Kind = "again"
	NotWanted Kind = "not_wanted"
)

// Steps lists the warm steps, Outcomes what came of it, with words.
func Steps() [][2]string {
	return [][2]string{{string(Call), "We called them together"}, {string(Along), "I go along, or went"}, {string(TheyCome), "They come to us"}, {string(Chased), "I asked them again"}, {string(Answered), "They answered"}}
}

// Outcomes lists what can come of a referral. None of them is anybody's fault.
func Outcomes() [][2]string {
	return [][2]string{{string(GotThere), "Got there"}, {string(Helped), "It helped"}, {string(NotRight), "Not the right place"}, {string(Again), "Wants to try again"}, {string(NotWanted), "Not wanted any more"}}
}

// Words returns the kind as people say it.
func (k Kind) Words() string {
	for _, w := range slices.Concat(Steps(), Outcomes()) {
		if w[0] == string(k) {
			return w[1]
		}
	}
	return string(k)
}

// Step is one line of how it went.
type Step struct {
	Kind  Kind
	Words string
	On    string // YYYY-MM-DD
	By    string
	At    time.Time
}

// Kept is a referral as it is kept.
type Kept struct {
	ID         string
	ServiceID  string
	Service    string
	Domain     string
	How        string
	Words      string
	LetterID   string
	Door       string
	List       string
	OthersDays int
	By         string
	At         time.Time
	Steps      []Step
}

// Last returns the latest line of how it went, nil when there is none.
func (k Kept) Last() *Step {
	if len(k.Steps) == 0 {
		return nil
	}
	return &k.Steps[len(k.Steps)-1]
}

// Standing says where it stands, in words.
func (k Kept) Standing() string {
	if last := k.Last(); last != nil {
		return last.Kind.Words()
	}
	return "Asked"
}

// Ended reports whether nothing more is waited for.
func (k Kept) Ended() bool {
	last := k.Last()
	return last != nil && slices.Contains([]Kind{Helped, NotRight, NotWanted}, last.Kind)
}

// Waited returns how many days it took to get there; false while nobody has.
func (k Kept) Waited() (int, bool) {
	for _, x := range k.Steps {
		if x.Kind == GotThere {
			return daysBetween(k.At, x.On), true
		}
	}
	return 0, false
}

func daysBetween(from time.Time, day string) int {
	to, err := time.Parse(time.DateOnly, day)
	if err != nil {
		return 0
	}
	start, _ := time.Parse(time.DateOnly, db.Day(from)) //nolint:errcheck // a day is written so
	return max(int(to.Sub(start).Hours())/24, 0)
}

// SilentDays is after how many days without a word the worker asks again.
const SilentDays = 5

// Silent reports whether nobody has been heard of for a while, at a moment.
func (k Kept) Silent(now time.Time) bool {
	since := k.At
	for _, x := range k.Steps {
		if slices.Contains([]Kind{Answered, GotThere, Helped, NotRight, NotWanted}, x.Kind) {
			return false
		}
		since = x.At
	}
	return now.Sub(since) > SilentDays*24*time.Hour
}

// Unmet is a service that was wanted and was not there.
type Unmet struct {
	Domain    string
	Why       string
	ServiceID string // "" when there is none at all
	Service   string
	Words     string
	On        string // YYYY-MM-DD
	By        string
}

// Whys lists why a service was not there for somebody, with words.
func Whys() [][2]string {
	return [][2]string{{"absent", "There is no such service here"}, {"full", "It is full, or the wait is too long"}, {"said_no", "It said no"}, {"not_reachable", "Too far, too dear, or not open when it was needed"}, {"not_safe", "Not safe or not right for them"}}
}

// WhyWords returns why, as people say it.
func (u Unmet) WhyWords() string {
	for _, w := range Whys() {
		if w[0] == u.Why {
			return w[1]
		}
	}
	return u.Why
}

// All is everything about services for one person.
type All struct {
	Now   participant.Now
	Warm  []Kept // newest first
	Unmet []Unmet
	Lists codelist.Lists
}

// Read returns one person's referrals and what was not there, newest first.
func (s *Service) Read(ctx context.Context, actor lead.Actor, participantID string) (All, error) {
	var out All
	act := participant.Act{Action: "case.read", Name: "warm.list"}
	err := s.People.Read(ctx, actor, act, participantID, func(tx *db.Tx, n participant.Now) error {
		out.Now = n
		var err error
		if out.Lists, err = codelist.Load(ctx, tx, "need_domains"); err != nil {
			return err
		}
		if out.Warm, err = db.All(ctx, tx, scanWarm(n), warmOf, n.ID); err != nil {
			return fmt.Errorf("referrals to services: %w", err)
		}
		for i := range out.Warm {
			if out.Warm[i].Steps, err = stepsIn(ctx, tx, n, out.Warm[i].ID); err != nil {
				return err
			}
		}
		out.Unmet, err = db.All(ctx, tx, func(row db.Row) (Unmet, error) {
			var u Unmet
			if err := row.Scan(&u.Domain, &u.Why, &u.Service, &u.Words, &u.On, &u.By); err != nil {
				return u, err
			}
			return u, n.Open(map[string]*string{"care_unmet.words": &u.Words})
		}, unmetOf, n.ID)
		return err
	})
	return out, err
}

// One returns one referral.
func (s *Service) One(ctx context.Context, actor lead.Actor, participantID, warmID string) (participant.Now, Kept, error) {
	var now participant.Now
	var k Kept
	act := participant.Act{Action: "case.read", Name: "warm.read"}
	err := s.People.Read(ctx, actor, act, participantID, func(tx *db.Tx, n participant.Now) error {
		now = n
		var err error
		if k, err = scanWarm(n)(tx.One(ctx, oneWarm, n.ID, warmID)); err != nil {
			return err
		}
		k.Steps, err = stepsIn(ctx, tx, n, k.ID)
		return err
	})
	return now, k, err
}

func scanWarm(n participant.Now) func(db.Row) (Kept, error) {
	return func(row db.Row) (Kept, error) {
		var k Kept
		var at db.Time
		if err := row.Scan(&k.ID, &k.ServiceID, &k.Service, &k.Domain, &k.How, &k.Words, &k.LetterID, &k.Door, &k.List, &k.OthersDays, &k.By, &at); err != nil {
			return Kept{}, err
		}
		k.At = at.Time
		return k, n.Open(map[string]*string{"care_warm.words": &k.Words})
	}
}

func stepsIn(ctx context.Context, tx *db.Tx, n participant.Now, warmID string) ([]Step, error) {
	out, err := db.All(ctx, tx, func(row db.Row) (Step, error) {
		var x Step
		var at db.Time
		if err := row.Scan(&x.Kind, &x.Words, &x.On, &x.By, &at); err != nil {
			return x, err
		}
		x.At = at.Time
		return x, n.Open(map[string]*string{"care_warm_step.words": &x.Words})
	}, stepsOf, warmID)
	if err != nil {
		return nil, fmt.Errorf("steps to a service: %w", err)
	}
	return out, nil
}

// Note adds a step, or what came of it.
func (s *Service) Note(ctx context.Context, actor lead.Actor, form ledger.Form, participantID, warmID string, x Step) error {
	act := participant.Act{Action: "case.write", Name: "warm.step", Verb: ledger.Altered}
	_, err := s.People.Write(ctx, actor, form, act, participantID, func(tx *db.Tx, n *participant.Now) (string, error) {
		k, err := scanWarm(*n)(tx.One(ctx, oneWarm, n.ID, warmID))
		if err != nil {
			return "", err
		}
		bad := lead.Invalid{}
		if !slices.ContainsFunc(slices.Concat(Steps(), Outcomes()), func(w [2]string) bool { return w[0] == string(x.Kind) }) {
			bad["kind"] = "Choose what happened"
		}
		bad.TooLong("words", x.Words, 1000)
		checkDay(bad, "on", x.On, db.Day(s.People.Book.Now()))
		if bad["on"] == "" && x.On < db.Day(k.At) {
			bad["on"] = "This is before they were referred: enter the day it was"
		}
		if err := bad.OrNil(); err != nil {
			return "", err
		}
		at := db.At(s.People.Book.Now())
		if _, err := tx.Exec(ctx, insertStep, lead.NewID("wst"), k.ID, x.Kind, n.Seal("care_warm_step.words", x.Words), x.On, actor.ID, at); err != nil {
			return "", fmt.Errorf("step to a service: %w", err)
		}
		return k.ID, nil
	})
	return err
}

// Miss keeps that a service was wanted and not there (C14).
func (s *Service) Miss(ctx context.Context, actor lead.Actor, form ledger.Form, participantID string, u Unmet) error {
	act := participant.Act{Action: "case.write", Name: "unmet.note", Verb: ledger.Collected}
	_, err := s.People.Write(ctx, actor, form, act, participantID, func(tx *db.Tx, n *participant.Now) (string, error) {
		domains, err := codelist.Load(ctx, tx, "need_domains")
		if err != nil {
			return "", err
		}
		bad := lead.Invalid{}
		if !domains.Has("need_domains", u.Domain) {
			bad["domain"] = "Choose which need"
		}
		if !slices.ContainsFunc(Whys(), func(w [2]string) bool { return w[0] == u.Why }) {
			bad["why"] = "Choose why it was not there"
		}
		bad.TooLong("words", u.Words, 1000)
		checkDay(bad, "on", u.On, db.Day(s.People.Book.Now()))
		if u.ServiceID != "" {
			if _, err := service.Named(ctx, tx, u.ServiceID); errors.Is(err, lead.ErrNotFound) {
				bad["service"] = "Choose a service of the directory"
			} else if err != nil {
				return "", err
			}
		}
		if err := bad.OrNil(); err != nil {
			return "", err
		}
		id := lead.NewID("unm")
		if _, err := tx.Exec(ctx, insertUnmet, id, n.ID, u.Domain, u.Why, u.ServiceID, n.Seal("care_unmet.words", u.Words), u.On, actor.ID, db.At(s.People.Book.Now())); err != nil {
			return "", fmt.Errorf("unmet need: %w", err)
		}
		return id, nil
	})
	return err
}

func checkDay(bad lead.Invalid, field, day, today string) {
	switch _, err := time.Parse(time.DateOnly, day); {
	case err != nil:
		bad[field] = "Enter the day"
	case day > today:
		bad[field] = "This day is in the future: enter the day it was"
	}
}

// Task is a referral of which nothing has been heard.
type Task struct {
	WarmID  string
	Now     participant.Now
	Service string
	Since   time.Time
}

// Silent returns the referrals of the actor's people, or of their team for a
// supervisor, of which nothing was heard for SilentDays, oldest first.
func (s *Service) Silent(ctx context.Context, actor lead.Actor) ([]Task, error) {
	var out []Task
	entry := ledger.Entry{Actor: actor, Verb: ledger.Consulted, Act: "warm.silent"}
	err := s.People.Book.Record(ctx, entry, func(tx *db.Tx, e *ledger.Entry) error {
		if err := s.People.Access.Check(actor, "case.caseload", access.Screen{}); err != nil {
			return err
		}
		before := db.At(s.People.Book.Now().AddDate(0, 0, -SilentDays))
		found, err := db.All(ctx, tx, func(row db.Row) (Task, error) {
			var t Task
			var at db.Time
			err := row.Scan(&t.WarmID, &t.Now.ID, &t.Service, &at)
			t.Since = at.Time
			return t, err
		}, silent, actor.ID, actor.Has(lead.Supervisor), actor.Team, before)
		if err != nil {
			return fmt.Errorf("services that are silent: %w", err)
		}
		for _, t := range found {
			if t.Now, err = s.People.Find(ctx, tx, t.Now.ID); err != nil {
				return err
			}
			e.Subjects = append(e.Subjects, t.Now.ID)
			out = append(out, t)
		}
		return nil
	})
	return out, err
}

// SilentToday returns, of the people of one day's list, the services nothing was
// heard of, inside the list's own transaction.
func SilentToday(ctx context.Context, tx *db.Tx, scope participant.Scope, people []participant.Now, now time.Time) (map[string][]Task, error) {
	known, out := participant.ByID(people), map[string][]Task{}
	_, err := db.All(ctx, tx, func(row db.Row) (Task, error) {
		var t Task
		var id string
		var at db.Time
		if err := row.Scan(&t.WarmID, &id, &t.Service, &at); err != nil {
			return t, err
		}
		n, ok := known[id]
		if !ok { // sealed, or beyond the length of the list
			return t, nil
		}
		t.Now, t.Since = n, at.Time
		out[n.Whole()] = append(out[n.Whole()], t)
		return t, nil
	}, silent, scope.WorkerID, scope.Team != "", scope.Team, db.At(now.AddDate(0, 0, -SilentDays)))
	if err != nil {
		return nil, fmt.Errorf("services that are silent: %w", err)
	}
	return out, nil
}
