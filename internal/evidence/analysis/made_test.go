package analysis_test

import (
	"fmt"
	"math"
	"math/rand/v2"

	"waymark.example/internal/evidence/study"
)

// made is a study of n people with a known fall in arrests: odds of an arrest in a month times effect after the decision in LEAD. Officers choose people
// with more arrests a little more often; by lot they do not choose at all.
func made(n int, seed uint64, effect float64, lot bool) *study.Study {
	r := rand.New(rand.NewPCG(seed, 7))
	pick := func(of ...string) string { return of[r.IntN(len(of))] }
	s := &study.Study{From: 19000, Until: 19000 + 1200}
	for i := range n {
		id := fmt.Sprintf("zq-%06x", r.Uint32N(1<<24)) + fmt.Sprint("-", i)
		lean := r.NormFloat64() * .8
		base := -2.2 + lean
		s.People = append(s.People, study.Person{ID: id, Born: 1960 + r.IntN(45), Sex: pick("F", "M", "M", ""), Ethnicity: pick("white", "white", "black", "asian", ""), Perceived: pick("white", "black", "asian"), Housing: pick("settled", "temporary", "rough", ""), Area: pick("north", "south", "east"), Linked: r.Float64() < .96})
		start := s.From + study.Day(r.IntN(440))
		c := study.Contact{ID: "zq-c" + id, PersonID: id, On: start, Minute: r.IntN(1440), Door: pick("arrest_diversion", "arrest_diversion", "social_contact"), Area: s.People[i].Area, Team: pick("t1", "t2"), Officer: "zq-o" + pick("a", "b", "c"), Offence: pick("theft", "drugs", "disorder"), Incident: "zq-i" + id}
		lead := r.Float64() < 1/(1+math.Exp(-.5*lean))
		if lot {
			lead = r.IntN(2) == 0
			c.Shift = "usual"
			if lead {
				c.Shift = "lead"
			}
		}
		switch {
		case r.Float64() < .02:
			c.Decision = ""
		case lead && r.Float64() < .8:
			c.Decision, c.Reason, c.Offered = "diverted", "need", true
		case lead:
			c.Decision, c.Reason, c.Offered = "declined", "own_wish", true
		default:
			c.Decision, c.Reason = "not_diverted", pick("serious", "victim")
		}
		if r.Float64() < .05 {
			c.Exclusion, c.Decision = "violence", ""
		}
		s.Contacts = append(s.Contacts, c)
		if r.Float64() < .1 {
			s.Contacts = append(s.Contacts, study.Contact{ID: "zq-a" + id, PersonID: id, On: start + 50, Door: "social_contact", Decision: "diverted"})
		}
		event := func(k study.Kind, sort string, on study.Day) *study.Outcome {
			s.Outcomes = append(s.Outcomes, study.Outcome{ID: fmt.Sprint("zq-e", len(s.Outcomes)), PersonID: id, Kind: k, Sort: sort, On: on, Committed: on - 1, Incident: fmt.Sprint("zq-n", len(s.Outcomes))})
			return &s.Outcomes[len(s.Outcomes)-1]
		}
		end := s.Until
		if r.Float64() < .02 {
			end = start + study.Day(1+r.IntN(700))
			event(study.Death, "", end)
		} else if r.Float64() < .03 {
			end = start + study.Day(1+r.IntN(700))
			event(study.Moved, "", end)
		}
		for m := -24; m < 24; m++ {
			odds := math.Exp(base)
			if m >= 0 && lead {
				odds *= effect
			}
			if r.Float64() < odds/(1+odds) {
				on := start + study.Day(m*30+2+r.IntN(27))
				if m < 0 {
					on -= 2
				}
				if on >= end || on == start {
					continue
				}
				event(study.Arrest, pick("non_warrant", "non_warrant", "warrant", "breach"), on)
				if r.IntN(3) == 0 {
					event(study.Charge, pick("summary", "either_way", "indictable"), on+5)
					if r.IntN(2) == 0 {
						event(study.Proven, "", on+90)
					}
				}
				if r.IntN(8) == 0 {
					event(study.Custody, pick("remand", "sentenced", "recall"), on+1).Until = on + 1 + study.Day(r.IntN(40))
				}
				event(study.Custody, "police", on).Hours = float64(4 + r.IntN(20))
			}
		}
		if c.Decision == "diverted" {
			met := r.Float64() < .85
			p := study.Support{PersonID: id, Referred: start, Minutes: -1, Research: r.Float64() < .7}
			if met {
				p.Minutes, p.Met, p.Intake, p.Consent = 5+r.IntN(80), start, start+study.Day(r.IntN(40)), start+study.Day(r.IntN(40))
			}
			s.Support = append(s.Support, p)
			for m := range 12 {
				s.Months = append(s.Months, study.Month{PersonID: id, Month: start + study.Day(30*m), Contacts: r.IntN(5), NeedsMet: r.IntN(2), Housing: pick("settled", "temporary", "rough", ""), Employment: pick("looking", "employed", ""), Income: pick("benefits", "wages", "")})
			}
		}
	}
	return s
}
