package stats

import (
	"math"
	"slices"
	"sort"
)

// Spell says which columns tell how long somebody was watched, and how it ended.
// At risk at t means start < t <= stop.
type Spell struct {
	Start string // "" when everybody is watched from 0
	Time  string // until when
	Event string // 1 when it ended with the event, 0 when watching stopped
}

func (s Spell) columns() []string { return []string{s.Start, s.Time, s.Event} }

// spell takes the columns from Surv(...) of a formula, when it has one.
func (s Spell) or(f Formula) (Spell, error) {
	if len(f.surv) == 0 {
		if s.Time == "" || s.Event == "" {
			return s, problem(BadFormula, "name the columns of time and event, or write Surv(time, event) on the left side")
		}
		return s, nil
	}
	var names []string
	for _, e := range f.surv {
		if e.op != 'v' {
			return s, problem(BadFormula, "Surv takes columns")
		}
		names = append(names, e.name)
	}
	if len(names) == 2 {
		return Spell{Time: names[0], Event: names[1]}, nil
	}
	return Spell{Start: names[0], Time: names[1], Event: names[2]}, nil
}

// spells are the rows of a survival method.
type spells struct {
	start, stop []float64 // start is nil when everybody begins at 0
	event       []uint8
	events      int
}

func (d *Data) spells(s Spell, rows rowSet, causes bool) (*spells, error) {
	out := &spells{}
	var err error
	if out.stop, err = d.numbers(s.Time, rows); err != nil {
		return nil, err
	}
	if s.Start != "" {
		if out.start, err = d.numbers(s.Start, rows); err != nil {
			return nil, err
		}
	}
	event, err := d.numbers(s.Event, rows)
	if err != nil {
		return nil, err
	}
	out.event = make([]uint8, len(event))
	for i, v := range event {
		if v != math.Trunc(v) || v < 0 || v > 1 && !causes || v > 100 {
			return nil, problem(BadData, "the column %s must be 0 or 1, and is %v in some row", s.Event, v)
		}
		if out.stop[i] < 0 || out.start == nil && s.Start != "" {
			return nil, problem(BadData, "the column %s is below 0 in some row", s.Time)
		}
		if out.start != nil && !(out.start[i] < out.stop[i]) {
			return nil, problem(BadData, "%s is not before %s in some row", s.Start, s.Time)
		}
		out.event[i] = uint8(v)
		if v > 0 {
			out.events++
		}
	}
	if out.events == 0 {
		return nil, problem(EmptyCell, "nobody had the event")
	}
	return out, nil
}

// smallWhole says whether all numbers are whole and small enough to count by.
func smallWhole(v []float64) (highest int, ok bool) {
	for _, x := range v {
		if x < 0 || x > 1<<20 || x != math.Trunc(x) {
			return 0, false
		}
		highest = max(highest, int(x))
	}
	return highest, true
}

// tally is who was at risk and who had the event, at each time at which anything
// ended, by group.
type tally struct {
	times []float64
	risk  [][]float64 // by group and time
	dead  [][]float64
}

func (s *spells) tally(group []int32, groups int) tally {
	var t tally
	var place func(float64) int
	if highest, ok := smallWhole(s.stop); ok {
		seen := make([]int32, highest+1)
		for _, v := range s.stop {
			seen[int(v)] = 1
		}
		before := make([]int32, highest+2) // how many times lie before
		for v, yes := range seen {
			before[v+1] = before[v] + yes
			if yes != 0 {
				t.times = append(t.times, float64(v))
			}
		}
		place = func(v float64) int { return int(before[int(v)]) }
	} else {
		t.times = slices.Clone(s.stop)
		slices.Sort(t.times)
		t.times = slices.Compact(t.times)
		place = func(v float64) int { return sort.SearchFloat64s(t.times, v) }
	}
	n := len(t.times)
	for range groups {
		t.risk, t.dead = append(t.risk, make([]float64, n+1)), append(t.dead, make([]float64, n))
	}
	for i, v := range s.stop {
		g := int32(0)
		if group != nil {
			g = group[i]
		}
		at := place(v)
		if s.event[i] == 1 {
			t.dead[g][at]++
		}
		t.risk[g][at]++ // for now: how many end here
	}
	enter := make([][]float64, groups)
	if s.start != nil {
		for g := range enter {
			enter[g] = make([]float64, n+1)
		}
		for i, v := range s.start {
			g := int32(0)
			if group != nil {
				g = group[i]
			}
			enter[g][sort.Search(n, func(k int) bool { return t.times[k] > v })]++
		}
	}
	for g := range groups {
		late := 0.0
		if s.start != nil { // who comes in after the last time never counts
			late = enter[g][n]
		}
		at := 0.0
		for k := n - 1; k >= 0; k-- {
			at += t.risk[g][k]
			t.risk[g][k] = at - late
			if s.start != nil {
				late += enter[g][k]
			}
		}
		t.risk[g] = t.risk[g][:n]
	}
	return t
}

// pooled is the tally of everybody.
func (t tally) pooled() (risk, dead []float64) {
	risk, dead = make([]float64, len(t.times)), make([]float64, len(t.times))
	for g := range t.risk {
		for k := range t.times {
			risk[k] += t.risk[g][k]
			dead[k] += t.dead[g][k]
		}
	}
	return risk, dead
}
