package web

import (
	"bytes"
	"encoding/csv"
	"net/http/httptest"
	"strings"
	"testing"
)

// What a spreadsheet would run as a formula stays text.
func TestNoCellIsAFormula(t *testing.T) {
	cell := func(text string) string {
		w := httptest.NewRecorder()
		if err := sendCSV(w, "x.csv", [][]string{{"first", text}}); err != nil {
			t.Fatal(err)
		}
		rows, err := csv.NewReader(w.Body).ReadAll()
		if err != nil || len(rows) != 1 || len(rows[0]) != 2 {
			t.Fatalf("%q: %v, %v", text, rows, err)
		}
		return rows[0][1]
	}
	for _, attack := range []string{"=1+1", "+1", "-2+3", "@SUM(A1)", "\t=1", "\n=1", " =1", "\u00a0=1", "＝1+1", `=HYPERLINK("http://x")`, "=cmd|' /C calc'!A0", "\u200b=1+1", "\x00=1", "|calc", "%x"} {
		if got := cell(attack); got != "'"+attack {
			t.Errorf("%q becomes %q", attack, got)
		}
	}
	for _, fine := range []string{"", "Asha Fern", "par_01", "2026-11-26T10:00:00Z", "a=b"} {
		if got := cell(fine); got != fine {
			t.Errorf("%q becomes %q", fine, got)
		}
	}
}

func FuzzNoCellIsAFormula(f *testing.F) {
	for _, seed := range []string{"=1", " +1", "x", "'=1", "\ufeff=1", "a,\"b\n=c"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		w := httptest.NewRecorder()
		if err := sendCSV(w, "x.csv", [][]string{{text, text}}); err != nil {
			t.Fatal(err)
		}
		rows, err := csv.NewReader(bytes.NewReader(w.Body.Bytes())).ReadAll()
		if text == "" {
			return // encoding/csv writes two empty cells as a lone comma
		}
		if err != nil || len(rows) != 1 || len(rows[0]) != 2 {
			t.Fatalf("%q: %v, %v", text, rows, err)
		}
		for _, c := range rows[0] {
			if bare := strings.TrimLeft(c, " \u00a0\ufeff\u200b"); bare != "" && strings.ContainsAny(bare[:1], "=+-@\t\r\n") {
				t.Errorf("%q becomes %q", text, c)
			}
		}
	})
}
