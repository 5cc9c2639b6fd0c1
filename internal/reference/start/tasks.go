package start

import (
	"strconv"
	"time"

	"waymark.example/internal/lead"
)

// Question is one question of a task's own form, as data.
type Question struct {
	Name, Label, Hint string
	Kind              string // Line, Lines, Day or One
	Options           []Option
	Must              bool
}

// Option is one answer to choose.
type Option struct{ Value, Label string }

// The kinds of questions.
const (
	Line  = "line"
	Lines = "lines"
	Day   = "day"
	One   = "one"
)

// Task is one step from interest to launch.
type Task struct {
	Code    string
	Heading string // begins with a verb
	Says    string
	Whose   []lead.Role // whose work it is: they find the link to its page
	Href    string      // the page where it is done; "" is the task's own, below /start
	Asks    []Question  // of its own page

	state func(Facts) State // what can be seen of it; nil: it is done when it was answered
}

// Address is the page where the task is done.
func (t Task) Address() string {
	if t.Href != "" {
		return t.Href
	}
	return "/start/" + t.Code
}

// For reports whether the task's page is for one of roles.
func (t Task) For(a lead.Actor) bool {
	for _, r := range t.Whose {
		if a.Has(r) {
			return true
		}
	}
	return false
}

// State is where a task stands. There is no percentage and no colour for late:
// an area takes the time it needs.
type State string

// The states.
const (
	NotYet    State = "not_yet"
	Begun     State = "begun"
	Done      State = "done"
	CannotYet State = "cannot_yet"
)

// Words returns the state as people say it.
func (s State) Words() string {
	switch s {
	case Begun:
		return "Begun"
	case Done:
		return "Done"
	case CannotYet:
		return "Cannot start yet"
	}
	return "Not started"
}

// Part is a group of tasks.
type Part struct {
	Heading string
	Tasks   []Task
}

// keepers are whose work the beginning is: the coordinator's with the group, and
// the administrator's who is there first.
func keepers() []lead.Role { return []lead.Role{lead.Coordinator, lead.Administrator} }

// Parts lists every task from interest to launch.
func Parts() []Part {
	said := []Question{
		{Name: "who", Label: "Who says so?", Hint: "A name and what they do, such as: Sam Okoro, supervisor", Kind: Line, Must: true},
		{Name: "on", Label: "On which day?", Kind: Day, Must: true},
		{Name: "words", Label: "Anything others should know", Kind: Lines},
	}
	return []Part{
		{"Find out whether to begin", []Task{
			{Code: "interest", Heading: "Say who asks, and why here", Says: "An expression of interest: nobody is bound by it", Whose: keepers(), Asks: interest()},
			{Code: "readiness", Heading: "Look honestly at whether you are ready", Says: "Questions for the group: “not yet” is a good answer", Whose: keepers(), Asks: readiness()},
		}},
		{"Come together", []Task{
			{Code: "area", Heading: "Name the area and its nation", Says: "What it is called, and how it is reached", Whose: keepers(), Asks: area()},
			{Code: "organisations", Heading: "Add the organisations that take part", Says: "At least a police force, a case-management organisation that is independent of it, and a partnership office", Whose: []lead.Role{lead.Administrator},
				Href: "/organisations", state: func(f Facts) State {
					return upTo(f.Organisations["police"] > 0 && f.Organisations["care"] > 0 && f.Organisations["partnership"] > 0, f.AnyOrganisation())
				}},
			{Code: "accounts", Heading: "Open the first accounts", Says: "A second administrator first: what sees much takes two people. Then a coordinator, a supervisor, a case manager on call and an officer", Whose: []lead.Role{lead.Administrator},
				Href: "/accounts", state: func(f Facts) State {
					enough := f.Accounts[lead.Administrator] > 1
					for _, r := range []lead.Role{lead.Coordinator, lead.Supervisor, lead.OnCall, lead.Officer} {
						enough = enough && f.Accounts[r] > 0
					}
					return upTo(enough, f.Accounts[lead.Administrator] > 1 || f.Accounts[lead.Coordinator] > 0)
				}},
			{Code: "seats", Heading: "Give everybody a seat", Says: "Partners, whom to ask there, and who sits where: people with lived experience from the first day", Whose: []lead.Role{lead.Coordinator},
				Href: "/partnership/partners", state: func(f Facts) State { return upTo(f.Seats > 2, f.Seats > 0) }},
			{Code: "agreements", Heading: "Agree who may share what", Says: "Without an agreement between two organisations nothing is shared between them", Whose: []lead.Role{lead.Coordinator},
				Href: "/agreements", state: func(f Facts) State { return upTo(f.Agreements > 0, false) }},
		}},
		{"Decide together", []Task{
			{Code: "policy", Heading: "Decide offences and policy", Says: "The starter that comes with Waymark was decided by nobody", Whose: []lead.Role{lead.Coordinator},
				Href: "/policy", state: func(f Facts) State { return upTo(f.PolicyDecided, f.PolicyFrom != "") }},
			{Code: "reasons", Heading: "Read the list of reasons together", Says: "Officers choose from it for every contact, diverted or not", Whose: keepers(), Asks: said},
			{Code: "walls", Heading: "Look through everybody's eyes", Says: "What each role sees of a made-up person, and what it never sees", Whose: keepers(), Asks: said},
			{Code: "impact", Heading: "Assess the impact on people's data", Says: "A document made from the settings as they are, for your data-protection officers", Whose: []lead.Role{lead.Coordinator, lead.Administrator, lead.DPO}, Asks: said},
			{Code: "languages", Heading: "Choose the languages", Says: "Which people here speak, and who checked the words", Whose: keepers(), Asks: languages()},
		}},
		{"Make it work", []Task{
			{Code: "rota", Heading: "Cover the phone for a week", Says: "An officer calls, and somebody comes", Whose: []lead.Role{lead.Supervisor},
				Href: "/care/rota", state: func(f Facts) State { return upTo(f.ShiftsPlanned > 0 && f.Uncovered == 0, f.ShiftsPlanned > 0) }},
			{Code: "training", Heading: "Train everybody who takes part", Says: "Officers, case managers and the group. Nobody is stopped from recording", Whose: keepers(), Asks: said},
			{Code: "practice", Heading: "Practise with made-up people", Says: "A practice area is ready with one command. Nothing in it is real", Whose: keepers(), Asks: said},
		}},
		{"Begin", []Task{
			{Code: "go-live", Heading: "Go through the list before you begin", Says: "Waymark checks what it can; for the rest, people say so", Whose: keepers(), state: func(f Facts) State { return f.list }},
			{Code: "launch", Heading: "Record that it begins", Says: "A day, and who decided it", Whose: keepers(), state: func(f Facts) State {
				switch {
				case f.Launched:
					return Done
				case f.list == NotYet:
					return CannotYet
				}
				return NotYet
			}},
		}},
	}
}

func upTo(done, begun bool) State {
	switch {
	case done:
		return Done
	case begun:
		return Begun
	}
	return NotYet
}

// TaskOf returns the task with code.
func TaskOf(code string) (Task, bool) {
	for _, p := range Parts() {
		for _, t := range p.Tasks {
			if t.Code == code {
				return t, true
			}
		}
	}
	return Task{}, false
}

func interest() []Question {
	return []Question{
		{Name: "who", Label: "Who asks?", Hint: "A name, an organisation and how to reach them at work", Kind: Line, Must: true},
		{Name: "why", Label: "Why here, and why now?", Hint: "In your own words. No names of people you want to help", Kind: Lines, Must: true},
		{Name: "force", Label: "Which police force, and which part of it?", Kind: Line, Must: true},
		{Name: "councils", Label: "Which councils and health services?", Kind: Lines},
		{Name: "champions", Label: "Who speaks for it?", Hint: "Front-line officers, people with lived experience, case managers, leaders: names and what they do", Kind: Lines},
	}
}

// readiness asks what programmes found to matter before they began; the letters
// are those of the sources in the domain reference.
func readiness() []Question {
	q := func(name, label, hint string) Question {
		return Question{Name: name, Label: label, Hint: hint, Kind: One, Must: true, Options: []Option{{"yes", "Yes"}, {"partly", "In part"}, {"not_yet", "Not yet"}}}
	}
	return []Question{
		q("officers", "Do front-line officers shape it, as its authors?", "Where officers were told and not asked, few people were diverted"),                                            // C2, E11, E13
		q("voluntary", "Does every organisation take part because it chose to, and may it leave?", "Independent decision-makers, by consensus"),                                          // C2, P2
		q("independent", "Is the case-management organisation independent of the police?", "The wall between them is what people trust"),                                                 // S0, U16
		q("voice", "Do people with lived experience decide with you, and are they paid for it?", "One programme ended partly because nobody heard them"),                                 // B6, E13
		q("room", "Are there case managers for 20 people each, and never more than 25?", "Intensive, in the street, for as long as somebody wants"),                                      // B10
		q("nights", "Can somebody come when an officer calls, also at night?", "Within half an hour, where that is possible"),                                                            // B2
		q("prosecutors", "Do prosecutors know of it and have a seat?", "They keep their discretion: nobody is promised what they will decide"),                                           // B9, B17
		q("money", "Is there money for food, a room and a bus ticket on the first day?", "Acute needs come first, before any form"),                                                      // C1, S0
		q("record", "Will every contact be recorded, diverted or not, with its reason?", "Without those who were not diverted, nobody can tell whether it is fair, or whether it works"), // S0, E11
		q("no_conditions", "Is it clear to all that nothing is ever a condition?", "No tests, no sanctions, no end for not coming"),                                                      // B14
		{Name: "words", Label: "What does the group take from this?", Kind: Lines},
	}
}

func area() []Question {
	return []Question{
		{Name: "name", Label: "What is the area called?", Kind: Line, Must: true},
		{Name: "nation", Label: "In which nation is it?", Hint: "The lists of offences and outcomes that come with Waymark are those of England and Wales. For Scotland and Northern Ireland they have to be decided anew", Kind: One, Must: true,
			Options: []Option{{"england", "England"}, {"wales", "Wales"}, {"scotland", "Scotland"}, {"northern_ireland", "Northern Ireland"}}},
		{Name: "contact", Label: "Whom can anybody write to, also about accessibility?", Hint: "An address or a number of the partnership's. It is shown to everybody", Kind: Line, Must: true},
		{Name: "phone", Label: "Which number helps when Waymark does not work?", Hint: "It belongs on the paper card that officers carry", Kind: Line},
	}
}

func languages() []Question {
	return []Question{
		{Name: "spoken", Label: "Which languages do people here speak?", Kind: Lines, Must: true},
		{Name: "welsh", Label: "Has a translator checked the Welsh?", Hint: "It is made by machine until then, and each page says so", Kind: One, Must: true,
			Options: []Option{{"yes", "Yes"}, {"no", "Not yet"}, {"not_here", "Welsh is not needed here"}}},
		{Name: "interpreters", Label: "How does an interpreter come?", Kind: Line},
	}
}

// Check is one line of the list before the beginning. What Waymark can see it
// checks; for the rest somebody says so, with their name and the day.
type Check struct {
	Code, Heading string
	Seen          bool   // Waymark itself looked
	Good          bool   // as it should be
	Text          string // what was seen, or what to do
	Must          bool   // nothing begins without it
}

// Checks holds the facts against the list.
func (f Facts) Checks() []Check {
	seen := func(code, heading string, good bool, text, otherwise string, must bool) Check {
		if !good {
			text = otherwise
		}
		return Check{code, heading, true, good, text, must}
	}
	policy := "It is still the starter that nobody decided"
	if f.PolicyFrom != "" {
		policy = "The group decided it, and it is not in force yet"
	}
	return []Check{
		seen("administrators", "Two people can administer accounts", f.Accounts[lead.Administrator] > 1, "There are two or more", "Only one can: if they lose their key, nobody gets in", true),
		seen("supervisors", "Two supervisors", f.Accounts[lead.Supervisor] > 1, "There are two or more", "With one alone, nobody agrees to what takes two when they are away", false),
		seen("officer", "A data-protection officer has an account", f.Accounts[lead.DPO] > 0, "One or more", "Nobody answers when somebody asks for their data", false),
		seen("policy", "The policy was decided, and is not the starter", f.PolicyDecided, "The group decided it", policy, true),
		seen("agreements", "An agreement is in force", f.Agreements > 0, "One or more", "None: nothing is shared with anybody", false),
		seen("rota", "The phone is covered for the next seven days", f.ShiftsPlanned > 0 && f.Uncovered == 0, "Every hour of them", f.gaps(), false),
		seen("encrypted", "The site is reached over an encrypted connection", f.Encrypted, "It is", "It is not: what people type could be read on the way", false),
		seen("keys", "The keys stand in another place than the data", f.KeysApart, "They do", "They stand in the same folder: who copies it has both", false),
		seen("told", "Whoever is on call can be told when somebody waits", f.Notices, "By the ways that were set up", "No way was set up: officers ring, and that is all", false),
		seen("witness", "Another organisation watches that the log only grows", f.Witness, "It can fetch what it needs", "Nobody does: the log is signed, and nobody outside holds a copy", false),
		f.said("restored", "A backup was restored on another machine, and read", true),
		f.said("keys_kept", "A copy of the keys, and of the key that wraps them, is kept elsewhere", true),
		f.said("impact_signed", "The data-protection officers of every organisation signed the impact assessment", true),
		f.said("practised", "Everybody who will use it has practised", false),
		f.said("voice", "People with lived experience had their say in how it begins", false),
		f.said("accessible", "Somebody who uses a screen reader, or only a keyboard, tried it, and the accessibility statement is right", false),
		f.said("public", "It is decided whether there is a public page, and what stands on it", false),
		f.said("paper", "Officers have the paper card and the number for when nothing works", false),
		f.said("tested", "Somebody independent tested its security", false),
	}
}

// Statements are the codes of what Waymark cannot check.
func Statements() []string {
	var out []string
	for _, c := range (Facts{}).Checks() {
		if !c.Seen {
			out = append(out, c.Code)
		}
	}
	return out
}

func (f Facts) gaps() string {
	if f.ShiftsPlanned == 0 {
		return "Nobody is planned yet"
	}
	return "Hours without anybody: " + strconv.Itoa(int((f.Uncovered+time.Hour-1)/time.Hour))
}

// said is a line that only people can vouch for.
func (f Facts) said(code, heading string, must bool) Check {
	c := Check{Code: code, Heading: heading, Must: must, Text: "Waymark cannot check this. Nobody has said so yet"}
	if a := f.Answers[SayPrefix+code]; a.Of["who"] != "" {
		c.Good, c.Text = true, "Waymark cannot check this."
	}
	return c
}
