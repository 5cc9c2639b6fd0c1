package rights_test

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"waymark.example/internal/handoff/rights"
)

func on(day string) time.Time {
	t, err := time.Parse(time.DateOnly, day)
	if err != nil {
		panic(err)
	}
	return t.Add(15 * time.Hour)
}

func step(kind rights.StepKind, day string) rights.Step {
	return rights.Step{Kind: kind, Words: "x", At: on(day)}
}

// UK GDPR Article 12(3): one month, the corresponding day or the month's last.
func TestAMonthEndsOnTheCorrespondingDayOrTheMonthsLast(t *testing.T) {
	for received, due := range map[string]string{
		"2026-01-15": "2026-02-15", "2026-01-31": "2026-02-28", "2026-01-28": "2026-02-28", "2028-01-31": "2028-02-29", "2027-12-31": "2028-01-31",
		"2026-03-31": "2026-04-30", "2026-02-28": "2026-03-28", "2026-08-31": "2026-09-30", "2026-07-31": "2026-08-31",
	} {
		if got := rights.Standing(rights.Copy, on(received), nil); got.Due.Format(time.DateOnly) != due || !got.ByLaw {
			t.Errorf("received %s: %s, want %s", received, got, due)
		}
	}
}

func TestTheClockMayBeExtendedOnceByTwoMonthsBeforeItEnds(t *testing.T) {
	n := rights.Standing(rights.Copy, on("2026-01-31"), nil)
	if err := n.Check(step(rights.Extended, "2026-02-28"), on("2026-02-28")); err != nil {
		t.Errorf("on the last day: %v", err)
	}
	if err := n.Check(step(rights.Extended, "2026-03-01"), on("2026-03-01")); err == nil {
		t.Error("extended after the first month")
	}
	if err := n.Check(rights.Step{Kind: rights.Extended}, on("2026-02-01")); err == nil {
		t.Error("extended without a reason")
	}
	n = rights.Standing(rights.Copy, on("2026-01-31"), []rights.Step{step(rights.Extended, "2026-02-10")})
	if n.Due.Format(time.DateOnly) != "2026-04-30" || n.State != rights.Longer {
		t.Errorf("extended: %s", n)
	}
	if err := n.Check(step(rights.Extended, "2026-03-01"), on("2026-03-01")); err == nil {
		t.Error("extended twice")
	}
}

func TestTheClockStopsWhileIdentityIsChecked(t *testing.T) {
	asked := []rights.Step{step(rights.IdentityAsked, "2026-01-20")}
	n := rights.Standing(rights.Copy, on("2026-01-10"), asked)
	if !n.Stopped || n.Overdue(on("2026-06-01")) {
		t.Errorf("stopped: %s", n)
	}
	for _, kind := range []rights.StepKind{rights.Answered, rights.NotUpheld, rights.Extended, rights.IdentityAsked} {
		if n.Check(step(kind, "2026-01-21"), on("2026-01-21")) == nil {
			t.Errorf("%s while the clock is stopped", kind)
		}
	}
	n = rights.Standing(rights.Copy, on("2026-01-10"), append(asked, step(rights.IdentitySure, "2026-02-04")))
	if n.Stopped || n.Due.Format(time.DateOnly) != "2026-02-25" { // 10 February and fifteen days
		t.Errorf("after fifteen days: %s", n)
	}
}

func TestAComplaintIsAcknowledgedWithinThirtyDays(t *testing.T) {
	n := rights.Standing(rights.Complaint, on("2026-01-31"), nil)
	if n.Due.Format(time.DateOnly) != "2026-03-02" || !n.ByLaw || n.Overdue(on("2026-03-02")) || !n.Overdue(on("2026-03-03")) {
		t.Errorf("complaint: %s", n)
	}
	n = rights.Standing(rights.Complaint, on("2026-01-31"), []rights.Step{step(rights.Acknowledged, "2026-02-01")})
	if n.ByLaw || n.State != rights.Known {
		t.Errorf("acknowledged: %s", n)
	}
}

func TestAWishIsDueTheSameDay(t *testing.T) {
	for _, kind := range []rights.Kind{rights.Pause, rights.Close, rights.StopSharing} {
		if n := rights.Standing(kind, on("2026-05-01"), nil); n.Due.Format(time.DateOnly) != "2026-05-01" {
			t.Errorf("%s", n)
		}
	}
}

// Whatever happens to a request, in any order that Check lets through: the due
// day never moves back, never goes beyond three months and the days for which
// the clock stood still, and nothing follows an answer.
func TestNoOrderOfStepsBreaksTheClock(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		kind := rapid.SampledFrom(rights.Kinds()).Draw(t, "kind")
		received := on("2026-01-01").AddDate(0, 0, rapid.IntRange(0, 800).Draw(t, "day"))
		now, stoppedFor := received, 0
		var steps []rights.Step
		before := rights.Standing(kind, received, steps)
		for range rapid.IntRange(0, 12).Draw(t, "steps") {
			days := rapid.IntRange(0, 40).Draw(t, "later")
			now = now.AddDate(0, 0, days)
			if before.Stopped {
				stoppedFor += days
			}
			s := rights.Step{Kind: rapid.SampledFrom(rights.StepKinds()).Draw(t, "step"), Words: "x", At: now}
			if err := before.Check(s, now); err != nil {
				continue
			}
			if before.State == rights.Done {
				t.Fatalf("%s after an answer", s.Kind)
			}
			steps = append(steps, s)
			after := rights.Standing(kind, received, steps)
			if after.Due.Before(before.Due) && kind != rights.Complaint {
				t.Fatalf("%s moved the day back: %s to %s", s.Kind, before, after)
			}
			if latest := received.AddDate(0, 3, 3+stoppedFor); after.Due.After(latest) {
				t.Fatalf("due %s, after %s", after.Due, latest)
			}
			before = after
		}
	})
}
