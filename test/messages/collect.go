package main

import (
	"encoding/csv"
	"encoding/json"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"waymark.example/internal/lead"
	"waymark.example/internal/platform/ui"
)

// message is where a message stands, and which of its values are words of ours
// that are looked up too.
type message struct {
	where []string
	ours  []int
}

// found is every message.
type found map[string]message

func (f found) add(text, where string, ours ...int) {
	text = strings.TrimSpace(text)
	m := f[text]
	if !slices.Contains(m.where, where) {
		m.where = append(m.where, where)
	}
	for _, n := range ours {
		if !slices.Contains(m.ours, n) {
			m.ours = append(m.ours, n)
		}
	}
	f[text] = m
}

// collect reads templates, scripts, Go code and code lists below root.
func collect(root string) (found, error) {
	out := found{}
	err := filepath.WalkDir(filepath.Join(root, "internal"), func(path string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		where, err := filepath.Rel(filepath.Join(root, "internal"), path)
		if err != nil {
			return err
		}
		where = filepath.ToSlash(where)
		text, err := os.ReadFile(path) //nolint:gosec // a file of this repository
		if err != nil {
			return err
		}
		var messages []string
		switch {
		case strings.Contains(where, "/testdata/"): // no page
		case strings.HasSuffix(where, ".html"):
			messages, err = ui.Messages(string(text))
		case strings.HasPrefix(where, "platform/ui/assets/") && strings.HasSuffix(where, ".js"):
			messages, err = ui.ScriptMessages(text)
		case strings.HasPrefix(where, "reference/instrument/data/"):
			messages, err = watched(text)
		case strings.HasPrefix(where, "reference/codelist/data/") && strings.HasSuffix(where, ".csv"):
			messages, err = labels(where, string(text))
		case strings.HasSuffix(where, ".go") && !strings.HasSuffix(where, "_test.go") && spoken(where):
			err = said(path, func(text string, ours []int) { out.add(text, where, ours...) })
		}
		if err != nil {
			return fmt.Errorf("%s: %w", where, err)
		}
		for _, m := range messages {
			if strings.ContainsFunc(m, unicode.IsLetter) {
				out.add(m, where)
			}
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("collect: %w", err)
	}
	for text, values := range handMarked() {
		if m, ok := out[text]; ok {
			m.ours = values
			out[text] = m
		}
	}
	for _, r := range lead.Roles() { // their words are made of their names
		out.add(r.Words(), "lead/lead.go")
	}
	return out, nil
}

// handMarked lists messages whose values are words of ours, where the code that
// puts them together does not show it.
func handMarked() map[string][]int {
	return map[string][]int{
		"Looked at {1}": {1}, "Changed {1}": {1}, "Wrote in {1}": {1}, "Took something out of {1}": {1}, "Tried to see {1}, but was not let in": {1},
		"Closed now{1}": {1}, "Bank holiday today: ring first{1}": {1}, "Propose: {1}": {1}, "{1}. To verify": {1}, "Nobody is on call {1}": {1},
		"{1} is {2} then: take that off first, or choose another order": {2}, "The {1} on call": {1}, "{1}, by law": {1},
	}
}

// spoken reports whether a Go file may hold words that a page shows.
func spoken(where string) bool {
	for _, silent := range []string{"app/", "archtest/", "dbtest/", "webtest/", "practice/", "schema/", "platform/db/", "platform/secret/", "platform/ledger/", "platform/access/", "platform/web/carry", "platform/web/csv", "platform/ui/", "stats/", "evidence/analysis/", "evidence/bundle/", "evidence/cohort/", "evidence/plan/", "evidence/report/", "evidence/simulate/", "police/outbox/", "reference/identifier/", "police/web/script", "police/bulk/api", "reference/service/web/api"} {
		if strings.HasPrefix(where, silent) {
			return slices.Contains([]string{"app/server.go", "platform/ledger/search.go", "platform/access/meaning.go", "platform/access/matrix.go", "evidence/cohort/person.go"}, where) // a report is in the language of its plan; what a plan chooses from is not
		}
	}
	return !strings.HasSuffix(where, "store.go") || where == "care/internal/note/store.go" // whose rows are read as sentences
}

// labels reads the words of a code list. The long lists that come from elsewhere
// and that no page offers as a choice are not translated: languages keep their
// names, offences the words of the law.
func labels(where, text string) ([]string, error) {
	for _, none := range []string{"languages", "police_forces", "pcc_areas", "nhs"} {
		if strings.Contains(where, none) {
			return nil, nil
		}
	}
	rows, err := csv.NewReader(strings.NewReader(text)).ReadAll()
	if err != nil {
		return nil, err
	}
	var out []string
	for _, name := range []string{"label", "group"} {
		at := slices.Index(rows[0], name)
		for _, row := range rows[1:] {
			if at >= 0 && row[at] != "" && (name == "label" || strings.ToUpper(row[at]) != row[at]) {
				out = append(out, row[at])
			}
		}
	}
	return out, nil
}

// watched reads what a worker is told at once about an answer.
func watched(text []byte) ([]string, error) {
	var d struct{ Watch []struct{ Words string } }
	if err := json.Unmarshal(text, &d); err != nil {
		return nil, fmt.Errorf("watch: %w", err)
	}
	var out []string
	for _, w := range d.Watch {
		out = append(out, w.Words)
	}
	return out, nil
}

// silentCalls take texts that nobody is shown.
var silentCalls = regexp.MustCompile(`^(fmt\.Errorf|errors\.New|panic|slog\..*|log\..*|regexp\..*|web\.(Get|Post|Line|Moment|SeeOther)|strings\.(Cut|CutPrefix|CutSuffix|Contains|ContainsAny|HasPrefix|HasSuffix|TrimPrefix|TrimSuffix|Trim|TrimLeft|TrimRight|Split|SplitN|Index|LastIndex|Count|Replace|ReplaceAll|NewReplacer)|(tx|db)\.(One|All)|.*\.(Exec|Format|Get|Set|Seal|PostFormValue|PathValue|Has|Check|HandleFunc|Handle|Render|Bytes|Open|Key|Sum|Write|WriteString|Glob|Sub|Parse|ParseInLocation|TooLong|Del|Cookie|Query)|http\..*|url\..*|os\..*|filepath\..*|lead\.NewID|db\..*|time\..*|json\..*|hex\..*)$`)

// said lists the texts of a Go file that may reach a page: literals that read like
// words, and texts put together around values, which stand as {1}.
func said(path string, add func(text string, ours []int)) error {
	file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.SkipObjectResolution)
	if err != nil {
		return err
	}
	speaks := false // the function's name says that it returns words
	take := func(text string, values ...ast.Expr) {
		if !words(text, speaks) {
			return
		}
		var ours []int
		for i, v := range values {
			if spokenValue(v) {
				ours = append(ours, i+1)
			}
		}
		add(text, ours)
	}
	var visit func(n ast.Node) bool
	visit = func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.FuncDecl:
			speaks = regexp.MustCompile(`(?i)words|label|title|says|sentence|meta|seen|legend|hint|mine|what|why|text|partof|^order$`).MatchString(n.Name.Name)
			if n.Body != nil {
				ast.Inspect(n.Body, visit)
			}
			speaks = false
			return false
		case *ast.ImportSpec, *ast.Field:
			return false
		case *ast.CaseClause:
			for _, s := range n.Body {
				ast.Inspect(s, visit)
			}
			return false
		case *ast.IndexExpr:
			ast.Inspect(n.X, visit)
			return false
		case *ast.KeyValueExpr:
			if lit, ok := n.Key.(*ast.BasicLit); ok && lit.Kind == token.STRING {
				ast.Inspect(n.Value, visit)
				return false
			}
		case *ast.CallExpr:
			name := called(n.Fun)
			if name == "fmt.Sprintf" {
				if text, ok := literal(n.Args[0]); ok {
					take(holes(text), n.Args[1:]...)
					for _, a := range n.Args[1:] {
						ast.Inspect(a, visit)
					}
					return false
				}
			}
			if silentCalls.MatchString(name) {
				return false
			}
		case *ast.BinaryExpr:
			switch n.Op {
			case token.ADD:
				text, values, ok := joined(n)
				if ok {
					take(text, values...)
					for _, v := range values {
						ast.Inspect(v, visit)
					}
					return false
				}
			case token.EQL, token.NEQ:
				return false
			}
		case *ast.BasicLit:
			if text, ok := literal(n); ok {
				take(text)
			}
		}
		return true
	}
	for _, d := range file.Decls {
		ast.Inspect(d, visit)
	}
	return nil
}

// spokenValue reports whether a value within a text is words of ours: what a kind
// calls itself.
func spokenValue(e ast.Expr) bool {
	call, ok := e.(*ast.CallExpr)
	if !ok {
		return false
	}
	name := called(call.Fun)
	if (name == "strings.ToLower" || name == "lower") && len(call.Args) == 1 {
		return spokenValue(call.Args[0])
	}
	return strings.HasSuffix(name, "Words") || strings.HasSuffix(name, ".Label") || name == "words"
}

func called(fun ast.Expr) string {
	switch f := fun.(type) {
	case *ast.Ident:
		return f.Name
	case *ast.SelectorExpr:
		return called(f.X) + "." + f.Sel.Name
	}
	return ""
}

func literal(e ast.Expr) (string, bool) {
	lit, ok := e.(*ast.BasicLit)
	if !ok || lit.Kind != token.STRING {
		return "", false
	}
	text, err := strconv.Unquote(lit.Value)
	return text, err == nil
}

var verb = regexp.MustCompile(`%[-+# 0]*\d*(?:\.\d+)?[a-zA-Z]`)

// holes turns the verbs of a format into {1}, {2}.
func holes(format string) string {
	n := 0
	text := verb.ReplaceAllStringFunc(strings.ReplaceAll(format, "%%", "\x00"), func(string) string {
		n++
		return "{" + strconv.Itoa(n) + "}"
	})
	return strings.ReplaceAll(text, "\x00", "%")
}

// joined turns "a" + b + "c" into "a{1}c".
func joined(e *ast.BinaryExpr) (text string, values []ast.Expr, ok bool) {
	var parts []ast.Expr
	var flatten func(ast.Expr)
	flatten = func(x ast.Expr) {
		if b, is := x.(*ast.BinaryExpr); is && b.Op == token.ADD {
			flatten(b.X)
			flatten(b.Y)
			return
		}
		parts = append(parts, x)
	}
	flatten(e)
	for _, p := range parts {
		if lit, is := literal(p); is {
			text += lit
			ok = true
			continue
		}
		values = append(values, p)
		text += "{" + strconv.Itoa(len(values)) + "}"
	}
	return text, values, ok
}

// unseen are texts that read like words and are shown to nobody: keys, what is
// sealed with, what a type calls itself in a test.
func unseen() []string {
	return []string{"class {1} to {2} basis {3} by {4}", "care_document_part.body {1} {2}/{3}", `{\rtf`, "{1} {2} due {3}", "absent", "full", "nobody yet: a starter that comes with Waymark, for the partnership to change"}
}

var query = regexp.MustCompile(`^\s*\(?(SELECT|INSERT|UPDATE|DELETE|WITH|CREATE|AND|OR|ORDER|FROM|JOIN|LEFT|WHERE)\b`)

// words tells what people read from keys, addresses, headers and queries.
func words(text string, speaks bool) bool {
	bare := regexp.MustCompile(`\{\d+\}`).ReplaceAllString(text, "")
	letters := 0
	for _, r := range bare {
		if unicode.IsLetter(r) {
			letters++
		}
	}
	trimmed := strings.TrimSpace(bare)
	if letters < 2 || slices.Contains(unseen(), text) || query.MatchString(text) || strings.ContainsAny(text, "<>\t\n\x00#|%*`") || strings.Contains(text, "://") || strings.Contains(text, "2006") || strings.Contains(text, "15:04") || strings.HasPrefix(trimmed, "/") || strings.Contains(text, "?") && strings.Contains(text, "=") {
		return false
	}
	if regexp.MustCompile(`^[A-Za-z0-9_.:{}/=&%-]+$`).MatchString(text) && !regexp.MustCompile(`^[A-Z][a-z]+([-][a-z]+)*\.?$`).MatchString(text) { // one word that is a key
		return speaks && regexp.MustCompile(`^[a-z]+$`).MatchString(text)
	}
	if speaks || regexp.MustCompile(`^\d+ [a-z]+$`).MatchString(text) || strings.HasPrefix(text, ", ") && letters > 3 {
		return true
	}
	first := []rune(trimmed)[0]
	return unicode.IsUpper(first) && strings.ToUpper(trimmed) != trimmed || strings.HasPrefix(text, "{1} ") && letters > 2 || strings.Count(trimmed, " ") >= 2
}
