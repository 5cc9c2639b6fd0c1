package web

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"waymark.example/internal/evidence/report"
)

func some() report.Publication {
	table := &report.Table{Title: "Table <1>", Head: []string{"", "LEAD"}, Rows: [][]string{{"Part"}, {"A & B", "12"}}, Note: "Note."}
	return report.Publication{Title: `A <script>alert(1)</script> report`, Hypothesis: "Fewer.", MadeUp: true, Departures: []string{"Done otherwise."},
		Claims: []report.Claim{{Question: "Q?", Words: "W.", N: "10", Window: "12 months", Design: "grade 2", Interval: "1 to 2", Caveat: "But."}},
		Parts:  []report.Part{{ID: "one", Heading: "One", Text: []string{"Text."}, Blocks: []report.Block{{ID: "t", Table: table, CSV: "a,b\n"}, {ID: "f", Figure: "<figure class=\"chart\"></figure>", CSV: "c\n"}}}}}
}

// A report on its own asks nothing of anybody: no script, no address elsewhere, its style and its numbers within it.
func TestAReportNeedsNothingBesidesItself(t *testing.T) {
	out, err := Document(some())
	if err != nil {
		t.Fatal(err)
	}
	page := string(out)
	for _, bad := range []string{"<script", "http://", "https://", "src=", "url(", "<link", "ZgotmplZ"} {
		if strings.Contains(page, bad) {
			t.Errorf("%q is in the page", bad)
		}
	}
	for _, want := range []string{"<style>", "@media print", "data:text/csv;charset=utf-8;base64,YSxiCg==", "Everybody in this report is made up", "Otherwise than planned", `colspan="2"`, "A &amp; B", `<figure class="chart">`, `download="table-1.csv"`, `download="f.csv"`} {
		if !strings.Contains(page, want) {
			t.Errorf("%q is not in the page", want)
		}
	}
}

// Within a page of the site it links to its numbers there, and brings no style of its own.
func TestWithinAPageItsNumbersAreFilesOfTheSite(t *testing.T) {
	body, err := Body(some(), func(b report.Block) string { return "/numbers/" + b.ID })
	if err != nil {
		t.Fatal(err)
	}
	if s := string(body); !strings.Contains(s, `href="/numbers/t"`) || strings.Contains(s, "<style") || strings.Contains(s, "<html") {
		t.Error(s)
	}
}

// What the picture package draws is put in as it is, and nothing else: no other package may write into Block.Figure.
func TestOnlyPicturesArePutInAsTheyAre(t *testing.T) {
	files, err := filepath.Glob("../*.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		text, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		for line := range strings.Lines(string(text)) {
			if strings.Contains(line, "Figure:") && !strings.Contains(line, "HTML()") && !strings.Contains(line, "figure, CSV: csv}") {
				t.Errorf("%s: %s", f, strings.TrimSpace(line))
			}
		}
	}
}
