package rights

import "time"

// Now is where a request stands, worked out from its history.
type Now struct {
	Kind         Kind
	State        State
	Outcome      StepKind  // how it ended, "" until it did
	Due          time.Time // the day; while the clock is stopped, as if it went on today
	ByLaw        bool      // the day is the law's, not our own aim
	Acknowledged bool
	Extended     bool
	Stopped      bool
	StoppedOn    time.Time
	Worker       string // account_id, "" for nobody yet
}

// Overdue reports whether the day has passed and the answer is still owed.
func (n Now) Overdue(now time.Time) bool {
	return n.State != Done && !n.Stopped && day(now).After(n.Due)
}

// DaysLeft returns how many days are left, less than nought when late.
func (n Now) DaysLeft(now time.Time) int { return int(n.Due.Sub(day(now)).Hours() / 24) }

// month reports whether the request has the law's month: UK GDPR Article 12(3).
func (k Kind) month() bool {
	return k == Copy || k == Correct || k == Erase || k == Restrict || k == Object
}

// acknowledgeDays is how long a complaint may wait until the person hears that
// it arrived: Data (Use and Access) Act 2025, section 103. To verify.
const acknowledgeDays = 30

// Standing works out where a request of kind, received on a day, stands after
// steps. It is the only place that reckons a due day.
func Standing(kind Kind, receivedOn time.Time, steps []Step) Now {
	n := Now{Kind: kind, State: Received}
	paused := 0 // whole days for which the clock stood still
	for _, s := range steps {
		switch s.Kind {
		case Acknowledged:
			n.Acknowledged = true
		case Taken:
			n.Worker = s.By
		case IdentityAsked:
			n.Stopped, n.StoppedOn = true, day(s.At)
		case IdentitySure:
			paused += int(day(s.At).Sub(n.StoppedOn).Hours() / 24)
			n.Stopped, n.StoppedOn = false, time.Time{}
		case Extended:
			n.Extended = true
		case Answered, NotUpheld, TakenBack:
			n.Outcome = s.Kind
		}
	}
	n.State = n.state()
	n.Due, n.ByLaw = due(n, day(receivedOn))
	n.Due = n.Due.AddDate(0, 0, paused)
	return n
}

func (n Now) state() State {
	switch {
	case n.Outcome != "":
		return Done
	case n.Stopped:
		return Waiting
	case n.Extended:
		return Longer
	case n.Acknowledged:
		return Known
	}
	return Received
}

// due returns the day by which something is owed, before any stop is counted.
// Weekends and bank holidays are not added: whoever keeps this day is in time
// under every reading of the law.
func due(n Now, received time.Time) (at time.Time, byLaw bool) {
	switch {
	case n.Kind == Complaint && !n.Acknowledged:
		return received.AddDate(0, 0, acknowledgeDays), true
	case n.Kind == Complaint:
		return addMonths(received, 1), false // the law says "without undue delay"
	case n.Kind.Wish():
		return received, false // the person's wish holds the same day
	case n.Extended:
		return addMonths(received, 3), true
	}
	return addMonths(received, 1), true
}

// addMonths returns the corresponding day n months on, or the last day of that
// month where it has no such day: 31 January and a month is 28 February.
func addMonths(d time.Time, n int) time.Time {
	first := time.Date(d.Year(), d.Month()+time.Month(n), 1, 0, 0, 0, 0, time.UTC)
	last := first.AddDate(0, 1, -1).Day()
	return first.AddDate(0, 0, min(d.Day(), last)-1)
}

// day returns the calendar day of t in UTC. Where people's clocks run ahead of
// UTC it is the earlier day, so no due day is ever too late.
func day(t time.Time) time.Time {
	t = t.UTC()
	return time.Date(t.Year(), t.Month(), t.Day(), 0, 0, 0, 0, time.UTC)
}
