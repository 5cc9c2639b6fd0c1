package app_test

import (
	"html"
	"net/http"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"waymark.example/internal/app"
	"waymark.example/internal/dbtest"
	"waymark.example/internal/identity"
	"waymark.example/internal/lead"
	"waymark.example/internal/platform/ledger"
	"waymark.example/internal/webtest"
)

// guided is somebody at a browser who only presses what is on the page in front
// of them, and counts.
type guided struct {
	*webtest.Browser
	t      *testing.T
	at     string // address of the page
	page   webtest.Answer
	clicks *int
}

// open types an address, as somebody does once.
func (g *guided) open(path string) *guided {
	g.t.Helper()
	g.arrive(path, g.Get(path))
	return g
}

func (g *guided) arrive(path string, a webtest.Answer) {
	g.t.Helper()
	for range 5 {
		if a.Status != http.StatusSeeOther {
			break
		}
		path = a.Location
		a = g.Get(path)
	}
	if a.Status != http.StatusOK {
		_, main, _ := strings.Cut(a.Body, "<main")
		g.t.Fatalf("%s: %d\n%.900s", path, a.Status, plain("<main"+main))
	}
	g.at, g.page = path, a
}

var (
	anchors = regexp.MustCompile(`(?s)<a ([^>]*)>(.*?)</a>`)
	forms   = regexp.MustCompile(`(?s)<form ([^>]*)>(.*?)</form>`)
	tags    = regexp.MustCompile(`<[^>]*>`)
	inputs  = regexp.MustCompile(`(?s)<(input) ([^>]*)>|<(textarea) ([^>]*)>([^<]*)</textarea>|<(select) ([^>]*)>(.*?)</select>`)
	attr    = regexp.MustCompile(`([a-z-]+)(?:="([^"]*)")?`)
	chosen  = regexp.MustCompile(`<option value="([^"]*)" selected`)
	options = regexp.MustCompile(`<option value="([^"]*)"[^>]*>([^<]*)<`)
	labels  = regexp.MustCompile(`(?s)<label[^>]*><input ([^>]*)><span>(.*?)(?:<small|</span>)`)
)

func attrs(text string) map[string]string {
	out := map[string]string{}
	for _, m := range attr.FindAllStringSubmatch(text, -1) {
		out[m[1]] = html.UnescapeString(m[2])
	}
	return out
}

func plain(fragment string) string {
	return strings.Join(strings.Fields(html.UnescapeString(tags.ReplaceAllString(fragment, " "))), " ")
}

// click follows the link that reads so.
func (g *guided) click(text string) {
	g.t.Helper()
	for _, m := range anchors.FindAllStringSubmatch(g.page.Body, -1) {
		if strings.HasPrefix(plain(m[2]), text) {
			*g.clicks++
			path := attrs(m[1])["href"]
			g.arrive(path, g.Get(path))
			return
		}
	}
	g.t.Fatalf("%s has no link %q:\n%.4000s", g.at, text, plain(g.page.Body))
}

// press fills in the form with a button that reads so, and sends it. An answer
// that starts with = is the label of what is chosen.
func (g *guided) press(button string, answers map[string]string) {
	g.t.Helper()
	for _, m := range forms.FindAllStringSubmatch(g.page.Body, -1) {
		if !regexp.MustCompile(`(?s)<button[^>]*>\s*` + regexp.QuoteMeta(button)).MatchString(m[2]) {
			continue
		}
		values := g.filled(m[2], answers)
		*g.clicks++
		to := attrs(m[1])["action"]
		if attrs(m[1])["method"] == "get" {
			to += "?" + values.Encode()
			g.arrive(to, g.Get(to))
			return
		}
		g.arrive(to, g.Post(to, values))
		return
	}
	g.t.Fatalf("%s has no button %q:\n%.4000s", g.at, button, plain(g.page.Body))
}

// filled are the answers of a form as the browser would send them.
func (g *guided) filled(form string, answers map[string]string) url.Values {
	g.t.Helper()
	values, names := url.Values{}, map[string]bool{}
	byLabel := map[string]string{}
	for _, m := range labels.FindAllStringSubmatch(form, -1) {
		a := attrs(m[1])
		byLabel[a["name"]+"="+plain(m[2])] = a["value"]
	}
	for _, m := range inputs.FindAllStringSubmatch(form, -1) {
		a := attrs(m[2] + m[4] + m[7])
		name := a["name"]
		names[name] = true
		switch {
		case m[3] != "":
			values.Set(name, html.UnescapeString(m[5]))
		case m[6] != "":
			for _, o := range options.FindAllStringSubmatch(m[8], -1) {
				byLabel[name+"="+plain(o[2])] = html.UnescapeString(o[1])
			}
			if c := chosen.FindStringSubmatch(m[8]); c != nil {
				values.Set(name, html.UnescapeString(c[1]))
			}
		case a["type"] == "radio" || a["type"] == "checkbox":
			if _, on := a["checked"]; on {
				values.Add(name, a["value"])
			}
		default:
			values.Set(name, a["value"])
		}
	}
	for name, answer := range answers {
		if !names[name] {
			g.t.Fatalf("%s asks nothing called %q", g.at, name)
		}
		if !strings.HasPrefix(answer, "=") {
			values.Set(name, answer)
			continue
		}
		values.Del(name)
		for _, label := range strings.Split(answer[1:], "|") {
			v, ok := byLabel[name+"="+label]
			if !ok {
				g.t.Fatalf("%s: %s has no choice %q", g.at, name, label)
			}
			values.Add(name, v)
		}
	}
	return values
}

// see fails unless the page says text.
func (g *guided) see(text string) {
	g.t.Helper()
	if !strings.Contains(plain(g.page.Body), text) {
		g.t.Fatalf("%s does not say %q:\n%.4000s", g.at, text, plain(g.page.Body))
	}
}

// enrolled is somebody's first sign-in, with the code that they were handed.
func enrolled(t *testing.T, site *webtest.Site, clicks *int, code string) *guided {
	t.Helper()
	g := &guided{Browser: site.Visitor(t), t: t, clicks: clicks}
	g.open("/")
	g.click("First time here")
	g.press("Continue", map[string]string{"code": code})
	*clicks++
	g.arrive("/", g.Post("/sign-in/key", webtest.NewAuthenticator(t).Create(t, g.page, "A phone")))
	return g
}

var shownCode = regexp.MustCompile(`<code>([0-9A-Z-]{20,})</code>`)

// From an empty database to the first hand-off, by nothing but what the guide
// offers: every link and button that is used stands on the page before.
func TestANewAreaGoesFromNothingToItsFirstHandOffByTheGuideAlone(t *testing.T) {
	t.Parallel()
	for _, engine := range []string{"sqlite", "postgres"} {
		t.Run(engine, func(t *testing.T) { firstHandOff(t, nothing(t, engine)) })
	}
}

// nothing is an installation without an account, as serve opens it: no practice.
func nothing(t *testing.T, engine string) *webtest.Site {
	t.Helper()
	c := app.Config{Database: "sqlite:" + filepath.Join(t.TempDir(), "waymark.db"), Keys: "sqlite:" + filepath.Join(t.TempDir(), "keys.db")}
	if engine == "postgres" {
		key, err := ledger.NewKeyText("waymark-eastmoor")
		if err != nil {
			t.Fatal(err)
		}
		c.Database, c.LedgerKey = dbtest.PostgresAddress(t), key
	}
	a, err := app.Open(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := a.Close(); err != nil {
			t.Error(err)
		}
	})
	server := httptest.NewServer(a.Handler())
	t.Cleanup(server.Close)
	return &webtest.Site{App: a, URL: server.URL, T: t, Header: http.Header{}}
}

func firstHandOff(t *testing.T, site *webtest.Site) {
	t.Helper()
	clicks := 0
	// waymark begin, on the machine itself.
	office, err := site.App.Accounts.FirstOrganisation(t.Context(), "Eastmoor LEAD Partnership", identity.PartnershipOffice)
	if err != nil {
		t.Fatal(err)
	}
	codes := map[string]string{}
	for _, name := range []string{"Tomas Reed", "Ada Brook"} {
		_, code, err := site.App.Accounts.OpenFirst(t.Context(), identity.Account{Email: strings.ToLower(name[:3]) + "@eastmoor.example", Name: name, Organisation: office.ID, Roles: []lead.Role{lead.Administrator}})
		if err != nil {
			t.Fatal(err)
		}
		codes[name] = code
	}

	admin := enrolled(t, site, &clicks, codes["Tomas Reed"])
	admin.see("Start of the area") // the guide is the first page
	admin.see("Open the first accounts")
	for name, kind := range map[string]string{"Eastmoor Police": "=Police force", "Harbourside Support": "=Case-management organisation, independent of the police"} {
		admin.click("Start of the area")
		admin.click("Add the organisations that take part")
		admin.click("New organisation")
		admin.press("Add the organisation", map[string]string{"name": name, "kind": kind})
	}
	for _, p := range [][4]string{
		{"Priya Nair", "Eastmoor LEAD Partnership", "", "=Coordinator"}, {"Sam Okoro", "Harbourside Support", "Harbour team", "=Supervisor"},
		{"Asha Fern", "Harbourside Support", "Harbour team", "=Case manager|On-call case manager"}, {"PC Robin Hale", "Eastmoor Police", "Quay", "=Officer"},
	} {
		admin.click("Start of the area")
		admin.click("Open the first accounts")
		admin.click("New account")
		admin.press("Open the account", map[string]string{"name": p[0], "email": strings.ToLower(p[0][strings.LastIndex(p[0], " ")+1:]) + "@eastmoor.example", "organisation": "=" + p[1], "team": p[2], "roles": p[3]})
		found := shownCode.FindStringSubmatch(admin.page.Body)
		if found == nil {
			t.Fatalf("no code for %s:\n%.2000s", p[0], plain(admin.page.Body))
		}
		codes[p[0]] = found[1]
		admin.click("Done")
	}
	second := enrolled(t, site, &clicks, codes["Ada Brook"])
	second.click("Start of the area")
	second.click("Open the first accounts")
	second.click("Waiting for a second person")
	second.press("Confirm", nil)

	coordinator := enrolled(t, site, &clicks, codes["Priya Nair"])
	coordinator.see("Start of the area")
	coordinator.click("Say who asks, and why here")
	coordinator.press("Save", map[string]string{"who": "Priya Nair, Eastmoor LEAD Partnership", "why": "The same people come round and round.", "force": "Eastmoor Police, the Quay"})
	coordinator.see("Done")
	coordinator.click("Name the area and its nation")
	coordinator.press("Save", map[string]string{"name": "Eastmoor", "nation": "=England", "contact": "lead@eastmoor.example"})
	coordinator.see("Eastmoor")
	coordinator.click("Look honestly at whether you are ready")
	ready := map[string]string{}
	for _, q := range []string{"officers", "voluntary", "independent", "voice", "room", "nights", "prosecutors", "money", "record", "no_conditions"} {
		ready[q] = "=In part"
	}
	coordinator.press("Save", ready)
	coordinator.click("Look through everybody's eyes")
	coordinator.press("Look", map[string]string{"role": "=Case manager"})
	coordinator.see("Never")
	coordinator.press("Save", map[string]string{"who": "Priya Nair, coordinator", "on": site.App.Now().UTC().Format(time.DateOnly)})

	supervisor := enrolled(t, site, &clicks, codes["Sam Okoro"])
	supervisor.click("Start of the area")
	supervisor.click("Cover the phone for a week")
	supervisor.click("Plan a shift")
	supervisor.press("Put it on the rota", map[string]string{"worker": "=Asha Fern", "phone": "07700 900142"})

	officer := enrolled(t, site, &clicks, codes["PC Robin Hale"])
	officer.see("What did you decide?")
	officer.press("Save", map[string]string{"outcome": "diverted", "offence": "46", "reason_diverted": "needs_seen", "age_band": "26_35", "sex": "F", "ethnic_group": "W", "voluntary": "yes", "nickname": "Kestrel", "meeting": "here_now"})
	worker := enrolled(t, site, &clicks, codes["Asha Fern"])
	worker.click("Hand-offs")
	worker.click("Kestrel")
	worker.press("I will come", nil)
	worker.see("What happened")
	worker.press("Save", map[string]string{"kind": "=Met"})
	worker.see("Met")
	t.Logf("from an empty database to the first hand-off: 2 commands and %d clicks by seven people", clicks)

	coordinator.click("Start of the area")
	coordinator.click("Go through the list before you begin")
	coordinator.see("Waymark cannot check this.")
}
