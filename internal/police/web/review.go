package web

import (
	"net/http"
	"net/url"

	"waymark.example/internal/lead"
	"waymark.example/internal/platform/ui"
	"waymark.example/internal/platform/web"
	"waymark.example/internal/police/contact"
)

type reviewPage struct {
	ui.Page
	Team bool
	Back ui.Link
	Rows []contact.Held
}

func (s *Site) review(w http.ResponseWriter, r *http.Request) error {
	rows, err := s.contacts.Waiting(r.Context(), web.Actor(r), false)
	if err != nil {
		return err
	}
	v := reviewPage{Page: web.Page(r, "Waiting for you"), Back: ui.Link{Text: "My entries", Href: "/police/contacts"}, Rows: rows}
	return s.pages.Render(w, http.StatusOK, "review.html", v)
}

func (s *Site) teamReview(w http.ResponseWriter, r *http.Request) error {
	rows, err := s.contacts.Waiting(r.Context(), web.Actor(r), true)
	if err != nil {
		return err
	}
	v := reviewPage{Page: web.Page(r, "Waiting in your team"), Team: true, Back: ui.Link{Text: "Team", Href: "/police/team"}, Rows: rows}
	return s.pages.Render(w, http.StatusOK, "review.html", v)
}

func (s *Site) heldPage(w http.ResponseWriter, r *http.Request) error {
	_, answers, err := s.contacts.OpenHeld(r.Context(), web.Actor(r), r.PathValue("held"))
	if err != nil {
		return err
	}
	return s.showHeld(w, r, http.StatusOK, ui.NewForm(answers, nil), nil)
}

// showHeld shows the form with what the phone delivered. aside is what is wrong
// with the reason for setting it aside.
func (s *Site) showHeld(w http.ResponseWriter, r *http.Request, status int, form *ui.Form, aside lead.Invalid) error {
	h, _, err := s.contacts.OpenHeld(r.Context(), web.Actor(r), r.PathValue("held"))
	if err != nil {
		return err
	}
	door, _ := s.read(form.Values)
	v := decidePage{Page: web.Page(r, "Look at this again"), Action: "/police/review/" + h.ID, Door: door, Held: &h, HeldOfTeam: h.OfficerID != web.Actor(r).ID, AsideKey: lead.NewID("frm")}
	if err := s.fillDecide(r.Context(), &v, form); err != nil {
		return err
	}
	why := ui.NewForm(url.Values{"why": r.PostForm["why"]}, aside)
	v.Aside = why.Text("why", "Why need it not be recorded?", "It stays in the log that it came and was set aside.")
	v.Errors = append(v.Errors, why.Errors()...)
	return s.pages.Render(w, status, "decide.html", v)
}

func (s *Site) settle(w http.ResponseWriter, r *http.Request) error {
	door, d := s.read(r.PostForm)
	id, err := s.contacts.Settle(r.Context(), web.Actor(r), web.Form(r), r.PathValue("held"), door, d)
	if bad, ok := web.Invalid(err); ok {
		return s.showHeld(w, r, http.StatusUnprocessableEntity, ui.NewForm(r.PostForm, bad), nil)
	}
	if err != nil {
		return err
	}
	return web.SeeOther(w, r, "/police/contacts/"+id+"?saved=yes")
}

func (s *Site) setAside(w http.ResponseWriter, r *http.Request) error {
	held := r.PathValue("held")
	err := s.contacts.SetAside(r.Context(), web.Actor(r), web.Form(r), held, web.Line(r, "why"))
	if bad, ok := web.Invalid(err); ok {
		_, answers, err := s.contacts.OpenHeld(r.Context(), web.Actor(r), held)
		if err != nil {
			return err
		}
		return s.showHeld(w, r, http.StatusUnprocessableEntity, ui.NewForm(answers, nil), bad)
	}
	if err != nil {
		return err
	}
	return web.SeeOther(w, r, "/police/review")
}
