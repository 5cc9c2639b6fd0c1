package stats

import (
	"bufio"
	"encoding/csv"
	"errors"
	"io"
	"math"
	"slices"
	"strconv"
	"strings"
)

// Data is columns of equal length: what a method reads. It can be filled and not
// read back.
type Data struct {
	n       int
	columns []*column
}

// column holds numbers (missing is NaN) or codes of words (missing is -1), in
// pieces so that a growing file is never copied.
type column struct {
	name   string
	n      int
	words  bool
	num    [][]float64
	code   [][]int32
	levels []string
	index  map[string]int32
	plain  bool // every number so far is written the shortest way
}

const (
	pieceBits = 16
	piece     = 1 << pieceBits
)

func (c *column) at(i int) float64 { return c.num[i>>pieceBits][i&(piece-1)] }
func (c *column) codeAt(i int) int32 {
	return c.code[i>>pieceBits][i&(piece-1)]
}

func (c *column) addNumber(v float64) {
	if c.n&(piece-1) == 0 {
		c.num = append(c.num, make([]float64, 0, piece))
	}
	last := len(c.num) - 1
	c.num[last] = append(c.num[last], v)
	c.n++
}

func (c *column) addWord(s string, missing bool) {
	if c.n&(piece-1) == 0 {
		c.code = append(c.code, make([]int32, 0, piece))
	}
	code := int32(-1)
	if !missing {
		var ok bool
		if code, ok = c.index[s]; !ok {
			code = int32(len(c.levels)) // #nosec G115 -- fewer levels than rows, and rows are limited
			s = strings.Clone(s)
			c.levels = append(c.levels, s)
			c.index[s] = code
		}
	}
	last := len(c.code) - 1
	c.code[last] = append(c.code[last], code)
	c.n++
}

// toWords turns a column of numbers into words, when a word turns up in it.
func (c *column) toWords() error {
	if !c.plain {
		return problem(BadData, "the column %s has both words and numbers that are written in more than one way", c.name)
	}
	numbers := c.num
	c.num, c.words, c.index, c.n = nil, true, map[string]int32{}, 0
	for _, p := range numbers {
		for _, v := range p {
			c.addWord(strconv.FormatFloat(v, 'f', -1, 64), math.IsNaN(v))
		}
	}
	return nil
}

// NewData returns columns without any yet.
func NewData() *Data { return &Data{} }

// Len is the number of rows.
func (d *Data) Len() int { return d.n }

// Numbers adds a column of numbers; NaN is missing.
func (d *Data) Numbers(name string, values []float64) error {
	c := &column{name: name, plain: true}
	for _, v := range values {
		if math.IsInf(v, 0) {
			return problem(BadData, "the column %s has a number without limit", name)
		}
	}
	for part := range slices.Chunk(values, piece) {
		c.num = append(c.num, slices.Clone(part)) // no larger than it is: most columns of an evaluation are small
	}
	c.n = len(values)
	return d.add(c)
}

// Words adds a column of words; "" is missing.
func (d *Data) Words(name string, values []string) error {
	c := &column{name: name, words: true, index: map[string]int32{}}
	for _, v := range values {
		c.addWord(v, v == "")
	}
	return d.add(c)
}

func (d *Data) add(c *column) error {
	if len(d.columns) > 0 && c.n != d.n {
		return problem(BadData, "the column %s has %d rows and the others have %d", c.name, c.n, d.n)
	}
	if d.column(c.name) != nil {
		return problem(BadData, "there are two columns named %s", c.name)
	}
	d.n = c.n
	d.columns = append(d.columns, c)
	return nil
}

func (d *Data) column(name string) *column {
	for _, c := range d.columns {
		if c.name == name {
			return c
		}
	}
	return nil
}

func (d *Data) mustColumn(name string) (*column, error) {
	if c := d.column(name); c != nil {
		return c, nil
	}
	return nil, problem(BadData, "there is no column %s", name)
}

const maxRows = math.MaxInt32 - 1

// ReadCSV reads the named columns of a CSV file whose first row names them, row
// by row; the other columns are never kept. An empty field and NA are missing. A
// column is of numbers when every value is one.
func ReadCSV(r io.Reader, names []string) (*Data, error) {
	in := csv.NewReader(bufio.NewReaderSize(r, 1<<18))
	in.ReuseRecord = true
	head, err := in.Read()
	if err != nil {
		return nil, badCSV(err)
	}
	head = slices.Clone(head)
	head[0] = strings.TrimPrefix(head[0], "\uFEFF")
	d := &Data{}
	var from []int
	for _, n := range names {
		if n == "" || d.column(n) != nil {
			continue
		}
		i := slices.Index(head, n)
		if i < 0 {
			return nil, problem(BadData, "the file has no column %s", n)
		}
		if slices.Contains(head[i+1:], n) {
			return nil, problem(BadData, "the file has two columns %s", n)
		}
		d.columns = append(d.columns, &column{name: n, plain: true})
		from = append(from, i)
	}
	for {
		row, err := in.Read()
		if errors.Is(err, io.EOF) {
			return d, nil
		}
		if err != nil {
			return nil, badCSV(err)
		}
		if d.n++; d.n > maxRows {
			return nil, problem(BadData, "the file has too many rows")
		}
		for k, c := range d.columns {
			if err := c.addText(row[from[k]]); err != nil {
				return nil, err
			}
		}
	}
}

func badCSV(err error) error {
	if errors.Is(err, io.EOF) {
		return problem(BadData, "the file is empty")
	}
	if p, ok := errors.AsType[*csv.ParseError](err); ok {
		return problem(BadData, "the file is not CSV in line %d: %v", p.Line, p.Err)
	}
	return err
}

func (c *column) addText(s string) error {
	s = strings.TrimSpace(s)
	missing := s == "" || s == "NA"
	if c.words {
		c.addWord(s, missing)
		return nil
	}
	if missing {
		c.addNumber(math.NaN())
		return nil
	}
	v, err := number(s)
	if err != nil {
		if err := c.toWords(); err != nil {
			return err
		}
		c.addWord(s, false)
		return nil
	}
	c.plain = c.plain && shortest(s)
	c.addNumber(v)
	return nil
}

// number reads a finite decimal number; the short whole ones, which are most,
// without detour.
func number(s string) (float64, error) {
	if len(s) <= 9 {
		n, ok := 0, true
		for i := range len(s) {
			if !digit(s[i]) {
				ok = false
				break
			}
			n = n*10 + int(s[i]-'0')
		}
		if ok {
			return float64(n), nil
		}
	}
	if c := s[len(s)-1] | 0x20; c >= 'a' && c <= 'z' || strings.ContainsAny(s, "xX_") {
		return 0, strconv.ErrSyntax // words such as inf and nan, and hexadecimal
	}
	v, err := strconv.ParseFloat(s, 64)
	if err == nil && math.IsInf(v, 0) {
		err = strconv.ErrRange
	}
	return v, err
}

func shortest(s string) bool {
	if len(s) > 15 {
		return false
	}
	t := strings.TrimPrefix(s, "-")
	whole, part, dot := strings.Cut(t, ".")
	if whole == "" || len(whole) > 1 && whole[0] == '0' || dot && (part == "" || part[len(part)-1] == '0') || s == "-0" {
		return false
	}
	return strings.IndexFunc(whole+part, func(r rune) bool { return r < '0' || r > '9' }) < 0
}

// Where keeps the rows in which a column has one value, written as text.
func (d *Data) Where(name, value string) (*Data, error) {
	by, err := d.mustColumn(name)
	if err != nil {
		return nil, err
	}
	var list []int32
	for i := range d.n {
		if by.text(i) == value {
			list = append(list, int32(i)) // #nosec G115 -- rows are limited
		}
	}
	return d.pick(list), nil
}

// pick copies some rows.
func (d *Data) pick(list []int32) *Data {
	out := &Data{n: len(list)}
	for _, c := range d.columns {
		to := &column{name: c.name, words: c.words, plain: c.plain, levels: c.levels, index: c.index}
		for _, i := range list {
			if c.words {
				to.addCode(c.codeAt(int(i)))
			} else {
				to.addNumber(c.at(int(i)))
			}
		}
		out.columns = append(out.columns, to)
	}
	return out
}

func (c *column) addCode(code int32) {
	if c.n&(piece-1) == 0 {
		c.code = append(c.code, make([]int32, 0, piece))
	}
	last := len(c.code) - 1
	c.code[last] = append(c.code[last], code)
	c.n++
}

func (c *column) missing(i int) bool {
	if c.words {
		return c.codeAt(i) < 0
	}
	return math.IsNaN(c.at(i))
}

func (c *column) text(i int) string {
	switch {
	case c.missing(i):
		return ""
	case c.words:
		return c.levels[c.codeAt(i)]
	}
	return plainNumber(c.at(i))
}

func plainNumber(v float64) string { return strconv.FormatFloat(v, 'g', 15, 64) }

// groups numbers the values of a column among the rows that are kept: numbers in
// their order, words in theirs. Rows whose value is missing get -1.
func (c *column) groups(rows rowSet) (code []int32, labels []string) {
	code = make([]int32, rows.len())
	if c.words {
		used := make([]bool, len(c.levels))
		for k := range code {
			if g := c.codeAt(rows.at(k)); g >= 0 {
				used[g] = true
			}
		}
		order := make([]int, 0, len(used))
		for g, u := range used {
			if u {
				order = append(order, g)
			}
		}
		slices.SortFunc(order, func(a, b int) int { return strings.Compare(c.levels[a], c.levels[b]) })
		place := make([]int32, len(c.levels))
		for i, g := range order {
			place[g] = int32(i) // #nosec G115 -- fewer levels than rows
			labels = append(labels, c.levels[g])
		}
		for k := range code {
			if g := c.codeAt(rows.at(k)); g >= 0 {
				code[k] = place[g]
			} else {
				code[k] = -1
			}
		}
		return code, labels
	}
	if labels, ok := c.wholeGroups(rows, code); ok {
		return code, labels
	}
	seen := map[float64]int32{}
	var values []float64
	for k := range code {
		v := c.at(rows.at(k))
		if math.IsNaN(v) {
			continue
		}
		if k > 0 && v == c.at(rows.at(k-1)) {
			continue
		}
		if _, ok := seen[v]; !ok {
			seen[v] = 0
			values = append(values, v)
		}
	}
	slices.Sort(values)
	for i, v := range values {
		seen[v] = int32(i) // #nosec G115 -- fewer values than rows
		labels = append(labels, plainNumber(v))
	}
	last, lastCode := math.NaN(), int32(-1)
	for k := range code {
		v := c.at(rows.at(k))
		if v != last {
			last, lastCode = v, -1
			if g, ok := seen[v]; ok {
				lastCode = g
			}
		}
		code[k] = lastCode
	}
	return code, labels
}

// wholeGroups is groups for whole numbers that are small, such as numbers of people: counted in a table, not looked up.
func (c *column) wholeGroups(rows rowSet, code []int32) (labels []string, ok bool) {
	highest := -1
	for k := range code {
		v := c.at(rows.at(k))
		if math.IsNaN(v) {
			continue
		}
		if v < 0 || v > 1<<22 || v != math.Trunc(v) || math.Signbit(v) {
			return nil, false
		}
		highest = max(highest, int(v))
	}
	if highest > 4*len(code)+1024 {
		return nil, false
	}
	place := make([]int32, highest+1)
	for k := range code {
		if v := c.at(rows.at(k)); !math.IsNaN(v) {
			place[int(v)] = 1
		}
	}
	for v, used := range place {
		if used == 1 {
			place[v] = int32(len(labels)) // #nosec G115 -- fewer values than rows
			labels = append(labels, strconv.Itoa(v))
		}
	}
	for k := range code {
		if v := c.at(rows.at(k)); math.IsNaN(v) {
			code[k] = -1
		} else {
			code[k] = place[int(v)]
		}
	}
	return labels, true
}

// rowSet is the rows that a method uses: all of them, or a list.
type rowSet struct {
	n    int
	list []int32
}

func (r rowSet) len() int {
	if r.list != nil {
		return len(r.list)
	}
	return r.n
}

func (r rowSet) at(k int) int {
	if r.list != nil {
		return int(r.list[k])
	}
	return k
}

// complete is the rows in which none of the named columns is missing.
func (d *Data) complete(names ...string) (rowSet, error) {
	var cols []*column
	for _, n := range names {
		if n == "" {
			continue
		}
		c, err := d.mustColumn(n)
		if err != nil {
			return rowSet{}, err
		}
		cols = append(cols, c)
	}
	keep := func(i int) bool {
		for _, c := range cols {
			if c.missing(i) {
				return false
			}
		}
		return true
	}
	first := 0
	for first < d.n && keep(first) {
		first++
	}
	if first == d.n {
		return rowSet{n: d.n}, nil
	}
	list := make([]int32, 0, d.n)
	for i := range d.n {
		if i < first || i > first && keep(i) {
			list = append(list, int32(i)) // #nosec G115 -- rows are limited
		}
	}
	return rowSet{d.n, list}, nil
}
