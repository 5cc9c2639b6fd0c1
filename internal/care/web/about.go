package web

import (
	"net/http"
	"net/url"

	"waymark.example/internal/care/participant"
	"waymark.example/internal/lead"
	"waymark.example/internal/platform/ui"
	"waymark.example/internal/platform/web"
)

func (s *Site) aboutRoutes() []web.Route {
	return []web.Route{
		web.Get("/care/people/{person}/about", "case.read", s.about),
		web.Get("/care/people/{person}/about/{card}", "case.write", s.tellPage),
		web.Post("/care/people/{person}/about/{card}", "case.write", s.tell),
	}
}

type aboutPage struct {
	ui.Page
	Now   participant.Now
	Tab   string
	Cards []participant.About
}

func (s *Site) about(w http.ResponseWriter, r *http.Request) error {
	now, cards, err := s.People.About(r.Context(), web.Actor(r), r.PathValue("person"))
	if err != nil {
		return err
	}
	return s.pages.Render(w, http.StatusOK, "about.html", aboutPage{web.Page(r, "About "+now.Name), now, "about", cards})
}

// aboutCard finds one card among those that the actor may see.
func (s *Site) aboutCard(r *http.Request) (participant.Now, participant.About, error) {
	now, cards, err := s.People.About(r.Context(), web.Actor(r), r.PathValue("person"))
	if err != nil {
		return now, participant.About{}, err
	}
	for _, c := range cards {
		if c.Code == r.PathValue("card") {
			return now, c, nil
		}
	}
	return now, participant.About{}, lead.ErrNotFound
}

func (s *Site) tellPage(w http.ResponseWriter, r *http.Request) error {
	_, c, err := s.aboutCard(r)
	if err != nil {
		return err
	}
	values := url.Values{}
	for _, q := range c.Questions {
		values.Set(q.Name, c.Answers[q.Name])
	}
	return s.showTell(w, r, http.StatusOK, ui.NewForm(values, nil))
}

func (s *Site) showTell(w http.ResponseWriter, r *http.Request, status int, form *ui.Form) error {
	now, c, err := s.aboutCard(r)
	if err != nil {
		return err
	}
	v := formPage{Page: web.Page(r, c.Title), Now: now, Action: pathOf(now.ID, "/about/"+c.Code), From: from(r, c.Version), Heading: c.Title,
		Intro: c.Intro, Button: "Save", SeenBy: c.SeenBy()}
	for _, q := range c.Questions {
		switch {
		case q.Way:
			one := form.One(q.Name, q.Label, q.Hint, options(participant.WayAnswers())...)
			one.Half, one.Small = true, true
			v.Fields = append(v.Fields, one)
		case q.Long:
			area := form.Area(q.Name, q.Label, q.Hint, 3)
			area.Max = 1000
			v.Fields = append(v.Fields, area)
		default:
			text := form.Text(q.Name, q.Label, q.Hint)
			text.Max, text.Autocomplete = 300, "off"
			v.Fields = append(v.Fields, text)
		}
	}
	return s.showForm(w, status, v, form)
}

func (s *Site) tell(w http.ResponseWriter, r *http.Request) error {
	id, code := r.PathValue("person"), r.PathValue("card")
	answers := map[string]string{}
	if c, ok := participant.CardOf(code); ok {
		for _, q := range c.Questions {
			answers[q.Name] = web.Line(r, q.Name)
		}
	}
	err := s.People.Tell(r.Context(), web.Actor(r), web.Form(r), id, code, from(r, 0), answers)
	return s.afterForm(w, r, err, pathOf(id, "/about"), func(status int, f *ui.Form) error { return s.showTell(w, r, status, f) })
}
