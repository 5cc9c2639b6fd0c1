package lead_test

import (
	"testing"

	"waymark.example/internal/lead"
)

func TestR48_ATextThatMakesLEADAConditionIsFound(t *testing.T) {
	for _, text := range []string{
		"You will see the case manager as a condition of your bail.",
		"He must engage with LEAD.", "You must engage with LEAD for four months", "She is required to attend LEAD appointments.",
		"Attending is a condition of the caution.", "It is a condition of a conditional caution", "as a  Condition of\nyour bail",
		"The conditions of his bail are that he stays with LEAD.", "Taking part is a condition of the community order.",
		"Mae'n amod o'ch mechnïaeth.",
	} {
		if !lead.MakesCondition(text) {
			t.Errorf("not found: %q", text)
		}
	}
	for _, text := range []string{
		"", "LEAD is never a condition of a caution, bail or an order.", "Nobody must engage with LEAD.", "You do not have to take part in LEAD.",
		"He has kept to the conditions of his bail.", "LEAD can not be made a condition of bail.", "It will not be a condition of your caution that you come.",
		"She must attend court on 3 May.", "We lead by example, and staff must keep a record.", "The condition of the flat is poor.", "No condition of any order says so.",
		"You must not be told that LEAD is needed.",
	} {
		if lead.MakesCondition(text) {
			t.Errorf("found where there is none: %q", text)
		}
	}
	bad := lead.Invalid{}
	bad.NoCondition("words", "must engage with LEAD")
	if bad["words"] != lead.NeverACondition {
		t.Errorf("told %v", bad)
	}
}
