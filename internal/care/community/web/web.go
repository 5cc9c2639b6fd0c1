// Package web serves a supervisor's list of what came through the third door. It
// imports care, the bridge and platform.
package web

import (
	"embed"
	"net/http"
	"strings"

	"waymark.example/internal/care/community"
	"waymark.example/internal/handoff/door"
	"waymark.example/internal/lead"
	"waymark.example/internal/platform/db"
	"waymark.example/internal/platform/ui"
	"waymark.example/internal/platform/web"
)

//go:embed *.html
var files embed.FS

// Site is a supervisor's pages.
type Site struct {
	community *community.Service
	pages     *ui.Set
}

// New returns the pages.
func New(c *community.Service) *Site { return &Site{c, ui.Must(files)} }

// Routes lists the pages.
func (s *Site) Routes() []web.Route {
	return []web.Route{
		web.Get("/care/community", "door.triage", s.list),
		web.Get("/care/community/held", "door.triage", s.held),
		web.Post("/care/community/held", "door.triage", s.throwAway),
		web.Get("/care/community/asked/{asked}", "door.triage", s.one),
		web.Post("/care/community/asked/{asked}", "door.triage", s.decide),
	}
}

type listPage struct {
	ui.Page
	community.List
	Rows  []row
	Apart bool // those held back
}

type row struct {
	door.Waiting
	Late bool
}

func (s *Site) list(w http.ResponseWriter, r *http.Request) error { return s.show(w, r, false) }
func (s *Site) held(w http.ResponseWriter, r *http.Request) error { return s.show(w, r, true) }

func (s *Site) show(w http.ResponseWriter, r *http.Request, held bool) error {
	all, err := s.community.List(r.Context(), web.Actor(r), held)
	if err != nil {
		return err
	}
	v := listPage{Page: web.Page(r, "Community referrals"), List: all, Apart: held}
	today := db.Day(s.community.Book.Now())
	for _, waiting := range all.Waiting {
		v.Rows = append(v.Rows, row{waiting, waiting.PromiseOn < today})
	}
	return s.pages.Render(w, http.StatusOK, "community.html", v)
}

type onePage struct {
	ui.Page
	door.Waiting
	Helps  []string
	Late   bool
	Reason ui.Choices
}

func (s *Site) one(w http.ResponseWriter, r *http.Request) error {
	return s.showOne(w, r, http.StatusOK, nil)
}

func (s *Site) showOne(w http.ResponseWriter, r *http.Request, status int, bad lead.Invalid) error {
	one, err := s.community.One(r.Context(), web.Actor(r), r.PathValue("asked"))
	if err != nil {
		return err
	}
	form := ui.NewForm(r.PostForm, bad)
	v := onePage{Page: web.Page(r, "A community referral"), Waiting: one, Late: one.PromiseOn < db.Day(s.community.Book.Now())}
	v.Phone = true
	for _, code := range one.Words.Helps {
		v.Helps = append(v.Helps, door.HelpWords(code))
	}
	var why []ui.Option
	for _, c := range door.NotNows() {
		why = append(why, ui.Option{Value: c.Code, Label: c.Words})
	}
	v.Reason = form.One("reason", "Why not now?", "The coordinator sees this reason, and nobody else.", why...)
	v.Reason.Small = true
	v.Errors = form.Errors()
	return s.pages.Render(w, status, "asked.html", v)
}

func (s *Site) decide(w http.ResponseWriter, r *http.Request) error {
	id, kind := r.PathValue("asked"), door.Kind(r.PostFormValue("kind"))
	err := s.community.Decide(r.Context(), web.Actor(r), web.Form(r), id, kind, r.PostFormValue("reason"))
	if bad, ok := web.Invalid(err); ok {
		return s.showOne(w, r, http.StatusUnprocessableEntity, bad)
	}
	if err != nil {
		return err
	}
	if kind == door.Accepted && strings.HasPrefix(id, "ref_") {
		return web.SeeOther(w, r, "/care/hand-offs/"+id)
	}
	return web.SeeOther(w, r, "/care/community")
}

func (s *Site) throwAway(w http.ResponseWriter, r *http.Request) error {
	if err := s.community.ThrowAway(r.Context(), web.Actor(r), web.Form(r)); err != nil {
		return err
	}
	return web.SeeOther(w, r, "/care/community")
}
