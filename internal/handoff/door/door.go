// Package door is the third door (R5): anybody can ask the case team to look for
// somebody, through a form that a site opens. It stands on the bridge because
// anybody writes, only the case team reads, and the partnership sees references
// and moments. It imports lead, platform and the bridge.
package door

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"waymark.example/internal/handoff/referral"
	"waymark.example/internal/lead"
)

// Name is what the third door is called where a hand-off says how somebody came.
const Name = "community"

// Setting is what a site decided about its doors.
type Setting struct {
	Version                    int64
	Refer, Self                bool // open to partners and the community; also to people themselves and their families
	Feedback, Complaint        bool
	Phone                      string
	PromiseDays                int // until somebody looked at a referral
	AcknowledgeDays            int // until a complaint is acknowledged
	AnswerDays                 int
	Independent, IndependentAt string // who else takes complaints, and how to reach them
	IndependentID              string // the organisation of those who answer here
	SetAt                      time.Time
}

// Closed is what holds before anybody decided: every door is closed.
func Closed() Setting { return Setting{PromiseDays: 3, AcknowledgeDays: 5, AnswerDays: 28} }

// AcknowledgeMost is within how many days the law wants a complaint acknowledged
// (Data (Use and Access) Act 2025, section 103, for those about data: to verify).
const AcknowledgeMost = 30

// Check returns a lead.Invalid naming each answer that breaks a rule, or nil.
func (s Setting) Check() error {
	bad := lead.Invalid{}
	days := func(field string, n, most int) {
		if n < 1 || n > most {
			bad[field] = fmt.Sprintf("Enter a number of days from 1 to %d", most)
		}
	}
	days("promise_days", s.PromiseDays, 30)
	days("acknowledge_days", s.AcknowledgeDays, AcknowledgeMost)
	days("answer_days", s.AnswerDays, 90)
	if (s.Refer || s.Self) && strings.TrimSpace(s.Phone) == "" {
		bad["phone"] = "Enter a number to ring: a form is never the only way"
	}
	if s.Self && !s.Refer {
		bad["open"] = "People themselves use the same form: open it to partners and the community too"
	}
	if s.Complaint && strings.TrimSpace(s.Independent) == "" {
		bad["independent"] = "Say who else takes complaints: nobody should have to complain to whom it is about"
	}
	if s.Complaint && strings.TrimSpace(s.IndependentAt) == "" {
		bad["independent_reach"] = "Say how to reach them without Waymark: a number or an address"
	}
	if s.Complaint && s.IndependentID == "" {
		bad["independent_id"] = "Choose which organisation answers here"
	}
	bad.TooLong("phone", s.Phone, 40)
	bad.TooLong("independent", s.Independent, 120)
	bad.TooLong("independent_reach", s.IndependentAt, 200)
	return bad.OrNil()
}

// Asking is who makes a referral.
type Asking string

// Who can ask.
const (
	Self      Asking = "self"
	Family    Asking = "family"
	Community Asking = "community"
	Partner   Asking = "partner"
)

// Askings lists who can ask; themselves and their families only where the site
// opened the door to them.
func (s Setting) Askings() []referral.Choice {
	all := []referral.Choice{{Code: string(Partner), Words: "I work for a service or an organisation"}, {Code: string(Community), Words: "I live or work here and know them a little"}}
	if s.Self {
		all = append([]referral.Choice{{Code: string(Self), Words: "It is for me"}, {Code: string(Family), Words: "They are family or a friend"}}, all...)
	}
	return all
}

// Words returns who asks as the case team reads it.
func (a Asking) Words() string {
	return map[Asking]string{Self: "The person themself", Family: "Family or a friend", Community: "Somebody in the community", Partner: "Somebody who works for a service"}[a]
}

// Agreement is whether the person knows of the referral.
type Agreement string

// What the person knows.
const (
	Asked   Agreement = "asked"
	Knows   Agreement = "knows"
	NotTold Agreement = "not_told"
	SaidNo  Agreement = "said_no"
)

// Agreements lists the answers.
func Agreements() []referral.Choice {
	return []referral.Choice{
		{Code: string(Asked), Words: "Yes, they want this"},
		{Code: string(Knows), Words: "They know, and are not sure"},
		{Code: string(NotTold), Words: "They do not know yet", Hint: "We keep what you write for two weeks at most, and ask them first"},
		{Code: string(SaidNo), Words: "They said no", Hint: "Then we keep nothing about them. They can come to us at any time"},
	}
}

// Words returns the answer as the case team reads it.
func (a Agreement) Words() string {
	return map[Agreement]string{Asked: "They want this", Knows: "They know and are not sure", NotTold: "They do not know yet: ask them first", SaidNo: "They said no"}[a]
}

// Helps lists what might help: a closed list, with nowhere to name an offence or
// an illness.
func Helps() []referral.Choice {
	return []referral.Choice{
		{Code: "place", Words: "A place to stay"}, {Code: "food", Words: "Food, warmth, clothes"}, {Code: "money", Words: "Money, papers, forms"},
		{Code: "health", Words: "Somebody to see about health"}, {Code: "safe", Words: "Being safer"}, {Code: "company", Words: "Somebody to talk with"}, {Code: "unsure", Words: "I do not know"},
	}
}

// HelpWords returns the words of a code of Helps, or the code itself.
func HelpWords(code string) string { return wordsOf(Helps(), code) }

// Languages lists in which language somebody would rather talk.
func Languages() []referral.Choice {
	return []referral.Choice{{Code: "en", Words: "English"}, {Code: "cy", Words: "Welsh"}, {Code: "other", Words: "Another language, or sign"}}
}

func wordsOf(list []referral.Choice, code string) string {
	for _, c := range list {
		if c.Code == code {
			return c.Words
		}
	}
	return code
}

// Request is what somebody asks through the third door: as little as will do.
type Request struct {
	AskedBy       Asking
	Agreed        Agreement
	Called        string // what to call the person
	Where         string // where they can be found
	Reach         string // how to reach them safely
	Helps         []string
	Language      string
	OtherLanguage string
	Referrer      string // who asks, if they want to say
	ReferrerReach string
}

// Check returns a lead.Invalid naming each answer that breaks a rule, or nil.
func (r Request) Check(s Setting) error {
	bad := lead.Invalid{}
	one := func(field, answer, words string, of []referral.Choice) {
		if !slices.ContainsFunc(of, func(c referral.Choice) bool { return c.Code == answer }) {
			bad[field] = words
		}
	}
	one("asked_by", string(r.AskedBy), "Choose who you are", s.Askings())
	one("agreed", string(r.Agreed), "Choose whether they know", Agreements())
	if r.Agreed == SaidNo { // nothing else is asked, nothing is kept
		return bad.OrNil()
	}
	one("language", r.Language, "Choose a language", Languages())
	for _, h := range r.Helps {
		one("helps", h, "Choose from the list", Helps())
	}
	for field, answer := range map[string][2]string{"called": {r.Called, "Write a first name or nickname: any name they like to be called"}, "where": {r.Where, "Write where they can be found"}} {
		if strings.TrimSpace(answer[0]) == "" {
			bad[field] = answer[1]
		}
	}
	bad.TooLong("called", r.Called, 80)
	bad.TooLong("where", r.Where, 150)
	bad.TooLong("reach", r.Reach, 140)
	bad.TooLong("other_language", r.OtherLanguage, 60)
	bad.TooLong("referrer", r.Referrer, 80)
	bad.TooLong("referrer_reach", r.ReferrerReach, 120)
	return bad.OrNil()
}

// handOff is what of it a hand-off is made of, once somebody accepts it.
func (r Request) handOff() referral.Referral {
	find := strings.TrimSpace(r.Where)
	if reach := strings.TrimSpace(r.Reach); reach != "" {
		find += ". " + reach
	}
	speaks := r.OtherLanguage
	if r.Language == "cy" {
		speaks = "Welsh"
	}
	return referral.Referral{Nickname: strings.TrimSpace(r.Called), FindWords: find, Meeting: referral.FindLater, Communication: strings.TrimSpace(speaks)}
}

// Words is what else was written, for the case team: who asks and what might help.
type Words struct {
	Helps         []string `json:"helps,omitempty"`
	Referrer      string   `json:"referrer,omitempty"`
	ReferrerReach string   `json:"referrer_reach,omitempty"`
}

func (w Words) text() (string, error) {
	text, err := json.Marshal(w)
	if err != nil {
		return "", fmt.Errorf("words: %w", err)
	}
	return string(text), nil
}

func readWords(text string) (Words, error) {
	var w Words
	if err := json.Unmarshal([]byte(text), &w); err != nil {
		return Words{}, fmt.Errorf("words: %w", err)
	}
	return w, nil
}

// Stage is all that a referrer ever hears: that it came, that it is with the case
// team, that it is closed for them. Never whether the person takes part (R34).
type Stage string

// The stages.
const (
	Received Stage = "received"
	WithTeam Stage = "with_team"
	ForYou   Stage = "closed" // for the referrer: what follows is between the person and the team
)

// openFor is how long a referral that was accepted shows as with the case team.
const openFor = 14 * 24 * time.Hour

// stageAfter works out the stage from the last step; all ends look alike. Whom the case
// team knows already is with the team as somebody new is: a code must not be a way to
// ask who takes part (R34).
func stageAfter(kind Kind, at, now time.Time) Stage {
	switch {
	case kind == "" || kind == Released:
		return Received
	case (kind == Accepted || kind == Duplicate) && now.Before(at.Add(openFor)):
		return WithTeam
	}
	return ForYou
}

// Kind is what became of a referral.
type Kind string

// The kinds.
const (
	Released  Kind = "released" // out of those held back
	Accepted  Kind = "accepted"
	NotNow    Kind = "not_now"
	Duplicate Kind = "duplicate"
	Junk      Kind = "junk"
	LetGo     Kind = "let_go" // its time was over
)

// NotNows lists why somebody is not looked for now, as a closed list: there is
// nowhere to write about anybody.
func NotNows() []referral.Choice {
	return []referral.Choice{
		{Code: "no_room", Words: "The case team has no room now"},
		{Code: "cannot_find", Words: "It does not say enough to find them"},
		{Code: "elsewhere", Words: "They live outside the area"},
		{Code: "other_help", Words: "Other help fits better, and the referrer was told where"},
	}
}

// How long the words of a referral are kept that nobody took up (R55).
const (
	KeepHeld    = 7 * 24 * time.Hour  // held back in a flood
	KeepNotTold = 14 * 24 * time.Hour // the person does not know
)

// NewCode returns a code that says where something stands: 80 random bits, to
// note down. It names nobody.
func NewCode() string {
	t := rand.Text()
	return t[:4] + "-" + t[4:8] + "-" + t[8:12] + "-" + t[12:16]
}

// HashCode returns what is kept of a code. Letters are big or small, lines and
// spaces do not count.
func HashCode(code string) string {
	clean := strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' {
			return r - 'a' + 'A'
		}
		if r >= 'A' && r <= 'Z' || r >= '2' && r <= '7' {
			return r
		}
		return -1
	}, code)
	sum := sha256.Sum256([]byte("waymark door code\n" + clean))
	return hex.EncodeToString(sum[:])
}

// newReference returns what colleagues say aloud.
func newReference(prefix string) string { return prefix + "-" + rand.Text()[:6] }
