package web

import (
	"net/http"

	"waymark.example/internal/platform/ui"
	"waymark.example/internal/platform/web"
)

type studyPage struct {
	ui.Page
	Holder      ui.Choices
	From, Until ui.Field
	Nobody      bool // is covered by an agreement
}

func (s *Site) studyPage(w http.ResponseWriter, r *http.Request) error {
	return s.showStudy(w, r, http.StatusOK, ui.NewForm(nil, nil))
}

func (s *Site) showStudy(w http.ResponseWriter, r *http.Request, status int, form *ui.Form) error {
	holders, err := s.studies.Holders(r.Context(), web.Actor(r))
	if err != nil {
		return err
	}
	v := studyPage{Page: web.Page(r, "For a study"), Nobody: len(holders) == 0}
	var of []ui.Option
	for _, h := range holders {
		of = append(of, ui.Option{Value: h.ID, Label: h.Name})
	}
	v.Holder = form.One("holder", "Who holds the key?", "Organisations with which the force has an agreement in force about research.", of...)
	v.From = form.Typed("date", "from", "First day", "")
	v.Until = form.Typed("date", "until", "Last day", "")
	v.Errors = form.Errors()
	return s.pages.Render(w, status, "study.html", v)
}

func (s *Site) study(w http.ResponseWriter, r *http.Request) error {
	from, until := web.Line(r, "from"), web.Line(r, "until")
	file, err := s.studies.File(r.Context(), web.Actor(r), web.Form(r), r.PostFormValue("holder"), from, until)
	if bad, ok := web.Invalid(err); ok {
		return s.showStudy(w, r, http.StatusUnprocessableEntity, ui.NewForm(r.PostForm, bad))
	}
	if err != nil {
		return err
	}
	return web.Attach(w, "contacts-for-a-study.zip", "application/zip", file)
}
