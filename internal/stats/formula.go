package stats

import (
	"cmp"
	"math/bits"
	"slices"
	"strconv"
	"strings"
)

// Formula says what is modelled by what, in the notation of R: "y ~ a*b + c",
// with a:b for an interaction alone, factor(x) or factor(x, ref=v), log, exp,
// sqrt and I(...) for sums, offset(...), strata(...), - 1 for no intercept, and
// Surv(time, event) or Surv(start, stop, event) on the left.
// Source: W. N. Venables and B. D. Ripley, Modern Applied Statistics with S, 6.2.
type Formula struct {
	response  *expr
	surv      []*expr
	vars      []variable
	terms     []uint64 // sets of vars, as bits, in the order of R's columns
	intercept bool
	offsets   []*expr
	strata    []string
}

type variable struct {
	label  string
	value  *expr
	factor bool
	ref    string
}

const (
	maxVars  = 60
	maxDepth = 40
	maxTerms = 2000
)

// ParseFormula reads a formula.
func ParseFormula(s string) (Formula, error) {
	p := &parser{f: Formula{intercept: true}}
	if len(s) > 10_000 {
		return Formula{}, problem(BadFormula, "the formula is too long")
	}
	var err error
	if p.tokens, err = tokens(s); err != nil {
		return Formula{}, err
	}
	if err := p.formula(); err != nil {
		return Formula{}, err
	}
	return p.f, nil
}

// Columns are the names of the columns that the formula reads.
func (f Formula) Columns() []string {
	var out []string
	add := func(e *expr) {
		e.columns(func(n string) {
			if !slices.Contains(out, n) {
				out = append(out, n)
			}
		})
	}
	if f.response != nil {
		add(f.response)
	}
	for _, e := range f.surv {
		add(e)
	}
	for _, v := range f.vars {
		add(v.value)
	}
	for _, e := range f.offsets {
		add(e)
	}
	for _, n := range f.strata {
		if !slices.Contains(out, n) {
			out = append(out, n)
		}
	}
	return out
}

// Response is the column on the left, when it is one column and nothing more.
func (f Formula) Response() string {
	if f.response != nil && f.response.op == 'v' {
		return f.response.name
	}
	return ""
}

type token struct {
	kind byte // 'n' number, 'v' name, 's' quoted text, otherwise the sign itself
	text string
}

func tokens(s string) ([]token, error) {
	var out []token
	for i := 0; i < len(s); {
		c := s[i]
		switch {
		case c == ' ' || c == '\t' || c == '\n' || c == '\r':
			i++
		case c == '`' || c == '"' || c == '\'':
			end := strings.IndexByte(s[i+1:], c)
			if end < 0 {
				return nil, problem(BadFormula, "the formula has a quotation mark that does not end")
			}
			kind := byte('s')
			if c == '`' {
				kind = 'v'
			}
			out = append(out, token{kind, s[i+1 : i+1+end]})
			i += end + 2
		case digit(c) || c == '.' && i+1 < len(s) && digit(s[i+1]):
			j := i
			for j < len(s) && (digit(s[j]) || s[j] == '.' || (s[j] == 'e' || s[j] == 'E') && j+1 < len(s) && (digit(s[j+1]) || s[j+1] == '-' || s[j+1] == '+') || (s[j] == '-' || s[j] == '+') && (s[j-1] == 'e' || s[j-1] == 'E')) {
				j++
			}
			out = append(out, token{'n', s[i:j]})
			i = j
		case letter(c):
			j := i
			for j < len(s) && (letter(s[j]) || digit(s[j])) {
				j++
			}
			out = append(out, token{'v', s[i:j]})
			i = j
		case strings.IndexByte("~+-*/:^(),=", c) >= 0:
			out = append(out, token{c, string(c)})
			i++
		default:
			return nil, problem(BadFormula, "the formula has a sign that is not known: %q", c)
		}
	}
	return out, nil
}

func digit(c byte) bool { return c >= '0' && c <= '9' }
func letter(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c == '_' || c == '.' || c >= 0x80
}

type parser struct {
	tokens []token
	at     int
	depth  int
	f      Formula
}

func (p *parser) peek() byte {
	if p.at < len(p.tokens) {
		return p.tokens[p.at].kind
	}
	return 0
}

func (p *parser) take(k byte) bool {
	if p.peek() == k {
		p.at++
		return true
	}
	return false
}

func (p *parser) want(k byte) error {
	if !p.take(k) {
		return problem(BadFormula, "the formula lacks %q %s", k, p.place())
	}
	return nil
}

func (p *parser) place() string {
	if p.at < len(p.tokens) {
		return "before " + strconv.Quote(p.tokens[p.at].text)
	}
	return "at its end"
}

func (p *parser) deeper() error {
	if p.depth++; p.depth > maxDepth {
		return problem(BadFormula, "the formula has too many brackets within brackets")
	}
	return nil
}

func (p *parser) formula() error {
	if p.peek() != '~' {
		if p.at+1 < len(p.tokens) && p.tokens[0].text == "Surv" && p.tokens[1].kind == '(' {
			p.at = 2
			for {
				e, err := p.sum()
				if err != nil {
					return err
				}
				p.f.surv = append(p.f.surv, e)
				if !p.take(',') {
					break
				}
			}
			if n := len(p.f.surv); n != 2 && n != 3 {
				return problem(BadFormula, "Surv takes time and event, or start, stop and event")
			}
			if err := p.want(')'); err != nil {
				return err
			}
		} else {
			e, err := p.sum()
			if err != nil {
				return err
			}
			p.f.response = e
		}
	}
	if err := p.want('~'); err != nil {
		return err
	}
	terms, err := p.terms()
	if err != nil {
		return err
	}
	if p.at < len(p.tokens) {
		return problem(BadFormula, "the formula cannot be read %s", p.place())
	}
	slices.SortStableFunc(terms, func(a, b uint64) int { return cmp.Compare(bits.OnesCount64(a), bits.OnesCount64(b)) })
	p.f.terms = terms
	return nil
}

// terms reads the right side: a sum of terms, some taken away again.
func (p *parser) terms() ([]uint64, error) {
	if err := p.deeper(); err != nil {
		return nil, err
	}
	defer func() { p.depth-- }()
	var out []uint64
	minus := p.take('-')
	for {
		constant, isConstant := "", p.peek() == 'n' && p.at < len(p.tokens) && (p.at+1 == len(p.tokens) || strings.IndexByte("+-)", p.tokens[p.at+1].kind) >= 0)
		if isConstant {
			constant = p.tokens[p.at].text
			p.at++
			if constant != "0" && constant != "1" {
				return nil, problem(BadFormula, "a number by itself can be 0 or 1, not %s", constant)
			}
			p.f.intercept = (constant == "1") != minus
		} else {
			more, err := p.product()
			if err != nil {
				return nil, err
			}
			if minus {
				out = slices.DeleteFunc(out, func(t uint64) bool { return slices.Contains(more, t) })
			} else if out, err = union(out, more); err != nil {
				return nil, err
			}
		}
		switch {
		case p.take('+'):
			minus = false
		case p.take('-'):
			minus = true
		default:
			return out, nil
		}
	}
}

func union(a, b []uint64) ([]uint64, error) {
	for _, t := range b {
		if !slices.Contains(a, t) {
			a = append(a, t)
		}
	}
	if len(a) > maxTerms {
		return nil, problem(BadFormula, "the formula has too many terms")
	}
	return a, nil
}

// cross joins every term of a with every term of b.
func cross(a, b []uint64) ([]uint64, error) {
	if len(a)*len(b) > maxTerms {
		return nil, problem(BadFormula, "the formula has too many terms")
	}
	var out []uint64
	for _, s := range a {
		for _, t := range b {
			if !slices.Contains(out, s|t) {
				out = append(out, s|t)
			}
		}
	}
	return out, nil
}

func (p *parser) product() ([]uint64, error) {
	out, err := p.interaction()
	for err == nil && p.take('*') {
		var next, both []uint64
		if next, err = p.interaction(); err != nil {
			break
		}
		if both, err = cross(out, next); err != nil {
			break
		}
		if out, err = union(out, next); err != nil {
			break
		}
		out, err = union(out, both)
	}
	return out, err
}

func (p *parser) interaction() ([]uint64, error) {
	out, err := p.power()
	for err == nil && p.take(':') {
		var next []uint64
		if next, err = p.power(); err != nil {
			break
		}
		out, err = cross(out, next)
	}
	return out, err
}

func (p *parser) power() ([]uint64, error) {
	out, err := p.atom()
	if err != nil || !p.take('^') {
		return out, err
	}
	if p.peek() != 'n' {
		return nil, problem(BadFormula, "the formula lacks a number after ^")
	}
	n, err := strconv.Atoi(p.tokens[p.at].text)
	p.at++
	if err != nil || n < 1 || n > 10 {
		return nil, problem(BadFormula, "the number after ^ goes from 1 to 10; I(x^2) is the square of x")
	}
	base := out
	for range n - 1 {
		both, err := cross(out, base)
		if err != nil {
			return nil, err
		}
		if out, err = union(out, both); err != nil {
			return nil, err
		}
	}
	return out, nil
}

func (p *parser) atom() ([]uint64, error) {
	if p.take('(') {
		out, err := p.terms()
		if err != nil {
			return nil, err
		}
		return out, p.want(')')
	}
	if p.peek() != 'v' {
		return nil, problem(BadFormula, "the formula lacks a column %s", p.place())
	}
	name := p.tokens[p.at].text
	p.at++
	if !p.take('(') {
		return p.variable(variable{label: name, value: &expr{op: 'v', name: name}})
	}
	switch name {
	case "factor":
		if p.peek() != 'v' {
			return nil, problem(BadFormula, "factor takes one column")
		}
		col := p.tokens[p.at].text
		p.at++
		v := variable{label: "factor(" + col + ")", value: &expr{op: 'v', name: col}, factor: true}
		if p.take(',') {
			if p.peek() != 'v' || p.tokens[p.at].text != "ref" {
				return nil, problem(BadFormula, "factor takes a column and ref=VALUE")
			}
			p.at++
			if err := p.want('='); err != nil {
				return nil, err
			}
			sign := ""
			if p.take('-') {
				sign = "-"
			}
			if k := p.peek(); k != 'v' && k != 'n' && k != 's' {
				return nil, problem(BadFormula, "factor takes a column and ref=VALUE")
			}
			v.ref = sign + p.tokens[p.at].text
			p.at++
		}
		if err := p.want(')'); err != nil {
			return nil, err
		}
		return p.variable(v)
	case "strata":
		for {
			if p.peek() != 'v' {
				return nil, problem(BadFormula, "strata takes columns")
			}
			p.f.strata = append(p.f.strata, p.tokens[p.at].text)
			p.at++
			if !p.take(',') {
				break
			}
		}
		return nil, p.want(')')
	case "offset":
		e, err := p.sum()
		if err != nil {
			return nil, err
		}
		p.f.offsets = append(p.f.offsets, e)
		return nil, p.want(')')
	case "I", "log", "exp", "sqrt":
		e, err := p.sum()
		if err != nil {
			return nil, err
		}
		if err := p.want(')'); err != nil {
			return nil, err
		}
		label := name + "(" + e.String() + ")"
		if name != "I" {
			e = &expr{op: 'f', name: name, a: e}
		}
		return p.variable(variable{label: label, value: e})
	}
	return nil, problem(BadFormula, "the formula names a function that is not known: %s", name)
}

func (p *parser) variable(v variable) ([]uint64, error) {
	i := slices.IndexFunc(p.f.vars, func(w variable) bool { return w.label == v.label && w.ref == v.ref })
	if i < 0 {
		if i = len(p.f.vars); i == maxVars {
			return nil, problem(BadFormula, "the formula has more than %d columns", maxVars)
		}
		p.f.vars = append(p.f.vars, v)
	}
	return []uint64{1 << i}, nil
}

// expr is arithmetic on the columns of one row.
type expr struct {
	op    byte // 'v' column, 'n' number, 'f' function, '~' minus, or + - * / ^
	name  string
	value float64
	a, b  *expr
}

func (e *expr) columns(each func(string)) {
	if e == nil {
		return
	}
	if e.op == 'v' {
		each(e.name)
	}
	e.a.columns(each)
	e.b.columns(each)
}

// String writes the arithmetic the way R names such a column.
func (e *expr) String() string {
	switch e.op {
	case 'v':
		return e.name
	case 'n':
		return strconv.FormatFloat(e.value, 'g', -1, 64)
	case 'f':
		return e.name + "(" + e.a.String() + ")"
	case '(':
		return "(" + e.a.String() + ")"
	case '~':
		return "-" + e.a.String()
	case '/', '^':
		return e.a.String() + string(e.op) + e.b.String()
	}
	return e.a.String() + " " + string(e.op) + " " + e.b.String()
}

func (p *parser) sum() (*expr, error) {
	if err := p.deeper(); err != nil {
		return nil, err
	}
	defer func() { p.depth-- }()
	return p.binary("+-", func() (*expr, error) { return p.binary("*/", p.signed) })
}

func (p *parser) binary(signs string, next func() (*expr, error)) (*expr, error) {
	left, err := next()
	for err == nil && p.peek() != 0 && strings.IndexByte(signs, p.peek()) >= 0 {
		op := p.peek()
		p.at++
		var right *expr
		if right, err = next(); err != nil {
			break
		}
		left = &expr{op: op, a: left, b: right}
	}
	return left, err
}

func (p *parser) signed() (*expr, error) {
	if err := p.deeper(); err != nil {
		return nil, err
	}
	defer func() { p.depth-- }()
	if p.take('-') {
		e, err := p.signed()
		return &expr{op: '~', a: e}, err
	}
	base, err := p.primary()
	if err == nil && p.take('^') {
		var power *expr
		power, err = p.signed()
		return &expr{op: '^', a: base, b: power}, err
	}
	return base, err
}

func (p *parser) primary() (*expr, error) {
	switch p.peek() {
	case '(':
		p.at++
		e, err := p.sum()
		if err != nil {
			return nil, err
		}
		return &expr{op: '(', a: e}, p.want(')')
	case 'n':
		v, err := strconv.ParseFloat(p.tokens[p.at].text, 64)
		if err != nil {
			return nil, problem(BadFormula, "%s is not a number", p.tokens[p.at].text)
		}
		p.at++
		return &expr{op: 'n', value: v}, nil
	case 'v':
		name := p.tokens[p.at].text
		p.at++
		if !p.take('(') {
			return &expr{op: 'v', name: name}, nil
		}
		if name != "log" && name != "exp" && name != "sqrt" && name != "I" {
			return nil, problem(BadFormula, "the formula names a function that is not known: %s", name)
		}
		e, err := p.sum()
		if err != nil {
			return nil, err
		}
		if name == "I" {
			return e, p.want(')')
		}
		return &expr{op: 'f', name: name, a: e}, p.want(')')
	}
	return nil, problem(BadFormula, "the formula lacks a column or a number %s", p.place())
}

// Groups reads a formula of curves: Surv(...) or nothing on the left, and on the right
// one column of groups or 1.
func (f Formula) Groups(s Spell, by string) (Spell, string, error) {
	s, err := s.or(f)
	if err != nil {
		return s, "", err
	}
	if f.response != nil || len(f.terms) > 1 || len(f.vars) > 1 {
		return s, "", problem(BadFormula, "curves take Surv(time, event) on the left and one column of groups on the right")
	}
	if len(f.vars) == 1 {
		if f.vars[0].value.op != 'v' {
			return s, "", problem(BadFormula, "curves take a column of groups")
		}
		by = f.vars[0].value.name
	}
	if by == "" && len(f.strata) == 1 {
		by = f.strata[0]
	}
	return s, by, nil
}
