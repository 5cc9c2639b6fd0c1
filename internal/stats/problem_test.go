package stats

import (
	"fmt"
	"strings"
	"testing"
)

// A level beside "with no exception" would tell what happened to everybody of it (R44).
func TestR44_AProblemInGeneralNamesNoLevel(t *testing.T) {
	for _, k := range []Kind{Separation, Collinear, EmptyCell} {
		if words := General(fmt.Errorf("fit: %w", problem(k, "offence=arson tells the outcome apart with no exception"))); strings.Contains(words, "arson") || words == "" {
			t.Errorf("%s: %s", k, words)
		}
	}
	if words := General(problem(TooFew, "fewer than 20 people")); words != "fewer than 20 people" {
		t.Error(words)
	}
}
