package main

import (
	"context"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"waymark.example/internal/app"
	"waymark.example/internal/lead"
)

// An installation of two areas from the command line: added, listed, each with its
// own folder, keys, log and accounts, served by one process at their own hosts.
func TestSeveralAreasAreAddedAndServed(t *testing.T) {
	data := t.TempDir()
	at := func(area string) where { return where{Data: data, Area: area} }
	for _, name := range []string{"north", "south"} {
		if err := (areaAddCmd{where: at(""), Name: name, Title: strings.ToTitle(name), Origin: "http://" + name + ".localhost"}).Run(t.Context()); err != nil {
			t.Fatal(err)
		}
		for _, file := range []string{"waymark.db", "keys.db", "keeper.keys", "ledger.key", "ledger.key.pub"} {
			if _, err := os.Stat(filepath.Join(data, name, file)); err != nil {
				t.Error(err)
			}
		}
	}
	for _, wrong := range []areaAddCmd{
		{Name: "north", Title: "Again", Origin: "http://other.localhost"}, {Name: "east", Title: "A host that is taken", Origin: "http://SOUTH.localhost:81"},
		{Name: "../east", Title: "Out of its folder", Origin: "http://east.localhost"}, {Name: "east", Title: "", Origin: "http://east.localhost"},
		{Name: "east", Title: "A path", Origin: "http://east.localhost/x"}, {where: where{Keeper: "env:ONE_FOR_ALL"}, Name: "east", Title: "East", Origin: "http://east.localhost"},
	} {
		wrong.Data = data
		if err := wrong.Run(t.Context()); err == nil {
			t.Errorf("added: %+v", wrong)
		}
	}
	for name, c := range map[string]struct {
		wrong areaAddCmd
		says  string
	}{
		"a name with a capital": {areaAddCmd{where: at(""), Name: "East", Title: "East", Origin: "http://east.localhost"}, "small letters and digits"},
		"a number for a host":   {areaAddCmd{where: at(""), Name: "east", Title: "East", Origin: "http://127.0.0.1:8080"}, "http://north.localhost:8080"},
	} {
		if err := c.wrong.Run(t.Context()); err == nil || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if err := (areaListCmd{at("")}).Run(); err != nil {
		t.Error(err)
	}
	account := accountCmd{where: at("north"), Email: "ann@example.org", Name: "Ann", Organisation: "North", OrganisationKind: "partnership", Role: []lead.Role{lead.Administrator}}
	if err := account.Run(t.Context()); err != nil {
		t.Fatal(err)
	}
	for _, area := range []string{"", "west"} { // which of them has to be said, and nothing is made by a slip
		if err := (migrateCmd{at(area)}).Run(t.Context()); err == nil || !strings.Contains(err.Error(), "--area") {
			t.Errorf("area %q: %v", area, err)
		}
	}
	if err := (areaListCmd{where{Data: filepath.Join(data, "north")}}).Run(); err == nil {
		t.Error("one area is taken for an installation")
	}
	for area, want := range map[string]bool{"north": false, "south": true} {
		a, err := at(area).openExisting(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if empty, err := a.Accounts.Empty(t.Context()); err != nil || empty != want {
			t.Errorf("%s is empty: %v, %v", area, empty, err)
		}
		key := a.LedgerKeyPublic()
		if err := a.Close(); err != nil {
			t.Fatal(err)
		}
		if err := (verifyCmd{Data: data, Area: area, Key: []string{key}}).Run(t.Context()); err != nil {
			t.Errorf("%s: %v", area, err)
		}
	}
	servesEach(t, data)
}

func servesEach(t *testing.T, data string) {
	t.Helper()
	free, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := free.Addr().String()
	if err := free.Close(); err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	c := serveCmd{where: where{Data: data}, Listen: address, Zone: "UTC"}
	c.AnswerWithin = 10 * time.Minute
	go func() { ended <- c.Run(ctx) }()
	ask := func(host string) (status int, body string) {
		for range 300 {
			r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "http://"+address+"/sign-in", nil)
			if err != nil {
				t.Fatal(err)
			}
			r.Host = host
			resp, err := http.DefaultClient.Do(r)
			if err != nil { // not up yet
				time.Sleep(50 * time.Millisecond)
				continue
			}
			text, err := io.ReadAll(resp.Body)
			if err := resp.Body.Close(); err != nil {
				t.Error(err)
			}
			if err != nil {
				t.Fatal(err)
			}
			return resp.StatusCode, string(text)
		}
		stop()
		t.Fatalf("nothing answers: %v", <-ended)
		return 0, ""
	}
	for host, want := range map[string]string{"north.localhost": "NORTH", "south.localhost:8080": "SOUTH"} {
		if status, body := ask(host); status != http.StatusOK || !strings.Contains(body, want) {
			t.Errorf("%s: %d %.300s", host, status, body)
		}
	}
	if status, body := ask("127.0.0.1"); status != http.StatusNotFound || strings.Contains(body, "NORTH") {
		t.Errorf("an unknown host: %d %s", status, body)
	}
	stop()
	if err := <-ended; err != nil {
		t.Error(err)
	}
	for _, wrong := range []serveCmd{{Origin: "http://one.localhost"}, {Witness: "one"}, {Providers: "one.json"}} {
		wrong.where, wrong.Listen, wrong.Zone = where{Data: data}, address, "UTC"
		if err := wrong.Run(t.Context()); err == nil {
			t.Errorf("one for all areas is taken: %+v", wrong)
		}
	}
}

// What an area says for itself stands, what it leaves out is the installation's,
// and its secrets are never those of another.
func TestAnAreaDecidesForItself(t *testing.T) {
	r, err := app.ParseRegistry([]byte(`{"areas": [
		{"name": "north", "title": "North", "origin": "https://north.example.org", "witness_token_env": "NORTH", "take_with_me": false, "answer_within": "15m", "refresh_months": 12, "leave_to": "https://weather.example", "zone": "Europe/Dublin", "keeper": "exec:keeper north"},
		{"name": "south", "title": "South", "origin": "https://south.example.org:8443"}]}`))
	if err != nil {
		t.Fatal(err)
	}
	all := app.Config{Database: "postgres://owner@host/waymark", Keys: "postgres://owner@host/keys", Zone: time.UTC, TakeWithMe: true, AnswerWithin: 10 * time.Minute, WitnessToken: "everybody's", LedgerKey: "everybody's", Keeper: "file:everybody's"}
	env := func(string) string { return "its own" }
	north, err := r.Areas[0].Config(all, "data", env)
	if err != nil {
		t.Fatal(err)
	}
	south, err := r.Areas[1].Config(all, "data", env)
	if err != nil {
		t.Fatal(err)
	}
	if north.TakeWithMe || north.AnswerWithin != 15*time.Minute || north.RefreshMonths != 12 || north.WitnessToken != "its own" || north.Zone.String() != "Europe/Dublin" || north.Keeper != "exec:keeper north" ||
		north.Database != "postgres://owner@host/waymark?search_path=area_north" || north.Keys != "postgres://owner@host/keys?search_path=area_north" || north.Portal.LeaveTo != "https://weather.example" {
		t.Errorf("north: %+v", north)
	}
	if !south.TakeWithMe || south.AnswerWithin != 10*time.Minute || south.WitnessToken != "" || south.LedgerKey != "" || south.LedgerKeyFile != "data/south/ledger.key" || south.Keeper != "file:data/south/keeper.keys" || south.Zone != time.UTC {
		t.Errorf("south: %+v", south)
	}
	if _, err := r.Areas[0].Config(all, "data", func(string) string { return "" }); err == nil {
		t.Error("a token that is not there is no token, silently")
	}
}

func FuzzARegistryThatIsReadCanBeMeant(f *testing.F) {
	f.Add([]byte(`{"areas": [{"name": "north", "title": "North", "origin": "https://north.example.org"}]}`))
	f.Add([]byte(`{"areas": [{"name": "../x", "title": "", "origin": "javascript:x"}]}`))
	f.Fuzz(func(t *testing.T, text []byte) {
		r, err := app.ParseRegistry(text)
		if err != nil {
			return
		}
		seen := map[string]bool{}
		for _, e := range r.Areas {
			c, err := e.Config(app.Config{Database: "sqlite:data/waymark.db"}, "data", func(string) string { return "x" })
			if err != nil {
				t.Fatalf("%+v is read and cannot be opened: %v", e, err)
			}
			if path := strings.TrimPrefix(c.Database, "sqlite:"); filepath.Dir(filepath.Dir(path)) != "data" || seen[path] {
				t.Fatalf("%s is not its own file", path)
			}
			seen[strings.TrimPrefix(c.Database, "sqlite:")] = true
		}
	})
}
