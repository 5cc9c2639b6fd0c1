package export

import (
	"archive/zip"
	"bytes"
	"errors"
	"io"
	"testing"
)

func TestACellNeverBecomesAFormula(t *testing.T) {
	for _, cell := range []string{`=1+1`, `+44 20`, `-2`, `@SUM(A1)`, "\t=1", "\r=1", "\n=1", "\x00=1", "  =cmd|' /C calc'!A0", "\u200b=1", "\ufeff=1", "＝1", "＋1", "－1", "＠x", "|x", "%x"} {
		if got := AsText(cell); got != "'"+cell {
			t.Errorf("%q became %q", cell, got)
		}
	}
	for _, cell := range []string{"", " ", "Kestrel", "2 = two", "a@b.example", "'=1", "2026-11-26", `"quoted"`} {
		if got := AsText(cell); got != cell {
			t.Errorf("%q became %q", cell, got)
		}
	}
}

func TestTheSameFilesAreTheSameBits(t *testing.T) {
	file := func(name, text string) File {
		return File{name, func(w io.Writer) error { _, err := io.WriteString(w, text); return err }}
	}
	a, err := Zip(file("README.txt", "read me"), file("rows.csv", "a,b\n1,2\n"))
	if err != nil {
		t.Fatal(err)
	}
	if b, err := Zip(file("README.txt", "read me"), file("rows.csv", "a,b\n1,2\n")); err != nil || !bytes.Equal(a, b) {
		t.Error("other bits", err)
	}
	z, err := zip.NewReader(bytes.NewReader(a), int64(len(a)))
	if err != nil || len(z.File) != 2 || z.File[1].Name != "rows.csv" {
		t.Errorf("%+v, %v", z, err)
	}
	if _, err := Zip(File{"rows.csv", func(io.Writer) error { return io.ErrShortWrite }}); !errors.Is(err, io.ErrShortWrite) {
		t.Error(err)
	}
}
