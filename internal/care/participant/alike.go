package participant

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"waymark.example/internal/lead"
	"waymark.example/internal/platform/db"
)

// A name that was heard in the rain is spelt as it sounded. When no name starts
// as was asked, the actor's own people are opened and compared; nothing is kept
// for it that could tell a name. See docs/decisions/0007-keys-and-search.md.
const (
	alikeOf   = 2000 // how many people are compared at most, the newest
	alikeMost = 10   // how many are shown
	alikeFrom = 0.35 // how alike two words must be, of 1
)

// alike returns the people of the actor's list whose names, or other names, are
// most like the words of search, the likest first.
func (s *Service) alike(ctx context.Context, tx *db.Tx, actor lead.Actor, search string) ([]Now, error) {
	asked := strings.Fields(fold(search))
	if len([]rune(strings.Join(asked, ""))) < 3 {
		return nil, nil
	}
	q, of := peopleOfWorker, []any{actor.ID, db.At(s.Book.Now()), "z", alikeOf}
	if actor.Has(lead.Supervisor) {
		q, of = peopleOfTeam, []any{actor.Team, "z", alikeOf}
	}
	people, err := s.list(ctx, tx, q, of...)
	if err != nil {
		return nil, err
	}
	others, err := s.otherNames(ctx, tx, actor, people)
	if err != nil {
		return nil, err
	}
	type scored struct {
		Now
		score float64
	}
	var found []scored
	for _, n := range people {
		words := strings.Fields(fold(n.Name + " " + others[n.ID]))
		if score := likeness(asked, words); score >= alikeFrom {
			found = append(found, scored{n, score})
		}
	}
	slices.SortStableFunc(found, func(a, b scored) int { return cmp.Or(cmp.Compare(b.score, a.score), cmp.Compare(b.ID, a.ID)) })
	out := make([]Now, min(len(found), alikeMost))
	for i := range out {
		out[i] = found[i].Now
	}
	return out, nil
}

// otherNames returns the other names of the people of the actor's list.
func (s *Service) otherNames(ctx context.Context, tx *db.Tx, actor lead.Actor, people []Now) (map[string]string, error) {
	team := ""
	if actor.Has(lead.Supervisor) {
		team = actor.Team
	}
	known, out := ByID(people), map[string]string{}
	_, err := db.All(ctx, tx, func(row db.Row) (string, error) {
		var id, answers string
		if err := row.Scan(&id, &answers); err != nil {
			return "", err
		}
		n, ok := known[id]
		if !ok {
			return id, nil
		}
		given, err := n.answers(answers)
		out[id] = given["aliases"]
		return id, err
	}, otherNamesOf, actor.ID, team)
	if err != nil {
		return nil, fmt.Errorf("other names: %w", err)
	}
	return out, nil
}

// likeness is how alike what was asked is to a name, from 0 to 1: each asked
// word counts as its likest word of the name does, and the worst of them decides.
func likeness(asked, name []string) float64 {
	worst := 1.0
	for _, a := range asked {
		best := 0.0
		for _, n := range name {
			best = max(best, alikeness(a, n))
		}
		worst = min(worst, best)
	}
	return worst
}

// alikeness compares two words: a part of the other, or one letter wrong, missing,
// too many or swapped, or else by the threes of letters that they share.
func alikeness(a, b string) float64 {
	switch {
	case a == b:
		return 1
	case len([]rune(a)) >= 3 && strings.Contains(b, a):
		return 0.9
	case min(len([]rune(a)), len([]rune(b))) >= 3 && oneSlip([]rune(a), []rune(b)):
		return 0.8
	}
	return sharedThrees(a, b)
}

// oneSlip reports whether one slip of the finger lies between two words.
func oneSlip(a, b []rune) bool {
	if len(a) > len(b) {
		a, b = b, a
	}
	i := 0
	for i < len(a) && a[i] == b[i] {
		i++
	}
	switch len(b) - len(a) {
	case 1:
		return slices.Equal(a[i:], b[i+1:])
	case 0:
		if i == len(a) || slices.Equal(a[i+1:], b[i+1:]) {
			return true
		}
		return i+1 < len(a) && a[i] == b[i+1] && a[i+1] == b[i] && slices.Equal(a[i+2:], b[i+2:])
	}
	return false
}

// sharedThrees is the share of threes of letters that two words have in common.
func sharedThrees(a, b string) float64 {
	threes := func(word string) map[string]bool {
		letters, out := []rune("  "+word+" "), map[string]bool{}
		for i := range len(letters) - 2 {
			out[string(letters[i:i+3])] = true
		}
		return out
	}
	of, other := threes(a), threes(b)
	shared := 0
	for three := range of {
		if other[three] {
			shared++
		}
	}
	return 2 * float64(shared) / float64(len(of)+len(other))
}
