package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"waymark.example/internal/evidence/report"
)

// Neither a report nor its numbers are written over what is there, nor through a link to somewhere else; nobody else reads them.
func TestNothingIsWrittenOverOrThroughALink(t *testing.T) {
	dir := t.TempDir()
	target := filepath.Join(dir, "target")
	link, numbers := filepath.Join(dir, "report.html"), filepath.Join(dir, "numbers")
	if err := os.Mkdir(numbers, 0o700); err != nil {
		t.Fatal(err)
	}
	for _, l := range []string{link, filepath.Join(numbers, "table-1.csv")} {
		if err := os.Symlink(target, l); err != nil {
			t.Skip("no links here: ", err)
		}
	}
	if err := absent(link); err == nil {
		t.Error("a link that leads nowhere yet was taken for nothing")
	}
	if err := (evidenceReportCmd{Out: link}).Run(t.Context()); err == nil || !strings.Contains(err.Error(), "not written over") {
		t.Errorf("a report went through a link: %v", err)
	}
	p := report.Publication{Parts: []report.Part{{Blocks: []report.Block{{ID: "table-1", CSV: "a\n"}}}}}
	if err := writeTables(numbers, p); err == nil {
		t.Error("numbers went through a link")
	}
	if err := (evidenceReportCmd{Out: filepath.Join(dir, "another.html"), CSV: numbers}).Run(t.Context()); err == nil || !strings.Contains(err.Error(), "is not empty") {
		t.Errorf("numbers into a folder with something in it, found out before the work: %v", err)
	}
	if err := (evidenceReportCmd{Out: filepath.Join(dir, "another.html"), CSV: filepath.Join(link, "under")}).Run(t.Context()); err == nil || !strings.HasPrefix(err.Error(), "--csv: ") {
		t.Errorf("numbers to where no folder can be, found out before the work: %v", err)
	}
	if _, err := os.Stat(target); err == nil {
		t.Error("something was written elsewhere")
	}
	other := filepath.Join(dir, "other")
	if err := writeTables(other, p); err != nil {
		t.Fatal(err)
	}
	if about, err := os.ReadFile(filepath.Join(other, "README.txt")); err != nil || !strings.Contains(string(about), report.Written) {
		t.Errorf("%v, %s", err, about)
	}
	if info, err := os.Stat(filepath.Join(other, "table-1.csv")); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("%v, %v", info, err)
	}
	if err := writeTables(other, p); err == nil {
		t.Error("numbers were written over")
	}
}
