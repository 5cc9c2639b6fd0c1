package survey

// Survey is a set of closed questions. A change of any of its words is a new version; what was asked in an old one stays readable as it was.
type Survey struct {
	Key       string
	Version   int
	Title     string
	Who       string // whom it is for
	Intro     string
	Questions []Question
}

// Question is a statement that people agree with or not.
type Question struct {
	Key   string
	Words string
}

// Choice is one answer.
type Choice struct {
	Key   string
	Words string
}

// LeftOut is the answer of whoever ticked nothing. It is counted like any other (R41).
const LeftOut = "none"

// Choices are the answers to every question, in the order in which they stand.
func Choices() []Choice {
	return []Choice{{"5", "Yes, very much"}, {"4", "Yes, mostly"}, {"3", "In between"}, {"2", "Mostly not"}, {"1", "Not at all"}, {"0", "I cannot say"}}
}

// Surveys lists every version of every survey; of one key the latest comes last. Their words are our own: they are no scale that anybody validated, and say so.
func Surveys() []Survey {
	return []Survey{
		{"participant", 1, "How is LEAD for you?", "People in LEAD", "Eight short questions about the help you get. There is no right answer.", []Question{
			{"kept", "My case manager does what they say they will do."},
			{"listen", "My case manager listens to me."},
			{"mine", "My plan is about what I want."},
			{"pace", "I can go at my own pace."},
			{"needs", "LEAD helps me with what I need most."},
			{"reach", "I can reach somebody when I need to."},
			{"respect", "The police have treated me with respect since I joined."},
			{"again", "I would tell a friend to say yes to LEAD."},
		}},
		{"officer", 1, "How is LEAD for officers?", "Officers, of every rank", "Eight short questions about LEAD in your work. There is no right answer.", []Question{
			{"know", "I know when I can offer LEAD."},
			{"decide", "The decision to offer it is mine, and my supervisors back me."},
			{"quick", "Handing somebody over is quick enough for a busy shift."},
			{"there", "When I call, a case manager comes."},
			{"hear", "I hear enough of how it went, as far as people agreed."},
			{"trust", "I trust the case team to do its part."},
			{"help", "LEAD helps people whom I meet again and again."},
			{"worth", "LEAD is worth the time that it takes me."},
		}},
		{"relations", 1, "The police and people here", "Residents and businesses", "Seven short questions about the police and this part of town. There is no right answer.", []Question{
			{"respect", "The police here treat people with respect."},
			{"fair", "The police here treat everybody the same, whoever they are."},
			{"understand", "The police here understand what matters to people."},
			{"approach", "I would go to the police if I needed help."},
			{"support", "People who struggle in public get help here."},
			{"safe", "I feel safe in this part of town."},
			{"know", "I know whom to ring when somebody needs help and there is no crime."},
		}},
	}
}

// Latest lists the latest version of every survey.
func Latest() []Survey {
	var out []Survey
	for _, s := range Surveys() {
		if n := len(out); n > 0 && out[n-1].Key == s.Key {
			out[n-1] = s
			continue
		}
		out = append(out, s)
	}
	return out
}

// Of finds a version of a survey.
func Of(key string, version int) (Survey, bool) {
	for _, s := range Surveys() {
		if s.Key == key && s.Version == version {
			return s, true
		}
	}
	return Survey{}, false
}
