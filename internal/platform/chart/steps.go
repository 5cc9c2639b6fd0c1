package chart

import (
	"math"
	"slices"
)

// Steps are bars for the steps that people go through, one panel for each group. A bar's length is the share of the first step, so that groups of
// different size can be laid beside each other.
type Steps struct {
	Frame
	Groups []StepGroup
}

// StepGroup is one group's steps.
type StepGroup struct {
	Name  string
	Steps []Step
}

// Step is how many came as far as that.
type Step struct {
	Name string
	N    Count
}

func (s StepGroup) share(i, of int) (float64, bool) {
	if of < 0 || s.Steps[i].N.Hidden || s.Steps[of].N.Hidden || s.Steps[of].N.N == 0 {
		return 0, false
	}
	return math.Min(1, float64(s.Steps[i].N.N)/float64(s.Steps[of].N.N)), true
}

// HTML is the chart.
func (s Steps) HTML() string {
	return s.figure(nil, func(c *canvas) {
		columns, width := 1, c.w
		if !c.slim() && len(s.Groups) > 1 {
			columns, width = 2, (c.w-32)/2
		}
		for first := 0; first < len(s.Groups); first += columns {
			y, low := c.h, c.h
			if first > 0 {
				y += 26
			}
			for i := first; i < min(first+columns, len(s.Groups)); i++ {
				low = max(low, s.panel(c, s.Groups[i], float64(i-first)*(width+32), y, width))
			}
			c.h = low
		}
	}, s.Table())
}

func (s Steps) panel(c *canvas, g StepGroup, x, y, width float64) float64 {
	if g.Name != "" {
		y = c.lines(x, y+16, "strong", wrap(s.say(g.Name), .9*width)) - line + 6
	}
	for i, step := range g.Steps {
		said := s.count(step.N)
		if share, ok := g.share(i, i-1); ok {
			word := roundPercent(share)
			if s.Rounded {
				word = s.say(Share(step.N.N, g.Steps[i-1].N.N, true))
			}
			said += " · " + word
		}
		y += 22
		names := wrap(s.say(step.Name), width-room(said)-8)
		c.text(x+width, y, "end", said)
		y = c.lines(x, y, "", names) - line + 7
		if share, ok := g.share(i, 0); ok {
			c.rect(x, y, width, 10, "soft")
			c.rect(x, y, width*share, 10, "k1")
		} else { // an empty bar would be nought
			c.line(x, y+5, x+width, y+5, classes("curve", "other", "d2"))
		}
		y += 14
	}
	return y + 4
}

// Table is its numbers.
func (s Steps) Table() Table {
	t := Table{Head: s.head("Group", "Step", "People", "Share of the step before", "Share of the first step")}
	for _, g := range s.Groups {
		for i, step := range g.Steps {
			name := s.say(g.Name)
			if name == "" {
				name = s.say("All")
			}
			row := []string{name, s.say(step.Name), s.count(step.N), "", ""}
			if _, ok := g.share(i, i-1); ok {
				row[3] = s.say(Share(step.N.N, g.Steps[i-1].N.N, s.Rounded))
			}
			if _, ok := g.share(i, 0); ok && i == 0 {
				row[4] = percent(1)
			} else if ok {
				row[4] = s.say(Share(step.N.N, g.Steps[0].N.N, s.Rounded))
			}
			t.Rows = append(t.Rows, row)
		}
	}
	return t
}

// Dots are shares in rows, one mark for each series: how reasons differ by team, say. Up to five series have a shape of their own.
type Dots struct {
	Frame
	Series []string
	Rows   []DotRow
	Across string // what the axis is of
}

// DotRow is one row, with a share for each series; one that is below nought is not shown. Said is what the table says of it, where that is
// less sure than one number.
type DotRow struct {
	Name   string
	Shares []float64
	Said   []string
}

// Without is the picture without one of its series.
func (d Dots) Without(series int) Dots {
	d.Series, d.Rows = slices.Delete(slices.Clone(d.Series), series, series+1), slices.Clone(d.Rows)
	for i := range d.Rows {
		r := &d.Rows[i]
		r.Shares = slices.Delete(slices.Clone(r.Shares), series, series+1)
		if r.Said != nil {
			r.Said = slices.Delete(slices.Clone(r.Said), series, series+1)
		}
	}
	return d
}

// HTML is the chart.
func (d Dots) HTML() string {
	var keys []key
	several := d.Series
	if len(several) == 1 { // every mark is its
		several = nil
	}
	for i, name := range several {
		if i == most {
			keys = append(keys, key{func(c *canvas, x, y float64) { c.mark(0, x, y, 4, "hollow other") }, "All others: by name in the table"})
			break
		}
		keys = append(keys, key{func(c *canvas, x, y float64) { c.mark(i, x, y, 5, colour(i)) }, name})
	}
	return d.figure(keys, func(c *canvas) {
		left := 0.0
		if !c.slim() {
			left = 240
		}
		highest := .05
		for _, r := range d.Rows {
			for _, v := range r.Shares {
				highest = max(highest, v)
			}
		}
		p := plot{c: c, left: left + 12, right: c.w - 22, maxX: min(1, above(highest)), maxY: 1}
		y := 4.0
		type at struct {
			y float64
			r DotRow
		}
		var rows []at
		names := &canvas{w: c.w} // above the lines
		for _, r := range d.Rows {
			if c.slim() {
				y = names.lines(0, y+14, "halo", wrap(d.say(r.Name), c.w)) - line + 16
			} else {
				lines := wrap(d.say(r.Name), left-8)
				names.lines(0, y+19, "", lines)
				rows = append(rows, at{y + 5 + line*float64(len(lines))/2, r})
				y += line*float64(len(lines)) + 14
				continue
			}
			rows = append(rows, at{y, r})
			y += 18
		}
		p.top, p.foot = 0, y+4
		across := ticks(0, p.maxX, 5)
		for _, v := range across {
			c.line(p.x(v), 0, p.x(v), p.foot, "level")
		}
		c.b.WriteString(names.b.String())
		for _, r := range rows {
			c.line(p.left, r.y, p.right, r.y, "rail")
			if len(r.r.Shares) > 0 && slices.Max(r.r.Shares) < 0 {
				c.text(p.left+8, r.y+5, "muted halo", d.say("not shown"))
			}
			for i := len(r.r.Shares) - 1; i >= 0; i-- {
				if v := r.r.Shares[i]; v < 0 {
					continue
				} else if i >= most {
					c.mark(0, p.x(v), r.y, 4, "hollow other")
				} else {
					c.mark(i, p.x(v), r.y, 5, colour(i))
				}
			}
		}
		p.axes(d.say(d.Across), "", across, nil, roundPercent, nil)
	}, d.Table())
}

// Table is its numbers, a row for each mark.
func (d Dots) Table() Table {
	if len(d.Series) == 1 {
		t := Table{Head: append([]string{""}, d.head(d.Series...)...)}
		for _, r := range d.Rows {
			t.Rows = append(t.Rows, []string{d.say(r.Name), d.cell(r, 0)})
		}
		return t
	}
	t := Table{Head: d.head("Reason", "Team", "Share")}
	for _, r := range d.Rows {
		for i, series := range d.Series {
			t.Rows = append(t.Rows, []string{d.say(r.Name), d.say(series), d.cell(r, i)})
		}
	}
	return t
}

func (d Dots) cell(r DotRow, i int) string {
	switch {
	case r.Shares[i] < 0:
		return d.say("not shown")
	case r.Said != nil:
		return d.say(r.Said[i])
	}
	return percent(r.Shares[i])
}

// Flow is how many people there were at each point of a study, with those who left it at the side.
type Flow struct {
	Frame
	Trunk []FlowBox
	Arms  []FlowArm // after the trunk, beside each other
}

// FlowArm is what became of one of the groups compared.
type FlowArm struct {
	Name  string
	Boxes []FlowBox
}

// FlowBox is one point, with who left the study there.
type FlowBox struct {
	Name string
	N    Count
	Out  []FlowOut
}

// FlowOut is why how many left.
type FlowOut struct {
	Why string
	N   Count
}

// HTML is the chart.
func (f Flow) HTML() string {
	return f.figure(nil, func(c *canvas) {
		y := 2.0
		for i, b := range f.Trunk {
			y = f.box(c, b, 0, y, c.w, i > 0, !c.slim())
		}
		if c.slim() || len(f.Arms) == 0 {
			for _, a := range f.Arms {
				y = c.lines(0, y+30, "strong", wrap(f.say(a.Name), .9*c.w)) - line + 10
				for i, b := range a.Boxes {
					y = f.box(c, b, 0, y, c.w, i > 0, false)
				}
			}
			c.h = y + 4
			return
		}
		width := (c.w - 32*float64(len(f.Arms)-1)) / float64(len(f.Arms))
		low := y
		for k, a := range f.Arms {
			x, at := float64(k)*(width+32), y
			at = c.lines(x, at+30, "strong", wrap(f.say(a.Name), .9*width)) - line + 10
			for i, b := range a.Boxes {
				at = f.box(c, b, x, at, width, i > 0, false)
			}
			low = max(low, at)
		}
		c.h = low + 4
	}, f.Table())
}

// box draws one point and, beside or beneath it, who left; it returns where the next begins.
func (f Flow) box(c *canvas, b FlowBox, x, y, width float64, joined, beside bool) float64 {
	if joined {
		c.line(x+24, y, x+24, y+18, "axis")
		c.path([][2]float64{{x + 20, y + 12}, {x + 24, y + 18}, {x + 28, y + 12}}, false, "stroke")
		y += 18
	}
	own, out := width, width
	if beside {
		own, out = 340, width-340-28
	}
	names := wrap(f.say(b.Name), own-24-70)
	height := max(1, float64(len(names)))*line + 16
	c.rect(x, y, own, height, "node")
	c.lines(x+12, y+22, "", names)
	c.text(x+own-12, y+22, "end strong", f.count(b.N))
	if len(b.Out) == 0 {
		return y + height
	}
	ox, oy := x+24, y+height
	if beside {
		ox, oy = x+own+28, y
		c.line(x+own, y+17, ox, y+17, "axis")
	} else {
		out = width - 24
	}
	for _, o := range b.Out {
		said := f.count(o.N)
		if !o.N.Hidden {
			said = "− " + said
		}
		oy += 4
		oy = c.lines(ox+10, oy+18, "muted", wrap(f.say(o.Why), out-24-room(said))) - line + 4
		c.text(x+width-12, oy-4-float64(len(wrap(f.say(o.Why), out-24-room(said)))-1)*line, "end muted", said)
	}
	return max(y+height, oy+4)
}

// Table is its numbers.
func (f Flow) Table() Table {
	t := Table{Head: f.head("Point", "People", "Who left, and why")}
	add := func(before string, boxes []FlowBox) {
		for _, b := range boxes {
			t.Rows = append(t.Rows, []string{before + f.say(b.Name), f.count(b.N), ""})
			for _, o := range b.Out {
				t.Rows = append(t.Rows, []string{before + f.say(b.Name), f.count(o.N), f.say(o.Why)})
			}
		}
	}
	add("", f.Trunk)
	for _, a := range f.Arms {
		add(f.say(a.Name)+": ", a.Boxes)
	}
	return t
}

// Lines are steps over time in small pictures of the same scale, one for each panel.
type Lines struct {
	Frame
	Series []string // what the lines of each panel are, as in the key
	Panels []LinePanel
	Across string
	Levels []string // words for the levels from nought upwards; without them the levels are numbers
	Top    float64  // of the scale, where there are no words
}

// LinePanel is one small picture.
type LinePanel struct {
	Name  string
	Lines [][]LinePoint // one for each series
}

// LinePoint is a level that holds from then on.
type LinePoint struct {
	Month string // YYYY-MM, or another name of the time
	V     float64
}

// HTML is the chart.
func (l Lines) HTML() string {
	var keys []key
	if len(l.Series) > 1 {
		for i, name := range l.Series {
			keys = append(keys, key{func(c *canvas, x, y float64) { c.line(x-18, y, x+18, y, "curve "+colour(i)+" "+dash(i)) }, name})
		}
	}
	return l.figure(keys, func(c *canvas) {
		columns, width := 1, c.w
		if !c.slim() && len(l.Panels) > 1 {
			columns, width = 2, (c.w-40)/2
		}
		c.h = 0
		for i, panel := range l.Panels {
			x, y := float64(i%columns)*(width+40), float64(i/columns)*176
			l.panel(c, panel, x, y, width)
			c.h = max(c.h, y+170)
		}
	}, l.Table())
}

func (l Lines) panel(c *canvas, panel LinePanel, x, y, width float64) {
	top, left := l.Top, 40.0
	levels := ticks(0, max(top, 1), 4)
	say := whole
	if len(l.Levels) > 0 {
		top, levels = float64(len(l.Levels)-1), nil
		for i, w := range l.Levels {
			levels = append(levels, float64(i))
			left = max(left, room(l.say(w))+4)
		}
		say = func(v float64) string { return l.say(l.Levels[int(v)]) }
	}
	var months []string
	for _, s := range panel.Lines {
		for _, p := range s {
			if i := find(months, p.Month); i == len(months) || months[i] != p.Month {
				months = append(months[:i], append([]string{p.Month}, months[i:]...)...)
			}
		}
	}
	c.text(x, y+16, "strong", l.say(panel.Name))
	p := plot{c: c, left: x + min(left, width/2), right: x + width - 4, top: y + 34, foot: y + 138, maxX: float64(max(1, len(months))), maxY: max(top, 1)}
	for _, v := range levels {
		c.line(p.left, p.y(v), p.right, p.y(v), "level")
		c.text(p.left-6, p.y(v)+5, "end muted", say(v))
	}
	if len(months) > 0 {
		c.text(p.left, p.foot+20, "muted", months[0])
		if len(months) > 1 {
			c.text(p.right, p.foot+20, "end muted", months[len(months)-1])
		}
	}
	for i, s := range panel.Lines {
		var points [][2]float64
		for k, pt := range s {
			at := float64(find(months, pt.Month))
			next := float64(len(months))
			if k+1 < len(s) {
				next = float64(find(months, s[k+1].Month))
			}
			points = append(points, [2]float64{p.x(at), p.y(pt.V)}, [2]float64{p.x(next), p.y(pt.V)})
		}
		c.path(points, false, "curve "+colour(i)+" "+dash(i))
	}
}

// find is the place of a word in a sorted list, or where it would be.
func find(sorted []string, word string) int {
	for i, s := range sorted {
		if s >= word {
			return i
		}
	}
	return len(sorted)
}

// Table is its numbers.
func (l Lines) Table() Table {
	t := Table{Head: l.head("Panel", "Line", "From", "Level")}
	for _, panel := range l.Panels {
		for i, s := range panel.Lines {
			name := ""
			if i < len(l.Series) {
				name = l.say(l.Series[i])
			}
			for _, p := range s {
				level := whole(p.V)
				if k := int(p.V); len(l.Levels) > 0 && k >= 0 && k < len(l.Levels) {
					level = l.say(l.Levels[k])
				}
				t.Rows = append(t.Rows, []string{l.say(panel.Name), name, p.Month, level})
			}
		}
	}
	return t
}
