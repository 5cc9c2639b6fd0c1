package analysis_test

import (
	"context"
	"encoding/json"
	"os"
	"strconv"
	"testing"
	"time"

	"waymark.example/internal/evidence/analysis"
	"waymark.example/internal/evidence/cohort"
)

func TestSmoke(t *testing.T) {
	n, _ := strconv.Atoi(os.Getenv("N"))
	s := made(n, 1, .5, false)
	start := time.Now()
	r, err := analysis.Run(context.Background(), s, cohort.Default())
	if err != nil {
		t.Fatal(n, err)
	}
	b, err := json.MarshalIndent(r, "", " ")
	if err != nil {
		t.Fatal(err)
	}
	t.Log(n, time.Since(start), len(b))
	os.WriteFile("/tmp/cohort/r.json", b, 0o600)
}
