package web

import (
	"errors"
	"net/http"

	"waymark.example/internal/identity"
	"waymark.example/internal/lead"
	"waymark.example/internal/platform/ui"
	"waymark.example/internal/platform/web"
)

// connectorRoutes lists the pages of the record systems that may send contacts.
func (s *Site) connectorRoutes() []web.Route {
	return []web.Route{
		web.Get("/connectors", "account.manage", s.connectors),
		web.Get("/connectors/new", "account.manage", s.newConnector),
		web.Sensitive(web.Post("/connectors/new", "account.manage", s.addConnector)),
		web.Sensitive(web.Post("/connectors/{connector}/ask", "account.manage", s.askToken)),
		web.Sensitive(web.Post("/connectors/{connector}/confirm", "account.manage", s.confirmToken)),
		web.Sensitive(web.Post("/connectors/{connector}/stop", "account.manage", s.stopConnector)),
	}
}

type connectorsPage struct {
	ui.Page
	Connectors []identity.Connector
	Me         string
}

func (s *Site) connectors(w http.ResponseWriter, r *http.Request) error {
	list, err := s.Accounts.Connectors(r.Context(), web.Actor(r))
	if err != nil {
		return err
	}
	return s.pages.Render(w, http.StatusOK, "connectors.html", connectorsPage{web.Page(r, "Record systems"), list, web.Actor(r).ID})
}

type connectorPage struct {
	ui.Page
	Name, Source ui.Field
	Organisation ui.Select
}

func (s *Site) newConnector(w http.ResponseWriter, r *http.Request) error {
	return s.showConnector(w, r, http.StatusOK, ui.NewForm(nil, nil))
}

func (s *Site) showConnector(w http.ResponseWriter, r *http.Request, status int, form *ui.Form) error {
	all, err := s.Accounts.Organisations(r.Context())
	if err != nil {
		return err
	}
	options := []ui.Option{{Value: "", Label: "Choose"}}
	for _, o := range all {
		if o.Kind == identity.PoliceForce {
			options = append(options, ui.Option{Value: o.ID, Label: o.Name})
		}
	}
	v := connectorPage{Page: web.Page(r, "New record system")}
	v.Organisation = form.Pick("organisation", "Whose system it is", "", ui.Options(options...))
	v.Name = form.Text("name", "What colleagues call it", "Such as: the force's crime recording system")
	v.Source = form.Text("source", "A short name for its records", "Small letters, digits and dashes, such as niche. It stays: with the record's own reference it says which contact is meant.")
	v.Source.Max, v.Source.Short = 30, true
	v.Errors = form.Errors()
	return s.pages.Render(w, status, "connector-new.html", v)
}

func (s *Site) addConnector(w http.ResponseWriter, r *http.Request) error {
	c := identity.Connector{Organisation: identity.Organisation{ID: r.PostFormValue("organisation")}, Name: web.Line(r, "name"), Source: web.Line(r, "source")}
	err := s.Accounts.AddConnector(r.Context(), web.Actor(r), web.Form(r), c)
	if bad, ok := web.Invalid(err); ok {
		return s.showConnector(w, r, http.StatusUnprocessableEntity, ui.NewForm(r.PostForm, bad))
	}
	if err != nil {
		return err
	}
	return web.SeeOther(w, r, "/connectors")
}

func (s *Site) askToken(w http.ResponseWriter, r *http.Request) error {
	return s.afterConnector(w, r, s.Accounts.AskToken(r.Context(), web.Actor(r), web.Form(r), r.PathValue("connector")))
}

func (s *Site) stopConnector(w http.ResponseWriter, r *http.Request) error {
	return s.afterConnector(w, r, s.Accounts.StopConnector(r.Context(), web.Actor(r), web.Form(r), r.PathValue("connector")))
}

func (s *Site) afterConnector(w http.ResponseWriter, r *http.Request, err error) error {
	if err != nil && !errors.Is(err, lead.ErrConflict) { // somebody did it already: the list says how it stands
		return err
	}
	return web.SeeOther(w, r, "/connectors")
}

type tokenPage struct {
	ui.Page
	Connector identity.Connector
	Token     string
}

func (s *Site) confirmToken(w http.ResponseWriter, r *http.Request) error {
	c, token, err := s.Accounts.ConfirmToken(r.Context(), web.Actor(r), web.Form(r), r.PathValue("connector"))
	if err != nil || token == "" {
		return s.afterConnector(w, r, err)
	}
	return s.pages.Render(w, http.StatusOK, "connector-token.html", tokenPage{web.Page(r, "Token made"), c, token})
}
