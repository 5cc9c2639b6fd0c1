package suppress

import (
	"slices"
	"strings"
)

// variable is one count, of which a reader knows a part.
type variable struct {
	key    string
	lo, hi int // what is published says at once that it lies between
	count  int // what it is; nought when only the published side is looked at
	figure int // which figure of the newest release it is, or -1
}

// term is a variable in a sum, added or taken away.
type term struct{ v, sign int }

// system is everything that is published: counts, and sums of them that come to nought.
type system struct {
	vars []variable
	sums [][]term
	in   [][]int // the sums each variable is in
	// secrets are the groups that are small and hidden: a hidden count, or all the hidden parts of one total together.
	secrets []secret
}

// secret is a group of people that is not to be counted by a reader: some hidden cells together.
type secret struct {
	name  string
	cells []int
	count int
}

// build writes down what a reader knows of the releases, and which small groups are hidden in them.
func build(releases []Release) system {
	var s system
	at := map[string]int{}
	for r, release := range releases {
		for i, f := range release.Figures {
			v, again := at[f.Key]
			if !again {
				v = len(s.vars)
				at[f.Key] = v
				s.vars = append(s.vars, variable{key: f.Key, hi: far, count: f.Count, figure: -1})
				s.in = append(s.in, nil)
				if f.Shown {
					s.vars[v].lo, s.vars[v].hi = release.Profile.interval(f.Value)
				} else if release.Profile.small(f.Count) {
					s.secrets = append(s.secrets, secret{f.Key, []int{v}, f.Count})
				}
			}
			if r == len(releases)-1 && !again {
				s.vars[v].figure = i
			}
		}
	}
	said := map[string]bool{}
	for _, release := range releases {
		for _, sum := range release.Sums {
			if name := sum.Whole + "=" + strings.Join(sum.Parts, "+"); said[name] {
				continue
			} else {
				said[name] = true
			}
			terms := []term{{at[sum.Whole], 1}}
			rest := secret{name: "rest of " + sum.Whole + ":"}
			for _, part := range sum.Parts {
				v := at[part]
				terms = append(terms, term{v, -1})
				if s.vars[v].hi == far {
					rest.cells = append(rest.cells, v)
					rest.name += " " + part
					rest.count += s.vars[v].count
				}
			}
			s.add(terms)
			if len(rest.cells) > 1 && rest.count < release.Profile.threshold() {
				s.secrets = append(s.secrets, rest)
			}
		}
	}
	return s
}

func (s *system) add(terms []term) {
	for _, t := range terms {
		if !slices.Contains(s.in[t.v], len(s.sums)) {
			s.in[t.v] = append(s.in[t.v], len(s.sums))
		}
	}
	s.sums = append(s.sums, terms)
}

// keeps reports whether worlds were found in which a secret is so many different numbers that nobody can say which it is.
func (s *system) keeps(x secret) bool {
	up, down := Slack, 0
	for ; up > 0 && s.world(x, x.count+up) == nil; up-- {
	}
	for down = Slack - up; down > 0 && s.world(x, x.count-down) == nil; down-- {
	}
	return up+down >= Slack
}

// tries is how many steps are taken to find a world at each depth. Not finding one costs a figure that could have been shown, never a secret.
const tries = 60

// world looks for other counts, that add up and would be published as the same figures, in which a secret is the number we want.
// It begins with the truth, changes one count, and mends sum by sum what that broke: by few changes first, then by more.
func (s *system) world(of secret, want int) []int {
	// The secret itself is one more count, of which the reader knows nothing: the sum of its cells.
	v := len(s.vars)
	terms := []term{{v, 1}}
	for _, c := range of.cells {
		terms = append(terms, term{c, -1})
	}
	with := system{vars: append(slices.Clone(s.vars), variable{hi: far, count: of.count}), sums: slices.Clone(s.sums), in: slices.Clone(s.in)}
	with.in = append(with.in, nil)
	for _, c := range of.cells {
		with.in[c] = slices.Clone(with.in[c])
	}
	with.add(terms)
	if want < 0 {
		return nil
	}
	x, fixed := make([]int, len(with.vars)), make([]bool, len(with.vars))
	for _, depth := range []int{2, 4, 8} {
		for i, known := range with.vars {
			x[i], fixed[i] = known.count, false
		}
		x[v], fixed[v] = want, true
		left := tries
		if with.mend(x, fixed, slices.Clone(with.in[v]), depth, &left) {
			return x[:v]
		}
	}
	return with.pull(v, want)
}

// mend repairs the first sum that does not add up by changing one more count in it, and goes on until all add up.
func (s *system) mend(x []int, fixed []bool, broken []int, depth int, left *int) bool {
	off := 0
	for len(broken) > 0 {
		if off = s.off(broken[0], x); off != 0 {
			break
		}
		broken = broken[1:]
	}
	if len(broken) == 0 {
		return true
	}
	if depth == 0 {
		return false
	}
	type step struct{ v, to, cost int }
	var steps []step
	for _, t := range s.sums[broken[0]] {
		if fixed[t.v] {
			continue
		}
		want := x[t.v] - t.sign*off
		to := min(max(want, s.vars[t.v].lo), s.vars[t.v].hi)
		if to == x[t.v] {
			continue
		}
		cost := len(s.in[t.v])
		if to != want {
			cost += 100 // mends it in part only
		}
		steps = append(steps, step{t.v, to, cost})
	}
	slices.SortStableFunc(steps, func(a, b step) int { return a.cost - b.cost })
	for _, st := range steps {
		if *left--; *left < 0 {
			return false
		}
		was := x[st.v]
		x[st.v], fixed[st.v] = st.to, true
		if s.mend(x, fixed, append(slices.Clone(s.in[st.v]), broken...), depth-1, left) {
			return true
		}
		x[st.v], fixed[st.v] = was, false
	}
	return false
}

func (s *system) off(sum int, x []int) int {
	total := 0
	for _, t := range s.sums[sum] {
		total += t.sign * x[t.v]
	}
	return total
}

// rings are the counts around a secret, by how many sums lie between.
func (s *system) rings(of secret) [][]int {
	seen := map[int]bool{}
	for _, v := range of.cells {
		seen[v] = true
	}
	var rings [][]int
	for ring := of.cells; len(ring) > 0; {
		rings = append(rings, ring)
		var next []int
		for _, v := range ring {
			for _, e := range s.in[v] {
				for _, t := range s.sums[e] {
					if !seen[t.v] {
						seen[t.v] = true
						next = append(next, t.v)
					}
				}
			}
		}
		ring = next
	}
	return rings
}
