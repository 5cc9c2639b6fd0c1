package web

import (
	"net/http"

	"waymark.example/internal/platform/ui"
	"waymark.example/internal/platform/web"
	"waymark.example/internal/police/decided"
)

// Decided is the pages on which officers see what they decided, and a sergeant talks it over with one of them.
type Decided struct {
	decided *decided.Service
	pages   *ui.Set
}

// NewDecided returns the pages.
func NewDecided(s *decided.Service) *Decided { return &Decided{s, ui.Must(files)} }

// Routes lists them.
func (d *Decided) Routes() []web.Route {
	return []web.Route{
		web.Get("/police/decisions", "decided.own", d.own),
		web.Get("/police/team/decisions", "decided.talk", d.team),
		web.Get("/police/team/decisions/{officer}", "decided.talk", d.talk),
	}
}

type ownPage struct {
	ui.Page
	Own  decided.Own
	Talk bool
}

func (d *Decided) own(w http.ResponseWriter, r *http.Request) error {
	own, err := d.decided.Mine(r.Context(), web.Actor(r))
	if err != nil {
		return err
	}
	return d.pages.Render(w, http.StatusOK, "decided.html", ownPage{Page: web.Page(r, "My decisions"), Own: own})
}

func (d *Decided) talk(w http.ResponseWriter, r *http.Request) error {
	own, err := d.decided.Talk(r.Context(), web.Actor(r), r.PathValue("officer"))
	if err != nil {
		return err
	}
	return d.pages.Render(w, http.StatusOK, "decided.html", ownPage{Page: web.Page(r, "To talk about"), Own: own, Talk: true})
}

type officersPage struct {
	ui.Page
	Officers []decided.Officer
}

func (d *Decided) team(w http.ResponseWriter, r *http.Request) error {
	all, err := d.decided.Team(r.Context(), web.Actor(r))
	if err != nil {
		return err
	}
	return d.pages.Render(w, http.StatusOK, "decided-team.html", officersPage{Page: web.Page(r, "To talk about"), Officers: all})
}
