// Package export is how rows leave as files: cells that no spreadsheet works out, and several files in one that is the same bits every time. It imports
// the standard library only.
package export

import (
	"archive/zip"
	"bytes"
	"fmt"
	"io"
	"strings"
	"unicode"
)

// AsText returns cell so that a spreadsheet shows it and does not work it out:
// what begins like a formula, after any blank, gets an apostrophe in front. The
// wide forms count too, which some spreadsheets read as the narrow ones.
func AsText(cell string) string {
	first := strings.TrimLeftFunc(cell, func(r rune) bool { return r == 0 || unicode.IsSpace(r) || unicode.Is(unicode.Cf, r) })
	if strings.HasPrefix(cell, "\t") || strings.HasPrefix(cell, "\r") || strings.HasPrefix(cell, "\n") || strings.HasPrefix(cell, "\x00") ||
		(first != "" && strings.ContainsRune("=+-@|%＝＋－＠", []rune(first)[0])) {
		return "'" + cell
	}
	return cell
}

// File is one of the files of a Zip.
type File struct {
	Name  string
	Write func(io.Writer) error
}

// Zip puts files into one: the same bits for the same content, for it holds no time and nothing of the machine.
func Zip(files ...File) ([]byte, error) {
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for _, f := range files {
		w, err := z.CreateHeader(&zip.FileHeader{Name: f.Name, Method: zip.Deflate})
		if err != nil {
			return nil, fmt.Errorf("zip %s: %w", f.Name, err)
		}
		if err := f.Write(w); err != nil {
			return nil, fmt.Errorf("zip %s: %w", f.Name, err)
		}
	}
	if err := z.Close(); err != nil {
		return nil, fmt.Errorf("zip: %w", err)
	}
	return b.Bytes(), nil
}
