package access

import (
	"fmt"
	"slices"
	"strings"

	"waymark.example/internal/lead"
)

// Answer is one cell of the matrix: what a role may do with a class of data for
// a purpose, in the best case that its policies allow.
type Answer int

// The answers, from least to most.
const (
	Never       Answer = iota
	WithBasis          // on a named legal basis, or with the glass broken
	WithConsent        // with the person's live consent
	Yes                // within one's own work: own records, own team's, own organisation's
)

// Words returns the answer as people say it.
func (a Answer) Words() string {
	return [...]string{"never", "with legal basis", "with consent", "yes"}[a]
}

// Matrix is what the policies allow, worked out by asking them: for every role,
// class of data and purpose.
type Matrix map[lead.Role]map[Class]map[Purpose]Answer

// Best returns the widest answer for a role and a class over every purpose.
func (m Matrix) Best(r lead.Role, c Class) Answer {
	best := Never
	for _, a := range m[r][c] {
		best = max(best, a)
	}
	return best
}

// Purposes returns the purposes for which anybody may use a class.
func (m Matrix) Purposes(c Class) []Purpose {
	var out []Purpose
	for _, p := range Purposes() {
		if slices.ContainsFunc(lead.Everyone(), func(r lead.Role) bool { return m[r][c][p] > Never }) {
			out = append(out, p)
		}
	}
	return out
}

// Matrix asks the policies about every role, action and kind of record: once,
// because the policies stay as they are while the program runs. It is to be read.
func (d *Decider) Matrix() Matrix { return d.matrix() }

func (d *Decider) workOut() Matrix {
	m := Matrix{}
	for _, role := range lead.Everyone() {
		m[role] = map[Class]map[Purpose]Answer{}
		for _, c := range Classes() {
			m[role][c] = map[Purpose]Answer{}
		}
		for action, meaning := range Meanings() {
			for class, answer := range d.answers(role, action, meaning.Class) {
				p := meaning.Purpose
				if answer == WithBasis && p == Sharing {
					p = Safeguarding
				}
				if p == Safeguarding { // never just so
					answer = min(answer, WithBasis)
				}
				m[role][class][p] = max(m[role][class][p], answer)
			}
		}
	}
	return m
}

// asker is an account, or a person, of role as the probes know it.
func asker(role lead.Role) lead.Actor {
	return lead.Actor{ID: "me", Team: "my team", Organisation: "my organisation", Side: role.Side(), Roles: []lead.Role{role}}
}

// answers probes one action for one role, on every sort of record that some
// policy names. Passing a screen's door counts only where there is no other
// sort: such pages show what the database filters by who asks.
func (d *Decider) answers(role lead.Role, action Action, class Class) map[Class]Answer {
	actor := asker(role)
	out := map[Class]Answer{}
	try := func(c Class, a Answer, r Resource) {
		if out[c] >= a {
			return
		}
		if _, ok := d.Decide(actor, action, r); ok {
			out[c] = a
		}
	}
	kinds := d.kinds[action]
	if kinds["Screen"] && len(kinds) == 1 {
		try(class, Yes, Screen{})
	}
	if kinds["Case"] {
		for _, c := range []Case{{Worker: "me", Team: "my team"}, {Worker: "me", Team: "my team", Responding: true}, {Worker: "another", Team: "my team"}, {Team: "my team"}, {Worker: "another", Team: "another team"}} {
			c.ID, c.State = "p", "active"
			try(class, Yes, c)
			c.Cover = true
			try(class, Yes, c)
			c.Cover, c.Glass = false, true
			try(class, WithBasis, c)
		}
	}
	if kinds["Contact"] {
		try(class, Yes, Contact{ID: "c", Officer: "me", Team: "my team"})
		try(class, Yes, Contact{ID: "c", Officer: "another", Team: "my team"})
	}
	if kinds["Referral"] {
		for _, waiting := range []bool{true, false} {
			try(class, Yes, Referral{ID: "r", Officer: "me", Team: "my team", Waiting: waiting, Approved: waiting})
			try(class, Yes, Referral{ID: "r", Officer: "another", Team: "my team", Waiting: waiting, Approved: waiting})
		}
	}
	if kinds["Supervision"] {
		try(class, Yes, Supervision{Worker: "me", Supervisor: "another", Team: "my team"})
		try(class, Yes, Supervision{Worker: "another", Supervisor: "me", Team: "my team"})
	}
	if kinds["Incident"] {
		try(class, Yes, Incident{ID: "i", Recorder: "me", Team: "my team"})
		try(class, Yes, Incident{ID: "i", Recorder: "another", Worker: "me", Team: "my team"})
		try(class, Yes, Incident{ID: "i", Recorder: "another", Team: "my team"})
	}
	if kinds["Deliberation"] {
		try(class, Yes, Deliberation{ID: "d", Drafter: "another", Recorder: "another", Seat: true})
	}
	if kinds["Meeting"] {
		answer := Yes
		if meanings := Meanings(); meanings[action].Purpose == Sharing { // of a person, only what they agreed to
			answer = WithConsent
		}
		try(class, answer, Meeting{ID: "m", Seated: true, Chair: true})
	}
	if kinds["Own"] {
		try(class, Yes, Own{ID: "me"})
	}
	if kinds["Colleague"] {
		for _, purpose := range []string{"recovery", "roles"} {
			try(class, Yes, Colleague{ID: "another", Team: "my team", Side: role.Side(), Asker: "another still", For: purpose})
		}
	}
	if kinds["Zone"] {
		for _, r := range lead.Everyone() {
			for _, watcher := range []string{"care", "police", "oversight"} {
				try(class, Yes, Zone{Side: r.Side(), Watcher: watcher, Owner: "my organisation"})
			}
		}
	}
	if kinds["Share"] {
		for _, crossing := range Classes() { // what crosses is of the class that crosses
			for _, kind := range []string{"police", "health", "prosecution", "housing"} {
				s := Share{ID: "p", Class: crossing, Recipient: "my organisation", Kind: kind, Worker: "me", Team: "my team"}
				try(crossing, Yes, s)
				s.Consent = true
				try(crossing, WithConsent, s)
				s.Consent, s.Basis, s.Seconded = false, "life_at_risk", true
				try(crossing, WithBasis, s)
			}
		}
	}
	return out
}

// Markdown returns the matrix as a page for people to read.
func (m Matrix) Markdown() string {
	var b strings.Builder
	line := func(format string, args ...any) { fmt.Fprintf(&b, format+"\n", args...) }
	line("# Access matrix\n")
	line("Made from the policies in `internal/platform/access/policies` by asking them; `make matrix` writes it again, and a test fails when it is out of date.\n")
	line("**yes** means within one's own work: one's own records, one's team's, what was handed to one's organisation; the database filters every list the same way. **with consent**: only while")
	line("the person's consent for that recipient, purpose and class lives. **with legal basis**: on a named legal basis with a second person, or with the glass broken for half an hour. Anything else: **never**.\n")
	line("## Every role and class of data\n")
	line("| | %s |", strings.Join(names(Classes()), " | "))
	line("|---|%s", strings.Repeat("---|", len(Classes())))
	for _, r := range lead.Everyone() {
		cells := make([]string, 0, len(Classes()))
		for _, c := range Classes() {
			cells = append(cells, short(m.Best(r, c)))
		}
		line("| %s | %s |", r.Words(), strings.Join(cells, " | "))
	}
	line("")
	for _, c := range Classes() {
		line("## %s. %s\n", c, c.Words())
		purposes := m.Purposes(c)
		if len(purposes) == 0 {
			line("Nobody, for any purpose: no part of Waymark shows it yet.\n")
			continue
		}
		words := make([]string, len(purposes))
		for i, p := range purposes {
			words[i] = p.Words()
		}
		line("| | %s |", strings.Join(words, " | "))
		line("|---|%s", strings.Repeat("---|", len(purposes)))
		for _, r := range lead.Everyone() {
			cells := make([]string, len(purposes))
			for i, p := range purposes {
				cells[i] = short(m[r][c][p])
			}
			line("| %s | %s |", r.Words(), strings.Join(cells, " | "))
		}
		line("")
	}
	return strings.TrimRight(b.String(), "\n") + "\n"
}

// short keeps the eye on what is allowed: never is a dot.
func short(a Answer) string {
	if a == Never {
		return "·"
	}
	return a.Words()
}

func names(classes []Class) []string {
	out := make([]string, len(classes))
	for i, c := range classes {
		out[i] = string(c)
	}
	return out
}

// Sight is what a role sees of a class of data in the best case, and what it may do
// there.
type Sight struct {
	Class  Class
	Answer Answer
	Acts   []string // in words, in order
}

// Sights asks the policies about every action for one role, once: the policies
// stay as they are while the program runs. It is to be read.
func (d *Decider) Sights(role lead.Role) []Sight {
	if kept, ok := d.sights.Load(role); ok {
		return kept.([]Sight) //nolint:forcetypeassert // only these are stored
	}
	best, acts := map[Class]Answer{}, map[Class][]string{}
	for action, meaning := range Meanings() {
		for class, answer := range d.answers(role, action, meaning.Class) {
			if answer > Never {
				best[class] = max(best[class], answer)
				acts[class] = append(acts[class], meaning.Words)
			}
		}
	}
	var out []Sight
	for _, c := range Classes() {
		slices.Sort(acts[c])
		out = append(out, Sight{c, best[c], slices.Compact(acts[c])})
	}
	d.sights.Store(role, out)
	return out
}
