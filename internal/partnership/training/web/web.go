// Package web serves the pages of training: one's own, and the coordinator's. It imports partnership and platform.
package web

import (
	"embed"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"waymark.example/internal/lead"
	"waymark.example/internal/partnership/training"
	"waymark.example/internal/platform/ui"
	"waymark.example/internal/platform/web"
)

//go:embed *.html
var files embed.FS

// Site is the pages.
type Site struct {
	training *training.Service
	pages    *ui.Set
}

// New returns the pages.
func New(t *training.Service) *Site { return &Site{t, ui.Must(files)} }

// Routes lists the pages.
func (s *Site) Routes() []web.Route {
	return []web.Route{
		web.Get("/training", "course.own", s.mine),
		web.Get("/partnership/training", "course.keep", s.everybody),
		web.Post("/partnership/training", "course.keep", s.note),
		web.Post("/partnership/training/courses", "course.keep", s.keep),
	}
}

type minePage struct {
	ui.Page
	Mine training.Person
}

func (s *Site) mine(w http.ResponseWriter, r *http.Request) error {
	mine, err := s.training.Mine(r.Context(), web.Actor(r))
	if err != nil {
		return err
	}
	return s.pages.Render(w, http.StatusOK, "mine.html", minePage{web.Page(r, "My training"), mine})
}

type everybodyPage struct {
	ui.Page
	Courses []courseView
	People  []training.Person
	More    string
	Saved   bool
	Back    bool // something was taken back

	Account ui.Select
	Course  ui.Select
	DoneOn  ui.Field

	Title     ui.Field
	Words     ui.Field
	Roles     ui.Choices
	FirstWeek ui.Choices
	Months    ui.Field
	CourseKey string
	Open      bool // the form of a new course, for it has mistakes
}

type courseView struct {
	training.Course
	RoleNames   []string
	RolesJoined string
	Key         string
}

const perPage = 40

func (s *Site) everybody(w http.ResponseWriter, r *http.Request) error {
	return s.show(w, r, http.StatusOK, "", nil)
}

// show shows the page; which is the form that came back with mistakes.
func (s *Site) show(w http.ResponseWriter, r *http.Request, status int, which string, bad lead.Invalid) error {
	actor := web.Actor(r)
	courses, err := s.training.Courses(r.Context(), actor)
	if err != nil {
		return err
	}
	people, err := s.training.People(r.Context(), actor, r.URL.Query().Get("after"), perPage+1)
	if err != nil {
		return err
	}
	v := everybodyPage{Page: web.Page(r, "Training"), Saved: r.URL.Query().Get("saved") == "yes", Back: r.URL.Query().Get("saved") == "back", CourseKey: lead.NewID("frm"), Open: which == "course"}
	if len(people) > perPage {
		people = people[:perPage]
		v.More = "/partnership/training?" + url.Values{"after": {people[perPage-1].ID}}.Encode()
	}
	v.People = people
	noted, kept := ui.NewForm(nil, nil), ui.NewForm(nil, nil)
	if which == "note" {
		noted = ui.NewForm(r.PostForm, bad)
	}
	if which == "course" {
		kept = ui.NewForm(r.PostForm, bad)
	}
	choose := ui.Choice{Option: ui.Option{Value: "", Label: "Choose"}}
	who, what := ui.OptionGroup{Options: []ui.Choice{choose}}, ui.OptionGroup{Options: []ui.Choice{choose}}
	for _, p := range people {
		who.Options = append(who.Options, ui.Choice{Option: ui.Option{Value: p.ID, Label: p.Name}})
	}
	for _, c := range courses {
		var names, roles []string
		for _, role := range c.Roles {
			names, roles = append(names, role.Words()), append(roles, string(role))
		}
		v.Courses = append(v.Courses, courseView{c, names, strings.Join(roles, ","), lead.NewID("frm")})
		if !c.Ended {
			what.Options = append(what.Options, ui.Choice{Option: ui.Option{Value: c.ID, Label: c.Title}})
		}
	}
	v.Account = noted.Pick("account", "Who did it?", "", who)
	v.Course = noted.Pick("course", "Which course?", "", what)
	v.DoneOn = noted.Typed("date", "done_on", "On which day?", "")
	v.Title = kept.Text("title", "What is the course called?", "")
	v.Words = kept.Area("words", "What is it about? (optional)", "", 2)
	v.Words.Max = 500
	var roles []ui.Option
	for _, role := range lead.Roles() {
		roles = append(roles, ui.Option{Value: string(role), Label: role.Words()})
	}
	v.Roles = kept.Many("roles", "For which roles?", "", roles...)
	v.Roles.Small = true
	v.FirstWeek = kept.Many("first_week", "Is it part of starting?", "", ui.Option{Value: "yes", Label: "Yes, before the first week ends"})
	v.FirstWeek.Small = true
	v.Months = kept.Text("months", "After how many months is it due again?", "0 when once is enough. Nobody is ever stopped from working.")
	v.Months.Numeric, v.Months.Short, v.Months.Max = true, true, 3
	v.Errors = slices.Concat(noted.Errors(), kept.Errors())
	return s.pages.Render(w, status, "everybody.html", v)
}

func (s *Site) note(w http.ResponseWriter, r *http.Request) error {
	account, course, saved := r.PostFormValue("account"), r.PostFormValue("course"), "yes"
	var err error
	if r.PostFormValue("then") == "back" {
		saved = "back"
		err = s.training.TakeBack(r.Context(), web.Actor(r), web.Form(r), account, course)
	} else {
		err = s.training.Note(r.Context(), web.Actor(r), web.Form(r), account, course, web.Line(r, "done_on"))
	}
	if bad, ok := web.Invalid(err); ok {
		return s.show(w, r, http.StatusUnprocessableEntity, "note", bad)
	}
	if err != nil {
		return err
	}
	return web.SeeOther(w, r, "/partnership/training?saved="+saved)
}

func (s *Site) keep(w http.ResponseWriter, r *http.Request) error {
	c := training.Course{ID: r.PostFormValue("course"), Title: web.Line(r, "title"), Words: web.Line(r, "words"), FirstWeek: r.PostFormValue("first_week") == "yes", Ended: r.PostFormValue("ended") == "yes"}
	for _, role := range strings.Split(strings.Join(r.PostForm["roles"], ","), ",") {
		if role != "" {
			c.Roles = append(c.Roles, lead.Role(role))
		}
	}
	var err error
	if c.Months, err = strconv.Atoi(web.Line(r, "months")); err != nil {
		c.Months = -1
	}
	_, err = s.training.Record(r.Context(), web.Actor(r), web.Form(r), c)
	if bad, ok := web.Invalid(err); ok {
		return s.show(w, r, http.StatusUnprocessableEntity, "course", bad)
	}
	if err != nil {
		return err
	}
	return web.SeeOther(w, r, "/partnership/training?saved=yes")
}
