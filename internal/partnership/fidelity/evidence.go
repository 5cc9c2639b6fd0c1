package fidelity

import (
	"slices"
	"time"

	"waymark.example/internal/suppress"
)

// Part is how many of a whole.
type Part struct{ Of, Are int }

// Counts are what the sides counted for everybody together: numbers, no person.
type Counts struct {
	Caseloads     []int // people on each, the longest first
	Soft, Hard    int   // the policy's limits
	HandOffs      Part  // of those met, within the promise
	Doors         map[string]int
	InPerson      Part
	Acute         Part
	Plans         Part
	Back          Part
	ClosedUnasked int
	LivedSeats    int // seats held by people with lived experience
	Seats         int
}

// Shown is what a round shows of one measure: a share in words of a size in words,
// so that no count of people can be read or worked out from it.
type Shown struct {
	Code  string
	Share string // in words of ours
	Size  string // likewise; "" where it counts no people
}

// Evidence is what a round shows of the work, as it was when the round began.
type Evidence struct {
	From, Until string // YYYY-MM-DD, the last one included
	Measures    []Shown
}

// Of returns what is shown of a measure.
func (e Evidence) Of(code string) (Shown, bool) {
	i := slices.IndexFunc(e.Measures, func(s Shown) bool { return s.Code == code })
	if i < 0 {
		return Shown{}, false
	}
	return e.Measures[i], true
}

// MeasureWords tells what a measure looks at.
func MeasureWords(code string) string {
	return map[string]string{
		"lived_seats":    "Seats held by people with lived experience",
		"wall":           "What police can open of the case file",
		"no_sanctions":   "Sanctions, tests and conditions on record",
		"doors":          "Ways by which people came",
		"met_in_time":    "Hand-offs that were met within the promise",
		"acute_first":    "People whose acute need was met before intake was done",
		"plans":          "People with a plan that they agreed to, of those whose intake was done",
		"in_person":      "Contacts in person, of all that came about",
		"caseloads":      "Caseloads",
		"closed_unasked": "Cases closed without the person having asked",
		"came_back":      "People who asked to close and are with somebody again",
	}[code]
}

// Quarter returns the last calendar quarter that is over: quarters do not overlap
// and one is looked at once, so that no two looks can be subtracted.
func Quarter(now time.Time) (from, until time.Time) {
	now = now.UTC()
	until = time.Date(now.Year(), now.Month()-(now.Month()-1)%3, 1, 0, 0, 0, 0, time.UTC)
	return until.AddDate(0, -3, 0), until
}

// share says how many of a whole are, in words: all and none stay within the band
// beside them, so that nobody learns something about everybody.
func share(p Part) (words, size string) {
	if _, enough := suppress.Round(p.Of); !enough {
		return "Too few to say anything", ""
	}
	switch part := float64(p.Are) / float64(p.Of); {
	case part >= 0.9:
		words = "Nearly all"
	case part >= 0.75:
		words = "Most"
	case part >= 0.5:
		words = "More than half"
	case part >= 0.25:
		words = "Fewer than half"
	case part > 0.1: // one of ten is as hardly any as none: nine of ten are as nearly all as ten
		words = "A few"
	default:
		words = "Hardly any"
	}
	switch {
	case p.Of >= 250:
		size = "of 250 or more"
	case p.Of >= 100:
		size = "of 100 to 249"
	case p.Of >= 50:
		size = "of 50 to 99"
	default:
		size = "of 10 to 49"
	}
	return words, size
}

// evidence puts counts into words.
func evidence(c Counts, from, until time.Time) Evidence {
	e := Evidence{From: from.Format(time.DateOnly), Until: until.AddDate(0, 0, -1).Format(time.DateOnly)}
	add := func(code, words, size string) { e.Measures = append(e.Measures, Shown{code, words, size}) }
	for _, m := range []struct {
		code string
		part Part
	}{{"met_in_time", c.HandOffs}, {"acute_first", c.Acute}, {"plans", c.Plans}, {"in_person", c.InPerson}, {"came_back", c.Back}} {
		words, size := share(m.part)
		add(m.code, words, size)
	}
	add("caseloads", caseloadWords(c), "")
	add("doors", doorWords(c.Doors), "")
	add("lived_seats", seatWords(c), "")
	add("closed_unasked", map[bool]string{true: "None: the record itself refuses it", false: "There are some: the record was changed from outside"}[c.ClosedUnasked == 0], "")
	add("no_sanctions", "None: there is no place to write one down", "")
	add("wall", "Nothing: the rules, the database and the keys each refuse it", "")
	return e
}

func caseloadWords(c Counts) string {
	longest := 0
	if len(c.Caseloads) > 0 {
		longest = c.Caseloads[0]
	}
	switch {
	case longest == 0:
		return "Nobody has a caseload yet"
	case longest > c.Hard:
		return "Somebody walks with more people than the limit"
	case longest > c.Soft:
		return "Somebody walks with more people than the number that warns, and nobody above the limit"
	}
	return "Nobody walks with more people than the number that warns"
}

// doorWords says which ways people came by: a way that fewer than ten came by may
// as well be none.
func doorWords(doors map[string]int) string {
	open := 0
	for _, n := range doors {
		if _, enough := suppress.Round(n); enough {
			open++
		}
	}
	switch open {
	case 0:
		return "Too few to say anything"
	case 1:
		return "By one way; by any other came few or nobody"
	case 2:
		return "By two ways; by any other came few or nobody"
	}
	return "By every way"
}

func seatWords(c Counts) string {
	switch {
	case c.Seats == 0:
		return "No seats are recorded yet"
	case c.LivedSeats == 0:
		return "None"
	case c.LivedSeats == 1:
		return "One: nobody should have to speak for all"
	}
	return "Two or more"
}
