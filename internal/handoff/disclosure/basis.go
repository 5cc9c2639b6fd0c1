package disclosure

import (
	"regexp"
	"slices"
	"strings"
)

// Basis is a ground in law on which something may cross without a yes (R24).
// The list is closed. Every use names one, says why, and is seen by a second
// person, before where time allows.
type Basis struct {
	Code   string
	Words  string
	Source string
	Verify bool     // nobody qualified has checked the source for this programme yet
	Kinds  []string // of recipients; "" is somebody outside
	Topics []Topic  // the most that may be said
	NoTime bool     // may go before a second person has seen it
}

// Bases lists the legal bases.
func Bases() []Basis {
	return []Basis{
		{"adult", "An adult at risk of abuse or neglect", "Care Act 2014, section 42, and the duty to cooperate in sections 6 and 7", true, []string{"council", "health"}, []Topic{Reach, Risk}, true},
		{"child", "A child at risk of significant harm", "Children Act 1989, section 47; Working Together to Safeguard Children", true, []string{"council", "health"}, []Topic{Reach, Risk}, true},
		{"life", "A threat to life", "Common-law duty of confidence, overriding public interest; UK GDPR Article 6(1)(d)", true, []string{"police", "health", "council", ""}, []Topic{Reach, Risk, Health}, true},
		{"harm", "Serious harm to somebody", "Common-law duty of confidence, overriding public interest; Caldicott principles", true, []string{"police", "health", "council", ""}, []Topic{Reach, Risk}, true},
		{"court", "An order of a court", "The order itself: keep its date and what it asks for in the ground", true, []string{"health", "council", ""}, []Topic{Reach, Status, Needs, Plan, Health, Risk}, false},
	}
}

// BasisOf returns the legal basis of that code.
func BasisOf(code string) (Basis, bool) {
	all := Bases()
	i := slices.IndexFunc(all, func(b Basis) bool { return b.Code == code })
	if i < 0 {
		return Basis{}, false
	}
	return all[i], true
}

// Allows reports whether the basis covers telling a recipient of this kind.
func (b Basis) Allows(kind string) bool { return slices.Contains(b.Kinds, kind) }

// Covers reports whether the basis covers a topic.
func (b Basis) Covers(t Topic) bool { return slices.Contains(b.Topics, t) }

// Channel is how words reach a recipient.
type Channel string

// The channels.
const (
	Account Channel = "account" // to their organisation's accounts here
	Link    Channel = "link"    // by an address that opens once
	Shown   Channel = "card"    // by a card that the person carries and shows
	OnPaper Channel = "paper"   // by a letter on paper, in words the person said yes to
	Phone   Channel = "phone"   // said aloud; only the record of it is kept, and nobody reads it here
)

// Words returns the channel as people say it.
func (c Channel) Words() string {
	return map[Channel]string{Account: "To their organisation, here", Link: "By an address that opens once", Phone: "Said by phone", Shown: "By a card that they show", OnPaper: "By a letter on paper"}[c]
}

// Helpful is what to write when there is nothing that would help (R22). It is
// true, and it harms nobody.
const Helpful = "There is nothing helpful to report."

// enforcing finds words that could prompt somebody to enforce something. It is a
// net with wide holes: a person decides, this only asks them to look.
var enforcing = regexp.MustCompile(`(?i)\b(drugs?|cannabis|weed|heroin|crack|cocaine|spice|meth\w*|dealer|dealing|injecting|stole|steals?|stealing|stolen|theft|shoplift\w*|burgl\w*|weapons?|knife|knives|gun|warrant|wanted|arrest\w*|bail|breach\w*|offen[cd]\w*|immigration|overstay\w*|visa|undocumented|sex work\w*|begging|missed|did not attend|using again|high|drunk|trespass\w*|squat\w*)\b`)

// Enforcing returns the words that could prompt enforcement, each once.
func Enforcing(words string) []string {
	var out []string
	for _, w := range enforcing.FindAllString(words, -1) {
		if w = strings.ToLower(w); !slices.Contains(out, w) {
			out = append(out, w)
		}
	}
	return out
}
