package bundle

import (
	"bytes"
	"fmt"
	"math"
	"runtime"
	"strings"
	"testing"

	"github.com/parquet-go/parquet-go"
)

func sample(rows int) Table {
	t := Table{Name: "analysis", Columns: []Column{{Name: "z", Kind: Text}, {Name: "a", Kind: Whole}, {Name: "m", Kind: Number}, {Name: "b", Kind: YesNo}}}
	for i := range rows {
		t.Columns[0].Texts = append(t.Columns[0].Texts, []string{"", "north", "south, west"}[i%3])
		t.Columns[1].Numbers = append(t.Columns[1].Numbers, float64(i))
		m := float64(i) / 3
		if i%7 == 2 {
			m = math.NaN()
		}
		t.Columns[2].Numbers = append(t.Columns[2].Numbers, m)
		t.Columns[3].Numbers = append(t.Columns[3].Numbers, float64(i%2))
	}
	return t
}

// Both files hold the same rows in the same order, what is missing is missing in both, and the same table is the same bytes.
func TestATableIsTheSameInBothFormsAndEveryTime(t *testing.T) {
	const rows = 10_000
	table := sample(rows)
	var text, file bytes.Buffer
	if err := table.WriteCSV(&text); err != nil {
		t.Fatal(err)
	}
	if want := "z,a,m,b\n,0,0,0\nnorth,1,0.3333333333333333,1\n\"south, west\",2,,0\n"; !strings.HasPrefix(text.String(), want) {
		t.Errorf("CSV begins %q", text.String()[:80])
	}
	if err := table.WriteParquet(&file); err != nil {
		t.Fatal(err)
	}
	before := runtime.GOMAXPROCS(1)
	defer runtime.GOMAXPROCS(before)
	var again bytes.Buffer
	if err := table.WriteParquet(&again); err != nil || !bytes.Equal(file.Bytes(), again.Bytes()) {
		t.Errorf("the same table is other bytes the second time, %v", err)
	}
	type row struct {
		Z *string  `parquet:"z"`
		A *int64   `parquet:"a"`
		M *float64 `parquet:"m"`
		B *bool    `parquet:"b"`
	}
	got, err := parquet.Read[row](bytes.NewReader(file.Bytes()), int64(file.Len()))
	if err != nil || len(got) != rows {
		t.Fatalf("%d rows, %v", len(got), err)
	}
	for i, r := range got {
		want := fmt.Sprint(table.Columns[0].Texts[i], i, table.Columns[2].Numbers[i], i%2 == 1)
		z, m := "", math.NaN()
		if r.Z != nil {
			z = *r.Z
		}
		if r.M != nil {
			m = *r.M
		}
		if fmt.Sprint(z, *r.A, m, *r.B) != want {
			t.Fatalf("row %d: %v, want %s", i, r, want)
		}
	}
	opened, err := parquet.OpenFile(bytes.NewReader(file.Bytes()), int64(file.Len()))
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, c := range opened.Schema().Columns() {
		names = append(names, c[0])
	}
	if strings.Join(names, " ") != "z a m b" {
		t.Errorf("columns %v", names)
	}
}
