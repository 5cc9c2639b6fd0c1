// Package archtest holds the rules of the layout as tests: who may import whom,
// whose SQL may name which table, and that both engines understand every query.
package archtest

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"waymark.example/internal/dbtest"
	"waymark.example/internal/platform/db"
	"waymark.example/internal/schema"
)

const module = "waymark.example/internal/"

// room is one top-level folder of internal: what it may import of ours, and
// through which handle its SQL runs.
type room struct {
	imports []string
	handle  string
}

// rooms is the dependency rule. No side may import another.
func rooms() map[string]room {
	below := []string{"lead", "platform"}
	side := func(handle string, more ...string) room {
		return room{append(append([]string{"identity", "reference", "suppress"}, below...), more...), handle}
	}
	return map[string]room{
		"lead":        {},
		"stats":       {}, // pure: numbers in, numbers about groups out
		"suppress":    {}, // small numbers: stands alone, so that it can be read and proven alone
		"platform":    {imports: below},
		"schema":      {imports: []string{"platform"}},
		"dbtest":      {imports: append([]string{"schema"}, below...)},
		"identity":    {imports: append([]string{"identity"}, below...), handle: schema.Identity},
		"reference":   {imports: append([]string{"reference"}, below...), handle: schema.Reference},
		"handoff":     {imports: append([]string{"handoff", "reference", "suppress"}, below...)}, // its two ends run through two handles: see TestWallsOfTheBridge
		"police":      side(schema.Police, "police", "handoff", "stats"),
		"care":        side(schema.Care, "care", "handoff"),
		"partnership": side(schema.Partnership, "partnership", "handoff", "stats"),
		// The participant's own pages stand on the care side's services, through a
		// handle that sees far less; codes are made through the care handle.
		"portal":    side(schema.Participant, "portal", "care", "handoff"),
		"evidence":  side(schema.Evidence, "evidence", "stats"),
		"oversight": side(schema.Oversight, "oversight", "handoff"),
		"recipient": side(schema.Recipient, "recipient", "handoff"),
		"national":  {imports: []string{"lead", "platform", "national"}, handle: schema.National},
		"app":       {imports: []string{"lead", "national", "platform", "schema", "identity", "reference", "police", "care", "handoff", "portal", "partnership", "evidence", "oversight", "recipient", "suppress"}},
		"webtest":   {imports: []string{"app", "practice", "dbtest", "police", "handoff", "platform"}}, // for tests only: nobody lists it
		"practice":  {imports: []string{"lead", "platform", "identity", "reference", "handoff", "police", "care", "partnership", "oversight", "evidence", "app"}},
	}
}

// file is one Go file that is no test.
type file struct {
	room, path string
	ast        *ast.File
}

func files(t *testing.T) []file {
	t.Helper()
	var out []file
	err := filepath.WalkDir("..", func(path string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return err
		}
		parsed, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.SkipObjectResolution)
		path = strings.TrimPrefix(filepath.ToSlash(path), "../")
		name, _, _ := strings.Cut(path, "/")
		out = append(out, file{name, path, parsed})
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(out) < 40 {
		t.Fatalf("found %d files: the test looks in the wrong place", len(out))
	}
	return out
}

func imports(t *testing.T, f *ast.File) []string {
	t.Helper()
	var out []string
	for _, im := range f.Imports {
		p, err := strconv.Unquote(im.Path.Value)
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, p)
	}
	return out
}

func TestNoSideImportsAnother(t *testing.T) {
	rules := rooms()
	for _, f := range files(t) {
		rule, ok := rules[f.room]
		if !ok {
			t.Errorf("%s: the folder %s has no rule: say in archtest what it may import", f.path, f.room)
			continue
		}
		for _, p := range imports(t, f.ast) {
			if rest, ours := strings.CutPrefix(p, module); ours {
				to, _, _ := strings.Cut(rest, "/")
				if !slices.Contains(rule.imports, to) {
					t.Errorf("%s: %s may not import %s", f.path, f.room, rest)
				}
			}
		}
	}
}

// HTTP and HTML live only in web folders, SQL only in store.go and the bridge.
func TestEachThingHasItsPlace(t *testing.T) {
	for _, f := range files(t) {
		inWeb := strings.Contains(f.path, "/web/") || strings.HasPrefix(f.path, "platform/web") || f.room == "app" || f.room == "webtest" || strings.HasPrefix(f.path, "platform/ui") ||
			strings.HasPrefix(f.path, "platform/notice/") // what is sent goes out over HTTP; nothing comes in
		for _, p := range imports(t, f.ast) {
			if (p == "net/http" || p == "html/template") && !inWeb {
				t.Errorf("%s: %s belongs in a web folder", f.path, p)
			}
			if p == "database/sql" && !strings.HasPrefix(f.path, "platform/db/") && f.room != "dbtest" {
				t.Errorf("%s: %s belongs in platform/db", f.path, p)
			}
		}
		if len(queries(t, f)) > 0 && filepath.Base(f.path) != "store.go" && !strings.HasPrefix(f.path, "platform/ledger/") {
			t.Errorf("%s: queries belong in store.go", f.path)
		}
	}
}

// Only the ledger opens a transaction that may write, so that no change goes
// unrecorded. The key store is another database, which holds nothing about
// anyone; what is done to it is entered in the main one.
func TestOnlyTheLedgerWrites(t *testing.T) {
	for _, f := range files(t) {
		if strings.HasPrefix(f.path, "platform/ledger/") || strings.HasPrefix(f.path, "platform/db/") || strings.HasPrefix(f.path, "platform/secret/") {
			continue
		}
		ast.Inspect(f.ast, func(n ast.Node) bool {
			if s, ok := n.(*ast.SelectorExpr); ok && s.Sel.Name == "Transact" {
				t.Errorf("%s: only the ledger may call Transact", f.path)
			}
			return true
		})
	}
}

// Bookkeeping that leaves no entry is for sessions and keys alone.
func TestOnlyIdentityKeepsBooksWithoutAnEntry(t *testing.T) {
	for _, f := range files(t) {
		if f.room == "identity" || f.path == "portal/session.go" || strings.HasPrefix(f.path, "platform/ledger/") {
			continue
		}
		ast.Inspect(f.ast, func(n ast.Node) bool {
			if s, ok := n.(*ast.SelectorExpr); ok && s.Sel.Name == "Keep" {
				t.Errorf("%s: only identity may write without an entry", f.path)
			}
			return true
		})
	}
}

type query struct{ name, text string }

// queries returns the constants of type db.Query in f, each with its whole text:
// what several share is a constant of the same file, joined in with +.
func queries(t *testing.T, f file) []query {
	t.Helper()
	constants := map[string]ast.Expr{}
	ast.Inspect(f.ast, func(n ast.Node) bool {
		if spec, ok := n.(*ast.ValueSpec); ok {
			for i, v := range spec.Values {
				constants[spec.Names[i].Name] = v
			}
		}
		return true
	})
	var out []query
	ast.Inspect(f.ast, func(n ast.Node) bool {
		spec, ok := n.(*ast.ValueSpec)
		if !ok {
			return true
		}
		typ, ok := spec.Type.(*ast.SelectorExpr)
		if !ok || typ.Sel.Name != "Query" {
			return true
		}
		for i, v := range spec.Values {
			text, ok := textOf(v, constants)
			if !ok {
				t.Errorf("%s: %s: a db.Query is string literals and constants of its file, joined with +", f.path, spec.Names[i].Name)
				continue
			}
			out = append(out, query{spec.Names[i].Name, text})
		}
		return true
	})
	return out
}

// textOf works out a constant text; it is not one where anything but literals,
// constants of the same file and + stand in it.
func textOf(e ast.Expr, constants map[string]ast.Expr) (string, bool) {
	switch e := e.(type) {
	case *ast.BasicLit:
		text, err := strconv.Unquote(e.Value)
		return text, err == nil
	case *ast.Ident:
		of, ok := constants[e.Name]
		if !ok {
			return "", false
		}
		return textOf(of, constants)
	case *ast.BinaryExpr:
		a, okA := textOf(e.X, constants)
		b, okB := textOf(e.Y, constants)
		return a + b, okA && okB && e.Op == token.ADD
	}
	return "", false
}

var (
	tableName   = regexp.MustCompile(`(?i)\b(?:FROM|INTO|UPDATE|JOIN)\s+([a-z_]+)`)
	placeholder = regexp.MustCompile(`\$(\d+)`)
)

// A side's SQL names its own tables, the bridge's, reference and ledger, and
// the names of colleagues: never another side's.
func TestNoSidesSQLNamesAnothersTable(t *testing.T) {
	found := 0
	for _, f := range files(t) {
		own := f.room + "_"
		shared := []string{"handoff_", "reference_", "identity_account", "identity_role", "identity_standing", "identity_hold", "identity_organisation"}
		switch {
		case strings.HasPrefix(f.path, "platform/ledger/"):
			own, shared = "ledger_", []string{"identity_account", "identity_organisation"}
		case strings.HasPrefix(f.path, "platform/secret/"):
			own, shared = "key_", nil
		case f.room == "national": // what an area published, and that it wants it shown: the walls name the columns
			shared = []string{"partnership_set", "partnership_national"}
		case f.room == "handoff":
			// What was agreed between organisations decides what is read on the bridge.
			shared = []string{"identity_account", "identity_role", "identity_standing", "identity_organisation", "reference_agreement_open", "reference_partner_away"}
		case f.room == "oversight": // that a case is there, not what is in it: the walls name the columns
			shared = append(shared, "care_now", "care_glass", "care_away_lease", "care_away_person", "care_away_end", "care_disclosure", "care_letter", "police_contact", "police_custody")
		}
		for _, q := range queries(t, f) {
			found++
			for _, m := range tableName.FindAllStringSubmatch(q.text, -1) {
				if m[1] == "SET" || strings.EqualFold(m[1], "set") { // ON CONFLICT DO UPDATE SET
					continue
				}
				if !strings.HasPrefix(m[1], own) && !slices.ContainsFunc(shared, func(s string) bool { return strings.HasPrefix(m[1], s) }) {
					t.Errorf("%s: %s: %s may not name table %s", f.path, q.name, f.room, m[1])
				}
			}
		}
	}
	if found < 60 {
		t.Fatalf("found %d queries: the test looks in the wrong place", found)
	}
}

// Some SQLite drivers bind by first appearance and silently return wrong data
// otherwise.
func TestPlaceholdersFirstAppearInOrder(t *testing.T) {
	for _, f := range files(t) {
		for _, q := range queries(t, f) {
			seen := 0
			for _, m := range placeholder.FindAllStringSubmatch(q.text, -1) {
				n, err := strconv.Atoi(m[1])
				if err != nil || n > seen+1 {
					t.Errorf("%s: %s: placeholders must first appear as $1, $2, …", f.path, q.name)
					break
				}
				seen = max(seen, n)
			}
		}
	}
}

// A common table expression may not be called like a table or view: a reader
// would take it for one, and a guard that looks at names could too.
func TestNoQueryHidesBehindATablesName(t *testing.T) {
	with := regexp.MustCompile(`(?i)\bWITH\s+(?:RECURSIVE\s+)?([a-z_]+)`)
	for _, f := range files(t) {
		for _, q := range queries(t, f) {
			for _, m := range with.FindAllStringSubmatch(q.text, -1) {
				if strings.Contains(m[1], "_") {
					t.Errorf("%s: %s: call the expression %s something that is no table's name", f.path, q.name, m[1])
				}
			}
		}
	}
}

// Every query is understood by both engines, through the handle it runs on: so
// each side's SQL is within its walls.
func TestBothEnginesUnderstandEveryQueryWithinItsWalls(t *testing.T) {
	all := files(t)
	dbtest.Each(t, func(t *testing.T, s *db.Store) {
		for _, f := range all {
			if strings.HasPrefix(f.path, "platform/secret/") {
				continue // it runs on the key store: see TestTheKeyStoreUnderstandsItsQueries
			}
			handles := []string{rooms()[f.room].handle}
			switch {
			case strings.HasPrefix(f.path, "platform/ledger/"):
				handles = []string{schema.Oversight, schema.Ledger}
			case strings.HasPrefix(f.path, "reference/policy/"), strings.HasPrefix(f.path, "reference/agreement/"):
				handles = []string{schema.Partnership}
			case f.room == "handoff":
				handles = []string{schema.Police, schema.Care, schema.Recipient, schema.Participant, schema.Oversight, schema.Partnership, schema.Door, schema.Meeting, schema.Bodies}
			case strings.HasPrefix(f.path, "partnership/meeting/"), strings.HasPrefix(f.path, "partnership/voice/"): // where people of every side sit
				handles = []string{schema.Meeting}
			case strings.HasPrefix(f.path, "partnership/deliberation/"): // people of every side sit on the bodies
				handles = []string{schema.Bodies}
			case strings.HasPrefix(f.path, "partnership/door/"), strings.HasPrefix(f.path, "partnership/survey/"): // anybody puts in, the coordinator reads
				handles = []string{schema.Partnership, schema.Door}
			case f.room == "portal":
				handles = []string{schema.Participant, schema.Care}
			}
			for _, q := range queries(t, f) {
				var last error
				ok := false
				for _, h := range handles {
					if last = s.Handle(h).Prepare(t.Context(), db.Query(q.text)); last == nil {
						ok = true
					}
				}
				if !ok {
					t.Errorf("%s: %s: %v", f.path, q.name, last)
				}
			}
		}
	})
}

// The same for the key store, through one of the handles that may do most to it.
func TestTheKeyStoreUnderstandsItsQueries(t *testing.T) {
	found := 0
	dbtest.EachKeys(t, func(t *testing.T, s *db.Store) {
		for _, f := range files(t) {
			if !strings.HasPrefix(f.path, "platform/secret/") {
				continue
			}
			for _, q := range queries(t, f) {
				found++
				err := s.Handle(schema.Care).Prepare(t.Context(), db.Query(q.text))
				if err != nil {
					err = s.Handle(schema.Slot).Prepare(t.Context(), db.Query(q.text))
				}
				if err != nil {
					t.Errorf("%s: %s: %v", f.path, q.name, err)
				}
			}
		}
	})
	if found < 8 {
		t.Fatalf("found %d queries: the test looks in the wrong place", found)
	}
}
