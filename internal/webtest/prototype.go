package webtest

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"waymark.example/internal/app"
	"waymark.example/internal/dbtest"
	"waymark.example/internal/platform/ledger"
	"waymark.example/internal/practice"
)

// Postgres stands for a database of the test's own on the tests' server, where
// a function of this package asks for an address.
const Postgres = "postgres"

// fresh is how long an area is copied from before it is made anew: what happened
// "just now" in it must still be just now.
const fresh = 3 * time.Minute

// prototype is a practice area as it was when it was made; tests get copies. To
// fill one takes seconds, to copy one does not.
type prototype struct {
	made     time.Time
	database string            // of the tests' PostgreSQL server; "" with SQLite
	key      string            // that signs its log, with PostgreSQL
	files    map[string][]byte // by their names in the area's directory
	area     practice.Area
}

// prototypes are this process's, by what they hold and their engine.
var prototypes = struct {
	sync.Mutex
	of map[string]*prototype
}{of: map[string]*prototype{}}

// filler fills an area; kind tells one from another.
type filler struct {
	kind string
	fill func(testing.TB, *app.App, *practice.Clock) (practice.Area, error)
}

// copyOf puts a copy of an area, filled by f, where c says that the database is,
// and returns c completed and the area. An address of Postgres is replaced.
func copyOf(t testing.TB, f filler, c app.Config) (app.Config, practice.Area) {
	t.Helper()
	p := prototypeOf(t, f, c.Database == Postgres)
	if c.Keys == "" {
		c.Keys = keys(t)
	}
	keyStore := strings.TrimPrefix(c.Keys, "sqlite:")
	if path, ok := strings.CutPrefix(c.Database, "sqlite:"); ok {
		write(t, path, p.files["waymark.db"])
		write(t, filepath.Join(filepath.Dir(path), "ledger.key"), p.files["ledger.key"])
	} else {
		c.Database = dbtest.CopyPostgres(t, p.database)
		if c.LedgerKey == "" {
			c.LedgerKey = p.key
		}
	}
	write(t, keyStore, p.files["keys.db"])
	write(t, filepath.Join(filepath.Dir(keyStore), "keeper.keys"), p.files["keeper.keys"])
	area := p.area
	area.SignIns = slices.Clone(area.SignIns)
	area.Actors, area.People, area.Referrals = maps.Clone(area.Actors), maps.Clone(area.People), maps.Clone(area.Referrals)
	area.Services, area.Warm, area.Fund = maps.Clone(area.Services), maps.Clone(area.Warm), maps.Clone(area.Fund)
	area.Meetings = maps.Clone(area.Meetings)
	area.Safety, area.Legal = maps.Clone(area.Safety), maps.Clone(area.Legal)
	area.Rounds = maps.Clone(area.Rounds)
	return c, area
}

func prototypeOf(t testing.TB, f filler, postgres bool) *prototype {
	t.Helper()
	prototypes.Lock()
	defer prototypes.Unlock()
	name := fmt.Sprint(f.kind, postgres)
	if p := prototypes.of[name]; p != nil && time.Since(p.made) < fresh {
		return p
	}
	p := newPrototype(t, f, postgres)
	prototypes.of[name] = p
	return p
}

func newPrototype(t testing.TB, f filler, postgres bool) *prototype {
	t.Helper()
	dir := t.TempDir()
	p := &prototype{made: time.Now(), files: map[string][]byte{}}
	c := app.Config{Database: "sqlite:" + filepath.Join(dir, "waymark.db"), Keys: "sqlite:" + filepath.Join(dir, "keys.db"), Practice: true}
	if postgres {
		c.Database, p.database = dbtest.NewArea(t)
		key, err := ledger.NewKeyText("waymark-practice")
		if err != nil {
			t.Fatal(err)
		}
		p.key, c.LedgerKey = key, key
	}
	clock := &practice.Clock{}
	clock.Set(time.Now().AddDate(0, 0, -practice.Days-1))
	c.Now = clock.Now
	a, err := app.Open(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	if p.area, err = f.fill(t, a, clock); err != nil {
		t.Fatal(err)
	}
	if err := a.Close(); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"waymark.db", "ledger.key", "keys.db", "keeper.keys"} {
		if postgres && (name == "waymark.db" || name == "ledger.key") {
			continue
		}
		if p.files[name], err = os.ReadFile(filepath.Join(dir, name)); err != nil {
			t.Fatal(err)
		}
	}
	return p
}

func write(t testing.TB, path string, content []byte) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, content, 0o600); err != nil {
		t.Fatal(err)
	}
}
