package fidelity

import "time"

// Worded puts counts into words, for tests.
func Worded(c Counts) Evidence {
	from, until := Quarter(time.Date(2026, 11, 26, 0, 0, 0, 0, time.UTC))
	return evidence(c, from, until)
}
