package web

import (
	"net/http"
	"net/url"

	"waymark.example/internal/care/participant"
	"waymark.example/internal/lead"
	"waymark.example/internal/platform/ui"
	"waymark.example/internal/platform/web"
)

func (s *Site) mergeRoutes() []web.Route {
	return []web.Route{
		web.Get("/care/merges", "merge.confirm", s.merges),
		web.Get("/care/people/{person}/same", "merge.propose", s.same),
		web.Post("/care/people/{person}/same", "merge.propose", s.sayTheSame),
		web.Get("/care/people/{person}/same/{merge}", "merge.confirm", s.merge),
		web.Post("/care/people/{person}/same/{merge}", "merge.confirm", s.settleMerge),
		web.Post("/care/people/{person}/same/{merge}/undo", "merge.confirm", s.undoMerge),
	}
}

type mergesPage struct {
	ui.Page
	Waiting []participant.Merge
	Me      string
}

func (s *Site) merges(w http.ResponseWriter, r *http.Request) error {
	waiting, err := s.People.Merges(r.Context(), web.Actor(r))
	if err != nil {
		return err
	}
	return s.pages.Render(w, http.StatusOK, "merges.html", mergesPage{web.Page(r, "One person?"), waiting, web.Actor(r).ID})
}

type samePage struct {
	ui.Page
	Now   participant.Now
	Alike []participant.Alike
	// With somebody chosen:
	With   *participant.Alike
	Goes   ui.Choices
	Why    ui.Field
	Wish   ui.Field
	Change string // where the choice is made again
}

func (s *Site) same(w http.ResponseWriter, r *http.Request) error {
	return s.showSame(w, r, http.StatusOK, ui.NewForm(nil, nil))
}

func (s *Site) showSame(w http.ResponseWriter, r *http.Request, status int, form *ui.Form) error {
	now, alike, err := s.People.MaybeSame(r.Context(), web.Actor(r), r.PathValue("person"))
	if err != nil {
		return err
	}
	v := samePage{Page: web.Page(r, "Maybe the same person as "+now.Name), Now: now, Alike: alike}
	with := r.URL.Query().Get("with")
	if with == "" {
		return s.pages.Render(w, status, "same.html", v)
	}
	for i := range alike {
		if alike[i].ID == with {
			v.With = &alike[i]
		}
	}
	if v.With == nil { // only from the list: nobody is looked up by an address
		return lead.ErrNotFound
	}
	v.Phone, v.Change = true, pathOf(now.ID, "/same")
	record := func(n participant.Now) ui.Option {
		return ui.Option{Value: n.ID, Label: n.Name, Hint: n.State.Words() + ". With us since " + n.ReceivedAt.In(s.zone).Format("2 January 2006")}
	}
	v.Goes = form.One("into", "Which record goes on?", "The other one stays as it is, beside it.", record(now), record(v.With.Now))
	v.Why = form.Area("why", "How do you know?", "Best of all: they said so. A second person reads this.", 3)
	v.Wish = form.Area("wish", "What they said about who walks with them", "Needed when each record has somebody.", 2)
	v.Errors = form.Errors()
	return s.pages.Render(w, status, "same.html", v)
}

func (s *Site) sayTheSame(w http.ResponseWriter, r *http.Request) error {
	id, with, into := r.PathValue("person"), r.URL.Query().Get("with"), r.PostFormValue("into")
	from := with
	if into == with {
		from = id
	}
	var merge string
	err := error(lead.Invalid{"into": "Choose the record that goes on"})
	if into == id || into == with {
		merge, err = s.People.ProposeMerge(r.Context(), web.Actor(r), web.Form(r), from, into, web.Line(r, "why"), web.Line(r, "wish"))
	}
	return s.afterForm(w, r, err, pathOf(id, "/same/"+url.PathEscape(merge)), func(status int, f *ui.Form) error { return s.showSame(w, r, status, f) })
}

type mergePage struct {
	ui.Page
	Merge participant.Merge
	Of    string // the record that one came from
	May   bool   // be the second person
	Words ui.Field
	Why   ui.Field
}

func (s *Site) merge(w http.ResponseWriter, r *http.Request) error {
	return s.showMerge(w, r, http.StatusOK, ui.NewForm(nil, nil))
}

func (s *Site) showMerge(w http.ResponseWriter, r *http.Request, status int, form *ui.Form) error {
	m, may, err := s.People.OneMerge(r.Context(), web.Actor(r), r.PathValue("person"), r.PathValue("merge"))
	if err != nil {
		return err
	}
	v := mergePage{Page: web.Page(r, "One person?"), Merge: m, Of: r.PathValue("person"), May: may}
	v.Words = form.Area("words", "Anything to add", "Optional.", 2)
	v.Why = form.Area("why", "How do you know that they are two people?", "", 3)
	v.Errors = form.Errors()
	return s.pages.Render(w, status, "merge.html", v)
}

func (s *Site) settleMerge(w http.ResponseWriter, r *http.Request) error {
	id, merge, answer := r.PathValue("person"), r.PathValue("merge"), r.PostFormValue("answer")
	if answer != "yes" && answer != "no" {
		return lead.ErrNotFound // a form that is none of ours
	}
	err := s.People.SettleMerge(r.Context(), web.Actor(r), web.Form(r), id, merge, answer == "yes", web.Line(r, "words"))
	return s.afterForm(w, r, err, pathOf(id, "/same/"+url.PathEscape(merge)), func(status int, f *ui.Form) error { return s.showMerge(w, r, status, f) })
}

func (s *Site) undoMerge(w http.ResponseWriter, r *http.Request) error {
	id, merge := r.PathValue("person"), r.PathValue("merge")
	err := s.People.UndoMerge(r.Context(), web.Actor(r), web.Form(r), id, merge, web.Line(r, "why"))
	return s.afterForm(w, r, err, pathOf(id, "/same/"+url.PathEscape(merge)), func(status int, f *ui.Form) error { return s.showMerge(w, r, status, f) })
}
