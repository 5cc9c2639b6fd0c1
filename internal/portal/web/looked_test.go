package web

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"waymark.example/internal/lead"
	"waymark.example/internal/platform/access"
	"waymark.example/internal/platform/ledger"
)

// Whatever can be done with somebody's record, they read of it in words of its
// own, not as "your record".
func TestR51_EveryActOnARecordHasWordsThatThePersonUnderstands(t *testing.T) {
	ofPeople := []access.Class{access.ReferralClass, access.StatusClass, access.CaseFileClass, access.HealthClass, access.RestrictedClass, access.EqualityClass}
	for action, m := range access.Meanings() {
		if !slices.Contains(ofPeople, m.Class) {
			continue
		}
		if _, ok := partWords(string(action)); !ok {
			t.Errorf("%s (%s) has no words", action, m.Words)
		}
		if whyWords(m.Purpose) == "" {
			t.Errorf("%s: why it is done (%s) has no words", action, m.Purpose)
		}
	}
	acts := actsOf(t, "care", "handoff", "recipient", "portal", "oversight")
	if len(acts) < 120 || !slices.Contains(acts, "document.download") || !slices.Contains(acts, "matter.share") || !slices.Contains(acts, "away.list") {
		t.Fatalf("the test looks in the wrong place: %d acts, %v", len(acts), acts)
	}
	// These are about no one person: a team, a service, an account, an address.
	about := []string{"supervision", "service", "access", "breach", "processing", "codelist", "thanks", "keys", "fidelity"}
	for _, act := range acts {
		group, _, _ := strings.Cut(act, ".")
		if slices.Contains(about, group) || slices.Contains(about, act) {
			continue
		}
		if _, ok := partWords(act); !ok {
			t.Errorf("%s has no words", act)
		}
	}
	s := &Site{}
	for act, verbs := range map[string][]ledger.Verb{"document.taken_away": {ledger.Erased}, "matter.share": {ledger.Disclosed}, "reminder.send": {ledger.Administered}, "answers.take": {ledger.Collected, ledger.Denied}} {
		for _, verb := range verbs {
			l := s.words(ledger.Glance{Act: act, Verb: verb, Side: lead.Care, Purpose: string(access.Support)})
			if what := l.Parts[0].What; what == "" || strings.HasPrefix(what, "Looked") || strings.Contains(what, "your record") {
				t.Errorf("%s, %s: %q", act, verb, what)
			}
		}
	}
	// A concern of which the person must not hear yet does not show itself.
	for _, act := range []string{"safety.concern", "safety.concern_read", "safety.concern_referred"} {
		if got := partOf(act); got != "what keeps you safe" {
			t.Errorf("%s reads %q", act, got)
		}
	}
}

// actsOf returns what the sides enter in the log, as their source names it.
func actsOf(t *testing.T, sides ...string) []string {
	t.Helper()
	var out []string
	for _, side := range sides {
		err := filepath.WalkDir(filepath.Join("..", "..", side), func(path string, d fs.DirEntry, err error) error {
			if err != nil || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
				return err
			}
			file, err := parser.ParseFile(token.NewFileSet(), path, nil, 0)
			if err != nil {
				return err
			}
			ast.Inspect(file, func(n ast.Node) bool {
				if lit, ok := n.(*ast.CompositeLit); ok {
					out = append(out, actIn(lit))
				}
				return true
			})
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	slices.Sort(out)
	return slices.DeleteFunc(slices.Compact(out), func(act string) bool { return act == "" })
}

// actIn returns the name of an act in a ledger.Entry or a participant.Act.
func actIn(lit *ast.CompositeLit) string {
	kind := ""
	switch of := lit.Type.(type) {
	case *ast.SelectorExpr:
		kind = of.Sel.Name
	case *ast.Ident:
		kind = of.Name
	}
	field, known := map[string]string{"Entry": "Act", "Act": "Name"}[kind]
	if !known {
		return ""
	}
	for i, e := range lit.Elts {
		value := e
		if kv, ok := e.(*ast.KeyValueExpr); ok {
			if key, ok := kv.Key.(*ast.Ident); !ok || key.Name != field {
				continue
			}
			value = kv.Value
		} else if kind != "Act" || i != 1 {
			continue
		}
		if text, ok := value.(*ast.BasicLit); ok && text.Kind == token.STRING {
			if act, err := strconv.Unquote(text.Value); err == nil {
				return act
			}
		}
	}
	return ""
}
