package participant

import (
	"testing"

	"pgregory.net/rapid"
)

func TestANameWithOneSlipIsAlikeAndAStrangersIsNot(t *testing.T) {
	for _, pair := range [][2]string{{"kestral", "kestrel"}, {"kstrel", "kestrel"}, {"tren", "tern"}, {"finsh", "finch"}, {"hover", "windhover"}, {"katherine", "catherine"}, {"ren", "wren"}} {
		if got := alikeness(pair[0], pair[1]); got < alikeFrom {
			t.Errorf("%s and %s are %.2f alike", pair[0], pair[1], got)
		}
	}
	for _, pair := range [][2]string{{"kestrel", "wren"}, {"finch", "heron"}, {"tern", "swift"}, {"linnet", "plover"}, {"siskin", "merlin"}} {
		if got := alikeness(pair[0], pair[1]); got >= alikeFrom {
			t.Errorf("%s and %s are %.2f alike", pair[0], pair[1], got)
		}
	}
}

// Whatever single slip is made in a word of three letters or more, it is found,
// and alikeness is the same both ways but for parts of words.
func TestEverySingleSlipIsFound(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		word := []rune(rapid.StringMatching(`[a-zäöüßé]{4,12}`).Draw(t, "word"))
		at := rapid.IntRange(0, len(word)-2).Draw(t, "at")
		letter := rapid.RuneFrom([]rune("abcxyzöé")).Draw(t, "letter")
		slips := [][]rune{
			append(append([]rune{}, word[:at]...), word[at+1:]...),
			append(append(append([]rune{}, word[:at]...), letter), word[at:]...),
			append(append(append([]rune{}, word[:at]...), letter), word[at+1:]...),
			append(append(append([]rune{}, word[:at]...), word[at+1], word[at]), word[at+2:]...),
		}
		for i, slip := range slips {
			if got := alikeness(string(slip), string(word)); got < 0.8 || got > 1 {
				t.Fatalf("slip %d: %s and %s are %.2f alike", i, string(slip), string(word), got)
			}
		}
		other := rapid.StringMatching(`[a-z]{1,12}`).Draw(t, "other")
		if there, back := sharedThrees(string(word), other), sharedThrees(other, string(word)); there != back || there < 0 || there > 1 {
			t.Fatalf("%.2f and %.2f", there, back)
		}
	})
}
