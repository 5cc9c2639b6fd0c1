package web

import (
	"net/http"
	"net/url"
	"strings"

	"waymark.example/internal/care/document"
	"waymark.example/internal/care/participant"
	"waymark.example/internal/lead"
	"waymark.example/internal/platform/ui"
	"waymark.example/internal/platform/web"
)

func (s *Site) documentRoutes() []web.Route {
	return []web.Route{
		web.Get("/care/people/{person}/papers", "case.document", s.papers),
		web.Get("/care/people/{person}/papers/new", "case.document", s.newPaperPage),
		web.Upload(web.Post("/care/people/{person}/papers/new", "case.document", s.newPaper)),
		web.Get("/care/people/{person}/papers/{document}", "case.document", s.paper),
		web.Get("/care/people/{person}/papers/{document}/file", "case.document", s.paperFile),
		web.Post("/care/people/{person}/papers/{document}/given-back", "case.document", s.paperGivenBack),
		web.Post("/care/people/{person}/papers/{document}/take-away", "case.document", s.paperTakenAway),
	}
}

// TakesFile reports whether a form that is sent to path may carry a file.
func TakesFile(path string) bool {
	return strings.HasPrefix(path, "/care/people/") && strings.HasSuffix(path, "/papers/new")
}

type papersPage struct {
	ui.Page
	Now    participant.Now
	Tab    string
	Papers []document.Document
}

func (s *Site) papers(w http.ResponseWriter, r *http.Request) error {
	now, papers, err := s.Documents.Read(r.Context(), web.Actor(r), r.PathValue("person"))
	if err != nil {
		return err
	}
	return s.pages.Render(w, http.StatusOK, "papers.html", papersPage{web.Page(r, "Papers: "+now.Name), now, "papers", papers})
}

type newPaperView struct {
	ui.Page
	Now      participant.Now
	Kind     ui.Choices
	Name     ui.Field
	Original ui.Choices
	Words    ui.Field
	Error    string // of the file
	Chosen   bool   // a file was chosen: it has to be chosen again
	Scanned  bool   // the site has a scanner
}

func (s *Site) newPaperPage(w http.ResponseWriter, r *http.Request) error {
	return s.showNewPaper(w, r, http.StatusOK, ui.NewForm(nil, nil))
}

func (s *Site) showNewPaper(w http.ResponseWriter, r *http.Request, status int, form *ui.Form) error {
	now, _, err := s.Documents.Read(r.Context(), web.Actor(r), r.PathValue("person"))
	if err != nil {
		return err
	}
	v := newPaperView{Page: web.Page(r, "Keep a copy of a paper: "+now.Name), Now: now}
	v.Phone = true
	_, none := s.Documents.Scanner.(document.NoScanner)
	v.Scanned = !none
	file := form.Text(web.FilePart, "The file", "")
	v.Error, v.Chosen = file.Error, form.Values.Get(web.FilePart) != ""
	v.Kind = form.One("kind", "What is it?", "", options(document.Kinds())...)
	v.Kind.Small = true
	v.Name = form.Text("name", "What is it called?", "Such as \"Passport\". Only who may see the papers reads this.")
	v.Name.Max, v.Name.Autocomplete = 100, "off"
	v.Original = form.One("original", "The paper itself", "", options(document.Originals())...)
	v.Original.Small = true
	v.Words = form.Area("words", "Whose it is, or what it is for", "Optional.", 2)
	v.Words.Max = 500
	v.Errors = form.Errors()
	return s.pages.Render(w, status, "paper-new.html", v)
}

func (s *Site) newPaper(w http.ResponseWriter, r *http.Request) error {
	id, file := r.PathValue("person"), web.Uploaded(r)
	d := document.Document{Kind: r.PostFormValue("kind"), Original: r.PostFormValue("original"), Name: web.Line(r, "name"), Words: web.Line(r, "words")}
	if d.Name == "" {
		d.Name = file.Name
	}
	_, err := s.Documents.Add(r.Context(), web.Actor(r), web.Form(r), id, d, file.Body)
	return s.afterForm(w, r, err, pathOf(id, "/papers"), func(status int, f *ui.Form) error { return s.showNewPaper(w, r, status, f) })
}

type paperView struct {
	ui.Page
	Now   participant.Now
	Paper document.Document
	At    string
	Given ui.Field
	Why   ui.Field
	Key2  string
}

func (s *Site) paper(w http.ResponseWriter, r *http.Request) error {
	return s.showPaper(w, r, http.StatusOK, ui.NewForm(nil, nil))
}

func (s *Site) showPaper(w http.ResponseWriter, r *http.Request, status int, form *ui.Form) error {
	now, d, err := s.Documents.One(r.Context(), web.Actor(r), r.PathValue("person"), r.PathValue("document"))
	if err != nil {
		return err
	}
	v := paperView{Page: web.Page(r, d.KindWords()+": "+now.Name), Now: now, Paper: d, At: pathOf(now.ID, "/papers/"+url.PathEscape(d.ID)), Key2: lead.NewID("frm")}
	v.Given = form.Text("given", "Anything to remember", "Optional.")
	v.Why = form.Text("why", "Why it goes", "Such as \"They asked\" or \"Somebody else's letter\".")
	v.Why.Autocomplete, v.Given.Autocomplete = "off", "off"
	v.Errors = form.Errors()
	return s.pages.Render(w, status, "paper.html", v)
}

func (s *Site) paperFile(w http.ResponseWriter, r *http.Request) error {
	d, body, err := s.Documents.Content(r.Context(), web.Actor(r), r.PathValue("person"), r.PathValue("document"))
	if err != nil {
		return err
	}
	kind := string(d.Type)
	if d.Type == document.Text {
		kind += "; charset=utf-8"
	}
	return web.Attach(w, d.Name+d.Type.Ending(), kind, body)
}

func (s *Site) afterPaper(w http.ResponseWriter, r *http.Request, err error) error {
	to := pathOf(r.PathValue("person"), "/papers/"+url.PathEscape(r.PathValue("document")))
	return s.afterForm(w, r, err, to, func(status int, f *ui.Form) error { return s.showPaper(w, r, status, f) })
}

func (s *Site) paperGivenBack(w http.ResponseWriter, r *http.Request) error {
	return s.afterPaper(w, r, s.Documents.GiveBack(r.Context(), web.Actor(r), web.Form(r), r.PathValue("person"), r.PathValue("document"), web.Line(r, "given")))
}

func (s *Site) paperTakenAway(w http.ResponseWriter, r *http.Request) error {
	return s.afterPaper(w, r, s.Documents.TakeAway(r.Context(), web.Actor(r), web.Form(r), r.PathValue("person"), r.PathValue("document"), web.Line(r, "why")))
}
