// Package web serves surveys: the page that anybody who has its address fills in, and the partnership's pages about rounds. It imports
// partnership and platform.
package web

import (
	"embed"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"

	"github.com/boombuler/barcode/qr"

	"waymark.example/internal/lead"
	"waymark.example/internal/partnership/door"
	doorweb "waymark.example/internal/partnership/door/web"
	"waymark.example/internal/partnership/survey"
	"waymark.example/internal/platform/ui"
	"waymark.example/internal/platform/web"
)

//go:embed *.html
var files embed.FS

// Site is the pages.
type Site struct {
	public     *survey.Public
	desk       *survey.Desk
	guard      *door.Guard
	trustProxy bool
	origin     string
	pages      *ui.Set
}

// New returns the pages. origin is how browsers reach the site: it goes on paper.
func New(public *survey.Public, desk *survey.Desk, guard *door.Guard, trustProxy bool, origin string) *Site {
	return &Site{public, desk, guard, trustProxy, origin, ui.Must(files)}
}

const (
	home   = "/partnership/surveys"
	public = "/survey/"
)

// Form reports whether path is a form that anybody may send: a small one.
func Form(path string) bool { return strings.HasPrefix(path, public) }

// Routes lists the pages. Those without an action are for anybody.
func (s *Site) Routes() []web.Route {
	return []web.Route{
		web.Get(public+"{code}", "", s.form),
		web.Post(public+"{code}", "", s.answer),
		web.Get(home, "survey.read", s.list),
		web.Post(home, "survey.run", s.start),
		web.Get(home+"/{survey}", "survey.read", s.round),
		web.Get(home+"/{survey}/csv", "survey.read", s.csv),
		web.Post(home+"/{survey}/end", "survey.run", s.close),
	}
}

// Notice says above a form why it was not taken, in words.
type Notice struct{ Heading, Words string }

type formPage struct {
	ui.Page
	Notice    *Notice
	Action    string
	Title     string
	Intro     string
	Questions []ui.Choices
}

type plainPage struct{ ui.Page }

func (s *Site) plain(w http.ResponseWriter, r *http.Request, file, title string) error {
	v := plainPage{web.Page(r, title)}
	v.Phone = true
	return s.pages.Render(w, http.StatusOK, file, v)
}

// closed is the same whether a round is over, not yet there or never was.
func (s *Site) closed(w http.ResponseWriter, r *http.Request) error {
	return s.plain(w, r, "closed.html", "This survey is not open")
}

func (s *Site) form(w http.ResponseWriter, r *http.Request) error {
	round, err := s.public.Round(r.Context(), r.PathValue("code"))
	if errors.Is(err, lead.ErrNotFound) {
		return s.closed(w, r)
	}
	if err != nil {
		return err
	}
	return s.show(w, r, http.StatusOK, round, nil, nil, "")
}

// place is what the guard knows the form of a round by.
func place(round survey.Round) string { return public + round.Code }

func (s *Site) network(r *http.Request) string { return doorweb.Network(r, s.trustProxy) }

func (s *Site) show(w http.ResponseWriter, r *http.Request, status int, round survey.Round, bad lead.Invalid, note *Notice, token string) error {
	form := ui.NewForm(r.PostForm, bad)
	v := formPage{Page: web.Page(r, round.Survey.Title), Notice: note, Action: place(round), Title: round.Survey.Title, Intro: round.Survey.Intro}
	v.Phone = true
	if v.Key = token; token == "" {
		v.Key = s.guard.Token(place(round), s.network(r))
	}
	var options []ui.Option
	for _, c := range survey.Choices() {
		options = append(options, ui.Option{Value: c.Key, Label: c.Words})
	}
	for _, q := range round.Survey.Questions {
		c := form.One(q.Key, q.Words, "", options...)
		c.Half = true
		v.Questions = append(v.Questions, c)
	}
	v.Errors = form.Errors()
	return s.pages.Render(w, status, "form.html", v)
}

func (s *Site) answer(w http.ResponseWriter, r *http.Request) error {
	round, err := s.public.Round(r.Context(), r.PathValue("code"))
	if errors.Is(err, lead.ErrNotFound) {
		return s.closed(w, r)
	}
	if err != nil {
		return err
	}
	again := func(status int, heading, words, token string) error {
		return s.show(w, r, status, round, nil, &Notice{heading, words}, token)
	}
	token := r.PostFormValue("form_key")
	look := s.guard.Knock(place(round), s.network(r), token)
	switch {
	case look == door.Stale:
		return again(http.StatusUnprocessableEntity, "Please press the button once more", "This page had been open for long, or your connection changed. Nothing is lost: what you ticked is still here.", "")
	case look == door.Early || r.PostFormValue("website") != "":
		return again(http.StatusUnprocessableEntity, "Please look through it once more", "Nothing is lost. Look at what you ticked, and press the button again.", token)
	}
	answers := survey.Answers{}
	for _, q := range round.Survey.Questions {
		answers[q.Key] = r.PostFormValue(q.Key)
	}
	thanks := func() error { return s.plain(w, r, "thanks.html", "Thank you") }
	switch s.guard.Crowd(place(round), s.network(r), token) {
	case door.Again:
		return again(http.StatusUnprocessableEntity, "Please look through it once more", "That was quick. Nothing is lost: look at what you ticked, and press the button again.", token)
	case door.Busy:
		w.Header().Set("Retry-After", "120")
		return again(http.StatusTooManyRequests, "Too much is coming in just now", "We could not take this. Nothing is lost: what you ticked is still here. Wait two minutes and press the button again.", token)
	case door.Known, door.Spent: // counted already
		return thanks()
	}
	err = s.public.Answer(r.Context(), token, round.Code, answers)
	if bad, ok := web.Invalid(err); ok {
		return s.show(w, r, http.StatusUnprocessableEntity, round, bad, nil, token)
	}
	if errors.Is(err, lead.ErrNotFound) {
		return s.closed(w, r)
	}
	if err != nil {
		return err
	}
	s.guard.Kept(place(round), token, token)
	return thanks()
}

type listPage struct {
	ui.Page
	Rounds []survey.Round
	More   string
	May    bool
	Survey ui.Choices
	Asked  ui.Field
	Until  ui.Field
}

const perPage = 30

func (s *Site) list(w http.ResponseWriter, r *http.Request) error {
	return s.showList(w, r, http.StatusOK, nil)
}

func (s *Site) showList(w http.ResponseWriter, r *http.Request, status int, bad lead.Invalid) error {
	all, err := s.desk.Rounds(r.Context(), web.Actor(r), r.URL.Query().Get("before"), perPage+1)
	if err != nil {
		return err
	}
	v := listPage{Page: web.Page(r, "Surveys"), May: web.Actor(r).Has(lead.Coordinator)}
	if len(all) > perPage {
		all = all[:perPage]
		v.More = home + "?before=" + all[perPage-1].ID
	}
	v.Rounds = all
	form := ui.NewForm(r.PostForm, bad)
	var options []ui.Option
	for _, x := range survey.Latest() {
		options = append(options, ui.Option{Value: x.Key, Label: x.Title, Hint: x.Who})
	}
	v.Survey = form.One("survey", "Which survey?", "", options...)
	v.Asked = form.Text("asked", "How many people are asked?", "Leave it empty where nobody knows, as with residents.")
	v.Asked.Numeric, v.Asked.Short, v.Asked.Max = true, true, 7
	v.Until = form.Typed("date", "until", "What is the last day?", "Within three months. On the day after, the round is counted by itself.")
	v.Errors = form.Errors()
	return s.pages.Render(w, status, "surveys.html", v)
}

func (s *Site) start(w http.ResponseWriter, r *http.Request) error {
	p := survey.Plan{Survey: r.PostFormValue("survey"), Asked: web.Line(r, "asked"), Until: web.Line(r, "until")}
	id, err := s.desk.Start(r.Context(), web.Actor(r), web.Form(r), p)
	if bad, ok := web.Invalid(err); ok {
		return s.showList(w, r, http.StatusUnprocessableEntity, bad)
	}
	if err != nil {
		return err
	}
	return web.SeeOther(w, r, home+"/"+id)
}

type roundPage struct {
	ui.Page
	Round     survey.Round
	Title     string
	Who       string
	May       bool
	Address   string
	Picture   string // of the address: the dark squares of a QR code, as a path
	Side      int
	Answers   survey.Number
	TooMany   bool // more answers than people were asked
	Questions []survey.Asked
}

func (s *Site) one(r *http.Request) (survey.Round, error) {
	return s.desk.Round(r.Context(), web.Actor(r), r.PathValue("survey"))
}

func (s *Site) round(w http.ResponseWriter, r *http.Request) error {
	round, err := s.one(r)
	if err != nil {
		return err
	}
	v := roundPage{Page: web.Page(r, "A survey"), Round: round, Title: round.Survey.Title, Who: round.Survey.Who, May: web.Actor(r).Has(lead.Coordinator)}
	if round.Open() {
		v.Address = s.origin + place(round)
		if v.Picture, v.Side, err = picture(v.Address); err != nil {
			return err
		}
	} else {
		v.Answers, v.Questions = round.Result.Answers(), round.Result.Questions(round.Survey)
		v.TooMany = round.Asked > 0 && v.Answers.Value > round.Asked+2 // they are rounded
	}
	return s.pages.Render(w, http.StatusOK, "round.html", v)
}

// picture draws an address as a QR code: the path of its dark squares, and how many are along a side with the white margin that readers need.
func picture(address string) (string, int, error) {
	code, err := qr.Encode(address, qr.M, qr.Auto)
	if err != nil {
		return "", 0, fmt.Errorf("address as a picture: %w", err)
	}
	const margin = 4
	var path strings.Builder
	side := code.Bounds().Dx()
	for y := range side {
		for x := range side {
			if dark, _, _, _ := code.At(x, y).RGBA(); dark == 0 {
				fmt.Fprintf(&path, "M%d %dh1v1h-1z", x+margin, y+margin)
			}
		}
	}
	return path.String(), side + 2*margin, nil
}

func (s *Site) close(w http.ResponseWriter, r *http.Request) error {
	id := r.PathValue("survey")
	if err := s.desk.Close(r.Context(), web.Actor(r), web.Form(r), id); err != nil {
		return err
	}
	return web.SeeOther(w, r, home+"/"+id)
}

func (s *Site) csv(w http.ResponseWriter, r *http.Request) error {
	round, err := s.one(r)
	if err != nil {
		return err
	}
	if round.Open() { // there is nothing to read before it is over
		return fmt.Errorf("survey: %w", lead.ErrNotFound)
	}
	asked := ""
	if round.Asked > 0 {
		asked = strconv.Itoa(round.Asked)
	}
	file := web.DownloadCSV(w, "survey-"+round.Survey.Key+"-"+round.ClosedOn+".csv")
	if err := file.Row("survey", "version", "closed_on", "asked", "answers", "question", "choice", "count", "percent", "percent_low_95", "percent_high_95", "method"); err != nil {
		return err
	}
	number := func(known bool, n int) string {
		if !known {
			return ""
		}
		return strconv.Itoa(n)
	}
	answers := round.Result.Answers()
	for _, q := range round.Result.Questions(round.Survey) {
		for _, row := range q.Rows {
			err := file.Row(round.Survey.Key, strconv.Itoa(round.Survey.Version), round.ClosedOn, asked, number(answers.Shown, answers.Value), q.Question.Words, row.Choice.Words,
				number(row.N.Shown, row.N.Value), number(row.Known, row.Percent), number(row.Known, row.Lo), number(row.Known, row.Hi),
				"blurred by up to 2 for a choice, rounded to 5, each by itself: parts need not add up; empty is not shown; share of all who answered, Wilson interval widened for blur and rounding; whoever did not answer may think otherwise")
			if err != nil {
				return err
			}
		}
	}
	return file.End()
}
