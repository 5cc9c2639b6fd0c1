package judged

import (
	"reflect"
	"strconv"
	"testing"

	"pgregory.net/rapid"

	"waymark.example/internal/suppress"
)

func shown(n int) int {
	value, ok := suppress.Round(n)
	if !ok {
		return 0
	}
	return value / step * step
}

// Whoever has everything that is published cannot tell any number under ten from
// any other number under ten, in any group, whatever is asked of it: with other
// small numbers the very same set is published, so every question put to it has
// the very same answer. And of a group that is shown, ten numbers are possible (eight
// for the smallest).
func TestR44_WhatIsPublishedIsTheSameForEverySmallNumber(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var a, b []Group
		n := rapid.IntRange(1, 12).Draw(t, "groups")
		for i := range n {
			g := Group{Door: "arrest_diversion", Offences: []string{strconv.Itoa(i)}}
			g.Contacts = rapid.IntRange(0, 60).Draw(t, "contacts")
			a = append(a, g)
			switch low := shown(g.Contacts); {
			case low == 0:
				g.Contacts = rapid.IntRange(0, suppress.Threshold-1).Draw(t, "other small number")
			case low == step:
				g.Contacts = rapid.IntRange(10, 17).Draw(t, "other number of the smallest")
			default:
				g.Contacts = rapid.IntRange(low-2, low+7).Draw(t, "other number")
			}
			b = append(b, g)
		}
		if x, y := Shown(a), Shown(b); !reflect.DeepEqual(x, y) {
			t.Fatalf("%v is shown as %v and %v as %v", a, x, b, y)
		}
		for _, g := range Shown(a) {
			if g.Contacts < suppress.Threshold || g.Contacts%step != 0 {
				t.Fatalf("%d is shown", g.Contacts)
			}
		}
	})
}
