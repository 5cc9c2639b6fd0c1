package analysis

import (
	"math"
	"strings"

	"gonum.org/v1/gonum/stat/distuv"

	"waymark.example/internal/stats"
)

// fewPeople is below how many people errors are widened: t instead of the normal curve, and errors that allow for few people (docs/decisions/0035).
const fewPeople = 100

// num is a number that can be told: not one without limit.
func num(v float64) *float64 {
	if math.IsNaN(v) || math.IsInf(v, 0) {
		return nil
	}
	return &v
}

func share(x, n int) Share {
	s := Share{X: x, N: n}
	if p, err := stats.NewProportion(x, n); err == nil {
		s.Value, s.Lo, s.Hi = &p.P, &p.Wilson.Lo, &p.Wilson.Hi
	}
	return s
}

// quantile is how many errors an interval goes to each side: 1.96, and more where there are few people.
func quantile(n [2]int, terms int) float64 {
	if df := float64(n[0] + n[1] - terms); n[0]+n[1] < fewPeople && df > 0 {
		return distuv.StudentsT{Mu: 0, Sigma: 1, Nu: df}.Quantile(.975)
	}
	return distuv.UnitNormal.Quantile(.975)
}

func pValue(z float64, n [2]int, terms int) float64 {
	if df := float64(n[0] + n[1] - terms); n[0]+n[1] < fewPeople && df > 0 {
		return 2 * distuv.StudentsT{Mu: 0, Sigma: 1, Nu: df}.Survival(math.Abs(z))
	}
	return math.Erfc(math.Abs(z) / math.Sqrt2)
}

// around fills an estimate in from a value and its error; of a ratio both are on the log scale.
func (e *Estimate) around(value, se float64, ratio bool, terms int) {
	if math.IsNaN(value) || math.IsInf(value, 0) || !(se > 0) || math.IsInf(se, 0) {
		e.Problem = "Nobody varies enough for an interval."
		return
	}
	q := quantile(e.N, terms)
	lo, hi := value-q*se, value+q*se
	p := pValue(value/se, e.N, terms)
	if ratio {
		value, lo, hi = math.Exp(value), math.Exp(lo), math.Exp(hi)
	}
	e.Value, e.Lo, e.Hi, e.P = num(value), num(lo), num(hi), num(p)
}

// fail says why there is no number. What is no problem of the data is a fault of ours, and comes back.
func (e *Estimate) fail(err error) error {
	if stats.KindOf(err) == "" {
		return err
	}
	e.Problem = Sentence(stats.General(err))
	e.Value, e.Lo, e.Hi, e.P = nil, nil, nil, nil
	return nil
}

// Sentence makes a sentence of words: it begins with a capital and ends with a stop.
func Sentence(s string) string {
	s = strings.TrimSpace(s)
	if s == "" {
		return s
	}
	s = strings.ToUpper(s[:1]) + s[1:]
	if !strings.ContainsAny(s[len(s)-1:], ".?!") {
		s += "."
	}
	return s
}
