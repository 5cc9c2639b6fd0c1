package web

import (
	"net/http"
	"time"

	"waymark.example/internal/handoff/thanks"
	"waymark.example/internal/platform/ui"
	"waymark.example/internal/platform/web"
	"waymark.example/internal/police/contact"
	"waymark.example/internal/police/station"
)

// Station is the pages of a police station: custody, cards, thanks and training.
type Station struct {
	*Site
	station *station.Service
}

// NewStation returns the pages; zone is where officers read the clock.
func NewStation(contacts *contact.Service, s *station.Service, zone *time.Location) *Station {
	return &Station{New(contacts, s, zone), s}
}

// Routes lists the pages.
func (s *Station) Routes() []web.Route {
	return []web.Route{
		web.Get("/police/custody", "contact.record_for", s.custody),
		web.Post("/police/custody", "contact.record_for", s.findOfficer),
		web.Get("/police/custody/decide", "contact.record_for", s.decideForPage),
		web.Post("/police/custody/decide", "contact.record_for", s.decideFor),
		web.Get("/police/known", "known.ask", s.knownPage),
		web.Post("/police/known", "known.ask", s.known),
		web.Get("/police/thanks", "thanks.read", s.thanks),
		web.Get("/police/training", "training.own", s.training),
		web.Get("/police/training/team", "training.team", s.trainingOfTeam),
		web.Post("/police/training/team", "training.team", s.noteTraining),
	}
}

type knownPage struct {
	ui.Page
	Asked  bool
	Answer station.Answer
	Code   ui.Field
}

func (s *Station) knownPage(w http.ResponseWriter, r *http.Request) error {
	return s.showKnown(w, r, http.StatusOK, ui.NewForm(nil, nil), nil)
}

// known answers in the page itself: there is no address at which what was heard
// could be opened again.
func (s *Station) known(w http.ResponseWriter, r *http.Request) error {
	answer, err := s.station.Ask(r.Context(), web.Actor(r), web.Line(r, "code"))
	if bad, ok := web.Invalid(err); ok {
		return s.showKnown(w, r, http.StatusUnprocessableEntity, ui.NewForm(r.PostForm, bad), nil)
	}
	if err != nil {
		return err
	}
	return s.showKnown(w, r, http.StatusOK, ui.NewForm(nil, nil), &answer)
}

func (s *Station) showKnown(w http.ResponseWriter, r *http.Request, status int, form *ui.Form, answer *station.Answer) error {
	v := knownPage{Page: web.Page(r, "Somebody shows you a card"), Asked: answer != nil}
	v.Phone = true
	v.Code = form.Text("code", "The code on the card", "Capitals or not, with dashes or without.")
	v.Code.Max, v.Code.Autocomplete = 40, "off"
	v.Errors = form.Errors()
	if answer != nil {
		v.Answer = *answer
	}
	return s.pages.Render(w, status, "known.html", v)
}

type thanksPage struct {
	ui.Page
	Latest *thanksMonth
	Others []thanksMonth
}

type thanksMonth struct {
	thanks.Month
	Name    string // "October 2026"
	Earlier string // "July 2026"
}

func (s *Station) thanks(w http.ResponseWriter, r *http.Request) error {
	all, err := s.station.Thanks(r.Context(), web.Actor(r))
	if err != nil {
		return err
	}
	v := thanksPage{Page: web.Page(r, "Thank you")}
	v.Phone = true
	for i, m := range all {
		named := thanksMonth{Month: m}
		if first, err := time.Parse("2006-01", m.Month); err == nil {
			named.Name, named.Earlier = first.Format("January 2006"), first.AddDate(0, -3, 0).Format("January 2006")
		}
		if i == 0 {
			v.Latest = &named
			continue
		}
		v.Others = append(v.Others, named)
	}
	return s.pages.Render(w, http.StatusOK, "thanks.html", v)
}

type trainingPage struct {
	ui.Page
	Mine   station.Trainee
	Remind bool // the site reminds when it is due again
	Keeper bool // the actor keeps a team's
}

func (s *Station) training(w http.ResponseWriter, r *http.Request) error {
	mine, err := s.station.Mine(r.Context(), web.Actor(r))
	if err != nil {
		return err
	}
	v := trainingPage{Page: web.Page(r, "My training"), Mine: mine, Remind: s.station.RefreshMonths > 0}
	v.Keeper = s.mayKeep(r)
	v.Phone = true
	return s.pages.Render(w, http.StatusOK, "training.html", v)
}

type teamTrainingPage struct {
	ui.Page
	Team     string
	Trainees []station.Trainee
	Saved    bool
	Remind   bool
	Officer  ui.Select
	Course   ui.Choices
	DoneOn   ui.Field
}

func (s *Station) trainingOfTeam(w http.ResponseWriter, r *http.Request) error {
	return s.showTeamTraining(w, r, http.StatusOK, ui.NewForm(map[string][]string{"done_on": {s.contacts.Book.Now().In(s.zone).Format(time.DateOnly)}}, nil))
}

func (s *Station) showTeamTraining(w http.ResponseWriter, r *http.Request, status int, form *ui.Form) error {
	team, err := s.station.Team(r.Context(), web.Actor(r))
	if err != nil {
		return err
	}
	v := teamTrainingPage{Page: web.Page(r, "Training"), Team: web.Actor(r).Team, Trainees: team, Saved: r.URL.Query().Get("saved") == "yes", Remind: s.station.RefreshMonths > 0}
	who := []ui.Option{{Value: "", Label: "Choose"}}
	for _, t := range team {
		who = append(who, ui.Option{Value: t.ID, Label: t.Name})
	}
	v.Officer = form.Pick("account", "Who?", "", ui.Options(who...))
	var courses []ui.Option
	for _, c := range station.Courses() {
		courses = append(courses, ui.Option{Value: c.Code, Label: c.Words})
	}
	v.Course = form.One("course", "Which training?", "", courses...)
	v.Course.Small = true
	v.DoneOn = form.Typed("date", "done_on", "Done on", "Leave it empty to take back what was recorded by mistake.")
	v.DoneOn.Short = true
	v.Errors = form.Errors()
	return s.pages.Render(w, status, "training-team.html", v)
}

func (s *Station) noteTraining(w http.ResponseWriter, r *http.Request) error {
	account := r.PostFormValue("account")
	if account == "" {
		bad := map[string]string{"account": "Choose who did it"}
		return s.showTeamTraining(w, r, http.StatusUnprocessableEntity, ui.NewForm(r.PostForm, bad))
	}
	err := s.station.Note(r.Context(), web.Actor(r), web.Form(r), account, r.PostFormValue("course"), web.Line(r, "done_on"))
	if bad, ok := web.Invalid(err); ok {
		return s.showTeamTraining(w, r, http.StatusUnprocessableEntity, ui.NewForm(r.PostForm, bad))
	}
	if err != nil {
		return err
	}
	return web.SeeOther(w, r, "/police/training/team?saved=yes")
}
