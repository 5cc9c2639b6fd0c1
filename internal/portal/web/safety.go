package web

import (
	"net/http"

	"waymark.example/internal/care/participant"
	"waymark.example/internal/care/safety"
	"waymark.example/internal/platform/ui"
	"waymark.example/internal/platform/web"
)

type safetyPage struct {
	ui.Page
	Mine participant.Mine
	Plan *safety.Plan // nil: none, or they did not want it here
}

func (s *Site) safety(w http.ResponseWriter, r *http.Request) error {
	m, p, err := s.Safety.Mine(r.Context(), web.Actor(r), "own.safety")
	if err != nil {
		return err
	}
	return s.pages.Render(w, http.StatusOK, "safety.html", safetyPage{s.page(r), m, p})
}
