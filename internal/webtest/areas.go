package webtest

import (
	"context"
	"net"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"waymark.example/internal/app"
	"waymark.example/internal/dbtest"
	"waymark.example/internal/platform/db"
	"waymark.example/internal/practice"
)

// Areas is two areas of one installation, behind one address.
type Areas struct {
	App  *app.Installation
	A, B *Site
	// National is the view of both, and Elsewhere the same address by a name that is
	// nobody's.
	National, Elsewhere *Site
}

// StartAreas serves two areas: two files in one folder, or with Postgres two
// schemas in one database. The people of both have the same addresses and the same
// passwords. On SQLite the first is a filled practice area, and so is the second
// if both is said, though not the same; otherwise they have accounts and nothing
// else.
func StartAreas(t testing.TB, address string, both bool) *Areas {
	t.Helper()
	dir := t.TempDir()
	postgres := address == Postgres
	main, keyStore := "sqlite:"+filepath.Join(dir, "waymark.db"), "sqlite:"+filepath.Join(dir, "keys.db")
	if postgres {
		main = dbtest.CopyPostgres(t, "template1")
	}
	clocks, areas := map[string]*practice.Clock{}, map[string]practice.Area{}
	var configs []app.Config
	for _, name := range []string{"a", "b"} {
		clock := &practice.Clock{}
		c := app.Config{Area: app.Area{Name: name, Title: "Area " + strings.ToUpper(name)}, Origin: "http://" + name + ".example.test",
			Database: inArea(t, main, name), Keys: inArea(t, keyStore, name), Practice: true, TakeWithMe: true, Now: clock.Now,
			Keeper: "file:" + filepath.Join(dir, name, "keeper.keys"), LedgerKeyFile: filepath.Join(dir, name, "ledger.key")}
		if !postgres {
			kind := filled()
			switch {
			case name == "b" && both:
				kind.kind = "filled again"
			case name == "b":
				kind = staffed()
			}
			c, areas[name] = copyOf(t, kind, c)
		}
		clocks[name], configs = clock, append(configs, c)
	}
	in, err := app.OpenInstallation(t.Context(), configs, "http://national.example.test")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := in.Close(); err != nil {
			t.Error(err)
		}
	})
	server := httptest.NewServer(in.Handler())
	t.Cleanup(server.Close)
	road := &http.Transport{DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) { // every name leads here
		return (&net.Dialer{Timeout: 10 * time.Second}).DialContext(ctx, "tcp", server.Listener.Addr().String())
	}}
	t.Cleanup(road.CloseIdleConnections)
	site := func(i int, name string) *Site {
		s := &Site{App: in.Areas()[i], Clock: clocks[name], URL: "http://" + name + ".example.test", T: t, Header: http.Header{}, road: road, Area: areas[name]}
		if postgres {
			if s.Area, err = practice.Staff(t.Context(), s.App, s.Clock); err != nil {
				t.Fatal(err)
			}
		}
		return s
	}
	other := func(name string) *Site {
		return &Site{URL: "http://" + name + ".example.test", T: t, Header: http.Header{}, road: road}
	}
	return &Areas{in, site(0, "a"), site(1, "b"), other("national"), other("c")}
}

func inArea(t testing.TB, address, name string) string {
	t.Helper()
	at, err := db.InArea(address, name)
	if err != nil {
		t.Fatal(err)
	}
	return at
}
