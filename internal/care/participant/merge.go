package participant

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"waymark.example/internal/handoff/keeping"
	"waymark.example/internal/lead"
	"waymark.example/internal/platform/access"
	"waymark.example/internal/platform/db"
	"waymark.example/internal/platform/ledger"
	"waymark.example/internal/platform/secret"
)

// One person may be handed over twice and have two records. That they are one
// is said by somebody with a reason, agreed by a second person, and can be
// undone (R58). Nothing moves: each record keeps its key, its history, its
// consents and its referral, and what is read follows the link. See
// docs/decisions/0023-two-records-of-one-person.md.

// joined are the other records of one person, by the record that goes on.
type joined struct{ records []Now }

// Joined returns the other records of the same person, which this one goes on for.
func (n Now) Joined() []Now {
	if n.joined == nil {
		return nil
	}
	return n.joined.records
}

// Records returns every record of the person: this one, then the joined ones.
func (n Now) Records() []Now { return append([]Now{n}, n.Joined()...) }

// Whole returns the id of the record that stands for the person.
func (n Now) Whole() string {
	if n.Into != "" {
		return n.Into
	}
	return n.ID
}

// aboutWhatIsThere reports whether an act is about something that stands on a
// record already, and so stays with it after a merge.
func (a Act) aboutWhatIsThere() bool {
	switch a.Name {
	case "legal.keep", "appointment.keep": // a new one goes to the record that goes on
		return a.Verb == ledger.Altered
	case "document.given_back", "document.taken_away", "answers.wrong", "letter.stop", "reminder.stop", "away.set_aside", "case.tell_moved",
		"safety.concern_told", "safety.concern_no_referral", "safety.concern_outcome", "safety.concern_referred",
		"note.correct", "note.undo", "acute.meet", "promise.settle", "rights.wish_done", "warm.step", "known.stop", "portal.take_back", "keeping.settle", "keeping.return",
		"fund.approved", "fund.not_now", "fund.paid", "fund.not_needed":
		return true
	}
	return false
}

// join fills in what a record has to do with others. A merged one is as sealed
// as the one that goes on for it.
func (s *Service) join(ctx context.Context, tx *db.Tx, n *Now) error {
	if n.State == Merged {
		into, err := Survivor(ctx, tx, n.ID)
		if err != nil {
			return err
		}
		sealed, err := keeping.Sealed(ctx, tx, into)
		n.Into, n.sealed = into, n.sealed || sealed
		return err
	}
	records, err := s.list(ctx, tx, joinedTo, n.ID)
	if err != nil {
		return fmt.Errorf("joined records: %w", err)
	}
	if len(records) > 0 {
		for i := range records {
			records[i].Into = n.ID
		}
		n.joined = &joined{records}
	}
	return nil
}

// joinAll is join for the people of one day's list.
func (s *Service) joinAll(ctx context.Context, tx *db.Tx, scope Scope, people []Now) error {
	records, err := s.list(ctx, tx, joinedToday, scope.WorkerID, scope.Team)
	if err != nil || len(records) == 0 {
		return err
	}
	into := map[string]string{}
	_, err = db.All(ctx, tx, func(row db.Row) (string, error) {
		var id, survivor string
		err := row.Scan(&id, &survivor)
		into[id] = survivor
		return id, err
	}, survivorsToday, scope.WorkerID, scope.Team)
	if err != nil {
		return fmt.Errorf("joined records: %w", err)
	}
	byPerson := map[string][]Now{}
	for _, r := range records {
		r.Into = into[r.ID]
		byPerson[r.Into] = append(byPerson[r.Into], r)
	}
	for i, n := range people {
		if of := byPerson[n.ID]; len(of) > 0 {
			people[i].joined = &joined{of}
		}
	}
	return nil
}

// Survivor returns the record that stands for the person of a record: another
// one after a merge, or else itself.
func Survivor(ctx context.Context, tx *db.Tx, participantID string) (string, error) {
	into := participantID
	err := tx.One(ctx, survivorOf, participantID).Scan(&into)
	if err != nil && !errors.Is(err, lead.ErrNotFound) {
		return "", fmt.Errorf("which record goes on: %w", err)
	}
	return into, nil
}

// RecordIDs returns the id of every record of the person of a record.
func RecordIDs(ctx context.Context, tx *db.Tx, participantID string) ([]string, error) {
	whole, err := Survivor(ctx, tx, participantID)
	if err != nil {
		return nil, err
	}
	ids, err := db.All(ctx, tx, scanID, recordsOf, whole)
	if err != nil {
		return nil, fmt.Errorf("records of one person: %w", err)
	}
	return ids, nil
}

// others returns the other records of the person of n, whichever of them n is.
func (s *Service) others(ctx context.Context, tx *db.Tx, n Now) ([]Now, error) {
	if n.State != Merged {
		return n.Joined(), nil
	}
	whole, err := s.one(ctx, tx, nowByID, n.Into)
	if err != nil {
		return nil, err
	}
	return slices.DeleteFunc(whole.Records(), func(r Now) bool { return r.ID == n.ID }), nil
}

// Alike is somebody who may be the same person, and why, in words.
type Alike struct {
	Now
	Why []string
}

// All returns every record of the person of n, n first, whichever of them it is.
func (s *Service) All(ctx context.Context, tx *db.Tx, n Now) ([]Now, error) {
	others, err := s.others(ctx, tx, n)
	if err != nil {
		return nil, fmt.Errorf("records of one person: %w", err)
	}
	return append([]Now{n}, others...), nil
}

// LockWhole is Lock, and after a merge the lock of the record that goes on: what
// is new about somebody is written there.
func (s *Service) LockWhole(ctx context.Context, tx *db.Tx, participantID string) (Now, error) {
	n, err := s.one(ctx, tx, lockNow, participantID)
	if err != nil || n.State != Merged {
		return n, err
	}
	return s.one(ctx, tx, lockNow, n.Into)
}

// MaybeSame returns whoever of the actor's people may be the same person as
// one, the likest first. It is a question to a human and never decides.
func (s *Service) MaybeSame(ctx context.Context, actor lead.Actor, participantID string) (Now, []Alike, error) {
	var of Now
	var out []Alike
	entry := ledger.Entry{Actor: actor, Verb: ledger.Consulted, Act: "merge.look", Subjects: []string{participantID}}
	err := s.Book.Record(ctx, entry, func(tx *db.Tx, e *ledger.Entry) error {
		n, err := s.one(ctx, tx, nowByID, participantID)
		if err != nil {
			return err
		}
		if err := s.may(ctx, tx, actor, "merge.propose", n); err != nil {
			return err
		}
		if n.State == Merged || n.box == nil {
			return lead.ErrConflict
		}
		of = n
		candidates, err := s.candidates(ctx, tx, actor, n)
		if err != nil {
			return err
		}
		known, err := n.traits(ctx, tx)
		if err != nil {
			return err
		}
		for _, c := range candidates {
			other, err := c.traits(ctx, tx)
			if err != nil {
				return err
			}
			if why := known.shared(other); len(why) > 0 {
				out = append(out, Alike{c, why})
				e.Subjects = append(e.Subjects, c.ID)
			}
		}
		slices.SortStableFunc(out, func(a, b Alike) int { return len(b.Why) - len(a.Why) })
		out = out[:min(len(out), alikeMost)]
		return nil
	})
	return of, out, err
}

// candidates are people of the actor's list who share a token with n, or whose
// names are spelt like theirs.
func (s *Service) candidates(ctx context.Context, tx *db.Tx, actor lead.Actor, n Now) ([]Now, error) {
	team := ""
	if actor.Has(lead.Supervisor) {
		team = actor.Team
	}
	out, err := s.list(ctx, tx, sharingTokens, n.ID, actor.ID, team)
	if err != nil {
		return nil, fmt.Errorf("who shares a token: %w", err)
	}
	alike, err := s.alike(ctx, tx, actor, n.Name)
	if err != nil {
		return nil, err
	}
	for _, a := range alike {
		if a.ID != n.ID && a.State != Died && !slices.ContainsFunc(out, func(b Now) bool { return b.ID == a.ID }) {
			out = append(out, a)
		}
	}
	return out, nil
}

// traits are what two records of one person may have in common.
type traits struct {
	name    string
	aliases []string
	phone   string
	places  []string
}

// traits reads what is known of one record.
func (n Now) traits(ctx context.Context, tx *db.Tx) (traits, error) {
	card, _ := CardOf("names")
	names, err := n.about(ctx, tx, card)
	if err != nil {
		return traits{}, err
	}
	p, err := n.person(ctx, tx)
	if err != nil && !errors.Is(err, lead.ErrNotFound) {
		return traits{}, err
	}
	digits := strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' {
			return r
		}
		return -1
	}, p.Phone)
	t := traits{name: fold(n.Name), phone: digits[max(0, len(digits)-9):]}
	for _, alias := range strings.FieldsFunc(names.Answers["aliases"], func(r rune) bool { return r == ',' || r == ';' || r == '\n' }) {
		if alias = fold(alias); alias != "" {
			t.aliases = append(t.aliases, alias)
		}
	}
	for _, w := range strings.Fields(fold(p.FindWords)) {
		if len([]rune(w)) >= shortestPlace {
			t.places = append(t.places, w)
		}
	}
	return t, nil
}

// likeNames is from where two names count as spelt alike.
const likeNames = 0.6

// shared says in words what two records have in common; a place alone says
// nothing, because many people are in it.
func (t traits) shared(o traits) []string {
	var why []string
	switch {
	case t.name == "" || o.name == "":
	case t.name == o.name:
		why = append(why, "They are called the same")
	case likeness(strings.Fields(t.name), strings.Fields(o.name)) >= likeNames || likeness(strings.Fields(o.name), strings.Fields(t.name)) >= likeNames:
		why = append(why, "Their names are spelt alike")
	}
	if slices.Contains(t.aliases, o.name) || slices.Contains(o.aliases, t.name) || slices.ContainsFunc(t.aliases, func(a string) bool { return slices.Contains(o.aliases, a) }) {
		why = append(why, "One uses a name that the other uses too")
	}
	if len(t.phone) >= phoneEnding && t.phone == o.phone {
		why = append(why, "They have the same phone number")
	}
	if len(why) > 0 && slices.ContainsFunc(t.places, func(p string) bool { return slices.Contains(o.places, p) }) {
		why = append(why, "They are often in the same place")
	}
	return why
}

// MergeStep is one line of what became of a merge.
type MergeStep struct {
	Kind  string // confirmed, declined, undone
	Words string
	By    string
	At    time.Time
}

// Merge is that two records are of one person, as somebody said.
type Merge struct {
	ID         string
	From, Into Now
	Why, Wish  string
	AskedBy    string // account_id
	By         string // their name
	At         time.Time
	Steps      []MergeStep
	Since      int // what was written on the record that goes on while they were together
}

// Waiting reports whether nobody has agreed or declined yet.
func (m Merge) Waiting() bool { return len(m.Steps) == 0 }

// Holds reports whether the two records are together now.
func (m Merge) Holds() bool {
	return len(m.Steps) > 0 && m.Steps[len(m.Steps)-1].Kind == "confirmed"
}

// MayConfirm reports whether actor can be the second person: somebody else, and
// one of the two a supervisor.
func (m Merge) MayConfirm(actor lead.Actor, askerLeads bool) bool {
	return m.AskedBy != actor.ID && (askerLeads || actor.Has(lead.Supervisor))
}

// sealBoth seals words under the keys of both people, one within the other, so
// that erasing either takes them away.
func sealBoth(from, into Now, field, words string) string {
	return into.Seal(field, from.Seal(field, words))
}

func openBoth(from, into Now, field, sealed string) (string, error) {
	inner, err := into.box.Read(field, sealed)
	if err != nil || inner == secret.Removed {
		return inner, err
	}
	return from.box.Read(field, inner)
}

// mergeable returns why two records cannot be of one person, or nil.
func mergeable(from, into Now, wish string) error {
	for _, n := range []Now{from, into} {
		if n.State == Merged || n.State == Died || n.State == Erased || n.box == nil || n.sealed {
			return lead.ErrConflict
		}
	}
	bad := lead.Invalid{}
	walked := from.State.Open() && from.Hold == Caseload
	switch {
	case from.ID == into.ID:
		bad["into"] = "These are not two records"
	case from.Team != into.Team:
		bad["into"] = "Another team supports one of them: bring both to one team first"
	case from.State.Open() && !into.State.Open():
		bad["into"] = "Keep the record that is open: a merge closes nothing"
	case walked && into.Hold != Caseload:
		bad["into"] = "Keep the record of whoever walks with them already"
	case walked && from.WorkerID != into.WorkerID && strings.TrimSpace(wish) == "":
		bad["wish"] = "Two people walk with them: write down what they said about who goes on"
	}
	return bad.OrNil()
}

// ProposeMerge says that from and into are of one person, and that into goes on.
// It waits for a second person and changes nothing until then.
func (s *Service) ProposeMerge(ctx context.Context, actor lead.Actor, form ledger.Form, fromID, intoID, why, wish string) (string, error) {
	entry := ledger.Entry{Actor: actor, Verb: ledger.Altered, Act: "merge.propose", Subjects: []string{fromID, intoID}}
	return s.Book.Once(ctx, form, entry, func(tx *db.Tx, _ *ledger.Entry) (string, error) {
		from, into, err := s.lockTwo(ctx, tx, fromID, intoID)
		if err != nil {
			return "", err
		}
		for _, n := range []Now{from, into} {
			if err := s.Access.Check(actor, "merge.propose", n.resource()); err != nil {
				return "", err
			}
		}
		bad := lead.Invalid{}
		if strings.TrimSpace(why) == "" {
			bad["why"] = "Say how you know that they are one person"
		}
		bad.TooLong("why", why, 1000)
		bad.TooLong("wish", wish, 500)
		if err := bad.OrNil(); err != nil {
			return "", err
		}
		if err := mergeable(from, into, wish); err != nil {
			return "", err
		}
		var waiting int
		if err := tx.One(ctx, mergesWaitingOn, from.ID, into.ID).Scan(&waiting); err != nil {
			return "", fmt.Errorf("propose merge: %w", err)
		}
		if waiting > 0 {
			return "", lead.ErrConflict
		}
		id := lead.NewID("mrg")
		if _, err := tx.Exec(ctx, insertMerge, id, from.ID, into.ID, sealBoth(from, into, "care_merge.why", why), sealBoth(from, into, "care_merge.wish", wish), actor.ID, db.At(s.Book.Now())); err != nil {
			return "", fmt.Errorf("propose merge: %w", err)
		}
		return id, nil
	})
}

// lockTwo locks two records, in the order of their ids so that two writers
// never wait for each other.
func (s *Service) lockTwo(ctx context.Context, tx *db.Tx, fromID, intoID string) (from, into Now, err error) {
	ids := []string{fromID, intoID}
	slices.Sort(ids)
	for _, id := range slices.Compact(ids) {
		n, err := s.one(ctx, tx, lockNow, id)
		if err != nil {
			return Now{}, Now{}, err
		}
		if id == fromID {
			from = n
		}
		if id == intoID {
			into = n
		}
	}
	return from, into, nil
}

// merge reads one merge with both its records.
func (s *Service) merge(ctx context.Context, tx *db.Tx, q db.Query, mergeID string) (Merge, error) {
	var m Merge
	var fromID, intoID string
	var at db.Time
	if err := tx.One(ctx, mergeByID, mergeID).Scan(&m.ID, &fromID, &intoID, &m.Why, &m.Wish, &m.AskedBy, &m.By, &at); err != nil {
		return Merge{}, err
	}
	m.At = at.Time
	var err error
	if q == lockNow {
		m.From, m.Into, err = s.lockTwo(ctx, tx, fromID, intoID)
	} else if m.From, err = s.one(ctx, tx, q, fromID); err == nil {
		m.Into, err = s.one(ctx, tx, q, intoID)
	}
	if err != nil {
		return Merge{}, err
	}
	if m.Why, err = openBoth(m.From, m.Into, "care_merge.why", m.Why); err != nil {
		return Merge{}, err
	}
	if m.Wish, err = openBoth(m.From, m.Into, "care_merge.wish", m.Wish); err != nil {
		return Merge{}, err
	}
	m.Steps, err = db.All(ctx, tx, func(row db.Row) (MergeStep, error) {
		var step MergeStep
		var version int
		var at db.Time
		if err := row.Scan(&version, &step.Kind, &step.Words, &step.By, &at); err != nil {
			return step, err
		}
		step.At = at.Time
		var err error
		step.Words, err = openBoth(m.From, m.Into, "care_merge_step.words", step.Words)
		return step, err
	}, mergeSteps, m.ID)
	if err != nil {
		return Merge{}, fmt.Errorf("merge: %w", err)
	}
	if m.Holds() {
		if err := tx.One(ctx, writtenSince, m.Into.Whole(), db.At(m.Steps[0].At)).Scan(&m.Since); err != nil {
			return Merge{}, fmt.Errorf("merge: %w", err)
		}
	}
	return m, nil
}

// through asks whether actor may do something with a merge, by the one of its two
// records that they came from.
func (s *Service) through(actor lead.Actor, action access.Action, m Merge, participantID string) error {
	switch participantID {
	case m.From.ID:
		return s.Access.Check(actor, action, m.From.resource())
	case m.Into.ID:
		return s.Access.Check(actor, action, m.Into.resource())
	}
	return lead.ErrNotFound
}

// OneMerge returns one merge, and whether actor can be its second person.
func (s *Service) OneMerge(ctx context.Context, actor lead.Actor, participantID, mergeID string) (Merge, bool, error) {
	var m Merge
	var may bool
	entry := ledger.Entry{Actor: actor, Verb: ledger.Consulted, Act: "merge.read"}
	err := s.Book.Record(ctx, entry, func(tx *db.Tx, e *ledger.Entry) error {
		var err error
		if m, err = s.merge(ctx, tx, nowByID, mergeID); err != nil {
			return err
		}
		e.Subjects = append(e.Subjects, m.From.ID, m.Into.ID)
		if err := s.through(actor, "merge.confirm", m, participantID); err != nil {
			return err
		}
		may, err = s.second(ctx, tx, actor, m)
		return err
	})
	return m, may, err
}

// second reports whether actor can be the second person of a merge. Somebody
// who asked as a supervisor can be answered by whoever walks with the person.
func (s *Service) second(ctx context.Context, tx *db.Tx, actor lead.Actor, m Merge) (bool, error) {
	var leads bool
	if err := tx.One(ctx, isSupervisor, m.AskedBy).Scan(&leads); err != nil {
		return false, fmt.Errorf("who asked: %w", err)
	}
	return m.MayConfirm(actor, leads), nil
}

// Merges returns what waits for a second person among the actor's people.
func (s *Service) Merges(ctx context.Context, actor lead.Actor) ([]Merge, error) {
	var out []Merge
	entry := ledger.Entry{Actor: actor, Verb: ledger.Consulted, Act: "merge.list"}
	err := s.Book.Record(ctx, entry, func(tx *db.Tx, e *ledger.Entry) error {
		if err := s.Access.Check(actor, "merge.confirm", access.Screen{}); err != nil {
			return err
		}
		team := ""
		if actor.Has(lead.Supervisor) {
			team = actor.Team
		}
		ids, err := db.All(ctx, tx, scanID, mergesWaiting, actor.ID, team)
		if err != nil {
			return fmt.Errorf("merges: %w", err)
		}
		for _, id := range ids {
			m, err := s.merge(ctx, tx, nowByID, id)
			if err != nil {
				return err
			}
			out = append(out, m)
			e.Subjects = append(e.Subjects, m.From.ID, m.Into.ID)
		}
		return nil
	})
	return out, err
}

func scanID(row db.Row) (string, error) {
	var id string
	return id, row.Scan(&id)
}

// MergesOf returns what was ever said about the records of n and others, newest
// first, inside the caller's own act.
func (s *Service) MergesOf(ctx context.Context, tx *db.Tx, n Now) ([]Merge, error) {
	var out []Merge
	for _, of := range n.Records() {
		ids, err := db.All(ctx, tx, scanID, mergesOf, of.ID)
		if err != nil {
			return nil, fmt.Errorf("merges: %w", err)
		}
		for _, id := range ids {
			if slices.ContainsFunc(out, func(m Merge) bool { return m.ID == id }) {
				continue
			}
			m, err := s.merge(ctx, tx, nowByID, id)
			if err != nil {
				return nil, err
			}
			out = append(out, m)
		}
	}
	return out, nil
}

// SettleMerge is the second person's word: yes, and the records are together
// from then on; no, and nothing changes.
func (s *Service) SettleMerge(ctx context.Context, actor lead.Actor, form ledger.Form, participantID, mergeID string, yes bool, words string) error {
	entry := ledger.Entry{Actor: actor, Verb: ledger.Altered, Act: "merge.settle"}
	_, err := s.Book.Once(ctx, form, entry, func(tx *db.Tx, e *ledger.Entry) (string, error) {
		m, err := s.merge(ctx, tx, lockNow, mergeID)
		if err != nil {
			return "", err
		}
		e.Subjects = append(e.Subjects, m.From.ID, m.Into.ID)
		if err := s.through(actor, "merge.confirm", m, participantID); err != nil {
			return "", err
		}
		may, err := s.second(ctx, tx, actor, m)
		if err != nil {
			return "", err
		}
		if !may {
			return "", lead.ErrForbidden // nobody agrees with themself
		}
		bad := lead.Invalid{}
		bad.TooLong("words", words, 1000)
		if err := bad.OrNil(); err != nil {
			return "", err
		}
		if !m.Waiting() {
			return "", lead.ErrConflict
		}
		if !yes {
			return m.ID, s.mergeStep(ctx, tx, actor, m, "declined", words)
		}
		if err := mergeable(m.From, m.Into, m.Wish); err != nil {
			return "", lead.ErrConflict // something changed since it was said
		}
		if err := s.mergeStep(ctx, tx, actor, m, "confirmed", words); err != nil {
			return "", err
		}
		return m.ID, s.bring(ctx, tx, m)
	})
	return err
}

func (s *Service) mergeStep(ctx context.Context, tx *db.Tx, actor lead.Actor, m Merge, kind, words string) error {
	added, err := tx.Exec(ctx, insertMergeStep, m.ID, len(m.Steps)+1, kind, sealBoth(m.From, m.Into, "care_merge_step.words", words), actor.ID, db.At(s.Book.Now()))
	if err != nil {
		return fmt.Errorf("%s: %w", kind, err)
	}
	if added == 0 {
		return lead.ErrConflict
	}
	return nil
}

// bring puts the projections of two records together: lists show one person,
// found by the words of both, last reached when either was.
func (s *Service) bring(ctx context.Context, tx *db.Tx, m Merge) error {
	if _, err := tx.Exec(ctx, moveMerged, m.Into.ID, m.From.ID); err != nil {
		return fmt.Errorf("merge: %w", err)
	}
	if _, err := tx.Exec(ctx, insertMerged, m.From.ID, m.Into.ID, m.ID); err != nil {
		return fmt.Errorf("merge: %w", err)
	}
	if _, err := tx.Exec(ctx, mergeNow, m.From.ID); err != nil {
		return fmt.Errorf("merge: %w", err)
	}
	if _, err := tx.Exec(ctx, deleteTokens, m.From.ID); err != nil {
		return fmt.Errorf("merge: %w", err)
	}
	return s.settle(ctx, tx, m.Into.ID)
}

// settle works out again what the record that goes on shows of all.
func (s *Service) settle(ctx context.Context, tx *db.Tx, participantID string) error {
	n, err := s.one(ctx, tx, lockNow, participantID)
	if err != nil {
		return err
	}
	if _, err := tx.Exec(ctx, followSurvivor, n.Team, n.Hold, n.WorkerID, n.ID); err != nil {
		return fmt.Errorf("merge: %w", err)
	}
	latest := time.Time{}
	for _, of := range n.Records() {
		var at db.Time
		if err := tx.One(ctx, reachedOf, of.ID).Scan(&at); err != nil {
			return fmt.Errorf("merge: last reached: %w", err)
		}
		if at.After(latest) {
			latest = at.Time
		}
	}
	if _, err := tx.Exec(ctx, reachNow, db.At(latest), n.ID); err != nil {
		return fmt.Errorf("merge: last reached: %w", err)
	}
	return s.index(ctx, tx, n)
}

// UndoMerge parts two records again, each as its own history has it. What was
// written meanwhile stays with the record it was written on.
func (s *Service) UndoMerge(ctx context.Context, actor lead.Actor, form ledger.Form, participantID, mergeID, why string) error {
	entry := ledger.Entry{Actor: actor, Verb: ledger.Altered, Act: "merge.undo"}
	_, err := s.Book.Once(ctx, form, entry, func(tx *db.Tx, e *ledger.Entry) (string, error) {
		m, err := s.merge(ctx, tx, lockNow, mergeID)
		if err != nil {
			return "", err
		}
		e.Subjects = append(e.Subjects, m.From.ID, m.Into.ID)
		if err := s.through(actor, "merge.confirm", m, participantID); err != nil {
			return "", err
		}
		bad := lead.Invalid{}
		if strings.TrimSpace(why) == "" {
			bad["why"] = "Say how you know that they are two people"
		}
		bad.TooLong("why", why, 1000)
		if err := bad.OrNil(); err != nil {
			return "", err
		}
		if !m.Holds() || m.From.box == nil || m.Into.box == nil { // erased together: nothing is left to part
			return "", lead.ErrConflict
		}
		if err := s.mergeStep(ctx, tx, actor, m, "undone", why); err != nil {
			return "", err
		}
		return m.ID, s.part(ctx, tx, m)
	})
	return err
}

// part follows the links that still hold and writes the projections anew.
func (s *Service) part(ctx context.Context, tx *db.Tx, m Merge) error {
	whole := m.From.Whole()
	type link struct{ from, into, merge string }
	before, err := s.one(ctx, tx, lockNow, whole)
	if err != nil {
		return err
	}
	links, err := db.All(ctx, tx, func(row db.Row) (link, error) {
		var l link
		return l, row.Scan(&l.from, &l.into, &l.merge)
	}, liveMerges, whole)
	if err != nil {
		return fmt.Errorf("part: %w", err)
	}
	into := map[string]link{}
	for _, l := range links {
		into[l.from] = l
	}
	if _, err := tx.Exec(ctx, deleteMerged, whole); err != nil {
		return fmt.Errorf("part: %w", err)
	}
	for _, r := range before.Joined() {
		end := r.ID
		for into[end].into != "" {
			end = into[end].into
		}
		if end == r.ID {
			continue
		}
		if _, err := tx.Exec(ctx, insertMerged, r.ID, end, into[r.ID].merge); err != nil {
			return fmt.Errorf("part: %w", err)
		}
	}
	if _, err := tx.Exec(ctx, partNow, m.From.ID); err != nil {
		return fmt.Errorf("part: %w", err)
	}
	if err := s.settle(ctx, tx, m.From.ID); err != nil {
		return err
	}
	return s.settle(ctx, tx, whole)
}
