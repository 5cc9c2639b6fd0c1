package keeping_test

import (
	"fmt"
	"testing"

	"waymark.example/internal/handoff/keeping"
	"waymark.example/internal/lead"
)

// Every history of up to six steps that Check lets through, from every person:
// nothing is sealed, opened, released or erased on one person's word, nobody
// confirms their own proposal, and a hold stops both.
func TestG22_NothingIsTakenAwayByOnePersonAlone(t *testing.T) {
	people := []struct {
		id   string
		side lead.Side
	}{{"dpo", lead.Oversight}, {"dpo2", lead.Oversight}, {"supervisor", lead.Care}, {"dpo", lead.Care}} // the last pretends: one account, another side
	var moves []keeping.Step
	for _, p := range people {
		for _, act := range keeping.Acts() {
			for _, stage := range []keeping.Stage{keeping.Proposed, keeping.Confirmed, keeping.Dropped} {
				reasons := []string{keeping.Reasons(act)[0][0]}
				if act == keeping.Unseal {
					reasons = append(reasons, keeping.CameBack)
				}
				for _, why := range reasons {
					moves = append(moves, keeping.Step{Act: act, Stage: stage, Reason: why, By: p.id, Side: p.side})
				}
			}
		}
	}
	seen := map[string]bool{}
	checked := 0
	var walk func(steps []keeping.Step)
	walk = func(steps []keeping.Step) {
		before := keeping.Standing(steps)
		key := fmt.Sprint(before.Sealed, before.Held, before.Erased)
		if before.Pending != nil {
			key += fmt.Sprint(before.Pending.Act, before.Pending.By)
		}
		if seen[key] || len(steps) > 12 {
			return
		}
		seen[key] = true
		for _, m := range moves {
			checked++
			if before.Check(m) != nil {
				continue
			}
			after := keeping.Standing(append(append([]keeping.Step{}, steps...), m))
			taken := after.Sealed && !before.Sealed || after.Erased || before.Held && !after.Held || before.Sealed && !after.Sealed && m.Reason != keeping.CameBack
			if taken && (before.Pending == nil || before.Pending.By == m.By || before.Pending.Side == m.Side || before.Pending.Act != m.Act) {
				t.Errorf("%s %s by %s alone, after %s", m.Act, m.Stage, m.By, key)
			}
			if before.Held && (after.Sealed && !before.Sealed || after.Erased && !before.Erased) {
				t.Errorf("%s in spite of a hold, after %s", m.Act, key)
			}
			if before.Erased {
				t.Errorf("%s after the file was erased", m.Act)
			}
			walk(append(append([]keeping.Step{}, steps...), m))
		}
	}
	walk(nil)
	if len(seen) < 15 || !seen["false false true"] {
		t.Fatalf("only %d states: %v", len(seen), seen)
	}
	t.Logf("%d states, %d steps tried", len(seen), checked)
}
