// Package chart draws the pictures of pages and reports as text: SVG that needs no script, in two widths of which the style sheet shows the one that
// fits, with a table of the same numbers beneath. It is pure, and imports package export only.
//
// Each chart is a struct with a frame. Its title says what is to be seen, as a sentence; its words go through Frame.Say, so that a page in another
// language has its pictures in it too. Nothing is told by colour alone: there are shapes, dashes and words beside it, and the table.
package chart

import (
	"encoding/csv"
	"fmt"
	"html"
	"math"
	"strconv"
	"strings"
	"unicode/utf8"

	"waymark.example/internal/platform/export"
)

// Frame is what every chart has around it.
type Frame struct {
	ID    string // its own on the page: letters, digits and dashes
	Title string // what is to be seen, as a sentence
	About string // what the picture is of: axes, marks, lines; for whoever cannot see it
	Notes []string
	// What it was made of: how many, of which time, by which version of the definitions. Always shown.
	Source string
	CSV    string // where the same numbers can be taken away as a file; "" for nowhere
	Open   bool   // the table is open: for paper
	// The counts are rounded to five: a share is told as from where to where it may lie.
	Rounded bool
	Say     func(string) string
}

func (f Frame) say(text string) string {
	if f.Say == nil || text == "" {
		return text
	}
	return f.Say(text)
}

func (f Frame) sayf(format string, a ...any) string { return f.say(fmt.Sprintf(format, a...)) }

// Picture is one of the charts of this package, and nothing else.
type Picture interface {
	HTML() string
	Table() Table
	ofThisPackage()
}

func (Frame) ofThisPackage() {}

// Count is a number of people, or that it is too small to be shown.
type Count struct {
	N      int
	Hidden bool
}

func (f Frame) count(c Count) string {
	if c.Hidden {
		return f.say("not shown")
	}
	return Thousands(c.N)
}

// Table is the numbers of a chart in rows. Words are those of the frame already.
type Table struct {
	Head []string
	Rows [][]string
}

// CSV is the table as a file. A cell that a spreadsheet would take for a formula is taken for text.
func (t Table) CSV() string {
	var b strings.Builder
	w := csv.NewWriter(&b)
	for _, row := range append([][]string{t.Head}, t.Rows...) {
		safe := make([]string, len(row))
		for i, cell := range row {
			if _, err := strconv.ParseFloat(cell, 64); err != nil { // a number may begin with a minus
				cell = export.AsText(cell)
			}
			safe[i] = cell
		}
		if err := w.Write(safe); err != nil {
			return "" // a strings.Builder takes everything
		}
	}
	w.Flush()
	return b.String()
}

const (
	narrow = 320
	wide   = 720
	line   = 18.0 // between two lines of text
)

// key is one line of what the marks mean.
type key struct {
	mark  func(c *canvas, x, y float64)
	words string
}

// figure puts the frame around two drawings of the same thing.
func (f Frame) figure(keys []key, draw func(c *canvas), t Table) string {
	var b strings.Builder
	fmt.Fprintf(&b, `<figure class="chart" id="%s"><figcaption>%s</figcaption>`, f.ID, esc(f.say(f.Title)))
	if len(keys) > 0 {
		b.WriteString(`<ul class="key">`)
		for _, k := range keys {
			c := &canvas{f: f}
			k.mark(c, 20, 9)
			fmt.Fprintf(&b, `<li><svg viewBox="0 0 40 18" aria-hidden="true" focusable="false">%s</svg> %s</li>`, c.b.String(), esc(f.say(k.words)))
		}
		b.WriteString("</ul>")
	}
	for _, width := range []float64{narrow, wide} {
		c := &canvas{f: f, w: width}
		draw(c)
		at := map[float64]string{narrow: "narrow", wide: "wide"}[width]
		fmt.Fprintf(&b, "\n<svg class=\"%s\" viewBox=\"0 0 %s %s\" role=\"img\" aria-labelledby=\"%s-%s-t %s-%s-d\"><title id=\"%s-%s-t\">%s</title><desc id=\"%s-%s-d\">%s</desc>%s</svg>",
			at, n(width), n(math.Ceil(c.h)), f.ID, at, f.ID, at, f.ID, at, esc(f.say(f.Title)), f.ID, at, esc(f.say(f.About)), c.b.String())
	}
	b.WriteString("\n")
	for _, note := range f.Notes {
		fmt.Fprintf(&b, `<p class="small">%s</p>`, esc(f.say(note)))
	}
	if f.Source != "" {
		fmt.Fprintf(&b, `<p class="muted small">%s</p>`, esc(f.say(f.Source)))
	}
	open := ""
	if f.Open {
		open = " open"
	}
	fmt.Fprintf(&b, `<details%s><summary>%s</summary><section class="table" aria-label="%s" tabindex="0">%s</section></details>`, open, esc(f.say("The same numbers as a table")), esc(f.say(f.Title)), t.html())
	if f.CSV != "" {
		fmt.Fprintf(&b, `<p class="small"><a href="%s">%s</a></p>`, esc(f.CSV), esc(f.say("Take these numbers away as a file (CSV)")))
	}
	b.WriteString("</figure>\n")
	return b.String()
}

func (t Table) html() string {
	var b strings.Builder
	b.WriteString("<table><thead><tr>")
	for _, h := range t.Head {
		fmt.Fprintf(&b, `<th scope="col">%s</th>`, esc(h))
	}
	b.WriteString("</tr></thead><tbody>")
	for _, row := range t.Rows {
		b.WriteString("\n<tr>")
		for i, cell := range row {
			if i == 0 {
				fmt.Fprintf(&b, `<th scope="row">%s</th>`, esc(cell))
			} else {
				fmt.Fprintf(&b, "<td>%s</td>", esc(cell))
			}
		}
		b.WriteString("</tr>")
	}
	b.WriteString("</tbody></table>")
	return b.String()
}

// head puts the words of a table's first row into the frame's language.
func (f Frame) head(words ...string) []string {
	out := make([]string, len(words))
	for i, w := range words {
		out[i] = f.say(w)
	}
	return out
}

// canvas is a drawing that is made from top to bottom.
type canvas struct {
	f    Frame
	b    strings.Builder
	w, h float64
}

func (c *canvas) slim() bool { return c.w <= narrow }

func (c *canvas) text(x, y float64, class, words string) {
	if words == "" {
		return
	}
	fmt.Fprintf(&c.b, `<text x="%s" y="%s"%s>%s</text>`, n(x), n(y), attribute("class", class), esc(words))
}

func (c *canvas) lines(x, y float64, class string, lines []string) float64 {
	for _, l := range lines {
		c.text(x, y, class, l)
		y += line
	}
	return y
}

func (c *canvas) line(x1, y1, x2, y2 float64, class string) {
	fmt.Fprintf(&c.b, `<line x1="%s" y1="%s" x2="%s" y2="%s" class="%s"/>`, n(x1), n(y1), n(x2), n(y2), class)
}

func (c *canvas) rect(x, y, w, h float64, class string) {
	fmt.Fprintf(&c.b, `<rect x="%s" y="%s" width="%s" height="%s" class="%s"/>`, n(x), n(y), n(max(0, w)), n(h), class)
}

func (c *canvas) path(points [][2]float64, shut bool, class string) {
	if len(points) == 0 {
		return
	}
	var d strings.Builder
	for i, p := range points {
		d.WriteString(map[bool]string{true: "M", false: "L"}[i == 0] + n(p[0]) + " " + n(p[1]))
	}
	if shut {
		d.WriteString("Z")
	}
	fmt.Fprintf(&c.b, `<path d="%s" class="%s"/>`, d.String(), class)
}

// mark draws one of the shapes: circle, square, triangle, diamond, cross, and hollow ones of the first four.
func (c *canvas) mark(shape int, x, y, r float64, class string) {
	switch shape % 5 {
	case 0:
		fmt.Fprintf(&c.b, `<circle cx="%s" cy="%s" r="%s" class="%s"/>`, n(x), n(y), n(r), class)
	case 1:
		c.rect(x-.9*r, y-.9*r, 1.8*r, 1.8*r, class)
	case 2:
		c.path([][2]float64{{x, y - 1.2*r}, {x + 1.15*r, y + .9*r}, {x - 1.15*r, y + .9*r}}, true, class)
	case 3:
		c.path([][2]float64{{x, y - 1.3*r}, {x + 1.3*r, y}, {x, y + 1.3*r}, {x - 1.3*r, y}}, true, class)
	case 4:
		c.line(x-r, y-r, x+r, y+r, "stroke "+class)
		c.line(x-r, y+r, x+r, y-r, "stroke "+class)
	}
}

// most is how many series one picture tells apart; more are drawn alike, and named in the table.
const most = 5

// classes puts the names of classes together.
func classes(names ...string) string { return strings.Join(names, " ") }

func colour(i int) string { return "k" + strconv.Itoa(i%most+1) }
func dash(i int) string   { return "d" + strconv.Itoa(i%most+1) }

// plot is a field with two axes.
type plot struct {
	c                      *canvas
	left, right, top, foot float64
	minX, maxX, minY, maxY float64
	log                    bool // the horizontal axis is a logarithm
}

func (p plot) x(v float64) float64 {
	if p.log {
		return p.left + (math.Log(v)-math.Log(p.minX))/(math.Log(p.maxX)-math.Log(p.minX))*(p.right-p.left)
	}
	return p.left + (v-p.minX)/(p.maxX-p.minX)*(p.right-p.left)
}

func (p plot) y(v float64) float64 { return p.foot - (v-p.minY)/(p.maxY-p.minY)*(p.foot-p.top) }

// axes draws the levels with their words on the left, and the words of both axes, all of them level.
func (p plot) axes(xWords, yWords string, xTicks, yTicks []float64, xSay, ySay func(float64) string) {
	p.c.lines(0, 14, "muted", wrap(yWords, p.c.w))
	for _, v := range yTicks {
		p.c.line(p.left, p.y(v), p.right, p.y(v), "level")
		p.c.text(p.left-6, p.y(v)+5, "end muted", ySay(v))
	}
	p.c.line(p.left, p.foot, p.right, p.foot, "axis")
	for _, v := range xTicks {
		p.c.line(p.x(v), p.foot, p.x(v), p.foot+5, "axis")
		p.c.text(p.x(v), p.foot+20, "mid muted", xSay(v))
	}
	p.c.h = p.foot + 20 + 6
	if xWords != "" {
		p.c.h = p.c.lines((p.left+p.right)/2, p.foot+40, "mid muted", wrap(xWords, p.right-p.left)) - line + 6
	}
}

// ticks are round numbers from lo to hi, at most so many.
func ticks(lo, hi float64, atMost int) []float64 {
	if !(hi > lo) || math.IsInf(hi-lo, 0) {
		return []float64{lo}
	}
	step := math.Pow(10, math.Floor(math.Log10((hi-lo)/float64(atMost))))
	for _, by := range []float64{1, 2, 5, 10, 20} {
		if math.Floor(hi/(step*by)+1e-9)-math.Ceil(lo/(step*by)-1e-9)+1 <= float64(atMost) {
			step *= by
			break
		}
	}
	var out []float64
	for k := math.Ceil(lo/step - 1e-9); k*step <= hi+step*1e-9; k++ {
		out = append(out, k*step+0) // no minus nought
	}
	return out
}

// above is the first of a few round numbers that is not below v.
func above(v float64) float64 {
	if !(v > 0) {
		return 1
	}
	ten := math.Pow(10, math.Floor(math.Log10(v)))
	for _, by := range []float64{1, 1.2, 1.5, 2, 2.5, 3, 4, 5, 6, 8} {
		if ten*by >= v*(1-1e-12) {
			return ten * by
		}
	}
	return ten * 10
}

// wrap breaks words into lines that fit, by how wide letters are on the whole.
func wrap(words string, width float64) []string {
	var out []string
	at := ""
	for _, w := range strings.Fields(words) {
		if at != "" && room(at+" "+w) > width {
			out = append(out, at)
			at = w
			continue
		}
		at = strings.TrimSpace(at + " " + w)
	}
	if at != "" {
		out = append(out, at)
	}
	return out
}

// room is about how wide words are, on the safe side.
func room(words string) float64 { return 8 * float64(utf8.RuneCountInString(words)) }

func esc(s string) string { return html.EscapeString(s) }

func attribute(name, value string) string {
	if value == "" {
		return ""
	}
	return " " + name + `="` + value + `"`
}

// n writes a coordinate: one digit after the point is less than a printer can show.
func n(v float64) string {
	return strconv.FormatFloat(math.Round(v*10)/10+0, 'f', -1, 64)
}

// whole writes a number without digits after the point that say nothing.
func whole(v float64) string {
	return strconv.FormatFloat(math.Round(v*1e6)/1e6+0, 'f', -1, 64)
}

func percent(v float64) string { return whole(math.Round(v*1000)/10) + " %" }

// Share writes x of n in per cent. Of counts that were rounded to five it is from where to where the share of what was counted may lie, in whole per cents.
func Share(x, n int, rounded bool) string {
	if n == 0 {
		return ""
	}
	lo, hi := float64(x)/float64(n), float64(x)/float64(n)
	if !rounded {
		return percent(min(1, lo))
	}
	if x > 0 {
		lo, hi = float64(max(0, x-2))/float64(n+2), float64(x+2)/float64(max(1, n-2))
	}
	from, to := roundPercent(min(1, lo)), roundPercent(min(1, hi))
	switch {
	case from == to:
		return from
	case hi >= 1:
		return from + " or more"
	}
	return strings.TrimSuffix(from, " %") + " to " + to
}

func roundPercent(v float64) string { return strconv.Itoa(int(math.Round(v*100))) + " %" }

// Lower begins a sentence's words in the middle of another; LEAD stays.
func Lower(s string) string {
	r := []rune(s)
	if len(r) == 0 || len(r) > 1 && r[1] >= 'A' && r[1] <= 'Z' {
		return s
	}
	return strings.ToLower(string(r[0])) + string(r[1:])
}

// Thousands writes a whole number as people read it.
func Thousands(v int) string {
	s := strconv.Itoa(v)
	for i := len(s) - 3; i > 0 && s[i-1] != '-'; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}

func two(v float64) string { return strconv.FormatFloat(math.Round(v*100)/100+0, 'f', 2, 64) }

// exact is a number as a file has it.
func exact(v float64) string {
	if math.IsNaN(v) {
		return ""
	}
	return strconv.FormatFloat(v+0, 'g', 8, 64) // no nought below nought
}
