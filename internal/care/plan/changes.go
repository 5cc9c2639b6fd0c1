package plan

import "slices"

// Change is one difference between two versions of a plan, from the earlier to
// the later.
type Change struct {
	Kind string // matters, goal_new, goal_gone, goal_words, goal_stands, step_new, step_gone, step_stands, step_when
	Goal string // the goal it is about, as it is worded now
	Was  string
	Now  string
}

// Changes says what became of a plan between two versions. Goals and steps are
// the same ones when they are worded the same, and else when they stand in the
// same place.
func Changes(before, after Plan) []Change {
	var out []Change
	if before.Matters != after.Matters {
		out = append(out, Change{Kind: "matters", Was: before.Matters, Now: after.Matters})
	}
	words := func(g Goal) string { return g.Words }
	for _, pair := range pairs(before.Goals, after.Goals, words) {
		switch was, now := pair[0], pair[1]; {
		case was == nil:
			out = append(out, Change{Kind: "goal_new", Goal: now.Words, Now: now.Words})
			for _, s := range now.Steps {
				out = append(out, Change{Kind: "step_new", Goal: now.Words, Now: s.Words})
			}
		case now == nil:
			out = append(out, Change{Kind: "goal_gone", Goal: was.Words, Was: was.Words})
		default:
			out = append(out, goalChanges(*was, *now)...)
		}
	}
	return out
}

func goalChanges(was, now Goal) []Change {
	var out []Change
	if was.Words != now.Words {
		out = append(out, Change{"goal_words", now.Words, was.Words, now.Words})
	}
	if was.Standing != now.Standing {
		out = append(out, Change{"goal_stands", now.Words, was.Standing.Words(), now.Standing.Words()})
	}
	for _, pair := range pairs(was.Steps, now.Steps, func(s Step) string { return s.Words }) {
		switch before, after := pair[0], pair[1]; {
		case before == nil:
			out = append(out, Change{Kind: "step_new", Goal: now.Words, Now: after.Words})
		case after == nil:
			out = append(out, Change{Kind: "step_gone", Goal: now.Words, Was: before.Words})
		default:
			if before.Words != after.Words {
				out = append(out, Change{Kind: "step_gone", Goal: now.Words, Was: before.Words}, Change{Kind: "step_new", Goal: now.Words, Now: after.Words})
				continue
			}
			if before.Standing != after.Standing {
				out = append(out, Change{"step_stands", after.Words, stands(before.Standing), stands(after.Standing)})
			}
			if before.Who != after.Who || before.ByWhen != after.ByWhen || before.DueOn != after.DueOn {
				out = append(out, Change{Kind: "step_when", Goal: after.Words})
			}
		}
	}
	return out
}

func stands(code string) string {
	for _, s := range Steps() {
		if s[0] == code {
			return s[1]
		}
	}
	return code
}

// pairs brings together what is the same in two lists: first by words, then by
// place; what stays alone has nil for the other.
func pairs[T any](before, after []T, words func(T) string) [][2]*T {
	partner := make([]int, len(after)) // where the partner stands in before, from 1
	taken := make([]bool, len(before))
	for i := range after {
		j := slices.IndexFunc(before, func(b T) bool { return words(b) == words(after[i]) })
		if j >= 0 && !taken[j] {
			partner[i], taken[j] = j+1, true
		}
	}
	for i := range after {
		if partner[i] == 0 && i < len(before) && !taken[i] {
			partner[i], taken[i] = i+1, true
		}
	}
	var out [][2]*T
	for i := range after {
		if j := partner[i]; j > 0 {
			out = append(out, [2]*T{&before[j-1], &after[i]})
		} else {
			out = append(out, [2]*T{nil, &after[i]})
		}
	}
	for j := range before {
		if !taken[j] {
			out = append(out, [2]*T{&before[j], nil})
		}
	}
	return out
}
