package plan_test

import (
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"waymark.example/internal/care/plan"
)

func TestTwoVersionsOfAPlanAreToldApartGoalByGoal(t *testing.T) {
	before := plan.Plan{Matters: "My dog", Goals: []plan.Goal{
		{Words: "A room", Standing: plan.Active, Steps: []plan.Step{{Words: "Ring Lantern", Standing: "to_do"}, {Words: "Look at it", Standing: "to_do"}}},
		{Words: "See my sister", Standing: plan.Active}, {Words: "Sleep", Standing: plan.Active}}}
	after := plan.Plan{Matters: "My dog", Goals: []plan.Goal{
		{Words: "See my sister", Standing: plan.SetAside},
		{Words: "A room", Standing: plan.Active, Steps: []plan.Step{{Words: "Ring Lantern", Standing: "done"}, {Words: "Look at it", Standing: "to_do", DueOn: "2026-12-01"}, {Words: "Ask about the dog", Standing: "to_do"}}},
		{Words: "Sleep at night", Standing: plan.Active}, {Words: "Cook", Standing: plan.Active}}}
	var got []string
	for _, c := range plan.Changes(before, after) {
		got = append(got, strings.Join([]string{c.Kind, c.Goal, c.Was, c.Now}, "|"))
	}
	want := []string{"goal_stands|See my sister|Working on it|Put aside for now", "step_stands|Ring Lantern|To do|Done", "step_when|Look at it||", "step_new|A room||Ask about the dog",
		"goal_words|Sleep at night|Sleep|Sleep at night", "goal_new|Cook||Cook"}
	if !slices.Equal(got, want) {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

// Nothing is told of two versions that are the same, and something is whenever
// any word or standing is not.
func TestChangesAreToldExactlyWhenThereAreAny(t *testing.T) {
	goal := rapid.Custom(func(t *rapid.T) plan.Goal {
		steps := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) plan.Step {
			return plan.Step{Words: rapid.StringMatching(`[a-c]`).Draw(t, "step"), Standing: rapid.SampledFrom([]string{"to_do", "done"}).Draw(t, "stands")}
		}), 0, 3).Draw(t, "steps")
		return plan.Goal{Words: rapid.StringMatching(`[a-c]`).Draw(t, "goal"), Standing: rapid.SampledFrom(plan.Standings()).Draw(t, "standing"), Steps: steps}
	})
	rapid.Check(t, func(t *rapid.T) {
		a := plan.Plan{Goals: rapid.SliceOfN(goal, 0, 4).Draw(t, "before")}
		b := plan.Plan{Goals: rapid.SliceOfN(goal, 0, 4).Draw(t, "after")}
		if told := plan.Changes(a, a); len(told) > 0 {
			t.Fatalf("nothing changed: %+v", told)
		}
		if told := plan.Changes(a, b); len(told) == 0 && !sameGoals(a.Goals, b.Goals) {
			t.Fatalf("%+v became %+v and nothing is told", a, b)
		}
	})
}

// sameGoals compares goals whatever their order, and steps within them likewise.
func sameGoals(a, b []plan.Goal) bool {
	text := func(goals []plan.Goal) []string {
		var out []string
		for _, g := range goals {
			var steps []string
			for _, s := range g.Steps {
				steps = append(steps, s.Words+s.Standing)
			}
			slices.Sort(steps)
			out = append(out, g.Words+string(g.Standing)+strings.Join(steps, ","))
		}
		slices.Sort(out)
		return out
	}
	return slices.Equal(text(a), text(b))
}
