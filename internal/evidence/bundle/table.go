package bundle

import (
	"encoding/csv"
	"fmt"
	"io"
	"math"
	"strconv"

	"github.com/parquet-go/parquet-go"

	"waymark.example/internal/platform/export"
)

// Kind is what a column holds.
type Kind string

// The kinds.
const (
	Text   Kind = "text"
	Whole  Kind = "whole number"
	Number Kind = "number"
	YesNo  Kind = "yes or no" // 1 or 0
)

// Column is one column of a table that leaves the house, with what it means. Exactly one of Texts and Numbers holds its rows.
type Column struct {
	Name    string
	Kind    Kind
	Words   string
	Texts   []string  // "" is missing
	Numbers []float64 // NaN is missing
}

// Table is columns of the same length.
type Table struct {
	Name    string
	Words   string
	Columns []Column
}

// Rows is how many rows a table has.
func (t Table) Rows() int {
	if len(t.Columns) == 0 {
		return 0
	}
	return max(len(t.Columns[0].Texts), len(t.Columns[0].Numbers))
}

// field is a value as it stands in a CSV file; missing is empty. A text that a spreadsheet would take for a formula is taken for text.
func (c Column) field(row int) string {
	if c.Kind == Text {
		return export.AsText(c.Texts[row])
	}
	v := c.Numbers[row]
	if math.IsNaN(v) {
		return ""
	}
	return strconv.FormatFloat(v, 'f', -1, 64)
}

// WriteCSV writes the table with a heading. The same table is the same bytes.
func (t Table) WriteCSV(w io.Writer) error {
	out := csv.NewWriter(w)
	record := make([]string, len(t.Columns))
	for i, c := range t.Columns {
		record[i] = c.Name
	}
	if err := out.Write(record); err != nil {
		return fmt.Errorf("write %s.csv: %w", t.Name, err)
	}
	for row := range t.Rows() {
		for i, c := range t.Columns {
			record[i] = c.field(row)
		}
		if err := out.Write(record); err != nil {
			return fmt.Errorf("write %s.csv: %w", t.Name, err)
		}
	}
	out.Flush()
	if err := out.Error(); err != nil {
		return fmt.Errorf("write %s.csv: %w", t.Name, err)
	}
	return nil
}

// ordered is a group whose fields stay in the order of the table: the library's own sorts them by name.
type ordered struct {
	parquet.Group
	names []string
}

func (o ordered) Fields() []parquet.Field {
	byName := map[string]parquet.Field{}
	for _, f := range o.Group.Fields() {
		byName[f.Name()] = f
	}
	out := make([]parquet.Field, len(o.names))
	for i, name := range o.names {
		out[i] = byName[name]
	}
	return out
}

// rowsAtOnce is how many rows are handed to the writer together.
const rowsAtOnce = 4096

// WriteParquet writes the table as a Parquet file. The same table is the same bytes: no time, no version of a library and no map's order is in it.
func (t Table) WriteParquet(w io.Writer) error {
	group := ordered{Group: parquet.Group{}}
	for _, c := range t.Columns {
		group.names = append(group.names, c.Name)
		var node parquet.Node
		switch c.Kind {
		case Text:
			node = parquet.String()
		case Whole:
			node = parquet.Leaf(parquet.Int64Type)
		case YesNo:
			node = parquet.Leaf(parquet.BooleanType)
		default:
			node = parquet.Leaf(parquet.DoubleType)
		}
		group.Group[c.Name] = parquet.Optional(node)
	}
	if len(group.Group) != len(t.Columns) {
		return fmt.Errorf("write %s.parquet: two columns have one name", t.Name)
	}
	out := parquet.NewWriter(w, parquet.NewSchema(t.Name, group), parquet.CreatedBy("Waymark", "1", "0"), parquet.Compression(&parquet.Snappy))
	rows := make([]parquet.Row, 0, rowsAtOnce)
	flush := func() error {
		if _, err := out.WriteRows(rows); err != nil {
			return fmt.Errorf("write %s.parquet: %w", t.Name, err)
		}
		rows = rows[:0]
		return nil
	}
	for row := range t.Rows() {
		values := make(parquet.Row, len(t.Columns))
		for i, c := range t.Columns {
			values[i] = c.value(row).Level(0, 1, i)
			if values[i].IsNull() {
				values[i] = parquet.NullValue().Level(0, 0, i)
			}
		}
		if rows = append(rows, values); len(rows) == rowsAtOnce {
			if err := flush(); err != nil {
				return err
			}
		}
	}
	if err := flush(); err != nil {
		return err
	}
	if err := out.Close(); err != nil {
		return fmt.Errorf("write %s.parquet: %w", t.Name, err)
	}
	return nil
}

func (c Column) value(row int) parquet.Value {
	if c.Kind == Text {
		if c.Texts[row] == "" {
			return parquet.NullValue()
		}
		return parquet.ByteArrayValue([]byte(c.Texts[row]))
	}
	v := c.Numbers[row]
	switch {
	case math.IsNaN(v):
		return parquet.NullValue()
	case c.Kind == Whole:
		return parquet.Int64Value(int64(v))
	case c.Kind == YesNo:
		return parquet.BooleanValue(v != 0)
	}
	return parquet.DoubleValue(v)
}
