package main

import (
	"context"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/alecthomas/kong"

	"waymark.example/internal/evidence/plan"
	"waymark.example/internal/evidence/pseudonym"
	"waymark.example/internal/evidence/simulate"
	"waymark.example/internal/evidence/study"
)

// Whoever does the steps of an evaluation in the wrong order, or with the wrong file, reads what is wrong and what to do.
func TestAWrongStepOfAnEvaluationIsSaidInPlainWords(t *testing.T) {
	dir := t.TempDir()
	file := func(name, text string) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	asJSON := func(v any) string {
		text, err := json.Marshal(v)
		if err != nil {
			t.Fatal(err)
		}
		return string(text)
	}
	p := plan.Draft()
	p.Title, p.Hypothesis = "Two years", "Fewer people whom officers divert are arrested again than people whom they could have diverted."
	p.Agreed, p.Definition.Draws = []plan.Agreed{{Name: "Ama Mensah", For: "Community Leadership Team", On: "2026-01-12"}}, 0
	f, err := plan.Freeze(p, time.Now().Add(time.Hour)) // later than the outcomes below
	if err != nil {
		t.Fatal(err)
	}
	before, err := plan.Freeze(p, time.Now().AddDate(0, -1, 0))
	if err != nil {
		t.Fatal(err)
	}
	draft, frozen, empty, sheet := file("draft.json", asJSON(p)), file("frozen.json", string(f.Bytes())), file("empty", ""), file("sheet.csv", "a;b\n")
	definition, out, area := file("definition.json", asJSON(p.Definition)), filepath.Join(dir, "out"), filepath.Join(dir, "area")
	if err := (simulateCmd{People: 5, Seed: 1, Out: area}).Run(t.Context()); err != nil {
		t.Fatal(err)
	}
	runKey := filepath.Join(dir, "run.key")
	if _, err := pseudonym.New(runKey); err != nil {
		t.Fatal(err)
	}
	of := func(name, text string) string { // a folder with one table
		folder := filepath.Join(dir, "of "+name)
		if err := os.Mkdir(folder, 0o700); err != nil {
			t.Fatal(err)
		}
		file(filepath.Join("of "+name, "people.csv"), text)
		return folder
	}
	deviate := evidencePlanDeviateCmd{File: frozen, Kind: "other", What: "The window", Why: "Records end earlier", By: "R. O.", Out: out}
	without, changed, both, whole := deviate, deviate, deviate, deviate
	without.Why = "x"
	changed.Kind = "change"
	both.Definition = definition
	whole.Kind, whole.Definition = "change", draft
	same := changed
	same.Definition = definition
	long := deviate
	long.What = strings.Repeat("long ", 500)
	fold := func(folder, from, until string) evidencePseudonymiseCmd {
		return evidencePseudonymiseCmd{Key: runKey, Study: folder, From: from, Until: until, Out: out}
	}
	report := func(path string) evidenceReportCmd {
		return evidenceReportCmd{evaluation: evaluation{studyFolder{area}, path}, Out: out}
	}
	early := report(file("early.json", string(before.Bytes())))
	for i, c := range []struct {
		run  func() error
		want string
		code int
	}{
		{func() error { return report(draft).Run(t.Context()) }, "it is a draft: waymark evidence plan freeze", exitPlan},
		{func() error { return report(empty).Run(t.Context()) }, "the file is empty: waymark evidence plan draft shows", exitPlan},
		{func() error { return report(sheet).Run(t.Context()) }, "line 1 is no JSON", exitPlan},
		{func() error { return early.Run(t.Context()) }, "so few people in this study", exitPlan},
		{func() error { return report(frozen).Run(t.Context()) }, "plan deviate --kind opened", exitPlan},
		{func() error {
			return evidenceReportCmd{evaluation: evaluation{studyFolder{area}, frozen}, Out: filepath.Join(draft, "report.html")}.Run(t.Context())
		}, "is no folder", 1},
		{evidenceCohortCmd{studyFolder: studyFolder{of("no study", "person,linked\nNM/1,1\n")}}.Run, "study.json says the study period, such as", exitFile},
		{evidencePlanFreezeCmd{File: frozen, Out: out}.Run, "frozen already", exitPlan},
		{evidencePlanFreezeCmd{File: file("cut.json", asJSON(p)[:40]), Out: out}.Run, "ends in the middle", exitPlan},
		{evidencePlanFreezeCmd{File: draft, Out: draft}.Run, "is there already, and is not written over", 1},
		{evidencePlanCheckCmd{File: empty}.Run, "the file is empty", exitPlan},
		{without.Run, "and why, in a sentence each", exitPlan},
		{changed.Run, "--kind change needs --definition", exitPlan},
		{both.Run, "--definition goes with --kind change only", exitPlan},
		{whole.Run, "this is a whole plan", exitPlan},
		{same.Run, "nothing would change", exitPlan},
		{long.Run, "at most 2000 characters", exitPlan},
		{func() error { return evidenceExportCmd{report(frozen).evaluation, area}.Run(t.Context()) }, "is not empty", 1},
		{func() error { return simulateCmd{People: 5, Out: area}.Run(t.Context()) }, "is not empty", 1},
		{func() error { return simulateCmd{People: 5, Out: out, Effect: empty}.Run(t.Context()) }, "the file is empty: waymark simulate --show-effect", 1},
		{func() error { return simulateCmd{People: 5, Out: out, Effect: draft}.Run(t.Context()) }, `unknown field "form"`, 1},
		{evidencePseudonymiseCmd{Key: filepath.Join(dir, "nothing.key"), Study: area, Out: out}.Run, "--new-key", 1},
		{fold(of("semicolons", "person;linked\nNM/1;1\n"), "2025-01-01", "2026-01-01").Run, "people: the columns are separated by semicolons", 1},
		{fold(of("wide letters", "\xff\xfep\x00e\x00"), "2025-01-01", "2026-01-01").Run, "people: this is no plain CSV file", 1},
		{fold(of("no row", "person,linked\r\n"), "2025-01-01", "2026-01-01").Run, "there is no row to take", 1},
		{fold(of("no period", "\ufeffperson,linked\r\nNM/1,1\r\n"), "", "").Run, "the folder has no study.json", 1},
		{fold(of("no length", "person,linked\nNM/1,1\n"), "2026-01-01", "2025-01-01").Run, "ends on a day after", 1},
		{evidencePseudonymiseCmd{Key: runKey, CSV: sheet, Column: "a", Out: out}.Run, "separated by semicolons", 1},
	} {
		err, code := c.run(), 1
		if e, ok := errors.AsType[exitError](err); ok {
			code = e.code
		}
		if err == nil || !strings.Contains(err.Error(), c.want) || code != c.code || strings.Contains(err.Error(), "NM/") {
			t.Errorf("%d: %v (ends with %d), want %q", i, err, code, c.want)
		}
	}
	if _, err := os.Lstat(out); err == nil {
		t.Error("something was written")
	}
	// As a spreadsheet under Windows writes it, with a mark at the beginning, it is taken.
	if err := fold(filepath.Join(dir, "of no period"), "2025-01-01", "2026-01-01").Run(); err != nil {
		t.Error(err)
	}
}

// What the documentation shows is taken as it stands there.
func TestTheExamplesOfTheDocumentationWork(t *testing.T) {
	text, err := os.ReadFile(filepath.Join("..", "..", "docs", "evidence.md"))
	if err != nil {
		t.Fatal(err)
	}
	_, table, _ := strings.Cut(string(text), "The smallest `outcomes.csv`:\n\n")
	table, _, _ = strings.Cut(table, "\n\n")
	rows := 0
	err = study.Rows(strings.NewReader(strings.ReplaceAll(table, "    ", "")), func(int, study.Outcome) error { rows++; return nil }, func(w study.Wrong) { t.Error(w) })
	if err != nil || rows != 2 {
		t.Errorf("%d rows, %v", rows, err)
	}
	seen := map[string]bool{}
	for i, block := range strings.Split(string(text), "```json\n")[1:] {
		block, _, _ = strings.Cut(block, "```")
		switch {
		case strings.Contains(block, `"odds_ratio"`):
			seen["effect"] = true
			_, err = simulate.ReadEffect(strings.NewReader(block))
		case strings.Contains(block, `"until"`):
			seen["period"] = true
			_, _, err = study.Period(fstest.MapFS{"study.json": {Data: []byte(block)}})
		case strings.Contains(block, `"outside"`):
			seen["outside"] = true
			_, err = plan.ReadDraft([]byte("{" + block + "}"))
		}
		if err != nil {
			t.Errorf("example %d: %v", i+1, err)
		}
	}
	if len(seen) != 3 {
		t.Errorf("only %v", seen)
	}
}

// The commands of the README make a report as they stand there.
func TestTheEvaluationOfTheReadmeMakesAReport(t *testing.T) {
	text, err := os.ReadFile(filepath.Join("..", "..", "README.md"))
	if err != nil {
		t.Fatal(err)
	}
	_, block, _ := strings.Cut(string(text), "## An evaluation")
	commands := regexp.MustCompile(`(?m)^    waymark (.*?)(?: #.*| > .*)?$`).FindAllStringSubmatch(block, -1)
	if len(commands) != 4 {
		t.Fatalf("%d commands", len(commands))
	}
	t.Chdir(t.TempDir())
	p := plan.Draft()
	p.Title, p.Hypothesis = "Two years", "Fewer people are arrested again."
	p.Agreed, p.Definition.Draws = []plan.Agreed{{Name: "Ama Mensah", For: "Community Leadership Team", On: "2026-01-12"}}, 0
	draft, err := json.Marshal(p)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile("plan.json", draft, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, c := range commands[1:] {
		var words cli
		parser, err := kong.New(&words)
		if err != nil {
			t.Fatal(err)
		}
		line, err := parser.Parse(strings.Fields(c[1]))
		if err != nil {
			t.Fatalf("%s: %v", c[1], err)
		}
		line.BindTo(t.Context(), (*context.Context)(nil))
		if err := line.Run(); err != nil {
			t.Fatalf("%s: %v", c[1], err)
		}
	}
	page, err := os.ReadFile("report.html")
	if err != nil || !strings.Contains(string(page), "A day in prison:") {
		t.Errorf("a report without what it cost: %v", err)
	}
}
