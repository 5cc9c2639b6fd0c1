package app_test

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"waymark.example/internal/identity"
	"waymark.example/internal/lead"
	"waymark.example/internal/platform/db"
	"waymark.example/internal/platform/ledger"
	recordsweb "waymark.example/internal/police/records/web"
	"waymark.example/internal/practice"
	"waymark.example/internal/schema"
	"waymark.example/internal/webtest"
)

// secondAdministrator opens another administrator's account.
func secondAdministrator(t testing.TB, site *webtest.Site) lead.Actor {
	t.Helper()
	a, err := site.App.Accounts.OpenPractice(t.Context(), []identity.Account{{Email: "administrator2@practice.example", Name: "Ola Brandt", Organisation: site.Area.Actors["administrator"].Organisation, Roles: []lead.Role{lead.Administrator}}}, practice.Password)
	if err != nil {
		t.Fatal(err)
	}
	return a[0].Actor()
}

// connect gives a force's record system a token.
func connect(t testing.TB, site *webtest.Site, first, second lead.Actor) (identity.Connector, string) {
	t.Helper()
	return connectAs(t, site, "crs", first, second)
}

func connectAs(t testing.TB, site *webtest.Site, source string, first, second lead.Actor) (identity.Connector, string) {
	t.Helper()
	err := site.App.Accounts.AddConnector(t.Context(), first, ledger.Form{}, identity.Connector{Organisation: identity.Organisation{ID: site.Area.Actors["officer"].Organisation}, Name: "Crime recording system", Source: source})
	if err != nil {
		t.Fatal(err)
	}
	list, err := site.App.Accounts.Connectors(t.Context(), first)
	if err != nil {
		t.Fatal(err)
	}
	i := slices.IndexFunc(list, func(c identity.Connector) bool { return c.Source == source })
	c, token, err := site.App.Accounts.ConfirmToken(t.Context(), second, ledger.Form{}, list[i].ID)
	if err != nil || token == "" {
		t.Fatal(err)
	}
	return c, token
}

const fileHeadings = "reference,happened_at,officer,door,outcome,reason,offences,place,age_band,sex,ethnicity_not_recorded\n"

// lately stands still, so that the same file is the same.
var lately = time.Now().AddDate(0, 0, -9).UTC().Format(time.RFC3339)

// fileRow is a row without a mistake, unless it has no place: then it has no sex
// either, which it needs.
func fileRow(reference, place string) string {
	sex := "F"
	if place == "" {
		sex = ""
	}
	return fmt.Sprintf("%s,%s,officer@practice.example,arrest_diversion,not_diverted,victim_wish,46,%s,26_35,%s,said_no\n", reference, lately, place, sex)
}

// sendFile sends a file as a record system does.
func sendFile(t testing.TB, site *webtest.Site, body string, header map[string]string) (int, http.Header, map[string]any) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, site.URL+recordsweb.ImportPath, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", "text/csv; charset=utf-8")
	r.Header.Set("Idempotency-Key", `"k1"`)
	for name, value := range header {
		r.Header.Set(name, value)
	}
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close() //nolint:errcheck // it was read
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	var answer map[string]any
	if err := json.Unmarshal(text, &answer); err != nil {
		t.Fatalf("%d %s", resp.StatusCode, text)
	}
	return resp.StatusCode, resp.Header, answer
}

func bearer(token string) map[string]string {
	return map[string]string{"Authorization": "Bearer " + token}
}

// eachEmpty runs test on a site with accounts alone, on each engine.
func eachEmpty(t *testing.T, test func(*testing.T, *webtest.Site)) {
	t.Helper()
	t.Run("sqlite", func(t *testing.T) { test(t, webtest.StartEmpty(t, "sqlite:"+filepath.Join(t.TempDir(), "waymark.db"))) })
	t.Run("postgres", func(t *testing.T) { test(t, webtest.StartEmpty(t, webtest.Postgres)) })
}

func contactsOf(t testing.TB, site *webtest.Site) (n int) {
	t.Helper()
	err := site.App.Store.Handle(schema.Police).Look(t.Context(), func(tx *db.Tx) error {
		return tx.One(t.Context(), `SELECT COUNT(*) FROM police_contact`).Scan(&n)
	})
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func TestARecordSystemSendsAFileOnceHoweverOftenItComes(t *testing.T) {
	t.Parallel()
	eachEmpty(t, func(t *testing.T, site *webtest.Site) {
		_, token := connect(t, site, site.Area.Actors["administrator"], secondAdministrator(t, site))
		file := fileHeadings + fileRow("R-1", "Fish Quay") + fileRow("R-2", "") + fileRow("R-3", "North pier")
		status, header, first := sendFile(t, site, file, bearer(token))
		if status != http.StatusOK || first["taken"] != 2.0 || first["wrong"] != 1.0 || header.Get("Content-Type") != "application/json" || header.Get("Cache-Control") != "no-store" {
			t.Fatalf("%d %v %v", status, header, first)
		}
		told := fmt.Sprint(first["errors"])
		if !strings.Contains(told, "row:2") || !strings.Contains(told, "column:sex") || strings.Contains(told, "North pier") {
			t.Errorf("%s", told)
		}
		if status, _, again := sendFile(t, site, file, bearer(token)); status != http.StatusOK || fmt.Sprint(again) != fmt.Sprint(first) || contactsOf(t, site) != 2 {
			t.Errorf("%d %v, first %v; %d contacts", status, again, first, contactsOf(t, site))
		}
		if status, _, answer := sendFile(t, site, file+fileRow("R-4", "Market"), bearer(token)); status != http.StatusUnprocessableEntity {
			t.Errorf("the same key for another file: %d %v", status, answer)
		}
		other := bearer(token)
		other["Idempotency-Key"] = "k2"
		if status, _, answer := sendFile(t, site, fileHeadings+fileRow("R-1", "Elsewhere")+fileRow("R-3", "North pier"), other); status != http.StatusOK || answer["conflicts"] != 1.0 || answer["already"] != 1.0 {
			t.Errorf("%d %v", status, answer)
		}
	})
}

// Everything at this address but a file with a token is turned away, and no file
// is taken anywhere else.
func TestAFileIsTakenAtOneAddressWithATokenAlone(t *testing.T) {
	t.Parallel()
	site := webtest.StartEmpty(t, "sqlite:"+filepath.Join(t.TempDir(), "waymark.db"))
	_, token := connect(t, site, site.Area.Actors["administrator"], secondAdministrator(t, site))
	file := fileHeadings + fileRow("R-1", "Fish Quay")
	officer := site.SignIn(t, "officer")
	cookie := "waymark=" + officer.Cookie("waymark") + "; waymark-device=" + officer.Cookie("waymark-device")
	with := func(name, value string) map[string]string {
		h := bearer(token)
		h[name] = value
		return h
	}
	for what, c := range map[string]struct {
		body   string
		header map[string]string
		want   int
	}{
		"nobody":                    {file, nil, 401},
		"a session":                 {file, map[string]string{"Cookie": cookie}, 401},
		"a session as a token":      {file, bearer(officer.Cookie("waymark")), 401},
		"a token that is none":      {file, bearer("wmc_AAAA"), 401},
		"a form":                    {"a=b", with("Content-Type", "application/x-www-form-urlencoded"), 415},
		"JSON":                      {"{}", with("Content-Type", "application/json"), 415},
		"letters that are not read": {file, with("Content-Type", "text/csv; charset=utf-16"), 415},
		"compressed":                {file, with("Content-Encoding", "gzip"), 415},
		"no name of the request":    {file, with("Idempotency-Key", ""), 400},
		"a name that is too long":   {file, with("Idempotency-Key", strings.Repeat("k", 300)), 400},
		"names of people":           {"surname," + fileHeadings, bearer(token), 422},
		"not a file":                {"\x00\x01", bearer(token), 422},
		"too many bytes":            {fileHeadings + strings.Repeat("x", recordsweb.MaxFile), bearer(token), 413},
		"too many rows":             {fileHeadings + strings.Repeat("a,b\n", 20_001), bearer(token), 413},
	} {
		status, header, answer := sendFile(t, site, c.body, c.header)
		if status != c.want || header.Get("Content-Type") != "application/problem+json" || answer["title"] == "" || (status == 401) != (header.Get("WWW-Authenticate") != "") {
			t.Errorf("%s: %d %v, want %d", what, status, answer, c.want)
		}
	}
	if n := contactsOf(t, site); n != 0 {
		t.Errorf("%d contacts were taken", n)
	}
	for _, path := range []string{"/police/decide", "/api/v1/contacts/", "/api/v1/other", recordsweb.ImportPath + "x"} {
		r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, site.URL+path, strings.NewReader(file))
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Content-Type", "text/csv")
		r.Header.Set("Authorization", "Bearer "+token)
		if a := officer.Do(r); a.Status != http.StatusUnsupportedMediaType {
			t.Errorf("%s: %d", path, a.Status)
		}
	}
	if a := officer.Get(recordsweb.ImportPath); a.Status != http.StatusNotFound {
		t.Errorf("GET: %d", a.Status)
	}
	// The token opens this and nothing else.
	for _, path := range []string{"/police/contacts", "/account", "/ledger/checkpoint"} {
		r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, site.URL+path, nil)
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Authorization", "Bearer "+token)
		if a := site.Visitor(t).Do(r); a.Status == http.StatusOK {
			t.Errorf("%s opens with a connector's token", path)
		}
	}
}

func TestAConnectorTakesTwoAdministratorsAndItsTokenIsShownOnce(t *testing.T) {
	t.Parallel()
	eachEmpty(t, func(t *testing.T, site *webtest.Site) {
		secondAdministrator(t, site)
		first, second := site.SignIn(t, "administrator"), site.SignIn(t, "administrator2")
		add := first.Get("/connectors/new")
		form := url.Values{"organisation": {site.Area.Actors["officer"].Organisation}, "name": {"Crime recording system"}, "source": {"crs"}, "form_key": {add.Hidden("form_key")}}
		if a := first.Post("/connectors/new", form); a.Status != http.StatusSeeOther {
			t.Fatalf("%d %s", a.Status, a.Body)
		}
		confirm := connectorForm.FindStringSubmatch(second.Get("/connectors").Body)
		if confirm == nil {
			t.Fatal("nothing to confirm")
		}
		if first.Get("/connectors").Says("Confirm and show") {
			t.Error("who asked is offered to confirm")
		}
		if a := first.Post(confirm[1], url.Values{}); a.Status != http.StatusNotFound || tokenShown.MatchString(a.Body) {
			t.Errorf("one administrator makes a token alone: %d", a.Status)
		}
		once := url.Values{"form_key": {lead.NewID("frm")}}
		made := second.Post(confirm[1], once)
		token := tokenShown.FindString(made.Body)
		if made.Status != http.StatusOK || token == "" {
			t.Fatalf("%d %s", made.Status, made.Body)
		}
		if again := second.Post(confirm[1], once); tokenShown.MatchString(again.Body) {
			t.Error("the token is shown twice")
		}
		for _, b := range []*webtest.Browser{first, second} {
			if tokenShown.MatchString(b.Get("/connectors").Body) {
				t.Error("the token is on the list")
			}
		}
		if status, _, answer := sendFile(t, site, fileHeadings+fileRow("R-1", "Fish Quay"), bearer(token)); status != http.StatusOK {
			t.Errorf("%d %v", status, answer)
		}
		if !first.Get("/connectors").Says("Last used") {
			t.Error("its use is not told")
		}
		for _, b := range []string{"officer", "sergeant", "supervisor"} {
			if a := site.SignIn(t, b).Get("/connectors"); a.Status != http.StatusNotFound {
				t.Errorf("%s: %d", b, a.Status)
			}
		}
	})
}

var (
	connectorForm = regexp.MustCompile(`action="(/connectors/cnc_[0-9a-f]+/confirm)"`)
	tokenShown    = regexp.MustCompile(`wmc_[A-Z2-7]{40,}`)
)

func TestATokenEndsWhenItIsStoppedAndWhenAnotherIsMade(t *testing.T) {
	t.Parallel()
	eachEmpty(t, func(t *testing.T, site *webtest.Site) {
		one, two := site.Area.Actors["administrator"], secondAdministrator(t, site)
		c, old := connect(t, site, one, two)
		accounts := site.App.Accounts
		counts := func(token string) bool {
			status, _, answer := sendFile(t, site, fileHeadings+fileRow("R-1", "Fish Quay"), bearer(token))
			if status != http.StatusOK && status != http.StatusUnauthorized {
				t.Errorf("%d %v", status, answer)
			}
			return status == http.StatusOK
		}
		if err := accounts.AskToken(t.Context(), two, ledger.Form{}, c.ID); err != nil {
			t.Fatal(err)
		}
		if !counts(old) {
			t.Error("a token ended by being asked about")
		}
		if _, token, err := accounts.ConfirmToken(t.Context(), two, ledger.Form{}, c.ID); err == nil || token != "" {
			t.Error("who asked confirmed")
		}
		_, next, err := accounts.ConfirmToken(t.Context(), one, ledger.Form{}, c.ID)
		if err != nil || counts(old) || !counts(next) {
			t.Errorf("the old token still counts, or the new one does not: %v", err)
		}
		if err := accounts.AskToken(t.Context(), one, ledger.Form{}, c.ID); err != nil {
			t.Fatal(err)
		}
		if err := accounts.StopConnector(t.Context(), one, ledger.Form{}, c.ID); err != nil {
			t.Fatal(err)
		}
		if counts(next) {
			t.Error("a stopped connector sends")
		}
		if _, token, err := accounts.ConfirmToken(t.Context(), two, ledger.Form{}, c.ID); err == nil || token != "" {
			t.Error("what was asked before the stop was confirmed after it")
		}
	})
}

func TestAConnectorHasALimitAnHour(t *testing.T) {
	t.Parallel()
	site := webtest.StartEmpty(t, "sqlite:"+filepath.Join(t.TempDir(), "waymark.db"))
	_, token := connect(t, site, site.Area.Actors["administrator"], secondAdministrator(t, site))
	now := time.Now().Truncate(time.Hour).Add(time.Minute)
	site.Clock.Set(now)
	for range 60 {
		if _, _, err := site.App.Accounts.UseConnector(t.Context(), token, ""); err != nil {
			t.Fatal(err)
		}
	}
	if status, header, answer := sendFile(t, site, fileHeadings, bearer(token)); status != http.StatusTooManyRequests || header.Get("Retry-After") == "" {
		t.Errorf("%d %v", status, answer)
	}
	site.Clock.Set(now.Add(time.Hour))
	if status, _, answer := sendFile(t, site, fileHeadings+fileRow("R-1", "Fish Quay"), bearer(token)); status != http.StatusOK {
		t.Errorf("%d %v", status, answer)
	}
}

// Whoever has one system's token and sends slowly keeps no other system's file out.
func TestAConnectorTakesOnePlaceHoweverManyFilesItBegins(t *testing.T) {
	t.Parallel()
	site := webtest.StartEmpty(t, "sqlite:"+filepath.Join(t.TempDir(), "waymark.db"))
	first, second := site.Area.Actors["administrator"], secondAdministrator(t, site)
	_, slow := connectAs(t, site, "crs", first, second)
	_, other := connectAs(t, site, "custody", first, second)
	host := strings.TrimPrefix(site.URL, "http://")
	putOff := make(chan string, 8)
	for i := range 8 {
		conn, err := net.Dial("tcp", host)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { conn.Close() })
		// A file that never comes.
		fmt.Fprintf(conn, "POST %s HTTP/1.1\r\nHost: %s\r\nAuthorization: Bearer %s\r\nContent-Type: text/csv\r\nIdempotency-Key: slow%d\r\nContent-Length: 1000000\r\nConnection: close\r\n\r\n", recordsweb.ImportPath, host, slow, i)
		go func() {
			if line, err := bufio.NewReader(conn).ReadString('\n'); err == nil {
				putOff <- line
			}
		}()
	}
	for range 6 {
		if line := <-putOff; !strings.Contains(line, "503") {
			t.Error(line)
		}
	}
	if status, _, answer := sendFile(t, site, fileHeadings+fileRow("R-1", "Fish Quay"), bearer(other)); status != http.StatusOK {
		t.Errorf("another system: %d %v", status, answer)
	}
}

// The database, too, wants a second administrator, and keeps no token.
func TestNoTokenLiesInTheDatabaseAndNoneIsMadeByOne(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "waymark.db")
	site := webtest.StartEmpty(t, "sqlite:"+path)
	_, token := connect(t, site, site.Area.Actors["administrator"], secondAdministrator(t, site))
	for _, suffix := range []string{"", "-wal"} {
		text, err := os.ReadFile(path + suffix)
		if err != nil {
			t.Fatal(err)
		}
		if strings.Contains(string(text), token) || strings.Contains(string(text), token[4:]) {
			t.Error("the token lies in " + suffix)
		}
	}
	err := site.App.Store.Handle(schema.Identity).Transact(t.Context(), func(tx *db.Tx) error {
		_, err := tx.Exec(t.Context(), `INSERT INTO identity_connector_token (token_hash, connector_id, ask_id, asked_by, made_by, made_at) SELECT 'x', connector_id, ask_id, asked_by, asked_by, asked_at FROM identity_connector_ask`)
		return err
	})
	if err == nil {
		t.Error("one administrator made a token in the database")
	}
}

// The description says what there is: the address, every answer and every column.
func TestTheDescriptionOfTheAPIIsTrue(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("../../docs/api/openapi.json")
	if err != nil {
		t.Fatal(err)
	}
	var doc struct {
		OpenAPI string `json:"openapi"`
		Paths   map[string]map[string]struct {
			Responses map[string]json.RawMessage `json:"responses"`
		} `json:"paths"`
		Components struct {
			Schemas map[string]struct {
				Properties map[string]json.RawMessage `json:"properties"`
			} `json:"schemas"`
		} `json:"components"`
	}
	if err := json.Unmarshal(text, &doc); err != nil {
		t.Fatal(err)
	}
	post, ok := doc.Paths[recordsweb.ImportPath]["post"]
	if !ok || len(doc.Paths) != 1 || len(doc.Paths[recordsweb.ImportPath]) != 1 || !strings.HasPrefix(doc.OpenAPI, "3.1.") {
		t.Fatalf("%s %v", doc.OpenAPI, doc.Paths)
	}
	for _, status := range []string{"200", "400", "401", "413", "415", "422", "429", "500", "503"} {
		if _, ok := post.Responses[status]; !ok {
			t.Errorf("the answer %s is not described", status)
		}
	}
	site := webtest.StartEmpty(t, "sqlite:"+filepath.Join(t.TempDir(), "waymark.db"))
	_, token := connect(t, site, site.Area.Actors["administrator"], secondAdministrator(t, site))
	_, _, answer := sendFile(t, site, fileHeadings+fileRow("R-1", ""), bearer(token))
	_, _, problem := sendFile(t, site, "x", bearer(token))
	for name, got := range map[string]map[string]any{"Taken": answer, "Problem": problem} {
		described := doc.Components.Schemas[name].Properties
		for field := range got {
			if _, ok := described[field]; !ok {
				t.Errorf("%s.%s is answered and not described", name, field)
			}
		}
		if name == "Taken" && len(described) != len(got) {
			t.Errorf("%d fields are described, %d answered", len(described), len(got))
		}
	}
}

// connectorStates are the pages of record systems, each as it follows from the one
// before.
func connectorStates(t *testing.T, save func(string, webtest.Answer, int)) {
	t.Helper()
	site := webtest.StartEmpty(t, "sqlite:"+filepath.Join(t.TempDir(), "waymark.db"))
	secondAdministrator(t, site)
	first, second := site.SignIn(t, "administrator"), site.SignIn(t, "administrator2")
	save("records-connectors-empty", first.Get("/connectors"), 200)
	save("records-connector-new", first.Get("/connectors/new"), 200)
	save("records-connector-new-mistakes", first.Post("/connectors/new", url.Values{"source": {"Our System"}}), 422)
	first.Post("/connectors/new", url.Values{"organisation": {site.Area.Actors["officer"].Organisation}, "name": {"Crime recording system"}, "source": {"crs"}})
	save("records-connectors-asked", first.Get("/connectors"), 200)
	list := second.Get("/connectors")
	save("records-connectors-to-confirm", list, 200)
	m := connectorForm.FindStringSubmatch(list.Body)
	if m == nil {
		t.Fatal("nothing to confirm")
	}
	save("records-connector-token", second.Post(m[1], url.Values{}), 200)
	save("records-connectors", second.Get("/connectors"), 200)
	second.Post(strings.Replace(m[1], "/confirm", "/stop", 1), url.Values{})
	save("records-connectors-stopped", second.Get("/connectors"), 200)
}
