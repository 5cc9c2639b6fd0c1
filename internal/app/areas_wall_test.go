package app_test

import (
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"waymark.example/internal/dbtest"
	"waymark.example/internal/lead"
	"waymark.example/internal/platform/db"
	"waymark.example/internal/platform/ledger"
	"waymark.example/internal/platform/web"
	"waymark.example/internal/police/contact"
	"waymark.example/internal/schema"
	"waymark.example/internal/webtest"
)

// Two areas of one installation, whose people even have the same addresses and
// passwords. Everybody who is somebody in the first is nobody in the second, at
// every route; what the second has is, in the first, what does not exist; and
// nothing in the second changes by all of it, in any table.
func TestWallsBetweenAreas(t *testing.T) {
	t.Parallel()
	t.Run("sqlite", func(t *testing.T) { betweenAreas(t, "sqlite:"+filepath.Join(t.TempDir(), "waymark.db")) })
	t.Run("postgres", func(t *testing.T) { betweenAreas(t, webtest.Postgres) })
}

func betweenAreas(t *testing.T, address string) {
	t.Helper()
	areas := webtest.StartAreas(t, address, everything())
	w := &areaWalls{t: t, a: areas.A, b: areas.B, nobody: map[string]string{}}
	tables := columnsOf(t)
	for _, s := range []*webtest.Site{areas.A, areas.B} {
		if s.Area.People["Kestrel"] == "" {
			s.Area.People["Kestrel"] = webtest.Received(t, s.App, s.Area)
		}
	}
	w.theirs = idsOf(t, areas.B, tables)
	if areas.A.Area.People["Kestrel"] == areas.B.Area.People["Kestrel"] || len(w.theirs["account_id"]) == 0 || len(w.theirs["participant_id"]) == 0 {
		t.Fatal("the areas hold the same, or nothing: the test looks in the wrong place")
	}
	whateverTheHost(t, areas)
	everybody := append(visitors(), ofTheirOwn)
	if !strings.HasPrefix(address, "sqlite:") && !everything() { // the pages are the same on both engines
		everybody = []string{"officer", "manager", "administrator", ofTheirOwn}
	}
	before, deniedBefore := rowsOf(t, areas.B, tables), denied(t, areas.A)
	for i, name := range everybody {
		w.visit(name, i)
	}
	for table, n := range rowsOf(t, areas.B, tables) {
		if n != before[table] && table != "ledger_checkpoint" { // signs, a moment later, what was there already
			t.Errorf("the other area's %s had %s and has %s", table, before[table], n)
		}
	}
	if n := denied(t, areas.A) - deniedBefore; n == 0 {
		t.Errorf("the log of their own area holds %d attempts: the test looks in the wrong place", n)
	}
	aFormKeyIsOfItsArea(t, areas)
	nationally(t, areas)
	t.Logf("walls: %d requests of one area's people at another's host, and %d with another's ids, all as if there were nothing", w.across, w.foreign)
}

type areaWalls struct {
	t               *testing.T
	a, b            *webtest.Site
	theirs          map[string][]string // ids of b, by the column that holds them
	nobody          map[string]string   // what b answers whoever is not signed in
	across, foreign int
}

// visit asks every route as one visitor. The short form asks a fifth of them as
// each, another fifth as the next.
func (w *areaWalls) visit(name string, turn int) {
	w.t.Helper()
	here := w.a.Visitor(w.t)
	switch {
	case name == ofTheirOwn:
		here = openOwn(w.t, w.a, "Kestrel")
	case name != "":
		here = w.a.SignIn(w.t, name)
	}
	there, anon := w.b.Visitor(w.t), w.b.Visitor(w.t)
	for _, c := range here.Cookies() {
		there.SetCookie(c.Name, c.Value)
	}
	form := url.Values{"form_key": {lead.NewID("frm")}}
	for i, route := range w.a.App.Routes() {
		if ofTheSession(route.Path) || !everything() && (i+turn)%5 != 0 {
			continue
		}
		w.atTheOther(name, there, anon, route, form)
		if strings.Contains(route.Path, "{") {
			w.withTheirIDs(name, here, route, form)
		}
	}
}

// atTheOther asks the other area's host with everything a browser got here: the
// answer is the one that somebody gets who brings nothing.
func (w *areaWalls) atTheOther(name string, there, anon *webtest.Browser, route web.Route, form url.Values) {
	w.t.Helper()
	path := w.fill(route.Path, true)
	key := route.Method + " " + route.Path
	if _, ok := w.nobody[key]; !ok {
		w.nobody[key] = told(anon.Send(route.Method, path, form), path)
	}
	w.across++
	answer := there.Send(route.Method, path, form)
	if answer.Status == http.StatusTooManyRequests && route.Action == "" { // a door that anybody may knock at counts the knocks
		return
	}
	if got := told(answer, path); got != w.nobody[key] {
		w.t.Errorf("%s of area a at area b: %s answers %.150s, and to nobody %.150s", name, key, got, w.nobody[key])
	}
}

// withTheirIDs asks one's own area for what the other has: the answer is the one
// for what does not exist.
func (w *areaWalls) withTheirIDs(name string, here *webtest.Browser, route web.Route, form url.Values) {
	w.t.Helper()
	theirs := w.fill(route.Path, true)
	absent := w.fill(route.Path, false)
	w.foreign++
	got, want := here.Send(route.Method, theirs, form), here.Send(route.Method, absent, form)
	if told(got, theirs) != told(want, absent) {
		w.t.Errorf("%s: %s %s of area b answers %d, and what does not exist %d", name, route.Method, theirs, got.Status, want.Status)
	}
	if got.Status >= 500 || (route.Action != "" && name != "" && got.Status == http.StatusOK) {
		w.t.Errorf("%s: %s %s of area b: %d", name, route.Method, theirs, got.Status)
	}
}

// fill puts an id of the other area, or one that is nobody's, where a route names
// a record. A name is of the record whose column has it.
func (w *areaWalls) fill(path string, theirs bool) string {
	return parameter.ReplaceAllStringFunc(path, func(p string) string {
		of := map[string]string{"person": "participant_id", "file": "participant_id", "outcome": "contact_id", "other": "participant_id"}
		column := of[strings.Trim(p, "{}")]
		if column == "" {
			column = strings.Trim(p, "{}") + "_id"
		}
		if ids := w.theirs[column]; theirs && len(ids) > 0 {
			return ids[0]
		}
		prefix := "x"
		if ids := w.theirs[column]; len(ids) > 0 {
			prefix, _, _ = strings.Cut(ids[0], "_")
		}
		return lead.NewID(prefix)
	})
}

var random = regexp.MustCompile(`[A-Za-z0-9_\-+/=%]{22,}`)

// told is all that an answer tells, without what is random in every answer.
func told(a webtest.Answer, path string) string {
	var cookies []string
	for _, c := range a.Header.Values("Set-Cookie") {
		if name, _, _ := strings.Cut(c, "="); name != "waymark-device" { // given once to whoever has none of this host's
			cookies = append(cookies, name)
		}
	}
	text := fmt.Sprintln(a.Status, a.Location, cookies, a.Header.Get("Content-Type")) + a.Body
	for _, written := range []string{path, url.QueryEscape(path)} {
		text = strings.ReplaceAll(text, written, "PATH")
	}
	return random.ReplaceAllString(text, "…")
}

// whateverTheHost: a host is an area's whatever is written around it, and any other
// host has nothing and names no area.
func whateverTheHost(t *testing.T, areas *webtest.Areas) {
	t.Helper()
	shown := func(header, host string) string {
		r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, areas.A.URL+"/sign-in", nil)
		if err != nil {
			t.Fatal(err)
		}
		if header == "Host" {
			r.Host = host
		} else {
			r.Header.Set(header, host)
		}
		return areas.A.Visitor(t).Do(r).Body
	}
	for _, host := range []string{"b.example.test", "B.Example.Test", "b.example.test.", "b.example.test:8080"} {
		if body := shown("Host", host); !strings.Contains(body, "Area B") {
			t.Errorf("%s is not area b:\n%.300s", host, body)
		}
	}
	for _, header := range []string{"X-Forwarded-Host", "Forwarded", "X-Host", "X-Original-Host"} {
		if body := shown(header, "b.example.test"); !strings.Contains(body, "Area A") {
			t.Errorf("%s leads elsewhere:\n%.300s", header, body)
		}
	}
	v := areas.Elsewhere.Visitor(t)
	for _, path := range []string{"/", "/sign-in", "/police/decide", "/assets/waymark.css"} {
		a := v.Get(path)
		if a.Status != http.StatusNotFound || strings.Contains(a.Body, "Area ") || strings.Contains(a.Body, "example.test") || len(a.Header.Values("Set-Cookie")) > 0 || a.Header.Get("Content-Security-Policy") == "" {
			t.Errorf("%s at an unknown host: %d %s %v", path, a.Status, a.Body, a.Header)
		}
	}
	if a := v.Get("/healthz"); a.Status != http.StatusOK || a.Body != "ok\n" {
		t.Errorf("whoever watches hears %d %s", a.Status, a.Body)
	}
}

// aFormKeyIsOfItsArea: the same form with the same key in two areas makes one
// record in each, and neither receipt is the other's.
func aFormKeyIsOfItsArea(t *testing.T, areas *webtest.Areas) {
	t.Helper()
	key := lead.NewID("frm")
	receipt := map[string]string{}
	d := contact.Decision{HappenedAt: time.Now().Add(-5 * time.Minute), Place: "Fish Quay", Outcome: contact.NotDiverted, Reason: "victim_wish", Offences: []string{"46"}, Voluntary: true,
		Equality: contact.Equality{AgeBand: "26_35", Sex: "F", NotRecorded: contact.SaidNo}}
	for name, s := range map[string]*webtest.Site{"a": areas.A, "b": areas.B} {
		for range 2 {
			id, err := s.App.Contacts.Decide(t.Context(), s.Area.Actors["officer"], ledger.Form{Key: key}, contact.ArrestDiversion, d)
			if err != nil || (receipt[name] != "" && receipt[name] != id) {
				t.Fatalf("area %s: %q, then %q, %v", name, receipt[name], id, err)
			}
			receipt[name] = id
		}
	}
	if receipt["a"] == receipt["b"] {
		t.Errorf("one area answers with another's receipt %s", receipt["a"])
	}
}

// ninety thousand contacts, and what a practice area published besides.
var ninety = regexp.MustCompile(`\b9\d{4}\b`)

// nationally: an area's figures stand on the national view when its coordinator
// has recorded that they may, and are gone when they have recorded that they may
// not. Nobody signs in there, and nobody who is signed in anywhere is known there.
func nationally(t *testing.T, areas *webtest.Areas) {
	t.Helper()
	if err := areas.A.App.Store.Handle(schema.Partnership).Transact(t.Context(), func(tx *db.Tx) error {
		_, err := tx.Exec(t.Context(), `INSERT INTO partnership_set (set_no, from_month, until_month, kept, shown, published_by, published_at) VALUES (901, '1999-01', '1999-02', '{}', '{"definitions": 1, "months": ["1999-01", "1999-02"], "shown": {"contacts/1999-01:1999-02": 90000}}', 'acc_x', '1999-03-01T00:00:00.000000Z')`)
		return err
	}); err != nil {
		t.Fatal(err)
	}
	coordinator, anybody := areas.A.SignIn(t, "coordinator"), areas.National.Visitor(t)
	for _, c := range coordinator.Cookies() {
		anybody.SetCookie(c.Name, c.Value)
	}
	if a := anybody.Get("/"); a.Status != http.StatusOK || ninety.MatchString(visible(a.Body)) || !a.Says("Area A") || !a.Says("has not decided") || a.Says("Sign out") {
		t.Errorf("before anything was decided: %d\n%s", a.Status, visible(a.Body))
	}
	for i, answer := range []string{"yes", "no", "yes"} {
		page := coordinator.Get("/partnership/national")
		form := url.Values{"form_key": {page.Hidden("form_key")}, "from_version": {page.Hidden("from_version")}, "words": {""}, "joined": {answer}}
		if a := coordinator.Post("/partnership/national", form); a.Status != http.StatusUnprocessableEntity || !a.Says("Say what was decided") {
			t.Errorf("without words: %d", a.Status)
		}
		form.Set("words", "The Policy Coordinating Group agreed")
		if a := coordinator.Post("/partnership/national", form); a.Status != http.StatusSeeOther {
			t.Fatalf("decide: %d %s", a.Status, visible(a.Body))
		}
		form.Set("form_key", lead.NewID("frm"))
		if a := coordinator.Post("/partnership/national", form); a.Status != http.StatusConflict {
			t.Errorf("a decision that follows an older one: %d", a.Status)
		}
		for _, path := range []string{"/", "/figures.csv"} {
			if a := anybody.Get(path); a.Status != http.StatusOK || ninety.MatchString(visible(a.Body)) != (answer == "yes") || len(a.Header.Values("Set-Cookie")) > 0 {
				t.Errorf("decision %d, %s: %s shows\n%s", i, answer, path, visible(a.Body))
			}
		}
	}
	for _, path := range []string{"/sign-in", "/police/decide", "/me", "/partnership/national", "/ledger/proof"} {
		if a := anybody.Get(path); a.Status != http.StatusNotFound {
			t.Errorf("%s at the national view: %d", path, a.Status)
		}
	}
	if a := areas.A.SignIn(t, "officer").Get("/partnership/national"); a.Status != http.StatusNotFound {
		t.Errorf("an officer reads the decisions: %d", a.Status)
	}
	welsh := areas.National.Visitor(t)
	welsh.Post("/language", url.Values{"to": {"cy"}})
	if a := welsh.Get("/"); !strings.Contains(a.Body, `lang="cy"`) {
		t.Errorf("the view is not in Welsh:\n%.300s", a.Body)
	}
}

// rowsOf counts the rows of every table of an area, past all walls.
func rowsOf(t *testing.T, s *webtest.Site, tables map[string][]string) map[string]string {
	t.Helper()
	out := map[string]string{}
	copied(t, s, func(tx *db.Tx) error {
		for table := range tables {
			var n int64
			if err := tx.One(t.Context(), db.Query(`SELECT COUNT(*) FROM `+table)).Scan(&n); err != nil {
				return err
			}
			out[table] = fmt.Sprintf("%d rows", n)
		}
		return nil
	})
	return out
}

// denied counts the attempts that the log of an area holds.
func denied(t *testing.T, s *webtest.Site) (n int) {
	t.Helper()
	copied(t, s, func(tx *db.Tx) error {
		return tx.One(t.Context(), `SELECT COUNT(*) FROM ledger_entry WHERE verb = 'denied'`).Scan(&n)
	})
	return n
}

var anID = regexp.MustCompile(`^[a-z]+_[0-9a-f]{32}$`)

// idsOf returns ids that an area holds, by the columns that hold them.
func idsOf(t *testing.T, s *webtest.Site, tables map[string][]string) map[string][]string {
	t.Helper()
	out := map[string][]string{}
	copied(t, s, func(tx *db.Tx) error {
		for _, table := range slices.Sorted(maps.Keys(tables)) {
			for _, column := range tables[table] {
				if !strings.HasSuffix(column, "_id") || len(out[column]) > 0 {
					continue
				}
				ids, err := db.All(t.Context(), tx, func(r db.Row) (id string, err error) { return id, r.Scan(&id) },
					db.Query(`SELECT CAST(`+column+` AS TEXT) FROM `+table+` WHERE `+column+` IS NOT NULL LIMIT 20`))
				if err != nil {
					return err
				}
				out[column] = slices.DeleteFunc(ids, func(id string) bool { return !anID.MatchString(id) })
			}
		}
		return nil
	})
	maps.DeleteFunc(out, func(_ string, ids []string) bool { return len(ids) == 0 })
	return out
}

// columnsOf returns every table and its columns.
func columnsOf(t *testing.T) map[string][]string {
	t.Helper()
	out := map[string][]string{}
	raw, err := db.OpenCopy(t.Context(), "sqlite:"+dbtest.SQLiteFile(t))
	if err != nil {
		t.Fatal(err)
	}
	defer raw.Close() //nolint:errcheck // it was only read
	err = raw.Handle(db.Copy).Look(t.Context(), func(tx *db.Tx) error {
		_, err := db.All(t.Context(), tx, func(r db.Row) (struct{}, error) {
			var table, column string
			err := r.Scan(&table, &column)
			out[table] = append(out[table], column)
			return struct{}{}, err
		}, `SELECT m.name, c.name FROM sqlite_master AS m JOIN pragma_table_info(m.name) AS c WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite_%' AND m.name NOT LIKE 'goose_%'`)
		return err
	})
	if err != nil || len(out) < 30 {
		t.Fatalf("%d tables: %v", len(out), err)
	}
	return out
}

func copied(t *testing.T, s *webtest.Site, look func(*db.Tx) error) {
	t.Helper()
	all, err := db.OpenCopy(t.Context(), s.App.Database)
	if err != nil {
		t.Fatal(err)
	}
	defer all.Close() //nolint:errcheck // it was only read
	if err := all.Handle(db.Copy).Look(t.Context(), look); err != nil {
		t.Fatal(err)
	}
}
