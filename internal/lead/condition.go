package lead

import (
	"regexp"
	"strings"
)

// NeverACondition is what is told beside a text that makes LEAD a condition (R48).
const NeverACondition = "LEAD is never a condition of a caution, bail or an order: it is only ever the person's own choice. Say it another way. Where it is about conditions of another kind, write what they are"

var (
	sentences = regexp.MustCompile(`[.!?;]+|\n\s*\n`)
	// One that says it: a condition of bail, whatever it is.
	condition = regexp.MustCompile(`\bconditions? (of|for|in|to|on) ((the|a|an|any|your|his|her|their|my|this|that|police|court|community|conditional|youth|suspended) ){0,3}(bail|cautions?|orders?|licen[cs]e|sentences?|probation|release|charges?|deferred prosecution)\b|\bamod (o|ar|i) ?('ch|'i|'u|eich|ei|eu|unrhyw)? ?(mechnïaeth|fechnïaeth|rhybudd|gorchymyn|orchymyn)`)
	plural    = regexp.MustCompile(`^conditions `)
	// Or that makes somebody come.
	made      = regexp.MustCompile(`\b(must|has to|have to|had to|is to|are to|will have to|required to|obliged to|ordered to|needs to|need to|shall|told to|rhaid i)\b[^,]{0,30}?\b(engage|engages|attend|take part|work|cooperate|co-operate|comply|accept|complete|join|stay|keep|ymgysylltu|cymryd rhan)\b[^,]{0,30}?\blead\b(?:[^-]|$)`)
	aboutLEAD = regexp.MustCompile(`\b(lead\b|case manager|intake|outreach|diversion|the programme|the support|the scheme|engag)`)
	// One that says the opposite is welcome.
	opposite = regexp.MustCompile(`\b(never|not|no|nobody|none|neither|nor|cannot|without|isn't|aren't|can't|don't|doesn't|won't|byth|nid|ddim)\b`)
)

// MakesCondition reports whether a text makes LEAD a condition of a caution, bail
// or an order, or something that somebody must do. It is a reminder to whoever
// writes and no lock: it reads plain sentences.
func MakesCondition(text string) bool {
	text = strings.NewReplacer("’", "'", "\r\n", "\n").Replace(strings.ToLower(text))
	for _, s := range sentences.Split(text, -1) {
		s = strings.Join(strings.Fields(s), " ")
		if at := made.FindStringIndex(s); at != nil && !denied(s, at[0]) && !opposite.MatchString(s[at[0]:at[1]]) {
			return true
		}
		if at := condition.FindStringIndex(s); at != nil && !denied(s, at[0]) && (!plural.MatchString(s[at[0]:]) || aboutLEAD.MatchString(s)) {
			return true
		}
	}
	return false
}

// denied reports whether the few words before a place say no.
func denied(s string, at int) bool {
	before := strings.Fields(s[:at])
	return opposite.MatchString(strings.Join(before[max(0, len(before)-6):], " "))
}

// NoCondition notes in v that the answer to field makes LEAD a condition (R48).
func (v Invalid) NoCondition(field, answer string) {
	if MakesCondition(answer) {
		v[field] = NeverACondition
	}
}
