// Package web serves the partnership's pages about how the service runs. It
// imports partnership, the bridge and platform.
package web

import (
	"embed"
	"net/http"
	"net/url"
	"time"

	"waymark.example/internal/handoff/oncall"
	"waymark.example/internal/partnership/missed"
	"waymark.example/internal/platform/db"
	"waymark.example/internal/platform/ui"
	"waymark.example/internal/platform/web"
	"waymark.example/internal/reference/pathway"
)

//go:embed *.html
var files embed.FS

// Site is the partnership's pages.
type Site struct {
	missed   *missed.Service
	pathways *pathway.Service
	pages    *ui.Set
}

// New returns the partnership's pages.
func New(m *missed.Service, p *pathway.Service) *Site { return &Site{m, p, ui.Must(files)} }

// Routes lists the pages.
func (s *Site) Routes() []web.Route {
	return []web.Route{
		web.Get("/partnership", "partnership.home", s.hub),
		web.Get("/partnership/pathways", "pathway.read", s.pathwaysList),
		web.Post("/partnership/pathways", "pathway.keep", s.keepPathway),
		web.Get("/missed-calls", "handoff.missed", s.missedCalls),
	}
}

const perPage = 30

type missedPage struct {
	ui.Page
	Calls []missedCall
	More  string
}

type missedCall struct {
	oncall.Missed
	Unanswered time.Duration
	Told       []told
}

type told struct {
	Who string
	oncall.Step
}

func (s *Site) missedCalls(w http.ResponseWriter, r *http.Request) error {
	before, err := time.Parse(time.RFC3339Nano, r.URL.Query().Get("before"))
	if err != nil {
		before = time.Time{}
	}
	calls, err := s.missed.Calls(r.Context(), web.Actor(r), before, r.URL.Query().Get("id"), perPage+1)
	if err != nil {
		return err
	}
	v := missedPage{Page: web.Page(r, "Missed calls")}
	for i, m := range calls {
		if i == perPage {
			last := calls[i-1]
			v.More = "/missed-calls?" + url.Values{"before": {db.At(last.At)}, "id": {last.ReferralID}}.Encode()
			break
		}
		c := missedCall{Missed: m, Unanswered: m.Unanswered(s.missed.Book.Now())}
		people := 0
		for _, step := range m.Steps {
			who := "Supervisors and coordinators"
			if !step.Alarm {
				who = "The " + oncall.Order(people) + " on call"
				people++
			}
			c.Told = append(c.Told, told{who, step})
		}
		v.Calls = append(v.Calls, c)
	}
	return s.pages.Render(w, http.StatusOK, "missed-calls.html", v)
}
