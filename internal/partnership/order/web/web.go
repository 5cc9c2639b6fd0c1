// Package web serves the coordinator's view of the order in which hand-offs wait.
// It imports partnership, the bridge and platform.
package web

import (
	"embed"
	"net/http"
	"time"

	"waymark.example/internal/handoff/queue"
	"waymark.example/internal/handoff/referral"
	"waymark.example/internal/partnership/order"
	"waymark.example/internal/platform/ui"
	"waymark.example/internal/platform/web"
)

//go:embed *.html
var files embed.FS

// Site is the page.
type Site struct {
	order *order.Service
	pages *ui.Set
}

// New returns the page.
func New(o *order.Service) *Site { return &Site{o, ui.Must(files)} }

// Routes lists the pages.
func (s *Site) Routes() []web.Route {
	return []web.Route{
		web.Get("/partnership/waiting", "handoff.order_by_reference", s.waiting),
		web.Post("/partnership/waiting/{waiting}", "handoff.order_by_reference", s.move),
	}
}

type waitingPage struct {
	ui.Page
	Minutes int
	Waiting []waitingView
}

type waitingView struct {
	queue.Waiting
	Waits  time.Duration
	Key    string
	To     ui.Select
	Reason ui.Select
}

func (s *Site) waiting(w http.ResponseWriter, r *http.Request) error {
	return s.show(w, r, http.StatusOK, ui.NewForm(nil, nil))
}

func (s *Site) show(w http.ResponseWriter, r *http.Request, status int, form *ui.Form) error {
	all, minutes, err := s.order.Waiting(r.Context(), web.Actor(r))
	if err != nil {
		return err
	}
	v := waitingPage{Page: web.Page(r, "Hand-offs that wait"), Minutes: minutes}
	for _, one := range all {
		view := waitingView{Waiting: one, Waits: s.order.Book.Now().Sub(one.Since), Key: v.Key + "-" + one.ID}
		f := ui.NewForm(nil, nil)
		if r.PathValue("waiting") == one.ID {
			f = form
		}
		view.To = f.Pick("to", "Where to", "", ui.Options(options(queue.Places(all, one.ID, func(w queue.Waiting) string { return w.Reference }))...))
		view.Reason = f.Pick("reason", "Why", "", ui.Options(append([]ui.Option{{Label: "Choose why"}}, options(queue.Reasons())...)...))
		view.To.ID, view.Reason.ID = view.To.ID+"-"+one.ID, view.Reason.ID+"-"+one.ID // a form each, so the ids must differ
		for _, e := range f.Errors() {
			e.ID += "-" + one.ID
			v.Errors = append(v.Errors, e)
		}
		v.Waiting = append(v.Waiting, view)
	}
	return s.pages.Render(w, status, "waiting.html", v)
}

func options(of []referral.Choice) []ui.Option {
	var out []ui.Option
	for _, c := range of {
		out = append(out, ui.Option{Value: c.Code, Label: c.Words})
	}
	return out
}

func (s *Site) move(w http.ResponseWriter, r *http.Request) error {
	err := s.order.Move(r.Context(), web.Actor(r), web.Form(r), r.PathValue("waiting"), r.PostFormValue("to"), r.PostFormValue("reason"))
	if bad, ok := web.Invalid(err); ok {
		return s.show(w, r, http.StatusUnprocessableEntity, ui.NewForm(r.PostForm, bad))
	}
	if err != nil {
		return err
	}
	return web.SeeOther(w, r, "/partnership/waiting")
}
