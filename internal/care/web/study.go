package web

import (
	"net/http"

	"waymark.example/internal/platform/ui"
	"waymark.example/internal/platform/web"
)

type studyPage struct{ ui.Page }

func (s *Site) studyPage(w http.ResponseWriter, r *http.Request) error {
	return s.pages.Render(w, http.StatusOK, "study.html", studyPage{web.Page(r, "For a study")})
}

func (s *Site) study(w http.ResponseWriter, r *http.Request) error {
	file, _, err := s.Studies.File(r.Context(), web.Actor(r), web.Form(r))
	if err != nil {
		return err
	}
	return web.Attach(w, "support-for-a-study.zip", "application/zip", file)
}
