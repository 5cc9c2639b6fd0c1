package stats

import (
	"math"
	"math/bits"
	"slices"
	"strings"
)

// design is the table of numbers that a model reads, in R's treatment contrasts
// (model.matrix, contr.treatment): the first level of each factor is what the
// others are compared with. Columns are centred and scaled for the arithmetic;
// coefficients come back in the units of the data.
type design struct {
	n, p      int
	x         []float64 // row-major, centred and scaled
	y         []float64
	offset    []float64 // nil when there is none
	names     []string
	centre    []float64
	scale     []float64
	intercept bool
	centred   bool // every column has its mean taken off
	rows      rowSet
	missing   int
}

// value compiles arithmetic to a function of the row.
func (d *Data) value(e *expr, fixed map[string]float64) (func(int) float64, error) {
	switch e.op {
	case 'v':
		if v, ok := fixed[e.name]; ok {
			return func(int) float64 { return v }, nil
		}
		c, err := d.mustColumn(e.name)
		if err != nil {
			return nil, err
		}
		if c.words {
			return nil, problem(BadData, "the column %s has words where numbers are needed", e.name)
		}
		return c.at, nil
	case 'n':
		v := e.value
		return func(int) float64 { return v }, nil
	}
	a, err := d.value(e.a, fixed)
	if err != nil {
		return nil, err
	}
	switch e.op {
	case '(':
		return a, nil
	case '~':
		return func(i int) float64 { return -a(i) }, nil
	case 'f':
		f := map[string]func(float64) float64{"log": math.Log, "exp": math.Exp, "sqrt": math.Sqrt}[e.name]
		return func(i int) float64 { return f(a(i)) }, nil
	}
	b, err := d.value(e.b, fixed)
	if err != nil {
		return nil, err
	}
	switch e.op {
	case '+':
		return func(i int) float64 { return a(i) + b(i) }, nil
	case '-':
		return func(i int) float64 { return a(i) - b(i) }, nil
	case '*':
		return func(i int) float64 { return a(i) * b(i) }, nil
	case '/':
		return func(i int) float64 { return a(i) / b(i) }, nil
	}
	return func(i int) float64 { return math.Pow(a(i), b(i)) }, nil
}

// coded is one variable of the formula with its values for the rows that are kept.
type coded struct {
	label  string
	number func(int) float64 // by row of the data
	code   []int32           // by row that is kept, for a factor
	levels []string
}

// newDesign builds the table. more are columns that must not be missing as well;
// intercept says whether the method has one at all (survival has none); fixed holds columns at one
// value for everybody (g-computation).
func (d *Data) newDesign(f Formula, more []string, intercept bool, fixed map[string]float64) (*design, error) {
	rows, err := d.complete(append(f.Columns(), more...)...)
	if err != nil {
		return nil, err
	}
	m := &design{n: rows.len(), rows: rows, missing: d.n - rows.len(), intercept: intercept && f.intercept, centred: !intercept || f.intercept}
	if m.n == 0 {
		return nil, problem(TooFew, "no row has a value in every column of the model")
	}
	vars := make([]coded, len(f.vars))
	for k, v := range f.vars {
		if vars[k], err = d.code(v, rows, fixed); err != nil {
			return nil, err
		}
	}
	columns, err := m.columns(f, vars)
	if err != nil {
		return nil, err
	}
	m.p = len(columns)
	if m.p == 0 && intercept {
		return nil, problem(BadFormula, "the formula has nothing on its right side")
	}
	if m.p > m.n {
		return nil, problem(TooFew, "the model has %d terms and only %d rows to learn them from", m.p, m.n)
	}
	if m.p > 2000 {
		return nil, problem(BadFormula, "the model has %d terms: too many", m.p)
	}
	if err := m.fill(columns, fixed != nil); err != nil {
		return nil, err
	}
	if f.response != nil {
		if m.y, err = d.response(f.response, rows); err != nil {
			return nil, err
		}
	}
	for _, e := range f.offsets {
		v, err := d.value(e, nil)
		if err != nil {
			return nil, err
		}
		if m.offset == nil {
			m.offset = make([]float64, m.n)
		}
		for i := range m.n {
			if m.offset[i] += v(rows.at(i)); !finite(m.offset[i]) {
				return nil, problem(BadData, "offset(%s) is not a number in some row", e)
			}
		}
	}
	return m, nil
}

func finite(v float64) bool { return !math.IsNaN(v) && !math.IsInf(v, 0) }

func (d *Data) code(v variable, rows rowSet, fixed map[string]float64) (coded, error) {
	out := coded{label: v.label}
	if v.value.op == 'v' {
		c, err := d.mustColumn(v.value.name)
		if err != nil {
			return out, err
		}
		if c.words || v.factor {
			if _, ok := fixed[c.name]; ok {
				return out, problem(BadData, "the column %s must hold numbers", c.name)
			}
			out.code, out.levels = c.groups(rows)
			if len(out.levels) < 2 {
				return out, problem(EmptyCell, "the column %s has only one value", c.name)
			}
			return out, out.reference(v.ref)
		}
	}
	var err error
	out.number, err = d.value(v.value, fixed)
	return out, err
}

// reference moves the level that the others are compared with to the front.
func (c *coded) reference(ref string) error {
	if ref == "" {
		return nil
	}
	at := slices.Index(c.levels, ref)
	if at < 0 {
		return problem(BadFormula, "%s has no value %s to compare with", c.label, ref)
	}
	c.levels = slices.Insert(slices.Delete(c.levels, at, at+1), 0, ref)
	for i, g := range c.code {
		switch {
		case int(g) == at:
			c.code[i] = 0
		case int(g) < at:
			c.code[i] = g + 1
		}
	}
	return nil
}

// part is one factor of a product that makes a column: a number, or whether a
// factor has a level.
type part struct {
	v     *coded
	level int32 // -1: the number itself
}

type designColumn struct {
	name  string
	parts []part
}

func (m *design) columns(f Formula, vars []coded) ([]designColumn, error) {
	var out []designColumn
	if m.intercept {
		out = append(out, designColumn{name: "(Intercept)"})
	}
	whole := -1 // without an intercept, the first factor by itself keeps all its levels
	if !f.intercept {
		whole = slices.IndexFunc(f.terms, func(t uint64) bool {
			return bits.OnesCount64(t) == 1 && vars[bits.TrailingZeros64(t)].levels != nil
		})
	}
	for ti, t := range f.terms {
		cols := []designColumn{{}}
		for k := range vars {
			if t&(1<<k) == 0 {
				continue
			}
			v := &vars[k]
			choices := []part{{v, -1}}
			if v.levels != nil {
				choices = choices[:0]
				rest := t &^ (1 << k)
				first := 1
				if rest != 0 && !slices.Contains(f.terms, rest) || ti == whole {
					first = 0
				}
				for g := first; g < len(v.levels); g++ {
					choices = append(choices, part{v, int32(g)}) // #nosec G115 -- levels are few
				}
			}
			// The leftmost varies fastest, as in R.
			next := make([]designColumn, 0, len(cols)*len(choices))
			for _, c := range choices {
				for _, before := range cols {
					name := v.label
					if c.level >= 0 {
						name += v.levels[c.level]
					}
					if before.name != "" {
						name = before.name + ":" + name
					}
					next = append(next, designColumn{name, append(slices.Clone(before.parts), c)})
				}
			}
			if cols = next; len(cols) > 5000 {
				return nil, problem(BadFormula, "the formula makes too many columns")
			}
		}
		out = append(out, cols...)
	}
	return out, nil
}

// fill works the columns out; raw leaves them in the units of the data.
func (m *design) fill(columns []designColumn, raw bool) error {
	p := m.p
	m.x = make([]float64, m.n*p)
	m.centre, m.scale, m.names = make([]float64, p), make([]float64, p), make([]string, p)
	blocks := (m.n + piece - 1) / piece
	bad := make([]int32, p)
	inBlocks(p, func(j int) {
		c := columns[j]
		for b := range blocks {
			for i := b * piece; i < min(m.n, (b+1)*piece); i++ {
				v := 1.0
				for _, part := range c.parts {
					switch {
					case part.level < 0:
						v *= part.v.number(m.rows.at(i))
					case part.v.code[i] != part.level:
						v = 0
					}
				}
				if !finite(v) {
					bad[j] = 1
				}
				m.x[i*p+j] = v
			}
		}
	})
	for j, c := range columns {
		m.names[j] = c.name
		if bad[j] != 0 {
			return problem(BadData, "%s is not a number in some row", c.name)
		}
	}
	if raw {
		return nil
	}
	constant := make([]bool, p)
	inBlocks(p, func(j int) { constant[j] = m.standardise(j) })
	for j, c := range constant {
		if c && (j > 0 || !m.intercept) {
			return problem(Collinear, "%s is the same for everybody, so nothing can be said about it", m.names[j])
		}
	}
	return nil
}

// standardise centres and scales one column; it says whether it does not vary.
// Without an intercept nothing is centred, except by methods that never have one.
func (m *design) standardise(j int) (constant bool) {
	p := m.p
	if j == 0 && m.intercept {
		m.scale[j] = 1
		return false
	}
	largest := 0.0
	for i := range m.n {
		largest = max(largest, math.Abs(m.x[i*p+j]))
	}
	if largest == 0 {
		m.scale[j] = 1
		return true
	}
	mean := 0.0
	if m.centred {
		for i := range m.n {
			mean += m.x[i*p+j] / largest
		}
		mean *= largest / float64(m.n)
	}
	sum := 0.0
	for i := range m.n {
		v := (m.x[i*p+j] - mean) / largest
		sum += v * v
	}
	m.centre[j] = mean
	m.scale[j] = math.Sqrt(sum/float64(m.n)) * largest
	if m.centred && m.scale[j] <= 1e-12*largest {
		m.scale[j] = 1
		return true
	}
	for i := range m.n {
		m.x[i*p+j] = (m.x[i*p+j] - mean) / m.scale[j]
	}
	return false
}

// units turns coefficients and their covariance back into the units of the data.
func (m *design) units(b, cov []float64) (coef, covariance []float64) {
	p := m.p
	t := make([]float64, p*p)
	for j := range p {
		t[j*p+j] = 1 / m.scale[j]
		if m.intercept && j > 0 {
			t[j] = -m.centre[j] / m.scale[j]
		}
	}
	coef = make([]float64, p)
	for i := range p {
		for j := range p {
			coef[i] += t[i*p+j] * b[j]
		}
	}
	if cov == nil {
		return coef, nil
	}
	tt := make([]float64, p*p)
	for i := range p {
		for j := range p {
			tt[i*p+j] = t[j*p+i]
		}
	}
	return coef, multiply(multiply(t, cov, p), tt, p)
}

// response is what is modelled: numbers, or words of which the later of two in
// the alphabet counts as 1.
func (d *Data) response(e *expr, rows rowSet) ([]float64, error) {
	out := make([]float64, rows.len())
	if e.op == 'v' {
		c, err := d.mustColumn(e.name)
		if err != nil {
			return nil, err
		}
		if c.words {
			code, levels := c.groups(rows)
			if len(levels) > 2 {
				return nil, problem(BadData, "the outcome %s has more than two words: %s", e.name, strings.Join(levels[:3], ", "))
			}
			for i, g := range code {
				out[i] = float64(g)
			}
			return out, nil
		}
	}
	v, err := d.value(e, nil)
	if err != nil {
		return nil, err
	}
	for i := range out {
		if out[i] = v(rows.at(i)); !finite(out[i]) {
			return nil, problem(BadData, "the outcome %s is not a number in some row", e)
		}
	}
	return out, nil
}

// numbers reads one more column for the rows that are kept.
func (d *Data) numbers(name string, rows rowSet) ([]float64, error) {
	c, err := d.mustColumn(name)
	if err != nil {
		return nil, err
	}
	if c.words {
		return nil, problem(BadData, "the column %s has words where numbers are needed", name)
	}
	out := make([]float64, rows.len())
	for i := range out {
		out[i] = c.at(rows.at(i))
	}
	return out, nil
}
