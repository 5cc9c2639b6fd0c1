// Package web serves complaints and compliments to whoever deals with them: the
// coordinator, or the independent body. It imports the bridge and platform.
package web

import (
	"embed"
	"net/http"
	"strconv"

	"waymark.example/internal/handoff/complaint"
	"waymark.example/internal/lead"
	"waymark.example/internal/platform/db"
	"waymark.example/internal/platform/ui"
	"waymark.example/internal/platform/web"
)

//go:embed *.html
var files embed.FS

// Site is one way's pages: the scheme's or the independent one's.
type Site struct {
	complaints *complaint.Service
	home       string
	pages      *ui.Set
}

// New returns the pages of whoever deals with complaints of one route.
func New(c *complaint.Service) *Site {
	s := &Site{complaints: c, home: "/partnership/complaints", pages: ui.Must(files)}
	if c.Route == complaint.Outside {
		s.home = "/oversight/complaints"
	}
	return s
}

// Routes lists the pages.
func (s *Site) Routes() []web.Route {
	deal := web.Get(s.home, "complaint.scheme", s.list)
	if s.complaints.Route == complaint.Outside {
		deal.Action = "complaint.independent"
	}
	read, step, register := deal, deal, deal
	read.Path, read.Handle = s.home+"/{complaint}", s.one
	step.Method, step.Path, step.Handle = http.MethodPost, s.home+"/{complaint}", s.step
	register.Path, register.Handle = s.home+"/register", s.register
	if s.complaints.Route == complaint.Outside {
		register.Action = "complaint.register" // for who watches over data, and reads no words
	}
	return []web.Route{deal, read, step, register}
}

const perPage = 30

type listPage struct {
	ui.Page
	Home  string
	Own   bool // of the scheme
	Files []row
	More  string
}

type row struct {
	complaint.File
	Late bool
}

func (s *Site) list(w http.ResponseWriter, r *http.Request) error {
	all, err := s.complaints.List(r.Context(), web.Actor(r), r.URL.Query().Get("before"), perPage+1)
	if err != nil {
		return err
	}
	v := listPage{Page: web.Page(r, "Complaints and compliments"), Home: s.home, Own: s.complaints.Route == complaint.Scheme}
	today := db.Day(s.complaints.Book.Now())
	for i, f := range all {
		if i == perPage {
			v.More = s.home + "?before=" + all[i-1].ID
			break
		}
		v.Files = append(v.Files, row{f, f.Late(today)})
	}
	return s.pages.Render(w, http.StatusOK, "complaints.html", v)
}

type onePage struct {
	ui.Page
	complaint.File
	Home    string
	Late    bool
	Next    ui.Choices
	Outcome ui.Choices
	Answer  ui.Field
}

func (s *Site) one(w http.ResponseWriter, r *http.Request) error {
	return s.show(w, r, http.StatusOK, nil)
}

func (s *Site) show(w http.ResponseWriter, r *http.Request, status int, bad lead.Invalid) error {
	f, err := s.complaints.Open(r.Context(), web.Actor(r), r.PathValue("complaint"))
	if err != nil {
		return err
	}
	form := ui.NewForm(r.PostForm, bad)
	v := onePage{Page: web.Page(r, f.Kind.Words()), File: f, Home: s.home, Late: f.Late(db.Day(s.complaints.Book.Now()))}
	var next, outcomes []ui.Option
	for _, c := range f.Stage.Next() {
		next = append(next, ui.Option{Value: c.Code, Label: c.Words})
	}
	for _, c := range complaint.Outcomes() {
		outcomes = append(outcomes, ui.Option{Value: c.Code, Label: c.Words})
	}
	v.Next = form.One("stage", "What comes next?", "", next...)
	v.Outcome = form.One("outcome", "What came of it?", "Only with an answer.", outcomes...)
	v.Outcome.Small = true
	v.Answer = form.Area("answer", "Words for whoever wrote", "They read this with their code. Leave out other people's names.", 5)
	v.Answer.Max = 3000
	v.Errors = form.Errors()
	return s.pages.Render(w, status, "complaint.html", v)
}

func (s *Site) step(w http.ResponseWriter, r *http.Request) error {
	from, err := strconv.ParseInt(r.PostFormValue("from_version"), 10, 64)
	if err != nil {
		return lead.ErrNotFound
	}
	id := r.PathValue("complaint")
	err = s.complaints.Go(r.Context(), web.Actor(r), web.Form(r), id, from,
		complaint.Step{Stage: complaint.Stage(r.PostFormValue("stage")), Outcome: r.PostFormValue("outcome"), Words: web.Line(r, "answer")})
	if bad, ok := web.Invalid(err); ok {
		return s.show(w, r, http.StatusUnprocessableEntity, bad)
	}
	if err != nil {
		return err
	}
	return web.SeeOther(w, r, s.home+"/"+id)
}

type registerPage struct {
	ui.Page
	Facts []complaint.Fact
	Home  string
	Deals bool
}

func (s *Site) register(w http.ResponseWriter, r *http.Request) error {
	facts, err := s.complaints.Register(r.Context(), web.Actor(r), 200)
	if err != nil {
		return err
	}
	return s.pages.Render(w, http.StatusOK, "complaint-register.html", registerPage{web.Page(r, "Register of complaints"), facts, s.home, s.complaints.Route == complaint.Scheme})
}
