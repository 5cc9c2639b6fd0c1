package participant

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"waymark.example/internal/lead"
	"waymark.example/internal/platform/access"
	"waymark.example/internal/platform/db"
	"waymark.example/internal/platform/ledger"
	"waymark.example/internal/platform/secret"
)

// Card is a part of what somebody tells about themselves. Every question is
// optional, and answered in their own words.
type Card struct {
	Code      string
	Title     string
	Intro     string
	Private   bool // told in confidence: only who walks with them and the supervisor
	Questions []Question
}

// SeenBy says who can see a card.
func (c Card) SeenBy() string {
	if c.Private {
		return "Told in confidence: only who walks with them and the supervisor. Nobody on call, nobody in an emergency."
	}
	return "Their case manager and the supervisor; whoever is on call while nobody walks with them; and in an emergency, with a reason."
}

// Question is one question of a card.
type Question struct {
	Name, Label, Hint string
	Long              bool // several lines
	Way               bool // a way to reach somebody: fine, ask first or never
}

// WayAnswers lists the answers to whether a way to reach somebody is safe.
func WayAnswers() [][2]string {
	return [][2]string{{"yes", "Fine"}, {"ask", "Ask first"}, {"never", "Never"}, {"", "Not said"}}
}

// Cards lists the cards in the order of the page.
func Cards() []Card {
	return []Card{
		{Code: "safe", Title: "How to reach them safely", Intro: "Ask, and ask again: it changes. It stands beside their name.", Questions: []Question{
			{Name: "ring", Label: "Ring", Way: true}, {Name: "text", Label: "Text", Way: true}, {Name: "voicemail", Label: "Leave a message", Way: true},
			{Name: "letter", Label: "Write", Way: true}, {Name: "visit", Label: "Come round", Way: true},
			{Name: "hours", Label: "When", Hint: "Such as \"before noon\"."},
			{Name: "else", Label: "If somebody else answers", Hint: "What to say, in their words."},
			{Name: "sender", Label: "Who we say we are", Hint: "A name that says nothing about the service."}}},
		{Code: "names", Title: "Names", Intro: "Any of these finds them.", Questions: []Question{
			{Name: "aliases", Label: "Other names they use", Hint: "Nicknames too, with a comma between them."},
			{Name: "say", Label: "How to say their name"}, {Name: "papers", Label: "Name on papers", Hint: "Only if it is needed for something."}}},
		{Code: "trusted", Title: "People they trust", Questions: []Question{
			{Name: "who", Label: "Who", Long: true}, {Name: "when", Label: "When may we reach them, and what may we say?", Long: true}}},
		{Code: "animals", Title: "Animals", Questions: []Question{
			{Name: "which", Label: "Who comes along", Hint: "Name, kind, and what they need."}, {Name: "if_away", Label: "Who looks after them if need be"}}},
		{Code: "support", Title: "What makes support fit", Intro: "Ask only what helps. Anything can stay unsaid.", Private: true, Questions: []Question{
			{Name: "language", Label: "Language", Hint: "To speak, to read, and whether an interpreter is welcome."},
			{Name: "communication", Label: "Talking, hearing and reading", Hint: "Large print, time of day, somebody to sit in."},
			{Name: "disability", Label: "Disability and health that matters for meeting", Long: true},
			{Name: "worker", Label: "Who they would rather work with", Hint: "A woman, a man, somebody who has been there."},
			{Name: "culture", Label: "Culture", Long: true}, {Name: "faith", Label: "Faith", Hint: "Days, food, places."},
			{Name: "lgbtq", Label: "Being LGBTQ+", Hint: "What they want us to know, and who may not know."}}},
		{Code: "family", Title: "Children, pregnancy and caring", Intro: "This is asked to help, and never goes anywhere without their yes.", Private: true, Questions: []Question{
			{Name: "children", Label: "Children", Long: true}, {Name: "pregnancy", Label: "Pregnancy", Hint: "What they want help with."},
			{Name: "caring", Label: "People they look after", Long: true}}},
	}
}

// CardOf returns a card by its code.
func CardOf(code string) (Card, bool) {
	cards := Cards()
	i := slices.IndexFunc(cards, func(c Card) bool { return c.Code == code })
	if i < 0 {
		return Card{}, false
	}
	return cards[i], true
}

// About is a card with what was told, and every version before.
type About struct {
	Card
	Version int64
	Answers map[string]string
	By      string
	At      time.Time
	Earlier []About
}

// Said returns the questions that were answered.
func (a About) Said() []Question {
	return slices.DeleteFunc(slices.Clone(a.Questions), func(q Question) bool { return a.Answers[q.Name] == "" })
}

// Answer returns an answer as people say it.
func (a About) Answer(q Question) string {
	if !q.Way {
		return a.Answers[q.Name]
	}
	for _, w := range WayAnswers() {
		if w[0] == a.Answers[q.Name] {
			return w[1]
		}
	}
	return ""
}

func (c Card) check(answers map[string]string) error {
	bad := lead.Invalid{}
	for _, q := range c.Questions {
		if q.Way && !slices.ContainsFunc(WayAnswers(), func(w [2]string) bool { return w[0] == answers[q.Name] }) {
			bad[q.Name] = "Choose fine, ask first or never, or leave it"
		}
		limit := 300
		if q.Long {
			limit = 1000
		}
		bad.TooLong(q.Name, answers[q.Name], limit)
	}
	return bad.OrNil()
}

// said returns the answers to the card's questions that say something.
func (c Card) said(answers map[string]string) map[string]string {
	out := map[string]string{}
	for _, q := range c.Questions {
		if text := strings.TrimSpace(answers[q.Name]); text != "" {
			out[q.Name] = text
		}
	}
	return out
}

// About returns what somebody told about themselves: every card that the actor
// may see. A card they may not see is absent, not empty.
func (s *Service) About(ctx context.Context, actor lead.Actor, participantID string) (Now, []About, error) {
	var now Now
	var out []About
	err := s.Read(ctx, actor, Act{Action: "case.read", Name: "about.read"}, participantID, func(tx *db.Tx, n Now) error {
		now = n
		private, err := s.private(ctx, tx, actor, n)
		if err != nil {
			return err
		}
		for _, c := range Cards() {
			if c.Private && !private {
				continue
			}
			a, err := n.about(ctx, tx, c)
			if err != nil {
				return err
			}
			out = append(out, a)
		}
		return nil
	})
	return now, out, err
}

// private reports whether the actor may see what n told in confidence.
func (s *Service) private(ctx context.Context, tx *db.Tx, actor lead.Actor, n Now) (bool, error) {
	return s.May(ctx, tx, actor, "case.private", n)
}

// May reports whether the actor may do something to n's case, for a part of a
// page that is absent where they may not.
func (s *Service) May(ctx context.Context, tx *db.Tx, actor lead.Actor, action access.Action, n Now) (bool, error) {
	err := s.may(ctx, tx, actor, action, n)
	if errors.Is(err, lead.ErrForbidden) {
		return false, nil
	}
	return err == nil, err
}

// about returns one card of n, its words opened.
func (n Now) about(ctx context.Context, tx *db.Tx, c Card) (About, error) {
	versions, err := db.All(ctx, tx, func(row db.Row) (About, error) {
		a := About{Card: c}
		var answers string
		var at db.Time
		if err := row.Scan(&a.Version, &answers, &a.By, &at); err != nil {
			return About{}, err
		}
		a.At = at.Time
		var err error
		a.Answers, err = n.answers(answers)
		return a, err
	}, aboutOf, n.ID, c.Code)
	if err != nil {
		return About{}, fmt.Errorf("about: %w", err)
	}
	if len(versions) == 0 {
		return About{Card: c}, nil
	}
	versions[0].Earlier = versions[1:]
	return versions[0], nil
}

// answers opens the answers of a card; there are none once the key is destroyed.
func (n Now) answers(kept string) (map[string]string, error) {
	if err := n.Open(map[string]*string{"care_about.answers": &kept}); err != nil {
		return nil, err
	}
	out := map[string]string{}
	if kept == secret.Removed {
		return out, nil
	}
	if err := json.Unmarshal([]byte(kept), &out); err != nil {
		return nil, fmt.Errorf("about: %w", err)
	}
	return out, nil
}

// Tell keeps a new version of a card. from is the version that was on the
// screen.
func (s *Service) Tell(ctx context.Context, actor lead.Actor, form ledger.Form, participantID, code string, from int64, answers map[string]string) error {
	_, err := s.Write(ctx, actor, form, Act{"case.write", "about.tell", ledger.Altered}, participantID, func(tx *db.Tx, n *Now) (string, error) {
		c, ok := CardOf(code)
		if !ok {
			return "", lead.ErrNotFound
		}
		if c.Private {
			if err := s.may(ctx, tx, actor, "case.private", *n); err != nil {
				return "", err
			}
		}
		if err := c.check(answers); err != nil {
			return "", err
		}
		kept := c.said(answers)
		before, err := n.about(ctx, tx, c)
		if err != nil {
			return "", err
		}
		if maps.Equal(kept, c.said(before.Answers)) {
			return "", ErrSame
		}
		text, err := json.Marshal(kept)
		if err != nil {
			return "", fmt.Errorf("about: %w", err)
		}
		added, err := tx.Exec(ctx, insertAbout, n.ID, c.Code, from+1, n.Seal("care_about.answers", string(text)), actor.ID, db.At(s.Book.Now()))
		if err != nil {
			return "", fmt.Errorf("about: %w", err)
		}
		if added == 0 {
			return "", lead.ErrConflict
		}
		if c.Code == "names" {
			return n.ID, s.index(ctx, tx, *n)
		}
		return n.ID, nil
	})
	return err
}

// SafeWord is one sentence of how it is safe to reach somebody: ways of ours
// under never, ask or yes, or their own words under hours, else, sender or "".
type SafeWord struct{ Of, Ways, Words string }

// safeParts says how it is safe to reach somebody: never comes first.
func safeParts(a About, otherwise string) []SafeWord {
	var out []SafeWord
	for _, answer := range []string{"never", "ask", "yes"} {
		var ways []string
		for _, q := range a.Questions {
			if q.Way && a.Answers[q.Name] == answer {
				ways = append(ways, strings.ToLower(q.Label))
			}
		}
		if len(ways) > 0 {
			out = append(out, SafeWord{Of: answer, Ways: strings.Join(ways, ", ")})
		}
	}
	for _, name := range []string{"hours", "else", "sender"} {
		if text := strings.TrimRight(a.Answers[name], ". "); text != "" {
			out = append(out, SafeWord{Of: name, Words: text})
		}
	}
	if otherwise = strings.TrimRight(otherwise, ". "); otherwise != "" {
		out = append(out, SafeWord{Words: otherwise})
	}
	return out
}

// SafeLine is how it is safe to reach somebody in one line.
func SafeLine(words []SafeWord) string {
	begins := map[string]string{"never": "Never ", "ask": "Ask before you ", "yes": "Fine to ", "hours": "When: ", "else": "If somebody else answers: ", "sender": "We say we are: "}
	parts := make([]string, len(words))
	for i, w := range words {
		parts[i] = begins[w.Of] + w.Ways + w.Words + "."
	}
	return strings.Join(parts, " ")
}

// safe returns how it is safe to reach n.
func (n Now) safe(ctx context.Context, tx *db.Tx, p Person) ([]SafeWord, error) {
	card, _ := CardOf("safe")
	a, err := n.about(ctx, tx, card)
	if err != nil {
		return nil, err
	}
	return safeParts(a, p.SafeContact), nil
}

// safeOfAll is safe of every record of the person: what they said on either holds.
func (n Now) safeOfAll(ctx context.Context, tx *db.Tx, p Person) ([]SafeWord, error) {
	words, err := n.safe(ctx, tx, p)
	if err != nil {
		return nil, err
	}
	for _, of := range n.Joined() {
		p, err := of.person(ctx, tx)
		if err != nil && !errors.Is(err, lead.ErrNotFound) {
			return nil, fmt.Errorf("person: %w", err)
		}
		more, err := of.safe(ctx, tx, p)
		if err != nil {
			return nil, err
		}
		for _, w := range more {
			if !slices.Contains(words, w) {
				words = append(words, w)
			}
		}
	}
	return words, nil
}

// WaysSafe returns what n said about how it is safe to reach them, by the names
// of the card's questions, in the caller's own transaction.
func WaysSafe(ctx context.Context, tx *db.Tx, n Now) (map[string]string, error) {
	card, _ := CardOf("safe")
	a, err := n.about(ctx, tx, card)
	return a.Answers, err
}

// mostPlaceWords is how many words of where somebody often is they are found
// by; shorter ones than shortestPlace are in everybody's.
const (
	mostPlaceWords = 6
	shortestPlace  = 4
	phoneEnding    = 4
)

// foundBy returns the words that n is found by: their name, the others they
// use, where they often are, and how their phone's number ends.
func (n Now) foundBy(ctx context.Context, tx *db.Tx) (string, error) {
	words := []string{n.Name}
	card, _ := CardOf("names")
	names, err := n.about(ctx, tx, card)
	if err != nil {
		return "", err
	}
	words = append(words, names.Answers["aliases"])
	p, err := n.person(ctx, tx)
	if errors.Is(err, lead.ErrNotFound) { // just received: nothing is known yet
		return strings.Join(words, " "), nil
	}
	if err != nil {
		return "", err
	}
	places := 0
	for _, w := range strings.Fields(fold(p.FindWords)) {
		if len([]rune(w)) >= shortestPlace && places < mostPlaceWords && !slices.Contains([]string{"often", "near", "with", "from", "around", "mornings", "evenings"}, w) {
			words, places = append(words, w), places+1
		}
	}
	digits := strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' {
			return r
		}
		return -1
	}, p.Phone)
	if len(digits) >= phoneEnding {
		words = append(words, digits[len(digits)-phoneEnding:])
	}
	return strings.Join(words, " "), nil
}
