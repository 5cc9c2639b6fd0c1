package web

import (
	"net/http"
	"time"

	"waymark.example/internal/care/participant"
	"waymark.example/internal/handoff/queue"
	"waymark.example/internal/handoff/referral"
	"waymark.example/internal/platform/ui"
	"waymark.example/internal/platform/web"
)

// orderRoutes are the pages of the order in which hand-offs are seen to.
func (s *Site) orderRoutes() []web.Route {
	return []web.Route{
		web.Get("/care/order", "handoff.order", s.order),
		web.Post("/care/order/{waiting}", "handoff.order", s.moveInOrder),
	}
}

type orderPage struct {
	ui.Page
	Order   participant.Order
	Waiting []queuedView
}

type queuedView struct {
	participant.Queued
	Waits  time.Duration
	Key    string
	To     ui.Select
	Reason ui.Select
}

func (s *Site) order(w http.ResponseWriter, r *http.Request) error {
	return s.showOrder(w, r, http.StatusOK, ui.NewForm(nil, nil))
}

func (s *Site) showOrder(w http.ResponseWriter, r *http.Request, status int, form *ui.Form) error {
	o, err := s.People.Order(r.Context(), web.Actor(r))
	if err != nil {
		return err
	}
	v := orderPage{Page: web.Page(r, "In which order"), Order: o}
	var all []queue.Waiting
	names := map[string]string{}
	for _, one := range o.Waiting {
		all, names[one.ID] = append(all, one.Waiting), one.Letter.Nickname
	}
	for _, one := range o.Waiting {
		view := queuedView{Queued: one, Waits: s.People.Book.Now().Sub(one.Since), Key: v.Key + "-" + one.ID}
		f := ui.NewForm(nil, nil)
		if r.PathValue("waiting") == one.ID {
			f = form
		}
		places := queue.Places(all, one.ID, func(w queue.Waiting) string { return names[w.ID] })
		view.To = f.Pick("to", "Where to", "", ui.Options(choiceOptions(places)...))
		view.Reason = f.Pick("reason", "Why", "", ui.Options(append([]ui.Option{{Label: "Choose why"}}, choiceOptions(queue.Reasons())...)...))
		view.To.ID, view.Reason.ID = view.To.ID+"-"+one.ID, view.Reason.ID+"-"+one.ID // a form each, so the ids must differ
		for _, e := range f.Errors() {
			e.ID += "-" + one.ID
			v.Errors = append(v.Errors, e)
		}
		v.Waiting = append(v.Waiting, view)
	}
	return s.pages.Render(w, status, "order.html", v)
}

func choiceOptions(of []referral.Choice) []ui.Option {
	var out []ui.Option
	for _, c := range of {
		out = append(out, ui.Option{Value: c.Code, Label: c.Words})
	}
	return out
}

func (s *Site) moveInOrder(w http.ResponseWriter, r *http.Request) error {
	err := s.People.MoveInOrder(r.Context(), web.Actor(r), web.Form(r), r.PathValue("waiting"), r.PostFormValue("to"), r.PostFormValue("reason"))
	return s.afterForm(w, r, err, "/care/order", func(status int, f *ui.Form) error { return s.showOrder(w, r, status, f) })
}
