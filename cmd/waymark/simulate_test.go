package main

import (
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"reflect"
	"testing"

	"waymark.example/internal/evidence/simulate"
	"waymark.example/internal/evidence/study"
)

// What --show-effect prints is an effect that --effect takes, and what is written is a study.
func TestAMadeUpAreaIsAStudyFromItsOwnEffectFile(t *testing.T) {
	dir := t.TempDir()
	text, err := json.Marshal(simulate.Default())
	if err != nil {
		t.Fatal(err)
	}
	c := simulateCmd{People: 60, Seed: 5, Effect: filepath.Join(dir, "effect.json"), Out: filepath.Join(dir, "area"), Runs: 2}
	if err := os.WriteFile(c.Effect, text, 0o600); err != nil {
		t.Fatal(err)
	}
	if e, err := c.effect(); err != nil || !reflect.DeepEqual(e, simulate.Default()) {
		t.Errorf("%+v, %v", e, err)
	}
	if err := c.Run(context.Background()); err != nil {
		t.Fatal(err)
	}
	if s, wrong, n, err := study.Read(os.DirFS(c.Out)); err != nil || n != 0 || len(s.People) != 60 {
		t.Errorf("%v %v", wrong, err)
	}
	c.Power = true
	if err := c.Run(context.Background()); err != nil {
		t.Error(err)
	}
	c.Power, c.Out = false, ""
	if err := c.Run(context.Background()); err == nil {
		t.Error("an area without a folder was made")
	}
}
