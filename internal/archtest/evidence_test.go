package archtest

import (
	"encoding/csv"
	"errors"
	"go/ast"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// dangerous are the packages that the product does without, and why.
func dangerous() map[string]string {
	return map[string]string{
		"C": "memory is Go's to look after", "unsafe": "memory is Go's to look after", "plugin": "the program is whole", "text/template": "it does not escape",
		"encoding/gob": "what is sent does not choose its type", "encoding/xml": "no XML is read", "net/smtp": "mail goes out as one of two constant texts", "net/http/cgi": "no program is run for a request",
		"net/http/pprof": "nothing looks inside a running site", "expvar": "nothing looks inside a running site", "crypto/md5": "it is broken", "crypto/sha1": "it is broken", "crypto/des": "it is broken", "crypto/rc4": "it is broken",
		"math/rand": "it can be guessed", "math/rand/v2": "it can be guessed",
	}
}

// pictures are the files that put what package chart drew into a page: it escapes every
// word itself, and its own test proves that.
func pictures() []string {
	return []string{"evidence/report/web/web.go", "platform/ui/picture.go"}
}

func TestNothingDangerousIsUsed(t *testing.T) {
	avoid := dangerous()
	for _, f := range files(t) {
		for _, p := range imports(t, f.ast) {
			// Made-up people may be guessed, a draw of a bootstrap must come again the same,
			// and one file sends the constant texts.
			if why, ok := avoid[p]; ok && f.room != "practice" && (p != "math/rand/v2" || f.room != "stats" && !strings.HasPrefix(f.path, "evidence/simulate/")) && (p != "net/smtp" || f.path != "platform/notice/mail.go") {
				t.Errorf("%s: imports %s: %s", f.path, p, why)
			}
			if p == "os/exec" && f.path != "platform/secret/command.go" {
				t.Errorf("%s: only the keeper may be another program", f.path)
			}
		}
		ast.Inspect(f.ast, func(n ast.Node) bool {
			call, ok := n.(*ast.CallExpr)
			if !ok {
				return true
			}
			s, ok := call.Fun.(*ast.SelectorExpr)
			if !ok {
				return true
			}
			x, ok := s.X.(*ast.Ident)
			if !ok {
				return true
			}
			switch name := x.Name + "." + s.Sel.Name; name {
			case "template.HTML", "template.HTMLAttr", "template.JS", "template.JSStr", "template.URL", "template.CSS", "template.Srcset":
				if !slices.Contains(pictures(), f.path) {
					t.Errorf("%s: %s says that text is markup", f.path, name)
				}
			case "regexp.MustCompile", "regexp.Compile":
				if _, ok := call.Args[0].(*ast.BasicLit); !ok {
					t.Errorf("%s: a regular expression is one constant of the source", f.path)
				}
			}
			return true
		})
	}
}

var (
	rowOfTable = regexp.MustCompile(`(?m)^\| (V[0-9.]+) \| [12] \| .+ \| (met|partly|n/a|to do) \| (.+) \|$`)
	fenced     = regexp.MustCompile("(?s)```.*?```") // a drawing names nothing
	named      = regexp.MustCompile("`([^`]+)`")
	testName   = regexp.MustCompile(`^(?:Test|Fuzz)[A-Z]\w*$`)
	fileName   = regexp.MustCompile(`^(?:(?:internal|cmd|docs|test|scripts)/[\w./-]+|go\.mod|go\.sum|Makefile)$`)
	testFunc   = regexp.MustCompile(`(?m)^func ((?:Test|Fuzz)[A-Z]\w*)\(`)
	nodeTest   = regexp.MustCompile("(?m)\\btest\\(\\s*[\"'`]([^\"'`]+)")
)

// Everything that the documents of security call evidence is there: every test
// by its name, every file by its path.
func TestWhatIsCalledEvidenceExists(t *testing.T) {
	tests := map[string]bool{}
	err := filepath.WalkDir("../..", func(path string, e fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if e.IsDir() && (e.Name() == "node_modules" || e.Name() == ".git") {
			return filepath.SkipDir
		}
		if !strings.HasSuffix(path, "_test.go") && !strings.HasSuffix(path, ".test.mjs") {
			return nil
		}
		text, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		for _, m := range slices.Concat(testFunc.FindAllStringSubmatch(string(text), -1), nodeTest.FindAllStringSubmatch(string(text), -1)) {
			tests[m[1]] = true
		}
		return nil
	})
	if err != nil || len(tests) < 100 {
		t.Fatalf("found %d tests: %v", len(tests), err)
	}
	for _, doc := range []string{"asvs.md", "threat-model.md"} {
		text, err := os.ReadFile("../../docs/" + doc)
		if err != nil {
			t.Fatal(err)
		}
		found := 0
		for _, m := range named.FindAllStringSubmatch(fenced.ReplaceAllString(string(text), ""), -1) {
			there := true
			switch {
			case testName.MatchString(m[1]):
				there = tests[m[1]]
			case fileName.MatchString(m[1]):
				_, err := os.Stat("../../" + m[1])
				there = err == nil
			default:
				continue
			}
			found++
			if !there {
				t.Errorf("%s names %s, which does not exist", doc, m[1])
			}
		}
		if found < 50 {
			t.Errorf("%s names only %d tests and files: the test looks in the wrong place", doc, found)
		}
	}
}

// Each requirement of levels 1 and 2 stands in the table once, with evidence or
// with the reason why it is not met or does not apply.
func TestEveryRequirementOfASVSHasItsEvidence(t *testing.T) {
	text, err := os.ReadFile("../../docs/asvs.md")
	if err != nil {
		t.Fatal(err)
	}
	rows := map[string]int{}
	for _, m := range rowOfTable.FindAllStringSubmatch(string(text), -1) {
		rows[m[1]]++
		if m[2] == "met" && !slices.ContainsFunc(named.FindAllStringSubmatch(m[3], -1), func(n []string) bool { return testName.MatchString(n[1]) || fileName.MatchString(n[1]) }) {
			t.Errorf("%s is met, and nothing shows it", m[1])
		}
		if len(m[3]) < 10 {
			t.Errorf("%s: %q is no reason", m[1], m[3])
		}
	}
	if lines := strings.Count(string(text), "\n| V"); lines != len(rows) {
		t.Errorf("%d rows, of which %d can be read, each once", lines, len(rows))
	}
	list, err := os.Open("../../../shared/reference/asvs/asvs5.csv")
	if errors.Is(err, fs.ErrNotExist) {
		t.Skip("the list of OWASP ASVS 5.0.0 is not at ../shared/reference/asvs/asvs5.csv: the ids were not compared")
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := list.Close(); err != nil {
			t.Error(err)
		}
	})
	all, err := csv.NewReader(list).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	wanted := 0
	for _, row := range all[1:] {
		id, level := row[4], row[6]
		if level != "1" && level != "2" {
			continue
		}
		wanted++
		if rows[id] != 1 {
			t.Errorf("%s (level %s) stands there %d times", id, level, rows[id])
		}
	}
	if wanted != 253 || len(rows) != wanted {
		t.Errorf("%d requirements, %d rows, want 253 of each", wanted, len(rows))
	}
}
