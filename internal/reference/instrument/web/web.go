// Package web serves the administrator's pages of questionnaires and their
// licences. It imports reference and platform.
package web

import (
	"embed"
	"net/http"
	"net/url"

	"waymark.example/internal/platform/ui"
	"waymark.example/internal/platform/web"
	"waymark.example/internal/reference/instrument"
)

//go:embed *.html
var files embed.FS

// Site is the pages.
type Site struct {
	instruments *instrument.Service
	pages       *ui.Set
}

// New returns the pages.
func New(s *instrument.Service) *Site { return &Site{s, ui.Must(files)} }

// Routes lists the pages.
func (s *Site) Routes() []web.Route {
	return []web.Route{
		web.Get("/questionnaires", "instrument.manage", s.list),
		web.Get("/questionnaires/{instrument}/{edition}", "instrument.manage", s.one),
		web.Post("/questionnaires/{instrument}/{edition}/attest", "instrument.manage", s.attest),
		web.Post("/questionnaires/{instrument}/{edition}/withdraw", "instrument.manage", s.withdraw),
	}
}

type listPage struct {
	ui.Page
	All []instrument.Standing
}

func (s *Site) list(w http.ResponseWriter, r *http.Request) error {
	all, err := s.instruments.List(r.Context(), web.Actor(r))
	if err != nil {
		return err
	}
	return s.pages.Render(w, http.StatusOK, "instruments.html", listPage{web.Page(r, "Questionnaires"), all})
}

type onePage struct {
	ui.Page
	One     instrument.Standing
	At      string
	Licence ui.Field
	Why     ui.Field
}

func (s *Site) one(w http.ResponseWriter, r *http.Request) error {
	return s.show(w, r, http.StatusOK, ui.NewForm(nil, nil))
}

func (s *Site) show(w http.ResponseWriter, r *http.Request, status int, form *ui.Form) error {
	one, err := s.instruments.One(r.Context(), web.Actor(r), r.PathValue("instrument"), r.PathValue("edition"))
	if err != nil {
		return err
	}
	v := onePage{Page: web.Page(r, one.Title), One: one, At: "/questionnaires/" + url.PathEscape(one.ID) + "/" + url.PathEscape(one.Version)}
	v.Licence = form.Area("licence", "What the licence says", "Copy it in as you read it, or the permission you were given. Your name and the day are kept with it.", 4)
	v.Why = form.Text("why", "Why it may no longer be used", "")
	v.Errors = form.Errors()
	return s.pages.Render(w, status, "instrument.html", v)
}

func (s *Site) after(w http.ResponseWriter, r *http.Request, err error) error {
	if bad, ok := web.Invalid(err); ok {
		return s.show(w, r, http.StatusUnprocessableEntity, ui.NewForm(r.PostForm, bad))
	}
	if err != nil {
		return err
	}
	return web.SeeOther(w, r, "/questionnaires/"+url.PathEscape(r.PathValue("instrument"))+"/"+url.PathEscape(r.PathValue("edition")))
}

func (s *Site) attest(w http.ResponseWriter, r *http.Request) error {
	return s.after(w, r, s.instruments.Attest(r.Context(), web.Actor(r), web.Form(r), r.PathValue("instrument"), r.PathValue("edition"), web.Line(r, "licence")))
}

func (s *Site) withdraw(w http.ResponseWriter, r *http.Request) error {
	return s.after(w, r, s.instruments.Withdraw(r.Context(), web.Actor(r), web.Form(r), r.PathValue("instrument"), r.PathValue("edition"), web.Line(r, "why")))
}
