package alert_test

import (
	"fmt"
	"sync"
	"testing"
	"time"
)

// One account that asks for test after test must not keep anybody's call waiting.
func TestNobodySendsThemselfTestsWithoutEnd(t *testing.T) {
	each(t, func(t *testing.T, a area) {
		jo := a.staff.Actors["oncall"]
		must(t, a.app.Alerts.AddPush(t.Context(), jo, none, browser(1), "This phone"))
		taken := 0
		for range 30 {
			if a.app.Alerts.Test(t.Context(), jo, none) == nil {
				taken++
			}
		}
		if taken != 6 {
			t.Errorf("%d tests were taken", taken)
		}
		a.deliver(t, 6)
		a.pass(61 * time.Minute)
		if err := a.app.Alerts.Test(t.Context(), jo, none); err != nil {
			t.Errorf("an hour later: %v", err)
		}
	})
}

// Codes that are asked for all at once are all counted: nobody's phone is flooded,
// and no bill run up.
func TestCodesThatAreAskedForAtOnceAreAllCounted(t *testing.T) {
	each(t, func(t *testing.T, a area) {
		jo := a.staff.Actors["oncall"]
		must(t, a.app.Alerts.AddNumber(t.Context(), jo, none, fmt.Sprint("+447700900", 123)))
		id := a.own(t, "oncall").Channels[0].ID
		var wg sync.WaitGroup
		for range 40 {
			wg.Go(func() { _ = a.app.Alerts.SendCode(t.Context(), jo, none, id) })
		}
		wg.Wait()
		if n := a.sends.count(); n != 6 {
			t.Errorf("%d codes went out within the hour", n)
		}
		if tries := a.own(t, "oncall").Tries; len(tries) != 6 || tries[0].Outcome != "sent" {
			t.Errorf("what its owner sees of it: %+v", tries)
		}
	})
}
