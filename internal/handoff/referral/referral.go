// Package referral is the bridge between the police and the care side, narrow
// on purpose: a person is handed over with what they agreed to have passed on,
// and at most one word comes back, that they met. It imports lead, platform and
// reference.
package referral

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"waymark.example/internal/lead"
)

// Meeting is how the person and the case manager will meet.
type Meeting string

// The ways to meet.
const (
	HereNow   Meeting = "here_now"
	MeetAt    Meeting = "meet_at"
	FindLater Meeting = "find_later"
)

// Meetings lists the ways to meet with their words.
func Meetings() []Choice {
	return []Choice{
		{string(HereNow), "Here, now", "The case manager comes to you"},
		{string(MeetAt), "Meet at a place", "A place and time they chose"},
		{string(FindLater), "Find them later", "They said yes and had to go"},
	}
}

// Choice is a code with its words.
type Choice struct{ Code, Words, Hint string }

// Safety lists what a case manager must know before walking up: a short closed
// list, lawful and needed, never a history.
func Safety() []Choice {
	return []Choice{
		{"dog", "There is a dog", ""},
		{"others_near", "Other people are around", ""},
		{"unwell", "They seem unwell", ""},
		{"not_alone", "Better to come in twos", ""},
		{"quiet_place", "They want a quieter place", ""},
	}
}

// SafetyWords returns the words of a safety code, or the code itself.
func SafetyWords(code string) string {
	for _, c := range Safety() {
		if c.Code == code {
			return c.Words
		}
	}
	return code
}

// TalkNeeds lists what helps to talk with somebody.
func TalkNeeds() []Choice {
	return []Choice{
		{"interpreter", "An interpreter", ""},
		{"hearing", "They hear badly, or sign", ""},
		{"reading", "They do not read, or not easily", ""},
		{"slowly", "Short words, and time", ""},
		{"woman", "They would rather talk with a woman", ""},
		{"man", "They would rather talk with a man", ""},
	}
}

// NeedWords returns the words of a code of TalkNeeds, or the code itself.
func NeedWords(code string) string {
	for _, c := range TalkNeeds() {
		if c.Code == code {
			return c.Words
		}
	}
	return code
}

// Referral is what crosses when a person says yes. Nothing else does (R19).
type Referral struct {
	ID            string
	Reference     string // of the contact, said aloud
	Door          string
	Nickname      string // a first name or nickname is enough
	FindWords     string // how to find them
	Meeting       Meeting
	MeetWords     string // the place and time they chose
	Safety        []string
	Needs         []string // what helps to talk with them, of TalkNeeds
	Communication string   // language, or anything else that helps to talk
	MayTell       bool     // the person agreed that the officer may hear that they met
	NeedsApproval bool     // a referral is not an approval (R6)
	ByCoordinator bool     // the partnership's coordinator gives it, to a reference; otherwise a sergeant
	WindowDays    int      // days from hand-off to intake, as the policy then was
	MadeAt        time.Time

	sealed string // the letter, as it is kept
}

// Check returns a lead.Invalid naming each answer that breaks a rule, or nil.
func (r Referral) Check() error {
	bad := lead.Invalid{}
	if strings.TrimSpace(r.Nickname) == "" {
		bad["nickname"] = "Enter a first name or nickname: any name they like to be called"
	}
	bad.TooLong("nickname", r.Nickname, 80)
	if !slices.ContainsFunc(Meetings(), func(c Choice) bool { return c.Code == string(r.Meeting) }) {
		bad["meeting"] = "Choose how they will meet"
	}
	if r.Meeting == MeetAt && strings.TrimSpace(r.MeetWords) == "" {
		bad["meet_words"] = "Enter the place and time they chose"
	}
	if r.Meeting == FindLater && strings.TrimSpace(r.FindWords) == "" {
		bad["find_words"] = "Say how to find them: where they often are, or a number they gave"
	}
	bad.TooLong("meet_words", r.MeetWords, 200)
	bad.TooLong("find_words", r.FindWords, 300)
	bad.TooLong("communication", r.Communication, 200)
	for _, code := range r.Safety {
		if !slices.ContainsFunc(Safety(), func(c Choice) bool { return c.Code == code }) {
			bad["safety"] = "Choose from the list"
		}
	}
	for _, code := range r.Needs {
		if !slices.ContainsFunc(TalkNeeds(), func(c Choice) bool { return c.Code == code }) {
			bad["needs"] = "Choose from the list"
		}
	}
	return bad.OrNil()
}

// EventKind is one kind of line in the call-out log (R13).
type EventKind string

// The kinds of events.
const (
	EventCalled      EventKind = "called"
	Accepted         EventKind = "accepted"
	Arrived          EventKind = "arrived"
	Met              EventKind = "met"
	PhoneMet         EventKind = "phone_met"
	Arranged         EventKind = "arranged"
	NotFound         EventKind = "not_found"
	MayTell          EventKind = "may_tell"
	TellNoMore       EventKind = "tell_no_more"
	OfficerCorrected EventKind = "officer_corrected"
	RangInVain       EventKind = "no_answer"
)

// Words returns the event as people say it.
func (k EventKind) Words() string {
	switch k {
	case EventCalled:
		return "The officer called"
	case Accepted:
		return "Accepted"
	case Arrived:
		return "Arrived"
	case Met:
		return "Met"
	case PhoneMet:
		return "Met by phone"
	case Arranged:
		return "Arranged to meet"
	case NotFound:
		return "Not found yet"
	case MayTell:
		return "They agreed that the officer may hear that they met"
	case TellNoMore:
		return "They would rather the officer heard nothing"
	case OfficerCorrected:
		return "The officer corrected the decision"
	case RangInVain:
		return "The officer rang and nobody answered"
	}
	return string(k)
}

// Loggable lists what a case manager can add to the log after accepting.
func Loggable() []EventKind {
	return []EventKind{Arrived, Met, PhoneMet, Arranged, NotFound}
}

// Event is one line of the call-out log.
type Event struct {
	ID, ReferralID string
	Kind           EventKind
	Words          string
	At             time.Time
	By             string // account_id; "" on the care side for what police recorded
	ByName         string
}

// Log is the call-out log of one referral, in order.
type Log []Event

// First returns the first event of any of the kinds.
func (l Log) First(kinds ...EventKind) (Event, bool) {
	for _, e := range l {
		if slices.Contains(kinds, e.Kind) {
			return e, true
		}
	}
	return Event{}, false
}

// Reached reports whether somebody has met the person, in person or by phone.
func (l Log) Reached() bool {
	_, ok := l.First(Met, PhoneMet)
	return ok
}

// Took returns how long it took from the call, or from the hand-off when no call was
// logged, until they met. It is measured, and nothing follows from it (R12).
func (l Log) Took(made time.Time) (time.Duration, bool) {
	met, ok := l.First(Met, PhoneMet)
	if !ok {
		return 0, false
	}
	from := made
	if called, ok := l.First(EventCalled); ok {
		from = called.At
	}
	return met.At.Sub(from).Round(time.Minute), true
}

// letterField is where a letter is kept, for sealing.
const letterField = "handoff_referral.letter"

// letter is the part of a referral that nobody but the case team may read.
type letter struct {
	Nickname      string   `json:"nickname"`
	FindWords     string   `json:"find_words,omitempty"`
	MeetWords     string   `json:"meet_words,omitempty"`
	Safety        []string `json:"safety,omitempty"`
	Needs         []string `json:"needs,omitempty"`
	Communication string   `json:"communication,omitempty"`
}

func (r Referral) letter() (string, error) {
	text, err := json.Marshal(letter{r.Nickname, r.FindWords, r.MeetWords, r.Safety, r.Needs, r.Communication})
	if err != nil {
		return "", fmt.Errorf("letter: %w", err)
	}
	return string(text), nil
}

// Letter returns the text that is sealed for the case team, for the third door.
func (r Referral) Letter() (string, error) { return r.letter() }

// Read puts what a letter says into r.
func (r *Referral) Read(text string) error { return r.read(text) }

// read puts what a letter says into r.
func (r *Referral) read(text string) error {
	var l letter
	if err := json.Unmarshal([]byte(text), &l); err != nil {
		return fmt.Errorf("letter: %w", err)
	}
	r.Nickname, r.FindWords, r.MeetWords, r.Safety, r.Needs, r.Communication = l.Nickname, l.FindWords, l.MeetWords, l.Safety, l.Needs, l.Communication
	return nil
}
