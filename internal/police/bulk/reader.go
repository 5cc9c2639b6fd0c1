package bulk

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"encoding/csv"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"io"
	"slices"
	"strings"
	"unicode/utf8"
)

// The limits of a file. A record that passes them is a mistake, such as a quote
// that never closes, and would otherwise fill the memory.
const (
	maxColumns = 100
	maxRecord  = 64 << 10 // bytes of one record
	maxHeader  = 8 << 10
)

// FileError is what is wrong with a file as a whole, in words.
type FileError string

func (e FileError) Error() string { return string(e) }

// Encoding is how a file writes its letters.
type Encoding string

// The encodings.
const (
	UTF8        Encoding = "utf-8"
	Windows1252 Encoding = "windows-1252"
)

// Record is one row as it stands in the file.
type Record struct {
	Row   int64 // 1 is the first under the headings
	Cells []string
}

// Reader reads the records of a CSV file, one at a time.
type Reader struct {
	Columns []string // as they stand in the file, in lower case

	rows   *csv.Reader
	budget *budget
	row    int64
}

// NewReader reads the headings of r, whatever separator they use. Bytes that are
// no text of the encoding are told once, for the whole file.
func NewReader(r io.Reader, as Encoding) (*Reader, error) {
	if as == Windows1252 {
		r = &fromWindows{from: bufio.NewReader(r)}
	}
	limit := &budget{from: r, left: maxRecord}
	in := bufio.NewReaderSize(limit, maxHeader)
	head, err := in.Peek(maxHeader)
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, fmt.Errorf("read: %w", err)
	}
	if bytes.HasPrefix(head, []byte("\xff\xfe")) || bytes.HasPrefix(head, []byte("\xfe\xff")) {
		return nil, FileError(`This file is UTF-16, which Excel calls "Unicode text". Save it as "CSV UTF-8" and try again.`)
	}
	if bytes.HasPrefix(head, []byte("\xef\xbb\xbf")) {
		in.Discard(3) //nolint:errcheck // #nosec G104 -- they were peeked at
		head = head[3:]
	}
	line, _, ended := bytes.Cut(head, []byte("\n"))
	if !ended && len(head) >= maxHeader-3 {
		return nil, FileError("The first line is too long to be headings. The same command with --columns names them.")
	}
	rows := csv.NewReader(in)
	rows.Comma, rows.FieldsPerRecord, rows.ReuseRecord = separator(line), -1, false
	out := &Reader{rows: rows, budget: limit}
	heads, err := rows.Read()
	if errors.Is(err, io.EOF) {
		return nil, FileError("The file is empty.")
	}
	if err != nil {
		return nil, out.explain(err)
	}
	for _, h := range heads {
		if err := checkText(h); err != nil {
			return nil, err
		}
		out.Columns = append(out.Columns, strings.ToLower(strings.TrimSpace(h)))
	}
	return out, nil
}

// separator returns what parts the columns of a line: the likeliest of those that
// spreadsheets write.
func separator(line []byte) rune {
	best, most := ',', 0
	for _, c := range []rune{',', ';', '\t'} {
		if n := bytes.Count(line, []byte(string(c))); n > most {
			best, most = c, n
		}
	}
	return best
}

// CheckColumns says what is wrong with the headings for a file of columns, or
// nil. A file with more than those is refused: nothing is left out in silence, and
// nothing about a person comes in.
func (r *Reader) CheckColumns(columns []Column) error {
	var known []string
	for _, c := range columns {
		known = append(known, c.Name)
		if c.Needed && !slices.Contains(r.Columns, c.Name) {
			return FileError(fmt.Sprintf("There is no column %q. The same command with --columns names all of them.", c.Name))
		}
	}
	if len(r.Columns) > maxColumns {
		return FileError(fmt.Sprintf("There are %d columns, more than the %d that are read.", len(r.Columns), maxColumns))
	}
	for i, c := range r.Columns {
		switch {
		case slices.Index(r.Columns, c) < i:
			return FileError(fmt.Sprintf("The column %q is there twice.", c))
		case slices.Contains(known, c) || ignored(c):
		case aboutAPerson(c):
			return FileError(fmt.Sprintf("The column %q looks like it says who somebody is. A contact names nobody, and a hand-over is never taken from a file: take the column out and try again.", c))
		default:
			return FileError(fmt.Sprintf("Nothing is known of a column %q. Take it out: the same command with --columns names those that are read.", c))
		}
	}
	return nil
}

// Next returns the next record; io.EOF when there is none. Rows without any text
// are passed over.
func (r *Reader) Next() (Record, error) {
	for {
		r.budget.left = maxRecord
		cells, err := r.rows.Read()
		if errors.Is(err, io.EOF) {
			return Record{}, io.EOF
		}
		if err != nil {
			return Record{}, r.explain(err)
		}
		r.row++
		empty := true
		for _, c := range cells {
			if err := checkText(c); err != nil {
				return Record{}, err
			}
			empty = empty && strings.TrimSpace(c) == ""
		}
		if !empty {
			return Record{r.row, cells}, nil
		}
	}
}

func (r *Reader) explain(err error) error {
	if errors.Is(err, errRecordTooLong) {
		return FileError(fmt.Sprintf("Row %d does not end within %d bytes. Is there a quote that is never closed?", r.row+1, maxRecord))
	}
	if bad, ok := errors.AsType[*csv.ParseError](err); ok {
		return FileError(fmt.Sprintf("Line %d cannot be read: the quotes do not match. Put quotes around the whole cell, and write a quote inside it twice.", bad.Line))
	}
	return fmt.Errorf("read: %w", err)
}

func checkText(cell string) error {
	if !utf8.ValidString(cell) {
		return FileError(`The letters of this file are not UTF-8. If Excel saved it as "CSV", they are Windows-1252: save it as "CSV UTF-8", or say --encoding windows-1252.`)
	}
	if strings.ContainsRune(cell, 0) {
		return FileError("There are zero bytes in this file: it is no CSV file.")
	}
	return nil
}

var errRecordTooLong = errors.New("the record is too long")

// budget lets so many bytes through until it is filled up again.
type budget struct {
	from io.Reader
	left int
}

func (b *budget) Read(p []byte) (int, error) {
	if b.left <= 0 {
		return 0, errRecordTooLong
	}
	n, err := b.from.Read(p[:min(len(p), b.left)])
	b.left -= n
	return n, err
}

// fromWindows reads Windows-1252 as UTF-8.
type fromWindows struct {
	from *bufio.Reader
	rest []byte
}

// high are the letters of Windows-1252 from 0x80 to 0x9f; the rest are as in
// Latin-1. The five that stand for nothing are as browsers read them.
const high = "€\u0081‚ƒ„…†‡ˆ‰Š‹Œ\u008dŽ\u008f\u0090‘’“”•–—˜™š›œ\u009džŸ"

func (w *fromWindows) Read(p []byte) (int, error) {
	letters := []rune(high)
	for len(w.rest) < min(len(p), 4096) {
		c, err := w.from.ReadByte()
		if err != nil {
			if len(w.rest) > 0 {
				break
			}
			return 0, err
		}
		letter := rune(c)
		if c >= 0x80 && c <= 0x9f {
			letter = letters[c-0x80]
		}
		w.rest = utf8.AppendRune(w.rest, letter)
	}
	n := copy(p, w.rest)
	w.rest = w.rest[n:]
	return n, nil
}

// Facts are what a file says of itself before anything is taken.
type Facts struct {
	Hash string
	Rows int64
}

// Inspect reads a file to its end and says whether it can be taken, how many rows
// it has and what its content is called. It keeps nothing of it.
func Inspect(r io.Reader, as Encoding, columns []Column) (Facts, error) {
	sum := sha256.New()
	in, err := NewReader(io.TeeReader(r, sum), as)
	if err != nil {
		return Facts{}, err
	}
	if err := in.CheckColumns(columns); err != nil {
		return Facts{}, err
	}
	return count(in, sum)
}

func count(in *Reader, sum hash.Hash) (Facts, error) {
	var f Facts
	for {
		_, err := in.Next()
		if errors.Is(err, io.EOF) {
			f.Hash = hex.EncodeToString(sum.Sum(nil))
			return f, nil
		}
		if err != nil {
			return Facts{}, err
		}
		f.Rows++
	}
}

// written takes away the apostrophe that a file of ours has in front of what a
// spreadsheet would run as a formula.
func written(cell string) string {
	if rest, ok := strings.CutPrefix(cell, "'"); ok && rest != "" && strings.ContainsAny(rest[:1], "=+-@|%\t\r\n") {
		return rest
	}
	return cell
}
