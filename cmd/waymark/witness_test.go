package main

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"waymark.example/internal/app"
	"waymark.example/internal/dbtest"
	"waymark.example/internal/lead"
	"waymark.example/internal/platform/db"
	"waymark.example/internal/platform/ledger"
	"waymark.example/internal/schema"
)

const token = "a token for the witness"

// site serves a new site at address and adds n entries to its log.
func site(t *testing.T, address, key string, n int) (*app.App, *httptest.Server) {
	t.Helper()
	a, err := app.Open(t.Context(), app.Config{Database: address, Keys: "sqlite:" + filepath.Join(t.TempDir(), "keys.db"), LedgerKey: key, WitnessToken: token})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := a.Close(); err != nil {
			t.Error(err)
		}
	})
	enter(t, a, n)
	server := httptest.NewServer(a.Handler())
	t.Cleanup(server.Close)
	return a, server
}

func enter(t *testing.T, a *app.App, n int) {
	t.Helper()
	for range n {
		e := ledger.Entry{Actor: lead.Actor{ID: "acc_1", Side: lead.Care}, Verb: ledger.Consulted, Act: "case.read", Subjects: []string{"par_1"}}
		if err := ledger.New(a.Store.Handle(schema.Care), time.Now).Record(t.Context(), e, func(*db.Tx, *ledger.Entry) error { return nil }); err != nil {
			t.Fatal(err)
		}
	}
}

// look is one turn of the witness, once the site has signed more than before.
func look(t *testing.T, c witnessCmd, more bool) error {
	t.Helper()
	before, _ := os.ReadFile(filepath.Join(c.Store, "latest")) //nolint:errcheck // the first time there is none
	for {
		err := c.Run(t.Context())
		after, _ := os.ReadFile(filepath.Join(c.Store, "latest")) //nolint:errcheck // as above
		if errors.Is(err, ledger.ErrRewritten) || err == nil && (!more || string(after) != string(before)) {
			return err
		}
		select { // the site signs within a second
		case <-t.Context().Done():
			t.Fatal(err)
		case <-time.After(50 * time.Millisecond):
		}
	}
}

// The way of two organisations: the one serves, the other keeps its checkpoints
// and notices when history changes; what it kept serves to verify a copy.
func TestAWitnessKeepsWhatASiteSignedAndNoticesWhenItIsRewritten(t *testing.T) {
	engines := map[string]func(*testing.T) string{
		"sqlite":   func(t *testing.T) string { t.Helper(); return "sqlite:" + filepath.Join(t.TempDir(), "waymark.db") },
		"postgres": func(t *testing.T) string { t.Helper(); return dbtest.PostgresAddress(t) },
	}
	for engine, address := range engines {
		t.Run(engine, func(t *testing.T) {
			key, err := ledger.NewKeyText("test")
			if err != nil {
				t.Fatal(err)
			}
			database := address(t)
			a, server := site(t, database, key, 3)
			c := witnessCmd{From: server.URL, Key: a.LedgerKeyPublic(), Token: token, Store: t.TempDir(), Once: true}
			if err := look(t, c, true); err != nil {
				t.Fatal(err)
			}
			enter(t, a, 5)
			if err := look(t, c, true); err != nil {
				t.Fatal(err)
			}
			if err := look(t, c, false); err != nil {
				t.Fatal(err)
			}
			kept := filepath.Join(c.Store, "latest")
			v := verifyCmd{Key: []string{a.LedgerKeyPublic()}, Checkpoint: []string{kept}}
			v.Database, v.Data = database, filepath.Dir(strings.TrimPrefix(database, "sqlite:"))
			if engine == "sqlite" {
				v.Database = ""
			}
			if err := v.Run(t.Context()); err != nil {
				t.Errorf("verify what was witnessed: %v", err)
			}

			// The same key, another history.
			_, rewritten := site(t, "sqlite:"+filepath.Join(t.TempDir(), "waymark.db"), key, 30)
			c.From = rewritten.URL
			if err := look(t, c, true); !errors.Is(err, ledger.ErrRewritten) {
				t.Errorf("got %v", err)
			}
			if found, err := filepath.Glob(filepath.Join(c.Store, "rewritten-*")); err != nil || len(found) != 1 {
				t.Errorf("the evidence is not kept: %v, %v", found, err)
			}
		})
	}
}

// To anybody without the token there is nothing: the answer is that of an
// address that does not exist, to the letter.
func TestWithoutTheTokenThereIsNoLog(t *testing.T) {
	_, open := site(t, "sqlite:"+filepath.Join(t.TempDir(), "waymark.db"), "", 1)
	a, err := app.Open(t.Context(), app.Config{Database: "sqlite:" + filepath.Join(t.TempDir(), "waymark.db")})
	if err != nil {
		t.Fatal(err)
	}
	defer a.Close() //nolint:errcheck // nothing is pending
	closed := httptest.NewServer(a.Handler())
	defer closed.Close()
	client := http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	ask := func(base, path, authorization string) string {
		t.Helper()
		r, err := http.NewRequestWithContext(context.Background(), http.MethodGet, base+path, nil)
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Authorization", authorization)
		resp, err := client.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		defer resp.Body.Close() //nolint:errcheck // only its head counts
		return resp.Status + " " + resp.Header.Get("Content-Type") + strings.ReplaceAll(resp.Header.Get("Location"), url.QueryEscape(path), "")
	}
	for _, path := range []string{"/ledger/checkpoint", "/ledger/proof"} {
		for _, authorization := range []string{"", "Bearer ", "Bearer x", "Bearer " + token + "x", token} {
			if got, want := ask(open.URL, path, authorization), ask(open.URL, "/ledger/nothing", authorization); got != want {
				t.Errorf("%s with %q: %s, and an absent page: %s", path, authorization, got, want)
			}
		}
		if got, want := ask(closed.URL, path, "Bearer "), ask(closed.URL, "/ledger/nothing", ""); got != want {
			t.Errorf("%s where no token is set: %s, want %s", path, got, want)
		}
	}
	for _, from := range []string{"", "?from=-1", "?from=x", "?from=99999999999999999999"} {
		if got := ask(open.URL, "/ledger/proof"+from, "Bearer "+token); strings.HasPrefix(got, "200") || strings.HasPrefix(got, "5") {
			t.Errorf("proof%s: %s", from, got)
		}
	}
}
