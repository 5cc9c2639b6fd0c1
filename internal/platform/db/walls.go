package db

import (
	"slices"
	"strings"
)

// Walls says, for each handle, what it may touch. What is not granted is
// refused, by an authorizer on SQLite and by table rights on PostgreSQL, both
// made from this one list.
type Walls map[string][]Grant

// Grant lets a handle use one table or view. A name ending in * stands for
// every table or view that starts so.
type Grant struct {
	Table   string
	Verbs   Verbs
	Columns []string // when set, reading is limited to these columns
}

// Verbs is a set of what a handle may do with a table.
type Verbs int

// The verbs. There is none to change the schema: only the migrator does.
const (
	Select Verbs = 1 << iota
	Insert
	Update
	Delete
)

// grantFor returns the grant that covers table, if any. An exact name wins
// over a pattern.
func grantFor(grants []Grant, table string) (Grant, bool) {
	i := slices.IndexFunc(grants, func(g Grant) bool { return g.Table == table })
	if i < 0 {
		i = slices.IndexFunc(grants, func(g Grant) bool {
			prefix, ok := strings.CutSuffix(g.Table, "*")
			return ok && strings.HasPrefix(table, prefix)
		})
	}
	if i < 0 {
		return Grant{}, false
	}
	return grants[i], true
}

// mayRead reports whether the grants let table's column be read. The empty
// column asks for the row's existence only, as COUNT(*) does.
func mayRead(grants []Grant, table, column string) bool {
	g, ok := grantFor(grants, table)
	if !ok || g.Verbs&Select == 0 {
		return false
	}
	return len(g.Columns) == 0 || column == "" || slices.Contains(g.Columns, column)
}

func mayDo(grants []Grant, table string, v Verbs) bool {
	g, ok := grantFor(grants, table)
	return ok && g.Verbs&v != 0
}
