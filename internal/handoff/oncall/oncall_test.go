package oncall_test

import (
	"fmt"
	"testing"
	"time"

	"pgregory.net/rapid"

	"waymark.example/internal/handoff/oncall"
)

var start = time.Date(2026, 3, 23, 0, 0, 0, 0, time.UTC) //nolint:gochecknoglobals // the Monday before the clocks change

const minutesOfWeek = 7 * 24 * 60

func shifts(t *rapid.T) []oncall.Shift {
	n := rapid.IntRange(0, 25).Draw(t, "shifts")
	var out []oncall.Shift
	for i := range n {
		from := rapid.IntRange(-600, minutesOfWeek+600).Draw(t, "from")
		long := rapid.IntRange(1, 24*60).Draw(t, "long")
		out = append(out, oncall.Shift{ID: fmt.Sprint("s", i), WorkerID: fmt.Sprint("w", rapid.IntRange(1, 6).Draw(t, "worker")), Place: rapid.IntRange(1, oncall.Places).Draw(t, "place"),
			From: start.Add(time.Duration(from) * time.Minute), Until: start.Add(time.Duration(from+long) * time.Minute)})
	}
	return out
}

// Whatever was planned, also twice at once: at every minute each person is rung
// once, at most three and one who took the phone, and there is a first exactly
// where there is no gap.
func TestAtEveryMinuteThereIsOneFirstOrAGap(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rota := shifts(t)
		gaps := oncall.Gaps(rota, start, start.Add(minutesOfWeek*time.Minute))
		for i := 1; i < len(gaps); i++ {
			if !gaps[i].From.After(gaps[i-1].Until) {
				t.Fatalf("gaps touch: %v", gaps)
			}
		}
		for minute := range minutesOfWeek {
			at := start.Add(time.Duration(minute) * time.Minute)
			on := oncall.OnDuty(rota, nil, at)
			seen := map[string]bool{}
			for _, d := range on {
				if seen[d.WorkerID] {
					t.Fatalf("%s: %s is rung twice", at, d.WorkerID)
				}
				seen[d.WorkerID] = true
			}
			if len(on) > oncall.Places {
				t.Fatalf("%s: %d are rung", at, len(on))
			}
			gap := false
			for _, g := range gaps {
				gap = gap || !at.Before(g.From) && at.Before(g.Until)
			}
			if gap == (len(on) > 0) {
				t.Fatalf("%s: gap is %v and %d are on call", at, gap, len(on))
			}
		}
	})
}

func TestWhoeverTookThePhoneIsFirstUntilTheNextShiftBegins(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rota := shifts(t)
		since := start.Add(time.Duration(rapid.IntRange(0, minutesOfWeek).Draw(t, "since")) * time.Minute)
		turn := &oncall.Turn{ID: "turn", WorkerID: "w9", Since: since, Until: oncall.TurnEnds(rota, since)}
		for minute := range minutesOfWeek {
			at := start.Add(time.Duration(minute) * time.Minute)
			on := oncall.OnDuty(rota, turn, at)
			taken := len(on) > 0 && on[0].Turn == "turn"
			if taken && (at.Before(since) || !turn.Until.IsZero() && !at.Before(turn.Until)) {
				t.Fatalf("%s: the phone is held outside %s to %s", at, since, turn.Until)
			}
			if at.Equal(since) && !taken {
				t.Fatal("the phone was taken and somebody else is first")
			}
			for i, d := range on {
				if i > 0 && d.Turn != "" {
					t.Fatal("whoever took the phone is not first")
				}
			}
		}
	})
}

// Three shifts a day leave no minute uncovered and none twice, in the weeks in
// which the clocks change too.
func TestNobodyIsLeftOutWhenTheClocksChange(t *testing.T) {
	t.Parallel()
	zone, err := time.LoadLocation("Europe/London")
	if err != nil {
		t.Fatal(err)
	}
	for _, monday := range []time.Time{time.Date(2026, 3, 23, 0, 0, 0, 0, zone), time.Date(2026, 10, 19, 0, 0, 0, 0, zone)} {
		var rota []oncall.Shift
		for day := range 7 {
			for i, hours := range [][2]int{{0, 8}, {8, 16}, {16, 0}} {
				s := oncall.Shift{ID: fmt.Sprint(day, i), WorkerID: fmt.Sprint("w", i), Place: 1}
				rota = append(rota, oncall.Repeat(s, monday.AddDate(0, 0, day), time.Duration(hours[0])*time.Hour, time.Duration(hours[1])*time.Hour, 2, zone)...)
			}
		}
		if gaps := oncall.Gaps(rota, monday, monday.AddDate(0, 0, 14)); len(gaps) > 0 {
			t.Errorf("gaps: %v", gaps)
		}
		for i, a := range rota {
			for _, b := range rota[i+1:] {
				if a.Meets(b) {
					t.Errorf("%v to %v and %v to %v overlap", a.From, a.Until, b.From, b.Until)
				}
			}
		}
		for at := monday; at.Before(monday.AddDate(0, 0, 14)); at = at.Add(30 * time.Minute) {
			if on := oncall.OnDuty(rota, nil, at); len(on) != 1 {
				t.Errorf("%v: %d are on call", at, len(on))
			}
		}
	}
}

func TestAnHourThatTheClocksJumpOverIsNobodysShift(t *testing.T) {
	t.Parallel()
	zone, err := time.LoadLocation("Europe/London")
	if err != nil {
		t.Fatal(err)
	}
	day := time.Date(2026, 3, 22, 0, 0, 0, 0, zone) // a week before
	list := oncall.Repeat(oncall.Shift{WorkerID: "w", Phone: "07700 900123", Place: 1}, day, time.Hour, 2*time.Hour, 3, zone)
	for _, s := range list {
		if !s.Until.After(s.From) {
			t.Errorf("%v to %v", s.From, s.Until)
		}
	}
	if len(list) != 2 {
		t.Errorf("%d shifts", len(list))
	}
	once := oncall.Repeat(oncall.Shift{WorkerID: "w", Phone: "07700 900123", Place: 1}, day.AddDate(0, 0, 7), time.Hour, 2*time.Hour, 1, zone)
	if err := once[0].Check(day); err == nil {
		t.Error("a shift in an hour that is not there is planned")
	}
}

// However a call goes, nobody is told twice, the alarm comes once, each step but
// the first waits its time or for the officer's word, and it comes to an end.
func TestR13_AnEscalationTellsEachOnceAndEnds(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		const within = 10 * time.Minute
		rota := shifts(t)
		c := oncall.Call{ReferralID: "ref", Since: start.Add(time.Duration(rapid.IntRange(0, minutesOfWeek-600).Draw(t, "since")) * time.Minute)}
		told, alarms := map[string]bool{}, 0
		for minute := range 600 {
			at := c.Since.Add(time.Duration(minute) * time.Minute)
			if rapid.IntRange(0, 40).Draw(t, "rang in vain") == 0 {
				c.NoAnswer = at
			}
			step, due := c.Next(oncall.OnDuty(rota, nil, at), at, within)
			if minute == 0 && !due {
				t.Fatal("nobody was told at once")
			}
			if !due {
				continue
			}
			if n := len(c.Steps); n > 0 && at.Sub(c.Steps[n-1].At) < within && !c.NoAnswer.After(c.Steps[n-1].At) {
				t.Fatal("the next was told too soon")
			}
			if step.Alarm {
				alarms++
			} else if told[step.WorkerID] {
				t.Fatalf("%s was told twice", step.WorkerID)
			}
			told[step.WorkerID] = true
			c.Steps = append(c.Steps, step)
		}
		if alarms > 1 {
			t.Fatalf("%d alarms", alarms)
		}
		if len(told) == 0 {
			t.Fatal("nobody was told at all")
		}
	})
}
