// Package web serves the partnership's drafts of the policy, what is said of
// them, and the register of what was decided. It imports partnership, reference and
// platform.
package web

import (
	"embed"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"waymark.example/internal/lead"
	"waymark.example/internal/partnership/deliberation"
	"waymark.example/internal/platform/db"
	"waymark.example/internal/platform/ui"
	"waymark.example/internal/platform/web"
	"waymark.example/internal/reference/policy"
)

//go:embed *.html
var files embed.FS

// The places of these pages.
const (
	Drafts   = "/partnership/policy"
	Register = "/partnership/decisions"
)

// Site is the pages.
type Site struct {
	deliberation *deliberation.Service
	pages        *ui.Set
}

// New returns the pages.
func New(d *deliberation.Service) *Site { return &Site{d, ui.Must(files)} }

// Routes lists the pages.
func (s *Site) Routes() []web.Route {
	return []web.Route{
		web.Get(Drafts, "deliberation.read", s.drafts),
		web.Get(Drafts+"/new", "deliberation.draft", s.newDraft),
		web.Post(Drafts+"/new", "deliberation.draft", s.begin),
		web.Get(Drafts+"/{draft}", "deliberation.read", s.draft),
		web.Get(Drafts+"/{draft}/change", "deliberation.draft", s.changeDraft),
		web.Post(Drafts+"/{draft}/change", "deliberation.draft", s.change),
		web.Post(Drafts+"/{draft}/consult", "deliberation.draft", s.consult),
		web.Post(Drafts+"/{draft}/withdraw", "deliberation.draft", s.withdraw),
		web.Post(Drafts+"/{draft}/try", "deliberation.draft", s.try),
		web.Post(Drafts+"/{draft}/comment", "deliberation.comment", s.comment),
		web.Post(Drafts+"/{draft}/answer/{comment}", "deliberation.draft", s.answer),
		web.Get(Drafts+"/{draft}/decide", "deliberation.decide", s.decidePage),
		web.Post(Drafts+"/{draft}/decide", "deliberation.decide", s.decide),
		web.Get(Register, "deliberation.read", s.register),
		web.Get(Register+"/new", "deliberation.decide", s.decidePage),
		web.Post(Register+"/new", "deliberation.decide", s.decide),
		web.Get(Register+"/{decision}", "deliberation.read", s.decision),
		web.Post(Register+"/{decision}/second", "deliberation.second", s.second),
	}
}

type draftsPage struct {
	ui.Page
	Drafts []deliberation.Draft
	Mine   bool
}

func (s *Site) drafts(w http.ResponseWriter, r *http.Request) error {
	all, err := s.deliberation.Drafts(r.Context())
	if err != nil {
		return err
	}
	return s.pages.Render(w, http.StatusOK, "drafts.html", draftsPage{web.Page(r, "Drafts of the policy"), all, web.Actor(r).Has(lead.Coordinator)})
}

type newDraftPage struct {
	ui.Page
	Title2   ui.Field
	Why      ui.Field
	Restores int64
}

func (s *Site) newDraft(w http.ResponseWriter, r *http.Request) error {
	return s.showNewDraft(w, r, http.StatusOK, ui.NewForm(url.Values{"restores": {r.URL.Query().Get("restores")}}, nil))
}

func (s *Site) showNewDraft(w http.ResponseWriter, r *http.Request, status int, form *ui.Form) error {
	v := newDraftPage{Page: web.Page(r, "A new draft")}
	v.Restores, _ = strconv.ParseInt(form.Values.Get("restores"), 10, 64) //nolint:errcheck // none is none
	v.Title2 = form.Text("title", "What is it about, in a few words?", "Such as: Fares on the ferry become divertible.")
	v.Title2.Max = 120
	v.Why = form.Area("why", "Why is it proposed?", "Who asked for it, and what it is to make better. Everybody reads this.", 4)
	v.Why.Max = 2000
	v.Errors = form.Errors()
	return s.pages.Render(w, status, "draft-new.html", v)
}

func (s *Site) begin(w http.ResponseWriter, r *http.Request) error {
	restores, err := strconv.ParseInt(r.PostFormValue("restores"), 10, 64)
	if err != nil {
		restores = 0
	}
	id, err := s.deliberation.Begin(r.Context(), web.Actor(r), web.Form(r), web.Line(r, "title"), web.Line(r, "why"), restores)
	if bad, ok := web.Invalid(err); ok {
		if bad["restores"] != "" { // a link of ours never asks for that
			return lead.ErrNotFound
		}
		return s.showNewDraft(w, r, http.StatusUnprocessableEntity, ui.NewForm(r.PostForm, bad))
	}
	if err != nil {
		return err
	}
	if restores != 0 {
		return web.SeeOther(w, r, Drafts+"/"+id)
	}
	return web.SeeOther(w, r, Drafts+"/"+id+"/change")
}

type draftPage struct {
	ui.Page
	Draft    deliberation.Draft
	State    deliberation.State
	Changes  []policy.Change
	Mine     bool // the actor drafts
	Listens  bool
	Seated   bool
	Until    ui.Field
	Withdraw ui.Field
	Comment  ui.Field
	Comments []commentView
}

type commentView struct {
	deliberation.Comment
	Key    string
	Answer ui.Field
	Said   string
}

func (s *Site) draft(w http.ResponseWriter, r *http.Request) error {
	return s.showDraft(w, r, http.StatusOK, ui.NewForm(url.Values{}, nil))
}

func (s *Site) showDraft(w http.ResponseWriter, r *http.Request, status int, form *ui.Form) error {
	d, err := s.deliberation.Draft(r.Context(), r.PathValue("draft"))
	if err != nil {
		return err
	}
	seats, err := s.deliberation.SeatsOf(r.Context(), web.Actor(r))
	if err != nil {
		return err
	}
	v := draftPage{Page: web.Page(r, d.Title), Draft: d, State: d.State(), Changes: d.Changes(), Mine: web.Actor(r).Has(lead.Coordinator),
		Listens: d.Listens(db.Day(s.deliberation.Book.Now())), Seated: len(seats) > 0}
	v.Until = form.Typed("date", "until_on", "Last day to comment", "Long enough for every side to talk it over.")
	v.Until.Short = true
	v.Comment = form.Area("words", "What do you think of it?", "In your own words, for your organisation. Everybody who works with Waymark reads it, with your name. Write about the policy, never about a person.", 5)
	v.Withdraw = form.Area("withdraw_words", "Why is it taken back?", "It stays readable, with this.", 2)
	v.Withdraw.Max = 1000
	for _, c := range d.Comments {
		said := c.Answer
		view := commentView{Comment: c, Key: v.Key + "-" + c.ID, Said: said}
		view.Answer = form.Area("answer_"+c.ID, "Your answer", "", 3)
		v.Comments = append(v.Comments, view)
	}
	v.Errors = form.Errors()
	return s.pages.Render(w, status, "draft.html", v)
}

// after goes back to the draft, or shows it again with what is wrong.
func (s *Site) after(w http.ResponseWriter, r *http.Request, err error) error {
	if bad, ok := web.Invalid(err); ok {
		return s.showDraft(w, r, http.StatusUnprocessableEntity, ui.NewForm(r.PostForm, bad))
	}
	if err != nil {
		return err
	}
	return web.SeeOther(w, r, Drafts+"/"+url.PathEscape(r.PathValue("draft")))
}

func (s *Site) consult(w http.ResponseWriter, r *http.Request) error {
	return s.after(w, r, s.deliberation.Consult(r.Context(), web.Actor(r), web.Form(r), r.PathValue("draft"), r.PostFormValue("until_on")))
}

func (s *Site) withdraw(w http.ResponseWriter, r *http.Request) error {
	err := s.deliberation.Withdraw(r.Context(), web.Actor(r), web.Form(r), r.PathValue("draft"), web.Line(r, "withdraw_words"))
	if bad, ok := web.Invalid(err); ok && bad["words"] != "" { // two questions of the page would be called the same
		bad["withdraw_words"] = bad["words"]
		delete(bad, "words")
		err = bad
	}
	return s.after(w, r, err)
}

func (s *Site) try(w http.ResponseWriter, r *http.Request) error {
	return s.after(w, r, s.deliberation.Try(r.Context(), web.Actor(r), web.Form(r), r.PathValue("draft")))
}

func (s *Site) comment(w http.ResponseWriter, r *http.Request) error {
	return s.after(w, r, s.deliberation.Comment(r.Context(), web.Actor(r), web.Form(r), r.PathValue("draft"), web.Line(r, "words")))
}

func (s *Site) answer(w http.ResponseWriter, r *http.Request) error {
	id := r.PathValue("comment")
	return s.after(w, r, s.deliberation.Answer(r.Context(), web.Actor(r), web.Form(r), r.PathValue("draft"), id, web.Line(r, "answer_"+id)))
}

type registerPage struct {
	ui.Page
	Decisions []deliberation.Decision
	Find      ui.Field
	Found     bool // something was searched for
	Mine      bool
	More      string
}

func (s *Site) register(w http.ResponseWriter, r *http.Request) error {
	q := r.URL.Query()
	all, err := s.deliberation.Register(r.Context(), q.Get("words"), q.Get("day"), q.Get("id"))
	if err != nil {
		return err
	}
	v := registerPage{Page: web.Page(r, "Decisions"), Decisions: all, Mine: web.Actor(r).Has(lead.Coordinator), Found: strings.TrimSpace(q.Get("words")) != ""}
	form := ui.NewForm(q, nil)
	v.Find = form.Text("words", "Find a decision", "")
	v.Find.Type = "search"
	if len(all) > deliberation.PerPage {
		v.Decisions = all[:deliberation.PerPage]
		last := v.Decisions[deliberation.PerPage-1]
		v.More = Register + "?" + url.Values{"words": {q.Get("words")}, "day": {last.MetOn}, "id": {last.ID}}.Encode()
	}
	return s.pages.Render(w, http.StatusOK, "decisions.html", v)
}

type decisionPage struct {
	ui.Page
	Decision  deliberation.Decision
	MaySecond bool
	Words     ui.Field
}

func (s *Site) decision(w http.ResponseWriter, r *http.Request) error {
	return s.showDecision(w, r, http.StatusOK, ui.NewForm(nil, nil))
}

func (s *Site) showDecision(w http.ResponseWriter, r *http.Request, status int, form *ui.Form) error {
	d, err := s.deliberation.Decision(r.Context(), r.PathValue("decision"))
	if err != nil {
		return err
	}
	v := decisionPage{Page: web.Page(r, d.Title), Decision: d}
	if v.MaySecond, err = s.deliberation.MaySecond(r.Context(), web.Actor(r), d); err != nil {
		return err
	}
	v.Words = form.Area("words", "What is not as it was decided?", "Only if you say that it is not.", 3)
	v.Words.Max = 1000
	v.Errors = form.Errors()
	return s.pages.Render(w, status, "decision.html", v)
}

func (s *Site) second(w http.ResponseWriter, r *http.Request) error {
	answer := r.PostFormValue("answer")
	if answer != "yes" && answer != "no" {
		return lead.ErrNotFound // a form that is none of ours
	}
	_, err := s.deliberation.Second(r.Context(), web.Actor(r), web.Form(r), r.PathValue("decision"), answer == "yes", web.Line(r, "words"))
	if bad, ok := web.Invalid(err); ok {
		return s.showDecision(w, r, http.StatusUnprocessableEntity, ui.NewForm(r.PostForm, bad))
	}
	if err != nil {
		return err
	}
	return web.SeeOther(w, r, Register+"/"+url.PathEscape(r.PathValue("decision")))
}
