package web

import (
	"encoding/json"
	"os"
	"testing"

	"waymark.example/internal/evidence/report"
)

func TestShow(t *testing.T) {
	var p report.Publication
	b, _ := os.ReadFile("/tmp/report/pub.json")
	json.Unmarshal(b, &p)
	out, err := Document(p)
	if err != nil {
		t.Fatal(err)
	}
	os.WriteFile("/tmp/report/report.html", out, 0o600)
	t.Log(len(out))
}
