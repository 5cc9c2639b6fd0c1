package web

import (
	"net/http"
	"net/url"
	"slices"

	"waymark.example/internal/identity"
	"waymark.example/internal/lead"
	"waymark.example/internal/platform/ui"
	"waymark.example/internal/platform/web"
)

type organisationsPage struct {
	ui.Page
	Organisations []identity.Organisation
}

func (s *Site) organisations(w http.ResponseWriter, r *http.Request) error {
	list, err := s.Accounts.Organisations(r.Context())
	if err != nil {
		return err
	}
	return s.pages.Render(w, http.StatusOK, "organisations.html", organisationsPage{web.Page(r, "Organisations"), list})
}

type newOrganisationPage struct {
	ui.Page
	Name ui.Field
	Kind ui.Choices
}

func (s *Site) newOrganisation(w http.ResponseWriter, r *http.Request) error {
	return s.showNewOrganisation(w, r, http.StatusOK, nil)
}

func (s *Site) showNewOrganisation(w http.ResponseWriter, r *http.Request, status int, bad lead.Invalid) error {
	form := ui.NewForm(r.PostForm, bad)
	v := newOrganisationPage{Page: web.Page(r, "New organisation")}
	v.Name = form.Text("name", "Name", "As people know it. It stays for good.")
	v.Name.Autocomplete = "off"
	var options []ui.Option
	for _, of := range identity.Sorts() {
		options = append(options, ui.Option{Value: string(of.Sort), Label: of.Words})
	}
	v.Kind = form.One("kind", "What it is", "Decides which roles its people can have: nobody of the police can be on the case team, nor the other way round.", options...)
	v.Errors = form.Errors()
	return s.pages.Render(w, status, "organisation-new.html", v)
}

func (s *Site) addOrganisation(w http.ResponseWriter, r *http.Request) error {
	o := identity.Organisation{Name: web.Line(r, "name"), Kind: identity.Sort(r.PostFormValue("kind")).Kind()}
	_, err := s.Accounts.AddOrganisation(r.Context(), web.Actor(r), web.Form(r), o)
	if bad, ok := web.Invalid(err); ok {
		return s.showNewOrganisation(w, r, http.StatusUnprocessableEntity, bad)
	}
	if err != nil {
		return err
	}
	return web.SeeOther(w, r, "/organisations")
}

type settingsPage struct {
	ui.Page
	Passwords ui.Choices
	Providers []identity.IdentityProvider
	Saved     bool
}

func (s *Site) settings(w http.ResponseWriter, r *http.Request) error {
	sides, err := s.Accounts.PasswordSides(r.Context(), web.Actor(r))
	if err != nil {
		return err
	}
	values := url.Values{}
	for _, side := range sides {
		values.Add("passwords", string(side))
	}
	v := settingsPage{Page: web.Page(r, "Ways of signing in"), Providers: s.Federation.Providers(), Saved: r.URL.Query().Get("saved") == "yes"}
	var options []ui.Option
	for _, side := range identity.AccountSides() {
		options = append(options, ui.Option{Value: string(side), Label: sideWords(side)})
	}
	v.Passwords = ui.NewForm(values, nil).Many("passwords", "Who may use a password and a one-time code", "A passkey cannot be guessed, told or typed into a false page. Allow passwords only where people have nothing that holds a passkey.", options...)
	v.Passwords.Small = true
	return s.pages.Render(w, http.StatusOK, "settings.html", v)
}

func sideWords(side lead.Side) string {
	return map[lead.Side]string{
		lead.Police: "Police", lead.Care: "The case team", lead.Recipient: "Health, housing, prosecutors and others who receive", lead.Partnership: "The partnership",
		lead.Evidence: "Evaluators", lead.Oversight: "Auditors and data-protection officers", lead.Operation: "Administrators",
	}[side]
}

func (s *Site) keepSettings(w http.ResponseWriter, r *http.Request) error {
	var sides []lead.Side
	for _, side := range identity.AccountSides() {
		if slices.Contains(r.PostForm["passwords"], string(side)) {
			sides = append(sides, side)
		}
	}
	if err := s.Accounts.AllowPasswords(r.Context(), web.Actor(r), web.Form(r), sides); err != nil {
		return err
	}
	return web.SeeOther(w, r, "/settings?saved=yes")
}

type requestsPage struct {
	ui.Page
	Requests []identity.Request
	Actor    lead.Actor
}

func (s *Site) requests(w http.ResponseWriter, r *http.Request) error {
	list, err := s.Accounts.Waiting(r.Context(), web.Actor(r))
	if err != nil {
		return err
	}
	return s.pages.Render(w, http.StatusOK, "requests.html", requestsPage{web.Page(r, "Waiting for a second person"), list, web.Actor(r)})
}

type answeredPage struct {
	ui.Page
	Request identity.Request
	Code    string
}

func (s *Site) answer(w http.ResponseWriter, r *http.Request) error {
	answer := r.PostFormValue("answer")
	if answer != "yes" && answer != "no" {
		return lead.ErrNotFound
	}
	request, code, err := s.Accounts.Answer(r.Context(), web.Actor(r), web.Form(r), r.PathValue("request"), answer == "yes")
	if err != nil {
		return err
	}
	if code == "" {
		return web.SeeOther(w, r, "/requests")
	}
	v := answeredPage{web.Page(r, "Hand this over in person"), request, code}
	return s.pages.Render(w, http.StatusOK, "code-made.html", v)
}
