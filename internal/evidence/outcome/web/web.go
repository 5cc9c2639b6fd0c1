// Package web serves the evaluators' pages: what was taken in about pseudonyms, in numbers, extracts of it and the governed way to a copy. No page shows a
// row. It imports evidence and platform.
package web

import (
	"embed"
	"fmt"
	"net/http"
	"net/url"

	"waymark.example/internal/evidence/outcome"
	"waymark.example/internal/evidence/study"
	"waymark.example/internal/lead"
	"waymark.example/internal/platform/ui"
	"waymark.example/internal/platform/web"
)

//go:embed *.html
var files embed.FS

// Home is the evaluators' first page.
const Home = "/evidence"

// Site is the pages.
type Site struct {
	evidence *outcome.Service
	name     func(r *http.Request, accountID string) string // of a colleague; "" where it is not known
	pages    *ui.Set
}

// New returns the pages. name says what an account is called.
func New(e *outcome.Service, name func(r *http.Request, accountID string) string) *Site {
	return &Site{e, name, ui.Must(files)}
}

// Routes lists the pages.
func (s *Site) Routes() []web.Route {
	return []web.Route{
		web.Get(Home, "evidence.read", s.home),
		web.Get("/evidence/imports", "evidence.read", s.imports),
		web.Get("/evidence/imports/{import}", "evidence.read", s.oneImport),
		web.Get("/evidence/codebook", "evidence.read", s.codebook),
		web.Get("/evidence/codebook.csv", "evidence.read", s.codebookFile),
		web.Get("/evidence/freeze", "evidence.freeze", s.freezePage),
		web.Post("/evidence/freeze", "evidence.freeze", s.freeze),
		web.Get("/evidence/extracts/{extract}", "evidence.read", s.extract),
		web.Sensitive(web.Post("/evidence/extracts/{extract}/copy", "evidence.extract", s.ask)),
		web.Sensitive(web.Get("/evidence/copies/{copy}", "evidence.extract", s.fetch)),
	}
}

type homePage struct {
	ui.Page
	Runs     []outcome.Here
	Extracts []outcome.Extract
}

func (s *Site) home(w http.ResponseWriter, r *http.Request) error {
	runs, err := s.evidence.Runs(r.Context(), web.Actor(r))
	if err != nil {
		return err
	}
	extracts, err := s.evidence.Extracts(r.Context(), web.Actor(r), 50)
	if err != nil {
		return err
	}
	return s.pages.Render(w, http.StatusOK, "home.html", homePage{web.Page(r, "Evidence"), runs, extracts})
}

const perPage = 30

type importsPage struct {
	ui.Page
	Imports []outcome.Import
	More    string
}

func (s *Site) imports(w http.ResponseWriter, r *http.Request) error {
	all, err := s.evidence.Imports(r.Context(), web.Actor(r), r.URL.Query().Get("before"), perPage+1)
	if err != nil {
		return err
	}
	v := importsPage{Page: web.Page(r, "What was taken in"), Imports: all}
	if len(all) > perPage {
		v.Imports = all[:perPage]
		v.More = "/evidence/imports?" + url.Values{"before": {all[perPage-1].ID}}.Encode()
	}
	return s.pages.Render(w, http.StatusOK, "imports.html", v)
}

type importPage struct {
	ui.Page
	Import outcome.Import
	Told   []outcome.Told
}

func (s *Site) oneImport(w http.ResponseWriter, r *http.Request) error {
	i, told, err := s.evidence.One(r.Context(), web.Actor(r), r.PathValue("import"))
	if err != nil {
		return err
	}
	return s.pages.Render(w, http.StatusOK, "import.html", importPage{web.Page(r, "One file"), i, told})
}

type codebookPage struct {
	ui.Page
	Tables []study.Table
}

func (s *Site) codebook(w http.ResponseWriter, r *http.Request) error {
	return s.pages.Render(w, http.StatusOK, "codebook.html", codebookPage{web.Page(r, "Codebook"), study.Codebook()})
}

func (s *Site) codebookFile(w http.ResponseWriter, _ *http.Request) error {
	h := w.Header()
	h.Set("Content-Type", "text/csv; charset=utf-8")
	h.Set("Content-Disposition", `attachment; filename="codebook.csv"`)
	h.Set("Cache-Control", "no-store")
	return outcome.WriteCodebook(w)
}

type freezePage struct {
	ui.Page
	Run         ui.Choices
	From, Until ui.Field
	Nothing     bool // is here
}

func (s *Site) freezePage(w http.ResponseWriter, r *http.Request) error {
	return s.showFreeze(w, r, http.StatusOK, ui.NewForm(nil, nil))
}

func (s *Site) showFreeze(w http.ResponseWriter, r *http.Request, status int, form *ui.Form) error {
	runs, err := s.evidence.Runs(r.Context(), web.Actor(r))
	if err != nil {
		return err
	}
	v := freezePage{Page: web.Page(r, "Freeze an extract"), Nothing: len(runs) == 0}
	var of []ui.Option
	for _, h := range runs {
		hint := fmt.Sprintf("%d people", h.People())
		if h.Tables[1].From != "" {
			hint += fmt.Sprintf(", contacts from %s to %s", h.Tables[1].From, h.Tables[1].Until)
		}
		of = append(of, ui.Option{Value: h.KeyID, Label: "Run " + h.KeyID, Hint: hint})
	}
	v.Run = form.One("key", "Which run?", "All that was made with one key.", of...)
	v.From = form.Typed("date", "from", "First day of the study", "Contacts count from this day on. Outcomes before it are kept, as what was there before.")
	v.Until = form.Typed("date", "until", "Records are whole up to", "The last day up to which police, courts and prisons had told everything when the files were made.")
	v.Errors = form.Errors()
	return s.pages.Render(w, status, "freeze.html", v)
}

func (s *Site) freeze(w http.ResponseWriter, r *http.Request) error {
	id, err := s.evidence.Freeze(r.Context(), web.Actor(r), web.Form(r), web.Line(r, "key"), web.Line(r, "from"), web.Line(r, "until"))
	if bad, ok := web.Invalid(err); ok {
		return s.showFreeze(w, r, http.StatusUnprocessableEntity, ui.NewForm(r.PostForm, bad))
	}
	if err != nil {
		return err
	}
	return web.SeeOther(w, r, "/evidence/extracts/"+id+"?done=frozen")
}

type extractPage struct {
	ui.Page
	Extract outcome.Extract
	By      string
	Copies  []copyView
	Missing []missingTable
	Frozen  bool // just now
	Asked   bool // a copy was asked for just now
	Purpose ui.Choices
	Until   ui.Field
}

type copyView struct {
	outcome.Download
	Name string
	Mine bool // and open still
}

// missingTable is what is missing of one table.
type missingTable struct {
	Kind outcome.Kind
	Rows []outcome.Missing
}

func (s *Site) extract(w http.ResponseWriter, r *http.Request) error {
	return s.showExtract(w, r, http.StatusOK, ui.NewForm(nil, nil))
}

func (s *Site) showExtract(w http.ResponseWriter, r *http.Request, status int, form *ui.Form) error {
	x, copies, err := s.evidence.Extract(r.Context(), web.Actor(r), r.PathValue("extract"))
	if err != nil {
		return err
	}
	v := extractPage{Page: web.Page(r, "Extract of "+x.FrozenAt.UTC().Format("2 January 2006")), Extract: x, By: s.name(r, x.FrozenBy), Frozen: r.URL.Query().Get("done") == "frozen", Asked: r.URL.Query().Get("done") == "asked"}
	today := s.evidence.Book.Now().UTC().Format("2006-01-02")
	for _, d := range copies {
		v.Copies = append(v.Copies, copyView{d, s.name(r, d.By), d.By == web.Actor(r).ID && today <= d.Until})
	}
	for _, m := range x.Summary.Missing {
		if n := len(v.Missing); n == 0 || v.Missing[n-1].Kind != m.Kind {
			v.Missing = append(v.Missing, missingTable{Kind: m.Kind})
		}
		last := &v.Missing[len(v.Missing)-1]
		last.Rows = append(last.Rows, m)
	}
	var purposes []ui.Option
	for _, p := range outcome.Purposes() {
		purposes = append(purposes, ui.Option{Value: p[0], Label: p[1]})
	}
	v.Purpose = form.One("purpose", "What do you need it for?", "", purposes...)
	v.Purpose.Small = true
	v.Until = form.Typed("date", "until", "By when will you have destroyed your copy?", "At most a year from now. A copy can be taken again.")
	v.Errors = form.Errors()
	return s.pages.Render(w, status, "extract.html", v)
}

func (s *Site) ask(w http.ResponseWriter, r *http.Request) error {
	_, err := s.evidence.Ask(r.Context(), web.Actor(r), web.Form(r), r.PathValue("extract"), r.PostFormValue("purpose"), web.Line(r, "until"))
	if bad, ok := web.Invalid(err); ok {
		return s.showExtract(w, r, http.StatusUnprocessableEntity, ui.NewForm(r.PostForm, bad))
	}
	if err != nil {
		return err
	}
	return web.SeeOther(w, r, "/evidence/extracts/"+url.PathEscape(r.PathValue("extract"))+"?done=asked")
}

func (s *Site) fetch(w http.ResponseWriter, r *http.Request) error {
	x, file, err := s.evidence.Fetch(r.Context(), web.Actor(r), r.PathValue("copy"))
	if bad, ok := web.Invalid(err); ok {
		r.SetPathValue("extract", x.ID)
		return s.showExtract(w, r, http.StatusUnprocessableEntity, ui.NewForm(url.Values{}, bad))
	}
	if err != nil {
		return err
	}
	if len(file) == 0 {
		return lead.ErrNotFound
	}
	return web.Attach(w, "extract-"+x.FrozenAt.UTC().Format("2006-01-02")+"-"+x.Hash[:8]+".zip", "application/zip", file)
}
