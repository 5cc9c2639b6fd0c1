package web

import (
	"net/http"
	"net/url"

	"waymark.example/internal/care/answered"
	"waymark.example/internal/care/participant"
	"waymark.example/internal/platform/ui"
	"waymark.example/internal/platform/web"
	"waymark.example/internal/reference/instrument"
)

func (s *Site) answerRoutes() []web.Route {
	return []web.Route{
		web.Get("/care/people/{person}/questionnaires", "case.answers", s.answers),
		web.Get("/care/people/{person}/questionnaires/{instrument}", "case.answers", s.offerPage),
		web.Post("/care/people/{person}/questionnaires/{instrument}", "case.answers", s.takeAnswers),
		web.Get("/care/people/{person}/answers/{answered}", "case.answers", s.answeredOne),
		web.Post("/care/people/{person}/answers/{answered}/wrong", "case.answers", s.answeredWrong),
	}
}

type answersPage struct {
	ui.Page
	answered.Overview
}

func (s *Site) answers(w http.ResponseWriter, r *http.Request) error {
	over, err := s.Answered.Read(r.Context(), web.Actor(r), r.PathValue("person"))
	if err != nil {
		return err
	}
	return s.pages.Render(w, http.StatusOK, "questionnaires.html", answersPage{web.Page(r, "Questionnaires: "+over.Now.Name), over})
}

type offerView struct {
	ui.Page
	Now        participant.Now
	Instrument instrument.Definition
	Items      []ui.Choices
	On, Words  ui.Field
}

func (s *Site) offerPage(w http.ResponseWriter, r *http.Request) error {
	return s.showOffer(w, r, http.StatusOK, ui.NewForm(url.Values{"on": {s.today()}}, nil))
}

func (s *Site) showOffer(w http.ResponseWriter, r *http.Request, status int, form *ui.Form) error {
	now, d, err := s.Answered.Offer(r.Context(), web.Actor(r), r.PathValue("person"), r.PathValue("instrument"))
	if err != nil {
		return err
	}
	v := offerView{Page: web.Page(r, d.Title+": "+now.Name), Now: now, Instrument: d}
	v.Phone = true
	for _, item := range d.Items {
		var choices []ui.Option
		for _, o := range d.OptionsOf(item) {
			choices = append(choices, ui.Option{Value: o.Value, Label: o.Label})
		}
		one := form.One("item_"+item.ID, item.Text, "", append(choices, ui.Option{Label: "Pass over"})...)
		one.Small = true
		v.Items = append(v.Items, one)
	}
	v.On = form.Typed("date", "on", "When they answered", "")
	v.Words = form.Area("words", "What they said about it", "Optional.", 2)
	v.Words.Max = 1000
	v.Errors = form.Errors()
	return s.pages.Render(w, status, "questionnaire.html", v)
}

func (s *Site) takeAnswers(w http.ResponseWriter, r *http.Request) error {
	id, which := r.PathValue("person"), r.PathValue("instrument")
	a := answered.Answered{On: r.PostFormValue("on"), Words: web.Line(r, "words"), Answers: instrument.Answers{}}
	_, d, err := s.Answered.Offer(r.Context(), web.Actor(r), id, which)
	if err != nil {
		return err
	}
	for _, item := range d.Items {
		if value := r.PostFormValue("item_" + item.ID); value != "" {
			a.Answers[item.ID] = value
		}
	}
	key, err := s.Answered.Take(r.Context(), web.Actor(r), web.Form(r), id, which, r.PostFormValue("version"), a)
	return s.afterForm(w, r, err, pathOf(id, "/answers/"+url.PathEscape(key)), func(status int, f *ui.Form) error { return s.showOffer(w, r, status, f) })
}

type answeredView struct {
	ui.Page
	Now   participant.Now
	Given answered.Answered
	Items []itemView
	Why   ui.Field
}

type itemView struct{ Text, Answer string }

func (s *Site) answeredOne(w http.ResponseWriter, r *http.Request) error {
	return s.showAnswered(w, r, http.StatusOK, ui.NewForm(nil, nil))
}

func (s *Site) showAnswered(w http.ResponseWriter, r *http.Request, status int, form *ui.Form) error {
	now, a, err := s.Answered.One(r.Context(), web.Actor(r), r.PathValue("person"), r.PathValue("answered"))
	if err != nil {
		return err
	}
	v := answeredView{Page: web.Page(r, a.Instrument.Title+": "+now.Name), Now: now, Given: a}
	for _, item := range a.Instrument.Items {
		v.Items = append(v.Items, itemView{item.Text, a.Instrument.Label(a.Answers, item)})
	}
	v.Why = form.Text("why", "What was wrong?", "It stays, marked, and counts for nothing.")
	v.Why.Autocomplete = "off"
	v.Errors = form.Errors()
	return s.pages.Render(w, status, "answered.html", v)
}

func (s *Site) answeredWrong(w http.ResponseWriter, r *http.Request) error {
	id, which := r.PathValue("person"), r.PathValue("answered")
	err := s.Answered.Wrong(r.Context(), web.Actor(r), web.Form(r), id, which, web.Line(r, "why"))
	return s.afterForm(w, r, err, pathOf(id, "/answers/"+url.PathEscape(which)), func(status int, f *ui.Form) error { return s.showAnswered(w, r, status, f) })
}
