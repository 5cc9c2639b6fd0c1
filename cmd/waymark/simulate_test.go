package main

import (
	"bytes"
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"reflect"
	"strings"
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

// Whoever asks how often an evaluation of that size finds what is there reads what is there, in how many of a hundred it is found, and how exact that is.
func TestR46_PowerIsSaidWithWhatIsTrueAndHowExactItIs(t *testing.T) {
	plan := simulate.Plan()
	said := func(e simulate.Effect, nothing bool) string {
		f, err := simulate.Trial{People: 120, Areas: 6, Seed: 2, Effect: e, Definition: plan}.Run(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		var out bytes.Buffer
		if err := writePower(&out, f, 120, plan, nothing); err != nil {
			t.Fatal(err)
		}
		return out.String()
	}
	e := simulate.Default()
	got := said(e, false)
	for _, want := range []string{"6 areas of 120 people were made up", "people whom LEAD was decided for are compared with", "12 fewer are arrested again within 365 days", "of 100 such areas (95 % interval", "because 6 were tried", "weighted to the people of LEAD", "odds ratio 0."} {
		if !strings.Contains(got, want) {
			t.Errorf("%q is not said:\n%s", want, got)
		}
	}
	e.OddsRatio = 1
	if got := said(e, true); !strings.Contains(got, "LEAD does nothing") || !strings.Contains(got, "false alarms") || strings.Contains(got, "-0.0") {
		t.Error(got)
	}
}
