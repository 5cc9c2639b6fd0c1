package scrutiny

import (
	"testing"

	"pgregory.net/rapid"
)

// Whatever stands of a contact in a pack is shared by five at least, all of it together.
func TestP21_NobodyIsRecognisedByWhatAPackSaysOfAContact(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		one := func(of ...string) *rapid.Generator[string] { return rapid.SampledFrom(of) }
		all := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) Item {
			return Item{Door: one("a", "a", "a", "c").Draw(t, "door"), Outcome: one("n", "n", "f").Draw(t, "outcome"), Asked: rapid.Bool().Draw(t, "asked"),
				Reason: one("r", "r", "s").Draw(t, "reason"), Offence: one("t", "t", "u", "").Draw(t, "offence")}
		}), 1, 80).Draw(t, "contacts")
		c := newCareful(all)
		for _, i := range all {
			if !c.drawn(i) {
				continue
			}
			told, shared := c.told(i), 0
			for _, other := range all {
				if other.Door == told.Door && other.Outcome == told.Outcome && other.Asked == told.Asked && (told.Reason == "" || other.Reason == told.Reason) && (told.Offence == "" || other.Offence == told.Offence) {
					shared++
				}
			}
			if shared < fewestAlike {
				t.Fatalf("%+v is shared by %d", told, shared)
			}
		}
	})
}
