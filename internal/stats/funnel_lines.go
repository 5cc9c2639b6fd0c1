package stats

import "math"

// FunnelLine is what chance does to units of a size: a point of each line of a funnel plot.
type FunnelLine struct {
	N                  float64
	Within95, Within99 Interval
}

// FunnelLines are the limits of NewFunnel at a target, for sizes up to a little more than the largest unit's.
func FunnelLines(target float64, largest int) []FunnelLine {
	if !(target > 0 && target < 1) {
		return nil
	}
	var out []FunnelLine
	for n := 4.0; n <= float64(largest)*1.3+10; n = math.Ceil(n * 1.06) {
		out = append(out, FunnelLine{n, Interval{binomialLimit(.025, n, target), binomialLimit(.975, n, target)}, Interval{binomialLimit(.001, n, target), binomialLimit(.999, n, target)}})
	}
	return out
}

// Outside is 0 within the limits, 1 outside 95 %, 2 outside 99.8 %.
func (u FunnelUnit) Outside() int {
	switch {
	case u.P < u.Within99.Lo || u.P > u.Within99.Hi:
		return 2
	case u.P < u.Within95.Lo || u.P > u.Within95.Hi:
		return 1
	}
	return 0
}
