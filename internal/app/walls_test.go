package app_test

import (
	"bytes"
	"database/sql"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	"waymark.example/internal/lead"
	"waymark.example/internal/platform/access"
	"waymark.example/internal/platform/web"
	portalweb "waymark.example/internal/portal/web"
	"waymark.example/internal/webtest"
)

// visitors are one account of every role, by their practice address. A role
// that has no visitor here stops the test.
func visitors() []string {
	return []string{"officer", "officer2", "sergeant", "custody", "registrar", "oncall", "manager", "manager3", "supervisor", "clinician", "housing", "prosecutor",
		"coordinator", "panel", "commissioner", "evaluator", "auditor", "dpo", "administrator", ""}
}

// ofTheirOwn is a participant, on their own pages.
const ofTheirOwn = "own:Kestrel"

var methods = []string{http.MethodGet, http.MethodHead, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete}

// Every role asks every route by every method for records that are their own,
// somebody else's and nobody's. Those that the policies allow answer and the
// rest refuse; no answer, header, error or line of the log holds a word of a
// class of data that the role may not see. The routes come from the route
// table, so a new one joins by itself.
func TestWallsHoldForEveryRoleRouteMethodAndClass(t *testing.T) {
	t.Parallel()
	var lines bytes.Buffer
	logged := slog.Default()
	slog.SetDefault(slog.New(slog.NewTextHandler(&lockedWriter{w: &lines}, nil)))
	t.Cleanup(func() { slog.SetDefault(logged) })

	path := filepath.Join(t.TempDir(), "waymark.db")
	site := webtest.StartMarked(t, "sqlite:"+path, marker())
	w := &walls{t: t, site: site, matrix: site.App.Access.Matrix(), records: recordsOf(t, site, path)}
	everyRoleHasAVisitor(t, site)
	everybody := append(visitors(), ofTheirOwn)
	for _, name := range everybody { // first what changes nothing
		w.visit(name, func(defined, allowed bool, method string) bool {
			return method == http.MethodGet || !defined || !allowed
		})
	}
	for _, name := range everybody { // then the forms that a role may send
		w.visit(name, func(defined, allowed bool, method string) bool { return method != http.MethodGet && defined && allowed })
	}
	if shared := intersection(w.seen["manager"], w.seen["manager3"]); len(shared) > 0 {
		t.Errorf("two case managers who share nobody both see %v", shared)
	}
	if len(w.seen["supervisor"]) < 50 || len(w.seen["sergeant"]) < 3 {
		t.Errorf("the supervisor sees %d marked texts, the sergeant %d: the test looks in the wrong place", len(w.seen["supervisor"]), len(w.seen["sergeant"]))
	}
	if word := classed.FindString(lines.String()); word != "" {
		t.Errorf("the log of the program holds %s", word)
	}
	t.Logf("walls: %d combinations of role, route, method, record and class of data: %d allowed requests answered, %d refused", w.combinations, w.answered, w.refused)
}

type lockedWriter struct {
	mu sync.Mutex
	w  *bytes.Buffer
}

func (l *lockedWriter) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.w.Write(p)
}

var classed = regexp.MustCompile(`canary\d{5}class([A-N])`)

// marker gives every free text a word of its own that says its class.
func marker() func(access.Class, string) string {
	var mu sync.Mutex
	n := 0
	return func(class access.Class, text string) string {
		mu.Lock()
		defer mu.Unlock()
		n++
		return strings.TrimSpace(fmt.Sprintf("%s canary%05dclass%s", text, n, class))
	}
}

func everyRoleHasAVisitor(t *testing.T, site *webtest.Site) {
	t.Helper()
	for _, role := range lead.Roles() {
		if !slices.ContainsFunc(visitors(), func(v string) bool { return site.Area.Actors[v].Has(role) }) {
			t.Errorf("nobody visits as a %s", role.Words())
		}
	}
}

// everything reports whether the walls are asked for every record there is, as
// make walls does; otherwise for one of each kind.
func everything() bool { return os.Getenv("WAYMARK_WALLS") == "all" }

// record is one id that a route may name, with what the policies know of it.
type record struct {
	id       string
	resource access.Resource // nil: no policy looks at it
	absent   bool            // there is no such record
}

// recordsOf returns, by the parameter that names it, records of several people
// and one that does not exist.
func recordsOf(t *testing.T, site *webtest.Site, path string) map[string][]record {
	t.Helper()
	raw, err := sql.Open("sqlite", path)
	if err != nil {
		t.Fatal(err)
	}
	defer raw.Close() //nolint:errcheck // it was only read
	out := map[string][]record{}
	people := []string{"Kestrel", "Heron"} // of one worker and of another
	if everything() {
		people = []string{"Kestrel", "Heron", "Finch", "Plover"}
	}
	for _, name := range people {
		c := access.Case{ID: site.Area.People[name]}
		if err := raw.QueryRowContext(t.Context(), `SELECT worker_id, team, state FROM care_now WHERE participant_id = ?`, c.ID).Scan(&c.Worker, &c.Team, &c.State); err != nil {
			t.Fatal(err)
		}
		out["person"] = append(out["person"], record{id: c.ID, resource: c})
		out["referral"] = append(out["referral"], record{id: site.Area.Referrals[name], resource: c}) // once accepted it belongs to the case
	}
	for _, local := range []string{"officer", "officer2"} {
		c := access.Contact{Officer: site.Area.Actors[local].ID}
		if err := raw.QueryRowContext(t.Context(), `SELECT contact_id, team FROM police_contact WHERE officer_id = ? LIMIT 1`, c.Officer).Scan(&c.ID, &c.Team); err != nil {
			t.Fatal(err)
		}
		out["contact"] = append(out["contact"], record{id: c.ID, resource: c})
	}
	outcome := access.Contact{Officer: site.Area.Actors["officer"].ID, Organisation: site.Area.Actors["officer"].Organisation}
	if err := raw.QueryRowContext(t.Context(), `SELECT contact_id, team FROM police_outcome_due u WHERE NOT EXISTS (SELECT 1 FROM police_undone z WHERE z.contact_id = u.contact_id) LIMIT 1`).Scan(&outcome.ID, &outcome.Team); err != nil {
		t.Fatal(err)
	}
	out["outcome"] = append(out["outcome"], record{id: outcome.ID, resource: outcome})
	var held access.Contact // what a phone delivered and waits for its officer
	if err := raw.QueryRowContext(t.Context(), `SELECT held_id, officer_id, team FROM police_held LIMIT 1`).Scan(&held.ID, &held.Officer, &held.Team); err != nil {
		t.Fatal(err)
	}
	out["held"] = []record{{id: held.ID, resource: held}}
	for parameter, kind := range map[string]string{"person": "par", "referral": "ref", "contact": "con", "held": "hld", "outcome": "con"} {
		out[parameter] = append(out[parameter], record{id: lead.NewID(kind), absent: true})
	}
	return out
}

type walls struct {
	t                               *testing.T
	site                            *webtest.Site
	matrix                          access.Matrix
	records                         map[string][]record
	seen                            map[string]map[string]bool
	combinations, answered, refused int
}

// visit asks every route as one visitor, those combinations that now says.
func (w *walls) visit(name string, now func(defined, allowed bool, method string) bool) {
	w.t.Helper()
	b := w.site.Visitor(w.t)
	actor := w.site.Area.Actors[name]
	if person, own := strings.CutPrefix(name, "own:"); own {
		b = openOwn(w.t, w.site, person)
		actor = lead.Actor{ID: w.site.Area.People[person], Side: lead.Subject, Roles: []lead.Role{lead.Participant}}
	} else if name != "" {
		b = w.site.SignIn(w.t, name)
	}
	byPath := map[string]map[string]web.Route{}
	var paths []string
	for _, r := range w.site.App.Routes() {
		if byPath[r.Path] == nil {
			byPath[r.Path] = map[string]web.Route{}
			paths = append(paths, r.Path)
		}
		byPath[r.Path][r.Method] = r
	}
	for _, path := range paths {
		for _, method := range methods {
			route, defined := byPath[path][method]
			if method == http.MethodHead {
				route, defined = byPath[path][http.MethodGet]
			}
			if defined && ofTheSession(path) {
				continue
			}
			for _, asked := range w.addresses(path) {
				allowed := defined && w.allowed(actor, route, asked) && (route.Action == "" || !elsewhere(name, path))
				if !now(defined, allowed, method) {
					continue
				}
				a := b.Send(method, asked.path, url.Values{"form_key": {lead.NewID("frm")}})
				w.judge(name, actor, route, method, asked, defined, allowed, a)
			}
		}
	}
}

// ofTheSession are the routes that begin and end a session: they have tests of
// their own, and would end this one.
func ofTheSession(path string) bool {
	if strings.HasPrefix(path, "/shared/") { // open to whoever holds it, and silent about what is behind
		return true
	}
	return strings.HasPrefix(path, "/sign-") || strings.HasPrefix(path, "/account/") || strings.HasPrefix(path, "/confirm") || path == "/me/start" || path == "/me/leave"
}

// elsewhere reports whether a visitor's session is of the other sort: staff are
// nobody on a participant's own pages, and a participant nobody anywhere else.
func elsewhere(name, path string) bool {
	return (name == ofTheirOwn) != portalweb.Own(path)
}

type asked struct {
	path    string
	records []record
}

// addresses fills in a route's parameters: every record of the kind it names.
func (w *walls) addresses(path string) []asked {
	names := parameter.FindAllString(path, -1)
	if len(names) == 0 {
		return []asked{{path: path}}
	}
	known := strings.Trim(names[0], "{}")
	fill := func(rec record) asked {
		p := strings.Replace(path, names[0], rec.id, 1)
		p = parameter.ReplaceAllStringFunc(p, func(name string) string {
			if name == "{version}" {
				return "1"
			}
			return lead.NewID("x")
		})
		return asked{p, []record{rec}}
	}
	if len(w.records[known]) > 0 {
		var out []asked
		for _, rec := range w.records[known] {
			out = append(out, fill(rec))
		}
		return out
	}
	switch known {
	case "account":
		return []asked{fill(record{id: w.site.Area.Actors["manager"].ID}), fill(record{id: lead.NewID("acc"), absent: true})}
	case "service":
		return []asked{fill(record{id: w.site.Area.Services["Harbour Kitchen"]}), fill(record{id: lead.NewID("x"), absent: true})}
	case "list":
		return []asked{fill(record{id: "sex"})}
	case "version":
		return []asked{fill(record{id: "1"})}
	}
	return []asked{fill(record{id: lead.NewID("x"), absent: true})}
}

// allowed asks the policies what the answer should be.
func (w *walls) allowed(actor lead.Actor, route web.Route, a asked) bool {
	if route.Action == "" {
		return true
	}
	if _, ok := w.site.App.Access.Decide(actor, route.Action, access.Screen{}); !ok {
		return false
	}
	for _, rec := range a.records {
		if rec.resource == nil {
			continue
		}
		if _, ok := w.site.App.Access.Decide(actor, route.Action, rec.resource); !ok {
			return false
		}
	}
	return true
}

func (w *walls) judge(name string, actor lead.Actor, route web.Route, method string, q asked, defined, allowed bool, a webtest.Answer) {
	w.t.Helper()
	who := name
	if name == "" {
		who = "somebody not signed in"
	}
	where := fmt.Sprintf("%s: %s %s: %d", who, method, q.path, a.Status)
	w.combinations += len(access.Classes())
	// A page that anybody may open says nothing about what it is asked for.
	absent := route.Action != "" && slices.ContainsFunc(q.records, func(r record) bool { return r.absent })
	switch {
	case a.Status >= 500:
		w.t.Errorf("%s %.300s", where, a.Body)
	case !defined && a.Status != http.StatusMethodNotAllowed && a.Status != http.StatusNotFound && a.Status != http.StatusUnauthorized && a.Status != http.StatusSeeOther && a.Status != http.StatusTemporaryRedirect:
		w.t.Errorf("%s: there is no such route", where)
	case defined && route.Action != "" && (name == "" || elsewhere(name, route.Path)) && a.Status != http.StatusUnauthorized && a.Status != http.StatusSeeOther:
		w.t.Errorf("%s: nobody is signed in", where)
	case defined && route.Action != "" && (name == "" || elsewhere(name, route.Path)):
	case defined && name != "" && (!allowed || absent) && a.Status != http.StatusNotFound:
		w.t.Errorf("%s: not allowed, and not refused\n%.300s", where, a.Body)
	case defined && name != "" && allowed && !absent && method == http.MethodGet && !unknownPart(q) && a.Status != http.StatusOK && a.Status != http.StatusSeeOther:
		w.t.Errorf("%s: allowed, and refused", where)
	}
	if defined && allowed && !absent {
		w.answered++
	} else {
		w.refused++
	}
	for _, found := range classed.FindAllStringSubmatch(a.Body+a.Location+fmt.Sprint(a.Header), -1) {
		if w.seen == nil {
			w.seen = map[string]map[string]bool{}
		}
		if w.seen[name] == nil {
			w.seen[name] = map[string]bool{}
		}
		w.seen[name][found[0]] = true
		if !allowed || !w.maySee(actor, access.Class(found[1])) {
			w.t.Errorf("%s: shows %s", where, found[0])
		}
	}
}

// unknownPart reports whether an address names a part of a record that may not
// exist, such as a note: then 404 is the right answer for everybody.
func unknownPart(q asked) bool {
	return strings.Contains(q.path, "/x_") || strings.HasSuffix(q.path, "/1")
}

func (w *walls) maySee(actor lead.Actor, class access.Class) bool {
	return slices.ContainsFunc(actor.Roles, func(r lead.Role) bool { return w.matrix.Best(r, class) != access.Never })
}

func intersection(a, b map[string]bool) []string {
	var out []string
	for word := range a {
		if b[word] {
			out = append(out, word)
		}
	}
	return out
}
