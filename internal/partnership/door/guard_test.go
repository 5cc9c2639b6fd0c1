package door

import (
	"fmt"
	"testing"
	"time"

	"pgregory.net/rapid"
)

func guardAt(now *time.Time) *Guard { return NewGuard("key", func() time.Time { return *now }) }

func TestATokenHoldsForItsFormItsNetworkAndItsTime(t *testing.T) {
	now := time.Now()
	g := guardAt(&now)
	token := g.Token("/refer", "192.0.2.1")
	bent := []byte(token)
	bent[20] = 'A' + (bent[20]-'A'+1)%25 // another letter, whatever stood there
	for _, c := range []struct {
		after       time.Duration
		form, where string
		token       string
		want        Look
	}{
		{time.Second, "/refer", "192.0.2.1", token, Early},
		{time.Minute, "/refer", "192.0.2.1", token, Good},
		{time.Minute, "/feedback", "192.0.2.1", token, Stale},
		{time.Minute, "/refer", "192.0.2.2", token, Stale},
		{time.Minute, "/refer", "192.0.2.1", "", Stale},
		{time.Minute, "/refer", "192.0.2.1", string(bent), Stale},
		{5 * time.Hour, "/refer", "192.0.2.1", token, Stale},
		{-time.Hour, "/refer", "192.0.2.1", token, Stale},
	} {
		start := now
		now = now.Add(c.after)
		if got := g.Knock(c.form, c.where, c.token); got != c.want {
			t.Errorf("after %v on %s from %s: %v, want %v", c.after, c.form, c.where, got, c.want)
		}
		now = start
	}
}

// In a flood of any shape, hasty forms never join those that wait, and somebody
// who takes their time does; what is remembered stays bounded.
func TestInAFloodTheHastyAreHeldBackAndTheUnhurriedGetThrough(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		now := time.Now()
		g := guardAt(&now)
		person := g.Token("/refer", "198.51.100.7")
		now = now.Add(time.Duration(rapid.IntRange(25, 3000).Draw(t, "seconds")) * time.Second)
		networks := rapid.IntRange(1, 400).Draw(t, "networks")
		var tokens []string
		for i := range networks {
			tokens = append(tokens, g.Token("/refer", fmt.Sprint("n", i)))
		}
		now = now.Add(time.Duration(rapid.IntRange(4, 15).Draw(t, "waited")) * time.Second)
		for range 120 { // what sets off the alarm
			g.Knock("/refer", "x", "")
		}
		for i := range rapid.IntRange(1, 300).Draw(t, "posts") {
			from := fmt.Sprint("n", i%networks)
			if g.Knock("/refer", from, tokens[i%networks]) == Good && g.Where("/refer", from, tokens[i%networks], fmt.Sprint("junk ", i)) == Through {
				t.Fatalf("junk %d joined those that wait", i)
			}
		}
		if g.Knock("/refer", "198.51.100.7", person) != Good || g.Where("/refer", "198.51.100.7", person, "Linnet") != Through {
			t.Fatal("somebody who took their time did not get through")
		}
	})
}

func TestTheSameWordsComeOnceAndTheGuardForgets(t *testing.T) {
	now := time.Now()
	g := guardAt(&now)
	first, second := g.Token("/refer", "a"), g.Token("/refer", "b")
	now = now.Add(time.Minute)
	if g.Where("/refer", "a", first, "Linnet", "Quay") != Through {
		t.Fatal("the first did not get through")
	}
	g.Kept("/refer", first, "Linnet", "Quay")
	if got := g.Where("/refer", "a", first, "Linnet", "Quay"); got != Through {
		t.Errorf("sent twice: %v", got)
	}
	if got := g.Where("/refer", "b", second, "LINNET ", "quay"); got != Known {
		t.Errorf("the same words again: %v", got)
	}
	for i := range 3 * remembered {
		g.Kept("/refer", first, fmt.Sprint(i))
	}
	if len(g.seen) > remembered {
		t.Errorf("it remembers %d", len(g.seen))
	}
	for range 20 {
		g.MayGuess("a")
	}
	if g.MayGuess("a") || !g.MayGuess("b") {
		t.Error("guesses are counted by network")
	}
}

// Nothing of a complaint is held back: what was hasty or has links is shown once
// more and is taken then, and only a flood leaves it untaken.
func TestAComplaintInDoubtIsLookedThroughOnceMoreAndThenTaken(t *testing.T) {
	now := time.Now()
	g := guardAt(&now)
	for name, c := range map[string]struct {
		after time.Duration
		words string
	}{"hasty": {10 * time.Second, "Nobody rang"}, "two links": {time.Minute, "See https://a.example and https://b.example"}} {
		token := g.Token("/complain", name)
		now = now.Add(c.after)
		first, second := g.WhereUnheld("/complain", name, token, c.words), g.WhereUnheld("/complain", name, token, c.words)
		if first != Again || second != Through {
			t.Errorf("%s: %v and then %v", name, first, second)
		}
	}
	token := g.Token("/complain", "a")
	now = now.Add(time.Minute)
	if got := g.WhereUnheld("/complain", "a", token, "One link: https://a.example"); got != Through {
		t.Errorf("one link: %v", got)
	}
	for range 120 {
		g.Knock("/complain", "x", "")
	}
	if got := g.WhereUnheld("/complain", "b", g.Token("/complain", "b"), "junk"); got != Busy {
		t.Errorf("hasty, in a flood: %v", got)
	}
}
