// Package web serves the guide from interest to launch: the list of tasks, their
// pages, the look through another role's eyes, the document for an impact
// assessment, and the list before the beginning. It imports reference and platform.
package web

import (
	"context"
	"embed"
	"net/http"
	"slices"
	"strings"
	"time"

	"waymark.example/internal/lead"
	"waymark.example/internal/platform/access"
	"waymark.example/internal/platform/db"
	"waymark.example/internal/platform/ui"
	"waymark.example/internal/platform/web"
	"waymark.example/internal/reference/policy"
	"waymark.example/internal/reference/start"
)

//go:embed *.html
var files embed.FS

// Site is the pages.
type Site struct {
	start  *start.Service
	policy func(context.Context) (policy.Policy, error)
	design func(context.Context) ([]Table, error) // how data is handled here, for the impact assessment
	pages  *ui.Set
}

// Table is one table of the document for an impact assessment.
type Table struct {
	Title string
	Head  []string
	Rows  [][]string
}

// New returns the pages.
func New(s *start.Service, policyNow func(context.Context) (policy.Policy, error), design func(context.Context) ([]Table, error)) *Site {
	return &Site{s, policyNow, design, ui.Must(files)}
}

// Routes lists the pages.
func (s *Site) Routes() []web.Route {
	return []web.Route{
		web.Get("/start", "start.read", s.list),
		web.Get("/start/{task}", "start.read", s.task),
		web.Post("/start/{task}", "start.keep", s.answer),
		web.Get("/start/impact/document", "start.read", s.document),
		web.Get("/start/impact/document.md", "start.read", s.documentText),
		web.Get("/start/go-live", "start.read", s.checks),
		web.Get("/start/go-live/{check}", "start.keep", s.say),
		web.Post("/start/go-live/{check}", "start.keep", s.said),
		web.Get("/start/launch", "start.read", s.launch),
		web.Post("/start/launch", "start.launch", s.begin),
	}
}

type listPage struct {
	ui.Page
	Parts    []part
	Name     string
	Launched *start.Launch
}

type part struct {
	Heading string
	Tasks   []taskRow
}

type taskRow struct {
	start.Task
	Link  string // "" where its page is somebody else's, or it cannot start yet
	State start.State
	Tag   string
	By    []string // whose it is, where it is not the reader's
	Warm  bool
	From  string // decided, and in force from this day
}

func (s *Site) list(w http.ResponseWriter, r *http.Request) error {
	f, err := s.start.Facts(r.Context())
	if err != nil {
		return err
	}
	v := listPage{Page: web.Page(r, "Start of the area"), Name: f.Answers["area"].Of["name"]}
	if f.Launched {
		l, err := s.start.Latest(r.Context())
		if err != nil {
			return err
		}
		v.Launched = &l
	}
	for _, p := range start.Parts() {
		row := part{Heading: p.Heading}
		for _, t := range p.Tasks {
			st := f.State(t)
			one := taskRow{Task: t, State: st, Tag: st.Words(), Warm: st == start.Begun}
			if t.Code == "policy" && st == start.Begun {
				one.From = f.PolicyFrom
			}
			switch mine := t.For(web.Actor(r)); {
			case st == start.CannotYet:
			case mine || t.Href == "": // its own page is for everybody to read
				one.Link = t.Address()
			case t.Href == "/policy":
				one.Link = t.Href
			}
			if !t.For(web.Actor(r)) {
				for _, role := range t.Whose {
					one.By = append(one.By, role.Words())
				}
			}
			row.Tasks = append(row.Tasks, one)
		}
		v.Parts = append(v.Parts, row)
	}
	return s.pages.Render(w, http.StatusOK, "start.html", v)
}

type taskPage struct {
	ui.Page
	Task   start.Task
	Mine   bool
	Fields []any
	Last   *last

	Reasons []reasonGroup // of the task "reasons"
	Eyes    *eyes         // of the task "walls"
}

// last is what was answered last, for whoever only reads.
type last struct {
	start.Answer
	Lines []line
}

type line struct{ Label, Answer, Chosen string }

type reasonGroup struct {
	Heading string
	Reasons []policy.Reason
}

func (s *Site) task(w http.ResponseWriter, r *http.Request) error {
	return s.showTask(w, r, http.StatusOK, nil)
}

func (s *Site) showTask(w http.ResponseWriter, r *http.Request, status int, bad lead.Invalid) error {
	t, ok := start.TaskOf(r.PathValue("task"))
	if !ok || t.Asks == nil {
		return lead.ErrNotFound
	}
	f, err := s.start.Facts(r.Context())
	if err != nil {
		return err
	}
	v := taskPage{Page: web.Page(r, t.Heading), Task: t, Mine: t.For(web.Actor(r)) && s.start.Access.Check(web.Actor(r), "start.keep", access.Screen{}) == nil}
	a := f.Answers[t.Code]
	values := map[string][]string{}
	for name, text := range a.Of {
		values[name] = []string{text}
	}
	if r.Method == http.MethodPost {
		values = r.PostForm
	}
	v.Fields = fieldsOf(ui.NewForm(values, bad), t.Asks)
	if len(a.Of) > 0 {
		v.Last = &last{Answer: a, Lines: linesOf(t.Asks, a.Of)}
	}
	switch t.Code {
	case "reasons":
		if v.Reasons, err = s.reasons(r.Context()); err != nil {
			return err
		}
	case "walls":
		e := s.eyes(lead.Role(r.URL.Query().Get("role")))
		v.Eyes = &e
	}
	for _, e := range bad {
		v.Errors = append(v.Errors, ui.FieldError{Text: e})
	}
	v.Errors = errorsOf(t.Asks, bad)
	return s.pages.Render(w, status, "start-task.html", v)
}

// errorsOf lists what has to be put right, in the order of the page.
func errorsOf(questions []start.Question, bad lead.Invalid) []ui.FieldError {
	var out []ui.FieldError
	for _, q := range questions {
		if text := bad[q.Name]; text != "" {
			out = append(out, ui.FieldError{ID: q.Name, Text: text})
		}
	}
	return out
}

// fieldsOf makes the fields of questions.
func fieldsOf(form *ui.Form, questions []start.Question) []any {
	var out []any
	for _, q := range questions {
		switch q.Kind {
		case start.One:
			var options []ui.Option
			for _, o := range q.Options {
				options = append(options, ui.Option{Value: o.Value, Label: o.Label})
			}
			c := form.One(q.Name, q.Label, q.Hint, options...)
			c.Small = true
			out = append(out, c)
		case start.Lines:
			area := form.Area(q.Name, q.Label, q.Hint, 3)
			area.Max = 2000
			out = append(out, area)
		case start.Day:
			f := form.Typed("date", q.Name, q.Label, q.Hint)
			f.Short = true
			out = append(out, f)
		default:
			out = append(out, form.Text(q.Name, q.Label, q.Hint))
		}
	}
	return out
}

// linesOf lists what was answered, in the order of the questions.
func linesOf(questions []start.Question, of map[string]string) []line {
	var out []line
	for _, q := range questions {
		if of[q.Name] == "" {
			continue
		}
		l := line{Label: q.Label, Answer: of[q.Name]}
		for _, o := range q.Options {
			if o.Value == of[q.Name] {
				l.Answer, l.Chosen = "", o.Label
			}
		}
		out = append(out, l)
	}
	return out
}

func answersIn(r *http.Request, questions []start.Question) map[string]string {
	out := map[string]string{}
	for _, q := range questions {
		if q.Kind == start.Lines {
			out[q.Name] = strings.TrimSpace(r.PostFormValue(q.Name))
		} else {
			out[q.Name] = web.Line(r, q.Name)
		}
	}
	return out
}

func (s *Site) answer(w http.ResponseWriter, r *http.Request) error {
	t, ok := start.TaskOf(r.PathValue("task"))
	if !ok || t.Asks == nil {
		return lead.ErrNotFound
	}
	err := s.start.Answer(r.Context(), web.Actor(r), web.Form(r), t, answersIn(r, t.Asks))
	if bad, ok := web.Invalid(err); ok {
		return s.showTask(w, r, http.StatusUnprocessableEntity, bad)
	}
	if err != nil {
		return err
	}
	return web.SeeOther(w, r, "/start")
}

// reasons are those of the policy in force.
func (s *Site) reasons(ctx context.Context) ([]reasonGroup, error) {
	p, err := s.policy(ctx)
	if err != nil {
		return nil, err
	}
	headings := map[string]string{"diverted": "Diverted", "not_diverted": "Not diverted", "declined": "Offered, and they said no",
		"not_eligible": "Not eligible", "no_capacity": "Nobody could come", "not_fit": "Not fit to decide now"}
	var out []reasonGroup
	for _, reason := range p.Reasons {
		heading := headings[reason.Outcome]
		i := slices.IndexFunc(out, func(g reasonGroup) bool { return g.Heading == heading })
		if i < 0 {
			i = len(out)
			out = append(out, reasonGroup{Heading: heading})
		}
		out[i].Reasons = append(out[i].Reasons, reason)
	}
	return out, nil
}

type checksPage struct {
	ui.Page
	Parts []checkPart
	Mine  bool
	Open  int
}

type checkPart struct {
	Heading string
	Checks  []checkRow
}

type checkRow struct {
	start.Check
	Tag  string
	Said *start.Answer
}

func (s *Site) checks(w http.ResponseWriter, r *http.Request) error {
	f, err := s.start.Facts(r.Context())
	if err != nil {
		return err
	}
	v := checksPage{Page: web.Page(r, "Before you begin"), Mine: s.start.Access.Check(web.Actor(r), "start.keep", access.Screen{}) == nil}
	v.Parts = []checkPart{{Heading: "What Waymark sees"}, {Heading: "What people say"}}
	for _, c := range f.Checks() {
		row := checkRow{Check: c, Tag: tagOf(c)}
		at := 0
		if !c.Seen {
			at = 1
			if a := f.Answers[start.SayPrefix+c.Code]; a.Of["who"] != "" {
				row.Said = &a
			}
		}
		if !c.Good {
			v.Open++
		}
		v.Parts[at].Checks = append(v.Parts[at].Checks, row)
	}
	return s.pages.Render(w, http.StatusOK, "start-checks.html", v)
}

func tagOf(c start.Check) string {
	switch {
	case c.Good && c.Seen:
		return "As it should be"
	case c.Good:
		return "Somebody says so"
	case c.Must:
		return "First: nothing begins without it"
	}
	return "Open"
}

type sayPage struct {
	ui.Page
	Check  start.Check
	Fields []any
}

func (s *Site) say(w http.ResponseWriter, r *http.Request) error {
	return s.showSay(w, r, http.StatusOK, nil)
}

func (s *Site) showSay(w http.ResponseWriter, r *http.Request, status int, bad lead.Invalid) error {
	f, err := s.start.Facts(r.Context())
	if err != nil {
		return err
	}
	for _, c := range f.Checks() {
		if c.Seen || c.Code != r.PathValue("check") {
			continue
		}
		v := sayPage{Page: web.Page(r, c.Heading), Check: c}
		values := map[string][]string{}
		for name, text := range f.Answers[start.SayPrefix+c.Code].Of {
			values[name] = []string{text}
		}
		if r.Method == http.MethodPost {
			values = r.PostForm
		}
		v.Fields, v.Errors = fieldsOf(ui.NewForm(values, bad), start.Says()), errorsOf(start.Says(), bad)
		return s.pages.Render(w, status, "start-say.html", v)
	}
	return lead.ErrNotFound
}

func (s *Site) said(w http.ResponseWriter, r *http.Request) error {
	err := s.start.Say(r.Context(), web.Actor(r), web.Form(r), r.PathValue("check"), answersIn(r, start.Says()))
	if bad, ok := web.Invalid(err); ok {
		return s.showSay(w, r, http.StatusUnprocessableEntity, bad)
	}
	if err != nil {
		return err
	}
	return web.SeeOther(w, r, "/start/go-live")
}

type launchPage struct {
	ui.Page
	Mine         bool
	Musts        []start.Check
	Others       []start.Check
	On           ui.Field
	DecidedBy    ui.Field
	Words        ui.Field
	Launched     *start.Launch
	LaunchedList []checkRow
}

func (s *Site) launch(w http.ResponseWriter, r *http.Request) error {
	return s.showLaunch(w, r, http.StatusOK, nil)
}

func (s *Site) showLaunch(w http.ResponseWriter, r *http.Request, status int, bad lead.Invalid) error {
	f, err := s.start.Facts(r.Context())
	if err != nil {
		return err
	}
	v := launchPage{Page: web.Page(r, "Record that it begins"), Musts: f.OpenMusts(), Others: f.OpenOthers()}
	v.Mine = s.start.Access.Check(web.Actor(r), "start.launch", access.Screen{}) == nil
	if f.Launched {
		l, err := s.start.Latest(r.Context())
		if err != nil {
			return err
		}
		v.Launched = &l
		for _, c := range l.List {
			v.LaunchedList = append(v.LaunchedList, checkRow{Check: c, Tag: tagOf(c)})
		}
	}
	form := ui.NewForm(r.PostForm, bad)
	v.On = form.Typed("date", "launched_on", "On which day does it begin?", "")
	v.On.Short = true
	if v.On.Value == "" {
		v.On.Value = db.Day(s.start.Book.Now())
	}
	v.DecidedBy = form.Text("decided_by", "Who decided it, and when?", "The body and its meeting")
	if len(v.Others) > 0 {
		v.Words = form.Area("words", "Why can it begin with something open?", "And what you do about it, by when", 3)
		v.Words.Max = 2000
	}
	v.Errors = form.Errors()
	return s.pages.Render(w, status, "start-launch.html", v)
}

func (s *Site) begin(w http.ResponseWriter, r *http.Request) error {
	l := start.Launch{On: web.Line(r, "launched_on"), DecidedBy: web.Line(r, "decided_by"), Words: strings.TrimSpace(r.PostFormValue("words"))}
	err := s.start.Begin(r.Context(), web.Actor(r), web.Form(r), l)
	if bad, ok := web.Invalid(err); ok {
		return s.showLaunch(w, r, http.StatusUnprocessableEntity, bad)
	}
	if err != nil {
		return err
	}
	return web.SeeOther(w, r, "/start")
}

type documentPage struct {
	ui.Page
	At     time.Time
	Area   string
	Tables []Table
	Parts  []documentPart
}

// documentPart is a part that only people can write: a heading and what belongs
// under it.
type documentPart struct{ Heading, Text string }

// toWrite lists the parts of an impact assessment that no program can write, in
// the order of the ICO's sample template (from memory: to verify).
func toWrite() []documentPart {
	return []documentPart{
		{"Why an assessment is needed", "Data about health, abuse and alleged offences, of people who have little choice elsewhere, shared between organisations."},
		{"Whom you asked", "People with lived experience, front-line officers, case managers, the data-protection officers of every organisation, and what each said."},
		{"Whether it is necessary and in proportion", "What would happen without it. Which of the data below you can do without."},
		{"What could go wrong for people", "For each risk: how likely, how bad, and for whom. Begin with: an officer learns what somebody told a case manager; somebody who hides is found; a phone is lost; people are treated worse because they took part."},
		{"What you do about it", "The measures below, and those of your own: contracts, training, who looks at the log and how often."},
		{"Who agrees", "Names and days: the data-protection officer of each organisation, and whoever answers for it."},
	}
}

func (s *Site) documentView(r *http.Request) (documentPage, error) {
	v := documentPage{Page: web.Page(r, "For the impact assessment"), At: s.start.Book.Now(), Parts: toWrite()}
	f, err := s.start.Facts(r.Context())
	if err != nil {
		return v, err
	}
	v.Area = f.Answers["area"].Of["name"]
	v.Tables, err = s.design(r.Context())
	return v, err
}

func (s *Site) document(w http.ResponseWriter, r *http.Request) error {
	v, err := s.documentView(r)
	if err != nil {
		return err
	}
	return s.pages.Render(w, http.StatusOK, "start-document.html", v)
}

// documentText is the same as text, for whoever goes on writing in it.
func (s *Site) documentText(w http.ResponseWriter, r *http.Request) error {
	v, err := s.documentView(r)
	if err != nil {
		return err
	}
	var b strings.Builder
	b.WriteString("# For the impact assessment: " + cell(v.Area) + "\n\nMade from the settings as they were on " + v.At.UTC().Format(time.DateOnly) + ". No person is in it. What is marked “to verify” waits for a lawyer.\n")
	for _, p := range v.Parts {
		b.WriteString("\n## " + p.Heading + "\n\n" + p.Text + "\n\n(to be written)\n")
	}
	for _, t := range v.Tables {
		b.WriteString("\n## " + t.Title + "\n\n")
		row := func(cells []string) {
			b.WriteString("|")
			for _, c := range cells {
				b.WriteString(" " + cell(c) + " |")
			}
			b.WriteString("\n")
		}
		row(t.Head)
		b.WriteString("|" + strings.Repeat("---|", len(t.Head)) + "\n")
		for _, c := range t.Rows {
			row(c)
		}
	}
	w.Header().Set("Content-Type", "text/markdown; charset=utf-8")
	w.Header().Set("Content-Disposition", `attachment; filename="impact-assessment.md"`)
	_, err = w.Write([]byte(b.String()))
	return err
}

// cell keeps a text within its cell of a table.
func cell(text string) string {
	return strings.NewReplacer("|", "/", "\n", " ", "\r", " ").Replace(text)
}
