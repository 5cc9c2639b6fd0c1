// Package suppress is the one home of small numbers: it decides which counts of people may be published, and imports the standard library only.
//
// The rule is the one the Office for National Statistics calls "10-5": a count below ten is hidden, and every other count is
// shown rounded to the nearest five (ONS, "Comparison of post-tabular statistical disclosure control methods"; NHS Digital's
// "Disclosure control methodology for secondary care data" is its neighbour with 7 and 5). Rounding alone does not keep a
// hidden count hidden: what is shown beside it, in another table or in last month's release may add up to it. So nothing is
// published until, for every hidden small count and for the hidden rest of every total, another world is found: other counts,
// which add up in the same way and would be shown as exactly the same figures, and in which that count is another one. Whoever
// reads the figures cannot tell those worlds apart, whatever arithmetic is used. Where no such world is found more is hidden,
// until one is.
//
// What it does not answer: knowledge from elsewhere (a person who knows eleven of twelve), and what can be guessed from
// knowing this very code (that something near a hidden figure was small; a hidden figure never says why it is hidden).
package suppress

import (
	"cmp"
	"errors"
	"fmt"
	"math"
	"slices"
)

const (
	// Threshold is the smallest count of people that is ever shown.
	Threshold = 10
	// Base is what a shown count is rounded to.
	Base = 5
	// Slack is how far apart the smallest and the largest possible value of a hidden small count are at the least.
	Slack = 3
)

// Cell is one count of people, under a key that means the same count in every table and in every release.
type Cell struct {
	Key      string
	Count    int
	Headline bool // hidden last, when something must be hidden beside a small count
	First    bool // hidden after every headline: what all is made for
}

// Sum says that one cell is the sum of others: whoever reads the tables knows that as well.
type Sum struct {
	Whole string   `json:"whole"`
	Parts []string `json:"parts"`
}

// Table is cells that are published together, and how they add up.
type Table struct {
	Cells []Cell
	Sums  []Sum
}

// Reason is why a figure is hidden. It is for those who publish: it is never published itself, for it would tell which of two hidden figures is the small one.
type Reason string

const (
	// Small means that fewer than ten were counted.
	Small Reason = "small"
	// Beside means that a small figure beside it could have been worked out from it.
	Beside Reason = "beside"
)

// Figure is one cell as a release keeps it: with its count, for later releases are weighed against it.
type Figure struct {
	Key   string `json:"key"`
	Count int    `json:"count"`
	Shown bool   `json:"shown"`
	Value int    `json:"value"`
	Why   Reason `json:"why,omitempty"`
}

// Release is what was published at one time. It is kept with its counts, and leaves the house by Public only.
type Release struct {
	Figures []Figure `json:"figures"`
	Sums    []Sum    `json:"sums"`
	Profile Profile  `json:"profile,omitempty"`
}

// Shown is a figure as everybody may see it: a value of ten or more, rounded, or none.
type Shown struct {
	Key   string
	Shown bool
	Value int
}

// Public is what of a release may leave the house.
func (r Release) Public() []Shown {
	all := make([]Shown, 0, len(r.Figures))
	for _, f := range r.Figures {
		all = append(all, Shown{Key: f.Key, Shown: f.Shown, Value: f.Value})
	}
	return all
}

// Of finds the published figure of a key; a key that was not published is not shown.
func (r Release) Of(key string) Shown {
	for _, f := range r.Figures {
		if f.Key == key {
			return Shown{Key: key, Shown: f.Shown, Value: f.Value}
		}
	}
	return Shown{Key: key}
}

// Round is the rule for a count that stands alone: nothing below ten, and everything else to the nearest five.
// Counts that add up with others, or that are published again and again, go through Publish.
func Round(count int) (value int, shown bool) { return Ten.Round(count) }

// ErrTold is answered when even hiding the whole new release would leave a small count open: what was published before tells it already.
var ErrTold = errors.New("what was published before already tells a small count")

// Publish decides which cells of a new release are shown, next to everything that was published before, oldest first.
//
// A figure is published once. When its key comes again, it must come with the count it had, and stays as it was, shown or hidden:
// a month that is published is closed, and what is recorded late is counted apart (see Before). Otherwise the difference between
// two releases would tell who came late.
func Publish(past []Release, tables ...Table) (Release, error) { return Ten.Publish(past, tables...) }

// Publish does so under another rule than the usual one.
func (p Profile) Publish(past []Release, tables ...Table) (Release, error) {
	next, headline, err := p.gather(past, tables)
	if err != nil {
		return Release{}, fmt.Errorf("publishing figures: %w", err)
	}
	kept := map[string]bool{}
	for {
		s := build(append(slices.Clone(past), next))
		open := slices.IndexFunc(s.secrets, func(x secret) bool {
			// A world that was found is one still when more is hidden, so a hidden count needs no second look; a rest grows with what is hidden.
			if kept[x.name] {
				return false
			}
			keeps := s.keeps(x)
			kept[x.name] = keeps && len(x.cells) == 1
			return !keeps
		})
		if open < 0 {
			return next, nil
		}
		if !hide(&next, s, s.secrets[open], headline) {
			return Release{}, fmt.Errorf("publishing figures: %w", ErrTold)
		}
	}
}

// Before is the count under which a key was published, for the sums of a later release.
func Before(past []Release, key string) (count int, published bool) {
	f, ok := before(past, key)
	return f.Count, ok
}

func before(past []Release, key string) (Figure, bool) {
	for _, r := range past {
		for _, f := range r.Figures {
			if f.Key == key {
				return f, true
			}
		}
	}
	return Figure{}, false
}

// gather makes one list of the cells of all tables, by the first rule only: below ten is hidden, and what was published stays as it is.
func (p Profile) gather(past []Release, tables []Table) (Release, map[string]int, error) {
	r := Release{Profile: p}
	at, headline := map[string]int{}, map[string]int{}
	for _, t := range tables {
		for _, c := range t.Cells {
			if c.Count < 0 {
				return r, nil, fmt.Errorf("%s is below nought", c.Key)
			}
			if i, ok := at[c.Key]; ok {
				if r.Figures[i].Count != c.Count {
					return r, nil, fmt.Errorf("%s is counted in two ways", c.Key)
				}
				continue
			}
			at[c.Key] = len(r.Figures)
			switch {
			case c.First:
				headline[c.Key] = 2
			case c.Headline:
				headline[c.Key] = 1
			}
			f := Figure{Key: c.Key, Count: c.Count}
			f.Value, f.Shown = p.Round(c.Count)
			if !f.Shown {
				f.Why = Small
			}
			if old, ok := before(past, c.Key); ok {
				if old.Count != c.Count {
					return r, nil, fmt.Errorf("%s was published with another count before", c.Key)
				}
				f = old
			}
			r.Figures = append(r.Figures, f)
		}
		r.Sums = append(r.Sums, t.Sums...)
	}
	counted := func(key string) (int, bool) {
		if i, ok := at[key]; ok {
			return r.Figures[i].Count, true
		}
		return Before(past, key)
	}
	for _, sum := range r.Sums {
		whole, ok := counted(sum.Whole)
		if !ok {
			return r, nil, fmt.Errorf("the sum %s is no cell", sum.Whole)
		}
		for _, part := range sum.Parts {
			n, ok := counted(part)
			if !ok {
				return r, nil, fmt.Errorf("%s, part of %s, is no cell", part, sum.Whole)
			}
			whole -= n
		}
		if whole != 0 {
			return r, nil, fmt.Errorf("%s does not add up", sum.Whole)
		}
	}
	return r, headline, nil
}

// hide hides one more figure of the new release, the nearest to what is open: a part before a whole, a small one before a great one.
func hide(next *Release, s system, open secret, headline map[string]int) bool {
	whole := map[string]int{}
	for _, sum := range next.Sums {
		whole[sum.Whole]++
	}
	for _, ring := range s.rings(open) {
		var best *Figure
		for _, v := range ring {
			if s.vars[v].figure < 0 { // published before
				continue
			}
			f := &next.Figures[s.vars[v].figure]
			if !f.Shown {
				continue
			}
			if best == nil || sooner(*f, *best, whole, headline) {
				best = f
			}
		}
		if best == nil {
			continue
		}
		if headline[best.Key] == 0 || !spare(next, s, open, headline, 1) && !spare(next, s, open, headline, 2) {
			best.cover()
		}
		return true
	}
	return false
}

func (f *Figure) cover() { f.Shown, f.Value, f.Why = false, 0, Beside }

// spare hides other figures in the place of a headline, where that is enough: those that are not as they are shown in worlds in which every headline of a
// level is, and in which the secret is other numbers.
func spare(next *Release, s system, open secret, headline map[string]int, level int) bool {
	free := system{vars: slices.Clone(s.vars), sums: s.sums, in: s.in}
	for i, v := range free.vars {
		if v.figure >= 0 && headline[v.key] < level {
			free.vars[i].lo, free.vars[i].hi = 0, far
		}
	}
	hid := false
	for up := Slack; up >= 0 && !hid; up-- {
		more, less := free.world(open, open.count+up), free.world(open, open.count+up-Slack)
		if more == nil || less == nil {
			continue
		}
		for i, v := range s.vars {
			if min(more[i], less[i]) < v.lo || max(more[i], less[i]) > v.hi {
				next.Figures[v.figure].cover()
				hid = true
			}
		}
	}
	return hid
}

// sooner orders what may be hidden by what is lost with it. It looks at what would be shown, not at the count.
func sooner(a, b Figure, whole map[string]int, headline map[string]int) bool {
	nought := func(f Figure) int { // only where the rule shows noughts: they hide little
		if f.Value == 0 {
			return 1
		}
		return 0
	}
	return cmp.Or(cmp.Compare(headline[a.Key], headline[b.Key]), cmp.Compare(nought(a), nought(b)), cmp.Compare(whole[a.Key], whole[b.Key]), cmp.Compare(a.Value, b.Value), cmp.Compare(a.Key, b.Key)) < 0
}

// Split is a table of one whole and its parts.
func Split(whole Cell, parts ...Cell) Table {
	t := Table{Cells: append([]Cell{whole}, parts...), Sums: []Sum{{Whole: whole.Key}}}
	for _, p := range parts {
		t.Sums[0].Parts = append(t.Sums[0].Parts, p.Key)
	}
	return t
}

// Cross is a table of rows and columns with the sums of both, under keys "name", "name/row", "name//column" and "name/row/column".
// The whole and the sums of rows and columns are its headlines: what is inside is hidden first.
func Cross(name string, rows, columns []string, count func(row, column string) int) Table {
	var t Table
	all := Cell{Key: name, Headline: true}
	byRow, byColumn := Sum{Whole: name}, Sum{Whole: name}
	down := make([]Cell, len(columns))
	sums := make([]Sum, len(columns))
	for i, c := range columns {
		down[i] = Cell{Key: name + "//" + c, Headline: true}
		sums[i].Whole = down[i].Key
		byColumn.Parts = append(byColumn.Parts, down[i].Key)
	}
	for _, r := range rows {
		across := Cell{Key: name + "/" + r, Headline: true}
		sum := Sum{Whole: across.Key}
		for i, c := range columns {
			inner := Cell{Key: across.Key + "/" + c, Count: count(r, c)}
			across.Count += inner.Count
			down[i].Count += inner.Count
			sum.Parts = append(sum.Parts, inner.Key)
			sums[i].Parts = append(sums[i].Parts, inner.Key)
			t.Cells = append(t.Cells, inner)
		}
		all.Count += across.Count
		byRow.Parts = append(byRow.Parts, across.Key)
		t.Cells, t.Sums = append(t.Cells, across), append(t.Sums, sum)
	}
	t.Cells = append(append(t.Cells, down...), all)
	t.Sums = append(append(t.Sums, sums...), byRow, byColumn)
	return t
}

// far stands for "as many as you like".
const far = math.MaxInt32
