package web

import (
	"net/http"
	"net/url"

	"waymark.example/internal/identity"
	"waymark.example/internal/lead"
	"waymark.example/internal/platform/ui"
	"waymark.example/internal/platform/web"
)

const perPage = 50

type listPage struct {
	ui.Page
	Accounts      []identity.Account
	Organisations map[string]string // name by id
	More          string
}

func (s *Site) list(w http.ResponseWriter, r *http.Request) error {
	accounts, err := s.Accounts.Accounts(r.Context(), web.Actor(r), r.URL.Query().Get("after"), perPage+1)
	if err != nil {
		return err
	}
	v := listPage{Page: web.Page(r, "Accounts"), Accounts: accounts, Organisations: map[string]string{}}
	organisations, err := s.Accounts.Organisations(r.Context())
	if err != nil {
		return err
	}
	for _, o := range organisations {
		v.Organisations[o.ID] = o.Name
	}
	if len(accounts) > perPage {
		v.Accounts = accounts[:perPage]
		v.More = "/accounts?after=" + url.QueryEscape(accounts[perPage-1].Email)
	}
	return s.pages.Render(w, http.StatusOK, "accounts.html", v)
}

type newPage struct {
	ui.Page
	Name, Email, Team ui.Field
	Organisation      ui.Select
	Roles             ui.Choices
}

func roleOptions(side lead.Side) []ui.Option {
	var out []ui.Option
	for _, r := range lead.Roles() {
		if side == "" || r.Side() == side {
			out = append(out, ui.Option{Value: string(r), Label: roleLabel(r), Hint: roleHint(r)})
		}
	}
	return out
}

func roleLabel(r lead.Role) string {
	words := r.Words()
	return string(words[0]-'a'+'A') + words[1:]
}

func roleHint(r lead.Role) string {
	switch r.Side() {
	case lead.Police:
		return "Police: contacts and decisions. Never the case file."
	case lead.Care:
		return "Case team: people and their plans. Never police records."
	case lead.Partnership:
		return "Partnership: the policy. No person's record."
	case lead.Oversight:
		return "Oversight: who did what. No content."
	case lead.Recipient:
		return "Receives only what somebody agreed to have passed on."
	case lead.Evidence:
		return "Evaluation: pseudonymised facts. No names, no text."
	}
	return "Operation: accounts and code lists. No person's record."
}

func (s *Site) newAccount(w http.ResponseWriter, r *http.Request) error {
	return s.showNew(w, r, http.StatusOK, ui.NewForm(nil, nil))
}

func (s *Site) showNew(w http.ResponseWriter, r *http.Request, status int, form *ui.Form) error {
	v := newPage{Page: web.Page(r, "New account")}
	v.Name = form.Text("name", "Name", "As colleagues will see it")
	v.Name.Autocomplete = "off"
	v.Email = form.Typed("email", "email", "Work email", "They sign in with it")
	v.Email.Autocomplete = "off"
	organisations, err := s.Accounts.Organisations(r.Context())
	if err != nil {
		return err
	}
	choices := []ui.Option{{Value: "", Label: "Choose"}}
	for _, o := range organisations {
		choices = append(choices, ui.Option{Value: o.ID, Label: o.Name})
	}
	v.Organisation = form.Pick("organisation", "Organisation", "Decides which roles they can have, for good", ui.Options(choices...))
	v.Team = form.Text("team", "Team", "Exactly as their colleagues' team is written")
	v.Roles = form.Many("roles", "Roles", "Nobody can hold a police role and a care role. The organisation stays for good; roles inside it can change.", roleOptions("")...)
	v.Errors = form.Errors()
	return s.pages.Render(w, status, "account-new.html", v)
}

type openedPage struct {
	ui.Page
	Account identity.Account
	Code    string
	Waiting []lead.Role // for a second person
}

func (s *Site) open(w http.ResponseWriter, r *http.Request) error {
	a := identity.Account{Name: web.Line(r, "name"), Email: web.Line(r, "email"), Team: web.Line(r, "team"), Organisation: r.PostFormValue("organisation"), Roles: rolesIn(r)}
	account, code, err := s.Accounts.Open(r.Context(), web.Actor(r), web.Form(r), a)
	if bad, ok := web.Invalid(err); ok {
		return s.showNew(w, r, http.StatusUnprocessableEntity, ui.NewForm(r.PostForm, bad))
	}
	if err != nil {
		return err
	}
	v := openedPage{Page: web.Page(r, "Account opened"), Account: account, Code: code}
	for _, role := range a.Roles {
		if identity.NeedsTwo(role) {
			v.Waiting = append(v.Waiting, role)
		}
	}
	return s.pages.Render(w, http.StatusOK, "account-opened.html", v)
}

func rolesIn(r *http.Request) []lead.Role {
	var roles []lead.Role
	for _, v := range r.PostForm["roles"] {
		roles = append(roles, lead.Role(v))
	}
	return roles
}

type accountPage struct {
	ui.Page
	Account      identity.Account
	Organisation string
	Roles        ui.Choices
	Reason, Why  ui.Field
	Own          bool // nobody changes their own
}

func (s *Site) read(w http.ResponseWriter, r *http.Request) error {
	return s.showAccount(w, r, http.StatusOK, nil)
}

func (s *Site) showAccount(w http.ResponseWriter, r *http.Request, status int, bad lead.Invalid) error {
	a, err := s.Accounts.Account(r.Context(), web.Actor(r), r.PathValue("account"))
	if err != nil {
		return err
	}
	o, err := s.Accounts.OrganisationOf(r.Context(), a)
	if err != nil {
		return err
	}
	values := r.PostForm
	if len(values["roles"]) == 0 && bad["roles"] == "" {
		values = url.Values{"reason": {r.PostFormValue("reason")}, "why": {r.PostFormValue("why")}}
		for _, role := range a.Roles {
			values.Add("roles", string(role))
		}
	}
	form := ui.NewForm(values, bad)
	v := accountPage{Page: web.Page(r, a.Name), Account: a, Organisation: o.Name, Own: a.ID == web.Actor(r).ID}
	v.Roles = form.Many("roles", "Roles", "A change holds from their next page on. Supervisor, auditor, data-protection officer and administrator wait for a second administrator.", roleOptions(a.Side)...)
	v.Reason = form.Text("reason", "Why", "A few words, kept with the change")
	v.Why = form.Text("why", "What happened", "A few words for the second person, like “lost their phone on the bus”")
	v.Errors = form.Errors()
	return s.pages.Render(w, status, "account.html", v)
}

func (s *Site) setRoles(w http.ResponseWriter, r *http.Request) error {
	err := s.Accounts.SetRoles(r.Context(), web.Actor(r), web.Form(r), r.PathValue("account"), rolesIn(r))
	return s.afterChange(w, r, err)
}

func (s *Site) askRecovery(w http.ResponseWriter, r *http.Request) error {
	err := s.Accounts.AskRecovery(r.Context(), web.Actor(r), web.Form(r), r.PathValue("account"), web.Line(r, "why"))
	if err == nil {
		return web.SeeOther(w, r, "/requests")
	}
	return s.afterChange(w, r, err)
}

func (s *Site) setStanding(w http.ResponseWriter, r *http.Request) error {
	active := r.PostFormValue("active") == "yes"
	err := s.Accounts.SetStanding(r.Context(), web.Actor(r), web.Form(r), r.PathValue("account"), active, web.Line(r, "reason"))
	return s.afterChange(w, r, err)
}

func (s *Site) afterChange(w http.ResponseWriter, r *http.Request, err error) error {
	if bad, ok := web.Invalid(err); ok {
		return s.showAccount(w, r, http.StatusUnprocessableEntity, bad)
	}
	if err != nil {
		return err
	}
	return web.SeeOther(w, r, "/accounts/"+url.PathEscape(r.PathValue("account")))
}
