package suppress

import "math"

// pull looks for a world in which one count is what we want, where mending found none: by linear programming over the counts that
// hang together with it. It begins with the truth, which is a world, and pulls the count as far as the sums and what is shown allow
// (the simplex method with bounds, and Bland's rule so that it ends). What it finds is taken only when it is whole numbers that add
// up exactly: so a mistake in the arithmetic costs a figure that could have been shown, and never a secret.
//
// It looks near the count first: a world in which everything farther off is as it is, is a world. And it never looks at more counts than it can weigh in a
// moment, so that a page of a thousand figures is weighed in seconds.
func (s *system) pull(v, want int) []int {
	for _, near := range []int{50, 200, 400} {
		vars, sums := s.around(v, near)
		if x := s.pullWithin(v, want, vars, sums); x != nil || len(vars) < near {
			return x
		}
	}
	return nil
}

func (s *system) pullWithin(v, want int, vars, sums []int) []int {
	at := make(map[int]int, len(vars))
	for i, of := range vars {
		at[of] = i
	}
	// Every count is the truth and so much more less so much less, each from nought to where its bounds end.
	n := len(vars)
	l := &program{rows: make([][]float64, len(sums)), most: make([]float64, 2*n+len(sums)), gain: make([]float64, 2*n), basis: make([]int, len(sums)), value: make([]float64, len(sums)), upper: make([]bool, 2*n+len(sums))}
	for i, of := range vars {
		l.most[i], l.most[n+i] = math.Inf(1), float64(s.vars[of].count-s.vars[of].lo)
		if s.vars[of].hi < far {
			l.most[i] = float64(s.vars[of].hi - s.vars[of].count)
		}
	}
	for r, e := range sums {
		l.rows[r] = make([]float64, 2*n)
		l.basis[r] = 2*n + r
		for _, t := range s.sums[e] {
			i, free := at[t.v]
			if !free { // too far off: it stays as it is
				continue
			}
			l.rows[r][i] += float64(t.sign)
			l.rows[r][n+i] -= float64(t.sign)
		}
	}
	by := want - s.vars[v].count
	up, down := at[v], n+at[v]
	if by < 0 {
		up, down, by = down, up, -by
	}
	l.gain[up], l.gain[down] = 1, -1
	l.most[up] = min(l.most[up], float64(by))
	moved := l.climb()
	if moved == nil {
		return nil
	}
	x := make([]int, len(s.vars))
	for i := range s.vars {
		x[i] = s.vars[i].count
	}
	for i, of := range vars {
		d := moved[i] - moved[n+i]
		whole := math.Round(d)
		if math.Abs(d-whole) > 1e-6 {
			return nil
		}
		x[of] += int(whole)
		if x[of] < s.vars[of].lo || x[of] > s.vars[of].hi {
			return nil
		}
	}
	for _, e := range sums {
		if s.off(e, x) != 0 {
			return nil
		}
	}
	if x[v] != want {
		return nil
	}
	return x[:v]
}

// around lists the counts that hang together with one, the nearest first and at most so many, and every sum that holds one of them.
func (s *system) around(v, most int) (vars, sums []int) {
	seen, said := map[int]bool{v: true}, map[int]bool{}
	vars = []int{v}
	for i := 0; i < len(vars); i++ {
		for _, e := range s.in[vars[i]] {
			if said[e] {
				continue
			}
			said[e] = true
			sums = append(sums, e)
			for _, t := range s.sums[e] {
				if !seen[t.v] && len(vars) < most {
					seen[t.v] = true
					vars = append(vars, t.v)
				}
			}
		}
	}
	return vars, sums
}

// program is a linear program in rows that come to nought, with every column from nought to its most.
type program struct {
	rows  [][]float64
	most  []float64
	gain  []float64
	basis []int     // the column that each row stands for; past the columns, nothing
	value []float64 // of those
	upper []bool    // of the other columns: whether they stand at their most
}

const tiny = 1e-9

// climb returns where every column stands when no more can be gained.
func (l *program) climb() []float64 {
	columns := len(l.gain)
	for range 20 * (columns + len(l.rows)) {
		enter, toward := -1, 1.0
		for j := range columns {
			if l.most[j] == 0 {
				continue
			}
			if !l.upper[j] && l.gain[j] > tiny || l.upper[j] && l.gain[j] < -tiny {
				enter = j
				break
			}
		}
		if enter < 0 {
			break
		}
		if l.upper[enter] {
			toward = -1
		}
		far, leave, toMost := l.most[enter], -1, false
		for r := range l.rows {
			a := toward * l.rows[r][enter]
			room, full := math.Inf(1), false
			switch {
			case a > tiny:
				room = l.value[r] / a
			case a < -tiny:
				room, full = (l.most[l.basis[r]]-l.value[r])/-a, true
			}
			if room < far-tiny || room < far+tiny && leave >= 0 && l.basis[r] < l.basis[leave] {
				far, leave, toMost = max(0, room), r, full
			}
		}
		if math.IsInf(far, 1) {
			return nil // nothing holds it: cannot be, for what is pulled ends
		}
		for r := range l.rows {
			l.value[r] -= toward * l.rows[r][enter] * far
		}
		if leave < 0 {
			l.upper[enter] = !l.upper[enter]
			continue
		}
		l.exchange(enter, leave, toMost, far, toward)
	}
	out := make([]float64, columns)
	for j := range out {
		if l.upper[j] {
			out[j] = l.most[j]
		}
	}
	for r, j := range l.basis {
		if j < columns {
			out[j] = l.value[r]
		}
	}
	return out
}

// exchange lets a column stand for a row in the place of another.
func (l *program) exchange(enter, leave int, toMost bool, far, toward float64) {
	start := 0.0
	if l.upper[enter] {
		start = l.most[enter]
	}
	l.upper[l.basis[leave]] = toMost
	l.upper[enter] = false
	l.basis[leave], l.value[leave] = enter, start+toward*far
	row := l.rows[leave]
	by := row[enter]
	for j := range row {
		row[j] /= by
	}
	for r := range l.rows {
		if f := l.rows[r][enter]; r != leave && math.Abs(f) > tiny {
			for j := range row {
				l.rows[r][j] -= f * row[j]
			}
		}
	}
	if f := l.gain[enter]; math.Abs(f) > tiny {
		for j := range row {
			l.gain[j] -= f * row[j]
		}
	}
}
