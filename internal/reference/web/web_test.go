package web

import (
	"testing"

	"waymark.example/internal/reference/policy"
)

// A draft adds a reason at the end: it stands with those of its outcome all the same.
func TestReasonsOfOneOutcomeStandTogether(t *testing.T) {
	groups := groupReasons(policy.Policy{Reasons: []policy.Reason{{Outcome: "diverted", Code: "a"}, {Outcome: "declined", Code: "b"}, {Outcome: "diverted", Code: "c"}}})
	if len(groups) != 2 || groups[0].Outcome != "Diverted" || len(groups[0].Reasons) != 2 || groups[0].Reasons[1].Code != "c" || len(groups[1].Reasons) != 1 {
		t.Errorf("%+v", groups)
	}
}
