package compliance

import (
	"slices"

	"waymark.example/internal/suppress"
)

// small is what a number must reach to be shown in what is passed on: fewer could
// be about somebody whom a reader knows.
const small = suppress.Threshold

// Line is a unit's part of a summary that may be passed on. What is hidden is -1.
type Line struct {
	Unit                                 string
	Arrests, Recorded, Probable, Missing int64
}

func (l Line) parts() [3]int64 { return [3]int64{l.Recorded, l.Probable, l.Missing} }

// Hidden is a number that is not shown.
const Hidden = -1

// Summary counts by unit, without small numbers, and so that none can be worked
// out from the rest: where what is hidden of all units together would still be
// small, one more unit is hidden. The last line is all of them.
func Summary(arrests []Arrest) []Line {
	byUnit := map[string]*Line{}
	all := Line{Unit: "All units"}
	for _, a := range arrests {
		l := byUnit[a.Team]
		if l == nil {
			l = &Line{Unit: a.Team}
			byUnit[a.Team] = l
		}
		for _, to := range []*Line{l, &all} {
			to.Arrests++
			switch a.Standing {
			case Recorded:
				to.Recorded++
			case Probable:
				to.Probable++
			case Missing:
				to.Missing++
			}
		}
	}
	var lines []Line
	for _, l := range byUnit {
		lines = append(lines, *l)
	}
	slices.SortFunc(lines, func(a, b Line) int { // the smallest first: they are hidden first
		if a.Arrests != b.Arrests {
			return int(a.Arrests - b.Arrests)
		}
		if a.Unit < b.Unit {
			return -1
		}
		return 1
	})
	return hideSmall(lines, all)
}

// hideSmall hides what is small, and enough beside it.
func hideSmall(lines []Line, all Line) []Line {
	parts, whole := make([]bool, len(lines)), make([]bool, len(lines))
	for i, l := range lines {
		whole[i] = isSmall(l.Arrests)
		parts[i] = whole[i] || anySmall(l)
	}
	widen(whole, lines, func(l Line) [3]int64 { return [3]int64{l.Arrests} })
	for i := range lines {
		parts[i] = parts[i] || whole[i]
	}
	widen(parts, lines, Line.parts)
	out := make([]Line, 0, len(lines)+1)
	for i, l := range lines {
		out = append(out, hide(l, whole[i], parts[i]))
	}
	slices.SortFunc(out, func(a, b Line) int {
		if a.Unit < b.Unit {
			return -1
		}
		return 1
	})
	return append(out, hide(all, isSmall(all.Arrests), anySmall(all)))
}

// widen hides one more line after the other until what is hidden, together, is
// small in nothing.
func widen(hidden []bool, lines []Line, of func(Line) [3]int64) {
	for next := 0; next <= len(lines); next++ {
		var sum [3]int64
		for i, l := range lines {
			if hidden[i] {
				for n, v := range of(l) {
					sum[n] += v
				}
			}
		}
		if !slices.ContainsFunc(sum[:], isSmall) || next == len(lines) {
			return
		}
		hidden[next] = true
	}
}

func hide(l Line, whole, parts bool) Line {
	if whole {
		l.Arrests = Hidden
	}
	if whole || parts {
		l.Recorded, l.Probable, l.Missing = Hidden, Hidden, Hidden
	}
	return l
}

func isSmall(n int64) bool { return n > 0 && n < small }

func anySmall(l Line) bool {
	p := l.parts()
	return slices.ContainsFunc(p[:], isSmall)
}
