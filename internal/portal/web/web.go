// Package web serves a participant's own page: no account, plain words, a way
// out on every page. It also serves the desk where the case team makes codes.
// It imports portal, care, handoff and platform.
package web

import (
	"context"
	"embed"
	"errors"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"time"

	"waymark.example/internal/care/consent"
	"waymark.example/internal/care/participant"
	"waymark.example/internal/care/plan"
	"waymark.example/internal/care/safety"
	"waymark.example/internal/handoff/rights"
	"waymark.example/internal/lead"
	"waymark.example/internal/platform/ui"
	"waymark.example/internal/platform/web"
	"waymark.example/internal/portal"
)

//go:embed *.html
var files embed.FS

// Home is where a participant's own pages begin; everything below it is theirs.
const Home = "/me"

// LeavePath closes the page and goes somewhere neutral.
const LeavePath = Home + "/leave"

// Settings are what a site decides about the participant's own pages.
type Settings struct {
	Title   string // of every page, as a browser's history shows it: it names no service
	LeaveTo string // the neutral page that "Leave now" goes to

	// Independent is whom to tell outside, as the end of a sentence.
	Independent string
	// ReplyTo is where a paper reply goes, as the end of a sentence.
	ReplyTo string
	// HideNames leaves workers' names out of "who has looked", where their
	// safety asks for it: the organisation still shows.
	HideNames bool
}

// WithDefaults fills in what the site has not decided.
func (s Settings) WithDefaults() Settings {
	if s.Title == "" {
		s.Title = "My page"
	}
	if s.LeaveTo == "" {
		s.LeaveTo = "https://www.bbc.co.uk/weather"
	}
	if s.ReplyTo == "" {
		s.ReplyTo = "your worker, or put it in an envelope with their name on it"
	}
	if s.Independent == "" {
		s.Independent = "the Information Commissioner's Office (ICO), on 0303 123 1113"
	}
	return s
}

// Site is the participant's side of the web interface.
type Site struct {
	Portal     *portal.Service
	People     *participant.Service // through the participant's handle
	Plans      *plan.Service        // through the participant's handle
	Safety     *safety.Service      // through the participant's handle
	Consents   *consent.Service     // through the participant's handle
	Rights     *rights.Service      // through the participant's handle
	Paper      Paper                // through the care handle
	Desk       *portal.Desk         // through the care handle
	Carrier    *web.Carrier
	Secure     bool   // the site is served over TLS
	TrustProxy bool   // the proxy in front says where a request came from
	Origin     string // how browsers reach the site
	// Complaints says whether the site opened its door for complaints, where nobody
	// needs a name.
	Complaints func(context.Context) (bool, error)
	Settings
	Zone  *time.Location
	pages *ui.Set
}

// New returns the site.
func New(s Site) *Site {
	s.Settings = s.WithDefaults()
	s.pages = ui.Must(files)
	return &s
}

// Routes lists the pages. No address names a person: whose page it is comes
// from the session alone.
func (s *Site) Routes() []web.Route {
	return []web.Route{
		web.Get("/me/start", "", s.start),
		web.Post("/me/start", "", s.begin),
		web.Get(LeavePath, "", s.leave),

		web.Get(Home, "own.read", s.home),
		web.Get("/me/plan", "own.read", s.plan),
		web.Get("/me/safety", "own.safety", s.safety),
		web.Get("/me/sharing", "own.consents", s.sharing),
		web.Post("/me/sharing/research", "own.stop_sharing", s.stopResearch),
		web.Get("/me/sharing/{recipient}/stop", "own.stop_sharing", s.stopPage),
		web.Post("/me/sharing/{recipient}/stop", "own.stop_sharing", s.stop),
		web.Get("/me/looked", "own.read", s.looked),
		web.Get("/me/ask", "own.ask", s.ask),
		web.Get("/me/ask/{kind}", "own.ask", s.askFormPage),
		web.Post("/me/ask/{kind}", "own.ask", s.askForm),
		web.Get("/me/sent", "own.asked", s.sent),
		web.Get("/me/support", "own.close", s.support),
		web.Get("/me/support/{wish}", "own.close", s.wishPage),
		web.Post("/me/support/{wish}", "own.close", s.wish),

		web.Get("/care/people/{person}/code", "portal.give_code", s.desk),
		web.Post("/care/people/{person}/code", "portal.give_code", s.give),
		web.Get("/care/people/{person}/paper", "case.read", s.paper),
		web.Post("/care/people/{person}/code/take-back", "portal.give_code", s.takeBack),
	}
}

// Own reports whether path belongs to the participant's own pages, which no
// staff session opens.
func Own(path string) bool { return path == Home || strings.HasPrefix(path, Home+"/") }

// cookie is the name of the page's cookie. Neither it nor its value says what
// it is for.
func (s *Site) cookie() string {
	if s.Secure {
		return "__Host-page"
	}
	return "page"
}

// Token returns the token of the open page that r carries.
func (s *Site) Token(r *http.Request) string {
	c, err := r.Cookie(s.cookie())
	if err != nil {
		return ""
	}
	return c.Value
}

func (s *Site) setToken(w http.ResponseWriter, token string) {
	c := &http.Cookie{Name: s.cookie(), Value: token, Path: "/", HttpOnly: true, Secure: s.Secure, SameSite: http.SameSiteLaxMode}
	if token == "" {
		c.MaxAge = -1
	}
	http.SetCookie(w, c)
}

// From tells from where r comes: the network, and what the browser says of
// itself. A header may name the network only when our own proxy wrote it.
func (s *Site) From(r *http.Request) portal.Visitor {
	return portal.Visitor{Address: network(web.Place(r, s.TrustProxy)), Browser: r.UserAgent()}
}

// network is the part of an address that one household or hostel shares: all of
// an IPv4 address, the first half of an IPv6 one.
func network(host string) string {
	address, err := netip.ParseAddr(host)
	if err != nil {
		return ""
	}
	address = address.Unmap().WithZone("")
	if address.Is4() {
		return address.String()
	}
	prefix, err := address.Prefix(64)
	if err != nil {
		return ""
	}
	return prefix.String()
}

// page is the shell of one of the participant's own pages.
func (s *Site) page(r *http.Request) ui.Page {
	p := web.Page(r, s.Title)
	p.Phone, p.Leave = true, LeavePath
	return p
}

type startPage struct {
	ui.Page
	Code    ui.Field
	Carried string
	Closed  bool // the page had closed while they were here
	Writing bool // and while they were writing
}

func (s *Site) start(w http.ResponseWriter, r *http.Request) error {
	return s.showStart(w, r, http.StatusOK, ui.NewForm(nil, nil), startPage{Closed: r.URL.Query().Get("closed") != ""})
}

func (s *Site) showStart(w http.ResponseWriter, r *http.Request, status int, form *ui.Form, v startPage) error {
	w.Header().Set("Cache-Control", "no-store")
	v.Page = s.page(r)
	v.Home = ""
	v.Code = form.Text("code", "Your code", "Big or small letters are the same. You can leave out the lines.")
	v.Code.Autocomplete, v.Code.Max = "off", 40
	v.Errors = form.Errors()
	return s.pages.Render(w, status, "start.html", v)
}

// AskForCode answers a request for a page that is not open. A form is carried
// along for the same person, so that nothing typed is lost.
func (s *Site) AskForCode(w http.ResponseWriter, r *http.Request, participantID string) error {
	if r.Method != http.MethodPost {
		to := Home + "/start"
		if participantID != "" {
			to += "?closed=yes"
		}
		return web.SeeOther(w, r, to)
	}
	v := startPage{Closed: true}
	if participantID != "" {
		sealed, err := s.Carrier.Seal(web.Carried{AccountID: participantID, Path: r.URL.Path, Answers: r.PostForm})
		if err != nil {
			return err
		}
		v.Carried, v.Writing = sealed, true
	}
	return s.showStart(w, r, http.StatusUnauthorized, ui.NewForm(nil, nil), v)
}

func (s *Site) begin(w http.ResponseWriter, r *http.Request) error {
	token, participantID, err := s.Portal.Begin(r.Context(), r.PostFormValue("code"), s.From(r))
	status, text := 0, ""
	switch {
	case errors.Is(err, portal.ErrCode):
		status, text = http.StatusUnprocessableEntity, "This code does not open a page. Look at it once more, or ask your worker for a new one"
	case errors.Is(err, portal.ErrMany):
		status, text = http.StatusTooManyRequests, "This code does not open a page. We have had a lot of wrong codes from here. Wait ten minutes, or ask your worker for a new one"
	case err != nil:
		return err
	}
	if status != 0 {
		form := ui.NewForm(url.Values{"code": {r.PostFormValue("code")}}, lead.Invalid{"code": text})
		return s.showStart(w, r, status, form, startPage{Carried: r.PostFormValue("carried")})
	}
	s.setToken(w, token)
	if c, err := s.Carrier.Open(r.PostFormValue("carried")); err == nil && c.AccountID == participantID && Own(c.Path) {
		return s.resume(w, r, c)
	}
	return web.SeeOther(w, r, Home)
}

type resumePage struct {
	ui.Page
	Path   string
	Fields []hidden
}

type hidden struct{ Name, Value string }

func (s *Site) resume(w http.ResponseWriter, r *http.Request, c web.Carried) error {
	w.Header().Set("Cache-Control", "no-store")
	v := resumePage{Page: s.page(r), Path: c.Path}
	for name, values := range c.Answers {
		for _, value := range values {
			v.Fields = append(v.Fields, hidden{name, value})
		}
	}
	return s.pages.Render(w, http.StatusOK, "resume.html", v)
}

// leave is a plain link, so that it works everywhere at once: it closes the
// page and goes somewhere that says nothing.
func (s *Site) leave(w http.ResponseWriter, r *http.Request) error {
	w.Header().Set("Cache-Control", "no-store")
	if token := s.Token(r); token != "" {
		s.setToken(w, "")
		if err := s.Portal.Leave(r.Context(), token); err != nil && !errors.Is(err, lead.ErrUnavailable) {
			return err
		}
	}
	return web.SeeOther(w, r, s.LeaveTo)
}

// Plain puts a failure into words for somebody who works for nobody here.
func Plain(f web.Failure) web.Failure {
	switch f.Status {
	case http.StatusNotFound:
		f.Title, f.Words = "There is nothing here", "The address may be wrong. Go back to your page and try from there."
	case http.StatusConflict:
		f.Title, f.Words = "This has changed", "It may be done already. Go back to your page and look."
	case http.StatusRequestEntityTooLarge:
		f.Title, f.Words = "That is too long", "Nothing was sent. Go back and write less."
	default:
		f.Title, f.Words = "Sorry, that did not work", "Nothing was sent. What you wrote is still here. Wait a bit and try once more. You can also tell your worker."
	}
	return f
}
