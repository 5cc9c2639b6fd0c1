// Package instrument keeps questionnaires as data: their words, how they are
// scored, on what licence and who may see the answers. None can be used before
// somebody of the site says, by name, that its licence allows it. It imports lead
// and platform.
package instrument

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"regexp"
	"slices"
	"strings"
	"unicode"
)

// MaxSize is how many bytes a definition may have.
const MaxSize = 256 << 10

// Definition is one version of a questionnaire.
type Definition struct {
	ID       string   `json:"id"`      // such as phq-9
	Version  string   `json:"version"` // of its words and its scoring
	Title    string   `json:"title"`
	About    string   `json:"about"` // what it asks about, and what it does not say
	Language string   `json:"language"`
	Intro    string   `json:"intro"` // stands above the items
	Options  []Option `json:"options"`
	Items    []Item   `json:"items"`
	Scales   []Scale  `json:"scales"`
	Watch    []Watch  `json:"watch,omitempty"`
	SeenBy   string   `json:"seen_by"` // team: their worker and the supervisor; worker: who walks with them alone
	Licence  Licence  `json:"licence"`
}

// Option is one answer and what it counts.
type Option struct {
	Value string `json:"value"`
	Label string `json:"label"`
	Score int    `json:"score"`
}

// Item is one question. Its own options stand in place of the questionnaire's.
type Item struct {
	ID      string   `json:"id"`
	Text    string   `json:"text"`
	Options []Option `json:"options,omitempty"`
}

// Scale is one score.
type Scale struct {
	ID             string   `json:"id"`
	Title          string   `json:"title"`
	Rule           string   `json:"rule"`  // sum or mean
	Items          []string `json:"items"` // empty for every item
	MissingAllowed int      `json:"missing_allowed"`
	Ranges         []Range  `json:"ranges,omitempty"`
}

// Range is what a part of a scale is called where it was published.
type Range struct {
	From  float64 `json:"from"`
	To    float64 `json:"to"`
	Words string  `json:"words"`
}

// Watch is an answer after which the worker is told something at once.
type Watch struct {
	Item  string `json:"item"`
	From  int    `json:"from"` // a score of this or more
	Words string `json:"words"`
}

// Licence is on what terms a questionnaire may be used.
type Licence struct {
	Name        string `json:"name"`
	Words       string `json:"words"`       // what the licence says
	Attribution string `json:"attribution"` // shown with the questions and with every score
	Source      string `json:"source"`      // where the licence was read
	Electronic  bool   `json:"electronic"`  // whether it allows use on a screen
	ToVerify    string `json:"to_verify,omitempty"`
}

// Problem is one thing that is wrong with a definition, and where.
type Problem struct{ Field, Words string }

func (p Problem) String() string { return p.Field + ": " + p.Words }

// Problems is everything that is wrong with a definition.
type Problems []Problem

func (p Problems) Error() string {
	lines := make([]string, len(p))
	for i, one := range p {
		lines[i] = one.String()
	}
	return strings.Join(lines, "\n")
}

// Parse reads a definition. What is wrong with it is Problems, each naming its
// field.
func Parse(text []byte) (Definition, error) {
	var d Definition
	if len(text) > MaxSize {
		return d, Problems{{"file", fmt.Sprintf("has more than %d bytes", MaxSize)}}
	}
	from := json.NewDecoder(bytes.NewReader(text))
	from.DisallowUnknownFields()
	if err := from.Decode(&d); err != nil {
		return Definition{}, Problems{unreadable(err)}
	}
	if _, err := from.Token(); !errors.Is(err, io.EOF) {
		return Definition{}, Problems{{"file", "goes on behind the definition"}}
	}
	if all := d.check(); len(all) > 0 {
		return Definition{}, all
	}
	return d, nil
}

func unreadable(err error) Problem {
	if kind, ok := errors.AsType[*json.UnmarshalTypeError](err); ok {
		return Problem{kind.Field, "is " + kind.Value + " and should be " + kind.Type.String()}
	}
	if name, ok := strings.CutPrefix(err.Error(), "json: unknown field "); ok {
		return Problem{strings.Trim(name, `"`), "is no field of a definition"}
	}
	return Problem{"file", "is no JSON: " + err.Error()}
}

var code = regexp.MustCompile(`^[a-z0-9][a-z0-9._-]{0,39}$`)

// The bounds of a questionnaire that somebody may answer at a kitchen table.
const (
	mostItems   = 100
	mostOptions = 12
	mostScales  = 12
	mostScore   = 1000
)

type checker struct{ problems Problems }

func (c *checker) bad(field, words string, args ...any) {
	c.problems = append(c.problems, Problem{field, fmt.Sprintf(words, args...)})
}

func (c *checker) code(field, value string, seen map[string]bool) {
	switch {
	case !code.MatchString(value):
		c.bad(field, "has small letters, digits, dots and dashes, at most 40")
	case seen != nil && seen[value]:
		c.bad(field, "stands there twice")
	}
	if seen != nil {
		seen[value] = true
	}
}

func (c *checker) text(field, value string, most int, needed bool) {
	control := func(r rune) bool { return unicode.IsControl(r) && r != '\n' }
	switch {
	case needed && strings.TrimSpace(value) == "":
		c.bad(field, "is missing")
	case len([]rune(value)) > most:
		c.bad(field, "has more than %d characters", most)
	case strings.ContainsFunc(value, control):
		c.bad(field, "holds characters that nobody can read")
	}
}

func (d Definition) check() Problems {
	c := &checker{}
	c.code("id", d.ID, nil)
	c.code("version", d.Version, nil)
	c.text("title", d.Title, 100, true)
	c.text("about", d.About, 1000, true)
	c.text("intro", d.Intro, 500, false)
	if len(d.Language) < 2 || len(d.Language) > 12 || strings.Trim(d.Language, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ-") != "" {
		c.bad("language", "is a language tag such as en or cy")
	}
	if d.SeenBy != "team" && d.SeenBy != "worker" {
		c.bad("seen_by", "is team or worker")
	}
	c.text("licence.name", d.Licence.Name, 200, true)
	c.text("licence.words", d.Licence.Words, 4000, true)
	c.text("licence.attribution", d.Licence.Attribution, 1000, true)
	c.text("licence.source", d.Licence.Source, 1000, true)
	c.text("licence.to_verify", d.Licence.ToVerify, 1000, false)
	d.checkItems(c)
	d.checkScales(c)
	for i, w := range d.Watch {
		at := fmt.Sprintf("watch[%d]", i)
		if _, ok := d.item(w.Item); !ok {
			c.bad(at+".item", "names no item")
		}
		c.text(at+".words", w.Words, 500, true)
	}
	return c.problems
}

func (d Definition) checkItems(c *checker) {
	if len(d.Items) == 0 || len(d.Items) > mostItems {
		c.bad("items", "there are 1 to %d", mostItems)
	}
	if len(d.Options) > 0 {
		checkOptions(c, "options", d.Options)
	}
	seen := map[string]bool{}
	for i, item := range d.Items {
		at := fmt.Sprintf("items[%d]", i)
		c.code(at+".id", item.ID, seen)
		c.text(at+".text", item.Text, 500, true)
		if len(item.Options) > 0 || len(d.Options) == 0 {
			checkOptions(c, at+".options", item.Options)
		}
	}
}

func checkOptions(c *checker, at string, options []Option) {
	if len(options) < 2 || len(options) > mostOptions {
		c.bad(at, "there are 2 to %d", mostOptions)
	}
	seen := map[string]bool{}
	for i, o := range options {
		at := fmt.Sprintf("%s[%d]", at, i)
		c.code(at+".value", o.Value, seen)
		c.text(at+".label", o.Label, 100, true)
		if o.Score < -mostScore || o.Score > mostScore {
			c.bad(at+".score", "is %d to %d", -mostScore, mostScore)
		}
	}
}

func (d Definition) checkScales(c *checker) {
	if len(d.Scales) > mostScales {
		c.bad("scales", "there are at most %d", mostScales)
	}
	seen := map[string]bool{}
	for i, s := range d.Scales {
		at := fmt.Sprintf("scales[%d]", i)
		c.code(at+".id", s.ID, seen)
		c.text(at+".title", s.Title, 100, true)
		if s.Rule != "sum" && s.Rule != "mean" {
			c.bad(at+".rule", "is sum or mean")
		}
		named := map[string]bool{}
		for j, id := range s.Items {
			if _, ok := d.item(id); !ok || named[id] {
				c.bad(fmt.Sprintf("%s.items[%d]", at, j), "names no item, or one twice")
			}
			named[id] = true
		}
		if n := len(d.of(s)); s.MissingAllowed < 0 || s.MissingAllowed >= max(n, 1) {
			c.bad(at+".missing_allowed", "is 0 or more, and fewer than its items")
		}
		d.checkRanges(c, at+".ranges", s)
	}
}

// checkRanges wants every score that can come out to be in one range, and no
// other.
func (d Definition) checkRanges(c *checker, at string, s Scale) {
	if len(s.Ranges) == 0 {
		return
	}
	step := 1.0
	if s.Rule == "mean" {
		step = 0.1
	}
	low, high := d.Bounds(s)
	near := func(a, b float64) bool { return math.Abs(a-b) < 1e-6 }
	for i, r := range s.Ranges {
		one := fmt.Sprintf("%s[%d]", at, i)
		c.text(one+".words", r.Words, 100, true)
		if r.To < r.From {
			c.bad(one, "ends before it begins")
		}
		if i > 0 && !near(r.From, s.Ranges[i-1].To+step) {
			c.bad(one+".from", "does not follow on the range before: it should be %g", s.Ranges[i-1].To+step)
		}
	}
	if first := s.Ranges[0].From; !near(first, low) {
		c.bad(at+"[0].from", "is not the lowest score there can be, %g", low)
	}
	if last := s.Ranges[len(s.Ranges)-1].To; !near(last, high) {
		c.bad(fmt.Sprintf("%s[%d].to", at, len(s.Ranges)-1), "is not the highest score there can be, %g", high)
	}
}

func (d Definition) item(id string) (Item, bool) {
	i := slices.IndexFunc(d.Items, func(i Item) bool { return i.ID == id })
	if i < 0 {
		return Item{}, false
	}
	return d.Items[i], true
}

// OptionsOf returns the answers that an item offers.
func (d Definition) OptionsOf(i Item) []Option {
	if len(i.Options) > 0 {
		return i.Options
	}
	return d.Options
}

// of returns the items of a scale.
func (d Definition) of(s Scale) []Item {
	if len(s.Items) == 0 {
		return d.Items
	}
	var out []Item
	for _, id := range s.Items {
		if i, ok := d.item(id); ok {
			out = append(out, i)
		}
	}
	return out
}

// Bounds returns the lowest and the highest score of a scale.
func (d Definition) Bounds(s Scale) (low, high float64) {
	items := d.of(s)
	for _, i := range items {
		least, most := math.MaxInt, math.MinInt
		for _, o := range d.OptionsOf(i) {
			least, most = min(least, o.Score), max(most, o.Score)
		}
		low, high = low+float64(least), high+float64(most)
	}
	if s.Rule == "mean" && len(items) > 0 {
		low, high = tenth(low/float64(len(items))), tenth(high/float64(len(items)))
	}
	return low, high
}

func tenth(v float64) float64 { return math.Round(v*10) / 10 }

// Answers are the options somebody chose, by item. What they passed over is not
// in it.
type Answers map[string]string

// Check returns the items whose answer is none of those offered.
func (d Definition) Check(a Answers) []string {
	var wrong []string
	for id, value := range a {
		i, ok := d.item(id)
		if !ok || !slices.ContainsFunc(d.OptionsOf(i), func(o Option) bool { return o.Value == value }) {
			wrong = append(wrong, id)
		}
	}
	slices.Sort(wrong)
	return wrong
}

// Label returns the words of what was answered to an item, "" where it was
// passed over.
func (d Definition) Label(a Answers, item Item) string {
	for _, o := range d.OptionsOf(item) {
		if o.Value == a[item.ID] && o.Value != "" {
			return o.Label
		}
	}
	return ""
}

func (d Definition) score(a Answers, item Item) (int, bool) {
	for _, o := range d.OptionsOf(item) {
		if value, ok := a[item.ID]; ok && o.Value == value {
			return o.Score, true
		}
	}
	return 0, false
}

// Result is one score, where there is one.
type Result struct {
	Scale   Scale
	Missing int  // items that were passed over
	Scored  bool // false when more were passed over than the rule allows
	Value   float64
	Low     float64
	High    float64
	Words   string // what the published range is called
}

// Score works the scores out. Where items were passed over within what the rule
// allows, the mean of the others stands for them; beyond it there is no score.
func (d Definition) Score(a Answers) []Result {
	var out []Result
	for _, s := range d.Scales {
		r := Result{Scale: s}
		r.Low, r.High = d.Bounds(s)
		items, sum := d.of(s), 0
		for _, i := range items {
			v, ok := d.score(a, i)
			if !ok {
				r.Missing++
			}
			sum += v
		}
		answered := len(items) - r.Missing
		if r.Scored = answered > 0 && r.Missing <= s.MissingAllowed; r.Scored {
			mean := float64(sum) / float64(answered)
			r.Value = math.Round(mean * float64(len(items)))
			if s.Rule == "mean" {
				r.Value = tenth(mean)
			}
			for _, in := range s.Ranges {
				if r.Value >= in.From-1e-6 && r.Value <= in.To+1e-6 {
					r.Words = in.Words
				}
			}
		}
		out = append(out, r)
	}
	return out
}

// Warnings returns what the worker is told at once about these answers.
func (d Definition) Warnings(a Answers) []string {
	var out []string
	for _, w := range d.Watch {
		if i, ok := d.item(w.Item); ok {
			if v, answered := d.score(a, i); answered && v >= w.From {
				out = append(out, w.Words)
			}
		}
	}
	return out
}
