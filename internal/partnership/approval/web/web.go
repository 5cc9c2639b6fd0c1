// Package web serves the coordinator's list of references that wait for their
// yes. It imports partnership, the bridge and platform.
package web

import (
	"embed"
	"net/http"
	"time"

	"waymark.example/internal/handoff/referral"
	"waymark.example/internal/lead"
	"waymark.example/internal/partnership/approval"
	"waymark.example/internal/platform/ui"
	"waymark.example/internal/platform/web"
)

//go:embed *.html
var files embed.FS

// Site is the coordinator's pages.
type Site struct {
	approvals *approval.Service
	pages     *ui.Set
}

// New returns the pages.
func New(approvals *approval.Service) *Site { return &Site{approvals, ui.Must(files)} }

// Routes lists the pages.
func (s *Site) Routes() []web.Route {
	return []web.Route{
		web.Get("/partnership/approvals", "referral.confirm", s.waiting),
		web.Post("/partnership/approvals/{waiting}", "referral.confirm", s.decide),
	}
}

type waitingPage struct {
	ui.Page
	Waiting []waitingView
}

type waitingView struct {
	referral.ToConfirm
	FormKey string
	Hours   int
	Reason  ui.Choices
}

func (s *Site) waiting(w http.ResponseWriter, r *http.Request) error {
	return s.show(w, r, http.StatusOK, "", nil)
}

func (s *Site) show(w http.ResponseWriter, r *http.Request, status int, wrong string, bad lead.Invalid) error {
	all, err := s.approvals.Waiting(r.Context(), web.Actor(r))
	if err != nil {
		return err
	}
	v := waitingPage{Page: web.Page(r, "Approvals")}
	for _, c := range all {
		form := ui.NewForm(nil, nil)
		if c.ID == wrong {
			form = ui.NewForm(r.PostForm, bad)
		}
		var why []ui.Option
		for _, d := range referral.Declines() {
			why = append(why, ui.Option{Value: d.Code, Label: d.Words})
		}
		reason := form.One("reason", "Why not? The officer reads this.", "", why...)
		reason.Small = true
		for i := range reason.Options { // a form each, so the ids must differ
			reason.Options[i].ID = ui.OptionID("reason-"+c.ID, reason.Options[i].Value)
		}
		for _, e := range form.Errors() {
			v.Errors = append(v.Errors, ui.FieldError{ID: reason.Options[0].ID, Text: e.Text})
		}
		v.Waiting = append(v.Waiting, waitingView{c, lead.NewID("frm"), int(s.approvals.Book.Now().Sub(c.Since) / time.Hour), reason})
	}
	return s.pages.Render(w, status, "approvals.html", v)
}

func (s *Site) decide(w http.ResponseWriter, r *http.Request) error {
	id := r.PathValue("waiting")
	answer := r.PostFormValue("answer")
	if answer != "yes" && answer != "no" {
		return lead.ErrNotFound // a form that is none of ours
	}
	err := s.approvals.Decide(r.Context(), web.Actor(r), web.Form(r), id, answer == "yes", r.PostFormValue("reason"))
	if bad, ok := web.Invalid(err); ok {
		return s.show(w, r, http.StatusUnprocessableEntity, id, bad)
	}
	if err != nil {
		return err
	}
	return web.SeeOther(w, r, "/partnership/approvals")
}
