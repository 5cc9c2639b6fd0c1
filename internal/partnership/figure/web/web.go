// Package web serves the state of the scheme in numbers, to the partnership and, where a site opens it, to everybody. It imports
// partnership and platform.
package web

import (
	"embed"
	"fmt"
	"math"
	"net/http"
	"strconv"
	"strings"

	"waymark.example/internal/lead"
	"waymark.example/internal/partnership/figure"
	"waymark.example/internal/partnership/front"
	"waymark.example/internal/platform/ui"
	"waymark.example/internal/platform/web"
)

//go:embed *.html
var files embed.FS

// Site is the pages of the numbers, and the public page.
type Site struct {
	figures *figure.Service
	front   *front.Service
	pages   *ui.Set
	trust   bool // a proxy's word on where a request comes from
	gate    *gate
	kept    *kept
}

// New returns the pages.
func New(figures *figure.Service, f *front.Service, trustProxy bool) *Site {
	return &Site{figures, f, ui.Must(files), trustProxy, newGate(), &kept{}}
}

// Routes lists the pages.
func (s *Site) Routes() []web.Route {
	out := []web.Route{
		web.Get("/partnership/figures", "figure.read", s.latest),
		web.Get("/partnership/figures/{set}", "figure.read", s.one),
		web.Get("/partnership/figures/{set}/csv", "figure.read", s.csv),
		web.Get("/partnership/equity", "figure.fair", s.equity),
		web.Get("/partnership/equity/{set}", "figure.fair", s.equityOf),
		web.Get("/partnership/equity/{set}/csv", "figure.fair", s.equityFile),
		web.Get("/partnership/publish", "figure.publish", s.draft),
		web.Post("/partnership/publish", "figure.publish", s.publish),
		web.Get("/partnership/costs", "figure.publish", s.costs),
		web.Post("/partnership/costs", "figure.publish", s.enter),
		web.Get("/partnership/public", "public.keep", s.settings),
		web.Post("/partnership/public", "public.keep", s.keep),
	}
	for name, p := range publicPages() {
		out = append(out, web.Get("/public"+name, "", s.outside(p)))
	}
	return append(out, web.Get("/public/data.csv", "", s.data))
}

type statePage struct {
	ui.Page
	Set      *figure.Set
	Others   []figure.Set
	MayWrite bool
	Saved    bool
}

func (s *Site) latest(w http.ResponseWriter, r *http.Request) error {
	all, err := s.figures.Sets(r.Context(), web.Actor(r), 40)
	if err != nil {
		return err
	}
	v := statePage{Page: web.Page(r, "State of the scheme"), MayWrite: web.Actor(r).Has(lead.Coordinator), Saved: r.URL.Query().Get("saved") == "yes"}
	if len(all) > 0 {
		v.Set, v.Others = &all[0], all[1:]
	}
	return s.pages.Render(w, http.StatusOK, "figures.html", v)
}

func (s *Site) set(r *http.Request) (figure.Set, error) {
	number, err := strconv.ParseInt(r.PathValue("set"), 10, 64)
	if err != nil {
		return figure.Set{}, lead.ErrNotFound
	}
	return s.figures.Set(r.Context(), web.Actor(r), number)
}

func (s *Site) one(w http.ResponseWriter, r *http.Request) error {
	set, err := s.set(r)
	if err != nil {
		return err
	}
	return s.pages.Render(w, http.StatusOK, "figures.html", statePage{Page: web.Page(r, "State of the scheme"), Set: &set})
}

func (s *Site) csv(w http.ResponseWriter, r *http.Request) error {
	set, err := s.set(r)
	if err != nil {
		return err
	}
	return write(web.DownloadCSV(w, "scheme-"+set.From()+"-to-"+set.Until()+".csv"), []figure.Set{set})
}

// write puts sets into a file: every number that is shown, and that the others are not.
func write(file *web.CSV, sets []figure.Set) error {
	if err := file.Row("measure", "period", "group", "value", "standing", "set", "definitions", "method"); err != nil {
		return err
	}
	for _, set := range sets {
		for _, row := range set.Rows() {
			value, standing := strconv.Itoa(row.N.Value), "rounded to 5"
			if !row.N.Shown {
				value, standing = "", "not shown"
			}
			if err := file.Row(row.Measure, row.Period, row.Group, value, standing, strconv.FormatInt(set.Number, 10), strconv.Itoa(set.Definitions), row.Method()); err != nil {
				return err
			}
		}
	}
	return file.End()
}

type draftPage struct {
	ui.Page
	Months []string
	Wrong  string
	Draft  *figure.Draft
	Chosen string
	Begun  bool // something is published
	Told   bool // nothing can be published without telling a small number
}

func (s *Site) draft(w http.ResponseWriter, r *http.Request) error {
	return s.showDraft(w, r, http.StatusOK, r.URL.Query().Get("until"), nil)
}

func (s *Site) showDraft(w http.ResponseWriter, r *http.Request, status int, until string, bad lead.Invalid) error {
	months, err := s.figures.Span(r.Context(), web.Actor(r))
	if err != nil {
		return err
	}
	v := draftPage{Page: web.Page(r, "Publish the numbers"), Months: months, Chosen: until}
	if len(months) == 0 {
		published, err := s.figures.Published(r.Context(), 1)
		if err != nil {
			return err
		}
		v.Begun = len(published) > 0
	}
	v.Wrong = bad["until"]
	if v.Wrong != "" {
		v.Errors = append(v.Errors, ui.FieldError{ID: "until", Text: v.Wrong})
	}
	if until != "" && bad == nil {
		draft, err := s.figures.Draft(r.Context(), web.Actor(r), until)
		switch invalid, ok := web.Invalid(err); {
		case ok:
			return s.showDraft(w, r, http.StatusUnprocessableEntity, until, invalid)
		case figure.IsTold(err):
			v.Told = true
		case err != nil:
			return err
		default:
			v.Draft = &draft
		}
	}
	return s.pages.Render(w, status, "publish.html", v)
}

func (s *Site) publish(w http.ResponseWriter, r *http.Request) error {
	until := r.PostFormValue("until")
	err := s.figures.Publish(r.Context(), web.Actor(r), web.Form(r), until)
	if bad, ok := web.Invalid(err); ok {
		return s.showDraft(w, r, http.StatusUnprocessableEntity, until, bad)
	}
	if err != nil {
		return err
	}
	s.kept.forget()
	return web.SeeOther(w, r, "/partnership/figures?saved=yes")
}

type costsPage struct {
	ui.Page
	All    []figure.Cost
	Year   ui.Select
	Kind   ui.Choices
	Pounds ui.Field
	Words  ui.Field
	Saved  bool
}

func (s *Site) costs(w http.ResponseWriter, r *http.Request) error {
	return s.showCosts(w, r, http.StatusOK, nil)
}

func (s *Site) showCosts(w http.ResponseWriter, r *http.Request, status int, bad lead.Invalid) error {
	all, err := s.figures.Costs(r.Context(), web.Actor(r))
	if err != nil {
		return err
	}
	form := ui.NewForm(r.PostForm, bad)
	v := costsPage{Page: web.Page(r, "What it costs"), All: all, Saved: r.URL.Query().Get("saved") == "yes"}
	var years ui.OptionGroup
	for _, y := range s.figures.Years() {
		years.Options = append(years.Options, ui.Choice{Option: ui.Option{Value: y, Label: y}})
	}
	v.Year = form.Pick("year", "Financial year, April to March", "", years)
	v.Kind = form.One("kind", "What was the money for?", "", ui.Option{Value: "staff", Label: "Staff"}, ui.Option{Value: "premises", Label: "Premises"}, ui.Option{Value: "other", Label: "Anything else"})
	v.Pounds = form.Text("pounds", "How much for the whole year, in pounds?", "An estimate will do until the accounts are closed. The latest entry counts.")
	v.Pounds.Numeric, v.Pounds.Short, v.Pounds.Max = true, true, 15
	v.Words = form.Text("words", "Where does the number come from? (optional)", "")
	v.Words.Max = 300
	v.Errors = form.Errors()
	return s.pages.Render(w, status, "costs.html", v)
}

func (s *Site) enter(w http.ResponseWriter, r *http.Request) error {
	pounds, err := strconv.ParseFloat(strings.NewReplacer(",", "", "£", "", " ", "").Replace(web.Line(r, "pounds")), 64)
	if err != nil || !(pounds > 0 && pounds < 1e9) {
		pounds = 0
	}
	c := figure.Cost{Year: r.PostFormValue("year"), Kind: r.PostFormValue("kind"), Pence: int64(math.Round(pounds * 100)), Words: web.Line(r, "words")}
	err = s.figures.Enter(r.Context(), web.Actor(r), web.Form(r), c)
	if bad, ok := web.Invalid(err); ok {
		return s.showCosts(w, r, http.StatusUnprocessableEntity, bad)
	}
	if err != nil {
		return err
	}
	return web.SeeOther(w, r, "/partnership/costs?saved=yes")
}

type settingsPage struct {
	ui.Page
	Setting front.Setting
	Open    ui.Choices
	Fields  []ui.Field
	Saved   bool
}

func (s *Site) settings(w http.ResponseWriter, r *http.Request) error {
	return s.showSettings(w, r, http.StatusOK, nil)
}

func (s *Site) showSettings(w http.ResponseWriter, r *http.Request, status int, bad lead.Invalid) error {
	now, err := s.front.Setting(r.Context(), web.Actor(r))
	if err != nil {
		return err
	}
	values := r.PostForm
	if r.Method == http.MethodGet {
		values = map[string][]string{"open": {fmt.Sprint(now.Open)}}
		for _, f := range front.Fields() {
			values.Set(f, now.Words[f])
		}
	}
	form := ui.NewForm(values, bad)
	v := settingsPage{Page: web.Page(r, "Public page"), Setting: now, Saved: r.URL.Query().Get("saved") == "yes"}
	v.Open = form.One("open", "Can anybody read the public page?", "It needs no account. Nothing on it is about anybody.", ui.Option{Value: "true", Label: "Yes, it is open"}, ui.Option{Value: "false", Label: "No, it is closed"})
	for _, f := range [][2]string{{"about", "What is LEAD here? In a few sentences, for anybody"}, {"about_cy", "The same in Welsh (optional)"}, {"involved", "How can people get involved?"}, {"involved_cy", "The same in Welsh (optional)"},
		{"complain", "How can people complain, or say thank you?"}, {"complain_cy", "The same in Welsh (optional)"}} {
		field := form.Area(f[0], f[1], "", 3)
		field.Max = front.Most
		if f[0] == "complain" {
			field.Hint = "Who takes complaints from outside stands below it, as the doors are set."
		}
		v.Fields = append(v.Fields, field)
	}
	v.Errors = form.Errors()
	return s.pages.Render(w, status, "public-settings.html", v)
}

func (s *Site) keep(w http.ResponseWriter, r *http.Request) error {
	set := front.Setting{Open: r.PostFormValue("open") == "true", Words: map[string]string{}}
	for _, f := range front.Fields() {
		set.Words[f] = web.Line(r, f)
	}
	err := s.front.Record(r.Context(), web.Actor(r), web.Form(r), r.PostFormValue("open"), set)
	if bad, ok := web.Invalid(err); ok {
		return s.showSettings(w, r, http.StatusUnprocessableEntity, bad)
	}
	if err != nil {
		return err
	}
	s.kept.forget()
	return web.SeeOther(w, r, "/partnership/public?saved=yes")
}
