// Package web serves the pages of fidelity: rounds, what each says of every
// principle, and what is to be done. It imports partnership and platform.
package web

import (
	"embed"
	"net/http"
	"net/url"
	"strings"

	"waymark.example/internal/lead"
	"waymark.example/internal/partnership/fidelity"
	"waymark.example/internal/platform/access"
	"waymark.example/internal/platform/db"
	"waymark.example/internal/platform/ui"
	"waymark.example/internal/platform/web"
)

//go:embed *.html
var files embed.FS

// Home is where the pages begin.
const Home = "/partnership/fidelity"

// Site is the pages.
type Site struct {
	fidelity *fidelity.Service
	pages    *ui.Set
}

// New returns the pages.
func New(s *fidelity.Service) *Site { return &Site{s, ui.Must(files)} }

// Routes lists the pages. What a round says is written by the coordinator for the
// group, or by the visitor who was invited to it: the service tells them apart.
func (s *Site) Routes() []web.Route {
	return []web.Route{
		web.Get(Home, "fidelity.read", s.home),
		web.Get(Home+"/new", "fidelity.assess", s.newRound),
		web.Post(Home+"/new", "fidelity.assess", s.begin),
		web.Get(Home+"/{round}", "fidelity.read", s.round),
		web.Post(Home+"/{round}/end", "fidelity.assess", s.end),
		web.Get(Home+"/{round}/{principle}", "fidelity.read", s.principle),
		web.Post(Home+"/{round}/{principle}", "fidelity.read", s.say),
		web.Post(Home+"/actions/{action}/done", "fidelity.assess", s.done),
	}
}

type homePage struct {
	ui.Page
	Rounds  []fidelity.Round
	Shown   []fidelity.Round // beside each other, the earlier first
	Trend   []trendRow
	Actions []todo
	Mine    bool
	Wrong   string // the action whose words are missing
	Today   string
}

type trendRow struct {
	Heading string
	Levels  []fidelity.Level
}

type todo struct {
	fidelity.Action
	About    string
	Late     bool
	Words    string
	Field    ui.Field
	FormKey  string
	Finished bool
}

func (s *Site) home(w http.ResponseWriter, r *http.Request) error {
	return s.showHome(w, r, http.StatusOK, "", nil)
}

// beside is how many rounds stand beside each other.
const beside = 3

func (s *Site) showHome(w http.ResponseWriter, r *http.Request, status int, wrong string, bad lead.Invalid) error {
	rounds, err := s.fidelity.Rounds(r.Context(), web.Actor(r))
	if err != nil {
		return err
	}
	v := homePage{Page: web.Page(r, "Fidelity to the model"), Rounds: rounds, Mine: s.fidelity.Access.Check(web.Actor(r), "fidelity.assess", access.Screen{}) == nil}
	for i := min(beside, len(rounds)) - 1; i >= 0; i-- {
		v.Shown = append(v.Shown, rounds[i])
	}
	for _, p := range fidelity.Principles() {
		row := trendRow{Heading: p.Heading}
		for _, round := range v.Shown {
			row.Levels = append(row.Levels, round.Answers[p.Code].Level)
		}
		v.Trend = append(v.Trend, row)
	}
	today := db.Day(s.fidelity.Book.Now())
	for _, round := range rounds {
		for _, a := range round.Actions {
			p, _ := fidelity.PrincipleOf(a.Principle)
			t := todo{Action: a, About: p.Heading, Words: a.Words, Finished: !a.Done.IsZero(), Late: a.Done.IsZero() && a.Due < today, FormKey: lead.NewID("frm")}
			form := ui.NewForm(nil, nil)
			if a.ID == wrong {
				form = ui.NewForm(r.PostForm, bad)
			}
			t.Field = form.Text("done", "What came of it?", "")
			t.Field.ID = "done-" + a.ID
			for _, e := range form.Errors() {
				v.Errors = append(v.Errors, ui.FieldError{ID: t.Field.ID, Text: e.Text})
			}
			v.Actions = append(v.Actions, t)
		}
	}
	return s.pages.Render(w, status, "fidelity.html", v)
}

func (s *Site) done(w http.ResponseWriter, r *http.Request) error {
	id := r.PathValue("action")
	_, err := s.fidelity.Finish(r.Context(), web.Actor(r), web.Form(r), id, web.Line(r, "done"))
	if bad, ok := web.Invalid(err); ok {
		return s.showHome(w, r, http.StatusUnprocessableEntity, id, bad)
	}
	if err != nil {
		return err
	}
	return web.SeeOther(w, r, Home)
}

type newPage struct {
	ui.Page
	Kind    ui.Choices
	Group   ui.Field
	Visitor ui.Select
}

func (s *Site) newRound(w http.ResponseWriter, r *http.Request) error {
	return s.showNew(w, r, http.StatusOK, ui.NewForm(url.Values{"kind": {"self"}}, nil))
}

func (s *Site) showNew(w http.ResponseWriter, r *http.Request, status int, form *ui.Form) error {
	v := newPage{Page: web.Page(r, "Begin a round")}
	v.Kind = form.One("kind", "Who looks?", "", ui.Option{Value: "self", Label: "We look at ourselves", Hint: "The coordinator writes what the group says together"},
		ui.Option{Value: "peer", Label: "Somebody from another area visits", Hint: "They read the pages of the partnership, see no person, and write for themselves"})
	v.Kind.Small = true
	v.Group = form.Area("group", "Who looks together?", "Organisations, front-line officers, case managers, people with lived experience", 2)
	v.Group.Max = 500
	visitors, err := s.fidelity.Visitors(r.Context())
	if err != nil {
		return err
	}
	choices := []ui.Option{{Value: "", Label: "Choose"}}
	for _, one := range visitors {
		choices = append(choices, ui.Option{Value: one.ID, Label: one.Name})
	}
	v.Visitor = form.Pick("visitor", "Who visits?", "Only for a visit. An administrator opens an account for them first, as panel member of their own partnership", ui.Options(choices...))
	v.Errors = form.Errors()
	return s.pages.Render(w, status, "fidelity-new.html", v)
}

func (s *Site) begin(w http.ResponseWriter, r *http.Request) error {
	round := fidelity.Round{Peer: r.PostFormValue("kind") == "peer", VisitorID: r.PostFormValue("visitor"), Group: strings.TrimSpace(r.PostFormValue("group"))}
	id, err := s.fidelity.Begin(r.Context(), web.Actor(r), web.Form(r), round)
	if bad, ok := web.Invalid(err); ok {
		return s.showNew(w, r, http.StatusUnprocessableEntity, ui.NewForm(r.PostForm, bad))
	}
	if err != nil {
		return err
	}
	return web.SeeOther(w, r, Home+"/"+id)
}

type roundPage struct {
	ui.Page
	Round fidelity.Round
	Rows  []principleRow
	Left  int // principles that nobody looked at yet
	May   bool
	End   ui.Field
	Mine  bool
}

type principleRow struct {
	fidelity.Principle
	Level  fidelity.Level
	Words  string
	By     string
	Looked bool
	Seen   []seen
	Todo   []fidelity.Action
}

// seen is one measure, as the round keeps it.
type seen struct {
	Label string
	Text  string
	Says  string // of how many
}

func (s *Site) round(w http.ResponseWriter, r *http.Request) error {
	return s.showRound(w, r, http.StatusOK, nil)
}

func (s *Site) showRound(w http.ResponseWriter, r *http.Request, status int, bad lead.Invalid) error {
	round, err := s.fidelity.Round(r.Context(), web.Actor(r), r.PathValue("round"))
	if err != nil {
		return err
	}
	v := roundPage{Page: web.Page(r, "A look at fidelity"), Round: round, May: s.fidelity.MayAnswer(web.Actor(r), round)}
	v.Mine = round.Open() && s.fidelity.Access.Check(web.Actor(r), "fidelity.assess", access.Screen{}) == nil
	for _, p := range fidelity.Principles() {
		row := rowOf(round, p)
		if !row.Looked {
			v.Left++
		}
		v.Rows = append(v.Rows, row)
	}
	form := ui.NewForm(r.PostForm, bad)
	v.End = form.Area("takes", "What does the group take from it?", "In plain words: others read it next time", 3)
	v.End.Max = 2000
	v.Errors = form.Errors()
	return s.pages.Render(w, status, "fidelity-round.html", v)
}

func rowOf(round fidelity.Round, p fidelity.Principle) principleRow {
	a, looked := round.Answers[p.Code]
	row := principleRow{Principle: p, Level: a.Level, Words: a.Words, By: a.By, Looked: looked}
	for _, code := range p.Measures {
		if m, ok := round.Evidence.Of(code); ok {
			row.Seen = append(row.Seen, seen{fidelity.MeasureWords(code), m.Share, m.Size})
		}
	}
	for _, one := range round.Actions {
		if one.Principle == p.Code {
			row.Todo = append(row.Todo, one)
		}
	}
	return row
}

func (s *Site) end(w http.ResponseWriter, r *http.Request) error {
	err := s.fidelity.End(r.Context(), web.Actor(r), web.Form(r), r.PathValue("round"), r.PostFormValue("takes"))
	if bad, ok := web.Invalid(err); ok {
		return s.showRound(w, r, http.StatusUnprocessableEntity, bad)
	}
	if err != nil {
		return err
	}
	return web.SeeOther(w, r, Home+"/"+url.PathEscape(r.PathValue("round")))
}

type principlePage struct {
	ui.Page
	Round             fidelity.Round
	Row               principleRow
	May               bool
	Level             ui.Choices
	Words             ui.Field
	Todo, Owner, DueF ui.Field
}

func (s *Site) principle(w http.ResponseWriter, r *http.Request) error {
	return s.showPrinciple(w, r, http.StatusOK, nil)
}

func (s *Site) showPrinciple(w http.ResponseWriter, r *http.Request, status int, bad lead.Invalid) error {
	p, ok := fidelity.PrincipleOf(r.PathValue("principle"))
	if !ok {
		return lead.ErrNotFound
	}
	round, err := s.fidelity.Round(r.Context(), web.Actor(r), r.PathValue("round"))
	if err != nil {
		return err
	}
	v := principlePage{Page: web.Page(r, p.Heading), Round: round, Row: rowOf(round, p), May: s.fidelity.MayAnswer(web.Actor(r), round)}
	values := url.Values{"level": {string(v.Row.Level)}, "words": {v.Row.Words}}
	if r.Method == http.MethodPost {
		values = r.PostForm
	}
	form := ui.NewForm(values, bad)
	var levels []ui.Option
	for _, l := range fidelity.Levels() {
		levels = append(levels, ui.Option{Value: string(l), Label: l.Words()})
	}
	v.Level = form.One("level", "How near is it?", "In words. Nothing is added up, and nobody is ranked", levels...)
	v.Level.Small = true
	v.Words = form.Area("words", "What do you see?", "What goes well, what does not, and who said so. No names of participants", 4)
	v.Words.Max = 2000
	v.Todo = form.Text("todo", "Something to be done about it", "If there is anything")
	v.Todo.Max = 300
	v.Owner = form.Text("owner", "Who does it?", "")
	v.DueF = form.Typed("date", "due", "By which day?", "")
	v.DueF.Short = true
	v.Errors = form.Errors()
	return s.pages.Render(w, status, "fidelity-principle.html", v)
}

func (s *Site) say(w http.ResponseWriter, r *http.Request) error {
	todo := fidelity.Action{Words: web.Line(r, "todo"), Owner: web.Line(r, "owner"), Due: web.Line(r, "due")}
	err := s.fidelity.Say(r.Context(), web.Actor(r), web.Form(r), r.PathValue("round"), r.PathValue("principle"), fidelity.Level(r.PostFormValue("level")), r.PostFormValue("words"), todo)
	if bad, ok := web.Invalid(err); ok {
		return s.showPrinciple(w, r, http.StatusUnprocessableEntity, bad)
	}
	if err != nil {
		return err
	}
	return web.SeeOther(w, r, Home+"/"+url.PathEscape(r.PathValue("round"))+"#"+url.PathEscape(r.PathValue("principle")))
}
