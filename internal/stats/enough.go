package stats

import "fmt"

// What a comparison of arms needs at least, so that it is more than chance.
const (
	PersonsRefused = 20 // an arm with fewer people is described, not modelled
	PersonsWarned  = 50
	EventsRefused  = 10 // an arm with fewer events as well
	EventsPerTerm  = 10 // of a propensity model, and of hazards
)

// Enough looks at every arm: its people (rows, when person is "") and its rows with an
// outcome above 0. It refuses arms that are too small to be modelled, and warns of small
// ones.
func Enough(d *Data, person, arm, outcome string) (warnings []string, err error) {
	rows, err := d.complete(person, arm, outcome)
	if err != nil {
		return nil, err
	}
	c, err := d.mustColumn(arm)
	if err != nil {
		return nil, err
	}
	group, labels := c.groups(rows)
	if len(labels) < 2 {
		return nil, problem(EmptyCell, "everybody has the same %s: there is nobody to compare with", arm)
	}
	if len(labels) > 20 {
		return nil, problem(BadData, "%s has %d values: these are no arms", arm, len(labels))
	}
	y, err := d.numbers(outcome, rows)
	if err != nil {
		return nil, err
	}
	people, events := make([]int, len(labels)), make([]int, len(labels))
	if person != "" {
		p, err := d.mustColumn(person)
		if err != nil {
			return nil, err
		}
		who, all := p.groups(rows)
		seen := make([]int32, len(all))
		for i, w := range who {
			if seen[w] == 0 {
				people[group[i]]++
				seen[w] = group[i] + 1
			} else if seen[w] != group[i]+1 {
				return nil, problem(BadData, "one %s has two values of %s", person, arm)
			}
		}
	}
	for i, g := range group {
		if person == "" {
			people[g]++
		}
		if y[i] > 0 {
			events[g]++
		}
	}
	for g, l := range labels {
		switch {
		case people[g] < PersonsRefused:
			return nil, problem(TooFew, "fewer than %d people have %s %s: they can be described, not modelled", PersonsRefused, arm, l)
		case events[g] < EventsRefused:
			return nil, problem(TooFew, "fewer than %d events belong to %s %s: they can be described, not modelled", EventsRefused, arm, l)
		case people[g] < PersonsWarned:
			warnings = append(warnings, fmt.Sprintf("Fewer than %d people have %s %s: only very large effects can be seen.", PersonsWarned, arm, l))
		}
	}
	return warnings, nil
}
