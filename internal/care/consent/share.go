package consent

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"waymark.example/internal/care/participant"
	"waymark.example/internal/handoff/disclosure"
	"waymark.example/internal/lead"
	"waymark.example/internal/platform/access"
	"waymark.example/internal/platform/db"
	"waymark.example/internal/platform/ledger"
	"waymark.example/internal/platform/secret"
	"waymark.example/internal/reference/agreement"
)

// Letter is words for one recipient: exactly what they will read.
type Letter struct {
	Recipient string // organisation_id or outside_id
	Topics    []disclosure.Topic
	Purpose   disclosure.Purpose
	Basis     string // code of a legal basis, "" where the person said yes
	Ground    string // why the basis applies
	Channel   disclosure.Channel
	Words     string
	Agreed    bool      // the person said yes to these very words
	Risky     bool      // looked at what could prompt enforcement, and it must be said
	NoTime    bool      // life at risk: a second person looks afterwards
	SendAt    time.Time // zero: now
	Until     string    // YYYY-MM-DD
}

// Standing is what became of a letter.
type Standing string

// The standings of a letter.
const (
	ToConfirm Standing = "to_confirm" // waits for a second person
	Scheduled Standing = "scheduled"  // waits for its time
	Sent      Standing = "sent"
	Stopped   Standing = "stopped"   // no live yes when its time came
	Cancelled Standing = "cancelled" // a worker thought better of it
)

// Words returns the standing as people say it.
func (s Standing) Words() string {
	return map[Standing]string{ToConfirm: "Waits for a second person", Scheduled: "Waits for its time", Sent: "Sent", Stopped: "Not sent: the yes was taken back or had ended",
		Cancelled: "Not sent: taken off"}[s]
}

// Step is one line of what became of a letter.
type Step struct {
	Kind  string
	Words string
	By    string
	At    time.Time
}

// Title returns the step as people say it.
func (s Step) Title() string {
	return map[string]string{"confirmed": "A second person agreed", "sent": "Sent", "stopped": "Not sent: the yes was taken back or had ended", "cancelled": "Taken off before it was sent",
		"told": "The person was told", "not_told": "The person is not told yet", "reviewed": "Looked at afterwards"}[s.Kind]
}

// Kept is a letter as it stands in the record.
type Kept struct {
	Letter
	ID         string
	To         Recipient
	Parts      []disclosure.Part
	PreparedBy string // account_id
	By         string // their name
	At         time.Time
	Steps      []Step
	Reads      []disclosure.Read
	Closed     bool // nobody can read it any more: taken back or ended
}

func (k Kept) has(kind string) bool {
	return slices.ContainsFunc(k.Steps, func(s Step) bool { return s.Kind == kind })
}

// Standing returns what became of the letter.
func (k Kept) Standing() Standing {
	for _, s := range []Standing{Sent, Stopped, Cancelled} {
		if k.has(string(s)) {
			return s
		}
	}
	if k.Basis != "" && !k.NoTime && !k.has("confirmed") {
		return ToConfirm
	}
	return Scheduled
}

// ToTell reports whether the person still has to be told of a disclosure that
// they did not say yes to (R24).
func (k Kept) ToTell() bool { return k.Basis != "" && k.has("sent") && !k.has("told") }

// ToReview reports whether a second person still has to look at what went
// without one (R24).
func (k Kept) ToReview() bool { return k.NoTime && k.has("sent") && !k.has("reviewed") }

// BasisWords returns the legal basis as people say it.
func (k Kept) BasisWords() string {
	b, _ := disclosure.BasisOf(k.Basis)
	return b.Words
}

// About returns what the letter is about.
func (k Kept) About() string {
	var out []string
	for _, p := range k.Parts {
		out = append(out, p.Topic.Theirs())
	}
	return strings.Join(out, "; ")
}

// maxWords is how much one letter may say, in characters: what is needed, not a file.
const maxWords = 2000

// check returns a lead.Invalid naming each answer that breaks a rule, and the
// yes that each topic stands on.
func (l Letter) check(to Recipient, found bool, all []Consent, now time.Time) ([]disclosure.Part, error) {
	bad := lead.Invalid{}
	today := db.Day(now)
	if !found {
		bad["recipient"] = "Choose who it is for"
	}
	if len(l.Topics) == 0 {
		bad["topics"] = "Choose what it is about"
	}
	var parts []disclosure.Part
	latest := db.Day(now.AddDate(0, 0, longest))
	if l.Basis == "" {
		parts, latest = l.standsOn(bad, to, all, today, latest)
	} else {
		parts = l.restsOn(bad, to)
	}
	if strings.TrimSpace(l.Words) == "" {
		bad["words"] = "Write exactly what they will read"
	}
	bad.TooLong("words", l.Words, maxWords)
	if risky := disclosure.Enforcing(l.Words); len(risky) > 0 && !l.Risky {
		bad["words"] = "This could prompt somebody to enforce something: " + strings.Join(risky, ", ") + ". Leave it out, or confirm below that it must be said"
	}
	switch {
	case l.Until == "" || l.Until < today:
		bad["until"] = "Enter the last day on which they can read it"
	case l.Until > latest:
		bad["until"] = "Choose " + latest + " or earlier: the yes ends then"
	}
	l.checkChannel(bad, to, found, now)
	return parts, bad.OrNil()
}

// standsOn finds the live yes behind each topic, and the day on which the first
// of them ends.
func (l Letter) standsOn(bad lead.Invalid, to Recipient, all []Consent, today, latest string) ([]disclosure.Part, string) {
	var parts []disclosure.Part
	if disclosure.StatusOnly(to.Kind) {
		bad["recipient"] = "Police and prosecutors hear only that an intake is completed, and that goes by itself"
	}
	for _, t := range slices.Compact(slices.Sorted(slices.Values(l.Topics))) {
		i := slices.IndexFunc(all, func(c Consent) bool {
			return c.Live(today) && c.Recipient.ID == to.ID && c.Topic == t && c.Purpose == l.Purpose
		})
		if i < 0 {
			bad["topics"] = "They said yes to nothing of this kind, for this: choose what they said yes to"
			continue
		}
		parts, latest = append(parts, disclosure.Part{Topic: t, ConsentID: all[i].ID}), min(latest, all[i].Until)
	}
	if !l.Agreed {
		bad["agreed"] = "Read the words out. It goes only when they say yes to these words"
	}
	if l.NoTime {
		bad["no_time"] = "This is for a legal basis only"
	}
	return parts, latest
}

// restsOn checks a letter that goes on a legal basis (R24).
func (l Letter) restsOn(bad lead.Invalid, to Recipient) []disclosure.Part {
	var parts []disclosure.Part
	b, ok := disclosure.BasisOf(l.Basis)
	if !ok {
		bad["basis"] = "Choose the legal basis"
	}
	if ok && !b.Allows(to.Kind) {
		bad["recipient"] = "This basis does not cover telling them"
	}
	for _, t := range slices.Compact(slices.Sorted(slices.Values(l.Topics))) {
		if ok && !b.Covers(t) {
			bad["topics"] = "This basis does not cover \"" + t.Theirs() + "\": say only what it needs"
		}
		parts = append(parts, disclosure.Part{Topic: t})
	}
	if strings.TrimSpace(l.Ground) == "" {
		bad["ground"] = "Say why this basis applies today"
	}
	bad.TooLong("ground", l.Ground, 1000)
	if l.NoTime && ok && !b.NoTime {
		bad["no_time"] = "This basis leaves time for a second person to look first"
	}
	return parts
}

func (l Letter) checkChannel(bad lead.Invalid, to Recipient, found bool, now time.Time) {
	switch {
	case !slices.Contains([]disclosure.Channel{disclosure.Account, disclosure.Link, disclosure.Phone}, l.Channel):
		bad["channel"] = "Choose how it reaches them"
	case found && l.Channel == disclosure.Account && to.Outside():
		bad["channel"] = "They have no account here: use an address that opens once"
	case found && disclosure.StatusOnly(to.Kind) && l.Channel != disclosure.Phone:
		bad["channel"] = "No words cross to a police screen: ring 999 or the force, and record here what you said"
	case l.Channel == disclosure.Phone && l.Basis == "":
		bad["channel"] = "This is for a legal basis only"
	case l.Channel != disclosure.Account && !l.SendAt.IsZero():
		bad["send_at"] = "Only what goes to an account here can wait for a time"
	}
	if !l.SendAt.IsZero() && (l.SendAt.Before(now.Add(-5*time.Minute)) || db.Day(l.SendAt) > l.Until) {
		bad["send_at"] = "Choose a time to come, before the last day on which they can read it"
	}
}

// Preview is what the recipient will read, who they are, and what deserves a
// second look, before anything is kept.
type Preview struct {
	Letter
	To    Recipient
	Risky []string
}

// Look checks a letter and keeps nothing.
func (s *Service) Look(ctx context.Context, actor lead.Actor, participantID string, l Letter) (Preview, error) {
	p := Preview{Letter: l, Risky: disclosure.Enforcing(l.Words)}
	act := participant.Act{Action: "disclosure.prepare", Name: "disclosure.preview"}
	err := s.People.Read(ctx, actor, act, participantID, func(tx *db.Tx, n participant.Now) error {
		box, err := s.box(ctx, n.ID)
		if err != nil {
			return err
		}
		l.Agreed, l.Risky = true, true // both are asked on the page that this makes
		to, _, err := s.checked(ctx, tx, box, n, l)
		p.To = to
		return err
	})
	return p, err
}

// checked finds whom a letter is for and the yes it stands on, in the caller's
// transaction, so that what is chosen on the page counts for nothing.
func (s *Service) checked(ctx context.Context, tx *db.Tx, box *secret.Box, n participant.Now, l Letter) (Recipient, []disclosure.Part, error) {
	all, err := Of(ctx, tx, box, n.ID)
	if err != nil {
		return Recipient{}, nil, err
	}
	stopped, err := stoppedElsewhere(ctx, tx, n)
	if err != nil {
		return Recipient{}, nil, err
	}
	all = slices.DeleteFunc(all, func(c Consent) bool { return bars(stopped, c) })
	to, found, err := recipient(ctx, tx, box, n.ID, l.Recipient)
	if err != nil {
		return Recipient{}, nil, err
	}
	parts, err := l.check(to, found, all, s.People.Book.Now())
	if err != nil || l.Basis != "" {
		return to, parts, err
	}
	missing, err := s.unagreed(ctx, tx, n, to, parts, l.Purpose)
	if err == nil && missing != "" {
		err = lead.Invalid{"recipient": missing}
	}
	return to, parts, err
}

// unagreed says which agreement is missing before parts may go to a recipient, ""
// where none is. Somebody outside is no party to any: there one person's yes
// counts alone.
func (s *Service) unagreed(ctx context.Context, tx *db.Tx, n participant.Now, to Recipient, parts []disclosure.Part, purpose disclosure.Purpose) (string, error) {
	if to.Outside() {
		return "", nil
	}
	giver, err := GiverOf(ctx, tx, n)
	if err != nil {
		return "", err
	}
	for _, p := range parts {
		ok, missing, err := agreement.Open(ctx, tx, giver, to.ID, string(p.Topic), string(purpose), db.Day(s.People.Book.Now()))
		if err != nil {
			return "", err
		}
		if !ok {
			return missing.Words() + ". Nothing goes until then; the person can still carry a copy of their own", nil
		}
	}
	return "", nil
}

// GiverOf is the organisation whose team walks with somebody: what is shared
// about them is shared by it.
func GiverOf(ctx context.Context, tx *db.Tx, n participant.Now) (string, error) {
	var id string
	if err := tx.One(ctx, organisationOfTeam, n.Team).Scan(&id); err != nil && !errors.Is(err, lead.ErrNotFound) {
		return "", fmt.Errorf("whose team it is: %w", err)
	}
	return id, nil
}

// Prepare keeps a letter, and sends it at once when nothing has to be waited
// for. It returns the letter's id.
func (s *Service) Prepare(ctx context.Context, actor lead.Actor, form ledger.Form, participantID string, l Letter) (string, error) {
	entry := ledger.Entry{Actor: actor, Verb: ledger.Altered, Act: "disclosure.prepare", Subjects: []string{participantID}}
	return s.People.Book.Once(ctx, form, entry, func(tx *db.Tx, e *ledger.Entry) (string, error) {
		n, err := s.People.Lock(ctx, tx, participantID)
		if err != nil {
			return "", err
		}
		if err := s.People.Access.Check(actor, "disclosure.prepare", n.Resource()); err != nil {
			return "", err
		}
		if n.State == participant.Merged { // a yes given there is for what was there: what is new goes on the record that goes on
			return "", lead.ErrConflict
		}
		box, err := s.Keys.Of(ctx, n.ID)
		if errors.Is(err, secret.ErrDestroyed) {
			return "", lead.ErrConflict
		}
		if err != nil {
			return "", err
		}
		l.Words = strings.TrimSpace(l.Words)
		to, parts, err := s.checked(ctx, tx, box, n, l)
		if err != nil {
			return "", err
		}
		k := Kept{Letter: l, ID: lead.NewID("dis"), To: to, Parts: parts, PreparedBy: actor.ID, At: s.People.Book.Now()}
		if err := s.permit(actor, "disclosure.prepare", n, k, true); err != nil {
			return "", err
		}
		if err := keepLetter(ctx, tx, box, n.ID, k); err != nil {
			return "", err
		}
		e.Detail = detail(k)
		if k.Standing() == ToConfirm || !l.SendAt.IsZero() {
			return k.ID, nil
		}
		_, err = s.cross(ctx, tx, e, actor, "disclosure.send", n, k)
		return k.ID, err
	})
}

// detail says what a letter is, in codes: never a word of it.
func detail(k Kept) string {
	var classes []string
	for _, p := range k.Parts {
		classes = append(classes, string(p.Topic.Class()))
	}
	slices.Sort(classes)
	basis := "consent"
	if k.Basis != "" {
		basis = k.Basis
	}
	return fmt.Sprintf("class %s to %s basis %s by %s", strings.Join(slices.Compact(classes), ""), k.To.ID, basis, k.Channel)
}

// permit asks the policies about each class that a letter touches.
func (s *Service) permit(actor lead.Actor, action access.Action, n participant.Now, k Kept, live bool) error {
	for _, p := range k.Parts {
		share := access.Share{ID: n.ID, Class: p.Topic.Class(), Recipient: k.To.ID, Kind: k.To.Kind, Worker: n.WorkerID, Team: n.Team,
			Consent: live && k.Basis == "", Basis: k.Basis, Seconded: k.NoTime || k.has("confirmed")}
		if err := s.People.Access.Check(actor, action, share); err != nil {
			return err
		}
	}
	return nil
}

// cross sends a letter, or stops it when a yes it stands on has gone. It runs in
// the transaction that looked, so that nothing is sent on a yes taken back.
func (s *Service) cross(ctx context.Context, tx *db.Tx, e *ledger.Entry, actor lead.Actor, action access.Action, n participant.Now, k Kept) (bool, error) {
	now := s.People.Book.Now()
	live, err := s.holds(ctx, tx, n, k, now)
	if err != nil {
		return false, err
	}
	if !live {
		e.Verb, e.Act, e.Detail = ledger.Altered, "disclosure.stop", detail(k)
		return false, step(ctx, tx, nil, k.ID, "stopped", "", actor.ID, now)
	}
	if err := s.permit(actor, action, n, k, true); err != nil {
		return false, err
	}
	box, err := s.Keys.Shared(ctx, n.ID, k.ID)
	if errors.Is(err, secret.ErrDestroyed) { // erased while it waited
		e.Verb, e.Act, e.Detail = ledger.Altered, "disclosure.stop", detail(k)
		return false, step(ctx, tx, nil, k.ID, "stopped", "", actor.ID, now)
	}
	if err != nil {
		return false, fmt.Errorf("send: %w", err)
	}
	// First out of the queue: whoever else is sending it now comes second here.
	if err := step(ctx, tx, nil, k.ID, "sent", "", actor.ID, now); err != nil {
		return false, err
	}
	d := disclosure.Disclosure{ID: k.ID, ParticipantID: n.ID, RecipientID: k.To.ID, Purpose: k.Purpose, Basis: k.Basis, Channel: k.Channel,
		Sealed: box.Seal(disclosure.Field, k.Letter.Words), Parts: k.Parts, Until: k.Until, SentBy: k.PreparedBy, SentAt: now}
	if k.Basis != "" {
		d.Purpose = disclosure.Safe
	}
	if err := disclosure.Send(ctx, tx, d); err != nil {
		return false, err
	}
	e.Verb, e.Act, e.Detail = ledger.Disclosed, "disclosure.send", detail(k)
	return true, nil
}

// holds reports whether every yes that a letter stands on is live now, and what
// was agreed between the two organisations covers it. After a
// death nothing that waited on a yes goes out any more (R57).
func (s *Service) holds(ctx context.Context, tx *db.Tx, n participant.Now, k Kept, now time.Time) (bool, error) {
	if k.Basis != "" {
		return true, nil
	}
	if n.State == participant.Died || len(k.Parts) == 0 {
		return false, nil
	}
	all, err := Unbarred(ctx, tx, n)
	if err != nil {
		return false, err
	}
	for _, p := range k.Parts {
		if !slices.ContainsFunc(all, func(c Consent) bool {
			return c.ID == p.ConsentID && c.Recipient.ID == k.To.ID && c.Topic == p.Topic && c.Live(db.Day(now))
		}) {
			return false, nil
		}
	}
	missing, err := s.unagreed(ctx, tx, n, k.To, k.Parts, k.Purpose)
	return missing == "", err
}
