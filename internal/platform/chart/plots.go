package chart

import (
	"fmt"
	"math"
	"slices"
	"strconv"
)

// Interval is from where to where; Lo above Hi is none.
type Interval struct{ Lo, Hi float64 }

// Spread is a funnel plot: teams against what chance alone would do at their size.
type Spread struct {
	Frame
	Across, Up string // what the axes are of
	Target     float64
	TargetName string // such as "All teams"
	Limits     []Limit
	Units      []Unit
	Over       float64 // over-dispersion; above 1, teams differ by more than chance
}

// Limit is what chance does at a size.
type Limit struct {
	N         float64
	W95, W998 Interval
}

// Unit is one team.
type Unit struct {
	Name    string
	X, N    int
	Outside int // 0 within both limits, 1 outside 95 %, 2 outside 99.8 %
}

// HTML is the chart.
func (s Spread) HTML() string {
	if s.Over > 1 {
		s.Notes = append(s.Notes, fmt.Sprintf("Teams differ by more than chance would let them (%s times the variance), so some lie outside the limits without anything being the matter with them: there are differences that the picture does not know of.", two(s.Over)))
	}
	keys := []key{
		{func(c *canvas, x, y float64) { c.mark(0, x, y, 5, "k1") }, "Within the limits"},
		{func(c *canvas, x, y float64) { c.mark(2, x, y, 5, "k2") }, "Outside 95 %: one in twenty by chance alone"},
		{func(c *canvas, x, y float64) { c.mark(3, x, y, 5, "k2") }, "Outside 99.8 %: one in five hundred"},
		{func(c *canvas, x, y float64) { c.line(x-18, y, x+18, y, classes("curve", "other", "d2")) }, "Limits of 95 %"},
		{func(c *canvas, x, y float64) { c.line(x-18, y, x+18, y, classes("curve", "other", "d1")) }, "Limits of 99.8 %"},
		{func(c *canvas, x, y float64) { c.line(x-18, y, x+18, y, "target") }, s.say(s.TargetName) + ": " + roundPercent(s.Target)},
	}
	if !slices.ContainsFunc(s.Units, func(u Unit) bool { return u.Outside > 0 }) {
		keys = slices.Delete(keys, 1, 3)
	}
	if out := slices.ContainsFunc(s.Units, func(u Unit) bool { return u.Outside > 0 }); out && slices.ContainsFunc(s.Units, func(u Unit) bool { return u.Outside == 0 }) {
		s.Notes = append(s.Notes, "Only teams outside the limits have their name in the picture. All are in the table.")
	}
	return s.figure(keys, func(c *canvas) {
		size, lo, hi := 1.0, s.Target, s.Target
		for _, u := range s.Units {
			share := float64(u.X) / float64(max(1, u.N))
			size, lo, hi = max(size, float64(u.N)), min(lo, share), max(hi, share)
		}
		pad := max(.03, .3*(hi-lo))
		p := plot{c: c, left: 52, right: c.w - 22, top: 34, foot: 270, maxX: above(size * 1.02), minY: max(0, lo-pad), maxY: min(1, hi+pad)}
		if c.slim() {
			p.foot = 250
		}
		p.axes(s.say(s.Across), s.say(s.Up), ticks(0, p.maxX, 5), ticks(p.minY, p.maxY, 6), func(v float64) string { return Thousands(int(v)) }, roundPercent)
		for _, edge := range []struct {
			of    func(Limit) float64
			class string
		}{
			{func(l Limit) float64 { return l.W95.Lo }, "d2"}, {func(l Limit) float64 { return l.W95.Hi }, "d2"},
			{func(l Limit) float64 { return l.W998.Lo }, "d1"}, {func(l Limit) float64 { return l.W998.Hi }, "d1"},
		} {
			var points [][2]float64
			for _, l := range s.Limits {
				if v := edge.of(l); l.N <= p.maxX && v >= p.minY && v <= p.maxY {
					points = append(points, [2]float64{p.x(l.N), p.y(edge.of(l))})
				}
			}
			c.path(points, false, "curve other "+edge.class)
		}
		c.line(p.left, p.y(s.Target), p.right, p.y(s.Target), "target")
		type word struct{ from, to, y float64 }
		var names []word // that are written: the next go below them
		for _, u := range s.Units {
			x, y := p.x(float64(u.N)), p.y(float64(u.X)/float64(max(1, u.N)))
			switch u.Outside {
			case 0:
				c.mark(0, x, y, 5, "k1")
			case 1:
				c.mark(2, x, y, 5.5, "k2")
			default:
				c.mark(3, x, y, 5.5, "k2")
			}
			if u.Outside == 0 {
				continue
			}
			name, class, at := s.say(u.Name), "strong halo", x+10
			from, to := at, at+room(name)
			if x > (p.left+p.right)/2 {
				class, at = classes("end", "strong", "halo"), x-10
				from, to = at-room(name), at
			}
			for slices.ContainsFunc(names, func(n word) bool { return from < n.to && n.from < to && math.Abs(n.y-y) < line }) {
				y += line / 2
			}
			names = append(names, word{from, to, y})
			c.text(at, y+5, class, name)
		}
	}, s.Table())
}

// Table is its numbers.
func (s Spread) Table() Table {
	t := Table{Head: s.head("Team", "With it", "Of", "Share", "Beside the limits")}
	for _, u := range s.Units {
		said := map[int]string{0: "Within the limits", 1: "Outside 95 %", 2: "Outside 99.8 %"}[u.Outside]
		t.Rows = append(t.Rows, []string{s.say(u.Name), strconv.Itoa(u.X), strconv.Itoa(u.N), s.say(Share(u.X, u.N, s.Rounded)), s.say(said)})
	}
	return t
}

// Run is a share month by month, around its middle.
type Run struct {
	Frame
	Up     string
	Points []RunPoint
	Middle float64
}

// RunPoint is one month; one that is not shown leaves a gap.
type RunPoint struct {
	Month  string
	X, N   int
	Share  float64
	Hidden bool
	Marked bool // part of a run on one side that is too long for chance
}

// Shifts marks the points of every run of eight or more on one side of the middle: chance alone does that to one point in a hundred and twenty-eight. A point on the
// middle neither makes nor breaks a run. Source: R. J. Perla, L. P. Provost and S. K. Murray, BMJ Quality & Safety 20 (2011) 46-51, who take six.
func Shifts(points []RunPoint, middle float64) {
	from, side, length := 0, 0, 0
	flush := func(until int) {
		if length >= 8 {
			for i := from; i < until; i++ {
				points[i].Marked = !points[i].Hidden && points[i].Share != middle
			}
		}
	}
	for i, p := range points {
		at := 0
		switch {
		case p.Hidden || p.Share == middle:
			continue
		case p.Share > middle:
			at = 1
		default:
			at = -1
		}
		if at != side {
			flush(i)
			from, side, length = i, at, 0
		}
		length++
	}
	flush(len(points))
}

// HTML is the chart.
func (r Run) HTML() string {
	marked := false
	for _, p := range r.Points {
		marked = marked || p.Marked
	}
	keys := []key{{func(c *canvas, x, y float64) { c.mark(0, x, y, 4.5, "k1") }, "A month"},
		{func(c *canvas, x, y float64) { c.line(x-18, y, x+18, y, "target") }, fmt.Sprintf("Middle of all months: %s", roundPercent(r.Middle))}}
	if marked {
		keys = append(keys, key{func(c *canvas, x, y float64) { c.mark(1, x, y, 5, "k2") }, "Eight or more months on one side: more than chance"})
	}
	return r.figure(keys, func(c *canvas) {
		p := plot{c: c, left: 52, right: c.w - 22, top: 34, foot: 220, minX: -.5, maxX: float64(len(r.Points)) - .5, maxY: 1}
		most := 12.0
		if c.slim() {
			most = 4
		}
		every := max(1, int(math.Ceil(float64(len(r.Points))/most)))
		var across []float64
		for i := 0; i < len(r.Points); i += every {
			across = append(across, float64(i))
		}
		p.axes("", r.say(r.Up), across, ticks(0, 1, 6), func(v float64) string { return shortMonth(r.Points[int(v)].Month) }, roundPercent)
		c.line(p.left, p.y(r.Middle), p.right, p.y(r.Middle), "target")
		var points [][2]float64
		for i, m := range r.Points {
			if m.Hidden {
				c.path(points, false, classes("curve", "thin", "k1"))
				points = nil
				continue
			}
			points = append(points, [2]float64{p.x(float64(i)), p.y(m.Share)})
		}
		c.path(points, false, classes("curve", "thin", "k1"))
		for i, m := range r.Points {
			switch {
			case m.Hidden:
			case m.Marked:
				c.mark(1, p.x(float64(i)), p.y(m.Share), 5, "k2")
			default:
				c.mark(0, p.x(float64(i)), p.y(m.Share), 4.5, "k1")
			}
		}
	}, r.Table())
}

// shortMonth writes YYYY-MM as MM/YY: in figures, which need no language.
func shortMonth(month string) string {
	if len(month) != 7 {
		return month
	}
	return month[5:] + "/" + month[2:4]
}

// Table is its numbers.
func (r Run) Table() Table {
	t := Table{Head: r.head("Month", "With it", "Of", "Share", "Run")}
	for _, p := range r.Points {
		row := []string{p.Month, strconv.Itoa(p.X), strconv.Itoa(p.N), percent(p.Share), ""}
		if p.Hidden {
			row[1], row[2], row[3] = "", "", r.say("not shown")
		}
		if p.Marked {
			row[4] = r.say("On one side for eight months or more")
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}

// Ratios are ratios with their intervals on an axis where twice as much is as far to the right as half as much is to the left.
type Ratios struct {
	Frame
	Same   string // what 1 means, in words: "Same as White"
	Across string
	Rows   []Ratio
}

// Ratio is one row. A row with a heading begins a part. Without an interval there is nothing to draw, and Why says why.
type Ratio struct {
	Heading  string
	Name     string
	Value    float64
	Within   Interval // 95 %
	Alarm    bool     // the interval leaves 1 out, also after correction for how many were looked at
	Untested bool     // whether it differs by more than chance was not asked
	Why      string
	N        string // how many, in words
}

func (r Ratio) chance() string {
	switch {
	case r.Untested:
		return "not tested"
	case r.Alarm:
		return "yes"
	}
	return "no"
}

func (r Ratio) drawn() bool { return r.Value > 0 && r.Within.Lo > 0 && r.Within.Hi >= r.Within.Lo }

func (r Ratio) said(f Frame) string {
	switch {
	case r.drawn():
		return f.sayf("%s (%s to %s)", two(r.Value), two(r.Within.Lo), two(r.Within.Hi))
	case r.Why != "":
		return f.say(r.Why)
	case r.Value > 0:
		return two(r.Value)
	}
	return f.say("not shown")
}

// HTML is the chart.
func (r Ratios) HTML() string {
	keys := []key{
		{func(c *canvas, x, y float64) { c.line(x-16, y, x+16, y, "curve k1"); c.mark(0, x, y, 5, "hollow k1") }, "Ratio with its 95 % interval"},
		{func(c *canvas, x, y float64) { c.line(x-16, y, x+16, y, "curve k2"); c.mark(1, x, y, 5.5, "k2") }, "Differs by more than chance"},
	}
	return r.figure(keys, func(c *canvas) {
		lo, hi := .5, 2.0
		for _, row := range r.Rows {
			if row.drawn() {
				lo, hi = min(lo, row.Within.Lo), max(hi, row.Within.Hi)
			}
		}
		lo, hi = max(lo, 1.0/64), min(hi, 64)
		left, right := 12.0, c.w-12
		if !c.slim() {
			left, right = 236, c.w-150
		}
		p := plot{c: c, left: left, right: right, minX: lo / 1.05, maxX: hi * 1.05, log: true, maxY: 1, top: 26}
		one := max(min(p.x(1), c.w-room(r.say(r.Same))/2), room(r.say(r.Same))/2)
		c.text(one, 16, "mid strong", r.say(r.Same))
		y := p.top
		type at struct {
			y   float64
			row Ratio
		}
		var rows []at
		words := &canvas{w: c.w} // above the line of what is the same
		for _, row := range r.Rows {
			if row.Heading != "" {
				y = words.lines(0, y+24, "strong halo", wrap(r.say(row.Heading), .9*c.w)) - line + 6
			}
			said, name := row.said(r.Frame), r.say(row.Name)
			switch {
			case c.slim():
				names := wrap(name, c.w-room(said)-8)
				if row.drawn() || len(names) <= 2 {
					words.text(c.w, y+18, "end halo", said)
					y = words.lines(0, y+18, "halo", names) - line + 14
				} else {
					y = words.lines(0, y+18, "halo", wrap(name+": "+said, c.w)) - line + 14
				}
				if row.drawn() {
					rows = append(rows, at{y, row})
					y += 12
				}
			default:
				names := wrap(name, left-24)
				words.lines(0, y+20, "halo", names)
				if row.drawn() {
					words.text(c.w, y+20, "end halo", said)
					rows = append(rows, at{y + 15, row})
				} else {
					words.text(p.left+8, y+20, "muted halo", said)
				}
				y += 10 + line*max(1, float64(len(names)))
			}
		}
		p.foot = y + 8
		var across []float64
		for _, v := range []float64{1. / 32, 1. / 16, .125, .25, .5, 1, 2, 4, 8, 16, 32} {
			if v >= p.minX && v <= p.maxX {
				across = append(across, v)
			}
		}
		if !c.slim() {
			c.line(p.x(1), 22, p.x(1), p.foot, "target")
		}
		c.b.WriteString(words.b.String())
		for _, a := range rows {
			if c.slim() { // not through the words between the rows
				c.line(p.x(1), a.y-9, p.x(1), a.y+9, "target")
			}
			class, shape := "k1", 0
			if a.row.Alarm {
				class, shape = "k2", 1
			}
			from, to := max(a.row.Within.Lo, p.minX), min(a.row.Within.Hi, p.maxX)
			c.line(p.x(from), a.y, p.x(to), a.y, "curve "+class)
			if a.row.Value >= p.minX && a.row.Value <= p.maxX {
				if a.row.Alarm {
					c.mark(shape, p.x(a.row.Value), a.y, 5.5, class)
				} else {
					c.mark(shape, p.x(a.row.Value), a.y, 5, "hollow "+class)
				}
			}
		}
		p.axes(r.say(r.Across), "", across, nil, whole, nil)
	}, r.Table())
}

// Table is its numbers.
func (r Ratios) Table() Table {
	t := Table{Head: r.head("", "Group", "People", "Ratio", "95 % from", "to", "More than chance")}
	heading := ""
	for _, row := range r.Rows {
		if row.Heading != "" {
			heading = r.say(row.Heading)
		}
		cells := []string{heading, r.say(row.Name), r.say(row.N), "", "", "", ""}
		switch {
		case row.drawn():
			cells[3], cells[4], cells[5], cells[6] = two(row.Value), two(row.Within.Lo), two(row.Within.Hi), r.say(row.chance())
		case row.Value > 0:
			cells[3] = two(row.Value)
		default:
			cells[3] = row.said(r.Frame)
		}
		t.Rows = append(t.Rows, cells)
	}
	return t
}

// Curves are shares that change in steps over time: survival, or how many had something happen.
type Curves struct {
	Frame
	Across, Up string
	Series     []Curve
	Until      float64
	Every      float64   // between two marks of the axis
	Risk       []float64 // the times at which Curve.AtRisk counts; as a rule those of the marks
}

// Curve is one group's.
type Curve struct {
	Name   string
	Start  float64 // 1 for survival, 0 for what happens
	Points []CurvePoint
	AtRisk []Count // who was still watched, at each of the times
}

// CurvePoint is the share from a time on. Lo above Hi is no band.
type CurvePoint struct{ T, Share, Lo, Hi float64 }

// HTML is the chart.
func (k Curves) HTML() string {
	var keys []key
	for i, s := range k.Series {
		keys = append(keys, key{func(c *canvas, x, y float64) { c.line(x-18, y, x+18, y, "curve "+colour(i)+" "+dash(i)) }, s.Name})
	}
	return k.figure(keys, func(c *canvas) {
		p := plot{c: c, left: 52, right: c.w - 22, top: 34, foot: 260, maxX: max(k.Until, 1e-9), maxY: 1}
		every := k.Every
		if every <= 0 {
			every = above(k.Until / 4)
		}
		var across []float64
		for v := 0.0; v <= k.Until*(1+1e-9); v += every {
			across = append(across, v)
		}
		p.axes(k.say(k.Across), k.say(k.Up), across, ticks(0, 1, 6), whole, roundPercent)
		for i, s := range k.Series {
			var up, down [][2]float64
			hi, lo := s.Start, s.Start
			for _, pt := range s.Points {
				if pt.T > k.Until {
					break
				}
				if pt.Lo <= pt.Hi {
					up = append(up, [2]float64{p.x(pt.T), p.y(hi)}, [2]float64{p.x(pt.T), p.y(pt.Hi)})
					down = append(down, [2]float64{p.x(pt.T), p.y(lo)}, [2]float64{p.x(pt.T), p.y(pt.Lo)})
					hi, lo = pt.Hi, pt.Lo
				}
			}
			if len(up) > 0 {
				up, down = append(up, [2]float64{p.right, p.y(hi)}), append(down, [2]float64{p.right, p.y(lo)})
				for j := len(down) - 1; j >= 0; j-- {
					up = append(up, down[j])
				}
				c.path(up, true, "region "+colour(i))
			}
		}
		ends := make([]float64, len(k.Series))
		for i, s := range k.Series {
			at := s.Start
			points := [][2]float64{{p.left, p.y(at)}}
			for _, pt := range s.Points {
				if pt.T > k.Until {
					break
				}
				points = append(points, [2]float64{p.x(pt.T), p.y(at)}, [2]float64{p.x(pt.T), p.y(pt.Share)})
				at = pt.Share
			}
			ends[i] = p.y(at)
			c.path(append(points, [2]float64{p.right, ends[i]}), false, "curve "+colour(i)+" "+dash(i))
		}
		for i, y := range spaced(ends, p.top+10, p.foot-8) {
			c.text(p.right-4, y-6, classes("end", "strong", "halo"), k.say(k.Series[i].Name))
		}
		if len(k.Risk) == 0 {
			return
		}
		y := c.h + 20
		c.text(0, y, "muted", k.say("Still watched"))
		for i, s := range k.Series {
			y += line
			c.text(0, y, "strong", k.say(s.Name))
			c.mark(i, c.w-8, y-5, 4, colour(i))
			y += line
			for j, count := range s.AtRisk {
				if j >= len(k.Risk) || k.Risk[j] > k.Until {
					break
				}
				c.text(p.x(k.Risk[j]), y, "mid", count.short())
			}
		}
		c.h = y + 8
	}, k.Table())
}

func (c Count) short() string {
	if c.Hidden {
		return "·"
	}
	return Thousands(c.N)
}

// spaced moves labels apart so that none lies on another, and keeps their order.
func spaced(at []float64, least, greatest float64) []float64 {
	order := make([]int, len(at))
	for i := range order {
		order[i] = i
	}
	for i := 1; i < len(order); i++ {
		for j := i; j > 0 && at[order[j]] < at[order[j-1]]; j-- {
			order[j], order[j-1] = order[j-1], order[j]
		}
	}
	out := make([]float64, len(at))
	last := least - line
	for k, i := range order {
		out[i] = min(max(at[i], last+line), greatest-line*float64(len(order)-1-k))
		last = out[i]
	}
	return out
}

// Table is its numbers: every step where there are few, else at the times of the axis.
func (k Curves) Table() Table {
	t := Table{Head: k.head("Group", "Time", "Share", "95 % from", "to", "Still watched")}
	every := k.Every
	if every <= 0 {
		every = above(k.Until / 4)
	}
	times := k.Risk
	if len(times) == 0 {
		for v := 0.0; v <= k.Until*(1+1e-9); v += every {
			times = append(times, v)
		}
	}
	for _, s := range k.Series {
		for j, at := range times {
			share, within := s.Start, Interval{1, 0}
			for _, p := range s.Points {
				if p.T > at {
					break
				}
				share, within = p.Share, Interval{p.Lo, p.Hi}
			}
			row := []string{k.say(s.Name), whole(at), percent(share), "", "", ""}
			if within.Lo <= within.Hi {
				row[3], row[4] = percent(within.Lo), percent(within.Hi)
			}
			if j < len(s.AtRisk) {
				row[5] = k.count(s.AtRisk[j])
			}
			t.Rows = append(t.Rows, row)
		}
	}
	return t
}

// Around is an event study: a difference in each month before and after something, with its interval.
type Around struct {
	Frame
	Across, Up string
	Event      string // what happened at nought
	Points     []AroundPoint
}

// AroundPoint is one month; the one that the others are compared with has no interval.
type AroundPoint struct {
	Month  int
	Value  float64
	Within Interval
	Base   bool
}

// HTML is the chart.
func (a Around) HTML() string {
	keys := []key{
		{func(c *canvas, x, y float64) { c.line(x, y-8, x, y+8, "curve k1"); c.mark(0, x, y, 4.5, "k1") }, "Difference with its 95 % interval"},
		{func(c *canvas, x, y float64) { c.mark(3, x, y, 5, "hollow k1") }, "The month that the others are compared with"},
	}
	return a.figure(keys, func(c *canvas) {
		lo, hi, first, last := 0.0, 0.0, 0, 0
		for _, p := range a.Points {
			first, last = min(first, p.Month), max(last, p.Month)
			lo, hi = min(lo, p.Value), max(hi, p.Value)
			if p.Within.Lo <= p.Within.Hi {
				lo, hi = min(lo, p.Within.Lo), max(hi, p.Within.Hi)
			}
		}
		pad := max((hi-lo)*.05, 1e-9)
		p := plot{c: c, left: 56, right: c.w - 12, top: 52, foot: 270, minX: float64(first) - 1, maxX: float64(last) + 1, minY: lo - pad, maxY: hi + pad}
		many := 9
		if c.slim() {
			many = 5
		}
		p.axes(a.say(a.Across), a.say(a.Up), ticks(p.minX, p.maxX, many), ticks(p.minY, p.maxY, 6), whole, whole)
		c.line(p.left, p.y(0), p.right, p.y(0), "target")
		at := p.x(-.5)
		c.line(at, p.top-6, at, p.foot, "target")
		c.text(max(min(at, c.w-room(a.say(a.Event))/2), room(a.say(a.Event))/2), p.top-10, "mid strong", a.say(a.Event))
		r := min(4.5, (p.right-p.left)/float64(max(1, last-first+1))*.4)
		for _, pt := range a.Points {
			x := p.x(float64(pt.Month))
			if pt.Base {
				c.mark(3, x, p.y(pt.Value), r+.5, "hollow k1")
				continue
			}
			if pt.Within.Lo <= pt.Within.Hi {
				c.line(x, p.y(pt.Within.Lo), x, p.y(pt.Within.Hi), classes("curve", "thin", "k1"))
			}
			c.mark(0, x, p.y(pt.Value), r, "k1")
		}
	}, a.Table())
}

// Table is its numbers.
func (a Around) Table() Table {
	t := Table{Head: a.head("Month", "Difference", "95 % from", "to")}
	for _, p := range a.Points {
		row := []string{strconv.Itoa(p.Month), exact(p.Value), "", ""}
		if !p.Base && p.Within.Lo <= p.Within.Hi {
			row[2], row[3] = exact(p.Within.Lo), exact(p.Within.Hi)
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}
