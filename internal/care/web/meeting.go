package web

import (
	"net/http"

	"waymark.example/internal/care/agenda"
	"waymark.example/internal/handoff/disclosure"
	"waymark.example/internal/lead"
	"waymark.example/internal/platform/ui"
	"waymark.example/internal/platform/web"
)

// agendaRoutes are the pages that bring somebody to a meeting of the partnership.
func (s *Site) agendaRoutes() []web.Route {
	return []web.Route{
		web.Get("/care/people/{person}/meeting", "meeting.propose", s.bringPage),
		web.Post("/care/people/{person}/meeting", "meeting.propose", s.bring),
		web.Post("/care/people/{person}/meeting/{item}/off", "meeting.propose", s.takeOff),
	}
}

type bringPage struct {
	ui.Page
	agenda.Preview
	Seen    bool // the words are on the page, to be said yes to
	Action  string
	Fields  []any
	Fixed   []hiddenField
	Today   string
	FormKey []string // for each item that was brought
}

func (s *Site) bringPage(w http.ResponseWriter, r *http.Request) error {
	return s.showBring(w, r, http.StatusOK, ui.NewForm(nil, nil))
}

func draftItem(r *http.Request) agenda.Draft {
	d := agenda.Draft{MeetingID: r.PostFormValue("meeting"), Name: web.Line(r, "name"), Facts: web.Line(r, "facts"), Ask: web.Line(r, "ask"), Shown: web.Line(r, "shown"),
		Agreed: r.PostFormValue("agreed") == "yes"}
	for _, t := range r.PostForm["topics"] {
		d.Topics = append(d.Topics, disclosure.Topic(t))
	}
	return d
}

// showBring is the first step: which meeting, and what is to be said there.
func (s *Site) showBring(w http.ResponseWriter, r *http.Request, status int, form *ui.Form) error {
	p, err := s.Agenda.Look(r.Context(), web.Actor(r), r.PathValue("person"), agenda.Draft{})
	if err != nil {
		return err
	}
	v := bringPage{Page: web.Page(r, "Bring to a meeting"), Preview: p, Action: pathOf(p.Now.ID, "/meeting")}
	for range p.Brought {
		v.FormKey = append(v.FormKey, lead.NewID("frm"))
	}
	v.Phone = true
	var meetings []ui.Option
	for _, m := range p.Ahead {
		meetings = append(meetings, ui.Option{Value: m.ID, Label: m.Body, Hint: m.At.In(s.zone).Format("2 January 2006, 15:04")})
	}
	which := form.One("meeting", "Which meeting?", "", meetings...)
	which.Small = true
	var topics []ui.Option
	for _, t := range disclosure.Topics() {
		topics = append(topics, ui.Option{Value: string(t), Label: t.Theirs()})
	}
	about := form.Many("topics", "What are the words about?", "Only those hear them who have a yes for each of these, for the partners' meeting.", topics...)
	about.Small = true
	name := form.Text("name", "What do they want to be called there?", "It need not be their name.")
	name.Max, name.Autocomplete = 60, "off"
	facts := form.Area("facts", "What do they want said?", "The facts, in a few lines. Nothing that could prompt somebody to enforce something.", 4)
	ask := form.Area("ask", "What do they ask of the table?", "One thing that somebody there could do.", 2)
	facts.Max, ask.Max = 600, 300
	v.Fields = []any{which, about, name, facts, ask}
	v.Errors = form.Errors()
	return s.pages.Render(w, status, "meeting-bring.html", v)
}

func (s *Site) bring(w http.ResponseWriter, r *http.Request) error {
	id, d := r.PathValue("person"), draftItem(r)
	switch r.PostFormValue("then") {
	case "change":
		return s.showBring(w, r, http.StatusOK, ui.NewForm(r.PostForm, nil))
	case "keep":
		_, err := s.Agenda.Bring(r.Context(), web.Actor(r), web.Form(r), id, d)
		if bad, ok := web.Invalid(err); ok {
			return s.seeBring(w, r, http.StatusUnprocessableEntity, d, bad)
		}
		if err != nil {
			return err
		}
		return web.SeeOther(w, r, pathOf(id, "/meeting"))
	}
	return s.seeBring(w, r, http.StatusOK, d, nil)
}

// seeBring is the second step: the very words, and who hears them.
func (s *Site) seeBring(w http.ResponseWriter, r *http.Request, status int, d agenda.Draft, bad lead.Invalid) error {
	p, err := s.Agenda.Look(r.Context(), web.Actor(r), r.PathValue("person"), d)
	if invalid, ok := web.Invalid(err); ok {
		return s.showBring(w, r, http.StatusUnprocessableEntity, ui.NewForm(r.PostForm, invalid))
	}
	if err != nil {
		return err
	}
	if p.Meeting.ID == "" {
		return s.showBring(w, r, http.StatusUnprocessableEntity, ui.NewForm(r.PostForm, lead.Invalid{"meeting": "Choose a meeting"}))
	}
	v := bringPage{Page: web.Page(r, "Before it goes on the agenda"), Preview: p, Seen: true, Action: pathOf(p.Now.ID, "/meeting")}
	v.Phone = true
	form := ui.NewForm(r.PostForm, bad)
	v.Fields = []any{form.Many("agreed", "Does "+p.Now.Name+" say yes to these words?", "Read them out, or turn the screen. Read out who hears them, too.", ui.Option{Value: "yes", Label: p.Now.Name + " says yes to these words"})}
	v.Fixed = []hiddenField{{"shown", d.Words()}, {"meeting", d.MeetingID}, {"name", d.Name}, {"facts", d.Facts}, {"ask", d.Ask}}
	for _, t := range d.Topics {
		v.Fixed = append(v.Fixed, hiddenField{"topics", string(t)})
	}
	v.Errors = form.Errors()
	return s.pages.Render(w, status, "meeting-bring.html", v)
}

func (s *Site) takeOff(w http.ResponseWriter, r *http.Request) error {
	id := r.PathValue("person")
	if err := s.Agenda.TakeOff(r.Context(), web.Actor(r), web.Form(r), id, r.PathValue("item")); err != nil {
		return err
	}
	return web.SeeOther(w, r, pathOf(id, "/meeting"))
}
