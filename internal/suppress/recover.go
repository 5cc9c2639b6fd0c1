package suppress

import "slices"

// Bound is what a reader can say of a group that is not shown: it lies between Lo and Hi.
type Bound struct {
	Name   string // its key; or "rest of" a total
	Lo, Hi int
}

// Tight reports whether a number is told, or as good as told.
func (b Bound) Tight() bool { return b.Hi-b.Lo < Slack }

// Recover is a reader who wants to know: from what is published of the releases, and from nothing else, it narrows every count
// and the hidden rest of every total by every sum they are part of, over and over, until nothing moves. It looks at no count,
// and shares none of Publish's reasoning.
func Recover(releases []Release) []Bound {
	var blind []Release
	for _, r := range releases {
		b := Release{Sums: r.Sums, Profile: r.Profile}
		for _, f := range r.Public() {
			b.Figures = append(b.Figures, Figure{Key: f.Key, Shown: f.Shown, Value: f.Value})
		}
		blind = append(blind, b)
	}
	s := build(blind)
	cells := len(s.vars)
	names := make([]string, 0, cells)
	for _, v := range s.vars {
		names = append(names, v.key)
	}
	for _, x := range s.secrets {
		if len(x.cells) < 2 {
			continue
		}
		// A rest is one more unknown: all the hidden parts, and so the whole less all that is shown.
		v := len(s.vars)
		s.vars, s.in = append(s.vars, variable{hi: far, figure: -1}), append(s.in, nil)
		names = append(names, x.name)
		parts, others := []term{{v, 1}}, []term{{v, -1}}
		for _, c := range x.cells {
			parts = append(parts, term{c, -1})
		}
		for _, e := range slices.Clone(s.sums[:]) {
			if covers(e, x.cells) {
				for _, t := range e {
					if !slices.Contains(x.cells, t.v) {
						others = append(others, t)
					}
				}
				s.add(others)
				break
			}
		}
		s.add(parts)
	}
	for moved, rounds := true, 0; moved && rounds < 1000; rounds++ {
		moved = false
		for _, sum := range s.sums {
			for _, t := range sum {
				moved = s.narrow(sum, t) || moved
			}
		}
	}
	var all []Bound
	shown := map[string]bool{}
	for _, r := range releases {
		for _, f := range r.Figures {
			shown[f.Key] = shown[f.Key] || f.Shown
		}
	}
	for i, v := range s.vars {
		if !shown[names[i]] {
			all = append(all, Bound{Name: names[i], Lo: v.lo, Hi: v.hi})
		}
	}
	return all
}

// covers reports whether a sum takes all these cells from a whole.
func covers(sum []term, cells []int) bool {
	for _, c := range cells {
		if !slices.Contains(sum, term{c, -1}) {
			return false
		}
	}
	return true
}

// narrow draws from all the other counts of a sum what one of them can be at the least and at the most.
func (s *system) narrow(sum []term, t term) bool {
	lo, hi := 0, 0 // what the others come to
	for _, o := range sum {
		if o == t {
			continue
		}
		a, b := s.vars[o.v].lo, s.vars[o.v].hi
		if o.sign < 0 {
			a, b = -b, -a
		}
		lo, hi = lo+a, hi+b
	}
	if t.sign > 0 {
		lo, hi = -hi, -lo
	}
	v := &s.vars[t.v]
	moved := false
	if lo > v.lo {
		v.lo, moved = lo, true
	}
	if hi < v.hi {
		v.hi, moved = hi, true
	}
	return moved
}
