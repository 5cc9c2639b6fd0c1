package app_test

import (
	"fmt"
	"net/http"
	"net/url"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"waymark.example/internal/app"
	"waymark.example/internal/dbtest"
	"waymark.example/internal/lead"
	"waymark.example/internal/platform/access"
	"waymark.example/internal/platform/db"
	"waymark.example/internal/schema"
	"waymark.example/internal/webtest"
)

// mayRead reports whether somebody of a side may ever read, at an address, a
// text of a class that the practice area marks: the case team what people tell
// them, others only what crossed to them, where it crossed to.
func mayRead(side lead.Side, class access.Class, path string) bool {
	switch side {
	case lead.Police:
		return class == access.ContactClass || class == access.ReferralClass
	case lead.Care:
		return class != access.ContactClass && class != access.VictimClass
	case lead.Recipient:
		return class >= access.ReferralClass && class <= access.RestrictedClass && strings.HasPrefix(path, "/received")
	case lead.Partnership: // what somebody complained about or praised, where they chose the scheme to hear it
		return class == access.StatusClass && strings.HasPrefix(path, "/partnership/complaints")
	case lead.Oversight: // the words of a request or a complaint that somebody made to them
		return class == access.StatusClass && (strings.HasPrefix(path, "/oversight/requests") || strings.HasPrefix(path, "/oversight/complaints"))
	}
	return false
}

// noFence permits everything: the policies switched off.
func noFence(t *testing.T) *access.Decider {
	t.Helper()
	d, err := access.Read(fstest.MapFS{"policies/none.cedar": {Data: []byte(`@id("everything") permit (principal, action, resource);`)}})
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// noWalls lets every handle do everything with every table: the walls of the
// database switched off.
func noWalls() db.Layout {
	layout := schema.Layout()
	open := db.Walls{}
	for handle := range layout.Walls {
		open[handle] = []db.Grant{{Table: "*", Verbs: db.Select | db.Insert | db.Update | db.Delete}}
	}
	layout.Walls = open
	return layout
}

// Each fence that can be switched off is switched off, and the others hold.
func TestEachFenceHoldsWithTheOthersOff(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "waymark.db")
	site := webtest.StartMarked(t, "sqlite:"+path, marker())
	policies, err := access.New()
	if err != nil {
		t.Fatal(err)
	}
	again := func(layout db.Layout, decider *access.Decider) *webtest.Site {
		a, err := app.OpenWith(t.Context(), site.App.Config, layout, decider)
		if err != nil {
			t.Fatal(err)
		}
		return site.Again(a)
	}
	t.Run("the policies, without the database's walls", func(t *testing.T) { holds(t, again(noWalls(), policies)) })
	t.Run("each side's own handle, without the policies", func(t *testing.T) { holds(t, again(schema.Layout(), noFence(t))) })
	t.Run("the keys, with neither", func(t *testing.T) { keysHold(t, again(noWalls(), noFence(t))) })
}

// holds crawls as every role and finds no word of a class that is another
// side's.
func holds(t *testing.T, site *webtest.Site) {
	t.Helper()
	answers, own := 0, 0
	for _, name := range visitors() {
		b := site.Visitor(t)
		if name != "" {
			b = site.SignIn(t, name)
		}
		side := site.Area.Actors[name].Side
		look := func(where string, a webtest.Answer) {
			answers++
			for _, found := range classed.FindAllStringSubmatch(a.Body+a.Location+fmt.Sprint(a.Header), -1) {
				own++
				if !mayRead(side, access.Class(found[1]), where) {
					t.Errorf("%s reads %s at %s", name, found[0], where)
				}
			}
		}
		walk(b, 60, look)
		for _, route := range site.App.Routes() {
			if ofTheSession(route.Path) {
				continue
			}
			for _, path := range addresses(site, route.Path)[:1] {
				if route.Method == http.MethodGet {
					look(path, b.Get(path))
				} else if strings.HasPrefix(path, "/police/") || strings.HasPrefix(path, "/care/") { // not accounts: that would sign the next one out
					look("POST "+path, b.Post(path, url.Values{"narrative": {"x"}}))
				}
			}
		}
	}
	if own < 100 {
		t.Errorf("only %d marked texts seen by those whose they are: the test looks in the wrong place", own)
	}
	t.Logf("%d answers", answers)
}

// keysHold reads every table through the handle of the police, as somebody could
// who has the whole database and every policy on their side: what people told the case team
// is there, and cannot be read.
func keysHold(t *testing.T, site *webtest.Site) {
	t.Helper()
	sealed, rows := 0, 0
	err := site.App.Store.Handle(schema.Police).Look(t.Context(), func(tx *db.Tx) error {
		for _, table := range dbtest.Tables(t) {
			for _, column := range dbtest.Columns(t, table) {
				texts, err := db.All(t.Context(), tx, func(row db.Row) (string, error) {
					var text any
					err := row.Scan(&text)
					return fmt.Sprint(text), err
				}, db.Query("SELECT "+column+" FROM "+table)) // every table there is: a test's own words
				if err != nil {
					return fmt.Errorf("%s.%s: %w", table, column, err)
				}
				for _, text := range texts {
					rows++
					if strings.HasPrefix(text, "k1.") {
						sealed++
					}
					if found := classed.FindStringSubmatch(text); found != nil && found[1] != string(access.ContactClass) { // what officers write of a contact is their own
						t.Errorf("%s.%s holds %s in the clear", table, column, found[0])
					}
				}
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if sealed < 500 {
		t.Errorf("only %d sealed texts of %d: the test looks in the wrong place", sealed, rows)
	}
	for _, side := range []string{schema.Police, schema.Partnership, schema.Evidence} {
		if _, ok := schema.Keys().Walls[side]; ok {
			t.Errorf("%s has a way into the key store", side)
		}
	}
	t.Logf("%d values read, %d of them sealed", rows, sealed)
}
