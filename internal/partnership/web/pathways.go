package web

import (
	"net/http"
	"net/url"
	"strconv"

	"waymark.example/internal/lead"
	"waymark.example/internal/platform/access"
	"waymark.example/internal/platform/db"
	"waymark.example/internal/platform/ui"
	"waymark.example/internal/platform/web"
	"waymark.example/internal/reference/pathway"
)

type pathwaysPage struct {
	ui.Page
	Groups      []pathwayGroup
	Keeps       bool // the coordinator, who sees the form
	Saved       bool
	Changing    string // what it is called that is being changed, "" for a new one
	Code        string
	Wording     int64
	Name        ui.Field
	Sort        ui.Choices
	From, Until ui.Field
}

type pathwayGroup struct {
	Title string
	Rows  []pathway.Pathway
	Keeps bool
}

func (s *Site) pathwaysList(w http.ResponseWriter, r *http.Request) error {
	values := url.Values{}
	if code := r.URL.Query().Get("change"); code != "" {
		all, err := s.pathways.List(r.Context())
		if err != nil {
			return err
		}
		p, known := pathway.Named(all, code)
		if !known {
			return lead.ErrNotFound
		}
		values = url.Values{"code": {p.Code}, "from_version": {strconv.FormatInt(p.Version, 10)}, "name": {p.Name}, "sort": {string(p.Sort)}, "from": {p.From}, "until": {p.Until}}
	}
	return s.showPathways(w, r, http.StatusOK, ui.NewForm(values, nil))
}

func (s *Site) showPathways(w http.ResponseWriter, r *http.Request, status int, form *ui.Form) error {
	all, err := s.pathways.List(r.Context())
	if err != nil {
		return err
	}
	v := pathwaysPage{Page: web.Page(r, "Other pathways"), Saved: r.URL.Query().Get("saved") == "yes", Keeps: s.pathways.Access.Check(web.Actor(r), "pathway.keep", access.Screen{}) == nil}
	today := db.Day(s.pathways.Book.Now())
	now, later, ended := pathwayGroup{Title: "Officers can choose now", Keeps: v.Keeps}, pathwayGroup{Title: "Later", Keeps: v.Keeps}, pathwayGroup{Title: "Ended", Keeps: v.Keeps}
	for _, p := range all {
		switch {
		case p.Ended(today):
			ended.Rows = append(ended.Rows, p)
		case p.From > today:
			later.Rows = append(later.Rows, p)
		default:
			now.Rows = append(now.Rows, p)
		}
	}
	v.Groups = []pathwayGroup{now}
	for _, g := range []pathwayGroup{later, ended} {
		if len(g.Rows) > 0 {
			v.Groups = append(v.Groups, g)
		}
	}
	if p, known := pathway.Named(all, form.Values.Get("code")); known {
		v.Changing, v.Code = p.Name, p.Code
		v.Wording, _ = strconv.ParseInt(form.Values.Get("from_version"), 10, 64) //nolint:errcheck // nought is no version, and a conflict
	}
	v.Name = form.Text("name", "What is it called?", "As officers know it, such as the name of a scheme here.")
	v.Name.Max = 80
	var sorts []ui.Option
	for _, sort := range pathway.Sorts() {
		sorts = append(sorts, ui.Option{Value: string(sort), Label: sort.Words()})
	}
	v.Sort = form.One("sort", "What sort is it?", "", sorts...)
	v.Sort.Small = true
	v.From = form.Typed("date", "from", "From which day?", "")
	v.Until = form.Typed("date", "until", "Until which day? (optional)", "Leave it empty while no end is known. Contacts that named it keep it.")
	v.Errors = form.Errors()
	return s.pages.Render(w, status, "pathways.html", v)
}

func (s *Site) keepPathway(w http.ResponseWriter, r *http.Request) error {
	p := pathway.Pathway{Code: r.PostFormValue("code"), Name: web.Line(r, "name"), Sort: pathway.Sort(r.PostFormValue("sort")), From: web.Line(r, "from"), Until: web.Line(r, "until")}
	if p.Code != "" {
		p.Version, _ = strconv.ParseInt(r.PostFormValue("from_version"), 10, 64) //nolint:errcheck // nought is no version, and a conflict
	}
	_, err := s.pathways.Record(r.Context(), web.Actor(r), web.Form(r), p)
	if bad, ok := web.Invalid(err); ok {
		return s.showPathways(w, r, http.StatusUnprocessableEntity, ui.NewForm(r.PostForm, bad))
	}
	if err != nil {
		return err
	}
	return web.SeeOther(w, r, "/partnership/pathways?saved=yes")
}
