package web

import (
	"net/http"
	"net/url"
	"strconv"

	"waymark.example/internal/care/participant"
	"waymark.example/internal/care/supervision"
	"waymark.example/internal/lead"
	"waymark.example/internal/platform/ui"
	"waymark.example/internal/platform/web"
)

// supervisionRoutes are the talks of a supervisor and a worker, and looking back
// on what happened.
func (s *Site) supervisionRoutes() []web.Route {
	return []web.Route{
		web.Get("/care/supervision", "supervision.read", s.supervision),
		web.Get("/care/supervision/{account}", "supervision.write", s.talksWith),
		web.Get("/care/supervision/{account}/new", "supervision.write", s.newTalkPage),
		web.Post("/care/supervision/{account}/new", "supervision.write", s.writeTalk),
		web.Get("/care/talks/{talk}", "supervision.read", s.talkOfTwo),
		web.Get("/care/talks/{talk}/change", "supervision.write", s.changeTalkPage),
		web.Post("/care/talks/{talk}/change", "supervision.write", s.changeTalk),

		web.Get("/care/incidents", "incident.record", s.incidents),
		web.Get("/care/incidents/new", "incident.record", s.newIncidentPage),
		web.Post("/care/incidents/new", "incident.record", s.newIncident),
		web.Get("/care/incidents/{incident}", "incident.record", s.incident),
		web.Post("/care/incidents/{incident}/learnt", "incident.review", s.look("learnt")),
		web.Post("/care/incidents/{incident}/action", "incident.review", s.look("action")),
		web.Post("/care/incidents/{incident}/reviewed", "incident.review", s.look("reviewed")),
		web.Post("/care/incidents/{incident}/done", "incident.record", s.look("done")),
	}
}

type supervisionPage struct {
	ui.Page
	supervision.Home
	Supervisor bool
}

func (s *Site) supervision(w http.ResponseWriter, r *http.Request) error {
	h, err := s.Supervision.Home(r.Context(), web.Actor(r))
	if err != nil {
		return err
	}
	return s.pages.Render(w, http.StatusOK, "supervision.html", supervisionPage{web.Page(r, "Supervision"), h, web.Actor(r).Has(lead.Supervisor)})
}

type talksPage struct {
	ui.Page
	With  supervision.Colleague
	Talks []supervision.Talk
}

func (s *Site) talksWith(w http.ResponseWriter, r *http.Request) error {
	c, talks, err := s.Supervision.With(r.Context(), web.Actor(r), r.PathValue("account"))
	if err != nil {
		return err
	}
	return s.pages.Render(w, http.StatusOK, "supervision-with.html", talksPage{web.Page(r, "Supervision: "+c.Name), c, talks})
}

type talkForm struct {
	ui.Page
	Name   string
	Back   string
	Action string
	From   int64
	Fields []any
}

func (s *Site) newTalkPage(w http.ResponseWriter, r *http.Request) error {
	return s.showNewTalk(w, r, http.StatusOK, ui.NewForm(url.Values{"held_on": {s.today()}}, nil))
}

func (s *Site) showNewTalk(w http.ResponseWriter, r *http.Request, status int, form *ui.Form) error {
	c, _, err := s.Supervision.With(r.Context(), web.Actor(r), r.PathValue("account"))
	if err != nil {
		return err
	}
	back := "/care/supervision/" + url.PathEscape(c.ID)
	return s.showTalkForm(w, r, status, form, talkForm{Name: c.Name, Back: back, Action: back + "/new"})
}

func (s *Site) showTalkForm(w http.ResponseWriter, r *http.Request, status int, form *ui.Form, v talkForm) error {
	v.Page = web.Page(r, "A talk with "+v.Name)
	v.Phone = true
	agreed := form.Area("agreed", "What you agreed", "What either of you will do, and what would help.", 3)
	agreed.Max = 2000
	v.Fields = []any{form.Typed("date", "held_on", "When you talked", ""), form.Area("words", "What you talked about", "How they are, what weighs on them, what goes well. It is about their work and not about a person: no names of people you walk with.", 8), agreed}
	v.Errors = form.Errors()
	return s.pages.Render(w, status, "supervision-form.html", v)
}

func talkIn(r *http.Request) supervision.Talk {
	return supervision.Talk{HeldOn: r.PostFormValue("held_on"), Words: web.Line(r, "words"), Agreed: web.Line(r, "agreed")}
}

func (s *Site) writeTalk(w http.ResponseWriter, r *http.Request) error {
	t := talkIn(r)
	t.WorkerID = r.PathValue("account")
	id, err := s.Supervision.Write(r.Context(), web.Actor(r), web.Form(r), t, 0)
	return s.afterForm(w, r, err, "/care/talks/"+url.PathEscape(id), func(status int, f *ui.Form) error { return s.showNewTalk(w, r, status, f) })
}

type talkOfTwoPage struct {
	ui.Page
	Talk    supervision.Talk
	Earlier []supervision.Talk
	Mine    bool // the actor wrote it
}

func (s *Site) talkOfTwo(w http.ResponseWriter, r *http.Request) error {
	all, err := s.Supervision.One(r.Context(), web.Actor(r), r.PathValue("talk"))
	if err != nil {
		return err
	}
	v := talkOfTwoPage{Page: web.Page(r, "Supervision"), Talk: all[0], Earlier: all[1:], Mine: all[0].SupervisorID == web.Actor(r).ID}
	return s.pages.Render(w, http.StatusOK, "supervision-talk.html", v)
}

func (s *Site) changeTalkPage(w http.ResponseWriter, r *http.Request) error {
	return s.showChangeTalk(w, r, http.StatusOK, nil)
}

// showChangeTalk shows the form with the latest version, or with what was typed.
func (s *Site) showChangeTalk(w http.ResponseWriter, r *http.Request, status int, form *ui.Form) error {
	all, err := s.Supervision.One(r.Context(), web.Actor(r), r.PathValue("talk"))
	if err != nil {
		return err
	}
	t := all[0]
	if t.SupervisorID != web.Actor(r).ID {
		return lead.ErrNotFound
	}
	if form == nil {
		form = ui.NewForm(url.Values{"held_on": {t.HeldOn}, "words": {t.Words}, "agreed": {t.Agreed}}, nil)
	}
	back := "/care/talks/" + url.PathEscape(t.ID)
	return s.showTalkForm(w, r, status, form, talkForm{Name: t.Worker, Back: back, Action: back + "/change", From: from(r, t.Version)})
}

func (s *Site) changeTalk(w http.ResponseWriter, r *http.Request) error {
	all, err := s.Supervision.One(r.Context(), web.Actor(r), r.PathValue("talk"))
	if err != nil {
		return err
	}
	t := talkIn(r)
	t.ID, t.WorkerID = all[0].ID, all[0].WorkerID
	_, err = s.Supervision.Write(r.Context(), web.Actor(r), web.Form(r), t, from(r, 0))
	return s.afterForm(w, r, err, "/care/talks/"+url.PathEscape(t.ID), func(status int, f *ui.Form) error { return s.showChangeTalk(w, r, status, f) })
}

type incidentsPage struct {
	ui.Page
	supervision.Incidents
	Supervisor bool
}

func (s *Site) incidents(w http.ResponseWriter, r *http.Request) error {
	list, err := s.Supervision.Incidents(r.Context(), web.Actor(r))
	if err != nil {
		return err
	}
	return s.pages.Render(w, http.StatusOK, "incidents.html", incidentsPage{web.Page(r, "What happened"), list, web.Actor(r).Has(lead.Supervisor)})
}

type incidentForm struct {
	ui.Page
	Now    *participant.Now // nil: about nobody in particular
	Fields []any
}

func (s *Site) newIncidentPage(w http.ResponseWriter, r *http.Request) error {
	values := url.Values{"for": {r.URL.Query().Get("for")}, "happened_at": {s.nowLocal()}}
	return s.showNewIncident(w, r, http.StatusOK, ui.NewForm(values, nil))
}

func (s *Site) showNewIncident(w http.ResponseWriter, r *http.Request, status int, form *ui.Form) error {
	v := incidentForm{Page: web.Page(r, "Something happened")}
	v.Phone = true
	if id := form.Values.Get("for"); id != "" {
		rec, err := s.People.Record(r.Context(), web.Actor(r), id, nil)
		if err != nil {
			return err
		}
		v.Now = &rec.Now
		if rec.Now.State == participant.Died && !form.Values.Has("kind") {
			form.Values.Set("kind", "death")
		}
	}
	kind := form.One("kind", "What was it?", "", options(supervision.Kinds())...)
	kind.Small = true
	told := form.Area("told", "Who was told?", "A manager, family, another service, the regulator. And when.", 2)
	told.Max = 1000
	v.Fields = []any{kind, form.Typed("datetime-local", "happened_at", "When", "About is enough."),
		form.Area("words", "What happened", "What was seen and done, in order. Nobody is to blame on this page.", 6), told}
	v.Errors = form.Errors()
	return s.pages.Render(w, status, "incident-new.html", v)
}

func (s *Site) newIncident(w http.ResponseWriter, r *http.Request) error {
	i := supervision.Incident{PersonID: r.PostFormValue("for"), Kind: r.PostFormValue("kind"), HappenedAt: web.Moment(r, "happened_at", s.zone), Words: web.Line(r, "words"), Told: web.Line(r, "told")}
	id, err := s.Supervision.Record(r.Context(), web.Actor(r), web.Form(r), i)
	return s.afterForm(w, r, err, "/care/incidents/"+url.PathEscape(id), func(status int, f *ui.Form) error { return s.showNewIncident(w, r, status, f) })
}

type incidentPage struct {
	ui.Page
	Incident                      supervision.Incident
	At                            string
	Keys                          map[string]string
	Learnt, Action, Doer, DueOn   ui.Field
	LearntOpen, ActionOpen, Wrote bool
}

func (s *Site) incident(w http.ResponseWriter, r *http.Request) error {
	return s.showIncident(w, r, http.StatusOK, "", nil)
}

// showIncident renders one; about names the form that bad belongs to.
func (s *Site) showIncident(w http.ResponseWriter, r *http.Request, status int, about string, bad lead.Invalid) error {
	i, err := s.Supervision.Incident(r.Context(), web.Actor(r), r.PathValue("incident"))
	if err != nil {
		return err
	}
	v := incidentPage{Page: web.Page(r, i.KindWords()), Incident: i, At: "/care/incidents/" + url.PathEscape(i.ID), Keys: map[string]string{}, Wrote: i.RecordedBy == web.Actor(r).ID}
	for _, name := range []string{"learnt", "action", "reviewed"} {
		v.Keys[name] = v.Key + "-" + name
	}
	for n, x := range i.Steps {
		v.Keys[x.ID] = v.Key + "-done-" + strconv.Itoa(n)
	}
	form := func(name string) *ui.Form {
		if name == about {
			return ui.NewForm(r.PostForm, bad)
		}
		return ui.NewForm(nil, nil)
	}
	learnt, action := form("learnt"), form("action")
	v.Learnt = learnt.Area("words", "What did we learn?", "About how we work: what helped, what was missing, what we would do again.", 3)
	v.Action = action.Text("words", "What is to be done?", "")
	v.Action.ID = "action-words"
	v.Doer = action.Text("who", "Who does it?", "")
	v.DueOn = action.Typed("date", "due_on", "By when?", "")
	v.LearntOpen, v.ActionOpen = about == "learnt", about == "action"
	v.Errors = append(v.Errors, learnt.Errors()...)
	for _, e := range action.Errors() {
		if e.ID == "words" {
			e.ID = v.Action.ID
		}
		v.Errors = append(v.Errors, e)
	}
	if about == "reviewed" {
		v.Errors = append(v.Errors, ui.FieldError{ID: "words", Text: bad["reviewed"]})
	}
	return s.pages.Render(w, status, "incident.html", v)
}

// look answers one of the small forms of looking back.
func (s *Site) look(kind string) func(http.ResponseWriter, *http.Request) error {
	return func(w http.ResponseWriter, r *http.Request) error {
		x := supervision.Step{Kind: kind, Words: web.Line(r, "words")}
		switch kind {
		case "action":
			x.Who, x.DueOn = web.Line(r, "who"), r.PostFormValue("due_on")
		case "done":
			x.Of = r.PostFormValue("action")
		}
		err := s.Supervision.Look(r.Context(), web.Actor(r), web.Form(r), r.PathValue("incident"), x)
		if bad, ok := web.Invalid(err); ok {
			return s.showIncident(w, r, http.StatusUnprocessableEntity, kind, bad)
		}
		if err != nil {
			return err
		}
		return web.SeeOther(w, r, "/care/incidents/"+url.PathEscape(r.PathValue("incident")))
	}
}
