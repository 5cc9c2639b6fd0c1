package web

import (
	"net/http"
	"net/url"
	"strings"
	"time"

	"waymark.example/internal/care/consent"
	"waymark.example/internal/handoff/known"
	"waymark.example/internal/platform/ui"
	"waymark.example/internal/platform/web"
)

func (s *Site) cardRoutes() []web.Route {
	return []web.Route{
		web.Get("/care/people/{person}/card", "known.card", s.card),
		web.Post("/care/people/{person}/card", "known.card", s.makeCard),
		web.Post("/care/people/{person}/card/stop", "known.card", s.stopCard),
	}
}

type cardPage struct {
	ui.Page
	consent.CardPage
	Live    *known.Card // the one they can show now
	Force   string      // who may hear of it
	Code    string      // just made: shown this once
	Made    consent.CardGiven
	Again   bool // the page was loaded again after the code was shown
	Fields  []any
	StopKey string
}

func (s *Site) card(w http.ResponseWriter, r *http.Request) error {
	values := url.Values{"until": {s.People.Book.Now().In(s.zone).AddDate(0, 6, 0).Format(time.DateOnly)}, "language": {"English"}, "call_name": {web.Actor(r).Name}}
	return s.showCard(w, r, http.StatusOK, ui.NewForm(values, nil), cardPage{})
}

func (s *Site) showCard(w http.ResponseWriter, r *http.Request, status int, form *ui.Form, v cardPage) error {
	standing, err := s.Cards.Standing(r.Context(), web.Actor(r), r.PathValue("person"))
	if err != nil {
		return err
	}
	name := standing.Now.Name
	v.Page, v.CardPage = web.Page(r, "A card for "+name), standing
	v.Phone, v.StopKey = true, v.Key+"-stop"
	var forces []ui.Option
	for _, f := range standing.Forces {
		forces = append(forces, ui.Option{Value: f.ID, Label: f.Name})
	}
	for i := range standing.Cards {
		if standing.Cards[i].Live(s.today()) && v.Live == nil {
			v.Live = &standing.Cards[i]
		}
	}
	of := v.Made.Force
	if v.Live != nil {
		of = v.Live.RecipientID
	}
	for _, f := range standing.Forces {
		if f.ID == of {
			v.Force = f.Name
		}
	}
	if len(forces) == 1 && form.Values.Get("force") == "" {
		form.Values.Set("force", forces[0].Value)
	}
	force := form.One("force", "Which police force may hear whom to call?", "", forces...)
	force.Small = true
	call := form.Text("call_name", "Whom do they call?", "A worker's name, as an officer would ask for them.")
	call.Max = 80
	phone := form.Typed("tel", "call_phone", "At which number?", "A number at work that somebody answers.")
	phone.Max, phone.Short = 30, true
	v.Fields = []any{force, call, phone, form.Typed("date", "until", "Until when?", "The last day. It ends by itself, and can be made again."),
		form.One("how", "How did "+name+" say yes?", "", options(consent.Ways())...), form.Text("witness", "Who else heard it?", "When it was said, not signed."),
		form.Text("language", "Language you spoke in", ""),
		form.Many("ask_again", "Were things steady enough to decide?", "", ui.Option{Value: "yes", Label: name + " was in crisis or intoxicated", Hint: "It still counts, for a fortnight at most"})}
	v.Errors = form.Errors()
	return s.pages.Render(w, status, "card.html", v)
}

// makeCard shows the code in the answer itself: it is kept nowhere, so there is
// no page to be sent on to.
func (s *Site) makeCard(w http.ResponseWriter, r *http.Request) error {
	g := consent.CardGiven{Force: r.PostFormValue("force"), Name: web.Line(r, "call_name"), Phone: web.Line(r, "call_phone"), Until: r.PostFormValue("until"),
		How: r.PostFormValue("how"), Witness: web.Line(r, "witness"), Language: web.Line(r, "language"), AskAgain: r.PostFormValue("ask_again") == "yes"}
	code, err := s.Cards.Make(r.Context(), web.Actor(r), web.Form(r), r.PathValue("person"), g)
	if bad, ok := web.Invalid(err); ok {
		return s.showCard(w, r, http.StatusUnprocessableEntity, ui.NewForm(r.PostForm, bad), cardPage{})
	}
	if err != nil {
		return err
	}
	answers := url.Values{}
	for name, values := range r.PostForm { // the next press of the button is a new form
		if !strings.HasPrefix(name, "form_key") {
			answers[name] = values
		}
	}
	r.PostForm.Del("form_key")
	r.Form.Del("form_key")
	return s.showCard(w, r, http.StatusOK, ui.NewForm(answers, nil), cardPage{Code: code, Made: g, Again: code == ""})
}

func (s *Site) stopCard(w http.ResponseWriter, r *http.Request) error {
	if err := s.Cards.Stop(r.Context(), web.Actor(r), web.Form(r), r.PathValue("person")); err != nil {
		return err
	}
	return web.SeeOther(w, r, pathOf(r.PathValue("person"), "/card"))
}
