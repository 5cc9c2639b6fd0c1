// Package disclosure is the only way anything about a person crosses from the
// case team to somebody else: words the person said yes to, or words sent on a
// named legal basis, readable while that holds and no longer. It also carries
// the one fact that police and prosecutors may hear, that an intake is
// completed. It imports lead, platform and reference.
package disclosure

import (
	"slices"

	"waymark.example/internal/platform/access"
)

// Topic is a part of what there is to know about a person, as they would say it.
type Topic string

// The topics.
const (
	Reach  Topic = "reach"
	Status Topic = "status"
	Needs  Topic = "needs"
	Plan   Topic = "plan"
	Health Topic = "health"
	Risk   Topic = "risk"

	// Card is the one topic that is shown and not told: a card that the person
	// carries, made with a yes of its own.
	Card Topic = "card"
)

// Topics lists the topics in the order in which a person is asked about them.
func Topics() []Topic { return []Topic{Reach, Status, Needs, Plan, Health, Risk} }

// Class is the class of data that the topic belongs to.
func (t Topic) Class() access.Class {
	switch t {
	case Reach:
		return access.ReferralClass
	case Status, Card:
		return access.StatusClass
	case Needs, Plan:
		return access.CaseFileClass
	case Health:
		return access.HealthClass
	case Risk:
		return access.RestrictedClass
	}
	return ""
}

// Mine returns the topic in the person's own words.
func (t Topic) Mine() string {
	return map[Topic]string{
		Reach: "who I am and how to reach me", Status: "that I take part, and that my intake is done", Needs: "what I need",
		Plan: "parts of my plan", Health: "my health", Risk: "things that could put me at risk",
		Card: "whom to call, when I show my card",
	}[t]
}

// Theirs returns the topic as a worker reads it.
func (t Topic) Theirs() string {
	return map[Topic]string{
		Reach: "Who they are and how to reach them", Status: "That they take part, and that the intake is done", Needs: "What they need",
		Plan: "Parts of their plan", Health: "Their health", Risk: "Things that could put them at risk",
		Card: "Whom to call, when they show their card",
	}[t]
}

// Known reports whether t is one of the topics.
func (t Topic) Known() bool { return slices.Contains(Topics(), t) }

// Purpose is what a recipient may use it for.
type Purpose string

// Purposes lists what people share for, with the words they hear.
func Purposes() [][2]string {
	return [][2]string{
		{"home", "Somewhere to live"}, {"health", "Health care"}, {"money", "Money and benefits"}, {"legal", "A legal matter"},
		{"together", "Working together to support me"}, {"meeting", "Speaking of me at the partners' meeting"}, {"outcome", "So that police or prosecutors can record the outcome"},
	}
}

// Agreeable lists the codes of what organisations can agree to share for: all but
// keeping somebody safe, which the law itself allows. Research is the organisations' own
// to agree: nothing is shared for it about a person by name.
func Agreeable() []string {
	out := []string{string(Call), string(Research)}
	for _, of := range Purposes() {
		out = append(out, of[0])
	}
	return out
}

// Words returns the purpose as people say it.
func (p Purpose) Words() string {
	for _, of := range Purposes() {
		if of[0] == string(p) {
			return of[1]
		}
	}
	switch p {
	case Safe:
		return "To keep somebody safe"
	case Call:
		return "So that an officer who meets me can call my worker"
	case Research:
		return "Finding out under pseudonyms whether it works"
	}
	return string(p)
}

// Safe is the purpose of what is sent on a legal basis; Call that of a card; Research
// that of a study.
const (
	Safe     Purpose = "safe"
	Call     Purpose = "call"
	Research Purpose = "research"
)

// Kinds of organisation that can be told only the status, whatever anybody
// agrees to: the case file is never theirs (R18).
func StatusOnly(kind string) bool { return kind == "police" || kind == "prosecution" }

// Tellable reports whether an organisation of this kind can be shared with.
// The case team's own organisation needs no yes; evaluators and auditors have
// other ways, without names.
func Tellable(kind string) bool {
	return kind != "care" && kind != "evaluation" && kind != "oversight"
}

// Offered returns the topics that a person can share with a recipient of this
// kind; "" is somebody outside.
func Offered(kind string) []Topic {
	switch {
	case StatusOnly(kind):
		return []Topic{Status}
	case kind == "partnership": // the meeting of all partners works on facts about taking part (R35)
		return []Topic{Reach, Status}
	case kind != "" && !Tellable(kind):
		return nil
	}
	return Topics()
}
