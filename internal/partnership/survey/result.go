package survey

import (
	"crypto/rand"
	"fmt"
	"math"
	"math/big"
	"slices"

	"waymark.example/internal/stats"
	"waymark.example/internal/suppress"
)

// Result is what everybody may see of a round: blurred, nothing below ten, the rest rounded to five.
type Result struct {
	Shown map[string]int `json:"shown"` // by "answers", and question/choice
}

// Number is one count as everybody may see it.
type Number struct {
	Shown bool
	Value int
}

// Answers is how many people answered.
func (r Result) Answers() Number { return r.of("answers") }

func (r Result) of(key string) Number {
	n, ok := r.Shown[key]
	return Number{ok, n}
}

// Group is choices that say nearly the same. With some tens of answers single choices are mostly below ten; groups still tell something.
type Group struct {
	Key     string
	Words   string
	Choices []string
}

// Groups are the choices in the order in which they stand in what came of a round; every choice is in one, and what was left out is one.
func Groups() []Group {
	return []Group{{"yes", "Yes", []string{"5", "4"}}, {"between", "In between, or cannot say", []string{"3", "0"}}, {"no", "No", []string{"2", "1"}}, {LeftOut, "Left out", nil}}
}

// Row is one group or choice of one question, with its share of everybody who answered and the interval of it (95 %: Wilson's, and the blur and the rounding beside it).
type Row struct {
	Choice          Choice
	Inner           bool // a choice within the group above
	N               Number
	Known           bool
	Percent, Lo, Hi int
}

// Asked is a question and what was answered.
type Asked struct {
	Question Question
	Rows     []Row
}

// Questions lists what was answered. What was left out is a row of its own (R41).
func (r Result) Questions(s Survey) []Asked {
	var out []Asked
	for _, q := range s.Questions {
		asked := Asked{Question: q}
		for _, g := range Groups() {
			asked.Rows = append(asked.Rows, r.row(q, Choice{g.Key, g.Words}))
			for _, c := range Choices() {
				if slices.Contains(g.Choices, c.Key) {
					row := r.row(q, c)
					row.Inner = true
					asked.Rows = append(asked.Rows, row)
				}
			}
		}
		out = append(out, asked)
	}
	return out
}

func (r Result) row(q Question, c Choice) Row {
	row := Row{Choice: c, N: r.of(q.Key + "/" + c.Key)}
	if whole := r.Answers(); row.N.Shown && whole.Shown {
		if p, err := stats.NewProportion(min(row.N.Value, whole.Value), whole.Value); err == nil {
			percent := func(x float64) int { return int(math.Round(100 * x)) }
			also := noise(p.P) / float64(whole.Value)
			row.Known, row.Percent = true, percent(p.P)
			row.Lo = percent(max(0, p.P-math.Hypot(p.P-p.Wilson.Lo, also)))
			row.Hi = percent(min(1, p.P+math.Hypot(p.Wilson.Hi-p.P, also)))
		}
	}
	return row
}

// noise is by how much a count may be off, 95 times in 100, for what was done to it and to the whole of which it is a share: an answer or none handed on
// over each of at most four edges of a ring (variance 2/3 each), and both rounded to five (variance 2 each).
func noise(share float64) float64 { return 1.96 * math.Sqrt(4*2.0/3+2+2*share*share) }

// publish decides what is shown. Rounds do not add up with each other, so each is weighed by itself; what two rounds that are nearly alike
// could tell by their difference, blur takes from them.
func publish(s Survey, answers int, t tally, draw func(int) int) (Result, error) {
	var tables []suppress.Table
	for _, q := range s.Questions {
		keys := append([]string{LeftOut}, choiceKeys()...)
		counts := make([]int, len(keys))
		for i, k := range keys {
			counts[i] = t[q.Key][k]
		}
		var groups [][]int // by where their choices stand among the keys
		for _, g := range Groups() {
			var of []int
			for _, c := range g.Choices {
				of = append(of, slices.Index(keys, c))
			}
			groups = append(groups, of)
		}
		blurred := blur(counts, groups, draw)
		var parts []suppress.Cell
		for i, g := range Groups() {
			cell := suppress.Cell{Key: q.Key + "/" + g.Key}
			var inner []suppress.Cell
			for _, at := range groups[i] {
				inner = append(inner, suppress.Cell{Key: q.Key + "/" + keys[at], Count: blurred[at]})
				cell.Count += blurred[at]
			}
			if g.Key == LeftOut {
				cell.Count = blurred[0]
			} else {
				tables = append(tables, suppress.Split(cell, inner...))
			}
			parts = append(parts, cell)
		}
		tables = append(tables, suppress.Split(suppress.Cell{Key: "answers", Count: answers, Headline: true}, parts...))
	}
	release, err := suppress.Publish(nil, tables...)
	if err != nil {
		return Result{}, fmt.Errorf("publish: %w", err)
	}
	out := Result{Shown: map[string]int{}}
	for _, f := range release.Public() {
		if f.Shown {
			out.Shown[f.Key] = f.Value
		}
	}
	return out, nil
}

func choiceKeys() []string {
	var out []string
	for _, c := range Choices() {
		out = append(out, c.Key)
	}
	return out
}

// blur moves an answer here and there from one choice to another, so that no count is off by more than two and all of them together are as
// many as they were. groups are counts whose sums are shown too. Without it, somebody who knows that two rounds differ by one answer would read that answer where a rounded count
// steps up. It lifts no count and no sum to ten that is below, and goes below nought nowhere.
func blur(counts []int, groups [][]int, draw func(int) int) []int {
	n := len(counts)
	order := make([]int, n) // a ring in random order, along which answers are handed on
	for i := range order {
		j := draw(i + 1)
		order[i], order[j] = order[j], i
	}
	for range 1000 {
		out := make([]int, n)
		copy(out, counts)
		for i, at := range order {
			moved := draw(3) - 1
			out[at] -= moved
			out[order[(i+1)%n]] += moved
		}
		ok := true
		for i, c := range out {
			ok = ok && c >= 0 && (c < suppress.Threshold || counts[i] >= suppress.Threshold)
		}
		for _, g := range groups {
			was, is := 0, 0
			for _, at := range g {
				was, is = was+counts[at], is+out[at]
			}
			ok = ok && (is < suppress.Threshold || was >= suppress.Threshold)
		}
		if ok {
			return out
		}
	}
	return counts
}

// draw returns a number below n that nobody can foresee.
func draw(n int) int {
	i, err := rand.Int(rand.Reader, big.NewInt(int64(n)))
	if err != nil { // crypto/rand never fails
		panic(fmt.Sprintf("survey: %v", err))
	}
	return int(i.Int64())
}
