// Package complaint is what anybody says of how the scheme treated them, bad or
// good, to the scheme or to somebody outside it. It stands on the bridge because
// anybody writes, the partnership or an independent body answers, and neither
// reads what is the other's. It imports lead, platform and the bridge.
package complaint

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"waymark.example/internal/handoff/referral"
	"waymark.example/internal/lead"
)

// Kind is whether it is bad or good.
type Kind string

// The kinds.
const (
	Complaint  Kind = "complaint"
	Compliment Kind = "compliment"
)

// Kinds lists the kinds with their words.
func Kinds() []referral.Choice {
	return []referral.Choice{{Code: string(Complaint), Words: "Something went wrong"}, {Code: string(Compliment), Words: "Something went well"}}
}

// Words returns the kind as people say it.
func (k Kind) Words() string {
	return map[Kind]string{Complaint: "Complaint", Compliment: "Compliment"}[k]
}

// About is whom it is about.
type About string

// Whom it can be about.
const (
	CaseTeam    About = "case_team"
	Police      About = "police"
	Coordinator About = "coordinator"
	Partner     About = "partner"
	Independent About = "independent"
	Other       About = "other"
)

// Abouts lists whom it can be about.
func Abouts() []referral.Choice {
	return []referral.Choice{
		{Code: string(CaseTeam), Words: "The case team"}, {Code: string(Police), Words: "The police"}, {Code: string(Partner), Words: "Another organisation or service"},
		{Code: string(Coordinator), Words: "Whoever runs the scheme"}, {Code: string(Independent), Words: "Whoever takes complaints from outside"}, {Code: string(Other), Words: "Something else"},
	}
}

// Words returns whom it is about as people say it.
func (a About) Words() string {
	for _, c := range Abouts() {
		if c.Code == string(a) {
			return c.Words
		}
	}
	return string(a)
}

// Route is who deals with it.
type Route string

// The routes.
const (
	Scheme  Route = "scheme"
	Outside Route = "independent"
)

// Words returns the route as people say it.
func (r Route) Words() string {
	return map[Route]string{Scheme: "The scheme", Outside: "The independent route"}[r]
}

// Said is what somebody writes.
type Said struct {
	Kind  Kind
	About About
	Route Route
	Words string
	Name  string // if they want to say
	Reach string // how to reach them, if they want to
	Wish  string // what would put it right
}

// Check returns a lead.Invalid naming each answer that breaks a rule, or nil.
func (s Said) Check() error {
	bad := lead.Invalid{}
	one := func(field, answer, words string, of []referral.Choice) {
		if !slices.ContainsFunc(of, func(c referral.Choice) bool { return c.Code == answer }) {
			bad[field] = words
		}
	}
	one("kind", string(s.Kind), "Choose whether it went wrong or well", Kinds())
	one("about", string(s.About), "Choose whom it is about", Abouts())
	if s.Route != Scheme && s.Route != Outside {
		bad["route"] = "Choose who should deal with it"
	}
	if strings.TrimSpace(s.Words) == "" {
		bad["words"] = "Write what happened, in your own words"
	}
	bad.TooLong("words", s.Words, 4000)
	bad.TooLong("wish", s.Wish, 1000)
	bad.TooLong("name", s.Name, 80)
	bad.TooLong("reach", s.Reach, 120)
	return bad.OrNil()
}

// Way is who deals with it in the end: nobody deals with what is about themselves.
func (s Said) Way() Route {
	switch s.About {
	case Coordinator:
		return Outside
	case Independent:
		return Scheme
	}
	return s.Route
}

// said is the part that is sealed.
type said struct {
	Words string `json:"words"`
	Wish  string `json:"wish,omitempty"`
	Name  string `json:"name,omitempty"`
	Reach string `json:"reach,omitempty"`
}

func (s Said) text() (string, error) {
	text, err := json.Marshal(said{s.Words, s.Wish, s.Name, s.Reach})
	if err != nil {
		return "", fmt.Errorf("complaint: %w", err)
	}
	return string(text), nil
}

func (s *Said) read(text string) error {
	var in said
	if err := json.Unmarshal([]byte(text), &in); err != nil {
		return fmt.Errorf("complaint: %w", err)
	}
	s.Words, s.Wish, s.Name, s.Reach = in.Words, in.Wish, in.Name, in.Reach
	return nil
}

// Stage is how far it has come.
type Stage string

// The stages.
const (
	Received     Stage = ""
	Acknowledged Stage = "acknowledged"
	Looking      Stage = "looking"
	Answered     Stage = "answered"
	LetGo        Stage = "let_go" // its time was over, and its words are gone
)

// Words returns the stage as people say it.
func (s Stage) Words() string {
	return map[Stage]string{Received: "Received", Acknowledged: "Acknowledged", Looking: "Being looked into", Answered: "Answered", LetGo: "Closed, and its words are gone"}[s]
}

// Next lists the stages that can follow.
func (s Stage) Next() []referral.Choice {
	all := []referral.Choice{{Code: string(Acknowledged), Words: "Say that it came"}, {Code: string(Looking), Words: "Say that you are looking into it"}, {Code: string(Answered), Words: "Answer it"}}
	switch s {
	case Received:
		return all
	case Acknowledged, Looking:
		return all[1:]
	}
	return nil
}

// Outcomes lists what can come of it, with words.
func Outcomes() []referral.Choice {
	return []referral.Choice{
		{Code: "put_right", Words: "It was put right"}, {Code: "changed", Words: "We work differently now"}, {Code: "explained", Words: "It was explained"},
		{Code: "nothing_found", Words: "We looked and found nothing to change"}, {Code: "thanked", Words: "Passed on with thanks"},
	}
}

// OutcomeWords returns the words of an outcome, or the code itself.
func OutcomeWords(code string) string {
	for _, c := range Outcomes() {
		if c.Code == code {
			return c.Words
		}
	}
	return code
}

// Step is one line of its history.
type Step struct {
	ID      string
	Stage   Stage
	Outcome string
	Words   string // for whoever wrote
	At      time.Time
}

func (s Step) check(from Stage) error {
	bad := lead.Invalid{}
	if !slices.ContainsFunc(from.Next(), func(c referral.Choice) bool { return c.Code == string(s.Stage) }) {
		bad["stage"] = "Choose what comes next"
	}
	known := slices.ContainsFunc(Outcomes(), func(c referral.Choice) bool { return c.Code == s.Outcome })
	if s.Stage == Answered && !known {
		bad["outcome"] = "Choose what came of it"
	}
	if s.Stage != Answered && s.Outcome != "" {
		bad["outcome"] = "Only an answer says what came of it"
	}
	if s.Stage == Answered && strings.TrimSpace(s.Words) == "" {
		bad["answer"] = "Write the answer: whoever wrote reads it with their code"
	}
	bad.TooLong("answer", s.Words, 3000)
	return bad.OrNil()
}

// File is one complaint or compliment.
type File struct {
	ID, Reference string
	Said
	Stage         Stage
	Version       int64
	AcknowledgeOn string // YYYY-MM-DD
	AnswerOn      string
	ReceivedAt    time.Time
	Steps         []Step

	sealed string
}

// Late reports whether what was promised is overdue on day.
func (f File) Late(today string) bool {
	switch f.Stage {
	case Received:
		return f.AcknowledgeOn < today
	case Acknowledged, Looking:
		return f.AnswerOn < today
	}
	return false
}
