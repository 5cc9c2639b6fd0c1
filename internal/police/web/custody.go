package web

import (
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"waymark.example/internal/lead"
	"waymark.example/internal/platform/access"
	"waymark.example/internal/platform/ui"
	"waymark.example/internal/platform/web"
	"waymark.example/internal/police/contact"
)

// officersShown is how many officers a search shows: more is too many to choose
// from, and a few more letters help.
const officersShown = 12

type custodyPage struct {
	ui.Page
	Shift    contact.Shift
	Me       string
	Officer  ui.Field
	Searched bool
	Found    []contact.Colleague
	TooMany  bool
}

func (s *Station) custody(w http.ResponseWriter, r *http.Request) error {
	return s.showCustody(w, r, http.StatusOK, ui.NewForm(nil, nil), nil)
}

// findOfficer is a form that is sent, so that no name stands in an address.
func (s *Station) findOfficer(w http.ResponseWriter, r *http.Request) error {
	part := web.Line(r, "officer")
	if len([]rune(strings.TrimSpace(part))) < 2 {
		bad := lead.Invalid{"officer": "Type at least two letters of the officer's name"}
		return s.showCustody(w, r, http.StatusUnprocessableEntity, ui.NewForm(r.PostForm, bad), nil)
	}
	found, err := s.contacts.Officers(r.Context(), web.Actor(r), part, officersShown+1)
	if err != nil {
		return err
	}
	if found == nil {
		found = []contact.Colleague{}
	}
	return s.showCustody(w, r, http.StatusOK, ui.NewForm(r.PostForm, nil), found)
}

// showCustody shows what a custody sergeant finds on arrival; found is nil before
// anybody was looked for.
func (s *Station) showCustody(w http.ResponseWriter, r *http.Request, status int, form *ui.Form, found []contact.Colleague) error {
	shift, err := s.contacts.Shift(r.Context(), web.Actor(r))
	if err != nil {
		return err
	}
	v := custodyPage{Page: web.Page(r, "Custody"), Shift: shift, Me: web.Actor(r).ID, Searched: found != nil, Found: found}
	v.Phone = true
	v.Officer = form.Text("officer", "Which officer brought them in?", "Part of their name.")
	v.Officer.Max, v.Officer.Autocomplete = 60, "off"
	v.TooMany = len(found) > officersShown
	v.Found = v.Found[:min(len(v.Found), officersShown)]
	v.Errors = form.Errors()
	return s.pages.Render(w, status, "custody.html", v)
}

type custodyDecidePage struct {
	decidePage
	Officer    contact.Colleague
	Suite      string
	NotOffered bool
	Where      ui.Choices
}

func (s *Station) decideForPage(w http.ResponseWriter, r *http.Request) error {
	if r.URL.Query().Get("officer") == "" {
		return web.SeeOther(w, r, "/police/custody")
	}
	values := url.Values{"officer": {r.URL.Query().Get("officer")}, "offered": {r.URL.Query().Get("offered")},
		"happened_at": {s.contacts.Book.Now().In(s.zone).Format(web.MomentLayout)}}
	return s.showDecideFor(w, r, http.StatusOK, ui.NewForm(values, nil))
}

func (s *Station) decideFor(w http.ResponseWriter, r *http.Request) error {
	in := contact.Custody{OfficerID: r.PostFormValue("officer"), Place: r.PostFormValue("where")}
	_, d := s.read(r.PostForm)
	id, err := s.contacts.DecideFor(r.Context(), web.Actor(r), web.Form(r), in, d)
	if bad, ok := web.Invalid(err); ok {
		return s.showDecideFor(w, r, http.StatusUnprocessableEntity, ui.NewForm(r.PostForm, bad))
	}
	if err != nil {
		return err
	}
	return web.SeeOther(w, r, "/police/contacts/"+id+"?saved=yes")
}

func (s *Station) showDecideFor(w http.ResponseWriter, r *http.Request, status int, form *ui.Form) error {
	officer, err := s.contacts.Officer(r.Context(), web.Actor(r), form.Values.Get("officer"))
	if errors.Is(err, lead.ErrNotFound) && status == http.StatusUnprocessableEntity { // the form names nobody: choose again
		return s.showCustody(w, r, status, ui.NewForm(nil, lead.Invalid{"officer": "Choose the officer who brought them in"}), nil)
	}
	if err != nil {
		return err
	}
	v := custodyDecidePage{Officer: officer, Suite: contact.Suite(web.Actor(r)), NotOffered: form.Values.Get("offered") == "no"}
	v.Page = web.Page(r, "Record for "+officer.Name)
	v.Action = "/police/custody/decide"
	if err := s.fillDecide(r.Context(), &v.decidePage, form); err != nil {
		return err
	}
	if v.NotOffered {
		v.Outcome.Legend = "Why was it not offered?"
		v.Outcome.Options = slices.DeleteFunc(v.Outcome.Options, func(o ui.Choice) bool { return contact.Outcome(o.Value).Offered() })
		v.Outcome.Options[0].Label, v.Outcome.Options[0].Hint = "Decided not to divert", "The reasons come below"
		v.Outcome.Options[0].ID = v.Outcome.Name // the error summary leads to the first
		v.MoreOutcomes.Options = slices.DeleteFunc(v.MoreOutcomes.Options, func(o ui.Choice) bool { return contact.Outcome(o.Value).Offered() })
	}
	var places []ui.Option
	for _, p := range contact.CustodyPlaces() {
		places = append(places, ui.Option{Value: p.Code, Label: p.Words})
	}
	v.Where = form.One("where", "Where do they meet?", "Call the on-call case manager when you have saved: ask how long they need.",
		append(places, ui.Option{Value: contact.Later, Label: "Find them later", Hint: "They said yes and had to go"})...)
	v.Where.Small = true
	v.ForceReference.Label = "Custody record number"
	v.Errors = form.Errors()
	return s.pages.Render(w, status, "custody-decide.html", v)
}

// mayKeep reports whether the actor keeps the training of a team.
func (s *Station) mayKeep(r *http.Request) bool {
	return s.contacts.Access.Check(web.Actor(r), "training.team", access.Screen{}) == nil
}
