package web

import (
	"net/http"
	"net/url"

	"waymark.example/internal/handoff/matter"
	"waymark.example/internal/platform/ui"
	"waymark.example/internal/platform/web"
	"waymark.example/internal/recipient/inbox"
)

type mattersPage struct {
	ui.Page
	Matters []inbox.Matter
	More    string
}

func (s *Site) matters(w http.ResponseWriter, r *http.Request) error {
	found, err := s.inbox.Matters(r.Context(), web.Actor(r), r.URL.Query().Get("before"), perPage+1)
	if err != nil {
		return err
	}
	v := mattersPage{Page: web.Page(r, "Matters"), Matters: found}
	if len(found) > perPage {
		v.Matters, v.More = found[:perPage], "/received/matters?before="+url.QueryEscape(found[perPage-1].ID)
	}
	return s.pages.Render(w, http.StatusOK, "matters.html", v)
}

type matterPage struct {
	ui.Page
	Matter inbox.Matter
	Fields []any
}

func (s *Site) matter(w http.ResponseWriter, r *http.Request) error {
	return s.showMatter(w, r, http.StatusOK, ui.NewForm(nil, nil))
}

func (s *Site) showMatter(w http.ResponseWriter, r *http.Request, status int, form *ui.Form) error {
	m, err := s.inbox.MatterOf(r.Context(), web.Actor(r), r.PathValue("matter"))
	if err != nil {
		return err
	}
	v := matterPage{Page: web.Page(r, "A matter"), Matter: m}
	v.Phone = true
	var kinds []ui.Option
	for _, k := range matter.Kinds() {
		kinds = append(kinds, ui.Option{Value: k[0], Label: k[1]})
	}
	kind, on, words := form.One("kind", "What did you decide?", "", kinds...), form.Typed("date", "on", "When?", ""), form.Area("words", "Why, in a few words", "Their case team reads it with them.", 3)
	kind.Small, on.Short, words.Max = true, true, 1000
	v.Fields = []any{kind, on, words}
	v.Errors = form.Errors()
	return s.pages.Render(w, status, "matter.html", v)
}

func (s *Site) decideMatter(w http.ResponseWriter, r *http.Request) error {
	id := r.PathValue("matter")
	err := s.inbox.DecideMatter(r.Context(), web.Actor(r), web.Form(r), id, matter.Decision{Kind: r.PostFormValue("kind"), On: r.PostFormValue("on")}, web.Line(r, "words"))
	if bad, ok := web.Invalid(err); ok {
		return s.showMatter(w, r, http.StatusUnprocessableEntity, ui.NewForm(r.PostForm, bad))
	}
	if err != nil {
		return err
	}
	return web.SeeOther(w, r, "/received/matters/"+url.PathEscape(id))
}
