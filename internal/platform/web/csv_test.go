package web

import (
	"bytes"
	"encoding/csv"
	"net/http/httptest"
	"strings"
	"testing"

	"waymark.example/internal/platform/export"
)

func TestADownloadIsSavedUnderItsOwnNameAndNowhereElse(t *testing.T) {
	w := httptest.NewRecorder()
	c := DownloadCSV(w, "who saw\r\nSet-Cookie: x=\"1\".csv")
	if err := c.Row("when", "who", "why"); err != nil {
		t.Fatal(err)
	}
	if err := c.Row("today", `A "friend", of=ours`, "=HYPERLINK(\"http://elsewhere.example\")"); err != nil {
		t.Fatal(err)
	}
	if err := c.End(); err != nil {
		t.Fatal(err)
	}
	h := w.Header()
	if h.Get("Content-Type") != "text/csv; charset=utf-8" || h.Get("Cache-Control") != "no-store" ||
		h.Get("Content-Disposition") != `attachment; filename="who-saw--Set-Cookie--x--1-.csv"` {
		t.Errorf("headers: %v", h)
	}
	if want := "when,who,why\r\ntoday,\"A \"\"friend\"\", of=ours\",\"'=HYPERLINK(\"\"http://elsewhere.example\"\")\"\r\n"; w.Body.String() != want {
		t.Errorf("got %q", w.Body.String())
	}
}

func FuzzNoCellIsAFormulaAfterReadingItBack(f *testing.F) {
	for _, seed := range []string{"", "=1", "a\r\n=b", "\"", "'", "\x00", "\u202e=1", ",;=", "\xff=1"} {
		f.Add(seed, "second")
	}
	f.Fuzz(func(t *testing.T, a, b string) {
		var out bytes.Buffer
		c := NewCSV(&out)
		if err := c.Row("x", a, b); err != nil {
			t.Fatal(err)
		}
		if err := c.End(); err != nil {
			t.Fatal(err)
		}
		rows, err := csv.NewReader(&out).ReadAll()
		if err != nil || len(rows) != 1 || len(rows[0]) != 3 {
			t.Fatalf("%d rows: %v", len(rows), err)
		}
		lineEnds := strings.NewReplacer("\r\n", "\n", "\r", "") // the format has its own
		for i, cell := range rows[0] {
			if begin := strings.TrimLeft(cell, " \t\r\n\x00"); begin != "" && strings.Contains("=+-@", begin[:1]) {
				t.Errorf("%q is a formula", cell)
			}
			if want := export.AsText([]string{"x", a, b}[i]); lineEnds.Replace(cell) != lineEnds.Replace(want) {
				t.Errorf("%q came back as %q", want, cell)
			}
		}
	})
}
