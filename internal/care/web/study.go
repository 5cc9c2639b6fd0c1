package web

import (
	"net/http"
	"strconv"

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
	h := w.Header()
	h.Set("Content-Type", "application/zip")
	h.Set("Content-Disposition", `attachment; filename="support-for-a-study.zip"`)
	h.Set("Content-Length", strconv.Itoa(len(file)))
	h.Set("Cache-Control", "no-store")
	_, err = w.Write(file)
	return err
}
