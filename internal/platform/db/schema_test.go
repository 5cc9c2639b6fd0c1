package db_test

import (
	"io/fs"
	"regexp"
	"strings"
	"testing"

	"waymark.example/internal/schema"
)

var (
	createTable = regexp.MustCompile(`(?s)CREATE TABLE (\w+) \((.*?)\n\);`)
	columnLine  = regexp.MustCompile(`(?m)^\t(\w+)\s+(?:TEXT|BIGINT|BOOLEAN)`)
)

// schemaTables reads the tables and their columns out of the migrations.
func schemaTables(t *testing.T) map[string][]string {
	t.Helper()
	files := schema.Layout().Migrations
	names, err := fs.Glob(files, "*.sql")
	if err != nil {
		t.Fatal(err)
	}
	tables := map[string][]string{}
	for _, name := range names {
		if strings.Count(name, ".") > 1 {
			continue
		}
		text, err := fs.ReadFile(files, name)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range createTable.FindAllStringSubmatch(string(text), -1) {
			for _, c := range columnLine.FindAllStringSubmatch(m[2], -1) {
				tables[m[1]] = append(tables[m[1]], c[1])
			}
		}
	}
	if len(tables) < 30 {
		t.Fatalf("found %d tables: the test looks in the wrong place", len(tables))
	}
	return tables
}
