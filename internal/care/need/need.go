// Package need keeps what somebody needs: what is acute and met first, before
// any form, and how things are in each part of life over time. It imports lead,
// platform and care/participant.
package need

import (
	"context"
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

// Acute is something needed now.
type Acute struct {
	ID        string
	Kind      string
	Words     string
	NoticedAt time.Time
	Met       bool
	How       string
	MetAt     time.Time
	By        string
}

// Kinds lists the kinds of acute needs with their words.
func Kinds() [][2]string {
	return [][2]string{
		{"food", "Food or drink"}, {"shelter", "Somewhere tonight"}, {"clothes", "Clothes or a blanket"}, {"phone", "A phone or credit"},
		{"medicine", "Medicine or medical help"}, {"withdrawal", "Withdrawal or overdose risk"}, {"safety", "Safety from somebody"}, {"travel", "Travel"}, {"other", "Something else"},
	}
}

// KindWords returns the words of a kind.
func KindWords(kind string) string {
	for _, k := range Kinds() {
		if k[0] == kind {
			return k[1]
		}
	}
	return kind
}

// KindWords returns the words of the need's kind.
func (a Acute) KindWords() string { return KindWords(a.Kind) }

// Service carries out the use cases.
type Service struct{ People *participant.Service }

// Notice keeps an acute need, and at once how it was met when it was. It asks
// for no form, no intake and no state of the case (R26).
func (s *Service) Notice(ctx context.Context, actor lead.Actor, form ledger.Form, participantID string, a Acute) error {
	act := participant.Act{Action: "case.acute", Name: "acute.notice", Verb: ledger.Collected}
	_, err := s.People.Write(ctx, actor, form, act, participantID, func(tx *db.Tx, n *participant.Now) (string, error) {
		bad := lead.Invalid{}
		if !slices.ContainsFunc(Kinds(), func(k [2]string) bool { return k[0] == a.Kind }) {
			bad["kind"] = "Choose what is needed"
		}
		bad.TooLong("words", a.Words, 1000)
		bad.TooLong("how", a.How, 1000)
		if err := bad.OrNil(); err != nil {
			return "", err
		}
		at := db.At(s.People.Book.Now())
		id := lead.NewID("acu")
		if _, err := tx.Exec(ctx, insertAcute, id, n.ID, a.Kind, n.Seal("care_acute_need.words", a.Words), at, actor.ID, at); err != nil {
			return "", fmt.Errorf("acute need: %w", err)
		}
		if !a.Met {
			return id, nil
		}
		return id, s.meet(ctx, tx, actor, *n, id, a.How)
	})
	return err
}

// Meet says that an acute need was met, and how.
func (s *Service) Meet(ctx context.Context, actor lead.Actor, form ledger.Form, participantID, needID, how string) error {
	act := participant.Act{Action: "case.acute", Name: "acute.meet", Verb: ledger.Altered}
	_, err := s.People.Write(ctx, actor, form, act, participantID, func(tx *db.Tx, n *participant.Now) (string, error) {
		var whose string
		if err := tx.One(ctx, acuteOwner, needID).Scan(&whose); err != nil {
			return "", err
		}
		if whose != n.ID {
			return "", lead.ErrNotFound
		}
		bad := lead.Invalid{}
		bad.TooLong("how", how, 1000)
		if err := bad.OrNil(); err != nil {
			return "", err
		}
		return needID, s.meet(ctx, tx, actor, *n, needID, how)
	})
	return err
}

func (s *Service) meet(ctx context.Context, tx *db.Tx, actor lead.Actor, now participant.Now, needID, how string) error {
	at := db.At(s.People.Book.Now())
	n, err := tx.Exec(ctx, insertMet, needID, now.Seal("care_acute_need_met.how", how), at, actor.ID, at)
	if err != nil {
		return fmt.Errorf("acute need met: %w", err)
	}
	if n == 0 {
		return lead.ErrConflict
	}
	return nil
}

// OpenAcute returns the acute needs that nobody has met yet, oldest first.
func OpenAcute(ctx context.Context, tx *db.Tx, n participant.Now) ([]Acute, error) {
	out, err := db.All(ctx, tx, func(row db.Row) (Acute, error) {
		var a Acute
		var at db.Time
		if err := row.Scan(&a.ID, &a.Kind, &a.Words, &at); err != nil {
			return Acute{}, err
		}
		a.NoticedAt = at.Time
		return a, n.Open(map[string]*string{"care_acute_need.words": &a.Words})
	}, openAcute, n.ID)
	if err != nil {
		return nil, fmt.Errorf("acute needs: %w", err)
	}
	return out, nil
}

// AcuteToday returns the acute needs that nobody has met yet of the people of a
// list, by participant.
func AcuteToday(ctx context.Context, tx *db.Tx, scope participant.Scope, people []participant.Now) (map[string][]Acute, error) {
	known, out := participant.ByID(people), map[string][]Acute{}
	_, err := db.All(ctx, tx, func(row db.Row) (string, error) {
		var id string
		var a Acute
		var at db.Time
		if err := row.Scan(&id, &a.ID, &a.Kind, &a.Words, &at); err != nil {
			return "", err
		}
		n, ok := known[id]
		if !ok { // sealed, or beyond the length of the list
			return id, nil
		}
		a.NoticedAt = at.Time
		if err := n.Open(map[string]*string{"care_acute_need.words": &a.Words}); err != nil {
			return "", err
		}
		out[n.Whole()] = append(out[n.Whole()], a)
		return id, nil
	}, acuteToday, scope.WorkerID, scope.Team)
	if err != nil {
		return nil, fmt.Errorf("acute needs today: %w", err)
	}
	return out, nil
}

// Level is how things are in one part of life, in four words that a panel of
// people with lived experience may change.
type Level string

// The levels.
const (
	InCrisis Level = "in_crisis"
	Hard     Level = "hard"
	Managing Level = "managing"
	Fine     Level = "fine"
)

// Levels lists the levels in order.
func Levels() []Level { return []Level{InCrisis, Hard, Managing, Fine} }

// Words returns the level as people say it.
func (l Level) Words() string {
	return map[Level]string{InCrisis: "In crisis", Hard: "Hard", Managing: "Managing", Fine: "Fine"}[l]
}

// Rating is how things are in one domain, in somebody's view.
type Rating struct {
	Domain string // code of the list "need_domains"
	View   string // own or worker
	Level  Level
}

// Assessment is one conversation about needs. Only what was talked about is in
// it.
type Assessment struct {
	ID       string
	TalkedOn string // YYYY-MM-DD
	Words    string
	Ratings  []Rating
	By       string
}

// Assess keeps a conversation about needs. It can be had as often as wanted.
func (s *Service) Assess(ctx context.Context, actor lead.Actor, form ledger.Form, participantID string, a Assessment) error {
	act := participant.Act{Action: "case.write", Name: "assessment.add", Verb: ledger.Collected}
	_, err := s.People.Write(ctx, actor, form, act, participantID, func(tx *db.Tx, n *participant.Now) (string, error) {
		domains, err := codelist.Load(ctx, tx, "need_domains")
		if err != nil {
			return "", err
		}
		if err := a.check(domains, db.Day(s.People.Book.Now())); err != nil {
			return "", err
		}
		at := db.At(s.People.Book.Now())
		id := lead.NewID("ass")
		if _, err := tx.Exec(ctx, insertAssessment, id, n.ID, a.TalkedOn, n.Seal("care_assessment.words", a.Words), actor.ID, at); err != nil {
			return "", fmt.Errorf("assessment: %w", err)
		}
		for _, r := range a.Ratings {
			if _, err := tx.Exec(ctx, insertRating, id, r.Domain, r.View, r.Level); err != nil {
				return "", fmt.Errorf("assessment: %s: %w", r.Domain, err)
			}
		}
		return id, nil
	})
	return err
}

func (a Assessment) check(domains codelist.Lists, today string) error {
	bad := lead.Invalid{}
	switch _, err := time.Parse(time.DateOnly, a.TalkedOn); {
	case err != nil:
		bad["talked_on"] = "Enter the day you talked"
	case a.TalkedOn > today:
		bad["talked_on"] = "This day is in the future: enter the day you talked"
	}
	if len(a.Ratings) == 0 && strings.TrimSpace(a.Words) == "" {
		bad["words"] = "Choose at least one part of life you talked about, or write down what was said"
	}
	bad.TooLong("words", a.Words, 4000)
	for _, r := range a.Ratings {
		if !domains.Has("need_domains", r.Domain) || !slices.Contains(Levels(), r.Level) || (r.View != "own" && r.View != "worker") {
			bad["level_"+r.Domain] = "Choose one of the four words"
		}
	}
	return bad.OrNil()
}

// History returns the conversations about needs, oldest first. also runs in the
// same transaction, for what stands beside them on the page.
func (s *Service) History(ctx context.Context, actor lead.Actor, participantID string, also func(*db.Tx, participant.Now) error) (participant.Now, []Assessment, []Acute, error) {
	var now participant.Now
	var out []Assessment
	var acute []Acute
	act := participant.Act{Action: "case.read", Name: "needs.read"}
	err := s.People.Read(ctx, actor, act, participantID, func(tx *db.Tx, n participant.Now) error {
		now = n
		var err error
		out, err = db.All(ctx, tx, func(row db.Row) (Assessment, error) {
			var a Assessment
			if err := row.Scan(&a.ID, &a.TalkedOn, &a.Words, &a.By); err != nil {
				return Assessment{}, err
			}
			return a, n.Open(map[string]*string{"care_assessment.words": &a.Words})
		}, assessmentsOf, participantID)
		if err != nil {
			return fmt.Errorf("assessments: %w", err)
		}
		for i := range out {
			out[i].Ratings, err = db.All(ctx, tx, func(row db.Row) (Rating, error) {
				var r Rating
				return r, row.Scan(&r.Domain, &r.View, &r.Level)
			}, ratingsOf, out[i].ID)
			if err != nil {
				return fmt.Errorf("ratings: %w", err)
			}
		}
		if acute, err = OpenAcute(ctx, tx, n); err != nil || also == nil {
			return err
		}
		return also(tx, n)
	})
	return now, out, acute, err
}
