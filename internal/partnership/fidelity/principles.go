package fidelity

// Principle is one of the model's core principles, as data with its sources.
type Principle struct {
	Code     string
	Heading  string
	Text     string // what it looks like where it is as it should be
	Sources  []Source
	ToVerify bool     // the sources were read in part or in a copy: somebody has to look again
	Measures []string // what can be seen of it in the work itself, by code
}

// Source is where a principle stands.
type Source struct{ Name, Href string }

// The sources, by the letters of the domain reference.
func b(chapter string) Source {
	return Source{"LEAD Support Bureau, toolkit: " + chapter, "https://leadbureau.org/toolkit/"}
}

func copyOfPrinciples(which string) Source {
	return Source{"Copy of the Bureau's " + which, "https://www.choopersguide.com/"}
}

func revolvingDoors() Source {
	return Source{"Revolving Doors, Police-led diversion: the LEAD approach", "https://revolving-doors.org.uk/"}
}

// Principles lists what a look at fidelity goes through, in the order of a round.
func Principles() []Principle {
	return []Principle{
		{"voluntary", "Independent bodies take part because they choose to", "Decisions are by consensus, dissent is written down, credit and blame are shared, and whoever wants to leave leaves.",
			[]Source{b("Roles and responsibilities"), copyOfPrinciples("principles for successful implementation")}, true, nil},
		{"officers", "Front-line officers are its authors", "They sit where it is designed and improved, hear what came of it, and have the time for it.",
			[]Source{copyOfPrinciples("principles for successful implementation")}, true, nil},
		{"voice", "People with lived experience decide with everybody else", "They hold seats, are paid, and can point at what changed because of them.",
			[]Source{b("Working as a team"), revolvingDoors()}, false, []string{"lived_seats"}},
		{"nobody_worse", "Nobody is worse off because of LEAD", "What a case manager hears founds no enforcement. Nobody reports use, missed meetings or anything that could be turned against somebody.",
			[]Source{b("The information-sharing golden rule")}, false, []string{"wall"}},
		{"discretion", "Each decides in their own authority, for what supports change", "Prosecutors and police keep their discretion, also in matters that were not diverted, and use it with the plan in mind. Nobody is promised what they will decide.",
			[]Source{b("The second golden rule: do what works")}, false, nil},
		{"no_conditions", "Nothing is a condition", "No abstinence, no test, no sanction, no compulsory meeting. Harm reduction is the way of working.",
			[]Source{b("Frequently asked questions"), b("Harm reduction"), copyOfPrinciples("case-management principles")}, false, []string{"no_sanctions"}},
		{"doors", "There is more than one way in", "Before an arrest, as a social contact and through the community: nobody has to be arrested to be helped.",
			[]Source{b("Diversion and referral pathways")}, false, []string{"doors"}},
		{"warm", "A hand-off is a meeting", "Somebody comes to where the person is, within half an hour where that can be done.",
			[]Source{b("Arrest diversion"), b("LEAD enrolment")}, false, []string{"met_in_time"}},
		{"acute", "What is acute comes first", "Food, a bed, safety and medicine tonight, before any form.",
			[]Source{copyOfPrinciples("case-management principles"), revolvingDoors()}, true, []string{"acute_first"}},
		{"own_goals", "People set their own goals", "The plan is in their words, agreed to or not there, and success is harm that becomes less by their own measure.",
			[]Source{b("LEAD project managers, a quick guide"), copyOfPrinciples("case-management principles")}, false, []string{"plans"}},
		{"street", "Case managers go to where people are", "Their time is spent outside, not at a desk, and looking for somebody has no limit.",
			[]Source{b("Balancing case-management needs")}, false, []string{"in_person"}},
		{"room", "Nobody walks with too many", "20 people on average, and under no circumstances more than 25.",
			[]Source{b("Balancing case-management needs")}, false, []string{"caseloads"}},
		{"as_long", "It lasts for as long as somebody wants", "Quiet people keep their place. Only the person closes their case, and coming back is one step.",
			[]Source{b("Case management"), revolvingDoors()}, false, []string{"closed_unasked", "came_back"}},
		{"no_queue", "Nobody else is pushed down a queue", "People who look for a service by themselves do not wait longer because of LEAD.",
			[]Source{copyOfPrinciples("case-management principles")}, true, nil},
		{"fair", "It makes the first step fairer", "Who is offered it, who says yes and who is met is looked at by ethnicity and sex, and something is done about what is seen.",
			[]Source{b("Design principles")}, false, nil},
		{"learn", "It learns in the open", "Every contact is recorded, diverted or not. What did not go well is talked about, and numbers are shared with those they are about.",
			[]Source{revolvingDoors(), b("Evaluating LEAD's impact, a quick guide")}, false, nil},
	}
}

// PrincipleOf returns the principle with code.
func PrincipleOf(code string) (Principle, bool) {
	for _, p := range Principles() {
		if p.Code == code {
			return p, true
		}
	}
	return Principle{}, false
}

// Level is how near a principle is, in words. It is no number, nothing is added
// up, and no area is ranked.
type Level string

// The levels.
const (
	AsItShould  Level = "as_it_should"
	ForTheMost  Level = "for_the_most_part"
	InPart      Level = "in_part"
	NotYet      Level = "not_yet"
	AnotherWay  Level = "another_way"
	NotLookedAt Level = ""
)

// Levels lists the levels that can be chosen.
func Levels() []Level { return []Level{AsItShould, ForTheMost, InPart, NotYet, AnotherWay} }

// Words returns the level as people say it.
func (l Level) Words() string {
	switch l {
	case AsItShould:
		return "As it should be"
	case ForTheMost:
		return "For the most part"
	case InPart:
		return "In part"
	case NotYet:
		return "Not yet"
	case AnotherWay:
		return "We do it another way, on purpose"
	}
	return "Not looked at"
}
