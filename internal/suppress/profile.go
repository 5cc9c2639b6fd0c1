package suppress

// Profile is the rule by which small numbers are kept. The zero value is the usual one.
type Profile string

const (
	// Ten hides what is below ten and rounds the rest to five.
	Ten Profile = ""
	// NHS is the rule of NHS secondary care data: nought stays nought, one to seven are hidden, and the rest is rounded to five.
	NHS Profile = "nhs"
)

func (p Profile) threshold() int {
	if p == NHS {
		return 8
	}
	return Threshold
}

// small reports whether a count may never be shown.
func (p Profile) small(count int) bool {
	return count < p.threshold() && (p != NHS || count != 0)
}

// Round is the rule for a count that stands alone.
func (p Profile) Round(count int) (value int, shown bool) {
	if p.small(count) {
		return 0, false
	}
	return (count + Base/2) / Base * Base, true
}

// Enough reports whether a mean, a median or another statistic of so many people may be shown.
func (p Profile) Enough(people int) bool { return people >= p.threshold() }

// Percent is what may be said of a part of a whole: worked out from the rounded numbers, to a whole percent.
func (p Profile) Percent(part, whole Shown) (percent int, shown bool) {
	if !part.Shown || !whole.Shown || whole.Value == 0 {
		return 0, false
	}
	n := min(part.Value, whole.Value)
	return (200*n + whole.Value) / (2 * whole.Value), true
}

// interval is which counts are shown as a value.
func (p Profile) interval(value int) (lo, hi int) {
	if value == 0 {
		return 0, 0
	}
	return max(p.threshold(), value-Base/2), value + Base/2
}
