// Package web serves the page on which a partnership decides about the national
// view. It imports partnership and platform.
package web

import (
	"embed"
	"net/http"
	"strconv"

	"waymark.example/internal/lead"
	"waymark.example/internal/partnership/national"
	"waymark.example/internal/platform/access"
	"waymark.example/internal/platform/ui"
	"waymark.example/internal/platform/web"
)

//go:embed *.html
var files embed.FS

// Path is where the page is.
const Path = "/partnership/national"

// Site is the page.
type Site struct {
	national *national.Service
	view     string // where the national view is, "" where there is none
	pages    *ui.Set
}

// New returns the page of a site whose installation shows several areas at view.
func New(s *national.Service, view string) *Site { return &Site{s, view, ui.Must(files)} }

// Routes lists the pages.
func (s *Site) Routes() []web.Route {
	return []web.Route{web.Get(Path, "national.read", s.page), web.Post(Path, "national.decide", s.decide)}
}

type page struct {
	ui.Page
	View      string
	Now       national.Decision // the zero Decision: nothing was decided
	Before    []national.Decision
	MayDecide bool
	Joined    ui.Choices
	Words     ui.Field
	Saved     bool
}

func (s *Site) page(w http.ResponseWriter, r *http.Request) error {
	return s.show(w, r, http.StatusOK, nil)
}

func (s *Site) show(w http.ResponseWriter, r *http.Request, status int, bad lead.Invalid) error {
	actor := web.Actor(r)
	all, err := s.national.Decisions(r.Context(), actor)
	if err != nil {
		return err
	}
	v := page{Page: web.Page(r, "National view"), View: s.view, MayDecide: s.national.Access.Check(actor, "national.decide", access.Screen{}) == nil, Saved: r.URL.Query().Get("saved") == "yes"}
	if len(all) > 0 {
		v.Now, v.Before = all[0], all[1:]
	}
	form := ui.NewForm(r.PostForm, bad)
	v.Joined = form.One("joined", "Are our published figures shown there?", "", ui.Option{Value: "yes", Label: "Yes, show them"}, ui.Option{Value: "no", Label: "No, do not show them"})
	v.Words = form.Area("words", "What was decided, and by whom?", "Every partner can read this.", 3)
	v.Errors = form.Errors()
	return s.pages.Render(w, status, "national.html", v)
}

func (s *Site) decide(w http.ResponseWriter, r *http.Request) error {
	from, err := strconv.ParseInt(r.PostFormValue("from_version"), 10, 64)
	if err != nil || from < 0 {
		from = 0
	}
	var joined *bool
	if answer := r.PostFormValue("joined"); answer == "yes" || answer == "no" {
		yes := answer == "yes"
		joined = &yes
	}
	err = s.national.Decide(r.Context(), web.Actor(r), web.Form(r), from, joined, r.PostFormValue("words"))
	if bad, ok := web.Invalid(err); ok {
		return s.show(w, r, http.StatusUnprocessableEntity, bad)
	}
	if err != nil {
		return err
	}
	return web.SeeOther(w, r, Path+"?saved=yes")
}
