package web

import (
	"net/http"

	"waymark.example/internal/care/participant"
	"waymark.example/internal/lead"
	"waymark.example/internal/platform/ui"
	"waymark.example/internal/platform/web"
)

// emergencyRoutes lists the pages for breaking the glass. Each asks for a fresh
// proof of who is there.
func (s *Site) emergencyRoutes() []web.Route {
	return []web.Route{
		web.Get("/care/emergency", "case.break_glass", s.emergencyPage),
		web.Sensitive(web.Post("/care/emergency", "case.break_glass", s.emergency)),
		web.Sensitive(web.Post("/care/people/{person}/emergency", "case.break_glass", s.breakGlass)),
	}
}

type emergencyPage struct {
	ui.Page
	Name, Reason ui.Field
	Risk         ui.Choices
	Asked        bool
	Found        []emergencyRow
}

type emergencyRow struct {
	participant.Glance
	Key, Reason string
}

func (s *Site) emergencyPage(w http.ResponseWriter, r *http.Request) error {
	return s.showEmergency(w, r, http.StatusOK, ui.NewForm(nil, nil), nil, false)
}

func (s *Site) showEmergency(w http.ResponseWriter, r *http.Request, status int, form *ui.Form, found []participant.Glance, asked bool) error {
	v := emergencyPage{Page: web.Page(r, "In an emergency"), Asked: asked}
	v.Phone = true
	v.Name = form.Text("name", "The name they are called by", "The whole name. People of every team are looked for.")
	v.Name.Autocomplete = "off"
	v.Reason = form.Area("reason", "What happened?", "Their supervisor and the data-protection officer read this, and the person is told.", 3)
	v.Risk = form.Many("risk", "Why you and why now", "", ui.Option{Value: "yes", Label: "A life or somebody's safety is at risk", Hint: "And I cannot reach who walks with them"})
	v.Errors = form.Errors()
	for i, g := range found {
		v.Found = append(v.Found, emergencyRow{g, v.Key + "-" + itoa(i), form.Values.Get("reason")})
	}
	return s.pages.Render(w, status, "emergency.html", v)
}

func (s *Site) emergency(w http.ResponseWriter, r *http.Request) error {
	e := participant.Emergency{Name: web.Line(r, "name"), Reason: web.Line(r, "reason"), Risk: r.PostFormValue("risk") == "yes"}
	found, err := s.People.InEmergency(r.Context(), web.Actor(r), e)
	if bad, ok := web.Invalid(err); ok {
		return s.showEmergency(w, r, http.StatusUnprocessableEntity, ui.NewForm(r.PostForm, bad), nil, false)
	}
	if err != nil {
		return err
	}
	return s.showEmergency(w, r, http.StatusOK, ui.NewForm(r.PostForm, nil), found, true)
}

func (s *Site) breakGlass(w http.ResponseWriter, r *http.Request) error {
	id := r.PathValue("person")
	err := s.People.BreakGlass(r.Context(), web.Actor(r), web.Form(r), id, web.Line(r, "reason"))
	if bad, ok := web.Invalid(err); ok { // the reason is typed on the page before
		return s.showEmergency(w, r, http.StatusUnprocessableEntity, ui.NewForm(r.PostForm, lead.Invalid{"reason": bad["reason"]}), nil, false)
	}
	if err != nil {
		return err
	}
	return web.SeeOther(w, r, pathOf(id, ""))
}
