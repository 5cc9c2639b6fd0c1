// Package web serves the packs with which a panel looks at decisions. It imports partnership and platform.
package web

import (
	"embed"
	"fmt"
	"net/http"
	"strconv"

	"waymark.example/internal/lead"
	"waymark.example/internal/partnership/scrutiny"
	"waymark.example/internal/platform/ui"
	"waymark.example/internal/platform/web"
)

//go:embed *.html
var files embed.FS

// Site is the pages.
type Site struct {
	packs *scrutiny.Service
	pages *ui.Set
}

// New returns the pages.
func New(packs *scrutiny.Service) *Site { return &Site{packs, ui.Must(files)} }

// Routes lists them.
func (s *Site) Routes() []web.Route {
	return []web.Route{
		web.Get("/partnership/scrutiny", "scrutiny.read", s.list),
		web.Post("/partnership/scrutiny", "scrutiny.draw", s.draw),
		web.Post("/partnership/scrutiny/{pack}/copy", "scrutiny.read", s.take),
		web.Get("/partnership/scrutiny/{pack}/copy/{copy}", "scrutiny.read", s.read),
	}
}

type listPage struct {
	ui.Page
	Packs       []scrutiny.Pack
	MayDraw     bool
	From, Until string // of the next; "" where every month is in one
	Size        ui.Choices
	Saved       bool
}

func (s *Site) list(w http.ResponseWriter, r *http.Request) error {
	return s.showList(w, r, http.StatusOK, nil)
}

func (s *Site) showList(w http.ResponseWriter, r *http.Request, status int, bad lead.Invalid) error {
	all, err := s.packs.Packs(r.Context(), web.Actor(r))
	if err != nil {
		return err
	}
	v := listPage{Page: web.Page(r, "Decisions to look at"), Packs: all, MayDraw: web.Actor(r).Has(lead.Coordinator), Saved: r.URL.Query().Get("saved") == "yes"}
	if v.MayDraw {
		if v.From, v.Until, err = s.packs.Open(r.Context(), web.Actor(r)); err != nil {
			return err
		}
		form := ui.NewForm(r.PostForm, bad)
		var sizes []ui.Option
		for _, n := range scrutiny.Sizes() {
			sizes = append(sizes, ui.Option{Value: strconv.Itoa(n), Label: fmt.Sprintf("Up to %d", n)})
		}
		v.Size = form.One("size", "How many contacts?", "At most half of those there are.", sizes...)
		v.Size.Small = true
		v.Errors = form.Errors()
	}
	return s.pages.Render(w, status, "packs.html", v)
}

func (s *Site) draw(w http.ResponseWriter, r *http.Request) error {
	size, _ := strconv.Atoi(r.PostFormValue("size")) // what is no number is no size
	err := s.packs.Make(r.Context(), web.Actor(r), web.Form(r), size)
	if bad, ok := web.Invalid(err); ok {
		return s.showList(w, r, http.StatusUnprocessableEntity, bad)
	}
	if err != nil {
		return err
	}
	return web.SeeOther(w, r, "/partnership/scrutiny?saved=yes")
}

func (s *Site) take(w http.ResponseWriter, r *http.Request) error {
	number, err := strconv.ParseInt(r.PathValue("pack"), 10, 64)
	if err != nil {
		return lead.ErrNotFound
	}
	got, err := s.packs.Take(r.Context(), web.Actor(r), web.Form(r), number)
	if err != nil {
		return err
	}
	return web.SeeOther(w, r, fmt.Sprintf("/partnership/scrutiny/%d/copy/%d", number, got))
}

type copyPage struct {
	ui.Page
	Copy scrutiny.Copy
}

func (s *Site) read(w http.ResponseWriter, r *http.Request) error {
	number, err := strconv.ParseInt(r.PathValue("pack"), 10, 64)
	if err != nil {
		return lead.ErrNotFound
	}
	copyNo, err := strconv.ParseInt(r.PathValue("copy"), 10, 64)
	if err != nil {
		return lead.ErrNotFound
	}
	c, err := s.packs.Read(r.Context(), web.Actor(r), number, copyNo)
	if err != nil {
		return err
	}
	return s.pages.Render(w, http.StatusOK, "pack.html", copyPage{Page: web.Page(r, fmt.Sprintf("Pack %d, copy %d", number, copyNo)), Copy: c})
}
