package web

import (
	"encoding/csv"
	"fmt"
	"io"
	"net/http"
	"strings"
	"unicode"

	"waymark.example/internal/platform/export"
)

// CSV writes rows for a spreadsheet. A cell that a spreadsheet would take for a
// formula is written as text: whoever typed it does not get to run it on the
// machine of whoever opens the file.
type CSV struct{ rows *csv.Writer }

// NewCSV returns a writer to w, as RFC 4180 has it.
func NewCSV(w io.Writer) *CSV {
	rows := csv.NewWriter(w)
	rows.UseCRLF = true
	return &CSV{rows}
}

// DownloadCSV begins an answer that the browser saves as name, and never keeps
// anywhere else.
func DownloadCSV(w http.ResponseWriter, name string) *CSV {
	h := w.Header()
	h.Set("Content-Type", "text/csv; charset=utf-8")
	h.Set("Content-Disposition", fmt.Sprintf("attachment; filename=%q", fileName(name)))
	h.Set("Cache-Control", "no-store")
	return NewCSV(w)
}

// Row writes one row.
func (c *CSV) Row(cells ...string) error {
	safe := make([]string, len(cells))
	for i, cell := range cells {
		safe[i] = export.AsText(cell)
	}
	if err := c.rows.Write(safe); err != nil {
		return fmt.Errorf("write csv: %w", err)
	}
	return nil
}

// End writes what is still held back; without it the last rows are missing.
func (c *CSV) End() error {
	c.rows.Flush()
	if err := c.rows.Error(); err != nil {
		return fmt.Errorf("write csv: %w", err)
	}
	return nil
}

// fileName keeps the letters, digits, dots and dashes of name: a header is no
// place for anything else.
func fileName(name string) string {
	return strings.Map(func(r rune) rune {
		if r < 0x80 && (unicode.IsLetter(r) || unicode.IsDigit(r) || r == '.' || r == '-' || r == '_') {
			return r
		}
		return '-'
	}, name)
}
